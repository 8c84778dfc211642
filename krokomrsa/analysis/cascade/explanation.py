"""Tell why something fails: the chain of needs that brought it down, and the chain as a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, cast

import pandas as pd

from krokomrsa.analysis.cascade.failure import LOST, STANDS, end_of, fall
from krokomrsa.analysis.cascade.network import Floats, Integers, Network, blank, cells, read
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Row, rows_of
from krokomrsa.values import Value, fold, shown
from krokomrsa.vocabulary import text_of

Bound = Literal["earliest", "latest"]

_STEP = ("id", "at_h", "supplier", "supplier_at_h", "endurance_h", "group")


def vertex_of(ids: pd.Index, wanted: str) -> int:
    """Return the place of an id, or say which one may be meant."""
    found = int(ids.get_indexer(pd.Index([wanted]))[0])
    if found >= 0:
        return found
    known = {fold(shown(key)): shown(key) for key in ids}
    close = get_close_matches(fold(shown(wanted)), known, n=1)
    guess = text_of("values.did_you_mean", guess=known[close[0]]) if close else ""
    problem = text_of("cascade.unknown_id", id=shown(wanted))
    remedy = text_of("cascade.unknown_id_remedy", guess=guess)
    raise KrokomrsaError(Problem(value=shown(wanted), problem=problem, remedy=remedy, id=shown(wanted)))


def _endurance(network: Network, bound: str) -> Floats:
    bounds = {"earliest": network.low, "latest": network.high}
    if bound not in bounds:
        raise KrokomrsaError(Problem(value=bound, problem=text_of("cascade.unknown_bound"), remedy=text_of("cascade.unknown_bound_remedy")))
    return bounds[bound]


def _back(network: Network, cause: Integers, vertex: int) -> Iterator[tuple[int, int]]:
    """Go from what failed back to what was lost: each vertex and the row that broke its group."""
    while cause[vertex] != STANDS:
        yield vertex, int(cause[vertex])
        if cause[vertex] == LOST:
            return
        vertex = int(network.supplier[cause[vertex]])


def _names(found: list[Any]) -> pd.Series[Any]:
    """Return ids or group names as a column, of texts where they all are texts."""
    texts = all(isinstance(name, str) for name in found if name is not None)
    return pd.Series(found, dtype="str" if texts else object)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that goes down: by itself, or because of a row, whose supplier went down at an hour, and how long it lasted."""

    vertex: int
    at_h: float
    row: int | None = None
    supplier_at_h: float | None = None
    endurance_h: float | None = None


def chain_table(network: Network, dependencies: pd.DataFrame, steps: Sequence[Step]) -> pd.DataFrame:
    """Return a chain, its root cause first, as the table that ``sentence`` reads."""
    named = cells(dependencies, "group")
    rows = [int(network.position[step.row]) if step.row is not None else None for step in steps]
    groups = [None if row is None or blank(named[[row]])[0] else named[row] for row in rows]
    columns = {
        "id": _names([network.ids[step.vertex] for step in steps]),
        "at_h": pd.Series([step.at_h for step in steps], dtype=float),
        "supplier": _names([network.ids[network.supplier[step.row]] if step.row is not None else None for step in steps]),
        "supplier_at_h": pd.Series([step.supplier_at_h for step in steps], dtype=float),
        "endurance_h": pd.Series([step.endurance_h for step in steps], dtype=float),
        "group": _names(groups),
    }
    return pd.DataFrame({key: columns[key] for key in _STEP})


def explain(
    dependencies: pd.DataFrame,
    lost: Mapping[str, float],
    id: str,  # noqa: A002 (the name is a contract)
    *,
    bound: Bound = "earliest",
    until_h: float = math.inf,
) -> pd.DataFrame:
    """Return the chain that brought something down, its root cause first.

    Each step names the critical supplier: the one whose failure broke the group that broke first. Of equals, being lost by
    itself goes before a need; of needs one is named, the same each time.

    Parameters
    ----------
    dependencies, lost, until_h
        As for ``failure_times``.
    id
        What failed.
    bound
        ``earliest``: low bounds of endurance; ``latest``: high bounds.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``at_h`` (the hour it fails), ``supplier``, ``supplier_at_h``, ``endurance_h`` (at_h = supplier_at_h +
        endurance_h), ``group`` (missing: none). The first row is what was lost; it has no supplier. No rows if ``id`` never fails.

    Raises
    ------
    KrokomrsaError
        Faults in the input as for ``failure_times``; an id that is not there, with a guess at which one is meant.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"dependent": ["Mobilnät", "Hemtjänst"], "supplier": ["Elnät", "Mobilnät"],
    ...                              "endurance_low_h": [4, 22], "endurance_high_h": [6, 48]})
    >>> explain(dependencies, {"Elnät": 0}, "Hemtjänst")[["id", "at_h", "supplier", "supplier_at_h", "endurance_h"]]
              id  at_h  supplier  supplier_at_h  endurance_h
    0      Elnät   0.0       NaN            NaN          NaN
    1   Mobilnät   4.0     Elnät            0.0          4.0
    2  Hemtjänst  26.0  Mobilnät            4.0         22.0
    """
    end = end_of(until_h)
    network, hours = read(dependencies, lost)
    endurance = _endurance(network, bound)
    vertex = vertex_of(network.ids, id)
    at, cause = fall(network, endurance, hours)
    steps = list(_back(network, cause, vertex))[::-1] if at[vertex] < end else []
    return chain_table(
        network,
        dependencies,
        [
            Step(vertex=failed, at_h=at[failed], row=row, supplier_at_h=at[network.supplier[row]], endurance_h=endurance[row])
            if row != LOST
            else Step(vertex=failed, at_h=at[failed])
            for failed, row in steps
        ],
    )


def _when(hour: float) -> str:
    key = "at_once" if hour == 0 else "after" if hour > 0 else "before"
    return text_of(f"cascade.sentence.{key}", hours=shown(abs(hour)))


def _name(found: Value, names: Mapping[str, str]) -> str:
    return names.get(str(found), shown(found))


def _hours(row: Row, key: str) -> float:
    return float(cast("float", row[key]))


def _step(row: Row, names: Mapping[str, str]) -> str:
    """Return one step of a chain as a clause."""
    name, supplier = (_name(row[key], names) for key in ("id", "supplier"))
    if row["supplier"] is None:
        return text_of("cascade.sentence.lost", name=name, when=_when(_hours(row, "at_h")))
    key = "holds" if row["endurance_h"] else "stops"
    clause = text_of(f"cascade.sentence.{key}", name=name, supplier=supplier, hours=shown(row["endurance_h"]))
    return text_of("cascade.sentence.decides", step=clause, group=shown(row["group"])) if row["group"] is not None else clause


def sentence(chain: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return a chain from ``explain`` as one Swedish sentence; ``names`` maps ids to names, an id without one stands as it is.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"dependent": ["R2", "V1"], "supplier": ["R1", "R2"], "endurance_low_h": [4, 22]})
    >>> chain = explain(dependencies, {"R1": 0}, "V1")
    >>> sentence(chain, {"R1": "Elnät", "R2": "Mobilnät", "V1": "Hemtjänst"})
    'Hemtjänst stannar efter 26 h därför att Elnät faller bort direkt, Mobilnät klarar sig 4 h utan Elnät och Hemtjänst klarar sig 22 h utan Mobilnät.'
    """
    rows = rows_of(chain)
    if not rows:
        return text_of("cascade.sentence.never")
    *clauses, final = [_step(row, names) for row in rows]
    if not clauses:
        return text_of("cascade.sentence.alone", because=final)
    because = text_of("cascade.sentence.and").join((", ".join(clauses), final))
    name = _name(rows[-1]["id"], names)
    return text_of("cascade.sentence.whole", name=name, when=_when(_hours(rows[-1], "at_h")), because=because)
