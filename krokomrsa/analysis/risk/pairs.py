"""Compare risks by expected loss, likelihood × consequence, and tell which cannot be told apart."""

from __future__ import annotations

from itertools import product
from math import factorial
from typing import Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.risk.arguments import check_certainty
from krokomrsa.analysis.risk.assumed import STEP, Floats, Within, magnitudes
from krokomrsa.analysis.risk.chance import spread
from krokomrsa.analysis.risk.judgements import JUDGED
from krokomrsa.analysis.risk.order import ranking
from krokomrsa.scales import LIKELIHOOD, Scale

CERTAINTY: Final = 0.95  # a pair is told apart where one of the two is the larger with at least this probability
SAME, EQUAL, OVERLAP = REASONS = ("same cells", "equal loss", "overlap")
_SMALL: Final = 1e-9  # of a logarithm: limits that differ by rounding are the same limit
BOX: Final = tuple(f"{axis}_{bound}" for axis in ("likelihood", "consequence") for bound in ("low", "high"))


def losses(scale: Scale, step: float = STEP) -> Floats:
    """Return the least and largest expected loss of each cell, as natural logarithms: likelihood levels × consequence levels × 2.

    >>> from krokomrsa.scales import load
    >>> np.log10(np.exp(losses(load())[[3, 2], [1, 2]])).round(6).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """
    likelihood, consequence = (np.log(magnitudes(scale, axis, step)) for axis in (LIKELIHOOD, "consequence"))
    found: Floats = likelihood[:, None, :] + consequence[None, :, :]
    return found


def _below(limit: Floats, widths: Floats) -> Floats:
    """Return the probability that a sum of numbers, each uniform from 0 to its width, is below a limit: the volume of a box below a plane.

    By inclusion and exclusion of the corners of the box; ``widths`` has one axis more than ``limit``, the numbers that are summed.
    """
    reach = np.clip(limit, 0.0, widths.sum(axis=-1))
    sides = widths.shape[-1]
    corners = (np.array(corner) for corner in product((0, 1), repeat=sides))
    volume = sum((-1.0) ** corner.sum() * np.maximum(reach - widths @ corner, 0.0) ** sides for corner in corners)
    found: Floats = np.clip(volume / factorial(sides) / widths.prod(axis=-1), 0.0, 1.0)
    return found


def loss_above(scale: Scale, step: float = STEP) -> Floats:
    """Return the probability that the expected loss in one cell is larger than in another, cells × cells; a tie counts half.

    Likelihood and consequence are uniform on a logarithmic scale within their levels, so the logarithm of the loss is a sum of two
    uniform numbers, and what is asked is the volume of a box below a plane: exact. Cells stand row by row, from the lowest likelihood.

    References
    ----------
    Barrow, D. L. and Smith, P. W. (1979). Spline notation applied to a volume problem. Am. Math. Mon. 86(1), 50–51.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> loss_above(load())[16, [11, 12, 17]].round(3).tolist()
    [0.958, 0.5, 0.042]
    """
    least, most = np.moveaxis(losses(scale, step).reshape(-1, 2), -1, 0)
    difference = most[:, None] - least[None, :]  # the first is larger where what each falls short of its end, together, is less than this
    axes = (np.diff(np.log(magnitudes(scale, axis, step)), axis=1)[:, 0] for axis in (LIKELIHOOD, "consequence"))
    grid = np.stack([width.ravel() for width in np.meshgrid(*axes, indexing="ij")], axis=-1)
    own = grid[:, (grid > _SMALL).all(axis=0)]  # the levels of an axis are all points, or none is
    if not own.size:
        return np.where(np.abs(difference) <= _SMALL, 0.5, np.where(difference > 0, 1.0, 0.0))
    shape = (*difference.shape, own.shape[1])
    return _below(difference, np.concatenate([np.broadcast_to(own[:, None], shape), np.broadcast_to(own[None, :], shape)], axis=-1))


def above(matrix: pd.DataFrame, scale: Scale, *, within: Within = "loguniform", step: float = STEP) -> pd.DataFrame:
    """Return the probability that the expected loss of the row's risk is larger than the column's; judged risks only."""
    held = spread(matrix, scale, within=within)
    cells = held.row_by_row
    return pd.DataFrame(cells @ loss_above(scale, step) @ cells.T, index=held.risks, columns=held.risks)


def indistinguishable(
    matrix: pd.DataFrame,
    scale: Scale,
    *,
    certainty: float = CERTAINTY,
    within: Within = "loguniform",
    step: float = STEP,
) -> pd.DataFrame:
    """Return the pairs of risks whose order cannot be trusted: neither has the larger expected loss with enough certainty.

    Parameters
    ----------
    matrix
        What :func:`matrix` returns.
    scale
        The scale that it was made on.
    certainty
        A pair is told apart where one of the two has the larger expected loss with at least this probability.
    within
        As for :func:`cell_probabilities`.
    step
        Where the scale declares no limits on an axis: how many times the level before each level is. See :func:`assumptions`.

    Returns
    -------
    DataFrame
        One row a pair, those that stand highest in the ranking first: ``risk``, ``other`` (``risk`` is not ranked below ``other``),
        ``p``: the probability that the expected loss of ``risk`` is the larger, a tie counting half, and ``why``: ``same cells`` (the
        judgements are the same), ``equal loss`` (other cells, as likely as not) or ``overlap``.

    Notes
    -----
    A judgement says no more than a level, so within a cell likelihood and consequence are spread evenly on a logarithmic scale.

    Raises
    ------
    KrokomrsaError
        ``certainty`` is not above 0.5 and at most 1, ``step`` is no number above 1, or no distribution has the name of ``within``.

    References
    ----------
    Cox, L. A. (2008). What's Wrong with Risk Matrices? Risk Analysis 28(2), 497–512.

    Examples
    --------
    Likelihood 4 × consequence 2 is 8 and 3 × 3 is 9, yet their ranges of expected loss are the same:

    >>> from krokomrsa.analysis.risk import matrix
    >>> from krokomrsa.scales import load
    >>> rows = [{"risk": risk, "aspect": aspect, "low": level, "high": level, "status": "judged"}
    ...         for risk, levels in {"Storm": (4, 2), "Elavbrott": (3, 3), "Skyfall": (2, 2)}.items()
    ...         for aspect, level in zip(("likelihood", "unspecified"), levels)]
    >>> indistinguishable(matrix(pd.DataFrame(rows), load()), load())
            risk  other    p         why
    0  Elavbrott  Storm  0.5  equal loss
    """
    check_certainty(certainty)
    ranked = ranking(matrix)
    judged = ranked[ranked["status"] == JUDGED]
    p = above(judged, scale, within=within, step=step).to_numpy()
    first, second = np.nonzero(np.triu((p > 1.0 - certainty) & (p < certainty), 1))
    boxes = judged[list(BOX)].to_numpy(dtype=float)
    same = (boxes[first] == boxes[second]).all(axis=1)
    even = np.isclose(p[first, second], 0.5)
    why = np.select([same, even], [SAME, EQUAL], OVERLAP)
    risks = judged.index
    return pd.DataFrame({"risk": risks[first], "other": risks[second], "p": p[first, second], "why": why})
