"""Read the values of sheets with calamine, where their XML shows that it loses nothing.

calamine is fast, but makes whole numbers decimal, empties errors and formulas without a value, and tells of no formula, format, hidden row
or strike-through. So a sheet is read with it only when all of its XML has one of the few forms below; any other is read cell by cell. Which
cells are decimal, computed, in error or styled and which rows are hidden is taken from the XML, and calamine is given no styles, so that
dates come as the numbers they are.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from openpyxl.utils import column_index_from_string
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from krokomrsa.excel.reading.cells import SheetRead, Traits, dated
from krokomrsa.excel.reading.model import Cell, Place
from krokomrsa.excel.reading.strings import Text
from krokomrsa.excel.reading.styles import Style

_MAIN_NAME: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MAIN: Final = b'xmlns="' + re.escape(_MAIN_NAME.encode()) + b'"'
_ROW: Final = b'<row r="'
_ROWS_BEGIN, _ROWS_END = b"<sheetData>", b"</sheetData>"
_NONE_MERGED: Final = b"<mergeCells></mergeCells>"  # what calamine looks for through the whole sheet a second time is found at once
_SPARSE, _FEW = 20, 1000  # calamine makes every cell between the first and the last
_DECLARED: Final = rb"""(?:<\?xml version=["']1.0["'](?: encoding=["'](?i:utf-8)["'])?(?: standalone=["'](?:yes|no)["'])?\s*\?>\s*)?"""
_GIVEN: Final = rb'(?:\s+[A-Za-z_][\w:.-]*+="[^"<>&]*+")*+\s*+'  # attributes
_OF_MAIN: Final = rb"(?=[^<>]*\s" + _MAIN + rb")" + _GIVEN + rb">"
_HEAD: Final = re.compile(_DECLARED + rb"<worksheet" + _OF_MAIN + rb"(?:<cols>(?:<col" + _GIVEN + rb"/>)*+</cols>)?<sheetData>")
_FORMULA: Final = rb"<f" + _GIVEN + rb"(?:/>|>[^<]*+</f>)"
_NUMBER: Final = (
    rb"(?:" + _FORMULA + rb")?+(?:<v>-?[0-9]{1,15}+(?:\.[0-9]{1,17}+)?+(?:E-?[0-9]{1,2}+)?+</v></c>|</c>|<v></v></c>|<v ?/></c>)"
)
_TEXT: Final = rb'<t(?: xml:space="preserve">[^<]*+|>(?:[^\s<][^<]*+(?<!\s))?+)</t>'  # calamine trims what is not to be preserved
_CELL: Final = (  # those that most are come first
    rb'<c r="A?[A-Z][0-9]{1,5}+"(?: s="[0-9]{1,4}+")?+(?:'
    rb' t="(?:s"><v>[0-9]{1,9}+</v></c>|inlineStr"><is>' + _TEXT + rb'</is></c>|n"(?:>' + _NUMBER + rb"|/>)"
    rb'|b"><v>[01]</v></c>|e">(?:' + _FORMULA + rb")?+<v>#[A-Z0-9/!?_]++</v></c>"
    rb'|str">' + _FORMULA + rb"(?:<v>[^<]*+</v>|<v ?/>)?+</c>)"
    rb"|>" + _NUMBER + rb"|/>)"
)
_ROWS: Final = re.compile(rb'(?:<row r="[0-9]{1,5}"' + _GIVEN + rb"(?:/>|>(?:" + _CELL + rb")*+</row>))*+" + _ROWS_END)
_TAIL: Final = re.compile(rb'(?:<mergeCells>(?:<mergeCell ref="[A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7}"/>)*+</mergeCells>)?</worksheet>')
_SHARED: Final = re.compile(
    _DECLARED + rb"<sst" + _OF_MAIN + rb"(?:<si>(?:" + _TEXT + rb"|<t/>)(?:<phoneticPr" + _GIVEN + rb"/>)?</si>)*+</sst>\s*"
)
# Codes of signs that two readers might understand differently; a search for one beginning is many times faster than for one of two.
_CODES: Final = (re.compile(rb"_x[0-9A-Fa-f]{4}_"), re.compile(rb"&#(?:x|0|[0-9]{1,2};)"))
_NOT_PLAIN: Final = re.compile(r"[\x00-\x08\x0b-\x1f]|_x[0-9A-Fa-f]{4}_")  # signs that no XML holds but as codes, and what looks like one
_MARKED: Final = re.compile(
    rb'<c r="([A-Z]++)([0-9]++)"(?! t="(?:i|s"))(?= s="[1-9]|[^<>]*+><(?:f|v>(?:#|-?[0-9]++[.E])))'
    rb'(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?>(?:(<f)[^<>]*+>(?:[^<]*+</f>)?)?(?:<v>(?:-?[0-9]+([.E])|(#[^<]+)))?'
)
_COLUMNS: Final = re.compile(rb"<col(\s[^<>]*)>")
_SAID_OF_ROW: Final = re.compile(rb'<row r="([0-9]+)"(?=[^<>]*\s(?:hidden|ht)=)([^<>]*)>')
_MERGED: Final = re.compile(rb"<mergeCell(\s[^<>]*)>")
_ATTRIBUTE: Final = re.compile(r'\s([^\s=]+)="([^"]*)"')
_made: Final = tuple.__new__  # what Cell(...) does in half the time


class _Mark(NamedTuple):
    """What the XML says of a cell beside its value."""

    style: Style
    formula: bool = False
    decimal: bool = False  # even where it is 3.0
    error: bool = False
    unseen: str | None = None  # what an error or a formula without a value shows


def _coded(content: bytes) -> bool:
    return any(code.search(content) for code in _CODES)


def proven(sheet: bytes) -> bool:
    """Tell whether nothing of a sheet would be lost: it has no form of a cell but those that are known to be read alike."""
    head = _HEAD.match(sheet)
    rows = _ROWS.match(sheet, head.end()) if head else None
    if rows is None or not _TAIL.fullmatch(sheet, rows.end()):
        return False
    last = sheet.rfind(_ROW) + len(_ROW)
    beyond = int(sheet[last : sheet.index(b'"', last)]) - _FEW if last >= len(_ROW) else 0
    return (beyond <= 0 or beyond <= _SPARSE * sheet.count(_ROW)) and not _coded(sheet)


def _texts(shared: bytes, texts: Callable[[], Sequence[Text]]) -> bytes | None:
    """Return the texts that cells share in the one form that calamine reads alike, None where one has what that form cannot hold."""
    if _SHARED.fullmatch(shared) and not _coded(shared):
        return shared
    read = texts()
    if any(text.struck or _NOT_PLAIN.search(text.value) for text in read):
        return None
    items = "".join(f'<si><t xml:space="preserve">{escape(text.value)}</t></si>' for text in read)
    return f'<sst xmlns="{_MAIN_NAME}">{items}</sst>'.encode()


@cache
def _column(letters: bytes) -> int:
    return int(column_index_from_string(letters.decode()))


def _marks(sheet: bytes, styles: Sequence[Style]) -> dict[Place, _Mark]:
    @cache  # a sheet has thousands of marked cells, but few marks
    def mark(style: bytes, kind: bytes, formula: bytes, decimal: bytes, error: bytes) -> _Mark:
        unseen = error.decode() if kind == b"e" else "" if kind == b"str" else None
        return _Mark(styles[int(style or 0)], bool(formula), bool(decimal), kind == b"e", unseen)

    return {
        (int(row), _column(letters)): mark(style, kind, formula, decimal, error)
        for letters, row, style, kind, formula, decimal, error in _MARKED.findall(sheet)
    }


def _cells(sheet: CalamineSheet, content: bytes, styles: Sequence[Style], epoch: datetime) -> dict[Place, Cell]:
    marks, plain = _marks(content, styles), styles[0]
    unmarked = _Mark(plain) if plain.date else None
    number_format, struck = plain.number_format, plain.struck
    found: dict[Place, Cell] = {}
    top, left = sheet.start or (0, 0)
    for row, values in enumerate(sheet.to_python(), top + 1):
        for column, value in enumerate(values, left + 1):
            if value == "":
                continue
            place = row, column
            mark = marks.get(place, unmarked)
            if mark is None:  # what the rest of this does, for a cell of which the XML says nothing
                known = int(value) if type(value) is float else value
                found[place] = _made(Cell, (row, column, known, False, False, number_format, "", False, struck))
                continue
            style, formula, decimal, error, _ = mark
            known = int(value) if type(value) is float and not decimal else value
            if style.date:
                known = dated(known, style, epoch)
            found[place] = _made(Cell, (row, column, known, formula, error, style.number_format, "", False, style.struck))
    unseen = {
        place: Cell(*place, mark.unseen, mark.formula, mark.error, mark.style.number_format, struck=mark.style.struck)
        for place, mark in marks.items()
        if (mark.formula or mark.error) and place not in found
    }
    return dict(sorted((found | unseen).items())) if unseen else found


def _given(attributes: bytes) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(attributes.decode()))


def _traits(sheet: bytes) -> Traits:
    traits = Traits(set(), set(), [])
    for given in _COLUMNS.findall(sheet, 0, sheet.index(_ROWS_BEGIN)):
        traits.columns(_given(given))
    for row, given in _SAID_OF_ROW.findall(sheet):
        traits.row(int(row), _given(given))
    for given in _MERGED.findall(sheet, sheet.rindex(_ROWS_END)):
        traits.merge(_given(given))
    return traits


def _lines(content: bytes) -> bytes:
    """End lines as every reader of XML is to see them; calamine leaves them as they are."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def _package(sheets: Sequence[bytes], shared: bytes) -> Iterator[tuple[str, bytes]]:
    """Go through the parts of a workbook that holds these sheets and texts, and no styles."""
    rel, office = (
        "http://schemas.openxmlformats.org/package/2006/relationships",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    numbers = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="s{n}"/>' for n in numbers)
    related = "".join(f'<Relationship Id="s{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    main = _MAIN_NAME
    yield "[Content_Types].xml", f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/></Types>'.encode()
    yield (
        "_rels/.rels",
        f'<Relationships xmlns="{rel}"><Relationship Id="w" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
    )
    yield "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>'.encode()
    yield (
        "xl/_rels/workbook.xml.rels",
        f'<Relationships xmlns="{rel}">{related}<Relationship Id="t" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'.encode(),
    )
    yield "xl/sharedStrings.xml", _lines(shared)
    for number, sheet in enumerate(sheets, 1):
        yield f"xl/worksheets/sheet{number}.xml", _lines(sheet.replace(_ROWS_BEGIN, _NONE_MERGED + _ROWS_BEGIN, 1))


def _opened(sheets: Sequence[bytes], shared: bytes) -> CalamineWorkbook:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in _package(sheets, shared):
            archive.writestr(zipfile.ZipInfo(name), content)
    made.seek(0)
    return CalamineWorkbook.from_filelike(made)


def read(
    sheets: Mapping[str, bytes], shared: bytes, texts: Callable[[], Sequence[Text]], styles: Sequence[Style], epoch: datetime
) -> dict[str, SheetRead]:
    """Return the cells of those sheets, by name of their part, that are proven to lose nothing; ``texts`` reads what they share."""
    simple = {part: content for part, content in sheets.items() if proven(content)}
    plain = _texts(shared, texts) if simple else None
    if plain is None:
        return {}
    try:
        opened = _opened(list(simple.values()), plain)
        return {
            part: (_cells(opened.get_sheet_by_index(n), content, styles, epoch), _traits(content))
            for n, (part, content) in enumerate(simple.items())
        }
    except (CalamineError, IndexError, ValueError):  # a text, style or column that is not there: told by the one that reads cell by cell
        return {}
