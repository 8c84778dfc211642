"""The register workbook: every table out, and the same register in again."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

import forms_example as example
import package_checks
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa import changes, values
from krokomrsa.excel import blocks, intake, reading, registerbook
from krokomrsa.register import Register, frame
from krokomrsa.scales import load as load_scale
from krokomrsa.vocabulary import Table, load, texts

SNAPSHOT = Path(__file__).parent / "snapshots" / "register.txt"
NO_OFFICE = shutil.which("soffice") is None and not os.environ.get("CI")


@cache
def book() -> Workbook:
    """Return the register workbook as openpyxl reads it."""
    return example.opened(example.register_book())


def sheet_of(table: Table) -> Worksheet:
    """Return a table's sheet in the register workbook."""
    sheet = book()[table.sheet]
    assert isinstance(sheet, Worksheet)
    return sheet


def read_in(content: bytes, register: Register) -> Register:
    """Return what a register becomes when the workbook is taken in."""
    given = {"file": "register.xlsx", "sha256": "0" * 64, "register": register, "workspace": "krokom-2027"}
    account = intake.take_in(reading.read(content, file="register.xlsx"), scale=load_scale(), **given)
    assert account.problems == ()
    return changes.apply(register, account.changes)


def test_the_register_reads_as_its_snapshot() -> None:
    """Every sheet, cell, value, number format and style is as the snapshot says; UPDATE_SNAPSHOTS=1 writes it anew."""
    made = package_checks.dump(example.register_book())
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(made, encoding="utf-8", newline="\n")
    assert made.splitlines() == SNAPSHOT.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("register", [example.municipality(), Register()], ids=["small", "empty"])
def test_excel_has_nothing_to_repair(register: Register) -> None:
    """Relationships, content types, names, validations and worksheets are within what Excel takes, with rows and without."""
    assert package_checks.faults(registerbook.write(register, **example.GIVEN)) == []


def test_no_clock_is_read() -> None:
    """The same register on the same day gives the same bytes."""
    assert registerbook.write(example.municipality(), **example.GIVEN) == example.register_book()


def test_every_table_has_its_sheet() -> None:
    """The sheets follow the declaration, Ursprung is last, what only programs read is very hidden."""
    shown = [sheet.title for sheet in book().worksheets if sheet.sheet_state == "visible"]
    assert shown == [*(table.sheet for table in load()), "Ursprung"]
    hidden = [sheet.title for sheet in book().worksheets if sheet.sheet_state == "veryHidden"]
    assert sorted(hidden) == sorted([blocks.LISTS_SHEET, blocks.META_SHEET, blocks.BASE_SHEET])


@pytest.mark.parametrize("table", list(load()), ids=lambda table: table.key)
def test_a_sheet_says_what_its_table_is(table: Table) -> None:
    """Title, help, banner with classification, the columns' titles, and one row for each row of the register."""
    sheet = sheet_of(table)
    assert (sheet["A1"].value, sheet["A2"].value) == (table.title, table.help)
    assert sheet["A3"].value.startswith(
        "påhittade exempeldata · Bedöms omfattas av sekretess enligt 18 kap. 13 § OSL; prövas vid varje begäran"
    )
    assert "Lägg inte in uppgiften. Kontakta säkerhetsskyddschefen." in sheet["A3"].value
    assert [cell.value for cell in sheet[4]] == [column.title for column in table]
    ids = [sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1)]
    assert ids == list(example.municipality().rows(table.key))


@pytest.mark.parametrize("table", list(load()), ids=lambda table: table.key)
def test_a_sheet_is_easy_to_work_in(table: Table) -> None:
    """It has a filter, panes that stay, A4 pages with titles and numbers, and each column's help as a comment."""
    sheet = sheet_of(table)
    assert sheet.auto_filter.ref.startswith("A4:")
    assert sheet.freeze_panes == "B5"
    assert (sheet.print_title_rows, sheet.page_setup.paperSize) == ("$4:$4", 9)
    assert sheet.oddFooter.right.text == "Sida &P av &N"
    assert not sheet.protection.sheet
    for cell, column in zip(sheet[4], table, strict=True):
        assert cell.comment.text.startswith(column.help)


@pytest.mark.parametrize("table", list(load()), ids=lambda table: table.key)
def test_choices_have_drop_downs(table: Table) -> None:
    """Every column with declared values, and every yes or no, offers its labels, below the last row too."""
    sheet = book()[table.sheet]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    for cell, column in zip(sheet[4], table, strict=True):
        if column.type not in {"choice", "boolean"}:
            continue
        rule = rules[f"{cell.column_letter}5"]
        title, area = next(iter(book().defined_names[rule.formula1].destinations))
        labels = [row[0].value for row in book()[title][area]]
        assert labels == (list(column.values.values()) or ["Ja", "Nej"])
        assert str(rule.sqref) == f"{cell.column_letter}5:{cell.column_letter}{4 + len(example.municipality()[table.key]) + 500}"


def test_references_offer_the_ids_there_are() -> None:
    """A column that names an organisation offers the ids in the sheet of organisations, without insisting on them."""
    sheet = sheet_of(load()["services"])
    rule = next(rule for rule in sheet.data_validations.dataValidation if "B5" in rule.sqref)
    assert rule.formula1 == "'Organisationer'!$A$5:$A$8"
    assert not rule.showErrorMessage


def test_the_base_holds_every_cell_as_written() -> None:
    """Block, row, field, id and value of each cell that holds something, and the form says that it is the register."""
    found = {row[:4]: row[4] for row in book()[blocks.BASE_SHEET].iter_rows(min_row=2, values_only=True)}
    assert found["register.services", "V-SOC-1", "routines", "V-SOC-1"] == "Ja"
    assert found["register.risks", "H-99", "antagonistic", "H-99"] == "Ja"
    cells = sum(
        values.cell(column, row[column.key]) is not None
        for table in load()
        for row in example.municipality().rows(table.key).values()
        for column in table
    )
    assert len(found) == cells
    meta = dict(book()[blocks.META_SHEET].iter_rows(values_only=True))
    assert (meta["form"], meta["form_version"], meta["organisation"]) == ("register", texts("forms")["version"], None)


def test_the_origins_can_be_read_by_people_and_programs() -> None:
    """Ursprung holds keys in hidden columns, and beside them file, sheet, cell and the Swedish names."""
    sheet = book()["Ursprung"]
    keys = ("services", "V-SOC-1", "name", "soc, 2025.xlsx", "ab" * 32, "A Våra verksamheter", 10, "B10")
    assert [cell.value for cell in sheet[5]] == [*keys, "Verksamheter", "Verksamhet"]
    hidden = [letter for letter, column in sheet.column_dimensions.items() if column.hidden]
    assert hidden == ["A", "C", "E"]


def test_the_register_comes_back_the_same() -> None:
    """Read into an empty register, the workbook gives the same content and the same origins; read into its own, nothing changes."""
    again = read_in(example.register_book(), Register())
    assert again == example.municipality()
    assert again.origins["services", "V-SOC-1", "name"] == example.municipality().origins["services", "V-SOC-1", "name"]
    assert read_in(example.register_book(), example.municipality()) == example.municipality()


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f"), min_size=1), min_size=1, max_size=6)
)
def test_any_text_stays_the_text_it_is(texts_given: list[str]) -> None:
    """Whatever an event is called, it is neither computed nor changed on the way out and in."""
    kept = [values.clean(text) for text in ("=1+1", "+46", "-", "@SUMMA(A1)", "#N/A", "0012", *texts_given)]
    events = [text for text in dict.fromkeys(kept) if text and not any(0x7F <= ord(sign) < 0xA0 for sign in text)]
    rows = [{"id": f"H-{number}", "event": event} for number, event in enumerate(events)]
    register = Register({"risks": frame(load()["risks"], rows)})
    content = registerbook.write(register, **example.GIVEN)
    sheet = example.opened(content)["Risker"]
    cells = [sheet.cell(row, 2) for row in range(5, 5 + len(events))]
    assert [(cell.value, cell.data_type) for cell in cells] == [(event, "s") for event in events]


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_finds_the_same_values(tmp_path: Path) -> None:
    """LibreOffice opens the register and finds the same value in every cell."""
    saved = package_checks.through_libreoffice(tmp_path, register=example.register_book())["register"]
    assert package_checks.values(saved) == package_checks.values(example.register_book())
    assert read_in(saved, Register()) == example.municipality()
