from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_cases import ASPECTS, SCALE, judgements, random_judgements, scale_of, tables

from krokomrsa.analysis import risk
from krokomrsa.analysis.risk.gaps import _placed, room
from krokomrsa.errors import KrokomrsaError


def chance(risks, name, k):
    """Return the probability that a risk is among the k highest, by every combination of places."""
    table = risk.matrix(judgements(risks), SCALE)
    judged = table.index[table["status"] == "judged"]
    if name not in judged:
        return 0.0
    placed = _placed(table, SCALE, "loguniform")
    own = judged.get_loc(name)
    found = 0.0
    for places in product(*(np.flatnonzero(row) for row in placed)):
        p = np.prod([row[place] for row, place in zip(placed, places, strict=True)])
        found += p * (sum(place > places[own] for place in places) < k)
    return found


@settings(deadline=None, max_examples=25)
@given(tables(), st.integers(1, 3))
def test_the_room_above_a_place_is_what_every_combination_gives(risks, k):
    """Agree with exact enumeration on the probability to be among the highest."""
    table = risk.matrix(judgements(risks), SCALE)
    placed = _placed(table, SCALE, "loguniform")
    found = (placed * room(placed, k)[:-1]).sum(axis=1)

    assert found == pytest.approx([chance(risks, name, k) for name in table.index])


def test_the_room_agrees_with_the_draws():
    """Find the same probabilities exactly as by drawing, within five standard errors."""
    table = risk.matrix(random_judgements(200), SCALE)
    placed = _placed(table, SCALE, "loguniform")
    drawn = risk.rank_probabilities(table, SCALE, draws=4_000)["p_rank_k"].to_numpy()

    assert np.abs((placed * room(placed, 10)[:-1]).sum(axis=1) - drawn).max() <= 5 * 0.5 / np.sqrt(4_000)


@settings(deadline=None, max_examples=25)
@given(tables(least=2), st.sampled_from(["likelihood", *ASPECTS]), st.integers(1, 2))
def test_influence_is_how_far_the_answer_moves_when_the_judgement_is_made(risks, aspect, k):
    """Make the missing judgement at every level in turn, and compare."""
    left = {name: said for name, said in risks["R-0"].items() if name != aspect}
    risks = risks | {"R-0": left, "R-1": risks["R-1"] | {aspect: (2, 4)}}
    found = risk.missing_judgements(judgements(risks), SCALE, k)
    own = found[(found["risk"] == "R-0") & found["aspect"].isin([aspect, "consequence"])].iloc[0]
    then = [chance(risks | {"R-0": left | {aspect: level}}, "R-0", k) for level in range(1, 6)]

    assert (own["now"], own["then_low"], own["then_high"]) == pytest.approx((chance(risks, "R-0", k), min(then), max(then)))
    assert own["influence"] == pytest.approx(np.mean([abs(one - own["now"]) for one in then]))


def test_what_would_change_most_comes_first():
    """Ask for the likelihood of the risk with the worst consequence before that of a small one."""
    risks = {"Storm": {"likelihood": 3, "life_health": 3}, "Damm": {"life_health": 5}, "Halka": {"life_health": 1}}
    found = risk.missing_judgements(judgements(risks), SCALE, 1)

    assert found["risk"].tolist() == ["Damm", "Halka"]
    assert found["aspect"].tolist() == ["likelihood", "likelihood"]
    assert found["influence"].is_monotonic_decreasing
    assert found["status"].tolist() == ["missing", "missing"]


def test_an_aspect_that_somebody_uses_is_missing_where_it_is_not_judged():
    """Ask for the aspects that others have, but for none that nobody uses."""
    risks = {"Storm": {"likelihood": 3, "life_health": 3, "societal_functions": 2}, "Damm": {"likelihood": 4, "life_health": 2}}
    found = risk.missing_judgements(judgements(risks), SCALE, 1)

    assert found[["risk", "aspect"]].to_numpy().tolist() == [["Damm", "societal_functions"]]


def test_a_consequence_that_is_judged_as_a_whole_lacks_nothing():
    """Ask for no protected value of a risk whose consequence is given without one."""
    risks = {"Storm": {"likelihood": 3, "life_health": 3}, "Damm": {"likelihood": 4, "unspecified": 2}}

    assert risk.missing_judgements(judgements(risks), SCALE).empty


def test_declined_judgements_are_no_gaps():
    """Leave a risk alone whose likelihood is not to be judged, and an aspect that is not to be."""
    risks = {
        "Storm": {"likelihood": 3, "life_health": 3, "societal_functions": 3},
        "Sabotage": {"likelihood": "not judged"},
        "Damm": {"likelihood": 3, "life_health": 3, "societal_functions": "not judged"},
    }

    assert risk.missing_judgements(judgements(risks), SCALE).empty


def test_nobody_knows_is_a_gap():
    """Ask for what somebody answered that they do not know."""
    risks = {"Storm": {"likelihood": "unknown", "life_health": 4}, "Brand": {"likelihood": 3, "life_health": "unknown"}}
    found = risk.missing_judgements(judgements(risks), SCALE).set_index("risk")

    assert found.loc["Storm", ["aspect", "status"]].tolist() == ["likelihood", "unknown"]
    assert found.loc["Brand", ["aspect", "status"]].tolist() == ["consequence", "unknown"]


def test_one_of_two_missing_axes_counts_with_the_other_as_anything():
    """Compare a likelihood at each level with a consequence anywhere on the scale."""
    storm = {"Storm": {"likelihood": 3, "life_health": 3}}
    found = risk.missing_judgements(judgements(storm | {"Sabotage": {"likelihood": "unknown"}}), SCALE, 1)
    likely = found[found["aspect"] == "likelihood"].iloc[0]
    whole = [chance(storm | {"X": {"likelihood": level, "life_health": (1, 5)}}, "X", 1) for level in range(1, 6)]

    assert sorted(found["aspect"]) == ["consequence", "likelihood"]
    assert (likely["then_low"], likely["then_high"], likely["influence"]) == pytest.approx((min(whole), max(whole), np.mean(whole)))


def test_judgements_about_another_state_fill_no_gap():
    """Ask for how it is now though the target is judged."""
    rows = judgements({"Storm": {"likelihood": 3, "life_health": 3}, "Damm": {"likelihood": 3, "life_health": 4}})
    rows["state"] = [None, None, "current", "target"]

    assert risk.missing_judgements(rows, SCALE)["risk"].tolist() == ["Damm"]


def test_without_an_overall_aspect_the_first_stands_for_all():
    """Ask for a whole consequence also on a scale that combines no unspecified consequence."""
    scale = scale_of(None, None, SCALE.matrix, more='combined = ["life_health"]')
    found = risk.missing_judgements(judgements({"Storm": {"likelihood": 3}, "Brand": {"likelihood": 3, "life_health": 3}}), scale, 1)

    assert found[["risk", "aspect"]].to_numpy().tolist() == [["Storm", "consequence"]]
    assert found["then_high"].tolist() == [1.0]


def test_nothing_missing_gives_an_empty_table():
    """Return the columns and no rows."""
    columns = ["risk", "aspect", "status", "now", "then_low", "then_high", "influence"]

    for rows in (random_judgements(5), judgements({})):
        found = risk.missing_judgements(rows, SCALE)
        assert found.empty
        assert found.columns.tolist() == columns


def test_the_order_of_rows_changes_nothing():
    """Give each gap the same influence whatever the order of judgements."""
    rows = random_judgements(20)
    rows = rows[rows.index % 7 != 0]
    shuffled = rows.sample(frac=1, random_state=5)
    first, second = (risk.missing_judgements(one, SCALE, 3).sort_values(["risk", "aspect"], ignore_index=True) for one in (rows, shuffled))

    pd.testing.assert_frame_equal(first, second)


def test_a_number_of_risks_that_is_none_is_refused():
    """Tell that so many of the highest risks is no number."""
    with pytest.raises(KrokomrsaError, match="Så många av de högsta riskerna"):
        risk.missing_judgements(random_judgements(3), SCALE, 0)
