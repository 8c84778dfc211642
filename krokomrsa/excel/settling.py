"""Take back what a file proposes until every rule of the register holds for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from krokomrsa import validation
from krokomrsa.changes import RowChange, apply_rows
from krokomrsa.errors import Problem
from krokomrsa.excel import merge
from krokomrsa.excel.entries import Entry
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.merge import Proposal
from krokomrsa.excel.placing import Placing
from krokomrsa.excel.rows import Rows, identity
from krokomrsa.register import Origins, Register, Row
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import Vocabulary

Key = tuple[str, str]  # table, id
Signature = tuple[str, str, str, str]  # table, id, column, what is wrong


def _broken(register: Register, after: Register, changes: Iterable[RowChange], scale: Scale) -> list[Problem]:
    """Return the rules that the register breaks with these changes and does not break, or not in the same words, without them."""
    touched: dict[str, set[str]] = {}
    for one in changes:
        touched.setdefault(one.table, set()).add(one.id)
    return validation.broken(register, after, scale, touched=touched)


def standing(register: Register, changes: Sequence[RowChange], scale: Scale) -> Register | None:
    """Return the register with what a file changes, None where that breaks a rule and must be settled cell by cell."""
    after = apply_rows(register, changes)
    return None if _broken(register, after, changes, scale) else after


class Settling:
    """Hold the proposals of one file while those that cannot stand are taken back."""

    def __init__(
        self, vocabulary: Vocabulary, rows: Rows, ledger: Ledger, *, sha256: str, earlier: Origins, proposals: Iterable[Proposal]
    ) -> None:
        """Keep the proposals by table and id; ``rows`` are those of the register."""
        self.vocabulary, self.rows, self.ledger = vocabulary, rows, ledger
        self._placing = Placing(ledger.file, sha256, earlier)
        self.proposals: dict[Key, Proposal] = {(one.target.table, one.target.id): one for one in proposals}
        self.after: Register | None = None  # the register with the changes, where they were settled with it
        self._standing: list[RowChange] | None = None  # what the proposals change, once they are settled

    def changes(self) -> list[RowChange]:
        """Return everything that the remaining proposals change."""
        return self._standing if self._standing is not None else [*self._changes()]

    def _changes(self) -> Iterator[RowChange]:
        changes = (proposal.change(self._placing.places) for proposal in self.proposals.values() if proposal.values)
        return (one for one in changes if one is not None)

    def let_stand(self) -> None:
        """Take back the rows that cannot be without what they lack, and nothing else."""
        self._drop_incomplete()
        self._standing = [*self._changes()]

    def settle(self, register: Register, scale: Scale) -> None:
        """Take back proposals until the register with what is left breaks no rule that it does not break already."""
        self._standing = None
        before: set[Signature] | None = None
        while True:
            self._drop_incomplete()
            changes = self.changes()
            self.after = apply_rows(register, changes)
            found = _broken(register, self.after, changes, scale)
            if found and before is None:
                before = {_signature(problem) for problem in validation.check(register, scale)}
            broken = [problem for problem in found if _signature(problem) not in (before or ())]
            if not broken or not self._strike(broken, self._without_them(broken, changes, register, scale)):
                self._standing = changes
                return

    def _without_them(self, problems: list[Problem], changes: list[RowChange], register: Register, scale: Scale) -> set[Signature]:
        """Return the rules that a changed row breaks in a column it leaves alone, and would break without its changes: others' do it."""
        doubtful = {
            (problem.table, problem.id)
            for problem in problems
            if (one := self.proposals.get((problem.table, problem.id))) and one.values and problem.column not in one.values
        }
        if not doubtful:
            return set()
        others = [one for one in changes if (one.table, one.id) not in doubtful]
        return {_signature(problem) for problem in _broken(register, apply_rows(register, others), others, scale)}

    def _drop_incomplete(self) -> None:
        for proposal in self.proposals.values():
            if not proposal.is_new:
                continue
            if proposal.answers:
                problem = merge.missing(proposal, self.vocabulary)
                if problem:
                    merge.reject_row(proposal, problem, self.ledger)
            else:
                proposal.values.clear()

    def _strike(self, problems: list[Problem], by_others: AbstractSet[Signature]) -> bool:
        """Take back what broken rules point at; tell whether there was anything to take back."""
        entries: Mapping[Key, Mapping[str, Entry]] = {place: one.entries for place, one in self.proposals.items()}
        touched = {place for place, one in self.proposals.items() if one.values}
        struck = False
        for problem in problems:
            place = (problem.table, problem.id)
            entry = entries.get(place, {}).get(problem.column)
            if entry is not None:
                struck |= self._strike_entry(self.proposals[place], entry, problem)
            elif place not in touched or _signature(problem) in by_others:
                struck |= self._strike_related(problem)
            elif self.proposals[place].values:
                struck |= self._strike_rest(self.proposals[place], problem)
        return struck

    def _strike_entry(self, proposal: Proposal, entry: Entry, problem: Problem) -> bool:
        if entry not in proposal.answers:
            return False  # fell already, with another rule
        proposal.drop(entry)
        self.ledger.reject(entry.sheet, entry.cell, problem)
        return True

    def _strike_rest(self, proposal: Proposal, problem: Problem) -> bool:
        """Take back values without a cell of their own, emptied ones or a link, else everything that changes the row."""
        entries = proposal.entries
        loose = [key for key in proposal.values if key not in entries]
        required = self.vocabulary[problem.table][problem.column].required
        if problem.column not in loose or required:
            merge.reject_row(proposal, problem, self.ledger)
        elif proposal.is_new:
            del proposal.values[problem.column]
        else:
            for key in loose:
                del proposal.values[key]
            self.ledger.tell(problem.at(sheet=proposal.target.line.sheet.name, cell=""))
        return True

    def _strike_related(self, problem: Problem) -> bool:
        """Take back the changes to rows that a rule weighs together with one that is left alone."""
        related = self._related(problem)
        for proposal in related:
            told = problem.at(table=proposal.target.table, id=proposal.target.id, value="")
            entry = proposal.entries.get(problem.column)
            if entry is not None:
                self._strike_entry(proposal, entry, told)
            else:
                merge.reject_row(proposal, told, self.ledger)
        return bool(related)

    def _related(self, problem: Problem) -> list[Proposal]:
        """Return the changed rows that share the id; else those of the table that are called the same; that begin the same; all of it."""
        touched = [one for one in self.proposals.values() if one.values]
        if problem.column == "id":
            return [one for one in touched if one.target.id == problem.id]
        rows = [
            ({**(one.current or {}), **one.values}, one)
            for one in touched
            if one.target.table == problem.table and one.target.id != problem.id
        ]
        vocabulary, held = self.vocabulary, self._row(problem)
        called = identity(vocabulary, problem.table, held)
        twins = [one for row, one in rows if identity(vocabulary, problem.table, row) == called]
        first = vocabulary[problem.table].identity[0]
        near = [one for row, one in rows if held.get(first) is not None and held[first] in {row.get(first), (one.current or {}).get(first)}]
        return twins or near or [one for _, one in rows]

    def _row(self, problem: Problem) -> Row:
        """Return the row that a rule points at, as it would be."""
        proposal = self.proposals.get((problem.table, problem.id))
        held = (proposal.current if proposal else self.rows[problem.table].get(problem.id)) or {}
        return {**held, **(proposal.values if proposal else {})}


def _signature(problem: Problem) -> Signature:
    return (problem.table, problem.id, problem.column, problem.problem)
