"""What stands under a header: what is usual in its columns, and how far down the table goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final, get_args

from krokomrsa.excel.foreign.finding.area import SAMPLE, Area, Shape, ends_with_colon, is_label, shape_of
from krokomrsa.excel.foreign.finding.headers import LINE, score
from krokomrsa.excel.foreign.finding.regular import Regular, may_total
from krokomrsa.excel.foreign.finding.words import Known, bare, begins, plain, words
from krokomrsa.excel.reading import Cell

_WIDE: Final = 0.6  # share of the usual number of cells that a row after a gap has, if the table goes on
_ALIKE: Final = 0.5  # share of cells of a shape that their column has elsewhere
_ALIKE_AFTER_GAP: Final = 0.75  # the same, after rows that hold nothing or something else
_ENOUGH: Final = 2  # rows that are enough to learn from
_USUAL: Final = 0.2  # share of a column's cells that makes a shape usual there
_AGAIN: Final = 0.6  # share of cells that repeat their column's label
_BROAD: Final = 0.5  # share of a table's columns over which a category or the word for a total spreads
_STRANGE: Final = 4  # so many rows in a row that do not fit: the table is over


@dataclass(frozen=True, slots=True)
class Body:
    """The rows under a header, and what is usual in them."""

    area: Area
    columns: tuple[int, ...]
    labels: Mapping[int, frozenset[str]]  # column → its labels in the header's rows
    rows: Mapping[int, Mapping[int, Cell]]  # row → its cells in the table's columns
    usual: Mapping[int, Counter[str]]  # column → shapes of the first rows
    common: Mapping[int, frozenset[str]]  # column → the shapes that are no exceptions
    typical: float  # cells in a usual row
    filled: Mapping[int, float]  # column → share of usual rows that hold something there
    regular: Mapping[int, bool]  # row → whether it is data beyond doubt


def body(area: Area, header: tuple[int, ...], columns: list[int]) -> Body:
    """Return what stands under a header, and learn from its first rows what is usual."""
    inside = set(columns)
    rows = {row: cells for row in area.after(header[-1]) if (cells := _inside(area.rows[row], inside))}
    labels = {
        column: frozenset(plain(area.rows[row][column].value) for row in header if column in area.rows[row]) - {""} for column in columns
    }
    sample = _sample(rows)
    typical = median(len(rows[row]) for row in sample) if sample else 2.0
    wide = [row for row in sample if len(rows[row]) >= _WIDE * typical]
    usual = {column: Counter([_sort(rows[row][column]) for row in wide if column in rows[row]]) for column in columns}
    common = {column: _common(shapes) for column, shapes in usual.items()}
    filled = {column: fmean([column in rows[row] for row in wide]) if wide else 0.0 for column in columns}
    regular = Regular(rows, common, labels, sample)
    return Body(area, tuple(columns), labels, rows, usual, common, typical, filled, regular)


def _inside(cells: Mapping[int, Cell], columns: set[int]) -> Mapping[int, Cell]:
    """Return a row's cells in some columns; most often that is all."""
    return cells if cells.keys() <= columns else {column: cell for column, cell in cells.items() if column in columns}


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


def _common(usual: Counter[str]) -> frozenset[str]:
    """Return the shapes that are no exceptions in a column, of its usual ones; all, where none says what stands there."""
    found = {shape for shape, count in usual.items() if count >= _USUAL * usual.total()} - {"other"}
    if not found:
        return frozenset(get_args(Shape))
    return frozenset({*found, "other", "long"} if "text" in found else {*found, "other"})


def _fits(found: Body, row: int, share: float) -> bool:
    """Return whether at least a share of a row's cells are of a sort that is usual in their column."""
    cells = found.rows[row]
    strange, most = len(cells), (1 - share) * len(cells)
    for column, cell in cells.items():
        strange -= shape_of(cell) in found.common[column]
        if strange <= most:  # even if all others are
            return True
    return False


def wide(found: Body, row: int) -> bool:
    """Return whether a row holds about as much as a usual one."""
    return len(found.rows[row]) >= max(2, _WIDE * found.typical)


def repeats(found: Body, row: int) -> bool:
    """Return whether a row holds the header once more, each label in its own column."""
    return _is_labelled(found, row) and not _is_moved(found, row)


def _is_labelled(found: Body, row: int) -> bool:
    """Return whether a row holds most of its columns' labels."""
    cells = found.rows[row]
    if len(cells) < 2:  # noqa: PLR2004 (one cell repeats no header)
        return False
    again, least = len(cells), _AGAIN * len(cells)
    for column, cell in cells.items():
        again -= not isinstance(cell.value, str) or plain(cell.value) not in found.labels[column]
        if again < least:  # even if all others do
            return False
    return True


def _is_moved(found: Body, row: int) -> bool:
    """Return whether a row holds a label in another column than the header does, as the header of a table of its own does."""
    texts = {column: plain(cell.value) for column, cell in found.rows[row].items()}
    labels = frozenset[str]().union(*found.labels.values())
    return any(text in labels and text not in found.labels[column] for column, text in texts.items())


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


def extent(found: Body, known: Known, *, first: int) -> tuple[list[int], set[int]]:
    """Return the rows of the table, down to the last that it goes on with or that sums it; and rows that hold the header once more."""
    again: set[int] = set()
    kept: list[int] = []
    waiting: list[int] = []
    previous = first
    for row in found.rows:
        if row == previous + 1 and not waiting and found.regular[row]:
            kept.append(row)
            previous = row
            continue
        gap = row > previous + 1 or bool(waiting)
        if _is_labelled(found, row):
            if _is_moved(found, row):
                break
            again.add(row)
            waiting.append(row)
            previous = row
            continue
        fits, sums = _fits(found, row, _ALIKE_AFTER_GAP if gap and kept else _ALIKE), is_total(found, row, kept)
        if not sums and _is_header(found, row, known, gap=gap, fits=fits):
            break
        if sums or (fits and _goes_on(found, row, gap=gap, begun=bool(kept))):
            kept += [*waiting, row]
            waiting = []
        else:
            waiting.append(row)
        if len(waiting) > _STRANGE:
            break
        previous = row
    rows = kept if kept or waiting[:1] != [first + 1] or not _unrated(found, waiting) else waiting
    return rows, again


def _unrated(found: Body, waiting: list[int]) -> bool:
    """Return whether rows with a single text are all that there is: events that nobody has judged yet."""
    return bool(waiting) and all(
        list(found.rows[row]) in ([found.columns[0]], list(found.columns[1:2])) and any(map(is_label, found.rows[row].values()))
        for row in waiting
    )


def is_total(found: Body, row: int, above: Collection[int]) -> bool:
    """Return whether a row sums the rows above: by its word, or by computed numbers alone."""
    cells = list(found.rows[row].values())
    first = next(filter(is_label, cells), None)
    if first is None:
        return bool(above) and len(cells) < _WIDE * found.typical and all(cell.formula and shape_of(cell) == "number" for cell in cells)
    text = plain(first.value)
    if not may_total(text):
        return False
    word = bare(text)
    if not begins(word, "total"):
        return False
    texts = sum(map(is_label, cells))
    if word in words("total"):
        if first is cells[0] and spreads(found, first):
            return True
        sums = len(cells) == 1 or any(shape_of(cell) == "number" and cell.column > first.column for cell in cells)
        return sums and texts * 2 <= len(cells) + 1
    named = any(word.startswith(f"{total} ") for total in words("total"))
    return named and texts == 1 and any(_sums(found, cell, above) for cell in cells)


def spreads(found: Body, cell: Cell) -> bool:
    """Return whether a cell is written over half of a table's columns."""
    return found.area.width(cell) >= max(2, _BROAD * len(found.columns))


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
