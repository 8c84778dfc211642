"""Start JupyterLab on the first notebook, set up for a coordinator and for this machine only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import PROJECT, VARIABLE

NOTEBOOKS: Final = PROJECT / "notebooks"
FIRST: Final = "00_start.ipynb"
SETTINGS: Final = Path(__file__).parent / "resources" / "jupyter"
SAVING: Final = "krokomrsa.stripping.strip"  # on the command line, where nobody's own settings go before it
WEBSOCKET_BYTES: Final = 200 * 1024 * 1024  # an uploaded file travels in one message; the default of 10 MB drops larger ones silently

# what asks a program to end: Ctrl+C, the system, a terminal window that is closed, and Ctrl+Break on Windows
ENDING: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
LISTENING_S: Final = (
    0.5  # a wait is made of short ones: one that Windows, or another thread of this program, keeps from hearing a signal never ends
)


def command(*, browser: bool, port: int) -> list[str]:
    """Return the command that starts JupyterLab on the own machine, asking nothing from outside.

    >>> "--ServerApp.ip=127.0.0.1" in command(browser=False, port=8888)
    True
    """
    started = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={NOTEBOOKS}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.tornado_settings={{'websocket_max_message_size': {WEBSOCKET_BYTES}}}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        f"--FileContentsManager.pre_save_hook={SAVING}",
        "--Application.log_level=WARN",
    ]
    return started if browser else [*started, "--no-browser"]


def environment(folder: Path) -> dict[str, str]:
    """Return the environment in which notebooks find the workspace and JupyterLab its settings."""
    known = os.environ.get("JUPYTER_CONFIG_PATH", "")
    path = os.pathsep.join(part for part in (str(SETTINGS), known) if part)
    return {**os.environ, VARIABLE: str(folder), "JUPYTER_CONFIG_PATH": path}


@contextmanager
def _heard(act: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Let a function answer whatever asks this program to end, for as long as the block lasts."""
    before = {one: signal.signal(one, act) for one in ENDING}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _wait(child: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            return child.wait(LISTENING_S)
        except subprocess.TimeoutExpired:
            continue


def start(folder: Path, *, browser: bool, port: int) -> int:
    """Run JupyterLab until it is closed and return its exit code; when this program is asked to end, so is JupyterLab, and the code is 0.

    The first time JupyterLab is asked to end, which lets it end its kernels; the second time it is ended.

    Raises
    ------
    KrokomrsaError
        JupyterLab could not be started.
    """
    asked: list[int] = []
    started: list[subprocess.Popen[bytes]] = []

    def end(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        for child in started:
            child.terminate() if len(asked) == 1 else child.kill()

    with _heard(end):
        try:
            started.append(subprocess.Popen(command(browser=browser, port=port), env=environment(folder)))  # noqa: S603 (our own)
        except OSError as error:
            problem = text_of("telling.done.no_lab", reason=error.strerror or str(error))
            raise KrokomrsaError(Problem(problem=problem, remedy=text_of("telling.done.no_lab_remedy"), kind="refused")) from error
        if asked:  # while it was being started
            started[0].terminate()
        code = _wait(started[0])
    return 0 if asked else code
