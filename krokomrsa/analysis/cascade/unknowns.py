"""Tell how far apart the earliest and latest answers are: what nobody knows blurs them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.compiled import plan
from krokomrsa.analysis.cascade.failure import failing
from krokomrsa.analysis.cascade.network import Booleans, Floats, read
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.analysis.cascade.tolerance import Tolerance, Weights, horizon_of, tolerances


def bands(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    lost: Mapping[str, float],
    *,
    weights: Weights | None = None,
    horizon_h: float = WEEK_H,
) -> pd.DataFrame:
    """Return for each service how far apart the earliest and latest answers are, the widest first.

    Parameters
    ----------
    dependencies, lost
        As for ``failure_times``. The outage is taken to last at least to the horizon.
    services
        ``id``; ``tolerable_outage_h``: hours, missing: unknown, anything from 0 to inf.
    weights
        Id of a service → what it counts; 1 where nothing is said.
    horizon_h
        Hours that are looked at.

    Returns
    -------
    pandas.DataFrame
        Index ``id``; ``earliest_h``, ``latest_h``: hour it fails, inf: never; ``unacceptable_earliest_h``,
        ``unacceptable_latest_h``; ``width_h``: hours within the horizon that it may or may not be unacceptable, times its weight;
        ``verdict``: ``breaks`` (surely unacceptable within the horizon), ``holds`` (surely not) or ``undecided``. Services that
        depend on nothing and that nothing depends on are left out.

    Raises
    ------
    KrokomrsaError
        Faults in the input as for ``failure_times``; a tolerable outage or a weight that is negative or no number.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"dependent": ["Hemtjänst", "Skola", "Arkiv"], "supplier": ["Elnät"] * 3,
    ...                              "endurance_low_h": [4, 0, None], "endurance_high_h": [24, 0, None]})
    >>> services = pd.DataFrame({"id": ["Hemtjänst", "Skola", "Arkiv"], "tolerable_outage_h": [6, 48, 72]})
    >>> bands(dependencies, services, {"Elnät": 0})[["unacceptable_earliest_h", "unacceptable_latest_h", "width_h", "verdict"]]
               unacceptable_earliest_h  unacceptable_latest_h  width_h    verdict
    id
    Arkiv                         72.0                    inf     96.0  undecided
    Hemtjänst                     10.0                   30.0     20.0     breaks
    Skola                         48.0                   48.0      0.0     breaks
    """
    network, hours = read(dependencies, lost)
    planned = plan(network)
    horizon, need = horizon_of(horizon_h, finite=True), tolerances(network.ids, services, weights)
    earliest, latest = (failing(planned, endurance, hours) for endurance in (network.low, network.high))
    first, last = need.unacceptable(earliest, latest)
    table = pd.DataFrame(
        {
            "earliest_h": earliest[need.vertex],
            "latest_h": latest[need.vertex],
            "unacceptable_earliest_h": first,
            "unacceptable_latest_h": last,
            "width_h": widths(need, first, last, horizon),
            "verdict": np.select([_within(last, horizon), ~_within(first, horizon)], ["breaks", "holds"], "undecided"),
        },
        index=network.ids[need.vertex],
    )
    table["verdict"] = table["verdict"].astype("str")
    return table.sort_values(["width_h", "unacceptable_earliest_h"], ascending=[False, True], kind="stable")


def _within(hours: Floats, horizon: float) -> Booleans:
    return (hours <= horizon) & (hours < np.inf)


def widths(need: Tolerance, first: Floats, last: Floats, horizon: float) -> Floats:
    """Return the weighted hours within the horizon between an earliest and a latest moment."""
    found = np.zeros(len(first))
    maybe = first < horizon
    found[maybe] = np.minimum(last[maybe], horizon) - np.minimum(first[maybe], horizon)
    return found * need.weight
