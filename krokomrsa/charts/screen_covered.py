"""Draw what is trained and exercised on the screen: tables of marks, the rest when pointing at one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts import covered_rows
from krokomrsa.charts.covered_rows import MOST, TINT, TINTED, Cell, Line, Table
from krokomrsa.charts.screen_style import TEXT, WIDTH, cuts, dressed, lines
from krokomrsa.charts.screen_traces import GAP, Points, box_points, line_trace, mark_trace, word_trace
from krokomrsa.charts.style import DUTY_MARKS, PALETTE, faded, width, wrap
from krokomrsa.vocabulary import text_of

ROW: Final = 24.0  # pixels
COLUMN: Final = 118.0  # at most
NAMES: Final = 340.0  # at most
BELOW: Final = 64.0
Spot = tuple[int, int, Line, Cell]


def _cells(table: Table) -> list[Spot]:
    return [(column, row, line, cell) for row, line in enumerate(table.lines) for column, cell in enumerate(line.cells)]


def _column(table: Table, column: int) -> str:
    """Return what a column is called by itself, with the heading above it."""
    if not table.over:
        return table.heads[column]
    over = [text for text, span in table.over for _ in range(span)]
    return f"{over[column]} {table.heads[column]}"


def _marks(table: Table, status: str, spots: Sequence[Spot]) -> dict[str, Any]:
    held = [spot for spot in spots if spot[3].status == status]
    said = [
        lines(text_of("charts_coverage.hover.cell", row=line.name, column=_column(table, column)), *cell.said)
        for column, _, line, cell in held
    ]
    mark = DUTY_MARKS[status]
    colour = PALETTE["muted"] if status == "expired" else mark.colour
    look = {"symbol": mark.symbol, "size": 10, "color": colour, "line": {"width": 0.6 if mark.filled else 2, "color": colour}}
    at = [(column - (0.2 if cell.text else 0), row) for column, row, _, cell in held]
    return mark_trace(at, said, [line.id for _, _, line, _ in held], marker=look, name=table.words[status])


def _tints(spots: Sequence[Spot]) -> Iterator[dict[str, Any]]:
    """Yield what stands behind the marks, a trace for each status."""
    for status in TINTED:
        points = Points()
        for column, row, _, cell in spots:
            points += box_points(column - 0.49, row - 0.46, column + 0.49, row + 0.46) if cell.status == status else []
        if points:
            colour = faded(DUTY_MARKS[status].colour, TINT)
            yield line_trace(points, fill="toself", fillcolor=colour, line={"width": 0}, showlegend=False)


def _rules(table: Table) -> dict[str, Any]:
    """Return the lines between the rows."""
    end = len(table.heads) - 0.5
    points = [corner for row in range(len(table.lines) + 1) for corner in ((-0.5, row - 0.5), (end, row - 0.5), GAP)]
    return line_trace(points, line={"color": PALETTE["rule"], "width": 1}, showlegend=False)


def _words(spots: Sequence[Spot]) -> Iterator[dict[str, Any]]:
    """Yield what stands beside the marks, and what stands by itself."""
    for marked, shift, place in ((True, -0.1, "middle right"), (False, 0.0, "middle center")):
        held = [(column + shift, row, cell.text) for column, row, _, cell in spots if cell.text and bool(cell.status) is marked]
        yield word_trace([(column, row) for column, row, _ in held], [text for *_, text in held], place=place)


def _heads(table: Table, across: float) -> list[str]:
    """Return the headings of the columns in lines, what stands above them first."""
    heads = ["<br>".join(escape(part, quote=False) for part in wrap(head, TEXT, across - 6, bold=True)) for head in table.heads]
    over = [text for text, span in table.over for _ in range(span)] or [""] * len(heads)
    return [f"<b>{escape(text)} {head}</b>" if text else f"<b>{head}</b>" for text, head in zip(over, heads, strict=True)]


def _drawn(table: Table) -> go.Figure:
    if not table.lines:
        return dressed(go.Figure(), table.title, 160, empty=table.empty)
    names = cuts({line.id: line.name for line in table.lines}, NAMES)
    left = max(width(name, TEXT) for name in names.values()) + 30
    across = min((WIDTH - left - 20) / len(table.heads), COLUMN)
    heads, spots = _heads(table, across), _cells(table)
    above = 50 + 15 * max(head.count("<br>") + 1 for head in heads)
    traces = [*_tints(spots), _rules(table), *(_marks(table, status, spots) for status in table.statuses), *_words(spots)]
    height = len(table.lines) * ROW + above + BELOW + 16 * len(table.notes)
    layout = {
        "xaxis": {
            "range": [-0.5, len(heads) - 0.5],
            "tickvals": list(range(len(heads))),
            "ticktext": heads,
            "tickangle": 0,
            "side": "top",
            "showgrid": False,
        },
        "yaxis": {
            "range": [len(names) - 0.45, -0.55],
            "tickvals": list(range(len(names))),
            "ticktext": list(names.values()),
            "showgrid": False,
            "automargin": False,
            "ticklabelstandoff": 6,
        },
        "margin": {"l": left, "r": max(WIDTH - left - across * len(heads), 20.0), "t": above, "b": BELOW + 16 * len(table.notes)},
        "hovermode": "closest",
        "showlegend": True,
    }
    figure = go.Figure({"data": traces, "layout": layout})
    below = {"x": 0, "y": 0, "xref": "paper", "yref": "paper", "xshift": -left + 10, "yshift": -34, "xanchor": "left", "yanchor": "top"}
    figure.add_annotation(text="<br>".join(table.notes), align="left", showarrow=False, **below)
    return dressed(figure, table.title, height)


def coverage_groups(found: pd.DataFrame) -> go.Figure:
    """Draw how each target group stands in each competence; a mark carries its group as ``customdata``. The same input as in print."""
    return _drawn(covered_rows.groups(found))


def coverage_functions(found: pd.DataFrame) -> go.Figure:
    """Draw how each preparedness function is trained and exercised each year; a mark carries its function as ``customdata``."""
    return _drawn(covered_rows.functions(found))


def coverage_services(found: pd.DataFrame, *, names: Mapping[str, str], on: date, first: int = MOST) -> go.Figure:
    """Draw what each service has of routine, training and exercise, the worst first; a mark carries its service as ``customdata``."""
    return _drawn(covered_rows.services(found, names, on, first=first))
