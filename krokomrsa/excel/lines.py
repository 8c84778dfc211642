"""Tell a form's answers from its headings, labels and notes, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from krokomrsa.errors import Problem
from krokomrsa.excel.blocks import Block, Field
from krokomrsa.excel.finding import Found, sheet_of
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.reading import Book, Cell, Sheet
from krokomrsa.excel.sent import raw_text
from krokomrsa.values import Unreadable, shown
from krokomrsa.vocabulary import text_of

_COLUMN: Final = attrgetter("column")


@dataclass(slots=True)
class Line:
    """One row of a block: its id, and the cell of each field that has an answer."""

    block: Block
    sheet: Sheet
    row: int
    id: str
    id_cell: Cell | None  # where its id stands; in a sender's own table the first cell that speaks of it
    label: str = ""  # the name that a matrix repeats before its answers
    cells: dict[str, tuple[Field, Cell]] = field(default_factory=dict)
    is_copy: bool = False  # of another row with the same id

    @property
    def of_register(self) -> bool:
        """Tell whether the row stands in the register workbook, where ids are seen and written by the coordinator."""
        return self.block.key.startswith("register.")

    @property
    def anchor(self) -> Cell:
        """Return the first cell of the row that a person sees, by which the row is told of."""
        answers = [cell for _, cell in self.cells.values()]
        seen = answers if not self.of_register or self.id_cell is None else [self.id_cell]
        return min(seen, key=_COLUMN)

    @property
    def every(self) -> list[Cell]:
        """Return the cells of the row that stand or fall with it; a hidden id is the form's own."""
        return [*([self.id_cell] if self.id_cell and self.of_register else []), *(cell for _, cell in self.cells.values())]


def _line(found: Found, number: int, cells: list[Cell]) -> Line:
    id_cell = next((cell for cell in cells if cell.column == found.id_column and not _is_blank(cell)), None)
    answers = {found.columns[cell.column][0]: (found.columns[cell.column][1], cell) for cell in cells if cell.column in found.columns}
    return Line(
        block=found.block,
        sheet=found.sheet,
        row=number,
        id=raw_text(id_cell.value) if id_cell and not id_cell.error else "",
        id_cell=id_cell,
        label=next((raw_text(cell.value) for cell in cells if cell.column in found.labels), ""),
        cells={key: answer for key, answer in answers.items() if not _is_blank(answer[1])},
    )


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell.value, str) and not cell.value.strip()


def _is_note(found: Found, line: Line) -> bool:
    """Tell whether a row without an id is one text alone: a note below the table, and no answer and no row that a coordinator has added."""
    if line.id_cell is not None or line.label or len(line.cells) > 1:
        return False
    if line.of_register and line.row - 1 in found.rows:
        return not any(one.column is not None and one.column.required for one, _ in line.cells.values())
    return not any(_is_answer(one, cell) for one, cell in line.cells.values())


def _is_answer(one: Field, cell: Cell) -> bool:
    """Tell whether a cell says what no note says: a number, a day, an answer of the list."""
    if one.column is not None and one.column.type == "text":
        return False
    try:
        return bool(one.read(cell.value))
    except Unreadable:
        return False


def _outside(sheet: Sheet, cell: Cell, ledger: Ledger) -> None:
    ledger.ignore(sheet, cell, "note")
    problem, remedy = text_of("intake.problems.outside"), text_of("intake.problems.outside_remedy")
    ledger.tell(Problem(sheet=sheet.name, cell=cell.ref, value=shown(cell.value), problem=problem, remedy=remedy, kind="notice"))


def _account(found: Found, line: Line, cells: list[Cell], ledger: Ledger, *, is_note: bool) -> None:
    """Account for the cells of a row that are no answers."""
    for cell in cells:
        if _is_blank(cell):
            ledger.ignore(found.sheet, cell, "blank")
        elif cell.column in found.left_out:
            ledger.reject_with(found.sheet, cell, found.left_out[cell.column], "column")
        elif cell.column in found.labels:
            ledger.ignore(found.sheet, cell, "label")
        elif cell.column == found.id_column:
            if not line.cells and not line.of_register:
                ledger.ignore(found.sheet, cell, "empty_row")
        elif is_note or cell.column not in found.columns:
            _outside(found.sheet, cell, ledger)


def _lines(found: Found, ledger: Ledger) -> Iterator[Line]:
    own = [(number, "title") for number in found.rows if found.marker_row is not None and found.marker_row <= number < found.header_row]
    own += [(found.header_row, "header"), *((number, "title") for number in found.rows if found.is_own(number))]
    for number, reason in own:
        for cell in found.rows[number]:
            ledger.ignore(found.sheet, cell, reason)
    texts = {number for number, _ in own}
    for number, cells in found.body:
        if number in texts:
            continue
        line = _line(found, number, cells)
        is_note = _is_note(found, line)
        _account(found, line, cells, ledger, is_note=is_note)
        if line.id_cell is not None or (line.cells and not is_note):
            yield line


def read(places: Iterable[Found], ledger: Ledger) -> list[Line]:
    """Return the rows of every block that hold an id or an answer; account for all cells around them that hold none."""
    return [line for found in places for line in _lines(found, ledger)]


def _missing(key: str, block: Block) -> Problem:
    problem, remedy = text_of(f"intake.problems.{key}", sheet=block.sheet), text_of(f"intake.problems.{key}_remedy")
    return Problem(sheet=block.sheet, problem=problem, remedy=remedy, kind="gone")


def close(book: Book, wanted: Mapping[str, Block], places: list[Found], ledger: Ledger, *, expected: set[str]) -> None:
    """Tell which blocks and sheets are missing and which are none of the form's, and account for every cell that is left.

    ``expected`` are the blocks whose sheet must be there.
    """
    known = {found.block.key for found in places}
    told: set[str] = set()
    for key, block in wanted.items():
        sheet = sheet_of(book, block)
        if key in known or block.sheet in told:
            continue
        if sheet is not None and sheet.cells:
            told.add(block.sheet)
            _without_block(sheet, block, places, ledger)
        elif key in expected:
            told.add(block.sheet)
            ledger.tell(_missing("missing_sheet", block).at(kind="rejected"))
    for sheet in {id(found.sheet): found.sheet for found in places}.values():
        first = min(found.header_row for found in places if found.sheet is sheet)
        for cell in sheet.cells.values():
            if cell.row < first:
                ledger.ignore(sheet, cell, "title")
            elif not ledger.settled(sheet, cell) and not _is_blank(cell):
                _outside(sheet, cell, ledger)
    _other_sheets(book, wanted, ledger)
    ledger.close()


def _without_block(sheet: Sheet, block: Block, places: list[Found], ledger: Ledger) -> None:
    """Reject what stands in a sheet whose table cannot be found."""
    first = min((found.header_row for found in places if found.sheet is sheet), default=1)
    rest = [cell for cell in sheet.cells.values() if cell.row >= first and not ledger.settled(sheet, cell) and not _is_blank(cell)]
    cause = ledger.tell(_missing("missing_block", block).at(sheet=sheet.name, kind="rejected" if rest else "gone"))
    for cell in rest:
        ledger.reject_with(sheet, cell, cause, "sheet")


def _other_sheets(book: Book, wanted: Mapping[str, Block], ledger: Ledger) -> None:
    """Tell which sheets with something in them are none of the form's."""
    ours = {id(sheet_of(book, block)) for block in wanted.values()}
    for sheet in book.sheets:
        if id(sheet) not in ours and any(not ledger.settled(sheet, cell) and not _is_blank(cell) for cell in sheet.cells.values()):
            problem, remedy = text_of("intake.problems.other_sheet", sheet=sheet.name), text_of("intake.problems.other_sheet_remedy")
            ledger.tell(Problem(sheet=sheet.name, problem=problem, remedy=remedy, kind="notice"))
