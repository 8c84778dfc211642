"""Tell of one stretch of an outage why it began, and at an hour of it what is waited for."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.explanation import Step, chain_table, vertex_of
from krokomrsa.analysis.cascade.losses import Loss, Span, Spans, read_losses
from krokomrsa.analysis.cascade.network import Floats, Network
from krokomrsa.analysis.cascade.restoration import BEST, WORST
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of

Bound = Literal["worst", "best"]
Place = tuple[int, float]  # a vertex and the hour at which a stretch of it begins
_COLUMNS: Final = ("id", "bound", "start_h", "end_h")


@dataclass(frozen=True, slots=True)
class Course:
    """An outage at one bound, ready to be asked about: the network, its endurance, who is lost when, and who is down when."""

    dependencies: pd.DataFrame
    network: Network
    endurance: Floats
    losses: Spans
    down: Mapping[int, list[Span]]
    refilled: bool

    def during(self, vertex: int, hour: float) -> Span | None:
        """Return the stretch in which a vertex is down at an hour."""
        return next(((start, end) for start, end in self.down.get(vertex, ()) if start <= hour < end), None)

    def left(self, row: int, since: float) -> float:
        """Return how long a row lasts when its supplier goes down at an hour: all of it, or what earlier stretches left."""
        stock = float(self.endurance[row])
        for start, end in () if self.refilled else self.down[int(self.network.supplier[row])]:
            if end <= since:
                stock = max(0.0, stock - (end - start))
        return stock

    def gone(self, vertex: int, hour: float) -> Iterator[tuple[int, float, float]]:
        """Go through the rows that keep a vertex down at an hour, in order of the table: row, since when its supplier is down, stock."""
        network, found = self.network, list[tuple[int, float, float]]()
        rows = np.flatnonzero(network.dependent == vertex)
        for row in rows[np.argsort(network.position[rows])].tolist():
            stretch = self.during(int(network.supplier[row]), hour)
            if stretch and stretch[0] + self.left(row, stretch[0]) <= hour:
                found.append((row, stretch[0], self.left(row, stretch[0])))
        groups = [int(network.group[row]) for row, _, _ in found]
        yield from (one for one, group in zip(found, groups, strict=True) if groups.count(group) >= network.slack[group])

    def steps(self, place: Place) -> Iterator[tuple[Place, Step]]:
        """Go through what may have begun a stretch: the place it leads back to, and the step from there."""
        vertex, start = place
        for row, since, stock in self.gone(vertex, start):
            if since + stock == start:
                step = Step(vertex=vertex, at_h=start, row=row, supplier_at_h=since, endurance_h=stock)
                yield (int(self.network.supplier[row]), since), step

    def lost_then(self, place: Place) -> bool:
        """Tell whether a stretch began with a loss of its own."""
        vertex, start = place
        return any(begins == start for begins, _ in self.losses.get(vertex, ()))


def courses(dependencies: pd.DataFrame, intervals: pd.DataFrame, lost: Mapping[str, Loss], *, refilled: bool = True) -> dict[Bound, Course]:
    """Return an outage at each bound, ready to be asked about with ``explain_stretch`` and ``waits_for``.

    Parameters
    ----------
    dependencies, lost, refilled
        What the intervals were calculated for.
    intervals
        What ``outages`` returns.

    Returns
    -------
    dict
        ``worst``: low endurance, long restart; ``best``: high endurance, short restart.

    Raises
    ------
    KrokomrsaError
        Faults in the dependencies and losses; intervals without their columns.

    Examples
    --------
    >>> from krokomrsa.analysis.cascade.restoration import outages
    >>> dependencies = pd.DataFrame({"dependent": ["Mobilnät"], "supplier": ["Elnät"], "endurance_low_h": [4]})
    >>> courses(dependencies, outages(dependencies, {"Elnät": (0, 12)}), {"Elnät": (0, 12)})["worst"].down
    {1: [(0.0, 12.0)], 0: [(4.0, 12.0)]}
    """
    network, losses, _ = read_losses(dependencies, lost, None)
    for key in _COLUMNS:
        if key not in intervals:
            problem, remedy = text_of("cascade_outages.column_missing", column=key), text_of("cascade_outages.column_missing_remedy")
            raise KrokomrsaError(Problem(problem=problem, remedy=remedy, column=key))
    down: dict[str, dict[int, list[Span]]] = {WORST: {}, BEST: {}}
    at = network.ids.get_indexer(pd.Index(intervals["id"]))
    columns = (intervals[key].tolist() for key in ("bound", "start_h", "end_h"))
    for vertex, bound, start, end in zip(at.tolist(), *columns, strict=True):
        down[bound].setdefault(vertex, []).append((start, math.inf if math.isnan(end) else end))
    return {
        "worst": Course(dependencies, network, network.low, losses, down[WORST], refilled),
        "best": Course(dependencies, network, network.high, losses, down[BEST], refilled),
    }


def _back(found: Course, place: Place) -> list[Step]:
    """Return the shortest way from a stretch back to a loss, the loss first; what falls at the same hour in a loop is gone through once."""
    onward: dict[Place, tuple[Place, Step] | None] = {place: None}
    waiting = deque([place])
    while waiting:
        here = waiting.popleft()
        if found.lost_then(here):
            steps = [Step(vertex=here[0], at_h=here[1])]
            while (after := onward[here]) is not None:
                here, step = after
                steps.append(step)
            return steps
        for before, step in found.steps(here):
            if before not in onward:
                onward[before] = here, step
                waiting.append(before)
    return []


def explain_stretch(found: Course, id: str, *, at_h: float | None = None) -> pd.DataFrame:  # noqa: A002 (as in ``explain``)
    """Return the chain that brought something down in an outage, its root cause first.

    As ``explain``, for outages that end: each step names a supplier that was down, and whose stock ended when a group of rows was
    broken. Of equals, being lost by itself goes before a need, a shorter chain before a longer, and an earlier row before a later.

    Parameters
    ----------
    found
        One of what ``courses`` returns.
    id
        What is down.
    at_h
        An hour of the stretch that is asked about; without, the first stretch.

    Returns
    -------
    pandas.DataFrame
        As ``explain``, ready for ``sentence``. ``endurance_h`` is what was left of the stock where it is not refilled. No rows if
        ``id`` is not down then.

    Raises
    ------
    KrokomrsaError
        An id that is not there.

    Examples
    --------
    >>> from krokomrsa.analysis.cascade.restoration import outages
    >>> dependencies = pd.DataFrame({"dependent": ["Mobilnät", "Hemtjänst"], "supplier": ["Elnät", "Mobilnät"],
    ...                              "endurance_low_h": [4, 22], "endurance_high_h": [6, 48]})
    >>> lost = {"Elnät": (2, 40)}
    >>> found = courses(dependencies, outages(dependencies, lost), lost)["worst"]
    >>> explain_stretch(found, "Hemtjänst")[["id", "at_h", "supplier", "endurance_h"]]
              id  at_h  supplier  endurance_h
    0      Elnät   2.0       NaN          NaN
    1   Mobilnät   6.0     Elnät          4.0
    2  Hemtjänst  28.0  Mobilnät         22.0
    """
    vertex = vertex_of(found.network.ids, id)
    stretches = found.down.get(vertex, [])
    stretch = found.during(vertex, at_h) if at_h is not None else min(stretches, default=None)
    return chain_table(found.network, found.dependencies, _back(found, (vertex, stretch[0])) if stretch else [])


def waits_for(found: Course, id: str, *, at_h: float) -> tuple[str, ...]:  # noqa: A002 (as in ``explain``)
    """Return the suppliers that something waits for at an hour: those that are down in its groups that do not serve.

    Nothing is waited for where ``id`` is up, is only itself lost, or has all it needs and restarts.

    Parameters
    ----------
    found
        One of what ``courses`` returns.
    id
        What is down.
    at_h
        The hour.

    Raises
    ------
    KrokomrsaError
        An id that is not there.

    Examples
    --------
    >>> from krokomrsa.analysis.cascade.restoration import outages
    >>> dependencies = pd.DataFrame({"dependent": ["Mobilnät", "Hemtjänst"], "supplier": ["Elnät", "Mobilnät"], "endurance_low_h": [4, 2]})
    >>> lost = {"Elnät": (0, 12)}
    >>> found = courses(dependencies, outages(dependencies, lost), lost)["worst"]
    >>> [waits_for(found, "Hemtjänst", at_h=hour) for hour in (5, 6, 12)]
    [(), ('Mobilnät',), ()]
    """
    vertex = vertex_of(found.network.ids, id)
    if found.during(vertex, at_h) is None:
        return ()
    return tuple(dict.fromkeys(found.network.ids[found.network.supplier[row]] for row, _, _ in found.gone(vertex, at_h)))
