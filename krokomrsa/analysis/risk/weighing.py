"""Weigh judgements together into a risk matrix, without averaging and without making numbers of what nobody knows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from krokomrsa.analysis.risk.judgements import JUDGED, MISSING, NOT_JUDGED, STATUSES, UNKNOWN, checked, guess, key_of, unknown_state
from krokomrsa.errors import Problem
from krokomrsa.scales import LIKELIHOOD, NOW, Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

# rule → which of the judges' lows and which of their highs count where no judgement is consolidated, as a share from the lowest judge up;
# between two judges the low is the lower one's and the high the higher one's, so that nothing is averaged
RULES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"consolidated_or_span": (0.0, 1.0), "consolidated_or_median": (0.5, 0.5), "consolidated_or_highest": (1.0, 1.0)}
)
SPAN: Final = RULES["consolidated_or_span"]
NEAREST: Final[tuple[tuple[str, Literal["lower", "higher"]], ...]] = (("low", "lower"), ("high", "higher"))

# the scale's rule → the same over the aspects that are judged
COMBINATIONS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType({"max": (1.0, 1.0), "median": (0.5, 0.5)})


def unknown_rule(rule: str) -> Iterator[Problem]:
    """Yield what is wrong with the name of a rule."""
    if rule not in RULES:
        remedy = text_of("risk.rule.remedy", guess=guess(rule, RULES), known=", ".join(RULES))
        yield Problem(value=shown(rule), problem=text_of("risk.rule.problem"), remedy=remedy)


def stated(scale: Scale) -> tuple[str, ...]:
    """Return as Swedish sentences where a municipality has declared something else than the usual: what a chart on this scale must say.

    Usual is what all judges span, and the highest of every protected value.

    >>> from krokomrsa.scales import judged_by, load
    >>> stated(load()), stated(judged_by(load(), "consolidated_or_highest"))
    ((), ('Där ingen sammanvägd bedömning finns gäller den högsta bedömningen.',))
    """
    left_out = [label for aspect, label in scale.values.items() if aspect not in scale.combined]  # noqa: PD011 (protected values, no frame)
    found = []
    if RULES[scale.judges] != SPAN:
        found.append(text_of("risk.stated.judges", rule=text_of(f"risk.judges_short.{scale.judges}")))
    if scale.rule != "max":
        found.append(text_of("risk.stated.combined", rule=text_of(f"risk.combined_short.{scale.rule}")))
    if left_out:
        found.append(text_of("risk.stated.left_out", values=", ".join(left_out)))
    return tuple(found)


def _counting(rows: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Return the rows that count, with the levels that they count with: what they span is the judgement.

    For each risk and aspect these are the consolidated rows, or where none is, all, at the levels that the rule chooses among the judges.
    """
    settled = rows.groupby(["risk", "aspect"], sort=False)["consolidated"].transform("any").astype(bool)
    counting = rows[rows["consolidated"] | ~settled]
    if RULES[rule] == SPAN:
        return counting
    judges = counting["judge"].where(counting["judge"].notna(), counting.index.astype("str"))
    spans = counting.groupby(["risk", "aspect", judges], sort=False).agg(low=("low", "min"), high=("high", "max"))
    chosen = counting.set_index(["risk", "aspect"])
    for (bound, nearest), share in zip(NEAREST, RULES[rule], strict=True):
        found = spans[bound].groupby(["risk", "aspect"], sort=False).quantile(share, interpolation=nearest)
        chosen[bound] = np.where(chosen["consolidated"], chosen[bound], found.reindex(chosen.index))
    return chosen.reset_index()


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


def _combined(aspects: Mapping[str, pd.DataFrame], scale: Scale, risks: pd.Index) -> pd.DataFrame:
    """Return what the scale's rule makes of its combined aspects, those that are judged: low, high and status by risk."""
    held = [aspects[name] for name in scale.combined if name in aspects]
    if not held:
        return _nothing(risks)
    chosen = zip(NEAREST, COMBINATIONS[scale.rule], strict=True)
    bounds = {bound: _among([aspect[bound] for aspect in held], share, nearest) for (bound, nearest), share in chosen}
    status = _first({str(place): aspect["status"] for place, aspect in enumerate(held)}, STATUSES[:3])
    return pd.DataFrame({**bounds, "status": status}, index=risks)


def _among(columns: Sequence[pd.Series], share: float, nearest: Literal["lower", "higher"]) -> Any:
    """Return for each risk the value so far up among those that are judged; NaN where none is."""
    if share == 1:
        return np.fmax.reduce([column.to_numpy() for column in columns])
    return pd.concat(columns, axis=1).quantile(share, axis=1, interpolation=nearest).to_numpy()


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


def matrix(assessments: pd.DataFrame, scale: Scale, rule: str | None = None, *, state: str = NOW) -> pd.DataFrame:
    """Return what was judged of each risk, as intervals on the scale, and the classes that these touch.

    Parameters
    ----------
    assessments
        One judgement a row: ``risk``, ``aspect``, ``low``, ``high`` (levels), ``status`` (judged | unknown | not judged), and where
        there are such ``consolidated``, ``judge`` and ``state``. A judged row with one bound has it as both. What stands in ``low`` and
        ``high`` of a row that is not judged does not count.
    scale
        The levels, the class of each cell, the aspects that are combined and the rule for it.
    rule
        Left out, what the scale declares for its judges. What counts of a risk and aspect: always the consolidated judgements where there are any, and what they span. Else, with
        ``consolidated_or_span``, what all judges span; with ``consolidated_or_median`` the lower median of the judges' lows to the upper
        median of their highs; with ``consolidated_or_highest`` the highest low to the highest high. Each judge counts once.
    state
        ``current``: how it is now, which is also what a row without a state is about; ``inherent``: without the existing protection;
        ``target``: after the planned measures.

    Returns
    -------
    DataFrame
        Indexed by ``risk``, every risk that is judged in any state, in the order of first appearance. ``likelihood_low/high``,
        ``consequence_low/high`` (the scale's declared rule over its ``combined`` aspects that are judged: the maximum, unless the
        municipality declared otherwise), ``consequence_<aspect>_low/high`` for every aspect (levels; NaN where not judged),
        ``class_low/high`` (Int64): the lowest and highest class in the box from floor(low) to ceil(high) on both axes, so 3.2 is
        neither 3 nor 4, and ``likelihood_status``, ``consequence_status``, ``status``.

    Notes
    -----
    An aspect, and the combined consequence, is *judged* if anything in it is; else *unknown* ("vet inte") if anything is; else
    *not judged* ("bedöms inte"); else *missing*. The whole risk is what is worst of its two axes: *missing* before *unknown* before
    *not judged* before *judged*. Nothing is averaged and nothing is sorted by a product.

    Raises
    ------
    KrokomrsaError
        A level outside the scale, low above high, a judged row without a level, an aspect, status, state or rule that is not known; all
        at once.

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
    rule = rule or scale.judges
    rows = checked(assessments, scale, *unknown_rule(rule), *unknown_state(state))
    risks = pd.Index(rows["risk"].unique(), name="risk")
    aspects = _by_aspect(_counting(rows[rows["state"] == state], rule), risks)
    likelihood = aspects.get(LIKELIHOOD, _nothing(risks))
    consequence = _combined(aspects, scale, risks)
    parts = {"likelihood": likelihood, "consequence": consequence}
    parts |= {f"consequence_{key_of(aspect)}": aspects.get(aspect, _nothing(risks)) for aspect in scale.aspects}
    columns = {f"{name}_{bound}": part[bound] for name, part in parts.items() for bound in ("low", "high")}
    columns |= {str(name): column for name, column in _classes(likelihood, consequence, scale).items()}
    statuses = {"likelihood_status": likelihood["status"], "consequence_status": consequence["status"]}
    statuses["status"] = pd.Series(_first(statuses, (MISSING, UNKNOWN, NOT_JUDGED, JUDGED)), index=risks)
    return pd.DataFrame({**columns, **{name: status.astype("str") for name, status in statuses.items()}}, index=risks)
