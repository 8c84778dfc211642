"""09 Rapport: the coordinator's own texts under each heading, and what is still missing there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError
from krokomrsa.process import results
from krokomrsa.rules import Heading, RuleSet
from krokomrsa.values import clean
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench.documents import Documents
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.markup import heading, listed, note
from krokomrsa.workbench.panel import box, button, choice, guarded

TABLE: Final = "report_texts"
AREA: Final = widgets.Layout(width="95%", height="9em")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_report.{key}", **values)


class Report(Keeping):
    """The report's own texts and the buttons that write it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the headings of the rule set in force, with what is written and what is missing."""
        super().__init__(folder, source=_t("source"))
        self.texts: dict[str, widgets.Textarea] = {}
        self.gaps: dict[str, widgets.HTML] = {}
        self.settling: dict[str, widgets.VBox] = {}  # under each heading: what somebody else has stored there, and which text to keep
        self.unsaved: dict[tuple[str, str], str] = {}  # texts that could not be stored, by rule set and heading: they stay in their boxes
        self.headings = widgets.Accordion()
        self.doubt = widgets.HTML()
        self.quiet = False
        if self.begin():
            self._build()
            self.watchers.append(self.show)

    @property
    def rule_set(self) -> RuleSet:
        """Return the rule set whose headings the report follows."""
        chosen: RuleSet = self.rules.value
        return chosen

    def _build(self) -> None:
        with self.opened() as place:
            self.results, offered = results.analyse(place), results.report_rule_sets(place)
        self.rules = choice(_t("rule_set"), [(one.short_name, one) for one in offered])
        self.rules.observe(lambda _: self.lay_out(), names="value")
        self.documents = Documents(self.folder, lambda: self.rule_set)
        self.body.children = (
            self.rules,
            self.doubt,
            heading(_t("texts.heading")),
            note(_t("texts.said")),
            self.headings,
            widgets.HBox([button(_t("texts.undo"), self.take_back), button(_t("texts.reload"), self.reload)]),
            self.message,
            self.documents.widget,
        )
        self.widget.children = (self.place, self.head, self.body)  # the message stands where it is caused
        self.lay_out()

    @guarded
    def lay_out(self) -> None:
        """Show the headings of the chosen rule set."""
        numbers = [str(one.number) for one in self.rule_set.headings]
        self.texts = {
            number: widgets.Textarea(placeholder=_t("texts.hint"), continuous_update=False, layout=AREA, tooltip=_t("texts.hint"))
            for number in numbers
        }
        self.gaps = {number: widgets.HTML() for number in numbers}
        self.settling = {number: widgets.VBox() for number in numbers}
        for number, area in self.texts.items():
            area.observe(lambda _, number=number: self.edit(number), names="value")
        self.headings.children = tuple(widgets.VBox([self.gaps[number], self.settling[number], self.texts[number]]) for number in numbers)
        self.headings.selected_index = None
        self.doubt.value = box(_t("doubt", banner=self.rule_set.banner), "warning") if self.rule_set.doubted(self.settings.on) else ""
        self.show()

    def _rows(self) -> dict[str, tuple[str, str]]:
        """Return the heading's number → id and text of the coordinator's own text."""
        return {
            str(row["heading"]): (row_id, str(row["text"] or ""))
            for row_id, row in self.register.held(TABLE).items()
            if row["rule_set"] == self.rule_set.id
        }

    def show(self) -> None:
        """Show what is written and what is missing as the register is now."""
        with self.opened() as place:
            gaps = results.report_gaps(place, self.results, self.rule_set)
        written = self._rows()
        self.quiet = True
        for place_in, one in enumerate(self.rule_set.headings):
            number = str(one.number)
            stored = written.get(number, ("", ""))[1]
            mine = self.unsaved.get((self.rule_set.id, number))
            self.texts[number].value = stored if mine is None else mine
            self.settling[number].children = () if mine is None else self._settle(number, stored)
            found = gaps[number]
            self.gaps[number].value = f"<b>{_t('gaps.heading')}</b>{listed(found)}" if found else box(_t("gaps.none"), "done")
            title = _t("title", number=number, title=one.title or _about(one))
            key = "with_gaps" if found else "without_gaps"
            self.headings.set_title(place_in, _t(key, title=title, count=len(found)))
        self.quiet = False

    @guarded
    def edit(self, number: str) -> None:
        """Store the text under a heading at once."""
        if self.quiet:
            return
        row_id, before = self._rows().get(number, ("", ""))
        after = clean(self.texts[number].value)
        if after == before:
            self._let_go(number)
            return
        if row_id:
            made = [Change(table=TABLE, id=row_id, column="text", before=before or None, after=after or None)]
        else:
            _, made = self.new_row(TABLE, {"rule_set": self.rule_set.id, "heading": number, "text": after})
        try:
            self.store(made)
        except KrokomrsaError:
            self.unsaved[self.rule_set.id, number] = after
            self.show()
            raise
        self._let_go(number)
        self.say(_t("texts.stored", number=number))

    def _settle(self, number: str, stored: str) -> tuple[widgets.Widget, ...]:
        """Return what stands in the register under a heading, and the choice between it and the text in the box."""
        acts = [button(_t("texts.mine"), lambda: self.edit(number)), button(_t("texts.theirs"), lambda: self.give_way(number))]
        return widgets.HTML(box(_t("texts.other", text=stored or _t("texts.empty")), "warning")), widgets.HBox(acts)

    def _let_go(self, number: str) -> None:
        if self.unsaved.pop((self.rule_set.id, number), None) is not None:
            self.show()

    @guarded
    def give_way(self, number: str) -> None:
        """Show the text that is stored under a heading instead of the one that is not."""
        self._let_go(number)
        self.say(_t("texts.given_way", number=number))

    @guarded
    def take_back(self) -> None:
        """Undo the latest text that was stored here."""
        self.undo()

    @guarded
    def reload(self) -> None:
        """Read the register again, with what others have changed."""
        self.read()
        with self.opened() as place:
            self.results = results.analyse(place)
        self.show()
        self.say(_t("texts.reloaded"))


def _about(one: Heading) -> str:
    return text_of("panel_report.no_title") if not one.part else f"{text_of('panel_report.no_title')} {text_of(f'report.parts.{one.part}')}"


def report(folder: Path | None = None) -> Report:
    """Return the panel of step 09."""
    return Report(folder)
