"""Describe what differs between two registers, cell by cell, and carry it over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from krokomrsa.register import Origin, Register, frame
from krokomrsa.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
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
    old, new = before.content(), after.content()
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
        for row_id in dict.fromkeys((*old.get(table.key, {}), *new[table.key]))
        for was, now in [(old.get(table.key, {}).get(row_id, {}), new[table.key].get(row_id, {}))]
        for key in table.keys
        if was.get(key) != now.get(key)
    ]


def apply(register: Register, changes: Iterable[Change]) -> Register:
    """Return the register with the changes made; the one given stays as it is.

    >>> change = Change(table="risks", id="H1", column="event", before=None, after="Elavbrott")
    >>> made = apply(Register(), [Change(table="risks", id="H1", column="id", before=None, after="H1"), change])
    >>> made.risks.loc[0, "event"]
    'Elavbrott'
    """
    made = list(changes)
    rows = {table: register.rows(table) for table in {change.table for change in made}}
    origins = dict(register.origins)
    for change in made:
        place = (change.table, change.id, change.column)
        if change.column == "id" and change.after is None:
            rows[change.table].pop(change.id, None)
            origins = {key: origin for key, origin in origins.items() if key[:2] != place[:2]}
            continue
        if change.id in rows[change.table] or change.after is not None:
            rows[change.table].setdefault(change.id, {"id": change.id})[change.column] = change.after
        origins.pop(place, None)
        if change.origin is not None and change.after is not None:
            origins[place] = change.origin
    tables = {
        table.key: frame(table, rows[table.key].values()) if table.key in rows else register[table.key] for table in register.vocabulary
    }
    return Register(tables, origins=origins, vocabulary=register.vocabulary)
