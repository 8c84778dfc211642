"""Where values were read: told of each value, kept for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from krokomrsa.register.carried import Carried

_SHARED: Final = 4096  # how many ways in which columns stand beside each other are kept once for all rows that have them so


class Origin(NamedTuple):
    """Where a value was read: the sender's file, its content hash, sheet, row and cell."""

    file: str
    sha256: str
    sheet: str
    row: int
    cell: str

    def __str__(self) -> str:
        """Return the place as a coordinator would say it: ``soc.xlsx · C Händelser!D7``."""
        return f"{self.file} · {self.sheet}!{self.cell}"


ORIGIN_COLUMNS: Final = ("table", "id", "column", "file", "sha256", "sheet", "row", "cell")
Key = tuple[str, str, str]  # table, id, column
Origins = Mapping[Key, Origin]  # where each value was read


class Place(NamedTuple):
    """Where some values of one row were read: one line of a sheet, and the letters of each value's cell there.

    >>> Place("soc.xlsx", "", "Risker", 4, {"event": "B"}).origin("event").cell
    'B4'
    """

    file: str
    sha256: str
    sheet: str
    row: int
    cells: Mapping[str, str]  # column → the letters of its cell
    whole: bool = False  # the cells are not letters but as they were told

    def origin(self, column: str) -> Origin:
        """Return where the value of a column was read."""
        cell = self.cells[column]
        return Origin(self.file, self.sha256, self.sheet, self.row, cell if self.whole else f"{cell}{self.row}")


Places = tuple[Place, ...]  # of one row


@lru_cache(maxsize=_SHARED)
def cells(told: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Return columns and the letters of their cells, the very same for all rows whose values stand so."""
    return MappingProxyType(dict(told))


def placed(origins: Mapping[str, Origin]) -> Places:
    """Return where the values of a row were read, column by column, as few places.

    >>> [dict(place.cells) for place in placed({"id": Origin("a", "", "R", 4, "A4"), "event": Origin("a", "", "R", 4, "B4")})]
    [{'id': 'A', 'event': 'B'}]
    """
    found: dict[tuple[str, str, str, int, bool], list[tuple[str, str]]] = {}
    for column, (file, sha256, sheet, row, cell) in origins.items():
        letters = cell.removesuffix(str(row))
        regular = letters != cell
        found.setdefault((file, sha256, sheet, row, not regular), []).append((column, letters))
    return tuple(Place(file, sha256, sheet, row, cells(tuple(told)), whole) for (file, sha256, sheet, row, whole), told in found.items())


def replaced(places: Places, columns: Iterable[str], new: Places) -> Places:
    """Return where a row's values were read when those of some columns have been replaced."""
    gone = set(columns)
    left = (
        place
        if gone.isdisjoint(place.cells)
        else place._replace(cells=cells(tuple(one for one in place.cells.items() if one[0] not in gone)))
        for place in places
    )
    return (*(place for place in left if place.cells), *new)


_NOWHERE: Final[Carried[str, Places]] = Carried({})


class Kept(Mapping[Key, Origin]):
    """Origins of single values, kept by row: table → id → places."""

    __slots__ = ("tables",)

    def __init__(self, tables: Mapping[str, Carried[str, Places]]) -> None:
        """Take the places of each row, table → id → places."""
        self.tables = tables

    @classmethod
    def of(cls, origins: Origins) -> Kept:
        """Return the origins of values, kept by row."""
        if isinstance(origins, cls):
            return origins
        found: dict[str, dict[str, dict[str, Origin]]] = {}
        for (table, row_id, column), origin in origins.items():
            found.setdefault(table, {}).setdefault(row_id, {})[column] = origin
        return cls({table: Carried({row_id: placed(told) for row_id, told in rows.items()}) for table, rows in found.items()})

    def places(self, table: str, row_id: str) -> Places:
        """Return where the values of a row were read."""
        found: Places = self.tables[table].get(row_id, ()) if table in self.tables else ()
        return found

    def changed(self, places: Mapping[str, Mapping[str, Places | None]]) -> Kept:
        """Return the origins with those of some rows replaced, table → id → places, None: taken away."""
        return Kept({**self.tables, **{table: self.tables.get(table, _NOWHERE).changed(over) for table, over in places.items()}})

    def __getitem__(self, key: Key) -> Origin:
        """Return where a value was read."""
        table, row_id, column = key
        for place in self.places(table, row_id):
            if column in place.cells:
                return place.origin(column)
        raise KeyError(key)

    def __iter__(self) -> Iterator[Key]:
        """Go through the values whose origin is known."""
        return ((table, row_id, column) for table, row_id, places in self._all() for place in places for column in place.cells)

    def __len__(self) -> int:
        """Return the number of values whose origin is known."""
        return sum(len(place.cells) for _, _, places in self._all() for place in places)

    def _all(self) -> Iterator[tuple[str, str, Places]]:
        return ((table, row_id, places) for table, rows in self.tables.items() for row_id, places in rows.items())
