"""Say in words what a row is called, and what differs between two registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from krokomrsa import changes
from krokomrsa.changes import Change
from krokomrsa.errors import Problem
from krokomrsa.register import Register
from krokomrsa.rules import RuleSet
from krokomrsa.store.trail import said_value
from krokomrsa.values import Value, display
from krokomrsa.vocabulary import Column, Table, Vocabulary, counted, text_of
from krokomrsa.workbench.table import shortened

SHOWN: Final = 5  # changes that are told one by one
TEXTS: Final = "report_texts"  # named by the heading that they stand under


def name_of(table: Table, row: Mapping[str, Value]) -> str:
    """Return what a coordinator calls a row: its first required text, or its id.

    >>> from krokomrsa.vocabulary import load
    >>> name_of(load()["risks"], {"id": "H-1", "event": "Elavbrott"})
    'Elavbrott'
    """
    key = next((column.key for column in table if column.key != "id" and column.required and column.type == "text"), "id")
    return str(row.get(key) or row["id"])


def inside(name: str) -> str:
    """Return a name as it stands inside a sentence: a measure may be a sentence of its own, and loses its period.

    >>> inside("Skaffa reservkraftverk.")
    'Skaffa reservkraftverk'
    """
    return name.rstrip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What is needed to name a row of a register: its declaration, and the rule sets whose headings own texts stand under."""

    vocabulary: Vocabulary
    rule_sets: Sequence[RuleSet] = ()

    def called(self, register: Register, key: str, row: Mapping[str, Value]) -> str:
        """Return what a row is called in a sentence: its name, else what it is of, such as risk, judge and aspect."""
        if key == TEXTS:
            return self._heading(row)
        table = self.vocabulary[key]
        name = name_of(table, row)
        if name != str(row["id"]):
            return shortened(name)
        columns = [table[one] for one in table.identity if one in row]
        return shortened(", ".join(self._pointed(register, one, row[one.key]) for one in columns if row[one.key] is not None) or name)

    def _heading(self, row: Mapping[str, Value]) -> str:
        """Return which heading an own text stands under, by number and, where it is known, by title."""
        known = [one for rules in self.rule_sets if rules.id == row.get("rule_set") for one in rules.headings]
        number = str(row.get("heading") or row["id"])
        title = next((one.title for one in known if str(one.number) == number), "")
        return shortened(text_of("naming.heading_with_title" if title else "naming.heading", number=number, title=title))

    def _pointed(self, register: Register, column: Column, value: Value) -> str:
        for to in column.to:
            if str(value) in (rows := register.held(to)):
                return name_of(self.vocabulary[to], rows[str(value)])
        return display(column, value)

    def placed(self, register: Register, problem: Problem) -> Problem:
        """Return a problem with its place as a coordinator says it: the name of the row and the header of the column."""
        if problem.table not in self.vocabulary.tables:
            return problem
        table = self.vocabulary[problem.table]
        row = register.held(table.key).get(problem.id)
        name = self.called(register, table.key, row) if row else problem.id
        header = table[problem.column].header if problem.column in table.keys else ""
        told = text_of("panel_editing.place", name=inside(name), header=header) if header else name
        return problem.at(file="", cell="", sheet=told)

    def difference(self, before: Register, after: Register) -> str:
        """Return in words what differs between two registers: rows that came and went, and the values that changed."""
        found = changes.between(before, after)
        whole = {(change.table, change.id) for change in found if change.column == "id"}
        values = [change for change in found if change.column == "id" or (change.table, change.id) not in whole]
        told = [self._told(change, after if change.id in after.held(change.table) else before) for change in values[:SHOWN]]
        return "\n".join([*told, *([counted("naming.more", len(values) - SHOWN)] if len(values) > SHOWN else [])])

    def _told(self, change: Change, register: Register) -> str:
        table = self.vocabulary[change.table]
        row = register.held(change.table).get(change.id, {"id": change.id})
        name = self.called(register, table.key, row)
        if change.column == "id":
            return text_of("naming.gone" if change.after is None else "naming.come", table=table.sheet, name=inside(name))
        before, after = (said_value(self.vocabulary, change.table, change.column, value) for value in (change.before, change.after))
        return text_of("naming.changed", name=inside(name), header=table[change.column].header, before=before, after=after)
