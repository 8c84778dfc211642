"""Walk through XML without building a tree: no entities, no external parts, bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from krokomrsa.excel.reading.limits import refuse, within_depth

Attributes = dict[str, str]


def local(name: str) -> str:
    """Return a name without its prefix.

    >>> local("table:table-row"), local("row")
    ('table-row', 'row')
    """
    return name.rpartition(":")[2]


def _entities(*_: Any) -> None:
    refuse("entities")


def walk(
    content: bytes,
    start: Callable[[str, Attributes], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> None:
    """Call ``start``, ``end`` and ``text`` as the elements come, with their names as written.

    Raises
    ------
    xml.parsers.expat.ExpatError
        The content is no XML.
    KrokomrsaError
        It has a document type, and so perhaps entities, or its elements stand too deep within each other.
    """
    within_depth(content)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _entities
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    parser.Parse(content, True)
