"""What a check sees of a register, and how it names what it sees."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from krokomrsa.errors import Problem
from krokomrsa.register import Record, Register, rows_of
from krokomrsa.scales import Scale
from krokomrsa.values import Value, cell, shown
from krokomrsa.vocabulary import Column, Table, text_of

Scope = Mapping[str, Collection[str]]  # table → ids


@dataclass(frozen=True, kw_only=True)
class View:
    """What a check sees: the rows to be checked of each table, as plain values, all the names there are, and the scale.

    The rows are every row of the register, duplicates included, unless ``only`` says which: table → ids.
    """

    register: Register
    scale: Scale
    only: Scope | None = None

    @cached_property
    def rows(self) -> Mapping[str, Sequence[Record]]:
        """Return the rows to be checked of each table."""
        if self.only is None:
            return {table.key: rows_of(content) for table, content in self.register}
        return {
            table.key: [*self.register.held(table.key).some(self.only[table.key]).values()] if self.only.get(table.key) else []
            for table in self.register.vocabulary
        }

    def values(self, table: str, column: str) -> AbstractSet[Value]:
        """Return what stands in a column of the rows to be checked, each value once: rows are looked at where one of them is wrong."""
        if (table, column) not in self._values:
            self._values[table, column] = frozenset([row[column] for row in self.rows[table]])
        return self._values[table, column]

    def lacking(self, table: str, ids: set[str]) -> set[str]:
        """Return those of some ids that no row of a table has, those rows too that are not to be checked."""
        return ids.difference(self.names[table]) if self.only is None else self.register.held(table).lacking(ids)

    @cached_property
    def _values(self) -> dict[tuple[str, str], AbstractSet[Value]]:
        return {}

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """Return table → id → what a coordinator calls the row: its first required text, or its id."""
        return _Names(self)

    @property
    def tables(self) -> Iterator[tuple[Table, Sequence[Record]]]:
        """Go through the declared tables that have rows to be checked, and those rows."""
        return ((table, self.rows[table.key]) for table in self.register.vocabulary if self.rows[table.key])

    def problem(self, rule: str, place: tuple[str, Record, str], /, **values: object) -> Problem:
        """Return what a rule says about a place: table, row and column; with the cell it was read from, where it was read."""
        table, row, key = place
        column = self.register.vocabulary[table][key]
        problem, remedy = (text_of(f"validation.{rule}.{part}", **values) for part in ("problem", "remedy"))
        stands = shown(cell(column, row.get(key)))
        found = Problem(table=table, id=id_of(row), column=key, value=stands, problem=problem, remedy=remedy)
        origin = self.register.source(table, found.id, key)
        return found.at(file=origin.file, sheet=origin.sheet, cell=origin.cell) if origin else found


class _Names(dict[str, Mapping[str, str]]):
    """The names of a table's rows, found out when somebody asks for the table."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view

    def __missing__(self, key: str) -> Mapping[str, str]:
        register, table = self.view.register, self.view.register.vocabulary[key]
        rows = self.view.rows[key] if self.view.only is None else register.held(key).values()
        self[key] = {row_id: name_of(table, row, number) for number, row in enumerate(rows, start=1) if (row_id := id_of(row))}
        return self[key]


def id_of(row: Record) -> str:
    """Return the id of a row as text, empty where there is none."""
    return shown(row.get("id"))


def name_of(table: Table, row: Record, number: int) -> str:
    """Return what a coordinator calls a row: its first required text, its id, or its number."""
    key = next((column.key for column in table if column.key != "id" and column.required and column.type == "text"), "id")
    return shown(row.get(key)) or id_of(row) or text_of("validation.nameless", number=number)


def label_of(column: Column, code: Value) -> str:
    """Return a code as a coordinator reads it."""
    return shown(cell(column, code))
