"""Find the cheapest programme of trainings and exercises that gives all that is asked, exactly, and tell what stands in its way.

The solver takes a while to load: import this module where it is needed, as ``from krokomrsa.analysis.coverage import programme``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.coverage.activities import columns
from krokomrsa.analysis.coverage.candidates import counts, read
from krokomrsa.analysis.coverage.choice import Choice, refused
from krokomrsa.errors import KrokomrsaError
from krokomrsa.rules import Period

GAIN_COLUMNS: Final = ("activities", "met", "cost_days", "chosen", "added")


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What to hold and when, or why nothing is enough.

    ``chosen`` has one row an activity: ``candidate``, ``name``, ``year``, ``quarter``, ``cost_days``, ``gives`` (tuple of requirements);
    ``cost_days`` is the sum. ``impossible`` are requirements that the candidates cannot give however often they are held; ``clash`` the
    fewest others that cannot be given together. Where either holds anything, nothing is chosen.
    """

    chosen: pd.DataFrame
    cost_days: float
    impossible: tuple[str, ...] = ()
    clash: tuple[str, ...] = ()


def _choice(  # noqa: PLR0917 (what a programme is made of)
    candidates: pd.DataFrame,
    requirements: pd.DataFrame,
    gives: pd.DataFrame,
    period: Period,
    per_quarter: int | None,
    closed: Mapping[int, Collection[str]] | None,
    after: date | None,
) -> Choice:
    if per_quarter is not None and not counts(per_quarter):
        raise KrokomrsaError(refused("per_quarter", per_quarter))
    return Choice(read(candidates, period), requirements, gives, period, per_quarter, closed or {}, after)


def cheapest(
    candidates: pd.DataFrame,
    requirements: pd.DataFrame,
    gives: pd.DataFrame,
    period: Period,
    *,
    per_quarter: int | None = None,
    closed: Mapping[int, Collection[str]] | None = None,
    after: date | None = None,
) -> Programme:
    """Return the cheapest set of candidates, each in a year and a quarter, that gives every requirement.

    Parameters
    ----------
    candidates
        One training or exercise a row: ``id``, ``kind`` (training | exercise), ``cost_days`` (person-days), and where they are known
        ``name``, ``years`` and ``quarters`` in which it may be held (separated by semicolons; empty: any), ``most`` (times in the period,
        at most once a year; empty: once), ``level`` and whom and what it practises, as in the table ``activities``.
    requirements, gives
        What is asked, and which candidate in which year gives it: what :func:`requirements` returns.
    per_quarter
        At most so many activities in any quarter.
    closed
        Year → levels at which nothing is held, as a year's Inriktning may say.
    after
        A day; nothing is held in a quarter that is past then.

    Returns
    -------
    Programme
        Proven cheapest; among equals the solver's first, the same each time and for any order of rows.

    Raises
    ------
    KrokomrsaError
        Candidates that are not usable, or requirements that name what does not exist; all problems at once.

    Examples
    --------
    >>> table = pd.DataFrame([
    ...     {"id": "stab", "kind": "exercise", "cost_days": 20, "level": "central"},
    ...     {"id": "nämnd", "kind": "exercise", "cost_days": 8, "level": "central", "quarters": "4"},
    ...     {"id": "båda", "kind": "exercise", "cost_days": 25, "level": "central"}])
    >>> asked = pd.DataFrame({"id": ["nämnden", "staben"], "at_least": [1, 1]})
    >>> given = pd.DataFrame([("nämnden", "nämnd", 2027), ("nämnden", "båda", 2027), ("staben", "stab", 2027), ("staben", "båda", 2027)],
    ...                      columns=["requirement", "candidate", "year"])
    >>> found = cheapest(table, asked, given, Period(2027, 2030))
    >>> found.chosen["candidate"].tolist(), found.cost_days
    (['båda'], 25.0)
    >>> cheapest(table, asked, given, Period(2027, 2030), closed={2027: {"central"}}).impossible
    ('nämnden', 'staben')

    References
    ----------
    Weighted set multicover as an integer program, solved by HiGHS through ``scipy.optimize.milp``. Hall (1935), On representatives of
    subsets, for the quarters. Junker (2004), QuickXplain, for the clash.
    """
    choice = _choice(candidates, requirements, gives, period, per_quarter, closed, after)
    nothing = choice.placed(np.zeros(len(choice.pairs)))
    every = range(len(choice.requirements))
    impossible = choice.impossible()
    possible = [row for row in every if row not in set(impossible)]
    held = choice.cheapest(possible)
    clash = choice.clash(possible) if held is None else []
    if impossible or clash:
        named = (tuple(choice.requirements[row] for row in rows) for rows in (impossible, clash))
        return Programme(chosen=nothing, cost_days=0.0, **dict(zip(("impossible", "clash"), named, strict=True)))
    return Programme(chosen=choice.placed(held), cost_days=float(choice.cost @ held))


def gain(
    candidates: pd.DataFrame,
    requirements: pd.DataFrame,
    gives: pd.DataFrame,
    period: Period,
    *,
    per_quarter: int | None = None,
    closed: Mapping[int, Collection[str]] | None = None,
    after: date | None = None,
) -> pd.DataFrame:
    """Return what one more activity buys: how many requirements at most so many activities give, until no more helps.

    Columns: ``activities`` (0, 1, …), ``met``, ``cost_days`` (the cheapest that gives as many), ``chosen`` (tuple of candidate and year),
    ``added`` (tuple of requirements that the row before did not give). Parameters and errors as for :func:`cheapest`.

    >>> table = pd.DataFrame([{"id": "stab", "kind": "exercise", "cost_days": 20}, {"id": "nämnd", "kind": "exercise", "cost_days": 8}])
    >>> asked = pd.DataFrame({"id": ["nämnden", "staben"], "at_least": [1, 1]})
    >>> given = pd.DataFrame([("nämnden", "nämnd", 2027), ("staben", "stab", 2027)], columns=["requirement", "candidate", "year"])
    >>> gain(table, asked, given, Period(2027, 2030))[["activities", "met", "cost_days"]].to_numpy().tolist()
    [[0.0, 0.0, 0.0], [1.0, 1.0, 8.0], [2.0, 2.0, 28.0]]
    """
    choice = _choice(candidates, requirements, gives, period, per_quarter, closed, after)
    impossible = set(choice.impossible())
    asked = [row for row in range(len(choice.requirements)) if row not in impossible]
    ceiling = choice.most(asked, np.inf)[0] if asked else 0
    rows: list[tuple[Any, ...]] = []
    before: set[str] = set()
    met = -1
    while met < ceiling:
        met, held = choice.most(asked, len(rows)) if asked else (0, np.zeros(len(choice.pairs)))
        given = {choice.requirements[row] for row in asked if (choice.gives[[row]] @ held)[0] >= choice.at_least[row]}
        chosen = tuple((choice.held[place].id, year) for place, year in (choice.pairs[column] for column in np.flatnonzero(held)))
        rows.append((len(rows), met, float(choice.cost @ held), chosen, tuple(sorted(given - before))))
        before = given
    return pd.DataFrame(rows, columns=list(GAIN_COLUMNS))


def met_by(requirements: pd.DataFrame, gives: pd.DataFrame, placed: Iterable[tuple[str, int]]) -> pd.DataFrame:
    """Return how far a plan goes: ``id``, ``at_least``, ``given`` and ``met`` of each requirement, for candidates in years.

    >>> asked = pd.DataFrame({"id": ["nämnden", "staben"], "at_least": [1, 2]})
    >>> given = pd.DataFrame([("nämnden", "K1", 2027), ("staben", "K1", 2027)], columns=["requirement", "candidate", "year"])
    >>> met_by(asked, given, [("K1", 2027)])["met"].tolist()
    [True, False]
    """
    held = set(placed)
    counted = [one for one in zip(*columns(gives, ("requirement", "candidate", "year")), strict=True) if (one[1], one[2]) in held]
    given = pd.Series([one[0] for one in dict.fromkeys(counted)], dtype="object").value_counts()
    found = requirements[["id", "at_least"]].assign(given=[int(given.get(key, 0)) for key in requirements["id"]])
    return found.assign(met=found["given"] >= found["at_least"])
