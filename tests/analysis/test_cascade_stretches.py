"""Why a stretch of an outage began, and what is waited for in it, held against the stretches themselves."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import pytest
from cascade_systems import few, needs
from hypothesis import given
from hypothesis import strategies as st
from outage_systems import LOSSES, RESTARTS, Losses, dependencies, restart_table

from krokomrsa.analysis import cascade
from krokomrsa.errors import KrokomrsaError

CHAIN = needs(("Mobil", "El", None, 1, 4, 6), ("Hemtjänst", "Mobil", None, 1, 2, 8))


def begins(lost: Losses, key: str) -> set[float]:
    """Return the hours at which something is lost by itself."""
    return {start for start, end in lost.get(key, ()) if start < end}


@few
@given(dependencies(), LOSSES, RESTARTS, st.booleans())
def test_every_stretch_is_led_back_to_a_loss(needed: pd.DataFrame, lost: Losses, restart: Any, refilled: bool) -> None:  # noqa: FBT001
    """Each step of the chain is down when the next says so and lasts as long as it says; the first is lost at that hour."""
    found = cascade.outages(needed, lost, restart=restart_table(restart), refilled=refilled, horizon_h=40)
    kept = needed.copy(), found.copy()
    starts = {(row.bound, row.id, row.start_h) for row in found.itertuples()}
    courses = cascade.courses(needed, found, lost, refilled=refilled)
    for row in found.itertuples():
        chain = cascade.explain_stretch(courses[row.bound], row.id, at_h=row.start_h)
        steps = chain.astype(object).to_dict("records")
        assert steps[0]["at_h"] in begins(lost, steps[0]["id"])
        assert (steps[-1]["id"], steps[-1]["at_h"]) == (row.id, row.start_h)
        for before, step in itertools.pairwise(steps):
            assert (step["supplier"], step["supplier_at_h"]) == (before["id"], before["at_h"])
            assert step["at_h"] == before["at_h"] + step["endurance_h"]
        assert all((row.bound, step["id"], step["at_h"]) in starts for step in steps)
    pd.testing.assert_frame_equal(needed, kept[0])
    pd.testing.assert_frame_equal(found, kept[1])


@few
@given(dependencies(), LOSSES, st.integers(0, 20))
def test_whoever_waits_waits_for_what_is_down(needed: pd.DataFrame, lost: Losses, hour: int) -> None:
    """What is down, not lost and restarts at once waits for somebody; what is waited for is down; what is up waits for nobody."""
    found = cascade.outages(needed, lost)
    for bound, course in cascade.courses(needed, found, lost).items():
        rows = found[(found["bound"] == bound) & (found["start_h"] <= hour) & ~(found["end_h"] <= hour)]
        down = set(rows["id"])
        for key in {*needed["dependent"], *lost}:
            waits = cascade.waits_for(course, key, at_h=hour)
            own = any(start <= hour < end for start, end in lost.get(key, ()))
            assert set(waits) <= down
            assert bool(waits) or own or key not in down
            assert not waits or key in down


@few
@given(dependencies(), st.dictionaries(st.sampled_from("ABC"), st.sampled_from([0.0, 3.0]), min_size=1, max_size=3))
def test_without_an_end_the_hours_are_those_of_explain(needed: pd.DataFrame, lost: dict[str, float]) -> None:
    """For a loss until further notice it comes to the same hour as ``explain``, at both bounds."""
    found = cascade.outages(needed, lost)
    courses = cascade.courses(needed, found, lost)
    for bound, other in (("worst", "earliest"), ("best", "latest")):
        for key in set(needed["dependent"]):
            expected = cascade.explain(needed, lost, key, bound=other)["at_h"].tolist()
            assert cascade.explain_stretch(courses[bound], key)["at_h"].tolist()[-1:] == expected[-1:]


def course_of(lost: Losses, **more: Any) -> Any:
    """Return the outage of a chain from power over the mobile network to home care."""
    asked = {key: more[key] for key in ("restart", "refilled") if key in more}
    return cascade.courses(CHAIN, cascade.outages(CHAIN, lost, **asked), lost, refilled=more.get("refilled", True))["worst"]


def test_what_ends_in_time_is_no_cause() -> None:
    """Power away twice: the first time the battery lasts, the second it does not, and the sentence tells of the second."""
    chain = cascade.explain_stretch(course_of({"El": [(0, 3), (10, 20)]}), "Hemtjänst")
    assert chain["at_h"].tolist() == [10, 14, 16]
    assert cascade.sentence(chain, {"El": "Elnät"}) == (
        "Hemtjänst stannar efter 16 h därför att Elnät faller bort efter 10 h, Mobil klarar sig 4 h utan Elnät "
        "och Hemtjänst klarar sig 2 h utan Mobil."
    )


def test_a_stock_that_is_not_refilled_lasts_for_what_is_left() -> None:
    """After 3 of 4 hours are used the network lasts 1 hour the next time, and the chain says so."""
    chain = cascade.explain_stretch(course_of({"El": [(0, 3), (10, 20)]}, refilled=False), "Mobil")
    assert chain[["at_h", "endurance_h"]].to_numpy().tolist()[-1] == [11, 1]


def test_a_stretch_is_chosen_by_an_hour_of_it() -> None:
    """Without an hour it is the first stretch, with one that which it is in, and none where it is up."""
    course = course_of({"El": [(0, 10), (20, 30)]})
    for hour, expected in ((None, 4), (9, 4), (25, 24), (15, None)):
        chain = cascade.explain_stretch(course, "Mobil", at_h=hour)
        assert (chain["at_h"].iloc[-1] if len(chain) else None) == expected


def test_whoever_restarts_waits_for_nobody() -> None:
    """With the power back, the network that takes 3 hours to start waits for nobody, and home care waits for the network."""
    course = course_of({"El": [(0, 12)]}, restart=restart_table({"Mobil": (3, 3)}))
    assert cascade.waits_for(course, "Mobil", at_h=11) == ("El",)
    assert cascade.waits_for(course, "Mobil", at_h=13) == ()
    assert cascade.waits_for(course, "Hemtjänst", at_h=13) == ("Mobil",)


def test_a_loop_that_stops_at_once_is_led_back_out_of_itself() -> None:
    """Two that need each other at once and fall with a third are each explained by the third, never by each other for ever."""
    loop, lost = needs(("A", "B", None, 1, 0, 0), ("B", "A", None, 1, 0, 0), ("B", "C", None, 1, 0, 0)), {"C": (0, 2)}
    course = cascade.courses(loop, cascade.outages(loop, lost), lost)["worst"]
    assert cascade.explain_stretch(course, "A")["id"].tolist() == ["C", "B", "A"]


def test_what_is_no_outage_is_told_in_swedish() -> None:
    """A table that is no outages is refused with the column that it lacks."""
    with pytest.raises(KrokomrsaError, match="Kolumnen bound saknas"):
        cascade.courses(CHAIN, pd.DataFrame({"id": ["El"]}), {"El": (0, 2)})


def test_an_id_that_is_not_there_is_told_with_a_guess() -> None:
    """A misspelt id is answered with the one that is meant."""
    course = course_of({"El": [(0, 12)]})
    for ask in (lambda: cascade.explain_stretch(course, "Hemtjanst"), lambda: cascade.waits_for(course, "Hemtjanst", at_h=1)):
        with pytest.raises(KrokomrsaError, match="Hemtjänst"):
            ask()
