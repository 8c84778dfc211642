"""Draw the training and exercise plan for print, by year and quarter like the strategy's Tabell 1; in the narrow size as a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, style
from krokomrsa.charts.rows import PlanCells, PlanEntry, labels, plan_cells
from krokomrsa.charts.style import ACTIVITY_MARKS, PALETTE, SIZES, Size, SizeName, Stroke
from krokomrsa.rules import Period
from krokomrsa.vocabulary import text_of

UNKNOWN: Final = "okänt"
QUARTERS: Final[tuple[object, ...]] = (1, 2, 3, 4, UNKNOWN)
KINDS: Final = ("training", "exercise")
YEAR: Final = 30.0  # width of the column of years
LETTER: Final = 14.0  # width of the column of U and Ö
MARK: Final = 9.0  # a symbol before a name
RULE: Final = Stroke(PALETTE["rule"], 0.5)
EDGE: Final = Stroke(PALETTE["ink"], 0.8)


@dataclass(frozen=True, slots=True)
class _Item:
    """One activity in a cell: its symbol's status and its name in lines."""

    status: str
    lines: Sequence[str]


def _items(entries: Sequence[PlanEntry], size: Size, room: float) -> list[_Item]:
    return [_Item(entry.status, style.wrap(entry.name, size.small, room - MARK, lines=4)) for entry in entries]


def _height(items: Sequence[_Item], size: Size) -> float:
    return sum(len(item.lines) * size.line + 1.5 for item in items)


def _draw_items(axes: Axes, items: Sequence[_Item], corner: tuple[float, float], size: Size) -> None:
    left, top = corner
    for item in items:
        draw.symbol(axes, (left + 3, top + size.line / 2), ACTIVITY_MARKS.get(item.status, ACTIVITY_MARKS["missing"]), 4)
        draw.paragraph(axes, (left + MARK, top), item.lines, size.small, step=size.line)
        top += len(item.lines) * size.line + 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of the plan: a year's focus, or its trainings or exercises by quarter."""

    year: int
    kind: str
    height: float
    text: Sequence[str] = ()
    cells: Sequence[Sequence[_Item]] = ()


def _quarter(quarter: object, *, short: bool) -> str:
    start = "short_" if short else ""
    if quarter == UNKNOWN:
        return text_of(f"charts.plan.{start}unknown")
    return text_of(f"charts.plan.{start}quarter", quarter=quarter)


def _table(cells: PlanCells, period: Period, focus: Mapping[int, str], size: Size, room: float) -> Iterator[_Row]:
    """Yield the rows of the wide plan: every year of the period, empty ones too."""
    for year in period.years:
        if focus.get(year):
            text = style.wrap(text_of("charts.plan.focus", focus=focus[year]), size.small, size.width - YEAR - 8, lines=2)
            yield _Row(year=year, kind="focus", height=len(text) * size.line + 3, text=text)
        for kind in KINDS:
            items = [_items(cells.get((year, kind, quarter), []), size, room - 4) for quarter in QUARTERS]
            yield _Row(year=year, kind=kind, height=max(*(_height(own, size) for own in items), size.line) + 4, cells=items)


def _draw_table(axes: Axes, rows: Sequence[_Row], size: Size, top: float, room: float) -> None:
    left = YEAR + LETTER
    for number, quarter in enumerate(QUARTERS):
        draw.write(axes, (left + number * room + 3, top + 6), _quarter(quarter, short=False), size.small, bold=True)
    at = top + 12
    for number, row in enumerate(rows):
        if number == 0 or rows[number - 1].year != row.year:
            draw.line(axes, [(0, at), (size.width, at)], stroke=EDGE, order=3)
            draw.write(axes, (2, at + 7), str(row.year), size.text, bold=True)
        if row.kind == "focus":
            draw.box(axes, (YEAR, at), size.width - YEAR, row.height, fill=PALETTE["band"])
            draw.paragraph(axes, (YEAR + 4, at + 1.5), row.text, size.small, step=size.line)
        else:
            draw.line(axes, [(YEAR, at), (size.width, at)], stroke=RULE)
            draw.write(
                axes,
                (YEAR + LETTER / 2, at + 2 + size.line / 2),
                text_of(f"charts.plan.{row.kind}"),
                size.small,
                bold=True,
                across="center",
            )
            for place, items in enumerate(row.cells):
                draw.line(axes, [(left + place * room, at), (left + place * room, at + row.height)], stroke=RULE)
                _draw_items(axes, items, (left + place * room + 3, at + 2), size)
        at += row.height
    draw.line(axes, [(0, at), (size.width, at)], stroke=EDGE, order=3)


def _list(cells: PlanCells, period: Period, focus: Mapping[int, str], size: Size) -> Iterator[_Row]:
    """Yield the rows of the narrow plan: a heading for each year, then a row for each quarter and kind that holds something."""
    for year in period.years:
        heading = text_of("charts.plan.focus", focus=focus[year]) if focus.get(year) else ""
        text = style.wrap(heading, size.small, size.width - YEAR - 6, lines=2)
        yield _Row(year=year, kind="focus", height=max(len(text), 1) * size.line + 4, text=text)
        held = [(quarter, kind) for quarter in QUARTERS for kind in KINDS if cells.get((year, kind, quarter))]
        for quarter, kind in held:
            items = _items(cells[year, kind, quarter], size, size.width - 46)
            yield _Row(year=year, kind=kind, height=_height(items, size) + 2, text=[_quarter(quarter, short=True)], cells=[items])
        if not held:
            yield _Row(year=year, kind="nothing", height=size.line + 2)


def _draw_list(axes: Axes, rows: Sequence[_Row], size: Size, top: float) -> None:
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
            _draw_items(axes, row.cells[0], (44, top + 1), size)
        top += row.height


def _keys(cells: PlanCells) -> list[draw.Key]:
    held = {entry.status if entry.status in ACTIVITY_MARKS else "missing" for entries in cells.values() for entry in entries}
    words = {
        **labels("activities", "status"),
        "late": text_of("charts.coverage.statuses.late"),
        "missing": text_of("charts.measures.unstated"),
    }
    return [draw.dot(words[status], mark, 4.5) for status, mark in ACTIVITY_MARKS.items() if status in held]


def plan(
    plan_frame: pd.DataFrame,
    activities: pd.DataFrame,
    period: Period,
    *,
    focus: Mapping[int, str] | None = None,
    size: SizeName = "full",
) -> Figure:
    """Draw the plan.

    ``plan_frame`` is what ``coverage.plan`` returns, ``activities`` the table of the register, ``focus`` the year's Inriktning. Every
    year of the period is drawn, with a row U for trainings and Ö for exercises and a column for a quarter that is not known.
    """
    look = SIZES[size]
    cells = plan_cells(plan_frame, activities)
    title = text_of("charts.plan.title", period=period)
    room = (look.width - YEAR - LETTER - 1) / len(QUARTERS)
    top = draw.top(title, look)
    rows = list(_list(cells, period, focus or {}, look) if look.half else _table(cells, period, focus or {}, look, room))
    bottom = top + sum(row.height for row in rows) + (0 if look.half else 12)
    notes = [text_of("charts.plan.letters" if cells else "charts.plan.empty")]
    figure = draw.page(title, look, bottom=bottom + 5, keys=_keys(cells), notes=notes)
    if look.half:
        _draw_list(figure.axes[0], rows, look, top)
    else:
        _draw_table(figure.axes[0], rows, look, top, room)
    return figure
