"""Settle failures in order of time with plain arrays and heaps of its own: what numba can compile."""

from __future__ import annotations

import numpy as np

from krokomrsa.analysis.cascade.network import Floats, Integers


def settle(  # noqa: C901, PLR0912, PLR0915, PLR0917 (one loop over one heap: a call for each of a million entries would take longer)
    first: Integers,
    dependent: Integers,
    part: Integers,
    place: Integers,
    endurance: Floats,
    found: Floats,
    moments: Floats,
    vertices: Integers,
) -> None:
    """Lower the hours at which vertices are lost, ``found``, to those at which they fail.

    ``part``: for each row the number of its group, −1 where one failure breaks it; ``place``: where in a common store each group
    keeps its smallest arrivals, as many as must fail to break it, as a heap with the largest on top: that is when it breaks.
    ``moments``, ``vertices``: room for a heap of failures to come, one for each row and vertex; those that are lost by themselves
    stand first, in order of time, which is a heap, up to the first vertex below 0.
    """
    kept, count = np.empty(place[-1]), np.zeros(len(place) - 1, dtype=np.intp)
    size = 0
    while vertices[size] >= 0:
        size += 1
    while size:
        hour, failed = moments[0], vertices[0]
        size -= 1
        moment, vertex, hole, child = moments[size], vertices[size], 0, 1
        while child < size:
            if child + 1 < size and moments[child + 1] < moments[child]:
                child += 1
            if moment <= moments[child]:
                break
            moments[hole], vertices[hole] = moments[child], vertices[child]
            hole, child = child, 2 * child + 1
        moments[hole], vertices[hole] = moment, vertex
        if hour > found[failed]:
            continue
        for row in range(first[failed], first[failed + 1]):
            hit, then, group = dependent[row], hour + endurance[row], part[row]
            if then >= found[hit]:
                continue
            if group >= 0:
                low, room, hole = place[group], place[group + 1] - place[group], count[group]
                if hole < room:
                    count[group] += 1
                    while hole and kept[low + (hole - 1) // 2] < then:
                        kept[low + hole] = kept[low + (hole - 1) // 2]
                        hole = (hole - 1) // 2
                else:
                    if then >= kept[low]:
                        continue
                    hole, child = 0, 1
                    while child < room:
                        if child + 1 < room and kept[low + child + 1] > kept[low + child]:
                            child += 1
                        if then >= kept[low + child]:
                            break
                        kept[low + hole] = kept[low + child]
                        hole, child = child, 2 * child + 1
                kept[low + hole] = then
                then = kept[low]
                if count[group] < room or then >= found[hit]:
                    continue
            found[hit] = then
            hole = size
            size += 1
            while hole and then < moments[(hole - 1) // 2]:
                moments[hole], vertices[hole] = moments[(hole - 1) // 2], vertices[(hole - 1) // 2]
                hole = (hole - 1) // 2
            moments[hole], vertices[hole] = then, hit
