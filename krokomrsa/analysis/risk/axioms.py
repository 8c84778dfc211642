"""Audit a matrix: does the class of a cell agree with the expected loss in it, and does it mislead about the risks that stand there.

References
----------
Cox, L. A. (2008). What's Wrong with Risk Matrices? Risk Analysis 28(2), 497–512.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from krokomrsa.analysis.risk.arguments import check_certainty
from krokomrsa.analysis.risk.assumed import STEP, Floats, Within, magnitudes
from krokomrsa.analysis.risk.judgements import JUDGED
from krokomrsa.analysis.risk.pairs import BOX, CERTAINTY, above
from krokomrsa.scales import LIKELIHOOD, Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

Cells = tuple[tuple[int, int], ...]
Flags = NDArray[np.bool_]
NAMED: Final = 6  # so many risks are named in a sentence
_LESS, _MORE = 1.0 - 1e-9, 1.0 + 1e-9  # losses that differ by rounding are the same loss


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cells of a matrix: the least and largest expected loss in each, and which are of the highest and the lowest class."""

    scale: Scale
    least: Floats
    most: Floats
    top: Flags
    bottom: Flags

    @property
    def highest(self) -> str:
        return _name(self.scale, int(np.max(self.scale.matrix)))

    @property
    def lowest(self) -> str:
        return _name(self.scale, int(np.min(self.scale.matrix)))

    def cells(self, flags: Flags) -> Cells:
        """Return the levels of the cells that are flagged."""
        first = self.scale.likelihood[0].level, self.scale.consequence[0].level
        return tuple((int(likely) + first[0], int(severe) + first[1]) for likely, severe in np.argwhere(flags))


def _grid(scale: Scale, step: float) -> _Grid:
    likelihood, consequence = (_limits(scale, axis, step) for axis in (LIKELIHOOD, "consequence"))
    least, most = (np.outer(likelihood[:, bound], consequence[:, bound]) for bound in (0, 1))
    classes = np.array(scale.matrix)
    return _Grid(scale, least, most, classes == classes.max(), classes == classes.min())


def _limits(scale: Scale, axis: str, step: float) -> Floats:
    """Return the limits of each level of an axis; the lowest reaches down to nothing if no lower limit is declared."""
    limits = magnitudes(scale, axis, step)
    if not scale.axis(axis)[0].low:
        limits[0, 0] = 0.0
    return limits


def _name(scale: Scale, level: int) -> str:
    return next(one.label for one in scale.classes if one.level == level)


def _said(cells: Iterable[tuple[int, int]]) -> str:
    return ", ".join(text_of("risk_audit.cell", likelihood=likely, consequence=severe) for likely, severe in cells)


def _row(rule: str, sentence: str, *, holds: bool = False, cells: Cells = (), risks: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {"rule": rule, "holds": holds, "cells": cells, "risks": risks, "sentence": sentence}


def _weak_consistency(grid: _Grid) -> Iterator[tuple[str, Flags]]:
    """Find where a point of the highest class is a smaller loss than a point of the lowest."""
    largest_below, least_above = grid.most[grid.bottom].max(), grid.least[grid.top].min()
    low = grid.top & (grid.least < largest_below * _LESS)
    yield "weak_consistency", low | (grid.bottom & (grid.most > least_above * _MORE))


def _betweenness(grid: _Grid) -> Iterator[tuple[str, Flags]]:
    """Find where a line that rises from the lowest class meets the highest at once: two such cells share a side or a corner."""
    found = np.zeros_like(grid.top)
    for along, across in ((0, 1), (1, 0), (1, 1)):
        near = slice(0, grid.top.shape[0] - along), slice(0, grid.top.shape[1] - across)
        far = slice(along, None), slice(across, None)
        met = grid.bottom[near] & grid.top[far]
        found[near] |= met
        found[far] |= met
    yield "betweenness", found


def _consistent_colouring(grid: _Grid) -> Iterator[tuple[str, Flags]]:
    """Find cells that reach the losses of one outermost class only and are not of it, and cells between that have no ground to be."""
    least_above, largest_below = grid.least[grid.top].min(), grid.most[grid.bottom].max()
    as_high, as_low = grid.most > least_above * _MORE, grid.least < largest_below * _LESS
    meets_high, meets_low = grid.most >= least_above * _LESS, grid.least <= largest_below * _MORE
    too_low, too_high = ~grid.top & as_high & ~meets_low, ~grid.bottom & as_low & ~meets_high
    beyond = np.logical_or.accumulate(np.logical_or.accumulate(grid.bottom, axis=0), axis=1)
    before = np.logical_or.accumulate(np.logical_or.accumulate(grid.top[::-1, ::-1], axis=0), axis=1)[::-1, ::-1]
    between = (beyond & before) | (meets_high & meets_low)
    yield "too_low", too_low
    yield "too_high", too_high
    yield "no_ground", ~(grid.top | grid.bottom | between | too_low | too_high)


_AXIOMS: Final = {"weak consistency": _weak_consistency, "betweenness": _betweenness, "consistent colouring": _consistent_colouring}


def _of_scale(grid: _Grid) -> Iterator[dict[str, Any]]:
    """Yield a row for each way in which the matrix breaks an axiom, or one that says that the axiom holds."""
    names = {"top": grid.highest, "bottom": grid.lowest}
    for rule, axiom in _AXIOMS.items():
        if grid.highest == grid.lowest:
            yield _row(rule, text_of("risk_audit.holds.one_class"), holds=True)
            continue
        broken = [(key, grid.cells(flags)) for key, flags in axiom(grid) if flags.any()]
        for key, cells in broken:
            yield _row(rule, text_of(f"risk_audit.broken.{key}", cells=_said(cells), **names), cells=cells)
        if not broken:
            yield _row(rule, text_of(f"risk_audit.holds.{rule.replace(' ', '_')}", **names), holds=True)


def _touched(boxes: Floats) -> Cells:
    """Return the cells that judgements touch."""
    found: set[tuple[int, int]] = set()
    for box in boxes:
        low, high = np.floor(box[::2]).astype(int), np.ceil(box[1::2]).astype(int)
        found.update(product(range(low[0], high[0] + 1), range(low[1], high[1] + 1)))
    return tuple(sorted((int(likely), int(severe)) for likely, severe in found))


def _listed(risks: Iterable[Any], names: Mapping[Any, str]) -> str:
    said = [shown(names.get(risk, risk)) for risk in risks]
    more = len(said) - NAMED
    return ", ".join(said) if more <= 0 else text_of("risk_audit.and_more", named=", ".join(said[:NAMED]), more=more)


def _pairs(larger: Flags, first: Flags, second: Flags, own: pd.DataFrame) -> dict[str, Any] | None:
    """Return the risks, in order, and their cells, of pairs of one from ``first`` and a smaller one from ``second``; None without pairs."""
    found = larger & first[:, None] & second[None, :]
    involved = np.flatnonzero(found.any(axis=0) | found.any(axis=1))
    if not len(involved):
        return None
    return {"risks": tuple(own.index[involved]), "cells": _touched(own[list(BOX)].to_numpy(dtype=float)[involved])}


def _ties(classes: NDArray[Any], larger: Flags, own: pd.DataFrame, scale: Scale, names: Mapping[Any, str]) -> Iterator[dict[str, Any]]:
    for one in scale.classes:
        alike = classes == one.level
        found = _pairs(larger, alike, alike, own)
        if found:
            yield _row("tie", text_of("risk_audit.broken.tie", name=one.label, risks=_listed(found["risks"], names)), **found)


def _reversals(classes: NDArray[Any], larger: Flags, own: pd.DataFrame, scale: Scale, names: Mapping[Any, str]) -> Iterator[dict[str, Any]]:
    for lower, higher in combinations(scale.classes, 2):
        found = _pairs(larger, classes == lower.level, classes == higher.level, own)
        if found:
            said = {"lower": lower.label, "higher": higher.label, "risks": _listed(found["risks"], names)}
            yield _row("reversal", text_of("risk_audit.broken.reversal", **said), **found)


_COMPARISONS: Final = {"tie": _ties, "reversal": _reversals}


def audit(
    scale: Scale,
    matrix: pd.DataFrame | None = None,
    *,
    names: Mapping[Any, str] | None = None,
    certainty: float = CERTAINTY,
    within: Within = "loguniform",
    step: float = STEP,
) -> pd.DataFrame:
    """Return where the classes of a matrix disagree with expected loss, likelihood × consequence, and which risks that concerns.

    Parameters
    ----------
    scale
        The scale with the matrix.
    matrix
        What :func:`matrix` returns; without it only the scale is audited.
    names
        Risk → what it is called in a sentence; else its id.
    certainty
        Two risks differ where one has the larger expected loss with at least this probability.
    within, step
        As for :func:`indistinguishable`.

    Returns
    -------
    DataFrame
        ``rule``, ``holds``, ``cells`` (tuple of likelihood and consequence levels), ``risks`` (tuple) and ``sentence``. Of the scale,
        where the highest class is Cox's red and the lowest his green, and the lowest level of an axis reaches down to nothing if it
        has no lower limit:

        - ``weak consistency``: every point of a red cell is a larger loss than every point of a green one;
        - ``betweenness``: a line that rises from a green cell to a red one passes a cell that is neither;
        - ``consistent colouring``: a cell is red if it has losses as large as those in red cells and none as small as those in green
          ones, and green the other way round; any other cell lies between a green and a red cell or has losses in common with both.

        Of the risks, those that are judged within one class: ``tie`` (in the same class, yet one is certain to be larger) and
        ``reversal`` (in the higher class, yet certain to be smaller). A rule that is kept has one row that says so.

    Raises
    ------
    KrokomrsaError
        As :func:`indistinguishable`.

    References
    ----------
    Cox, L. A. (2008). What's Wrong with Risk Matrices? Risk Analysis 28(2), 497–512.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> audit(load())[["rule", "holds", "cells"]].head(3)
                       rule  holds                             cells
    0      weak consistency   True                                ()
    1           betweenness   True                                ()
    2  consistent colouring  False          ((3, 5), (4, 4), (5, 3))
    """
    check_certainty(certainty)
    rows = list(_of_scale(_grid(scale, step)))
    if matrix is not None:
        judged = matrix[matrix["status"] == JUDGED]
        own = judged[judged["class_low"] == judged["class_high"]]
        larger = above(own, scale, within=within, step=step).to_numpy() >= certainty
        for rule, compared in _COMPARISONS.items():
            found = list(compared(own["class_low"].to_numpy(dtype=int), larger, own, scale, names or {}))
            rows += found or [_row(rule, text_of(f"risk_audit.holds.{rule}"), holds=True)]
    return pd.DataFrame(rows)
