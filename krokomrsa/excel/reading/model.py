"""A file as cells: what stands where, and what is known of it, without interpreting any of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from openpyxl.utils import get_column_letter

from krokomrsa.errors import Problem

GENERAL: Final = "General"
Place = tuple[int, int]  # row, column, both from 1
Area = tuple[int, int, int, int]  # first row, first column, last row, last column


class Cell(NamedTuple):
    """What stands in one cell: its value as the program last saw it, and what is known of the cell; made by the ten thousand."""

    row: int
    column: int
    value: Any
    formula: bool = False
    error: bool = False
    number_format: str = GENERAL
    comment: str = ""
    hidden: bool = False  # its row, column or sheet is hidden
    struck: bool = False  # all of it is struck through

    @property
    def ref(self) -> str:
        """Return the place as Excel writes it, such as D7."""
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet that hold something, by row and column."""

    name: str
    hidden: bool
    cells: Mapping[Place, Cell]
    merged: tuple[Area, ...] = ()
    comments: Mapping[Place, str] = field(default_factory=dict)  # comments on cells that hold nothing

    def value(self, row: int, column: int) -> Any:
        """Return what stands in a cell, None if nothing."""
        cell = self.cells.get((row, column))
        return cell.value if cell else None

    def rows(self) -> dict[int, list[Cell]]:
        """Return the cells by row, both in order."""
        found: dict[int, list[Cell]] = {}
        for place in sorted(self.cells):
            found.setdefault(place[0], []).append(self.cells[place])
        return found


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as cells, the format it came in, and what is worth knowing of how it was read."""

    sheets: tuple[Sheet, ...]
    format: str = "xlsx"
    told: tuple[Problem, ...] = ()

    def sheet(self, name: str) -> Sheet | None:
        """Return the sheet with this name, None if there is none; case does not count, as in Excel."""
        return next((sheet for sheet in self.sheets if sheet.name.strip().casefold() == name.casefold()), None)

    def __iter__(self) -> Iterator[tuple[Sheet, Cell]]:
        """Go through every cell that holds something, hidden ones too."""
        return ((sheet, cell) for sheet in self.sheets for cell in sheet.cells.values())
