"""Draw the failure timeline for print: a row for everything that falls, when it falls, and when that is no longer tolerable."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, style
from krokomrsa.charts.rows import END, TICKS_H, Fate, along, duration, fates, span
from krokomrsa.charts.style import PALETTE, SIZES, Mark, Size, SizeName, Stroke
from krokomrsa.charts.words import title_of
from krokomrsa.vocabulary import text_of, texts

STEPS: Final = (10.8, 9.4, 8.7)  # from one row to the next, in points: the widest that fits the page
LATER: Final = 40.0  # the last stretch of the axis holds its name from this width on
ENDS: Final = 34.0  # above and below the rows: the ticks' names
LONG: Final = 15  # more rows than this: the ticks are named below too
BAR: Final = 4.6  # height in points
SERVICE: Final = Mark(PALETTE["fall_service"])
RESOURCE: Final = Mark(PALETTE["fall_resource"], hatch="//////")
OPEN: Final = Mark(PALETTE["ink"], ">")
FIRST: Final = Mark(PALETTE["unacceptable"], "D")
LAST: Final = Mark(PALETTE["unacceptable"], "D", filled=False)
WAIT: Final = Stroke(PALETTE["unacceptable"], 0.7, "dotted")
TICK: Final = Stroke(PALETTE["rule"], 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The columns of the chart on the page, in points."""

    size: Size
    names: float  # how wide the names are
    left: float  # where the axis of time begins
    right: float  # and ends
    numbers: tuple[float, float]  # where the two columns of numbers begin
    top: float
    step: float

    def x(self, hours: float) -> float:
        """Return where an hour stands."""
        return self.left + (self.right - self.left) * along(hours) / END

    def y(self, row: int) -> float:
        """Return the middle of a row."""
        return self.top + (row + 0.5) * self.step


def _numbers(shown: Sequence[Fate], size: Size) -> tuple[float, float]:
    """Return how wide the two columns of numbers are, headings included."""
    columns = {"falls": [span(fate.earliest, fate.latest) for fate in shown], "unacceptable": [_limit(fate) for fate in shown]}
    widths = [
        max(
            style.width(text_of(f"charts.timeline.{key}"), size.small, bold=True),
            *(style.width(text, size.small) for text in column),
        )
        for key, column in columns.items()
    ]
    return widths[0], widths[1]


def _frame(shown: Sequence[Fate], size: Size, top: float, step: float) -> _Frame:
    longest = max((style.width(fate.name, size.small) for fate in shown), default=0.0)
    names = min(longest, size.width * (0.36 if size.half else 0.3))
    falls, limits = (0.0, 0.0) if size.half or not shown else _numbers(shown, size)
    right = size.width - 8 - (falls + limits + 24 if falls else 0)
    return _Frame(size=size, names=names, left=8 + names, right=right, numbers=(right + 12, right + 22 + falls), top=top, step=step)


def _axis(axes: Axes, frame: _Frame, rows: int) -> None:
    """Draw the ticks through all rows and name them above, and below where the way is long."""
    bottom = frame.top + rows * frame.step
    places = [(frame.x(hours), label) for hours, label in zip(TICKS_H, texts("charts")["timeline"]["ticks"], strict=True)]
    for x, _ in places:
        draw.line(axes, [(x, frame.top - 2), (x, bottom + 2)], stroke=TICK, order=1.5)
    for y in (frame.top - 7, *([bottom + 7] if rows > LONG else [])):
        for x, label in places:
            draw.write(axes, (x, y), label, frame.size.small, across="center", colour=PALETTE["muted"])
        wide = (frame.right - frame.left) / END > LATER
        later = text_of("charts.timeline.later_full" if wide else "charts.timeline.later_half")
        draw.write(axes, (frame.right + 5, y), later, frame.size.small, across="right", colour=PALETTE["muted"])
    for x, key in zip(frame.numbers, () if frame.size.half else ("falls", "unacceptable"), strict=False):
        draw.write(axes, (x, frame.top - 7), text_of(f"charts.timeline.{key}"), frame.size.small, bold=True)


def _row(axes: Axes, frame: _Frame, row: int, fate: Fate, name: str) -> None:
    y, size = frame.y(row), frame.size
    if row % 2 == 0:
        draw.box(axes, (0, y - frame.step / 2), size.width, frame.step, fill=PALETTE["band"], order=0.5)
    draw.write(axes, (2, y), name, size.small)
    start, end = frame.x(fate.earliest), frame.x(fate.latest)
    mark = SERVICE if fate.service else RESOURCE
    left = min(start, end - 2.4) if start > frame.left else start
    draw.box(
        axes, (left, y - BAR / 2), max(end - left, 2.4), BAR, fill=mark.colour, hatch=mark.hatch, edge=PALETTE["ink"], line=0.4, order=3
    )
    if math.isinf(fate.latest):
        draw.symbol(axes, (end + 1, y), OPEN, 5)
    if fate.unacceptable is not None:
        first, last = fate.unacceptable
        if last > first:
            draw.line(axes, [(frame.x(first), y), (frame.x(last), y)], stroke=WAIT, order=4)
        if last > first and not math.isinf(last):
            draw.symbol(axes, (frame.x(last), y), LAST, 3.4)
        draw.symbol(axes, (frame.x(first), y), FIRST, 4.2)
    if not size.half:
        draw.write(axes, (frame.numbers[0], y), span(fate.earliest, fate.latest), size.small)
        draw.write(axes, (frame.numbers[1], y), _limit(fate), size.small)


def _limit(fate: Fate) -> str:
    """Return from when the outage is too long, in words."""
    if fate.unacceptable is None:
        return text_of(f"charts.timeline.{'unknown_tolerance' if fate.service else 'no_limit'}")
    return duration(fate.unacceptable[0])


def _keys(shown: Sequence[Fate]) -> list[draw.Key]:
    limits = [fate.unacceptable for fate in shown if fate.unacceptable is not None]
    entries = (
        (any(fate.service for fate in shown), draw.swatch(text_of("charts.timeline.service"), SERVICE)),
        (any(not fate.service for fate in shown), draw.swatch(text_of("charts.timeline.resource"), RESOURCE)),
        (any(math.isinf(fate.latest) for fate in shown), draw.dot(text_of("charts.timeline.open"), OPEN)),
        (bool(limits), draw.dot(text_of("charts.timeline.first"), FIRST, 4.2)),
        (any(first < last < math.inf for first, last in limits), draw.dot(text_of("charts.timeline.last"), LAST, 3.4)),
    )
    return [key for wanted, key in entries if wanted]


def _notes(falling: Sequence[Fate], standing: Sequence[Fate], size: Size, most: int = 0) -> list[str]:
    notes = [] if falling else [text_of("charts.timeline.empty")]
    if len(falling) > most:
        notes.append(text_of("charts.timeline.more", count=len(falling) - most))
    if standing:
        listed = text_of("charts.separator").join(sorted(fate.name for fate in standing))
        notes.append(text_of("charts.timeline.standing", count=len(standing), names=listed))
    return [" ".join(style.wrap(note, size.small, size.width - 4, lines=4)) for note in notes]


def timeline(
    failure_times: pd.DataFrame,
    services: pd.DataFrame,
    *,
    names: Mapping[str, str],
    lost: Sequence[str] = (),
    size: SizeName = "full",
) -> Figure:
    """Draw what falls when, earliest first.

    ``failure_times`` is what ``cascade.failure_times`` returns for the loss of ``lost``; ``services`` has ``id`` and
    ``tolerable_outage_h``; ``names`` gives id → name. What never falls is named below, not drawn.
    """
    look = SIZES[size]
    falling, standing = fates(failure_times, services, names)
    title, keys = title_of(names, lost), _keys(falling)
    room = draw.room(title, look, keys=keys, notes=_notes(falling, standing, look)) - ENDS
    step = next((step for step in STEPS if len(falling) * step <= room), STEPS[-1])
    shown = falling[: int(room / step)]
    frame = _frame(shown, look, draw.top(title, look) + (15 if shown else 0), step)
    bottom = frame.top + len(shown) * step + (16 if len(shown) > LONG else 5)
    figure = draw.page(title, look, bottom=bottom, keys=keys, notes=_notes(falling, standing, look, len(shown)))
    if shown:
        _axis(figure.axes[0], frame, len(shown))
    texts_ = style.distinct({fate.id: fate.name for fate in shown}, look.small, frame.names)
    for row, fate in enumerate(shown):
        _row(figure.axes[0], frame, row, fate, texts_[fate.id])
    return figure
