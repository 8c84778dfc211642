"""Take the steps that the command line and the workbench share: take files in, analyse, send on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from krokomrsa import changes, report, rules, store, synthesis, validation, workspace
from krokomrsa.analysis.risk import since
from krokomrsa.charts import album
from krokomrsa.charts.album import Chart
from krokomrsa.charts.printed import png, svg
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import department_result, forms, registerbook, sent, summary
from krokomrsa.excel.department_content import has_answered
from krokomrsa.importing import EXAMPLES, Progress, Resolve, import_contents, import_files, lying, refused_file, workbooks
from krokomrsa.register import Row, value_of
from krokomrsa.report import questions
from krokomrsa.report.material import Material
from krokomrsa.rules import RuleSet
from krokomrsa.synthesis import Analysis, Since
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import PROJECT, Workspace

EXAMPLE_PERIOD: Final = 2019
EXAMPLE_DAY: Final = date(2021, 11, 15)
EXAMPLE_ID: Final = sent.EXAMPLE

__all__ = [
    "EXAMPLES",
    "Progress",
    "Resolve",
    "analyse",
    "analysis_as_dict",
    "asked",
    "backup",
    "banner_lines",
    "charts",
    "check",
    "example",
    "export",
    "form_details",
    "import_contents",
    "import_files",
    "lying",
    "make_forms",
    "new",
    "records",
    "refused_file",
    "report_gaps",
    "report_rule_sets",
    "restore",
    "risks_since",
    "workbooks",
    "write_cards",
    "write_department_results",
    "write_register",
    "write_report",
]


def _refused(file: object, key: str, /, **values: object) -> KrokomrsaError:
    problem, remedy = text_of(f"process.{key}", **values), text_of(f"process.{key}_remedy", **values)
    return KrokomrsaError(Problem(file=str(file or ""), problem=problem, remedy=remedy, kind="refused"))


def analyse(place: Workspace) -> Analysis:
    """Return every result for the workspace's register as it stands."""
    told = place.settings
    return synthesis.analyse(place.register, scale=told.scale, rule_sets=told.rule_sets, on=told.on, period=told.period)


def risks_since(place: Workspace, state: str) -> pd.DataFrame:
    """Return what has become of each risk since a named state, such as an adopted RSA, as :func:`krokomrsa.analysis.risk.since` tells it.

    Raises
    ------
    KrokomrsaError
        There is no state with that name, or what was judged then does not fit the scale that is used now.
    """
    before, now = place.store.register(state=state), place.register
    return since(before.risks, before.assessments, now.risks, now.assessments, place.settings.scale)


def _compared(place: Workspace, result: Analysis) -> Analysis:
    """Return the results with what has become of the risks since the latest named state, if there is one before the latest change."""
    states, batches = place.store.states(), place.store.batches()
    earlier = states[states["batch"].isin(batches["id"].iloc[:-1])]
    if result.since or earlier.empty:
        return result
    state = str(earlier["name"].iloc[-1])
    try:
        return replace(result, since=Since(state=state, risks=risks_since(place, state)))
    except KrokomrsaError as error:
        why = " ".join(dict.fromkeys(problem.problem for problem in error.problems))
        return replace(result, since=Since(state=state, risks=pd.DataFrame(), why=why))


def _plain(raw: object) -> Any:
    value: Any = list(raw) if isinstance(raw, tuple) else value_of(raw)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a result as plain data for JSON; what never happens and what nobody knows is null.

    >>> records(pd.DataFrame({"earliest_h": [2.0, float("inf")]}))
    [{'earliest_h': 2.0}, {'earliest_h': None}]
    """
    whole = table.reset_index() if table.index.name else table
    return [{str(key): _plain(value) for key, value in row.items()} for row in whole.to_dict("records")]


def analysis_as_dict(result: Analysis) -> dict[str, Any]:
    """Return the results as plain data for JSON; ``failure_times`` by lost external resource."""
    failures = {str(lost): records(rows.drop(columns="lost")) for lost, rows in result.failure_times.groupby("lost", sort=False)}
    return {
        "matrix": records(result.matrix),
        "failure_times": failures,
        "first_order": records(result.first_order),
        "duties": records(result.duties),
        "plan": records(result.plan),
        "ranking": records(result.ranking),
        "critical": records(result.critical),
    }


def banner_lines(place: Workspace) -> list[str]:
    """Return what must be said before any result: example data, rules that have expired or are not known, a folder that is shared."""
    told = place.settings
    lines = [*([told.banner] if told.banner else []), *rules.banner(told.on, told.rule_sets)]
    return [*lines, place.store.warning] if place.store.warning else lines


def _severity(place: Workspace) -> dict[int, str]:
    return {level.level: level.label for level in place.settings.scale.consequence}


def _rule_set_name(place: Workspace) -> str:
    return "; ".join(one.name for one in place.settings.rule_sets)


def form_details(place: Workspace) -> dict[str, Any]:
    """Return what every form carries: rule set, workspace, day and banner."""
    return {
        "rule_set": _rule_set_name(place),
        "workspace": place.store.meta()["workspace"],
        "made_on": place.settings.on,
        "banner": place.settings.banner,
    }


def _gets_form(organisation: Row) -> bool:
    return organisation["kind"] not in {"political body", "external"}


def make_forms(place: Workspace, organisations: Sequence[str] = (), *, progress: Progress | None = None) -> list[Path]:
    """Write a form for each organisation, and a resource owner's form for those that own resources; return the files.

    Raises
    ------
    KrokomrsaError
        An organisation that is not in the register, or none there at all.
    """
    register = place.register
    known = register.rows("organisations")
    wrong = [name for name in organisations if name not in known]
    if wrong:
        raise _refused(None, "unknown_organisation", organisation=", ".join(wrong), known=", ".join(known))
    if not known:
        raise _refused(None, "no_organisations")
    owners = {row["owner"] for row in register.rows("resources").values()}
    folder = place.export_folder() / text_of("process.files.forms")
    written: list[Path] = []
    for key in organisations or [key for key, row in known.items() if _gets_form(row)]:
        made = forms.department(register, key, severity=_severity(place), **form_details(place))
        written.append(workspace.write(folder / text_of("process.files.department", organisation=key), made))
        if key in owners:
            made = forms.owner(register, key, severity=_severity(place), **form_details(place))
            written.append(workspace.write(folder / text_of("process.files.owner", organisation=key), made))
        if progress:
            progress(key)
    return written


def asked(place: Workspace) -> set[str]:
    """Return the organisations that a form has been written for, as far as the files are still in ``exports/``."""
    forms_made = {path.name for path in place.folder.glob(f"exports/*/{text_of('process.files.forms')}/*.xlsx")}
    kinds = ("department", "owner")
    return {
        key
        for key in place.register.rows("organisations")
        if forms_made & {text_of(f"process.files.{kind}", organisation=key) for kind in kinds}
    }


def write_register(place: Workspace) -> Path:
    """Write the whole register as one workbook and return the file."""
    content = registerbook.write(place.register, **form_details(place))
    return workspace.write(place.export_folder() / text_of("process.files.register"), content)


def charts(place: Workspace, result: Analysis) -> list[Chart]:
    """Return every chart of the workspace's results, to be drawn."""
    return album.album(place.register, _compared(place, result), scale=place.settings.scale, period=place.settings.period)


def export(place: Workspace, result: Analysis, *, progress: Progress | None = None, folder: Path | None = None) -> list[Path]:
    """Write the Excel summary and every chart, as PNG and SVG in each of its sizes, in a new folder or the one given; return the files."""
    told, register, result = place.settings, place.register, _compared(place, result)
    folder = folder or place.export_folder()
    banners = banner_lines(place)
    content = summary.write(
        register,
        result,
        scale=told.scale,
        municipality=told.municipality,
        period=told.period,
        on=told.on,
        banners=banners,
        made_on=date.today(),  # noqa: DTZ011 (the coordinator's day)
    )
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


def report_rule_sets(place: Workspace) -> tuple[RuleSet, ...]:
    """Return the rule sets that a report can follow: those in force that have headings, or all that have; with words first."""
    known = [one for one in place.settings.rule_sets if one.headings] or [rules.load(name) for name in rules.names()]
    return tuple(sorted((one for one in known if one.headings), key=lambda one: not all(heading.title for heading in one.headings)))


def _told(place: Workspace) -> dict[str, Any]:
    told = place.settings
    return {"scale": told.scale, "municipality": told.municipality, "period": told.period, "on": told.on}


def report_gaps(place: Workspace, result: Analysis, rule_set: RuleSet) -> dict[str, list[str]]:
    """Return what is still missing under each heading of the report, by the heading's number."""
    register = place.register
    material = Material(register=register, analysis=result, rule_set=rule_set, charts={}, **_told(place))
    written = {str(row["heading"]) for row in register.rows("report_texts").values() if row["rule_set"] == rule_set.id and row["text"]}
    return {
        str(heading.number): questions.asked(heading.part, material, own_text=str(heading.number) in written)
        for heading in rule_set.headings
    }


def write_report(place: Workspace, result: Analysis, *, rule_set: RuleSet | None = None, folder: Path | None = None) -> Path:
    """Write the risk and vulnerability analysis as a Word document under a rule set's headings and return the file."""
    result = _compared(place, result)
    content = report.rsa(
        place.register,
        result,
        rule_set=rule_set or report_rule_sets(place)[0],
        made_on=date.today(),  # noqa: DTZ011 (the coordinator's day)
        banners=banner_lines(place),
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
    made_on, banners = date.today(), banner_lines(place)  # noqa: DTZ011 (the coordinator's day)
    for risk in risks or register.held("risks"):
        contents[risk] = report.scenario(register, result, risk, made_on=made_on, banners=banners, **_told(place))
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
    made_on = date.today()  # noqa: DTZ011 (the coordinator's day)
    known = register.rows("organisations")
    silent = [] if organisations else [key for key in known if not _gets_form(known[key]) and not has_answered(register, key)]
    for key in organisations or [key for key in known if key not in silent]:
        for made, name in ((report.department, "result"), (department_result.write, "result_table")):
            try:
                rule_sets = place.settings.rule_sets
                content = made(register, result, key, rule_sets=rule_sets, made_on=made_on, banners=banner_lines(place), **_told(place))
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


def new(
    folder: Path, *, municipality: str, first_year: int, organisations: Sequence[tuple[str, str]], who: str, scale: str, judges: str = ""
) -> None:
    """Make a workspace and put its organisations, pairs of id and name, into the register.

    Raises
    ------
    KrokomrsaError
        There is a register already, the scale or the rule for its judges is unknown, or the folder cannot be written in.
    """
    workspace.create(folder, municipality=municipality, first_year=first_year, scale=scale, judges=judges)
    rows = [
        changes.Change(table="organisations", id=key, column=column, before=None, after=value)
        for key, name in organisations
        for column, value in (("id", key), ("name", name))
    ]
    with workspace.opened(folder) as place:
        place.store.commit(rows, who=who, source="new", kind="edit")


def example(folder: Path | None = None) -> tuple[Path, list[Path]]:
    """Make a fresh workspace for the example and return it with the example's files; nothing is read yet.

    Raises
    ------
    KrokomrsaError
        The example files are not there, or the folder holds a register already.
    """
    files = sorted(EXAMPLES.glob("*.xlsx"))
    if not files:
        raise _refused(None, "no_examples", folder=EXAMPLES)
    made = folder or workspace.fresh_folder(PROJECT / "data", "demo")
    workspace.create(
        made,
        municipality=text_of("process.example.municipality"),
        first_year=EXAMPLE_PERIOD,
        on=EXAMPLE_DAY,
        banner=text_of("workspace.demo_banner"),
        workspace=EXAMPLE_ID,
    )
    return made, files


def backup(place: Workspace, target: Path | None = None) -> Path:
    """Write a whole copy of the register, history and originals with it, and return the file."""
    today = date.today().isoformat()  # noqa: DTZ011 (the coordinator's day)
    return workspace.write(target or place.folder / "exports" / text_of("process.files.backup", date=today), place.store.dump())


def restore(folder: Path, source: Path) -> Path | None:
    """Put a backup in place as the workspace's register; return where the register that was there is kept.

    Raises
    ------
    KrokomrsaError
        The backup cannot be read, is damaged, or holds the example while the workspace does not; then nothing is changed.
    """
    content = workspace.read(source)
    faults = store.check(source)
    if faults:
        raise KrokomrsaError.of(problem.at(kind="refused") for problem in faults)
    with store.open(source) as kept:
        is_example = kept.meta().get("workspace") == EXAMPLE_ID
    place = workspace.database(folder)
    aside = None
    if place.exists():
        with workspace.opened(folder) as current:
            if is_example and not current.settings.is_example:
                raise _refused(source, "example_over_own")
            aside = workspace.write(place.with_name(text_of("process.files.before_restore")), current.store.dump())
    fresh = workspace.write(place.with_name(f"{place.stem}-ny{place.suffix}"), content)
    workspace.replace(fresh, place)
    return aside


def check(folder: Path) -> list[Problem]:
    """Return what is wrong with a workspace: its database, and every rule that its register breaks."""
    if not workspace.database(folder).exists():
        return list(workspace.absent(folder).problems)
    faults = store.check(workspace.database(folder))
    if faults:
        return faults
    with workspace.opened(folder) as place:
        sheets = {table.key: table.sheet for table in place.vocabulary}
        return [
            problem.at(table=sheets.get(problem.table, problem.table)) for problem in validation.check(place.register, place.settings.scale)
        ]
