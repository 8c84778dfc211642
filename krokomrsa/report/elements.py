"""Say what a report consists of, apart from how it is printed: headings, paragraphs, tables, figures, boxes of questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from krokomrsa.excel.summary.sources import RowKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of level 1 to 3; ``new_page`` begins a page with it."""

    text: str
    level: int = 1
    new_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph in one of the report's looks."""

    text: str
    look: str = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of points."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its header, its share of the width, where its text stands (left, center or right)."""

    header: str
    width: float
    align: str = "left"


def id_head(header: str, ids: Iterable[str]) -> Head:
    """Return a column that is wide enough for its ids to stand on one line.

    >>> id_head("Id", ["U-1"]).width, id_head("Id", ["U-2023-1-2", "U-1"]).width
    (12.0, 21.0)
    """
    return Head(header, min(max(12.0, 1.8 * max(map(len, ids), default=0) + 3), 34.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: its texts, the rows of the register that it rests on, and colours of the palette by place of the cell.

    A row of one text in a table of several columns goes across and heads the rows below it.
    """

    cells: tuple[str, ...]
    sources: tuple[RowKey, ...] = ()
    tints: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its caption; ``note`` stands below it."""

    caption: str
    heads: Sequence[Head]
    rows: Sequence[Row]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture (PNG) with its caption and what it says to one who cannot see it; ``note`` stands below it."""

    caption: str
    draw: Callable[[], bytes]
    alternative: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """A marked box of what is still missing; without lines there is no box."""

    title: str
    lines: Sequence[str]


Element = Heading | Paragraph | Bullets | Table | Figure | Questions


def paragraphs(text: str, look: str = "body") -> list[Paragraph]:
    r"""Return a text as paragraphs, one for each of its lines.

    >>> [each.text for each in paragraphs("Krokom ligger i Jämtland.\n\nHär finns fem tätorter.")]
    ['Krokom ligger i Jämtland.', 'Här finns fem tätorter.']
    """
    return [Paragraph(text=line.strip(), look=look) for line in text.split("\n") if line.strip()]
