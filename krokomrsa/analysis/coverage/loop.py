"""Follow what exercises led to: held, evaluated, findings made into measures, measures carried out."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pandas as pd

from krokomrsa.analysis.coverage.activities import columns, rows_by_id
from krokomrsa.values import split

STAGES: Final = ("not evaluated", "without measures", "open", "closed")
CLOSED: Final = frozenset({"done", "rejected"})  # carried out, or decided against
COLUMNS: Final = ("activity", "held_on", "evaluated_on", "findings", "measures", "closed", "oldest_open", "open_days", "stage")
ACTIVITY_KEYS: Final = ("id", "status", "carried_out_on", "evaluated_on", "findings")


def follow_through(activities: pd.DataFrame, treatments: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return for each activity that is carried out how far it has led, the one that has waited longest first.

    Columns: ``activity`` (id), ``held_on``, ``evaluated_on``, ``findings`` (whether any are written), ``measures`` (how many name the
    activity), ``closed`` (how many of these are done or rejected), ``oldest_open`` (ids of the others), ``open_days`` (from the
    evaluation, or the activity where it is not evaluated, until ``on``; missing where nothing waits), ``stage``: not evaluated |
    without measures | open | closed. An evaluation without findings is closed when it has no open measure.

    Examples
    --------
    >>> held = {"id": "U1", "status": "done", "carried_out_on": date(2027, 3, 1), "evaluated_on": date(2027, 4, 1), "findings": "Larmlistan"}
    >>> measures = pd.DataFrame({"id": ["T1", "T2"], "activities": ["U1", "U1"], "status": ["done", "ongoing"]})
    >>> follow_through(pd.DataFrame([held]), measures, date(2027, 6, 1))[["measures", "closed", "oldest_open", "open_days", "stage"]]
       measures  closed oldest_open  open_days stage
    0         2       1       (T2,)         61  open
    """
    named: dict[str, list[tuple[str, str | None]]] = {}
    for key, source, status in zip(*columns(treatments, ("id", "activities", "status")), strict=True):
        for activity in split(source):
            named.setdefault(activity, []).append((str(key), status))
    held = [row for row in rows_by_id(activities, ACTIVITY_KEYS) if row["status"] == "done" and row["carried_out_on"] is not None]
    rows = [_row(row, named.get(str(row["id"]), []), on) for row in held if row["carried_out_on"] <= on]
    found = pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {"held_on": "datetime64[s]", "evaluated_on": "datetime64[s]", "findings": "bool", "open_days": "Int64", "stage": "str"}
    )
    return found.sort_values(["open_days", "activity"], ascending=[False, True], na_position="last", ignore_index=True)


def _row(row: dict[str, Any], measures: list[tuple[str, str | None]], on: date) -> tuple[Any, ...]:
    evaluated = row["evaluated_on"] is not None and row["evaluated_on"] <= on
    waiting = tuple(key for key, status in measures if status not in CLOSED)
    findings = bool(row["findings"])
    stage = "not evaluated" if not evaluated else "open" if waiting else "without measures" if findings and not measures else "closed"
    since = row["evaluated_on"] if evaluated else row["carried_out_on"]
    days = None if stage == "closed" else (on - since).days
    evaluated_on = row["evaluated_on"] if evaluated else None
    return row["id"], row["carried_out_on"], evaluated_on, findings, len(measures), len(measures) - len(waiting), waiting, days, stage


def share_closed(followed: pd.DataFrame) -> float:
    """Return how much of what exercises led to is closed, from 0 to 1; 0 where nothing is held.

    >>> share_closed(pd.DataFrame({"stage": ["closed", "open"]}))
    0.5
    """
    return float(followed["stage"].eq("closed").mean()) if len(followed) else 0.0
