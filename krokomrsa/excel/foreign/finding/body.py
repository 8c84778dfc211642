"""What stands under a header: what is usual in its columns, and how far down the table goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final

from krokomrsa.excel.foreign.finding.area import SAMPLE, Area, ends_with_colon, is_label, shape_of
from krokomrsa.excel.foreign.finding.headers import LINE, score
from krokomrsa.excel.foreign.finding.words import Known, bare, beginnings, plain, words
from krokomrsa.excel.reading import Cell

_WIDE: Final = 0.6  # share of the usual number of cells that a row after a gap has, if the table goes on
_ALIKE: Final = 0.5  # share of cells of a shape that their column has elsewhere
_ALIKE_AFTER_GAP: Final = 0.75  # the same, after rows that hold nothing or something else
_ENOUGH: Final = 2  # rows that are enough to learn from
_USUAL: Final = 0.2  # share of a column's cells that makes a shape usual there
_AGAIN: Final = 0.6  # share of cells that repeat their column's label
_STRANGE: Final = 4  # so many rows in a row that do not fit: the table is over


@dataclass(frozen=True, slots=True)
class Body:
    """The rows under a header, and what is usual in them."""

    area: Area
    columns: tuple[int, ...]
    labels: Mapping[int, frozenset[str]]  # column → its labels in the header's rows
    rows: Mapping[int, Mapping[int, Cell]]  # row → its cells in the table's columns
    usual: Mapping[int, Counter[str]]  # column → shapes of the first rows
    common: Mapping[int, frozenset[str]]  # column → those of them that are no exceptions
    typical: float  # cells in a usual row
    filled: Mapping[int, float]  # column → share of usual rows that hold something there


def body(area: Area, header: tuple[int, ...], columns: list[int]) -> Body:
    """Return what stands under a header, and learn from its first rows what is usual."""
    inside = set(columns)
    rows = {row: {column: cell for column, cell in area.rows[row].items() if column in inside} for row in area.after(header[-1])}
    rows = {row: cells for row, cells in rows.items() if cells}
    labels = {
        column: frozenset(plain(area.rows[row][column].value) for row in header if column in area.rows[row]) - {""} for column in columns
    }
    sample = _sample(rows)
    typical = median(len(rows[row]) for row in sample) if sample else 2.0
    wide = [row for row in sample if len(rows[row]) >= _WIDE * typical]
    usual = {column: Counter(str(_sort(rows[row][column])) for row in wide if column in rows[row]) for column in columns}
    common = {
        column: frozenset(shape for shape, count in shapes.items() if count >= _USUAL * shapes.total()) | {"other"}
        for column, shapes in usual.items()
    }
    filled = {column: fmean(column in rows[row] for row in wide) if wide else 0.0 for column in columns}
    return Body(area, tuple(columns), labels, rows, usual, common, typical, filled)


def _sample(rows: Mapping[int, Mapping[int, Cell]]) -> list[int]:
    """Return the first rows with more than one cell: those before the first gap, if they are enough to learn from."""
    several: list[int] = []
    previous = min(rows, default=0)
    for row, cells in rows.items():
        if len(several) >= (SAMPLE if row == previous + 1 else _ENOUGH):
            break
        several += [row] if len(cells) > 1 else []
        previous = row
    return several


def _sort(cell: Cell) -> str:
    shape = shape_of(cell)
    return "text" if shape == "long" else shape


def _fits(found: Body, row: int, share: float) -> bool:
    """Return whether at least a share of a row's cells are of a sort that is usual in their column."""
    cells = found.rows[row]
    strange = sum(_sort(cell) not in found.common[column] and len(found.common[column]) > 1 for column, cell in cells.items())
    return strange <= (1 - share) * len(cells)


def wide(found: Body, row: int) -> bool:
    """Return whether a row holds about as much as a usual one."""
    return len(found.rows[row]) >= max(2, _WIDE * found.typical)


def repeats(found: Body, row: int) -> bool:
    """Return whether a row holds the header once more."""
    cells = found.rows[row]
    texts = [(column, cell.value) for column, cell in cells.items() if isinstance(cell.value, str)]
    if len(cells) < 2 or len(texts) < _AGAIN * len(cells):  # noqa: PLR2004 (one cell repeats no header)
        return False
    return sum(plain(text) in found.labels[column] for column, text in texts) >= _AGAIN * len(cells)


def _is_header(found: Body, row: int, known: Known, *, gap: bool, fits: bool) -> bool:
    """Return whether a row begins another table: a header of its own kind where the columns usually hold something else."""
    if (fits and not gap) or len(found.area.rows[row]) < 2 or score(found.area, row, known) < LINE:  # noqa: PLR2004 (one cell is a title)
        return False
    if not fits:
        return True
    words_known = fmean(known(str(cell.value)) for cell in found.area.rows[row].values())
    odd = [column for column, cell in found.rows[row].items() if (counts := found.usual[column]) and not counts[_sort(cell)]]
    return words_known >= LINE or len(odd) >= _ALIKE * len(found.rows[row])


def _goes_on(found: Body, row: int, *, gap: bool, begun: bool) -> bool:
    """Return whether the table goes on with a row."""
    cells = list(found.rows[row].values())
    if ends_with_colon(cells[0]):
        return False
    if gap and begun:
        return wide(found, row)
    return len(cells) > 1 or (begun and cells[0].column != lead(found)) or is_unused(found, row)


def lead(found: Body) -> int:
    """Return the first column that most usual rows fill."""
    return next((column for column in found.columns if found.filled[column] >= LINE), found.columns[0])


def extent(found: Body, known: Known, *, first: int) -> list[int]:
    """Return the rows of the table: down to the last that it goes on with, or that sums it."""
    kept: list[int] = []
    waiting: list[int] = []
    previous = first
    for row in found.rows:
        gap = row > previous + 1 or bool(waiting)
        if repeats(found, row):
            waiting.append(row)
            previous = row
            continue
        fits = _fits(found, row, _ALIKE_AFTER_GAP if gap and kept else _ALIKE)
        if _is_header(found, row, known, gap=gap, fits=fits):
            break
        if (fits and _goes_on(found, row, gap=gap, begun=bool(kept))) or is_total(found, row, kept):
            kept += [*waiting, row]
            waiting = []
        else:
            waiting.append(row)
        if len(waiting) > _STRANGE:
            break
        previous = row
    return kept if kept or waiting[:1] != [first + 1] or not _unrated(found, waiting) else waiting


def _unrated(found: Body, waiting: list[int]) -> bool:
    """Return whether rows with a single text are all that there is: events that nobody has judged yet."""
    return bool(waiting) and all(
        list(found.rows[row]) in ([found.columns[0]], list(found.columns[1:2])) and any(map(is_label, found.rows[row].values()))
        for row in waiting
    )


def is_total(found: Body, row: int, above: Collection[int]) -> bool:
    """Return whether a row sums the rows above: by its word, or by computed numbers alone."""
    cells = list(found.rows[row].values())
    first = next((cell for cell in cells if is_label(cell)), None)
    if first is None:
        return bool(above) and len(cells) < _WIDE * found.typical and all(cell.formula and shape_of(cell) == "number" for cell in cells)
    word = bare(first.value)
    if not word.startswith(beginnings("total")):
        return False
    texts = sum(map(is_label, cells))
    if word in words("total"):
        sums = len(cells) == 1 or any(shape_of(cell) == "number" and cell.column > first.column for cell in cells)
        return sums and texts * 2 <= len(cells) + 1
    begins = any(word.startswith(f"{total} ") for total in words("total"))
    return begins and texts == 1 and any(_sums(found, cell, above) for cell in cells)


def _sums(found: Body, cell: Cell, above: Collection[int]) -> bool:
    values = [other.value for row in above if (other := found.rows[row].get(cell.column)) and isinstance(other.value, int | float)]
    return len(values) > 1 and isinstance(cell.value, int | float) and cell.value in {sum(values), fmean(values), len(values)}


def is_unused(found: Body, row: int) -> bool:
    """Return whether a row was prepared and not filled in: a number or code in the first column, and what formulas make of nothing."""
    cells = found.rows[row]
    typed = [cell for cell in cells.values() if not cell.formula]
    if len(typed) > 1:
        return False
    codes = [cell for cell in typed if shape_of(cell) in {"number", "code"} and cell.column == found.columns[0] == lead(found)]
    return len(typed) == len(codes) and len(cells) < found.typical + 1 and found.typical > 2 and (bool(codes) or _empty(cells))  # noqa: PLR2004


def _empty(cells: Mapping[int, Cell]) -> bool:
    return all(cell.value in {0, ""} for cell in cells.values())
