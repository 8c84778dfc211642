"""Read the register's tables into what the checks need, and tell which rule sets cannot be tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import pandas as pd

from krokomrsa.analysis.coverage.activities import read, rows_by_id
from krokomrsa.analysis.coverage.basis import Case, joined
from krokomrsa.analysis.coverage.checks import CHECKS
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.rules import Period, RuleSet
from krokomrsa.vocabulary import text_of

ORGANISATION_KEYS: Final = ("id", "name", "kind", "municipal", "target_group", "crisis_role")
SERVICE_KEYS: Final = ("id", "name", "organisation", "condition_1", "condition_2", "scope", "routines", "trained_on")
DOCUMENT_KEYS: Final = ("id", "kind", "decided_on", "valid_to")
GOAL_KEYS: Final = ("id", "goal", "status", "due", "assessed_on")


def outsiders(organisations: pd.DataFrame) -> frozenset[str]:
    """Return the ids of organisations that are not counted as the municipality.

    >>> known = pd.DataFrame({"id": ["SOC", "RTJ"], "kind": ["department", "association"]})
    >>> sorted(outsiders(known))
    ['RTJ']
    """
    return frozenset(
        each["id"]
        for each in rows_by_id(organisations, ORGANISATION_KEYS)
        if each["municipal"] is False or (each["municipal"] is None and each["kind"] in {"association", "external"})
    )


def _rule_problems(chosen: Iterable[RuleSet]) -> list[Problem]:
    found = []
    for rule_set in chosen:
        for duty in rule_set.duties:
            if duty.check and duty.check not in CHECKS:
                remedy = text_of("coverage.problem.check_remedy", checks=joined(CHECKS))
                found.append(Problem(value=duty.check, problem=text_of("coverage.problem.check", rule_set=rule_set.id), remedy=remedy))
                continue
            lacking = [key for key in CHECKS[duty.check][1] if key not in duty.parameters] if duty.check else []
            for key in lacking:
                problem = text_of("coverage.problem.parameter", check=duty.check, rule_set=rule_set.id, parameter=key)
                found.append(Problem(value=duty.id, problem=problem, remedy=text_of("coverage.problem.parameter_remedy")))
    return found


def checked(chosen: RuleSet | Sequence[RuleSet]) -> tuple[RuleSet, ...]:
    """Return the rule sets, or tell everything that is wrong with them.

    Raises
    ------
    KrokomrsaError
        A rule set names a check that there is none of, or lacks a parameter; all problems at once.
    """
    held = (chosen,) if isinstance(chosen, RuleSet) else tuple(chosen)
    problems = _rule_problems(held)
    if problems:
        raise KrokomrsaError.of(problems)
    return held


def case(  # noqa: PLR0917 (what duties are tried against, in the order in which they are told)
    activities: pd.DataFrame,
    organisations: pd.DataFrame,
    services: pd.DataFrame,
    on: date,
    period: Period,
    documents: pd.DataFrame | None,
    goals: pd.DataFrame | None,
    names: Mapping[str, str],
) -> Case:
    """Return the tables as the checks need them; activities and documents are told by ``names`` where these hold one."""
    strangers = outsiders(organisations)
    return Case(
        activities=read(activities, on, period, outsiders=strangers),
        organisations=rows_by_id(organisations, ORGANISATION_KEYS),
        services=rows_by_id(services, SERVICE_KEYS),
        documents=None if documents is None else rows_by_id(documents, DOCUMENT_KEYS),
        goals=None if goals is None else rows_by_id(goals, GOAL_KEYS),
        outsiders=strangers,
        on=on,
        period=period,
        names=names,
    )
