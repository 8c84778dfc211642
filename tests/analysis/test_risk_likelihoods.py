import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis import risk
from krokomrsa.errors import KrokomrsaError

PROBABILITIES = st.floats(0.0, 0.999)
YEARS = st.floats(0.1, 100.0)


@given(PROBABILITIES, YEARS)
def test_a_probability_over_some_years_is_what_the_formula_says(p, years):
    """Agree with p₁ = 1 − (1 − p)^(1/T)."""
    assert math.isclose(risk.annual(p, years), 1 - (1 - p) ** (1 / years), rel_tol=1e-6, abs_tol=1e-12)


@given(PROBABILITIES, YEARS)
def test_there_and_back_again_is_where_one_was(p, years):
    """Return from one year to the horizon that the probability came from, as closely as a number near certainty can be written."""
    a_year = risk.annual(p, years)
    lost = years * (1 - p) / (1 - a_year) * sys.float_info.epsilon if a_year < 1 else 1 - p  # what is left of 1 − p₁ has few digits
    assert math.isclose(risk.in_horizon(a_year, years), p, rel_tol=1e-9, abs_tol=1e-15 + lost)


@given(st.floats(0.0, 10.0), YEARS)
def test_a_frequency_gives_the_same_by_either_way(rate, years):
    """Reach the same probability over some years straight from the frequency and by way of one year."""
    by_year = risk.in_horizon(risk.probability_of_frequency(rate), years)

    assert math.isclose(risk.probability_of_frequency(rate, years), by_year, rel_tol=1e-6, abs_tol=1e-12)
    assert math.isclose(risk.probability_of_frequency(rate, years), 1 - math.exp(-rate * years), rel_tol=1e-9, abs_tol=1e-12)


@given(PROBABILITIES, YEARS, YEARS)
def test_two_periods_after_each_other_are_one_long(p, first, second):
    """Escape both periods with the product of the probabilities to escape each."""
    both = 1 - (1 - risk.in_horizon(p, first)) * (1 - risk.in_horizon(p, second))

    assert math.isclose(risk.in_horizon(p, first + second), both, abs_tol=1e-12)


def test_never_and_for_certain_stay_so_over_any_time():
    """Keep 0 and 1 whatever the horizon."""
    assert [risk.annual(p, 5) for p in (0.0, 1.0)] == [0.0, 1.0]
    assert [risk.in_horizon(p, 5) for p in (0.0, 1.0)] == [0.0, 1.0]
    assert [risk.probability_of_frequency(rate) for rate in (0.0, math.inf)] == [0.0, 1.0]


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan, math.inf])
@pytest.mark.parametrize("years", [0.0, -1.0, math.nan, math.inf])
def test_what_is_no_probability_over_no_time_is_refused_at_once(p, years):
    """Tell in Swedish of both faults."""
    with pytest.raises(KrokomrsaError) as caught:
        risk.annual(p, years)

    assert [problem.problem for problem in caught.value.problems] == [
        "En sannolikhet ligger mellan 0 och 1.",
        "Perioden är inget antal år som är större än 0.",
    ]


def test_a_negative_frequency_is_refused():
    """Tell that a frequency is at least 0."""
    with pytest.raises(KrokomrsaError, match="minst 0"):
        risk.probability_of_frequency(-0.1)
