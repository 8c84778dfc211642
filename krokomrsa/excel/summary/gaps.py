"""Count what is missing: answers nobody gave, judgements nobody made, duties nobody met."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from krokomrsa.excel.summary.naming import keyed, measures_against, standing_of
from krokomrsa.register import Register, Row
from krokomrsa.vocabulary import text_of

# Columns without which a row says little, in the order in which they are told.
COLUMNS: Final = (
    ("services", "condition_1"),
    ("services", "condition_2"),
    ("services", "tolerable_outage_h"),
    ("services", "lowest_acceptable_level"),
    ("services", "routines"),
    ("services", "trained_on"),
    ("resources", "restoration_high_h"),
    ("risks", "owner"),
    ("vulnerabilities", "capability"),
    ("treatments", "owner"),
    ("treatments", "due"),
    ("activities", "quarter"),
    ("information_assets", "availability"),
    ("documents", "decided_on"),
)


@dataclass(frozen=True, slots=True)
class Gap:
    """How many of how many lack something."""

    text: str
    missing: int
    of: int


def _counted(key: str, rows: Sequence[Any], lacks: Callable[[Any], bool]) -> Gap:
    return Gap(text_of(f"summary.overview.gaps.{key}"), sum(map(lacks, rows)), len(rows))


def _unanswered(register: Register, table: str, column: str) -> Gap:
    declared, rows = register.vocabulary[table], register.rows(table).values()
    text = text_of("summary.overview.gaps.column", sheet=declared.sheet, header=declared[column].header)
    return Gap(text, sum(row[column] is None for row in rows), len(rows))


def _endurance_unknown(row: Row) -> bool:
    return row["endurance_low_h"] is None and row["endurance_high_h"] is None


def count(register: Register, risks: Sequence[Mapping[str, Any]], duties: pd.DataFrame) -> list[Gap]:
    """Return what is counted as missing; ``risks`` are all risks with their status, ``duties`` as coverage returns them."""
    valid = [standing_of(duty) for duty in keyed(duties) if duty["in_force"]]
    needs = [row for row in register.rows("dependencies").values() if row["status"] != "not needed"]
    against = measures_against(register)
    return [
        _counted("risks_missing", risks, lambda risk: risk["status"] == "missing"),
        _counted("risks_unknown", risks, lambda risk: risk["status"] == "unknown"),
        _counted("duties_missing", valid, lambda status: status == "missing"),
        _counted("duties_late", valid, lambda status: status == "late"),
        _counted("untreated", list(register.rows("vulnerabilities")), lambda row_id: row_id not in against),
        _counted("endurance", needs, _endurance_unknown),
        *(_unanswered(register, table, column) for table, column in COLUMNS),
    ]
