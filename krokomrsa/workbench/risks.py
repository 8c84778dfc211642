"""Step 04: judge a risk in a table, see the risks in the matrix and in other ways, and see every judgement with its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets
import pandas as pd

from krokomrsa.analysis.risk import NOW, matrix, stated, uses_likelihood
from krokomrsa.changes import Change
from krokomrsa.charts.risk_rows import class_words
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.process import documents, results
from krokomrsa.register import Record, Rows, frame, rows_of
from krokomrsa.scales import Scale
from krokomrsa.telling import span
from krokomrsa.values import Value, read
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench import judging, markup
from krokomrsa.workbench.choosing import Choosing
from krokomrsa.workbench.editing import Editor, Told
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.panel import WIDE, box, button, guarded
from krokomrsa.workbench.risk_board import LOSS, MATRIX, Board
from krokomrsa.workbench.risk_parts import Seen
from krokomrsa.workbench.risk_views import Views, seen_by, within
from krokomrsa.workbench.table import Edit, Table, shortened

VIEW: Final = "risk_view"  # with likelihood or without: which was chosen last, among the facts of the workspace
AXES: Final = ("class", "likelihood", "consequence")
BASIC: Final = ("event", "area", "antagonistic", "owner", "protection", "treatability")
WRAP: Final = widgets.Layout(flex_flow="row wrap", align_items="center")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_risks.{key}", **values)


class Risks(Keeping):
    """The risks of the register: one of them to be judged, those of a view shown together, and all that was judged about the one."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the risks of a workspace; without judged likelihoods, without the matrix."""
        super().__init__(folder, source=_t("source"))
        if not self.begin():
            return
        with self.opened() as place:
            kept = place.store.meta()
        self.weighed: tuple[Rows, Scale, pd.DataFrame] | None = None
        self.views, self.board = Views(kept, self.keep), Board(self, kept)
        self.risk, self.judge, self.state = (Choosing(_t(key), self.redraw) for key in ("risk", "judge", "state"))
        states = self.vocabulary["assessments"]["state"].values  # noqa: PD011 (allowed values, no frame)
        self.state.offer([(label, key) for key, label in sorted(states.items(), key=lambda one: one[0] != NOW)])
        self.table = Table(self.edited, label=_t("judgement.label"))
        self.undoing = button(text_of("panel_editing.undo"), self.take_back, tip=text_of("panel_editing.undo_tip"))
        self.tracing = button(text_of("panel_editing.who"), self.show_history, tip=_t("who_tip"))
        self.trace, self.everything, self.told, self.seeing = (widgets.HTML() for _ in range(4))
        self.known = set(self.register.held("risks"))  # those that a view may hide: a risk that is added is seen until a view is chosen
        self.recount()
        first = kept.get(VIEW, "")
        first = first if first in {MATRIX, LOSS} else MATRIX if uses_likelihood(self.matrix) else LOSS
        views = [(_t(f"view_{key}"), key) for key in (MATRIX, LOSS)]
        self.view = widgets.ToggleButtons(options=views, value=first, description=_t("view"), style=WIDE)
        self.editor = Editor(self, "risks", BASIC, picked=self.choose, where=lambda row: row["id"] not in self.hidden)
        self.view.observe(lambda _: self.keep(), "value")
        self.body.children = [
            widgets.HBox([self.view, self.views.widget], layout=WRAP),
            widgets.HBox([self.risk, self.judge, self.state], layout=WRAP),
            markup.heading(_t("judgement_heading")),
            widgets.HTML(box(_t("judgement_help"))),
            self.table,
            widgets.HBox([self.undoing, self.tracing], layout=WRAP),
            self.trace,
            self.told,
            markup.heading(_t("shown_heading")),
            self.seeing,
            self.board.widget,
            self.everything,
            markup.heading(_t("list_heading")),
            self.editor.widget,
        ]
        self.watchers.insert(0, self.recount)
        self.watchers.append(self.redraw)
        self.turn()

    def read(self) -> None:
        """Read the register as it stands, and which states have been named."""
        super().read()
        with self.opened() as place:
            self.states = [str(name) for name in place.store.states()["name"]]

    # showing

    @property
    def with_likelihood(self) -> bool:
        """Tell whether the view shows likelihood and matrix."""
        return bool(self.view.value == MATRIX)

    def weigh(self) -> None:
        """Weigh the judgements together as they are now, by the protected value that is chosen."""
        scale, rows = seen_by(self.settings.scale, self.views.chosen["value"]), self.register.held("assessments")
        same = self.weighed if self.weighed and self.weighed[1] == scale else None
        self.matrix = judging.weighed(self.register, scale, before=(same[0], same[2]) if same else None)
        self.weighed, self.scale = (rows, scale, self.matrix), scale
        ends = (zip(self.matrix[f"{axis}_low"].tolist(), self.matrix[f"{axis}_high"].tolist(), strict=True) for axis in AXES)
        self.ends = {axis: dict(zip(self.matrix.index, pairs, strict=True)) for axis, pairs in zip(AXES, ends, strict=True)}

    def recount(self) -> None:
        """Weigh the judgements together and offer the risks, the judges and what else there is to choose now."""
        self.views.offer(self.register, self.settings.scale)
        self.weigh()
        risks = self.register.held("risks")
        self.hidden = (self.known & risks.keys()) - set(within(self.register, self.views.chosen))
        ids = [row_id for row_id in risks if row_id not in self.hidden]
        self.seen = Seen(register=self.register, scale=self.scale, whole=self.matrix, ids=ids, pick=self.choose)
        self.risk.offer([(shortened(f"{row_id} {risks[row_id]['event']}"), row_id) for row_id in ids])
        judges = sorted(self.register.held("organisations").items(), key=lambda pair: pair[1]["kind"] != "management")
        self.judge.offer([(str(row["name"]), row_id) for row_id, row in judges])
        self.board.offer(self.register, self.states)
        said = [self.views.told(len(ids), len(risks)), *stated(self.settings.scale)]
        self.seeing.value = box(" ".join(filter(None, said))) if any(said) else ""

    @guarded
    def keep(self) -> None:
        """Show what is chosen to be looked at, and open with it the next time."""
        self.known = set(self.register.held("risks"))
        self.turn()
        with self.opened() as place:
            place.store.set_meta(**{VIEW: self.view.value}, **self.views.facts(), **self.board.facts())

    @guarded
    def turn(self) -> None:
        """Show the risks of the view, with the matrix or without likelihood."""
        self.recount()
        facts: list[Told] = [(_t("class"), self.class_of), (_t("likelihood"), self._span("likelihood"))] if self.with_likelihood else []
        self.editor.arrange([BASIC[0], *facts, (_t("consequence"), self._span("consequence")), *BASIC[1:]])
        self.redraw()

    def class_of(self, row_id: str, _row: Record) -> str:
        """Return the class of a risk in words; nothing where it has none."""
        ends = self.ends["class"].get(row_id, (None, None))
        return "" if judging.absent(*ends) else class_words(ends, self.settings.scale)

    def _span(self, axis: str) -> Callable[[str, Record], str]:
        def tell(row_id: str, _row: Record) -> str:
            ends = self.ends[axis].get(row_id, (None, None))
            return "" if judging.absent(*ends) else span(*ends)

        return tell

    @guarded
    def redraw(self) -> None:
        """Show the chosen risk: its judgements, and its place among the others."""
        self.trace.value = ""
        rows, scale, risk = self.register.held("risks"), self.settings.scale, self.risk.value
        self.told.value = "" if rows else box(_t("no_risks"))
        if not self.register.held("organisations"):
            self.told.value += box(_t("no_judge"), "warning")
        judged = judging.of(self.register, risk)
        held = judging.aspects(judged, scale, likelihood=self.with_likelihood) if risk else []
        counts = self._counting(judged)
        self.table.columns = judging.columns(self.vocabulary["assessments"])
        self.table.show(
            [self._judgement(judged, counts, aspect) for aspect in held], options={aspect: judging.levels(scale, aspect) for aspect in held}
        )
        self.everything.value = judging.every(self.register, judged) if risk else ""
        self.board.show(self.seen, risk, self.view.value)

    def _counting(self, judged: list[Record]) -> Mapping[str, Any]:
        """Return what counts of the chosen risk in the chosen state, all its judgements weighed together."""
        if self.state.value == NOW:
            found = self.matrix.loc[[self.risk.value]] if self.risk.value in self.matrix.index else self.matrix.head(0)
        else:
            found = matrix(frame(self.vocabulary["assessments"], judged), self.settings.scale, state=self.state.value)
        return next(iter(rows_of(found)), {})

    def _judgement(self, judged: list[Record], counts: Mapping[str, Any], aspect: str) -> tuple[str, str, dict[str, Value]]:
        table, judge, state = self.vocabulary["assessments"], self.judge.value, self.state.value
        label = table["aspect"].values.get(aspect, aspect)  # noqa: PD011 (a column)
        row = judging.standing(judged, judge, aspect, state) or {}
        facts = {"counts": judging.counts(counts, aspect), "others": judging.others(judged, table, judge, aspect, state)}
        return aspect, label, {**row, "aspect": label, **facts}

    @guarded
    def clicked(self, trace: Any, points: Any, _state: Any = None) -> None:
        """Choose the risk that was clicked in the matrix."""
        found = [str(trace.customdata[number]) for number in points.point_inds]
        if found and found[0]:
            self.choose(found[0])
        elif found:
            self.say(_t("clicked_more"), "info")

    # doing

    def choose(self, risk: str) -> None:
        """Choose a risk to judge."""
        if risk in {value for _, value in self.risk.options}:
            self.risk.value = risk

    @guarded
    def edited(self, edit: Edit) -> None:
        """Store what was written in the judgement table."""
        risk, judge, aspect, state = self.risk.value, self.judge.value, edit.row, self.state.value
        declared, row = self.vocabulary["assessments"], self._standing(aspect)
        event = shortened(str(self.register.held("risks")[risk]["event"]))
        label = declared["aspect"].values[aspect]  # noqa: PD011 (a column)
        value = read(declared[edit.key], edit.value)
        if edit.key == "status" and value is None:
            if row:
                self.store([Change(table="assessments", id=str(row["id"]), column="id", before=row["id"], after=None)])
                self.say(_t("withdrawn", aspect=label, event=event))
            return
        wanted = judging.judged(row or {}, edit.key, value)
        today: dict[str, Value] = {"date": self.settings.on}
        if row is None:
            facts: dict[str, Value] = {"risk": risk, "judge": judge, "aspect": aspect, "consolidated": True}
            facts["state"] = None if state == NOW else state
            made = self.new_row("assessments", facts | today | wanted)[1]
        else:
            new = {key: one for key, one in (wanted | today).items() if row[key] != one}
            made = [Change(table="assessments", id=str(row["id"]), column=key, before=row[key], after=one) for key, one in new.items()]
        self.store(made)
        stands = self._standing(aspect)
        self.say(_t("stored", event=event, aspect=label, level=judging.level(stands, declared) if stands else _t("missing")))

    def _standing(self, aspect: str) -> Record | None:
        return judging.standing(judging.of(self.register, self.risk.value), self.judge.value, aspect, self.state.value)

    @guarded
    def take_back(self) -> None:
        """Undo the latest edit made in the panel."""
        self.undo()

    @guarded
    def show_history(self) -> None:
        """Show or hide who changed what in the judgement of the chosen row."""
        row = self._standing(self.table.selected)
        if row is None:
            raise KrokomrsaError(Problem(problem=_t("nothing_judged"), remedy=_t("nothing_judged_remedy"), kind="notice"))
        self.trace.value = "" if self.trace.value else self.history("assessments", str(row["id"]))

    @guarded
    def write_card(self) -> None:
        """Write the scenario card of the chosen risk as Word."""
        with self.opened() as place:
            written = documents.write_cards(place, results.analyse(place), [self.risk.value])
        self.say(_t("card.written", path=written[0]))


def risks(folder: Path | None = None) -> Risks:
    """Return the panel of step 04."""
    return Risks(folder)
