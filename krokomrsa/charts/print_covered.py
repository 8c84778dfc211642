"""Draw what is trained and exercised for print: tables of marks, with how long ago beside each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import covered_rows, draw, style
from krokomrsa.charts.covered_rows import MOST, TINT, TINTED, Cell, Table
from krokomrsa.charts.style import DUTY_MARKS, PALETTE, SIZES, Size, SizeName, Stroke

NAMES: Final = 0.34  # of the width, at most, where the columns need the rest
NAMES_HALF: Final = 0.28
COLUMN: Final = 62.0  # of a column, at most
BESIDE: Final = 34.0  # headings of more than a line stand upright on a narrower column
MARK: Final = 5.0
HEAD: Final = 90.0  # of upright headings, at most
RULE: Final = Stroke(PALETTE["rule"], 0.5)
EDGE: Final = Stroke(PALETTE["ink"], 0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The table on the page, in points."""

    size: Size
    left: float
    top: float
    across: float  # of a column
    names: Sequence[Sequence[str]]  # of the rows, in lines
    heads: Sequence[Sequence[str]]  # of the columns, in lines
    upright: bool  # the headings of the columns
    below: bool  # words stand below the marks
    over: bool  # headings stand above those of the columns

    @property
    def head(self) -> float:
        """Return how high the headings are."""
        size, over = self.size, self.size.line if self.over else 0.0
        if self.upright:
            return over + max(style.width(line, size.small) for lines in self.heads for line in lines) + 6
        return over + max(map(len, self.heads)) * size.line + 4

    @property
    def heights(self) -> list[float]:
        """Return the heights of the rows."""
        least = MARK + self.size.line + 3 if self.below else self.size.line + 2.4
        return [max(len(lines) * self.size.line + 2.4, least) for lines in self.names]


def _names(table: Table, size: Size, room: float) -> list[list[str]]:
    """Return the names of the rows in lines; where two would read alike, the id stands before the name."""
    made = [style.wrap(line.name, size.small, room, lines=2) for line in table.lines]
    often = Counter(map(tuple, made))
    return [
        lines if often[tuple(lines)] == 1 else style.wrap(f"{line.id} {line.name}", size.small, room, lines=2)
        for line, lines in zip(table.lines, made, strict=True)
    ]


def _frame(table: Table, size: Size) -> _Frame:
    widest = max(style.width(line.name, size.small) for line in table.lines)
    left = min(widest, max(size.width * (NAMES_HALF if size.half else NAMES), size.width - len(table.heads) * COLUMN - 7)) + 6
    across = min((size.width - left - 1) / len(table.heads), COLUMN)
    heads = [style.wrap(head, size.small, across - 3, bold=True) for head in table.heads]
    upright = across < BESIDE and max(map(len, heads)) > 1
    longest = max((style.width(cell.text, size.small) for line in table.lines for cell in line.cells if cell.status), default=0.0)
    return _Frame(
        size=size,
        left=left,
        top=draw.top(table.title, size),
        across=across,
        names=_names(table, size, left - 6),
        heads=[style.wrap(head, size.small, HEAD, lines=2) for head in table.heads] if upright else heads,
        upright=upright,
        below=longest > 0 and MARK + longest + 7 > across,
        over=bool(table.over),
    )


def _symbol(axes: Axes, at: draw.Point, status: str) -> None:
    """Draw the mark of a status; what has run out is a hatched box, as on the duty board."""
    mark = DUTY_MARKS[status]
    if status == "expired":
        draw.box(axes, (at[0] - 3.6, at[1] - 2.8), 7.2, 5.6, fill=mark.colour, hatch=mark.hatch, edge=PALETTE["muted"], line=0.4, order=2)
    else:
        draw.symbol(axes, at, mark, MARK)


def _cell(axes: Axes, frame: _Frame, cell: Cell, corner: draw.Point, height: float) -> None:
    (left, top), size = corner, frame.size
    middle = top + height / 2
    if cell.status in TINTED:
        fill = style.faded(DUTY_MARKS[cell.status].colour, TINT)
        draw.box(axes, (left + 0.5, top + 0.5), frame.across - 1, height - 1, fill=fill, order=0.9)
    centre = left + frame.across / 2
    if not cell.status:
        draw.write(axes, (centre, middle), cell.text, size.small, across="center")
    elif not cell.text:
        _symbol(axes, (centre, middle), cell.status)
    elif frame.below:
        _symbol(axes, (centre, middle - size.line / 2), cell.status)
        draw.write(axes, (centre, middle + size.line / 2 - 1), cell.text, size.small, across="center")
    else:
        start = centre - (MARK + 4 + style.width(cell.text, size.small)) / 2
        _symbol(axes, (start + MARK / 2, middle), cell.status)
        draw.write(axes, (start + MARK + 4, middle), cell.text, size.small)


def _heads(axes: Axes, frame: _Frame, table: Table) -> None:
    size, bottom = frame.size, frame.top + frame.head - 2
    ends = accumulate(span for _, span in table.over)
    for (text, span), end in zip(table.over, ends, strict=True):
        middle = frame.left + (end - span / 2) * frame.across
        draw.write(axes, (middle, frame.top + size.line / 2), text, size.small, bold=True, across="center")
    for number, lines in enumerate(frame.heads):
        middle = frame.left + (number + 0.5) * frame.across
        for place, line in enumerate(lines):
            if frame.upright:
                at = middle + (place - (len(lines) - 1) / 2) * size.line, bottom - 2 - style.width(line, size.small) / 2
            else:
                at = middle, bottom - (len(lines) - place - 0.5) * size.line
            draw.write(axes, at, line, size.small, bold=not frame.upright, across="center", upright=frame.upright)


def _draw(axes: Axes, frame: _Frame, table: Table) -> None:
    _heads(axes, frame, table)
    top = frame.top + frame.head
    right = frame.left + len(table.heads) * frame.across
    draw.line(axes, [(0, top), (right, top)], stroke=EDGE)
    for line, lines, height in zip(table.lines, frame.names, frame.heights, strict=True):
        draw.paragraph(axes, (2, top + height / 2 - len(lines) * frame.size.line / 2), lines, frame.size.small, step=frame.size.line)
        for number, cell in enumerate(line.cells):
            _cell(axes, frame, cell, (frame.left + number * frame.across, top), height)
        top += height
        draw.line(axes, [(0, top), (right, top)], stroke=RULE)
    for number in accumulate((span for _, span in table.over), initial=0):
        x = frame.left + number * frame.across
        draw.line(axes, [(x, frame.top), (x, top)], stroke=RULE)


def _keys(table: Table) -> list[draw.Key]:
    middle = (draw.KEY_WIDTH - 4) / 2
    return [
        draw.Key(table.words[status], lambda axes, at, status=status: _symbol(axes, (at[0] + middle, at[1]), status))  # type: ignore[misc]
        for status in table.statuses
    ]


def _table(table: Table, size: Size) -> Figure:
    if not table.lines:
        return draw.page(table.title, size, bottom=draw.top(table.title, size), notes=[table.empty])
    frame = _frame(table, size)
    bottom = frame.top + frame.head + sum(frame.heights) + 5
    figure = draw.page(table.title, size, bottom=bottom, keys=_keys(table), notes=table.notes)
    _draw(figure.axes[0], frame, table)
    return figure


def coverage_groups(found: pd.DataFrame, *, size: SizeName = "full") -> Figure:
    """Draw how each target group stands in each competence; ``found`` is what ``coverage.by_group`` returns."""
    return _table(covered_rows.groups(found), SIZES[size])


def coverage_functions(found: pd.DataFrame, *, size: SizeName = "full") -> Figure:
    """Draw how each preparedness function is trained and exercised each year; ``found`` is what ``coverage.by_function`` returns."""
    return _table(covered_rows.functions(found), SIZES[size])


def coverage_services(found: pd.DataFrame, *, names: Mapping[str, str], on: date, first: int = MOST, size: SizeName = "full") -> Figure:
    """Draw what each service has of routine, training and exercise, and when last, the worst first.

    ``found`` is what ``coverage.by_service`` returns for ``on``, ``names`` gives id → name. At most ``first`` stand there, fewer where they
    have no room; the others are counted.
    """
    look = SIZES[size]
    table = covered_rows.services(found, names, on, first=first)
    while table.lines:
        frame = _frame(table, look)
        room = draw.room(table.title, look, keys=_keys(table), notes=table.notes) - frame.head - 5
        fits = draw.fitting(frame.heights, room)
        if fits == len(table.lines):
            break
        table = covered_rows.services(found, names, on, first=fits)
    return _table(table, look)
