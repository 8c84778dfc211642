"""What senders do to a whole form: another's name on it, a sheet renamed, answers that nobody knows."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import forms, intake, reading
from krokomrsa.excel.account import Intake
from krokomrsa.register import Register
from krokomrsa.scales import Scale

WORKSPACE = "krokom"


@pytest.fixture
def form(register: Register, severity: dict[int, str]) -> bytes:
    """Return the form that the social services got."""
    return forms.department(register, "SOC", severity=severity, rule_set="LEH", workspace=WORKSPACE, made_on=date(2021, 11, 15))


@pytest.fixture
def take(register: Register, scale: Scale) -> Callable[[bytes], Intake]:
    """Return a function that takes a form in."""

    def taken(content: bytes) -> Intake:
        book = reading.read(content, file="soc.xlsx")
        return intake.take_in(book, file="soc.xlsx", sha256="x", register=register, scale=scale, workspace=WORKSPACE)

    return taken


def edited(content: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Return a workbook after somebody has changed it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_form_under_another_departments_name_is_refused(form: bytes, take: Callable[[bytes], Intake]) -> None:
    """A form whose rows all belong to another than it names is refused whole: no judgement is stored as somebody else's."""

    def rename(book: openpyxl.Workbook) -> None:
        for row in book["_krokomrsa"].iter_rows():
            if row[0].value == "organisation":
                row[1].value = "BUN"

    with pytest.raises(KrokomrsaError, match="SOC"):
        take(edited(form, rename))


def test_a_sheet_with_another_name_is_found_by_its_marker(form: bytes, take: Callable[[bytes], Intake]) -> None:
    """A renamed sheet is read all the same."""

    def rename(book: openpyxl.Workbook) -> None:
        book.worksheets[1].title = "Blad2"
        book.worksheets[1]["D9"] = "vet inte"

    read = take(edited(form, rename))
    assert {change.table for change in read.changes} == {"dependencies"}
    assert read.complete


def test_a_missing_sheet_is_not_complete(form: bytes, take: Callable[[bytes], Intake]) -> None:
    """A form without one of its sheets is not all stored."""
    assert not take(edited(form, lambda book: book.remove(book.worksheets[1]))).complete


def test_not_to_know_is_an_answer_where_a_number_is_asked(form: bytes, take: Callable[[bytes], Intake]) -> None:
    """Say "vet inte" in a cell for hours: the hours are not known, and the answer is accepted."""
    read = take(edited(form, lambda book: book.worksheets[0].__setitem__("E10", "vet inte")))
    assert [(change.column, change.after) for change in read.changes] == [("tolerable_outage_h", None)]
    assert read.complete
