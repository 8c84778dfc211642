"""Read how long something lasts, as senders write it: ”8 h”, ”2 dygn”, ”ca 1 vecka”, ”mindre än 4 h”, Excel's own times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from functools import cache
from itertools import pairwise
from typing import Final

from krokomrsa.excel.foreign.cells import cell_words
from krokomrsa.excel.foreign.cells.cell_words import bound, choice, declared, listed, numeral, plain
from krokomrsa.excel.foreign.cells.outcome import Read, also, interpreted, refused
from krokomrsa.register import Row
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of

UNIT: Final = "enhet"  # the word under which the coordinator says what unit a column has
_HOUR: Final = 3600
_CLOCK: Final = re.compile(r"([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9]))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A time from ``low`` to ``high`` seconds; no high: nothing says how long at most."""

    low: float
    high: float | None
    about: bool = False  # ”ca”
    limit: bool = False  # ”högst”, ”inom”: high is what was said

    @property
    def hours(self) -> tuple[float, float | None]:
        """Return the time in hours."""
        return self.low / _HOUR, self.high / _HOUR if self.high is not None else None

    @property
    def text(self) -> str:
        """Return the time as it is told: ”4–8 timmar”."""
        low, high = self.hours
        key = "least" if high is None else "one" if low == high else "span"
        return text_of(f"foreign_values.hours.{key}", low=shown(round(low, 4)), high=shown(round(high or 0.0, 4)))


def unit_of(header: str) -> str | None:
    """Return the unit that a header says its numbers are in: in brackets, or as its last word.

    >>> unit_of("Avbrottstid (min)"), unit_of("RTO_hours"), unit_of("Tål avbrott, min")
    ('minute', 'hour', None)
    """
    line = fold(header)
    for inside in re.findall(r"[(\[]([^()\[\]]{1,40})[)\]]", line):
        found = cell_words.units().get(re.sub(r"^(?:i|in|antal)\s", "", inside.strip()))
        if found is not None:
            return found
    words = re.split(r"[\s_/,]+", line)
    last = words[-1] if words else ""
    return next((unit for unit, entry in declared()["units"].items() if last in entry["header"]), None)


def _seconds(amount: float, unit: str) -> Time:
    entry = declared()["units"][unit]
    return Time(low=amount * entry["low"], high=amount * entry["high"])


@cache
def _amount() -> re.Pattern[str]:
    return re.compile(rf"(?P<amount>.{{0,20}}?)\s?(?P<unit>{choice(cell_words.units())})")


@cache
def _more() -> re.Pattern[str]:
    """Return the words after an amount that say that it may be more."""
    return re.compile(rf"\s?{choice(listed('bounds', 'more'))}$")


def _single(text: str, unit: str | None) -> tuple[Time, str] | None:
    """Return one amount and its unit; ``unit`` is what a bare number has."""
    amount = numeral(text)
    if amount is not None:
        return (_seconds(amount, unit), unit) if unit is not None else (Time(low=0.0, high=0.0), "hour") if amount == 0 else None
    match = _amount().fullmatch(text)
    amount = numeral(match["amount"]) if match is not None else None
    if match is None or amount is None:
        return None
    named = cell_words.units()[match["unit"]]
    return _seconds(amount, named), named


def _sum(text: str, unit: str | None) -> tuple[Time, str] | None:
    """Return one amount, or several of ever smaller units: ”1 dygn 12 timmar”."""
    parts = re.split(r"(?<=[^\W\d_])\.?\s*(?:och|and|og|,)?\s*(?=[0-9])", text) if len(text) < 60 else [text]  # noqa: PLR2004 (a time is short)
    found = [_single(part, unit if len(parts) == 1 else None) for part in parts]
    read = [one for one in found if one is not None]
    order = list(declared()["units"])
    if len(read) < len(found) or any(order.index(after[1]) >= order.index(before[1]) for before, after in pairwise(read)):
        return None
    low, high = sum(one.low for one, _ in read), sum(one.high or 0.0 for one, _ in read)
    return Time(low=low, high=high), read[-1][1]


def _between(text: str, unit: str | None) -> Iterator[tuple[Time, Time]]:
    """Yield the two ends of every way in which a text is an interval; a first end without a unit has that of the second."""
    inner = re.sub(rf"^{bound('between')}\s?", "", text)
    for match in re.finditer(rf"\s?{bound('to')}\s?", inner) if len(inner) < 80 else ():  # noqa: PLR2004 (a time is short)
        second = _sum(inner[match.end() :], unit)
        first = _sum(inner[: match.start()], second[1]) if second is not None else None
        if first is not None and second is not None:
            yield first[0], second[0]


def _bounded(text: str, unit: str | None) -> Time | None:
    for names, kind in ((("below",), "below"), (("most",), "most"), (("above", "least"), "least")):
        match = re.match(rf"{bound(*names)}\s?", text)
        found = _sum(text[match.end() :], unit) if match is not None else None
        if found is not None:
            edge = found[0]
            return replace(edge, high=None) if kind == "least" else Time(low=0.0, high=edge.high, limit=kind == "most")
    if text.endswith("+") or "+ " in text:
        found = _sum(" ".join(text.replace("+", " ", 1).split()), unit)
        return replace(found[0], high=None) if found is not None else None
    return None


def parse(text: str, unit: str | None = None) -> Time | None:
    """Return the time that a text says, None where it says none; ``unit`` is that of a bare number.

    >>> parse("2 dygn").hours, parse("1-2 dygn").hours, parse("mindre än 4 h").hours, parse("> 7 dygn").hours
    ((48.0, 48.0), (24.0, 48.0), (0.0, 4.0), (168.0, None))
    >>> parse("några dagar") is None
    True
    """
    line = re.sub(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))", "", re.sub(r"(?<=[0-9])\s?½", ",5", fold(plain(text)).rstrip(" .,;")))
    line = _more().sub("+", line)
    rest = re.sub(rf"^{bound('about')}\s?", "", line)
    about = rest != line
    if rest in listed("durations", "immediately"):
        return Time(low=0.0, high=0.0)
    clock = _CLOCK.fullmatch(rest)
    if clock is not None:
        seconds = int(clock[1]) * _HOUR + int(clock[2]) * 60 + int(clock[3] or 0)
        return Time(low=float(seconds), high=float(seconds), about=about)
    single = _sum(rest, unit)
    if single is not None:
        return replace(single[0], about=about)
    ends = next(_between(rest, unit), None)
    if ends is not None:
        first, second = ends
        if second.high is not None and first.low > second.high:
            raise refused(text, "duration_reversed")
        return Time(low=first.low, high=second.high, about=about)
    bounded = _bounded(rest, unit)
    return replace(bounded, about=about) if bounded is not None else None


def _stored(raw: object, number_format: str, unit: str | None) -> Time | None:
    """Return the time that a number or one of Excel's own times is."""
    if isinstance(raw, timedelta | time):
        seconds = raw.total_seconds() if isinstance(raw, timedelta) else raw.hour * 3600 + raw.minute * 60 + raw.second
        return Time(low=seconds, high=seconds) if seconds >= 0 else None
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= 1e9:  # noqa: PLR2004 (longer than any service)
        return None
    quoted = [cell_words.units().get(fold(part)) for part in re.findall(r'"([^"]*)"', number_format)]
    if re.search(r"\[?h+\]?:", re.sub(r'"[^"]*"', "", number_format).casefold()):
        return Time(low=raw * 24 * _HOUR, high=raw * 24 * _HOUR)
    unit = next((named for named in quoted if named is not None), unit)
    return _seconds(float(raw), unit) if unit is not None else Time(low=0.0, high=0.0) if raw == 0 else None


def _placed(key: str, raw: object, found: Time) -> Row:
    """Return a time in the columns of our key.

    Raises
    ------
    Unreadable
        It is an interval, and our key holds a single number.
    """
    low, high = found.hours
    if key in declared()["durations"]["intervals"]:
        first, last = declared()["durations"]["intervals"][key]
        needed: Row = {"status": "needed"} if key.startswith("dependencies.") else {}
        return {first: low, last: high} | needed
    column = key.partition(".")[2]
    if found.limit and key in listed("durations", "limits"):
        return {column: high}
    if low != high:
        edge = low or high or 0.0
        raise refused(raw, "duration_span", read=found.text, value=text_of("foreign_values.hours.one", low=shown(round(edge, 4))))
    return {column: low}


def _status(key: str, raw: object, word: str) -> Read | None:
    """Return what a cell says that tells of no time: that nobody knows, or that nothing is needed."""
    status = cell_words.group("status").get(word)
    columns = declared()["durations"]["intervals"].get(key, [key.partition(".")[2]])
    nothing: Row = dict.fromkeys(columns)
    dependency = key.startswith("dependencies.")
    if word in listed("empty", "dashes") or status == "not judged":
        return interpreted({}, raw, "empty")
    if dependency and word in listed("durations", "not_needed"):
        return interpreted({**nothing, "status": "not needed"}, raw, "hours", read=text_of("foreign_values.hours.none"))
    if status == "unknown":
        values: Row = nothing | ({"status": "unknown"} if dependency else {})
        return interpreted(values, raw, "status", status=text_of("foreign_values.status.unknown"))
    return None


def read(key: str, raw: object, *, unit: str | None, number_format: str = "General") -> Read:
    """Return a time in hours, in the columns of our key; ``unit`` is what the header or the coordinator says of bare numbers.

    Raises
    ------
    Unreadable
        The cell says no time, a bare number has no unit, or an interval stands where a single number is kept.

    Examples
    --------
    >>> read("dependencies.endurance", "1-2 dygn", unit=None).values
    {'endurance_low_h': 24.0, 'endurance_high_h': 48.0, 'status': 'needed'}
    >>> print(read("services.tolerable_outage_h", "ca 1 vecka", unit=None).told)
    ”ca 1 vecka” lästes som 168 timmar. ”Ungefär” har ingen plats i registret.
    """
    said = _status(key, raw, fold(raw)) if isinstance(raw, str) else None
    if said is not None:
        return said
    found = parse(raw, unit) if isinstance(raw, str) else _stored(raw, number_format, unit)
    if found is None:
        bare = not isinstance(raw, str) or re.fullmatch(r"[<>~]?\s?[0-9][0-9.,\s-]*", plain(raw))
        plain_number = isinstance(raw, int | float | str) and not isinstance(raw, bool)
        raise refused(raw, "unit" if unit is None and bare and plain_number else "duration", value=shown(raw))
    values = _placed(key, raw, found)
    if not isinstance(raw, str) and unit == "hour" and isinstance(raw, int | float):
        return Read(values=values)
    exact = len(values) == 1
    stored = next(iter(values.values()))
    hours = text_of("foreign_values.hours.one", low=shown(round(stored, 4))) if exact and isinstance(stored, float) else found.text
    made = interpreted(values, raw, "hours", read=hours)
    return also(made, raw, "about") if found.about else made
