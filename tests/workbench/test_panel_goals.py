"""Step 08: goals, documents, deadlines and named states."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from panel_hands import empty, held, write

from krokomrsa import workspace
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError
from krokomrsa.workbench.goals import goals, validity


def test_a_goal_gets_status_and_evidence(example_copy: Path) -> None:
    """Status, evidence and day are stored at once, and how the goal stands follows."""
    panel = goals(example_copy)
    for key, value in {"status": "met", "evidence": "Protokoll 12", "assessed_on": "2021-11-01"}.items():
        write(panel.goals.table, "M-3-1", key, value)
    row = held(example_copy, "goals")["M-3-1"]
    assert (row["status"], row["evidence"], row["assessed_on"]) == ("met", "Protokoll 12", date(2021, 11, 1))
    assert panel.standings["M-3-1"] == "Bedömt som uppfyllt 2021-11-01."


@pytest.mark.parametrize(
    ("decided", "last", "said"),
    [
        (date(2019, 1, 1), date(2022, 12, 31), "Gäller, 60 dagar kvar"),
        (date(2019, 1, 1), date(2022, 10, 31), "Gick ut för 1 dag sedan"),
        (date(2019, 1, 1), None, "Inget slutdatum angivet"),
        (None, None, "Beslutsdatum saknas"),
        (date(2023, 1, 1), None, "Beslutat efter 2022-11-01"),
    ],
)
def test_a_document_is_valid_by_its_days(decided: date | None, last: date | None, said: str) -> None:
    """A document is said to be valid only where its days say so."""
    assert validity({"decided_on": decided, "valid_to": last}, date(2022, 11, 1)) == said


def test_deadlines_are_counted_from_the_election(example: Path) -> None:
    """The deadlines of the rule sets in force are listed with day and days left."""
    told = goals(example)._deadlines()
    assert "2023-10-31" in told
    assert "2022-02-15" in told


def test_a_state_is_named_and_compared(example_copy: Path) -> None:
    """A named state can be compared with the register after an edit: counts by table, and both values."""
    panel = goals(example_copy)
    assert panel.comparing.disabled
    panel.name.value = "Före"
    panel.name_state()
    panel.compare()
    assert "Inget skiljer" in panel.differences.value
    write(panel.goals.table, "M-3-1", "status", "not met")
    panel.documents.fresh["title"].value = "Ny plan"
    panel.documents.add()
    panel.compare()
    told = panel.differences.value
    assert all(word in told for word in ("3 ändringar", "Pågår", "Ej uppfyllt", "Ny plan", "Före"))
    with pytest.raises(KrokomrsaError, match=r"redan ett läge med det namnet, från \d{4}-\d\d-\d\d \d\d:\d\d\."):
        name_again(panel)


def name_again(panel: Any) -> None:
    """Give a name that is taken."""
    panel.name.value = "Före"
    panel.name_state()


def test_a_long_comparison_is_cut_and_says_so(example_copy: Path) -> None:
    """Of very many changes the first are listed, all are counted."""
    with workspace.opened(example_copy) as place:
        place.store.name_state("Full", "prov")
        rows = [Change(table="risks", id=key, column="id", before=key, after=None) for key in place.register.rows("risks")]
        place.store.commit(rows, who="prov", source="prov")
    panel = goals(example_copy)
    panel.compare()
    assert "De första 200" in panel.differences.value


def test_without_workspace_or_rows_the_panel_stands(tmp_path: Path) -> None:
    """In an empty folder the panel says where to begin; an empty register has no goals and no states."""
    assert "00 Start" in goals(tmp_path).place.value
    panel = goals(empty(tmp_path))
    assert "0 mål" in panel.counted.value
    assert "Inga lägen" in panel.listed.value
