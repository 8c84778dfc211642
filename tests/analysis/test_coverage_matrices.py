"""What is trained and exercised: by group, function, risk and service, with its age, and how much is covered."""

from datetime import date

import pandas as pd
from coverage_cases import activity
from hypothesis import given, settings
from hypothesis import strategies as st

from krokomrsa.analysis import coverage
from krokomrsa.rules import Period
from krokomrsa.vocabulary import lists

PERIOD = Period(2027, 2030)
ON = date(2028, 6, 1)
HELD = {"status": "done", "year": 2027, "quarter": 2, "carried_out_on": date(2027, 5, 4)}


@st.composite
def activities(draw):
    """Return activities of every standing, in the period and outside it."""
    rows = []
    for number in range(draw(st.integers(1, 6))):
        held_on = draw(st.dates(date(2025, 1, 1), date(2031, 12, 31)))
        done = draw(st.booleans())
        rows.append(
            activity(
                number,
                draw(st.sampled_from(["training", "exercise"])),
                status="done" if done else draw(st.sampled_from(["planned", "on request", "cancelled"])),
                year=held_on.year,
                quarter=draw(st.sampled_from([None, 1, 2, 3, 4])),
                carried_out_on=held_on if done else None,
                valid_until=draw(st.sampled_from([None, date(2027, 12, 31), date(2031, 1, 1)])),
                target_groups=draw(st.sampled_from([None, "crisis_staff", "crisis_staff; units"])),
                competences=draw(st.sampled_from([None, "rakel", "rakel; isf"])),
                functions=draw(st.sampled_from([None, "crisis_support"])),
                risks=draw(st.sampled_from([None, "H1", "H1; H2"])),
                services=draw(st.sampled_from([None, "V1"])),
            )
        )
    return rows


def every(rows):
    """Return each matrix of some activities."""
    table = pd.DataFrame(rows)
    return [
        coverage.by_group(table, ON, PERIOD),
        coverage.by_function(table, ON, PERIOD),
        coverage.exercised(table, ON, PERIOD, risks=["H1", "H2"], services=["V1"]),
    ]


@settings(max_examples=80, deadline=None)
@given(activities(), st.data())
def test_moving_an_activity_out_of_the_period_never_covers_more(rows, data):
    """Moved to ten years earlier, an activity leaves every share as it was or lower; a share lies between 0 and 1."""
    place = data.draw(st.integers(0, len(rows) - 1))
    moved = dict(rows[place])
    moved["year"] -= 10
    moved["carried_out_on"] = moved["carried_out_on"] and moved["carried_out_on"].replace(year=moved["carried_out_on"].year - 10, day=1)
    for before, after in zip(every(rows), every([*rows[:place], moved, *rows[place + 1 :]]), strict=True):
        assert 0 <= coverage.share(after) <= coverage.share(before) <= 1


@settings(max_examples=40, deadline=None)
@given(activities(), st.randoms(use_true_random=False))
def test_the_order_of_activities_changes_no_matrix(rows, random):
    """Shuffled rows lay out the same matrices."""
    shuffled = random.sample(rows, len(rows))
    for before, after in zip(every(rows), every(shuffled), strict=True):
        pd.testing.assert_frame_equal(before, after)


def test_every_pair_of_the_lists_has_a_cell():
    """Also what nobody has trained stands there, as missing."""
    found = coverage.by_group(pd.DataFrame([activity(1)]), ON, PERIOD)
    assert len(found) == len(lists()["target_groups"]) * len(lists()["competences"])
    assert set(found["status"]) == {"missing"}
    assert coverage.share(found) == 0


def _one(**given_):
    """Return the cell of the staff's Rakel for one training."""
    row = activity(1, "training", target_groups="crisis_staff", competences="rakel", **given_)
    found = coverage.by_group(pd.DataFrame([row]), ON, PERIOD).set_index(["target_group", "competence"])
    return found.loc["crisis_staff", "rakel"]


def test_planned_is_not_done_and_on_request_is_not_planned():
    """Each standing has its own word."""
    planned = {"status": "planned", "year": 2029, "quarter": 1}
    assert _one(**HELD)["status"] == "met"
    assert _one(**planned)["status"] == "planned"
    assert _one(**planned | {"year": 2027})["status"] == "late"
    assert _one(**planned | {"status": "on request"})["status"] == "missing"
    assert _one(**planned | {"status": "cancelled"})["status"] == "missing"


def test_what_was_held_before_the_period_has_an_age_but_covers_nothing():
    """The latest day is told also when it lies before the period."""
    found = _one(**HELD | {"carried_out_on": date(2026, 6, 1), "year": 2026})
    assert (found["status"], found["times"], found["age_days"]) == ("missing", 0, 731)


def test_what_has_run_out_no_longer_covers():
    """A training that was valid until yesterday is expired; valid until today it still counts; without an end it always does."""
    assert _one(**HELD, valid_until=date(2028, 5, 31))["status"] == "expired"
    assert _one(**HELD, valid_until=ON)["status"] == "met"
    assert _one(**HELD)["status"] == "met"


def test_a_risk_is_exercised_by_an_exercise_only():
    """A training that names the risk leaves it unexercised; an exercise that was evaluated says so."""
    rows = [activity(1, "training", **HELD, risks="H1"), activity(2, **HELD, risks="H2", evaluated_on=date(2027, 6, 1))]
    found = coverage.exercised(pd.DataFrame(rows), ON, PERIOD, risks=["H1", "H2"]).set_index("id")
    assert found["status"].to_dict() == {"H1": "missing", "H2": "met"}
    assert found["evaluated"].to_dict() == {"H1": False, "H2": True}
