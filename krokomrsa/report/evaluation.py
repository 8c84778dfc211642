"""Write the evaluation form of an exercise: what the plan says of it, and room for what it showed and what that leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel.summary import naming
from krokomrsa.register import Record, Register
from krokomrsa.report import package
from krokomrsa.report.elements import Element, Head, Paragraph, Row, Table
from krokomrsa.report.writer import Writer
from krokomrsa.values import display, split
from krokomrsa.vocabulary import text_of

FACTS: Final = ("kind", "form", "level", "target_groups", "functions", "competences", "purpose")
HELD: Final = ("carried_out_on", "participants_elected", "participants_staff", "evaluated_on")
NAMED: Final = {"organisations": "name", "services": "name", "risks": "event"}
FINDINGS, GOALS = 4, 3  # empty rows to write in


def _say(key: str, **values: object) -> str:
    return text_of(f"evaluation.{key}", **values)


def _facts(register: Register, row: Record) -> Iterator[Row]:
    declared = register.vocabulary["activities"]
    for key in FACTS:
        yield Row(cells=(declared[key].header, display(declared[key], row[key])))
    for key, column in NAMED.items():
        known = register.held(key)
        names = [str(known[one][column]) if one in known else one for one in split(row[key])]
        yield Row(cells=(declared[key].header, text_of("report.semicolon").join(names) or text_of("values.missing")))


def _filled(register: Register, row: Record) -> Iterator[Row]:
    """Yield what is asked of how it went, with what the register holds already."""
    declared = register.vocabulary["activities"]
    for key in HELD:
        yield Row(cells=(declared[key].title, "" if row[key] is None else display(declared[key], row[key])))


def _goals(row: Record) -> list[Row]:
    stated = [line.strip() for line in str(row["goals"] or "").replace(";", "\n").split("\n") if line.strip()]
    return [Row(cells=(goal, "", "")) for goal in stated or [""] * GOALS]


def _findings(register: Register, row: Record) -> list[Row]:
    """Return what the evaluation has shown already, the measures that came of it, and room for more."""
    held = [one for one in register.held("treatments").values() if str(row["id"]) in split(one["activities"])]
    owners, declared = naming.names(register, "organisations"), register.vocabulary["treatments"]
    rows = [Row(cells=(str(row["findings"]), "", "", ""))] if row["findings"] else []
    rows += [
        Row(cells=("", str(one["measure"]), owners.get(str(one["owner"]), str(one["owner"] or "")), display(declared["due"], one["due"])))
        for one in held
    ]
    return [*rows, *[Row(cells=("", "", "", ""))] * FINDINGS]


def _elements(register: Register, row: Record) -> Iterator[Element]:
    yield Paragraph(text=_say("intro"))
    yield Table(caption=_say("plan"), heads=[Head(_say("what"), 50), Head(_say("stands"), 110)], rows=list(_facts(register, row)))
    yield Table(caption=_say("held"), heads=[Head(_say("what"), 80), Head(_say("answer"), 80)], rows=list(_filled(register, row)))
    heads = [Head(_say("goal"), 70), Head(_say("reached"), 30), Head(_say("why"), 60)]
    yield Table(caption=_say("goals"), heads=heads, rows=_goals(row))
    heads = [Head(_say("finding"), 58), Head(_say("measure"), 52), Head(_say("owner"), 28), Head(_say("due"), 22)]
    yield Table(caption=_say("findings"), heads=heads, rows=_findings(register, row), note=_say("back"))


def evaluation(register: Register, activity: str, *, municipality: str, on: date, made_on: date, banners: Sequence[str]) -> bytes:
    """Return the evaluation form of one training or exercise as a Word document, the same bytes for the same input.

    What the plan and the register hold is filled in; goals, findings and the measures they lead to have room to be written.

    Raises
    ------
    KrokomrsaError
        No activity has this id.
    """
    row = register.held("activities").get(activity)
    if row is None:
        raise KrokomrsaError(Problem(value=activity, problem=_say("none"), remedy=_say("none_remedy"), kind="refused"))
    title = _say("title", name=row["name"])
    facts = _say("facts", municipality=municipality, activity=activity, year=row["year"], on=on, made_on=made_on)
    header = [("header", text_of("workbook.classification")), *[("header_banner", line[:1].upper() + line[1:]) for line in banners[:1]]]
    document = package.new(title=title, author=municipality, made_on=made_on, header=header, footer=title)
    told = [Paragraph(text=text_of("workbook.stop"), look="banner")]
    heading = [Paragraph(text=title, look="small_title"), Paragraph(text=facts, look="note"), *told]
    Writer(document).write([*heading, *_elements(register, row)])
    return package.packed(document)
