"""Tell what is weak in the dependencies, and what nobody knows: a few rows of each, the rest in the summary workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from krokomrsa.analysis.cascade.weaknesses import QUESTIONS_H
from krokomrsa.charts.rows import span
from krokomrsa.excel.summary.naming import keyed
from krokomrsa.excel.summary.sources import RowKey
from krokomrsa.register import Row as Values
from krokomrsa.report.elements import Element, Head, Heading, Paragraph, Row, Table
from krokomrsa.report.material import Material, count, hours, limit, needed
from krokomrsa.vocabulary import text_of


def _say(key: str, **values: object) -> str:
    return text_of(f"report_weaknesses.{key}", **values)


def _first(found: Sequence[dict[str, Any]], most: int) -> tuple[Sequence[dict[str, Any]], str]:
    """Return so many rows, and what is said of the rest."""
    left = len(found) - most
    return found[:most], _say("more", count=left) if left > 0 else ""


def _points(material: Material) -> list[Element]:
    """Return what falls without the municipality's own resources and services; external losses have a table of their own."""
    services, resources = material.register.rows("services"), material.register.rows("resources")
    inside = [
        row for row in material.points if row["lost"] in material.own or resources.get(row["lost"], {}).get("provision") == "internal"
    ]
    kept, note = _first([row for row in inside if row["failed_high"]], limit("weak_points"))
    rows = [
        Row(
            cells=(
                material.things.get(row["lost"], row["lost"]),
                _say("points.service" if row["lost"] in services else "points.resource"),
                count(row["failed_low"], row["failed_high"]),
                count(row["unacceptable_low"], row["unacceptable_high"]),
                hours(row["first_unacceptable_h"]),
            ),
            sources=(("services" if row["lost"] in services else "resources", row["lost"]),),
        )
        for row in kept
    ]
    heads = [Head(_say("points.lost"), 58), Head(_say("points.kind"), 24)]
    heads += [
        Head(text_of(f"report.dependencies.{key}"), width, "right") for key, width in (("fail", 20), ("unacceptable", 22), ("first", 23))
    ]
    intro = Paragraph(text=_say("points.intro", hours=hours(limit("horizon_h"))))
    return [intro, Table(caption=_say("points.caption"), heads=heads, rows=rows, note=note)] if rows else []


def _reserves(material: Material) -> list[Element]:
    groups = _groups(needed(material.register.rows("dependencies")))
    found = material.analysis.weaknesses.false_redundancy
    held = [
        rows for key, rows in found.groupby(["dependent", "group"], sort=False) if key[0] in material.own or key[0] not in material.services
    ]
    if not held:
        return []
    most = limit("weak_points")
    rows = [_reserve(each, material, groups) for each in held[:most]]
    heads = [
        Head(_say("reserves.of"), 30),
        Head(_say("reserves.group"), 46),
        Head(_say("reserves.first"), 32),
        Head(_say("reserves.others"), 52),
    ]
    note = _say("more", count=len(held) - most) if len(held) > most else ""
    whole = sum(len(members) > 1 for key, members in groups.items() if key[0] in material.own or key[0] not in material.services)
    intro = Paragraph(text=_say("reserves.intro", hours=hours(limit("horizon_h")), count=len(held), of=whole))
    return [intro, Table(caption=_say("reserves.caption"), heads=heads, rows=rows, note=note)]


def _groups(rows: dict[str, Values]) -> dict[tuple[Any, Any], list[RowKey]]:
    found: dict[tuple[Any, Any], list[RowKey]] = {}
    for row_id, row in rows.items():
        if row["group"] is not None:
            found.setdefault((row["dependent"], row["group"]), []).append(("dependencies", row_id))
    return found


def _reserve(found: pd.DataFrame, material: Material, groups: dict[tuple[Any, Any], list[RowKey]]) -> Row:
    first, *others = keyed(found)
    when = span(first["holds_low_h"], first["holds_high_h"]) if first["holds_high_h"] else _say("reserves.at_once")
    soonest = _say("reserves.cause", name=material.things.get(first["cause"], first["cause"]), when=when)
    told = _say("reserves.alternatives", group=first["group"], alternatives=material.named(material.things, first["alternatives"]))
    rest = material.named(material.things, [row["cause"] for row in others])
    return Row(
        cells=(material.things.get(first["dependent"], first["dependent"]), told, soonest, rest),
        sources=tuple(groups[first["dependent"], first["group"]]),
    )


def _uncertain(material: Material) -> list[Element]:
    asked = _questions(material)
    found = [Paragraph(text=_say("uncertain.intro", hours=hours(QUESTIONS_H)))]
    return [*found, asked, *_bands(material)] if asked.rows else []


def _bands(material: Material) -> list[Element]:
    """Return the services where the answer is least certain when the worst external loss strikes."""
    table = material.analysis.weaknesses.uncertain
    lost = next((loss["lost"] for loss in material.losses if loss["failed_high"]), None)
    held = [row for row in keyed(table[table["lost"] == lost]) if row["id"] in material.own]
    kept, note = _first(held, limit("uncertain"))
    rows = [
        Row(
            cells=(
                material.things[row["id"]],
                hours(row["unacceptable_earliest_h"]),
                hours(row["unacceptable_latest_h"]),
                hours(row["width_h"]),
            ),
            sources=(("services", row["id"]),),
        )
        for row in kept
    ]
    heads = [Head(_say("uncertain.service"), 64), *(Head(_say(f"uncertain.{key}"), 32, "right") for key in ("earliest", "latest", "width"))]
    caption = _say("uncertain.caption", lost=material.things.get(str(lost), str(lost)))
    return [Table(caption=caption, heads=heads, rows=rows, note=note)] if rows else []


def _questions(material: Material) -> Table:
    kept, more = _first(keyed(material.analysis.weaknesses.questions), limit("weak_points"))
    rows = [
        Row(cells=(row["question"], count(round(row["gain_low_h"]), round(row["gain_high_h"]))), sources=((row["table"], row["id"]),))
        for row in kept
    ]
    heads = [Head(_say("uncertain.question"), 130), Head(_say("uncertain.gain"), 30, "right")]
    return Table(caption=_say("uncertain.questions"), heads=heads, rows=rows, note=f"{_say('uncertain.questions_note')} {more}".strip())


def _faults(material: Material) -> list[Element]:
    found = material.analysis.weaknesses.faults
    if found.empty:
        return []
    rows = [
        Row(
            cells=(str(label), str(len(held)), str(held["problem"].iloc[0])),
            sources=tuple((row["table"], row["id"]) for row in keyed(held) if row["id"]),
        )
        for label, held in found.groupby("label", sort=False)
    ]
    heads = [Head(_say("faults.kind"), 50), Head(_say("faults.count"), 15, "right"), Head(_say("faults.example"), 95)]
    return [Paragraph(text=_say("faults.intro", count=len(found))), Table(caption=_say("faults.caption"), heads=heads, rows=rows)]


_PARTS: dict[str, Callable[[Material], list[Element]]] = {
    "points": _points,
    "reserves": _reserves,
    "uncertain": _uncertain,
    "faults": _faults,
}


def elements(material: Material) -> list[Element]:
    """Return what is weak and what is not known, each under a heading; what is neither has none."""
    made = {key: part(material) for key, part in _PARTS.items()}
    return [each for key, held in made.items() if held for each in (Heading(text=_say(f"{key}.heading"), level=2), *held)]
