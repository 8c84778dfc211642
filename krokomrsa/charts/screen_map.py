"""Draw the dependency map on the screen: the same layout as in print, with what each box needs when pointing at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.layout import WEIGHTS, Band, Ends, Layout, Link, Node, Side, layered, links, telling
from krokomrsa.charts.routing import Curve, Point, Stage, routes
from krokomrsa.charts.rows import named
from krokomrsa.charts.screen_style import WIDTH, cut, cuts, dressed, lines
from krokomrsa.charts.sides import COLUMNS, heading, sides
from krokomrsa.charts.style import PALETTE, STROKES, Stroke
from krokomrsa.vocabulary import text_of

PITCH: Final = 20.0  # pixels from one box to the next
BOX: Final = 16.0
HEADING: Final = 20.0
GAP: Final = 80.0  # between columns
SIDE: Final = 40.0  # left and right together
STEPS: Final = 14  # points along a curve


def _stage(layout: Layout) -> tuple[Stage, dict[tuple[Side, str], float]]:
    """Return where the boxes stand in pixels, and the heights of the bands' headings."""
    columns: list[tuple[Side, int]] = [(side, n) for side in ("resource", "service") for n in range(layout.columns[side])]
    across = min((WIDTH - SIDE - 20 - GAP * (len(columns) - 1)) / max(len(columns), 1), 260.0)
    step = (WIDTH - SIDE - 20 - across) / max(len(columns) - 1, 1)
    heights = {side: layout.rows(side) * PITCH + HEADING * sum(band.side == side for band in layout.bands) for side in layout.columns}
    tallest = max(heights.values(), default=0.0)
    at: dict[str, tuple[int, float]] = {}
    headings: dict[tuple[Side, str], float] = {}
    for side in layout.columns:
        own = [band for band in layout.bands if band.side == side]
        top = 0.0
        for band in own:
            headings[side, band.key] = top + HEADING / 2
            for node in _members(layout, band):
                at[node.id] = (columns.index((side, node.column)), top + HEADING + (node.row - band.first + 0.5) * PITCH)
            top += HEADING + (band.last - band.first + 1) * PITCH + (tallest - heights[side]) / len(own)
    xs = tuple(SIDE / 2 + number * step for number in range(len(columns)))
    return Stage(columns=xs, across=across, down=BOX, spots=at, top=0, bottom=tallest, apart=2.6, bulge=13), headings


def _members(layout: Layout, band: Band) -> list[Node]:
    return [node for node in layout.nodes.values() if (node.side, node.band) == (band.side, band.key)]


def _points(curves: Sequence[Curve]) -> Iterator[Point]:
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in curves:
        for step in range(STEPS + 1):
            t = step / STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
            yield a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy


def _lines(
    ways: Mapping[Ends, Sequence[Curve]], found: Sequence[Link], stroke: Stroke, name: str, rank: int, *, shown: bool = True
) -> go.Scatter:
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
    return go.Scatter(
        x=xs, y=ys, mode="lines", line=style, name=name, legendrank=rank, hoverinfo="skip", visible=True if shown else "legendonly"
    )


def _links(layout: Layout, stage: Stage) -> list[go.Scatter]:
    """Return the lines by endurance, those with a reservlösning and loops of their own; the longest endurance lies lowest."""
    ways = routes(layout.links, stage)
    shown = {link.weight for link in telling(layout.links) if not link.closing}
    traces = []
    for weight in reversed(WEIGHTS):
        plain = [link for link in layout.links if link.weight == weight and not link.closing and not link.backed]
        name = text_of(f"charts.map.weights.{weight}")
        traces += [_lines(ways, plain, STROKES[weight], name, WEIGHTS.index(weight), shown=weight in shown)] if plain else []
    for weight in reversed(WEIGHTS):
        backed = [link for link in layout.links if link.weight == weight and link.backed and not link.closing]
        stroke = Stroke(STROKES[weight].colour, STROKES[weight].width, "dashed")
        name = text_of("charts.map.backed_weight", weight=text_of(f"charts.map.weights_short.{weight}"))
        traces += [_lines(ways, backed, stroke, name, 10 + WEIGHTS.index(weight), shown=weight in shown)] if backed else []
    loops = [link for link in layout.links if link.closing]
    traces += [_lines(ways, loops, Stroke(PALETTE["loop"], 1.8), text_of("charts.map.loop"), 20)] if loops else []
    return traces


def _boxes(layout: Layout, stage: Stage, *, side: Side, loop: bool) -> go.Scatter:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for node in layout.nodes.values():
        if (node.side, node.loop) == (side, loop):
            column, y = stage.spots[node.id]
            left, right, high, low = stage.columns[column], stage.columns[column] + stage.across, y - BOX / 2, y + BOX / 2
            xs += [left, right, right, left, left, None]
            ys += [high, high, low, low, high, None]
    style = {"color": PALETTE["loop" if loop else "muted"], "width": 2.5 if loop else 0.8}
    return go.Scatter(x=xs, y=ys, mode="lines", fill="toself", fillcolor=PALETTE[side], line=style, hoverinfo="skip", showlegend=False)


def _said(id_: str, layout: Layout, names: Mapping[str, str]) -> str:
    def listed(links_: Sequence[tuple[str, Link]]) -> str:
        said = [f"{names.get(other, other)} ({text_of(f'charts.map.weights_short.{link.weight}')})" for other, link in links_]
        return text_of("charts.separator").join(said) or text_of("charts.screen.nothing")

    needs = [(link.supplier, link) for link in layout.links if link.dependent == id_]
    needed_by = [(link.dependent, link) for link in layout.links if link.supplier == id_]
    return lines(
        f"{id_} {names.get(id_, '')}".strip(),
        text_of("charts.screen.needs", names=listed(needs)),
        text_of("charts.screen.needed_by", names=listed(needed_by)),
        text_of("charts.screen.loop") if layout.nodes[id_].loop else "",
    )


def _names(layout: Layout, stage: Stage, names: Mapping[str, str]) -> go.Scatter:
    ids = list(layout.nodes)
    texts = cuts({id_: names.get(id_, id_) for id_ in ids}, stage.across - 8)
    return go.Scatter(
        x=[stage.columns[stage.spots[id_][0]] + stage.across / 2 for id_ in ids],
        y=[stage.spots[id_][1] for id_ in ids],
        mode="markers+text",
        marker={"size": BOX, "opacity": 0},
        text=[texts[id_] for id_ in ids],
        hovertext=[_said(id_, layout, names) for id_ in ids],
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
    found = links(dependencies)
    title = text_of("charts.map.title")
    if not found:
        return dressed(go.Figure(), title, 160, empty=text_of("charts.map.empty"))
    held = sides(found, services, resources)
    layout = layered(found, held, most=COLUMNS)
    stage, headings = _stage(layout)
    names = named(services, resources)
    shapes = [_boxes(layout, stage, side=side, loop=loop) for side in layout.columns for loop in (False, True)]
    figure = go.Figure([*_links(layout, stage), *(trace for trace in shapes if trace.x), _names(layout, stage, names)])
    for (side, key), y in headings.items():
        first = min(stage.spots[node.id][0] for node in layout.nodes.values() if (node.side, node.band) == (side, key))
        text = f"<b>{cut(heading(side, key, organisations or {}), stage.across + GAP - 10)}</b>"
        figure.add_annotation(
            x=stage.columns[first] - 2, y=y, text=text, showarrow=False, xanchor="left", bgcolor=PALETTE["paper"], borderpad=1
        )
    figure.update_layout(
        xaxis={"visible": False, "range": [0, WIDTH - 20], "fixedrange": False},
        yaxis={"visible": False, "range": [stage.bottom + 6, -6]},
        hovermode="closest",
    )
    return dressed(figure, title, stage.bottom + 160)
