"""Draw for print how each risk moves: without protection, now and after the planned measures, a small matrix for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.analysis.risk import STATES
from krokomrsa.charts import draw, style
from krokomrsa.charts.places import drawn_axes, shaded
from krokomrsa.charts.risk_rows import Box, Move, cells_of, moves
from krokomrsa.charts.style import PALETTE, SIZES, Mark, Size, SizeName, Stroke
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of

ACROSS: Final[Mapping[SizeName, int]] = {"full": 6, "half": 3, "landscape": 9}  # small matrices side by side
GAP: Final = 9.0  # between two of them
DOWN: Final = 0.8  # of a small matrix: its height by its width
LINES: Final = 2  # of the event's name
STROKES: Final[Mapping[str, Stroke]] = {
    "inherent": Stroke(PALETTE["ink"], 0.8, "dotted"),
    "current": Stroke(PALETTE["ink"], 1.5),
    "target": Stroke(PALETTE["ink"], 0.9, "dashed"),
}
MARKS: Final[Mapping[str, Mark]] = {
    "inherent": Mark(PALETTE["ink"], "o", filled=False),
    "current": Mark(PALETTE["ink"], "o"),
    "target": Mark(PALETTE["ink"], "D", filled=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Small:
    """A small matrix on the page: its top left corner and its cells, in points."""

    left: float
    top: float
    cell: tuple[float, float]
    rows: int

    def corners(self, box: Box, scale: Scale, inset: float) -> tuple[tuple[float, float], float, float]:
        """Return the top left corner, the width and the height of the cells that a judgement touches, somewhat inside them."""
        (low, high), (first, last) = cells_of(box, scale)
        across, down = self.cell
        corner = self.left + first * across + inset, self.top + (self.rows - 1 - high) * down + inset
        return corner, (last - first + 1) * across - 2 * inset, (high - low + 1) * down - 2 * inset

    def middle(self, box: Box, scale: Scale) -> tuple[float, float]:
        """Return the middle of a judgement."""
        (left, top), across, down = self.corners(box, scale, 0)
        return left + across / 2, top + down / 2


def _cells(axes: Axes, small: _Small, scale: Scale) -> None:
    colours = {found.level: PALETTE[found.colour] for found in scale.classes}
    for row, classes in enumerate(shaded(scale)):
        for column, level in enumerate(classes):
            corner = small.left + column * small.cell[0], small.top + (small.rows - 1 - row) * small.cell[1]
            draw.box(axes, corner, *small.cell, fill=colours[level], edge=PALETTE["paper"], line=0.4)


def _move(axes: Axes, small: _Small, move: Move, scale: Scale) -> None:
    """Draw the states that are judged, and arrows from each to the next."""
    for place, state in enumerate(STATES):
        if state in move.boxes:
            corner, across, down = small.corners(move.boxes[state], scale, 0.9 + 0.9 * place)
            stroke = STROKES[state]
            draw.frame(axes, corner, across, down, stroke=stroke, order=3)
    judged = [(state, small.middle(move.boxes[state], scale)) for state in STATES if state in move.boxes]
    for (_, start), (_, end) in pairwise(judged):
        if start != end:
            draw.arrow(axes, start, end, stroke=Stroke(PALETTE["ink"], 0.9), order=4)
    for state, spot in judged:
        draw.symbol(axes, spot, MARKS[state], 3.2 if state == "current" else 2.8)


def _key(state: str) -> draw.Key:
    """Return the legend's entry for a state: its frame and its mark."""

    def sample(axes: Axes, at: tuple[float, float]) -> None:
        draw.frame(axes, (at[0], at[1] - 3.5), draw.KEY_WIDTH - 4, 7, stroke=STROKES[state])
        draw.symbol(axes, (at[0] + (draw.KEY_WIDTH - 4) / 2, at[1]), MARKS[state], 2.8)

    return draw.Key(text_of(f"charts_risk.movement.{state}"), sample)


def _named(move: Move, size: Size, room: float) -> Sequence[str]:
    return style.wrap(move.id if size.half else move.event, size.small, room, lines=LINES)


def _note(scale: Scale) -> str:
    upwards, across = (text_of(f"charts.matrix.{axis}").lower() for axis in drawn_axes(scale))
    return text_of("charts_risk.movement.note", across=across, upwards=upwards)


def movement(found: pd.DataFrame, scale: Scale, *, names: Mapping[str, str], first: int | None = None, size: SizeName = "full") -> Figure:
    """Draw the risks that are judged in more than one state, each in a matrix of its own with arrows from state to state.

    ``found`` is what ``risk.movement`` returns, in the order to draw in; ``names`` gives id → event. ``first``: so many risks at most.
    """
    look, title, every = SIZES[size], text_of("charts_risk.movement.title"), moves(found, names)
    if not every:
        return draw.page(title, look, bottom=draw.top(title, look), notes=[text_of("charts_risk.movement.empty")])
    across = (look.width - 4 - (ACROSS[size] - 1) * GAP) / ACROSS[size]
    down, words = across * DOWN, (1 if look.half else LINES) * look.line + 2
    states = [state for state in STATES if any(state in move.boxes for move in every)]
    keys = [*map(_key, states), *(draw.swatch(each.label, Mark(PALETTE[each.colour])) for each in scale.classes)]
    note, more = _note(scale), text_of("charts_risk.more", count=len(every))
    room = draw.room(title, look, keys=keys, notes=[note, more]) - 6
    shown = every[: min(first or len(every), int(room / (words + down + GAP)) * ACROSS[size])]
    notes = [note, *([text_of("charts_risk.more", count=len(every) - len(shown))] if len(shown) < len(every) else [])]
    top = draw.top(title, look)
    figure = draw.page(title, look, bottom=top + -(-len(shown) // ACROSS[size]) * (words + down + GAP), keys=keys, notes=notes)
    for number, move in enumerate(shown):
        row, column = divmod(number, ACROSS[size])
        left, start = 2 + column * (across + GAP), top + row * (words + down + GAP)
        draw.paragraph(figure.axes[0], (left, start), _named(move, look, across), look.small, step=look.line)
        rows, columns = (len(scale.axis(axis)) for axis in drawn_axes(scale))
        small = _Small(left=left, top=start + words, cell=(across / columns, down / rows), rows=rows)
        _cells(figure.axes[0], small, scale)
        _move(figure.axes[0], small, move, scale)
    return figure
