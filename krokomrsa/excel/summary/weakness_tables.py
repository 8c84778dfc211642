"""Print what is weak in the dependencies: single points, reservlösningar that share a cause, what is not known, and what looks wrong."""

from __future__ import annotations

from krokomrsa.analysis.cascade import Weaknesses, question_sentences
from krokomrsa.excel.blocks import Written
from krokomrsa.excel.summary.cascade_tables import hours, needs, span
from krokomrsa.excel.summary.naming import heads, keyed, named, names, things
from krokomrsa.excel.summary.sheets import Result
from krokomrsa.excel.summary.sources import RowKey, Sources
from krokomrsa.register import Register
from krokomrsa.values import cell
from krokomrsa.vocabulary import text_of


def _table(register: Register, row_id: str) -> str:
    return "services" if row_id in register.rows("services") else "resources"


def points(register: Register, found: Weaknesses, sources: Sources) -> Result:
    """Return what each single loss brings down, whatever is lost; the worst first."""
    known, resources, never = things(register), register.rows("resources"), text_of("summary.failures.never_unacceptable")
    rows: list[list[Written]] = [
        [
            row["lost"],
            known.get(row["lost"], row["lost"]),
            text_of(f"summary.failures.{'service' if _table(register, row['lost']) == 'services' else 'resource'}"),
            cell(register.vocabulary["resources"]["provision"], resources.get(row["lost"], {}).get("provision")),
            span(row, "failed"),
            span(row, "unacceptable"),
            row["tolerance_unknown"],
            hours(row["first_unacceptable_h"], never),
            sources.of([(_table(register, row["lost"]), row["lost"])]),
        ]
        for row in keyed(found.single_points)
    ]
    columns = heads("id", "lost", "kind", "provision", "failed", "unacceptable", "tolerance_unknown", "first_unacceptable", "source")
    return Result(key="points", heads=columns, rows=rows)


def reserves(register: Register, found: Weaknesses, sources: Sources) -> Result:
    """Return each reservlösning with each loss that takes it, the one that falls soonest first."""
    known, never = things(register), text_of("summary.failures.never")
    members: dict[tuple[object, object], list[RowKey]] = {}
    for keys in needs(register, "dependent").values():
        for key in keys:
            row = register.rows("dependencies")[key[1]]
            members.setdefault((row["dependent"], row["group"]), []).append(key)
    rows: list[list[Written]] = [
        [
            known.get(row["dependent"], row["dependent"]),
            row["group"],
            named(known, row["alternatives"]),
            row["needed"],
            known.get(row["cause"], row["cause"]),
            hours(row["holds_low_h"], never),
            hours(row["holds_high_h"], never),
            sources.of(members[row["dependent"], row["group"]]),
        ]
        for row in keyed(found.false_redundancy)
    ]
    columns = heads("dependent", "reserve", "alternatives", "must_stand", "cause", "earliest", "latest", "source")
    return Result(key="reserves", heads=columns, rows=rows)


def questions(register: Register, found: Weaknesses, sources: Sources) -> Result:
    """Return what to ask, and whom, in order of how much the answer would make clear at most."""
    organisations, asked = names(register, "organisations"), question_sentences(found.questions, things(register))
    rows: list[list[Written]] = [
        [
            number,
            organisations.get(str(row["department"]), row["department"]),
            text,
            row["gain_low_h"],
            row["gain_high_h"],
            sources.of([(row["table"], row["id"])]),
        ]
        for number, (row, text) in enumerate(zip(keyed(found.questions), asked, strict=True), start=1)
    ]
    return Result(key="questions", heads=heads("rank", "department", "question", "gain_low", "gain_high", "source"), rows=rows)


def uncertain(register: Register, found: Weaknesses, sources: Sources) -> Result:
    """Return where it cannot be said whether a service becomes unacceptable, the least certain first."""
    known, rests_on, never = things(register), needs(register, "dependent"), text_of("summary.failures.never_unacceptable")
    table = found.uncertain.sort_values(["width_h", "unacceptable_earliest_h"], ascending=[False, True], kind="stable")
    rows: list[list[Written]] = [
        [
            known.get(row["lost"], row["lost"]),
            known.get(row["id"], row["id"]),
            row["unacceptable_earliest_h"],
            hours(row["unacceptable_latest_h"], never),
            row["width_h"],
            sources.of([("services", row["id"]), *rests_on.get(row["id"], [])]),
        ]
        for row in keyed(table)
    ]
    columns = heads("lost", "service", "unacceptable_from", "unacceptable_latest", "width", "source")
    return Result(key="uncertain", heads=columns, rows=rows)


def faults(register: Register, found: Weaknesses, sources: Sources) -> Result:
    """Return what looks wrong in a register that is formally correct, with what to do about it."""
    rows: list[list[Written]] = [
        [
            row["label"],
            register.vocabulary[row["table"]].sheet,
            row["id"],
            row["problem"],
            row["remedy"],
            sources.of([(row["table"], row["id"])] if row["id"] else []),
        ]
        for row in keyed(found.faults)
    ]
    return Result(key="faults", heads=heads("fault", "sheet", "id", "problem", "remedy", "source"), rows=rows, frozen=1)
