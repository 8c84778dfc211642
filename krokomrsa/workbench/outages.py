"""Follow an outage through the register's dependencies, and say in Swedish what it leads to."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import pandas as pd

from krokomrsa.analysis import cascade
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.charts.rows import duration, named, span
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Register
from krokomrsa.values import read, shown
from krokomrsa.vocabulary import counted, load, text_of
from krokomrsa.workbench.markup import Cell, Marked, table
from krokomrsa.workbench.panel import box

UNITS: Final = {"hours": 1.0, "days": 24.0}  # hours in each
ALARM: Final = "#c0420a"


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_dependencies.{key}", **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A service that an outage may stop; hours from the outage, inf: never, None: not stated."""

    id: str
    name: str
    earliest: float
    latest: float
    down: tuple[float, float]
    tolerable: float | None
    unacceptable: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an outage leads to: the dependencies it was followed through, the failure times, and the services that stop."""

    dependencies: pd.DataFrame
    times: pd.DataFrame
    stopping: tuple[Stop, ...]
    until_h: float = math.inf


def hours(written: str, unit: str) -> float:
    """Return how long an outage lasts, in hours; until further notice (inf) where nothing is written.

    Raises
    ------
    KrokomrsaError
        What is written is no time.

    >>> hours("1,5", "days"), hours("", "hours")
    (36.0, inf)
    """
    wrong = KrokomrsaError(Problem(value=written, problem=_t("lasts.wrong"), remedy=_t("lasts.remedy"), kind="refused"))
    try:
        found = cast("float | None", read(load()["resources"]["fuel_h"], written))  # as hours are written in the register
    except KrokomrsaError:
        raise wrong from None
    if found is None:
        return math.inf
    if not 0 < found < math.inf:
        raise wrong
    return found * UNITS[unit]


def lasting(written: str, unit: str) -> str:
    """Return in words how long an outage lasts.

    >>> lasting("1", "hours"), lasting("0.5", "days"), lasting("", "days")
    ('i 1 timme', 'i 0,5 dygn', 'tills vidare')
    """
    if math.isinf(found := hours(written, unit)):
        return _t("lasts.open")
    number = found / UNITS[unit]
    return _t(f"lasts.{unit}_one" if number == 1 else f"lasts.{unit}", count=shown(number))


def outcome(
    register: Register, lost: Sequence[str], *, season: str | None = None, stock_is_empty: bool = False, until_h: float = math.inf
) -> Outcome:
    """Return what an outage that begins at hour 0 leads to in a season, with or without what is in stock."""
    chosen = cascade.in_season(register.dependencies, season)
    chosen = cascade.without_stock(chosen) if stock_is_empty else chosen
    times = cascade.failure_times(chosen, dict.fromkeys(lost, 0.0), until_h=until_h)
    names = named(register.services)
    found = cascade.stoppages(times, register.services, until_h=until_h).to_dict("index")
    stops = [_stop(str(key), names.get(str(key), str(key)), row) for key, row in found.items()]
    return Outcome(chosen, times, tuple(sorted(stops, key=lambda stop: (stop.earliest, stop.latest, stop.name))), until_h)


def _stop(service: str, name: str, row: Mapping[Hashable, Any]) -> Stop:  # the columns of cascade.stoppages
    known = not math.isnan(row["tolerable_h"])
    return Stop(
        id=service,
        name=" ".join(name.split()),
        earliest=row["earliest_h"],
        latest=row["latest_h"],
        down=(row["down_low_h"], row["down_high_h"]),
        tolerable=row["tolerable_h"] if known else None,
        unacceptable=(row["unacceptable_earliest_h"], row["unacceptable_latest_h"]) if known else None,
    )


def summary(found: Outcome, loss: str) -> str:
    """Return how many services an outage stops, and how many of them for longer than they can stand; ``loss`` says which outage."""
    ends = math.isfinite(found.until_h)
    late = sum(_unacceptable(stop, math.inf if ends else WEEK_H) for stop in found.stopping)
    certain = sum(stop.latest < math.inf for stop in found.stopping)
    unknown = sum(stop.tolerable is None for stop in found.stopping)
    key = "panel_dependencies.summary_ends" if ends else "panel_dependencies.summary"
    told = [counted(key, len(found.stopping), loss=loss, certain=certain, unacceptable=late)]
    told += [_t("missing" if len(found.stopping) > 1 else "missing_all", count=unknown)] if unknown else []
    return "".join(box(line, "warning" if late else "info") for line in told)


def _unacceptable(stop: Stop, within: float) -> bool:
    return stop.unacceptable is not None and stop.unacceptable[0] <= within and stop.unacceptable[0] < math.inf


def listed(found: Outcome, owners: Mapping[str, str], organisations: Mapping[str, str]) -> str:
    """Return the services that stop, earliest first; the moment when it is no longer acceptable stands out."""
    if not found.stopping:
        return box(_t("nothing"), "done")
    ends = math.isfinite(found.until_h)
    rows: list[list[Cell]] = []
    for stop in found.stopping:
        owner = owners.get(stop.id, "")
        tolerable = _t("unknown") if stop.tolerable is None else duration(stop.tolerable)
        down = [span(*stop.down)] if ends else []
        rows.append([stop.name, organisations.get(owner, owner), span(stop.earliest, stop.latest), *down, tolerable, _limit(stop)])
    keys = ("service", "organisation", "stops", *(("down",) if ends else ()), "tolerable", "unacceptable")
    return table([_t(f"columns.{key}") for key in keys], rows, caption=_t("caption"))


def _limit(stop: Stop) -> Cell:
    if stop.unacceptable is None:
        return _t("unknown")
    return Marked(span(*stop.unacceptable), ALARM) if stop.unacceptable[0] < math.inf else _t("tolerated")


def reasons(found: Outcome, lost: Sequence[str], service: str, loss: str, names: Mapping[str, str]) -> list[str]:
    """Return in sentences why a service stops, at the earliest and at the latest; ``loss`` says which outage."""
    said = {
        bound: cascade.sentence(
            cascade.explain(found.dependencies, dict.fromkeys(lost, 0.0), service, bound=bound, until_h=found.until_h), names
        )
        for bound in ("earliest", "latest")
    }
    if said["earliest"] == said["latest"]:
        return [_t("certain", loss=loss, sentence=said["earliest"])]
    return [_t("earliest", loss=loss, sentence=said["earliest"]), _latest(found, service, loss, said["latest"])]


def _latest(found: Outcome, service: str, loss: str, sentence: str) -> str:
    if next(stop.latest for stop in found.stopping if stop.id == service) < math.inf:
        return _t("latest", loss=loss, sentence=sentence)
    return _t("never_ends" if math.isfinite(found.until_h) else "never_latest")
