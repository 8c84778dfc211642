"""Tell by its bytes what a file is, and read it so; a password opens it in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel.reading import delimited, limits, opendocument, openxml, unpacking
from krokomrsa.excel.reading.capability import unseen
from krokomrsa.excel.reading.limits import MEGA, notice, refuse
from krokomrsa.excel.reading.model import Book

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|html|table|head|body|meta|style)", re.IGNORECASE)
_NO_TEXT: Final = (b"%PDF", b"{\\rtf", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b")
_ENDINGS: Final = {
    ".xlsx": {"xlsx"}, ".xlsm": {"xlsx", "xlsm"}, ".xltx": {"xlsx"}, ".xltm": {"xlsx", "xlsm"}, ".xls": {"xls"}, ".xlt": {"xls"},
    ".ods": {"ods"}, ".ots": {"ods"}, ".csv": {"csv"}, ".tsv": {"csv"}, ".txt": {"csv"}, ".tab": {"csv"},
    ".docx": set(), ".doc": set(), ".pdf": set(), ".xlsb": set(), ".odt": set(), ".zip": set(),
}  # fmt: skip


def _of_archive(content: bytes) -> Callable[[bytes], Book]:
    """Return how an archive is read: by the parts it has."""
    with unpacking.unpacking(content) as archive:
        names = {name.replace("\\", "/").lower() for name in archive.namelist()}
        if any(re.fullmatch(r"xl/workbook\d*\.xml", name) for name in names):
            return openxml.read
        if any(name.startswith("xl/workbook") and name.endswith(".bin") for name in names):
            refuse("xlsb")
        if "content.xml" not in names or _mimetype(content) not in {b"", opendocument.MIMETYPE}:
            refuse("not_workbook")
    return opendocument.read


def _mimetype(content: bytes) -> bytes:
    with unpacking.unpacking(content) as archive:
        if "mimetype" not in archive.namelist():
            return b""
        with archive.open("mimetype") as part:
            return part.read(len(opendocument.MIMETYPE) + 20).strip().removesuffix(b"-template")


def _way(content: bytes) -> Callable[[bytes], Book]:
    """Return how a file is read that is no OLE container."""
    if content.startswith(b"PK"):
        return _of_archive(content)
    if _MARKUP.match(content):
        refuse("markup")
    if content.startswith(_NO_TEXT):
        refuse("not_workbook")
    return delimited.read


def _opened(content: bytes, *, file: str, password: str | None) -> Book:
    if file.startswith("~$"):
        refuse("locked")
    if not content:
        refuse("empty")
    if len(content) > limits.MAX_FILE:
        refuse("too_large_file", limit=limits.MAX_FILE // MEGA)
    way = _way
    if content.startswith(_OLE):
        from krokomrsa.excel.reading import container  # noqa: PLC0415 (few files are so, and a process that reads files starts sooner without)

        content = container.decrypted(content, password)
        if not content.startswith((b"PK", _OLE)):
            refuse("not_workbook")
        way = container.way if content.startswith(_OLE) else way
    read_as = way(content)
    try:
        return read_as(content)
    except KrokomrsaError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever the damaged part led to)
        refuse("broken", reason=type(error).__name__)


def _ending(file: str) -> str:
    return f".{file.rpartition('.')[2].lower()}" if "." in file else ""


def _told(book: Book, file: str) -> Iterator[Problem]:
    """Say when the name says another format than the bytes, what was found, and what this format cannot show."""
    ending = _ending(file)
    if ending in _ENDINGS and book.format not in _ENDINGS[ending]:
        yield notice("told_ending", ending=ending, format=book.format)
    yield from book.told
    yield from unseen(book.format)


def read(content: bytes, *, file: str, password: str | None = None) -> Book:
    """Return a file's cells, hidden ones too, with formulas told from values as far as its format does.

    What a file is, is told by its bytes and not by its name: a workbook (.xlsx, .xlsm, .xls, .ods) or text with separators.

    Raises
    ------
    KrokomrsaError
        The file is no workbook and no table of text, empty, Excel's own lock file, encrypted and no or the wrong ``password``, damaged
        or too large.
    """
    try:
        book = _opened(content, file=file, password=password)
    except KrokomrsaError as error:
        raise KrokomrsaError.of(problem.at(file=file) for problem in error.problems) from error
    return replace(book, told=tuple(problem.at(file=file) for problem in _told(book, file)))
