"""Turn the answers of a form into values of register rows: which row, which columns, what was sent out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from krokomrsa.errors import Problem
from krokomrsa.excel.blocks import Field
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.lines import Line
from krokomrsa.excel.reading import Cell, Sheet
from krokomrsa.excel.rows import OWNED, Finder
from krokomrsa.excel.sent import raw_text
from krokomrsa.register import Record, Row
from krokomrsa.values import Unreadable, notice, shown
from krokomrsa.vocabulary import Column, text_of


@dataclass(slots=True, eq=False)  # never changed; made by the ten thousand
class Entry:
    """One answer: the cell, what it says of a row of the register, and what stood there when the form was made."""

    sheet: Sheet
    cell: Cell
    row: int
    field: Field
    values: Record
    sent: str | None = None
    as_made: bool = False  # the cell holds what the file was made with, whatever register that was

    @property
    def filled(self) -> Record:
        """Return what the cell says of each column that it fills."""
        whole = len(self.values) == len(self.field.columns)
        return self.values if whole else {key: self.values.get(key) for key in self.field.columns}

    @property
    def unchanged(self) -> bool:
        """Tell whether the cell still says what was sent out."""
        return self.sent is not None and (self.sent == raw_text(self.cell.value) or _meaning(self.field, self.sent) == self.values)


@dataclass(slots=True)
class Target:
    """One register row that a form's row speaks of."""

    table: str
    id: str
    line: Line
    held: Record | None  # the row as the register has it
    values: Row  # what it would be if it is new: what follows from where the answers stand, and what they say
    entries: list[Entry] = field(default_factory=list)
    link: Record | None = None  # what follows for a row that the register has, where it says nothing
    alike: object = None  # the same for rows whose line is filled in alike: in the same columns, and nowhere else

    def add(self, entry: Entry) -> None:
        """Let one more answer speak of the row."""
        self.entries.append(entry)
        self.values.update(entry.filled)
        self.alike = None


_SLOT_OWNERS: Final[Mapping[str, str]] = {"vulnerabilities": "organisation", "treatments": "owner"}


def _meaning(one: Field, sent: str) -> Row | None:
    try:
        return one.read(sent) if sent else None
    except Unreadable:
        return None


def _problem(key: str, **values: object) -> Problem:
    return Problem(problem=text_of(f"intake.problems.{key}", **values), remedy=text_of(f"intake.problems.{key}_remedy"))


def _unreadable(cell: Cell) -> Problem | None:
    if cell.error:
        return _problem("error_value")
    return _problem("formula_empty") if cell.formula and cell.value is None else None


def _drop_line(line: Line, problem: Problem, ledger: Ledger) -> None:
    first = line.anchor
    cause = ledger.reject(line.sheet, first, problem)
    for cell in line.every:
        if cell is not first:
            ledger.reject_with(line.sheet, cell, cause)


class _Reading:
    """Read the answers of one form's rows."""

    def __init__(self, finder: Finder, ledger: Ledger, *, trusted: bool, removed: AbstractSet[tuple[str, str]]) -> None:
        self.finder, self.ledger, self.trusted, self.removed = finder, ledger, trusted, removed
        self.found: dict[tuple[str, str], Target] = {}
        self._taken: dict[tuple[str, str, str], Cell] = {}

    def one_of_each(self, lines: list[Line]) -> list[Line]:
        """Return the rows, of several with the same id the one that is most as it was sent out; reject the copies."""
        same: dict[tuple[str, str], list[Line]] = {}
        for line in lines:
            same.setdefault((line.block.key, line.id or f"\n{line.row}"), []).append(line)
        for several in same.values():
            kept = max(several, key=lambda line: (self._as_sent(line), -line.row))
            for line in several:
                if line is not kept:
                    line.is_copy = True
                    key = "duplicate_row" if line.of_register and line.id_cell else "copied_row"
                    _drop_line(line, _problem(key, row=kept.row, id=line.id), self.ledger)
            same[kept.block.key, kept.id or f"\n{kept.row}"] = [kept]
        return [line for line in lines if same[line.block.key, line.id or f"\n{line.row}"] == [line]]

    def _as_sent(self, line: Line) -> int:
        sent = ((self.finder.sent(line, key), cell) for key, (_, cell) in line.cells.items())
        return sum(one is not None and one.value == raw_text(cell.value) for one, cell in sent)

    def stopped(self, line: Line, own: set[str]) -> Problem | None:
        """Return why a whole row of a form cannot be taken in, None if it can."""
        block, rows = line.block.key, self.finder.rows
        if line.of_register:
            found = _unreadable(line.id_cell) if line.id_cell else None
            return found or (None if line.id else _problem("no_id"))
        if line.block.matrix:
            return None if line.id in own else _problem("foreign_row" if self._exists(line.id) else "no_row")
        if block in OWNED:
            table, owner = OWNED[block]
            held, other = rows[table].get(line.id), {"services", "resources"} - {table}
            foreign = (held is not None and held[owner] != self.finder.organisation) or line.id in rows[other.pop()]
            return _problem("foreign_row") if foreign else None if line.id else _problem("nameless")
        if block == "department.C":
            only_label = all(one.locked for one, _ in line.cells.values())
            return None if line.id in rows["risks"] or (only_label and self.finder.sent(line, "event")) else _problem("added_event")
        return _problem("foreign_row") if self._is_foreign_slot(line) else None

    def _exists(self, row_id: str) -> bool:
        return any(row_id in self.finder.rows[table] for table, _ in OWNED.values())

    def _is_foreign_slot(self, line: Line) -> bool:
        for key in line.cells:
            table, row_id, _ = self.finder.of(line, key)
            held = self.finder.rows[table].get(row_id)
            if held is not None and held[_SLOT_OWNERS[table]] != self.finder.organisation:
                return True
        return False

    def _locked(self, line: Line, one: Field, cell: Cell) -> None:
        sent, held = self.finder.sent(line, one.key), self.finder.rows[one.table].get(line.id)
        said = [sent.value] if sent and self.trusted else []
        said += [raw_text(one.write(held))] if held else []
        if raw_text(cell.value) in said:
            self.ledger.ignore(line.sheet, cell, "label")
        else:
            self.ledger.reject(line.sheet, cell, _problem("locked", sent=said[0]) if said else _problem("added_event"))

    def _values(self, line: Line, key: str, one: Field, cell: Cell) -> Row | None:
        """Return what a cell says, nothing where it shows what no answer of the list can say; None where it is rejected."""
        problem = _unreadable(cell)
        if problem is None:
            try:
                found = one.read(cell.value)
            except Unreadable as error:
                problem = error.problems[0].at(value=shown(cell.value))
        if problem is None:
            told = notice(cell.value, found.get(one.column.key)) if isinstance(one.column, Column) else None
            if told:
                self.ledger.tell(told.at(sheet=line.sheet.name, cell=cell.ref))
            return found
        if self._is_as_held(line, key, one, cell):
            return {}
        self.ledger.reject(line.sheet, cell, problem)
        return None

    def _is_as_held(self, line: Line, key: str, one: Field, cell: Cell) -> bool:
        """Tell whether a cell that cannot be read shows what the register holds, or still what it showed when it was sent out."""
        table, row_id, _ = self.finder.of(line, key)
        held, sent, raw = self.finder.rows[table].get(row_id), self.finder.sent(line, key), raw_text(cell.value)
        if cell.error or not raw:
            return False
        as_sent = self.trusted and sent is not None and sent.value == raw
        return (held is not None and (as_sent or raw_text(one.write(held)) == raw)) or (as_sent and (table, row_id) in self.removed)

    def _answers(self, line: Line) -> Iterator[tuple[str, Field, Cell]]:
        if line.of_register and line.id_cell is not None:
            yield "id", next(one for one in line.block.fields if one.key == "id"), line.id_cell
        for key, (one, cell) in line.cells.items():
            if one.locked:
                self._locked(line, one, cell)
            elif line.block.matrix and key == line.id:
                self.ledger.reject(line.sheet, cell, _problem("itself"))
            else:
                yield key, one, cell

    def take(self, line: Line) -> None:
        """Note what a row says of which register rows."""
        for key, one, cell in self._answers(line):
            values = self._values(line, key, one, cell)
            if values is None:
                if key == "id":
                    self._drop_with_id(line)
                    return
                continue
            table, row_id, fixed = self.finder.of(line, key)
            first = self._taken.setdefault((table, row_id, one.columns[0]), cell)
            if first is not cell:
                self.ledger.reject(line.sheet, cell, _problem("same_row", cell=first.ref))
                continue
            target = self.found.get((table, row_id))
            if target is None:
                held = self.finder.rows[table].get(row_id)
                follows: Row = {name: value for name, value in fixed.items() if value is not None}
                target = self.found[table, row_id] = Target(table=table, id=row_id, line=line, held=held, values=follows)
            if table == "treatments" and fixed.get("vulnerabilities") not in self.finder.rows["vulnerabilities"]:
                target.link = {"vulnerabilities": fixed.get("vulnerabilities")}
            sent = self.finder.sent(line, key)
            target.add(
                Entry(
                    sheet=line.sheet,
                    cell=cell,
                    row=line.row,
                    field=one,
                    values=values,
                    sent=sent.value if sent and self.trusted else None,
                    as_made=sent is not None and sent.value == raw_text(cell.value),
                )
            )

    def _drop_with_id(self, line: Line) -> None:
        cause = self.ledger.problems[-1]
        for _, cell in line.cells.values():
            self.ledger.reject_with(line.sheet, cell, cause)


def targets(
    lines: list[Line], finder: Finder, ledger: Ledger, *, trusted: bool, removed: AbstractSet[tuple[str, str]] = frozenset()
) -> list[Target]:
    """Return the register rows that a form speaks of, each with the answers that could be read; the rest is accounted for as rejected.

    ``trusted`` says that the form was made from this register, so that what it was sent out with can be compared with what is there now. ``removed`` holds (table, id) of rows that the register took away.
    """
    finder.identify(lines)
    reading = _Reading(finder, ledger, trusted=trusted, removed=removed)
    own = {row_id for table, owner in OWNED.values() for row_id, row in finder.rows[table].items() if row[owner] == finder.organisation}
    own |= {line.id for line in lines if line.block.key in OWNED and "name" in line.cells and not reading.stopped(line, own)}
    for line in reading.one_of_each([line for line in lines if line.cells or line.of_register]):
        stop = reading.stopped(line, own)
        if stop:
            _drop_line(line, stop, ledger)
        else:
            reading.take(line)
    return list(reading.found.values())
