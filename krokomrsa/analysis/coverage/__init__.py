"""Compare trainings and exercises with duties, plan and services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from krokomrsa.analysis.coverage.activities import LATE, MISSING, STATUSES, rows_by_id
from krokomrsa.analysis.coverage.asked import requirements
from krokomrsa.analysis.coverage.basis import Basis, Case, Part, joined
from krokomrsa.analysis.coverage.carrying import next_plan
from krokomrsa.analysis.coverage.cases import case as case_of
from krokomrsa.analysis.coverage.cases import checked
from krokomrsa.analysis.coverage.checks import CHECKS
from krokomrsa.analysis.coverage.concern import ORDER, concern
from krokomrsa.analysis.coverage.loop import follow_through, share_closed
from krokomrsa.analysis.coverage.matrices import by_function, by_group, exercised, share
from krokomrsa.analysis.coverage.practice import by_service, plan
from krokomrsa.rules import Duty, Period, RuleSet
from krokomrsa.vocabulary import text_of

__all__ = [
    "by_function",
    "by_group",
    "by_service",
    "duties",
    "duties_of",
    "exercised",
    "follow_through",
    "next_plan",
    "plan",
    "requirements",
    "share",
    "share_closed",
]

DUTY_COLUMNS: Final = ("duty", "text", "kind", "status", "evidence", "reason", "rule_set", "in_force", "source")
MANY: Final = 12  # parts that a sentence holds


def _said(part: Part, order: Sequence[str], case: Case) -> str:
    evidence = part.evidence
    ids = [each for each in order if each in evidence]
    key = "with_ids" if ids else "plain"
    return text_of(f"coverage.part.{key}", label=part.label, ids=case.called(ids))


def _sentences(parts: Iterable[Part], order: Sequence[str], case: Case) -> list[str]:
    by_standing: dict[int, list[str]] = {}
    for part in parts:
        by_standing.setdefault(part.standing, []).append(_said(part, order, case))
    for said in by_standing.values():
        if len(said) > MANY:
            said[MANY:] = [text_of("coverage.and_more", count=len(said) - MANY)]
    return [text_of(f"coverage.status.{STATUSES[each]}", parts=joined(by_standing[each])) for each in sorted(by_standing, reverse=True)]


def _validity(rule_set: RuleSet, on: date) -> list[str]:
    if rule_set.in_force(on):
        return []
    key = "not_yet_in_force" if on < rule_set.valid_from else "not_in_force"
    since = rule_set.valid_from.isoformat()
    return [text_of(f"coverage.{key}", rule_set=rule_set.short_name, on=on.isoformat(), since=since, validity=rule_set.validity)]


def _judged(duty: Duty, basis: Basis, case: Case) -> dict[str, Any]:
    standing = max((part.standing for part in basis.parts), default=MISSING)
    unclear = bool(basis.doubt) and standing >= LATE
    shown = {each for part in basis.parts for each in part.evidence} | set(basis.unclear if unclear else ())
    order = tuple(dict.fromkeys(each.id for each in case.activities if each.id in shown))
    undated = [each.id for each in case.activities if each.undated and each.id in shown]
    sentences = [*([basis.doubt] if unclear else []), *_sentences(basis.parts, order, case), *basis.remarks]
    if undated:
        sentences.append(text_of("coverage.undated", ids=case.called(dict.fromkeys(undated))))
    kind = "otydligt" if unclear else duty.kind
    return {"kind": kind, "status": STATUSES[standing], "evidence": order, "reason": sentences}


def _tried(duty: Duty, case: Case) -> dict[str, Any]:
    if duty.text and duty.check:
        return _judged(duty, CHECKS[duty.check][0](case, duty), case)
    reason = [text_of("coverage.no_check" if duty.text else "coverage.unknown_wording")]
    return {"kind": "otydligt", "status": STATUSES[MISSING], "evidence": (), "reason": reason}


def _duty_row(duty: Duty, rule_set: RuleSet, case: Case) -> tuple[Any, ...]:
    found = _tried(duty, case)
    reason = " ".join([*_validity(rule_set, case.on), *found["reason"]])
    text = duty.text or text_of("coverage.fill_in")
    in_force = rule_set.in_force(case.on)
    return duty.id, text, found["kind"], found["status"], found["evidence"], reason, rule_set.id, in_force, duty.source


def duties(  # noqa: PLR0917 (the call is fixed: tables, rules, day and period are what a duty board always needs)
    activities: pd.DataFrame,
    organisations: pd.DataFrame,
    services: pd.DataFrame,
    rules: RuleSet | Sequence[RuleSet],
    on: date,
    period: Period,
    *,
    documents: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row a duty: how it stands on a day, on what evidence, and why.

    Columns: ``duty`` (id), ``text`` (wording), ``kind`` (krav | otydligt | eget mål), ``status`` (met | planned | late |
    missing), ``evidence`` (tuple of activity ids), ``reason`` (Swedish), ``rule_set`` (id), ``in_force`` (on that day),
    ``source``. What is planned is not done, what is done is not evaluated; on request and cancelled are not planned. What
    rests on an expired rule set says so first in its reason.

    Raises
    ------
    KrokomrsaError
        A quarter that is none, or a rule set that names a check or lacks a parameter; all problems at once.

    Examples
    --------
    >>> from krokomrsa import rules
    >>> from krokomrsa.register import Register
    >>> empty, period = Register(), rules.Period(2019, 2022)
    >>> exercise = {"name": "Krisledningsövning", "kind": "exercise", "target_groups": "municipal_board", "status": "done"}
    >>> done = {"id": "U1", "year": 2020, "carried_out_on": date(2020, 5, 4), "evaluated_on": date(2020, 6, 1)}
    >>> board = duties(pd.DataFrame([exercise | done]), empty.organisations, empty.services,
    ...     rules.load("overenskommelse-2019-2022"), date(2021, 1, 1), period).set_index("duty")
    >>> board.loc[["two_exercises", "crisis_board"], ["kind", "status", "evidence"]]
                       kind   status evidence
    duty
    two_exercises      krav  missing    (U1,)
    crisis_board   otydligt  missing    (U1,)

    References
    ----------
    Överenskommelse om kommunernas krisberedskap 2019–2022 (MSB 2018-09779, SKL 18/03101), as the rule sets quote it.
    """
    chosen = checked(rules)
    case = case_of(activities, organisations, services, on, period, documents, goals, {})
    rows = [_duty_row(duty, rule_set, case) for rule_set in chosen for duty in rule_set.duties]
    return pd.DataFrame(rows, columns=list(DUTY_COLUMNS)).astype({"in_force": "bool"})


def duties_of(
    organisation: str,
    activities: pd.DataFrame,
    organisations: pd.DataFrame,
    services: pd.DataFrame,
    rules: RuleSet | Sequence[RuleSet],
    *,
    on: date,
    period: Period,
    documents: pd.DataFrame,
    goals: pd.DataFrame,
) -> pd.DataFrame:
    """Return the duties that concern one organisation: as ``duties`` does, and ``concern`` (own | perhaps | everyone), in that order.

    Of services only its own are tried, so that no reason names another's. Activities and documents stand by name, not by id. An
    organisation that is not counted as the municipality has none.

    Raises
    ------
    KrokomrsaError
        As for ``duties``.

    Examples
    --------
    >>> from krokomrsa import rules
    >>> from krokomrsa.register import Register
    >>> empty = Register()
    >>> known = pd.DataFrame({"id": ["SOC", "LED"], "name": ["Socialförvaltningen", "Kommunledningen"], "municipal": [True, True],
    ...                       "crisis_role": ["none", "official leadership"]})
    >>> board = duties_of("LED", empty.activities, known, empty.services, rules.load("overenskommelse-2019-2022"), on=date(2021, 1, 1),
    ...                   period=rules.Period(2019, 2022), documents=empty.documents, goals=empty.goals)
    >>> board["concern"].value_counts().to_dict()
    {'everyone': 3, 'own': 2, 'perhaps': 2}
    """
    chosen = checked(rules)
    own = services[services["organisation"] == organisation] if "organisation" in services else services.iloc[:0]
    names = {row["id"]: str(row["name"]) for row in rows_by_id(activities, ("id", "name")) if row["name"]}
    names |= {row["id"]: str(row["title"]) for row in rows_by_id(documents, ("id", "title")) if row["title"]}
    case = case_of(activities, organisations, own, on, period, documents, goals, names)
    rows = [
        (*_duty_row(duty, rule_set, case), found)
        for rule_set in chosen
        for duty in rule_set.duties
        if (found := concern(case, duty, organisation))
    ]
    rows.sort(key=lambda row: ORDER.index(row[-1]))
    return pd.DataFrame(rows, columns=[*DUTY_COLUMNS, "concern"]).astype({"in_force": "bool"})
