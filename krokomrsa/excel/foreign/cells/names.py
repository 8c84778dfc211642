"""Find the row that a sender means by a name: sure where it is the row's own name, abbreviation or id, else only a guess."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from krokomrsa.register import Rows
from krokomrsa.values import fold

CLOSE: Final = 82.0  # of 100: names so like are guesses, ”menade du …?”, and never stored unasked
GUESSES: Final = 3
_LONGEST: Final = 300  # a longer text is no name


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The row that a text names, or the likeliest ones; ``parts`` where the text names several, such as ”IT/HR”."""

    text: str
    id: str | None = None
    guesses: tuple[str, ...] = ()
    parts: tuple[Found, ...] = ()


def _names(name: str) -> Iterator[str]:
    """Yield the ways in which a name stands for its row: whole, and where it holds an abbreviation in brackets, without and alone.

    >>> list(_names("Inriktnings- och samordningsfunktion (ISF)"))
    ['inriktnings- och samordningsfunktion (isf)', 'inriktnings- och samordningsfunktion', 'isf']
    """
    yield fold(name)
    match = re.fullmatch(r"([^()]+?)\s?\(([^()]{1,20})\)", name.strip())
    if match is not None:
        yield from (fold(match[1]), fold(match[2]))


def _initials(name: str) -> str:
    words = re.findall(r"[^\W\d_]+", fold(name))
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def index(rows: Rows, *, name_columns: Sequence[str]) -> dict[str, list[str]]:
    """Return folded id, name or abbreviation → the ids of the rows that it is of."""
    found: dict[str, list[str]] = defaultdict(list)
    for row_id, row in rows.items():
        written = (str(row[column]) for column in name_columns if row.get(column) is not None)
        for word in dict.fromkeys([fold(row_id), *(name for one in written for name in _names(one))]):
            if word:
                found[word].append(row_id)
    return dict(found)


def _guesses(word: str, known: dict[str, list[str]]) -> tuple[str, ...]:
    if len(word) > _LONGEST:
        return ()
    alike = process.extract(word, list(known), scorer=fuzz.ratio, score_cutoff=CLOSE, limit=GUESSES)
    short = [name for name in known if len(word) > 1 and _initials(name) == word]
    ids = (row_id for name in (*(name for name, _, _ in alike), *short) for row_id in known[name])
    return tuple(dict.fromkeys(ids))[:GUESSES]


def _single(text: str, known: dict[str, list[str]]) -> Found:
    word = fold(text)
    ids = tuple(dict.fromkeys(known.get(word, ())))
    if len(ids) == 1:
        return Found(text=text, id=ids[0])
    return Found(text=text, guesses=ids or _guesses(word, known))


def _split(text: str) -> Iterable[str]:
    return [part.strip() for part in re.split(r"[;,/&+\n]|\s(?:och|and|og|samt)\s", text) if part.strip()]


def look_up(text: str, known: dict[str, list[str]]) -> Found:
    """Return what a text names among the names of :func:`index`; a table that many cells refer to is indexed once."""
    found = _single(text, known)
    if found.id is not None or len(text) > _LONGEST:
        return found
    parts = tuple(_single(part, known) for part in _split(text))
    if len(parts) < 2 or all(part.id is None and not part.guesses for part in parts):  # noqa: PLR2004 (two or more)
        return found
    guesses = found.guesses or tuple(dict.fromkeys(guess for part in parts for guess in ((part.id,) if part.id else part.guesses)))
    return Found(text=text, guesses=guesses, parts=parts)


def find(text: str, rows: Rows, *, name_columns: Sequence[str]) -> Found:
    """Return the row that a text names: exactly by id, name or abbreviation; rows with a name that is merely like are guesses.

    >>> rows = {"SOC": {"name": "Socialförvaltningen"}, "IT": {"name": "IT-enheten"}, "HR": {"name": "HR"}}
    >>> find("socialförvaltningen", rows, name_columns=["name"]).id
    'SOC'
    >>> find("Socialförvaltning", rows, name_columns=["name"]).guesses
    ('SOC',)
    >>> [part.id for part in find("IT-enheten/HR", rows, name_columns=["name"]).parts]
    ['IT', 'HR']
    """
    return look_up(text, index(rows, name_columns=name_columns))
