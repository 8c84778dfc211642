"""Find the rows whose problems can differ when some rows of a register have been changed."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Final

from krokomrsa.register import Mark, Record, Register
from krokomrsa.register.marks import all_known_by
from krokomrsa.validation.declared import NAMED
from krokomrsa.validation.view import Scope
from krokomrsa.values import split
from krokomrsa.vocabulary import Column, Table


def _dependent(_: Table, rows: Sequence[Record]) -> list[Hashable]:
    return [row["dependent"] for row in rows]


_ALIKE: Final[Mapping[str, Mark]] = {**dict.fromkeys(NAMED, all_known_by), "dependencies": _dependent}  # what a rule holds rows together by


def scope(registers: tuple[Register, Register], touched: Scope) -> dict[str, set[str]]:
    """Return the rows whose problems can differ between two registers that differ in the rows ``touched``.

    These are the rows themselves, those with the same id in a table that is referred to together with theirs, those of the same name or
    the same reservlösning as one of them has or had, and those that refer to a row that went.
    """
    found = {key: set(ids) for key, ids in touched.items()}
    vocabulary = registers[0].vocabulary
    for key, ids in touched.items():
        held = [register.held(key).some(ids) for register in registers]
        mark = _ALIKE.get(key)
        marks = {one for rows in held for one in mark(vocabulary[key], [*rows.values()])} - {None} if mark else ()
        if mark and marks:
            known = [register.marked(key, mark) for register in registers]
            found[key] |= {row_id for index in known for alike in index.some(marks).values() for row_id in alike}
        moved = held[0].keys() ^ held[1].keys()
        gone = moved & held[0].keys()  # a row that came can only mend those that refer to it
        for column in (column for other in vocabulary for column in other if moved and key in column.to):
            for other in column.to if len(column.to) > 1 else ():
                found.setdefault(other, set()).update(moved)
            rows = registers[1].held(column.table).items() if gone else ()
            found.setdefault(column.table, set()).update(row_id for row_id, row in rows if _refers(column, row, gone))
    return found


def _refers(column: Column, row: Record, ids: Collection[str]) -> bool:
    value = row[column.key]
    return value in ids or (column.type == "references" and not set(split(value)).isdisjoint(ids))
