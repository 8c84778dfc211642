"""Account for every cell of a file: accepted, rejected or ignored, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

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


@dataclass(slots=True)
class Ledger:
    """Keep one outcome for each cell that was read. A cell is rejected only together with a problem that was told."""

    file: str
    book: Book
    outcomes: dict[Place, Outcome] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Tell first what the reader told of the file: how it was decoded, what its format cannot show."""
        for problem in self.book.told:
            self.tell(problem)

    def accept(self, sheet: Sheet, cell: Cell, *, table: str, row: str, column: str) -> None:
        """Note that a cell's value is a value of the register."""
        self.outcomes[sheet.name, cell.ref] = Outcome("accepted", table=table, id=row, column=column)

    def ignore(self, sheet: Sheet, cell: Cell, reason: str) -> None:
        """Note why a cell holds nothing for the register; a cell that already has an outcome keeps it."""
        self.ignore_as(sheet, cell, text_of(f"intake.ignored.{reason}"))

    def ignore_as(self, sheet: Sheet, cell: Cell, told: str) -> None:
        """Note in words why a cell holds nothing for the register; a cell that already has an outcome keeps it."""
        self.outcomes.setdefault((sheet.name, cell.ref), Outcome("ignored", told))

    def ignore_all(self, told: Mapping[Place, str]) -> None:
        """Note in words why some cells hold nothing for the register, as :meth:`ignore_as` does for each."""
        for place, why in told.items():
            self.outcomes.setdefault(place, Outcome("ignored", why))

    def reject(self, sheet: Sheet, cell: Cell, problem: Problem) -> Problem:
        """Note that a cell was not taken in, and tell the sender why; return what was told."""
        told = self.tell(problem.at(sheet=sheet.name, cell=cell.ref, value=problem.value or shown(cell.value)))
        self.outcomes[sheet.name, cell.ref] = Outcome("rejected", told.problem, told.table, told.id, told.column)
        return told

    def reject_with(self, sheet: Sheet, cell: Cell, cause: Problem, reason: str = "row") -> None:
        """Note that a cell fell with its row, column or sheet; ``cause`` is what ``reject`` or ``tell`` returned."""
        self.outcomes[sheet.name, cell.ref] = Outcome("rejected", text_of(f"intake.rejected.{reason}"), cause.table, cause.id)

    def tell(self, problem: Problem) -> Problem:
        """Tell the sender something; return what was told."""
        told = problem.at(file=self.file)
        self.problems.append(told)
        return told

    def settled(self, sheet: Sheet, cell: Cell) -> bool:
        """Tell whether a cell already has an outcome."""
        return (sheet.name, cell.ref) in self.outcomes

    def close(self) -> None:
        """Give every cell without an outcome its reason, so that the three kinds add up to what was read."""
        for sheet, cell in self.book:
            if self.settled(sheet, cell):
                continue
            blank = isinstance(cell.value, str) and not cell.value.strip()
            self.ignore(sheet, cell, "blank" if blank else "other_sheet")

    def counts(self) -> Mapping[str, int]:
        """Return the number of cells read, accepted, rejected and ignored."""
        every = Counter(outcome.status for outcome in self.outcomes.values())
        read = sum(len(sheet.cells) for sheet in self.book.sheets)
        return {"cells_read": read} | {f"cells_{status}": every[status] for status in ("accepted", "rejected", "ignored")}
