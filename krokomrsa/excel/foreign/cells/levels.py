"""Read a judgement as the sender wrote it: its number, interval or word, and nothing more. What it means on our scale is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from krokomrsa.excel.foreign.cells import cell_words as words
from krokomrsa.excel.foreign.cells.cell_words import bound, choice, listed, plain
from krokomrsa.excel.foreign.cells.outcome import whole
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of

Status = Literal["judged", "unknown", "not judged"]

_NUMBER: Final = r"[0-9]{1,15}(?:[.,][0-9]{1,15})?"
_SEPARATORS: Final = " .:;,=()-\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One judgement, uninterpreted. Without ``low`` or ``high`` on one side it is open: ”<1”, ”minst 3”; without both it is a word."""

    low: float | None = None
    high: float | None = None
    word: str = ""
    status: Status = "judged"
    share: bool = False  # low and high are shares: 0.4 for 40 %
    rate: bool = False  # low and high are times per year: 0.01 for ”1 gång på 100 år”
    grounds: str = ""  # what else stands there: why
    raw: str = ""  # all that stands there

    @property
    def empty(self) -> bool:
        """Tell whether nothing stands there."""
        return not self.raw

    @property
    def numbered(self) -> bool:
        """Tell whether it is a number or an interval of numbers, closed or open."""
        return self.low is not None or self.high is not None

    @property
    def name(self) -> str:
        """Return the level as it is listed in a question, without its grounds.

        >>> level("4 - Stor").name, level("40 %").name, level("Low, as everyone has access").name
        ('4 – Stor', '40 %', 'Low')
        """
        if self.rate or not self.numbered:
            return self.word or self.raw
        if self.low is None or self.high is None:
            return self.raw if not self.grounds else span(self.low, self.high, share=self.share)
        number = span(self.low, self.high, share=self.share)
        return f"{number} – {self.word}" if self.word else number


def span(low: float | None, high: float | None, *, share: bool = False) -> str:
    """Return a number or an interval as it is printed.

    >>> span(3.0, 4.0), span(0.05, 0.1, share=True), span(None, 0.01, share=True)
    ('3–4', '5–10 %', '<1 %')
    """
    low_text, high_text = (
        shown(float(f"{number * 100:.10g}") if share else number) if number is not None else "" for number in (low, high)
    )
    unit = " %" if share else ""
    if low is None or high is None:
        return f"<{high_text}{unit}" if low is None else f">{low_text}{unit}"
    return f"{low_text}{unit}" if low == high else f"{low_text}–{high_text}{unit}"


def _float(text: str) -> float:
    return float(text.replace(",", "."))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Level]], ...]:
    """Return what a judgement can look like, the most particular first; each pattern matches a whole folded text."""
    once = choice(("gång", "gånger", "ggr", "ggr.", "time", "times", "gang", "ganger", "gange"))
    every = choice(("på", "per", "in", "every", "i", "vart", "var", "om", "/", "pr", "pr.", "hvert", "hvart"))
    year = choice(("år", "åren", "year", "years", "yr", "yrs", "årig"))
    word, to = r"[^0-9%<>≤≥=]{1,40}?", bound("to")
    years = rf"(?:(?P<years>{_NUMBER})(?:\s?{to}\s?(?P<most_years>{_NUMBER}))?(?:\s?:[ea])?\s)?"
    rate = rf"(?:(?P<times>{_NUMBER}|en|ett|one|once|én)\s?(?:{once}\s?)?)?{every}\s?{years}{year}"
    low_to_high = rf"(?P<low>{_NUMBER})\s?%?\s?{to}\s?(?P<high>{_NUMBER})"
    after = r"(?:$|(?=[\s.:=,;()\-])(?P<rest>.*)$)"
    compiled = (
        (rate, _rate),
        (rf"(?:{bound('between')}\s)?{low_to_high}\s?(?P<share>%)?{after}", _numbers),
        (rf"(?P<below>{bound('below', 'most')})\s?(?P<high>{_NUMBER})\s?(?P<share>%)?{after}", _numbers),
        (rf"(?P<above>{bound('above', 'least')})\s?(?P<low>{_NUMBER})\s?(?P<share>%)?{after}", _numbers),
        (rf"(?P<low>{_NUMBER})\s?(?P<share>%)?{after}", _numbers),
        (rf"(?P<rest>{word})(?:\s?[-:=(]\s?|\s)(?P<low>{_NUMBER})\s?\)?", _numbers),
    )
    return tuple((re.compile(pattern, re.DOTALL | re.IGNORECASE), made) for pattern, made in compiled)


def _rate(match: re.Match[str]) -> Level:
    said = match["times"] or "1"
    times = _float(said) if said[0].isdigit() else 1.0
    first = _float(match["years"] or "1")
    second = _float(match["most_years"]) if match["most_years"] else first
    if not 0 < first <= second:
        return Level(word=match.group())
    return Level(low=times / second, high=times / first, rate=True, word=match.group())


def _numbers(match: re.Match[str]) -> Level:
    held = match.groupdict()
    bounds = [_float(held[key]) if held.get(key) else None for key in ("low", "high")]
    if held.get("share"):
        bounds = [number / 100 if number is not None else None for number in bounds]
    low, high = bounds
    if not held.get("below") and not held.get("above"):
        high = low if high is None else high
    if low is not None and high is not None and low > high:
        return Level(word=match.group())
    word, grounds = _said(held.get("rest") or "")
    if fold(word) in words.units():  # ”10 år” and ”4 h” are no levels
        return Level(word=match.group())
    word = "" if fold(word) in listed("levels", "nouns") else word
    return Level(low=low, high=high, share=bool(held.get("share")), word=word, grounds=grounds)


def _short(text: str) -> bool:
    return len(text.split()) <= words.declared()["levels"]["longest"] and not set(text) & set(".,;:\n")


def _said(rest: str) -> tuple[str, str]:
    """Return the level's word and its grounds, of what stands beside its number.

    >>> _said(" - Stor"), _said(", eftersom nätet är gammalt")
    (('Stor', ''), ('', 'eftersom nätet är gammalt'))
    """
    text = rest.strip(_SEPARATORS)
    head = next((head for head in _heads(text) if fold(head) in words.ranks()), "")
    if head:
        return head, text[len(head) :].strip(_SEPARATORS)
    return (text, "") if _short(text) and not rest.lstrip().startswith((",", ";")) else ("", text)


def _heads(text: str) -> Iterator[str]:
    """Yield a text, and what stands in it before each of the first few signs that end a clause; never a number cut out of one."""
    yield text
    for number, match in enumerate(re.finditer(r"\s?[.,;:(=\n]|\s-\s", text)):
        if number < 4 and re.search(r"[^\W\d_]", text[: match.start()]):  # noqa: PLR2004 (a level stands first)
            yield text[: match.start()]


def heads(text: str) -> tuple[str, ...]:
    """Return what may be the level in a text, folded: all of it, or what stands before a comma, a colon, a dash ….

    >>> heads("Trolig, då nätet är gammalt")
    ('trolig, då nätet är gammalt', 'trolig')
    """
    return tuple(fold(head) for head in _heads(text))


def _worded(text: str) -> Level:
    status = next((words.group("status")[word] for word in heads(text)[:2] if word in words.group("status")), None)
    if status is not None:
        return Level(status="unknown" if status == "unknown" else "not judged", word=text)
    head = next((head for head in _heads(text) if fold(head) in words.ranks()), text)
    return Level(word=head, grounds=text[len(head) :].strip(_SEPARATORS))


def _formatted(number: float, number_format: str) -> Level:
    """Return a number in a cell; one that Excel shows as a percentage is a share, also where the sign is mere text in the format."""
    bare = re.sub(r'"[^"]*"|\\.', "", number_format)
    if "%" in bare:
        return Level(low=number, high=number, share=True)
    if "%" in number_format:
        return Level(low=number / 100, high=number / 100, share=True)
    return Level(low=number, high=number)


def _parsed(text: str) -> Level:
    line = plain(text)
    if fold(line) in words.group("status"):
        return _worded(line)
    for pattern, made in _patterns():
        match = pattern.fullmatch(line)
        if match is not None:
            return made(match)
    return _worded(line)


def level(raw: object, *, number_format: str = "General") -> Level:
    """Return a judgement as the sender wrote it; one that is only a word, or that Excel has made a date of, has no numbers.

    >>> level("3-4").low, level("3-4").high, level("hög").low, level("vet ej").status, level(0.4, number_format="0%").share
    (3.0, 4.0, None, 'unknown', True)
    >>> found = level("Low, as everyone has been trained")
    >>> found.word, found.grounds
    ('Low', 'as everyone has been trained')
    """
    text = whole(raw)
    if raw is None or not text:
        return Level()
    if isinstance(raw, int | float) and not isinstance(raw, bool) and 0 <= raw <= 1e15:  # noqa: PLR2004 (no level is as large)
        return replace(_formatted(float(raw), number_format), raw=text)
    if not isinstance(raw, str):
        return Level(word=text or text_of("values.missing"), raw=text)
    return replace(_parsed(raw), raw=text)


def ordered(found: tuple[Level, ...]) -> tuple[str, ...]:
    """Return the distinct levels as they are listed in a question: numbers from low to high, then words from low to high where that is known.

    >>> ordered((level("hög"), level("låg"), level("10"), level("2")))
    ('2', '10', 'låg', 'hög')
    """
    first = {fold(one.name): (place, one) for place, one in reversed(list(enumerate(found)))}

    def order(held: tuple[int, Level]) -> tuple[float, float, str, int]:
        place, one = held
        if one.numbered:
            edge = one.low if one.low is not None else -1.0
            return (0, edge, "", place)
        letter = fold(one.word) if len(one.word) == 1 else ""
        return (1, float(words.ranks().get(fold(one.word), 99)), letter, place)

    return tuple(one.name for _, one in sorted(first.values(), key=order))


def pair(word: str) -> tuple[str, str] | None:
    """Return the two words that a text is an interval of, None where it is none.

    >>> pair("låg-medel"), pair("hög")
    (('låg', 'medel'), None)
    """
    parts = re.split(rf"\s?/\s?|\s?-\s?|\s{choice(listed('bounds', 'to') - {'-'})}\s", fold(word))
    worded = all(re.search(r"[^\W\d_]", part) for part in parts)
    return (parts[0], parts[1]) if len(parts) == 2 and worded else None  # noqa: PLR2004 (two)
