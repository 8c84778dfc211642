"""Write what is sent on: the summary and the charts, the report, scenario cards and each organisation's own result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from krokomrsa import report, workspace
from krokomrsa.charts.printed import png, svg
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import department_result, summary
from krokomrsa.excel.department_content import has_answered
from krokomrsa.importing import Progress
from krokomrsa.process.forms import gets_form
from krokomrsa.process.results import banner_lines, charts, compared, report_rule_sets
from krokomrsa.rules import RuleSet
from krokomrsa.synthesis import Analysis
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import Workspace


def _told(place: Workspace) -> dict[str, Any]:
    """Return what every document says of the workspace and of the day it is made."""
    told = place.settings
    return {
        "scale": told.scale,
        "municipality": told.municipality,
        "period": told.period,
        "on": told.on,
        "made_on": date.today(),  # noqa: DTZ011 (the coordinator's day)
        "banners": banner_lines(place),
    }


def export(place: Workspace, result: Analysis, *, progress: Progress | None = None, folder: Path | None = None) -> list[Path]:
    """Write the Excel summary and every chart, as PNG and SVG in each of its sizes, in a new folder or the one given; return the files."""
    result, folder = compared(place, result), folder or place.export_folder()
    content = summary.write(place.register, result, **_told(place))
    written = [workspace.write(folder / text_of("process.files.summary"), content)]
    pictures = folder / text_of("process.files.charts")
    every = charts(place, result)
    for chart in every:
        for size in chart.sizes:
            figure = chart.draw(size=size)
            name = text_of(f"process.files.chart_{size}", name=chart.name)
            written += [workspace.write(pictures / f"{name}.{ending}", made(figure)) for ending, made in (("png", png), ("svg", svg))]
            if progress:
                progress(chart.name)
    told_in_words = "\n\n".join(f"{chart.name}\n{chart.alternative}" for chart in every) + "\n"
    written.append(workspace.write(pictures / text_of("process.files.alternatives"), told_in_words.encode("utf-8-sig")))
    return written


def write_report(place: Workspace, result: Analysis, *, rule_set: RuleSet | None = None, folder: Path | None = None) -> Path:
    """Write the risk and vulnerability analysis as a Word document under a rule set's headings and return the file."""
    result = compared(place, result)
    content = report.rsa(
        place.register,
        result,
        rule_set=rule_set or report_rule_sets(place)[0],
        charts=charts(place, result),
        **_told(place),
    )
    return workspace.write((folder or place.export_folder()) / text_of("process.files.report"), content)


def write_cards(
    place: Workspace, result: Analysis, risks: Sequence[str] = (), *, progress: Progress | None = None, folder: Path | None = None
) -> list[Path]:
    """Write the scenario card of each risk, or of those that are named, in Word; return the files.

    Raises
    ------
    KrokomrsaError
        A risk that is not in the register, or none there at all.
    """
    register, contents = place.register, dict[str, bytes]()
    if not register.held("risks"):
        raise KrokomrsaError(Problem(problem=text_of("process.no_risks"), remedy=text_of("process.no_risks_remedy"), kind="notice"))
    for risk in risks or register.held("risks"):
        contents[risk] = report.scenario(register, result, risk, **_told(place))
        if progress:
            progress(risk)
    cards = (folder or place.export_folder()) / text_of("process.files.cards")
    return [workspace.write(cards / text_of("process.files.card", risk=risk), content) for risk, content in contents.items()]


def write_department_results(
    place: Workspace,
    result: Analysis,
    organisations: Sequence[str] = (),
    *,
    progress: Progress | None = None,
    folder: Path | None = None,
) -> tuple[list[Path], list[Problem]]:
    """Write each organisation's own result, in Word and in Excel; return the files, and what is to be told.

    Told is what went wrong with those that could not be written, and, as a notice, who got none: those that get no form and have sent
    nothing, unless they are named in ``organisations``.
    """
    register, written, failed = place.register, list[Path](), list[Problem]()
    results = (folder or place.export_folder()) / text_of("process.files.results")
    known = register.rows("organisations")
    silent = [] if organisations else [key for key in known if not gets_form(known[key]) and not has_answered(register, key)]
    for key in organisations or [key for key in known if key not in silent]:
        for made, name in ((report.department, "result"), (department_result.write, "result_table")):
            try:
                content = made(register, result, key, rule_sets=place.settings.rule_sets, **_told(place))
                written.append(workspace.write(results / text_of(f"process.files.{name}", organisation=key), content))
            except KrokomrsaError as error:
                failed += error.problems
        if progress:
            progress(key)
    if silent:
        names = ", ".join(str(known[key]["name"]) for key in silent)
        problem, remedy = text_of("process.no_result", names=names), text_of("process.no_result_remedy")
        failed.append(Problem(problem=problem, remedy=remedy, kind="notice"))
    return written, list(dict.fromkeys(failed))
