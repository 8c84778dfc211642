"""Follow an outage from event to event: what goes down, and what comes back when suppliers and its own restart allow it.

At every hour something is up if it is whole and each of its groups serves, and it was up just before or its restart is done. Two
questions have no answer in that alone: a loop that is up keeps itself up, and a loop that is down does not pull itself up. So of
what was up the greatest set that holds together stays, and of what was down the least set that it brings back comes up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Final

from krokomrsa.analysis.cascade.losses import Span, Spans
from krokomrsa.analysis.cascade.network import Floats, Network

_LOST: Final = 0  # events: something is lost by itself,
_WHOLE: Final = 1  # is whole again,
_DRY: Final = 2  # a row has been without its supplier for as long as it lasts,
_STARTED: Final = 3  # a restart is done

ROUNDS: Final = 100  # how often something may fall without a loss before it is taken to go round in a loop

Event = tuple[float, int, int]


@dataclass(slots=True)
class _State:
    """What holds at an hour. ``left``: how many more rows a group can lose, below 1: it is broken; ``broken``: groups of an id."""

    first: list[int]
    dependent: list[int]
    group: list[int]
    stock: list[float]
    restart: list[float]
    left: list[int]
    up: list[bool]
    lost: list[bool]
    broken: list[int]
    since: list[float]
    started: list[float]
    serves: list[bool]
    dry: list[float]
    events: list[Event]
    touched: set[int] = field(default_factory=set)
    fell: set[int] = field(default_factory=set)
    rose: set[int] = field(default_factory=set)


def _begin(network: Network, endurance: Floats, restart: Floats, losses: Spans) -> _State:
    ids, rows = len(network.ids), len(network.supplier)
    events = [(start, _LOST, vertex) for vertex, spans in losses.items() for start, _ in spans]
    events += [(end, _WHOLE, vertex) for vertex, spans in losses.items() for _, end in spans if end < math.inf]
    heapify(events)
    return _State(
        first=network.first.tolist(),
        dependent=network.dependent.tolist(),
        group=network.group.tolist(),
        stock=endurance.tolist(),
        restart=restart.tolist(),
        left=network.slack.tolist(),
        up=[True] * ids,
        lost=[False] * ids,
        broken=[0] * ids,
        since=[math.inf] * ids,
        started=[math.inf] * ids,
        serves=[True] * rows,
        dry=[math.inf] * rows,
        events=events,
    )


def _stop(state: _State, row: int) -> int:
    """Let a row serve no more, and return whose it is."""
    group, hit = state.group[row], state.dependent[row]
    state.serves[row] = False
    state.left[group] -= 1
    if state.left[group] == 0:
        state.broken[hit] += 1
        state.touched.add(hit)
    return hit


def _serve(state: _State, row: int) -> int:
    """Let a row serve again, and return whose it is."""
    group, hit = state.group[row], state.dependent[row]
    state.serves[row] = True
    state.left[group] += 1
    if state.left[group] == 1:
        state.broken[hit] -= 1
        state.touched.add(hit)
    return hit


def _rows(state: _State, vertex: int) -> range:
    return range(state.first[vertex], state.first[vertex + 1])


def _fall(state: _State, vertex: int, now: float) -> list[int]:
    """Bring down what was up before this hour, and return those whose row ends at once."""
    state.up[vertex] = False
    state.since[vertex] = now
    state.fell.add(vertex)
    hit = []
    for row in _rows(state, vertex):
        state.dry[row] = now + state.stock[row]
        if state.dry[row] <= now:
            hit.append(_stop(state, row))
    return hit


def _rise(state: _State, vertex: int) -> list[int]:
    """Bring up what was down, on trial for this hour, and return those whose row serves again."""
    state.up[vertex] = True
    state.rose.add(vertex)
    return [_serve(state, row) for row in _rows(state, vertex) if not state.serves[row]]


def _withdraw(state: _State, vertex: int, now: float) -> list[int]:
    """Undo a rise of this hour: it never was up, and its rows are as far gone as before."""
    state.up[vertex] = False
    state.rose.remove(vertex)
    return [_stop(state, row) for row in _rows(state, vertex) if state.dry[row] <= now]


def _may_rise(state: _State, vertex: int, now: float) -> bool:
    whole = not (state.up[vertex] or state.lost[vertex] or state.broken[vertex])
    return whole and (state.started[vertex] <= now or now + state.restart[vertex] <= now)


def _raise_all(state: _State, now: float) -> None:
    """Bring up all that can be, and what that lets rise at the same hour."""
    waiting = list(state.touched)
    while waiting:
        vertex = waiting.pop()
        if _may_rise(state, vertex, now):
            waiting += _rise(state, vertex)


def _fall_all(state: _State, now: float) -> bool:
    """Bring down all that lacks something, and what that takes along at the same hour; tell whether any of it was up before."""
    waiting, before = list(state.touched), len(state.fell)
    while waiting:
        vertex = waiting.pop()
        if state.up[vertex] and state.broken[vertex]:
            waiting += _withdraw(state, vertex, now) if vertex in state.rose else _fall(state, vertex, now)
    return len(state.fell) > before


def _happen(state: _State, now: float, *, runs_at_end: bool) -> None:
    """Take all events of an hour: losses, returns, stocks that end, restarts that are done."""
    while state.events and state.events[0][0] == now:
        _, kind, what = heappop(state.events)
        if kind == _DRY:
            if state.dry[what] == now and state.serves[what]:
                _stop(state, what)
            continue
        state.touched.add(what)
        if kind != _STARTED:
            state.lost[what] = kind == _LOST
        if kind == _WHOLE and runs_at_end:
            state.started[what] = now
        if kind == _LOST and state.up[what]:
            _fall(state, what, now)


def _settle(state: _State, now: float) -> None:
    """Find what is up from this hour on. What rose is tried again, from nothing, when something it may rest on fell."""
    _raise_all(state, now)
    while _fall_all(state, now) and state.rose:
        for vertex in list(state.rose):
            _withdraw(state, vertex, now)
        _raise_all(state, now)


def _plan(state: _State, now: float, *, refilled: bool) -> None:
    """Put what follows from this hour among the events, and settle the stocks of what is back."""
    for vertex in state.fell:
        for row in _rows(state, vertex):
            if now < state.dry[row] < math.inf:
                heappush(state.events, (state.dry[row], _DRY, row))
    for vertex in state.rose:
        state.started[vertex] = math.inf
        for row in _rows(state, vertex):
            state.dry[row] = math.inf
            if not refilled:
                state.stock[row] = max(0.0, state.stock[row] - (now - state.since[vertex]))
    for vertex in state.touched:
        if not state.up[vertex]:
            _restart(state, vertex, now)


def _restart(state: _State, vertex: int, now: float) -> None:
    """Begin the restart of what is down, or break it off."""
    if state.lost[vertex] or state.broken[vertex]:
        state.started[vertex] = math.inf
    elif state.started[vertex] == math.inf and state.restart[vertex] < math.inf:
        state.started[vertex] = now + state.restart[vertex]
        heappush(state.events, (state.started[vertex], _STARTED, vertex))


def _may_return(state: _State) -> bool:
    """Tell whether anything that is left can bring something back."""
    return any(kind == _WHOLE or (kind == _STARTED and state.started[what] == hour) for hour, kind, what in state.events)


def _ends(state: _State, losses: Spans, open_: Iterable[int]) -> dict[int, float]:
    """Return the end of what is still down: inf, or NaN where it was not followed to its end."""
    unknown = math.nan if _may_return(state) else math.inf
    return {vertex: math.inf if state.lost[vertex] and losses[vertex][-1][1] == math.inf else unknown for vertex in open_}


def _rounds(state: _State, fallen: dict[int, int]) -> int:
    """Count who falls at this hour, all losses being over, and return how often anyone has done so."""
    for vertex in state.fell:
        fallen[vertex] = fallen.get(vertex, 0) + 1
    return max((fallen[vertex] for vertex in state.fell), default=0)


def follow(
    network: Network,
    endurance: Floats,
    restart: Floats,
    losses: Spans,
    *,
    refilled: bool,
    runs_at_end: bool = False,
    horizon_h: float = math.inf,
) -> list[tuple[int, Span]]:
    """Return when each vertex is down, in order of start, then of vertex.

    Each hour at which anything changes is handled once, and costs what changes then, with the rows of it: O(log E) for a row
    that ends. Only an hour at which something rises on what falls at the same hour is gone through again. Without a horizon it
    goes on until nothing more changes, or something has fallen ``ROUNDS`` times after the last event of the losses.
    """
    state = _begin(network, endurance, restart, losses)
    last = max((hour for hour, _, _ in state.events), default=0.0)
    fallen: dict[int, int] = {}
    found: list[tuple[int, Span]] = []
    while state.events and state.events[0][0] <= horizon_h:
        now = state.events[0][0]
        _happen(state, now, runs_at_end=runs_at_end)
        _settle(state, now)
        _plan(state, now, refilled=refilled)
        found += [(vertex, (state.since[vertex], now)) for vertex in state.rose]
        if now > last and _rounds(state, fallen) >= ROUNDS and horizon_h == math.inf:
            break
        for changed in (state.touched, state.fell, state.rose):
            changed.clear()
    down = _ends(state, losses, (vertex for vertex, stands in enumerate(state.up) if not stands))
    found += [(vertex, (state.since[vertex], end)) for vertex, end in down.items()]
    return sorted(found, key=lambda one: (one[1][0], one[0]))
