"""Talk with the person at the command line: say, show progress, ask."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from krokomrsa import identity, importing, telling
from krokomrsa.excel.account import Intake
from krokomrsa.excel.merge import OnConflict
from krokomrsa.vocabulary import counted, load, text_of


def done(key: str, **values: object) -> None:
    """Say what was done."""
    print(text_of(f"telling.done.{key}", **values))


def out(lines: Iterable[str], *, error: bool = False) -> None:
    """Print lines, on standard error where standard output is for something else."""
    for line in lines:
        print(line, file=sys.stderr if error else sys.stdout)


def one_object(content: object) -> None:
    """Print one JSON object."""
    print(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


def who(given: str | None) -> str:
    """Return who makes a change: the name given, else the one saved, else asked for once, else the computer's name for the user."""
    if given or identity.saved():
        return given or identity.saved()
    answer = input(text_of("cli.who_question")).strip() if sys.stdin.isatty() and sys.stdout.isatty() else ""
    if answer:
        identity.save(answer)
    return answer or identity.current()


@contextmanager
def bar(total: int, key: str) -> Iterator[importing.Progress]:
    """Show how far long work has come, on standard error."""
    layout = "{desc} {bar} {n_fmt}/{total_fmt} {postfix}"
    with tqdm(total=total, desc=text_of(f"telling.progress.{key}"), file=sys.stderr, leave=False, bar_format=layout) as shown:

        def step(name: str) -> None:
            shown.set_postfix_str(name, refresh=False)
            shown.update()

        yield step


def resolve(chosen: OnConflict) -> importing.Resolve:
    """Return how a conflict is settled: as chosen, or by asking where there is somebody to ask."""

    def ask(read: Intake) -> OnConflict:
        count = sum(problem.kind == "conflict" for problem in read.problems)
        out(telling.account(read, load()), error=True)
        answer = input(counted("cli.conflict_question", count, file=read.file)).strip().casefold()
        return {text_of("cli.conflict_form"): "form", text_of("cli.conflict_register"): "register"}.get(answer, "ask")  # type: ignore[return-value]

    return ask if chosen == "ask" and sys.stdin.isatty() else lambda _: chosen
