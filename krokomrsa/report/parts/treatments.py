"""Tell the measures and their effect on preparedness, and the plan of training and exercises."""

from __future__ import annotations

from datetime import date
from typing import Any

from krokomrsa.excel.summary.naming import keyed
from krokomrsa.report.charts import figures
from krokomrsa.report.elements import Element, Head, Heading, Paragraph, Row, Table, id_head
from krokomrsa.report.material import Material
from krokomrsa.vocabulary import text_of


def _say(key: str, **values: object) -> str:
    return text_of(f"report.treatments.{key}", **values)


def money(kronor: float | None) -> str:
    r"""Return an amount in kronor, in groups of three, a dash where none is known.

    >>> money(850000.0), money(None)
    ('850\xa0000', '–')
    """
    return text_of("values.missing") if kronor is None else f"{kronor:,.0f}".replace(",", "\xa0")


def _order(line: dict[str, Any], statuses: list[str]) -> tuple[Any, ...]:
    place = statuses.index(line["status"]) if line["status"] in statuses else len(statuses)
    return place, line["owner"] or "", line["due"] or date.max, line["id"]


def _table(material: Material) -> Table:
    table, rows = material.register.vocabulary["treatments"], material.register.rows("treatments")
    statuses = list(table["status"].values)
    made = []
    for line in sorted(keyed(material.analysis.follow_up), key=lambda each: _order(each, statuses)):
        row = rows[line["id"]]
        status = material.shown("treatments", "status", row["status"])
        made.append(
            Row(
                cells=(
                    line["id"],
                    str(row["measure"]),
                    material.named(material.organisations, row["owner"]),
                    _say("late", status=status) if line["late"] else status,
                    material.shown("treatments", "budget_year", row["budget_year"]),
                    money(line["cost_sek"]),
                    material.shown("treatments", "effect", row["effect"]),
                ),
                sources=(("treatments", line["id"]),),
            )
        )
    heads = [
        id_head(_say("id"), rows),
        Head(table["measure"].header, 37),
        Head(_say("owner"), 25),
        Head(table["status"].header, 20),
        Head(_say("budget"), 12.5),
        Head(_say("cost"), 20, "right"),
        Head(table["effect"].header, 33),
    ]
    return Table(caption=_say("table"), heads=heads, rows=made, note=_say("table_note", on=material.on))


def _activities(material: Material) -> Table:
    table = material.register.vocabulary["activities"]
    rows = sorted(material.register.rows("activities").items(), key=lambda item: (str(item[1]["year"]), item[1]["quarter"] or 5, item[0]))
    unknown = text_of("coverage.unknown_quarter")
    made = [
        Row(
            cells=(
                row_id,
                _say("when", year=row["year"], quarter=row["quarter"] or unknown),
                *material.told("activities", row, "kind", "name", "target_groups", "status", "evaluated_on"),
            ),
            sources=(("activities", row_id),),
        )
        for row_id, row in rows
    ]
    heads = [
        id_head(_say("id"), [row_id for row_id, _ in rows]),
        Head(_say("time"), 17),
        Head(_say("kind"), 19),
        Head(table["name"].header, 35),
        Head(table["target_groups"].header, 27),
    ]
    heads += [Head(table["status"].header, 20), Head(table["evaluated_on"].header, 20)]
    return Table(caption=_say("activities"), heads=heads, rows=made)


def _counts(material: Material) -> str:
    lines = keyed(material.analysis.follow_up)
    lasting = [line for line in lines if line["status"] != "rejected"]
    known = [line["cost_sek"] for line in lasting if line["cost_sek"] is not None]
    effects = sum(row["effect"] is not None for row in material.register.rows("treatments").values() if row["status"] != "rejected")
    done = sum(line["status"] == "done" for line in lasting)
    return _say("intro", count=len(lines), done=done, cost=money(sum(known)), priced=len(known), lasting=len(lasting), effects=effects)


def elements(material: Material) -> list[Element]:
    """Return the part on measures."""
    return [
        Paragraph(text=_counts(material)),
        Heading(text=_say("heading"), level=2),
        _table(material),
        *figures(material, "measures"),
        Heading(text=_say("activities_heading"), level=2),
        Paragraph(text=_say("activities_intro", period=material.period)),
        _activities(material),
        *figures(material, "plan"),
    ]
