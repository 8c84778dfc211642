"""Say on which side and in which band of the dependency map each service and resource stands, and what the bands are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from krokomrsa.charts.layout import Link, Side, links
from krokomrsa.charts.rows import labels
from krokomrsa.vocabulary import text_of

ELSEWHERE: Final = "?"  # the band of what the register does not hold


def sides(found: Sequence[Link], services: pd.DataFrame, resources: pd.DataFrame) -> dict[Side, list[tuple[str, str]]]:
    """Return what the links name, (id, band) by side: kinds of resources and organisations in the order of the register."""
    linked = {id_ for link in found for id_ in (link.supplier, link.dependent)}
    held: dict[Side, list[tuple[str, str]]] = {"resource": [], "service": []}
    for side, table, column in (("resource", resources, "kind"), ("service", services, "organisation")):
        rows = zip(table["id"], table[column], strict=True)
        held[side] += [(str(id_), "" if pd.isna(band) else str(band)) for id_, band in rows if id_ in linked]  # type: ignore[index]
    known = {id_ for members in held.values() for id_, _ in members}
    held["resource"] += [(id_, ELSEWHERE) for id_ in sorted(linked - known)]
    return held


def heading(side: Side, key: str, organisations: Mapping[str, str]) -> str:
    """Return what a band is called: the kind of resource, the organisation.

    >>> heading("resource", "fuel", {}), heading("service", "SOC", {"SOC": "Socialförvaltningen"})
    ('Drivmedel', 'Socialförvaltningen')
    """
    if key == ELSEWHERE:
        return text_of("charts.map.elsewhere")
    if side == "resource":
        return labels("resources", "kind").get(key, key) if key else text_of("charts.map.no_kind")
    return organisations.get(key, key) if key else text_of("charts.map.no_organisation")


def collapsed(
    found: Sequence[Link], held: Mapping[Side, Sequence[tuple[str, str]]]
) -> tuple[list[Link], dict[Side, list[tuple[str, str]]]]:
    """Return the map with one node for each band, and links between bands."""
    band = {id_: f"{side}:{band}" for side, members in held.items() for id_, band in members}
    table = pd.DataFrame(
        {
            "supplier": [band[link.supplier] for link in found],
            "dependent": [band[link.dependent] for link in found],
            "endurance_low_h": [{"hours": 0.0, "day": 4.0, "week": 24.0, "longer": 168.0}.get(link.weight) for link in found],
        }
    )
    merged = links(table[table["supplier"] != table["dependent"]])
    bands: dict[Side, list[tuple[str, str]]] = {
        side: list(dict.fromkeys((f"{side}:{band}", band) for _, band in members)) for side, members in held.items()
    }
    return merged, bands
