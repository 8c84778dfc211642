"""Read .ods: repeated rows and columns only as far as they hold something."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from openpyxl.utils.datetime import days_to_time, from_ISO8601

from krokomrsa.errors import Problem
from krokomrsa.excel.reading import limits, unpacking
from krokomrsa.excel.reading.cells import Traits, number
from krokomrsa.excel.reading.document_styles import DocumentStyles
from krokomrsa.excel.reading.limits import notice, refuse, within_cells
from krokomrsa.excel.reading.model import Book, Cell, Place, Sheet
from krokomrsa.excel.reading.sheets import completed, loose_comments, unlike
from krokomrsa.excel.reading.styles import PLAIN, Style
from krokomrsa.excel.reading.xml import Attributes, walk

MIMETYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_READ: Final = ("styles.xml", "content.xml")
_HIDDEN: Final = {"collapse", "filter"}
_DURATION: Final = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?")
_ERROR: Final = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)|(?:Err|Fel):\d{3}")
_COUNT: Final = re.compile(r"[0-9]{1,9}")
_MOST: Final = 1 << 20  # rows of a sheet
_MAX_HIDDEN: Final = 1 << 20  # hidden rows that are remembered one by one


def _repeated(given: Attributes, what: str) -> int:
    return _count(given.get(f"table:number-{what}", "1"))


def _count(text: str) -> int:
    return min(max(1, int(text)), _MOST) if _COUNT.fullmatch(text) else 1


def _day(text: str) -> Any:
    try:
        found: Any = from_ISO8601(text)  # type: ignore[no-untyped-call]
    except ValueError:
        return text
    return found if isinstance(found, datetime) or not hasattr(found, "year") else datetime(found.year, found.month, found.day)  # noqa: DTZ001 (a cell has no zone)


def _time(text: str) -> Any:
    found = _DURATION.fullmatch(text)
    if not found:
        return text
    days, hours, minutes = (int(part or 0) for part in found.group(2, 3, 4))
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=float((found[5] or "0").replace(",", ".")))
    if found[1] or length >= timedelta(days=1):
        return -length if found[1] else length
    return days_to_time(length)  # type: ignore[no-untyped-call]


def _typed(kind: str, given: Attributes, shown: str) -> Any:
    """Return a cell's value as it was kept, not as it was shown."""
    match kind:
        case "float" | "percentage" | "currency":
            return number(given.get("office:value", ""))
        case "date":
            return _day(given.get("office:date-value", ""))
        case "time":
            return _time(given.get("office:time-value", ""))
        case "boolean":
            return given.get("office:boolean-value") == "true"
        case _:
            return given.get("office:string-value") or shown


class _Content:
    """Take the elements of a document's content as they come."""

    def __init__(self, styles: DocumentStyles) -> None:
        self.styles = styles
        self.sheets: list[tuple[str, bool, dict[Place, Cell], Traits, dict[Place, str]]] = []
        self.depth = 0  # tables within tables hold no cells of their own
        self.count = self.spaces = 0
        self.row = self.column = self.rows = 0
        self.given: Attributes | None = None
        self.line: list[tuple[int, Cell, str]] = []  # how many, the first of them, comment
        self.row_style = ""
        self.column_styles: list[tuple[int, str]] = []
        self.text: list[str] = []
        self.comment: list[str] = []
        self.into: list[str] | None = None
        self.noted = False
        self.style = cache(self._style)

    def _style(self, name: str) -> Style:
        code, struck = self.styles.of(name)
        return Style(code, struck)

    def start(self, name: str, given: Attributes) -> None:
        match name:
            case "table:table":
                self._table(given)
            case "table:table-column" if self.depth == 1:
                self._column(given)
            case "table:table-row" if self.depth == 1:
                self._row(given)
            case "table:table-cell" | "table:covered-table-cell" if self.depth == 1:
                self.given, self.text, self.comment, self.noted = given, [], [], False
            case "office:annotation":
                self.noted = True
            case "text:p" | "text:h" if self.given is not None:
                self._paragraph()
            case "text:s" if self.into is not None:
                self.into.append(self._spaces(given))
            case "text:tab" | "text:line-break" if self.into is not None:
                self.into.append("\t" if name == "text:tab" else "\n")

    def _spaces(self, given: Attributes) -> str:
        count = _count(given.get("text:c", "1"))
        self.spaces += count
        if self.spaces > limits.MAX_KEPT:
            refuse("too_large", limit=limits.MAX_KEPT // limits.MEGA)
        return " " * count

    def _paragraph(self) -> None:
        self.into = self.comment if self.noted else self.text
        if self.into:
            self.into.append("\n")
        else:
            self.into.append("")

    def characters(self, text: str) -> None:
        if self.into is not None:
            self.into.append(text)

    def end(self, name: str) -> None:
        match name:
            case "table:table":
                self.depth -= 1
            case "table:table-row" if self.depth == 1:
                self._end_row()
            case "table:table-cell" | "table:covered-table-cell" if self.depth == 1 and self.given is not None:
                self._end_cell(self.given)
                self.given = None
            case "office:annotation":
                self.noted = False
                self.into = None
            case "text:p" | "text:h":
                self.into = None

    def _table(self, given: Attributes) -> None:
        self.depth += 1
        if self.depth == 1:
            hidden = self.styles.hidden(given.get("table:style-name", ""))
            self.sheets.append((given.get("table:name", ""), hidden, {}, Traits(set(), set(), []), {}))
            self.row, self.column, self.column_styles = 0, 0, []

    def _column(self, given: Attributes) -> None:
        first, self.column = self.column + 1, self.column + _repeated(given, "columns-repeated")
        self.column_styles.append((self.column, given.get("table:default-cell-style-name", "")))
        if given.get("table:visibility") in _HIDDEN:
            self.sheets[-1][3].hidden_columns.update(range(first, min(self.column, 1 << 14) + 1))

    def _row(self, given: Attributes) -> None:
        self.rows, self.column, self.line = _repeated(given, "rows-repeated"), 0, []
        self.row_style = given.get("table:default-cell-style-name", "")
        if given.get("table:visibility") in _HIDDEN:
            self.sheets[-1][3].hidden_rows.update(range(self.row + 1, min(self.row + self.rows, _MAX_HIDDEN) + 1))

    def _end_cell(self, given: Attributes) -> None:
        first, times = self.column + 1, _repeated(given, "columns-repeated")
        self.column += times
        kind = given.get("calcext:value-type") or given.get("office:value-type", "")
        shown = "".join(self.text)
        formula = "table:formula" in given
        error = kind == "error" or (formula and bool(_ERROR.fullmatch(shown)))
        value = shown if error else _typed(given.get("office:value-type", ""), given, shown)
        comment = "".join(self.comment)
        down, right = _repeated(given, "rows-spanned"), _repeated(given, "columns-spanned")
        if down > 1 or right > 1:
            self.sheets[-1][3].merged.append((self.row + 1, first, self.row + down, first + right - 1))
        if value not in {None, ""} or formula or comment:
            style = self._style_at(first, given)
            cell = Cell(self.row + 1, first, value, formula, error, style.number_format, struck=style.struck)
            self.line.append((times, cell, comment))

    def _style_at(self, column: int, given: Attributes) -> Style:
        by_column = next((name for last, name in self.column_styles if column <= last), "")
        name = given.get("table:style-name") or self.row_style or by_column
        return self.style(name) if name else PLAIN

    def _end_row(self) -> None:
        _, _, cells, _, comments = self.sheets[-1]
        self.count += self.rows * sum(times for times, _, _ in self.line)
        within_cells(self.count)
        for row in range(self.row + 1, self.row + self.rows + 1) if self.line else ():
            for times, cell, comment in self.line:
                for column in range(cell.column, cell.column + times):
                    if cell.formula or cell.value not in {None, ""}:
                        cells[row, column] = cell._replace(row=row, column=column)
                    if comment:
                        comments[row, column] = comment
        self.row += self.rows


def _parts(content: bytes) -> tuple[dict[str, bytes], tuple[str, ...]]:
    with unpacking.unpacking(content) as archive:
        names = tuple(archive.namelist())
        unpacking.check(archive, {*_READ, "META-INF/manifest.xml"}.__contains__)
        if "META-INF/manifest.xml" in names and b"encryption-data" in _whole(archive, "META-INF/manifest.xml", limits.Kept()):
            refuse("encrypted_ods")
        kept = limits.Kept()
        return {name: _whole(archive, name, kept) for name in _READ if name in names}, names


def _whole(archive: zipfile.ZipFile, name: str, kept: limits.Kept) -> bytes:
    return b"".join(kept.check(unpacking.pieces(archive, name)))


def _told(sheets: list[Sheet], names: tuple[str, ...]) -> Iterator[Problem]:
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        yield notice("told_macros")
    yield from loose_comments(sheets)


def read(content: bytes) -> Book:
    """Return the cells of an OpenDocument spreadsheet, hidden sheets too."""
    parts, names = _parts(content)
    styles = DocumentStyles()
    for part in parts.values():
        walk(part, styles.start, styles.end, styles.text)
    found = _Content(styles)
    walk(parts["content.xml"], found.start, found.end, found.characters)
    if not found.sheets:
        refuse("not_workbook")
    every = zip(unlike([sheet[0] for sheet in found.sheets]), found.sheets, strict=True)
    sheets = [completed(name, cells, traits, comments, hidden=hidden) for name, (_, hidden, cells, traits, comments) in every]
    return Book(tuple(sheets), "ods", tuple(_told(sheets, names)))
