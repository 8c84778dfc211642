"""Tell at which hour everything fails when something is lost."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.network import Floats, Integers, Network, read

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


def failure_times(dependencies: pd.DataFrame, lost: Mapping[str, float]) -> pd.DataFrame:
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

    Returns
    -------
    pandas.DataFrame
        Index ``id``: every id, in order of first appearance (row by row, dependent before supplier, then ``lost``);
        ``earliest_h``, ``latest_h``: hours, inf where it never fails.

    Raises
    ------
    KrokomrsaError
        Every fault in the input at once: column or id missing, endurance negative, upside down or no number, ``needed`` no
        positive integer, larger than its group or different within it, a loss without an hour.

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
    """
    network, hours = read(dependencies, lost)
    return times(network, hours)


def times(network: Network, hours: Floats) -> pd.DataFrame:
    """Return ``earliest_h`` and ``latest_h`` of each id of a network, for the hours at which ids are lost."""
    earliest, latest = fall(network, network.low, hours)[0], fall(network, network.high, hours)[0]
    return pd.DataFrame({"earliest_h": earliest, "latest_h": latest}, index=network.ids)
