"""Propose changes from what would fail first, and make a change a measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.candidates import COLUMNS, ENDURANCE_KIND, RESERVE_KIND, read_candidates, said
from krokomrsa.analysis.cascade.failure import fall
from krokomrsa.analysis.cascade.names import called, names_of
from krokomrsa.analysis.cascade.network import Floats, Network, blank, cells, numbers, read
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.analysis.cascade.tolerance import Tolerance, Weights, horizon_of, in_one_order, tolerances
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Row, value_of
from krokomrsa.values import shown
from krokomrsa.vocabulary import load, text_of

STEPS_H: Final = (24.0, 72.0, 168.0)  # one day, three days, a week: what plans for endurance speak of


def _blame(network: Network, tolerance: Tolerance, hours: Floats, horizon_h: float) -> dict[int, float]:
    """Return for each row that brings a service down for too long how many unacceptable hours, at worst, come through it."""
    earliest, cause = fall(network, network.low, hours)
    moment = earliest[tolerance.vertex] + tolerance.tolerable
    left = np.where(moment < horizon_h, horizon_h - moment, 0.0) * tolerance.weight
    found: dict[int, float] = {}
    for vertex, harm in zip(tolerance.vertex[left > 0], left[left > 0], strict=True):
        row = int(cause[vertex])
        while row >= 0:
            found[row] = found.get(row, 0.0) + float(harm)
            row = int(cause[network.supplier[row]])
    return found


def _levels(steps: Sequence[float], tolerable_h: float, now_h: float) -> list[float]:
    """Return the hours to which an endurance could be raised, each once, those that are more than it is."""
    stated = [*steps, *([] if np.isnan(tolerable_h) else [tolerable_h])]
    return [hours for hours in sorted({float(hours) for hours in stated}) if now_h < hours < np.inf]


def candidates_from(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    losses: Iterable[Mapping[str, float]],
    *,
    most: int = 8,
    steps_h: Sequence[float] = STEPS_H,
    weights: Weights | None = None,
    horizon_h: float = WEEK_H,
) -> pd.DataFrame:
    """Return changes that could be made: more endurance where the losses first break what services need.

    From each service that becomes unacceptable within the horizon, by the earliest failures, the causes are followed back to what was
    lost. The dependencies on the way, those with most unacceptable hours behind them first, are proposed to be raised to the tolerable
    outage of who has them and to each step. What a reservlösning could be stands in no data: add such rows by hand. So are costs.

    Parameters
    ----------
    dependencies, services, losses, weights, horizon_h
        As for ``best_changes``.
    most
        How many dependencies are proposed at most.
    steps_h
        Hours to raise an endurance to.

    Returns
    -------
    pandas.DataFrame
        As ``candidates`` of ``best_changes``, and ``unacceptable_high_h``: the hours behind the dependency, of all losses. An id is
        that of the dependency and the hours. Sorted by those hours, then what stands in the rows, whatever their order.

    Raises
    ------
    KrokomrsaError
        Faults in the input; no loss; a step that is no positive number of hours.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"id": ["B-1", "B-2"], "dependent": ["Mobilnät", "Trygghetslarm"], "supplier": ["Elnät", "Mobilnät"],
    ...                              "endurance_low_h": [4, 0], "endurance_high_h": [4, 2]})
    >>> services = pd.DataFrame({"id": ["Trygghetslarm"], "tolerable_outage_h": [1]})
    >>> candidates_from(dependencies, services, [{"Elnät": 0}], steps_h=(24,))[["id", "dependency", "endurance_low_h"]]
               id dependency  endurance_low_h
    0  B-1 · 24 h        B-1             24.0
    1   B-2 · 1 h        B-2              1.0
    2  B-2 · 24 h        B-2             24.0
    """
    considered, horizon = list(losses), horizon_of(horizon_h, finite=True)
    steps = [_step(step) for step in steps_h]
    if not considered:
        raise KrokomrsaError(said("no_losses"))
    if "id" not in dependencies:
        raise KrokomrsaError(said("dependency_column", column="id"))
    for lost in considered:
        read(dependencies, lost)
    ordered, behind = in_one_order(dependencies), dict[int, float]()
    for lost in considered:
        network, hours = read(ordered, lost)
        for row, harm in _blame(network, tolerances(network.ids, services, weights), hours, horizon).items():
            place = int(network.position[row])
            behind[place] = behind.get(place, 0.0) + harm
    ranked = sorted(behind, key=lambda place: (-behind[place], place))[:most]
    return _proposed(list(_rows(ordered, services, {place: behind[place] for place in ranked}, steps)))


def _step(raw: Any) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | np.number) or not 0 < raw < np.inf:
        raise KrokomrsaError(said("step_wrong", value=raw))
    return float(raw)


def _rows(
    dependencies: pd.DataFrame, services: pd.DataFrame, behind: Mapping[int, float], steps: Sequence[float]
) -> Iterator[dict[str, object]]:
    tolerable = dict(zip(services["id"], numbers(services, "tolerable_outage_h")[0], strict=True))
    low, high = numbers(dependencies, "endurance_low_h")[0], numbers(dependencies, "endurance_high_h")[0]
    ids, dependents = cells(dependencies, "id"), cells(dependencies, "dependent")
    for place, harm in behind.items():
        now = 0.0 if np.isnan(low[place]) else low[place]
        for hours in _levels(steps, tolerable.get(dependents[place], np.nan), now):
            yield {
                "id": text_of("cascade_changes.candidate.raised", id=shown(ids[place]), hours=shown(hours)),
                "kind": ENDURANCE_KIND,
                "dependency": ids[place],
                "supplier": None,
                "endurance_low_h": hours,
                "endurance_high_h": np.nan if np.isnan(high[place]) else max(hours, high[place]),
                "cost_sek": np.nan,
                "unacceptable_high_h": harm,
            }


def _proposed(rows: list[dict[str, object]]) -> pd.DataFrame:
    plain = {"endurance_low_h": float, "endurance_high_h": float, "cost_sek": float, "unacceptable_high_h": float}
    return pd.DataFrame(rows, columns=[*COLUMNS, "unacceptable_high_h"]).astype(plain)


def as_treatment(
    change: Mapping[str, object],
    dependencies: pd.DataFrame,
    *,
    services: pd.DataFrame | None = None,
    resources: pd.DataFrame | None = None,
    saved_h: tuple[float, float] | None = None,
    horizon_h: float = WEEK_H,
) -> Row:
    """Return a change as a row of treatments: what to do, whose it is, its cost, and what it was calculated to save.

    Parameters
    ----------
    change
        A row of ``candidates`` of ``best_changes``.
    dependencies
        The table that the change refers to.
    services, resources
        ``id``; ``name``; ``organisation`` of services and ``owner`` of resources: who has the dependency owns the measure.
    saved_h
        ``saved_low_h`` and ``saved_high_h`` of the change alone, in any order; without them the effect is left empty.
    horizon_h
        The horizon they were calculated for.

    Returns
    -------
    dict
        Every column of treatments; the id and what is not known are None; the status is ``proposed``.

    Raises
    ------
    KrokomrsaError
        Faults in the change.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"id": ["B-1"], "dependent": ["V-1"], "supplier": ["R-1"]})
    >>> services = pd.DataFrame({"id": ["V-1"], "name": ["Trygghetslarm"], "organisation": ["SOC"]})
    >>> row = as_treatment({"id": "Å-1", "kind": "endurance", "dependency": "B-1", "endurance_low_h": 24.0}, dependencies,
    ...                    services=services, resources=pd.DataFrame({"id": ["R-1"], "name": ["mobilnätet"], "owner": [None]}))
    >>> row["measure"], row["owner"], row["status"]
    ('Förläng tiden som Trygghetslarm klarar sig utan mobilnätet till minst 24 h', 'SOC', 'proposed')
    """
    found = read_candidates(dependencies, pd.DataFrame([dict(change)]))
    place, cost = int(found.place[0]), float(found.cost[0])
    dependent, supplier = (cells(dependencies, end)[place] for end in ("dependent", "supplier"))
    names = names_of(resources, services)
    texts = {"dependent": called(dependent, names), "supplier": called(supplier, names), "low": shown(float(found.low[0]))}
    kind = RESERVE_KIND if found.reserve[0] else ENDURANCE_KIND
    reserve = called(found.supplier[0], names) if found.reserve[0] else ""
    row: Row = {column.key: None for column in load()["treatments"]}
    return row | {
        "measure": text_of(f"cascade_changes.treatment.{kind}", reserve=reserve, **texts),
        "owner": _owner(dependent, services, resources),
        "status": "proposed",
        "cost_sek": None if np.isnan(cost) else cost,
        "effect": None if saved_h is None else _effect(saved_h, horizon_h),
    }


def _owner(dependent: object, services: pd.DataFrame | None, resources: pd.DataFrame | None) -> str | None:
    """Return the organisation of a service, or the owner of a resource; None where nobody is stated."""
    for table, key in ((services, "organisation"), (resources, "owner")):
        if table is not None:
            for row_id, owner, missing in zip(cells(table, "id"), cells(table, key), blank(cells(table, key)), strict=True):
                if row_id == dependent and not missing:
                    return shown(value_of(owner))
    return None


def _effect(saved_h: tuple[float, float], horizon_h: float) -> str:
    low, high = sorted(round(float(hours), 1) for hours in saved_h)
    key = "point" if low == high else "between"
    saved = text_of(f"cascade_changes.treatment.{key}", low=shown(low), high=shown(high))
    return text_of("cascade_changes.treatment.effect", saved=saved, horizon=shown(float(horizon_h)))
