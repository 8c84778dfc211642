"""Draw the dependency map for print: resources left, services right, every need a line from the supplier to the dependent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path

from krokomrsa.charts import draw, style
from krokomrsa.charts.keyed import keyed
from krokomrsa.charts.layout import WEIGHTS, Layout, Link, Node, Side, telling
from krokomrsa.charts.map_content import FADED, Content, content, spread
from krokomrsa.charts.routing import Curve, Point, Stage, routes
from krokomrsa.charts.sides import heading
from krokomrsa.charts.style import PALETTE, SIZES, STROKES, Mark, Size, SizeName, Stroke, faded
from krokomrsa.charts.words import listed
from krokomrsa.vocabulary import text_of

PITCHES: Final = (11.2, 10.4, 9.7)  # from one box to the next, in points: the widest that fits the page
APART: Final = 2.0  # of that between two boxes
HEAD: Final = 13.0  # above the map: what its sides are called
END: Final = 5.0  # below it
GAPS: Final[Mapping[SizeName, tuple[float, float]]] = {"full": (24.0, 92.0), "half": (11.0, 40.0)}  # between columns; between the sides
WIDEST: Final[Mapping[SizeName, float]] = {"full": 112.0, "half": 80.0}  # a box
LINE: Final = 8.2  # of a heading
SIDE: Final = 26.0  # left and right of the map together: room for arcs
INSIDE: Final = 3.0  # of a box: left and right of its text together
CORE: Final = Stroke(PALETTE["paper"], 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """The columns of the map on the page, the bands' headings in lines, and the distance between rows, in points."""

    size: Size
    across: float  # of a box
    xs: Mapping[tuple[Side, int], float]  # left edge of each column
    heads: Mapping[tuple[Side, str], Sequence[str]]
    pitch: float
    numbered: bool  # long names have a number and stand in a key: given up before the boxes are

    def head(self, side: Side, key: str) -> float:
        """Return how high the heading of a band is."""
        return LINE * len(self.heads[side, key]) + 2.5 if self.heads else 3.0

    def height(self, layout: Layout, side: Side) -> float:
        """Return how high a side is: its boxes and the headings of its bands."""
        return layout.rows(side) * self.pitch + sum(self.head(side, band.key) for band in layout.bands if band.side == side)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Map:
    """The map on the page: where each box and heading stands, in points."""

    shown: Content
    grid: _Grid
    ys: Mapping[str, float]  # middle of each box
    tops: Mapping[tuple[Side, str], float]  # of each band's heading
    top: float
    bottom: float

    @property
    def box(self) -> tuple[float, float]:
        """Return the size of a box, across and down."""
        return self.grid.across, self.grid.pitch - APART

    def left(self, node: Node) -> float:
        """Return the left edge of a box."""
        return self.grid.xs[node.side, node.column]


def _grid(layout: Layout, headings: Mapping[tuple[Side, str], str], size: Size, pitch: float, *, numbered: bool) -> _Grid:
    """Return the columns spread over the width, with most room between the sides, where the lines part."""
    near, far = GAPS[size.name]
    across, xs = spread(layout, size.width - SIDE, near=near, far=far, widest=WIDEST[size.name])
    heads = {key: style.wrap(text, size.small, across + near, bold=True) for key, text in headings.items()}
    return _Grid(size=size, across=across, xs={key: SIDE / 2 + x for key, x in xs.items()}, heads=heads, pitch=pitch, numbered=numbered)


def _content(
    dependencies: pd.DataFrame, services: pd.DataFrame, resources: pd.DataFrame, organisations: Mapping[str, str], size: Size
) -> tuple[Content, _Grid]:
    """Return what is shown, the whole map where it fits on the page, and the columns it stands in."""
    called = partial(_called, organisations=organisations, size=size)
    found = content(dependencies, services, resources, called=called, fits=lambda whole: _fitting(whole, size) is not None)
    grid = None if found.crowded else _fitting(found, size)
    if grid is not None:
        return found, grid
    grid = _grid(found.layout, {}, size, 0.0, numbered=False)
    lines = max((len(style.wrap(name, size.small, grid.across - INSIDE)) for name in found.names.values()), default=1)
    return found, replace(grid, pitch=lines * LINE + 5)


def _fitting(whole: Content, size: Size) -> _Grid | None:
    """Return the widest rows with which the map, its legend and its notes have room on the page."""
    for numbered in (not size.half, False):
        for pitch in PITCHES:
            grid = _grid(whole.layout, whole.headings, size, pitch, numbered=numbered)
            notes = [" ".join(_notes(whole)), *_texts(whole, grid)[1]]
            room = draw.room(text_of("charts.map.title"), size, keys=_keys(telling(whole.layout.links)), notes=notes) - HEAD - END
            if all(grid.height(whole.layout, side) <= room for side in whole.layout.columns):
                return grid
    return None


def _called(side: Side, key: str, *, organisations: Mapping[str, str], size: Size) -> str:
    """Return what a sector is called; an organisation in the narrow size by its id."""
    return key if size.half and side == "service" and key else heading(side, key, organisations)


def _positions(shown: Content, grid: _Grid, top: float) -> _Map:
    """Return where everything stands, the two sides over the same height."""
    layout = shown.layout
    heights = {side: grid.height(layout, side) for side in layout.columns}
    tallest = max(heights.values(), default=0.0)
    ys: dict[str, float] = {}
    tops: dict[tuple[Side, str], float] = {}
    for side in layout.columns:
        own = [band for band in layout.bands if band.side == side]
        slack = (tallest - heights[side]) / max(len(own), 1)
        at = top
        for band in own:
            tops[side, band.key] = at
            at += grid.head(side, band.key)
            held = [node for node in layout.nodes.values() if (node.side, node.band) == (side, band.key)]
            ys |= {node.id: at + (node.row - band.first + 0.5) * grid.pitch for node in held}
            at += (band.last - band.first + 1) * grid.pitch + slack
    return _Map(shown=shown, grid=grid, ys=ys, tops=tops, top=top, bottom=top + tallest)


def _path(curves: Sequence[Curve]) -> Path:
    vertices: list[Point] = []
    codes: list[np.uint8] = []
    for curve in curves:
        vertices += curve
        codes += [Path.LINETO if codes else Path.MOVETO, *[Path.CURVE4] * 3]
    return Path(vertices, codes)


def _links(axes: Axes, drawn: _Map) -> None:
    """Draw the links, the longest endurance first so that the short ones lie on top, loops last of all."""
    layout, xs = drawn.shown.layout, drawn.grid.xs
    columns = list(xs)
    stage = Stage(
        columns=tuple(xs.values()),
        across=drawn.box[0],
        down=drawn.box[1],
        spots={id_: (columns.index((node.side, node.column)), drawn.ys[id_]) for id_, node in layout.nodes.items()},
        top=drawn.top,
        bottom=drawn.bottom,
        apart=2.4,
        bulge=9,
    )
    shown = telling(layout.links)
    ways = routes(shown, stage)
    for link in sorted(shown, key=lambda link: (link.closing, -WEIGHTS.index(link.weight) if link.weight != "unknown" else -3.5)):
        way = ways[link.supplier, link.dependent]
        stroke = Stroke(PALETTE["loop"], 2.2) if link.closing else drawn.shown.stroke(link)
        draw.curve(axes, _path(way), stroke=stroke, order=3 if link.closing else 2 + (5 - WEIGHTS.index(link.weight)) / 10)
        if link.closing:
            draw.curve(axes, _path(way), stroke=CORE, order=3.1)
        draw.symbol(axes, way[-1][-1], Mark(stroke.colour, "o"), 2.2, order=4.5)


def _texts(shown: Content, grid: _Grid) -> tuple[dict[str, list[str]], list[str]]:
    """Return what stands in each box, and notes: the key to numbered boxes, or what was left out of ids for want of room."""
    size, room = grid.size, grid.across - INSIDE
    if shown.crowded:
        return {id_: style.wrap(name, size.small, room) for id_, name in shown.names.items()}, [
            text_of("charts.map.ids")
        ] if size.half else []
    if not size.half:
        names, key = keyed(shown.names, size.small, room) if grid.numbered else (style.distinct(shown.names, size.small, room), "")
        return {id_: [name] for id_, name in names.items()}, [key] if key else []
    texts: dict[str, list[str]] = {}
    left_out = []
    for side in shown.layout.columns:
        ids = [id_ for id_, node in shown.layout.nodes.items() if node.side == side]
        short, prefix = style.shortened(ids, size.small, room)
        texts |= {id_: [text] for id_, text in short.items()}
        left_out += [text_of("charts.alternative.quoted", text=prefix)] if prefix else []
    notes = [text_of("charts.map.ids")]
    return texts, [*notes, *([text_of("charts.matrix.prefix", prefix=listed(left_out))] if left_out else [])]


def _notes(shown: Content) -> list[str]:
    if not shown.layout.links:
        return [text_of("charts.map.empty")]
    notes = [text_of("charts.map.reading")]
    notes += [text_of("charts.map.collapsed")] if shown.crowded else []
    drawn = telling(shown.layout.links)
    if len(drawn) < len(shown.layout.links):
        notes.append(text_of("charts.map.telling", shown=len(drawn), count=len(shown.layout.links)))
    return [*notes, *([shown.loops] if shown.loops else [])]


def _boxes(axes: Axes, drawn: _Map, texts: Mapping[str, Sequence[str]]) -> None:
    for node in drawn.shown.layout.nodes.values():
        left, y = drawn.left(node), drawn.ys[node.id]
        edge, line = (PALETTE["loop"], 1.3) if node.loop else (PALETTE["ink"], 0.4)
        draw.box(axes, (left, y - drawn.box[1] / 2), *drawn.box, fill=drawn.shown.fill(node.id), edge=edge, line=line, order=4)
        for number, line_ in enumerate(texts[node.id]):
            at = (left + drawn.box[0] / 2, y + (number - (len(texts[node.id]) - 1) / 2) * LINE)
            draw.write(axes, at, line_, drawn.grid.size.small, across="center")


def _headings(axes: Axes, drawn: _Map) -> None:
    """Write the heading of each band above its boxes, on lines where it needs them, whole."""
    small = drawn.grid.size.small
    for (side, key), lines in drawn.grid.heads.items():
        held = [node for node in drawn.shown.layout.nodes.values() if (node.side, node.band) == (side, key)]
        wide = max(style.width(line, small, bold=True) for line in lines)
        left = min(*map(drawn.left, held), drawn.grid.size.width - 2 - wide)
        colour = drawn.shown.colours[held[0].id] if side == "resource" else PALETTE["ink"]
        for number, line in enumerate(lines):
            y = drawn.tops[side, key] + (number + 0.5) * LINE + 1.5
            draw.box(axes, (left - 1, y - 4), style.width(line, small, bold=True) + 2, 8, fill=PALETTE["paper"], order=3.5)
            draw.write(axes, (left, y), line, small, bold=True, colour=colour)


def _keys(found: Sequence[Link]) -> list[draw.Key]:
    held = Counter(link.weight for link in found if not link.closing)
    keys = [
        draw.dash(text_of(f"charts.map.weights.{weight}"), replace(STROKES[weight], colour=faded(STROKES[weight].colour, FADED[weight])))
        for weight in WEIGHTS
        if held[weight]
    ]
    if any(link.backed for link in found):
        keys.append(draw.dash(text_of("charts.map.backed"), replace(STROKES["day"], dash="dashed")))
    if any(link.closing for link in found):
        keys.append(draw.Key(text_of("charts.map.loop"), _double))
    return keys


def _double(axes: Axes, at: Point) -> None:
    draw.line(axes, [at, (at[0] + 12, at[1])], stroke=Stroke(PALETTE["loop"], 2.2))
    draw.line(axes, [at, (at[0] + 12, at[1])], stroke=CORE, order=3)


def dependency_map(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    resources: pd.DataFrame,
    *,
    organisations: Mapping[str, str] | None = None,
    size: SizeName = "full",
) -> Figure:
    """Draw who needs what.

    ``dependencies``, ``services`` and ``resources`` are tables of the register; ``organisations`` gives id → name. Resources stand left
    by kind, services right by organisation, suppliers before their dependents. In the narrow size boxes hold ids. Where there are too
    many for a page, a box is a whole organisation or kind.
    """
    look = SIZES[size]
    shown, grid = _content(dependencies, services, resources, organisations or {}, look)
    title = text_of("charts.map.title")
    top = draw.top(title, look)
    drawn = _positions(shown, grid, top + HEAD)
    texts, beside = _texts(shown, grid)
    bottom = drawn.bottom + END if shown.layout.links else top
    figure = draw.page(title, look, bottom=bottom, keys=_keys(telling(shown.layout.links)), notes=[" ".join(_notes(shown)), *beside])
    axes = figure.axes[0]
    for side in dict.fromkeys(side for side, _ in grid.xs):
        text = text_of(f"charts.map.{side}s")
        x = min(grid.xs[side, 0], look.width - 2 - style.width(text, look.text, bold=True))
        draw.write(axes, (x, top + 8), text, look.text, bold=True, colour=PALETTE["accent"])
    _links(axes, drawn)
    _boxes(axes, drawn, texts)
    _headings(axes, drawn)
    return figure
