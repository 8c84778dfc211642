"""Turn the lines of a sender's table into rows of the register: which row, which values, from which cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

from krokomrsa.errors import Problem
from krokomrsa.excel.blocks import Field
from krokomrsa.excel.entries import Entry, Target
from krokomrsa.excel.foreign.cells import names
from krokomrsa.excel.foreign.feeds import FEEDS, LEVELS, NAMED_BY, ROWS
from krokomrsa.excel.foreign.model import Table
from krokomrsa.excel.foreign.naming import Naming
from krokomrsa.excel.foreign.shapes import Kind, Said, Shape
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.lines import Line
from krokomrsa.excel.reading import Cell, Sheet
from krokomrsa.excel.rows import Rows
from krokomrsa.excel.sent import raw_text
from krokomrsa.register import Record, Row
from krokomrsa.register.snapshot import Known
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of

_COLUMN: Final = attrgetter("column")


def _problem(key: str, **values: object) -> Problem:
    return Problem(problem=text_of(f"foreign_intake.problems.{key}", **values), remedy=text_of(f"foreign_intake.problems.{key}_remedy"))


def _filled(fixed: Row, told: Iterable[Entry]) -> Row:
    row = fixed.copy()
    for one in told:
        row |= one.values
    return row


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
    targets: list[Target] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    indexes: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # table → name → ids, for references by name
    _naming: dict[str, Naming] = field(default_factory=dict)

    def naming(self, table: str) -> Naming:
        """Return what rows of a table are called."""
        if table not in self._naming:
            self._naming[table] = Naming(self.register, table, organisation=self.organisation)
        return self._naming[table]

    def tell_name(self, target: Target, row: Record) -> None:
        """Let later cells of the file name a row that it has made, of a table whose names have been asked for."""
        for word, ids in names.index({target.id: row}, name_columns=NAMED_BY).items():
            self.indexes[target.table].setdefault(word, []).extend(ids)

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
        return owned or self.naming(table).is_own(row_id)


class _Line(NamedTuple):
    """One line, and the rows that it became so far."""

    said: Sequence[Said]
    shape: Shape
    theirs: str | None  # what the sender calls it
    ids: dict[str, str]  # table → id
    made: list[Target]


class _Told(NamedTuple):
    """What some cells of a line say of one row."""

    line: _Line
    kind: Kind
    cells: list[Entry]
    fixed: Row  # what follows from where they stand
    row: Row  # that, and what they say
    theirs: str | None


class Lines:
    """Read the lines of one table of the sender's."""

    def __init__(self, table: Table, sender: Sender) -> None:
        """Prepare for the lines of a table."""
        self.table, self.sender, self.ledger = table, sender, sender.ledger
        self.vocabulary = sender.register.vocabulary
        self._merged = bool(table.sheet.merged)
        self._shapes: dict[tuple[int, ...], Shape] = {}  # lines that fill the same columns become the same rows

    def take(self, lines: Iterable[Sequence[Said]]) -> None:
        """Turn lines into the register rows that they speak of; a cell belongs to one or several of them."""
        every = [self._line(said) for said in lines]
        tables = {table for shape in self._shapes.values() for table in shape.rows}
        for table in [feed.table for feed in FEEDS if feed.table in tables]:  # so the register is asked for the rows of all lines at once
            self._rows(table, [(line, kind) for line in every if (kind := line.shape.rows.get(table)) is not None])
        self._judgements([line for line in every if ROWS in line.ids])
        for line in every:
            self.sender.targets += line.made
            if len(line.ids) < len(line.shape.heads):
                self._without_row(line)
            for place in line.shape.ids:
                one = line.said[place]
                if one.field.table in line.ids:
                    self.sender.echoes.append(self._echo(one, line.ids[one.field.table], "id"))

    def _line(self, said: Sequence[Said]) -> _Line:
        fills = tuple([id(one.field) for one in said])
        shape = self._shapes.get(fills)
        if shape is None:
            shape = self._shapes[fills] = Shape([one.field for one in said], self.table.sheet.name)
        return _Line(said, shape, shown(said[shape.ids[0]].cell.value) if shape.ids else None, {}, [])

    def _waits(self, kind: Kind, cells: Sequence[Entry]) -> bool:
        """Tell whether a row must have an owner and none is known; its cells are rejected."""
        owner = kind.owner
        if not owner or owner in kind.columns or not self.vocabulary[kind.table][owner].required:
            return False
        for one in cells:
            self.ledger.reject(self.table.sheet, one.cell, _problem("no_owner").at(kind="question"))
        return True

    def _without_row(self, line: _Line) -> None:
        """Reject cells of a row that the line does not name: an assessment without a risk, an owner without a measure."""
        headless = [table for table in line.shape.tables if (ROWS if table == LEVELS else table) not in line.ids]
        for table in headless:
            lost = [one for one in line.said if one.field.table == table and not self.ledger.settled(self.table.sheet, one.cell)]
            if not lost:
                continue
            first, *rest = lost
            head = next((feed for feed in FEEDS if feed.table == (table if table != LEVELS else ROWS)), None)
            header = self.vocabulary[head.table][head.head].header if head else self.vocabulary[table].sheet
            cause = self.ledger.reject(self.table.sheet, first.cell, _problem("no_head", header=header))
            for one in rest:
                self.ledger.reject_with(self.table.sheet, one.cell, cause)

    def _rows(self, table: str, lines: Iterable[tuple[_Line, Kind]]) -> None:
        naming, told = self.sender.naming(table), list[_Told]()
        for line, kind in lines:
            cells: list[Entry] = [line.said[place] for place in kind.cells]
            if self.sender.organisation or not self._waits(kind, cells):
                fixed, theirs = self._fixed(line, kind, cells), line.theirs
                own = theirs if theirs is None or kind.own_id else naming.counted(theirs)
                told.append(_Told(line, kind, cells, fixed, _filled(fixed, cells), own))
        found = naming.find([one.row for one in told], [one.theirs for one in told])
        for one, (row_id, held) in zip(told, found, strict=True):
            one.line.ids[table] = row_id
            self._speak(one, row_id, held, naming)

    def _fixed(self, line: _Line, kind: Kind, cells: Sequence[Entry]) -> Row:
        """Return what follows for a row from whose the table is, and from the other rows of its line."""
        fixed: Row = {kind.owner: self.sender.organisation} if kind.owner and self.sender.organisation else {}
        for key, other in kind.links:
            if other in line.ids and not kind.fills(key, cells):
                fixed[key] = line.ids[other]
        return fixed

    def _judgements(self, lines: Iterable[_Line]) -> None:
        naming, told = self.sender.naming(LEVELS), list[_Told]()
        for line in lines:
            for kind in line.shape.judged:
                cells: list[Entry] = [line.said[place] for place in kind.cells]
                fixed: Row = {"risk": line.ids[ROWS], "judge": self.sender.organisation, **kind.follows}
                told.append(_Told(line, kind, cells, fixed, _filled(fixed, cells), None))
        found = naming.find([one.fixed for one in told], [None] * len(told))
        for one, (row_id, held) in zip(told, found, strict=True):
            self._speak(one, row_id, held, naming)

    def _speak(self, told: _Told, row_id: str, held: Record | None, naming: Naming) -> None:
        """Let cells speak of the row that was found."""
        line, kind, cells, fixed, row, _ = told
        target = naming.targets.get(row_id)
        if target is None:
            alone = held is None and kind.apart  # as nearly all are: nothing that a cell could repeat or deny
            target = naming.targets[row_id] = self._target(told, row_id, held, alone=alone)
            line.made.append(target)
            if held is None and kind.table in self.sender.indexes:
                self.sender.tell_name(target, row)
            if alone:
                return
        if kind.links and target.held is not None:
            target.link = {key: fixed[key] for key, _ in kind.links if key in fixed and not target.held.get(key)}
        for one in cells:
            self._add(target, one)

    def _target(self, told: _Told, row_id: str, held: Record | None, *, alone: bool) -> Target:
        """Return a row that no cell has spoken of before; ``alone`` says that all its cells do."""
        _, kind, cells, fixed, row, _ = told
        first = min([one.cell for one in cells], key=_COLUMN) if kind.first is None else cells[kind.first].cell
        where = Line(kind.block, self.table.sheet, cells[0].row, row_id, first)
        if not alone:
            return Target(kind.table, row_id, where, held, fixed)
        alike = None if kind.first is None or (self._merged and any(one.cell.row != one.row for one in cells)) else kind
        return Target(kind.table, row_id, where, held, row, cells, alike=alike)

    def _add(self, target: Target, one: Entry) -> None:
        """Let a cell speak of a row, unless an earlier line has said so already, or said something else."""
        values = one.values
        first = next((entry for entry in target.entries if not entry.values.keys().isdisjoint(values)), None)
        if first is None:
            sent = self.sender.sent(one.field, target.id, target.held, one.sheet) if target.held is not None else None
            target.add(Entry(one.sheet, one.cell, one.row, one.field, values, sent))
        elif all(first.values.get(key) == value for key, value in values.items()):
            self.sender.echoes.append(self._echo(one, target.id, one.field.columns[0]))
        else:
            self.ledger.reject(one.sheet, one.cell, _problem("said_otherwise", cell=first.cell.ref, value=shown(first.cell.value)))

    def _echo(self, one: Entry, row_id: str, column: str) -> Echo:
        return Echo(self.table.sheet, one.cell, one.field.table, row_id, column)
