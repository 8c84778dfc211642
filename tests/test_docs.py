"""What is generated in docs/ is what would be written, and every picture that a page shows is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from krokomrsa.workspace import PROJECT

SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINKED = re.compile(r"(?<!!)\[[^\]]+\]\((?!https?:|#)([^)#]+)[^)]*\)")
GUIDE = PROJECT / "docs" / "guide"
PAGES = [PROJECT / "README.md", *sorted(GUIDE.glob("*.md"))]


def test_the_guide_says_what_the_notebooks_say() -> None:
    """Nothing that .ci/docs.py writes as text differs from what it would write now."""
    found = subprocess.run([sys.executable, PROJECT / ".ci" / "docs.py", "--check"], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_the_guide_has_a_page_for_every_notebook() -> None:
    """Ten steps, ten pages, and a first page that leads to each of them."""
    notebooks = {path.stem for path in (PROJECT / "notebooks").glob("[0-9]*.ipynb")}
    first = (GUIDE / "README.md").read_text(encoding="utf-8")
    assert {path.stem for path in GUIDE.glob("*.md")} == notebooks | {"README"}
    assert {Path(target).stem for target in LINKED.findall(first)} == notebooks


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_and_links_to_is_there(page: Path) -> None:
    """Every picture has words for those who cannot see it, and it and every page that is linked to lie where the page says."""
    text = page.read_text(encoding="utf-8")
    shown = SHOWN.findall(text)
    assert all(words for words, _ in shown)
    targets = [target for _, target in shown] + LINKED.findall(text)
    assert [target for target in targets if not (page.parent / target).is_file()] == []


def test_no_picture_lies_unused() -> None:
    """Every picture of the guide is shown on a page."""
    shown = {target for page in PAGES for _, target in SHOWN.findall(page.read_text(encoding="utf-8"))}
    assert {f"pictures/{path.name}" for path in (GUIDE / "pictures").glob("*.png")} <= shown
