"""Failure times up to an hour: what stops before what was lost is back."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from cascade_systems import HOME_CARE, NEVER, few, systems
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis import cascade
from krokomrsa.errors import KrokomrsaError

ENDS = st.sampled_from([0.5, 1, 2, 3, 5, 8, 13, NEVER])


@few
@given(systems(), ENDS)
def test_up_to_its_end_an_outage_is_as_one_without_end(case: tuple[pd.DataFrame, dict[str, float]], end: float) -> None:
    """What fails before the end fails at the same hour as without one; nothing else fails, and the arguments stay as they are."""
    dependencies, lost = case
    kept, losses = dependencies.copy(), dict(lost)
    whole = cascade.failure_times(dependencies, lost)
    found = cascade.failure_times(dependencies, lost, until_h=end)
    pd.testing.assert_frame_equal(found, whole.where(whole < end, NEVER))
    pd.testing.assert_frame_equal(dependencies, kept)
    assert lost == losses


def test_whoever_manages_exactly_as_long_as_it_lasts_does_not_stop() -> None:
    """With the power back after 6 hours the network that lasts 4–6 hours may stop and the landline, which lasts 8, does not."""
    found = cascade.failure_times(HOME_CARE, {"El": 0}, until_h=6)
    assert found.loc["Mobil"].tolist() == [4, NEVER]
    assert found.loc["Fast"].tolist() == [NEVER, NEVER]


def test_why_is_told_only_of_what_stops_before_the_end() -> None:
    """The chain to home care is told where the outage lasts until it stops, and is empty where it does not."""
    assert len(cascade.explain(HOME_CARE, {"El": 0}, "Hemtjänst", until_h=21)) == 4
    assert cascade.explain(HOME_CARE, {"El": 0}, "Hemtjänst", until_h=20).empty


@pytest.mark.parametrize("end", [math.nan, "24", None, True])
def test_an_end_that_is_no_hour_is_told_in_swedish(end: Any) -> None:
    """An end that is not a number of hours is refused with what to do."""
    for call in (
        lambda: cascade.failure_times(HOME_CARE, {"El": 0}, until_h=end),
        lambda: cascade.explain(HOME_CARE, {"El": 0}, "Larm", until_h=end),
    ):
        with pytest.raises(KrokomrsaError, match="antal timmar"):
            call()
