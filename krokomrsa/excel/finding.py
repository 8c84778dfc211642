"""Find a form's blocks in a workbook: where each stands and which column holds which field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from krokomrsa.errors import Problem
from krokomrsa.excel.blocks import Block, Field
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.reading import Book, Cell, Sheet
from krokomrsa.excel.sent import Meta, meta
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of, texts

__all__ = ["Found", "Meta", "find", "meta"]

_NEAR = 5  # rows below its marker in which a header may stand when rows were inserted
_DEPTH = 200  # rows from the top in which a header without a marker is looked for

Columns = dict[int, tuple[str, Field]]  # column of the sheet → key of the answer and its field
Words = Mapping[str, tuple[str, Field]]  # a header as it is compared → the same


@dataclass(slots=True, kw_only=True)
class Found:
    """One block where it stands in a sheet."""

    block: Block
    sheet: Sheet
    marker_row: int | None
    header_row: int
    id_column: int | None
    last_row: int
    rows: Mapping[int, list[Cell]]
    columns: Columns = field(default_factory=dict)
    labels: set[int] = field(default_factory=set)
    left_out: dict[int, Problem] = field(default_factory=dict)  # column → why nothing below its header is read

    @property
    def keys(self) -> Mapping[str, int]:
        """Return the column of each answer that the block has room for."""
        return {key: column for column, (key, _) in self.columns.items()}

    @property
    def body(self) -> Iterator[tuple[int, list[Cell]]]:
        """Go through the rows below the header."""
        return ((number, cells) for number, cells in self.rows.items() if self.header_row < number <= self.last_row)

    def is_own(self, number: int) -> bool:
        """Tell whether a row is the form's own text between two blocks: its sign stands where ids stand."""
        return not self.block.key.startswith("register.") and _is_mark(self.sheet.value(number, self.id_column or 0))


def _is_mark(value: object) -> bool:
    sign = text_of("forms.marker")
    return isinstance(value, str) and (value.strip() == sign or re.fullmatch(rf"{sign}\w+\.\w", value.strip()) is not None)


def _words(block: Block, resources: Mapping[str, str]) -> Words:
    """Return how each header of a block may be written: as printed, without its unit, or by its key; in a matrix a resource's name."""
    if block.matrix:
        return {fold(name): (key, block.fields[0]) for key, name in reversed(list(resources.items()))}
    ways = (lambda one: one.key, lambda one: re.sub(r"\s*\([^)]*\)$", "", one.header), lambda one: one.header)
    return {fold(way(one)): (one.key, one) for way in ways for one in reversed(block.fields)}


def _is_label(block: Block, cell: Cell) -> bool:
    return block.matrix and fold(shown(cell.value)) == fold(texts("forms")["headers"][block.key])


def _hits(block: Block, cells: list[Cell], words: Words) -> int:
    """Return how many headers of a block stand in a row."""
    known = {words[word][0] for cell in cells if (word := fold(shown(cell.value))) in words}
    return len(known - {"id"}) + any(_is_label(block, cell) for cell in cells)


def _id_column(cells: list[Cell]) -> int | None:
    word = fold(text_of("forms.id"))
    return next((cell.column for cell in cells if fold(shown(cell.value)) == word), None)


def _by_marker(block: Block, sheet: Sheet, rows: Mapping[int, list[Cell]], words: Words) -> Found | None:
    marks = [cell for cells in rows.values() for cell in cells if _is_mark(cell.value)]
    mine = next((cell for cell in marks if cell.value.strip() == block.marker), None)
    if mine is None:
        return None
    below = [cell.row for cell in marks if cell.row > mine.row and cell.column == mine.column]
    last = min(below) - 1 if below else max(rows)
    near = [number for number in rows if mine.row < number <= min(last, mine.row + _NEAR)]
    header = next((number for number in near if mine.column == _id_column(rows[number]) or _hits(block, rows[number], words) > 1), None)
    if header is None:
        return None
    return Found(block=block, sheet=sheet, marker_row=mine.row, header_row=header, id_column=mine.column, last_row=last, rows=rows)


def _by_header(block: Block, sheet: Sheet, rows: Mapping[int, list[Cell]], words: Words) -> Found | None:
    hits = {number: _hits(block, cells, words) for number, cells in rows.items() if number <= _DEPTH}
    best = max(hits, key=lambda number: (hits[number], -number), default=0)
    if not best or hits[best] < min(2, len(block.fields) + block.matrix):
        return None
    column = _id_column(rows[best])
    below = [number for number in rows if number > best and column and _is_mark(sheet.value(number, column))]
    last = min(below) - 1 if below and not block.key.startswith("register.") else max(rows)
    return Found(block=block, sheet=sheet, marker_row=None, header_row=best, id_column=column, last_row=last, rows=rows)


def _left_out(found: Found, header: Cell, key: str, ledger: Ledger, **values: object) -> None:
    problem, remedy = (text_of(f"intake.problems.{key}{part}", **values) for part in ("", "_remedy"))
    found.left_out[header.column] = ledger.reject(found.sheet, header, Problem(problem=problem, remedy=remedy))


def _map_columns(found: Found, words: Words, resources: Mapping[str, str], ledger: Ledger) -> None:
    """Note the field of each column; a header that is unknown or stands twice is told, and its column left unread."""
    under = Counter(cell.column for _, cells in found.body for cell in cells)
    headers = [cell for cell in found.rows.get(found.header_row, []) if cell.column != found.id_column and shown(cell.value)]
    for cell in headers:
        above = shown(found.sheet.value(found.marker_row or 0, cell.column)) if found.block.matrix else ""
        word = fold(shown(cell.value))
        hit = (above, found.block.fields[0]) if above in resources else words.get(word)
        if hit is None and found.block.matrix and (_is_label(found.block, cell) or cell.column == (found.id_column or 0) + 1):
            found.labels.add(cell.column)
        elif hit is None:
            many = under[cell.column]
            count = text_of("intake.problems.cells_one") if many == 1 else text_of("intake.problems.cells_many", count=many)
            known = ", ".join(resources.values() if found.block.matrix else (one.header for one in found.block.fields))
            _left_out(found, cell, "unknown_header", ledger, table=found.sheet.name, count=count, headers=known)
        elif hit[0] in found.keys or (hit[0] == "id" and found.id_column is not None):
            _left_out(found, cell, "duplicate_header", ledger)
        else:
            found.columns[cell.column] = hit


def sheet_of(book: Book, block: Block) -> Sheet | None:
    """Return the sheet that holds a block: the one with its name, else one that was renamed and still has the block's marker."""
    named = book.sheet(block.sheet)
    marked = (sheet for sheet in book.sheets for cell in sheet.cells.values() if cell.value == block.marker)
    return named if named is not None else next(marked, None)


def find(book: Book, wanted: Mapping[str, Block], *, resources: Mapping[str, str], ledger: Ledger) -> list[Found]:
    """Return where each block of a form stands, with its columns; tell which headers are unknown or there twice.

    ``resources`` maps the ids of resources to their names, for the columns of a matrix.
    """
    places: list[Found] = []
    for block in wanted.values():
        sheet, words = sheet_of(book, block), _words(block, resources)
        rows = sheet.rows() if sheet else {}
        found = (_by_marker(block, sheet, rows, words) or _by_header(block, sheet, rows, words)) if sheet and rows else None
        places += [found] if found else []
    for found in places:
        after = [other.header_row for other in places if other.sheet is found.sheet and other.header_row > found.header_row]
        found.last_row = min([found.last_row, *(number - 1 for number in after)])
        _map_columns(found, _words(found.block, resources), resources, ledger)
    return places
