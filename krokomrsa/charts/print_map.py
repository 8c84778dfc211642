"""Draw the dependency map for print: resources left, services right, every need a line from the supplier to the dependent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path

from krokomrsa.charts import draw, style
from krokomrsa.charts.layout import WEIGHTS, Layout, Link, Node, Side, layered, links, telling
from krokomrsa.charts.routing import Curve, Point, Stage, routes
from krokomrsa.charts.rows import named
from krokomrsa.charts.sides import COLUMNS, collapsed, heading, sides
from krokomrsa.charts.style import PALETTE, SIZES, STROKES, Mark, Size, SizeName, Stroke
from krokomrsa.charts.words import listed
from krokomrsa.vocabulary import text_of

PITCHES: Final = (11.2, 10.4, 9.7)  # from one box to the next, in points: the widest that fits the page
APART: Final = 2.0  # of that between two boxes
BESIDES: Final[Mapping[SizeName, float]] = {"full": 100.0, "half": 130.0}  # title, legend and notes
HEADING: Final = 10.5  # above the boxes of a band
SIDE: Final = 26.0  # left and right of the map together: room for arcs
INSIDE: Final = 3.0  # of a box: left and right of its text together
CORE: Final = Stroke(PALETTE["paper"], 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Map:
    """The map on the page: where each box, band and column stands, in points."""

    layout: Layout
    size: Size
    box: tuple[float, float]  # across, down
    xs: Mapping[tuple[Side, int], float]  # left edge of each column
    ys: Mapping[str, float]  # middle of each box
    headings: Mapping[tuple[Side, str], float]  # middle of each band's heading
    top: float
    bottom: float
    reach: float  # how far a heading may reach to the left of its boxes

    def left(self, node: Node) -> float:
        """Return the left edge of a box."""
        return self.xs[node.side, node.column]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What the map shows: its layout and what each box is called; ``crowded``: a box is a whole band, ``keyed``: a key has room."""

    layout: Layout
    names: Mapping[str, str]
    counts: Mapping[str, str]  # behind the name, where a box is a whole band
    pitch: float
    crowded: bool
    keyed: bool


def _heights(layout: Layout, pitch: float, head: float) -> dict[Side, float]:
    """Return how high either side is: its boxes and the headings of its bands."""
    return {side: layout.rows(side) * pitch + head * sum(band.side == side for band in layout.bands) for side in layout.columns}


def _across(layout: Layout, size: Size) -> float:
    """Return how wide a box is, in points."""
    columns = sum(layout.columns.values())
    gaps = columns - 1
    return min((size.width - SIDE - _gap(gaps, size) * gaps) / max(columns, 1), 80.0 if size.half else 112.0)


def _gap(gaps: int, size: Size) -> float:
    return (15.0 if size.half else 26.0) if gaps else 0.0


def _numbered(names: Mapping[str, str], size: Size, room: float) -> dict[str, tuple[int, str]]:
    """Return the names that have no room in a box, with the number that stands there instead of the end."""
    wide = (id_ for id_, name in names.items() if style.width(name, size.small) > room)
    return {id_: (number, names[id_]) for number, id_ in enumerate(wide, start=1)}


def _key(wide: Sequence[tuple[int, str]]) -> str:
    """Return the whole names of the boxes that hold a number."""
    told = text_of("charts.map.key_separator").join(text_of("charts.map.numbered", number=number, name=name) for number, name in wide)
    return text_of("charts.map.key", names=told) if wide else ""


def _content(
    dependencies: pd.DataFrame, services: pd.DataFrame, resources: pd.DataFrame, organisations: Mapping[str, str], size: Size
) -> _Content:
    found = links(dependencies)
    held = sides(found, services, resources)
    layout = layered(found, held, most=COLUMNS)
    known = {} if size.half else named(services, resources)
    names = {id_: known.get(id_, id_) for id_ in layout.nodes}
    wide = [] if size.half else list(_numbered(names, size, _across(layout, size) - INSIDE).values())
    key = size.line * len(style.wrap(_key(wide), size.small, size.width - 4))
    room, high = style.PAGE_MM * style.MM - BESIDES[size.name], {each: max(_heights(layout, each, HEADING).values()) for each in PITCHES}
    keyed = any(each <= room - key for each in high.values())  # a key is given up before the boxes are
    pitch = next((pitch for pitch, each in high.items() if each <= room - key * keyed), None)
    if pitch is not None:
        return _Content(layout=layout, names=names, counts={}, pitch=pitch, crowded=False, keyed=keyed)
    held_by = Counter((side, band) for side, members in held.items() for _, band in members)
    bands = collapsed(found, held)
    layout = layered(*bands, most=COLUMNS)
    names = {}
    for node in layout.nodes.values():
        short = size.half and node.side == "service" and node.band
        names[node.id] = node.band if short else heading(node.side, node.band, organisations)
    counts = {node.id: f" ({held_by[node.side, node.band]})" for node in layout.nodes.values()}
    return _Content(layout=layout, names=names, counts=counts, pitch=PITCHES[0], crowded=True, keyed=True)


def _notes(shown: _Content, size: Size, left_out: Sequence[str]) -> list[str]:
    if not shown.layout.links:
        return [text_of("charts.map.empty")]
    notes = [text_of("charts.map.reading")]
    notes += [text_of("charts.map.collapsed")] if shown.crowded else [text_of("charts.map.ids")] if size.half else []
    drawn = telling(shown.layout.links)
    if len(drawn) < len(shown.layout.links):
        notes.append(text_of("charts.map.telling", shown=len(drawn), count=len(shown.layout.links)))
    return notes + ([text_of("charts.matrix.prefix", prefix=listed(left_out))] if left_out else [])


def _positions(shown: _Content, size: Size, top: float) -> _Map:
    """Return where everything stands: the columns spread over the width, the two sides over the same height."""
    layout, pitch = shown.layout, shown.pitch
    columns: list[tuple[Side, int]] = [(side, n) for side in ("resource", "service") for n in range(layout.columns[side])]
    gaps = len(columns) - 1
    gap, across = _gap(gaps, size), _across(layout, size)
    step = (size.width - SIDE - across) / gaps if gaps else 0.0
    xs = {key: SIDE / 2 + number * step for number, key in enumerate(columns)}
    head = 3.0 if shown.crowded else HEADING
    heights = _heights(layout, pitch, head)
    tallest = max(heights.values(), default=0.0)
    ys: dict[str, float] = {}
    headings: dict[tuple[Side, str], float] = {}
    for side in layout.columns:
        own = [band for band in layout.bands if band.side == side]
        slack = (tallest - heights[side]) / max(len(own), 1)
        at = top
        for band in own:
            headings[side, band.key] = at + head - HEADING / 2 + 1
            held = [node for node in layout.nodes.values() if (node.side, node.band) == (side, band.key)]
            ys |= {node.id: at + head + (node.row - band.first + 0.5) * pitch for node in held}
            at += head + (band.last - band.first + 1) * pitch + slack
    return _Map(
        layout=layout,
        size=size,
        box=(across, pitch - APART),
        xs=xs,
        ys=ys,
        headings=headings,
        top=top,
        bottom=top + tallest,
        reach=gap * 0.8,
    )


def _path(curves: Sequence[Curve]) -> Path:
    vertices: list[Point] = []
    codes: list[np.uint8] = []
    for curve in curves:
        vertices += curve
        codes += [Path.LINETO if codes else Path.MOVETO, *[Path.CURVE4] * 3]
    return Path(vertices, codes)


def _links(axes: Axes, drawn: _Map) -> None:
    """Draw the links, the longest endurance first so that the short ones lie on top, loops last of all."""
    stage = Stage(
        columns=tuple(drawn.xs.values()),
        across=drawn.box[0],
        down=drawn.box[1],
        spots={id_: (list(drawn.xs).index((node.side, node.column)), drawn.ys[id_]) for id_, node in drawn.layout.nodes.items()},
        top=drawn.top,
        bottom=drawn.bottom,
        bulge=9,
    )
    shown = telling(drawn.layout.links)
    ways = routes(shown, stage)
    for link in sorted(shown, key=lambda link: (link.closing, -WEIGHTS.index(link.weight) if link.weight != "unknown" else -3.5)):
        plain = STROKES[link.weight]
        path = _path(ways[link.supplier, link.dependent])
        order = 2 + (5 - WEIGHTS.index(link.weight)) / 10
        if link.closing:
            draw.curve(axes, path, stroke=Stroke(PALETTE["loop"], 2.2), order=3)
            draw.curve(axes, path, stroke=CORE, order=3.1)
        else:
            draw.curve(axes, path, stroke=Stroke(plain.colour, plain.width, "dashed" if link.backed else plain.dash), order=order)
        draw.symbol(
            axes, ways[link.supplier, link.dependent][-1][-1], Mark(PALETTE["loop"] if link.closing else plain.colour, "o"), 2.2, order=4.5
        )


def _texts(drawn: _Map, shown: _Content) -> tuple[dict[str, str], list[str], str]:
    """Return what stands in each box, the beginnings that were left out of ids for want of room, and the key to numbered boxes."""
    room = drawn.box[0] - INSIDE
    if shown.crowded or not drawn.size.half:
        room -= max((style.width(count, drawn.size.small) for count in shown.counts.values()), default=0.0)
        names = style.distinct(shown.names, drawn.size.small, room)
        wide = _numbered(shown.names, drawn.size, room) if shown.keyed else {}
        for id_, (number, name) in wide.items():
            start = text_of("charts.map.numbered", number=number, name="")
            names[id_] = start + style.whole(name, drawn.size.small, room - style.width(start, drawn.size.small))
        return {id_: name + shown.counts.get(id_, "") for id_, name in names.items()}, [], _key(list(wide.values()))
    texts: dict[str, str] = {}
    left_out = []
    for side in drawn.layout.columns:
        own = {id_: shown.names[id_] for id_, node in drawn.layout.nodes.items() if node.side == side}
        short, prefix = style.shortened(list(own.values()), drawn.size.small, room)
        texts |= {id_: short[name] for id_, name in own.items()}
        left_out += [text_of("charts.alternative.quoted", text=prefix)] if prefix else []
    return texts, left_out, ""


def _boxes(axes: Axes, drawn: _Map, texts: Mapping[str, str]) -> None:
    for node in drawn.layout.nodes.values():
        left, y = drawn.left(node), drawn.ys[node.id]
        edge, line = (PALETTE["loop"], 1.3) if node.loop else (PALETTE["ink"], 0.4)
        draw.box(axes, (left, y - drawn.box[1] / 2), *drawn.box, fill=PALETTE[node.side], edge=edge, line=line, order=4)
        draw.write(axes, (left + drawn.box[0] / 2, y), texts[node.id], drawn.size.small, across="center")


def _headings(axes: Axes, drawn: _Map, organisations: Mapping[str, str]) -> None:
    for (side, key), y in drawn.headings.items():
        left = min(drawn.left(node) for node in drawn.layout.nodes.values() if (node.side, node.band) == (side, key))
        edge = min((x - 4 for x in drawn.xs.values() if x > left), default=drawn.size.width - 2)
        name = key if drawn.size.half and side == "service" and key else heading(side, key, organisations)
        text = style.fit(name, drawn.size.small, edge - left + drawn.reach, bold=True)
        wide = style.width(text, drawn.size.small, bold=True)
        left = max(2.0, min(left, edge - wide))
        draw.box(axes, (left - 1, y - 4), wide + 2, 8, fill=PALETTE["paper"], order=3.5)
        draw.write(axes, (left, y), text, drawn.size.small, bold=True)


def _keys(found: Sequence[Link]) -> list[draw.Key]:
    held = Counter(link.weight for link in found if not link.closing)
    keys = [draw.dash(text_of(f"charts.map.weights.{weight}"), STROKES[weight]) for weight in WEIGHTS if held[weight]]
    if any(link.backed for link in found):
        keys.append(draw.dash(text_of("charts.map.backed"), Stroke(PALETTE["endurance2"], 0.9, "dashed")))
    if any(link.closing for link in found):

        def double(axes: Axes, at: tuple[float, float]) -> None:
            draw.line(axes, [at, (at[0] + 12, at[1])], stroke=Stroke(PALETTE["loop"], 2.2))
            draw.line(axes, [at, (at[0] + 12, at[1])], stroke=CORE, order=3)

        keys.append(draw.Key(text_of("charts.map.loop"), double))
    return keys


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
    shown = _content(dependencies, services, resources, organisations or {}, look)
    title = text_of("charts.map.title")
    top = draw.top(title, look)
    drawn = _positions(shown, look, top + 13)
    texts, left_out, key = _texts(drawn, shown)
    bottom = drawn.bottom + 5 if shown.layout.links else top
    notes = [" ".join(_notes(shown, look, left_out)), *([key] if key else [])]
    figure = draw.page(title, look, bottom=bottom, keys=_keys(telling(shown.layout.links)), notes=notes)
    axes = figure.axes[0]
    for side in drawn.layout.columns:
        xs = [x for (own, _), x in drawn.xs.items() if own == side]
        if xs:
            text = text_of(f"charts.map.{side}s")
            x = min(*xs, look.width - 2 - style.width(text, look.text, bold=True))
            draw.write(axes, (x, top + 8), text, look.text, bold=True, colour=PALETTE["accent"])
    _links(axes, drawn)
    _boxes(axes, drawn, texts)
    if not shown.crowded:
        _headings(axes, drawn, organisations or {})
    return figure
