"""Write rows and the lines of their history."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, groupby
from typing import Any, Final

import sqlalchemy as sa

from krokomrsa.changes import Change, RowChange
from krokomrsa.register import Origin, Record
from krokomrsa.store.schema import BATCHES, CHANGES, Tables
from krokomrsa.store.trail import Standing, encode
from krokomrsa.values import Value

_WRITTEN: Final = ("batch", "table_name", "row_id", "column_name", "before", "after", *Origin._fields)
_VALUES: Final = 999  # in one statement: what every SQLite takes
_NOWHERE: Final = (None, None, None, None, None)


def now() -> str:
    """Return the time as it is stored: UTC, ISO 8601, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_rows(connection: sa.Connection, tables: Tables, before: Standing, after: Standing) -> None:
    """Make the database's rows what they are after a plan."""
    sorted_out: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for key, row in after.items():
        was = before.get(key)
        if row != was:
            verb = "insert" if was is None else "delete" if row is None else "update"
            sorted_out[key[0], verb].append(row if row is not None else {"id": key[1]})
    for (name, verb), rows in sorted_out.items():
        table = tables[name]
        this = table.c.id == sa.bindparam("_id")
        if verb == "insert":
            used = set[str]().union(*rows)
            columns = [column for column in table.c.keys() if column in used]  # noqa: SIM118 (no mapping: its items are columns)
            _insert(connection, table, columns, zip(*(_bound(connection, table.c[name], rows) for name in columns), strict=True))
        elif verb == "delete":
            connection.execute(table.delete().where(this), [{"_id": row["id"]} for row in rows])
        else:
            columns = [column for column in table.c.keys() if column != "id"]  # noqa: SIM118 (as above)
            whole = [{"_id": row["id"], **dict.fromkeys(columns), **row} for row in rows]
            connection.execute(table.update().where(this).values({key: sa.bindparam(key) for key in columns}), whole)


def write_batch(
    connection: sa.Connection, changes: Sequence[Change | RowChange], *, who: str, kind: str, source: str, note: str, undoes: int | None
) -> int:
    """Write one batch with its changes, each with its origin; return the batch's number."""
    values = {"at": now(), "who": who, "kind": kind, "source": source, "note": note, "undoes": undoes}
    batch = int(connection.execute(BATCHES.insert().values(values).returning(BATCHES.c.id)).scalar_one())
    written = [*_lines(batch, changes)]
    if written:
        _insert(connection, CHANGES, _WRITTEN, written)
    return batch


def _lines(batch: int, changes: Sequence[Change | RowChange]) -> Iterator[tuple[Any, ...]]:
    """Go through the lines of the history that changes become: one for each value, one for a whole row that was read from one line."""
    letters: dict[int, str] = {}  # how columns are written whose cells stand beside each other as in an earlier row
    for change in changes:
        if isinstance(change, RowChange):
            table, row_id, _, values, places = change
            if len(places) == 1 and not places[0].whole and values:
                file, sha256, sheet, row, cells, _ = places[0]
                if id(cells) not in letters:
                    letters[id(cells)] = json.dumps(dict(cells))
                yield (batch, table, row_id, "id", None, packed(values), file, sha256, sheet, row, letters[id(cells)])
                continue
        for table, row_id, column, before, after, origin in [change] if isinstance(change, Change) else change.single():
            yield (batch, table, row_id, column, encode(before), encode(after), *(origin or _NOWHERE))


def packed(values: Mapping[str, Value]) -> str:
    """Return the values of a row that was made as one line of the history keeps them, under its id: JSON, each on a line of its own.

    >>> print(packed({"id": "H1", "event": "Elavbrott", "owner": "SOC"}))
    {
    "event": "Elavbrott",
    "owner": "SOC"
    }
    """
    told = ",\n".join([f'"{column}": {encode(value)}' for column, value in values.items() if value is not None and column != "id"])
    return f"{{\n{told}\n}}" if told else "{\n}"


def _bound(connection: sa.Connection, column: sa.Column[Any], rows: Iterable[Record]) -> Iterable[Any]:
    """Return a column's values as the driver takes them: only days and truths are written in another way, and by some drivers only."""
    write = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    values = [row.get(column.name) for row in rows]
    return values if write is None else map(write, values)


def _insert(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert many rows of values as the driver takes them, past what would look at each value once more; SQLite takes many at a time."""
    if connection.dialect.paramstyle != "qmark":
        connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in rows])
        return
    names = connection.dialect.identifier_preparer
    into = f"INSERT INTO {names.format_table(table)} ({', '.join(map(names.quote, columns))}) VALUES "  # noqa: S608 (names of ours)
    row = f"({', '.join('?' * len(columns))})"
    values = [*chain.from_iterable(rows)]
    most = _VALUES // len(columns) * len(columns)
    parts = (tuple(values[start : start + most]) for start in range(0, len(values), most))
    for size, some in groupby(parts, key=len):
        connection.exec_driver_sql(into + ", ".join([row] * (size // len(columns))), [*some])
