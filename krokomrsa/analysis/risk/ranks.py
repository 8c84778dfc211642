"""Tell how certain a risk's place in the ranking is, by drawing a cell for each risk many times and ranking each time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from krokomrsa.analysis.risk.arguments import check_whole
from krokomrsa.analysis.risk.assumed import Floats, Within
from krokomrsa.analysis.risk.chance import Spread, reached, spread
from krokomrsa.scales import Scale

TAILS: Final = (0.05, 0.95)  # between these parts of the draws lies the interval of a rank
_CELLS: Final = 2**16  # so many drawn cells are held at once, unless something else is asked: they fit in the processor's cache


def in_order(scale: Scale) -> NDArray[np.intp]:
    """Return the place of each cell in the declared order, likelihood levels × consequence levels: class, consequence, likelihood.

    >>> from krokomrsa.scales import load
    >>> in_order(load())[[3, 2], [1, 2]].tolist()
    [9, 11]
    """
    classes = np.array(scale.matrix)
    likelihood, consequence = np.indices(classes.shape)
    found = np.empty(classes.size, dtype=np.intp)
    found[np.lexsort((likelihood.ravel(), consequence.ravel(), classes.ravel()))] = np.arange(classes.size)
    return found.reshape(classes.shape)


def _cutoffs(chances: Floats) -> NDArray[np.float32]:
    """Return for each level but the highest what a drawn number must reach to be above it, levels × risks; always 1 above a judgement."""
    return np.ascontiguousarray(reached(chances)[:, :-1].T, dtype=np.float32)


def _drawn(held: Spread, scale: Scale, draws: int, seed: int, block: int) -> Iterator[NDArray[Any]]:
    """Go through blocks of drawn places in the declared order, draws × risks; the same draws whatever the size of a block."""
    random, order = np.random.default_rng(seed), in_order(scale)
    kind = np.min_scalar_type(order.size)
    places, columns = order.ravel().astype(kind), order.shape[1]
    likelihood, consequence = _cutoffs(held.likelihood), _cutoffs(held.consequence)
    for start in range(0, draws, block):
        shares = random.random((min(block, draws - start), 2, len(held.risks)), dtype=np.float32)
        cell = np.zeros((len(shares), len(held.risks)), dtype=kind)
        for cutoff in likelihood:
            cell += shares[:, 0] >= cutoff
        cell *= kind.type(columns)
        for cutoff in consequence:
            cell += shares[:, 1] >= cutoff
        yield places.take(cell)


def _counted(held: Spread, scale: Scale, draws: int, seed: int, block: int) -> NDArray[np.int32]:
    """Return how often each risk had so many risks above it, risks × risks."""
    risks, cells = len(held.risks), np.size(scale.matrix)
    counts = np.zeros(risks * risks, dtype=np.int32)
    rows = np.arange(risks) * risks
    for places in _drawn(held, scale, draws, seed, block):
        flat = places + np.arange(0, len(places) * cells, cells)[:, None]
        at = np.bincount(flat.ravel(), minlength=len(places) * cells).reshape(-1, cells)
        above = risks - at.cumsum(axis=1)
        np.add.at(counts, (above.take(flat) + rows).ravel(), np.int32(1))
    return counts.reshape(risks, risks)


def rank_probabilities(
    matrix: pd.DataFrame,
    scale: Scale,
    k: int = 10,
    *,
    draws: int = 10_000,
    seed: int = 0,
    block: int | None = None,
    within: Within = "loguniform",
) -> pd.DataFrame:
    """Return the probability that each risk is among the ``k`` highest, and the interval that its rank lies in.

    In each draw every judged risk gets a cell of the matrix (:func:`cell_probabilities`), independently of the others, and the risks
    are ranked in the declared order: class, then consequence, then likelihood. Equal risks share a rank and the next skips, so more
    than ``k`` risks may be among the ``k`` highest.

    Parameters
    ----------
    matrix
        What :func:`matrix` returns.
    scale
        The scale that it was made on.
    k
        How many ranks count.
    draws, seed
        How many draws, and where they begin: the same seed gives the same answer, whatever the order of the rows.
    block
        How many draws are held at once: it bounds the memory and changes no answer.
    within
        As for :func:`cell_probabilities`.

    Returns
    -------
    DataFrame
        Indexed as ``matrix``. ``p_rank_k``: 0 to 1; its standard error is at most 0.5/√``draws``. ``rank_low``, ``rank_high`` (Int64):
        in 5 % of the draws the rank is ``rank_low`` or higher up, in 95 % ``rank_high`` or higher up. Missing for risks that are not
        judged.

    Raises
    ------
    KrokomrsaError
        ``k``, ``draws`` or ``block`` is no positive integer, or no distribution has the name that ``within`` gives.

    References
    ----------
    Goldstein, H. and Spiegelhalter, D. J. (1996). League tables and their limitations. J. R. Stat. Soc. A 159(3), 385–443.

    Examples
    --------
    >>> from krokomrsa.analysis.risk import matrix
    >>> from krokomrsa.scales import load
    >>> judged = {"Storm": (4, 4, 4), "Elavbrott": (3, 4, 4), "Pandemi": (3, 4, 3)}
    >>> rows = [{"risk": risk, "status": "judged", "aspect": aspect, "low": low, "high": high} for risk, levels in judged.items()
    ...         for aspect, low, high in (("likelihood", *levels[:2]), ("unspecified", levels[2], levels[2]))]
    >>> rank_probabilities(matrix(pd.DataFrame(rows), load()), load(), 1).round(1)
               p_rank_k  rank_low  rank_high
    risk
    Storm           1.0         1          1
    Elavbrott       0.5         1          2
    Pandemi         0.0         3          3
    """
    block = max(1, _CELLS // max(1, len(matrix))) if block is None else block
    check_whole(k=k, draws=draws, block=block)
    held = spread(matrix.iloc[np.argsort(matrix.index.astype(str), kind="stable")], scale, within=within)
    shares = _counted(held, scale, draws, seed, block).cumsum(axis=1) / draws
    low, high = ((shares < tail).sum(axis=1) + 1 for tail in TAILS)
    found = pd.DataFrame({"p_rank_k": shares[:, :k][:, -1:].sum(axis=1), "rank_low": low, "rank_high": high}, index=held.risks)
    return found.astype({"rank_low": "Int64", "rank_high": "Int64"}).reindex(matrix.index)
