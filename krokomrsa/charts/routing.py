"""Find the way of each line of the dependency map: between the boxes it passes, and apart from the other lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from krokomrsa.charts.layout import Ends, Link

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]  # start, two handles, end
Bundle = tuple[str, str]  # supplier; the dependent of a line that keeps to itself

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


def _bundle(link: Link) -> Bundle:
    """Return which lines keep together on their way: those from one supplier; what closes a loop has a way of its own."""
    return link.supplier, link.dependent if link.closing else ""


def _ports(links: Sequence[Link], stage: Stage) -> dict[tuple[Bundle | Ends, str], float]:
    """Return the height at which each bundle leaves its supplier and each link meets its dependent: in the order of the other ends."""
    held: dict[tuple[str, int], dict[Bundle | Ends, list[float]]] = {}
    for link in links:
        pair = (link.supplier, link.dependent)
        for own, other, key in ((*pair, _bundle(link)), (*pair[::-1], pair)):
            (column, _), (far, height) = stage.spots[own], stage.spots[other]
            held.setdefault((own, (far > column) - (far < column)), {}).setdefault(key, []).append(height)
    ports: dict[tuple[Bundle | Ends, str], float] = {}
    for (own, side), ends in held.items():
        reach = stage.down * PORTS
        order = sorted(ends, key=lambda key: (sum(ends[key]) / len(ends[key]), key))
        for number, key in enumerate(order, start=1):
            ports[key, f"{own} {side}"] = stage.spots[own][1] + reach * (number / (len(ends) + 1) - 0.5)
    return ports


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    """One link with the heights at which it leaves and arrives."""

    link: Link
    bundle: Bundle
    start: int  # columns
    end: int
    leaves: float
    arrives: float


def _legs(links: Sequence[Link], stage: Stage) -> list[_Leg]:
    ports = _ports(links, stage)
    found = []
    for link in links:
        pair, bundle = (link.supplier, link.dependent), _bundle(link)
        start, end = (stage.spots[id_][0] for id_ in pair)
        side = (end > start) - (end < start)
        leaves, arrives = ports[bundle, f"{pair[0]} {side}"], ports[pair, f"{pair[1]} {-side}"]
        found.append(_Leg(link=link, bundle=bundle, start=start, end=end, leaves=leaves, arrives=arrives))
    return found


def _passing(legs: Sequence[_Leg], stage: Stage) -> dict[tuple[Bundle, int], float]:
    """Return the height at which each bundle passes each column between its ends."""
    wished: dict[tuple[Bundle, int], list[float]] = {}
    for leg in legs:
        for column in range(min(leg.start, leg.end) + 1, max(leg.start, leg.end)):
            height = leg.leaves + (leg.arrives - leg.leaves) * (column - leg.start) / (leg.end - leg.start)
            wished.setdefault((leg.bundle, column), []).append(height)
    wanted: dict[tuple[int, int], list[tuple[float, Bundle]]] = {}
    for (bundle, column), heights in wished.items():
        height = sum(heights) / len(heights)
        gaps = stage.gaps(column) or [(stage.top, stage.bottom)]
        nearest = min(range(len(gaps)), key=lambda number: max(gaps[number][0] - height, height - gaps[number][1], 0.0))
        wanted.setdefault((column, nearest), []).append((height, bundle))
    found: dict[tuple[Bundle, int], float] = {}
    for (column, nearest), held in wanted.items():
        start, end = (stage.gaps(column) or [(stage.top, stage.bottom)])[nearest]
        held.sort()
        for (_, bundle), height in zip(held, spaced([height for height, _ in held], start, end, stage.apart), strict=True):
            found[bundle, column] = height
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

    Lines from one supplier go together until they part for their dependents.

    Where both ends stand in one column, the way is an arc beside it: on the left, in the last column on the right.
    """
    legs = _legs(links, stage)
    passing = _passing(legs, stage)
    return {(leg.link.supplier, leg.link.dependent): _way(leg, stage, passing) for leg in legs}


def _way(leg: _Leg, stage: Stage, passing: Mapping[tuple[Bundle, int], float]) -> list[Curve]:
    left = stage.columns[leg.start]
    if leg.start == leg.end:
        right = leg.start == len(stage.columns) - 1 > 0
        x = left + stage.across if right else left
        return [_arc((x, leg.leaves), (x, leg.arrives), stage.bulge if right else -stage.bulge)]
    step, before, after = (1, 0.0, stage.across) if leg.end > leg.start else (-1, stage.across, 0.0)
    points = [(left + after, leg.leaves)]
    for column in range(leg.start + step, leg.end, step):
        points += [(stage.columns[column] + side, passing[leg.bundle, column]) for side in (before, after)]
    points.append((stage.columns[leg.end] + before, leg.arrives))
    return [_bend(*ends) for ends in zip(points[::2], points[1::2], strict=True)]
