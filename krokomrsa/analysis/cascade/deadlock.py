"""Name the loops that cannot restart by themselves, and who hangs on them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.components import components
from krokomrsa.analysis.cascade.losses import Loss, read_losses
from krokomrsa.analysis.cascade.network import Floats, Network
from krokomrsa.analysis.cascade.restoration import BEST, WORST
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

MEMBER, DOWNSTREAM = "member", "downstream"
_INTERVALS: Final = ("id", "bound", "start_h", "end_h")
_COLUMNS: Final = ("bound", "deadlock", "role", "id", "waits_for")

Waits = dict[int, list[int]]


@dataclass(slots=True)
class _Standstill:
    """What is down for ever, and the rows that keep it down. ``left``: as in a network's ``slack``; ``broken``: groups of an id."""

    first: list[int]
    supplier: list[int]
    dependent: list[int]
    group: list[int]
    position: list[int]
    down: set[int]
    gone: set[int]
    left: list[int]
    broken: dict[int, int]


def _standstill(network: Network, endurance: Floats, down: set[int]) -> _Standstill:
    ends = network.first.tolist()
    still = _Standstill(
        first=ends,
        supplier=network.supplier.tolist(),
        dependent=network.dependent.tolist(),
        group=network.group.tolist(),
        position=network.position.tolist(),
        down=set(down),
        gone={row for vertex in down for row in range(ends[vertex], ends[vertex + 1]) if endurance[row] < math.inf},
        left=network.slack.tolist(),
        broken=defaultdict(int),
    )
    for row in still.gone:
        still.left[still.group[row]] -= 1
        still.broken[still.dependent[row]] += still.left[still.group[row]] == 0
    return still


def _waits(still: _Standstill) -> Waits:
    """Return what each waits for: the suppliers that are down in its broken groups, in order of the table."""
    found: dict[int, dict[int, None]] = {vertex: {} for vertex in still.down}
    for row in sorted(still.gone, key=still.position.__getitem__):
        hit = still.dependent[row]
        if hit in found and still.left[still.group[row]] < 1:
            found[hit][still.supplier[row]] = None
    return {vertex: list(suppliers) for vertex, suppliers in found.items()}


def _free(still: _Standstill, vertices: set[int]) -> None:
    """Let these run, and all that then has what it needs."""
    waiting = list(vertices)
    still.down -= vertices
    while waiting:
        vertex = waiting.pop()
        for row in still.gone.intersection(range(still.first[vertex], still.first[vertex + 1])):
            still.gone.remove(row)
            group, hit = still.group[row], still.dependent[row]
            still.left[group] += 1
            still.broken[hit] -= still.left[group] == 1
            if hit in still.down and not still.broken[hit]:
                still.down.remove(hit)
                waiting.append(hit)


def _loops(still: _Standstill) -> Iterator[list[int]]:
    """Go through the loops that wait for nobody outside themselves; each round, those are taken to run and the next are found."""
    while still.down:
        waits = _waits(still)
        last = [part for part in components(waits) if all(part.issuperset(waits[vertex]) for vertex in part)]
        yield from sorted(map(sorted, last))
        _free(still, set().union(*last))


def _hanging(waits: Waits, members: list[int], own: set[int]) -> list[int]:
    """Return who waits, directly or not, for any of the members, but is none and is not itself lost."""
    back: dict[int, list[int]] = defaultdict(list)
    for vertex, suppliers in waits.items():
        for supplier in suppliers:
            back[supplier].append(vertex)
    found, waiting = set(members), list(members)
    while waiting:
        more = [vertex for vertex in back[waiting.pop()] if vertex not in found]
        found.update(more)
        waiting += more
    return sorted(found - set(members) - own)


def _of_bound(network: Network, endurance: Floats, down: set[int], lost: set[int]) -> Iterator[tuple[int, str, int, list[int]]]:
    """Go through the deadlocks of a bound: number, role, vertex, what it waits for."""
    still = _standstill(network, endurance, down)
    waits = _waits(still)
    own = {vertex for vertex in down if vertex in lost or not waits[vertex]}
    _free(still, own)
    for number, members in enumerate(_loops(still), start=1):
        for role, vertices in ((MEMBER, members), (DOWNSTREAM, _hanging(waits, members, own))):
            for vertex in vertices:
                yield number, role, vertex, waits[vertex]


def _places(network: Network, intervals: pd.DataFrame) -> np.ndarray:
    """Return the vertex of each interval, after checking the table."""
    missing = [key for key in _INTERVALS if key not in intervals]
    if missing:
        problem, remedy = text_of("cascade_outages.column_missing", column=missing[0]), text_of("cascade_outages.column_missing_remedy")
        raise KrokomrsaError(Problem(problem=problem, remedy=remedy, column=missing[0]))
    at = network.ids.get_indexer(pd.Index(intervals["id"]))
    unknown = dict.fromkeys(intervals["id"].to_numpy(dtype=object)[at < 0])
    if unknown:
        raise KrokomrsaError.of(
            Problem(problem=text_of("cascade_outages.unknown_id", id=shown(key)), remedy=text_of("cascade_outages.unknown_id_remedy"))
            for key in unknown
        )
    return np.asarray(at)


def deadlocks(dependencies: pd.DataFrame, intervals: pd.DataFrame, lost: Mapping[str, Loss]) -> pd.DataFrame:
    """Return the loops that stay down for ever because their members wait for each other (dödläge vid återstart).

    A deadlock is a set of services and resources, none of which is itself lost for ever, that would stay down even if all that is
    lost for ever were back: each waits for another of the set, and for nothing outside it that is not another deadlock. What
    waits for a deadlock and nothing of its own is named as downstream of it. The arguments stay as they are.

    Parameters
    ----------
    dependencies, lost
        What the intervals were calculated for.
    intervals
        What ``outages`` returns. A stretch whose end was not followed (NaN) is not for ever.

    Returns
    -------
    pandas.DataFrame
        ``bound``: ``worst``, ``best``; ``deadlock``: number within the bound; one that waits for another has a higher number;
        ``role``: ``member`` or ``downstream``; ``id``; ``waits_for``: tuple of ids, the suppliers that are down in its groups that
        do not serve. No rows: everything that is not lost for ever, or restarts in a time that nobody knows, comes back.

    Raises
    ------
    KrokomrsaError
        Faults in the dependencies and the losses; intervals without their columns, or of other dependencies.

    References
    ----------
    Coffman, E. G., Elphick, M., Shoshani, A. (1971). System deadlocks. ACM Computing Surveys 3(2), 67–78.
    Tarjan, R. (1972). Depth-first search and linear graph algorithms. SIAM Journal on Computing 1(2), 146–160.

    Examples
    --------
    The power station is controlled over the telecom network, which lasts 4 hours without power; a one-day outage is enough.

    >>> from krokomrsa.analysis.cascade.restoration import outages
    >>> dependencies = pd.DataFrame({"dependent": ["Elnät", "Telenät", "Hemtjänst"], "supplier": ["Telenät", "Elnät", "Telenät"],
    ...                              "endurance_low_h": [0, 4, 2], "endurance_high_h": [2, 36, 8]})
    >>> lost = {"Elnät": (0, 24)}
    >>> deadlocks(dependencies, outages(dependencies, lost), lost)
       bound  deadlock        role         id   waits_for
    0  worst         1      member      Elnät  (Telenät,)
    1  worst         1      member    Telenät    (Elnät,)
    2  worst         1  downstream  Hemtjänst  (Telenät,)
    """
    network, spans, _ = read_losses(dependencies, lost, None)
    at = _places(network, intervals)
    for_ever = {vertex for vertex, own in spans.items() if own and own[-1][1] == math.inf}
    ids = network.ids.tolist()
    rows = []
    for bound, endurance in ((WORST, network.low), (BEST, network.high)):
        down = {int(vertex) for vertex in at[((intervals["bound"] == bound) & (intervals["end_h"] == math.inf)).to_numpy(dtype=bool)]}
        for number, role, vertex, waits in _of_bound(network, endurance, down, for_ever):
            rows.append((bound, number, role, ids[vertex], tuple(ids[supplier] for supplier in waits)))
    found = pd.DataFrame(rows, columns=list(_COLUMNS))
    return found.astype({"deadlock": "int64"}) if rows else found.astype({"bound": "str", "deadlock": "int64", "role": "str", "id": "str"})


def _listed(parts: list[str]) -> str:
    """Return parts as a Swedish enumeration."""
    return text_of("cascade_outages.deadlock.and").join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def _called(key: Any, names: Mapping[str, str]) -> str:
    """Return the name of an id; one without a name stands as it is."""
    return names[key] if key in names else shown(key)


def deadlock_sentences(found: pd.DataFrame, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return each deadlock as Swedish text; ``names`` maps ids to names, an id without one stands as it is.

    Examples
    --------
    >>> found = pd.DataFrame([("worst", 1, "member", "R1", ("R2",)), ("worst", 1, "member", "R2", ("R1",)),
    ...                       ("worst", 1, "downstream", "V1", ("R2",))], columns=["bound", "deadlock", "role", "id", "waits_for"])
    >>> for sentence in deadlock_sentences(found, {"R1": "Elnät", "R2": "Telenät", "V1": "Hemtjänst"}):
    ...     print(sentence)
    Dödläge vid återstart i sämsta fall: Elnät väntar på Telenät och Telenät väntar på Elnät. Så länge det varar står också Hemtjänst stilla.
    """
    said = []
    for (bound, _), rows in found.groupby(["bound", "deadlock"], sort=False):
        members, others = rows[rows["role"] == MEMBER], rows[rows["role"] == DOWNSTREAM]
        waits = [
            text_of(
                "cascade_outages.deadlock.waits",
                name=_called(key, names),
                suppliers=_listed([_called(supplier, names) for supplier in suppliers]),
            )
            for key, suppliers in zip(members["id"], members["waits_for"], strict=True)
        ]
        whole = text_of(f"cascade_outages.deadlock.{bound}", waits=_listed(waits))
        if len(others):
            hanging = _listed([_called(key, names) for key in others["id"]])
            whole = text_of("cascade_outages.deadlock.downstream", whole=whole, names=hanging)
        said.append(whole)
    return tuple(said)
