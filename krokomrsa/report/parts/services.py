"""List the services that are essential to society within the geographic area: the municipality's own, and those of others."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from krokomrsa.register import Row as Values
from krokomrsa.report.elements import Element, Head, Heading, Paragraph, Row, Table, id_head
from krokomrsa.report.material import Material, hours
from krokomrsa.vocabulary import text_of


def _organisation(row: Values, material: Material) -> int:
    """Return where the organisation of a service stands among all."""
    known = list(material.organisations)
    return known.index(str(row["organisation"])) if row["organisation"] in known else len(known)


def _row(row_id: str, row: Values, material: Material) -> Row:
    conditions = material.told("services", row, "condition_1", "condition_2")
    return Row(
        cells=(
            row_id,
            str(row["name"]),
            material.shown("services", "function", row["function"]),
            text_of("report.services.both", one=conditions[0], two=conditions[1]),
            hours(row["tolerable_outage_h"]),
            material.shown("services", "lowest_acceptable_level", row["lowest_acceptable_level"]),
        ),
        sources=(("services", row_id),),
    )


def _table(material: Material, key: str, services: Mapping[str, Values]) -> Table:
    table = material.register.vocabulary["services"]
    rows: list[Row] = []
    by_organisation = groupby(
        sorted(services.items(), key=lambda item: _organisation(item[1], material)), lambda item: item[1]["organisation"]
    )
    for organisation, held in by_organisation:
        rows.append(Row(cells=(material.organisations.get(str(organisation), str(organisation)),)))
        rows += [_row(row_id, row, material) for row_id, row in held]
    return Table(
        caption=text_of(f"report.services.{key}"),
        heads=[
            id_head(table["id"].header, services),
            Head(table["name"].header, 32),
            Head(table["function"].header, 34),
            Head(text_of("report.services.conditions_head"), 18),
            Head(text_of("report.services.tolerable"), 16),
            Head(text_of("report.services.lowest"), 45),
        ],
        rows=rows,
        note=text_of("report.services.note"),
    )


def elements(material: Material) -> list[Element]:
    """Return the part on services, of both scopes."""
    others = {row_id: row for row_id, row in material.services.items() if row_id not in material.own}
    told = {"own": len(material.own), "others": len(others)}
    table = material.register.vocabulary["services"]
    return [
        Paragraph(text=text_of("report.services.intro", **told)),
        Paragraph(text=text_of("report.services.conditions", one=table["condition_1"].help, two=table["condition_2"].help)),
        Heading(text=text_of("report.services.own_heading"), level=2),
        _table(material, "own", material.own),
        Heading(text=text_of("report.services.others_heading"), level=2),
        _table(material, "others", others),
    ]
