"""Draw on the screen how sure the order of the risks is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.risk_rows import Ranked, ranked, share
from krokomrsa.charts.screen_style import cut, dressed, lines
from krokomrsa.charts.screen_traces import GAP, Points, box_points, line_trace, mark_trace, word_trace
from krokomrsa.charts.style import PALETTE
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of

ROW: Final = 20.0  # pixels
NAMES: Final = 300.0
BAR: Final = 0.3  # half of a bar's height, of a row
CLASSES: Final = (0.0, 0.22)  # the part of the width that the chances of classes take
PLACES: Final = (0.25, 0.94)  # the places
TOP: Final = 1.0  # where P(top k) ends


def _told(row: Ranked, scale: Scale, k: int) -> str:
    low, high = (round(place) for place in row.places)
    chances = zip(reversed(scale.classes), reversed(row.classes), strict=True)
    return lines(
        row.event,
        text_of("charts_risk.ranking.hover_rank", rank=row.rank, low=low, high=high),
        text_of("charts_risk.ranking.hover_top", k=k, share=share(row.top)),
        *(text_of("charts_risk.ranking.hover_class", label=found.label, share=share(chance)) for found, chance in chances if chance),
    )


def _classes(rows: Sequence[Ranked], scale: Scale) -> Iterator[dict[str, Any]]:
    """Yield for each class its part of every bar."""
    starts = [0.0] * len(rows)
    for place, found in enumerate(scale.classes):
        points: Points = []
        for number, row in enumerate(rows):
            end = starts[number] + row.classes[place]
            points += box_points(starts[number], number - BAR, end, number + BAR) if end > starts[number] else []
            starts[number] = end
        style = {"color": PALETTE["ink"], "width": 0.5}
        yield line_trace(points, fill="toself", fillcolor=PALETTE[found.colour], line=style, name=cut(found.label, NAMES))


def _places(rows: Sequence[Ranked]) -> dict[str, Any]:
    """Return the interval of every risk's place."""
    points: Points = []
    for number, row in enumerate(rows):
        points += [(row.places[0] - 0.15, number), (row.places[1] + 0.15, number), GAP]
    style = {"color": PALETTE["judged"], "width": 8}
    return line_trace(points, line=style, name=text_of("charts_risk.ranking.interval_short"), xaxis="x2")


def ranking_intervals(
    ranking: pd.DataFrame,
    places: pd.DataFrame,
    classes: pd.DataFrame,
    scale: Scale,
    *,
    names: Mapping[str, str],
    k: int = 10,
    first: int | None = None,
) -> go.Figure:
    """Draw the judged risks in their declared order with what their uncertainty gives them; a mark carries its id as ``customdata``.

    The same input as in print. What the chances rest on, ``risk.assumptions``, is told beside the chart.
    """
    title = text_of("charts_risk.ranking.title")
    every = ranked(ranking, places, classes, scale, names)
    if not every:
        return dressed(go.Figure(), title, 160, empty=text_of("charts_risk.ranking.empty"))
    rows = every[:first]
    said, ids = [_told(row, scale, k) for row in rows], [row.id for row in rows]
    spots = [(row.rank, number) for number, row in enumerate(rows)]
    mark = {"symbol": "diamond", "size": 8, "color": PALETTE["ink"]}
    traces = [
        *_classes(rows, scale),
        _places(rows),
        mark_trace(spots, said, ids, marker=mark, name=text_of("charts_risk.ranking.declared"), xaxis="x2"),
        word_trace([(1, number) for number in range(len(rows))], [share(row.top) for row in rows], place="middle left", xaxis="x3"),
    ]
    figure = go.Figure({"data": traces, "layout": _layout(rows, len(every), k)})
    return dressed(figure, title, len(rows) * ROW + 170)


def _layout(rows: Sequence[Ranked], count: int, k: int) -> dict[str, Any]:
    heading = {"showarrow": False, "yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 20}
    limit = {"type": "line", "xref": "x2", "x0": k + 0.5, "x1": k + 0.5, "yref": "paper", "y0": 0, "y1": 1}
    ticks = {"side": "top", "gridcolor": PALETTE["rule"]}
    return {
        "xaxis": {"domain": CLASSES, "range": [0, 1], "showgrid": False, "showticklabels": False},
        "xaxis2": {"domain": PLACES, "range": [0.3, count + 0.7], "anchor": "y", **ticks},
        "xaxis3": {"domain": (PLACES[1], TOP), "range": [0, 1], "showgrid": False, "showticklabels": False, "anchor": "y"},
        "yaxis": {
            "range": [len(rows) - 0.4, -0.6],
            "tickvals": list(range(len(rows))),
            "ticktext": [cut(f"{row.rank}. {row.event}", NAMES - 12) for row in rows],
            "ticklabelstandoff": 6,
            "showgrid": False,
        },
        "annotations": [
            {"text": f"<b>{text_of('charts_risk.ranking.classes')}</b>", "x": 0, "xref": "paper", "xanchor": "left", **heading},
            {"text": f"<b>{text_of('charts_risk.ranking.places')}</b>", "x": PLACES[0], "xref": "paper", "xanchor": "left", **heading},
            {"text": f"<b>{text_of('charts_risk.ranking.top', k=k)}</b>", "x": 1, "xref": "paper", "xanchor": "right", **heading},
        ],
        "shapes": [limit | {"line": {"color": PALETTE["unacceptable"], "width": 1, "dash": "dash"}}] if k < count else [],
        "margin": {"l": NAMES, "t": 90},
        "legend": {"y": 0, "yanchor": "top"},
        "hovermode": "closest",
    }
