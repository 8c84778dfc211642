"""Turn judgements that span several levels into the probability of each cell and each class: exactly, where the axes are independent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from krokomrsa.analysis.risk.assumed import Floats, Within, weights
from krokomrsa.analysis.risk.judgements import JUDGED, key_of
from krokomrsa.analysis.risk.weighing import COMBINATIONS
from krokomrsa.scales import LIKELIHOOD, Level, Scale


@dataclass(frozen=True, slots=True)
class Spread:
    """The probability of each level of the risks that are judged: ``likelihood`` risks × levels, ``consequence`` risks × levels."""

    risks: pd.Index
    likelihood: Floats
    consequence: Floats

    @property
    def cells(self) -> Floats:
        """Return the probability of each cell, risks × likelihood levels × consequence levels."""
        found: Floats = self.likelihood[:, :, None] * self.consequence[:, None, :]
        return found

    @property
    def row_by_row(self) -> Floats:
        """Return the same, risks × cells, those of the lowest likelihood first."""
        return self.cells.reshape(len(self.risks), self.likelihood.shape[1] * self.consequence.shape[1])


def over_levels(low: Floats, high: Floats, levels: tuple[Level, ...], widths: Floats) -> Floats:
    """Return the probability of each level for judgements from ``low`` to ``high``, judgements × levels; NaN where nothing is judged.

    3.2 counts as 3 and 4.

    >>> from krokomrsa.scales import load
    >>> over_levels(np.array([3.0, 3.2]), np.array([5.0, 3.2]), load().likelihood, np.ones(5)).round(2).tolist()
    [[0.0, 0.0, 0.33, 0.33, 0.33], [0.0, 0.0, 0.5, 0.5, 0.0]]
    """
    places = np.array([level.level for level in levels])
    inside = (np.floor(low)[:, None] <= places) & (places <= np.ceil(high)[:, None])
    mass = np.where(np.isnan(low)[:, None], np.nan, inside * widths)
    found: Floats = mass / mass.sum(axis=1, keepdims=True)
    return found


def reached(chances: Floats) -> Floats:
    """Return the probability that a level or a lower one is drawn, risks × levels: exactly 1 from the highest level that can be."""
    sums = chances.cumsum(axis=1)
    found: Floats = sums / sums[:, -1:]
    return found


def _combined(aspects: Iterable[Floats], rule: str) -> Floats:
    """Return the same for what the scale's rule makes of independent aspects; NaN in an aspect that is not judged.

    The rule takes the aspect so far up among those that are judged, and there the level is at most c where so many of them are; that
    many are with a probability that the aspects are counted together to. Between two aspects each is as likely.
    """
    each = list(aspects)
    counts = np.zeros((*each[0].shape, len(each) + 1))
    counts[..., 0] = 1.0
    for aspect in each:
        below = np.nan_to_num(aspect)[..., None]
        counts = counts * (1.0 - below) + np.roll(counts, 1, axis=-1) * below
    at_least = counts[..., ::-1].cumsum(axis=-1)[..., ::-1]
    judged = np.count_nonzero(~np.isnan(each), axis=0)
    places = (side(share * (judged - 1)).astype(int) + 1 for side, share in zip((np.floor, np.ceil), COMBINATIONS[rule], strict=True))
    lower, higher = (np.take_along_axis(at_least, place[..., None], axis=-1)[..., 0] for place in places)
    found: Floats = (lower + higher) / 2
    return found


def spread(matrix: pd.DataFrame, scale: Scale, *, within: Within = "loguniform") -> Spread:
    """Return the probability of each level, on both axes, of the risks that are judged; ``matrix`` is what :func:`matrix` returns."""
    judged = matrix[matrix["status"] == JUDGED]

    def chances(name: str, levels: tuple[Level, ...], widths: Floats) -> Floats:
        low, high = (judged[f"{name}_{bound}"].to_numpy(dtype=float) for bound in ("low", "high"))
        return over_levels(low, high, levels, widths)

    likelihood = chances(LIKELIHOOD, scale.likelihood, weights(scale, LIKELIHOOD, within))
    widths = weights(scale, "consequence", within)
    aspects = (reached(chances(f"consequence_{key_of(aspect)}", scale.consequence, widths)) for aspect in scale.combined)
    return Spread(judged.index, likelihood, np.diff(_combined(aspects, scale.rule), axis=1, prepend=0.0))


def cell_probabilities(matrix: pd.DataFrame, scale: Scale, *, within: Within = "loguniform") -> pd.DataFrame:
    """Return the probability that a risk lies in each cell that its judgements touch.

    Parameters
    ----------
    matrix
        What :func:`matrix` returns.
    scale
        The scale that it was made on.
    within
        How a judgement over several levels is shared between them: ``loguniform`` by the width of the levels on a logarithmic scale,
        ``uniform`` by their width, ``levels`` alike. What is assumed of open levels and where a scale has no limits is what
        :func:`assumptions` says.

    Returns
    -------
    DataFrame
        ``risk``, ``likelihood``, ``consequence`` (levels) and ``p``; a risk's ``p`` sum to 1. Risks that are not judged are left out.

    Notes
    -----
    Likelihood and consequence are taken as independent, and so are the aspects of consequence. Where the largest of these counts,
    P(consequence ≤ c) is the product over the judged aspects. Nothing is drawn.

    Raises
    ------
    KrokomrsaError
        No distribution has the name that ``within`` gives.

    Examples
    --------
    >>> from krokomrsa.analysis.risk import matrix
    >>> from krokomrsa.scales import load
    >>> rows = pd.DataFrame({"risk": "Elavbrott", "status": "judged", "aspect": ["likelihood", "life_health", "societal_functions"],
    ...                      "low": [3, 2, 2], "high": [4, 3, 3]})
    >>> cell_probabilities(matrix(rows, load()), load()).round(3)
            risk  likelihood  consequence      p
    0  Elavbrott           3            2  0.125
    1  Elavbrott           3            3  0.375
    2  Elavbrott           4            2  0.125
    3  Elavbrott           4            3  0.375
    """
    held = spread(matrix, scale, within=within)
    cells = held.cells
    risk, likely, severe = np.nonzero(cells)
    return pd.DataFrame(
        {
            "risk": held.risks[risk],
            "likelihood": likely + scale.likelihood[0].level,
            "consequence": severe + scale.consequence[0].level,
            "p": cells[risk, likely, severe],
        }
    )


def in_classes(scale: Scale) -> NDArray[np.bool_]:
    """Return which cells lie in each class, likelihood levels × consequence levels × classes."""
    found: NDArray[np.bool_] = np.array(scale.matrix)[:, :, None] == np.array([one.level for one in scale.classes])
    return found


def class_probabilities(matrix: pd.DataFrame, scale: Scale, *, within: Within = "loguniform") -> pd.DataFrame:
    """Return the probability that a risk lies in each class; NaN for risks that are not judged.

    Indexed as ``matrix``, a column for each class level. See :func:`cell_probabilities` for what is assumed and raised.

    >>> from krokomrsa.analysis.risk import matrix
    >>> from krokomrsa.scales import load
    >>> rows = pd.DataFrame({"risk": ["Elavbrott", "Elavbrott", "Sabotage"], "aspect": ["likelihood", "life_health", "life_health"],
    ...                      "status": ["judged", "judged", "unknown"], "low": [3, 3, None], "high": [4, 4, None]})
    >>> class_probabilities(matrix(rows, load()), load())
                 1     2     3    4
    risk
    Elavbrott  0.0  0.25  0.75  0.0
    Sabotage   NaN   NaN   NaN  NaN
    """
    held = spread(matrix, scale, within=within)
    found = np.einsum("rlc,lck->rk", held.cells, in_classes(scale))
    return pd.DataFrame(found, index=held.risks, columns=[one.level for one in scale.classes]).reindex(matrix.index)
