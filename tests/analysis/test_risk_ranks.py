from itertools import product
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_cases import SCALE, at, judgements, random_judgements, scale_of, tables

from krokomrsa.analysis import risk
from krokomrsa.analysis.risk.chance import spread
from krokomrsa.analysis.risk.ranks import _counted, _drawn
from krokomrsa.errors import KrokomrsaError

DRAWS = 2_000


def declared(cell):
    """Return what a cell is ranked by."""
    return SCALE.class_of(*cell), cell[1], cell[0]


def by_hand(table, k):
    """Return risk → probability to be among the k highest, by going through every combination of cells."""
    cells = risk.cell_probabilities(table, SCALE)
    each = [[((row.likelihood, row.consequence), row.p) for row in own.itertuples()] for _, own in cells.groupby("risk", sort=False)]
    found = np.zeros(len(each))
    for drawn in product(*each):
        keys = [declared(cell) for cell, _ in drawn]
        p = np.prod([p for _, p in drawn])
        found += p * np.array([1 + sum(other > key for other in keys) <= k for key in keys])
    return found


@settings(deadline=None, max_examples=25)
@given(tables(), st.integers(1, 3))
def test_draws_agree_with_every_combination_of_cells(risks, k):
    """Lie within five standard errors of exact enumeration."""
    table = risk.matrix(judgements(risks), SCALE)

    found = risk.rank_probabilities(table, SCALE, k, draws=DRAWS)["p_rank_k"].to_numpy()
    assert np.abs(found - by_hand(table, k)).max() <= 5 * 0.5 / sqrt(DRAWS)


def test_ranks_are_counted_as_by_brute_force():
    """Count for each draw how many risks stand higher, one risk at a time."""
    held = spread(risk.matrix(random_judgements(40), SCALE), SCALE)
    drawn = np.concatenate(list(_drawn(held, SCALE, 200, 7, 33))).astype(int)
    expected = np.zeros((40, 40), dtype=int)
    for places in drawn:
        for own, place in enumerate(places):
            expected[own, (places > place).sum()] += 1

    assert (_counted(held, SCALE, 200, 7, 50) == expected).all()


def test_levels_are_drawn_as_often_as_they_should():
    """Draw each place of the declared order as often as its probability says, within five standard errors."""
    held = spread(risk.matrix(random_judgements(30), SCALE), SCALE)
    drawn = np.concatenate(list(_drawn(held, SCALE, DRAWS, 1, 100)))
    order = sorted(product(range(1, 6), range(1, 6)), key=declared)
    expected = np.array([held.cells[:, likely - 1, severe - 1] for likely, severe in order])
    shares = np.array([(drawn == place).mean(axis=0) for place in range(25)])

    assert np.abs(shares - expected).max() <= 5 * 0.5 / sqrt(DRAWS)
    assert (shares[expected == 0] == 0).all()


@pytest.mark.parametrize("block", [1, 7, 999, 5_000])
def test_a_block_of_any_size_gives_the_same(block):
    """Bound memory without changing an answer."""
    table = risk.matrix(random_judgements(25), SCALE)
    expected = risk.rank_probabilities(table, SCALE, 5, draws=1_000)

    pd.testing.assert_frame_equal(risk.rank_probabilities(table, SCALE, 5, draws=1_000, block=block), expected)


def test_the_same_seed_gives_the_same_and_another_does_not():
    """Repeat a seeded run to the last figure."""
    table = risk.matrix(random_judgements(25), SCALE)
    first, again, other = (risk.rank_probabilities(table, SCALE, 5, draws=500, seed=seed) for seed in (4, 4, 5))

    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_the_order_of_risks_changes_nothing():
    """Give each risk the same answer wherever it stands in the table."""
    table = risk.matrix(random_judgements(25), SCALE)
    shuffled = table.iloc[np.random.default_rng(8).permutation(25)]
    found = risk.rank_probabilities(shuffled, SCALE, 5, draws=500)

    assert found.index.equals(shuffled.index)
    pd.testing.assert_frame_equal(found.loc[table.index], risk.rank_probabilities(table, SCALE, 5, draws=500))


def test_certain_judgements_have_the_rank_of_the_ranking():
    """Agree with the ranking where each judgement is one level: equal risks share a rank and the next skips."""
    table = risk.matrix(at({"A": (4, 4), "B": (3, 4), "C": (4, 4), "D": (2, 2), "E": (4, 2)}), SCALE)
    found = risk.rank_probabilities(table, SCALE, 2, draws=50)
    ranks = risk.ranking(table)["rank"].reindex(table.index)

    assert found["rank_low"].equals(ranks.rename("rank_low"))
    assert found["rank_high"].equals(ranks.rename("rank_high"))
    assert found["p_rank_k"].tolist() == [1.0, 0.0, 1.0, 0.0, 0.0]


def test_the_interval_of_a_rank_holds_nine_draws_in_ten():
    """Leave at most a twentieth of the draws above the interval and at most a twentieth below it."""
    table = risk.matrix(random_judgements(30), SCALE)
    found = risk.rank_probabilities(table, SCALE, draws=DRAWS)
    above = [risk.rank_probabilities(table, SCALE, k, draws=DRAWS)["p_rank_k"] for k in range(1, 31)]
    for name, (low, high) in found[["rank_low", "rank_high"]].iterrows():
        assert above[low - 1][name] >= 0.05
        assert low == 1 or above[low - 2][name] < 0.05
        assert above[high - 1][name] >= 0.95
        assert high == 1 or above[high - 2][name] < 0.95


def test_what_is_not_judged_has_no_rank():
    """Leave the rank of a risk without likelihood missing, and count the others without it."""
    table = risk.matrix(judgements({"Storm": {"likelihood": 3, "life_health": 3}, "Sabotage": {"life_health": 5}}), SCALE)
    found = risk.rank_probabilities(table, SCALE, 1, draws=10)

    assert found.loc["Storm"].tolist() == [1.0, 1, 1]
    assert found.loc["Sabotage"].isna().all()


def test_no_risks_give_an_empty_table():
    """Return the columns and no rows where nothing is judged."""
    found = risk.rank_probabilities(risk.matrix(judgements({}), SCALE), SCALE)

    assert found.columns.tolist() == ["p_rank_k", "rank_low", "rank_high"]
    assert found.empty


def test_more_ranks_than_risks_hold_every_risk():
    """Be certain to be among the ten highest of three."""
    table = risk.matrix(random_judgements(3), SCALE)

    assert risk.rank_probabilities(table, SCALE, draws=100)["p_rank_k"].tolist() == [1.0, 1.0, 1.0]


def test_a_scale_with_more_cells_than_a_byte_holds_is_ranked():
    """Draw on a scale of 20 × 20 cells, more than the places that one byte can tell apart."""
    scale = scale_of(None, None, [[1 + (likely + severe) // 20 for severe in range(20)] for likely in range(20)])
    table = risk.matrix(at({"A": (20, 20), "B": ((1, 20), 19), "C": (1, 1)}), scale)
    assert risk.rank_probabilities(table, scale, 1, draws=100)["p_rank_k"].tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("wrong", [0, -1, 2.5, True, None, "tio"])
def test_numbers_that_cannot_be_counted_with_are_told_at_once(wrong):
    """Tell of ranks, draws and block together."""
    table = risk.matrix(random_judgements(3), SCALE)
    with pytest.raises(KrokomrsaError) as caught:
        risk.rank_probabilities(table, SCALE, wrong, draws=wrong, block=0)

    assert len(caught.value.problems) == 3
    assert "inget positivt heltal" in str(caught.value)
