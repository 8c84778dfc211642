"""JupyterLab is started for this machine only, on the first notebook."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from time import monotonic, sleep

import pytest

from krokomrsa import lab
from krokomrsa.errors import KrokomrsaError


def test_it_opens_the_first_notebook_on_the_own_machine() -> None:
    """JupyterLab opens 00, listens on the loopback address and asks nobody for news."""
    command = lab.command(browser=True, port=8888)
    assert "--LabApp.default_url=/lab/tree/00_start.ipynb" in command
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--LabApp.news_url=None" in command
    assert (lab.NOTEBOOKS / lab.FIRST).is_file()


def test_notebooks_find_the_workspace_and_jupyter_its_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names the workspace, and the settings folder goes before what was set already."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "before")
    environment = lab.environment(tmp_path)
    assert environment["KROKOMRSA_WORKSPACE"] == str(tmp_path)
    assert environment["JUPYTER_CONFIG_PATH"].startswith(str(lab.SETTINGS))
    assert environment["JUPYTER_CONFIG_PATH"].endswith("before")


def test_the_settings_turn_news_off_and_add_the_button() -> None:
    """The settings that JupyterLab reads fetch no news and put "Starta steget" in the tool bar."""
    settings = json.loads((lab.SETTINGS / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert "Starta steget" in json.dumps(settings, ensure_ascii=False)


def test_the_settings_save_nothing_by_themselves_and_lose_no_click() -> None:
    """Nothing is saved unasked; a kernel starts without a question, and the button waits for it, also when the last one has ended."""
    settings = json.loads((lab.SETTINGS / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/docmanager-extension:plugin"] == {"autosave": False}
    assert settings["@jupyterlab/notebook-extension:tracker"] == {"autoStartDefaultKernel": True}
    assert settings["@jupyterlab/apputils-extension:sessionDialogs"] == {"skipKernelRestartDialog": True}
    (button,) = settings["@jupyterlab/notebook-extension:panel"]["toolbar"]
    assert button["command"] == "notebook:restart-run-all"


def test_what_is_saved_goes_through_what_takes_out_a_run() -> None:
    """JupyterLab is told to strip every notebook that it saves."""
    assert "--FileContentsManager.pre_save_hook=krokomrsa.stripping.strip" in lab.command(browser=True, port=8888)


def test_a_jupyterlab_that_cannot_be_started_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing program is a Swedish sentence with what to do."""

    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file")

    monkeypatch.setattr(subprocess, "Popen", missing)
    with pytest.raises(KrokomrsaError, match="uv sync"):
        lab.start(tmp_path, browser=False, port=8888)


SLEEPER = "import time; print('up', flush=True); time.sleep(600)"


@pytest.mark.parametrize("asking", lab.ENDING)
def test_what_asks_the_program_to_end_ends_jupyterlab(asking: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C, the system and a closed window end the child with code 0, and the handlers before are in place again."""
    monkeypatch.setattr(lab, "command", lambda **_: [sys.executable, "-c", SLEEPER])
    before = [signal.getsignal(one) for one in lab.ENDING]
    Timer(1, lambda: signal.raise_signal(asking)).start()
    assert lab.start(tmp_path, browser=False, port=8888) == 0
    assert [signal.getsignal(one) for one in lab.ENDING] == before


def test_jupyterlab_that_is_closed_by_itself_gives_its_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code of a JupyterLab that nobody asked to end is passed on."""
    monkeypatch.setattr(lab, "command", lambda **_: [sys.executable, "-c", "raise SystemExit(3)"])
    assert lab.start(tmp_path, browser=False, port=8888) == 3


def _listens(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _until(holds: Callable[[], bool], seconds: float = 120) -> bool:
    last = monotonic() + seconds
    while monotonic() < last and not holds():
        sleep(0.1)
    return holds()


def test_a_terminated_program_leaves_no_jupyterlab_behind(tmp_path: Path) -> None:
    """The real JupyterLab has let go of its port when the program that started it has been terminated."""
    port, windows = _free_port(), sys.platform == "win32"
    (tmp_path / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}', encoding="utf-8")
    program = f"from pathlib import Path; from krokomrsa import lab; raise SystemExit(lab.start(Path({str(tmp_path)!r}), browser=False, port={port}))"
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path)},
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    try:
        assert _until(lambda: _listens(port) or parent.poll() is not None)
        assert parent.poll() is None
        parent.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM) if windows else signal.SIGTERM)
        assert parent.wait(60) == 0
        assert not _listens(port)
    finally:
        parent.kill()
