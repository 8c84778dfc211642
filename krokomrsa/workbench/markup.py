"""Write tables and lists as HTML; what stands in a register is always text, never markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import ipywidgets as widgets

_WHOLE: Final = re.compile(r"\b(\d{4}-\d\d-\d\d|0\d [A-ZÅÄÖ]\w+)\b")  # a date, a step such as 00 Start
_CELL = "padding:.25em .7em;border-bottom:1px solid #b9b9b9;text-align:left;vertical-align:top;white-space:pre-wrap;line-height:1.35"


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in a cell that stands out, with a coloured line before it that says nothing that the text does not say."""

    text: str
    colour: str = "#b35900"


Cell = str | Marked


def escaped(text: str) -> str:
    """Return a text as it stands in HTML; a date or the name of a step in it is never broken.

    >>> escaped("Från 2021-11-15 < i dag")
    'Från <span style="white-space:nowrap">2021-11-15</span> &lt; i dag'
    """
    return _WHOLE.sub(r'<span style="white-space:nowrap">\g<0></span>', html.escape(text))


def cell(content: Cell) -> str:
    """Return what stands in a cell.

    >>> cell("<b>"), cell(Marked("sent", "#b35900"))
    ('&lt;b&gt;', '<b style="border-left:6px solid #b35900;padding-left:.4em">sent</b>')
    """
    if isinstance(content, Marked):
        return f'<b style="border-left:6px solid {content.colour};padding-left:.4em">{escaped(content.text)}</b>'
    return escaped(content)


def table(headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, caption: str = "") -> str:
    """Return a table with a header for each column, as wide as it needs to be.

    >>> table(["Fil"], [["soc.xlsx"]]).count("<tr>")
    2
    """
    head = "".join(f'<th scope="col" style="{_CELL};background:#f1f1f1">{html.escape(header)}</th>' for header in headers)
    body = "".join("<tr>" + "".join(f'<td style="{_CELL}">{cell(content)}</td>' for content in row) + "</tr>" for row in rows)
    told = f'<caption style="text-align:left;font-weight:bold;padding:.3em 0">{html.escape(caption)}</caption>' if caption else ""
    return f'<table style="border-collapse:collapse;color:#1b1b1b">{told}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def listed(texts: Iterable[str]) -> str:
    """Return texts as a list.

    >>> listed(["a", "b"]).count("<li>")
    2
    """
    return "<ul style='margin:.2em 0 .2em 1.2em'>" + "".join(f"<li>{escaped(text)}</li>" for text in texts) + "</ul>"


def heading(text: str) -> widgets.HTML:
    """Return a heading inside a panel."""
    return widgets.HTML(f"<h3 style='margin:.8em 0 .2em 0'>{html.escape(text)}</h3>")


def paragraph(text: str) -> str:
    """Return a sentence of guidance as HTML.

    >>> paragraph("a < b").endswith("a &lt; b</p>")
    True
    """
    return f"<p style='margin:.2em 0;max-width:75em;line-height:1.4'>{escaped(text)}</p>"


def note(text: str) -> widgets.HTML:
    """Return a sentence of guidance."""
    return widgets.HTML(paragraph(text))
