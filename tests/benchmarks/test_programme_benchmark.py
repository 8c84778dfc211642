"""How long the cheapest programme takes, beside the bare solver, and the duty board over a large plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from scipy.optimize import Bounds, LinearConstraint, milp

from krokomrsa import rules
from krokomrsa.analysis import coverage
from krokomrsa.analysis.coverage import programme
from krokomrsa.register import Register
from krokomrsa.rules import Period

PERIOD = Period(2027, 2030)
CANDIDATES, REQUIREMENTS, PER_QUARTER, YEARS = 200, 300, 8, tuple(PERIOD.years)


def _instance() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return 200 candidates, each in a year, 300 requirements and what gives what, four or five each, the same each time."""
    random = np.random.default_rng(2026)
    names, years = [f"K{number:03}" for number in range(CANDIDATES)], random.choice(YEARS, CANDIDATES)
    candidates = pd.DataFrame({"id": names, "kind": "exercise", "cost_days": random.integers(3, 400, CANDIDATES) / 10, "years": years})
    asked = [f"R{number:03}" for number in range(REQUIREMENTS)]
    requirements = pd.DataFrame({"id": asked, "at_least": random.integers(1, 3, REQUIREMENTS)})
    hits = [(one, column) for one in asked for column in sorted(random.choice(CANDIDATES, random.integers(4, 6), replace=False))]
    gives = [(one, names[column], years[column]) for one, column in hits]
    return candidates, requirements, pd.DataFrame(gives, columns=["requirement", "candidate", "year"])


def _fastest(call: Callable[[], object], *, times: int = 3) -> float:
    """Return the shortest of several runs: what the machine's other work disturbs least."""
    spent = []
    for _ in range(times):
        start = perf_counter()
        call()
        spent.append(perf_counter() - start)
    return min(spent)


def _bare(candidates: pd.DataFrame, requirements: pd.DataFrame, gives: pd.DataFrame) -> tuple[np.ndarray, list[LinearConstraint]]:
    """Return the same choice as plain matrices, written down without the library: a column for each candidate, a row for each limit."""
    given = np.zeros((REQUIREMENTS, CANDIDATES))
    given[gives["requirement"].str[1:].astype(int), gives["candidate"].str[1:].astype(int)] = 1
    held = np.array([candidates["years"] == year for year in YEARS], dtype=float)
    rows = [LinearConstraint(given, requirements["at_least"], np.inf), LinearConstraint(held, -np.inf, 4 * PER_QUARTER)]
    return candidates["cost_days"].to_numpy(), rows


def test_the_cheapest_programme_takes_hardly_longer_than_the_bare_solver() -> None:
    """200 candidates against 300 requirements, to proven optimality: at most 1.5 times the solver on the same choice in plain matrices."""
    candidates, requirements, gives = _instance()
    cost, rows = _bare(candidates, requirements, gives)
    options = {"mip_rel_gap": 0.0}

    def bare() -> float:
        return float(milp(cost, integrality=np.ones(len(cost)), bounds=Bounds(0, 1), constraints=rows, options=options).fun)

    def whole() -> float:
        return programme.cheapest(candidates, requirements, gives, PERIOD, per_quarter=PER_QUARTER).cost_days

    assert whole() == pytest.approx(bare())
    ratio = _fastest(whole) / _fastest(bare)
    assert ratio <= 1.5


def test_the_duty_board_over_2000_activities(benchmark: BenchmarkFixture) -> None:
    """Every duty of the 2019–2022 agreement, the strategy and the law, tried against 2,000 activities."""
    random = np.random.default_rng(2026)
    count, held = 2_000, Period(2019, 2022)
    years, quarters = random.integers(2019, 2023, count), random.integers(1, 5, count)
    done = random.random(count) < 0.5
    activities = pd.DataFrame(
        {
            "id": [f"U{number}" for number in range(count)],
            "kind": random.choice(["training", "exercise"], count),
            "status": np.where(done, "done", "planned"),
            "year": years,
            "quarter": quarters,
            "target_groups": random.choice(["crisis_staff", "crisis_board; official_leadership", "units"], count),
            "competences": random.choice(["rakel; wis", "isf", "routines", "basic"], count),
            "functions": random.choice(["technical_supply", "crisis_support", None], count),
            "carried_out_on": [
                date(year, 3 * quarter, 1) if is_done else None for year, quarter, is_done in zip(years, quarters, done, strict=True)
            ],
        }
    )
    empty = Register()
    sets = [rules.load(name) for name in ("overenskommelse-2019-2022", "strategi-2019-2022", "leh")]

    found = benchmark(coverage.duties, activities, empty.organisations, empty.services, sets, date(2022, 6, 1), held)

    assert len(found) > 12
