"""Lose one thing at a time, or two together, and tell which services go with it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.network import Booleans, Floats, Network, read
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.analysis.cascade.sweep import Cancelled, Loss, Progress, sweep
from krokomrsa.analysis.cascade.tolerance import Tolerance, Weights, horizon_of, tolerances
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

COUNTS: Final = ("failed_low", "failed_high", "unacceptable_low", "unacceptable_high")
WEIGHTS: Final = tuple(f"{count}_weight" for count in COUNTS)
_ORDER: Final = ("unacceptable_high_weight", "unacceptable_low_weight", "failed_high_weight", "failed_low_weight")


@dataclass(frozen=True, slots=True)
class _Felled:
    """Keep of a loss which services it brings down within a horizon: surely or maybe failed, surely or maybe unacceptable."""

    need: Tolerance
    horizon_h: float

    def kinds(self, loss: Loss, earliest: Floats, latest: Floats) -> tuple[tuple[Booleans, ...], Floats]:
        """Return a mask of services for each of ``COUNTS``, and the hour at which each may become unacceptable."""
        need, others = self.need, ~np.isin(self.need.vertex, loss)
        first, last = need.unacceptable(earliest, latest)
        first = np.where(np.isnan(need.tolerable), np.inf, first)
        hours = (latest[need.vertex], earliest[need.vertex], last, first)
        return tuple(others & (found <= self.horizon_h) & (found < np.inf) for found in hours), np.where(others, first, np.inf)

    def __call__(self, loss: Loss, earliest: Floats, latest: Floats) -> tuple[float, ...]:
        """Return counts, weights, the number of unknown tolerances among those that may fail, and the first hour."""
        masks, first = self.kinds(loss, earliest, latest)
        unknown = masks[1] & np.isnan(self.need.tolerable)
        counts = (*(mask.sum() for mask in masks), unknown.sum())
        return (*counts, *(self.need.weight[mask].sum() for mask in masks), first.min(initial=np.inf))


def _columns(rows: list[tuple[float, ...]]) -> dict[str, pd.Series[float]]:
    """Return the columns of what ``_Felled`` kept."""
    keys = (*COUNTS, "tolerance_unknown", *WEIGHTS, "first_unacceptable_h")
    found: Floats = np.array(rows, dtype=float).reshape(len(rows), len(keys)).T
    whole = (*COUNTS, "tolerance_unknown")
    return {key: pd.Series(values, dtype="int64" if key in whole else "float64") for key, values in zip(keys, found, strict=True)}


def _vertices(network: Network, wanted: Iterable[str]) -> list[int]:
    """Return the vertices of ids, or say all that are not there."""
    every = list(wanted)
    found: list[int] = network.ids.get_indexer(pd.Index(every, dtype=object)).tolist() if every else []
    missing = [key for key, vertex in zip(every, found, strict=True) if vertex < 0]
    if missing:
        remedy = text_of("cascade_points.unknown_lost_remedy")
        raise KrokomrsaError.of(
            Problem(value=shown(key), problem=text_of("cascade_points.unknown_lost", id=shown(key)), remedy=remedy, id=shown(key))
            for key in dict.fromkeys(missing)
        )
    return found


def _ranked(table: pd.DataFrame, order: tuple[str, ...], ends: list[str]) -> pd.DataFrame:
    """Return a table with the worst first, equals in order of id."""
    keys = [*(f"-{key}" for key in order), *(f"text {end}" for end in ends)]
    sort = {**{f"-{key}": -table[key] for key in order}, **{f"text {end}": table[end].map(str) for end in ends}}
    ranked = pd.DataFrame(sort, index=table.index).sort_values(keys, kind="stable").index
    return table.loc[ranked].reset_index(drop=True)


def single_points(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    *,
    starts: Iterable[str] | None = None,
    weights: Weights | None = None,
    horizon_h: float = WEEK_H,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> pd.DataFrame:
    """Return which services each single loss brings down, and beyond what is tolerable, within a horizon; worst first.

    What is lost itself is not counted among the services it brings down. A service without a stated tolerable outage counts as
    failed, never as unacceptable. The outage is taken to last at least to the horizon. The arguments stay as they are.

    Parameters
    ----------
    dependencies
        As for ``failure_times``.
    services
        ``id``; ``tolerable_outage_h``: hours, missing: unknown.
    starts
        Ids to be lost, one at a time, at hour 0; None: every id of the dependencies.
    weights
        Id of a service → what it counts, such as persons served; 1 where nothing is said.
    horizon_h
        Hours from the loss; what happens at that hour counts.
    executor, progress, cancelled
        As for ``spread``.

    Returns
    -------
    pandas.DataFrame
        ``lost``: id; ``failed_low``, ``failed_high``: number of services that fail, by the latest and by the earliest hours;
        ``unacceptable_low``, ``unacceptable_high``: number of them that become unacceptable; ``tolerance_unknown``: number of those
        that may fail without a stated tolerable outage; ``…_weight``: the sum of weights of the same services;
        ``first_unacceptable_h``: the earliest hour at which a service may become unacceptable (inf: never). Sorted by the weight of
        what may become unacceptable, what surely does, what may fail, what surely does, then id.

    Raises
    ------
    KrokomrsaError
        Faults in the input, all of a kind at once; an id to be lost that is not there; a weight that is negative or no number.

    Examples
    --------
    >>> dependencies = pd.DataFrame([("Hemtjänst", "Mobilnät", 4, 24), ("Skola", "Elnät", 0, 2), ("Mobilnät", "Elnät", 2, 4)],
    ...                             columns=["dependent", "supplier", "endurance_low_h", "endurance_high_h"])
    >>> services = pd.DataFrame({"id": ["Hemtjänst", "Skola"], "tolerable_outage_h": [6, 48]})
    >>> single_points(dependencies, services, horizon_h=24)[["lost", *COUNTS]]
            lost  failed_low  failed_high  unacceptable_low  unacceptable_high
    0      Elnät           1            2                 0                  1
    1   Mobilnät           1            1                 0                  1
    2  Hemtjänst           0            0                 0                  0
    3      Skola           0            0                 0                  0
    """
    network, _ = read(dependencies, {})
    felled = _Felled(tolerances(network.ids, services, weights), horizon_of(horizon_h))
    vertices = _vertices(network, dict.fromkeys(starts)) if starts is not None else list(range(len(network.ids)))
    losses = [(vertex,) for vertex in vertices]
    rows = sweep(network, losses, felled, executor=executor, progress=progress, cancelled=cancelled)
    table = pd.DataFrame({"lost": pd.Series(network.ids[vertices].to_numpy()), **_columns(rows)})
    return _ranked(table, _ORDER, ["lost"])


@dataclass(frozen=True, slots=True)
class _Masks:
    """Keep of a loss the masks themselves, to be compared with those of another."""

    felled: _Felled

    def __call__(self, loss: Loss, earliest: Floats, latest: Floats) -> tuple[tuple[float, ...], tuple[Booleans, ...]]:
        return self.felled(loss, earliest, latest), self.felled.kinds(loss, earliest, latest)[0]


def double_points(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    pairs: Iterable[tuple[str, str]],
    *,
    weights: Weights | None = None,
    horizon_h: float = WEEK_H,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> pd.DataFrame:
    """Return which services two losses at once bring down, and which of them neither does alone; worst pair first.

    Parameters
    ----------
    dependencies, services, weights, horizon_h, executor, progress, cancelled
        As for ``single_points``.
    pairs
        Two ids each, lost together at hour 0; all pairs of a list: ``itertools.combinations(ids, 2)``.

    Returns
    -------
    pandas.DataFrame
        ``first``, ``second``: ids; the columns of ``single_points``; ``beyond``: number of services that may become unacceptable
        with both lost but with neither alone; ``beyond_weight``. Sorted by ``beyond_weight``, then as ``single_points``.

    Raises
    ------
    KrokomrsaError
        As ``single_points``; a pair of one and the same.

    Examples
    --------
    Rakel and the mobile network replace each other: only both together stop the rescue service.

    >>> dependencies = pd.DataFrame({"dependent": ["Räddningsinsats"] * 3, "supplier": ["Rakel", "Mobilnät", "Personal"],
    ...                              "group": ["larm", "larm", None], "endurance_high_h": [0, 0, 0]})
    >>> services = pd.DataFrame({"id": ["Räddningsinsats"], "tolerable_outage_h": [0]})
    >>> double_points(dependencies, services, [("Rakel", "Mobilnät"), ("Rakel", "Personal")])[["first", "second", "failed_low", "beyond"]]
       first    second  failed_low  beyond
    0  Rakel  Mobilnät           1       1
    1  Rakel  Personal           1       0
    """
    network, _ = read(dependencies, {})
    masks = _Masks(_Felled(tolerances(network.ids, services, weights), horizon_of(horizon_h)))
    every = list(pairs)
    both = list(zip(*(_vertices(network, (pair[end] for pair in every)) for end in (0, 1)), strict=True))
    _two_different(network, both)
    alone = list(dict.fromkeys(vertex for pair in both for vertex in pair))
    losses: list[Loss] = [*((vertex,) for vertex in alone), *both]
    found = sweep(network, losses, masks, executor=executor, progress=progress, cancelled=cancelled)
    single = dict(zip(alone, (kept[1][3] for kept in found), strict=False))
    kept = found[len(alone) :]
    new = [masks_[3] & ~single[one] & ~single[two] for (one, two), (_, masks_) in zip(both, kept, strict=True)]
    table = pd.DataFrame(
        {
            **{
                key: pd.Series([pair[end] for pair in every], dtype=None if every else "str") for end, key in enumerate(("first", "second"))
            },
            **_columns([row for row, _ in kept]),
            "beyond": pd.Series([int(mask.sum()) for mask in new], dtype="int64"),
            "beyond_weight": pd.Series([masks.felled.need.weight[mask].sum() for mask in new], dtype=float),
        }
    )
    return _ranked(table, ("beyond_weight", *_ORDER), ["first", "second"])


def _two_different(network: Network, pairs: list[tuple[int, int]]) -> None:
    """Refuse pairs of one and the same."""
    same = [shown(network.ids[one]) for one, two in pairs if one == two]
    if same:
        remedy = text_of("cascade_points.pair_alone_remedy")
        raise KrokomrsaError.of(
            Problem(value=key, problem=text_of("cascade_points.pair_alone", id=key), remedy=remedy, id=key) for key in same
        )
