"""Who has answered, who is silent, and the files back to their senders."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from krokomrsa import arguments, cli, importing, process, replies, workspace
from krokomrsa.process import forms

HEADERS = ("Nr", "Händelse", "Sannolikhet", "Konsekvens", "Åtgärd", "Ansvarig")
ROWS = (
    ("R1", "Elavbrott längre än ett dygn i hela kommunen", 3, 4, "Skaffa reservkraft till boendena", "Socialförvaltningen"),
    ("R2", "Skyfall som översvämmar centrum", 2, 3, "Rensa dagvattenbrunnar före sommaren", "Socialförvaltningen"),
    ("R3", "Dataintrång i verksamhetssystemet", 4, 5, "Utbilda all personal i säkerhet", "Okänd avdelning"),
)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command and returns its code and what it printed."""

    def call(*given: object) -> tuple[int, str, str]:
        code = cli.main([str(one) for one in given])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a new municipality's workspace with two departments."""
    organisations = [("SOC", "Socialförvaltningen"), ("BUN", "Barn- och utbildningsförvaltningen")]
    process.new(tmp_path / "w", municipality="Provs kommun", first_year=2027, organisations=organisations, who="prov", scale="femgradig")
    return tmp_path / "w"


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """Return the social services' own list."""
    book = Workbook()
    book.active.title = "Våra risker"
    for row in (HEADERS, *ROWS):
        book.active.append(row)
    path = tmp_path / "soc lista.xlsx"
    book.save(path)
    return path


def test_a_dry_run_in_json_tells_tables_questions_and_stores_nothing(run: Run, place: Path, sent: Path) -> None:
    """The mapping names sheet, header, rows and each column; the questions can be answered in the same file."""
    code, out, _ = run("import", sent, "--dry-run", "--json", "--workspace", place, "--from", "SOC")
    (read,) = json.loads(out)["files"]
    (table,) = read["mapping"]
    assert code == arguments.PARTLY
    assert (table["sheet"], table["header_rows"], table["first_row"], table["last_row"]) == ("Våra risker", [1], 2, 4)
    assert {column["header"]: (column["cell"], column["column"], column["status"]) for column in table["columns"]} == {
        "Nr": ("A1", "risks.id", "mapped"),
        "Händelse": ("B1", "risks.event", "mapped"),
        "Sannolikhet": ("C1", "assessments.likelihood", "mapped"),
        "Konsekvens": ("D1", "assessments.consequence", "mapped"),
        "Åtgärd": ("E1", "treatments.measure", "mapped"),
        "Ansvarig": ("F1", "treatments.owner", "mapped"),
    }
    assert [one["kind"] for one in read["questions"]] == ["scale", "scale", "value"]
    with workspace.opened(place) as opened:
        assert opened.register.risks.empty


def test_answers_in_a_file_complete_the_reading_and_are_kept(run: Run, place: Path, sent: Path, tmp_path: Path) -> None:
    """The questions with their answers filled in are given back once; the next file needs none."""
    _, out, _ = run("import", sent, "--dry-run", "--json", "--workspace", place, "--from", "SOC")
    questions = json.loads(out)["files"][0]["questions"]
    for question in questions:
        question["answer"] = "samma" if question["kind"] == "scale" else "läs inte"
    given = tmp_path / "svar.json"
    given.write_text(json.dumps({"questions": questions}), encoding="utf-8")
    assert run("import", sent, "--workspace", place, "--from", "SOC", "--answers", given)[0] == arguments.STORED
    code, out, _ = run("import", sent, "--json", "--workspace", place, "--from", "SOC")
    again = json.loads(out)["files"][0]
    assert (code, again["questions"], again["rows_new"], again["rows_changed"]) == (arguments.STORED, [], {}, {})
    assert again["rows_unchanged"] == {"risks": 3, "assessments": 6, "treatments": 3}


def test_a_file_is_tried_without_any_workspace(run: Run, sent: Path, tmp_path: Path) -> None:
    """A dry run needs no register, makes none, and asks who has sent the file."""
    nowhere = tmp_path / "ingenstans"
    code, out, _ = run("import", sent, "--dry-run", "--json", "--workspace", nowhere)
    assert code == arguments.PARTLY
    assert json.loads(out)["files"][0]["questions"][0]["kind"] == "organisation"
    assert not nowhere.exists()
    assert run("import", sent, "--workspace", nowhere)[0] == arguments.REFUSED


def test_a_sender_that_is_not_in_the_register_is_refused(run: Run, place: Path, sent: Path) -> None:
    """The message names those that are."""
    code, out, _ = run("import", sent, "--workspace", place, "--from", "XYZ")
    assert code == arguments.REFUSED
    assert "”XYZ”" in out
    assert "SOC, BUN" in out


def test_the_reply_is_the_senders_file_with_a_first_sheet_of_what_to_do(run: Run, place: Path, sent: Path) -> None:
    """The sender's own sheet and values are as they were; Svar stands first and names the cell."""
    code, out, _ = run("import", sent, "--workspace", place, "--from", "SOC", "--reply")
    path = Path(out.rsplit("Skrivet: ", 1)[1].strip())
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    assert code == arguments.PARTLY
    assert book.sheetnames == ["Svar", "Våra risker"]
    assert [tuple(cell.value for cell in row) for row in book["Våra risker"].iter_rows()] == [HEADERS, *ROWS]
    assert any("F4" in str(cell.value) for row in book["Svar"].iter_rows() for cell in row)


def test_who_has_answered_is_seen_at_a_glance(run: Run, place: Path, sent: Path) -> None:
    """One has answered with faults, one was asked and is silent, and the reminder names only the silent one."""
    with workspace.opened(place) as opened:
        forms.make(opened)
        importing.import_files(opened, [sent], who="prov", said={importing.EVERY_FILE: importing.Said(sender="SOC")})
        found = {one.organisation: one for one in replies.at_a_glance(opened.register, asked=forms.asked(opened))}
    assert (found["SOC"].state, found["SOC"].questions, found["SOC"].files) == ("faults", 3, ("soc lista.xlsx",))
    assert found["SOC"].received_on == date.today()  # noqa: DTZ011 (the coordinator's day)
    assert (found["BUN"].state, found["BUN"].files) == ("silent", ())
    reminder = replies.reminder(found.values(), municipality="Provs kommun")
    assert "Barn- och utbildningsförvaltningen" in reminder
    assert "Socialförvaltningen" not in reminder
    code, out, _ = run("replies", "--workspace", place)
    assert code == arguments.STORED
    assert "Barn- och utbildningsförvaltningen: tyst" in out


def test_undoing_an_import_takes_the_reply_back_too(place: Path, sent: Path) -> None:
    """What came in is a row of the register like everything else."""
    with workspace.opened(place) as opened:
        importing.import_files(opened, [sent], who="prov", said={importing.EVERY_FILE: importing.Said(sender="SOC")})
        opened.store.undo("prov")
        assert opened.register.rows("replies") == {}
