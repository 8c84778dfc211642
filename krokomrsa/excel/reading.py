"""Read a workbook's bytes into cells, without interpreting any of them."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msoffcrypto
import openpyxl
from msoffcrypto.exceptions import DecryptionError, InvalidKeyError
from openpyxl.utils import get_column_letter

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel.package import refuse, trimmed

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


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


def _decrypted(content: bytes, password: str | None) -> bytes:
    """Return the workbook inside an OLE container that is protected by a password."""
    opened = io.BytesIO()
    try:
        container = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not container.is_encrypted():
            refuse("old_format")
        if password is None:
            refuse("encrypted")
        container.load_key(password=password)
        container.decrypt(opened)
    except (InvalidKeyError, DecryptionError):
        refuse("wrong_password")
    except KrokomrsaError:
        raise
    except Exception:  # noqa: BLE001 (msoffcrypto raises whatever the damaged container led it to)
        refuse("old_format")
    return opened.getvalue()


def _text(value: str) -> str:
    """Return a text with the signs that Excel writes as codes: ``_x000D_`` is a carriage return, ``_x005F_`` an underscore."""
    if "_x" not in value:
        return value
    found = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _cell(plain: Any, computed: Any) -> Cell:
    formula = plain.data_type == "f"
    shown = computed if formula else plain
    value = _text(shown.value) if isinstance(shown.value, str) else shown.value
    if formula and value is None and shown.data_type == "str":
        value = ""  # computed, and nothing to see
    return Cell(plain.row, plain.column, value, formula=formula, error=shown.data_type == "e")


def _loaded(package: bytes, *, data_only: bool) -> list[tuple[Any, dict[tuple[int, int], Any]]]:
    """Return the worksheets and those of their cells that the file speaks of; asking for more would make a million more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of extensions that it drops; nothing is written back
        book = openpyxl.load_workbook(io.BytesIO(package), data_only=data_only, keep_links=False)
    return [(sheet, {place: cell for place, cell in sheet._cells.items() if cell.value not in {None, ""}}) for sheet in book.worksheets]  # noqa: SLF001 (iter_rows would make the cells between)


def _sheets(package: bytes) -> Iterator[Sheet]:
    plain = _loaded(package, data_only=False)
    has_formula = any(cell.data_type == "f" for _, cells in plain for cell in cells.values())
    computed = _loaded(package, data_only=True) if has_formula else plain
    for (sheet, cells), (twin, _) in zip(plain, computed, strict=True):
        found = {place: _cell(cell, twin._cells[place]) for place, cell in cells.items()}  # noqa: SLF001 (as above)
        yield Sheet(sheet.title, sheet.sheet_state != "visible", found)


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
        refuse("locked")
    if not content:
        refuse("empty")
    if content.startswith(_OLE):
        content = _decrypted(content, password)
        if content.startswith(_OLE):
            refuse("old_format")
    if not content.startswith(b"PK"):
        refuse("not_workbook")
    package = trimmed(content)
    try:
        return Book(tuple(_sheets(package)))
    except Exception as error:  # noqa: BLE001 (openpyxl raises whatever the damaged part led it to)
        refuse("broken", reason=type(error).__name__)
