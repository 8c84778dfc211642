"""Say of the cells of a sender's line what they are, and which rows of the register they make: the same for all lines of one shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

from krokomrsa.excel.blocks import Block, Field
from krokomrsa.excel.entries import Entry
from krokomrsa.excel.foreign.cells.outcome import Read
from krokomrsa.excel.foreign.feeds import FEEDS, LEVELS, NOW, ROWS, Feed, aspect, state
from krokomrsa.excel.foreign.model import Column
from krokomrsa.excel.reading import Cell, Sheet
from krokomrsa.register import Record, Row
from krokomrsa.vocabulary import Vocabulary

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fill(Field):
    """Cells of one of a sender's columns that fill the same columns of ours; there is one for all of them."""

    fed: Fed


@dataclass(slots=True, eq=False)
class Said(Entry):
    """One cell of a line that was understood: what it is, where it stands, what it says."""

    field: Fill

    @property
    def names_row(self) -> bool:
        """Tell whether it says which row the line is about: its id, or what a row of its table cannot be without."""
        return self.field.fed.is_id or self.field.fed.is_head

    def at(self, row: int) -> Said:
        """Return the same said of another line, which its cell is merged over."""
        return Said(self.sheet, self.cell, row, self.field, self.values, None)


def said_by(fed: Fed, sheet: Sheet, read: Iterable[tuple[Cell, Read]], vocabulary: Vocabulary) -> Iterator[Said]:
    """Yield what the cells of a column say."""
    fills: dict[tuple[str, ...], Fill] = {}
    for cell, found in read:
        columns = tuple(found.values)
        if columns not in fills:
            fills[columns] = _fill(fed, columns, vocabulary)
        yield Said(sheet, cell, cell.row, fills[columns], found.values, None)


def _fill(fed: Fed, columns: tuple[str, ...], vocabulary: Vocabulary) -> Fill:
    plain = vocabulary[fed.table][columns[0]] if len(columns) == 1 else None
    return Fill(key=fed.key, header=fed.column.header, table=fed.table, columns=columns, column=plain, fed=fed)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind:
    """Rows of the register that are made of the same cells of a line."""

    table: str
    cells: tuple[int, ...]
    block: Block
    columns: frozenset[str]
    apart: bool  # each cell fills columns of its own
    first: int | None  # which of the cells stands first in the line; None where that is not the same for all lines
    own_id: bool = False  # the sender's id of the line is an id of this table
    owner: str = ""  # the column that says whose the row is
    links: tuple[tuple[str, str], ...] = ()  # columns that other rows of the line may stand in → tables of those
    follows: Record = field(default_factory=dict)  # from the column of a level that is judged

    def fills(self, column: str, told: Sequence[Entry]) -> bool:
        """Tell whether cells say something in a column; of several the last one does."""
        return column in self.columns and [one.values[column] for one in told if column in one.values][-1] is not None


class Shape:
    """Which rows a line whose cells fill certain columns becomes; it is the same for all such lines."""

    def __init__(self, line: Sequence[Fill], sheet: str) -> None:
        """Sort the cells of a line by the table that they belong to."""
        self._line, self._sheet = line, sheet
        cells: dict[str, list[int]] = {}
        for place, one in enumerate(line):
            cells.setdefault(one.table, []).append(place)
        self.tables = tuple(cells)
        self.heads = {ROWS if table == LEVELS else table for table in cells}  # tables of which the line must name a row
        self.ids = tuple(place for place, one in enumerate(line) if one.fed.is_id)
        told = {table: tuple(place for place in places if not line[place].fed.is_id) for table, places in cells.items()}
        made = [feed for feed in FEEDS if any(line[place].fed.is_head for place in told.get(feed.table, ()))]
        self.rows = {feed.table: self._row(feed, told[feed.table], {one.table for one in made}) for feed in made}
        self.judged = tuple(self._judged(cells.get(LEVELS, ())))

    def _row(self, feed: Feed, cells: tuple[int, ...], made: AbstractSet[str]) -> Kind:
        own_id = any(self._line[place].table == feed.table for place in self.ids)
        links = tuple(link for link in feed.links.items() if link[1] in made)
        return self._kind(feed.table, cells, own_id=own_id, owner=feed.sender, links=links)

    def _kind(self, table: str, cells: tuple[int, ...], **more: Any) -> Kind:
        fields = tuple(self._line[place] for place in cells)
        columns = [column for one in fields for column in one.columns]
        stands = [one.fed.column.numbers for one in fields]
        return Kind(
            table=table,
            cells=cells,
            block=Block(key=f"foreign.{table}", sheet=self._sheet, fields=fields),
            columns=frozenset(columns),
            apart=len(columns) == len(set(columns)),
            first=stands.index(min(stands)) if all(len(one) == 1 for one in stands) else None,
            **more,
        )

    def _judged(self, cells: Sequence[int]) -> Iterator[Kind]:
        line = self._line
        common = tuple(place for place in cells if line[place].fed.aspect is None)
        judged = [place for place in cells if line[place].fed.aspect is not None]
        as_now = any(line[place].fed.state == NOW for place in judged)
        for place in judged:
            fed = line[place].fed
            follows: Row = {"aspect": fed.aspect}
            follows |= {} if fed.state == NOW else {"state": fed.state}
            shared = common if fed.state == NOW or not as_now else ()  # grounds are of how it is now
            alone = (each for each in shared if set(line[each].columns).isdisjoint(line[place].columns))
            yield self._kind(LEVELS, (place, *alone), follows=follows)
