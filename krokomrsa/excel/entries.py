"""Turn the answers of a form into values of register rows: which row, which columns, what was sent out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from krokomrsa.errors import Problem
from krokomrsa.excel.blocks import Field
from krokomrsa.excel.finding import Base, Line, raw_text
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.reading import Cell, Sheet
from krokomrsa.register import Register, Row
from krokomrsa.values import Unreadable, Value, fold, notice, shown
from krokomrsa.vocabulary import Column, text_of

OWN = "own operations"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """One answer: the cell, the register row it belongs to, what it says and what stood there when the form was made."""

    sheet: Sheet
    cell: Cell
    row: int
    field: Field
    table: str
    id: str
    values: Row
    sent: str | None

    @property
    def unchanged(self) -> bool:
        """Tell whether the cell still holds what was sent out."""
        return self.sent is not None and self.sent == raw_text(self.cell.value)


@dataclass(slots=True, kw_only=True)
class Target:
    """One register row that a form's row speaks of, with the columns that follow from where the answer stands."""

    table: str
    id: str
    line: Line
    fixed: Row
    entries: list[Entry] = field(default_factory=list)


def new_id(register: Register, table: str, row: Mapping[str, Value]) -> str:
    """Return an id for a row that has none, the same for the same content, so that reading a file twice makes one row.

    >>> new_id(Register(), "risks", {"event": "Elavbrott"}) == new_id(Register(), "risks", {"event": " elavbrott"})
    True
    """
    declared = register.vocabulary[table]
    told = "|".join(fold(shown(row.get(key))) for key in declared.identity)
    return f"{declared.prefix}-{hashlib.sha256(told.encode()).hexdigest()[:8].upper()}"


class Targets:
    """Find the register rows that the answers of one form are about."""

    def __init__(self, register: Register, base: Base, organisation: str) -> None:
        """Prepare look-ups of the register's rows by what identifies them."""
        self.register, self.base, self.organisation = register, base, organisation
        self._dependencies: dict[tuple[Value, Value], str] = {}
        for row_id, row in register.rows("dependencies").items():
            if row.get("season") is None:
                self._dependencies.setdefault((row["dependent"], row["supplier"]), row_id)
        self._judgements = {
            (row["risk"], row["judge"]): row_id for row_id, row in register.rows("assessments").items() if row["aspect"] == OWN
        }

    def _sent_id(self, line: Line, key: str) -> str | None:
        sent = self.base.get((line.block.key, line.id, key))
        return sent.id if sent else None

    def _own(self, table: str, line: Line, key: str, fixed: Row) -> tuple[str, str, Row]:
        written = {name: shown(cell.value) for name, (_, cell) in line.cells.items()}
        return table, line.id or new_id(self.register, table, {**written, **fixed, **({key: written.get(key)} if key else {})}), fixed

    def of(self, line: Line, key: str) -> tuple[str, str, Row]:
        """Return table, id and the columns that follow from the place, for one answer of a form's row."""
        block = line.block.key
        if block.startswith("register."):
            return self._own(block.removeprefix("register."), line, "", {})
        if block.endswith(".B"):
            fixed: Row = {"dependent": line.id, "supplier": key}
            known = self._sent_id(line, key) or self._dependencies.get((line.id, key))
            return "dependencies", known or new_id(self.register, "dependencies", fixed), fixed
        if block == "department.C":
            fixed = {"risk": line.id, "judge": self.organisation, "aspect": OWN}
            known = self._sent_id(line, key) or self._judgements.get((line.id, self.organisation))
            return "assessments", known or new_id(self.register, "assessments", fixed), fixed
        if block == "department.D":
            return self._weakness(line, key)
        owner = "organisation" if block == "department.A" else "owner"
        return self._own("services" if owner == "organisation" else "resources", line, "name", {owner: self.organisation})

    def _weakness(self, line: Line, key: str) -> tuple[str, str, Row]:
        told = shown(line.cells["weakness"][1].value) if "weakness" in line.cells else None
        found: Row = {"organisation": self.organisation, "description": told}
        weakness = f"S-{line.id}" if line.id else new_id(self.register, "vulnerabilities", found)
        if key == "weakness":
            return "vulnerabilities", weakness, {"organisation": self.organisation}
        proposal = shown(line.cells["proposal"][1].value) if "proposal" in line.cells else None
        fixed: Row = {"owner": self.organisation, "status": "proposed", "vulnerabilities": weakness if told else None}
        measure = f"T-{line.id}" if line.id else new_id(self.register, "treatments", {"owner": self.organisation, "measure": proposal})
        return "treatments", measure, fixed


def _problem(key: str, **values: object) -> Problem:
    return Problem(problem=text_of(f"intake.problems.{key}", **values), remedy=text_of(f"intake.problems.{key}_remedy"))


def _read(one: Field, cell: Cell) -> Row:
    """Return what a cell says, or raise why it cannot be read."""
    if cell.error:
        raise Unreadable(_problem("error_value"))
    if cell.formula and cell.value is None:
        raise Unreadable(_problem("formula_empty"))
    return one.read(cell.value)


def _locked(line: Line, one: Field, cell: Cell, base: Base, ledger: Ledger) -> None:
    sent = base.get((line.block.key, line.id, one.key))
    if sent is not None and sent.value == raw_text(cell.value):
        ledger.ignore(line.sheet, cell, "label")
    elif sent is None:
        ledger.reject(line.sheet, cell, _problem("added_event"))
    else:
        ledger.reject(line.sheet, cell, _problem("locked", sent=sent.value))


def _stopped(line: Line, register: Register, organisation: str, own: set[str]) -> Problem | None:
    """Return why a whole row of a form cannot be taken in, None if it can."""
    block = line.block.key
    if block == "department.C" and line.id not in register.rows("risks"):
        return _problem("added_event")
    if block.endswith(".B"):
        return None if line.id in own else _problem("foreign_row" if line.id else "no_row")
    if block in {"department.A", "owner.A"}:
        table, key = ("services", "organisation") if block == "department.A" else ("resources", "owner")
        row = register.rows(table).get(line.id)
        return None if row is None or row[key] == organisation else _problem("foreign_row")
    return None


def _duplicates(lines: list[Line], ledger: Ledger) -> list[Line]:
    seen: dict[tuple[str, str], int] = {}
    kept = []
    for line in lines:
        if not line.cells:
            continue
        first = seen.setdefault((line.block.key, line.id), line.row) if line.id else line.row
        if first == line.row:
            kept.append(line)
            continue
        _drop_line(line, _problem("duplicate_row", row=first, id=line.id), ledger)
    return kept


def _drop_line(line: Line, problem: Problem, ledger: Ledger) -> None:
    cells = [cell for _, cell in line.cells.values()]
    first = line.id_cell or line.anchor
    ledger.reject(line.sheet, first, problem)
    cause = ledger.problems[-1]
    for cell in cells:
        if cell is not first:
            ledger.reject_with(line.sheet, cell, cause)


def _answers(line: Line, ledger: Ledger, base: Base) -> Iterator[tuple[str, Field, Cell, Row]]:
    for key, (one, cell) in line.cells.items():
        if one.locked:
            _locked(line, one, cell, base, ledger)
            continue
        sent = base.get((line.block.key, line.id, key))
        untouched = sent is not None and sent.value == raw_text(cell.value) and not cell.error
        try:
            yield key, one, cell, _read(one, cell)
        except Unreadable as error:
            if untouched and not line.block.key.startswith("register."):
                yield key, one, cell, {}
            else:
                ledger.reject(line.sheet, cell, error.problems[0].at(value=shown(cell.value)))
            continue
        told = notice(one.column, cell.value) if isinstance(one.column, Column) else None
        if told:
            ledger.tell(told.at(sheet=line.sheet.name, cell=cell.ref))


def _keyed(line: Line) -> Line:
    """Return the row with its id as an answer where the id is the register's own, as in the register workbook."""
    if line.block.key.startswith("register.") and line.id and line.id_cell is not None:
        one = next(one for one in line.block.fields if one.key == "id")
        line.cells = {"id": (one, line.id_cell)} | line.cells
    return line


def targets(lines: list[Line], register: Register, base: Base, organisation: str, ledger: Ledger) -> list[Target]:
    """Return the register rows that a form speaks of, each with the answers that could be read; the rest is accounted for as rejected."""
    finder = Targets(register, base, organisation)
    own = {
        str(row_id)
        for table, key in (("services", "organisation"), ("resources", "owner"))
        for row_id, row in register.rows(table).items()
        if row[key] == organisation
    } | {
        line.id
        for line in lines
        if line.block.key.endswith(".A") and line.id not in {*register.rows("services"), *register.rows("resources")}
    }
    found: dict[tuple[str, str], Target] = {}
    for line in _duplicates(lines, ledger):
        stop = _stopped(line, register, organisation, own)
        if stop:
            _drop_line(line, stop, ledger)
            continue
        for key, one, cell, values in _answers(_keyed(line), ledger, base):
            table, row_id, fixed = finder.of(line, key)
            sent = base.get((line.block.key, line.id, key))
            target = found.setdefault((table, row_id), Target(table=table, id=row_id, line=line, fixed=fixed))
            target.entries.append(
                Entry(
                    sheet=line.sheet,
                    cell=cell,
                    row=line.row,
                    field=one,
                    table=table,
                    id=row_id,
                    values=values,
                    sent=sent.value if sent else None,
                )
            )
    return list(found.values())
