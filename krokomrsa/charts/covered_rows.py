"""Lay out what is trained and exercised as tables of marks: target group by competence, function by year, and each service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final, Literal

import pandas as pd

from krokomrsa.charts.style import DUTY_MARKS
from krokomrsa.vocabulary import counted, lists, text_of, texts

MOST: Final = 40  # services
MONTH, YEAR = 30, 365  # days
DAYS: Final = ("trained_on", "last_exercised")
KINDS: Final = ("training", "exercise")
TINTED: Final = ("met", "planned", "late")  # what is missing or has run out stands on paper
TINT: Final = 0.82  # of paper in the colour behind a mark
Found = Mapping[Any, Any]


def _t(key: str, **values: object) -> str:
    return text_of(f"charts_coverage.{key}", **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How one thing stands: a key of DUTY_MARKS, empty where there is nothing to mark; what stands beside the mark; what pointing tells."""

    status: str = ""
    text: str = ""
    said: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: what it is of, and its cells."""

    id: str
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of marks: ``over`` are headings above the columns with how many they span, ``notes`` stand below."""

    title: str
    heads: Sequence[str]
    lines: Sequence[Line]
    words: Mapping[str, str]  # status → what the legend calls it
    over: Sequence[tuple[str, int]] = ()
    notes: Sequence[str] = ()
    empty: str = ""

    @property
    def statuses(self) -> list[str]:
        """Return the statuses that occur, in the order of the legend."""
        found = {cell.status for line in self.lines for cell in line.cells}
        return [status for status in DUTY_MARKS if status in found]


def age(days: Any, *, words: Literal["full", "short"] = "full") -> str:
    """Return how long ago something was, in the unit that people say it in; nothing where it never was.

    >>> age(12), age(45), age(800), age(pd.NA), age(45, words="short")
    ('12 dagar', '1 månad', '2 år', '', '1 mån')
    """
    if pd.isna(days):
        return ""
    unit, length = next(((key, size) for key, size in (("years", 2 * YEAR), ("months", MONTH)) if days >= size), ("days", 1))
    return counted(f"charts_coverage.age.{words}.{unit}", int(days // (YEAR if unit == "years" else length)))


def _said(row: Found) -> list[str]:
    """Return what pointing at a cell tells: how it stands, since when, until when, how often, and whether it is evaluated."""
    told = [text_of("charts.screen.status", status=_t(f"covered.{row['status']}"))]
    told += [_t("hover.last", day=row["last"].date(), age=age(row["age_days"], words="short"))] if not pd.isna(row["last"]) else []
    told += [_t("hover.until", day=row["valid_until"].date())] if not pd.isna(row["valid_until"]) else []
    told += [counted("charts_coverage.hover.times", row["times"])] if row["times"] else []
    told += [_t("hover.evaluated")] if row["evaluated"] else []
    ids = text_of("charts.separator").join(row["activities"])
    return [*told, *([text_of("charts.screen.evidence", ids=ids)] if ids else [])]


def _share(found: pd.DataFrame) -> dict[str, int]:
    """Return the figures of the note."""
    return {"met": int(found["status"].eq("met").sum()), "of": len(found)}


def groups(found: pd.DataFrame) -> Table:
    """Return target groups by competences; ``found`` is what ``coverage.by_group`` returns."""
    skills, named = lists()["competences"], lists()["target_groups"]
    lines = [
        Line(
            id=str(group),
            name=named.get(str(group), str(group)),
            cells=[Cell(status=row["status"], text=age(row["age_days"], words="short"), said=_said(row)) for row in rows],
        )
        for group, rows in groupby(found.to_dict("records"), lambda row: row["target_group"])
    ]
    return Table(
        title=_t("groups.title"),
        heads=[skills.get(code, code) for code in dict.fromkeys(found["competence"])],
        lines=lines,
        words=texts("charts_coverage")["covered"],
        notes=[_t("groups.note", **_share(found))],
        empty=_t("groups.empty"),
    )


def functions(found: pd.DataFrame) -> Table:
    """Return functions by year, training and exercise apart; ``found`` is what ``coverage.by_function`` returns."""
    named, years = lists()["preparedness_functions"], list(dict.fromkeys(found["year"]))
    lines = [
        Line(
            id=str(function),
            name=named.get(str(function), str(function)),
            cells=[
                Cell(status=row["status"], text=_t("functions.times", count=row["times"]) if row["times"] > 1 else "", said=_said(row))
                for row in rows
            ],
        )
        for function, rows in groupby(found.to_dict("records"), lambda row: row["function"])
    ]
    return Table(
        title=_t("functions.title"),
        heads=[text_of(f"charts.plan.{kind}") for _ in years for kind in KINDS],
        lines=lines,
        words=texts("charts_coverage")["covered"],
        over=[(str(year), len(KINDS)) for year in years],
        notes=[_t("functions.note", **_share(found))],
        empty=_t("functions.empty"),
    )


def parts(row: Found) -> int:
    """Return how many of routine, training and exercise a service has."""
    return int(row["routines"] == "yes") + sum(not pd.isna(row[key]) for key in DAYS)


def latest(row: Found) -> pd.Timestamp | None:
    """Return the last day on which a service was trained or exercised."""
    return max((row[key] for key in DAYS if not pd.isna(row[key])), default=None)


def worst_first(found: pd.DataFrame, names: Mapping[str, str]) -> list[dict[Any, Any]]:
    """Return the services in order: those that have least first, of these the one that has waited longest."""

    def order(row: Found) -> tuple[Any, ...]:
        return parts(row), latest(row) or pd.Timestamp.min, names.get(row["service"], row["service"])

    return sorted(found.to_dict("records"), key=order)


def services(found: pd.DataFrame, names: Mapping[str, str], on: date, *, first: int = MOST) -> Table:
    """Return the services that have least of routine, training and exercise; ``found`` is what ``coverage.by_service`` returns."""
    rows = worst_first(found, names)
    lines = [_service(row, names, on) for row in rows[:first]]
    notes = [_t("services.note", **_share(found))]
    notes += [_t("services.unknown_note")] if any(line.cells[0].text for line in lines) else []
    more = len(rows) - len(lines)
    return Table(
        title=_t("services.title"),
        heads=texts("charts_coverage")["services"]["heads"],
        lines=lines,
        words=texts("charts_coverage")["services"]["statuses"],
        notes=[*notes, *([counted("charts_coverage.services.more", more)] if more else [])],
        empty=_t("services.empty"),
    )


def _day(day: Any, on: date) -> Cell:
    """Return whether there is a day on which a service was trained or exercised, and how long ago."""
    if pd.isna(day):
        return Cell(status="missing", said=[_t("services.statuses.missing")])
    ago = age((on - day.date()).days, words="short")
    return Cell(status="met", text=ago, said=[_t("hover.last", day=day.date(), age=ago)])


def _routine(answer: Any) -> Cell:
    known = {"yes": "met", "no": "missing"}.get(answer, "")
    if not known:
        return Cell(text=_t("services.unknown"))
    return Cell(status=known, said=[_t(f"services.statuses.{known}")])


def _service(row: Found, names: Mapping[str, str], on: date) -> Line:
    last = latest(row)
    when = Cell(text=_t("services.never") if last is None else str(last.date()))
    cells = [_routine(row["routines"]), *(_day(row[key], on) for key in DAYS), when]
    return Line(id=str(row["service"]), name=" ".join(names.get(row["service"], row["service"]).split()), cells=cells)
