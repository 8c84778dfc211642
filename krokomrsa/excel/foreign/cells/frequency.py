"""Find the levels of our scale that a probability or a frequency falls in, through the limits that the scale declares.

A probability over T years is one of H years by p_H = 1 − (1 − p_T)^(H/T); λ times a year is a probability of H years by 1 − e^(−λH).
A value on a limit belongs to the levels on both sides: a scale does not declare which side its limits are on.

References
----------
Haimes, Y. Y. (2016). Risk Modeling, Assessment, and Management, 4th ed., Wiley (Poisson occurrences).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from krokomrsa.scales import Level, Scale

_TOLERANCE: Final = 1e-9


def of_share(share: float, years: float, scale: Scale) -> float:
    """Return a probability over some years in the measure and horizon of a scale.

    >>> from krokomrsa.scales import load
    >>> round(of_share(0.25, 5, load()), 4)
    0.0559
    """
    times = math.inf if share >= 1 else -math.log1p(-share) / years
    return of_rate(times, scale)


def of_rate(times: float, scale: Scale) -> float:
    """Return a frequency, times per year, in the measure and horizon of a scale.

    >>> from krokomrsa.scales import load
    >>> round(of_rate(0.01, load()), 5), of_rate(0.01, load("bjurholm-2023"))
    (0.00995, 0.01)
    """
    expected = times * scale.horizon_years
    return expected if scale.measure == "frequency" else -math.expm1(-expected)


def limited(scale: Scale) -> bool:
    """Tell whether the likelihood levels of a scale have limits: neither none at all nor mere points."""
    return not points(scale) and any(level.low is not None or level.high is not None for level in scale.likelihood)


def points(scale: Scale) -> bool:
    """Tell whether the likelihood levels of a scale are points, between which no limits are declared."""
    return all(level.low is not None and level.low == level.high for level in scale.likelihood)


def _near(first: float, second: float) -> bool:
    return first == second or math.isclose(first, second, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE**2)


def _meets(level: Level, low: float, high: float) -> bool:
    """Tell whether a level and an interval have more than a limit in common; a single value may lie on a limit."""
    start = level.low if level.low is not None else 0.0
    end = level.high if level.high is not None else math.inf
    if _near(low, high):
        return start <= low <= end or _near(start, low) or _near(end, low)
    below, above = max(start, low), min(end, high)
    return below < above and not _near(below, above)


def levels(low: float, high: float, scale: Scale) -> Sequence[int]:
    """Return the likelihood levels that an interval in the scale's own measure touches; none where no limits are declared.

    >>> from krokomrsa.scales import load
    >>> levels(0.002, 0.05, load()), levels(0.01, 0.01, load())
    ([3, 4], [3, 4])
    """
    if points(scale):
        return [level.level for level in scale.likelihood if level.low is not None and _near(low, level.low) and _near(high, level.low)]
    return [level.level for level in scale.likelihood if _meets(level, low, high)] if limited(scale) else []
