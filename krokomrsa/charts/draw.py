"""Put text, boxes, lines, symbols and a legend on a figure that counts in points from the top left corner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text

from krokomrsa.charts.style import MM, PALETTE, Mark, Size, Stroke, blank, font, width, wrap

Point = tuple[float, float]
Across = Literal["left", "center", "right"]

_DASHES: Final[Mapping[str, str | tuple[float, tuple[float, ...]]]] = {
    "solid": "-",
    "dashed": (0.0, (4.0, 1.8)),
    "dotted": (0.0, (1.0, 1.4)),
}
KEY_WIDTH: Final = 15.0  # the sample beside a word in a legend
GAP: Final = 9.0  # between two entries of a legend


def write(
    axes: Axes,
    at: Point,
    text: str,
    points: float,
    *,
    bold: bool = False,
    colour: str = PALETTE["ink"],
    across: Across = "left",
    upright: bool = False,
    order: float = 5,
) -> Text:
    """Write one line of text, centred in height on ``at``; the text is taken as it stands, dollar signs included."""
    made = axes.text(*at, text, fontproperties=font(bold=bold), color=colour, ha=across, va="center", parse_math=False, zorder=order)
    made.set_fontsize(points)
    made.set_rotation(90 if upright else 0)
    return made


def paragraph(axes: Axes, at: Point, lines: Iterable[str], points: float, *, step: float, colour: str = PALETTE["ink"]) -> None:
    """Write lines below each other, the first one's top at ``at``."""
    for number, line in enumerate(lines):
        write(axes, (at[0], at[1] + (number + 0.5) * step), line, points, colour=colour)


def box(
    axes: Axes,
    corner: Point,
    across: float,
    down: float,
    *,
    fill: str = "none",
    edge: str = "none",
    line: float = 0.5,
    hatch: str = "",
    rounded: float = 0,
    order: float = 1,
) -> None:
    """Draw a box from its top left corner."""
    shape: FancyBboxPatch | Rectangle
    if rounded:
        inner = (corner[0] + rounded, corner[1] + rounded)
        style = f"round,pad={rounded},rounding_size={rounded}"
        shape = FancyBboxPatch(inner, max(across - 2 * rounded, 0.1), max(down - 2 * rounded, 0.1), boxstyle=style)
    else:
        shape = Rectangle(corner, across, down)
    shape.set(facecolor=fill, edgecolor=edge, linewidth=line, zorder=order)
    axes.add_patch(shape)
    if hatch:
        axes.add_patch(
            Rectangle(corner, across, down, fill=False, hatch=hatch, edgecolor=PALETTE["muted"], linewidth=0, zorder=order + 0.1)
        )


def line(axes: Axes, points: Sequence[Point], *, stroke: Stroke, order: float = 2, cap: Literal["butt", "round"] = "butt") -> None:
    """Draw a line through points."""
    xs, ys = zip(*points, strict=True)
    axes.add_line(Line2D(xs, ys, color=stroke.colour, lw=stroke.width, ls=dashes(stroke), zorder=order, solid_capstyle=cap))


def frame(axes: Axes, corner: Point, across: float, down: float, *, stroke: Stroke, order: float = 3) -> None:
    """Draw the outline of a box from its top left corner."""
    (left, top), right, bottom = corner, corner[0] + across, corner[1] + down
    line(axes, [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], stroke=stroke, order=order)


def arrow(axes: Axes, start: Point, end: Point, *, stroke: Stroke, order: float = 4) -> None:
    """Draw an arrow that leaves room for a symbol at both ends."""
    made = FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=5.0, shrinkA=2.0, shrinkB=2.0)
    made.set(color=stroke.colour, linewidth=stroke.width, zorder=order)
    axes.add_patch(made)


def dashes(stroke: Stroke) -> str | tuple[float, tuple[float, ...]]:
    """Return a stroke's pattern as matplotlib takes it."""
    return _DASHES[stroke.dash]


def curve(axes: Axes, path: Path, *, stroke: Stroke, order: float = 2) -> None:
    """Draw a curve."""
    axes.add_patch(PathPatch(path, fill=False, edgecolor=stroke.colour, linewidth=stroke.width, linestyle=dashes(stroke), zorder=order))


def symbol(axes: Axes, at: Point, mark: Mark, points: float, *, order: float = 6) -> None:
    """Draw the symbol of a status."""
    stroke = mark.marker == "_"
    fill = mark.colour if mark.filled else PALETTE["paper"]
    edge = mark.colour if stroke or not mark.filled else PALETTE["ink"]
    thick = 1.3 if stroke or not mark.filled else 0.4
    axes.add_line(
        Line2D([at[0]], [at[1]], marker=mark.marker, ms=points, mfc=fill, mec=edge, mew=thick, ls="none", zorder=order)  # one point
    )


def corner(axes: Axes, at: Point, side: float, *, fill: str, order: float = 6) -> None:
    """Draw a filled corner, its right angle at the top right."""
    axes.add_patch(Polygon([at, (at[0] - side, at[1]), (at[0], at[1] + side)], facecolor=fill, linewidth=0, zorder=order))


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend: a word and how its sample is drawn from the middle of its left edge."""

    label: str
    sample: Callable[[Axes, Point], None]


def swatch(label: str, mark: Mark) -> Key:
    """Return a legend entry with a filled and hatched box."""

    def sample(axes: Axes, at: Point) -> None:
        box(axes, (at[0], at[1] - 3.2), KEY_WIDTH - 4, 6.4, fill=mark.colour, edge=PALETTE["ink"], line=0.4, hatch=mark.hatch)

    return Key(label, sample)


def dot(label: str, mark: Mark, points: float = 5) -> Key:
    """Return a legend entry with a symbol."""
    return Key(label, lambda axes, at: symbol(axes, (at[0] + (KEY_WIDTH - 4) / 2, at[1]), mark, points))


def dash(label: str, stroke: Stroke) -> Key:
    """Return a legend entry with a line."""
    return Key(label, lambda axes, at: line(axes, [at, (at[0] + KEY_WIDTH - 3, at[1])], stroke=stroke))


def _rows(keys: Sequence[Key], size: Size, room: float) -> list[list[tuple[float, Key, list[str]]]]:
    """Return the entries by row, each with its place from the left and its label in lines."""
    rows: list[list[tuple[float, Key, list[str]]]] = [[]]
    at = 0.0
    for key in keys:
        label = wrap(key.label, size.small, room - KEY_WIDTH)
        across = KEY_WIDTH + max(width(part, size.small) for part in label)
        if rows[-1] and at + across > room:
            rows.append([])
            at = 0.0
        rows[-1].append((at, key, label))
        at += across + GAP
    return rows if keys else []


def legend_height(keys: Sequence[Key], size: Size, room: float) -> float:
    """Return how high a legend is in a room of some width, in points."""
    return sum(max(len(label) for _, _, label in row) * size.line + 1.5 for row in _rows(keys, size, room))


def legend(axes: Axes, at: Point, keys: Sequence[Key], size: Size, room: float) -> None:
    """Draw a legend that flows over as many rows as it needs, its top left corner at ``at``."""
    top = at[1]
    for row in _rows(keys, size, room):
        for left, key, label in row:
            key.sample(axes, (at[0] + left, top + size.line / 2))
            paragraph(axes, (at[0] + left + KEY_WIDTH, top), label, size.small, step=size.line)
        top += max(len(label) for _, _, label in row) * size.line + 1.5


def top(title: str, size: Size) -> float:
    """Return where the space below a title begins."""
    return 5 + len(_title(title, size)) * size.title * 1.25


def _title(title: str, size: Size) -> list[str]:
    return wrap(title, size.title, size.width - 4, lines=2, bold=True)


def room(title: str, size: Size, *, keys: Sequence[Key] = (), notes: Sequence[str] = ()) -> float:
    """Return how high a chart may be for its figure to stay on one page, in points."""
    lines = sum(len(wrap(note, size.small, size.width - 4)) for note in notes)
    return size.height_mm * MM - top(title, size) - legend_height(keys, size, size.width - 4) - lines * size.line - 6


def fitting(heights: Sequence[float], room: float) -> int:
    """Return how many rows, from the first, fit a height.

    >>> fitting([10, 10, 10], 25)
    2
    """
    return sum(total <= room for total in accumulate(heights))


def page(title: str, size: Size, *, bottom: float, keys: Sequence[Key] = (), notes: Sequence[str] = ()) -> Figure:
    """Return a figure with a title, room down to ``bottom`` for the chart, and below it the legend and the notes, each on lines of its own."""
    room = size.width - 4
    lines = [line for note in notes for line in wrap(note, size.small, room)]
    notes_top = bottom + legend_height(keys, size, room) + 2
    figure = blank(size.name, notes_top + len(lines) * size.line + 4, title)
    axes = figure.axes[0]
    for number, line_ in enumerate(_title(title, size)):
        write(axes, (2, 4 + (number + 0.5) * size.title * 1.25), line_, size.title, bold=True)
    legend(axes, (2, bottom), keys, size, room)
    paragraph(axes, (2, notes_top), lines, size.small, step=size.line, colour=PALETTE["muted"])
    return figure
