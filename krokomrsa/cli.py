"""Take the steps of the analysis without a browser: the ``krokomrsa`` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from krokomrsa import arguments, bundle, importing, lab, process, replies, telling, workspace, yearly
from krokomrsa.console import bar, done, one_object, out, resolve, who
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel.account import Intake
from krokomrsa.excel.foreign import answers
from krokomrsa.store.trail import moment
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

STORED, REFUSED, USAGE, PARTLY = 0, 1, arguments.USAGE, 3
DEBUG: Final = "KROKOMRSA_DEBUG"


def _t(key: str, **values: object) -> str:
    return text_of(f"cli.{key}", **values)


def _said(options: argparse.Namespace) -> dict[str, importing.Said]:
    """Return what was said of files that are none of our forms: who sent them and how they are to be read."""
    given = answers.read(workspace.read(options.answers)) if options.answers else ()
    return {importing.EVERY_FILE: importing.Said(sender=options.sender, answers=tuple(given))}


def _import(options: argparse.Namespace, files: Sequence[Path], said: Mapping[str, importing.Said]) -> int:
    with importing.opened_to_try(options.workspace, trying=options.dry_run) as place:
        found = process.workbooks(files)
        with bar(len(found), "files") as step:
            read = process.import_files(
                place,
                found,
                who=who(options.who),
                password=options.password,
                dry_run=options.dry_run,
                resolve=resolve(options.on_conflict),
                progress=step,
                said=said,
            )
        if options.json:
            one_object({"files": [one.as_dict() for one in read], "dry_run": options.dry_run})
        else:
            out(telling.accounts(read, place.vocabulary, dry_run=options.dry_run))
        if getattr(options, "reply", False):
            contents = {path.name: workspace.read(path) for path in found}
            made = replies.write(place, read, contents, password=options.password)
            out((text_of("telling.done.written", path=path) for path in made), error=options.json)
    return code(read)


def code(read: Sequence[Intake]) -> int:
    """Return the exit code for files that were read: 1 if one was refused, 3 if cells were, else 0."""
    if any(one.refused for one in read):
        return REFUSED
    return STORED if all(one.complete for one in read) else PARTLY


def _export(place: workspace.Workspace, result: Any) -> None:
    with bar(sum(len(chart.sizes) for chart in process.charts(place, result)), "charts") as step:
        written = process.export(place, result, progress=step)
    done("files", count=len(written), folder=written[0].parent)


def demo(options: argparse.Namespace) -> int:
    """Show the whole job on the example."""
    folder, files = process.example(options.workspace)
    done("workspace", folder=folder)
    with workspace.opened(folder) as place:
        told = place.settings
        done("example", banner=told.banner, municipality=told.municipality, period=told.period, on=told.on)
        out(telling.banners(process.banner_lines(place)))
        with bar(len(files), "files") as step:
            read = process.import_files(place, files, who=text_of("workspace.demo_banner"), progress=step)
        out(telling.accounts(read, place.vocabulary))
        result = process.analyse(place)
        out(telling.results(result, place.register, told.scale))
        _export(place, result)
    done("open")
    done("open_command", folder=folder)
    return STORED


def new(options: argparse.Namespace) -> int:
    """Make a workspace."""
    folder = workspace.home(options.workspace)
    pairs = [one.partition("=") for one in options.organisation]
    organisations = [(key.strip(), (name or key).strip()) for key, _, name in pairs]
    process.new(
        folder,
        municipality=options.municipality,
        first_year=options.period,
        organisations=organisations,
        who=who(options.who),
        scale=options.scale,
        judges=options.judges,
    )
    if options.workspace is None:
        workspace.open_aside(None)
    done("new", folder=folder)
    return STORED


def forms(options: argparse.Namespace) -> int:
    """Write forms."""
    with (
        workspace.opened(options.workspace) as place,
        bar(len(options.organisation) or len(place.register.organisations), "forms") as step,
    ):
        written = process.make_forms(place, options.organisation, progress=step)
    out(text_of("telling.done.written", path=path) for path in written)
    return STORED


def take_in(options: argparse.Namespace) -> int:
    """Read workbooks into the register."""
    return _import(options, options.files, _said(options))


def came_in(options: argparse.Namespace) -> int:
    """Show who has answered."""
    with workspace.opened(options.workspace) as place:
        found = replies.at_a_glance(place.register, asked=process.asked(place))
        out(telling.replies(found))
        out([replies.reminder(found, municipality=place.settings.municipality)])
    return STORED


def register(options: argparse.Namespace) -> int:
    """Write the whole register as one workbook, or read it in."""
    if options.file:
        return _import(options, [options.file], {})
    with workspace.opened(options.workspace) as place:
        done("written", path=process.write_register(place))
    return STORED


def analyse(options: argparse.Namespace) -> int:
    """Calculate and tell."""
    with workspace.opened(options.workspace) as place:
        result = process.analyse(place)
        if options.json:
            one_object(process.analysis_as_dict(result))
        else:
            out(telling.banners(process.banner_lines(place)))
            out(telling.results(result, place.register, place.settings.scale))
    return STORED


def export(options: argparse.Namespace) -> int:
    """Write the Excel summary and every chart."""
    with workspace.opened(options.workspace) as place:
        _export(place, process.analyse(place))
    return STORED


def cards(options: argparse.Namespace) -> int:
    """Write scenario cards."""
    with workspace.opened(options.workspace) as place, bar(len(options.risk) or len(place.register.held("risks")), "cards") as step:
        written = process.write_cards(place, process.analyse(place), options.risk, progress=step)
    out(text_of("telling.done.written", path=path) for path in written)
    return STORED


def plan(options: argparse.Namespace) -> int:
    """Write a year's action plan and the period's calendar entries."""
    with workspace.opened(options.workspace) as place:
        written = yearly.write_plan(place, options.year or place.settings.on.year)
    out(text_of("telling.done.written", path=path) for path in written)
    return STORED


def evaluate(options: argparse.Namespace) -> int:
    """Write evaluation forms."""
    with workspace.opened(options.workspace) as place:
        written = yearly.write_evaluations(place, options.activity)
    out(text_of("telling.done.written", path=path) for path in written)
    return STORED


def followup(options: argparse.Namespace) -> int:
    """Write the yearly follow-up, of the year before where none is given."""
    with workspace.opened(options.workspace) as place:
        done("written", path=yearly.write_followup(place, options.year or place.settings.on.year - 1))
    return STORED


def state(options: argparse.Namespace) -> int:
    """Name the present state, list the states, or compare with one."""
    with workspace.opened(options.workspace) as place:
        if options.name and options.compare:
            found = place.store.compare(options.name)
            out(telling.since(process.risks_since(place, options.name), name=options.name))
            done("difference", count=len(found), name=options.name)
            for one in found:
                table = place.vocabulary[one.table]
                before, after = shown(one.before), shown(one.after)
                done("difference_row", table=table.sheet, id=one.id, column=table[one.column].header, before=before, after=after)
        elif options.name:
            place.store.name_state(options.name, who(options.who))
            done("state", name=options.name)
        else:
            kept = place.store.states()
            done("states" if len(kept) else "no_states")
            for row in kept.itertuples(index=False):
                done("state_row", name=row.name, at=moment(str(row.at)), who=row.who)
    return STORED


def backup(options: argparse.Namespace) -> int:
    """Copy the register to a file."""
    with workspace.opened(options.workspace) as place:
        done("backup", path=process.backup(place, options.file))
    return STORED


def restore(options: argparse.Namespace) -> int:
    """Put a backup in place."""
    aside = process.restore(workspace.home(options.workspace), options.file)
    if options.workspace is None:
        workspace.open_aside(None)
    done("restored", path=options.file)
    if aside:
        done("kept_aside", path=aside)
    return STORED


def undo(options: argparse.Namespace) -> int:
    """Undo the latest change, as a new change."""
    with workspace.opened(options.workspace) as place:
        done("undone", batch=place.store.undo(who(options.who)))
    return STORED


def sanera(options: argparse.Namespace) -> int:
    """Remove something for good."""
    if options.table and not options.id:
        options.parser.error(_t("sanera_id"))
    try:
        answer = text_of("telling.done.sanera_yes") if options.yes else input(text_of("telling.done.sanera_question")).strip()
    except EOFError:
        options.parser.error(_t("sanera_unasked"))
    if answer != text_of("telling.done.sanera_yes"):
        done("sanera_no")
        return REFUSED
    with workspace.opened(options.workspace) as place:
        doer = who(options.who)
        if options.original:
            removed = place.store.sanera_original(options.original, who=doer)
        elif options.column:
            removed = place.store.sanera_value(options.table, options.id, options.column, who=doer, originals=options.with_originals)
        else:
            removed = place.store.sanera_row(options.table, options.id, who=doer, originals=options.with_originals)
    done("sanitised")
    for sha256 in removed.holding:
        done("still_holding", sha256=sha256)
    return STORED


def check(options: argparse.Namespace) -> int:
    """Say what is wrong with a workspace."""
    folder = workspace.locate(options.workspace)
    faults = process.check(folder)
    out(map(str, faults))
    if not faults:
        with workspace.opened(folder) as place:
            rows = sum(len(table) for _, table in place.register)
            done("sound", rows=rows, batches=len(place.store.batches()), originals=len(place.store.originals()))
    return REFUSED if faults else STORED


def open_lab(options: argparse.Namespace) -> int:
    """Open the workbench."""
    folder = workspace.home(options.workspace)
    done("lab")
    return lab.start(folder, browser=not options.no_browser, port=options.port)


def make_bundle(options: argparse.Namespace) -> int:
    """Make a folder for a computer without network."""
    made = bundle.make(options.folder.resolve(), python=options.python, platforms=options.platform or ["win_amd64"])
    done("bundle", folder=made)
    return STORED


_RUNS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "demo": demo,
    "new": new,
    "forms": forms,
    "import": take_in,
    "replies": came_in,
    "register": register,
    "analyse": analyse,
    "export": export,
    "cards": cards,
    "plan": plan,
    "evaluate": evaluate,
    "followup": followup,
    "state": state,
    "backup": backup,
    "restore": restore,
    "undo": undo,
    "sanera": sanera,
    "check": check,
    "lab": open_lab,
    "bundle": make_bundle,
}


def _tell(error: KrokomrsaError, options: argparse.Namespace) -> None:
    if getattr(options, "json", False):
        keys = ("file", "sheet", "cell", "value", "problem", "remedy")
        one_object({"problems": [{key: getattr(problem, key) for key in keys} for problem in error.problems]})
    out(map(str, error.problems), error=True)


def main(given: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every fault is a Swedish sentence, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = arguments.parser(_RUNS).parse_args(given)
    try:
        return int(options.run(options))
    except KrokomrsaError as error:
        _tell(error, options)
    except KeyboardInterrupt:
        out([_t("interrupted")], error=True)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        told = Problem(problem=_t("unexpected", kind=type(error).__name__, text=error), remedy=_t("unexpected_remedy"))
        _tell(KrokomrsaError(told), options)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
