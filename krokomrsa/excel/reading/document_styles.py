"""Read the styles of an OpenDocument: number formats as Excel writes them, strike-through, hidden sheets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from krokomrsa.excel.reading.model import GENERAL
from krokomrsa.excel.reading.xml import Attributes, local

_DATA: Final = {"number-style", "date-style", "time-style", "percentage-style", "currency-style", "text-style", "boolean-style"}
_PARTS: Final = {  # element → short and long form
    "year": ("yy", "yyyy"), "day": ("d", "dd"), "hours": ("h", "hh"), "minutes": ("m", "mm"), "seconds": ("s", "ss"),
    "day-of-week": ("ddd", "dddd"), "am-pm": ("AM/PM", "AM/PM"), "text-content": ("@", "@"),
}  # fmt: skip


@dataclass(slots=True)
class Named:
    """One named style: what it says itself, and which one it takes the rest from."""

    parent: str = ""
    data: str = ""
    struck: bool | None = None
    hidden: bool = False


def _long(given: dict[str, str]) -> bool:
    return given.get("style") == "long"


def _element(name: str, given: dict[str, str]) -> str:
    """Return one part of a number format."""
    if name in _PARTS:
        return _PARTS[name][_long(given)]
    if name == "month":
        textual = given.get("textual") == "true"
        return ("mmmm" if _long(given) else "mmm") if textual else ("mm" if _long(given) else "m")
    if name == "number":
        decimals = given.get("decimal-places", "")
        whole = "#,##0" if given.get("grouping") == "true" else "0" * max(1, int(given.get("min-integer-digits") or 1))
        return GENERAL if not decimals else whole + ("." + "0" * min(int(decimals), 30) if decimals != "0" else "")
    return ""


@dataclass(slots=True)
class DocumentStyles:
    """Take the elements of styles as they come."""

    named: dict[str, Named] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    style: str = ""
    data: str = ""
    literal: bool = False

    def start(self, name: str, given: Attributes) -> None:
        """Take the beginning of an element."""
        name, said = local(name), {local(key): value for key, value in given.items()}
        if name in _DATA:
            self.data = said.get("name", "")
            self.formats[self.data] = ""
        elif name in {"style", "default-style"}:
            self.style = said.get("name", "")
            self.named[self.style] = Named(said.get("parent-style-name", ""), said.get("data-style-name", ""))
        elif name == "text-properties" and self.style in self.named and "text-line-through-style" in said:
            self.named[self.style].struck = said["text-line-through-style"] != "none"
        elif name == "table-properties" and self.style in self.named:
            self.named[self.style].hidden = said.get("display") == "false"
        elif self.data in self.formats:
            self.literal = name in {"text", "currency-symbol"}
            self.formats[self.data] += _element(name, said)

    def text(self, text: str) -> None:
        """Take what stands between the parts of a number format."""
        if self.literal and self.data in self.formats:
            self.formats[self.data] += text

    def end(self, name: str) -> None:
        """Take the end of an element."""
        name = local(name)
        self.literal = False
        if name in _DATA:
            self.data = ""
        elif name in {"style", "default-style"}:
            self.style = ""

    def _line(self, name: str) -> list[Named]:
        found: list[Named] = []
        seen: set[str] = set()
        while name in self.named and name not in seen:
            seen.add(name)
            found.append(self.named[name])
            name = self.named[name].parent
        return found

    def of(self, name: str) -> tuple[str, bool]:
        """Return a cell style's number format, and whether it strikes through."""
        line = self._line(name)
        data = next((style.data for style in line if style.data), "")
        struck = next((style.struck for style in line if style.struck is not None), False)
        return self.formats.get(data) or GENERAL, struck

    def hidden(self, name: str) -> bool:
        """Tell whether a sheet with this style is hidden."""
        return name in self.named and self.named[name].hidden
