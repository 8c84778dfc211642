"""Fixtures for what is read from workbooks: forms made from the small register, filled in as people do, and their intake."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.cell import Cell

from krokomrsa.excel import blocks, forms, intake, reading, registerbook
from krokomrsa.excel.account import Intake
from krokomrsa.register import Register
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import load

FILE = "svar.xlsx"
MADE = {"rule_set": "LEH", "workspace": "krokom", "made_on": date(2021, 11, 15)}


@pytest.fixture(scope="session")
def made() -> dict[str, bytes]:
    """Return the forms that have been made so far: they are the same for every test."""
    return {}


@pytest.fixture
def department(made: dict[str, bytes], register: Register, severity: dict[int, str]) -> bytes:
    """Return the form of the social services department."""
    return made.get("department") or made.setdefault("department", forms.department(register, "SOC", severity=severity, **MADE))


@pytest.fixture
def owner(made: dict[str, bytes], register: Register, severity: dict[int, str]) -> bytes:
    """Return the form of the it unit, which owns a resource."""
    return made.get("owner") or made.setdefault("owner", forms.owner(register, "IT", severity=severity, **MADE))


@pytest.fixture
def register_book(made: dict[str, bytes], register: Register) -> bytes:
    """Return the register as one workbook, a sheet for each table."""
    return made.get("register") or made.setdefault("register", registerbook.write(register, **MADE))


@pytest.fixture
def take(register: Register, scale: Scale) -> Callable[..., Intake]:
    """Return a function that takes a workbook's bytes in, into the small register unless another is given."""

    def take_in(content: bytes, into: Register | None = None, **how: Any) -> Intake:
        book = reading.read(content, file=FILE)
        told = {"file": FILE, "sha256": "0" * 64, "scale": scale, "workspace": "krokom"} | how
        return intake.take_in(book, register=register if into is None else into, **told)

    return take_in


def place(book: Workbook, block: str, row: str, key: str) -> Cell:
    """Return the cell of a row, by its id, and a field, by its key, wherever the form has them."""
    declared = blocks.blocks_of(block.split(".", maxsplit=1)[0], load(), {})[block]
    sheet = book[declared.sheet]
    ids = {str(cell.value): cell.row for cell in sheet["A"] if cell.value is not None}
    header = ids["Id"] if block.startswith("register.") else ids[declared.marker] + 1
    rows = {str(cell.value): cell.row for cell in sheet["A"] if cell.row > header and cell.value is not None}
    if declared.matrix:
        return sheet.cell(rows[row], next(cell.column for cell in sheet[header - 1] if cell.value == key))
    if key == "id":
        return sheet.cell(rows[row], 1)
    title = next(one.header for one in declared.fields if one.key == key)
    return sheet.cell(rows[row], next(cell.column for cell in sheet[header] if cell.value == title))


@pytest.fixture
def answered() -> Callable[..., bytes]:
    """Return a function that fills in a form: block, row id, key of the field, value; and does whatever else is asked for."""

    def fill(content: bytes, *answers: tuple[str, str, str, object], change: Callable[[Workbook], object] | None = None) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(content))
        for block, row, key, value in answers:
            place(book, block, row, key).value = value
        if change:
            change(book)
        made = io.BytesIO()
        book.save(made)
        return made.getvalue()

    return fill


@pytest.fixture
def where() -> Callable[[bytes, str, str, str], tuple[str, str]]:
    """Return a function that says in which sheet and cell a field of a row stands."""

    def find(content: bytes, block: str, row: str, key: str) -> tuple[str, str]:
        cell = place(openpyxl.load_workbook(io.BytesIO(content)), block, row, key)
        return cell.parent.title, cell.coordinate

    return find
