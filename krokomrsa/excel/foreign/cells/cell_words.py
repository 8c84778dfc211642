"""Hold the words that senders write in their own tables, as declared in ``resources/cell_words.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from krokomrsa.values import clean, fold
from krokomrsa.vocabulary import parse_toml, resource

_FILE: Final = "cell_words.toml"
_DASHES: Final = re.compile(r"[‐-―−]")


@cache
def declared() -> Mapping[str, Any]:
    """Return all that is declared.

    >>> declared()["dates"]["deadlines"][0]
    'treatments.due'
    """
    return MappingProxyType(parse_toml(resource(_FILE), file=_FILE))


def plain(text: str) -> str:
    """Return a text as one line with plain dashes; unlike :func:`krokomrsa.values.fold` it keeps its case.

    >>> plain(" 4  – Stor ")
    '4 - Stor'
    """
    return " ".join(_DASHES.sub("-", clean(text)).split())


@cache
def group(*path: str) -> Mapping[str, str]:
    """Return word → name of a group of words, such as ``status``: word → ``unknown`` or ``not judged``.

    >>> group("status")["vet ej"]
    'unknown'
    """
    found: Any = declared()
    for part in path:
        found = found.get(part, {})
    named = found.items() if isinstance(found, Mapping) else ()
    return MappingProxyType({fold(word): name for name, words in named if isinstance(words, list) for word in words})


@cache
def listed(*path: str) -> frozenset[str]:
    """Return the words of one list.

    >>> "omgående" in listed("durations", "immediately")
    True
    """
    found: Any = declared()
    for part in path:
        found = found[part]
    return frozenset(map(fold, found))


@cache
def units() -> Mapping[str, str]:
    """Return word → unit of time.

    >>> units()["dygn"]
    'day'
    """
    return MappingProxyType({fold(word): unit for unit, entry in declared()["units"].items() for word in entry["words"]})


@cache
def ranks() -> Mapping[str, int]:
    """Return word of a level → its rank from low to high.

    >>> ranks()["low"] < ranks()["medel"] < ranks()["mycket hög"]
    True
    """
    return MappingProxyType({fold(word): rank for rank, words in enumerate(declared()["levels"]["ranks"]) for word in words})


def choice(words: Iterable[str]) -> str:
    """Return a pattern that matches any of some words, the longest first.

    >>> choice(["h", "hour"])
    '(?:hour|h)'
    """
    return "(?:" + "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) + ")"


@cache
def bound(*names: str) -> str:
    """Return a pattern of the words of some bounds, such as ``below`` and ``most``; a word is followed by no letter."""
    words = sorted({word for name in names for word in listed("bounds", name)})
    signs, letters = [word for word in words if not word[-1].isalpha()], [word for word in words if word[-1].isalpha()]
    return rf"(?:{choice(signs)}|{choice(letters)}(?![^\W\d_]))" if signs else rf"(?:{choice(letters)}(?![^\W\d_]))"


def numeral(text: str) -> float | None:
    """Return the number that a text is, in digits or as a word; None where it is none.

    >>> numeral("1,5"), numeral("två"), numeral("några")
    (1.5, 2.0, None)
    """
    word = fold(text)
    if re.fullmatch(r"[0-9]{1,15}(?:[.,][0-9]{1,15})?", word):
        return float(word.replace(",", "."))
    named = group("numerals").get(word)
    return float(named) if named is not None else None
