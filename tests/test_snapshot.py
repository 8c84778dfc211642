"""A snapshot of the register: what was asked of it holds only while the register answers the same."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.register import Record, Register
from krokomrsa.register.snapshot import Known, Snapshot
from krokomrsa.vocabulary import Table

IDS = st.sampled_from(["A", "B", "C", "D"])
NAMES = st.sampled_from(["Skola", "Vatten", "Väg"])
ASKED = st.tuples(
    st.sampled_from(["row", "there", "name", "all", "count", "rows", "names"]),
    st.sampled_from(["A", "B", "C", "D", "Skola", "Vatten", "Väg"]),
)


def _called(_: Table, rows: Sequence[Record]) -> list[Hashable]:
    return [row["name"] for row in rows]


def _answer(register: Known, what: str, key: str) -> object:
    held = register.held("organisations")
    if what == "row":
        row = held.get(key)
        return dict(row) if row is not None else None
    if what == "name":
        return register.marked("organisations", _called).get(key)
    if what == "rows":
        return list(held.some({key, "A", "D"}).items())
    if what == "names":
        return register.marked("organisations", _called).some({key, "Skola"})
    return key in held if what == "there" else list(held.items()) if what == "all" else len(held)


@given(st.dictionaries(IDS, NAMES), st.dictionaries(IDS, st.one_of(st.none(), NAMES)), st.lists(ASKED))
def test_what_was_asked_holds_only_where_the_register_answers_the_same(
    names: dict[str, str], later: dict[str, str | None], asked: list[tuple[str, str]]
) -> None:
    """Give the register's own answers, and let them hold for a later register only if it gives the very same ones."""
    before = Register({"organisations": pd.DataFrame({"id": list(names), "name": list(names.values())})})
    empty = dict.fromkeys(before.vocabulary["organisations"].keys)
    rows = {key: None if name is None else {**empty, "id": key, "name": name} for key, name in later.items()}
    now = before.changed({"organisations": rows}, {}) if later else before
    snapshot = Snapshot(before)
    told = [_answer(snapshot, *one) for one in asked]
    assert told == [_answer(before, *one) for one in asked]
    assert snapshot.asked.holds(before, before)
    if snapshot.asked.holds(before, now):
        assert told == [_answer(now, *one) for one in asked]
