"""Draw the risks by consequence for print, where likelihood is not judged: a row for each level, and those without one below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, style
from krokomrsa.charts.rows import consequences as rows_by_level
from krokomrsa.charts.style import PALETTE, SIZES, Size, SizeName, Stroke
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of

BAR: Final = 6.0
RULE: Final = Stroke(PALETTE["rule"], 0.5)
PAD: Final = 3.0  # above and below the text of a row


def _row(axes: Axes, top: float, held: Sequence[Sequence[str]], places: tuple[float, float], size: Size, *, count: int) -> None:
    """Draw one level: its name, a bar as long as there are risks, and below the bar which they are."""
    label, risks = held
    names, unit = places
    draw.paragraph(axes, (2, top + PAD), label, size.small, step=size.line)
    middle = top + PAD + size.line / 2
    if count:
        draw.box(axes, (names, middle - BAR / 2), count * unit, BAR, fill=PALETTE["judged"], edge=PALETTE["ink"], line=0.4, order=2)
    draw.write(axes, (names + count * unit + 4, middle), str(count), size.small, bold=True)
    draw.paragraph(axes, (names, top + PAD + size.line), risks, size.small, step=size.line)


def consequences(result: pd.DataFrame, scale: Scale, *, size: SizeName = "full") -> Figure:
    """Draw which risks have which consequence, by their highest judgement; ``result`` is what ``risk.matrix`` returns."""
    look = SIZES[size]
    found = rows_by_level(result, scale)
    title = text_of("charts.consequences.title")
    names = min(max((style.width(label, look.small) for label, _ in found), default=0.0) + 10, look.width * 0.34)
    room = look.width - names - 4
    texts = [
        (style.wrap(label, look.small, names - 6), style.wrap(text_of("charts.separator").join(ids), look.small, room))
        for label, ids in found
    ]
    heights = [max(len(label), 1 + len(ids)) * look.line + 2 * PAD for label, ids in texts]
    top = draw.top(title, look)
    notes = [text_of(f"charts.consequences.{'note' if len(result) else 'empty'}")]
    figure = draw.page(title, look, bottom=top + sum(heights) + 3, notes=notes)
    unit = min((room - 20) / max((len(ids) for _, ids in found), default=1), 12.0) if any(ids for _, ids in found) else 0.0
    for held, (_, ids), height in zip(texts, found, heights, strict=True):
        draw.line(figure.axes[0], [(0, top), (look.width, top)], stroke=RULE)
        _row(figure.axes[0], top, held, (names, unit), look, count=len(ids))
        top += height
    draw.line(figure.axes[0], [(0, top), (look.width, top)], stroke=RULE)
    return figure
