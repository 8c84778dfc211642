"""Step 07: levels of information assets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from panel_hands import empty, held, write

from krokomrsa.errors import KrokomrsaError
from krokomrsa.workbench.information import Need, disagreements, information, needs, unclassified


def test_a_level_is_stored(example_copy: Path) -> None:
    """A level from 0 to 3 is stored at once."""
    panel = information(example_copy)
    row = panel.editor.ids[0]
    write(panel.editor.table, row, "integrity", "0")
    assert held(example_copy, "information_assets")[row]["integrity"] == 0


@pytest.mark.parametrize("key", ["confidentiality", "integrity", "availability", "traceability"])
def test_level_four_is_refused_with_the_advice(example_copy: Path, key: str) -> None:
    """Level 4 does not belong here: the message says whom to contact, and nothing is stored."""
    panel = information(example_copy)
    row = panel.editor.ids[0]
    before = held(example_copy, "information_assets")[row][key]
    with pytest.raises(KrokomrsaError):
        write(panel.editor.table, row, key, "4")
    assert "säkerhetsskyddschefen" in panel.message.value
    assert held(example_copy, "information_assets")[row][key] == before


def test_the_shortest_tolerable_outage_of_the_users_counts(example: Path) -> None:
    """An asset is needed by the service that can least do without it; services without a stated time count for nothing."""
    panel = information(example)
    found, services = needs(panel.register), panel.register.rows("services")
    for row_id, need in found.items():
        users = panel.register.rows("information_assets")[row_id]["services"].split("; ")
        hours = [services[one]["tolerable_outage_h"] for one in users if services[one]["tolerable_outage_h"] is not None]
        assert need.hours == min(hours)


def test_levels_and_outages_that_point_apart_are_compared_without_limits() -> None:
    """Only the order of levels is held against the order of times; equals, and assets without a level, agree."""
    assets: Any = {"A": {"availability": 1}, "B": {"availability": 2}, "C": {"availability": None}, "D": {"availability": 1}}
    needed = {"A": Need("x", 1.0), "B": Need("y", 24.0), "C": Need("z", 0.5), "D": Need("w", 24.0)}
    assert disagreements(assets, needed) == {"A": "B"}


def test_the_hint_names_both_sides(example: Path) -> None:
    """The hint tells level, service, time and the asset to compare with, and its view holds only those."""
    panel = information(example)
    panel.view.value = "compare"
    assert set(panel.editor.ids) == set(panel.compared)
    row = panel.editor.ids[0]
    assert panel.needed[row].service in panel._hint(row, panel.register.rows("information_assets")[row])


def test_what_is_not_classified_can_be_shown_alone(example: Path) -> None:
    """The view of what is open holds only assets that lack K, R or T."""
    panel = information(example)
    panel.view.value = "open"
    assert panel.editor.ids
    assert all(unclassified(panel.register.rows("information_assets")[row]) for row in panel.editor.ids)


def test_without_workspace_or_rows_the_panel_stands(tmp_path: Path) -> None:
    """In an empty folder the panel says where to begin; an empty register has nothing to classify."""
    assert "00 Start" in information(tmp_path).place.value
    assert "0 informationstillgångar" in information(empty(tmp_path)).counted.value
