"""Keep every change: write rows and their changes together, each with where it came from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from json.encoder import encode_basestring
from typing import Any, Final

import sqlalchemy as sa

from krokomrsa.changes import Change, RowChange
from krokomrsa.errors import Problem
from krokomrsa.register import Origin, Row
from krokomrsa.store.schema import BATCHES, CHANGES, Tables
from krokomrsa.values import Value, display, shown
from krokomrsa.vocabulary import Vocabulary, text_of

_WRITTEN: Final = ("batch", "table_name", "row_id", "column_name", "before", "after", *Origin._fields)
AT_ONCE: Final = 500  # ids asked for in one question

Key = tuple[str, str]  # table, row id
Standing = Mapping[Key, Row | None]  # None: no such row


@dataclass(frozen=True, slots=True)
class Misfit:
    """A change that does not start from what the database holds: ``stands`` is the value there, ``row`` whether there is a row."""

    change: Change
    stands: Value
    row: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list of changes comes to: those with an effect, those that do not fit, and the rows after them."""

    made: tuple[Change | RowChange, ...]
    misfits: tuple[Misfit, ...]
    after: Standing


def now() -> str:
    """Return the time as it is stored: UTC, ISO 8601, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def moment(at: str) -> str:
    """Return a time as it is stored as the date and time of the one who reads.

    >>> moment("2026-11-22T18:50:11+00:00")[:8]
    '2026-11-'
    """
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, default=date.isoformat).encode


def encode(value: Value) -> str | None:
    """Return a value as it is kept in a change; None for a missing one.

    >>> encode("Hårkan"), encode(0.5), encode(date(2021, 5, 3)), encode(None)
    ('"Hårkan"', '0.5', '"2021-05-03"', None)
    """
    return None if value is None else encode_basestring(value) if type(value) is str else _ENCODE(value)


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
    wanted = _kinds(tables[change.table]).get(change.column) if change.table in tables else None
    if wanted is None:
        message = f"no such column: {change.table}.{change.column}"
        raise ValueError(message)
    if change.column == "id" and change.after not in {None, change.id}:
        message = f"{change.table}: the id {change.id} cannot become {change.after}"
        raise ValueError(message)
    if change.after is None or type(change.after) is wanted:
        return change
    if wanted is float and type(change.after) is int:
        return change._replace(after=float(change.after))
    message = f"{change.table}.{change.column} takes {wanted.__name__}, not {type(change.after).__name__}"
    raise ValueError(message)


def conformed_row(tables: Tables, made: RowChange) -> RowChange:
    """Return what becomes of a row with its values in the types of their columns, as :func:`conformed` does one value."""
    kinds = _kinds(tables[made.table]) if made.table in tables else {}
    after = made.after or {}
    exact = all(value is None or type(value) is kinds.get(column) for column, value in after.items())
    if exact and after.keys() <= kinds.keys() and after.get("id", made.id) == made.id:
        return made
    return made._replace(after={one.column: one.after for one in (conformed(tables, each) for each in made.single())})


def _kinds(table: sa.Table) -> Mapping[str, type]:
    """Return column → type of its values, found out once for each table."""
    found: Mapping[str, type] | None = table.info.get("kinds")
    if found is None:
        found = table.info["kinds"] = {column.name: column.type.python_type for column in table.columns}
    return found


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


def _single(rows: Standing, changes: Iterable[Change | RowChange]) -> Iterator[Change | RowChange]:
    """Go through changes one by one; a row that is made where there is none stays whole."""
    for change in changes:
        is_made = change.before is None and change.after is not None and rows[change.table, change.id] is None
        if isinstance(change, Change) or is_made:
            yield change
        else:
            yield from change.single()


def plan(standing: Standing, changes: Iterable[Change | RowChange]) -> Plan:
    """Return what changes come to, given the rows they touch; taking a row away takes all its values with it.

    >>> made = Change(table="risks", id="H1", column="id", before=None, after="H1")
    >>> named = Change(table="risks", id="H1", column="event", before=None, after="Elavbrott")
    >>> plan({("risks", "H1"): None}, [made, named]).after
    {('risks', 'H1'): {'id': 'H1', 'event': 'Elavbrott'}}
    """
    rows = {key: dict(row) if row is not None else None for key, row in standing.items()}
    gone: dict[Key, Row] = {}
    made: list[Change | RowChange] = []
    misfits: list[Misfit] = []
    for change in _single(rows, changes):
        if isinstance(change, RowChange):
            rows[change.table, change.id] = dict(change.after or {})
            made.append(change)
            continue
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
        sorted_out[name, verb].append({"_id": row_id, **(row or {})})
    for (name, verb), rows in sorted_out.items():
        table = tables[name]
        this = table.c.id == sa.bindparam("_id")
        if verb == "insert":
            _insert(connection, table, table.c.keys(), [tuple(map(row.get, table.c.keys())) for row in rows])
        elif verb == "delete":
            connection.execute(table.delete().where(this), [{"_id": row["_id"]} for row in rows])
        else:
            columns = [key for key in table.c.keys() if key != "id"]  # noqa: SIM118 (no mapping: its items are columns)
            whole = [{**dict.fromkeys(columns), **row} for row in rows]
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


_NOWHERE: Final = (None, None, None, None, None)


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
    told = [f'"{column}": {encode(value)}' for column, value in values.items() if column != "id" and value is not None]
    return "{\n" + "".join(f"{one},\n" for one in told[:-1]) + "".join(f"{one}\n" for one in told[-1:]) + "}"


def _insert(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows, past what would look at each of their values once more; only days and truths are written in another way."""
    made = table.insert().compile(dialect=connection.dialect, column_keys=list(columns))
    if made.positiontup is None:
        connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in rows])
        return
    written = [(columns.index(name), table.c[name].type.dialect_impl(connection.dialect)) for name in made.positiontup]
    writers = [(place, kind.bind_processor(connection.dialect)) for place, kind in written]
    if any(write for _, write in writers) or [place for place, _ in writers] != [*range(len(columns))]:
        rows = [tuple(write(row[place]) if write else row[place] for place, write in writers) for row in rows]
    connection.exec_driver_sql(str(made), list(rows))


def origin_of(change: Any) -> Origin | None:
    """Return the origin in a row of ``changes``."""
    return Origin(change.file, change.sha256, change.sheet, change.row, change.cell) if change.file is not None else None
