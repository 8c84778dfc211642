"""Files made to break a reader: read or refused within two seconds and 300 MB, in a process of their own, with the limit named.

The seconds are the processor's, so that a machine that is busy with other things measures the same.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ROWS = 1_048_576
SECONDS, MEGABYTES = 2, 300
CHILD = """
import sys, time
from pathlib import Path
from krokomrsa.excel import reading
from krokomrsa.errors import KrokomrsaError

def peak():
    status = Path("/proc/self/status")
    if status.exists():
        return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

path = Path(sys.argv[1])
content = path.read_bytes()
before, begun = peak(), time.process_time()
try:
    print("cells:", sum(1 for _ in reading.read(content, file=path.name)))
except KrokomrsaError as refused:
    print(refused.problems[0].problem)
print(time.process_time() - begun)
print(peak() - before)
"""


@cache
def _base() -> dict[str, bytes]:
    made = io.BytesIO()
    book = Workbook()
    book.active.append(["a"])
    book.save(made)
    with zipfile.ZipFile(made) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def _xlsx(rows: bytes, *, tail: bytes = b"", **parts: bytes) -> bytes:
    sheet = b'<?xml version="1.0"?><worksheet xmlns="%b"><sheetData>%b</sheetData>%b</worksheet>' % (MAIN, rows, tail)
    return _packed(_base() | {SHEET: sheet} | parts)


def _ods(rows: bytes) -> bytes:
    names = b"".join(b' xmlns:%b="urn:oasis:names:tc:opendocument:xmlns:%b:1.0"' % (name, name) for name in (b"office", b"table", b"text"))
    content = (
        b'<office:document-content%b><office:body><office:spreadsheet><table:table table:name="A">%b'
        b"</table:table></office:spreadsheet></office:body></office:document-content>" % (names, rows)
    )
    return _packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def _numbered(row: bytes, *, times: int = ROWS, first: int = 2) -> bytes:
    return b"".join(row.replace(b"#", b"%d" % number) for number in range(first, times))


def _column(number: int) -> bytes:
    letters = b""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = bytes([65 + rest]) + letters
    return letters


ONE = b'<row r="1"><c r="A1"><v>1</v></c></row>'
CELL = b'<table:table-cell office:value-type="float" office:value="1"/>'
EMPTY = b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
READ: dict[str, tuple[Callable[[], bytes], str]] = {
    "million.xlsx": (
        lambda: _xlsx(ONE + _numbered(b'<row r="#" spans="1:2" s="1" customFormat="1"><c r="A#" s="1"/><c r="B#" s="1"/></row>')),
        "cells: 1",
    ),
    "million-with-last.xlsx": (
        lambda: _xlsx(ONE + _numbered(b'<row r="#"><c r="A#" s="1"></c></row>') + b'<row r="1048576"><c r="A1048576"><v>2</v></c></row>'),
        "cells: 2",
    ),
    "hidden.xlsx": (lambda: _xlsx(ONE + _numbered(b'<row r="#" ht="15" hidden="1"/>', times=99_999)), "cells: 1"),
    "wide.xlsx": (
        lambda: _xlsx(b'<row r="1">' + b"".join(b'<c r="%b1"><v>1</v></c>' % _column(n) for n in range(1, 16_385)) + b"</row>"),
        "cells: 16384",
    ),
    "merged.xlsx": (lambda: _xlsx(ONE, tail=b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "cells: 1"),
    "repeated.ods": (lambda: _ods(EMPTY * 50 + b"<table:table-row>" + CELL + b"</table:table-row>"), "cells: 1"),
    "hidden.ods": (lambda: _ods(EMPTY.replace(b"row t", b'row table:visibility="collapse" t', 1) * 50), "cells: 0"),
    "rows.csv": (lambda: b"1;2\n" * 90_000, "cells: 180000"),
}
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "xml-500-mb.xlsx": (lambda: _xlsx(b'<row r="1"/>' * 42_000_000), "mer än 400 MB"),
    "cells.xlsx": (lambda: _xlsx(_numbered(b'<row r="#"><c r="A#"><v>#</v></c></row>', times=400_000)), "fler än 200000 celler"),
    "nested.xlsx": (lambda: _xlsx(b'<row r="1">' + _numbered(b"<a#>", times=500_000)), "fler än 10000 XML-element inuti varandra"),
    "text.xlsx": (
        lambda: _xlsx(b'<row r="1"><c r="A1" t="str"><v>' + _numbered(b"text #, ", times=4_500_000) + b"</v></c></row>"),
        "mer än 50 MB",
    ),
    "strings.xlsx": (
        lambda: _xlsx(ONE, **{STRINGS: b"<sst>" + _numbered(b"<si><t>#</t></si>", times=600_000) + b"</sst>"}),
        "fler än 200000",
    ),
    "repeated-cells.ods": (
        lambda: _ods(b'<table:table-row table:number-rows-repeated="1048576">' + CELL + b"</table:table-row>"),
        "fler än 200000",
    ),
    "spaces.ods": (
        lambda: _ods(
            b"<table:table-row><table:table-cell><text:p>"
            + b'<text:s text:c="999999"/>' * 999
            + b"</text:p></table:table-cell></table:table-row>"
        ),
        "mer än 50 MB",
    ),
    "nested.ods": (lambda: _ods(b"".join(b"<a%d>" % n for n in range(200_000))), "fler än 10000 XML-element inuti varandra"),
    "one-line.csv": (lambda: b"a" * 500_000_000, "större än 200 MB"),
    "one-line-45.csv": (lambda: b"a" * 45_000_000, "längre än 131072 tecken"),
    "newlines.csv": (lambda: b"\n" * 45_000_000, "fler än 1048576 rader"),
    "separators.csv": (lambda: b"x" + b";" * 45_000_000, "fler än 200000 celler"),
    "records.csv": (lambda: b"1;2\n" * 900_000, "fler än 200000 celler"),
}


def _in_child(content: bytes, path: Path) -> tuple[str, float, float]:
    """Return what a process of its own says of a file, its seconds, and its megabytes above what it began with."""
    path.write_bytes(content)
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, timeout=120, check=True)
    path.unlink()
    said, seconds, megabytes = done.stdout.splitlines()
    return said, float(seconds), float(megabytes)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells no peak memory in the standard library")
@pytest.mark.parametrize("name", [*READ, *REFUSED])
def test_nothing_costs_more_than_two_seconds_and_300_mb(name: str, tmp_path: Path) -> None:
    """Read what is only large, refuse what is too large and say the limit, and spend little on either."""
    make, expected = (READ | REFUSED)[name]
    said, seconds, megabytes = _in_child(make(), tmp_path / name)
    assert expected in said
    assert seconds <= SECONDS
    assert megabytes <= MEGABYTES
