"""Gather what is uncertain about the risks of a register, for those who show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import pandas as pd

from krokomrsa.analysis.risk.axioms import audit
from krokomrsa.analysis.risk.chance import class_probabilities
from krokomrsa.analysis.risk.gaps import missing_judgements
from krokomrsa.analysis.risk.judges import by_judge
from krokomrsa.analysis.risk.order import ranking
from krokomrsa.analysis.risk.pairs import indistinguishable
from krokomrsa.analysis.risk.ranks import rank_probabilities
from krokomrsa.analysis.risk.states import movement
from krokomrsa.scales import Scale

TOP: Final = 10  # so many of the highest risks are asked about


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """What is uncertain about the risks of a register, each table worked out when it is first asked for.

    ``matrix`` is what :func:`krokomrsa.analysis.risk.matrix` returns for ``assessments`` and ``scale``; ``events`` gives risk → event.

    >>> from krokomrsa.analysis.risk import matrix
    >>> from krokomrsa.scales import load
    >>> rows = [{"risk": risk, "judge": "LED", "aspect": aspect, "low": 3, "high": 4, "status": "judged"}
    ...         for risk in ("Storm", "Elavbrott") for aspect in ("likelihood", "unspecified")]
    >>> rows = pd.DataFrame(rows)
    >>> found = Uncertainty(assessments=rows, matrix=matrix(rows, load()), scale=load())
    >>> found.ranks["rank_high"].to_dict(), found.classes.loc["Storm"].to_list()
    ({'Storm': 2, 'Elavbrott': 2}, [0.0, 0.25, 0.75, 0.0])
    """

    assessments: pd.DataFrame
    matrix: pd.DataFrame
    scale: Scale
    events: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Return what ``rank_probabilities`` tells of the ``TOP`` highest."""
        return rank_probabilities(self.matrix, self.scale, TOP)

    @cached_property
    def classes(self) -> pd.DataFrame:
        """Return what ``class_probabilities`` tells."""
        return class_probabilities(self.matrix, self.scale)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Return what ``indistinguishable`` tells."""
        return indistinguishable(self.matrix, self.scale)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """Return what ``missing_judgements`` tells of the ``TOP`` highest."""
        return missing_judgements(self.assessments, self.scale, TOP)

    @cached_property
    def judges(self) -> pd.DataFrame:
        """Return what ``by_judge`` tells."""
        return by_judge(self.assessments, self.scale)

    @cached_property
    def movement(self) -> pd.DataFrame:
        """Return what ``movement`` tells, in the order of the ranking."""
        return movement(self.assessments, self.scale).reindex(ranking(self.matrix).index)

    @cached_property
    def audit(self) -> pd.DataFrame:
        """Return what ``audit`` tells of the scale and of the municipality's own risks."""
        return audit(self.scale, self.matrix, names=self.events)
