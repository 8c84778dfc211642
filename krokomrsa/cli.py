"""Take the steps of the analysis without a browser: the ``krokomrsa`` command."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tqdm import tqdm

from krokomrsa import arguments, bundle, identity, lab, process, telling, workspace
from krokomrsa.charts.printed import SIZES
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel.intake import Intake
from krokomrsa.excel.merge import OnConflict
from krokomrsa.values import shown
from krokomrsa.vocabulary import load, text_of

STORED, REFUSED, USAGE, PARTLY = 0, 1, arguments.USAGE, 3
DEBUG: Final = "KROKOMRSA_DEBUG"


def _t(key: str, **values: object) -> str:
    return text_of(f"cli.{key}", **values)


def _done(key: str, **values: object) -> None:
    print(text_of(f"telling.done.{key}", **values))


def _out(lines: Iterable[str], *, error: bool = False) -> None:
    for line in lines:
        print(line, file=sys.stderr if error else sys.stdout)


def _object(content: object) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


def who(given: str | None) -> str:
    """Return who makes a change: the name given, else the one saved, else asked for once, else the computer's name for the user."""
    if given or identity.saved():
        return given or identity.saved()
    answer = input(_t("who_question")).strip() if sys.stdin.isatty() and sys.stdout.isatty() else ""
    if answer:
        identity.save(answer)
    return answer or identity.current()


@contextmanager
def _bar(total: int, key: str) -> Iterator[process.Progress]:
    """Show how far long work has come, on standard error."""
    layout = "{desc} {bar} {n_fmt}/{total_fmt} {postfix}"
    with tqdm(total=total, desc=text_of(f"telling.progress.{key}"), file=sys.stderr, leave=False, bar_format=layout) as bar:

        def step(name: str) -> None:
            bar.set_postfix_str(name, refresh=False)
            bar.update()

        yield step


def _resolve(chosen: OnConflict) -> process.Resolve:
    """Return how a conflict is settled: as chosen, or by asking where there is somebody to ask."""

    def ask(read: Intake) -> OnConflict:
        count = sum(problem.kind == "conflict" for problem in read.problems)
        _out(telling.account(read, load()), error=True)
        answer = input(_t("conflict_question", file=read.file, count=count)).strip().casefold()
        return {_t("conflict_form"): "form", _t("conflict_register"): "register"}.get(answer, "ask")  # type: ignore[return-value]

    return ask if chosen == "ask" and sys.stdin.isatty() else lambda _: chosen


def _import(options: argparse.Namespace, files: Sequence[Path]) -> int:
    with workspace.opened(options.workspace) as place:
        found = process.workbooks(files)
        with _bar(len(found), "files") as step:
            read = process.import_files(
                place,
                found,
                who=who(options.who),
                password=options.password,
                dry_run=options.dry_run,
                resolve=_resolve(options.on_conflict),
                progress=step,
            )
        if options.json:
            _object({"files": [one.as_dict() for one in read], "dry_run": options.dry_run})
        else:
            _out(telling.accounts(read, place.vocabulary, dry_run=options.dry_run))
    return code(read)


def code(read: Sequence[Intake]) -> int:
    """Return the exit code for files that were read: 1 if one was refused, 3 if cells were, else 0."""
    if any(one.refused for one in read):
        return REFUSED
    return STORED if all(one.complete for one in read) else PARTLY


def _export(place: workspace.Workspace, result: Any) -> None:
    with _bar(len(process.charts(place, result)) * len(SIZES), "charts") as step:
        written = process.export(place, result, progress=step)
    _done("files", count=len(written), folder=written[0].parent)


def demo(options: argparse.Namespace) -> int:
    """Show the whole job on the example."""
    folder, files = process.example(options.workspace)
    _done("workspace", folder=folder)
    with workspace.opened(folder) as place:
        told = place.settings
        _done("example", banner=told.banner, municipality=told.municipality, period=told.period, on=told.on)
        _out(telling.banners(process.banner_lines(place)))
        with _bar(len(files), "files") as step:
            read = process.import_files(place, files, who=text_of("workspace.demo_banner"), progress=step)
        _out(telling.accounts(read, place.vocabulary))
        result = process.analyse(place)
        _out(telling.results(result, place.register, told.scale))
        _export(place, result)
    _done("open")
    _done("open_command", folder=folder)
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
    )
    if options.workspace is None:
        workspace.open_aside(None)
    _done("new", folder=folder)
    return STORED


def forms(options: argparse.Namespace) -> int:
    """Write forms."""
    with (
        workspace.opened(options.workspace) as place,
        _bar(len(options.organisation) or len(place.register.organisations), "forms") as step,
    ):
        written = process.make_forms(place, options.organisation, progress=step)
    _out(text_of("telling.done.written", path=path) for path in written)
    return STORED


def take_in(options: argparse.Namespace) -> int:
    """Read workbooks into the register."""
    return _import(options, options.files)


def register(options: argparse.Namespace) -> int:
    """Write the whole register as one workbook, or read it in."""
    if options.file:
        return _import(options, [options.file])
    with workspace.opened(options.workspace) as place:
        _done("written", path=process.write_register(place))
    return STORED


def analyse(options: argparse.Namespace) -> int:
    """Calculate and tell."""
    with workspace.opened(options.workspace) as place:
        result = process.analyse(place)
        if options.json:
            _object(process.analysis_as_dict(result))
        else:
            _out(telling.banners(process.banner_lines(place)))
            _out(telling.results(result, place.register, place.settings.scale))
    return STORED


def export(options: argparse.Namespace) -> int:
    """Write the Excel summary and every chart."""
    with workspace.opened(options.workspace) as place:
        _export(place, process.analyse(place))
    return STORED


def state(options: argparse.Namespace) -> int:
    """Name the present state, list the states, or compare with one."""
    with workspace.opened(options.workspace) as place:
        if options.name and options.compare:
            found = place.store.compare(options.name)
            _done("difference", count=len(found), name=options.name)
            for one in found:
                table = place.vocabulary[one.table]
                before, after = shown(one.before), shown(one.after)
                _done("difference_row", table=table.sheet, id=one.id, column=table[one.column].header, before=before, after=after)
        elif options.name:
            place.store.name_state(options.name, who(options.who))
            _done("state", name=options.name)
        else:
            kept = place.store.states()
            _done("states" if len(kept) else "no_states")
            for row in kept.itertuples(index=False):
                _done("state_row", name=row.name, at=row.at, who=row.who)
    return STORED


def backup(options: argparse.Namespace) -> int:
    """Copy the register to a file."""
    with workspace.opened(options.workspace) as place:
        _done("backup", path=process.backup(place, options.file))
    return STORED


def restore(options: argparse.Namespace) -> int:
    """Put a backup in place."""
    aside = process.restore(workspace.home(options.workspace), options.file)
    if options.workspace is None:
        workspace.open_aside(None)
    _done("restored", path=options.file)
    if aside:
        _done("kept_aside", path=aside)
    return STORED


def undo(options: argparse.Namespace) -> int:
    """Undo the latest change, as a new change."""
    with workspace.opened(options.workspace) as place:
        _done("undone", batch=place.store.undo(who(options.who)))
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
        _done("sanera_no")
        return REFUSED
    with workspace.opened(options.workspace) as place:
        doer = who(options.who)
        if options.original:
            done = place.store.sanera_original(options.original, who=doer)
        elif options.column:
            done = place.store.sanera_value(options.table, options.id, options.column, who=doer, originals=options.with_originals)
        else:
            done = place.store.sanera_row(options.table, options.id, who=doer, originals=options.with_originals)
    _done("sanitised")
    for sha256 in done.holding:
        _done("still_holding", sha256=sha256)
    return STORED


def check(options: argparse.Namespace) -> int:
    """Say what is wrong with a workspace."""
    folder = workspace.locate(options.workspace)
    faults = process.check(folder)
    _out(map(str, faults))
    if not faults:
        with workspace.opened(folder) as place:
            rows = sum(len(table) for _, table in place.register)
            _done("sound", rows=rows, batches=len(place.store.batches()), originals=len(place.store.originals()))
    return REFUSED if faults else STORED


def open_lab(options: argparse.Namespace) -> int:
    """Open the workbench."""
    folder = workspace.home(options.workspace)
    _done("lab")
    return lab.start(folder, browser=not options.no_browser, port=options.port)


def make_bundle(options: argparse.Namespace) -> int:
    """Make a folder for a computer without network."""
    made = bundle.make(options.folder.resolve(), python=options.python, platforms=options.platform or ["win_amd64"])
    _done("bundle", folder=made)
    return STORED


_RUNS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "demo": demo,
    "new": new,
    "forms": forms,
    "import": take_in,
    "register": register,
    "analyse": analyse,
    "export": export,
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
        _object({"problems": [{key: getattr(problem, key) for key in keys} for problem in error.problems]})
    _out(map(str, error.problems), error=True)


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
        _out([_t("interrupted")], error=True)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        told = Problem(problem=_t("unexpected", kind=type(error).__name__, text=error), remedy=_t("unexpected_remedy"))
        _tell(KrokomrsaError(told), options)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
