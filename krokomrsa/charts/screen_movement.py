"""Draw on the screen how each risk moves: without protection, now and after the planned measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.analysis.risk import STATES
from krokomrsa.charts.places import drawn_axes, shaded
from krokomrsa.charts.risk_rows import AXES, Box, Move, cells_of, class_words, levels, moves
from krokomrsa.charts.screen_style import TEXT, WIDTH, cut, dressed, lines
from krokomrsa.charts.screen_traces import GAP, Corner, Points, box_points, line_trace, mark_trace, word_trace
from krokomrsa.charts.style import PALETTE, wrap
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of

ACROSS: Final = 5  # small matrices side by side
APART: Final = 24.0  # pixels
DOWN: Final = 0.72  # of a small matrix: its height by its width
NAME: Final = 34.0  # above each
DASHES: Final[Mapping[str, str]] = {"inherent": "dot", "current": "solid", "target": "dash"}
SYMBOLS: Final[Mapping[str, str]] = {"inherent": "circle-open", "current": "circle", "target": "diamond-open"}


class _Sheet:
    """The small matrices in pixels, the first at the top left."""

    def __init__(self, count: int, scale: Scale) -> None:
        """Measure cells."""
        self.rows, self.columns = (len(scale.axis(axis)) for axis in drawn_axes(scale))
        self.across = (WIDTH - 60 - (ACROSS - 1) * APART) / ACROSS
        self.cell = self.across / self.columns, self.across * DOWN / self.rows
        self.step = self.across * DOWN + NAME + APART
        self.high = -(-count // ACROSS) * self.step

    def corner(self, number: int) -> Corner:
        """Return the bottom left corner of a matrix."""
        down, across = divmod(number, ACROSS)
        return across * (self.across + APART), self.high - (down + 1) * self.step + APART

    def box(self, number: int, box: Box, scale: Scale, inset: float) -> tuple[float, float, float, float]:
        """Return left, low, right and high of the cells that a judgement touches, somewhat inside them."""
        (low, high), (first, last) = cells_of(box, scale)
        left, bottom = self.corner(number)
        across, down = self.cell
        return (
            left + first * across + inset,
            bottom + low * down + inset,
            left + (last + 1) * across - inset,
            bottom + (high + 1) * down - inset,
        )

    def middle(self, number: int, box: Box, scale: Scale) -> Corner:
        """Return the middle of a judgement."""
        left, low, right, high = self.box(number, box, scale, 0)
        return (left + right) / 2, (low + high) / 2


def _cells(sheet: _Sheet, count: int, scale: Scale) -> Iterator[dict[str, Any]]:
    """Yield one filled trace for each class."""
    across, down = sheet.cell
    for found in scale.classes:
        cells = [(row, column) for row, classes in enumerate(shaded(scale)) for column, level in enumerate(classes) if level == found.level]
        points: Points = []
        for left, low in map(sheet.corner, range(count)):
            for row, column in cells:
                points += box_points(left + column * across, low + row * down, left + (column + 1) * across, low + (row + 1) * down)
        style = {"color": PALETTE["paper"], "width": 1}
        yield line_trace(points, fill="toself", fillcolor=PALETTE[found.colour], line=style, name=cut(found.label, WIDTH))


def _told(move: Move, state: str, scale: Scale) -> str:
    spans = {axis: levels(move.boxes[state][axis]) for axis in AXES}
    said = text_of("charts_risk.movement.hover", state=text_of(f"charts_risk.movement.{state}"), **spans)
    return lines(move.event, said, class_words(move.classes.get(state), scale))


def _states(every: Sequence[Move], sheet: _Sheet, scale: Scale) -> Iterator[dict[str, Any]]:
    """Yield for each state that occurs its frames and its marks."""
    for place, state in enumerate(STATES):
        held = [(number, move) for number, move in enumerate(every) if state in move.boxes]
        frames = [point for number, move in held for point in box_points(*sheet.box(number, move.boxes[state], scale, 1.5 + 2 * place))]
        name, style = text_of(f"charts_risk.movement.{state}"), {"color": PALETTE["ink"], "width": 2, "dash": DASHES[state]}
        spots = [sheet.middle(number, move.boxes[state], scale) for number, move in held]
        mark = {"symbol": SYMBOLS[state], "size": 8, "color": PALETTE["ink"]}
        if held:
            yield line_trace(frames, line=style, name=name, legendgroup=state)
            said = [_told(move, state, scale) for _, move in held]
            yield mark_trace(spots, said, [move.id for _, move in held], marker=mark, legendgroup=state, showlegend=False)


def _arrows(every: Sequence[Move], sheet: _Sheet, scale: Scale) -> dict[str, Any]:
    points: Points = []
    for number, move in enumerate(every):
        spots = [sheet.middle(number, move.boxes[state], scale) for state in STATES if state in move.boxes]
        for start, end in pairwise(spots):
            points += [start, end, GAP] if start != end else []
    head = {"symbol": "arrow", "size": 10, "angleref": "previous", "standoff": 4, "color": PALETTE["ink"]}
    return line_trace(points, line={"color": PALETTE["ink"], "width": 1.4}, showlegend=False) | {"mode": "lines+markers", "marker": head}


def movement(found: pd.DataFrame, scale: Scale, *, names: Mapping[str, str], first: int | None = None) -> go.Figure:
    """Draw the risks that are judged in more than one state, each in a matrix of its own; a mark carries its risk's id.

    The same input as in print.
    """
    title, every = text_of("charts_risk.movement.title"), moves(found, names)[:first]
    if not every:
        return dressed(go.Figure(), title, 160, empty=text_of("charts_risk.movement.empty"))
    sheet = _Sheet(len(every), scale)
    corners = [sheet.corner(number) for number in range(len(every))]
    spots = [(left, low + sheet.across * DOWN + NAME / 2) for left, low in corners]
    named = word_trace(spots, ["<br>".join(cut(line, WIDTH) for line in wrap(move.event, TEXT, sheet.across, lines=2)) for move in every])
    traces = [*_cells(sheet, len(every), scale), *_states(every, sheet, scale), _arrows(every, sheet, scale), named]
    hidden = {"visible": False, "fixedrange": True}
    figure = go.Figure({"data": traces})
    figure.update_layout(
        xaxis=hidden | {"range": [0, ACROSS * (sheet.across + APART)]}, yaxis=hidden | {"range": [0, sheet.high]}, hovermode="closest"
    )
    return dressed(figure, title, sheet.high + 110)
