"""A small register with everything that a report must tell apart, what is known of it, and its Word documents opened."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

import docx
import pandas as pd
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from krokomrsa import report, rules, scales, synthesis
from krokomrsa.charts import album
from krokomrsa.register import Origin, Register, frame
from krokomrsa.vocabulary import load

ON, MADE_ON, PERIOD = date(2021, 5, 31), date(2021, 6, 1), rules.Period(2019, 2022)
BANNERS = ("påhittade exempeldata", "Gäller 2021-05-31: LEH & MSBFS 2015:5.")
SCALE = scales.load()
RULE_SETS = [rules.load("leh"), rules.load("msbfs-2015-5"), rules.load("overenskommelse-2019-2022")]
STRANGE = 'Köp <aggregat> & "diesel"\nOrdna en andra tank'
SECRETS = ("V-TEK-1", "Reservvattentäkten", "R-STYR", "Styrsystemet", "Pumpgruppen", "Täkten saknar staket", "Bygg staket", "Flytta larmet")

ORGANISATIONS = [
    {"id": "SOC", "name": "Socialförvaltningen", "kind": "department", "municipal": True, "target_group": "department_management"},
    {"id": "TEK", "name": "Tekniska förvaltningen", "kind": "department", "municipal": True},
    {"id": "LED", "name": "Kommunledningen", "kind": "management", "municipal": True, "crisis_role": "official leadership"},
    {"id": "REG", "name": "Regionen", "kind": "external", "municipal": False},
]
SERVICES = [
    {"id": "V-SOC-1", "organisation": "SOC", "name": "Hemtjänst", "scope": "own", "condition_1": "yes", "condition_2": "no"}
    | {"condition_1_grounds": "Liv och hälsa.", "condition_2_grounds": "Nej.", "function": "home_care", "routines": "yes"}
    | {"tolerable_outage_h": 6.0, "lowest_acceptable_level": "Läkemedel till 40 brukare", "trained_on": date(2021, 3, 1)},
    {"id": "V-SOC-2", "organisation": "SOC", "name": "Larmpatrull", "condition_1": "unknown", "backup_solution": "Bilar"},
    {"id": "V-TEK-1", "organisation": "TEK", "name": "Reservvattentäkten", "scope": "own", "tolerable_outage_h": 24.0},
    {"id": "V-REG-1", "organisation": "REG", "name": "Hälsocentral", "scope": "geographic", "condition_1": "no", "condition_2": "no"},
]
RESOURCES = [
    {"id": "R-EL", "name": "Elnät", "provision": "external", "shared": True},
    {"id": "R-MOBIL", "name": "Mobilnät", "provision": "external", "shared": True, "supplier": "Operatören", "restoration_high_h": 24.0},
    {"id": "R-STYR", "name": "Styrsystemet", "provision": "external", "owner": "TEK", "shared": False},
]
DEPENDENCIES = [
    {"id": "B-1", "dependent": "V-SOC-1", "supplier": "R-EL", "endurance_low_h": 4.0, "endurance_high_h": 24.0, "status": "needed"},
    {"id": "B-2", "dependent": "V-SOC-2", "supplier": "R-MOBIL", "status": "unknown"},
    {"id": "B-3", "dependent": "R-MOBIL", "supplier": "R-EL", "endurance_low_h": 2.0, "endurance_high_h": 4.0, "status": "needed"},
    {"id": "B-4", "dependent": "V-SOC-1", "supplier": "V-TEK-1", "endurance_low_h": 48.0, "group": "vatten", "status": "needed"},
    {"id": "B-5", "dependent": "V-SOC-1", "supplier": "R-STYR", "endurance_low_h": 1.0, "group": "vatten", "status": "needed"},
    {"id": "B-6", "dependent": "V-TEK-1", "supplier": "R-STYR", "endurance_low_h": 0.0, "group": "Pumpgruppen", "status": "needed"},
    {"id": "B-7", "dependent": "V-SOC-2", "supplier": "R-EL", "status": "not needed"},
    {
        "id": "B-8",
        "dependent": "V-SOC-2",
        "supplier": "V-TEK-1",
        "endurance_low_h": 200.0,
        "status": "needed",
        "last_tested": date(2020, 5, 4),
    },
]
RISKS = [
    {
        "id": "H-1",
        "event": "Elavbrott mer än 24 timmar",
        "owner": "SOC",
        "services": "V-SOC-1",
        "description": "Kallt & mörkt.",
        "causes": "Storm.",
    },
    {"id": "H-2", "event": "Storm", "owner": "LED", "description": "Träd över vägar."},
    {"id": "H-3", "event": "Sabotage", "antagonistic": True},
    {"id": "H-4", "event": "Solstorm"},
    {"id": "H-5", "event": "Ingen har bedömt den", "owner": "TEK"},
    {"id": "H-6", "event": "Störd tågtrafik", "owner": "TEK"},
]
JUDGEMENTS = [
    ("H-1", "LED", "likelihood", 3.0, 4.0, "judged"),
    ("H-1", "LED", "life_health", 4.0, 4.0, "judged"),
    ("H-1", "TEK", "life_health", 1.0, 1.0, "judged"),
    ("H-1", "SOC", "own operations", 5.0, 5.0, "judged"),
    ("H-2", "LED", "likelihood", 5.0, 5.0, "judged"),
    ("H-2", "LED", "unspecified", 3.2, 3.2, "judged"),
    ("H-2", "SOC", "own operations", None, None, "unknown"),
    ("H-3", "LED", "likelihood", None, None, "not judged"),
    ("H-3", "LED", "societal_functions", 5.0, 5.0, "judged"),
    ("H-4", "LED", "likelihood", None, None, "unknown"),
    ("H-4", "LED", "life_health", 2.0, 3.0, "judged"),
    ("H-6", "LED", "likelihood", None, None, "not judged"),
    ("H-6", "LED", "life_health", 1.0, 1.0, "judged"),
]
VULNERABILITIES = [
    {"id": "S-1", "organisation": "SOC", "description": "Ingen reservkraft", "services": "V-SOC-1", "capability": "deficient"},
    {"id": "S-2", "organisation": "TEK", "description": "Täkten saknar staket", "services": "V-TEK-1"},
    {"id": "S-3", "organisation": "SOC", "description": "Larmlistan är gammal"},
]
TREATMENTS = [
    {
        "id": "T-1",
        "measure": STRANGE,
        "owner": "SOC",
        "vulnerabilities": "S-1",
        "risks": "H-1",
        "status": "decided",
        "due": date(2021, 4, 30),
    }
    | {"budget_year": 2021, "cost_sek": 850000.0, "effect": "Klarar två dygn."},
    {"id": "T-2", "measure": "Bygg staket", "owner": "TEK", "vulnerabilities": "S-2", "status": "proposed"},
    {"id": "T-3", "measure": "Flytta larmet", "owner": "TEK", "vulnerabilities": "S-3", "status": "ongoing", "budget_year": 2021},
    {"id": "T-4", "measure": "Avslagen åtgärd", "owner": "SOC", "status": "rejected"},
]
ACTIVITIES = [
    {"id": "U-1", "name": "Stabsövning", "kind": "exercise", "year": 2019, "quarter": 4, "status": "done", "organisations": "LED"}
    | {"carried_out_on": date(2019, 11, 5), "evaluated_on": date(2020, 1, 15), "target_groups": "crisis_staff"},
    {
        "id": "U-2",
        "name": "Utbildning i krisstöd",
        "kind": "training",
        "year": 2022,
        "target_groups": "department_management",
        "status": "planned",
    },
]
DOCUMENTS = [
    {"id": "D-1", "title": "Strategi", "level": "strategy", "decided_by": "Kommunfullmäktige", "decided_on": date(2019, 12, 4)}
    | {"valid_to": date(2020, 12, 31)},
]
EVENTS = [
    {"id": "E-1", "event": "Storm i Föllinge", "date": date(2019, 12, 16), "duration_h": 31.0, "consequence": "Sju brukare nåddes inte."}
]
TEXTS = [
    {"id": "X-1", "rule_set": "msbfs-2015-5", "heading": "1", "text": "Krokom ligger i Jämtland.\n\nHär finns fem tätorter."},
    {"id": "X-2", "rule_set": "msbfs-2015-5", "heading": "12", "text": "En text utan rubrik."},
    {"id": "X-3", "rule_set": "annat", "heading": "1", "text": "Hör inte hit."},
]

REPLIES = [{"id": "F-1", "organisation": "SOC", "file": "soc.xlsx", "received_on": date(2021, 3, 1), "cells_read": 40, "cells_rejected": 0}]


def _origins() -> dict[tuple[str, str, str], Origin]:
    def cell(file: str, sheet: str, place: str) -> Origin:
        return Origin(file, file[0] * 64, sheet, int(re.sub(r"\D", "", place)), place)

    form, book = "soc.xlsx", "register.xlsx"
    places = {
        ("services", "V-SOC-1", "name"): cell(form, "A Våra verksamheter", "B9"),
        ("services", "V-SOC-1", "tolerable_outage_h"): cell(form, "A Våra verksamheter", "C9"),
        ("services", "V-SOC-2", "name"): cell(book, "Verksamheter", "C6"),
        ("dependencies", "B-1", "endurance_low_h"): cell(form, "B Hur länge", "C9"),
        ("treatments", "T-1", "measure"): cell(form, "C Händelser", "C20"),
    }
    return places | {("assessments", f"A-{number}", "low"): cell(book, "Bedömningar", f"F{4 + number}") for number in range(1, 14)}


def small(*, likelihood: bool = True) -> Register:
    """Return a register with everything that a report must tell apart; without likelihood where the municipality judges without."""
    keys = ("risk", "judge", "aspect", "low", "high", "status")
    rows = [dict(zip(keys, row, strict=True)) for row in JUDGEMENTS]
    judged = [{"id": f"A-{number}", **row} for number, row in enumerate(rows, start=1) if likelihood or row["aspect"] != "likelihood"]
    tables = {"organisations": ORGANISATIONS, "services": SERVICES, "resources": RESOURCES, "dependencies": DEPENDENCIES, "risks": RISKS}
    tables |= {"assessments": judged, "vulnerabilities": VULNERABILITIES, "treatments": TREATMENTS, "activities": ACTIVITIES}
    tables |= {"documents": DOCUMENTS, "events": EVENTS, "report_texts": TEXTS, "replies": REPLIES}
    return Register({key: frame(load()[key], each) for key, each in tables.items()}, origins=_origins())


def analysed(register: Register, *, on: date = ON) -> synthesis.Analysis:
    """Return what is known of a register."""
    return synthesis.analyse(register, scale=SCALE, rule_sets=RULE_SETS, on=on, period=PERIOD)


def details(**changes: Any) -> dict[str, Any]:
    """Return what a report is told beside the register."""
    told = {"scale": SCALE, "municipality": "Krokoms kommun", "period": PERIOD, "on": ON, "made_on": MADE_ON, "banners": BANNERS}
    return told | changes


def department_details(**changes: Any) -> dict[str, Any]:
    """Return what a department's result is told beside the register."""
    return details(rule_sets=RULE_SETS) | changes


def written(register: Register, *, rule_set: str = "msbfs-2015-5", drawn: bool = False, **changes: Any) -> bytes:
    """Return the risk and vulnerability analysis of a register, with its charts where they are to be drawn."""
    found = analysed(register, on=changes.get("on", ON))
    charts = album.album(register, found, scale=SCALE, period=PERIOD) if drawn else []
    return report.rsa(register, found, rule_set=rules.load(rule_set), charts=charts, **details(**changes))


@cache
def small_bytes() -> bytes:
    """Return the report of the small register."""
    return written(small(), drawn=True)


def opened(content: bytes) -> Document:
    """Return a document that was written."""
    return docx.Document(io.BytesIO(content))


def blocks(document: Document) -> Iterator[Paragraph | Table]:
    """Yield what stands in a document, in order."""
    yield from document.iter_inner_content()


def text_in(node: Any) -> str:
    """Return the text in an element; soft hyphens are not text."""
    return "".join(
        "\n" if each.tag == qn("w:br") else "\t" if each.tag == qn("w:tab") else each.text or ""
        for each in node.iter(qn("w:t"), qn("w:br"), qn("w:tab"))
    )


def cells(table: Table) -> list[list[str]]:
    """Return the texts of a table's cells, row by row."""
    return [
        ["\n".join(text_in(line) for line in cell.iter(qn("w:p"))) for cell in row.iter(qn("w:tc"))] for row in table._tbl.iter(qn("w:tr"))
    ]


def table_of(document: Document, caption: str) -> list[list[str]]:
    """Return the rows of the table whose caption ends so, headers first."""
    before = ""
    for block in blocks(document):
        if isinstance(block, Table) and before.endswith(caption):
            return cells(block)
        before = text_in(block._p) if isinstance(block, Paragraph) else before
    raise KeyError(caption)


def lines(document: Document, *styles: str) -> list[str]:
    """Return the texts of the paragraphs in some styles, by id."""
    return [text_in(each._p) for each in document.paragraphs if each._p.style in styles]


def whole(document: Document) -> str:
    """Return all text of a document's body."""
    return "\n".join(text_in(each) for each in document.element.body.iter(qn("w:p")))


def dump(content: bytes) -> str:
    """Return a document as text: each paragraph with its style, each table row by row, each picture by its alternative text."""
    found: list[str] = []
    for block in blocks(opened(content)):
        if isinstance(block, Table):
            found += ["table\t" + " | ".join(each.replace("\n", "\\n") for each in row) for row in cells(block)]
        elif block._p.findall(f".//{qn('wp:docPr')}"):
            found += [f"picture\t{each.get('descr')}" for each in block._p.iter(qn("wp:docPr"))]
        else:
            found.append(f"{block._p.style}\t{text_in(block._p)}")
    return "\n".join(found) + "\n"


def replaced(register: Register, **tables: Sequence[dict[str, Any]]) -> Register:
    """Return a register with some tables replaced."""
    kept: dict[str, pd.DataFrame] = {table.key: content for table, content in register}
    return Register(kept | {key: frame(load()[key], rows) for key, rows in tables.items()}, origins=register.origins)
