"""The register: typed tables that are copied at the border and compared by content."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krokomrsa import vocabulary
from krokomrsa.register import DTYPES, Carried, Origin, Record, Register, frame, rows_of, value_of
from krokomrsa.vocabulary import load

SOC = {"id": ["SOC", "BUN"], "name": ["Socialförvaltningen", "Barn och utbildning"], "municipal": [True, None]}
ORIGIN = Origin("soc.xlsx", "ab" * 32, "A Våra verksamheter", 9, "B9")


@pytest.fixture
def two() -> Register:
    """Return a register of two organisations and an activity."""
    activities = pd.DataFrame({"id": ["U1"], "name": ["Övning"], "year": [2021], "carried_out_on": [date(2021, 5, 3)], "quarter": [None]})
    return Register({"organisations": pd.DataFrame(SOC), "activities": activities}, origins={("organisations", "SOC", "name"): ORIGIN})


@pytest.mark.parametrize("table", list(load()), ids=lambda table: table.key)
def test_every_table_is_there_with_its_columns_in_their_types(table: vocabulary.Table) -> None:
    """Hold all declared columns in order and type, also where a table has no rows."""
    found = Register()[table.key]
    assert list(found.columns) == list(table.keys)
    assert [str(dtype) for dtype in found.dtypes] == [DTYPES[column.type] for column in table]
    assert len(found) == 0


def test_values_are_plain_python_and_what_is_missing_is_none(two: Register) -> None:
    """Give text, whole numbers, days and truth as Python's own, and nothing for nothing."""
    row = two.rows("activities")["U1"]
    assert (row["year"], type(row["year"])) == (2021, int)
    assert (row["carried_out_on"], type(row["carried_out_on"])) == (date(2021, 5, 3), date)
    assert (row["quarter"], row["note"]) == (None, None)
    organisations = two.rows("organisations")
    assert (organisations["SOC"]["municipal"], organisations["BUN"]["municipal"]) == (True, None)


@pytest.mark.parametrize("raw", [None, float("nan"), pd.NA, pd.NaT, np.float64("nan")])
def test_whatever_is_missing_is_none(raw: object) -> None:
    """Know every way in which pandas says that nothing is there."""
    assert value_of(raw) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (0, 0),
        (False, False),
        ("", ""),
        (np.int64(3), 3),
        (np.True_, True),
        (pd.Timestamp("2021-05-03"), date(2021, 5, 3)),
        (np.float64(0.5), 0.5),
    ],
)
def test_zero_false_and_empty_text_are_values(raw: object, expected: object) -> None:
    """Keep what is there, however little it is."""
    found = value_of(raw)
    assert (found, type(found)) == (expected, type(expected))


def test_a_table_that_is_given_can_be_changed_without_changing_the_register() -> None:
    """Copy on the way in, whether or not the types were right already."""
    rough = pd.DataFrame(SOC)
    exact = frame(load()["organisations"], rows_of(rough))
    for given_table in (rough, exact):
        register = Register({"organisations": given_table})
        given_table.loc[0, "name"] = "något annat"
        given_table["id"] = "X"
        assert register.organisations["name"].tolist() == SOC["name"]
        assert register.organisations["id"].tolist() == SOC["id"]


def test_a_table_that_is_taken_out_can_be_changed_without_changing_the_register(two: Register) -> None:
    """Copy on the way out: by attribute, by name, in a loop, as rows."""
    for table in (two.organisations, two["organisations"]):
        table.loc[0, "name"] = "x"
    for _, table in two:
        table["id"] = "x"
    two.rows("organisations")["SOC"]["name"] = "x"
    two.rows("organisations").clear()
    assert two.organisations["name"].tolist() == SOC["name"]
    assert two.rows("organisations")["SOC"]["name"] == "Socialförvaltningen"
    with pytest.raises(TypeError):
        two.origins["organisations", "SOC", "id"] = ORIGIN  # type: ignore[index]


def test_the_index_of_a_table_that_is_given_does_not_matter() -> None:
    """Number the rows anew."""
    odd = frame(load()["organisations"], rows_of(pd.DataFrame(SOC))).set_index(pd.Index([7, 3]))
    assert Register({"organisations": odd}).organisations.index.tolist() == [0, 1]


def test_registers_are_equal_by_content(two: Register) -> None:
    """Compare rows in any order and types in any guise; origins are no content."""
    turned = Register({"organisations": pd.DataFrame(SOC).iloc[::-1], "activities": two.activities})
    assert turned == two
    assert turned.fingerprint() == two.fingerprint()
    assert Register({"organisations": pd.DataFrame(SOC)}) != two
    assert two != "ett register"
    assert Register() == Register({"risks": pd.DataFrame({"id": []})})
    with pytest.raises(TypeError):
        hash(two)


def test_a_fingerprint_differs_when_a_value_does(two: Register) -> None:
    """Tell 0 from nothing, and one text from another."""
    tables = {"organisations": pd.DataFrame(SOC), "activities": two.activities.assign(participants_staff=0)}
    assert Register(tables).fingerprint() != two.fingerprint()


def test_what_is_not_declared_is_refused() -> None:
    """Take no table and no column that nobody declared."""
    with pytest.raises(ValueError, match="no such table: stuff"):
        Register({"stuff": pd.DataFrame()})
    with pytest.raises(ValueError, match="risks has no column colour"):
        Register({"risks": pd.DataFrame({"id": ["H-1"], "colour": ["röd"]})})
    with pytest.raises(AttributeError):
        _ = Register().stuff


def test_an_origin_is_found_by_table_row_and_column(two: Register) -> None:
    """Say where a value was read, as a person says it and as a table; nothing where it was not read from a file."""
    found = two.source("organisations", "SOC", "name")
    assert str(found) == "soc.xlsx · A Våra verksamheter!B9"
    assert two.source("organisations", "SOC") is None
    assert two.origin_frame().to_dict("records") == [
        {
            "table": "organisations",
            "id": "SOC",
            "column": "name",
            "file": "soc.xlsx",
            "sha256": "ab" * 32,
            "sheet": "A Våra verksamheter",
            "row": 9,
            "cell": "B9",
        }
    ]
    assert list(Register().origin_frame().columns) == ["table", "id", "column", "file", "sha256", "sheet", "row", "cell"]


def test_a_column_that_is_declared_later_is_empty_in_an_older_register(two: Register) -> None:
    """Add a new column to the rows that are there."""
    text = vocabulary.resource("tables.toml").replace(
        "[tables.organisations.columns]\n",
        '[tables.organisations.columns]\ncolour = { header = "Färg", type = "text", help = "Fri text." }\n',
    )
    newer = Register({table.key: rows for table, rows in two}, vocabulary=vocabulary.parse(text))
    assert newer.rows("organisations")["SOC"]["colour"] is None
    assert newer.content() == two.content()


@settings(max_examples=50)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": st.text(min_size=1),
                "low": st.none() | st.floats(allow_nan=False),
                "consolidated": st.none() | st.booleans(),
                "date": st.none() | st.dates(date(1900, 3, 1), date(2199, 12, 31)),
                "grounds": st.none() | st.text(),
            }
        ),
        unique_by=lambda row: row["id"],
        max_size=5,
    )
)
def test_rows_come_out_as_they_went_in(rows: list[dict[str, object]]) -> None:
    """Keep every value of every type, and nothing where there is nothing."""
    table = load()["assessments"]
    kept = rows_of(frame(table, rows))  # type: ignore[arg-type]
    assert [{key: row[key] for key in rows[0]} for row in kept] == rows
    assert rows_of(frame(table, kept)) == kept


ROUGH = st.fixed_dictionaries(
    {"low": st.sampled_from([None, 1, 2.0, float("nan"), True]), "judge": st.sampled_from([None, "SOC", 3])},
    optional={"high": st.just(4), "date": st.sampled_from([None, date(2021, 5, 3)]), "consolidated": st.sampled_from([None, True])},
)


@given(st.lists(st.tuples(ROUGH, st.booleans()), max_size=6))
def test_rows_that_are_changed_have_the_types_of_their_columns(told: list[tuple[dict[str, object], bool]]) -> None:
    """Keep of each row what a table of it would, whether it has all columns in their types, some of them, or values of other types."""
    table = load()["assessments"]
    whole = dict.fromkeys(table.keys)
    rows: dict[str, Record | None] = {
        str(number): {**(whole if full else {}), "id": str(number), **row} for number, (row, full) in enumerate(told)
    }
    made = Register().changed({"assessments": {**rows, "x": None}}, {}).held("assessments")
    expected = rows_of(frame(table, [row for row in rows.values() if row is not None]))
    assert [(list(row.items()), [*map(type, row.values())]) for row in made.values()] == [
        (list(row.items()), [*map(type, row.values())]) for row in expected
    ]


def test_origins_are_told_as_they_were_given_however_they_stand() -> None:
    """Keep by row what was read from one line, from several, from a merged cell above it and from no cell at all."""
    read = {
        ("risks", "H-1", "id"): Origin("a.xlsx", "ab", "Risker", 9, "A9"),
        ("risks", "H-1", "event"): Origin("a.xlsx", "ab", "Risker", 9, "B7"),
        ("risks", "H-1", "causes"): Origin("a.xlsx", "ab", "Risker", 19, "C9"),
        ("risks", "H-1", "note"): Origin("b.xlsx", "cd", "Blad", 9, ""),
        ("risks", "H-2", "id"): Origin("a.xlsx", "ab", "Risker", 9, "9"),
    }
    register = Register(origins=read)
    assert (dict(register.origins), len(register.origins)) == (read, len(read))


def test_rows_that_are_made_again_come_last_and_others_stay_where_they_are() -> None:
    """Keep the order of a register that is carried on, whatever is changed, taken away and made again."""
    rows: dict[str, Record | None] = {str(number): {"id": str(number), "name": "x"} for number in range(20)}
    first = Register().changed({"organisations": rows}, {})
    second = first.changed({"organisations": {"3": {"id": "3", "name": "y"}, "4": None}}, {})
    third = second.changed({"organisations": {"4": {"id": "4", "name": "z"}}}, {})
    assert list(first.held("organisations")) == list(rows)
    assert list(second.held("organisations")) == [key for key in rows if key != "4"]
    assert list(third.held("organisations")) == [*(key for key in rows if key != "4"), "4"]
    assert list(third.held("organisations").some({"4", "3", "19"})) == ["3", "19", "4"]
    assert ("4" in second.held("organisations"), len(second.held("organisations")), third.organisations.loc[3, "name"]) == (False, 19, "y")


KEYS = st.integers(0, 12)
FAR = set(range(1000, 2000))  # so many that they are asked for in another way
STEPS = st.lists(st.tuples(st.dictionaries(KEYS, st.none() | st.integers(0, 3)), st.sets(KEYS), st.booleans()), max_size=24)


@settings(max_examples=300)
@given(start=st.dictionaries(KEYS, st.integers(0, 3)), steps=STEPS)
def test_a_mapping_that_is_carried_on_holds_what_a_copy_would(
    start: dict[int, int], steps: list[tuple[dict[int, int | None], set[int], bool]]
) -> None:
    """Hold the same in the same order as a dictionary that is copied at each change, asked for one key, some or all; earlier ones too."""
    made: list[tuple[Carried[int, int], dict[int, int]]] = [(Carried(dict(start)), start)]
    for over, few, looked_through in steps:
        asked = few | FAR if 0 in few else few
        held, copied = made[-1][0].changed(over), {key: value for key, value in {**made[-1][1], **over}.items() if value is not None}
        assert held.some(asked) == {key: value for key, value in copied.items() if key in asked}
        assert list(held.some(asked)) == [key for key in copied if key in asked]
        assert held.lacking(asked) == asked - copied.keys()
        assert held.lacks(asked) == asked.isdisjoint(copied)
        assert [(held.get(key), key in held) for key in range(14)] == [(copied.get(key), key in copied) for key in range(14)]
        if looked_through:
            assert (list(held.items()), len(held)) == (list(copied.items()), len(copied))
        made.append((held, copied) if 1 not in few else made[0])
    assert [list(held.items()) for held, _ in made] == [list(copied.items()) for _, copied in made]


def test_what_a_register_holds_already_is_not_copied_for_each_change() -> None:
    """Look into few layers, and lay each value into another a few times at most, after a thousand changes as well as after one."""
    held = Carried(dict.fromkeys(range(1000), "x"))
    copied = 0
    for number in range(1000, 2024):
        held = held.changed({number: "x"})
        before = held.layers
        assert held.get(0) == "x"
        copied += sum(len(layer.held) for layer in held.layers if not any(layer.held is one.held for one in before))
        assert len(held.layers) <= 20
        once = held.layers
        assert held.get(0) == "x"
        assert held.layers is once
    assert copied < 12 * 1024


def test_who_asks_for_much_that_never_came_is_answered_without_a_look_into_the_layers() -> None:
    """Leave a hundred changes lie as they were made while they are only added to, and lay them together for who looks at what came early."""
    held: Carried[int, str] = Carried({})
    for number in range(0, 100_000, 1000):
        new = range(number, number + 1000)
        assert held.lacks({*new})
        held = held.changed(dict.fromkeys(new, "x"))
        assert (held.some(new), held.lacking(new)) == (dict.fromkeys(new, "x"), set())
    assert len(held.layers) == 101
    assert held.some({5, 99_999, 100_000}) == {5: "x", 99_999: "x"}
    assert len(held.layers) < 20


def test_an_index_is_carried_on_over_several_changes() -> None:
    """Find rows by what they are known by, in the register's order, whether they came one by one, were renamed or were taken away."""

    def named(_: vocabulary.Table, rows: Sequence[Record]) -> list[Hashable]:
        return [row["name"] for row in rows]

    register = Register()
    steps: list[dict[str, Record | None]] = [
        {"1": {"id": "1", "name": "x"}, "2": {"id": "2", "name": "y"}},
        {"3": {"id": "3", "name": "x"}, "4": {"id": "4", "name": None}},
        {"2": {"id": "2", "name": "y", "kind": "management"}},
        {"1": {"id": "1", "name": "y"}},
        {"3": None},
    ]
    for asked in (True, False, True, False, True):
        register = register.changed({"organisations": steps.pop(0)}, {})
        found: dict[object, list[str]] = {}
        for row_id, row in register.held("organisations").items():
            found.setdefault(row["name"], []).append(row_id)
        if asked:
            assert dict(register.marked("organisations", named)) == {name: tuple(ids) for name, ids in found.items()}


def test_what_comes_back_stands_though_another_thread_looks_through_the_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that stores what it laid together, just after all was laid into one, takes nothing away from what is made of it."""
    one = Carried({"a": 1, "x": 2}).changed({"x": None})
    for number in range(12):
        one = one.changed({f"n{number}": number + 1})
    other = one._down()
    for _ in range(8):
        next(other)
    whole = Carried._whole

    def then_the_other_stores(carried: Carried[str, int]) -> object:
        found = whole(carried)
        next(other, None)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Carried, "_whole", then_the_other_stores)
        back = one.changed({"x": 3})
    assert (back["x"], back.lacks({"x"}), list(back)[-1]) == (3, False, "x")
