"""Turn one declared column into one widget, and what the widget holds into the column's value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import ipywidgets as widgets

from krokomrsa.values import SEPARATOR, Value, read, shown, split
from krokomrsa.vocabulary import Column, text_of
from krokomrsa.workbench.panel import WIDE

WIDTH: Final = widgets.Layout(width="32em")
HIGH: Final = widgets.Layout(width="32em", height="8em")
LONG: Final = frozenset({"purpose", "goals", "findings", "note", "text"})  # texts of several lines

Options = Sequence[tuple[str, Value]]


class Field:
    """One column of one row as a widget."""

    def __init__(self, column: Column, *, known: Mapping[str, str] | None = None, options: Options | None = None) -> None:
        """Make the widget: ``known`` gives id → name where the column refers to rows, ``options`` replaces the choices."""
        self.column = column
        self.widget = _widget(column, known or {}, options)

    def get(self) -> Value:
        """Return the value that the widget holds.

        Raises
        ------
        KrokomrsaError
            What stands there is no value of the column.
        """
        held = self.widget.value
        if isinstance(self.widget, widgets.SelectMultiple):
            return SEPARATOR.join(held) or None
        return read(self.column, held) if isinstance(held, str) else held

    def put(self, value: Value) -> None:
        """Show a value."""
        if isinstance(self.widget, widgets.SelectMultiple):
            codes, known = split(value), {code for _, code in self.widget.options}
            self.widget.options = [*self.widget.options, *((code, code) for code in codes if code not in known)]
            self.widget.value = codes
        elif isinstance(self.widget, widgets.Dropdown):
            if value not in {code for _, code in self.widget.options}:
                self.widget.options = [*self.widget.options, (shown(value), value)]
            self.widget.value = value
        else:
            self.widget.value = shown_whole(value) if isinstance(self.widget, widgets.Text | widgets.Textarea) else value

    def observe(self, act: Callable[[], object]) -> None:
        """Call a function whenever the value is changed."""
        self.widget.observe(lambda _: act(), names="value")


def shown_whole(value: Value) -> str:
    r"""Return a value as text to be edited, never shortened.

    >>> shown_whole(None), shown_whole("två\nrader")
    ('', 'två\nrader')
    """
    return value if isinstance(value, str) else shown(value)


def _widget(column: Column, known: Mapping[str, str], options: Options | None) -> Any:
    label, none = f"{column.title}:", text_of("values.missing")
    common: dict[str, Any] = {"description": label, "style": WIDE, "layout": WIDTH, "tooltip": column.help}
    labels = dict(column.values) or dict(known)
    if options is not None or column.type in {"choice", "reference", "boolean"}:
        yes_no = [(text_of("values.yes"), True), (text_of("values.no"), False)]
        choices = yes_no if column.type == "boolean" else [(label, code) for code, label in labels.items()]
        return widgets.Dropdown(options=options if options is not None else [(none, None), *choices], **common)
    if column.type in {"choices", "references"}:
        return widgets.SelectMultiple(options=[(label, code) for code, label in labels.items()], **{**common, "layout": HIGH})
    if column.type == "date":
        return widgets.DatePicker(**common)
    kind = widgets.Textarea if column.key in LONG else widgets.Text
    return kind(continuous_update=False, **common)
