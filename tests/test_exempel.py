"""The example workbooks: invented, whole, interesting, and built from the content beside them."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import sys
import tomllib
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

import networkx as nx
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa import changes, rules, scales, validation
from krokomrsa.analysis import cascade, coverage, risk
from krokomrsa.excel import intake, reading
from krokomrsa.excel.account import Intake
from krokomrsa.register import Register
from krokomrsa.vocabulary import resource

FOLDER = Path(__file__).resolve().parents[1] / "data" / "exempel"
WITH_MISTAKES = {"02-barn-och-utbildningsforvaltningen.xlsx", "08-krokomsbostader.xlsx"}
DAY = date(2021, 11, 15)
PERIOD = rules.Period(2019, 2022)


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("exempel_build", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


build = _module(Path(__file__).parent / "exempel" / "build.py")


def _take_in(name: str, register: Register) -> Intake:
    content = (FOLDER / name).read_bytes()
    book = reading.read(content, file=name)
    sha256 = hashlib.sha256(content).hexdigest()
    return intake.take_in(book, file=name, sha256=sha256, register=register, scale=scales.load(), workspace="exempel")


@pytest.fixture(scope="module")
def taken_in() -> tuple[Register, dict[str, Intake]]:
    """Read every committed file in order, each upon what the earlier ones gave."""
    register, accounts = Register(), {}
    for path in sorted(FOLDER.glob("*.xlsx")):
        accounts[path.name] = _take_in(path.name, register)
        register = changes.apply(register, accounts[path.name].changes)
    return register, accounts


@pytest.fixture(scope="module")
def register(taken_in: tuple[Register, dict[str, Intake]]) -> Register:
    """Return the register that all the files make together."""
    return taken_in[0]


@pytest.fixture(scope="module")
def accounts(taken_in: tuple[Register, dict[str, Intake]]) -> dict[str, Intake]:
    """Return what was read, accepted, rejected and ignored of each file."""
    return taken_in[1]


def _texts(sheet: Worksheet) -> list[str]:
    return [cell.value.casefold() for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def _value(raw: Any) -> Any:
    """Return a cell's value as every program that saves it agrees upon it."""
    if isinstance(raw, datetime):
        return raw.date()
    return float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else raw


def _values(content: bytes, *, formulas: bool) -> dict[str, dict[str, Any]]:
    file = load_workbook(io.BytesIO(content))
    return {
        sheet.title: {
            cell.coordinate: _value(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in {None, ""} and (formulas or cell.data_type != "f")
        }
        for sheet in file.worksheets
    }


def test_there_is_a_file_from_everyone_who_is_asked() -> None:
    """Hold the register and a form from six departments, the leadership, the company, the rescue service and two owners."""
    expected = {build.REGISTER_FILE, *(said["file"] for said in build.answers())}
    assert {path.name for path in FOLDER.glob("*.xlsx")} == expected
    assert len(expected) == 12


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.xlsx")), ids=lambda path: path.stem)
def test_every_visible_sheet_says_that_the_data_are_invented(path: Path) -> None:
    """Say ”påhittade exempeldata” on each sheet that a person sees."""
    visible = [sheet for sheet in load_workbook(path).worksheets if sheet.sheet_state == "visible"]
    assert visible
    assert [sheet.title for sheet in visible if not any("påhittade exempeldata" in text for text in _texts(sheet))] == []


def test_building_again_gives_the_same_values() -> None:
    """Build every workbook from the content and find the committed files' values, also in those that LibreOffice saved."""
    for name, content, again in build.workbooks():
        committed = (FOLDER / name).read_bytes()
        assert _values(content, formulas=not again) == _values(committed, formulas=not again), name


def test_three_files_were_saved_by_libreoffice() -> None:
    """Find LibreOffice named as the program in exactly the files that say so."""
    said = {one["file"] for one in build.answers() if one.get("resaved")}
    found = {path.name for path in FOLDER.glob("*.xlsx") if b"LibreOffice" in _part(path, "docProps/app.xml")}
    assert found == said
    assert len(said) == 3


def _part(path: Path, name: str) -> bytes:
    with ZipFile(path) as package:
        return package.read(name) if name in package.namelist() else b""


def test_the_content_keeps_every_rule() -> None:
    """Find nothing wrong in the coordinator's register."""
    assert validation.check(build.register(), scales.load()) == []


def test_the_register_workbook_holds_the_coordinators_register(accounts: dict[str, Intake]) -> None:
    """Read the register workbook into an empty register and get the content back."""
    assert changes.apply(Register(), accounts[build.REGISTER_FILE].changes) == build.register()


def test_the_example_is_as_large_as_promised(register: Register) -> None:
    """Count what the files hold together."""
    counts = {table.key: len(content) for table, content in register}
    assert 38 <= counts["services"] <= 45
    assert counts["resources"] == 25
    assert (register.dependencies["status"] == "needed").sum() >= 150
    assert counts["risks"] >= 60
    assert register.assessments["judge"].nunique() >= 9
    assert counts["treatments"] >= 40
    assert counts["activities"] >= 16
    assert counts["information_assets"] >= 30
    assert counts["events"] >= 8


def test_everything_of_tabell_1_is_among_the_activities(register: Register) -> None:
    """Find each cell of Grundplanen, moved to 2019–2022, by kind, year and quarter."""
    planned = tomllib.loads(resource("grundplan.toml"))["activities"]
    wanted = {(one["kind"], 2018 + one["year"], one.get("quarter")) for one in planned}
    rows = register.rows("activities").values()
    assert wanted <= {(row["kind"], row["year"], row["quarter"]) for row in rows}


def test_electricity_communications_and_it_need_each_other(register: Register) -> None:
    """Find the loop el ↔ elektronisk kommunikation ↔ it among the resources."""
    rows = [row for row in register.rows("dependencies").values() if row["status"] == "needed"]
    needs = {(row["dependent"], row["supplier"]) for row in rows}
    assert {("R-EL", "R-FIBER"), ("R-FIBER", "R-EL"), ("R-FIBER", "R-IT"), ("R-IT", "R-FIBER")} <= needs
    loops = [part for part in nx.strongly_connected_components(nx.DiGraph(needs)) if len(part) > 1]
    assert any({"R-EL", "R-FIBER", "R-IT"} <= part for part in loops)


def test_losing_electricity_reaches_home_care_after_hours(register: Register) -> None:
    """Lose the power grid at hour 0: home care fails later, and how much later is an interval."""
    dependencies = register.dependencies
    held = dependencies[(dependencies["status"] != "not needed") & dependencies["season"].isna()]
    times = cascade.failure_times(held, {"R-EL": 0})
    assert 0 < times.loc["V-SOC-1", "earliest_h"] < 24
    assert times.loc["V-SOC-1", "earliest_h"] < times.loc["V-SOC-1", "latest_h"] < float("inf")
    assert times.loc["R-EL"].tolist() == [0, 0]


def test_risks_spread_over_all_classes_and_answers(register: Register) -> None:
    """Find every class, spans over two classes, and likelihoods that are unknown, not judged or missing."""
    matrix = risk.matrix(register.assessments, scales.load())
    assert set(matrix["class_low"].dropna()) == {1, 2, 3, 4}
    assert (matrix["class_low"] < matrix["class_high"]).any()
    assert set(matrix["likelihood_status"]) == {"judged", "unknown", "not judged", "missing"}


def test_duties_show_every_status_and_kind(register: Register) -> None:
    """Run the duties on the example's day and find met, planned, late and missing; krav, otydligt and eget mål."""
    found = coverage.duties(
        register.activities,
        register.organisations,
        register.services,
        rules.applicable(DAY),
        DAY,
        PERIOD,
        documents=register.documents,
        goals=register.goals,
    )
    assert set(found["status"]) == {"met", "planned", "late", "missing"}
    assert set(found["kind"]) == {"krav", "otydligt", "eget mål"}


def test_only_the_two_files_with_mistakes_have_cells_rejected(accounts: dict[str, Intake]) -> None:
    """Reject cells in the two files with mistakes, store the rest of them, and reject nothing elsewhere."""
    assert {name for name, account in accounts.items() if account.counts["cells_rejected"]} == WITH_MISTAKES
    assert all(accounts[name].counts["cells_accepted"] > 40 for name in WITH_MISTAKES)
    assert not any(problem.kind in {"conflict", "refused", "gone"} for account in accounts.values() for problem in account.problems)


@pytest.mark.parametrize(
    ("file", "stands"),
    [
        ("02-barn-och-utbildningsforvaltningen.xlsx", ["två dygn", "Kanske", "hösten 2020", "2021-03-30", "en vecka", "7", "Kommentar"]),
        ("08-krokomsbostader.xlsx", ["#N/A", "beror på", "mycket"]),
    ],
)
def test_each_mistake_is_told(file: str, stands: list[str], accounts: dict[str, Intake]) -> None:
    """Name what stands in the cell for each mistake that people make."""
    told = {problem.value for problem in accounts[file].problems}
    assert set(stands) <= told


def test_a_nameless_row_and_an_uncounted_formula_are_told(accounts: dict[str, Intake]) -> None:
    """Tell that a service has no name, that a formula has no value, and that the note below the table was not read."""
    told = {(problem.kind, problem.problem) for problem in accounts["08-krokomsbostader.xlsx"].problems if problem.sheet.startswith("A ")}
    assert any(kind == "rejected" and "”Verksamhet”" in text for kind, text in told)
    assert any(kind == "rejected" and "formel utan uträknat värde" in text for kind, text in told)
    assert any(kind == "notice" and "utanför tabellen" in text for kind, text in told)


def test_reading_every_file_again_changes_nothing(taken_in: tuple[Register, dict[str, Intake]]) -> None:
    """Read all the forms once more into the register they made and find nothing left to change."""
    register, accounts = taken_in
    forms = [name for name in accounts if name != build.REGISTER_FILE]
    assert {name: _take_in(name, register).changes for name in forms} == dict.fromkeys(forms, ())
