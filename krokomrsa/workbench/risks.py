"""Step 04: judge a risk in a table, see it in the matrix or without likelihood, and see every judgement with its source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets
import pandas as pd
import plotly.graph_objects as go

from krokomrsa.analysis.risk import uses_likelihood
from krokomrsa.changes import Change
from krokomrsa.charts import screen
from krokomrsa.charts.style import PALETTE
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Record, Rows
from krokomrsa.telling import span
from krokomrsa.values import Value, read
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench import judging, loss, markup
from krokomrsa.workbench.choosing import Choosing
from krokomrsa.workbench.editing import Editor, Told
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.panel import WIDE, box, button, figure_widget, guarded, replace
from krokomrsa.workbench.table import Edit, Table, shortened

MATRIX, LOSS = "matrix", "loss"
VIEW: Final = "risk_view"  # which of them was chosen last, among the facts of the workspace
BASIC: Final = ("event", "area", "antagonistic", "owner", "protection")
WRAP: Final = widgets.Layout(flex_flow="row wrap", align_items="center")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_risks.{key}", **values)


class Risks(Keeping):
    """The risks of the register: one of them to be judged, all of them in the matrix, and all that was judged about it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the risks of a workspace; without judged likelihoods, without the matrix."""
        super().__init__(folder, source=_t("source"))
        if not self.begin():
            return
        self.weighed: tuple[Rows, pd.DataFrame] | None = None
        self.weigh()
        first = self._kept() or (MATRIX if uses_likelihood(self.matrix) else LOSS)
        self.view = widgets.ToggleButtons(
            options=[(_t(f"view_{key}"), key) for key in (MATRIX, LOSS)], value=first, description=_t("view"), style=WIDE
        )
        self.risk, self.judge = Choosing(_t("risk"), self.redraw), Choosing(_t("judge"), self.redraw)
        self.table = Table(self.edited, label=_t("judgement.label"))
        self.undoing = button(text_of("panel_editing.undo"), self.take_back, tip=text_of("panel_editing.undo_tip"))
        self.tracing = button(text_of("panel_editing.who"), self.show_history, tip=_t("who_tip"))
        self.trace, self.everything, self.told = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.lost = Choosing(_t("loss.resource"), self.draw_loss)
        self.chart, self.losses = widgets.VBox(), widgets.VBox()
        self.editor = Editor(self, "risks", BASIC, picked=self.choose)
        self.view.observe(lambda _: self.keep(), "value")
        self.body.children = [
            self.view,
            widgets.HBox([self.risk, self.judge], layout=WRAP),
            markup.heading(_t("judgement_heading")),
            widgets.HTML(box(_t("judgement_help"))),
            self.table,
            widgets.HBox([self.undoing, self.tracing], layout=WRAP),
            self.trace,
            self.told,
            self.chart,
            self.losses,
            self.everything,
            markup.heading(_t("list_heading")),
            self.editor.widget,
        ]
        self.drawn: tuple[pd.DataFrame, Rows, go.Figure] | None = None  # the matrix without the ring, which follows the chosen risk
        self.watchers.insert(0, self.recount)
        self.watchers.append(self.redraw)
        self.recount()
        self.turn()

    # showing

    @property
    def with_likelihood(self) -> bool:
        """Tell whether the view shows likelihood and matrix."""
        return bool(self.view.value == MATRIX)

    def weigh(self) -> None:
        """Weigh the judgements together as they are now."""
        self.matrix = judging.weighed(self.register, self.settings.scale, before=self.weighed)
        self.weighed = self.register.held("assessments"), self.matrix

    def recount(self) -> None:
        """Weigh the judgements together and offer the risks and judges that there are now."""
        self.weigh()
        self.results: dict[Any, dict[Any, Any]] = self.matrix.to_dict("index")
        self.labels = {one.level: one.label for one in self.settings.scale.classes}
        risks = [(shortened(f"{row_id} {row['event']}"), row_id) for row_id, row in self.register.held("risks").items()]
        self.risk.offer(risks)
        judges = self.register.held("organisations").items()
        ordered = sorted(judges, key=lambda pair: pair[1]["kind"] != "management")
        self.judge.offer([(str(row["name"]), row_id) for row_id, row in ordered])
        self.lost.offer(loss.resources(self.register))

    def _kept(self) -> str:
        """Return the view that was chosen last in this workspace, if one was."""
        with self.opened() as place:
            found = place.store.meta().get(VIEW, "")
        return found if found in {MATRIX, LOSS} else ""

    @guarded
    def keep(self) -> None:
        """Show the view that is chosen, and open with it the next time."""
        self.turn()
        with self.opened() as place:
            place.store.set_meta(**{VIEW: self.view.value})

    @guarded
    def turn(self) -> None:
        """Show the risks with the matrix, or without likelihood."""
        facts: list[Told] = [(_t("class"), self.class_of), (_t("likelihood"), self._span("likelihood"))] if self.with_likelihood else []
        self.editor.arrange([BASIC[0], *facts, (_t("consequence"), self._span("consequence")), *BASIC[1:]])
        self.redraw()

    def class_of(self, row_id: str, _row: Record) -> str:
        """Return the class of a risk in words; nothing where it has none."""
        ends = self._ends(row_id, "class")
        if ends is None:
            return ""
        first, last = (self.labels[int(end)] for end in ends)
        return first if first == last else _t("to", low=first, high=last)

    def _ends(self, row_id: str, key: str) -> tuple[float, float] | None:
        row = self.results.get(row_id, {})
        ends = row.get(f"{key}_low"), row.get(f"{key}_high")
        return None if judging.absent(*ends) else ends  # type: ignore[return-value]

    def _span(self, axis: str) -> Callable[[str, Record], str]:
        def tell(row_id: str, _row: Record) -> str:
            ends = self._ends(row_id, axis)
            return span(float(ends[0]), float(ends[1])) if ends else ""

        return tell

    @guarded
    def redraw(self) -> None:
        """Show the chosen risk: its judgements, and its place among the others."""
        self.trace.value = ""
        rows, scale = self.register.held("risks"), self.settings.scale
        self.told.value = "" if rows else box(_t("no_risks"))
        if not self.register.held("organisations"):
            self.told.value += box(_t("no_judge"), "warning")
        judged = judging.of(self.register, self.risk.value)
        held = judging.aspects(judged, scale, likelihood=self.with_likelihood) if self.risk.value else []
        self.table.columns = judging.columns(self.vocabulary["assessments"])
        self.table.show(
            [self._judgement(judged, aspect) for aspect in held], options={aspect: judging.levels(scale, aspect) for aspect in held}
        )
        self.everything.value = judging.every(self.register, judged) if self.risk.value else ""
        if self.with_likelihood:
            replace(self.chart, [figure_widget(self.figure())])
            self._listen()
            replace(self.losses, [], spared=self.lost)
        else:
            replace(self.chart, [])
            self.draw_loss()

    def _judgement(self, judged: list[Record], aspect: str) -> tuple[str, str, dict[str, Value]]:
        table, judge = self.vocabulary["assessments"], self.judge.value
        label = table["aspect"].values.get(aspect, aspect)  # noqa: PD011 (a column)
        row = judging.standing(judged, judge, aspect) or {}
        counts = judging.counts(self.results.get(self.risk.value, {}), aspect)
        facts = {"counts": counts, "others": judging.others(judged, table, judge, aspect)}
        return aspect, label, {**row, "aspect": label, **facts}

    def figure(self) -> go.Figure:
        """Return the matrix with a ring around the chosen risk."""
        risks = self.register.held("risks")
        if self.drawn is None or self.drawn[0] is not self.matrix or self.drawn[1] is not risks:
            events = {row_id: str(row["event"]) for row_id, row in risks.items()}
            self.drawn = self.matrix, risks, screen.matrix(self.matrix, self.settings.scale, names=events)
        made = go.Figure(self.drawn[2])
        spots = [
            (x, y)
            for trace in made.data
            if trace.customdata is not None
            for x, y, one in zip(trace.x, trace.y, trace.customdata, strict=True)
            if one == self.risk.value
        ]
        if spots:
            ring = {"size": 30, "symbol": "square-open", "color": PALETTE["ink"], "line": {"width": 3}}
            xs, ys = zip(*spots, strict=True)
            made.add_trace(go.Scatter(x=xs, y=ys, mode="markers", marker=ring, name=_t("ring"), hoverinfo="skip"))
        return made

    def _listen(self) -> None:
        for trace in self.chart.children[0].data:
            if trace.customdata is not None:
                trace.on_click(self.clicked)

    @guarded
    def clicked(self, trace: Any, points: Any, _state: Any = None) -> None:
        """Choose the risk that was clicked in the matrix."""
        found = [str(trace.customdata[number]) for number in points.point_inds]
        if found and found[0]:
            self.choose(found[0])
        elif found:
            self.say(_t("clicked_more"), "info")

    @guarded
    def draw_loss(self) -> None:
        """Show what the loss of the chosen resource does, against what each service must always do."""
        if self.with_likelihood:
            return
        risks = widgets.HTML(loss.consequences(self.register, self.matrix, self.settings.scale))
        if not self.lost.value:
            replace(self.losses, [risks, widgets.HTML(box(_t("loss.no_resources")))], spared=self.lost)
            return
        times = loss.times(self.register, self.lost.value)
        table = widgets.HTML(loss.against_level(self.register, times))
        chart = figure_widget(loss.timeline(self.register, times, self.lost.value))
        replace(self.losses, [widgets.HTML(box(_t("loss.help"))), self.lost, table, chart, risks])

    # doing

    def choose(self, risk: str) -> None:
        """Choose a risk to judge."""
        if risk in {value for _, value in self.risk.options}:
            self.risk.value = risk

    @guarded
    def edited(self, edit: Edit) -> None:
        """Store what was written in the judgement table."""
        risk, judge, aspect = self.risk.value, self.judge.value, edit.row
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
            made = self.new_row("assessments", facts | today | wanted)[1]
        else:
            new = {key: one for key, one in (wanted | today).items() if row[key] != one}
            made = [Change(table="assessments", id=str(row["id"]), column=key, before=row[key], after=one) for key, one in new.items()]
        self.store(made)
        stands = self._standing(aspect)
        self.say(_t("stored", event=event, aspect=label, level=judging.level(stands, declared) if stands else _t("missing")))

    def _standing(self, aspect: str) -> Record | None:
        return judging.standing(judging.of(self.register, self.risk.value), self.judge.value, aspect)

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


def risks(folder: Path | None = None) -> Risks:
    """Return the panel of step 04."""
    return Risks(folder)
