"""Tell whom to ask what first: the unknowns in order of how much an answer would narrow the bands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.compiled import Plan, plan
from krokomrsa.analysis.cascade.failure import failing
from krokomrsa.analysis.cascade.names import Names, called, names_of
from krokomrsa.analysis.cascade.network import Floats, Network, blank, cells, read
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.analysis.cascade.sweep import Cancelled, Progress, spread
from krokomrsa.analysis.cascade.tolerance import Tolerance, Weights, horizon_of, tolerances
from krokomrsa.analysis.cascade.unknowns import widths
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

Kind = Literal["endurance", "interval", "open", "status", "tolerance"]
ANSWERS_H: Final = (0.0, 4.0, 24.0, 72.0, 168.0)  # the steps of the forms; the ends of the interval are tried too
_COLUMNS: Final = (
    *("table", "id", "kind", "dependent", "supplier", "department", "low_h", "high_h"),
    *("gain_low_h", "gain_high_h", "question"),
)


class _Unknown(NamedTuple):
    """Something that is not known: where it stands, what it may be; ``row`` of the network or ``entry`` of the need."""

    kind: Kind
    place: int  # position in the table of dependencies, or of services
    row: int  # -1: a tolerance
    entry: int  # -1: an endurance
    low: float
    high: float


def _kind(status: object, low: float, high: float, *, stated: bool) -> Kind:
    if status == "unknown":
        return "status"
    if high < np.inf:
        return "interval"
    return "open" if stated and low > 0 else "endurance"


def _unknown_rows(dependencies: pd.DataFrame, network: Network) -> Iterator[_Unknown]:
    """Go through the rows whose endurance is no single number."""
    statuses, stated = cells(dependencies, "status"), ~blank(cells(dependencies, "endurance_low_h"))
    for row in np.flatnonzero(network.low < network.high):
        place, low, high = int(network.position[row]), float(network.low[row]), float(network.high[row])
        yield _Unknown(_kind(statuses[place], low, high, stated=bool(stated[place])), place, int(row), -1, low, high)


def _unknown_tolerances(need: Tolerance) -> Iterator[_Unknown]:
    for entry in np.flatnonzero(np.isnan(need.tolerable)):
        yield _Unknown("tolerance", int(need.place[entry]), -1, int(entry), 0.0, np.inf)


@dataclass(frozen=True, slots=True)
class _Case:
    """One loss as it stands: the hours at which it strikes, and those at which everything fails."""

    hours: Floats
    earliest: Floats
    latest: Floats


@dataclass(frozen=True, slots=True)
class _Asking:
    """Suppose that one unknown were known, and return how many undecided hours that would save: at least and at most."""

    planned: Plan
    need: Tolerance
    cases: tuple[_Case, ...]
    horizon_h: float
    answers: tuple[float, ...]

    def width(self, earliest: Floats, latest: Floats, need: Tolerance) -> float:
        """Return the undecided hours of a case."""
        return float(widths(need, *need.unacceptable(earliest, latest), self.horizon_h).sum())

    def _supposed(self, unknown: _Unknown) -> list[float]:
        return sorted({unknown.low, unknown.high, *(hours for hours in self.answers if unknown.low < hours < unknown.high)})

    def __call__(self, unknown: _Unknown) -> tuple[float, float]:
        touched = [case for case in self.cases if self._touched(unknown, case)]
        if not touched:
            return 0.0, 0.0
        before = sum(self.width(case.earliest, case.latest, self.need) for case in touched)
        after = [sum(self._known(unknown, hours, case) for case in touched) for hours in self._supposed(unknown)]
        return before - max(after), before - min(after)

    def _touched(self, unknown: _Unknown, case: _Case) -> bool:
        """Tell whether an answer can change anything; one that comes after the dependent has failed anyway cannot."""
        if unknown.entry >= 0:
            return bool(case.earliest[self.need.vertex[unknown.entry]] < self.horizon_h)
        return self._raises(unknown, case) or self._lowers(unknown, case)

    def _raises(self, unknown: _Unknown, case: _Case) -> bool:
        network = self.planned.network
        arrival = case.earliest[network.supplier[unknown.row]] + unknown.low
        return bool(arrival < self.horizon_h and arrival <= case.earliest[network.dependent[unknown.row]])

    def _lowers(self, unknown: _Unknown, case: _Case) -> bool:
        network = self.planned.network
        arrival = case.latest[network.supplier[unknown.row]] + unknown.low
        return bool(arrival < self.horizon_h and arrival < case.latest[network.dependent[unknown.row]])

    def _known(self, unknown: _Unknown, hours: float, case: _Case) -> float:
        if unknown.entry >= 0:
            limits = self.need.tolerable.copy()
            limits[unknown.entry] = hours
            return self.width(case.earliest, case.latest, Tolerance(self.need.vertex, self.need.place, limits, self.need.weight))
        network = self.planned.network
        earliest = self._again(unknown, hours, case, network.low) if self._raises(unknown, case) else case.earliest
        latest = self._again(unknown, hours, case, network.high) if self._lowers(unknown, case) else case.latest
        return self.width(earliest, latest, self.need)

    def _again(self, unknown: _Unknown, hours: float, case: _Case, endurance: Floats) -> Floats:
        changed = endurance.copy()
        changed[unknown.row] = hours
        return failing(self.planned, changed, case.hours)


def questions(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    losses: Iterable[Mapping[str, float]],
    *,
    resources: pd.DataFrame | None = None,
    organisations: pd.DataFrame | None = None,
    weights: Weights | None = None,
    horizon_h: float = WEEK_H,
    answers: Sequence[float] = ANSWERS_H,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> pd.DataFrame:
    """Return what to ask, and whom: the unknowns in order of how much the answer would narrow the bands.

    The measure is undecided hours: for each service the hours within the horizon between its earliest and latest moment of being
    unacceptable, times its weight, summed over services and losses. An endurance that is an interval, an endurance or a need that is
    unknown, and an unknown tolerable outage blur it. Each is supposed known, one at a time: as either end of its interval (unknown:
    0 and inf) and as each step of the forms between. What that saves at most is the best case, and ranks the question.

    Parameters
    ----------
    dependencies, services, weights, horizon_h
        As for ``bands``. ``services`` may have ``organisation`` and ``name``.
    losses
        The losses that are considered, each as ``lost`` for ``failure_times``.
    resources
        ``id``; ``owner``: who is asked about what a resource depends on; ``name``.
    organisations
        ``id``, ``name``.
    answers
        Hours that are tried as answers, besides the ends.
    executor, progress, cancelled
        As for ``spread``.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``id``: the row that lacks the answer; ``kind``: ``endurance`` (nothing is known), ``interval``, ``open`` (no upper
        end), ``status`` (nobody knows whether it is needed) or ``tolerance``; ``dependent``, ``supplier`` (None for a tolerance),
        ``department``: ids, None where nobody is named; ``low_h``, ``high_h``: what it may be; ``gain_low_h``, ``gain_high_h``: undecided hours saved, at least and at most;
        ``question``: a Swedish sentence. Unknowns that save nothing are left out. Sorted by ``gain_high_h``, ``gain_low_h``, the
        sentence.

    Raises
    ------
    KrokomrsaError
        As ``bands``.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"id": ["B-1", "B-2"], "dependent": ["V-1", "V-2"], "supplier": ["R-1", "R-1"],
    ...                              "endurance_low_h": [None, 4], "endurance_high_h": [None, 24]})
    >>> services = pd.DataFrame({"id": ["V-1", "V-2"], "name": ["Hemtjänst", "Skola"], "organisation": ["SOC", None],
    ...                          "tolerable_outage_h": [8, 48]})
    >>> soc = pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})
    >>> el = pd.DataFrame({"id": ["R-1"], "name": ["Elnät"]})
    >>> found = questions(dependencies, services, [{"R-1": 0}], resources=el, organisations=soc)
    >>> found[["gain_low_h", "gain_high_h"]].values.tolist()
    [[160.0, 160.0], [20.0, 20.0]]
    >>> print(*found["question"], sep="; ")
    Fråga Socialförvaltningen: hur länge klarar sig Hemtjänst utan Elnät?; Ta reda på ...: hur länge klarar sig Skola utan Elnät, mer ...
    """
    every = [dict(lost) for lost in losses]
    network, _ = read(dependencies, dict.fromkeys((key for lost in every for key in lost), np.inf))
    need = tolerances(network.ids, services, weights)
    planned = plan(network)
    cases = tuple(_case(dependencies, planned, lost) for lost in every)
    asking = _Asking(planned, need, cases, horizon_of(horizon_h, finite=True), tuple(answers))
    unknown = [*_unknown_rows(dependencies, network), *_unknown_tolerances(need)]
    gains = spread(asking, unknown, executor=executor, progress=progress, cancelled=cancelled)
    about = _About(dependencies, services, names_of(services, resources), names_of(organisations), _departments(services, resources))
    rows = [about.row(one, gain) for one, gain in zip(unknown, gains, strict=True) if gain[1] > 0]
    rows.sort(key=lambda row: (-row["gain_high_h"], -row["gain_low_h"], row["question"], shown(row["id"])))
    types = dict.fromkeys(("low_h", "high_h", "gain_low_h", "gain_high_h"), float)
    return pd.DataFrame({key: [row[key] for row in rows] for key in _COLUMNS}).astype(types)


def _case(dependencies: pd.DataFrame, planned: Plan, lost: Mapping[str, float]) -> _Case:
    """Return a loss on the network that holds the ids of them all."""
    network, (own, at) = planned.network, read(dependencies, lost)
    hours = np.full(len(network.ids), np.inf)
    hours[network.ids.get_indexer(own.ids)] = at
    earliest, latest = (failing(planned, endurance, hours) for endurance in (network.low, network.high))
    return _Case(hours, earliest, latest)


def _said(kind: Kind, dependent: object, supplier: object, hours: tuple[float, float], names: Names) -> str:
    low, high = map(shown, hours)
    values = {"dependent": called(dependent, names), "supplier": called(supplier, names)}
    return text_of(f"cascade_points.question.{kind}", **values, low=low, high=high)


def question_sentences(found: pd.DataFrame, names: Names) -> list[str]:
    """Return each row of ``questions`` as it is put to the department itself; an id without a name stands as it is.

    >>> question_sentences(pd.DataFrame({"kind": ["interval"], "dependent": ["V-1"], "supplier": ["R-1"], "low_h": [4.0],
    ...                                  "high_h": [24.0]}), {"V-1": "Hemtjänst", "R-1": "Elnät"})
    ['Hur länge klarar sig Hemtjänst utan Elnät, mer exakt än 4–24 h?']
    """
    said = [_said(row["kind"], row["dependent"], row["supplier"], (row["low_h"], row["high_h"]), names) for row in found.to_dict("records")]
    return [text[:1].upper() + text[1:] for text in said]


def _departments(services: pd.DataFrame, resources: pd.DataFrame | None) -> dict[object, object]:
    """Return id → the organisation that answers for it."""
    tables = [(services, "organisation"), *([(resources, "owner")] if resources is not None else [])]
    return {
        key: who
        for table, column in tables
        for key, who, missing in zip(cells(table, "id"), cells(table, column), blank(cells(table, column)), strict=True)
        if not missing
    }


@dataclass(frozen=True, slots=True)
class _About:
    """Say an unknown as a row: where it stands, who is asked, and the question."""

    dependencies: pd.DataFrame
    services: pd.DataFrame
    names: Names
    departments: Names
    responsible: Mapping[object, object]

    def row(self, unknown: _Unknown, gain: tuple[float, float]) -> dict[str, Any]:
        """Return the columns of ``questions``."""
        tolerance = unknown.kind == "tolerance"
        table = self.services if tolerance else self.dependencies
        dependent = cells(table, "id" if tolerance else "dependent")[unknown.place]
        supplier = None if tolerance else cells(table, "supplier")[unknown.place]
        department = self.responsible.get(dependent)
        return {
            "table": "services" if tolerance else "dependencies",
            "id": cells(table, "id")[unknown.place],
            "kind": unknown.kind,
            "dependent": dependent,
            "supplier": supplier,
            "department": department,
            "low_h": unknown.low,
            "high_h": unknown.high,
            "gain_low_h": gain[0],
            "gain_high_h": gain[1],
            "question": self._sentence(unknown, dependent, supplier, department),
        }

    def _sentence(self, unknown: _Unknown, dependent: object, supplier: object, department: object) -> str:
        question = _said(unknown.kind, dependent, supplier, (unknown.low, unknown.high), self.names)
        if department is None:
            return text_of("cascade_points.question.unowned", question=question)
        return text_of("cascade_points.question.asked", department=called(department, self.departments), question=question)
