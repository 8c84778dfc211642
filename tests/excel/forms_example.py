"""A small municipality with two departments and two resource owners, and the workbooks that are made for them."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from typing import Any

import openpyxl
from openpyxl import Workbook

from krokomrsa.excel import forms, registerbook
from krokomrsa.register import Origin, Register, frame
from krokomrsa.vocabulary import load

MADE_ON = date(2026, 11, 22)
SEVERITY = {1: "Lindriga", 2: "Kännbara", 3: "Allvarliga", 4: "Mycket allvarliga", 5: "Katastrofala"}
BANNER = "påhittade exempeldata"
GIVEN: dict[str, Any] = {"rule_set": "LEH och MSBFS 2015:5", "workspace": "krokom-2027", "made_on": MADE_ON, "banner": BANNER}

ORGANISATIONS = [
    ("SOC", "Socialförvaltningen", "department"),
    ("BUN", "Barn- och utbildningsförvaltningen", "department"),
    ("IT", "It-avdelningen", "department"),
    ("VA", "Vatten & avlopp", "department"),
]
SERVICES = [
    {
        "id": "V-SOC-1",
        "organisation": "SOC",
        "name": "Hemtjänst",
        "unit": "Krokom, Föllinge och Nälden",
        "outage_effect": "Omkring 140 brukare blir utan omsorg. Märks inom ett par timmar för dem som behöver insulin eller lyfthjälp.",
        "tolerable_outage_h": 4.0,
        "lowest_acceptable_level": "Läkemedel, mat och tillsyn till 40 brukare med störst behov",
        "backup_solution": "Pappersscheman i nyckelskåpet; personal från dagverksamheten",
        "backup_tested": date(2025, 3, 18),
        "routines": "yes",
        "trained_on": date(2025, 9, 2),
        "review": "unchanged",
    },
    {
        "id": "V-SOC-2",
        "organisation": "SOC",
        "name": "Vård- och omsorgsboende",
        "unit": "Orion, Åsen",
        "outage_effect": "Boende kan inte vårdas säkert; evakuering om värmen är borta i mer än ett halvt dygn vintertid.",
        "tolerable_outage_h": 0.5,
        "lowest_acceptable_level": "Omvårdnad, mat och läkemedel till alla boende",
        "backup_solution": "Reservkraft på Orion, ingen på Åsen",
        "routines": "yes",
    },
    {
        "id": "V-SOC-3",
        "organisation": "SOC",
        "name": "Larmmottagning",
        "outage_effect": "Larm når inte fram.",
        "tolerable_outage_h": 1.0,
        "routines": "unknown",
    },
    {
        "id": "V-SOC-4",
        "organisation": "SOC",
        "name": "=Försörjningsstöd",
        "outage_effect": "Utbetalningar uteblir.",
        "tolerable_outage_h": 72.0,
        "routines": "no",
    },
    {"id": "V-BUN-1", "organisation": "BUN", "name": "Förskola Ängsbacken", "outage_effect": "Vårdnadshavare i vården blir hemma."},
    {"id": "V-BUN-9", "organisation": "BUN", "name": "Skolskjuts norra linjen", "backup_solution": "Taxi Hotagen"},
    {"id": "V-SOC-6", "organisation": "BUN", "name": "Skolkök som bytt ägare"},
]
RESOURCES = [
    ("R-01", "Elnät", None, "external", True),
    ("R-02", "Elektronisk kommunikation: mobilnät", None, "external", True),
    ("R-03", "Elektronisk kommunikation: fiber", None, "external", True),
    ("R-04", "Kommunens datanät", "IT", "internal", True),
    ("R-05", "Verksamhetssystem Vård", "IT", "internal", True),
    ("R-06", "Dricksvatten", "VA", "internal", True),
    ("R-07", "Avlopp", "VA", "internal", True),
    ("R-08", "Fjärrvärme", None, "external", True),
    ("R-09", "Drivmedel", None, "external", True),
    ("R-10", "Livsmedel och måltider", None, "internal", True),
    ("R-11", "Läkemedel", None, "external", True),
    ("R-12", "Personal", None, "internal", True),
    ("R-13", "Framkomliga vägar", None, "external", True),
    ("R-14", "Betalningar och bank", None, "external", True),
    ("R-15", "Nycklar till trygghetsboendet", "SOC", "internal", False),
    ("R-16", "Lärplattformen Flinta", "BUN", "internal", False),
    ("R-17", "Serverhall Nord", "IT", "internal", False),
]
NEEDS = [
    ("V-SOC-1", "R-01", "needed", 4.0, 24.0, None),
    ("V-SOC-1", "R-02", "needed", 0.0, 4.0, None),
    ("V-SOC-1", "R-05", "needed", 24.0, 72.0, None),
    ("V-SOC-1", "R-09", "needed", 12.0, 36.0, None),
    ("V-SOC-1", "R-12", "needed", 0.0, 0.0, None),
    ("V-SOC-1", "R-07", "not needed", None, None, None),
    ("V-SOC-1", "R-13", "needed", 4.0, 24.0, "winter"),
    ("V-SOC-2", "R-01", "needed", 4.0, 24.0, None),
    ("V-SOC-2", "R-06", "needed", 24.0, 72.0, None),
    ("V-SOC-2", "R-08", "unknown", None, None, None),
    ("V-SOC-2", "R-15", "needed", 168.0, None, None),
    ("V-BUN-1", "R-16", "needed", 0.0, 0.0, None),
    ("V-BUN-1", "R-01", "needed", 72.0, 168.0, None),
    ("R-04", "R-01", "needed", 0.0, 4.0, None),
    ("R-04", "R-17", "needed", 0.0, 0.0, None),
    ("R-05", "R-04", "needed", 0.0, 0.0, None),
]
EVENTS = [
    "Elavbrott mer än 24 timmar vintertid",
    "Elavbrott 4–24 timmar",
    "Avbrott i mobilnätet mer än ett dygn",
    "Avbrott i kommunens datanät mer än ett dygn",
    "Skadlig kod i kommunens it-system, med återställning som tar mer än tre dygn",
    "Otjänligt dricksvatten i Krokom",
    "Dricksvatten saknas mer än ett dygn",
    "Avbrott i fjärrvärmen vid stark kyla",
    "Storm med fallna träd och spärrade vägar",
    "Kraftigt snöfall i flera dygn",
    "Skyfall och översvämmade vägar",
    "Höga flöden i Indalsälven",
    "Skogsbrand nära bebyggelse",
    "Pandemi: var tredje anställd är borta i två veckor",
    "Brist på drivmedel",
    "Brist på läkemedel",
    "Brand på ett vård- och omsorgsboende",
    "Olycka med farligt gods på E14 eller järnvägen",
]


def tables() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table."""
    judged = {"risk": "H-1", "judge": "SOC", "aspect": "own operations", "status": "judged", "low": 4.0, "high": 4.0}
    return {
        "organisations": [{"id": key, "name": name, "kind": kind} for key, name, kind in ORGANISATIONS],
        "services": SERVICES,
        "resources": [
            {"id": key, "name": name, "owner": owner, "provision": provision, "shared": shared}
            for key, name, owner, provision, shared in RESOURCES
        ],
        "dependencies": [
            {
                "id": f"B-{number}",
                "dependent": dependent,
                "supplier": supplier,
                "status": status,
                "endurance_low_h": low,
                "endurance_high_h": high,
                "season": season,
            }
            for number, (dependent, supplier, status, low, high, season) in enumerate(NEEDS, start=1)
        ],
        "risks": [{"id": f"H-{number}", "event": event} for number, event in enumerate(EVENTS, start=1)]
        + [{"id": "H-99", "event": "Hot mot tjänstepersoner", "antagonistic": True}],
        "assessments": [
            {"id": "A-1", **judged, "low": 3.0, "high": 3.0, "date": date(2024, 5, 1), "grounds": "Äldre skäl."},
            {"id": "A-2", **judged, "date": date(2025, 5, 1), "grounds": "Trygghetslarm och värme faller bort; 140 brukare nås inte."},
            {"id": "A-3", **judged, "risk": "H-2", "low": 3.0, "high": 4.0, "grounds": "Beror på årstid."},
            {"id": "A-4", **judged, "risk": "H-4", "low": None, "high": None, "status": "unknown"},
            {"id": "A-5", **judged, "risk": "H-11", "low": None, "high": None, "status": "not judged"},
            {"id": "A-6", **judged, "risk": "H-3", "judge": "BUN", "grounds": "Skolan nås inte."},
            {"id": "A-7", **judged, "risk": "H-5", "aspect": "life_health", "grounds": "Hör till en annan fråga."},
        ],
        "vulnerabilities": [
            {"id": "S-SOC-1", "organisation": "SOC", "description": "Åsen saknar reservkraft"},
            {"id": "S-BUN-1", "organisation": "BUN", "description": "Skolan saknar manuell närvarolista"},
        ],
        "treatments": [{"id": "T-SOC-3", "owner": "SOC", "measure": "Skaffa reservkraft"}],
    }


@cache
def municipality() -> Register:
    """Return the register; two of its values were read from files."""
    origin = Origin("soc, 2025.xlsx", "ab" * 32, "A Våra verksamheter", 10, "B10")
    origins = {("services", "V-SOC-1", "name"): origin, ("services", "V-SOC-1", "tolerable_outage_h"): origin}
    return Register({key: frame(load()[key], rows) for key, rows in tables().items()}, origins=origins)


@cache
def department(organisation: str = "SOC") -> bytes:
    """Return a department's form."""
    return forms.department(municipality(), organisation, severity=SEVERITY, **GIVEN)


@cache
def owner(organisation: str = "IT") -> bytes:
    """Return a resource owner's form."""
    return forms.owner(municipality(), organisation, severity=SEVERITY, **GIVEN)


@cache
def register_book() -> bytes:
    """Return the register workbook."""
    return registerbook.write(municipality(), **GIVEN)


def opened(content: bytes) -> Workbook:
    """Return a workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(content))
