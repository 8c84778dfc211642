"""Take back what a file proposes until every rule of the register holds for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from krokomrsa import changes as change
from krokomrsa import validation
from krokomrsa.changes import Change
from krokomrsa.errors import Problem
from krokomrsa.excel import merge
from krokomrsa.excel.entries import Entry
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.merge import Proposal
from krokomrsa.register import Origin, Origins, Register
from krokomrsa.scales import Scale

Key = tuple[str, str]  # table, id


def _origins(proposal: Proposal, file: str, sha256: str, earlier: Origins) -> tuple[dict[str, Origin], Origin]:
    """Return where each value of a row was read, and the place for what follows from the row itself."""
    line, place = proposal.target.line, (proposal.target.table, proposal.target.id)
    default = Origin(file, sha256, line.sheet.name, line.row, (line.id_cell or line.anchor).ref)
    found = {key: Origin(file, sha256, entry.sheet.name, entry.row, entry.cell.ref) for key, entry in proposal.entries.items()}
    kept = {key: earlier[*place, key] for key, entry in proposal.entries.items() if (*place, key) in earlier and entry.as_made}
    return found | kept, default


class Settling:
    """Hold the proposals of one file while those that cannot stand are taken back."""

    def __init__(self, register: Register, ledger: Ledger, *, sha256: str, earlier: Origins, proposals: Iterable[Proposal]) -> None:
        """Keep the proposals by table and id."""
        self.register, self.ledger, self.sha256, self.earlier = register, ledger, sha256, earlier
        self.proposals: dict[Key, Proposal] = {(one.target.table, one.target.id): one for one in proposals}

    def changes(self) -> list[Change]:
        """Return everything that the remaining proposals change."""
        return [
            one
            for proposal in self.proposals.values()
            if proposal.values
            for one in proposal.changes(*_origins(proposal, self.ledger.file, self.sha256, self.earlier))
        ]

    def settle(self, scale: Scale) -> None:
        """Take back proposals until the register with what is left breaks no rule that it does not break already."""
        before: set[tuple[str, ...]] | None = None
        while True:
            self._drop_incomplete()
            found = validation.check(change.apply(self.register, self.changes()), scale)
            if found and before is None:
                before = {_signature(problem) for problem in validation.check(self.register, scale)}
            if not self._strike([problem for problem in found if _signature(problem) not in (before or ())]):
                return

    def _drop_incomplete(self) -> None:
        for proposal in self.proposals.values():
            if proposal.is_new and proposal.entries:
                problem = merge.missing(proposal, self.register.vocabulary)
                if problem:
                    merge.reject_row(proposal, problem, self.ledger)
            elif proposal.is_new:
                proposal.values.clear()

    def _strike(self, problems: list[Problem]) -> bool:
        """Take back what broken rules point at; tell whether there was anything to take back."""
        entries: Mapping[Key, Mapping[str, Entry]] = {place: dict(one.entries) for place, one in self.proposals.items()}
        struck = False
        for problem in problems:
            proposal = self.proposals.get((problem.table, problem.id))
            entry = entries.get((problem.table, problem.id), {}).get(problem.column)
            if proposal is not None and entry is not None:
                struck |= self._strike_entry(proposal, entry, problem)
            elif proposal is not None and proposal.values:
                struck |= self._strike_rest(proposal, problem)
            elif proposal is None or not entries[problem.table, problem.id]:
                struck |= self._strike_related(problem)
        return struck

    def _strike_entry(self, proposal: Proposal, entry: Entry, problem: Problem) -> bool:
        if entry not in proposal.entries.values():
            return False  # fell already, with another rule
        proposal.drop(entry)
        self.ledger.reject(entry.sheet, entry.cell, problem)
        return True

    def _strike_rest(self, proposal: Proposal, problem: Problem) -> bool:
        """Take back values without a cell of their own, emptied ones or a link, else everything that changes the row."""
        loose = [key for key in proposal.values if key not in proposal.entries]
        required = self.register.vocabulary[problem.table][problem.column].required
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
        """Take back the changes to rows that a rule weighs together with one that the file leaves alone."""
        related = list(self._related(problem))
        for proposal in related:
            merge.reject_row(proposal, problem.at(table=proposal.target.table, id=proposal.target.id), self.ledger)
        return bool(related)

    def _related(self, problem: Problem) -> list[Proposal]:
        """Return the changed rows that share the id; else those of the table that name the same first thing; else all of the table."""
        touched = [one for one in self.proposals.values() if one.values]
        if problem.column == "id":
            return [one for one in touched if one.target.id == problem.id]
        in_table = [one for one in touched if one.target.table == problem.table]
        first = self.register.vocabulary[problem.table].identity[0]
        named = self.register.rows(problem.table).get(problem.id, {}).get(first)
        near = [one for one in in_table if named is not None and named in {(one.current or {}).get(first), one.values.get(first)}]
        return near or in_table


def _signature(problem: Problem) -> tuple[str, ...]:
    return (problem.table, problem.id, problem.column, problem.problem)
