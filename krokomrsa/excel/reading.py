"""Read a workbook's bytes into cells, without interpreting any of them."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import msoffcrypto
import openpyxl
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError
from openpyxl.utils import get_column_letter

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of

MAX_UNPACKED: Final = 1_000_000_000  # bytes of XML that are streamed past; rows without content are dropped on the way
MAX_KEPT: Final = 150_000_000  # bytes of XML that are left for the heavy reader
_CHUNK: Final = 1 << 20
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c\b[^<>]*(?:/>|></(?:\w+:)?c>)")
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*(?:/>|>\s*</(?:\w+:)?row>)")
_DRAWING = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*/relationships/drawing\"[^<>]*/>")
_ROW_START = re.compile(rb"<(?:\w+:)?row\b")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: its value as Excel last saw it, and whether it is a formula or an error."""

    row: int
    column: int
    value: Any
    formula: bool = False
    error: bool = False

    @property
    def ref(self) -> str:
        """Return the place as Excel writes it, such as D7."""
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet that hold something, by row and column."""

    name: str
    hidden: bool
    cells: Mapping[tuple[int, int], Cell]

    def value(self, row: int, column: int) -> Any:
        """Return what stands in a cell, None if nothing."""
        cell = self.cells.get((row, column))
        return cell.value if cell else None

    def rows(self) -> dict[int, list[Cell]]:
        """Return the cells by row, both in order."""
        found: dict[int, list[Cell]] = {}
        for place in sorted(self.cells):
            found.setdefault(place[0], []).append(self.cells[place])
        return found


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as cells."""

    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet | None:
        """Return the sheet with this name, None if there is none; case does not count, as in Excel."""
        return next((sheet for sheet in self.sheets if sheet.name.strip().casefold() == name.casefold()), None)

    def __iter__(self) -> Iterator[tuple[Sheet, Cell]]:
        """Go through every cell that holds something, hidden ones too."""
        return ((sheet, cell) for sheet in self.sheets for cell in sheet.cells.values())


def _refuse(key: str, **values: object) -> NoReturn:
    raise KrokomrsaError(Problem(problem=text_of(f"reading.{key}", **values), remedy=text_of(f"reading.{key}_remedy"), kind="refused"))


def _decrypted(content: bytes, password: str | None) -> bytes:
    """Return the workbook inside an OLE container that is protected by a password."""
    opened = io.BytesIO()
    try:
        container = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not container.is_encrypted():
            _refuse("old_format")
        if password is None:
            _refuse("encrypted")
        container.load_key(password=password)
        container.decrypt(opened)
    except (InvalidKeyError, DecryptionError):
        _refuse("wrong_password")
    except (FileFormatError, OSError, ValueError, KeyError, IndexError):
        _refuse("old_format")
    return opened.getvalue()


def _pieces(archive: zipfile.ZipFile, part: str, budget: int) -> Iterator[bytes]:
    """Unpack a part a piece at a time, refusing when it grows past the budget; what the archive says of its size is not believed."""
    seen = 0
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            if not seen and b"<!DOCTYPE" in piece:
                _refuse("entities")
            seen += len(piece)
            if seen > budget:
                _refuse("too_large", limit=MAX_UNPACKED // 1_000_000)
            yield piece


def _without_empty(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Drop cells and rows that hold only a format, a piece at a time, so that a million of them cost no memory."""
    rest = b""
    for piece in pieces:
        text = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", rest + piece))
        starts = [match.start() for match in _ROW_START.finditer(text, max(0, len(text) - _CHUNK))]
        cut = starts[-1] if starts else max(text.rfind(b"<"), 0)
        rest = text[cut:]
        yield text[:cut]
    yield _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", rest))


def _copy(archive: zipfile.ZipFile, copy: zipfile.ZipFile) -> None:
    unpacked = kept = 0
    for part in dict.fromkeys(name for name in archive.namelist() if name.endswith((".xml", ".rels"))):
        pieces = _pieces(archive, part, MAX_UNPACKED - unpacked)
        with copy.open(zipfile.ZipInfo(part), "w", force_zip64=True) as target:
            for piece in _without_empty(pieces) if re.fullmatch(r"xl/worksheets/[^/]+", part) else pieces:
                target.write(_DRAWING.sub(b"", piece))  # pictures and charts hold no cells
                kept += len(piece)
                if kept > MAX_KEPT:
                    _refuse("too_large", limit=MAX_KEPT // 1_000_000)
        unpacked += archive.getinfo(part).file_size


def trimmed(content: bytes) -> bytes:
    """Return the package's XML without formatted empty cells and rows, its size checked while it is unpacked.

    Raises
    ------
    KrokomrsaError
        No zip archive, no workbook, damaged, too large or with a DOCTYPE.
    """
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w") as copy:
            if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(archive.namelist()):
                _refuse("not_workbook")
            _copy(archive, copy)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        _refuse("broken", reason=type(error).__name__)
    return made.getvalue()


def _cells(plain: Any, computed: Any) -> dict[tuple[int, int], Cell]:
    """Return what stands in a sheet, given its formulas and, where it has any, what Excel last computed."""
    found: dict[tuple[int, int], Cell] = {}
    for row in plain.iter_rows():
        for cell in row:
            if cell.value is None or cell.value == "":
                continue
            place, formula = (cell.row, cell.column), cell.data_type == "f"
            shown = computed[cell.coordinate] if formula else cell
            found[place] = Cell(*place, shown.value, formula=formula, error=shown.data_type == "e")
    return found


def _loaded(package: bytes, *, data_only: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of extensions that it drops; nothing is written back
        return openpyxl.load_workbook(io.BytesIO(package), data_only=data_only, keep_links=False)


def read(content: bytes, *, file: str, password: str | None = None) -> Book:
    """Return a workbook's cells, hidden sheets too, with formulas told from values.

    Raises
    ------
    KrokomrsaError
        The file is no workbook, empty, Excel's own lock file, encrypted and no or the wrong ``password``, damaged or too large.
    """
    try:
        return _read(content, file=file, password=password)
    except KrokomrsaError as error:
        raise KrokomrsaError.of(problem.at(file=file) for problem in error.problems) from error


def _read(content: bytes, *, file: str, password: str | None) -> Book:
    if file.startswith("~$"):
        _refuse("locked")
    if not content:
        _refuse("empty")
    if content.startswith(_OLE):
        content = _decrypted(content, password)
    if not content.startswith(b"PK"):
        _refuse("not_workbook")
    package = trimmed(content)
    try:
        plain = _loaded(package, data_only=False)
        has_formula = any(cell.data_type == "f" for sheet in plain.worksheets for row in sheet.iter_rows() for cell in row)
        computed = _loaded(package, data_only=True) if has_formula else plain
        return Book(
            tuple(Sheet(sheet.title, sheet.sheet_state != "visible", _cells(sheet, computed[sheet.title])) for sheet in plain.worksheets)
        )
    except KrokomrsaError:
        raise
    except Exception as error:  # noqa: BLE001 (openpyxl raises whatever the damaged part led it to)
        _refuse("broken", reason=type(error).__name__)
