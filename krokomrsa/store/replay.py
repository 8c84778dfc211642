"""Read the register back from its changes: as it was after any batch, and as it is now without reading all of it again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from krokomrsa.changes import Change, apply
from krokomrsa.register import Places, Register, Row, placed
from krokomrsa.store.schema import BATCHES, CHANGES, Tables
from krokomrsa.store.trail import decode, encode, origin_of
from krokomrsa.vocabulary import Vocabulary

REMOVES: Final = "sanera"  # the kind of batch that takes changes away

Rows = dict[str, dict[str, Row]]  # table → id → row


class Line(NamedTuple):
    """The change of one value as the history keeps it."""

    id: int
    batch: int
    table_name: str
    row_id: str
    column_name: str
    before: str | None
    after: str | None
    file: str | None
    sha256: str | None
    sheet: str | None
    row: int | None
    cell: str | None


WHOLE: Final = "{"  # how a line begins that holds all values of a row that was made
COUNTED: Final = sa.func.length(CHANGES.c.after) - sa.func.length(sa.func.replace(CHANGES.c.after, "\n", ""))  # values of such a line
_letters = lru_cache(maxsize=1024)(json.loads)


def single(lines: Iterable[Any]) -> Iterator[Line]:
    """Go through the changes of values that lines of the history hold: one, or all those of a row that was made."""
    for line in lines:
        found = Line(*line)
        if found.column_name != "id" or found.after is None or not found.after.startswith(WHOLE):
            yield found
            continue
        letters = _letters(found.cell)
        for column, after in (("id", encode(found.row_id)), *values_of(found.after)):
            cell = letters.get(column)
            read = {"cell": f"{cell}{found.row}"} if cell else {"file": None, "sha256": None, "sheet": None, "row": None, "cell": None}
            yield found._replace(column_name=column, after=after, **read)


def values_of(whole: str) -> Iterator[tuple[str, str]]:
    r"""Go through the columns and values, still as JSON, that a line of a whole row holds.

    >>> list(values_of('{\n"event": "Elavbrott, storm",\n"owner": "SOC"\n}'))
    [('event', '"Elavbrott, storm"'), ('owner', '"SOC"')]
    """
    _, *told, _ = whole.split("\n")
    for number, one in enumerate(told, start=1):
        column, _, value = one.partition(": ")
        yield column[1:-1], value if number == len(told) else value[:-1]


def latest(connection: sa.Connection, upto: int | None = None) -> Sequence[Line]:
    """Return the latest change of each cell, up to and including a batch, in the order they were made."""
    lines = sa.select(CHANGES).order_by(CHANGES.c.id)
    if upto is not None:
        lines = lines.where(CHANGES.c.batch <= upto)
    return [*newest(single(connection.execute(lines))).values()]


def of_row(table: str, row_id: str) -> sa.ColumnElement[bool]:
    """Return what holds for the lines of one row: they are looked up batch by batch, as they are indexed."""
    return sa.and_(CHANGES.c.batch.in_(sa.select(BATCHES.c.id)), CHANGES.c.table_name == table, CHANGES.c.row_id == row_id)


def newest(lines: Iterable[Line]) -> dict[tuple[str, str, str], Line]:
    """Return the last line of each cell, in the order they were made."""
    found: dict[tuple[str, str, str], Line] = {}
    for line in lines:
        key = (line.table_name, line.row_id, line.column_name)
        found.pop(key, None)
        found[key] = line
    return found


def removed(connection: sa.Connection) -> set[tuple[str, str]]:
    """Return the rows that existed once and no longer do, as (table, id)."""
    row, of_id, is_gone = (CHANGES.c.table_name, CHANGES.c.row_id), CHANGES.c.column_name == "id", CHANGES.c.after.is_(None)
    once = sa.select(*row).where(of_id, is_gone)
    ids = sa.select(sa.func.max(CHANGES.c.id)).where(of_id, sa.tuple_(*row).in_(once)).group_by(*row)
    lines = connection.execute(sa.select(*row).where(CHANGES.c.id.in_(ids), is_gone))
    return {(line.table_name, line.row_id) for line in lines}


def replayed(tables: Tables, cells: Iterable[Line]) -> Rows:
    """Return the rows that the latest changes leave, in the order the rows were made."""
    rows: Rows = defaultdict(dict)
    for cell in cells:
        if cell.after is None:
            continue
        if cell.column_name == "id":
            rows[cell.table_name][cell.row_id] = {"id": cell.row_id}
        elif cell.row_id in rows[cell.table_name]:
            value = decode(tables, cell.table_name, cell.column_name, cell.after)
            rows[cell.table_name][cell.row_id][cell.column_name] = value
    return rows


def stored(connection: sa.Connection, tables: Tables, cells: Iterable[Line]) -> Rows:
    """Return the rows that the tables hold, in the order in which the changes made them."""
    rows: Rows = {}
    order: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        if cell.column_name == "id":
            order[cell.table_name].append(cell.row_id)
    for name, table in tables.items():
        found = {row["id"]: dict(row) for row in connection.execute(sa.select(table)).mappings()}
        rows[name] = {row_id: found.pop(row_id) for row_id in order[name] if row_id in found} | found
    return rows


def register_of(rows: Rows, cells: Iterable[Line], vocabulary: Vocabulary) -> Register:
    """Return rows as a register, with the origins that the latest changes give."""
    known = {(table.key, column.key) for table in vocabulary for column in table}
    places: dict[str, dict[str, Places]] = {}
    for key, lines in groupby(cells, key=lambda cell: (cell.table_name, cell.row_id)):
        told = {line.column_name: origin_of(line) for line in lines if line.after is not None and (key[0], line.column_name) in known}
        read = placed({column: origin for column, origin in told.items() if origin is not None})
        if read:
            of_table = places.setdefault(key[0], {})
            of_table[key[1]] = (*of_table.get(key[1], ()), *read)
    tables = {
        table.key: {row_id: {key: row.get(key) for key in table.keys} for row_id, row in rows.get(table.key, {}).items()}
        for table in vocabulary
    }
    return Register(vocabulary=vocabulary).changed(tables, places)


@dataclass(frozen=True, slots=True)
class Reading:
    """A register as it was read, and the batch that was the last one then: number, when and who."""

    register: Register
    batch: tuple[int, str, str]


_LATEST: Final[dict[object, Reading]] = {}  # the database that was read last: what came after is carried over, the rest is not read again


def register_now(connection: sa.Connection, tables: Tables, vocabulary: Vocabulary, database: object) -> Register:
    """Return the register as it is: what was read before with every change since, whoever made it; else read whole.

    ``database`` tells one database from another, also from one that was put in its place.
    """
    columns = (BATCHES.c.id, BATCHES.c.at, BATCHES.c.who, BATCHES.c.kind)
    known = _LATEST.get(database)
    first = known.batch[0] if known else 0
    batches = connection.execute(sa.select(*columns).where(BATCHES.c.id >= first).order_by(BATCHES.c.id)).all()
    same = known is not None and known.register.vocabulary is vocabulary and bool(batches) and tuple(batches[0][:3]) == known.batch
    if known is not None and same and not any(batch.kind == REMOVES for batch in batches[1:]):
        register = _carried(connection, tables, known) if len(batches) > 1 else known.register
    else:
        cells = latest(connection)
        register = register_of(stored(connection, tables, cells), cells, vocabulary)
    _LATEST.clear()
    if batches:
        _LATEST[database] = Reading(register, tuple(batches[-1][:3]))
    return register


def forget() -> None:
    """Let the next reading be of the whole register."""
    _LATEST.clear()


def _carried(connection: sa.Connection, tables: Tables, known: Reading) -> Register:
    declared = known.register.vocabulary.tables
    rows = connection.execute(sa.select(CHANGES).where(CHANGES.c.batch > known.batch[0]).order_by(CHANGES.c.id))
    return apply(
        known.register,
        [
            Change(
                table=row.table_name,
                id=row.row_id,
                column=row.column_name,
                before=decode(tables, row.table_name, row.column_name, row.before),
                after=decode(tables, row.table_name, row.column_name, row.after),
                origin=origin_of(row),
            )
            for row in single(rows)
            if row.table_name in declared and row.column_name in declared[row.table_name].keys
        ],
    )
