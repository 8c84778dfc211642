"""Find reservlösningar that share a cause: one loss takes so many of the alternatives that the group breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.compiled import Plan, plan
from krokomrsa.analysis.cascade.failure import LOST, failing, fall
from krokomrsa.analysis.cascade.names import Names, called, listed
from krokomrsa.analysis.cascade.network import Floats, Integers, Network, Objects, cells, read
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.analysis.cascade.sweep import Cancelled, Progress, spread
from krokomrsa.analysis.cascade.tolerance import horizon_of, in_one_order
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

_COLUMNS: Final = ("dependent", "group", "alternatives", "needed", "cause", "shared", "path", "fallen", "holds_low_h", "holds_high_h")


class _Group(NamedTuple):
    """A reservlösning: its rows of the network, and how many of them must fail to break it."""

    rows: Integers
    slack: int
    dependent: int


class _Break(NamedTuple):
    """A loss that breaks a group: which vertex, the last vertex that all fallen alternatives share, the way there, when."""

    group: int
    path: tuple[int, ...]
    fallen: tuple[int, ...]
    low: float
    high: float


def _groups(network: Network) -> list[_Group]:
    """Return the groups where something may fail without breaking them."""
    order = np.argsort(network.group, kind="stable")
    starts = np.flatnonzero(np.diff(network.group[order], prepend=-1))
    parts = np.split(order, starts[1:]) if len(order) else []
    found = [_Group(rows, int(network.slack[network.group[rows[0]]]), int(network.dependent[rows[0]])) for rows in parts]
    return [group for group in found if group.slack > 1]


def _broken_through(network: Network, cause: Integers) -> list[int]:
    """Return for each vertex the one whose failure brought it down, ``LOST`` where there is none."""
    found = np.full(len(cause), LOST, dtype=np.intp)
    found[cause >= 0] = network.supplier[cause[cause >= 0]]
    through: list[int] = found.tolist()
    return through


def _way(through: Sequence[int], vertex: int) -> list[int]:
    """Return the vertices from what was lost to a vertex that failed."""
    way = [vertex]
    while through[way[-1]] != LOST:
        way.append(through[way[-1]])
    return way[::-1]


def _together(ways: list[list[int]]) -> tuple[int, ...]:
    """Return the part that all ways begin with."""
    alike = [steps[0] for steps in zip(*ways, strict=False) if len(set(steps)) == 1]
    return tuple(alike)


@dataclass(frozen=True, slots=True)
class _Breaking:
    """Lose one vertex, and return the groups of others that it breaks within a horizon."""

    planned: Plan
    groups: list[_Group]
    horizon_h: float
    nearest: bool

    def __call__(self, lost: int) -> list[_Break]:
        network = self.planned.network
        hours = np.full(len(network.ids), np.inf)
        hours[lost] = 0.0
        earliest, cause = fall(network, network.low, hours)
        return list(self._broken(lost, earliest, _broken_through(network, cause), hours))

    def _broken(self, lost: int, earliest: Floats, through: Sequence[int], hours: Floats) -> Iterator[_Break]:
        network, latest = self.planned.network, None
        for number, group in enumerate(self.groups):
            suppliers = network.supplier[group.rows]
            arrivals = earliest[suppliers] + network.low[group.rows]
            low = float(np.partition(arrivals, group.slack - 1)[group.slack - 1])
            if group.dependent == lost or low > self.horizon_h or low == np.inf:
                continue
            fallen = tuple(dict.fromkeys(int(vertex) for vertex in suppliers[arrivals <= low]))
            path = _together([_way(through, vertex) for vertex in fallen])
            if self.nearest and path != (lost,):
                continue
            latest = failing(self.planned, network.high, hours) if latest is None else latest
            high = np.partition(latest[suppliers] + network.high[group.rows], group.slack - 1)[group.slack - 1]
            yield _Break(number, path, fallen, low, float(high))


def false_redundancy(
    dependencies: pd.DataFrame,
    *,
    horizon_h: float = WEEK_H,
    nearest: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> pd.DataFrame:
    """Return the reservlösningar that a single loss breaks, with the cause that their alternatives share.

    A reservlösning is a group where at least one alternative may fail. It is false when the loss of one thing, other than the
    dependent itself, leaves fewer than ``needed`` alternatives within the horizon. Seasons are not looked at: choose the rows first.

    Parameters
    ----------
    dependencies
        As for ``failure_times``.
    horizon_h
        Hours from the loss; a group that breaks at that hour counts, one that holds longer does not.
    nearest
        Only losses that strike the alternatives themselves: a cause further up is left out where it comes through one and the same
        thing, for that thing has a row of its own (unless it is the dependent, which then was down before its reservlösning).
    executor, progress, cancelled
        As for ``spread``.

    Returns
    -------
    pandas.DataFrame
        One row for each group and each single loss that breaks it. ``dependent``; ``group``: its name; ``alternatives``: tuple of
        suppliers; ``needed``: how many must stand; ``cause``: what is lost; ``shared``: the last thing that the ways to all fallen
        alternatives have in common, the cause itself where it strikes them directly; ``path``: tuple from the cause to ``shared``;
        ``fallen``: tuple of the alternatives whose failure breaks the group, by the earliest hours; ``holds_low_h``,
        ``holds_high_h``: how long the group holds after the loss (inf: nobody knows that it ever breaks). Sorted by how soon,
        shortest path first, so a group's first row is what breaks it soonest. Where ``shared`` is another thing than the cause,
        there is a row for that thing too.

    Raises
    ------
    KrokomrsaError
        Faults in the input, all at once.

    Examples
    --------
    >>> dependencies = pd.DataFrame(
    ...     [("Hemtjänst", "Rakel", "samband", 0, 0), ("Hemtjänst", "Mobilnät", "samband", 0, 0), ("Mobilnät", "Elnät", None, 2, 4),
    ...      ("Rakel", "Elnät", None, 72, 168)], columns=["dependent", "supplier", "group", "endurance_low_h", "endurance_high_h"])
    >>> found = false_redundancy(dependencies)
    >>> found[["dependent", "group", "cause", "holds_low_h", "holds_high_h"]]
       dependent    group  cause  holds_low_h  holds_high_h
    0  Hemtjänst  samband  Elnät         72.0         168.0
    >>> shared_sentences(found, {})[0]
    'Reservlösningen ”samband” för Hemtjänst (Mobilnät, Rakel) faller med Elnät efter 72–168 h.'
    """
    read(dependencies, {})
    ordered = in_one_order(dependencies)
    network, _ = read(ordered, {})
    breaking = _Breaking(plan(network), _groups(network), horizon_of(horizon_h), nearest)
    every = range(len(network.ids)) if breaking.groups else range(0)
    found = spread(breaking, every, executor=executor, progress=progress, cancelled=cancelled)
    ids = list(network.ids)
    told = [_told(group, ids, network, cells(ordered, "group")) for group in breaking.groups]
    rows = [told[broken.group] | _broken_by(broken, ids) for breaks in found for broken in breaks]
    rows.sort(
        key=lambda row: (
            row["holds_low_h"],
            row["holds_high_h"],
            len(row["path"]),
            *(shown(row[key]) for key in ("dependent", "group", "cause")),
        )
    )
    return pd.DataFrame({key: [row[key] for row in rows] for key in _COLUMNS}).astype({"holds_low_h": float, "holds_high_h": float})


def _told(group: _Group, ids: Sequence[Any], network: Network, named: Objects) -> dict[str, Any]:
    return {
        "dependent": ids[group.dependent],
        "group": named[network.position[group.rows[0]]],
        "alternatives": _ids(ids, network.supplier[group.rows]),
        "needed": len(group.rows) - group.slack + 1,
    }


def _broken_by(broken: _Break, ids: Sequence[Any]) -> dict[str, Any]:
    return {
        "cause": ids[broken.path[0]],
        "shared": ids[broken.path[-1]],
        "path": tuple(ids[vertex] for vertex in broken.path),
        "fallen": _ids(ids, broken.fallen),
        "holds_low_h": broken.low,
        "holds_high_h": broken.high,
    }


def _ids(ids: Sequence[Any], vertices: Iterable[int]) -> tuple[Any, ...]:
    """Return the ids of vertices in order, each once."""
    return tuple(dict.fromkeys(sorted((ids[vertex] for vertex in vertices), key=shown)))


def _when(low: float, high: float) -> str:
    key = "open" if high == np.inf else "between" if low < high else "point" if low else "at_once"
    return text_of(f"cascade_points.shared.{key}", low=shown(low), high=shown(high))


def shared_sentences(found: pd.DataFrame, names: Names) -> list[str]:
    """Return each row of ``false_redundancy`` as a Swedish sentence; ``names`` maps ids to names, an id without one stands as it is.

    >>> shared_sentences(pd.DataFrame({"dependent": ["V-1"], "group": ["larm"], "alternatives": [("Rakel", "Mobilnät")], "cause": ["Bränsle"],
    ...                                "shared": ["Elnät"], "holds_low_h": [4.0], "holds_high_h": [np.inf]}), {"V-1": "Räddningsinsats"})
    ['Reservlösningen ”larm” för Räddningsinsats (Rakel, Mobilnät) faller med Bränsle (genom Elnät) efter minst 4 h.']
    """
    return [
        text_of(
            "cascade_points.shared.whole",
            group=shown(row["group"]),
            dependent=called(row["dependent"], names),
            alternatives=listed(row["alternatives"], names),
            cause=called(row["cause"], names),
            through=text_of("cascade_points.shared.through", shared=called(row["shared"], names)) if row["shared"] != row["cause"] else "",
            when=_when(float(row["holds_low_h"]), float(row["holds_high_h"])),
        )
        for row in found.to_dict("records")
    ]
