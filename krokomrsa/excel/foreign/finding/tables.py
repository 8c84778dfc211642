"""Find the tables in somebody else's workbook, wherever they stand, and say of every other cell why it holds nothing for the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from krokomrsa.excel.foreign.finding import body, headers, nonregisters, rest, rowkinds, spans
from krokomrsa.excel.foreign.finding.area import Area, Place, whole
from krokomrsa.excel.foreign.finding.crossed import join
from krokomrsa.excel.foreign.finding.words import Known
from krokomrsa.excel.foreign.model import Layout, Table
from krokomrsa.excel.foreign.understanding import synonyms
from krokomrsa.excel.reading import Book, Sheet

MOST: Final = 100  # tables that are looked for in a sheet; what is below them is told as notes
_FEWEST: Final = 3  # rows and columns that are too many to be a note
_known: Known = lru_cache(maxsize=10_000)(synonyms.known)


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of a sheet that looks like a table, and why it is no register; empty if it may be one."""

    table: Table
    columns: range
    reason: str
    told: bool = True  # whether its cells are told as what it is; if not, what is under its header is searched once more

    @property
    def first(self) -> int:
        """Return the first header row."""
        return self.table.header_rows[0]

    @property
    def last(self) -> int:
        """Return the last row."""
        return max(self.table.kinds, default=self.table.header_rows[-1])


def find(book: Book) -> Layout:
    """Return a workbook's tables, and for each cell outside their data why it holds nothing for the register."""
    tables: list[Table] = []
    loose: dict[tuple[str, str], str] = {}
    for sheet in book.sheets:
        found, reasons = _in_sheet(sheet, _known)
        tables += found
        loose |= {(sheet.name, sheet.cells[place].ref): reason for place, reason in reasons.items()}
    return Layout(tables=tuple(tables), loose=loose)


def _in_sheet(sheet: Sheet, known: Known) -> tuple[list[Table], dict[tuple[int, int], str]]:
    """Return a sheet's tables, and the reason for each of its other cells."""
    area = whole(sheet)
    blocks = sorted(_blocks(area, known), key=lambda block: (block.first, block.columns.start))
    tables = [block.table for block in blocks if not block.reason]
    outside = _outside(area, tables)
    free = set(outside)
    reasons = {place: reason for block in blocks for place, reason in _reasons(area, block) if place in free}
    left = [place for place in outside if place not in reasons]
    reasons |= rest.reasons(area.at(left), tables, known)
    notes = area.at(place for place in left if reasons.get(place) == "note")
    missed = [table for table in _missed(notes, area) if not rest.draws(table)]
    if missed:
        tables += missed
        outside = _outside(area, tables)
        reasons |= {(row, column.number): "header" for table in missed for row in table.header_rows for column in table.columns}
    return tables, {place: reasons.get(place, "blank") for place in outside}


def _outside(area: Area, tables: list[Table]) -> list[Place]:
    """Return where something stands, be it only space, but in no table's columns in a row with data."""
    held: dict[int, frozenset[int]] = {}
    for table in tables:
        columns = frozenset(number for column in table.columns for number in column.numbers)
        held |= {row: held[row] | columns if row in held else columns for row in table.data}
    rows = ((row, cells, held.get(row, frozenset())) for row, cells in area.rows.items())
    found = [(row, column) for row, cells, inside in rows if not cells.keys() <= inside for column in cells if column not in inside]
    return [*found, *((row, column) for row, column in area.blank if column not in held.get(row, frozenset()))]


def _missed(notes: Area, area: Area) -> Iterator[Table]:
    """Go through what fills three rows and three columns or more among what seemed to be notes: a table that somebody must be asked about."""
    run: list[int] = []
    for row in (*notes.numbers, 0):
        if run and not (row == run[-1] + 1 and len(notes.rows[row].keys() & notes.rows[run[-1]].keys()) >= _FEWEST):
            taken = {column for number in run for column in area.rows[number].keys() - notes.rows[number].keys()}
            numbers = sorted({column for number in run for column in notes.rows[number]} - taken)
            if min(len(run), len(numbers)) >= _FEWEST:
                yield _table(notes, run, numbers)
            run = []
        if row and len(notes.rows[row]) >= _FEWEST:
            run.append(row)


def _table(area: Area, rows: list[int], numbers: list[int]) -> Table:
    """Return rows as they stand as a table, the first as its header."""
    header, data = (rows[0],), tuple(rows[1:])
    return Table(
        sheet=area.sheet, header_rows=header, columns=spans.columns_of(area, header, numbers, data), kinds=dict.fromkeys(data, "data")
    )


def _blocks(area: Area, known: Known) -> Iterator[_Block]:
    """Go through what looks like a table: one is found, then what is above, beside and below it is searched."""
    waiting, found = [area], 0
    while waiting and found < MOST:
        part = waiting.pop()
        block = None if nonregisters.is_form(part, known) else _block(part, known)
        if block:
            if block.told:
                yield block
            found += 1
            waiting += [remains for remains in _around(part, block) if len(remains.numbers) > 1]


def _block(area: Area, known: Known) -> _Block | None:
    """Return the first that looks like a table in a part of a sheet."""
    row = headers.best(area, known)
    if row is None:
        return None
    header = headers.header_rows(area, row)
    below = area.after(header[-1])
    numbers = spans.extent(area, header, below)
    under = body.body(area, header, numbers)
    rows, again = body.extent(under, known, first=header[-1])
    wider = spans.attached(area, numbers, tuple(rows))
    if wider != numbers:
        numbers, under = wider, body.body(area, header, wider)
    kinds, categories = rowkinds.kinds(under, rows, again)
    data = tuple(row for row in rows if kinds[row] == "data")
    columns = join(area, spans.columns_of(area, header, numbers, data), data)
    table = Table(sheet=area.sheet, header_rows=header, columns=columns, kinds=kinds, categories=categories)
    place = range(numbers[0], numbers[-1] + 1)
    if len(columns) > 1 and nonregisters.is_pair(table, known):
        return _Block(table, place, "note", told=False)
    reason = nonregisters.why_not(area, table, known) if len(columns) > 1 else "note"
    return _Block(table, place, reason, told=len(columns) > 1)


def _around(area: Area, block: _Block) -> Iterator[Area]:
    """Go through the parts of a sheet around a table."""
    beside = [column for row in block.table.header_rows for column in area.rows[row] if column not in block.columns]
    if not block.told and len(beside) < 2:  # noqa: PLR2004 (its header is none and no other stands beside it: all that is below may be a table)
        yield area.part(first=block.first + 1)
        return
    yield area.part(last=block.first - 1)
    if block.columns.start > 1:
        yield area.part(first=block.first, last=block.last, right=block.columns.start - 1)
    last = block.last
    for row in area.after(block.last):
        if row != last + 1 or min(area.rows[row]) < block.columns.stop:
            break
        last = row
    yield area.part(first=block.first, last=last, left=block.columns.stop)
    yield area.part(first=last + 1)


def _reasons(area: Area, block: _Block) -> Iterator[tuple[tuple[int, int], str]]:
    """Go through a table's cells that are no data, with what they are; all cells of what is no register."""
    kinds = dict.fromkeys(block.table.header_rows, "header") | dict(block.table.kinds)
    for row, kind in kinds.items():
        if kind == "data" and not block.reason:
            continue
        for column in area.rows.get(row, {}):
            if column in block.columns:
                yield (row, column), block.reason or kind
