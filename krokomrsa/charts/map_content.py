"""Choose what the dependency map shows, on paper and on the screen: every service and resource, or whole sectors; its colours; its loops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from krokomrsa.charts.layout import Layout, Link, Side, Weight, layered, links, loops
from krokomrsa.charts.rows import named
from krokomrsa.charts.sides import collapsed, sides
from krokomrsa.charts.style import PALETTE, STROKES, Stroke, faded
from krokomrsa.charts.words import listed
from krokomrsa.vocabulary import text_of

SIDES: Final[tuple[Side, ...]] = ("resource", "service")
COLUMNS: Final[Mapping[Side, int]] = {"resource": 2, "service": 2}  # at most
CROWDED: Final[Mapping[Side, int]] = {"resource": 2, "service": 1}  # where a box is a whole sector
SECTORS: Final = ("sector1", "sector2", "sector3", "sector4", "sector5", "sector6")  # one after another down the page
FADED: Final[Mapping[Weight, float]] = {"hours": 0.0, "day": 0.15, "week": 0.45, "longer": 0.65, "unknown": 0.15}
TINT: Final = 0.85  # of paper in the boxes of a sector


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the map shows; where it is ``crowded`` a box is a whole kind of resource or organisation."""

    layout: Layout
    names: Mapping[str, str]  # of boxes; where they are whole sectors, with how many they hold
    headings: Mapping[tuple[Side, str], str]  # of bands; none where it is crowded
    colours: Mapping[str, str]  # of the lines that begin at a box
    loops: str  # which there are, in a sentence
    crowded: bool

    def fill(self, id_: str) -> str:
        """Return the colour of a box."""
        return faded(self.colours[id_], TINT) if self.layout.nodes[id_].side == "resource" else PALETTE["service"]

    def stroke(self, link: Link) -> Stroke:
        """Return how a line is drawn: the colour tells where it comes from, width and strength how short the endurance is."""
        plain = STROKES[link.weight]
        dash = "dashed" if link.backed else plain.dash
        return Stroke(faded(self.colours[link.supplier], FADED[link.weight]), plain.width, dash)


def spread(layout: Layout, width: float, *, near: float, far: float, widest: float) -> tuple[float, dict[tuple[Side, int], float]]:
    """Return how wide a box is, and the left edge of each column from 0: ``near`` between columns, most room between the sides.

    That is where the lines part; there is at least ``far``. A box is never wider than ``widest``.
    """
    columns: list[tuple[Side, int]] = [(side, number) for side in SIDES for number in range(layout.columns[side])]
    both = all(layout.columns.values())
    inside = near * max(len(columns) - 1 - both, 0)
    across = min((width - inside - far * both) / max(len(columns), 1), widest)
    free = width - inside - across * len(columns)
    xs = {}
    for number, (side, column) in enumerate(columns):
        crossed = both and side == "service"
        xs[side, column] = number * across + (number - crossed) * near + free * crossed
    return across, xs


def _colours(layout: Layout) -> dict[str, str]:
    """Return the colour of each box: that of its kind of resource, the same for all services."""
    kinds = [band.key for band in layout.bands if band.side == "resource"]
    sector = {key: PALETTE[SECTORS[number % len(SECTORS)]] for number, key in enumerate(kinds)}
    return {node.id: sector[node.band] if node.side == "resource" else PALETTE["muted"] for node in layout.nodes.values()}


def _loops(found: list[Link], names: Mapping[str, str]) -> str:
    told = [listed([names.get(id_, id_) for id_ in held]) for held in loops(found)]
    return text_of("charts.map.loops", loops=text_of("charts.map.key_separator").join(told)) if told else ""


def content(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    resources: pd.DataFrame,
    *,
    called: Callable[[Side, str], str],
    fits: Callable[[Content], bool],
) -> Content:
    """Return the whole map where it fits, else the one of sectors.

    ``fits`` is asked of the whole; ``called`` gives the name of a sector.
    """
    found = links(dependencies)
    held = sides(found, services, resources)
    known = named(services, resources)
    told = _loops(found, known)
    layout = layered(found, held, most=COLUMNS)
    whole = Content(
        layout=layout,
        names={id_: known.get(id_, id_) for id_ in layout.nodes},
        headings={(band.side, band.key): called(band.side, band.key) for band in layout.bands},
        colours=_colours(layout),
        loops=told,
        crowded=False,
    )
    if fits(whole):
        return whole
    held_by = Counter((side, band) for side, members in held.items() for _, band in members)
    layout = layered(*collapsed(found, held), most=CROWDED)
    nodes = layout.nodes.values()
    return Content(
        layout=layout,
        names={
            node.id: text_of("charts.map.collapsed_node", name=called(node.side, node.band), count=held_by[node.side, node.band])
            for node in nodes
        },
        headings={},
        colours=_colours(layout),
        loops=told,
        crowded=True,
    )
