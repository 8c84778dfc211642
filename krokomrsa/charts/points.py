"""Turn single losses into the rows of their chart: what falls for certain and what may, and what becomes unacceptable."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from krokomrsa.charts.rows import number
from krokomrsa.charts.style import PALETTE, Mark
from krokomrsa.charts.words import counted
from krokomrsa.vocabulary import text_of

Kind = Literal["failed", "unacceptable"]
KINDS: Final[tuple[Kind, ...]] = ("failed", "unacceptable")
MOST: Final = 15  # losses in the chart: the worst
TICKS: Final = 6  # on the axis of weights, at most
MARKS: Final[Mapping[Kind, tuple[Mark, Mark]]] = {  # for certain, and beyond that perhaps
    "failed": (Mark(PALETTE["fall_certain"]), Mark(PALETTE["fall_possible"], hatch="//////", symbol="/")),
    "unacceptable": (Mark(PALETTE["unacceptable"]), Mark(PALETTE["unacceptable_possible"], hatch="//////", symbol="/")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One loss: the weight of the services it fells, and of those for whom it is unacceptable, (for certain, at most)."""

    id: str
    name: str
    weights: Mapping[Kind, tuple[float, float]]
    unknown: int  # services that may fall without a stated tolerable outage

    def told(self, kind: Kind) -> str:
        """Return the weight of a kind as it is printed."""
        low, high = self.weights[kind]
        return number(high) if low == high else text_of("charts_cascade.points.between", low=number(low), high=number(high))


def points(table: pd.DataFrame, names: Mapping[str, str]) -> list[Point]:
    """Return the losses that may fell anything, in the order of the table: what ``cascade.single_points`` returns, worst first."""
    return [
        Point(
            id=str(row["lost"]),
            name=" ".join(names.get(str(row["lost"]), str(row["lost"])).split()),
            weights={kind: (float(row[f"{kind}_low_weight"]), float(row[f"{kind}_high_weight"])) for kind in KINDS},
            unknown=int(row["tolerance_unknown"]),
        )
        for row in table[table["failed_high_weight"] > 0].to_dict("records")
    ]


def weighted(table: pd.DataFrame) -> bool:
    """Return whether any service counts for something other than one."""
    return any((table[f"{kind}_high"] != table[f"{kind}_high_weight"]).any() for kind in KINDS)


def ticks(shown: Sequence[Point]) -> list[float]:
    """Return round weights from 0 to the greatest of the losses or just beyond.

    >>> ticks([Point(id="R-EL", name="Elnät", weights={"failed": (3.0, 17.0), "unacceptable": (0.0, 9.0)}, unknown=0)])
    [0.0, 5.0, 10.0, 15.0, 20.0]
    """
    most = max(point.weights["failed"][1] for point in shown)
    power = 10.0 ** math.floor(math.log10(most / TICKS))
    step = next(power * factor for factor in (1, 2, 5, 10, 20) if power * factor * TICKS >= most)
    step = max(step, 1.0) if most >= 1 else step
    return [step * number_ for number_ in range(math.ceil(most / step) + 1)]


def notes(every: Sequence[Point]) -> list[str]:
    """Return what the chart leaves out, in sentences."""
    told = [text_of("charts_cascade.points.order")]
    if len(every) > MOST:
        told.append(text_of("charts_cascade.points.more", count=len(every) - MOST))
    if every[0].unknown:
        told.append(text_of("charts_cascade.points.unknown", name=every[0].name, services=counted("service", every[0].unknown)))
    return told
