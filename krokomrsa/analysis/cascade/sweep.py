"""Do one calculation many times, here or on an executor, with progress and a cancel that works."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from krokomrsa.analysis.cascade.compiled import COMPILER, ENORMOUS, Plan, plan
from krokomrsa.analysis.cascade.failure import failing
from krokomrsa.analysis.cascade.network import Floats, Network
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of

Item = TypeVar("Item")
Result = TypeVar("Result")
Loss = tuple[int, ...]  # vertices of a network that are lost together at hour 0
Measure = Callable[[Loss, Floats, Floats], Result]  # what is lost, earliest and latest hour of each vertex → what is kept of them
Progress = Callable[[int, int], None]  # how many are done, of how many
Cancelled = Callable[[], bool]

PARTS: Final = 64  # an executor gets the work in so many parts: each costs a copy of what they share
PATIENCE_S: Final = 0.1  # how long a cancel may go unseen while parts are being worked on


class CancelledError(KrokomrsaError):
    """Say that a calculation was cancelled by the one who asked for it."""


def stopped(done: int, total: int) -> CancelledError:
    """Return what is raised where a calculation is cancelled."""
    problem = text_of("cascade_points.cancelled", done=done, total=total)
    return CancelledError(Problem(problem=problem, remedy=text_of("cascade_points.cancelled_remedy")))


def _parts(items: Sequence[Item], count: int) -> list[Sequence[Item]]:
    """Return items in so many parts at most, in order, none of them empty."""
    size = max(1, math.ceil(len(items) / count))
    return [items[start : start + size] for start in range(0, len(items), size)]


def _all(work: Callable[[Item], Result], part: Sequence[Item]) -> list[Result]:
    return [work(item) for item in part]


def _here(
    work: Callable[[Item], Result], items: Sequence[Item], progress: Progress | None, cancelled: Cancelled | None
) -> Iterator[Result]:
    for done, item in enumerate(items):
        if cancelled is not None and cancelled():
            raise stopped(done, len(items))
        yield work(item)
        if progress is not None:
            progress(done + 1, len(items))


def _elsewhere(
    futures: dict[Future[list[Result]], int], total: int, progress: Progress | None, cancelled: Cancelled | None
) -> dict[Future[list[Result]], list[Result]]:
    """Return what each part gave; ``futures`` holds how many items each of them has."""
    found: dict[Future[list[Result]], list[Result]] = {}
    waiting, done = set(futures), 0
    while waiting:
        finished, waiting = wait(waiting, timeout=PATIENCE_S, return_when=FIRST_COMPLETED)
        found.update({future: future.result() for future in finished})
        done += sum(futures[future] for future in finished)
        if finished and progress is not None:
            progress(done, total)
        if waiting and cancelled is not None and cancelled():
            raise stopped(done, total)
    return found


def spread(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[Result]:
    """Return what ``work`` gives for each item, in order.

    Parameters
    ----------
    work
        A function of an item; with processes or other machines one that can be pickled, as its items and results.
    executor
        Any ``concurrent.futures.Executor``; None: here, one after another. It gets the items in parts.
    progress
        Told how many items are done, and of how many.
    cancelled
        Asked again and again; as soon as it says True, what is not begun is dropped.

    Raises
    ------
    CancelledError
        It was cancelled.

    Examples
    --------
    >>> spread(len, ["Elnät", "Rakel"], progress=lambda done, total: print(f"{done} av {total}"))
    1 av 2
    2 av 2
    [5, 5]
    """
    every = list(items)
    if executor is None:
        return list(_here(work, every, progress, cancelled))
    COMPILER.wait()  # processes may be forked now
    parts = _parts(every, PARTS)
    futures: dict[Future[list[Result]], int] = {executor.submit(_all, work, part): len(part) for part in parts}
    try:
        found = _elsewhere(futures, len(every), progress, cancelled)
    finally:
        for future in futures:
            future.cancel()
    return [result for future in futures for result in found[future]]


@dataclass(frozen=True, slots=True)
class _Losing:
    """Let a loss run through a network and keep what the measure makes of it."""

    planned: Plan
    measure: Callable[[Loss, Floats, Floats], object]
    enormous: bool

    def __call__(self, loss: Loss) -> object:
        if self.enormous:
            COMPILER.load()  # once in each process
        network = self.planned.network
        hours = np.full(len(network.ids), np.inf)
        hours[list(loss)] = 0.0
        earliest, latest = (failing(self.planned, endurance, hours) for endurance in (network.low, network.high))
        return self.measure(loss, earliest, latest)


def sweep(
    network: Network,
    losses: Iterable[Loss],
    measure: Measure[Result],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> list[Result]:
    """Return for each loss, in order, what ``measure`` makes of the earliest and latest hour at which each vertex fails.

    The hours themselves are not kept: those of ten thousand losses of ten thousand vertices would fill the memory.
    ``executor``, ``progress`` and ``cancelled`` as for ``spread``.
    """
    every = list(losses)
    enormous = 2 * len(every) * len(network.dependent) > ENORMOUS
    losing = _Losing(plan(network), measure, enormous)
    return spread(losing, every, executor=executor, progress=progress, cancelled=cancelled)  # type: ignore[arg-type]
