"""Show the risks that are looked at in one way at a time: matrix, order, disagreement, change, or the card of one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Any, Final, Protocol

import ipywidgets as widgets
import plotly.graph_objects as go

from krokomrsa.charts import screen
from krokomrsa.charts.style import PALETTE
from krokomrsa.process import results
from krokomrsa.register import Register
from krokomrsa.report.scenario import elements
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench import loss, markup, risk_parts, scenario
from krokomrsa.workbench.choosing import Choosing
from krokomrsa.workbench.panel import box, button, figure_widget, replace
from krokomrsa.workbench.risk_parts import Seen
from krokomrsa.workspace import Workspace

MATRIX, LOSS = "matrix", "loss"  # the views: with likelihood and without
FACT: Final = "risk_part_{view}"  # which part was looked at last in a view, among the facts of the workspace
OFFERED: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        MATRIX: ("matrix", "movement", "ranking", "disagreement", "pairs", "missing", "audit", "change", "card"),
        LOSS: ("loss", "reversed", "disagreement", "change", "card"),
    }
)
# parts that show the risks that are seen and nothing else: drawn anew only when these are others
STILL: Final[Mapping[str, Callable[[Seen], list[widgets.Widget]]]] = MappingProxyType(
    {
        "movement": risk_parts.movement,
        "ranking": risk_parts.ranking,
        "disagreement": risk_parts.disagreement,
        "pairs": risk_parts.pairs,
        "missing": risk_parts.missing,
        "audit": risk_parts.audit,
        "reversed": risk_parts.reversed_matrix,
    }
)


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_risks.{key}", **values)


class Judging(Protocol):
    """The panel that risks are judged in, as far as what shows them needs it."""

    def opened(self) -> AbstractContextManager[Workspace]:
        """Open the workspace for one act."""

    def redraw(self) -> object:
        """Show everything as it is now."""

    def keep(self) -> object:
        """Keep what is chosen for the next time, and show it."""

    def clicked(self, trace: Any, points: Any, state: Any = None) -> object:
        """Choose the risk that was clicked in the matrix."""

    def write_card(self) -> object:
        """Write the card of the chosen risk."""


class Board:
    """The risks that are looked at, one part of what is known of them at a time; ``widget`` is what is shown."""

    def __init__(self, panel: Judging, kept: Mapping[str, str]) -> None:
        """Prepare the parts; ``kept`` are the facts of the workspace, with the parts that were looked at last."""
        self.panel = panel
        self.parts = {view: self._toggle(keys, kept.get(FACT.format(view=view), "")) for view, keys in OFFERED.items()}
        self.lost, self.since = Choosing(_t("loss.resource"), panel.redraw), Choosing(_t("change.since"), panel.redraw)
        self.writing = button(_t("card.write"), panel.write_card)
        self.content, self.widget = widgets.VBox(), widgets.VBox()
        self.still: tuple[Seen, str] | None = None  # what is shown, where it does not follow the chosen risk
        self.plain: tuple[Seen, go.Figure] | None = None  # the matrix without the ring, which follows the chosen risk
        self.results: tuple[Register, Analysis, Scale] | None = None

    def _toggle(self, keys: Sequence[str], kept: str) -> widgets.ToggleButtons:
        options = [(_t(f"parts.{key}"), key) for key in keys]
        made = widgets.ToggleButtons(options=options, value=kept if kept in keys else keys[0], style={"button_width": "auto"})
        made.observe(lambda _: self.panel.keep(), "value")
        return made

    def facts(self) -> dict[str, str]:
        """Return what is looked at as facts of the workspace."""
        return {FACT.format(view=view): str(part.value) for view, part in self.parts.items()}

    def offer(self, register: Register, states: Sequence[str]) -> None:
        """Offer the resources that may be lost and the named states to compare with, the latest first."""
        self.lost.offer(loss.resources(register))
        self.since.offer([(state, state) for state in reversed(states)])

    def show(self, seen: Seen, chosen: str, view: str) -> None:
        """Show the part that is chosen in a view, of the risks that are looked at and of the one that is chosen."""
        part = self.parts[view]
        key = str(part.value)
        self.widget.children = (part, self.content)
        if key in STILL:
            if self.still is None or self.still[1] != key or not seen.same(self.still[0]):
                replace(self.content, self._listened(STILL[key](seen)))
            self.still = seen, key
            return
        self.still = None
        made = {"matrix": self._matrix, "loss": self._loss, "change": self._change, "card": self._card}[key]
        replace(self.content, made(seen, chosen))

    def _matrix(self, seen: Seen, chosen: str) -> list[widgets.Widget]:
        return self._listened([figure_widget(self.figure(seen, chosen))])

    def _listened(self, parts: list[widgets.Widget]) -> list[widgets.Widget]:
        """Let a click in a chart of risks choose the risk."""
        for trace in (trace for chart in parts if isinstance(chart, go.FigureWidget) for trace in chart.data):
            if trace.customdata is not None:
                trace.on_click(self.panel.clicked)
        return parts

    def figure(self, seen: Seen, chosen: str) -> go.Figure:
        """Return the matrix with a ring around the chosen risk."""
        if self.plain is None or not seen.alike(self.plain[0]):
            risks = seen.register.held("risks")
            hostile = [row_id for row_id in seen.ids if risks[row_id]["antagonistic"]]
            self.plain = seen, screen.matrix(seen.matrix, seen.scale, names=seen.events, antagonistic=hostile)
        made = go.Figure(self.plain[1])
        spots = [
            (x, y)
            for trace in made.data
            if trace.customdata is not None
            for x, y, one in zip(trace.x, trace.y, trace.customdata, strict=True)
            if one == chosen
        ]
        if spots:
            ring = {"size": 30, "symbol": "square-open", "color": PALETTE["ink"], "line": {"width": 3}}
            xs, ys = zip(*spots, strict=True)
            made.add_trace(go.Scatter(x=xs, y=ys, mode="markers", marker=ring, name=_t("ring"), hoverinfo="skip"))
        return made

    def _loss(self, seen: Seen, _chosen: str) -> list[widgets.Widget]:
        """Return what the loss of the chosen resource does, against what each service must always do."""
        risks = widgets.HTML(loss.consequences(seen.register, seen.matrix, seen.scale))
        if not self.lost.value:
            return [risks, widgets.HTML(box(_t("loss.no_resources")))]
        times = loss.times(seen.register, self.lost.value)
        table = widgets.HTML(loss.against_level(seen.register, times))
        chart = figure_widget(loss.timeline(seen.register, times, self.lost.value))
        return [widgets.HTML(box(_t("loss.help"))), widgets.HBox([self.lost]), table, chart, risks]

    def _change(self, seen: Seen, _chosen: str) -> list[widgets.Widget]:
        """Return what has become of the risks since a state that was named."""
        state = str(self.since.value)
        if not state:
            return [widgets.HTML(box(_t("change.none")))]
        with self.panel.opened() as place:
            before = place.store.register(state=state)
        return self._listened([widgets.HBox([self.since]), *risk_parts.change(seen, before, state)])

    def _card(self, seen: Seen, chosen: str) -> list[widgets.Widget]:
        """Return the scenario card of the chosen risk."""
        if not chosen:
            return [widgets.HTML(box(_t("card.none")))]
        if self.results is None or self.results[0] is not seen.register:
            with self.panel.opened() as place:
                self.results = seen.register, results.analyse(place), place.settings.scale
        register, analysis, scale = self.results
        told = scenario.html(elements(register, analysis, chosen, scale=scale, whole=True))
        return [markup.heading(seen.called(chosen)), widgets.HTML(told), widgets.HBox([self.writing])]
