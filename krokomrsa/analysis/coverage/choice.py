"""Choose among candidates as an integer program: a column for each candidate and year, a row for each requirement and limit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, combinations
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse.csgraph import maximum_bipartite_matching

from krokomrsa.analysis.coverage.activities import QUARTERS, columns
from krokomrsa.analysis.coverage.candidates import Candidate, counts
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import value_of
from krokomrsa.rules import Period
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

INFEASIBLE: Final = 2  # as scipy.optimize.milp says it
CHOSEN_COLUMNS: Final = ("candidate", "name", "year", "quarter", "cost_days", "gives")
Rows = Any  # a scipy.sparse.csr_array, which has no types


def refused(key: str, value: object) -> Problem:
    """Return what is wrong with something that was asked of a programme."""
    problem, remedy = (text_of(f"coverage.programme.{key}{part}") for part in ("", "_remedy"))
    return Problem(value=shown(value_of(value)), problem=problem, remedy=remedy, kind="refused")


class Choice:
    """The choice as a matrix: a column for each candidate and year, a row for each requirement and each limit."""

    def __init__(  # noqa: PLR0917 (what the choice is made of)
        self,
        held: Sequence[Candidate],
        requirements: pd.DataFrame,
        gives: pd.DataFrame,
        period: Period,
        per_quarter: int | None,
        closed: Mapping[int, Collection[str]],
        after: date | None,
    ) -> None:
        self.held, self.per_quarter = held, per_quarter
        every = [(place, year) for place, one in enumerate(held) for year in one.years if one.level not in closed.get(year, ())]
        allowed = {(place, year): held[place].quarters & _ahead(year, after) for place, year in every}
        self.pairs = [pair for pair in every if allowed[pair]]
        self.quarters = [allowed[pair] for pair in self.pairs]
        self.cost = np.array([held[place].cost_days for place, _ in self.pairs], dtype=np.float64)
        self.requirements, self.at_least, self.gives = self._asked(requirements, gives, period)

    def _asked(self, requirements: pd.DataFrame, gives: pd.DataFrame, period: Period) -> tuple[list[str], Any, Rows]:
        """Return the ids of the requirements in order, how many each asks for, and the columns that give it."""
        ids, least = columns(requirements, ("id", "at_least"))
        found = [refused("twice", key) for key in sorted({str(key) for key in ids if ids.count(key) > 1})]
        found += [refused("at_least", count) for count in least if not counts(count)]
        row_of, column_of = (
            {str(key): row for row, key in enumerate(sorted(map(str, ids)))},
            {(self.held[place].id, year): column for column, (place, year) in enumerate(self.pairs)},
        )
        candidates = {one.id for one in self.held}
        triples = list(dict.fromkeys(zip(*columns(gives, ("requirement", "candidate", "year")), strict=True)))
        unknown = [one for one in triples if str(one[0]) not in row_of or str(one[1]) not in candidates or one[2] not in period.years]
        found += [refused("unknown", " ".join(map(shown, one))) for one in unknown]
        if found:
            raise KrokomrsaError.of(found)
        places = [(row_of[str(one[0])], column_of[str(one[1]), int(one[2])]) for one in triples if (str(one[1]), int(one[2])) in column_of]
        at_least = np.zeros(len(ids))
        at_least[[row_of[str(key)] for key in ids]] = [int(count) for count in least]
        return list(row_of), at_least, _ones(places, (len(ids), len(self.pairs)))

    @cached_property
    def limits(self) -> tuple[Rows, Any]:
        """Return what no choice may pass: how often each candidate is held, and how much the quarters of each year take.

        Activities fit into quarters that take ``n`` each exactly when no set of quarters is asked for more than ``n`` times its size by
        those that fit nowhere else (Hall 1935), so no quarter needs a variable.
        """
        rows: list[tuple[list[int], int]] = []
        by_candidate: dict[int, list[int]] = {}
        by_year: dict[int, list[int]] = {}
        for column, (place, year) in enumerate(self.pairs):
            by_candidate.setdefault(place, []).append(column)
            by_year.setdefault(year, []).append(column)
        rows += [(held, self.held[place].most) for place, held in by_candidate.items() if self.held[place].most < len(held)]
        if self.per_quarter is not None:
            every = chain.from_iterable(combinations(QUARTERS, size) for size in range(1, len(QUARTERS) + 1))
            for quarters in map(frozenset, every):
                within = [[column for column in held if self.quarters[column] <= quarters] for held in by_year.values()]
                rows += [(held, self.per_quarter * len(quarters)) for held in within if len(held) > self.per_quarter * len(quarters)]
        places = [(row, column) for row, (held, _) in enumerate(rows) for column in held]
        return _ones(places, (len(rows), len(self.pairs))), np.array([most for _, most in rows], dtype=np.float64)

    def cheapest(self, asked: Sequence[int]) -> Any:
        """Return the cheapest choice that gives the requirements in some rows, None where no choice does."""
        if not len(asked):
            return np.zeros(len(self.pairs))
        return self._solved(self.cost, [LinearConstraint(self.gives[asked], self.at_least[asked], np.inf)])

    def most(self, asked: Sequence[int], activities: float) -> tuple[int, Any]:
        """Return how many of the requirements at most so many activities give, and the cheapest choice that gives as many."""
        width, count = len(self.pairs), len(asked)
        linked = sparse.hstack([self.gives[asked], sparse.diags_array(-self.at_least[asked])], format="csr")
        few = LinearConstraint(np.r_[np.ones(width), np.zeros(count)][None, :], -np.inf, activities)
        given, price = np.r_[np.zeros(width), np.ones(count)], np.r_[self.cost, np.zeros(count)]
        rows = [LinearConstraint(linked, 0, np.inf), few]
        best = round(float(given @ self._solved(-given, rows)))
        held = self._solved(price, [*rows, LinearConstraint(given[None, :], best, np.inf)])
        return best, held[:width]

    def _solved(self, objective: Any, rows: list[LinearConstraint]) -> Any:
        matrix, most = self.limits
        widened = sparse.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], len(objective)))
        limits = [LinearConstraint(widened, -np.inf, most)] if len(most) else []
        found: OptimizeResult = milp(
            objective,
            integrality=np.ones(len(objective)),
            bounds=Bounds(0, 1),
            constraints=[*rows, *limits],
            options={"mip_rel_gap": 0.0},
        )
        if found.status == INFEASIBLE:
            return None
        if not found.success:
            raise RuntimeError(found.message)
        return np.round(found.x)

    def impossible(self) -> list[int]:
        """Return the rows of the requirements that the candidates cannot give however often they are held."""
        owner = _ones([(column, place) for column, (place, _) in enumerate(self.pairs)], (len(self.pairs), len(self.held)))
        times = np.minimum((self.gives @ owner).toarray(), [one.most for one in self.held]).sum(axis=1)
        return np.flatnonzero(times < self.at_least).tolist()

    def clash(self, rows: Sequence[int]) -> list[int]:
        """Return the fewest of some requirements, none to spare, that cannot be given together (Junker 2004, QuickXplain)."""

        def found(background: list[int], added: bool, rest: list[int]) -> list[int]:  # noqa: FBT001 (as in the paper)
            if added and self.cheapest(background) is None:
                return []
            if len(rest) == 1:
                return rest
            first, second = rest[: len(rest) // 2], rest[len(rest) // 2 :]
            late = found(background + first, bool(first), second)
            return found(background + late, bool(late), first) + late

        return sorted(found([], False, list(rows)))

    def placed(self, held: Any) -> pd.DataFrame:
        """Return a choice as a table, with a quarter for each activity."""
        taken = np.flatnonzero(held).tolist()
        quarter = {column: number for year in {self.pairs[column][1] for column in taken} for column, number in self._quarters(year, taken)}
        given_by, rows = self.gives.tocsc(), []
        for column in taken:
            place, year = self.pairs[column]
            one, (start, end) = self.held[place], given_by.indptr[column : column + 2]
            given = tuple(self.requirements[row] for row in sorted(given_by.indices[start:end].tolist()))
            rows.append((one.id, one.name, year, quarter[column], one.cost_days, given))
        table = pd.DataFrame(rows, columns=list(CHOSEN_COLUMNS))
        return table.sort_values(["year", "quarter", "candidate"], ignore_index=True)

    def _quarters(self, year: int, taken: Iterable[int]) -> Iterable[tuple[int, int]]:
        """Return a quarter for each activity of a year, as evenly as it goes."""
        held = [column for column in taken if self.pairs[column][1] == year]
        for size in range(-(-len(held) // len(QUARTERS)), len(held) + 1):
            slots = [quarter for quarter in QUARTERS for _ in range(size)]
            fits = [(row, at) for row, column in enumerate(held) for at, quarter in enumerate(slots) if quarter in self.quarters[column]]
            matched = maximum_bipartite_matching(_ones(fits, (len(held), len(slots))), perm_type="column")
            if (matched >= 0).all():
                return [(column, slots[at]) for column, at in zip(held, matched.tolist(), strict=True)]
        return []


def _ahead(year: int, after: date | None) -> frozenset[int]:
    """Return the quarters of a year that are not past on a day."""
    if after is None or year > after.year:
        return frozenset(QUARTERS)
    return frozenset(quarter for quarter in QUARTERS if year == after.year and quarter >= (after.month + 2) // 3)


def _ones(places: Sequence[tuple[int, int]], shape: tuple[int, int]) -> Rows:
    rows, held = ([place[axis] for place in places] for axis in (0, 1))
    return sparse.csr_array((np.ones(len(places)), (rows, held)), shape=shape)
