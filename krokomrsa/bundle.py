"""Make a folder with the project and every package it needs, for a computer without network."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from krokomrsa import workspace
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import PROJECT

PARTS: Final = ("krokomrsa", "notebooks", "data/exempel", "docs")
FILES: Final = ("README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "requirements.lock", "environment.yml", "Starta.cmd")
TOOLS: Final = ("hatchling>=1.27,<2", "editables")  # what builds the project itself
WHEELS: Final = "wheels"


def _failed(reason: str) -> KrokomrsaError:
    problem, remedy = text_of("bundle.failed", reason=reason), text_of("bundle.failed_remedy")
    return KrokomrsaError(Problem(problem=problem, remedy=remedy, kind="refused"))


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 (uv, found below)
    if done.returncode:
        raise _failed(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else str(done.returncode))


def uv() -> str:
    """Return the uv that runs this program, or one on the path.

    Raises
    ------
    KrokomrsaError
        There is none.
    """
    found = os.environ.get("UV") or shutil.which("uv")
    if not found:
        reason = text_of("bundle.no_uv")
        raise _failed(reason)
    return found


def _copy(folder: Path) -> None:
    try:
        for part in PARTS:
            shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "~$*"))
        for name in FILES:
            shutil.copy2(PROJECT / name, folder / name)
        (folder / "exports").mkdir()
    except OSError as error:
        raise workspace.failed(error, folder, "not_written") from error


def make(folder: Path, *, python: str, platforms: Sequence[str]) -> Path:
    """Fill a new folder with the project and the wheels for one Python and platform; return it.

    Raises
    ------
    KrokomrsaError
        The folder exists, cannot be written in, or the packages cannot be fetched; a half-made folder is removed.
    """
    program = uv()
    if folder.exists():
        raise KrokomrsaError(
            Problem(file=str(folder), problem=text_of("bundle.exists"), remedy=text_of("bundle.exists_remedy"), kind="refused")
        )
    try:
        _copy(folder)
        listed = folder / "requirements.txt"
        _run(program, "export", "-q", "--no-dev", "--no-emit-project", "--no-hashes", "--no-annotate", "--no-header", "-o", str(listed))
        fetched = ("--only-binary", ":all:", "--python-version", python, "--implementation", "cp", "-d", str(folder / WHEELS))
        target = [part for platform in platforms for part in ("--platform", platform)]
        _run(program, "tool", "run", "pip", "download", "-q", *fetched, *target, "-r", str(listed), *TOOLS)
        listed.unlink()
    except KrokomrsaError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder
