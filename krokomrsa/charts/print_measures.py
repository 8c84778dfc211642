"""Draw the measures for print: a bar for each owner or budget year, its parts by how far the measures have come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, style
from krokomrsa.charts.rows import MEASURES, measure_counts
from krokomrsa.charts.style import MEASURE_MARKS, PALETTE, SIZES, Size, SizeName
from krokomrsa.charts.words import measure_label
from krokomrsa.vocabulary import text_of

BAR: Final = 11.0  # height in points
MOST: Final = 40  # bars that stay readable on one page


def _bar(axes: Axes, counts: Mapping[str, int], at: tuple[float, float], unit: float, size: Size) -> None:
    left, middle = at
    for status in MEASURES:
        count = counts.get(status, 0)
        if not count:
            continue
        mark, across = MEASURE_MARKS[status], count * unit
        draw.box(axes, (left, middle - BAR / 2), across, BAR, fill=mark.colour, hatch=mark.hatch, edge=PALETTE["ink"], line=0.4, order=2)
        room = style.width(str(count), size.small) + 3
        if room <= across - 1:
            draw.box(axes, (left + (across - room) / 2, middle - 4), room, 8, fill=PALETTE["paper"], rounded=1.2, order=3)
            draw.write(axes, (left + across / 2, middle), str(count), size.small, across="center")
        left += across
    draw.write(axes, (left + 4, middle), str(sum(counts.values())), size.small, bold=True)


def _rows(counts: Mapping[str, Mapping[str, int]], size: Size, room: float) -> list[tuple[Sequence[str], Mapping[str, int]]]:
    return [(style.wrap(label, size.small, room, lines=2), held) for label, held in counts.items()]


def measures(
    treatments: pd.DataFrame,
    organisations: Mapping[str, str],
    *,
    by: Literal["owner", "budget_year"] = "owner",
    size: SizeName = "full",
) -> Figure:
    """Draw how many measures stand where, for each owner or budget year.

    ``treatments`` is the table of the register, ``organisations`` gives id → name. Measures without an owner, a year or a status are
    counted as such.
    """
    look = SIZES[size]
    counts = measure_counts(treatments, organisations, by)
    title = text_of(f"charts.measures.title_{by}")
    widest = max((style.width(label, look.small) for label in counts), default=0.0) + 4
    names = min(widest, look.width * (0.4 if look.half else 0.34))
    rows = _rows(dict(list(counts.items())[:MOST]), look, names)
    heights = [max(len(lines) * look.line, BAR) + 4.5 for lines, _ in rows]
    top = draw.top(title, look) + 3
    keys = [
        draw.swatch(measure_label(status), MEASURE_MARKS[status]) for status in MEASURES if any(status in held for held in counts.values())
    ]
    notes = [] if counts else [text_of("charts.measures.empty")]
    notes += [text_of("charts.measures.more", count=len(counts) - MOST)] if len(counts) > MOST else []
    figure = draw.page(title, look, bottom=top + sum(heights) + 3, keys=keys, notes=notes)
    most = max((sum(held.values()) for held in counts.values()), default=1)
    unit = min((look.width - names - 24) / most, 24.0)
    for (lines, held), height in zip(rows, heights, strict=True):
        middle = top + height / 2
        draw.paragraph(figure.axes[0], (2, middle - len(lines) * look.line / 2), lines, look.small, step=look.line)
        _bar(figure.axes[0], held, (names + 6, middle), unit, look)
        top += height
    return figure
