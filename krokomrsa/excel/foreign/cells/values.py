"""Read a cell of a sender's own table as values of our columns: whatever is converted or interpreted is told, and kept as it stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from krokomrsa import values
from krokomrsa.excel.foreign.cells import cell_words, dates, durations, numbers
from krokomrsa.excel.foreign.cells.cell_words import group, listed
from krokomrsa.excel.foreign.cells.levels import Level, level
from krokomrsa.excel.foreign.cells.outcome import Read, interpreted, refused
from krokomrsa.excel.foreign.model import Column
from krokomrsa.values import SEPARATOR, Unreadable, fold, shown, split
from krokomrsa.vocabulary import Column as OurColumn
from krokomrsa.vocabulary import Vocabulary, load, text_of

__all__ = ["UNIT", "Level", "Read", "Reading", "Unreadable", "level", "read", "reading"]

UNIT: Final = durations.UNIT
CLOSE: Final = 80.0  # of 100: words so like are asked about, ”menade du”, never stored

_DASHED: Final = 12  # a dash with space around it is no longer
_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the cells of a column are read: which column of ours they are, what the sender's header says, and what has been answered."""

    key: str
    column: OurColumn | None  # combined keys have none
    type: str  # the type of our column, or a duration
    header: str
    known: Mapping[str, str]  # folded word → answer

    def read(self, raw: object, *, number_format: str = "General") -> Read:
        """Return what :func:`read` does, for one cell of the column."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return Read(values={})
        cell = _Cell(self, raw, number_format)
        try:
            return (_answered(cell) if self.known else None) or _READERS[self.type](cell)
        except Unreadable as error:  # the sender's own text, not what it became on the way
            raise Unreadable(*(problem.at(value=shown(raw)) for problem in error.problems)) from error

    def lines(self, raws: Iterable[str]) -> dict[str, Read]:
        """Return what :meth:`read` returns for each of some texts, all at once: those that say nothing but themselves, in a column of texts.

        >>> reading("risks.event", column=None).lines(["Elavbrott", "–"])
        {'Elavbrott': Read(values={'event': 'Elavbrott'}, original='', told='', crosswalk='')}
        """
        if self.column is None or self.type != "text" or self.known:
            return {}
        key, found = self.column.key, values.lines(raws)
        return {raw: Read({key: text}) for raw, text in found.items() if len(raw) >= _DASHED or raw[0].isalnum()}


class _Cell(NamedTuple):
    """One cell to read."""

    reading: Reading
    raw: object
    number_format: str

    @property
    def key(self) -> str:
        """Return which column of ours it is, or the combined key."""
        return self.reading.key

    @property
    def word(self) -> str:
        """Return what stands there in the form in which words are compared."""
        return fold(self.raw) if isinstance(self.raw, str) else fold(shown(self.raw))

    @property
    def ours(self) -> OurColumn:
        """Return our column; combined keys have none."""
        if self.reading.column is None:
            raise KeyError(self.key)
        return self.reading.column


def _text(cell: _Cell) -> Read:
    column, raw = cell.ours, cell.raw
    dashed = isinstance(raw, str) and len(raw) < _DASHED and not raw[0].isalnum()
    if dashed and cell.word in listed("empty", "dashes"):
        return interpreted({}, raw, "empty")
    return Read({column.key: values.read(column, raw)})


def _boolean(cell: _Cell) -> Read:
    column, word = cell.ours, cell.word
    if isinstance(cell.raw, bool):
        return Read(values={column.key: cell.raw})
    found = group("boolean").get(word)
    if found is None and cell_words.group("status").get(word) == "unknown":
        return interpreted({column.key: None}, cell.raw, "status", status=text_of("foreign_values.status.unknown"))
    if found is None:
        raise refused(cell.raw, "boolean")
    label = text_of("values.yes" if found == "yes" else "values.no")
    if word == fold(label):
        return Read(values={column.key: found == "yes"})
    return interpreted({column.key: found == "yes"}, cell.raw, "synonym", read=label)


def _code(column: OurColumn, word: str) -> str | None:
    """Return the code of a choice that a word is: by code, label, declared synonym, or a plain yes, no or ”vet ej”."""
    named = {fold(code): code for code in column.values} | {fold(label): code for code, label in column.values.items()}
    if word in named:
        return named[word]
    synonym = group("choices", f"{column.table}.{column.key}").get(word)
    plain_answer = group("boolean").get(word) or group("status").get(word)
    return next((code for code in (synonym, plain_answer) if code in column.values), None)


def _guess(column: OurColumn, word: str) -> str:
    labels = {fold(label): label for label in column.values.values()}
    close = process.extractOne(word[:200], list(labels), scorer=fuzz.ratio, score_cutoff=CLOSE)
    return text_of("foreign_values.did_you_mean", guess=labels[close[0]]) if close is not None else ""


def _choice(cell: _Cell) -> Read:
    column = cell.ours
    found = _code(column, cell.word)
    if found is not None and cell.word not in {fold(found), fold(column.values[found])}:
        return interpreted({column.key: found}, cell.raw, "synonym", read=column.values[found])
    if found is not None:
        return Read(values={column.key: found})
    if cell.word in listed("empty", "dashes"):
        return interpreted({}, cell.raw, "empty")
    if group("status").get(cell.word) == "unknown":
        return interpreted({column.key: None}, cell.raw, "status", status=text_of("foreign_values.status.unknown"))
    raise refused(cell.raw, "choice", guess=_guess(column, cell.word), choices=", ".join(column.values.values()))


def _choices(cell: _Cell) -> Read:
    column = cell.ours
    if cell.word in listed("empty", "dashes"):
        return interpreted({}, cell.raw, "empty")
    whole = _code(column, cell.word)
    parts = (cell.word,) if whole is not None else _parts(column, cell.raw)
    codes = [_code(column, fold(part)) for part in parts]
    lost = next((part for part, code in zip(parts, codes, strict=True) if code is None), None)
    if lost is not None or not parts:
        part = lost or cell.word
        raise refused(cell.raw, "choice", guess=_guess(column, fold(part)), choices=", ".join(column.values.values()))
    found = tuple(dict.fromkeys(code for code in codes if code is not None))
    labels = SEPARATOR.join(column.values[code] for code in found)
    if all(fold(part) in {fold(code), fold(column.values[code])} for part, code in zip(parts, codes, strict=True) if code) and len(
        found
    ) == len(split(cell.raw)):
        return Read(values={column.key: SEPARATOR.join(found)})
    return interpreted({column.key: SEPARATOR.join(found)}, cell.raw, "synonym", read=labels)


def _parts(column: OurColumn, raw: object) -> tuple[str, ...]:
    """Return the answers in a cell of several: separated by semicolons or lines, or by commas where no answer holds one."""
    found = split(raw) if isinstance(raw, str) else (shown(raw),)
    if all(_code(column, fold(part)) is not None for part in found):
        return found
    return tuple(part.strip() for part in re.split(r"[;,\n]", raw) if part.strip()) if isinstance(raw, str) else found


def _references(cell: _Cell) -> Read:
    if cell.word in listed("empty", "dashes"):
        return interpreted({}, cell.raw, "empty")
    return Read(values={cell.ours.key: values.read(cell.ours, cell.raw)})


def _number(cell: _Cell) -> Read:
    return numbers.read(cell.ours, cell.raw, header=cell.reading.header, number_format=cell.number_format)


def _date(cell: _Cell) -> Read:
    return dates.read(cell.key, cell.raw, number_format=cell.number_format)


def _duration(cell: _Cell) -> Read:
    said = cell.reading.known.get(UNIT)
    unit = cell_words.units().get(fold(said)) if said is not None else durations.unit_of(cell.reading.header)
    return durations.read(cell.key, cell.raw, unit=unit, number_format=cell.number_format)


_READERS: Final[Mapping[str, Callable[[_Cell], Read]]] = {
    "text": _text,
    "number": _number,
    "integer": _number,
    "boolean": _boolean,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "reference": _references,
    "references": _references,
    "duration": _duration,
}


def _type(ours: OurColumn | None) -> str:
    if ours is None or (ours.type == "number" and ours.key.endswith("_h")):
        return "duration"
    return ours.type


def _answered(cell: _Cell) -> Read | None:
    """Return what the coordinator has said that this word is, None where nothing is said."""
    reading, answer = cell.reading, cell.reading.known.get(cell.word)
    if answer is None:
        return None
    if fold(answer) in listed("answer", "skip") or not answer.strip():
        return interpreted({}, cell.raw, "skipped")
    try:
        found = _READERS[reading.type](_Cell(replace(reading, known=_NOTHING), answer, "General"))
    except Unreadable as error:
        raise refused(cell.raw, "answer", answer=answer, remedy=" ".join(problem.remedy for problem in error.problems)) from error
    return interpreted(found.values, cell.raw, "answered", read=_label(reading.column, answer, found))


def _label(ours: OurColumn | None, answer: str, found: Read) -> str:
    value = found.values.get(ours.key) if ours is not None else None
    return values.display(ours, value) if ours is not None and value is not None else shown(answer)


def reading(key: str, *, column: Column | None, known: Mapping[str, str] = _NOTHING, vocabulary: Vocabulary | None = None) -> Reading:
    """Return how the cells of a sender's column are read.

    ``key`` is our column, such as ``treatments.due``, or one of the combined ``dependencies.endurance`` and ``resources.restoration``.
    ``column`` is the sender's: its header says units. ``known`` is what the coordinator has answered: word → value; the word ``enhet``
    stands for the unit of a whole column.

    Raises
    ------
    KeyError
        ``key`` is none of ours.
    """
    combined = key in cell_words.declared()["durations"]["intervals"]
    table, _, name = key.partition(".")
    ours = None if combined else (load() if vocabulary is None else vocabulary)[table][name]
    folded = {fold(word): answer for word, answer in known.items()}
    return Reading(key=key, column=ours, type=_type(ours), header=column.header if column is not None else "", known=folded)


def read(
    key: str,
    raw: object,
    *,
    column: Column | None,
    number_format: str = "General",
    known: Mapping[str, str] = _NOTHING,
    vocabulary: Vocabulary | None = None,
) -> Read:
    """Return the values of our columns that a cell holds; none for an empty cell, a dash, or a word that is not to be read.

    The rest is said at :func:`reading`, which is the way in where a column's cells are many. References are returned as they stand:
    :func:`names.find` looks them up.

    Raises
    ------
    Unreadable
        The cell holds no such value, or one that can be read in two ways; carries what stands there and what to do.
    KeyError
        ``key`` is none of ours.

    Examples
    --------
    >>> read("services.tolerable_outage_h", "2 dygn", column=None).told
    '”2 dygn” lästes som 48 timmar.'
    >>> read("treatments.status", "In progress", column=None).values
    {'status': 'ongoing'}
    >>> read("treatments.status", "Pågor", column=None)
    Traceback (most recent call last):
    ...
    krokomrsa.values.Unreadable: ”Pågor”. Det finns inte bland svaren. Menade du ”Pågår”? Välj något av: Föreslagen, Beslutad, Pågår, Klar, Avslagen.
    """
    return reading(key, column=column, known=known, vocabulary=vocabulary).read(raw, number_format=number_format)
