"""Read .csv and other text with separators: find its encoding and separator, say which, and leave every field as it stands."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from krokomrsa.excel.reading import limits
from krokomrsa.excel.reading.limits import MEGA, notice, refuse, within_cells
from krokomrsa.excel.reading.model import Book, Cell, Sheet
from krokomrsa.vocabulary import text_of

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONE_BYTE: Final = ("cp1252", "iso-8859-1", "mac_roman", "cp850")  # the likeliest first
_SWEDISH: Final = re.compile(r"(?<=[a-zåäö])[åäöéü]|(?<![a-zåäö])[åäöÅÄÖ](?=[a-zåäö])|(?<=[A-ZÅÄÖ])[ÅÄÖ]")
_SEPARATORS: Final = (";", "\t", ",", "|")
_HINT: Final = re.compile(r"\A\ufeff?sep=(.)\r?\n?", re.IGNORECASE)
_SAMPLE: Final = 200  # records that are looked at to find the separator
_LOOKED_AT: Final = 1 << 16  # characters of them
_BINARY: Final = bytes(sorted({*range(32)} - {*b"\t\n\v\f\r\x1a\x1b"}))
_MUCH: Final = 0.02  # of control signs: then it is no text
_DECIMAL: Final = re.compile(r"(?<=[0-9]),(?=[0-9])")
_LINE: Final = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++\Z")
_MAX_ROWS: Final = 1 << 20  # of a sheet in Excel
_EMPTY: Final = 10  # fields to each one that may hold something
_AGREE: Final = 0.8  # of the records have as many fields


def _wide(content: bytes) -> str | None:
    """Return which UTF-16 a text without a mark is in: every second byte of Western text is 0."""
    head = content[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 < len(head) or min(even, odd) * 5 > len(head):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def encoding_of(content: bytes) -> str | None:
    """Return a text's encoding, None if it is no text.

    >>> encoding_of("Å;ä".encode()), encoding_of("Förvaltning;ö".encode("cp1252")), encoding_of("Förvaltning".encode("cp850"))
    ('utf-8', 'cp1252', 'cp850')
    """
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None) or _wide(content)
    if marked:
        return marked if _decodes(content, marked) else None
    sample = content[: 1 << 20]
    if len(sample) - len(sample.translate(None, _BINARY)) > _MUCH * len(sample):
        return None
    if _decodes(content, "utf-8"):
        return "utf-8"
    return max((name for name in _ONE_BYTE if _decodes(content, name)), key=lambda name: _likeness(sample, name))


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _likeness(sample: bytes, encoding: str) -> int:
    """Count the letters that stand as they do in Swedish words."""
    return len(_SWEDISH.findall(sample.decode(encoding)))


def separator_of(text: str) -> str | None:
    r"""Return what separates the fields: what splits the records into as many fields each; None if nothing does.

    >>> separator_of("Risk;Sannolikhet\nElavbrott;3,5\n"), separator_of("a,b\n1,2\n"), separator_of("Bara text.\n")
    (';', ',', None)
    """
    best, score = None, (0.0, 0)
    for separator in _SEPARATORS:
        sample = text[:_LOOKED_AT]
        records = csv.reader(_lines(_DECIMAL.sub("·", sample) if separator == "," else sample), delimiter=separator)
        try:
            widths = Counter(len(record) for record in islice(records, _SAMPLE) if any(record))
        except csv.Error:
            continue
        usual, times = max(widths.items(), key=lambda one: (one[1] * (one[0] > 1), one[0]), default=(1, 0))
        alike = min(times / max(1, widths.total()), _AGREE)
        if usual > 1 and (alike, usual) > score:
            best, score = separator, (alike, usual)
    return best


def _lines(text: str) -> Iterator[str]:
    """Go through a text's lines with their ends, without a copy of it all."""
    return (line[0] for line in _LINE.finditer(text))


def _within(text: str, separator: str | None) -> None:
    """Refuse a text with more rows than a sheet has, or with so many separators that even their empty fields are too many."""
    if max(text.count("\n"), text.count("\r")) > _MAX_ROWS:
        refuse("too_many_rows", limit=_MAX_ROWS)
    if separator and text.count(separator) > _EMPTY * limits.MAX_CELLS:
        refuse("too_many_cells", limit=limits.MAX_CELLS)


def _cells(text: str, separator: str | None) -> dict[tuple[int, int], Cell]:
    _within(text, separator)
    records = csv.reader(_lines(text), delimiter=separator or "\x1f")
    found: dict[tuple[int, int], Cell] = {}
    try:
        for row, record in enumerate(records, 1):
            found |= {(row, column): Cell(row, column, value) for column, value in enumerate(record, 1) if value}
            within_cells(len(found))
    except csv.Error:
        refuse("long_field", limit=csv.field_size_limit())
    return found


def read(content: bytes) -> Book:
    """Return the fields of a text as cells of one sheet: all of them texts, none of them changed.

    Raises
    ------
    KrokomrsaError
        No text, too large, too many fields, or a field without end.
    """
    if len(content) > limits.MAX_KEPT:
        refuse("too_large_text", limit=limits.MAX_KEPT // MEGA)
    encoding = encoding_of(content)
    if encoding is None:
        refuse("not_workbook")
    text = content.decode(encoding)
    hint = _HINT.match(text)
    separator = hint[1] if hint else separator_of(text)
    cells = _cells(text[hint.end() :] if hint else text, separator)
    said = {"encoding": encoding.upper().removesuffix("-SIG"), "separator": text_of(f"reading.separator.{_name(separator)}")}
    return Book((Sheet(text_of("reading.text_sheet"), False, cells),), "csv", (notice("told_text", **said),))


def _name(separator: str | None) -> str:
    return {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar", None: "none"}.get(separator, "other")
