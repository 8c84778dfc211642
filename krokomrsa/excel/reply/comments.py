"""Put comments on cells: new ones beside those of the sender, and ours after the sender's in the same cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree
from openpyxl.utils import get_column_letter

from krokomrsa.excel.reply.marks import Place, place
from krokomrsa.excel.reply.parts import Package, child, local, new, sibling, untouchable, whole
from krokomrsa.vocabulary import text_of

SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_SPACES: Final = b' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"'
_NEW_DRAWING: Final = b"<xml" + _SPACES + b'><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
_SHAPE_TYPE: Final = (
    b'<v:shapetype%b id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE: Final = (
    b'<v:shape%b id="_x0000_s%d" type="#_x0000_t202" '
    b'style="position:absolute;margin-left:80pt;margin-top:5pt;width:260pt;height:%dpt;z-index:1;visibility:hidden" '
    b'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    b'<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    b'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, 15, %d, 10, %d, 15, %d, 4</x:Anchor>'
    b"<x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"
)
_PLACED = re.compile(
    rb"<x:Anchor>\s*(?P<before>(?:\d+\s*,\s*){6})(?P<bottom>\d+)(?P<after>\s*,\s*\d+\s*)</x:Anchor>"
    rb"(?:(?!<x:Anchor>|</v:shape>).)*?<x:Row>(?P<row>\d+)</x:Row>\s*<x:Column>(?P<column>\d+)</x:Column>",
    re.DOTALL,
)
_TALLEST: Final = 30  # rows of a comment's box
_LINE: Final = 44  # characters of a line in a comment's box
_LAST_ROW: Final = 1_048_575  # counted from 0
_LAST_COLUMN: Final = 16_383
_BOX: Final = 4  # columns that a comment's box is wide


def _lines(text: str) -> int:
    return sum(1 + len(line) // _LINE for line in text.split("\n"))


def _shape(number: int, where: Place, text: str, spaces: bytes) -> bytes:
    row, column = where[0] - 1, where[1] - 1
    tall = min(_TALLEST, _lines(text) + 1)
    left, top = min(column + 1, _LAST_COLUMN - _BOX), min(max(row - 1, 0), _LAST_ROW - tall)
    return _SHAPE % (spaces, number, 13 * tall, left, top, left + _BOX, top + tall, row, column)


def _grown(drawing: bytes, longer: Mapping[Place, str]) -> bytes:
    """Return a drawing with taller boxes where our comment stands after the sender's."""

    def taller(found: re.Match[bytes]) -> bytes:
        text = longer.get((int(found["row"]) + 1, int(found["column"]) + 1))
        if text is None:
            return found[0]
        bottom = min(_LAST_ROW, int(found["bottom"]) + min(_TALLEST, _lines(text) + 2))
        start, end = found.start("bottom") - found.start(), found.end("bottom") - found.start()
        return b"%b%d%b" % (found[0][:start], bottom, found[0][end:])

    return _PLACED.sub(taller, drawing) if longer else drawing


def _drawn(drawing: bytes, shapes: Mapping[Place, str]) -> bytes:
    """Return a drawing with more boxes for comments; what is in it stays as it is, well-formed or not, as Excel's own often is not."""
    end = drawing.rfind(b"</xml>")
    if end < 0 or drawing.startswith((b"\xff\xfe", b"\xfe\xff")):
        untouchable("drawing")
    spaces = (
        b""
        if all(b"xmlns:%b=" % prefix in drawing[: drawing.find(b">", drawing.find(b"<xml "))] for prefix in (b"v", b"o", b"x"))
        else _SPACES
    )
    first = max((int(found) for found in _SHAPE_ID.findall(drawing)), default=1024) + 1
    boxes = b"".join(_shape(number, where, text, spaces) for number, (where, text) in enumerate(shapes.items(), start=first))
    kind = b"" if b'id="_x0000_t202"' in drawing or not boxes else _SHAPE_TYPE % spaces
    return drawing[:end] + kind + boxes + drawing[end:]


def _run(parent: etree._Element, text: str, *, bold: bool = False) -> None:
    """Append a piece of text in Excel's look of comments."""
    run = etree.SubElement(parent, sibling(parent, "r"))
    look = etree.SubElement(run, sibling(parent, "rPr"))
    if bold:
        etree.SubElement(look, sibling(parent, "b"))
    for name, value in (("sz", "9"), ("rFont", "Tahoma"), ("family", "2")):
        etree.SubElement(look, sibling(parent, name), val=value)
    _text(run, text)


def _text(run: etree._Element, text: str) -> None:
    found = etree.SubElement(run, sibling(run, "t"))
    found.text = text
    found.set(SPACE, "preserve")


def _said(parent: etree._Element, text: str, *, after: bool) -> None:
    """Write our comment, after the sender's where there is one."""
    own = child(parent, "t")
    if own is not None:
        stands = own.text or ""
        parent.remove(own)
        run = parent.makeelement(sibling(parent, "r"))
        parent.insert(0, run)
        _text(run, stands)
    readings = [one for one in parent if local(one) in {"rPh", "phoneticPr"}]
    _run(parent, ("\n\n" if after else "") + f"{text_of('reply.author')}:\n", bold=True)
    _run(parent, text)
    parent.extend(readings)  # they stand last


def _author(root: etree._Element) -> int:
    authors = child(root, "authors")
    if authors is None:
        authors = root.makeelement(sibling(root, "authors"))
        root.insert(0, authors)
    etree.SubElement(authors, sibling(root, "author")).text = text_of("reply.author")
    return len(authors) - 1


def _thread_authors(root: etree._Element) -> set[int]:
    """Return the authors that stand for threads: Excel writes what others say there itself."""
    authors = child(root, "authors")
    return {number for number, one in enumerate(authors) if (one.text or "").startswith("tc=")} if authors is not None else set()


def _commented(root: etree._Element, texts: Mapping[Place, str], threaded: set[Place]) -> tuple[dict[Place, str], dict[Place, str]]:
    """Add comments; return those that need a box of their own, and those that stand after the sender's."""
    written = child(root, "commentList")
    if written is None:
        written = etree.SubElement(root, sibling(root, "commentList"))
    of_threads, author = _thread_authors(root), _author(root)
    there = {where: one for one in written if (where := place(one.get("ref", "")))}
    boxes, longer = {}, {}
    for where, text in sorted(texts.items()):
        if where not in there:
            if where not in threaded:
                boxes[where] = text
                comment = etree.SubElement(
                    written, sibling(root, "comment"), ref=f"{get_column_letter(where[1])}{where[0]}", authorId=str(author)
                )
                _said(etree.SubElement(comment, sibling(root, "text")), text, after=False)
        elif where not in threaded and whole(there[where], "authorId") not in of_threads:
            said = child(there[where], "text")
            if said is not None and "".join(map(str, said.itertext())).endswith(text):
                continue  # it stands there since our last reply
            longer[where] = text
            _said(etree.SubElement(there[where], sibling(root, "text")) if said is None else said, text, after=True)
    return boxes, longer


def threads(package: Package, sheet: str) -> set[Place]:
    """Return the cells of a sheet that have a thread of comments."""
    found: set[Place] = set()
    for link in package.relations(sheet):
        if link.kind == "threadedComment":
            found |= {
                where for one in package.xml(link.target).iter() if local(one) == "threadedComment" and (where := place(one.get("ref", "")))
            }
    return found


def _declare(package: Package, sheet: str, *, pattern: str, kind: str, content_type: str, made: bytes | etree._Element) -> str:
    name = package.fresh(pattern)
    package.put(name, made)
    package.declare(name, content_type)
    return package.relate(sheet, kind, name)


def write(package: Package, sheet: str, texts: Mapping[Place, str], *, drawing: str) -> str:
    """Put comments on the cells of a sheet, and return the id of the link to a new drawing, nothing where it has one.

    ``drawing`` is the id of the link to the drawing that the sheet has for its comments and controls, nothing if none. A comment in a
    thread of comments is left to the sender.

    Raises
    ------
    UntouchableError
        The sheet's own comments are such that more could damage them.
    """
    parts = package.related(sheet, "comments")
    root = package.xml(parts) if parts else new(package.main, "comments")
    if local(root) != "comments":
        untouchable("comments")
    held = [where for one in root.iter(sibling(root, "comment")) if (where := place(one.get("ref", "")))]
    boxes, longer = _commented(root, texts, threads(package, sheet))
    canvas = next((link.target for link in package.relations(sheet) if link.id == drawing), None) if drawing else None
    if drawing and canvas is None:
        untouchable("the drawing of comments is missing")
    if canvas is None:
        boxes |= dict.fromkeys(held, "")
    drawn = _drawn(_grown(package.part(canvas), longer) if canvas else _NEW_DRAWING, boxes) if boxes or longer else b""
    if parts:
        package.put(parts, root)
    else:
        _declare(package, sheet, pattern="xl/comments{}.xml", kind="comments", content_type=_TYPE, made=root)
    if canvas and drawn:
        package.put(canvas, drawn)
    if canvas or not drawn:
        return ""
    pattern = "xl/drawings/vmlDrawing{}.vml"
    return _declare(package, sheet, pattern=pattern, kind="vmlDrawing", content_type=_DRAWING_TYPE, made=drawn)
