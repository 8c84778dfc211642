"""Read trainings and exercises that could be held, and say everything that is wrong with them at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

import pandas as pd

from krokomrsa.analysis.coverage.activities import QUARTERS, columns
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.rules import Period
from krokomrsa.values import shown, split
from krokomrsa.vocabulary import lists, load, text_of

FACTS: Final = (
    *("kind", "form", "level", "target_groups", "organisations", "competences", "functions", "services", "risks"),
    *("participants_elected", "participants_staff"),
)
PLACES: Final = ("years", "quarters")
COLUMNS: Final = ("id", "name", "cost_days", "most", *PLACES, *FACTS)
LISTED: Final = {"target_groups": "target_groups", "competences": "competences", "functions": "preparedness_functions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A training or an exercise that could be held: what it is, what it costs in person-days, and in which years and quarters.

    ``most`` is how many times in the period, at most once a year.
    """

    id: str
    name: str
    cost_days: float
    most: int
    years: tuple[int, ...]
    quarters: frozenset[int]
    level: str | None
    facts: Mapping[str, Any]


def read(table: pd.DataFrame, period: Period) -> tuple[Candidate, ...]:
    """Return the candidates in order of id.

    Columns: ``id``, ``kind`` (training | exercise), ``cost_days`` (person-days), and where they are known ``name``, ``years`` and
    ``quarters`` (separated by semicolons; empty: any), ``most`` (empty: once), and what the table ``activities`` holds under the same
    names: ``form``, ``level``, ``target_groups``, ``organisations``, ``competences``, ``functions``, ``services``, ``risks``.

    Raises
    ------
    KrokomrsaError
        No candidate, an id that is missing or stands twice, a kind, cost, number, year, quarter or code that is none; all at once.
    """
    rows = [dict(zip(COLUMNS, values, strict=True)) for values in zip(*columns(table, COLUMNS), strict=True)]
    found = [problem for row in rows for problem in _problems(row, period)]
    ids = [shown(row["id"]) for row in rows]
    found += [_said("twice", {"id": key}, "id", key) for key in sorted({key for key in ids if key and ids.count(key) > 1})]
    if not rows:
        found.append(_said("none", {}, "id"))
    if found:
        raise KrokomrsaError.of(found)
    return tuple(sorted((_candidate(row, period) for row in rows), key=lambda one: one.id))


def _candidate(row: Mapping[str, Any], period: Period) -> Candidate:
    return Candidate(
        id=str(row["id"]),
        name=str(row["name"] or row["id"]),
        cost_days=float(row["cost_days"]),
        most=1 if row["most"] is None else int(row["most"]),
        years=tuple(sorted(_numbers(row["years"]) or period.years)),
        quarters=frozenset(_numbers(row["quarters"]) or QUARTERS),
        level=row["level"],
        facts={key: row[key] for key in FACTS},
    )


def _numbers(value: Any) -> set[int]:
    """Return the whole numbers in a cell of several; raise ValueError where one is none."""
    if value is None:
        return set()
    parts = split(value) if isinstance(value, str) else value if isinstance(value, list | tuple | set | frozenset | range) else (value,)
    return {_whole(part) for part in parts}


def _whole(value: Any) -> int:
    number = float(value)
    if number != int(number):
        raise ValueError(value)
    return int(number)


def _problems(row: Mapping[str, Any], period: Period) -> Iterator[Problem]:
    kinds = load()["activities"]["kind"].values  # noqa: PD011 (allowed values, no frame)
    if not shown(row["id"]):
        yield _said("no_id", row, "id")
    if row["kind"] not in kinds:
        yield _said("kind", row, "kind", row["kind"])
    if not _cost(row["cost_days"]):
        yield _said("cost_days", row, "cost_days", row["cost_days"])
    if row["most"] is not None and not counts(row["most"]):
        yield _said("most", row, "most", row["most"])
    for key, allowed in (("years", period.years), ("quarters", QUARTERS)):
        yield from _misplaced(row, key, allowed, period)
    for key, listed in LISTED.items():
        known = lists()[listed]
        yield from (_said("code", row, key, code, guess=_guess(code, known)) for code in split(row[key]) if code not in known)


def _cost(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def counts(value: Any) -> bool:
    """Tell whether a value is a whole number that is at least 1.

    >>> counts(2.0), counts(0), counts("två")
    (True, False, False)
    """
    try:
        return _whole(value) >= 1
    except (TypeError, ValueError, OverflowError):
        return False


def _misplaced(row: Mapping[str, Any], key: str, allowed: range, period: Period) -> Iterator[Problem]:
    try:
        wrong = _numbers(row[key]) - set(allowed)
    except (TypeError, ValueError, OverflowError):
        yield _said(key, row, key, row[key], period=period)
        return
    yield from (_said(key, row, key, number, period=period) for number in sorted(wrong))


def _guess(code: str, known: Mapping[str, str]) -> str:
    by_word = {**{key.casefold(): key for key in known}, **{label.casefold(): key for key, label in known.items()}}
    close = get_close_matches(code.casefold(), list(by_word), n=1)
    return text_of("coverage.candidate.did_you_mean", guess=known[by_word[close[0]]]) if close else ""


def _said(key: str, row: Mapping[str, Any], column: str, value: object = None, /, **values: object) -> Problem:
    problem, remedy = (text_of(f"coverage.candidate.{key}{part}", **values) for part in ("", "_remedy"))
    return Problem(
        table=text_of("coverage.candidate.table"),
        id=shown(row.get("id")),
        column=column,
        value=shown(value),
        problem=problem,
        remedy=remedy,
    )
