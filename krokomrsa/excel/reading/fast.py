"""Read the values of sheets with calamine, where their XML shows that it loses nothing.

calamine is fast, but makes whole numbers decimal, empties errors and formulas without a value, and tells of no formula, format or
strike-through. So a sheet is read with it only when all of its XML has one of the few forms below; any other is read cell by cell. Which
cells are decimal, computed or styled is taken from the XML, and calamine is given no styles, so that dates come as the numbers they are.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from openpyxl.utils import column_index_from_string
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from krokomrsa.excel.reading.cells import Found, SheetRead, Traits, area, dated
from krokomrsa.excel.reading.model import Place
from krokomrsa.excel.reading.styles import PLAIN, Style

_MAIN_NAME: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MAIN: Final = b'xmlns="' + re.escape(_MAIN_NAME.encode()) + b'"'
_ROW: Final = b'<row r="'
_SPARSE, _FEW = 20, 1000  # calamine makes every cell between the first and the last
_HEAD: Final = re.compile(
    rb"(?:<\?xml[^<>]*\?>\s*)?<worksheet(?=\s)[^<>]*\s" + _MAIN + rb"[^<>]*>(?:<cols>(?:<col [^<>]*>)*+</cols>)?<sheetData>"
)
_NUMBER: Final = rb"<v>-?[0-9]{1,15}(?:\.[0-9]{1,17})?(?:E-?[0-9]{1,2})?</v></c>"
_FORMULA: Final = rb"<f(?: [^<>]*+)?(?:(?<=/)>|>[^<]*+</f>)"
_CELL: Final = (
    rb'<c r="A?[A-Z][0-9]{1,5}"(?: s="[0-9]{1,4}")?(?:'
    rb'(?: t="n")?(?:>(?:' + _FORMULA + rb")?(?:" + _NUMBER + rb"|</c>|<v></v></c>|<v ?/></c>)|/>)"
    rb'| t="s"><v>[0-9]{1,9}</v></c>| t="b"><v>[01]</v></c>'
    rb'| t="str">' + _FORMULA + rb"<v>[^<]++</v></c>"
    rb'| t="inlineStr"><is><t(?: xml:space="preserve")?>[^<]*+</t></is></c>)'
)
_ROWS: Final = re.compile(rb'(?:<row r="[0-9]{1,5}"[^<>]*+(?:(?<=/)>|>(?:' + _CELL + rb")*+</row>))*+</sheetData>")
_TAIL: Final = re.compile(rb'(?:<mergeCells>(?:<mergeCell ref="[A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7}"/>)*+</mergeCells>)?</worksheet>')
_REF: Final = rb'<c r="([A-Z]+)([0-9]+)"'
_STYLED: Final = re.compile(_REF + rb' s="([0-9]+)"[^<>/]*>')
_COMPUTED: Final = re.compile(_REF + rb"[^<>]*><f")
_EXACT: Final = re.compile(_REF + rb"[^<>]*>(?:<f[^<>]*>(?:[^<]*</f>)?)?<v>[0-9-]+[.E]")  # decimal, even where it is 3.0
_MERGED: Final = re.compile(rb'<mergeCell ref="([A-Z0-9:]+)"')
_CODES: Final = rb"\r|_x|&#(?:x|[0-9]{1,2};)"  # signs that two readers might understand differently
_DOUBTFUL: Final = re.compile(_CODES + rb'|hidden="(?:1|true)"|ht="0|width="0')
_SHARED: Final = re.compile(_CODES + rb"|<(?:r|rPh)[\s/>]|<!")  # runs of text, pronunciation


def proven(sheet: bytes) -> bool:
    """Tell whether nothing of a sheet would be lost: it has no form of a cell but those that are known to be read alike."""
    head = _HEAD.match(sheet)
    rows = _ROWS.match(sheet, head.end()) if head else None
    if rows is None or not _TAIL.fullmatch(sheet, rows.end()):
        return False
    last = sheet.rfind(_ROW)
    far = last >= 0 and int(sheet[last + len(_ROW) : sheet.index(b'"', last + len(_ROW))]) > _SPARSE * sheet.count(_ROW) + _FEW
    return not far and not _DOUBTFUL.search(sheet, sheet.index(b"<worksheet"))


@cache
def _column(letters: bytes) -> int:
    return int(column_index_from_string(letters.decode()))


def _places(pattern: re.Pattern[bytes], sheet: bytes) -> set[Place]:
    return {(int(row), _column(letters)) for letters, row in pattern.findall(sheet)}


def _values(rows: Sequence[Sequence[Any]], top: int, left: int) -> Iterator[tuple[Place, Any]]:
    for row, values in enumerate(rows, top + 1):
        for column, value in enumerate(values, left + 1):
            if value != "":
                yield (row, column), value


def _whole(values: dict[Place, Any], exact: set[Place]) -> dict[Place, Any]:
    return {
        place: int(value) if isinstance(value, float) and place not in exact and value.is_integer() else value
        for place, value in values.items()
    }


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
    yield "xl/sharedStrings.xml", shared or f'<sst xmlns="{main}"/>'.encode()
    for number, sheet in enumerate(sheets, 1):
        yield f"xl/worksheets/sheet{number}.xml", sheet


def _opened(sheets: Sequence[bytes], shared: bytes) -> CalamineWorkbook:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in _package(sheets, shared):
            archive.writestr(zipfile.ZipInfo(name), content)
    return CalamineWorkbook.from_filelike(io.BytesIO(made.getvalue()))


def _sheet(sheet: CalamineSheet, content: bytes, styles: Sequence[Style], epoch: datetime) -> SheetRead:
    top, left = sheet.start or (0, 0)
    values = _whole(dict(_values(sheet.to_python(), top, left)), _places(_EXACT, content))
    used = {(int(row), _column(letters)): styles[int(number)] for letters, row, number in _STYLED.findall(content)}
    computed = _places(_COMPUTED, content)
    found: dict[Place, Found] = {}
    for place, value in values.items():
        style = used.get(place, PLAIN)
        found[place] = Found(dated(value, style, epoch) if style.date else value, place in computed, False, style, style.struck)
    unseen = computed - values.keys()
    for place in unseen:
        style = used.get(place, PLAIN)
        found[place] = Found(None, True, False, style, style.struck)
    if unseen:
        found = dict(sorted(found.items()))
    merged = [one for ref in _MERGED.findall(content) for one in area(ref.decode())]
    return found, Traits(set(), set(), merged)


def read(sheets: Mapping[str, bytes], shared: bytes, styles: Sequence[Style], epoch: datetime) -> dict[str, SheetRead]:
    """Return the cells of those sheets, by name of their part, that are proven to lose nothing."""
    simple = {part: content for part, content in sheets.items() if proven(content)} if not _SHARED.search(shared) else {}
    if not simple:
        return {}
    try:
        opened = _opened(list(simple.values()), shared)
        return {part: _sheet(opened.get_sheet_by_index(n), content, styles, epoch) for n, (part, content) in enumerate(simple.items())}
    except (CalamineError, IndexError):  # a text or style that is not there: what is damaged is told by the one that reads cell by cell
        return {}
