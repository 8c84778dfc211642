"""What one value may be: nothing said, a number, a level, a way to meet a risk."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krokomrsa.excel.foreign.understanding import signs
from krokomrsa.excel.foreign.understanding.synonyms import load
from krokomrsa.values import shown

ANSWERS = sorted(load().lists["no_answer"])


@given(st.one_of(st.text(), st.sampled_from(ANSWERS), st.integers(), st.booleans(), st.dates()), st.text(" \t\n-", max_size=3))
@example("vet", "  ")
@example("–", "")
@example("Vet inte än", "")
def test_what_says_nothing_has_no_letter_or_is_an_answer_that_says_nothing(value: object, around: str) -> None:
    """Case and runs of space do not count; a long text is not compared with the answers and gives the same."""
    value = around.join((around, *value.split(), around)) if isinstance(value, str) else value
    text = " ".join(shown(value).casefold().split())

    assert (value in signs.silence({value})) == (not any(map(str.isalnum, text)) or text in ANSWERS)


@pytest.mark.parametrize(
    "value",
    [3, 2.5, "3", "4 – Stor", "Very likely", "Low, as everyone has access", "(hög)", "20 %", "3-4", "B", "S3", "låg/hög", "< 1 %"],
)
def test_levels_are_numbers_words_for_levels_and_what_begins_so(value: object) -> None:
    """A number, a letter or a word for a level may stand alone, or before a sign and the reason."""
    assert signs.is_level(value)


@pytest.mark.parametrize("value", ["Elavbrott", "Låg vattennivå", "", "–", "Storm, hög", True, None])
def test_other_words_are_no_levels(value: object) -> None:
    """A word for a level beside other words, or after them, names no level."""
    assert not signs.is_level(value)


@pytest.mark.parametrize(
    ("value", "is_so"),
    [("Mitigate", True), ("Mitigate and transfer", True), ("Mitigate by buying a pump", False), ("Buy a pump", False), (3, False)],
)
def test_a_strategy_is_a_word_or_two(value: object, *, is_so: bool) -> None:
    """A sentence that begins with such a word is a measure."""
    assert signs.is_strategy(value) is is_so
