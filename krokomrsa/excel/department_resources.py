"""Gather what a department owns that others need: how many services stop without it, and how it is secured."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from krokomrsa.analysis import cascade
from krokomrsa.excel.summary.naming import own_services
from krokomrsa.register import Register, rows_of
from krokomrsa.values import display


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource of the department: how many of the municipality's services stop without it and when the first does.

    ``stops`` is from the fewest to the most; ``first_h`` the earliest and the latest hour (inf: perhaps never), None where nothing stops.
    No service is named: another department's may be secret.
    """

    name: str
    stops: tuple[int, int]
    first_h: tuple[float, float] | None
    backup: str
    fuel_h: float | None
    tested_on: date | None


def resources(register: Register, organisation: str) -> Iterator[Resource]:
    """Yield the resources that an organisation owns, the one that most services stop without first."""
    found = [_resource(register, row_id, row) for row_id, row in register.rows("resources").items() if row["owner"] == organisation]
    yield from sorted(found, key=lambda each: (-each.stops[1], -each.stops[0]))


def _resource(register: Register, row_id: str, row: Any) -> Resource:
    own = own_services(register)
    fallen = [line for line in rows_of(cascade.failure_times(register.dependencies, {row_id: 0.0}).reset_index()) if line["id"] in own]
    earliest, latest = ([_hours(line[key]) for line in fallen] for key in ("earliest_h", "latest_h"))
    possible, certain = (sum(map(math.isfinite, hours)) for hours in (earliest, latest))
    return Resource(
        name=str(row["name"]),
        stops=(certain, possible),
        first_h=(min(earliest), min(latest)) if possible else None,
        backup=display(register.vocabulary["resources"]["backup_power"], row["backup_power"]),
        fuel_h=row["fuel_h"],
        tested_on=row["last_tested"],
    )


def _hours(value: Any) -> float:
    return float(value)
