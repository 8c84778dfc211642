"""Lay a result out as a worksheet: title, classification, what it shows, headers, rows, print set-up."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa.excel import workbook
from krokomrsa.excel.blocks import Written
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

_SIZE: Final = 9  # points, in rows of data
_TURNED: Final = 26  # letters of a standing header before it goes on in a second line
_TALLEST: Final = 400  # points; Excel takes 409


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a result: its header, its width in characters, how its cells are written."""

    header: str
    width: float = 13
    number_format: str = "General"
    align: str = ""  # center or right; a text stands to the left by itself
    turned: bool = False  # the header stands on end


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result as it is printed. ``tints`` are colours of the palette for cells, by row and column counted from 0."""

    key: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Written]]
    tints: Mapping[tuple[int, int], str] = field(default_factory=dict)
    frozen: int = 2  # columns that stay when one scrolls

    @property
    def title(self) -> str:
        """Return the name of the sheet."""
        return text_of(f"summary.sheets.{self.key}")


def _luminance(colour: str) -> float:
    """Return how light a colour is, as WCAG 2.2 counts it: 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]  # noqa: PLR2004 (sRGB's constants)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def readable_on(token: str) -> str:
    """Return the colour of text, ink or paper, that contrasts most with a colour of the palette.

    >>> readable_on("class1"), readable_on("done")
    ('ink', 'paper')
    """
    fill, ink, paper = (_luminance(workbook.colour(name)) + 0.05 for name in (token, "ink", "paper"))
    return "ink" if fill / ink > paper / fill else "paper"


def tint(cell: Cell | Any, token: str) -> None:
    """Fill a cell with a colour of the palette, in which its text stays readable."""
    cell.fill = PatternFill("solid", start_color=workbook.colour(token))
    cell.font = Font(name=workbook.FONT, size=cell.font.size, bold=True, color=workbook.colour(readable_on(token)))


def width_of(sheet: Worksheet, first: int, last: int) -> float:
    """Return the width of some columns together, in characters."""
    return sum(float(sheet.column_dimensions[get_column_letter(column)].width) for column in range(first, last + 1))


def across(sheet: Worksheet, row: int, last_column: int, text: str, look: str, *, first_column: int = 1) -> None:
    """Write a text across columns, in a row as high as it needs."""
    for column in range(first_column, last_column + 1):
        workbook.put(sheet.cell(row, column), text if column == first_column else None, look)
    if last_column > first_column:
        sheet.merge_cells(start_row=row, start_column=first_column, end_row=row, end_column=last_column)
    size = float(sheet.cell(row, first_column).font.size or 10)
    height = workbook.text_height(text, width_of(sheet, first_column, last_column), size)
    sheet.row_dimensions[row].height = max(size * 1.6, height)


def format_of(value: Written, head: Head) -> str:
    """Return how a value is shown: dates as dates, whole numbers and per cent as the column says, others with all their decimals."""
    if isinstance(value, date):
        return workbook.DATE_FORMAT
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return head.number_format if whole or head.number_format.endswith("%") else "General"


def write_row(sheet: Worksheet, row: int, cells: Sequence[Written], heads: Sequence[Head], *, look: str = "data") -> None:
    """Write one row of data, as high as its fullest cell needs."""
    needed = 14.0
    for column, (value, head) in enumerate(zip(cells, heads, strict=True), start=1):
        cell = sheet.cell(row, column)
        workbook.put(cell, value, look, number_format=format_of(value, head))
        if head.align:
            cell.alignment = Alignment(horizontal=head.align, vertical="top", wrap_text=True)
        if value is not None:
            told = value if isinstance(value, str) else shown(value)
            needed = max(needed, workbook.text_height(told, width_of(sheet, column, column), _SIZE))
    sheet.row_dimensions[row].height = min(needed, _TALLEST)


def write_header(sheet: Worksheet, row: int, heads: Sequence[Head]) -> None:
    """Write the headers of a table, in a row as high as they need."""
    for column, head in enumerate(heads, start=1):
        workbook.put(sheet.cell(row, column), head.header, "turned" if head.turned else "header")
        if head.align and not head.turned:
            sheet.cell(row, column).alignment = Alignment(horizontal=head.align, vertical="center", wrap_text=True)
    level = [workbook.text_height(head.header, head.width - 1, 9.5) for head in heads if not head.turned]
    standing = [max(map(len, textwrap.wrap(head.header, _TURNED))) * 5.6 + 8 for head in heads if head.turned]
    sheet.row_dimensions[row].height = max(level + standing)


def set_widths(sheet: Worksheet, heads: Sequence[Head]) -> None:
    """Set the widths of the columns from the first one."""
    for column, head in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = head.width


def write(file: Workbook, result: Result, *, told: Sequence[tuple[str, str]], banner: str) -> Worksheet:
    """Add a sheet with a result; ``told`` are the lines above it, as pairs of look and text."""
    sheet: Worksheet = file.create_sheet(result.title)
    set_widths(sheet, result.heads)
    for row, (look, text) in enumerate(told, start=1):
        across(sheet, row, len(result.heads), text, look)
    header = len(told) + 1
    write_header(sheet, header, result.heads)
    for number, cells in enumerate(result.rows):
        write_row(sheet, header + 1 + number, cells, result.heads)
    for (row, column), token in result.tints.items():
        tint(sheet.cell(header + 1 + row, column + 1), token)
    if result.rows:
        sheet.auto_filter.ref = f"A{header}:{get_column_letter(len(result.heads))}{header + len(result.rows)}"
    else:
        across(sheet, header + 1, len(result.heads), text_of("summary.nothing"), "data")
    sheet.freeze_panes = f"{get_column_letter(result.frozen + 1)}{header + 1}"
    sheet.print_title_rows = f"{header}:{header}"
    sheet.sheet_view.showGridLines = False
    workbook.page(sheet, title=result.title, banner=banner)
    return sheet
