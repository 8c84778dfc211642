"""Account for every cell of a file: accepted, rejected or ignored, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from krokomrsa.errors import Problem
from krokomrsa.excel.reading import Book, Cell, Sheet
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

Status = Literal["accepted", "rejected", "ignored"]
Place = tuple[str, str]  # sheet name, cell


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one cell: where it went, or why it did not."""

    status: Status
    reason: str = ""
    table: str = ""
    id: str = ""
    column: str = ""


@dataclass(slots=True)
class Ledger:
    """Keep one outcome for each cell that was read. A cell is rejected only together with a problem."""

    file: str
    book: Book
    outcomes: dict[Place, Outcome] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def accept(self, sheet: Sheet, cell: Cell, *, table: str, row: str, column: str) -> None:
        """Note that a cell's value is a value of the register."""
        self.outcomes[sheet.name, cell.ref] = Outcome("accepted", table=table, id=row, column=column)

    def ignore(self, sheet: Sheet, cell: Cell, reason: str) -> None:
        """Note why a cell holds nothing for the register; a cell that already has an outcome keeps it."""
        self.outcomes.setdefault((sheet.name, cell.ref), Outcome("ignored", text_of(f"intake.ignored.{reason}")))

    def reject(self, sheet: Sheet, cell: Cell, problem: Problem) -> None:
        """Note that a cell was not taken in, and tell the sender why."""
        told = problem.at(file=self.file, sheet=sheet.name, cell=cell.ref, value=problem.value or shown(cell.value))
        self.problems.append(told)
        self.outcomes[sheet.name, cell.ref] = Outcome("rejected", told.problem, told.table, told.id, told.column)

    def reject_with(self, sheet: Sheet, cell: Cell, cause: Problem) -> None:
        """Note that a cell fell with its row or column; ``cause`` was told at another cell."""
        if cause not in self.problems:
            self.problems.append(cause)
        self.outcomes[sheet.name, cell.ref] = Outcome("rejected", text_of("intake.rejected.row"))

    def tell(self, problem: Problem) -> None:
        """Tell the sender something that rejects no cell."""
        self.problems.append(problem.at(file=self.file))

    def close(self) -> None:
        """Give every cell without an outcome its reason, so that the three kinds add up to what was read."""
        for sheet, cell in self.book:
            if isinstance(cell.value, str) and not cell.value.strip():
                self.ignore(sheet, cell, "blank")
            self.ignore(sheet, cell, "other_sheet")

    def counts(self) -> Mapping[str, int]:
        """Return the number of cells read, accepted, rejected and ignored."""
        every = [outcome.status for outcome in self.outcomes.values()]
        read = sum(len(sheet.cells) for sheet in self.book.sheets)
        return {"cells_read": read} | {f"cells_{status}": every.count(status) for status in ("accepted", "rejected", "ignored")}
