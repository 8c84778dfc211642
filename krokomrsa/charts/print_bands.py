"""Draw the bands beside or below the printed matrix: the risks without a cell, apart by what is said instead of a judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from matplotlib.axes import Axes

from krokomrsa.charts import draw, style
from krokomrsa.charts.places import BANDS, Aside
from krokomrsa.charts.risk_rows import levels
from krokomrsa.charts.style import PALETTE, Size
from krokomrsa.vocabulary import text_of

PAD: Final = 1.8  # between a label and its frame, in points
PILL: Final = 3.6  # a label's frame is so much higher than its letters
GUTTER: Final = 3.0  # between labels
INSET: Final = 4.0  # of a band, left and right
APART: Final = 5.0  # between bands


@dataclass(frozen=True, slots=True)
class Band:
    """One group of risks without a cell: its heading and its labels in rows, each with its place from the left."""

    title: str
    rows: Sequence[Sequence[tuple[float, str]]]


def pill(axes: Axes, corner: tuple[float, float], text: str, across: float, size: Size, *, bold: bool = False) -> None:
    """Draw a label in its frame, from the top left corner."""
    down = size.small + PILL
    draw.box(axes, corner, across, down, fill=PALETTE["paper"], edge=PALETTE["muted"], line=0.3, order=4)
    draw.write(axes, (corner[0] + across / 2, corner[1] + down / 2), text, size.small, bold=bold, across="center")


def _label(aside: Aside, labels: Mapping[str, str]) -> str:
    """Return a risk's id and the half of the judgement that there is."""
    said = [text_of(f"charts.matrix.{axis}_short", level=levels(span)) for axis, span in aside.judged.items() if span]
    return " ".join([labels[aside.id], *said])


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


def _cut(texts: Sequence[str], size: Size, room: float, most: int) -> list[list[tuple[float, str]]]:
    """Return labels in at most so many rows; those without room are counted in the last label."""
    rows = _flow(texts, size, room)
    kept = [text for row in rows[:most] for _, text in row]
    while len(rows) > most:
        rows = _flow([*kept, text_of("charts.more", count=len(texts) - len(kept))], size, room)
        kept.pop()
    return rows


def bands(beside: Sequence[Aside], labels: Mapping[str, str], size: Size, room: float, *, down: float) -> list[Band]:
    """Return the groups in a room of some width; each gets an equal part of the rows that go into ``down`` points."""
    order = sorted(beside, key=lambda aside: BANDS.index(aside.status))
    groups = {status: [_label(aside, labels) for aside in members] for status, members in groupby(order, key=lambda aside: aside.status)}
    most = int((down / max(1, len(groups)) - size.line - INSET - APART) / _step(size))
    return [
        Band(f"{text_of(f'charts.matrix.bands.{status}')} ({len(texts)})", _cut(texts, size, room - 2 * INSET, max(1, most)))
        for status, texts in groups.items()
    ]


def _step(size: Size) -> float:
    return size.small + PILL + GUTTER


def _height(band: Band, size: Size) -> float:
    return size.line + 4 + len(band.rows) * _step(size)


def height(found: Sequence[Band], size: Size) -> float:
    """Return how high bands are below each other, the space after each included."""
    return sum(_height(band, size) + APART for band in found)


def draw_bands(axes: Axes, found: Sequence[Band], corner: tuple[float, float], across: float, size: Size) -> None:
    """Draw bands below each other, from the top left corner of the first."""
    left, top = corner
    for band in found:
        draw.box(axes, (left, top), across, _height(band, size), fill=PALETTE["band"], edge=PALETTE["rule"])
        draw.write(axes, (left + INSET, top + 1 + size.line / 2), band.title, size.small, bold=True)
        for number, row in enumerate(band.rows):
            for at, text in row:
                place = left + INSET + at, top + size.line + 3 + number * _step(size)
                pill(axes, place, text, style.width(text, size.small) + 2 * PAD, size)
        top += _height(band, size) + APART
