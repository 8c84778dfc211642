"""Show who stands and who is down at an hour of an outage: a slider over what is already worked out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import ipywidgets as widgets

from krokomrsa.charts.rows import Fate, Span, duration, span
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench.markup import escaped
from krokomrsa.workbench.outages import HORIZON_H, Outcome, limit
from krokomrsa.workbench.panel import WIDE, button

TICKS_H: Final = (0.0, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0, 36.0, 48.0, 72.0, 96.0, 120.0, 144.0, 168.0, 240.0, 336.0, 480.0, HORIZON_H)
BEGIN_H: Final = 24.0  # the hour that is shown first, and at least how far the slider goes
ALARM: Final = "#c0420a"
LOOKS: Final = {"down": (ALARM, "#fff"), "uncertain": ("#ffd27f", "#1a1a1a"), "standing": ("#00664a", "#fff")}


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_dependencies.clock.{key}", **values)


@dataclass(frozen=True, slots=True)
class Line:
    """What a column tells of a service: its name, how it stands, and what is wrong with that."""

    name: str
    told: str
    alarm: str = ""

    def __str__(self) -> str:
        """Return the line as HTML."""
        alarm = (
            f' <b style="border-left:6px solid {ALARM};padding-left:.4em;white-space:nowrap">{escaped(self.alarm)}</b>'
            if self.alarm
            else ""
        )
        return f"<b>{escaped(self.name)}</b>: {escaped(self.told)}{alarm}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """Who is down for certain, who may be, and who stands but may be down at another hour."""

    hour: float
    down: tuple[Fate, ...]
    uncertain: tuple[Fate, ...]
    standing: tuple[Fate, ...]


def during(stretches: Iterable[Span], hour: float) -> Span | None:
    """Return the stretch that an hour is in; at its end it is over.

    >>> during([(4.0, 24.0)], 4), during([(4.0, 24.0)], 24)
    ((4.0, 24.0), None)
    """
    return next((one for one in stretches if one[0] <= hour < one[1]), None)


def at(found: Iterable[Fate], hour: float) -> Hour:
    """Return how things stand at an hour; what changes at that hour has changed."""
    states: dict[str, list[Fate]] = {"down": [], "uncertain": [], "standing": []}
    for fate in found:
        state = "down" if during(fate.best, hour) else "uncertain" if during(fate.worst, hour) else "standing"
        states[state].append(fate)
    return Hour(hour=hour, **{state: tuple(fates) for state, fates in states.items()})


def moments(found: Outcome) -> tuple[float, ...]:
    """Return the hours worth stopping at: round ones, and each at which anything changes."""
    fates = (*found.services, *found.resources)
    ends = (hour for fate in fates for stretch in (*fate.worst, *fate.best) for hour in stretch)
    limits = (hour for fate in fates for hour in fate.unacceptable or ())
    changes = {hour for hour in (*ends, *limits) if 0 <= hour <= HORIZON_H}
    last = min(tick for tick in TICKS_H if tick >= max(changes, default=0.0))
    return tuple(sorted(changes | {tick for tick in TICKS_H if tick <= max(last, BEGIN_H)}))


def after(low: float, high: float) -> str:
    """Return in words after how long something happens that may take from low to high.

    >>> after(24, 30), after(24, math.inf), after(math.inf, math.inf)
    ('efter 24–30 h', 'tidigast efter 24 h', 'ingen känd tid')
    """
    if low == math.inf:
        return _t("no_known_end")
    return _t("after_earliest", low=duration(low)) if high == math.inf else _t("after", span=span(low, high))


def latest(high: float) -> str:
    """Return in words at what hour something happens at the latest.

    >>> latest(24), latest(math.inf)
    ('senast efter 24 h', 'ingen känd tid')
    """
    return _t("no_known_end") if high == math.inf else _t("latest", hours=duration(high))


def _gone(fate: Fate, hour: float, state: str, since: str, back: str) -> Line:
    """Return what is told of a service that is or may be down, and when it may have been so for longer than it can stand."""
    late = limit(fate)
    return Line(fate.name, _t(state, since=since) + back, _t("too_long", hours=duration(late)) if late <= hour else "")


def _down(fate: Fate, hour: float) -> Line:
    (since, back), (since_best, back_best) = (during(spans, hour) or (hour, hour) for spans in (fate.worst, fate.best))
    ends = _t("is_back_then", back=after(back_best, back)) if back_best < math.inf else ""
    return _gone(fate, hour, "down", span(since, since_best), ends)


def _uncertain(fate: Fate, hour: float) -> Line:
    since, back = during(fate.worst, hour) or (hour, hour)
    state = "may_be_back" if any(since < end <= hour for _, end in fate.best) else "may_be_down"
    return _gone(fate, hour, state, duration(since), _t("is_back_then", back=latest(back)) if back < math.inf else "")


def _standing(fate: Fate, hour: float) -> Line:
    later = min((start for start, _ in fate.worst if start > hour), default=math.inf)
    return Line(fate.name, _t("stops", hours=duration(later)) if later < math.inf else _t("is_back", hours=duration(fate.back)))


def _late_first(fates: Sequence[Fate], hour: float) -> list[Fate]:
    return sorted(fates, key=lambda fate: limit(fate) > hour)


def shown(found: Outcome, now: Hour) -> str:
    """Return an hour as three columns: who is down, who may be, who stands."""
    untouched = Line(_t("untouched", count=len(found.standing)), ", ".join(found.standing))
    columns = (
        _column("down", len(now.down), [_down(fate, now.hour) for fate in _late_first(now.down, now.hour)]),
        _column("uncertain", len(now.uncertain), [_uncertain(fate, now.hour) for fate in _late_first(now.uncertain, now.hour)]),
        _column(
            "standing",
            len(now.standing) + len(found.standing),
            [*(_standing(fate, now.hour) for fate in now.standing), *([untouched] if found.standing else [])],
        ),
    )
    when = f'<div style="font-size:1.6em;font-weight:bold;margin:.1em 0 .3em 0">{escaped(_t("now", hours=duration(now.hour)))}</div>'
    beside = f'<div style="display:flex;flex-wrap:wrap;gap:.6em;align-items:stretch">{"".join(columns)}</div>'
    return f'<div style="color:#1a1a1a">{when}{beside}{"".join(_resources(at(found.resources, now.hour)))}</div>'


def _column(state: str, count: int, lines: Iterable[Line]) -> str:
    ground, ink = LOOKS[state]
    head = f'<div style="background:{ground};color:{ink};font-size:1.35em;font-weight:bold;padding:.25em .6em">'
    items = "".join(f"<li style='margin:.3em 0'>{line}</li>" for line in lines)
    return (
        f'<section style="flex:1 1 14em;min-width:0;border:2px solid {ground};background:#fff">'
        f"{head}{escaped(_t(f'heads.{state}', count=count))}</div>"
        f'<ul tabindex="0" style="list-style:none;margin:0;padding:.3em .8em;max-height:26em;overflow:auto;line-height:1.35">{items}</ul></section>'
    )


def _resources(now: Hour) -> Iterator[str]:
    for state, fates in (("down", now.down), ("uncertain", now.uncertain)):
        if fates:
            told = _t(f"resources_{state}", names=", ".join(fate.name for fate in fates))
            yield f"<p style='margin:.4em 0;line-height:1.4'>{escaped(told)}</p>"


class Clock(widgets.VBox):  # type: ignore[misc]
    """A slider over the hours of an outcome, and who stands at the hour that is chosen; moving it works nothing out anew."""

    def __init__(self, moved: Callable[[], object]) -> None:
        """Prepare the slider; ``moved`` is called when somebody has chosen another hour."""
        self.slider = widgets.SelectionSlider(
            options=[(duration(BEGIN_H), BEGIN_H)],
            description=_t("label"),
            style={**WIDE, "handle_color": "#0b5394"},
            layout=widgets.Layout(flex="1 1 auto", min_width="0"),
        )
        self.view = widgets.HTML()
        self.found: Outcome | None = None
        self._moved = moved
        steps = [button(_t(f"{key}.label"), partial(self.step, by), tip=_t(f"{key}.tip")) for key, by in (("earlier", -1), ("later", 1))]
        super().__init__([widgets.HBox([self.slider, *steps]), self.view])
        self.slider.observe(self._chosen, "value")

    @property
    def hour(self) -> float:
        """Return the hour that is chosen."""
        return float(self.slider.value)

    def step(self, by: int) -> None:
        """Go to the next hour worth stopping at, or to the one before; at an end nothing happens."""
        self.slider.index = min(max(self.slider.index + by, 0), len(self.slider.options) - 1)

    def follow(self, found: Outcome) -> None:
        """Show an outcome at the hour that was chosen before, or the last before it that is worth stopping at."""
        hour, hours, self.found = self.hour, moments(found), None
        self.slider.options = [(duration(one), one) for one in hours]
        self.slider.value = max(one for one in hours if one <= hour)
        self.found = found
        self.show()

    def show(self) -> None:
        """Show who stands at the hour that is chosen."""
        if self.found is not None:
            self.view.value = shown(self.found, at(self.found.services, self.hour))

    def _chosen(self, _change: Any) -> None:
        if self.found is not None:
            self.show()
            self._moved()
