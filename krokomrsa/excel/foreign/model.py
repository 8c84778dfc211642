"""What is understood of a workbook that is none of our forms, step by step: tables, columns, questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from krokomrsa.excel.reading import Cell, Sheet

RowKind = Literal["data", "category", "total", "help", "header", "note", "blank"]
Status = Literal["mapped", "asked", "ignored"]
QuestionKind = Literal["column", "value", "scale", "sheet", "organisation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sender's table; a group of columns of which one is crossed (”X” under VL … VH) is one column too."""

    cell: Cell  # the lowest cell of its header
    header: str  # the header as one line; a header of two rows joined: ”Threat / Probability”
    parts: tuple[str, ...]  # the header's rows from the top, without repeats
    numbers: tuple[int, ...]  # the sheet's columns: one, or several where one is crossed
    options: tuple[str, ...] = ()  # what a cross in each of several columns means

    @property
    def number(self) -> int:
        """Return the sheet's first column."""
        return self.numbers[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a sheet: its header, its columns, and what each row below the header is."""

    sheet: Sheet
    header_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    kinds: Mapping[int, RowKind]  # row of the sheet → what it is, to the end of the table
    categories: Mapping[int, str] = field(default_factory=dict)  # row with data → the category row that it stands under

    @property
    def data(self) -> tuple[int, ...]:
        """Return the rows that hold data, in order."""
        return tuple(number for number, kind in sorted(self.kinds.items()) if kind == "data")

    @property
    def first_row(self) -> int | None:
        """Return the first row that holds data, None if there is none."""
        return self.data[0] if self.data else None

    @property
    def last_row(self) -> int | None:
        """Return the last row that holds data, None if there is none."""
        return self.data[-1] if self.data else None

    def cells(self, column: Column) -> Iterator[Cell]:
        """Go through a column's cells in rows with data."""
        found = (self.sheet.cells.get((row, number)) for row in self.data for number in column.numbers)
        return (cell for cell in found if cell is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A workbook's tables, and why each cell outside their rows with data holds nothing for the register."""

    tables: tuple[Table, ...]
    loose: Mapping[
        tuple[str, str], str
    ]  # (sheet, cell) → title, note, header, category, total, help, list, drawn_matrix, summary, form or blank
    guesses: tuple[tuple[Guess, ...], ...] = ()  # what each table's columns were taken to be, where that has been found already
    answers: Answers | None = None  # with these answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a sender's column is taken to be, how surely, and why."""

    column: Column
    key: str | None  # our column, such as risks.event; None where it is none of ours
    confidence: float  # 0 to 1
    reason: str  # a Swedish sentence
    status: Status
    others: tuple[str, ...] = ()  # what it might be instead
    state_word: str = ""  # the sender's word, such as ”residual”, of which it is asked once what state of the risk it means


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that the coordinator must say before what stands there is stored."""

    kind: QuestionKind
    text: str  # a Swedish question
    sheet: str = ""
    cell: str = ""
    header: str = ""
    value: str = ""  # the word or level that is asked about
    proposals: tuple[tuple[str, str], ...] = ()  # (answer, its Swedish label), the likeliest first
    cells: int = 0  # how many cells wait for the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the coordinator has said of a sender's tables, now or for an earlier file from the same sender."""

    organisation: str | None = None
    columns: Mapping[tuple[str, str], str | None] = field(
        default_factory=dict
    )  # (sheet, header), folded → our column, None: not to be read
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (our column, folded word) → value
    scales: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (sheet, header), folded → ”samma” or ”1=1-2; 2=3; 3=4-5”
    sheets: Mapping[str, bool] = field(default_factory=dict)  # folded sheet → whether it is to be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One table and what its columns are taken to be."""

    table: Table
    guesses: tuple[Guess, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON."""
        return {
            "sheet": self.table.sheet.name,
            "header_rows": list(self.table.header_rows),
            "first_row": self.table.first_row,
            "last_row": self.table.last_row,
            "columns": [
                {
                    "cell": guess.column.cell.ref,
                    "header": guess.column.header,
                    "column": guess.key,
                    "confidence": round(guess.confidence, 2),
                    "status": guess.status,
                    "reason": guess.reason,
                    "others": list(guess.others),
                }
                for guess in self.guesses
            ],
        }
