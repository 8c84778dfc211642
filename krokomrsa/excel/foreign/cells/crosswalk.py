"""Read a sender's judgements on our scale: only through a crosswalk that is declared, and asked for where it is needed.

The result is an interval where the ranges overlap: a level is never chosen among several, and what no crosswalk covers is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from krokomrsa.excel.foreign.cells import frequency
from krokomrsa.excel.foreign.cells.levels import Level, heads, pair
from krokomrsa.excel.foreign.cells.need import Need, needed
from krokomrsa.excel.foreign.cells.outcome import Read, refused
from krokomrsa.excel.foreign.cells.walk import SAME, Crosswalk, Entry, Kind, parse
from krokomrsa.scales import Scale
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of, texts

__all__ = ["SAME", "Crosswalk", "Need", "apply", "needed", "parse"]

Span = tuple[float, float]
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")


def _judged(level: Level, span: Span, walk: str, *, as_it_stands: bool = False) -> Read:
    low, high = span
    values: dict[str, float | str | None] = {"low": low, "high": high, "status": "judged"}
    if as_it_stands:
        return Read(values=dict(values), original=level.raw if level.grounds else "", crosswalk=walk)
    bounds = (
        text_of("foreign_values.level", level=shown(low))
        if low == high
        else text_of("foreign_values.span", low=shown(low), high=shown(high))
    )
    told = text_of("foreign_values.told.walked", value=shown(level.raw), levels=bounds, walk=walk)
    return Read(values=dict(values), original=level.raw, told=told, crosswalk=walk)


def _unjudged(level: Level, status: str, walk: str = "") -> Read:
    label = texts("foreign_values")["status"][status.replace(" ", "_")]
    if fold(level.raw) == fold(label):
        return Read(values={"low": None, "high": None, "status": status}, crosswalk=walk)
    told = text_of("foreign_values.told.status", value=shown(level.raw), status=label)
    return Read(values={"low": None, "high": None, "status": status}, original=level.raw, told=told, crosswalk=walk)


def _labels(scale: Scale, *, likelihood: bool) -> dict[str, float]:
    """Return folded label of our scale → level; also the label with its number: ”4 – Stor”."""
    axis = scale.likelihood if likelihood else scale.consequence
    found = {fold(one.label): float(one.level) for one in axis}
    return found | {fold(f"{one.level} - {one.label}"): float(one.level) for one in axis}


def _pair(level: Level, levels: Mapping[str, float]) -> Span | None:
    both = pair(level.word)
    if both is None or not all(part in levels for part in both):
        return None
    low, high = sorted(levels[part] for part in both)
    return low, high


def _labelled(level: Level, scale: Scale, *, likelihood: bool) -> Span | None:
    """Return the level whose label on our scale stands in the cell.

    Raises
    ------
    Unreadable
        The cell holds the label of one level and the number of another.
    """
    if level.numbered and not any(sign.isalpha() for sign in level.raw):
        return None
    levels = _labels(scale, likelihood=likelihood)
    word = next((word for word in (*heads(level.raw), *heads(level.word)) if word in levels), None)
    if word is None:
        return _pair(level, levels) if not level.numbered else None
    found = levels[word]
    if level.numbered and not (level.low == level.high == found) and fold(level.raw) != word:
        raise refused(level.raw, "conflict", label=level.word, level=shown(found))
    return found, found


def _same(level: Level, walk: Crosswalk, scale: Scale, *, likelihood: bool) -> Read:
    labelled = _labelled(level, scale, likelihood=likelihood)
    if labelled is not None:
        return _judged(level, labelled, "", as_it_stands=True)
    axis = scale.likelihood if likelihood else scale.consequence
    first, last = axis[0].level, axis[-1].level
    if level.share or level.rate:
        raise refused(level.raw, "share_same")
    if level.low is None or level.high is None:
        key = "open" if level.numbered else "no_level"
        raise refused(level.raw, key, labels=", ".join(one.label for one in axis), first=first, last=last)
    if not first <= level.low <= level.high <= last:
        raise refused(level.raw, "outside", first=first, last=last)
    if level.word:
        return _judged(level, (level.low, level.high), walk.text)
    return _judged(level, (level.low, level.high), walk.text, as_it_stands=True)


def _covers(entry: Entry, value: float, level: Level) -> bool:
    low, high = entry.source.low, entry.source.high
    return (
        low is not None
        and high is not None
        and entry.source.share == level.share
        and entry.source.rate == level.rate
        and low <= value <= high
    )


def _numbered(level: Level, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that a number or interval lies in: none unless both its ends do, and all between these."""
    if level.low is None or level.high is None:
        return []
    ends = [[entry for entry in entries if _covers(entry, end, level)] for end in (level.low, level.high)]
    if not all(ends):
        return []
    sources = [(entry, entry.source.low, entry.source.high) for entry in entries if entry.source.share == level.share]
    return [entry for entry, low, high in sources if low is not None and high is not None and low <= level.high and high >= level.low]


def _worded(level: Level, entries: Sequence[Entry]) -> list[Entry]:
    named = {fold(name): entry for entry in entries for name in (entry.source.word, entry.source.raw) if name}
    said = (fold(level.raw), *heads(level.word)) if level.numbered else (*heads(level.raw), *heads(level.word))
    found = next((named[word] for word in said if word in named), None)
    if found is not None:
        return [found]
    both = pair(level.word) if level.word else None
    return [named[part] for part in both] if both and all(part in named for part in both) else []


def _hull(entries: Sequence[Entry]) -> Span | None:
    lows, highs = [entry.low for entry in entries if entry.low is not None], [entry.high for entry in entries if entry.high is not None]
    return (min(lows), max(highs)) if lows and len(lows) == len(entries) else None


def _table(level: Level, walk: Crosswalk, scale: Scale, *, likelihood: bool) -> Read:
    by_number, by_word = _numbered(level, walk.entries), _worded(level, walk.entries)
    found = by_number or by_word
    if not found:
        known = "; ".join(entry.source.name for entry in walk.entries)
        raise refused(level.raw, "not_covered", known=known)
    span = _hull(found)
    if by_number and by_word and _hull(by_word) != span:
        raise refused(level.raw, "table_conflict", label=level.word or level.raw)
    if span is None:
        statuses = {entry.status for entry in found}
        if len(statuses) > 1:
            raise refused(level.raw, "table_conflict", label=level.word or level.raw)
        return _unjudged(level, statuses.pop(), walk.text)
    axis = scale.likelihood if likelihood else scale.consequence
    if not axis[0].level <= span[0] <= span[1] <= axis[-1].level:
        raise refused(level.raw, "outside_walk", first=axis[0].level, last=axis[-1].level, walk=walk.text)
    return _judged(level, span, walk.text)


def _bounds(level: Level, walk: Crosswalk, scale: Scale) -> Span:
    """Return a share or a frequency in the measure of our scale; an open end reaches as far as there is to go."""
    divisor = 100 if walk.kind == "percent" and not level.share else 1
    low = level.low / divisor if level.low is not None else 0.0
    most = 1.0 if walk.kind != "rate" else math.inf
    high = level.high / divisor if level.high is not None else most
    if level.rate:
        return frequency.of_rate(low, scale), frequency.of_rate(high, scale)
    if walk.kind == "rate":
        if level.share:
            raise refused(level.raw, "share_as_rate")
        return frequency.of_rate(low / walk.years, scale), frequency.of_rate(high / walk.years, scale)
    if not low <= high <= 1:
        raise refused(level.raw, "share_range")
    return frequency.of_share(low, walk.years, scale), frequency.of_share(high, walk.years, scale)


def _frequency(level: Level, walk: Crosswalk, scale: Scale, *, likelihood: bool) -> Read:
    if not likelihood:
        raise refused(level.raw, "share_consequence")
    if not level.numbered:
        raise refused(level.raw, "no_number", walk=walk.text)
    found = frequency.levels(*_bounds(level, walk, scale), scale)
    if not found:
        raise refused(level.raw, "no_limits", scale=scale.name)
    return _judged(level, (float(found[0]), float(found[-1])), walk.text)


_READERS: Final[Mapping[Kind, Callable[..., Read]]] = {
    "same": _same,
    "table": _table,
    "share": _frequency,
    "percent": _frequency,
    "rate": _frequency,
}


def apply(level: Level, walk: Crosswalk, scale: Scale, *, likelihood: bool) -> Read:
    """Return a judgement on our scale: ``low``, ``high`` and ``status``; nothing for an empty cell.

    Raises
    ------
    Unreadable
        The crosswalk does not cover what stands there, or our scale declares no limits to convert by.

    Examples
    --------
    >>> from krokomrsa.excel.foreign.cells.levels import level
    >>> from krokomrsa.scales import load
    >>> read = apply(level("3-4"), parse("1=1; 2=2; 3=3; 4=5"), load(), likelihood=False)
    >>> read.values["low"], read.values["high"], read.original
    (3.0, 5.0, '3-4')
    >>> read = apply(level("5-25 %"), parse("andel per 5 år"), load(), likelihood=True)
    >>> print(read.told)
    ”5-25 %” lästes som nivå 4, enligt omräkningen ”andel per 5 år”.
    """
    if level.empty:
        return Read(values={})
    if walk.kind == "table" and level.status != "judged" and _worded(level, walk.entries):
        return _table(level, walk, scale, likelihood=likelihood)
    if level.status != "judged":
        return _unjudged(level, level.status)
    if not level.numbered and _DATE.match(level.raw) and not _worded(level, walk.entries):
        raise refused(level.raw, "level_date")
    return _READERS[walk.kind](level, walk, scale, likelihood=likelihood)
