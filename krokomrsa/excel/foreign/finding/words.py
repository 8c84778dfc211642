"""The words that say what a row or a sheet of somebody else's workbook is, from ``resources/foreign_words.toml``."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from krokomrsa.vocabulary import parse_toml, resource

Known = Callable[[str], bool]  # whether a word is one of a register's headers
_FILE = "foreign_words.toml"
LETTERS: Final = 2  # so many letters of a text tell of most that they do not begin with a word: each word has as many
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def plain(value: Any) -> str:
    """Return a value as one line of lower-case text, to compare with.

    >>> plain(" Totalt  antal: ")
    'totalt antal:'
    """
    return " ".join(str(value).split()).casefold()


def bare(value: Any) -> str:
    """Return a value without numbers and signs at its ends.

    >>> bare("Summa: 12 ")
    'summa'
    """
    return _EDGES.sub("", plain(value))


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of a kind, such as ``total``."""
    return frozenset(parse_toml(resource(_FILE), file=_FILE)[kind])


@cache
def _beginnings(kind: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the words of a kind as something that a text begins with, and their own first letters."""
    return tuple(sorted(words(kind))), frozenset(word[:LETTERS].rstrip() for word in words(kind))


def may_begin(text: str, kind: str) -> bool:
    """Return whether a text may begin with a word of a kind, as far as its first letters tell; there is no space before them."""
    return plain(text[:LETTERS])[:LETTERS] in _beginnings(kind)[1]


def begins(text: str, kind: str) -> bool:
    """Return whether a plain text begins with a word of a kind.

    >>> begins("summa risker", "total"), begins("storm", "total")
    (True, False)
    """
    listed, letters = _beginnings(kind)
    return text[:LETTERS].rstrip() in letters and text.startswith(listed)


def names(sheet: str, kind: str) -> bool:
    """Return whether a sheet is named as one that holds lists, a matrix or a guide.

    >>> names("Riskmatris 2027", "matrix_sheet"), names("Risker", "list_sheet")
    (True, False)
    """
    return bare(sheet) in words(kind)
