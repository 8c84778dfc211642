"""A Chromium that is on the machine, a workbench of its own, and a page whose every request is written down."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import lab_server
import pytest
from lab_hands import VIEWPORT, Hands
from playwright.sync_api import Browser, sync_playwright

from krokomrsa import workspace

sys.path.append(str(workspace.PROJECT / ".ci"))  # which cells are shown in the guide is said there

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SILENT = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")  # it is closed before other tests: while it is open, no other loop runs in the thread
def browser() -> Iterator[Browser]:
    """Start the Chromium of the machine; without one the tests fail in CI and are left out elsewhere."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent(f"no browser: none of {', '.join(NAMES)} is on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=SILENT, env={**os.environ, "LANGUAGE": "sv"})
        yield started
        started.close()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty folder for the municipality's workspace."""
    return tmp_path_factory.mktemp("kommun")


@pytest.fixture
def hands(browser: Browser, folder: Path, tmp_path: Path) -> Iterator[Hands]:
    """Open the address that ``krokomrsa lab`` prints."""
    pictures = os.environ.get("KROKOMRSA_PICTURES")
    with lab_server.running(workspace.PROJECT, folder=folder, home=tmp_path / "home") as address:
        page = browser.new_page(viewport=VIEWPORT, locale="sv-SE", timezone_id="Europe/Stockholm")
        hands = Hands(page, Path(pictures) if pictures else None)
        page.goto(address)
        yield hands
        page.close()
