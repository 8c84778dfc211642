"""Read dependencies and losses into integer arrays, and say everything that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import value_of
from krokomrsa.values import shown
from krokomrsa.vocabulary import load, text_of

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
Booleans = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

TABLE: Final = "dependencies"
REQUIRED: Final = ("dependent", "supplier")


@dataclass(frozen=True, slots=True)
class Network:
    """Dependencies as arrays. Rows stand in order of supplier: those of supplier ``v`` are ``first[v]`` to ``first[v + 1]``.

    ``ids``: every id, a vertex each. ``supplier``, ``dependent``, ``group``, ``low``, ``high``, ``position``: one entry a
    row; hours; ``position`` is the row's place in the table. ``slack``: how many rows of a group must fail to break it.
    """

    ids: pd.Index
    first: Integers
    supplier: Integers
    dependent: Integers
    group: Integers
    low: Floats
    high: Floats
    position: Integers
    slack: Integers


@dataclass(frozen=True, slots=True)
class _Needs:
    """The columns of a dependency table in plain types; what is wrong in them is told by ``_needs_problems``."""

    table: pd.DataFrame
    counted: Booleans  # False: the row says that there is no dependency
    group: Integers
    size: Integers  # of the row's group
    needed: Floats
    low: Floats
    high: Floats
    not_number: Mapping[str, Booleans]


def cells(table: pd.DataFrame, key: str) -> Objects:
    """Return a column as Python objects, all None where the table has no such column."""
    return table[key].to_numpy(dtype=object) if key in table else np.full(len(table), None, dtype=object)


def blank(found: Objects) -> Booleans:
    """Return where nothing stands: missing, or a text of spaces."""
    spaces = np.fromiter((isinstance(raw, str) and not raw.strip() for raw in found), dtype=bool, count=len(found))
    return np.asarray(pd.isna(found) | spaces)


def numbers(table: pd.DataFrame, key: str) -> tuple[Floats, Booleans]:
    """Return a column as numbers, NaN where nothing stands, and where something else than a number stands."""
    if key not in table:
        return np.full(len(table), np.nan), np.zeros(len(table), dtype=bool)
    column = table[key]
    if pd.api.types.is_float_dtype(column.dtype) or pd.api.types.is_integer_dtype(column.dtype):
        return column.to_numpy(dtype=float, na_value=np.nan), np.zeros(len(table), dtype=bool)
    plain = [value_of(raw) for raw in column.astype(object)]
    fits = [isinstance(value, int | float) and not isinstance(value, bool) for value in plain]
    found = np.array([value if fit else np.nan for value, fit in zip(plain, fits, strict=True)], dtype=float)
    return found, ~(np.array(fits, dtype=bool) | blank(cells(table, key)))


def column_problems(table: pd.DataFrame, required: tuple[str, ...], *, name: str = TABLE) -> list[Problem]:
    """Return a problem for each required column that a table lacks."""
    declared = load()[name]
    return [
        Problem(
            problem=text_of("cascade.column_missing", header=declared[key].header, column=key),
            remedy=text_of("cascade.column_missing_remedy"),
            table=name,
            sheet=declared.sheet,
            column=key,
        )
        for key in required
        if key not in table
    ]


def counted_rows(dependencies: pd.DataFrame) -> Booleans:
    """Return which rows state a dependency; those with status ``not needed`` state that there is none."""
    return ~pd.Series(cells(dependencies, "status"), dtype=object).isin(["not needed"]).to_numpy(dtype=bool)


def _groups(dependencies: pd.DataFrame, counted: Booleans) -> tuple[Integers, Integers]:
    """Return each row's group number and the group's size; a group belongs to one dependent, a row without is its own."""
    names, dependents = cells(dependencies, "group"), cells(dependencies, "dependent")
    alone = blank(names) | blank(dependents) | ~counted
    dependent = pd.factorize(dependents)[0].astype(np.intp)
    name = pd.factorize(names)[0].astype(np.intp)
    pair = dependent * (name.max(initial=0) + 1) + name
    _, group = np.unique(np.where(alone, -1 - np.arange(len(names)), pair), return_inverse=True)
    return group, np.bincount(group, minlength=1)[group]


def _filled(found: Floats, unknown: float) -> Floats:
    return np.where(np.isnan(found), unknown, found)


def _needs(dependencies: pd.DataFrame) -> _Needs:
    counted = counted_rows(dependencies)
    group, size = _groups(dependencies, counted)
    hours = {key: numbers(dependencies, key) for key in ("endurance_low_h", "endurance_high_h", "needed")}
    return _Needs(
        table=dependencies,
        counted=counted,
        group=group,
        size=size,
        needed=np.where(hours["needed"][1], 0.0, _filled(hours["needed"][0], 1.0)),
        low=_filled(hours["endurance_low_h"][0], 0.0),
        high=_filled(hours["endurance_high_h"][0], np.inf),
        not_number={key: wrong for key, (_, wrong) in hours.items()},
    )


def row_problem(table: pd.DataFrame, position: int, column: str, key: str, *, name: str = TABLE, **values: Any) -> Problem:
    """Return what is wrong in a row; it is called by its id, or by its number where it has none."""
    row = {str(there): value_of(table[there].iloc[position]) for there in table.columns}
    declared, row_id = load()[name], shown(row.get("id"))
    texts = {there: shown(row.get(there)) for there in ("dependent", "group")}
    found = text_of(f"cascade.{key}", header=declared[column].header, **texts, **values)
    called = row_id or text_of("cascade.row_number", number=position + 1)
    return Problem(
        problem=text_of("cascade.row", row=called, problem=found),
        remedy=text_of(f"cascade.{key}_remedy"),
        value=shown(row.get(column)),
        table=name,
        sheet=declared.sheet,
        id=row_id,
        column=column,
    )


def id_problems(dependencies: pd.DataFrame) -> list[Problem]:
    """Return a problem for each column of ids that is missing, and for each row without a dependent or a supplier."""
    return column_problems(dependencies, REQUIRED) + [
        row_problem(dependencies, int(position), key, f"no_{key}")
        for key in REQUIRED
        if key in dependencies
        for position in np.flatnonzero(blank(cells(dependencies, key)))
    ]


def _extremes(group: Integers, found: Floats) -> tuple[Floats, Floats, Integers]:
    """Return the least and the greatest number in each row's group, and the first row of each group."""
    _, first = np.unique(group, return_index=True)
    least, greatest = found[first].copy(), found[first].copy()
    np.minimum.at(least, group, found)
    np.maximum.at(greatest, group, found)
    return least[group], greatest[group], first


def _needs_problems(needs: _Needs) -> Iterator[Problem]:
    """Go through what is wrong in the numbers of a dependency table, rule by rule: where, which column, which text."""
    low, high, needed, wrong = needs.low, needs.high, needs.needed, needs.not_number
    least, greatest, first = _extremes(needs.group, needed)
    once = np.zeros(len(needed), dtype=bool)
    once[first] = True
    whole = (needed >= 1) & (needed == np.floor(needed)) & np.isfinite(needed)
    too_large = needs.counted & whole & once & (least == greatest) & (needed > needs.size)
    alone = blank(cells(needs.table, "group"))
    rules: tuple[tuple[Booleans, str, str], ...] = (
        (needs.counted & wrong["endurance_low_h"], "endurance_low_h", "not_hours"),
        (needs.counted & wrong["endurance_high_h"], "endurance_high_h", "not_hours"),
        (needs.counted & (low < 0), "endurance_low_h", "negative"),
        (needs.counted & (high < 0), "endurance_high_h", "negative"),
        (needs.counted & (low > high) & (high >= 0), "endurance_low_h", "upside_down"),
        (needs.counted & ~whole, "needed", "needed_not_integer"),
        (needs.counted & once & (least >= 1) & (least < greatest), "needed", "needed_differs"),
        (too_large & ~alone, "needed", "needed_too_large"),
        (too_large & alone, "needed", "needed_too_large_alone"),
    )
    for where, column, key in rules:
        for position in np.flatnonzero(where):
            counts: dict[str, Any] = {"needed": shown(float(needed[position])), "size": int(needs.size[position])}
            yield row_problem(needs.table, int(position), column, key, **counts)


def _hour(raw: Any) -> float:
    """Return the hour of a loss, NaN where it is none."""
    hour = value_of(raw)
    number = isinstance(hour, int | float) and not isinstance(hour, bool) and hour != -np.inf
    return float(hour) if number else np.nan  # type: ignore[arg-type]


def _lost_problems(lost: Mapping[str, float]) -> Iterator[Problem]:
    """Go through what is wrong with the losses."""
    for key, hour in lost.items():
        if value_of(key) is None or not shown(key):
            yield Problem(problem=text_of("cascade.lost_no_id"), remedy=text_of("cascade.lost_no_id_remedy"))
        elif np.isnan(_hour(hour)):
            problem = text_of("cascade.lost_not_hour", id=shown(key))
            yield Problem(problem=problem, remedy=text_of("cascade.lost_not_hour_remedy"), value=shown(hour), id=shown(key))


def _network(needs: _Needs, also: list[str]) -> Network:
    rows = len(needs.group)
    names = np.empty(2 * rows + len(also), dtype=object)
    names[0 : 2 * rows : 2], names[1 : 2 * rows : 2] = cells(needs.table, "dependent"), cells(needs.table, "supplier")
    names[2 * rows :] = also
    codes, ids = pd.factorize(names)
    codes = codes.astype(np.intp)
    position = np.flatnonzero(needs.counted)
    position = position[np.argsort(codes[1 : 2 * rows : 2][position], kind="stable")]
    supplier = codes[1 : 2 * rows : 2][position]
    slack = np.ones(needs.group.max(initial=-1) + 1, dtype=np.intp)
    slack[needs.group[position]] = needs.size[position] - needs.needed[position].astype(np.intp) + 1
    return Network(
        ids=pd.Index(ids, name="id") if len(ids) else pd.Index([], dtype="str", name="id"),
        first=np.searchsorted(supplier, np.arange(len(ids) + 1)),
        supplier=supplier,
        dependent=codes[0 : 2 * rows : 2][position],
        group=needs.group[position],
        low=needs.low[position],
        high=needs.high[position],
        position=position,
        slack=slack,
    )


def read(dependencies: pd.DataFrame, lost: Mapping[str, float]) -> tuple[Network, Floats]:
    """Return the network, and the hour each of its ids is lost (inf: not lost), after checking everything.

    Raises
    ------
    KrokomrsaError
        Every fault in the dependencies and the losses, at once.
    """
    problems = id_problems(dependencies)
    needs = _needs(dependencies) if all(key in dependencies for key in REQUIRED) else None
    problems += [*(_needs_problems(needs) if needs else ()), *_lost_problems(lost)]
    if problems or needs is None:
        raise KrokomrsaError.of(problems)
    network = _network(needs, list(lost))
    hours = np.full(len(network.ids), np.inf)
    hours[network.ids.get_indexer(pd.Index(list(lost)))] = [_hour(hour) for hour in lost.values()]
    return network, hours
