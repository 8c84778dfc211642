"""Rank judged risks in the declared order."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.risk.judgements import JUDGED

# the order in which judged risks are ranked, each from high to low
DECLARED_ORDER: Final = ("class_high", "class_low", "consequence_high", "consequence_low", "likelihood_high", "likelihood_low")


def uses_likelihood(matrix: pd.DataFrame) -> bool:
    """Tell whether likelihood is judged: without it nothing has a class, and no matrix is shown. ``matrix`` is what ``matrix`` returns.

    Where nothing is judged yet, it may still be.

    >>> found = pd.DataFrame({"likelihood_low": [None, None], "consequence_low": [3.0, None]})
    >>> uses_likelihood(found), uses_likelihood(found.assign(likelihood_low=[2.0, None])), uses_likelihood(found.head(0))
    (False, True, True)
    """
    return bool(matrix["likelihood_low"].notna().any() or not matrix["consequence_low"].notna().any())


def ranking(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return the risks in the declared order: class, then consequence, then likelihood, each by its high and then its low.

    Takes what :func:`matrix` returns and puts ``rank`` (Int64) first: 1 is the highest, equal risks share a rank and the next skips.
    Risks that are not judged stand in a band at the end in their given order, without a rank. Never the product of levels.

    >>> from krokomrsa.analysis.risk import matrix
    >>> from krokomrsa.scales import load
    >>> rows = [{"risk": risk, "aspect": aspect, "low": level, "high": level, "status": "judged"}
    ...         for risk, levels in {"Storm": (4, 2), "Elavbrott": (3, 3), "Pandemi": (3, 4)}.items()
    ...         for aspect, level in zip(("likelihood", "unspecified"), levels)]
    >>> ranking(matrix(pd.DataFrame(rows), load()))["rank"].to_dict()
    {'Pandemi': 1, 'Elavbrott': 2, 'Storm': 3}
    """
    judged = matrix[matrix["status"] == JUDGED].sort_values(list(DECLARED_ORDER), ascending=False, kind="stable")
    places = judged.groupby(list(DECLARED_ORDER), sort=False).ngroup()
    rank = pd.Series(np.arange(1, len(judged) + 1), index=judged.index).groupby(places.to_numpy()).transform("min")
    ordered = pd.concat([judged, matrix[matrix["status"] != JUDGED]])
    ordered.insert(0, "rank", rank.astype("Int64").reindex(ordered.index))
    return ordered
