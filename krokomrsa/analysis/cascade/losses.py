"""Read losses that end and restart times into plain numbers, and say everything that is wrong with them at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.network import Floats, Network, blank, cells, column_problems, numbers, read
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import value_of
from krokomrsa.values import shown
from krokomrsa.vocabulary import load, text_of

Span = tuple[float, float]
Loss = float | Span | Sequence[Span]
Spans = dict[int, list[Span]]

RESTART: Final = ("restoration_low_h", "restoration_high_h")
_TABLE: Final = "resources"
_PAIR: Final = 2


def hour_of(raw: Any) -> float:
    """Return an hour, NaN where it is none.

    >>> hour_of(4), hour_of("snart")
    (4.0, nan)
    """
    value = value_of(raw)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _several(raw: Any) -> bool:
    return isinstance(raw, Sequence | np.ndarray) and not isinstance(raw, str | bytes)


def _span(raw: Any) -> Span:
    """Return the start and end of one outage, NaN for what is no hour; an hour alone is an outage without end."""
    if not _several(raw):
        return hour_of(raw), math.inf
    return (hour_of(raw[0]), hour_of(raw[1])) if len(raw) == _PAIR else (math.nan, math.nan)


def spans_of(raw: Any) -> list[Span]:
    """Return the outages of one loss, as they are stated.

    >>> spans_of((0, 24)), spans_of(3), spans_of([(0, 4), (10, 12)])
    ([(0.0, 24.0)], [(3.0, inf)], [(0.0, 4.0), (10.0, 12.0)])
    """
    if _several(raw) and (len(raw) == 0 or _several(raw[0])):
        return [_span(one) for one in raw]
    return [_span(raw)]


def _merged(spans: list[Span]) -> list[Span]:
    """Return outages of one thing in order, those that meet or overlap as one; those of no length or never are left out."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _said(key: str, *, value: Any, row: str) -> Problem:
    problem, remedy = (text_of(f"cascade_outages.{name}", id=row) for name in (key, f"{key}_remedy"))
    return Problem(problem=problem, remedy=remedy, value=shown(value), id=row)


def _loss_problems(lost: Mapping[str, Loss]) -> Iterator[Problem]:
    for key, raw in lost.items():
        for start, end in spans_of(raw):
            if math.isnan(start) or math.isnan(end) or start == -math.inf:
                yield _said("no_hours", value=str(raw), row=shown(key))
            elif end < start:
                yield _said("ends_first", value=f"{shown(start)}–{shown(end)}", row=shown(key))


def _restart_problems(restart: pd.DataFrame) -> Iterator[Problem]:
    missing = column_problems(restart, ("id", *RESTART), name=_TABLE)
    yield from missing
    if missing:
        return
    (low, low_wrong), (high, high_wrong) = (numbers(restart, key) for key in RESTART)
    ids = cells(restart, "id")
    nameless = blank(ids)
    rules = (
        (nameless, "id", "no_id"),
        (pd.Series(ids, dtype=object).duplicated().to_numpy(dtype=bool) & ~nameless, "id", "twice"),
        (low_wrong, RESTART[0], "not_hours"),
        (high_wrong, RESTART[1], "not_hours"),
        (low < 0, RESTART[0], "negative"),
        (high < 0, RESTART[1], "negative"),
        ((low > high) & (high >= 0), RESTART[0], "upside_down"),
    )
    declared = load()[_TABLE]
    for where, column, key in rules:
        for position in np.flatnonzero(where):
            row = shown(ids[position]) or text_of("cascade.row_number", number=position + 1)
            found = _said(f"restart.{key}", value=cells(restart, column)[position], row=row)
            yield found.at(table=_TABLE, sheet=declared.sheet, column=column)


def _restarts(network: Network, restart: pd.DataFrame | None) -> tuple[Floats, Floats]:
    """Return the shortest and longest restart time of each id: blank is unknown, 0 and inf; an id without a row runs at once."""
    low, high = np.zeros(len(network.ids)), np.zeros(len(network.ids))
    if restart is not None:
        at = network.ids.get_indexer(pd.Index(cells(restart, "id")))
        for hours, key, unknown in ((low, RESTART[0], 0.0), (high, RESTART[1], math.inf)):
            stated = numbers(restart, key)[0]
            hours[at[at >= 0]] = np.where(np.isnan(stated), unknown, stated)[at >= 0]
    return low, high


def read_losses(
    dependencies: pd.DataFrame, lost: Mapping[str, Loss], restart: pd.DataFrame | None
) -> tuple[Network, Spans, tuple[Floats, Floats]]:
    """Return the network, the outages of each of its ids that is lost, and the shortest and longest restart times.

    Raises
    ------
    KrokomrsaError
        Every fault in the dependencies, the losses and the restart times, at once.
    """
    problems = [*_loss_problems(lost), *(_restart_problems(restart) if restart is not None else ())]
    try:
        network, hours = read(dependencies, dict.fromkeys(lost, 0.0))
    except KrokomrsaError as error:
        raise KrokomrsaError(*error.problems, *problems) from error
    if problems:
        raise KrokomrsaError(*problems)
    at = network.ids.get_indexer(pd.Index(list(lost))) if lost else np.flatnonzero(hours < 0)
    spans = {int(vertex): _merged(spans_of(raw)) for vertex, raw in zip(at, lost.values(), strict=True)}
    return network, spans, _restarts(network, restart)
