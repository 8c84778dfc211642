"""Draw services × resources on the screen: one heat map, the hours when pointing at a cell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.grid import CLASSES, Grid, grid, hours, soon
from krokomrsa.charts.rows import Span, span
from krokomrsa.charts.screen_style import TEXT, WIDTH, cuts, dressed, lines
from krokomrsa.charts.style import width
from krokomrsa.vocabulary import text_of

ROWS: Final = 30  # services and
COLUMNS: Final = 20  # resources that are shown
ROW: Final = 22.0  # pixels
COLUMN: Final = 44.0  # at most
NAMES: Final = 260.0
HEAD: Final = 170.0


def _said(service: str, resource: str, found: Span) -> str:
    first = text_of("charts_cascade.grid.cell", service=service, resource=resource)
    return lines(first, text_of("charts_cascade.grid.falls", span=span(*found)))


def _text(found: Span | None) -> str:
    """Return what stands in a cell: the earliest hour, with a question mark where it may not fall at all."""
    if found is None:
        return ""
    return text_of("charts_cascade.grid.doubtful_cell", hours=hours(found[0])) if math.isinf(found[1]) else hours(found[0])


def _heat(shown: Grid, names: Mapping[str, str]) -> go.Heatmap:
    cells = [[shown.cells.get((service, resource)) for resource in shown.resources] for service in shown.services]
    told = [
        ["" if found is None else _said(names.get(service, service), names.get(resource, resource), found) for resource, found in row]
        for service, row in ((service, zip(shown.resources, row, strict=True)) for service, row in zip(shown.services, cells, strict=True))
    ]
    count = len(CLASSES)
    scale = [(edge / count, one.colour) for number, one in enumerate(reversed(CLASSES)) for edge in (number, number + 1)]
    return go.Heatmap(
        z=[[None if found is None else count - 1 - soon(found[0]) for found in row] for row in cells],
        zmin=-0.5,
        zmax=count - 0.5,
        colorscale=scale,
        xgap=1,
        ygap=1,
        text=[[_text(found) for found in row] for row in cells],
        texttemplate="%{text}",
        hovertext=told,
        hoverinfo="text",
        hoverongaps=False,
        customdata=[[(service, resource) for resource in shown.resources] for service in shown.services],
        showscale=False,
    )


def _legend(shown: Grid) -> str:
    """Return the classes that occur, each after a square of its colour."""
    held = {soon(low) for low, _ in shown.cells.values()}
    entries = (f'<span style="color:{one.colour}">■</span> {one.label}' for number, one in enumerate(CLASSES) if number in held)
    return "\u2003".join(entries)


def service_resource(failures: pd.DataFrame, services: pd.DataFrame, *, names: Mapping[str, str]) -> go.Figure:
    """Draw when each service falls if one resource is lost, at the earliest; each cell carries both ids as ``customdata``.

    ``failures`` is what ``cascade.external_losses`` returns: ``lost``, ``id``, ``earliest_h``, ``latest_h``; ``services`` has ``id``;
    ``names`` gives id → name.
    """
    shown = grid(failures, services, rows=ROWS, columns=COLUMNS)
    title = text_of("charts_cascade.grid.title")
    if not shown.cells:
        return dressed(go.Figure(), title, 160, empty=text_of("charts_cascade.grid.empty"))
    called = {id_: " ".join(names.get(id_, id_).split()) for id_ in (*shown.services, *shown.resources)}
    rows = cuts({id_: called[id_] for id_ in shown.services}, NAMES)
    columns = cuts({id_: called[id_] for id_ in shown.resources}, HEAD)
    notes = [_legend(shown), text_of("charts_cascade.grid.reading_screen"), *shown.notes]
    left, below = NAMES + 20, 40 + 16 * len(notes)
    above = 60 + max(width(label, TEXT) for label in columns.values())
    figure = go.Figure(_heat(shown, called))
    figure.update_layout(
        xaxis={
            "tickvals": list(range(len(columns))),
            "ticktext": list(columns.values()),
            "range": [-0.5, len(columns) - 0.5],
            "side": "top",
            "tickangle": -90,
            "showgrid": False,
        },
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": list(rows.values()),
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
            "automargin": False,
        },
        margin={"l": left, "r": max(WIDTH - left - COLUMN * len(columns), 20.0), "t": above, "b": below},
        hovermode="closest",
    )
    figure.add_annotation(
        text="<br>".join(notes),
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        xshift=-left + 10,
        yshift=-6,
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
    )
    return dressed(figure, title, len(rows) * ROW + above + below)
