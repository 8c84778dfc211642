"""Write one department's own result on a few pages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from textwrap import shorten
from typing import Final, TypeVar

from krokomrsa.charts.rows import span
from krokomrsa.excel.department_content import Content, Fall, Need, gather
from krokomrsa.excel.department_resources import Resource
from krokomrsa.register import Register
from krokomrsa.report import package
from krokomrsa.report.elements import Element, Head, Paragraph, Row, Table
from krokomrsa.report.fitting import fitted
from krokomrsa.report.material import count, hours
from krokomrsa.report.writer import Writer
from krokomrsa.rules import Period, RuleSet
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.values import shown
from krokomrsa.vocabulary import counted, text_of

# Rows at most, and points that all tables have together on two pages; the workbook holds every row.
MOST: Final = {"questions": 5, "risks": 4, "shortcomings": 3, "measures": 3, "demands": 4, "duties": 3}
ROOM: Final = 1210.0  # of 1380: something is left where a page breaks, and other offices set text wider
REASON: Final = 120  # letters of a reason, and of a wording, that a row has room for
LOSSES: Final = 2
SOON_H: Final = 24.0  # what one manages at least so long without is counted, not named

_Kind = TypeVar("_Kind")


def _say(key: str, **values: object) -> str:
    return text_of(f"department_result.word.{key}", **values)


def _first(
    key: str, found: Sequence[_Kind], most: Mapping[str, int], *, urgent: Callable[[_Kind], float] | None = None
) -> tuple[list[_Kind], str]:
    """Return the rows that are shown, the most urgent ones (lowest) where it is said what that is, and what is said of the rest."""
    left = len(found) - most[key]
    if left <= 0:
        return list(found), ""
    ordered = sorted(enumerate(found), key=lambda pair: urgent(pair[1]) if urgent else 0.0)[: most[key]]
    told = text_of("department_result.more", count=left)
    return [one for _, one in sorted(ordered, key=itemgetter(0))], f"{told} {_say(f'chosen_{key}')}" if urgent else told


def _noted(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _day(value: date | None) -> str:
    return value.isoformat() if value else text_of("values.missing")


def _needed(needs: Iterable[Need]) -> str:
    """Return what is needed by how long one manages without, the shortest first; what has a reserve says so.

    What one manages a day without is counted only: the workbook names it.
    """
    held = list(needs)
    later = [need for need in held if need.low_h is not None and need.low_h >= SOON_H]
    bands: dict[float, list[str]] = {}
    for need in (need for need in held if need not in later):
        name = _say("backed", name=need.supplier) if need.backed else need.supplier
        bands.setdefault(math.inf if need.low_h is None else need.low_h, []).append(name)
    told = []
    for low in sorted(bands):
        names = text_of("report.comma").join(dict.fromkeys(bands[low]))
        said = _say("at_once") if low == 0 else hours(low)
        told.append(_say("unknown_band", names=names) if math.isinf(low) else _say("band", hours=said, names=names))
    told += [counted("department_result.word.later", len(later), hours=hours(SOON_H))] if later else []
    return text_of("report.semicolon").join(told) or text_of("values.missing")


def _services(found: Content, most: Mapping[str, int]) -> Table:
    kept, rest = _first("services", found.services, most, urgent=lambda one: math.inf if one.tolerable_h is None else one.tolerable_h)
    rows = []
    for one in kept:
        practice = _say("practised", routines=one.routines.lower(), trained=_day(one.trained_on), exercised=_day(one.exercised_on))
        needs = _needed(need for need in found.needs if need.service == one.name)
        rows.append(Row(cells=(one.name, hours(one.tolerable_h), practice, needs)))
    heads = [Head(_say("service"), 31), Head(_say("tolerable"), 15), Head(_say("practice"), 32), Head(_say("endurance"), 82)]
    note = _say("services_note") if any(need.backed for need in found.needs) else ""
    return Table(caption=_say("services"), heads=heads, rows=rows, note=_noted(note, rest))


def _first_stop(one: Resource) -> str:
    """Return when the first service stops without a resource, a dash where none does."""
    if one.first_h is None:
        return text_of("values.missing")
    return _say("first_at_once") if one.first_h == (0, 0) else _say("after", hours=span(*one.first_h))


def _backup(one: Resource) -> str:
    held = one.backup if one.fuel_h is None else _say("fuel", backup=one.backup, hours=hours(one.fuel_h))
    return f"{held}\n{_say('tested', day=_day(one.tested_on))}"


def _resources(found: Content, most: Mapping[str, int]) -> Table:
    kept, rest = _first("resources", found.resources, most)  # the one that most stop without stands first
    rows = []
    for one in kept:
        needs = _needed(need for need in found.needs if need.service == one.name)
        rows.append(Row(cells=(one.name, count(*one.stops), _first_stop(one), _backup(one), needs)))
    heads = [Head(_say("resource"), 34), Head(_say("stops"), 24), Head(_say("first_stops"), 26), Head(_say("backup"), 30)]
    return Table(
        caption=_say("resources"), heads=[*heads, Head(_say("endurance"), 46)], rows=rows, note=_noted(_say("resources_note"), rest)
    )


def _fall(one: Fall) -> str:
    through = _say("through", name=one.through) if one.through else ""
    return _say("fall", lost=one.lost, hours=span(one.earliest_h, one.latest_h), through=through)


def _falls(found: Content, most: Mapping[str, int]) -> Table:
    earliest: dict[str, float] = {}
    for each in found.falls:
        earliest[each.service] = min(each.earliest_h, earliest.get(each.service, math.inf))
    kept, rest = _first("falls", found.services, most, urgent=lambda one: earliest.get(one.name, math.inf))
    rows = []
    for service in kept:
        falls = [one for one in found.falls if one.service == service.name][:LOSSES]
        told = [_fall(one) for one in falls] or [_say("no_fall")]
        first = hours(falls[0].unacceptable_h) if falls else text_of("values.missing")
        rows.append(Row(cells=(service.name, *told, *[""] * (LOSSES - len(told)), first)))
    heads = [Head(_say("service"), 30), Head(_say("first"), 53), Head(_say("second"), 57), Head(_say("unacceptable"), 20)]
    return Table(caption=_say("falls"), heads=heads, rows=rows, note=_noted(_say("falls_note"), rest))


def _questions(found: Content, most: Mapping[str, int]) -> Table:
    kept, rest = _first("questions", found.questions, most)
    rows = [Row(cells=(one.text,)) for one in kept]
    return Table(caption=_say("questions"), heads=[Head(_say("question"), 160)], rows=rows, note=_noted(_say("questions_note"), rest))


def _risks(found: Content, most: Mapping[str, int]) -> Table:
    kept, note = _first("risks", found.risks, most)
    heads = [Head(_say("event"), 82), Head(_say("own"), 36), Head(_say("class" if found.likelihood else "consequence"), 42)]
    return Table(caption=_say("risks"), heads=heads, rows=[Row(cells=(one.event, one.own, one.municipal)) for one in kept], note=note)


def _shortcomings(found: Content, most: Mapping[str, int]) -> Table:
    kept, note = _first("shortcomings", found.shortcomings, most)
    heads = [Head(_say("shortcoming"), 80), Head(_say("against"), 80)]
    return Table(caption=_say("shortcomings"), heads=heads, rows=[Row(cells=(one.description, one.measures)) for one in kept], note=note)


def _measures(found: Content, most: Mapping[str, int]) -> Table:
    kept, note = _first("measures", found.measures, most)
    yes = text_of("values.yes")
    rows = [
        Row(
            cells=(
                one.measure,
                _say("late", status=one.status) if one.late == yes else one.status,
                _day(one.due) if one.due or not one.budget_year else shown(one.budget_year),
                one.effect,
            )
        )
        for one in kept
    ]
    heads = [Head(_say("measure"), 66), Head(_say("status"), 24), Head(_say("due"), 20), Head(_say("effect"), 50)]
    return Table(caption=_say("measures"), heads=heads, rows=rows, note=note)


def _demands(found: Content, most: Mapping[str, int]) -> Table:
    kept, rest = _first("demands", found.demands, most)
    rows = [
        Row(cells=(shorten(one.text, REASON, placeholder="…"), one.concern, one.status, shorten(one.reason, REASON, placeholder="…")))
        for one in kept
    ]
    heads = [Head(_say("demand"), 57), Head(_say("concern"), 18), Head(_say("status"), 17), Head(_say("reason"), 68)]
    return Table(caption=_say("demands"), heads=heads, rows=rows, note=_noted(_say("demands_note"), rest))


def _duties(found: Content, most: Mapping[str, int]) -> Table:
    kept, note = _first("duties", found.duties, most)
    rows = [Row(cells=(one.what, one.kind, one.when, one.status)) for one in kept]
    heads = [
        Head(_say("what"), 82),
        Head(text_of("department_result.headers.duties")[1], 20),
        Head(_say("when"), 28),
        Head(_say("status"), 30),
    ]
    return Table(caption=_say("duties"), heads=heads, rows=rows, note=note)


_TABLES: Final[Mapping[str, Callable[[Content, Mapping[str, int]], Table]]] = {
    "services": _services,
    "resources": _resources,
    "falls": _falls,
    "questions": _questions,
    "risks": _risks,
    "shortcomings": _shortcomings,
    "measures": _measures,
    "demands": _demands,
    "duties": _duties,
}


def _tables(found: Content) -> list[Element]:
    """Return the tables that have rows; those that have none are named in one line."""
    most = MOST | {"services": len(found.services), "resources": len(found.resources), "falls": len(found.services)}
    every = fitted(lambda allowed: {key: made(found, allowed) for key, made in _TABLES.items()}, ROOM, most)
    held, demands = [table for table in every if table.rows], _say("demands")
    empty = [table.caption[:1].lower() + table.caption[1:] for table in every if not table.rows and table.caption != demands]
    lines = [_say("empty", parts=text_of("report.comma").join(empty))] if empty else []
    lines += [] if found.demands else [_say("no_demands")]
    return [*held, *(Paragraph(text=line, look="note") for line in lines)]


def department(
    register: Register,
    analysis: Analysis,
    organisation: str,
    *,
    scale: Scale,
    municipality: str,
    period: Period,
    rule_sets: Sequence[RuleSet],
    on: date,
    made_on: date,
    banners: Sequence[str],
) -> bytes:
    """Return the result of one department as a Word document of at most two pages, the same bytes for the same input.

    Its own services and resources, what they need, what fails when, its risks with its own judgements, its measures and its duties; who has
    not answered is told so, and what would be empty is named in a line instead of shown. Nothing of other departments: shared resources by name, other services and resources only as "en verksamhet i en annan organisation".

    Raises
    ------
    KrokomrsaError
        No organisation has this id.
    """
    found = gather(register, analysis, organisation, scale=scale, rule_sets=rule_sets, on=on, period=period)
    title = text_of("department_result.title", organisation=found.organisation)
    facts = text_of("department_result.facts", municipality=municipality, period=period, on=on, made_on=made_on)
    header = [("header", text_of("workbook.classification")), *[("header_banner", line[:1].upper() + line[1:]) for line in banners[:1]]]
    document = package.new(title=title, author=municipality, made_on=made_on, header=header, footer=title)
    told = [*([] if found.answered else [Paragraph(text=text_of("department_result.unanswered"), look="banner")])]
    elements: list[Element] = [
        Paragraph(text=title, look="small_title"),
        Paragraph(text=facts, look="note"),
        *told,
        Paragraph(text=text_of("department_result.intro")),
        *_tables(found),
    ]
    Writer(document).write(elements)
    return package.packed(document)
