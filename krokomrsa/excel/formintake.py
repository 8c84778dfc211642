"""Take in one of our forms: every cell accounted for, every fault told with its place, and the changes it makes to the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from krokomrsa.changes import RowChange
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import account, blocks, entries, finding, lines, merge, sent
from krokomrsa.excel.account import Intake
from krokomrsa.excel.finding import Found
from krokomrsa.excel.foreign.model import Column, Guess, Table, Understood
from krokomrsa.excel.gone import Gone
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.lines import Line
from krokomrsa.excel.merge import OnConflict, Proposal
from krokomrsa.excel.reading import Book, Sheet
from krokomrsa.excel.rows import OWNED, Finder, Rows
from krokomrsa.excel.sent import Base, Meta
from krokomrsa.excel.settling import Settling
from krokomrsa.register import Register
from krokomrsa.scales import Scale
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import Table as DeclaredTable
from krokomrsa.vocabulary import Vocabulary, text_of, texts

FORMS: Final = ("department", "owner", "register")
_DEPTH: Final = 200  # rows from the top in which the header of a register's table is looked for


def _problem(key: str, **values: object) -> Problem:
    return Problem(problem=text_of(f"intake.problems.{key}", **values), remedy=text_of(f"intake.problems.{key}_remedy"), kind="refused")


def is_ours(book: Book, vocabulary: Vocabulary) -> bool:
    """Tell whether a workbook is one of our forms, or a register: a sheet named and headed as one of our tables."""
    own_sheets = (blocks.META_SHEET, blocks.BASE_SHEET)
    return any(book.sheet(name) for name in own_sheets) or any(_is_table(book.sheet(table.sheet), table) for table in vocabulary)


def _is_table(sheet: Sheet | None, table: DeclaredTable) -> bool:
    """Tell whether a sheet has a row with the headers of one of our tables: those that must be there, and few that are not ours."""
    if sheet is None:
        return False
    ours = {fold(word) for column in table for word in (column.header, column.title)}
    wanted = {fold(column.header) for column in table if column.required and column.key != "id"}
    heads = ({fold(shown(cell.value)) for cell in cells} for number, cells in sheet.rows().items() if number <= _DEPTH)
    return any(wanted <= found and 2 * len(found & ours) > len(found) for found in heads)


def identify(book: Book, register: Register) -> Meta:
    """Return what form a workbook is.

    Raises
    ------
    KrokomrsaError
        What the form says of itself is damaged; no organisation or one that is not in the register; a newer form than this program reads.
    """
    said, ours = sent.meta(book), texts("forms")["version"]
    if said is None or said.form not in FORMS:
        if not any(_is_table(book.sheet(table.sheet), table) for table in register.vocabulary):
            raise KrokomrsaError(_problem("damaged_form"))
        return Meta(form="register", version=ours, organisation="", workspace="")
    if said.version > ours:
        raise KrokomrsaError(_problem("newer_form", version=said.version, ours=ours))
    if said.form != "register" and not said.organisation:
        raise KrokomrsaError(_problem("no_organisation"))
    if said.form != "register" and said.organisation not in register.held("organisations"):
        raise KrokomrsaError(_problem("wrong_organisation", organisation=said.organisation).at(value=said.organisation))
    return said


def _greet(said: Meta, workspace: str, ledger: Ledger) -> None:
    """Tell what is worth knowing of the form as a whole.

    Raises
    ------
    KrokomrsaError
        The form is the example's and the register is not, or the other way round.
    """
    if said.workspace and (said.workspace == sent.EXAMPLE) != (workspace == sent.EXAMPLE):
        raise KrokomrsaError(_problem("own_in_example" if workspace == sent.EXAMPLE else "example_in_own"))
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
            proposal = merge.propose(target, self.ledger, removed=gone, on_conflict=self.on_conflict)
            if proposal and not proposal.is_new and self.said.form == "register":
                merge.clear(proposal, sent_out[target.line.block.key, target.id], self.ledger, self.on_conflict)
            if proposal:
                yield proposal

    def tell_gone(self, read: Iterable[Line], places: Iterable[Found], changes: Iterable[RowChange], resources: Mapping[str, str]) -> None:
        """Tell what was sent out and is no longer there."""
        done = {(change.table, change.id, key) for change in changes for key, value in (change.after or {}).items() if value is None}
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
    merge.accept(proposals, ledger)
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
    rows = {table.key: register.held(table.key) for table in register.vocabulary}
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
    settling = Settling(register.vocabulary, rows, ledger, sha256=sha256, earlier=sent.earlier_origins(book), proposals=proposals)
    settling.settle(register, scale)
    changes = settling.changes()
    form.tell_gone(read, places, changes, resources)
    _accept(settling.proposals.values(), read, ledger)
    expected = {block for block, _, _ in form.base} if said.form == "register" else set(wanted)
    lines.close(book, wanted, places, ledger, expected=expected)
    return account.taken_in(
        ledger,
        changes,
        after=settling.after,
        sha256=sha256,
        form=said.form,
        organisation=said.organisation,
        understood=[_understood(one) for one in places],
    )


def _understood(found: Found) -> Understood:
    """Return a form's block as a table whose columns are known."""
    columns = []
    for number, (key, one) in sorted(found.columns.items()):
        cell = found.sheet.cells[found.header_row, number]
        guess = Column(cell=cell, header=shown(cell.value), parts=(shown(cell.value),), numbers=(number,))
        name = one.columns[0] if one.column is not None else key if one.table != "dependencies" else "endurance"
        columns.append((guess, f"{one.table}.{name}"))
    table = Table(
        sheet=found.sheet,
        header_rows=(found.header_row,),
        columns=tuple(one for one, _ in columns),
        kinds={number: "data" for number, _ in found.body},
    )
    reason = text_of("intake.form_column")
    guesses = tuple(Guess(column=one, key=key, confidence=1.0, reason=reason, status="mapped") for one, key in columns)
    return Understood(table=table, guesses=guesses)
