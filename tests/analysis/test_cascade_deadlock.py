"""Loops that cannot restart by themselves: who is in them, what each waits for, and who hangs on them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd
import pytest
from cascade_systems import NEVER, few, needs
from hypothesis import given
from hypothesis import strategies as st
from outage_systems import BOUNDS, LOSSES, Losses, dependencies, restart_table

from krokomrsa.analysis.cascade.components import components
from krokomrsa.analysis.cascade.deadlock import deadlock_sentences, deadlocks
from krokomrsa.analysis.cascade.restoration import outages
from krokomrsa.errors import KrokomrsaError

LOOP = needs(
    ("El", "Tele", None, 1, 0, 0), ("Tele", "It", None, 1, 4, 36), ("It", "El", None, 1, 2, 2), ("Hemtjänst", "Tele", None, 1, 8, 8),
    ("Skola", "El", None, 1, 0, 0), ("Skola", "Hemtjänst", None, 1, 0, 0), ("Arkiv", "Vatten", None, 1, 0, 0),
)  # fmt: skip


def found_in(needed: pd.DataFrame, lost: Any, **options: Any) -> pd.DataFrame:
    """Return the deadlocks that a loss leads to."""
    return deadlocks(needed, outages(needed, lost, **options), lost)


def members(found: pd.DataFrame, bound: str = "worst", role: str = "member") -> list[set[str]]:
    """Return the ids of each deadlock in a role."""
    rows = found[found["bound"] == bound]
    return [set(own.loc[own["role"] == role, "id"]) for _, own in rows.groupby("deadlock")]


def standing(rows: list[dict[str, Any]], up: set[str], endurance: str, one: str) -> bool:
    """Tell whether somebody has what it needs when only these are up, for ever."""
    groups: dict[object, list[dict[str, Any]]] = defaultdict(list)
    for number, row in enumerate(rows):
        if row["dependent"] == one:
            groups[row["group"] if isinstance(row["group"], str) else number].append(row)
    lasts = [NEVER] if endurance == "endurance_high_h" else []
    unknown = bool(lasts)
    return all(
        sum(row["supplier"] in up or (unknown and pd.isna(row[endurance])) for row in own) >= (own[0]["needed"] or 1)
        for own in groups.values()
    )


@few
@given(dependencies(rows=16), LOSSES)
def test_a_deadlock_stays_even_if_all_else_runs_and_explains_all_that_stays_down(needed: pd.DataFrame, lost: Losses) -> None:
    """No member can start with everything outside the deadlock up; with the deadlocks and what is lost up, everything comes back."""
    intervals = outages(needed, lost)
    found = deadlocks(needed, intervals, lost)
    rows = needed.astype(object).to_dict("records")
    ids = {row[end] for row in rows for end in ("dependent", "supplier")} | set(lost)
    for bound, endurance, _ in BOUNDS:
        down = set(intervals.loc[(intervals["bound"] == bound) & (intervals["end_h"] == NEVER), "id"])
        own = {key for key, spans in lost.items() if any(end == NEVER > start for start, end in spans)}
        parts = members(found, bound)
        for part in parts:
            assert part <= down - own
            assert not any(standing(rows, ids - part, endurance, one) for one in part)
        up = (ids - down) | own | set().union(*parts)
        while more := {one for one in ids - up if standing(rows, up, endurance, one)}:
            up |= more
        assert up == ids
        assert len(set().union(*parts)) == sum(map(len, parts))


@few
@given(dependencies(rows=16), LOSSES)
def test_each_member_waits_within_its_deadlock_and_each_downstream_on_something_down(needed: pd.DataFrame, lost: Losses) -> None:
    """A member names another of its deadlock (or itself); whoever hangs on it names somebody who is down."""
    intervals = outages(needed, lost)
    found = deadlocks(needed, intervals, lost)
    for (bound, _), rows in found.groupby(["bound", "deadlock"]):
        own = set(rows.loc[rows["role"] == "member", "id"])
        down = set(intervals.loc[(intervals["bound"] == bound) & (intervals["end_h"] == NEVER), "id"])
        for row in rows.itertuples():
            assert set(row.waits_for) <= down
            assert row.role == "downstream" or own & set(row.waits_for)
        assert not own & set(rows.loc[rows["role"] == "downstream", "id"])


@few
@given(dependencies(rows=16), LOSSES, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(needed: pd.DataFrame, lost: Losses, random: Any) -> None:
    """The same rows in another order give the same deadlocks; the arguments stay as they are."""
    mixed, kept = needed.iloc[random.sample(range(len(needed)), len(needed))], needed.copy()
    intervals = outages(needed, lost)
    before = intervals.copy()
    one, other = deadlocks(needed, intervals, lost), deadlocks(mixed, outages(mixed, lost), lost)
    for bound in ("worst", "best"):
        assert {frozenset(part) for part in members(one, bound)} == {frozenset(part) for part in members(other, bound)}
    pd.testing.assert_frame_equal(needed, kept)
    pd.testing.assert_frame_equal(intervals, before)


def test_power_telecom_and_it_are_named_with_what_each_waits_for() -> None:
    """A day without power leaves the three waiting for each other, at worst, and home care and school for them."""
    found = found_in(LOOP, {"El": (0, 24)})
    assert members(found) == [{"El", "Tele", "It"}]
    assert members(found, role="downstream") == [{"Hemtjänst", "Skola"}]
    assert members(found, "best") == []
    assert found.set_index("id").loc["El", "waits_for"] == ("Tele",)
    assert found.set_index("id").loc["Skola", "waits_for"] == ("El", "Hemtjänst")
    (said,) = deadlock_sentences(found, {"It": "It-driften"})
    assert said.startswith("Dödläge vid återstart i sämsta fall: El väntar på Tele, Tele väntar på It-driften och It-driften väntar på El.")
    assert said.endswith(" Så länge det varar står också Hemtjänst och Skola stilla.")


def test_what_is_lost_until_further_notice_is_no_deadlock() -> None:
    """A loop that only waits for power that never comes back would start with it."""
    inner = needs(("Tele", "It", "reserv", 1, 0, 0), ("Tele", "El", "reserv", 1, 0, 0), ("It", "El", None, 1, 0, 0))
    assert found_in(inner, {"El": 0}).empty
    assert found_in(inner, {"El": (0, 5)}).empty


def test_a_loop_that_also_waits_for_what_is_lost_is_a_deadlock_of_its_own() -> None:
    """Telecom and it would not start even if the power came back, and say that they wait for it too."""
    inner = needs(("Tele", "It", None, 1, 0, 0), ("It", "Tele", None, 1, 0, 0), ("It", "El", None, 1, 0, 0))
    found = found_in(inner, {"El": 0})
    assert members(found) == members(found, "best") == [{"Tele", "It"}]
    assert found.set_index("id").loc["It", "waits_for"].tolist() == [("Tele", "El")] * 2


def test_nobody_waits_for_what_it_can_do_without_for_ever() -> None:
    """A supplier that is lost for good is not waited for by whoever lasts without it."""
    loop = needs(("A", "B", None, 1, 0, 0), ("A", "C", None, 1, NEVER, NEVER), ("B", "A", None, 1, 0, 0))
    assert found_in(loop, {"A": (0, 1), "C": 0})["waits_for"].tolist() == [("B",), ("A",)] * 2


def test_what_is_itself_lost_for_good_is_not_downstream() -> None:
    """Who is lost until further notice does not hang on a deadlock; who waits for both does."""
    loop = needs(("A", "B", None, 1, 0, 0), ("B", "A", None, 1, 0, 0), ("C", "A", None, 1, 0, 0), ("D", "C", None, 1, 0, 0))
    found = found_in(loop, {"A": (0, 1), "C": 0})
    assert members(found) == [{"A", "B"}]
    assert members(found, role="downstream") == [{"D"}]


def test_deadlocks_that_wait_for_each_other_are_told_apart_in_order() -> None:
    """The deadlock that waits for another comes after it, and hangs on it."""
    two = needs(
        ("A", "B", None, 1, 0, 0),
        ("B", "A", None, 1, 0, 0),
        ("C", "D", None, 1, 0, 0),
        ("D", "C", None, 1, 0, 0),
        ("C", "A", None, 1, 0, 0),
    )
    found = found_in(two, {"A": (0, 1)})
    assert members(found) == [{"A", "B"}, {"C", "D"}]
    assert members(found, role="downstream") == [{"C", "D"}, set()]


def test_an_unknown_restart_time_is_no_deadlock() -> None:
    """What at worst never restarts because nobody knows its time waits for nobody; nor does what hangs on it."""
    assert found_in(LOOP.iloc[[4]], {"El": (0, 1)}, restart=restart_table({"El": (None, None)})).empty


def test_what_needs_itself_is_a_deadlock_alone() -> None:
    """A need that points at itself is told as what it is."""
    found = found_in(needs(("El", "El", None, 1, 0, 0)), {"El": (0, 1)})
    assert deadlock_sentences(found, {})[0] == "Dödläge vid återstart i sämsta fall: El väntar på El."


def test_intervals_of_something_else_are_refused() -> None:
    """Intervals of other dependencies, or without their columns, are told in Swedish."""
    with pytest.raises(KrokomrsaError, match="samma beroenden"):
        deadlocks(LOOP, outages(needs(), {"Mars": (0, 1)}), {})
    with pytest.raises(KrokomrsaError, match="bound"):
        deadlocks(LOOP, pd.DataFrame({"id": ["El"]}), {})
    assert list(deadlocks(needs(), outages(needs(), {}), {}).columns) == ["bound", "deadlock", "role", "id", "waits_for"]


@few
@given(st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 9), max_size=4), max_size=8))
def test_strong_parts_are_those_who_reach_each_other(edges: dict[int, list[int]]) -> None:
    """Two are in one part if each is reached from the other; a part comes after those it leads to."""
    reach = {one: {one} for one in edges}
    for _ in edges:
        reach = {one: found.union(*(set(edges[there]) & set(edges) for there in found)) for one, found in reach.items()}
    parts = components(edges)
    assert {frozenset(part) for part in parts} == {frozenset(b for b in edges if b in reach[a] and a in reach[b]) for a in edges}
    for number, part in enumerate(parts):
        assert not any(reach[one] & later for one in part for later in parts[number + 1 :])


def test_a_long_chain_of_waiting_is_no_problem() -> None:
    """A loop of twenty thousand is found without recursion."""
    size = 20_000
    chain = pd.DataFrame({"dependent": [f"R{n}" for n in range(size)], "supplier": [f"R{(n + 1) % size}" for n in range(size)]})
    found = found_in(chain, {"R0": (0, 1)})
    assert len(found) == size
