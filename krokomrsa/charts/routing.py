"""Find the way of each line of the dependency map: between the boxes it passes, and apart from the other lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from krokomrsa.charts.layout import Ends, Link

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]  # start, two handles, end

PORTS: Final = 0.62  # the part of a box's height that lines meet


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the boxes stand: the left edge of each column, the size of a box, and id → (column, middle)."""

    columns: tuple[float, ...]
    across: float
    down: float
    spots: Mapping[str, tuple[int, float]]
    top: float
    bottom: float
    apart: float = 1.5  # between two lines that pass in the same gap, and between a line and a box
    bulge: float = 7.0  # how far an arc reaches beside a column

    def gaps(self, column: int) -> list[tuple[float, float]]:
        """Return the free stretches of a column from top to bottom, those too narrow for a line left out."""
        middles = sorted(y for own, y in self.spots.values() if own == column)
        edges = [self.top - 1, *(edge for y in middles for edge in (y - self.down / 2, y + self.down / 2)), self.bottom + 1]
        gaps = zip(edges[::2], edges[1::2], strict=True)
        return [(start + self.apart, end - self.apart) for start, end in gaps if end - start > 2 * self.apart]


def spaced(wanted: Sequence[float], start: float, end: float, apart: float) -> list[float]:
    """Return heights as near to the wanted ones, in rising order, as keeps them apart between ``start`` and ``end``.

    >>> spaced([4.0, 4.0, 9.0], 0.0, 10.0, 1.5)
    [4.0, 5.5, 9.0]
    >>> spaced([9.9, 9.9, 9.9], 0.0, 10.0, 1.5)
    [7.0, 8.5, 10.0]
    """
    apart = min(apart, (end - start) / max(len(wanted) - 1, 1))
    found: list[float] = []
    for height in wanted:
        found.append(max(min(max(height, start), end), found[-1] + apart if found else start))
    limit = end
    for number in range(len(found) - 1, -1, -1):
        found[number] = min(found[number], limit)
        limit = found[number] - apart
    return found


def _ports(links: Sequence[Link], stage: Stage) -> dict[tuple[Ends, str], float]:
    """Return the height at which each link leaves its supplier and meets its dependent: in the order of where the other end stands."""
    held: dict[tuple[str, int], list[tuple[float, Ends]]] = {}
    for link in links:
        pair = (link.supplier, link.dependent)
        for own, other in (pair, pair[::-1]):
            (column, _), (far, height) = stage.spots[own], stage.spots[other]
            held.setdefault((own, (far > column) - (far < column)), []).append((height, pair))
    ports: dict[tuple[Ends, str], float] = {}
    for (own, _), ends in held.items():
        reach = stage.down * PORTS
        for number, (_, pair) in enumerate(sorted(ends), start=1):
            ports[pair, own] = stage.spots[own][1] + reach * (number / (len(ends) + 1) - 0.5)
    return ports


def _passing(links: Sequence[Link], stage: Stage, ports: Mapping[tuple[Ends, str], float]) -> dict[tuple[Ends, int], float]:
    """Return the height at which each link passes each column between its ends."""
    wanted: dict[tuple[int, int], list[tuple[float, Ends]]] = {}
    for link in links:
        pair = (link.supplier, link.dependent)
        start, end = (stage.spots[id_][0] for id_ in pair)
        low, high = ports[pair, pair[0]], ports[pair, pair[1]]
        for column in range(min(start, end) + 1, max(start, end)):
            height = low + (high - low) * (column - start) / (end - start)
            gaps = stage.gaps(column) or [(stage.top, stage.bottom)]
            nearest = min(range(len(gaps)), key=lambda number: max(gaps[number][0] - height, height - gaps[number][1], 0.0))
            wanted.setdefault((column, nearest), []).append((height, pair))
    found: dict[tuple[Ends, int], float] = {}
    for (column, nearest), held in wanted.items():
        start_y, end_y = (stage.gaps(column) or [(stage.top, stage.bottom)])[nearest]
        held.sort()
        for (_, pair), height in zip(held, spaced([height for height, _ in held], start_y, end_y, stage.apart), strict=True):
            found[pair, column] = height
    return found


def _bend(start: Point, end: Point) -> Curve:
    middle = (start[0] + end[0]) / 2
    return start, (middle, start[1]), (middle, end[1]), end


def _arc(start: Point, end: Point, bulge: float) -> Curve:
    """Return the curve between two boxes of one column, on one side of it."""
    out = start[0] + math.copysign(min(abs(bulge), 3 + abs(end[1] - start[1]) / 14) * 4 / 3, bulge)
    return start, (out, start[1]), (out, end[1]), end


def routes(links: Sequence[Link], stage: Stage) -> dict[Ends, list[Curve]]:
    """Return the way of each link from its supplier to its dependent, as Bézier curves with a level stretch from each to the next.

    Where both ends stand in one column, the way is an arc beside it: on the left, in the last column on the right.
    """
    ports = _ports(links, stage)
    passing = _passing(links, stage, ports)
    found: dict[Ends, list[Curve]] = {}
    for link in links:
        pair = (link.supplier, link.dependent)
        start, end = (stage.spots[id_][0] for id_ in pair)
        low, high = ports[pair, pair[0]], ports[pair, pair[1]]
        left = stage.columns[start]
        if start == end:
            right = start == len(stage.columns) - 1 > 0
            x = left + stage.across if right else left
            found[pair] = [_arc((x, low), (x, high), stage.bulge if right else -stage.bulge)]
            continue
        step, before, after = (1, 0.0, stage.across) if end > start else (-1, stage.across, 0.0)
        points = [(left + after, low)]
        for column in range(start + step, end, step):
            points += [(stage.columns[column] + side, passing[pair, column]) for side in (before, after)]
        points.append((stage.columns[end] + before, high))
        found[pair] = [_bend(*ends) for ends in zip(points[::2], points[1::2], strict=True)]
    return found
