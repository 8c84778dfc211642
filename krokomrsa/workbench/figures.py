"""Show results as charts in a notebook; where there is nothing to draw, the chart says so."""

from __future__ import annotations

from typing import Any

from krokomrsa.charts import screen
from krokomrsa.charts.album import worst
from krokomrsa.charts.rows import named
from krokomrsa.workbench.desk import Desk
from krokomrsa.workbench.views import nothing


def matrix(desk: Desk) -> Any:
    """Show the risk matrix."""
    if desk.results is None or desk.register is None or desk.settings is None:
        return nothing("what_risks")
    risks = desk.register.held("risks")
    events, hostile = (
        {row_id: str(row["event"]) for row_id, row in risks.items()},
        [row_id for row_id, row in risks.items() if row["antagonistic"]],
    )
    return screen.matrix(desk.results.matrix, desk.settings.scale, names=events, antagonistic=hostile)


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


def service_resource(desk: Desk) -> Any:
    """Show when each service falls if one external resource is lost."""
    if desk.register is None or desk.results is None or desk.results.failure_times.empty:
        return nothing("what_dependencies")
    kept = desk.register
    return screen.service_resource(desk.results.failure_times, kept.services, names=named(kept.services, kept.resources))


def coverage(desk: Desk) -> Any:
    """Show duties and goals by how they stand."""
    return nothing("what_activities") if desk.results is None else screen.coverage(desk.results.duties)
