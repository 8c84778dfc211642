"""Choose the dependencies of a what-if: those of a season, and those of a day when every stock is empty."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from krokomrsa.analysis.cascade.network import blank, cells

ENDURANCE: Final = ("endurance_low_h", "endurance_high_h")
NEED: Final = ("dependent", "supplier", "use", "group")


def in_season(dependencies: pd.DataFrame, season: str | None) -> pd.DataFrame:
    """Return the dependencies that hold in a season; all of them where no season is given.

    A row of the season itself goes before a row of the whole year for the same need (``dependent``, ``supplier``, ``use``,
    ``group``); rows of another season are left out. The argument stays as it is.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"dependent": ["Hemtjänst"] * 3, "supplier": ["Elnät", "Elnät", "Vatten"],
    ...                              "season": [None, "winter", None], "endurance_low_h": [24, 4, 48]})
    >>> in_season(dependencies, "winter")["endurance_low_h"].tolist(), in_season(dependencies, "summer")["endurance_low_h"].tolist()
    ([4, 48], [24, 48])
    """
    if season is None:
        return dependencies.copy()
    named = cells(dependencies, "season")
    whole_year, own = blank(named), pd.Series(named, dtype=object).isin([season]).to_numpy(dtype=bool)
    keys = [column for column in NEED if column in dependencies]
    needs = [tuple(None if pd.isna(part) else part for part in need) for need in dependencies[keys].itertuples(index=False)]
    special = {need for need, chosen in zip(needs, own, strict=True) if chosen}
    general = [always and need not in special for need, always in zip(needs, whole_year, strict=True)]
    return dependencies[pd.Series(own | np.array(general, dtype=bool), index=dependencies.index)].copy()


def without_stock(dependencies: pd.DataFrame) -> pd.DataFrame:
    """Return the dependencies on a day when stocks, fuel and batteries are empty: nobody manages any time without.

    The argument stays as it is.

    >>> without_stock(pd.DataFrame({"dependent": ["Skola"], "supplier": ["Elnät"], "endurance_low_h": [2.0]}))["endurance_high_h"].tolist()
    [0.0]
    """
    return dependencies.assign(**dict.fromkeys(ENDURANCE, 0.0))
