"""Draw the coverage board for print: each duty and own goal with its status, the kinds apart from each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, style
from krokomrsa.charts.rows import DUTY_STATUSES, DutyRow, duty_groups
from krokomrsa.charts.style import DUTY_MARKS, PALETTE, SIZES, Size, SizeName, Stroke
from krokomrsa.charts.words import count_words, kind_name
from krokomrsa.vocabulary import text_of

MOST_LINES: Final = 6  # for one duty; fewer where the board would not stay on one page
HEADING: Final = 13.0  # height of the columns' names
RULE: Final = Stroke(PALETTE["rule"], 0.5)
SYMBOL: Final = 6.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Board:
    """The columns of the board on the page, in points."""

    size: Size
    text: float  # how wide the wording is
    statuses: float  # where the statuses begin
    step: float  # from one status to the next
    lines: int  # of text at most

    @property
    def end(self) -> float:
        """Return where the statuses end."""
        return self.statuses + len(DUTY_STATUSES) * self.step

    @property
    def reason(self) -> float:
        """Return how wide the reason is; the narrow board has none."""
        return 0 if self.size.half else self.size.width - self.end - 8

    def x(self, status: str) -> float:
        """Return the middle of a status."""
        return self.statuses + (DUTY_STATUSES.index(status) + 0.5) * self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One row of the board: a heading or a duty, its text in lines and its height."""

    height: float
    lines: Sequence[str]
    reason: Sequence[str] = ()
    duty: DutyRow | None = None


def _rows(groups: Mapping[str, Sequence[DutyRow]], board: _Board) -> Iterator[_Line]:
    size = board.size
    for kind, duties in groups.items():
        lines = style.wrap(
            text_of("charts.coverage.heading", kind=kind_name(kind), counts=count_words(duties)), size.small, size.width - 8, bold=True
        )
        yield _Line(height=len(lines) * size.line + 4, lines=lines)
        for duty in duties:
            text = style.wrap(duty.text, size.small, board.text, lines=board.lines)
            reason = style.wrap(duty.reason, size.small, board.reason, lines=board.lines) if board.reason else []
            yield _Line(height=max(len(text), len(reason), 1) * size.line + 4, lines=text, reason=reason, duty=duty)


def _heading(axes: Axes, board: _Board, top: float) -> None:
    """Name the columns; the narrow board shows the symbols alone, its legend says what they mean."""
    size = board.size
    y = top + 6
    draw.write(axes, (4, y), text_of("charts.coverage.duty"), size.small, bold=True)
    for status in DUTY_STATUSES:
        if size.half:
            draw.symbol(axes, (board.x(status), y), DUTY_MARKS[status], 5)
        else:
            draw.write(axes, (board.x(status), y), text_of(f"charts.coverage.statuses.{status}"), size.small, bold=True, across="center")
    if board.reason:
        draw.write(axes, (board.end + 5, y), text_of("charts.coverage.reason"), size.small, bold=True)


def _duty(axes: Axes, board: _Board, line: _Line, duty: DutyRow, top: float) -> None:
    size, middle = board.size, top + line.height / 2
    faded = PALETTE["muted"] if duty.status == "expired" else PALETTE["ink"]
    draw.paragraph(axes, (4, middle - len(line.lines) * size.line / 2), line.lines, size.small, step=size.line, colour=faded)
    reason_top = middle - len(line.reason) * size.line / 2
    draw.paragraph(axes, (board.end + 5, reason_top), line.reason, size.small, step=size.line, colour=PALETTE["muted"])
    if duty.status == "expired":
        mark = DUTY_MARKS["expired"]
        across = board.end - board.statuses - 6
        down = min(12.0, line.height - 2.4)
        draw.box(
            axes,
            (board.statuses + 3, middle - down / 2),
            across,
            down,
            fill=mark.colour,
            hatch=mark.hatch,
            edge=PALETTE["muted"],
            line=0.4,
            order=2,
        )
        word = text_of("charts.coverage.expired_bar")
        room = style.width(word, size.small) + 5
        draw.box(axes, ((board.statuses + board.end - room) / 2, middle - 4.3), room, 8.6, fill=PALETTE["paper"], order=3)
        draw.write(axes, ((board.statuses + board.end) / 2, middle), word, size.small, across="center")
    elif duty.status in DUTY_STATUSES:
        draw.symbol(axes, (board.x(duty.status), middle), DUTY_MARKS[duty.status], SYMBOL)


def _draw(axes: Axes, board: _Board, rows: Sequence[_Line], top: float) -> None:
    for line in rows:
        if line.duty is None:
            draw.box(axes, (0, top), board.size.width, line.height, fill=PALETTE["band"])
            for number, text in enumerate(line.lines):
                draw.write(axes, (4, top + 2 + (number + 0.5) * board.size.line), text, board.size.small, bold=True)
        else:
            _duty(axes, board, line, line.duty, top)
            draw.line(axes, [(0, top + line.height), (board.size.width, top + line.height)], stroke=RULE)
        top += line.height


def _keys(groups: Mapping[str, Sequence[DutyRow]]) -> list[draw.Key]:
    held = {row.status for rows in groups.values() for row in rows}
    shown = DUTY_STATUSES if groups else ()
    keys = [draw.dot(text_of(f"charts.coverage.statuses.{status}"), DUTY_MARKS[status]) for status in shown]
    return keys + ([draw.swatch(text_of("charts.coverage.statuses.expired"), DUTY_MARKS["expired"])] if "expired" in held else [])


def coverage(duties: pd.DataFrame, *, size: SizeName = "full") -> Figure:
    """Draw the coverage board.

    ``duties`` is what ``coverage.duties`` returns. Krav, otydligt and eget mål stand apart; a duty whose rules are not in force is
    hatched grey and never shown as met.
    """
    look = SIZES[size]
    groups = duty_groups(duties)
    title = text_of("charts.coverage.title")
    step = 17.0 if look.half else 37.0
    text = look.width - 4 * step - 12 if look.half else 158.0
    top, keys = draw.top(title, look), _keys(groups)
    room = draw.room(title, look, keys=keys) - HEADING - 5
    for lines in range(MOST_LINES, 0, -1):
        board = _Board(size=look, text=text, statuses=text + 8, step=step, lines=lines)
        rows = list(_rows(groups, board))
        if sum(line.height for line in rows) <= room:
            break
    bottom = top + HEADING + sum(line.height for line in rows) + 5 if rows else top
    figure = draw.page(title, look, bottom=bottom, keys=keys, notes=[] if rows else [text_of("charts.coverage.empty")])
    if rows:
        _heading(figure.axes[0], board, top)
    _draw(figure.axes[0], board, rows, top + HEADING)
    return figure
