"""Lay out what is trained and exercised: target group by competence, function by year, and each risk and service, with its age."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any, Final

import pandas as pd

from krokomrsa.analysis.coverage.activities import KINDS, MET, MISSING, STATUSES, Activity, read
from krokomrsa.analysis.coverage.cases import outsiders
from krokomrsa.rules import Period
from krokomrsa.vocabulary import lists

EXPIRED: Final = "expired"  # held in the period, but its time has run out
FACTS: Final = ("times", "last", "age_days", "valid_until", "evaluated", "activities", "status")
TYPES: Final = {
    "times": "int64",
    "last": "datetime64[s]",
    "age_days": "Int64",
    "valid_until": "datetime64[s]",
    "evaluated": "bool",
    "status": "str",
}


def _facts(held: Collection[Activity], on: date) -> tuple[Any, ...]:
    """Return what some activities amount to on a day, in the order of FACTS."""
    last = max((each.held_on for each in held if each.held_on is not None), default=None)
    carried = [each for each in held if each.carried == MET]
    limits = [each.valid_until for each in carried]
    until = max((limit for limit in limits if limit is not None), default=None) if None not in limits else None
    standing = min((each.carried for each in held), default=MISSING)
    status = EXPIRED if standing == MET and until is not None and until < on else STATUSES[standing]
    ids = tuple(each.id for each in held if each.carried < MISSING)
    age = None if last is None else (on - last).days
    return len(carried), last, age, until, any(each.evaluated == MET for each in held), ids, status


def _counted(activities: pd.DataFrame, on: date, period: Period, organisations: pd.DataFrame | None) -> tuple[Activity, ...]:
    return read(activities, on, period, outsiders=() if organisations is None else outsiders(organisations))


def _laid_out(keys: Sequence[str], held: Mapping[tuple[Hashable, ...], Collection[Activity]], on: date) -> pd.DataFrame:
    rows = [(*key, *_facts(found, on)) for key, found in held.items()]
    return pd.DataFrame(rows, columns=[*keys, *FACTS]).astype(TYPES)


def _codes(listed: str, used: Iterable[str]) -> list[str]:
    """Return the codes of a list in its order, and after them those that are used beside it."""
    known = list(lists()[listed])
    return [*known, *sorted(set(used) - set(known))]


def by_group(activities: pd.DataFrame, on: date, period: Period, *, organisations: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return for each target group and competence when it was last trained or exercised, and how it stands in a period.

    Columns: ``target_group``, ``competence`` (codes; every pair of the lists), ``times`` (held in the period), ``last`` (the latest day,
    before the period too), ``age_days`` (from it to ``on``), ``valid_until`` (of those held in the period the latest; missing where one
    has no end), ``evaluated``, ``activities`` (tuple of ids that count), ``status``: met | expired | planned | late | missing.

    Raises
    ------
    KrokomrsaError
        A quarter that is none, or a day that is no date.

    Examples
    --------
    >>> row = {"id": "U1", "kind": "training", "status": "done", "target_groups": "crisis_staff", "competences": "rakel",
    ...        "carried_out_on": date(2027, 3, 1), "valid_until": date(2028, 3, 1)}
    >>> for day in (date(2028, 1, 1), date(2029, 1, 1)):
    ...     found = by_group(pd.DataFrame([row]), day, Period(2027, 2030)).query("times > 0")
    ...     print(found[["target_group", "competence", "age_days", "status"]].to_numpy().tolist())
    [['crisis_staff', 'rakel', 306, 'met']]
    [['crisis_staff', 'rakel', 672, 'expired']]
    """
    known = _counted(activities, on, period, organisations)
    groups = _codes("target_groups", (code for each in known for code in each.groups))
    competences = _codes("competences", (code for each in known for code in each.competences))
    held: dict[tuple[Hashable, ...], list[Activity]] = {pair: [] for pair in product(groups, competences)}
    for each in known:
        for pair in product(each.groups, each.competences):
            held[pair].append(each)
    return _laid_out(("target_group", "competence"), held, on)


def by_function(activities: pd.DataFrame, on: date, period: Period, *, organisations: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return for each preparedness function, year of a period and kind of activity how it stands.

    Columns: ``function`` (code), ``year``, ``kind`` (training | exercise), and the rest as for :func:`by_group`.

    Raises
    ------
    KrokomrsaError
        As for :func:`by_group`.

    Examples
    --------
    >>> row = {"id": "U1", "kind": "exercise", "status": "planned", "functions": "crisis_support", "year": 2028, "quarter": 2}
    >>> found = by_function(pd.DataFrame([row]), date(2027, 6, 1), Period(2027, 2030)).query("status != 'missing'")
    >>> found[["function", "year", "kind", "status"]].to_numpy().tolist()
    [['crisis_support', 2028, 'exercise', 'planned']]
    """
    known = _counted(activities, on, period, organisations)
    functions = _codes("preparedness_functions", (code for each in known for code in each.functions))
    held: dict[tuple[Hashable, ...], list[Activity]] = {key: [] for key in product(functions, period.years, KINDS)}
    for each in known:
        for code in each.functions:
            held.get((code, each.year, each.kind), []).append(each)
    return _laid_out(("function", "year", "kind"), held, on)


def exercised(
    activities: pd.DataFrame,
    on: date,
    period: Period,
    *,
    risks: Iterable[str] = (),
    services: Iterable[str] = (),
    organisations: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return for each of some risks and services when it was last exercised, and how it stands in a period.

    Columns: ``table`` (risks | services), ``id``, and the rest as for :func:`by_group`. Only exercises count.

    Raises
    ------
    KrokomrsaError
        As for :func:`by_group`.

    Examples
    --------
    >>> row = {"id": "U1", "kind": "exercise", "status": "done", "risks": "H-EL", "carried_out_on": date(2026, 10, 1)}
    >>> found = exercised(pd.DataFrame([row]), date(2027, 10, 1), Period(2027, 2030), risks=["H-EL", "H-STORM"])
    >>> found[["id", "times", "age_days", "status"]].to_numpy().tolist()
    [['H-EL', 0, 365, 'missing'], ['H-STORM', 0, <NA>, 'missing']]
    """
    known = [each for each in _counted(activities, on, period, organisations) if each.kind == "exercise"]
    held: dict[tuple[Hashable, ...], list[Activity]] = {}
    for table, chosen in (("risks", risks), ("services", services)):
        for key in chosen:
            held[table, key] = [each for each in known if key in (each.risks if table == "risks" else each.services)]
    return _laid_out(("table", "id"), held, on)


def share(covered: pd.DataFrame) -> float:
    """Return how much of a matrix is met, from 0 to 1; 0 where there is nothing to cover.

    >>> share(pd.DataFrame({"status": ["met", "planned", "missing", "met"]})), share(pd.DataFrame({"status": []}))
    (0.5, 0.0)
    """
    return float(covered["status"].eq("met").mean()) if len(covered) else 0.0
