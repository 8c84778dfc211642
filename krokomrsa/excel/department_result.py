"""Write one department's result as a workbook: its services and resources, what fails when, its risks, measures and duties."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from krokomrsa.excel import workbook
from krokomrsa.excel.blocks import Written
from krokomrsa.excel.department_content import Content, gather
from krokomrsa.excel.department_resources import Resource
from krokomrsa.excel.summary import sheets
from krokomrsa.excel.summary.sheets import Head, Result
from krokomrsa.register import Register
from krokomrsa.rules import Period, RuleSet
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.vocabulary import text_of, texts

_BANNER: Final = 110  # characters of a page header that leave room for its other side
_WIDTHS: Final = {
    "services": (34, 16, 50, 12, 14, 14),
    "resources": (40, 16, 16, 18, 18, 14, 18, 14),
    "needs": (34, 40, 16, 16, 15, 14),
    "falls": (34, 38, 38, 16, 16, 20),
    "questions": (90, 20, 20),
    "risks": (11, 46, 18, 48, 26, 12),
    "shortcomings": (58, 22, 60),
    "measures": (50, 26, 13, 11, 11, 13, 46),
    "demands": (58, 14, 24, 13, 70, 34),
    "duties": (60, 14, 18, 26),
}


class _Part(Result):
    """One sheet of the result."""

    __slots__ = ()

    @property
    def title(self) -> str:
        """Return the name of the sheet."""
        return text_of(f"department_result.sheets.{self.key}")


def _hours(value: float | None) -> Written:
    """Return hours as a number; what never happens is said in words."""
    return text_of("charts.duration.never") if value is not None and math.isinf(value) else value


def _yes(value: bool) -> str:  # noqa: FBT001 (a value of a table)
    return text_of("values.yes" if value else "values.no")


def _resource(one: Resource) -> list[Written]:
    first, last = one.first_h or (None, None)
    return [one.name, *one.stops, _hours(first), _hours(last), one.backup, one.fuel_h, one.tested_on]


def _texts(part: str, *, likelihood: bool) -> Mapping[str, Any]:
    """Return texts by sheet; where likelihood is not judged, some say consequence instead of class."""
    said = texts("department_result")
    return {**said[part], **({} if likelihood else said[f"{part}_without_likelihood"])}


def _rows(found: Content) -> dict[str, list[list[Written]]]:
    return {
        "services": [[one.name, one.tolerable_h, one.lowest, one.routines, one.trained_on, one.exercised_on] for one in found.services],
        "resources": [_resource(one) for one in found.resources],
        "needs": [[one.service, one.supplier, one.low_h, _hours(one.high_h), _yes(one.backed), one.tested_on] for one in found.needs],
        "falls": [
            [one.service, one.lost, one.through or None, one.earliest_h, _hours(one.latest_h), _hours(one.unacceptable_h)]
            for one in found.falls
        ],
        "questions": [[one.text, one.low_h, one.high_h] for one in found.questions],
        "risks": [[one.id, one.event, one.own, one.grounds or None, one.municipal, _yes(one.owned)] for one in found.risks],
        "shortcomings": [[one.description, one.capability, one.measures] for one in found.shortcomings],
        "measures": [[one.measure, one.responsible, one.status, one.late, one.budget_year, one.due, one.effect] for one in found.measures],
        "demands": [[one.text, one.kind, one.concern, one.status, one.reason, one.source] for one in found.demands],
        "duties": [[one.what, one.kind, one.when, one.status] for one in found.duties],
    }


def write(
    register: Register,
    analysis: Analysis,
    organisation: str,
    *,
    scale: Scale,
    municipality: str,
    period: Period,
    rule_sets: Sequence[RuleSet],
    on: date,
    made_on: date,
    banners: Sequence[str],
) -> bytes:
    """Return the result of one department as a workbook, the same bytes for the same input.

    A sheet that would be empty is left out. Nothing of other departments is in it: shared resources by name, other services and resources only as "en verksamhet i en annan
    organisation".

    Raises
    ------
    KrokomrsaError
        No organisation has this id.
    """
    found = gather(register, analysis, organisation, scale=scale, rule_sets=rule_sets, on=on, period=period)
    file, rows = workbook.new(), _rows(found)
    title = text_of("department_result.title", organisation=found.organisation)
    facts = text_of("department_result.facts", municipality=municipality, period=period, on=on, made_on=made_on)
    banner = textwrap.shorten(banners[0], _BANNER, placeholder="…") if banners else ""
    helps, unanswered = _texts("help", likelihood=found.likelihood), text_of("department_result.unanswered")
    for key, headers in _texts("headers", likelihood=found.likelihood).items():
        heads = [Head(header, width) for header, width in zip(headers, _WIDTHS[key], strict=True)]
        if not rows[key] and any(rows.values()):
            continue  # a workbook needs a sheet; the others are left out where they would be empty
        part = _Part(key=key, heads=heads, rows=rows[key], frozen=1)
        told = [("title", title), ("help", helps[key]), ("meta", facts), *([] if found.answered else [("banner", unanswered)])]
        told += [("stop", text_of("workbook.classification")), *(("banner", line) for line in banners)]
        sheets.write(file, part, told=told, banner=banner)
    return workbook.packed(file, title=title, made_on=made_on)
