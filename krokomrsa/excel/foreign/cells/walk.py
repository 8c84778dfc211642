"""Read a declared crosswalk: how the levels of a sender's scale are read on ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel.foreign.cells import cell_words
from krokomrsa.excel.foreign.cells.cell_words import plain
from krokomrsa.excel.foreign.cells.levels import Level, Status, level, span
from krokomrsa.scales import Level as ScaleLevel
from krokomrsa.scales import Scale
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of, texts

Kind = Literal["same", "table", "share", "percent", "rate"]

_NUMBER: Final = r"[0-9]{1,15}(?:[.,][0-9]{1,15})?"
_TARGET: Final = re.compile(rf"({_NUMBER})(?:\s?-\s?({_NUMBER}))?")
_PREFIX: Final = re.compile(rf"{_NUMBER}\s?[-–]\s?{_NUMBER}\s?:\s?(?=[^=;]+=)")  # ”1–3: ”, as it is printed
_PER: Final = re.compile(rf"(?P<kind>[^\W\d_]+) (?:per|på|over|över|inom|om) (?:(?P<years>{_NUMBER}) ?)?(?:år|year|years)")
_SPLIT: Final = re.compile(r"[;\n]|,\s+(?=[^=,;]+=)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One level of the sender's, and what it is on our scale."""

    source: Level
    low: float | None = None
    high: float | None = None
    status: Status = "judged"

    @property
    def text(self) -> str:
        """Return the entry as it is printed: ”1=1–2”."""
        target = span(self.low, self.high) if self.status == "judged" else _status_label(self.status)
        return f"{self.source.raw}={target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """How a column of levels is read on our scale: as it stands, by a table, or through the scale's declared limits."""

    kind: Kind
    entries: tuple[Entry, ...] = ()
    years: float = 1.0

    @property
    def text(self) -> str:
        """Return the crosswalk as it is printed with each judgement; reading that text gives the same crosswalk.

        >>> parse("1=1-2; 2=3; 3=4-5").text, parse("Andel per 5 år").text
        ('1–3: 1=1–2; 2=3; 3=4–5', 'andel per 5 år')
        """
        if self.kind != "table":
            key = f"foreign_values.walk.{self.kind}"
            return text_of(key) if self.kind == "same" else f"{text_of(key)} per {_years(self.years)}"
        listed = "; ".join(entry.text for entry in self.entries)
        numbers = [entry.source for entry in self.entries if entry.source.low is not None and entry.source.high is not None]
        if len(numbers) < len(self.entries) or any(number.share or number.word for number in numbers):
            return listed
        lowest, highest = min(number.low or 0.0 for number in numbers), max(number.high or 0.0 for number in numbers)
        return f"{span(lowest, highest)}: {listed}"


def _years(years: float) -> str:
    return text_of("foreign_values.walk.year") if years == 1 else text_of("foreign_values.walk.years", years=shown(years))


def _status_label(status: Status) -> str:
    return str(texts("foreign_values")["status"][status.replace(" ", "_")])


SAME: Final = Crosswalk(kind="same")


def _problem(key: str, value: str, **said: object) -> Problem:
    problem, remedy = (text_of(f"foreign_values.walk.{key}.{part}", **said) for part in ("problem", "remedy"))
    return Problem(value=shown(value), problem=problem, remedy=remedy)


def _entry(text: str) -> Entry | Problem:
    source, equals, target = (part.strip() for part in text.rpartition("="))
    if not equals or not source or not target:
        return _problem("no_pair", text)
    found, status = level(source), cell_words.group("status").get(fold(target))
    if status is not None:
        return Entry(source=found, status="unknown" if status == "unknown" else "not judged")
    match = _TARGET.fullmatch(plain(target))
    if match is None:
        return _problem("no_level", text, target=target)
    low = float(match[1].replace(",", "."))
    high = float((match[2] or match[1]).replace(",", "."))
    return Entry(source=found, low=low, high=high) if low <= high else _problem("reversed", text, low=shown(low), high=shown(high))


def _twice(entries: Iterable[Entry]) -> Iterator[Problem]:
    seen: set[str] = set()
    for entry in entries:
        word = fold(entry.source.name)
        if word in seen:
            yield _problem("twice", entry.text, source=entry.source.name)
        seen.add(word)


def _per(line: str) -> Crosswalk | None:
    match = _PER.fullmatch(fold(line))
    kinds: dict[str, Kind] = {
        word: kind for kind in ("share", "percent", "rate") for word in texts("foreign_values")["walk"][f"{kind}_words"]
    }
    if match is None or match["kind"] not in kinds:
        return None
    years = float((match["years"] or "1").replace(",", "."))
    if not years > 0:
        raise KrokomrsaError(_problem("period", line))
    return Crosswalk(kind=kinds[match["kind"]], years=years)


def _outside(entry: Entry, axis: tuple[ScaleLevel, ...]) -> bool:
    return any(bound is not None and not axis[0].level <= bound <= axis[-1].level for bound in (entry.low, entry.high))


def parse(text: str, *, scale: Scale | None = None, likelihood: bool = True) -> Crosswalk:
    """Return the crosswalk that a text declares; with a scale, also check that it fits its axis.

    Raises
    ------
    KrokomrsaError
        The text declares none, names a level twice, or one that is not on our scale; all problems at once.

    Examples
    --------
    >>> [(entry.source.name, entry.low, entry.high) for entry in parse("låg=1-2; medel=3; hög=4-5").entries]
    [('låg', 1.0, 2.0), ('medel', 3.0, 3.0), ('hög', 4.0, 5.0)]
    >>> parse("låg=stor")
    Traceback (most recent call last):
    ...
    krokomrsa.errors.KrokomrsaError: ”låg=stor”. ”stor” är ingen nivå på vår skala. Skriv ett tal eller ett intervall efter likhetstecknet, till exempel 3 eller 4–5.
    """
    line = text.strip()
    if fold(line) in texts("foreign_values")["walk"]["same_words"]:
        return SAME
    per = _per(line)
    if per is not None:
        return per
    parts = [part.strip() for part in _SPLIT.split(_PREFIX.sub("", line, count=1)) if part.strip()]
    if not parts:
        raise KrokomrsaError(_problem("empty", text))
    read = [_entry(part) for part in parts]
    entries = tuple(found for found in read if isinstance(found, Entry))
    problems = [found for found in read if isinstance(found, Problem)] + list(_twice(entries))
    if scale is not None:
        axis = scale.likelihood if likelihood else scale.consequence
        ends = {"first": axis[0].level, "last": axis[-1].level}
        problems += [_problem("outside", entry.text, **ends) for entry in entries if _outside(entry, axis)]
    if problems:
        raise KrokomrsaError.of(problems)
    return Crosswalk(kind="table", entries=entries)
