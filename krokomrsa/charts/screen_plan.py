"""Draw the training and exercise plan on the screen, by year and quarter like the strategy's Tabell 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.plan_rows import QUARTERS, UNKNOWN, Item, Row, Type, held, quarter_name, standing_cells, status_word, table
from krokomrsa.charts.rows import labels
from krokomrsa.charts.screen_style import TEXT, WIDTH, dressed, lines
from krokomrsa.charts.screen_traces import GAP, Corner, Points, box_points, line_trace, mark_trace, word_trace
from krokomrsa.charts.style import ACTIVITY_MARKS, PALETTE
from krokomrsa.rules import Period
from krokomrsa.vocabulary import text_of

TYPE: Final = Type(points=TEXT, step=TEXT * 1.35)
YEAR: Final = 50.0  # pixels
LETTER: Final = 24.0
HEAD: Final = 22.0
EDGE: Final = 20.0  # left and right of the calendar together
ACROSS: Final = WIDTH - EDGE
ROOM: Final = (ACROSS - YEAR - LETTER) / len(QUARTERS)
Words = list[tuple[Corner, str]]


def _told(item: Item, row: Row, quarter: object) -> str:
    when = text_of("charts_coverage.plan.unknown") if quarter == UNKNOWN else text_of("charts_coverage.plan.quarter", quarter=quarter)
    kind = labels("activities", "kind")[row.kind]
    return lines(
        item.entry.name,
        text_of("charts_coverage.plan.when", kind=kind, year=row.year, quarter=when),
        text_of("charts.screen.status", status=status_word(item.entry.status)),
    )


def _names(rows: Sequence[Row]) -> Words:
    """Return quarters, years, letters, focuses and activities, each with the left end of its first line."""
    found = [((YEAR + LETTER + number * ROOM + 3, HEAD / 2), f"<b>{quarter_name(quarter)}</b>") for number, quarter in enumerate(QUARTERS)]
    at, years = HEAD, set[int]()
    for row in rows:
        middle = at + 2 + TYPE.step / 2
        found += [((2, middle), f"<b>{row.year}</b>")] if row.year not in years else []
        years.add(row.year)
        if row.kind == "focus":
            found += [((YEAR + 4, middle + place * TYPE.step), escape(text, quote=False)) for place, text in enumerate(row.text)]
        else:
            found.append(((YEAR + 6, middle), f"<b>{text_of(f'charts.plan.{row.kind}')}</b>"))
        for (left, top), item, _ in _placed(row, at):
            found += [
                ((left + TYPE.mark, top + (place + 0.5) * TYPE.step), escape(text, quote=False)) for place, text in enumerate(item.lines)
            ]
        at += row.height
    return found


def _placed(row: Row, top: float) -> list[tuple[Corner, Item, object]]:
    """Return the activities of a row, each with its top left corner and its quarter."""
    found = []
    for number, (quarter, items) in enumerate(zip(QUARTERS, row.cells, strict=bool(row.cells))):
        at = top + 2
        for item in items:
            found.append(((YEAR + LETTER + number * ROOM + 3, at), item, quarter))
            at += TYPE.height([item])
    return found


def _marks(rows: Sequence[Row], status: str) -> dict[str, Any]:
    spots, said, ids, at = list[Corner](), list[str](), list[str](), HEAD
    for row in rows:
        for (left, top), item, quarter in _placed(row, at):
            if item.entry.status == status:
                spots.append((left + 5, top + TYPE.step / 2))
                said.append(_told(item, row, quarter))
                ids.append(item.entry.id)
        at += row.height
    mark = ACTIVITY_MARKS[status]
    look = {"symbol": mark.symbol, "size": 9, "color": mark.colour, "line": {"width": 0.6 if mark.filled else 2, "color": mark.colour}}
    return mark_trace(spots, said, ids, marker=look, name=status_word(status))


def _lines(rows: Sequence[Row]) -> tuple[Points, Points, Points]:
    """Return the bands of the focuses, the thin lines, and the thick ones between the years."""
    bands, thin, at = Points(), Points(), HEAD
    thick = [(0.0, HEAD), (ACROSS, HEAD), GAP]
    for number, row in enumerate(rows):
        if row.kind == "focus":
            bands += box_points(YEAR, at, ACROSS, at + row.height)
        else:
            thin += [(YEAR, at), (ACROSS, at), GAP]
            for place in range(len(QUARTERS)):
                left = YEAR + LETTER + place * ROOM
                thin += [(left, at), (left, at + row.height), GAP]
        at += row.height
        if number + 1 == len(rows) or rows[number + 1].year != row.year:
            thick += [(0.0, at), (ACROSS, at), GAP]
    return bands, thin, thick


def plan(
    plan_frame: pd.DataFrame, activities: pd.DataFrame, period: Period, *, on: date, focus: Mapping[int, str] | None = None
) -> go.Figure:
    """Draw the plan with how each activity stands on a day; a mark carries its activity's id as ``customdata``.

    The same input as in print.
    """
    title = text_of("charts_coverage.plan.title", period=period, on=on)
    cells = standing_cells(plan_frame, activities, on, period)
    if not cells:
        return dressed(go.Figure(), title, 160, empty=text_of("charts.plan.empty"))
    rows = list(table(cells, period, focus or {}, TYPE, room=ROOM - 6, wide=ACROSS - YEAR - 8))
    bands, thin, thick = _lines(rows)
    words = _names(rows)
    flat = {"showlegend": False}
    traces = [
        line_trace(bands, fill="toself", fillcolor=PALETTE["band"], line={"width": 0}, **flat),
        line_trace(thin, line={"color": PALETTE["rule"], "width": 1}, **flat),
        line_trace(thick, line={"color": PALETTE["ink"], "width": 1.5}, **flat),
        word_trace([spot for spot, _ in words], [text for _, text in words], cliponaxis=False),
        *(_marks(rows, status) for status in held(cells)),
    ]
    height = HEAD + sum(row.height for row in rows)
    hidden = {"visible": False, "fixedrange": True}
    layout = {
        "xaxis": {"range": [0, ACROSS], **hidden},
        "yaxis": {"range": [height + 1, 0], **hidden},
        "margin": {"l": EDGE / 2, "r": EDGE / 2, "t": 44, "b": 50},
        "hovermode": "closest",
    }
    figure = go.Figure({"data": traces, "layout": layout})
    figure.add_annotation(
        text=text_of("charts.plan.letters"),
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        yshift=-28,
        xanchor="left",
        yanchor="top",
        showarrow=False,
    )
    return dressed(figure, title, height + 95)
