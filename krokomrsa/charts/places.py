"""Find each risk's place in the matrix, and a slot in the cell for its label."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from krokomrsa.scales import Level, Scale

JUDGED: Final = "judged"
BANDS: Final = ("unknown", "not judged", "missing")  # beside the matrix, apart from each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a risk stands: the cell of its highest judgement, and how far down its lowest reaches, all counted in cells from 0."""

    id: str
    row: int
    column: int
    row_low: float
    column_low: float

    @property
    def spread(self) -> bool:
        """Return whether the judgement is an interval."""
        return self.row_low < self.row or self.column_low < self.column


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A risk that has no cell: what is said instead, and the half of the judgement that there is."""

    id: str
    status: str
    likelihood: tuple[float, float] | None
    consequence: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Labels in the slots of their cells, down and across, and the ids that found no room: cell → ids."""

    slots: Mapping[Place, tuple[int, int]]
    beyond: Mapping[tuple[int, int], tuple[str, ...]]


def _pair(row: Mapping[Hashable, Any], key: str) -> tuple[float, float] | None:
    low, high = row[f"{key}_low"], row[f"{key}_high"]
    if pd.isna(low) and pd.isna(high):
        return None
    low, high = (high if pd.isna(low) else low), (low if pd.isna(high) else high)
    return float(low), float(high)


def _within(value: float, levels: Sequence[Level]) -> float:
    return min(max(value - levels[0].level, 0.0), len(levels) - 1.0)


def places(result: pd.DataFrame, scale: Scale) -> tuple[list[Place], list[Aside]]:
    """Return the risks that have a cell and those that stand beside the matrix, both in the order of the result.

    ``result`` is what ``risk.matrix`` returns. A judgement between two levels stands in the higher cell; nothing is rounded away: the
    spread keeps the number itself.
    """
    inside: list[Place] = []
    beside: list[Aside] = []
    for id_, row in result.to_dict("index").items():
        likelihood, consequence = _pair(row, "likelihood"), _pair(row, "consequence")
        if likelihood is None or consequence is None:
            status = row["status"] if row["status"] in BANDS else "missing"
            beside.append(Aside(id=str(id_), status=status, likelihood=likelihood, consequence=consequence))
            continue
        down = [_within(value, scale.likelihood) for value in likelihood]
        along = [_within(value, scale.consequence) for value in consequence]
        inside.append(Place(id=str(id_), row=math.ceil(down[1]), column=math.ceil(along[1]), row_low=down[0], column_low=along[0]))
    return inside, beside


def crowd(inside: Iterable[Place]) -> dict[tuple[int, int], list[Place]]:
    """Return the risks by cell, in their order."""
    found: dict[tuple[int, int], list[Place]] = {}
    for place in inside:
        found.setdefault((place.row, place.column), []).append(place)
    return found


def pack(inside: Iterable[Place], down: int, across: int) -> Packed:
    """Give the risks of each cell a slot in their order, ``down`` × ``across`` slots a cell.

    Where they are too many, the last slot is left for the count of the others.

    >>> many = [Place(id=f"H-{n}", row=0, column=0, row_low=0, column_low=0) for n in range(1, 6)]
    >>> found = pack(many, down=1, across=3)
    >>> [place.id for place in found.slots], found.beyond
    (['H-1', 'H-2'], {(0, 0): ('H-3', 'H-4', 'H-5')})
    """
    slots: dict[Place, tuple[int, int]] = {}
    beyond: dict[tuple[int, int], tuple[str, ...]] = {}
    for cell, members in crowd(inside).items():
        shown = len(members) if len(members) <= down * across else down * across - 1
        slots |= {place: divmod(number, across) for number, place in enumerate(members[:shown])}
        if members[shown:]:
            beyond[cell] = tuple(place.id for place in members[shown:])
    return Packed(slots=slots, beyond=beyond)
