"""Ask the coordinator what must be known before cells of a sender's table are stored; the cells wait, each told why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from krokomrsa.errors import Problem
from krokomrsa.excel.foreign.cells import names as names_
from krokomrsa.excel.foreign.feeds import COMBINED, INSTEAD, NAMED_BY, ROWS, STATE, aspect
from krokomrsa.excel.foreign.feeds import state as state_of
from krokomrsa.excel.foreign.model import Column, Guess, Question, Table
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.reading import Cell
from krokomrsa.excel.rows import Rows
from krokomrsa.register import Record
from krokomrsa.vocabulary import Vocabulary, text_of


def _t(key: str, **told: object) -> str:
    return text_of(f"foreign_intake.{key}", **told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The questions about one table."""

    table: Table
    vocabulary: Vocabulary
    rows: Rows
    ledger: Ledger
    questions: list[Question]
    indexes: dict[str, dict[str, list[str]]]  # table → name → ids

    def named(self, table: str) -> dict[str, list[str]]:
        """Return what the rows of a table may be called, those that this file has made among them."""
        if table not in self.indexes:
            self.indexes[table] = names_.index(self.rows[table], name_columns=NAMED_BY)
        return self.indexes[table]

    def sheet(self, name: str) -> None:
        """Ask whether a table that resembles nothing of ours is to be read; ``name`` tells it from the sheet's other tables."""
        cells = [cell for column in self.table.columns for cell in self._answerable(column)]
        head = self.table.columns[0].cell
        question = Question(
            kind="sheet",
            text=_t("questions.sheet", sheet=self.table.sheet.name, row=head.row),
            sheet=self.table.sheet.name,
            cell=head.ref,
            header=name,
            proposals=((_t("answers.read"), _t("answers.read")),),
            cells=len(cells),
        )
        self._ask(question, cells, at=head)

    def column(self, guess: Guess) -> None:
        """Ask what a column is."""
        cells = self._answerable(guess.column)
        keys = [key for key in (guess.key, *guess.others) if key is not None]
        proposals = tuple((key, self._title(key)) for key in dict.fromkeys(keys))
        told = {"header": guess.column.name, "sheet": self.table.sheet.name, "cell": guess.column.ref, "reason": guess.reason}
        question = Question(
            kind="column",
            text=_t("questions.column" if guess.column.header else "questions.nameless", **told),
            sheet=self.table.sheet.name,
            cell=guess.column.ref,
            header=guess.column.name,
            proposals=proposals,
            cells=len(cells),
        )
        self._ask(question, cells, at=guess.column.cell)

    def state(self, guess: Guess) -> None:
        """Ask what state of the risk a word of the sender's means, once for all columns that have it."""
        keys = [key for key in (guess.key, *guess.others) if key is not None]
        labels = self.vocabulary["assessments"]["state"].values
        states = [state_of(key) for key in keys]
        cells = self._answerable(guess.column)
        question = Question(
            kind="value",
            text=_t("questions.state", value=guess.state_word, header=guess.column.header),
            sheet=self.table.sheet.name,
            cell=guess.column.ref,
            header=STATE,
            value=guess.state_word,
            proposals=tuple((one, labels[one]) for one in states),
            cells=len(cells),
        )
        self._ask(question, cells, at=guess.column.cell)

    def value(self, column: Column, key: str, word: str, cells: Sequence[Cell]) -> None:
        """Ask which row a name means."""
        table, name = key.split(".")
        to = self.vocabulary[table][name].to
        guessed = [(one, row_id) for one in to for row_id in names_.look_up(word, self.named(one)).guesses]
        proposals = tuple((row_id, _called(self.rows[one].get(row_id, {}), row_id)) for one, row_id in guessed)
        hint = _t("questions.did_you_mean", names=", ".join(label for _, label in proposals)) if proposals else ""
        question = Question(
            kind="value",
            text=_t("questions.value", value=word, header=column.header, field=self._title(key), hint=hint),
            sheet=self.table.sheet.name,
            cell=cells[0].ref,
            header=key,
            value=word,
            proposals=proposals,
            cells=len(cells),
        )
        self._ask(question, cells, at=cells[0])

    def other(self, column: Column, word: str, rows: AbstractSet[int]) -> None:
        """Ask whether the rows that a sender calls something else than risks are to be read as risks."""
        cells = [cell for one in self.table.columns for cell in self._answerable(one) if cell.row in rows]
        first = next((cell for cell in self.table.cells(column) if cell.row in rows), column.cell)
        question = Question(
            kind="value",
            text=_t("questions.rows", value=word, header=column.header),
            sheet=self.table.sheet.name,
            cell=first.ref,
            header=ROWS,
            value=word,
            proposals=((_t("answers.read"), _t("answers.read")),),
            cells=len(cells),
        )
        self._ask(question, cells, at=first)

    def names(self, column: Column, key: str, waiting: Mapping[str, Sequence[Cell]]) -> None:
        """Ask once of a column of names of which none is known: they may be of something else."""
        cells = [cell for each in waiting.values() for cell in each]
        other = INSTEAD.get(key)
        question = Question(
            kind="column",
            text=_t("questions.names", header=column.name, field=self._title(key), count=len(waiting), names=", ".join([*waiting][:3])),
            sheet=self.table.sheet.name,
            cell=column.ref,
            header=column.name,
            proposals=tuple((one, self._title(one)) for one in (other, key) if one),
            cells=len(cells),
        )
        self._ask(question, cells, at=column.cell)

    def levels(self, column: Column, key: str, cells: Sequence[Cell], *, why: str, source: Sequence[str], proposal: str | None) -> None:
        """Ask how a column's levels are read on our scale."""
        question = Question(
            kind="scale",
            text=_t("questions.scale", header=column.name, cell=column.ref, field=self._title(key), why=why, levels="; ".join(source)),
            sheet=self.table.sheet.name,
            cell=column.ref,
            header=column.name,
            value="; ".join(source),
            proposals=((proposal, proposal),) if proposal else (),
            cells=len(cells),
        )
        self._ask(question, cells, at=column.cell)

    def wait(self, cells: Sequence[Cell]) -> None:
        """Reject judgements whose judge is not known yet."""
        cause: Problem | None = None
        for cell in cells:
            if cause is None:
                problem, remedy = _t("problems.no_judge"), _t("problems.no_judge_remedy")
                cause = self.ledger.reject(self.table.sheet, cell, Problem(problem=problem, remedy=remedy, kind="question"))
            else:
                self.ledger.reject_with(self.table.sheet, cell, cause, "asked")

    def _ask(self, question: Question, cells: Sequence[Cell], *, at: Cell) -> None:
        """Note a question; the cells that wait for its answer are rejected together with it."""
        self.questions.append(self._joined(question))
        problem = Problem(problem=question.text, remedy=_t("remedies.question"), value=question.value or question.header, kind="question")
        if not cells:
            self.ledger.tell(problem.at(sheet=self.table.sheet.name, cell=at.ref))
            return
        if question.kind == "sheet":  # told of the sheet as a whole
            cause, rest = self.ledger.tell(problem.at(sheet=self.table.sheet.name)), cells
        else:
            first, *rest = cells
            cause = self.ledger.reject(self.table.sheet, first, problem.at(cell=first.ref))
        for cell in rest:
            self.ledger.reject_with(self.table.sheet, cell, cause, "asked")

    def _joined(self, question: Question) -> Question:
        """Return a question together with the one that has asked the same before, which is taken back: an answer is of both."""
        asked = next((one for one in self.questions if one.topic == question.topic), None)
        if asked is None:
            return question
        self.questions.remove(asked)
        return replace(asked, cells=asked.cells + question.cells)

    def _answerable(self, column: Column) -> list[Cell]:
        return [cell for cell in self.table.cells(column) if not self.ledger.settled(self.table.sheet, cell) and _says(cell)]

    def _title(self, key: str) -> str:
        table, name = key.split(".")
        judged = aspect(key)
        if key in COMBINED or key == "assessments.consequence" or judged:
            field_name = _t(f"fields.{name}")
        else:
            field_name = self.vocabulary[table][name].title
        return _t("fields.title", table=self.vocabulary[table].sheet, field=field_name)


def _called(row: Record, row_id: str) -> str:
    return next((str(row[key]) for key in NAMED_BY[1:] if row.get(key)), row_id)


def _says(cell: Cell) -> bool:
    return not isinstance(cell.value, str) or bool(cell.value.strip())
