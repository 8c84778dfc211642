"""Draw the wheel of the mandate period as SVG: its years, how far it has come, and the days that something is due."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from krokomrsa.charts.style import PALETTE
from krokomrsa.rules import Period
from krokomrsa.vocabulary import text_of

SIZE: Final = 340
MIDDLE: Final = SIZE / 2
OUTER: Final = 130.0
INNER: Final = 78.0
QUARTERS: Final = 4
NEAR: Final = 0.035  # of a turn: marks closer than this stand beside each other, not on each other


def share(period: Period, day: date) -> float:
    """Return how much of the period has passed on a day, 0 to 1.

    >>> share(Period(2023, 2026), date(2022, 1, 1)), share(Period(2023, 2026), date(2025, 1, 1)), share(Period(2023, 2026), date(2027, 1, 1))
    (0.0, 0.5, 1.0)
    """
    year = min(max(day.year, period.first_year), period.last_year)
    within = (day - date(year, 1, 1)).days / (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return (year - period.first_year + min(max(within, 0.0), 1.0)) / len(period.years)


def _point(turn: float, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * turn - math.pi / 2
    return MIDDLE + radius * math.cos(angle), MIDDLE + radius * math.sin(angle)


def _arc(start: float, end: float, *, fill: str) -> str:
    """Return a piece of the ring; a whole turn is drawn as two halves."""
    if end - start > 1 / 2:
        return _arc(start, start + 1 / 2, fill=fill) + _arc(start + 1 / 2, end, fill=fill)
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = (_point(*spot) for spot in ((start, OUTER), (end, OUTER), (end, INNER), (start, INNER)))
    path = f"M{ax:.1f} {ay:.1f}A{OUTER} {OUTER} 0 0 1 {bx:.1f} {by:.1f}L{cx:.1f} {cy:.1f}A{INNER} {INNER} 0 0 0 {dx:.1f} {dy:.1f}Z"
    return f'<path d="{path}" fill="{fill}"/>'


def _line(turn: float, start: float, end: float, *, colour: str, width: float) -> str:
    (ax, ay), (bx, by) = _point(turn, start), _point(turn, end)
    return f'<line x1="{ax:.1f}" y1="{ay:.1f}" x2="{bx:.1f}" y2="{by:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _text(turn: float, radius: float, said: str, *, size: int = 13, weight: str = "normal", colour: str = PALETTE["ink"]) -> str:
    x, y = _point(turn, radius)
    look = f'font-size="{size}" font-weight="{weight}" fill="{colour}" text-anchor="middle" dominant-baseline="central"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{html.escape(said)}</text>'


def _marks(period: Period, moments: Sequence[tuple[date, str]]) -> str:
    drawn, taken = [], list[tuple[float, float]]()
    for number, (day, name) in enumerate(moments, start=1):
        if day not in period:
            continue
        turn = share(period, day)
        radius = OUTER + 18.0 + 22.0 * sum(abs(turn - other) < NEAR for other, _ in taken)
        taken.append((turn, radius))
        x, y = _point(turn, radius)
        dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="{PALETTE["accent"]}"/>'
        label = _text(turn, radius, str(number), size=12, weight="bold", colour=PALETTE["paper"])
        told = html.escape(f"{number}. {day.isoformat()} {name}")
        drawn.append(f"<g><title>{told}</title>{_line(turn, INNER, radius - 10, colour=PALETTE['accent'], width=1.5)}{dot}{label}</g>")
    return "".join(drawn)


def wheel(period: Period, on: date, moments: Sequence[tuple[date, str]], *, focus: Mapping[int, str] | None = None) -> str:
    """Return the wheel as SVG: a sector a year, what has passed darker, today as a hand, each moment with its number.

    ``moments`` are days and what is due; those outside the period are left out, and keep their number. ``focus`` says what each
    year is about, told when pointing at it.

    >>> drawn = wheel(Period(2023, 2026), date(2024, 7, 1), [(date(2023, 10, 31), "RSA")])
    >>> drawn.count("<circle"), "2026" in drawn
    (1, True)
    """
    years, passed = len(period.years), share(period, on)
    parts = [_arc(0, 1, fill=PALETTE["band"])]
    if passed:
        parts.append(_arc(0, passed, fill=PALETTE["decided"]))
    for number, year in enumerate(period.years):
        ticks = [(number + quarter / QUARTERS) / years for quarter in range(1, QUARTERS)]
        parts += [_line(turn, OUTER - 8, OUTER, colour=PALETTE["muted"], width=1) for turn in ticks]
        parts.append(_line(number / years, INNER, OUTER, colour=PALETTE["ink"], width=1.5))
        label = _text((number + 1 / 2) / years, (OUTER + INNER) / 2, str(year), size=16, weight="bold")
        parts.append(f"<g><title>{html.escape((focus or {}).get(year, str(year)))}</title>{label}</g>")
    parts.append(_marks(period, moments))
    if on in period:
        parts.append(_line(passed, INNER - 26, OUTER + 4, colour=PALETTE["missing"], width=3))
    centre = ((0.0, 10.0, text_of("wheel.period"), 12), (0.5, 8.0, str(period), 16), (0.5, 30.0, on.isoformat(), 12))
    parts += [_text(turn, radius, said, size=size, weight="bold" if size == 16 else "normal") for turn, radius, said, size in centre]  # noqa: PLR2004 (the period itself)
    told = html.escape(text_of("wheel.alternative", period=period, on=on, share=round(100 * passed)))
    box = f'width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}"'
    return f'<svg {box} role="img" aria-label="{told}" font-family="sans-serif">{"".join(parts)}</svg>'
