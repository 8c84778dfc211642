import math

import numpy as np
import pandas as pd
import pytest
from cascade_systems import NEVER, few, needs, systems
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis.cascade.chance import _narrowed, breach_probability, fall_together
from krokomrsa.analysis.cascade.failure import fall
from krokomrsa.analysis.cascade.network import read
from krokomrsa.analysis.cascade.unknowns import bands
from krokomrsa.errors import KrokomrsaError

SERVICES = pd.DataFrame({"id": list("ABCD"), "tolerable_outage_h": [0.0, 2.0, None, 4.0]})
PAIR = ["probability_low", "probability_high"]
HOME = pd.DataFrame({"id": ["Hemtjänst"], "tolerable_outage_h": [12.0]})


@few
@given(systems(), st.integers(0, 5))
def test_many_draws_at_once_fall_as_each_by_itself(system, seed):
    """The hours of each draw are those of the engine for that draw's endurance, loops and groups included."""
    network, hours = read(*system)
    endurance = np.random.default_rng(seed).choice([0.0, 0.5, 1.0, 7.0, np.inf], size=(len(network.low), 7))

    found = fall_together(network, endurance, hours)

    expected = np.array([fall(network, column, hours)[0] for column in endurance.T]).T.reshape(len(hours), 7)
    np.testing.assert_allclose(expected, found)


@few
@given(systems(), st.integers(0, 5))
def test_rows_that_decide_nothing_may_be_left_out(system, seed):
    """Whatever is drawn, the hours within the horizon are the same with and without the rows that come too late."""
    network, hours = read(*system)
    low, high, horizon = network.low, np.minimum(network.high, 1000.0), 6.0
    narrowed = _narrowed(network, hours, horizon)
    share = np.random.default_rng(seed).random((len(low), 5))
    endurance = np.clip(low[:, None] + share * (high - low)[:, None], low[:, None], high[:, None])
    kept = np.isin(network.position, narrowed.position)

    full, found = fall_together(network, endurance, hours), fall_together(narrowed, endurance[kept], hours)

    np.testing.assert_array_equal(np.where(full <= horizon, full, NEVER), np.where(found <= horizon, found, NEVER))


@pytest.mark.parametrize(("low", "high", "horizon"), [(4, 24, 24), (1, 100, 20), (2, 4, 100), (30, 40, 24), (0, 24, 15)])
@pytest.mark.parametrize("distribution", ["loguniform", "uniform"])
def test_one_need_has_the_exact_probability(low, high, horizon, distribution):
    """P(endurance ≤ horizon − tolerance), within four standard errors; a logarithmic scale begins at a quarter of an hour."""
    rows, limit = needs(("Hemtjänst", "El", None, 1, low, high)), horizon - 12

    found = breach_probability(rows, HOME, {"El": 0}, horizon_h=horizon, distribution=distribution).loc["Hemtjänst"]

    least = max(low, 0.25)
    share = (limit - low) / (high - low) if distribution == "uniform" else math.log(max(limit, 1e-9) / least) / math.log(high / least)
    expected = min(max(share, 0), 1)
    assert abs(expected - found["probability_low"]) <= 4 * math.sqrt(expected * (1 - expected) / 10_000)
    assert found["probability_low"] == found["probability_high"]


def test_two_alternatives_fail_when_both_do():
    """Of two independent alternatives one must stand: the probability is the product."""
    rows = needs(("Hemtjänst", "El", "x", 1, 4, 24), ("Hemtjänst", "Gas", "x", 1, 4, 24))

    found = breach_probability(rows, HOME, {"El": 0, "Gas": 0}, horizon_h=24).loc["Hemtjänst", "probability_low"]

    assert found == pytest.approx((math.log(3) / math.log(6)) ** 2, abs=0.02)


@few
@given(systems())
def test_probabilities_are_pairs_that_agree_with_the_bands(system):
    """They lie from 0 to 1 in order; what surely breaks has 1, what surely holds has 0, and only what is unknown sets them apart."""
    dependencies, lost = system

    found = breach_probability(dependencies, SERVICES, lost, draws=50, horizon_h=6)

    verdict = bands(dependencies, SERVICES, lost, horizon_h=6)["verdict"].reindex(found.index)
    assert (
        (found["probability_low"] >= 0) & (found["probability_low"] <= found["probability_high"]) & (found["probability_high"] <= 1)
    ).all()
    assert (found.loc[verdict == "breaks", PAIR] == 1).all(axis=None)
    assert (found.loc[verdict == "holds", PAIR] == 0).all(axis=None)
    if not dependencies["endurance_high_h"].isna().any():
        known = found[found.index != "C"]
        assert known["probability_low"].tolist() == known["probability_high"].tolist()


@few
@given(systems(), st.randoms())
def test_the_same_seed_gives_the_same_answer_in_any_order(system, random):
    """Rows and services in another order give the same table, and the arguments stay as they are."""
    dependencies, lost = system
    order = list(range(len(dependencies)))
    random.shuffle(order)
    before = dependencies.copy(deep=True), SERVICES.copy(deep=True), dict(lost)

    one = breach_probability(dependencies, SERVICES, lost, draws=40, seed=3, horizon_h=6)
    other = breach_probability(dependencies.iloc[order], SERVICES[::-1], lost, draws=40, seed=3, horizon_h=6)

    pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(before[0], dependencies)
    pd.testing.assert_frame_equal(before[1], SERVICES)
    assert before[2] == lost


def test_another_seed_gives_another_answer_within_the_error():
    """The seed matters, and about as much as the standard error says."""
    rows = needs(("Hemtjänst", "El", None, 1, 4, 24))

    one, other = (breach_probability(rows, HOME, {"El": 0}, horizon_h=24, seed=seed).loc["Hemtjänst"] for seed in (1, 2))

    assert 0 < abs(one["probability_low"] - other["probability_low"]) <= 6 * one["error"]


@pytest.mark.parametrize(
    ("row", "limit"), [(("A", "El", None, 1, None, None), 4.0), (("A", "El", None, 1, 1, None), 4.0), (("A", "El", None, 1, 1, 2), None)]
)
def test_no_number_is_invented_for_what_is_unknown(row, limit):
    """An unknown endurance, one without upper end and an unknown tolerance give from 0 to 1."""
    found = breach_probability(needs(row), pd.DataFrame({"id": ["A"], "tolerable_outage_h": [limit]}), {"El": 0}, horizon_h=10)

    assert found.loc["A", PAIR].tolist() == [0.0, 1.0]


def test_the_result_states_what_it_was_drawn_with():
    """Distribution, draws, seed and horizon stand in the table, and the assumption in Swedish."""
    found = breach_probability(needs(("Hemtjänst", "El", None, 1, 4, 24)), HOME, {"El": 0}, draws=7, seed=5, distribution="uniform").iloc[0]

    assert found[["distribution", "draws", "seed", "horizon_h"]].tolist() == ["uniform", 7, 5, 168.0]
    assert found["assumption"] == "Varje tid mellan minst och längst är lika trolig. Raderna är oberoende av varandra."
    assert math.isnan(found["least_h"])


def test_many_rows_are_drawn_in_blocks(monkeypatch):
    """What does not fit at once is drawn block by block, and all draws count."""
    monkeypatch.setattr("krokomrsa.analysis.cascade.chance._CELLS", 10)
    rows = needs(("Hemtjänst", "El", None, 1, 4, 24), ("El", "Ställverk", None, 1, 0, 0))

    found = breach_probability(rows, HOME, {"Ställverk": 0}, draws=5003, horizon_h=24).loc["Hemtjänst", "probability_low"]

    assert found == pytest.approx(math.log(3) / math.log(6), abs=0.03)


def test_nothing_lost_breaks_nothing():
    """Without a loss, and without dependencies, no probability is above 0."""
    rows = needs(("A", "El", None, 1, None, None))

    assert (breach_probability(rows, SERVICES, {}, horizon_h=NEVER)[PAIR] == 0).all(axis=None)
    assert len(breach_probability(needs(), SERVICES, {})) == 0


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"distribution": "normal"}, "ingen fördelning"),
        ({"draws": 0}, "Antalet dragningar"),
        ({"draws": 2.5}, "Antalet dragningar"),
        ({"least_h": 0}, "kortaste tiden"),
        ({"horizon_h": "en vecka"}, "inget antal timmar"),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong, problem):
    """A distribution that is not there, draws that are none and hours that are none are told in Swedish."""
    with pytest.raises(KrokomrsaError, match=problem):
        breach_probability(needs(), SERVICES, {}, **wrong)
