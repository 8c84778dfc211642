"""Tell the vulnerabilities, and what the crisis preparedness lacks against duties and own goals."""

from __future__ import annotations

from krokomrsa.excel.summary.naming import keyed, measures_against, standing_of
from krokomrsa.report.charts import figures
from krokomrsa.report.elements import Element, Head, Heading, Paragraph, Row, Table
from krokomrsa.report.material import Material
from krokomrsa.vocabulary import text_of, texts


def _say(key: str, **values: object) -> str:
    return text_of(f"report.vulnerabilities.{key}", **values)


def _table(material: Material) -> Table:
    table, against = material.register.vocabulary["vulnerabilities"], measures_against(material.register)
    rows = [
        Row(
            cells=(
                str(row["description"]),
                material.named(material.organisations, row["organisation"]),
                material.shown("vulnerabilities", "capability", row["capability"]),
                material.named(material.things, row["services"]),
                against.get(row_id, text_of("summary.treatments.none")),
            ),
            sources=(("vulnerabilities", row_id),),
        )
        for row_id, row in material.register.rows("vulnerabilities").items()
    ]
    keys = (("description", 44), ("organisation", 28), ("capability", 21), ("services", 30))
    heads = [*(Head(table[key].header, width) for key, width in keys), Head(_say("measures"), 24)]
    return Table(caption=_say("table"), heads=heads, rows=rows)


def _duties(material: Material) -> Table:
    said = texts("summary")
    rows = [
        Row(
            cells=(
                line["text"],
                said["duty_kind"].get(line["kind"], line["kind"]),
                said["duty_status"][standing_of(line)],
                line["reason"],
                line["source"],
            ),
            sources=tuple(("activities", each) for each in line["evidence"]),
        )
        for line in keyed(material.analysis.duties)
    ]
    heads = [Head(_say("duty"), 40), Head(_say("kind"), 16), Head(_say("standing"), 18), Head(_say("reason"), 50), Head(_say("source"), 23)]
    return Table(caption=_say("duties"), heads=heads, rows=rows, note=_say("duties_note", on=material.on))


def elements(material: Material) -> list[Element]:
    """Return the part on vulnerabilities."""
    return [
        Paragraph(text=_say("intro", count=len(material.register.rows("vulnerabilities")))),
        Heading(text=_say("heading"), level=2),
        _table(material),
        Heading(text=_say("duties_heading"), level=2),
        _duties(material),
        *figures(material, "coverage"),
        *figures(material, "coverage_services"),
    ]
