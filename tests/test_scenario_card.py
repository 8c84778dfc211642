"""What is known of one risk, gathered from every table and analysis."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from krokomrsa import scales, synthesis
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register, frame
from krokomrsa.rules import Period
from krokomrsa.synthesis import ScenarioCard
from krokomrsa.vocabulary import load

SCALE = scales.load()
TABLES: dict[str, list[dict[str, Any]]] = {
    "organisations": [{"id": "SOC", "name": "Socialförvaltningen"}, {"id": "TEK", "name": "Tekniska förvaltningen"}],
    "services": [
        {"id": "V-KOK", "organisation": "TEK", "name": "Kost"},
        {"id": "V-BO", "organisation": "SOC", "name": "Äldreboende"},
        {"id": "V-DAG", "organisation": "SOC", "name": "Dagverksamhet"},
        {"id": "V-FRI", "organisation": "SOC", "name": "Fritid"},
    ],
    "resources": [{"id": "R-BIL", "name": "Matbilen"}],
    "dependencies": [
        {"id": "B-1", "dependent": "R-BIL", "supplier": "V-KOK", "endurance_low_h": 2.0, "endurance_high_h": 2.0},
        {"id": "B-2", "dependent": "V-BO", "supplier": "R-BIL", "endurance_low_h": 4.0, "endurance_high_h": 8.0},
        {"id": "B-3", "dependent": "V-DAG", "supplier": "V-BO", "endurance_low_h": 1.0},
    ],
    "risks": [
        {"id": "H-1", "event": "Elavbrott", "services": "V-KOK; V-BORTA"},
        {"id": "H-2", "event": "Ingenting är känt"},
        {"id": "H-3", "event": "Allt stannar", "services": "V-KOK; V-BO; V-DAG"},
    ],
    "assessments": [
        {"id": "A-1", "risk": "H-1", "judge": "SOC", "aspect": "likelihood", "low": 2.0, "high": 3.0, "status": "judged"},
        {"id": "A-2", "risk": "H-1", "judge": "SOC", "aspect": "life_health", "low": 4.0, "status": "judged", "state": "target"},
        {"id": "A-3", "risk": "H-1", "judge": "TEK", "aspect": "likelihood", "low": 5.0, "status": "judged"},
        {"id": "A-4", "risk": "H-3", "judge": "TEK", "aspect": "likelihood", "low": 5.0, "status": "judged"},
    ],
    "vulnerabilities": [{"id": "S-1", "description": "Ingen reservkraft", "risks": "H-3; H-1"}, {"id": "S-2", "description": "Annat"}],
    "treatments": [
        {"id": "T-1", "measure": "Köp aggregat", "vulnerabilities": "S-1", "status": "decided", "due": date(2021, 5, 1)},
        {"id": "T-2", "measure": "Provkör", "risks": "H-1", "status": "ongoing"},
        {"id": "T-3", "measure": "Flytta köket", "risks": "H-1", "status": "rejected"},
        {"id": "T-4", "measure": "Annat", "vulnerabilities": "S-2"},
    ],
    "activities": [
        {"id": "U-1", "name": "Mörker", "kind": "exercise", "year": 2020, "status": "done", "risks": "H-1"},
        {"id": "U-2", "name": "Inställd", "kind": "exercise", "year": 2020, "status": "cancelled", "risks": "H-1"},
        {"id": "U-3", "name": "Annat", "kind": "exercise", "year": 2020, "status": "done", "risks": "H-3"},
    ],
    "events": [{"id": "E-1", "event": "Mörkt i Ås", "date": date(2019, 1, 2), "risk": "H-1"}],
}


@pytest.fixture(scope="module")
def register() -> Register:
    """Return a register in which one risk has everything and another nothing."""
    return Register({key: frame(load()[key], rows) for key, rows in TABLES.items()})


def card(register: Register, risk: str) -> ScenarioCard:
    """Return the card of a risk."""
    found = synthesis.analyse(register, scale=SCALE, rule_sets=[], on=date(2021, 6, 1), period=Period(2019, 2022))
    return synthesis.scenario_card(register, found, risk, scale=SCALE)


def ids(rows: Any) -> list[Any]:
    """Return the ids of rows."""
    return [row["id"] for row in rows]


def test_what_names_the_risk_is_on_its_card(register: Register) -> None:
    """Services hit, judgements, vulnerabilities, practice and events of the risk are there, and those of others are not."""
    found = card(register, "H-1")
    assert found.risk["event"] == "Elavbrott"
    assert [ids(getattr(found, key)) for key in ("services", "judgements", "vulnerabilities", "activities", "events")] == [
        ["V-KOK"],
        ["A-1", "A-2", "A-3"],
        ["S-1"],
        ["U-1"],
        ["E-1"],
    ]


def test_measures_against_its_vulnerabilities_count_and_rejected_ones_do_not(register: Register) -> None:
    """A measure counts that reduces the risk or one of its vulnerabilities, with whether it is late."""
    found = card(register, "H-1").treatments
    assert [(row["id"], row["late"]) for row in found] == [("T-1", True), ("T-2", None)]


def test_the_cascade_starts_from_the_services_that_are_hit(register: Register) -> None:
    """What falls through others is told with its hours and the failure it comes through; what is hit, or is no service, is not."""
    assert [tuple(row.values()) for row in card(register, "H-1").falls] == [
        ("V-BO", 6.0, 10.0, "R-BIL"),
        ("V-DAG", 7.0, float("inf"), "V-BO"),
    ]
    assert card(register, "H-3").falls == ()


def test_each_state_stands_for_itself(register: Register) -> None:
    """Only states that somebody has judged are there, and none lends another its levels."""
    found = card(register, "H-1").standings
    assert {state: (row["likelihood_low"], row["likelihood_high"], row["consequence_high"]) for state, row in found.items()} == {
        "current": (2.0, 5.0, None),
        "target": (None, None, 4.0),
    }


def test_judges_who_differ_are_told(register: Register) -> None:
    """How far the judges are apart comes from the analysis, for this risk alone."""
    assert [(row["aspect"], row["lowest"], row["highest"]) for row in card(register, "H-1").disagreement] == [
        ("likelihood", ("SOC",), ("TEK",))
    ]


def test_nothing_is_made_up(register: Register) -> None:
    """A risk that nothing is known of has a card where everything is missing."""
    found = card(register, "H-2")
    empty = ("judgements", "disagreement", "services", "falls", "vulnerabilities", "treatments", "activities", "events")
    assert [getattr(found, key) for key in empty] == [()] * len(empty)
    assert found.standings == {}
    assert found.risk["causes"] is None


def test_a_risk_that_is_not_there_is_refused(register: Register) -> None:
    """The error is Swedish and guesses which risk is meant."""
    with pytest.raises(KrokomrsaError, match=r"ingen risk med det id.*Menade du ”H-1”") as caught:
        card(register, "H1")
    assert caught.value.problems[0].kind == "refused"


def test_the_register_stays_as_it_is(register: Register) -> None:
    """Making a card changes nothing."""
    before = register.fingerprint()
    card(register, "H-1")
    assert register.fingerprint() == before
