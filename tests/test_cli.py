"""The command line: what is printed, what is stored, which code it ends with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from krokomrsa import arguments, cli, importing, process, workspace
from krokomrsa.changes import Change
from krokomrsa.process import results

EXAMPLES = importing.EXAMPLES
MISTAKES = "02-barn-och-utbildningsforvaltningen.xlsx"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs a command and returns its code, output and error output."""
    monkeypatch.setenv("NO_COLOR", "1")

    def running(*arguments: object) -> tuple[int, str, str]:
        try:
            code = cli.main([str(one) for one in arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return running


Run = Callable[..., tuple[int, str, str]]


def counted(path: Path) -> int:
    """Return how many cells of a workbook hold something, counted without the project's own reader."""
    book = openpyxl.load_workbook(path)
    return sum(cell.value not in {None, ""} for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def test_import_tells_each_file_cell_by_cell_as_json(run: Run, tmp_path: Path) -> None:
    """For every example file, accepted, rejected and ignored cells add up to the cells that another reader counts."""
    folder, files = process.example(tmp_path / "workspace")
    code, out, _ = run("import", EXAMPLES, "--json", "--workspace", folder, "--who", "test")
    told = {one["file"]: one for one in json.loads(out)["files"]}
    assert code == arguments.PARTLY
    assert list(told) == [path.name for path in files]
    for path in files:
        one = told[path.name]
        assert one["cells_read"] == one["cells_accepted"] + one["cells_rejected"] + one["cells_ignored"] == counted(path)
        assert bool(one["problems"]) or not one["cells_rejected"]
        assert all(problem["problem"] and problem["remedy"] for problem in one["problems"])
    assert told[MISTAKES]["cells_rejected"] > 0
    assert {"sheet", "cell", "value", "problem", "remedy"} <= set(told[MISTAKES]["problems"][0])


def test_reading_the_same_file_again_changes_nothing(run: Run, example_copy: Path) -> None:
    """A file that has been read makes no change the second time, and ends with code 0."""
    with workspace.opened(example_copy) as place:
        before = place.register.fingerprint(), len(place.store.batches())
    code, _, _ = run("import", EXAMPLES / "03-bygg-och-miljoforvaltningen.xlsx", "--workspace", example_copy, "--who", "test")
    with workspace.opened(example_copy) as place:
        assert (place.register.fingerprint(), len(place.store.batches())) == before
    assert code == arguments.STORED


def test_dry_run_stores_nothing(run: Run, tmp_path: Path) -> None:
    """A dry run tells what would happen and leaves the register empty."""
    folder, files = process.example(tmp_path / "workspace")
    code, out, _ = run("import", files[0], "--dry-run", "--workspace", folder)
    with workspace.opened(folder) as place:
        assert len(place.store.batches()) == 0
        assert len(place.register.risks) == 0
    assert code == arguments.STORED
    assert "inget är lagrat" in out


def test_register_out_and_in_is_identity(run: Run, example: Path, tmp_path: Path) -> None:
    """The register workbook of the whole example, read into an empty workspace, gives an equal register."""
    copy = Path(shutil.copytree(example, tmp_path / "copy"))
    code, out, _ = run("register", "--workspace", copy)
    written = Path(out.removeprefix("Skrivet: ").strip())
    assert code == arguments.STORED
    fresh, _ = process.example(tmp_path / "fresh")
    code, _, _ = run("register", written, "--workspace", fresh, "--who", "test")
    with workspace.opened(copy) as before, workspace.opened(fresh) as after:
        assert after.register == before.register
        assert after.register.origins == before.register.origins
    assert code == arguments.STORED


def test_analyse_as_json_has_the_promised_results(run: Run, example: Path) -> None:
    """The results have the names and columns that are promised, and are strict JSON."""
    code, out, _ = run("analyse", "--json", "--workspace", example)
    told = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert code == arguments.STORED
    assert {"matrix", "failure_times", "first_order", "duties", "plan"} <= set(told)
    assert {"risk", "likelihood_low", "consequence_high", "consequence_life_health_low", "class_low", "class_high", "status"} <= set(
        told["matrix"][0]
    )
    with workspace.opened(example) as place:
        external = set(place.register.resources.query("provision == 'external'")["id"])
    assert set(told["failure_times"]) == external
    assert all({"id", "earliest_h", "latest_h"} == set(row) for rows in told["failure_times"].values() for row in rows)
    assert {"supplier", "dependents"} <= set(told["first_order"][0])
    assert {"duty", "kind", "status", "evidence", "reason"} <= set(told["duties"][0])
    assert {"met", "planned", "late", "missing"} == {row["status"] for row in told["duties"]}
    assert {"krav", "otydligt", "eget mål"} == {row["kind"] for row in told["duties"]}
    assert {"year", "quarter", "target_group"} <= set(told["plan"][0])


def test_analyse_as_json_has_every_weak_point_of_the_analysis(run: Run, example: Path) -> None:
    """Each table of weaknesses is there with all its rows, in its order; what nobody knows and what never happens is null."""
    _, out, _ = run("analyse", "--json", "--workspace", example)
    told = json.loads(out)["weaknesses"]
    with workspace.opened(example) as place:
        found = results.analyse(place).weaknesses
    assert set(told) == {"single_points", "false_redundancy", "questions", "uncertain", "faults"}
    assert told == {kind: results.records(getattr(found, kind)) for kind in told}
    assert all(told.values())
    assert {"lost", "failed_low", "failed_high", "first_unacceptable_h"} <= set(told["single_points"][0])
    assert {"breaks", "undecided"} <= {row["verdict"] for row in told["uncertain"]}
    assert None in {row["unacceptable_latest_h"] for row in told["uncertain"]}


def test_demo_in_a_process_of_its_own_does_the_whole_job(tmp_path: Path) -> None:
    """The demo ends with code 0, tells everything in Swedish, and writes a summary and every chart as PNG and SVG."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}  # a console that cannot write å must not stop it
    command = [sys.executable, "-m", "krokomrsa.cli", "demo", "--workspace", str(tmp_path / "demo")]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=300, check=False)
    out = done.stdout.decode("utf-8")
    assert done.returncode == arguments.STORED, done.stderr.decode()
    for words in (
        "godtagna",
        "avvisade",
        "Högsta risker",
        "Mest kritiska beroenden",
        "Krav och mål som inte är uppfyllda",
        "krokomrsa lab",
    ):
        assert words in out
    written = list((tmp_path / "demo" / "exports").rglob("*.*"))
    endings = {ending: [path for path in written if path.suffix == ending] for ending in (".xlsx", ".png", ".svg")}
    assert len(endings[".xlsx"]) == 1
    drawn, again = ({path.stem for path in endings[ending]} for ending in (".png", ".svg"))
    halves = {stem for stem in drawn if stem.endswith("-halv")}
    assert drawn == again
    assert {stem.removesuffix("-halv") for stem in halves} | halves | {"plan-per-kvartal-liggande-a4"} == drawn
    assert len(halves) > 8


def test_forms_are_written_for_all_and_for_one(run: Run, example_copy: Path) -> None:
    """Without a name every organisation gets its form; with a name only that one does."""
    code, out, _ = run("forms", "SOC", "--workspace", example_copy)
    assert code == arguments.STORED
    assert [Path(line).name for line in out.splitlines()] == ["SOC-formular.xlsx", "SOC-resurser.xlsx"]
    code, out, _ = run("forms", "--workspace", example_copy)
    names = [Path(line).name for line in out.splitlines()]
    assert "IT-resurser.xlsx" in names
    assert len(names) > 11


def test_what_the_years_round_asks_for_is_written(run: Run, example_copy: Path) -> None:
    """The action plan with calendar, the evaluation form and the follow-up each become a file; what is wrong writes nothing."""
    place = ("--workspace", str(example_copy))
    for command, count in ((("plan", "2021"), 2), (("evaluate", "U-18"), 2), (("followup",), 1)):
        code, out, _ = run(*command, *place)
        files = [Path(line.removeprefix("Skrivet: ")) for line in out.splitlines()]
        assert (code, len(files)) == (0, count)
        assert all(file.stat().st_size for file in files)
    before = sorted((example_copy / "exports").rglob("*.*"))
    for command, said in ((("plan", "2035"), "mandatperioden 2019–2022"), (("evaluate", "U-18", "U-999"), "U-999")):
        code, _, error = run(*command, *place)
        assert code == 1
        assert said in error
    assert sorted((example_copy / "exports").rglob("*.*")) == before


def test_forms_for_an_unknown_organisation_are_refused_with_those_that_exist(run: Run, example: Path) -> None:
    """A misspelt organisation is told, with the ids that exist."""
    code, _, err = run("forms", "SOCX", "--workspace", example)
    assert code == arguments.REFUSED
    assert "SOCX" in err
    assert "BUN" in err


def test_a_new_workspace_is_made_once(run: Run, tmp_path: Path) -> None:
    """A new workspace holds its municipality and organisations; making it again is refused and changes nothing."""
    made = (
        "new",
        "--municipality",
        "Krokoms kommun",
        "--period",
        2027,
        "--organisation",
        "SOC=Socialförvaltningen",
        "--workspace",
        tmp_path / "w",
    )
    assert run(*made, "--who", "test")[0] == arguments.STORED
    code, _, err = run(*made)
    assert code == arguments.REFUSED
    assert "finns redan ett register" in err
    with workspace.opened(tmp_path / "w") as place:
        assert place.settings.municipality == "Krokoms kommun"
        assert list(place.settings.period.years) == [2027, 2028, 2029, 2030]
        assert place.register.organisations["name"].tolist() == ["Socialförvaltningen"]


def test_undo_brings_the_register_back_as_it_was(run: Run, tmp_path: Path) -> None:
    """After an import and an undo the register is as before, and both stand in the history."""
    folder, files = process.example(tmp_path / "w")
    run("import", files[0], "--workspace", folder, "--who", "test")
    code, out, _ = run("undo", "--workspace", folder, "--who", "test")
    with workspace.opened(folder) as place:
        assert len(place.register.risks) == 0
        assert len(place.store.batches()) == 2
    assert code == arguments.STORED
    assert "ångrad" in out


def test_states_are_named_listed_and_compared(run: Run, tmp_path: Path) -> None:
    """A named state can be listed, and compared with the register after a change."""
    folder, files = process.example(tmp_path / "w")
    run("import", files[0], "--workspace", folder, "--who", "test")
    assert run("state", "Fastställd RSA 2019", "--workspace", folder, "--who", "test")[0] == arguments.STORED
    run("import", files[3], "--workspace", folder, "--who", "test")
    assert "Fastställd RSA 2019" in run("state", "--workspace", folder)[1]
    code, out, _ = run("state", "Fastställd RSA 2019", "--compare", "--workspace", folder)
    assert code == arguments.STORED
    assert "Verksamheter" in out


def test_what_has_become_of_the_risks_since_a_state_is_told(run: Run, example_copy: Path) -> None:
    """Compared with a named state, new, changed and gone risks are told, and a new one that may be one that is gone."""
    run("state", "Fastställd RSA 2019", "--workspace", example_copy, "--who", "test")
    with workspace.opened(example_copy) as place:
        rows = place.register.held("risks")
        (gone, _), (renamed, _) = list(rows.items())[:2]
        event = rows[gone]["event"]
        place.store.commit(
            [
                Change(table="risks", id=gone, column="id", before=gone, after=None),
                Change(table="risks", id="H-NY", column="id", before=None, after="H-NY"),
                Change(table="risks", id="H-NY", column="event", before=None, after=f"{event}, ny"),
                Change(table="risks", id=renamed, column="event", before=rows[renamed]["event"], after="Annan händelse"),
            ],
            who="test",
            source="test",
            kind="edit",
        )
    code, out, _ = run("state", "Fastställd RSA 2019", "--compare", "--workspace", example_copy)
    assert code == arguments.STORED
    assert f"1 ny, 1 ändrad, 1 borttagen, {len(rows) - 2} oförändrade" in out
    assert f"Kan vara samma händelse som {gone} {event}" in out
    assert f"  {renamed} Annan händelse: ändrad" in out


def test_a_backup_restores_everything(run: Run, example_copy: Path, tmp_path: Path) -> None:
    """A register that is restored from a backup is equal to the one that was backed up; the one in between is kept aside."""
    with workspace.opened(example_copy) as place:
        before = place.register
    assert run("backup", tmp_path / "kopia.sqlite", "--workspace", example_copy)[0] == arguments.STORED
    run("sanera", "--table", "risks", "--id", before.risks["id"][0], "--yes", "--workspace", example_copy, "--who", "test")
    code, out, _ = run("restore", tmp_path / "kopia.sqlite", "--workspace", example_copy)
    assert code == arguments.STORED
    assert "ligger kvar som" in out
    with workspace.opened(example_copy) as place:
        assert place.register == before
    assert run("check", "--workspace", example_copy)[0] == arguments.STORED


def test_restoring_from_something_else_changes_nothing(run: Run, example_copy: Path, tmp_path: Path) -> None:
    """A file that is no backup is refused and the register stays."""
    (tmp_path / "fel.sqlite").write_bytes(b"inte en databas")
    with workspace.opened(example_copy) as place:
        before = place.register
    code, _, err = run("restore", tmp_path / "fel.sqlite", "--workspace", example_copy)
    assert code == arguments.REFUSED
    assert err
    with workspace.opened(example_copy) as place:
        assert place.register == before


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["visa"],
        ["import"],
        ["import", "x.xlsx", "--okänd"],
        ["new"],
        ["new", "--municipality", "K", "--period", "tvåtusen"],
        ["lab", "--port"],
    ],
)
def test_wrong_usage_ends_with_code_2_in_swedish(run: Run, given: list[str]) -> None:
    """A command that cannot be understood ends with code 2, a Swedish sentence and no English."""
    code, _, err = run(*given)
    assert code == arguments.USAGE
    assert "Fel i kommandot" in err
    assert not any(word in err for word in ("usage", "required", "invalid", "expected", "unrecognized", "error"))


@pytest.mark.parametrize("command", ["", *arguments.ARGUMENTS])
def test_help_is_swedish(run: Run, command: str) -> None:
    """The help of every command is in Swedish."""
    code, out, _ = run(*([command] if command else []), "--help")
    assert code == arguments.STORED
    assert "Användning:" in out
    assert not any(word in out for word in ("usage:", "options:", "positional", "show this help", "optional arguments"))


def test_no_workspace_is_told_with_what_to_do(run: Run, tmp_path: Path) -> None:
    """A command in a folder without a register says so and how to make one."""
    for command in ("analyse", "export", "undo", "register", "forms", "state", "check"):
        code, out, err = run(command, "--workspace", tmp_path)
        assert code == arguments.REFUSED
        assert "krokomrsa" in out + err


def test_a_file_that_is_refused_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    """A file that is no workbook is refused with code 1; the file beside it is stored."""
    folder, files = process.example(tmp_path / "w")
    wrong = tmp_path / "anteckning.xlsx"
    wrong.write_text("hej", encoding="utf-8")
    code, out, _ = run("import", wrong, files[0], tmp_path / "saknas.xlsx", "--json", "--workspace", folder, "--who", "test")
    told = json.loads(out)["files"]
    assert code == arguments.REFUSED
    assert [one["refused"] for one in told] == [True, False, True]
    with workspace.opened(folder) as place:
        assert len(place.register.risks) > 0


def test_a_fault_in_the_program_is_a_swedish_sentence(run: Run, example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a fault nobody thought of ends with code 1 and a sentence, never a traceback."""
    monkeypatch.setattr(results, "analyse", lambda _: 1 / 0)
    code, _, err = run("analyse", "--workspace", example)
    assert code == arguments.REFUSED
    assert "oväntat fel" in err
    assert "Traceback" not in err


def test_sanera_asks_before_it_removes(run: Run, example_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the word JA nothing is removed."""
    monkeypatch.setattr("builtins.input", lambda _: "nej")
    code, out, _ = run("sanera", "--table", "risks", "--id", "H-01", "--workspace", example_copy)
    assert code == arguments.REFUSED
    assert "Inget är borttaget" in out


def test_sanera_where_nobody_can_answer_is_wrong_usage(run: Run, example_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without somebody to ask, or without a row, the command says what is missing and ends with code 2."""

    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    code, _, err = run("sanera", "--table", "risks", "--id", "H-01", "--workspace", example_copy)
    assert code == arguments.USAGE
    assert "--yes" in err
    assert run("sanera", "--table", "risks", "--yes", "--workspace", example_copy)[0] == arguments.USAGE


def test_cards_are_written_for_the_risks_that_are_named(run: Run, example_copy: Path) -> None:
    """A card is written for each id, in Word, and a risk that is not there is refused before anything is written."""
    code, out, _ = run("cards", "H-01", "H-40", "--workspace", example_copy)
    assert code == arguments.STORED
    assert [line.rpartition("/")[2] for line in out.splitlines()] == ["H-01-scenariokort.docx", "H-40-scenariokort.docx"]
    written = list(example_copy.glob("exports/*/*/*"))
    code, _, err = run("cards", "H-01", "H-99", "--workspace", example_copy)
    assert code == arguments.REFUSED
    assert "ingen risk" in err
    assert list(example_copy.glob("exports/*/*/*")) == written
