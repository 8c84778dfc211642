"""Lay out the dependency map: resources left, services right, suppliers before their dependents, loops marked.

A grid: columns are levels of dependence, bands of rows are sectors (kinds of resources) and organisations.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType
from typing import Final, Literal

import networkx as nx
import pandas as pd

Side = Literal["resource", "service"]
Ends = tuple[str, str]  # supplier, dependent
Weight = Literal["hours", "day", "week", "longer", "unknown"]

LIMITS_H: Final[Mapping[Weight, float]] = MappingProxyType({"hours": 4.0, "day": 24.0, "week": 168.0})  # below it, by the low bound
WEIGHTS: Final[tuple[Weight, ...]] = ("hours", "day", "week", "longer", "unknown")  # shortest first
SWEEPS: Final = 6
WORTH: Final = 4  # services have a second column where at least one in so many stands there
MOST_LINKS: Final = 160  # more lines make a mat: then the short ones are drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """All needs of one dependent for one supplier: the shortest endurance, and whether something can stand in for it."""

    supplier: str
    dependent: str
    weight: Weight
    backed: bool
    loop: bool = False  # part of a loop
    closing: bool = False  # the link that closes a loop on the map: it points back


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A service or a resource in the grid; ``row`` counts from 0 at the top of its own side."""

    id: str
    side: Side
    band: str
    column: int
    row: int
    loop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The rows of one kind of resource or one organisation; ``first`` and ``last`` are rows."""

    side: Side
    key: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The map: nodes by id, links, bands and the number of columns on either side."""

    nodes: Mapping[str, Node]
    links: tuple[Link, ...]
    bands: tuple[Band, ...]
    columns: Mapping[Side, int]

    def rows(self, side: Side) -> int:
        """Return how many rows a side has."""
        return max((band.last + 1 for band in self.bands if band.side == side), default=0)


def weight(low_h: float | None) -> Weight:
    """Return how long one manages without at least, as a class.

    >>> weight(0), weight(4), weight(72), weight(168), weight(None)
    ('hours', 'day', 'week', 'longer', 'unknown')
    """
    if low_h is None or math.isnan(low_h):
        return "unknown"
    return next((name for name, limit in LIMITS_H.items() if low_h < limit), "longer")


def _backed(rows: Sequence[Mapping[Hashable, object]]) -> list[bool]:
    """Return for each row whether fewer than all of its group must stand."""
    size: dict[tuple[object, object], int] = {}
    for row in rows:
        if not pd.isna(row.get("group")):  # type: ignore[call-overload]
            size[row["dependent"], row["group"]] = size.get((row["dependent"], row["group"]), 0) + 1
    needed = [1 if pd.isna(row.get("needed")) else int(row["needed"]) for row in rows]  # type: ignore[call-overload]
    return [count < size.get((row["dependent"], row.get("group")), 1) for row, count in zip(rows, needed, strict=True)]


def links(dependencies: pd.DataFrame) -> list[Link]:
    """Return one link for each pair of dependent and supplier, loops marked.

    ``dependencies`` has ``dependent``, ``supplier`` and where known ``status``, ``group``, ``needed``, ``endurance_low_h``; what is not
    needed is left out.

    >>> found = links(pd.DataFrame({"dependent": ["El", "Tele", "Skola"], "supplier": ["Tele", "El", "El"], "endurance_low_h": [4, 0, 24]}))
    >>> [(link.dependent, link.weight, link.loop) for link in found]
    [('El', 'day', True), ('Tele', 'hours', True), ('Skola', 'week', False)]
    """
    rows = [row for row in dependencies.to_dict("records") if row.get("status") != "not needed"]
    found: dict[tuple[str, str], Link] = {}
    for row, backed in zip(rows, _backed(rows), strict=True):
        pair = str(row["supplier"]), str(row["dependent"])
        new = Link(supplier=pair[0], dependent=pair[1], weight=weight(row.get("endurance_low_h")), backed=backed)
        old = found.get(pair, new)
        shorter = min(old.weight, new.weight, key=WEIGHTS.index)
        found[pair] = Link(supplier=pair[0], dependent=pair[1], weight=shorter, backed=old.backed and backed)
    graph: nx.DiGraph[str] = nx.DiGraph(list(found))
    knot = {id_: number for number, knot in enumerate(nx.strongly_connected_components(graph)) for id_ in knot}
    return [
        Link(supplier=link.supplier, dependent=link.dependent, weight=link.weight, backed=link.backed, loop=knot[pair[0]] == knot[pair[1]])
        for pair, link in found.items()
    ]


def loops(found: Sequence[Link]) -> list[list[str]]:
    """Return the ids of each loop: those that all need each other, directly or by way of others.

    >>> loops(links(pd.DataFrame({"dependent": ["El", "Tele", "Skola"], "supplier": ["Tele", "El", "El"], "endurance_low_h": 0.0})))
    [['El', 'Tele']]
    """
    graph: nx.DiGraph[str] = nx.DiGraph([(link.supplier, link.dependent) for link in found if link.loop])
    return sorted(sorted(held) for held in nx.strongly_connected_components(graph))


def _order(members: Sequence[str], edges: set[Ends]) -> dict[str, int]:
    """Return an order in which few edges point back: Eades, Lin and Smyth (1993), Inf. Process. Lett. 47(6), ties as the members came.

    >>> _order(["El", "Tele", "It"], {("El", "Tele"), ("El", "It"), ("Tele", "It"), ("It", "El")})
    {'El': 0, 'Tele': 1, 'It': 2}
    """
    left = dict.fromkeys(members)
    first: list[str] = []
    last: list[str] = []
    while left:
        into = Counter(end for start, end in edges if start in left and end in left)
        out = Counter(start for start, end in edges if start in left and end in left)
        sink = next((id_ for id_ in left if not out[id_]), None)
        if sink is not None:
            last.append(sink)
            del left[sink]
            continue
        source = next((id_ for id_ in left if not into[id_]), None)
        chosen = source if source is not None else max(left, key=lambda id_: out[id_] - into[id_])
        first.append(chosen)
        del left[chosen]
    return {id_: number for number, id_ in enumerate([*first, *reversed(last)])}


def _closing(found: Sequence[Link], sides: Mapping[Side, Sequence[tuple[str, str]]]) -> set[Ends]:
    """Return the links that close a loop: from a service back to a resource, and few enough on either side to leave no loop."""
    looped = {(link.supplier, link.dependent) for link in found if link.loop}
    own = {side: [id_ for id_, _ in members] for side, members in sides.items()}
    back = {(start, end) for start, end in looped if start in own["service"] and end in own["resource"]}
    for ids in own.values():
        edges = {pair for pair in looped if set(pair) <= set(ids)}
        order = _order([id_ for id_ in ids if any(id_ in pair for pair in edges)], edges)
        back |= {(start, end) for start, end in edges if order[start] >= order[end]}
    return back


def _columns(members: Sequence[str], found: Sequence[Link], most: int) -> dict[str, int]:
    """Return the column of each member: after its suppliers among them, closing links aside; deep chains share the columns evenly."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(members)
    graph.add_edges_from(
        (link.supplier, link.dependent) for link in found if not link.closing and {link.supplier, link.dependent} <= set(members)
    )
    levels = [sorted(level) for level in nx.topological_generations(graph)]
    share = max(len(levels), most)
    return {id_: number if share == most else number * most // share for number, level in enumerate(levels) for id_ in level}


def _worth(columns: dict[str, int]) -> dict[str, int]:
    """Return the columns, or one for all where too few stand beyond the first to be worth the room."""
    beyond = sum(column > 0 for column in columns.values())
    return columns if beyond * WORTH >= len(columns) else dict.fromkeys(columns, 0)


def _place(
    side: Side, members: Sequence[tuple[str, str]], level: Mapping[str, int], loops: set[str], order: Mapping[str, float]
) -> tuple[list[Node], list[Band]]:
    """Return nodes and bands of one side; ``order`` says which of a band and a column stands higher."""
    nodes: list[Node] = []
    bands: list[Band] = []
    first = 0
    for key, group in groupby(members, key=lambda member: member[1]):
        ids = [id_ for id_, _ in group]
        columns = {column: [id_ for id_ in ids if level[id_] == column] for column in {level[id_] for id_ in ids}}
        for column, held in columns.items():
            ordered = sorted(held, key=lambda id_: (order[id_], ids.index(id_)))
            nodes += [
                Node(id=id_, side=side, band=key, column=column, row=first + number, loop=id_ in loops)
                for number, id_ in enumerate(ordered)
            ]
        height = max(map(len, columns.values()))
        bands.append(Band(side=side, key=key, first=first, last=first + height - 1))
        first += height
    return nodes, bands


def _near(members: Sequence[tuple[str, str]], found: Sequence[Link], at: Mapping[str, float]) -> dict[str, float]:
    """Return for each member the mean height of what it is linked with, its own height where it is linked with nothing."""
    near: dict[str, list[float]] = {id_: [] for id_, _ in members}
    for link in found:
        for one, other in ((link.supplier, link.dependent), (link.dependent, link.supplier)):
            if one in near and other in at:
                near[one].append(at[other])
    return {id_: sum(heights) / len(heights) if heights else at[id_] for id_, heights in near.items()}


def _by_band(members: Sequence[tuple[str, str]], heights: Mapping[str, float], *, keep: bool) -> list[tuple[str, str]]:
    """Return the members band by band; the bands in their own order, or by the mean height of their members."""
    bands = list(dict.fromkeys(band for _, band in members))
    if not keep:
        held = {band: [heights[id_] for id_, own in members if own == band] for band in bands}
        bands.sort(key=lambda band: sum(held[band]) / len(held[band]))
    return [member for band in bands for member in members if member[1] == band]


def layered(
    found: Sequence[Link], sides: Mapping[Side, Sequence[tuple[str, str]]], *, most: Mapping[Side, int], keep_order: bool = False
) -> Layout:
    """Return the map of links over ``sides``: for resources and for services, (id, band) in the order of the register.

    ``most`` columns are used on either side. Bands and the nodes in them move towards what they are linked with, so that fewer links
    cross; with ``keep_order`` the bands stay as they came. The same input gives the same map.
    """
    back = _closing(found, sides)
    found = [replace(link, closing=(link.supplier, link.dependent) in back) for link in found]
    loops = {id_ for link in found if link.loop for id_ in (link.supplier, link.dependent)}
    wanted = {side: _columns([id_ for id_, _ in members], found, most[side]) for side, members in sides.items()}
    levels = {side: _worth(columns) if side == "service" else columns for side, columns in wanted.items()}
    at = {id_: (number + 0.5) / len(members) for members in sides.values() for number, (id_, _) in enumerate(members)}
    nodes: dict[str, Node] = {}
    bands: list[Band] = []
    for _ in range(SWEEPS):
        bands = []
        for side, members in sides.items():
            near = _near(members, found, at)
            placed, own = _place(side, _by_band(members, near, keep=keep_order), levels[side], loops, near)
            bands += own
            rows = own[-1].last + 1 if own else 1
            nodes |= {node.id: node for node in placed}
            at |= {node.id: (node.row + 0.5) / rows for node in placed}
    columns: dict[Side, int] = {side: 1 + max(level.values()) if level else 0 for side, level in levels.items()}
    return Layout(nodes=MappingProxyType(nodes), links=tuple(found), bands=tuple(bands), columns=MappingProxyType(columns))


def telling(found: Sequence[Link], most: int = MOST_LINKS) -> list[Link]:
    """Return the links that a map shows: all, or where they are too many those with the shortest endurance; loops are always closed.

    Whole classes of endurance are left out, the longest first. What is unknown may be short, so it goes after a week and before a day.

    >>> many = [Link(supplier="El", dependent=f"V-{n}", weight="longer" if n > 2 else "hours", backed=False) for n in range(6)]
    >>> [link.dependent for link in telling(many, most=4)]
    ['V-0', 'V-1', 'V-2']
    """
    shown = list(found)
    for left_out in ("longer", "week", "unknown", "day"):
        if len(shown) <= most:
            break
        shown = [link for link in shown if link.weight != left_out or link.closing]
    return shown
