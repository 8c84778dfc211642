"""Keep every change: write rows and their changes together, each with where it came from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final

import sqlalchemy as sa

from krokomrsa.changes import Change, RowChange
from krokomrsa.errors import Problem
from krokomrsa.register import Origin, Record
from krokomrsa.store.schema import Tables
from krokomrsa.values import Value, display, shown
from krokomrsa.vocabulary import Vocabulary, text_of

AT_ONCE: Final = 500  # ids asked for in one question

Key = tuple[str, str]  # table, row id
Standing = Mapping[Key, Record | None]  # None or nothing: no such row


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


def moment(at: str) -> str:
    """Return a time as it is stored as the date and time of the one who reads.

    >>> moment("2026-11-22T18:50:11+00:00")[:8]
    '2026-11-'
    """
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


_encoded = lru_cache(maxsize=1024, typed=True)(json.JSONEncoder(ensure_ascii=False, default=date.isoformat).encode)  # the same few again


def encode(value: Value) -> str | None:
    """Return a value as it is kept in a change; None for a missing one.

    >>> encode("Hårkan"), encode(0.5), encode(date(2021, 5, 3)), encode(None)
    ('"Hårkan"', '0.5', '"2021-05-03"', None)
    """
    return None if value is None else encode_basestring(value) if type(value) is str else _encoded(value)


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


def conformed_all(tables: Tables, made: Iterable[Change | RowChange]) -> Iterator[Change | RowChange]:
    """Go through changes with their values in the types of their columns, as :func:`conformed` does one value."""
    known: dict[tuple[object, ...], bool] = {}  # table, columns and types of a row → whether it is taken as it is
    for one in made:
        if isinstance(one, Change):
            yield conformed(tables, one)
            continue
        after = one.after or {}
        shape = (one.table, *after, *map(type, after.values()))
        fits = known.get(shape)
        if fits is None:
            fits = known[shape] = _is_exact(tables, one.table, after)
        if fits and after.get("id", one.id) == one.id:
            yield one
        else:
            yield one._replace(after={single.column: single.after for single in (conformed(tables, each) for each in one.single())})


def _is_exact(tables: Tables, table: str, row: Record) -> bool:
    kinds = _kinds(tables[table]) if table in tables else {}
    return row.keys() <= kinds.keys() and all(value is None or type(value) is kinds[column] for column, value in row.items())


def _kinds(table: sa.Table) -> Mapping[str, type]:
    """Return column → type of its values, found out once for each table."""
    found: Mapping[str, type] | None = table.info.get("kinds")
    if found is None:
        found = table.info["kinds"] = {column.name: column.type.python_type for column in table.columns}
    return found


def asked(changes: Sequence[Change | RowChange]) -> Iterable[Key]:
    """Return the rows that the database is to be asked for: not those that are made, for it takes no row that is there already."""
    made: list[Key] = []
    others: list[Key] = []
    for one in changes:
        is_made = isinstance(one, RowChange) and one.before is None and one.after is not None
        (made if is_made else others).append((one.table, one.id))
    return touched(changes) if len(set(made)) < len(made) else dict.fromkeys(others)


def touched(changes: Iterable[Change | RowChange]) -> Iterable[Key]:
    """Return the rows that are changed."""
    return dict.fromkeys((change.table, change.id) for change in changes)


def stand(connection: sa.Connection, tables: Tables, keys: Iterable[Key]) -> Standing:
    """Return the rows with these keys as the database holds them."""
    found: dict[Key, Record | None] = dict.fromkeys(keys)
    by_table: dict[str, list[str]] = defaultdict(list)
    for table, row_id in found:
        by_table[table].append(row_id)
    for name, ids in by_table.items():
        for some in in_parts(ids):
            rows = connection.execute(sa.select(tables[name]).where(tables[name].c.id.in_(some))).mappings()
            found.update({(name, row["id"]): dict(row) for row in rows})
    return found


def in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Return ids a few hundred at a time."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _emptied(key: Key, row: Record) -> list[Change]:
    return [
        Change(table=key[0], id=key[1], column=column, before=value, after=None)
        for column, value in row.items()
        if column != "id" and value is not None
    ]


def _single(rows: Standing, changes: Iterable[Change | RowChange]) -> Iterator[Change | RowChange]:
    """Go through changes one by one; a row that is made where there is none stays whole."""
    for change in changes:
        is_made = change.before is None and change.after is not None and rows.get((change.table, change.id)) is None
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
    rows: dict[Key, Record | None] = dict(standing)
    gone: dict[Key, Record] = {}
    made: list[Change | RowChange] = []
    misfits: list[Misfit] = []
    for change in _single(rows, changes):
        if isinstance(change, RowChange):
            rows[change.table, change.id] = change.after
            made.append(change)
            continue
        key = (change.table, change.id)
        row = rows.get(key)
        was = row if row is not None else {} if change.column == "id" else gone.get(key, {})
        stands = was.get(change.column)
        orphan = row is None and change.column != "id" and change.after is not None
        if stands != change.before or orphan:
            misfits.append(Misfit(change, stands, row is not None))
        elif change.before == change.after or (row is None and change.column != "id"):
            continue
        elif change.column != "id" and row is not None:
            rows[key] = {**row, change.column: change.after}
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


def origin_of(change: Any) -> Origin | None:
    """Return the origin in a row of ``changes``."""
    return Origin(change.file, change.sha256, change.sheet, change.row, change.cell) if change.file is not None else None
