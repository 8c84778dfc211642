"""The text alternatives: one to three Swedish sentences with the main figures of each chart."""

from __future__ import annotations

import os
from pathlib import Path

import chart_loads
import pandas as pd
import pytest

from krokomrsa import scales
from krokomrsa.charts import alternative, alternative_coverage, alternative_risks
from krokomrsa.charts.rows import named

SNAPSHOT = Path(__file__).parent / "snapshots" / "alternatives.txt"


def alternatives(load: str) -> dict[str, str]:
    """Return the text alternative of every chart of a load."""
    held = chart_loads.inputs(load)
    names = named(held["services"], held["resources"])
    ranks = (held["ranking"], held["ranks"], held["classes"], scales.load())
    return {
        "matrix": alternative.matrix(held["risks"], scales.load(), names={"H-1": "Elavbrott"}),
        "consequences": alternative.consequences(held["risks"], scales.load(), names={"H-1": "Elavbrott"}),
        "ranking_intervals": alternative_risks.ranking_intervals(*ranks, names=held["events"]),
        "disagreement": alternative_risks.disagreement(
            held["judges"], scales.load(), names=held["events"], organisations=chart_loads.ORGANISATIONS
        ),
        "movement": alternative_risks.movement(held["movement"], names=held["events"]),
        "change": alternative_risks.change(held["since"], scales.load(), since="Fastställd RSA 2019"),
        "dependency_map": alternative.dependency_map(held["dependencies"], held["services"], names=names),
        "timeline": alternative.timeline(held["failing"], held["services"], names=names, lost=held["lost"]),
        "timeline_back": alternative.timeline(held["back"], held["services"], names=names, lost=held["lost"]),
        "service_resource": alternative.service_resource(held["losses"], held["services"], names=names),
        "single_points": alternative.single_points(held["points"], names=names),
        "coverage": alternative.coverage(held["duties"]),
        "plan": alternative_coverage.plan(held["plan"], held["activities"], chart_loads.PERIOD, on=chart_loads.ON),
        "coverage_groups": alternative_coverage.groups(held["groups"]),
        "coverage_functions": alternative_coverage.functions(held["functions"]),
        "coverage_services": alternative_coverage.services(held["practised"], names=names),
        "measures": alternative.measures(held["treatments"], chart_loads.ORGANISATIONS),
        "measures_by_year": alternative.measures(held["treatments"], {}, by="budget_year"),
    }


def test_the_alternatives_read_as_their_snapshot() -> None:
    """Full, tiny and empty loads read as the snapshot says; UPDATE_SNAPSHOTS=1 writes it anew."""
    made = "\n".join(f"# {name} {load}\n{text}\n" for load in chart_loads.LOADS for name, text in alternatives(load).items())
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(made, encoding="utf-8", newline="\n")
    assert made.splitlines() == SNAPSHOT.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("load", chart_loads.LOADS)
def test_an_alternative_is_short(load: str) -> None:
    """No alternative is longer than what a screen reader reads in one go, and each ends with a full stop."""
    for text in alternatives(load).values():
        assert text.endswith(".")
        assert len(text) < 500


def test_nothing_falls() -> None:
    """A loss without dependents is said to bring down nothing, the lost itself not counted."""
    times = pd.DataFrame({"earliest_h": [0.0], "latest_h": [0.0]}, index=["R-1"])
    services = pd.DataFrame({"id": [], "tolerable_outage_h": []})
    assert alternative.timeline(times, services, names={"R-1": "Elnät"}, lost=["R-1"]) == "Vid bortfall av Elnät faller inget."


def test_what_is_not_in_force_is_not_counted_as_missing() -> None:
    """A duty that is not in force is counted as such and never listed among the missing."""
    text = alternative.coverage(chart_loads.duties(3).assign(status="missing", in_force=False))
    assert text == "Krav: gäller inte 1; Otydliga krav: gäller inte 1; Egna mål: gäller inte 1."
