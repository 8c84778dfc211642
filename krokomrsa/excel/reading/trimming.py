"""Leave of a worksheet what is read: its rows that hold something, hidden columns, merged ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from krokomrsa.excel.reading import unpacking

_HEAD: Final = 4 << 20  # bytes in which a worksheet's first row is looked for
_TAIL: Final = 4 << 20  # bytes after the last row in which merged ranges are looked for

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
_COLUMN = re.compile(rb"<" + _PREFIX + rb"col(?=\s)(" + _ATTRIBUTES + rb")/?>")
_MERGED = re.compile(rb"<" + _PREFIX + rb"""mergeCell\s[^<>]*?\bref=["']([A-Za-z0-9:$]+)["']""")
_NO_MORE_MERGED = re.compile(
    rb"</" + _PREFIX + rb"mergeCells\s*>|<" + _PREFIX + rb"(?:pageMargins|dataValidations|conditionalFormatting)\b"
)
_PLAIN_ROW, _ANY_ROW = b'<row r="', b"<row"
_CONTENT = (b"<v", b"<f", b"<is", b":", b"<!")  # what no row of nothing but formats has


def _slim(text: bytes) -> bytes:
    """Leave out cells and rows that hold only a format, unless there are so few that it costs less to read them."""
    if 2 * (text.count(b"</v>") + text.count(b"</is>")) > text.count(b"<c ") > 0:
        return text
    return _EMPTY_CELLS.sub(b"", _EMPTY_ROWS.sub(b"", text))


def _is_empty(text: bytes) -> bool:
    """Tell, at a glance, whether whole rows that say where they stand hold nothing; most of a million do."""
    return text.startswith(_PLAIN_ROW) and not any(sign in text for sign in _CONTENT) and text.count(_ANY_ROW) == text.count(_PLAIN_ROW)


def _merged(after: Iterator[bytes]) -> Iterator[bytes]:
    """Pass on the merged ranges that stand after the rows, if they stand where they should and can be read."""
    tail = b""
    for piece in after:
        tail += piece
        if _NO_MORE_MERGED.search(tail) or len(tail) > _TAIL:
            break
    refs = _MERGED.findall(tail)
    if refs:
        yield b"<mergeCells>" + b"".join(b'<mergeCell ref="%b"/>' % ref for ref in refs) + b"</mergeCells>"


def _rows_end(text: bytes) -> re.Match[bytes] | None:
    """Find where the sheet's data ends, from the tag that first names it: plain text is found many times faster than a pattern."""
    named = text.find(b"sheetData")
    return _ROWS_END.search(text, max(0, text.rfind(b"<", 0, named))) if named >= 0 else None


def _rows(pieces: Iterator[bytes], *, slim: bool) -> Iterator[bytes]:
    """Pass on a worksheet's rows to the end of the sheet's data, in a large sheet without those cells and rows that hold only a format.

    A million of them cost no memory: a piece at a time is looked at. A comment or CDATA may hold what looks like cells; from there on
    everything is passed on as it is.
    """
    rest = b""
    for piece in pieces:
        text = rest + piece
        end, other = _rows_end(text), text.find(b"<!") if b"!" in text else -1
        if end and not -1 < other < end.start():
            yield _slim(text[: end.end()]) if slim else text[: end.end()]
            yield from _merged(chain([text[end.end() :]], pieces))
            yield b"</%bworksheet>" % end["prefix"]
            return
        if other >= 0:
            yield text
            yield from pieces
            return
        cut = _cut(text)
        if not (_is_empty(text[:cut]) and text.startswith(_PLAIN_ROW, cut)):
            text = _slim(text) if slim else text
            cut = _cut(text)
            yield text[:cut]
        rest = text[cut:]
    yield rest


def _cut(text: bytes) -> int:
    """Return where the last row of a piece begins, or the last element where no row does."""
    plain = text.rfind(_PLAIN_ROW, max(0, len(text) - unpacking.CHUNK))
    if plain >= 0:
        return plain
    starts = [match.start() for match in _ROW_START.finditer(text, max(0, len(text) - unpacking.CHUNK))]
    cut = starts[-1] if starts else text.rfind(b"<", max(0, len(text) - unpacking.CHUNK))
    return cut if cut >= 0 else len(text)


def _columns(head: bytes) -> bytes:
    """Return the columns that a sheet's head describes."""
    found = _COLUMN.findall(head)
    return b"<cols>" + b"".join(b"<col %b/>" % attributes.strip() for attributes in found) + b"</cols>" if found else b""


def worksheet(pieces: Iterator[bytes], *, slim: bool = True) -> Iterator[bytes]:
    """Pass on hidden columns, rows and merged ranges, but no views, filters, drop-downs or formats; what is no worksheet stays as it is."""
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
    yield head[: root.end()] + _columns(head[root.end() : begin.start()]) + begin[0]
    if begin["none"]:
        yield from _merged(chain([head[begin.end() :]], pieces))
        yield b"</%bworksheet>" % root["prefix"]
    else:
        yield from _rows(chain([head[begin.end() :]], pieces), slim=slim)
