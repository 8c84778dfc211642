"""Write one department's own result on two pages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, TypeVar

from krokomrsa.charts.rows import span
from krokomrsa.excel.department_content import Content, Fall, Need, gather
from krokomrsa.register import Register
from krokomrsa.report import package
from krokomrsa.report.elements import Element, Head, Paragraph, Row, Table
from krokomrsa.report.material import hours
from krokomrsa.report.writer import Writer
from krokomrsa.rules import Period
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

# Rows that fit on two pages; the workbook holds them all.
MOST: Final = {"risks": 6, "shortcomings": 5, "measures": 5, "duties": 5}
LOSSES: Final = 2

_Kind = TypeVar("_Kind")


def _say(key: str, **values: object) -> str:
    return text_of(f"department_result.word.{key}", **values)


def _first(key: str, found: Sequence[_Kind]) -> tuple[Sequence[_Kind], str]:
    """Return the rows that are shown, and what is said of the rest."""
    left = len(found) - MOST[key]
    return found[: MOST[key]], text_of("department_result.more", count=left) if left > 0 else ""


def _day(value: date | None) -> str:
    return value.isoformat() if value else text_of("values.missing")


def _endurance(needs: Iterable[Need]) -> str:
    """Return what is needed by how long one manages without, the shortest first."""
    bands: dict[float, list[str]] = {}
    for need in needs:
        bands.setdefault(math.inf if need.low_h is None else need.low_h, []).append(need.supplier)
    told = []
    for low in sorted(bands):
        names = text_of("report.comma").join(dict.fromkeys(bands[low]))
        said = _say("at_once") if low == 0 else hours(low)
        told.append(_say("unknown_band", names=names) if math.isinf(low) else _say("band", hours=said, names=names))
    return text_of("report.semicolon").join(told) or text_of("values.missing")


def _services(found: Content) -> Table:
    rows = []
    for one in found.services:
        practice = _say("practised", routines=one.routines.lower(), trained=_day(one.trained_on), exercised=_day(one.exercised_on))
        needs = _endurance(need for need in found.needs if need.service == one.name)
        rows.append(Row(cells=(one.name, hours(one.tolerable_h), practice, needs)))
    heads = [Head(_say("service"), 31), Head(_say("tolerable"), 15), Head(_say("practice"), 32), Head(_say("endurance"), 82)]
    return Table(caption=_say("services"), heads=heads, rows=rows)


def _fall(one: Fall) -> str:
    through = _say("through", name=one.through) if one.through else ""
    return _say("fall", lost=one.lost, hours=span(one.earliest_h, one.latest_h), through=through)


def _falls(found: Content) -> Table:
    rows = []
    for service in found.services:
        falls = [one for one in found.falls if one.service == service.name][:LOSSES]
        told = [_fall(one) for one in falls] or [_say("no_fall")]
        first = hours(falls[0].unacceptable_h) if falls else text_of("values.missing")
        rows.append(Row(cells=(service.name, *told, *[""] * (LOSSES - len(told)), first)))
    heads = [Head(_say("service"), 30), Head(_say("first"), 54), Head(_say("second"), 54), Head(_say("unacceptable"), 22)]
    return Table(caption=_say("falls"), heads=heads, rows=rows)


def _risks(found: Content) -> Table:
    kept, note = _first("risks", found.risks)
    heads = [Head(_say("event"), 82), Head(_say("own"), 36), Head(_say("class"), 42)]
    return Table(caption=_say("risks"), heads=heads, rows=[Row(cells=(one.event, one.own, one.risk_class)) for one in kept], note=note)


def _shortcomings(found: Content) -> Table:
    kept, note = _first("shortcomings", found.shortcomings)
    heads = [Head(_say("shortcoming"), 80), Head(_say("against"), 80)]
    return Table(caption=_say("shortcomings"), heads=heads, rows=[Row(cells=(one.description, one.measures)) for one in kept], note=note)


def _measures(found: Content) -> Table:
    kept, note = _first("measures", found.measures)
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


def _duties(found: Content) -> Table:
    kept, note = _first("duties", found.duties)
    rows = [Row(cells=(one.what, one.kind, one.when, one.status)) for one in kept]
    heads = [
        Head(_say("what"), 82),
        Head(text_of("department_result.headers.duties")[1], 20),
        Head(_say("when"), 28),
        Head(_say("status"), 30),
    ]
    return Table(caption=_say("duties"), heads=heads, rows=rows, note=note)


def department(
    register: Register,
    analysis: Analysis,
    organisation: str,
    *,
    scale: Scale,
    municipality: str,
    period: Period,
    on: date,
    made_on: date,
    banners: Sequence[str],
) -> bytes:
    """Return the result of one department as a Word document of two pages, the same bytes for the same input.

    Its own services, what they need, what fails when, its risks with its own judgements, its measures and its duties. Nothing of other
    departments: shared resources by name, other services and resources only as "en verksamhet i en annan organisation".

    Raises
    ------
    KrokomrsaError
        No organisation has this id.
    """
    found = gather(register, analysis, organisation, scale=scale, on=on)
    title = text_of("department_result.title", organisation=found.organisation)
    facts = text_of("department_result.facts", municipality=municipality, period=period, on=on, made_on=made_on)
    header = [("header", text_of("workbook.classification")), *[("header_banner", line[:1].upper() + line[1:]) for line in banners[:1]]]
    document = package.new(title=title, author=municipality, made_on=made_on, header=header, footer=title)
    elements: list[Element] = [
        Paragraph(text=title, look="small_title"),
        Paragraph(text=facts, look="note"),
        Paragraph(text=text_of("department_result.intro")),
        _services(found),
        _falls(found),
        _risks(found),
        _shortcomings(found),
        _measures(found),
        _duties(found),
    ]
    Writer(document).write(elements)
    return package.packed(document)
