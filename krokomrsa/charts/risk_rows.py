"""Turn what is known of risks into the rows that charts and their text alternatives show."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from krokomrsa.analysis.risk import STATES, key_of
from krokomrsa.charts.places import Span, drawn_axes, pair
from krokomrsa.charts.rows import labels
from krokomrsa.scales import LIKELIHOOD, Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import load, text_of

AXES: Final = (LIKELIHOOD, "consequence")
STATUSES: Final = ("new", "changed", "gone")  # the order in which a change is told; the unchanged are counted
SURE: Final = 0.995  # from here on a share rounds to 100 %

Row = Mapping[Hashable, Any]


def share(chance: float) -> str:
    """Return a probability in whole per cent; what is neither impossible nor sure is never told as such.

    >>> share(0.0), share(0.002), share(0.256), share(0.999), share(1.0)
    ('0 %', '<1 %', '26 %', '>99 %', '100 %')
    """
    if 0 < chance < 1 - SURE:
        return text_of("charts_risk.least")
    if SURE <= chance < 1:
        return text_of("charts_risk.most")
    return text_of("charts_risk.share", percent=round(100 * chance))


def levels(span: Span | None) -> str:
    """Return an interval of levels, a dash where nothing is judged.

    >>> levels((3.0, 4.0)), levels((3.2, 3.2)), levels(None)
    ('3–4', '3,2', '–')
    """
    if span is None:
        return text_of("charts.screen.no_judgement")
    return shown(span[0]) if span[0] == span[1] else text_of("charts_risk.range", low=shown(span[0]), high=shown(span[1]))


def called(id_: str, names: Mapping[str, str]) -> str:
    """Return the id of a risk with its event.

    >>> called("H-1", {"H-1": "Elavbrott"}), called("H-2", {})
    ('H-1 Elavbrott', 'H-2')
    """
    return text_of("charts_risk.event", id=id_, event=" ".join(names.get(id_, "").split())).strip()


def class_words(span: Span | None, scale: Scale) -> str:
    """Return the class of a risk, or both ends where it may be several.

    >>> from krokomrsa.scales import load
    >>> class_words((2, 3), load()), class_words(None, load())
    ('Måttlig risk – Hög risk', '–')
    """
    if span is None:
        return text_of("charts.screen.no_judgement")
    said = {found.level: found.label for found in scale.classes}
    low, high = (said[int(level)] for level in span)
    return low if low == high else text_of("charts.screen.to", low=low, high=high)


def aspect_words(scale: Scale) -> dict[str, str]:
    """Return what each aspect is called, the municipality's own protected values included.

    >>> from krokomrsa.scales import load
    >>> aspect_words(load())["likelihood"]
    'Sannolikhet'
    """
    return {**labels("assessments", "aspect"), **scale.values}  # noqa: PD011 (protected values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A judged risk in the declared order: its place, the places it gets in 90 % of the draws, and its chances."""

    id: str
    event: str
    rank: int
    places: Span
    top: float  # P(rank ≤ k)
    classes: tuple[float, ...]  # P(class), from the lowest to the highest


def ranked(ranking: pd.DataFrame, places: pd.DataFrame, classes: pd.DataFrame, scale: Scale, names: Mapping[str, str]) -> list[Ranked]:
    """Return the risks that have a rank, in their order.

    ``ranking``, ``places`` and ``classes`` are what ``risk.ranking``, ``risk.rank_probabilities`` and ``risk.class_probabilities`` return.
    """
    drawn, chances = places.to_dict("index"), classes.to_dict("index")
    order = [found.level for found in scale.classes]
    return [
        Ranked(
            id=str(id_),
            event=called(str(id_), names),
            rank=int(rank),
            places=(float(drawn[id_]["rank_low"]), float(drawn[id_]["rank_high"])),
            top=float(drawn[id_]["p_rank_k"]),
            classes=tuple(float(chances[id_][level]) for level in order),
        )
        for id_, rank in ranking["rank"].items()
        if not pd.isna(rank)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A risk and an aspect that several judged: who judged which interval, and how far they are apart."""

    risk: str
    event: str
    aspect: str
    answers: tuple[tuple[Span, tuple[str, ...]], ...]  # interval → judges, the lowest first
    gap: Span | None  # between the highest low and the lowest high, where no level is shared

    @property
    def apart(self) -> float:
        """Return how many steps lie between those that are farthest from each other."""
        return self.gap[1] - self.gap[0] if self.gap else 0.0


def questions(judged: pd.DataFrame, scale: Scale, names: Mapping[str, str], organisations: Mapping[str, str]) -> list[Question]:
    """Return what several judged, those farthest apart first.

    ``judged`` is what ``risk.by_judge`` returns; ``names`` gives id → event, ``organisations`` id → what a judge is called.
    """
    words = aspect_words(scale)
    held: dict[tuple[str, str], dict[Span, list[str]]] = {}
    for risk, aspect, judge, low, high in judged[["risk", "aspect", "judge", "low", "high"]].itertuples(index=False, name=None):
        held.setdefault((risk, aspect), {}).setdefault((float(low), float(high)), []).append(organisations.get(judge, judge))
    found = [
        Question(
            risk=risk,
            event=called(risk, names),
            aspect=words[aspect],
            answers=tuple((span, tuple(sorted(judges))) for span, judges in sorted(spans.items())),
            gap=_gap(spans),
        )
        for (risk, aspect), spans in held.items()
        if sum(map(len, spans.values())) > 1
    ]
    return sorted(found, key=lambda one: (-one.apart, -_width(one)))


def _gap(spans: Mapping[Span, object]) -> Span | None:
    first, last = min(high for _, high in spans), max(low for low, _ in spans)
    return (first, last) if first < last else None


def _width(question: Question) -> float:
    return max(high for (_, high), _ in question.answers) - question.answers[0][0][0]


Box = Mapping[str, Span]  # likelihood and consequence


def cells_of(box: Box, scale: Scale) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the rows and the columns that a judgement touches as it is drawn, counted from 0; a level between two touches both.

    >>> from krokomrsa.scales import load
    >>> cells_of({"likelihood": (2.0, 3.0), "consequence": (3.2, 3.2)}, load())
    ((1, 2), (2, 3))
    """
    found = [(box[axis], scale.axis(axis)[0].level) for axis in drawn_axes(scale)]
    rows, columns = ((math.floor(low) - first, math.ceil(high) - first) for (low, high), first in found)
    return rows, columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A risk that is judged in several states: state → likelihood and consequence, and → class."""

    id: str
    event: str
    boxes: Mapping[str, Box]
    classes: Mapping[str, Span]


def moves(movement: pd.DataFrame, names: Mapping[str, str]) -> list[Move]:
    """Return the risks that are judged in more than one state, in their order; ``movement`` is what ``risk.movement`` returns."""
    found = [_move(str(id_), row, names) for id_, row in movement.to_dict("index").items()]
    return [move for move in found if len(move.boxes) > 1]


def _move(id_: str, row: Row, names: Mapping[str, str]) -> Move:
    pairs = {state: {axis: pair(row, f"{state}_{axis}") for axis in AXES} for state in STATES}
    boxes = {state: {axis: span for axis, span in box.items() if span} for state, box in pairs.items() if all(box.values())}
    classes = {state: pair(row, f"{state}_class") for state in boxes}
    return Move(id=id_, event=called(id_, names), boxes=boxes, classes={state: span for state, span in classes.items() if span})


Standing = Mapping[str, Span | None]  # likelihood, consequence and class; None where nothing is judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A risk that is new, changed or gone: how it stood and how it stands.

    ``detail`` tells which risk that is gone it may be, or what has changed where likelihood and consequence are as they were.
    """

    id: str
    event: str
    status: str
    before: Standing
    now: Standing
    detail: str = ""


def class_change(one: Changed, scale: Scale) -> str:
    """Return the class then and now; one of them where they are alike or there is only one."""
    before, now = (class_words(each["class"], scale) for each in (one.before, one.now))
    if one.status != "changed" or before == now:
        return before if one.status == "gone" else now
    return text_of("charts_risk.change.arrow", before=before, now=now)


def changes(since: pd.DataFrame, scale: Scale) -> list[Changed]:
    """Return what is new, changed and gone, in that order, the highest class first; ``since`` is what ``risk.since`` returns."""
    found = [_changed(str(id_), row, scale) for id_, row in since.to_dict("index").items() if row["status"] in STATUSES]
    return sorted(found, key=lambda one: (STATUSES.index(one.status), *(-level for level in _severity(one))))


def _severity(changed: Changed) -> Span:
    span = changed.now["class"] or changed.before["class"] or (0.0, 0.0)
    return span[1], span[0]


def _changed(id_: str, row: Row, scale: Scale) -> Changed:
    event: Any = row["event_before"] if pd.isna(row["event"]) else row["event"]
    before, now = ({key: pair(row, f"{key}{when}") for key in (*AXES, "class")} for when in ("_before", ""))
    detail = _proposal(row) or (_parts(row, scale) if row["status"] == "changed" and before == now else "")
    return Changed(id=id_, event=called(id_, {id_: str(event)}), status=str(row["status"]), before=before, now=now, detail=detail)


def _proposal(row: Row) -> str:
    other: Any = row["proposal"]
    return "" if pd.isna(other) else text_of("charts_risk.change.proposal", id=other, score=round(float(row["score"])))


def _parts(row: Row, scale: Scale) -> str:
    """Return what else than likelihood and consequence has changed, in words."""
    words = {f"consequence_{key_of(aspect)}": word for aspect, word in aspect_words(scale).items()}
    words |= {axis: text_of(f"charts.matrix.{axis}") for axis in AXES}
    words |= {column.key: column.header for column in load()["risks"]}
    named = dict.fromkeys(words[part].lower() for part in row["changed"])
    return text_of("charts_risk.change.parts", parts=text_of("charts.separator").join(named))
