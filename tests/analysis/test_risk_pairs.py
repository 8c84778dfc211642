from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_cases import SCALE, at, judgements, random_judgements, scale_of, tables

from krokomrsa.analysis import risk
from krokomrsa.analysis.risk.assumed import magnitudes
from krokomrsa.analysis.risk.pairs import above, loss_above
from krokomrsa.errors import KrokomrsaError
from krokomrsa.scales import load

DSB, POINTS = load("dsb-helhetlig-ros"), load("bjurholm-2023")
MSB = load("msb-2013")
DECADES = scale_of([1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0], [1.0, 1e1, 1e2, 1e3, 1e4, 1e5], SCALE.matrix)


@pytest.mark.parametrize("scale", [MSB, SCALE, DECADES], ids=["msb-2013", "ours", "declared decades"])
def test_8_and_9_on_the_scales_of_msb_2013_cannot_be_told_apart(scale):
    """Find 4 × 2 and 3 × 3 as likely as not to be the larger loss, though their products differ."""
    found = risk.indistinguishable(risk.matrix(at({"P4×C2": (4, 2), "P3×C3": (3, 3)}), scale), scale)

    assert found.to_dict("records") == [{"risk": "P3×C3", "other": "P4×C2", "p": pytest.approx(0.5), "why": "equal loss"}]


def test_cells_along_a_diagonal_of_equal_decades_are_alike():
    """Find the same loss wherever the levels have the same sum, and a certain difference two steps away."""
    chances = loss_above(DECADES).reshape(5, 5, 5, 5)
    for first, second, third, fourth in product(range(5), repeat=4):
        apart = (first + second) - (third + fourth)
        expected = {0: 0.5, 1: 23 / 24, -1: 1 / 24}.get(apart, float(apart > 0))
        assert chances[first, second, third, fourth] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "scale", [DSB, POINTS, scale_of([0.01, 0.02, 1.0], [1.0, 3.0, 50.0], [[1, 1], [1, 2]])], ids=["dsb", "points", "uneven"]
)
def test_the_chance_of_a_larger_loss_is_what_drawing_it_gives(scale):
    """Agree with a hundred thousand draws within each cell, within five standard errors."""
    random = np.random.default_rng(11)
    axes = [np.log(magnitudes(scale, axis)) for axis in ("likelihood", "consequence")]
    cells = list(product(*axes))
    drawn = np.array([sum(random.uniform(low, high, 100_000) for low, high in cell) for cell in cells])
    chances = loss_above(scale)

    for first, second in product(range(len(cells)), repeat=2):
        if first != second and not np.array_equal(drawn[first], drawn[second]):
            ties = np.isclose(drawn[first], drawn[second])
            share = (drawn[first] > drawn[second])[~ties].sum() / 100_000 + ties.mean() / 2
            assert chances[first, second] == pytest.approx(share, abs=5 * 0.5 / np.sqrt(100_000))


@settings(deadline=None)
@given(tables(least=2), st.sampled_from([SCALE, DSB, POINTS]))
def test_one_of_two_is_the_larger_or_they_are_equal(risks, scale):
    """Let the two probabilities of a pair sum to 1."""
    found = above(risk.matrix(judgements(risks), scale), scale).to_numpy()

    assert found + found.T == pytest.approx(1.0)


def test_a_higher_judgement_is_a_larger_loss():
    """Make the loss of a risk more likely the larger when one of its levels is raised."""
    table = risk.matrix(at({"A": ((2, 3), 3), "B": ((2, 4), 3), "C": ((3, 4), 3), "D": ((3, 4), (3, 5))}), SCALE)
    against = above(table, SCALE)["A"]

    assert against.is_monotonic_increasing
    assert against["A"] == pytest.approx(0.5)


def test_the_same_judgements_are_told_from_overlapping_ones():
    """Say why each pair cannot be told apart, the pairs of the highest risks first."""
    table = risk.matrix(at({"A": (5, 5), "B": (5, 5), "C": ((2, 4), 3), "D": (3, 3), "E": (1, 1)}), SCALE)
    found = risk.indistinguishable(table, SCALE)

    assert found[["risk", "other", "why"]].to_numpy().tolist() == [["A", "B", "same cells"], ["C", "D", "equal loss"]]
    wider = risk.indistinguishable(risk.matrix(at({"C": ((2, 5), 3), "D": (3, 3)}), SCALE), SCALE)
    assert wider["why"].tolist() == ["overlap"]
    assert wider["p"][0] > 0.5


def test_more_certainty_tells_fewer_pairs_apart():
    """Find a pair one decade apart that 23 times in 24 is not enough for."""
    table = risk.matrix(at({"A": (3, 4), "B": (3, 3)}), SCALE)

    assert risk.indistinguishable(table, SCALE).empty
    assert risk.indistinguishable(table, SCALE, certainty=0.99)["p"].tolist() == pytest.approx([23 / 24])


def test_the_step_between_levels_without_limits_decides():
    """Make 4 × 2 the larger where a level of consequence is twice the one before, and 3 × 3 where it is a hundred times."""
    table = risk.matrix(at({"P3×C3": (3, 3), "P4×C2": (4, 2)}), SCALE)
    twice, ten, hundred = (above(table, SCALE, step=step).loc["P3×C3", "P4×C2"] for step in (2.0, 10.0, 100.0))

    assert twice < 0.1
    assert ten == pytest.approx(0.5)
    assert hundred > 0.8


def test_the_order_of_risks_changes_only_who_is_named_first_among_equals():
    """Find the same pairs, with the same probability, whatever the order of the rows."""
    table = risk.matrix(random_judgements(30), SCALE)
    shuffled = table.iloc[np.random.default_rng(2).permutation(30)]
    sides = [
        {frozenset((row.risk, row.other)): (row.p if row.risk < row.other else 1 - row.p, row.why) for row in found.itertuples()}
        for found in (risk.indistinguishable(one, SCALE) for one in (table, shuffled))
    ]

    assert sides[0].keys() == sides[1].keys()
    for pair, (p, why) in sides[0].items():
        assert sides[1][pair] == (pytest.approx(p), why)


def test_what_is_not_judged_is_in_no_pair():
    """Leave out a risk without likelihood, and change nothing in the table."""
    table = risk.matrix(judgements({"Storm": {"likelihood": 3, "life_health": 3}, "Sabotage": {"life_health": 3}}), SCALE)
    before = table.copy(deep=True)

    assert risk.indistinguishable(table, SCALE).empty
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("certainty", [0.5, 0.0, 1.1, float("nan")])
def test_a_certainty_that_is_none_is_refused(certainty):
    """Tell that a certainty lies above one half."""
    table = risk.matrix(at({"Storm": (3, 3)}), SCALE)

    with pytest.raises(KrokomrsaError, match="större än 0,5"):
        risk.indistinguishable(table, SCALE, certainty=certainty)
