"""Name what a result names: headers for keys, names for ids, labels for codes, levels as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from krokomrsa.excel.blocks import Written
from krokomrsa.excel.summary.sheets import Head
from krokomrsa.register import Register, Row, rows_of
from krokomrsa.values import shown, split
from krokomrsa.vocabulary import text_of, texts

SOURCE_WIDTH: Final = 32
PERCENT: Final = "0.0 %"  # a probability that is neither 0 nor 1 is not shown as one of them
WIDTHS: Final[Mapping[str, float]] = {
    "id": 11.5,
    "rank": 7,
    "class": 17,
    "source": SOURCE_WIDTH,
    "status": 10,
    "likelihood": 11.5,
    "consequence": 11.5,
    "resource": 27,
    "provision": 9,
    "count": 9,
    "dependents": 44,
    "failed": 12.5,
    "unacceptable": 12.5,
    "tolerance_unknown": 10,
    "lost": 22,
    "name": 32,
    "duty": 38,
    "duty_kind": 9,
    "duty_status": 11,
    "reason": 46,
    "evidence": 34,
    "rule_source": 20,
    "activities": 52,
    "treatments": 22,
    "late": 10,
    "file": 34,
    "sheet": 30,
    "table": 24,
    "sha256": 18,
    "row": 8,
    "year": 8,
    "quarter": 9,
    "rank_low": 8,
    "rank_high": 8,
    "aspect": 26,
    "judges": 10,
    "apart": 10,
    "levels": 10,
    "lowest": 32,
    "highest": 32,
    "other": 11.5,
    "change": 13,
    "dependent": 27,
    "reserve": 24,
    "alternatives": 40,
    "cause": 22,
    "department": 26,
    "question": 70,
    "service": 32,
    "fault": 30,
    "problem": 60,
    "remedy": 50,
}
CENTRED: Final = frozenset(
    {"rank", "likelihood", "consequence", "class", "year", "quarter", "count", "failed", "unacceptable", "tolerance_unknown"}
    | {"first_unacceptable", "earliest", "latest", "unacceptable_from", "late", "row"}
    | {"unacceptable_latest", "must_stand", "gain_low", "gain_high", "width"}
    | {"rank_low", "rank_high", "judges", "apart", "levels", "kept"}
    | {f"{axis}_{when}" for axis in ("likelihood", "consequence", "class") for when in ("before", "now")}
)


def head(key: str, width: float = 0) -> Head:
    """Return a column with a header of the summary's own."""
    return Head(text_of(f"summary.headers.{key}"), width or WIDTHS.get(key, 13), align="center" if key in CENTRED else "")


def chance(key: str, width: float = 10, **values: object) -> Head:
    """Return a column of probabilities, with a header of the summary's own."""
    return Head(text_of(f"summary.headers.{key}", **values), width, PERCENT, "center")


def odds(found: float | None) -> Written:
    """Return a probability as it is written: no more decimals than drawing it many times gives.

    >>> odds(2 / 3), odds(None)
    (0.6667, None)
    """
    return None if found is None else round(found, 4)


def heads(*keys: str) -> tuple[Head, ...]:
    """Return columns with headers of the summary's own, in their usual widths."""
    return tuple(map(head, keys))


def declared(register: Register, table: str, key: str, width: float, *, number_format: str = "General") -> Head:
    """Return a column with the header that the declaration gives it; numbers and dates stand in the middle."""
    column = register.vocabulary[table][key]
    return Head(column.title, width, number_format, "center" if column.type in {"number", "integer", "date"} else "")


def labels(register: Register, table: str, key: str) -> Mapping[str, str]:
    """Return the label of each code of a column."""
    return register.vocabulary[table][key].values  # noqa: PD011 (allowed values, not a DataFrame's)


def standings(register: Register) -> Mapping[str, str]:
    """Return what each standing of a judgement is called, missing ones included."""
    return {**labels(register, "assessments", "status"), **texts("summary")["status"]}


def names(register: Register, table: str, key: str = "name") -> dict[str, str]:
    """Return what the rows of a table are called, by id."""
    return {row_id: str(row[key] or row_id) for row_id, row in register.rows(table).items()}


def named(known: Mapping[str, str], ids: Iterable[object]) -> str:
    """Return what some ids are called, as a list; an id that is not known stands as it is."""
    return text_of("summary.list_separator").join(known.get(str(each), str(each)) for each in ids)


def things(register: Register) -> dict[str, str]:
    """Return the names of services and resources by id; their ids are unique across both."""
    return names(register, "services") | names(register, "resources")


def own_services(register: Register) -> dict[str, Row]:
    """Return the municipality's own services by id: those that say so, and those that say nothing and belong to it."""
    municipal = {row_id for row_id, row in register.rows("organisations").items() if row["municipal"] is True}
    return {
        row_id: row
        for row_id, row in register.rows("services").items()
        if row["scope"] == "own" or (row["scope"] is None and row["organisation"] in municipal)
    }


def keyed(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a result as rows of plain values, the risk it is indexed by included."""
    return rows_of(frame.reset_index() if frame.index.name else frame)


def level(low: float | None, high: float | None) -> Written:
    """Return levels as they are written: 3 for one level, 3–4 for an interval, nothing for nothing."""
    if low is None or high is None:
        return None
    if low != high:
        return text_of("summary.span", low=shown(low), high=shown(high))
    return int(low) if float(low).is_integer() else low


def standing_of(duty: Mapping[str, Any]) -> str:
    """Return how a duty stands; one whose rules are not in force has no other standing."""
    return str(duty["status"]) if duty["in_force"] else "expired"


def measures_against(register: Register) -> dict[str, str]:
    """Return for each vulnerability the measures against it, with their status; those that were rejected do not count."""
    found: dict[str, list[str]] = {}
    statuses = labels(register, "treatments", "status")
    for row_id, row in register.rows("treatments").items():
        status = statuses.get(str(row["status"]), "")
        if row["status"] != "rejected":
            for each in split(row["vulnerabilities"]):
                found.setdefault(each, []).append(text_of("summary.treatments.one", id=row_id, status=status).strip())
    return {key: text_of("summary.list_separator").join(told) for key, told in found.items()}
