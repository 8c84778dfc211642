"""Tell what has become of each risk since a state that was named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from krokomrsa.analysis.risk.judgements import MISSING
from krokomrsa.analysis.risk.states import LEVELS
from krokomrsa.analysis.risk.weighing import matrix
from krokomrsa.register import value_of
from krokomrsa.scales import Scale
from krokomrsa.values import fold

NEW, CHANGED, GONE, UNCHANGED = SINCE = ("new", "changed", "gone", "unchanged")
ALIKE: Final = 80.0  # how alike two names are, of 100, for one risk to be proposed as the other


def since(
    risks_before: pd.DataFrame,
    assessments_before: pd.DataFrame,
    risks: pd.DataFrame,
    assessments: pd.DataFrame,
    scale: Scale,
    *,
    rule: str | None = None,
) -> pd.DataFrame:
    """Return what has become of each risk since an earlier state: new, changed, gone or unchanged.

    Risks are the same by id. Levels and classes are those of how it is now, then and now, on the same scale by the same rule.

    Parameters
    ----------
    risks_before, assessments_before
        The register's tables as they were: ``id`` and ``event`` with what else the risks have, and judgements as
        :func:`krokomrsa.analysis.risk.matrix` takes them.
    risks, assessments
        The same as they are.
    scale, rule
        As :func:`krokomrsa.analysis.risk.matrix`.

    Returns
    -------
    DataFrame
        Indexed by ``risk``, in the order of ``risks``, then those that are gone. ``status``; ``event_before`` and ``event`` (None where
        there was or is none); ``changed``: the columns of the risk, and the parts of its judgement (``likelihood``, ``consequence``,
        ``consequence_<aspect>``, ``class``), that differ; ``likelihood``, ``consequence`` and ``class``, each ``_low`` and ``_high``
        and with ``_before`` in between as they were (levels; NaN where not judged). For a new risk ``proposal``, the id of a gone risk
        that it may be by its name, and ``score``, how alike the names are, to 100: a question to the coordinator, never applied.

    Raises
    ------
    KrokomrsaError
        As :func:`krokomrsa.analysis.risk.matrix`, of either state.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> before = pd.DataFrame({"id": ["H-1", "H-2"], "event": ["Storm", "Elavbrott"]})
    >>> after = pd.DataFrame({"id": ["H-1", "H-3"], "event": ["Storm", "Elavbrott vintertid"]})
    >>> said = {"risk": "H-1", "aspect": "life_health", "status": "judged", "low": 3, "high": 3}
    >>> then, now = pd.DataFrame([said]), pd.DataFrame([said | {"high": 4}])
    >>> found = since(before, then, after, now, load())
    >>> found[["status", "consequence_before_high", "consequence_high", "proposal"]]
           status  consequence_before_high  consequence_high proposal
    risk
    H-1   changed                      3.0               4.0     None
    H-3       new                      NaN               NaN      H-2
    H-2      gone                      NaN               NaN     None
    >>> found.loc["H-1", "changed"]
    ('consequence', 'consequence_life_health')
    """
    before, after = risks_before.set_index("id"), risks.set_index("id")
    every = pd.Index(dict.fromkeys((*after.index, *before.index)), name="risk")
    then, now = (_weighed(rows, scale, rule, every) for rows in (assessments_before, assessments))
    facts = _differing(before, after)
    judged = _differing(then, now)
    status, changed = [], []
    for risk in every:
        both = risk in before.index and risk in after.index
        parts = tuple(dict.fromkeys((*facts.get(risk, ()), *map(_part, judged.get(risk, ()))))) if both else ()
        changed.append(parts)
        status.append((CHANGED if parts else UNCHANGED) if both else NEW if risk in after.index else GONE)
    told: dict[str, Any] = {"status": status, "event_before": _named(before, every), "event": _named(after, every), "changed": changed}
    levels = then[list(LEVELS)].rename(columns=_before), now[list(LEVELS)]
    found = pd.concat([pd.DataFrame(told, index=every), *levels], axis=1)
    return found.assign(**_proposals(found))


def _weighed(assessments: pd.DataFrame, scale: Scale, rule: str | None, risks: pd.Index) -> pd.DataFrame:
    """Return what is judged of each of some risks, in their order; a risk without judgements is missing."""
    found = matrix(assessments, scale, rule).drop(columns="status").reindex(risks)
    return found.assign(**{f"{axis}_status": found[f"{axis}_status"].fillna(MISSING) for axis in ("likelihood", "consequence")})


def _before(column: str) -> str:
    """Return the name that a column of the matrix has for how it was.

    >>> _before("class_low")
    'class_before_low'
    """
    axis, bound = column.rsplit("_", 1)
    return f"{axis}_before_{bound}"


def _part(column: str) -> str:
    """Return the part of a judgement that a column of the matrix tells of.

    >>> _part("consequence_life_health_high"), _part("likelihood_status")
    ('consequence_life_health', 'likelihood')
    """
    return column.rsplit("_", 1)[0]


def _differing(before: pd.DataFrame, after: pd.DataFrame) -> dict[Any, tuple[str, ...]]:
    """Return for each row of both tables the columns in which it differs."""
    both = before.index.intersection(after.index)
    found: dict[Any, list[str]] = {}
    for column in (column for column in after.columns if column in before.columns):
        pairs = zip(both, before.loc[both, column], after.loc[both, column], strict=True)
        for row in (row for row, one, other in pairs if value_of(one) != value_of(other)):
            found.setdefault(row, []).append(str(column))
    return {row: tuple(columns) for row, columns in found.items()}


def _named(risks: pd.DataFrame, every: pd.Index) -> pd.Series:
    events = risks["event"].to_dict()
    return _values([value_of(events.get(risk)) for risk in every], every)


def _values(values: Sequence[Any], every: pd.Index) -> pd.Series:
    """Return plain values, where None stays None."""
    return pd.Series(values, index=every, dtype=object)


def _proposals(found: pd.DataFrame) -> dict[str, Any]:
    """Return for each new risk the gone risk whose name is most alike; each gone risk is proposed once, where it is most alike."""
    new, gone = (found[found["status"] == status] for status in (NEW, GONE))
    alike = process.cdist(list(new["event"]), list(gone["event_before"]), scorer=fuzz.WRatio, processor=fold)
    proposal: dict[Any, Any] = {}
    score: dict[Any, float] = {}
    for place in np.argsort(-alike, axis=None, kind="stable"):
        row, column = np.unravel_index(place, alike.shape)
        risk, other = new.index[row], gone.index[column]
        if alike[row, column] >= ALIKE and risk not in proposal and other not in proposal.values():
            proposal[risk], score[risk] = other, float(alike[row, column])
    proposals = [proposal.get(risk) for risk in found.index]
    return {"proposal": _values(proposals, found.index), "score": [score.get(risk, np.nan) for risk in found.index]}
