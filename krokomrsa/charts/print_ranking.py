"""Draw for print how sure the order of the risks is: for each its chances of every class, the places it may have, and P(top k)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.analysis.risk import assumptions
from krokomrsa.charts import draw, style
from krokomrsa.charts.risk_rows import Ranked, ranked, share
from krokomrsa.charts.style import PALETTE, SIZES, Mark, Size, SizeName, Stroke
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of

STEPS: Final = (10.8, 9.4, 8.7)  # from one row to the next, in points: the widest that fits the page
HEAD: Final = 11.0  # above the rows: what the columns are
BAR: Final = 4.6  # height in points
SHARE: Final = 34.0  # the width of the last column
PLACES: Final = Stroke(PALETTE["judged"], 3.4)
DECLARED: Final = Mark(PALETTE["ink"], "D")
LIMIT: Final = Stroke(PALETTE["unacceptable"], 0.8, "dashed")
TICK: Final = Stroke(PALETTE["rule"], 0.5)
TICKS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # steps between places that are named
ROOM: Final = 26.0  # between two places that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The columns of the chart on the page, in points."""

    size: Size
    names: tuple[float, float]  # where the events begin and end
    classes: tuple[float, float]  # the bar of chances
    places: tuple[float, float]  # the axis of places
    count: int  # of risks that have a place
    top: float
    step: float

    def x(self, place: float) -> float:
        """Return where a place stands on its axis."""
        left, right = self.places
        return left + (right - left) * (place - 1) / max(1, self.count - 1)

    def y(self, row: int) -> float:
        """Return the middle of a row."""
        return self.top + (row + 0.5) * self.step


def _frame(rows: Sequence[Ranked], size: Size, top: float, step: float, count: int) -> _Frame:
    left, right = 18.0, size.width - SHARE
    named = [row.id if size.half else row.event for row in rows]
    names = left, left + min(max((style.width(name, size.small) for name in named), default=0.0), size.width * 0.36)
    across = 0.0 if size.half else 84.0
    classes = names[1] + 8, names[1] + 8 + across
    places = classes[1] + (6 if size.half else 14), right - 8
    return _Frame(size=size, names=names, classes=classes, places=places, count=count, top=top, step=step)


def _head(axes: Axes, frame: _Frame, rows: int, k: int) -> None:
    """Name the columns and the places, and draw their lines through all rows."""
    size, y, bottom = frame.size, frame.top - HEAD / 2 - 1, frame.top + rows * frame.step
    across = frame.places[1] - frame.places[0]
    step = next((step for step in TICKS if across * step / max(1, frame.count) > ROOM), TICKS[-1])
    places = (1, *(place for place in range(step, frame.count + 1, step) if frame.x(place) - frame.x(1) > ROOM / 2))
    for place in places:
        draw.line(axes, [(frame.x(place), frame.top - 1), (frame.x(place), bottom)], stroke=TICK, order=1.5)
        draw.write(axes, (frame.x(place), y), str(place), size.small, across="center", colour=PALETTE["muted"])
    if k < frame.count:
        limit = frame.x(k + 0.5)
        draw.line(axes, [(limit, frame.top - 1), (limit, bottom)], stroke=LIMIT, order=2)
    draw.write(axes, (size.width - 2, y), text_of("charts_risk.ranking.top", k=k), size.small, bold=True, across="right")
    if not size.half:
        draw.write(axes, (frame.names[0], y), text_of("charts_risk.ranking.event"), size.small, bold=True)
        draw.write(axes, (frame.classes[0], y), text_of("charts_risk.ranking.classes"), size.small, bold=True)


def _row(axes: Axes, frame: _Frame, number: int, row: Ranked, colours: Sequence[str]) -> None:
    y, size = frame.y(number), frame.size
    if number % 2 == 0:
        draw.box(axes, (0, y - frame.step / 2), size.width, frame.step, fill=PALETTE["band"], order=0.5)
    draw.write(axes, (14, y), str(row.rank), size.small, across="right")
    name = style.fit(row.id if size.half else row.event, size.small, frame.names[1] - frame.names[0] + 1)
    draw.write(axes, (frame.names[0], y), name, size.small)
    left, across = frame.classes[0], frame.classes[1] - frame.classes[0]
    for chance, colour in zip(row.classes, colours, strict=True):
        if chance * across > 0:
            draw.box(axes, (left, y - BAR / 2), chance * across, BAR, fill=colour, edge=PALETTE["ink"], line=0.35, order=3)
        left += chance * across
    first, last = map(frame.x, row.places)
    draw.line(axes, [(min(first, last - 2), y), (last, y)] if last > first else [(first - 1, y), (first + 1, y)], stroke=PLACES, order=3)
    draw.symbol(axes, (frame.x(row.rank), y), DECLARED, 2.6)
    draw.write(axes, (size.width - 2, y), share(row.top), size.small, across="right")


def _keys(scale: Scale, size: Size, limit: str) -> list[draw.Key]:
    classes = [] if size.half else [draw.swatch(found.label, Mark(PALETTE[found.colour])) for found in scale.classes]
    return [
        *classes,
        draw.dash(text_of("charts_risk.ranking.interval"), PLACES),
        draw.dot(text_of("charts_risk.ranking.declared"), DECLARED, 2.6),
        *([draw.dash(limit, LIMIT)] if limit else []),
    ]


def ranking_intervals(
    ranking: pd.DataFrame,
    places: pd.DataFrame,
    classes: pd.DataFrame,
    scale: Scale,
    *,
    names: Mapping[str, str],
    k: int = 10,
    first: int | None = None,
    size: SizeName = "full",
) -> Figure:
    """Draw the judged risks in their declared order, each with the places and classes that its uncertainty gives it.

    ``ranking``, ``places`` and ``classes`` are what ``risk.ranking``, ``risk.rank_probabilities`` (for ``k``) and
    ``risk.class_probabilities`` return; ``names`` gives id → event. ``first``: so many of them at most, the highest.
    """
    look, title = SIZES[size], text_of("charts_risk.ranking.title")
    every = ranked(ranking, places, classes, scale, names)
    if not every:
        return draw.page(title, look, bottom=draw.top(title, look), notes=[text_of("charts_risk.ranking.empty")])
    keys, notes = (
        _keys(scale, look, text_of("charts_risk.ranking.top", k=k) if k < len(every) else ""),
        [" ".join(assumptions(scale, step=None))],
    )
    more = text_of("charts_risk.more", count=len(every))
    room = draw.room(title, look, keys=keys, notes=[more, *notes]) - HEAD - 8
    wanted = min(len(every), first or len(every))
    step = next((step for step in STEPS if wanted * step <= room), STEPS[-1])
    shown = every[: min(wanted, int(room / step))]
    notes = [text_of("charts_risk.more", count=len(every) - len(shown)), *notes] if len(shown) < len(every) else notes
    frame = _frame(shown, look, draw.top(title, look) + HEAD + 2, step, len(every))
    figure = draw.page(title, look, bottom=frame.top + len(shown) * step + 5, keys=keys, notes=notes)
    _head(figure.axes[0], frame, len(shown), k)
    colours = [PALETTE[found.colour] for found in scale.classes]
    for number, row in enumerate(shown):
        _row(figure.axes[0], frame, number, row, colours)
    return figure
