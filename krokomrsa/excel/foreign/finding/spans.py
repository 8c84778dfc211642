"""Which columns a table has: its header's labels with their groups, columns without a label, and where the next table beside it begins."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from krokomrsa.excel.foreign.finding.area import Area, is_label, shape_of
from krokomrsa.excel.foreign.finding.words import bare, plain, words
from krokomrsa.excel.foreign.model import Column
from krokomrsa.excel.reading import Cell

_SHORTER: Final = 0.6  # a block with so few of the other's rows stands beside it, not in it
_STRAY: Final = 0.2  # share of a block's rows that the other block has not, which tells two tables
_FEWEST: Final = 3  # numbers that are enough to count
_FAR: Final = 60  # columns over which a group reaches at most
_MOST: Final = 60  # blocks with gaps between them that may be one table
_BESIDE: Final = 2  # empty columns between two tables


def _covered(area: Area, rows: tuple[int, ...]) -> set[int]:
    cells = [cell for row in rows for cell in area.rows[row].values()]
    return {column for cell in cells for column in range(cell.column, area.last_column(cell) + 1)}


def _segments(columns: Iterable[int]) -> list[list[int]]:
    """Return runs of columns that stand side by side."""
    found: list[list[int]] = []
    for column in sorted(columns):
        if found and found[-1][-1] + 1 == column:
            found[-1].append(column)
        else:
            found.append([column])
    return found


def _filled(area: Area, columns: list[int], below: tuple[int, ...]) -> list[int]:
    return [row for row in below if not area.rows[row].keys().isdisjoint(columns)]


def _counts(area: Area, column: int, below: tuple[int, ...]) -> bool:
    """Return whether a column counts its rows: 1, 2, 3 or 5, 4, 3."""
    values = [area.rows[row][column].value for row in below if column in area.rows[row]]
    if len(values) < _FEWEST or any(type(value) is not int for value in values):
        return False
    return {after - before for before, after in pairwise(values)} in ({1}, {-1})


def _unbroken(header: tuple[int, ...], below: tuple[int, ...]) -> tuple[int, ...]:
    """Return the rows down to the first gap: what stands under it, such as a legend, says nothing of the columns."""
    first = below[0] if below else header[-1]
    return tuple(row for place, row in enumerate(below) if row == first + place)


def _is_alone(area: Area, header: tuple[int, ...], left: list[int], right: list[int], below: tuple[int, ...]) -> bool:
    """Return whether one labelled column, no legend of levels, stands close to other labels in the same row: it is their first column."""
    if len(left) != 1 or len(_covered(area, header)) <= _FEWEST or right[0] - left[0] > _BESIDE:
        return False
    if all(bare(area.rows[row][left[0]].value) in words("level") for row in _filled(area, left, below)):
        return False
    one, other = _lowest(area, header, left[0]), _lowest(area, header, right[0])
    return one is not None and other is not None and plain(one.value) != plain(other.value)


def _is_beside(area: Area, header: tuple[int, ...], left: list[int], right: list[int], below: tuple[int, ...]) -> bool:
    """Return whether the right block is a table of its own and no further columns of the left one."""
    below = _unbroken(header, below)
    if _is_alone(area, header, left, right, below):
        return False
    ours, theirs = _filled(area, left, below), _filled(area, right, below)
    first = [cell for block in (left, right) for cell in [_lowest(area, header, block[0])] if cell]
    if len(first) > 1 and len(right) > 1 and plain(first[0].value) == plain(first[1].value):
        return True
    if len(left) > 1 and len(right) > 1 and right[0] - left[-1] > _BESIDE:
        return True
    stray = [row for row in theirs if row not in set(ours)]
    if len(stray) > _STRAY * len(theirs):
        return True
    if len(right) > 1 and theirs == ours[: len(theirs)] and len(theirs) < _SHORTER * len(ours):
        return True
    return len(right) > 1 and _counts(area, right[0], below)


def extent(area: Area, header: tuple[int, ...], below: tuple[int, ...]) -> list[int]:
    """Return the columns of the first table under a header row: up to the next table beside it, inner gaps included."""
    covered = _covered(area, header)
    between = range(min(covered) + 1, max(covered))
    inner = {column for column in set[int]().union(*(area.rows[row] for row in below)) if column in between}
    segments = _segments(covered | inner)
    found = list(segments[0])
    for segment in segments[1:_MOST]:
        titled = len(segment) == 1 and segment[0] - found[-1] > _BESIDE
        if _is_beside(area, header, found, _under_title(area, segment, below) if titled else segment, below):
            break
        found += segment
    return found


def _under_title(area: Area, segment: list[int], below: tuple[int, ...]) -> list[int]:
    """Return the columns of the table whose title a cell far to the right may be: those filled beside it, if short labels stand first."""
    wider = attached(area, segment, below)
    first = [cell for row in _filled(area, wider, below)[:1] for column, cell in area.rows[row].items() if column in wider]
    labels = [cell for cell in first if is_label(cell) and shape_of(cell) != "long"]
    return wider if len(first) > 1 and len(labels) * 2 > len(first) else segment


def attached(area: Area, columns: list[int], below: tuple[int, ...]) -> list[int]:
    """Return the columns with those right beside them that have no label but hold something in more than one row."""
    found = list(columns)
    for step, edge in ((-1, min(columns)), (1, max(columns))):
        column = edge + step
        while len(_filled(area, [column], below)) > 1:
            found.append(column)
            column += step
    return sorted(found)


def _lowest(area: Area, rows: tuple[int, ...], column: int) -> Cell | None:
    return next((area.rows[row][column] for row in reversed(rows) if column in area.rows[row]), None)


def _label(area: Area, rows: tuple[int, ...], row: int, column: int, first: int) -> Cell | None:
    """Return the label that stands over a column in a header row: its own, or its group's."""
    cells = area.rows[row]
    if column in cells:
        return cells[column]
    left = next((number for number in range(column - 1, max(first, column - _FAR) - 1, -1) if number in cells), None)
    if left is None:
        return None
    if area.width(cells[left]) > 1 or any(area.width(cell) > 1 for cell in cells.values()):
        return cells[left] if area.last_column(cells[left]) >= column else None
    lower = rows[rows.index(row) + 1 :]
    return cells[left] if any(column in area.rows[below] for below in lower) else None


def _parts(labels: Iterable[Cell]) -> tuple[str, ...]:
    found: list[str] = []
    for cell in labels:
        text = " ".join(str(cell.value).split())
        if not found or found[-1].casefold() != text.casefold():
            found.append(text)
    return tuple(found)


def _is_sum(cell: Cell) -> bool:
    """Return whether a cell of a header is computed from what stands under it, and no part of the label over it."""
    return cell.formula and shape_of(cell) == "number"


def columns_of(area: Area, header: tuple[int, ...], numbers: list[int], data: tuple[int, ...]) -> tuple[Column, ...]:
    """Return a table's columns: each that has a label of its own, or that holds data."""
    found: list[Column] = []
    for number in numbers:
        over = [cell for row in header if (cell := _label(area, header, row, number, numbers[0]))]
        if len(over) > 1 and _is_sum(over[-1]) and over[-2].column == number and area.width(over[-2]) == 1:
            over.pop()
        own = any(cell.column == number for cell in over)
        if not own and not any(number in area.rows[row] for row in data):
            continue
        last = over[-1] if over else Cell((header or data)[-1 if header else 0], number, None)
        parts = _parts(over)
        found.append(Column(cell=last, header=" / ".join(parts), parts=parts, numbers=(number,)))
    return tuple(found)


def is_constant(area: Area, column: int, rows: tuple[int, ...], shape: str) -> bool:
    """Return whether everything in a column is of one shape."""
    shapes = (shape_of(area.rows[row][column]) for row in rows if column in area.rows[row])
    return next(shapes, None) == shape and all(other == shape for other in shapes)
