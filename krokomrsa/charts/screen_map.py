"""Draw the dependency map on the screen: the same layout as in print, with what each box needs when pointing at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from itertools import product
from textwrap import wrap
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.layout import WEIGHTS, Band, Ends, Layout, Link, Node, Side, Weight, telling
from krokomrsa.charts.map_content import FADED, Content, content, spread
from krokomrsa.charts.routing import Curve, Point, Stage, routes
from krokomrsa.charts.screen_style import WIDTH, cut, cuts, dressed, lines
from krokomrsa.charts.sides import heading
from krokomrsa.charts.style import PALETTE, Stroke, faded
from krokomrsa.vocabulary import text_of

MOST: Final = 90  # boxes: with more, each is a whole sector
NOTE: Final = 150  # signs on a line of the notes
PITCH: Final = 20.0  # pixels from one box to the next
BOX: Final = 16.0
HEADING: Final = 20.0
GAP: Final = 60.0  # between columns
FAN: Final = 230.0  # between the sides at least, where the lines part
SIDE: Final = 40.0  # left and right together
STEPS: Final = 14  # points along a curve


def _stage(layout: Layout, head: float) -> tuple[Stage, dict[tuple[Side, str], float]]:
    """Return where the boxes stand in pixels, and the heights of the bands' headings."""
    across, edges = spread(layout, WIDTH - SIDE - 20, near=GAP, far=FAN, widest=260)
    columns = list(edges)
    heights = {side: layout.rows(side) * PITCH + head * sum(band.side == side for band in layout.bands) for side in layout.columns}
    tallest = max(heights.values(), default=0.0)
    at: dict[str, tuple[int, float]] = {}
    headings: dict[tuple[Side, str], float] = {}
    for side in layout.columns:
        own = [band for band in layout.bands if band.side == side]
        top = 0.0
        for band in own:
            headings[side, band.key] = top + head / 2
            for node in _members(layout, band):
                at[node.id] = (columns.index((side, node.column)), top + head + (node.row - band.first + 0.5) * PITCH)
            top += head + (band.last - band.first + 1) * PITCH + (tallest - heights[side]) / len(own)
    xs = tuple(SIDE / 2 + x for x in edges.values())
    return Stage(columns=xs, across=across, down=BOX, spots=at, top=0, bottom=tallest, apart=2.6, bulge=13), headings


def _members(layout: Layout, band: Band) -> list[Node]:
    return [node for node in layout.nodes.values() if (node.side, node.band) == (band.side, band.key)]


def _points(curves: Sequence[Curve]) -> Iterator[Point]:
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in curves:
        for step in range(STEPS + 1):
            t = step / STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
            yield a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy


def _lines(ways: Mapping[Ends, Sequence[Curve]], found: Sequence[Link], stroke: Stroke, **told: Any) -> go.Scatter:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for link in found:
        for x, y in _points(ways[link.supplier, link.dependent]):
            xs.append(x)
            ys.append(y)
        xs.append(None)
        ys.append(None)
    dash = {"solid": "solid", "dashed": "dash", "dotted": "dot"}[stroke.dash]
    style = {"color": stroke.colour, "width": stroke.width * 1.5, "dash": dash}
    return go.Scatter(x=xs or [None], y=ys or [None], mode="lines", line=style, hoverinfo="skip", **told)


def _links(shown: Content, stage: Stage) -> Iterator[go.Scatter]:
    """Yield the lines by endurance and colour, the longest endurance lowest; each endurance is one entry of the legend."""
    found = shown.layout.links
    ways = routes(found, stage)
    drawn = {link.weight for link in telling(found) if not link.closing}
    for backed, weight in product((False, True), reversed(WEIGHTS)):
        own = [link for link in found if (link.weight, link.backed, link.closing) == (weight, backed, False)]
        group = {"legendgroup": f"{weight} {backed}", "visible": True if weight in drawn else "legendonly"}
        by_stroke: dict[Stroke, list[Link]] = {}
        for link in own:
            by_stroke.setdefault(shown.stroke(link), []).append(link)
        for stroke, held in by_stroke.items():
            yield _lines(ways, held, stroke, showlegend=False, **group)
        if own:
            sample = replace(next(iter(by_stroke)), colour=faded(PALETTE["ink"], FADED[weight]))
            yield _lines(ways, [], sample, name=_called(weight, backed=backed), legendrank=10 * backed + WEIGHTS.index(weight), **group)
    loops = [link for link in found if link.closing]
    if loops:
        yield _lines(ways, loops, Stroke(PALETTE["loop"], 1.8), name=text_of("charts.map.loop"), legendrank=20)


def _called(weight: Weight, *, backed: bool) -> str:
    if backed:
        return text_of("charts.map.backed_weight", weight=text_of(f"charts.map.weights_short.{weight}"))
    return text_of(f"charts.map.weights.{weight}")


def _boxes(shown: Content, stage: Stage) -> Iterator[go.Scatter]:
    """Yield the boxes, those of a colour and a border together."""
    alike: dict[tuple[str, bool], list[str]] = {}
    for node in shown.layout.nodes.values():
        alike.setdefault((shown.fill(node.id), node.loop), []).append(node.id)
    for (fill, loop), ids in alike.items():
        xs: list[float | None] = []
        ys: list[float | None] = []
        for column, y in (stage.spots[id_] for id_ in ids):
            left, right, high, low = stage.columns[column], stage.columns[column] + stage.across, y - BOX / 2, y + BOX / 2
            xs += [left, right, right, left, left, None]
            ys += [high, high, low, low, high, None]
        style = {"color": PALETTE["loop" if loop else "muted"], "width": 2.5 if loop else 0.8}
        yield go.Scatter(x=xs, y=ys, mode="lines", fill="toself", fillcolor=fill, line=style, hoverinfo="skip", showlegend=False)


def _said(id_: str, shown: Content) -> str:
    layout, names = shown.layout, shown.names

    def listed(links_: Sequence[tuple[str, Link]]) -> str:
        said = [f"{names[other]} ({text_of(f'charts.map.weights_short.{link.weight}')})" for other, link in links_]
        return text_of("charts.separator").join(said) or text_of("charts.screen.nothing")

    needs = [(link.supplier, link) for link in layout.links if link.dependent == id_]
    needed_by = [(link.dependent, link) for link in layout.links if link.supplier == id_]
    return lines(
        names[id_] if shown.crowded or names[id_] == id_ else f"{id_} {names[id_]}",
        text_of("charts.screen.needs", names=listed(needs)),
        text_of("charts.screen.needed_by", names=listed(needed_by)),
        text_of("charts.screen.loop") if layout.nodes[id_].loop else "",
    )


def _names(shown: Content, stage: Stage) -> go.Scatter:
    ids = list(shown.layout.nodes)
    texts = cuts(shown.names, stage.across - 8)
    return go.Scatter(
        x=[stage.columns[stage.spots[id_][0]] + stage.across / 2 for id_ in ids],
        y=[stage.spots[id_][1] for id_ in ids],
        mode="markers+text",
        marker={"size": BOX, "opacity": 0},
        text=[texts[id_] for id_ in ids],
        hovertext=[_said(id_, shown) for id_ in ids],
        hoverinfo="text",
        customdata=ids,
        showlegend=False,
    )


def dependency_map(
    dependencies: pd.DataFrame, services: pd.DataFrame, resources: pd.DataFrame, *, organisations: Mapping[str, str] | None = None
) -> go.Figure:
    """Draw who needs what; each box carries its id as ``customdata``.

    ``dependencies``, ``services`` and ``resources`` are tables of the register; ``organisations`` gives id → name.
    """
    title = text_of("charts.map.title")
    shown = content(
        dependencies,
        services,
        resources,
        called=partial(heading, organisations=organisations or {}),
        fits=lambda whole: len(whole.layout.nodes) <= MOST,
    )
    layout = shown.layout
    if not layout.links:
        return dressed(go.Figure(), title, 160, empty=text_of("charts.map.empty"))
    stage, tops = _stage(layout, HEADING if shown.headings else 0.0)
    figure = go.Figure([*_links(shown, stage), *_boxes(shown, stage), _names(shown, stage)])
    for (side, key), text in shown.headings.items():
        first = min(stage.spots[node.id][0] for node in layout.nodes.values() if (node.side, node.band) == (side, key))
        said = f"<b>{cut(text, stage.across + GAP - 10)}</b>"
        x, y = stage.columns[first] - 2, tops[side, key]
        figure.add_annotation(x=x, y=y, text=said, showarrow=False, xanchor="left", bgcolor=PALETTE["paper"], borderpad=1)
    notes = _notes(shown)
    figure.add_annotation(
        x=0,
        y=1,
        yshift=6,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        align="left",
        showarrow=False,
        text="<br>".join(notes),
    )
    above = 60 + 16 * len(notes)
    figure.update_layout(
        xaxis={"visible": False, "range": [0, WIDTH - 20], "fixedrange": False},
        yaxis={"visible": False, "range": [stage.bottom + 6, -6]},
        margin={"t": above},
        hovermode="closest",
    )
    return dressed(figure, title, stage.bottom + above + 100)


def _notes(shown: Content) -> list[str]:
    """Return how to read the map, on lines."""
    told = [text_of("charts.map.reading"), text_of("charts.map.collapsed") if shown.crowded else "", shown.loops]
    return [escape(line, quote=False) for note in told if note for line in wrap(note, NOTE)]
