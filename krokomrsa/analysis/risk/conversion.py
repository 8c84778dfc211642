"""Read a judgement made on one scale on another, through declared limits and horizons; the answer is an interval."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from krokomrsa.analysis.risk.arguments import problem
from krokomrsa.analysis.risk.likelihoods import probability_of_frequency, rate_of
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.scales import LIKELIHOOD, Level, Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

_TOLERANCE: Final = 1e-9  # relative: limits that differ by rounding are the same limit
_DIGITS: Final = 3  # of a probability in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """What a judgement on one scale is on another: ``low`` to ``high`` are levels of the other scale, and ``sentence`` tells how.

    ``annual_low`` and ``annual_high``: the probability within one year; None for a consequence.
    """

    low: int
    high: int
    annual_low: float | None
    annual_high: float | None
    sentence: str


def points(levels: tuple[Level, ...]) -> bool:
    """Tell whether the levels of an axis are points, between which no limits are declared."""
    return all(level.low is not None and level.low == level.high for level in levels)


def _limited(levels: tuple[Level, ...]) -> bool:
    """Tell whether each level but the outermost has both its limits."""
    inner = [bound for level in levels for bound in (level.low, level.high)][1:-1]
    return len(levels) > 1 and None not in inner and not points(levels)


def _faults(low: float, high: float, source: Scale, target: Scale, aspect: str) -> Iterator[Problem]:
    first, last = (source.axis(aspect)[place].level for place in (0, -1))
    for value in (low, high):
        if not first <= value <= last:
            yield problem("outside", float(value), scale=source.name, first=first, last=last)
    if low > high:
        yield problem("reversed", float(low), low=shown(float(low)), high=shown(float(high)))
    axis = text_of(f"risk_chance.axis.{_axis(aspect)}")
    for scale in (source,) if source.id == target.id else (source, target):
        if points(scale.axis(aspect)):
            yield problem("points", scale.id, scale=scale.name)
        elif not _limited(scale.axis(aspect)):
            yield problem("no_limits", scale.id, scale=scale.name, axis=axis)


def _axis(aspect: str) -> str:
    return "likelihood" if aspect == LIKELIHOOD else "consequence"


def _rate(bound: float, scale: Scale) -> float:
    """Return a limit of a scale as times a year."""
    return bound / scale.horizon_years if scale.measure == "frequency" else rate_of(bound, scale.horizon_years)


def _in_measure(rate: float, scale: Scale) -> float:
    """Return times a year in the measure and horizon of a scale."""
    return rate * scale.horizon_years if scale.measure == "frequency" else probability_of_frequency(rate, scale.horizon_years)


def _near(first: float, second: float) -> bool:
    return first == second or math.isclose(first, second, rel_tol=_TOLERANCE)


def touched(low: float, high: float, levels: tuple[Level, ...]) -> list[int]:
    """Return the levels that have more than a limit in common with the range from ``low`` to ``high``.

    >>> from krokomrsa.scales import load
    >>> touched(0.01, 0.05, load().likelihood), touched(0.005, 0.05, load().likelihood)
    ([4], [3, 4])
    """
    ends = [
        (level.level, -math.inf if level.low is None else level.low, math.inf if level.high is None else level.high) for level in levels
    ]
    common = [(level, max(start, low), min(end, high)) for level, start, end in ends]
    return [level for level, start, end in common if start < end and not _near(start, end)]


def _percent(p: float) -> str:
    return shown(float(f"{100 * p:.{_DIGITS}g}"))


def _range(low: float, high: float, *, measure: str) -> str:
    """Say a range of probabilities or frequencies in words."""
    times, most = ("times_", math.inf) if measure == "frequency" else ("", 1.0)
    said = _percent if measure == "probability" else lambda value: shown(float(f"{value:.{_DIGITS}g}"))
    key = "below" if low == 0 and high < most else "above" if high == most else "between"
    return text_of(f"risk_chance.crosswalk.{times}{key}", low=said(low), high=said(high))


def _horizon(scale: Scale) -> str:
    one = scale.horizon_years == 1
    return text_of("risk_chance.crosswalk.one_year") if one else text_of("risk_chance.crosswalk.years", years=shown(scale.horizon_years))


def _span(low: int, high: int) -> str:
    return str(low) if low == high else text_of("risk_chance.span", low=low, high=high)


def _found(bounds: tuple[float, float], box: tuple[int, int], source: Scale, target: Scale, aspect: str) -> tuple[int, int]:
    levels = touched(*bounds, target.axis(aspect))
    if not levels:
        raise KrokomrsaError(problem("beyond", _span(*box), target=target.name, levels=_span(*box), source=source.name))
    return levels[0], levels[-1]


def _of_likelihood(box: tuple[int, int], ends: tuple[Level, Level], source: Scale, target: Scale) -> Crosswalk:
    most = math.inf if source.measure == "frequency" else 1.0
    low, high = ends[0].low or 0.0, most if ends[1].high is None else ends[1].high
    rates = _rate(low, source), _rate(high, source)
    found = _found((_in_measure(rates[0], target), _in_measure(rates[1], target)), box, source, target, LIKELIHOOD)
    annual = probability_of_frequency(rates[0]), probability_of_frequency(rates[1])
    said = {
        "range": _range(low, high, measure=source.measure),
        "horizon": _horizon(source),
        "annual": _range(*annual, measure="probability"),
    }
    names = {"levels": _span(*box), "source": source.name, "found": _span(*found), "target": target.name}
    key = "likelihood_annual" if source.measure == "probability" and source.horizon_years == 1 else "likelihood"
    sentence = text_of(f"risk_chance.crosswalk.{key}", **said, **names)
    return Crosswalk(low=found[0], high=found[1], annual_low=annual[0], annual_high=annual[1], sentence=sentence)


def _of_consequence(box: tuple[int, int], ends: tuple[Level, Level], source: Scale, target: Scale, aspect: str) -> Crosswalk:
    low, high = (-math.inf if ends[0].low is None else ends[0].low), (math.inf if ends[1].high is None else ends[1].high)
    found = _found((low, high), box, source, target, aspect)
    said = {
        "low": text_of("risk_chance.crosswalk.least") if ends[0].low is None else shown(low),
        "high": text_of("risk_chance.crosswalk.most") if ends[1].high is None else shown(high),
    }
    names = {"levels": _span(*box), "source": source.name, "found": _span(*found), "target": target.name}
    sentence = text_of("risk_chance.crosswalk.consequence", **said, **names)
    return Crosswalk(low=found[0], high=found[1], annual_low=None, annual_high=None, sentence=sentence)


def crosswalk(low: float, high: float, source: Scale, target: Scale, aspect: str = LIKELIHOOD) -> Crosswalk:
    """Return what a judgement from level ``low`` to ``high`` on one scale is on another: an interval of levels, and a sentence that says how.

    The range that the levels declare is moved from one horizon and measure to the other (:mod:`krokomrsa.analysis.risk.likelihoods`);
    every level of ``target`` that has more than a limit in common with it is part of the answer. An outermost level without a limit
    reaches as far as there is to go, from never to for certain. A level between two levels, such as 3.2, counts as both.

    Parameters
    ----------
    low, high
        Levels on ``source``.
    source, target
        The scale that the judgement was made on, and the one it is read on.
    aspect
        ``likelihood``, or an aspect of consequence: its limits are compared as they stand, and the sentence says so.

    Returns
    -------
    Crosswalk
        Never silently a level: one level only where the whole range lies in it.

    Raises
    ------
    KrokomrsaError
        A level outside the scale, ``low`` above ``high``, a scale whose levels are points or have no limits, or a range that lies
        outside every level of ``target``.

    References
    ----------
    Ross, S. M. (2014). Introduction to Probability Models, 11th ed., ch. 5. Academic Press.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> found = crosswalk(4, 4, load("uk-nrr-2023"), load())
    >>> found.low, found.high, round(found.annual_low, 4), round(found.annual_high, 4)
    (4, 4, 0.0102, 0.0559)
    >>> print(crosswalk(3, 3, load("dsb-helhetlig-ros"), load("uk-nrr-2023")).sentence)
    Nivå 3 på ”DSB, helhetlig ROS” är 1–2 % på ett år, alltså nivå 3–4 på ”Storbritannien, National Risk Register 2023”.
    """
    problems = list(_faults(low, high, source, target, aspect))
    if problems:
        raise KrokomrsaError.of(problems)
    box, levels = (math.floor(low), math.ceil(high)), source.axis(aspect)
    ends = levels[box[0] - levels[0].level], levels[box[1] - levels[0].level]
    if aspect == LIKELIHOOD:
        return _of_likelihood(box, ends, source, target)
    return _of_consequence(box, ends, source, target, aspect)
