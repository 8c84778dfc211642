"""Unpack a workbook's parts, leave out what holds no cells, and drop cells and rows that hold only a format."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, NoReturn

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of

MAX_UNPACKED: Final = 500_000_000  # bytes of XML that are streamed past; rows without content are dropped on the way
MAX_KEPT: Final = 50_000_000  # bytes of XML that are left for the heavy reader
MAX_CELLS: Final = 500_000  # and so many cells, of four tags each
MAX_DEPTH: Final = 10_000  # elements within elements; a workbook has about ten
MAX_PARTS: Final = 20_000
_CHUNK: Final = 1 << 20
_HEAD: Final = 4 << 20  # bytes in which a worksheet's first row is looked for

# Pictures, charts, pivot tables, comments and the like: they hold no cells, and a damaged one must not keep the cells from being read.
_NO_CELLS = re.compile(
    r"docProps/|customXml/|xl/worksheets/_rels/|xl/(theme|drawings|charts|chartsheets|media|externalLinks|ctrlProps|activeX|diagrams"
    r"|pivotCache|pivotTables|queryTables|tables|slicers|slicerCaches|threadedComments|persons|comments|printerSettings|revisions)",
    re.IGNORECASE,
)
_PREFIX = rb"(?:\w+:)?"
_ATTRIBUTES = rb"""(?:[^<>"'/]++|"[^"<]*+"|'[^'<]*+')*+"""
_HAS_R = rb"(?:\s+r=|(?=\s[^<>]*?\sr=))"  # a cell or row that says where it stands
_CELL = rb"<" + _PREFIX + rb"c%b" + _ATTRIBUTES + rb"(?:/>|>\s*</" + _PREFIX + rb"c\s*>)\s*"
_ROW = rb"<" + _PREFIX + rb"row" + _HAS_R + _ATTRIBUTES + rb"(?:/>|>\s*(?:" + _CELL % rb"(?=[\s/>])" + rb")*+</" + _PREFIX + rb"row\s*>)\s*"
_EMPTY_ROWS = re.compile(rb"(?:" + _ROW + rb")+(?=</|<" + _PREFIX + rb"row" + _HAS_R + rb")")
_EMPTY_CELLS = re.compile(rb"(?:" + _CELL % _HAS_R + rb")+(?=</|<" + _PREFIX + rb"c" + _HAS_R + rb")")
_ROW_START = re.compile(rb"<" + _PREFIX + rb"row(?=[\s/>])")
_WORKSHEET = re.compile(rb"<(?P<prefix>" + _PREFIX + rb")worksheet(?=[\s/>])" + _ATTRIBUTES + rb">")
_ROWS_BEGIN = re.compile(rb"<" + _PREFIX + rb"sheetData\s*(?P<none>/?)>")
_ROWS_END = re.compile(rb"</(?P<prefix>" + _PREFIX + rb")sheetData\s*>")
_NAMES_BEGIN, _NAMES_END = (re.compile(rb"<" + end + _PREFIX + rb"(?:definedNames|pivotCaches)\s*>") for end in (b"", b"/"))
_STRICT: Final = (  # what ”Strict Open XML” calls the namespaces that everything else uses
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
)


def refuse(key: str, **values: object) -> NoReturn:
    """Raise that a whole file cannot be read, and why."""
    raise KrokomrsaError(Problem(problem=text_of(f"reading.{key}", **values), remedy=text_of(f"reading.{key}_remedy"), kind="refused"))


def _pieces(archive: zipfile.ZipFile, part: str, budget: int) -> Iterator[bytes]:
    """Unpack a part a piece at a time, refusing when it grows past the budget; what the archive says of its size is not believed."""
    seen = 0
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            if not seen:
                if b"<!DOCTYPE" in piece.replace(b"\0", b""):  # in UTF-16 every second byte is 0
                    refuse("entities")
                for strict, usual in _STRICT:
                    piece = piece.replace(strict, usual)
            seen += len(piece)
            if seen > budget:
                refuse("too_large", limit=MAX_UNPACKED // 1_000_000)
            yield piece


def _rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pass on a worksheet's rows to the end of the sheet's data, without those cells and rows that hold only a format.

    A million of them cost no memory: a piece at a time is looked at. A comment or CDATA may hold what looks like cells; from there on
    everything is passed on as it is.
    """
    rest = b""
    for piece in pieces:
        text = rest + piece
        end, other = _ROWS_END.search(text), text.find(b"<!")
        if end and not -1 < other < end.start():
            yield _slim(text[: end.end()]) + b"</%bworksheet>" % end["prefix"]
            return
        if other >= 0:
            yield text
            yield from pieces
            return
        text = _slim(text)
        starts = [match.start() for match in _ROW_START.finditer(text, max(0, len(text) - _CHUNK))]
        cut = starts[-1] if starts else text.rfind(b"<", max(0, len(text) - _CHUNK))
        rest = text[cut:] if cut >= 0 else b""
        yield text[: len(text) - len(rest)]
    yield rest


def _slim(text: bytes) -> bytes:
    return _EMPTY_CELLS.sub(b"", _EMPTY_ROWS.sub(b"", text))


def _worksheet(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pass on the rows of a worksheet, but no views, widths, filters, drop-downs or formats; what is no worksheet stays as it is."""
    head, begin = b"", None
    for piece in pieces:
        head += piece
        begin = _ROWS_BEGIN.search(head)
        if begin or len(head) > _HEAD:
            break
    root = _WORKSHEET.search(head)
    if root is None or begin is None or b"<!" in head[: begin.end()]:
        yield head
        yield from pieces
        return
    yield head[: root.end()] + begin[0]
    if begin["none"]:
        yield b"</%bworksheet>" % root["prefix"]
    else:
        yield from _rows(chain([head[begin.end() :]], pieces))


def _workbook(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Leave out defined names and pivot caches: they hold no cells, and a broken one keeps the file from opening."""
    text = b""
    for piece in pieces:
        text += piece
        if len(text) > _HEAD:
            yield text
            yield from pieces
            return
    begin, ends = _NAMES_BEGIN.search(text), [match.end() for match in _NAMES_END.finditer(text)]
    yield text[: begin.start()] + text[ends[-1] :] if begin and ends and ends[-1] > begin.start() else text


def _copied(archive: zipfile.ZipFile, part: str, budget: int) -> Iterator[bytes]:
    pieces = _pieces(archive, part, budget)
    if part.lower().startswith("xl/worksheets/"):
        return _worksheet(pieces)
    return _workbook(pieces) if re.fullmatch(r"xl/workbook\d*\.xml", part, re.IGNORECASE) else pieces


@dataclass(slots=True)
class _Kept:
    """Count what is left for the heavy reader."""

    size: int = 0
    tags: int = 0

    def check(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Pass the pieces of a part on, refusing when all parts together, or the nesting in this one, grow past the limits."""
        depth = 0
        for piece in pieces:
            tags = piece.count(b"<")
            self.size, self.tags = self.size + len(piece), self.tags + tags
            depth += tags - 2 * piece.count(b"</") - piece.count(b"/>") - piece.count(b"<?") - piece.count(b"<!")
            if self.size > MAX_KEPT:
                refuse("too_large", limit=MAX_KEPT // 1_000_000)
            if self.tags > 4 * MAX_CELLS:
                refuse("too_many_cells", limit=MAX_CELLS)
            if depth > MAX_DEPTH:
                refuse("broken", reason="RecursionError")
            yield piece


def _copy(archive: zipfile.ZipFile, copy: zipfile.ZipFile) -> None:
    unpacked, kept = 0, _Kept()
    for part in dict.fromkeys(archive.namelist()):
        if not part.lower().endswith((".xml", ".rels")) or _NO_CELLS.match(part):
            continue
        with copy.open(zipfile.ZipInfo(part), "w", force_zip64=True) as target:
            for piece in kept.check(_copied(archive, part, MAX_UNPACKED - unpacked)):
                target.write(piece)
        unpacked += archive.getinfo(part).file_size


def trimmed(content: bytes) -> bytes:
    """Return the package's XML as far as it holds cells, without formatted empty ones, its size checked while it is unpacked.

    Raises
    ------
    KrokomrsaError
        No zip archive, no workbook, damaged, too large or with a DOCTYPE.
    """
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w") as copy:
            names = archive.namelist()
            if "[Content_Types].xml" not in names or not any(name.lower().startswith("xl/workbook") for name in names):
                refuse("not_workbook")
            if len(names) > MAX_PARTS:
                refuse("too_many_parts", limit=MAX_PARTS)
            _copy(archive, copy)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        refuse("broken", reason=type(error).__name__)
    return made.getvalue()
