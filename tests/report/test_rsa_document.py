"""The Word report as a document: page, language, fields, captions, alternative texts, tables, properties, LibreOffice."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from report_example import lines, opened, small_bytes, text_in

from krokomrsa.register import Register
from krokomrsa.report.look import LOOKS, style_id

NO_OFFICE = shutil.which("soffice") is None and not os.environ.get("CI")


@pytest.fixture(scope="module")
def document() -> Document:
    """Return the report of the small register."""
    return opened(small_bytes())


def instructions(node) -> list[str]:
    """Return what the fields in an element ask for."""
    return [each.text.strip() for each in node.iter(qn("w:instrText"))]


def test_the_page_is_a4_standing(document: Document) -> None:
    """Every section is 210 × 297 mm, and the text is as wide as a chart."""
    for section in document.sections:
        assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (210, 297)
        assert round((section.page_width - section.left_margin - section.right_margin) / Mm(1)) == 160


def test_the_language_is_swedish_everywhere(document: Document) -> None:
    """Styles, defaults, settings and properties say sv-SE, and nothing says another language."""
    said = {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))}
    assert said == {"sv-SE"}
    assert document.settings.element.find(qn("w:themeFontLang")).get(qn("w:val")) == "sv-SE"
    assert document.core_properties.language == "sv-SE"
    own = [style for style in document.styles.element.iter(qn("w:style")) if style.get(qn("w:styleId")) in map(style_id, LOOKS)]
    assert len(own) == len(LOOKS)
    assert all(style.find(qn("w:rPr")).find(qn("w:lang")) is not None for style in own)


def test_header_and_footer_say_what_must_be_on_every_page(document: Document) -> None:
    """The header holds the classification and the first banner, the footer Sida X av Y as fields."""
    section = document.sections[0]
    header = [each.text for each in section.header.paragraphs]
    assert header == ["Bedöms omfattas av sekretess enligt 18 kap. 13 § OSL; prövas vid varje begäran", "Påhittade exempeldata"]
    footer = section.footer.paragraphs[0]._p
    assert instructions(footer) == ["PAGE", "NUMPAGES"]
    assert text_in(footer) == "Risk- och sårbarhetsanalys Krokoms kommun 2019–2022\tSida 1 av 1"


def test_captions_are_numbered_in_order(document: Document) -> None:
    """Tables and figures have SEQ fields whose results count from one."""
    for style, word in (("Caption", "Tabell"), ("RSAfigurecaption", "Figur")):
        captions = [each for each in document.paragraphs if each._p.style == style]
        assert [instructions(each._p) for each in captions] == [[f"SEQ {word} \\* ARABIC"]] * len(captions)
        assert [int(re.match(rf"{word} (\d+)\. ", text_in(each._p))[1]) for each in captions] == list(range(1, len(captions) + 1))
    assert len(lines(document, "Caption")) == len(document.tables)
    assert len(lines(document, "RSAfigurecaption")) == len(document.inline_shapes)


def test_every_picture_says_what_it_shows(document: Document) -> None:
    """Each picture has its own alternative text and an id of its own, and fits the page."""
    told = list(document.element.body.iter(qn("wp:docPr")))
    assert len(told) >= 5
    assert all(len(each.get("descr")) > 20 for each in told)
    assert len({each.get("id") for each in told}) == len(told)
    assert all(shape.width <= Mm(160) and shape.height <= Mm(219) for shape in document.inline_shapes)


def test_tables_repeat_their_header_keep_rows_whole_and_fill_the_width(document: Document) -> None:
    """Each table's first row is a header, no row is parted, columns together are the text width, and it has a name."""
    for table in document.tables:
        rows = list(table._tbl.iter(qn("w:tr")))
        assert rows[0].find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
        assert all(row.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None for row in rows)
        assert sum(int(each.get(qn("w:w"))) for each in table._tbl.tblGrid) == round(160 * 1440 / 25.4)
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        across = {
            sum(
                int((cell.tcPr.find(qn("w:gridSpan")).get(qn("w:val"))) if cell.tcPr.find(qn("w:gridSpan")) is not None else 1)
                for cell in row.iter(qn("w:tc"))
            )
            for row in rows
        }
        assert across == {len(table._tbl.tblGrid)}


def test_the_table_of_contents_has_entries_that_lead_to_their_headings(document: Document) -> None:
    """The field holds an entry for each heading of two levels, each a link to a bookmark around that heading."""
    entries = [each for each in document.paragraphs if each._p.style in {"TOC1", "TOC2"}]
    assert instructions(entries[0]._p) == ['TOC \\o "1-2" \\h \\z \\u']
    named = {mark.get(qn("w:name")): text_in(mark.getparent()) for mark in document.element.body.iter(qn("w:bookmarkStart"))}
    told = [(each._p.find(qn("w:hyperlink")).get(qn("w:anchor")), text_in(each._p)) for each in entries]
    assert [named[anchor] for anchor, _ in told] == [text for _, text in told]
    assert [text for _, text in told] == lines(document, "Heading1", "Heading2")


def test_fields_begin_and_end(document: Document) -> None:
    """Each field has its beginning, its middle and its end."""
    kinds = [each.get(qn("w:fldCharType")) for each in document.element.body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") > 10


def test_the_properties_are_clean(document: Document) -> None:
    """Author is the municipality, dates are the day it was made, and no tool or template leaves a trace."""
    core = document.core_properties
    assert (core.author, core.last_modified_by, core.title) == ("Krokoms kommun",) * 2 + (
        "Risk- och sårbarhetsanalys Krokoms kommun 2019–2022",
    )
    assert (core.created.date().isoformat(), core.modified.date().isoformat()) == ("2021-06-01", "2021-06-01")
    with zipfile.ZipFile(io.BytesIO(small_bytes())) as archive:
        names = archive.namelist()
        parts = b"".join(archive.read(name) for name in names if name.endswith((".xml", ".rels")))
    assert not [name for name in names if "thumbnail" in name or "customXml" in name]
    assert not [word for word in (b"python-docx", b"python", b"Macintosh", b"Steve Canny") if word.lower() in parts.lower()]
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(small_bytes())).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_style_in_use_is_defined(document: Document) -> None:
    """No paragraph or table names a style that the document does not have."""
    defined = {each.get(qn("w:styleId")) for each in document.styles.element.iter(qn("w:style"))}
    used = {each.get(qn("w:val")) for tag in ("w:pStyle", "w:tblStyle", "w:rStyle") for each in document.element.iter(qn(tag))}
    assert used <= defined
    assert {each.get(qn("w:val")) for tag in ("w:basedOn", "w:next") for each in document.styles.element.iter(qn(tag))} <= defined


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_opens_the_reports_and_prints_them(tmp_path: Path) -> None:
    """The full, the empty and the department's documents convert to PDF."""
    from report_example import analysed, department_details, small, written  # noqa: PLC0415 (only where an office is)

    from krokomrsa import report  # noqa: PLC0415

    made = {
        "full": small_bytes(),
        "empty": written(Register()),
        "department": report.department(small(), analysed(small()), "SOC", **department_details()),
    }
    for name, content in made.items():
        (tmp_path / f"{name}.docx").write_bytes(content)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    files = [str(tmp_path / f"{name}.docx") for name in made]
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    assert all((tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF") for name in made)


def test_pictures_stand_at_the_margin(document: Document) -> None:
    """No picture keeps a distance to its text: where that is left out, an office may push it past the margin."""
    inlines = list(document.element.body.iter(qn("wp:inline")))
    assert inlines
    assert {each.get(side) for each in inlines for side in ("distT", "distB", "distL", "distR")} == {"0"}


def test_the_ends_of_a_long_table_are_not_alone_on_a_page(document: Document) -> None:
    """The first row keeps with the next, and the last rows with each other."""
    table = next(each for each in document.tables if len(each.rows) > 8)
    kept = [row._tr.find(f".//{qn('w:keepNext')}") is not None for row in table.rows]
    assert kept[:3] == [True, True, False]
    assert kept[-3:] == [True, True, False]


def test_chapters_flow_and_only_the_first_and_the_sources_begin_a_page(document: Document) -> None:
    """A chapter begins where the one before ends."""
    starts = [each.text for each in document.paragraphs if each.paragraph_format.page_break_before and each.style.name == "Heading 1"]
    assert starts == ["1 Beskrivning av kommunen och dess geografiska område", "Bilaga: Källor"]
