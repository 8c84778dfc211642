"""Say what the content of a sender's column speaks for: levels, sentences, codes, dates, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from typing import Final

from krokomrsa.excel.foreign.model import Column, Table
from krokomrsa.excel.foreign.understanding.synonyms import Content, load
from krokomrsa.excel.reading import Cell
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

MOST: Final = 0.7  # share of the cells that must be of a kind for the column to be
TOP_LEVEL: Final = 10.0  # the highest number of a scale that a person counts on
_HUGE: Final = 1e300  # no number that a person counts with
_PERCENT: Final = 100.0
_BETWEEN: Final = 25.0  # products of a scale of five end here: a number up to here may be a score
_SAMPLE: Final = 50  # values that show of what kind a column is
_FEW: Final = 3  # rows below which repetition says nothing
_DISTINCT: Final = 0.6
_HALF: Final = 0.5
_SHORT, _LINE, _NAME, _CODE = 25, 40, 70, 22  # letters of a label, a short text, names, a code
_SENTENCE_WORDS, _SENTENCE = 2.5, 16.0

_WORD = re.compile(r"[^\W\d_]+")
_LEVEL = re.compile(
    r"(?:ca\.?|about|approx\.?|c:a|~|[<>≤≥])?\s*\d+(?:[.,]\d+)?\s*%?\s*(?:(?:[-–/]|to|till|til|bis|a)\s*\d+(?:[.,]\d+)?)?\s*%?(?:\s*[-–:=(]\s*\w+(?:\W+\w+){0,2}\)?|\s+\w+)?"
)
_IDENTIFIER = re.compile(r"(?=.*\d)[\w./#-]+(?: \d+)?")
_NUMBERED = re.compile(r"[^\W\d_]{1,6}[-_.# ]?\d{1,5}")
_DATE = re.compile(r"(?=.*\d).{4,24}|asap|ongoing|löpande|pågår|tbd|continuous|done|klar", re.IGNORECASE)
_CONTROL = r"(?:[A-Z]{1,3}\.\d+(?:\.\d+)*|[A-Z]{2,3}(?:\.[A-Z]{2,3})?-\d+(?:\.\d+)*|\d+(?:\.\d+)+)"
_NAMED = rf"(?:(?:control|clause|annex|iso|nist|cis|kontroll|avsnitt)s?[ :]*(?:{_CONTROL}|[A-Z]{{0,3}}[. ]?\d+(?:[.:]\d+)*)|{_CONTROL})"
_REFERENCE = re.compile(rf"\s*{_NAMED}(?:\s*(?:[,;/&\n]|och|and)\s*{_NAMED})*\s*|\s*[A-Z]\.\d+\.\d+\s.*", re.IGNORECASE | re.DOTALL)
_GENDER = re.compile(r"(?<=[^\W\d_]{3})[aoe]\b")
_ROMAN = re.compile(r"[IVX]{1,4}")


@dataclass(frozen=True)
class Facts:
    """What stands in a column's rows with data; ``values`` by row, ``computed`` the share of formulas."""

    values: Mapping[int, object]
    computed: float = 0.0
    cells: int = 0

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Return the values as a person sees them."""
        return tuple(shown(value) for value in self.values.values())

    @cached_property
    def sample(self) -> tuple[object, ...]:
        """Return values spread evenly over the column: enough to say of what kind they are."""
        held = tuple(self.values.values())
        return held[:: max(1, len(held) // _SAMPLE)]

    @cached_property
    def numbers(self) -> Mapping[int, float]:
        """Return the numbers by row, those written as text too."""
        found = ((row, _number(value)) for row, value in self.values.items())
        return {row: number for row, number in found if number is not None}

    @property
    def empty(self) -> bool:
        """Tell whether nothing stands there."""
        return not self.values

    @cached_property
    def distinct(self) -> float:
        """Return the share of values that differ from each other."""
        return len({text.casefold() for text in self.texts}) / len(self.texts) if self.texts else 0.0

    @cached_property
    def length(self) -> float:
        """Return how many letters a value has on average."""
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def numeric(self) -> bool:
        """Tell whether most values are numbers."""
        return self.share(lambda value: _number(value) is not None) >= MOST

    @cached_property
    def roman(self) -> bool:
        """Tell whether most values are roman numerals."""
        return self.share(lambda value: _ROMAN.fullmatch(shown(value).strip()) is not None) >= MOST

    @cached_property
    def levels(self) -> bool:
        """Tell whether most values are levels: numbers, words for levels, or a number or such a word first."""
        return self.share(_is_level) >= MOST

    @cached_property
    def label(self) -> bool:
        """Tell whether short texts repeat, as the words of a scale or of a list do."""
        kinds = len({text.casefold() for text in self.texts})
        repeated = kinds <= max(2, round(len(self.texts) * _DISTINCT)) or len(self.texts) < _FEW
        return not self.numeric and self.length <= _SHORT and repeated

    @cached_property
    def strategy(self) -> bool:
        """Tell whether most values name a way to meet a risk (accept, transfer, …) and no measure."""
        return self.share(_is_strategy) >= _DISTINCT

    @cached_property
    def references(self) -> bool:
        """Tell whether most values point at controls in a standard."""
        return self.share(lambda value: _REFERENCE.fullmatch(shown(value)) is not None) >= MOST

    @cached_property
    def dates(self) -> bool:
        """Tell whether most values are dates."""
        return self.share(lambda value: isinstance(value, date | datetime)) >= MOST

    @cached_property
    def marks(self) -> bool:
        """Tell whether most values are short identifiers; one may stand on several rows."""
        return self.share(_is_code) >= MOST and self.distinct >= _HALF

    @cached_property
    def codes(self) -> bool:
        """Tell whether most values are short identifiers that differ."""
        whole = (
            self.share(lambda value: isinstance(value, int) or (isinstance(value, float) and value.is_integer()) or _is_code(value)) >= MOST
        )
        return whole and self.distinct > 0.9  # noqa: PLR2004 (one in ten may be written twice)

    @cached_property
    def text(self) -> bool:
        """Tell whether most values are words, and no levels, dates, numbers or codes."""
        other = self.numeric or self.dates or self.roman or self.coded or self.levels
        return not self.empty and not other and self.share(_is_text) >= MOST

    @cached_property
    def coded(self) -> bool:
        """Tell whether most values are short identifiers with a letter and a number, whether they differ or not."""
        return self.share(lambda value: isinstance(value, str) and _NUMBERED.fullmatch(value.strip()) is not None) >= MOST

    @cached_property
    def sentences(self) -> bool:
        """Tell whether the texts are written for this row: several words, seldom the same."""
        words = sum(len(_WORD.findall(text)) for text in self.texts) / max(1, len(self.texts))
        return self.text and (words >= _SENTENCE_WORDS or self.length >= _SENTENCE)

    @cached_property
    def counter(self) -> bool:
        """Tell whether the values count the rows."""
        found = list(self.numbers.values())
        return self.numeric and len(found) == len(self.values) and all(after - before == 1 for before, after in pairwise(found))

    def share(self, is_so: Callable[[object], bool]) -> float:
        """Return the share of values for which something is so."""
        return sum(map(is_so, self.sample)) / len(self.sample) if self.sample else 0.0

    def within(self, top: float) -> bool:
        """Tell whether every number is from 0 to a highest."""
        return all(0 <= number <= top for number in self.numbers.values())


def facts(table: Table, column: Column) -> Facts:
    """Return what stands in a column."""
    cells = list(table.cells(column))
    held = {cell.row: _held(column, cell) for cell in cells if _says(cell)}
    return Facts(values=held, computed=sum(cell.formula for cell in cells) / max(1, len(cells)), cells=len(cells))


def _says(cell: Cell) -> bool:
    """Tell whether a cell says anything: ”vet inte”, ”N/A” and a dash say nothing of what the column is."""
    text = " ".join(shown(cell.value).casefold().split())
    return not cell.error and any(map(str.isalnum, text)) and text not in load().lists["no_answer"]


def _held(column: Column, cell: Cell) -> object:
    """Return what a cell says: its value, or what a cross in its column means."""
    return column.options[column.numbers.index(cell.column)] if column.options else cell.value


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
        "date": lambda: found.dates or found.share(lambda value: _DATE.fullmatch(shown(value)) is not None) >= _DISTINCT,
        "number": lambda: found.numeric,
        "label": lambda: not found.numeric and found.length <= _LINE,
        "duration": lambda: found.numeric or found.share(lambda value: any(map(str.isdigit, shown(value)))) >= _DISTINCT,
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
    numbers = found.numbers.values()
    if found.empty:
        return text_of("foreign_mapping.content.empty")
    if found.numeric:
        kind = "numbers" if not found.within(TOP_LEVEL) else "level" if min(numbers) == max(numbers) else "scale"
        return text_of(f"foreign_mapping.content.{kind}", low=shown(float(min(numbers))), high=shown(float(max(numbers))))
    kinds = ("roman", "dates", "levels", "codes", "strategy", "references", "label", "sentences")
    return text_of(f"foreign_mapping.content.{next((kind for kind in kinds if getattr(found, kind)), 'texts')}")


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < _HUGE else None
    if isinstance(value, str) and re.fullmatch(r"-?\d+(?:[.,]\d+)?\s*%?", value.strip()):
        return float(value.strip().rstrip("% ").replace(",", "."))
    return None


def _words(value: object) -> list[str]:
    return [word.casefold() for word in _WORD.findall(shown(value))]


def _is_level(value: object) -> bool:
    """Tell whether a cell names a level: ”3”, ”4 – Stor”, ”Very likely”, ”Low, as everyone …”, ”20 %”, ”3-4”, ”B”."""
    if _number(value) is not None:
        return True
    if not isinstance(value, str):
        return False
    text = re.sub(r"^[^\w<>≤≥~]+", "", value.strip())
    if _LEVEL.fullmatch(text) or re.fullmatch(r"[A-E]|[VSKCILP][1-5]", text):
        return True
    listed = load().lists["level"]
    first = re.split(r"[,.;:(\-–—/\n]", text, maxsplit=1)[0]
    words = _words(first)
    return bool(words) and all(word in listed for word in words)


def _is_strategy(value: object) -> bool:
    words = _words(value)
    return bool(words) and len(words) <= 3 and words[0] in load().lists["strategy"]  # noqa: PLR2004 (”Mitigate and transfer”)


def _is_code(value: object) -> bool:
    if isinstance(value, str):
        return len(value.strip()) <= _CODE and _IDENTIFIER.fullmatch(value.strip()) is not None
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _is_text(value: object) -> bool:
    return isinstance(value, str) and _WORD.search(value) is not None


def product(found: Facts, one: Facts, other: Facts) -> bool:
    """Tell whether a column is the product or the sum of two others, row by row."""
    rows = found.numbers.keys() & one.numbers.keys() & other.numbers.keys()
    if len(rows) < _FEW or len(rows) < MOST * len(found.values) or len({found.numbers[row] for row in rows}) == 1:
        return False
    times = all(abs(found.numbers[row] - one.numbers[row] * other.numbers[row]) < 1e-6 for row in rows)  # noqa: PLR2004 (rounding)
    plus = all(abs(found.numbers[row] - one.numbers[row] - other.numbers[row]) < 1e-6 for row in rows)  # noqa: PLR2004
    return times or plus


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
