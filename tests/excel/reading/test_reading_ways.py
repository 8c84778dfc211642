"""Two ways to the same cells: any XML that a sheet may be made of is read, or refused, alike by both."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import reading
from krokomrsa.excel.reading import Book, fast

OPEN = "http://schemas.openxmlformats.org"
MAIN = f'xmlns="{OPEN}/spreadsheetml/2006/main"'
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
STYLES = """<styleSheet {main}><fonts><font/><font><strike/></font></fonts><cellXfs><xf numFmtId="{first}" fontId="{struck}"/>
<xf numFmtId="14"/><xf numFmtId="2" fontId="1"/><xf numFmtId="46"/></cellXfs></styleSheet>"""


def _mostly(common: list[str], odd: list[str]) -> st.SearchStrategy[str]:
    """Draw what nearly every program writes, and now and then what keeps a sheet from being read fast."""
    return st.sampled_from(common * (1 + 9 * len(odd) // len(common)) + odd)


TEXTS = st.lists(
    _mostly(
        ["å", "risk", "två ord", "ett\r\nannat", "\r\t-", "&amp;", "&lt;", "&#228;", "_x00", "3", "]"],
        [" ", "\n", "&#x1F525;", "&#10;", "_x000D_"],
    ),
    max_size=3,
).map("".join)
NUMBERS = _mostly(
    ["3", "-0", "007", "3.0", "2.50", "-1E2", "1E-7", "0.1", "45000.5", "2958466", "123456789012345"], ["1e5", "12345678901234567", "1E+20"]
)
FORMULAS = st.sampled_from(["<f>A1+1</f>", '<f t="shared" ref="A1:B2" si="0">_xlfn.IFS(A1)</f>', '<f t="shared" si="0"/>', "<f/>"])
KEPT = st.sampled_from(["", ' xml:space="preserve"'])
CELLS = st.one_of(
    _mostly(
        [
            "/>",
            "></c>",
            "><v></v></c>",
            "><v/></c>",
            ' t="b"><v>1</v></c>',
            ' t="e"><v>#N/A</v></c>',
            ' t="e"><f>A1/0</f><v>#DIV/0!</v></c>',
        ],
        [' t="d"><v>2027-01-01</v></c>', ' t="str"><v>löst</v></c>'],
    ),
    _mostly([' t="s"><v>0</v></c>', ' t="s"><v>1</v></c>', ' t="s"><v>2</v></c>'], [' t="s"><v>99</v></c>']),
    st.builds("{}><v>{}</v></c>".format, st.sampled_from(["", ' t="n"']), NUMBERS),
    st.builds(">{}</c>".format, FORMULAS),
    st.builds(">{}<v>{}</v></c>".format, FORMULAS, NUMBERS),
    st.builds(' t="str">{}<v>{}</v></c>'.format, FORMULAS, TEXTS),
    st.builds(' t="str">{}{}</c>'.format, FORMULAS, st.sampled_from(["<v/>", "<v></v>", ""])),
    st.builds(' t="inlineStr"><is><t{}>{}</t></is></c>'.format, KEPT, TEXTS),
)
STYLED = st.tuples(st.sampled_from(["", ' s="0"', ' s="1"', ' s="2"', ' s="3"']), CELLS)
GIVEN = _mostly(
    [
        "",
        ' spans="1:3"',
        ' hidden="1"',
        ' hidden="0" ht="0"',
        ' ht="9.5" hidden="true" x14ac:dyDescent="0.25"',
        '\nhidden="1"',
        ' x14ac:hidden="1" x14ac:not-hidden="1"',
    ],
    [" hidden='1'"],
)
ROWS = st.dictionaries(
    st.integers(1, 12), st.tuples(GIVEN, st.dictionaries(st.sampled_from(["A", "B", "E", "Z", "AA"]), STYLED)), max_size=4
)
COLUMNS = st.sampled_from(
    ["", '<col min="2" max="5" width="9" hidden="1"/>', '<col width="0" min="1" max="1"/><col min="3" max="3" width="12"/>']
).map(lambda inside: f"<cols>{inside}</cols>" if inside else "")
MERGED = st.sampled_from(["", '<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="E1:E3"/></mergeCells>'])
RUNS = "<si><r><t>två{}</t></r><r><rPr><b/></rPr><t> runor</t></r></si>"
SHARED = st.lists(
    st.one_of(
        st.builds("<si><t{}>{}</t></si>".format, KEPT, TEXTS),
        _mostly(
            ["<si><t/></si>", '<si><t>läs</t><phoneticPr fontId="1"/></si>'],
            [
                RUNS.format(" &amp; "),
                RUNS.format("_x005F_x000D_"),
                RUNS.format("_x000D_"),
                "<si><r><rPr><strike/></rPr><t>struken</t></r></si>",
                "<si/>",
            ],
        ),
    ),
    min_size=3,
    max_size=3,
)


def _packed(**parts: str) -> bytes:
    """Return a workbook of one sheet, with these parts beside those that name them."""
    relations, office = f"{OPEN}/package/2006/relationships", f"{OPEN}/officeDocument/2006/relationships"
    listed = {"worksheet": "worksheets/sheet1.xml", "styles": "styles.xml", "sharedStrings": "sharedStrings.xml"}
    related = "".join(f'<Relationship Id="{kind}" Type="{office}/{kind}" Target="{name}"/>' for kind, name in listed.items())
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {MAIN} xmlns:r="{office}"><sheets><sheet name="Blad" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{relations}">{related}</Relationships>')
        for kind, name in listed.items():
            archive.writestr(f"xl/{name}", parts[kind])
    return made.getvalue()


def _row(number: int, given: str, cells: Mapping[str, tuple[str, str]]) -> str:
    inside = "".join(
        f'<c r="{letters}{number}"{style}{cell}' for letters, (style, cell) in sorted(cells.items(), key=lambda one: (len(one[0]), one[0]))
    )
    return f'<row r="{number}"{given}>{inside}</row>'


def _sheet(rows: Mapping[int, tuple[str, Mapping[str, tuple[str, str]]]], columns: str, merged: str) -> str:
    lines = "".join(_row(number, given, cells) for number, (given, cells) in sorted(rows.items()))
    spaces = 'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
    return f"{DECLARED}<worksheet {MAIN} {spaces}>{columns}<sheetData>{lines}</sheetData>{merged}</worksheet>"


def _cell_by_cell(content: bytes) -> Book:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "proven", lambda _: False)
        return reading.read(content, file="x.xlsx")


def _outcome(read: Callable[[bytes], Book], content: bytes) -> object:
    try:
        book = read(content)
    except KrokomrsaError as error:
        return str(error)
    return book, [type(cell.value) for _, cell in book]


@settings(max_examples=300, deadline=None)
@given(ROWS, COLUMNS, MERGED, SHARED, st.sampled_from([("0", "0"), ("14", "1")]))
def test_both_ways_read_the_same_of_any_xml(
    rows: dict[int, tuple[str, dict[str, tuple[str, str]]]], columns: str, merged: str, shared: list[str], first: tuple[str, str]
) -> None:
    """Read or refuse alike, cell by cell or fast, whatever forms of cells, rows, columns and texts a sheet is made of."""
    texts = f"{DECLARED}<sst {MAIN}>{''.join(shared)}</sst>"
    styles = STYLES.format(main=MAIN, first=first[0], struck=first[1])
    content = _packed(worksheet=_sheet(rows, columns, merged), styles=styles, sharedStrings=texts)
    assert _outcome(partial(reading.read, file="x.xlsx"), content) == _outcome(_cell_by_cell, content)
