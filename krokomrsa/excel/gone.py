"""Tell which rows, columns and answers stood in a form as sent and are no longer there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from krokomrsa.errors import Problem
from krokomrsa.excel.blocks import Field
from krokomrsa.excel.finding import Found
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.lines import Line
from krokomrsa.excel.rows import SHOWN, Rows
from krokomrsa.excel.sent import Base, Sent, raw_text
from krokomrsa.values import display
from krokomrsa.vocabulary import Vocabulary, text_of

Emptied = Iterable[tuple[str, str, str]]  # (table, id, column) that the coordinator emptied on purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What is needed to tell: where the blocks stand, which rows they have, and what the register holds."""

    vocabulary: Vocabulary
    rows: Rows
    resources: Mapping[str, str]
    places: Mapping[str, Found]
    lines: Mapping[tuple[str, str], Line]

    def tell(self, base: Base, emptied: Emptied, ledger: Ledger) -> None:
        """Tell what is gone, each row and column once; nothing of what the register has lost too."""
        told: set[tuple[str, str]] = set()
        done = set(emptied)
        for (block, row, key), sent in base.items():
            found = self.places.get(block)
            one = self._field(found, key)
            if found is None or one is None or (one.locked and (block, row) in self.lines) or not self._held(one, sent):
                continue
            line = self.lines.get((block, row))
            once = ("row", row) if line is None else ("column", f"{block} {key}") if key not in found.keys else None
            if once:
                if once not in told and key != "id":
                    told.add(once)
                    ledger.tell(self._row(found, row) if line is None else self._column(found, key, one))
            elif line and key not in line.cells and (one.table, sent.id, key) not in done:
                ledger.tell(self._value(found, line, key, one, sent))

    def _field(self, found: Found | None, key: str) -> Field | None:
        if found is None:
            return None
        fields = found.block.fields
        return fields[0] if found.block.matrix else next((one for one in fields if one.key == key), None)

    def _held(self, one: Field, sent: Sent) -> bool:
        """Tell whether something was sent and the register still holds an answer there."""
        held = self.rows[one.table].get(sent.id)
        return bool(sent.value) and held is not None and bool(raw_text(one.write(held)))

    def _name(self, table: str, row_id: str) -> str:
        """Return what a row is called."""
        row, declared = self.rows[table].get(row_id, {}), self.vocabulary[table]
        return " – ".join(display(declared[key], row.get(key)) for key in declared.identity if row.get(key) is not None) or row_id

    def _row(self, found: Found, row: str) -> Problem:
        block = found.block.key
        table = block.removeprefix("register.") if block.startswith("register.") else SHOWN[block]
        name = str(self.rows[table].get(row, {}).get("name") or self._name(table, row))
        return _told("gone_row", name=name).at(sheet=found.sheet.name, table=table, id=row)

    def _column(self, found: Found, key: str, one: Field) -> Problem:
        return _told("gone_column", header=self._header(key, one)).at(sheet=found.sheet.name, table=one.table, column=key)

    def _value(self, found: Found, line: Line, key: str, one: Field, sent: Sent) -> Problem:
        cell = f"{get_column_letter(found.keys[key])}{line.row}"
        told = _told("gone_value", sent=sent.value, header=self._header(key, one))
        return told.at(sheet=line.sheet.name, cell=cell, table=one.table, id=sent.id, column=one.columns[0])

    def _header(self, key: str, one: Field) -> str:
        return one.header or self.resources.get(key, key)


def _told(key: str, **values: object) -> Problem:
    problem, remedy = text_of(f"intake.problems.{key}", **values), text_of(f"intake.problems.{key}_remedy")
    return Problem(problem=problem, remedy=remedy, kind="gone")
