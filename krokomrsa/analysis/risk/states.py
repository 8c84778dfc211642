"""Follow each risk from how it would be without protection, to how it is and to how it is meant to be."""

from __future__ import annotations

from typing import Final

import pandas as pd

from krokomrsa.analysis.risk.judgements import STATES
from krokomrsa.analysis.risk.weighing import matrix
from krokomrsa.scales import Scale

AXES: Final = ("likelihood", "consequence", "class")
LEVELS: Final = tuple(f"{axis}_{bound}" for axis in AXES for bound in ("low", "high"))


def movement(assessments: pd.DataFrame, scale: Scale, rule: str | None = None) -> pd.DataFrame:
    """Return each risk's levels and classes without the existing protection, now, and after the planned measures.

    Parameters
    ----------
    assessments, scale, rule
        As :func:`krokomrsa.analysis.risk.matrix`.

    Returns
    -------
    DataFrame
        Indexed by ``risk``: ``likelihood``, ``consequence`` and ``class``, each ``_low`` and ``_high``, in each state with the prefix
        ``inherent_``, ``current_``, ``target_``. NaN (class: NA) where the state is not judged: nothing is carried from one to another.

    Raises
    ------
    KrokomrsaError
        As :func:`krokomrsa.analysis.risk.matrix`.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> rows = [{"risk": "Elavbrott", "aspect": aspect, "state": state, "low": level, "high": level, "status": "judged"}
    ...         for state, levels in {"inherent": (4, 5), None: (4, 3), "target": (4, 2)}.items()
    ...         for aspect, level in zip(("likelihood", "unspecified"), levels)]
    >>> movement(pd.DataFrame(rows), load())[["inherent_class_high", "current_class_high", "target_class_high"]]
               inherent_class_high  current_class_high  target_class_high
    risk
    Elavbrott                    4                   3                  2
    """
    found = [matrix(assessments, scale, rule, state=state)[list(LEVELS)].add_prefix(f"{state}_") for state in STATES]
    return pd.concat(found, axis=1)
