"""Lay out the calendar of trainings and exercises: how each activity stands on a day, and the rows of the table by year and quarter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from krokomrsa.analysis.coverage.activities import MET, MISSING, STATUSES, Activity, read
from krokomrsa.charts import style
from krokomrsa.charts.rows import PlanCells, PlanEntry, plan_cells
from krokomrsa.charts.style import ACTIVITY_MARKS
from krokomrsa.rules import Period
from krokomrsa.vocabulary import text_of

UNKNOWN: Final = "okänt"
QUARTERS: Final[tuple[object, ...]] = (1, 2, 3, 4, UNKNOWN)
KINDS: Final = ("training", "exercise")
MARK: Final = 1.4  # the room of a symbol before a name, in heights of its letters
BETWEEN: Final = 1.5  # activities in a cell
AROUND: Final = 4.0  # the activities of a row
LINES: Final = 4  # of a name, at most


def _standing(activity: Activity) -> str:
    """Return how an activity stands: what is planned is not done, what is done is not evaluated."""
    if activity.held_on is not None or activity.undated:
        return "evaluated" if activity.evaluated == MET else "done"
    if activity.carried == MISSING:
        return activity.status if activity.status and activity.status in ACTIVITY_MARKS else "missing"
    return STATUSES[activity.carried]


def standings(activities: pd.DataFrame, on: date, period: Period) -> dict[str, str]:
    """Return activity → evaluated | done | planned | late | on request | cancelled | missing, as of a day.

    >>> rows = [{"id": "U1", "status": "planned", "year": 2027, "quarter": 1}, {"id": "U2", "status": "on request", "year": 2027}]
    >>> standings(pd.DataFrame(rows).assign(kind="exercise"), date(2027, 4, 1), Period(2027, 2030))
    {'U1': 'late', 'U2': 'on request'}
    """
    return {each.id: _standing(each) for each in read(activities, on, period)}


def standing_cells(plan: pd.DataFrame, activities: pd.DataFrame, on: date, period: Period) -> PlanCells:
    """Return the activities by year, kind and quarter, each with how it stands on a day."""
    return plan_cells(plan, activities.assign(status=activities["id"].map(standings(activities, on, period))))


def status_word(status: str) -> str:
    """Return what a standing is called.

    >>> status_word("evaluated")
    'Genomförd och utvärderad'
    """
    return text_of(f"charts_coverage.statuses.{status}")


def held(cells: PlanCells) -> list[str]:
    """Return the standings that occur, in the order of the legend."""
    found = {entry.status for entries in cells.values() for entry in entries}
    return [status for status in ACTIVITY_MARKS if status in found]


@dataclass(frozen=True, slots=True)
class Item:
    """One activity in a cell, its name in lines."""

    entry: PlanEntry
    lines: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """How text is set: its height, the distance between lines, and how many lines and activities a cell may hold."""

    points: float
    step: float
    lines: int = LINES
    most: int | None = None

    @property
    def mark(self) -> float:
        """Return the room of a symbol before a name."""
        return self.points * MARK

    def height(self, items: Sequence[Item]) -> float:
        """Return how high the activities of a cell are."""
        return sum(len(item.lines) * self.step + BETWEEN for item in items)


def items(entries: Sequence[PlanEntry], type_: Type, room: float) -> list[Item]:
    """Return the activities of a cell; those beyond the most are counted behind the last name."""
    shown, room = entries[: type_.most], room - type_.mark
    made = [Item(entry, style.wrap(entry.name, type_.points, room, lines=type_.lines)) for entry in shown]
    more = len(entries) - len(shown)
    if more:
        count = text_of("charts_coverage.plan.beyond", text="", count=more)
        name = style.fit(shown[-1].name, type_.points, room - style.width(count, type_.points))
        made[-1] = Item(shown[-1], [text_of("charts_coverage.plan.beyond", text=name, count=more)])
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the calendar: a year's focus, or its trainings or exercises by quarter."""

    year: int
    kind: str
    height: float
    text: Sequence[str] = ()
    cells: Sequence[Sequence[Item]] = ()


def table(cells: PlanCells, period: Period, focus: Mapping[int, str], type_: Type, *, room: float, wide: float) -> Iterator[Row]:
    """Yield the rows of the calendar, every year of the period, empty ones too; ``room`` is that of a cell, ``wide`` that of a focus."""
    for year in period.years:
        if focus.get(year):
            text = style.wrap(text_of("charts.plan.focus", focus=focus[year]), type_.points, wide, lines=2)
            yield Row(year=year, kind="focus", height=len(text) * type_.step + 3, text=text)
        for kind in KINDS:
            found = [items(cells.get((year, kind, quarter), []), type_, room) for quarter in QUARTERS]
            height = max(*(type_.height(own) for own in found), type_.step) + AROUND
            yield Row(year=year, kind=kind, height=height, cells=found)


def quarter_name(quarter: object, *, short: bool = False) -> str:
    """Return what a quarter is called as a heading.

    >>> quarter_name(2), quarter_name(2, short=True), quarter_name("okänt")
    ('Kvartal 2', 'K2', 'Kvartal okänt')
    """
    start = "short_" if short else ""
    if quarter == UNKNOWN:
        return text_of(f"charts.plan.{start}unknown")
    return text_of(f"charts.plan.{start}quarter", quarter=quarter)
