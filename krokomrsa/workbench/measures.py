"""Step 05: vulnerabilities and measures, with owner, budget year, status and what they remedy."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final, Literal

import ipywidgets as widgets
import plotly.graph_objects as go

from krokomrsa.analysis import treatment
from krokomrsa.charts.rows import MEASURES, measure_counts, named
from krokomrsa.charts.screen_style import dressed
from krokomrsa.charts.style import MEASURE_MARKS, PALETTE
from krokomrsa.charts.words import measure_label
from krokomrsa.register import Record, Register
from krokomrsa.values import split
from krokomrsa.vocabulary import counted, text_of
from krokomrsa.workbench.editing import Editor, Told
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.panel import WIDE, box, figure_widget, guarded, replace

CLOSED: Final = ("done", "rejected")
PLANNED: Final = ("owner", "budget_year", "status")
BAR: Final = 30.0  # pixels
By = Literal["owner", "budget_year"]


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_measures.{key}", **values)


def unplanned(row: Record) -> bool:
    """Tell whether an open measure lacks an owner, a budget year or a status.

    >>> unplanned({"owner": "SOC", "budget_year": None, "status": "decided"})
    True
    """
    return row["status"] not in CLOSED and any(row[key] is None for key in PLANNED)


def by_status(register: Register, by: By) -> go.Figure:
    """Return the chart of how many measures stand where, for each owner or budget year."""
    counts = measure_counts(register.treatments, named(register.organisations), by)
    title = text_of(f"charts.measures.title_{by}")
    if not counts:
        return dressed(go.Figure(), title, 160, empty=text_of("charts.measures.empty"))
    figure = go.Figure([_bars(counts, status) for status in MEASURES if any(status in held for held in counts.values())])
    names = [escape(name, quote=False) for name in counts]
    figure.update_layout(
        barmode="stack",
        yaxis={"autorange": "reversed", "tickvals": list(range(len(names))), "ticktext": names},
        xaxis={"title": {"text": _t("number")}, "gridcolor": PALETTE["rule"], "dtick": 1 if len(register.treatments) < 20 else None},  # noqa: PLR2004 (ticks that have room)
        legend={"traceorder": "normal", "yref": "container", "y": 0.02, "yanchor": "bottom"},
        margin={"b": 90},
    )
    return dressed(figure, title, len(counts) * BAR + 190)


def _bars(counts: dict[str, dict[str, int]], status: str) -> go.Bar:
    mark, label = MEASURE_MARKS[status], measure_label(status)
    numbers = [held.get(status, 0) for held in counts.values()]
    return go.Bar(
        orientation="h",
        y=list(range(len(counts))),
        x=numbers,
        text=[str(number) if number else "" for number in numbers],
        textangle=0,
        insidetextanchor="middle",
        name=label,
        hovertext=[escape(f"{group}: {label} {number}", quote=False) for group, number in zip(counts, numbers, strict=True)],
        hoverinfo="text",
        marker={"color": mark.colour, "line": {"color": PALETTE["ink"], "width": 0.6}},
    )


class Measures(Keeping):
    """The vulnerabilities and measures of the register, side by side in two tables, and how many measures stand where."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the vulnerabilities and measures of a workspace."""
        super().__init__(folder, source=_t("source"))
        if not self.begin():
            return
        self.counted = widgets.HTML()
        self.seen = self._views("all", "without")
        self.planned = self._views("all", "open", "late", "unplanned")
        self.by = self._toggle(_t("by"), [(_t(f"by_{key}"), key) for key in ("owner", "budget_year")])
        self.recount()
        self.watchers.append(self.recount)
        facts: list[Told] = [
            "description",
            "organisation",
            "capability",
            (_t("linked"), self._measures),
            "services",
            "risks",
            "seen_on",
            "note",
        ]
        self.vulnerabilities = Editor(self, "vulnerabilities", facts, where=self._seen, widths={_t("linked"): "200px"})
        planned: list[Told] = [
            "measure",
            "owner",
            "responsible",
            "status",
            "budget_year",
            "due",
            (_t("standing"), self._standing),
            "vulnerabilities",
        ]
        planned += ["risks", "done_on", "cost_sek", "effect", "follow_up"]
        labels = {"owner": _t("owner"), "responsible": _t("responsible"), "vulnerabilities": _t("vulnerabilities_of")}
        labels |= {"risks": _t("risks_of"), "follow_up": _t("follow_up")}
        self.treatments = Editor(self, "treatments", planned, where=self._planned, labels=labels, widths={_t("standing"): "150px"})
        self.chart = widgets.VBox()
        self.seen.observe(lambda _: self.vulnerabilities.seek(), "value")
        self.planned.observe(lambda _: self.treatments.seek(), "value")
        self.by.observe(lambda _: self.draw(), "value")
        self.watchers.append(self.draw)
        parts = {
            "treatments": widgets.VBox([self.planned, self.treatments.widget]),
            "vulnerabilities": widgets.VBox([self.seen, self.vulnerabilities.widget]),
            "chart": widgets.VBox([self.by, self.chart]),
        }
        self.tabs = widgets.Tab(list(parts.values()), titles=[_t(key) for key in parts])
        self.head.children = [self.counted]
        self.body.children = [self.tabs]
        self.draw()

    def _views(self, *keys: str) -> widgets.ToggleButtons:
        return self._toggle(_t("view"), [(_t(f"view_{key}"), key) for key in keys])

    @staticmethod
    def _toggle(label: str, options: list[tuple[str, str]]) -> widgets.ToggleButtons:
        return widgets.ToggleButtons(options=options, description=label, style=WIDE | {"button_width": "auto"})

    def _seen(self, row: Record) -> bool:
        return self.seen.value == "all" or str(row["id"]) not in self.remedied

    def _planned(self, row: Record) -> bool:
        late = self.late.get(str(row["id"]))
        shown = {"all": True, "open": row["status"] not in CLOSED, "late": late is not False, "unplanned": unplanned(row)}
        return shown[self.planned.value]

    def _measures(self, row_id: str, _row: Record) -> str:
        return "\n".join(self.remedied.get(row_id, ()))

    def _standing(self, row_id: str, _row: Record) -> str:
        return self.reasons.get(row_id, "")

    @guarded
    def recount(self) -> None:
        """Follow up the measures, and tell what lacks something."""
        rows = self.register.held("treatments")
        followed = treatment.follow_up(self.register.treatments, self.settings.on).to_dict("records")
        self.late = {str(row["id"]): None if row["late"] is None or row["late"] != row["late"] else bool(row["late"]) for row in followed}
        self.reasons = {str(row["id"]): str(row["reason"]) for row in followed}
        self.remedied: dict[str, list[str]] = {}
        for row in rows.values():
            for vulnerability in split(row["vulnerabilities"]):
                self.remedied.setdefault(vulnerability, []).append(str(row["measure"]))
        known = self.register.held("vulnerabilities")
        numbers = {
            "done": sum(row["status"] == "done" for row in rows.values()),
            "late": sum(late is True for late in self.late.values()),
            "unplanned": sum(map(unplanned, rows.values())),
            "unlinked": sum(row["vulnerabilities"] is None and row["risks"] is None for row in rows.values()),
        }
        without = sum(row_id not in self.remedied for row_id in known)
        told = counted("panel_measures.vulnerable", len(known), without=without), counted("panel_measures.treated", len(rows), **numbers)
        self.counted.value = box(" ".join(told))

    @guarded
    def draw(self) -> None:
        """Show how many measures stand where."""
        replace(self.chart, [figure_widget(by_status(self.register, self.by.value))])


def measures(folder: Path | None = None) -> Measures:
    """Return the panel of step 05."""
    return Measures(folder)
