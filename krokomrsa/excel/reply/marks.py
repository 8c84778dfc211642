"""What a reply says of each cell, and in which look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from openpyxl.utils.cell import coordinate_to_tuple

from krokomrsa.errors import Kind, Problem
from krokomrsa.excel.account import Intake
from krokomrsa.vocabulary import text_of

ORDER: Final[tuple[Kind, ...]] = ("refused", "rejected", "conflict", "question", "gone", "notice")  # the gravest first
LOOKS: Final[Mapping[Kind, str]] = {"refused": "rejected", "gone": "notice"}  # the others have a look of their own name
FALLEN: Final = "fallen"  # the look of a cell that was not stored because its row or column was not
COMMENT_LIMIT: Final = 4_000  # characters of a comment that anybody reads

Place = tuple[int, int]  # row, column

_CELL = re.compile(r"([A-Z]{1,3}[1-9][0-9]{0,6})(?::[A-Z]{1,3}[1-9][0-9]{0,6})?")
_LAST: Final[Place] = (1_048_576, 16_384)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what Excel would take for the code of a sign


@dataclass(frozen=True, slots=True)
class Mark:
    """What one cell is to look like, and what its comment says; nothing where it has none."""

    look: str
    comment: str = ""


def look(kind: Kind) -> str:
    """Return the look of a kind of problem."""
    return LOOKS.get(kind, kind)


def plain(text: str) -> str:
    r"""Return a text as XML and Excel can hold it: no control characters, no halves of signs, no codes of signs.

    >>> plain("tre\x07 _x0041_")
    'tre _x005F_x0041_'
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CODE.sub("_x005F_", _NOT_XML.sub("", whole.replace("\r\n", "\n").replace("\r", "\n")))


def shortened(text: str, limit: int) -> str:
    """Return a text cut to so many characters.

    >>> shortened("Reservkraft", 8)
    'Reservk…'
    """
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def place(cell: str) -> Place | None:
    """Return a cell's row and column, None where the text names no cell; of a range its first.

    >>> place("D7"), place("B2:C9"), place("XFE1"), place("")
    ((7, 4), (2, 2), None, None)
    """
    found = _CELL.fullmatch(cell)
    if not found:
        return None
    row, column = coordinate_to_tuple(found[1])
    return (row, column) if row <= _LAST[0] and column <= _LAST[1] else None


def said(problem: Problem) -> str:
    """Return what is wrong and what to do, on a line each."""
    return "\n".join(part for part in (problem.problem, problem.remedy) if part)


def _comment(problems: list[Problem]) -> str:
    told = [f"{text_of(f'reply.kinds.{problem.kind}')}: {said(problem)}" for problem in problems]
    return plain(shortened("\n\n".join(dict.fromkeys(told)), COMMENT_LIMIT))


def of(read: Intake) -> dict[str, dict[Place, Mark]]:
    """Return the marks by sheet and place: the gravest problem of a cell gives its look, all of them its comment."""
    problems: dict[tuple[str, Place], list[Problem]] = {}
    for problem in sorted(read.problems, key=lambda one: ORDER.index(one.kind)):
        where = place(problem.cell)
        if problem.sheet and where:
            problems.setdefault((problem.sheet, where), []).append(problem)
    found: dict[str, dict[Place, Mark]] = {}
    for (sheet, where), told in problems.items():
        found.setdefault(sheet, {})[where] = Mark(look(told[0].kind), _comment(told))
    for (sheet, cell), outcome in read.outcomes.items() if not read.refused else ():
        where = place(cell) if outcome.status == "rejected" else None
        if where:
            found.setdefault(sheet, {}).setdefault(where, Mark(FALLEN))
    return found
