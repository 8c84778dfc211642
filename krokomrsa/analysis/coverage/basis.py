"""Hold what a duty is tried against, and what its standing rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from krokomrsa.analysis.coverage.activities import MISSING, Activity
from krokomrsa.rules import Period
from krokomrsa.vocabulary import text_of


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a duty asks for: the standing of each activity (by id) that may give it, and how many are asked.

    ``by_activities`` is False where no training or exercise can give it, such as a document.
    """

    label: str
    standings: Mapping[str, int]
    at_least: int = 1
    by_activities: bool = True

    @property
    def standing(self) -> int:
        """Return the standing of the last activity that is needed, best first."""
        ordered = sorted(self.standings.values())
        return ordered[self.at_least - 1] if len(ordered) >= self.at_least else MISSING

    @property
    def evidence(self) -> frozenset[str]:
        """Return the activities that it rests on: none that stands worse than the part itself."""
        reached = self.standing
        return frozenset(each for each, standing in self.standings.items() if each and standing <= reached)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a duty's standing rests on: its parts; what makes it unclear; what else a coordinator should know."""

    parts: tuple[Part, ...]
    unclear: tuple[str, ...] = ()
    doubt: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The register as the checks need it: rows as plain values; None for a table that is not at hand."""

    activities: tuple[Activity, ...]
    organisations: list[dict[str, Any]]
    services: list[dict[str, Any]]
    documents: list[dict[str, Any]] | None
    goals: list[dict[str, Any]] | None
    outsiders: frozenset[str]
    on: date
    period: Period
    names: Mapping[str, str] = field(default_factory=dict)

    def called(self, ids: Iterable[object]) -> str:
        """Return activities and documents as a sentence lists them: by name where there is one, else by id."""
        return joined(self.names.get(str(each), each) for each in ids)

    def has_role(self, role: str) -> Callable[[Activity], bool]:
        """Return whether an activity is for those that the organisations say have a role in the crisis organisation."""
        having = [each for each in self.organisations if each["crisis_role"] == role and each["id"] not in self.outsiders]
        groups = {role.replace(" ", "_")} | {each["target_group"] for each in having}
        ids = {each["id"] for each in having}
        return lambda each: bool(each.groups & groups or each.organisations & ids)


def joined(items: Iterable[object]) -> str:
    """Return items as they stand in a sentence."""
    return text_of("coverage.separator").join(map(str, items))
