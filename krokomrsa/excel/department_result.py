"""Write one department's result as a workbook: its services, what they need, what fails when, its risks, measures and duties."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Final

from krokomrsa.excel import workbook
from krokomrsa.excel.blocks import Written
from krokomrsa.excel.department_content import Content, gather
from krokomrsa.excel.summary import sheets
from krokomrsa.excel.summary.sheets import Head, Result
from krokomrsa.register import Register
from krokomrsa.rules import Period
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.vocabulary import text_of, texts

_BANNER: Final = 110  # characters of a page header that leave room for its other side
_WIDTHS: Final = {
    "services": (34, 16, 50, 12, 14, 14),
    "needs": (34, 40, 16, 16, 15, 14),
    "falls": (34, 38, 38, 16, 16, 20),
    "risks": (11, 46, 18, 48, 26, 12),
    "shortcomings": (58, 22, 60),
    "measures": (50, 26, 13, 11, 11, 13, 46),
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


def _rows(found: Content) -> dict[str, list[list[Written]]]:
    return {
        "services": [[one.name, one.tolerable_h, one.lowest, one.routines, one.trained_on, one.exercised_on] for one in found.services],
        "needs": [[one.service, one.supplier, one.low_h, _hours(one.high_h), _yes(one.backed), one.tested_on] for one in found.needs],
        "falls": [
            [one.service, one.lost, one.through or None, one.earliest_h, _hours(one.latest_h), _hours(one.unacceptable_h)]
            for one in found.falls
        ],
        "risks": [[one.id, one.event, one.own, one.grounds or None, one.risk_class, _yes(one.owned)] for one in found.risks],
        "shortcomings": [[one.description, one.capability, one.measures] for one in found.shortcomings],
        "measures": [[one.measure, one.responsible, one.status, one.late, one.budget_year, one.due, one.effect] for one in found.measures],
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
    on: date,
    made_on: date,
    banners: Sequence[str],
) -> bytes:
    """Return the result of one department as a workbook, the same bytes for the same input.

    Nothing of other departments is in it: shared resources by name, other services and resources only as "en verksamhet i en annan
    organisation".

    Raises
    ------
    KrokomrsaError
        No organisation has this id.
    """
    found = gather(register, analysis, organisation, scale=scale, on=on)
    file, rows = workbook.new(), _rows(found)
    title = text_of("department_result.title", organisation=found.organisation)
    facts = text_of("department_result.facts", municipality=municipality, period=period, on=on, made_on=made_on)
    banner = textwrap.shorten(banners[0], _BANNER, placeholder="…") if banners else ""
    for key, headers in texts("department_result")["headers"].items():
        heads = [Head(header, width) for header, width in zip(headers, _WIDTHS[key], strict=True)]
        part = _Part(key=key, heads=heads, rows=rows[key], frozen=1)
        told = [("title", title), ("help", text_of(f"department_result.help.{key}")), ("meta", facts)]
        told += [("stop", text_of("workbook.classification")), *(("banner", line) for line in banners)]
        sheets.write(file, part, told=told, banner=banner)
    return workbook.packed(file, title=title, made_on=made_on)
