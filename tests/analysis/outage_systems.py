"""Outages that end, for the tests of the cascade, and a simulation hour by hour that shares nothing with its engine."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pandas as pd
from cascade_systems import COLUMNS, IDS, NEVER
from hypothesis import strategies as st

Row = dict[str, Any]
Losses = dict[str, list[tuple[float, float]]]
BOUNDS = (("worst", "endurance_low_h", "restoration_high_h"), ("best", "endurance_high_h", "restoration_low_h"))


class Lived:
    """Live through whole hours: everything that is asked for is asked of everyone, every hour."""

    def __init__(self, rows: list[Row], losses: Losses, endurance: str, restart: dict[str, float], **ways: bool) -> None:
        """Begin with everything up and every stock full."""
        self.rows, self.losses, self.restart, self.ways = rows, losses, restart, ways
        self.ids = {row[end] for row in rows for end in ("dependent", "supplier")} | set(losses)
        self.groups: dict[str, list[list[int]]] = defaultdict(list)
        named: dict[tuple[str, object], list[int]] = {}
        for number, row in enumerate(rows):
            key = row["dependent"], row["group"] if isinstance(row["group"], str) else number
            if key not in named:
                self.groups[row["dependent"]].append(named.setdefault(key, []))
            named[key].append(number)
        unknown = 0.0 if endurance == "endurance_low_h" else NEVER
        self.endures = [unknown if pd.isna(row[endurance]) else float(row[endurance]) for row in rows]
        self.stock = list(self.endures)
        self.up, self.down_since, self.fit_since = set(self.ids), dict[str, int](), dict[str, int]()

    def serves(self, row: int, up: set[str], now: int) -> bool:
        """Tell whether a row serves: its supplier is up, or has not been down for as long as the stock lasts."""
        supplier = self.rows[row]["supplier"]
        return supplier in up or now - self.down_since.get(supplier, now) < self.stock[row]

    def fit(self, one: str, up: set[str], now: int) -> bool:
        """Tell whether somebody is whole and has what it needs."""
        whole = not any(start <= now < end for start, end in self.losses.get(one, ()))
        return whole and all(
            sum(self.serves(row, up, now) for row in group) >= (self.rows[group[0]]["needed"] or 1) for group in self.groups[one]
        )

    def started(self, one: str, now: int) -> bool:
        """Tell whether somebody has had all it needs for as long as it takes to start, or is given back running."""
        given_back = self.ways.get("runs_at_end", False) and any(end == now for _, end in self.losses.get(one, ()))
        return given_back or now - self.fit_since.get(one, now) >= self.restart.get(one, 0.0)

    def brought_back(self, stay: set[str], now: int) -> set[str]:
        """Return those that stay and those that they bring back, directly or not."""
        up = set(stay)
        while True:
            more = {one for one in self.ids - self.up - up if self.fit(one, up, now) and self.started(one, now)}
            if not more:
                return up
            up |= more

    def hour(self, now: int) -> set[str]:
        """Live through an hour and return who is up."""
        stay = {one for one in self.up if not any(start <= now < end for start, end in self.losses.get(one, ()))}
        while True:
            up = self.brought_back(stay, now)
            fewer = {one for one in stay if self.fit(one, up, now)}
            if fewer == stay:
                break
            stay = fewer
        for row, needs in enumerate(self.rows):
            if needs["supplier"] in up - self.up and not self.ways["refilled"]:
                self.stock[row] = max(0.0, self.stock[row] - (now - self.down_since[needs["supplier"]]))
        self.down_since = {one: self.down_since.get(one, now) for one in self.ids - up}
        self.fit_since = {one: self.fit_since.get(one, now) for one in self.ids if self.fit(one, up, now)}
        self.up = up
        return up


def lived(rows: list[Row], losses: Losses, endurance: str, restart: dict[str, float], *, last: int, **ways: bool) -> set[tuple[Any, ...]]:
    """Return (id, start, end) of each stretch down that begins by an hour, NEVER for what is still down then."""
    world = Lived(rows, losses, endurance, restart, **ways)
    found, since = set(), dict[str, int]()
    for now in range(last + 1):
        up = world.hour(now)
        found |= {(one, since.pop(one), now) for one in list(since) if one in up}
        for one in world.ids - up:
            since.setdefault(one, now)
    return found | {(one, start, NEVER) for one, start in since.items()}


def restart_table(hours: dict[str, tuple[float | None, float | None]]) -> pd.DataFrame:
    """Return restart times as the table of resources has them."""
    columns = {"restoration_low_h": [low for low, _ in hours.values()], "restoration_high_h": [high for _, high in hours.values()]}
    return pd.DataFrame(
        {"id": pd.Series(list(hours), dtype="str"), **{key: pd.Series(found, dtype=float) for key, found in columns.items()}}
    )


def longest(restart: dict[str, tuple[float | None, float | None]], column: str) -> dict[str, float]:
    """Return the restart time of each id at a bound, unknown as 0 and never."""
    at, unknown = (0, 0.0) if column == "restoration_low_h" else (1, NEVER)
    return {key: unknown if hours[at] is None else float(hours[at] or 0) for key, hours in restart.items()}


@st.composite
def dependencies(draw: st.DrawFn, rows: int = 12) -> pd.DataFrame:
    """Systems in whole hours with loops, groups, several needed, zero and unknown endurance."""
    found = []
    for _ in range(draw(st.integers(0, rows))):
        low = draw(st.sampled_from([0, 0, 0, 1, 2, 3, 5, None]))
        high = draw(st.sampled_from([0, 0, 1, 2, 4, None]))
        ends = draw(st.sampled_from(IDS)), draw(st.sampled_from(IDS))
        found.append([*ends, draw(st.sampled_from([None, None, "x", "y"])), None, low, None if high is None else (low or 0) + high])
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for row in found:
        sizes[row[0], row[2]] += 1
    needed = {pair: draw(st.integers(1, size)) for pair, size in sizes.items() if pair[1]}
    for row in found:
        row[3] = needed.get((row[0], row[2]), 1)
    return pd.DataFrame(found, columns=COLUMNS)


def spans(last: int = 12) -> st.SearchStrategy[list[tuple[float, float]]]:
    """Outages of one thing: starts and lengths in whole hours, some without end, some that overlap."""
    one = st.tuples(st.integers(0, last), st.sampled_from([0, 1, 1, 2, 3, 4, 7, math.inf]))
    return st.lists(one.map(lambda pair: (float(pair[0]), pair[0] + pair[1])), max_size=3)


LOSSES = st.dictionaries(st.sampled_from(IDS), spans(), max_size=4)
_RESTART = st.tuples(st.sampled_from([0, 0, 1, 2, 4, None]), st.sampled_from([0, 0, 1, 3, None])).map(
    lambda pair: (pair[0], None if pair[1] is None else (pair[0] or 0) + pair[1])
)
RESTARTS = st.dictionaries(st.sampled_from(IDS), _RESTART, max_size=5)
