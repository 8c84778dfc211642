"""Write a plan of trainings and exercises as calendar entries (.ics, RFC 5545)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import icalendar
import pandas as pd

from krokomrsa.register import Row, rows_of
from krokomrsa.rules import Period
from krokomrsa.values import display
from krokomrsa.vocabulary import Table, load, text_of

TOLD: Final = ("kind", "form", "level", "target_groups", "competences", "functions", "status")  # open columns only: a calendar is shared
STATUSES: Final = {"planned": "TENTATIVE", "done": "CONFIRMED", "cancelled": "CANCELLED"}


def ics(activities: pd.DataFrame, period: Period, *, on: date, workspace: str) -> bytes:
    """Return the activities of a period as all-day calendar entries, those carried out on their day, the others over their quarter.

    An activity whose quarter is unknown lasts its year and says so. What is only on request is left out: it is not planned. Of each stand
    its name and what is open in the register, never services, risks or findings.

    Parameters
    ----------
    activities
        Rows of the table ``activities``.
    on
        The day that the entries are stamped with; no clock is read.
    workspace
        The name that makes an entry's identity the same each time, so that a calendar replaces it.

    Examples
    --------
    >>> row = {"id": "U-2027-1", "name": "Stabsövning", "kind": "exercise", "year": 2027, "quarter": 4, "status": "planned"}
    >>> made = ics(pd.DataFrame([row]), Period(2027, 2030), on=date(2026, 11, 22), workspace="krokom").decode()
    >>> [line for line in made.splitlines() if line.startswith(("DTSTART", "DTEND", "SUMMARY"))]
    ['SUMMARY:Ö Stabsövning', 'DTSTART;VALUE=DATE:20271001', 'DTEND;VALUE=DATE:20280101']

    References
    ----------
    RFC 5545, Internet Calendaring and Scheduling Core Object Specification.
    """
    made = icalendar.Calendar()
    made.add("prodid", f"-//krokomrsa//{workspace}//SV")
    made.add("version", "2.0")
    made.add("x-wr-calname", text_of("calendar.name", period=period))
    table = load()["activities"]
    for row in rows_of(activities):
        if row.get("status") in STATUSES and (placed := _placed(row, period)) is not None:
            made.add_component(_entry(row, placed, table, on, workspace))
    return bytes(made.to_ical())


def _placed(row: Row, period: Period) -> tuple[date, date] | None:
    """Return the first day of an activity and the day after its last, None where it is not in the period."""
    held_on, year, quarter = row.get("carried_out_on"), row.get("year"), row.get("quarter")
    if row.get("status") == "done" and isinstance(held_on, date):
        return (held_on, held_on + timedelta(days=1)) if held_on in period else None
    if not isinstance(year, int | float) or int(year) not in period.years:
        return None
    first, last = (3 * int(quarter) - 2, 3 * int(quarter)) if isinstance(quarter, int | float) else (1, 12)
    after = date(int(year) + last // 12, last % 12 + 1, 1)
    return date(int(year), first, 1), after


def _entry(row: Row, placed: tuple[date, date], table: Table, on: date, workspace: str) -> icalendar.Event:
    entry = icalendar.Event()
    unknown = row.get("quarter") is None and (placed[1] - placed[0]).days > 1
    key = "entry_unknown" if unknown else "entry"
    entry.add("uid", f"{row['id']}@{workspace}.krokomrsa")
    entry.add("dtstamp", datetime.combine(on, time(), UTC))
    entry.add("summary", text_of(f"calendar.{key}", letter=text_of(f"calendar.letter.{row.get('kind')}"), name=row.get("name") or ""))
    entry.add("dtstart", placed[0])
    entry.add("dtend", placed[1])
    entry.add("status", STATUSES[str(row["status"])])
    entry.add("transp", "TRANSPARENT")
    entry.add("description", _description(row, table))
    return entry


def _description(row: Mapping[str, Any], table: Table) -> str:
    said = [f"{table[key].header}: {display(table[key], row[key])}" for key in TOLD if row.get(key) is not None]
    return "\n".join([*said, text_of("calendar.source")])
