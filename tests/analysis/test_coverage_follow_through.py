"""What exercises led to, and a plan carried over to the next period."""

from datetime import date

import pandas as pd
from coverage_cases import activity

from krokomrsa import rules
from krokomrsa.analysis import coverage
from krokomrsa.register import Register
from krokomrsa.rules import Period

ON = date(2027, 12, 1)
HELD = {"status": "done", "carried_out_on": date(2027, 3, 1)}
EVALUATED = HELD | {"evaluated_on": date(2027, 4, 1)}
FOUND = EVALUATED | {"findings": "Larmlistan var gammal."}


def followed(activities, treatments=()):
    """Return what activities led to, by id."""
    register = Register({"treatments": pd.DataFrame(treatments)} if treatments else {})
    return coverage.follow_through(pd.DataFrame(activities), register.treatments, ON).set_index("activity")


def measure(key, status, activities="U-1"):
    """Return a measure that comes of an exercise."""
    return {"id": key, "measure": "Nya larmlistor", "owner": "SOC", "status": status, "activities": activities}


def test_each_stage_has_its_own_word():
    """Held, evaluated, with findings but no measure, with an open measure, and closed: each is told apart."""
    rows = [
        activity(1, **HELD),
        activity(2, **FOUND),
        activity(3, **FOUND),
        activity(4, **FOUND),
        activity(5, **EVALUATED),
        activity(6, status="planned", year=2028),
    ]
    measures = [measure("T1", "ongoing", "U-3"), measure("T2", "done", "U-3; U-4"), measure("T3", "rejected", "U-4")]
    found = followed(rows, measures)
    stages = {"U-1": "not evaluated", "U-2": "without measures", "U-3": "open", "U-4": "closed", "U-5": "closed"}
    assert found["stage"].to_dict() == stages
    assert found.loc["U-3", ["measures", "closed", "oldest_open"]].tolist() == [2, 1, ("T1",)]
    assert coverage.share_closed(found) == 2 / 5


def test_what_has_waited_longest_stands_first():
    """Days are counted from the evaluation, or from the exercise where nobody has evaluated it; what is closed waits for nothing."""
    rows = [activity(1, **EVALUATED), activity(2, **FOUND), activity(3, **HELD)]
    found = followed(rows)
    assert found.index.tolist() == ["U-3", "U-2", "U-1"]
    assert found["open_days"].tolist()[:2] == [275, 244]
    assert found["open_days"].isna().tolist() == [False, False, True]


def test_what_lies_ahead_is_not_followed():
    """An exercise tomorrow is not held yet, and an evaluation tomorrow is not made yet."""
    rows = [activity(1, **HELD | {"carried_out_on": date(2027, 12, 2)}), activity(2, **HELD, evaluated_on=date(2027, 12, 2))]
    assert followed(rows)["stage"].to_dict() == {"U-2": "not evaluated"}
    assert coverage.share_closed(followed([activity(1)])) == 0


def test_the_grundplan_carried_over_is_the_grundplan_of_the_next_period():
    """Tabell 1 of one period, carried to the next, says the same as Tabell 1 of that period."""
    before, after = Period(2023, 2026), Period(2027, 2030)
    made = coverage.next_plan(pd.DataFrame(rules.grundplan(before)), before, after)
    said = ("name", "kind", "year", "quarter", "level", "target_groups", "competences", "status")
    wanted = [tuple(row[key] for key in said) for row in rules.grundplan(after)]
    assert sorted((tuple(row.get(key) for key in said) for row in made), key=str) == sorted(wanted, key=str)


def test_what_came_of_an_activity_stays_where_it_was():
    """Dates, participants and findings are not carried over, nor is what was cancelled or on request; taken ids are left alone."""
    rows = [
        activity(1, **FOUND, year=2027, participants_staff=12, evaluation_planned=True),
        activity(2, status="cancelled", year=2027),
        activity(3, status="on request", year=2028),
        activity(4, status="planned", year=2030),
    ]
    made = coverage.next_plan(pd.DataFrame(rows), Period(2027, 2030), Period(2031, 2033), taken={"U-2031-1"})
    assert [row["id"] for row in made] == ["U-2031-2"]
    assert not {"carried_out_on", "evaluated_on", "findings", "participants_staff"} & set(made[0])
    assert made[0]["evaluation_planned"] is True
