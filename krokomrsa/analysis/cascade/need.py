"""Hold outages against what each service can stand: when it is too long, by how much, and for whom within which time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.losses import hour_of
from krokomrsa.analysis.cascade.network import Booleans, cells, column_problems
from krokomrsa.analysis.cascade.restoration import BEST, WORST
from krokomrsa.analysis.cascade.summary import WEEK_H, tolerable
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

HOURS: Final = (2.0, 8.0, 24.0, 72.0, WEEK_H)
_BOUNDS: Final = ((WORST, "earliest_h"), (BEST, "latest_h"))


def _limit(raw: Any, key: str) -> float:
    """Return a number of hours that is at least 0, or say that it is none."""
    if not hour_of(raw) >= 0:
        problem, remedy = (text_of(f"cascade_outages.{key}{end}") for end in ("", "_remedy"))
        raise KrokomrsaError(Problem(value=shown(raw), problem=problem, remedy=remedy))
    return float(raw)


def _stretches(outages: pd.DataFrame) -> pd.DataFrame:
    """Return ``id``, ``bound``, ``start_h``, ``end_h`` of a table of outages, or of failure times, which have no end."""
    if "bound" not in outages and "earliest_h" in outages:
        plain = [
            pd.DataFrame({"id": outages.index, "bound": bound, "start_h": outages[key].to_numpy(dtype=float), "end_h": math.inf})
            for bound, key in _BOUNDS
            if key in outages
        ]
        found = pd.concat(plain, ignore_index=True)
        return found[found["start_h"] < math.inf]
    for key in ("id", "bound", "start_h", "end_h"):
        if key not in outages:
            problem, remedy = text_of("cascade_outages.column_missing", column=key), text_of("cascade_outages.column_missing_remedy")
            raise KrokomrsaError(Problem(problem=problem, remedy=remedy, column=key))
    return outages.assign(end_h=outages["end_h"].fillna(math.inf))


def _limits(services: pd.DataFrame) -> pd.Series[float]:
    """Return the tolerable outage of each service by id, each id once."""
    hours = tolerable(services)
    twice = services.loc[services["id"].duplicated(), "id"].drop_duplicates()
    if len(twice):
        raise KrokomrsaError.of(
            Problem(
                problem=text_of("cascade_outages.service_twice", id=shown(key)),
                remedy=text_of("cascade_outages.service_twice_remedy"),
                table="services",
                id=shown(key),
                column="id",
            )
            for key in twice
        )
    return pd.Series(hours, index=pd.Index(services["id"], name="id"), dtype=float)


def _of_bound(stretches: pd.DataFrame, limits: pd.Series[float]) -> pd.DataFrame:
    """Return, for each service at one bound: when it stops, how long it is down, and when that becomes unacceptable."""
    at = limits.index.get_indexer(pd.Index(stretches["id"]))
    start, end = (stretches[key].to_numpy(dtype=float) for key in ("start_h", "end_h"))
    limit = limits.to_numpy()
    stops, down, unacceptable = np.full(len(limits), math.inf), np.zeros(len(limits)), np.full(len(limits), math.inf)
    np.minimum.at(stops, at, start)
    np.maximum.at(down, at, end - start)
    np.fmin.at(unacceptable, at, np.where(start + limit[at] < end, start + limit[at], math.inf))
    unacceptable[np.isnan(limit) & (down > 0)] = math.nan
    found = {"stops": stops, "down": down, "unacceptable": unacceptable, "margin": limit - down}
    return pd.DataFrame(found, index=limits.index)


def _breaks(found: pd.DataFrame, horizon_h: float) -> pd.Series[str]:
    """Return whether each service is down too long by an hour: yes, possibly, no, unknown."""
    earliest, latest = _within(found["unacceptable_earliest_h"], horizon_h), _within(found["unacceptable_latest_h"], horizon_h)
    unknown = found["unacceptable_earliest_h"].isna() & _within(found["earliest_h"], horizon_h)
    words = np.select([latest, earliest, unknown.to_numpy(dtype=bool)], ["yes", "possibly", "unknown"], default="no")
    return pd.Series(words, index=found.index, dtype="str")


def _within(hours: pd.Series[float], horizon_h: float) -> Booleans:
    return ((hours <= horizon_h) & (hours < math.inf)).to_numpy(dtype=bool)


def against_need(outages: pd.DataFrame, services: pd.DataFrame, *, horizon_h: float = WEEK_H) -> pd.DataFrame:
    """Return when each service has been down for longer than it can stand, and how far it is from that.

    A stretch down becomes unacceptable at its start + tolerable outage, if the service is still down then: with a battery for 24
    hours and a tolerable outage of a quarter of an hour that is after 24.25 hours. Each stretch counts on its own: what is up in
    between begins anew. Unknown stays unknown: without a stated tolerable outage nobody knows. The arguments stay as they are.

    Parameters
    ----------
    outages
        What ``outages`` returns; or what ``failure_times`` returns, which are taken as outages without end. What is no service is
        left out. An end that was not followed (NaN) counts as never: let the horizon of that calculation, if it has one, be no
        shorter than ``horizon_h``.
    services
        ``id``; ``tolerable_outage_h``: hours, missing: unknown.
    horizon_h
        The hour by which ``breaks`` is asked; what happens at that hour counts.

    Returns
    -------
    pandas.DataFrame
        Index ``id``: every service, in the order of the table, also those that stand. ``tolerable_h``: NaN where unknown.
        ``earliest_h``, ``latest_h``: when it first stops, at worst and at best; inf: it does not. ``down_low_h``, ``down_high_h``:
        its longest stretch down, at best and at worst; inf: it never comes back. ``unacceptable_earliest_h``,
        ``unacceptable_latest_h``: inf: never; NaN where it stops and its tolerable outage is unknown. ``margin_low_h``,
        ``margin_high_h``: tolerable outage − longest stretch down, at worst and at best: how much longer each outage could have
        been, or, below 0, how much too long it was; −inf: it never comes back. ``breaks``: ``yes`` (also at best), ``possibly``
        (at worst, not at best), ``no``, or ``unknown`` (it stops within the horizon, and its tolerable outage is unknown).

    Raises
    ------
    KrokomrsaError
        A column is missing, a service is there twice, a tolerable outage is negative or no number, the horizon is no hours.

    References
    ----------
    ISO 22301:2019, 8.2.2 (maximum tolerable period of disruption).

    Examples
    --------
    >>> outages = pd.DataFrame([("Hemtjänst", "worst", 4.0, 30.0), ("Skola", "worst", 0.0, 24.0), ("Hemtjänst", "best", 24.0, 25.0)],
    ...                        columns=["id", "bound", "start_h", "end_h"])
    >>> services = pd.DataFrame({"id": ["Hemtjänst", "Skola", "Arkiv"], "tolerable_outage_h": [2, 48, None]})
    >>> against_need(outages, services)[["unacceptable_earliest_h", "margin_low_h", "margin_high_h", "breaks"]]
               unacceptable_earliest_h  margin_low_h  margin_high_h    breaks
    id
    Hemtjänst                      6.0         -24.0            1.0  possibly
    Skola                          inf          24.0           48.0        no
    Arkiv                          inf           NaN            NaN        no
    """
    horizon = _limit(horizon_h, "limit_not_hour")
    limits = _limits(services)
    stretches = _stretches(outages)
    stretches = stretches[stretches["id"].isin(limits.index)]
    worst, best = (_of_bound(stretches[stretches["bound"] == bound], limits) for bound, _ in _BOUNDS)
    found = pd.DataFrame(
        {
            "tolerable_h": limits,
            "earliest_h": worst["stops"],
            "latest_h": best["stops"],
            "down_low_h": best["down"],
            "down_high_h": worst["down"],
            "unacceptable_earliest_h": worst["unacceptable"],
            "unacceptable_latest_h": best["unacceptable"],
            "margin_low_h": worst["margin"],
            "margin_high_h": best["margin"],
        }
    )
    return found.assign(breaks=_breaks(found, horizon))


def broken_within(outages: pd.DataFrame, services: pd.DataFrame, *, hours: Sequence[float] = HOURS) -> pd.DataFrame:
    """Return which services of each organisation are down for longer than they can stand within 2, 8, 24, 72 hours and a week.

    Parameters
    ----------
    outages
        As for ``against_need``.
    services
        As for ``against_need``, and ``organisation``; missing: unknown, on a row of its own.
    hours
        The hours by which it is asked; what happens at that hour counts.

    Returns
    -------
    pandas.DataFrame
        ``organisation`` (every one, in order of first appearance; missing: unknown), ``within_h``; ``broken_low``, ``broken_high``:
        how many break their need (also at best; at worst), ``unknown``: how many stop whose tolerable outage is unknown, who are
        in neither number; ``certain``, ``possible``, ``not_known``: tuples of ids: those who break it also at best, those who do
        so only at worst, and those nobody knows.

    Raises
    ------
    KrokomrsaError
        As for ``against_need``; the organisation is missing; an hour is no number of hours.

    Examples
    --------
    >>> outages = pd.DataFrame([("Hemtjänst", "worst", 4.0, 30.0), ("Skola", "worst", 0.0, 24.0), ("Hemtjänst", "best", 24.0, 40.0)],
    ...                        columns=["id", "bound", "start_h", "end_h"])
    >>> services = pd.DataFrame({"id": ["Hemtjänst", "Skola", "Arkiv"], "organisation": ["Soc", "BoU", "Soc"],
    ...                          "tolerable_outage_h": [2, None, 1]})
    >>> broken_within(outages, services, hours=(8, 72))[["organisation", "within_h", "broken_low", "broken_high", "unknown", "possible"]]
      organisation  within_h  broken_low  broken_high  unknown      possible
    0          Soc       8.0           0            1        0  (Hemtjänst,)
    1          Soc      72.0           1            1        0            ()
    2          BoU       8.0           0            0        1            ()
    3          BoU      72.0           0            0        1            ()
    """
    problems = column_problems(services, ("organisation",), name="services")
    if problems:
        raise KrokomrsaError.of(problems)
    asked = [_limit(hour, "limit_not_hour") for hour in hours]
    need = against_need(outages, services)
    breaks = {hour: _breaks(need, hour).to_numpy(dtype=object) for hour in asked}
    where = {hour: [words == word for word in ("yes", "possibly", "unknown")] for hour, words in breaks.items()}
    owners = np.array([None if pd.isna(owner) else owner for owner in cells(services, "organisation")], dtype=object)
    ids = cells(services, "id")
    rows = []
    for owner in dict.fromkeys(owners):
        own = np.array([one == owner for one in owners], dtype=bool)
        for hour, said in where.items():
            certain, possible, not_known = (tuple(ids[own & those]) for those in said)
            rows.append((owner, hour, len(certain), len(certain) + len(possible), len(not_known), certain, possible, not_known))
    columns = ["organisation", "within_h", "broken_low", "broken_high", "unknown", "certain", "possible", "not_known"]
    return pd.DataFrame(rows, columns=columns).astype({"within_h": float, **dict.fromkeys(columns[2:5], "int64")})
