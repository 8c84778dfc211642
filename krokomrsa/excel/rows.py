"""Find the register row that an answer is about: by its id, by what stood there when the form was made, or by name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from krokomrsa.excel.lines import Line
from krokomrsa.excel.sent import Base, Sent
from krokomrsa.register import Record, Register, Row
from krokomrsa.register.marks import all_known_by, folded, known_by
from krokomrsa.register.snapshot import Known
from krokomrsa.scales import OWN_OPERATIONS, is_now
from krokomrsa.values import Unreadable, Value, fold, shown
from krokomrsa.vocabulary import Table, Vocabulary

_SIGNS: Final = 10  # of a hash that make an id: among half a million rows, hardly two will have the same
_NONE: Final[Mapping[str, str]] = {}
Rows = Mapping[str, Mapping[str, Record]]  # table → id → row

OWNED: Final[Mapping[str, tuple[str, str]]] = {  # block → table of its rows, and the column that says whose they are
    "department.A": ("services", "organisation"),
    "owner.A": ("resources", "owner"),
}
SHOWN: Final[Mapping[str, str]] = {  # block → table whose ids its rows carry
    "department.A": "services",
    "department.B": "services",
    "department.C": "risks",
    "owner.A": "resources",
    "owner.B": "resources",
}


def identity(vocabulary: Vocabulary, table: str, row: Record) -> str:
    """Return what tells a row from others where it has no id, in the form in which it is compared."""
    return known_by(vocabulary[table], row)


def new_id(register: Known, table: str, row: Mapping[str, Value]) -> str:
    """Return an id for a row that has none, the same for the same content, so that reading a file twice makes one row.

    >>> new_id(Register(), "risks", {"event": "Elavbrott"}) == new_id(Register(), "risks", {"event": " elavbrott"})
    True
    """
    declared = register.vocabulary[table]
    return id_for(declared, register.held(table), known_by(declared, row))


def id_for(table: Table, held: Mapping[str, Record], said: str, made: Mapping[str, str] = _NONE) -> str:
    """Return the id that :func:`new_id` gives a row with a certain identity: a longer one where another's gives the same.

    A row that has been called something else since keeps its id. ``held`` are the register's rows, and ``made`` holds the identities that
    ids were given for just now.
    """
    signs = _signs(said)
    for length in range(_SIGNS, len(signs), _SIGNS):
        one = f"{table.prefix}-{signs[:length]}"
        other = made.get(one) or (said if (row := held.get(one)) is None else known_by(table, row))
        if other == said or _signs(other)[:length] != signs[:length]:
            return one
    return f"{table.prefix}-{signs}"


def _signs(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest().upper()


def _said(line: Line) -> Row:
    """Return what a row says, as values where they can be read."""
    found: Row = {}
    for key, (one, cell) in line.cells.items():
        try:
            found[key] = next(iter(one.read(cell.value).values())) if one.column is not None else shown(cell.value)
        except Unreadable:
            found[key] = shown(cell.value)
    return found


class Finder:
    """Find the register rows that the answers of one form are about."""

    def __init__(self, register: Register, rows: Rows, base: Base, organisation: str) -> None:
        """Prepare look-ups of the register's rows by what identifies them."""
        self.register, self.rows, self.base, self.organisation = register, rows, base, organisation
        self._dependencies: dict[tuple[Value, Value], str] = {}
        for row_id, row in sorted(rows["dependencies"].items()):
            if row["season"] is None:
                self._dependencies.setdefault((row["dependent"], row["supplier"]), row_id)
        self._judgements = _latest(rows["assessments"])

    def _same(self, table: str, row: Row) -> str:
        """Return the id of the row with the same identity, a new one if there is none."""
        same = self.register.marked(table, all_known_by).get(identity(self.register.vocabulary, table, row))
        return same[0] if same else new_id(self.register, table, row)

    def identify(self, lines: Iterable[Line]) -> None:
        """Give rows without an id the id of the row that they name; a row that names none is new, or stays without."""
        named: dict[str, str] = {}
        for line in lines:
            owned = OWNED.get(line.block.key)
            if line.id_cell is None and line.of_register and not line.id:
                line.id = self._same(line.block.key.removeprefix("register."), _said(line))
            elif owned and not line.id and "name" in line.cells:
                line.id = self._same(owned[0], {**_said(line), owned[1]: self.organisation})
            elif line.block.key == "department.C" and not line.id and "event" in line.cells:
                line.id = self._risk(shown(line.cells["event"][1].value))
            if owned and "name" in line.cells:
                named.setdefault(folded(line.cells["name"][1].value), line.id)
        for line in lines:
            if line.block.matrix and not line.id and line.label:
                line.id = named.get(fold(line.label), "")

    def _risk(self, event: str) -> str:
        return next((row_id for row_id, row in self.rows["risks"].items() if folded(row["event"]) == fold(event)), "")

    def sent(self, line: Line, key: str) -> Sent | None:
        """Return the answer as it was sent out."""
        return self.base.get((line.block.key, line.id, key))

    def _sent_id(self, table: str, line: Line, key: str, fixed: Row, known: str | None) -> str:
        """Return the id of the row that a cell showed when it was sent out; ids in the file are not believed where the register disagrees."""
        sent = self.sent(line, key)
        held = self.rows[table].get(sent.id) if sent else None
        if sent and held and all(held[name] == value for name, value in fixed.items()):
            return sent.id
        if known:
            return known
        return sent.id if sent and sent.id and held is None else new_id(self.register, table, fixed)

    def of(self, line: Line, key: str) -> tuple[str, str, Row]:
        """Return table, id and the columns that follow from the place, for one answer of a form's row."""
        block = line.block.key
        if line.of_register:
            return block.removeprefix("register."), line.id, {}
        if block in OWNED:
            table, owner = OWNED[block]
            return table, line.id, {owner: self.organisation}
        if line.block.matrix:
            fixed: Row = {"dependent": line.id, "supplier": key}
            known = self._dependencies.get((line.id, key))
            return "dependencies", self._sent_id("dependencies", line, key, fixed, known), fixed
        if block == "department.C":
            fixed = {"risk": line.id, "judge": self.organisation, "aspect": OWN_OPERATIONS}
            known = self._judgements.get((line.id, self.organisation))
            return "assessments", self._sent_id("assessments", line, key, fixed, known), fixed
        return self._weakness(line, key)

    def _weakness(self, line: Line, key: str) -> tuple[str, str, Row]:
        said = _said(line)
        weakness = self._slot("vulnerabilities", line, {"organisation": self.organisation, "description": said.get("weakness")})
        if key == "weakness":
            return "vulnerabilities", weakness, {"organisation": self.organisation}
        fixed: Row = {"owner": self.organisation, "status": "proposed", "vulnerabilities": weakness if "weakness" in said else None}
        return "treatments", self._slot("treatments", line, {"owner": self.organisation, "measure": said.get("proposal")}), fixed

    def _slot(self, table: str, line: Line, row: Row) -> str:
        return f"{self.register.vocabulary[table].prefix}-{line.id}" if line.id else self._same(table, row)


def _latest(assessments: Mapping[str, Record]) -> dict[tuple[Value, Value], str]:
    """Return the latest judgement of its own operations by each judge of each risk, as the form shows it."""
    found: dict[tuple[Value, Value], tuple[date, str]] = {}
    for row_id, row in sorted(assessments.items()):
        if row["aspect"] == OWN_OPERATIONS and is_now(row):
            when = row["date"] if isinstance(row["date"], date) else date.min
            earlier = found.get((row["risk"], row["judge"]))
            if earlier is None or when > earlier[0]:
                found[row["risk"], row["judge"]] = (when, row_id)
    return {place: row_id for place, (_, row_id) in found.items()}
