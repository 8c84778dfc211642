"""Gather what one department gets back: what is its own, what all may know, and nothing that is another's secret."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from krokomrsa.analysis import cascade, coverage
from krokomrsa.analysis.risk import uses_likelihood
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import department_duties, department_questions, department_resources, department_risks
from krokomrsa.excel.department_duties import Demand, Duty
from krokomrsa.excel.department_questions import Question
from krokomrsa.excel.department_resources import Resource
from krokomrsa.excel.department_risks import Risk
from krokomrsa.excel.summary.naming import keyed
from krokomrsa.register import Register, Row, rows_of
from krokomrsa.rules import Period, RuleSet
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.values import display, split
from krokomrsa.vocabulary import text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One of the department's services, and when its people were trained and exercised."""

    name: str
    tolerable_h: float | None
    lowest: str
    routines: str
    trained_on: date | None
    exercised_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a service needs and how long it manages without; hours, None where nobody knows."""

    service: str
    supplier: str
    low_h: float | None
    high_h: float | None
    backed: bool
    tested_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """When a service fails after a loss, through what, and from when that is unacceptable (None: not known)."""

    service: str
    lost: str
    through: str
    earliest_h: float
    latest_h: float
    unacceptable_h: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcoming:
    """A vulnerability of the department, and how the measures against it stand."""

    description: str
    capability: str
    measures: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure that the department is to carry out."""

    measure: str
    responsible: str
    status: str
    late: str
    budget_year: int | None
    due: date | None
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that one department gets back; ``answered``: a form of its own has been read, ``likelihood``: risks have a class."""

    organisation: str
    answered: bool
    likelihood: bool
    services: tuple[Service, ...]
    resources: tuple[Resource, ...]
    needs: tuple[Need, ...]
    falls: tuple[Fall, ...]
    questions: tuple[Question, ...]
    risks: tuple[Risk, ...]
    shortcomings: tuple[Shortcoming, ...]
    measures: tuple[Measure, ...]
    demands: tuple[Demand, ...]
    duties: tuple[Duty, ...]


def _say(key: str, **values: object) -> str:
    return text_of(f"department_result.{key}", **values)


def known_by_name(register: Register, organisation: str) -> dict[str, str]:
    """Return the names of the services of a department, and of the resources that are its own or shared."""
    services, resources = register.rows("services"), register.rows("resources")
    own = {row_id: str(row["name"]) for row_id, row in services.items() if row["organisation"] == organisation}
    return own | {row_id: str(row["name"]) for row_id, row in resources.items() if row["shared"] is True or row["owner"] == organisation}


def visible(register: Register, organisation: str) -> dict[str, str]:
    """Return what a department may see each service and resource called: its own and shared ones by name, others never.

    >>> import pandas as pd
    >>> services = pd.DataFrame({"id": ["V-1", "V-2"], "organisation": ["SOC", "TEK"], "name": ["Hemtjänst", "Vattenverk"]})
    >>> visible(Register({"services": services}), "SOC")
    {'V-1': 'Hemtjänst', 'V-2': 'en verksamhet i en annan organisation'}
    """
    others = {"services": _say("other_service"), "resources": _say("other_resource")}
    masked = {row_id: other for table, other in others.items() for row_id in register.rows(table)}
    return masked | known_by_name(register, organisation)


def _services(register: Register, organisation: str, on: date) -> Iterator[Service]:
    own = register.services
    practised = {row["service"]: row for row in keyed(coverage.by_service(own, register.activities, on))}
    for row_id, row in register.rows("services").items():
        if row["organisation"] == organisation:
            tolerable: Any = row["tolerable_outage_h"]
            yield Service(
                name=str(row["name"]),
                tolerable_h=tolerable,
                lowest=_shown(register, "services", "lowest_acceptable_level", row),
                routines=_shown(register, "services", "routines", row),
                trained_on=practised[row_id]["trained_on"],
                exercised_on=practised[row_id]["last_exercised"],
            )


def _shown(register: Register, table: str, column: str, row: Mapping[str, Any]) -> str:
    return display(register.vocabulary[table][column], row[column])


def _needs(register: Register, own: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Need]:
    rows = [row for row in register.rows("dependencies").values() if row["dependent"] in own and row["status"] != "not needed"]
    groups: list[tuple[object, object]] = [(row["dependent"], row["group"]) for row in rows if row["group"] is not None]
    for row in rows:
        needed: Any = row["needed"] or 1
        values: Any = row
        yield Need(
            service=own[str(row["dependent"])],
            supplier=names.get(str(row["supplier"]), _say("other_resource")),
            low_h=values["endurance_low_h"],
            high_h=values["endurance_high_h"],
            backed=needed < groups.count((row["dependent"], row["group"])),
            tested_on=values["last_tested"],
        )


def _falls(register: Register, analysis: Analysis, own: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Fall]:
    services, dependencies = register.rows("services"), register.dependencies
    found = [row for row in rows_of(analysis.failure_times) if row["id"] in own and math.isfinite(_hours(row["earliest_h"]))]
    places = list(own)
    for row in sorted(
        found, key=lambda each: (places.index(str(each["id"])), _hours(each["earliest_h"]), _hours(each["latest_h"]), str(each["lost"]))
    ):
        lost, fallen = str(row["lost"]), str(row["id"])
        chain = rows_of(cascade.explain(dependencies, {lost: 0.0}, fallen))
        cause = str(chain[-1]["supplier"])
        tolerable: Any = services[fallen]["tolerable_outage_h"]
        yield Fall(
            service=own[fallen],
            lost=names.get(lost, _say("other_resource")),
            through="" if cause == lost else names.get(cause, _say("other_resource")),
            earliest_h=_hours(row["earliest_h"]),
            latest_h=_hours(row["latest_h"]),
            unacceptable_h=None if tolerable is None else _hours(row["earliest_h"]) + tolerable,
        )


def _hours(value: Any) -> float:
    return float(value)


def _shortcomings(register: Register, organisation: str) -> Iterator[Shortcoming]:
    against: dict[str, list[str]] = {}
    for row in register.rows("treatments").values():
        for each in split(row["vulnerabilities"]) if row["status"] != "rejected" else ():
            status = _shown(register, "treatments", "status", row)
            key = "own_measure" if row["owner"] == organisation else "other_measure"
            against.setdefault(each, []).append(_say(key, status=status.lower(), measure=str(row["measure"]).rstrip(".")))
    for row_id, row in register.rows("vulnerabilities").items():
        if row["organisation"] == organisation:
            yield Shortcoming(
                description=str(row["description"]),
                capability=_shown(register, "vulnerabilities", "capability", row),
                measures=text_of("report.semicolon").join(against.get(row_id, [_say("no_measure")])),
            )


def _measures(register: Register, analysis: Analysis, organisation: str) -> Iterator[Measure]:
    rows = register.rows("treatments")
    for line in keyed(analysis.follow_up):
        if line["owner"] == organisation and line["status"] != "rejected":
            yield Measure(
                measure=str(line["measure"]),
                responsible=_shown(register, "treatments", "responsible", line),
                status=_shown(register, "treatments", "status", line),
                late=text_of("summary.treatments.late_unknown")
                if line["late"] is None
                else text_of(f"values.{'yes' if line['late'] else 'no'}"),
                budget_year=line["budget_year"],
                due=line["due"],
                effect=_shown(register, "treatments", "effect", rows[line["id"]]),
            )


def _unknown(organisation: str, known: Iterable[str]) -> KrokomrsaError:
    ids = list(known)
    close = get_close_matches(organisation, ids, n=1)
    guess = text_of("values.did_you_mean", guess=close[0]) if close else ""
    remedy = _say("unknown_remedy", guess=guess, known=", ".join(ids) or text_of("values.missing")).strip()
    return KrokomrsaError(Problem(value=organisation, problem=_say("unknown"), remedy=remedy, kind="refused"))


def has_answered(register: Register, organisation: str) -> bool:
    """Tell whether something has been read that the organisation sent."""
    return any(row["organisation"] == organisation for row in register.rows("replies").values())


def gather(
    register: Register,
    analysis: Analysis,
    organisation: str,
    *,
    scale: Scale,
    rule_sets: Sequence[RuleSet],
    on: date,
    period: Period,
) -> Content:
    """Return what one department gets back.

    Shared resources stand by name; a service of another organisation, or a resource that is not shared, never does.

    Raises
    ------
    KrokomrsaError
        No organisation has this id.
    """
    organisations = register.rows("organisations")
    if organisation not in organisations:
        raise _unknown(organisation, organisations)
    names = visible(register, organisation)
    services: Mapping[str, Row] = register.rows("services")
    own = {row_id: str(row["name"]) for row_id, row in services.items() if row["organisation"] == organisation}
    resources = {row_id: str(row["name"]) for row_id, row in register.rows("resources").items() if row["owner"] == organisation}
    risks = sorted(
        department_risks.risks(register, analysis, organisation, scale), key=lambda each: (-each.order[0], -each.order[1], each.id)
    )
    return Content(
        organisation=str(organisations[organisation]["name"]),
        answered=has_answered(register, organisation),
        likelihood=uses_likelihood(analysis.matrix),
        services=tuple(_services(register, organisation, on)),
        resources=tuple(department_resources.resources(register, organisation)),
        needs=tuple(_needs(register, own | resources, names)),
        falls=tuple(_falls(register, analysis, own, names)),
        questions=tuple(department_questions.questions(analysis.weaknesses, organisation, known_by_name(register, organisation))),
        risks=tuple(risks),
        shortcomings=tuple(_shortcomings(register, organisation)),
        measures=tuple(_measures(register, analysis, organisation)),
        demands=tuple(department_duties.demands(register, organisation, rule_sets=rule_sets, on=on, period=period)),
        duties=tuple(department_duties.duties(register, organisation)),
    )
