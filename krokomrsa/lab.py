"""Start JupyterLab on the first notebook, set up for a coordinator and for this machine only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import PROJECT, VARIABLE

NOTEBOOKS: Final = PROJECT / "notebooks"
FIRST: Final = "00_start.ipynb"
SETTINGS: Final = Path(__file__).parent / "resources" / "jupyter"
WEBSOCKET_BYTES: Final = 200 * 1024 * 1024  # an uploaded file travels in one message; the default of 10 MB drops larger ones silently


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
        "--Application.log_level=WARN",
    ]
    return started if browser else [*started, "--no-browser"]


def environment(folder: Path) -> dict[str, str]:
    """Return the environment in which notebooks find the workspace and JupyterLab its settings."""
    known = os.environ.get("JUPYTER_CONFIG_PATH", "")
    path = os.pathsep.join(part for part in (str(SETTINGS), known) if part)
    return {**os.environ, VARIABLE: str(folder), "JUPYTER_CONFIG_PATH": path}


def start(folder: Path, *, browser: bool, port: int) -> int:
    """Run JupyterLab until it is closed and return its exit code.

    Raises
    ------
    KrokomrsaError
        JupyterLab could not be started.
    """
    try:
        return subprocess.run(command(browser=browser, port=port), env=environment(folder), check=False).returncode  # noqa: S603 (our own)
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        problem = text_of("telling.done.no_lab", reason=error.strerror or str(error))
        raise KrokomrsaError(Problem(problem=problem, remedy=text_of("telling.done.no_lab_remedy"), kind="refused")) from error
