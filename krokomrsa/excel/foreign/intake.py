"""Take in a workbook that is none of our forms: what is understood is proposed to the register, what is not is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import merge, sent
from krokomrsa.excel.foreign import sorting
from krokomrsa.excel.foreign.asking import Asking
from krokomrsa.excel.foreign.columns import Reader
from krokomrsa.excel.foreign.feeds import LEVELS
from krokomrsa.excel.foreign.finding import tables
from krokomrsa.excel.foreign.lines import Lines, Sender
from krokomrsa.excel.foreign.model import Answers, Guess, Layout, Question, Table, Understood
from krokomrsa.excel.foreign.shapes import Said
from krokomrsa.excel.foreign.understanding import mapping
from krokomrsa.excel.ledger import Ledger, accepted
from krokomrsa.excel.merge import OnConflict, Proposal
from krokomrsa.excel.reading import Book
from krokomrsa.excel.rows import Rows
from krokomrsa.excel.settling import Settling
from krokomrsa.register import Record, Register
from krokomrsa.register.snapshot import Known
from krokomrsa.scales import Scale
from krokomrsa.values import Value, fold
from krokomrsa.vocabulary import Table as DeclaredTable
from krokomrsa.vocabulary import text_of

_NAMED: Final = 10  # risks that are named when they are gone
LIKELY_SENDER: Final = 80  # of 100: how like a file name an organisation's name must be to be proposed as its sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a file's tables were taken to be, what must be asked, and what was settled with the register."""

    understood: tuple[Understood, ...]
    questions: tuple[Question, ...]
    ledger: Ledger
    settling: Settling


def likely_senders(file: str, rows: Mapping[str, Mapping[str, object]]) -> tuple[tuple[str, str], ...]:
    """Return the organisations that a file's name speaks of, the likeliest first, each with its name."""
    stem = fold(file.rpartition(".")[0]).replace("_", " ").replace("-", " ")
    scores = {
        row_id: max(fuzz.token_set_ratio(fold(str(row["name"])), stem), 100.0 if fold(row_id) in stem.split() else 0.0)
        for row_id, row in rows.items()
    }
    found = sorted((row_id for row_id, score in scores.items() if score >= LIKELY_SENDER), key=lambda row_id: -scores[row_id])
    return tuple((row_id, str(rows[row_id]["name"])) for row_id in found)


def take_in(
    book: Book,
    *,
    file: str,
    sha256: str,
    register: Known,
    scale: Scale,
    answers: Answers,
    removed: AbstractSet[tuple[str, str]] = frozenset(),
    on_conflict: OnConflict = "ask",
    layout: Layout | None = None,
) -> Result:
    """Return what a sender's own workbook says, cell by cell, what must be asked, and the changes it makes; nothing is stored here.

    Of a snapshot, the rules that its rows must hold together are not looked at: that is left to :func:`krokomrsa.excel.settling.standing`.

    Raises
    ------
    KrokomrsaError
        The workbook holds nothing that looks like a table.
    """
    ledger = Ledger(file, book)
    layout = layout or tables.find(book)
    if not layout.tables:
        raise KrokomrsaError(_problem("no_table").at(kind="refused"))
    ledger.ignore_all({place: text_of(f"foreign_tables.loose.{reason}") for place, reason in layout.loose.items()})
    rows: Rows = {table.key: register.held(table.key) for table in register.vocabulary}
    sender = Sender(organisation=answers.organisation, register=register, rows=rows, ledger=ledger)
    questions: list[Question] = []
    understood = []
    for number, table in enumerate(layout.tables):
        name, sheet = layout.name(table), fold(table.sheet.name)
        read = answers.sheets.get((sheet, fold(name)), answers.sheets.get((sheet, "")))  # of the table, else of the whole sheet
        if sent.is_reply(table.sheet) or read is False:
            _unread(table, ledger)
            continue
        found = layout.guesses[number] if layout.answers == answers else None
        guesses = found or mapping.guess(table, layout, vocabulary=register.vocabulary, scale=scale, answers=answers)
        understood.append(Understood(table=table, guesses=guesses))
        asking = _asking(table, sender, questions)
        if not table.data:
            ledger.tell(_problem("empty_table").at(sheet=table.sheet.name, cell=table.columns[0].cell.ref, kind="notice"))
        elif read is None and not any(guess.status == "mapped" for guess in guesses):
            asking.sheet(name)  # nothing is sure: first whether it is to be read at all
        else:
            _read(asking, guesses, sender, scale=scale, answers=answers)
    if sender.organisation is None and any(guess.status == "mapped" for one in understood for guess in one.guesses):
        _ask_sender(file, register, ledger, questions)
    settling = _settled(sender, register, rows, ledger, sha256=sha256, removed=removed, on_conflict=on_conflict, scale=scale)
    _tell_gone(sender, understood, ledger)
    ledger.close()
    return Result(understood=tuple(understood), questions=tuple(questions), ledger=ledger, settling=settling)


def _problem(key: str, **values: object) -> Problem:
    return Problem(problem=text_of(f"foreign_intake.problems.{key}", **values), remedy=text_of(f"foreign_intake.problems.{key}_remedy"))


def _unread(table: Table, ledger: Ledger) -> None:
    for column in table.columns:
        ledger.ignore_as(table.sheet, table.cells(column), text_of("foreign_intake.ignored.sheet"))


def _asking(table: Table, sender: Sender, questions: list[Question]) -> Asking:
    return Asking(
        table=table,
        vocabulary=sender.register.vocabulary,
        rows=sender.rows,
        ledger=sender.ledger,
        questions=questions,
        indexes=sender.indexes,
    )


def _read(asking: Asking, guesses: Sequence[Guess], sender: Sender, *, scale: Scale, answers: Answers) -> None:
    """Read a table's lines, column by column first, since a scale is a matter of the whole column."""
    asking = sorting.only_risks(asking, guesses, answers)
    takes_grounds = not any(guess.key == "assessments.grounds" for guess in guesses)
    reader = Reader(asking=asking, scale=scale, answers=answers, takes_grounds=takes_grounds)
    by_row: defaultdict[int, list[Said]] = defaultdict(list)
    for guess in guesses:
        for said in reader.read(guess):
            by_row[said.row].append(said)
    _spread(asking.table, by_row)
    Lines(asking.table, sender).take(by_row[number] for number in sorted(by_row))


def _spread(table: Table, by_row: dict[int, list[Said]]) -> None:
    """Let what names a row stand for every line that its merged cell covers: several measures against one risk."""
    merged = table.sheet.merged
    named = {(said.cell.row, said.cell.column): said for line in by_row.values() for said in line if said.names_row} if merged else {}
    for top, left, bottom, right in merged:
        said = named.get((top, left))
        if said is not None and bottom > top and right == left:
            for number in range(top + 1, bottom + 1):
                if number in by_row:
                    by_row[number].append(said.at(number))


def _ask_sender(file: str, register: Known, ledger: Ledger, questions: list[Question]) -> None:
    organisations = register.held("organisations")
    found = likely_senders(file, organisations)
    rest = [(row_id, str(row["name"])) for row_id, row in organisations.items() if row_id not in dict(found)]
    text = text_of("foreign_intake.questions.organisation", file=file)
    questions.insert(0, Question(kind="organisation", text=text, proposals=(*found, *rest)))
    ledger.tell(Problem(problem=text, remedy=text_of("foreign_intake.remedies.organisation"), kind="question"))


def _settled(
    sender: Sender,
    register: Known,
    rows: Rows,
    ledger: Ledger,
    *,
    sha256: str,
    removed: AbstractSet[tuple[str, str]],
    on_conflict: OnConflict,
    scale: Scale,
) -> Settling:
    proposals: list[Proposal] = []
    for target in sender.targets:
        gone = (target.table, target.id) in removed
        proposal = merge.propose(target, ledger, removed=gone, on_conflict=on_conflict)
        if proposal:
            proposals.append(proposal)
    settling = Settling(register.vocabulary, rows, ledger, sha256=sha256, earlier={}, proposals=proposals)
    if isinstance(register, Register):
        settling.settle(register, scale)
    else:
        settling.let_stand()
    _accept(settling.proposals, sender, ledger)
    return settling


def _accept(proposals: Mapping[tuple[str, str], Proposal], sender: Sender, ledger: Ledger) -> None:
    """Note as accepted what stands, and with it what only repeats it."""
    merge.accept(proposals.values(), ledger)
    for echo in sender.echoes:
        made = proposals.get((echo.table, echo.id))
        if made is not None and (made.answers or not made.is_new):
            ledger.accept(echo.sheet, echo.cell, accepted(echo.table, echo.id), echo.column)
        elif not ledger.settled(echo.sheet, echo.cell):
            ledger.reject(echo.sheet, echo.cell, _problem("row_fell"))


def _judge(_: DeclaredTable, rows: Sequence[Record]) -> list[Value]:
    return [row["judge"] for row in rows]


def _tell_gone(sender: Sender, understood: Sequence[Understood], ledger: Ledger) -> None:
    """Tell which risks this sender judged in the same sheets before and does not name any more."""
    if sender.organisation is None:
        return
    sheets = {fold(one.table.sheet.name) for one in understood}
    named = {target.id for target in sender.targets if target.table == "risks"}
    gone: set[str] = set()
    for row_id in sender.register.marked(LEVELS, _judge).get(sender.organisation, ()):
        row, origin = sender.rows[LEVELS][row_id], sender.register.source(LEVELS, row_id)
        if origin is not None and fold(origin.sheet) in sheets and row["risk"] not in named:
            gone.add(str(row["risk"]))
    events = [str(sender.rows["risks"].get(row_id, {}).get("event") or row_id) for row_id in sorted(gone)]
    if events:
        listed = ", ".join(f"”{event}”" for event in events[:_NAMED])
        more = text_of("foreign_intake.problems.gone_more", count=len(events) - _NAMED) if len(events) > _NAMED else ""
        ledger.tell(_problem("gone", count=len(events), events=listed + more).at(kind="gone"))
