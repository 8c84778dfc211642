"""Keep the register as a panel read it, store edits against it at once, take them back, and tell who made them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa import changes, validation
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Register, Row
from krokomrsa.store.trail import said_value
from krokomrsa.values import Value, display
from krokomrsa.vocabulary import Column, Table, Vocabulary, text_of, texts
from krokomrsa.workbench import markup
from krokomrsa.workbench.panel import Panel
from krokomrsa.workbench.table import shortened
from krokomrsa.workspace import Settings

KIND: Final = "edit"
SHOWN: Final = 5  # changes that an undo tells about


def name_of(table: Table, row: Mapping[str, Value]) -> str:
    """Return what a coordinator calls a row: its first required text, or its id.

    >>> from krokomrsa.vocabulary import load
    >>> name_of(load()["risks"], {"id": "H-1", "event": "Elavbrott"})
    'Elavbrott'
    """
    key = next((column.key for column in table if column.key != "id" and column.required and column.type == "text"), "id")
    return str(row.get(key) or row["id"])


class Keeping(Panel):
    """A panel that reads the register once and keeps it in step with what is stored through it.

    Turning a page or choosing a row reads nothing; an edit is checked, stored in one transaction and carried over to the register that is
    kept. Somebody else's edit of the same value is told with both values, and the register is read again.
    """

    def __init__(self, folder: Path | None = None, *, source: str) -> None:
        """Prepare a panel; ``source`` is what the history calls it."""
        super().__init__(folder)
        self.source = source
        self.register = Register()
        self.settings: Settings
        self.vocabulary: Vocabulary
        self.known: frozenset[Problem] = frozenset()
        self.watchers: list[Callable[[], object]] = []
        self.head = widgets.VBox()  # what stands above the messages, which belong close to what is edited
        self.widget.children = (self.place, self.head, self.message, self.body)

    def begin(self) -> bool:
        """Read the register; return False where there is none, which the panel says already."""
        if not self.exists:
            return False
        try:
            self.read()
        except KrokomrsaError as error:
            self.tell(*error.problems)
            return False
        return True

    def read(self) -> None:
        """Read the register as it stands, with what is already wrong in it."""
        with self.opened() as place:
            self.register, self.settings, self.vocabulary = place.register, place.settings, place.vocabulary
        self.known = frozenset(validation.check(self.register, self.settings.scale))

    def changed(self) -> None:
        """Let every part of the panel show the register as it is now."""
        for watcher in self.watchers:
            watcher()

    def store(self, made: Sequence[Change]) -> None:
        """Check changes and store them in one transaction.

        Raises
        ------
        KrokomrsaError
            The changes break a rule that held, or somebody else changed the same values; nothing is stored.
        """
        candidate = changes.apply(self.register, made)
        found = validation.check(candidate, self.settings.scale)
        new = [problem for problem in found if problem not in self.known]
        if new:
            raise KrokomrsaError.of(map(self.placed, new))
        try:
            with self.opened() as place:
                place.store.commit(made, who=self.who, source=self.source, kind=KIND)
        except KrokomrsaError as error:
            if any(problem.kind == "conflict" for problem in error.problems):
                self.read()
                self.changed()
            raise KrokomrsaError.of(map(self.placed, error.problems)) from error
        self.register, self.known = candidate, frozenset(found)
        self.changed()

    def placed(self, problem: Problem) -> Problem:
        """Return a problem with its place as a coordinator says it: the name of the row and the header of the column."""
        if problem.table not in self.vocabulary.tables:
            return problem
        table = self.vocabulary[problem.table]
        row = self.register.rows(table.key).get(problem.id)
        name = self.called(table.key, row) if row else problem.id
        header = table[problem.column].header if problem.column in table.keys else ""
        told = text_of("panel_editing.place", name=name, header=header) if header else name
        return problem.at(file="", cell="", sheet=told)

    def called(self, key: str, row: Mapping[str, Value]) -> str:
        """Return what a row is called in a sentence: its name, else what it is of, such as risk, judge and aspect."""
        table = self.vocabulary[key]
        name = name_of(table, row)
        if name != str(row["id"]):
            return shortened(name)
        columns = [table[one] for one in table.identity if one in row]
        return shortened(", ".join(self._pointed(column, row[column.key]) for column in columns if row[column.key] is not None) or name)

    def _pointed(self, column: Column, value: Value) -> str:
        for to in column.to:
            if str(value) in (rows := self.register.rows(to)):
                return name_of(self.vocabulary[to], rows[str(value)])
        return display(column, value)

    def undo(self) -> None:
        """Take back the latest edit that was made here and is not yet undone, and tell what it was.

        Raises
        ------
        KrokomrsaError
            There is nothing to undo, or later edits touched the same values.
        """
        before = self.register
        with self.opened() as place:
            made = place.store.batches()
            mine = made[(made["source"] == self.source) & (made["kind"] == KIND) & ~made["undone"]]
            if mine.empty:
                problem, remedy = text_of("panel_editing.nothing_to_undo"), text_of("panel_editing.nothing_to_undo_remedy")
                raise KrokomrsaError(Problem(problem=problem, remedy=remedy, kind="notice"))
            place.store.undo(self.who, batch=int(mine["id"].iloc[-1]))
        self.read()
        self.changed()
        self.say(text_of("panel_editing.undone", what=self.difference(before, self.register)))

    def difference(self, before: Register, after: Register) -> str:
        """Return in words what differs between two registers."""
        found = changes.between(before, after)
        values = [change for change in found if change.column != "id"] or found
        told = [self._told(change, after if change.id in after.rows(change.table) else before) for change in values[:SHOWN]]
        more = [text_of("panel_editing.more", count=len(values) - SHOWN)] if len(values) > SHOWN else []
        return "\n".join([*told, *more])

    def _told(self, change: Change, register: Register) -> str:
        table = self.vocabulary[change.table]
        name = self.called(table.key, register.rows(change.table).get(change.id, {"id": change.id}))
        before, after = (said_value(self.vocabulary, change.table, change.column, value) for value in (change.before, change.after))
        return text_of("panel_editing.changed", name=name, header=table[change.column].header, before=before, after=after)

    def history(self, table: str, row_id: str) -> str:
        """Return who changed what in a row, latest first, as an HTML table."""
        with self.opened() as place:
            found = place.store.history(table, row_id).to_dict("records")
        words, declared = texts("panel_editing")["history"], self.vocabulary[table]
        rows = []
        for row in reversed(found):
            header = declared[row["column"]].header if row["column"] in declared.keys else str(row["column"])
            when = datetime.fromisoformat(row["at"]).astimezone().strftime("%Y-%m-%d %H:%M")
            place_of = f"{row['file']} · {row['sheet']}!{row['cell']}" if row["file"] else str(row["source"] or "")
            kind = words["kinds"].get(row["kind"], str(row["kind"]))
            before, after = (said_value(self.vocabulary, table, row["column"], row[key]) for key in ("before", "after"))
            rows.append((when, str(row["who"]), kind, header, before, after, place_of))
        return markup.table([words[key] for key in ("when", "who", "kind", "column", "before", "after", "source")], rows)

    def new_row(self, table: str, values: Mapping[str, Value], *, row_id: str = "") -> tuple[str, list[Change]]:
        """Return the id of a new row and the changes that make it."""
        made = row_id or self.free_id(table)
        cells: Row = {"id": made, **{key: value for key, value in values.items() if value is not None}}
        return made, [Change(table=table, id=made, column=key, before=None, after=value) for key, value in cells.items()]

    def free_id(self, table: str) -> str:
        """Return an id that no row has, also none that was removed."""
        prefix = self.vocabulary[table].prefix
        with self.opened() as place:
            taken = {row_id for _, row_id in place.store.removed()}
        taken |= {row_id for one in self.vocabulary for row_id in self.register.rows(one.key)}
        number = len(self.register.rows(table)) + 1
        while f"{prefix}-{number}" in taken:
            number += 1
        return f"{prefix}-{number}"
