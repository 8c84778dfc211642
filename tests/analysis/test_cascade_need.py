"""Outages against what each service can stand: when it is too long, by how much, for whom, and which dependencies are critical."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from cascade_systems import HOME_CARE, NEVER, few, needs
from hypothesis import given
from hypothesis import strategies as st
from outage_systems import BOUNDS, LOSSES, RESTARTS, Losses, dependencies, lived, longest, restart_table

from krokomrsa.analysis import cascade
from krokomrsa.analysis.cascade.criticality import critical_dependencies
from krokomrsa.analysis.cascade.need import against_need, broken_within
from krokomrsa.analysis.cascade.restoration import outages
from krokomrsa.errors import KrokomrsaError

LAST = 50
TOLERANCES = st.dictionaries(st.sampled_from("ABCDEFG"), st.sampled_from([0, 1, 2, 5, 12, None]))


def services(**tolerable: float | None) -> pd.DataFrame:
    """Return services with their tolerable outage."""
    ids, hours = pd.Series(list(tolerable), dtype="str"), pd.Series(list(tolerable.values()), dtype=float)
    return pd.DataFrame({"id": ids, "organisation": "Soc", "tolerable_outage_h": hours})


def stretches(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Return outages from tuples."""
    return pd.DataFrame(rows, columns=["id", "bound", "start_h", "end_h"]).astype({"start_h": float, "end_h": float})


@few
@given(dependencies(), LOSSES, RESTARTS, TOLERANCES)
def test_too_long_is_the_hour_after_as_many_as_it_can_stand(
    needed: pd.DataFrame, lost: Losses, restart: dict[str, Any], tolerable: dict[str, float | None]
) -> None:
    """Counted hour by hour in the simulation: the first hour at which a service has been down for its tolerable outage and still is."""
    found = against_need(outages(needed, lost, restart=restart_table(restart), horizon_h=LAST), services(**tolerable))
    rows = needed.astype(object).to_dict("records")
    for (_, endurance, column), side, margin in zip(BOUNDS, ("earliest", "latest"), ("low", "high"), strict=True):
        down = lived(rows, lost, endurance, longest(restart, column), refilled=True, last=LAST)
        for key, limit in tolerable.items():
            own = sorted((start, end) for one, start, end in down if one == key)
            told = found.loc[key]
            assert told[f"{side}_h"] == (own[0][0] if own else NEVER)
            if limit is None:
                assert math.isnan(told[f"unacceptable_{side}_h"]) == bool(own)
                assert math.isnan(told[f"margin_{margin}_h"])
                continue
            beyond = [start + limit for start, end in own for hour in (start + limit,) if start <= hour < end]
            assert told[f"unacceptable_{side}_h"] == min(beyond, default=NEVER)
            assert told[f"margin_{margin}_h"] == limit - max((end - start for start, end in own), default=0)


@few
@given(dependencies(), LOSSES, TOLERANCES)
def test_the_numbers_hang_together(needed: pd.DataFrame, lost: Losses, tolerable: dict[str, float | None]) -> None:
    """A need is broken exactly when the margin is used up, never later at worst than at best, and more within a longer time."""
    known = services(**tolerable)
    down = outages(needed, lost)
    kept = down.copy(), known.copy()
    found = against_need(down, known)
    stated = found[found["tolerable_h"].notna()]
    assert (stated["unacceptable_earliest_h"] <= stated["unacceptable_latest_h"]).all()
    assert (stated["margin_low_h"] <= stated["margin_high_h"]).all()
    broken = stated["unacceptable_earliest_h"] < NEVER
    assert ((stated["margin_low_h"] < 0) == broken).all()
    within = broken_within(down, known)
    assert within["broken_high"].is_monotonic_increasing
    assert within["broken_low"].is_monotonic_increasing
    assert (within["broken_low"] <= within["broken_high"]).all()
    if len(known):
        week = within[within["within_h"] == 168].iloc[0]
        assert set(week["certain"]) == set(found.index[found["breaks"] == "yes"])
        assert set(week["possible"]) == set(found.index[found["breaks"] == "possibly"])
        assert set(week["not_known"]) == set(found.index[found["breaks"] == "unknown"])
    pd.testing.assert_frame_equal(down, kept[0])
    pd.testing.assert_frame_equal(known, kept[1])


def test_a_day_of_battery_and_a_quarter_of_an_hour_of_patience_is_no_contradiction() -> None:
    """With a battery for 24 hours and a tolerable outage of 15 minutes a long outage is unacceptable after 24 h 15 min."""
    needed = needs(("Trygghetslarm", "El", None, 1, 24, 24))
    found = against_need(outages(needed, {"El": (0, 48)}), services(Trygghetslarm=0.25)).loc["Trygghetslarm"]
    assert (found["unacceptable_earliest_h"], found["margin_low_h"], found["breaks"]) == (24.25, -23.75, "yes")
    back = against_need(outages(needed, {"El": (0, 24.25)}), services(Trygghetslarm=0.25)).loc["Trygghetslarm"]
    assert (back["unacceptable_earliest_h"], back["margin_low_h"], back["breaks"]) == (NEVER, 0, "no")


def test_each_stretch_counts_on_its_own() -> None:
    """Two outages of 2 hours are not one of 4; the first that is too long is told, and the longest decides the margin."""
    found = against_need(
        stretches(("A", "worst", 0, 2), ("A", "worst", 3, 5), ("A", "worst", 9, 13), ("A", "worst", 20, 30)), services(A=3)
    )
    assert found.loc["A", ["earliest_h", "unacceptable_earliest_h", "down_high_h", "margin_low_h"]].tolist() == [0, 12, 10, -7]
    assert found.loc["A", ["latest_h", "unacceptable_latest_h", "down_low_h", "margin_high_h"]].tolist() == [NEVER, NEVER, 0, 3]


def test_unknown_tolerance_stays_unknown() -> None:
    """Without a stated limit nobody knows when it is too long; that what stands is not broken is known all the same."""
    found = against_need(stretches(("A", "worst", 0, 2), ("B", "worst", 200, 300)), services(A=None, B=None, C=None))
    assert found["breaks"].tolist() == ["unknown", "no", "no"]
    assert found["unacceptable_earliest_h"].isna().tolist() == [True, True, False]
    assert found["unacceptable_latest_h"].tolist() == [NEVER] * 3
    assert found[["tolerable_h", "margin_low_h", "margin_high_h"]].isna().all(axis=None)


def test_failure_times_are_outages_without_end() -> None:
    """What ``failure_times`` says can be given as it is, and gives what losses without end give."""
    known = services(Hemtjänst=2, Larm=None, Arkiv=1)
    plain = against_need(cascade.failure_times(HOME_CARE, {"El": 0}), known)
    pd.testing.assert_frame_equal(plain, against_need(outages(HOME_CARE, {"El": 0}), known))
    assert plain.loc["Hemtjänst", ["unacceptable_earliest_h", "unacceptable_latest_h", "breaks"]].tolist() == [22, 36, "yes"]


def test_the_hour_itself_counts_and_what_is_later_does_not() -> None:
    """A need broken at the hour that is asked about is broken within it."""
    down = stretches(("A", "worst", 5, NEVER), ("A", "best", 7, NEVER))
    for hour, word in ((7.9, "no"), (8, "possibly"), (9.9, "possibly"), (10, "yes")):
        assert against_need(down, services(A=3), horizon_h=hour).loc["A", "breaks"] == word


def test_an_end_that_was_not_followed_is_not_back() -> None:
    """A stretch that was not followed to its end counts as long as the horizon of what is asked."""
    found = against_need(stretches(("A", "worst", 5, math.nan)), services(A=3)).loc["A"]
    assert (found["unacceptable_earliest_h"], found["margin_low_h"]) == (8, -NEVER)


def test_organisations_are_told_with_their_services() -> None:
    """Each organisation has a row for each time, also one where nothing breaks, and one for those that have none."""
    known = pd.DataFrame({"id": list("ABCD"), "organisation": ["Soc", "BoU", None, "Soc"], "tolerable_outage_h": [1, 1, 0, None]})
    down = stretches(("A", "worst", 0, 9), ("A", "best", 20, 30), ("C", "worst", 60, NEVER), ("C", "best", 60, NEVER), ("D", "worst", 3, 4))
    found = broken_within(down, known, hours=(2, 72))
    assert found["organisation"].fillna("okänd").tolist() == ["Soc", "Soc", "BoU", "BoU", "okänd", "okänd"]
    counts = found[["within_h", "broken_low", "broken_high", "unknown", "certain"]]
    assert counts.astype(object).to_numpy().tolist() == [
        [2, 0, 1, 0, ()], [72, 1, 1, 1, ("A",)], [2, 0, 0, 0, ()], [72, 0, 0, 0, ()], [2, 0, 0, 0, ()], [72, 1, 1, 0, ("C",)]]  # fmt: skip
    assert found.loc[[0, 1], ["possible", "not_known"]].to_numpy().tolist() == [[("A",), ()], [(), ("D",)]]


def test_nothing_down_and_nobody_asked_are_true_answers() -> None:
    """No outages break nothing; no services give empty tables."""
    assert against_need(outages(HOME_CARE, {}), services(Larm=1))["breaks"].tolist() == ["no"]
    assert against_need(outages(HOME_CARE, {"El": 0}), services()).empty
    assert broken_within(outages(HOME_CARE, {"El": 0}), services()).empty
    assert broken_within(outages(HOME_CARE, {}), services(Larm=1))["broken_high"].tolist() == [0] * 5


@pytest.mark.parametrize("call", [against_need, broken_within])
def test_services_that_cannot_be_are_told_in_swedish(call: Any) -> None:
    """A service on two rows, a tolerable outage below 0, a column that is missing: refused with what to do."""
    down = outages(HOME_CARE, {"El": (0, 1)})
    twice = pd.concat([services(Larm=1), services(Larm=2)])
    for known, said in ((twice, "Larm står på flera rader"), (services(Larm=-1), "mindre än 0"), (pd.DataFrame({"id": ["A"]}), "saknas")):
        with pytest.raises(KrokomrsaError, match=said):
            call(down, known)
    with pytest.raises(KrokomrsaError, match="Kolumnen start_h saknas"):
        call(down.drop(columns="start_h"), services(Larm=1))


@pytest.mark.parametrize("hours", [-1, math.nan, "2", None, True])
def test_hours_that_are_no_hours_are_told_in_swedish(hours: Any) -> None:
    """A horizon, a time within which, and a limit are numbers that are at least 0."""
    down, known = outages(HOME_CARE, {}), services(Larm=1)
    for call in (
        lambda: against_need(down, known, horizon_h=hours),
        lambda: broken_within(down, known, hours=[2, hours]),
        lambda: critical_dependencies(HOME_CARE, limit_h=hours),
    ):
        with pytest.raises(KrokomrsaError, match="Gränsen är inget antal timmar"):
            call()


@pytest.mark.parametrize(("low", "high", "word"), [
    (0, 0, "yes"), (4, 24, "yes"), (None, 24, "yes"), (25, 30, "no"), (25, None, "no"), (24, 25, "unknown"), (0, None, "unknown"),
    (None, 48, "unknown"), (None, None, "unknown"), (24, NEVER, "unknown")])  # fmt: skip
def test_a_dependency_is_critical_within_the_declared_limit(low: float | None, high: float | None, word: str) -> None:
    """With 24 hours as the limit: yes when also the best is within, no when also the worst is longer, else nobody knows."""
    assert critical_dependencies(needs(("A", "B", None, 1, low, high)), limit_h=24)["critical"].tolist() == [word]


def test_critical_dependencies_keep_the_rows_as_they_are() -> None:
    """Rows come in the order and with the index of the table, those not needed left out; the argument stays as it is."""
    table = needs(("C", "B", None, 1, 0, 1), ("A", "Z", None, 1, 50, 60), ("A", "B", None, 1, 0, 99)).assign(
        status=[None, "not needed", "needed"]
    )
    table.index = pd.Index([7, 8, 9])
    kept = table.copy()
    found = critical_dependencies(table, limit_h=24)
    pd.testing.assert_frame_equal(table, kept)
    pd.testing.assert_frame_equal(found.drop(columns="critical"), table.loc[[7, 9]])
    assert found["critical"].to_dict() == {7: "yes", 9: "unknown"}
    assert critical_dependencies(needs(), limit_h=24).empty
    with pytest.raises(KrokomrsaError, match="mindre än 0"):
        critical_dependencies(needs(("A", "B", None, 1, -1, 1)), limit_h=24)
