"""Take the steps of the analysis without a browser: the ``krokomrsa`` command."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

from tqdm import tqdm

from krokomrsa import bundle, identity, lab, process, scales, telling, workspace
from krokomrsa.charts.printed import SIZES
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel.intake import Intake
from krokomrsa.excel.merge import OnConflict
from krokomrsa.values import shown
from krokomrsa.vocabulary import load, text_of, texts

STORED, REFUSED, USAGE, PARTLY = 0, 1, 2, 3
DEBUG: Final = "KROKOMRSA_DEBUG"


def _t(key: str, **values: object) -> str:
    return text_of(f"cli.{key}", **values)


def _done(key: str, **values: object) -> None:
    print(text_of(f"telling.done.{key}", **values))


class _Parser(argparse.ArgumentParser):
    """A parser that speaks Swedish."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_Help, **options)
        self._positionals.title, self._optionals.title = _t("arguments"), _t("options")
        self.add_argument("-h", "--help", action="help", help=_t("help"))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command and leave with code 2."""
        for pattern, swedish in texts("cli")["errors"].items():
            found = re.fullmatch(pattern, message)
            if found:
                message = swedish.format(*found.groups())
                break
        self.print_usage(sys.stderr)
        command = self.prog.removeprefix(_t("program")).strip()
        print(_t("error", message=message), _t("see_help", command=f"{command} " if command else ""), file=sys.stderr)
        sys.exit(USAGE)


class _Help(argparse.HelpFormatter):
    """Help whose usage line is Swedish."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Add the usage line."""
        super().add_usage(usage, actions, groups, _t("usage") if prefix is None else prefix)


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


def _files(command: argparse.ArgumentParser, *, several: bool) -> None:
    if several:
        command.add_argument("files", nargs="+", type=Path, metavar="FIL", help=_t("argument.files"))
    command.add_argument("--dry-run", action="store_true", help=_t("argument.dry_run"))
    command.add_argument("--json", action="store_true", help=_t("argument.json"))
    command.add_argument("--password", metavar="LÖSENORD", help=_t("argument.password"))
    command.add_argument("--on-conflict", choices=("ask", "form", "register"), default="ask", help=_t("argument.on_conflict"))


def _new_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--municipality", required=True, metavar="NAMN", help=_t("argument.municipality"))
    command.add_argument("--period", required=True, type=int, metavar="ÅR", help=_t("argument.period"))
    command.add_argument("--organisation", action="append", default=[], metavar="ID=NAMN", help=_t("argument.organisation"))
    command.add_argument("--scale", default=scales.DEFAULT, metavar="SKALA", help=_t("argument.scale", known=", ".join(scales.names())))


def _sanera_arguments(command: argparse.ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--table", choices=list(load().tables), metavar="TABELL", help=_t("argument.table"))
    what.add_argument("--original", metavar="SHA256", help=_t("argument.original"))
    command.add_argument("--id", metavar="ID", help=_t("argument.id"))
    command.add_argument("--column", metavar="KOLUMN", help=_t("argument.column"))
    command.add_argument("--with-originals", action="store_true", help=_t("argument.with_originals"))
    command.add_argument("--yes", action="store_true", help=_t("argument.yes"))


def _state_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", nargs="?", metavar="NAMN", help=_t("argument.state_name"))
    command.add_argument("--compare", action="store_true", help=_t("argument.compare"))


def _register_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", nargs="?", type=Path, metavar="FIL", help=_t("argument.register_file"))
    _files(command, several=False)


def _lab_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--no-browser", action="store_true", help=_t("argument.no_browser"))
    command.add_argument("--port", type=int, default=8888, metavar="PORT", help=_t("argument.port"))


def _forms_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("organisation", nargs="*", metavar="ID", help=_t("argument.form_organisation"))


def _analyse_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help=_t("argument.json"))


def _backup_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", nargs="?", type=Path, metavar="FIL", help=_t("argument.backup_file"))


def _restore_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FIL", help=_t("argument.restore_file"))


def _bundle_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, metavar="MAPP", help=_t("argument.bundle_folder"))
    command.add_argument("--python", default="3.13", metavar="VERSION", help=_t("argument.python"))
    command.add_argument("--platform", action="append", metavar="PLATTFORM", help=_t("argument.platform"))


def _nothing(_: argparse.ArgumentParser) -> None:
    """Add no arguments."""


_COMMANDS: Final[dict[str, tuple[Callable[[argparse.Namespace], int], Callable[[argparse.ArgumentParser], None]]]] = {
    "demo": (demo, _nothing),
    "new": (new, _new_arguments),
    "forms": (forms, _forms_arguments),
    "import": (take_in, lambda command: _files(command, several=True)),
    "register": (register, _register_arguments),
    "analyse": (analyse, _analyse_arguments),
    "export": (export, _nothing),
    "state": (state, _state_arguments),
    "backup": (backup, _backup_arguments),
    "restore": (restore, _restore_arguments),
    "undo": (undo, _nothing),
    "sanera": (sanera, _sanera_arguments),
    "check": (check, _nothing),
    "lab": (open_lab, _lab_arguments),
    "bundle": (make_bundle, _bundle_arguments),
}


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    whole = _Parser(prog=_t("program"), description=_t("description"), epilog=_t("epilog"))
    commands = whole.add_subparsers(title=_t("commands"), dest="command", required=True, metavar="KOMMANDO", parser_class=_Parser)
    for name, (run, add_arguments) in _COMMANDS.items():
        told = _t(f"command.{name}")
        command = commands.add_parser(name, help=told, description=told[0].upper() + told[1:] + ".", epilog=_t("epilog"))
        command.add_argument("--workspace", type=Path, metavar="MAPP", help=_t("argument.workspace"))
        command.add_argument("--who", metavar="NAMN", help=_t("argument.who"))
        add_arguments(command)
        command.set_defaults(run=run, parser=command)
    return whole


def _tell(error: KrokomrsaError, options: argparse.Namespace) -> None:
    if getattr(options, "json", False):
        keys = ("file", "sheet", "cell", "value", "problem", "remedy")
        _object({"problems": [{key: getattr(problem, key) for key in keys} for problem in error.problems]})
    _out(map(str, error.problems), error=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every fault is a Swedish sentence, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = parser().parse_args(arguments)
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
