"""What a column's content speaks for: how much of it is looked at, what says nothing, columns of which one is crossed."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.excel.foreign.model import Column, Table
from krokomrsa.excel.foreign.understanding import evidence, signs
from krokomrsa.excel.foreign.understanding.evidence import Facts
from krokomrsa.excel.reading import Cell, Sheet
from krokomrsa.values import shown

LEVELS = ("Låg", "Medel", "Hög")


def _facts(*rows: tuple[object, ...], options: tuple[str, ...] = ()) -> Facts:
    cells = {
        (row, number): Cell(row, number, value)
        for row, values in enumerate(rows, start=2)
        for number, value in enumerate(values, start=1)
        if value is not None
    }
    numbers = tuple(range(1, len(options) + 1)) or (1,)
    column = Column(cell=Cell(1, 1, "Nivå"), header="Nivå", parts=("Nivå",), numbers=numbers, options=options)
    kinds = dict.fromkeys((row for row, _ in cells), "data")
    return evidence.facts(Table(sheet=Sheet("Blad1", False, cells), header_rows=(1,), columns=(column,), kinds=kinds), column)  # type: ignore[arg-type]


@given(st.lists(st.sampled_from([1, True, 1.0, "1", "a", "b", 0, False])), st.integers(1, 10))
def test_most_of_a_column_is_what_the_share_of_its_values_says(values: list[object], tenths: int) -> None:
    """Stopping as soon as the answer is known gives what counting every value would, and 1, 1.0 and ”Ja” are three values."""
    found = Facts(dict(enumerate(values)))
    for wanted in (bool, int, str):
        share = sum(type(value) is wanted for value in values) / max(1, len(values))
        assert found.mostly(lambda value, wanted=wanted: type(value) is wanted, tenths / 10) == (share >= tenths / 10)


VALUES = st.one_of(
    st.sampled_from(
        ["R-1", "IV", "3,5", "Elavbrott i hela kommunen", "Översvämning vid bron", "1" * 25, True, 1, 1.0, 2.5, math.nan, date(2027, 5, 15)]
    ),
    st.integers(-3, 3),
    st.text("aÅ1 \t\n\xa0\x00|", min_size=1, max_size=8),
    st.text(max_size=130),
)


@given(st.one_of(st.lists(VALUES), st.lists(st.text("aÅ1 \u3000", min_size=1, max_size=6)), st.lists(st.integers() | st.just(10**400))))
def test_a_column_says_what_each_of_its_values_says(values: list[object]) -> None:
    """What is known of all values at once, or of different ones, is what is known of each by itself."""
    found = Facts(dict(enumerate(values)))

    assert found.texts == tuple(map(shown, values))
    assert found.different == len({shown(value).casefold() for value in values})
    assert found.numbers == {row: number for row, value in enumerate(values) if (number := signs.number(value)) is not None}


@given(st.lists(VALUES, max_size=60))
def test_where_longer_texts_stand_most_values_are_no_numbers_or_codes(values: list[object]) -> None:
    """Nothing is missed where too many values are longer texts to look for numbers, dates and identifiers."""
    found = Facts(dict(enumerate(values)))

    assert found.numeric == found.mostly(signs.is_number)
    assert found.roman == found.mostly(signs.is_roman)
    assert found.coded == found.mostly(signs.is_numbered)
    assert found.dates == found.mostly(lambda value: isinstance(value, date))
    assert found.codes == (found.mostly(lambda value: isinstance(value, bool) or signs.is_code(value)) and found.distinct > 0.9)


def test_no_more_values_are_looked_at_than_it_takes_to_know() -> None:
    """Of fifty texts that all differ, sixteen that are no numbers are enough to know that the column is not of numbers."""
    seen: list[object] = []
    found = Facts({row: f"Elavbrott {row}" for row in range(50)})

    assert not found.mostly(lambda value: bool(seen.append(value)))  # type: ignore[func-returns-value]
    assert len(seen) == 16


def test_a_long_column_is_judged_by_values_from_all_of_it() -> None:
    """Numbers that only stand first in a long column do not make it one of numbers."""
    assert not Facts({row: 1 if row < 100 else "Elavbrott" for row in range(1000)}).numeric
    assert Facts({row: "Elavbrott" if row < 100 else 1 for row in range(1000)}).numeric


def test_a_cell_that_says_nothing_is_no_evidence() -> None:
    """Neither ”vet  INTE”, a dash nor a formula's error tells what a column is."""
    assert _facts(("vet  INTE",), ("–",), (4,), ("N/A",), ("Vet inte säkert",)).values == {4: 4, 6: "Vet inte säkert"}


def test_of_several_columns_the_crossed_one_is_the_value() -> None:
    """A cross stands for its column's level, and a dash beside it does not stand in its way."""
    assert _facts(("x", "-", None), (None, None, "X"), options=LEVELS).values == {2: "Låg", 3: "Hög"}


@pytest.mark.parametrize(("values", "ends"), [((3, "1,5", "tre"), (1.5, 3.0)), (("tre",), (0.0, 0.0))])
def test_the_ends_are_the_lowest_and_the_highest_number(values: tuple[object, ...], ends: tuple[float, float]) -> None:
    """Numbers written as text count, and a column without numbers has no ends."""
    assert Facts(dict(enumerate(values))).ends == ends


def test_words_are_said_to_recur_only_where_some_do() -> None:
    """Two short texts that differ are short texts; words that stand in several rows recur."""
    assert evidence.described(_facts(("Reservkraft",), ("Se över brandskydd",))) == "korta texter"
    assert evidence.described(_facts(("Pågår",), ("Klar",), ("Pågår",), ("Klar",), ("Klar",))) == "korta ord som återkommer"
