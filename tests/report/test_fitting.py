"""Tables that are shortened until they fit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from krokomrsa import workspace
from krokomrsa.process import documents, results
from krokomrsa.report.elements import Head, Row, Table
from krokomrsa.report.fitting import LEAST, fitted, height

NO_OFFICE = shutil.which("soffice") is None and not os.environ.get("CI")


def table(rows: int) -> Table:
    """Return a table of so many rows."""
    return Table(caption="Brister", heads=[Head("Brist", 80), Head("Åtgärd", 80)], rows=[Row(cells=("Ingen reservkraft", "Köp"))] * rows)


def made(most: Mapping[str, int]) -> dict[str, Table]:
    """Return two tables with as many rows as they may have."""
    return {key: table(count) for key, count in most.items()}


def test_the_highest_table_loses_its_rows_first() -> None:
    """Rows go from the one that is highest, until all tables have room."""
    room = height(table(6)) + height(table(4))
    assert [len(one.rows) for one in fitted(made, room, {"a": 12, "b": 4})] == [6, 4]


def test_a_few_rows_always_stay() -> None:
    """No room at all leaves the least number of rows in every table, and a table with fewer is left alone."""
    assert [len(one.rows) for one in fitted(made, 0.0, {"a": 12, "b": 2, "c": 0})] == [LEAST, 2, 0]


def test_what_has_room_is_not_shortened() -> None:
    """Tables that fit keep every row."""
    assert [len(one.rows) for one in fitted(made, 5000.0, {"a": 12, "b": 4})] == [12, 4]


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice (soffice) is not installed")
def test_no_department_of_the_example_gets_more_than_two_pages(example_copy: Path, tmp_path: Path) -> None:
    """Every result in Word, printed, has at most two pages; the two with most services say that the workbook holds the rest."""
    with workspace.opened(example_copy) as place:
        written, _ = documents.write_department_results(place, results.analyse(place), folder=tmp_path / "out")
    files = [str(path) for path in written if path.suffix == ".docx"]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    pages = {path.stem: len(re.findall(rb"/Type\s*/Page[^s]", path.read_bytes())) for path in tmp_path.glob("*.pdf")}
    assert len(pages) == len(files)
    assert set(pages.values()) <= {1, 2}, pages
