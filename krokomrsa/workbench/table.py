"""Show rows in a small table with real form fields; edits arrive as row, column, what stood there and what was written."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any, Final

import anywidget
import traitlets

from krokomrsa.values import Value, shown
from krokomrsa.vocabulary import Column, text_of

Options = Sequence[tuple[str, str]]  # what is stored, what is shown
LONGEST: Final = 70  # signs of a label in a list
_FIELDS: Final = {
    "text": "text",
    "integer": "number",
    "number": "number",
    "boolean": "select",
    "date": "date",
    "choice": "select",
    "choices": "many",
    "reference": "select",
    "references": "many",
}
_WIDTHS: Final = {"text": "170px", "number": "84px", "date": "125px", "many": "150px", "fixed": "60px"}
SIGN, FRAME = 7, 34  # pixels: a sign, and what is around the signs of a list
NARROWEST, WIDEST = 74, 150  # pixels: a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What somebody wrote in a field of the table."""

    row: str
    key: str
    old: str
    value: str


def field(column: Column, options: Options = (), *, title: str = "", locked: bool = False, width: str = "") -> dict[str, Any]:
    """Return how a declared column is shown: which field, which choices, which limits.

    >>> from krokomrsa.vocabulary import load
    >>> field(load()["information_assets"]["integrity"])["max"]
    3
    >>> field(load()["services"]["condition_1"])["options"]
    [('yes', 'Ja'), ('no', 'Nej'), ('unknown', 'Vet inte')]
    """
    kind = "fixed" if locked else _FIELDS[column.type]
    answers = [text_of("values.yes"), text_of("values.no")] if column.type == "boolean" else []
    known = list(options) or list(column.values.items()) or [(answer, answer) for answer in answers]
    return {
        "key": column.key,
        "title": title or column.title,
        "type": kind,
        "options": [(code, shortened(label)) for code, label in known],
        "min": column.min,
        "max": column.max,
        "help": column.help,
        "width": width or (_broad(label for _, label in known) if kind == "select" else _WIDTHS[kind]),
    }


def _broad(labels: Iterable[str]) -> str:
    """Return how wide a list is: as its longest label, up to a limit where what is chosen goes on on the next line."""
    longest = max((len(label) for label in labels), default=0)
    return f"{min(max(SIGN * longest + FRAME, NARROWEST), WIDEST)}px"


def told(key: str, title: str, *, width: str = "") -> dict[str, Any]:
    """Return a column that only tells something.

    >>> told("class", "Klass")["type"]
    'fixed'
    """
    return {
        "key": key,
        "title": title,
        "type": "fixed",
        "options": [],
        "min": None,
        "max": None,
        "help": "",
        "width": width or _WIDTHS["fixed"],
    }


def shortened(label: str) -> str:
    """Return a label on one line that fits in a list.

    >>> len(shortened("Reservkraft saknas. " * 10))
    70
    """
    line = " ".join(label.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def escaped(text: str) -> str:
    """Return a text that a browser shows as it stands.

    >>> escaped("El < 4 h")
    'El &lt; 4 h'
    """
    return html.escape(text)


def written(value: Value) -> str:
    """Return a value as it stands in its field.

    >>> from datetime import date
    >>> written(0.5), written(date(2021, 5, 3)), written(True), written(None)
    ('0.5', '2021-05-03', 'Ja', '')
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return shown(value)
    return value.isoformat() if isinstance(value, date) else f"{value:.15g}"


class Table(anywidget.AnyWidget):
    """A real HTML table of text fields, numbers, dates, drop-downs and tick lists, one page of rows at a time.

    ``columns`` come from :func:`field` and :func:`told`; ``rows`` are ``{"id", "name", "cells": {key: text}}``; ``selected`` is the
    id of the row that was clicked. ``edited`` is called with each :class:`Edit`; afterwards every field shows what is stored.
    """

    _esm = resources.files("krokomrsa.workbench").joinpath("table.js").read_text(encoding="utf-8")
    _css = resources.files("krokomrsa.workbench").joinpath("table.css").read_text(encoding="utf-8")
    label = traitlets.Unicode("").tag(sync=True)
    choose = traitlets.Unicode("").tag(sync=True)
    columns: Any = traitlets.List().tag(sync=True)
    rows: Any = traitlets.List().tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)

    def __init__(self, edited: Callable[[Edit], object], *, label: str) -> None:
        """Prepare an empty table with a name for those who cannot see it."""
        super().__init__(label=label, choose=text_of("panel_editing.choose"))
        self._edited = edited
        self.on_msg(self._received)

    def _received(self, _widget: object, content: Mapping[str, Any], _buffers: object) -> None:
        try:
            self._edited(Edit(**{key: str(content[key] or "") for key in ("row", "key", "old", "value")}))
        finally:
            self.send({"stored": True})  # also a field whose value was refused shows what is stored

    def show(
        self, rows: Iterable[tuple[str, str, Mapping[str, Value]]], *, options: Mapping[str, Mapping[str, Options]] | None = None
    ) -> None:
        """Show rows: id, name, and a value for each column; ``options`` gives a row choices of its own by column."""
        keys, own = [column["key"] for column in self.columns], options or {}
        self.rows = [
            {"id": id_, "name": shortened(name), "cells": {key: written(values.get(key)) for key in keys}}
            | ({"options": {key: list(listed) for key, listed in own[id_].items()}} if id_ in own else {})
            for id_, name, values in rows
        ]
