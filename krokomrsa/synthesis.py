"""Put the analyses of one register side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from krokomrsa.analysis import cascade, coverage, risk, treatment
from krokomrsa.register import Register
from krokomrsa.rules import Period, RuleSet
from krokomrsa.scales import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The results of one register on one day, each a table.

    ``matrix`` and ``ranking`` are indexed by risk; ``failure_times`` has one row for each lost external resource and id;
    ``critical`` one row for each lost external resource; ``duties`` one row a duty; ``follow_up`` one row a measure.
    """

    matrix: pd.DataFrame
    ranking: pd.DataFrame
    disagreement: pd.DataFrame
    failure_times: pd.DataFrame
    critical: pd.DataFrame
    first_order: pd.DataFrame
    duties: pd.DataFrame
    plan: pd.DataFrame
    follow_up: pd.DataFrame


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
        matrix=matrix,
        ranking=risk.ranking(matrix),
        disagreement=risk.disagreement(register.assessments, scale),
        failure_times=failures,
        critical=cascade.critical(failures, register.services),
        first_order=cascade.first_order(register.dependencies),
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
    )
