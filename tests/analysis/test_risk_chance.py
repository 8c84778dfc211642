from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_cases import ASPECTS, SCALE, at, intervals, judgements, random_judgements, scale_of, tables

from krokomrsa.analysis import risk
from krokomrsa.analysis.risk.assumed import closed, magnitudes, weights
from krokomrsa.errors import KrokomrsaError
from krokomrsa.scales import load

DSB, UK, POINTS = load("dsb-helhetlig-ros"), load("uk-nrr-2023"), load("bjurholm-2023")
MEDIAN = scale_of(None, None, SCALE.matrix, more='rule = "median"')


def by_hand(aspects, scale, within="loguniform"):
    """Return cell → probability of one risk by going through every combination of levels."""
    widths = {axis: weights(scale, axis, within) for axis in ("likelihood", "consequence")}
    found = {}
    ranges = {aspect: range(low, high + 1) for aspect, (low, high) in aspects.items()}
    for levels in product(*ranges.values()):
        drawn = dict(zip(ranges, levels, strict=True))
        p = 1.0
        for aspect, level in drawn.items():
            width = widths["likelihood" if aspect == "likelihood" else "consequence"]
            p *= width[level - 1] / width[[one - 1 for one in ranges[aspect]]].sum()
        severe = sorted(level for aspect, level in drawn.items() if aspect != "likelihood")
        middle = severe[(len(severe) - 1) // 2], severe[len(severe) // 2]
        for chosen in (severe[-1], severe[-1]) if scale.rule == "max" else middle:
            cell = drawn["likelihood"], chosen
            found[cell] = found.get(cell, 0.0) + p / 2
    return found


@settings(deadline=None)
@given(tables(), st.sampled_from([SCALE, DSB, UK, POINTS, MEDIAN]), st.sampled_from(["loguniform", "uniform", "levels"]))
def test_cells_are_what_every_combination_of_levels_gives(risks, scale, within):
    """Agree with exact enumeration, on scales with and without limits and whether the largest or the median aspect counts."""
    found = risk.cell_probabilities(risk.matrix(judgements(risks), scale), scale, within=within)

    for name, aspects in risks.items():
        own = found[found["risk"] == name]
        cells = dict(zip(zip(own["likelihood"], own["consequence"], strict=True), own["p"], strict=True))
        expected = by_hand(aspects, scale, within)
        assert {cell: p for cell, p in cells.items() if p > 1e-12} == pytest.approx(expected)


@settings(deadline=None)
@given(tables(), st.sampled_from([SCALE, DSB, MEDIAN]))
def test_probabilities_of_a_risk_sum_to_one_within_its_classes(risks, scale):
    """Give the classes that a judgement touches all the probability, and no other class any."""
    table = risk.matrix(judgements(risks), scale)
    found = risk.class_probabilities(table, scale)
    cells = risk.cell_probabilities(table, scale).groupby("risk")["p"].sum()

    assert found.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert cells.reindex(table.index).to_numpy() == pytest.approx(1.0)
    for name, row in found.iterrows():
        touched = [level for level in found.columns if row[level] > 0]
        assert (min(touched), max(touched)) == tuple(table.loc[name, ["class_low", "class_high"]])


@settings(deadline=None)
@given(
    tables(most=1), st.sampled_from(["likelihood", *ASPECTS]), st.sampled_from(["low", "high", "both"]), st.sampled_from([SCALE, DSB, UK])
)
def test_raising_a_judgement_never_lowers_a_class(risks, aspect, bound, scale):
    """Make every class or a higher at least as likely when a level is raised, on a monotone scale."""
    assert scale.monotone
    low, high = risks["R-0"].get(aspect, (1, 1))
    raised = {"low": (min(low + 1, high), high), "high": (low, min(high + 1, 5)), "both": (min(low + 1, 5), min(high + 1, 5))}[bound]
    before = {"R-0": risks["R-0"] | {aspect: (low, high)}}
    after = {"R-0": risks["R-0"] | {aspect: raised}}

    lower, higher = (
        risk.class_probabilities(risk.matrix(judgements(one), scale), scale).to_numpy()[:, ::-1].cumsum(axis=1) for one in (before, after)
    )
    assert (higher >= lower - 1e-12).all()


def test_a_judgement_over_levels_of_unlike_width_falls_mostly_on_the_widest():
    """Share C–D of DSB by the width of 1–2 % and 2–10 %, on the scale that is asked for."""
    table = risk.matrix(at({"Storm": ((3, 4), 3)}), DSB)
    shares = {
        within: risk.cell_probabilities(table, DSB, within=within)["p"].round(3).tolist() for within in ("loguniform", "uniform", "levels")
    }

    assert shares == {"loguniform": [0.301, 0.699], "uniform": [0.111, 0.889], "levels": [0.5, 0.5]}


def test_an_open_level_ends_where_it_is_said_to():
    """Take an open lowest level as wide as its neighbour, and let the highest probability end at 1."""
    limits = closed(DSB.likelihood, most=1.0)

    assert limits[0].tolist() == pytest.approx([0.0001, 0.001])
    assert limits[-1].tolist() == [0.1, 1.0]
    assert risk.assumptions(DSB)[2:4] == (
        (
            "Den lägsta nivån av sannolikhet saknar nedre gräns. Den antas vara lika bred som nivån över, på en logaritmisk skala, "
            "och börjar då vid 0,01 %."
        ),
        "Den högsta nivån av sannolikhet saknar övre gräns. Den slutar vid 100 %.",
    )


def test_a_frequency_has_no_natural_end():
    """Take an open highest frequency as wide as the level below it."""
    often = scale_of([0.001, 0.01, 0.1], None, [[1], [1]], more='measure = "frequency"')
    opened = [often.likelihood[0], type(often.likelihood[1])(level=2, label="Ofta", low=0.01)]

    assert closed(tuple(opened))[1].tolist() == pytest.approx([0.01, 0.1])


def test_points_and_levels_without_limits_count_alike_and_it_is_said():
    """Share a judgement alike between points, and between levels of consequence that have no limits."""
    assert weights(POINTS, "likelihood").tolist() == [1.0] * 5
    assert weights(SCALE, "consequence").tolist() == [1.0] * 5
    assert "Skalan anger sannolikhet som punkter" in " ".join(risk.assumptions(POINTS))
    assert magnitudes(SCALE, "consequence", step=3)[:, 0].tolist() == [1.0, 3.0, 9.0, 27.0, 81.0]
    assert "varje nivå vara 3 gånger nivån före" in " ".join(risk.assumptions(SCALE, step=3))


def test_the_median_of_aspects_is_said_to_be_shared():
    """Say what the median of an even number of aspects is taken as."""
    assert "Står två skyddsvärden i mitten räknas vart och ett av dem som lika troligt." in risk.assumptions(MEDIAN)


def test_what_nobody_judged_has_no_probability():
    """Leave out a risk without likelihood among the cells, and let its classes be unknown."""
    table = risk.matrix(judgements({"Storm": {"likelihood": 3, "life_health": 3}, "Sabotage": {"life_health": 4}}), SCALE)

    assert risk.cell_probabilities(table, SCALE)["risk"].unique().tolist() == ["Storm"]
    assert risk.class_probabilities(table, SCALE).loc["Sabotage"].isna().all()


def test_no_risks_at_all_give_empty_tables():
    """Return tables with their columns and no rows."""
    table = risk.matrix(judgements({}), SCALE)

    assert risk.cell_probabilities(table, SCALE).columns.tolist() == ["risk", "likelihood", "consequence", "p"]
    assert risk.class_probabilities(table, SCALE).shape == (0, 4)


@given(intervals(), intervals(), st.randoms())
def test_the_order_of_rows_changes_nothing(first, second, random):
    """Give each risk the same probabilities whatever the order of judgements."""
    rows = judgements({"A": {"likelihood": first, "life_health": second}, "B": {"likelihood": second, "societal_functions": first}})
    order = random.sample(range(len(rows)), len(rows))
    before, after = (risk.class_probabilities(risk.matrix(one, SCALE), SCALE) for one in (rows, rows.iloc[order]))

    pd.testing.assert_frame_equal(after.loc[before.index], before)


def test_the_arguments_stay_as_they_are():
    """Change nothing in the table that is given."""
    table = risk.matrix(random_judgements(20), SCALE)
    before = table.copy(deep=True)
    risk.cell_probabilities(table, SCALE)
    risk.class_probabilities(table, SCALE)

    pd.testing.assert_frame_equal(table, before)


def test_a_distribution_that_is_not_there_is_refused():
    """Tell which distributions there are."""
    table = risk.matrix(at({"Storm": (3, 3)}), SCALE)

    with pytest.raises(KrokomrsaError, match="Välj någon av: loguniform, uniform, levels"):
        risk.cell_probabilities(table, SCALE, within="normal")


@pytest.mark.parametrize("step", [1.0, 0.0, np.inf, np.nan])
def test_a_step_that_makes_no_level_worse_is_refused(step):
    """Tell that a level is more than once the level before."""
    with pytest.raises(KrokomrsaError, match="större än 1"):
        magnitudes(SCALE, "consequence", step)
