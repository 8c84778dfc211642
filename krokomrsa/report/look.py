"""Declare the looks that reports are written in, and make them the styles of a Word document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from docx.document import Document
from docx.oxml.ns import qn

from krokomrsa.excel.workbook import FONT, colour
from krokomrsa.report import ooxml
from krokomrsa.report.ooxml import element
from krokomrsa.vocabulary import text_of

WIDTH_MM: Final = 160.0  # between the margins: the width of a chart
TWIPS_PER_MM: Final = 1440 / 25.4
_SIDES: Final = ("top", "left", "bottom", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A paragraph style: sizes in points, colours of the palette, indents in millimetres.

    ``word`` is the id of the style in Word that it is, empty for one of our own; ``box`` is the colour of its frame, ``fill`` of its
    ground; ``bullet`` makes it a list; ``keep`` holds it together with the next paragraph.
    """

    word: str = ""
    size: float = 10
    bold: bool = False
    ink: str = "ink"
    before: float = 0
    after: float = 6
    line: float = 1.15
    left: float = 0
    hanging: float = 0
    tab: float = 0
    fill: str = ""
    box: str = ""
    bullet: bool = False
    keep: bool = False
    new_page: bool = False
    hyphens: bool = True
    level: int = 0  # of a heading


LOOKS: Final[Mapping[str, Look]] = MappingProxyType(
    {
        "body": Look(word="Normal"),
        "title": Look(word="Title", size=27, bold=True, ink="head", before=140, after=8, line=1.0, hyphens=False),
        "small_title": Look(size=18, bold=True, ink="head", after=2, line=1.0, hyphens=False, level=1),
        "subtitle": Look(word="Subtitle", size=15, ink="muted", after=26, hyphens=False),
        "heading_1": Look(
            word="Heading1", size=16, bold=True, ink="head", before=28, after=10, line=1.05, keep=True, hyphens=False, level=1
        ),
        "heading_2": Look(
            word="Heading2", size=12.5, bold=True, ink="head", before=14, after=5, line=1.05, keep=True, hyphens=False, level=2
        ),
        "heading_3": Look(word="Heading3", size=10.5, bold=True, before=9, after=2, keep=True, hyphens=False, level=3),
        "toc_heading": Look(word="TOCHeading", size=16, bold=True, ink="head", after=10, keep=True, new_page=True, hyphens=False),
        "toc_1": Look(word="TOC1", bold=True, before=6, after=2, left=7, hanging=7, tab=WIDTH_MM, hyphens=False),
        "toc_2": Look(word="TOC2", after=1, left=17, hanging=10, tab=WIDTH_MM, hyphens=False),
        "bullet": Look(word="ListBullet", left=6, hanging=4.5, after=3, bullet=True),
        "caption": Look(word="Caption", size=9, bold=True, ink="head", before=10, after=4, line=1.05, keep=True),
        "figure_caption": Look(size=9, bold=True, ink="head", before=2, after=4, line=1.05),
        "picture": Look(before=8, after=0, line=1.0, keep=True),
        "note": Look(size=8.5, ink="muted", before=3, after=8),
        "fact": Look(size=10.5, after=2, left=45, hanging=45),
        "card_fact": Look(size=9, after=2, line=1.05, left=32, hanging=32),
        "cell": Look(size=8.5, after=0, line=1.05),
        "cell_head": Look(size=8.5, bold=True, ink="paper", after=0, line=1.05),
        "question_head": Look(bold=True, ink="banner_ink", before=12, after=0, left=2, fill="banner", box="late", keep=True),
        "question": Look(size=9.5, after=0, left=2, fill="banner", box="late", bullet=True),
        "question_last": Look(size=9.5, after=10, left=2, fill="banner", box="late", bullet=True),
        "banner": Look(bold=True, ink="banner_ink", after=0, left=2, fill="banner", box="late"),
        "secrecy": Look(bold=True, ink="stop_ink", before=26, after=10, left=2, fill="stop", box="stop_ink"),
        "header": Look(word="Header", size=8, ink="stop_ink", after=1, line=1.0, hyphens=False),
        "header_banner": Look(size=8, bold=True, ink="banner_ink", after=0, line=1.0, hyphens=False),
        "footer": Look(word="Footer", size=8, ink="muted", after=0, line=1.0, tab=WIDTH_MM, hyphens=False),
    }
)
_BULLETS: Final = {key: number for number, key in enumerate((key for key, look in LOOKS.items() if look.bullet), start=1)}


def style_id(look: str) -> str:
    """Return the id of a look's style in a document.

    >>> style_id("heading_1"), style_id("cell_head")
    ('Heading1', 'RSAcellhead')
    """
    return LOOKS[look].word or f"RSA{look.replace('_', '')}"


def twips(millimetres: float) -> int:
    """Return a length as Word counts it, in twentieths of a point.

    >>> twips(25.4)
    1440
    """
    return round(millimetres * TWIPS_PER_MM)


def _paragraph(key: str, look: Look) -> Iterator[Any]:
    """Yield the properties of a paragraph in the order that the schema wants."""
    yield from (element(tag) for tag, wanted in (("w:keepNext", look.keep), ("w:keepLines", look.keep or look.box)) if wanted)
    if look.new_page:
        yield element("w:pageBreakBefore")
    if look.bullet:
        numbered = element("w:numPr")
        numbered.append(element("w:numId", val=_BULLETS[key]))
        yield numbered
    if look.box:
        frame = element("w:pBdr")
        frame.extend(element(f"w:{side}", val="single", sz=6, space=4, color=colour(look.box)) for side in _SIDES)
        yield frame
    if look.fill:
        yield element("w:shd", val="clear", color="auto", fill=colour(look.fill))
    if look.tab:
        tabs = element("w:tabs")
        leader = "dot" if look.word.startswith("TOC") else "none"
        if look.left:
            tabs.append(element("w:tab", val="left", pos=twips(look.left)))
        tabs.append(element("w:tab", val="right", leader=leader, pos=twips(look.tab)))
        yield tabs
    if not look.hyphens:
        yield element("w:suppressAutoHyphens")
    yield element("w:spacing", before=round(look.before * 20), after=round(look.after * 20), line=round(look.line * 240), lineRule="auto")
    hanging = 4.5 if look.bullet else look.hanging
    left = look.left + (4.5 if look.bullet and look.box else 0)
    yield element("w:ind", left=twips(left), right=twips(2 if look.box else 0), hanging=twips(hanging))
    if look.level:
        yield element("w:outlineLvl", val=look.level - 1)


def _style(key: str, look: Look) -> Any:
    """Return a look as a style."""
    marks = {"default": 1} if key == "body" else {} if look.word else {"customStyle": 1}
    made = element("w:style", type="paragraph", styleId=style_id(key), **marks)
    made.append(element("w:name", val=text_of(f"report.looks.{key}")))
    if key != "body":
        made.append(element("w:basedOn", val=style_id("body")))
    if look.level or look.word in {"Title", "Subtitle", "TOCHeading"}:
        made.append(element("w:next", val=style_id("body")))
    made.append(element("w:qFormat"))
    shape, letters = element("w:pPr"), element("w:rPr")
    shape.extend(_paragraph(key, look))
    letters.append(element("w:rFonts", ascii=FONT, hAnsi=FONT, cs=FONT, eastAsia=FONT))
    letters.extend(element(tag, val=int(look.bold)) for tag in ("w:b", "w:bCs"))
    letters.append(element("w:color", val=colour(look.ink)))
    letters.extend(element(tag, val=round(look.size * 2)) for tag in ("w:sz", "w:szCs"))
    letters.append(ooxml.language())
    made.extend([shape, letters])
    return made


def _table_style() -> Any:
    """Return the style of tables: thin lines between rows, room around the text."""
    made = element("w:style", type="table", styleId="RSATabell", customStyle=1)
    made.extend([element("w:name", val=text_of("report.looks.table")), element("w:basedOn", val="TableNormal"), element("w:qFormat")])
    shape, lines, room = element("w:tblPr"), element("w:tblBorders"), element("w:tblCellMar")
    lines.extend(element(f"w:{side}", val="single", sz=4, space=0, color=colour("rule")) for side in ("top", "bottom", "insideH"))
    room.extend(element(f"w:{side}", w=twips(width), type="dxa") for side, width in zip(_SIDES, (0.5, 1.2, 0.5, 1.2), strict=True))
    shape.extend([lines, room])
    made.append(shape)
    return made


def _bullets(numbering: Any) -> None:
    """Make the lists that the looks with bullets are."""
    for part in list(numbering):
        numbering.remove(part)
    lists = []
    for key, number in _BULLETS.items():
        made, level = element("w:abstractNum", abstractNumId=number), element("w:lvl", ilvl=0)
        level.extend([element("w:start", val=1), element("w:numFmt", val="bullet"), element("w:pStyle", val=style_id(key))])
        level.extend([element("w:lvlText", val="•"), element("w:lvlJc", val="left")])
        made.extend([element("w:multiLevelType", val="singleLevel"), level])
        numbering.append(made)
        used = element("w:num", numId=number)
        used.append(element("w:abstractNumId", val=number))
        lists.append(used)
    numbering.extend(lists)


def apply(document: Document) -> None:
    """Replace the styles of a document by the looks."""
    styles: Any = document.styles.element
    for style in list(styles.findall(qn("w:style"))):
        if style.get(qn("w:styleId")) not in {"DefaultParagraphFont", "TableNormal", "NoList"}:
            styles.remove(style)
    latent = styles.find(qn("w:latentStyles"))
    if latent is not None:
        styles.remove(latent)
    letters = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for property_ in list(letters):
        letters.remove(property_)
    letters.extend([element("w:rFonts", ascii=FONT, hAnsi=FONT, cs=FONT, eastAsia=FONT), element("w:sz", val=20), ooxml.language()])
    styles.extend(_style(key, look) for key, look in LOOKS.items())
    styles.append(_table_style())
    part: Any = document.part
    _bullets(part.numbering_part.element)
