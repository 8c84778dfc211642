"""Draw the failure timeline on the screen: the same rows as in print, with the hours when pointing at them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.courses import SPOTS, TONES, Spot, Tone, bars, sections, spots, tolerated
from krokomrsa.charts.rows import END, TICKS_H, Fate, along, duration, fates, span
from krokomrsa.charts.screen_style import cuts, dressed, lines
from krokomrsa.charts.style import PALETTE
from krokomrsa.charts.words import title_of
from krokomrsa.vocabulary import text_of, texts

ROW: Final = 20.0  # pixels
NAMES: Final = 260.0
ROOM: Final = 70  # rows, headings included: what is longer nobody reads
SHORTEST: Final = 0.03  # of a step on the axis of time: a moment is still seen
HEIGHTS: Final[Mapping[Tone, float]] = {"stands": 0.28, "possible": 0.62, "certain": 0.62}  # of a row

Rows = Mapping[str, int]  # id → number of its row


def _told(fate: Fate) -> str:
    tolerable = text_of("charts.screen.tolerable", hours=duration(fate.tolerable)) if fate.tolerable is not None else ""
    unknown = text_of("charts.screen.tolerable_unknown") if fate.tolerable is None and fate.service else ""
    return lines(
        f"{fate.id} {fate.name}" if fate.name != fate.id else fate.id,
        text_of("charts.screen.falls", span=span(fate.earliest, fate.latest)),
        "" if math.isinf(fate.back) else text_of("charts.screen.back", hours=duration(fate.back)),
        tolerable or unknown,
        text_of("charts.screen.unacceptable", span=span(*fate.unacceptable)) if fate.unacceptable else "",
    )


def _bars(rows: Rows, told: Mapping[str, str], tone: Tone, held: Sequence[tuple[str, float, float]]) -> go.Bar:
    mark = TONES[tone]
    return go.Bar(
        orientation="h",
        base=[start for _, start, _ in held],
        x=[max(end - start, SHORTEST) for _, start, end in held],
        y=[rows[id_] for id_, _, _ in held],
        name=text_of(f"charts.timeline.{tone}"),
        width=HEIGHTS[tone],
        marker={
            "color": mark.colour,
            "pattern": {"shape": mark.symbol, "fgcolor": PALETTE["muted"], "bgcolor": mark.colour},
            "line": {"color": PALETTE["ink"], "width": 0 if tone == "stands" else 0.6},
        },
        hovertext=[told[id_] for id_, _, _ in held],
        hoverinfo="text",
        customdata=[id_ for id_, _, _ in held],
    )


def _marks(rows: Rows, told: Mapping[str, str], spot: Spot, held: Sequence[tuple[str, float]]) -> go.Scatter:
    mark = SPOTS[spot]
    return go.Scatter(
        x=[hours for _, hours in held],
        y=[rows[id_] for id_, _ in held],
        mode="markers",
        name=text_of(f"charts.timeline.spots.{spot}"),
        marker={"symbol": mark.symbol, "size": 9, "color": mark.colour, "line": {"width": 1.2 if mark.filled else 2, "color": mark.colour}},
        hovertext=[told[id_] for id_, _ in held],
        hoverinfo="text",
        customdata=[id_ for id_, _ in held],
    )


def _tolerated(rows: Rows, held: Sequence[Fate]) -> go.Scatter:
    """Return the lines that say for how long each may be down, with a stop at the end."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for fate in held:
        limit = tolerated(fate)
        if limit is not None:
            (start, end), y = map(along, limit), rows[fate.id]
            xs += [start, end, None, end, end, None]
            ys += [y, y, None, y - 0.22, y + 0.22, None]
    line = {"color": PALETTE["unacceptable"], "width": 1.5}
    return go.Scatter(x=xs, y=ys, mode="lines", line=line, name=text_of("charts.timeline.tolerated"), hoverinfo="skip")


def _traces(rows: Rows, shown: Sequence[Fate], begin: float) -> list[go.Bar | go.Scatter]:
    """Return one trace for each tone and mark that occurs, whatever the number of rows."""
    told = {fate.id: _told(fate) for fate in shown}
    tones: dict[Tone, list[tuple[str, float, float]]] = {tone: [] for tone in TONES}
    marks: dict[Spot, list[tuple[str, float]]] = {spot: [] for spot in SPOTS}
    for fate in shown:
        for tone, (start, end) in bars(fate, begin):
            tones[tone].append((fate.id, along(start), along(end)))
        for spot, hours in spots(fate):
            marks[spot].append((fate.id, along(hours)))
    drawn = [_bars(rows, told, tone, held) for tone, held in tones.items() if held]
    lines_ = [_tolerated(rows, shown)] if any(fate.tolerable is not None for fate in shown) else []
    return [*drawn, *lines_, *(_marks(rows, told, spot, held) for spot, held in marks.items() if held)]


def timeline(outages: pd.DataFrame, services: pd.DataFrame, *, names: Mapping[str, str], lost: Sequence[str] = ()) -> go.Figure:
    """Draw what stands and what is down when, earliest first; each bar and mark carries its id as ``customdata``.

    ``outages`` is what ``cascade.outages`` returns for the loss of ``lost``, or what ``cascade.failure_times`` does, where nothing
    comes back; ``services`` has ``id`` and ``tolerable_outage_h``; ``names`` gives id → name. What has no room is counted.
    """
    falling, _ = fates(outages, services, names)
    title = title_of(names, lost)
    if not falling:
        return dressed(go.Figure(), title, 160, empty=text_of("charts.timeline.empty"))
    parts, more = sections(falling, lost, ROOM)
    headings: dict[int, str] = {}
    rows: dict[str, int] = {}
    for group, held in parts.items():
        headings[len(rows) + len(headings)] = f"<b>{text_of(f'charts.timeline.groups.{group}')}</b>"
        for fate in held:
            rows[fate.id] = len(rows) + len(headings)
    shown = [fate for held in parts.values() for fate in held]
    labels = cuts({fate.id: fate.name for fate in shown}, NAMES)
    ticks = {**headings, **{row: labels[id_] for id_, row in rows.items()}}
    figure = go.Figure(_traces(rows, shown, falling[0].earliest))
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
            "range": [len(ticks) + (0.7 if more else -0.4), -0.6],
            "tickvals": list(ticks),
            "ticktext": list(ticks.values()),
            "showgrid": False,
        },
        margin={"t": 80},
        hovermode="closest",
    )
    if more:
        figure.add_annotation(text=more, x=0, y=len(ticks) + 0.1, xref="paper", xanchor="left", showarrow=False)
    return dressed(figure, title, len(ticks) * ROW + 210)
