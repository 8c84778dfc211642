"""JupyterLab is started for this machine only, on the first notebook."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

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


def test_a_jupyterlab_that_cannot_be_started_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing program is a Swedish sentence with what to do."""

    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file")

    monkeypatch.setattr(subprocess, "run", missing)
    with pytest.raises(KrokomrsaError, match="uv sync"):
        lab.start(tmp_path, browser=False, port=8888)


def test_closing_jupyterlab_with_the_keyboard_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C ends with code 0."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", stopped)
    assert lab.start(tmp_path, browser=False, port=8888) == 0
