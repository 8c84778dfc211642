"""Write a reply into the sender's own file, or into a new one where that cannot be done."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import msoffcrypto
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.utils import get_column_letter

from krokomrsa.excel.account import Intake
from krokomrsa.excel.reading import Book
from krokomrsa.excel.reading.limits import refuse
from krokomrsa.excel.reply import comments, marks, rebuilt, svar, tabs
from krokomrsa.excel.reply.marks import Mark, Place
from krokomrsa.excel.reply.parts import Package, UntouchableError, new
from krokomrsa.excel.reply.sheet import Worksheet
from krokomrsa.excel.reply.styles import Styles
from krokomrsa.excel.reply.tabs import Tab, Tabs
from krokomrsa.vocabulary import text_of

KEPT: Final = (".xlsx", ".xlsm", ".xltx", ".xltm")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STYLES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_PLAIN: Final = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_KINDS: Final = {  # the content type of a workbook must suit the ending of its file
    ".xlsm": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ".xltx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    ".xltm": b"application/vnd.ms-excel.template.macroEnabled.main+xml",
}


def _ending(file: str) -> str:
    stem, dot, ending = file.rpartition(".")
    return f"{dot}{ending}".lower() if stem else ""


def name(file: str) -> str:
    """Return the name of the reply to a file.

    >>> name("soc.xlsx"), name("soc.XLSM"), name("register.2026.ods"), name("lista")
    ('soc-svar.xlsx', 'soc-svar.xlsm', 'register.2026-svar.xlsx', 'lista-svar.xlsx')
    """
    ending = _ending(file)
    stem = file[: len(file) - len(ending)]
    return text_of("reply.name", stem=stem, ending=ending if ending in KEPT else ".xlsx")


@dataclass(slots=True)
class _Told:
    """What could not be written in the sender's sheets, to be said on ours."""

    unmarked: list[str] = field(default_factory=list)
    uncommented: list[str] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """Return a sentence for each."""
        listed = {"not_marked": self.unmarked, "not_commented": self.uncommented}
        found = [text_of(f"reply.{key}", sheets=", ".join(sheets)) for key, sheets in listed.items() if sheets]
        return found + ([text_of("reply.threads", cells=", ".join(self.threads))] if self.threads else [])


def _styles(package: Package, workbook: str) -> tuple[str, Styles]:
    """Return the part with the workbook's styles, and the styles; they are made where there are none."""
    part = package.related(workbook, "styles")
    if part:
        return part, Styles.of(package.xml(part))
    part = package.fresh("xl/styles{}.xml")
    package.put(part, new(package.main, "styleSheet"))
    package.declare(part, _STYLES)
    package.relate(workbook, "styles", part)
    return part, Styles.of(package.xml(part))


def _on_sheet(package: Package, tab: Tab, wanted: Mapping[Place, Mark], styles: Styles, told: _Told, *, deselect: bool) -> None:
    """Colour and comment the cells of one sheet."""
    worksheet = Worksheet.of(package.part(tab.part), wanted)
    texts = {place: mark.comment for place, mark in wanted.items() if mark.comment}
    before, drawing = dict(package.changed), ""
    try:
        if texts:
            drawing = comments.write(package, tab.part, texts, drawing=worksheet.legacy_drawing)
            threaded = sorted(comments.threads(package, tab.part) & set(texts))
            told.threads += [f"{tab.name}!{get_column_letter(column)}{row}" for row, column in threaded]
    except UntouchableError:
        package.changed = before
        told.uncommented.append(tab.name)

    def style(own: int, place: Place) -> int:
        return styles.marked(own, wanted[place].look)

    package.put(tab.part, worksheet.marked(style, drawing=drawing, deselect=deselect, strict=package.strict))


def _on_sheets(package: Package, found: Tabs, wanted: Mapping[str, Mapping[Place, Mark]], styles: Styles, told: _Told) -> bool:
    """Mark the cells of every sheet, and tell whether the workbook can open on the sheet with the reply.

    It opens there when no sheet but those with marks says that it is the one shown: the others keep their bytes.
    """
    touched = {tab.part: tab for name in wanted if (tab := found.tab(name)) and tab.part}
    shown = all(tab.part in touched for tab in found.sheets if tab.selected)
    for name, places in wanted.items():
        tab = found.tab(name)
        try:
            if tab and tab.part:
                _on_sheet(package, tab, places, styles, told, deselect=shown)
        except UntouchableError:
            told.unmarked.append(tab.name if tab else name)
            shown = shown and not (tab and tab.selected)
    return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """A reply to be written into a package."""

    read: Intake
    wanted: Mapping[str, Mapping[Place, Mark]]
    made_on: date | None
    notes: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # the names that sheets have in the package, where they are others

    def written(self, content: bytes) -> bytes:
        """Return the package with the reply in it.

        Raises
        ------
        UntouchableError
            The package as a whole is such that a change could damage it.
        """
        package, told = Package.of(content), _Told()
        found = tabs.of(package)
        part, styles = _styles(package, found.part)
        shown = _on_sheets(package, found, self.wanted, styles, told)
        sheets = {sheet: self.names.get(sheet, sheet) for sheet in {problem.sheet for problem in self.read.problems}}
        answer = svar.Answer(
            read=self.read,
            sheets={sheet: (tab.name, tab.hidden) for sheet, name in sheets.items() if (tab := found.tab(name))},
            notes=[*self.notes, *told.notes()],
            made_on=self.made_on,
            marked=bool(self.wanted),
        )
        made, header = svar.written(answer, main=package.main, style=styles.look, selected=shown)
        tabs.add_first(package, found, found.free(text_of("reply.sheet")), made, shown=shown, repeated=header)
        package.put(part, styles.root)
        return package.packed()


def _opened(content: bytes, password: str | None) -> tuple[bytes, bool]:
    """Return the file without its password, as far as it can be written in, and whether it had one."""
    if not content.startswith(_OLE):
        return content, False
    opened, container = io.BytesIO(), msoffcrypto.OfficeFile(io.BytesIO(content))
    if not container.is_encrypted():
        return content, False
    if password is None:
        refuse("encrypted")
    if not isinstance(container, OOXMLFile):
        return content, True
    container.load_key(password=password)
    container.decrypt(opened)
    return opened.getvalue(), True


def _locked(content: bytes, password: str | None) -> bytes:
    if password is None:
        refuse("encrypted")
    made = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, made)
    return made.getvalue()


def _anew(book: Book, read: Intake, made_on: date | None, *, was_package: bool) -> bytes:
    """Return a new workbook with the values and the reply."""
    ending = _ending(read.file)
    content, names = rebuilt.workbook(book)
    wanted = {names.get(sheet, sheet): places for sheet, places in marks.of(read).items()}
    notes = [text_of("reply.new_book") if was_package else text_of("reply.new_file", ending=ending or read.file)]
    notes += [text_of("reply.renamed", before=before, after=after) for before, after in names.items() if before != after]
    made = _Reply(read=read, wanted=wanted, made_on=made_on, notes=notes, names=names).written(content)
    return _of_kind(made, _KINDS.get(ending, _PLAIN))


def _of_kind(content: bytes, kind: bytes) -> bytes:
    package = Package.of(content)
    types = package.part("[Content_Types].xml")
    package.put("[Content_Types].xml", types.replace(_PLAIN, kind))
    return package.packed()


def marked(content: bytes, book: Book, read: Intake, *, password: str | None = None, made_on: date | None = None) -> bytes:
    """Return the sender's file with the reply in it: marks on cells, and a first sheet that lists every problem.

    What is not marked keeps its bytes. A file that is no Open XML workbook, or one that cannot be changed without risk, gets a new
    workbook with its values, and the first sheet says so. A file with a password gets it back with the same ``password``.

    Raises
    ------
    KrokomrsaError
        The file has a password, and no ``password`` is given: a reply without one would lay it open.
    """
    plain, locked = _opened(content, password)
    try:
        made = _Reply(read=read, wanted=marks.of(read), made_on=made_on).written(plain)
    except UntouchableError:
        made = _anew(book, read, made_on, was_package=_ending(read.file) in KEPT)
    return _locked(made, password) if locked else made
