"""Account for every cell of a file: accepted, rejected or ignored, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

from krokomrsa.errors import Problem
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


BySheet = Mapping[str, Mapping[tuple[int, int], Outcome]]  # sheet name → row and column of a cell


class Outcomes(Mapping[Place, Outcome]):
    """What became of each cell, by sheet and cell.

    >>> Outcomes({"Blad1": {(4, 2): Outcome("ignored", "En rubrik.")}})["Blad1", "B4"].reason
    'En rubrik.'
    """

    def __init__(self, by_sheet: BySheet) -> None:
        """Take the outcomes as a ledger keeps them."""
        self.by_sheet = by_sheet

    def __getitem__(self, place: Place) -> Outcome:
        """Return what became of a cell."""
        sheet, cell = place
        return self.by_sheet[sheet][coordinate_to_tuple(cell)]

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
    by_sheet: dict[str, dict[tuple[int, int], Outcome]] = field(init=False)

    def __post_init__(self) -> None:
        """Tell first what the reader told of the file: how it was decoded, what its format cannot show."""
        self.by_sheet = {sheet.name: {} for sheet in self.book.sheets}
        for problem in self.book.told:
            self.tell(problem)

    def accept(self, sheet: Sheet, cell: Cell, *, table: str, row: str, column: str) -> None:
        """Note that a cell's value is a value of the register."""
        self.by_sheet[sheet.name][cell.row, cell.column] = Outcome("accepted", "", table, row, column)

    def ignore(self, sheet: Sheet, cell: Cell, reason: str) -> None:
        """Note why a cell holds nothing for the register; a cell that already has an outcome keeps it."""
        self.ignore_as(sheet, cell, text_of(f"intake.ignored.{reason}"))

    def ignore_as(self, sheet: Sheet, cell: Cell, told: str) -> None:
        """Note in words why a cell holds nothing for the register; a cell that already has an outcome keeps it."""
        self.by_sheet[sheet.name].setdefault((cell.row, cell.column), Outcome("ignored", told))

    def ignore_all(self, told: Mapping[Place, str]) -> None:
        """Note in words why some cells hold nothing for the register, as :meth:`ignore_as` does for each."""
        for (sheet, cell), why in told.items():
            self.by_sheet[sheet].setdefault(coordinate_to_tuple(cell), Outcome("ignored", why))

    def reject(self, sheet: Sheet, cell: Cell, problem: Problem) -> Problem:
        """Note that a cell was not taken in, and tell the sender why; return what was told."""
        told = self.tell(problem.at(sheet=sheet.name, cell=cell.ref, value=problem.value or shown(cell.value)))
        self.by_sheet[sheet.name][cell.row, cell.column] = Outcome("rejected", told.problem, told.table, told.id, told.column)
        return told

    def reject_with(self, sheet: Sheet, cell: Cell, cause: Problem, reason: str = "row") -> None:
        """Note that a cell fell with its row, column or sheet; ``cause`` is what ``reject`` or ``tell`` returned."""
        outcome = Outcome("rejected", text_of(f"intake.rejected.{reason}"), cause.table, cause.id)
        self.by_sheet[sheet.name][cell.row, cell.column] = outcome

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

    def counts(self) -> Mapping[str, int]:
        """Return the number of cells read, accepted, rejected and ignored."""
        every = Counter([outcome.status for found in self.by_sheet.values() for outcome in found.values()])
        read = sum(len(sheet.cells) for sheet in self.book.sheets)
        return {"cells_read": read} | {f"cells_{status}": every[status] for status in ("accepted", "rejected", "ignored")}
