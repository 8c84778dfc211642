"""Write rows and the lines of their history."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from krokomrsa.changes import Change, RowChange
from krokomrsa.register import Origin, Record
from krokomrsa.store.schema import BATCHES, CHANGES, Tables
from krokomrsa.store.trail import Standing, encode
from krokomrsa.values import Value

_WRITTEN: Final = ("batch", "table_name", "row_id", "column_name", "before", "after", *Origin._fields)
_NOWHERE: Final = (None, None, None, None, None)


def now() -> str:
    """Return the time as it is stored: UTC, ISO 8601, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_rows(connection: sa.Connection, tables: Tables, before: Standing, after: Standing) -> None:
    """Make the database's rows what they are after a plan."""
    sorted_out: dict[tuple[str, str], dict[str, Record]] = defaultdict(dict)
    for (name, row_id), row in after.items():
        was = before.get((name, row_id))
        if row != was:
            sorted_out[name, "insert" if was is None else "delete" if row is None else "update"][row_id] = row or {}
    for (name, verb), rows in sorted_out.items():
        table = tables[name]
        this = table.c.id == sa.bindparam("_id")
        if verb == "insert":
            used = set[str]().union(*rows.values())
            columns = [column for column in table.c.keys() if column in used]  # noqa: SIM118 (no mapping: its items are columns)
            _insert(connection, table, columns, [*zip(*([row.get(column) for row in rows.values()] for column in columns), strict=True)])
        elif verb == "delete":
            connection.execute(table.delete().where(this), [{"_id": row_id} for row_id in rows])
        else:
            columns = [column for column in table.c.keys() if column != "id"]  # noqa: SIM118 (as above)
            whole = [{"_id": row_id, **dict.fromkeys(columns), **row} for row_id, row in rows.items()]
            connection.execute(table.update().where(this).values({key: sa.bindparam(key) for key in columns}), whole)


def write_batch(
    connection: sa.Connection, changes: Iterable[Change | RowChange], *, who: str, kind: str, source: str, note: str, undoes: int | None
) -> int:
    """Write one batch with its changes, each with its origin; return the batch's number."""
    values = {"at": now(), "who": who, "kind": kind, "source": source, "note": note, "undoes": undoes}
    batch = int(connection.execute(BATCHES.insert().values(values).returning(BATCHES.c.id)).scalar_one())
    letters: dict[int, str] = {}
    written = [line for change in changes for line in _lines(batch, change, letters)]
    if written:
        _insert(connection, CHANGES, _WRITTEN, written)
    return batch


def _lines(batch: int, change: Change | RowChange, letters: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    """Yield the lines of the history that a change becomes: one for each value, one for a whole row that was read from one line.

    ``letters`` holds how columns are written whose cells stand beside each other as in an earlier row.
    """
    if isinstance(change, RowChange):
        table, row_id, _, values, places = change
        if len(places) == 1 and not places[0].whole and values:
            file, sha256, sheet, row, cells, _ = places[0]
            if id(cells) not in letters:
                letters[id(cells)] = json.dumps(dict(cells))
            yield (batch, table, row_id, "id", None, packed(values), file, sha256, sheet, row, letters[id(cells)])
            return
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


def _insert(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows, past what would look at each of their values once more; only days and truths are written in another way."""
    made = table.insert().compile(dialect=connection.dialect, column_keys=list(columns))
    if made.positiontup is None:
        connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in rows])
        return
    writers = {name: table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for name in columns}
    if any(writers.values()) or made.positiontup != [*columns]:
        values = dict(zip(columns, zip(*rows, strict=True), strict=True))
        written = [map(write, values[name]) if (write := writers[name]) else values[name] for name in made.positiontup]
        rows = [*zip(*written, strict=True)]
    connection.exec_driver_sql(str(made), list(rows))
