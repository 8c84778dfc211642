"""Tell which dependencies are critical: those whose loss is felt within a declared time."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.losses import hour_of
from krokomrsa.analysis.cascade.network import read
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of


def critical_dependencies(dependencies: pd.DataFrame, *, limit_h: float) -> pd.DataFrame:
    """Return each dependency with whether it is critical: whether its loss is felt within a declared limit.

    "Kritiskt" means that the loss is felt "relativt omgående"; with a week's endurance a dependency is not critical. What that is in
    hours is declared here. Each row is judged by itself: that it has a reservlösning does not change its own endurance. The
    argument stays as it is.

    Parameters
    ----------
    dependencies
        As for ``failure_times``; rows with status ``not needed`` are left out.
    limit_h
        Hours; an endurance of exactly as much is critical.

    Returns
    -------
    pandas.DataFrame
        The rows of the table, in its order and with its index and columns, and ``critical``: ``yes``: the endurance is at most the
        limit, also at best; ``no``: it is longer, also at worst; ``unknown``: the limit is inside the interval, or what would
        tell is not stated. A missing lower bound is 0 and a missing upper bound is without limit.

    Raises
    ------
    KrokomrsaError
        Every fault in the dependencies, as for ``failure_times``; a limit that is no finite number of hours.

    References
    ----------
    MSB (2011). Vägledning för risk- och sårbarhetsanalyser (MSB245): kritiska beroenden.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"dependent": ["Larm", "Hemtjänst", "Arkiv"], "supplier": ["Elnät", "Larm", "Elnät"],
    ...                              "endurance_low_h": [4, 12, None], "endurance_high_h": [6, 48, None]})
    >>> critical_dependencies(dependencies, limit_h=24)["critical"].tolist()
    ['yes', 'unknown', 'unknown']
    """
    if not 0 <= hour_of(limit_h) < math.inf:
        problem, remedy = (text_of(f"cascade_outages.limit_not_hour{end}") for end in ("", "_remedy"))
        raise KrokomrsaError(Problem(value=shown(limit_h), problem=problem, remedy=remedy))
    network, _ = read(dependencies, {})
    order = np.argsort(network.position)
    words = np.select([network.high <= limit_h, network.low > limit_h], ["yes", "no"], default="unknown")[order]
    counted = dependencies.iloc[network.position[order]]
    return counted.assign(critical=pd.Series(words, index=counted.index, dtype="str"))
