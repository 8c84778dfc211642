"""Draw the failure timeline and the coverage board on the screen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.rows import DUTY_STATUSES, END, TICKS_H, DutyRow, Fate, along, duration, duty_groups, fates, span
from krokomrsa.charts.screen_style import cut, cuts, dressed, lines
from krokomrsa.charts.style import DUTY_MARKS, PALETTE
from krokomrsa.charts.words import count_words, kind_name, title_of
from krokomrsa.vocabulary import text_of, texts

ROW: Final = 20.0  # pixels
NAMES: Final = 260.0
WORDING: Final = 560.0
SHORTEST: Final = 0.03  # of a step on the axis of time: a moment is still seen


def _told(fate: Fate) -> str:
    tolerable = text_of("charts.screen.tolerable", hours=duration(fate.tolerable)) if fate.tolerable is not None else ""
    unknown = text_of("charts.screen.tolerable_unknown") if fate.tolerable is None and fate.service else ""
    limit = text_of("charts.screen.unacceptable", span=span(*fate.unacceptable)) if fate.unacceptable else ""
    return lines(
        f"{fate.id} {fate.name}" if fate.name != fate.id else fate.id,
        text_of("charts.screen.falls", span=_span(fate)),
        tolerable or unknown,
        limit,
    )


def _span(fate: Fate) -> str:
    return span(fate.earliest, fate.latest)


def _bars(rows: Mapping[str, int], held: Sequence[Fate], name: str, colour: str, pattern: str) -> go.Bar:
    starts = [along(fate.earliest) for fate in held]
    return go.Bar(
        orientation="h",
        base=starts,
        x=[max(along(fate.latest) - start, SHORTEST) for fate, start in zip(held, starts, strict=True)],
        y=[rows[fate.id] for fate in held],
        name=name,
        width=0.62,
        marker={
            "color": colour,
            "pattern": {"shape": pattern, "fgcolor": PALETTE["muted"]},
            "line": {"color": PALETTE["ink"], "width": 0.6},
        },
        hovertext=[_told(fate) for fate in held],
        hoverinfo="text",
        customdata=[fate.id for fate in held],
    )


def _marks(rows: Mapping[str, int], spots: Sequence[tuple[Fate, float]], name: str, symbol: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=[along(hours) for _, hours in spots],
        y=[rows[fate.id] for fate, _ in spots],
        mode="markers",
        name=name,
        marker={"symbol": symbol, "size": 9, "color": colour, "line": {"width": 1.2, "color": colour}},
        hovertext=[_told(fate) for fate, _ in spots],
        hoverinfo="text",
        customdata=[fate.id for fate, _ in spots],
    )


def timeline(failure_times: pd.DataFrame, services: pd.DataFrame, *, names: Mapping[str, str], lost: Sequence[str] = ()) -> go.Figure:
    """Draw what falls when, earliest first; each bar and mark carries its id as ``customdata``.

    ``failure_times`` is what ``cascade.failure_times`` returns for the loss of ``lost``; ``services`` has ``id`` and
    ``tolerable_outage_h``; ``names`` gives id → name.
    """
    falling, _ = fates(failure_times, services, names)
    title = title_of(names, lost)
    if not falling:
        return dressed(go.Figure(), title, 160, empty=text_of("charts.timeline.empty"))
    rows = {fate.id: number for number, fate in enumerate(falling)}
    limits = [(fate, *fate.unacceptable) for fate in falling if fate.unacceptable is not None]
    traces = [
        _bars(rows, [fate for fate in falling if fate.service], text_of("charts.timeline.service"), PALETTE["fall_service"], ""),
        _bars(rows, [fate for fate in falling if not fate.service], text_of("charts.timeline.resource"), PALETTE["fall_resource"], "/"),
        _marks(
            rows,
            [(fate, math.inf) for fate in falling if math.isinf(fate.latest)],
            text_of("charts.timeline.open"),
            "triangle-right",
            PALETTE["ink"],
        ),
        _marks(rows, [(fate, first) for fate, first, _ in limits], text_of("charts.timeline.first"), "diamond", PALETTE["unacceptable"]),
        _marks(
            rows,
            [(fate, last) for fate, first, last in limits if first < last < math.inf],
            text_of("charts.timeline.last"),
            "diamond-open",
            PALETTE["unacceptable"],
        ),
    ]
    figure = go.Figure([trace for trace in traces if len(trace.y)])
    figure.update_layout(
        barmode="overlay",
        xaxis={
            "range": [-0.02, END + 0.06],
            "tickvals": [*(along(hours) for hours in TICKS_H), END],
            "ticktext": [*texts("charts")["timeline"]["ticks"], text_of("charts.timeline.later_full")],
            "side": "top",
            "gridcolor": PALETTE["rule"],
        },
        yaxis={
            "range": [len(falling) - 0.4, -0.6],
            "tickvals": list(rows.values()),
            "ticktext": list(cuts({fate.id: fate.name for fate in falling}, NAMES).values()),
            "showgrid": False,
        },
        margin={"t": 80},
        hovermode="closest",
    )
    return dressed(figure, title, len(falling) * ROW + 190)


def _duty(row: DutyRow) -> str:
    evidence = text_of("charts.separator").join(row.evidence)
    return lines(
        row.text,
        text_of("charts.screen.status", status=text_of(f"charts.coverage.statuses.{row.status}")),
        row.reason,
        text_of("charts.screen.evidence", ids=evidence) if evidence else text_of("charts.screen.no_evidence"),
        text_of("charts.screen.source", rule_set=row.rule_set) if row.rule_set else "",
    )


def coverage(duties: pd.DataFrame) -> go.Figure:
    """Draw the coverage board; each symbol carries its duty's id as ``customdata``.

    ``duties`` is what ``coverage.duties`` returns. What is not in force has a column of its own.
    """
    groups = duty_groups(duties)
    title = text_of("charts.coverage.title")
    if not groups:
        return dressed(go.Figure(), title, 160, empty=text_of("charts.coverage.empty"))
    columns = [*DUTY_STATUSES, "expired"]
    ticks: list[str] = []
    held: dict[str, list[tuple[int, DutyRow]]] = {status: [] for status in columns}
    figure = go.Figure()
    for kind, rows in groups.items():
        figure.add_hrect(y0=len(ticks) - 0.5, y1=len(ticks) + 0.5, fillcolor=PALETTE["band"], line_width=0, layer="below")
        ticks.append(f"<b>{cut(text_of('charts.coverage.heading', kind=kind_name(kind), counts=count_words(rows)), WORDING - 14)}</b>")
        for row in rows:
            held[row.status].append((len(ticks), row))
            ticks.append(cut(row.text, WORDING - 14))
    for status, rows_ in held.items():
        mark = DUTY_MARKS[status]
        colour = PALETTE["muted"] if status == "expired" else mark.colour
        figure.add_trace(
            go.Scatter(
                x=[columns.index(status)] * len(rows_),
                y=[number for number, _ in rows_],
                mode="markers",
                marker={
                    "symbol": mark.symbol,
                    "size": 12,
                    "color": colour,
                    "line": {"width": 2 if not mark.filled else 0.6, "color": colour},
                },
                hovertext=[_duty(row) for _, row in rows_],
                hoverinfo="text",
                customdata=[row.id for _, row in rows_],
                showlegend=False,
            )
        )
    for number, text in enumerate(ticks):
        figure.add_annotation(x=0, xref="paper", xshift=-WORDING, xanchor="left", y=number, text=text, showarrow=False)
    names = [text_of(f"charts.coverage.statuses.{status}") for status in DUTY_STATUSES]
    figure.update_layout(
        xaxis={
            "range": [-0.5, len(columns) - 0.5],
            "tickvals": list(range(len(columns))),
            "ticktext": [*names, text_of("charts.coverage.expired_short")],
            "side": "top",
            "showgrid": False,
        },
        yaxis={
            "range": [len(ticks) - 0.5, -0.5],
            "tickvals": list(range(len(ticks))),
            "showticklabels": False,
            "gridcolor": PALETTE["rule"],
        },
        margin={"t": 80, "l": WORDING + 20},
        hovermode="closest",
    )
    return dressed(figure, title, len(ticks) * (ROW + 4) + 110)
