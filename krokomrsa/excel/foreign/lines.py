"""Turn one line of a sender's table into rows of the register: which row, which values, from which cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Final, NamedTuple

from krokomrsa.errors import Problem
from krokomrsa.excel.blocks import Block, Field
from krokomrsa.excel.entries import Entry, Target
from krokomrsa.excel.foreign.cells import names
from krokomrsa.excel.foreign.feeds import FEEDS, LEVELS, NAMED_BY, Feed
from krokomrsa.excel.foreign.model import Table
from krokomrsa.excel.foreign.shapes import Fed, Said, Shape
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.lines import Line
from krokomrsa.excel.reading import Cell, Sheet
from krokomrsa.excel.rows import Rows, id_for
from krokomrsa.excel.sent import raw_text
from krokomrsa.register import Record, Row
from krokomrsa.register.marks import known_by
from krokomrsa.register.snapshot import Known
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of

_NOTHING: Final[Record] = {}
_COLUMN: Final = attrgetter("column")


def _problem(key: str, **values: object) -> Problem:
    return Problem(problem=text_of(f"foreign_intake.problems.{key}", **values), remedy=text_of(f"foreign_intake.problems.{key}_remedy"))


@lru_cache(maxsize=16)
def _slug(theirs: str) -> str:
    return re.sub(r"[^\w.]+", "-", theirs).strip("-")


class Echo(NamedTuple):
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
    register: Known
    rows: Rows
    ledger: Ledger
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    echoes: list[Echo] = field(default_factory=list)
    indexes: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # table → name → ids, for references by name
    _identities: dict[str, Mapping[Hashable, tuple[str, ...]]] = field(default_factory=dict)  # table → identity → ids, of the register
    _named: dict[tuple[str, str], str] = field(default_factory=dict)  # (table, identity) → id, of the rows that this file names
    _made: dict[tuple[str, str], str] = field(default_factory=dict)  # (table, id) → identity, of the same rows
    _counted: Counter[tuple[str, str]] = field(default_factory=Counter)  # (table, the sender's id) → rows made under it

    def own_id(self, table: str, theirs: str) -> str:
        """Return the id of a row that the sender calls ``theirs``: two senders' R1 are two rows."""
        return f"{self.register.vocabulary[table].prefix}-{self.organisation or ''}-{_slug(theirs)}"

    def _known(self, table: str) -> Mapping[Hashable, tuple[str, ...]]:
        if table not in self._identities:
            self._identities[table] = self.register.marked(table, known_by)
        return self._identities[table]

    def id_of(self, table: str, row: Record, theirs: str | None) -> str:
        """Return a row's id: the one that the sender's own id gave before, else that of the row with this name, else a new one."""
        own = self.own_id(table, theirs) if theirs and self.organisation else None
        if own and ((table, own) in self.targets or own in self.rows[table]):
            return own
        said = known_by(self.register.vocabulary[table], row)
        held = self._known(table).get(said)
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
        if table in self.indexes and row_id not in self.rows[table]:
            values = {key: value for one in said for key, value in one.read.values.items()}
            for word, ids in names.index({row_id: values}, name_columns=NAMED_BY).items():
                self.indexes[table].setdefault(word, []).extend(ids)

    def sent(self, one: Field, row_id: str, held: Record, sheet: Sheet) -> str | None:
        """Return what the register holds where it came from the same sheet of this sender, so that the sender may change it."""
        origin = self.register.source(one.table, row_id, one.columns[0])
        if origin is None or fold(origin.sheet) != fold(sheet.name) or not self._is_own(one.table, row_id, held):
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
        self._shapes: dict[tuple[Fed, ...], Shape] = {}  # lines that fill the same columns become the same rows
        self._fields: dict[tuple[Fed, tuple[str, ...]], Field] = {}  # a column's cells are answers of one kind
        self._blocks: dict[tuple[str, tuple[int, ...]], tuple[Block, bool]] = {}  # and rows with the same columns are rows of one kind

    def take(self, number: int, said: Sequence[Said]) -> None:
        """Turn a line into the register rows that it speaks of; its cells belong to one or several of them."""
        shape = self._shape(said)
        theirs = shown(said[shape.ids[0]].cell.value) if shape.ids else None
        here: dict[str, str] = {}
        for feed, cells, own_id in shape.parts:
            told = [said[place] for place in cells]
            if not self._waits(feed, told):
                own = theirs if theirs is None or own_id else self.sender.counted(feed.table, theirs)
                here[feed.table] = self._row(number, feed, told, here, own)
        if "risks" in here:
            self._judgements(number, shape, said, here["risks"])
        self._without_row(shape, said, here)
        for one in (said[place] for place in shape.ids):
            if one.fed.table in here:
                self.sender.echoes.append(self._echo(one, here[one.fed.table], "id"))

    def _shape(self, said: Sequence[Said]) -> Shape:
        line = tuple([one.fed for one in said])
        if line not in self._shapes:
            self._shapes[line] = Shape(line)
        return self._shapes[line]

    def _waits(self, feed: Feed, told: Sequence[Said]) -> bool:
        """Tell whether a row must have an owner and none is known; its cells are rejected."""
        required = bool(feed.sender) and self.vocabulary[feed.table][feed.sender].required
        if not required or self.sender.organisation or any(feed.sender in one.read.values for one in told):
            return False
        for one in told:
            self.ledger.reject(self.table.sheet, one.cell, _problem("no_owner").at(kind="question"))
        return True

    def _without_row(self, shape: Shape, said: Sequence[Said], here: Mapping[str, str]) -> None:
        """Reject cells of a row that the line does not name: an assessment without a risk, an owner without a measure."""
        headless = [table for table in shape.tables if table not in here and not (table == LEVELS and "risks" in here)]
        for table in headless:
            lost = [one for one in said if one.fed.table == table and not self.ledger.settled(self.table.sheet, one.cell)]
            if not lost:
                continue
            first, *rest = lost
            head = next((feed for feed in FEEDS if feed.table == (table if table != LEVELS else "risks")), None)
            header = self.vocabulary[head.table][head.head].header if head else self.vocabulary[table].sheet
            cause = self.ledger.reject(self.table.sheet, first.cell, _problem("no_head", header=header))
            for one in rest:
                self.ledger.reject_with(self.table.sheet, one.cell, cause)

    def _row(self, number: int, feed: Feed, said: Sequence[Said], here: Mapping[str, str], theirs: str | None) -> str:
        organisation = self.sender.organisation
        values: Row = {}
        for one in said:
            values.update(one.read.values)
        fixed: Row = {feed.sender: organisation} if feed.sender and organisation else {}
        fixed |= {key: here[other] for key, other in feed.links.items() if other in here and values.get(key) is None}
        row_id = self.sender.id_of(feed.table, {**fixed, **values}, theirs)
        target = self._target(number, feed.table, row_id, said, fixed)
        if feed.links:
            held = self.sender.rows[feed.table].get(row_id, _NOTHING)
            target.link = {key: fixed[key] for key in feed.links if key in fixed and not held.get(key)}
        return row_id

    def _judgements(self, number: int, shape: Shape, said: Sequence[Said], risk: str) -> None:
        for place, common, follows in shape.judged:
            one = said[place]
            fixed: Row = {"risk": risk, "judge": self.sender.organisation, **follows}
            row_id = self.sender.id_of(LEVELS, fixed, None)
            shared = [said[each] for each in common if one.read.values.keys().isdisjoint(said[each].read.values)]
            self._target(number, LEVELS, row_id, [one, *shared], fixed)

    def _target(self, number: int, table: str, row_id: str, said: Sequence[Said], fixed: Row) -> Target:
        fields = [self._field(one) for one in said]
        target = self.sender.targets.get((table, row_id))
        held = self.sender.rows[table].get(row_id)
        if target is None:
            block, apart = self._block(table, fields)
            first = min([one.cell for one in said], key=_COLUMN)
            self.sender.tell_name(table, row_id, said)
            line = Line(block, self.table.sheet, number, row_id, first)
            target = self.sender.targets[table, row_id] = Target(table, row_id, line, fixed)
            if held is None and apart:  # as nearly all are: nothing that a cell could repeat or deny
                pairs = zip(said, fields, strict=True)
                target.entries += [Entry(self.table.sheet, one.cell, number, each, one.read.values, None) for one, each in pairs]
                return target
        for one, each in zip(said, fields, strict=True):
            self._add(target, number, one, each, held)
        return target

    def _add(self, target: Target, number: int, one: Said, each: Field, held: Record | None) -> None:
        """Let a cell speak of a row, unless an earlier line has said so already, or said something else."""
        values = one.read.values
        first = next((entry for entry in target.entries if not entry.values.keys().isdisjoint(values)), None)
        if first is None:
            sent = self.sender.sent(each, target.id, held, self.table.sheet) if held is not None else None
            target.entries.append(Entry(self.table.sheet, one.cell, number, each, values, sent))
        elif all(first.values.get(key) == value for key, value in values.items()):
            self.sender.echoes.append(self._echo(one, target.id, each.columns[0]))
        else:
            self.ledger.reject(self.table.sheet, one.cell, _problem("said_otherwise", cell=first.cell.ref, value=shown(first.cell.value)))

    def _field(self, one: Said) -> Field:
        columns = tuple(one.read.values)
        place = (one.fed, columns)
        if place not in self._fields:
            fed = one.fed
            plain = self.vocabulary[fed.table][columns[0]] if len(columns) == 1 else None
            self._fields[place] = Field(key=fed.key, header=fed.column.header, table=fed.table, columns=columns, column=plain)
        return self._fields[place]

    def _block(self, table: str, fields: Sequence[Field]) -> tuple[Block, bool]:
        """Return what a row with these cells is, and whether each of them fills columns of its own."""
        kind = (table, tuple(map(id, fields)))
        if kind not in self._blocks:
            columns = [column for one in fields for column in one.columns]
            block = Block(key=f"foreign.{table}", sheet=self.table.sheet.name, fields=tuple(fields))
            self._blocks[kind] = (block, len(columns) == len(set(columns)))
        return self._blocks[kind]

    def _echo(self, one: Said, row_id: str, column: str) -> Echo:
        return Echo(self.table.sheet, one.cell, one.fed.table, row_id, column)
