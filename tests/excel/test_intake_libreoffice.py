"""Forms that LibreOffice has saved: the same answers, cell by cell."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from package_checks import through_libreoffice

from krokomrsa.excel.account import Intake
from krokomrsa.register import Register

NO_OFFICE = shutil.which("soffice") is None and not os.environ.get("CI")
pytestmark = pytest.mark.skipif(NO_OFFICE, reason="LibreOffice (soffice) is not installed")

Take = Callable[..., Intake]
Answered = Callable[..., bytes]


def _said(read: Intake) -> list[tuple[str, str, str, object]]:
    return [(change.table, change.id, change.column, change.after) for change in read.changes]


def _answers(read: Intake) -> dict[tuple[str, str], str]:
    return {place: outcome.status for place, outcome in read.outcomes.items() if outcome.status != "ignored"}


def test_a_form_that_libreoffice_saved_says_the_same(  # noqa: PLR0917 (what a test needs)
    department: bytes, owner: bytes, register_book: bytes, take: Take, answered: Answered, tmp_path: Path
) -> None:
    """Accept, reject and ignore the same cells, make the same changes, tell the same problems."""
    filled = {
        "department": answered(
            department,
            ("department.A", "V-SOC-3", "name", "Matdistribution å"),
            ("department.A", "V-SOC-3", "trained_on", "2021-03-04"),
            ("department.A", "V-SOC-1", "tolerable_outage_h", 0.1),
            ("department.A", "V-SOC-2", "backup_solution", "rad ett\nrad två"),
            ("department.B", "V-SOC-3", "R-EL", "1 dygn"),
            ("department.C", "H-1", "severity", "vet inte"),
            ("department.C", "H-2", "severity", 9),
            ("department.D", "SOC-1", "weakness", "Reservkraft saknas 🚒"),
        ),
        "owner": answered(owner, ("owner.A", "R-IT", "fuel_h", 8), ("owner.B", "R-IT", "R-TELE", "längre")),
        "register": answered(
            register_book, ("register.risks", "H-1", "event", "'Långt' elavbrott"), ("register.services", "V-SOC-1", "routines", None)
        ),
    }
    saved = through_libreoffice(tmp_path, **filled)
    for name, content in filled.items():
        before, after = take(content), take(saved[name])
        assert _said(after) == _said(before)
        assert after.problems == before.problems
        assert _answers(after) == _answers(before)
        assert len(before.changes) > 1


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_a_form_saved_in_another_format_says_the_same(
    department: bytes, take: Take, answered: Answered, tmp_path: Path, ending: str
) -> None:
    """Make the same changes of a form that was saved as an old Excel file or an OpenDocument."""
    filled = answered(
        department, ("department.A", "V-SOC-3", "name", "Matdistribution å"), ("department.A", "V-SOC-1", "tolerable_outage_h", 0.5)
    )
    path = tmp_path / "svar.xlsx"
    path.write_bytes(filled)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", ending, "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    before, after = take(filled), take((tmp_path / f"svar.{ending}").read_bytes())
    assert _said(after) == _said(before)
    assert len(before.changes) > 1


def test_a_register_that_libreoffice_saved_is_the_same_register(
    register_book: bytes, take: Take, tmp_path: Path, register: Register
) -> None:
    """Change nothing, and empty nothing."""
    read = take(through_libreoffice(tmp_path, register=register_book)["register"], register)
    assert (read.changes, read.problems) == ((), ())
