"""Find the rows whose problems can differ when some rows of a register have been changed."""

from __future__ import annotations

from collections.abc import Collection, Hashable

from krokomrsa.register import Record, Register
from krokomrsa.validation.declared import NAMED
from krokomrsa.validation.view import Scope
from krokomrsa.values import fold, split
from krokomrsa.vocabulary import Column, Table


def _mark(table: Table, row: Record) -> Hashable:
    """Return what rows that a rule holds against each other have in common, None where a row stands by itself."""
    if table.key == "dependencies":
        return row["dependent"]
    name = tuple(fold(str(row[column])) if row[column] is not None else None for column in table.identity)
    return name if table.key in NAMED and None not in name else None


def scope(registers: tuple[Register, Register], touched: Scope) -> dict[str, set[str]]:
    """Return the rows whose problems can differ between two registers that differ in the rows ``touched``.

    These are the rows themselves, those with the same id in a table that is referred to together with theirs, those of the same name or
    the same reservlösning as one of them has or had, and those that refer to a row that went.
    """
    found = {key: set(ids) for key, ids in touched.items()}
    vocabulary = registers[0].vocabulary
    for key, ids in touched.items():
        table = vocabulary[key]
        held = [register.held(key) for register in registers]
        marks = {_mark(table, rows[row_id]) for rows in held for row_id in ids if row_id in rows} - {None}
        if marks:
            known = [register.marked(key, _mark) for register in registers]
            found[key] |= {row_id for index in known for mark in marks for row_id in index.get(mark, ())}
        moved = {row_id for row_id in ids if (row_id in held[0]) != (row_id in held[1])}
        for column in (column for other in vocabulary for column in other if moved and key in column.to):
            for other in column.to if len(column.to) > 1 else ():
                found.setdefault(other, set()).update(moved)
            gone = moved - held[1].keys()  # a row that came can only mend those that refer to it
            rows = registers[1].held(column.table).items() if gone else ()
            found.setdefault(column.table, set()).update(row_id for row_id, row in rows if _refers(column, row, gone))
    return found


def _refers(column: Column, row: Record, ids: Collection[str]) -> bool:
    value = row[column.key]
    return value in ids or (column.type == "references" and not set(split(value)).isdisjoint(ids))
