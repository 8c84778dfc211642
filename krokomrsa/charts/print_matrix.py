"""Draw the risk matrix for print: short ids packed in the cells, each with its spread, and the rest beside or below the matrix."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.analysis.risk import stated
from krokomrsa.charts import draw, style
from krokomrsa.charts.places import Aside, Packed, Place, crowd, drawn_axes, needed, pack, places, shaded
from krokomrsa.charts.print_bands import APART, GUTTER, PAD, PILL, Band, bands, draw_bands, height, pill
from krokomrsa.charts.style import PALETTE, SIZES, Mark, Size, SizeName, Stroke
from krokomrsa.scales import Level, Scale
from krokomrsa.vocabulary import text_of

LEVELS: Final = 56.0  # the widest level beside the matrix
LONGEST: Final[Mapping[SizeName, float]] = {"full": 30.0, "half": 14.0, "landscape": 30.0}  # the widest label
BESIDE: Final = 98.0  # the width of the bands beside the matrix
LOWEST: Final = 3  # slots down in a row that needs less
HIGHEST: Final = 24  # and in one that needs more
PREFIX: Final = "RISK-2023-"  # room is left for the note on a prefix of this length
AXIS: Final = 1.4  # lines below the levels of consequence: the name of the axis
SPREAD: Final = Stroke(PALETTE["ink"], 1.9)
BORDER: Final = Stroke(PALETTE["ink"], 1.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """The matrix on the page, in points: a row is as high as its fullest cell needs; row 0 is the lowest likelihood, at the bottom."""

    left: float
    top: float
    across: float  # of a cell
    slot: tuple[float, float]  # across, down
    pill: float  # the width of a label's frame: equal for all, so that spreads compare
    down: tuple[int, ...]  # slots by row
    fit: int  # slots across
    columns: int

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return len(self.down)

    @property
    def bottom(self) -> float:
        """Return where the lowest row ends."""
        return self.corner(-1, 0)[1]

    def height(self, row: int) -> float:
        """Return how high a row is."""
        return self.down[row] * self.slot[1] + 2

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """Return the top left corner of a cell."""
        return self.left + column * self.across, self.top + sum(map(self.height, range(row + 1, self.rows)))

    def spot(self, cell: tuple[int, int], slot: tuple[int, int]) -> tuple[float, float]:
        """Return the top left corner of a label."""
        left, top = self.corner(*cell)
        margin = (self.across - self.fit * self.slot[0]) / 2
        return left + margin + slot[1] * self.slot[0] + GUTTER / 2, top + 1 + slot[0] * self.slot[1] + GUTTER / 2


def _grid(inside: Sequence[Place], labels: Mapping[str, str], scale: Scale, size: Size, room: tuple[float, float]) -> _Grid:
    """Return the matrix that holds the labels in ``room`` = (width, height), levels included."""
    upwards, along = map(scale.axis, drawn_axes(scale))
    rows, columns = len(upwards), len(along)
    left = 16 + max(style.width(text, size.small) for level in upwards for text in _level(level, size, LEVELS))
    most = max(map(len, crowd(inside).values()), default=1)
    texts = [*(labels[place.id] for place in inside), text_of("charts.more", count=most)]
    label = max(style.width(text, size.small) for text in texts) + 2 * PAD
    across = (room[0] - left) / columns
    fit = max(1, int((across - 1) / (label + GUTTER)))
    slot = (across - 1) / fit, size.small + PILL + GUTTER
    return _Grid(
        left=left,
        top=draw.top(text_of("charts.matrix.title"), size) + 1,
        across=across,
        slot=slot,
        pill=min(slot[0] - GUTTER, label * 1.4),
        down=_down(inside, rows, fit, int((room[1] - 2 * rows) / slot[1])),
        fit=fit,
        columns=columns,
    )


def _down(inside: Sequence[Place], rows: int, fit: int, room: int) -> tuple[int, ...]:
    """Return how many slots down each row gets: what its fullest cell needs, the highest rows cut where all do not fit."""
    heights = [needed(inside, rows, fit, most, least=LOWEST) for most in range(LOWEST, HIGHEST + 1)]
    return max((down for down in heights if sum(down) <= room), key=sum, default=heights[0])


def _cells(axes: Axes, grid: _Grid, scale: Scale) -> None:
    """Shade the cells by class and draw a border where the class changes."""
    colours = {found.level: PALETTE[found.colour] for found in scale.classes}
    across = grid.across
    rows = shaded(scale)
    for row, classes in enumerate(rows):
        down = grid.height(row)
        for column, level in enumerate(classes):
            left, top = grid.corner(row, column)
            draw.box(axes, (left, top), across, down, fill=colours[level], edge=PALETTE["paper"], line=0.7)
            if column and classes[column - 1] != level:
                draw.line(axes, [(left, top), (left, top + down)], stroke=BORDER, cap="round")
            if row and rows[row - 1][column] != level:
                draw.line(axes, [(left, top + down), (left + across, top + down)], stroke=BORDER, cap="round")


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
    upwards, along = drawn_axes(scale)
    cells = len(scale.axis(upwards)), len(scale.axis(along))
    place = Place(id="", row=cells[0] - 2, column=cells[1] - 1, row_low=0, column_low=cells[1] // 2)

    def sample(axes: Axes, at: tuple[float, float]) -> None:
        draw.box(axes, (at[0] + 0.5, at[1] - 5), 12, 10, fill=PALETTE["paper"], edge=PALETTE["muted"], line=0.3)
        _spread(axes, place, (at[0] + 0.5, at[1] - 5), (12, 10), cells)

    across, up = (text_of(f"charts.matrix.{axis}").lower() for axis in (along, upwards))
    return draw.Key(text_of("charts.matrix.spread", across=across, upwards=up), sample)


def _risks(axes: Axes, grid: _Grid, packed: Packed, labels: Mapping[str, str], size: Size) -> None:
    for place, slot in packed.slots.items():
        corner = grid.spot((place.row, place.column), slot)
        pill(axes, corner, labels[place.id], grid.pill, size)
        _spread(axes, place, corner, (grid.pill, size.small + PILL), (grid.rows, grid.columns))
    for cell, ids in packed.beyond.items():
        corner = grid.spot(cell, (grid.down[cell[0]] - 1, grid.fit - 1))
        pill(axes, corner, text_of("charts.more", count=len(ids)), grid.pill, size, bold=True)


def _axis(axes: Axes, grid: _Grid, scale: Scale, size: Size) -> None:
    """Write the levels along both axes: number and label, in the narrow size the number alone."""
    upwards, along = drawn_axes(scale)
    for row, level in enumerate(scale.axis(upwards)):
        lines = _level(level, size, LEVELS)
        start = grid.corner(row, 0)[1] + (grid.height(row) - len(lines) * size.line) / 2
        for number, text in enumerate(lines):
            draw.write(axes, (grid.left - 3, start + (number + 0.5) * size.line), text, size.small, across="right")
    for column, level in enumerate(scale.axis(along)):
        middle = grid.corner(0, column)[0] + grid.across / 2
        for number, text in enumerate(_level(level, size, grid.across - 2)):
            draw.write(axes, (middle, grid.bottom + 2 + (number + 0.5) * size.line), text, size.small, across="center")
    side = (grid.top + grid.bottom) / 2
    draw.write(axes, (5, side), text_of(f"charts.matrix.{upwards}"), size.text, bold=True, across="center", upright=True)
    middle = grid.left + grid.columns * grid.across / 2
    under = grid.bottom + 2 + (_level_lines(grid, scale, size) + 0.6) * size.line
    draw.write(axes, (middle, under), text_of(f"charts.matrix.{along}"), size.text, bold=True, across="center")


def _level(level: Level, size: Size, room: float) -> list[str]:
    return [str(level.level)] if size.half else [str(level.level), *style.wrap(level.label, size.small, room, lines=3)]


def _level_lines(grid: _Grid, scale: Scale, size: Size) -> int:
    return max(len(_level(level, size, grid.across - 2)) for level in scale.axis(scale.across))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Everything that the chart holds, and where."""

    grid: _Grid
    packed: Packed
    labels: Mapping[str, str]
    prefix: str  # what all ids begin with, where it was left out
    bands: Sequence[Band]
    beside: bool  # the bands stand beside the matrix, else below it


def _sheet(inside: Sequence[Place], asides: Sequence[Aside], scale: Scale, size: Size, room: float) -> _Sheet:
    """Return the matrix and its bands in a figure of some height; labels lose what they share where that shows more of them."""
    ids = [place.id for place in inside] + [aside.id for aside in asides]
    widest = max((style.width(id_, size.small) for id_ in ids), default=0.0)
    whole, short = (
        _laid(inside, asides, style.shortened(ids, size.small, longest), scale, size, room=room)
        for longest in (LONGEST[size.name], min(LONGEST[size.name], widest - 0.1))
    )
    return short if short.prefix and len(short.packed.slots) > len(whole.packed.slots) else whole


def _laid(
    inside: Sequence[Place], asides: Sequence[Aside], named: tuple[dict[str, str], str], scale: Scale, size: Size, *, room: float
) -> _Sheet:
    """Return the matrix with its bands beside it where they are no higher than it is, else below."""
    labels, prefix = named
    for beside in (False,) if size.half or not asides else (True, False):
        across, down = (BESIDE, room) if beside else (size.width - 2, room - _least(scale, size))
        found = bands(asides, labels, size, across, down=down)
        held = (size.width - 2 - BESIDE - 8, room) if beside else (size.width - 2, room - height(found, size))
        grid = _grid(inside, labels, scale, size, held)
        if beside and height(found, size) - APART <= grid.bottom - grid.top:
            break
    return _Sheet(grid=grid, packed=pack(inside, grid.down, grid.fit), labels=labels, prefix=prefix, bands=found, beside=beside)


def _least(scale: Scale, size: Size) -> float:
    """Return how high a matrix is at least."""
    return len(shaded(scale)) * (LOWEST * (size.small + PILL + GUTTER) + 2)


def _notes(scale: Scale, size: Size, said: Mapping[str, bool], prefix: str) -> list[str]:
    """Return what is said below the chart, in the narrow size the levels too; ``said`` tells which notes are called for."""
    notes = []
    if size.half:
        for aspect in drawn_axes(scale):
            held = text_of("charts.separator").join(f"{number} {label}" for number, label in scale.labels(aspect).items())
            notes.append(f"{text_of(f'charts.matrix.{aspect}')}: {held}.")
    shared = text_of("charts.matrix.prefix", prefix=text_of("charts.alternative.quoted", text=prefix)) if prefix else ""
    written = [*(text_of(f"charts.matrix.{key}") for key, wanted in said.items() if wanted), shared, *stated(scale)]
    short = [note for note in written if note]
    return [*notes, *(short if size.half else [" ".join(short)] if short else [])]


def matrix(result: pd.DataFrame, scale: Scale, *, antagonistic: Collection[str] = (), size: SizeName = "full") -> Figure:
    """Draw the risk matrix.

    ``result`` is what ``risk.matrix`` returns. A risk's id stands in the cell of its highest judgement and its frame shows the spread;
    risks without a cell stand in a band of their own, apart by "vet inte", "bedöms inte" and missing, ``antagonistic`` ids by themselves.
    """
    look, title = SIZES[size], text_of("charts.matrix.title")
    inside, asides = places(result, scale, antagonistic=antagonistic)
    keys = [draw.swatch(found.label, Mark(PALETTE[found.colour])) for found in scale.classes]
    keys += [_sample(scale)] if any(place.spread for place in inside) else []
    short = any(span for aside in asides for span in aside.judged.values())
    longest = _notes(scale, look, {"beyond": True, "short": short}, PREFIX)
    room = draw.room(title, look, keys=keys, notes=longest) - (4 + AXIS) * look.line - 8
    sheet = _sheet(inside, asides, scale, look, room)
    grid = sheet.grid
    notes = _notes(scale, look, {"beyond": bool(sheet.packed.beyond), "short": short, "empty": result.empty}, sheet.prefix)
    under = grid.bottom + 6 + (_level_lines(grid, scale, look) + AXIS) * look.line
    bottom = under + (0 if sheet.beside else height(sheet.bands, look))
    figure = draw.page(title, look, bottom=bottom, keys=keys, notes=notes)
    axes = figure.axes[0]
    _cells(axes, grid, scale)
    _axis(axes, grid, scale, look)
    _risks(axes, grid, sheet.packed, sheet.labels, look)
    corner = (look.width - BESIDE - 1, grid.top) if sheet.beside else (1.0, under)
    draw_bands(axes, sheet.bands, corner, BESIDE if sheet.beside else look.width - 2, look)
    return figure
