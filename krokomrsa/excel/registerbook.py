"""Write the whole register as one workbook, to look at, to edit and to read in again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final, cast

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa import values
from krokomrsa.excel import limits, workbook
from krokomrsa.excel.blocks import BASE_COLUMNS, BASE_SHEET, META_KEYS, META_SHEET, Written
from krokomrsa.register import ORIGIN_COLUMNS, Register
from krokomrsa.values import Value
from krokomrsa.vocabulary import Column, Table, text_of, texts

HEADER_ROW: Final = 4
FIRST_ROW: Final = 5
_SPARE_ROWS: Final = 500  # below the last row: drop-downs reach this far
_PAGE_WIDTH: Final = 200.0  # characters on one A4 landscape page that can still be read
_WIDTHS: Final = {"text": 32.0, "number": 12.0, "integer": 12.0, "boolean": 11.0, "date": 12.0, "reference": 14.0, "references": 20.0}
_CHOICE_WIDTH: Final = 30.0
_INSET: Final = 1.4  # characters between a cell's edge and its text
_ORIGIN_WIDTHS: Final = (10.0, 14.0, 10.0, 34.0, 16.0, 30.0, 8.0, 8.0, 22.0, 34.0)
_HIDDEN_ORIGINS: Final = ("table", "column", "sha256")  # for reading in again; a person reads the last two columns


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What every sheet of the workbook has in common."""

    title: str
    help: str
    banner: str
    column: int = 1  # the first visible one


def _strip(banner: str) -> str:
    before = text_of("registerbook.banner", banner=banner) if banner else ""
    return text_of("registerbook.strip", banner=before, classification=text_of("workbook.classification"), stop=text_of("workbook.stop"))


def _head(sheet: Worksheet, told: _Sheet, headers: Sequence[str], widths: Sequence[float]) -> None:
    for row, (text, look) in enumerate(((told.title, "title"), (told.help, "note"), (_strip(told.banner), "strip")), start=1):
        workbook.put(sheet.cell(row, told.column), text, look)
    sheet.row_dimensions[1].height = 24
    for column, (header, width) in enumerate(zip(headers, widths, strict=True), start=1):
        workbook.put(sheet.cell(HEADER_ROW, column), header, "header")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[HEADER_ROW].height = max(
        workbook.text_height(header, width - _INSET, 9.5) for header, width in zip(headers, widths, strict=True)
    )


def _finish(sheet: Worksheet, told: _Sheet, *, last: int, widths: Sequence[float]) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = f"{get_column_letter(told.column + 1)}{FIRST_ROW}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(len(widths))}{max(last, HEADER_ROW)}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_area = f"A{HEADER_ROW}:{get_column_letter(len(widths))}{max(last, HEADER_ROW)}"  # the title is in the page header
    wide = ceil(sum(widths) / _PAGE_WIDTH)
    if wide > 1:
        sheet.print_title_cols = "A:A"
    workbook.page(sheet, title=told.title, banner=told.banner, wide=wide)


def _width(column: Column) -> float:
    longest = max(map(len, column.title.split()))
    labels = max(map(len, column.values.values()), default=0)
    own = min(_CHOICE_WIDTH, labels * 0.9 + 4) if labels else 14.0 if column.key == "id" else _WIDTHS[column.type]
    return max(own, longest * 0.98 + 3)


def _comment(column: Column) -> Comment:
    """Return the help of a column: what it holds, whether it must be there, how open it is."""
    told = [column.help, text_of("registerbook.required") if column.required else "", text_of(f"registerbook.secrecy.{column.secrecy}")]
    if column.values:
        told.append(text_of("registerbook.allowed", labels=values.SEPARATOR.join(column.values.values())))
    text = "\n".join(part for part in told if part)
    return Comment(text, text_of("registerbook.comment_author"), width=320, height=int(18 * workbook.lines(text, 44, 9)) + 16)


def _known_ids(file: Workbook, register: Register, column: Column) -> DataValidation | None:
    """Return a drop-down of the ids that a reference may name, as an aid: new ids may be written too."""
    if column.type != "reference" or len(column.to) != 1 or not len(register[column.to[0]]):
        return None
    target = register.vocabulary[column.to[0]]
    if target.sheet not in file.sheetnames:
        return None
    last = FIRST_ROW + len(register[target.key]) - 1
    return DataValidation(type="list", allow_blank=True, formula1=f"{quote_sheetname(target.sheet)}!$A${FIRST_ROW}:$A${last}")


def _guard(sheet: Worksheet, register: Register, column: Column, number: int, last: int) -> None:
    file = cast("Workbook", sheet.parent)
    letter = get_column_letter(number)
    rule = limits.of(file, column, help_shown=False) or _known_ids(file, register, column)
    if rule is not None:
        rule.add(f"{letter}{FIRST_ROW}:{letter}{last + _SPARE_ROWS}")
        sheet.add_data_validation(rule)
    sheet.column_dimensions[letter].number_format = limits.number_format(column)


def _row(sheet: Worksheet, columns: Iterable[Column], row: int, written: Sequence[Written], widths: Sequence[float]) -> None:
    needed = 14.0
    for number, (column, value, width) in enumerate(zip(columns, written, widths, strict=True), start=1):
        workbook.put(sheet.cell(row, number), value, "data", number_format=limits.number_format(column))
        if isinstance(value, str):
            needed = max(needed, workbook.text_height(value, width - _INSET, 9))
    workbook.growing(sheet, row, needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a workbook holds of a table: its columns, its rows, and a head above them."""

    table: Table
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Value]]
    title: str
    help: str


def _table_sheet(file: Workbook, register: Register, part: Part, banner: str) -> None:
    sheet: Worksheet = file.create_sheet(part.table.sheet)
    told, widths = _Sheet(part.title, part.help, banner), [_width(column) for column in part.columns]
    _head(sheet, told, [column.title for column in part.columns], widths)
    last = FIRST_ROW + len(part.rows) - 1
    for number, column in enumerate(part.columns, start=1):
        sheet.cell(HEADER_ROW, number).comment = _comment(column)
        _guard(sheet, register, column, number, last)
    for number, row in enumerate(part.rows, start=FIRST_ROW):
        _row(sheet, part.columns, number, [values.cell(column, row.get(column.key)) for column in part.columns], widths)
    _finish(sheet, told, last=last, widths=widths)


def _origin_sheet(file: Workbook, register: Register, banner: str) -> None:
    """Write where each value was read: keys for reading in again, Swedish names beside them."""
    sheet: Worksheet = file.create_sheet(text_of("registerbook.origin_sheet"))
    told = _Sheet(text_of("registerbook.origin_title"), text_of("registerbook.origin_help"), banner, column=2)
    columns = (*ORIGIN_COLUMNS, "table_title", "column_title")
    _head(sheet, told, [text_of(f"registerbook.origin.{key}") for key in columns], _ORIGIN_WIDTHS)
    number = HEADER_ROW
    for (table, key, column), origin in sorted(register.origins.items()):
        number += 1
        declared = register.vocabulary[table]
        place: tuple[Written, ...] = (origin.file, origin.sha256, origin.sheet, origin.row, origin.cell)
        for index, value in enumerate((table, key, column, *place, declared.sheet, declared[column].title), start=1):
            workbook.put(sheet.cell(number, index), value, "hidden")
    for column in _HIDDEN_ORIGINS:
        sheet.column_dimensions[get_column_letter(ORIGIN_COLUMNS.index(column) + 1)].hidden = True
    _finish(sheet, told, last=number, widths=_ORIGIN_WIDTHS)


def _base(parts: Iterable[Part]) -> Iterator[tuple[Written, ...]]:
    """Yield every value as it is sent out, of the rows that the register holds."""
    for part in parts:
        for row in part.rows:
            for column in part.columns:
                value = values.cell(column, row.get(column.key))
                if value is not None and row.get("id") is not None:
                    yield f"register.{part.table.key}", str(row["id"]), column.key, str(row["id"]), value


def _packed(
    file: Workbook, register: Register, parts: Sequence[Part], *, title: str, rule_set: str, workspace: str, made_on: date
) -> bytes:
    """Add what is needed to read the workbook in again, and return its bytes."""
    meta: dict[str, Written] = {
        "form": "register",
        "form_version": texts("forms")["version"],
        "organisation": None,
        "rule_set": rule_set,
        "state": register.fingerprint(),
        "workspace": workspace,
        "made_on": made_on.isoformat(),
    }
    workbook.hidden_sheet(file, META_SHEET, [(key, meta[key]) for key in META_KEYS])
    workbook.hidden_sheet(file, BASE_SHEET, [BASE_COLUMNS, *_base(parts)])
    return workbook.packed(file, title=title, made_on=made_on)


def some(register: Register, parts: Sequence[Part], *, title: str, rule_set: str, workspace: str, made_on: date, banner: str = "") -> bytes:
    """Return some rows and columns of the register as a workbook that is read in as the whole one is; what it lacks stays as it is.

    ``title`` names the workbook; the other arguments are those of :func:`write`.
    """
    file = workbook.new()
    for part in parts:
        _table_sheet(file, register, part, banner)
    return _packed(file, register, parts, title=title, rule_set=rule_set, workspace=workspace, made_on=made_on)


def write(register: Register, *, rule_set: str, workspace: str, made_on: date, banner: str = "") -> bytes:
    """Return the register as a workbook: a sheet for each table, one for the origins, and what is needed to read it in again.

    Parameters
    ----------
    rule_set, workspace
        Names that the workbook carries.
    made_on
        The day the workbook carries; no clock is read.
    banner
        A line on every sheet, such as ``påhittade exempeldata``.

    Examples
    --------
    >>> write(Register(), rule_set="LEH", workspace="krokom", made_on=date(2026, 11, 22))[:2]
    b'PK'
    """
    file = workbook.new()
    parts = [
        Part(table=table, columns=tuple(table), rows=list(register.rows(table.key).values()), title=table.title, help=table.help)
        for table in register.vocabulary
    ]
    for part in parts:
        _table_sheet(file, register, part, banner)
    _origin_sheet(file, register, banner)
    title = text_of("registerbook.title")
    return _packed(file, register, parts, title=title, rule_set=rule_set, workspace=workspace, made_on=made_on)
