"""Say of the cells of a sender's line what they are, and which rows of the register they make: the same for all lines of one shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from krokomrsa.excel.foreign.cells.outcome import Read
from krokomrsa.excel.foreign.feeds import FEEDS, LEVELS, NOW, Feed, aspect, state
from krokomrsa.excel.foreign.model import Column
from krokomrsa.excel.reading import Cell
from krokomrsa.register import Record, Row

_HEADS: Final = frozenset(f"{feed.table}.{feed.head}" for feed in FEEDS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fed:
    """A sender's column that was taken to be one of ours."""

    key: str
    column: Column
    table: str
    is_id: bool  # it holds the sender's own ids
    is_head: bool  # a row of its table cannot be without it
    aspect: str | None  # what it judges, if it holds levels
    state: str  # and in what state of the risk

    @classmethod
    def of(cls, key: str, column: Column) -> Fed:
        """Return what is known of a column from what it was taken to be."""
        table, _, name = key.partition(".")
        return cls(key=key, column=column, table=table, is_id=name == "id", is_head=key in _HEADS, aspect=aspect(key), state=state(key))


class Said(NamedTuple):
    """One cell of a line that was understood: what it is, where it stands, what it says."""

    fed: Fed
    cell: Cell
    read: Read

    @property
    def names_row(self) -> bool:
        """Tell whether it says which row the line is about: its id, or what a row of its table cannot be without."""
        return self.fed.is_id or self.fed.is_head


class Part(NamedTuple):
    """A row of the register that a line becomes: of which table, and which of the line's cells speak of it."""

    feed: Feed
    cells: tuple[int, ...]
    own_id: bool  # the sender's id of the line is an id of this table


class Judged(NamedTuple):
    """A judgement that a line makes: which of its cells says the level, what speaks of it too, and what follows from the column."""

    cell: int
    common: tuple[int, ...]
    fixed: Record


class Shape:
    """Which rows a line with cells in certain columns becomes; it is the same for all such lines."""

    def __init__(self, line: Sequence[Fed]) -> None:
        """Sort the cells of a line by the table that they belong to."""
        cells: dict[str, list[int]] = {}
        for place, fed in enumerate(line):
            cells.setdefault(fed.table, []).append(place)
        self.tables = tuple(cells)
        self.ids = tuple(place for place, fed in enumerate(line) if fed.is_id)
        self.parts = tuple(
            Part(feed, told, any(line[place].table == feed.table for place in self.ids))
            for feed in FEEDS
            if (told := tuple(place for place in cells.get(feed.table, ()) if not line[place].is_id))
            and any(line[place].is_head for place in told)
        )
        self.judged = tuple(self._judged(line, cells.get(LEVELS, ())))

    @staticmethod
    def _judged(line: Sequence[Fed], cells: Sequence[int]) -> Iterator[Judged]:
        common = tuple(place for place in cells if line[place].aspect is None)
        judged = [place for place in cells if line[place].aspect is not None]
        as_now = any(line[place].state == NOW for place in judged)
        for place in judged:
            fed = line[place]
            fixed: Row = {"aspect": fed.aspect}
            fixed |= {} if fed.state == NOW else {"state": fed.state}
            yield Judged(place, common if fed.state == NOW or not as_now else (), fixed)  # grounds are of how it is now
