"""Follow up treatments (åtgärder): how many stand where, which are late and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, NamedTuple

import pandas as pd

from krokomrsa.register import Row, frame, rows_of
from krokomrsa.vocabulary import counted, load, text_of

MISSING: Final = "missing"

_KEPT: Final = ["id", "measure", "owner", "responsible", "budget_year", "cost_sek", "due", "done_on", "status"]


def by_status(treatments: pd.DataFrame) -> pd.DataFrame:
    """Return how many treatments stand in each status, and what they cost.

    Returns
    -------
    pandas.DataFrame
        ``status``: every declared status in its declared order, then what else occurs (``missing``: none is given); ``count``;
        ``cost_sek``: sum of the known costs; ``cost_unknown``: how many have no cost.

    Examples
    --------
    >>> treatments = pd.DataFrame({"id": ["T1", "T2", "T3"], "status": ["done", "ongoing", "done"], "cost_sek": [40000, 15000, None]})
    >>> by_status(treatments)
         status  count  cost_sek  cost_unknown
    0  proposed      0       0.0             0
    1   decided      0       0.0             0
    2   ongoing      1   15000.0             0
    3      done      2   40000.0             1
    4  rejected      0       0.0             0
    """
    rows = rows_of(treatments)
    found = [str(row.get("status") or MISSING) for row in rows]
    declared = tuple(load()["treatments"]["status"].values)
    groups = {
        status: [row.get("cost_sek") for row, its in zip(rows, found, strict=True) if its == status]
        for status in dict.fromkeys((*declared, *sorted(set(found) - {MISSING}), *found))
    }
    return pd.DataFrame(
        {
            "status": pd.Series(list(groups), dtype="str"),
            "count": [len(costs) for costs in groups.values()],
            "cost_sek": [sum((float(cost) for cost in costs if isinstance(cost, int | float)), 0.0) for costs in groups.values()],
            "cost_unknown": [costs.count(None) for costs in groups.values()],
        }
    )


class _Rule(NamedTuple):
    """One answer to whether a treatment is late: when it applies, the answer (None: not known), the text."""

    applies: Callable[[Row, date], bool]
    late: bool | None
    text: str


def _days(row: Row, last: Any) -> int:
    due: Any = row.get("due")
    return (last - due).days if due is not None and last is not None else 0


def _contradicts(row: Row, on: date) -> bool:
    done_on: Any = row.get("done_on")
    return done_on is not None and (row.get("status") != "done" or done_on > on)


# The first rule that applies answers.
_RULES: Final = (
    _Rule(lambda row, _: row.get("status") == "rejected", False, "rejected"),
    _Rule(_contradicts, None, "contradiction"),
    _Rule(lambda row, _: row.get("status") == "done" and _days(row, row.get("done_on")) > 0, False, "done_late"),
    _Rule(lambda row, _: row.get("status") == "done" and row.get("done_on") is not None, False, "done_on"),
    _Rule(lambda row, _: row.get("status") == "done", False, "done"),
    _Rule(lambda row, on: _days(row, on) > 0, True, "overdue"),
    _Rule(lambda row, _: row.get("due") is not None, False, "due"),
    _Rule(lambda row, _: row.get("budget_year") is None, None, "no_date"),
    _Rule(lambda row, on: _budget_year(row) < on.year, True, "year_over"),
    _Rule(lambda _row, _on: True, False, "year"),
)


def _budget_year(row: Row) -> int:
    year: Any = row["budget_year"]
    return int(year)


def _judged(row: Row, on: date) -> tuple[bool | None, str]:
    """Return whether a treatment is late, and the reason."""
    rule = next(rule for rule in _RULES if rule.applies(row, on))
    days = _days(row, row.get("done_on") if rule.text == "done_late" else on)
    text = text_of(
        f"treatment.{rule.text}",
        due=row.get("due"),
        done_on=row.get("done_on"),
        year=row.get("budget_year"),
        days=counted("treatment.days", days),
    )
    return rule.late, text


def follow_up(treatments: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return each treatment with its status, and whether it is late on a day, with the reason.

    Late is what is not done when its due date has passed; where no due date is set, when its budget year is over. Where neither
    is set, or status and date of completion contradict each other, ``late`` is missing: unknown stays unknown.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``measure``, ``owner``, ``responsible``, ``budget_year``, ``cost_sek``, ``due``, ``done_on``, ``status`` as they stand;
        ``late``: True, False or missing; ``reason``: a Swedish sentence.

    Examples
    --------
    >>> treatments = pd.DataFrame({"id": ["T1", "T2"], "status": ["ongoing", "done"],
    ...                            "due": pd.to_datetime(["2021-05-01", "2021-05-01"]), "done_on": pd.to_datetime([None, "2021-04-20"])})
    >>> found = follow_up(treatments, date(2021, 5, 31))
    >>> found["late"].tolist(), found["reason"].tolist()
    ([True, False], ['Skulle ha varit klar 2021-05-01, för 30 dagar sedan.', 'Klar 2021-04-20.'])
    """
    rows = rows_of(treatments)
    judged = [_judged(row, on) for row in rows]
    late = pd.Series([late for late, _ in judged], dtype="boolean")
    reasons = pd.Series([reason for _, reason in judged], dtype="str")
    return frame(load()["treatments"], rows)[_KEPT].assign(late=late, reason=reasons)


def by_owner(treatments: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return how many treatments each owner has in each budget year, how many are done and late, and what they cost.

    Returns
    -------
    pandas.DataFrame
        ``owner``, ``budget_year`` (both may be missing, last); ``count``; ``done``; ``late`` (on the day ``on``); ``late_unknown``;
        ``cost_sek``: sum of the known costs; ``cost_unknown``: how many have no cost. Rejected treatments are left out.

    Examples
    --------
    >>> treatments = pd.DataFrame({"id": ["T1", "T2"], "owner": ["SOC", "SOC"], "budget_year": [2020, 2020], "status": ["done", "decided"]})
    >>> by_owner(treatments, date(2021, 5, 31))[["owner", "budget_year", "count", "done", "late"]]
      owner  budget_year  count  done  late
    0   SOC         2020      2     1     1
    """
    found = follow_up(treatments, on)
    found = found[found["status"].ne("rejected")]
    facts = found[["owner", "budget_year"]].assign(
        count=1,
        done=found["status"].eq("done").astype(int),
        late=found["late"].fillna(False).astype(int),
        late_unknown=found["late"].isna().astype(int),
        cost_sek=found["cost_sek"],
        cost_unknown=found["cost_sek"].isna().astype(int),
    )
    return facts.groupby(["owner", "budget_year"], dropna=False).sum().reset_index()
