"""An outage that ends: what stops before what was lost is back, for how long, and when that is unacceptable."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pandas as pd
import pytest
from cascade_systems import COLUMNS, HOME_CARE, IDS, NEVER, few, needs, systems
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis import cascade
from krokomrsa.errors import KrokomrsaError

ENDS = st.sampled_from([0.5, 1, 2, 3, 5, 8, 13, NEVER])


def services(**tolerable: float | None) -> pd.DataFrame:
    """Return services with their tolerable outage."""
    return pd.DataFrame({"id": list(tolerable), "tolerable_outage_h": pd.Series(list(tolerable.values()), dtype=float)})


def lived(rows: list[dict[str, Any]], lost: dict[str, int], end: int, bound: str, last: int) -> dict[str, list[int]]:
    """Live through an outage hour by hour, and return the hours in which each id is down.

    An hour begins with what is lost; then whoever has managed without a supplier for as long as it can goes down, until nobody
    more does. When what was lost is back everything runs.
    """
    since: dict[str, int] = {}
    down: dict[str, list[int]] = defaultdict(list)
    groups: dict[tuple[str, object], list[dict[str, Any]]] = defaultdict(list)
    for number, row in enumerate(rows):
        groups[row["dependent"], row["group"] if isinstance(row["group"], str) else number].append(row)
    for now in range(last):
        if now >= end:
            since.clear()
            continue
        for key, begins in lost.items():
            if begins <= now:
                since.setdefault(key, now)
        falling = True
        while falling:
            falling = False
            for (dependent, _), members in groups.items():
                standing = [one for one in members if one["supplier"] not in since or now - since[one["supplier"]] < one[bound]]
                if dependent not in since and len(standing) < members[0]["needed"]:
                    since[dependent], falling = now, True
        for key in since:
            down[key].append(now)
    return down


@st.composite
def hourly(draw: st.DrawFn) -> tuple[pd.DataFrame, dict[str, int], int, pd.DataFrame]:
    """Systems in whole hours with loops and groups, what is lost when, when it is back, and what each can stand."""
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        low = draw(st.integers(0, 4))
        ends = draw(st.sampled_from(IDS)), draw(st.sampled_from(IDS))
        rows.append([*ends, draw(st.sampled_from([None, "x"])), 1, low, low + draw(st.integers(0, 4))])
    lost = draw(st.dictionaries(st.sampled_from(IDS), st.integers(0, 3), max_size=3))
    limits = {key: draw(st.sampled_from([0, 1, 3, 6, None])) for key in draw(st.sets(st.sampled_from(IDS)))}
    return pd.DataFrame(rows, columns=COLUMNS), lost, draw(st.integers(1, 14)), services(**limits)


@few
@given(hourly())
def test_living_through_the_outage_hour_by_hour_gives_the_same(case: tuple[pd.DataFrame, dict[str, int], int, pd.DataFrame]) -> None:
    """When each service stops, how long it is down and when that is too long is what happens hour by hour until all is back."""
    dependencies, lost, end, known = case
    rows = dependencies.astype(object).to_dict("records")
    found = cascade.stoppages(cascade.failure_times(dependencies, dict(lost), until_h=end), known, until_h=end)
    limits = dict(zip(known["id"], known["tolerable_outage_h"], strict=True))
    for stops, longest, unacceptable, bound in (
        ("earliest_h", "down_high_h", "unacceptable_earliest_h", "endurance_low_h"),
        ("latest_h", "down_low_h", "unacceptable_latest_h", "endurance_high_h"),
    ):
        down = lived(rows, lost, end, bound, end + 9)
        for key, limit in limits.items():
            hours = down.get(key, [])
            told = found.loc[key] if key in found.index else None
            assert (told[stops] if told is not None else NEVER) == (hours[0] if hours else NEVER)
            assert (told[longest] if told is not None else 0) == len(hours)
            if told is not None and not math.isnan(limit):
                beyond = hours[int(limit)] if len(hours) > limit else NEVER
                assert told[unacceptable] == beyond


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


@few
@given(hourly(), st.integers(0, 10))
def test_a_longer_outage_never_stops_less(case: tuple[pd.DataFrame, dict[str, int], int, pd.DataFrame], more: int) -> None:
    """With the same loss for longer the same services stop, perhaps more, as long or longer."""
    dependencies, lost, end, known = case
    short, long = (
        cascade.stoppages(cascade.failure_times(dependencies, dict(lost), until_h=until), known, until_h=until)
        for until in (end, end + more)
    )
    assert set(short.index) <= set(long.index)
    assert (short["down_high_h"] <= long.loc[short.index, "down_high_h"]).all()
    assert (short["down_low_h"] <= long.loc[short.index, "down_low_h"]).all()


def test_whoever_manages_exactly_as_long_as_it_lasts_does_not_stop() -> None:
    """With the power back after 6 hours the network that lasts 4–6 hours may stop and the landline, which lasts 8, does not."""
    found = cascade.failure_times(HOME_CARE, {"El": 0}, until_h=6)
    assert found.loc["Mobil"].tolist() == [4, NEVER]
    assert found.loc["Fast"].tolist() == [NEVER, NEVER]


def test_what_comes_back_in_time_never_becomes_unacceptable() -> None:
    """A school that stops at once for 24 hours can stand 24 but not 23; without a stated limit nobody knows."""
    times = cascade.failure_times(needs(("Skola", "El", None, 1, 0, 0)), {"El": 0}, until_h=24)
    for limit, moment in ((24, NEVER), (23, 23.0)):
        found = cascade.stoppages(times, services(Skola=limit), until_h=24).loc["Skola"]
        assert (found["unacceptable_earliest_h"], found["down_low_h"], found["down_high_h"]) == (moment, 24, 24)
    assert cascade.stoppages(times, services(Skola=None), until_h=24)[["tolerable_h", "unacceptable_latest_h"]].isna().all(axis=None)


def test_until_further_notice_is_never_back() -> None:
    """Without an end what stops is down for ever, and becomes unacceptable after its limit."""
    times = cascade.failure_times(needs(("Skola", "El", None, 1, 2, None)), {"El": 0})
    found = cascade.stoppages(times, services(Skola=3, Arkiv=1)).loc["Skola"]
    assert found.tolist() == [2, NEVER, 0, NEVER, 3, 5, NEVER]


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
        lambda: cascade.stoppages(cascade.failure_times(HOME_CARE, {}), services(Larm=1), until_h=end),
    ):
        with pytest.raises(KrokomrsaError, match="antal timmar"):
            call()
