"""Draw levels of a scale as columns side by side, and judgements on them as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes

from krokomrsa.charts import draw
from krokomrsa.charts.places import Span
from krokomrsa.charts.style import PALETTE, Size, Stroke
from krokomrsa.scales import Scale

TICK: Final = Stroke(PALETTE["rule"], 0.5)
EDGE: Final = 2.0  # between a bar and the edge of its level, in points


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAxis:
    """Where each level stands on the page, in points: every level has a column of its own, equally wide."""

    left: float
    right: float
    first: int
    last: int

    @property
    def step(self) -> float:
        """Return the width of a level's column."""
        return (self.right - self.left) / (self.last - self.first + 1)

    def ends(self, span: Span) -> Span:
        """Return where an interval begins and ends: whole columns, and between two levels where it is between them.

        >>> LevelAxis(left=0, right=50, first=1, last=5).ends((2, 3))
        (12.0, 28.0)
        """
        return self.left + (span[0] - self.first) * self.step + EDGE, self.left + (span[1] - self.first + 1) * self.step - EDGE

    def middle(self, span: Span) -> float:
        """Return the middle of an interval."""
        return sum(self.ends(span)) / 2

    def ruled(self, axes: Axes, top: float, bottom: float, size: Size) -> None:
        """Draw the lines between the levels through all rows, their numbers above."""
        for place in range(self.last - self.first + 2):
            x = self.left + place * self.step
            draw.line(axes, [(x, top), (x, bottom)], stroke=TICK, order=1.5)
        for level in range(self.first, self.last + 1):
            draw.write(axes, (self.middle((level, level)), top - 5), str(level), size.small, across="center", colour=PALETTE["muted"])


def level_axis(scale: Scale, aspects: Sequence[str], left: float, right: float) -> LevelAxis:
    """Return an axis with room for the levels of every aspect."""
    levels = [level.level for aspect in aspects for level in scale.axis(aspect)]
    return LevelAxis(left=left, right=right, first=min(levels), last=max(levels))
