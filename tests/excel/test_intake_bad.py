"""Bad input: each mistake has a place, a Swedish message and a remedy; nothing is lost and nothing half done."""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas as pd
import pytest
from openpyxl import Workbook

from krokomrsa import changes
from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import blocks
from krokomrsa.excel.account import Intake
from krokomrsa.register import Register

Take = Callable[..., Intake]
Answered = Callable[..., bytes]
Where = Callable[[bytes, str, str, str], tuple[str, str]]


def _saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _meta(book: Workbook, key: str, value: object) -> None:
    next(row for row in book[blocks.META_SHEET].iter_rows() if row[0].value == key)[1].value = value


def _row(book: Workbook, sheet: int, number: int) -> list[object]:
    return [cell.value for cell in book.worksheets[sheet][number]]


def _touches(read: Intake) -> set[tuple[str, str]]:
    return {(change.table, change.id) for change in read.changes}


CELLS = [  # block, row, field, what stands there, part of the problem, part of the remedy
    ("department.A", "V-SOC-1", "tolerable_outage_h", "två dygn", "ett tal", "48 eller 0,5 (timmar)"),
    ("department.A", "V-SOC-1", "tolerable_outage_h", -1, "mindre än 0", "minst 0"),
    ("department.A", "V-SOC-1", "tolerable_outage_h", True, "ett tal", "48"),
    ("department.A", "V-SOC-1", "trained_on", "hösten 2020", "ett datum", "ÅÅÅÅ-MM-DD"),
    ("department.A", "V-SOC-1", "trained_on", "1850-01-01", "utanför", "ÅÅÅÅ-MM-DD"),
    ("department.A", "V-SOC-1", "routines", "Kanske", "listan", "Ja, Nej, Vet inte"),
    ("department.A", "V-SOC-1", "unit", "#N/A", "fel i Excel", "för hand"),
    ("department.A", "V-SOC-1", "unit", "=A1&A2", "utan uträknat värde", "för hand"),
    ("department.A", "V-SOC-1", "unit", "vet\x85inte", "U+0085", "för hand"),
    ("department.B", "V-SOC-1", "R-EL", "en vecka", "listan", "7 dygn"),
    ("department.B", "V-SOC-1", "R-EL", 24, "listan", "1 dygn"),
    ("department.C", "H-1", "severity", 7, "listan", "1 –"),
    ("department.C", "H-1", "severity", 3.2, "listan", "vet inte"),
    ("department.C", "H-1", "event", "Elavbrottet i Ås", "samordnarens", "motiveringen"),
]


@pytest.mark.parametrize(("block", "row", "key", "value", "problem", "remedy"), CELLS)
def test_a_cell_that_cannot_be_read_is_rejected_alone(  # noqa: PLR0917 (what a test needs)
    block: str,
    row: str,
    key: str,
    value: object,
    problem: str,
    remedy: str,
    department: bytes,
    take: Take,
    answered: Answered,
    where: Where,
) -> None:
    """Reject the cell with its place, what stands there and what to do; take the rest of the form."""
    content = answered(department, ("department.A", "V-SOC-2", "unit", "Ås"), (block, row, key, value))
    read = take(content)
    (told,) = read.problems
    assert (told.kind, told.file, told.sheet, told.cell) == ("rejected", "svar.xlsx", *where(content, block, row, key))
    assert problem in told.problem
    assert remedy in told.remedy
    assert [(change.id, change.after) for change in read.changes] == [("V-SOC-2", "Ås")]
    assert (read.counts["cells_rejected"], read.complete) == (1, False)


REGISTER_CELLS = [
    ("register.assessments", "A-1", "high", 7, "skalan", "1"),
    ("register.assessments", "A-1", "low", 5, "", ""),
    ("register.assessments", "A-2", "status", "Vet inte", "", ""),
    ("register.risks", "H-1", "services", "V-SOC-1; V-SCO-2", "V-SCO-2", "V-SOC-2"),
    ("register.risks", "H-1", "owner", "Socialförvaltning", "Socialförvaltning", "SOC"),
    ("register.risks", "H-1", "area", "Brott", "listan", ""),
    ("register.dependencies", "B-1", "needed", 2, "", ""),
    ("register.dependencies", "B-1", "endurance_low_h", 30, "", ""),
]


@pytest.mark.parametrize(("block", "row", "key", "value", "problem", "remedy"), REGISTER_CELLS)
def test_a_cell_of_the_register_workbook_that_breaks_a_rule_is_rejected(  # noqa: PLR0917 (what a test needs)
    block: str,
    row: str,
    key: str,
    value: object,
    problem: str,
    remedy: str,
    register_book: bytes,
    take: Take,
    answered: Answered,
    where: Where,
) -> None:
    """Reject the one cell whose value breaks a rule of the register, whichever column the rule names."""
    content = answered(register_book, (block, row, key, value))
    read = take(content)
    (told,) = read.problems
    assert (read.changes, told.kind, told.sheet, told.cell) == ((), "rejected", *where(content, block, row, key))
    assert read.counts["cells_rejected"] == 1
    assert problem in told.problem
    assert remedy in told.problem + told.remedy


def test_an_unknown_reference_asks_for_the_one_that_was_meant(register_book: bytes, take: Take, answered: Answered) -> None:
    """Say ”Menade du”, with id and name."""
    read = take(answered(register_book, ("register.risks", "H-1", "owner", "SOK")))
    assert "Menade du ”SOC” (Socialförvaltningen)?" in read.problems[0].problem + read.problems[0].remedy


def test_emptying_what_a_rule_needs_is_told_and_kept(register_book: bytes, take: Take, answered: Answered) -> None:
    """Keep a judged level that was emptied, and say why."""
    content = answered(register_book, ("register.assessments", "A-2", "low", None), ("register.assessments", "A-2", "high", None))
    read = take(content)
    assert read.changes == ()
    assert {(one.table, one.id) for one in read.problems} == {("assessments", "A-2")}


def test_two_rules_about_one_cell_do_not_take_the_row_with_it(register_book: bytes, take: Take, answered: Answered) -> None:
    """Reject a new judgement's level once, and the row only because it then says nothing."""

    def add(book: Workbook) -> None:
        book["Risker"].append(["H-9", "Skyfall", "Beskrivning", None, "fel område"])

    read = take(answered(register_book, change=add))
    assert _touches(read) == {("risks", "H-9")}
    assert {change.column for change in read.changes} == {"id", "event", "description"}


@pytest.mark.parametrize("form", ["department", "owner", "register_book"])
def test_an_unknown_header_rejects_its_column_once(form: str, take: Take, answered: Answered, request: pytest.FixtureRequest) -> None:
    """Tell an unknown header once with the number of cells below it, and reject them all."""

    def add(book: Workbook) -> None:
        sheet = book.worksheets[0]
        header = next(cell.row for cell in sheet["A"] if cell.value == "Id")
        column = sheet.max_column + 1
        sheet.cell(header, column).value = "Kommentar"
        sheet.cell(header + 1, column).value = "ett"

    read = take(answered(request.getfixturevalue(form), change=add))
    (told,) = read.problems
    assert (read.changes, told.kind, told.value, read.counts["cells_rejected"]) == ((), "rejected", "Kommentar", 2)
    assert "1 cell" in told.problem


def test_a_new_column_in_the_matrix_is_told_with_the_names_it_may_have(department: bytes, take: Take, answered: Answered) -> None:
    """Name the resources that a column may stand for."""

    def add(book: Workbook) -> None:
        sheet = book.worksheets[1]
        sheet["F7"].value, sheet["F8"].value = "Snöskoter", "1 dygn"

    read = take(answered(department, change=add))
    assert "Elnät" in read.problems[0].remedy
    assert read.counts["cells_rejected"] == 2


@pytest.mark.parametrize("form", ["department", "register_book"])
def test_a_header_that_stands_twice_leaves_the_second_column_unread(
    form: str, take: Take, answered: Answered, request: pytest.FixtureRequest
) -> None:
    """Read the first of two columns with the same header and reject the second."""

    def add(book: Workbook) -> None:
        sheet = book.worksheets[0]
        header = next(cell.row for cell in sheet["A"] if cell.value == "Id")
        column = sheet.max_column + 1
        sheet.cell(header, column).value = sheet.cell(header, 2).value
        sheet.cell(header + 1, column).value = "en annan"

    read = take(answered(request.getfixturevalue(form), change=add))
    (told,) = read.problems
    assert (read.changes, read.counts["cells_rejected"]) == ((), 2)
    assert "två gånger" in told.problem


def test_a_resource_that_stands_twice_in_the_matrix_is_read_once(department: bytes, take: Take, answered: Answered) -> None:
    """Reject the second column of a resource with the answers in it."""

    def add(book: Workbook) -> None:
        sheet = book.worksheets[1]
        sheet["F7"].value, sheet["F8"].value = "elnät", "vet inte"

    read = take(answered(department, change=add))
    assert (read.changes, read.counts["cells_rejected"], len(read.problems)) == ((), 2, 1)


def test_a_second_column_of_ids_is_no_answer(register_book: bytes, take: Take, answered: Answered) -> None:
    """Reject another column named Id instead of passing over it."""

    def add(book: Workbook) -> None:
        sheet = book["Risker"]
        column = sheet.max_column + 1
        sheet.cell(4, column).value, sheet.cell(5, column).value = "Id", "H-77"

    read = take(answered(register_book, change=add))
    assert (read.changes, read.counts["cells_rejected"]) == ((), 2)


def test_a_missing_sheet_is_told_and_the_others_read(department: bytes, take: Take, answered: Answered) -> None:
    """Say which sheet is missing and take the answers of the rest."""
    content = answered(department, ("department.C", "H-1", "severity", 2), change=lambda book: book.remove(book.worksheets[1]))
    read = take(content)
    assert {change.table for change in read.changes} == {"assessments"}
    assert [(one.kind, one.sheet) for one in read.problems] == [("rejected", "B Hur länge klarar vi oss utan")]


def test_a_missing_sheet_of_the_register_workbook_is_told(register_book: bytes, take: Take, answered: Answered) -> None:
    """Say which tables are missing, those that had rows when the workbook was made; delete nothing."""
    read = take(answered(register_book, change=lambda book: (book.remove(book["Risker"]), book.remove(book["Mål"]))))
    assert (read.changes, [(one.kind, one.sheet) for one in read.problems]) == ((), [("rejected", "Risker")])


def test_a_renamed_sheet_is_told(register_book: bytes, take: Take, answered: Answered) -> None:
    """Say that a sheet belongs to no table, so that its rows are not passed over in silence."""

    def rename(book: Workbook) -> None:
        book["Risker"].title = "Riskerna"

    read = take(answered(register_book, change=rename))
    assert read.changes == ()
    assert sorted((one.kind, one.sheet) for one in read.problems) == [("notice", "Riskerna"), ("rejected", "Risker")]


def test_a_table_without_its_header_row_is_rejected_whole(department: bytes, take: Take, answered: Answered) -> None:
    """Reject every cell of a sheet whose table cannot be found, and read the other sheets."""
    content = answered(department, ("department.C", "H-1", "severity", 2), change=lambda book: book.worksheets[0].delete_rows(8))
    read = take(content)
    (told,) = read.problems
    assert {change.table for change in read.changes} == {"assessments"}
    assert (told.kind, told.sheet) == ("rejected", "A Våra verksamheter")
    assert all(outcome.status == "rejected" for (sheet, _), outcome in read.outcomes.items() if sheet.startswith("A "))


def test_a_row_without_a_name_is_rejected_whole(department: bytes, take: Take, answered: Answered) -> None:
    """Reject all cells of a new row that lacks its name, told once with the field that is missing."""
    content = answered(
        department,
        ("department.A", "V-SOC-3", "unit", "Ås"),
        ("department.A", "V-SOC-3", "routines", "Ja"),
        ("department.B", "V-SOC-3", "R-EL", "1 dygn"),
    )
    read = take(content)
    assert (read.changes, read.counts["cells_rejected"]) == ((), 3)
    assert ["Verksamhet" in one.problem for one in read.problems if one.sheet.startswith("A ")] == [True]
    assert ["blad A" in one.remedy for one in read.problems if one.sheet.startswith("B ")] == [True]


def test_a_row_with_an_id_alone_is_rejected_in_the_register_workbook(register_book: bytes, take: Take, answered: Answered) -> None:
    """Tell a row that has got an id and nothing else, instead of passing over it."""
    read = take(answered(register_book, change=lambda book: book["Risker"].append(["H-9"])))
    assert (read.changes, read.counts["cells_rejected"], read.problems[0].id) == ((), 1, "H-9")


def test_grounds_without_an_answer_are_rejected_with_the_question_that_is_missing(
    department: bytes, take: Take, answered: Answered
) -> None:
    """Ask for the severity when only its grounds are given."""
    read = take(answered(department, ("department.C", "H-1", "grounds", "Därför.")))
    assert "Hur hårt drabbas ni" in read.problems[0].problem


@pytest.mark.parametrize("edited", [False, True])
def test_a_copied_row_is_rejected_and_the_first_kept(edited: bool, department: bytes, take: Take, answered: Answered) -> None:  # noqa: FBT001 (a case of the test)
    """Keep the row that is most as it was sent out, above or below its copy, and say which row the other is a copy of."""

    def copy(book: Workbook) -> None:
        sheet = book.worksheets[0]
        for column, value in enumerate(_row(book, 0, 9), start=1):
            sheet.cell(11, column).value = value
        if edited:
            sheet.cell(9, 2).value = "Hemtjänst natt"

    read = take(answered(department, change=copy))
    (told,) = read.problems
    assert read.changes == ()
    assert told.cell == ("B9" if edited else "B11")
    assert ("rad 11" if edited else "rad 9") in told.problem
    assert read.counts["cells_rejected"] == 4


def test_a_duplicate_id_in_the_register_workbook_is_rejected(register_book: bytes, take: Take, answered: Answered) -> None:
    """Reject the second row with an id, told at its id; the id stands in the message."""
    read = take(answered(register_book, change=lambda book: book["Risker"].append(["H-1", "Något annat"])))
    (told,) = read.problems
    assert (read.changes, told.value, read.counts["cells_rejected"]) == ((), "H-1", 2)
    assert "H-1" in told.problem


def test_two_new_rows_without_ids_that_say_the_same_are_one_and_a_copy(register_book: bytes, take: Take, answered: Answered) -> None:
    """Take the first and reject the second, instead of letting the second write over the first in silence."""

    def add(book: Workbook) -> None:
        book["Risker"].append([None, "Skyfall", "Det ena"])
        book["Risker"].append([None, "skyfall", "Det andra"])

    read = take(answered(register_book, change=add))
    assert [change.after for change in read.changes if change.column == "description"] == ["Det ena"]
    assert (read.counts["cells_rejected"], len(read.problems)) == (2, 1)


def test_a_service_and_a_resource_with_the_same_id_are_told_apart(register_book: bytes, take: Take, answered: Answered) -> None:
    """Reject a new service whose id is a resource's."""
    read = take(answered(register_book, change=lambda book: book["Verksamheter"].append(["R-EL", "SOC", "Elverk"])))
    assert (read.changes, read.counts["cells_rejected"]) == ((), 3)


def test_a_change_that_breaks_a_rule_with_a_row_that_is_left_alone_is_rejected(
    register_book: bytes, register: Register, take: Take, answered: Answered
) -> None:
    """Reject the new row of a group that disagrees with the rows the group has, not the old ones."""
    group = [("B-7", "V-SOC-2", "R-EL"), ("B-8", "V-SOC-2", "R-TELE")]
    table = pd.concat(
        [
            register.dependencies,
            pd.DataFrame([{"id": key, "dependent": one, "supplier": other, "group": "kraft", "needed": 2} for key, one, other in group]),
        ]
    )
    known = Register({name.key: table if name.key == "dependencies" else rows for name, rows in register})
    assert take(register_book, known).problems == ()

    def add(book: Workbook) -> None:
        sheet = book["Beroenden"]
        headers = {cell.value: cell.column for cell in sheet[4]}
        row = sheet.max_row + 1
        said = {"Id": "B-9", "Beroende": "V-SOC-2", "Behöver": "R-IT", "Reservlösningsgrupp": "kraft", "Antal som måste stå": 1}
        for header, value in said.items():
            sheet.cell(row, headers[header]).value = value

    read = take(answered(register_book, change=add), known)
    assert "B-9" in {one.id for one in read.problems}
    assert {one.kind for one in read.problems} == {"rejected"}
    assert all(change.column != "needed" for change in read.changes)


def test_a_note_below_the_table_is_ignored_and_told(department: bytes, take: Take, answered: Answered) -> None:
    """Ignore a sentence below the services with a notice that says where it stands."""

    def note(book: Workbook) -> None:
        book.worksheets[0]["B19"].value = "Ring vår driftansvarige om något är oklart."

    read = take(answered(department, change=note))
    assert (read.changes, [(one.kind, one.cell) for one in read.problems]) == ((), [("notice", "B19")])
    assert read.outcomes["A Våra verksamheter", "B19"].status == "ignored"


def test_an_answer_outside_the_rows_is_no_note(department: bytes, take: Take, answered: Answered) -> None:
    """Reject an answer of the list that stands below the matrix; it belongs to no service."""

    def answer(book: Workbook) -> None:
        book.worksheets[1]["C17"].value = "1 dygn"

    read = take(answered(department, change=answer))
    assert (read.changes, [(one.kind, one.cell) for one in read.problems]) == ((), [("rejected", "C17")])


def test_text_beside_the_table_is_ignored_and_told(department: bytes, take: Take, answered: Answered) -> None:
    """Ignore what stands under no header, with a notice."""

    def note(book: Workbook) -> None:
        book.worksheets[2]["F8"].value = "se bilaga"

    read = take(answered(department, change=note))
    assert (read.changes, [(one.kind, one.cell) for one in read.problems]) == ((), [("notice", "F8")])


def test_a_sheet_of_the_senders_own_is_ignored_and_told(department: bytes, take: Take, answered: Answered) -> None:
    """Say that a sheet that the form does not have is not read."""

    def add(book: Workbook) -> None:
        book.create_sheet("Våra tankar")["A1"].value = "Hej"

    read = take(answered(department, change=add))
    assert (read.changes, [(one.kind, one.sheet) for one in read.problems]) == ((), [("notice", "Våra tankar")])


def test_an_event_of_the_departments_own_is_rejected(department: bytes, take: Take, answered: Answered) -> None:
    """Leave the list of events to the coordinator."""

    def add(book: Workbook) -> None:
        sheet = book.worksheets[2]
        sheet["B10"].value, sheet["C10"].value = "Vargar", 5

    read = take(answered(department, change=add))
    assert (read.changes, read.counts["cells_rejected"], len(read.problems)) == ((), 2, 1)


def test_an_event_that_the_coordinator_took_away_disturbs_nobody(department: bytes, take: Take, register: Register) -> None:
    """Ignore the text of an event that nobody answered and that is no longer in the register."""
    left = changes.apply(register, [changes.Change(table="risks", id="H-2", column="id", before="H-2", after=None)])
    assert take(department, left).counts["cells_rejected"] == 0


def test_a_resource_does_not_need_itself(owner: bytes, take: Take, answered: Answered) -> None:
    """Reject an answer in the locked cell where a resource meets itself."""
    read = take(answered(owner, ("owner.B", "R-IT", "R-IT", "1 dygn")))
    assert (read.changes, read.counts["cells_rejected"]) == ((), 1)


# A department cannot touch another's rows, whatever it writes into hidden cells


@pytest.mark.parametrize(
    ("sheet", "cell", "row_id"),
    [(0, "A9", "V-BUN-1"), (0, "A9", "R-KOK"), (1, "A8", "V-BUN-1"), (1, "A8", "R-KOK"), (1, "A8", "R-IT")],
)
def test_a_row_of_another_organisation_is_refused(  # noqa: PLR0917 (what a test needs)
    sheet: int, cell: str, row_id: str, department: bytes, take: Take, answered: Answered
) -> None:
    """Reject every answer of a row whose hidden id is a service or resource of someone else."""

    def edit(book: Workbook) -> None:
        book.worksheets[sheet][cell].value = row_id

    read = take(answered(department, change=edit))
    assert read.changes == ()
    assert ["annan organisation" in one.problem for one in read.problems if one.kind == "rejected"] == [True]


@pytest.mark.parametrize("row_id", ["R-KOK", "R-EL", "V-SOC-1"])
def test_a_resource_of_another_owner_is_refused(row_id: str, owner: bytes, take: Take, answered: Answered) -> None:
    """Reject the row of a resource that nobody owns; refuse a form whose only row is someone else's."""

    def edit(book: Workbook) -> None:
        book.worksheets[0]["A9"].value = row_id
        book.worksheets[0]["C9"].value = "Leverantören"

    content = answered(owner, change=edit)
    if row_id != "R-EL":
        with pytest.raises(KrokomrsaError, match="raderna hör till"):
            take(content)
        return
    read = take(content)
    assert read.changes == ()
    assert read.counts["cells_rejected"] > 0


def test_a_new_name_that_another_row_has_is_rejected(register_book: bytes, take: Take, answered: Answered) -> None:
    """Reject the edited name, also where the row that had it first stands below; take other edits of the table."""
    content = answered(
        register_book, ("register.services", "V-SOC-1", "name", "Trygghetslarm"), ("register.services", "V-SOC-2", "unit", "Ås")
    )
    read = take(content)
    assert [(change.id, change.after) for change in read.changes] == [("V-SOC-2", "Ås")]
    assert [(one.kind, one.id) for one in read.problems] == [("rejected", "V-SOC-1")]


def test_a_judgement_or_need_of_another_is_not_reached_through_the_hidden_base(
    department: bytes, take: Take, answered: Answered, register: Register
) -> None:
    """Do not believe the hidden sheet when it says that a cell showed a row that belongs to someone else."""

    def edit(book: Workbook) -> None:
        base = book[blocks.BASE_SHEET]
        for row in base.iter_rows(min_row=2):
            if row[0].value == "department.B":
                row[3].value = "B-2"  # the it unit's own need
        base.append(["department.C", "H-1", "severity", "A-2", None])  # a judgement of another aspect

    content = answered(department, ("department.B", "V-SOC-1", "R-EL", "vet inte"), ("department.C", "H-1", "severity", 5), change=edit)
    read = take(content)
    assert not {("dependencies", "B-2"), ("assessments", "A-2")} & _touches(read)
    after = changes.apply(register, read.changes)
    assert after.rows("dependencies")["B-2"] == register.rows("dependencies")["B-2"]


def test_a_weakness_of_another_is_not_written_over(department: bytes, take: Take, answered: Answered, register: Register) -> None:
    """Reject a weakness whose hidden number is another department's."""
    known = changes.apply(
        register,
        [
            changes.Change(table="vulnerabilities", id="S-BUN-1", column=column, before=None, after=value)
            for column, value in {"id": "S-BUN-1", "organisation": "BUN", "description": "Skolan"}.items()
        ],
    )

    def edit(book: Workbook) -> None:
        book.worksheets[2]["A15"].value = "BUN-1"
        book.worksheets[2]["B15"].value = "Vår"

    read = take(answered(department, change=edit), known)
    assert (read.changes, read.counts["cells_rejected"]) == ((), 1)


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("organisation", None, "vilken organisation"),
        ("organisation", "XYZ", "XYZ"),
        ("organisation", "Socialförvaltningen", "Socialförvaltningen"),
        ("form_version", 99, "nyare"),
        ("form", "något annat", "dolda blad"),
    ],
)
def test_a_form_of_nobody_or_of_tomorrow_is_refused(  # noqa: PLR0917 (what a test needs)
    key: str, value: object, problem: str, department: bytes, take: Take, answered: Answered
) -> None:
    """Refuse a form that names no known organisation, a newer form, and what is no form."""
    content = answered(department, change=lambda book: _meta(book, key, value))
    with pytest.raises(KrokomrsaError, match=problem) as refused:
        take(content)
    assert [(one.kind, bool(one.remedy)) for one in refused.value.problems] == [("refused", True)]


@pytest.mark.parametrize("version", [0, "²", None, "ett"])
def test_an_older_form_is_read_with_a_notice(version: object, department: bytes, take: Take, answered: Answered) -> None:
    """Read a form of an older version, or of one that cannot be told, and say so."""
    content = answered(department, ("department.C", "H-1", "severity", 2), change=lambda book: _meta(book, "form_version", version))
    read = take(content)
    assert ([one.kind for one in read.problems], len(read.changes) > 0) == (["notice"], True)


def test_a_workbook_without_a_table_is_refused(take: Take) -> None:
    """Refuse a workbook that is none of ours and holds nothing like a table."""
    book = Workbook()
    book.active.append(["Hej", "på", "dig"])
    with pytest.raises(KrokomrsaError, match="ingen tabell som går att känna igen"):
        take(_saved(book))


def test_a_sheet_named_as_a_table_without_its_headers_is_refused(take: Take) -> None:
    """A sheet ”Risker” that holds something else is never called read."""
    book = Workbook()
    book.active.title = "Risker"
    book.active.append(["Våra", "egna", "tankar"])
    with pytest.raises(KrokomrsaError, match="ingen tabell"):
        take(_saved(book))


def test_an_id_with_a_sign_that_cannot_be_printed_rejects_its_row(register_book: bytes, take: Take, answered: Answered) -> None:
    """Reject a row whose id cannot be kept."""
    read = take(answered(register_book, change=lambda book: book["Risker"].append(["H\x859", "Skyfall"])))
    assert (read.changes, read.counts["cells_rejected"]) == ((), 2)


@pytest.mark.parametrize("value", ["#N/A", "=1+1"])
def test_an_id_that_excel_cannot_show_rejects_its_row(value: str, register_book: bytes, take: Take, answered: Answered) -> None:
    """Reject a row whose id is an error or a formula that was never computed; no new row is made of it."""
    read = take(answered(register_book, ("register.risks", "H-1", "id", value)))
    assert read.changes == ()
    assert [one.kind for one in read.problems].count("rejected") == 1


def test_all_problems_are_told_at_once_in_the_order_of_the_file(department: bytes, take: Take, answered: Answered) -> None:
    """Tell every mistake of a file, by sheet, row and column."""
    content = answered(
        department,
        ("department.C", "H-1", "severity", 9),
        ("department.B", "V-SOC-1", "R-EL", "x"),
        ("department.A", "V-SOC-2", "routines", "x"),
        ("department.A", "V-SOC-1", "trained_on", "x"),
        ("department.A", "V-SOC-1", "tolerable_outage_h", "x"),
    )
    assert [(one.sheet[0], one.cell) for one in take(content).problems] == [
        ("A", "E9"),
        ("A", "J9"),
        ("A", "I10"),
        ("B", "C8"),
        ("C", "C8"),
    ]
