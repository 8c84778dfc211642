"""Sum up what depends on what: first-order dependencies, the loss of each external resource, the most critical ones."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.compiled import plan
from krokomrsa.analysis.cascade.failure import failing
from krokomrsa.analysis.cascade.network import (
    REQUIRED,
    Floats,
    cells,
    column_problems,
    counted_rows,
    id_problems,
    numbers,
    read,
    row_problem,
)
from krokomrsa.errors import KrokomrsaError

WEEK_H: Final = 168.0


def first_order(dependencies: pd.DataFrame) -> pd.DataFrame:
    """Return who depends directly on each supplier, most dependents first.

    Rows with status ``not needed`` are left out.

    Returns
    -------
    pandas.DataFrame
        ``supplier``; ``dependents``: tuple of ids, sorted, each once; ``count``: how many. Equals stand in order of id.

    Raises
    ------
    KrokomrsaError
        A column or an id is missing.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"dependent": ["Skola", "Hemtjänst", "Skola"], "supplier": ["Elnät", "Elnät", "Matleverans"]})
    >>> first_order(dependencies)
          supplier          dependents  count
    0        Elnät  (Hemtjänst, Skola)      2
    1  Matleverans            (Skola,)      1
    """
    problems = id_problems(dependencies)
    if problems:
        raise KrokomrsaError.of(problems)
    pairs = dependencies.loc[counted_rows(dependencies), list(REQUIRED)]
    dependents = {supplier: tuple(sorted(set(found), key=str)) for supplier, found in pairs.groupby("supplier", sort=False)["dependent"]}
    order = sorted(dependents, key=lambda supplier: (-len(dependents[supplier]), str(supplier)))
    return pd.DataFrame(
        {
            "supplier": pd.Series(order, dtype=None if order else "str"),
            "dependents": pd.Series([dependents[supplier] for supplier in order], dtype=object),
            "count": pd.Series([len(dependents[supplier]) for supplier in order], dtype="int64"),
        }
    )


def external_resources(resources: pd.DataFrame) -> list[str]:
    """Return the ids of the external resources, in the order of the table.

    >>> external_resources(pd.DataFrame({"id": ["Elnät", "Skolkök"], "provision": ["external", "internal"]}))
    ['Elnät']
    """
    return list(dict.fromkeys(resources.loc[resources["provision"].isin(["external"]), "id"]))


def external_losses(dependencies: pd.DataFrame, resources: pd.DataFrame) -> pd.DataFrame:
    """Return the failure times of everything for the loss of each external resource, one at a time, at hour 0.

    Parameters
    ----------
    dependencies
        As for ``failure_times``.
    resources
        ``id``; ``provision``: those that are ``external`` are lost.

    Returns
    -------
    pandas.DataFrame
        ``lost``, ``id``, ``earliest_h``, ``latest_h``: for each lost resource, in the order of the table, what
        ``failure_times(dependencies, {lost: 0})`` says.

    Raises
    ------
    KrokomrsaError
        Faults in the input, all at once.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"dependent": ["Skola"], "supplier": ["Elnät"], "endurance_low_h": [0], "endurance_high_h": [2]})
    >>> resources = pd.DataFrame({"id": ["Elnät", "Skolkök"], "provision": ["external", "internal"]})
    >>> external_losses(dependencies, resources)
        lost     id  earliest_h  latest_h
    0  Elnät  Skola         0.0       2.0
    1  Elnät  Elnät         0.0       0.0
    """
    problems = column_problems(resources, ("id", "provision"), name="resources")
    if problems:
        raise KrokomrsaError.of([*problems, *id_problems(dependencies)])
    external = external_resources(resources)
    network, _ = read(dependencies, dict.fromkeys(external, 0.0))
    planned = plan(network)
    needed = network.ids.isin(cells(dependencies, "dependent")) | network.ids.isin(cells(dependencies, "supplier"))
    parts = []
    for lost, vertex in zip(external, network.ids.get_indexer(pd.Index(external)), strict=True):
        hours = np.full(len(network.ids), np.inf)
        hours[vertex] = 0.0
        shown_here = needed | (hours == 0)
        earliest, latest = (failing(planned, endurance, hours)[shown_here] for endurance in (network.low, network.high))
        parts.append(pd.DataFrame({"lost": lost, "id": network.ids[shown_here], "earliest_h": earliest, "latest_h": latest}))
    empty = {"lost": "str", "id": "str", "earliest_h": "float64", "latest_h": "float64"}
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(empty)).astype(empty)


def tolerable(services: pd.DataFrame) -> Floats:
    """Return the tolerable outage of each service, NaN where it is unknown."""
    problems = column_problems(services, ("id", "tolerable_outage_h"), name="services")
    if problems:
        raise KrokomrsaError.of(problems)
    hours, wrong = numbers(services, "tolerable_outage_h")
    if wrong.any() or (hours < 0).any():
        where = {"not_hours": wrong, "negative": hours < 0}
        raise KrokomrsaError.of(
            row_problem(services, int(position), "tolerable_outage_h", key, name="services")
            for key, found in where.items()
            for position in np.flatnonzero(found)
        )
    return hours


def critical(failure: pd.DataFrame, services: pd.DataFrame, *, horizon_h: float = WEEK_H) -> pd.DataFrame:
    """Return how many services each loss brings down, and beyond what is tolerable, within a horizon; most first.

    A service becomes unacceptable when it has been down for its tolerable outage: at failure time + tolerable outage.
    Unknown stays unknown: a service without a stated tolerable outage counts as failed, never as unacceptable.

    Parameters
    ----------
    failure
        What ``external_losses`` returns: ``lost``, ``id``, ``earliest_h``, ``latest_h``. Ids that are no services are left out.
    services
        ``id``; ``tolerable_outage_h``: hours, missing: unknown.
    horizon_h
        Hours from the loss; what happens at that hour counts.

    Returns
    -------
    pandas.DataFrame
        ``lost``; ``failed_low``, ``failed_high``: number of services that fail (by the latest and the earliest failure times);
        ``unacceptable_low``, ``unacceptable_high``: number of them that become unacceptable; ``tolerance_unknown``: number of
        those that may fail without a stated tolerable outage; ``first_unacceptable_h``: the earliest hour at which any service
        becomes unacceptable, within the horizon or later (inf: never). Sorted by what is unacceptable, then failed, then id.

    Raises
    ------
    KrokomrsaError
        A column is missing, or a tolerable outage is negative or no number.

    Examples
    --------
    >>> failure = pd.DataFrame([("Elnät", "Hemtjänst", 4, 24), ("Elnät", "Skola", 0, 2), ("Vatten", "Skola", 48, 200)],
    ...                        columns=["lost", "id", "earliest_h", "latest_h"])
    >>> services = pd.DataFrame({"id": ["Hemtjänst", "Skola"], "tolerable_outage_h": [2, 48]})
    >>> critical(failure, services).drop(columns=["tolerance_unknown", "first_unacceptable_h"])
         lost  failed_low  failed_high  unacceptable_low  unacceptable_high
    0   Elnät           2            2                 2                  2
    1  Vatten           0            1                 0                  1
    """
    limits = tolerable(services)
    found = failure.merge(pd.DataFrame({"id": services["id"], "tolerable_h": limits}), on="id")
    moments = {"low": found["latest_h"] + found["tolerable_h"], "high": found["earliest_h"] + found["tolerable_h"]}
    within = {
        "failed_low": _within(found["latest_h"], horizon_h),
        "failed_high": _within(found["earliest_h"], horizon_h),
        "unacceptable_low": _within(moments["low"], horizon_h),
        "unacceptable_high": _within(moments["high"], horizon_h),
        "tolerance_unknown": _within(found["earliest_h"], horizon_h) & found["tolerable_h"].isna(),
    }
    every = pd.Index(failure["lost"].unique(), name="lost")
    counts = pd.DataFrame(within).groupby(found["lost"]).sum().reindex(every, fill_value=0).astype("int64")
    first = moments["high"].groupby(found["lost"]).min().reindex(every).fillna(np.inf)
    most = ["unacceptable_high", "failed_high", "unacceptable_low", "failed_low"]
    return (
        counts.assign(first_unacceptable_h=first)
        .reset_index()
        .sort_values([*most, "lost"], ascending=[False] * len(most) + [True], ignore_index=True)
    )


def _within(hours: pd.Series[float], horizon_h: float) -> pd.Series[bool]:
    return (hours <= horizon_h) & (hours < np.inf)
