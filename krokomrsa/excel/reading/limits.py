"""How large a file may be, and how it is said that one cannot be read or that something in it is worth knowing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of

MEGA: Final = 1_000_000
MAX_FILE: Final = 200_000_000  # bytes of a file, packed or not
MAX_UNPACKED: Final = 400_000_000  # bytes of XML that are streamed past; rows without content are dropped on the way
MAX_KEPT: Final = 50_000_000  # bytes of XML, or of text, that are left to be read cell by cell
MAX_CELLS: Final = 200_000  # cells that hold something
MAX_DEPTH: Final = 10_000  # elements within elements; a workbook has about ten
MAX_PARTS: Final = 20_000
MAX_RATIO: Final = 500  # times larger unpacked than packed; a million rows that hold only a format reach about 130


def refuse(key: str, **values: object) -> NoReturn:
    """Raise that a whole file cannot be read, and why."""
    raise KrokomrsaError(Problem(problem=text_of(f"reading.{key}", **values), remedy=text_of(f"reading.{key}_remedy"), kind="refused"))


def notice(key: str, *, sheet: str = "", **values: object) -> Problem:
    """Return something that a coordinator should know of a file that was read."""
    return Problem(problem=text_of(f"reading.{key}", **values), remedy=text_of(f"reading.{key}_remedy"), kind="notice", sheet=sheet)


def within_cells(count: int) -> None:
    """Refuse a file with too many cells."""
    if count > MAX_CELLS:
        refuse("too_many_cells", limit=MAX_CELLS)


def within_depth(content: bytes) -> None:
    """Refuse XML whose elements stand too deep within each other, by how many are open at the end of each megabyte."""
    if content.count(b"<") <= MAX_DEPTH:
        return
    depth = 0
    for start in range(0, len(content), MEGA):
        tags, ends, *alone = (content.count(sign, start, start + MEGA) for sign in (b"<", b"</", b"/>", b"<?", b"<!"))
        depth += tags - 2 * ends - sum(alone)
        if depth > MAX_DEPTH:
            refuse("too_deep", limit=MAX_DEPTH)


@dataclass(slots=True)
class Kept:
    """Count what is left to be read cell by cell, over all parts of a file."""

    size: int = 0
    tags: int = 0

    def check(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Pass the pieces of a part on, refusing when all parts together grow past the limits."""
        for piece in pieces:
            self.size, self.tags = self.size + len(piece), self.tags + piece.count(b"<")
            if self.size > MAX_KEPT:
                refuse("too_large", limit=MAX_KEPT // MEGA)
            if self.tags > 5 * MAX_CELLS:  # a cell has two elements, its row and its text have others
                refuse("too_many_cells", limit=MAX_CELLS)
            yield piece
