"""Have numba compile how failures are settled, behind the scenes and only when there is much to settle.

Nobody waits for it: up to ``MUCH`` rows everything runs in plain Python, and then until the compiled function is there. Only a sweep of
``ENORMOUS`` work begins with loading it. The hours are the same to the last bit. Compiled once, in two seconds, it is kept on disk
(numba's own cache), from which it is loaded in one and a half, most of which is numba itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from threading import Lock, Thread
from typing import Any, Final

import numpy as np

from krokomrsa.analysis.cascade.kernel import settle
from krokomrsa.analysis.cascade.network import Floats, Integers, Network

Settle = Callable[[Integers, Integers, Integers, Integers, Floats, Floats, Floats, Integers], None]
MUCH: Final = 1_000_000  # rows that a process has gone through in plain Python, in about a second, before anything is compiled

ENORMOUS: Final = 20 * MUCH  # rows from which it pays to have every process begin with loading it


def _compile() -> Settle:
    """Return the compiled function, from numba's cache on disk where it is there; where none can be kept, compiled anew."""
    numba: Any = import_module("numba")
    whole, real = numba.intp[::1], numba.float64[::1]
    signature = numba.void(whole, whole, whole, whole, real, real, real, whole)
    try:
        found: Settle = numba.njit(signature, nogil=True, cache=True)(settle)
    except RuntimeError:  # no folder that can be written: numba says so with nothing more precise
        found = numba.njit(signature, nogil=True)(settle)
    return found


class Compiler:
    """Hold the compiled function of this process, once it is there."""

    def __init__(self, *, much: int = MUCH, there: bool | None = None) -> None:
        """Begin with nothing compiled; ``there``: whether numba is, found out by itself unless said."""
        self._much = much
        self._there = find_spec("numba") is not None if there is None else there
        self._lock, self._loading, self._thread, self._rows = Lock(), Lock(), None, 0
        self._settle: Settle | None = None

    _thread: Thread | None

    def _load(self) -> None:
        with self._loading:
            self._settle = self._settle or _compile()

    def ready(self, rows: int) -> Settle | None:
        """Return the compiled function if it is there; otherwise count the rows that are gone through without it."""
        if self._settle is None and self._there:
            with self._lock:
                self._rows += rows
                if self._rows > self._much and self._thread is None:
                    self._thread = Thread(target=self._load, name="krokomrsa-numba")
                    self._thread.start()
        return self._settle

    def wait(self) -> None:
        """Wait until what is being compiled is there: a process must not be forked meanwhile."""
        if self._thread is not None:
            self._thread.join()

    def load(self) -> bool:
        """Compile now, and return whether there is a compiled function."""
        if self._there and self._settle is None:
            self._load()
        return self._settle is not None


COMPILER: Final = Compiler()


@dataclass(frozen=True, slots=True)
class Plan:
    """A network as the compiled function reads it; see ``settle`` for ``part`` and ``place``."""

    network: Network
    part: Integers
    place: Integers

    def settled(self, endurance: Floats, hours: Floats, *, compiler: Compiler = COMPILER) -> Floats | None:
        """Return the hour each id fails, None as long as nothing is compiled."""
        function = compiler.ready(len(self.network.dependent))
        return None if function is None else self.by(function, endurance, hours)

    def by(self, function: Settle, endurance: Floats, hours: Floats) -> Floats:
        """Return the hour each id fails, settled by a function."""
        network, found = self.network, hours.copy()
        lost = np.flatnonzero(hours < np.inf)
        lost = lost[np.argsort(hours[lost])]
        room = len(network.dependent) + len(hours) + 1
        moments, vertices = np.empty(room), np.empty(room, dtype=np.intp)
        moments[: len(lost)], vertices[: len(lost)], vertices[len(lost)] = hours[lost], lost, -1
        function(network.first, network.dependent, self.part, self.place, np.ascontiguousarray(endurance), found, moments, vertices)
        return found


def plan(network: Network) -> Plan:
    """Return what the compiled function needs to know of the groups of a network."""
    several = np.flatnonzero(network.slack > 1)
    number = np.full(len(network.slack), -1, dtype=np.intp)
    number[several] = np.arange(len(several))
    place = np.zeros(len(several) + 1, dtype=np.intp)
    np.cumsum(network.slack[several], out=place[1:])
    return Plan(network, number[network.group], place)
