"""Read .xlsx and .xlsm: which sheets there are, and each sheet's cells by the fastest way that loses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from krokomrsa.errors import Problem
from krokomrsa.excel.reading import cells, fast, notes, package, strings, styles
from krokomrsa.excel.reading.cells import SheetRead
from krokomrsa.excel.reading.limits import notice, refuse, within_cells
from krokomrsa.excel.reading.model import Book, Sheet
from krokomrsa.excel.reading.package import Package
from krokomrsa.excel.reading.sheets import completed, loose_comments, unlike
from krokomrsa.excel.reading.xml import Attributes, local, walk


@dataclass(frozen=True, slots=True)
class _Listed:
    """A worksheet as the workbook lists it."""

    name: str
    hidden: bool
    part: str


@dataclass(slots=True)
class _Workbook:
    relations: Mapping[str, package.Relation]
    epoch: datetime = WINDOWS_EPOCH
    sheets: list[_Listed] = field(default_factory=list)

    def start(self, name: str, given: Attributes) -> None:
        match local(name):
            case "workbookPr":
                self.epoch = MAC_EPOCH if given.get("date1904", "0") in {"1", "true"} else WINDOWS_EPOCH
            case "sheet":
                self._sheet(given)

    def _sheet(self, given: Attributes) -> None:
        related = next((value for key, value in given.items() if key.endswith(":id")), "")
        relation = self.relations.get(related)
        if relation and relation.kind == "worksheet":
            shown = given.get("state", "visible") == "visible"
            self.sheets.append(_Listed(given.get("name", ""), not shown, relation.target))


def _main(parts: Mapping[str, bytes]) -> str:
    """Return the name of the part that lists the sheets."""
    root = package.relations(parts["_rels/.rels"], "") if "_rels/.rels" in parts else {}
    named = next((relation.target for relation in root.values() if relation.kind == "officeDocument"), "xl/workbook.xml")
    return named if named in parts else "xl/workbook.xml"


class _Reader:
    """Read one workbook's sheets, each part that they share once."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts = parts
        main = _main(parts)
        self.relations = package.relations_of(parts, main)
        self.workbook = _Workbook(self.relations)
        walk(parts[main], self.workbook.start)
        self.styles = styles.read(self._shared("styles"))

    def _shared(self, kind: str) -> bytes | None:
        target = next((relation.target for relation in self.relations.values() if relation.kind == kind), "")
        return self.parts.get(target)

    @cached_property
    def strings(self) -> Sequence[strings.Text]:
        return strings.read(self._shared("sharedStrings"))

    @cached_property
    def simple(self) -> Mapping[str, SheetRead]:
        sheets = {listed.part: self.parts[listed.part] for listed in self.workbook.sheets if listed.part in self.parts}
        return fast.read(sheets, self._shared("sharedStrings") or b"", lambda: self.strings, self.styles, self.workbook.epoch)

    def cells(self, part: str) -> SheetRead:
        return self.simple.get(part) or cells.read(self.parts[part], self.strings, self.styles, self.workbook.epoch)


def _told(opened: Package, sheets: Sequence[Sheet], *, comments_whole: bool) -> Iterator[Problem]:
    if any(name.endswith("vbaproject.bin") for name in opened.names):
        yield notice("told_macros")
    if any(name.startswith("xl/externallinks/") for name in opened.names):
        yield notice("told_links")
    if not comments_whole or opened.left_out:
        yield notice("told_comments_unread")
    yield from loose_comments(sheets)


def read(content: bytes) -> Book:
    """Return the cells of an .xlsx or .xlsm workbook, hidden sheets too, with formulas told from values."""
    opened = package.opened(content)
    reader = _Reader(opened.parts)
    listed = [sheet for sheet in reader.workbook.sheets if sheet.part in opened.parts]
    if len(listed) < len(reader.workbook.sheets) or not listed:
        refuse("broken", reason="KeyError")
    sheets, count, whole = [], 0, True
    for name, sheet in zip(unlike([one.name for one in listed]), listed, strict=True):
        found, traits = reader.cells(sheet.part)
        count += len(found)
        within_cells(count)
        comments, read_all = notes.read(opened, sheet.part)
        whole = whole and read_all
        sheets.append(completed(name, found, traits, comments, hidden=sheet.hidden))
    macros = any(name.endswith("vbaproject.bin") for name in opened.names)
    return Book(tuple(sheets), "xlsm" if macros else "xlsx", tuple(_told(opened, sheets, comments_whole=whole)))
