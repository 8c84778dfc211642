"""Give account of a file: what it holds, what of it was taken in, what must be asked, and what that changes."""

from __future__ import annotations

import hashlib
import marshal
import zlib
from collections import Counter
from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence, ValuesView
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any, Final, get_args

from openpyxl.utils.cell import coordinate_to_tuple

from krokomrsa.changes import Change, RowChange
from krokomrsa.errors import Problem
from krokomrsa.excel.foreign.model import Question, Understood
from krokomrsa.excel.ledger import Ledger, Noted, Outcome, Outcomes, Place, Status
from krokomrsa.excel.reading import Book
from krokomrsa.register import Register

FOREIGN: Final = "own"  # the form of a file that is none of our forms: the sender's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a file holds, what of it was taken in, and what that changes."""

    file: str
    sha256: str
    form: str
    organisation: str
    counts: Mapping[str, int]
    rows: Mapping[str, int]
    new: Mapping[str, int]
    changed: Mapping[str, int]
    problems: tuple[Problem, ...]
    row_changes: tuple[RowChange, ...]
    outcomes: Mapping[Place, Outcome]
    understood: tuple[Understood, ...] = ()  # the tables found, and what their columns were taken to be
    questions: tuple[Question, ...] = ()  # what must be answered before the rest is stored
    refused: bool = False
    after: Register | None = field(default=None, compare=False, repr=False)  # the register with its changes, until it is taken in

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the changes value by value."""
        return tuple(one for row in self.row_changes for one in row.single())

    @property
    def complete(self) -> bool:
        """Tell whether nothing was rejected, in conflict or missing."""
        return not self.counts["cells_rejected"] and not any(
            problem.kind in {"rejected", "conflict", "refused", "question"} for problem in self.problems
        )

    @property
    def in_conflict(self) -> bool:
        """Tell whether a cell was changed both in the file and in the register."""
        return any(problem.kind == "conflict" for problem in self.problems)

    @property
    def unchanged(self) -> Mapping[str, int]:
        """Return how many rows of each table the file says nothing new of."""
        left = {table: count - self.new.get(table, 0) - self.changed.get(table, 0) for table, count in self.rows.items()}
        return {table: count for table, count in left.items() if count > 0}

    def as_dict(self) -> dict[str, Any]:
        """Return the reconciliation as plain data for JSON."""
        keys = ("sheet", "cell", "value", "problem", "remedy", "kind", "table", "id", "column")
        return {
            "file": self.file,
            "form": self.form,
            "organisation": self.organisation,
            "refused": self.refused,
            **self.counts,
            "rows": dict(self.rows),
            "rows_new": dict(self.new),
            "rows_changed": dict(self.changed),
            "rows_unchanged": dict(self.unchanged),
            "ignored": dict(Counter(outcome.reason for outcome in self.outcomes.values() if outcome.status == "ignored")),
            "mapping": [one.as_dict() for one in self.understood],
            "questions": [{**asdict(one), "answer": ""} for one in self.questions],
            "problems": [{key: getattr(problem, key) for key in keys} for problem in self.problems],
        }


class _Packed(Mapping[Place, Outcome]):
    """What became of each cell of a file that has been taken in, kept small until somebody asks."""

    def __init__(self, outcomes: Outcomes) -> None:
        """Pack the outcomes."""
        plain = [(sheet, [*zip(*found, strict=True)], [*zip(*found.values(), strict=True)]) for sheet, found in outcomes.by_sheet.items()]
        self._packed = zlib.compress(marshal.dumps(plain), 1)
        self._first, self._count = next(iter(outcomes), None), len(outcomes)

    def _opened(self) -> Outcomes:
        found = marshal.loads(zlib.decompress(self._packed))  # noqa: S302 (what was packed here)
        return Outcomes(
            {sheet: dict(zip(zip(*places, strict=True), zip(*noted, strict=True), strict=True)) for sheet, places, noted in found}
        )

    def __getitem__(self, place: Place) -> Outcome:
        """Return what became of a cell."""
        return self._opened()[place]

    def __iter__(self) -> Iterator[Place]:
        """Go through the cells; the first of them can be had without opening."""
        if self._first is not None:
            yield self._first
            yield from islice(self._opened(), 1, None)

    def __len__(self) -> int:
        """Return the number of cells."""
        return self._count

    def items(self) -> ItemsView[Place, Outcome]:
        """Return cells and what became of them."""
        return self._opened().items()

    def values(self) -> ValuesView[Outcome]:
        """Return what became of cells."""
        return self._opened().values()


def light(read: Intake) -> Intake:
    """Return the account of a file without its cells: what was found, told, asked and changed by it."""
    if not isinstance(read.outcomes, Outcomes):
        return read
    understood = tuple(
        replace(one, table=replace(one.table, sheet=replace(one.table.sheet, cells={}, comments={}))) for one in read.understood
    )
    return replace(read, outcomes=_Packed(read.outcomes), understood=understood)


def kept(read: Intake) -> Intake:
    """Return the account of a file that has been taken in, without its cells and its changes."""
    return replace(light(read), after=None, row_changes=())


def refused(file: str, content: bytes, problems: Iterable[Problem], book: Book | None = None) -> Intake:
    """Return the account of a file that was not taken in at all: every cell that could be read is rejected."""
    told = tuple(problem.at(file=file) for problem in problems)
    rejected: Noted = (("rejected", told[0].problem, "", ""), "")
    outcomes = Outcomes({sheet.name: dict.fromkeys(sheet.cells, rejected) for sheet in book.sheets} if book else {})
    return Intake(
        file=file,
        sha256=hashlib.sha256(content).hexdigest(),
        form="",
        organisation="",
        counts={"cells_read": len(outcomes), "cells_accepted": 0, "cells_rejected": len(outcomes), "cells_ignored": 0},
        rows={},
        new={},
        changed={},
        problems=told,
        row_changes=(),
        outcomes=outcomes,
        refused=True,
    )


def _order(book: Book, problem: Problem) -> tuple[int, int, int]:
    """Return where a problem is told: by sheet, row and column; of the whole file first, then of a whole sheet."""
    sheets = [sheet.name for sheet in book.sheets]
    row, column = coordinate_to_tuple(problem.cell) if problem.cell else (0, 0)
    return (sheets.index(problem.sheet) if problem.sheet in sheets else -1, row, column)


def taken_in(
    ledger: Ledger,
    changes: Sequence[RowChange],
    *,
    after: Register | None,
    sha256: str,
    form: str,
    organisation: str,
    understood: Sequence[Understood] = (),
    questions: Sequence[Question] = (),
) -> Intake:
    """Return the account of a file that was read: every cell's outcome, everything that was told, and the changes it makes."""
    outcomes = ledger.told()
    cells: dict[str, int] = dict.fromkeys(get_args(Status), 0)
    for told, count in outcomes.items():
        cells[told[0]] += count
    return Intake(
        file=ledger.file,
        sha256=sha256,
        form=form,
        organisation=organisation,
        counts={"cells_read": ledger.read} | {f"cells_{status}": count for status, count in cells.items()},
        rows=Counter([table for status, _, table, _ in outcomes if status == "accepted"]),
        new=Counter([change.table for change in changes if change.before is None]),
        changed=Counter([change.table for change in changes if change.before is not None]),
        problems=tuple(sorted(ledger.problems, key=partial(_order, ledger.book))),
        row_changes=tuple(changes),
        after=after,
        outcomes=ledger.outcomes,
        understood=tuple(understood),
        questions=tuple(questions),
    )
