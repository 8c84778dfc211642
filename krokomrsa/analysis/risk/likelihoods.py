"""Turn probabilities and frequencies over some years into those of one year, and back.

An event that comes at a constant rate λ a year, each time independently of the last, happens within T years with probability
p = 1 − e^(−λT). A probability over T years is therefore p₁ = 1 − (1 − p)^(1/T) over one.

References
----------
Ross, S. M. (2014). Introduction to Probability Models, 11th ed., ch. 5 (the Poisson process). Academic Press.
"""

from __future__ import annotations

import math

from krokomrsa.analysis.risk.arguments import problem
from krokomrsa.errors import KrokomrsaError


def _check(*, p: float = 0.0, rate: float = 0.0, years: float = 1.0) -> None:
    """Raise what is wrong with a probability, a rate and a number of years; all at once."""
    # written so that NaN is wrong too
    wrong = {"probability": (p, not 0.0 <= p <= 1.0), "rate": (rate, not rate >= 0.0), "years": (years, not 0.0 < years < math.inf)}
    found = [problem(key, float(value)) for key, (value, bad) in wrong.items() if bad]
    if found:
        raise KrokomrsaError.of(found)


def rate_of(p: float, years: float = 1.0) -> float:
    """Return how many times a year an event comes that happens with probability ``p`` within ``years``.

    Raises
    ------
    KrokomrsaError
        ``p`` is not between 0 and 1, or ``years`` is no positive number.

    Examples
    --------
    >>> round(rate_of(0.0952), 3), rate_of(1.0)
    (0.1, inf)
    """
    _check(p=p, years=years)
    return math.inf if p == 1.0 else -math.log1p(-p) / years


def probability_of_frequency(rate: float, years: float = 1.0) -> float:
    """Return the probability that an event happens at least once in ``years``, if it comes ``rate`` times a year: 1 − e^(−λT).

    Raises
    ------
    KrokomrsaError
        ``rate`` is negative, or ``years`` is no positive number.

    Examples
    --------
    A flood that comes once in a hundred years, within one year and within a hundred:

    >>> round(probability_of_frequency(1 / 100), 5), round(probability_of_frequency(1 / 100, 100), 3)
    (0.00995, 0.632)
    """
    _check(rate=rate, years=years)
    return -math.expm1(-rate * years)


def annual(p: float, years: float) -> float:
    """Return the probability within one year of what happens with probability ``p`` within ``years``: 1 − (1 − p)^(1/T).

    Raises
    ------
    KrokomrsaError
        ``p`` is not between 0 and 1, or ``years`` is no positive number.

    Examples
    --------
    25 % within five years:

    >>> round(annual(0.25, 5), 4)
    0.0559
    """
    return probability_of_frequency(rate_of(p, years))


def in_horizon(p: float, years: float) -> float:
    """Return the probability within ``years`` of what happens with probability ``p`` within one year: 1 − (1 − p)^T.

    Raises
    ------
    KrokomrsaError
        ``p`` is not between 0 and 1, or ``years`` is no positive number.

    Examples
    --------
    >>> round(in_horizon(0.01, 5), 4), round(in_horizon(annual(0.25, 5), 5), 4)
    (0.049, 0.25)
    """
    return probability_of_frequency(rate_of(p), years)
