"""Judgements that the tests of the risk matrix are made of, by hand and drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from krokomrsa.register import Register

Judgement = dict[str, Any]

levels = st.sampled_from([1.0, 1.5, 2.0, 3.0, 3.2, 4.0, 5.0])
aspects = st.sampled_from(["likelihood", "life_health", "societal_functions", "own operations", "unspecified"])


def said(
    risk_id: str, aspect: str, low: float | None, high: float | None = None, *, judge: str = "SOC", consolidated: bool | None = None
) -> Judgement:
    """Return a judged row; one level is both bounds."""
    bounds = {"low": low, "high": low if high is None else high}
    return {"risk": risk_id, "judge": judge, "aspect": aspect, **bounds, "status": "judged", "consolidated": consolidated}


def left(risk_id: str, aspect: str, status: str = "unknown", **other: Any) -> Judgement:
    """Return a row that is no judgement: vet inte or bedöms inte."""
    return {**said(risk_id, aspect, None, **other), "status": status}


def frame(rows: Iterable[Judgement]) -> pd.DataFrame:
    """Return rows as the register's table of assessments."""
    numbered = [{"id": f"A{number}", **row} for number, row in enumerate(rows, start=1)]
    return Register({"assessments": pd.DataFrame(numbered)}).assessments


@st.composite
def judgements(draw: st.DrawFn) -> Judgement:
    """Draw one row: a risk, a judge, an aspect, an interval or no judgement."""
    low, high = sorted([draw(levels), draw(levels)])
    where = {"judge": draw(st.sampled_from(["SOC", "IT", "VA"])), "consolidated": draw(st.sampled_from([True, False, None]))}
    row = said(draw(st.sampled_from(["Storm", "Elavbrott", "Pandemi"])), draw(aspects), low, high, **where)
    status = draw(st.sampled_from(["judged", "judged", "judged", "unknown", "not judged"]))
    return row if status == "judged" else {**row, "low": None, "high": None, "status": status}


tables = st.lists(judgements(), max_size=25)
