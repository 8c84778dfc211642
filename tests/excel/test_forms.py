"""Forms: what they show, what they keep to themselves, and that Excel and LibreOffice can open them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import forms_example as example
import package_checks
import pytest
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import blocks, forms, intake, reading, workbook
from krokomrsa.register import Register, frame
from krokomrsa.scales import load as load_scale
from krokomrsa.vocabulary import load, text_of, texts

SNAPSHOTS = Path(__file__).parent / "snapshots"
MADE: dict[str, Callable[[], bytes]] = {"department": example.department, "owner": example.owner}
FORM_BLOCKS = blocks.blocks(load(), example.SEVERITY)
NO_OFFICE = shutil.which("soffice") is None and not os.environ.get("CI")

both_forms = pytest.mark.parametrize("kind", list(MADE))


@dataclass(frozen=True)
class Found:
    """A block as a reader finds it: its sheet, the columns of its fields and the rows of its ids."""

    sheet: Worksheet
    columns: dict[str, int]
    rows: dict[str, int]

    def cell(self, row: str, field: str) -> Cell:
        """Return the cell of one answer."""
        cell = self.sheet.cell(self.rows[row], self.columns[field])
        assert isinstance(cell, Cell)
        return cell


def find(book: Workbook, key: str) -> Found:
    """Return a block by its marker: the header is below it, the ids are in the first column until it is empty."""
    block = FORM_BLOCKS[key]
    sheet = book[block.sheet]
    marker = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == block.marker)
    heads = {str(sheet.cell(marker + 1, column).value): column for column in range(2, sheet.max_column + 1)}
    columns = {field.key: heads[field.header] for field in block.fields if not block.matrix}
    if block.matrix:
        columns = {str(sheet.cell(marker, column).value): column for column in heads.values() if sheet.cell(marker, column).value}
    rows: dict[str, int] = {}
    while (row := marker + 2 + len(rows)) <= sheet.max_row and sheet.cell(row, 1).value:
        rows[str(sheet.cell(row, 1).value)] = row
    return Found(sheet, columns, rows)


def visible(book: Workbook) -> list[Worksheet]:
    """Return the sheets that a person sees."""
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def told(sheet: Worksheet) -> str:
    """Return everything that stands in a sheet."""
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def base(book: Workbook) -> dict[tuple[str, str, str], tuple[str, object]]:
    """Return what the form remembers of the answers it was sent out with: block, row, field → id, value."""
    rows = book[blocks.BASE_SHEET].iter_rows(min_row=2, values_only=True)
    return {(str(block), str(row), str(field)): (str(key), value) for block, row, field, key, value in rows}


def answer_cells(book: Workbook) -> Iterator[Cell]:
    """Go through the cells that are not locked."""
    return (
        cell
        for sheet in visible(book)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell, Cell) and not cell.protection.locked
    )


@both_forms
def test_a_form_reads_as_its_snapshot(kind: str) -> None:
    """Every sheet, cell, value, number format, style and lock is as the snapshot says; UPDATE_SNAPSHOTS=1 writes it anew."""
    made, snapshot = package_checks.dump(MADE[kind]()), SNAPSHOTS / f"{kind}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        snapshot.write_text(made, encoding="utf-8", newline="\n")
    assert made.splitlines() == snapshot.read_text(encoding="utf-8").splitlines()


@both_forms
def test_excel_has_nothing_to_repair(kind: str) -> None:
    """Relationships, content types, names, validations and worksheets are within what Excel takes."""
    assert package_checks.faults(MADE[kind]()) == []


def test_the_smallest_and_the_largest_form_are_whole() -> None:
    """A department without services, resources and risks gets a form, and so does one with twenty services and thirty resources."""
    none = Register({"organisations": frame(load()["organisations"], [{"id": "SOC", "name": "Socialförvaltningen"}])})
    many = {"organisations": frame(load()["organisations"], [{"id": "SOC", "name": "Socialförvaltningen & vård"}])} | {
        "services": frame(load()["services"], [{"id": f"V{n}", "organisation": "SOC", "name": f"Boende {n}"} for n in range(20)]),
        "resources": frame(load()["resources"], [{"id": f"R{n}", "name": f"System för uppgift {n}", "shared": True} for n in range(30)]),
    }
    for register in (none, Register(many)):
        content = forms.department(register, "SOC", severity=example.SEVERITY, **example.GIVEN)
        assert package_checks.faults(content) == []
        found = find(example.opened(content), "department.B")
        assert len(found.rows) == max(8, len(register.services) + 2)
        assert len(found.columns) == len(register.resources)


def test_no_clock_is_read() -> None:
    """The same register on the same day gives the same bytes."""
    again = forms.department(example.municipality(), "SOC", severity=example.SEVERITY, **example.GIVEN)
    assert again == example.department()


@both_forms
def test_the_register_is_left_as_it_was(kind: str) -> None:
    """Writing a form changes nothing in the register it is made from."""
    before = example.municipality().fingerprint()
    MADE[kind]()
    assert example.municipality().fingerprint() == before


@pytest.mark.parametrize("organisation", ["SOC", "BUN", "IT", "VA"])
def test_nothing_of_anyone_else_is_in_a_form(organisation: str) -> None:
    """No id or text of another organisation's services, needs, judgements, weaknesses or own resources is anywhere in the file."""
    content = b"\n".join(package_checks.parts(example.department(organisation)).values()).decode("utf-8", "ignore")
    owners = {"services": "organisation", "vulnerabilities": "organisation", "treatments": "owner", "assessments": "judge"}
    others = [
        row
        for table, owner in owners.items()
        for row in example.municipality().rows(table).values()
        if row[owner] not in {organisation, None}
    ]
    others += [row for row in example.municipality().rows("resources").values() if not row["shared"] and row["owner"] != organisation]
    keys = ("id", "name", "description", "measure", "grounds", "outage_effect", "backup_solution")
    secret = {str(row[key]) for row in others for key in keys if row.get(key)}
    assert len(secret) > 8
    assert [text for text in secret if re.search(rf"(?<![\w-]){re.escape(text)}(?![\w-])", content)] == []


def test_the_owner_form_holds_no_service() -> None:
    """A resource owner sees resources only."""
    content = b"\n".join(package_checks.parts(example.owner()).values()).decode("utf-8", "ignore")
    assert [row["name"] for row in example.SERVICES if row["name"] in content] == []


@both_forms
def test_a_form_says_what_it_is(kind: str) -> None:
    """Its hidden sheet holds form, version, organisation, rule set, the register's state, workspace and day."""
    rows = list(example.opened(MADE[kind]())[blocks.META_SHEET].iter_rows(values_only=True))
    assert rows == [
        ("form", kind),
        ("form_version", texts("forms")["version"]),
        ("organisation", "SOC" if kind == "department" else "IT"),
        ("rule_set", "LEH och MSBFS 2015:5"),
        ("state", example.municipality().fingerprint()),
        ("workspace", "krokom-2027"),
        ("made_on", "2026-11-22"),
    ]


@both_forms
def test_every_visible_sheet_says_what_must_not_be_written(kind: str) -> None:
    """Each sheet tells the stop, that persons are not named, the classification, rule set, version, day and banner."""
    name = "Socialförvaltningen" if kind == "department" else "It-avdelningen"
    for sheet in visible(example.opened(MADE[kind]())):
        text = told(sheet)
        for said in (
            "Lägg inte in uppgiften. Kontakta säkerhetsskyddschefen.",
            "Skriv inga personnamn",
            "Bedöms omfattas av sekretess enligt 18 kap. 13 § OSL; prövas vid varje begäran",
            "LEH och MSBFS 2015:5",
            "formulär version 1",
            "2026-11-22",
            "påhittade exempeldata",
            name,
        ):
            assert said in text
        assert sheet.oddHeader.right.text == "påhittade exempeldata"
    assert "omkring 45 minuter" in told(visible(example.opened(MADE[kind]()))[0])


def test_without_a_banner_there_is_no_empty_line() -> None:
    """A form of real data has neither the banner nor a gap where it would be."""
    given = example.GIVEN | {"banner": ""}
    sheet = visible(example.opened(forms.department(example.municipality(), "SOC", severity=example.SEVERITY, **given)))[0]
    assert "påhittade" not in told(sheet)
    assert all(sheet.cell(row, 2).value for row in range(1, 6))


@both_forms
def test_hidden_sheets_stand_last_and_only_programs_show_them(kind: str) -> None:
    """The visible sheets come first in their order; meta, base and lists are very hidden."""
    book = example.opened(MADE[kind]())
    shown = list(dict.fromkeys(block.sheet for key, block in FORM_BLOCKS.items() if key.startswith(kind)))
    assert book.sheetnames[: len(shown)] == shown
    hidden = {sheet.title: sheet.sheet_state for sheet in book.worksheets[len(shown) :]}
    assert hidden == dict.fromkeys((blocks.LISTS_SHEET, blocks.META_SHEET, blocks.BASE_SHEET), "veryHidden")


@both_forms
def test_the_base_holds_exactly_what_was_written(kind: str) -> None:
    """Every answer sent out stands in its cell as the base says, and no other answer is filled in."""
    book = example.opened(MADE[kind]())
    held = base(book)
    filled = set()
    for key in (key for key in FORM_BLOCKS if key.startswith(kind)):
        found = find(book, key)
        for row in found.rows:
            for field in found.columns:
                value = found.cell(row, field).value
                if value is not None:
                    filled.add((key, row, field))
                    assert held[key, row, field][1] == value
    assert filled == set(held)


def test_the_base_names_the_register_row_of_each_answer() -> None:
    """A service's answers carry its id, a need the dependency's, a judgement the assessment's, an event the risk's."""
    held = base(example.opened(example.department()))
    assert held["department.A", "V-SOC-1", "name"] == ("V-SOC-1", "Hemtjänst")
    assert held["department.B", "V-SOC-1", "R-01"] == ("B-1", "1 dygn")
    assert held["department.C", "H-1", "event"] == ("H-1", "Elavbrott mer än 24 timmar vintertid")
    assert held["department.C", "H-1", "severity"] == ("A-2", "4 – Mycket allvarliga")


def test_answers_stand_in_their_types() -> None:
    """Hours are numbers, days are dates, choices are the Swedish labels."""
    found = find(example.opened(example.department()), "department.A")
    answers = {field: found.cell("V-SOC-1", field) for field in found.columns}
    assert answers["tolerable_outage_h"].value == 4
    assert (answers["backup_tested"].value.date(), answers["backup_tested"].number_format) == (date(2025, 3, 18), "yyyy-mm-dd")
    assert answers["routines"].value == "Ja"
    assert answers["name"].number_format == "@"


def test_a_review_is_asked_anew() -> None:
    """What was answered last time in Stämmer / Ändrat is not filled in; rows with earlier answers are tinted until they are reviewed."""
    found = find(example.opened(example.department()), "department.A")
    assert {found.cell(row, "review").value for row in found.rows} == {None}
    tinted = [str(area.sqref) for area in found.sheet.conditional_formatting]
    column = found.cell("V-SOC-1", "review").column_letter
    assert tinted == [f"{column}{found.rows['V-SOC-1']}:{column}{found.rows['V-SOC-4']}"]


def test_rows_are_prepared_with_ids_that_nothing_has() -> None:
    """Eight rows in all, and the new ones skip an id that another organisation's service has."""
    assert list(find(example.opened(example.department()), "department.A").rows) == [
        *("V-SOC-1", "V-SOC-2", "V-SOC-3", "V-SOC-4"),
        *("V-SOC-5", "V-SOC-7", "V-SOC-8", "V-SOC-9"),
    ]
    assert list(find(example.opened(example.department()), "department.D").rows) == [f"SOC-{n}" for n in (2, 4, 5, 6, 7, 8)]


def test_only_shared_and_own_resources_are_asked_about() -> None:
    """The matrix has the shared resources and the department's own, in the register's order."""
    shared = [f"R-{n:02}" for n in range(1, 15)]
    assert list(find(example.opened(example.department()), "department.B").columns) == [*shared, "R-15"]
    assert list(find(example.opened(example.owner()), "owner.B").columns) == [*shared, "R-17"]


def test_needs_are_filled_in_as_they_are_known() -> None:
    """Answers stand as answers, other intervals as intervals; what holds in winter only is left to the coordinator."""
    found = find(example.opened(example.department()), "department.B")
    shown = {field: found.cell("V-SOC-1", field).value for field in found.columns}
    assert {field: value for field, value in shown.items() if value} == {
        "R-01": "1 dygn",
        "R-02": "mindre än 4 h",
        "R-05": "3 dygn",
        "R-07": "behövs inte",
        "R-09": "12–36 h",
        "R-12": "stannar direkt",
    }
    assert found.cell("V-SOC-2", "R-08").value == "vet inte"
    assert found.cell("V-SOC-2", "R-15").value == "längre"


def test_events_show_the_own_latest_judgement() -> None:
    """The newest judgement of the own operations is filled in, an interval stays one, antagonistic events are not asked about."""
    found = find(example.opened(example.department()), "department.C")
    assert "H-99" not in found.rows
    shown = {row: (found.cell(row, "severity").value, found.cell(row, "grounds").value) for row in found.rows}
    assert {row: pair for row, pair in shown.items() if any(pair)} == {
        "H-1": ("4 – Mycket allvarliga", "Trygghetslarm och värme faller bort; 140 brukare nås inte."),
        "H-2": ("3–4", "Beror på årstid."),
        "H-4": ("vet inte", None),
        "H-11": ("berörs inte", None),
    }


def test_names_in_the_matrix_follow_sheet_a() -> None:
    """A row of sheet B shows the name in sheet A, also of a service that is written there later, and readers without formulas see it."""
    first, second = find(example.opened(example.department()), "department.A"), find(example.opened(example.department()), "department.B")
    for row, number in second.rows.items():
        place = f"'{first.sheet.title}'!{first.cell(row, 'name').coordinate}"
        assert second.sheet.cell(number, 2).value == f'=IF({place}="","",{place})'
    shown = package_checks.values(example.department())
    assert shown[second.sheet.title, f"B{second.rows['V-SOC-1']}"] == "Hemtjänst"


@both_forms
def test_only_the_names_in_the_matrix_are_formulas(kind: str) -> None:
    """A service called =Försörjningsstöd stays a text; nothing that people wrote is computed."""
    book = example.opened(MADE[kind]())
    formulas = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert {cell.parent.title for cell in formulas} == {FORM_BLOCKS[f"{kind}.B"].sheet}
    assert {cell.column for cell in formulas} == {2}
    if kind == "department":
        risky = find(book, "department.A").cell("V-SOC-4", "name")
        assert (risky.value, risky.data_type, risky.quotePrefix) == ("=Försörjningsstöd", "s", True)


@both_forms
def test_only_answers_can_be_changed(kind: str) -> None:
    """Sheets are protected without a password, widths and heights may change, and the cells that are not locked are the answers."""
    book = example.opened(MADE[kind]())
    assert book.security.lockStructure
    for sheet in book.worksheets:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
    assert not any(sheet.protection.formatColumns or sheet.protection.formatRows for sheet in visible(book))
    expected = set()
    for key in (key for key in FORM_BLOCKS if key.startswith(kind)):
        found = find(book, key)
        locked = {field.key for field in FORM_BLOCKS[key].fields if field.locked}
        expected |= {
            (found.sheet.title, found.cell(row, field).coordinate)
            for row in found.rows
            for field in found.columns
            if field not in locked and field != row
        }
    assert {(cell.parent.title, cell.coordinate) for cell in answer_cells(book)} == expected


def test_a_resource_is_not_asked_about_itself() -> None:
    """Where a resource meets itself the cell is grey and locked."""
    found = find(example.opened(example.owner()), "owner.B")
    for row in found.rows:
        cell = found.cell(row, row)
        assert (cell.value, cell.protection.locked) == (None, True)
        assert cell.fill.start_color.rgb.endswith(workbook.colour("rule"))


def drop_down(book: Workbook, cell: Cell) -> list[str]:
    """Return the labels that a cell lets people choose from."""
    rule = next(rule for rule in cell.parent.data_validations.dataValidation if cell.coordinate in rule.sqref)
    assert rule.type == "list"
    assert rule.showErrorMessage
    title, area = next(iter(book.defined_names[rule.formula1].destinations))
    return [str(row[0].value) for row in book[title][area]]


def test_drop_downs_offer_the_declared_answers() -> None:
    """Each list holds exactly the labels of its field, in their order."""
    book = example.opened(example.department())
    endurance = find(book, "department.B").cell("V-SOC-9", "R-01")
    assert drop_down(book, endurance) == [answer.label for answer in blocks.endurance_answers()]
    severity = find(book, "department.C").cell("H-3", "severity")
    assert drop_down(book, severity) == [answer.label for answer in blocks.severity_answers(example.SEVERITY)]
    assert drop_down(book, find(book, "department.A").cell("V-SOC-9", "review")) == ["Stämmer", "Ändrat"]


def test_numbers_and_dates_are_checked_with_swedish_messages() -> None:
    """Hours must be a number of at least 0 and days a date; the message says what to write."""
    found = find(example.opened(example.department()), "department.A")
    rules = {
        field: next(rule for rule in found.sheet.data_validations.dataValidation if found.cell("V-SOC-9", field).coordinate in rule.sqref)
        for field in found.columns
    }
    hours, tested, name = rules["tolerable_outage_h"], rules["backup_tested"], rules["name"]
    assert (hours.type, hours.operator, hours.formula1) == ("decimal", "between", "0")
    assert "Skriv bara ett tal" in hours.error
    assert "minst 0" in hours.error
    assert (tested.type, tested.formula1, tested.formula2) == ("date", "61", "109574")
    assert "ÅÅÅÅ-MM-DD" in tested.error
    assert (name.type, name.prompt) == (None, load()["services"]["name"].help)


@both_forms
def test_the_legend_tells_the_interval_of_each_answer(kind: str) -> None:
    """Below the matrix each answer stands with what it means."""
    text = told(example.opened(MADE[kind]())[FORM_BLOCKS[f"{kind}.B"].sheet])
    assert "1 dygn = mellan 4 timmar och 1 dygn" in text
    assert all(f"{answer.label} = {answer.meaning}" in text for answer in blocks.endurance_answers())


@both_forms
def test_a_form_prints_on_a4(kind: str) -> None:
    """A4 landscape, no wider than a page, page numbers in the footer, a title that repeats, panes that stay, the ids hidden."""
    for sheet in visible(example.opened(MADE[kind]())):
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        inches = sum(column.width * 7 + 5 for column in sheet.column_dimensions.values() if not column.hidden) / 96
        assert sheet.sheet_properties.pageSetUpPr.fitToPage or inches <= 297 / 25.4 - 0.8
        assert sheet.page_setup.fitToWidth in {None, 1}
        assert sheet.oddFooter.right.text == "Sida &P av &N"
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert sheet.column_dimensions["A"].hidden


def test_the_matrix_prints_on_one_page() -> None:
    """Ten rows and fifteen resources stay on one page."""
    sheet = find(example.opened(example.department()), "department.B").sheet
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert not sheet.print_area


def with_many(resources: int, events: int) -> bytes:
    """Return a department's form about so many shared resources and events."""
    rows = {
        "organisations": [{"id": "SOC", "name": "Socialförvaltningen"}],
        "resources": [{"id": f"R{n}", "name": f"System {n}", "shared": True} for n in range(resources)],
        "risks": [{"id": f"H{n}", "event": f"Händelse {n}"} for n in range(events)],
    }
    register = Register({key: frame(load()[key], entries) for key, entries in rows.items()})
    return forms.department(register, "SOC", severity=example.SEVERITY, **example.GIVEN)


def test_a_matrix_of_many_resources_prints_on_several_pages() -> None:
    """Thirty-one resources take three pages with the services' names on each, the head on the first only."""
    sheet = find(example.opened(with_many(31, 1)), "department.B").sheet
    areas = [area.rpartition("!")[2].replace("$", "") for area in sheet.print_area.split(",")]
    assert areas == ["B1:Q26", "R8:AF16", "AG8:AG16"]
    assert sheet.print_title_cols == "$A:$B"


@pytest.mark.parametrize(("events", "breaks"), [(3, 0), (10, 1), (25, 0), (37, 1)])
def test_weaknesses_are_not_split_over_pages(events: int, breaks: int) -> None:
    """A page break stands before the weaknesses where they would not fit below the events."""
    sheet = find(example.opened(with_many(1, events)), "department.C").sheet
    assert len(sheet.row_breaks.brk) == breaks


def test_an_unknown_organisation_is_refused() -> None:
    """The error says which organisations there are."""
    with pytest.raises(KrokomrsaError, match=r"SOC, BUN, IT, VA") as caught:
        forms.department(example.municipality(), "XYZ", severity=example.SEVERITY, **example.GIVEN)
    assert caught.value.problems[0].value == "XYZ"
    assert caught.value.problems[0].problem == text_of("formsheet.problems.no_organisation")


def test_an_owner_without_resources_is_refused() -> None:
    """There is nothing to ask, and the error says what to do."""
    register = Register({"organisations": example.municipality().organisations})
    with pytest.raises(KrokomrsaError, match="äger inga resurser"):
        forms.owner(register, "VA", severity=example.SEVERITY, **example.GIVEN)


@both_forms
def test_a_form_that_comes_back_untouched_changes_nothing(kind: str) -> None:
    """Read in again as it was sent, a form gives no change and nothing to tell."""
    book = reading.read(MADE[kind](), file="svar.xlsx")
    given = {"file": "svar.xlsx", "sha256": "0" * 64, "register": example.municipality(), "workspace": "krokom-2027"}
    account = intake.take_in(book, scale=load_scale(), **given)
    assert (account.changes, account.problems, account.counts["cells_rejected"]) == ((), (), 0)


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_finds_the_same_values(tmp_path: Path) -> None:
    """LibreOffice opens both forms and finds the same value in every cell, the names in the matrix included."""
    made = {kind: make() for kind, make in MADE.items()}
    saved = package_checks.through_libreoffice(tmp_path, **made)
    assert {kind: package_checks.values(content) for kind, content in saved.items()} == {
        kind: package_checks.values(content) for kind, content in made.items()
    }
