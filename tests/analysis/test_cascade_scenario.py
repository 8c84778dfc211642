"""A what-if chooses its dependencies: a season, and a day when every stock is empty."""

from __future__ import annotations

import pandas as pd
import pytest

from krokomrsa.analysis import cascade


@pytest.fixture
def dependencies() -> pd.DataFrame:
    """Return a need that is harder in winter and easier in summer, and one that is the same all year."""
    return pd.DataFrame(
        {
            "dependent": ["Hemtjänst"] * 4,
            "supplier": ["Elnät", "Elnät", "Elnät", "Vatten"],
            "season": [None, "winter", "summer", None],
            "endurance_low_h": [24.0, 4.0, 72.0, 48.0],
            "endurance_high_h": [24.0, 4.0, 72.0, 48.0],
        }
    )


@pytest.mark.parametrize(("season", "hour"), [("winter", 4.0), ("summer", 72.0), (None, 4.0)])
def test_the_season_decides_when_it_stops(dependencies: pd.DataFrame, season: str | None, hour: float) -> None:
    """A season's own row goes before the row of the whole year; without a season the shortest endurance decides."""
    before = dependencies.copy()
    times = cascade.failure_times(cascade.in_season(dependencies, season), {"Elnät": 0.0})
    assert times.loc["Hemtjänst", "earliest_h"] == hour
    pd.testing.assert_frame_equal(dependencies, before)


def test_with_empty_stock_it_stops_at_once(dependencies: pd.DataFrame) -> None:
    """When every stock is empty a need breaks at the hour of the loss, earliest and latest."""
    before = dependencies.copy()
    times = cascade.failure_times(cascade.without_stock(dependencies), {"Vatten": 3.0})
    assert times.loc["Hemtjänst"].tolist() == [3.0, 3.0]
    pd.testing.assert_frame_equal(dependencies, before)


def test_a_table_without_seasons_and_an_empty_one_stay_as_they_are() -> None:
    """Where no season is stated every row holds all year."""
    plain = pd.DataFrame({"dependent": ["Skola"], "supplier": ["Elnät"]})
    assert len(cascade.in_season(plain, "winter")) == 1
    assert len(cascade.in_season(plain.head(0), "winter")) == 0
    assert len(cascade.without_stock(plain.head(0))) == 0
