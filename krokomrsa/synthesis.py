"""Put the analyses of one register side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import numpy as np
import pandas as pd

from krokomrsa.analysis import cascade, coverage, risk, treatment
from krokomrsa.analysis.cascade.failure import fall
from krokomrsa.analysis.cascade.failure import times as failure_times_of
from krokomrsa.analysis.cascade.network import read
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Register, Row, rows_of
from krokomrsa.rules import Period, RuleSet
from krokomrsa.scales import Scale
from krokomrsa.values import split
from krokomrsa.vocabulary import text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What has become of the risks since a named state, as ``risk.since`` returns it; ``why`` tells what makes it impossible to say."""

    state: str
    risks: pd.DataFrame
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The results of one register on one day, each a table.

    ``matrix`` and ``ranking`` are indexed by risk; ``failure_times`` has one row for each lost external resource and id;
    ``critical`` one row for each lost external resource; ``duties`` one row a duty; ``follow_up`` one row a measure. The tables of
    ``weaknesses`` and ``uncertainty`` are worked out when they are first asked for; ``since`` is there where a named state is compared with.
    """

    on: date
    matrix: pd.DataFrame
    ranking: pd.DataFrame
    disagreement: pd.DataFrame
    failure_times: pd.DataFrame
    critical: pd.DataFrame
    first_order: pd.DataFrame
    weaknesses: cascade.Weaknesses
    duties: pd.DataFrame
    plan: pd.DataFrame
    follow_up: pd.DataFrame
    uncertainty: risk.Uncertainty
    since: Since | None = None


def analyse(register: Register, *, scale: Scale, rule_sets: Sequence[RuleSet], on: date, period: Period) -> Analysis:
    """Return every result for a register as it stands.

    ``on`` is the day that duties and deadlines are judged by, ``period`` the mandate period.

    Raises
    ------
    KrokomrsaError
        Rows that contradict themselves; a register that went through validation has none.
    """
    matrix = risk.matrix(register.assessments, scale)
    failures = cascade.external_losses(register.dependencies, register.resources)
    return Analysis(
        on=on,
        matrix=matrix,
        ranking=risk.ranking(matrix),
        disagreement=risk.disagreement(register.assessments, scale),
        failure_times=failures,
        critical=cascade.critical(failures, register.services),
        first_order=cascade.first_order(register.dependencies),
        weaknesses=cascade.Weaknesses(
            dependencies=register.dependencies,
            services=register.services,
            resources=register.resources,
            organisations=register.organisations,
        ),
        duties=coverage.duties(
            register.activities,
            register.organisations,
            register.services,
            rule_sets,
            on,
            period,
            documents=register.documents,
            goals=register.goals,
        ),
        plan=coverage.plan(register.activities, period),
        follow_up=treatment.follow_up(register.treatments, on),
        uncertainty=risk.Uncertainty(
            assessments=register.assessments,
            matrix=matrix,
            scale=scale,
            events={risk_id: str(row["event"]) for risk_id, row in register.held("risks").items()},
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioCard:
    """What is known of one risk: rows of the register and of the analyses, plain values, None where something is missing.

    ``standings`` are rows of ``risk.matrix`` by state, those that are judged; ``services`` are those it hits, and ``falls`` when
    others stop without these: ``id``, ``earliest_h``, ``latest_h``, and ``supplier``, the failure it comes through. ``treatments`` are
    rows of the follow-up, those against the risk or one of its vulnerabilities; ``activities`` name the risk.
    """

    risk: Row
    standings: Mapping[str, Row]
    judgements: tuple[Row, ...]
    disagreement: tuple[Row, ...]
    services: tuple[Row, ...]
    falls: tuple[Row, ...]
    vulnerabilities: tuple[Row, ...]
    treatments: tuple[Row, ...]
    activities: tuple[Row, ...]
    events: tuple[Row, ...]


def scenario_card(register: Register, analysis: Analysis, event: str, *, scale: Scale) -> ScenarioCard:
    """Return what is known of one risk: description, judgements, services hit and the cascade from them, vulnerabilities, measures, practice.

    Rejected measures and cancelled activities do not count. Nothing is filled in: what nobody has stated is missing.

    Parameters
    ----------
    register, analysis
        What is told, and what :func:`analyse` returns for it.
    event
        Id of the risk.
    scale
        The scale that it is judged on.

    Raises
    ------
    KrokomrsaError
        No risk has this id.

    Examples
    --------
    >>> from krokomrsa import rules, scales
    >>> risks = pd.DataFrame({"id": ["H-1"], "event": ["Elavbrott"], "services": ["V-1"]})
    >>> services = pd.DataFrame({"id": ["V-1", "V-2"], "name": ["Kost och måltider", "Äldreboende"], "organisation": ["TEK", "SOC"]})
    >>> needs = pd.DataFrame({"id": ["B-1"], "dependent": ["V-2"], "supplier": ["V-1"], "endurance_low_h": [6.0]})
    >>> register = Register({"risks": risks, "services": services, "dependencies": needs})
    >>> result = analyse(register, scale=scales.load(), rule_sets=[], on=date(2021, 11, 15), period=Period(2019, 2022))
    >>> card = scenario_card(register, result, "H-1", scale=scales.load())
    >>> [(row["id"], row["earliest_h"], row["supplier"]) for row in card.falls], card.treatments
    ([('V-2', 6.0, 'V-1')], ())
    """
    risks = register.held("risks")
    if event not in risks:
        raise _unknown_risk(event, risks)
    hit = [one for one in split(risks[event]["services"]) if one in register.held("services")]
    weak = _naming(register, "vulnerabilities", "risks", event)
    against = {row["id"] for row in _naming(register, "treatments", "risks", event)}
    for row in weak:
        against |= {each["id"] for each in _naming(register, "treatments", "vulnerabilities", str(row["id"]))}
    return ScenarioCard(
        risk=dict(risks[event]),
        standings=_standings(register, event, scale),
        judgements=_naming(register, "assessments", "risk", event),
        disagreement=tuple(row for row in rows_of(analysis.disagreement) if row["risk"] == event),
        services=tuple(dict(register.held("services")[one]) for one in hit),
        falls=_falls(register, hit),
        vulnerabilities=weak,
        treatments=tuple(row for row in rows_of(analysis.follow_up) if row["id"] in against and row["status"] != "rejected"),
        activities=tuple(row for row in _naming(register, "activities", "risks", event) if row["status"] != "cancelled"),
        events=_naming(register, "events", "risk", event),
    )


def _standings(register: Register, event: str, scale: Scale) -> dict[str, Row]:
    """Return what counts of a risk in each state that anybody has judged."""
    rows = register.assessments
    own = rows[rows["risk"] == event]
    found = {state: row for state in risk.STATES for row in rows_of(risk.matrix(own, scale, state=state))}
    return {state: row for state, row in found.items() if {row["likelihood_status"], row["consequence_status"]} != {risk.MISSING}}


def _naming(register: Register, table: str, column: str, wanted: str) -> tuple[Row, ...]:
    """Return the rows that name an id in a column."""
    return tuple(dict(row) for row in register.held(table).values() if wanted in split(row[column]))


def _falls(register: Register, hit: Sequence[str]) -> tuple[Row, ...]:
    """Return when services stop that need those that are hit, the earliest first, each with the failure it comes through."""
    network, hours = read(register.dependencies, dict.fromkeys(hit, 0.0))
    _, cause = fall(network, network.low, hours)
    times = failure_times_of(network, hours).rename_axis("id").reset_index()
    others = times["id"].isin(register.held("services").keys() - set(hit))
    stopped = times[np.isfinite(times["earliest_h"]) & others]
    suppliers = network.ids[network.supplier[cause[stopped.index]]]
    return tuple(rows_of(stopped.assign(supplier=suppliers).sort_values(["earliest_h", "latest_h"], kind="stable")))


def _unknown_risk(risk: str, known: Iterable[str]) -> KrokomrsaError:
    close = get_close_matches(risk, list(known), n=1)
    guess = text_of("values.did_you_mean", guess=close[0]) if close else ""
    remedy = text_of("scenario.unknown_remedy", guess=guess).strip()
    return KrokomrsaError(Problem(value=risk, problem=text_of("scenario.unknown"), remedy=remedy, kind="refused"))


def practised(register: Register, *, scale: Scale, on: date, period: Period, k: int = 10) -> pd.DataFrame:
    """Return how the gravest risks, and the services that fall first when something from outside is lost, are exercised.

    The first ``k`` risks in the declared order, and the ``k`` services with the earliest failure; columns as
    :func:`krokomrsa.analysis.coverage.exercised` gives them.

    Raises
    ------
    KrokomrsaError
        As for :func:`analyse`.
    """
    ranked = risk.ranking(risk.matrix(register.assessments, scale))
    gravest = [str(key) for key in ranked[ranked["rank"].notna()].index if key in register.held("risks")][:k]
    falls = cascade.external_losses(register.dependencies, register.resources)
    first = (
        falls[falls["id"].isin(list(register.held("services"))) & falls["earliest_h"].lt(math.inf)]
        .groupby("id", sort=False)["earliest_h"]
        .min()
    )
    services = [str(key) for key in first.sort_values(kind="stable").index[:k]]
    return coverage.exercised(register.activities, on, period, risks=gravest, services=services, organisations=register.organisations)
