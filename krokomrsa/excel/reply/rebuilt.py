"""A new workbook with the values of a file that cannot be written in."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment

from krokomrsa.excel.reading import Book, Cell, Sheet
from krokomrsa.excel.reading.model import GENERAL
from krokomrsa.excel.reply.marks import plain, shortened
from krokomrsa.excel.workbook import DATE_FORMAT
from krokomrsa.vocabulary import text_of

CELL_LIMIT: Final = 32_767  # characters that Excel takes in a cell
_NAME_LIMIT: Final = 31
_NOT_NAME = re.compile(r"[\[\]:*?/\\]")
_EXACT: Final = 10**15  # Excel keeps fifteen digits
_FIRST_YEAR: Final = 1900
_FORMATS: Final = ((datetime, "yyyy-mm-dd hh:mm"), (date, DATE_FORMAT), (time, "hh:mm"), (timedelta, "[h]:mm"))


def _name(wanted: str, taken: set[str]) -> str:
    """Return a sheet's name as Excel takes it, unlike all others also when case does not count."""
    base = _NOT_NAME.sub("_", plain(wanted)).strip().strip("'")[:_NAME_LIMIT] or text_of("reply.sheet_name")
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: _NAME_LIMIT - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name


def _value(raw: Any) -> Any:
    """Return a value as a cell can hold it; what Excel would change is written as text."""
    if raw is None or isinstance(raw, bool) or (isinstance(raw, (int, float)) and abs(raw) < _EXACT):
        return raw
    if isinstance(raw, (date, datetime)):
        kept = raw.replace(tzinfo=None) if isinstance(raw, datetime) else raw
        return kept if kept.year >= _FIRST_YEAR else kept.isoformat()
    return raw if isinstance(raw, (time, timedelta)) else shortened(plain(str(raw)), CELL_LIMIT)


def _format(value: Any, own: str) -> str:
    """Return the number format of a value: its own, or one in which a date is a date."""
    if own != GENERAL or isinstance(value, (str, bool, int, float)) or value is None:
        return own
    if isinstance(value, datetime) and value.time() == time():
        return DATE_FORMAT
    return next(shown for kind, shown in _FORMATS if isinstance(value, kind))


def _cell(target: Any, found: Cell) -> Any:
    cell = WriteOnlyCell(target)
    cell.value = _value(found.value)
    cell.number_format = _format(cell.value, found.number_format)
    if isinstance(cell.value, str):
        cell.data_type = "s"
        cell.quotePrefix = cell.value.startswith(("=", "+", "-", "@", "'"))
    if found.comment:
        cell.comment = Comment(shortened(plain(found.comment), CELL_LIMIT), text_of("reply.sender"))
    return cell


def _write(file: Workbook, sheet: Sheet, name: str) -> None:
    target = file.create_sheet(name)
    target.sheet_state = "hidden" if sheet.hidden else "visible"
    empty = {place: Cell(*place, value=None, comment=text) for place, text in sheet.comments.items() if place not in sheet.cells}
    rows: dict[int, list[Cell]] = {}
    for place, cell in sorted(({**sheet.cells, **empty}).items()):
        rows.setdefault(place[0], []).append(cell)
    done = 0
    for number, cells in rows.items():
        for _ in range(number - done - 1):
            target.append([])
        line: list[Any] = [None] * cells[-1].column
        for cell in cells:
            line[cell.column - 1] = _cell(target, cell)
        target.append(line)
        done = number


def workbook(book: Book) -> tuple[bytes, Mapping[str, str]]:
    """Return a new workbook with every value, and the names of its sheets by those they had."""
    file, taken = Workbook(write_only=True), set[str]()
    names = {sheet.name: _name(sheet.name, taken) for sheet in book.sheets}
    for sheet in book.sheets:
        _write(file, sheet, names[sheet.name])
    if not book.sheets:
        file.create_sheet(text_of("reply.sheet_name"))
    elif all(sheet.hidden for sheet in book.sheets):
        file.worksheets[0].sheet_state = "visible"
    made = io.BytesIO()
    file.save(made)
    return made.getvalue(), names
