"""The evaluation form of an exercise as a workbook: out, filled in as a person does, and in again."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa import changes, scales, validation
from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import intake, reading
from krokomrsa.excel.account import Intake
from krokomrsa.excel.evaluation import evaluation
from krokomrsa.excel.registerbook import FIRST_ROW, HEADER_ROW
from krokomrsa.register import Register, frame
from krokomrsa.vocabulary import load

ROWS: dict[str, list[dict[str, Any]]] = {
    "organisations": [{"id": "SOC", "name": "Socialförvaltningen"}],
    "activities": [
        {"id": "U-1", "name": "Stabsövning", "kind": "exercise", "year": 2021, "quarter": 2, "status": "planned", "services": "V-1"},
        {"id": "U-2", "name": "Rakel", "kind": "training", "year": 2022, "status": "planned"},
    ],
    "services": [{"id": "V-1", "name": "Hemtjänst", "organisation": "SOC"}],
    "treatments": [
        {"id": "T-1", "measure": "Ny larmlista", "owner": "SOC", "status": "ongoing", "activities": "U-1", "cost_sek": 100.0},
        {"id": "T-2", "measure": "Köp reservkraft", "owner": "SOC"},
    ],
}


def register() -> Register:
    """Return two activities and two measures, one of which came of the first."""
    vocabulary = load()
    return Register({key: frame(vocabulary[key], rows) for key, rows in ROWS.items()})


def made(activity: str = "U-1") -> bytes:
    """Return the form of an activity."""
    return evaluation(register(), activity, rule_set="LEH", workspace="krokom", made_on=date(2021, 5, 1), banner="")


def filled(change: Callable[[Worksheet, Worksheet], None]) -> Intake:
    """Return what is read of the form when a person has written in it."""
    book = openpyxl.load_workbook(io.BytesIO(made()))
    change(book["Utbildning och övning"], book["Åtgärder"])
    written = io.BytesIO()
    book.save(written)
    told = reading.read(written.getvalue(), file="svar.xlsx")
    return intake.take_in(
        told, register=register(), file="svar.xlsx", sha256="h", scale=scales.load(), workspace="krokom", on_conflict="ask"
    )


def cell(sheet: Worksheet, row: int, header: str) -> Any:
    """Return the cell of a row below a header."""
    (column,) = [one.column for one in sheet[HEADER_ROW] if str(one.value).startswith(header)]
    return sheet.cell(row, column)


def test_nothing_written_changes_nothing() -> None:
    """The form as it was sent, read in again, says what the register says; the empty rows are no measures."""
    read = filled(lambda _plan, _measures: None)
    assert not read.changes
    assert not read.new
    assert not [one for one in read.problems if one.kind != "notice"]


def test_what_a_person_fills_in_comes_into_the_register_and_nothing_else_is_touched() -> None:
    """Date, numbers and findings land on the activity; a measure becomes a row that names the exercise; the rest stays as it is."""

    def fill(plan: Worksheet, measures: Worksheet) -> None:
        cell(plan, FIRST_ROW, "Läge").value = "Genomförd"
        cell(plan, FIRST_ROW, "Genomförd").value = datetime(2021, 5, 4)  # noqa: DTZ001 (a cell has no zone)
        cell(plan, FIRST_ROW, "Deltagande anställda").value = 12
        cell(plan, FIRST_ROW, "Utvärderad").value = datetime(2021, 6, 1)  # noqa: DTZ001 (a cell has no zone)
        cell(plan, FIRST_ROW, "Iakttagelser").value = "Sambandet tog för lång tid."
        cell(measures, FIRST_ROW + 1, "Åtgärd").value = "Öva sambandet varje månad"
        cell(measures, FIRST_ROW + 1, "Ansvarig organisation").value = "SOC"

    read = filled(fill)
    after = changes.apply(register(), read.changes)
    row = after.held("activities")["U-1"]
    assert (row["status"], row["carried_out_on"], row["participants_staff"]) == ("done", date(2021, 5, 4), 12)
    assert (row["evaluated_on"], row["findings"], row["services"]) == (date(2021, 6, 1), "Sambandet tog för lång tid.", "V-1")
    (new,) = set(after.held("treatments")) - {"T-1", "T-2"}
    assert after.held("treatments")[new]["measure"] == "Öva sambandet varje månad"
    assert after.held("treatments")[new]["activities"] == "U-1"
    assert {key: after.held("treatments")[key] for key in ("T-1", "T-2")} == dict(register().held("treatments"))
    assert after.held("activities")["U-2"] == register().held("activities")["U-2"]
    assert not validation.check(after, scales.load())


def test_a_wrong_number_is_told_with_its_cell() -> None:
    """Words where a number is asked for are rejected, and the rest is read."""

    def fill(plan: Worksheet, _measures: Worksheet) -> None:
        cell(plan, FIRST_ROW, "Deltagande anställda").value = "många"
        cell(plan, FIRST_ROW, "Iakttagelser").value = "Bra."

    read = filled(fill)
    (wrong,) = [one for one in read.problems if one.kind == "rejected"]
    assert (wrong.sheet, wrong.value) == ("Utbildning och övning", "många")
    assert changes.apply(register(), read.changes).held("activities")["U-1"]["findings"] == "Bra."


def test_a_measure_that_came_of_the_exercise_stands_there_and_others_do_not() -> None:
    """What it has led to already is seen; another's measure is not sent."""
    sheet = openpyxl.load_workbook(io.BytesIO(made()))["Åtgärder"]
    held = [cell(sheet, row, "Åtgärd").value for row in range(FIRST_ROW, sheet.max_row + 1)]
    assert [one for one in held if one] == ["Ny larmlista"]


def test_the_same_form_is_the_same_bytes_and_an_unknown_activity_is_refused() -> None:
    """No clock is read; an id that nobody has gets a sentence."""
    assert made() == made()
    with pytest.raises(KrokomrsaError, match="ingen utbildning eller övning"):
        made("U-9")
