"""Sheets drawn as text: one line a row, ``|`` between cells, ``=`` before what a formula gave."""

from __future__ import annotations

from datetime import date
from typing import Any

from openpyxl.utils.cell import range_boundaries

from krokomrsa.excel.foreign.finding import tables
from krokomrsa.excel.foreign.model import Layout, Table
from krokomrsa.excel.reading import Book, Cell, Sheet


def value(text: str) -> Any:
    """Return what a cell holds: a whole number, a date or a text."""
    if text.lstrip("-").isdigit():
        return int(text)
    return date.fromisoformat(text) if len(text) == 10 and text[4] == text[7] == "-" and text[:4].isdigit() else text


def cell(row: int, column: int, text: str) -> Cell:
    """Return a cell; one that begins with ``=`` is computed."""
    return Cell(row, column, value(text.removeprefix("=")), formula=text.startswith("="))


def sheet(drawn: str, *, name: str = "Blad1", merged: str = "") -> Sheet:
    """Return a sheet drawn as text; its first line is row 1."""
    lines = drawn.removeprefix("\n").rstrip().split("\n")
    cells = {
        (row, column): cell(row, column, text.strip())
        for row, line in enumerate(lines, start=1)
        for column, text in enumerate(line.split("|"), start=1)
        if text.strip()
    }
    ranges = tuple((top, left, bottom, right) for left, top, right, bottom in map(range_boundaries, merged.split()))
    return Sheet(name, False, cells, merged=ranges)


def found(drawn: str, *, name: str = "Blad1", merged: str = "") -> Layout:
    """Return the layout of a workbook with one sheet."""
    return tables.find(Book((sheet(drawn, name=name, merged=merged),)))


def only(layout: Layout) -> Table:
    """Return the one table that was found."""
    (table,) = layout.tables
    return table


def headers(table: Table) -> list[str]:
    """Return a table's headers."""
    return [column.header for column in table.columns]


def held(layout: Layout) -> set[tuple[str, str]]:
    """Return the cells in rows with data: (sheet, cell)."""
    return {(table.sheet.name, one.ref) for table in layout.tables for column in table.columns for one in table.cells(column)}
