"""Weigh judgements together into a risk matrix, without averaging and without making numbers of what nobody knows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import value_of
from krokomrsa.scales import LIKELIHOOD, OWN_OPERATIONS, Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import load, text_of, texts

JUDGED, UNKNOWN, NOT_JUDGED, MISSING = STATUSES = ("judged", "unknown", "not judged", "missing")
REQUIRED: Final = ("risk", "aspect", "low", "high", "status")

# the order in which judged risks are ranked, each from high to low
DECLARED_ORDER: Final = ("class_high", "class_low", "consequence_high", "consequence_low", "likelihood_high", "likelihood_low")


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


def _guess(word: object, known: Iterable[str]) -> str:
    close = get_close_matches(str(word), list(known), n=1)
    return text_of("risk.did_you_mean", guess=close[0]) if close else ""


def _named(labels: Mapping[str, str]) -> str:
    return ", ".join(text_of("risk.named", code=code, label=label) for code, label in labels.items())


def _unlisted(rows: pd.DataFrame, scale: Scale) -> Iterator[Problem]:
    declared = load()["assessments"]
    statuses, labels = declared["status"].values, {**declared["aspect"].values, **scale.values}  # noqa: PD011 (allowed values, no frame)
    aspects = {code: labels[code] for code in (LIKELIHOOD, *scale.aspects)}
    for row in rows[rows["risk"].isna()].to_dict("records"):
        yield _problem("no_risk", row, "risk")
    for row in rows[~rows["aspect"].isin(list(aspects))].to_dict("records"):
        yield _problem("aspect", row, "aspect", scale=scale.name, guess=_guess(row["aspect"], aspects), known=_named(aspects))
    for row in rows[~rows["status"].isin(list(statuses))].to_dict("records"):
        yield _problem("status", row, "status", guess=_guess(row["status"], statuses), known=_named(statuses))
    for row in rows[~rows["consolidated"].isin([True, False]) & rows["consolidated"].notna()].to_dict("records"):
        yield _problem("consolidated", row, "consolidated")


def _yes_or_no(value: Any) -> Any:
    """Return yes and no as True and False, in the words that a cell may hold; anything else as it is."""
    words = texts("values")
    word = value.casefold() if isinstance(value, str) else ""
    return True if word in words["true_words"] else False if word in words["false_words"] else value


def _unknown_rule(rule: str) -> Iterator[Problem]:
    if rule not in RULES:
        remedy = text_of("risk.rule.remedy", guess=_guess(rule, RULES), known=", ".join(RULES))
        yield Problem(value=shown(rule), problem=text_of("risk.rule.problem"), remedy=remedy)


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


def _checked(assessments: pd.DataFrame, scale: Scale, *problems: Problem) -> pd.DataFrame:
    """Return the assessments with columns risk, judge, aspect, status, consolidated, low, high; all that is wrong is raised at once.

    With ``problems`` that were found before. ``low`` and ``high`` are filled from each other where a judged row has only one, and NaN where the row is not judged.
    """
    absent = [column for column in REQUIRED if column not in assessments.columns]
    if absent:
        raise KrokomrsaError(*problems, *(_problem("no_column", {}, column, column=column) for column in absent))
    rows = assessments.reset_index(drop=True)
    rows = rows.assign(**{column: None for column in ("consolidated", "judge") if column not in rows.columns})
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
            "status": rows["status"].astype("str"),
            "consolidated": rows["consolidated"].isin([True]),
            "low": numbers["low"].fillna(numbers["high"]).where(judged),
            "high": numbers["high"].fillna(numbers["low"]).where(judged),
        }
    )


def _consolidated_or_span(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that count: for each risk and aspect the consolidated ones, or all where none is."""
    settled = rows.groupby(["risk", "aspect"], sort=False)["consolidated"].transform("any").astype(bool)
    return rows[rows["consolidated"] | ~settled]


# rule → the rows that it lets count; what they span is the judgement
RULES: Final[Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]]] = MappingProxyType({"consolidated_or_span": _consolidated_or_span})


def _first(columns: Mapping[str, Any], order: tuple[str, ...]) -> Any:
    """Return for each row the first status of ``order`` that any of the columns has."""
    found = np.full(len(next(iter(columns.values()))), MISSING, dtype=object)
    for status in reversed(order):
        found[np.logical_or.reduce([np.asarray(column) == status for column in columns.values()])] = status
    return found


def _by_aspect(rows: pd.DataFrame, risks: pd.Index) -> dict[str, pd.DataFrame]:
    """Return aspect → low, high and status by risk, for the aspects that any row is about."""
    ordered = rows.assign(place=rows["status"].map({status: place for place, status in enumerate(STATUSES)}))
    spans = ordered.groupby(["aspect", "risk"], sort=False).agg(low=("low", "min"), high=("high", "max"), place=("place", "min"))
    found = {}
    for aspect in rows["aspect"].unique():
        span = spans.loc[aspect].reindex(risks)
        status = np.array(STATUSES, dtype=object)[span["place"].fillna(STATUSES.index(MISSING)).to_numpy(dtype=int)]
        found[str(aspect)] = span[["low", "high"]].assign(status=status)
    return found


def _combined(aspects: Mapping[str, pd.DataFrame], names: Iterable[str], risks: pd.Index) -> pd.DataFrame:
    """Return the declared maximum over the judged ones of some aspects: low, high and status by risk."""
    held = [aspects[name] for name in names if name in aspects]
    if not held:
        return _nothing(risks)
    bounds = {bound: np.fmax.reduce([aspect[bound].to_numpy() for aspect in held]) for bound in ("low", "high")}
    status = _first({str(place): aspect["status"] for place, aspect in enumerate(held)}, STATUSES[:3])
    return pd.DataFrame({**bounds, "status": status}, index=risks)


def _nothing(risks: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({"low": np.nan, "high": np.nan, "status": MISSING}, index=risks)


def _classes(likelihood: pd.DataFrame, consequence: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Return the lowest and highest class of the cells that a judgement touches, NA where an axis is not judged."""

    @cache
    def extremes(likely: tuple[int, int], severe: tuple[int, int]) -> tuple[int, int]:
        cells = product(range(likely[0], likely[1] + 1), range(severe[0], severe[1] + 1))
        found = [scale.class_of(*cell) for cell in cells]
        return min(found), max(found)

    def box(low: float, high: float) -> tuple[int, int] | None:
        return None if math.isnan(low) or math.isnan(high) else (math.floor(low), math.ceil(high))

    boxes = (
        [box(low, high) for low, high in zip(axis["low"].tolist(), axis["high"].tolist(), strict=True)]
        for axis in (likelihood, consequence)
    )
    found = [extremes(likely, severe) if likely and severe else (None, None) for likely, severe in zip(*boxes, strict=True)]
    return pd.DataFrame(found, columns=["class_low", "class_high"], index=likelihood.index).astype("Int64")


def matrix(assessments: pd.DataFrame, scale: Scale, rule: str = "consolidated_or_span") -> pd.DataFrame:
    """Return what was judged of each risk, as intervals on the scale, and the classes that these touch.

    Parameters
    ----------
    assessments
        One judgement a row: ``risk``, ``aspect``, ``low``, ``high`` (levels), ``status`` (judged | unknown | not judged), and where
        there is one ``consolidated``. A judged row with one bound has it as both. What stands in ``low`` and ``high`` of a row that is
        not judged does not count.
    scale
        The levels and the class of each cell.
    rule
        ``consolidated_or_span``: for each risk and aspect the consolidated judgements where there are any, else all; their span.

    Returns
    -------
    DataFrame
        Indexed by ``risk`` in the order of first appearance. ``likelihood_low/high``, ``consequence_low/high`` (the scale's declared
        maximum over its ``combined`` aspects that are judged), ``consequence_<aspect>_low/high`` for every aspect (levels; NaN where not
        judged), ``class_low/high`` (Int64): the lowest and highest class in the box from floor(low) to ceil(high) on both axes, so 3.2 is
        neither 3 nor 4, and ``likelihood_status``, ``consequence_status``, ``status``.

    Notes
    -----
    An aspect, and the combined consequence, is *judged* if anything in it is; else *unknown* ("vet inte") if anything is; else
    *not judged* ("bedöms inte"); else *missing*. The whole risk is what is worst of its two axes: *missing* before *unknown* before
    *not judged* before *judged*. Nothing is averaged and nothing is sorted by a product.

    Raises
    ------
    KrokomrsaError
        A level outside the scale, low above high, a judged row without a level, an aspect, status or rule that is not known; all at once.

    Examples
    --------
    >>> power = {"risk": "Elavbrott", "status": "judged"}
    >>> rows = [power | {"aspect": "likelihood", "low": 3, "high": 4}, power | {"aspect": "life_health", "low": 3, "high": 3},
    ...         {"risk": "Sabotage", "aspect": "likelihood", "status": "not judged"}]
    >>> from krokomrsa.scales import load
    >>> matrix(pd.DataFrame(rows), load())[["likelihood_low", "likelihood_high", "class_low", "class_high", "status"]]
               likelihood_low  likelihood_high  class_low  class_high   status
    risk
    Elavbrott             3.0              4.0          2           3   judged
    Sabotage              NaN              NaN       <NA>        <NA>  missing
    """
    rows = _checked(assessments, scale, *_unknown_rule(rule))
    risks = pd.Index(rows["risk"].unique(), name="risk")
    aspects = _by_aspect(RULES[rule](rows), risks)
    likelihood = aspects.get(LIKELIHOOD, _nothing(risks))
    consequence = _combined(aspects, scale.combined, risks)
    parts = {"likelihood": likelihood, "consequence": consequence}
    parts |= {f"consequence_{key_of(aspect)}": aspects.get(aspect, _nothing(risks)) for aspect in scale.aspects}
    columns = {f"{name}_{bound}": part[bound] for name, part in parts.items() for bound in ("low", "high")}
    columns |= {str(name): column for name, column in _classes(likelihood, consequence, scale).items()}
    statuses = {"likelihood_status": likelihood["status"], "consequence_status": consequence["status"]}
    statuses["status"] = pd.Series(_first(statuses, (MISSING, UNKNOWN, NOT_JUDGED, JUDGED)), index=risks)
    return pd.DataFrame({**columns, **{name: status.astype("str") for name, status in statuses.items()}}, index=risks)


def uses_likelihood(matrix: pd.DataFrame) -> bool:
    """Tell whether likelihood is judged: without it nothing has a class, and no matrix is shown. ``matrix`` is what ``matrix`` returns.

    Where nothing is judged yet, it may still be.

    >>> found = pd.DataFrame({"likelihood_low": [None, None], "consequence_low": [3.0, None]})
    >>> uses_likelihood(found), uses_likelihood(found.assign(likelihood_low=[2.0, None])), uses_likelihood(found.head(0))
    (False, True, True)
    """
    return bool(matrix["likelihood_low"].notna().any() or not matrix["consequence_low"].notna().any())


def ranking(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return the risks in the declared order: class, then consequence, then likelihood, each by its high and then its low.

    Takes what :func:`matrix` returns and puts ``rank`` (Int64) first: 1 is the highest, equal risks share a rank and the next skips.
    Risks that are not judged stand in a band at the end in their given order, without a rank. Never the product of levels.

    >>> from krokomrsa.scales import load
    >>> rows = [{"risk": risk, "aspect": aspect, "low": level, "high": level, "status": "judged"}
    ...         for risk, levels in {"Storm": (4, 2), "Elavbrott": (3, 3), "Pandemi": (3, 4)}.items()
    ...         for aspect, level in zip(("likelihood", "unspecified"), levels)]
    >>> ranking(matrix(pd.DataFrame(rows), load()))["rank"].to_dict()
    {'Pandemi': 1, 'Elavbrott': 2, 'Storm': 3}
    """
    judged = matrix[matrix["status"] == JUDGED].sort_values(list(DECLARED_ORDER), ascending=False, kind="stable")
    places = judged.groupby(list(DECLARED_ORDER), sort=False).ngroup()
    rank = pd.Series(np.arange(1, len(judged) + 1), index=judged.index).groupby(places.to_numpy()).transform("min")
    ordered = pd.concat([judged, matrix[matrix["status"] != JUDGED]])
    ordered.insert(0, "rank", rank.astype("Int64").reindex(ordered.index))
    return ordered


def disagreement(assessments: pd.DataFrame, scale: Scale, *, aspects: Iterable[str] | None = None) -> pd.DataFrame:
    """Return how far apart the judges of a risk are, on what, and which of them; the farthest first.

    Columns ``risk``, ``aspect``, ``judges`` (how many), ``low``, ``high`` (the outermost levels), ``span`` (steps between these),
    ``apart`` (steps between the highest low and the lowest high: 0 where the judges' intervals have a level in common), ``lowest`` and
    ``highest`` (tuples of judges). Consolidated rows are no judge's own. Left out by default: ``own operations``, where each judge
    answers for another operation. Steps are counted on an ordinal scale; nothing is averaged.

    Raises
    ------
    KrokomrsaError
        As :func:`matrix`.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> rows = [{"risk": "Elavbrott", "judge": judge, "aspect": "life_health", "low": level, "high": level, "status": "judged"}
    ...         for judge, level in {"SOC": 4, "IT": 2, "VA": 3}.items()]
    >>> disagreement(pd.DataFrame(rows), load())[["risk", "aspect", "apart", "lowest", "highest"]]
            risk       aspect  apart lowest highest
    0  Elavbrott  life_health    2.0  (IT,)  (SOC,)
    """
    wanted = set(aspects if aspects is not None else (LIKELIHOOD, *scale.aspects)) - (set() if aspects is not None else {OWN_OPERATIONS})
    rows = _checked(assessments, scale)
    own = rows[rows["status"].eq(JUDGED) & ~rows["consolidated"] & rows["judge"].notna() & rows["aspect"].isin(wanted)]
    judges: dict[tuple[str, str], dict[str, tuple[float, float]]] = {}
    for risk, aspect, judge, low, high in own[["risk", "aspect", "judge", "low", "high"]].itertuples(index=False, name=None):
        held = judges.setdefault((risk, aspect), {})
        before = held.get(judge, (low, high))
        held[judge] = (min(before[0], low), max(before[1], high))
    found = [(*key, *_spread(held)) for key, held in judges.items() if len(held) > 1]
    columns = ["risk", "aspect", "judges", "low", "high", "span", "apart", "lowest", "highest"]
    return pd.DataFrame(found, columns=columns).sort_values(["apart", "span"], ascending=False, kind="stable", ignore_index=True)


def _spread(judges: Mapping[str, tuple[float, float]]) -> tuple[Any, ...]:
    lows, highs = zip(*judges.values(), strict=True)
    lowest, highest = min(lows), max(highs)
    at_bottom = tuple(sorted(judge for judge, (low, _) in judges.items() if low == lowest))
    at_top = tuple(sorted(judge for judge, (_, high) in judges.items() if high == highest))
    return (len(judges), lowest, highest, highest - lowest, max(0.0, max(lows) - min(highs)), at_bottom, at_top)
