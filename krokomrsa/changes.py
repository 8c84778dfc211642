"""Describe what differs between two registers, cell by cell, and carry it over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from krokomrsa.register import Carried, Origin, Record, Register, Rows
from krokomrsa.values import Value


class Change(NamedTuple):
    """One value before and after. A change of ``id`` from None makes a row, a change of ``id`` to None takes it away."""

    table: str
    id: str
    column: str
    before: Value
    after: Value
    origin: Origin | None = None


def between(before: Register, after: Register) -> list[Change]:
    """Return the changes that turn one register into another; a row's ``id`` comes first.

    >>> import pandas as pd
    >>> new = Register({"organisations": pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})})
    >>> [(change.column, change.after) for change in between(Register(), new)]
    [('id', 'SOC'), ('name', 'Socialförvaltningen')]
    """
    return [
        Change(
            table=table.key,
            id=row_id,
            column=key,
            before=was.get(key),
            after=now.get(key),
            origin=after.origins.get((table.key, row_id, key)),
        )
        for table in after.vocabulary
        for row_id, was, now in _differing(before.held(table.key) if table.key in before.vocabulary.tables else {}, after.held(table.key))
        for key in table.keys
        if was.get(key) != now.get(key)
    ]


def _differing(old: Rows, new: Rows) -> Iterator[tuple[str, Record, Record]]:
    """Yield id, row before and row after, for rows that are not the very same ones: those that were there first, by id."""
    found = [row_id for row_id in dict.fromkeys((*old, *new)) if old.get(row_id) is not new.get(row_id)] if old is not new else []
    for row_id in sorted(found, key=lambda one: (one not in old, one)):
        yield row_id, old.get(row_id, {}), new.get(row_id, {})


def apply(register: Register, changes: Iterable[Change]) -> Register:
    """Return the register with the changes made; the one given stays as it is.

    >>> change = Change(table="risks", id="H1", column="event", before=None, after="Elavbrott")
    >>> made = apply(Register(), [Change(table="risks", id="H1", column="id", before=None, after="H1"), change])
    >>> made.risks.loc[0, "event"]
    'Elavbrott'
    """
    made = list(changes)
    tables = dict.fromkeys(change.table for change in made)
    rows = {table: dict(register.held(table)) for table in tables}
    fresh: dict[str, dict[str, None]] = {table: {} for table in tables}  # rows that are this register's own
    empty = {table: dict.fromkeys(register.vocabulary[table].keys) for table in tables}
    origins: dict[tuple[str, str, str], Origin | None] = {}
    for table, row_id, column, _, after, origin in made:
        held, own = rows[table], fresh[table]
        if column == "id" and after is None:
            held.pop(row_id, None)
            own[row_id] = None
            origins.update(dict.fromkeys((table, row_id, key) for key in empty[table]))
            continue
        if row_id in held or after is not None:
            if row_id not in held or row_id not in own:
                own[row_id] = None
                held[row_id] = dict(held[row_id]) if row_id in held else {**empty[table], "id": row_id}
            held[row_id][column] = after  # type: ignore[index]  # its own
        origins[table, row_id, column] = origin if after is not None else None
    carried = register.origins if isinstance(register.origins, Carried) else Carried(register.origins)
    return register.renewed(rows, origins=carried.changed(origins), differing=fresh)
