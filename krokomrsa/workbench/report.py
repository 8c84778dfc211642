"""09 Rapport: the coordinator's own texts, what is still missing, and the documents that are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa import process
from krokomrsa.changes import Change
from krokomrsa.charts.printed import SIZES
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.rules import Heading, RuleSet
from krokomrsa.values import clean
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.markup import heading, listed, note
from krokomrsa.workbench.panel import WIDE, box, button, choice, guarded
from krokomrsa.workspace import Workspace

TABLE: Final = "report_texts"
NAMED: Final = 3  # so many files of a folder are named one by one
AREA: Final = widgets.Layout(width="95%", height="9em")

Writing = Callable[[Workspace], tuple[Sequence[Path], Sequence[Problem]]]


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_report.{key}", **values)


class Report(Keeping):
    """The report's own texts and the buttons that write it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the headings of the rule set in force, with what is written and what is missing."""
        super().__init__(folder, source="report")
        self.texts: dict[str, widgets.Textarea] = {}
        self.gaps: dict[str, widgets.HTML] = {}
        self.headings = widgets.Accordion()
        self.doubt, self.progress, self.files = widgets.HTML(), widgets.HBox(), widgets.HTML()
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
            self.results, offered = process.analyse(place), process.report_rule_sets(place)
        self.rules = choice(_t("rule_set"), [(one.short_name, one) for one in offered])
        self.rules.observe(lambda _: self.lay_out(), names="value")
        acts = {"report": self.write_report, "summary": self.write_summary, "departments": self.write_departments, "all": self.write_all}
        writing = [button(_t(f"write.{key}"), act, look="primary" if key == "all" else "") for key, act in acts.items()]
        self.body.children = (
            self.rules,
            self.doubt,
            heading(_t("texts.heading")),
            note(_t("texts.said")),
            self.headings,
            widgets.HBox([button(_t("texts.undo"), self.take_back), button(_t("texts.reload"), self.reload)]),
            heading(_t("write.heading")),
            note(_t("write.said")),
            widgets.HBox(writing, layout=widgets.Layout(flex_flow="row wrap")),
            self.progress,
            self.files,
        )
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
        for number, area in self.texts.items():
            area.observe(lambda _, number=number: self.keep(number), names="value")
        self.headings.children = tuple(widgets.VBox([self.gaps[number], self.texts[number]]) for number in numbers)
        self.headings.selected_index = None
        self.doubt.value = box(_t("doubt", banner=self.rule_set.banner), "warning") if self.rule_set.doubted(self.settings.on) else ""
        self.show()

    def _rows(self) -> dict[str, tuple[str, str]]:
        """Return the heading's number → id and text of the coordinator's own text."""
        return {
            str(row["heading"]): (row_id, str(row["text"] or ""))
            for row_id, row in self.register.rows(TABLE).items()
            if row["rule_set"] == self.rule_set.id
        }

    def show(self) -> None:
        """Show what is written and what is missing as the register is now."""
        with self.opened() as place:
            gaps = process.report_gaps(place, self.results, self.rule_set)
        written = self._rows()
        self.quiet = True
        for place_in, one in enumerate(self.rule_set.headings):
            number = str(one.number)
            self.texts[number].value = written.get(number, ("", ""))[1]
            found = gaps[number]
            self.gaps[number].value = f"<b>{_t('gaps.heading')}</b>{listed(found)}" if found else box(_t("gaps.none"), "done")
            title = _t("title", number=number, title=one.title or _about(one))
            key = "with_gaps" if found else "without_gaps"
            self.headings.set_title(place_in, _t(key, title=title, count=len(found)))
        self.quiet = False

    @guarded
    def keep(self, number: str) -> None:
        """Store the text under a heading at once."""
        if self.quiet:
            return
        row_id, before = self._rows().get(number, ("", ""))
        after = clean(self.texts[number].value)
        if after == before:
            return
        if row_id:
            made = [Change(table=TABLE, id=row_id, column="text", before=before or None, after=after or None)]
        else:
            _, made = self.new_row(TABLE, {"rule_set": self.rule_set.id, "heading": number, "text": after})
        self.store(made)
        self.say(_t("texts.stored", number=number))

    @guarded
    def take_back(self) -> None:
        """Undo the latest text that was stored here."""
        self.undo()

    @guarded
    def reload(self) -> None:
        """Read the register again, with what others have changed."""
        self.read()
        with self.opened() as place:
            self.results = process.analyse(place)
        self.show()
        self.say(_t("texts.reloaded"))

    # documents

    def _bar(self, total: int) -> Callable[[str], None]:
        bar, name = widgets.IntProgress(max=total, description=_t("write.writing"), style=WIDE), widgets.Label()
        self.progress.children = (bar, name)

        def step(done: str) -> None:
            bar.value += 1
            name.value = done

        return step

    def _report(self, place: Workspace) -> tuple[Sequence[Path], Sequence[Problem]]:
        self._bar(1)
        return [process.write_report(place, process.analyse(place), rule_set=self.rule_set)], ()

    def _summary(self, place: Workspace) -> tuple[Sequence[Path], Sequence[Problem]]:
        result = process.analyse(place)
        return process.export(place, result, progress=self._bar(len(process.charts(place, result)) * len(SIZES))), ()

    def _departments(self, place: Workspace) -> tuple[Sequence[Path], Sequence[Problem]]:
        step = self._bar(len(place.register.organisations))
        return process.write_department_results(place, process.analyse(place), progress=step)

    def _write(self, *steps: Writing) -> None:
        """Take each step, also when one before it failed; then tell what was written and what was not."""
        written, failed = list[Path](), list[Problem]()
        with self.opened() as place:
            for step in steps:
                try:
                    made, problems = step(place)
                    written += made
                    failed += problems
                except KrokomrsaError as error:
                    failed += error.problems
        self.progress.children = ()
        folders = {path.parent: [one.name for one in written if one.parent == path.parent] for path in written}
        said = [
            _t("write.file", name=", ".join(names) if len(names) <= NAMED else _t("write.several", count=len(names)), folder=folder)
            for folder, names in folders.items()
        ]
        self.files.value = f"<b>{_t('write.files')}</b>{listed(said)}" if written else ""
        if failed:
            self.message.value = "".join(box(line, "warning") for line in (_t("write.partly", count=len(written)), *map(str, failed)))
        else:
            self.say(_t("write.done", count=len(written)))

    @guarded
    def write_report(self) -> None:
        """Write the Word report."""
        self._write(self._report)

    @guarded
    def write_summary(self) -> None:
        """Write the Excel summary and the charts."""
        self._write(self._summary)

    @guarded
    def write_departments(self) -> None:
        """Write each organisation's own result."""
        self._write(self._departments)

    @guarded
    def write_all(self) -> None:
        """Write everything."""
        self._write(self._report, self._summary, self._departments)


def _about(one: Heading) -> str:
    return text_of("panel_report.no_title") if not one.part else f"{text_of('panel_report.no_title')} {text_of(f'report.parts.{one.part}')}"


def report(folder: Path | None = None) -> Report:
    """Return the panel of step 09."""
    return Report(folder)
