"""Read the cells of a sender's column as what it was taken to be; ask what must be asked, once for all its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, Final, TypeVar

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel.foreign.asking import Asking
from krokomrsa.excel.foreign.cells import crosswalk, levels, names, values, walk
from krokomrsa.excel.foreign.cells.need import needed
from krokomrsa.excel.foreign.cells.outcome import Read
from krokomrsa.excel.foreign.cells.walk import Crosswalk
from krokomrsa.excel.foreign.feeds import CLASSES, COMBINED
from krokomrsa.excel.foreign.model import Answers, Column, Guess, Table
from krokomrsa.excel.foreign.shapes import Fed, Said, said_by
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.reading import Cell
from krokomrsa.scales import Scale
from krokomrsa.values import SEPARATOR, Unreadable, fold, shown
from krokomrsa.vocabulary import Column as Declared
from krokomrsa.vocabulary import Vocabulary, text_of, texts

_T = TypeVar("_T")
_MANY: Final = 3  # so many names of which none is known are asked about together
_VALUE, _COLUMN, _KIND = attrgetter("value"), attrgetter("column"), attrgetter("formula", "error", "number_format")
_Lines = Callable[[Iterable[str]], Mapping[str, _T]]


def _t(key: str, **told: object) -> str:
    return text_of(f"foreign_intake.{key}", **told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Everything that the cells of a table are read against."""

    asking: Asking
    scale: Scale
    answers: Answers
    takes_grounds: bool  # no column of the table holds grounds, so what is written after a level is taken as such

    @property
    def table(self) -> Table:
        """Return the table whose columns are read."""
        return self.asking.table

    @property
    def ledger(self) -> Ledger:
        """Return the account of the file's cells."""
        return self.asking.ledger

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the tables that cells are read into."""
        return self.asking.vocabulary

    def read(self, guess: Guess) -> Iterator[Said]:
        """Yield what the cells of a column say; those that cannot be read or must be asked about are told and rejected."""
        if guess.status == "ignored":
            self.ledger.ignore_as(self.table.sheet, self.table.cells(guess.column), guess.reason)
        elif guess.status == "asked" and guess.state_word:
            self.asking.state(guess)
        elif guess.status == "asked" or guess.key is None:
            self.asking.column(guess)
        else:
            fed = Fed.of(guess.key, guess.column)
            read = self._levels if fed.aspect else self._classes if fed.key in CLASSES else self._plain
            yield from said_by(fed, self.table.sheet, read(fed), self.vocabulary)

    def _cells(self, column: Column, read: Callable[[object, str], _T], lines: _Lines[_T] | None = None) -> Iterator[tuple[Cell, _T]]:
        """Yield a column's cells with what they say; in a group where one is crossed, the crossed one says its option.

        ``read`` is given what stands in a cell and its number format; cells that hold the same are read once. ``lines`` reads what it can
        of many texts at once.
        """
        cells = self.table.cells(column)
        held, are_texts = _held(cells, column)
        known: dict[Any, _T] = {**lines(held)} if lines and are_texts else {}
        for cell, same in zip(cells, held, strict=True):
            found = known.get(same)
            if found is None:
                if not self._holds(cell):
                    continue
                raw = column.options[column.numbers.index(cell.column)] if column.options else cell.value
                try:
                    found = known[same] = read(raw, cell.number_format)
                except Unreadable as error:
                    self._reject(cell, error.problems[0].at(value=shown(cell.value)))
                    continue
            yield cell, found

    def _holds(self, cell: Cell) -> bool:
        """Tell whether a cell holds something to read; one that does not is accounted for."""
        if isinstance(cell.value, str) and not cell.value.strip():
            self.ledger.ignore(self.table.sheet, cell, "blank")
        elif cell.error or (cell.formula and cell.value is None):
            self._reject(cell, _problem("error_value" if cell.error else "formula_empty"))
        else:
            return True
        return False

    def _reject(self, cell: Cell, problem: Problem) -> Problem:
        return self.ledger.reject(self.table.sheet, cell, problem)

    def _plain(self, fed: Fed) -> Iterator[tuple[Cell, Read]]:
        key, column, table, name = fed.key, fed.column, *fed.key.split(".")
        declared = None if key in COMBINED else self.vocabulary[table][name]
        known = {word: answer for (place, word), answer in self.answers.values.items() if place == key}
        waiting: dict[str, list[Cell]] = {}
        told: dict[str, list[Cell]] = {}
        reading = values.reading(key, column=column, known=known, vocabulary=self.vocabulary)
        for cell, found in self._cells(column, partial(self._one, reading, known), reading.lines):
            if isinstance(found, str):
                waiting.setdefault(found, []).append(cell)
                continue
            if found.told:
                told.setdefault(found.told, []).append(cell)
            if found.values:
                yield cell, found
            else:
                self.ledger.ignore(self.table.sheet, cell, "no_answer")
        self._tell_once(told)
        if len(waiting) >= _MANY and not any(
            names.look_up(word, self.asking.named(one)).guesses for word in waiting for one in _tables(declared)
        ):
            self.asking.names(column, key, waiting)
            return
        for word, cells in waiting.items():
            self.asking.value(column, key, word, cells)

    def _one(self, reading: values.Reading, known: Mapping[str, str], raw: object, number_format: str) -> Read | str:
        """Return what one cell says, or only the name that stands there where it must be asked what that is."""
        if reading.column is not None and reading.type in {"reference", "references"}:
            return self._reference(shown(raw), reading.column, known)
        return reading.read(raw, number_format=number_format)

    def _reference(self, text: str, declared: Declared, known: Mapping[str, str]) -> Read | str:
        """Return the row, or the rows, that a name means; the name itself where that must be asked."""
        answer = known.get(fold(text))
        if answer is not None and fold(answer) in texts("foreign_intake")["unread_words"]:
            return Read(values={})
        for table in declared.to:
            ids = _ids(names.look_up(answer or text, self.asking.named(table)))
            if ids and (len(ids) == 1 or declared.type == "references"):
                said = SEPARATOR.join(ids)
                return Read(values={declared.key: said}, original="" if said == text else text)
        return text

    def _classes(self, fed: Fed) -> Iterator[tuple[Cell, Read]]:
        """Yield the classes of information; another's 3 is not ours until somebody has said so."""
        key, column = fed.key, fed.column
        said = self.answers.scales.get((fold(self.table.sheet.name), fold(column.name)))
        cells = [*self._cells(column, lambda raw, _: (raw,))]
        if said is None:
            ours = self.vocabulary["information_assets"][key.partition(".")[2]]
            source = sorted({shown(raw) for _, (raw,) in cells})
            why = _t("questions.classes", low=shown(ours.min), high=shown(ours.max))
            self.asking.levels(column, key, [cell for cell, _ in cells], why=why, source=source, proposal=None)
            return
        declared = walk.parse(said)
        ours_of = {fold(entry.source.name): entry.low for entry in declared.entries if entry.low == entry.high}
        for cell, (raw,) in cells:
            wanted = raw if declared == walk.SAME else ours_of.get(fold(shown(raw)))
            try:
                found = values.read(key, wanted, column=column, vocabulary=self.vocabulary)
            except Unreadable as error:
                self._reject(cell, error.problems[0].at(value=shown(raw)))
                continue
            if found.values:
                yield cell, found
            else:
                self._reject(cell, Problem(problem=_t("problems.not_in_walk", walk=said), remedy=_t("problems.not_in_walk_remedy")))

    def _levels(self, fed: Fed) -> Iterator[tuple[Cell, Read]]:
        key, column, likelihood = fed.key, fed.column, fed.aspect == "likelihood"
        read = [*self._cells(column, lambda raw, number_format: levels.level(raw, number_format=number_format))]
        declared = self._walk(column, [level for _, level in read], key, likelihood=likelihood)
        if declared is None:
            need = needed([level for _, level in read], column.header, self.scale, likelihood=likelihood)
            cells = [cell for cell, _ in read]
            self.asking.levels(column, key, cells, why=need.why, source=need.source, proposal=need.proposal)
            return
        if self.answers.organisation is None:
            self.asking.wait([cell for cell, _ in read])
            return
        told: dict[str, list[Cell]] = {}
        walked: dict[int, Read] = {}  # by the level's place in memory: those that are alike are one
        for cell, level in read:
            found = walked.get(id(level))
            if found is None:
                try:
                    found = walked[id(level)] = self._judgement(level, declared, likelihood=likelihood)
                except Unreadable as error:
                    self._reject(cell, error.problems[0].at(value=shown(cell.value)))
                    continue
            if found.told:
                told.setdefault(found.told, []).append(cell)
            yield cell, found
        self._tell_once(told)

    def _judgement(self, level: levels.Level, declared: Crosswalk, *, likelihood: bool) -> Read:
        """Return a level on our scale, with what stood there where that is kept."""
        found = crosswalk.apply(level, declared, self.scale, likelihood=likelihood)
        kept = {"original": found.original, "crosswalk": found.crosswalk}
        kept |= {"grounds": level.grounds} if self.takes_grounds else {}
        return found._replace(values={**found.values, **{name: text for name, text in kept.items() if text}})

    def _walk(self, column: Column, found: Sequence[levels.Level], key: str, *, likelihood: bool) -> Crosswalk | None:
        said = self.answers.scales.get((fold(self.table.sheet.name), fold(column.name)))
        if said is not None:
            try:
                return walk.parse(said, scale=self.scale, likelihood=likelihood)
            except KrokomrsaError as error:
                self.ledger.tell(error.problems[0].at(sheet=self.table.sheet.name, cell=column.cell.ref, column=key, kind="question"))
                return None
        need = needed(found, column.header, self.scale, likelihood=likelihood)
        return walk.SAME if need.kind == "none" else None

    def _tell_once(self, told: Mapping[str, Sequence[Cell]]) -> None:
        """Tell how cells were read, once for all those that were read alike."""
        for said, cells in told.items():
            more = _t("told.more", count=len(cells) - 1) if len(cells) > 1 else ""
            first = cells[0]
            problem = Problem(
                sheet=self.table.sheet.name, cell=first.ref, value=shown(first.value), problem=said, remedy=more, kind="notice"
            )
            self.ledger.tell(problem)


def _held(cells: Sequence[Cell], column: Column) -> tuple[list[Any], bool]:
    """Return what stands in each cell of a column, the same where it is read the same, and whether all of that is plain text."""
    values = [*map(_VALUE, cells)]
    if column.options:
        return [*zip(map(_COLUMN, cells), map(type, values), values, map(_KIND, cells), strict=True)], False
    kinds = {*zip(map(type, values), map(_KIND, cells), strict=True)}
    if len(kinds) > 1:
        return [*zip(map(type, values), values, map(_KIND, cells), strict=True)], False
    return values, {(kind, error) for kind, (_, error, _) in kinds} == {(str, False)}


def _tables(declared: Declared | None) -> tuple[str, ...]:
    return declared.to if declared else ()


def _ids(found: names.Found) -> list[str]:
    """Return the rows that were found; none where a part of the text names nothing."""
    if found.id is not None:
        return [found.id]
    ids = [part.id for part in found.parts]
    return [one for one in ids if one is not None] if None not in ids else []


def _problem(key: str) -> Problem:
    return Problem(problem=text_of(f"intake.problems.{key}"), remedy=text_of(f"intake.problems.{key}_remedy"))
