"""Choose what is lost in a what-if, from when until when."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import ipywidgets as widgets

from krokomrsa.charts.rows import Span
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.values import read, shown
from krokomrsa.vocabulary import load, text_of
from krokomrsa.workbench.markup import escaped
from krokomrsa.workbench.outages import HORIZON_H
from krokomrsa.workbench.panel import WIDE, button

UNITS: Final = {"hours": 1.0, "days": 24.0}  # hours in each
LIST: Final = widgets.Layout(flex="1 1 26em", max_width="32em", height="15em")
WRAPPED: Final = widgets.Layout(flex_flow="row wrap", align_items="flex-start")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_dependencies.lasts.{key}", **values)


def _refused(key: str, written: str) -> KrokomrsaError:
    return KrokomrsaError(Problem(value=written, problem=_t(key), remedy=_t(f"{key}_remedy"), kind="refused"))


def hours(written: str, unit: str) -> float | None:
    """Return a time in hours; None where nothing is written.

    Raises
    ------
    KrokomrsaError
        What is written is no time.

    >>> hours("1,5", "days"), hours("", "hours")
    (36.0, None)
    """
    wrong = _refused("wrong", written)
    try:
        found = cast("float | None", read(load()["resources"]["fuel_h"], written))  # as hours are written in the register
    except KrokomrsaError:
        raise wrong from None
    if found is not None and not 0 <= found < math.inf:
        raise wrong
    return None if found is None else found * UNITS[unit]


def lasting(name: str, span: Span, unit: str) -> str:
    """Return in words what is lost, from when and for how long.

    >>> lasting("Elnät", (0, 24), "hours"), lasting("Elnät", (0, 12), "days"), lasting("Elnät", (0, math.inf), "days")
    ('Elnät borta i 24 timmar', 'Elnät borta i 0,5 dygn', 'Elnät borta tills vidare')
    >>> lasting("Elnät", (6, 24), "hours"), lasting("Elnät", (6, math.inf), "hours")
    ('Elnät borta från timme 6 till timme 24', 'Elnät borta från timme 6 och tills vidare')
    """
    start, end = (hour / UNITS[unit] for hour in span)
    if start:
        return _t(f"from_{unit}_open" if end == math.inf else f"from_{unit}", name=name, start=shown(start), end=shown(end))
    return _t("open" if end == math.inf else f"{unit}_one" if end == 1 else unit, name=name, count=shown(end))


@dataclass(frozen=True, slots=True)
class _Line:
    """Two fields for one time that something is away: when that begins, and when it is back."""

    begins: widgets.Text = field(default_factory=lambda: _text(_t("begins"), _t("at_once")))
    back: widgets.Text = field(default_factory=lambda: _text(_t("back"), _t("never")))


def _text(label: str, hint: str) -> widgets.Text:
    return widgets.Text(
        description=label, placeholder=hint, continuous_update=False, style=WIDE, layout=widgets.Layout(width="15em", max_width="100%")
    )


class Losing:
    """A list of what can be lost, and a line for each that is chosen, or several where it is lost more than once.

    ``act`` is called when somebody has changed anything.
    """

    def __init__(self, act: Callable[[], object]) -> None:
        """Prepare an empty list."""
        self.lost = widgets.SelectMultiple(description=text_of("panel_dependencies.lost"), style=WIDE, layout=LIST)
        self.unit = widgets.ToggleButtons(
            description=_t("unit"), options=[(_t(f"unit_{key}"), key) for key in UNITS], style={**WIDE, "button_width": "auto"}
        )
        self.times = widgets.VBox()
        self.lines: dict[str, list[_Line]] = {}
        self.names: Mapping[str, str] = {}
        self._act = act
        self._quiet = False
        self.lost.observe(self._chosen, "value")
        self.unit.observe(self._changed, "value")

    @property
    def chosen(self) -> list[str]:
        """Return the ids of what is lost."""
        return list(self.lost.value)

    def offer(self, offered: Sequence[tuple[str, str]], names: Mapping[str, str]) -> None:
        """Offer pairs of label and id, the first for a start; what was chosen stays chosen."""
        before, self.names = self.chosen, names
        self._quiet = True
        if self.lost.options != tuple(offered):
            self.lost.options = offered
        self.lost.value = tuple(key for _, key in offered if key in before) or (offered[0][1],)
        self._quiet = False
        self._show()

    def again(self, key: str) -> None:
        """Ask for one more time that something is lost."""
        self._add(key)
        self._show()

    def spans(self) -> dict[str, tuple[Span, ...]]:
        """Return what is lost, from when until when. A further line counts once it says when it begins.

        Raises
        ------
        KrokomrsaError
            A time is none, or something is back before it is lost; all at once.
        """
        found: dict[str, tuple[Span, ...]] = {}
        problems: list[Problem] = []
        for key in self.chosen:
            try:
                found[key] = tuple(self._spans(key))
            except KrokomrsaError as error:
                problems += [problem.at(sheet=self.names[key]) for problem in error.problems]
        if problems:
            raise KrokomrsaError.of(problems)
        return found

    def _spans(self, key: str) -> list[Span]:
        found = []
        for number, line in enumerate(self.lines[key]):
            start, end = (hours(one.value, self.unit.value) for one in (line.begins, line.back))
            if number and start is None:
                continue
            span = (start or 0.0, math.inf if end is None else end)
            for fault, holds in (("ends_first", span[1] <= span[0]), ("too_late", span[0] >= HORIZON_H)):
                if holds:
                    raise _refused(fault, f"{line.begins.value}–{line.back.value}")
            found.append(span)
        return found

    def _add(self, key: str) -> None:
        line = _Line()
        for one in (line.begins, line.back):
            one.observe(self._changed, "value")
        self.lines.setdefault(key, []).append(line)

    def _show(self) -> None:
        for key in self.chosen:
            if key not in self.lines:
                self._add(key)
        self.times.children = tuple(self._row(key) for key in self.chosen)

    def _row(self, key: str) -> widgets.Widget:
        name = widgets.HTML(f"<b>{escaped(self.names[key])}</b>", layout=widgets.Layout(min_width="10em"))
        more = button(_t("again"), lambda: self.again(key), tip=_t("again_tip", name=self.names[key]))
        lines = [widgets.HBox([line.begins, line.back], layout=WRAPPED) for line in self.lines[key]]
        lines[-1].children = (*lines[-1].children, more)
        return widgets.HBox([name, widgets.VBox(lines)], layout=WRAPPED)

    def _chosen(self, _change: Any) -> None:
        if not self._quiet:
            self._show()
            self._act()

    def _changed(self, _change: Any) -> None:
        if not self._quiet:
            self._act()
