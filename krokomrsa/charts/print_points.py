"""Draw single losses for print: a pair of bars each, the services that fall and those for whom it is unacceptable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.charts import draw, style
from krokomrsa.charts.keyed import keyed
from krokomrsa.charts.points import KINDS, MARKS, MOST, Point, notes, points, ticks, weighted
from krokomrsa.charts.rows import duration, number
from krokomrsa.charts.style import PALETTE, SIZES, Size, SizeName, Stroke
from krokomrsa.vocabulary import text_of

ROW: Final = 21.0
BAR: Final = 7.0
HEAD: Final = 27.0  # above the bars: the axis and what it counts
NAMES: Final[Mapping[SizeName, float]] = {"full": 0.3, "half": 0.34}  # of the width, at most
TICK: Final = Stroke(PALETTE["rule"], 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The bars on the page, in points."""

    size: Size
    left: float
    right: float
    top: float
    most: float  # the weight at the right end

    def x(self, weight: float) -> float:
        """Return where a weight stands."""
        return self.left + (self.right - self.left) * weight / self.most


def _axis(axes: Axes, frame: _Frame, at: Sequence[float], bottom: float, title: str) -> None:
    draw.write(axes, (frame.left, frame.top - 18), title, frame.size.small, colour=PALETTE["muted"])
    for weight in at:
        draw.line(axes, [(frame.x(weight), frame.top - 2), (frame.x(weight), bottom)], stroke=TICK, order=0.8)
        draw.write(axes, (frame.x(weight), frame.top - 7), number(weight), frame.size.small, across="center", colour=PALETTE["muted"])


def _row(axes: Axes, frame: _Frame, row: int, point: Point, name: str) -> None:
    top = frame.top + row * ROW + (ROW - 2 * BAR) / 2
    draw.write(axes, (2, top + BAR), name, frame.size.small)
    for part, kind in enumerate(KINDS):
        low, high = point.weights[kind]
        y = top + part * BAR
        for (start, end), mark in zip(((0.0, low), (low, high)), MARKS[kind], strict=True):
            if end > start:
                across = frame.x(end) - frame.x(start)
                draw.box(axes, (frame.x(start), y), across, BAR - 0.8, fill=mark.colour, hatch=mark.hatch, edge=PALETTE["ink"], line=0.4)
        draw.write(axes, (frame.x(high) + 3, y + BAR / 2 - 0.4), point.told(kind), frame.size.small)


def _keys(shown: Sequence[Point]) -> list[draw.Key]:
    """Return what occurs: what is certain, and what is only possible."""
    found = []
    for kind in KINDS:
        held = (any(low for low, _ in _weights(shown, kind)), any(high > low for low, high in _weights(shown, kind)))
        for there, end, mark in zip(held, ("low", "high"), MARKS[kind], strict=True):
            found += [draw.swatch(text_of(f"charts_cascade.points.{kind}_{end}"), mark)] if there else []
    return found


def _weights(shown: Sequence[Point], kind: str) -> list[tuple[float, float]]:
    return [point.weights[kind] for point in shown]  # type: ignore[index]


def single_points(table: pd.DataFrame, *, names: Mapping[str, str], horizon_h: float = WEEK_H, size: SizeName = "full") -> Figure:
    """Draw which single losses bring down most within a horizon, the worst fifteen.

    ``table`` is what ``cascade.single_points`` returns for ``horizon_h``; ``names`` gives id → name.
    """
    look = SIZES[size]
    every = points(table, names)
    shown = every[:MOST]
    title = text_of("charts_cascade.points.title", hours=duration(horizon_h))
    top = draw.top(title, look)
    if not shown:
        return draw.page(title, look, bottom=top, notes=[text_of("charts_cascade.points.empty", hours=duration(horizon_h))])
    labels, key = keyed({point.id: point.name for point in shown}, look.small, look.width * NAMES[size])
    at = ticks(shown)
    told = max(style.width(point.told(kind), look.small) for point in shown for kind in KINDS)
    left = 8 + max(style.width(text, look.small) for text in labels.values())
    frame = _Frame(size=look, left=left, right=look.width - told - 6, top=top + HEAD, most=at[-1])
    bottom = frame.top + len(shown) * ROW
    figure = draw.page(title, look, bottom=bottom + 5, keys=_keys(shown), notes=[*notes(every), *([key] if key else [])])
    axis = text_of(f"charts_cascade.points.{'axis_weighted' if weighted(table) else 'axis'}")
    _axis(figure.axes[0], frame, at, bottom, axis)
    for row, point in enumerate(shown):
        _row(figure.axes[0], frame, row, point, labels[point.id])
    return figure
