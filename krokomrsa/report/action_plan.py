"""Write the action plan of a year: what is to be trained and exercised, and the measures that its budget pays or that fall due in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Final, cast

from krokomrsa import rules
from krokomrsa.register import Record, Register
from krokomrsa.report import package
from krokomrsa.report.elements import Element, Heading, Paragraph
from krokomrsa.report.listing import listing
from krokomrsa.report.writer import Writer
from krokomrsa.rules import Period
from krokomrsa.vocabulary import counted, text_of

ACTIVITY: Final = {"quarter": 20, "kind": 24, "name": 46, "form": 32, "target_groups": 36, "status": 24}
MEASURE: Final = {"measure": 58, "owner": 34, "due": 26, "status": 22, "cost_sek": 24}
OPEN: Final = ("proposed", "decided", "ongoing", None)


def _say(key: str, **values: object) -> str:
    return text_of(f"action_plan.{key}", **values)


def _activities(register: Register, year: int, period: Period) -> Iterator[Element]:
    every = [row for row in register.held("activities").values() if row["year"] == year and row["status"] != "cancelled"]
    planned = sorted((row for row in every if row["status"] != "on request"), key=lambda row: (row["quarter"] or 5, str(row["name"])))
    focus = rules.focus(Period(period.first_year, period.last_year)).get(year)
    if focus:
        yield Paragraph(text=_say("focus", focus=focus))
    if planned:
        yield listing(register, "activities", planned, ACTIVITY, caption=_say("activities", year=year), note=_say("quarter"))
    else:
        yield Paragraph(text=_say("no_activities", year=year))
    asked = [str(row["name"]) for row in every if row["status"] == "on request"]
    if asked:
        yield Paragraph(text=counted("action_plan.on_request", len(asked), names=text_of("report.semicolon").join(asked)))


def _measures(register: Register, year: int) -> Iterator[Element]:
    def belongs(row: Record) -> bool:
        due = row["due"]
        return row["status"] in OPEN and (row["budget_year"] == year or (isinstance(due, date) and due.year == year))

    held = sorted((row for row in register.held("treatments").values() if belongs(row)), key=lambda row: str(row["due"] or "9999"))
    if not held:
        yield Paragraph(text=_say("no_measures", year=year))
        return
    unknown = sum(row["cost_sek"] is None for row in held)
    note = counted("action_plan.unknown_cost", unknown) if unknown else ""
    yield listing(register, "treatments", held, MEASURE, caption=_say("measures", year=year), note=note)


def _late(register: Register, year: int) -> Iterator[Element]:
    """Yield the measures that should have been done before the year begins and are not: they belong to its plan too."""
    held = [
        row
        for row in register.held("treatments").values()
        if row["status"] in OPEN and isinstance(row["due"], date) and row["due"].year < year and row["budget_year"] != year
    ]
    if held:
        held.sort(key=lambda row: cast("date", row["due"]))
        yield listing(register, "treatments", held, MEASURE, caption=_say("late", year=year))


def action_plan(
    register: Register, year: int, *, municipality: str, period: Period, on: date, made_on: date, banners: Sequence[str]
) -> bytes:
    """Return the action plan of a year as a Word document, the same bytes for the same input.

    The year's Inriktning, what is planned by quarter, what is only on request said apart, the measures whose budget year it is or that
    fall due in it, and those that are late since before.
    """
    title = _say("title", year=year)
    facts = _say("facts", municipality=municipality, on=on, made_on=made_on)
    header = [("header", text_of("workbook.classification")), *[("header_banner", line[:1].upper() + line[1:]) for line in banners[:1]]]
    document = package.new(title=title, author=municipality, made_on=made_on, header=header, footer=title)
    parts: Mapping[str, Iterable[Element]] = {
        "activities_heading": _activities(register, year, period),
        "measures_heading": chain(_measures(register, year), _late(register, year)),
    }
    body = ([Heading(text=_say(key)), *elements] for key, elements in parts.items())
    Writer(document).write([Paragraph(text=title, look="small_title"), Paragraph(text=facts, look="note"), *chain.from_iterable(body)])
    return package.packed(document)
