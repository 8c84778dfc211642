"""Draw on the screen what has happened to the risks since an earlier state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.risk_rows import AXES, Changed, changes, class_change, levels
from krokomrsa.charts.screen_style import cut, dressed, lines
from krokomrsa.charts.screen_traces import GAP, Points, line_trace, mark_trace, word_trace
from krokomrsa.charts.style import PALETTE
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of

ROW: Final = 26.0  # pixels
NAMES: Final = 360.0
WORDS: Final = 240.0  # the width of the classes
DOMAINS: Final[Mapping[str, tuple[float, float]]] = {"likelihood": (0.0, 0.3), "consequence": (0.33, 0.63)}
CLASSES: Final = 0.65
SIDE: Final = 0.42  # of a level: a bar reaches so far from its middle
OFF: Final = 0.16  # of a row: then stands above its middle, now below
COLOURS: Final[Mapping[str, str]] = {"before": "muted", "now": "judged"}


def _told(one: Changed, scale: Scale) -> str:
    said = [
        text_of(f"charts_risk.change.hover_{when}", **{axis: levels(standing[axis]) for axis in AXES})
        for when, standing in (("before", one.before), ("now", one.now))
        if any(standing[axis] for axis in AXES)
    ]
    return lines(one.event, text_of(f"charts_risk.change.statuses.{one.status}"), *said, class_change(one, scale), one.detail)


def _bars(rows: Sequence[tuple[float, Changed]], axis: str, when: str) -> dict[str, Any]:
    points: Points = []
    for y, one in rows:
        span = (one.before if when == "before" else one.now)[axis]
        place = y + (OFF if when == "now" else -OFF)
        points += [(span[0] - SIDE, place), (span[1] + SIDE, place), GAP] if span else []
    look = {"line": {"color": PALETTE[COLOURS[when]], "width": 7}, "name": text_of(f"charts_risk.change.{when}")}
    return line_trace(points, **look, legendgroup=when, showlegend=axis == AXES[0], xaxis=f"x{AXES.index(axis) + 1}".removesuffix("1"))


def change(found: pd.DataFrame, scale: Scale, *, since: str = "", first: int | None = None) -> go.Figure:
    """Draw the risks that are new, changed or gone since the state called ``since``; a mark carries its risk's id as ``customdata``.

    The same input as in print.
    """
    title = text_of("charts_risk.change.title", since=since) if since else text_of("charts_risk.change.title_unsaid")
    every = changes(found, scale)
    unchanged = text_of("charts_risk.change.unchanged", count=len(found) - len(every))
    if not every:
        return dressed(go.Figure(), title, 160, empty=text_of(f"charts_risk.change.{'unchanged_all' if len(found) else 'empty'}"))
    headings, rows = _placed(every[:first])
    bars = [_bars(rows, axis, when) for axis in AXES for when in ("before", "now")]
    said = [_told(one, scale) for _, one in rows]
    pointed = {"marker": {"size": 18, "opacity": 0}, "showlegend": False, "xaxis": "x3"}
    marks = mark_trace([(0.0, y) for y, _ in rows], said, [one.id for _, one in rows], **pointed)
    words = word_trace([(0.0, y) for y, _ in rows], [cut(one.detail or class_change(one, scale), WORDS) for _, one in rows], xaxis="x3")
    figure = go.Figure({"data": [*bars, marks, words], "layout": _layout(headings, rows, scale)})
    note = {"xref": "paper", "yref": "paper", "x": 0, "y": 0, "xanchor": "left", "yanchor": "top", "xshift": -NAMES + 10, "yshift": -8}
    figure.add_annotation(text=unchanged, showarrow=False, font={"color": PALETTE["muted"]}, **note)
    return dressed(figure, title, (len(rows) + len(headings)) * ROW + 150)


def _placed(shown: Sequence[Changed]) -> tuple[list[tuple[float, str]], list[tuple[float, Changed]]]:
    """Return headings and risks, each with its row."""
    headings: list[tuple[float, str]] = []
    rows: list[tuple[float, Changed]] = []
    for status, members in groupby(shown, key=lambda one: one.status):
        held, place = list(members), float(len(headings) + len(rows))
        headings.append(
            (place, text_of("charts_risk.change.group", status=text_of(f"charts_risk.change.statuses.{status}"), count=len(held)))
        )
        rows += [(place + number, one) for number, one in enumerate(held, start=1)]
    return headings, rows


def _layout(headings: Sequence[tuple[float, str]], rows: Sequence[tuple[float, Changed]], scale: Scale) -> dict[str, Any]:
    ticks = [(y, f"<b>{text}</b>") for y, text in headings] + [(y, cut(one.event, NAMES - 12)) for y, one in rows]
    axes = {f"xaxis{AXES.index(axis) + 1}".removesuffix("1"): _axis(axis, scale) for axis in AXES}
    return {
        **axes,
        "xaxis3": {"domain": (CLASSES, 1), "range": [-0.02, 1], "showgrid": False, "showticklabels": False, "anchor": "y"},
        "yaxis": {
            "range": [len(headings) + len(rows) - 0.4, -0.6],
            "tickvals": [place for place, _ in ticks],
            "ticktext": [text for _, text in ticks],
            "ticklabelstandoff": 6,
            "showgrid": False,
        },
        "margin": {"l": NAMES, "t": 100, "b": 50},
        "hovermode": "closest",
    }


def _axis(axis: str, scale: Scale) -> dict[str, Any]:
    numbers = [level.level for level in scale.axis(axis)]
    return {
        "domain": DOMAINS[axis],
        "range": [numbers[0] - 0.5, numbers[-1] + 0.5],
        "tickvals": numbers,
        "side": "top",
        "anchor": "y",
        "title": {"text": text_of(f"charts.matrix.{axis}"), "standoff": 4},
        "gridcolor": PALETTE["rule"],
    }
