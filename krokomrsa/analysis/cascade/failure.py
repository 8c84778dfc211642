"""Tell at which hour everything fails when something is lost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.compiled import Plan, plan
from krokomrsa.analysis.cascade.network import Floats, Integers, Network, read
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

STANDS: Final = -2  # a cause: it never fails
LOST: Final = -1  # a cause: it was lost by itself; other causes are rows of the network


def fall(network: Network, endurance: Floats, hours: Floats) -> tuple[Floats, Integers]:
    """Return the hour each id fails and why: the network row that broke the group, or that it was lost, or that it stands.

    Knuth's generalisation of Dijkstra: failures are settled in order of time, so each row and each id is handled once. A row
    is put on the heap only if it can still make its dependent fail earlier than what is known (``bound``).
    """
    first, dependent, group = network.first.tolist(), network.dependent.tolist(), network.group.tolist()
    left, endures, bound = network.slack.tolist(), endurance.tolist(), hours.tolist()
    cause = [STANDS] * len(bound)
    heap = [(hour, vertex, LOST) for vertex, hour in enumerate(bound) if hour < np.inf]
    heapify(heap)
    while heap:
        hour, failed, row = heappop(heap)
        if cause[failed] != STANDS:
            continue
        if row != LOST:
            left[group[row]] -= 1
            if left[group[row]]:
                continue
        bound[failed], cause[failed] = hour, row
        for broken in range(first[failed], first[failed + 1]):
            then, hit = hour + endures[broken], dependent[broken]
            if then < bound[hit]:
                if left[group[broken]] == 1:
                    bound[hit] = then
                heappush(heap, (then, hit, broken))
    return np.array(bound, dtype=float), np.array(cause, dtype=np.intp)


def failing(planned: Plan, endurance: Floats, hours: Floats) -> Floats:
    """Return the hour each id fails, without why: as ``fall``, compiled where that pays."""
    found = planned.settled(endurance, hours)
    return fall(planned.network, endurance, hours)[0] if found is None else found


def failure_times(dependencies: pd.DataFrame, lost: Mapping[str, float], *, until_h: float = math.inf) -> pd.DataFrame:
    """Return the earliest and latest hour at which each service and resource fails when something is lost.

    A group (reservlösning) of m rows breaks when fewer than ``needed`` of them stand: at the (m − needed + 1)-th smallest of the
    supplier's failure time + endurance. A dependent fails when the first of its groups breaks, or when it is lost itself.
    Nothing fails without a cause, also not in a loop where nobody endures anything. ``earliest_h`` uses the low bounds of
    endurance, ``latest_h`` the high ones. The arguments stay as they are. Seasons are not looked at: choose the rows first.

    Parameters
    ----------
    dependencies
        One row a need. ``dependent``, ``supplier``: ids. ``group``: rows of one dependent with the same name replace each
        other; missing: a group of its own. ``needed``: how many of the group must stand, the same in all its rows; missing: 1.
        ``endurance_low_h``, ``endurance_high_h``: hours without the supplier; missing: unknown, 0 and inf. ``status``: rows
        with ``not needed`` are left out, their ids stay. Only ``dependent`` and ``supplier`` must be there.
    lost
        Id → the hour it is lost (inf: never); it may fail earlier through its dependencies.
    until_h
        The hour at which everything that was lost is back; inf: until further notice. Up to then all is as in an outage without
        end; what would have failed at that hour or later does not fail.

    Returns
    -------
    pandas.DataFrame
        Index ``id``: every id, in order of first appearance (row by row, dependent before supplier, then ``lost``);
        ``earliest_h``, ``latest_h``: hours, inf where it never fails.

    Raises
    ------
    KrokomrsaError
        Every fault in the input at once: column or id missing, endurance negative, upside down or no number, ``needed`` no
        positive integer, larger than its group or different within it, a loss without an hour; an end that is no hour.

    Notes
    -----
    O(E log E) for E rows, which is O(E log V) for V ids.

    References
    ----------
    Knuth, D. E. (1977). A generalization of Dijkstra's algorithm. Information Processing Letters 6(1), 1–5.

    Examples
    --------
    Hemtjänst needs its alarms, and they the mobile network *or* the landline. The mobile network lasts 4 hours without power.

    >>> dependencies = pd.DataFrame(
    ...     [("Mobilnät", "Elnät", None, 4, 4), ("Fast telefoni", "Elnät", None, 8, None), ("Larm", "Mobilnät", "tele", 0, 2),
    ...      ("Larm", "Fast telefoni", "tele", 0, 0), ("Hemtjänst", "Larm", None, 12, 24)],
    ...     columns=["dependent", "supplier", "group", "endurance_low_h", "endurance_high_h"])
    >>> failure_times(dependencies, {"Elnät": 0})
                   earliest_h  latest_h
    id
    Mobilnät              4.0       4.0
    Elnät                 0.0       0.0
    Fast telefoni         8.0       inf
    Larm                  8.0       inf
    Hemtjänst            20.0       inf

    With the power back after 8 hours nobody but the mobile network has stopped.

    >>> failure_times(dependencies, {"Elnät": 0}, until_h=8)["earliest_h"].to_dict()
    {'Mobilnät': 4.0, 'Elnät': 0.0, 'Fast telefoni': inf, 'Larm': inf, 'Hemtjänst': inf}
    """
    end = end_of(until_h)
    network, hours = read(dependencies, lost)
    return before(times(network, hours), end)


def end_of(until_h: float) -> float:
    """Return the hour at which an outage ends.

    Raises
    ------
    KrokomrsaError
        It is no hour.
    """
    if isinstance(until_h, bool) or not isinstance(until_h, int | float | np.number) or math.isnan(until_h):
        problem, remedy = text_of("cascade.until_not_hour"), text_of("cascade.until_not_hour_remedy")
        raise KrokomrsaError(Problem(value=shown(until_h), problem=problem, remedy=remedy))
    return float(until_h)


def before(moments: pd.DataFrame, until_h: float) -> pd.DataFrame:
    """Return moments with those at or after the end of an outage as never (inf); what is missing stays missing.

    >>> before(pd.DataFrame({"earliest_h": [4.0, 8.0]}), 8.0)["earliest_h"].tolist()
    [4.0, inf]
    """
    return moments.mask(moments >= until_h, np.inf)


def times(network: Network, hours: Floats) -> pd.DataFrame:
    """Return ``earliest_h`` and ``latest_h`` of each id of a network, for the hours at which ids are lost."""
    planned = plan(network)
    earliest, latest = failing(planned, network.low, hours), failing(planned, network.high, hours)
    return pd.DataFrame({"earliest_h": earliest, "latest_h": latest}, index=network.ids)
