"""Write what is sent on, and tell the results: forms, charts, cards, and what the year's round asks for."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from krokomrsa import telling, workspace
from krokomrsa.arguments import STORED
from krokomrsa.console import bar, done, one_object, out
from krokomrsa.process import documents, forms, results, yearly
from krokomrsa.synthesis import Analysis
from krokomrsa.vocabulary import text_of


def _written(paths: Iterable[Path]) -> int:
    out(text_of("telling.done.written", path=path) for path in paths)
    return STORED


def write_export(place: workspace.Workspace, result: Analysis) -> None:
    """Write the Excel summary and every chart, and say how far it has come."""
    with bar(sum(len(chart.sizes) for chart in results.charts(place, result)), "charts") as step:
        written = documents.export(place, result, progress=step)
    done("files", count=len(written), folder=written[0].parent)


def make_forms(options: argparse.Namespace) -> int:
    """Write forms."""
    with (
        workspace.opened(options.workspace) as place,
        bar(len(options.organisation) or len(place.register.organisations), "forms") as step,
    ):
        written = forms.make(place, options.organisation, progress=step)
    return _written(written)


def analyse(options: argparse.Namespace) -> int:
    """Calculate and tell."""
    with workspace.opened(options.workspace) as place:
        result = results.analyse(place)
        if options.json:
            one_object(results.as_dict(result))
        else:
            out(telling.banners(results.banner_lines(place)))
            out(telling.results(result, place.register, place.settings.scale))
    return STORED


def export(options: argparse.Namespace) -> int:
    """Write the Excel summary and every chart."""
    with workspace.opened(options.workspace) as place:
        write_export(place, results.analyse(place))
    return STORED


def cards(options: argparse.Namespace) -> int:
    """Write scenario cards."""
    with workspace.opened(options.workspace) as place, bar(len(options.risk) or len(place.register.held("risks")), "cards") as step:
        written = documents.write_cards(place, results.analyse(place), options.risk, progress=step)
    return _written(written)


def plan(options: argparse.Namespace) -> int:
    """Write a year's action plan and the period's calendar entries."""
    with workspace.opened(options.workspace) as place:
        written = yearly.write_plan(place, options.year or place.settings.on.year)
    return _written(written)


def evaluate(options: argparse.Namespace) -> int:
    """Write evaluation forms."""
    with workspace.opened(options.workspace) as place:
        written = yearly.write_evaluations(place, options.activity)
    return _written(written)


def followup(options: argparse.Namespace) -> int:
    """Write the yearly follow-up, of the year before where none is given."""
    with workspace.opened(options.workspace) as place:
        done("written", path=yearly.write_followup(place, options.year or place.settings.on.year - 1))
    return STORED
