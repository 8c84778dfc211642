"""Call services and resources by their names, and departments too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from krokomrsa.analysis.cascade.network import blank, cells
from krokomrsa.values import shown

Names = Mapping[str, str]


def names_of(*tables: pd.DataFrame | None) -> dict[str, str]:
    """Return id → name of the rows of tables; a row without a name is left out, and a table that is not there.

    >>> names_of(pd.DataFrame({"id": ["V-1", "V-2"], "name": ["Hemtjänst", None]}))
    {'V-1': 'Hemtjänst'}
    """
    return {
        shown(key): shown(name)
        for table in tables
        if table is not None
        for key, name, missing in zip(cells(table, "id"), cells(table, "name"), blank(cells(table, "name")), strict=True)
        if not missing
    }


def called(found: object, names: Names) -> str:
    """Return the name of an id, the id itself where it has none."""
    return names.get(shown(found), shown(found))


def listed(found: Iterable[object], names: Names) -> str:
    """Return names with commas between: many a name has an ”och” of its own.

    >>> listed(["R-1", "Rakel", "Telefoni och växel"], {"R-1": "Mobilnät"})
    'Mobilnät, Rakel, Telefoni och växel'
    """
    return ", ".join(called(key, names) for key in found)
