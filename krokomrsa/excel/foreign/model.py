"""What is understood of a workbook that is none of our forms, step by step: tables, columns, questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, Final, Literal

from krokomrsa.excel.reading import Cell, Sheet
from krokomrsa.values import fold

RowKind = Literal["data", "category", "total", "help", "header", "note", "blank"]
Status = Literal["mapped", "asked", "ignored"]
_NAME: Final = 200  # letters of a table's name
QuestionKind = Literal["column", "value", "scale", "sheet", "organisation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sender's table; a group of columns of which one is crossed (”X” under VL … VH) is one column too."""

    cell: Cell  # the lowest cell of its header
    header: str  # the header as one line; a header of two rows joined: ”Threat / Probability”
    parts: tuple[str, ...]  # the header's rows from the top, without repeats
    numbers: tuple[int, ...]  # the sheet's columns: one, or several where one is crossed
    options: tuple[str, ...] = ()  # what a cross in each of several columns means
    alike: str = ""  # what tells it from the sheet's other columns with the same header: ”2 av 3”

    @property
    def number(self) -> int:
        """Return the sheet's first column."""
        return self.numbers[0]

    @property
    def name(self) -> str:
        """Return what the column is called in questions and answers: no other column of its sheet is called so."""
        return f"{self.header} ({self.alike})".lstrip() if self.alike else self.header

    @property
    def ref(self) -> str:
        """Return the column's own cell in the lowest row of its header; under a merged label another than the label's."""
        return Cell(self.cell.row, self.number, None).ref


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a sheet: its header, its columns, and what each row below the header is."""

    sheet: Sheet
    header_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    kinds: Mapping[int, RowKind]  # row of the sheet → what it is, to the end of the table
    categories: Mapping[int, str] = field(default_factory=dict)  # row with data → the category row that it stands under

    @cached_property
    def data(self) -> tuple[int, ...]:
        """Return the rows that hold data, in order."""
        return tuple(sorted(number for number, kind in self.kinds.items() if kind == "data"))

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """Return the headers as they are compared: tables with the same ones are read alike."""
        return tuple(fold(column.header) for column in self.columns)

    @property
    def first_row(self) -> int | None:
        """Return the first row that holds data, None if there is none."""
        return self.data[0] if self.data else None

    @property
    def last_row(self) -> int | None:
        """Return the last row that holds data, None if there is none."""
        return self.data[-1] if self.data else None

    def cells(self, column: Column) -> list[Cell]:
        """Return a column's cells in rows with data."""
        return list(filter(None, map(self.sheet.cells.get, product(self.data, column.numbers))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A workbook's tables, and why each cell outside their rows with data holds nothing for the register."""

    tables: tuple[Table, ...]
    loose: Mapping[
        tuple[str, str], str
    ]  # (sheet, cell) → title, note, header, category, total, help, list, drawn_matrix, summary, form or blank
    guesses: tuple[tuple[Guess, ...], ...] = ()  # what each table's columns were taken to be, where that has been found already
    answers: Answers | None = None  # with these answers

    def headers(self, sheet: Sheet) -> tuple[tuple[str, ...], ...]:
        """Return the headers of a sheet's tables, those of tables that are read alike once."""
        name = fold(sheet.name)
        return tuple(dict.fromkeys(table.headers for table in self.tables if fold(table.sheet.name) == name))

    def name(self, table: Table) -> str:
        """Return what a table is called in questions and answers: nothing where it is its sheet's only one, else by its headers."""
        alone = len(self.headers(table.sheet)) < 2  # noqa: PLR2004 (several)
        return "" if alone else " | ".join(column.header for column in table.columns if column.header)[:_NAME]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a sender's column is taken to be, how surely, and why."""

    column: Column
    key: str | None  # our column, such as risks.event; None where it is none of ours
    confidence: float  # 0 to 1
    reason: str  # a Swedish sentence
    status: Status
    others: tuple[str, ...] = ()  # what it might be instead
    sorts: bool = False  # it says of each row whether that is a risk
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

    @property
    def topic(self) -> tuple[str, str, str, str]:
        """Return what tells it from other questions: a word means the same in every sheet of the sender's."""
        return self.kind, "" if self.kind == "value" else fold(self.sheet), fold(self.header), fold(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the coordinator has said of a sender's tables, now or for an earlier file from the same sender."""

    organisation: str | None = None
    columns: Mapping[tuple[str, str], str | None] = field(default_factory=dict)  # (sheet, name), folded → our column, None: not to be read
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (our column, folded word) → value
    scales: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (sheet, name), folded → ”samma” or ”1=1-2; 2=3; 3=4-5”
    sheets: Mapping[tuple[str, str], bool] = field(default_factory=dict)  # (sheet, table or nothing), folded → whether to read it


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
                    "cell": guess.column.ref,
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
