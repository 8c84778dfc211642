"""Put services and lost resources in a grid: when each service falls if that single resource is lost, the worst top left."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from krokomrsa.analysis.cascade.need import HOURS
from krokomrsa.charts.rows import END, Span, along, duration
from krokomrsa.charts.style import PALETTE
from krokomrsa.charts.words import counted
from krokomrsa.vocabulary import text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Soon:
    """One class of how soon something falls: what it is called, its colour, and that of the figures on it."""

    label: str
    colour: str
    ink: str


def _classes() -> tuple[Soon, ...]:
    within = [(text_of("charts_cascade.grid.classes.within", hours=duration(hours)), f"fall{hours:.0f}") for hours in HOURS]
    every = [*within, (text_of("charts_cascade.grid.classes.later"), "fall_later")]
    dark = {"fall2", "fall8"}
    return tuple(Soon(label=label, colour=PALETTE[key], ink=PALETTE["paper" if key in dark else "ink"]) for label, key in every)


CLASSES: Final = _classes()  # soonest first; the last is whatever comes later


def soon(hours: float) -> int:
    """Return the number of the class that an hour belongs to; what happens at a limit is within it.

    >>> [CLASSES[soon(hours)].label for hours in (0, 2, 2.5, 168, 169)]
    ['Inom 2 h', 'Inom 2 h', 'Inom 8 h', 'Inom 7 dygn', 'Senare']
    """
    return bisect_left(HOURS, hours)


def hours(low: float) -> str:
    """Return an hour as it stands in a cell: three figures, no unit.

    >>> hours(0.25), hours(26.5), hours(168), hours(1440)
    ('0,25', '26,5', '168', '1440')
    """
    return (f"{low:.3g}" if low < 1000 else f"{low:.0f}").replace(".", ",")  # noqa: PLR2004 (three figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The services and resources that are shown, worst first, and when each falls; what found no room, and what is not touched."""

    services: tuple[str, ...]
    resources: tuple[str, ...]
    cells: Mapping[tuple[str, str], Span]  # (service, resource) → hours; none where it does not fall
    felled: Mapping[str, int]  # resource → how many services it fells
    services_more: int
    resources_more: int
    standing: int  # services that no loss fells
    harmless: int  # resources that fell no service

    @property
    def notes(self) -> list[str]:
        """Return what is not shown, in sentences."""
        told = (
            (self.services_more, "services_more", "services", "service"),
            (self.resources_more, "resources_more", "resources", "resource"),
            (self.standing, "services_standing", "services", "service"),
            (self.harmless, "resources_harmless", "resources", "resource"),
        )
        return [text_of(f"charts_cascade.grid.{key}", **{of: counted(noun, count)}) for count, key, of, noun in told if count]


def _worst_first(ids: pd.Series[str], weights: pd.Series[float]) -> list[str]:
    """Return ids by how soon and how often they are hit, equals in order of id."""
    total = weights.groupby(ids).sum()
    return sorted(map(str, total.index), key=lambda id_: (-total[id_], id_))


def grid(failures: pd.DataFrame, services: pd.DataFrame, *, rows: int, columns: int) -> Grid:
    """Return at most so many rows and columns of the grid.

    ``failures`` is what ``cascade.external_losses`` returns: ``lost``, ``id``, ``earliest_h``, ``latest_h``; ``services`` has ``id``.
    What falls sooner weighs more, by the axis of time: the first 4 hours as much as the first day or the first three.
    """
    hit = failures["id"].isin(services["id"]) & (failures["id"] != failures["lost"]) & (failures["earliest_h"] < math.inf)
    found = failures[hit]
    weights = END - found["earliest_h"].map(along)
    fallen, felling = _worst_first(found["id"], weights), _worst_first(found["lost"], weights)
    lost = felling[:columns]
    inside = found[found["lost"].isin(lost)]
    hit_by_shown = set(inside["id"])
    shown = [id_ for id_ in fallen if id_ in hit_by_shown][:rows]
    inside = inside[inside["id"].isin(shown)]
    columns_ = (inside[key].tolist() for key in ("id", "lost", "earliest_h", "latest_h"))
    return Grid(
        services=tuple(shown),
        resources=tuple(lost),
        cells={(service, resource): (low, high) for service, resource, low, high in zip(*columns_, strict=True)},
        felled={str(key): int(count) for key, count in found["lost"].value_counts().items()},
        services_more=len(fallen) - len(shown),
        resources_more=len(felling) - len(lost),
        standing=services["id"].nunique() - len(fallen),
        harmless=failures["lost"].nunique() - len(felling),
    )
