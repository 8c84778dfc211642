"""Keep the register as a panel read it, store edits against it at once, take them back, and tell who made them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa import changes, validation
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Register
from krokomrsa.store.trail import moment, said_value
from krokomrsa.values import Value
from krokomrsa.vocabulary import Vocabulary, text_of, texts
from krokomrsa.workbench import markup
from krokomrsa.workbench.naming import Naming, name_of
from krokomrsa.workbench.panel import Panel
from krokomrsa.workspace import Settings, Workspace

KIND: Final = "edit"

__all__ = ["KIND", "Keeping", "name_of"]


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
        self.watchers: list[Callable[[], object]] = []
        self.stored_here: set[int] = set()  # the batches that were stored here
        self.latest_before = 0  # the last batch when the panel was opened
        self.head = widgets.VBox()  # what stands above the messages, which belong close to what is edited
        self.widget.children = (self.place, self.head, self.message, self.body)

    def begin(self) -> bool:
        """Read the register; return False where there is none, which the panel says already."""
        if not self.exists:
            return False
        try:
            self.read()
            with self.opened() as place:
                self.latest_before = max(place.store.batches()["id"], default=0)
        except KrokomrsaError as error:
            self.tell(*error.problems)
            return False
        return True

    def read(self) -> None:
        """Read the register as it stands."""
        with self.opened() as place:
            self.register, self.settings, self.vocabulary = place.register, place.settings, place.vocabulary

    def changed(self) -> None:
        """Let every part of the panel show the register as it is now."""
        for watcher in self.watchers:
            watcher()

    def store(self, made: Sequence[Change]) -> None:
        """Check changes and store them in one transaction; this is the one way in which a panel's edits are stored.

        Afterwards the panel shows the register as it stands, with what others have stored meanwhile.

        Raises
        ------
        KrokomrsaError
            The changes break a rule that held, or somebody else changed the same values; nothing is stored.
        """
        touched = {table: {change.id for change in made if change.table == table} for table in {change.table for change in made}}
        wrong = validation.broken(self.register, changes.apply(self.register, made), self.settings.scale, touched=touched)
        if wrong:
            raise KrokomrsaError.of(map(self.placed, wrong))
        try:
            with self.opened() as place:
                batch = place.store.commit(made, who=self.who, source=self.source, kind=KIND)
                self.register = place.register
            self.stored_here |= {batch} if batch else set()
        except KrokomrsaError as error:
            if any(problem.kind == "conflict" for problem in error.problems):
                self.read()
                self.changed()
            raise KrokomrsaError.of(map(self.placed, error.problems)) from error
        self.changed()

    def placed(self, problem: Problem) -> Problem:
        """Return a problem with its place as a coordinator says it: the name of the row and the header of the column."""
        return self.words.placed(self.register, problem)

    @property
    def words(self) -> Naming:
        """Return what is needed to name rows."""
        return Naming(vocabulary=self.vocabulary, rule_sets=self.settings.rule_sets)

    def called(self, key: str, row: Mapping[str, Value]) -> str:
        """Return what a row is called in a sentence."""
        return self.words.called(self.register, key, row)

    def undo(self) -> None:
        """Take back the latest edit that was made here and is not yet undone, and tell what it was.

        Here is this panel, or the same person's earlier work in the same step: never what somebody else, or another panel that is open
        beside this one, has done.

        Raises
        ------
        KrokomrsaError
            There is nothing to undo, or later edits touched the same values.
        """
        try:
            with self.opened() as place:
                before = place.register
                place.store.undo(self.who, batch=self._latest(place))
                self.register = place.register
        except KrokomrsaError as error:
            raise KrokomrsaError.of(map(self.placed, error.problems)) from error
        self.changed()
        self.say(text_of("panel_editing.undone", what=self.words.difference(before, self.register)))

    def _latest(self, place: Workspace) -> int:
        """Return the latest batch that was stored here and is not undone."""
        done = place.store.batches()
        earlier = (done["id"] <= self.latest_before) & (done["who"] == self.who)
        mine = done[
            (done["source"] == self.source) & (done["kind"] == KIND) & ~done["undone"] & (done["id"].isin(self.stored_here) | earlier)
        ]
        if mine.empty:
            problem, remedy = text_of("panel_editing.nothing_to_undo"), text_of("panel_editing.nothing_to_undo_remedy")
            raise KrokomrsaError(Problem(problem=problem, remedy=remedy, kind="notice"))
        return int(mine["id"].iloc[-1])

    def history(self, table: str, row_id: str) -> str:
        """Return who changed what in a row, latest first, as an HTML table."""
        with self.opened() as place:
            found = place.store.history(table, row_id).to_dict("records")
        words, declared = texts("panel_editing")["history"], self.vocabulary[table]
        rows = []
        for row in reversed(found):
            header = declared[row["column"]].header if row["column"] in declared.keys else str(row["column"])
            when = moment(row["at"])
            place_of = f"{row['file']} · {row['sheet']}!{row['cell']}" if row["file"] else str(row["source"] or "")
            kind = words["kinds"].get(row["kind"], str(row["kind"]))
            before, after = (said_value(self.vocabulary, table, row["column"], row[key]) for key in ("before", "after"))
            rows.append((when, str(row["who"]), kind, header, before, after, place_of))
        return markup.table([words[key] for key in ("when", "who", "kind", "column", "before", "after", "source")], rows)

    def new_row(self, table: str, values: Mapping[str, Value], *, row_id: str = "") -> tuple[str, list[Change]]:
        """Return the id of a new row and the changes that make it."""
        made = row_id or self.free_id(table)
        cells: dict[str, Value] = {"id": made, **{key: value for key, value in values.items() if value is not None}}
        return made, [Change(table=table, id=made, column=key, before=None, after=value) for key, value in cells.items()]

    def free_id(self, table: str) -> str:
        """Return an id that no row has, also none that was removed."""
        prefix = self.vocabulary[table].prefix
        with self.opened() as place:
            taken = {row_id for _, row_id in place.store.removed()}
        taken |= {row_id for one in self.vocabulary for row_id in self.register.held(one.key)}
        number = len(self.register.held(table)) + 1
        while f"{prefix}-{number}" in taken:
            number += 1
        return f"{prefix}-{number}"
