"""Carry a plan over to another period: the same activities, planned anew."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, cast

import pandas as pd

from krokomrsa.register import Row, rows_of
from krokomrsa.rules import Period

KEPT: Final = (
    *("name", "kind", "form", "level", "quarter", "target_groups", "organisations", "competences", "functions", "services", "risks"),
    *("purpose", "goals", "evaluation_planned"),
)


def next_plan(activities: pd.DataFrame, period: Period, to: Period, *, taken: Collection[str] = ()) -> list[Row]:
    """Return the activities of a period as they would be planned in another, each the same number of years into it.

    What was to be done is kept: name, kind, form, level, quarter, whom and what it is for, and whether it is to be evaluated; what came
    of it (dates, participants, findings) is not. What was cancelled or on request is left out, as is what falls after the other period.
    Ids are new and none of ``taken``.

    >>> plan = pd.DataFrame([{"id": "U-2023-1", "name": "Stabsövning", "kind": "exercise", "year": 2024, "quarter": 2, "status": "done"}])
    >>> [(row["id"], row["year"], row["status"]) for row in next_plan(plan, Period(2023, 2026), Period(2027, 2030))]
    [('U-2028-1', 2028, 'planned')]
    """
    used, made = set(taken), list[Row]()
    rows = [row for row in rows_of(activities) if row.get("year") in period.years and row.get("status") in {"planned", "done"}]
    for row in sorted(rows, key=lambda row: (row["year"], row.get("quarter") or 5, str(row.get("name")))):
        year = cast("int", row["year"]) - period.first_year + to.first_year
        if year in to.years:
            key = _unused(year, used)
            used.add(key)
            kept: Row = {one: row[one] for one in KEPT if row.get(one) is not None}
            made.append({"id": key, "year": year, "status": "planned", **kept})
    return made


def _unused(year: int, used: Collection[Any]) -> str:
    number = 1
    while f"U-{year}-{number}" in used:
        number += 1
    return f"U-{year}-{number}"
