"""Describe the municipality: who takes part, and the documents that the work rests on."""

from __future__ import annotations

from collections import Counter

from krokomrsa.report.elements import Element, Head, Paragraph, Row, Table
from krokomrsa.report.material import Material
from krokomrsa.vocabulary import text_of


def _organisations(material: Material) -> Table:
    table = material.register.vocabulary["organisations"]
    services = Counter(str(row["organisation"]) for row in material.services.values())
    return Table(
        caption=text_of("report.municipality.organisations"),
        heads=[
            Head(table["name"].header, 52),
            Head(table["kind"].header, 24),
            Head(table["municipal"].header, 22),
            Head(table["crisis_role"].header, 30),
            Head(text_of("report.municipality.services"), 23, "right"),
        ],
        rows=[
            Row(
                cells=(*material.told("organisations", row, "name", "kind", "municipal", "crisis_role"), str(services[row_id])),
                sources=(("organisations", row_id),),
            )
            for row_id, row in material.register.rows("organisations").items()
        ],
    )


def _documents(material: Material) -> Table:
    table, columns = material.register.vocabulary["documents"], ("title", "level", "decided_by", "decided_on", "valid_to")
    return Table(
        caption=text_of("report.municipality.documents"),
        heads=[Head(table[key].header, width) for key, width in zip(columns, (58, 22, 30, 20, 20), strict=True)],
        rows=[
            Row(cells=material.told("documents", row, *columns), sources=(("documents", row_id),))
            for row_id, row in material.register.rows("documents").items()
        ],
    )


def elements(material: Material) -> list[Element]:
    """Return the part on the municipality."""
    names = {"municipality": material.municipality, "organisations": len(material.organisations), "period": material.period}
    return [Paragraph(text=text_of("report.municipality.intro", **names)), _organisations(material), _documents(material)]
