"""Mark cells in a worksheet's XML where they stand: only their tags change, all else keeps its bytes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from krokomrsa.excel.reply.marks import Place
from krokomrsa.excel.reply.parts import OFFICE, OFFICE_STRICT, untouchable

_AFTER_LEGACY: Final = frozenset(
    {"legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "AlternateContent"}
    | {"webPublishItems", "tableParts", "extLst"}
)
_TAG = re.compile(rb"""<[^\s/>]+(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_STYLE = re.compile(rb"""\ss\s*=\s*(?:"[^"]*"|'[^']*')""")
_SPANS = re.compile(rb"""\sspans\s*=\s*(?:"[^"]*"|'[^']*')""")
_SELECTED = re.compile(rb"""\stabSelected\s*=\s*(?:"[^"]*"|'[^']*')""")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["'][^>]*\?>""")
_TRUE: Final = {"1", "true"}

Style = Callable[[int, Place], int]  # a cell's own style and its place → the style it gets


@dataclass(frozen=True, slots=True)
class _Gap:
    """Where in the part cells that are not there yet belong."""

    at: int
    inside: int  # where the tag of the row, or of sheetData, begins that they are to stand in
    cells: tuple[tuple[Place, int], ...]  # place, and the style that an empty cell there shows
    new_row: bool


@dataclass(slots=True)
class _Scan:
    """What a pass over a worksheet finds of the places that are wanted."""

    wanted: Mapping[int, list[int]]  # row → columns, in order
    root: str = ""
    depth: int = 0
    section: str = ""
    row: int = 0
    column: int = 0
    row_style: int | None = None
    missing: list[int] = field(default_factory=list)  # wanted columns of the row that have not come yet
    coming: list[int] = field(default_factory=list)  # wanted rows that have not come yet, the last first
    found: dict[Place, tuple[int, int]] = field(default_factory=dict)  # place → where its tag begins, its style
    gaps: list[_Gap] = field(default_factory=list)
    widened: list[int] = field(default_factory=list)  # where the tags of rows that get more cells begin
    row_start: int = 0
    data_start: int = 0
    columns: list[tuple[int, int, int]] = field(default_factory=list)
    views: list[int] = field(default_factory=list)
    children: list[tuple[str, int]] = field(default_factory=list)
    legacy: str = ""
    end: int = 0

    def style_of(self, column: int) -> int:
        """Return the style that an empty cell in the current row and this column shows."""
        if self.row_style is not None:
            return self.row_style
        return next((style for first, last, style in self.columns if first <= column <= last), 0)

    def rows_until(self, number: int, at: int) -> None:
        """Note the wanted rows before this one as missing."""
        self.row_style = None
        while self.coming and self.coming[-1] < number:
            row = self.coming.pop()
            cells = tuple(((row, column), self.style_of(column)) for column in self.wanted[row])
            self.gaps.append(_Gap(at, self.data_start, cells, new_row=True))

    def cells_until(self, column: int, at: int) -> None:
        """Note the wanted cells of the row before this column as missing."""
        count = bisect_left(self.missing, column)
        if count:
            cells = tuple(((self.row, one), self.style_of(one)) for one in self.missing[:count])
            self.gaps.append(_Gap(at, self.row_start, cells, new_row=False))
            self.widened.append(self.row_start)
            del self.missing[:count]


def _number(said: str | None, before: int) -> int:
    number = int(said) if said else before + 1
    return number if number > before else untouchable("rows or cells out of order")


def _style(attributes: Mapping[str, str]) -> int:
    return int(attributes.get("s", "0"))


def _row(scan: _Scan, attributes: Mapping[str, str], at: int) -> None:
    number = _number(attributes.get("r"), scan.row)
    if scan.coming and scan.coming[-1] <= number:
        scan.rows_until(number, at)
    scan.row, scan.column, scan.row_start, scan.missing = number, 0, at, []
    if scan.coming and scan.coming[-1] == number:
        scan.missing = list(scan.wanted[scan.coming.pop()])
        scan.row_style = _style(attributes) if attributes.get("customFormat") in _TRUE else None


def _cell(scan: _Scan, attributes: Mapping[str, str], at: int) -> None:
    said = attributes.get("r")
    scan.column = column = _number(str(coordinate_to_tuple(said)[1]) if said else None, scan.column)
    scan.cells_until(column, at)
    if scan.missing and scan.missing[0] == column:
        scan.found[scan.row, column] = (at, _style(attributes))
        del scan.missing[0]


def _other(scan: _Scan, name: str, attributes: Mapping[str, str], at: int) -> None:
    if scan.depth == 0:
        scan.root = name
    elif scan.depth == 1:
        scan.section = name.rpartition(":")[2]
        scan.children.append((scan.section, at))
        scan.data_start = at if scan.section == "sheetData" else scan.data_start
        if scan.section == "legacyDrawing":
            scan.legacy = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
    elif scan.section == "cols" and attributes.get("style"):
        scan.columns.append((int(attributes["min"]), int(attributes["max"]), int(attributes["style"])))
    elif scan.section == "sheetViews" and attributes.get("tabSelected") in _TRUE:
        scan.views.append(at)


def _scanned(part: bytes, wanted: Mapping[int, list[int]]) -> _Scan:
    scan, parser = _Scan(wanted, coming=sorted(wanted, reverse=True)), expat.ParserCreate()  # it says at which byte it is

    def start(name: str, attributes: dict[str, str]) -> None:
        depth, in_data = scan.depth, scan.section == "sheetData"
        if depth == 2 and in_data:  # noqa: PLR2004 (worksheet, sheetData, row)
            _row(scan, attributes, parser.CurrentByteIndex)
        elif depth > 2 and in_data:  # noqa: PLR2004
            if scan.missing and depth == 3:  # noqa: PLR2004 (… row, cell)
                _cell(scan, attributes, parser.CurrentByteIndex)
        else:
            _other(scan, name, attributes, parser.CurrentByteIndex)
        scan.depth += 1

    def end(_name: str) -> None:
        scan.depth -= 1
        if scan.depth == 2 and scan.missing and scan.section == "sheetData":  # noqa: PLR2004
            scan.cells_until(1 << 20, parser.CurrentByteIndex)
        elif scan.depth == 1 and scan.section == "sheetData":
            scan.rows_until(1 << 30, parser.CurrentByteIndex)
        elif scan.depth == 0:
            scan.end = parser.CurrentByteIndex

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = lambda *_: untouchable("DOCTYPE")
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError, KeyError) as error:
        untouchable(str(error))
    return scan


def _utf8(part: bytes) -> bytes:
    """Return a part in UTF-8, which almost every part is in already."""
    declared = _DECLARED.match(part)
    if part.startswith((b"\xff\xfe", b"\xfe\xff")) or (declared and declared[1].upper() not in {b"UTF-8", b"US-ASCII", b"ASCII"}):
        try:
            text = part.decode("utf-16" if part[:1] in {b"\xff", b"\xfe"} else str(declared and declared[1].decode()))
        except (LookupError, UnicodeDecodeError) as error:
            untouchable(str(error))
        return re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode()
    return part


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A worksheet's XML and what was found in it of the cells to be marked."""

    part: bytes
    scan: _Scan

    @classmethod
    def of(cls, part: bytes, places: Iterable[Place]) -> Worksheet:
        """Find the places in a worksheet.

        Raises
        ------
        UntouchableError
            It is no worksheet, or not in order: a change could damage it.
        """
        wanted: dict[int, list[int]] = {}
        for row, column in sorted(places):
            wanted.setdefault(row, []).append(column)
        part = _utf8(part)
        scan = _scanned(part, wanted)
        names = [name for name, _ in scan.children]
        if scan.root.rpartition(":")[2] != "worksheet" or names.count("sheetData") != 1:
            untouchable("no worksheet")
        return cls(part, scan)

    @property
    def legacy_drawing(self) -> str:
        """Return the id of the sheet's link to the drawing of its comments, nothing if it has none."""
        return self.scan.legacy

    def marked(self, style: Style, *, drawing: str = "", deselect: bool = False, strict: bool = False) -> bytes:
        """Return the worksheet with new styles, and cells where there were none.

        ``drawing`` is the id of a link to a new drawing of comments. ``deselect`` leaves the sheet out of the selected ones.
        """
        edits: list[tuple[int, int, bytes]] = []
        prefix = self.scan.root.rpartition(":")[0].encode()
        prefix += b":" if prefix else b""
        edits += [self._restyled(at, style(own, place)) for place, (at, own) in self.scan.found.items()]
        edits += [self._without(at, _SPANS) for at in set(self.scan.widened) if not self._empty(at)]
        edits += [self._without(at, _SELECTED) for at in self.scan.views if deselect]
        edits += self._filled(prefix, style)
        if drawing:
            at = next((at for name, at in self.scan.children if name in _AFTER_LEGACY), self.scan.end)
            space = OFFICE_STRICT if strict else OFFICE
            edits.append((at, at, b'<%blegacyDrawing xmlns:r="%b" r:id="%b"/>' % (prefix, space.encode(), drawing.encode())))
        return _spliced(self.part, edits)

    def _tag(self, at: int) -> bytes:
        found = _TAG.match(self.part, at)
        return found[0] if found else untouchable("no tag")

    def _empty(self, at: int) -> bool:
        return self._tag(at).endswith(b"/>")

    def _restyled(self, at: int, style: int) -> tuple[int, int, bytes]:
        tag = self._tag(at)
        bare = _STYLE.sub(b"", tag, count=1)
        end = len(bare) - (2 if bare.endswith(b"/>") else 1)
        return at, at + len(tag), b'%b s="%d"%b' % (bare[:end].rstrip(), style, bare[end:])

    def _without(self, at: int, attribute: re.Pattern[bytes]) -> tuple[int, int, bytes]:
        tag = self._tag(at)
        return at, at + len(tag), attribute.sub(b"", tag, count=1)

    def _filled(self, prefix: bytes, style: Style) -> list[tuple[int, int, bytes]]:
        """Return the edits that put cells where there were none; an element without content is opened for them."""
        made: dict[tuple[int, bytes], bytes] = {}  # where, and what is opened there → the cells
        for gap in self.scan.gaps:
            new = b"".join(
                b'<%bc r="%b%d" s="%d"/>' % (prefix, get_column_letter(place[1]).encode(), place[0], style(own, place))
                for place, own in gap.cells
            )
            if gap.new_row:
                new = b'<%brow r="%d">%b</%brow>' % (prefix, gap.cells[0][0][0], new, prefix)
            closed = self._empty(gap.inside)
            key = (gap.inside, prefix + (b"sheetData" if gap.new_row else b"row")) if closed else (gap.at, b"")
            made[key] = made.get(key, b"") + new
        return [self._opened(at, new, name) if name else (at, at, new) for (at, name), new in made.items()]

    def _opened(self, at: int, content: bytes, name: bytes) -> tuple[int, int, bytes]:
        tag = self._tag(at)
        return at, at + len(tag), b"%b>%b</%b>" % (_SPANS.sub(b"", tag[:-2], count=1).rstrip(), content, name)


def _spliced(part: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    pieces, done = [], 0
    for start, end, new in sorted(edits):
        pieces += [part[done:start], new]
        done = end
    return b"".join([*pieces, part[done:]])
