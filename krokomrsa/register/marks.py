"""What rows are told from each other by where they have no id: one mark for all who ask, so that it is found out once for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import NoneType
from typing import Final

from krokomrsa.register import Record
from krokomrsa.values import Value, fold, shown
from krokomrsa.vocabulary import Column, Table

_TEXT: Final = {str, NoneType}


def folded(raw: object) -> str:
    """Return what stands in a cell in the form in which it is compared, nothing for an empty cell."""
    return fold(raw if isinstance(raw, str) else shown(raw)) if raw is not None else ""


def parts(table: Table, row: Record) -> list[str]:
    """Return what tells a row of a table from others, part by part; a part that is missing is what an empty cell means."""
    return [fold(value) if type(value := row.get(key)) is str else _part(table[key], value) for key in table.identity]


def all_parts(table: Table, rows: Sequence[Record]) -> Iterator[tuple[str, ...]]:
    """Go through what tells each of some rows from others, as :func:`parts` returns it of one."""
    return zip(*(_parts(table[key], [row.get(key) for row in rows]) for key in table.identity), strict=True)


def _parts(column: Column, values: Sequence[Value]) -> Iterable[str]:
    """Return a part of each of some rows; a text that stands in several rows is folded once."""
    if set(map(type, values)) <= _TEXT:
        words: dict[Value, str] = {value: fold(value) for value in set(values) if isinstance(value, str)}
        return map((words | {None: _part(column, None)}).__getitem__, values)
    return [_part(column, value) for value in values]  # values that are equal may be shown in different words, as 1 and true


def _part(column: Column, value: Value) -> str:
    return folded(column.empty if value is None else value)


def known_by(table: Table, row: Record) -> str:
    """Return what tells a row of a table from others: its identity, as :meth:`krokomrsa.register.Register.marked` asks for it.

    >>> from krokomrsa.vocabulary import load
    >>> known_by(load()["assessments"], {"risk": "H1", "judge": "SOC", "aspect": "likelihood"})
    'h1|soc|likelihood|current'
    """
    return "|".join(parts(table, row))


def all_known_by(table: Table, rows: Sequence[Record]) -> list[str]:
    """Return what tells each of some rows from others, as :func:`known_by` does of one."""
    return [*map("|".join, all_parts(table, rows))]


def is_whole(table: Table, row: Record) -> bool:
    """Tell whether no part is missing of what tells a row from others."""
    return all(row[key] is not None for key in table.identity)
