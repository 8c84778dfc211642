"""A small register with everything that the summary must tell apart, and its summary."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from functools import cache

import openpyxl
import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa import rules, scales, synthesis
from krokomrsa.excel import summary
from krokomrsa.register import Origin, Register, frame
from krokomrsa.vocabulary import load

ON, MADE_ON = date(2021, 5, 31), date(2021, 6, 1)
PERIOD = rules.Period(2019, 2022)
BANNERS = ("Påhittade exempeldata.", "Gäller 2021-05-31: LEH & Strategin 2019–2022.", "Kontrollera med Länsstyrelsen.")
TRICK = '=HYPERLINK("http://example.org";"Klicka")'
SHEETS = [
    *("Översikt", "Riskmatris", "Rangordning", "Bedömarna", "Går inte att skilja åt", "Saknade bedömningar", "Matrisens brister"),
    *("Kritiska beroenden", "Vad faller när", "Enskilda bortfall", "Reservlösningar"),
    *("Frågor", "Osäkerhet", "Att se över", "Krav och mål", "Plan", "Åtgärder"),
    *("Sårbarheter", "Källor"),
]

ORGANISATIONS = [
    {"id": "SOC", "name": "Socialförvaltningen", "kind": "department", "municipal": True},
    {"id": "LED", "name": "Kommunledningen", "kind": "management", "municipal": True},
]
SERVICES = [
    {"id": "V-1", "organisation": "SOC", "name": "Hemtjänst", "tolerable_outage_h": 2.0, "condition_1": "yes", "routines": "yes"},
    {"id": "V-2", "organisation": "SOC", "name": "Trygghetslarm & jour", "routines": "unknown"},
    {"id": "V-3", "organisation": "LED", "name": "@Växel", "tolerable_outage_h": 24.0},
]
RESOURCES = [
    {"id": "R-1", "name": "Elnät", "provision": "external"},
    {"id": "R-2", "name": "Mobilnät", "provision": "external"},
    {"id": "R-3", "name": "Kommunens nät", "provision": "internal"},
]
DEPENDENCIES = [
    {"id": "B-1", "dependent": "V-1", "supplier": "R-1", "status": "needed", "endurance_low_h": 4.0, "endurance_high_h": 24.0},
    {"id": "B-2", "dependent": "V-2", "supplier": "R-2", "status": "unknown"},
    {"id": "B-3", "dependent": "R-3", "supplier": "R-1", "status": "needed", "endurance_low_h": 0.5, "endurance_high_h": 1.0},
    {"id": "B-4", "dependent": "V-3", "supplier": "R-3", "status": "needed", "endurance_low_h": 200.0},
    {"id": "B-5", "dependent": "V-3", "supplier": "R-2", "status": "not needed"},
]
RISKS = [
    {"id": "H-1", "event": "Elavbrott mer än 24 timmar", "area": "crisis_preparedness", "owner": "LED"},
    {"id": "H-2", "event": "-Storm", "area": "accident_protection", "owner": "SOC"},
    {"id": "H-3", "event": "Sabotage", "antagonistic": True},
    {"id": "H-4", "event": "Solstorm"},
    {"id": "H-5", "event": "Ingen har bedömt den"},
]
JUDGEMENTS = [
    ("H-1", "LED", "likelihood", 3.0, 4.0, "judged"),
    ("H-1", "LED", "life_health", 4.0, 4.0, "judged"),
    ("H-1", "SOC", "own operations", 5.0, 5.0, "judged"),
    ("H-2", "LED", "likelihood", 5.0, 5.0, "judged"),
    ("H-2", "LED", "unspecified", 3.2, 3.2, "judged"),
    ("H-3", "LED", "likelihood", None, None, "not judged"),
    ("H-3", "LED", "societal_functions", 5.0, 5.0, "judged"),
    ("H-4", "LED", "likelihood", None, None, "unknown"),
    ("H-4", "LED", "life_health", 2.0, 3.0, "judged"),
]
VULNERABILITIES = [
    {"id": "S-1", "organisation": "SOC", "description": TRICK, "services": "V-1; V-2", "risks": "H-1", "capability": "deficient"},
    {"id": "S-2", "organisation": "LED", "description": "+46 63 saknas i larmlistan", "seen_on": date(2020, 3, 2)},
]
TREATMENTS = [
    {"id": "T-1", "measure": TRICK, "owner": "LED", "vulnerabilities": "S-1", "risks": "H-1", "status": "decided", "cost_sek": 850000.0},
    {"id": "T-2", "measure": "Öva larmlistan", "owner": "SOC", "status": "ongoing", "due": date(2021, 4, 30), "cost_sek": 0.0},
    {"id": "T-3", "measure": "Skriv rutin", "owner": "SOC", "status": "done", "due": date(2021, 3, 1), "done_on": date(2021, 2, 1)},
    {"id": "T-4", "measure": "Oklart", "vulnerabilities": "S-2", "status": "rejected"},
]
ACTIVITIES = [
    {"id": "U-1", "name": "Krisledningsövning", "kind": "exercise", "year": 2019, "quarter": 4, "status": "done"}
    | {"target_groups": "municipal_board; crisis_staff", "carried_out_on": date(2019, 11, 5), "evaluated_on": date(2020, 1, 15)},
    {"id": "U-2", "name": "Utbildning i krisstöd", "kind": "training", "year": 2022, "target_groups": "units", "status": "on request"},
]


def _origins() -> dict[tuple[str, str, str], Origin]:
    def cell(file: str, sheet: str, place: str) -> Origin:
        return Origin(file, "0123456789abcdef" * 4, sheet, int(place.lstrip("ABCDEFGH")), place)

    form, book = "soc.xlsx", "register.xlsx"
    found = {
        ("services", "V-1", "id"): cell(form, "A Våra verksamheter", "A9"),
        ("services", "V-1", "name"): cell(form, "A Våra verksamheter", "B9"),
        ("services", "V-1", "tolerable_outage_h"): cell(form, "A Våra verksamheter", "E9"),
        ("dependencies", "B-1", "endurance_low_h"): cell(form, "B Hur länge klarar vi oss utan", "C9"),
        ("dependencies", "B-1", "endurance_high_h"): cell(form, "B Hur länge klarar vi oss utan", "C9"),
        ("dependencies", "B-2", "status"): cell(form, "B Hur länge klarar vi oss utan", "D10"),
        ("assessments", "A-3", "low"): cell(form, "C Händelser", "C8"),
        ("vulnerabilities", "S-1", "description"): cell(form, "C Händelser", "B20"),
        ("treatments", "T-1", "measure"): cell(form, "C Händelser", "C20"),
        ("activities", "U-1", "name"): cell(book, "Utbildning och övning", "B5"),
    }
    levels = {f"A-{number}": f"G{4 + number}" for number in (1, 2, 4, 5)}
    return found | {("assessments", row, "low"): cell(book, "Bedömningar", place) for row, place in levels.items()}


def small() -> Register:
    """Return a register with everything that the summary must tell apart: intervals, vet inte, bedöms inte, missing, formulas as text."""
    keys = ("risk", "judge", "aspect", "low", "high", "status")
    assessments = [{"id": f"A-{number}", **dict(zip(keys, row, strict=True))} for number, row in enumerate(JUDGEMENTS, start=1)]
    tables = {"organisations": ORGANISATIONS, "services": SERVICES, "resources": RESOURCES, "dependencies": DEPENDENCIES}
    tables |= {"risks": RISKS, "assessments": assessments, "vulnerabilities": VULNERABILITIES, "treatments": TREATMENTS}
    tables |= {"activities": ACTIVITIES}
    return Register({key: frame(load()[key], rows) for key, rows in tables.items()}, origins=_origins())


DUTIES = [
    ("Minst två övningar", "krav", "met", ("U-1",), "Klart: två övningar (U-1).", True, "Överenskommelsen, andra punkten"),
    ("Utvärdera övningarna", "krav", "planned", ("U-1", "U-2"), "Planerat: utvärdering.", True, "Överenskommelsen, andra punkten"),
    ("Krisledningsnämnden övas", "otydligt", "late", (), "Kommunstyrelsen är inte krisledningsnämnd.", True, "Överenskommelsen"),
    ("Riktlinjer för informationssäkerhet", "eget mål", "missing", (), "=Saknas.", True, "Strategin 4.1"),
    ("Nytt krav", "krav", "met", ("U-1",), "Reglerna gäller inte.", False, "Överenskommelsen 2024–2026"),
]


def duties() -> pd.DataFrame:
    """Return duties of every kind and status in the columns of coverage."""
    columns = ["text", "kind", "status", "evidence", "reason", "in_force", "source"]
    return pd.DataFrame(DUTIES, columns=columns).assign(duty=[f"d{number}" for number in range(len(DUTIES))], rule_set="leh")


def analysed(register: Register, scale: scales.Scale) -> synthesis.Analysis:
    """Return what is known of a register, with the duties above."""
    found = synthesis.analyse(register, scale=scale, rule_sets=[], on=ON, period=PERIOD)
    return replace(found, duties=duties())


def written(register: Register, analysis: synthesis.Analysis, scale: scales.Scale) -> bytes:
    """Return the summary of a register."""
    return summary.write(
        register,
        analysis,
        scale=scale,
        municipality="Krokoms kommun",
        period=PERIOD,
        on=ON,
        banners=BANNERS,
        made_on=MADE_ON,
    )


@cache
def small_bytes() -> bytes:
    """Return the summary of the small register."""
    return written(small(), analysed(small(), scales.load()), scales.load())


def opened(content: bytes) -> openpyxl.Workbook:
    """Return a workbook that was written."""
    return openpyxl.load_workbook(io.BytesIO(content))


def block_of(sheet: Worksheet, title: str) -> list[list[object]]:
    """Return the rows of a part of the overview, headers first."""
    top = next(cell.row for cell in sheet["A"] if cell.value == title)
    rows: list[list[object]] = []
    for row in sheet.iter_rows(min_row=top + 1, max_col=7, values_only=True):
        if row[1] is None:
            break
        rows.append(list(row))
    return rows
