"""Inputs for the charts of risks: judgements such as a municipality has, in several states and by several judges; every draw is seeded."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import pandas as pd

from krokomrsa.analysis import risk
from krokomrsa.scales import Scale, load

JUDGES = ("SOC", "BUN", "SAM", "KLK", "KBAB")
EVENTS = ("Långvarigt elavbrott i hela kommunen", "Storm", "Översvämning < 100 år", "Bortfall av dricksvatten i tätort", "Cyberangrepp")
COLUMNS = ("risk", "judge", "aspect", "state", "low", "high", "status", "consolidated")


def _level(draw: random.Random, levels: int) -> dict[str, Any]:
    low = draw.randint(1, levels)
    return {"low": float(low), "high": float(min(levels, low + draw.choice([0, 0, 1]))), "status": "judged"}


def judgements(count: int, scale: Scale, *, seed: int = 0) -> pd.DataFrame:
    """Return judgements of so many risks: every sixth without a likelihood, every second in another state too, some by several judges."""
    draw, rows = random.Random(f"{count} {seed}"), list[dict[str, Any]]()  # noqa: S311 (example data)
    for number in range(1, count + 1):
        for state in (None, *(("inherent", "target") if number % 2 else ())):
            for aspect, levels in (("likelihood", scale.likelihood), ("life_health", scale.consequence)):
                settled = {"risk": f"H-{number}", "judge": "KLK", "aspect": aspect, "state": state, "consolidated": True}
                unknown = aspect == "likelihood" and number % 6 == 0
                rows.append(settled | ({"status": "unknown"} if unknown else _level(draw, len(levels))))
        for judge in JUDGES[: number % 4]:
            own = {"risk": f"H-{number}", "judge": judge, "aspect": "life_health", "consolidated": False}
            rows.append(own | _level(draw, len(scale.consequence)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def names(rows: pd.DataFrame) -> dict[str, str]:
    """Return id → event."""
    return {id_: EVENTS[number % len(EVENTS)] for number, id_ in enumerate(rows["risk"].unique())}


def since(rows: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Return what has become of the risks since the first was gone, the last is new, and every third stood one level lower."""
    events = names(rows)
    table = pd.DataFrame({"id": list(events), "event": list(events.values())}, columns=["id", "event"])
    lower = rows.assign(low=rows["low"].where(rows.index % 3 > 0, (rows["low"] - 1).clip(lower=1)))
    return risk.since(table.iloc[:-1], lower, table.iloc[1:], rows, scale)


@cache
def inputs(count: int, scale: Scale | None = None) -> dict[str, Any]:
    """Return the tables of so many risks."""
    scale = scale or load()
    rows = judgements(count, scale)
    found = risk.matrix(rows, scale)
    return {
        "events": names(rows),
        "ranking": risk.ranking(found),
        "ranks": risk.rank_probabilities(found, scale, draws=500),
        "classes": risk.class_probabilities(found, scale),
        "judges": risk.by_judge(rows, scale),
        "movement": risk.movement(rows, scale),
        "since": since(rows, scale),
    }
