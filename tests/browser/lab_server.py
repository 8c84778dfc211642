"""Start the workbench as a coordinator does, and end everything that was started."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from krokomrsa import workspace

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S*token=\w+")
STARTS_WITHIN, ENDS_WITHIN = 60, 20  # seconds


def environment(project: Path, home: Path) -> dict[str, str]:
    """Return an environment in which nothing of the one who runs the tests is read or written."""
    jupyter = home / "jupyter"
    jupyter.mkdir(parents=True)
    (jupyter / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"allow_root": True}}), encoding="utf-8")
    ours = {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(jupyter),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONPATH": str(project),
        "PYTHONUNBUFFERED": "1",
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    inherited = {key: value for key, value in os.environ.items() if key not in {workspace.VARIABLE, "JUPYTER_CONFIG_PATH"}}
    return inherited | ours


@contextmanager
def running(project: Path, *, folder: Path, home: Path) -> Iterator[str]:
    """Run ``krokomrsa lab`` on a workspace and give the address that it prints; end the server and its kernels whatever happens."""
    started = subprocess.Popen(
        [sys.executable, "-m", "krokomrsa.cli", "lab", "--no-browser", "--port", str(_free_port()), "--workspace", str(folder)],
        cwd=project,
        env=environment(project, home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    said, reader = _listened(started)
    try:
        yield _address(said)
    finally:
        _end(started, reader)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _listened(started: subprocess.Popen[str]) -> tuple[queue.Queue[str | None], threading.Thread]:
    """Read what the server says in a thread, so that it never waits for a reader; None comes when all that can speak have ended."""
    said: queue.Queue[str | None] = queue.Queue()

    def read(spoken: IO[str]) -> None:
        for line in spoken:
            said.put(line)
        said.put(None)

    reader = threading.Thread(target=read, args=(started.stdout,), daemon=True)
    reader.start()
    return said, reader


def _address(said: queue.Queue[str | None]) -> str:
    lines = []
    while (line := said.get(timeout=STARTS_WITHIN)) is not None:
        if found := ADDRESS.search(line):
            return found[0]
        lines.append(line)
    message = "the workbench ended before it printed an address:\n" + "".join(lines)
    raise AssertionError(message)


def _end(started: subprocess.Popen[str], reader: threading.Thread) -> None:
    """Ask the whole group to end: JupyterLab then ends its kernels. Its pipe closes when the last of them has; what is left is killed."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(started.pid, sign)
        reader.join(ENDS_WITHIN)
        if not reader.is_alive():
            break
    started.wait(ENDS_WITHIN)
