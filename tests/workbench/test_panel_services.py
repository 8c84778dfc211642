"""Step 02: the two conditions."""

from __future__ import annotations

from pathlib import Path

import pytest
from panel_hands import empty, held, write

from krokomrsa import rules
from krokomrsa.workbench.services import answer, definitions, services, told, ungrounded


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("yes", None, "yes"),
        ("no", "yes", "yes"),
        ("no", "no", "no"),
        ("no", "unknown", "unknown"),
        ("no", None, "open"),
        (None, None, "open"),
    ],
)
def test_one_condition_is_enough_and_no_takes_both(first: str | None, second: str | None, expected: str) -> None:
    """A service counts when one condition is met; only two noes say that it does not."""
    assert answer({"condition_1": first, "condition_2": second}) == expected


def test_an_answer_needs_grounds() -> None:
    """An answer without grounds is counted and said as such."""
    row = {"condition_1": "yes", "condition_1_grounds": None, "condition_2": "unknown", "condition_2_grounds": None}
    assert ungrounded(row)
    assert told(row) == "Ja: villkor 1, skäl saknas"
    assert not ungrounded(row | {"condition_1_grounds": "Liv och hälsa."})


def test_both_wordings_of_the_definition_are_shown(example: Path) -> None:
    """The panel shows the regulation's two conditions and the newer sentence, each with its source."""
    shown = services(example).head.children[0].value
    assert "på kort tid leda till att en allvarlig kris" in shown
    assert "2020-10-27" in shown
    assert len(list(definitions((rules.load("msbfs-2015-5"),)))) == 2
    assert list(definitions(())) == []


def test_marking_a_condition_is_stored_and_counted(example_copy: Path) -> None:
    """A condition and its grounds are stored at once, and the count follows."""
    panel = services(example_copy)
    before = panel.counted.value
    write(panel.editor.table, "V-SOC-2", "condition_2_grounds", "Behövs för evakuering.")
    write(panel.editor.table, "V-SOC-2", "condition_2", "yes")
    row = held(example_copy, "services")["V-SOC-2"]
    assert (row["condition_2"], row["condition_2_grounds"]) == ("yes", "Behövs för evakuering.")
    assert panel.counted.value != before
    assert panel.editor.table.rows[1]["cells"]["told2"] == "Ja: villkor 1 och 2"


def test_what_is_left_to_judge_can_be_shown_alone(example: Path) -> None:
    """The view of what is open holds only services without an answer or without grounds."""
    panel = services(example)
    panel.view.value = "open"
    rows = panel.register.rows("services")
    assert panel.editor.ids
    assert all(answer(rows[one]) in {"open", "unknown"} or ungrounded(rows[one]) for one in panel.editor.ids)


def test_without_workspace_or_rows_the_panel_stands(tmp_path: Path) -> None:
    """In an empty folder the panel says where to begin; an empty register has nothing to mark."""
    assert "00 Start" in services(tmp_path).place.value
    assert "0 verksamheter" in services(empty(tmp_path)).counted.value
