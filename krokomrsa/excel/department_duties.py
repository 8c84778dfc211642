"""Gather what one department is to be trained, exercised and ready for: duties with how they stand, its activities and its goals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from krokomrsa.analysis import coverage
from krokomrsa.excel.summary.naming import keyed, standing_of
from krokomrsa.register import Register, Row
from krokomrsa.rules import Period, RuleSet
from krokomrsa.values import display, split
from krokomrsa.vocabulary import text_of, texts

_WORST: Final = ("late", "missing", "planned", "met", "expired")  # what there is to do first stands first
_CONCERNS: Final = ("own", "perhaps", "everyone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A duty or own goal that concerns the department: whose it is, how it stands, why, and where it is written."""

    text: str
    kind: str
    concern: str
    status: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A training or exercise that the department takes part in, or a goal that it answers for."""

    what: str
    kind: str
    when: str
    status: str


def demands(register: Register, organisation: str, *, rule_sets: Sequence[RuleSet], on: date, period: Period) -> Iterator[Demand]:
    """Yield the duties that concern an organisation: its own first, and of those what is late or missing first.

    They are tried with its own services only, so that no reason names another's.
    """
    found = coverage.duties_of(
        organisation,
        register.activities,
        register.organisations,
        register.services,
        rule_sets,
        on=on,
        period=period,
        documents=register.documents,
        goals=register.goals,
    )
    said = texts("summary")
    for line in sorted(keyed(found), key=_order):
        unsure = [text_of("department_result.unsure")] if line["concern"] == "perhaps" else []
        yield Demand(
            text=line["text"],
            kind=said["duty_kind"].get(line["kind"], line["kind"]),
            concern=text_of(f"department_result.concern.{line['concern']}"),
            status=said["duty_status"][standing_of(line)],
            reason=" ".join([*unsure, line["reason"]]),
            source=line["source"],
        )


def _order(line: dict[str, Any]) -> tuple[int, int]:
    return _CONCERNS.index(line["concern"]), _WORST.index(standing_of(line))


def _shown(register: Register, table: str, column: str, row: Row) -> str:
    return display(register.vocabulary[table][column], row[column])


def duties(register: Register, organisation: str) -> Iterator[Duty]:
    """Yield the goals that the organisation answers for, then its trainings and exercises, the latest first."""
    group = register.rows("organisations")[organisation]["target_group"]
    unknown = text_of("coverage.unknown_quarter")
    for row in register.rows("goals").values():
        if row["responsible"] == organisation:
            when, status = (_shown(register, "goals", key, row) for key in ("due", "status"))
            yield Duty(what=str(row["goal"]), kind=text_of("department_result.goal"), when=when, status=status)
    for row in sorted(register.rows("activities").values(), key=lambda each: (str(each["year"]), str(each["quarter"] or "")), reverse=True):
        if organisation in split(row["organisations"]) or (group is not None and group in split(row["target_groups"])):
            when = text_of("department_result.when", year=row["year"], quarter=row["quarter"] or unknown)
            kind, status = (_shown(register, "activities", key, row) for key in ("kind", "status"))
            yield Duty(what=str(row["name"]), kind=kind, when=when, status=status)
