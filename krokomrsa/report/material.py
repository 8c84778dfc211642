"""Gather what a report is made from, and say names, times and levels the way reports print them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from textwrap import shorten
from types import MappingProxyType
from typing import Any

from krokomrsa.analysis import cascade
from krokomrsa.analysis.risk import is_now, uses_likelihood
from krokomrsa.charts.album import Chart
from krokomrsa.charts.rows import duration
from krokomrsa.charts.words import listed as words_listed
from krokomrsa.excel.summary import naming, risk_tables
from krokomrsa.excel.summary.sources import RowKey
from krokomrsa.register import Register, Row, rows_of
from krokomrsa.rules import Period, RuleSet
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.values import display, split
from krokomrsa.vocabulary import resource, text_of


@cache
def declared() -> Mapping[str, Any]:
    """Return the report's names and limits, as ``resources/report.toml`` declares them."""
    return MappingProxyType(tomllib.loads(resource("report.toml")))


def limit(key: str) -> Any:
    """Return a limit that reports declare.

    >>> limit("critical_h")
    24.0
    """
    return declared()["limits"][key]


def authority(role: str, on: date) -> str:
    """Return what an authority is called on a day.

    >>> authority("preparedness", date(2025, 12, 31)), authority("preparedness", date(2026, 1, 1))
    ('Myndigheten för samhällsskydd och beredskap (MSB)', 'Myndigheten för civilt försvar (MCF)')
    """
    names: list[dict[str, Any]] = declared()["authorities"][role]
    return str([each["name"] for each in names if each.get("valid_from", date.min) <= on][-1])


def listed(names: Iterable[object]) -> str:
    """Return names as a sentence lists them; long ones are cut, many are counted."""
    return words_listed([shorten(str(name), limit("name_length"), placeholder="…") for name in names], first=limit("named"))


def hours(value: Any) -> str:
    """Return hours as people say them, a dash where nothing is known.

    >>> hours(36.0), hours(None)
    ('36 h', '–')
    """
    return text_of("values.missing") if value is None else duration(float(value))


def level(low: float | None, high: float | None) -> str:
    """Return levels as reports print them, a dash where none is judged.

    >>> level(3.0, 4.0), level(3.0, 3.0), level(None, None)
    ('3–4', '3', '–')
    """
    found = naming.level(low, high)
    return text_of("values.missing") if found is None else str(found).replace(".", ",")


def count(low: float, high: float) -> str:
    """Return how many, from least to most.

    >>> count(36, 37)
    '36–37'
    """
    return level(float(low), float(high))


def needed(rows: Mapping[str, Row]) -> dict[str, Row]:
    """Return the dependencies that are needs: those that say that nothing is needed are left out."""
    return {row_id: row for row_id, row in rows.items() if row["status"] != "not needed"}


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a report is made from. ``charts`` by the key of their file name; timelines by number after it."""

    register: Register
    analysis: Analysis
    rule_set: RuleSet
    scale: Scale
    municipality: str
    period: Period
    on: date
    charts: Mapping[str, Sequence[Chart]]

    @cached_property
    def things(self) -> dict[str, str]:
        """Return the names of services and resources by id."""
        return naming.things(self.register)

    @cached_property
    def organisations(self) -> dict[str, str]:
        """Return the names of organisations by id."""
        return naming.names(self.register, "organisations")

    @cached_property
    def events(self) -> dict[str, str]:
        """Return the events by id of risk."""
        return naming.names(self.register, "risks", "event")

    @cached_property
    def services(self) -> dict[str, Row]:
        """Return all services by id."""
        return self.register.rows("services")

    @cached_property
    def own(self) -> dict[str, Row]:
        """Return the municipality's own services: those that say so, and those that say nothing and belong to it."""
        return naming.own_services(self.register)

    @cached_property
    def risks(self) -> list[dict[str, Any]]:
        """Return every risk with its levels and standing, in the register's order."""
        return risk_tables.every_risk(self.register, self.analysis.matrix)

    @cached_property
    def ranked(self) -> list[dict[str, Any]]:
        """Return the risks in their declared order, then those without a rank."""
        return naming.keyed(self.analysis.ranking)

    @cached_property
    def likelihood(self) -> bool:
        """Tell whether likelihood is judged: where only consequence is, nothing is ranked by it and no matrix is shown."""
        return uses_likelihood(self.analysis.matrix)

    @cached_property
    def assessments(self) -> dict[str, Row]:
        """Return the judgements of how it is now, which the results rest on, by id."""
        return {row_id: row for row_id, row in self.register.rows("assessments").items() if is_now(row)}

    @cached_property
    def judgements(self) -> dict[str, list[RowKey]]:
        """Return the rows of assessments that each risk rests on."""
        found: dict[str, list[RowKey]] = {}
        for row_id, row in self.assessments.items():
            found.setdefault(str(row["risk"]), []).append(("assessments", row_id))
        return found

    @cached_property
    def losses(self) -> list[dict[str, Any]]:
        """Return what the loss of each external resource brings down of the municipality's own services, the worst first."""
        own = self.register.services
        found = cascade.critical(self.analysis.failure_times, own[own["id"].isin(list(self.own))], horizon_h=limit("horizon_h"))
        return rows_of(found)

    @cached_property
    def points(self) -> list[dict[str, Any]]:
        """Return what each single loss brings down of the municipality's own services, the worst first."""
        register = self.register
        own = register.services[register.services["id"].isin(list(self.own))]
        return rows_of(cascade.single_points(register.dependencies, own, horizon_h=limit("horizon_h")))

    @cached_property
    def failures(self) -> dict[str, list[dict[str, Any]]]:
        """Return for each service what it fails from: lost, earliest_h, latest_h."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in rows_of(self.analysis.failure_times):
            found.setdefault(str(row["id"]), []).append(row)
        return found

    def shown(self, table: str, column: str, value: Any) -> str:
        """Return a value of the register as it is printed."""
        return display(self.register.vocabulary[table][column], value)

    def told(self, table: str, row: Row, *columns: str) -> tuple[str, ...]:
        """Return some values of a row as they are printed."""
        return tuple(self.shown(table, column, row[column]) for column in columns)

    def named(self, known: Mapping[str, str], ids: Any) -> str:
        """Return what the ids in a cell are called, a dash for none."""
        names = [known.get(each, each) for each in (split(ids) if isinstance(ids, str) else ids or ())]
        return text_of("report.comma").join(names) or text_of("values.missing")

    def standing(self, status: str) -> str:
        """Return what a standing of a judgement is called."""
        return naming.standings(self.register)[status]

    def risk_class(self, risk: Mapping[str, Any]) -> str:
        """Return the class of a risk, or both where its interval touches several."""
        called = {each.level: each.label for each in self.scale.classes}
        low, high = risk["class_low"], risk["class_high"]
        if low is None or high is None:
            return text_of("values.missing")
        return called[high] if low == high else text_of("summary.classes", low=called[low], high=called[high])

    def axis(self, risk: Mapping[str, Any], axis: str) -> str:
        """Return the level of likelihood or consequence, or why there is none."""
        found = naming.level(risk[f"{axis}_low"], risk[f"{axis}_high"])
        return self.standing(risk[f"{axis}_status"]) if found is None else level(risk[f"{axis}_low"], risk[f"{axis}_high"])
