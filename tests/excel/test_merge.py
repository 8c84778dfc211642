"""Three ways: as the form was sent out, as it was answered, as the register is now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import Workbook

from krokomrsa import changes
from krokomrsa.changes import Change
from krokomrsa.excel import forms, registerbook
from krokomrsa.excel.account import Intake
from krokomrsa.excel.rows import identity
from krokomrsa.register import Register

Take = Callable[..., Intake]
Answered = Callable[..., bytes]
Where = Callable[[bytes, str, str, str], tuple[str, str]]
UNIT = ("services", "V-SOC-1", "tolerable_outage_h")  # 8 hours when the forms were made
MADE = {"rule_set": "LEH", "workspace": "krokom", "made_on": date(2021, 11, 15)}


def _set(register: Register, table: str, row: str, column: str, value: object) -> Register:
    before = register.rows(table)[row][column]
    return changes.apply(register, [Change(table=table, id=row, column=column, before=before, after=value)])  # type: ignore[arg-type]


def _without(register: Register, table: str, row: str) -> Register:
    return changes.apply(register, [Change(table=table, id=row, column="id", before=row, after=None)])


def _told(read: Intake) -> list[tuple[str, str, object]]:
    return [(change.id, change.column, change.after) for change in read.changes]


FORM = ("department.A", "V-SOC-1", "tolerable_outage_h")
BOOK = ("register.services", "V-SOC-1", "tolerable_outage_h")


@pytest.fixture(params=["department", "register_book"])
def form(request: pytest.FixtureRequest) -> tuple[bytes, tuple[str, str, str]]:
    """Return the department's form or the register workbook, and where the tolerable outage of V-SOC-1 stands in it."""
    return request.getfixturevalue(request.param), FORM if request.param == "department" else BOOK


def test_what_changed_in_the_form_only_updates_the_register(form, take: Take, answered: Answered) -> None:
    """Set the value when the register is as it was."""
    content, place = form
    read = take(answered(content, (*place, 4)))
    assert (_told(read), read.problems) == ([("V-SOC-1", "tolerable_outage_h", 4.0)], ())
    assert dict(read.changed) == {"services": 1}


def test_what_changed_in_the_register_only_is_kept_without_a_word(form, take: Take, register: Register) -> None:
    """Leave the register's newer value alone when the form still says what was sent out."""
    content, _ = form
    read = take(content, _set(register, *UNIT, 48.0))
    assert (read.changes, read.problems, read.counts["cells_rejected"]) == ((), (), 0)


def test_the_same_change_in_both_is_no_conflict(form, take: Take, answered: Answered, register: Register) -> None:
    """Say nothing when form and register came to the same value."""
    content, place = form
    read = take(answered(content, (*place, "48")), _set(register, *UNIT, 48.0))
    assert (read.changes, read.problems) == ((), ())


def test_different_changes_are_a_conflict_with_both_values(form, take: Take, answered: Answered, register: Register, where: Where) -> None:
    """Show what stands in the form, in the register and stood when the form was made; store nothing of it."""
    content, place = form
    changed = answered(content, (*place, 4))
    read = take(changed, _set(register, *UNIT, 48.0))
    (conflict,) = read.problems
    assert (read.changes, conflict.kind, conflict.sheet, conflict.cell) == ((), "conflict", *where(content, *place))
    assert (conflict.value, conflict.table, conflict.id, conflict.column) == ("4", *UNIT)
    assert "48" in conflict.problem
    assert "8" in conflict.problem.split("stod")[1]
    assert (read.counts["cells_rejected"], read.complete) == (1, False)


@pytest.mark.parametrize(("choice", "expected"), [("form", [("V-SOC-1", "tolerable_outage_h", 4.0)]), ("register", [])])
def test_a_conflict_is_settled_one_way_or_the_other(  # noqa: PLR0917 (what a test needs)
    choice: str, expected: list[object], form, take: Take, answered: Answered, register: Register
) -> None:
    """Take the form's value or keep the register's, and tell of no conflict any more."""
    content, place = form
    read = take(answered(content, (*place, 4)), _set(register, *UNIT, 48.0), on_conflict=choice)
    assert (_told(read), read.problems, read.counts["cells_rejected"]) == (expected, (), 0)


def test_an_answer_in_other_letters_is_no_change(department: bytes, take: Take, answered: Answered, register: Register) -> None:
    """Know ”ja” and ”Ja” for the same answer, so that it does not stand against a newer value of the register."""
    content = answered(department, ("department.A", "V-SOC-1", "routines", " ja "))
    read = take(content, _set(register, "services", "V-SOC-1", "routines", "no"))
    assert (read.changes, read.problems) == ((), ())


def test_an_answer_that_was_asked_for_anew_replaces_the_last_one(
    department: bytes, take: Take, answered: Answered, register: Register
) -> None:
    """Let this year's Stämmer / Ändrat replace last year's: the form never showed it."""
    read = take(
        answered(department, ("department.A", "V-SOC-1", "review", "Ändrat")), _set(register, "services", "V-SOC-1", "review", "unchanged")
    )
    assert (_told(read), read.problems) == ([("V-SOC-1", "review", "changed")], ())


def test_a_row_that_is_gone_from_a_form_is_told_and_stays(department: bytes, take: Take, answered: Answered) -> None:
    """Report the service that a department deleted from its form, once and by name; delete nothing."""

    def delete(book: Workbook) -> None:
        book.worksheets[0].delete_rows(9)
        book.worksheets[1].delete_rows(8)

    read = take(answered(department, change=delete))
    assert read.changes == ()
    assert [(one.kind, "Hemtjänst" in one.problem) for one in read.problems] == [("gone", True)]


def test_a_row_that_is_gone_from_the_register_workbook_is_told_and_stays(register_book: bytes, take: Take, answered: Answered) -> None:
    """Report the row by name; delete nothing."""
    read = take(answered(register_book, change=lambda book: book["Risker"].delete_rows(5)))
    assert read.changes == ()
    assert [(one.kind, one.table, one.id, "Elavbrott" in one.problem) for one in read.problems] == [("gone", "risks", "H-1", True)]


def test_a_cleared_cell_in_a_departments_form_is_told_and_kept(department: bytes, take: Take, answered: Answered, where: Where) -> None:
    """Report the emptied cell at its place; keep the register's value."""
    read = take(answered(department, (*FORM, None), ("department.B", "V-SOC-1", "R-EL", None)))
    assert read.changes == ()
    assert [(one.kind, one.sheet, one.cell) for one in read.problems] == [
        ("gone", *where(department, *FORM)),
        ("gone", *where(department, "department.B", "V-SOC-1", "R-EL")),
    ]
    assert "Elnät" in read.problems[1].problem


def test_a_cleared_cell_in_the_register_workbook_empties_the_value(register_book: bytes, take: Take, answered: Answered) -> None:
    """Empty what the coordinator emptied, say nothing more of it, and nothing the second time."""
    content = answered(register_book, (*BOOK, None), ("register.services", "V-SOC-1", "routines", "  "))
    read = take(content)
    assert (_told(read), read.problems) == ([("V-SOC-1", "tolerable_outage_h", None), ("V-SOC-1", "routines", None)], ())
    assert dict(read.changed) == {"services": 1}


def test_emptying_twice_changes_nothing(register_book: bytes, take: Take, answered: Answered, register: Register) -> None:
    """Find nothing left to empty the second time."""
    content = answered(register_book, (*BOOK, None))
    read = take(content, changes.apply(register, take(content).changes))
    assert (read.changes, read.problems) == ((), ())


def test_a_required_value_cannot_be_emptied(register_book: bytes, take: Take, answered: Answered) -> None:
    """Report a required cell that was emptied and keep its value."""
    read = take(answered(register_book, ("register.services", "V-SOC-1", "name", None)))
    assert (read.changes, [(one.kind, one.column) for one in read.problems]) == ((), [("gone", "name")])


def test_an_emptied_value_that_has_changed_in_the_register_is_a_conflict(
    register_book: bytes, take: Take, answered: Answered, register: Register
) -> None:
    """Ask before emptying what someone has changed since; empty it or keep it as told."""
    content, newer = answered(register_book, (*BOOK, None)), _set(register, *UNIT, 48.0)
    asked = take(content, newer)
    assert (asked.changes, [(one.kind, one.column) for one in asked.problems]) == ((), [("conflict", "tolerable_outage_h")])
    assert _told(take(content, newer, on_conflict="form")) == [("V-SOC-1", "tolerable_outage_h", None)]
    assert take(content, newer, on_conflict="register").changes == ()


def test_a_deleted_column_of_the_register_workbook_empties_nothing(register_book: bytes, take: Take, answered: Answered) -> None:
    """Report a column that is gone, once; keep every value of it."""
    read = take(answered(register_book, change=lambda book: book["Verksamheter"].delete_cols(4)))  # function: nothing in it
    assert (read.changes, read.problems) == ((), ())

    def delete(book: Workbook) -> None:
        sheet = book["Verksamheter"]
        column = next(cell.column for cell in sheet[4] if cell.value == "Hur länge får den stå stilla (timmar)")
        sheet.delete_cols(column)

    read = take(answered(register_book, change=delete))
    assert read.changes == ()
    assert [(one.kind, one.sheet, one.column) for one in read.problems] == [("gone", "Verksamheter", "tolerable_outage_h")]


def test_a_renamed_column_of_the_register_workbook_empties_nothing(register_book: bytes, take: Take, answered: Answered) -> None:
    """Reject the values below an unknown header and keep the register's."""

    def rename(book: Workbook) -> None:
        next(cell for cell in book["Verksamheter"][4] if cell.value == "Rutin för störning finns").value = "Rutiner?"

    read = take(answered(register_book, change=rename))
    assert read.changes == ()
    assert sorted(one.kind for one in read.problems) == ["gone", "rejected"]
    assert read.counts["cells_rejected"] == 4


def test_a_row_that_was_removed_since_is_not_made_again(form, take: Take, answered: Answered, register: Register) -> None:
    """Keep a removed row removed; say so where the form changes it, and not where it does not."""
    content, place = form
    left = _without(_without(register, "services", "V-SOC-1"), "dependencies", "B-1")
    gone = {("services", "V-SOC-1"), ("dependencies", "B-1")}
    quiet = take(content, left, removed=gone)
    assert (quiet.changes, quiet.problems, quiet.counts["cells_rejected"]) == ((), (), 0)
    loud = take(answered(content, (*place, 4)), left, removed=gone)
    assert (loud.changes, [one.kind for one in loud.problems]) == ((), ["conflict"])
    assert take(answered(content, (*place, 4)), left, removed=gone, on_conflict="register").problems == ()


def test_a_removed_need_with_an_interval_of_its_own_is_not_made_again(register: Register, severity: dict[int, str], take: Take) -> None:
    """Leave a removed need removed also when its cell says what no answer of the list says."""
    odd = _set(register, "dependencies", "B-1", "endurance_high_h", 36.0)
    content = forms.department(odd, "SOC", severity=severity, **MADE)
    assert take(content, odd).problems == ()
    read = take(content, _without(odd, "dependencies", "B-1"), removed={("dependencies", "B-1")})
    assert (read.changes, read.problems) == ((), ())


def test_a_form_from_another_workspace_is_compared_with_the_register_only(
    department: bytes, take: Take, answered: Answered, register: Register
) -> None:
    """Trust nothing of what stood in the form when it was made: every difference from the register is asked about."""
    read = take(department, _set(register, *UNIT, 48.0), workspace="en annan")
    assert (read.changes, [one.kind for one in read.problems]) == ((), ["notice", "conflict"])
    emptied = take(answered(department, (*FORM, None)), workspace="en annan")
    assert (emptied.changes, [one.kind for one in emptied.problems]) == ((), ["notice"])


def test_a_register_workbook_from_another_workspace_empties_nothing(register_book: bytes, take: Take, answered: Answered) -> None:
    """Take an empty cell for nothing said when the workbook was made elsewhere."""
    assert take(answered(register_book, (*BOOK, None)), workspace="en annan").changes == ()


def test_this_years_answer_updates_last_years_judgement(
    register: Register, severity: dict[int, str], take: Take, answered: Answered
) -> None:
    """Show a department its own latest judgement and update that one, not a new one beside it."""
    judged = {"risk": "H-1", "judge": "SOC", "aspect": "own operations", "status": "judged"}
    rows = {
        "A-10": judged | {"date": date(2020, 5, 1), "low": 5.0, "high": 5.0},
        "A-9": judged | {"date": date(2021, 5, 1), "low": 2.0, "high": 2.0},
    }
    made = [
        Change(table="assessments", id=row_id, column=column, before=None, after=value)
        for row_id, row in rows.items()
        for column, value in ({"id": row_id} | row).items()
    ]
    known = changes.apply(register, made)
    content = forms.department(known, "SOC", severity=severity, **MADE)
    assert take(content, known).changes == ()
    read = take(answered(content, ("department.C", "H-1", "severity", 3)), known)
    assert _told(read) == [("A-9", "low", 3.0), ("A-9", "high", 3.0)]
    from_elsewhere = take(answered(content, ("department.C", "H-1", "severity", 3)), known, workspace="en annan")
    assert {one.id for one in from_elsewhere.problems if one.kind == "conflict"} == {"A-9"}


def test_a_target_is_no_answer_of_the_form(register: Register, severity: dict[int, str], take: Take, answered: Answered) -> None:
    """Neither show in a form nor change by it what is judged of another state than how it is now."""
    said = {"risk": "H-1", "judge": "SOC", "aspect": "own operations", "status": "judged"}
    rows = {
        "A-1": said | {"date": date(2020, 5, 1), "low": 5.0, "high": 5.0},
        "A-2": said | {"date": date(2021, 5, 1), "low": 1.0, "high": 1.0, "state": "target"},
    }
    made = [
        Change(table="assessments", id=row_id, column=column, before=None, after=value)
        for row_id, row in rows.items()
        for column, value in ({"id": row_id} | row).items()
    ]
    known = changes.apply(register, made)
    content = forms.department(known, "SOC", severity=severity, **MADE)
    assert take(content, known).changes == ()
    read = take(answered(content, ("department.C", "H-1", "severity", 3)), known)
    assert _told(read) == [("A-1", "low", 3.0), ("A-1", "high", 3.0)]


def test_now_and_no_state_are_the_same_judgement(register: Register) -> None:
    """Call a judgement the same row whether its state is left empty or said to be how it is now, and another for a target."""
    said = {"risk": "H-1", "judge": "SOC", "aspect": "likelihood"}
    assert identity(register.vocabulary, "assessments", said) == identity(register.vocabulary, "assessments", said | {"state": "current"})
    assert identity(register.vocabulary, "assessments", said) != identity(register.vocabulary, "assessments", said | {"state": "target"})


def test_a_weakness_that_is_added_later_is_linked_to_its_measure(
    department: bytes, take: Take, answered: Answered, register: Register
) -> None:
    """Join a measure that the register has with the weakness that a later copy of the form adds."""
    first = answered(department, ("department.D", "SOC-1", "proposal", "Skaffa reservkraft"))
    known = changes.apply(register, take(first).changes)
    second = answered(first, ("department.D", "SOC-1", "weakness", "Reservkraft saknas"))
    after = changes.apply(known, take(second, known).changes)
    assert after.rows("treatments")["T-SOC-1"]["vulnerabilities"] == "S-SOC-1"
    assert take(second, after).changes == ()


def test_an_older_copy_of_the_register_workbook_overwrites_nothing_newer(take: Take, register: Register, answered: Answered) -> None:
    """Let a workbook made before other edits bring its own edits only."""
    content = registerbook.write(register, **MADE)
    newer = _set(_set(register, *UNIT, 48.0), "risks", "H-1", "event", "Långt elavbrott")
    read = take(answered(content, ("register.risks", "H-2", "event", "Storm och snö")), newer)
    assert (_told(read), read.problems) == ([("H-2", "event", "Storm och snö")], ())
