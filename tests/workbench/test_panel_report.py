"""09 Rapport: own texts that last, what is missing, and documents that are written although one fails."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest

from krokomrsa import process, workspace
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.process import documents, results
from krokomrsa.workbench.report import Report


@pytest.fixture
def fresh(tmp_path: Path) -> Report:
    """Return the panel of a municipality that has only just begun."""
    process.new(tmp_path, municipality="Ny kommun", first_year=2023, organisations=[("SOC", "Soc")], who="t", scale="femgradig")
    return Report(tmp_path)


def test_a_text_is_stored_at_once_survives_and_stands_in_the_report(fresh: Report) -> None:
    """A text is in the register when the box is left, in a panel made later, and in the Word file under its heading."""
    number = next(iter(fresh.texts))
    fresh.texts[number].value = "Vår egen beskrivning."
    again = Report(fresh.folder)
    assert again.texts[number].value == "Vår egen beskrivning."
    again.documents.write_report()
    written = next(fresh.folder.glob("exports/*/*.docx"))
    said = "\n".join(one.text for one in docx.Document(io.BytesIO(written.read_bytes())).paragraphs)
    assert "Vår egen beskrivning." in said
    assert str(written.parent) in re.sub("<[^>]+>", "", again.documents.files.value)
    assert "1 fil är skriven." in again.documents.message.value


def test_a_text_is_changed_emptied_and_undone(fresh: Report) -> None:
    """Each change is one step in the history; an emptied text is missing again."""
    number = next(iter(fresh.texts))
    fresh.texts[number].value = "Ett"
    fresh.texts[number].value = "Två"
    fresh.take_back()
    assert fresh.texts[number].value == "Ett"
    with_text = fresh.gaps[number].value
    fresh.texts[number].value = ""
    assert fresh.gaps[number].value != with_text
    assert "Egen text saknas" in fresh.gaps[number].value


def test_each_heading_says_what_will_be_asked(example: Path) -> None:
    """With the example every heading of the rule set is there, with its number of open questions."""
    panel = Report(example)
    assert len(panel.texts) == 7
    assert "att svara på" in panel.headings.get_title(0)
    assert "Detta kommer Länsstyrelsen att fråga om" in panel.gaps["3"].value


def test_one_document_that_fails_leaves_the_rest_written(fresh: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the report cannot be written, that is told with what to do, and the results are written all the same."""

    def denied(*_: object, **__: object) -> Path:
        raise KrokomrsaError(Problem(problem="Filen gick inte att skriva (skrivskyddad).", remedy="Stäng den i Word.", kind="refused"))

    monkeypatch.setattr(documents, "write_report", denied)
    fresh.documents._write(fresh.documents._report, fresh.documents._departments)
    assert "2 filer är skrivna. Det här gick inte:" in fresh.documents.message.value
    assert "skrivskyddad" in fresh.documents.message.value
    assert "Stäng den i Word" in fresh.documents.message.value
    assert next(fresh.folder.glob("exports/*/*/SOC-resultat.docx")).exists()


def test_one_result_that_fails_leaves_the_others_written(fresh: Report) -> None:
    """An organisation whose result cannot be made is told; nothing half-written is left."""
    with workspace.opened(fresh.folder) as place:
        written, failed = documents.write_department_results(place, results.analyse(place), ["SOC", "FEL"])
    assert [path.name for path in written] == ["SOC-resultat.docx", "SOC-resultat.xlsx"]
    assert len(failed) == 1
    assert len(list(written[0].parent.iterdir())) == 2


def test_an_export_folder_that_cannot_be_made_is_told(fresh: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the place of the exports folder is a Swedish message."""
    monkeypatch.delenv("KROKOMRSA_RAISE")
    (fresh.folder / "exports").rmdir()
    (fresh.folder / "exports").write_text("i vägen", encoding="utf-8")
    fresh.documents.write_all()
    said = fresh.documents.message.value
    assert said.count("gick inte att skriva (det ligger en fil där en mapp ska vara)") == 1
    assert "0 filer" not in said
    assert fresh.message.value == ""


def test_everything_is_written_in_one_folder(fresh: Report) -> None:
    """All that is written at once lies in one new folder; the next time gets another."""
    fresh.documents._write(fresh.documents._report, fresh.documents._departments)
    assert len(list((fresh.folder / "exports").iterdir())) == 1
    fresh.documents._write(fresh.documents._report)
    assert len(list((fresh.folder / "exports").iterdir())) == 2


def test_what_is_only_told_is_no_failure(fresh: Report) -> None:
    """An organisation that gets no result, because it gets no form, is told beside what was written, not as a fault."""
    made = [("id", "ISP"), ("name", "Leverantören"), ("kind", "external")]
    with workspace.opened(fresh.folder) as place:
        rows = [Change(table="organisations", id="ISP", column=key, before=None, after=value) for key, value in made]
        place.store.commit(rows, who="t", source="t")
    fresh.documents.write_departments()
    assert "Leverantören" in fresh.documents.message.value
    assert "Det här gick inte" not in fresh.documents.message.value


def test_a_text_that_meets_anothers_stays_in_its_box_until_it_is_settled(fresh: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """The later writer keeps the text, sees the other's and the heading's name, and chooses which one is stored."""
    other, number = Report(fresh.folder), "3"
    fresh.texts[number].value = "Först"
    monkeypatch.delenv("KROKOMRSA_RAISE")
    other.texts[number].value = "Mitt"
    assert other.texts[number].value == "Mitt"
    assert "Rubrik 3 Identifierad samhällsviktig verksamhet" in other.message.value
    assert "Först" in other.settling[number].children[0].value
    other.texts["4"].value = "Annat"
    assert other.texts[number].value == "Mitt"
    other.settling[number].children[1].children[0].click()
    assert not other.settling[number].children
    assert Report(fresh.folder).texts[number].value == "Mitt"
    fresh.texts[number].value = "Igen"
    fresh.settling[number].children[1].children[1].click()
    assert fresh.texts[number].value == "Mitt"
    assert not fresh.settling[number].children


def test_an_undone_text_is_named_by_its_heading(fresh: Report) -> None:
    """An undo says which heading it was and what stood there."""
    fresh.texts["3"].value = "Ett"
    fresh.texts["3"].value = "Två"
    fresh.take_back()
    assert "Rubrik 3 Identifierad samhällsviktig verksamhet" in fresh.message.value
    assert "”Två” → ”Ett”" in fresh.message.value
    assert "msbfs" not in fresh.message.value


def test_without_a_workspace_it_says_what_to_do(tmp_path: Path) -> None:
    """An empty folder is a Swedish sentence, no fault."""
    assert "00 Start" in Report(tmp_path / "tom").place.value


def test_reloading_shows_what_others_wrote(fresh: Report) -> None:
    """A text written in another panel is shown after reading again."""
    other = Report(fresh.folder)
    number = next(iter(fresh.texts))
    other.texts[number].value = "Deras text"
    fresh.reload()
    assert fresh.texts[number].value == "Deras text"


def test_cards_are_written_and_without_risks_that_is_said(fresh: Report, example_copy: Path) -> None:
    """Each risk gets a card; a municipality without risks is told so, and gets everything else when all is written."""
    panel = Report(example_copy)
    panel.documents.write_cards()
    assert len(list(example_copy.glob("exports/*/scenariokort/*.docx"))) == len(panel.register.held("risks"))
    fresh.documents._write(fresh.documents._departments, fresh.documents._cards)
    assert "registret har inga risker" in fresh.documents.message.value
    assert next(fresh.folder.glob("exports/*/*/SOC-resultat.docx")).exists()
