"""01 Underlag: forms out, answers in, everything shown before it is stored."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from krokomrsa import process, workspace
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError
from krokomrsa.process import forms
from krokomrsa.workbench.intake import Intake

MISTAKES = "02-barn-och-utbildningsforvaltningen.xlsx"


def upload(panel: Intake, **files: bytes) -> None:
    """Let files be uploaded as the browser does it."""
    panel.uploads.value = tuple(
        {"name": name, "type": "", "size": len(content), "content": memoryview(content), "last_modified": datetime(2026, 1, 1, tzinfo=UTC)}
        for name, content in files.items()
    )


def register_with(content: bytes, name: str) -> bytes:
    """Return the register workbook with the first organisation renamed."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Organisationer"]
    sheet["B5"] = name
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def state(folder: Path) -> Any:
    """Return what tells whether anything was stored."""
    with workspace.opened(folder) as place:
        return place.register.fingerprint(), len(place.store.batches())


def test_a_dry_run_shows_each_file_and_stores_nothing(tmp_path: Path) -> None:
    """The account names the file, its cells and its mistakes with their place; the register stays empty."""
    folder, _ = process.example(tmp_path / "exempel")
    panel = Intake(folder)
    panel.files.value = tuple(path for _, path in panel.files.options if path.name == MISTAKES or path.name.startswith("00"))
    before = state(folder)
    panel.try_reading()
    assert state(folder) == before
    assert MISTAKES in panel.account.value
    assert "att åtgärda" in panel.account.value
    assert "inget är sparat" in panel.message.value


def test_only_what_has_been_seen_can_be_stored(example_copy: Path) -> None:
    """The button that stores waits until the chosen files have been tried, and again when the choice is changed."""
    panel = Intake(example_copy)
    assert panel.storing.disabled
    panel.files.value = tuple(path for _, path in panel.files.options if path.name.startswith("10"))
    panel.try_reading()
    assert not panel.storing.disabled
    panel.files.value = ()
    assert panel.storing.disabled


def test_what_was_shown_is_then_stored(tmp_path: Path) -> None:
    """Reading stores the same rows that the dry run announced, and says that the mistakes are not among them."""
    folder, _ = process.example(tmp_path / "exempel")
    panel = Intake(folder)
    panel.files.value = tuple(path for _, path in panel.files.options if path.name == MISTAKES or path.name.startswith("00"))
    panel.store()
    with workspace.opened(folder) as place:
        assert len(place.register.risks) > 0
        assert len(place.store.originals()) == 2
    assert "Inläst och sparat. Filer: 2." in panel.message.value
    assert "Det som avvisades är inte sparat" in panel.message.value


def test_a_value_changed_on_both_sides_is_shown_twice_and_settled_per_file(tmp_path: Path) -> None:
    """A conflict shows the file's value and the register's; the register's stands until the file's is chosen."""
    process.new(tmp_path, municipality="Ny", first_year=2023, organisations=[("SOC", "Soc")], who="t", scale="femgradig")
    panel = Intake(tmp_path)
    panel.write_register()
    written = next(path for _, path in panel.files.options if path.name == "register.xlsx")
    with workspace.opened(tmp_path) as place:
        key, row = next(iter(place.register.rows("organisations").items()))
        place.store.commit(
            [Change(table="organisations", id=key, column="name", before=row["name"], after="Nytt här")], who="t", source="t"
        )
    upload(panel, **{"registret.xlsx": register_with(written.read_bytes(), "Nytt där")})
    panel.try_reading()
    assert "Nytt där" in panel.account.value
    assert "Nytt här" in panel.account.value
    panel.settled["registret.xlsx"].value = "form"
    panel.store()
    with workspace.opened(tmp_path) as place:
        assert place.register.rows("organisations")[key]["name"] == "Nytt där"
    assert panel.conflicts.children == ()


def test_forms_are_written_for_those_chosen_and_for_all(example_copy: Path) -> None:
    """Chosen receivers get theirs; the panel says where the files lie, and what it wrote counts as asked."""
    panel = Intake(example_copy)
    panel.receivers.value = ("SOC",)
    panel.make_forms()
    assert "SOC-formular.xlsx" in panel.written.value
    assert str(example_copy / "exports") in panel.message.value
    with workspace.opened(example_copy) as place:
        assert forms.asked(place) == {"SOC"}


def test_without_files_workspace_or_organisations_it_says_what_to_do(tmp_path: Path) -> None:
    """No file chosen, no workspace and an empty register are each a Swedish sentence."""
    assert "00 Start" in Intake(tmp_path / "tom").message.value
    process.new(tmp_path / "ny", municipality="Ny", first_year=2023, organisations=[], who="t", scale="femgradig")
    panel = Intake(tmp_path / "ny")
    assert "inga organisationer" in panel.message.value
    with pytest.raises(KrokomrsaError, match="Ingen fil är vald"):
        panel.try_reading()
    with pytest.raises(KrokomrsaError, match="inga organisationer"):
        panel.make_forms()


def test_a_file_that_is_no_workbook_or_gone_is_refused_and_the_rest_read(example_copy: Path) -> None:
    """One bad file does not stop the others; each has its line in the account."""
    panel = Intake(example_copy)
    upload(panel, **{"bild.xlsx": b"inte en arbetsbok"})
    gone = example_copy / "data" / "borta.xlsx"
    panel.files.options = [*panel.files.options, ("borta", gone)]
    panel.files.value = (gone, next(path for _, path in panel.files.options if path.name.startswith("03")))
    panel.try_reading()
    assert panel.account.value.count("inte läst") == 2
    assert "03-bygg-och-miljoforvaltningen.xlsx" in panel.account.value


def test_the_example_files_are_offered_only_where_the_example_is_open(tmp_path: Path) -> None:
    """A municipality's own workspace offers its own files, never the example's or half-written ones."""
    process.new(tmp_path, municipality="Ny", first_year=2023, organisations=[("SOC", "Soc")], who="t", scale="femgradig")
    for place in ("data/svar.xlsx", "data/~$svar.xlsx", "data/exempel/x.xlsx", "data/demo/data/y.xlsx", "data/inkommet/z.xlsm"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(b"")
    names = {path.name for _, path in Intake(tmp_path).files.options}
    assert names == {"svar.xlsx", "z.xlsm"}


def own_table(tmp_path: Path, *headers: str) -> bytes:
    """Return a department's own list of risks."""
    book = openpyxl.Workbook()
    book.active.title = "Våra risker"
    book.active.append(headers or ["Nr", "Händelse", "Sannolikhet", "Konsekvens", "Åtgärd"])
    for number, event in enumerate(("Elavbrott längre än ett dygn", "Skyfall över centrum", "Dataintrång i journalsystemet"), start=1):
        book.active.append([f"R{number}", event, number, number + 1, f"Skaffa det som saknas, nummer {number}"])
    book.save(tmp_path / "lista.xlsx")
    return (tmp_path / "lista.xlsx").read_bytes()


def municipality(tmp_path: Path) -> Path:
    """Return a new municipality's workspace with one department."""
    process.new(tmp_path / "w", municipality="Prov", first_year=2027, organisations=[("SOC", "Soc")], who="prov", scale="femgradig")
    return tmp_path / "w"


def answer(panel: Intake, **given: str) -> None:
    """Answer questions by their kind as a person does in the fields."""
    for one in panel.answering.asked:
        if one.question.kind in given:
            one.field.value = given[one.question.kind]


def test_a_senders_own_table_is_asked_about_and_then_stored(tmp_path: Path) -> None:
    """The sender is chosen, the scales are answered, the table is tried again without questions, and stored with what was answered."""
    panel = Intake(municipality(tmp_path))
    upload(panel, **{"lista.xlsx": own_table(tmp_path)})
    panel.try_reading()
    assert [one.question.kind for one in panel.answering.asked] == ["organisation", "scale", "scale"]
    assert "Händelse" in panel.answering.widget.children[2].value
    answer(panel, organisation="SOC", scale="samma")
    panel.try_reading()
    assert panel.answering.asked == []
    panel.store()
    with workspace.opened(panel.folder) as place:
        assert set(place.register.rows("risks")) == {"H-SOC-R1", "H-SOC-R2", "H-SOC-R3"}
        assert {row["answer"] for row in place.register.rows("import_answers").values()} == {"samma"}
    assert "lista.xlsx" in panel.arrived.table.value


def test_columns_called_the_same_are_answered_each_in_its_own_field(tmp_path: Path) -> None:
    """The questions and the table of columns call them apart, and each answer is stored and read for its own column."""
    panel = Intake(municipality(tmp_path))
    upload(panel, **{"lista.xlsx": own_table(tmp_path, "Nr", "Händelse", "Sannolikhet", "Sannolikhet", "Åtgärd")})
    panel.try_reading()
    names = ["Sannolikhet (1 av 2)", "Sannolikhet (2 av 2)"]
    fields = {one.question.header: one.field for one in panel.answering.asked if one.question.kind == "column"}
    assert [*fields] == names
    assert all(name in panel.answering.widget.children[2].value for name in names)
    for name, key in zip(names, ("assessments.likelihood", "assessments.target_likelihood"), strict=True):
        fields[name].value = key
    answer(panel, organisation="SOC")
    panel.try_reading()
    assert [(one.question.kind, one.question.header) for one in panel.answering.asked] == [("scale", name) for name in names]
    answer(panel, scale="samma")
    panel.store()
    with workspace.opened(panel.folder) as place:
        levels = {(row["risk"], row["state"]): row["low"] for row in place.register.rows("assessments").values()}
    assert levels == {(f"H-SOC-R{n}", state): n + more for n in (1, 2, 3) for state, more in ((None, 0), ("target", 1))}


def test_what_was_answered_is_forgotten_when_other_files_are_chosen(tmp_path: Path) -> None:
    """An answer about one file is never used for another that happens to be chosen next."""
    panel = Intake(municipality(tmp_path))
    upload(panel, **{"lista.xlsx": own_table(tmp_path)})
    panel.try_reading()
    answer(panel, organisation="SOC")
    upload(panel)
    assert (panel.answering.asked, panel.answering.said()) == ([], {})


def test_the_files_can_be_written_back_with_what_is_wrong_marked(tmp_path: Path) -> None:
    """The reply lies in exports and holds the sender's sheet behind Svar."""
    panel = Intake(municipality(tmp_path))
    assert panel.replying.disabled
    upload(panel, **{"lista.xlsx": own_table(tmp_path)})
    panel.try_reading()
    panel.write_back()
    (reply,) = panel.folder.glob("exports/*/*/lista-svar.xlsx")
    assert openpyxl.load_workbook(reply).sheetnames == ["Svar", "Våra risker"]
