"""Draw services × resources for print: the hour in each cell, on the colour of how soon that is, the worst top left."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, style
from krokomrsa.charts.grid import CLASSES, Grid, grid, hours, soon
from krokomrsa.charts.keyed import keyed
from krokomrsa.charts.style import PALETTE, SIZES, Mark, Size, SizeName
from krokomrsa.vocabulary import text_of

MOST: Final[Mapping[SizeName, tuple[int, int]]] = {"full": (30, 20), "half": (30, 9)}  # services and resources
NAMES: Final[Mapping[SizeName, float]] = {"full": 0.3, "half": 0.32}  # of the width, at most
HEAD: Final = 100.0  # of the upright names of resources, at most, in points
ROW: Final = 11.6
ENDS: Final = 12.0  # above and below the cells together
COLUMN: Final = 20.0  # at most
CORNER: Final = 3.4  # of a cell: it may not fall at all


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The grid on the page, in points."""

    size: Size
    left: float
    top: float
    across: float  # of a cell


def _cells(axes: Axes, frame: _Frame, shown: Grid) -> None:
    for row, service in enumerate(shown.services):
        y = frame.top + row * ROW
        for column, resource in enumerate(shown.resources):
            x = frame.left + column * frame.across
            span = shown.cells.get((service, resource))
            draw.box(axes, (x, y), frame.across, ROW, fill=_fill(span), edge=PALETTE["rule"], line=0.4)
            if span is None:
                continue
            ink = CLASSES[soon(span[0])].ink
            draw.write(axes, (x + frame.across / 2, y + ROW / 2), hours(span[0]), frame.size.small, across="center", colour=ink)
            if math.isinf(span[1]):
                draw.corner(axes, (x + frame.across, y), CORNER, fill=ink)


def _fill(span: tuple[float, float] | None) -> str:
    return PALETTE["paper"] if span is None else CLASSES[soon(span[0])].colour


def _names(axes: Axes, frame: _Frame, shown: Grid, labels: Mapping[str, str]) -> None:
    for row, service in enumerate(shown.services):
        draw.write(axes, (2, frame.top + (row + 0.5) * ROW), labels[service], frame.size.small)
    for column, resource in enumerate(shown.resources):
        text, x = labels[resource], frame.left + (column + 0.5) * frame.across
        high = style.width(text, frame.size.small)
        draw.write(axes, (x, frame.top - 3 - high / 2), text, frame.size.small, across="center", upright=True)


def _keys(shown: Grid) -> list[draw.Key]:
    held = {soon(low) for low, _ in shown.cells.values()}
    keys = [draw.swatch(one.label, Mark(one.colour)) for number, one in enumerate(CLASSES) if number in held]
    open_ = any(math.isinf(high) for _, high in shown.cells.values())
    return [*keys, *([draw.Key(text_of("charts_cascade.grid.doubtful"), _corner)] if open_ else [])]


def _corner(axes: Axes, at: draw.Point) -> None:
    draw.box(axes, (at[0], at[1] - 3.2), draw.KEY_WIDTH - 4, 6.4, edge=PALETTE["ink"], line=0.4)
    draw.corner(axes, (at[0] + draw.KEY_WIDTH - 4, at[1] - 3.2), CORNER, fill=PALETTE["ink"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What finds room on the page: the grid, what its rows and columns are called, what stands below, and how high it is."""

    shown: Grid
    labels: Mapping[str, str]
    keys: Sequence[draw.Key]
    notes: Sequence[str]
    high: float  # the upright names

    @property
    def height(self) -> float:
        """Return how high names and cells are, in points."""
        return self.high + ENDS + len(self.shown.services) * ROW


def _page(shown: Grid, names: Mapping[str, str], size: Size) -> _Page:
    called = {id_: " ".join(names.get(id_, id_).split()) for id_ in (*shown.services, *shown.resources)}
    rooms = {**dict.fromkeys(shown.services, size.width * NAMES[size.name]), **dict.fromkeys(shown.resources, HEAD)}
    labels, key = keyed(called, size.small, rooms)
    notes = [" ".join([text_of("charts_cascade.grid.reading"), *shown.notes]), *([key] if key else [])]
    high = max(style.width(labels[id_], size.small) for id_ in shown.resources)
    return _Page(shown=shown, labels=labels, keys=_keys(shown), notes=notes, high=high)


def service_resource(failures: pd.DataFrame, services: pd.DataFrame, *, names: Mapping[str, str], size: SizeName = "full") -> Figure:
    """Draw when each service falls if one resource is lost, at the earliest.

    ``failures`` is what ``cascade.external_losses`` returns: ``lost``, ``id``, ``earliest_h``, ``latest_h``; ``services`` has ``id``;
    ``names`` gives id → name. What finds no room is counted below, as what no loss touches.
    """
    look = SIZES[size]
    rows, columns = MOST[size]
    title = text_of("charts_cascade.grid.title")
    shown = grid(failures, services, rows=rows, columns=columns)
    if not shown.cells:
        return draw.page(title, look, bottom=draw.top(title, look), notes=[text_of("charts_cascade.grid.empty")])
    page = _page(shown, names, look)
    while page.height > draw.room(title, look, keys=page.keys, notes=page.notes):
        rows = len(page.shown.services) - 1
        page = _page(grid(failures, services, rows=rows, columns=columns), names, look)
    left = 6 + max(style.width(page.labels[id_], look.small) for id_ in page.shown.services)
    across = min((look.width - left - 2) / len(page.shown.resources), COLUMN)
    frame = _Frame(size=look, left=left, top=draw.top(title, look) + page.high + ENDS / 2, across=across)
    bottom = frame.top + len(page.shown.services) * ROW + ENDS / 2
    figure = draw.page(title, look, bottom=bottom, keys=page.keys, notes=page.notes)
    _cells(figure.axes[0], frame, page.shown)
    _names(figure.axes[0], frame, page.shown, page.labels)
    return figure
