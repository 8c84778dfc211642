"""Merge a form's answers into the register, three ways: as sent out, as answered, as the register is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from krokomrsa.changes import Change
from krokomrsa.errors import Problem
from krokomrsa.excel.entries import Entry, Target
from krokomrsa.excel.finding import Sent, raw_text
from krokomrsa.excel.ledger import Ledger
from krokomrsa.register import Origin, Register, Row
from krokomrsa.values import Value, display
from krokomrsa.vocabulary import text_of

OnConflict = Literal["ask", "form", "register"]


@dataclass(slots=True, kw_only=True)
class Proposal:
    """What one row of the register would become: the values to set, and the answer that each came from."""

    target: Target
    current: Row | None
    values: dict[str, Value] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Tell whether the register has no such row yet."""
        return self.current is None

    def drop(self, entry: Entry) -> None:
        """Take back everything that one answer would have set."""
        for key in [key for key, source in self.entries.items() if source is entry]:
            del self.entries[key], self.values[key]

    def changes(self, origins: Mapping[str, Origin], default: Origin) -> list[Change]:
        """Return the changes to the register, the row's id first."""
        before = self.current or {}
        table, row_id = self.target.table, self.target.id
        keyed = {"id": row_id, **self.values} if self.is_new else self.values
        return [
            Change(table=table, id=row_id, column=key, before=before.get(key), after=value, origin=origins.get(key, default))
            for key, value in keyed.items()
            if before.get(key) != value
        ]


def _conflict(entry: Entry, current: Row) -> Problem:
    now, sent = entry.field.write(current), entry.sent or ""
    shown = "" if now is None else raw_text(now)
    return Problem(
        table=entry.table,
        id=entry.id,
        column=entry.field.columns[0],
        problem=text_of("intake.problems.conflict", now=shown, sent=sent),
        remedy=text_of("intake.problems.conflict_remedy"),
        kind="conflict",
    )


def _merge_entry(proposal: Proposal, entry: Entry, ledger: Ledger, on_conflict: OnConflict) -> None:
    """Carry one answer over to a row that the register already has."""
    current = proposal.current or {}
    now = {key: current.get(key) for key in entry.field.columns}
    told = {key: entry.values.get(key) for key in entry.field.columns}
    if entry.unchanged or told == now:
        ledger.accept(entry.sheet, entry.cell, table=entry.table, row=entry.id, column=entry.field.columns[0])
        return
    written = entry.field.write(current)
    unchanged_since = raw_text(written) == (entry.sent or "") if written is not None else entry.sent is None
    if unchanged_since or on_conflict == "form":
        proposal.values.update(told)
        proposal.entries.update(dict.fromkeys(told, entry))
    elif on_conflict == "register":
        ledger.ignore(entry.sheet, entry.cell, "kept")
    else:
        ledger.reject(entry.sheet, entry.cell, _conflict(entry, current))


def _removed(target: Target, ledger: Ledger) -> None:
    """Leave a row alone that the register has taken away; say so where the sender has changed it."""
    changed = [entry for entry in target.entries if not entry.unchanged]
    for entry in target.entries:
        if entry not in changed:
            ledger.ignore(entry.sheet, entry.cell, "kept")
    if changed:
        cause = Problem(
            table=target.table,
            id=target.id,
            problem=text_of("intake.problems.conflict_removed"),
            remedy=text_of("intake.problems.conflict_removed_remedy"),
            kind="conflict",
        )
        ledger.reject(changed[0].sheet, changed[0].cell, cause)
        for entry in changed[1:]:
            ledger.reject_with(entry.sheet, entry.cell, ledger.problems[-1])


def propose(target: Target, register_rows: Mapping[str, Row], ledger: Ledger, *, removed: bool, on_conflict: OnConflict) -> Proposal | None:
    """Return what one row would become, None where the register has taken it away."""
    proposal = Proposal(target=target, current=register_rows.get(target.id))
    if proposal.is_new and removed:
        _removed(target, ledger)
        return None
    if proposal.is_new:
        proposal.values.update({key: value for key, value in target.fixed.items() if value is not None})
        for entry in target.entries:
            told = {key: entry.values.get(key) for key in entry.field.columns}
            proposal.values.update(told)
            proposal.entries.update(dict.fromkeys(told, entry))
        return proposal
    for entry in target.entries:
        _merge_entry(proposal, entry, ledger, on_conflict)
    return proposal


def clear(proposal: Proposal, sent: Mapping[str, Sent]) -> set[tuple[str, str, str]]:
    """Empty the values that the coordinator emptied in the register workbook, unless the register has changed since; return which.

    ``sent`` maps the fields of the row to what stood there when the workbook was made.
    """
    line, current = proposal.target.line, proposal.current or {}
    emptied = {
        one.key
        for one in line.block.fields
        if one.key in sent and one.key not in line.cells and one.column is not None and not one.column.required
        if sent[one.key].value and raw_text(one.write(current)) == sent[one.key].value
    }
    proposal.values.update(dict.fromkeys(emptied))
    return {(proposal.target.table, proposal.target.id, key) for key in emptied}


def reject_row(proposal: Proposal, problem: Problem, ledger: Ledger) -> None:
    """Reject every answer of a row that cannot stand, told once."""
    entries = list(dict.fromkeys(proposal.entries.values()))
    culprit = proposal.entries.get(problem.column) or (entries[0] if entries else None)
    proposal.values.clear()
    proposal.entries.clear()
    if culprit is None:
        return
    ledger.reject(culprit.sheet, culprit.cell, problem)
    cause = ledger.problems[-1]
    for entry in entries:
        if entry is not culprit:
            ledger.reject_with(entry.sheet, entry.cell, cause)


def missing(proposal: Proposal, register: Register) -> Problem | None:
    """Return the first required value that a new row lacks."""
    for column in register.vocabulary[proposal.target.table]:
        if column.required and column.key != "id" and proposal.values.get(column.key) is None:
            header = _asked_as(proposal, column.key) or column.title
            return Problem(
                table=proposal.target.table,
                id=proposal.target.id,
                column=column.key,
                problem=text_of("intake.problems.missing_value", header=header),
                remedy=text_of("intake.problems.missing_value_remedy", header=header),
            )
    return None


def _asked_as(proposal: Proposal, key: str) -> str:
    fields = proposal.target.line.block.fields
    return next((one.header for one in fields if one.table == proposal.target.table and key in one.columns), "")


def name_of(register: Register, table: str, row_id: str) -> str:
    """Return what a row is called, for telling a person about it."""
    row = register.rows(table).get(row_id, {})
    declared = register.vocabulary[table]
    told = [display(declared[key], row.get(key)) for key in declared.identity if row.get(key) is not None]
    return " – ".join(told) or row_id
