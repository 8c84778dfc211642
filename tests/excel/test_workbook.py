"""What all workbooks share: looks that can be read, limits that Excel takes, and checks that find what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import package_checks
import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from krokomrsa.excel import limits, workbook
from krokomrsa.vocabulary import Column, load, text_of

MADE_ON = date(2026, 11, 22)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", ["title", "meta", "help", "stop", "banner", "column_help", "header", "turned", "answer", "locked", "note"])
def test_every_look_can_be_read(look: str) -> None:
    """Text and background differ by at least 4.5 to 1, and all looks share one typeface."""
    cell = workbook.new().create_sheet("Blad").cell(1, 1)
    workbook.put(cell, "Text", look)
    ink = cell.font.color.rgb[-6:]
    ground = cell.fill.start_color.rgb[-6:] if cell.fill.fill_type else workbook.colour("paper")
    assert _contrast(ink, ground) >= 4.5
    assert cell.font.name == workbook.FONT


def _small() -> tuple[Workbook, DataValidation]:
    file = workbook.new()
    sheet = file.create_sheet("Blad")
    workbook.put(sheet["A1"], "Ja", "answer")
    rule = limits.choice(file, "val", ["Ja", "Nej"], title="Svar", prompt="Välj.")
    rule.add("A1")
    sheet.add_data_validation(rule)
    return file, rule


def test_a_list_is_written_once() -> None:
    """Two columns with the same list share its name."""
    file = workbook.new()
    assert workbook.drop_down(file, "val_a.b-c", ["Ja"]) == workbook.drop_down(file, "val_a.b-c", ["Ja"]) == "val_a_b_c"
    assert file["_listor"].max_column == 1


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [("number", None, None), ("number", 0, 3), ("integer", 1, None), ("integer", None, 4), ("date", None, None), ("boolean", None, None)],
)
def test_a_declared_column_is_within_the_limits_of_excel(kind: str, least: float | None, most: float | None) -> None:
    """However long a header and a help text someone declares, the messages are shortened to what Excel takes."""
    column = Column(table="t", key="k", header="Rubrik " * 9, type=kind, help="Hjälp " * 90, remedy="Rätta " * 90, min=least, max=most)  # type: ignore[arg-type]
    file = workbook.new()
    sheet = file.create_sheet("Blad")
    rule = limits.of(file, column)
    assert rule is not None
    rule.add("A1")
    sheet.add_data_validation(rule)
    assert package_checks.faults(workbook.packed(file, title="T", made_on=MADE_ON)) == []
    assert (len(rule.promptTitle) <= 32, len(rule.prompt) <= 255) == (True, True)


def test_a_text_column_takes_anything() -> None:
    """A text is only explained; without help there is no rule at all."""
    name = load()["services"]["name"]
    file = workbook.new()
    rule = limits.of(file, name)
    assert rule is not None
    assert (rule.type, rule.prompt) == (None, name.help)
    assert limits.of(file, replace(name, help="")) is None


def test_a_page_header_is_kept_within_its_limit() -> None:
    """A long organisation's name and a long banner are shortened, and an ampersand stays one."""
    file, _ = _small()
    workbook.page(file["Blad"], title="Vatten & avlopp " * 30, banner="påhittade exempeldata " * 30)
    content = workbook.packed(file, title="T", made_on=MADE_ON)
    assert package_checks.faults(content) == []
    assert b"Vatten &amp;&amp; avlopp" in package_checks.parts(content)["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("promptTitle", "x" * 33), ("error", "x" * 256), ("formula1", "nowhere"), ("formula1", '"' + "x," * 150 + '"')],
)
def test_the_checks_find_a_validation_beyond_the_limits(attribute: str, value: str) -> None:
    """A workbook whose messages or lists Excel would repair is told apart from one that it would not."""
    file, rule = _small()
    assert package_checks.faults(workbook.packed(file, title="T", made_on=MADE_ON)) == []
    setattr(rule, attribute, value)
    assert package_checks.faults(workbook.packed(file, title="T", made_on=MADE_ON)) != []


@pytest.mark.parametrize(("name", "place"), [("val", "Borta!$A$1"), ("R1", "Blad!$A$1"), ("två ord", "Blad!$A$1")])
def test_the_checks_find_a_bad_defined_name(name: str, place: str) -> None:
    """A name that is a cell, has a space or points at no sheet is told."""
    file, _ = _small()
    file.defined_names[name] = DefinedName(name, attr_text=place)
    assert package_checks.faults(workbook.packed(file, title="T", made_on=MADE_ON)) != []


@pytest.mark.parametrize("lost", ["xl/styles.xml", "xl/worksheets/sheet1.xml"])
def test_the_checks_find_a_part_that_is_missing(lost: str) -> None:
    """A relationship that leads nowhere and a content type without its part are told."""
    file, _ = _small()
    found = package_checks.parts(workbook.packed(file, title="T", made_on=MADE_ON))
    del found[lost]
    assert any(package_checks.relationships(found))
    assert any(package_checks.content_types(found))


def test_the_packed_file_says_what_it_is() -> None:
    """Title and day stand in the properties, and no other time does."""
    file, _ = _small()
    core = package_checks.parts(workbook.packed(file, title="Formulär", made_on=MADE_ON))["docProps/core.xml"].decode()
    assert "Formulär" in core
    assert core.count("2026-11-22T00:00:00Z") == 2
    assert text_of("workbook.creator") in core
