"""Who makes a change is asked for once."""

from __future__ import annotations

from pathlib import Path

import pytest

from krokomrsa import console, identity


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "krokomrsa")


def test_a_name_that_was_saved_is_used() -> None:
    """A saved name is used until another is given."""
    identity.save(" Säkerhetssamordnaren ")
    assert identity.current() == "Säkerhetssamordnaren"
    assert console.who(None) == "Säkerhetssamordnaren"
    assert console.who("Vikarien") == "Vikarien"


def test_it_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is somebody to ask, the name is asked for once and kept."""
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "Säkerhetssamordnaren")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert console.who(None) == console.who(None) == "Säkerhetssamordnaren"
    assert len(asked) == 1


def test_where_nobody_can_be_asked_the_computer_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal the computer's name for the user is used, and nothing is saved."""
    monkeypatch.setattr("getpass.getuser", lambda: "anvandare")
    assert console.who(None) == "anvandare"
    assert identity.saved() == ""
