"""Say what the cells are that stand in no table: titles and fields above, notes, totals, lists, drawn matrices and forms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from statistics import fmean
from typing import Final

from krokomrsa.excel.foreign.finding.area import Area, ends_with_colon, is_label
from krokomrsa.excel.foreign.finding.nonregisters import is_form, is_level
from krokomrsa.excel.foreign.finding.words import Known, bare, names, plain, words
from krokomrsa.excel.foreign.model import Table
from krokomrsa.excel.reading import Cell

_MOST: Final = 0.6
_MATRIX: Final = 9  # cells of the smallest drawn matrix
_SAMPLE: Final = 2000  # cells that tell what a sheet without a register is
_TEXTS: Final = 0.75  # share of text among values to choose from
_LIST: Final = 3  # values of the shortest list
_SHORT: Final = 60  # signs of a value to choose


def reasons(area: Area, tables: list[Table], known: Known) -> dict[tuple[int, int], str]:
    """Return what each cell is that stands in no table: place → reason."""
    if not tables:
        return dict.fromkeys(((cell.row, cell.column) for cell in area), _alone(area, known))
    first = min(table.header_rows[0] for table in tables)
    return {(cell.row, cell.column): _beside(cells, first) for cells in map(list, _rows(area)) for cell in cells}


def _rows(area: Area) -> Iterator[Iterator[Cell]]:
    return (iter(cells.values()) for cells in area.rows.values())


def _beside(cells: list[Cell], first: int) -> str:
    """Return what a row outside the tables is."""
    if cells[0].row < first:
        return "form" if len(cells) > 1 and any(map(ends_with_colon, cells)) else "title"
    texts = [cell for cell in cells if is_label(cell)]
    word = bare(texts[0].value) if texts and len(cells) > 1 else ""
    sums = word in words("total") or (len(cells) == 2 and word.startswith(tuple(f"{total} " for total in words("total"))))  # noqa: PLR2004
    return "total" if sums else "note"


def _alone(area: Area, known: Known) -> str:
    """Return what the cells are of a sheet without a register."""
    cells = list(islice(area, _SAMPLE))
    if not cells:
        return "blank"
    name = area.sheet.name
    if _levels(cells) or names(name, "matrix_sheet"):
        return "drawn_matrix"
    if is_form(area, known):
        return "form"
    return "list" if names(name, "list_sheet") or _is_list(cells) else "note"


def _levels(cells: list[Cell]) -> bool:
    """Return whether most cells are levels or numbers, as many as a drawn matrix has."""
    levels = [cell for cell in cells if is_level(cell.value) or type(cell.value) in {int, float}]
    return len(levels) >= max(_MATRIX, _MOST * len(cells))


def draws(table: Table) -> bool:
    """Return whether what looks like a table is mostly levels and numbers, as in a matrix that is drawn."""
    return _levels([cell for column in table.columns for cell in (column.cell, *table.cells(column))])


def _is_list(cells: list[Cell]) -> bool:
    """Return whether cells are columns of different short values."""
    columns: dict[int, list[str]] = {}
    for cell in cells:
        columns.setdefault(cell.column, []).append(plain(cell.value))
    long = [values for values in columns.values() if len(values) >= _LIST and len(set(values)) == len(values)]
    texts = sum(map(is_label, cells)) >= _TEXTS * len(cells)
    return texts and len(long) > _MOST * len(columns) and fmean(len(value) <= _SHORT for values in long for value in values) == 1
