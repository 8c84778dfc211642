"""Check judgements: what stands in each row, and that its levels are on the scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

import numpy as np
import pandas as pd

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import value_of
from krokomrsa.scales import LIKELIHOOD, NOW, Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import load, text_of, texts

JUDGED, UNKNOWN, NOT_JUDGED, MISSING = STATUSES = ("judged", "unknown", "not judged", "missing")
STATES: Final = ("inherent", "current", "target")  # without existing protection, now, and after the planned measures
REQUIRED: Final = ("risk", "aspect", "low", "high", "status")
OPTIONAL: Final = ("consolidated", "judge", "state")


def key_of(aspect: str) -> str:
    """Return an aspect as it stands in column names.

    >>> key_of("own operations")
    'own_operations'
    """
    return aspect.replace(" ", "_")


def _problem(key: str, row: Mapping[Any, Any], column: str, /, **values: object) -> Problem:
    problem, remedy = (text_of(f"risk.{key}.{part}", **values) for part in ("problem", "remedy"))
    said = shown(value_of(row.get(column)))
    row_id = shown(value_of(row.get("id")))
    return Problem(table="assessments", id=row_id, column=column, value=said, problem=problem, remedy=remedy)


def guess(word: object, known: Iterable[str]) -> str:
    """Return the question whether a known word was meant, or nothing where none is near."""
    close = get_close_matches(str(word), list(known), n=1)
    return text_of("risk.did_you_mean", guess=close[0]) if close else ""


def _named(labels: Mapping[str, str]) -> str:
    return ", ".join(text_of("risk.named", code=code, label=label) for code, label in labels.items())


def unknown_state(state: str) -> Iterator[Problem]:
    """Yield what is wrong with the name of a state that is asked for."""
    if state not in STATES:
        said = load()["assessments"]["state"].values  # noqa: PD011 (allowed values, no frame)
        problem, remedy = (text_of(f"risk.state.{part}", guess=guess(state, STATES), known=_named(said)) for part in ("problem", "remedy"))
        yield Problem(value=shown(state), problem=problem, remedy=remedy)


def _unlisted(rows: pd.DataFrame, scale: Scale) -> Iterator[Problem]:
    declared = load()["assessments"]
    statuses, states = declared["status"].values, declared["state"].values  # noqa: PD011 (allowed values, no frame)
    labels = {**declared["aspect"].values, **scale.values}  # noqa: PD011 (allowed values, no frame)
    aspects = {code: labels[code] for code in (LIKELIHOOD, *scale.aspects)}
    for row in rows[rows["risk"].isna()].to_dict("records"):
        yield _problem("no_risk", row, "risk")
    for row in rows[~rows["aspect"].isin(list(aspects))].to_dict("records"):
        yield _problem("aspect", row, "aspect", scale=scale.name, guess=guess(row["aspect"], aspects), known=_named(aspects))
    for row in rows[~rows["status"].isin(list(statuses))].to_dict("records"):
        yield _problem("status", row, "status", guess=guess(row["status"], statuses), known=_named(statuses))
    for row in rows[~rows["state"].isin(list(states)) & rows["state"].notna()].to_dict("records"):
        yield _problem("state", row, "state", guess=guess(row["state"], states), known=_named(states))
    for row in rows[~rows["consolidated"].isin([True, False]) & rows["consolidated"].notna()].to_dict("records"):
        yield _problem("consolidated", row, "consolidated")


def _yes_or_no(value: Any) -> Any:
    """Return yes and no as True and False, in the words that a cell may hold; anything else as it is."""
    words = texts("values")
    word = value.casefold() if isinstance(value, str) else ""
    return True if word in words["true_words"] else False if word in words["false_words"] else value


def _levels(rows: pd.DataFrame, numbers: pd.DataFrame, scale: Scale) -> Iterator[Problem]:
    """Yield what is wrong with the levels of judged rows; ``numbers`` holds low and high as numbers, NaN where there is none."""
    likely = rows["aspect"].eq(LIKELIHOOD).to_numpy(dtype=bool)
    first = np.where(likely, scale.likelihood[0].level, scale.consequence[0].level)
    last = np.where(likely, scale.likelihood[-1].level, scale.consequence[-1].level)
    judged = rows["status"].eq(JUDGED).to_numpy(dtype=bool)
    known = rows["aspect"].isin((LIKELIHOOD, *scale.aspects)).to_numpy(dtype=bool)
    low, high = (numbers[bound].to_numpy() for bound in ("low", "high"))
    found: list[tuple[str, str, Any]] = []
    for bound, value in (("low", low), ("high", high)):
        found.append(("not_number", bound, judged & rows[bound].notna().to_numpy(dtype=bool) & np.isnan(value)))
        found.append(("outside", bound, judged & known & ((value < first) | (value > last))))
    found.append(("no_value", "low", judged & rows["low"].isna().to_numpy(dtype=bool) & rows["high"].isna().to_numpy(dtype=bool)))
    found.append(("reversed", "low", judged & (low > high)))
    for key, column, wrong in found:
        for place in np.flatnonzero(wrong):
            limits = {"first": first[place], "last": last[place], "low": shown(float(low[place])), "high": shown(float(high[place]))}
            yield _problem(key, rows.iloc[int(place)].to_dict(), column, scale=scale.name, **limits)


def checked(assessments: pd.DataFrame, scale: Scale, *problems: Problem) -> pd.DataFrame:
    """Return the assessments with columns risk, judge, aspect, state, status, consolidated, low, high; all that is wrong is raised at once.

    With ``problems`` that were found before. A judgement without a state is about now. ``low`` and ``high`` are filled from each other
    where a judged row has only one, and NaN where the row is not judged.
    """
    absent = [column for column in REQUIRED if column not in assessments.columns]
    if absent:
        raise KrokomrsaError(*problems, *(_problem("no_column", {}, column, column=column) for column in absent))
    rows = assessments.reset_index(drop=True)
    rows = rows.assign(**{column: None for column in OPTIONAL if column not in rows.columns})
    rows = rows.assign(consolidated=[_yes_or_no(value) for value in rows["consolidated"].astype(object)])
    numbers = pd.DataFrame({bound: pd.to_numeric(rows[bound], errors="coerce").astype("float64") for bound in ("low", "high")})
    found = [*problems, *_unlisted(rows, scale), *_levels(rows, numbers, scale)]
    if found:
        raise KrokomrsaError.of(found)
    judged = rows["status"].eq(JUDGED).to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "risk": rows["risk"],
            "judge": rows["judge"].astype("str"),
            "aspect": rows["aspect"].astype("str"),
            "state": rows["state"].astype("str").fillna(NOW),
            "status": rows["status"].astype("str"),
            "consolidated": rows["consolidated"].isin([True]),
            "low": numbers["low"].fillna(numbers["high"]).where(judged),
            "high": numbers["high"].fillna(numbers["low"]).where(judged),
        }
    )
