from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa import rules
from krokomrsa.analysis import progress
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register

ON = st.dates(date(2014, 9, 14), date(2100, 12, 31))
GOALS = [
    {"id": "M1", "goal": "Uppfyllt", "due": date(2020, 12, 31), "status": "met", "assessed_on": date(2020, 12, 1)},
    {"id": "M2", "goal": "Sent", "due": date(2020, 12, 31), "status": "ongoing"},
    {"id": "M3", "goal": "Öppet", "due": date(2022, 12, 31), "status": "not met"},
    {"id": "M4", "goal": "Odaterat", "status": "met"},
    {"id": "M5", "goal": "Utan dag"},
    {"id": "M6", "goal": "Bedömt för sent", "due": date(2020, 12, 31), "status": "met", "assessed_on": date(2021, 1, 20)},
]


def goals(on):
    """Return the goals' standings on a day, by id."""
    return progress.goals_status(Register({"goals": pd.DataFrame(GOALS)}).goals, on).set_index("goal")


@pytest.mark.parametrize("day", [date(2014, 9, 14), date(2018, 9, 9), date(2022, 9, 11), date(2026, 9, 13), date(2030, 9, 8)])
def test_elections_fall_on_the_second_sunday_of_september(day):
    """The days of past and coming elections are computed as they were and will be held."""
    assert progress.election(day.year) == day
    assert progress.latest_election(day) == day


@given(ON)
def test_a_day_lies_between_its_elections(day):
    """The latest election is not after a day and the next one is after it, four years apart."""
    latest, following = progress.latest_election(day), progress.next_election(day)
    assert latest <= day < following
    assert following.year - latest.year == 4
    assert latest.isoweekday() == following.isoweekday() == 7


@given(st.dates(date(2015, 1, 1), date(2100, 12, 31)))
def test_a_day_lies_in_its_mandate_period(day):
    """The mandate period of a day holds it, is four years long and begins the year after an election."""
    period = progress.mandate_period(day)
    assert day in period
    assert len(period.years) == 4
    assert progress.latest_election(period.start).year == period.first_year - 1


def test_days_before_the_rule_are_refused():
    """No election is guessed before the rule on them was in force."""
    with pytest.raises(KrokomrsaError, match="Valdagar räknas från och med 2014-09-14"):
        progress.latest_election(date(2014, 9, 13))


@pytest.mark.parametrize(
    ("day", "rsa", "follow_up"),
    [
        (date(2019, 1, 1), date(2019, 10, 31), date(2019, 2, 15)),
        (date(2019, 10, 31), date(2019, 10, 31), date(2020, 2, 15)),
        (date(2019, 11, 1), date(2023, 10, 31), date(2020, 2, 15)),
        (date(2026, 9, 12), date(2027, 10, 31), date(2027, 2, 15)),
        (date(2026, 11, 22), date(2027, 10, 31), date(2027, 2, 15)),
        (date(2027, 2, 15), date(2027, 10, 31), date(2027, 2, 15)),
        (date(2027, 11, 1), date(2031, 10, 31), date(2028, 2, 15)),
    ],
)
def test_deadlines_follow_from_the_election(day, rsa, follow_up):
    """The RSA is due on 31 October the year after the election, the follow-up every 15 February; the day itself is not past."""
    found = progress.deadlines(day).set_index("deadline")
    assert found["due"].dt.date.to_dict() == {"rsa": rsa, "follow_up": follow_up}
    assert found.loc["rsa", "days"] == (rsa - day).days
    assert found.loc["rsa", "election"].year == rsa.year - 1
    assert pd.isna(found.loc["follow_up", "election"])


def test_a_deadline_under_a_doubted_rule_says_so():
    """The RSA of 2027 falls under a rule that may be repealed; that of 2019 did not."""
    notes = [progress.deadlines(day).set_index("deadline").loc["rsa", "note"] for day in (date(2019, 1, 1), date(2026, 11, 22))]
    assert notes[0] == ""
    assert "kontrollera med Länsstyrelsen" in notes[1]


def test_incidents_have_no_day_of_their_own():
    """The hours of the cyber security act are counted from an incident, so no day is computed from them."""
    assert progress.deadlines(date(2026, 11, 22), rules=[rules.load("cybersakerhetslagen")]).empty


def test_goals_are_met_late_open_or_undated():
    """A goal is late the day after its day, not on it, and never when it was judged met by then."""
    assert goals(date(2021, 1, 10))["standing"].to_dict() == {
        "M1": "met", "M2": "late", "M3": "open", "M4": "met", "M5": "undated", "M6": "late",
    }  # fmt: skip
    assert goals(date(2020, 12, 31)).loc["M2", "standing"] == "open"
    assert goals(date(2021, 1, 20)).loc["M6", "standing"] == "met"
    assert goals(date(2020, 11, 1)).loc["M1", "standing"] == "open"


def test_goals_say_why_in_swedish():
    """Each standing has its reason, with days."""
    found = goals(date(2021, 1, 10))
    assert found["reason"].to_dict() == {
        "M1": "Bedömt som uppfyllt 2020-12-01.",
        "M2": "Skulle ha varit nått 2020-12-31 och är inte bedömt som uppfyllt. Dagar sent: 10.",
        "M3": "Ska vara nått 2022-12-31. Dagar kvar: 720.",
        "M4": "Bedömt som uppfyllt.",
        "M5": "Inget datum är angivet.",
        "M6": "Skulle ha varit nått 2020-12-31 och är inte bedömt som uppfyllt. Dagar sent: 10.",
    }
    assert found["days"].dropna().to_dict() == {"M1": -10, "M2": -10, "M3": 720, "M6": -10}


def test_goals_are_left_as_they_were():
    """The table that is given is not changed, and no goals give an empty table."""
    table = Register({"goals": pd.DataFrame(GOALS)}).goals
    kept = table.copy(deep=True)
    progress.goals_status(table, date(2021, 1, 10))
    pd.testing.assert_frame_equal(table, kept)
    assert progress.goals_status(Register().goals, date(2021, 1, 10)).empty
