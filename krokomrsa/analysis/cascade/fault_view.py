"""What a check of the register sees: rows as plain values, groups, and what a coordinator calls them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import pandas as pd

from krokomrsa.analysis.cascade.names import called, listed, names_of
from krokomrsa.analysis.cascade.network import blank, cells, numbers
from krokomrsa.register import Row, value_of
from krokomrsa.values import Value, shown

_TEXTS: Final = ("id", "dependent", "supplier", "use", "status", "group", "season", "last_tested")
_HOURS: Final = ("endurance_low_h", "endurance_high_h", "needed")


def _filled(values: list[Value]) -> list[Value]:
    return [None if isinstance(value, str) and not value.strip() else value for value in values]


class Fault(NamedTuple):
    """One thing that looks wrong: where it stands, and what its text needs to know."""

    table: str
    row: Row
    column: str
    values: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a check sees: the rows of each table as plain values, and what a coordinator calls them."""

    dependencies: pd.DataFrame
    services: pd.DataFrame
    resources: pd.DataFrame
    organisations: pd.DataFrame | None
    least_rows: int
    longest_h: float | None

    @cached_property
    def names(self) -> dict[str, str]:
        """Return id → name of services and resources."""
        return names_of(self.services, self.resources)

    @cached_property
    def departments(self) -> dict[str, str]:
        """Return id → name of organisations."""
        return names_of(self.organisations)

    @cached_property
    def rows(self) -> list[Row]:
        """Return the rows of the dependencies; hours are numbers or None, a text of spaces is None."""
        plain = {key: [value_of(raw) for raw in cells(self.dependencies, key)] for key in _TEXTS}
        hours = {key: [value_of(raw) for raw in numbers(self.dependencies, key)[0]] for key in _HOURS}
        found = {**{key: _filled(values) for key, values in plain.items()}, **hours}
        return [dict(zip(found, values, strict=True)) for values in zip(*found.values(), strict=True)]

    @cached_property
    def needs(self) -> list[Row]:
        """Return the rows that state a need."""
        return [row for row in self.rows if row["status"] != "not needed"]

    @cached_property
    def groups(self) -> dict[tuple[Any, Any], list[Row]]:
        """Return (dependent, group) → its rows, those that are not needed too."""
        found: dict[tuple[Any, Any], list[Row]] = defaultdict(list)
        for row in self.rows:
            if row["group"] is not None and row["dependent"] is not None:
                found[row["dependent"], row["group"]].append(row)
        return found

    @cached_property
    def tolerated(self) -> dict[Any, float]:
        """Return service → tolerable outage, of those where it is known."""
        hours = [value_of(raw) for raw in numbers(self.services, "tolerable_outage_h")[0]]
        return {key: hour for key, hour in zip(self.services["id"], hours, strict=True) if isinstance(hour, float)}

    @cached_property
    def answers(self) -> dict[Any, Any]:
        """Return service → its organisation, of those that have one."""
        found = cells(self.services, "organisation")
        return {key: who for key, who, missing in zip(self.services["id"], found, blank(found), strict=True) if not missing}

    def name(self, key: object) -> str:
        """Return what a coordinator calls a service or a resource."""
        return called(key, self.names)

    def who(self, service: object) -> str:
        """Return the name of the organisation that answers for a service, or of the service itself."""
        organisation = self.answers.get(service)
        return self.name(service) if organisation is None else called(organisation, self.departments)

    def of_group(self, rows: Sequence[Row], chosen: Sequence[Row], column: str = "group", **values: object) -> Fault:
        """Return a fault of a group, placed at the first of the chosen rows and naming their suppliers."""
        suppliers = listed(sorted({row["supplier"] for row in chosen if row["supplier"] is not None}, key=shown), self.names)
        said = {"group": shown(rows[0]["group"]), "name": self.name(rows[0]["dependent"]), "suppliers": suppliers, **values}
        return Fault("dependencies", chosen[0], column, said)

    def of_need(self, row: Row, column: str, **values: object) -> Fault:
        """Return a fault of a need."""
        return Fault("dependencies", row, column, {"name": self.name(row["dependent"]), "supplier": self.name(row["supplier"]), **values})
