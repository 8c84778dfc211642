"""Changes: what differs between two registers, and carrying it over."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krokomrsa import changes
from krokomrsa.changes import Change, RowChange
from krokomrsa.register import Origin, Place, Places, Record, Register, Row, frame, placed, replaced
from krokomrsa.values import Value
from krokomrsa.vocabulary import Table, load

ORIGIN = Origin("soc.xlsx", "ab" * 32, "A", 9, "B9")
OTHER = Origin("register.xlsx", "cd" * 32, "Risker", 5, "B5")
ROWS = {
    "risks": st.fixed_dictionaries({"event": st.none() | st.text(max_size=3), "antagonistic": st.none() | st.booleans()}),
    "activities": st.fixed_dictionaries(
        {"year": st.none() | st.integers(2000, 2100), "carried_out_on": st.none() | st.just(date(2021, 5, 3))}
    ),
}


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """Return a small register, with origins for some of its values."""
    tables, origins = {}, {}
    for key, row in ROWS.items():
        rows = [{"id": row_id, **draw(row)} for row_id in draw(st.lists(st.sampled_from("abcd"), unique=True))]
        tables[key] = frame(load()[key], rows)
        held = [(key, str(one["id"]), column) for one in rows for column, value in one.items() if value is not None]
        origins |= dict.fromkeys(draw(st.lists(st.sampled_from(held), unique=True)) if held else [], draw(st.sampled_from([ORIGIN, OTHER])))
    return Register(tables, origins=origins)


@settings(max_examples=30, deadline=None)
@given(registers(), registers())
def test_the_changes_between_two_registers_turn_one_into_the_other(before: Register, after: Register) -> None:
    """Make rows, take rows away, set and empty values until both are equal."""
    made = changes.apply(before, changes.between(before, after))
    assert made == after
    assert changes.between(made, after) == []


@settings(max_examples=15, deadline=None)
@given(registers(), registers())
def test_registers_are_left_as_they_are(before: Register, after: Register) -> None:
    """Change neither of the registers that are compared, nor the one that changes are applied to."""
    told = (before.content(), after.content(), dict(before.origins))
    changes.apply(before, changes.between(before, after))
    assert (before.content(), after.content(), dict(before.origins)) == told


@settings(max_examples=15, deadline=None)
@given(registers())
def test_a_register_does_not_differ_from_itself(register: Register) -> None:
    """Find nothing to change; changing nothing keeps values and origins."""
    assert changes.between(register, register) == []
    same = changes.apply(register, [])
    assert (same, dict(same.origins)) == (register, dict(register.origins))


@settings(max_examples=15, deadline=None)
@given(registers(), registers())
def test_no_origin_is_left_of_a_value_that_is_gone(before: Register, after: Register) -> None:
    """Keep origins only of rows that are there."""
    made = changes.apply(before, changes.between(before, after))
    assert {(table, row) for table, row, _ in made.origins} <= {(table.key, row) for table, _ in made for row in made.rows(table.key)}


AFTER = {
    "risks": st.fixed_dictionaries({}, optional={"event": st.none() | st.sampled_from("xy"), "antagonistic": st.none() | st.booleans()}),
    "activities": st.fixed_dictionaries({}, optional={"year": st.none() | st.just(2021), "note": st.none() | st.just("z")}),
}


@st.composite
def row_changes(draw: st.DrawFn) -> RowChange:
    """Return any change of a row: made, edited or taken away, read from a line of one of two sheets, or from none."""
    table, row_id = draw(st.sampled_from([*AFTER])), draw(st.sampled_from("abcd"))
    if draw(st.integers(0, 4)) == 0:
        return RowChange(table, row_id, {"id": row_id}, None)
    after: dict[str, Value] = ({"id": row_id} if draw(st.booleans()) else {}) | draw(AFTER[table])
    read = draw(st.none() | st.sampled_from([ORIGIN, OTHER]))
    return RowChange(
        table, row_id, None, after, placed(dict.fromkeys([key for key in after if after[key] is not None], read)) if read else ()
    )


def _one_by_one(register: Register, told: list[RowChange]) -> tuple[dict[str, dict[str, Row]], dict[tuple[str, str], Places]]:
    """Return rows and places as plain dictionaries, each change made by itself."""
    rows = {table.key: register.rows(table.key) for table in register.vocabulary}
    places = {(table, row_id): register.origins.places(table, row_id) for table in rows for row_id in rows[table]}
    for one in told:
        held, key = rows[one.table], (one.table, one.id)
        if one.after is None:
            held.pop(one.id, None)
            places.pop(key, None)
        elif one.id in held:
            held[one.id] |= one.after
            places[key] = replaced(places.get(key, ()), one.after, one.places)
        elif any(value is not None for value in one.after.values()):
            held[one.id] = dict.fromkeys(register.vocabulary[one.table].keys) | {"id": one.id} | one.after
            places[key] = one.places
    return rows, places


def _events(_: Table, rows: Sequence[Record]) -> list[Hashable]:
    return [row["event"] for row in rows]


@settings(max_examples=200, deadline=None)
@given(registers(), st.lists(st.lists(row_changes(), max_size=6), max_size=4))
def test_changes_of_rows_made_together_make_what_each_by_itself_would(register: Register, told: list[list[RowChange]]) -> None:
    """Hold the same rows in the same order, read from the same cells and found by what they are known by, whatever comes together."""
    for some in told:
        rows, places = _one_by_one(register, some)
        register.marked("risks", _events)
        register = changes.apply_rows(register, some)
        assert {table: list(register.held(table).items()) for table in rows} == {table: list(held.items()) for table, held in rows.items()}
        assert {key: register.origins.places(*key) for key in places} == places
        assert {key[:2] for key in register.origins} == {key for key, read in places.items() if read}
        named = register.marked("risks", _events)
        assert dict(named) == {one: tuple(key for key, row in rows["risks"].items() if row["event"] == one) for one in named}
        assert sum(map(len, named.values())) == len(rows["risks"])


@given(st.lists(st.tuples(row_changes(), st.integers(0, 2)), max_size=6))
def test_changes_of_rows_that_are_sent_column_by_column_arrive_as_they_were(told: list[tuple[RowChange, int]]) -> None:
    """Give rows and places back, whether rows were read in no place, in one or in several."""
    sent = [one._replace(places=one.places * count) for one, count in told]
    found = changes.of_columns(changes.columns(sent))
    assert found == tuple(sent)
    assert {type(one) for one in found} <= {RowChange}
    assert {type(place) for one in found for place in one.places} <= {Place}


def _risks(**rows: str) -> Register:
    return Register({"risks": pd.DataFrame({"id": list(rows), "event": list(rows.values())})}, origins={("risks", "a", "event"): ORIGIN})


def test_a_row_is_made_with_its_id_first() -> None:
    """Begin a new row with its id, and end a row that is taken away with it."""
    assert [(one.id, one.column, one.before, one.after) for one in changes.between(_risks(a="x"), _risks(b="y"))] == [
        ("a", "id", "a", None),
        ("a", "event", "x", None),
        ("b", "id", None, "b"),
        ("b", "event", None, "y"),
    ]


def test_a_change_carries_where_its_value_was_read() -> None:
    """Take the origin over with the value; forget it with the value."""
    (change,) = [one for one in changes.between(Register(), _risks(a="x")) if one.column == "event"]
    assert change.origin == ORIGIN
    edited = Change(table="risks", id="a", column="event", before="x", after="y", origin=OTHER)
    assert changes.apply(_risks(a="x"), [edited]).source("risks", "a", "event") == OTHER
    by_hand = Change(table="risks", id="a", column="event", before="x", after="y")
    assert changes.apply(_risks(a="x"), [by_hand]).source("risks", "a", "event") is None
    emptied = Change(table="risks", id="a", column="event", before="x", after=None, origin=OTHER)
    assert changes.apply(_risks(a="x"), [emptied]).source("risks", "a", "event") is None


@pytest.mark.parametrize("column", ["event", "note"])
def test_emptying_a_row_that_is_not_there_makes_none(column: str) -> None:
    """Make no row of nothing."""
    assert changes.apply(Register(), [Change(table="risks", id="a", column=column, before="x", after=None)]) == Register()


def test_taking_away_a_row_twice_is_once() -> None:
    """Take away what is there, and nothing else."""
    gone = Change(table="risks", id="a", column="id", before="a", after=None)
    assert changes.apply(_risks(a="x", b="y"), [gone, gone]).risks["id"].tolist() == ["b"]


def test_a_value_for_a_new_row_needs_no_change_of_id() -> None:
    """Make the row that a value belongs to."""
    made = changes.apply(Register(), [Change(table="risks", id="a", column="event", before=None, after="x")])
    assert made.rows("risks")["a"]["id"] == "a"
