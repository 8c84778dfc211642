"""Fixtures that several tests use: a small register that a coordinator would recognise, and its forms."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl import Workbook

from krokomrsa import importing, process, scales, workspace
from krokomrsa.register import Register

MADE_ON = date(2021, 11, 15)
WORKSPACE = "krokom"


@pytest.fixture
def register() -> Register:
    """Return two departments, an owner of resources, three services, four resources and three risks."""
    return Register(
        {
            "organisations": pd.DataFrame(
                {
                    "id": ["SOC", "BUN", "IT"],
                    "name": ["Socialförvaltningen", "Barn- och utbildningsförvaltningen", "It-enheten"],
                    "kind": ["department", "department", "department"],
                    "municipal": [True, True, True],
                }
            ),
            "services": pd.DataFrame(
                {
                    "id": ["V-SOC-1", "V-SOC-2", "V-BUN-1"],
                    "organisation": ["SOC", "SOC", "BUN"],
                    "name": ["Hemtjänst", "Trygghetslarm", "Förskola"],
                    "tolerable_outage_h": [8.0, 0.5, 24.0],
                    "routines": ["yes", "unknown", "no"],
                    "trained_on": pd.to_datetime(["2021-03-01", None, None]),
                }
            ),
            "resources": pd.DataFrame(
                {
                    "id": ["R-EL", "R-TELE", "R-IT", "R-KOK"],
                    "name": ["Elnät", "Mobilnät", "Kommunens nät", "Skolkök"],
                    "kind": ["electricity", "communications", "it_system", "food"],
                    "owner": [None, None, "IT", "BUN"],
                    "provision": ["external", "external", "internal", "internal"],
                    "shared": [True, True, True, False],
                }
            ),
            "dependencies": pd.DataFrame(
                {
                    "id": ["B-1", "B-2"],
                    "dependent": ["V-SOC-1", "R-IT"],
                    "supplier": ["R-EL", "R-EL"],
                    "status": ["needed", "needed"],
                    "endurance_low_h": [4.0, 10.0],
                    "endurance_high_h": [24.0, 12.0],
                }
            ),
            "risks": pd.DataFrame(
                {"id": ["H-1", "H-2", "H-3"], "event": ["Elavbrott", "Storm", "Sabotage"], "antagonistic": [False, False, True]}
            ),
            "assessments": pd.DataFrame(
                {
                    "id": ["A-1", "A-2"],
                    "risk": ["H-1", "H-1"],
                    "judge": ["SOC", "SOC"],
                    "aspect": ["likelihood", "life_health"],
                    "low": [3.0, 2.0],
                    "high": [4.0, 2.0],
                    "status": ["judged", "judged"],
                }
            ),
        }
    )


@pytest.fixture
def scale() -> scales.Scale:
    """Return the scale that is used unless a municipality chooses another."""
    return scales.load()


@pytest.fixture
def severity(scale: scales.Scale) -> dict[int, str]:
    """Return the consequence levels and their labels."""
    return {level.level: level.label for level in scale.consequence}


@pytest.fixture
def filled() -> Callable[..., bytes]:
    """Return a function that fills a form in as a person does: sheet number, cell, value."""

    def fill(content: bytes, *answers: tuple[int, str, object], change: Callable[[Workbook], None] | None = None) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(content))
        for sheet, cell, value in answers:
            book.worksheets[sheet][cell] = value
        if change:
            change(book)
        made = io.BytesIO()
        book.save(made)
        return made.getvalue()

    return fill


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace into which every example file has been read; copy it before changing it."""
    return _example(tmp_path_factory.mktemp("example"))


@pytest.fixture
def example_copy(example: Path, tmp_path: Path) -> Path:
    """Return a copy of the example's workspace that a test may change."""
    return Path(shutil.copytree(example, tmp_path / "workspace"))


@cache
def _example(parent: Path) -> Path:
    folder, files = process.example(parent / "workspace")
    with workspace.opened(folder) as place:
        importing.import_files(place, files, who="test")
    return folder


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the notebooks run on a copy of the example, never on what lies in the project's own data folder."""
    if any(type(item).__module__.startswith("nbval") for item in session.items):
        os.environ[workspace.VARIABLE] = str(_example(Path(tempfile.mkdtemp(prefix="krokomrsa-notebooks-"))))


def pytest_unconfigure() -> None:
    """Remove the notebooks' copy of the example."""
    place = os.environ.get(workspace.VARIABLE, "")
    if "krokomrsa-notebooks-" in place:
        shutil.rmtree(Path(place).parent, ignore_errors=True)
