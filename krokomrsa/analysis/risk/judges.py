"""Measure how far apart the judges of a risk are, and on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from krokomrsa.analysis.risk.judgements import JUDGED, checked
from krokomrsa.scales import LIKELIHOOD, NOW, OWN_OPERATIONS, Scale


def by_judge(assessments: pd.DataFrame, scale: Scale, *, aspects: Iterable[str] | None = None) -> pd.DataFrame:
    """Return what each judge says of a risk as it is now, one row a risk, aspect and judge: ``risk``, ``aspect``, ``judge``, ``low``, ``high``.

    Consolidated rows are no judge's own. Several rows of one judge become their span. Left out by default: ``own operations``, where each
    judge answers for another operation.

    Raises
    ------
    KrokomrsaError
        As :func:`matrix`.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> said = {"risk": "Elavbrott", "aspect": "life_health", "status": "judged"}
    >>> rows = [said | {"judge": "SOC", "low": 4, "high": 4}, said | {"judge": "IT", "low": 2, "high": 3}]
    >>> by_judge(pd.DataFrame(rows), load())
            risk       aspect judge  low  high
    0  Elavbrott  life_health   SOC  4.0   4.0
    1  Elavbrott  life_health    IT  2.0   3.0
    """
    wanted = set(aspects if aspects is not None else (LIKELIHOOD, *scale.aspects)) - (set() if aspects is not None else {OWN_OPERATIONS})
    rows = checked(assessments, scale)
    own = rows[
        rows["state"].eq(NOW) & rows["status"].eq(JUDGED) & ~rows["consolidated"] & rows["judge"].notna() & rows["aspect"].isin(wanted)
    ]
    return own.groupby(["risk", "aspect", "judge"], sort=False, as_index=False).agg(low=("low", "min"), high=("high", "max"))


def disagreement(assessments: pd.DataFrame, scale: Scale, *, aspects: Iterable[str] | None = None) -> pd.DataFrame:
    """Return how far apart the judges of a risk are, on what, and which of them; the farthest first.

    Columns ``risk``, ``aspect``, ``judges`` (how many), ``low``, ``high`` (the outermost levels), ``span`` (steps between these),
    ``apart`` (steps between the highest low and the lowest high: 0 where the judges' intervals have a level in common), ``lowest`` and
    ``highest`` (tuples of judges). Each judge's own judgement is what :func:`by_judge` returns. Steps are counted on an ordinal scale;
    nothing is averaged.

    Raises
    ------
    KrokomrsaError
        As :func:`matrix`.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> rows = [{"risk": "Elavbrott", "judge": judge, "aspect": "life_health", "low": level, "high": level, "status": "judged"}
    ...         for judge, level in {"SOC": 4, "IT": 2, "VA": 3}.items()]
    >>> disagreement(pd.DataFrame(rows), load())[["risk", "aspect", "apart", "lowest", "highest"]]
            risk       aspect  apart lowest highest
    0  Elavbrott  life_health    2.0  (IT,)  (SOC,)
    """
    judges: dict[tuple[str, str], dict[str, tuple[float, float]]] = {}
    for risk, aspect, judge, low, high in by_judge(assessments, scale, aspects=aspects).itertuples(index=False, name=None):
        judges.setdefault((risk, aspect), {})[judge] = (low, high)
    found = [(*key, *_spread(held)) for key, held in judges.items() if len(held) > 1]
    columns = ["risk", "aspect", "judges", "low", "high", "span", "apart", "lowest", "highest"]
    return pd.DataFrame(found, columns=columns).sort_values(["apart", "span"], ascending=False, kind="stable", ignore_index=True)


def _spread(judges: Mapping[str, tuple[float, float]]) -> tuple[Any, ...]:
    lows, highs = zip(*judges.values(), strict=True)
    lowest, highest = min(lows), max(highs)
    at_bottom = tuple(sorted(judge for judge, (low, _) in judges.items() if low == lowest))
    at_top = tuple(sorted(judge for judge, (_, high) in judges.items() if high == highest))
    return (len(judges), lowest, highest, highest - lowest, max(0.0, max(lows) - min(highs)), at_bottom, at_top)
