"""Say what duties, risks and services ask of a programme of trainings and exercises, and which candidates would give it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from krokomrsa.analysis.coverage import candidates as offered
from krokomrsa.analysis.coverage.activities import MET, NEEDED, Activity, best, columns
from krokomrsa.analysis.coverage.basis import Case, Part
from krokomrsa.analysis.coverage.cases import case, checked
from krokomrsa.analysis.coverage.checks import CHECKS
from krokomrsa.register import value_of
from krokomrsa.rules import Duty, Period, RuleSet
from krokomrsa.vocabulary import text_of

REQUIREMENT_COLUMNS: Final = ("id", "text", "source", "at_least")
GIVES_COLUMNS: Final = ("requirement", "candidate", "year")


def requirements(
    candidates: pd.DataFrame,
    activities: pd.DataFrame,
    organisations: pd.DataFrame,
    services: pd.DataFrame,
    rules: RuleSet | Sequence[RuleSet],
    *,
    on: date,
    period: Period,
    risks: Mapping[str, str] | None = None,
    exercised: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what is left to give of the duties and of the chosen risks and services, and which candidates give it.

    A duty is tried by its own check, as on the duty board, with each candidate in each of its years as if it were carried out and
    evaluated that year: what then counts, the candidate gives. What is carried out on ``on`` already is taken off; a duty's part that
    no activity can give, such as a document, is left out.

    Parameters
    ----------
    candidates
        As for :func:`krokomrsa.analysis.coverage.programme.cheapest`.
    risks, exercised
        Id → name of the risks and of the services that an exercise in the period is to practise.

    Returns
    -------
    requirements : DataFrame
        ``id``, ``text`` (Swedish), ``source`` (rule set and duty, ``risk`` or ``service``), ``at_least`` (how many are left).
    gives : DataFrame
        ``requirement``, ``candidate``, ``year``: one row for each candidate and year that counts.

    Raises
    ------
    KrokomrsaError
        As for :func:`krokomrsa.analysis.coverage.programme.cheapest` and :func:`duties`.

    Examples
    --------
    >>> from krokomrsa import rules
    >>> from krokomrsa.register import Register
    >>> empty = Register()
    >>> table_top = {"id": "K1", "name": "Seminarieövning elavbrott", "kind": "exercise", "cost_days": 12, "years": "2027; 2028"}
    >>> lacking, gives = requirements(pd.DataFrame([table_top]), empty.activities, empty.organisations, empty.services,
    ...     rules.load("overenskommelse-2019-2022"), on=date(2027, 1, 1), period=rules.Period(2027, 2030))
    >>> lacking.query("source.str.endswith('two_exercises')")["at_least"].tolist()
    [2]
    >>> gives[gives["requirement"].str.contains("two_exercises")][["candidate", "year"]].to_numpy().tolist()
    [['K1', 2027], ['K1', 2028]]
    """
    chosen, held = checked(rules), offered.read(candidates, period)
    every = {f"\0{number}": pair for number, pair in enumerate((one, year) for one in held for year in one.years)}
    placed = {key: (one.id, year) for key, (one, year) in every.items()}
    supposed = [{**one.facts, **_as_done(year), "id": key} for key, (one, year) in every.items()]
    carried = [row for row in _rows(activities) if row["carried_out_on"] is None or row["carried_out_on"] <= on]
    trained = services.copy(deep=False)
    if "trained_on" in services:
        trained["trained_on"] = pd.Series([_before(value, on) for value in services["trained_on"]], index=services.index, dtype="object")
    known = case(pd.DataFrame([*carried, *supposed], columns=list(NEEDED)), organisations, trained, period.end, period, None, None, {})
    parts = [*_of_duties(chosen, known), *_practised(known.activities, risks or {}, exercised or {})]
    lacking, gives = [], []
    for key, said, source, part in parts:
        done = sum(standing == MET for each, standing in part.standings.items() if each not in placed)
        if part.at_least > done:
            lacking.append((key, said, source, part.at_least - done))
            gives += [(key, *placed[each]) for each, standing in part.standings.items() if each in placed and standing == MET]
    return pd.DataFrame(lacking, columns=list(REQUIREMENT_COLUMNS)), pd.DataFrame(gives, columns=list(GIVES_COLUMNS))


def _rows(activities: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(NEEDED, values, strict=True)) for values in zip(*columns(activities, NEEDED), strict=True)]


def _as_done(year: int) -> dict[str, Any]:
    last = date(year, 12, 31)
    return {"year": year, "status": "done", "carried_out_on": last, "evaluated_on": last, "took_part_in_planning": True}


def _before(raw: object, on: date) -> date | None:
    value = value_of(raw)
    return value if isinstance(value, date) and value <= on else None


def _of_duties(chosen: Iterable[RuleSet], known: Case) -> Iterator[tuple[str, str, str, Part]]:
    for rule_set in chosen:
        for duty in rule_set.duties:
            if duty.text and duty.check:
                parts, source = CHECKS[duty.check][0](known, duty).parts, f"{rule_set.id}/{duty.id}"
                for number, part in enumerate(parts, start=1):
                    if part.by_activities:
                        yield f"{source}/{number}", _said(duty, part, len(parts)), source, part


def _said(duty: Duty, part: Part, parts: int) -> str:
    return duty.name if parts == 1 else text_of("coverage.requirement.part", duty=duty.name, part=part.label)


def _practised(
    activities: Iterable[Activity], risks: Mapping[str, str], services: Mapping[str, str]
) -> Iterator[tuple[str, str, str, Part]]:
    """Ask for an exercise in the period of each chosen risk and service."""
    exercises = [each for each in activities if each.kind == "exercise"]
    for source, chosen in (("risk", risks), ("service", services)):
        for key, name in chosen.items():
            found = best(
                (each for each in exercises if key in (each.risks if source == "risk" else each.services)), lambda each: each.carried
            )
            yield f"{source}/{key}", text_of(f"coverage.requirement.{source}", name=name), source, Part(name, found)
