"""Replies to what is strange, damaged or hostile."""

from __future__ import annotations

import os
import shutil
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from package_checks import faults, through_libreoffice, values
from reply_example import PROBLEMS, QUOTED, REL, book_of, changed, intake, opened, parts, problem, rich, simple, zipped

from krokomrsa.excel import reply
from krokomrsa.excel.reply.marks import ORDER

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
NO_OFFICE = shutil.which("soffice") is None and not os.environ.get("CI")
RICH = rich()
BOOK = book_of(RICH)


def _with_sheet(xml: str) -> bytes:
    return zipped(parts(simple()) | {SHEET: xml.encode()})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("<sheetData/>", {"B2", "D2", "A9"}),
        ('<sheetData><row r="2" spans="1:1"/></sheetData>', {"B2", "D2", "A9"}),
        ('<sheetData><row r="2"/><row r="9"/></sheetData>', {"B2", "D2", "A9"}),
        ('<sheetData><row r="2" ><c r="C2" s="0"><v>0</v></c></row></sheetData>', {"B2", "D2", "A9"}),
        ("<sheetData><row><c><v>1</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row></sheetData>", {"B2", "D2", "A9"}),
        ('<cols><col min="1" max="9" style="0"/></cols><sheetData><row r="10" s="0" customFormat="1"/></sheetData>', {"B2", "D2", "A9"}),
    ],
)
def test_a_cell_that_is_not_there_is_made_where_it_belongs(data: str, expected: set[str]) -> None:
    """Make cells and rows in their order, in rows and sheets without content too."""
    content = _with_sheet(f"{HEAD}{data}</worksheet>")
    book = book_of(content)
    made = reply.marked(content, book, intake(book, *(problem("Lista", cell) for cell in expected)))
    sheet = opened(made)["Lista"]
    coloured = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.patternType == "solid"}
    assert (coloured, faults(made)) == (expected, [])
    places = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    assert {cell.coordinate for cell in places} == expected
    assert {place: value for place, value in values(made).items() if place[0] == "Lista"} == values(content)


def test_prefixed_names_are_understood() -> None:
    """Mark a sheet whose elements have a prefix, as some programs write them."""
    data = '<x:sheetData><x:row r="2"><x:c r="A2"><x:v>5</x:v></x:c></x:row></x:sheetData><x:pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/>'
    content = _with_sheet(f"{HEAD.replace('<worksheet xmlns', '<x:worksheet xmlns:x')}{data}</x:worksheet>")
    book = book_of(content)
    made = reply.marked(content, book, intake(book, problem("Lista", "A2"), problem("Lista", "C3")))
    assert (opened(made)["Lista"]["A2"].fill.patternType, bool(opened(made)["Lista"]["C3"].comment), faults(made)) == ("solid", True, [])
    assert b'<x:row r="3"><x:c r="C3"' in parts(made)[SHEET]


def test_strict_open_xml_is_answered_in_kind() -> None:
    """Write the strict names into a workbook that uses them."""
    names = (
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )

    def swapped(content: bytes, *, back: bool = False) -> bytes:
        found = parts(content)
        for usual, strict in names:
            found = {name: part.replace(*((strict, usual) if back else (usual, strict))) for name, part in found.items()}
        return zipped(found)

    content = swapped(simple())
    book = book_of(content)
    made = reply.marked(content, book, intake(book, problem("Lista", "B2", value="tre")))
    assert not any(usual in part for part in parts(made).values() for usual, _ in names)
    assert book_of(made).sheet("Svar")
    again = swapped(made, back=True)
    assert (opened(again)["Lista"]["B2"].comment is not None, faults(again)) == (True, [])


def test_a_sheet_in_utf_16_is_marked() -> None:
    """Mark a sheet in another encoding than UTF-8."""
    content = simple()
    found = parts(content)
    text = f'<?xml version="1.0" encoding="UTF-16"?>{found[SHEET].decode()}'
    made = reply.marked(zipped(found | {SHEET: text.encode("utf-16")}), book_of(content), intake(book_of(content), problem("Lista", "B2")))
    assert (opened(made)["Lista"]["B2"].fill.patternType, opened(made)["Lista"]["A2"].value, faults(made)) == ("solid", "Elavbrott", [])


@pytest.mark.parametrize(
    "xml",
    [
        f'{HEAD}<sheetData><row r="2"/><row r="1"/></sheetData></worksheet>',
        f'{HEAD}<sheetData><row r="2"><c r="B2"/><c r="A2"/></row></sheetData></worksheet>',
        f"{HEAD}<sheetData/>",
        '<!DOCTYPE x [<!ENTITY a "b">]>' + HEAD + "<sheetData/></worksheet>",
    ],
)
def test_a_sheet_out_of_order_is_not_marked_and_that_is_said(xml: str) -> None:
    """Leave a sheet alone that a change could damage, and say on the sheet with the reply that it is not marked."""
    content = _with_sheet(xml)
    book = book_of(simple())
    made = reply.marked(content, book, intake(book, problem("Lista", "A2"), problem("Lista", "C2")))
    assert parts(made)[SHEET] == xml.encode()
    assert "gick cellerna inte att markera utan risk för skada" in parts(made)["xl/worksheets/svar1.xml"].decode()


def test_comments_that_are_damaged_stay_and_the_cells_are_coloured() -> None:
    """Colour cells but add no comments where the sender's own comments cannot be read, and say so."""
    content = zipped(parts(RICH) | {"xl/comments/comment1.xml": b'<!DOCTYPE x [<!ENTITY a "bomb">]><x>&a;</x>'})
    made = reply.marked(content, BOOK, intake(BOOK, *PROBLEMS))
    assert parts(made)["xl/comments/comment1.xml"] == parts(content)["xl/comments/comment1.xml"]
    found = parts(made)["xl/worksheets/svar1.xml"].decode()
    assert "gick det inte att lägga till kommentarer" in found


def test_parts_that_are_built_to_grow_are_not_copied() -> None:
    """Make a new workbook rather than copy parts that share their bytes in the archive; unpack nothing that is not changed."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts(simple()).items():
            archive.writestr(name, part)
        archive.writestr("xl/media/a.bin", b"\0" * 200_000_000)
        for number in range(2):
            entry = archive.getinfo("xl/media/a.bin")
            twin = zipfile.ZipInfo(f"xl/media/{number}.bin")
            for key in ("compress_type", "CRC", "compress_size", "file_size", "header_offset", "flag_bits"):
                setattr(twin, key, getattr(entry, key))
            archive.filelist.append(twin)
    book = book_of(simple())
    answered = reply.marked(made.getvalue(), book, intake(book, problem("Lista", "B2"), file="x.xlsx"))
    assert not [name for name in parts(answered) if "media" in name]
    assert "ny Excel-arbetsbok" in opened(answered)["Svar"]["A4"].value


def test_what_senders_write_cannot_break_the_reply() -> None:
    """Strip control characters, shorten what is too long, keep what looks like a formula or a code a text."""
    content = simple()
    book = book_of(content)
    odd = ("\x00\x07tre\ud800", "=HYPERLINK(1)", "@SUM(A1)", "_x0041_", "x" * 40_000, "<b>&amp;", "\u202eavig 🚒")
    told = [problem("Lista", f"A{row}", value=value, problem=value, remedy=value, id=value) for row, value in enumerate(odd, start=1)]
    made = reply.marked(content, book, intake(book, *told, file="\x01=x" * 100))
    assert faults(made) == []
    sheet = opened(made)["Svar"]
    shown = [cell.value for (cell,) in sheet["C8:C14"]]
    assert shown == ["tre\ufffd", "=HYPERLINK(1)", "@SUM(A1)", "_x005F_x0041_", "x" * 999 + "…", "<b>&amp;", "\u202eavig 🚒"]
    assert {cell.data_type for (cell,) in sheet["C8:C14"]} == {"s"}


def test_a_drawing_with_controls_that_is_no_xml_gets_our_boxes_too() -> None:
    """Add boxes to a drawing as Excel writes it, with tags that are not closed, and leave what is in it as it is."""
    drawing = '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s2050"><v:textbox><div>Knapp<br></div></v:textbox></v:shape></xml>'
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId7" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing" Target="../drawings/vmlDrawing9.vml"/></Relationships>'
    content = changed(
        simple(),
        (SHEET, "</worksheet>", f'<legacyDrawing xmlns:r="{REL}" r:id="rId7"/></worksheet>'),
        (
            "[Content_Types].xml",
            "</Types>",
            '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/></Types>',
        ),
    )
    content = zipped(
        parts(content) | {"xl/worksheets/_rels/sheet1.xml.rels": rels.encode(), "xl/drawings/vmlDrawing9.vml": drawing.encode()}
    )
    book = book_of(simple())
    made = parts(reply.marked(content, book, intake(book, problem("Lista", "B2"))))
    assert made["xl/drawings/vmlDrawing9.vml"].startswith(drawing.removesuffix("</xml>").encode() + b"<v:shapetype")
    assert b'id="_x0000_s2051"' in made["xl/drawings/vmlDrawing9.vml"]
    assert (made[SHEET].count(b"<legacyDrawing"), b'ref="B2"' in made["xl/comments1.xml"]) == (1, True)


def test_ten_thousand_problems_are_answered() -> None:
    """Answer ten thousand problems in a few seconds and megabytes."""
    content = simple(lambda book: [book["Lista"].append([f"H-{row}", "tre", row]) for row in range(5_000)])
    book = book_of(content)
    told = [problem("Lista", f"{get_column_letter(column)}{row}", value="tre") for row in range(3, 5_003) for column in (2, 4)]
    begun = time.perf_counter()
    made = reply.marked(content, book, intake(book, *told))
    assert time.perf_counter() - begun < 20
    assert (len(made) < 3_000_000, faults(made)) == (True, [])


CELLS = st.builds(lambda column, row: f"{get_column_letter(column)}{row}", st.integers(1, 30), st.integers(1, 40))
MARKS = st.lists(st.tuples(st.sampled_from(["Risker", QUOTED, "Listor"]), CELLS, st.sampled_from(ORDER), st.text(max_size=40)), max_size=25)


@settings(max_examples=40, deadline=None)
@given(marks=MARKS)
def test_any_marks_leave_a_whole_package_with_the_same_values(marks: list[tuple[str, str, str, str]]) -> None:
    """Give Excel nothing to repair and change no value, whatever is marked; twice the same answer is the same bytes."""
    told = [problem(sheet, cell, kind=kind, problem=text, value=text) for sheet, cell, kind, text in marks]
    read = intake(BOOK, *told)
    made = reply.marked(RICH, BOOK, read)
    assert faults(made) == []
    assert {place: value for place, value in values(made).items() if place[0] != "Svar"} == values(RICH)
    assert reply.marked(RICH, BOOK, read) == made
    sheets = opened(made)
    assert all(sheets[sheet][cell].comment for sheet, cell, *_ in marks if (sheet, cell) != ("Risker", "B4"))


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_opens_the_reply_with_every_value(tmp_path: Path) -> None:
    """Open replies in LibreOffice: the sender's values and our comments are there."""
    plain = changed(
        RICH,
        (
            "[Content_Types].xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        ),
    )
    small = book_of(simple())
    replies = {
        "patched": reply.marked(plain, BOOK, intake(BOOK, *PROBLEMS)),
        "rebuilt": reply.marked(b"", small, intake(small, problem("Lista", "B2"), file="x.csv")),
    }
    saved = through_libreoffice(tmp_path, **replies)
    before, after = values(plain), values(saved["patched"])
    computed = {("Risker", "F3"), ("Risker", "F4"), ("Risker", "F5")}
    assert {place: after.get(place) for place in before if place not in computed} == {
        place: before[place] for place in before if place not in computed
    }
    assert "Ägare saknas." in opened(saved["patched"])["Risker"]["C7"].comment.text
    assert {place: value for place, value in after.items() if place[0] == "Svar"} == {
        place: value for place, value in values(replies["patched"]).items() if place[0] == "Svar"
    }
    assert (opened(saved["rebuilt"]).sheetnames, opened(saved["rebuilt"])["Lista"]["B2"].value) == (["Svar", "Lista"], "tre")


@settings(max_examples=150, deadline=None)
@given(part=st.sampled_from(sorted(name for name in parts(RICH) if name.endswith((".xml", ".rels", ".vml")))), data=st.data())
def test_a_damaged_part_never_stops_the_reply(part: str, data: st.DataObject) -> None:
    """Answer whatever one part of the file has become: in the file, or in a new workbook that says so."""
    found = parts(RICH)
    at = data.draw(st.integers(0, len(found[part]) - 1))
    gone, put = (
        data.draw(st.integers(0, 30)),
        data.draw(st.sampled_from([b"", b"<", b'"', b"-1", b"x", b"99999999999", b"<!--", b"\0", b"\xff"])),
    )
    found[part] = found[part][:at] + put + found[part][at + gone :]
    made = reply.marked(zipped(found), BOOK, intake(BOOK, *PROBLEMS))
    assert parts(made)["xl/worksheets/svar1.xml"]
