"""Draw the coverage board on the screen."""

from __future__ import annotations

from typing import Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.rows import DUTY_STATUSES, DutyRow, duty_groups
from krokomrsa.charts.screen_style import cut, dressed, lines
from krokomrsa.charts.style import DUTY_MARKS, PALETTE
from krokomrsa.charts.words import count_words, kind_name
from krokomrsa.vocabulary import text_of

ROW: Final = 24.0  # pixels
WORDING: Final = 560.0


def _duty(row: DutyRow) -> str:
    evidence = text_of("charts.separator").join(row.evidence)
    return lines(
        row.text,
        text_of("charts.screen.status", status=text_of(f"charts.coverage.statuses.{row.status}")),
        row.reason,
        text_of("charts.screen.evidence", ids=evidence) if evidence else text_of("charts.screen.no_evidence"),
        text_of("charts.screen.source", rule_set=row.rule_set) if row.rule_set else "",
    )


def coverage(duties: pd.DataFrame) -> go.Figure:
    """Draw the coverage board; each symbol carries its duty's id as ``customdata``.

    ``duties`` is what ``coverage.duties`` returns. What is not in force has a column of its own.
    """
    groups = duty_groups(duties)
    title = text_of("charts.coverage.title")
    if not groups:
        return dressed(go.Figure(), title, 160, empty=text_of("charts.coverage.empty"))
    columns = [*DUTY_STATUSES, "expired"]
    ticks: list[str] = []
    held: dict[str, list[tuple[int, DutyRow]]] = {status: [] for status in columns}
    figure = go.Figure()
    for kind, rows in groups.items():
        figure.add_hrect(y0=len(ticks) - 0.5, y1=len(ticks) + 0.5, fillcolor=PALETTE["band"], line_width=0, layer="below")
        ticks.append(f"<b>{cut(text_of('charts.coverage.heading', kind=kind_name(kind), counts=count_words(rows)), WORDING - 14)}</b>")
        for row in rows:
            held[row.status].append((len(ticks), row))
            ticks.append(cut(row.text, WORDING - 14))
    for status, rows_ in held.items():
        mark = DUTY_MARKS[status]
        colour = PALETTE["muted"] if status == "expired" else mark.colour
        figure.add_trace(
            go.Scatter(
                x=[columns.index(status)] * len(rows_),
                y=[number for number, _ in rows_],
                mode="markers",
                marker={
                    "symbol": mark.symbol,
                    "size": 12,
                    "color": colour,
                    "line": {"width": 2 if not mark.filled else 0.6, "color": colour},
                },
                hovertext=[_duty(row) for _, row in rows_],
                hoverinfo="text",
                customdata=[row.id for _, row in rows_],
                showlegend=False,
            )
        )
    for number, text in enumerate(ticks):
        figure.add_annotation(x=0, xref="paper", xshift=-WORDING, xanchor="left", y=number, text=text, showarrow=False)
    names = [text_of(f"charts.coverage.statuses.{status}") for status in DUTY_STATUSES]
    figure.update_layout(
        xaxis={
            "range": [-0.5, len(columns) - 0.5],
            "tickvals": list(range(len(columns))),
            "ticktext": [*names, text_of("charts.coverage.expired_short")],
            "side": "top",
            "showgrid": False,
        },
        yaxis={
            "range": [len(ticks) - 0.5, -0.5],
            "tickvals": [number + 0.5 for number in range(len(ticks))],  # the lines stand between the rows
            "showticklabels": False,
            "gridcolor": PALETTE["rule"],
        },
        margin={"t": 80, "l": WORDING + 20},
        hovermode="closest",
    )
    return dressed(figure, title, len(ticks) * ROW + 110)
