"""Follow the mandate period: deadlines counted from the election, and goals that are met, open or late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, cast

import pandas as pd

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import rows_of
from krokomrsa.rules import Deadline, Period, RuleSet, load
from krokomrsa.vocabulary import parse_toml, resource, text_of

DEADLINE_COLUMNS: Final = ("deadline", "text", "due", "days", "election", "rule_set", "note", "source")
GOAL_COLUMNS: Final = ("goal", "text", "due", "status", "standing", "days", "reason")
GOAL_KEYS: Final = ("id", "goal", "due", "status", "assessed_on")


@cache
def _rule() -> dict[str, Any]:
    return parse_toml(resource("elections.toml"), file="elections.toml")


def election(year: int) -> date:
    """Return the day of the municipal election in an election year.

    >>> election(2022), election(2026)
    (datetime.date(2022, 9, 11), datetime.date(2026, 9, 13))
    """
    first = date(year, _rule()["month"], 1)
    return first + timedelta(days=(_rule()["weekday"] - first.isoweekday()) % 7 + 7 * (_rule()["which"] - 1))


def latest_election(on: date) -> date:
    """Return the day of the latest municipal election, that day included.

    Raises
    ------
    KrokomrsaError
        A day before the rule on elections was in force.

    Examples
    --------
    >>> latest_election(date(2026, 9, 12)), latest_election(date(2026, 9, 13))
    (datetime.date(2022, 9, 11), datetime.date(2026, 9, 13))

    References
    ----------
    Vallagen (2005:837) 1 kap. 3 §; the rule stands in ``resources/elections.toml``.
    """
    first, every = _rule()["first_year"], _rule()["every_years"]
    if on < election(first):
        said = text_of("progress.problem.before", first=election(first).isoformat())
        raise KrokomrsaError(Problem(value=on.isoformat(), problem=said, remedy=text_of("progress.problem.before_remedy")))
    year = first + (on.year - first) // every * every
    return election(year) if election(year) <= on else election(year - every)


def next_election(on: date) -> date:
    """Return the day of the first municipal election after a day.

    >>> next_election(date(2026, 9, 13))
    datetime.date(2030, 9, 8)
    """
    return election(latest_election(on).year + _rule()["every_years"])


def mandate_period(on: date) -> Period:
    """Return the calendar years of the mandate period that a day lies in; it begins the year after the election.

    >>> str(mandate_period(date(2022, 12, 31))), str(mandate_period(date(2023, 1, 1)))
    ('2019–2022', '2023–2026')
    """
    chosen = latest_election(date(on.year - 1, 12, 31))
    return Period(chosen.year + 1, chosen.year + _rule()["every_years"])


def _due(deadline: Deadline, on: date) -> tuple[date, date | None]:
    month, day = cast("int", deadline.month), cast("int", deadline.day)  # a rule set without them is refused
    if deadline.event == "election":
        elections = (latest_election(on), next_election(on))
        return next((date(each.year + 1, month, day), each) for each in elections if date(each.year + 1, month, day) >= on)
    this_year = date(on.year, month, day)
    return (this_year if on <= this_year else date(on.year + 1, month, day)), None


def deadlines(on: date, *, rules: Iterable[RuleSet] | None = None) -> pd.DataFrame:
    """Return the next day of each deadline, soonest first: computed from the election, never stored.

    Columns: ``deadline`` (id), ``text``, ``due``, ``days`` (left), ``election`` (that it is counted from), ``rule_set``,
    ``note`` (what to check: the rule set's banner where it is in doubt by then), ``source``. Those of MSBFS 2015:5 where no rule sets
    are given. Deadlines that count from an incident are not in it.

    >>> deadlines(date(2026, 11, 22))[["deadline", "due", "days"]]
        deadline        due  days
    0  follow_up 2027-02-15    85
    1        rsa 2027-10-31   343
    """
    chosen = (load("msbfs-2015-5"),) if rules is None else tuple(rules)
    rows = []
    for rule_set in chosen:
        for deadline in (each for each in rule_set.deadlines if each.event != "incident"):
            due, counted_from = _due(deadline, on)
            note = " ".join(part for part in (deadline.note, rule_set.banner if rule_set.doubted(due) else "") if part)
            rows.append((deadline.id, deadline.name, due, (due - on).days, counted_from, rule_set.id, note, deadline.source))
    days = dict.fromkeys(("due", "election"), "datetime64[s]")
    texts = dict.fromkeys(("deadline", "text", "rule_set", "note", "source"), "str")
    found = pd.DataFrame(rows, columns=list(DEADLINE_COLUMNS)).astype(texts | days | {"days": "Int64"})
    return found.sort_values(["due", "deadline"], ignore_index=True)


def _standing(goal: dict[str, Any], on: date) -> tuple[str, int | None]:
    due, assessed = goal["due"], goal["assessed_on"]
    left = None if due is None else (due - on).days
    if goal["status"] == "met" and (assessed is None or assessed <= on):
        return "met", left
    return ("undated" if left is None else "late" if left < 0 else "open"), left


def _reason(goal: dict[str, Any], standing: str, left: int | None) -> str:
    key = "met_on" if standing == "met" and goal["assessed_on"] else standing
    return text_of(f"progress.goal.{key}", due=goal["due"], assessed=goal["assessed_on"], days=abs(left or 0))


def goals_status(goals: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return each goal with its standing on a day, in the order given.

    Columns: ``goal`` (id), ``text``, ``due``, ``status`` (the coordinator's own judgement), ``standing`` (met | open | late |
    undated), ``days`` (until due, negative when past), ``reason``. Late: past its day and not judged met by then.

    >>> from krokomrsa.rules import goals
    >>> goals_status(pd.DataFrame(goals()), date(2021, 1, 10)).query("standing == 'late'")[["goal", "days"]]
          goal  days
    7  M-4.1-2   -10
    """
    rows = []
    for each in rows_of(goals.reindex(columns=list(GOAL_KEYS))):
        standing, left = _standing(each, on)
        rows.append((each["id"], each["goal"], each["due"], each["status"], standing, left, _reason(each, standing, left)))
    texts = dict.fromkeys(("goal", "text", "status", "standing", "reason"), "str")
    return pd.DataFrame(rows, columns=list(GOAL_COLUMNS)).astype(texts | {"due": "datetime64[s]", "days": "Int64"})
