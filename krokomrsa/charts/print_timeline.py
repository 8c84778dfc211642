"""Draw the failure timeline for print: until when everything stands, when it is down, and when that is no longer tolerable."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, style
from krokomrsa.charts.courses import SPOTS, TONES, Rows, Spot, Tone, bars, sections, spots, tolerated
from krokomrsa.charts.keyed import keyed
from krokomrsa.charts.rows import END, TICKS_H, Fate, along, duration, fates, span
from krokomrsa.charts.style import PALETTE, SIZES, Size, SizeName, Stroke
from krokomrsa.charts.words import title_of
from krokomrsa.vocabulary import text_of, texts

STEPS: Final = (11.4, 10.4, 9.4, 8.7)  # from one row to the next, in points: the widest that fits the page
LATER: Final = 40.0  # the last stretch of the axis holds its name from this width on
LONG: Final = 15  # more rows than this: the ticks are named below too
HEAD: Final = 15.0  # above the rows: the names of the ticks
ENDS: Final = 34.0  # above and below the rows
NAMES: Final[Mapping[SizeName, float]] = {"full": 0.3, "half": 0.36}  # of the width, at most
BARS: Final[Mapping[Tone, float]] = {"stands": 2.4, "possible": 5.0, "certain": 5.0}  # heights in points
DOTS: Final[Mapping[Spot, float]] = {"back": 4.0, "first": 4.4, "last": 3.6}
SHORTEST: Final = 2.4  # points: a moment is still seen
TOLERATED: Final = Stroke(PALETTE["unacceptable"], 0.8)
TICK: Final = Stroke(PALETTE["rule"], 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What finds room on the page."""

    sections: Rows
    labels: Mapping[str, str]  # id → what stands left of a row
    notes: Sequence[str]
    step: float

    @property
    def rows(self) -> int:
        """Return the number of rows, headings included."""
        return sum(len(held) + 1 for held in self.sections.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column of words right of the chart: its heading, what it says of a row, and where it begins."""

    heading: str
    told: Mapping[str, str]
    x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The chart on the page, in points."""

    size: Size
    left: float  # where the axis of time begins
    right: float  # and ends
    columns: Sequence[_Column]
    top: float
    step: float
    begin: float  # the hour of the loss

    def x(self, hours: float) -> float:
        """Return where an hour stands."""
        return self.left + (self.right - self.left) * along(hours) / END


def _limit(fate: Fate) -> str:
    """Return from when the outage is too long, in words."""
    if fate.unacceptable is None:
        return text_of(f"charts.timeline.{'unknown_tolerance' if fate.service else 'no_limit'}")
    return duration(fate.unacceptable[0])


def _columns(shown: Sequence[Fate], size: Size) -> list[_Column]:
    """Return the columns that the page has room for, from left to right; when something is up again only where anything is."""
    if size.half or not shown:
        return []
    said = {"falls": {fate.id: span(fate.earliest, fate.latest) for fate in shown}}
    if any(not math.isinf(fate.back) for fate in shown):
        said["back"] = {fate.id: duration(fate.back) for fate in shown}
    said["unacceptable"] = {fate.id: _limit(fate) for fate in shown}
    found: list[_Column] = []
    right = size.width - 2
    for key, told in reversed(said.items()):
        heading = text_of(f"charts.timeline.{key}")
        wide = max(style.width(heading, size.small, bold=True), *(style.width(text, size.small) for text in told.values()))
        right -= wide
        found.append(_Column(heading=heading, told=told, x=right))
        right -= 10
    return found[::-1]


def _axis(axes: Axes, frame: _Frame, bottom: float, *, below: bool) -> None:
    """Draw the ticks through all rows and name them above, and below where the way is long."""
    small, muted = frame.size.small, PALETTE["muted"]
    places = [(frame.x(hours), label) for hours, label in zip(TICKS_H, texts("charts")["timeline"]["ticks"], strict=True)]
    for x, _ in places:
        draw.line(axes, [(x, frame.top - 2), (x, bottom + 2)], stroke=TICK, order=1.5)
    wide = (frame.right - frame.left) / END > LATER
    later = text_of("charts.timeline.later_full" if wide else "charts.timeline.later_half")
    for y in (frame.top - 7, *([bottom + 7] if below else [])):
        for x, label in places:
            draw.write(axes, (x, y), label, small, across="center", colour=muted)
        draw.write(axes, (frame.right, y), later, small, across="right", colour=muted)
    for column in frame.columns:
        draw.write(axes, (column.x, frame.top - 7), column.heading, small, bold=True)


def _row(axes: Axes, frame: _Frame, y: float, fate: Fate, name: str) -> None:
    draw.write(axes, (2, y), name, frame.size.small)
    for order, (tone, (start, end)) in enumerate(bars(fate, frame.begin)):
        left, high, mark = frame.x(start), BARS[tone], TONES[tone]
        across = max(frame.x(end) - left, SHORTEST)
        edge = "none" if tone == "stands" else PALETTE["ink"]
        at = 3 + order / 10
        draw.box(axes, (left, y - high / 2), across, high, fill=mark.colour, hatch=mark.hatch, edge=edge, line=0.4, order=at)
    held = tolerated(fate)
    if held is not None:
        draw.line(axes, [(frame.x(held[0]), y), (frame.x(held[1]), y)], stroke=TOLERATED, order=5)
        draw.line(axes, [(frame.x(held[1]), y - 2.2), (frame.x(held[1]), y + 2.2)], stroke=TOLERATED, order=5)
    for spot, hours in spots(fate):
        draw.symbol(axes, (frame.x(hours), y), SPOTS[spot], DOTS[spot])
    for column in frame.columns:
        draw.write(axes, (column.x, y), column.told[fate.id], frame.size.small)


def _tolerated_key() -> draw.Key:
    def sample(axes: Axes, at: draw.Point) -> None:
        draw.line(axes, [at, (at[0] + 11, at[1])], stroke=TOLERATED)
        draw.line(axes, [(at[0] + 11, at[1] - 2.2), (at[0] + 11, at[1] + 2.2)], stroke=TOLERATED)

    return draw.Key(text_of("charts.timeline.tolerated"), sample)


def _keys(falling: Sequence[Fate], begin: float) -> list[draw.Key]:
    """Return what occurs, with its word."""
    tones = {tone for fate in falling for tone, _ in bars(fate, begin)}
    found = [draw.swatch(text_of(f"charts.timeline.{tone}"), mark) for tone, mark in TONES.items() if tone in tones]
    if any(tolerated(fate) is not None for fate in falling):
        found.append(_tolerated_key())
    marks = {spot for fate in falling for spot, _ in spots(fate)}
    return [
        *found,
        *(draw.dot(text_of(f"charts.timeline.spots.{spot}"), mark, DOTS[spot]) for spot, mark in SPOTS.items() if spot in marks),
    ]


def _notes(shown: Rows, more: str, standing: Sequence[str], key: str, size: Size) -> list[str]:
    stands = text_of("charts.timeline.standing", count=len(standing), names=text_of("charts.separator").join(standing)) if standing else ""
    empty = "" if shown else text_of("charts.timeline.empty")
    notes = [" ".join(style.wrap(note, size.small, size.width - 4, lines=4)) for note in (empty, more, stands) if note]
    return [*notes, *([key] if key else [])]


def _fitted(
    falling: Sequence[Fate], standing: Sequence[str], lost: Sequence[str], *, room: Callable[[Sequence[str]], float], size: Size
) -> _Page:
    """Return as many rows as the page has room for; ``room`` tells how high the chart may be above some notes."""
    most = int(style.PAGE_MM * style.MM / STEPS[-1])
    while True:
        shown, more = sections(falling, lost, most)
        held = {fate.id: fate.name for rows in shown.values() for fate in rows}
        labels, key = keyed(held, size.small, size.width * NAMES[size.name])
        notes = _notes(shown, more, standing, key, size)
        page = _Page(sections=shown, labels=labels, notes=notes, step=STEPS[-1])
        high = room(notes) - ENDS
        step = next((step for step in STEPS if page.rows * step <= high), None)
        if step is not None:
            return replace(page, step=step)
        most = min(int(high / STEPS[-1]), page.rows - 1)


def _rows(axes: Axes, frame: _Frame, page: _Page) -> None:
    """Draw the rows of each section below its heading, every other on a quiet background."""
    y = frame.top + frame.step / 2
    for group, held in page.sections.items():
        draw.write(axes, (2, y), text_of(f"charts.timeline.groups.{group}"), frame.size.small, bold=True, colour=PALETTE["accent"])
        for number, fate in enumerate(held):
            y += frame.step
            if number % 2 == 0:
                draw.box(axes, (0, y - frame.step / 2), frame.size.width, frame.step, fill=PALETTE["band"], order=0.5)
            _row(axes, frame, y, fate, page.labels[fate.id])
        y += frame.step


def timeline(
    outages: pd.DataFrame,
    services: pd.DataFrame,
    *,
    names: Mapping[str, str],
    lost: Sequence[str] = (),
    size: SizeName = "full",
) -> Figure:
    """Draw what stands and what is down when, earliest first: what is lost, then services, then resources.

    ``outages`` is what ``cascade.outages`` returns for the loss of ``lost``, or what ``cascade.failure_times`` does, where nothing
    comes back; ``services`` has ``id`` and ``tolerable_outage_h``; ``names`` gives id → name. What never falls is named below, not drawn.
    """
    look = SIZES[size]
    falling, standing = fates(outages, services, names)
    title, begin = title_of(names, lost), min((fate.earliest for fate in falling), default=0.0)
    keys = _keys(falling, begin)
    page = _fitted(falling, standing, lost, room=lambda notes: draw.room(title, look, keys=keys, notes=notes), size=look)
    shown = [fate for held in page.sections.values() for fate in held]
    columns = _columns(shown, look)
    frame = _Frame(
        size=look,
        left=8 + max((style.width(page.labels[fate.id], look.small) for fate in shown), default=0.0),
        right=columns[0].x - 10 if columns else look.width - 8,
        columns=columns,
        top=draw.top(title, look) + (HEAD if shown else 0),
        step=page.step,
        begin=begin,
    )
    bottom = frame.top + page.rows * page.step
    below = page.rows > LONG
    figure = draw.page(title, look, bottom=bottom + (16 if below else 5), keys=keys, notes=page.notes)
    if shown:
        _axis(figure.axes[0], frame, bottom, below=below)
    _rows(figure.axes[0], frame, page)
    return figure
