"""Describe what differs between two registers, cell by cell, and carry it over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple

from krokomrsa.register import Carried, Origin, Place, Places, Record, Register, placed, replaced
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


Columns = tuple[list[tuple[Any, ...]], list[int], list[tuple[Any, ...]]]  # of rows, how many places each row has, of places


def columns(changes: Sequence[RowChange]) -> Columns:
    """Return changes of rows column by column: so they are soonest sent to another process, see :func:`of_columns`."""
    places = [*chain.from_iterable([one.places for one in changes])]
    return [*zip(*changes, strict=True)][:4], [len(one.places) for one in changes], [*zip(*places, strict=True)]


def of_columns(told: Columns) -> tuple[RowChange, ...]:
    """Return the changes of rows of which :func:`columns` returned the columns.

    >>> from krokomrsa.register import Place
    >>> read = Place("soc.xlsx", "", "Risker", 4, {"event": "B"})
    >>> made = RowChange("risks", "H1", None, {"id": "H1", "event": "Elavbrott"}, (read,))
    >>> of_columns(columns([made])) == (made,)
    True
    """
    rows, counts, stood = told
    places: Iterator[Place] = map(partial(tuple.__new__, Place), zip(*stood, strict=True))
    each = zip(places) if set(counts) == {1} else [tuple(islice(places, count)) for count in counts]
    return tuple(map(partial(tuple.__new__, RowChange), zip(*rows, each, strict=True)))


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
    told: dict[str, list[RowChange]] = {}
    for one in changes:
        told.setdefault(one.table, []).append(one)
    rows: dict[str, Mapping[str, Record | None]] = {}
    places: dict[str, Mapping[str, Places | None]] = {}
    for table, own in told.items():
        _, ids, _, after, read = zip(*own, strict=True)
        if all(one is not None and one.get("id") is not None for one in after) and _are_new(register, table, ids):
            empty = dict.fromkeys(register.vocabulary[table].keys)
            rows[table] = dict(zip(ids, [{**empty, **one} for one in after], strict=True))
            places[table] = {row_id: one or None for row_id, one in zip(ids, read, strict=True)}
        else:
            register, rows[table], places[table] = _edited(register, table, own, {*ids})
    return register.changed(rows, places)


def _are_new(register: Register, table: str, ids: Collection[str]) -> bool:
    each = set(ids)
    return len(each) == len(ids) and register.held(table).lacks(each)


def _edited(
    register: Register, table: str, changes: Iterable[RowChange], ids: Collection[str]
) -> tuple[Register, dict[str, Record | None], dict[str, Places | None]]:
    """Return the rows, and their places, of changes of any kind, and the register that they are to be made in."""
    rows: dict[str, Record | None] = {}
    places: dict[str, Places | None] = {}
    empty: Record = dict.fromkeys(register.vocabulary[table].keys)
    held = register.held(table).some(ids)
    for _, row_id, _, after, read in changes:
        was = rows[row_id] if row_id in rows else held.get(row_id)
        if after is None:
            rows.pop(row_id, None)  # if it is made once more it comes last
            if row_id in held:
                rows[row_id] = None
            places[row_id] = None
        elif was is not None:
            rows[row_id] = {**was, **after}
            known = places[row_id] if row_id in places else register.origins.places(table, row_id)
            places[row_id] = replaced(known or (), after, read) or None
        elif any(value is not None for value in after.values()):
            if row_id in rows:  # taken away just now: what comes back comes last
                register, rows, places = register.changed({table: rows}, {table: places}), {}, {}
                held = register.held(table).some(ids)
            rows[row_id] = {**empty, "id": row_id, **after}
            places[row_id] = read or None
    return register, rows, places
