"""Intake: every cell accounted for, and what the answers of a form become."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl import Workbook

from krokomrsa import changes, validation
from krokomrsa.errors import Problem
from krokomrsa.excel import intake, reading
from krokomrsa.excel.account import Intake, refused
from krokomrsa.register import Register
from krokomrsa.scales import Scale

Take = Callable[..., Intake]
Answered = Callable[..., bytes]
Where = Callable[[bytes, str, str, str], tuple[str, str]]


def _said(read: Intake) -> dict[tuple[str, str, str], object]:
    return {(change.table, change.id, change.column): change.after for change in read.changes}


def _counted(content: bytes) -> int:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return sum(cell.value not in {None, ""} for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def _assert_adds_up(read: Intake, content: bytes) -> None:
    counts = read.counts
    assert counts["cells_read"] == _counted(content)
    assert counts["cells_accepted"] + counts["cells_rejected"] + counts["cells_ignored"] == counts["cells_read"]


@pytest.fixture
def filled_in(department: bytes, answered: Answered) -> bytes:
    """Return the department's form with answers in all of its tables."""
    return answered(
        department,
        ("department.A", "V-SOC-3", "name", "Matdistribution"),
        ("department.A", "V-SOC-3", "tolerable_outage_h", "12,5"),
        ("department.A", "V-SOC-1", "routines", "nej"),
        ("department.A", "V-SOC-1", "review", "Ändrat"),
        ("department.B", "V-SOC-3", "R-EL", "3 dygn"),
        ("department.B", "V-SOC-1", "R-TELE", "vet inte"),
        ("department.B", "V-SOC-2", "R-TELE", "behövs inte"),
        ("department.C", "H-1", "severity", 4),
        ("department.C", "H-1", "grounds", "Larmen tystnar."),
        ("department.C", "H-2", "severity", "vet inte"),
        ("department.D", "SOC-1", "weakness", "Reservkraft saknas"),
        ("department.D", "SOC-1", "proposal", "Skaffa reservkraft"),
        ("department.D", "SOC-1", "responsible", "Enhetschef"),
        ("department.D", "SOC-2", "proposal", "Öva på papper"),
    )


@pytest.mark.parametrize("form", ["department", "owner", "register_book"])
def test_a_form_as_sent_changes_nothing_and_every_cell_is_accounted_for(form: str, take: Take, request: pytest.FixtureRequest) -> None:
    """Account for each cell that openpyxl sees, hidden sheets too; nothing is rejected, changed or told."""
    content = request.getfixturevalue(form)
    read = take(content)
    _assert_adds_up(read, content)
    assert (read.changes, read.problems, read.counts["cells_rejected"], read.complete) == ((), (), 0, True)
    assert read.counts["cells_accepted"] > 0
    assert all(outcome.reason for outcome in read.outcomes.values() if outcome.status == "ignored")


def test_a_filled_form_becomes_rows_of_five_tables(filled_in: bytes, take: Take) -> None:
    """Store a new service, what it needs, judgements with grounds, a weakness and the measures against it."""
    read = take(filled_in)
    said = _said(read)
    assert (read.problems, dict(read.new)) == (
        (),
        {"services": 1, "dependencies": 3, "assessments": 2, "vulnerabilities": 1, "treatments": 2},
    )
    assert {key[2]: value for key, value in said.items() if key[1] == "V-SOC-3"} == {
        "id": "V-SOC-3",
        "organisation": "SOC",
        "name": "Matdistribution",
        "tolerable_outage_h": 12.5,
    }
    assert (said["services", "V-SOC-1", "routines"], said["services", "V-SOC-1", "review"]) == ("no", "changed")
    assert said["vulnerabilities", "S-SOC-1", "description"] == "Reservkraft saknas"
    assert said["treatments", "T-SOC-1", "vulnerabilities"] == "S-SOC-1"
    assert said["treatments", "T-SOC-2", "measure"] == "Öva på papper"
    assert ("treatments", "T-SOC-2", "vulnerabilities") not in said


def test_answers_of_a_list_become_what_they_stand_for(filled_in: bytes, take: Take, register: Register) -> None:
    """Read ”3 dygn” as 24 to 72 hours, ”behövs inte” and ”vet inte” as statuses without hours, 4 as a judged level."""
    after = changes.apply(register, take(filled_in).changes)
    needs = {
        (row["dependent"], row["supplier"]): (row["status"], row["endurance_low_h"], row["endurance_high_h"])
        for row in after.rows("dependencies").values()
    }
    assert needs["V-SOC-3", "R-EL"] == ("needed", 24.0, 72.0)
    assert needs["V-SOC-1", "R-TELE"] == ("unknown", None, None)
    assert needs["V-SOC-2", "R-TELE"] == ("not needed", None, None)
    judged = {row["risk"]: row for row in after.rows("assessments").values() if row["aspect"] == "own operations"}
    assert [judged["H-1"][key] for key in ("judge", "status", "low", "high", "grounds")] == ["SOC", "judged", 4.0, 4.0, "Larmen tystnar."]
    assert [judged["H-2"][key] for key in ("status", "low", "high", "grounds")] == ["unknown", None, None, None]


def test_the_register_with_a_form_taken_in_breaks_no_rule(filled_in: bytes, take: Take, register: Register, scale: Scale) -> None:
    """Give changes that leave every rule of the register unbroken."""
    assert validation.check(changes.apply(register, take(filled_in).changes), scale) == []


def test_the_same_file_twice_changes_nothing_the_second_time(filled_in: bytes, take: Take, register: Register) -> None:
    """Find the rows that a file made the first time, new ones too."""
    once = changes.apply(register, take(filled_in).changes)
    again = take(filled_in, once)
    assert (again.changes, again.problems, again.counts["cells_rejected"]) == ((), (), 0)


def test_an_owners_form_updates_its_resources_and_what_they_need(owner: bytes, take: Take, answered: Answered) -> None:
    """Read reserve power, restoration times and the resource's own needs."""
    content = answered(
        owner,
        ("owner.A", "R-IT", "fuel_h", 8),
        ("owner.A", "R-IT", "last_tested", date(2021, 5, 3)),
        ("owner.B", "R-IT", "R-EL", "stannar direkt"),
        ("owner.B", "R-IT", "R-TELE", "längre"),
    )
    said = _said(take(content))
    assert said["resources", "R-IT", "fuel_h"] == 8.0
    assert said["resources", "R-IT", "last_tested"] == date(2021, 5, 3)
    assert (said["dependencies", "B-2", "endurance_low_h"], said["dependencies", "B-2", "endurance_high_h"]) == (0.0, 0.0)
    assert [value for key, value in said.items() if key[2] == "supplier"] == ["R-TELE"]


def test_every_value_keeps_the_cell_it_was_read_from(filled_in: bytes, take: Take, where: Where) -> None:
    """Point each change to file, content hash, sheet, row and cell."""
    origins = {(change.id, change.column): change.origin for change in take(filled_in, sha256="ab" * 32).changes}
    sheet, cell = where(filled_in, "department.A", "V-SOC-3", "name")
    found = origins["V-SOC-3", "name"]
    assert found is not None
    assert (found.file, found.sha256, found.sheet, found.cell, found.row) == ("svar.xlsx", "ab" * 32, sheet, cell, int(cell[1:]))
    assert all(origins.values())


def test_an_accepted_cell_says_where_its_value_went(filled_in: bytes, take: Take, where: Where) -> None:
    """Name table, row and column for a cell that was taken in."""
    read = take(filled_in)
    outcome = read.outcomes[where(filled_in, "department.D", "SOC-1", "weakness")]
    assert (outcome.status, outcome.table, outcome.id, outcome.column) == ("accepted", "vulnerabilities", "S-SOC-1", "description")


def test_empty_is_not_zero_and_zero_is_not_empty(department: bytes, take: Take, answered: Answered) -> None:
    """Store 0 hours where 0 stands, and nothing where nothing stands."""
    said = _said(
        take(answered(department, ("department.A", "V-SOC-1", "tolerable_outage_h", 0), ("department.A", "V-SOC-1", "unit", "  ")))
    )
    assert said == {("services", "V-SOC-1", "tolerable_outage_h"): 0.0}


def test_texts_that_look_like_formulas_stay_texts(department: bytes, take: Take, answered: Answered) -> None:
    """Take a text that begins with an equals sign as text."""

    def write(book: Workbook) -> None:
        cell = book.worksheets[0]["C9"]
        cell.value = "=1+1 är två"
        cell.data_type = "s"

    assert _said(take(answered(department, change=write))) == {("services", "V-SOC-1", "unit"): "=1+1 är två"}


def test_a_formula_gives_the_value_that_excel_last_saw(take: Take, answered: Answered, department: bytes) -> None:
    """Read what a formula shows; the names that sheet B repeats by formula are no answers."""
    read = take(answered(department, ("department.A", "V-SOC-1", "unit", "Krokom")))
    labels = [outcome for (sheet, cell), outcome in read.outcomes.items() if sheet.startswith("B ") and cell in {"B8", "B9"}]
    assert {(outcome.status, outcome.reason) for outcome in labels} == {("ignored", "namnet upprepas från en annan plats")}


def test_the_account_is_plain_data(filled_in: bytes, take: Take) -> None:
    """Give the reconciliation as JSON with counts, rows and problems under the names that are promised."""
    told = json.loads(json.dumps(take(filled_in).as_dict()))
    assert {"file", "cells_read", "cells_accepted", "cells_rejected", "cells_ignored", "rows", "problems"} <= set(told)
    assert told["cells_accepted"] + told["cells_rejected"] + told["cells_ignored"] == told["cells_read"]
    assert sum(told["ignored"].values()) == told["cells_ignored"]
    assert told["rows"] == {"services": 3, "dependencies": 4, "assessments": 2, "vulnerabilities": 1, "treatments": 2}


def test_a_refused_file_rejects_every_cell_it_could_read(department: bytes, take: Take) -> None:
    """Account for all cells of a file that is not taken in, with the reason."""
    book = reading.read(department, file="svar.xlsx")
    account = refused("svar.xlsx", department, [Problem(problem="Nej.", remedy="Gör om.", kind="refused")], book)
    assert account.counts["cells_rejected"] == account.counts["cells_read"] == _counted(department)
    assert (account.refused, account.complete, account.problems[0].file) == (True, False, "svar.xlsx")
    assert take(department).refused is False


def test_a_register_is_left_as_it_was(filled_in: bytes, take: Take, register: Register) -> None:
    """Leave the register that a form is read into unchanged."""
    before = register.fingerprint()
    take(filled_in)
    assert register.fingerprint() == before


def test_a_sheet_that_is_renamed_in_case_only_is_found(department: bytes, take: Take, answered: Answered) -> None:
    """Find sheets as Excel does: capitals do not count."""

    def rename(book: Workbook) -> None:
        for sheet in book.worksheets:
            sheet.title = sheet.title.swapcase() + "x" if sheet.sheet_state == "visible" else sheet.title
            sheet.title = sheet.title.rstrip("x")

    read = take(answered(department, change=rename))
    assert (read.counts["cells_rejected"], read.problems) == (0, ())


def test_rows_that_were_sorted_keep_their_answers(department: bytes, take: Take, answered: Answered) -> None:
    """Follow the hidden ids, whatever the order of the rows."""

    def swap(book: Workbook) -> None:
        sheet = book.worksheets[0]
        for column in range(1, sheet.max_column + 1):
            one, other = sheet.cell(9, column), sheet.cell(10, column)
            one.value, other.value = other.value, one.value

    assert take(answered(department, change=swap)).changes == ()


def test_inserted_rows_and_columns_do_not_move_answers(department: bytes, take: Take, answered: Answered) -> None:
    """Find header, fields and ids wherever they stand, also between marker and header."""

    def insert(book: Workbook) -> None:
        for sheet in book.worksheets[:3]:
            sheet.insert_cols(3)
            sheet.insert_rows(1)
        for sheet, header in zip(book.worksheets[:3], (9, 8, 8), strict=True):
            sheet.insert_rows(header)

    read = take(answered(department, ("department.C", "H-1", "severity", 2), change=insert))
    assert (read.problems, [change.after for change in read.changes if change.column == "low"]) == ((), [2.0])


@pytest.mark.parametrize("block", ["department.A", "department.B", "department.C", "department.D"])
def test_a_table_without_its_hidden_marker_is_found_by_its_headers(block: str, filled_in: bytes, take: Take, answered: Answered) -> None:
    """Read the same without the marker row as with it."""

    def remove(book: Workbook) -> None:
        for sheet in book.worksheets:
            for cell in sheet["A"]:
                if cell.value == f"§{block}":
                    sheet.delete_rows(cell.row)
                    return

    assert _said(take(answered(filled_in, change=remove))) == _said(take(filled_in))


def test_rows_without_their_hidden_ids_are_found_by_name(department: bytes, take: Take, answered: Answered) -> None:
    """Find services and events by name when someone has deleted the hidden column."""

    def remove(book: Workbook) -> None:
        for sheet in book.worksheets[:3]:
            sheet.delete_cols(1)

    content = answered(department, ("department.C", "H-1", "severity", 2), ("department.A", "V-SOC-1", "unit", "Ås"), change=remove)
    said = _said(take(content))
    assert said["services", "V-SOC-1", "unit"] == "Ås"
    assert {key[0] for key in said} == {"services", "assessments"}
    assert "H-1" in said.values()


def test_dates_are_read_whether_excel_knows_them_or_not(department: bytes, take: Take, answered: Answered, where: Where) -> None:
    """Take a day as it is, and a day written as ISO text with a notice."""
    content = answered(
        department,
        ("department.A", "V-SOC-1", "backup_tested", datetime(2021, 5, 3)),  # noqa: DTZ001 (a cell has no zone)
        ("department.A", "V-SOC-2", "backup_tested", "2021-05-04"),
    )
    read = take(content)
    assert list(_said(read).values()) == [date(2021, 5, 3), date(2021, 5, 4)]
    assert [(one.kind, one.sheet, one.cell) for one in read.problems] == [
        ("notice", *where(content, "department.A", "V-SOC-2", "backup_tested"))
    ]


def test_a_day_that_nobody_knows_may_be_said_in_words(department: bytes, take: Take, answered: Answered) -> None:
    """Take ”vet inte” where a date is asked for as no date, without a word about a date that stands as text."""
    read = take(answered(department, ("department.A", "V-SOC-1", "backup_tested", "vet inte")))
    assert not read.problems
    assert not _said(read)


def test_a_new_service_below_the_prepared_rows_gets_an_id_of_its_own(department: bytes, take: Take, answered: Answered) -> None:
    """Take a row without an id that says more than one thing, and the same row once however often it is read."""

    def add(book: Workbook) -> None:
        sheet = book.worksheets[0]
        last = sheet.max_row + 1
        sheet.cell(last, 2).value, sheet.cell(last, 3).value = "Färdtjänst", "Krokom"

    content = answered(department, change=add)
    first, second = take(content), take(content)
    assert dict(first.new) == {"services": 1}
    assert first.changes == second.changes


def test_a_row_in_the_register_without_an_id_is_new_or_the_one_it_names(register_book: bytes, take: Take, answered: Answered) -> None:
    """Make an id for a new event, also when only its name is given, and know an event again by its name."""

    def add(book: Workbook) -> None:
        sheet = book["Risker"]
        first = sheet.max_row + 1
        sheet.cell(first, 2).value = "Skyfall"
        sheet.cell(first + 1, 2).value, sheet.cell(first + 1, 3).value = " Elavbrott ", "Kallt och mörkt."
        for cell in sheet[5]:
            cell.value = None

    said = _said(take(answered(register_book, change=add)))
    assert said["risks", "H-1", "description"] == "Kallt och mörkt."
    assert [value for key, value in said.items() if key[2] == "event"] == ["Skyfall"]


def test_a_workbook_of_the_coordinators_own_with_our_headers_is_read(take: Take) -> None:
    """Read a sheet that is named as a table, headers by name, with or without units or ids."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Verksamheter"
    sheet.append(["Våra verksamheter 2021"])
    sheet.append(["Verksamhet", "Organisation", "Hur länge får den stå stilla"])
    sheet.append(["Simhall", "BUN", 168])
    made = io.BytesIO()
    book.save(made)
    read = take(made.getvalue())
    assert (read.form, read.problems) == ("register", ())
    assert {key[2]: value for key, value in _said(read).items() if key[2] != "id"} == {
        "organisation": "BUN",
        "name": "Simhall",
        "tolerable_outage_h": 168.0,
    }


def test_what_the_reader_told_of_the_file_is_told_of_a_form_too(department: bytes, register: Register, scale: Scale) -> None:
    """What a format cannot show, and what lies beside the table, stands first in the account of one of our forms."""
    seen = Problem(problem="Filen innehåller makron. De körs inte.", remedy="", kind="notice")
    book = replace(reading.read(department, file="svar.xlsm"), told=(seen,))
    read = intake.take_in(book, file="svar.xlsm", sha256="0" * 64, register=register, scale=scale, workspace="krokom")
    assert read.problems[0] == seen.at(file="svar.xlsm")
