"""Inputs for the charts: a full load such as a municipality has, a tiny one, and an empty one; every draw is seeded."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import risk_loads

from krokomrsa import rules, scales
from krokomrsa.analysis import cascade, coverage
from krokomrsa.charts import printed, screen
from krokomrsa.charts.rows import named

PERIOD = rules.Period(2019, 2022)
ON = date(2021, 11, 15)
LOADS = ("full", "tiny", "empty")

ORGANISATIONS = {
    "SOC": "Socialförvaltningen",
    "BUN": "Barn- och utbildningsförvaltningen",
    "SAM": "Samhällsbyggnadsförvaltningen",
    "KLK": "Kommunledningskontoret",
    "FRI": "Fritids- och kulturförvaltningen",
    "MIL": "Miljöförvaltningen",
    "KBAB": "Krokomsbostäder AB",
    "RTJ": "Jämtlands räddningstjänstförbund",
}
KINDS = ["electricity", "communications", "it_system", "drinking_water", "fuel", "food", "staff", "premises", "transport", "other"]
ANSWERS = [(0.0, 0.0), (0.0, 4.0), (4.0, 24.0), (24.0, 72.0), (72.0, 168.0), (168.0, None), (None, None)]


def risks(count: int, *, crowded: bool = True) -> pd.DataFrame:
    """Return a matrix of risks, a third of them intervals, some of them not judged; many in the same cells."""
    draw = random.Random(count)  # noqa: S311 (example data)
    rows = []
    for number in range(1, count + 1):
        low = [float(draw.randint(2, 3) if crowded else draw.randint(1, 5)) for _ in range(2)]
        high = [min(5.0, level + draw.choice([0, 0, 0, 1, 2])) for level in low]
        row: dict[str, Any] = {"risk": f"H-{number}", "status": "judged", "class_low": 1, "class_high": 2}
        row |= {"likelihood_low": low[0], "likelihood_high": high[0], "consequence_low": low[1], "consequence_high": high[1]}
        if number % 9 == 0:
            row |= {"status": ("unknown", "not judged", "missing")[number // 9 % 3], "likelihood_low": None, "likelihood_high": None}
            row |= {"class_low": None, "class_high": None}
        row["consequence_status"] = "judged"
        rows.append(row)
    levels = [f"{axis}_{bound}" for axis in ("likelihood", "consequence", "class") for bound in ("low", "high")]
    columns = ["risk", *levels, "consequence_status", "status"]
    return pd.DataFrame(rows, columns=columns).astype({"class_low": "Int64", "class_high": "Int64"}).set_index("risk")


def network(services: int, resources: int, links: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return dependencies with a loop and reservlösningar, services and resources."""
    draw = random.Random(links)  # noqa: S311 (example data)
    owners = list(ORGANISATIONS)
    held = pd.DataFrame(
        {
            "id": [f"V-{owners[number % len(owners)]}-{number // len(owners) + 1}" for number in range(services)],
            "organisation": [owners[number % len(owners)] for number in range(services)],
            "name": [f"Verksamhet med ett långt namn nummer {number + 1}" for number in range(services)],
            "tolerable_outage_h": [draw.choice([0.25, 4.0, 24.0, 72.0, None]) for _ in range(services)],
        }
    )
    owned = pd.DataFrame(
        {
            "id": [f"R-{number + 1}" for number in range(resources)],
            "name": [f"Resurs {number + 1}" for number in range(resources)],
            "kind": [KINDS[number % len(KINDS)] for number in range(resources)],
            "provision": ["external"] * resources,
            "restoration_low_h": [float(number % 3) for number in range(resources)],
            "restoration_high_h": [float(number % 3 + 2) for number in range(resources)],
        }
    )
    ids = list(owned["id"])
    pairs = [("R-2", "R-1"), ("R-1", "R-3"), ("R-3", "R-2")] if links else []  # el, elektronisk kommunikation and it need each other
    pairs += [("R-4", "R-2"), ("R-5", "R-4")] if links else []
    wanted = {(dependent, supplier) for dependent in held["id"] for supplier in ids}
    pairs += draw.sample(sorted(wanted), max(links - len(pairs), 0))
    rows = []
    for number, (dependent, supplier) in enumerate(pairs):
        low, high = draw.choice(ANSWERS)
        group = "reserv" if number > 10 and number % 7 < 2 else None
        rows.append((dependent, supplier, group, low, high))
    columns = ["dependent", "supplier", "group", "endurance_low_h", "endurance_high_h"]
    return pd.DataFrame(rows, columns=columns).astype({"endurance_low_h": float, "endurance_high_h": float}), held, owned


def duties(count: int) -> pd.DataFrame:
    """Return duties of every kind and status; every fifth is not in force although its status says met."""
    rows = [
        {
            "duty": f"duty_{number}",
            "text": f"Kommunens krisledningsnämnd och tjänstemannaledning ska övas minst en gång per mandatperiod ({number}).",
            "kind": ("krav", "otydligt", "eget mål")[number % 3],
            "status": "met" if number % 5 == 4 else ("met", "planned", "late", "missing")[number % 4],
            "evidence": (f"U-{number}",) if number % 2 else (),
            "reason": "Klart: övning av krisledningsnämnden. Saknas: genomförd och utvärderad övning: 1 av minst 2.",
            "rule_set": "Överenskommelsen 2019–2022",
            "in_force": number % 5 != 4,
            "source": "3.2",
        }
        for number in range(count)
    ]
    return pd.DataFrame(rows, columns=["duty", "text", "kind", "status", "evidence", "reason", "rule_set", "in_force", "source"])


def activities(count: int) -> pd.DataFrame:
    """Return the Grundplan's activities and some more, in every status."""
    plan = rules.grundplan(PERIOD)
    extra = [
        row | {"id": f"U-{status}", "name": f"Samverkansövning {status}", "status": status, "target_groups": "units; staff"}
        for row, status in zip(plan[4:8], ("done", "on request", "cancelled", "planned"), strict=True)
    ]
    return pd.DataFrame([*extra, *plan][:count], columns=list(plan[0]))


def treatments(count: int) -> pd.DataFrame:
    """Return measures of every status, some without owner, year or status."""
    draw = random.Random(count)  # noqa: S311 (example data)
    statuses = ["proposed", "decided", "ongoing", "done", "rejected", None]
    return pd.DataFrame(
        {
            "id": [f"T-{number}" for number in range(count)],
            "owner": [draw.choice([*ORGANISATIONS, None]) for _ in range(count)],
            "status": [statuses[number % 6] for number in range(count)],
            "budget_year": pd.array([draw.choice([2020, 2021, 2022, None]) for _ in range(count)], dtype="Int64"),
        }
    )


@cache
def inputs(load: str) -> dict[str, Any]:
    """Return the tables of a load."""
    size = LOADS.index(load)
    dependencies, services, resources = network((40, 3, 0)[size], (25, 5, 0)[size], (150, 8, 0)[size])
    held = activities((17, 3, 0)[size])
    failing = cascade.failure_times(dependencies, {"R-1": 0.0} if len(resources) else {})
    back = cascade.outages(dependencies, {"R-1": (0.0, 30.0)} if len(resources) else {}, restart=resources)
    return {
        **risk_loads.inputs((60, 4, 0)[size]),
        "risks": risks((60, 4, 0)[size]),
        "dependencies": dependencies,
        "services": services,
        "resources": resources,
        "failing": failing,
        "back": back,
        "losses": cascade.external_losses(dependencies, resources),
        "points": cascade.single_points(dependencies, services),
        "lost": ["R-1"] if len(resources) else [],
        "duties": duties((18, 5, 0)[size]),
        "activities": held,
        "plan": coverage.plan(held, PERIOD),
        "groups": coverage.by_group(held, ON, PERIOD),
        "functions": coverage.by_function(held, ON, PERIOD),
        "practised": coverage.by_service(services, held, ON),
        "treatments": treatments((40, 3, 0)[size]),
    }


def _ranks(held: dict[str, Any]) -> tuple[pd.DataFrame, ...]:
    return held["ranking"], held["ranks"], held["classes"]


def print_charts(load: str) -> dict[str, Callable[..., Any]]:
    """Return every print chart of a load: name → a function of the size."""
    held, scale = inputs(load), scales.load()
    names = named(held["services"], held["resources"])
    network_ = (held["dependencies"], held["services"], held["resources"])
    focus = rules.focus(PERIOD)
    return {
        "matrix": lambda size: printed.matrix(held["risks"], scale, size=size),
        "consequences": lambda size: printed.consequences(held["risks"], scale, size=size),
        "ranking_intervals": lambda size: printed.ranking_intervals(*_ranks(held), scale, names=held["events"], size=size),
        "disagreement": lambda size: printed.disagreement(
            held["judges"], scale, names=held["events"], organisations=ORGANISATIONS, size=size
        ),
        "movement": lambda size: printed.movement(held["movement"], scale, names=held["events"], size=size),
        "change": lambda size: printed.change(held["since"], scale, since="Fastställd RSA 2019", size=size),
        "dependency_map": lambda size: printed.dependency_map(*network_, organisations=ORGANISATIONS, size=size),
        "timeline": lambda size: printed.timeline(held["failing"], held["services"], names=names, lost=held["lost"], size=size),
        "timeline_back": lambda size: printed.timeline(held["back"], held["services"], names=names, lost=held["lost"], size=size),
        "service_resource": lambda size: printed.service_resource(held["losses"], held["services"], names=names, size=size),
        "single_points": lambda size: printed.single_points(held["points"], names=names, size=size),
        "coverage": lambda size: printed.coverage(held["duties"], size=size),
        "plan": lambda size: printed.plan(held["plan"], held["activities"], PERIOD, on=ON, focus=focus, size=size),
        "coverage_groups": lambda size: printed.coverage_groups(held["groups"], size=size),
        "coverage_functions": lambda size: printed.coverage_functions(held["functions"], size=size),
        "coverage_services": lambda size: printed.coverage_services(held["practised"], names=names, on=ON, size=size),
        "measures": lambda size: printed.measures(held["treatments"], ORGANISATIONS, size=size),
        "measures_by_year": lambda size: printed.measures(held["treatments"], {}, by="budget_year", size=size),
    }


def screen_charts(load: str) -> dict[str, Callable[[], Any]]:
    """Return every screen chart of a load."""
    held, scale = inputs(load), scales.load()
    names = named(held["services"], held["resources"])
    network_ = (held["dependencies"], held["services"], held["resources"])
    return {
        "matrix": lambda: screen.matrix(held["risks"], scale, names={"H-1": "Elavbrott < 24 h"}),
        "ranking_intervals": lambda: screen.ranking_intervals(*_ranks(held), scale, names=held["events"]),
        "disagreement": lambda: screen.disagreement(held["judges"], scale, names=held["events"], organisations=ORGANISATIONS),
        "movement": lambda: screen.movement(held["movement"], scale, names=held["events"]),
        "change": lambda: screen.change(held["since"], scale, since="Fastställd RSA 2019"),
        "dependency_map": lambda: screen.dependency_map(*network_, organisations=ORGANISATIONS),
        "timeline": lambda: screen.timeline(held["failing"], held["services"], names=names, lost=held["lost"]),
        "timeline_back": lambda: screen.timeline(held["back"], held["services"], names=names, lost=held["lost"]),
        "service_resource": lambda: screen.service_resource(held["losses"], held["services"], names=names),
        "single_points": lambda: screen.single_points(held["points"], names=names),
        "coverage": lambda: screen.coverage(held["duties"]),
        "plan": lambda: screen.plan(held["plan"], held["activities"], PERIOD, on=ON, focus=rules.focus(PERIOD)),
        "coverage_groups": lambda: screen.coverage_groups(held["groups"]),
        "coverage_functions": lambda: screen.coverage_functions(held["functions"]),
        "coverage_services": lambda: screen.coverage_services(held["practised"], names=names, on=ON),
    }
