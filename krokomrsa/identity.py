"""Know who makes a change: asked for once, kept on this machine."""

from __future__ import annotations

import getpass
from pathlib import Path

import platformdirs


def place() -> Path:
    """Return the file that holds the name."""
    return platformdirs.user_config_path("krokomrsa", appauthor=False) / "vem.txt"


def saved() -> str:
    """Return the name that was saved, empty if none was."""
    return place().read_text(encoding="utf-8").strip() if place().is_file() else ""


def save(name: str) -> None:
    """Keep a name for the next time."""
    place().parent.mkdir(parents=True, exist_ok=True)
    place().write_text(name.strip(), encoding="utf-8")


def current() -> str:
    """Return the name that was saved, else the computer's name for the user."""
    return saved() or getpass.getuser()
