import tracemalloc
from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from krokomrsa.analysis import risk
from krokomrsa.scales import load

SCALE = load()
RISKS, DRAWS = 1_000, 10_000
ASPECTS = ("likelihood", "life_health", "societal_functions", "democracy_rights", "environment_economy", "sovereignty")


def _judgements(risks):
    """Return an interval on every axis for each risk; the same each time."""
    random = np.random.default_rng(1983)
    low = random.integers(1, 6, size=risks * len(ASPECTS))
    high = np.minimum(5, low + random.integers(0, 3, size=len(low)))
    names = {"risk": np.repeat([f"R-{risk}" for risk in range(risks)], len(ASPECTS)), "aspect": np.tile(ASPECTS, risks)}
    return pd.DataFrame({**names, "low": low, "high": high, "status": "judged"})


@pytest.fixture(scope="module")
def table():
    """Return the judgements of a thousand risks, weighed together."""
    return risk.matrix(_judgements(RISKS), SCALE)


def _spent(call):
    start = perf_counter()
    call()
    return perf_counter() - start


def _all(table):
    """Return everything that is probable about the risks."""
    risk.cell_probabilities(table, SCALE)
    risk.class_probabilities(table, SCALE)
    return risk.rank_probabilities(table, SCALE, draws=DRAWS)


def _bare():
    """Draw what the ranking at least must draw: two numbers for each risk."""
    random = np.random.default_rng(0)
    random.random((DRAWS, RISKS))
    random.random((DRAWS, RISKS))


def test_ranking_a_thousand_risks_costs_few_times_the_drawing(table):
    """P(rank ≤ k), P(cell) and P(class) of 1,000 risks in 10,000 draws: at most 6 times the time to draw two numbers for each."""
    _all(table)
    pairs = [(_spent(lambda: _all(table)), _spent(_bare)) for _ in range(5)]

    assert min(ours for ours, _ in pairs) / min(bare for _, bare in pairs) <= 6


def test_memory_is_that_of_a_block(table):
    """Hold far less than the numbers that are drawn, and no more for ten times the draws."""
    peaks = []
    for draws in (DRAWS // 10, DRAWS):
        tracemalloc.start()
        risk.rank_probabilities(table, SCALE, draws=draws)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 8 * DRAWS * RISKS / 2
    assert peaks[1] < 1.1 * peaks[0]


def test_what_a_panel_shows_of_500_risks(benchmark):
    """Ranks, pairs, the audit and missing judgements of 500 risks."""
    judgements = _judgements(500).sample(frac=0.9, random_state=1)
    found = risk.matrix(judgements, SCALE)

    def shown():
        risk.rank_probabilities(found, SCALE)
        risk.audit(SCALE, found)
        risk.missing_judgements(judgements, SCALE)
        return risk.indistinguishable(found, SCALE)

    assert len(benchmark(shown))
