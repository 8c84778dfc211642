"""Find the few changes that would save most unacceptable hours, out of those that could be made."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.candidates import Candidates, Variants, read_candidates, said, variants
from krokomrsa.analysis.cascade.compiled import plan
from krokomrsa.analysis.cascade.failure import failing
from krokomrsa.analysis.cascade.network import Booleans, Floats, read
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.analysis.cascade.sweep import Cancelled, Progress, spread, stopped
from krokomrsa.analysis.cascade.tolerance import Tolerance, Weights, horizon_of, tolerances
from krokomrsa.errors import KrokomrsaError
from krokomrsa.values import shown

Method = Literal["exact", "greedy"]
Set = tuple[int, ...]  # numbers of candidates, in order
SETS: Final = 20_000  # so many sets are compared at most; a minute for a thousand dependencies
_DIGITS: Final = 6  # hours that differ less are equal: sums of the same hours in another order


class _Harm(NamedTuple):
    """Unacceptable service-hours at worst (earliest failures) and at best (latest), and which services are unacceptable so."""

    high: float
    low: float
    felled_high: Booleans
    felled_low: Booleans


@dataclass(frozen=True, slots=True)
class _Weighing:
    """Tell how much harm is left when some changes are made."""

    variants: Variants
    losses: tuple[tuple[Floats, float], ...]  # the hour each vertex is lost, what the loss weighs
    tolerance: Tolerance
    horizon_h: float

    def __call__(self, changes: Iterable[int]) -> _Harm:
        """Return the harm that is left, over all losses."""
        network = self.variants.chosen(tuple(changes))
        planned, total = plan(network), {"high": 0.0, "low": 0.0}
        felled = {key: np.zeros(len(self.tolerance.vertex), dtype=bool) for key in total}
        for hours, weight in self.losses:
            for key, endurance in (("high", network.low), ("low", network.high)):
                moment = failing(planned, endurance, hours)[self.tolerance.vertex] + self.tolerance.tolerable
                left = np.where(moment < self.horizon_h, self.horizon_h - moment, 0.0)
                total[key] += weight * float(left @ self.tolerance.weight)
                if weight > 0:
                    felled[key] |= (moment <= self.horizon_h) & (moment < np.inf)
        return _Harm(round(total["high"], _DIGITS), round(total["low"], _DIGITS), felled["high"], felled["low"])

    def key(self, changes: Set) -> tuple[float, float, float]:
        """Return what sets are compared by, the best first: harm left at worst, at best, number of changes."""
        harm = self(changes)
        return harm.high, harm.low, len(changes)


@dataclass(frozen=True, slots=True)
class _Branch:
    """Go through every set whose first change, in order of what each saves alone, is a given one.

    No more harm can be saved than with all that may still be added: where even that is worse than what is known, nothing is looked at.
    """

    weighing: _Weighing
    order: Set
    k: int
    known: tuple[float, float, float]
    cancelled: Cancelled | None = None  # asked within a branch too, where that is done here: the first one may hold most of the work

    def __call__(self, start: int) -> tuple[tuple[float, float, float], list[Set]]:
        """Return the best key below this branch, and every set that has it."""
        best, found = self.known, list[Set]()
        waiting: list[tuple[Set, int]] = [((self.order[start],), start + 1)]
        while waiting:
            if self.cancelled is not None and self.cancelled():
                raise stopped(start, len(self.order))
            changes, following = waiting.pop()
            key = self.weighing.key(changes)
            if key < best:
                best, found = key, []
            if key == best:
                found.append(changes)
            if len(changes) < self.k and following < len(self.order) and self._hopeful(changes, following, best):
                waiting.extend(((*changes, self.order[one]), one + 1) for one in range(len(self.order) - 1, following - 1, -1))
        return best, found

    def _hopeful(self, changes: Set, following: int, best: tuple[float, float, float]) -> bool:
        harm = self.weighing((*changes, *self.order[following:]))
        return (harm.high, harm.low, len(changes) + 1) <= best


def _sets(candidates: int, k: int) -> int:
    return sum(math.comb(candidates, size) for size in range(1, min(k, candidates) + 1))


def _greedy(weighing: _Weighing, every: Sequence[int], k: int) -> Set:
    """Return a set made one change at a time, each time the one that leaves least harm; none that saves nothing."""
    changes = list[int]()
    key = weighing.key(())
    while len(changes) < k:
        found = [(weighing.key((*changes, one)), one) for one in every if one not in changes]
        better = [(new, one) for new, one in found if new[:2] < key[:2]]
        if not better:
            break
        key, one = min(better)
        changes.append(one)
    return tuple(changes)


def _exact(
    weighing: _Weighing,
    alone: Mapping[int, tuple[float, float, float]],
    k: int,
    *,
    executor: Executor | None,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> list[Set]:
    """Return every best set: least harm, and of those the fewest changes."""
    order = tuple(sorted(alone, key=lambda one: (alone[one], one)))
    nothing = weighing.key(())
    greedy = _greedy(weighing, order, k)
    known = min(nothing, weighing.key(greedy))
    branches = _Branch(weighing, order, k, known, cancelled if executor is None else None)
    parts = spread(branches, range(len(order)), executor=executor, progress=progress, cancelled=cancelled)
    best = min([known, *(key for key, _ in parts)])
    found = [tuple(sorted(changes)) for key, sets in parts if key == best for changes in sets]
    return [(), *found] if nothing == best else found


def _input_problems(k: object, method: object, losses: Sequence[object], loss_weights: Sequence[float] | None) -> KrokomrsaError | None:
    problems = []
    if not isinstance(k, int | np.integer) or isinstance(k, bool) or k < 1:
        problems.append(said("k_wrong", value=k))
    if method not in get_args(Method):
        problems.append(said("method_unknown", value=method))
    if not losses:
        problems.append(said("no_losses"))
    if loss_weights is not None and (len(loss_weights) != len(losses) or not all(_weighs(one) for one in loss_weights)):
        problems.append(said("loss_weights_wrong", value=", ".join(map(shown, loss_weights))))
    return KrokomrsaError.of(problems) if problems else None


def _weighs(raw: object) -> bool:
    return isinstance(raw, int | float | np.number) and not isinstance(raw, bool) and bool(0 <= raw < math.inf)


def _weighing(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    candidates: Candidates,
    losses: Sequence[tuple[Mapping[str, float], float]],
    *,
    weights: Weights | None,
    horizon_h: float,
) -> _Weighing:
    for lost, _ in losses:
        read(dependencies, lost)
    built = variants(dependencies, candidates, list(dict.fromkeys(key for lost, _ in losses for key in lost)))
    ids, struck = built.network.ids, []
    for lost, weight in losses:
        hours = np.full(len(ids), np.inf)
        hours[ids.get_indexer(pd.Index(list(lost)))] = list(lost.values())
        struck.append((hours, float(weight)))
    return _Weighing(built, tuple(struck), tolerances(ids, services, weights), horizon_of(horizon_h, finite=True))


def best_changes(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    candidates: pd.DataFrame,
    losses: Iterable[Mapping[str, float]],
    *,
    k: int,
    loss_weights: Sequence[float] | None = None,
    weights: Weights | None = None,
    horizon_h: float = WEEK_H,
    method: Method = "exact",
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> pd.DataFrame:
    """Return the set of at most k changes that saves most unacceptable service-hours, beside each change alone and doing nothing.

    A service is unacceptable from its failure + tolerable outage to the horizon. Those hours, times the weight of the service and of
    the loss, are summed: high from the earliest failures, low from the latest. The best set leaves least at worst (high); of equal
    ones least at best (low), then the fewest changes; every set that is equal in all three is told. A service without a stated
    tolerable outage is never counted. The outages are taken to last at least to the horizon. The arguments stay as they are.

    Parameters
    ----------
    dependencies
        As for ``failure_times``, and ``id``.
    services
        ``id``; ``tolerable_outage_h``: hours, missing: unknown.
    candidates
        One row a change: ``id``; ``kind``: ``endurance`` or ``reserve``; ``dependency``: id of the row it changes;
        ``endurance_low_h``, ``endurance_high_h`` (missing: without limit). An endurance is a floor: what lasts longer already stays.
        A reserve is one more alternative in the row's group, or makes a group with a row that has none; ``supplier``: what it is,
        also something new that nothing brings down. ``cost_sek``: kronor, may be missing.
    losses
        The losses that are considered, each as ``lost`` for ``failure_times``.
    k
        The most changes to be made.
    loss_weights
        What each loss counts, such as how likely it is; 1 where nothing is said.
    weights
        Id of a service → what it counts, such as persons served; 1 where nothing is said.
    horizon_h
        Hours that are looked at.
    method
        ``exact``: no set is better; refused above 20,000 sets of at most k candidates. ``greedy``: one change at a time, the best
        first; it may miss the best set, above all where two changes help only together.
    executor, progress, cancelled
        As for ``spread``.

    Returns
    -------
    pandas.DataFrame
        ``rank``: from 1; equal sets have the same; ``compared``: ``best``, ``alone`` or ``nothing``; ``method``; ``changes``: ids;
        ``unacceptable_low_h``, ``unacceptable_high_h``: what is left; ``saved_low_h``, ``saved_high_h``: what is saved of each (low
        of low, high of high; either can be the larger); ``services_saved_low``, ``services_saved_high``: number of services that no
        loss makes unacceptable any more; ``cost_sek``: NaN where that of a change is unknown; ``saved_high_h_per_sek``: NaN where
        the cost is unknown or 0. Sorted by rank, equal ones by cost (unknown last), then by the order of the candidates. A change that
        is the best set by itself stands as ``best`` only, and so does doing nothing.

    Raises
    ------
    KrokomrsaError
        Faults in the input, all of a kind at once; too many sets for ``exact``.

    Notes
    -----
    Branch and bound: more changes never leave more harm, so no set below a branch is better than all of its changes together. Each
    set costs two runs of ``failure_times`` for each loss.

    References
    ----------
    Land, A. H., Doig, A. G. (1960). An automatic method of solving discrete programming problems. Econometrica 28(3), 497–520.

    Examples
    --------
    Batteries at the masts save more than a generator at the school, and both together most.

    >>> dependencies = pd.DataFrame({"id": ["B-1", "B-2", "B-3"], "dependent": ["Mobilnät", "Trygghetslarm", "Skola"],
    ...                              "supplier": ["Elnät", "Mobilnät", "Elnät"], "endurance_low_h": [4, 0, 0],
    ...                              "endurance_high_h": [4, 0, 2]})
    >>> services = pd.DataFrame({"id": ["Trygghetslarm", "Skola"], "tolerable_outage_h": [1, 48]})
    >>> candidates = pd.DataFrame({"id": ["Batterier", "Aggregat"], "kind": ["endurance", "reserve"], "dependency": ["B-1", "B-3"],
    ...                            "supplier": [None, "Reservkraft"], "endurance_low_h": [168, 0], "cost_sek": [90_000, 240_000]})
    >>> best_changes(dependencies, services, candidates, [{"Elnät": 0}], k=2)[
    ...     ["rank", "compared", "changes", "saved_low_h", "saved_high_h", "cost_sek"]]
       rank compared                changes  saved_low_h  saved_high_h  cost_sek
    0     1     best  (Batterier, Aggregat)        281.0         283.0  330000.0
    1     2    alone           (Batterier,)        163.0         163.0   90000.0
    2     3    alone            (Aggregat,)        118.0         120.0  240000.0
    3     4  nothing                     ()          0.0           0.0       0.0
    """
    considered = list(losses)
    wrong = _input_problems(k, method, considered, loss_weights)
    if wrong:
        raise wrong
    found = read_candidates(dependencies, candidates)
    count = len(found.ids)
    if method == "exact" and _sets(count, k) > SETS:
        raise KrokomrsaError(said("too_many", candidates=count, k=k, sets=_sets(count, k), limit=SETS))
    weighted = list(zip(considered, [1.0] * len(considered) if loss_weights is None else loss_weights, strict=True))
    weighing = _weighing(dependencies, services, found, weighted, weights=weights, horizon_h=horizon_h)
    alone = {one: weighing.key((one,)) for one in range(count)}
    if method == "greedy":
        best = [tuple(sorted(_greedy(weighing, range(count), k)))]
    else:
        best = _exact(weighing, alone, int(k), executor=executor, progress=progress, cancelled=cancelled)
    return _table(weighing, best, method)


def _table(weighing: _Weighing, best: list[Set], method: str) -> pd.DataFrame:
    """Return the best sets, each change alone and doing nothing, as the table that is told."""
    candidates = weighing.variants.candidates
    others: list[Set] = [*((one,) for one in range(len(candidates.ids))), ()]
    nothing, rows = weighing(()), []
    for changes in [*sorted(best), *(other for other in others if other not in best)]:
        harm, cost = weighing(changes), float(candidates.cost[list(changes)].sum())
        saved = round(nothing.high - harm.high, _DIGITS)
        rows.append(
            {
                "compared": "best" if changes in best else "alone" if changes else "nothing",
                "method": method,
                "changes": tuple(candidates.ids[one] for one in changes),
                "unacceptable_low_h": harm.low,
                "unacceptable_high_h": harm.high,
                "saved_low_h": round(nothing.low - harm.low, _DIGITS),
                "saved_high_h": saved,
                "services_saved_low": int((nothing.felled_low & ~harm.felled_low).sum()),
                "services_saved_high": int((nothing.felled_high & ~harm.felled_high).sum()),
                "cost_sek": cost,
                "saved_high_h_per_sek": saved / cost if cost > 0 else math.nan,
            }
        )
    table = pd.DataFrame(rows)
    keys = list(zip(-table["saved_high_h"], -table["saved_low_h"], table["changes"].map(len), strict=True))
    places = {key: place for place, key in enumerate(sorted(set(keys)), start=1)}
    table.insert(0, "rank", [places[key] for key in keys])
    return table.sort_values(["rank", "cost_sek"], kind="stable", ignore_index=True)
