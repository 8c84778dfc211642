"""Say what counts: which trainings and exercises are carried out, evaluated, still planned or late on a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

import pandas as pd

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import value_of
from krokomrsa.rules import Period
from krokomrsa.values import shown, split
from krokomrsa.vocabulary import text_of

MET, PLANNED, LATE, MISSING = range(4)  # best first: the standing of a duty is that of its worst part
STATUSES: Final = ("met", "planned", "late", "missing")
QUARTERS: Final = range(1, 5)
KINDS: Final = ("training", "exercise")
NEEDED: Final = (
    *("id", "kind", "form", "level", "year", "quarter", "status", "target_groups", "organisations", "competences", "functions"),
    *("services", "risks", "took_part_in_planning", "carried_out_on", "evaluation_planned", "evaluated_on", "valid_until"),
    *("participants_elected", "participants_staff"),
)

DATED: Final = ("carried_out_on", "evaluated_on", "valid_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A training or an exercise, with its standing on a day: ``carried`` and ``evaluated`` are MET … MISSING.

    ``held_on`` is the day it was carried out, in the period or not; None where it is not, or not yet.
    """

    id: str
    kind: str
    form: str | None
    level: str | None
    year: int
    quarter: int | None
    status: str | None
    groups: frozenset[str]
    organisations: frozenset[str]
    competences: frozenset[str]
    functions: frozenset[str]
    services: frozenset[str]
    risks: frozenset[str]
    held_on: date | None
    valid_until: date | None
    elected: bool
    staff: bool
    took_part: bool | None
    carried: int
    evaluated: int
    undated: bool

    @property
    def order(self) -> tuple[int, int, str]:
        """Return what activities are listed by: year, quarter (unknown last), id."""
        return self.year, self.quarter or len(QUARTERS) + 1, self.id


def columns(table: pd.DataFrame, keys: Iterable[str]) -> list[list[Any]]:
    """Return columns as lists of plain values, None where a value or a whole column is missing."""
    return [[value_of(raw) for raw in table[key].astype(object).tolist()] if key in table.columns else [None] * len(table) for key in keys]


def rows_by_id(table: pd.DataFrame, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return rows of plain values by column, ordered by id."""
    found = [dict(zip(keys, values, strict=True)) for values in zip(*columns(table, keys), strict=True)]
    return sorted(found, key=lambda row: str(row["id"]))


@cache
def _codes(text: str | None) -> frozenset[str]:
    return frozenset(split(text))


def _last_day(year: int, quarter: int | None) -> date:
    month = 3 * (quarter or len(QUARTERS))
    return date(year, month, 31 if month in {3, 12} else 30)


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _carried(row: dict[str, Any], on: date, period: Period) -> int:
    done_on, year = row["carried_out_on"], row["year"]
    if row["status"] == "done" and done_on is not None and done_on in period:
        return MET if done_on <= on else PLANNED
    if row["status"] in {"planned", "done"} and year is not None and int(year) in period.years:
        return PLANNED if on <= _last_day(int(year), row["quarter"]) else LATE
    return MISSING


def _evaluated(row: dict[str, Any], carried: int, on: date, period: Period) -> int:
    done_on, evaluated_on = row["carried_out_on"], row["evaluated_on"]
    dated = evaluated_on is not None and done_on is not None and done_on <= evaluated_on
    if carried == MET and dated and evaluated_on <= on and evaluated_on in period:
        return MET
    if not (dated or row["evaluation_planned"]):
        return MISSING
    if carried != MET:
        return carried
    due = _last_day(done_on.year, _quarter(done_on))
    if row["year"] in period.years:
        due = max(due, _last_day(int(row["year"]), row["quarter"]))
    return PLANNED if on <= due else LATE


def _activity(row: dict[str, Any], on: date, period: Period) -> Activity:
    carried, done_on = _carried(row, on, period), row["carried_out_on"]
    dated = row["status"] == "done" and done_on is not None and done_on in period
    return Activity(
        id=str(row["id"]),
        **{key: row[key] for key in ("kind", "form", "level", "status")},
        year=done_on.year if dated else int(row["year"] or 0),
        quarter=_quarter(done_on) if dated else row["quarter"],
        groups=_codes(row["target_groups"]),
        organisations=_codes(row["organisations"]),
        competences=_codes(row["competences"]),
        functions=_codes(row["functions"]),
        services=_codes(row["services"]),
        risks=_codes(row["risks"]),
        held_on=done_on if row["status"] == "done" and done_on is not None and done_on <= on else None,
        valid_until=row["valid_until"],
        elected=bool(row["participants_elected"]),
        staff=bool(row["participants_staff"]),
        took_part=row["took_part_in_planning"],
        carried=carried,
        evaluated=_evaluated(row, carried, on, period),
        undated=row["status"] == "done" and done_on is None,
    )


def _quarter_problems(rows: Iterable[dict[str, Any]]) -> list[Problem]:
    problem, remedy = text_of("coverage.problem.quarter"), text_of("coverage.problem.quarter_remedy")
    return [
        Problem(value=shown(row["quarter"]), problem=problem, remedy=remedy, table="activities", id=str(row["id"]), column="quarter")
        for row in rows
        if row["quarter"] is not None and row["quarter"] not in QUARTERS
    ]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with an unknown quarter as None and days that stand as ISO text, or with a time, as dates."""
    quarter = None if row["quarter"] == text_of("coverage.unknown_quarter") else row["quarter"]
    return row | {"quarter": quarter} | {key: _day(row[key]) for key in DATED}


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _date_problems(rows: Iterable[dict[str, Any]]) -> list[Problem]:
    problem, remedy = text_of("values.not_date"), text_of("values.not_date_remedy")
    return [
        Problem(value=shown(row[key]), problem=problem, remedy=remedy, table="activities", id=str(row["id"]), column=key)
        for row in rows
        for key in DATED
        if row[key] is not None and not isinstance(row[key], date)
    ]


def rows_of(activities: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the activities as rows of plain values, with every column that coverage needs.

    Raises
    ------
    KrokomrsaError
        A quarter that is none, or a day that is no date; all of them at once.
    """
    rows = [_plain(dict(zip(NEEDED, values, strict=True))) for values in zip(*columns(activities, NEEDED), strict=True)]
    problems = [*_quarter_problems(rows), *_date_problems(rows)]
    if problems:
        raise KrokomrsaError.of(problems)
    return [row | {"quarter": None if row["quarter"] is None else int(row["quarter"])} for row in rows]


def read(activities: pd.DataFrame, on: date, period: Period, *, outsiders: Collection[str] = ()) -> tuple[Activity, ...]:
    """Return the municipality's activities in listed order, each with its standing on a day.

    Carried out: status done, with a day in the period and not after ``on``. Planned: in the plan of a year in the
    period, and its quarter (its year, where the quarter is unknown) not past; past it is late. On request, cancelled
    and anything outside the period is missing. An evaluation counts on or after the day of the exercise, in the period;
    where it is only planned it is late when the quarter of the exercise is past.

    Activities in which only ``outsiders`` (ids of organisations that are not the municipality) take part are left out.
    """
    found = (_activity(row, on, period) for row in rows_of(activities))
    kept = (each for each in found if not each.organisations or not each.organisations <= set(outsiders))
    return tuple(sorted(kept, key=lambda each: each.order))


def best(activities: Iterable[Activity], standing: Callable[[Activity], int]) -> dict[str, int]:
    """Return the best standing of each activity that counts at all, by id."""
    found: dict[str, int] = {}
    for each in activities:
        found[each.id] = min(standing(each), found.get(each.id, MISSING))
    return {key: each for key, each in found.items() if each < MISSING}
