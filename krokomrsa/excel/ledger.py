"""Account for every cell of a file: accepted, rejected or ignored, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, Literal, NamedTuple, Protocol

from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

from krokomrsa.errors import Problem
from krokomrsa.excel.blocks import Field
from krokomrsa.excel.reading import Book, Cell, Sheet
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

Status = Literal["accepted", "rejected", "ignored"]
Place = tuple[str, str]  # sheet name, cell


class Outcome(NamedTuple):
    """What became of one cell: where it went, or why it did not."""

    status: Status
    reason: str = ""
    table: str = ""
    id: str = ""
    column: str = ""


Told = tuple[Status, str, str, str]  # an outcome without its column: the very same for the cells of one row
Noted = tuple[Told, str]  # what became of a cell as a ledger keeps it, and its column
BySheet = Mapping[str, Mapping[tuple[int, int], Noted]]  # sheet name → row and column of a cell
_TOLD: Final = itemgetter(0)


class Answer(Protocol):
    """A cell that was read as an answer."""

    sheet: Sheet
    cell: Cell
    field: Field


def accepted(table: str, row: str) -> Told:
    """Return the outcome of the cells that are values of a row of the register."""
    return ("accepted", "", table, row)


def ignored(told: str) -> Noted:
    """Return what becomes of a cell that holds nothing for the register."""
    return (("ignored", told, "", ""), "")


class Outcomes(Mapping[Place, Outcome]):
    """What became of each cell, by sheet and cell.

    >>> Outcomes({"Blad1": {(4, 2): (("ignored", "En rubrik.", "", ""), "")}})["Blad1", "B4"].reason
    'En rubrik.'
    """

    def __init__(self, by_sheet: BySheet) -> None:
        """Take the outcomes as a ledger keeps them."""
        self.by_sheet = by_sheet

    def __getitem__(self, place: Place) -> Outcome:
        """Return what became of a cell."""
        sheet, cell = place
        told, column = self.by_sheet[sheet][coordinate_to_tuple(cell)]
        return Outcome(*told, column)

    def __iter__(self) -> Iterator[Place]:
        """Go through the cells."""
        return ((sheet, f"{get_column_letter(column)}{row}") for sheet, found in self.by_sheet.items() for row, column in found)

    def __len__(self) -> int:
        """Return the number of cells."""
        return sum(map(len, self.by_sheet.values()))


@dataclass(slots=True)
class Ledger:
    """Keep one outcome for each cell that was read. A cell is rejected only together with a problem that was told."""

    file: str
    book: Book
    problems: list[Problem] = field(default_factory=list)
    by_sheet: dict[str, dict[tuple[int, int], Noted]] = field(init=False)

    def __post_init__(self) -> None:
        """Tell first what the reader told of the file: how it was decoded, what its format cannot show."""
        self.by_sheet = {sheet.name: {} for sheet in self.book.sheets}
        for problem in self.book.told:
            self.tell(problem)

    def accept(self, sheet: Sheet, cell: Cell, told: Told, column: str) -> None:
        """Note that a cell's value is a value of the register; ``told`` is what :func:`accepted` returns for its row."""
        self.by_sheet[sheet.name][cell[:2]] = (told, column)

    def accept_all(self, rows: Iterable[tuple[Told, Iterable[Answer]]]) -> None:
        """Note what is a value of rows of the register, as :meth:`accept` does, each answer under the last of the columns that it fills."""
        for told, answers in rows:
            for one in answers:
                self.by_sheet[one.sheet.name][one.cell[:2]] = (told, one.field.columns[-1])

    def ignore(self, sheet: Sheet, cell: Cell, reason: str) -> None:
        """Note why a cell holds nothing for the register; a cell that already has an outcome keeps it."""
        self.ignore_as(sheet, [cell], text_of(f"intake.ignored.{reason}"))

    def ignore_as(self, sheet: Sheet, cells: Iterable[Cell], told: str) -> None:
        """Note in words why some cells hold nothing for the register; a cell that already has an outcome keeps it."""
        found, noted = self.by_sheet[sheet.name], ignored(told)
        for cell in cells:
            found.setdefault(cell[:2], noted)

    def ignore_all(self, told: Mapping[Place, str]) -> None:
        """Note in words why some cells hold nothing for the register, as :meth:`ignore_as` does for each."""
        for (sheet, cell), why in told.items():
            self.by_sheet[sheet].setdefault(coordinate_to_tuple(cell), ignored(why))

    def reject(self, sheet: Sheet, cell: Cell, problem: Problem) -> Problem:
        """Note that a cell was not taken in, and tell the sender why; return what was told."""
        told = self.tell(problem.at(sheet=sheet.name, cell=cell.ref, value=problem.value or shown(cell.value)))
        self.by_sheet[sheet.name][cell.row, cell.column] = (("rejected", told.problem, told.table, told.id), told.column)
        return told

    def reject_with(self, sheet: Sheet, cell: Cell, cause: Problem, reason: str = "row") -> None:
        """Note that a cell fell with its row, column or sheet; ``cause`` is what ``reject`` or ``tell`` returned."""
        told: Told = ("rejected", text_of(f"intake.rejected.{reason}"), cause.table, cause.id)
        self.by_sheet[sheet.name][cell.row, cell.column] = (told, "")

    def tell(self, problem: Problem) -> Problem:
        """Tell the sender something; return what was told."""
        told = problem.at(file=self.file)
        self.problems.append(told)
        return told

    def settled(self, sheet: Sheet, cell: Cell) -> bool:
        """Tell whether a cell already has an outcome."""
        return (cell.row, cell.column) in self.by_sheet[sheet.name]

    def close(self) -> None:
        """Give every cell without an outcome its reason, so that the three kinds add up to what was read."""
        for sheet in self.book.sheets:
            left = sheet.cells.keys() - self.by_sheet[sheet.name].keys()
            for place in sorted(left):
                cell = sheet.cells[place]
                blank = isinstance(cell.value, str) and not cell.value.strip()
                self.ignore(sheet, cell, "blank" if blank else "other_sheet")

    @property
    def outcomes(self) -> Outcomes:
        """Return what became of each cell."""
        return Outcomes(self.by_sheet)

    @property
    def read(self) -> int:
        """Return the number of cells that were read."""
        return sum(len(sheet.cells) for sheet in self.book.sheets)

    def told(self) -> Counter[Told]:
        """Return how many cells each outcome is that of."""
        every: Counter[Told] = Counter()
        for found in self.by_sheet.values():
            every.update(map(_TOLD, found.values()))
        return every
