"""Write the yearly follow-up: indicators to fill in, the year's events, activities with those who took part, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Final

from krokomrsa.register import Record, Register
from krokomrsa.report import package
from krokomrsa.report.elements import Element, Head, Heading, Paragraph, Row, Table
from krokomrsa.report.listing import listing
from krokomrsa.report.parts.treatments import money
from krokomrsa.report.writer import Writer
from krokomrsa.rules import RuleSet
from krokomrsa.values import shown
from krokomrsa.vocabulary import counted, text_of

EMPTY_ROWS: Final = 6  # to fill in, where no indicator is known
GROUPS: Final = ("participants_elected", "participants_staff")
# columns with their share of the width
EVENT: Final = {"date": 25, "event": 42, "organisation": 30, "duration_h": 24, "lessons": 40}
ACTIVITY: Final = {"carried_out_on": 25, "kind": 22, "name": 38, "target_groups": 32, "evaluated_on": 25, **dict.fromkeys(GROUPS, 26)}
MEASURE: Final = {"measure": 64, "owner": 34, "status": 20, "cost_sek": 24}
COUNTED: Final = ("decided", "ongoing", "done")  # measures that cost something; proposed and rejected ones do not


def _say(key: str, **values: object) -> str:
    return text_of(f"followup.{key}", **values)


def _in(year: int, day: object) -> bool:
    return isinstance(day, date) and day.year == year


# the parts


def _indicators(rule_sets: Sequence[RuleSet]) -> Iterator[Element]:
    """Yield the indicators that the rule sets hold, each with room for an answer; empty rows where nobody has the wording."""
    known = [(one.text, one.source or rule_set.short_name) for rule_set in rule_sets for one in rule_set.indicators]
    if not known:
        yield Paragraph(text=_say("indicators.unknown"), look="banner")
    heads = [Head(_say("indicators.question"), 80), Head(_say("indicators.answer"), 46), Head(_say("indicators.basis"), 34)]
    rows = [Row(cells=(text, "", source)) for text, source in known] or [Row(cells=("", "", ""))] * EMPTY_ROWS
    yield Table(caption=_say("indicators.caption"), heads=heads, rows=rows)


def _events(register: Register, year: int) -> Iterator[Element]:
    held = sorted((row for row in register.held("events").values() if _in(year, row["date"])), key=lambda row: str(row["date"]))
    if held:
        yield listing(register, "events", held, EVENT, caption=_say("events.caption", year=year))
    else:
        yield Paragraph(text=_say("events.none", year=year))


def _activities(register: Register, year: int, on: date) -> Iterator[Element]:
    every = register.held("activities").values()
    held = [row for row in every if row["status"] == "done" and _in(year, row["carried_out_on"])]
    if held:
        held.sort(key=lambda row: str(row["carried_out_on"]))
        yield listing(register, "activities", held, ACTIVITY, caption=_say("activities.caption", year=year))
        yield Paragraph(text=_participants(held))
    else:
        yield Paragraph(text=_say("activities.none", year=year))
    left = [row for row in every if row["status"] in {"planned", "done"} and row["year"] == year and row not in held]
    if left:
        key = "activities.left" if on > date(year, 12, 31) else "activities.ahead"
        yield Paragraph(
            text=counted(f"followup.{key}", len(left), names=text_of("report.semicolon").join(str(row["name"]) for row in left))
        )


def _known(held: Iterable[Record], column: str) -> list[float]:
    return [value for row in held if isinstance(value := row[column], int | float)]


def _participants(held: Sequence[Record]) -> str:
    """Return how many took part of each kind, and in how many activities nobody has counted them."""
    parts = []
    for key in GROUPS:
        known = _known(held, key)
        said = _say(f"activities.sum.{key}", count=shown(sum(known))) if known else _say(f"activities.sum.{key}_unknown")
        missing = len(held) - len(known)
        parts.append(f"{said} {counted('followup.activities.uncounted', missing)}" if missing and known else said)
    return " ".join(parts)


def _economy(register: Register, year: int) -> Iterator[Element]:
    """Yield the measures that the year's budget pays or that were carried out in it, with their costs; what is not known is said."""
    held = [
        row
        for row in register.held("treatments").values()
        if row["status"] in COUNTED and (row["budget_year"] == year or _in(year, row["done_on"]))
    ]
    if held:
        yield listing(register, "treatments", held, MEASURE, caption=_say("economy.caption", year=year), note=_sum(held))
    else:
        yield Paragraph(text=_say("economy.none", year=year))
    yield Paragraph(text=_say("economy.fill_in"), look="banner")


def _sum(held: Sequence[Record]) -> str:
    known = _known(held, "cost_sek")
    said = _say("economy.sum", sum=money(sum(known)))
    return f"{said} {counted('followup.economy.unknown', len(held) - len(known))}" if len(known) < len(held) else said


def followup(
    register: Register,
    year: int,
    *,
    municipality: str,
    rule_sets: Sequence[RuleSet],
    on: date,
    made_on: date,
    banners: Sequence[str],
) -> bytes:
    """Return the yearly follow-up of a year as a Word document, the same bytes for the same input.

    Indicators in the rule sets' words, or an empty table that says that nobody has the wording; the year's events; what was carried out,
    with those who took part; measures with their costs. A number that nobody has written is told as missing, never as nothing.
    """
    title = _say("title", year=year)
    facts = _say("facts", municipality=municipality, on=on, made_on=made_on)
    header = [("header", text_of("workbook.classification")), *[("header_banner", line[:1].upper() + line[1:]) for line in banners[:1]]]
    document = package.new(title=title, author=municipality, made_on=made_on, header=header, footer=title)
    parts: Mapping[str, Iterable[Element]] = {
        "indicators": _indicators(rule_sets),
        "events": _events(register, year),
        "activities": _activities(register, year, on),
        "economy": _economy(register, year),
    }
    body = ([Heading(text=_say(f"{key}.heading")), *elements] for key, elements in parts.items())
    told = [Paragraph(text=line, look="banner") for line in _due(rule_sets)]
    Writer(document).write(
        [Paragraph(text=title, look="small_title"), Paragraph(text=facts, look="note"), *told, *chain.from_iterable(body)]
    )
    return package.packed(document)


def _due(rule_sets: Sequence[RuleSet]) -> list[str]:
    """Return when the follow-up is due by the rule sets, and what is to be checked."""
    found = [(one, rule_set) for rule_set in rule_sets for one in rule_set.deadlines if one.event == "year"]
    return [
        _say("due", name=one.name, day=one.day, month=one.month, source=rule_set.short_name, note=one.note).strip()
        for one, rule_set in found
    ]
