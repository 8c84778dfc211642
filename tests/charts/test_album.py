"""Which charts there are of one register, with and without judged likelihoods."""

from __future__ import annotations

from datetime import date

import pandas as pd

from krokomrsa import rules, scales, synthesis
from krokomrsa.charts import album
from krokomrsa.register import Register
from krokomrsa.vocabulary import load

ON, PERIOD = date(2021, 11, 15), rules.Period(2019, 2022)


def charts(*aspects: str) -> dict[str, str]:
    """Return the charts of a register with one risk that is judged in some aspects: name → text alternative."""
    risks = pd.DataFrame({"id": ["H-1"], "event": ["Storm"]})
    judged = [{"id": f"A-{aspect}", "risk": "H-1", "judge": "LED", "aspect": aspect, "low": 3.0, "high": 4.0} for aspect in aspects]
    register = Register({"risks": risks, "assessments": pd.DataFrame([row | {"status": "judged"} for row in judged])})
    result = synthesis.analyse(register, scale=scales.load(), rule_sets=[], on=ON, period=PERIOD)
    return {chart.name: chart.alternative for chart in album.album(register, result, scale=scales.load(), period=PERIOD)}


def test_with_likelihood_there_is_a_matrix_and_no_chart_of_consequences() -> None:
    """A municipality that judges both gets the matrix."""
    found = charts("likelihood", "life_health")
    assert "riskmatris" in found
    assert "konsekvenser" not in found


def test_without_likelihood_there_is_no_matrix_but_the_consequences() -> None:
    """A municipality that judges without likelihood gets its risks by consequence instead, in words too."""
    found = charts("life_health")
    assert "riskmatris" not in found
    assert found["konsekvenser"] == (
        "Diagrammet visar 1 risk efter högsta bedömda konsekvens: 4 Förödande 1. Högst, 4 Förödande: H-1 (3–4) Storm."
    )


def test_what_is_judged_with_neither_keeps_the_matrix() -> None:
    """Own operations alone say nothing of the axes: likelihood may still be judged."""
    assert "own operations" in load()["assessments"]["aspect"].values  # noqa: PD011 (allowed values)
    assert "riskmatris" in charts("own operations")
