"""Draw the risk matrix on the screen: ids in their cells, each with its spread; pointing at one tells what was judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.charts.places import BANDS, Aside, Packed, Place, crowd, pack, places
from krokomrsa.charts.screen_style import TEXT, WIDTH, cut, dressed, lines
from krokomrsa.charts.style import PALETTE, shortened, width
from krokomrsa.scales import Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

SLOT: Final = 21.0  # pixels from one label to the one below
HIGH: Final = 16.0  # of a label
PAD: Final = 4.0
LONGEST: Final = 60.0
BESIDE: Final = 190.0  # width of the bands beside the matrix
LEFT: Final = 120.0  # of the levels of likelihood
MOST_DOWN: Final = 8

Corner = tuple[float, float]


class _Sheet:
    """The matrix in pixels, from the bottom left corner of the lowest cell."""

    def __init__(self, inside: Sequence[Place], labels: Mapping[str, str], scale: Scale, *, beside: bool) -> None:
        """Measure cells and slots."""
        self.rows, self.columns = len(scale.likelihood), len(scale.consequence)
        self.across = (WIDTH - LEFT - 30 - (BESIDE + 20 if beside else 0)) / self.columns
        self.label = max((width(labels[place.id], TEXT) for place in inside), default=20.0) + 2 * PAD
        most = max((len(members) for members in crowd(inside).values()), default=1)
        fit = max(1, int((self.across - 4) / (self.label + 6)))
        self.slots = (min(MOST_DOWN, max(3, -(-most // fit))), fit)
        self.down = self.slots[0] * SLOT + 6

    def centre(self, row: int, column: int, slot: tuple[int, int]) -> Corner:
        """Return the middle of a slot."""
        step = (self.across - 4) / self.slots[1]
        return column * self.across + 2 + (slot[1] + 0.5) * step, (row + 1) * self.down - 3 - (slot[0] + 0.5) * SLOT


def _levels(pair: tuple[object, object], labels: Mapping[int, str]) -> str:
    """Return an interval of levels with their labels, a dash where nothing is judged."""
    if any(pd.isna(level) for level in pair):  # type: ignore[call-overload]
        return text_of("charts.screen.no_judgement")
    said = [
        text_of("charts.screen.level", number=shown(float(level)), label=labels[int(level)])  # type: ignore[arg-type, call-overload]
        if float(level).is_integer() and int(level) in labels  # type: ignore[arg-type, call-overload]
        else shown(float(level))  # type: ignore[arg-type]
        for level in pair
    ]
    return said[0] if said[0] == said[1] else text_of("charts.screen.to", low=said[0], high=said[1])


def _said(result: pd.DataFrame, scale: Scale, names: Mapping[str, str]) -> dict[str, str]:
    """Return what is said about each risk when pointing at it."""
    classes = {found.level: found.label for found in scale.classes}
    told = {}
    for id_, row in result.to_dict("index").items():
        parts = []
        for key, words in (("likelihood", scale.labels("likelihood")), ("consequence", scale.labels("consequence")), ("class", classes)):
            pair = row.get(f"{key}_low"), row.get(f"{key}_high")
            label = _levels(pair, words) if key != "class" else _classes(pair, classes)
            parts.append(text_of(f"charts.screen.{'risk_class' if key == 'class' else key}", levels=label))
        told[str(id_)] = lines(f"{id_} {names.get(str(id_), '')}".strip(), *parts)
    return told


def _classes(pair: tuple[object, object], classes: Mapping[int, str]) -> str:
    if any(pd.isna(level) for level in pair):  # type: ignore[call-overload]
        return text_of("charts.screen.no_judgement")
    low, high = (classes[int(level)] for level in pair)  # type: ignore[call-overload]
    return str(low) if low == high else text_of("charts.screen.to", low=low, high=high)


def _cells(sheet: _Sheet, scale: Scale) -> list[go.Scatter]:
    """Return one filled trace for each class, so that the legend can name it."""
    traces = []
    for found in scale.classes:
        xs: list[float | None] = []
        ys: list[float | None] = []
        for row, classes in enumerate(scale.matrix):
            for column, level in enumerate(classes):
                if level == found.level:
                    left, right = column * sheet.across, (column + 1) * sheet.across
                    low, high = row * sheet.down, (row + 1) * sheet.down
                    xs += [left, right, right, left, left, None]
                    ys += [low, low, high, high, low, None]
        style = {"color": PALETTE["paper"], "width": 1.5}
        traces.append(
            go.Scatter(
                x=xs, y=ys, mode="lines", fill="toself", fillcolor=PALETTE[found.colour], line=style, name=found.label, hoverinfo="skip"
            )
        )
    return traces


def _frames(spots: Sequence[Corner], across: float) -> go.Scatter:
    """Return the frames of the labels, all in one trace."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for x, y in spots:
        xs += [x - across / 2, x + across / 2, x + across / 2, x - across / 2, x - across / 2, None]
        ys += [y - HIGH / 2, y - HIGH / 2, y + HIGH / 2, y + HIGH / 2, y - HIGH / 2, None]
    style = {"color": PALETTE["muted"], "width": 0.8}
    return go.Scatter(x=xs, y=ys, mode="lines", fill="toself", fillcolor=PALETTE["paper"], line=style, hoverinfo="skip", showlegend=False)


def _spreads(packed: Packed, sheet: _Sheet) -> go.Scatter:
    """Return the intervals on the frames, each frame the matrix in miniature."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for place, slot in packed.slots.items():
        x, y = sheet.centre(place.row, place.column, slot)
        left, low = x - sheet.label / 2, y - HIGH / 2
        if place.column_low < place.column:
            xs += [*(left + sheet.label * edge / sheet.columns for edge in (place.column_low, place.column + 1)), None]
            ys += [low, low, None]
        if place.row_low < place.row:
            xs += [left, left, None]
            ys += [*(low + HIGH * edge / sheet.rows for edge in (place.row_low, place.row + 1)), None]
    style = {"color": PALETTE["ink"], "width": 3}
    return go.Scatter(x=xs, y=ys, mode="lines", line=style, name=text_of("charts.screen.spread"), hoverinfo="skip")


def _labels(spots: Sequence[Corner], texts: Sequence[str], said: Sequence[str], ids: Sequence[str]) -> go.Scatter:
    return go.Scatter(
        x=[x for x, _ in spots],
        y=[y for _, y in spots],
        mode="markers+text",
        marker={"size": HIGH, "opacity": 0},
        text=texts,
        hovertext=said,
        hoverinfo="text",
        customdata=ids,
        showlegend=False,
    )


def _beside(asides: Sequence[Aside], sheet: _Sheet, labels: Mapping[str, str]) -> tuple[list[tuple[Corner, str]], dict[str, Corner]]:
    """Return the headings of the bands beside the matrix, and where each id stands below them."""
    headings: list[tuple[Corner, str]] = []
    spots: dict[str, Corner] = {}
    left = sheet.columns * sheet.across + 20
    wide = max((width(labels[aside.id], TEXT) for aside in asides), default=20.0) + 2 * PAD
    fit = max(1, int(BESIDE / (wide + 6)))
    y = sheet.rows * sheet.down
    for status, held in groupby(sorted(asides, key=lambda aside: BANDS.index(aside.status)), key=lambda aside: aside.status):
        members = list(held)
        headings.append(((left, y - SLOT / 2), f"<b>{text_of(f'charts.matrix.bands.{status}')} ({len(members)})</b>"))
        for number, aside in enumerate(members):
            down, across = divmod(number, fit)
            spots[aside.id] = left + (across + 0.5) * (wide + 6), y - (down + 1.5) * SLOT
        y -= (-(-len(members) // fit) + 1.6) * SLOT
    return headings, spots


def matrix(result: pd.DataFrame, scale: Scale, *, names: Mapping[str, str] | None = None) -> go.Figure:
    """Draw the risk matrix; each label carries its risk's id as ``customdata``.

    ``result`` is what ``risk.matrix`` returns, ``names`` gives id → event. The id stands in the cell of the highest judgement.
    """
    title = text_of("charts.matrix.title")
    if result.empty:
        return dressed(go.Figure(), title, 160, empty=text_of("charts.matrix.empty"))
    inside, asides = places(result, scale)
    labels, _ = shortened([str(id_) for id_ in result.index], TEXT, LONGEST)
    sheet = _Sheet(inside, labels, scale, beside=bool(asides))
    packed = pack(inside, *sheet.slots)
    said = _said(result, scale, names or {})
    headings, beside = _beside(asides, sheet, labels)
    spots = {place.id: sheet.centre(place.row, place.column, slot) for place, slot in packed.slots.items()} | beside
    ids = list(spots)
    figure = go.Figure([*_cells(sheet, scale), _frames(list(spots.values()), sheet.label), _spreads(packed, sheet)])
    figure.add_trace(_labels(list(spots.values()), [cut(labels[id_], LONGEST + 9) for id_ in ids], [said[id_] for id_ in ids], ids))
    last = (sheet.slots[0] - 1, sheet.slots[1] - 1)
    more = [(sheet.centre(*cell, last), held) for cell, held in packed.beyond.items()]
    texts = [f"<b>{text_of('charts.more', count=len(held))}</b>" for _, held in more]
    listed = [text_of("charts.screen.beyond", count=len(held), ids=text_of("charts.separator").join(held)) for _, held in more]
    figure.add_trace(_labels([spot for spot, _ in more], texts, [lines(*text.split(": ", 1)) for text in listed], ["" for _ in more]))
    for (x, y), text in headings:
        figure.add_annotation(x=x, y=y, text=text, showarrow=False, xanchor="left")
    _axes(figure, sheet, scale, lowest=min((y for _, y in spots.values()), default=0.0) - SLOT, beside=bool(asides))
    return dressed(figure, title, figure.layout.yaxis.range[1] - figure.layout.yaxis.range[0] + 150)


def _axes(figure: go.Figure, sheet: _Sheet, scale: Scale, *, lowest: float, beside: bool) -> None:
    across, down = sheet.columns * sheet.across, sheet.rows * sheet.down
    named = {
        aspect: [f"{number} {cut(label, LEFT - 30)}" for number, label in scale.labels(aspect).items()]
        for aspect in ("likelihood", "consequence")
    }
    figure.update_layout(
        xaxis={
            "range": [0, across + (BESIDE + 24 if beside else 0)],
            "tickvals": [(number + 0.5) * sheet.across for number in range(sheet.columns)],
            "ticktext": named["consequence"],
            "title": {"text": text_of("charts.matrix.consequence")},
            "showgrid": False,
        },
        yaxis={
            "range": [min(0.0, lowest), down],
            "tickvals": [(number + 0.5) * sheet.down for number in range(sheet.rows)],
            "ticktext": named["likelihood"],
            "title": {"text": text_of("charts.matrix.likelihood")},
            "showgrid": False,
        },
        hovermode="closest",
        legend={"yref": "container", "y": 0.01, "yanchor": "bottom"},
        margin={"b": 90},
    )
