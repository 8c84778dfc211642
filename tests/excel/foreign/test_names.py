"""References by name: exact ones are found, alike ones are only guesses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.excel.foreign.cells import names
from krokomrsa.excel.foreign.cells.names import Found
from krokomrsa.register import Row
from krokomrsa.values import fold

ROWS: dict[str, Row] = {
    "SOC": {"name": "Socialförvaltningen"},
    "BUN": {"name": "Barn- och utbildningsförvaltningen"},
    "IT": {"name": "IT-enheten"},
    "HR": {"name": "Personalavdelningen (HR-avdelningen)"},
    "KBAB": {"name": "Krokomsbostäder AB"},
    "V1": {"name": "Hemtjänst"},
    "V2": {"name": "Hemtjänst"},
}


def _find(text: str) -> Found:
    return names.find(text, ROWS, name_columns=["name"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Socialförvaltningen", "SOC"),
        ("  SOCIALFÖRVALTNINGEN ", "SOC"),
        ("soc", "SOC"),
        ("Barn– och utbildningsförvaltningen", "BUN"),
        ("Personalavdelningen", "HR"),
        ("HR-avdelningen", "HR"),
        ("Barn- och utbildningsförvaltningen", "BUN"),
    ],
)
def test_a_name_an_id_and_an_abbreviation_in_the_name_are_sure(text: str, found: str) -> None:
    """Find a row by what it is called, whatever the case and dashes."""
    assert (_find(text).id, _find(text).guesses) == (found, ())


@pytest.mark.parametrize(
    ("text", "guess"), [("Socialförvaltning", "SOC"), ("Krokombostäder AB", "KBAB"), ("IT enheten", "IT"), ("BOU", "BUN")]
)
def test_a_name_that_is_merely_like_is_only_a_guess(text: str, guess: str) -> None:
    """Store nothing unasked for a misspelling or for initials."""
    assert _find(text).id is None
    assert guess in _find(text).guesses


def test_a_name_that_two_rows_have_is_asked_about() -> None:
    """Choose none of two rows with the same name."""
    assert _find("hemtjänst") == Found(text="hemtjänst", guesses=("V1", "V2"))


def test_a_text_that_names_several_gives_each() -> None:
    """Split ”IT-enheten/HR” only where the whole is no name, and say of each part what it is."""
    found = _find("IT-enheten/HR, Ekonomi")
    assert found.id is None
    assert [(part.text, part.id) for part in found.parts] == [("IT-enheten", "IT"), ("HR", "HR"), ("Ekonomi", None)]
    assert found.guesses == ("IT", "HR")


@pytest.mark.parametrize("text", ["Räddningstjänsten", "", "x" * 30_000, "Ekonomi/Kost"])
def test_what_is_like_nothing_gives_no_guess(text: str) -> None:
    """Guess nothing for the sake of guessing, and take no time over a long text."""
    assert _find(text) == Found(text=text)


@given(st.text(), st.dictionaries(st.text(min_size=1), st.fixed_dictionaries({"name": st.one_of(st.none(), st.text())}), max_size=5))
def test_only_rows_that_exist_are_found_and_only_by_their_own_name(text: str, rows: dict[str, Row]) -> None:
    """Find or guess only ids that there are; sure only where the text is the id, or is or stands in the name."""
    found = names.find(text, rows, name_columns=["name"])
    assert {found.id, *found.guesses} - {None} <= set(rows)
    if found.id is not None:
        assert fold(text) in fold(found.id) or fold(text) in fold(str(rows[found.id]["name"]))
    assert len(found.parts) != 1
