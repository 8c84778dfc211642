"""Say in one to three Swedish sentences what the charts of trainings and exercises show, for those who do not see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pandas as pd

from krokomrsa.charts.covered_rows import latest, parts, worst_first
from krokomrsa.charts.plan_rows import standing_cells, status_word
from krokomrsa.charts.words import counted, listed, tally
from krokomrsa.rules import Period
from krokomrsa.vocabulary import counted as counted_text
from krokomrsa.vocabulary import lists, text_of, texts


def _t(key: str, **values: object) -> str:
    return text_of(f"charts_coverage.alternative.{key}", **values)


def plan(plan_frame: pd.DataFrame, activities: pd.DataFrame, period: Period, *, on: date) -> str:
    """Return how many activities the plan has by how they stand, how many have no quarter, and which years are empty."""
    cells = standing_cells(plan_frame, activities, on, period)
    if not cells:
        return text_of("charts.plan.empty")
    status = {entry.id: entry.status for held in cells.values() for entry in held}
    counts = Counter(status_word(found).lower() for found in status.values())
    said = text_of(
        "charts.alternative.plan.all", period=period, activities=counted("activity", len(status)), statuses=tally(counts.items())
    )
    unknown = len({entry.id for (_, _, quarter), held in cells.items() if quarter not in {1, 2, 3, 4} for entry in held})
    empty = [str(year) for year in period.years if all(year != key[0] for key in cells)]
    told = [said, *([text_of("charts.alternative.plan.unknown", count=unknown)] if unknown else [])]
    return " ".join([*told, *([text_of("charts.alternative.plan.empty_years", years=listed(empty))] if empty else [])])


def _counts(found: pd.DataFrame) -> str:
    held = found["status"].value_counts()
    return tally((word, int(held.get(status, 0))) for status, word in texts("charts_coverage")["counts"].items())


def _never(found: pd.DataFrame, key: str, listed_: str) -> list[str]:
    """Return which groups or functions have nothing that is carried out in the period."""
    times, words = found.groupby(key, sort=False)["times"].sum(), lists()[listed_]
    names = [words.get(str(code), str(code)) for code in times[times == 0].index]
    return [_t("none", names=listed(names))] if names else []


def groups(found: pd.DataFrame) -> str:
    """Return how many pairs of group and competence stand how, and which groups have nothing; the same input as the chart."""
    if found.empty:
        return text_of("charts_coverage.groups.empty")
    return " ".join([_t("pairs", of=len(found), counts=_counts(found)), *_never(found, "target_group", "target_groups")])


def functions(found: pd.DataFrame) -> str:
    """Return how many years have training and exercise of the functions, and which functions have nothing; the same input as the chart."""
    if found.empty:
        return text_of("charts_coverage.functions.empty")
    named = counted_text("charts_coverage.functions_count.all", found["function"].nunique())
    said = _t("boxes", functions=named, first=found["year"].min(), last=found["year"].max(), of=len(found), counts=_counts(found))
    return " ".join([said, *_never(found, "function", "preparedness_functions")])


def services(found: pd.DataFrame, *, names: Mapping[str, str]) -> str:
    """Return how many services have a routine, training and an exercise, how many nothing, and which have waited longest."""
    if found.empty:
        return text_of("charts_coverage.services.empty")
    rows = worst_first(found, names)
    met, none = int(found["status"].eq("met").sum()), sum(parts(row) == 0 for row in rows)
    told = [
        _t("services", of=counted("service", len(rows)), met=met, none=none),
        _t(
            "services_each",
            routine=int(found["routines"].eq("yes").sum()),
            trained=int(found["trained_on"].notna().sum()),
            exercised=int(found["last_exercised"].notna().sum()),
        ),
    ]
    waited = sorted((day, names.get(row["service"], row["service"])) for row in rows if (day := latest(row)) is not None)
    return " ".join([*told, *([_t("oldest", name=waited[0][1], day=waited[0][0].date())] if waited else [])])
