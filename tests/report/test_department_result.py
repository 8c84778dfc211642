"""What one department gets back, as Word and as Excel: its own, and nothing that is another's secret."""

from __future__ import annotations

import html
import io
import os
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from report_example import SECRETS, analysed, details, dump, opened, small, table_of, whole

from krokomrsa import report
from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import department_result
from krokomrsa.excel.department_content import gather, visible
from krokomrsa.register import Register

SNAPSHOT = Path(__file__).parent / "snapshots" / "department.txt"
SHEETS = ["Verksamheter", "Beroenden", "Vad faller när", "Händelser", "Brister", "Åtgärder", "Utbildning, övning, mål"]


def word(organisation: str = "SOC") -> bytes:
    """Return the Word result of an organisation of the small register."""
    return report.department(small(), analysed(small()), organisation, **details())


def excel(organisation: str = "SOC") -> bytes:
    """Return the Excel result of an organisation of the small register."""
    return department_result.write(small(), analysed(small()), organisation, **details())


def everything(content: bytes) -> str:
    """Return all parts of a package as one text, with letters as letters and words whole."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return html.unescape(re.sub(r"</w:t><w:softHyphen/><w:t[^>]*>", "", parts))


def rows(sheet: str, organisation: str = "SOC") -> list[tuple[object, ...]]:
    """Return the rows below the headers of a sheet of the Excel result."""
    book = openpyxl.load_workbook(io.BytesIO(excel(organisation)))
    header = int(book[sheet].print_title_rows.strip("$").split(":$")[0])
    return list(book[sheet].iter_rows(min_row=header + 1, values_only=True))


def test_the_department_result_reads_as_its_snapshot() -> None:
    """Every paragraph and table is as the snapshot says; UPDATE_SNAPSHOTS=1 writes it anew."""
    made = dump(word())
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(made, encoding="utf-8", newline="\n")
    assert made.splitlines() == SNAPSHOT.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("made", [word, excel])
def test_nothing_of_another_department_is_in_the_file(made) -> None:
    """No name or id of another's service, unshared resource, group, vulnerability or measure is anywhere in the package."""
    assert not [secret for secret in SECRETS if secret in everything(made())]


@pytest.mark.parametrize("made", [word, excel])
def test_a_departments_own_secrets_are_in_its_own_file(made) -> None:
    """The same search finds them all in the file of the department that owns them: the test above can fail."""
    found = everything(made("TEK"))
    inner = {"V-TEK-1", "R-STYR", "Pumpgruppen"}  # ids and groups are never printed
    assert [secret for secret in SECRETS if secret not in found] == [secret for secret in SECRETS if secret in inner]


def test_shared_resources_stand_by_name_and_others_do_not() -> None:
    """A department sees its own and shared things by name; other services and resources are only said to be someone else's."""
    names = visible(small(), "SOC")
    assert (names["R-EL"], names["V-SOC-1"]) == ("Elnät", "Hemtjänst")
    assert names["V-TEK-1"] == "en verksamhet i en annan organisation"
    assert names["R-STYR"] == "en resurs hos en annan organisation"


def test_needs_say_how_long_one_manages_and_whether_something_stands_in() -> None:
    """Each need has its interval, empty where nobody knows, and what is not needed is left out."""
    assert rows("Beroenden") == [
        ("Hemtjänst", "Elnät", 4, 24, "Nej", None),
        ("Larmpatrull", "Mobilnät", None, None, "Nej", None),
        ("Hemtjänst", "en verksamhet i en annan organisation", 48, None, "Ja", None),
        ("Hemtjänst", "en resurs hos en annan organisation", 1, None, "Ja", None),
        ("Larmpatrull", "en verksamhet i en annan organisation", 200, None, "Nej", rows("Beroenden")[4][5]),
    ]


def test_falls_say_when_through_what_and_from_when_it_is_unacceptable() -> None:
    """The earliest loss stands first for each service; without a tolerable outage nothing is called unacceptable."""
    found = rows("Vad faller när")
    assert found[0] == ("Hemtjänst", "Elnät", None, 4, 24, 10)
    assert ("Larmpatrull", "Elnät", "Mobilnät", 2, "aldrig", None) in found


def test_risks_show_the_own_judgement_and_the_municipalitys_class() -> None:
    """What hits hardest stands first; vet inte is an answer."""
    found = rows("Händelser")
    assert [(row[0], row[2], row[5]) for row in found] == [("H-1", "5 Katastrofala", "Ja"), ("H-2", "Vet inte", "Nej")]


def test_measures_of_others_against_own_shortcomings_are_told_without_their_words() -> None:
    """A measure that another carries out is only said to be there."""
    assert [row[2] for row in rows("Brister")] == [
        'Köp <aggregat> & "diesel"\nOrdna en andra tank (beslutad)',
        "åtgärd hos en annan organisation (pågår)",
    ]


def test_own_measures_stand_with_status_and_whether_late() -> None:
    """A decided measure past its day is late; a rejected one is not there."""
    found = rows("Åtgärder")
    assert [(row[2], row[3]) for row in found] == [("Beslutad", "Ja")]


def test_the_duties_are_the_trainings_that_the_department_is_meant_for() -> None:
    """An activity for the department's target group is there, another's is not."""
    assert rows("Utbildning, övning, mål") == [("Utbildning i krisstöd", "Utbildning", "2022, kvartal okänt", "Planerad")]


def test_the_sheets_stand_in_order_with_classification_and_banner() -> None:
    """Each sheet says whose result it is, its classification and the banner."""
    book = openpyxl.load_workbook(io.BytesIO(excel()))
    assert book.sheetnames == SHEETS
    for sheet in book:
        head = [sheet.cell(row, 1).value for row in range(1, 6)]
        assert head[0] == "Resultat för Socialförvaltningen"
        assert "Bedöms omfattas av sekretess enligt 18 kap. 13 § OSL; prövas vid varje begäran" in head
        assert "påhittade exempeldata" in head


def test_the_word_result_tells_the_rest_is_in_the_workbook() -> None:
    """A long list is cut and says how many more there are."""
    register = small()
    tables = {table.key: content for table, content in register}
    many = tables["risks"].loc[[0] * 9].reset_index(drop=True)
    many["id"] = [f"H-{number}" for number in range(1, 10)]
    content = report.department(Register(tables | {"risks": many}), analysed(register), "SOC", **details())
    assert len(table_of(opened(content), "Händelser som drabbar er hårdast")) == 1 + 6
    assert "3 till i Excelfilen." in whole(opened(content))


def test_an_organisation_without_anything_gets_a_valid_result() -> None:
    """Each table says that nothing is registered yet."""
    assert whole(opened(word("REG"))).count("Inget är registrerat ännu.") == 4
    assert everything(excel("LED")).count("Inget att visa ännu.") >= 1


def test_an_unknown_organisation_is_refused_with_a_guess() -> None:
    """A wrong id is told in Swedish with the ids that there are."""
    with pytest.raises(KrokomrsaError) as caught:
        gather(small(), analysed(small()), "SOCI", scale=details()["scale"], on=details()["on"])
    assert "Organisationen finns inte i registret." in str(caught.value)
    assert "SOC" in caught.value.problems[0].remedy


@pytest.mark.parametrize("made", [word, excel])
def test_the_same_input_gives_the_same_bytes(made) -> None:
    """Two results of one register are equal byte for byte."""
    assert made() == made()
