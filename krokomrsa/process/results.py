"""Give the results of a workspace as it stands: what the analyses say, as charts and as plain data, and what the report still lacks."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from krokomrsa import rules, synthesis
from krokomrsa.analysis.risk import since
from krokomrsa.charts import album
from krokomrsa.charts.album import Chart
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import value_of
from krokomrsa.report import questions
from krokomrsa.report.material import Material
from krokomrsa.rules import RuleSet
from krokomrsa.synthesis import Analysis, Since
from krokomrsa.workspace import Workspace


def analyse(place: Workspace) -> Analysis:
    """Return every result for the workspace's register as it stands."""
    told = place.settings
    return synthesis.analyse(place.register, scale=told.scale, rule_sets=told.rule_sets, on=told.on, period=told.period)


def risks_since(place: Workspace, state: str) -> pd.DataFrame:
    """Return what has become of each risk since a named state, such as an adopted RSA, as :func:`krokomrsa.analysis.risk.since` tells it.

    Raises
    ------
    KrokomrsaError
        There is no state with that name, or what was judged then does not fit the scale that is used now.
    """
    before, now = place.store.register(state=state), place.register
    return since(before.risks, before.assessments, now.risks, now.assessments, place.settings.scale)


def compared(place: Workspace, result: Analysis) -> Analysis:
    """Return the results with what has become of the risks since the latest named state, if there is one before the latest change."""
    states, batches = place.store.states(), place.store.batches()
    earlier = states[states["batch"].isin(batches["id"].iloc[:-1])]
    if result.since or earlier.empty:
        return result
    state = str(earlier["name"].iloc[-1])
    try:
        return replace(result, since=Since(state=state, risks=risks_since(place, state)))
    except KrokomrsaError as error:
        why = " ".join(dict.fromkeys(problem.problem for problem in error.problems))
        return replace(result, since=Since(state=state, risks=pd.DataFrame(), why=why))


def _plain(raw: object) -> Any:
    value: Any = list(raw) if isinstance(raw, tuple) else value_of(raw)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a result as plain data for JSON; what never happens and what nobody knows is null.

    >>> records(pd.DataFrame({"earliest_h": [2.0, float("inf")]}))
    [{'earliest_h': 2.0}, {'earliest_h': None}]
    """
    whole = table.reset_index() if table.index.name else table
    return [{str(key): _plain(value) for key, value in row.items()} for row in whole.to_dict("records")]


def as_dict(result: Analysis) -> dict[str, Any]:
    """Return the results as plain data for JSON; ``failure_times`` by lost external resource, ``weaknesses`` by kind."""
    weak = result.weaknesses
    failures = {str(lost): records(rows.drop(columns="lost")) for lost, rows in result.failure_times.groupby("lost", sort=False)}
    return {
        "matrix": records(result.matrix),
        "failure_times": failures,
        "first_order": records(result.first_order),
        "duties": records(result.duties),
        "plan": records(result.plan),
        "ranking": records(result.ranking),
        "critical": records(result.critical),
        "weaknesses": {
            "single_points": records(weak.single_points),
            "false_redundancy": records(weak.false_redundancy),
            "questions": records(weak.questions),
            "uncertain": records(weak.uncertain),
            "faults": records(weak.faults),
        },
    }


def banner_lines(place: Workspace) -> list[str]:
    """Return what must be said before any result: example data, rules that have expired or are not known, a folder that is shared."""
    told = place.settings
    lines = [*([told.banner] if told.banner else []), *rules.banner(told.on, told.rule_sets)]
    return [*lines, place.store.warning] if place.store.warning else lines


def charts(place: Workspace, result: Analysis) -> list[Chart]:
    """Return every chart of the workspace's results, to be drawn."""
    return album.album(place.register, compared(place, result), scale=place.settings.scale, period=place.settings.period)


def report_rule_sets(place: Workspace) -> tuple[RuleSet, ...]:
    """Return the rule sets that a report can follow: those in force that have headings, or all that have; with words first."""
    known = [one for one in place.settings.rule_sets if one.headings] or [rules.load(name) for name in rules.names()]
    return tuple(sorted((one for one in known if one.headings), key=lambda one: not all(heading.title for heading in one.headings)))


def report_gaps(place: Workspace, result: Analysis, rule_set: RuleSet) -> dict[str, list[str]]:
    """Return what is still missing under each heading of the report, by the heading's number."""
    register, told = place.register, place.settings
    material = Material(
        register=register,
        analysis=result,
        rule_set=rule_set,
        charts={},
        scale=told.scale,
        municipality=told.municipality,
        period=told.period,
        on=told.on,
    )
    written = {str(row["heading"]) for row in register.rows("report_texts").values() if row["rule_set"] == rule_set.id and row["text"]}
    return {
        str(heading.number): questions.asked(heading.part, material, own_text=str(heading.number) in written)
        for heading in rule_set.headings
    }
