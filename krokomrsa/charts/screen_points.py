"""Draw single losses on the screen: a pair of bars each, the services that fall and those for whom it is unacceptable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.charts.points import KINDS, MARKS, MOST, Kind, Point, notes, points, ticks, weighted
from krokomrsa.charts.rows import duration
from krokomrsa.charts.screen_style import cuts, dressed, lines
from krokomrsa.charts.style import PALETTE
from krokomrsa.vocabulary import text_of

ROW: Final = 38.0  # pixels
NAMES: Final = 260.0
BAR: Final = 0.36  # of a row


def _said(point: Point) -> str:
    told = [f"{text_of(f'charts_cascade.points.{kind}')}: {point.told(kind)}" for kind in KINDS]
    return lines(f"{point.id} {point.name}" if point.name != point.id else point.id, *told)


def _bars(shown: Sequence[Point], kind: Kind, end: int) -> go.Bar:
    mark = MARKS[kind][end]
    spans = [(0.0, point.weights[kind][0]) if end == 0 else point.weights[kind] for point in shown]
    return go.Bar(
        orientation="h",
        base=[start for start, _ in spans],
        x=[stop - start for start, stop in spans],
        y=[row + (KINDS.index(kind) - 0.5) * BAR for row in range(len(shown))],
        width=BAR * 0.92,
        showlegend=any(start < stop for start, stop in spans),
        name=text_of(f"charts_cascade.points.{kind}_{('low', 'high')[end]}"),
        marker={
            "color": mark.colour,
            "pattern": {"shape": mark.symbol, "fgcolor": PALETTE["muted"], "bgcolor": mark.colour},
            "line": {"color": PALETTE["ink"], "width": 0.6},
        },
        text=[point.told(kind) if end else "" for point in shown],
        textposition="outside",
        cliponaxis=False,
        hovertext=[_said(point) for point in shown],
        hoverinfo="text",
        customdata=[point.id for point in shown],
    )


def single_points(table: pd.DataFrame, *, names: Mapping[str, str], horizon_h: float = WEEK_H) -> go.Figure:
    """Draw which single losses bring down most within a horizon, the worst fifteen; each bar carries its id as ``customdata``.

    ``table`` is what ``cascade.single_points`` returns for ``horizon_h``; ``names`` gives id → name.
    """
    every = points(table, names)
    shown = every[:MOST]
    title = text_of("charts_cascade.points.title", hours=duration(horizon_h))
    if not shown:
        return dressed(go.Figure(), title, 160, empty=text_of("charts_cascade.points.empty", hours=duration(horizon_h)))
    labels = cuts({point.id: point.name for point in shown}, NAMES)
    figure = go.Figure([_bars(shown, kind, end) for kind in KINDS for end in (0, 1)])
    told, at = notes(every), ticks(shown)
    axis = text_of(f"charts_cascade.points.{'axis_weighted' if weighted(table) else 'axis'}")
    figure.update_layout(
        barmode="overlay",
        xaxis={"title": {"text": axis}, "side": "top", "tickvals": at, "range": [0, at[-1]], "gridcolor": PALETTE["rule"]},
        yaxis={
            "tickvals": list(range(len(shown))),
            "ticktext": list(labels.values()),
            "range": [len(shown) - 0.5, -0.5],
            "showgrid": False,
        },
        legend={"traceorder": "normal"},
        margin={"t": 100, "r": 70, "b": 70 + 16 * len(told)},
        hovermode="closest",
    )
    figure.add_annotation(
        text="<br>".join(told),
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        yshift=-60,
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
    )
    return dressed(figure, title, len(shown) * ROW + 170 + 16 * len(told))
