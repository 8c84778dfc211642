import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from risk_cases import SCALE, intervals, scale_of

from krokomrsa.analysis import risk
from krokomrsa.errors import KrokomrsaError
from krokomrsa.scales import load

DSB, UK, POINTS = load("dsb-helhetlig-ros"), load("uk-nrr-2023"), load("bjurholm-2023")
FLAT = [[1, 1], [1, 2]]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (DSB, [(1, 2), (3, 3), (4, 4), (4, 4), (5, 5)]),
        (UK, [(1, 2), (2, 3), (3, 4), (4, 4), (4, 5)]),
        (SCALE, [(n, n) for n in range(1, 6)]),
    ],
    ids=["dsb", "uk", "same"],
)
def test_published_scales_are_read_on_ours(source, found):
    """Read each level of the published scales as the levels of MSB 2013 that its range over one year touches."""
    assert [(walk.low, walk.high) for walk in (risk.crosswalk(level, level, source, SCALE) for level in range(1, 6))] == found


def test_a_horizon_of_five_years_is_one_of_one_year():
    """Return 5–25 % over five years as what it is over one."""
    walk = risk.crosswalk(4, 4, UK, SCALE)

    assert (walk.annual_low, walk.annual_high) == pytest.approx((1 - 0.95**0.2, 1 - 0.75**0.2))
    assert walk.sentence == (
        "Nivå 4 på ”Storbritannien, National Risk Register 2023” är 5–25 % på 5 år. Det är 1,02–5,59 % på ett år, "
        "alltså nivå 4 på ”Femgradig skala, 5 × 5”."
    )


def test_an_open_level_reaches_as_far_as_there_is_to_go():
    """Say that more than 25 % in five years may be anything up to for certain."""
    walk = risk.crosswalk(5, 5, UK, SCALE)

    assert (walk.low, walk.high, walk.annual_high) == (4, 5, 1.0)
    assert "är minst 25 % på 5 år. Det är minst 5,59 % på ett år" in walk.sentence


def test_a_frequency_is_a_probability_of_at_least_once():
    """Read once in ten to a hundred years as 1 − e^(−λ)."""
    often = scale_of([0.001, 0.01, 0.1], None, [[1], [2]], more='measure = "frequency"')
    walk = risk.crosswalk(2, 2, often, SCALE)

    assert (walk.annual_low, walk.annual_high) == pytest.approx((-math.expm1(-0.01), -math.expm1(-0.1)))
    assert (walk.low, walk.high) == (3, 4)
    assert "är 0,01–0,1 gånger på ett år. Det är 0,995–9,52 % på ett år" in walk.sentence


@given(intervals(), intervals())
def test_a_wider_judgement_is_never_read_as_a_narrower(first, second):
    """Contain the answer for an interval in that for one that contains it."""
    wide = min(first[0], second[0]), max(first[1], second[1])
    outer, inner = (risk.crosswalk(*levels, UK, SCALE) for levels in (wide, first))

    assert outer.low <= inner.low <= inner.high <= outer.high


@given(intervals(), st.sampled_from([(SCALE, UK), (UK, DSB), (DSB, SCALE)]))
def test_there_and_back_again_holds_what_one_had(levels, scales):
    """Lose nothing on the way: the levels that come back hold those that left."""
    there = risk.crosswalk(*levels, *scales)
    back = risk.crosswalk(there.low, there.high, *reversed(scales))

    assert back.low <= levels[0]
    assert levels[1] <= back.high


def test_a_level_between_two_counts_as_both():
    """Read 3.2 as 3 and 4."""
    assert risk.crosswalk(3.2, 3.2, SCALE, UK) == risk.crosswalk(3, 4, SCALE, UK)


@pytest.mark.parametrize("scales", [(POINTS, SCALE), (SCALE, POINTS)])
def test_points_are_refused_until_the_municipality_says_where_a_level_ends(scales):
    """Tell that a scale of points needs limits, whichever side it stands on."""
    with pytest.raises(KrokomrsaError, match="anger nivåerna som punkter") as caught:
        risk.crosswalk(3, 3, *scales)

    assert [problem.value for problem in caught.value.problems] == ["bjurholm-2023"]
    assert "low och high" in caught.value.problems[0].remedy


def test_consequences_are_compared_by_their_limits_as_they_stand():
    """Read a consequence through limits that both scales declare, and say that the unit must be the same."""
    first = scale_of(None, [0.0, 10.0, 100.0], FLAT)
    second = scale_of(None, [0.0, 5.0, 50.0, 500.0], [[1, 1, 2]])
    walk = risk.crosswalk(2, 2, first, second, "life_health")

    assert (walk.low, walk.high, walk.annual_low) == (2, 3, None)
    assert walk.sentence == ("Nivå 2 på ”Egen skala” går från 10 till 100. Det är nivå 2–3 på ”Egen skala”, om gränserna är i samma enhet.")


def test_consequences_without_limits_are_refused():
    """Tell that neither scale says where a level of consequence ends."""
    with pytest.raises(KrokomrsaError, match="inga gränser för konsekvens") as caught:
        risk.crosswalk(2, 2, DSB, UK, "life_health")

    assert [problem.value for problem in caught.value.problems] == ["dsb-helhetlig-ros", "uk-nrr-2023"]


def test_levels_that_are_not_there_and_upside_down_are_told_at_once():
    """Tell of a level outside the scale and of low above high."""
    with pytest.raises(KrokomrsaError) as caught:
        risk.crosswalk(7, 3, UK, SCALE)

    assert [problem.problem for problem in caught.value.problems] == [
        "Nivån finns inte på skalan ”Storbritannien, National Risk Register 2023”.",
        "Den lägsta nivån (7) är högre än den högsta (3).",
    ]


def test_a_range_that_the_other_scale_has_no_level_for_is_refused():
    """Tell that a scale that ends at 1 % has no level for 10 %."""
    rare = scale_of([0.0001, 0.001, 0.01], None, FLAT)

    with pytest.raises(KrokomrsaError, match="ingen nivå för det som nivå 5"):
        risk.crosswalk(5, 5, SCALE, rare)
