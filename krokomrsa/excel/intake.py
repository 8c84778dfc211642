"""Take in a form: every cell accounted for, every fault told with its place, and the changes it makes to the register."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from krokomrsa import changes as change
from krokomrsa import validation
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import blocks, entries, finding, merge, reading
from krokomrsa.excel.finding import Base, Line, Meta, Sent
from krokomrsa.excel.ledger import Ledger, Outcome, Place
from krokomrsa.excel.merge import OnConflict, Proposal
from krokomrsa.excel.reading import Book
from krokomrsa.register import ORIGIN_COLUMNS, Origin, Origins, Register
from krokomrsa.scales import Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of, texts

FORMS = ("department", "owner", "register")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a file holds, what of it was taken in, and what that changes."""

    file: str
    sha256: str
    form: str
    organisation: str
    counts: Mapping[str, int]
    rows: Mapping[str, int]
    new: Mapping[str, int]
    changed: Mapping[str, int]
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]
    outcomes: Mapping[Place, Outcome]
    refused: bool = False

    @property
    def complete(self) -> bool:
        """Tell whether nothing was rejected, in conflict or missing."""
        return not self.counts["cells_rejected"] and not any(
            problem.kind in {"rejected", "conflict", "refused"} for problem in self.problems
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the reconciliation as plain data for JSON."""
        keys = ("sheet", "cell", "value", "problem", "remedy", "kind", "table", "id", "column")
        return {
            "file": self.file,
            "form": self.form,
            "organisation": self.organisation,
            "refused": self.refused,
            **self.counts,
            "rows": dict(self.rows),
            "rows_new": dict(self.new),
            "rows_changed": dict(self.changed),
            "ignored": dict(Counter(outcome.reason for outcome in self.outcomes.values() if outcome.status == "ignored")),
            "problems": [{key: getattr(problem, key) for key in keys} for problem in self.problems],
        }


def refused(file: str, content: bytes, problems: Iterable[Problem], book: Book | None = None) -> Intake:
    """Return the account of a file that was not taken in at all: every cell that could be read is rejected."""
    told = tuple(problem.at(file=file) for problem in problems)
    outcomes = {(sheet.name, cell.ref): Outcome("rejected", told[0].problem) for sheet, cell in book or ()}
    return Intake(
        file=file,
        sha256=hashlib.sha256(content).hexdigest(),
        form="",
        organisation="",
        counts={"cells_read": len(outcomes), "cells_accepted": 0, "cells_rejected": len(outcomes), "cells_ignored": 0},
        rows={},
        new={},
        changed={},
        problems=told,
        changes=(),
        outcomes=outcomes,
        refused=True,
    )


def _problem(key: str, **values: object) -> Problem:
    return Problem(problem=text_of(f"intake.problems.{key}", **values), remedy=text_of(f"intake.problems.{key}_remedy"), kind="refused")


def identify(book: Book, register: Register) -> Meta:
    """Return what form a workbook is.

    Raises
    ------
    KrokomrsaError
        No form and no register; no organisation or one that is not in the register; a newer form than this program reads.
    """
    said = finding.meta(book)
    if said is None or said.form not in FORMS:
        if not any(book.sheet(table.sheet) for table in register.vocabulary):
            raise KrokomrsaError(_problem("no_form"))
        return Meta(form="register", version=texts("forms")["version"], organisation="", workspace="")
    if said.version > texts("forms")["version"]:
        raise KrokomrsaError(_problem("newer_form", version=said.version, ours=texts("forms")["version"]))
    if said.form != "register" and not said.organisation:
        raise KrokomrsaError(_problem("no_organisation"))
    if said.form != "register" and said.organisation not in register.rows("organisations"):
        raise KrokomrsaError(_problem("wrong_organisation", organisation=said.organisation).at(value=said.organisation))
    return said


def _hidden(book: Book, ledger: Ledger) -> None:
    reasons = {
        blocks.META_SHEET: "meta",
        blocks.BASE_SHEET: "meta",
        blocks.LISTS_SHEET: "meta",
        texts("registerbook")["origin_sheet"]: "origin",
    }
    for sheet, cell in book:
        if sheet.name in reasons:
            ledger.ignore(sheet, cell, reasons[sheet.name])


def _earlier_origins(book: Book) -> Origins:
    """Return where values came from before they stood in the register workbook."""
    sheet = book.sheet(texts("registerbook")["origin_sheet"])
    found: dict[tuple[str, str, str], Origin] = {}
    for number in sheet.rows() if sheet else ():
        told = {key: shown(sheet.value(number, place)) for place, key in enumerate(ORIGIN_COLUMNS, start=1)} if sheet else {}
        if told.get("row", "").isdigit():
            found[told["table"], told["id"], told["column"]] = Origin(
                told["file"], told["sha256"], told["sheet"], int(told["row"]), told["cell"]
            )
    return found


def _origins(proposal: Proposal, file: str, sha256: str, earlier: Origins) -> tuple[dict[str, Origin], Origin]:
    line = proposal.target.line
    default = Origin(file, sha256, line.sheet.name, line.row, (line.id_cell or line.anchor).ref)
    found = {key: Origin(file, sha256, entry.sheet.name, entry.row, entry.cell.ref) for key, entry in proposal.entries.items()}
    place = (proposal.target.table, proposal.target.id)
    kept = {key: earlier[*place, key] for key, entry in proposal.entries.items() if (*place, key) in earlier and entry.unchanged}
    return found | kept, default


class _Merging:
    """Hold the proposals of one file while those that cannot stand are taken back."""

    def __init__(self, register: Register, ledger: Ledger, sha256: str, earlier: Origins) -> None:
        self.register, self.ledger, self.sha256, self.earlier = register, ledger, sha256, earlier
        self.proposals: dict[tuple[str, str], Proposal] = {}

    def changes(self) -> list[Change]:
        """Return everything that the remaining proposals change."""
        return [
            one
            for proposal in self.proposals.values()
            if proposal.values
            for one in proposal.changes(*_origins(proposal, self.ledger.file, self.sha256, self.earlier))
        ]

    def _strike(self, problem: Problem) -> bool:
        """Take back what a broken rule points at; tell whether there was anything to take back."""
        proposal = self.proposals.get((problem.table, problem.id))
        if proposal is None or not proposal.entries:
            return False
        entry = proposal.entries.get(problem.column)
        if entry is not None:
            proposal.drop(entry)
            self.ledger.reject(entry.sheet, entry.cell, problem)
        elif proposal.is_new:
            merge.reject_row(proposal, problem, self.ledger)
        return entry is not None or proposal.is_new

    def _incomplete(self) -> bool:
        struck = False
        for proposal in self.proposals.values():
            problem = merge.missing(proposal, self.register) if proposal.is_new and proposal.entries else None
            if problem:
                merge.reject_row(proposal, problem, self.ledger)
                struck = True
            elif proposal.is_new and not proposal.entries:
                proposal.values.clear()
        return struck

    def settle(self, scale: Scale) -> Register:
        """Take back proposals until every rule holds for what is left; return the register as it would be."""
        while True:
            self._incomplete()
            candidate = change.apply(self.register, self.changes())
            struck = [self._strike(problem) for problem in validation.check(candidate, scale)]
            if not any(struck):
                return candidate


def _gone(lines: list[Line], base: Base, found: AbstractSet[str], register: Register, ledger: Ledger) -> None:
    """Tell which rows and answers stood in the form as sent and are no longer there."""
    present = {(line.block.key, line.id): line for line in lines}
    told: set[tuple[str, str]] = set()
    for (block, row, key), sent in base.items():
        line = present.get((block, row))
        if block not in found or not sent.value or (line and key in line.cells) or (block, row) in told:
            continue
        table = block.removeprefix("register.") if block.startswith("register.") else {"A": "services"}.get(block[-1], "")
        if line is None:
            told.add((block, row))
            name = merge.name_of(register, table, row) if table else row
            values: dict[str, object] = {"name": name}
            ledger.tell(_told("gone_row", **values).at(table=table, id=row))
        elif key != "id" and not any(one.key == key and one.locked for one in line.block.fields):
            header = next((one.header for one in line.block.fields if one.key == key and one.header), key)
            ledger.tell(_told("gone_value", sent=sent.value, header=header).at(sheet=line.sheet.name, table=table, id=sent.id, column=key))


def _told(key: str, **values: object) -> Problem:
    return _problem(key, **values).at(kind="gone")


def _rows(proposals: Iterable[Proposal], accepted: Iterable[Outcome]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    stored = {(outcome.table, outcome.id) for outcome in accepted}
    kept = [proposal for proposal in proposals if (proposal.target.table, proposal.target.id) in stored]
    rows = Counter(table for table, _ in stored)
    new = Counter(proposal.target.table for proposal in kept if proposal.is_new)
    changed = Counter(proposal.target.table for proposal in kept if not proposal.is_new and proposal.values)
    return rows, new, changed


def take_in(
    book: Book,
    *,
    file: str,
    sha256: str,
    register: Register,
    scale: Scale,
    workspace: str,
    removed: AbstractSet[tuple[str, str]] = frozenset(),
    on_conflict: OnConflict = "ask",
) -> Intake:
    """Return what a workbook says, cell by cell, and the changes it makes; nothing is stored here.

    ``removed`` holds (table, id) of rows that the register once had and took away. ``workspace`` is this workspace's id: what a form
    from another workspace was sent with says nothing of this register.

    Raises
    ------
    KrokomrsaError
        The workbook is none of our forms, names no known organisation, or is newer than this program.
    """
    said = identify(book, register)
    ledger = Ledger(file, book)
    _hidden(book, ledger)
    if said.version < texts("forms")["version"]:
        ledger.tell(_problem("older_form", version=said.version, ours=texts("forms")["version"]).at(kind="notice"))
    base = finding.base(book) if said.workspace == workspace else {}
    severity = {level.level: level.label for level in scale.consequence}
    resources = {row_id: str(row["name"]) for row_id, row in register.rows("resources").items()}
    wanted = blocks.blocks_of(said.form, register.vocabulary, severity)
    lines, found = finding.find(book, wanted, resources=resources, ledger=ledger, all_expected=said.form != "register")
    merging = _Merging(register, ledger, sha256, _earlier_origins(book))
    rows = {table.key: register.rows(table.key) for table in register.vocabulary}
    by_row: dict[tuple[str, str], dict[str, Sent]] = {}
    for (block, row, key), sent in base.items():
        by_row.setdefault((block, row), {})[key] = sent
    emptied: set[tuple[str, str, str]] = set()
    for target in entries.targets(lines, register, base, said.organisation, ledger):
        place = (target.table, target.id)
        proposal = merge.propose(target, rows[target.table], ledger, removed=place in removed, on_conflict=on_conflict)
        if proposal:
            merging.proposals[place] = proposal
        if proposal and not proposal.is_new and said.form == "register":
            emptied |= merge.clear(proposal, by_row.get((target.line.block.key, target.id), {}))
    merging.settle(scale)
    _account(merging.proposals.values(), lines, ledger)
    still = {place: sent for place, sent in base.items() if (place[0].removeprefix("register."), place[1], place[2]) not in emptied}
    _gone(lines, still, found, register, ledger)
    ledger.close()
    stored, new, changed = _rows(merging.proposals.values(), [one for one in ledger.outcomes.values() if one.status == "accepted"])
    return Intake(
        file=file,
        sha256=sha256,
        form=said.form,
        organisation=said.organisation,
        counts=ledger.counts(),
        rows=stored,
        new=new,
        changed=changed,
        problems=tuple(problem.at(file=file) for problem in ledger.problems),
        changes=tuple(merging.changes()),
        outcomes=ledger.outcomes,
    )


def _account(proposals: Iterable[Proposal], lines: list[Line], ledger: Ledger) -> None:
    """Note the answers that stand as accepted, and the hidden ids of the form's rows as its own."""
    for proposal in proposals:
        for key, entry in proposal.entries.items():
            ledger.accept(entry.sheet, entry.cell, table=entry.table, row=entry.id, column=key)
    for line in lines:
        if line.id_cell is not None:
            ledger.ignore(line.sheet, line.id_cell, "meta")


def read(content: bytes, *, file: str, password: str | None = None) -> Book:
    """Return a workbook's cells; see ``reading.read``."""
    return reading.read(content, file=file, password=password)
