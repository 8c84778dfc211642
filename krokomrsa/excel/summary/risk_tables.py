"""Print the risks: the matrix as a list, and the declared order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from krokomrsa.analysis.risk import TOP, Uncertainty, is_now
from krokomrsa.excel.blocks import Written
from krokomrsa.excel.summary.naming import chance, declared, head, heads, keyed, labels, level, named, names, odds, standings
from krokomrsa.excel.summary.sheets import Head, Result
from krokomrsa.excel.summary.sources import RowKey, Sources
from krokomrsa.register import Register, Row, rows_of
from krokomrsa.scales import Scale
from krokomrsa.values import cell
from krokomrsa.vocabulary import text_of

_LIKELIHOOD = 4  # the place of that column in the matrix as a list


def class_of(scale: Scale, low: int | None, high: int | None) -> str:
    """Return the class of a risk, or both where its interval touches several."""
    called = {each.level: each.label for each in scale.classes}
    if low is None or high is None:
        return text_of("summary.missing")
    return called[high] if low == high else text_of("summary.classes", low=called[low], high=called[high])


def _axis(register: Register, row: Mapping[str, Any], axis: str) -> Written:
    """Return the level of an axis, or why there is none."""
    found = level(row[f"{axis}_low"], row[f"{axis}_high"])
    return standings(register)[row[f"{axis}_status"]] if found is None else found


def _colours(scale: Scale, found: Sequence[Mapping[str, Any]], column: int) -> dict[tuple[int, int], str]:
    """Return the colour of the highest class of each risk."""
    tokens = {each.level: each.colour for each in scale.classes}
    return {(number, column): tokens[row["class_high"]] for number, row in enumerate(found) if row["class_high"] is not None}


def judgements(register: Register) -> dict[str, list[RowKey]]:
    """Return for each risk the assessments it rests on, consolidated ones first."""
    found: dict[str, list[RowKey]] = {}
    ordered = sorted(register.rows("assessments").items(), key=lambda item: item[1]["consolidated"] is not True)
    for row_id, row in ordered:
        if is_now(row):
            found.setdefault(str(row["risk"]), []).append(("assessments", row_id))
    return found


def every_risk(register: Register, found: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a matrix in the register's order of risks; a risk that nobody assessed is there, as missing."""
    known = {str(row["risk"]): row for row in keyed(found)}
    nothing = {str(column): None for column in found.columns}
    unjudged = dict.fromkeys(("likelihood_status", "consequence_status", "status"), "missing")
    return [known.get(risk, {"risk": risk, **nothing, **unjudged}) for risk in dict.fromkeys((*register.rows("risks"), *known))]


def aspects_of(register: Register, scale: Scale) -> dict[str, str]:
    """Return what each aspect is called, the municipality's own protected values included."""
    return {**labels(register, "assessments", "aspect"), **scale.values}  # noqa: PD011 (protected values)


def matrix(register: Register, found: pd.DataFrame, scale: Scale, sources: Sources) -> Result:
    """Return the risk matrix as a list: levels, each protected value, class, standing."""
    risks, owners, judged = register.rows("risks"), names(register, "organisations"), judgements(register)
    lines = every_risk(register, found)
    aspects = [aspect.replace(" ", "_") for aspect in scale.aspects]
    aspect_labels = aspects_of(register, scale)

    def row(line: Mapping[str, Any]) -> list[Written]:
        risk: Row = risks.get(line["risk"], {})
        return [
            line["risk"],
            risk.get("event"),
            cell(register.vocabulary["risks"]["area"], risk.get("area")),
            named(owners, [risk["owner"]] if risk.get("owner") else []) or None,
            _axis(register, line, "likelihood"),
            _axis(register, line, "consequence"),
            *(level(line[f"consequence_{aspect}_low"], line[f"consequence_{aspect}_high"]) for aspect in aspects),
            class_of(scale, line["class_low"], line["class_high"]),
            standings(register)[line["status"]],
            sources.of(judged.get(line["risk"], [("risks", line["risk"])])),
        ]

    called = [declared(register, "risks", key, width) for key, width in (("event", 28), ("area", 17), ("owner", 23))]
    values = [Head(aspect_labels[aspect], 6.5, align="center", turned=True) for aspect in scale.aspects]
    tints = _colours(scale, lines, 6 + len(values))
    columns = [*heads("id"), *called, *heads("likelihood", "consequence"), *values, *heads("class", "status", "source")]
    return Result(key="matrix", heads=columns, rows=[row(line) for line in lines], tints=tints)


def consequences(register: Register, found: pd.DataFrame, scale: Scale, sources: Sources) -> Result:
    """Return the risks by consequence, the gravest first, where likelihood is not judged: each protected value, standing, no class."""
    whole = matrix(register, found, scale, sources)
    lines = every_risk(register, found)
    order = sorted(range(len(lines)), key=lambda place: -(lines[place]["consequence_high"] or 0.0))
    dropped, standing = (_LIKELIHOOD, len(whole.heads) - 3), len(whole.heads) - 2
    rows = []
    for place in order:
        cells = [*whole.rows[place]]
        cells[standing] = standings(register)[lines[place]["consequence_status"]]
        rows.append([cell for number, cell in enumerate(cells) if number not in dropped])
    return Result(key="consequences", heads=[head for number, head in enumerate(whole.heads) if number not in dropped], rows=rows)


def _chances(risk: str, known: Uncertainty) -> list[Written]:
    """Return the places that a risk may have, and its chance of being among the highest and of every class."""
    place: dict[str, Any] = rows_of(known.ranks.loc[[risk]])[0]
    classes: dict[str, Any] = rows_of(known.classes.loc[[risk]])[0]
    return [place["rank_low"], place["rank_high"], odds(place["p_rank_k"]), *map(odds, classes.values())]


def ranking(register: Register, found: pd.DataFrame, known: Uncertainty, sources: Sources) -> Result:
    """Return the risks in their declared order, and how certain it is."""
    scale = known.scale
    events, judged, lines = names(register, "risks", "event"), judgements(register), keyed(found)
    rows: list[list[Written]] = [
        [
            line["rank"],
            line["risk"],
            events.get(line["risk"]),
            class_of(scale, line["class_low"], line["class_high"]),
            _axis(register, line, "consequence"),
            _axis(register, line, "likelihood"),
            *_chances(line["risk"], known),
            standings(register)[line["status"]],
            sources.of(judged.get(line["risk"], [("risks", line["risk"])])),
        ]
        for line in lines
    ]
    columns = [
        *heads("rank", "id"),
        declared(register, "risks", "event", 38),
        *heads("class", "consequence", "likelihood", "rank_low", "rank_high"),
        chance("top", 10, k=TOP),
        *(chance("chance_of", 10, label=one.label) for one in scale.classes),
        *heads("status"),
        head("source", 40),
    ]
    return Result(key="ranking", heads=columns, rows=rows, tints=_colours(scale, lines, 3), frozen=3)
