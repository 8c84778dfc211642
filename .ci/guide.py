"""Make the coordinator's guide from the notebooks: their own words, with a picture where each panel stands."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parent.parent
NOTEBOOKS: Final = tuple(sorted((PROJECT / "notebooks").glob("[0-9][0-9]_*.ipynb")))
INDEX: Final = "README.md"
PICTURES: Final = "pictures"  # beside the pages
WORDS: Final = {
    "index": "# Vägledning steg för steg\n\nEn sida för varje steg i arbetsbänken, med notebookens egna ord. Bilderna visar exemplets påhittade uppgifter.",
    "step": "- [{title}]({page})",
    "picture": "Så ser det ut: {place}",
    "back": "[Alla steg](README.md)",
}
_PANEL = re.compile(r"^kr\.workbench\.(?!warnings\b|opened\b)\w+\((desk)?\)$")
_LINK = re.compile(r"\]\((\d\d_\w+)\.ipynb\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

Cell = dict[str, Any]


def cells(notebook: Path) -> list[Cell]:
    """Return the cells of a notebook, each with its source as one text."""
    found: list[Cell] = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in found]


def panels(notebook: Path) -> dict[int, str]:
    """Return which cells show something to work in, by their number in the notebook, with the name of each one's picture."""
    shown = [number for number, cell in enumerate(cells(notebook)) if cell["cell_type"] == "code" and _is_panel(cell["source"])]
    return {number: notebook.stem + (f"_{place}" if place > 1 else "") + ".png" for place, number in enumerate(shown, start=1)}


def pages() -> dict[str, str]:
    """Return every page of the guide by its file name."""
    steps = [WORDS["step"].format(title=title(notebook), page=f"{notebook.stem}.md") for notebook in NOTEBOOKS]
    return {INDEX: f"{WORDS['index']}\n\n" + "\n".join(steps) + "\n"} | {f"{one.stem}.md": page(one) for one in NOTEBOOKS}


def title(notebook: Path) -> str:
    """Return the first heading of a notebook."""
    return next(found[1] for cell in cells(notebook) if (found := _HEADING.search(cell["source"])))


def page(notebook: Path) -> str:
    """Return a notebook as a page: what it says, its links leading to the other pages, and its pictures."""
    return "\n\n".join([*_parts(notebook), WORDS["back"]]) + "\n"


def _parts(notebook: Path) -> Iterator[str]:
    pictures, place = panels(notebook), title(notebook)
    for number, cell in enumerate(cells(notebook)):
        if cell["cell_type"] == "markdown":
            yield _LINK.sub(r"](\1.md)", cell["source"]).strip()
            place = (_HEADING.findall(cell["source"]) or [place])[-1]
        elif number in pictures:
            yield f"![{WORDS['picture'].format(place=place)}]({PICTURES}/{pictures[number]})"


def _is_panel(source: str) -> bool:
    return bool(_PANEL.match(source.splitlines()[-1]))
