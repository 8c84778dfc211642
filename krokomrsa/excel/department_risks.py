"""Gather the events that concern one department: by its own judgement, and by the municipality's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from krokomrsa.analysis.risk import JUDGED, is_now, uses_likelihood
from krokomrsa.excel.summary.naming import keyed, level
from krokomrsa.register import Register, Row
from krokomrsa.scales import OWN_OPERATIONS, Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.values import display, split
from krokomrsa.vocabulary import text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """An event, how hard it hits the department by its own judgement, and how the municipality judges it.

    ``municipal`` is the municipality's class, or its consequence where likelihood is not judged.
    """

    id: str
    event: str
    own: str
    grounds: str
    municipal: str
    owned: bool
    order: tuple[float, float]


def _answer(register: Register, row: Mapping[str, Any] | None, scale: Scale) -> str:
    """Return a department's own judgement in words."""
    if row is None:
        return text_of("values.missing")
    if row["status"] != JUDGED:
        return display(register.vocabulary["assessments"]["status"], row["status"])
    low, high = (row["low"] if row["low"] is not None else row["high"]), (row["high"] if row["high"] is not None else row["low"])
    called = scale.labels(OWN_OPERATIONS).get(int(high), "") if high is not None and float(high).is_integer() else ""
    return text_of("department_result.answer", level=str(level(low, high)).replace(".", ","), label=called).strip()


def _consequence(found: Mapping[str, Any] | None) -> str:
    judged = None if found is None else level(found["consequence_low"], found["consequence_high"])
    return text_of("values.missing") if judged is None else str(judged).replace(".", ",")


def _class(found: Mapping[str, Any] | None, scale: Scale) -> str:
    called = {each.level: each.label for each in scale.classes}
    if found is None or found["class_high"] is None:
        return text_of("values.missing")
    low, high = called[found["class_low"]], called[found["class_high"]]
    return high if low == high else text_of("summary.classes", low=low, high=high)


def _answers(register: Register, organisation: str) -> dict[str, Row]:
    """Return how hard each event hits a department by its own judgement."""
    return {
        str(row["risk"]): row
        for row in register.rows("assessments").values()
        if row["judge"] == organisation and row["aspect"] == OWN_OPERATIONS and is_now(row)
    }


def concerning(register: Register, organisation: str) -> set[str]:
    """Return the risks that a department owns, is hit by, or has judged for its own part.

    >>> import pandas as pd
    >>> risks = pd.DataFrame({"id": ["H-1", "H-2", "H-3"], "event": ["Storm", "Brand", "Ras"], "owner": ["TEK", "SOC", None],
    ...                       "services": ["V-1", None, None]})
    >>> services = pd.DataFrame({"id": ["V-1"], "organisation": ["SOC"], "name": ["Hemtjänst"]})
    >>> sorted(concerning(Register({"risks": risks, "services": services}), "SOC"))
    ['H-1', 'H-2']
    """
    own = {row_id for row_id, row in register.held("services").items() if row["organisation"] == organisation}
    rows = register.held("risks")
    hit = {row_id for row_id, row in rows.items() if row["owner"] == organisation or own & set(split(row["services"]))}
    return hit | (_answers(register, organisation).keys() & rows.keys())


def risks(register: Register, analysis: Analysis, organisation: str, scale: Scale) -> Iterator[Risk]:
    """Yield the events that concern a department."""
    judged, concerned = _answers(register, organisation), concerning(register, organisation)
    matrix, likelihood = {str(row["risk"]): row for row in keyed(analysis.matrix)}, uses_likelihood(analysis.matrix)
    for row_id, row in register.rows("risks").items():
        if row_id not in concerned:
            continue
        answer = judged.get(row_id)
        found = matrix.get(row_id)
        high: Any = answer["high"] if answer else None
        highest: Any = found["class_high" if likelihood else "consequence_high"] if found else None
        yield Risk(
            id=row_id,
            event=str(row["event"]),
            own=_answer(register, answer, scale),
            grounds=str(answer["grounds"] or "") if answer else "",
            municipal=_class(found, scale) if likelihood else _consequence(found),
            owned=row["owner"] == organisation,
            order=(-1.0 if high is None else float(high), -1.0 if highest is None else float(highest)),
        )
