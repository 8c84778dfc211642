"""What one department gets back, as Word and as Excel: its own, and nothing that is another's secret."""

from __future__ import annotations

import html
import io
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from report_example import RESOURCES, RULE_SETS, SECRETS, analysed, department_details, dump, opened, replaced, small, table_of, whole

from krokomrsa import process, report, rules, workspace
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import department_result
from krokomrsa.excel.department_content import gather, visible
from krokomrsa.excel.department_questions import MOST
from krokomrsa.process import documents, results
from krokomrsa.register import Register

SNAPSHOT = Path(__file__).parent / "snapshots" / "department.txt"
SHEETS = [
    *("Verksamheter", "Beroenden", "Vad faller när", "Frågor till er", "Händelser", "Brister", "Åtgärder", "Krav och egna mål"),
    "Utbildning, övning, mål",
]


def word(organisation: str = "SOC") -> bytes:
    """Return the Word result of an organisation of the small register."""
    return report.department(small(), analysed(small()), organisation, **department_details())


def excel(organisation: str = "SOC") -> bytes:
    """Return the Excel result of an organisation of the small register."""
    return department_result.write(small(), analysed(small()), organisation, **department_details())


def told() -> dict[str, Any]:
    """Return what the gathering of a department's content is told."""
    return {key: department_details()[key] for key in ("scale", "rule_sets", "on", "period")}


def without_likelihood() -> Register:
    """Return the small register as a municipality that judges without likelihood has it."""
    return small(likelihood=False)


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


def test_a_department_is_asked_at_most_five_questions_of_its_own_and_none_about_what_it_may_not_see() -> None:
    """The questions that make most clear stand in both files, with what is answered so far; another's things are not asked about."""
    asked = rows("Frågor till er")
    assert ("Hur länge klarar sig Hemtjänst utan Elnät, mer exakt än 4–24 h?", 4, 24) in asked
    assert ("Hur länge får Larmpatrull stå stilla?", None, None) in asked
    assert len(asked) <= MOST
    assert not [row for row in asked if "en annan organisation" in str(row[0])]
    assert table_of(opened(word()), "Frågor till er: svaren klargör mest")[1:] == [[row[0]] for row in asked]


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
    content = report.department(Register(tables | {"risks": many}), analysed(register), "SOC", **department_details())
    assert len(table_of(opened(content), "Händelser som drabbar er hårdast")) == 1 + 4
    assert "5 till i Excelfilen." in whole(opened(content))


def test_the_demands_are_those_that_concern_the_department_and_name_no_other_service() -> None:
    """Its own stand first, then what nobody has claimed, then the whole municipality's, each with standing, reason and source."""
    strategy = rules.load("strategi-2019-2022")
    found = gather(small(), analysed(small()), "SOC", **told() | {"rule_sets": [*RULE_SETS, strategy]}).demands
    assert list(dict.fromkeys(one.concern for one in found)) == ["Er", "Oklart, kanske er", "Hela kommunen"]
    assert (found[0].status, found[0].reason.split(". V")[0]) == (
        "Saknas",
        "Saknas: rutin för Larmpatrull, utbildning på rutinen för Larmpatrull. Klart: rutin för Hemtjänst, utbildning på rutinen för Hemtjänst",
    )
    assert not [one.reason for one in found if any(secret in one.reason for secret in SECRETS)]
    assert not [one for one in found if "tjänstemannaledning" in one.text]
    crisis = next(one for one in found if "krisstöd" in one.text)
    assert crisis.reason.startswith("Registret säger inte vem kravet rör; det kan vara ni. ")
    assert any("LEH" in one.source for one in found)
    assert rows("Krav och egna mål")[0][5]


def test_a_duty_of_a_role_is_the_demand_of_who_has_the_role() -> None:
    """The officials' leadership is the management's own, and its exercise stands by name."""
    found = [row for row in rows("Krav och egna mål", "LED") if "tjänstemannaledning" in str(row[0])]
    assert [(row[2], row[3], row[4]) for row in found] == [("Er", "Uppfyllt", "Klart: övning av tjänstemannaledningen (Stabsövning).")]


def test_who_is_not_the_municipality_has_no_demands() -> None:
    """An outsider is told that duties are the municipality's."""
    assert "Krav och egna mål gäller kommunen. Ni räknas inte som kommunen i registret." in whole(opened(word("REG")))
    assert gather(small(), analysed(small()), "REG", **told()).demands == ()


def test_an_owner_sees_how_many_services_stop_without_its_resource_and_no_names() -> None:
    """Services of the municipality are counted from the fewest to the most, with when the first stops, reserve power and test."""
    register = replaced(small(), resources=[{**RESOURCES[0], "owner": "LED", "backup_power": "yes", "fuel_h": 8.0}, *RESOURCES[1:]])
    found = gather(register, analysed(register), "LED", **told()).resources
    assert [(one.name, one.stops, one.first_h, one.backup, one.fuel_h) for one in found] == [("Elnät", (1, 2), (2.0, 24.0), "Ja", 8.0)]
    made = report.department(register, analysed(register), "LED", **department_details())
    assert table_of(opened(made), "Era resurser")[1][:4] == ["Elnät", "1–2", "efter 2–24 h", "Ja, räcker 8 h\nprovad: –"]
    assert "Hemtjänst" not in everything(made)


def test_table_1_says_what_has_a_reserve_and_table_2_that_only_external_losses_are_tried() -> None:
    """What replaces each other is marked, and the note says why table 2 may begin later than table 1."""
    document = opened(word())
    assert "(reserv)" in table_of(document, "Era verksamheter")[1][3]
    assert table_of(document, "Vad faller när: de externa bortfall som når er först")
    assert "Personal och andra interna resurser är inte med" in whole(document)


def test_without_likelihood_the_consequence_stands_instead_of_the_class() -> None:
    """Neither file has a column of classes where no likelihood is judged."""
    register = without_likelihood()
    made = [make(register, analysed(register), "SOC", **department_details()) for make in (report.department, department_result.write)]
    assert table_of(opened(made[0]), "Händelser som drabbar er hårdast")[:2] == [
        ["Händelse", "Er bedömning", "Kommunens bedömning av konsekvensen"],
        ["Elavbrott mer än 24 timmar", "5 Katastrofala", "1–4"],
    ]
    assert not any("riskklass" in everything(content) for content in made)


def test_an_organisation_that_has_not_answered_is_told_so_and_gets_only_what_concerns_it() -> None:
    """What would be empty is named in one line instead of shown; the workbook has no empty sheets."""
    said = whole(opened(word("REG")))
    assert "Ni har inte svarat på formuläret." in said
    assert "Inget är registrerat ännu." not in said
    assert "Inget är registrerat hos er under: era resurser, " in said
    assert openpyxl.load_workbook(io.BytesIO(excel("REG"))).sheetnames == ["Verksamheter"]
    assert "Ni har inte svarat på formuläret." not in whole(opened(word()))


def test_an_organisation_without_anything_gets_a_valid_result() -> None:
    """A workbook needs a sheet: it says that there is nothing to show yet."""
    register = replaced(small(), organisations=[{"id": "TOM", "name": "Tom", "municipal": False}])
    assert whole(opened(report.department(register, analysed(register), "TOM", **department_details())))
    made = department_result.write(register, analysed(register), "TOM", **department_details())
    assert openpyxl.load_workbook(io.BytesIO(made)).sheetnames[0] == "Verksamheter"


def test_an_unknown_organisation_is_refused_with_a_guess() -> None:
    """A wrong id is told in Swedish with the ids that there are."""
    with pytest.raises(KrokomrsaError) as caught:
        gather(small(), analysed(small()), "SOCI", **told())
    assert "Organisationen finns inte i registret." in str(caught.value)
    assert "SOC" in caught.value.problems[0].remedy


@pytest.mark.parametrize("made", [word, excel])
def test_the_same_input_gives_the_same_bytes(made) -> None:
    """Two results of one register are equal byte for byte."""
    assert made() == made()


def test_who_gets_no_form_and_has_sent_nothing_gets_no_result_unless_named(tmp_path: Path) -> None:
    """The political body is left out, which one line tells; named, it gets a result that says that it has not answered."""
    organisations = [("SOC", "Socialförvaltningen"), ("KS", "Kommunstyrelsen")]
    process.new(tmp_path, municipality="Krokom", first_year=2023, organisations=organisations, who="Test", scale="femgradig")
    with workspace.opened(tmp_path) as place:
        kind = Change(table="organisations", id="KS", column="kind", before=None, after="political body")
        place.store.commit([kind], who="Test", source="test", kind="edit")
        written, said = documents.write_department_results(place, results.analyse(place))
        assert [path.name for path in written] == ["SOC-resultat.docx", "SOC-resultat.xlsx"]
        assert [(problem.kind, "Kommunstyrelsen" in problem.problem) for problem in said] == [("notice", True)]
        written, said = documents.write_department_results(place, results.analyse(place), ["KS"])
    assert ([path.name for path in written], said) == (["KS-resultat.docx", "KS-resultat.xlsx"], [])
    assert "Ni har inte svarat på formuläret." in whole(opened(written[0].read_bytes()))
