"""Take in a form: every cell accounted for, every fault told with its place, and the changes it makes to the register."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from openpyxl.utils.cell import coordinate_to_tuple

from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import blocks, entries, finding, lines, merge, sent
from krokomrsa.excel.finding import Found
from krokomrsa.excel.gone import Gone
from krokomrsa.excel.ledger import Ledger, Outcome, Place
from krokomrsa.excel.lines import Line
from krokomrsa.excel.merge import OnConflict, Proposal
from krokomrsa.excel.reading import Book
from krokomrsa.excel.rows import OWNED, Finder, Rows
from krokomrsa.excel.sent import Base, Meta
from krokomrsa.excel.settling import Settling
from krokomrsa.register import Register
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of, texts

FORMS: Final = ("department", "owner", "register")


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
    said, ours = sent.meta(book), texts("forms")["version"]
    if said is None or said.form not in FORMS:
        if not any(book.sheet(table.sheet) for table in register.vocabulary):
            raise KrokomrsaError(_problem("no_form"))
        return Meta(form="register", version=ours, organisation="", workspace="")
    if said.version > ours:
        raise KrokomrsaError(_problem("newer_form", version=said.version, ours=ours))
    if said.form != "register" and not said.organisation:
        raise KrokomrsaError(_problem("no_organisation"))
    if said.form != "register" and said.organisation not in register.rows("organisations"):
        raise KrokomrsaError(_problem("wrong_organisation", organisation=said.organisation).at(value=said.organisation))
    return said


def _greet(said: Meta, workspace: str, ledger: Ledger) -> None:
    """Tell what is worth knowing of the form as a whole."""
    ours = texts("forms")["version"]
    if said.version < ours:
        ledger.tell(_problem("older_form", version=said.version, ours=ours).at(kind="notice"))
    if said.workspace and said.workspace != workspace:
        ledger.tell(_problem("other_workspace").at(kind="notice"))


def _hidden(book: Book, ledger: Ledger) -> None:
    """Account for the sheets in which the workbook keeps what it must remember."""
    own = dict.fromkeys((blocks.META_SHEET, blocks.BASE_SHEET, blocks.LISTS_SHEET), "meta")
    for name, reason in (own | {texts("registerbook")["origin_sheet"]: "origin"}).items():
        sheet = book.sheet(name)
        if sheet is not None:
            for cell in sheet.cells.values():
                ledger.ignore(sheet, cell, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """One form and what it is read against."""

    said: Meta
    base: Base
    trusted: bool  # it was made from this register
    register: Register
    rows: Rows
    ledger: Ledger
    removed: AbstractSet[tuple[str, str]]
    on_conflict: OnConflict

    def proposals(self, read: list[Line], places: Iterable[Found]) -> Iterator[Proposal]:
        """Yield what the rows of the form propose for the rows of the register."""
        columns = {found.block.key: found.keys for found in places}
        sent_out: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for (block, row, key), one in self.base.items() if self.trusted else ():
            if key in columns.get(block, ()):
                sent_out[block, row][key] = one.value
        finder = Finder(self.register, self.rows, self.base, self.said.organisation)
        for target in entries.targets(read, finder, self.ledger, trusted=self.trusted, removed=self.removed):
            gone = (target.table, target.id) in self.removed
            proposal = merge.propose(target, self.rows[target.table], self.ledger, removed=gone, on_conflict=self.on_conflict)
            if proposal and not proposal.is_new and self.said.form == "register":
                merge.clear(proposal, sent_out[target.line.block.key, target.id], self.ledger, self.on_conflict)
            if proposal:
                yield proposal

    def tell_gone(self, read: Iterable[Line], places: Iterable[Found], changes: Iterable[Change], resources: Mapping[str, str]) -> None:
        """Tell what was sent out and is no longer there."""
        done = {(change.table, change.id, change.column) for change in changes if change.after is None}
        done |= {(one.table, one.id, one.column) for one in self.ledger.problems if one.kind == "conflict"}
        gone = Gone(
            vocabulary=self.register.vocabulary,
            rows=self.rows,
            resources=resources,
            places={found.block.key: found for found in places},
            lines={(line.block.key, line.id): line for line in read if not line.is_copy},
        )
        gone.tell(self.base if self.trusted else {}, done, self.ledger)


def _accept(proposals: Iterable[Proposal], read: Iterable[Line], ledger: Ledger) -> None:
    """Note the answers that stand as accepted, and the hidden ids of the form's rows as its own."""
    for proposal in proposals:
        for key, entry in proposal.entries.items():
            ledger.accept(entry.sheet, entry.cell, table=entry.table, row=entry.id, column=key)
    for line in read:
        if line.id_cell is not None:
            ledger.ignore(line.sheet, line.id_cell, "meta")


def _same_department(said: Meta, read: Sequence[Line], rows: Rows) -> None:
    """Refuse a form whose rows all belong to another organisation than the one it names: nobody's judgements are stored as another's."""
    owners = {row_id: row[key] for table, key in OWNED.values() for row_id, row in rows[table].items()}
    told = {owners[line.id] for line in read if line.block.key in OWNED and line.id in owners} - {None}
    if said.form != "register" and told and said.organisation not in told:
        others = ", ".join(sorted(map(str, told)))
        raise KrokomrsaError(_problem("other_department", organisation=said.organisation, others=others).at(value=said.organisation))


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
    said, ledger = identify(book, register), Ledger(file, book)
    _hidden(book, ledger)
    _greet(said, workspace, ledger)
    rows = {table.key: register.rows(table.key) for table in register.vocabulary}
    form = _Form(
        said=said,
        base=sent.base(book),
        trusted=said.workspace == workspace,
        register=register,
        rows=rows,
        ledger=ledger,
        removed=removed,
        on_conflict=on_conflict,
    )
    resources = {row_id: str(row["name"]) for row_id, row in rows["resources"].items()}
    wanted = blocks.blocks_of(said.form, register.vocabulary, {level.level: level.label for level in scale.consequence})
    places = finding.find(book, wanted, resources=resources, ledger=ledger)
    read = lines.read(places, ledger)
    _same_department(said, read, rows)
    proposals = form.proposals(read, places)
    settling = Settling(register, rows, ledger, sha256=sha256, earlier=sent.earlier_origins(book), proposals=proposals)
    settling.settle(scale)
    changes = settling.changes()
    form.tell_gone(read, places, changes, resources)
    _accept(settling.proposals.values(), read, ledger)
    expected = {block for block, _, _ in form.base} if said.form == "register" else set(wanted)
    lines.close(book, wanted, places, ledger, expected=expected)
    return _taken_in(said, ledger, sha256, changes)


def _order(book: Book, problem: Problem) -> tuple[int, int, int]:
    """Return where a problem is told: by sheet, row and column; of the whole file first, then of a whole sheet."""
    sheets = [sheet.name for sheet in book.sheets]
    row, column = coordinate_to_tuple(problem.cell) if problem.cell else (0, 0)
    return (sheets.index(problem.sheet) if problem.sheet in sheets else -1, row, column)


def _taken_in(said: Meta, ledger: Ledger, sha256: str, changes: list[Change]) -> Intake:
    stored = {(one.table, one.id) for one in ledger.outcomes.values() if one.status == "accepted"}
    new = {(change.table, change.id) for change in changes if change.column == "id"}
    changed = {(change.table, change.id) for change in changes} - new
    return Intake(
        file=ledger.file,
        sha256=sha256,
        form=said.form,
        organisation=said.organisation,
        counts=ledger.counts(),
        rows=Counter(table for table, _ in stored),
        new=Counter(table for table, _ in new),
        changed=Counter(table for table, _ in changed),
        problems=tuple(sorted(ledger.problems, key=partial(_order, ledger.book))),
        changes=tuple(changes),
        outcomes=ledger.outcomes,
    )
