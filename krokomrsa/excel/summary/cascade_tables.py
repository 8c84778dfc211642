"""Print the dependencies: what depends on what, how critical it is, and what falls when."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from krokomrsa.excel.blocks import Written
from krokomrsa.excel.summary.naming import declared, head, heads, keyed, level, named, things
from krokomrsa.excel.summary.sheets import Result
from krokomrsa.excel.summary.sources import RowKey, Sources
from krokomrsa.register import Register
from krokomrsa.values import cell
from krokomrsa.vocabulary import text_of


def hours(found: float | None, never: str) -> Written:
    """Return hours as they are written; what is never reached is said in words."""
    if found is None:
        return None
    return never if math.isinf(found) else found


def span(row: Mapping[str, Any], key: str) -> Written:
    """Return how many, from least to most."""
    return level(row[f"{key}_low"], row[f"{key}_high"])


def needs(register: Register, by: str) -> dict[str, list[RowKey]]:
    """Return the rows of dependencies by their dependent or supplier; those that say that nothing is needed left out."""
    found: dict[str, list[RowKey]] = {}
    for row_id, row in register.rows("dependencies").items():
        if row["status"] != "not needed":
            found.setdefault(str(row[by]), []).append(("dependencies", row_id))
    return found


def critical(register: Register, first_order: pd.DataFrame, found: pd.DataFrame, sources: Sources) -> Result:
    """Return what depends on what, and what the loss of each external resource brings down; the most critical first."""
    known, resources, rows = things(register), register.rows("resources"), needs(register, "supplier")
    losses = {str(row["lost"]): row for row in keyed(found)}
    direct = {str(row["supplier"]): row for row in keyed(first_order)}
    nobody = {"dependents": (), "count": 0}
    never = text_of("summary.failures.never_unacceptable")

    def row(supplier: str) -> list[Written]:
        dependents, loss = direct.get(supplier, nobody), losses.get(supplier)
        fallen = (
            [None] * 4
            if loss is None
            else [
                span(loss, "failed"),
                span(loss, "unacceptable"),
                loss["tolerance_unknown"],
                hours(loss["first_unacceptable_h"], never),
            ]
        )
        return [
            supplier,
            known.get(supplier),
            cell(register.vocabulary["resources"]["provision"], resources.get(supplier, {}).get("provision")),
            dependents["count"],
            named(known, dependents["dependents"]),
            *fallen,
            sources.of(rows.get(supplier, [("resources", supplier)])),
        ]

    first = heads("id", "resource", "provision", "count", "dependents")
    columns = [*first, *heads("failed", "unacceptable", "tolerance_unknown", "first_unacceptable", "source")]
    return Result(key="critical", heads=columns, rows=[row(each) for each in dict.fromkeys((*losses, *direct))])


def failures(register: Register, found: pd.DataFrame, order: Sequence[str], sources: Sources) -> Result:
    """Return what falls when each external resource is lost, in the order given, the earliest first."""
    known, services, rows = things(register), register.rows("services"), needs(register, "dependent")
    ordered = sorted(keyed(found), key=lambda row: (order.index(row["lost"]), row["earliest_h"], row["latest_h"]))
    say: Callable[[str], str] = lambda key: text_of(f"summary.failures.{key}")  # noqa: E731 (a short name for one call)

    def row(line: Mapping[str, Any]) -> list[Written]:
        table = "services" if line["id"] in services else "resources"
        tolerable: Any = services.get(line["id"], {}).get("tolerable_outage_h")
        unknown = say("unknown_tolerance") if table == "services" else None
        return [
            known.get(line["lost"], line["lost"]),
            line["id"],
            known.get(line["id"], line["id"]),
            say("service" if table == "services" else "resource"),
            hours(line["earliest_h"], say("never")),
            hours(line["latest_h"], say("never")),
            tolerable,
            unknown if tolerable is None else hours(line["earliest_h"] + tolerable, say("never_unacceptable")),
            sources.of(rows.get(line["id"], [(table, line["id"])])),
        ]

    first = heads("lost", "id", "name", "kind", "earliest", "latest")
    columns = [*first, declared(register, "services", "tolerable_outage_h", 13), *heads("unacceptable_from"), head("source", 44)]
    return Result(key="failures", heads=columns, rows=[row(line) for line in ordered], frozen=3)
