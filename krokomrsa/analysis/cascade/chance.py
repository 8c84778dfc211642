"""Turn intervals of endurance into the probability that a service breaks its need; where nothing is known, no number is invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.failure import fall
from krokomrsa.analysis.cascade.network import Floats, Integers, Network, read
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.analysis.cascade.tolerance import Tolerance, horizon_of, in_one_order, tolerances
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

Distribution = Literal["loguniform", "uniform"]
LEAST_H: Final = 0.25  # a logarithmic scale has no 0: shorter times count as a quarter of an hour
_CELLS: Final = 2**21  # so many hours are held at once, drawn and arrived each


def _problem(key: str, value: object) -> Problem:
    problem, remedy = (text_of(f"cascade_points.chance.{key}{part}") for part in ("", "_remedy"))
    return Problem(value=shown(value), problem=problem, remedy=remedy)


def _quantile(low: Floats, high: Floats, share: Floats, distribution: str, least_h: float) -> Floats:
    """Return the hours below which a share of each interval lies; rows × draws."""
    if distribution == "uniform":
        return np.clip(low + share * (high - low), low, high)
    least = np.minimum(np.maximum(low, least_h), high)
    point = least <= 0
    ratio = np.log(np.where(point, 1.0, high / np.where(point, 1.0, least)))
    return np.where(point, high, np.clip(least * np.exp(share * ratio), low, high))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Rows in an order where what decides together stands together: those that break by themselves, then those of groups."""

    alone: Integers  # rows of groups that break with the first that fails
    groups: tuple[tuple[Integers, int], ...]  # rows of a group, and how many of them must fail
    order: Integers  # of what arrives (a row alone or a group): by dependent
    starts: Integers
    dependents: Integers


def _layout(network: Network) -> _Layout:
    slack = network.slack[network.group]
    alone, grouped = np.flatnonzero(slack == 1), np.flatnonzero(slack > 1)
    grouped = grouped[np.argsort(network.group[grouped], kind="stable")]
    bounds = np.flatnonzero(np.diff(network.group[grouped])) + 1
    parts = np.split(grouped, bounds) if len(grouped) else []
    hit = np.concatenate([network.dependent[alone], np.array([network.dependent[part[0]] for part in parts], dtype=np.intp)])
    order = np.argsort(hit, kind="stable")
    starts = np.flatnonzero(np.diff(hit[order], prepend=-1))
    groups = tuple((part, int(slack[part[0]])) for part in parts)
    return _Layout(alone, groups, order, starts, hit[order][starts])


def fall_together(network: Network, endurance: Floats, hours: Floats) -> Floats:
    """Return the hour each id fails in many draws at once; ids × draws.

    ``endurance``: rows of the network × draws. From "nothing ever fails" the definition is applied until nothing changes; each round
    settles at least the next failure of every draw, so loops come to an end.

    >>> network, hours = read(pd.DataFrame({"dependent": ["Skola"], "supplier": ["Elnät"]}), {"Elnät": 0})
    >>> fall_together(network, np.array([[2.0, 5.0]]), hours).tolist()
    [[2.0, 5.0], [0.0, 0.0]]
    """
    layout = _layout(network)
    found = np.repeat(hours[:, None], endurance.shape[1], axis=1)
    moving = np.arange(endurance.shape[1])
    while len(moving):
        before = found[:, moving]
        then = _round(network, layout, before, endurance[:, moving], hours)
        found[:, moving] = then
        moving = moving[(then != before).any(axis=0)]
    return found


def _round(network: Network, layout: _Layout, found: Floats, endurance: Floats, hours: Floats) -> Floats:
    """Apply the definition once to hours of failure."""
    arrivals = found[network.supplier] + endurance
    groups = (np.partition(arrivals[rows], slack - 1, axis=0)[slack - 1 : slack] for rows, slack in layout.groups)
    hits = np.concatenate([arrivals[layout.alone], *groups])
    then = np.repeat(hours[:, None], found.shape[1], axis=1)
    if len(hits):
        least = np.minimum.reduceat(hits[layout.order], layout.starts, axis=0)
        then[layout.dependents] = np.minimum(then[layout.dependents], least)
    return then


def _narrowed(network: Network, hours: Floats, horizon_h: float) -> Network:
    """Return a network without the rows that decide nothing within the horizon, whatever is drawn.

    Such a row strikes after the horizon at the earliest, or after its dependent has failed at the latest; a group that has too few
    rows left never breaks in time. The network is for ``fall_together`` only.
    """
    earliest, latest = (fall(network, endurance, hours)[0] for endurance in (network.low, network.high))
    soonest = earliest[network.supplier] + network.low
    keep = (soonest < np.inf) & (soonest <= np.minimum(horizon_h, latest[network.dependent]))
    keep &= np.bincount(network.group[keep], minlength=len(network.slack))[network.group] >= network.slack[network.group]
    columns = ("supplier", "dependent", "group", "low", "high", "position")
    return replace(network, first=np.zeros(0, dtype=np.intp), **{key: getattr(network, key)[keep] for key in columns})


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What is drawn: the network, its losses, and how an interval becomes a number."""

    network: Network
    hours: Floats
    distribution: str
    least_h: float
    horizon_h: float

    def blocks(self, draws: int, seed: int) -> Iterator[Floats]:
        """Go through blocks of shares, rows × draws; the same for the same seed, whatever else is asked."""
        random, rows = np.random.default_rng(seed), len(self.network.low)
        size = max(1, _CELLS // max(1, rows))
        for start in range(0, draws, size):
            yield random.random((rows, min(size, draws - start)))

    def endurance(self, shares: Floats, unknown: float | None) -> Floats:
        """Return the drawn hours; where the interval has no upper end, ``unknown`` or, without one, its lower end."""
        low, high = self.network.low[:, None], self.network.high[:, None]
        known = np.isfinite(high)
        drawn = _quantile(np.where(known, low, 0.0), np.where(known, high, 0.0), shares, self.distribution, self.least_h)
        return np.where(known, drawn, low if unknown is None else unknown)

    def broken(self, shares: Floats, need: Tolerance) -> tuple[Integers, Integers]:
        """Return in how many draws each service breaks its need, with what is unknown at its best and at its worst."""
        best = self._count(self.endurance(shares, np.inf), need, np.inf)
        if np.isfinite(self.network.high).all() and not np.isnan(need.tolerable).any():
            return best, best
        return best, self._count(self.endurance(shares, None), need, 0.0)

    def _count(self, endurance: Floats, need: Tolerance, unknown: float) -> Integers:
        limits = np.where(np.isnan(need.tolerable), unknown, need.tolerable)
        moments = fall_together(self.network, endurance, self.hours)[need.vertex] + limits[:, None]
        broken: Integers = np.sum((moments <= self.horizon_h) & (moments < np.inf), axis=1, dtype=np.intp)
        return broken


def breach_probability(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    lost: Mapping[str, float],
    *,
    draws: int = 10_000,
    seed: int = 0,
    distribution: Distribution = "loguniform",
    least_h: float = LEAST_H,
    horizon_h: float = WEEK_H,
) -> pd.DataFrame:
    """Return for each service the probability that it is down beyond its tolerable outage within the horizon.

    Each row's endurance is drawn from its interval, independently of the others. Where an interval has no upper end, or a tolerable
    outage is unknown, no number is invented: the probability is a pair, with all that is unknown at its best (inf) and at its worst
    (the low bound, 0). Both use the same draws. The outage is taken to last at least to the horizon. The arguments stay as they are.

    Parameters
    ----------
    dependencies, lost
        As for ``failure_times``.
    services
        ``id``; ``tolerable_outage_h``: hours, missing: unknown.
    draws, seed
        How many draws, and where they begin: the same seed gives the same answer, whatever the order of the rows.
    distribution
        ``loguniform``: every time between low and high is as likely on a logarithmic scale; ``uniform``: on a plain one.
    least_h
        Hours. A logarithmic scale has no 0: a lower bound below this counts as this, or as the high bound if that is lower.
    horizon_h
        Hours that are looked at; what happens at that hour counts.

    Returns
    -------
    pandas.DataFrame
        Index ``id``, the most likely first; ``probability_low``, ``probability_high``: 0 to 1, equal where nothing is unknown;
        ``error``: the larger standard error of the two, from the number of draws; ``distribution``, ``least_h`` (NaN for uniform),
        ``draws``, ``seed``, ``horizon_h``: what it was drawn with; ``assumption``: the same as a Swedish sentence. Services that
        stand in no dependency are left out.

    Raises
    ------
    KrokomrsaError
        Faults in the input as for ``failure_times``; a tolerable outage that is negative or no number; a distribution that is not
        there, draws that are no positive integer.

    References
    ----------
    Vose, D. (2008). Risk Analysis: A Quantitative Guide (3rd ed.). Wiley.

    Examples
    --------
    Hemtjänst manages 4–24 hours and tolerates 12. Within 24 hours: P(endurance ≤ 12) = ln(12 / 4) / ln(24 / 4) = 0.61.

    >>> dependencies = pd.DataFrame({"dependent": ["Hemtjänst", "Skola", "Arkiv"], "supplier": ["Elnät"] * 3,
    ...                              "endurance_low_h": [4, 0, None], "endurance_high_h": [24, 0, None]})
    >>> services = pd.DataFrame({"id": ["Hemtjänst", "Skola", "Arkiv"], "tolerable_outage_h": [12, 24, 6]})
    >>> breach_probability(dependencies, services, {"Elnät": 0}, horizon_h=24)[["probability_low", "probability_high"]].round(2)
               probability_low  probability_high
    id
    Skola                 1.00              1.00
    Arkiv                 0.00              1.00
    Hemtjänst             0.61              0.61
    """
    problems = list(_problems(draws, distribution, least_h))
    if problems:
        raise KrokomrsaError.of(problems)
    read(dependencies, lost)
    network, hours = read(in_one_order(dependencies), dict(sorted(lost.items(), key=lambda pair: shown(pair[0]))))
    need, horizon = tolerances(network.ids, services), horizon_of(horizon_h)
    drawing = _Drawing(_narrowed(network, hours, horizon), hours, distribution, float(least_h), horizon)
    low, high = (np.zeros(len(need.vertex), dtype=np.intp) for _ in range(2))
    for shares in drawing.blocks(draws, seed):
        best, worst = drawing.broken(shares, need)
        low, high = low + best, high + worst
    found = pd.DataFrame({"probability_low": low / draws, "probability_high": high / draws}, index=network.ids[need.vertex])
    spread = (found * (1 - found)).max(axis=1)
    return _ranked(found.assign(error=np.sqrt(spread / draws), **_drawn_with(drawing, draws, seed)))


def _problems(draws: object, distribution: object, least_h: object) -> Iterator[Problem]:
    """Go through what cannot be drawn."""
    if distribution not in get_args(Distribution):
        yield _problem("distribution_unknown", distribution)
    if not isinstance(draws, int | np.integer) or isinstance(draws, bool) or draws < 1:
        yield _problem("draws_wrong", draws)
    if not isinstance(least_h, int | float) or isinstance(least_h, bool) or not 0 < least_h < np.inf:
        yield _problem("least_wrong", least_h)


def _drawn_with(drawing: _Drawing, draws: int, seed: int) -> dict[str, str | float]:
    """Return what probabilities were drawn with, as columns."""
    return {
        "distribution": drawing.distribution,
        "least_h": drawing.least_h if drawing.distribution == "loguniform" else np.nan,
        "draws": draws,
        "seed": seed,
        "horizon_h": drawing.horizon_h,
        "assumption": text_of(f"cascade_points.chance.{drawing.distribution}", least=shown(drawing.least_h)),
    }


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the most likely first, equals in order of id."""
    keys = zip(-table["probability_high"], -table["probability_low"], map(shown, table.index), strict=True)
    return table.iloc[[place for place, _ in sorted(enumerate(keys), key=lambda pair: pair[1])]]
