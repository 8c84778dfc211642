"""Check what a calculation is asked with, and say in Swedish what is wrong."""

from __future__ import annotations

import numpy as np

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of


def problem(key: str, value: object, /, **values: object) -> Problem:
    """Return what ``risk_chance`` says is wrong with a value.

    >>> print(problem("probability", 1.5))
    ”1,5”. En sannolikhet ligger mellan 0 och 1. Skriv 10 % som 0.1.
    """
    said, remedy = (text_of(f"risk_chance.{key}.{part}", **values) for part in ("problem", "remedy"))
    return Problem(value=shown(value), problem=said, remedy=remedy)


def check_whole(**numbers: object) -> None:
    """Raise which of some numbers, by the names that they have in the texts, are no positive integers; all at once."""
    fine = (int, np.integer)
    wrong = {name: value for name, value in numbers.items() if isinstance(value, bool) or not isinstance(value, fine) or value < 1}
    if wrong:
        raise KrokomrsaError.of(problem(name, value) for name, value in wrong.items())


def check_certainty(certainty: float) -> None:
    """Raise what is wrong with a probability that is to mean that two risks are told apart."""
    if not 0.5 < certainty <= 1.0:  # noqa: PLR2004 (as likely as not)
        raise KrokomrsaError(problem("certainty", float(certainty)))
