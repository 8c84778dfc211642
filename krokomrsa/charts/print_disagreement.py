"""Draw for print where the judges of a risk are farthest apart: a bar for each interval, with those who gave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, style
from krokomrsa.charts.level_axis import LevelAxis, level_axis
from krokomrsa.charts.risk_rows import Question, questions
from krokomrsa.charts.style import PALETTE, SIZES, Mark, Size, SizeName
from krokomrsa.scales import LIKELIHOOD, Scale
from krokomrsa.vocabulary import counted, text_of

HEAD: Final = 11.0  # above the rows: the levels
BAR: Final = 4.6  # height in points
PAD: Final = 2.5  # above and below the bars of a row
LEVEL: Final[Mapping[SizeName, float]] = {"full": 24.0, "half": 11.0, "landscape": 40.0}  # the width of a level's column
JUDGED: Final = Mark(PALETTE["judged"])
GAP: Final = Mark(PALETTE["apart"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A question as it is drawn: its wording in lines, and who gave each interval."""

    question: Question
    wording: Sequence[str]
    judges: Sequence[Sequence[str]]  # by interval, in lines
    height: float


def _row(question: Question, size: Size, room: tuple[float, float]) -> _Row:
    """Return a row whose wording and judges fit ``room`` = (wording, judges)."""
    event = question.risk if size.half else question.event
    wording = style.wrap(event, size.small, room[0], lines=2) + style.wrap(question.aspect, size.small, room[0], lines=2)
    judges = [style.wrap(text_of("charts.separator").join(judges), size.small, room[1], lines=3) for _, judges in question.answers]
    height = max(len(wording), sum(map(len, judges))) * size.line + 2 * PAD
    return _Row(question=question, wording=wording, judges=judges, height=height)


def _draw(axes: Axes, row: _Row, top: float, axis: LevelAxis, size: Size) -> None:
    draw.paragraph(axes, (2, top + PAD), row.wording, size.small, step=size.line)
    if row.question.gap:
        first, last = row.question.gap
        left, right = axis.ends((first, first))[1], axis.ends((last, last))[0]
        draw.box(axes, (left, top + 1), right - left, row.height - 2, fill=GAP.colour, order=2)
    top += PAD
    for (span, _), judges in zip(row.question.answers, row.judges, strict=True):
        middle = top + size.line / 2
        left, right = axis.ends(span)
        draw.box(axes, (left, middle - BAR / 2), right - left, BAR, fill=JUDGED.colour, edge=PALETTE["ink"], line=0.4, order=3)
        draw.paragraph(axes, (axis.right + 6, top), judges, size.small, step=size.line)
        top += len(judges) * size.line


def disagreement(
    judged: pd.DataFrame,
    scale: Scale,
    *,
    names: Mapping[str, str],
    organisations: Mapping[str, str],
    first: int | None = None,
    size: SizeName = "full",
) -> Figure:
    """Draw the questions in which judges have no level in common, those farthest apart first; the others are counted.

    ``judged`` is what ``risk.by_judge`` returns; ``names`` gives id → event, ``organisations`` id → what a judge is called. ``first``: so
    many questions at most.
    """
    look, title = SIZES[size], text_of("charts_risk.disagreement.title")
    every = questions(judged, scale, names, {} if size == "half" else organisations)
    apart = [question for question in every if question.gap]
    if not apart:
        said = counted("charts_risk.disagreement.agree_all", len(every)) if every else text_of("charts_risk.disagreement.empty")
        return draw.page(title, look, bottom=draw.top(title, look), notes=[said])
    notes = [counted("charts_risk.disagreement.agree", len(every) - len(apart))] if len(apart) < len(every) else []
    keys = [draw.swatch(text_of("charts_risk.disagreement.judged"), JUDGED), draw.swatch(text_of("charts_risk.disagreement.gap"), GAP)]
    levels = max(len(scale.likelihood), len(scale.consequence)) * LEVEL[size]
    left = look.width * (0.32 if look.half else 0.36)
    axis = level_axis(scale, (LIKELIHOOD, "consequence"), left, left + levels)
    made = [_row(question, look, (left - 8, look.width - axis.right - 8)) for question in apart[:first]]
    more = text_of("charts_risk.more", count=len(apart))
    shown = made[: draw.fitting([row.height for row in made], draw.room(title, look, keys=keys, notes=[*notes, more]) - HEAD - 8)]
    notes = [text_of("charts_risk.more", count=len(apart) - len(shown)), *notes] if len(shown) < len(apart) else notes
    top = draw.top(title, look) + HEAD
    bottom = top + sum(row.height for row in shown)
    figure = draw.page(title, look, bottom=bottom + 5, keys=keys, notes=notes)
    axis.ruled(figure.axes[0], top, bottom, look)
    for number, row in enumerate(shown):
        if number % 2 == 0:
            draw.box(figure.axes[0], (0, top), look.width, row.height, fill=PALETTE["band"], order=0.5)
        _draw(figure.axes[0], row, top, axis, look)
        top += row.height
    return figure
