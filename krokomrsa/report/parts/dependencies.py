"""Tell what the municipality's own services depend on critically, and what fails when that is lost."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any, Final

from krokomrsa.analysis import cascade
from krokomrsa.excel.summary.sources import RowKey
from krokomrsa.register import Row as Values
from krokomrsa.report.charts import figures
from krokomrsa.report.elements import Bullets, Element, Head, Heading, Paragraph, Row, Table
from krokomrsa.report.material import Material, count, hours, limit, needed
from krokomrsa.report.parts import weaknesses
from krokomrsa.vocabulary import text_of

_DRAWN: Final = ("dependency_map", "timeline", "service_resource", "single_points")


def _say(key: str, **values: object) -> str:
    return text_of(f"report.dependencies.{key}", **values)


def replaceable(rows: dict[str, Values]) -> set[str]:
    """Return the ids of the needs that something else can meet: fewer than all of their group must stand."""
    groups: dict[tuple[object, object], list[str]] = defaultdict(list)
    for row_id, row in rows.items():
        if row["group"] is not None:
            groups[row["dependent"], row["group"]].append(row_id)
    return {each for members in groups.values() for each in members if (rows[each]["needed"] or 1) < len(members)}  # type: ignore[operator]


def _critical(row: Values) -> bool:
    low: Any = row["endurance_low_h"]
    return low is None or low <= limit("critical_h")


def _first_order(material: Material) -> Table:
    rows = needed(material.register.rows("dependencies"))
    backed = replaceable(rows)
    found: dict[str, dict[bool, set[str]]] = {}
    sources: dict[str, list[RowKey]] = defaultdict(list)
    for row_id, row in rows.items():
        if row["dependent"] in material.own:
            supplier = str(row["supplier"])
            critical = row_id not in backed and _critical(row)
            found.setdefault(supplier, {True: set(), False: set()})[critical].add(str(row["dependent"]))
            sources[supplier].append(("dependencies", row_id))
    resources = material.register.rows("resources")
    table = material.register.vocabulary["resources"]
    made = [
        Row(
            cells=(
                material.things.get(supplier, supplier),
                material.shown("resources", "provision", resources[supplier]["provision"]) if supplier in resources else _say("service"),
                str(len(held[True])),
                material.named(material.things, sorted(held[True])),
                str(len(held[False] - held[True])),
            ),
            sources=tuple(sources[supplier]),
        )
        for supplier, held in sorted(found.items(), key=lambda item: (-len(item[1][True]), -len(item[1][False]), item[0]))
    ]
    heads = [Head(_say("needs"), 31), Head(table["provision"].header, 16), Head(_say("count"), 15, "right")]
    heads += [Head(_say("critical_for"), 70), Head(_say("others"), 15, "right")]
    return Table(caption=_say("first_order"), heads=heads, rows=made, note=_say("first_order_note", hours=hours(limit("critical_h"))))


def _losses(material: Material) -> Table:
    rows = [
        Row(
            cells=(
                material.things.get(loss["lost"], loss["lost"]),
                count(loss["failed_low"], loss["failed_high"]),
                count(loss["unacceptable_low"], loss["unacceptable_high"]),
                str(loss["tolerance_unknown"]),
                hours(loss["first_unacceptable_h"]),
            ),
            sources=(("resources", loss["lost"]),),
        )
        for loss in material.losses
        if loss["failed_high"]
    ]
    heads = [
        Head(_say("lost"), 50),
        *(Head(_say(key), 24, "right") for key in ("fail", "unacceptable", "unknown")),
        Head(_say("first"), 25, "right"),
    ]
    own = len(material.own)
    return Table(caption=_say("losses"), heads=heads, rows=rows, note=_say("losses_note", own=own, hours=hours(limit("horizon_h"))))


def _chains(material: Material) -> list[str]:
    """Return, for the worst losses, why the municipality's own service that is reached by the longest way fails."""
    told = []
    dependencies = material.register.dependencies
    for loss in [each for each in material.losses if each["failed_high"]][: limit("explained_losses")]:
        lost = loss["lost"]
        hit = [
            row_id
            for row_id in material.own
            for row in material.failures.get(row_id, [])
            if row["lost"] == lost and math.isfinite(row["earliest_h"])
        ]
        chains = [cascade.explain(dependencies, {lost: 0.0}, row_id) for row_id in hit]
        told.append(cascade.sentence(max(chains, key=len), material.things))
    return told


def elements(material: Material) -> list[Element]:
    """Return the part on critical dependencies."""
    found: list[Element] = [
        Paragraph(text=_say("intro", own=len(material.own))),
        Heading(text=_say("first_order_heading"), level=2),
        _first_order(material),
        Heading(text=_say("losses_heading"), level=2),
        Paragraph(text=_say("losses_intro", hours=hours(limit("horizon_h")))),
        _losses(material),
    ]
    chains = _chains(material)
    if chains:
        found += [Paragraph(text=_say("chains")), Bullets(lines=chains)]
    found += weaknesses.elements(material)
    drawn = [each for key in _DRAWN for each in figures(material, key)]  # a page each: after all that flows
    return [*found, Heading(text=_say("figures_heading"), level=2), *drawn] if drawn else found
