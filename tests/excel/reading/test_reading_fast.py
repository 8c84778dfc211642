"""Two ways to the same cells: calamine where nothing is lost, cell by cell elsewhere, and openpyxl as the judge of both."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from krokomrsa.excel import reading
from krokomrsa.excel.reading import Book, fast, package

FORMATS = ["General", "0.00", "0%", "yyyy-mm-dd", "[h]:mm", "hh:mm", "@", '# ##0 "kr"']
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=("Cs", "Cc")), max_size=8)
NO_DAY = "#VALUE!"  # what openpyxl makes of a number without a day in the calendar; here it stays a number
VALUES = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.sampled_from([0, 1, 3.0, -0.0, 1e-7, 2**53, 1e20, True, False, "=A1+1", "=B2", "#N/A", " två  ord ", "rad\nrad", "_x0041_"]),
    TEXTS,
    st.datetimes(datetime(1900, 3, 1), datetime(2200, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),  # noqa: DTZ001 (a cell has no zone)
)
CELLS = st.dictionaries(
    st.tuples(st.integers(1, 30), st.integers(1, 30)), st.tuples(VALUES, st.sampled_from(FORMATS), st.booleans()), max_size=12
)


def _saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _typed(book: Book) -> list[tuple[object, ...]]:
    return [(sheet.name, cell, type(cell.value)) for sheet in book.sheets for _, cell in sorted(sheet.cells.items())]


def _cell_by_cell(content: bytes) -> Book:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "proven", lambda _: False)
        return reading.read(content, file="x.xlsx")


def _by_openpyxl(content: bytes) -> Iterator[tuple[object, ...]]:
    plain, seen = (openpyxl.load_workbook(io.BytesIO(content), data_only=data_only) for data_only in (False, True))
    for sheet in plain.worksheets:
        for (row, column), cell in sorted(sheet._cells.items()):
            if cell.value in {None, ""}:
                continue
            value = seen[sheet.title].cell(row, column).value if cell.data_type == "f" else cell.value
            yield sheet.title, row, column, value, type(value), cell.data_type == "f", cell.number_format, bool(cell.font.strike)


@settings(max_examples=80, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=3))
def test_both_ways_read_the_same_cells_as_openpyxl(sheets: list[dict[tuple[int, int], tuple[object, str, bool]]]) -> None:
    """Read each value, type, format, formula and strike-through alike, whichever way a sheet is read."""
    book = Workbook()
    for number, cells in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        for place, (value, number_format, struck) in cells.items():
            cell = sheet.cell(*place)
            cell.value, cell.font = value, Font(strike=struck)
            cell.number_format = number_format if not isinstance(value, datetime) else "yyyy-mm-dd hh:mm:ss"
    content = _saved(book)
    read = reading.read(content, file="x.xlsx")
    assert _typed(read) == _typed(_cell_by_cell(content))
    ours = {
        (sheet.name, cell.row, cell.column): (cell.value, type(cell.value), cell.formula, cell.number_format, cell.struck)
        for sheet, cell in read
    }
    theirs = {one[:3]: one[3:] for one in _by_openpyxl(content)}
    assert ours.keys() == theirs.keys()
    assert [(ours[place], known) for place, known in theirs.items() if ours[place] != known and known[0] not in {NO_DAY, "_x0041_"}] == []


def _part(content: bytes) -> bytes:
    return package.opened(content).parts["xl/worksheets/sheet1.xml"]


def test_an_ordinary_sheet_is_read_fast_and_another_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give calamine the sheet of texts, numbers, days and formulas, those with an error and a hidden row, but not one with a sign as a code."""
    book = Workbook()
    book.active.append(["Risk", 3, 2.5, True, date(2027, 3, 1), "=B1*C1", 4.0])
    book.create_sheet("Fel").append(["#N/A"])
    hidden = book.create_sheet("Dold rad")
    hidden.append(["x"])
    hidden.row_dimensions[1].hidden = True
    book.create_sheet("Kod").append(["_x0041_"])
    content = _saved(book)
    found: list[int] = []
    one = fast._cells
    monkeypatch.setattr(fast, "_cells", lambda *told: found.append(len(made := one(*told))) or made)
    read = reading.read(content, file="x.xlsx")
    assert found == [7, 1, 1]
    assert [(cell.value, cell.error) for cell in read.sheets[1].cells.values()] == [("#N/A", True)]
    assert [cell.hidden for cell in read.sheets[2].cells.values()] == [True]
    assert [(cell.value, type(cell.value)) for cell in read.sheets[0].cells.values()] == [
        ("Risk", str), (3, int), (2.5, float), (True, bool), (datetime(2027, 3, 1), datetime), (None, type(None)), (4, int),  # noqa: DTZ001 (a cell has no zone)
    ]  # fmt: skip
    assert read == _cell_by_cell(content)


@pytest.mark.parametrize(
    ("written", "kind"), [("3.0", float), ("3", int), ("-0", int), ("1E2", float), ("2.50", float), ("123456789012345", int)]
)
def test_a_number_is_whole_only_if_it_is_written_so(written: str, kind: type) -> None:
    """Tell 3.0 from 3 both ways, though calamine does not."""
    book = Workbook()
    book.active["A1"] = 77
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_saved(book))) as before, zipfile.ZipFile(made, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"<v>77</v>", b"<v>%b</v>" % written.encode()))
    assert fast.proven(_part(made.getvalue()))
    assert [type(cell.value) for _, cell in reading.read(made.getvalue(), file="x.xlsx")] == [kind]
    assert _typed(reading.read(made.getvalue(), file="x.xlsx")) == _typed(_cell_by_cell(made.getvalue()))


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="A1" t="e"><v>fel</v></c>',
        b'<c r="A1" t="d"><v>2027-01-01</v></c>',
        b'<c r="A1"><v>12345678901234567</v></c>',
        b'<c r="A1" t="inlineStr"><is><t>_x0041_</t></is></c>',
        b'<c r="A1" t="inlineStr"><is><t>a&#13;</t></is></c>',
        b'<c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c>',
        b"<c><v>1</v></c>",
        b"<!-- --><c r='A1'><v>1</v></c>",
        b'<c r="ZZ1"><v>1</v></c>',
    ],
)
def test_what_might_be_lost_is_never_proven(cell: bytes) -> None:
    """Take the slow way for errors, codes, long numbers, and whatever is written as few programs write it."""
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">%b</row></sheetData></worksheet>'
    assert fast.proven(sheet % b'<c r="A1"><v>1</v></c>')
    assert not fast.proven(sheet % cell)


def test_cells_far_apart_are_not_read_as_a_field() -> None:
    """Take the slow way where calamine would make millions of empty cells between two."""
    book = Workbook()
    book.active["A1"], book.active["B90000"] = 1, 2
    content = _saved(book)
    assert not fast.proven(_part(content))
    assert len(reading.read(content, file="x.xlsx").sheets[0].cells) == 2


def test_times_and_durations_are_told_by_their_format() -> None:
    """Read a time of day as a time, and hours beyond a day as a duration."""
    book = Workbook()
    book.active.append([time(8, 30), timedelta(hours=30)])
    content = _saved(book)
    values = [cell.value for cell in reading.read(content, file="x.xlsx").sheets[0].cells.values()]
    assert values == [time(8, 30), timedelta(hours=30)]
    assert values == [cell.value for cell in _cell_by_cell(content).sheets[0].cells.values()]
