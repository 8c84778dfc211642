"""Print the elements of a report into a Word document: numbered captions, tables with repeated headers, pictures with their words."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from itertools import pairwise
from typing import Any, Final

from docx.document import Document
from docx.shared import Emu, Mm
from docx.text.paragraph import Paragraph as Printed

from krokomrsa.excel.summary.sheets import readable_on
from krokomrsa.excel.workbook import colour
from krokomrsa.report import look, ooxml
from krokomrsa.report.elements import Bullets, Element, Figure, Head, Heading, Paragraph, Questions, Row, Table
from krokomrsa.report.ooxml import element, inner, printable
from krokomrsa.vocabulary import text_of

TALLEST_MM: Final = 218.0  # a picture that leaves room for its caption on the page
SOFT_HYPHEN: Final = "\u00ad"
_TOC_LEVELS: Final = 2
_SHORT: Final = 6  # so many rows stay together on a page
_LAST: Final = 3  # so many rows at the end of a table stay together: no page holds a lonely one
_PADDING: Final = 136  # twentieths of a point, on both sides of a cell together
_LETTER: Final = 102  # twentieths of a point that a letter takes in a table
_WORD: Final = re.compile(r"\w{8,}")
_SYLLABLE: Final = re.compile(r"[bcdfghjklmnpqrstvwxz][aeiouyåäöé]", re.IGNORECASE)


class Writer:
    """Append elements to a document, and count its tables, figures and headings."""

    def __init__(self, document: Document) -> None:
        """Begin with nothing counted."""
        self.document = document
        self.counts: Counter[str] = Counter()
        self.headings = 0

    def line(self, text: str, key: str, *, into: Any = None) -> Printed:
        """Append a paragraph in a look, to the document or to a cell."""
        made: Printed = (self.document if into is None else into).add_paragraph()
        inner(made).style = look.style_id(key)
        made.add_run(printable(text))
        return made

    def contents(self, elements: Sequence[Element]) -> None:
        """Append the table of contents, with its entries as they stand until Word updates it."""
        self.line(text_of("report.contents"), "toc_heading")
        entries = [each for each in elements if isinstance(each, Heading)]
        last: Printed | None = None
        for number, entry in enumerate(entries, start=1):
            if entry.level > _TOC_LEVELS:
                continue
            made = self.line("", f"toc_{entry.level}")
            if last is None:
                ooxml.begin(made, f'TOC \\o "1-{_TOC_LEVELS}" \\h \\z \\u')
            ooxml.link(made, _bookmark(number), printable(entry.text))
            last = made
        if last is not None:
            hint = self.line(text_of("report.contents_hint"), "note")
            ooxml.end(hint)

    def write(self, elements: Sequence[Element]) -> None:
        """Append elements in order."""
        for each in elements:
            self.append(each)

    @singledispatchmethod
    def append(self, each: Any) -> None:
        """Append one element."""
        raise TypeError(each)

    @append.register
    def _(self, each: Heading) -> None:
        self.headings += 1
        made = self.line(each.text, f"heading_{each.level}")
        made.paragraph_format.page_break_before = True if each.new_page else None
        ooxml.bookmark(made, _bookmark(self.headings), self.headings)

    @append.register
    def _(self, each: Paragraph) -> None:
        self.line(each.text, each.look)

    @append.register
    def _(self, each: Bullets) -> None:
        for line in each.lines:
            self.line(line, "bullet")

    @append.register
    def _(self, each: Questions) -> None:
        if each.lines:
            self.line(each.title, "question_head")
        for number, line in enumerate(each.lines, start=1):
            self.line(line, "question_last" if number == len(each.lines) else "question")

    @append.register
    def _(self, each: Figure) -> None:
        holder = self.line("", "picture")
        picture: Any = holder.add_run().add_picture(io.BytesIO(each.draw()), width=Mm(look.WIDTH_MM))
        if picture.height > Mm(TALLEST_MM):
            picture.width, picture.height = Emu(int(picture.width * Mm(TALLEST_MM) / picture.height)), Mm(TALLEST_MM)
        for side in ("distT", "distB", "distL", "distR"):
            picture._inline.set(side, "0")  # noqa: SLF001 (left out, LibreOffice pushes the picture past the margin)
        told = picture._inline.docPr  # noqa: SLF001 (python-docx has no alternative texts)
        told.set("name", printable(each.caption)[:120])
        told.set("descr", printable(each.alternative))
        self._caption("figure", each.caption, "figure_caption")
        if each.note:
            self.line(each.note, "note")

    @append.register
    def _(self, each: Table) -> None:
        self._caption("table", each.caption, "caption")
        self._grid(each)
        self.line(each.note, "note")  # also without words: it keeps tables apart

    def _caption(self, kind: str, text: str, key: str) -> None:
        self.counts[kind] += 1
        made = self.line(f"{text_of(f'report.captions.{kind}')} ", key)
        ooxml.field(made, f"SEQ {text_of(f'report.captions.{kind}')} \\* ARABIC", str(self.counts[kind]))
        made.add_run(f". {printable(text)}")

    def _grid(self, each: Table) -> None:
        made: Any = self.document.add_table(rows=0, cols=len(each.heads))
        widths = _widths(each.heads)
        _frame(made._tbl, each.caption, widths)  # noqa: SLF001 (built by hand: python-docx is slow and knows no repeated headers)
        held = each.rows or [Row(cells=(text_of("report.nothing"),))]
        rows = [_row([head.header for head in each.heads], each.heads, widths, {}, header=True)]
        kept = len(held) if len(held) <= _SHORT else _LAST
        rows += [
            _row(row.cells, each.heads, widths, row.tints, keep=number == 0 < len(held) - 1 or len(held) - kept <= number < len(held) - 1)
            for number, row in enumerate(held)
        ]
        made._tbl.extend(rows)  # noqa: SLF001


def _bookmark(number: int) -> str:
    return f"_Toc{number:06}"


def _widths(heads: Sequence[Head]) -> list[int]:
    """Return the widths of columns in twentieths of a point: together exactly the page."""
    total, whole = sum(head.width for head in heads), look.twips(look.WIDTH_MM)
    edges, at = [0], 0.0
    for head in heads:
        at += head.width
        edges.append(round(whole * at / total))
    return [right - left for left, right in pairwise(edges)]


def _frame(table: Any, caption: str, widths: Sequence[int]) -> None:
    """Give a table its style, its widths and its name for those who do not see it."""
    shape, grid = table.tblPr, table.tblGrid
    for part in [*shape, *grid]:
        part.getparent().remove(part)
    shape.extend(
        [
            element("w:tblStyle", val="RSATabell"),
            element("w:tblW", w=sum(widths), type="dxa"),
            element("w:tblLayout", type="fixed"),
            element("w:tblLook", val="0420", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=0, noVBand=1),
            element("w:tblCaption", val=printable(caption)),
        ]
    )
    grid.extend(element("w:gridCol", w=width) for width in widths)


def _row(
    texts: Sequence[str],
    heads: Sequence[Head],
    widths: Sequence[int],
    tints: Mapping[int, str],
    *,
    header: bool = False,
    keep: bool = False,
) -> Any:
    """Return a row that is not parted between pages; ``keep`` holds it together with the next one."""
    made, shape = element("w:tr"), element("w:trPr")
    shape.append(element("w:cantSplit"))
    if header:
        shape.append(element("w:tblHeader"))
    made.append(shape)
    if len(texts) == 1 < len(heads):
        made.append(_cell(texts[0], _Cell(Head("", 0), sum(widths), "band", across=len(heads), bold=True, keep=True)))
        return made
    for place, (text, head, width) in enumerate(zip(texts, heads, widths, strict=True)):
        fill = "head" if header else tints.get(place, "")
        made.append(_cell(text, _Cell(head, width, fill, header=header, keep=keep or header)))
    return made


@dataclass(frozen=True, slots=True)
class _Cell:
    """How a cell is printed: its column, its width in twentieths of a point, its colour, the columns it goes across."""

    head: Head
    width: int
    fill: str
    across: int = 1
    header: bool = False
    bold: bool = False
    keep: bool = False


def _cell(text: str, how: _Cell) -> Any:
    made, shape = element("w:tc"), element("w:tcPr")
    shape.append(element("w:tcW", w=how.width, type="dxa"))
    if how.across > 1:
        shape.append(element("w:gridSpan", val=how.across))
    if how.fill:
        shape.append(element("w:shd", val="clear", color="auto", fill=colour(how.fill)))
    if how.header:
        shape.append(element("w:vAlign", val="bottom"))
    made.append(shape)
    made.extend(_text(line, how) for line in hyphenated(printable(text), how.width).split("\n"))
    return made


def hyphenated(text: str, width: int) -> str:
    """Return a text with soft hyphens in the words that are longer than a cell of this width in twentieths of a point.

    >>> hyphenated("Socialförvaltningen i Krokom", 900).replace(SOFT_HYPHEN, "·")
    'Social·för·valt·ningen i Krokom'
    """
    fits = (width - _PADDING) / _LETTER
    return _WORD.sub(lambda word: _parted(word[0]) if len(word[0]) > fits else word[0], text)


def _parted(word: str) -> str:
    """Return a word that may be broken before each consonant that a vowel follows, three letters from either end."""
    ends = [0, *(each.start() for each in _SYLLABLE.finditer(word, 3, len(word) - 2) if each.start() >= 3), len(word)]  # noqa: PLR2004 (three letters)
    return SOFT_HYPHEN.join(word[left:right] for left, right in pairwise(ends))


def _letters(run: Any, line: str) -> None:
    """Put a text into a run, its soft hyphens as Word writes them."""
    for number, part in enumerate(line.split(SOFT_HYPHEN)):
        if number:
            run.append(element("w:softHyphen"))
        told = element("w:t")
        told.text = part
        told.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(told)


def _text(line: str, how: _Cell) -> Any:
    made, shape, run = (element(f"w:{tag}") for tag in ("p", "pPr", "r"))
    shape.append(element("w:pStyle", val=look.style_id("cell_head" if how.header else "cell")))
    if how.keep:
        shape.append(element("w:keepNext"))
    if how.head.align != "left":
        shape.append(element("w:jc", val=how.head.align))
    if (how.fill and not how.header) or how.bold:
        letters = element("w:rPr")
        letters.extend([element("w:b")] if how.bold else [])
        letters.append(element("w:color", val=colour(readable_on(how.fill))))
        run.append(letters)
    _letters(run, line)
    made.append(shape)
    if line:
        made.append(run)
    return made
