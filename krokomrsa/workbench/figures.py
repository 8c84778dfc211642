"""Show results as charts in a notebook; where there is nothing to draw, the chart says so."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from krokomrsa.charts import screen
from krokomrsa.charts.album import worst
from krokomrsa.charts.rows import along, duration, named, span
from krokomrsa.charts.screen_style import lines
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench.desk import Desk
from krokomrsa.workbench.outages import Outcome, Stop
from krokomrsa.workbench.views import nothing


def matrix(desk: Desk) -> Any:
    """Show the risk matrix."""
    if desk.results is None or desk.register is None or desk.settings is None:
        return nothing("what_risks")
    events = {row_id: str(row["event"]) for row_id, row in desk.register.held("risks").items()}
    return screen.matrix(desk.results.matrix, desk.settings.scale, names=events)


def dependency_map(desk: Desk) -> Any:
    """Show who depends on whom."""
    if desk.register is None:
        return nothing("what_dependencies")
    kept = desk.register
    return screen.dependency_map(kept.dependencies, kept.services, kept.resources, organisations=named(kept.organisations))


def timeline(desk: Desk) -> Any:
    """Show what falls when, for the loss that brings down most."""
    lost = worst(desk.results)[:1] if desk.results else []
    if desk.register is None or desk.results is None or not lost:
        return nothing("what_dependencies")
    failures = desk.results.failure_times
    times = failures[failures["lost"].isin(lost)].drop(columns="lost").set_index("id")
    return screen.timeline(times, desk.register.services, names=named(desk.register.services, desk.register.resources), lost=lost)


def coverage(desk: Desk) -> Any:
    """Show duties and goals by how they stand."""
    return nothing("what_activities") if desk.results is None else screen.coverage(desk.results.duties)


def ended(figure: go.Figure, found: Outcome) -> go.Figure:
    """Return the chart of what falls when, cut off where the outage ends: nothing falls, and nothing becomes unacceptable, after that.

    The argument stays as it is.
    """
    made = go.Figure(figure)
    if math.isinf(found.until_h):
        return made
    end = along(found.until_h)
    down = {stop.id: stop for stop in found.stopping}
    for trace in made.data:
        if trace.type == "bar":
            trace.x = [min(base + length, end) - base for base, length in zip(trace.base, trace.x, strict=True)]
        else:
            kept = [number for number, moment in enumerate(trace.x) if moment < end]
            trace.update({key: [trace[key][number] for number in kept] for key in ("x", "y", "hovertext", "customdata")})
        trace.hovertext = [_told(down[key]) if key in down else said for key, said in zip(trace.customdata, trace.hovertext, strict=True)]
    told = text_of("panel_dependencies.returns", duration=duration(found.until_h))
    return made.add_vline(
        x=end, line={"dash": "dash", "color": "#1b1b1b", "width": 1.5}, annotation={"text": told, "yref": "paper", "y": 0}
    )


def _told(stop: Stop) -> str:
    said = [
        text_of(f"panel_dependencies.hover.{key}", span=span(*moments))
        for key, moments in (("stops", (stop.earliest, stop.latest)), ("down", stop.down))
    ]
    return lines(stop.name, *said)
