"""A folder for a computer without network has the project and its wheels, or is not left at all."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from krokomrsa import bundle
from krokomrsa.errors import KrokomrsaError


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Return the commands that would be run; nothing is fetched."""
    run: list[tuple[str, ...]] = []

    def keep(command: tuple[str, ...], **_: object) -> SimpleNamespace:
        run.append(command)
        if "export" in command:
            Path(command[command.index("-o") + 1]).write_text("numpy\n", encoding="utf-8")
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setenv("UV", "uv")
    monkeypatch.setattr(subprocess, "run", keep)
    return run


def test_it_holds_the_project_and_asks_for_wheels_of_the_other_computer(commands: list[tuple[str, ...]], tmp_path: Path) -> None:
    """The folder has what Starta.cmd needs, without anybody's data; wheels are asked for by Python and platform."""
    made = bundle.make(tmp_path / "krokomrsa", python="3.13", platforms=["win_amd64"])
    assert (made / "Starta.cmd").is_file()
    assert (made / "krokomrsa" / "resources" / "tables.toml").is_file()
    assert sorted(path.name for path in (made / "data").iterdir()) == ["exempel"]
    assert list((made / "exports").iterdir()) == []
    fetched = commands[-1]
    assert {"--no-dev", "-o"} <= set(commands[0])
    assert fetched[fetched.index("--platform") + 1] == "win_amd64"
    assert fetched[fetched.index("--python-version") + 1] == "3.13"


def test_a_fetch_that_fails_leaves_no_half_folder(commands: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no package source is reached, it is told in Swedish and nothing is left."""
    assert commands == []
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1, stderr="no route to host"))
    with pytest.raises(KrokomrsaError, match="no route to host"):
        bundle.make(tmp_path / "krokomrsa", python="3.13", platforms=["win_amd64"])
    assert not (tmp_path / "krokomrsa").exists()


def test_a_folder_that_exists_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is there is not written in."""
    monkeypatch.setenv("UV", "uv")
    with pytest.raises(KrokomrsaError, match="finns redan"):
        bundle.make(tmp_path, python="3.13", platforms=["win_amd64"])


def test_without_uv_it_says_how_to_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where uv is missing, the command in README is named."""
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(KrokomrsaError, match="python -m uv run"):
        bundle.uv()
