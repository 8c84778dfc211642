"""Dress plotly figures: the same palette as in print, Swedish words, and no button that sends a chart anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from textwrap import wrap
from typing import Any, Final

import plotly.graph_objects as go
import plotly.io as pio

from krokomrsa.charts.style import PALETTE, distinct, fit
from krokomrsa.vocabulary import texts

TEMPLATE: Final = "krokomrsa"
FONT: Final = "DejaVu Sans, Verdana, Segoe UI, sans-serif"  # alike in width, so what is measured with the first fits with the next
TEXT: Final = 11  # pixels
TITLE: Final = 26.0  # from the top to the middle of the title
LINE: Final = 90  # signs
KNOWN: Final = 20_000  # lines that are kept broken: those of some thousand points
WIDTH: Final = 1060  # pixels: a notebook beside its list of files


def config() -> dict[str, Any]:
    """Return the settings that a figure is shown with: nothing leaves the machine, no logo, Swedish.

    >>> config()["locale"], config()["showSendToCloud"], config()["displaylogo"]
    ('sv', False, False)
    """
    words = texts("charts")["screen"]
    locale = {"dictionary": dict(words["dictionary"]), "format": dict(words["format"])}
    return {"showSendToCloud": False, "plotlyServerURL": "", "displaylogo": False, "locale": "sv", "locales": {"sv": locale}}


def _template() -> go.layout.Template:
    layout = {
        "font": {"family": FONT, "size": TEXT, "color": PALETTE["ink"]},
        "title": {"x": 0.01, "xanchor": "left", "yanchor": "middle", "yref": "container", "font": {"size": 16}},
        "paper_bgcolor": PALETTE["paper"],
        "plot_bgcolor": PALETTE["paper"],
        "colorway": [PALETTE[token] for token in ("accent", "late", "met", "missing", "planned", "muted")],
        "hoverlabel": {"align": "left", "bgcolor": PALETTE["paper"], "font": {"family": FONT, "size": 12, "color": PALETTE["ink"]}},
        "legend": {"orientation": "h", "y": 0, "yanchor": "top", "x": 0, "xanchor": "left"},
        "margin": {"l": 10, "r": 10, "t": 50, "b": 10},
        "modebar": {"remove": ["sendChartToCloud", "sendDataToCloud", "lasso2d", "select2d", "autoScale2d"]},
        "separators": ", ",
        "xaxis": {"automargin": True, "zeroline": False},
        "yaxis": {"automargin": True, "zeroline": False},
    }
    return go.layout.Template(layout=layout)


def register() -> None:
    """Make the template the default one, and the settings those of every way in which plotly shows a figure.

    A figure's own settings reach the browser only through a widget; what a notebook shows as it stands takes them from the renderer.
    """
    pio.templates[TEMPLATE] = _template()
    pio.templates.default = TEMPLATE
    for name in pio.renderers:
        if hasattr(pio.renderers[name], "config"):
            pio.renderers[name].config = config()


register()


def dressed(figure: go.Figure, title: str, height: float, *, empty: str = "") -> go.Figure:
    """Return a figure with title, size and settings; one that has nothing to show says so."""
    figure.update_layout(
        template=TEMPLATE, title={"text": escape(title), "y": 1 - TITLE / height}, width=WIDTH, height=height, autosize=False
    )
    if empty:
        figure.update_layout(xaxis={"visible": False}, yaxis={"visible": False})
        figure.add_annotation(text=empty, x=0.01, y=0.9, xref="paper", yref="paper", xanchor="left", showarrow=False, font={"size": 14})
    figure._config = config()  # noqa: SLF001 (plotly offers no other way to give a figure its settings)
    return figure


def cuts(names: Mapping[str, str], room: float) -> dict[str, str]:
    """Return id → name for the chart, none wider than the room in pixels and no two alike.

    >>> cuts({"V-1": "Skola", "V-2": "Skola"}, 60)
    {'V-1': 'V-1 Skola', 'V-2': 'V-2 Skola'}
    """
    return {id_: escape(name, quote=False) for id_, name in distinct(names, TEXT, room).items()}


def cut(text: str, room: float) -> str:
    """Return a text for the chart, no wider than the room in pixels and with nothing that a browser takes for a tag.

    >>> cut("El < 4 h", 200)
    'El &lt; 4 h'
    """
    return escape(fit(text, TEXT, room), quote=False)


def lines(first: str, *rest: str) -> str:
    """Return what is said when pointing: the first line bold, long ones broken so that they stay on the screen, empty ones left out.

    >>> lines("Hemtjänst", "", "Behöver: Elnät")
    '<b>Hemtjänst</b><br>Behöver: Elnät'
    """
    said = [f"<b>{escape(first, quote=False)}</b>"]
    said += [escape(part, quote=False) for line in rest for part in _broken(line)]
    return "<br>".join(said)


@lru_cache(maxsize=KNOWN)
def _broken(line: str) -> tuple[str, ...]:
    """Return a line in parts; the same lines are said again each time a chart is drawn anew."""
    return tuple(wrap(line, LINE))
