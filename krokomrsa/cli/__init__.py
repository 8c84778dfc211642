"""Take the steps of the analysis without a browser: the ``krokomrsa`` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

from krokomrsa import arguments
from krokomrsa.arguments import REFUSED
from krokomrsa.cli import intake, keeping, sending, starting
from krokomrsa.console import one_object, out
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of

DEBUG: Final = "KROKOMRSA_DEBUG"


_RUNS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "demo": starting.demo,
    "new": starting.new,
    "forms": sending.make_forms,
    "import": intake.take_in,
    "replies": intake.came_in,
    "register": intake.register,
    "analyse": sending.analyse,
    "export": sending.export,
    "cards": sending.cards,
    "plan": sending.plan,
    "evaluate": sending.evaluate,
    "followup": sending.followup,
    "state": keeping.state,
    "backup": keeping.backup,
    "restore": keeping.restore,
    "undo": keeping.undo,
    "sanera": keeping.sanera,
    "check": keeping.check,
    "lab": starting.open_lab,
    "bundle": starting.make_bundle,
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
        out([text_of("cli.interrupted")], error=True)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        told = Problem(problem=text_of("cli.unexpected", kind=type(error).__name__, text=error), remedy=text_of("cli.unexpected_remedy"))
        _tell(KrokomrsaError(told), options)
    return REFUSED
