"""Say what one value in a sender's column may be: a number, a level, a code, a date, words, or nothing."""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final

from krokomrsa.excel.foreign.understanding.synonyms import load, plain
from krokomrsa.values import shown

_HUGE: Final = 1e300  # no number that a person counts with
_CODE: Final = 22  # letters of a code
_BEGUN: Final = 2  # letters of a text that tell of most that it is no answer that says nothing

_WORD = re.compile(r"[^\W\d_]+")
_LEVEL = re.compile(
    r"(?:ca\.?|about|approx\.?|c:a|~|[<>≤≥])?\s*\d+(?:[.,]\d+)?\s*%?\s*(?:(?:[-–/]|to|till|til|bis|a)\s*\d+(?:[.,]\d+)?)?\s*%?(?:\s*[-–:=(]\s*\w+(?:\W+\w+){0,2}\)?|\s+\w+)?"
    r"|[A-E]|[VSKCILP][1-5]"
)
_IDENTIFIER = re.compile(r"(?=.*\d)[\w./#-]+(?: \d+)?")
_NUMBERED = re.compile(r"[^\W\d_]{1,6}[-_.# ]?\d{1,5}")
_DATE = re.compile(r"(?=.*\d).{4,24}|asap|ongoing|löpande|pågår|tbd|continuous|done|klar", re.IGNORECASE)
_CONTROL = r"(?:[A-Z]{1,3}\.\d+(?:\.\d+)*|[A-Z]{2,3}(?:\.[A-Z]{2,3})?-\d+(?:\.\d+)*|\d+(?:\.\d+)+)"
_NAMED = rf"(?:(?:control|clause|annex|iso|nist|cis|kontroll|avsnitt)s?[ :]*(?:{_CONTROL}|[A-Z]{{0,3}}[. ]?\d+(?:[.:]\d+)*)|{_CONTROL})"
_REFERENCE = re.compile(rf"\s*{_NAMED}(?:\s*(?:[,;/&\n]|och|and)\s*{_NAMED})*\s*|\s*[A-Z]\.\d+\.\d+\s.*", re.IGNORECASE | re.DOTALL)
_ROMAN = re.compile(r"[IVX]{1,4}")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?\s*%?")
_BEFORE = re.compile(r"[^\w<>≤≥~]*")
_CLAUSE = re.compile(r"[,.;:(\-–—/\n]")


def silence(values: Collection[object]) -> set[str]:
    """Return the texts that say nothing of what a column is: ”vet inte”, ”N/A”, a dash."""
    begun = {value[:_BEGUN] for value in values if isinstance(value, str)}
    suspect = set(filter(_may_say_nothing, begun))
    if not suspect:  # as in most columns
        return set()
    return {value for value in values if isinstance(value, str) and value[:_BEGUN] in suspect and _says_nothing(value)}


def _may_say_nothing(begun: str) -> bool:
    """Return whether a text may say nothing that begins like this: an answer that does, or anything else without letters, may."""
    return not begun[:1].isalnum() or " ".join(begun.split()).casefold()[:_BEGUN] in _no_answers()[2]


def _says_nothing(text: str) -> bool:
    answers, longest, _ = _no_answers()
    parts = text.split(None, longest)
    if len(parts) <= longest and " ".join(parts).casefold() in answers:
        return True
    return not text[:1].isalnum() and not any(map(str.isalnum, shown(text)))


@cache
def _no_answers() -> tuple[AbstractSet[str], int, AbstractSet[str]]:
    """Return the answers that say nothing, how many words the longest of them has, and what they begin with."""
    answers = load().lists["no_answer"]
    return answers, max(len(answer.split()) for answer in answers), {answer[:_BEGUN].rstrip() for answer in answers}


def number(value: object) -> float | None:
    """Return the number that stands in a cell, also one that is written as text.

    >>> number(3), number("12,5 %"), number("tre"), number(True)
    (3.0, 12.5, None, None)
    """
    if type(value) is int or type(value) is float:
        return float(value) if abs(value) < _HUGE else None
    written = value.strip() if isinstance(value, str) else ""
    return float(written.rstrip("% ").replace(",", ".")) if _NUMBER.fullmatch(written) else None


def words(text: str) -> int:
    """Return how many words a text has."""
    return len(_WORD.findall(text))


def is_number(value: object) -> bool:
    """Tell whether a cell holds a number."""
    return number(value) is not None


def is_roman(value: object) -> bool:
    """Tell whether a cell holds a roman numeral."""
    return isinstance(value, str) and _ROMAN.fullmatch(value.strip()) is not None


def is_level(value: object) -> bool:
    """Tell whether a cell names a level: ”3”, ”4 – Stor”, ”Very likely”, ”Low, as everyone …”, ”20 %”, ”3-4”, ”B”."""
    if not isinstance(value, str) or is_number(value):
        return is_number(value)
    text = value.strip()
    text = text if text[:1].isalnum() else _BEFORE.sub("", text, count=1)
    return _LEVEL.fullmatch(text) is not None or _is_worded(text)


def _is_worded(text: str) -> bool:
    """Tell whether nothing but words for a level stands before a text's first comma, colon, dash …."""
    lists, first = load().lists, _WORD.search(text)
    if first is None or first[0].casefold() not in lists["level"]:
        return False  # as nearly every text: the rest need not be looked at
    listed, of = lists["level"], lists["level_of"]
    clause = _WORD.findall(shown(_CLAUSE.split(text, maxsplit=1)[0]))
    return bool(clause) and all(word.casefold() in listed or word.casefold() in of for word in clause)


def is_risk(value: object) -> bool:
    """Tell whether a cell says of its row that it is a risk: ”Risk”, ”Hot”, ”R”."""
    return isinstance(value, str) and plain(value) in load().lists["row_risk"]


def is_other(value: object) -> bool:
    """Tell whether a cell says of its row that it is something else that is followed up: ”Issue”, ”Beslut”, ”Assumption”."""
    return isinstance(value, str) and plain(value) in load().lists["row_other"]


def is_strategy(value: object) -> bool:
    """Tell whether a cell names a way to meet a risk."""
    first = _WORD.search(value) if isinstance(value, str) else None
    if first is None or first[0].casefold() not in load().lists["strategy"]:
        return False
    return words(shown(value)) <= 3  # noqa: PLR2004 (”Mitigate and transfer”)


def is_code(value: object) -> bool:
    """Tell whether a cell holds a short identifier, or a whole number."""
    if isinstance(value, str):
        written = value.strip()
        return len(written) <= _CODE and _IDENTIFIER.fullmatch(written) is not None
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def is_numbered(value: object) -> bool:
    """Tell whether a cell holds an identifier of letters and a number, such as ”R-12”."""
    return isinstance(value, str) and _NUMBERED.fullmatch(value.strip()) is not None


def is_reference(value: object) -> bool:
    """Tell whether a cell points at controls in a standard."""
    return _REFERENCE.fullmatch(shown(value)) is not None


def is_dated(value: object) -> bool:
    """Tell whether a cell may say when, as a date in any writing or a word."""
    return _DATE.fullmatch(shown(value)) is not None


def has_digit(value: object) -> bool:
    """Tell whether a cell holds a digit."""
    return any(map(str.isdigit, shown(value)))


def is_prose(value: object) -> bool:
    """Tell whether a cell holds a text that is no number, no roman numeral and no identifier: a longer one that begins with a letter."""
    return isinstance(value, str) and len(text := value.strip()) > _CODE and text[0].isalpha()


def is_text(value: object) -> bool:
    """Tell whether a cell holds a word."""
    return isinstance(value, str) and _WORD.search(value) is not None
