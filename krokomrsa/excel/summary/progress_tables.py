"""Print what is to be done: duties and goals, plan, measures, vulnerabilities; and where everything was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import pandas as pd

from krokomrsa.excel.blocks import Written
from krokomrsa.excel.summary.naming import declared, head, heads, keyed, labels, measures_against, named, names, standing_of
from krokomrsa.excel.summary.sheets import Result
from krokomrsa.excel.summary.sources import BOOKKEEPING, Sources
from krokomrsa.register import Register
from krokomrsa.values import cell, split
from krokomrsa.vocabulary import text_of, texts

# Declared columns and their widths, in the order in which they are printed.
_TREATMENT: Final = {
    "measure": 36,
    "status": 11,
    "owner": 22,
    "responsible": 18,
    "risks": 30,
    "budget_year": 9,
    "cost_sek": 11,
    "due": 11,
    "done_on": 11,
}
_VULNERABILITY: Final = {"description": 44, "organisation": 22, "capability": 14, "services": 26, "risks": 28, "seen_on": 11}


def _yes(value: object) -> Written:
    return None if value is None else text_of("values.yes" if value else "values.no")


def duties(register: Register, found: pd.DataFrame, sources: Sources) -> Result:
    """Return the duties and goals, how each stands and why."""
    activities, lines = names(register, "activities"), keyed(found)
    rows: list[list[Written]] = [
        [
            line["text"],
            texts("summary")["duty_kind"].get(line["kind"], line["kind"]),
            texts("summary")["duty_status"].get(standing_of(line), line["status"]),
            line["reason"],
            named(activities, line["evidence"]) or None,
            line["source"],
            sources.of(("activities", each) for each in line["evidence"]),
        ]
        for line in lines
    ]
    columns = heads("duty", "duty_kind", "duty_status", "reason", "evidence", "rule_source", "source")
    tints = {(number, 2): standing_of(line) for number, line in enumerate(lines)}
    return Result(key="duties", heads=columns, rows=rows, tints=tints, frozen=1)


def plan(register: Register, found: pd.DataFrame, sources: Sources) -> Result:
    """Return the plan by year, quarter and target group."""
    activities, column = names(register, "activities"), register.vocabulary["activities"]
    groups = labels(register, "activities", "target_groups")
    rows: list[list[Written]] = [
        [
            line["year"],
            line["quarter"],
            cell(column["kind"], line["kind"]),
            groups.get(line["target_group"], line["target_group"]),
            named(activities, line["activities"]),
            cell(column["status"], line["status"]),
            sources.of(("activities", each) for each in line["activities"]),
        ]
        for line in keyed(found)
    ]
    called = [declared(register, "activities", key, width) for key, width in (("kind", 14), ("target_groups", 28), ("status", 24))]
    columns = [*heads("year", "quarter"), *called[:2], head("activities", 46), called[2], head("source", 44)]
    return Result(key="plan", heads=columns, rows=rows)


def treatments(register: Register, found: pd.DataFrame, sources: Sources) -> Result:
    """Return the measures by status and owner, with those that are late."""
    owners, events, table = names(register, "organisations"), names(register, "risks", "event"), register.vocabulary["treatments"]
    statuses, held = list(labels(register, "treatments", "status")), register.rows("treatments")
    unknown = text_of("summary.treatments.late_unknown")

    def place(line: Mapping[str, Any]) -> tuple[Any, ...]:
        status = statuses.index(line["status"]) if line["status"] in statuses else len(statuses)
        return status, line["owner"] or "", line["due"] or date.max, line["id"]

    rows: list[list[Written]] = [
        [
            line["id"],
            line["measure"],
            cell(table["status"], line["status"]),
            owners.get(line["owner"], line["owner"]),
            line["responsible"],
            named(events, split(held[line["id"]]["risks"])) or None,
            line["budget_year"],
            line["cost_sek"],
            line["due"],
            line["done_on"],
            unknown if line["late"] is None else _yes(line["late"]),
            sources.of([("treatments", line["id"])]),
        ]
        for line in sorted(keyed(found), key=place)
    ]
    money = {"cost_sek": "#,##0"}
    middle = [declared(register, table.key, key, width, number_format=money.get(key, "General")) for key, width in _TREATMENT.items()]
    columns = [*heads("id"), *middle, *heads("late", "source")]
    return Result(key="treatments", heads=columns, rows=rows)


def vulnerabilities(register: Register, sources: Sources) -> Result:
    """Return the vulnerabilities, and the measures against each."""
    table, owners, events = register.vocabulary["vulnerabilities"], names(register, "organisations"), names(register, "risks", "event")
    services, against = names(register, "services"), measures_against(register)
    rows: list[list[Written]] = [
        [
            row_id,
            row["description"],
            owners.get(str(row["organisation"])),
            cell(table["capability"], row["capability"]),
            named(services, split(row["services"])) or None,
            named(events, split(row["risks"])) or None,
            row["seen_on"],
            against.get(row_id, text_of("summary.treatments.none")),
            sources.of([("vulnerabilities", row_id)]),
        ]
        for row_id, row in register.rows("vulnerabilities").items()
    ]
    middle = [declared(register, table.key, key, width) for key, width in _VULNERABILITY.items()]
    columns = [*heads("id"), *middle, *heads("treatments", "source")]
    return Result(key="vulnerabilities", heads=columns, rows=rows)


def origins(register: Register, sources: Sources) -> Result:
    """Return where each row of the register was read."""
    by_hand = text_of("summary.source.by_hand")
    rows: list[list[Written]] = []
    for table in register.vocabulary:
        for row_id in register.rows(table.key) if table.key not in BOOKKEEPING else ():
            read = sources.areas.get((table.key, row_id), ())
            rows += [[table.sheet, row_id, area.file, area.sheet, area.first_row, area.cells, area.sha256[:12]] for area in read]
            rows += [[table.sheet, row_id, by_hand, None, None, None, None]] if not read else []
    columns = [*heads("table"), head("id", 20), *heads("file", "sheet", "row", "cells", "sha256")]
    return Result(key="sources", heads=columns, rows=rows)
