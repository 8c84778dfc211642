"""Reading: a workbook's bytes become cells, or a refusal that says what to do."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import msoffcrypto
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook
from openpyxl.comments import Comment

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import reading
from krokomrsa.excel.reading import Book, Cell

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _made(change: Callable[[Workbook], object]) -> Book:
    book = Workbook()
    change(book)
    return reading.read(_saved(book), file="x.xlsx")


def _refusal(content: bytes, file: str = "x.xlsx", password: str | None = None) -> str:
    with pytest.raises(KrokomrsaError) as refused:
        reading.read(content, file=file, password=password)
    (problem,) = refused.value.problems
    assert (problem.kind, problem.file, bool(problem.remedy)) == ("refused", file, True)
    return f"{problem.problem} {problem.remedy}"


def _encrypted(content: bytes, password: str) -> bytes:
    made = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, made)
    return made.getvalue()


def test_every_kind_of_value_is_read_as_it_stands() -> None:
    """Keep texts, whole and decimal numbers, truth, days and durations apart, with their places."""

    def fill(book: Workbook) -> None:
        book.active.append(["text", 1, 1.5, True, datetime(2021, 5, 3), timedelta(hours=30)])  # noqa: DTZ001 (a cell has no zone)

    cells = list(_made(fill).sheets[0].cells.values())
    assert [cell.value for cell in cells] == ["text", 1, 1.5, True, datetime(2021, 5, 3), timedelta(hours=30)]  # noqa: DTZ001 (a cell has no zone)
    assert [cell.ref for cell in cells] == ["A1", "B1", "C1", "D1", "E1", "F1"]


def test_formulas_and_errors_are_told_from_values() -> None:
    """Mark an error, a formula without a computed value, and a text that only looks like either."""

    def fill(book: Workbook) -> None:
        book.active.append(["#N/A", "=1+1", "#N/A", "=1+1"])
        for cell in ("C1", "D1"):
            book.active[cell].data_type = "s"

    cells = list(_made(fill).sheets[0].cells.values())
    assert [(cell.value, cell.formula, cell.error) for cell in cells] == [
        ("#N/A", False, True),
        (None, True, False),
        ("#N/A", False, False),
        ("=1+1", False, False),
    ]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<f>A1</f><v>3</v>", Cell(1, 2, 3, formula=True)),
        ("<f>A1</f>", Cell(1, 2, None, formula=True)),
        ('t="str"|<f>A1</f><v>Ja</v>', Cell(1, 2, "Ja", formula=True)),
        ('t="str"|<f>A1</f><v></v>', Cell(1, 2, "", formula=True)),
        ('t="e"|<f>A1</f><v>#REF!</v>', Cell(1, 2, "#REF!", formula=True, error=True)),
        ('t="b"|<f>A1</f><v>1</v>', Cell(1, 2, True, formula=True)),
    ],
)
def test_a_formula_shows_what_excel_last_saw(xml: str, expected: Cell) -> None:
    """Read the computed value beside the formula: a number, a text, nothing to see, an error, truth, or none at all."""
    attribute, _, inside = xml.rpartition("|")
    book = Workbook()
    book.active["A1"], book.active["B1"] = 1, 2
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_saved(book))) as before, zipfile.ZipFile(made, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                start, end = part.index(b'<c r="B1"'), part.index(b"</row>")
                part = part[:start] + f'<c r="B1" {attribute}>{inside}</c>'.encode() + part[end:]
            after.writestr(name, part)
    assert reading.read(made.getvalue(), file="x.xlsx").sheets[0].cells[1, 2] == expected


def test_hidden_sheets_rows_and_columns_are_read() -> None:
    """Read what people do not see, and say which sheets are hidden."""

    def fill(book: Workbook) -> None:
        book.active["A1"] = "syns"
        book.active["A2"], book.active["B1"] = "dold rad", "dold kolumn"
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["B"].hidden = True
        for state in ("hidden", "veryHidden"):
            sheet = book.create_sheet(state)
            sheet.sheet_state = state
            sheet["A1"] = state

    book = _made(fill)
    assert [sheet.hidden for sheet in book.sheets] == [False, True, True]
    assert [cell.value for _, cell in book] == ["syns", "dold kolumn", "dold rad", "hidden", "veryHidden"]


def test_formats_comments_merges_and_charts_are_no_cells() -> None:
    """Count only what holds something."""

    def fill(book: Workbook) -> None:
        sheet = book.active
        sheet["B2"] = "x"
        sheet["C3"].comment = Comment("hej", "någon")
        sheet["D4"].number_format = "0.00"
        sheet.merge_cells("B2:D2")
        book.create_chartsheet("Diagram")

    book = _made(fill)
    assert [(sheet.name, len(sheet.cells)) for sheet in book.sheets] == [("Sheet", 1)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("rad_x000D_\ntvå", "rad\r\ntvå"),
        ("_x0041_", "A"),
        ("_x005F_x0041_", "_x0041_"),
        ("_xD83D__xDE00_", "😀"),
        ("_xZZZZ_ _x41_", "_xZZZZ_ _x41_"),
    ],
)
def test_codes_that_excel_writes_for_signs_are_read_as_the_signs(written: str, expected: str) -> None:
    """Read ``_x000D_`` as the carriage return that Excel means."""

    def fill(book: Workbook) -> None:
        book.active["A1"] = written

    assert [cell.value for _, cell in _made(fill)] == [expected]


def test_a_sheet_is_found_whatever_its_capitals() -> None:
    """Find a sheet by name as Excel does, and none where there is none."""
    book = _made(lambda book: book.create_sheet("Åtgärder "))
    assert book.sheet("ÅTGÄRDER") is book.sheets[1]
    assert book.sheet("Risker") is None
    assert book.sheets[1].value(1, 1) is None


def test_sheets_alike_but_for_case_are_told_apart() -> None:
    """Give every sheet a name of its own, so that no cell takes another's place."""

    def fill(book: Workbook) -> None:
        for name in ("Blad", "blad"):
            book.create_sheet(name)["A1"] = name

    assert len({sheet.name for sheet in _made(fill).sheets}) == 3


@pytest.mark.parametrize(
    ("content", "file", "said"),
    [
        (b"", "x.xlsx", "tom"),
        (b"PK\x03\x04", "~$svar.xlsx", "~$"),
        (b"%PDF-1.7", "x.xlsx", "ingen Excel-arbetsbok"),
        (b"PK\x03\x04 trasig", "x.xlsx", "skadad"),
        (OLE + b"\0" * 600, "x.xls", "Spara som"),
        (OLE, "x.xls", "äldre Office-dokument"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_remedy(content: bytes, file: str, said: str) -> None:
    """Say what the file is instead of a workbook and what to do."""
    assert said in _refusal(content, file)


def test_a_zip_that_holds_no_workbook_is_refused() -> None:
    """Tell a Word document or a plain archive from a workbook."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
        archive.writestr("[Content_Types].xml", "<x/>")
    assert "ingen Excel-arbetsbok" in _refusal(made.getvalue())


@pytest.mark.parametrize("left", [0.99, 0.7, 0.3, 0.01])
def test_a_truncated_workbook_is_refused(department: bytes, left: float) -> None:
    """Refuse a file that was cut off on its way."""
    assert "skadad" in _refusal(department[: int(len(department) * left)])


def test_damaged_cells_are_refused(department: bytes) -> None:
    """Refuse a workbook whose sheet is no XML any more."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(department)) as before, zipfile.ZipFile(made, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, part.replace(b"</row>", b"</rad>") if name == "xl/worksheets/sheet1.xml" else part)
    assert "skadad" in _refusal(made.getvalue())


def test_a_protected_workbook_is_read_with_its_password_only(department: bytes) -> None:
    """Ask for the password, refuse a wrong one, and read the same cells with the right one."""
    locked = _encrypted(department, "hemligt")
    assert locked.startswith(OLE)
    assert "--password" in _refusal(locked)
    assert "passar inte" in _refusal(locked, password="fel")  # noqa: S106 (a wrong one)
    assert "passar inte" in _refusal(locked, password="")
    opened = reading.read(locked, file="x.xlsx", password="hemligt")  # noqa: S106 (made for the test)
    assert opened == reading.read(department, file="x.xlsx")


def test_a_password_for_an_open_workbook_does_no_harm(department: bytes) -> None:
    """Read an unprotected workbook whatever password is given."""
    assert reading.read(department, file="x.xlsx", password="hemligt").sheets  # noqa: S106 (made for the test)


def test_something_else_behind_a_password_is_refused() -> None:
    """Refuse an old Excel file and a text inside a protected container."""

    class Container:
        def __init__(self, inside: bytes) -> None:
            self.inside = inside

        def is_encrypted(self) -> bool:
            return True

        def load_key(self, password: str) -> None:
            assert password

        def decrypt(self, opened: io.BytesIO) -> None:
            opened.write(self.inside)

    for inside, said in ((OLE, "äldre Office-dokument"), (b"hej", "ingen Excel-arbetsbok")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(msoffcrypto, "OfficeFile", lambda _, inside=inside: Container(inside))
            assert said in _refusal(OLE, password="hemligt")  # noqa: S106 (made for the test)


@cache
def _small_book() -> bytes:
    """Return a workbook that is saved once: the time of saving is in it, and would change how long it is from one example to the next."""
    book = Workbook()
    book.active.append(["a", 1, "=A1"])
    return _saved(book)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_happens_to_the_bytes_of_a_workbook_it_is_read_or_refused(data: st.DataObject) -> None:
    """Raise nothing but a refusal when bytes are changed, left out or put in."""
    content = bytearray(_small_book())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    with contextlib.suppress(KrokomrsaError):
        reading.read(bytes(content), file="x.xlsx")


def test_openpyxl_sees_as_many_cells_as_we_do(register_book: bytes) -> None:
    """Count what openpyxl counts, over all sheets."""
    book = openpyxl.load_workbook(io.BytesIO(register_book))
    expected = sum(cell.value not in {None, ""} for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert sum(1 for _ in reading.read(register_book, file="x.xlsx")) == expected
