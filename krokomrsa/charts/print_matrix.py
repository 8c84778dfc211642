"""Draw the risk matrix for print: short ids packed in the cells, each with its spread, and the rest beside the matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, style
from krokomrsa.charts.places import BANDS, Aside, Packed, Place, crowd, pack, places
from krokomrsa.charts.style import PALETTE, SIZES, Mark, Size, SizeName, Stroke
from krokomrsa.scales import Level, Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

PAD: Final = 1.8  # between a label and its frame, in points
PILL: Final = 3.6  # a label's frame is so much higher than its letters
GUTTER: Final = 3.0  # between labels
LEVELS: Final = 56.0  # the widest level beside the matrix
LONGEST: Final[Mapping[SizeName, float]] = {"full": 30.0, "half": 14.0}  # the widest label
SPREAD: Final = Stroke(PALETTE["ink"], 1.9)
BORDER: Final = Stroke(PALETTE["ink"], 1.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """The matrix on the page: its top left corner, its cells and their slots, in points."""

    left: float
    top: float
    cell: tuple[float, float]  # across, down
    slot: tuple[float, float]
    pill: tuple[float, float]  # a label's frame: equal for all, so that spreads compare
    slots: tuple[int, int]  # down, across
    rows: int
    columns: int

    def corner(self, row: float, column: float) -> tuple[float, float]:
        """Return the top left corner of a cell; row 0 is the lowest likelihood, at the bottom."""
        return self.left + column * self.cell[0], self.top + (self.rows - 1 - row) * self.cell[1]

    def spot(self, place: Place, slot: tuple[int, int]) -> tuple[float, float]:
        """Return the top left corner of a label."""
        left, top = self.corner(place.row, place.column)
        margin = [(whole - count * part) / 2 for whole, count, part in zip(self.cell, self.slots[::-1], self.slot, strict=True)]
        return left + margin[0] + slot[1] * self.slot[0] + GUTTER / 2, top + margin[1] + slot[0] * self.slot[1] + GUTTER / 2


def _grid(inside: Sequence[Place], labels: dict[str, str], scale: Scale, size: Size, room: tuple[float, float]) -> _Grid:
    """Return the matrix that holds the labels, from ``room`` = (left, width)."""
    rows, columns = len(scale.likelihood), len(scale.consequence)
    label = max((style.width(labels[place.id], size.small) for place in inside), default=14.0) + 2 * PAD
    most = max((len(members) for members in crowd(inside).values()), default=1)
    plus = style.width(text_of("charts.more", count=most), size.small) + 2 * PAD
    high = size.small + PILL
    cell = room[1] / columns
    across = max(1, int((cell - 1) / (max(label, plus) + GUTTER)))
    wide = min((cell - 1) / across - GUTTER, max(label, plus) * 1.4)
    down = min(5 if size.half else 6, max(3, -(-most // across)))
    return _Grid(
        left=room[0],
        top=draw.top(text_of("charts.matrix.title"), size) + 1,
        cell=(cell, down * (high + GUTTER) + 2),
        slot=((cell - 1) / across, high + GUTTER),
        pill=(wide, high),
        slots=(down, across),
        rows=rows,
        columns=columns,
    )


def _cells(axes: Axes, grid: _Grid, scale: Scale) -> None:
    """Shade the cells by class and draw a border where the class changes."""
    colours = {found.level: PALETTE[found.colour] for found in scale.classes}
    across, down = grid.cell
    for row, classes in enumerate(scale.matrix):
        for column, level in enumerate(classes):
            left, top = grid.corner(row, column)
            draw.box(axes, (left, top), across, down, fill=colours[level], edge=PALETTE["paper"], line=0.7)
            if column and classes[column - 1] != level:
                draw.line(axes, [(left, top), (left, top + down)], stroke=BORDER, cap="round")
            if row and scale.matrix[row - 1][column] != level:
                draw.line(axes, [(left, top + down), (left + across, top + down)], stroke=BORDER, cap="round")


def _pill(axes: Axes, corner: tuple[float, float], text: str, across: float, size: Size, *, bold: bool = False) -> None:
    down = size.small + PILL
    draw.box(axes, corner, across, down, fill=PALETTE["paper"], edge=PALETTE["muted"], line=0.3, order=4)
    draw.write(axes, (corner[0] + across / 2, corner[1] + down / 2), text, size.small, bold=bold, across="center")


def _spread(axes: Axes, place: Place, corner: tuple[float, float], frame: tuple[float, float], cells: tuple[int, int]) -> None:
    """Draw a judgement's interval on the frame of its label, which is the matrix in miniature."""
    (left, top), (across, down) = corner, frame
    if place.column_low < place.column:
        ends = [left + across * edge / cells[1] for edge in (place.column_low, place.column + 1)]
        draw.line(axes, [(end, top + down) for end in ends], stroke=SPREAD, order=6)
    if place.row_low < place.row:
        ends = [top + down * (1 - edge / cells[0]) for edge in (place.row_low, place.row + 1)]
        draw.line(axes, [(left, end) for end in ends], stroke=SPREAD, order=6)


def _sample(scale: Scale) -> draw.Key:
    """Return the legend's label with a spread along both edges."""
    cells = (len(scale.likelihood), len(scale.consequence))
    place = Place(id="", row=cells[0] - 2, column=cells[1] - 1, row_low=0, column_low=cells[1] // 2)

    def sample(axes: Axes, at: tuple[float, float]) -> None:
        draw.box(axes, (at[0] + 0.5, at[1] - 5), 12, 10, fill=PALETTE["paper"], edge=PALETTE["muted"], line=0.3)
        _spread(axes, place, (at[0] + 0.5, at[1] - 5), (12, 10), cells)

    return draw.Key(text_of("charts.matrix.spread"), sample)


def _risks(axes: Axes, grid: _Grid, packed: Packed, labels: dict[str, str], size: Size) -> None:
    for place, slot in packed.slots.items():
        corner = grid.spot(place, slot)
        _pill(axes, corner, labels[place.id], grid.pill[0], size)
        _spread(axes, place, corner, grid.pill, (grid.rows, grid.columns))
    for (row, column), ids in packed.beyond.items():
        last = (grid.slots[0] - 1, grid.slots[1] - 1)
        corner = grid.spot(Place(id="", row=row, column=column, row_low=row, column_low=column), last)
        _pill(axes, corner, text_of("charts.more", count=len(ids)), grid.pill[0], size, bold=True)


def _axis(axes: Axes, grid: _Grid, scale: Scale, size: Size) -> None:
    """Write the levels along both axes: number and label, in the narrow size the number alone."""
    bottom = grid.top + grid.rows * grid.cell[1]
    for row, level in enumerate(scale.likelihood):
        top = grid.corner(row, 0)[1]
        lines = _level(level, size, LEVELS)
        start = top + (grid.cell[1] - len(lines) * size.line) / 2
        for number, text in enumerate(lines):
            draw.write(axes, (grid.left - 3, start + (number + 0.5) * size.line), text, size.small, across="right")
    for column, level in enumerate(scale.consequence):
        middle = grid.corner(0, column)[0] + grid.cell[0] / 2
        for number, text in enumerate(_level(level, size, grid.cell[0] - 2)):
            draw.write(axes, (middle, bottom + 2 + (number + 0.5) * size.line), text, size.small, across="center")
    side = grid.top + grid.rows * grid.cell[1] / 2
    draw.write(axes, (5, side), text_of("charts.matrix.likelihood"), size.text, bold=True, across="center", upright=True)
    middle = grid.left + grid.columns * grid.cell[0] / 2
    under = bottom + 2 + (_level_lines(grid, scale, size) + 0.6) * size.line
    draw.write(axes, (middle, under), text_of("charts.matrix.consequence"), size.text, bold=True, across="center")


def _level(level: Level, size: Size, room: float) -> list[str]:
    return [str(level.level)] if size.half else [str(level.level), *style.wrap(level.label, size.small, room, lines=3)]


def _level_lines(grid: _Grid, scale: Scale, size: Size) -> int:
    return max(len(_level(level, size, grid.cell[0] - 2)) for level in scale.consequence)


def _aside_label(aside: Aside, labels: dict[str, str]) -> str:
    parts = [labels[aside.id]]
    for key, judged in (("likelihood", aside.likelihood), ("consequence", aside.consequence)):
        if judged is not None:
            level = shown(judged[0]) if judged[0] == judged[1] else f"{shown(judged[0])}–{shown(judged[1])}"
            parts.append(text_of(f"charts.matrix.{key}_short", level=level))
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class _Band:
    """One group beside the matrix: its heading and its labels in rows, each with its place from the left."""

    title: str
    rows: list[list[tuple[float, str]]]


def _bands(beside: Sequence[Aside], labels: dict[str, str], size: Size, room: float, most: int) -> list[_Band]:
    """Return the groups beside the matrix, at most ``most`` rows of labels in each."""
    found = []
    for status, members in groupby(sorted(beside, key=lambda aside: BANDS.index(aside.status)), key=lambda aside: aside.status):
        texts = [_aside_label(aside, labels) for aside in members]
        rows = _flow(texts, size, room)
        if len(rows) > most:
            kept = [text for row in rows[:most] for _, text in row]
            while len(rows := _flow([*kept, text_of("charts.more", count=len(texts) - len(kept))], size, room)) > most:
                kept.pop()
        found.append(_Band(f"{text_of(f'charts.matrix.bands.{status}')} ({len(texts)})", rows))
    return found


def _flow(texts: Sequence[str], size: Size, room: float) -> list[list[tuple[float, str]]]:
    rows: list[list[tuple[float, str]]] = [[]]
    at = 0.0
    for text in texts:
        across = style.width(text, size.small) + 2 * PAD
        if rows[-1] and at + across > room:
            rows.append([])
            at = 0.0
        rows[-1].append((at, text))
        at += across + GUTTER
    return rows


def _band_height(bands: Sequence[_Band], size: Size) -> float:
    step = size.small + PILL + GUTTER
    return sum(size.line + 4 + len(band.rows) * step + 5 for band in bands)


def _draw_bands(axes: Axes, bands: Sequence[_Band], corner: tuple[float, float], across: float, size: Size) -> None:
    left, top = corner
    step = size.small + PILL + GUTTER
    for band in bands:
        height = size.line + 4 + len(band.rows) * step
        draw.box(axes, (left, top), across, height, fill=PALETTE["band"], edge=PALETTE["rule"])
        draw.write(axes, (left + 4, top + 1 + size.line / 2), band.title, size.small, bold=True)
        for number, row in enumerate(band.rows):
            for at, text in row:
                across_label = style.width(text, size.small) + 2 * PAD
                _pill(axes, (left + 4 + at, top + size.line + 3 + number * step), text, across_label, size)
        top += height + 5


def _notes(scale: Scale, packed: Packed, beside: Sequence[Aside], prefix: str, size: Size) -> list[str]:
    notes = []
    if size.half:
        for aspect in ("likelihood", "consequence"):
            levels = text_of("charts.separator").join(f"{number} {label}" for number, label in scale.labels(aspect).items())
            notes.append(f"{text_of(f'charts.matrix.{aspect}')}: {levels}.")
    notes += [text_of("charts.matrix.beyond")] if packed.beyond else []
    notes += [text_of("charts.matrix.short")] if any(aside.likelihood or aside.consequence for aside in beside) else []
    notes += [text_of("charts.matrix.prefix", prefix=text_of("charts.alternative.quoted", text=prefix))] if prefix else []
    return notes if size.half else [" ".join(notes)] if notes else []


def matrix(result: pd.DataFrame, scale: Scale, *, size: SizeName = "full") -> Figure:
    """Draw the risk matrix.

    ``result`` is what ``risk.matrix`` returns. A risk's id stands in the cell of its highest judgement and a line reaches to the lowest;
    risks without a cell stand in a band of their own, apart by "vet inte", "bedöms inte" and missing.
    """
    look = SIZES[size]
    inside, beside = places(result, scale)
    labels, prefix = style.shortened([str(id_) for id_ in result.index], look.small, LONGEST[size])
    band_room = look.width - 2 if look.half else 98.0
    left = 16 + max(style.width(text, look.small) for level in scale.likelihood for text in _level(level, look, LEVELS))
    room = look.width - left - 2 - (band_room + 8 if beside and not look.half else 0)
    grid = _grid(inside, labels, scale, look, (left, room))
    packed = pack(inside, *grid.slots)
    bottom = grid.top + grid.rows * grid.cell[1]
    under = bottom + 2 + (_level_lines(grid, scale, look) + 1.4) * look.line
    most = (
        6
        if look.half
        else int((bottom - grid.top - 3 * (look.line + 9)) / (look.small + 2.2 + GUTTER) / max(1, len({a.status for a in beside})))
    )
    bands = _bands(beside, labels, look, band_room - 8, most)
    keys = [draw.swatch(found.label, Mark(PALETTE[found.colour])) for found in scale.classes]
    keys += [_sample(scale)] if any(place.spread for place in packed.slots) else []
    notes = _notes(scale, packed, beside, prefix, look) + ([] if len(result) else [text_of("charts.matrix.empty")])
    below = under + 4 + (_band_height(bands, look) if look.half else 0)
    figure = draw.page(text_of("charts.matrix.title"), look, bottom=below, keys=keys, notes=notes)
    axes = figure.axes[0]
    _cells(axes, grid, scale)
    _axis(axes, grid, scale, look)
    _risks(axes, grid, packed, labels, look)
    corner = (1.0, under + 4) if look.half else (look.width - band_room - 1, grid.top)
    _draw_bands(axes, bands, corner, band_room, look)
    return figure
