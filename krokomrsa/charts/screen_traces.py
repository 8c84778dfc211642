"""Draw many lines, boxes and words in few plotly traces: a figure's cost is in its traces and its lists, not in its points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

Corner = tuple[float, float]
Points = list[Corner]
GAP: Final = (np.nan, np.nan)  # between two lines of one trace


def box_points(left: float, low: float, right: float, high: float) -> Points:
    """Return the outline of a box, and the gap after it.

    >>> len(box_points(0, 0, 1, 1))
    6
    """
    return [(left, low), (right, low), (right, high), (left, high), (left, low), GAP]


def line_trace(points: Points, **look: Any) -> dict[str, Any]:
    """Return one trace of many lines, or of filled boxes, that says nothing when pointed at."""
    xs, ys = np.array(points or [GAP], dtype=float).T
    return {"type": "scatter", "x": xs, "y": ys, "mode": "lines", "hoverinfo": "skip", **look}


def word_trace(spots: Sequence[Corner], texts: Sequence[str], *, place: str = "middle right", **look: Any) -> dict[str, Any]:
    """Return texts that say nothing when pointed at."""
    xs, ys = np.array(spots, dtype=float).reshape(-1, 2).T
    found = {"type": "scatter", "x": xs, "y": ys, "mode": "text", "text": texts, "textposition": place}
    return {**found, "hoverinfo": "skip", "showlegend": False, **look}


def mark_trace(spots: Sequence[Corner], said: Sequence[str], ids: Sequence[str], **look: Any) -> dict[str, Any]:
    """Return marks that tell something when pointed at, each with its risk's id as ``customdata``."""
    xs, ys = np.array(spots, dtype=float).reshape(-1, 2).T
    found = {"type": "scatter", "x": xs, "y": ys, "mode": "markers", "hovertext": said, "hoverinfo": "text", "customdata": ids}
    return found | look
