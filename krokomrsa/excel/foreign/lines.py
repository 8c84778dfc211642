"""Turn one line of a sender's table into rows of the register: which row, which values, from which cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from krokomrsa.errors import Problem
from krokomrsa.excel.blocks import Block, Field
from krokomrsa.excel.entries import Entry, Target
from krokomrsa.excel.foreign.cells import names
from krokomrsa.excel.foreign.cells.outcome import Read
from krokomrsa.excel.foreign.feeds import FEEDS, LEVELS, NAMED_BY, NOW, Feed, aspect, state
from krokomrsa.excel.foreign.model import Column, Table
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.lines import Line
from krokomrsa.excel.reading import Cell, Sheet
from krokomrsa.excel.rows import Rows, id_for, identity, known_by
from krokomrsa.excel.sent import raw_text
from krokomrsa.register import Record, Register, Row
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of

_HEADS: Final = frozenset(f"{feed.table}.{feed.head}" for feed in FEEDS)


def _problem(key: str, **values: object) -> Problem:
    return Problem(problem=text_of(f"foreign_intake.problems.{key}", **values), remedy=text_of(f"foreign_intake.problems.{key}_remedy"))


class Said(NamedTuple):
    """One cell of a line that was understood: what it is, where it stands, what it says."""

    key: str
    column: Column
    cell: Cell
    read: Read

    @property
    def table(self) -> str:
        """Return the table that it belongs to."""
        return self.key.partition(".")[0]

    @property
    def is_id(self) -> bool:
        """Tell whether it is the sender's own id of the row."""
        return self.key.endswith(".id")

    @property
    def names_row(self) -> bool:
        """Tell whether it says which row the line is about: its id, or what a row of its table cannot be without."""
        return self.is_id or self.key in _HEADS


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """A cell without a value of its own in the register: a row's id, or what an earlier line said already. It stands and falls with the row."""

    sheet: Sheet
    cell: Cell
    table: str
    id: str
    column: str


@dataclass(slots=True, kw_only=True)
class Sender:
    """Whose file it is, what the register holds, and the rows that the lines of the file became so far."""

    organisation: str | None
    register: Register
    rows: Rows
    ledger: Ledger
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    echoes: list[Echo] = field(default_factory=list)
    indexes: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # table → name → ids, for references by name
    _named: dict[tuple[str, str], str] = field(default_factory=dict)  # (table, identity) → id, of the rows that this file names
    _made: dict[tuple[str, str], str] = field(default_factory=dict)  # (table, id) → identity, of the same rows
    _counted: Counter[tuple[str, str]] = field(default_factory=Counter)  # (table, the sender's id) → rows made under it

    def own_id(self, table: str, theirs: str) -> str:
        """Return the id of a row that the sender calls ``theirs``: two senders' R1 are two rows."""
        slug = re.sub(r"[^\w.]+", "-", theirs).strip("-")
        return "-".join((self.register.vocabulary[table].prefix, self.organisation or "", slug))

    def id_of(self, table: str, row: Row, theirs: str | None) -> str:
        """Return a row's id: the one that the sender's own id gave before, else that of the row with this name, else a new one."""
        own = self.own_id(table, theirs) if theirs and self.organisation else None
        if own and (own in self.rows[table] or (table, own) in self.targets):
            return own
        said = identity(self.register.vocabulary, table, row)
        held = self.register.marked(table, known_by).get(said)
        found = held[0] if held else self._named.get((table, said)) or own or id_for(self.register, table, said, self._made)
        self._named.setdefault((table, said), found)
        self._made.setdefault((table, found), said)
        return found

    def counted(self, table: str, theirs: str) -> str:
        """Return what the sender's id gives a row that hangs on it: R1, and R1.2 for the second measure against R1."""
        self._counted[table, theirs] += 1
        number = self._counted[table, theirs]
        return theirs if number == 1 else f"{theirs}.{number}"

    def tell_name(self, table: str, row_id: str, said: Sequence[Said]) -> None:
        """Let later cells of the file name a row that it has made."""
        if row_id not in self.rows[table] and table in self.indexes:
            values = {key: value for one in said for key, value in one.read.values.items()}
            for word, ids in names.index({row_id: values}, name_columns=NAMED_BY).items():
                self.indexes[table].setdefault(word, []).extend(ids)

    def sent(self, one: Field, row_id: str, sheet: Sheet) -> str | None:
        """Return what the register holds where it came from the same sheet of this sender, so that the sender may change it."""
        held = self.rows[one.table].get(row_id)
        origin = self.register.source(one.table, row_id, one.columns[0]) if held is not None else None
        if held is None or origin is None or fold(origin.sheet) != fold(sheet.name) or not self._is_own(one.table, row_id, held):
            return None
        return raw_text(one.write(held))

    def _is_own(self, table: str, row_id: str, held: Record) -> bool:
        if self.organisation is None:
            return False
        owned = self.organisation in {held.get("organisation"), held.get("judge"), held.get("owner")}
        return owned or row_id.startswith(self.own_id(table, "x")[:-1])


class Lines:
    """Read the lines of one table of the sender's."""

    def __init__(self, table: Table, sender: Sender) -> None:
        """Prepare for the lines of a table."""
        self.table, self.sender, self.ledger = table, sender, sender.ledger
        self.vocabulary = sender.register.vocabulary
        self._fields: dict[tuple[str, int, tuple[str, ...]], Field] = {}  # a column's cells are answers of one kind
        self._blocks: dict[tuple[str, tuple[int, ...]], Block] = {}  # and rows with the same columns are rows of one kind

    def take(self, number: int, said: Sequence[Said]) -> None:
        """Turn a line into the register rows that it speaks of; its cells belong to one or several of them."""
        tables: dict[str, list[Said]] = {}
        for one in said:
            tables.setdefault(one.table, []).append(one)
        ids = [one for one in said if one.is_id]
        theirs = shown(ids[0].cell.value) if ids else None
        here: dict[str, str] = {}
        for feed in (feed for feed in FEEDS if feed.table in tables):
            told = [one for one in tables[feed.table] if not one.is_id]
            if any(one.key in _HEADS for one in told) and not self._waits(feed, told):
                own = theirs if theirs is None or any(one.table == feed.table for one in ids) else self.sender.counted(feed.table, theirs)
                here[feed.table] = self._row(number, feed, told, here, own)
        if LEVELS in tables and "risks" in here:
            self._judgements(number, tables[LEVELS], here["risks"])
        self._without_row(said, here)
        self.sender.echoes += [self._echo(one, here[one.table], "id") for one in ids if one.table in here]

    def _waits(self, feed: Feed, told: Sequence[Said]) -> bool:
        """Tell whether a row must have an owner and none is known; its cells are rejected."""
        required = bool(feed.sender) and self.vocabulary[feed.table][feed.sender].required
        if not required or self.sender.organisation or any(feed.sender in one.read.values for one in told):
            return False
        for one in told:
            self.ledger.reject(self.table.sheet, one.cell, _problem("no_owner").at(kind="question"))
        return True

    def _without_row(self, said: Sequence[Said], here: Mapping[str, str]) -> None:
        """Reject cells of a row that the line does not name: an assessment without a risk, an owner without a measure."""
        made = {*here, *((LEVELS,) if "risks" in here else ())}
        lost = [one for one in said if one.table not in made and not self.ledger.settled(self.table.sheet, one.cell)]
        for table in dict.fromkeys(one.table for one in lost):
            first, *rest = [one for one in lost if one.table == table]
            head = next((feed for feed in FEEDS if feed.table == (table if table != LEVELS else "risks")), None)
            header = self.vocabulary[head.table][head.head].header if head else self.vocabulary[table].sheet
            cause = self.ledger.reject(self.table.sheet, first.cell, _problem("no_head", header=header))
            for one in rest:
                self.ledger.reject_with(self.table.sheet, one.cell, cause)

    def _row(self, number: int, feed: Feed, said: list[Said], here: Mapping[str, str], theirs: str | None) -> str:
        organisation = self.sender.organisation
        values: Row = {key: value for one in said for key, value in one.read.values.items()}
        fixed: Row = {feed.sender: organisation} if feed.sender and organisation else {}
        fixed |= {key: here[other] for key, other in feed.links.items() if other in here and values.get(key) is None}
        row_id = self.sender.id_of(feed.table, {**fixed, **values}, theirs)
        target = self._target(number, feed.table, row_id, said, fixed)
        held = self.sender.rows[feed.table].get(row_id, {})
        target.link = {key: fixed[key] for key in feed.links if key in fixed and not held.get(key)}
        return row_id

    def _target(self, number: int, table: str, row_id: str, said: Sequence[Said], fixed: Row) -> Target:
        fields = [self._field(one) for one in said]
        target = self.sender.targets.get((table, row_id))
        if target is None:
            cells = {one.key: (each, one.cell) for one, each in zip(said, fields, strict=True)}
            block = self._block(table, fields)
            line = Line(block=block, sheet=self.table.sheet, row=number, id=row_id, id_cell=None, cells=cells)
            self.sender.tell_name(table, row_id, said)
            target = self.sender.targets[table, row_id] = Target(table=table, id=row_id, line=line, fixed=fixed)
        held = row_id in self.sender.rows[table]
        for one, each in zip(said, fields, strict=True):
            self._add(target, number, one, each, held=held)
        return target

    def _add(self, target: Target, number: int, one: Said, each: Field, *, held: bool) -> None:
        """Let a cell speak of a row, unless an earlier line has said so already, or said something else."""
        values = one.read.values
        first = next((entry for entry in target.entries if not entry.values.keys().isdisjoint(values)), None)
        if first is None:
            sent = self.sender.sent(each, target.id, self.table.sheet) if held else None
            target.entries.append(
                Entry(
                    sheet=self.table.sheet,
                    cell=one.cell,
                    row=number,
                    field=each,
                    table=target.table,
                    id=target.id,
                    values=dict(values),
                    sent=sent,
                    as_made=False,
                )
            )
        elif all(first.values.get(key) == value for key, value in values.items()):
            self.sender.echoes.append(self._echo(one, target.id, each.columns[0]))
        else:
            self.ledger.reject(self.table.sheet, one.cell, _problem("said_otherwise", cell=first.cell.ref, value=shown(first.cell.value)))

    def _field(self, one: Said) -> Field:
        columns = tuple(one.read.values)
        place = (one.key, one.column.number, columns)
        if place not in self._fields:
            plain = self.vocabulary[one.table][columns[0]] if len(columns) == 1 else None
            self._fields[place] = Field(key=one.key, header=one.column.header, table=one.table, columns=columns, column=plain)
        return self._fields[place]

    def _block(self, table: str, fields: Sequence[Field]) -> Block:
        kind = (table, tuple(map(id, fields)))
        if kind not in self._blocks:
            self._blocks[kind] = Block(key=f"foreign.{table}", sheet=self.table.sheet.name, fields=tuple(fields))
        return self._blocks[kind]

    def _echo(self, one: Said, row_id: str, column: str) -> Echo:
        return Echo(sheet=self.table.sheet, cell=one.cell, table=one.table, id=row_id, column=column)

    def _judgements(self, number: int, said: Sequence[Said], risk: str) -> None:
        common = [one for one in said if aspect(one.key) is None]
        judged = [one for one in said if aspect(one.key) is not None]
        states = {state(one.key) for one in judged}
        for one in judged:
            fixed: Row = {"risk": risk, "judge": self.sender.organisation, "aspect": aspect(one.key)}
            fixed |= {} if state(one.key) == NOW else {"state": state(one.key)}
            row_id = self.sender.id_of(LEVELS, fixed, None)
            shared = common if state(one.key) == NOW or NOW not in states else []  # grounds are of how it is now
            self._target(
                number, LEVELS, row_id, [one, *(each for each in shared if not set(each.read.values) & set(one.read.values))], fixed
            )
