"""One look for all charts: palette, sizes on a Word page, fonts, and the figure they are drawn on.

Every print chart is laid out in points (1/72 inch), the unit of the page it ends on, from the top left corner. Text is measured before
it is placed, with the fonts that matplotlib brings along, so a chart is the same on Windows and on Linux and nothing is cut.
"""

from __future__ import annotations

import re
import tomllib
import warnings
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from types import MappingProxyType
from typing import Final, Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import LoadFlags

from krokomrsa.vocabulary import resource

SizeName = Literal["full", "half", "landscape"]

PALETTE: Final[Mapping[str, str]] = MappingProxyType(tomllib.loads(resource("palette.toml"))["palette"])
MM: Final = 72 / 25.4  # points in a millimetre
DPI: Final = 300
PAGE_MM: Final = 240  # what a Word page holds in height
ELLIPSIS: Final = "…"
LINKING: Final = 3  # letters of a word that no text is cut after: och, för, med
warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # such a letter is drawn as a box: seen, and nobody can act

_SYLLABLE: Final = re.compile(r"[bcdfghjklmnpqrstvwxz][aeiouyåäöé]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One size on a page and the text sizes that stay readable there, in millimetres and points."""

    name: SizeName
    width_mm: float
    title: float
    text: float
    small: float
    height_mm: float = PAGE_MM  # at most

    @property
    def width(self) -> float:
        """Return the width in points."""
        return self.width_mm * MM

    @property
    def line(self) -> float:
        """Return the distance between two lines of text, in points."""
        return self.text * 1.25

    @property
    def half(self) -> bool:
        """Return whether this is the narrow size, where names give way to ids."""
        return self.name == "half"


SIZES: Final[Mapping[SizeName, Size]] = MappingProxyType(
    {
        "full": Size(name="full", width_mm=160, title=9.0, text=7.0, small=6.5),
        "half": Size(name="half", width_mm=78, title=8.0, text=6.5, small=6.5),
        "landscape": Size(name="landscape", width_mm=267, title=11.0, text=7.2, small=7.0, height_mm=180),  # an A4 on its side
    }
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How one status is drawn: a colour, a symbol and a hatching, so that either of them is enough."""

    colour: str
    marker: str = "o"
    hatch: str = ""
    filled: bool = True
    symbol: str = ""  # the same marker by its name in plotly


DUTY_MARKS: Final[Mapping[str, Mark]] = MappingProxyType(
    {
        "met": Mark(PALETTE["met"], "o", symbol="circle"),
        "planned": Mark(PALETTE["planned"], "D", filled=False, symbol="diamond-open"),
        "late": Mark(PALETTE["late"], "^", symbol="triangle-up"),
        "missing": Mark(PALETTE["missing"], "X", symbol="x"),
        "expired": Mark(PALETTE["expired"], "s", hatch="///", filled=False, symbol="square-open"),
    }
)

ACTIVITY_MARKS: Final[Mapping[str, Mark]] = MappingProxyType(
    {
        "evaluated": Mark(PALETTE["met"], "*", symbol="star"),
        "done": Mark(PALETTE["met"], "o", symbol="circle"),
        "planned": Mark(PALETTE["planned"], "D", filled=False, symbol="diamond-open"),
        "late": Mark(PALETTE["late"], "^", symbol="triangle-up"),
        "on request": Mark(PALETTE["muted"], "s", filled=False, symbol="square-open"),
        "cancelled": Mark(PALETTE["missing"], "X", symbol="x"),
        "missing": Mark(PALETTE["muted"], "_", symbol="line-ew-open"),
    }
)

MEASURE_MARKS: Final[Mapping[str, Mark]] = MappingProxyType(
    {
        "done": Mark(PALETTE["done"]),
        "ongoing": Mark(PALETTE["ongoing"], hatch="////"),
        "decided": Mark(PALETTE["decided"]),
        "proposed": Mark(PALETTE["proposed"], hatch="...."),
        "rejected": Mark(PALETTE["rejected"], hatch="xxxx"),
        "unstated": Mark(PALETTE["unstated"]),
    }
)


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a line is drawn."""

    colour: str
    width: float
    dash: str = "solid"


STROKES: Final[Mapping[str, Stroke]] = MappingProxyType(  # one for each class of endurance: the shorter, the wider
    {
        "hours": Stroke(PALETTE["ink"], 1.5),
        "day": Stroke(PALETTE["ink"], 1.0),
        "week": Stroke(PALETTE["ink"], 0.6),
        "longer": Stroke(PALETTE["ink"], 0.4),
        "unknown": Stroke(PALETTE["ink"], 0.9, "dotted"),
    }
)


def faded(colour: str, part: float) -> str:
    """Return a colour with a part of paper in it.

    >>> faded("#000000", 0.0), faded("#000000", 0.5)
    ('#000000', '#808080')
    """
    mixed = (int(colour[at : at + 2], 16) * (1 - part) + 255 * part for at in (1, 3, 5))
    return "#" + "".join(f"{round(value):02x}" for value in mixed)


@cache
def font(*, bold: bool = False) -> FontProperties:
    """Return the font that matplotlib brings along, never one of the machine."""
    return FontProperties(fname=f"{mpl.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf")


@cache
def width(text: str, points: float, *, bold: bool = False) -> float:
    """Return how wide a text is at a font size, in points.

    >>> width("H-12", 13.0) == 2 * width("H-12", 6.5) > width("H-1", 13.0)
    True
    """
    found = get_font(str(font(bold=bold).get_file()))
    found.set_size(100, 72)
    found.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(found.get_width_height()[0]) / 64 / 100 * points


def fit(text: str, points: float, room: float, *, bold: bool = False) -> str:
    """Return a text, cut with an ellipsis where it is wider than the room in points.

    >>> fit("Elnät", 7, 100), fit("Elektronisk kommunikation", 7, 60)
    ('Elnät', 'Elektronisk ko…')
    """
    text = " ".join(text.split())
    if width(text, points, bold=bold) <= room:
        return text
    end = bisect_right(range(len(text)), room, key=lambda end: width(text[:end] + ELLIPSIS, points, bold=bold)) - 1
    return text[: max(end, 0)].rstrip(" ,;.–-") + ELLIPSIS


def whole(text: str, points: float, room: float) -> str:
    """Return a text, cut after a whole word where it is wider than the room; where not even one fits, inside it.

    >>> whole("Verksamhetssystem för vård och omsorg", 7, 80), whole("Elektronisk kommunikation", 7, 30)
    ('Verksamhetssystem…', 'Elektr…')
    """
    words = text.split()
    if width(" ".join(words), points) <= room:
        return " ".join(words)
    stops = [end for end in range(1, len(words)) if len(words[end - 1]) > LINKING and not words[end - 1].endswith("-")]
    kept = [end for end in stops if width(" ".join(words[:end]) + ELLIPSIS, points) <= room]
    return " ".join(words[: kept[-1]]).rstrip(",;.") + ELLIPSIS if kept else fit(text, points, room)


def distinct(names: Mapping[str, str], points: float, room: float) -> dict[str, str]:
    """Return id → name no wider than the room; where two would read alike, the id stands before the name.

    >>> distinct({"V-1": "Förskola norr", "V-2": "Förskola söder", "V-3": "Badhus"}, 7, 40)
    {'V-1': 'V-1 Försk…', 'V-2': 'V-2 Försk…', 'V-3': 'Badhus'}
    """
    short = {id_: fit(name, points, room) for id_, name in names.items()}
    often = Counter(short.values())
    return {id_: text if often[text] == 1 or names[id_] == id_ else fit(f"{id_} {names[id_]}", points, room) for id_, text in short.items()}


def _cut(word: str, most: int) -> int:
    """Return where a Swedish word of more than ``most`` letters is parted: after its own hyphen, else before one consonant and a vowel."""
    own = max(word.rfind("-", 1, most), word.rfind("/", 1, most)) + 1
    syllables = [end for end in range(3, min(most, len(word) - 2) + 1) if _SYLLABLE.match(word, end)]
    return own or max(syllables, default=most)


def _broken(word: str, points: float, room: float, *, bold: bool) -> list[str]:
    """Return a word in pieces no wider than the room, with hyphens."""
    pieces = []
    while width(word, points, bold=bold) > room and len(word) > 1:
        cut = _cut(word, max(bisect_right(range(len(word)), room, key=lambda end: width(word[:end] + "-", points, bold=bold)) - 1, 1))
        pieces.append(word[:cut] + ("" if word[cut - 1] in "-/" else "-"))
        word = word[cut:]
    return [*pieces, word]


def wrap(text: str, points: float, room: float, *, lines: int = 99, bold: bool = False) -> list[str]:
    """Return a text in lines no wider than the room in points; what is beyond the last line gives way to an ellipsis.

    >>> wrap("Krisledningsnämnden ska övas", 7, 75)
    ['Krisledningsnämn-', 'den ska övas']
    """
    found: list[str] = []
    for word in text.split():
        joined = f"{found[-1]} {word}" if found else word
        if found and width(joined, points, bold=bold) <= room:
            found[-1] = joined
        else:
            found += _broken(word, points, room, bold=bold)
    if len(found) <= lines:
        return found
    return [*found[: lines - 1], fit(" ".join(found[lines - 1 :]) + ELLIPSIS, points, room, bold=bold)]


def shortened(ids: Sequence[str], points: float, room: float) -> tuple[dict[str, str], str]:
    """Return id → label no wider than the room, and the beginning that all ids share where it was left out for want of room.

    >>> shortened(["H-2023-1", "H-2023-12"], 7, 20)
    ({'H-2023-1': '1', 'H-2023-12': '12'}, 'H-2023-')
    """
    wide = len(ids) > 1 and any(width(id_, points) > room for id_ in ids)
    first, last = (min(ids), max(ids)) if wide else ("", "")
    shared = next((end for end, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1), min(len(first), len(last)))
    prefix = first[:shared].rstrip("0123456789")
    return {id_: fit(id_.removeprefix(prefix), points, room) for id_ in ids}, prefix


def blank(size: SizeName, height: float, title: str) -> Figure:
    """Return an empty figure of a size, ``height`` points high, whose one axes counts in points from the top left corner."""
    across = SIZES[size].width
    figure = Figure(figsize=(across / 72, height / 72), dpi=72, facecolor=PALETTE["paper"])
    FigureCanvasAgg(figure)
    figure.set_label(title)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, across), ylim=(height, 0))
    axes.set_axis_off()
    return figure


@contextmanager
def rendering() -> Iterator[None]:
    """Make letters as wide as they were measured, and pictures the same every time."""
    with mpl.rc_context({"text.hinting": "none", "svg.hashsalt": "krokomrsa", "svg.fonttype": "path"}):
        yield


def png(figure: Figure) -> bytes:
    """Return a figure as a PNG picture, 300 dots per inch."""
    made = BytesIO()
    with rendering():
        figure.savefig(made, format="png", dpi=DPI, metadata={"Software": None, "Title": str(figure.get_label())})
    return made.getvalue()


def svg(figure: Figure) -> bytes:
    """Return a figure as an SVG picture: the same bytes every time, letters as outlines so that no font is needed."""
    made = BytesIO()
    with rendering():
        figure.savefig(made, format="svg", metadata={"Date": None, "Creator": None, "Title": str(figure.get_label())})
    return made.getvalue()
