"""A part of a sheet as rows of cells that hold something, each with its shape: what sort of thing stands there."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache, lru_cache
from operator import itemgetter
from typing import Final, Literal

from krokomrsa.excel.foreign.finding.words import plain, words
from krokomrsa.excel.reading import Cell, Sheet

Place = tuple[int, int]  # row, column
Shape = Literal["number", "date", "code", "mark", "text", "long", "truth", "other"]
Rows = Mapping[int, dict[int, Cell]]  # row → column → cell, both in order

LONG: Final = 80  # signs; a label is shorter
SAMPLE: Final = 15  # rows that are looked at to learn what a table's rows look like
_NUMBER = re.compile(r"[<>≤≥~]?\s*[-+]?\d+(?:[.,\s]\d+)*\s*%?(?:\s*[-–]\s*\d+(?:[.,]\d+)?\s*%?)?")
_DATE = re.compile(r"\d{4}-\d{1,2}(?:-\d{1,2})?(?:[T ].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_CODE = re.compile(  # looks for the digit first: most texts have none there
    r"(?=.{0,11}\d)[^\W\d_]{0,5}[-_.:/ ]?[^\W\d_]{0,4}[-_.:/ ]?\d[\w.:/-]*"
)


@cache
def _marks() -> tuple[frozenset[str], int]:
    """Return the signs that mark a cell, and how many letters the longest of them has."""
    return words("mark"), max(map(len, words("mark")))


def _is_mark(text: str) -> bool:
    marks, longest = _marks()
    return len(text) <= longest and text.casefold() in marks  # a folded text is never shorter


@lru_cache(maxsize=50_000)
def _shape_of_text(value: str) -> Shape:
    text = value.strip()
    if len(text) > LONG:
        return "long"
    if _is_mark(text):
        return "mark"
    if not text[:1].isalpha():  # neither a date nor a number begins with a letter
        if _DATE.fullmatch(text):
            return "date"
        if _NUMBER.fullmatch(text):
            return "number"
        if not any(sign.isalpha() for sign in text):
            return "other"
    return "code" if _CODE.fullmatch(text) else "text"


def shape_of(cell: Cell) -> Shape:
    """Return what sort of thing stands in a cell.

    >>> [shape_of(Cell(1, 1, value)) for value in ("Elavbrott", "R-01", "3,5", 4, "X", "?")]
    ['text', 'code', 'number', 'number', 'mark', 'other']
    """
    value = cell.value
    if cell.error:
        return "other"
    if isinstance(value, str):
        return _shape_of_text(value)
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float):
        return "number"
    return "date" if isinstance(value, date | time | timedelta) else "other"


@dataclass(frozen=True, slots=True)
class Area:
    """Some rows and columns of a sheet."""

    sheet: Sheet
    rows: Rows
    numbers: tuple[int, ...]  # the rows that hold something, in order
    spans: Mapping[tuple[int, int], tuple[int, int]]  # top left cell of a merged range → its last row and column
    blank: tuple[Place, ...] = ()  # where nothing but space stands, in a whole sheet

    def part(self, *, first: int = 1, last: int | None = None, left: int = 1, right: int | None = None) -> Area:
        """Return the part between two rows and two columns, both included."""
        numbers = self.numbers[bisect_left(self.numbers, first) : None if last is None else bisect_left(self.numbers, last + 1)]
        rows = {number: _between(self.rows[number], left, right) for number in numbers}
        found = {number: cells for number, cells in rows.items() if cells}
        return Area(self.sheet, found, tuple(found), self.spans)

    def after(self, row: int) -> tuple[int, ...]:
        """Return the rows that hold something below a row."""
        return self.numbers[bisect_left(self.numbers, row + 1) :]

    def at(self, places: Iterable[tuple[int, int]]) -> Area:
        """Return what stands at some places."""
        rows: dict[int, dict[int, Cell]] = {}
        for row, column in sorted(places):
            if column in self.rows.get(row, {}):
                rows.setdefault(row, {})[column] = self.rows[row][column]
        return Area(self.sheet, rows, tuple(rows), self.spans)

    def last_column(self, cell: Cell) -> int:
        """Return the last column over which a cell spreads."""
        return self.spans.get((cell.row, cell.column), (cell.row, cell.column))[1]

    def width(self, cell: Cell) -> int:
        """Return over how many columns a cell spreads."""
        return self.last_column(cell) - cell.column + 1

    def __iter__(self) -> Iterator[Cell]:
        """Go through the cells by row."""
        return (cell for cells in self.rows.values() for cell in cells.values())


def _between(cells: dict[int, Cell], left: int, right: int | None) -> dict[int, Cell]:
    """Return a row's cells between two columns; most often that is all or none."""
    first, last = next(iter(cells)), next(reversed(cells))
    if first >= left and (right is None or last <= right):
        return cells
    if last < left or (right is not None and first > right):
        return {}
    return {column: cell for column, cell in cells.items() if column >= left and (right is None or column <= right)}


def whole(sheet: Sheet) -> Area:
    """Return a sheet's cells in order; those that hold nothing but space are no cells of a row."""
    rows: dict[int, dict[int, Cell]] = {}
    blank: list[Place] = []
    last, cells = 0, dict[int, Cell]()
    for (row, column), cell in _in_order(sheet):
        value = cell.value
        if value.strip() if isinstance(value, str) else value is not None:
            if row != last:
                last, cells = row, rows.setdefault(row, {})
            cells[column] = cell
        else:
            blank.append((row, column))
    return Area(sheet, rows, tuple(rows), _spans(sheet), tuple(blank))


def _in_order(sheet: Sheet) -> Collection[tuple[Place, Cell]]:
    """Return a sheet's cells by row and column, as most files have them."""
    places, cells = list(sheet.cells), sheet.cells.items()
    return cells if places == sorted(places) else sorted(cells, key=itemgetter(0))


def _spans(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the merged ranges; one may spread over a whole sheet, and then ends where the sheet's last cell stands."""
    if not sheet.merged:
        return {}
    last = max((column for _, column in sheet.cells), default=1)
    return {(top, left): (bottom, min(right, max(last, left))) for top, left, bottom, right in sheet.merged}


def shapes_below(area: Area, column: int, rows: tuple[int, ...]) -> Counter[Shape]:
    """Return how often each shape stands in a column in some rows."""
    return Counter([shape_of(area.rows[row][column]) for row in rows if column in area.rows[row]])


def is_label(cell: Cell) -> bool:
    """Return whether a cell may be a header: text, not computed, with a letter."""
    value = cell.value
    if cell.formula or cell.error or not isinstance(value, str):
        return False
    text = value.strip()
    if text[:1].isalpha():  # then it is a text, a code or a long text, if it is no mark
        return not _is_mark(text)
    return _shape_of_text(value) in {"code", "text", "long"}


def ends_with_colon(cell: Cell) -> bool:
    """Return whether a cell names what stands beside it."""
    return isinstance(cell.value, str) and ":" in cell.value and plain(cell.value).rstrip("_. ").endswith(":")
