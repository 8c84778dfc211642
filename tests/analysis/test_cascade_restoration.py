"""Outages that end: when everything is down and up again, held against a simulation hour by hour."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cascade_systems import COLUMNS, HOME_CARE, NEVER, few, needs
from hypothesis import given, settings
from hypothesis import strategies as st
from outage_systems import BOUNDS, LOSSES, RESTARTS, Losses, dependencies, lived, longest, restart_table

from krokomrsa.analysis import cascade
from krokomrsa.analysis.cascade.restoration import outages
from krokomrsa.errors import KrokomrsaError

LAST = 50
many = settings(max_examples=500, deadline=None)
Restart = dict[str, tuple[float | None, float | None]]
Stretches = set[tuple[str, float, float]]


def stretches(found: pd.DataFrame, bound: str) -> Stretches:
    """Return (id, start, end) at a bound; what was not followed to its end is not back."""
    rows = found.loc[found["bound"] == bound, ["id", "start_h", "end_h"]].itertuples(index=False)
    return {(key, start, NEVER if math.isnan(end) else end) for key, start, end in rows}


def inside(less: Stretches, more: Stretches) -> bool:
    """Tell whether everything that is down in one is down in the other too."""
    return all(any(key == one and begins <= start and end <= ends for one, begins, ends in more) for key, start, end in less)


def worst(needed: pd.DataFrame, lost: Any, **options: Any) -> Stretches:
    """Return what is down at worst."""
    return stretches(outages(needed, lost, **options), "worst")


def hours(**known: tuple[float | None, float | None]) -> pd.DataFrame:
    """Return restart times by id."""
    return restart_table(known)


@many
@given(dependencies(), LOSSES, RESTARTS, st.fixed_dictionaries({"refilled": st.booleans(), "runs_at_end": st.booleans()}))
def test_living_hour_by_hour_gives_the_same(needed: pd.DataFrame, lost: Losses, restart: Restart, ways: dict[str, bool]) -> None:
    """When each goes down and comes back, at worst and at best, is what happens when every hour is lived through."""
    found = outages(needed, lost, restart=restart_table(restart), **ways, horizon_h=LAST)
    rows = needed.astype(object).to_dict("records")
    for bound, endurance, column in BOUNDS:
        expected = lived(rows, lost, endurance, longest(restart, column), last=LAST, **ways)
        assert stretches(found, bound) == expected


@few
@given(dependencies(), st.dictionaries(st.sampled_from("ABCDEFG"), st.sampled_from([0.0, 0.5, 3.0]), max_size=3))
def test_without_an_end_the_starts_are_the_failure_times(needed: pd.DataFrame, lost: dict[str, float]) -> None:
    """Losses until further notice stop everything at the hours that ``failure_times`` gives, for good."""
    found = outages(needed, lost)
    failing = cascade.failure_times(needed, lost)
    for bound, column in (("worst", "earliest_h"), ("best", "latest_h")):
        expected = {(key, hour, NEVER) for key, hour in failing[column].items() if hour < NEVER}
        assert stretches(found, bound) == expected
    assert not found["end_h"].isna().any()


@few
@given(dependencies(), st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 3), max_size=3), st.integers(4, 14))
def test_without_loops_and_restart_times_all_is_back_at_the_end(needed: pd.DataFrame, lost: dict[str, int], end: int) -> None:
    """Where nobody waits in a loop and nothing takes time to restart, what stops is up when the outage is over."""
    straight = needed[needed["dependent"] < needed["supplier"]]
    straight = straight.assign(needed=1)
    found = outages(straight, {key: (start, end) for key, start in lost.items()})
    failing = cascade.failure_times(straight, dict(lost), until_h=end)
    assert stretches(found, "worst") == {(key, hour, end) for key, hour in failing["earliest_h"].items() if hour < NEVER}


@few
@given(dependencies(), LOSSES, RESTARTS, st.integers(0, 3), st.booleans())
def test_longer_outages_and_restarts_never_mean_less_downtime(
    needed: pd.DataFrame,
    lost: Losses,
    restart: Restart,
    more: int,
    refilled: bool,  # noqa: FBT001
) -> None:
    """Whoever is down is still down when an outage is longer, when a restart takes longer, and when everybody lasts shorter."""
    options: dict[str, Any] = {"restart": restart_table(restart), "refilled": refilled, "horizon_h": LAST}
    before = worst(needed, lost, **options)
    longer = {key: [(start, end + more) for start, end in spans] for key, spans in lost.items()}
    slower = restart_table({key: (low, None if high is None else high + more) for key, (low, high) in restart.items()})
    shorter = needed.assign(endurance_low_h=(needed["endurance_low_h"].astype(float) - more).clip(lower=0))
    assert inside(before, worst(needed, longer, **options))
    assert inside(before, worst(needed, lost, **{**options, "restart": slower}))
    assert inside(before, worst(shorter, lost, **options))
    if refilled:
        assert inside(before, worst(needed, lost, **{**options, "refilled": False}))


@few
@given(dependencies(), LOSSES, RESTARTS)
def test_what_is_down_at_best_is_down_at_worst(needed: pd.DataFrame, lost: Losses, restart: Restart) -> None:
    """The two bounds enclose the truth at every hour."""
    found = outages(needed, lost, restart=restart_table(restart), horizon_h=LAST)
    assert inside(stretches(found, "best"), stretches(found, "worst"))


@few
@given(dependencies(), LOSSES, RESTARTS, st.randoms(use_true_random=False))
def test_order_of_rows_and_names_do_not_matter(needed: pd.DataFrame, lost: Losses, restart: Restart, random: Any) -> None:
    """The same rows in another order, with other ids, give the same; the arguments stay as they are."""
    table = restart_table(restart)
    kept, losses, times = needed.copy(), {key: list(spans) for key, spans in lost.items()}, table.copy()
    found = outages(needed, lost, restart=table, horizon_h=LAST)
    names = dict(zip("ABCDEFG", random.sample([f"R{n}" for n in range(7)], 7), strict=True))
    mixed = needed.iloc[random.sample(range(len(needed)), len(needed))]
    renamed = mixed.assign(dependent=mixed["dependent"].map(names), supplier=mixed["supplier"].map(names))
    again = outages(
        renamed, {names[key]: spans for key, spans in lost.items()}, restart=table.assign(id=table["id"].map(names)), horizon_h=LAST
    )
    for bound in ("worst", "best"):
        assert stretches(again, bound) == {(names[key], start, end) for key, start, end in stretches(found, bound)}
    pd.testing.assert_frame_equal(needed, kept)
    pd.testing.assert_frame_equal(table, times)
    assert lost == losses


@few
@given(dependencies(), LOSSES, RESTARTS, st.booleans())
def test_quarters_of_hours_are_as_exact_as_hours(needed: pd.DataFrame, lost: Losses, restart: Restart, refilled: bool) -> None:  # noqa: FBT001
    """With everything a quarter as long, everything happens in a quarter of the time: nothing is stepped through."""
    table = restart_table(restart)
    found = outages(needed, lost, restart=table, refilled=refilled, horizon_h=LAST)
    small = needed.assign(**{key: needed[key].astype(float) / 4 for key in ("endurance_low_h", "endurance_high_h")})
    quick = table.assign(**{key: table[key] / 4 for key in ("restoration_low_h", "restoration_high_h")})
    brief = {key: [(start / 4, end / 4) for start, end in spans] for key, spans in lost.items()}
    again = outages(small, brief, restart=quick, refilled=refilled, horizon_h=LAST / 4)
    pd.testing.assert_frame_equal(again.assign(start_h=again["start_h"] * 4, end_h=again["end_h"] * 4), found)


def test_an_outage_is_worked_by_hand() -> None:
    """Power is gone 0–10: mobile stops at 4, the landline at 8, alarms with both, and home care twelve hours later does not."""
    assert worst(HOME_CARE, {"El": (0, 10)}) == {("El", 0, 10), ("Mobil", 4, 10), ("Fast", 8, 10), ("Larm", 8, 10)}
    slow = {"restart": hours(El=(0, 2), Fast=(1, 11), Larm=(0, 1))}
    assert worst(HOME_CARE, {"El": (0, 10)}, **slow) == {
        ("El", 0, 12), ("Mobil", 4, 12), ("Fast", 8, 23), ("Larm", 8, 13)}  # fmt: skip


def test_what_is_given_back_running_restarts_only_if_it_has_to_wait() -> None:
    """A network said to run at hour 12 does so at 12; where the power is away until 20 it starts then, which takes it 3 hours."""
    needed, slow = needs(("Mobil", "El", None, 1, 4, 4)), hours(Mobil=(3, 3), El=(9, 9))
    given = {"restart": slow, "runs_at_end": True}
    assert worst(needed, {"Mobil": (0, 12)}, restart=slow) == {("Mobil", 0, 15)}
    assert worst(needed, {"Mobil": (0, 12)}, **given) == {("Mobil", 0, 12)}
    assert worst(needed, {"Mobil": (0, 12), "El": (0, 20)}, **given) == {("El", 0, 20), ("Mobil", 0, 23)}


def test_a_restart_begins_anew_when_a_supply_is_lost_meanwhile() -> None:
    """A server that takes 5 hours to start, and loses its power after 3 of them, starts again from the beginning."""
    found = worst(needs(("It", "El", None, 1, 0, 0)), {"El": [(0, 2), (5, 6)]}, restart=hours(It=(5, 5)))
    assert found == {("El", 0, 2), ("El", 5, 6), ("It", 0, 11)}


@pytest.mark.parametrize(
    ("refilled", "expected"), [(True, {("Mobil", 14.0, 20.0)}), (False, {("Mobil", 11.0, 20.0), ("Mobil", 30.0, 31.0)})]
)
def test_a_stock_is_full_again_or_what_is_left_of_it(refilled: bool, expected: Stretches) -> None:  # noqa: FBT001
    """A battery for 4 hours, used for 3 of them: at the second loss it lasts 4 hours if charged, 1 if not, at the third 4 or none."""
    found = worst(needs(("Mobil", "El", None, 1, 4, 4)), {"El": [(0, 3), (10, 20), (30, 31)]}, refilled=refilled)
    assert {one for one in found if one[0] == "Mobil"} == expected


def test_power_and_telecom_that_start_each_other_stay_down() -> None:
    """Power and telecom stay down when both stop, but not when the telecom's battery outlasts the outage."""
    loop = needs(("El", "Tele", None, 1, 0, 0), ("Tele", "El", None, 1, 4, 4))
    assert worst(loop, {"El": (0, 6)}) == {("El", 0, NEVER), ("Tele", 4, NEVER)}
    assert worst(loop, {"El": (0, 4)}) == {("El", 0, 4)}


def test_a_loop_does_not_start_on_what_stops_at_the_same_hour() -> None:
    """When A is whole again at the hour its reserve C stops, A and B do not come up by each other: they wait for C."""
    needed = needs(("A", "B", "reserv", 1, 0, 0), ("A", "C", "reserv", 1, 0, 0), ("B", "A", None, 1, 0, 0), ("C", "Z", None, 1, 0, 0))
    found = worst(needed, {"A": (0, 5), "Z": (5, 9)})
    assert found == {("A", 0, 9), ("B", 0, 9), ("C", 5, 9), ("Z", 5, 9)}


def test_what_needs_itself_never_comes_back() -> None:
    """A need that points at itself keeps what is down from starting, and a need that is stated twice is as one."""
    assert worst(needs(("El", "El", None, 1, 0, 0)), {"El": (0, 1)}) == {("El", 0, NEVER)}
    assert worst(needs(*[("It", "El", None, 1, 1, 1)] * 2), {"El": (0, 3)}) == {("El", 0, 3), ("It", 1, 3)}


def test_an_outage_that_goes_round_in_a_loop_is_followed_to_the_horizon() -> None:
    """A loop where each takes as long to start as the other endures never settles; what is down at the horizon has no known end."""
    loop = needs(("A", "B", None, 1, 5, 5), ("B", "A", None, 1, 5, 5))
    found = outages(loop, {"A": (0, 2)}, restart=hours(A=(5, 5), B=(5, 5)), horizon_h=22)
    assert found.loc[found["bound"] == "worst", ["id", "start_h", "end_h"]].fillna(-1).to_numpy().tolist() == [
        ["A", 0, 7], ["B", 5, 12], ["A", 10, 17], ["B", 15, 22], ["A", 20, -1]]  # fmt: skip
    endless = outages(loop, {"A": (0, 2)}, restart=hours(A=(5, 5), B=(5, 5)))
    assert endless["end_h"].isna().any()
    assert endless["start_h"].max() > 900


def test_an_unknown_restart_time_is_at_once_at_best_and_never_at_worst() -> None:
    """A blank is unknown; an id without a row, and everything without the table, is up at once."""
    needed = needs(("It", "El", None, 1, 0, 0))
    found = outages(needed, {"El": (0, 2)}, restart=hours(It=(None, None)))
    assert stretches(found, "worst") == {("El", 0, 2), ("It", 0, NEVER)}
    assert stretches(found, "best") == {("El", 0, 2), ("It", 0, 2)}
    assert worst(needed, {"El": (0, 2)}) == {("El", 0, 2), ("It", 0, 2)}


@pytest.mark.parametrize(("lost", "expected"), [
    ({}, set()),
    ({"El": []}, set()),
    ({"El": (3, 3)}, set()),
    ({"El": (NEVER, NEVER)}, set()),
    ({"El": 1}, {("El", 1, NEVER)}),
    ({"El": (-2, 1)}, {("El", -2, 1)}),
    ({"El": [(4, 6), (0, 2), (2, 5)]}, {("El", 0, 6)}),
    ({"El": np.array([0.0, 2.0])}, {("El", 0, 2)}),
    ({"Vatten": (0, 1), "El": [[0, 1]]}, {("Vatten", 0, 1), ("El", 0, 1)}),
])  # fmt: skip
def test_losses_are_told_in_several_ways(lost: dict[str, Any], expected: Stretches) -> None:
    """A start, a start and an end, several of them in any order, nothing at all: each is a true answer."""
    assert worst(needs(), lost) == expected


def test_an_empty_register_gives_an_empty_table_of_the_same_types() -> None:
    """With nothing lost the columns are there, and of the same types as always."""
    empty, full = outages(needs(), {}), outages(needs(), {"El": (0, 1)})
    assert empty.empty
    assert list(empty.dtypes) == list(full.dtypes)


def test_everything_lost_is_down_as_long_as_each_is() -> None:
    """When all are lost at once each is back with its own outage and its suppliers."""
    lost = dict.fromkeys(("El", "Mobil", "Fast", "Larm", "Vatten", "Hemtjänst"), (0, 5))
    assert worst(HOME_CARE, lost) == {(key, 0, 5) for key in lost}


@pytest.mark.parametrize(("lost", "problem"), [
    ({"El": (5, 2)}, "Avbrottet för El är över innan det börjar."),
    ({"El": (0, math.nan)}, "Avbrottet för El har inga tider i timmar."),
    ({"El": "snart"}, "Avbrottet för El har inga tider i timmar."),
    ({"El": None}, "Avbrottet för El har inga tider i timmar."),
    ({"El": (-NEVER, 2)}, "Avbrottet för El har inga tider i timmar."),
    ({"El": (0, 1, 2)}, "Avbrottet för El har inga tider i timmar."),
    ({"El": [(0, True)]}, "Avbrottet för El har inga tider i timmar."),
    ({"": (0, 1)}, "Ett bortfall saknar id."),
])  # fmt: skip
def test_a_loss_that_cannot_be_is_told_in_swedish(lost: dict[str, Any], problem: str) -> None:
    """A loss without hours, or that ends before it begins, is refused with what to do."""
    with pytest.raises(KrokomrsaError) as caught:
        outages(HOME_CARE, lost)
    assert [(found.problem, bool(found.remedy)) for found in caught.value.problems] == [(problem, True)]


@pytest.mark.parametrize(("row", "problem"), [
    (("It", -1, 2), "Återställningstiden för It är mindre än 0."),
    (("It", 3, 2), "Den kortaste återställningstiden för It är större än den längsta."),
    (("It", "två", 2), "Återställningstiden för It är inget tal."),
    ((None, 1, 2), "Återställningstiden på rad nummer 1 hör inte till något id."),
])  # fmt: skip
def test_a_restart_time_that_cannot_be_is_told_in_swedish(row: tuple[Any, ...], problem: str) -> None:
    """Each fault in the restart times names whose it is and what to do."""
    table = pd.DataFrame([row], columns=["id", "restoration_low_h", "restoration_high_h"])
    with pytest.raises(KrokomrsaError) as caught:
        outages(HOME_CARE, {}, restart=table)
    assert [found.problem for found in caught.value.problems] == [problem]


def test_all_faults_are_told_at_once() -> None:
    """Faults in the dependencies, the losses and the restart times come in one go."""
    table = pd.DataFrame({"id": ["It", "It"], "restoration_low_h": [1, 1], "restoration_high_h": [2, 2]})
    with pytest.raises(KrokomrsaError) as caught:
        outages(pd.DataFrame([("A", "B", None, 3, -1, 2)], columns=COLUMNS), {"El": (2, 1)}, restart=table)
    assert len(caught.value.problems) == 4
    with pytest.raises(KrokomrsaError, match="restoration_low_h"):
        outages(HOME_CARE, {}, restart=pd.DataFrame({"id": ["It"]}))


@pytest.mark.parametrize("horizon", [NEVER, math.nan, "168", True])
def test_a_horizon_that_is_no_hour_is_told_in_swedish(horizon: Any) -> None:
    """A horizon is a finite number of hours; without one nothing is stated."""
    with pytest.raises(KrokomrsaError, match="Ange en timme"):
        outages(HOME_CARE, {}, horizon_h=horizon)
