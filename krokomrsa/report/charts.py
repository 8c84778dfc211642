"""Put printed charts into a report, those that have something to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from krokomrsa.charts.album import Chart, worst
from krokomrsa.charts.printed import png
from krokomrsa.report.elements import Figure
from krokomrsa.report.material import Material, limit, needed
from krokomrsa.vocabulary import text_of

# key of a chart → whether there is anything in it
_FILLED: Final[Mapping[str, Callable[[Material], bool]]] = {
    "matrix": lambda material: any(risk["class_high"] is not None for risk in material.risks),
    "consequences": lambda material: any(risk["consequence_high"] is not None for risk in material.risks),
    "ranking_intervals": lambda material: material.likelihood,
    "disagreement": lambda material: bool(material.analysis.disagreement["apart"].gt(0).any()),
    "movement": lambda material: not material.analysis.uncertainty.movement.empty,
    "change": lambda material: material.analysis.since is not None,
    "dependency_map": lambda material: bool(needed(material.register.rows("dependencies"))),
    "timeline": lambda material: bool(material.losses),
    "service_resource": lambda material: bool(needed(material.register.rows("dependencies"))),
    "single_points": lambda material: bool(needed(material.register.rows("dependencies"))),
    "coverage": lambda material: not material.analysis.duties.empty,
    "coverage_services": lambda material: not material.register.services.empty,
    "plan": lambda material: not material.analysis.plan.empty,
    "measures": lambda material: not material.register.treatments.empty,
}


_OF_ALL: Final = {"dependency_map", "timeline", "service_resource", "single_points", "coverage_services"}  # whoever runs the services


def by_key(charts: Sequence[Chart]) -> dict[str, list[Chart]]:
    """Return the charts by the key of their file name; timelines share one."""
    stems = {key: _stem(key) for key in _FILLED}
    return {
        key: [chart for chart in charts if chart.name == stem or (key == "timeline" and chart.name.startswith(stem))]
        for key, stem in stems.items()
    }


def _stem(key: str) -> str:
    """Return the name of a chart's file up to its number."""
    return text_of(f"charts.files.{key}").split("{", maxsplit=1)[0]


def _drawn(chart: Chart, first: Mapping[str, int]) -> bytes:
    return png(chart.draw(size="full", **first))


def _caption(chart: Chart, key: str, material: Material) -> str:
    """Return what a chart shows; a timeline says what is lost."""
    if key != "timeline":
        return text_of(f"report.figures.{key}")
    lost = worst(material.analysis)[int(chart.name.removeprefix(_stem(key))) - 1]
    return text_of("report.figures.timeline", lost=material.things.get(lost, lost))


def figures(material: Material, key: str) -> list[Figure]:
    """Return the charts of a key as figures, none where there is nothing to show."""
    if not _FILLED[key](material):
        return []
    others = len(material.services) > len(material.own)
    note = text_of("report.figures.of_all") if key in _OF_ALL and others else ""
    first = {"first": limit("drawn")[key]} if key in limit("drawn") else {}
    return [
        Figure(caption=_caption(chart, key, material), draw=partial(_drawn, chart, first), alternative=chart.alternative, note=note)
        for chart in material.charts.get(key, ())
    ]
