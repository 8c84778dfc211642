"""Draw the training and exercise plan for print, by year and quarter like the strategy's Tabell 1; in the narrow size as a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, plan_rows, style
from krokomrsa.charts.plan_rows import KINDS, LINES, QUARTERS, Item, Row, Type
from krokomrsa.charts.rows import PlanCells
from krokomrsa.charts.style import ACTIVITY_MARKS, PALETTE, SIZES, Size, SizeName, Stroke
from krokomrsa.rules import Period
from krokomrsa.vocabulary import text_of

YEAR: Final = 30.0  # width of the column of years
LETTER: Final = 14.0  # width of the column of U and Ö
HEAD: Final = 12.0  # the names of the quarters
RULE: Final = Stroke(PALETTE["rule"], 0.5)
EDGE: Final = Stroke(PALETTE["ink"], 0.8)
Rows = Callable[[Type], list[Row]]


def _symbol(axes: Axes, at: draw.Point, status: str, points: float) -> None:
    draw.symbol(axes, at, ACTIVITY_MARKS[status], points * (1.5 if status == "evaluated" else 1))  # a star looks smaller than it is


def _draw_items(axes: Axes, items_: Sequence[Item], corner: draw.Point, type_: Type) -> None:
    left, top = corner
    for item in items_:
        _symbol(axes, (left + 3, top + type_.step / 2), item.entry.status, 4)
        draw.paragraph(axes, (left + type_.mark, top), item.lines, type_.points, step=type_.step)
        top += type_.height([item])


def _draw_table(axes: Axes, rows: Sequence[Row], size: Size, type_: Type, top: float) -> None:
    left, room = YEAR + LETTER, _room(size)
    for number, quarter in enumerate(QUARTERS):
        draw.write(axes, (left + number * room + 3, top + HEAD / 2), plan_rows.quarter_name(quarter), size.small, bold=True)
    at = top + HEAD
    for number, row in enumerate(rows):
        if number == 0 or rows[number - 1].year != row.year:
            draw.line(axes, [(0, at), (size.width, at)], stroke=EDGE, order=3)
            draw.write(axes, (2, at + 7), str(row.year), size.text, bold=True)
        if row.kind == "focus":
            draw.box(axes, (YEAR, at), size.width - YEAR, row.height, fill=PALETTE["band"])
            draw.paragraph(axes, (YEAR + 4, at + 1.5), row.text, size.small, step=size.line)
        else:
            draw.line(axes, [(YEAR, at), (size.width, at)], stroke=RULE)
            letter = (YEAR + LETTER / 2, at + 2 + size.line / 2)
            draw.write(axes, letter, text_of(f"charts.plan.{row.kind}"), size.small, bold=True, across="center")
            for place, found in enumerate(row.cells):
                draw.line(axes, [(left + place * room, at), (left + place * room, at + row.height)], stroke=RULE)
                _draw_items(axes, found, (left + place * room + 3, at + 2), type_)
        at += row.height
    draw.line(axes, [(0, at), (size.width, at)], stroke=EDGE, order=3)


def _room(size: Size) -> float:
    """Return how wide a quarter is."""
    return (size.width - YEAR - LETTER - 1) / len(QUARTERS)


def _list(cells: PlanCells, period: Period, focus: Mapping[int, str], type_: Type, size: Size) -> Iterator[Row]:
    """Yield the rows of the narrow plan: a heading for each year, then a row for each quarter and kind that holds something."""
    for year in period.years:
        heading = text_of("charts.plan.focus", focus=focus[year]) if focus.get(year) else ""
        text = style.wrap(heading, size.small, size.width - YEAR - 6, lines=2)
        yield Row(year=year, kind="focus", height=max(len(text), 1) * size.line + 4, text=text)
        found = [(quarter, kind) for quarter in QUARTERS for kind in KINDS if cells.get((year, kind, quarter))]
        for quarter, kind in found:
            own = plan_rows.items(cells[year, kind, quarter], type_, size.width - 46)
            yield Row(year=year, kind=kind, height=type_.height(own) + 2, text=[plan_rows.quarter_name(quarter, short=True)], cells=[own])
        if not found:
            yield Row(year=year, kind="nothing", height=size.line + 2)


def _draw_list(axes: Axes, rows: Sequence[Row], size: Size, type_: Type, top: float) -> None:
    for row in rows:
        middle = top + 1 + size.line / 2
        if row.kind == "focus":
            draw.box(axes, (0, top), size.width, row.height, fill=PALETTE["band"])
            draw.write(axes, (2, top + 2 + size.line / 2), str(row.year), size.text, bold=True)
            draw.paragraph(axes, (YEAR, top + 2), row.text, size.small, step=size.line)
        elif row.kind == "nothing":
            draw.write(axes, (YEAR, middle), text_of("charts.plan.nothing"), size.small, colour=PALETTE["muted"])
        else:
            draw.write(axes, (2, middle), row.text[0], size.small)
            draw.write(axes, (36, middle), text_of(f"charts.plan.{row.kind}"), size.small, bold=True, across="center")
            _draw_items(axes, row.cells[0], (44, top + 1), type_)
        top += row.height


def _fitted(rows: Rows, type_: Type, room: float, fullest: int) -> tuple[Type, list[Row]]:
    """Return the rows with as much of the names as the page has room for: fewer lines of each first, then fewer activities in a cell."""
    shorter = [replace(type_, lines=lines) for lines in range(LINES, 0, -1)]
    fewer = [replace(type_, lines=1, most=most) for most in range(fullest - 1, 0, -1)]
    for tried in (*shorter, *fewer):
        made = rows(tried)
        if sum(row.height for row in made) <= room:
            break
    return tried, made


def _key(status: str) -> draw.Key:
    middle = (draw.KEY_WIDTH - 4) / 2
    return draw.Key(plan_rows.status_word(status), lambda axes, at: _symbol(axes, (at[0] + middle, at[1]), status, 4.5))


def plan(
    plan_frame: pd.DataFrame,
    activities: pd.DataFrame,
    period: Period,
    *,
    on: date,
    focus: Mapping[int, str] | None = None,
    size: SizeName = "full",
) -> Figure:
    """Draw the plan with how each activity stands on a day.

    ``plan_frame`` is what ``coverage.plan`` returns, ``activities`` the table of the register, ``focus`` the year's Inriktning. Every
    year of the period is drawn, with a row U for trainings and Ö for exercises and a column for a quarter that is not known. The plan
    stays on one page; what finds no room there is counted in its cell.
    """
    look, years = SIZES[size], focus or {}
    cells = plan_rows.standing_cells(plan_frame, activities, on, period)
    title = text_of("charts_coverage.plan.title", period=period, on=on)
    keys, head = [_key(status) for status in plan_rows.held(cells)], 0 if look.half else HEAD
    letters = text_of("charts.plan.letters" if cells else "charts.plan.empty")
    beyond = f"{letters} {text_of('charts.matrix.beyond')}"
    space = draw.room(title, look, keys=keys, notes=[beyond]) - head - 5

    def rows(type_: Type) -> list[Row]:
        if look.half:
            return list(_list(cells, period, years, type_, look))
        return list(plan_rows.table(cells, period, years, type_, room=_room(look) - 4, wide=look.width - YEAR - 8))

    type_ = Type(points=look.small, step=look.line)
    type_, made = _fitted(rows, type_, space, max(map(len, cells.values()), default=0))
    top = draw.top(title, look)
    bottom = top + head + sum(row.height for row in made) + 5
    figure = draw.page(title, look, bottom=bottom, keys=keys, notes=[beyond if type_.most else letters])
    (_draw_list if look.half else _draw_table)(figure.axes[0], made, look, type_, top)
    return figure
