"""The reply in the sender's own file: what it says, and what it leaves alone."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook
from package_checks import dump, faults, values
from reply_example import ADDED, FILE, PROBLEMS, QUOTED, book_of, changed, intake, opened, parts, problem, rich, simple

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import reading, reply, sent
from krokomrsa.excel.account import Intake
from krokomrsa.excel.foreign.model import Column, Table, Understood

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
OWN = re.compile(rb'\s(?:s|tabSelected)="\d+"|<legacyDrawing[^>]*>|\s+(?=/?>)')


@pytest.fixture(scope="module")
def content() -> bytes:
    """Return the rich workbook."""
    return rich()


@pytest.fixture(scope="module")
def replied(content: bytes) -> bytes:
    """Return the reply to it."""
    book = book_of(content)
    read = intake(book, *PROBLEMS, fallen=(("Risker", "A4"), ("Risker", "E4")))
    return reply.marked(content, book, read, made_on=date(2026, 11, 22))


def _marks(content: bytes) -> str:
    told = [
        f"{sheet.title}!{cell.coordinate}\t{cell.fill.patternType}\t{cell.fill.fgColor.rgb}\t{cell.comment.text if cell.comment else ''!r}"
        for sheet in opened(content)
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment or cell.fill.patternType
    ]
    return "\n".join(["# Färger och kommentarer", *told]) + "\n"


def test_the_reply_is_as_the_snapshot_says(replied: bytes) -> None:
    """Say the same words in the same cells, on the sheet with the reply and in the comments."""
    said = dump(replied) + _marks(replied)
    kept = SNAPSHOTS / "reply.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.write_text(said, encoding="utf-8")
    assert said == kept.read_text(encoding="utf-8")


def test_what_is_not_marked_keeps_its_bytes(content: bytes, replied: bytes) -> None:
    """Change only the lists of sheets, styles and types, the sheets with marks and their comments."""
    before, after = parts(content), parts(replied)
    touched = {name for name in before if before[name] != after[name]}
    assert touched == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet3.xml",
        "xl/comments/comment1.xml",
        "xl/drawings/commentsDrawing1.vml",
    }
    assert set(ADDED) <= set(before) - touched


def test_a_marked_sheet_changes_only_where_it_is_marked(content: bytes, replied: bytes) -> None:
    """Leave formulas, computed values, drop-downs, data bars and sparklines of a marked sheet byte by byte as they were."""
    before, after = (OWN.sub(b"", parts(one)["xl/worksheets/sheet1.xml"]) for one in (content, replied))
    assert after.replace(b'<row r="7"><c r="C7"/></row>', b"") == before
    assert b"<f>D3*E3</f><v>12</v>" in after


def test_the_package_is_whole(replied: bytes) -> None:
    """Give Excel nothing to repair."""
    assert faults(replied) == []


def test_every_value_is_as_it_was(content: bytes, replied: bytes) -> None:
    """Change no value of the sender's."""
    assert {place: value for place, value in values(replied).items() if place[0] != "Svar"} == values(content)


def test_names_that_belong_to_a_sheet_follow_it(replied: bytes) -> None:
    """Move print titles and local names with their sheets, and open the workbook on the reply."""
    book = opened(replied)
    assert book.sheetnames == ["Svar", "Risker", QUOTED, "Listor"]
    assert (book["Risker"].print_title_rows, book["Svar"].print_title_rows) == ("$2:$2", "$7:$7")
    assert (list(book[QUOTED].defined_names), list(book.defined_names)) == (["lokalt"], ["val_agare"])
    assert [sheet.sheet_view.tabSelected for sheet in book] == [True, None, None, None]
    assert (book.active.title, book["Listor"].sheet_state) == ("Svar", "hidden")


def test_links_lead_to_the_cells(content: bytes) -> None:
    """Link every listed cell, whatever quotes the sheet's name has; a hidden sheet cannot be gone to and gets none."""
    book = book_of(content)
    made = reply.marked(
        content, book, intake(book, problem(QUOTED, "A2"), problem("Listor", "A1"), problem("Risker"), problem("Borta", "A1"))
    )
    links = {cell.value: cell.hyperlink and cell.hyperlink.location for (cell,) in opened(made)["Svar"]["A8:A13"]}
    assert links == {
        "Risker": "'Risker'!A1",
        "Inte inläst: rätta och skicka igen (3)": None,
        f"{QUOTED}!A2": "'Lång''s lista & ''mer'' åäö'!A2",
        "Listor!A1 (dolt blad)": None,
        "Borta!A1": None,
        None: None,
    }


def test_a_marked_cell_keeps_its_format(content: bytes, replied: bytes) -> None:
    """Change a cell's ground and nothing else; white text on it becomes dark."""
    before, after = opened(content)["Risker"], opened(replied)["Risker"]
    for key in ("number_format", "border", "alignment", "protection", "font"):
        assert repr(getattr(after["D4"], key)) == repr(getattr(before["D4"], key))
    assert (before["D4"].fill.fgColor.rgb, after["D4"].fill.fgColor.rgb) == ("00000000", "FFEBA043")
    assert (before["D2"].font.color.rgb, after["D2"].font.color.rgb, after["D2"].font.bold) == ("FFFFFFFF", "FF1B1B1B", True)
    assert after["A4"].fill.patternType == "lightUp"
    assert after["C7"].value is None
    assert "Ägare saknas." in after["C7"].comment.text


def test_comments_of_the_sender_stay(replied: bytes) -> None:
    """Write ours after the sender's, and leave threads of comments alone but say so."""
    sheet = opened(replied)["Risker"]
    assert sheet["A3"].comment.text.startswith("Avsändarens egen anmärkning\n\nSvar från samordnaren:\nMotstridigt: ")
    assert sheet["B4"].comment.text == "[Threaded comment] Stämmer det här?"
    assert "Risker!B4" in opened(replied)["Svar"]["A4"].value


def test_no_problems_is_said_outright() -> None:
    """Say 0 problem, list nothing, and leave every sheet's bytes and the shown sheet as they were."""
    content = simple(lambda book: [book.create_sheet("Två"), setattr(book["Lista"].sheet_view, "tabSelected", True)])
    book = book_of(content)
    made = reply.marked(content, book, intake(book))
    before, after = parts(content), parts(made)
    assert [opened(made)["Svar"].cell(row, 1).value for row in (1, 2, 3, 4)] == [
        "Svar på soc.xlsm",
        "Lästa celler: 4. Inlästa: 4. Inte inlästa: 0. Utan uppgift för registret (rubriker, noteringar, tomma rader): 0.",
        "0 problem. Inget behöver göras.",
        None,
    ]
    assert all(before[name] == after[name] for name in before if name.startswith("xl/worksheets/") or name == "xl/comments1.xml")
    assert (opened(made).active.title, faults(made)) == ("Lista", [])


def test_a_sheet_called_svar_is_the_senders() -> None:
    """Call ours Svar 2 where the sender has a Svar, whatever its case."""
    content = simple(lambda book: book.create_sheet("SVAR"))
    book = book_of(content)
    assert opened(reply.marked(content, book, intake(book))).sheetnames == ["Svar 2", "Lista", "SVAR"]


def test_another_reply_goes_beside_the_first() -> None:
    """Answer a file that holds an earlier answer of ours."""
    content = simple()
    book = book_of(content)
    once = reply.marked(content, book, intake(book, problem("Lista", "B2", value="tre")))
    twice = reply.marked(once, book_of(once), intake(book_of(once), problem("Lista", "B2", value="tre"), problem("Lista", "A2")))
    assert (opened(twice).sheetnames, faults(twice)) == (["Svar 2", "Svar", "Lista"], [])
    assert opened(twice)["Lista"]["B2"].comment.text.count("Här ska stå ett heltal.") == 1
    assert [sheet.name for sheet in book_of(twice).sheets if sent.is_reply(sheet)] == ["Svar 2", "Svar"]


def test_a_file_with_a_password_gets_it_back(content: bytes) -> None:
    """Lock the reply with the same password."""
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt("hemligt", locked)
    book = reading.read(locked.getvalue(), file=FILE, password="hemligt")  # noqa: S106 (a test)
    made = reply.marked(locked.getvalue(), book, intake(book, *PROBLEMS), password="hemligt")  # noqa: S106
    assert msoffcrypto.OfficeFile(io.BytesIO(made)).is_encrypted()
    unlocked = io.BytesIO()
    office = msoffcrypto.OfficeFile(io.BytesIO(made))
    office.load_key(password="hemligt")  # noqa: S106
    office.decrypt(unlocked)
    assert (opened(unlocked.getvalue()).sheetnames[0], faults(unlocked.getvalue())) == ("Svar", [])


def test_a_file_with_a_password_is_not_laid_open(content: bytes) -> None:
    """Refuse to answer a file with a password when none is given."""
    locked, book = io.BytesIO(), book_of(content)
    OOXMLFile(io.BytesIO(content)).encrypt("hemligt", locked)
    with pytest.raises(KrokomrsaError):
        reply.marked(locked.getvalue(), book, intake(book))


def test_our_own_form_comes_back_and_is_read_as_before(
    department: bytes, take: Callable[..., Intake], answered: Callable[..., bytes]
) -> None:
    """Answer a form of ours, and read the answer as the form was read: same outcomes, same changes, nothing broken."""
    form = answered(department, ("department.C", "H-1", "severity", 9), ("department.D", "SOC-1", "weakness", "Reservkraft saknas"))
    read = take(form)
    made = reply.marked(form, book_of(form), read)
    again = take(made)
    assert (faults(made), [problem.kind for problem in read.problems]) == ([], ["rejected"])
    assert {place: outcome for place, outcome in again.outcomes.items() if place[0] != "Svar"} == read.outcomes
    assert [(change.table, change.column, change.after) for change in again.changes] == [
        (change.table, change.column, change.after) for change in read.changes
    ]


@pytest.mark.parametrize("file", ["soc.csv", "soc.xls", "soc.ods", "soc.xlsm", "soc"])
def test_what_cannot_be_written_in_becomes_a_new_workbook(file: str) -> None:
    """Put the values in a new workbook with the same marks, and say so on its first sheet."""
    book = book_of(simple(lambda book: book.create_sheet("Datum").append([date(2026, 3, 4), "x", 2.5, True])))
    cells = dict(book.sheets[1].cells)
    cells[1, 2] = cells[1, 2]._replace(value="=1+1")
    cells |= {
        (3, column): cells[1, 1]._replace(row=3, column=column, value=value)
        for column, value in enumerate((date(1899, 5, 6), 10**18, None), start=2)
    }
    book = replace(book, sheets=(book.sheets[0], replace(book.sheets[1], cells=cells)))
    made = reply.marked(b"A;B", book, intake(book, problem("Lista", "B2", value="tre"), file=file))
    found = opened(made)
    assert found.sheetnames == ["Svar", "Lista", "Datum"]
    assert (found["Lista"]["B2"].value, found["Lista"]["B2"].fill.fgColor.rgb) == ("tre", "FFEBA043")
    assert "ny Excel-arbetsbok" in found["Svar"]["A4"].value
    assert [cell.value for cell in found["Datum"][1]][1:] == ["=1+1", 2.5, True]
    assert [cell.value for cell in found["Datum"][3]] == [None, "1899-05-06", str(10**18), None]
    assert (found["Datum"]["B1"].data_type, found["Datum"]["A1"].number_format, faults(made)) == ("s", "yyyy-mm-dd", [])
    assert (b"macroEnabled" in parts(made)["[Content_Types].xml"]) == file.endswith(".xlsm")


def test_names_that_excel_refuses_are_changed_and_said() -> None:
    """Give sheets of a new workbook names that Excel takes, and say what they were called."""
    book = book_of(simple())
    odd = reading.Book((reading.Sheet("a/b:" + "c" * 40, False, book.sheets[0].cells), reading.Sheet("LISTA", True, {})))
    made = reply.marked(b"", odd, intake(odd, problem(odd.sheets[0].name, "B2"), file="x.csv"))
    assert opened(made).sheetnames == ["Svar", "a_b_" + "c" * 27, "LISTA"]
    assert "heter här" in opened(made)["Svar"]["A5"].value
    assert opened(made)["a_b_" + "c" * 27]["B2"].comment


def test_a_refused_file_lists_why_and_marks_nothing() -> None:
    """Say that the whole file was not taken in, without colouring every cell of it."""
    content = simple()
    book = book_of(content)
    made = reply.marked(content, book, intake(book, problem(kind="refused"), refused=True, fallen=(("Lista", "A1"),)))
    assert opened(made)["Svar"]["A3"].value.startswith("Filen är inte inläst. 1 problem.")
    assert parts(made)["xl/worksheets/sheet1.xml"] == parts(content)["xl/worksheets/sheet1.xml"]


def test_the_senders_own_header_is_named() -> None:
    """Name the sender's column beside our field, in the table where the cell stands and not below it."""
    content = simple()
    book = book_of(content)
    sheet = book.sheets[0]
    column = Column(cell=sheet.cells[1, 2], header="Sannolikhet", parts=("Sannolikhet",), numbers=(2,))
    understood = (Understood(table=Table(sheet=sheet, header_rows=(1,), columns=(column,), kinds={2: "data"}), guesses=()),)
    told = (problem("Lista", "B2", column="risks.event"), problem("Lista", "B9"), problem("Lista", "A2", column="assessments.likelihood"))
    made = reply.marked(content, book, intake(book, *told, understood=understood))
    assert [cell.value for (cell,) in opened(made)["Svar"]["B8:B10"]] == ["Risker: Händelse\nEr kolumn: ”Sannolikhet”", None, "Bedömningar"]


def test_a_window_that_shows_another_sheet_goes_on_doing_so() -> None:
    """Leave the sheet that is shown alone, with its bytes, when there is nothing to mark on it."""

    def second(book: Workbook) -> None:
        book.create_sheet("Två").sheet_view.tabSelected = True
        book.active = 1
        book["Lista"].sheet_view.tabSelected = False

    content = simple(second)
    book = book_of(content)
    made = reply.marked(content, book, intake(book, problem("Lista", "A1")))
    assert opened(made).active.title == "Två"
    assert parts(made)["xl/worksheets/sheet2.xml"] == parts(content)["xl/worksheets/sheet2.xml"]


def test_styles_that_are_full_stay_as_they_are() -> None:
    """Comment a cell without colouring it when Excel has no room for another format."""
    content = simple()
    xf = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    full = changed(content, ("xl/styles.xml", "</cellXfs>", xf * 65_489 + "</cellXfs>"))
    book = book_of(content)
    made = reply.marked(full, book, intake(book, problem("Lista", "B2")))
    sheet = openpyxl.load_workbook(io.BytesIO(made))["Lista"]
    assert (sheet["B2"].fill.patternType, bool(sheet["B2"].comment)) == (None, True)
