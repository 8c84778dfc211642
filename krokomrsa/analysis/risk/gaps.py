"""Tell which missing judgement would change the top of the ranking most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.risk.arguments import check_whole
from krokomrsa.analysis.risk.assumed import Floats, Within, weights
from krokomrsa.analysis.risk.chance import spread
from krokomrsa.analysis.risk.judgements import JUDGED, MISSING, NOT_JUDGED, STATUSES, UNKNOWN, checked, key_of
from krokomrsa.analysis.risk.ranks import in_order
from krokomrsa.analysis.risk.weighing import matrix
from krokomrsa.scales import LIKELIHOOD, NOW, UNSPECIFIED, Scale

CONSEQUENCE: Final = "consequence"  # stands for every aspect of a risk that has none judged
_OPEN: Final = (MISSING, UNKNOWN)


def _statuses(assessments: pd.DataFrame, scale: Scale) -> dict[tuple[Any, str], str]:
    """Return risk and aspect → the best status that any judgement about now has."""
    rows = checked(assessments, scale)
    rows = rows[rows["state"] == NOW]
    worst_first = rows.assign(place=rows["status"].map(STATUSES.index)).sort_values("place", ascending=False, kind="stable")
    return {(risk, aspect): status for risk, aspect, status in worst_first[["risk", "aspect", "status"]].itertuples(index=False)}


def _gaps(table: pd.DataFrame, statuses: dict[tuple[Any, str], str], scale: Scale) -> Iterator[tuple[Any, str, str]]:
    """Go through risk, aspect and status of what is missing or unknown.

    An aspect that nobody uses is no gap, nor is any where the consequence is judged as a whole, or where an axis is declined, for then
    nothing ranks the risk.
    """
    used = [aspect for aspect in scale.combined if aspect != UNSPECIFIED and table[f"consequence_{key_of(aspect)}_low"].notna().any()]
    axes = table[["likelihood_status", "consequence_status"]]
    for risk, likelihood, consequence in axes[~axes.isin([NOT_JUDGED]).any(axis=1)].itertuples():
        if likelihood in _OPEN:
            yield risk, LIKELIHOOD, likelihood
        if consequence in _OPEN:
            yield risk, CONSEQUENCE, consequence
        elif any(statuses.get((risk, aspect)) == JUDGED for aspect in used):
            found = ((aspect, statuses.get((risk, aspect), MISSING)) for aspect in used)
            yield from ((risk, aspect, status) for aspect, status in found if status in _OPEN)


def _supposed(row: dict[str, Any], aspect: str, scale: Scale) -> Iterator[dict[str, Any]]:
    """Go through what a risk would be judged as, for each level that a missing judgement may turn out as.

    If the other axis is missing too it is anything that the scale holds.
    """
    whole_axis = {LIKELIHOOD: LIKELIHOOD, CONSEQUENCE: f"{CONSEQUENCE}_{key_of(_whole(scale))}"}
    for axis, column in whole_axis.items():
        if row[f"{axis}_status"] != JUDGED:
            levels = scale.axis(axis)
            row = row | {f"{column}_low": levels[0].level, f"{column}_high": levels[-1].level}
    column = whole_axis.get(aspect, f"{CONSEQUENCE}_{key_of(aspect)}")
    for level in scale.axis(aspect):
        yield row | {f"{column}_low": level.level, f"{column}_high": level.level, "status": JUDGED}


def _whole(scale: Scale) -> str:
    """Return the aspect that stands for the whole consequence."""
    return UNSPECIFIED if UNSPECIFIED in scale.combined else scale.combined[0]


def _placed(table: pd.DataFrame, scale: Scale, within: Within) -> Floats:
    """Return the probability of each place in the declared order, risks × places, from the lowest."""
    found: Floats = spread(table, scale, within=within).row_by_row[:, np.argsort(in_order(scale), axis=None)]
    return found


def room(placed: Floats, k: int) -> Floats:
    """Return the probability that fewer than ``k`` others stand above each place, with each risk left out and, last, with none.

    (risks + 1) × places. How many stand above is a sum of independent yes and no, counted up from either end: exact, up to ``k``.

    >>> room(np.array([[0.0, 1.0], [0.5, 0.5]]), 1).tolist()
    [[0.5, 1.0], [0.0, 1.0], [0.0, 1.0]]
    """
    above = placed[:, ::-1].cumsum(axis=1)[:, ::-1] - placed
    risks, places, most = *placed.shape, min(k, len(placed) + 1)
    before, after = (np.zeros((risks + 1, places, most)) for _ in range(2))
    before[0, :, 0] = after[risks, :, 0] = 1.0
    for risk in range(risks):
        before[risk + 1] = _joined(before[risk], above[risk])
    for risk in reversed(range(risks)):
        after[risk] = _joined(after[risk + 1], above[risk])
    left_out = np.einsum("rpa,rpa->rp", before[:-1], after[1:].cumsum(axis=2)[:, :, ::-1])
    return np.vstack([left_out, before[-1:].sum(axis=2)])


def _joined(counts: Floats, above: Floats) -> Floats:
    """Return the probability of each number above, places × numbers, with one risk more."""
    found: Floats = counts * (1.0 - above)[:, None]
    found[:, 1:] += counts[:, :-1] * above[:, None]
    return found


def _turned(gaps: pd.DataFrame, table: pd.DataFrame, now: Floats, space: Floats, *, scale: Scale, within: Within) -> tuple[Floats, ...]:
    """Return for each gap the least and largest probability that it may lead to, and how far that is from now on average."""
    if gaps.empty:
        return now, now, now
    rows = dict(zip(table.index, table.to_dict("records"), strict=True))
    supposed = [list(_supposed(rows[risk], aspect, scale)) for risk, aspect in gaps[["risk", "aspect"]].itertuples(index=False)]
    levels = [len(found) for found in supposed]
    placed = _placed(pd.DataFrame([row for found in supposed for row in found]), scale, within)
    then = (placed * np.repeat(space, levels, axis=0)).sum(axis=1)
    axes = {axis: weights(scale, axis, within) / weights(scale, axis, within).sum() for axis in (LIKELIHOOD, CONSEQUENCE)}
    share = np.concatenate([axes[LIKELIHOOD if aspect == LIKELIHOOD else CONSEQUENCE] for aspect in gaps["aspect"]])
    starts = np.cumsum([0, *levels[:-1]])
    moved = np.add.reduceat(share * np.abs(then - np.repeat(now, levels)), starts)
    return np.minimum.reduceat(then, starts), np.maximum.reduceat(then, starts), moved


def missing_judgements(
    assessments: pd.DataFrame,
    scale: Scale,
    k: int = 10,
    *,
    rule: str | None = None,
    within: Within = "loguniform",
) -> pd.DataFrame:
    """Return what nobody has judged, and how much a judgement would change who is among the ``k`` highest; the most first.

    Parameters
    ----------
    assessments, scale, rule
        As for :func:`matrix`; judgements about how it is now.
    k
        How many ranks count.
    within
        As for :func:`cell_probabilities`. What is missing is anything that the scale holds, shared between its levels in the same way.

    Returns
    -------
    DataFrame
        ``risk``, ``aspect`` (``likelihood``; ``consequence`` where no aspect of it is judged; else the aspect), ``status`` (missing |
        unknown), ``now``: the probability that the risk is among the ``k`` highest as it is judged today, 0 if it is not ranked;
        ``then_low``, ``then_high``: the least and largest that this may become, depending on the level; ``influence``: how far it
        moves on average. What one risk gains the risks that it passes lose.

    Notes
    -----
    Judgements that are declined ("bedöms inte") are no gaps. Nothing is drawn, so small influences are not lost in chance: how many
    risks stand above another is a Poisson binomial number.

    Raises
    ------
    KrokomrsaError
        As :func:`matrix`; ``k`` is no positive integer.

    References
    ----------
    Wang, Y. H. (1993). On the number of successes in independent trials. Statistica Sinica 3(2), 295–312.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> judged = {"Storm": (4, 4), "Elavbrott": (None, 5), "Ras": (None, 1)}
    >>> rows = [{"risk": risk, "aspect": aspect, "low": level, "high": level, "status": "judged" if level else "unknown"}
    ...         for risk, levels in judged.items() for aspect, level in zip(("likelihood", "unspecified"), levels)]
    >>> missing_judgements(pd.DataFrame(rows), load(), 1)
            risk      aspect   status  now  then_low  then_high  influence
    0  Elavbrott  likelihood  unknown  0.0       0.0        1.0        0.8
    1        Ras  likelihood  unknown  0.0       0.0        0.0        0.0
    """
    check_whole(k=k)
    table = matrix(assessments, scale, rule)
    gaps = pd.DataFrame(list(_gaps(table, _statuses(assessments, scale), scale)), columns=["risk", "aspect", "status"])
    placed = _placed(table, scale, within)
    space, judged = room(placed, k), table.index[table["status"] == JUDGED]
    at = judged.get_indexer(pd.Index(gaps["risk"]))  # −1, the last of the room, where the risk is not ranked
    now = np.append((placed * space[:-1]).sum(axis=1), 0.0)[at]
    then_low, then_high, influence = _turned(gaps, table, now, space[at], scale=scale, within=within)
    found = gaps.assign(now=now, then_low=then_low, then_high=then_high, influence=influence)
    return found.sort_values("influence", ascending=False, kind="stable", ignore_index=True)
