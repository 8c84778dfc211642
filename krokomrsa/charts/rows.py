"""Turn result tables into the rows that charts and their text alternatives show."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from krokomrsa.analysis.cascade import against_need
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import load, text_of

TICKS_H: Final = (0.0, 4.0, 24.0, 72.0, 168.0)  # hours at equal distances along the axis of time
END: Final = float(len(TICKS_H))  # the axis ends one step after the last tick: what is later, or never
Span = tuple[float, float]
KINDS: Final = ("krav", "otydligt", "eget mål")
DUTY_STATUSES: Final = ("met", "planned", "late", "missing")
MEASURES: Final = ("done", "ongoing", "decided", "proposed", "rejected", "unstated")  # from done to open


def along(hours: float) -> float:
    """Return where an hour stands on the axis of time: each step to the next tick equally long, then ever denser.

    >>> [along(hours) for hours in (0, 2, 4, 24, 168, 336, float("inf"))]
    [0.0, 0.5, 1.0, 2.0, 4.0, 4.5, 5.0]
    """
    if hours >= TICKS_H[-1]:
        return END - TICKS_H[-1] / hours
    step = next(number for number, tick in enumerate(TICKS_H[1:]) if hours < tick)
    return step + (hours - TICKS_H[step]) / (TICKS_H[step + 1] - TICKS_H[step])


def duration(hours: float) -> str:
    """Return hours as people say them.

    >>> duration(0), duration(0.25), duration(36), duration(168), duration(76.5), duration(float("inf"))
    ('0 h', '15 min', '36 h', '7 dygn', '3 dygn 4,5 h', 'aldrig')
    """
    if math.isinf(hours):
        return text_of("charts.duration.never")
    if 0 < hours < 1:
        return text_of("charts.duration.minutes", count=number(hours * 60))
    days, rest = divmod(hours, 24) if hours >= 48 else (0, hours)  # noqa: PLR2004 (from two days on, days are easier)
    parts = [text_of("charts.duration.days", count=number(days))] if days else []
    parts += [text_of("charts.duration.hours", count=number(rest))] if rest or not days else []
    return " ".join(parts)


def number(count: float) -> str:
    """Return a number as it is printed, four figures at most.

    >>> number(4.0), number(0.25)
    ('4', '0,25')
    """
    return f"{count:.4g}".replace(".", ",")


def span(low: float, high: float) -> str:
    """Return an interval of hours; one that never ends says from when.

    >>> span(4, 24), span(4, 4), span(4, float("inf")), span(0.25, 0.5), span(24, 76)
    ('4–24 h', '4 h', 'tidigast 4 h', '15–30 min', '24 h – 3 dygn 4 h')
    """
    if low == high:
        return duration(low)
    if math.isinf(high):
        return text_of("charts.duration.earliest", low=duration(low))
    start, end = duration(low).split(" "), duration(high).split(" ")
    if len(start) == len(end) == 2 and start[1] == end[1]:  # noqa: PLR2004 (a number and the same unit)
        return f"{start[0]}–{end[0]} {end[1]}"
    return f"{duration(low)} – {duration(high)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """When something is down at worst and at best, and when that is no longer tolerable; hours, inf: never, None: not stated.

    ``unacceptable`` is the earliest and the latest hour from which it is down for longer than it may be.
    """

    id: str
    name: str
    service: bool
    worst: tuple[Span, ...]
    best: tuple[Span, ...]
    tolerable: float | None
    unacceptable: Span | None

    @property
    def earliest(self) -> float:
        """Return the hour at which it falls at worst."""
        return self.worst[0][0]

    @property
    def latest(self) -> float:
        """Return the hour at which it falls at best."""
        return self.best[0][0] if self.best else math.inf

    @property
    def back(self) -> float:
        """Return the hour from which it is up for good at worst; inf: it does not come back."""
        return self.worst[-1][1]


def _stretches(outages: pd.DataFrame) -> dict[str, dict[str, list[Span]]]:
    """Return id → bound → when it is down, of outages or of failure times; an end that was not followed is taken for none."""
    found: dict[str, dict[str, list[Span]]] = {}
    if "bound" not in outages:
        rows = [
            (str(id_), bound, hour, math.inf)
            for bound, key in (("worst", "earliest_h"), ("best", "latest_h"))
            for id_, hour in zip(outages.index, outages[key].tolist(), strict=True)
            if not math.isinf(hour)
        ]
    else:
        rows = list(outages.assign(end_h=outages["end_h"].fillna(math.inf))[["id", "bound", "start_h", "end_h"]].itertuples(index=False))
    for id_, bound, start, end in rows:
        found.setdefault(str(id_), {"worst": [], "best": []})[bound].append((start, end))
    return found


def fates(outages: pd.DataFrame, services: pd.DataFrame, names: Mapping[str, str]) -> tuple[list[Fate], list[str]]:
    """Return what may fall, earliest first, and the names of the services that never do.

    ``outages`` is what ``cascade.outages`` or ``cascade.failure_times`` returns; ``services`` has ``id`` and ``tolerable_outage_h``.
    """
    need = against_need(outages, services)
    limits = ("tolerable_h", "unacceptable_earliest_h", "unacceptable_latest_h")
    columns = [need[key].tolist() for key in limits]
    told = {str(id_): row for id_, *row in zip(need.index, *columns, strict=True)}
    falling = []
    for id_, bounds in _stretches(outages).items():
        tolerable, first, last = told.get(id_, (math.nan,) * 3)
        stated = None if math.isnan(tolerable) else tolerable
        falling.append(
            Fate(
                id=id_,
                name=_called(id_, names),
                service=id_ in told,
                worst=tuple(bounds["worst"]),
                best=tuple(bounds["best"]),
                tolerable=stated,
                unacceptable=None if stated is None else (first, last),
            )
        )
    standing = sorted(_called(id_, names) for id_, stops in zip(told, need["earliest_h"].tolist(), strict=True) if math.isinf(stops))
    return sorted(falling, key=lambda fate: (fate.earliest, fate.latest, fate.service, fate.name)), standing


def _called(id_: str, names: Mapping[str, str]) -> str:
    return " ".join(names.get(id_, id_).split())


def consequences(result: pd.DataFrame, scale: Scale) -> list[tuple[str, list[str]]]:
    """Return the risks by their highest consequence, the gravest level first, then those without one and why.

    An interval stands behind its id.
    """
    levels: dict[int, list[str]] = {level.level: [] for level in reversed(scale.consequence)}
    without: dict[str, list[str]] = {}
    for id_, low, high, status in zip(
        result.index, result["consequence_low"], result["consequence_high"], result["consequence_status"], strict=True
    ):
        if pd.isna(high):
            without.setdefault(str(status), []).append(str(id_))
        else:
            interval = text_of("charts.consequences.interval", id=id_, low=number(low), high=number(high))
            levels[min(max(levels), max(min(levels), round(float(high))))].append(str(id_) if low == high else interval)
    called = {level.level: f"{level.level} {level.label}" for level in scale.consequence}
    beside = [(text_of(f"charts.matrix.bands.{status}"), held) for status, held in without.items()]
    return [*((called[level], held) for level, held in levels.items()), *beside]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """One duty as the board shows it; ``status`` is ``expired`` where its rules are not in force."""

    id: str
    text: str
    status: str
    evidence: tuple[str, ...]
    reason: str
    rule_set: str


def duty_groups(duties: pd.DataFrame) -> dict[str, list[DutyRow]]:
    """Return the duties by kind, the kinds in their order; a duty that is not in force keeps no status but ``expired``."""
    groups: dict[str, list[DutyRow]] = {}
    for kind in (*KINDS, *(kind for kind in duties["kind"].unique() if kind not in KINDS)):
        rows = duties[duties["kind"] == kind].to_dict("records")
        if rows:
            groups[str(kind)] = [_duty(row) for row in rows]
    return groups


def _duty(row: Mapping[Hashable, object]) -> DutyRow:
    return DutyRow(
        id=str(row["duty"]),
        text=_text(row["text"]) or str(row["duty"]),
        status=str(row["status"]) if row["in_force"] else "expired",
        evidence=tuple(row["evidence"]),  # type: ignore[arg-type]
        reason=_text(row["reason"]),
        rule_set=_text(row["rule_set"]),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """One activity in a cell of the plan."""

    id: str
    name: str
    status: str


PlanCells = dict[tuple[int, str, object], list[PlanEntry]]  # (year, training | exercise, 1–4 or "okänt") → activities


def plan_cells(plan: pd.DataFrame, activities: pd.DataFrame) -> PlanCells:
    """Return the activities by year, kind and quarter, each once a cell, with the status it has itself.

    ``plan`` is what ``coverage.plan`` returns; ``activities`` gives names and statuses.
    """
    known = {str(row["id"]): row for row in activities.to_dict("records")}
    cells: PlanCells = {}
    for row in plan.to_dict("records"):
        cell = cells.setdefault((int(row["year"]), str(row["kind"]), row["quarter"]), [])
        for id_ in row["activities"]:
            if all(entry.id != id_ for entry in cell):
                own = known.get(id_, {})
                cell.append(PlanEntry(id=id_, name=_text(own.get("name")) or id_, status=_text(own.get("status")) or str(row["status"])))
    return cells


def measure_counts(treatments: pd.DataFrame, names: Mapping[str, str], by: str) -> dict[str, dict[str, int]]:
    """Return how many measures there are by owner or budget year and by status; most first, or in order of year.

    Measures without an owner or a year come last, those without a status count as ``unstated``.
    """
    status = treatments["status"].astype("object").where(treatments["status"].notna(), "unstated")
    counts: dict[str, dict[str, int]] = {}
    for group, found in treatments.assign(status=status).groupby(by, dropna=False):
        label = text_of(f"charts.measures.no_{by}") if pd.isna(group) else " ".join(names.get(str(group), str(group)).split())
        held = found["status"].value_counts()
        counts[label] = {key: int(held[key]) for key in MEASURES if key in held}
    last = text_of(f"charts.measures.no_{by}")
    order = (lambda label: label) if by == "budget_year" else (lambda label: -sum(counts[label].values()))
    return {label: counts[label] for label in sorted(sorted(counts), key=lambda label: (label == last, order(label)))}


def labels(table: str, column: str) -> Mapping[str, str]:
    """Return code → Swedish label of a column of the register.

    >>> labels("activities", "kind")["exercise"]
    'Övning'
    """
    return load()[table][column].values  # noqa: PD011 (a declared column, no DataFrame)


def named(*tables: pd.DataFrame) -> dict[str, str]:
    """Return id → name over tables such as services, resources and organisations.

    >>> named(pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]}))
    {'SOC': 'Socialförvaltningen'}
    """
    return {
        str(id_): " ".join(str(name).split())
        for table in tables
        for id_, name in zip(table["id"], table["name"], strict=True)
        if not pd.isna(name)
    }
