"""Keep every change: write rows and their changes together, and read any earlier state back from the changes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa

from krokomrsa.changes import Change
from krokomrsa.errors import Problem
from krokomrsa.register import Origin, Register, Row, frame
from krokomrsa.store.schema import BATCHES, CHANGES, Tables
from krokomrsa.values import Value, display, shown
from krokomrsa.vocabulary import Vocabulary, text_of

AT_ONCE: Final = 500  # ids asked for in one question

Key = tuple[str, str]  # table, row id
Standing = Mapping[Key, Row | None]  # None: no such row
Rows = dict[str, dict[str, Row]]  # table → id → row


@dataclass(frozen=True, slots=True)
class Misfit:
    """A change that does not start from what the database holds: ``stands`` is the value there, ``row`` whether there is a row."""

    change: Change
    stands: Value
    row: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list of changes comes to: those with an effect, those that do not fit, and the rows after them."""

    made: tuple[Change, ...]
    misfits: tuple[Misfit, ...]
    after: Standing


def now() -> str:
    """Return the time as it is stored: UTC, ISO 8601, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def encode(value: Value) -> str | None:
    """Return a value as it is kept in a change; None for a missing one.

    >>> encode("Hårkan"), encode(0.5), encode(date(2021, 5, 3)), encode(None)
    ('"Hårkan"', '0.5', '"2021-05-03"', None)
    """
    return None if value is None else json.dumps(value, ensure_ascii=False, default=date.isoformat)


def decode(tables: Tables, table: str, column: str, text: str | None) -> Value:
    """Return a value that was kept in a change, in the type of its column."""
    value: Value = None if text is None else json.loads(text)
    known = tables[table].c.get(column) if table in tables else None
    if value is not None and known is not None and known.type.python_type is date:
        return date.fromisoformat(str(value))
    return value


def conformed(tables: Tables, change: Change) -> Change:
    """Return a change with its value in the type of its column.

    Raises
    ------
    ValueError
        There is no such table or column, the value has another type, or an id would be replaced by another.
    """
    if change.table not in tables or change.column not in tables[change.table].c:
        message = f"no such column: {change.table}.{change.column}"
        raise ValueError(message)
    wanted: type = tables[change.table].c[change.column].type.python_type
    after = float(change.after) if wanted is float and type(change.after) is int else change.after
    if after is not None and type(after) is not wanted:
        message = f"{change.table}.{change.column} takes {wanted.__name__}, not {type(after).__name__}"
        raise ValueError(message)
    if change.column == "id" and after not in {None, change.id}:
        message = f"{change.table}: the id {change.id} cannot become {after}"
        raise ValueError(message)
    return replace(change, after=after)


def stand(connection: sa.Connection, tables: Tables, keys: Iterable[Key]) -> dict[Key, Row | None]:
    """Return the rows with these keys as the database holds them."""
    asked = dict.fromkeys(keys)
    found: dict[Key, Row | None] = dict(asked)
    by_table: dict[str, list[str]] = defaultdict(list)
    for table, row_id in asked:
        by_table[table].append(row_id)
    for name, ids in by_table.items():
        for some in in_parts(ids):
            rows = connection.execute(sa.select(tables[name]).where(tables[name].c.id.in_(some))).mappings()
            found.update({(name, row["id"]): dict(row) for row in rows})
    return found


def in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Return ids a few hundred at a time."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _emptied(key: Key, row: Row) -> list[Change]:
    return [
        Change(table=key[0], id=key[1], column=column, before=value, after=None)
        for column, value in row.items()
        if column != "id" and value is not None
    ]


def plan(standing: Standing, changes: Iterable[Change]) -> Plan:
    """Return what changes come to, given the rows they touch; taking a row away takes all its values with it.

    >>> made = Change(table="risks", id="H1", column="id", before=None, after="H1")
    >>> named = Change(table="risks", id="H1", column="event", before=None, after="Elavbrott")
    >>> plan({("risks", "H1"): None}, [made, named]).after
    {('risks', 'H1'): {'id': 'H1', 'event': 'Elavbrott'}}
    """
    rows = {key: dict(row) if row is not None else None for key, row in standing.items()}
    gone: dict[Key, Row] = {}
    made: list[Change] = []
    misfits: list[Misfit] = []
    for change in changes:
        key, row = (change.table, change.id), rows[change.table, change.id]
        was = row if row is not None else {} if change.column == "id" else gone.get(key, {})
        stands = was.get(change.column)
        orphan = row is None and change.column != "id" and change.after is not None
        if stands != change.before or orphan:
            misfits.append(Misfit(change, stands, row is not None))
        elif change.before == change.after or (row is None and change.column != "id"):
            continue
        elif change.column != "id" and row is not None:
            row[change.column] = change.after
            made.append(change)
        elif row is None:
            rows[key] = {"id": change.id}
            made.append(change)
        else:
            gone[key], rows[key] = row, None
            made += [change, *_emptied(key, row)]
    return Plan(tuple(made), tuple(misfits), rows)


def said_value(vocabulary: Vocabulary, table: str, column: str, value: Value) -> str:
    """Return a value as it is said in a sentence, with the label of a code.

    >>> from krokomrsa.vocabulary import load
    >>> said_value(load(), "services", "routines", "unknown"), said_value(load(), "services", "routines", None)
    ('”Vet inte”', 'inget värde')
    """
    if value is None:
        return text_of("store.nothing")
    known = table in vocabulary.tables and column in vocabulary[table].keys
    return text_of("store.quoted", value=display(vocabulary[table][column], value) if known else shown(value))


def conflict(vocabulary: Vocabulary, misfit: Misfit) -> Problem:
    """Return what to tell about a change that does not start from what the register holds: both values."""
    change = misfit.change
    place = Problem(problem="", remedy="", table=change.table, id=change.id, column=change.column, kind="conflict")
    if not misfit.row and change.column != "id":
        return place.at(problem=text_of("store.row_missing"), remedy=text_of("store.row_missing_remedy"))
    found, expected, wanted = (
        said_value(vocabulary, change.table, change.column, value) for value in (misfit.stands, change.before, change.after)
    )
    said = text_of("store.conflict", found=found, expected=expected)
    return place.at(problem=said, remedy=text_of("store.conflict_remedy", found=found, wanted=wanted))


def write_rows(connection: sa.Connection, tables: Tables, before: Standing, after: Standing) -> None:
    """Make the database's rows what they are after a plan."""
    sorted_out: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for (name, row_id), row in after.items():
        was = before[name, row_id]
        if row == was:
            continue
        verb = "insert" if was is None else "delete" if row is None else "update"
        sorted_out[name, verb].append({"_id": row_id, **dict.fromkeys(tables[name].c.keys()), **(row or {})})
    for (name, verb), rows in sorted_out.items():
        table = tables[name]
        this = table.c.id == sa.bindparam("_id")
        if verb == "insert":
            connection.execute(table.insert(), [{key: row[key] for key in table.c.keys()} for row in rows])  # noqa: SIM118 (no mapping: its items are columns)
        elif verb == "delete":
            connection.execute(table.delete().where(this), [{"_id": row["_id"]} for row in rows])
        else:
            connection.execute(table.update().where(this).values({key: sa.bindparam(key) for key in table.c.keys() if key != "id"}), rows)  # noqa: SIM118


def write_batch(
    connection: sa.Connection, changes: Iterable[Change], *, who: str, kind: str, source: str, note: str, undoes: int | None
) -> int:
    """Write one batch with its changes, each with its origin; return the batch's number."""
    values = {"at": now(), "who": who, "kind": kind, "source": source, "note": note, "undoes": undoes}
    batch = int(connection.execute(BATCHES.insert().values(values).returning(BATCHES.c.id)).scalar_one())
    written = [
        {
            "batch": batch,
            "table_name": change.table,
            "row_id": change.id,
            "column_name": change.column,
            "before": encode(change.before),
            "after": encode(change.after),
            "file": change.origin.file if change.origin else None,
            "sha256": change.origin.sha256 if change.origin else None,
            "sheet": change.origin.sheet if change.origin else None,
            "row": change.origin.row if change.origin else None,
            "cell": change.origin.cell if change.origin else None,
        }
        for change in changes
    ]
    if written:
        connection.execute(CHANGES.insert(), written)
    return batch


def origin_of(change: Any) -> Origin | None:
    """Return the origin in a row of ``changes``."""
    return Origin(change.file, change.sha256, change.sheet, change.row, change.cell) if change.file is not None else None


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
