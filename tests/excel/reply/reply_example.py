"""A workbook with most of what a sender's own can hold, some of it put in by hand, and an intake that has something to say of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from krokomrsa.errors import Problem
from krokomrsa.excel import reading
from krokomrsa.excel.account import Intake
from krokomrsa.excel.ledger import Outcome
from krokomrsa.excel.reading import Book

FILE = "soc.xlsm"
QUOTED = "Lång's lista & 'mer' åäö"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
EXTENSIONS = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}">'
    '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1"><x14:dataValidation type="list">'
    "<x14:formula1><xm:f>Listor!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>C3:C9</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    '<ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}">'
    '<x14:sparklineGroups xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup><x14:sparklines><x14:sparkline>'
    "<xm:f>Risker!D3:E3</xm:f><xm:sqref>H3</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)
THREAD = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<threadedComment ref="B4" dT="2026-01-02T03:04:05" personId="{11111111-1111-1111-1111-111111111111}" '
    'id="{22222222-2222-2222-2222-222222222222}"><text>Stämmer det här?</text></threadedComment></ThreadedComments>'
)
PERSONS = (
    '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<person displayName="Enhetschef" id="{11111111-1111-1111-1111-111111111111}" userId="x" providerId="None"/></personList>'
)
ADDED = {
    "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macros" * 50,
    "customXml/item1.xml": b"<kommun namn='Krokom'/>",
    "docMetadata/LabelInfo.xml": b'<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"/>',
    "xl/threadedComments/threadedComment1.xml": THREAD.encode(),
    "xl/persons/person.xml": PERSONS.encode(),
    "xl/calcChain.xml": b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="F3" i="1"/></calcChain>',
}


def parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(found: Mapping[str, bytes]) -> bytes:
    """Return a package of parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in found.items():
            archive.writestr(name, part)
    return made.getvalue()


def saved(book: Workbook) -> bytes:
    """Return a workbook's bytes."""
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def changed(content: bytes, *replacements: tuple[str, str, str]) -> bytes:
    """Return a package in whose parts texts were replaced: part, what stands there, what is to stand there."""
    found = parts(content)
    for name, before, after in replacements:
        assert before.encode() in found[name], (name, before)
        found[name] = found[name].replace(before.encode(), after.encode())
    return zipped(found)


def _risks(book: Workbook) -> None:
    sheet = book.create_sheet("Risker")
    sheet.append(["Riskregister"])
    sheet.append(["Id", "Händelse", "Ägare", "Sannolikhet", "Konsekvens", "Produkt"])
    sheet.append(["H-1", "Elavbrott", "IT", 3, 4, "=D3*E3"])
    sheet.append(["H-2", "Värmebölja", "SOC", "tre", 2, "=D4*E4"])
    sheet.append(["H-3", "=inte en formel", "SOC", 2, 2, "=D5*E5"])
    sheet["B5"].data_type = "s"
    side = Side(style="medium", color="FF00FF00")
    for cell in sheet[2]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", start_color="FF24506B")
    sheet["D4"].number_format, sheet["D4"].border = "0.00", Border(left=side)
    sheet["D4"].alignment, sheet["D4"].protection = Alignment(horizontal="right", wrap_text=True), Protection(locked=False)
    sheet["A3"].comment = Comment("Avsändarens egen anmärkning", "Enhetschef")
    sheet["B4"].comment = Comment("[Threaded comment] Stämmer det här?", "tc={22222222-2222-2222-2222-222222222222}")
    rule = DataValidation(type="list", formula1='"1,2,3,4,5"')
    rule.add("E3:E9")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add("E3:E9", DataBarRule(start_type="min", end_type="max", color="FF638EC6"))
    sheet.print_title_rows = "2:2"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=5, min_row=3, max_row=5))
    sheet.add_chart(chart, "J2")


def rich() -> bytes:
    """Return a workbook with drop-downs old and new, formulas with values, macros, a chart, sparklines, comments, threads and labels."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _risks(book)
    other = book.create_sheet(QUOTED)
    other.append(["Åtgärd", "Klart"])
    other.append(["Skaffa reservkraft", "2027-03"])
    lists = book.create_sheet("Listor")
    lists.sheet_state = "hidden"
    for value in ("IT", "SOC", "VA"):
        lists.append([value])
    book.defined_names["val_agare"] = DefinedName("val_agare", attr_text="Listor!$A$1:$A$3")
    other.defined_names["lokalt"] = DefinedName("lokalt", attr_text="'Lång''s lista & ''mer'' åäö'!$A$1")
    made = changed(
        saved(book),
        ("xl/worksheets/sheet1.xml", "<f>D3*E3</f><v></v>", "<f>D3*E3</f><v>12</v>"),
        ("xl/worksheets/sheet1.xml", "</worksheet>", f"{EXTENSIONS}</worksheet>"),
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            "</Relationships>",
            _link("x1", f"{MICROSOFT}/2017/10/relationships/threadedComment", "/xl/threadedComments/threadedComment1.xml"),
        ),
        ("xl/_rels/workbook.xml.rels", "</Relationships>", _link("x2", f"{MICROSOFT}/2006/relationships/vbaProject", "vbaProject.bin")),
        ("xl/_rels/workbook.xml.rels", "</Relationships>", _link("x3", f"{MICROSOFT}/2017/10/relationships/person", "persons/person.xml")),
        ("xl/_rels/workbook.xml.rels", "</Relationships>", _link("x4", f"{REL}/calcChain", "calcChain.xml")),
        (
            "_rels/.rels",
            "</Relationships>",
            _link("x5", f"{MICROSOFT}/2020/02/relationships/classificationlabels", "docMetadata/LabelInfo.xml"),
        ),
        (
            "[Content_Types].xml",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
        ("[Content_Types].xml", "</Types>", _types()),
    )
    return zipped(parts(made) | ADDED)


def _link(key: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/></Relationships>'


def _types() -> str:
    kinds = {
        "xl/threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml",
        "xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
        "xl/calcChain.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml",
        "docMetadata/LabelInfo.xml": "application/vnd.ms-office.classificationlabels+xml",
    }
    told = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return f'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>{told}</Types>'


def problem(sheet: str = "", cell: str = "", **told: Any) -> Problem:
    """Return something to tell the sender."""
    return Problem(**({"file": FILE, "sheet": sheet, "cell": cell, "problem": "Här ska stå ett heltal.", "remedy": "Skriv 1–5."} | told))


PROBLEMS = (
    problem("Risker", "D4", value="tre", table="risks", id="H-2", column="event"),
    problem(
        "Risker", "A3", kind="conflict", value="H-1", problem="Id:t hör till en annan risk i registret.", remedy="Säg vilken som gäller."
    ),
    problem("Risker", "B4", kind="notice", value="Värmebölja", problem="Händelsen är ny.", remedy=""),
    problem("Risker", "D2", kind="question", value="Sannolikhet", problem="Är detta sannolikhet i dag?", remedy="Svara ja eller nej."),
    problem("Risker", "C7", problem="Ägare saknas.", remedy="Skriv vem som äger risken."),
    problem("Risker", "B5", kind="notice", value="=inte en formel", problem="Texten börjar med =.", remedy="Den är läst som text."),
    problem("Listor", "A2", kind="notice", value="SOC", problem="Bladet är dolt.", remedy="Visa det."),
    problem("Åtgärder", kind="rejected", problem="Bladet ”Åtgärder” saknas.", remedy="Skicka det också."),
    problem(kind="notice", problem="Formuläret är av en äldre version.", remedy=""),
)


def book_of(content: bytes, file: str = FILE) -> Book:
    """Return what the reader sees."""
    return reading.read(content, file=file)


def intake(book: Book, *problems: Problem, fallen: tuple[tuple[str, str], ...] = (), **how: Any) -> Intake:
    """Return an intake that says this of a workbook."""
    outcomes = {(sheet.name, cell.ref): Outcome("accepted") for sheet, cell in book}
    outcomes |= {
        (one.sheet, one.cell): Outcome("rejected", one.problem)
        for one in problems
        if (one.sheet, one.cell) in outcomes and one.kind == "rejected"
    }
    outcomes |= dict.fromkeys(fallen, Outcome("rejected", "raden avvisades"))
    rejected = sum(one.status == "rejected" for one in outcomes.values())
    counts = {"cells_read": len(outcomes), "cells_accepted": len(outcomes) - rejected, "cells_rejected": rejected, "cells_ignored": 0}
    said = {"file": FILE, "sha256": "0" * 64, "form": "own", "organisation": "SOC", "counts": counts, "rows": {}, "new": {}, "changed": {}}
    return Intake(**(said | {"problems": problems, "row_changes": (), "outcomes": outcomes} | how))


def opened(content: bytes) -> Workbook:
    """Return a reply as openpyxl sees it."""
    return openpyxl.load_workbook(io.BytesIO(content))


def simple(change: Callable[[Workbook], object] | None = None) -> bytes:
    """Return a workbook with one small sheet."""
    book = Workbook()
    book.worksheets[0].title = "Lista"
    book.worksheets[0].append(["Händelse", "Sannolikhet"])
    book.worksheets[0].append(["Elavbrott", "tre"])
    if change:
        change(book)
    return saved(book)
