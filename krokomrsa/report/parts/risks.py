"""Tell the risks: matrix and ranking, or loss against the lowest acceptable level where no likelihood is judged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from krokomrsa.analysis.risk import TOP
from krokomrsa.register import Row as Values
from krokomrsa.report.charts import figures
from krokomrsa.report.elements import Element, Head, Heading, Paragraph, Row, Table, id_head
from krokomrsa.report.material import Material, hours, level, limit
from krokomrsa.report.parts import certainty
from krokomrsa.scale_file import UNSPECIFIED
from krokomrsa.values import split
from krokomrsa.vocabulary import text_of

_LOSSES_SHOWN = 3


def _say(key: str, **values: object) -> str:
    return text_of(f"report.risks.{key}", **values)


def _of(risk: Mapping[str, Any], material: Material) -> tuple[tuple[str, str], ...]:
    return tuple(material.judgements.get(risk["risk"], [("risks", risk["risk"])]))


def _event(risk: Mapping[str, Any], material: Material) -> str:
    return material.events.get(risk["risk"], str(risk["risk"]))


def _ranking(material: Material) -> Table:
    tokens = {each.level: each.colour for each in material.scale.classes}
    rows = [
        Row(
            cells=(
                str(risk["rank"]),
                risk["risk"],
                _event(risk, material),
                material.risk_class(risk),
                material.axis(risk, "consequence"),
                material.axis(risk, "likelihood"),
                *certainty.place(risk["risk"], material),
            ),
            sources=_of(risk, material),
            tints={3: tokens[risk["class_high"]]},
        )
        for risk in material.ranked
        if risk["rank"] is not None
    ]
    heads = [Head(_say("rank"), 12, "right"), id_head(_say("id"), material.events), Head(_say("event"), 50), Head(_say("class"), 28)]
    heads += [Head(_say("consequence"), 16, "center"), Head(_say("likelihood"), 16, "center"), *certainty.heads()]
    return Table(caption=_say("ranking"), heads=heads, rows=rows, note=_say("ranking_note", k=TOP))


def _unranked(material: Material) -> list[Element]:
    risks = [risk for risk in material.risks if risk["class_high"] is None]
    if not risks:
        return []
    rows = [
        Row(
            cells=(
                risk["risk"],
                _event(risk, material),
                material.axis(risk, "likelihood"),
                material.axis(risk, "consequence"),
                material.standing(risk["status"]),
            ),
            sources=_of(risk, material),
        )
        for risk in risks
    ]
    heads = [
        id_head(_say("id"), material.events),
        Head(_say("event"), 60),
        Head(_say("likelihood"), 24),
        Head(_say("consequence"), 24),
        Head(_say("status"), 24),
    ]
    table = Table(caption=_say("unranked"), heads=heads, rows=rows)
    return [Heading(text=_say("unranked_heading"), level=2), Paragraph(text=_say("unranked_intro")), table]


def _severity(risk: Mapping[str, Any]) -> tuple[float, float]:
    """Return what risks without likelihood are ordered by: the highest consequence first, those without last."""
    high, low = risk["consequence_high"], risk["consequence_low"]
    return (-math.inf, -math.inf) if high is None else (high, low)


def ordered(material: Material) -> list[dict[str, Any]]:
    """Return the risks, the highest first: in their declared order, or by consequence alone where no likelihood is judged."""
    if material.likelihood:
        known = {risk["risk"] for risk in material.ranked}
        return [*material.ranked, *(risk for risk in material.risks if risk["risk"] not in known)]
    return sorted(material.risks, key=_severity, reverse=True)


def _values(material: Material) -> Table:
    """Return the consequence for each protected value."""
    scale = material.scale
    aspects = list(scale.aspects)
    labels = {
        **material.register.vocabulary["assessments"]["aspect"].values,
        **scale.values,
        UNSPECIFIED: text_of("report.method.undivided"),
    }
    keys = [aspect.replace(" ", "_") for aspect in aspects]
    rows = [
        Row(
            cells=(
                risk["risk"],
                _event(risk, material),
                *(level(risk[f"consequence_{key}_low"], risk[f"consequence_{key}_high"]) for key in keys),
                material.axis(risk, "consequence"),
            ),
            sources=_of(risk, material),
        )
        for risk in ordered(material)
    ]
    short = text_of("report.comma").join(
        _say("letter", letter=letter, label=labels[aspect].lower()) for letter, aspect in _letters(aspects)
    )
    heads = [id_head(_say("id"), material.events), Head(_say("event"), 50), *(Head(letter, 9, "center") for letter, _ in _letters(aspects))]
    heads.append(Head(_say("consequence"), 20, "center"))
    return Table(caption=_say("values"), heads=heads, rows=rows, note=_say("values_note", letters=short))


def _letters(aspects: Sequence[str]) -> list[tuple[str, str]]:
    return [(chr(ord("A") + number), aspect) for number, aspect in enumerate(aspects)]


def _against_level(material: Material) -> Table:
    """Return for each of the municipality's own services the losses that hit it first, against its lowest acceptable level."""
    rows = []
    for row_id, row in material.own.items():
        hits = [each for each in material.failures.get(row_id, []) if math.isfinite(each["earliest_h"])]
        hits.sort(key=lambda each: (each["earliest_h"], each["latest_h"], each["lost"]))
        tolerable: Any = row["tolerable_outage_h"]
        first = hits[0]["earliest_h"] + tolerable if hits and tolerable is not None else None
        losses = [
            _say("hit", name=material.things.get(each["lost"], each["lost"]), hours=hours(each["earliest_h"]))
            for each in hits[:_LOSSES_SHOWN]
        ]
        lowest = material.shown("services", "lowest_acceptable_level", row["lowest_acceptable_level"])
        told = text_of("report.comma").join(losses) or _say("no_hit")
        rows.append(Row(cells=(str(row["name"]), lowest, told, hours(tolerable), hours(first)), sources=(("services", row_id),)))
    heads = [
        Head(_say("service"), 30),
        Head(_say("lowest"), 40),
        Head(_say("hits"), 41),
        Head(_say("tolerable"), 18),
        Head(_say("unacceptable"), 18),
    ]
    return Table(caption=_say("against_level"), heads=heads, rows=rows, note=_say("against_level_note"))


def _measures(material: Material) -> dict[str, list[str]]:
    """Return the measures against each risk; those that were rejected do not count."""
    found: dict[str, list[str]] = {}
    for row in material.register.rows("treatments").values():
        for risk in split(row["risks"]) if row["status"] != "rejected" else ():
            found.setdefault(risk, []).append(str(row["measure"]).rstrip("."))
    return found


def _fact(name: str, text: object) -> str:
    return _say("fact", name=name, text=str(text).rstrip("."))


def _description(risk: Mapping[str, Any], row: Values, measures: Sequence[str], material: Material) -> str:
    """Return what there is to tell of one risk."""
    tables = material.register.vocabulary
    levels = {axis: material.axis(risk, axis) for axis in ("likelihood", "consequence")}
    key = "standing" if material.likelihood else "standing_consequence"
    told = [_say(key, risk_class=material.risk_class(risk).lower(), **levels)]
    told += [_fact(tables["risks"][column].header, row[column]) for column in ("description", "causes", "protection") if row.get(column)]
    if row.get("services"):
        told.append(_fact(tables["risks"]["services"].header, material.named(material.things, row["services"])))
    told.append(_fact(tables["treatments"].sheet, text_of("report.semicolon").join(measures) or _say("no_measures")))
    return " ".join(told)


def _described(material: Material) -> list[Element]:
    """Return the highest risks one by one."""
    rows, measures = material.register.rows("risks"), _measures(material)
    risks = [risk for risk in ordered(material) if risk["consequence_high"] is not None][: limit("described_risks")]
    if not risks:
        return []
    found: list[Element] = [
        Heading(text=_say("described_heading"), level=2),
        Paragraph(text=_say("described", count=limit("described_risks"))),
    ]
    for risk in risks:
        told = _description(risk, rows.get(risk["risk"], {}), measures.get(risk["risk"], []), material)
        found += [Heading(text=_say("heading", event=_event(risk, material), id=risk["risk"]), level=3), Paragraph(text=told)]
    return found


def _events(material: Material) -> list[Element]:
    rows = sorted(material.register.rows("events").items(), key=lambda item: str(item[1]["date"]))
    if not rows:
        return []
    table = material.register.vocabulary["events"]
    made = [
        Row(
            cells=(
                *material.told("events", row, "date", "event"),
                hours(row["duration_h"]),
                material.shown("events", "consequence", row["consequence"]),
                material.shown("events", "lessons", row["lessons"]),
            ),
            sources=(("events", row_id),),
        )
        for row_id, row in rows
    ]
    keys = (("date", 20), ("event", 37), ("duration_h", 19), ("consequence", 38), ("lessons", 33))
    heads = [Head(table[key].header, width) for key, width in keys]
    return [Heading(text=_say("events_heading"), level=2), Table(caption=_say("events"), heads=heads, rows=made)]


def _ranked(material: Material) -> list[Element]:
    """Return the risks by class: the matrix, the ranking, and those without a rank."""
    shown = figures(material, "matrix")
    head: list[Element] = [Heading(text=_say("matrix_heading"), level=2)] if shown else []
    ranking: list[Element] = [Heading(text=_say("ranking_heading"), level=2), _ranking(material)]
    return [*head, *shown, *ranking, *_unranked(material), *certainty.elements(material)]


def elements(material: Material) -> list[Element]:
    """Return the part on risks."""
    told = {"risks": len(material.risks), "judged": sum(risk["status"] == "judged" for risk in material.risks)}
    first: list[Element] = [Paragraph(text=_say("intro" if material.likelihood else "intro_consequence", **told))]
    if material.likelihood:
        first += _ranked(material)
    else:
        first += [Heading(text=_say("against_level_heading"), level=2), _against_level(material)]
    shown = [] if material.likelihood else figures(material, "consequences")
    apart = [*certainty.disagreement(material), *certainty.movement(material), *certainty.change(material)]
    values: list[Element] = [Heading(text=_say("values_heading"), level=2), *shown, _values(material)]
    return [*first, *values, *apart, *_described(material), *_events(material)]
