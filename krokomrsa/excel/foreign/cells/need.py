"""Say whether a column of judgements can be read on our scale as it stands, or what must be asked first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from krokomrsa.excel.foreign.cells import cell_words, frequency
from krokomrsa.excel.foreign.cells.cell_words import choice, plain
from krokomrsa.excel.foreign.cells.levels import Level, heads, ordered
from krokomrsa.excel.foreign.cells.walk import SAME
from krokomrsa.scales import Level as ScaleLevel
from krokomrsa.scales import Scale
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of

_RANGE: Final = re.compile(r"(?<![0-9.,])([0-9]{1,3})\s?(?:-|_|to|till|til|\.\.)\s?([0-9]{1,3})(?![0-9.,])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Whether to ask how a column of levels is read, and why; ``source`` are the sender's levels in order."""

    kind: Literal["none", "ask"]
    why: str = ""  # a Swedish sentence
    source: tuple[str, ...] = ()
    proposal: str | None = None  # a crosswalk that follows from what is declared; no numbers are invented


def _labelled(level: Level, axis: Sequence[ScaleLevel]) -> bool:
    """Tell whether a cell holds the label of one of our levels, and no number of another."""
    words = {*heads(level.raw), *heads(level.word)}
    named = [one.level for one in axis if fold(one.label) in words or fold(f"{one.level} - {one.label}") in words]
    return len(named) == 1 and (not level.numbered or level.low == level.high == named[0])


def span_of(header: str) -> tuple[int, int] | None:
    """Return the scale that a header declares.

    >>> span_of("Probability 0-10"), span_of("Likelihood_1_5"), span_of("Sannolikhet")
    ((0, 10), (1, 5), None)
    """
    match = _RANGE.search(fold(header))
    return (int(match[1]), int(match[2])) if match and int(match[1]) < int(match[2]) else None


def horizon(header: str) -> float | None:
    """Return the number of years that a header says a probability is over.

    >>> horizon("Sannolikhet per år"), horizon("Probability (5 years)"), horizon("Sannolikhet")
    (1.0, 5.0, None)
    """
    number = r"([0-9]{1,4}(?:[.,][0-9]{1,3})?)"
    year = choice(("år", "årig", "års", "year", "years", "yr", "yrs", "åring"))
    line = fold(plain(header)).replace("_", " ").replace("-", " ")
    match = re.search(rf"(?<![0-9])(?:{number}\s?|(?:per|/|i|om)\s?(?:ett\s|en\s)?){year}(?![^\W\d_])", line)
    if match is None:
        return 1.0 if re.search(r"\b(?:årlig|årligen|annual|annually|yearly|per annum|p\.a\.)(?![^\W\d_])", line) else None
    years = float(match[1].replace(",", ".")) if match[1] else 1.0
    return years if years > 0 else None


def _share(header: str, levels: Sequence[Level], scale: Scale, *, likelihood: bool) -> tuple[str, str | None]:
    years = horizon(header)
    if not likelihood:
        return text_of("foreign_values.need.share_consequence"), None
    if not frequency.limited(scale):
        return text_of("foreign_values.need.no_limits", scale=scale.name), None
    if all(level.rate for level in levels):
        return text_of("foreign_values.need.rate"), text_of("foreign_values.need.rate_walk")
    if years is None:
        return text_of("foreign_values.need.share_horizon"), None
    unit = text_of("foreign_values.walk.year") if years == 1 else text_of("foreign_values.walk.years", years=shown(years))
    return text_of("foreign_values.need.share", years=unit), f"{text_of('foreign_values.walk.share')} per {unit}"


def _numbers(header: str, levels: Sequence[Level], axis: Sequence[ScaleLevel]) -> tuple[str, str | None]:
    first, last = axis[0].level, axis[-1].level
    bounds = [bound for level in levels for bound in (level.low, level.high) if bound is not None]
    said, lowest, highest = span_of(header), min(bounds), max(bounds)
    ours = {"first": first, "last": last}
    if lowest < first or highest > last:
        return text_of("foreign_values.need.beyond", lowest=shown(lowest), highest=shown(highest), **ours), None
    if said is not None and said != (first, last):
        return text_of("foreign_values.need.header", low=said[0], high=said[1], **ours), None
    if said is None and highest < last:
        return text_of("foreign_values.need.short", highest=shown(highest), **ours), None
    if all(level.low is None or level.high is None for level in levels):
        return text_of("foreign_values.need.open", **ours), None
    words = any(level.word for level in levels)
    return text_of("foreign_values.need.same_words" if words else "foreign_values.need.same", **ours), SAME.text


def needed(levels: Iterable[Level], header: str, scale: Scale, *, likelihood: bool) -> Need:
    """Return whether a column of judgements must be asked about before it is read, why, and what may be proposed.

    Nothing is asked only where every judgement holds the label of one of our levels.

    >>> from krokomrsa.excel.foreign.cells.levels import level
    >>> from krokomrsa.scales import load
    >>> needed([level("4 – Hög"), level("låg")], "Sannolikhet", load(), likelihood=True).kind
    'none'
    >>> asked = needed([level("3"), level("20")], "Likelihood", load(), likelihood=True)
    >>> asked.kind, asked.source, asked.proposal
    ('ask', ('3', '20'), None)
    """
    axis = scale.likelihood if likelihood else scale.consequence
    judged = tuple(level for level in levels if level.status == "judged" and not level.empty)
    if all(_labelled(level, axis) for level in judged):
        return Need(kind="none")
    frequencies = [level for level in judged if level.share or level.rate]
    numbers = [level for level in judged if level.numbered]
    if frequencies and len(frequencies) == len(judged):
        why, proposal = _share(header, judged, scale, likelihood=likelihood)
    elif frequencies or (numbers and len(numbers) < len(judged)):
        why, proposal = text_of("foreign_values.need.mixed"), None
    elif numbers:
        why, proposal = _numbers(header, judged, axis)
    else:
        known = all(fold(level.word) in cell_words.ranks() for level in judged)
        why, proposal = text_of("foreign_values.need.words" if known else "foreign_values.need.signs"), None
    return Need(kind="ask", why=why, source=ordered(judged), proposal=proposal)
