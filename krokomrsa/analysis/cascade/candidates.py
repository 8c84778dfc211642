"""Read changes that could be made into arrays, and say everything that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.network import Booleans, Floats, Integers, Network, Objects, blank, cells, counted_rows, numbers, read
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import value_of
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

ENDURANCE_KIND, RESERVE_KIND = "endurance", "reserve"
KINDS: Final = (ENDURANCE_KIND, RESERVE_KIND)
NEEDED_COLUMNS: Final = ("id", "kind", "dependency", "endurance_low_h")
COLUMNS: Final = ("id", "kind", "dependency", "supplier", "endurance_low_h", "endurance_high_h", "cost_sek")


def said(key: str, *, value: object = "", column: str = "", **values: object) -> Problem:
    """Return a problem with its remedy from the texts of changes."""
    problem, remedy = (text_of(f"cascade_changes.{key}{part}", column=column, **values) for part in ("", "_remedy"))
    return Problem(value=shown(value), problem=problem, remedy=remedy, column=column)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Changes as columns: where in the dependencies each applies, its hours, its cost (NaN: unknown)."""

    ids: tuple[Any, ...]
    reserve: Booleans
    place: Integers
    supplier: Objects
    low: Floats
    high: Floats
    cost: Floats


def _row_problem(table: pd.DataFrame, position: int, column: str, key: str) -> Problem:
    row_id = shown(value_of(table["id"].iloc[position])) or text_of("cascade_changes.candidate.row_number", number=position + 1)
    found = text_of(f"cascade_changes.candidate.{key}")
    stands = cells(table, column)[position]
    return Problem(
        problem=text_of("cascade_changes.candidate.row", id=row_id, problem=found),
        remedy=text_of(f"cascade_changes.candidate.{key}_remedy"),
        value=shown(value_of(stands)),
        id=row_id,
        column=column,
    )


def _places(dependencies: pd.DataFrame, wanted: Objects) -> tuple[Integers, Booleans]:
    """Return where the dependency of each id stands, −1 where none counts, and where several do."""
    counted = np.flatnonzero(counted_rows(dependencies))
    where: dict[object, list[int]] = {}
    for position, key in zip(counted.tolist(), cells(dependencies, "id")[counted], strict=True):
        where.setdefault(shown(value_of(key)), []).append(position)
    found = [where.get(shown(value_of(key)), []) if not pd.isna(key) else [] for key in wanted]
    place = np.array([positions[0] if positions else -1 for positions in found], dtype=np.intp)
    return place, np.array([len(positions) > 1 for positions in found], dtype=bool)


def _rules(dependencies: pd.DataFrame, table: pd.DataFrame) -> Iterator[tuple[Booleans, str, str]]:
    """Go through what is wrong: where, in which column, which text."""
    ids, kinds = cells(table, "id"), cells(table, "kind")
    (low, low_wrong), (high, high_wrong), (cost, cost_wrong) = (numbers(table, key) for key in COLUMNS[4:])
    place, several = _places(dependencies, cells(table, "dependency"))
    reserve = np.array([kind == RESERVE_KIND for kind in kinds], dtype=bool)
    nameless = blank(cells(table, "supplier"))
    dependents = cells(dependencies, "dependent")
    own = np.array([at >= 0 and dependents[at] == key for at, key in zip(place, cells(table, "supplier"), strict=True)], dtype=bool)
    yield blank(ids), "id", "no_id"
    yield pd.Series(ids, dtype=object).duplicated().to_numpy(dtype=bool) & ~blank(ids), "id", "twice"
    yield np.array([kind not in KINDS for kind in kinds], dtype=bool), "kind", "kind"
    yield place < 0, "dependency", "dependency"
    yield several, "dependency", "dependency_twice"
    yield low_wrong, "endurance_low_h", "not_hours"
    yield high_wrong, "endurance_high_h", "not_hours"
    yield np.isnan(low) & ~low_wrong, "endurance_low_h", "no_hours"
    yield low < 0, "endurance_low_h", "negative"
    yield high < 0, "endurance_high_h", "negative"
    yield (low > high) & (high >= 0), "endurance_low_h", "upside_down"
    yield reserve & nameless, "supplier", "no_supplier"
    yield reserve & own, "supplier", "itself"
    yield cost_wrong | (cost < 0) | np.isinf(cost), "cost_sek", "cost"


def read_candidates(dependencies: pd.DataFrame, table: pd.DataFrame) -> Candidates:
    """Return changes as columns, in the order of the table.

    Raises
    ------
    KrokomrsaError
        Every fault in them at once.
    """
    missing = [said("candidate.column", column=key) for key in NEEDED_COLUMNS if key not in table]
    if "id" not in dependencies:
        missing.append(said("dependency_column", column="id"))
    if missing:
        raise KrokomrsaError.of(missing)
    problems = [
        _row_problem(table, int(position), column, key)
        for where, column, key in _rules(dependencies, table)
        for position in np.flatnonzero(where)
    ]
    if problems:
        raise KrokomrsaError.of(problems)
    low, high = numbers(table, "endurance_low_h")[0], numbers(table, "endurance_high_h")[0]
    return Candidates(
        ids=tuple(value_of(key) for key in cells(table, "id")),
        reserve=np.array([kind == RESERVE_KIND for kind in cells(table, "kind")], dtype=bool),
        place=_places(dependencies, cells(table, "dependency"))[0],
        supplier=cells(table, "supplier"),
        low=low,
        high=np.where(np.isnan(high), np.inf, high),
        cost=numbers(table, "cost_sek")[0],
    )


def _extended(dependencies: pd.DataFrame, candidates: Candidates, chosen: Collection[int]) -> pd.DataFrame:
    """Return dependencies with the reservlösningar of chosen candidates as rows at the end, in groups with what they replace."""
    reserves = [one for one in chosen if candidates.reserve[one]]
    if not reserves:
        return dependencies.copy()
    names, own = cells(dependencies, "group").copy(), cells(dependencies, "id")
    taken = {shown(name) for name in names}
    for place in sorted({int(candidates.place[one]) for one in reserves}):
        if blank(names[place : place + 1])[0]:
            names[place] = _free(f"{text_of('cascade_changes.treatment.group')} {shown(own[place])}".strip(), taken)
            taken.add(names[place])
    places = candidates.place[reserves]
    new = dependencies.iloc[places].astype(object)
    columns: dict[str, Any] = {
        "id": [candidates.ids[one] for one in reserves],
        "supplier": candidates.supplier[reserves],
        "group": names[places],
        "endurance_low_h": candidates.low[reserves],
        "endurance_high_h": candidates.high[reserves],
    }
    new = new.assign(**columns, **({"last_tested": None} if "last_tested" in new else {}))
    return pd.concat([dependencies.astype(object).assign(group=names), new], ignore_index=True)


def _free(name: str, taken: Collection[str]) -> str:
    """Return a name that nobody has, with a number after it if need be."""
    number, found = 2, name
    while found in taken:
        number, found = number + 1, f"{name} {number}"
    return found


@dataclass(frozen=True, slots=True)
class Variants:
    """A network with every reservlösning as a row that does not count until it is chosen."""

    network: Network
    candidates: Candidates
    row: Integers  # of the network: the row that a candidate makes longer or adds

    def chosen(self, changes: Collection[int]) -> Network:
        """Return the network with some changes made.

        A row that is not chosen never fails, and its group must lose no more than without it: then it is as if it were not there.
        """
        picked = np.zeros(len(self.row), dtype=bool)
        picked[list(changes)] = True
        off = self.row[self.candidates.reserve & ~picked]
        low, high, slack = self.network.low.copy(), self.network.high.copy(), self.network.slack.copy()
        low[off] = high[off] = np.inf
        np.subtract.at(slack, self.network.group[off], 1)
        longer = np.flatnonzero(picked & ~self.candidates.reserve)
        np.maximum.at(low, self.row[longer], self.candidates.low[longer])
        np.maximum.at(high, self.row[longer], self.candidates.high[longer])
        return replace(self.network, low=low, high=high, slack=slack)


def variants(dependencies: pd.DataFrame, candidates: Candidates, also: Collection[str]) -> Variants:
    """Return a network in which every candidate can be switched on; ``also``: ids that must be in it.

    Raises
    ------
    KrokomrsaError
        Faults in the dependencies, as for ``failure_times``.
    """
    read(dependencies, {})
    every = range(len(candidates.ids))
    lost = cast("dict[str, float]", dict.fromkeys(also, np.inf))
    network, _ = read(_extended(dependencies, candidates, every), lost)
    where = np.full(len(dependencies) + int(candidates.reserve.sum()), -1, dtype=np.intp)
    where[network.position] = np.arange(len(network.position))
    place = candidates.place.copy()
    place[candidates.reserve] = len(dependencies) + np.arange(int(candidates.reserve.sum()))
    return Variants(network, candidates, where[place])


def with_changes(dependencies: pd.DataFrame, candidates: pd.DataFrame, chosen: Collection[str]) -> pd.DataFrame:
    """Return the dependencies as they would be with some of the candidate changes made; the arguments stay as they are.

    Parameters
    ----------
    dependencies, candidates
        As for ``best_changes``.
    chosen
        Ids of candidates.

    Returns
    -------
    pandas.DataFrame
        The rows of the table with their new endurance, then the chosen reservlösningar; a need that had no group has one with its
        reservlösning.

    Raises
    ------
    KrokomrsaError
        Faults in the candidates, all at once; a chosen id that is none of them.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"id": ["B-1"], "dependent": ["Larm"], "supplier": ["Mobilnät"], "endurance_low_h": [0.0],
    ...                              "endurance_high_h": [2.0]})
    >>> candidates = pd.DataFrame({"id": ["Å-1"], "kind": ["reserve"], "dependency": ["B-1"], "supplier": ["Rakel"],
    ...                            "endurance_low_h": [0.0]})
    >>> with_changes(dependencies, candidates, ["Å-1"])[["id", "dependent", "supplier", "group"]]
        id dependent  supplier                 group
    0  B-1      Larm  Mobilnät  reservlösning B-1
    1  Å-1      Larm     Rakel  reservlösning B-1
    """
    known = read_candidates(dependencies, candidates)
    read(dependencies, {})
    wanted = set(chosen)
    missing = [said("change_unknown", id=shown(key)) for key in sorted(wanted - set(known.ids), key=shown)]
    if missing:
        raise KrokomrsaError.of(missing)
    picked = [number for number, key in enumerate(known.ids) if key in wanted]
    changed = _extended(dependencies, known, picked)
    for key, hours, unknown in (("endurance_low_h", known.low, 0.0), ("endurance_high_h", known.high, np.inf)):
        found = numbers(changed, key)[0].copy()
        for one in picked:
            at = known.place[one]
            if not known.reserve[one]:
                stands = unknown if np.isnan(found[at]) else found[at]
                found[at] = max(stands, hours[one])
        changed[key] = np.where(np.isinf(found), np.nan, found)
    return changed
