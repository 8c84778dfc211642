"""Read the comments of a sheet, old ones and threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from openpyxl.utils.cell import coordinate_to_tuple

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel.reading.model import Place
from krokomrsa.excel.reading.package import Package, relations_beside
from krokomrsa.excel.reading.strings import decoded
from krokomrsa.excel.reading.xml import Attributes, local, walk

_ITEMS = {"comment": "t", "threadedComment": "text"}  # and the element that holds their text


@dataclass(slots=True)
class _Comments:
    found: dict[str, list[str]] = field(default_factory=dict)
    at: str = ""
    element: str = ""
    pieces: list[str] = field(default_factory=list)
    inside: bool = False
    spoken: bool = False

    def start(self, name: str, given: Attributes) -> None:
        name = local(name)
        if name in _ITEMS:
            self.at = given.get("ref", "")
            self.element = _ITEMS[name]
            self.pieces.clear()
        self.spoken = self.spoken or name == "rPh"
        self.inside = name == self.element and not self.spoken

    def end(self, name: str) -> None:
        name = local(name)
        if name in _ITEMS:
            self.found.setdefault(self.at, []).append(decoded("".join(self.pieces)).strip("\n"))
        self.spoken = self.spoken and name != "rPh"
        self.inside = False

    def text(self, text: str) -> None:
        if self.inside:
            self.pieces.append(text)


def _places(content: bytes) -> dict[Place, str]:
    comments = _Comments()
    walk(content, comments.start, comments.end, comments.text)
    return {coordinate_to_tuple(ref): "\n".join(texts) for ref, texts in comments.found.items()}


def read(package: Package, sheet: str) -> tuple[dict[Place, str], bool]:
    """Return the comments of a worksheet, by place, and whether all of them could be read; a thread replaces its copy in old form."""
    found: dict[Place, str] = {}
    whole = True
    related = relations_beside(package, sheet).values()
    for kind in ("comments", "threadedComment"):
        for target in (relation.target for relation in related if relation.kind == kind):
            try:
                found |= _places(package.beside[target])
            except (KeyError, ValueError, expat.ExpatError, KrokomrsaError):  # beside the cells: told, and the cells are read
                whole = False
    return found, whole
