"""Lay a form's blocks out on sheets: head, table, matrix, legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa.excel import limits, workbook
from krokomrsa.excel.blocks import Answer, Block, Field
from krokomrsa.excel.prefill import Line
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of, texts

FIRST_COLUMN: Final = 2  # column A holds ids and is hidden
_WIDTHS: Final[Mapping[str, float]] = {"text": 25, "number": 14, "integer": 12, "date": 13, "choice": 12, "boolean": 10}
LABEL_WIDTH: Final = 24
MATRIX_WIDTH: Final = 8.3
_INSET: Final = 1.4  # characters between a cell's edge and its text
_TURNED: Final = 24  # letters of a turned header before it goes on in a second line


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a block stands: its header row, its rows of data (none when ``last`` < ``first``) and its last column."""

    header: int
    first: int
    last: int
    column: int


def widths(block: Block) -> list[float]:
    """Return the widths of a block's columns in characters: wide enough for the type and for the longest word of the header."""

    def width(field: Field) -> float:
        kind = field.column.type if field.column is not None else "text"
        longest = max(map(len, field.header.split()), default=0)
        return max(_WIDTHS.get(kind, _WIDTHS["text"]), longest * 0.98 + 3)

    return [width(field) for field in block.fields]


def set_widths(sheet: Worksheet, found: Sequence[float]) -> None:
    """Set the widths of the columns from the first visible one, and hide the column of ids."""
    sheet.column_dimensions["A"].hidden = True
    for column, width in enumerate(found, start=FIRST_COLUMN):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _width(sheet: Worksheet, first: int, last: int) -> float:
    return sum(float(sheet.column_dimensions[get_column_letter(column)].width) for column in range(first, last + 1))


def _room(sheet: Worksheet, column: int) -> float:
    return _width(sheet, column, column) - _INSET


def span(sheet: Worksheet, row: int, last_column: int, text: str, look: str) -> None:
    """Write a text across a sheet's visible columns, in a row as high as it needs."""
    for column in range(FIRST_COLUMN, last_column + 1):
        workbook.put(sheet.cell(row, column), text if column == FIRST_COLUMN else None, look)
    sheet.merge_cells(start_row=row, start_column=FIRST_COLUMN, end_row=row, end_column=last_column)
    size = float(sheet.cell(row, FIRST_COLUMN).font.size or 10)
    height = workbook.text_height(text, _width(sheet, FIRST_COLUMN, last_column), size)
    sheet.row_dimensions[row].height = max(size * 1.6, height + 2)


def head(sheet: Worksheet, told: Sequence[tuple[str, str]], last_column: int) -> int:
    """Write a sheet's head, pairs of look and text from the top; return the next free row."""
    for row, (look, text) in enumerate(told, start=1):
        span(sheet, row, last_column, text, look)
    return len(told) + 1


def section(sheet: Worksheet, row: int, last_column: int, title: str, told: str) -> None:
    """Write the title and the help of a further block in a sheet; the sign in the hidden column says that these rows are no answers."""
    for number, (look, text) in enumerate((("section", title), ("help", told)), start=row):
        workbook.put(sheet.cell(number, 1), text_of("forms.marker"), "hidden")
        span(sheet, number, last_column, text, look)


def _file(sheet: Worksheet) -> Workbook:
    return cast("Workbook", sheet.parent)


def _marker(sheet: Worksheet, row: int, block: Block) -> None:
    workbook.put(sheet.cell(row, 1), block.marker, "hidden")
    workbook.put(sheet.cell(row + 1, 1), text_of("forms.id"), "hidden")
    sheet.row_dimensions[row].hidden = True


def _guard(sheet: Worksheet, rule: DataValidation | None, area: str) -> None:
    if rule is not None:
        rule.add(area)
        sheet.add_data_validation(rule)


def _answers_rule(block: Block, field: Field, file: Workbook) -> DataValidation:
    labels = [answer.label for answer in field.answers]
    title, prompt = text_of(f"formsheet.prompts.{field.key}_title"), text_of(f"formsheet.prompts.{field.key}")
    return limits.choice(file, f"val_{block.key}_{field.key}", labels, title=title, prompt=prompt)


def _rule(block: Block, field: Field, file: Workbook) -> DataValidation | None:
    if field.locked:
        return None
    return limits.of(file, field.column) if field.column is not None else _answers_rule(block, field, file)


def _cell_look(field: Field) -> str:
    if field.locked:
        return "locked"
    short = field.column is not None and field.column.type in {"choice", "boolean", "date", "number", "integer"}
    return "choice" if short else "answer"


def _table_row(sheet: Worksheet, block: Block, line: Line, row: int, least: float) -> None:
    workbook.put(sheet.cell(row, 1), line.id, "hidden")
    needed = least
    for column, field in enumerate(block.fields, start=FIRST_COLUMN):
        sent = line.sent.get(field.key)
        value = sent.value if sent else None
        workbook.put(sheet.cell(row, column), value, _cell_look(field), number_format=limits.number_format(field.column))
        text = value if isinstance(value, str) else shown(value)
        needed = max(needed, workbook.text_height(text, _room(sheet, column)))
    workbook.growing(sheet, row, needed)


def _header(sheet: Worksheet, block: Block, row: int, *, help_shown: bool) -> None:
    columns = list(enumerate(block.fields, start=FIRST_COLUMN))
    for column, field in columns:
        workbook.put(sheet.cell(row, column), field.header, "header")
        if help_shown:
            workbook.put(sheet.cell(row - 2, column), field.help, "column_help")
    sheet.row_dimensions[row].height = max(workbook.text_height(field.header, _room(sheet, column), 9.5) for column, field in columns)
    if help_shown:
        sheet.row_dimensions[row - 2].height = max(workbook.text_height(field.help, _room(sheet, column), 8) for column, field in columns)


def table(sheet: Worksheet, block: Block, lines: Sequence[Line], *, top: int, help_shown: bool = False, least: float = 30) -> Placed:
    """Write a block as a table: help of each column, hidden marker, header, one row a line at least ``least`` points high."""
    marker = top + help_shown
    header, first = marker + 1, marker + 2
    _marker(sheet, marker, block)
    _header(sheet, block, header, help_shown=help_shown)
    for row, line in enumerate(lines, start=first):
        _table_row(sheet, block, line, row, least)
    last = first + len(lines) - 1
    for column, field in enumerate(block.fields, start=FIRST_COLUMN):
        letter = get_column_letter(column)
        if lines:
            _guard(sheet, _rule(block, field, _file(sheet)), f"{letter}{first}:{letter}{last}")
    return Placed(header, first, last, FIRST_COLUMN + len(block.fields) - 1)


def _tint(sheet: Worksheet, area: str, formula: str, **look: Any) -> None:
    rule = FormulaRule(formula=[formula], **look)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(area, rule)


def remind(sheet: Worksheet, placed: Placed, block: Block, lines: Sequence[Line]) -> None:
    """Tint the cell Stämmer / Ändrat of every row that shows an earlier answer, until it is answered."""
    column = next((FIRST_COLUMN + number for number, field in enumerate(block.fields) if field.asked_anew), None)
    rows = [row for row, line in enumerate(lines, start=placed.first) if line.sent]
    if column is None or not rows:
        return
    letter = get_column_letter(column)
    tint = PatternFill("solid", start_color=workbook.colour("banner"), end_color=workbook.colour("banner"))
    _tint(sheet, f"{letter}{rows[0]}:{letter}{rows[-1]}", f'{letter}{rows[0]}=""', fill=tint)


def _matrix_header(sheet: Worksheet, block: Block, row: int, columns: Mapping[str, str]) -> None:
    workbook.put(sheet.cell(row, FIRST_COLUMN), texts("forms")["headers"][block.key], "header")
    for column, (key, name) in enumerate(columns.items(), start=FIRST_COLUMN + 1):
        workbook.put(sheet.cell(row - 1, column), key, "hidden")
        workbook.put(sheet.cell(row, column), name, "turned")
    letters = max((max(min(len(name), _TURNED), *map(len, name.split())) for name in columns.values()), default=0)
    sheet.row_dimensions[row].height = max(30.0, letters * 5.4 + 8)


def _matrix_row(sheet: Worksheet, line: Line, row: int, columns: Sequence[str], source: Cell | MergedCell) -> None:
    workbook.put(sheet.cell(row, 1), line.id, "hidden")
    workbook.link(sheet.cell(row, FIRST_COLUMN), source, "locked")
    for column, key in enumerate(columns, start=FIRST_COLUMN + 1):
        sent = line.sent.get(key)
        if key == line.id:
            workbook.put(sheet.cell(row, column), None, "never")
        else:
            workbook.put(sheet.cell(row, column), sent.value if sent else None, "choice")
    name = "" if source.value is None else str(source.value)
    workbook.growing(sheet, row, max(28.0, workbook.text_height(name, _room(sheet, FIRST_COLUMN))))


def matrix(
    sheet: Worksheet, block: Block, lines: Sequence[Line], columns: Mapping[str, str], *, top: int, names: Sequence[Cell | MergedCell]
) -> Placed:
    """Write a block as a matrix: one row a line, labelled by the cell of ``names``, one column a resource (id → name), drop-downs between."""
    header, first, field = top + 1, top + 2, block.fields[0]
    last, last_column = first + len(lines) - 1, FIRST_COLUMN + len(columns)
    _marker(sheet, top, block)
    _matrix_header(sheet, block, header, columns)
    for row, (line, source) in enumerate(zip(lines, names, strict=True), start=first):
        _matrix_row(sheet, line, row, list(columns), source)
    if lines and columns:
        area = f"{get_column_letter(FIRST_COLUMN + 1)}{first}:{get_column_letter(last_column)}{last}"
        _guard(sheet, _answers_rule(block, field, _file(sheet)), area)
        shown = f'{get_column_letter(FIRST_COLUMN + 1)}{first}="{field.answers[0].label}"'
        _tint(sheet, area, shown, font=Font(color=workbook.colour("muted")))
    return Placed(header, first, last, last_column)


def pages(placed: Placed, columns: int, bottom: int) -> list[str]:
    """Return the areas of a matrix that is printed on several pages: the first with the head and the legend, then so many columns each."""
    first = FIRST_COLUMN + 1
    starts = range(first + columns, placed.column + 1, columns)
    areas = [(start, placed.header, min(start + columns - 1, placed.column), placed.last) for start in starts]
    return [
        f"{get_column_letter(left)}{top}:{get_column_letter(right)}{last}"
        for left, top, right, last in [(FIRST_COLUMN, 1, first + columns - 1, bottom), *areas]
    ]


def legend(sheet: Worksheet, answers: Sequence[Answer], *, top: int) -> int:
    """Write what each answer means, one a row; return the last row."""
    workbook.put(sheet.cell(top, FIRST_COLUMN), text_of("formsheet.legend.title"), "section")
    for row, answer in enumerate(answers, start=top + 1):
        text = text_of("formsheet.legend.answer", label=answer.label, meaning=answer.meaning)
        workbook.put(sheet.cell(row, FIRST_COLUMN), text, "note")
    return top + len(answers)
