"""Say in one to three Swedish sentences what the charts of risks show, apart from the matrix, for those who do not see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from krokomrsa.charts.risk_rows import STATUSES, Changed, Move, changes, levels, moves, questions, ranked
from krokomrsa.charts.words import counted, listed, tally
from krokomrsa.scales import Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import counted as counted_text
from krokomrsa.vocabulary import text_of

SURE: Final = 0.95  # a risk is said to be among the highest from this chance on


def ranking_intervals(
    ranking: pd.DataFrame, places: pd.DataFrame, classes: pd.DataFrame, scale: Scale, *, names: Mapping[str, str], k: int = 10
) -> str:
    """Return which risks are sure to be among the ``k`` highest, and whose place is least certain; the same input as the chart."""
    rows = ranked(ranking, places, classes, scale, names)
    if not rows:
        return text_of("charts_risk.ranking.empty")
    sure = [row.event for row in rows if row.top >= SURE]
    widest = max(rows, key=lambda row: row.places[1] - row.places[0])
    parts = [text_of("charts_risk.alternative.ranking.all", risks=counted("risk", len(rows)))]
    parts.append(text_of(f"charts_risk.alternative.ranking.{'sure' if sure else 'none_sure'}", k=k, risks=listed(sure)))
    if widest.places[0] < widest.places[1]:
        low, high = map(shown, widest.places)
        parts.append(text_of("charts_risk.alternative.ranking.widest", risk=widest.event, low=low, high=high))
    return " ".join(parts)


def disagreement(judged: pd.DataFrame, scale: Scale, *, names: Mapping[str, str], organisations: Mapping[str, str]) -> str:
    """Return in how many questions the judges have no level in common, and where they are farthest apart; the same input as the chart."""
    every = questions(judged, scale, names, organisations)
    if not every:
        return text_of("charts_risk.disagreement.empty")
    apart, count = [question for question in every if question.gap], counted_text("charts_risk.alternative.questions.count", len(every))
    said = text_of("charts_risk.alternative.disagreement.apart", apart=len(apart), questions=count)
    if not apart:
        return said
    low, lowest = min(apart[0].answers, key=lambda answer: answer[0][1])
    high, highest = max(apart[0].answers, key=lambda answer: answer[0][0])
    ends = {"low": levels(low), "high": levels(high), "lowest": listed(lowest), "highest": listed(highest)}
    farthest = text_of("charts_risk.alternative.disagreement.farthest", event=apart[0].event, aspect=apart[0].aspect.lower(), **ends)
    return f"{said} {farthest}"


def movement(found: pd.DataFrame, *, names: Mapping[str, str]) -> str:
    """Return for how many risks the existing protection, and the planned measures, lower the class; the same input as the chart."""
    every = moves(found, names)
    if not every:
        return text_of("charts_risk.movement.empty")
    parts = [text_of("charts_risk.alternative.movement.all", risks=counted("risk", len(every)))]
    for key, before, after in (("inherent", "inherent", "current"), ("target", "current", "target")):
        both = [move for move in every if {before, after} <= set(move.classes)]
        lower = sum(_lower(move, before, after) for move in both)
        parts += [text_of(f"charts_risk.alternative.movement.{key}", count=lower, of=len(both))] if both else []
    return " ".join(parts)


def _lower(move: Move, before: str, after: str) -> bool:
    return move.classes[after][::-1] < move.classes[before][::-1]


def change(found: pd.DataFrame, scale: Scale, *, since: str = "") -> str:
    """Return how many risks are new, changed, gone and unchanged, and which have another class; the same input as the chart."""
    if found.empty:
        return text_of("charts_risk.change.empty")
    held = Counter(found["status"])
    counts = tally((text_of(f"charts_risk.change.statuses.{status}").lower(), held[status]) for status in (*STATUSES, "unchanged"))
    said = text_of(f"charts_risk.alternative.change.{'since' if since else 'since_unsaid'}", since=since, counts=counts)
    higher, lower = _moved(changes(found, scale))
    parts = [
        text_of(f"charts_risk.alternative.change.{key}", risks=listed(names))
        for key, names in (("higher", higher), ("lower", lower))
        if names
    ]
    return " ".join([said, *parts])


def _moved(every: Sequence[Changed]) -> tuple[list[str], list[str]]:
    """Return the risks with a higher and with a lower class than before."""
    higher: list[str] = []
    lower: list[str] = []
    for one in every:
        before, now = one.before["class"], one.now["class"]
        if before and now and before != now:
            (higher if now[::-1] > before[::-1] else lower).append(one.event)
    return higher, lower
