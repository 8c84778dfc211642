"""Draw on the screen where the judges of a risk are farthest apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.risk_rows import Question, levels, questions
from krokomrsa.charts.screen_style import cut, dressed, lines
from krokomrsa.charts.screen_traces import GAP, Points, box_points, line_trace, mark_trace, word_trace
from krokomrsa.charts.style import PALETTE
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import counted, text_of

ROW: Final = 18.0  # pixels
NAMES: Final = 340.0
JUDGES: Final = 0.5  # the part of the width from which the judges are named
WORDS: Final = 340.0  # their width
SIDE: Final = 0.44  # of a level: a bar reaches so far from its middle


def _told(question: Question) -> str:
    answers = (
        text_of("charts_risk.disagreement.hover", judges=text_of("charts.separator").join(judges), span=levels(span))
        for span, judges in question.answers
    )
    return lines(question.event, question.aspect, *answers)


def _gaps(shown: Sequence[Question], tops: Sequence[float]) -> dict[str, Any]:
    points: Points = []
    for question, top in zip(shown, tops, strict=True):
        if question.gap:
            low, high = question.gap
            points += box_points(low + SIDE, top - 0.4, high - SIDE, top + len(question.answers) - 0.6)
    return line_trace(points, fill="toself", fillcolor=PALETTE["apart"], line={"width": 0}, name=text_of("charts_risk.disagreement.gap"))


def _bars(shown: Sequence[Question], tops: Sequence[float]) -> dict[str, Any]:
    points: Points = []
    for question, top in zip(shown, tops, strict=True):
        for number, ((low, high), _) in enumerate(question.answers):
            points += [(low - SIDE, top + number), (high + SIDE, top + number), GAP]
    return line_trace(points, line={"color": PALETTE["judged"], "width": 9}, name=text_of("charts_risk.disagreement.judged"))


def disagreement(
    judged: pd.DataFrame,
    scale: Scale,
    *,
    names: Mapping[str, str],
    organisations: Mapping[str, str],
    first: int | None = None,
) -> go.Figure:
    """Draw the questions in which judges have no level in common, those farthest apart first; a mark carries its risk's id.

    The same input as in print.
    """
    title = text_of("charts_risk.disagreement.title")
    every = questions(judged, scale, names, organisations)
    shown = [question for question in every if question.gap][:first]
    if not shown:
        said = counted("charts_risk.disagreement.agree_all", len(every)) if every else text_of("charts_risk.disagreement.empty")
        return dressed(go.Figure(), title, 160, empty=said)
    tops = [0.0, *accumulate(max(2, len(question.answers)) + 0.6 for question in shown)]
    told = [_told(question) for question in shown]
    answers = [
        (question.risk, said, ((low + high) / 2, top + number), judges)
        for question, said, top in zip(shown, told, tops, strict=False)
        for number, ((low, high), judges) in enumerate(question.answers)
    ]
    words = [(cut(text_of("charts.separator").join(judges), WORDS), (0.0, at[1])) for _, _, at, judges in answers]
    invisible = {"size": 14, "opacity": 0}
    traces = [
        _gaps(shown, tops[:-1]),
        _bars(shown, tops[:-1]),
        mark_trace([at for _, _, at, _ in answers], [said for _, said, _, _ in answers], [risk for risk, *_ in answers], marker=invisible)
        | {"showlegend": False},
        word_trace([at for _, at in words], [text for text, _ in words], xaxis="x2"),
    ]
    figure = go.Figure({"data": traces, "layout": _layout(shown, tops, scale)})
    return dressed(figure, title, tops[-1] * ROW + 140)


def _layout(shown: Sequence[Question], tops: Sequence[float], scale: Scale) -> dict[str, Any]:
    last = max(level.level for level in (*scale.likelihood, *scale.consequence))
    first = min(level.level for level in (*scale.likelihood, *scale.consequence))
    ticks = [(top + part, text) for question, top in zip(shown, tops, strict=False) for part, text in enumerate(_wording(question))]
    return {
        "xaxis": {
            "domain": (0, JUDGES - 0.02),
            "range": [first - 0.5, last + 0.5],
            "tickvals": list(range(first, last + 1)),
            "side": "top",
            "gridcolor": PALETTE["rule"],
        },
        "xaxis2": {"domain": (JUDGES, 1), "range": [0, 1], "showgrid": False, "showticklabels": False, "anchor": "y"},
        "yaxis": {
            "range": [tops[-1] - 0.5, -0.8],
            "tickvals": [place for place, _ in ticks],
            "ticktext": [text for _, text in ticks],
            "ticklabelstandoff": 6,
            "showgrid": False,
        },
        "margin": {"l": NAMES, "t": 80},
        "hovermode": "closest",
    }


def _wording(question: Question) -> tuple[str, str]:
    return f"<b>{cut(question.event, NAMES - 30)}</b>", cut(question.aspect, NAMES - 12)
