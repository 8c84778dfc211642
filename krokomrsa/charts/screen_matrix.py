"""Draw the risk matrix on the screen: ids in their cells, each with its spread; pointing at one tells what was judged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, groupby, pairwise
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.analysis.risk import stated
from krokomrsa.charts.places import BANDS, Aside, Packed, Place, Span, crowd, drawn_axes, needed, pack, places, shaded, spans
from krokomrsa.charts.risk_rows import called, class_words
from krokomrsa.charts.screen_style import TEXT, WIDTH, cut, dressed, lines
from krokomrsa.charts.screen_traces import GAP, Corner, Points, box_points, line_trace, mark_trace, word_trace
from krokomrsa.charts.style import PALETTE, shortened, width, wrap
from krokomrsa.scales import Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

SLOT: Final = 21.0  # pixels from one label to the one below
HIGH: Final = 16.0  # of a label
PAD: Final = 4.0
LONGEST: Final = 60.0
BESIDE: Final = 190.0  # width of the bands beside the matrix
LEFT: Final = 120.0  # of the levels of likelihood
LEAST_DOWN: Final = 3
MOST_DOWN: Final = 12
UNDER: Final = 2.4 * SLOT  # below the matrix: the levels from left to right and the name of their axis
NOTE: Final = 16.0  # and a line of notes


class _Sheet:
    """The matrix in pixels, from the bottom left corner of the lowest cell; a row is as high as its fullest cell needs."""

    def __init__(self, inside: Sequence[Place], labels: Mapping[str, str], scale: Scale, *, beside: bool) -> None:
        """Measure cells and slots."""
        self.rows, self.columns = (len(scale.axis(axis)) for axis in drawn_axes(scale))
        self.across = (WIDTH - LEFT - 30 - (BESIDE + 20 if beside else 0)) / self.columns
        most = text_of("charts.more", count=max(map(len, crowd(inside).values()), default=1))
        self.label = max(width(text, TEXT) for text in (*labels.values(), most)) + 2 * PAD
        self.fit = max(1, int((self.across - 4) / (self.label + 6)))
        self.slots = needed(inside, self.rows, self.fit, MOST_DOWN, least=LEAST_DOWN)
        self.notes = [line for sentence in stated(scale) for line in wrap(sentence, TEXT, self.across * self.columns)]
        self.edges: list[float] = [0.0, *accumulate(count * SLOT + 6 for count in self.slots)]  # of the rows

    @property
    def under(self) -> float:
        """Return how much room there is below the matrix before anything else."""
        return UNDER + len(self.notes) * NOTE

    @property
    def down(self) -> float:
        """Return how high the matrix is."""
        return self.edges[-1]

    def centre(self, cell: tuple[int, int], slot: tuple[int, int]) -> Corner:
        """Return the middle of a slot."""
        step = (self.across - 4) / self.fit
        return cell[1] * self.across + 2 + (slot[1] + 0.5) * step, self.edges[cell[0] + 1] - 3 - (slot[0] + 0.5) * SLOT


def _level(labels: Mapping[int, str]) -> Callable[[Span | None], str]:
    """Return how an interval of levels is told with their labels; the same intervals come again and again."""

    @cache
    def tell(span: Span | None) -> str:
        if span is None:
            return text_of("charts.screen.no_judgement")
        said = [
            text_of("charts.screen.level", number=shown(level), label=labels[int(level)]) if level in labels else shown(level)
            for level in span
        ]
        return said[0] if said[0] == said[1] else text_of("charts.screen.to", low=said[0], high=said[1])

    return tell


def _said(result: pd.DataFrame, scale: Scale, names: Mapping[str, str]) -> dict[str, str]:
    """Return what is said about each risk when pointing at it."""
    tell: dict[str, Callable[[Span | None], str]] = {
        "likelihood": _level(scale.labels("likelihood")),
        "consequence": _level(scale.labels("consequence")),
        "class": cache(lambda span: class_words(span, scale)),
    }
    keys = {"likelihood": "likelihood", "consequence": "consequence", "class": "risk_class"}
    parts = [[text_of(f"charts.screen.{keys[key]}", levels=said(span)) for span in spans(result, key)] for key, said in tell.items()]
    ids = map(str, result.index)
    return {id_: lines(called(id_, names), *told) for id_, *told in zip(ids, *parts, strict=True)}


def _cells(sheet: _Sheet, scale: Scale) -> Iterator[dict[str, Any]]:
    """Yield one filled trace for each class, so that the legend can name it."""
    style = {"color": PALETTE["paper"], "width": 1.5}
    for found in scale.classes:
        points = [
            point
            for row, classes in enumerate(shaded(scale))
            for column, level in enumerate(classes)
            if level == found.level
            for point in box_points(column * sheet.across, sheet.edges[row], (column + 1) * sheet.across, sheet.edges[row + 1])
        ]
        yield line_trace(points, fill="toself", fillcolor=PALETTE[found.colour], line=style, name=cut(found.label, WIDTH))


def _frames(spots: Sequence[Corner], across: float) -> dict[str, Any]:
    """Return the frames of the labels, all in one trace."""
    points = [point for x, y in spots for point in box_points(x - across / 2, y - HIGH / 2, x + across / 2, y + HIGH / 2)]
    style = {"color": PALETTE["muted"], "width": 0.8}
    return line_trace(points, fill="toself", fillcolor=PALETTE["paper"], line=style, showlegend=False)


def _spreads(packed: Packed, sheet: _Sheet, scale: Scale) -> dict[str, Any]:
    """Return the intervals on the frames, each frame the matrix in miniature."""
    points: Points = []
    for place, slot in packed.slots.items():
        x, y = sheet.centre((place.row, place.column), slot)
        left, low = x - sheet.label / 2, y - HIGH / 2
        if place.column_low < place.column:
            points += [*((left + sheet.label * edge / sheet.columns, low) for edge in (place.column_low, place.column + 1)), GAP]
        if place.row_low < place.row:
            points += [*((left, low + HIGH * edge / sheet.rows) for edge in (place.row_low, place.row + 1)), GAP]
    upwards, across = (text_of(f"charts.matrix.{axis}").lower() for axis in drawn_axes(scale))
    return line_trace(
        points, line={"color": PALETTE["ink"], "width": 3}, name=text_of("charts.screen.spread", across=across, upwards=upwards)
    )


def _labels(spots: Sequence[Corner], texts: Sequence[str], said: Sequence[str], ids: Sequence[str]) -> dict[str, Any]:
    invisible = {"size": HIGH, "opacity": 0}
    return mark_trace(spots, said, ids, mode="markers+text", text=texts, marker=invisible, showlegend=False)


def _beyond(packed: Packed, sheet: _Sheet) -> dict[str, Any]:
    """Return the counts of those without room, who they are when pointing."""
    spots = [sheet.centre(cell, (sheet.slots[cell[0]] - 1, sheet.fit - 1)) for cell in packed.beyond]
    texts = [f"<b>{text_of('charts.more', count=len(held))}</b>" for held in packed.beyond.values()]
    listed = [
        text_of("charts.screen.beyond", count=len(held), ids=text_of("charts.separator").join(held)) for held in packed.beyond.values()
    ]
    return _labels(spots, texts, [lines(*text.split(": ", 1)) for text in listed], ["" for _ in texts])


class _Bands:
    """The risks without a cell: headings and ids in pixels, beside the matrix where they are no higher than it is, else below it."""

    def __init__(self, asides: Sequence[Aside], sheet: _Sheet, labels: Mapping[str, str]) -> None:
        """Give every id its place below the heading of its band."""
        self.sheet = sheet
        self.wide = max((width(labels[aside.id], TEXT) for aside in asides), default=20.0) + 2 * PAD + 6
        ordered = sorted(asides, key=lambda aside: BANDS.index(aside.status))
        self.groups = [(status, [one.id for one in held]) for status, held in groupby(ordered, key=lambda aside: aside.status)]
        self.headings: Points = []
        self.spots: dict[str, Corner] = {}
        if self._laid(sheet.columns * sheet.across + 20, sheet.down, BESIDE) < 0:
            self._laid(0.0, -sheet.under, sheet.columns * sheet.across + BESIDE)

    def _laid(self, left: float, top: float, across: float) -> float:
        """Place every band below the one before and return where the last ends."""
        self.headings, self.spots = [], {}
        fit = max(1, int(across / self.wide))
        for _, ids in self.groups:
            self.headings.append((left, top - SLOT / 2))
            self.spots |= {
                id_: (left + (number % fit + 0.5) * self.wide, top - (number // fit + 1.5) * SLOT) for number, id_ in enumerate(ids)
            }
            top -= (-(-len(ids) // fit) + 1.6) * SLOT
        return top + 0.6 * SLOT

    @property
    def texts(self) -> list[str]:
        """Return the headings."""
        return [f"<b>{text_of(f'charts.matrix.bands.{status}')} ({len(ids)})</b>" for status, ids in self.groups]


def matrix(result: pd.DataFrame, scale: Scale, *, names: Mapping[str, str] | None = None, antagonistic: Collection[str] = ()) -> go.Figure:
    """Draw the risk matrix; each label carries its risk's id as ``customdata``.

    ``result`` is what ``risk.matrix`` returns, ``names`` gives id → event. The id stands in the cell of the highest judgement;
    ``antagonistic`` ids without a cell have a band of their own.
    """
    title = text_of("charts.matrix.title")
    if result.empty:
        return dressed(go.Figure(), title, 160, empty=text_of("charts.matrix.empty"))
    inside, asides = places(result, scale, antagonistic=antagonistic)
    labels, _ = shortened([str(id_) for id_ in result.index], TEXT, LONGEST)
    sheet = _Sheet(inside, labels, scale, beside=bool(asides))
    packed, bands = pack(inside, sheet.slots, sheet.fit), _Bands(asides, sheet, labels)
    said = _said(result, scale, names or {})
    spots = {place.id: sheet.centre((place.row, place.column), slot) for place, slot in packed.slots.items()} | bands.spots
    at = list(spots.values())
    named = _labels(at, [cut(labels[id_], LONGEST + 9) for id_ in spots], [said[id_] for id_ in spots], list(spots))
    marks = [_frames(at, sheet.label), _spreads(packed, sheet, scale), named, _beyond(packed, sheet)]
    lowest = min(-sheet.under, *(y - SLOT for _, y in at))
    traces = [*_cells(sheet, scale), _borders(sheet, scale), _levels(sheet, scale), word_trace(bands.headings, bands.texts), *marks]
    figure = go.Figure({"data": traces, "layout": _layout(sheet, scale, lowest, beside=bool(asides))})
    return dressed(figure, title, sheet.down - lowest + 110)


def _borders(sheet: _Sheet, scale: Scale) -> dict[str, Any]:
    """Return a line where the class changes: it is told by more than colour."""
    points: Points = []
    rows = shaded(scale)
    for row, classes in enumerate(rows):
        for column, level in enumerate(classes):
            left, low = column * sheet.across, sheet.edges[row]
            points += [(left, low), (left, sheet.edges[row + 1]), GAP] if column and classes[column - 1] != level else []
            points += [(left, low), (left + sheet.across, low), GAP] if row and rows[row - 1][column] != level else []
    return line_trace(points, line={"color": PALETTE["ink"], "width": 1.5}, showlegend=False)


def _levels(sheet: _Sheet, scale: Scale) -> dict[str, Any]:
    """Return the levels from left to right and the name of their axis, right below the matrix whatever stands farther down."""
    spots = [((number + 0.5) * sheet.across, -0.6 * SLOT) for number in range(sheet.columns)]
    texts = [f"{number} {cut(label, sheet.across - 20)}" for number, label in scale.labels(scale.across).items()]
    middle = sheet.columns * sheet.across / 2
    spots += [(middle, -1.7 * SLOT), *((middle, -UNDER - number * NOTE) for number in range(len(sheet.notes)))]
    texts += [f"<b>{text_of(f'charts.matrix.{scale.across}')}</b>", *(cut(note, WIDTH) for note in sheet.notes)]
    return word_trace(spots, texts, place="middle center")


def _layout(sheet: _Sheet, scale: Scale, lowest: float, *, beside: bool) -> dict[str, Any]:
    upwards, _ = drawn_axes(scale)
    return {
        "xaxis": {
            "range": [0, sheet.columns * sheet.across + (BESIDE + 24 if beside else 0)],
            "showticklabels": False,
            "showgrid": False,
        },
        "yaxis": {
            "range": [lowest, sheet.down],
            "tickvals": [sum(edges) / 2 for edges in pairwise(sheet.edges)],
            "ticktext": [f"{number} {cut(label, LEFT - 30)}" for number, label in scale.labels(upwards).items()],
            "showgrid": False,
        },
        "annotations": [
            {"text": f"<b>{text_of(f'charts.matrix.{upwards}')}</b>", "textangle": -90, "showarrow": False, "y": sheet.down / 2}
            | {"xref": "paper", "x": 0, "xshift": 8 - LEFT}
        ],
        "hovermode": "closest",
        "legend": {"yref": "container", "y": 0.01, "yanchor": "bottom"},
        "margin": {"l": LEFT, "b": 50},
    }
