"""Tell what looks like a table and is no register: lists to choose from, scales, drawn matrices, summaries and forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import chain, pairwise
from statistics import fmean
from typing import Final

from krokomrsa.excel.foreign.finding.area import Area, ends_with_colon, is_label, shape_of
from krokomrsa.excel.foreign.finding.words import Known, bare, names, plain, words
from krokomrsa.excel.foreign.model import Table
from krokomrsa.excel.reading import Cell

_MOST: Final = 0.6
_RAGGED: Final = 0.75  # a list this much shorter than the longest beside it
_LEVELS: Final = 10  # a scale and a drawn matrix have at most so many levels
_FEW: Final = 6  # different levels in a drawn matrix
_SHORT: Final = 60  # signs of a value to choose


def _body(area: Area, table: Table) -> dict[int, dict[int, Cell]]:
    """Return a table's cells: column → row → cell."""
    rows = [(row, area.rows[row]) for row in table.data]
    return {column.number: {row: cells[column.number] for row, cells in rows if column.number in cells} for column in table.columns}


def is_level(value: object) -> bool:
    """Return whether a value is a level: a word for one, or a small whole number."""
    return bare(value) in words("level") or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LEVELS)


def _grows(cells: list[list[float]]) -> bool:
    """Return whether numbers grow, or shrink, along every row and down every column, as products of levels do."""

    def one_way(line: list[float]) -> bool:
        return all(a < b for a, b in pairwise(line)) or all(a > b for a, b in pairwise(line))

    return all(map(one_way, cells)) and all(one_way(list(line)) for line in zip(*cells, strict=True))


def _has_axes(table: Table, columns: dict[int, dict[int, Cell]]) -> bool:
    """Return whether the header names levels and the first column does too, whatever stands where they cross."""
    labels = [bare(column.parts[-1]) for column in table.columns[1:] if column.parts]
    first = [bare(cell.value) for cell in columns[table.columns[0].number].values()]
    return all(len(levels) >= _FEW // 2 and all(level in words("level") for level in levels) for levels in (labels, first))


def _is_matrix(area: Area, table: Table) -> bool:
    """Return whether levels stand against levels, with a number or a level where they cross."""
    if not _FEW // 2 <= len(table.data) <= _LEVELS:
        return False
    columns = _body(area, table)
    if _has_axes(table, columns):
        return True
    numbers = sorted(columns)
    inner = [
        number
        for number in numbers
        if columns[number] and all(shape_of(cell) in {"number", "text", "other"} for cell in columns[number].values())
    ]
    grid = [[columns[number].get(row) for number in inner[-len(inner) + 1 :]] for row in table.data]
    cells = [cell for line in grid for cell in line if cell]
    if len(inner) < _FEW // 2 or len(cells) < len(grid) * 2:
        return False
    values = [[cell.value for cell in line if cell and isinstance(cell.value, int | float)] for line in grid]
    full = len(values[0]) > 2 and all(len(line) == len(values[0]) for line in values)  # noqa: PLR2004 (a matrix has three levels or more)
    if full and len(values[0]) == len(grid[0]) and _grows(values):
        return True
    labels = [column.parts[-1] for column in table.columns if column.parts]
    levels = fmean(is_level(label) or bare(label) == "" for label in labels) if labels else 0.0
    return (
        levels >= _MOST
        and len({plain(cell.value) for cell in cells}) <= max(_FEW, len(grid) + 1)
        and not any(shape_of(cell) == "mark" for cell in cells)
    )


def _is_ragged(area: Area, table: Table) -> bool:
    """Return whether each column is a list of its own: different values from the top without a gap, and of different lengths."""
    data = table.data
    filled = Counter(chain.from_iterable(area.rows[row] for row in data))
    lengths = [filled[column.number] for column in table.columns if filled[column.number]]
    if len(lengths) < 2:  # noqa: PLR2004 (one list is no table)
        return True
    longest = max(lengths)
    shorter = sum(length < _RAGGED * longest for length in lengths)
    if shorter * 2 < len(lengths) or shorter < min(2, len(lengths) - 1):
        return False
    lists = [cells for cells in _body(area, table).values() if cells]
    if not all(tuple(cells) == data[: len(cells)] for cells in lists):
        return False
    texts = [[plain(cell.value) for cell in cells.values()] for cells in lists]
    return all(len(set(values)) == len(values) and max(map(len, values)) <= _SHORT for values in texts)


def _is_scale(area: Area, table: Table) -> bool:
    """Return whether a short table explains levels: its labels say so, and its first column holds them."""
    labels = [bare(part) for column in table.columns for part in column.parts[-1:]]
    if not labels or len(table.data) > _LEVELS + 1:
        return False
    columns = _body(area, table)
    if not all(label in words("scale_header") for label in labels):
        return len(columns) < _FEW // 2 and all(_all_levels(cells) for cells in columns.values())
    return any(cells and fmean(is_level(cell.value) for cell in cells.values()) >= _MOST for cells in list(columns.values())[:2])


def _all_levels(cells: Mapping[int, Cell]) -> bool:
    """Return whether a column holds levels, each once."""
    values = {plain(cell.value) for cell in cells.values() if is_level(cell.value)}
    return len(values) == len(cells) >= _FEW // 2


def _is_summary(area: Area, table: Table) -> bool:
    """Return whether a table counts another's rows: a word that says so, and numbers only beside the first column."""
    labels = [bare(part) for column in table.columns for part in column.parts]
    crossed = "total" in table.kinds.values() and labels[-1:] and labels[-1] in words("total")
    if not crossed and not any(label in words("summary_header") for label in labels):
        return False
    columns = list(_body(area, table).values())[1:]
    return all(shape_of(cell) == "number" for cells in columns for cell in cells.values())


def why_not(area: Area, table: Table, known: Known) -> str:
    """Return why a table is no register; empty if it may be one."""
    sheet = table.sheet.name
    if not table.data:
        return ""
    if _is_matrix(area, table):
        return "drawn_matrix"
    if _is_summary(area, table):
        return "summary"
    if _is_ragged(area, table) or _is_scale(area, table):
        return "list"
    named = next(
        (
            reason
            for kind, reason in (("list_sheet", "list"), ("matrix_sheet", "drawn_matrix"), ("guide_sheet", "note"))
            if names(sheet, kind) and (kind != "matrix_sheet" or len(table.data) <= 2 * _LEVELS)
        ),
        "",
    )
    labels = [plain(column.parts[-1]) for column in table.columns if column.parts]
    return named if named and (not _speaks(labels, known) or (named == "list" and _is_choice(area, table))) else ""


def _is_choice(area: Area, table: Table) -> bool:
    """Return whether every column holds different short texts, as values to choose from are."""
    texts = [[plain(cell.value) for cell in cells.values() if is_label(cell)] for cells in _body(area, table).values() if cells]
    cells = sum(len(cells) for cells in _body(area, table).values())
    return sum(map(len, texts)) == cells and all(len(set(values)) == len(values) and max(map(len, values)) <= _SHORT for values in texts)


def _speaks(labels: list[str], known: Known) -> bool:
    """Return whether a table's own words say that it is a register, whatever its sheet is called."""
    scales = words("scale_header")
    return sum(known(label) and bare(label) not in scales for label in labels) >= 2  # noqa: PLR2004 (one word may be chance)


def is_form(area: Area, known: Known) -> bool:
    """Return whether labels stand to the left of what is filled in, row by row, and not above it."""
    rows = [list(area.rows[number].values()) for number in area.numbers if len(area.rows[number]) > 1]
    if not rows:
        return False
    first = [cells[0] for cells in rows]
    if len({cell.column for cell in first}) > 2:  # noqa: PLR2004 (labels, and those that are indented)
        return False
    told = fmean([ends_with_colon(cell) for cell in first]) >= _MOST
    if not told and (len(rows) <= 2 or any(known(str(cell.value)) for cell in rows[0][1:])):  # noqa: PLR2004 (a row is no form)
        return False
    if not all(map(is_label, first)) or len({plain(cell.value) for cell in first}) < len(first):
        return False
    if not told and fmean(known(str(cell.value)) for cell in first) < _MOST:
        return False
    return not any(sum(known(str(cell.value)) for cell in cells) > max(2, len(rows) // 2) for cells in rows)


def is_pair(table: Table, known: Known) -> bool:
    """Return whether two columns are a few labels and what is filled in beside them, and no table."""
    if len(table.columns) != 2 or all(known(part) for column in table.columns for part in column.parts):  # noqa: PLR2004 (label and value)
        return False
    values = [cell for column in table.columns[1:] for cell in table.cells(column)]
    labels = list(table.cells(table.columns[0]))
    mixed = all(map(is_label, labels)) and len({shape_of(cell) for cell in values} - {"other", "long", "code"}) > 1
    return len(table.data) < _FEW // 2 or (mixed and len(values) < _LEVELS)
