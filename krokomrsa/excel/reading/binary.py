"""Read .xls: cells with xlrd, and from the records of the file which of them are computed, which xlrd does not tell."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import olefile
import xlrd
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from xlrd.book import Book as OldBook
from xlrd.sheet import Sheet as OldSheet

from krokomrsa.errors import Problem
from krokomrsa.excel.reading import limits
from krokomrsa.excel.reading.cells import Traits, dated
from krokomrsa.excel.reading.limits import MEGA, notice, refuse, within_cells
from krokomrsa.excel.reading.model import Book, Cell, Place, Sheet
from krokomrsa.excel.reading.sheets import completed, loose_comments, unlike
from krokomrsa.excel.reading.styles import Style

_BOF, _EOF, _SHEET, _FORMULA, _BLANKS = {0x0009, 0x0209, 0x0409, 0x0809}, 0x000A, 0x0085, 0x0006, 0x00BE
_CELLS: Final = {_FORMULA, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00D6}  # number, label, truth or error, RK, shared text, rich text
_MAX_BLANKS: Final = 2_000_000  # cells that hold only a format
_PLACE: Final = struct.Struct("<HH")  # row and column, from 0
_TYPE: Final = 5  # byte of a sheet's record that says whether it is a worksheet
_WHOLE: Final = 1 << 53


class _Record(NamedTuple):
    kind: int
    at: int  # where its data begins
    size: int


def streams(content: bytes) -> tuple[bytes | None, bool]:
    """Return the stream that holds an old workbook's records, None if there is none, and whether there are macros beside it."""
    with olefile.OleFileIO(io.BytesIO(content)) as container:
        name = next((name for name in ("Workbook", "Book") if container.exists(name)), None)
        return container.openstream(name).read() if name else None, container.exists("_VBA_PROJECT_CUR")


def _records(stream: bytes, at: int = 0) -> Iterator[_Record]:
    """Go through records to the end of the part that begins here."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield _Record(kind, at + 4, size)
        at += 4 + size
        depth += (kind in _BOF) - (kind == _EOF)
        if depth <= 0:
            return


def _computed(stream: bytes, at: int, counts: list[int]) -> set[Place]:
    """Return where a sheet has formulas; count its cells, and those that hold only a format."""
    found: set[Place] = set()
    for record in _records(stream, at):
        counts[0] += record.kind in _CELLS
        counts[1] += max(0, record.size - 6) // 2 if record.kind == _BLANKS else 0
        if counts[0] > limits.MAX_CELLS or counts[1] > _MAX_BLANKS:
            within_cells(limits.MAX_CELLS + 1)
        if record.kind == _FORMULA and record.size >= _PLACE.size:
            row, column = _PLACE.unpack_from(stream, record.at)
            found.add((row + 1, column + 1))
    return found


def _formulas(stream: bytes) -> list[set[Place]]:
    """Return where each worksheet has formulas, in the order of the sheets."""
    sheets = [record for record in _records(stream) if record.kind == _SHEET and record.size > _TYPE]
    counts = [0, 0]
    return [_computed(stream, struct.unpack_from("<I", stream, one.at)[0], counts) for one in sheets if stream[one.at + _TYPE] == 0]


def _styles(book: OldBook) -> list[Style]:
    made = []
    for xf in book.xf_list:
        code = book.format_map[xf.format_key].format_str if xf.format_key in book.format_map else "General"
        date = is_date_format(code)
        made.append(Style(code, bool(book.font_list[xf.font_index].struck_out), date, date and is_timedelta_format(code)))
    return made


def _value(kind: int, value: Any, style: Style, book: OldBook) -> Any:
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, f"#{value}")
    if kind == xlrd.XL_CELL_TEXT:
        return value
    number = int(value) if value == value // 1 and abs(value) < _WHOLE else value
    return dated(number, style, MAC_EPOCH if book.datemode else WINDOWS_EPOCH) if style.date else number


def _cells(book: OldBook, sheet: OldSheet, styles: list[Style], computed: set[Place]) -> dict[Place, Cell]:
    found: dict[Place, Cell] = {}
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            place = (row + 1, column + 1)
            if kind in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
                continue
            style = styles[sheet.cell_xf_index(row, column)]
            value = _value(kind, sheet.cell_value(row, column), style, book)
            if value != "" or place in computed:
                error = kind == xlrd.XL_CELL_ERROR
                found[place] = Cell(*place, value, place in computed, error, style.number_format, struck=style.struck)
    return found


def _traits(sheet: OldSheet) -> Traits:
    rows = {number + 1 for number, row in sheet.rowinfo_map.items() if row.hidden}
    columns = {number + 1 for number, column in sheet.colinfo_map.items() if column.hidden}
    return Traits(rows, columns, [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells])


def _told(sheets: list[Sheet], *, macros: bool) -> Iterator[Problem]:
    if macros:
        yield notice("told_macros")
    yield from loose_comments(sheets)


def read(content: bytes) -> Book:
    """Return the cells of an old Excel workbook, hidden sheets too."""
    stream, macros = streams(content)
    if stream is None:
        refuse("old_office")
    if len(content) > limits.MAX_KEPT:
        refuse("too_large", limit=limits.MAX_KEPT // MEGA)
    computed = _formulas(stream)
    # xlrd gets the records alone: in a damaged container it may look for them forever
    book = xlrd.open_workbook(file_contents=stream, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    styles, sheets = _styles(book), []
    for number, (sheet, name) in enumerate(zip(book.sheets(), unlike(book.sheet_names()), strict=True)):
        comments = {(row + 1, column + 1): note.text for (row, column), note in sheet.cell_note_map.items()}
        found = _cells(book, sheet, styles, computed[number] if number < len(computed) else set())
        sheets.append(completed(name, found, _traits(sheet), comments, hidden=bool(sheet.visibility)))
    return Book(tuple(sheets), "xls", tuple(_told(sheets, macros=macros)))
