"""Tell when everything is down, and up again, when what was lost comes back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from krokomrsa.analysis.cascade.course import follow
from krokomrsa.analysis.cascade.losses import Loss, hour_of, read_losses
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

WORST: Final = "worst"
BEST: Final = "best"


def _horizon(horizon_h: float | None) -> float:
    """Return the last hour that is followed, inf where none is asked for."""
    if horizon_h is None:
        return math.inf
    if not math.isfinite(hour_of(horizon_h)):
        problem, remedy = (text_of(f"cascade_outages.horizon_not_hour{end}") for end in ("", "_remedy"))
        raise KrokomrsaError(Problem(value=shown(horizon_h), problem=problem, remedy=remedy))
    return float(horizon_h)


def outages(
    dependencies: pd.DataFrame,
    lost: Mapping[str, Loss],
    *,
    restart: pd.DataFrame | None = None,
    refilled: bool = True,
    runs_at_end: bool = False,
    horizon_h: float | None = None,
) -> pd.DataFrame:
    """Return when each service and resource is down, and up again, when what is lost comes back.

    Something is down during its own outages, and while any of its groups has fewer than ``needed`` rows that serve. A row serves
    while its supplier is up, and then until the supplier has been down for the row's endurance without a break; it serves again
    at the hour the supplier is back. Whoever lasts exactly as long as it takes does not stop. What is down restarts when its own
    outage is over and all its groups serve, and is up after its restart time; if something is lost again meanwhile, the restart
    begins anew. A loop whose members wait for each other stays down for ever: see ``deadlocks``. The arguments stay as they are.

    Parameters
    ----------
    dependencies
        As for ``failure_times``. Seasons are not looked at: choose the rows first (``in_season``).
    lost
        Id → (start, end) in hours, or a list of such; end inf, or only a start: until further notice. The end is the hour at
        which the thing itself is whole; its restart begins then. Outages of one id that meet or overlap are one.
    restart
        ``id``; ``restoration_low_h``, ``restoration_high_h``: hours from that everything is in place until it runs, such as
        ``resources``. Repair is no part of it: how long something is broken is the outage itself. A blank is unknown: 0 at best,
        and at worst it never comes back; to assume something instead, fill it in first. An id without a row is up again at once,
        and so is everything without the table.
    refilled
        True: a stock is full at the hour the supplier is back. False: it is never filled, so each hour that the supplier is down
        is taken from what is left, also when whoever has the stock is itself down, and the next loss starts from the rest; a
        row that is used up then ends at the hour of the next loss.
    runs_at_end
        False: the end of an outage is when the thing is whole, and its restart begins. True: the end is when it runs again, as
        people say that the power is back; if it then lacks something, it restarts when it has all it needs.
    horizon_h
        The last hour that is followed. Without, until nothing more changes; an outage can go round in a loop for ever, where
        each takes about as long to restart as the next endures, and is followed for a hundred rounds after the last loss.

    Returns
    -------
    pandas.DataFrame
        One row a stretch down: ``id``; ``bound``: ``worst`` (low endurance, long restart) or ``best`` (high endurance, short
        restart); ``start_h``; ``end_h``: the first hour it is up again, inf: never, NaN: not before the horizon
        (or the hundredth round), and not followed longer. The worst first, then in order of start, then of first appearance. Whenever something is down at best
        it is down at worst.

    Raises
    ------
    KrokomrsaError
        Every fault in the input at once: in the dependencies as for ``failure_times``; a loss without hours or that ends before
        it begins; a restart time that is negative, upside down, no number, or there twice; a horizon that is no finite hour.

    Notes
    -----
    O(log E) for each row that ends and each event, for E rows: nothing is stepped through. Without an end of the losses the
    starts are those of ``failure_times``. At each hour what is up is a greatest fixed point (of what was up, all that holds
    together stays) around a least one (of what was down, only what that brings back comes up), so that neither a loop that is
    up falls without a cause nor one that is down lifts itself.

    References
    ----------
    Knuth, D. E. (1977). A generalization of Dijkstra's algorithm. Information Processing Letters 6(1), 1–5.
    Rinaldi, S. M., Peerenboom, J. P., Kelly, T. K. (2001). Identifying, understanding, and analyzing critical infrastructure
    interdependencies. IEEE Control Systems Magazine 21(6), 11–25.
    Tarski, A. (1955). A lattice-theoretical fixpoint theorem and its applications. Pacific Journal of Mathematics 5(2), 285–309.

    Examples
    --------
    Power is gone for 12 hours. The mobile network lasts 4 hours and takes 1–3 to restart; home care manages 2–8 without it.

    At worst: network down 4 to 12 + 3, home care 4 + 2 to 15. At best: network 4 to 12 + 1, home care 4 + 8 to 13.

    >>> dependencies = pd.DataFrame({"dependent": ["Mobilnät", "Hemtjänst"], "supplier": ["Elnät", "Mobilnät"],
    ...                              "endurance_low_h": [4, 2], "endurance_high_h": [4, 8]})
    >>> restart = pd.DataFrame({"id": ["Mobilnät"], "restoration_low_h": [1], "restoration_high_h": [3]})
    >>> outages(dependencies, {"Elnät": (0, 12)}, restart=restart)
              id  bound  start_h  end_h
    0      Elnät  worst      0.0   12.0
    1   Mobilnät  worst      4.0   15.0
    2  Hemtjänst  worst      6.0   15.0
    3      Elnät   best      0.0   12.0
    4   Mobilnät   best      4.0   13.0
    5  Hemtjänst   best     12.0   13.0
    """
    network, losses, (shortest, longest) = read_losses(dependencies, lost, restart)
    horizon = _horizon(horizon_h)
    ways = {"refilled": refilled, "runs_at_end": runs_at_end}
    worst = follow(network, network.low, longest, losses, **ways, horizon_h=horizon)
    best = follow(network, network.high, shortest, losses, **ways, horizon_h=horizon)
    found = [*worst, *best]
    return pd.DataFrame(
        {
            "id": network.ids[[vertex for vertex, _ in found]],
            "bound": pd.Series([WORST] * len(worst) + [BEST] * len(best), dtype="str"),
            "start_h": pd.Series([start for _, (start, _) in found], dtype=float),
            "end_h": pd.Series([end for _, (_, end) in found], dtype=float),
        }
    )
