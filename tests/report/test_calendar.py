"""The plan as calendar entries, read again by a calendar's own reader."""

from datetime import date

import icalendar
import pandas as pd
import pytest

from krokomrsa import rules
from krokomrsa.report import calendar
from krokomrsa.rules import Period

PERIOD, ON = Period(2027, 2030), date(2026, 11, 22)
ROW = {"id": "U-1", "name": "Stabsövning", "kind": "exercise", "year": 2027, "quarter": 2, "status": "planned"}


def entries(*rows):
    """Return the entries that a calendar reads, by id."""
    made = calendar.ics(pd.DataFrame(rows), PERIOD, on=ON, workspace="krokom")
    return {str(one["uid"]).partition("@")[0]: one for one in icalendar.Calendar.from_ical(made).walk("VEVENT")}


@pytest.mark.parametrize(
    ("quarter", "first", "after"),
    [
        (1, date(2027, 1, 1), date(2027, 4, 1)),
        (2, date(2027, 4, 1), date(2027, 7, 1)),
        (3, date(2027, 7, 1), date(2027, 10, 1)),
        (4, date(2027, 10, 1), date(2028, 1, 1)),
        (None, date(2027, 1, 1), date(2028, 1, 1)),
    ],
)
def test_a_planned_activity_lasts_its_quarter(quarter, first, after):
    """From the first day of the quarter to the last; the whole year, said so, where the quarter is unknown."""
    found = entries(ROW | {"quarter": quarter})["U-1"]
    assert (found["dtstart"].dt, found["dtend"].dt) == (first, after)
    assert ("kvartal okänt" in found["summary"]) == (quarter is None)


def test_what_was_carried_out_stands_on_its_day():
    """A day in the period is the entry's only day; one before the period is no entry."""
    done = ROW | {"status": "done", "carried_out_on": date(2027, 5, 4)}
    found = entries(done, done | {"id": "U-2", "carried_out_on": date(2026, 5, 4), "year": 2026})
    assert list(found) == ["U-1"]
    assert (found["U-1"]["dtstart"].dt, found["U-1"]["dtend"].dt) == (date(2027, 5, 4), date(2027, 5, 5))


def test_what_is_only_on_request_is_no_entry_and_what_is_cancelled_says_so():
    """On request is not planned; a calendar that held a cancelled activity takes it away."""
    found = entries(ROW | {"status": "on request"}, ROW | {"id": "U-2", "status": "cancelled"})
    assert {key: str(one["status"]) for key, one in found.items()} == {"U-2": "CANCELLED"}


def test_nothing_secret_stands_in_a_calendar():
    """Services, risks, purpose, findings and notes are left in the register."""
    hidden = {key: f"hemligt-{key}" for key in ("services", "risks", "purpose", "goals", "findings", "note")}
    made = calendar.ics(pd.DataFrame([ROW | hidden]), PERIOD, on=ON, workspace="krokom")
    assert b"hemligt" not in made
    table = calendar.load()["activities"]
    assert {table[key].secrecy for key in (*calendar.TOLD, "name", "year", "quarter", "carried_out_on")} == {"open"}


def test_the_same_plan_makes_the_same_calendar():
    """Byte for byte, so that a calendar replaces what it held; line ends and lengths are those of the standard."""
    rows = rules.grundplan(PERIOD)
    made = calendar.ics(pd.DataFrame(rows), PERIOD, on=ON, workspace="krokom")
    assert made == calendar.ics(pd.DataFrame(rows), PERIOD, on=ON, workspace="krokom")
    assert len(icalendar.Calendar.from_ical(made).walk("VEVENT")) == len(rows)
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert b"\n" not in made.replace(b"\r\n", b"")
