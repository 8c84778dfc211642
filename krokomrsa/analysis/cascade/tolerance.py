"""Hold what services tolerate against the hours they fail: what sweeps, questions and chances share."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.network import REQUIRED, Floats, Integers, cells
from krokomrsa.analysis.cascade.scenario import ENDURANCE
from krokomrsa.analysis.cascade.summary import tolerable
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import value_of
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

Weights = Mapping[str, float]  # id of a service → what it counts; 1 where nothing is said


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The services that stand in a network, one entry each: vertex, place in the table, tolerable outage (NaN: unknown), weight."""

    vertex: Integers
    place: Integers
    tolerable: Floats
    weight: Floats

    def unacceptable(self, earliest: Floats, latest: Floats) -> tuple[Floats, Floats]:
        """Return the earliest and latest hour each service becomes unacceptable; an unknown tolerance is anything from 0 to inf."""
        unknown = np.isnan(self.tolerable)
        stated = np.where(unknown, 0.0, self.tolerable)
        return earliest[self.vertex] + stated, np.where(unknown, np.inf, latest[self.vertex] + stated)


def _is_number(raw: object) -> bool:
    """Tell whether something is a number; a truth value is none, and NaN is none."""
    return isinstance(raw, int | float | np.number) and not isinstance(raw, bool) and not math.isnan(raw)


def horizon_of(horizon_h: float, *, finite: bool = False) -> float:
    """Return the hours that are looked at.

    Raises
    ------
    KrokomrsaError
        They are no number, negative, or without end where that has no answer.
    """
    if _is_number(horizon_h) and horizon_h >= 0 and not (finite and horizon_h == math.inf):
        return float(horizon_h)
    problem, remedy = (text_of(f"cascade_points.chance.horizon_wrong{part}") for part in ("", "_remedy"))
    raise KrokomrsaError(Problem(value=shown(horizon_h), problem=problem, remedy=remedy))


def _weight_problems(weights: Weights, known: set[Hashable]) -> Iterator[Problem]:
    for key, weight in weights.items():
        rule = "weight_unknown" if key not in known else "weight_wrong" if not (_is_number(weight) and 0 <= weight < math.inf) else None
        if rule:
            problem, remedy = (text_of(f"cascade_points.{rule}{part}", id=shown(key)) for part in ("", "_remedy"))
            yield Problem(value=shown(weight), problem=problem, remedy=remedy, id=shown(key))


def tolerances(ids: pd.Index, services: pd.DataFrame, weights: Weights | None = None) -> Tolerance:
    """Return the services of a table that stand in a network with these ids; the others depend on nothing and never fail.

    Raises
    ------
    KrokomrsaError
        A column is missing; a tolerable outage is negative or no number; a weight is so, or belongs to no service.
    """
    limits, given = tolerable(services), weights or {}
    problems = list(_weight_problems(given, set(services["id"])))
    if problems:
        raise KrokomrsaError.of(problems)
    found = ids.get_indexer(pd.Index(services["id"]))
    place = np.flatnonzero(found >= 0)
    counts = np.array([given.get(key, 1.0) for key in services["id"]], dtype=float)
    return Tolerance(vertex=found[place].astype(np.intp), place=place, tolerable=limits[place], weight=counts[place])


def in_one_order(dependencies: pd.DataFrame) -> pd.DataFrame:
    """Return dependencies in an order that does not depend on the one they came in: by what stands in them.

    >>> in_one_order(pd.DataFrame({"dependent": ["Skola", "Hemtjänst"], "supplier": ["Elnät", "Elnät"]}))["dependent"].tolist()
    ['Hemtjänst', 'Skola']
    """
    keys = [*REQUIRED, "group", "status", "needed", *ENDURANCE, "season", "use", "id"]
    texts = [[shown(value_of(raw)) for raw in cells(dependencies, key)] for key in keys]
    order = sorted(range(len(dependencies)), key=lambda position: [column[position] for column in texts])
    return dependencies.iloc[order]
