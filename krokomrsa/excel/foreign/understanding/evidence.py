"""Say what the content of a sender's column speaks for: levels, sentences, codes, dates, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Final, TypeGuard, cast

from krokomrsa.excel.foreign.model import Column, Table
from krokomrsa.excel.foreign.understanding import signs
from krokomrsa.excel.foreign.understanding.synonyms import Content
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

MOST: Final = 0.7  # share of the cells that must be of a kind for the column to be
TOP_LEVEL: Final = 10.0  # the highest number of a scale that a person counts on
_PERCENT: Final = 100.0
_BETWEEN: Final = 25.0  # products of a scale of five end here: a number up to here may be a score
_SAMPLE: Final = 50  # values that show of what kind a column is
_FEW: Final = 3  # rows below which repetition says nothing
_DISTINCT: Final = 0.6
_HALF: Final = 0.5
_SPACES: Final = tuple(sign for sign in map(chr, range(0x3001)) if sign.isspace() and sign != " ")  # tabs, line ends, wide spaces …
_WHOLE: Final = 120  # letters of a text that is shown as it is
_SHORT, _LINE, _NAME = 25, 40, 70  # letters of a label, a short text, names
_SENTENCE_WORDS, _SENTENCE = 2.5, 16.0

_GENDER = re.compile(r"(?<=[^\W\d_]{3})[aoe]\b")


@dataclass(frozen=True)
class Facts:
    """What stands in a column's rows with data; ``values`` by row."""

    values: Mapping[int, object]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Return the values as a person sees them."""
        held = tuple(self.values.values())
        return held if _are_lines(held) else tuple(map(shown, held))

    @cached_property
    def sample(self) -> Counter[tuple[type, object]]:
        """Return how often each of some values stands there, spread evenly over the column: enough to say of what kind they are."""
        return Counter(zip(map(type, self._spread), self._spread, strict=True))  # True is equal to 1

    @cached_property
    def _spread(self) -> tuple[object, ...]:
        held = tuple(self.values.values())
        return held[:: max(1, len(held) // _SAMPLE)]

    @cached_property
    def numbers(self) -> Mapping[int, float]:
        """Return the numbers by row, those written as text too."""
        held = self.values.values()
        if set(map(type, held)) not in ({int}, {str}):  # True is equal to 1, and 0.0 to -0.0
            return {row: number for row, value in self.values.items() if (number := signs.number(value)) is not None}
        different = {value: number for value in set(held) if (number := signs.number(value)) is not None}
        return {row: different[value] for row, value in self.values.items() if value in different}

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Return the lowest and the highest number, 0 where there is none."""
        found = self.numbers.values()
        return (min(found), max(found)) if found else (0.0, 0.0)

    @property
    def empty(self) -> bool:
        """Tell whether nothing stands there."""
        return not self.values

    @cached_property
    def different(self) -> int:
        """Return how many of the values differ from each other."""
        return len(set(map(str.casefold, self.texts)))

    @property
    def distinct(self) -> float:
        """Return the share of values that differ from each other."""
        return self.different / len(self.texts) if self.texts else 0.0

    @cached_property
    def length(self) -> float:
        """Return how many letters a value has on average."""
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def prose(self) -> bool:
        """Tell whether too many values are longer texts for most to be numbers, roman numerals, dates or identifiers."""
        return self.mostly(signs.is_prose, 1 - MOST)

    @cached_property
    def numeric(self) -> bool:
        """Tell whether most values are numbers."""
        return not self.prose and self.mostly(signs.is_number)

    @cached_property
    def roman(self) -> bool:
        """Tell whether most values are roman numerals."""
        return not self.prose and self.mostly(signs.is_roman)

    @cached_property
    def levels(self) -> bool:
        """Tell whether most values are levels: numbers, words for levels, or a number or such a word first."""
        return self.mostly(signs.is_level)

    @cached_property
    def label(self) -> bool:
        """Tell whether short texts repeat, as the words of a scale or of a list do."""
        if self.numeric or self.length > _SHORT:
            return False
        return len(self.texts) < _FEW or self.different <= max(2, round(len(self.texts) * _DISTINCT))

    @cached_property
    def recurring(self) -> bool:
        """Tell whether some of the short texts stand in several rows; where there are few rows, labels need not."""
        return self.label and self.different < len(self.texts)

    @cached_property
    def strategy(self) -> bool:
        """Tell whether most values name a way to meet a risk (accept, transfer, …) and no measure."""
        return self.mostly(signs.is_strategy, _DISTINCT)

    @cached_property
    def references(self) -> bool:
        """Tell whether most values point at controls in a standard."""
        return self.mostly(signs.is_reference)

    @cached_property
    def dates(self) -> bool:
        """Tell whether most values are dates."""
        return not self.prose and self.mostly(lambda value: isinstance(value, date))

    @cached_property
    def marks(self) -> bool:
        """Tell whether most values are short identifiers; one may stand on several rows."""
        return not self.prose and self.mostly(signs.is_code) and self.distinct >= _HALF

    @cached_property
    def codes(self) -> bool:
        """Tell whether most values are short identifiers that differ."""
        whole = not self.prose and self.mostly(lambda value: isinstance(value, bool) or signs.is_code(value))
        return whole and self.distinct > 0.9  # noqa: PLR2004 (one in ten may be written twice)

    @cached_property
    def text(self) -> bool:
        """Tell whether most values are words, and no levels, dates, numbers or codes."""
        other = self.numeric or self.dates or self.roman or self.coded or self.levels
        return not other and self.mostly(signs.is_text)

    @cached_property
    def coded(self) -> bool:
        """Tell whether most values are short identifiers with a letter and a number, whether they differ or not."""
        return not self.prose and self.mostly(signs.is_numbered)

    @cached_property
    def sentences(self) -> bool:
        """Tell whether the texts are written for this row: several words, seldom the same."""
        if not self.text or self.length >= _SENTENCE:
            return self.text
        return sum(map(signs.words, self.texts)) / len(self.texts) >= _SENTENCE_WORDS

    @cached_property
    def counter(self) -> bool:
        """Tell whether the values count the rows."""
        found = list(self.numbers.values())
        return self.numeric and len(found) == len(self.values) and all(after - before == 1 for before, after in pairwise(found))

    def mostly(self, is_so: Callable[[object], bool], least: float = MOST) -> bool:
        """Tell whether something is so for at least a share of the values; it looks at no more of them than it takes to know."""
        whole = most = len(self._spread)
        so = 0  # as many are so, and at most as many can be
        for (_, value), count in self.sample.items():
            if is_so(value):
                so += count
                if so / whole >= least:
                    return True
            else:
                most -= count
                if most / whole < least:
                    return False
        return False

    def within(self, top: float) -> bool:
        """Tell whether every number is from 0 to a highest."""
        low, high = self.ends
        return low >= 0 and high <= top


def _are_lines(values: tuple[object, ...]) -> TypeGuard[tuple[str, ...]]:
    """Tell whether values are shown as they stand: short texts of one line, with single spaces, and those only between words."""
    if set(map(type, values)) != {str}:
        return False
    texts = cast("tuple[str, ...]", values)
    if max(map(len, texts)) > _WHOLE:
        return False
    joined = f" {' '.join(texts)} "
    return "  " not in joined and not any(space in joined for space in _SPACES)


def facts(table: Table, column: Column) -> Facts:
    """Return what stands in a column's rows; in a group of columns where one is crossed, what that one means."""
    if column.options:
        return Facts(_crossed(table, column))
    held = {cell.row: cell.value for cell in table.cells(column) if cell.value is not None and not cell.error}
    silent = signs.silence(held.values())
    return Facts({row: value for row, value in held.items() if value not in silent} if silent else held)


def _crossed(table: Table, column: Column) -> dict[int, object]:
    """Return by row what the cross in one of several columns means."""
    options = dict(zip(column.numbers, column.options, strict=True))
    cells = [cell for cell in table.cells(column) if cell.value is not None and not cell.error]
    silent = signs.silence([cell.value for cell in cells])
    return {cell.row: options[cell.column] for cell in cells if cell.value not in silent}


def agrees(content: Content, found: Facts, *, concept: str = "") -> bool | None:
    """Tell whether a column's content fits what its header says; None when nothing stands there."""
    if found.empty:
        return None
    if content == "level":
        return _agrees_level(found, likelihood=concept == "likelihood")
    fits = {
        "sentence": lambda: found.text and not found.strategy and not found.references and (found.sentences or not found.label),
        "text": lambda: found.text and not found.strategy,
        "name": lambda: found.text and found.length <= _NAME,
        "code": lambda: found.marks,
        "date": lambda: found.dates or found.mostly(signs.is_dated, _DISTINCT),
        "number": lambda: found.numeric,
        "label": lambda: not found.numeric and found.length <= _LINE,
        "duration": lambda: found.numeric or found.mostly(signs.has_digit, _DISTINCT),
        "strategy": lambda: found.strategy,
    }
    return content not in fits or bool(fits[content]())


def _agrees_level(found: Facts, *, likelihood: bool) -> bool:
    if found.roman or found.dates:
        return False
    if found.numeric:
        return found.within(TOP_LEVEL) or (likelihood and found.within(_PERCENT) and not found.within(_BETWEEN))
    return found.levels


def described(found: Facts) -> str:
    """Return in Swedish what a column holds."""
    if found.empty:
        return text_of("foreign_mapping.content.empty")
    if found.numeric:
        low, high = found.ends
        kind = "numbers" if not found.within(TOP_LEVEL) else "level" if low == high else "scale"
        return text_of(f"foreign_mapping.content.{kind}", low=shown(low), high=shown(high))
    kinds = ("roman", "dates", "levels", "codes", "strategy", "references", "recurring", "sentences")
    return text_of(f"foreign_mapping.content.{next((kind for kind in kinds if getattr(found, kind)), 'texts')}")


def product(found: Facts, one: Facts, other: Facts) -> bool:
    """Tell whether a column is the product or the sum of two others, row by row."""
    rows = found.numbers.keys() & one.numbers.keys() & other.numbers.keys()
    if len(rows) < _FEW or len(rows) < MOST * len(found.values) or len({found.numbers[row] for row in rows}) == 1:
        return False
    held = [(found.numbers[row], one.numbers[row], other.numbers[row]) for row in rows]
    times = all(abs(made - first * second) < 1e-6 for made, first, second in held)  # noqa: PLR2004 (rounding)
    return times or all(abs(made - first - second) < 1e-6 for made, first, second in held)  # noqa: PLR2004


def follows(found: Facts, others: Sequence[Facts]) -> bool:
    """Tell whether a column's value follows from others': rows with the same levels never differ, and such rows there are."""
    seen: dict[tuple[str, ...], str] = {}
    repeated = 0
    for row in _common(found, others):
        levels = tuple(_neutral(other.values[row]) for other in others)
        value = _neutral(found.values[row])
        if levels in seen:
            repeated += 1
        if seen.setdefault(levels, value) != value:
            return False
    return repeated >= _FEW and len(set(seen.values())) > 1


def _neutral(value: object) -> str:
    """Return a level without case and gender: ”Alta” is ”Alto”."""
    return _GENDER.sub("", shown(value).casefold().strip())


def _common(found: Facts, others: Iterable[Facts]) -> list[int]:
    rows = set(found.values)
    for other in others:
        rows &= set(other.values)
    return sorted(rows)
