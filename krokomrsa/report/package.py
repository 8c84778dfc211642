"""Begin a Word document without traces of a template, and turn it into the same bytes for the same content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENTATION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Mm

from krokomrsa.report import look, ooxml
from krokomrsa.report.ooxml import element
from krokomrsa.vocabulary import text_of

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)  # what a zip archive can hold at least
_WORD_2013: Final = 15  # and later: no compatibility mode
_APP: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>{name}</Application></Properties>'
)
_FOREIGN: Final = ("/customXml", "/thumbnail", "/stylesWithEffects")  # relationships of the template that carry nothing of ours
_SETTINGS: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LAYOUT_MM: Final = {"page_width": 210, "page_height": 297, "left_margin": 25, "right_margin": 25, "top_margin": 29, "bottom_margin": 23}


def _bare(part: Any) -> None:
    for key, relation in list(part.rels.items()):
        if relation.reltype.endswith(_FOREIGN):
            del part.rels[key]


def _settings(document: Document) -> None:
    """Say in the settings that the document is Swedish, of today's Word, and hyphenated."""
    root: Any = document.settings.element
    for part in list(root):
        root.remove(part)
    compat = element("w:compat")
    compat.append(element("w:compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=_WORD_2013))
    root.extend(
        [
            element("w:zoom", percent=100),
            element("w:defaultTabStop", val=look.twips(10)),
            element("w:autoHyphenation"),
            element("w:consecutiveHyphenLimit", val=2),
            element("w:characterSpacingControl", val="doNotCompress"),
            compat,
            element("w:themeFontLang", val=ooxml.LANGUAGE),
            element("w:decimalSymbol", val=","),
            element("w:listSeparator", val=";"),
        ]
    )


def _properties(document: Document, *, title: str, author: str, made_on: date) -> None:
    core, made = document.core_properties, datetime.combine(made_on, time())
    core.author = core.last_modified_by = ooxml.printable(author)[:255]
    core.title, core.language = ooxml.printable(title)[:255], ooxml.LANGUAGE
    core.subject = core.keywords = core.comments = core.category = ""
    core.created = core.modified = made
    core.revision = 1


def _sides(document: Document, header: Sequence[tuple[str, str]], footer: str) -> None:
    """Write the page header, pairs of look and text, and the footer with the number of the page."""
    section = document.sections[0]
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    above = section.header
    for number, (key, text) in enumerate(header):
        line = above.paragraphs[0] if number == 0 else above.add_paragraph()
        ooxml.inner(line).style = look.style_id(key)
        line.add_run(ooxml.printable(text))
    below = section.footer.paragraphs[0]
    ooxml.inner(below).style = look.style_id("footer")
    before, between = text_of("report.page").split("|")
    below.add_run(f"{ooxml.printable(footer)}\t{before}")
    ooxml.field(below, "PAGE", "1")
    below.add_run(between)
    ooxml.field(below, "NUMPAGES", "1")


def new(*, title: str, author: str, made_on: date, header: Sequence[tuple[str, str]], footer: str) -> Document:
    """Return an empty Swedish document on A4 with header and footer; ``header`` holds pairs of look and text."""
    document = docx.Document()
    for paragraph in list(document.paragraphs):
        ooxml.inner(paragraph).getparent().remove(ooxml.inner(paragraph))
    look.apply(document)
    _settings(document)
    section: Any = document.sections[0]
    section.orientation = WD_ORIENTATION.PORTRAIT
    for key, millimetres in _LAYOUT_MM.items():
        setattr(section, key, Mm(millimetres))
    section.header_distance, section.footer_distance = Mm(11), Mm(10)
    _properties(document, title=title, author=author, made_on=made_on)
    _sides(document, header, footer)
    return document


def packed(document: Document) -> bytes:
    """Return the document's bytes, the same for the same content: no clock is read."""
    package: Any = document.part.package
    _bare(package)
    _bare(document.part)
    for relation in package.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
            relation.target_part._blob = _APP.format(name=text_of("workbook.creator")).encode()  # noqa: SLF001 (a part holds its bytes)
    saved, repacked = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as before, zipfile.ZipFile(repacked, "w") as after:
        for name in before.namelist():
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            after.writestr(entry, before.read(name))
    return repacked.getvalue()
