"""The evaluation form of an exercise: filled in with what is known, with room for what is not."""

from datetime import date

import pytest
from report_example import MADE_ON, opened, table_of, whole

from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register, frame
from krokomrsa.report.evaluation import evaluation
from krokomrsa.vocabulary import load

ROWS = {
    "services": [{"id": "V1", "name": "Hemtjänst"}],
    "risks": [{"id": "H1", "event": "Elavbrott"}],
    "organisations": [{"id": "SOC", "name": "Socialförvaltningen"}],
    "activities": [
        {"id": "U-1", "name": "Stabsövning", "kind": "exercise", "year": 2021, "status": "done", "services": "V1", "risks": "H1; H9"}
        | {"goals": "Larma inom 30 minuter; Samla staben", "findings": "Larmlistan var gammal.", "participants_staff": 12}
        | {"carried_out_on": date(2021, 5, 4)},
        {"id": "U-2", "name": "Rakel", "kind": "training", "year": 2022, "status": "planned"},
    ],
    "treatments": [
        {"id": "T1", "measure": "Ny larmlista", "owner": "SOC", "activities": "U-1", "due": date(2021, 12, 1)},
        {"id": "T2", "measure": "Köp reservkraft", "owner": "SOC"},
    ],
}


def made(activity):
    """Return the form of an activity as it is opened again."""
    vocabulary = load()
    register = Register({key: frame(vocabulary[key], rows) for key, rows in ROWS.items()})
    told = {"municipality": "Krokoms kommun", "on": MADE_ON, "made_on": MADE_ON, "banners": ("påhittade exempeldata",)}
    content = evaluation(register, activity, **told)
    assert content == evaluation(register, activity, **told)
    return opened(content)


def test_what_the_register_knows_is_filled_in():
    """Names instead of ids, the day and the numbers that are known; an id that nobody has stands as it is."""
    document = made("U-1")
    plan = dict(table_of(document, "Vad planen säger")[1:])
    assert (plan["Verksamheter som övas"], plan["Risker som övas"]) == ("Hemtjänst", "Elavbrott; H9")
    held = dict(table_of(document, "Hur det blev")[1:])
    assert held["Genomförd"] == "2021-05-04"
    assert (held["Deltagande förtroendevalda"], held["Deltagande anställda"]) == ("", "12")


def test_each_goal_has_a_row_and_each_measure_its_own():
    """Goals stand one to a row; findings and the measures that came of them stand above empty rows; other measures do not."""
    document = made("U-1")
    assert [row[0] for row in table_of(document, "Mål")[1:]] == ["Larma inom 30 minuter", "Samla staben"]
    findings = table_of(document, "Iakttagelser och vad de leder till")[1:]
    assert findings[:2] == [["Larmlistan var gammal.", "", "", ""], ["", "Ny larmlista", "Socialförvaltningen", "2021-12-01"]]
    assert all(not "".join(row) for row in findings[2:])
    assert "reservkraft" not in whole(document)


def test_what_nobody_knows_is_left_to_be_written():
    """A training ahead has empty rows for its goals, and no date."""
    document = made("U-2")
    assert all(not "".join(row) for row in table_of(document, "Mål")[1:])
    assert dict(table_of(document, "Hur det blev")[1:])["Genomförd"] == ""


def test_an_activity_that_is_not_there_is_refused():
    """An unknown id gets a sentence and a remedy."""
    with pytest.raises(KrokomrsaError, match="ingen utbildning eller övning"):
        made("U-9")
