"""Read the register back from its changes: as it was after any batch, and as it is now without reading all of it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from krokomrsa.changes import Change, apply
from krokomrsa.register import Register, Row, frame
from krokomrsa.store.schema import BATCHES, CHANGES, Tables
from krokomrsa.store.trail import decode, origin_of
from krokomrsa.vocabulary import Vocabulary

REMOVES: Final = "sanera"  # the kind of batch that takes changes away

Rows = dict[str, dict[str, Row]]  # table → id → row


def latest(connection: sa.Connection, upto: int | None = None) -> Sequence[sa.Row[Any]]:
    """Return the latest change of each cell, up to and including a batch, in the order they were made."""
    last = sa.select(sa.func.max(CHANGES.c.id).label("id")).group_by(CHANGES.c.table_name, CHANGES.c.row_id, CHANGES.c.column_name)
    if upto is not None:
        last = last.where(CHANGES.c.batch <= upto)
    wanted = last.subquery()
    return connection.execute(sa.select(CHANGES).join(wanted, CHANGES.c.id == wanted.c.id).order_by(CHANGES.c.id)).all()


def replayed(tables: Tables, cells: Iterable[sa.Row[Any]]) -> Rows:
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


def stored(connection: sa.Connection, tables: Tables, cells: Iterable[sa.Row[Any]]) -> Rows:
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


def register_of(rows: Rows, cells: Iterable[sa.Row[Any]], vocabulary: Vocabulary) -> Register:
    """Return rows as a register, with the origins that the latest changes give."""
    known = {(table.key, column.key) for table in vocabulary for column in table}
    origins = {
        (cell.table_name, cell.row_id, cell.column_name): origin
        for cell in cells
        if cell.after is not None and (cell.table_name, cell.column_name) in known
        for origin in [origin_of(cell)]
        if origin is not None
    }
    tables = {table.key: frame(table, rows[table.key].values()) for table in vocabulary if rows.get(table.key)}
    return Register(tables, origins=origins, vocabulary=vocabulary)


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
            for row in rows
            if row.table_name in declared and row.column_name in declared[row.table_name].keys
        ],
    )
