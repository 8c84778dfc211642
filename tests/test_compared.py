"""What is sent on compares the risks with the latest named state before the latest change."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from krokomrsa import workspace
from krokomrsa.changes import Change
from krokomrsa.process import documents, results
from krokomrsa.workspace import Workspace


def names(place: Workspace) -> list[str]:
    """Return the charts of a workspace as it stands."""
    return [chart.name for chart in results.charts(place, results.analyse(place))]


def withdraw(place: Workspace, risk: str) -> None:
    """Remove a risk."""
    gone = Change(table="risks", id=risk, column="id", before=risk, after=None)
    place.store.commit([gone], who="test", source="test", kind="edit")


def test_the_latest_state_before_the_latest_change_is_compared_with(example_copy: Path, tmp_path: Path) -> None:
    """Without a state, and with one that is the register as it is, nothing is compared; after a change the risks are."""
    with workspace.opened(example_copy) as place:
        assert "andrat-sedan-sist" not in names(place)
        place.store.name_state("Fastställd RSA 2019", "test")
        assert "andrat-sedan-sist" not in names(place)
        withdraw(place, next(iter(place.register.held("risks"))))
        assert "andrat-sedan-sist" in names(place)
        written = documents.export(place, results.analyse(place), folder=tmp_path / "exports")
    book = openpyxl.load_workbook(written[0])
    sheet = book["Ändrat sedan sist"]
    assert "”Fastställd RSA 2019”" in sheet["A2"].value
    assert [row[2].value for row in sheet.iter_rows(min_row=5)].count("Borttagen") == 1


def test_what_does_not_fit_the_scale_any_more_is_no_hindrance(example_copy: Path) -> None:
    """A state with a level that the scale no longer has cannot be compared with: the charts are made without it, the report says why."""
    with workspace.opened(example_copy) as place:
        row_id, row = next((key, row) for key, row in place.register.held("assessments").items() if row["status"] == "judged")
        nine, back = (
            Change(table="assessments", id=row_id, column="high", before=before, after=after)
            for before, after in ((row["high"], 9.0), (9.0, row["high"]))
        )
        place.store.commit([nine], who="test", source="test", kind="edit")
        place.store.name_state("Niogradig", "test")
        place.store.commit([back], who="test", source="test", kind="edit")
        assert "andrat-sedan-sist" not in names(place)
        path = documents.write_report(place, results.analyse(place))
    assert path.exists()
