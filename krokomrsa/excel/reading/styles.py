"""Read which number format each style has, and whether it strikes its text through."""

from __future__ import annotations

from dataclasses import dataclass, field

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from krokomrsa.excel.reading.model import GENERAL
from krokomrsa.excel.reading.xml import Attributes, local, walk

_FALSE = {"0", "false", "off"}


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell's style says of how its value is meant."""

    number_format: str = GENERAL
    struck: bool = False
    date: bool = False
    duration: bool = False

    @property
    def plain(self) -> bool:
        """Tell whether the style says nothing."""
        return self.number_format == GENERAL and not self.struck


PLAIN = Style()


def is_true(given: Attributes) -> bool:
    """Tell whether an element that stands for yes is not taken back by its value."""
    return given.get("val", "1").lower() not in _FALSE


@dataclass(slots=True)
class _Styles:
    formats: dict[str, str] = field(default_factory=dict)
    struck: list[bool] = field(default_factory=list)
    used: list[tuple[str, str]] = field(default_factory=list)  # number format and font of each style
    path: list[str] = field(default_factory=list)

    def start(self, name: str, given: Attributes) -> None:
        match (self.path[-1] if self.path else "", local(name)):
            case ("numFmts", "numFmt"):
                self.formats[given.get("numFmtId", "")] = given.get("formatCode", GENERAL)
            case ("fonts", "font"):
                self.struck.append(False)
            case ("font", "strike") if "fonts" in self.path and self.struck:
                self.struck[-1] = is_true(given)
            case ("cellXfs", "xf"):
                self.used.append((given.get("numFmtId", "0"), given.get("fontId", "0")))
        self.path.append(local(name))

    def end(self, _: str) -> None:
        self.path.pop()

    def style(self, number: str, font: str) -> Style:
        code = self.formats.get(number) or (BUILTIN_FORMATS.get(int(number), GENERAL) if number.isdecimal() else GENERAL)
        struck = font.isdecimal() and int(font) < len(self.struck) and self.struck[int(font)]
        date = is_date_format(code)
        return Style(code, struck, date, date and is_timedelta_format(code))


def read(content: bytes | None) -> list[Style]:
    """Return the styles that cells refer to by number, in order.

    >>> read(b'<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>')[1].number_format
    'mm-dd-yy'
    """
    if content is None:
        return [PLAIN]
    found = _Styles()
    walk(content, found.start, found.end)
    known = {pair: found.style(*pair) for pair in set(found.used)}
    return [known[pair] for pair in found.used] or [PLAIN]
