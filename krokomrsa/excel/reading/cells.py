"""Read the cells of a worksheet's XML in one pass: what Excel last saw, and beside it whether it was computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import from_excel, from_ISO8601

from krokomrsa.excel.reading.limits import within_cells
from krokomrsa.excel.reading.model import Area, Cell, Place
from krokomrsa.excel.reading.strings import Runs, Text, decoded
from krokomrsa.excel.reading.styles import Style
from krokomrsa.excel.reading.xml import Attributes, local, walk

_DIGITS: Final = "0123456789"
_LAST: Final = 1 << 14  # columns that a sheet can have


def _is_hidden(given: Attributes, size: str) -> bool:
    return given.get("hidden", "0") in {"1", "true"} or given.get(size) in {"0", "0.0"}


class Traits(NamedTuple):
    """What a sheet says of whole rows, columns and ranges."""

    hidden_rows: set[int]
    hidden_columns: set[int]
    merged: list[Area]

    def row(self, number: int, given: Attributes) -> None:
        """Take what is said of a row: hidden, also where it has no height."""
        if _is_hidden(given, "ht"):
            self.hidden_rows.add(number)

    def columns(self, given: Attributes) -> None:
        """Take what is said of columns: hidden, also where they have no width."""
        if _is_hidden(given, "width"):
            self.hidden_columns.update(range(int(given.get("min", 1)), min(int(given.get("max", 1)), _LAST) + 1))

    def merge(self, given: Attributes) -> None:
        """Take a range of merged cells."""
        self.merged.extend(area(given.get("ref", "")))


SheetRead = tuple[dict[Place, Cell], Traits]


def number(text: str) -> int | float | str:
    """Return a number as it is written: whole without a decimal sign; what is no number stays a text.

    >>> number("3"), number("3.0"), number("1E2"), number("tre")
    (3, 3.0, 100.0, 'tre')
    """
    try:
        if text.isdecimal():
            return int(text)
        value = float(text)
        return int(text) if not any(sign in text for sign in ".eE") and math.isfinite(value) else value if math.isfinite(value) else text
    except ValueError:
        return text


def dated(value: Any, style: Style, epoch: datetime) -> Any:
    """Return the day, time or duration that a number means; a number that means no day in Excel's calendar stays a number."""
    if isinstance(value, bool | str):
        return value
    try:
        return from_excel(value, epoch, timedelta=style.duration)
    except (OverflowError, ValueError):
        return value


def area(ref: str) -> list[Area]:
    """Return a range such as B2:D3 by its rows and columns, nothing if it is none.

    >>> area("B2:D3"), area("B:D")
    ([(2, 2, 3, 4)], [])
    """
    try:
        left, top, right, bottom = range_boundaries(ref)
    except (TypeError, ValueError):
        return []
    return [(top, left, bottom, right)] if left and top and right and bottom else []


class SheetCells:
    """Take the elements of one worksheet as they come."""

    def __init__(self, strings: Sequence[Text], styles: Sequence[Style], epoch: datetime) -> None:
        self.strings, self.styles, self.epoch = strings, styles, epoch
        self.cells: dict[Place, Cell] = {}
        self.traits = Traits(set(), set(), [])
        self.row = self.column = 0
        self.given: Attributes | None = None
        self.formula = self.inline = False
        self.value: str | None = None
        self.runs = Runs()
        self.columns: dict[str, int] = {}
        self.starts: dict[str, Callable[[Attributes], None]] = {
            "c": self._cell, "row": self._row, "v": self._value, "f": self._formula, "is": self._inline,
            "col": self.traits.columns, "mergeCell": self.traits.merge,
        }  # fmt: skip

    def start(self, name: str, given: Attributes) -> None:
        """Take the beginning of an element."""
        name = local(name) if ":" in name else name
        begin = self.starts.get(name)
        if begin:
            begin(given)
        elif self.inline:
            self.runs.start(name, given)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        name = local(name) if ":" in name else name
        if name == "v":
            self.value = "".join(self.runs.pieces)
        elif name == "c" and self.given is not None:
            self._add(self.given)
            self.given = None
        elif name == "is":
            self.inline = False
        elif self.inline:
            self.runs.end(name)

    def _row(self, given: Attributes) -> None:
        self.row = int(float(given["r"])) if "r" in given else self.row + 1
        self.column = 0
        self.traits.row(self.row, given)

    def _cell(self, given: Attributes) -> None:
        self.given, self.value, self.formula = given, None, False

    def _value(self, _: Attributes) -> None:
        self.runs.pieces.clear()

    def _formula(self, _: Attributes) -> None:
        self.formula = True

    def _inline(self, _: Attributes) -> None:
        self.inline = self.given is not None
        self.runs.taken()

    def _place(self, given: Attributes) -> Place:
        ref = given.get("r")
        if not ref:
            self.column += 1
            return self.row, self.column
        letters = ref.rstrip(_DIGITS)
        column = self.columns.get(letters)
        if column is None:
            column = self.columns[letters] = column_index_from_string(letters)
        self.column = column
        return int(ref[len(letters) :]), column

    def _add(self, given: Attributes) -> None:
        place = self._place(given)
        kind, style = given.get("t", "n"), self.styles[int(given.get("s", 0))]
        value, struck = self._meant(kind, style)
        if value in {None, ""} and not self.formula:
            return
        if value is None and kind == "str":
            value = ""  # computed, and nothing to see
        error = kind == "e" and value is not None
        self.cells[place] = Cell(*place, value, self.formula, error, style.number_format, "", False, style.struck or struck)
        if not len(self.cells) % 1000:
            within_cells(len(self.cells))

    def _meant(self, kind: str, style: Style) -> tuple[Any, bool]:
        """Return what stands in the cell, and whether all of its text is struck through."""
        text = self.value
        if not text:
            inside = self.runs.taken() if kind == "inlineStr" else Text("")
            return inside.value or None, inside.struck
        if kind == "n":
            value = number(text)
            return (dated(value, style, self.epoch) if style.date else value), False
        if kind == "s":
            shared = self.strings[int(text)]
            return shared.value, shared.struck
        if kind == "b":
            return bool(int(text)) if text.isdecimal() else text, False
        if kind == "d":
            return from_ISO8601(text), False  # type: ignore[no-untyped-call]
        return decoded(text), False


def read(content: bytes, strings: Sequence[Text], styles: Sequence[Style], epoch: datetime) -> SheetRead:
    """Return the cells of a worksheet that hold something, and what it says of rows, columns and ranges."""
    sheet = SheetCells(strings, styles, epoch)
    walk(content, sheet.start, sheet.end, sheet.runs.pieces.append)
    within_cells(len(sheet.cells))
    return sheet.cells, sheet.traits
