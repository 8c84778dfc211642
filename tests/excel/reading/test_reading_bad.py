"""What senders' files can hold that a reader stumbles over: each is read for what it is, or refused with a reason."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile
from collections.abc import Callable
from functools import cache

import pytest
from openpyxl import Workbook

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import reading
from krokomrsa.excel.reading import Book, binary

SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]><x>&b;&b;</x>'


def _saved(change: Callable[[Workbook], object]) -> bytes:
    book, made = Workbook(), io.BytesIO()
    change(book)
    book.save(made)
    return made.getvalue()


def _changed(content: bytes, change: Callable[[str, bytes], bytes] = lambda _, part: part, **more: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
        for name, part in more.items():
            after.writestr(name, part)
    return made.getvalue()


@cache
def _small() -> bytes:
    """Return a workbook that is saved once: the time of saving is in it."""
    return _saved(lambda book: book.active.append(["a", 1, "=A1"]))


def _with(cells: bytes, before: bytes = b"", after: bytes = b"") -> Book:
    """Return how a sheet is read whose first row has these cells."""
    xml = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%b<sheetData><row r="1">%b</row></sheetData>%b</worksheet>'
    return reading.read(_changed(_small(), lambda name, part: xml % (before, cells, after) if name == SHEET else part), file="x.xlsx")


def _refusal(content: bytes, file: str = "x.xlsx") -> str:
    with pytest.raises(KrokomrsaError) as refused:
        reading.read(content, file=file)
    (problem,) = refused.value.problems
    assert (problem.kind, problem.file, bool(problem.remedy)) == ("refused", file, True)
    return problem.problem


def _values(book: Book) -> list[object]:
    return [cell.value for _, cell in book]


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    """Refuse a part that is packed more densely than a workbook's, by what the archive says of it."""
    bomb = _changed(_small(), lambda name, part: b" " * 50_000_000 if name == SHEET else part)
    assert "500 gånger" in _refusal(bomb)
    assert len(bomb) < 100_000


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"])
def test_an_entity_bomb_is_refused_in_any_part_that_is_read(part: str) -> None:
    """Refuse entities before they are expanded."""
    assert "DOCTYPE" in _refusal(_changed(_small(), lambda name, content: ENTITIES if name == part else content))


def test_an_entity_bomb_in_an_opendocument_is_refused() -> None:
    """Refuse entities in .ods as in .xlsx."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("content.xml", ENTITIES)
    assert "DOCTYPE" in _refusal(made.getvalue(), "x.ods")


def test_a_zip_bomb_in_an_opendocument_is_refused() -> None:
    """Refuse a dense .ods before it is opened."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("content.xml", b" " * 50_000_000)
    assert "500 gånger" in _refusal(made.getvalue(), "x.ods")


def test_a_protected_opendocument_is_refused_with_a_remedy() -> None:
    """Say that .ods with a password cannot be opened here."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("content.xml", b"\x01\x02")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>")
    assert "lösenord" in _refusal(made.getvalue(), "x.ods")


@pytest.mark.parametrize(("file", "ending"), [("svar.xls", ".xls"), ("svar.csv", ".csv"), ("svar.docx", ".docx"), ("svar.ods", ".ods")])
def test_a_wrong_ending_is_read_and_told(file: str, ending: str) -> None:
    """Read a workbook whatever it is called, and say what it is."""
    book = reading.read(_small(), file=file)
    assert (book.format, _values(book)) == ("xlsx", ["a", 1, None])
    assert [problem.problem for problem in book.told] == [
        f"Filnamnet slutar på {ending}, men filen är en .xlsx-fil och är läst som en sådan."
    ]
    assert reading.read(_small(), file="svar.xlsx").told == ()


def test_macros_are_told_and_never_run() -> None:
    """Read the values of a workbook with macros, and say that they were not run."""
    book = reading.read(_changed(_small(), **{"xl/vbaProject.bin": b"\0macro"}), file="x.xlsm")
    assert book.format == "xlsm"
    assert "makron" in book.told[0].problem
    assert _values(book) == ["a", 1, None]


def test_external_links_are_told_and_never_followed() -> None:
    """Read what a link showed last, and say that it was not fetched."""
    book = reading.read(_changed(_small(), **{"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}), file="x.xlsx")
    assert "andra arbetsböcker" in book.told[0].problem


def test_circular_references_are_formulas_like_others() -> None:
    """Read two cells that compute each other for what they last showed."""
    book = _with(b'<c r="A1"><f>B1</f><v>0</v></c><c r="B1"><f>A1</f><v>0</v></c>')
    assert [(cell.value, cell.formula) for _, cell in book] == [(0, True), (0, True)]


def test_sheets_with_the_same_name_are_told_apart() -> None:
    """Give two sheets alike, or alike but for case, names of their own."""
    made = _saved(lambda book: [book.create_sheet(name).append([name]) for name in ("Risk", "Fisk")])
    for names, expected in ((("Risk", "risk"), ["Sheet", "Risk", "risk"]), (("Risk", "Risk"), ["Sheet", "Risk", "Risk (2)"])):
        first, second = (name.encode() for name in names)
        content = _changed(made, lambda _, part, a=first, b=second: part.replace(b'"Risk"', b'"%b"' % a).replace(b'"Fisk"', b'"%b"' % b))
        assert [sheet.name for sheet in reading.read(content, file="x.xlsx").sheets] == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("_x0000__x0007_x", "\0\ax"),
        ("🚒👩‍🚒", "🚒👩‍🚒"),
        (
            "\N{HEBREW LETTER SAMEKH}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER KHAH}",
            "\N{HEBREW LETTER SAMEKH}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER KHAH}",
        ),
        ("å" * 32_767, "å" * 32_767),
        ("  mellanslag  ", "  mellanslag  "),
        ("0012", "0012"),
        ("3,5", "3,5"),
        ("=1+1", "=1+1"),
    ],
    ids=["control", "emoji", "right-to-left", "long", "spaces", "number", "decimal", "equals"],
)
def test_a_text_is_read_as_it_stands(written: str, expected: str) -> None:
    """Keep control signs, emoji, right-to-left text, long text and numbers as text."""
    (cell,) = _with(f'<c r="A1" t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'.encode()).sheets[0].cells.values()
    assert (cell.value, cell.formula) == (expected, False)


def test_a_day_before_1900_stays_what_it_is() -> None:
    """Keep a text that says an early day, a number that means none, and a number far outside the calendar."""

    def fill(book: Workbook) -> None:
        book.active.append(["1899-05-03", -5, 10**9])
        for cell in book.active[1]:
            cell.number_format = "yyyy-mm-dd"

    assert _values(reading.read(_saved(fill), file="x.xlsx"))[0] == "1899-05-03"
    assert _values(reading.read(_saved(fill), file="x.xlsx"))[2] == 10**9


def test_merged_cells_over_the_header_are_told() -> None:
    """Say which cells are merged, and leave the value where it stands."""

    def fill(book: Workbook) -> None:
        book.active["A1"] = "Bedömning"
        book.active.merge_cells("A1:C1")
        book.active["A2"] = "Risk"
        book.active.merge_cells("A2:A4")

    assert reading.read(_saved(fill), file="x.xlsx").sheets[0].merged == ((1, 1, 1, 3), (2, 1, 4, 1))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'<cols><col min="x" max="y" hidden="0"/></cols>', b'<mergeCells><mergeCell ref="nonsens"/></mergeCells>'),
        (b"<cols><col", b"<mergeCells><mergeCell ref='A1:"),
        (b'<cols><col min="1" max="99999999999" hidden="1"/></cols>', b'<mergeCells count="x">'),
        (b"", b"<mergeCells>" + b'<mergeCell ref="A1:B2"' * 1000),
    ],
)
def test_what_stands_beside_the_cells_may_be_damaged(before: bytes, after: bytes) -> None:
    """Read the cells whatever is wrong with columns and merged ranges."""
    assert _values(_with(b'<c r="A1"><v>1</v></c>', before, after)) == [1]


def test_damaged_comments_are_told_and_the_cells_read() -> None:
    """Read a workbook whose comments are no XML, or an entity bomb, and say that comments were not read."""
    from openpyxl.comments import Comment  # noqa: PLC0415 (only here)

    def fill(book: Workbook) -> None:
        book.active["A1"] = 1
        book.active["A1"].comment = Comment("x", "y")

    content = _saved(fill)
    assert reading.read(content, file="x.xlsx").sheets[0].cells[1, 1].comment == "x"
    for damaged in (b"<comments><comment", ENTITIES):
        book = reading.read(_changed(content, lambda name, part, d=damaged: d if "comment" in name else part), file="x.xlsx")
        assert _values(book) == [1]
        assert "kommentarer" in book.told[0].problem


def test_threads_are_read_instead_of_their_copies() -> None:
    """Read a comment with its replies, and not the text that old programs show for it."""
    sheet_rels = b'<Relationships><Relationship Id="a" Type="x/comments" Target="../comments1.xml"/><Relationship Id="b" Type="x/threadedComment" Target="../threadedComments/t1.xml"/></Relationships>'
    content = _changed(
        _small(),
        **{
            "xl/worksheets/_rels/sheet1.xml.rels": sheet_rels,
            "xl/comments1.xml": b'<comments><commentList><comment ref="A1"><text><t>[Threaded comment]</t></text></comment></commentList></comments>',
            "xl/threadedComments/t1.xml": b'<T><threadedComment ref="A1"><text>Stor?</text></threadedComment><threadedComment ref="A1"><text>Ja</text></threadedComment></T>',
        },
    )
    assert reading.read(content, file="x.xlsx").sheets[0].cells[1, 1].comment == "Stor?\nJa"


@pytest.mark.parametrize("content", [OLE, OLE + b"\0" * 504, OLE + bytes(range(256)) * 16, OLE + b"\xff" * 4096])
def test_a_damaged_old_workbook_is_refused(content: bytes) -> None:
    """Refuse what only begins as an old Office file."""
    assert "äldre Office-dokument" in _refusal(content, "x.xls")


def test_records_that_never_end_are_left() -> None:
    """Stop at the end of the stream, and at the end of the part, whatever the records claim."""
    bof, eof = struct.pack("<HHI", 0x0809, 4, 0), struct.pack("<HH", 0x000A, 0)
    formula = struct.pack("<HHHHH", 0x0006, 6, 4, 2, 0)
    assert [record.kind for record in binary._records(bof + formula + eof + formula)] == [0x0809, 0x0006, 0x000A]
    assert [record.kind for record in binary._records(bof + struct.pack("<HH", 0x0006, 65_535))] == [0x0809, 0x0006]
    assert binary._computed(bof + formula + eof, 0, [0, 0]) == {(5, 3)}


def test_binary_workbooks_and_other_archives_are_refused_by_name() -> None:
    """Say that .xlsb must be saved as .xlsx, and that a Word document is no workbook."""
    for name, said in (("xl/workbook.bin", ".xlsb"), ("word/document.xml", "ingen Excel-arbetsbok")):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(name, b"x")
        assert said in _refusal(made.getvalue())


@pytest.mark.parametrize("seed", range(100))
def test_a_damaged_package_is_read_or_refused(seed: int) -> None:
    """Raise nothing but a refusal when the XML of any part is changed at random."""
    chance = random.Random(seed)  # noqa: S311 (damage, the same each time)

    def damage(_: str, part: bytes) -> bytes:
        at = chance.randrange(len(part))
        return part[:at] + chance.choice([b"", b"<", b">", b'"', b"&", b"\xff", b"<c/>", b"9", b"x"]) + part[at + chance.randrange(4) :]

    with contextlib.suppress(KrokomrsaError):
        reading.read(_changed(_small(), damage), file="x.xlsx")
