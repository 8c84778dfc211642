"""Lay out what is planned by quarter, and what each service has of routine, training and exercise."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final

import pandas as pd

from krokomrsa.analysis.coverage.activities import rows_by_id, rows_of
from krokomrsa.rules import Period
from krokomrsa.values import split
from krokomrsa.vocabulary import lists, text_of

PLAN_COLUMNS: Final = ("year", "quarter", "kind", "target_group", "activities", "status")
SERVICE_COLUMNS: Final = ("service", "routines", "trained_on", "last_exercised", "status")
SERVICE_KEYS: Final = ("id", "routines", "trained_on")


def _plan_order(key: tuple[int, int, str, str, str]) -> tuple[Any, ...]:
    year, quarter, kind, group, status = key
    groups = list(lists()["target_groups"])
    return year, quarter, kind == "exercise", groups.index(group) if group in groups else len(groups) + (not group), group, status


def plan(activities: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Return the plan by year, quarter, kind, target group and status.

    Columns: ``year``, ``quarter`` (1–4 or "okänt", last in its year), ``kind`` (training | exercise), ``target_group`` (code;
    missing where none is named), ``activities`` (tuple of ids), ``status`` (code, as in the table). An activity for two
    target groups stands in two rows; activities of different status stand in different rows.

    Raises
    ------
    KrokomrsaError
        A quarter that is none.

    Examples
    --------
    >>> from krokomrsa import rules
    >>> period = rules.Period(2019, 2022)
    >>> plan(pd.DataFrame(rules.grundplan(period)), period).query("year == 2019 and kind == 'exercise'")[["quarter", "target_group"]]
      quarter     target_group
    4       4  municipal_board
    5       4     crisis_staff
    """
    found: dict[tuple[int, int, str, str, str], list[str]] = {}
    for row in rows_of(activities):
        if row["year"] is not None and int(row["year"]) in period.years:
            for group in split(row["target_groups"]) or ("",):
                key = (int(row["year"]), row["quarter"] or 5, str(row["kind"]), group, str(row["status"]))
                found.setdefault(key, []).append(str(row["id"]))
    unknown = text_of("coverage.unknown_quarter")
    rows = [
        (key[0], key[1] if key[1] in range(1, 5) else unknown, key[2], key[3] or None, tuple(sorted(set(found[key]))), key[4])
        for key in sorted(found, key=_plan_order)
    ]
    return pd.DataFrame(rows, columns=list(PLAN_COLUMNS)).astype(
        {"year": "Int64", "quarter": "object", "kind": "str", "target_group": "str", "status": "str"}
    )


def _latest(days: Iterable[date | None], on: date) -> date | None:
    return max((day for day in days if day is not None and day <= on), default=None)


def _service_status(parts: Collection[bool]) -> str:
    return "met" if all(parts) else "partial" if any(parts) else "missing"


def by_service(services: pd.DataFrame, activities: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return what each service has: a routine, training in it, and an exercise, on a day.

    Columns: ``service`` (id), ``routines`` (yes | no | unknown or missing), ``trained_on`` and ``last_exercised`` (the latest
    days not after ``on``), ``status`` (met: all three; partial: some; missing: none). A training counts where it names the
    service and the competence routines, an exercise where it names the service; both only when carried out.

    >>> services = pd.DataFrame({"id": ["V1"], "routines": ["yes"], "trained_on": [date(2021, 3, 1)]})
    >>> exercise = {"id": "U1", "kind": "exercise", "status": "done", "services": "V1", "carried_out_on": date(2021, 5, 4)}
    >>> by_service(services, pd.DataFrame([exercise]), date(2021, 4, 1)).loc[0, "status"]
    'partial'
    """
    trained: dict[str, list[date]] = {}
    exercised: dict[str, list[date]] = {}
    for row in rows_of(activities):
        if row["status"] != "done" or row["carried_out_on"] is None:
            continue
        into = exercised if row["kind"] == "exercise" else trained if "routines" in split(row["competences"]) else {}
        for service in split(row["services"]):
            into.setdefault(service, []).append(row["carried_out_on"])
    rows = []
    for each in rows_by_id(services, SERVICE_KEYS):
        training = _latest([each["trained_on"], *trained.get(each["id"], [])], on)
        exercise = _latest(exercised.get(each["id"], []), on)
        status = _service_status([each["routines"] == "yes", training is not None, exercise is not None])
        rows.append((each["id"], each["routines"], training, exercise, status))
    return pd.DataFrame(rows, columns=list(SERVICE_COLUMNS)).astype(
        {"service": "str", "routines": "str", "trained_on": "datetime64[s]", "last_exercised": "datetime64[s]", "status": "str"}
    )
