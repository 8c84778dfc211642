"""Merge a form's answers into the register, three ways: as sent out, as answered, as the register is now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from krokomrsa.changes import RowChange
from krokomrsa.errors import Problem
from krokomrsa.excel.entries import Entry, Target
from krokomrsa.excel.ledger import Ledger, accepted
from krokomrsa.excel.sent import raw_text
from krokomrsa.register import Places, Record, Row
from krokomrsa.values import Value
from krokomrsa.vocabulary import Vocabulary, text_of

OnConflict = Literal["ask", "form", "register"]


@dataclass(slots=True)
class Proposal:
    """What one row of the register would become: the values to set, and the answer that each came from."""

    target: Target
    values: dict[str, Value] = field(default_factory=dict)
    answers: list[Entry] = field(default_factory=list)  # those that set the values

    @property
    def entries(self) -> dict[str, Entry]:
        """Return the answer that each value came from, by column; some values follow from the row itself."""
        return {key: entry for entry in self.answers for key in entry.field.columns}

    @property
    def current(self) -> Record | None:
        """Return the row as the register has it."""
        return self.target.held

    @property
    def is_new(self) -> bool:
        """Tell whether the register has no such row yet."""
        return self.target.held is None

    def set(self, entry: Entry) -> None:
        """Let an answer set the columns that it fills."""
        self.answers.append(entry)
        self.values.update(entry.filled)

    def drop(self, entry: Entry) -> None:
        """Take back everything that one answer would have set."""
        for key in [key for key, source in self.entries.items() if source is entry]:
            del self.values[key]
        self.answers.remove(entry)

    def change(self, places: Callable[[Proposal, Record], Places]) -> RowChange | None:
        """Return what becomes of the row, and where that was read; None where it stays as it is."""
        target = self.target
        table, row_id, current = target.table, target.id, target.held
        if current is None:
            after: Row = {"id": row_id}
            for key, value in self.values.items():
                if value is not None:
                    after[key] = value
            return RowChange(table, row_id, None, after, places(self, after)) if self.values else None
        after = {key: value for key, value in self.values.items() if current.get(key) != value}
        return RowChange(table, row_id, {key: current.get(key) for key in after}, after, places(self, after)) if after else None


def _conflict(target: Target, column: str, *, now: str, sent: str) -> Problem:
    key = "intake.problems.conflict" if sent else "intake.problems.conflict_unsent"
    problem, remedy = text_of(key, now=now, sent=sent), text_of("intake.problems.conflict_remedy")
    return Problem(table=target.table, id=target.id, column=column, problem=problem, remedy=remedy, kind="conflict")


def _merge_entry(proposal: Proposal, entry: Entry, current: Record, ledger: Ledger, on_conflict: OnConflict) -> None:
    """Carry one answer over to a row that the register already has."""
    now = {key: current.get(key) for key in entry.field.columns}
    if entry.unchanged or not entry.values or entry.filled == now:
        target = proposal.target
        ledger.accept(entry.sheet, entry.cell, accepted(target.table, target.id), entry.field.columns[0])
        return
    written = raw_text(entry.field.write(current))
    asked_anew = entry.field.asked_anew and entry.sent is None
    if written == (entry.sent or "") or asked_anew or on_conflict == "form":
        proposal.set(entry)
    elif on_conflict == "register":
        ledger.ignore(entry.sheet, entry.cell, "kept")
    else:
        told_conflict = _conflict(proposal.target, entry.field.columns[0], now=written, sent=entry.sent or "")
        ledger.reject(entry.sheet, entry.cell, told_conflict)


def _removed(target: Target, ledger: Ledger, on_conflict: OnConflict) -> None:
    """Leave a row alone that the register has taken away; say so where the sender has changed it."""
    changed = [entry for entry in target.entries if not entry.unchanged] if on_conflict != "register" else []
    for entry in target.entries:
        if entry not in changed:
            ledger.ignore(entry.sheet, entry.cell, "kept")
    if changed:
        problem, remedy = text_of("intake.problems.conflict_removed"), text_of("intake.problems.conflict_removed_remedy")
        told = Problem(table=target.table, id=target.id, problem=problem, remedy=remedy, kind="conflict")
        cause = ledger.reject(changed[0].sheet, changed[0].cell, told)
        for entry in changed[1:]:
            ledger.reject_with(entry.sheet, entry.cell, cause)


def propose(target: Target, ledger: Ledger, *, removed: bool, on_conflict: OnConflict) -> Proposal | None:
    """Return what one row would become, None where the register has taken it away."""
    current = target.held
    if current is None and removed:
        _removed(target, ledger, on_conflict)
        return None
    if current is None:
        return Proposal(target, target.values, target.entries)
    link = target.link or {}
    proposal = Proposal(target, {key: value for key, value in link.items() if value is not None and current.get(key) is None})
    for entry in target.entries:
        _merge_entry(proposal, entry, current, ledger, on_conflict)
    return proposal


def accept(proposals: Iterable[Proposal], ledger: Ledger) -> None:
    """Note the answers that stand as accepted."""
    ledger.accept_all([(accepted(one.target.table, one.target.id), one.answers) for one in proposals])


def clear(proposal: Proposal, sent: Mapping[str, str], ledger: Ledger, on_conflict: OnConflict) -> None:
    """Empty the values that the coordinator emptied in the register workbook, unless the register has changed since.

    ``sent`` maps those fields of the row that its sheet has a column for to what stood there when the workbook was made.
    """
    line, current = proposal.target.line, proposal.current or {}
    for one in line.block.fields:
        emptied = sent.get(one.key) and one.key not in line.cells and one.column is not None and not one.column.required
        now = raw_text(one.write(current))
        if not emptied or not now:
            continue
        if now == sent[one.key] or on_conflict == "form":
            proposal.values[one.key] = None
        elif on_conflict == "ask":
            ledger.tell(_conflict(proposal.target, one.key, now=now, sent=sent[one.key]).at(sheet=line.sheet.name))


def reject_row(proposal: Proposal, problem: Problem, ledger: Ledger) -> None:
    """Reject every answer of a row that would change it but cannot stand, told once."""
    entries = list(proposal.answers)
    culprit = proposal.entries.get(problem.column)
    told = problem if culprit else problem.at(value="", sheet=proposal.target.line.sheet.name, cell="")
    first = culprit or (entries[0] if entries else None)
    proposal.values.clear()
    proposal.answers.clear()
    cause = ledger.reject(first.sheet, first.cell, told) if first else ledger.tell(told)
    for entry in entries:
        if entry is not first:
            ledger.reject_with(entry.sheet, entry.cell, cause)


def missing(proposal: Proposal, vocabulary: Vocabulary) -> Problem | None:
    """Return the first required value that a new row lacks."""
    for column in vocabulary[proposal.target.table].required:
        if proposal.values.get(column.key) is None:
            header = _asked_as(proposal, column.key) or column.title
            problem, remedy = (text_of(f"intake.problems.missing_value{part}", header=header) for part in ("", "_remedy"))
            return Problem(table=proposal.target.table, id=proposal.target.id, column=column.key, problem=problem, remedy=remedy)
    return None


def _asked_as(proposal: Proposal, key: str) -> str:
    fields = proposal.target.line.block.fields
    return next((one.header for one in fields if one.table == proposal.target.table and key in one.columns), "")
