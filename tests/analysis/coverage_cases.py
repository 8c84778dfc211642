"""Rows and boards for the tests of coverage: each duty met, just missed, and every trap."""

from datetime import date, timedelta

import pandas as pd

from krokomrsa import rules
from krokomrsa.analysis import coverage
from krokomrsa.register import Register
from krokomrsa.rules import Period

PERIOD = Period(2019, 2022)
SETS = [rules.load(name) for name in ("overenskommelse-2019-2022", "strategi-2019-2022", "leh")]
DONE = {"status": "done", "year": 2020, "quarter": 2, "carried_out_on": date(2020, 5, 4)}
EVALUATED = DONE | {"evaluated_on": date(2020, 6, 1)}
PLAN = {"status": "planned", "year": 2020, "quarter": 2}
LATER = date(2021, 6, 1)
EARLIER = date(2020, 1, 7)

KS = {"id": "KS", "name": "Kommunstyrelsen", "kind": "political body", "municipal": True, "target_group": "municipal_board"}
KL = {"id": "KL", "name": "Kommunledningen", "kind": "management", "municipal": True, "target_group": "municipal_management"}
BOSTAD = {"id": "BO", "name": "Krokomsbostäder AB", "kind": "company", "municipal": True}
RTJ = {"id": "RTJ", "name": "Jämtlands räddningstjänstförbund", "kind": "association", "municipal": False}
ORGANISATIONS = [KS, KL, BOSTAD, RTJ]


def activity(number=1, kind="exercise", **given):
    """Return a row of the table activities."""
    return {"id": f"U-{number}", "name": "Aktivitet", "kind": kind} | given


def board(rows, *, on=LATER, organisations=ORGANISATIONS, services=(), documents=None, goals=None, sets=SETS, period=PERIOD):
    """Return the duties, by id, for rows of the tables."""
    given = {"activities": rows, "organisations": organisations, "services": services, "documents": documents, "goals": goals}
    register = Register({key: pd.DataFrame(value) for key, value in given.items() if value})
    found = coverage.duties(
        register.activities,
        register.organisations,
        register.services,
        sets,
        on,
        period,
        documents=None if documents is None else register.documents,
        goals=None if goals is None else register.goals,
    )
    return found.set_index("duty", drop=False)


def trained(**given):
    """Return a training that was carried out."""
    return activity(1, "training", **(DONE | given))


def exercised(**given):
    """Return an exercise that was carried out, not evaluated."""
    return activity(2, "exercise", **(DONE | given))


def service(number=1, **given):
    """Return a vital service with a routine and training in it."""
    base = {"id": f"V-{number}", "organisation": "KL", "name": "Hemtjänst", "condition_1": "yes", "scope": "own"}
    return base | {"routines": "yes", "trained_on": date(2020, 3, 1)} | given


BOARD = [KS | {"crisis_role": "crisis board"}, KL, BOSTAD, RTJ]
LEADERS = [KS, KL | {"crisis_role": "official leadership"}, BOSTAD, RTJ]
STAFF = {"target_groups": "crisis_staff"}
SUPPLY, SUPPORT = {"functions": "technical_supply"}, {"functions": "crisis_support"}
JOINT = EVALUATED | {"form": "collaboration", "took_part_in_planning": True}
ROUTINE = {"competences": "routines", "services": "V-1"}
UNTRAINED = {"trained_on": None}
DECIDED = {"id": "D1", "title": "Kommunikationsplan", "kind": "communication_plan", "decided_on": date(2020, 2, 3)}
GOAL = {"id": "M-3.1-4", "goal": "Krisberedskap ska vara en del av kommunens systematiska ledningsarbete"}
RADIO = [
    activity(year, "training", **DONE | {"carried_out_on": date(year, 11, 3), "competences": "rakel; wis"}) for year in (2019, 2020, 2021)
]
BOTH = [
    activity(1, "training", **DONE, target_groups="municipal_board; units"),
    activity(2, "exercise", **DONE, target_groups="crisis_board; official_leadership"),
]

CASES = {
    # crisis organisation: a training and an exercise, no number
    "crisis organisation trained and exercised": ("crisis_organisation", [trained(**STAFF), exercised(**STAFF)], {}, "met", "krav"),
    "crisis organisation only trained": ("crisis_organisation", [trained(**STAFF)], {}, "missing", "krav"),
    "crisis organisation only exercised": ("crisis_organisation", [exercised(**STAFF)], {}, "missing", "krav"),
    "crisis organisation: training before the period": (
        "crisis_organisation", [trained(**STAFF, carried_out_on=date(2018, 12, 31)) | {"year": 2018}, exercised(**STAFF)], {}, "missing", "krav",
    ),
    "crisis organisation: board and leaders as declared": (
        "crisis_organisation",
        [trained(target_groups="municipal_board"), exercised(target_groups="municipal_board")], {"organisations": BOARD}, "met", "krav",
    ),
    "crisis organisation: board not declared": (
        "crisis_organisation", [trained(target_groups="municipal_board"), exercised(**STAFF)], {}, "missing", "otydligt",
    ),
    "crisis organisation: training in crisis leadership, nobody named": (
        "crisis_organisation", [trained(competences="crisis_leadership"), exercised(**STAFF)], {}, "met", "krav",
    ),
    "crisis organisation: crisis leadership for units only": (
        "crisis_organisation", [trained(competences="crisis_leadership", target_groups="units"), exercised(**STAFF)], {}, "missing", "krav",
    ),
    # preparedness functions, each by itself
    "technical supply trained and exercised": ("technical_supply", [trained(**SUPPLY), exercised(**SUPPLY)], {}, "met", "krav"),
    "technical supply not exercised": ("technical_supply", [trained(**SUPPLY), exercised(**SUPPORT)], {}, "missing", "krav"),
    "technical supply not named at the level of units": ("technical_supply", [exercised(level="unit")], {}, "missing", "otydligt"),
    "technical supply: the unit's activity names another": ("technical_supply", [exercised(level="unit", **SUPPORT)], {}, "missing", "krav"),
    "technical supply: on request at the level of units": (
        "technical_supply", [activity(2, status="on request", year=2020, level="unit")], {}, "missing", "krav",
    ),
    "crisis support trained and exercised": ("crisis_support", [trained(**SUPPORT), exercised(**SUPPORT)], {}, "met", "krav"),
    "crisis support not trained": ("crisis_support", [exercised(**SUPPORT)], {}, "missing", "krav"),
    # two exercises, carried out and evaluated
    "two exercises evaluated": ("two_exercises", [activity(1, **EVALUATED), activity(2, **EVALUATED)], {}, "met", "krav"),
    "one exercise evaluated, one only done": ("two_exercises", [activity(1, **EVALUATED), activity(2, **DONE)], {}, "missing", "krav"),
    "one exercise twice is one": ("two_exercises", [activity(1, **EVALUATED), activity(1, **EVALUATED)], {}, "missing", "krav"),
    "a training evaluated is no exercise": ("two_exercises", [activity(1, **EVALUATED), activity(2, "training", **EVALUATED)], {}, "missing", "krav"),
    "evaluated tomorrow": (
        "two_exercises", [activity(1, **EVALUATED), activity(2, **DONE | {"evaluated_on": LATER + timedelta(1)})], {}, "late", "krav",
    ),
    "evaluated before it was carried out": (
        "two_exercises", [activity(1, **EVALUATED), activity(2, **DONE | {"evaluated_on": date(2020, 5, 3)})], {}, "missing", "krav",
    ),
    "evaluated after the period": (
        "two_exercises", [activity(1, **EVALUATED), activity(2, **DONE | {"evaluated_on": date(2023, 1, 1)})],
        {"on": date(2023, 6, 1)}, "late", "krav",
    ),
    "two exercises planned with evaluation": (
        "two_exercises", [activity(n, **PLAN, evaluation_planned=True) for n in (1, 2)], {"on": EARLIER}, "planned", "krav",
    ),
    "two exercises planned without evaluation": ("two_exercises", [activity(n, **PLAN) for n in (1, 2)], {"on": EARLIER}, "missing", "krav"),
    "two exercises planned, their quarter past": (
        "two_exercises", [activity(n, **PLAN, evaluation_planned=True) for n in (1, 2)], {"on": date(2020, 7, 1)}, "late", "krav",
    ),
    "two exercises planned, the last day of their quarter": (
        "two_exercises", [activity(n, **PLAN, evaluation_planned=True) for n in (1, 2)], {"on": date(2020, 6, 30)}, "planned", "krav",
    ),
    "evaluation planned and its quarter not past": (
        "two_exercises", [activity(n, **DONE, evaluation_planned=True) for n in (1, 2)], {"on": date(2020, 6, 30)}, "planned", "krav",
    ),
    "evaluation planned and its quarter past": (
        "two_exercises", [activity(n, **DONE, evaluation_planned=True) for n in (1, 2)], {"on": date(2020, 7, 1)}, "late", "krav",
    ),
    "quarter unknown is not past before the year is": (
        "two_exercises",
        [activity(n, status="planned", year=2020, evaluation_planned=True) for n in (1, 2)], {"on": date(2020, 12, 31)}, "planned", "krav",
    ),
    "cancelled exercises are nothing": (
        "two_exercises", [activity(n, **EVALUATED | {"status": "cancelled"}) for n in (1, 2)], {}, "missing", "krav",
    ),
    "the association's exercises are its own": (
        "two_exercises", [activity(n, **EVALUATED, organisations="RTJ") for n in (1, 2)], {}, "missing", "krav",
    ),
    "exercises with the association are the municipality's too": (
        "two_exercises", [activity(n, **EVALUATED, organisations="RTJ; KL") for n in (1, 2)], {}, "met", "krav",
    ),
    # an evaluation step in the plan
    "evaluation in the plan": ("evaluation_step", [activity(n, **PLAN, evaluation_planned=True) for n in (1, 2)], {"on": EARLIER}, "met", "krav"),
    "evaluation done": ("evaluation_step", [activity(n, **EVALUATED) for n in (1, 2)], {}, "met", "krav"),
    "evaluation in the plan of one": (
        "evaluation_step", [activity(1, **PLAN, evaluation_planned=True), activity(2, **PLAN)], {"on": EARLIER}, "missing", "krav",
    ),
    "evaluation planned on request": (
        "evaluation_step",
        [activity(n, status="on request", year=2020, evaluation_planned=True) for n in (1, 2)], {"on": EARLIER}, "missing", "krav",
    ),
    "evaluation planned but late": ("evaluation_step", [activity(n, **DONE, evaluation_planned=True) for n in (1, 2)], {}, "late", "krav"),
    # the crisis board
    "crisis board exercised": ("crisis_board", [exercised(target_groups="crisis_board")], {}, "met", "krav"),
    "crisis board only trained": ("crisis_board", [trained(target_groups="crisis_board")], {}, "missing", "krav"),
    "crisis board planned": ("crisis_board", [activity(**PLAN, target_groups="crisis_board")], {"on": EARLIER}, "planned", "krav"),
    "crisis board late": ("crisis_board", [activity(**PLAN, target_groups="crisis_board")], {}, "late", "krav"),
    "crisis board on request": (
        "crisis_board", [activity(status="on request", year=2022, target_groups="crisis_board")], {}, "missing", "krav",
    ),
    "crisis board done without a day": (
        "crisis_board", [activity(status="done", year=2020, target_groups="crisis_board")], {}, "late", "krav",
    ),
    "crisis board done tomorrow": (
        "crisis_board", [activity(**DONE | {"carried_out_on": LATER + timedelta(1)}, target_groups="crisis_board")], {}, "planned", "krav",
    ),
    "crisis board: status planned with a day": (
        "crisis_board", [activity(**DONE | {"status": "planned"}, target_groups="crisis_board")], {}, "late", "krav",
    ),
    "crisis board the day after the period": (
        "crisis_board", [activity(**DONE | {"year": 2023, "carried_out_on": date(2023, 1, 1)}, target_groups="crisis_board")],
        {"on": date(2023, 2, 1)}, "missing", "krav",
    ),
    "crisis board: the municipal board, not declared": ("crisis_board", [exercised(target_groups="municipal_board")], {}, "missing", "otydligt"),
    "crisis board: the municipal board, declared": (
        "crisis_board", [exercised(target_groups="municipal_board")], {"organisations": BOARD}, "met", "krav",
    ),
    "crisis board: declared and named as taking part": ("crisis_board", [exercised(organisations="KS")], {"organisations": BOARD}, "met", "krav"),
    "crisis board: the municipal board, only trained": ("crisis_board", [trained(target_groups="municipal_board")], {}, "missing", "krav"),
    # the officials' leadership
    "official leadership exercised": ("official_leadership", [exercised(target_groups="official_leadership")], {}, "met", "krav"),
    "official leadership: management, not declared": (
        "official_leadership", [exercised(target_groups="municipal_management")], {}, "missing", "otydligt",
    ),
    "official leadership: management, declared": (
        "official_leadership", [exercised(target_groups="municipal_management")], {"organisations": LEADERS}, "met", "krav",
    ),
    "official leadership: departments only": ("official_leadership", [exercised(target_groups="department_management")], {}, "missing", "krav"),
    # collaboration
    "collaboration planned, carried out, evaluated": ("collaboration", [activity(**JOINT)], {}, "met", "krav"),
    "collaboration not evaluated": ("collaboration", [activity(**JOINT | {"evaluated_on": None})], {}, "missing", "krav"),
    "collaboration not taken part in planning": ("collaboration", [activity(**JOINT | {"took_part_in_planning": False})], {}, "missing", "krav"),
    "collaboration: planning not said": ("collaboration", [activity(**JOINT | {"took_part_in_planning": None})], {}, "missing", "otydligt"),
    "collaboration in the plan": (
        "collaboration", [activity(**PLAN, level="regional", evaluation_planned=True)], {"on": EARLIER}, "planned", "krav",
    ),
    "collaboration never offered": ("collaboration", [exercised()], {}, "missing", "otydligt"),
    "collaboration on request": (
        "collaboration", [activity(status="on request", year=2021, form="collaboration")], {}, "missing", "otydligt",
    ),
    # elected and staff
    "elected and staff trained and exercised": ("elected_and_staff", BOTH, {}, "met", "krav"),
    "staff not trained": ("elected_and_staff", [BOTH[0] | {"target_groups": "elected"}, BOTH[1]], {}, "missing", "krav"),
    "staff known by numbers": (
        "elected_and_staff", [BOTH[0] | {"target_groups": "elected", "participants_staff": 4}, BOTH[1]], {}, "met", "krav",
    ),
    # the strategy's own goals
    "routines and training everywhere": ("routines_and_training", [], {"services": [service()]}, "met", "eget mål"),
    "one service without a routine": (
        "routines_and_training", [], {"services": [service(), service(2, routines="no")]}, "missing", "eget mål",
    ),
    "one service that does not know": ("routines_and_training", [], {"services": [service(routines="unknown")]}, "missing", "eget mål"),
    "one service not trained": ("routines_and_training", [], {"services": [service(**UNTRAINED)]}, "missing", "eget mål"),
    "trained tomorrow": ("routines_and_training", [], {"services": [service(trained_on=LATER + timedelta(1))]}, "planned", "eget mål"),
    "trained by an activity": ("routines_and_training", [trained(**ROUTINE)], {"services": [service(**UNTRAINED)]}, "met", "eget mål"),
    "to be trained by an activity": (
        "routines_and_training",
        [activity(1, "training", **PLAN, **ROUTINE)], {"services": [service(**UNTRAINED)], "on": EARLIER}, "planned", "eget mål",
    ),
    "trained in something else": (
        "routines_and_training", [trained(services="V-1", competences="rakel")], {"services": [service(**UNTRAINED)]}, "missing", "eget mål",
    ),
    "neither condition met: not vital": (
        "routines_and_training",
        [], {"services": [service(), service(2, condition_1="no", condition_2="no", routines="no")]}, "met", "eget mål",
    ),
    "another's service in the area": (
        "routines_and_training", [], {"services": [service(), service(2, scope="geographic", routines="no")]}, "met", "eget mål",
    ),
    "the association's service": (
        "routines_and_training", [], {"services": [service(), service(2, organisation="RTJ", routines="no")]}, "met", "eget mål",
    ),
    "no services at all": ("routines_and_training", [], {}, "missing", "eget mål"),
    "communication plan decided": ("communication_plan", [], {"documents": [DECIDED]}, "met", "eget mål"),
    "communication plan to be decided": (
        "communication_plan", [], {"documents": [DECIDED | {"decided_on": LATER + timedelta(1)}]}, "planned", "eget mål",
    ),
    "communication plan without a decision": ("communication_plan", [], {"documents": [DECIDED | {"decided_on": None}]}, "missing", "eget mål"),
    "communication plan expired": (
        "communication_plan", [], {"documents": [DECIDED | {"valid_to": LATER - timedelta(1)}]}, "missing", "eget mål",
    ),
    "communication plan on its last day": ("communication_plan", [], {"documents": [DECIDED | {"valid_to": LATER}]}, "met", "eget mål"),
    "another document": ("communication_plan", [], {"documents": [DECIDED | {"kind": "rsa"}]}, "missing", "eget mål"),
    "ISF trained": ("isf", [trained(competences="isf")], {}, "met", "eget mål"),
    "ISF planned": ("isf", [activity(1, "training", **PLAN, competences="isf")], {"on": EARLIER}, "planned", "eget mål"),
    "ISF not trained": ("isf", [trained(competences="wis")], {}, "missing", "eget mål"),
    "systematic management met": ("systematic_management", [], {"goals": [GOAL | {"status": "met"}]}, "met", "eget mål"),
    "systematic management known by its words": (
        "systematic_management", [], {"goals": [GOAL | {"id": "M1", "status": "met"}]}, "met", "eget mål",
    ),
    "systematic management ongoing": ("systematic_management", [], {"goals": [GOAL | {"status": "ongoing"}]}, "planned", "eget mål"),
    "systematic management past its day": (
        "systematic_management", [], {"goals": [GOAL | {"status": "ongoing", "due": LATER - timedelta(1)}]}, "late", "eget mål",
    ),
    "systematic management judged tomorrow": (
        "systematic_management", [], {"goals": [GOAL | {"status": "met", "assessed_on": LATER + timedelta(1)}]}, "planned", "eget mål",
    ),
    "systematic management not begun": ("systematic_management", [], {"goals": [GOAL | {"status": "not started"}]}, "missing", "eget mål"),
    "RAKEL and WIS each year so far": ("rakel_wis", RADIO, {"on": date(2021, 12, 31)}, "met", "eget mål"),
    "RAKEL and WIS: a year is lacking": ("rakel_wis", RADIO[::2], {"on": date(2021, 12, 31)}, "missing", "eget mål"),
    "RAKEL every year, WIS not": (
        "rakel_wis", [*RADIO[:2], RADIO[2] | {"competences": "rakel"}], {"on": date(2021, 12, 31)}, "missing", "eget mål",
    ),
    "RAKEL and WIS: this year's is yet to come, the next is in the plan": (
        "rakel_wis",
        [*RADIO[:2], *(activity(year, "training", status="planned", year=year, competences="rakel; wis") for year in (2021, 2022))],
        {}, "planned", "eget mål",
    ),
    "the housing company exercised": ("municipal_company", [exercised(organisations="BO; KL")], {}, "met", "eget mål"),
    "the housing company left out": ("municipal_company", [exercised(organisations="KL")], {}, "missing", "eget mål"),
    "a company that is not the municipality's": (
        "municipal_company", [exercised(organisations="BO")], {"organisations": [BOSTAD | {"municipal": False}]}, "missing", "eget mål",
    ),
}  # fmt: skip
