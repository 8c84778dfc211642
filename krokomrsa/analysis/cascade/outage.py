"""Tell which services an outage stops, for how long, and when that is longer than they can stand."""

from __future__ import annotations

import math

import pandas as pd

from krokomrsa.analysis.cascade.failure import before, end_of
from krokomrsa.analysis.cascade.summary import tolerable


def stoppages(times: pd.DataFrame, services: pd.DataFrame, *, until_h: float = math.inf) -> pd.DataFrame:
    """Return the services that an outage may stop: when, for how long, and when that becomes unacceptable.

    A service becomes unacceptable when it has been down for its tolerable outage, if what was lost is not back by then. When it
    is back, everything runs again at once: the time it takes to start is not looked at. Unknown stays unknown.

    Parameters
    ----------
    times
        What ``failure_times`` returns for an outage that ends at ``until_h``, or for one without end. Ids that are no services
        are left out.
    services
        ``id``; ``tolerable_outage_h``: hours, missing: unknown.
    until_h
        The hour at which everything that was lost is back; inf: until further notice.

    Returns
    -------
    pandas.DataFrame
        Index ``id``, the earliest first; ``earliest_h``, ``latest_h``: the hour it stops, inf: it does not; ``down_low_h``,
        ``down_high_h``: how long it is down; ``tolerable_h``: NaN where unknown; ``unacceptable_earliest_h``,
        ``unacceptable_latest_h``: inf: never, NaN where the tolerable outage is unknown.

    Raises
    ------
    KrokomrsaError
        A column is missing, a tolerable outage is negative or no number, or the end is no hour.

    Examples
    --------
    >>> times = pd.DataFrame({"earliest_h": [4.0, 0.0, 30.0], "latest_h": [22.0, 2.0, 40.0]}, index=["Hemtjänst", "Skola", "Arkiv"])
    >>> services = pd.DataFrame({"id": ["Hemtjänst", "Skola", "Arkiv"], "tolerable_outage_h": [2, 48, 1]})
    >>> stoppages(times, services, until_h=24)[["earliest_h", "down_low_h", "down_high_h", "unacceptable_latest_h"]]
               earliest_h  down_low_h  down_high_h  unacceptable_latest_h
    id
    Skola             0.0        22.0         24.0                    inf
    Hemtjänst         4.0         2.0         20.0                    inf
    """
    end = end_of(until_h)
    limits = pd.Series(tolerable(services), index=pd.Index(services["id"], name="id"), dtype=float)
    found = before(times.loc[times.index.isin(limits.index), ["earliest_h", "latest_h"]], end)
    found = found[found["earliest_h"] < math.inf].rename_axis("id").sort_values(["earliest_h", "latest_h"], kind="stable")
    limit = limits.reindex(found.index)
    moments = {f"unacceptable_{bound}_h": found[f"{bound}_h"] + limit for bound in ("earliest", "latest")}
    down = {"down_low_h": _down(found["latest_h"], end), "down_high_h": _down(found["earliest_h"], end)}
    return found.assign(**down, tolerable_h=limit, **before(pd.DataFrame(moments, index=found.index), end))


def _down(stops: pd.Series[float], end: float) -> pd.Series[float]:
    """Return how long something that stops at an hour is down; what never stops is down for no time."""
    return (end - stops.clip(upper=end)).where(stops < math.inf, 0.0)
