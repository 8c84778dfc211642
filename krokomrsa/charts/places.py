"""Find each risk's place in the matrix, and a slot in the cell for its label."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from krokomrsa.scales import LIKELIHOOD, Level, Scale

Span = tuple[float, float]

ANTAGONISTIC: Final = "antagonistic"
BANDS: Final = ("unknown", "not judged", "missing", ANTAGONISTIC)  # beside the matrix, apart from each other


def drawn_axes(scale: Scale) -> tuple[str, str]:
    """Return the axis that is drawn upwards and the one that is drawn from left to right.

    >>> from krokomrsa.scales import load
    >>> drawn_axes(load())
    ('likelihood', 'consequence')
    """
    return (LIKELIHOOD, "consequence") if scale.across == "consequence" else ("consequence", LIKELIHOOD)


def shaded(scale: Scale) -> Sequence[Sequence[int]]:
    """Return the class of each cell as it is drawn, the lowest row first.

    >>> from krokomrsa.scales import load
    >>> shaded(load())[0]
    (1, 1, 1, 2, 2)
    """
    return scale.matrix if scale.across == "consequence" else tuple(zip(*scale.matrix, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a risk stands as it is drawn: the cell of its highest judgement, and how far its lowest reaches, counted in cells from 0."""

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
    judged: Mapping[str, Span | None]  # likelihood and consequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Labels in the slots of their cells, down and across, and the ids that found no room: cell → ids."""

    slots: Mapping[Place, tuple[int, int]]
    beyond: Mapping[tuple[int, int], tuple[str, ...]]


def pair(row: Mapping[Hashable, Any], key: str) -> Span | None:
    """Return the lowest and the highest of what was judged, each from the other where there is only one, None where nothing was.

    >>> pair({"class_low": 2, "class_high": 3}, "class"), pair({"class_low": None, "class_high": None}, "class")
    ((2.0, 3.0), None)
    """
    return _span(*(math.nan if pd.isna(row[f"{key}_{bound}"]) else float(row[f"{key}_{bound}"]) for bound in ("low", "high")))


def _span(low: float, high: float) -> Span | None:
    if math.isnan(low) and math.isnan(high):
        return None
    return (high if math.isnan(low) else low), (low if math.isnan(high) else high)


def spans(result: pd.DataFrame, key: str) -> list[Span | None]:
    """Return :func:`pair` of every row, at once."""
    low, high = (pd.to_numeric(result[f"{key}_{bound}"]).astype("float64").tolist() for bound in ("low", "high"))
    return list(map(_span, low, high))


def _cells(span: Span, levels: Sequence[Level]) -> Span:
    """Return an interval counted in cells from 0, within those that there are."""
    low, high = (min(max(value - levels[0].level, 0.0), len(levels) - 1.0) for value in span)
    return low, high


def places(result: pd.DataFrame, scale: Scale, *, antagonistic: Collection[str] = ()) -> tuple[list[Place], list[Aside]]:
    """Return the risks that have a cell and those that stand beside the matrix, both in the order of the result.

    ``result`` is what ``risk.matrix`` returns. A judgement between two levels stands in the higher cell; nothing is rounded away: the
    spread keeps the number itself. Antagonistic events without a cell have a band of their own, whatever is said instead of a judgement.
    """
    inside: list[Place] = []
    beside: list[Aside] = []
    upwards, across = drawn_axes(scale)
    rows = zip(map(str, result.index), result["status"], spans(result, upwards), spans(result, across), strict=True)
    for id_, status, up, along in rows:
        if up is None or along is None:
            band = ANTAGONISTIC if id_ in antagonistic else status if status in BANDS else "missing"
            beside.append(Aside(id=id_, status=band, judged={upwards: up, across: along}))
            continue
        (row_low, row), (column_low, column) = _cells(up, scale.axis(upwards)), _cells(along, scale.axis(across))
        inside.append(Place(id=id_, row=math.ceil(row), column=math.ceil(column), row_low=row_low, column_low=column_low))
    return inside, beside


def crowd(inside: Iterable[Place]) -> dict[tuple[int, int], list[Place]]:
    """Return the risks by cell, in their order."""
    found: dict[tuple[int, int], list[Place]] = {}
    for place in inside:
        found.setdefault((place.row, place.column), []).append(place)
    return found


def needed(inside: Iterable[Place], rows: int, across: int, most: int, *, least: int = 1) -> tuple[int, ...]:
    """Return how many slots down each row of the matrix needs for its fullest cell, from ``least`` to ``most``.

    >>> many = [Place(id=f"H-{n}", row=1, column=0, row_low=1, column_low=0) for n in range(1, 6)]
    >>> needed(many, rows=3, across=2, most=9)
    (1, 3, 1)
    """
    found = [least] * rows
    for (row, _), members in crowd(inside).items():
        found[row] = min(most, max(found[row], -(-len(members) // across)))
    return tuple(found)


def pack(inside: Iterable[Place], down: Sequence[int], across: int) -> Packed:
    """Give the risks of each cell a slot in their order, ``down`` × ``across`` slots a cell, ``down`` by row of the matrix.

    Where they are too many, the last slot is left for the count of the others.

    >>> many = [Place(id=f"H-{n}", row=0, column=0, row_low=0, column_low=0) for n in range(1, 6)]
    >>> found = pack(many, down=[1], across=3)
    >>> [place.id for place in found.slots], found.beyond
    (['H-1', 'H-2'], {(0, 0): ('H-3', 'H-4', 'H-5')})
    """
    slots: dict[Place, tuple[int, int]] = {}
    beyond: dict[tuple[int, int], tuple[str, ...]] = {}
    for cell, members in crowd(inside).items():
        room = down[cell[0]] * across
        shown = len(members) if len(members) <= room else room - 1
        slots |= {place: divmod(number, across) for number, place in enumerate(members[:shown])}
        if members[shown:]:
            beyond[cell] = tuple(place.id for place in members[shown:])
    return Packed(slots=slots, beyond=beyond)
