"""Declare the command line's arguments, in Swedish."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from krokomrsa import scales
from krokomrsa.scale_file import JUDGES
from krokomrsa.vocabulary import load, text_of, texts

STORED, REFUSED, USAGE, PARTLY = 0, 1, 2, 3  # exit codes


def _t(key: str, **values: object) -> str:
    return text_of(f"cli.{key}", **values)


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
        help_line = _t("see_help", command=f"{command} " if command else "")
        self.exit(USAGE, f"{_t('error', message=message)} {help_line}\n")


class _Help(argparse.HelpFormatter):
    """Help whose usage line is Swedish."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Add the usage line."""
        super().add_usage(usage, actions, groups, _t("usage") if prefix is None else prefix)


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
    command.add_argument("--judges", default="", metavar="REGEL", help=_t("argument.judges", known=", ".join(JUDGES)))


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


def _cards_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("risk", nargs="*", metavar="ID", help=_t("argument.card_risk"))


def _year_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("year", nargs="?", type=int, metavar="ÅR", help=_t("argument.year"))


def _evaluate_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("activity", nargs="+", metavar="ID", help=_t("argument.activity"))


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


def _import_arguments(command: argparse.ArgumentParser) -> None:
    _files(command, several=True)
    command.add_argument("--from", dest="sender", metavar="ID", help=_t("argument.sender"))
    command.add_argument("--answers", type=Path, metavar="FIL", help=_t("argument.answers"))
    command.add_argument("--reply", action="store_true", help=_t("argument.reply"))


def _nothing(_: argparse.ArgumentParser) -> None:
    """Add no arguments."""


ARGUMENTS: Final[Mapping[str, Callable[[argparse.ArgumentParser], None]]] = {
    "demo": _nothing,
    "new": _new_arguments,
    "forms": _forms_arguments,
    "import": _import_arguments,
    "replies": _nothing,
    "register": _register_arguments,
    "analyse": _analyse_arguments,
    "export": _nothing,
    "cards": _cards_arguments,
    "plan": _year_arguments,
    "evaluate": _evaluate_arguments,
    "followup": _year_arguments,
    "state": _state_arguments,
    "backup": _backup_arguments,
    "restore": _restore_arguments,
    "undo": _nothing,
    "sanera": _sanera_arguments,
    "check": _nothing,
    "lab": _lab_arguments,
    "bundle": _bundle_arguments,
}


def parser(runs: Mapping[str, Callable[[argparse.Namespace], int]]) -> argparse.ArgumentParser:
    """Return the command line's parser; ``runs`` is what carries each command out."""
    whole = _Parser(prog=_t("program"), description=_t("description"), epilog=_t("epilog"))
    commands = whole.add_subparsers(title=_t("commands"), dest="command", required=True, metavar="KOMMANDO", parser_class=_Parser)
    for name, add_arguments in ARGUMENTS.items():
        told = _t(f"command.{name}")
        command = commands.add_parser(name, help=told, description=told[0].upper() + told[1:] + ".", epilog=_t("epilog"))
        command.add_argument("--workspace", type=Path, metavar="MAPP", help=_t("argument.workspace"))
        command.add_argument("--who", metavar="NAMN", help=_t("argument.who"))
        add_arguments(command)
        command.set_defaults(run=runs[name], parser=command)
    return whole
