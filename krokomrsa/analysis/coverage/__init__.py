"""Compare trainings and exercises with duties, plan and services."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from krokomrsa.analysis.coverage.activities import LATE, MISSING, STATUSES, Activity, columns, read, rows_of
from krokomrsa.analysis.coverage.basis import Basis, Case, Part, joined
from krokomrsa.analysis.coverage.checks import CHECKS
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.rules import Duty, Period, RuleSet
from krokomrsa.values import split
from krokomrsa.vocabulary import lists, text_of

__all__ = ["by_service", "duties", "plan"]

DUTY_COLUMNS: Final = ("duty", "text", "kind", "status", "evidence", "reason", "rule_set", "in_force", "source")
PLAN_COLUMNS: Final = ("year", "quarter", "kind", "target_group", "activities", "status")
SERVICE_COLUMNS: Final = ("service", "routines", "trained_on", "last_exercised", "status")
ORGANISATION_KEYS: Final = ("id", "name", "kind", "municipal", "target_group", "crisis_role")
SERVICE_KEYS: Final = ("id", "organisation", "condition_1", "condition_2", "scope", "routines", "trained_on")
DOCUMENT_KEYS: Final = ("id", "kind", "decided_on", "valid_to")
GOAL_KEYS: Final = ("id", "goal", "status", "due", "assessed_on")
MANY: Final = 12  # parts that a sentence holds


def _rows(table: pd.DataFrame, keys: Sequence[str]) -> list[dict[str, Any]]:
    found = [dict(zip(keys, values, strict=True)) for values in zip(*columns(table, keys), strict=True)]
    return sorted(found, key=lambda row: str(row["id"]))


def _outsiders(organisations: Iterable[dict[str, Any]]) -> frozenset[str]:
    return frozenset(
        each["id"]
        for each in organisations
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


def _said(part: Part, order: Sequence[str]) -> str:
    evidence = part.evidence
    ids = [each for each in order if each in evidence]
    key = "with_ids" if ids else "plain"
    return text_of(f"coverage.part.{key}", label=part.label, ids=joined(ids))


def _sentences(parts: Iterable[Part], order: Sequence[str]) -> list[str]:
    by_standing: dict[int, list[str]] = {}
    for part in parts:
        by_standing.setdefault(part.standing, []).append(_said(part, order))
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


def _judged(duty: Duty, basis: Basis, listed: Sequence[Activity]) -> dict[str, Any]:
    standing = max((part.standing for part in basis.parts), default=MISSING)
    unclear = bool(basis.doubt) and standing >= LATE
    shown = {each for part in basis.parts for each in part.evidence} | set(basis.unclear if unclear else ())
    order = tuple(dict.fromkeys(each.id for each in listed if each.id in shown))
    undated = [each.id for each in listed if each.undated and each.id in shown]
    sentences = [*([basis.doubt] if unclear else []), *_sentences(basis.parts, order), *basis.remarks]
    if undated:
        sentences.append(text_of("coverage.undated", ids=joined(dict.fromkeys(undated))))
    kind = "otydligt" if unclear else duty.kind
    return {"kind": kind, "status": STATUSES[standing], "evidence": order, "reason": sentences}


def _tried(duty: Duty, case: Case) -> dict[str, Any]:
    if duty.text and duty.check:
        return _judged(duty, CHECKS[duty.check][0](case, duty), case.activities)
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
    chosen = (rules,) if isinstance(rules, RuleSet) else tuple(rules)
    problems = _rule_problems(chosen)
    if problems:
        raise KrokomrsaError.of(problems)
    known = _rows(organisations, ORGANISATION_KEYS)
    outsiders = _outsiders(known)
    case = Case(
        activities=read(activities, on, period, outsiders=outsiders),
        organisations=known,
        services=_rows(services, SERVICE_KEYS),
        documents=None if documents is None else _rows(documents, DOCUMENT_KEYS),
        goals=None if goals is None else _rows(goals, GOAL_KEYS),
        outsiders=outsiders,
        on=on,
        period=period,
    )
    rows = [_duty_row(duty, rule_set, case) for rule_set in chosen for duty in rule_set.duties]
    return pd.DataFrame(rows, columns=list(DUTY_COLUMNS)).astype({"in_force": "bool"})


def _plan_order(key: tuple[int, int, str, str, str]) -> tuple[Any, ...]:
    year, quarter, kind, group, status = key
    groups = list(lists()["target_groups"])
    return year, quarter, kind == "exercise", groups.index(group) if group in groups else len(groups) + (not group), group, status


def plan(activities: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Return the plan by year, quarter, kind, target group and status.

    Columns: ``year``, ``quarter`` (1–4 or "okänt", last in its year), ``kind`` (training | exercise), ``target_group`` (code;
    missing where none is named), ``activities`` (tuple of ids), ``status`` (code, as in the table). An activity for two
    target groups stands in two rows; activities of different status stand in different rows.

    Raises
    ------
    KrokomrsaError
        A quarter that is none.

    Examples
    --------
    >>> from krokomrsa import rules
    >>> period = rules.Period(2019, 2022)
    >>> plan(pd.DataFrame(rules.grundplan(period)), period).query("year == 2019 and kind == 'exercise'")[["quarter", "target_group"]]
      quarter     target_group
    4       4  municipal_board
    5       4     crisis_staff
    """
    found: dict[tuple[int, int, str, str, str], list[str]] = {}
    for row in rows_of(activities):
        if row["year"] is not None and int(row["year"]) in period.years:
            for group in split(row["target_groups"]) or ("",):
                key = (int(row["year"]), row["quarter"] or 5, str(row["kind"]), group, str(row["status"]))
                found.setdefault(key, []).append(str(row["id"]))
    unknown = text_of("coverage.unknown_quarter")
    rows = [
        (key[0], key[1] if key[1] in range(1, 5) else unknown, key[2], key[3] or None, tuple(sorted(set(found[key]))), key[4])
        for key in sorted(found, key=_plan_order)
    ]
    return pd.DataFrame(rows, columns=list(PLAN_COLUMNS)).astype(
        {"year": "Int64", "quarter": "object", "kind": "str", "target_group": "str", "status": "str"}
    )


def _latest(days: Iterable[date | None], on: date) -> date | None:
    return max((day for day in days if day is not None and day <= on), default=None)


def _service_status(parts: Collection[bool]) -> str:
    return "met" if all(parts) else "partial" if any(parts) else "missing"


def by_service(services: pd.DataFrame, activities: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return what each service has: a routine, training in it, and an exercise, on a day.

    Columns: ``service`` (id), ``routines`` (yes | no | unknown or missing), ``trained_on`` and ``last_exercised`` (the latest
    days not after ``on``), ``status`` (met: all three; partial: some; missing: none). A training counts where it names the
    service and the competence routines, an exercise where it names the service; both only when carried out.

    >>> services = pd.DataFrame({"id": ["V1"], "routines": ["yes"], "trained_on": [date(2021, 3, 1)]})
    >>> exercise = {"id": "U1", "kind": "exercise", "status": "done", "services": "V1", "carried_out_on": date(2021, 5, 4)}
    >>> by_service(services, pd.DataFrame([exercise]), date(2021, 4, 1)).loc[0, "status"]
    'partial'
    """
    trained: dict[str, list[date]] = {}
    exercised: dict[str, list[date]] = {}
    for row in rows_of(activities):
        if row["status"] != "done" or row["carried_out_on"] is None:
            continue
        into = exercised if row["kind"] == "exercise" else trained if "routines" in split(row["competences"]) else {}
        for service in split(row["services"]):
            into.setdefault(service, []).append(row["carried_out_on"])
    rows = []
    for each in _rows(services, SERVICE_KEYS):
        training = _latest([each["trained_on"], *trained.get(each["id"], [])], on)
        exercise = _latest(exercised.get(each["id"], []), on)
        status = _service_status([each["routines"] == "yes", training is not None, exercise is not None])
        rows.append((each["id"], each["routines"], training, exercise, status))
    return pd.DataFrame(rows, columns=list(SERVICE_COLUMNS)).astype(
        {"service": "str", "routines": "str", "trained_on": "datetime64[s]", "last_exercised": "datetime64[s]", "status": "str"}
    )
