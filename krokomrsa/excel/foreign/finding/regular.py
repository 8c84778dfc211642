"""Which rows under a header are data beyond doubt: a filter in front of the rules that look at a row cell by cell."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Final

from krokomrsa.excel.foreign.finding.area import ends_with_colon, is_label, shape_of
from krokomrsa.excel.foreign.finding.words import LETTERS, begins, may_begin, plain
from krokomrsa.excel.reading import Cell

_AT_ONCE: Final = 50  # rows that are looked at together, column by column
_FEWEST: Final = 3  # cells of a row that is no category
_FORMULA, _ERROR = attrgetter("formula"), attrgetter("error")


class Regular(dict[int, bool]):
    """Row → whether it is data beyond doubt, found out when it is first asked for.

    At least half of such a row's cells are typed, of a shape that is usual in their columns and none of their columns' labels, its first
    label begins with no word for a total, and its first cell does not end with a colon: then no rule makes it anything else. That is
    looked for in as few columns as may tell it, those first that hold the fewest different values.
    """

    def __init__(
        self,
        rows: Mapping[int, Mapping[int, Cell]],
        common: Mapping[int, frozenset[str]],
        labels: Mapping[int, frozenset[str]],
        sample: Sequence[int],
    ) -> None:
        """Learn from some rows which columns tell the most for the least."""
        super().__init__()
        self.rows, self.common, self.labels, self.numbers = rows, common, labels, tuple(rows)
        different = {column: len({rows[row][column].value for row in sample if column in rows[row]}) for column in common}
        self.told = sorted(common, key=lambda column: different[column])[: (len(common) + 1) // 2]

    def __missing__(self, row: int) -> bool:
        """Find out of a row, and of those under it."""
        at = bisect_left(self.numbers, row)
        some = self.numbers[at : at + _AT_ONCE]
        lines = [self.rows[number] for number in some]
        steady = frozenset(column for column in self.told if self._is_steady(column, [cells[column] for cells in lines if column in cells]))
        begun = _begin_as_data([next(iter(cells.values())) for cells in lines])
        self.update((number, _fits(cells, steady) and (begun or _begins_as_data(cells))) for number, cells in zip(some, lines, strict=True))
        return self[row]

    def _is_steady(self, column: int, cells: Sequence[Cell]) -> bool:
        """Return whether all cells of a column are typed, of a usual shape, and no label."""
        values = [cell.value for cell in cells]
        if any(map(_FORMULA, cells)) or any(map(_ERROR, cells)) or bool in set(map(type, values)):  # True is equal to 1
            return False
        common, labels = self.common[column], self.labels[column]
        different = dict(zip(values, cells, strict=True))
        return all(shape_of(cell) in common and plain(value) not in labels for value, cell in different.items())


def _fits(cells: Mapping[int, Cell], steady: frozenset[int]) -> bool:
    return len(cells) >= _FEWEST and 2 * len(cells.keys() & steady) >= len(cells)


def _begin_as_data(first: Sequence[Cell]) -> bool:
    """Return whether the first cells of some rows are labels, and by their first letters alone neither totals nor fields."""
    if not all(map(is_label, first)):
        return False
    texts = [cell.value for cell in first]
    begun = {text[:LETTERS] for text in texts}
    return ":" not in "".join(texts) and all(text[:1].isalpha() and not may_begin(text, "total") for text in begun)


def _begins_as_data(cells: Mapping[int, Cell]) -> bool:
    label = next(filter(is_label, cells.values()), None)
    return label is not None and not may_total(plain(label.value)) and not ends_with_colon(next(iter(cells.values())))


def may_total(text: str) -> bool:
    """Return whether the first label of a row may be a word for a total, by what it begins with."""
    return not text[:1].isalpha() or begins(text, "total")  # there may be something to strip before it
