"""Describe what differs between two registers, cell by cell, and carry it over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from krokomrsa.register import Carried, Origin, Places, Record, Register, placed, replaced
from krokomrsa.values import Value


class Change(NamedTuple):
    """One value before and after. A change of ``id`` from None makes a row, a change of ``id`` to None takes it away."""

    table: str
    id: str
    column: str
    before: Value
    after: Value
    origin: Origin | None = None


class RowChange(NamedTuple):
    """What becomes of one row: the values that differ, and where those that are new were read.

    ``before`` is None where the row is made, and ``after`` then begins with its id; ``after`` is None where the row is taken away.
    """

    table: str
    id: str
    before: Record | None
    after: Record | None
    places: Places = ()

    def single(self) -> Iterator[Change]:
        """Go through the changes of the row's values, its id first.

        >>> from krokomrsa.register import Place
        >>> read = Place("soc.xlsx", "", "Risker", 4, {"event": "B"})
        >>> made = RowChange("risks", "H1", None, {"id": "H1", "event": "Elavbrott"}, (read,))
        >>> [(one.column, one.after, one.origin and one.origin.cell) for one in made.single()]
        [('id', 'H1', None), ('event', 'Elavbrott', 'B4')]
        """
        if self.after is None:
            yield Change(self.table, self.id, "id", self.id, None)
            return
        before, origins = self.before or {}, {column: place.origin(column) for place in self.places for column in place.cells}
        for column, value in self.after.items():
            yield Change(self.table, self.id, column, before.get(column), value, origins.get(column))


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
        for row_id, was, now in _differing(
            before.held(table.key) if table.key in before.vocabulary.tables else Carried({}), after.held(table.key)
        )
        for key in table.keys
        if was.get(key) != now.get(key)
    ]


def _differing(old: Carried[str, Record], new: Carried[str, Record]) -> Iterator[tuple[str, Record, Record]]:
    """Yield id, row before and row after, for rows that are not the very same ones: those that were there first, by id."""
    found = [row_id for row_id in dict.fromkeys((*old, *new)) if old.get(row_id) is not new.get(row_id)] if old is not new else []
    for row_id in sorted(found, key=lambda one: (one not in old, one)):
        yield row_id, old.get(row_id, {}), new.get(row_id, {})


def by_row(changes: Iterable[Change]) -> Iterator[RowChange]:
    """Put changes of the same row that follow each other together; a row that is taken away stands by itself.

    >>> made = [Change("risks", "H1", column, None, value) for column, value in (("id", "H1"), ("event", "Elavbrott"))]
    >>> [one.after for one in by_row(made)]
    [{'id': 'H1', 'event': 'Elavbrott'}]
    """
    key: tuple[str, str] | None = None
    before: dict[str, Value] = {}
    after: dict[str, Value] = {}
    origins: dict[str, Origin] = {}
    for change in changes:
        gone = change.column == "id" and change.after is None
        if key is not None and (gone or key != (change.table, change.id)):
            yield _row(key, before, after, origins)
            key, before, after, origins = None, {}, {}, {}
        if gone:
            yield RowChange(change.table, change.id, {"id": change.before}, None)
            continue
        key = (change.table, change.id)
        before.setdefault(change.column, change.before)
        after[change.column] = change.after
        origins.pop(change.column, None)
        if change.origin is not None and change.after is not None:
            origins[change.column] = change.origin
    if key is not None:
        yield _row(key, before, after, origins)


def _row(key: tuple[str, str], before: Record, after: Record, origins: dict[str, Origin]) -> RowChange:
    makes = "id" in after and before["id"] is None
    return RowChange(*key, None if makes else before, after, placed(origins))


def apply(register: Register, changes: Iterable[Change]) -> Register:
    """Return the register with the changes made; the one given stays as it is.

    >>> change = Change(table="risks", id="H1", column="event", before=None, after="Elavbrott")
    >>> made = apply(Register(), [Change(table="risks", id="H1", column="id", before=None, after="H1"), change])
    >>> made.risks.loc[0, "event"]
    'Elavbrott'
    """
    return apply_rows(register, by_row(changes))


def apply_rows(register: Register, changes: Iterable[RowChange]) -> Register:
    """Return the register with the changes of rows made, as :func:`apply` does those of single values."""
    told = [*changes]
    ids: dict[str, set[str]] = {}
    for one in told:
        ids.setdefault(one.table, set()).add(one.id)
    rows: dict[str, dict[str, Record | None]] = {}
    places: dict[tuple[str, str], Places | None] = {}
    empty: dict[str, Record] = {}
    held: dict[str, Mapping[str, Record]] = {}
    for table, row_id, _, after, read in told:
        if table not in rows:
            rows[table], empty[table] = {}, dict.fromkeys(register.vocabulary[table].keys)
            held[table] = register.held(table).some(ids[table])
        some = rows[table]
        was = some[row_id] if row_id in some else held[table].get(row_id)
        if after is None:
            some.pop(row_id, None)  # if it is made once more it comes last
            if row_id in held[table]:
                some[row_id] = None
            places[table, row_id] = None
        elif was is not None:
            some[row_id] = {**was, **after}
            known = places[table, row_id] if (table, row_id) in places else register.origins.rows.get((table, row_id))
            places[table, row_id] = replaced(known or (), after, read) or None
        elif any(value is not None for value in after.values()):
            if row_id in some:  # taken away just now: what comes back comes last
                register, rows, places = register.changed(rows, places), {}, {}
                some = rows[table] = {}
                held[table] = register.held(table).some(ids[table])
            some[row_id] = {**empty[table], "id": row_id, **after}
            places[table, row_id] = read or None
    return register.changed(rows, places)
