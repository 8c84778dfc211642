"""Unpacking: what is left out holds no cells, and what is too large is refused before anything heavy sees it."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import reading
from krokomrsa.excel.reading import limits, package, unpacking

SHEET = "xl/worksheets/sheet1.xml"
STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _small() -> bytes:
    book = Workbook()
    book.active.append(["a", 1, date(2021, 5, 3)])
    return _saved(book)


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None], *, more: dict[str, bytes] | None = None) -> bytes:
    """Return a package with parts changed, left out (None) or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = change(name, before.read(name))
            if part is not None:
                after.writestr(name, part)
        for name, part in (more or {}).items():
            after.writestr(name, part)
    return made.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """Return a workbook whose only sheet is this XML."""
    return repacked(_small(), lambda name, part: xml if name == SHEET else part)


def _sheet(rows: bytes, *, head: bytes = b"", tail: bytes = b"", prefix: bytes = b"") -> bytes:
    colon = prefix + b":" if prefix else b""
    space = b"xmlns:" + prefix if prefix else b"xmlns"
    return b'<?xml version="1.0"?><%bworksheet %b="%b">%b<%bsheetData>%b</%bsheetData>%b</%bworksheet>' % (
        colon, space, MAIN.encode(), head, colon, rows, colon, tail, colon,
    )  # fmt: skip


def _by_openpyxl(content: bytes) -> dict[tuple[str, int, int], object]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        (sheet.title, cell.row, cell.column): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in {None, ""}
    }


def _by_us(content: bytes) -> dict[tuple[str, int, int], object]:
    book = reading.read(content, file="x.xlsx")
    return {(sheet.name, cell.row, cell.column): cell.value for sheet, cell in book}


CELLS = st.sampled_from(
    [
        '<{p}c r="{ref}"><{p}v>1</{p}v></{p}c>',
        '<{p}c r="{ref}" s="1"/>',
        '<{p}c s="1" r="{ref}"/>',
        '<{p}c r="{ref}" s="1"></{p}c>',
        '<{p}c r="{ref}"  s="0" > </{p}c >',
        "<{p}c r='{ref}' t='inlineStr'><{p}is><{p}t>a &lt;c r=\"A1\"/&gt; > b</{p}t></{p}is></{p}c>",
        '<{p}c r="{ref}" t="b"><{p}v>0</{p}v></{p}c>',
        '<{p}c r="{ref}" t="str"><{p}v>row</{p}v></{p}c>',
        "<{p}c/>",
        '<{p}c s="1"></{p}c>',
        "<{p}c><{p}v>7</{p}v></{p}c>",
    ]
)
ROWS = st.sampled_from(
    [
        '<{p}row r="{n}">{cells}</{p}row>',
        '<{p}row spans="1:3" r="{n}" ht="15.5" customHeight="1">{cells}</{p}row>',
        "<{p}row>{cells}</{p}row>",
        '<{p}row r="{n}"/>',
        '<{p}row r="{n}" s="1" ></{p}row>',
        '<{p}row r="{n}">\n  {cells}\n</{p}row >\n',
        '<!-- <{p}row r="{n}"><{p}c r="A{n}"/></{p}row> --><{p}row r="{n}">{cells}</{p}row>',
        '<{p}row r="{n}"><{p}c r="A{n}" t="inlineStr"><{p}is><{p}t><![CDATA[<c r="A1"/></sheetData>]]></{p}t></{p}is></{p}c></{p}row>',
    ]
)


@st.composite
def worksheets(draw: st.DrawFn) -> bytes:
    """Return the XML of a sheet as different programs write it: with and without places, prefixes, comments, spaces."""
    prefix = draw(st.sampled_from(["", "x"]))
    colon = f"{prefix}:" if prefix else ""
    rows = ""
    for number in sorted(draw(st.sets(st.integers(1, 40), max_size=8))):
        cells = ""
        for column in sorted(draw(st.sets(st.sampled_from("ABCDEF"), max_size=4))):
            cells += draw(CELLS).format(p=colon, ref=f"{column}{number}") + draw(st.sampled_from(["", "", "\n"]))
        rows += draw(ROWS).format(p=colon, n=number, cells=cells)
    tail = draw(st.sampled_from(["", "<{p}autoFilter ref='A1:B2'/>", "<{p}pageMargins left='1'/><!-- </sheetData> -->"])).format(p=colon)
    head = draw(st.sampled_from(["", "<{p}sheetFormatPr defaultRowHeight='15'/>", "<!-- <sheetData> -->"])).format(p=colon)
    return _sheet(rows.encode(), head=head.encode(), tail=tail.encode(), prefix=prefix.encode())


@settings(max_examples=80, deadline=None)
@given(worksheets(), st.sampled_from([1, 2, 7, 16, 61, 250, 1 << 20]), st.sampled_from([0, 1 << 20]))
def test_leaving_out_the_empty_leaves_every_cell_that_holds_something(xml: bytes, chunk: int, small: int) -> None:
    """Read the same cells with and without trimming, whatever program wrote them and wherever the pieces are cut."""
    content = with_sheet(xml)
    try:
        expected = _by_openpyxl(content)
    except Exception:  # noqa: BLE001 (whatever openpyxl cannot read, we cannot either)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unpacking, "CHUNK", chunk)
        patch.setattr(package, "SMALL", small)
        assert _by_us(content) == expected


@settings(max_examples=20, deadline=None)
@given(
    st.dictionaries(st.tuples(st.integers(1, 60), st.integers(1, 30)), st.one_of(st.none(), st.integers(), st.text("aå<&>]", max_size=5)))
)
def test_a_workbook_that_openpyxl_wrote_keeps_its_cells(cells: dict[tuple[int, int], object]) -> None:
    """Read what was written, with formatted empty cells between, in pieces of a few bytes."""
    book = Workbook()
    for (row, column), value in cells.items():
        cell = book.active.cell(row, column)
        cell.value, cell.number_format = value, "0.00"
    content = _saved(book)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unpacking, "CHUNK", 97)
        patch.setattr(package, "SMALL", 0)
        assert _by_us(content) == _by_openpyxl(content)


@pytest.mark.parametrize("empty", [b'<c r="%s" s="1"></c>', b'<x:c r="%s" s="1"/>', b'<c s="1" r="%s"/>', b"<c r='%s' s='1' />"])
def test_formatted_empty_cells_are_dropped_whoever_wrote_them(empty: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing of empty cells and rows in what is read cell by cell."""
    monkeypatch.setattr(package, "SMALL", 0)
    prefix = b"x" if b"x:" in empty else b""
    colon = b"x:" if prefix else b""
    rows = b"".join(
        b'<%brow r="%d">%b</%brow>' % (colon, n, b"".join(empty % f"{c}{n}".encode() for c in "ABC"), colon) for n in range(2, 200)
    )
    first = b'<%brow r="1"><%bc r="A1"><%bv>1</%bv></%bc>%b</%brow>' % (colon, colon, colon, colon, colon, empty % b"B1", colon)
    left = package.opened(with_sheet(_sheet(first + rows, prefix=prefix))).parts[SHEET]
    assert len(re.findall(rb"<(?:x:)?c\b", left)) == 1
    assert len(re.findall(rb"<(?:x:)?row\b", left)) == 1


def test_parts_that_hold_no_cells_may_be_damaged(department: bytes) -> None:
    """Read a workbook whose properties, theme, drawings, names, filters and drop-downs are in a state that openpyxl refuses."""
    expected = _by_us(department)

    def damage(name: str, part: bytes) -> bytes:
        if name.startswith(("docProps/", "xl/theme/")):
            return b"<broken"
        if name == "xl/workbook.xml":
            return part.replace(
                b"<definedNames>", b'<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">#REF!</definedName>'
            )
        if name.startswith("xl/worksheets/sheet"):
            return part.replace(b"</sheetData>", b'</sheetData><autoFilter ref="A1:B2"><filterColumn colId="0"><customFilters>'
                                b'<customFilter operator="notEqual" val="x*y~"/></customFilters></filterColumn></autoFilter>')  # fmt: skip
        return part

    damaged = repacked(department, damage, more={"xl/comments/comment1.xml": b"<broken", "xl/drawings/drawing1.xml": b"<broken"})
    assert _by_us(damaged) == expected


def test_merged_ranges_and_links_over_the_whole_sheet_cost_nothing() -> None:
    """Read a cell below a merge and a link that span 17 thousand million cells."""
    tail = (
        b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'
    )
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    begun = time.perf_counter()
    assert list(_by_us(with_sheet(_sheet(rows, tail=tail))).values()) == [1, 2]
    assert time.perf_counter() - begun < 1


def test_a_workbook_saved_as_strict_open_xml_is_read(department: bytes) -> None:
    """Read the namespaces of ”Strict Open XML” as the usual ones."""

    def strict(_: str, part: bytes) -> bytes:
        for name, usual in STRICT:
            part = part.replace(usual, name)
        return part

    assert _by_us(repacked(department, strict)) == _by_us(department)


def test_a_part_in_another_encoding_is_read_as_it_says() -> None:
    """Keep the declaration of a part's encoding."""
    xml = _sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>Ås</t></is></c></row>'.encode("iso-8859-1"))
    xml = xml.replace(b'<?xml version="1.0"?>', b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    assert list(_by_us(with_sheet(xml)).values()) == ["Ås"]
    wide = xml.decode("iso-8859-1").replace("ISO-8859-1", "UTF-16").encode("utf-16")
    assert list(_by_us(with_sheet(wide)).values()) == ["Ås"]


def _refusal(content: bytes) -> str:
    with pytest.raises(KrokomrsaError) as refused:
        reading.read(content, file="x.xlsx")
    (problem,) = refused.value.problems
    assert problem.kind == "refused"
    assert problem.file == "x.xlsx"
    assert problem.remedy
    return problem.problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_a_document_type_is_refused_wherever_it_stands(part: str, encoding: str) -> None:
    """Refuse entities before any reader of XML sees them."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'.encode(encoding)
    assert "DOCTYPE" in _refusal(repacked(_small(), lambda name, content: bomb if name == part else content))


def test_a_package_that_unpacks_to_more_than_it_should_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop at the limit of what is unpacked and at the limit of what is kept, without unpacking the rest."""
    monkeypatch.setattr(limits, "MAX_KEPT", 2_000_000)
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 100_000))
    assert "mer än 2 MB" in _refusal(with_sheet(_sheet(rows)))
    monkeypatch.setattr(limits, "MAX_UNPACKED", 1_000_000)
    assert "mer än 1 MB" in _refusal(with_sheet(_sheet(b'<row r="1" s="1"/>' * 100_000)))


def test_text_without_end_is_refused_and_not_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse a cell of millions of signs after as many as the limit lets through."""
    monkeypatch.setattr(limits, "MAX_KEPT", 4_000_000)
    begun = time.perf_counter()
    assert "mer än 4 MB" in _refusal(with_sheet(_sheet(b'<row r="1"><c r="A1" t="str"><v>' + b"A" * 4_900_000)))
    assert time.perf_counter() - begun < 2


def test_a_package_of_very_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse before the parts are looked into."""
    monkeypatch.setattr(limits, "MAX_PARTS", 5)
    assert "5 delar" in _refusal(_small())
