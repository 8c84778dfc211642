"""Say what came of reading a foreign cell: our values, or why there are none."""

from __future__ import annotations

from typing import NamedTuple

from krokomrsa.errors import Problem
from krokomrsa.register import Row
from krokomrsa.values import Unreadable, shown
from krokomrsa.vocabulary import text_of


class Read(NamedTuple):
    """What a cell was read as. ``values`` is empty where the cell says nothing: it is empty itself, a dash, or not to be read."""

    values: Row  # our column → value
    original: str = ""  # what stood there, where it was converted or interpreted
    told: str = ""  # a Swedish sentence: how it was read
    crosswalk: str = ""  # the declared conversion that was used


def refused(raw: object, key: str, /, **said: object) -> Unreadable:
    """Return the refusal of a cell, with its texts under ``foreign_values.<key>``."""
    problem, remedy = (text_of(f"foreign_values.{key}.{part}", **said) for part in ("problem", "remedy"))
    return Unreadable(Problem(value=shown(raw), problem=problem, remedy=remedy))


def interpreted(values: Row, raw: object, key: str, /, **said: object) -> Read:
    """Return values that are not what stands in the cell, and tell how it was read."""
    return Read(values=values, original=whole(raw), told=text_of(f"foreign_values.told.{key}", value=shown(raw), **said))


def also(read: Read, raw: object, key: str, /, **said: object) -> Read:
    """Return the same values, with one more thing to tell."""
    told = " ".join(part for part in (read.told, text_of(f"foreign_values.told.{key}", value=shown(raw), **said)) if part)
    return read._replace(original=whole(raw), told=told)


def whole(raw: object) -> str:
    """Return all that stands in a cell, as text: a long text is not shortened.

    >>> whole(3.0), whole("hög ")
    ('3', 'hög')
    """
    return raw.strip() if isinstance(raw, str) else shown(raw)
