"""Follow an outage through the register's dependencies to its end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from krokomrsa.analysis import cascade
from krokomrsa.analysis.cascade.restoration import BEST, WORST
from krokomrsa.analysis.cascade.stretches import Bound, Course
from krokomrsa.charts.rows import Fate, Span, fates, named
from krokomrsa.register import Register

HORIZON_H: Final = 720.0  # thirty days: what comes back later is told as not coming back
RESTART: Final = ["id", "restoration_low_h", "restoration_high_h"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is lost, from when until when it runs again (inf: until further notice), and what is assumed of season and stocks."""

    lost: Mapping[str, tuple[Span, ...]]
    season: str | None = None
    stock_is_empty: bool = False
    refilled: bool = True


def limit(fate: Fate) -> float:
    """Return the first hour at which something may be down for longer than it can stand; inf: never, or nobody knows."""
    return math.inf if fate.unacceptable is None else fate.unacceptable[0]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a scenario leads to: the dependencies it was followed through, who is down when, and who breaks its need when.

    ``services`` and ``resources`` are those that may be down, the earliest first; ``standing`` the names of the services that never are.
    ``within`` is what ``cascade.broken_within`` returns, ``deadlocks`` what ``cascade.deadlocks`` does; ``unstarted`` are the resources that nobody knows how long it takes to restart, and
    that are for that reason not known to come back.
    """

    scenario: Scenario
    dependencies: pd.DataFrame
    intervals: pd.DataFrame
    services: tuple[Fate, ...]
    resources: tuple[Fate, ...]
    standing: tuple[str, ...]
    within: pd.DataFrame
    deadlocks: pd.DataFrame
    unstarted: tuple[str, ...]
    names: Mapping[str, str]

    @cached_property
    def gravest(self) -> tuple[Fate, ...]:
        """Return the services by how soon they may be down for longer than they can stand, then by how soon they stop."""
        return tuple(sorted(self.services, key=lambda fate: (limit(fate), fate.earliest)))

    def fate(self, row_id: str) -> Fate:
        """Return the fate of a service that may be down."""
        return next(fate for fate in self.services if fate.id == row_id)

    @property
    def affected(self) -> pd.DataFrame:
        """Return the dependencies between all that is lost or may be down."""
        hit = self.intervals["id"]
        return self.dependencies[self.dependencies["dependent"].isin(hit) & self.dependencies["supplier"].isin(hit)]

    @cached_property
    def courses(self) -> Mapping[Bound, Course]:
        """Return the outage at each bound, ready to be asked about."""
        return cascade.courses(self.dependencies, self.intervals, self.scenario.lost, refilled=self.scenario.refilled)

    def because(self, row_id: str, *, bound: Bound = "worst", hour: float | None = None) -> str:
        """Return in a sentence why something is down at an hour; without an hour, why it first stops."""
        return cascade.sentence(cascade.explain_stretch(self.courses[bound], row_id, at_h=hour), self.names)

    def waits_for(self, row_id: str, *, hour: float, bound: Bound = "worst") -> list[str]:
        """Return the names of what something waits for at an hour."""
        return [self.names.get(key, key) for key in cascade.waits_for(self.courses[bound], row_id, at_h=hour)]


def outcome(register: Register, scenario: Scenario) -> Outcome:
    """Return what a scenario leads to in a register.

    What is lost runs again at the hour it is given back; its restart time counts where it then has to wait for something else.
    """
    chosen = cascade.in_season(register.dependencies, scenario.season)
    chosen = cascade.without_stock(chosen) if scenario.stock_is_empty else chosen
    intervals = cascade.outages(
        chosen,
        scenario.lost,
        restart=register.resources[RESTART],
        refilled=scenario.refilled,
        runs_at_end=True,
        horizon_h=HORIZON_H,
    )
    names = named(register.services, register.resources)
    falling, standing = fates(intervals, register.services, names)
    return Outcome(
        scenario=scenario,
        dependencies=chosen,
        intervals=intervals,
        services=tuple(fate for fate in falling if fate.service),
        resources=tuple(fate for fate in falling if not fate.service),
        standing=tuple(standing),
        within=cascade.broken_within(intervals, register.services),
        deadlocks=cascade.deadlocks(chosen, intervals, scenario.lost),
        unstarted=_unstarted(intervals, register.resources),
        names=names,
    )


def _unstarted(intervals: pd.DataFrame, resources: pd.DataFrame) -> tuple[str, ...]:
    """Return the resources whose restart time is unknown, and that come back at best and do not at worst."""
    never = {bound: set(intervals.loc[(intervals["bound"] == bound) & (intervals["end_h"] == math.inf), "id"]) for bound in (WORST, BEST)}
    unknown = resources.loc[resources["restoration_high_h"].isna(), "id"]
    return tuple(str(key) for key in unknown if key in never[WORST] - never[BEST])
