"""Read the texts that cells share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from krokomrsa.excel.reading.styles import is_true
from krokomrsa.excel.reading.xml import Attributes, local, walk

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and whether all of it is struck through though its cell is not."""

    value: str
    struck: bool = False


def decoded(value: str) -> str:
    r"""Return a text with the signs that Excel writes as codes.

    >>> decoded("rad_x000D_"), decoded("_x005F_x0041_")
    ('rad\r', '_x0041_')
    """
    if "_x" not in value:
        return value
    found = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@dataclass(slots=True)
class Runs:
    """Collect the runs of one text as its elements come; how it is pronounced is no part of it."""

    pieces: list[str] = field(default_factory=list)  # of the run that is being read
    value: str = ""
    marks: list[bool] = field(default_factory=list)
    struck: bool = False
    spoken: bool = False

    def start(self, name: str, given: Attributes) -> None:
        """Take the beginning of an element inside the text."""
        if name == "t":
            self.pieces.clear()
        elif name == "r":
            self.struck = False
        elif name == "strike":
            self.struck = is_true(given)
        elif name == "rPh":
            self.spoken = True

    def end(self, name: str) -> None:
        """Take the end of an element inside the text."""
        if name == "rPh":
            self.spoken = False
        elif name == "t" and not self.spoken:
            text = "".join(self.pieces)
            self.value += text
            if text.strip():
                self.marks.append(self.struck)

    def taken(self) -> Text:
        """Return the text, and begin a new one."""
        text = Text(decoded(self.value), bool(self.marks) and all(self.marks))
        self.value, self.struck, self.spoken = "", False, False
        self.marks.clear()
        return text


def read(content: bytes | None) -> list[Text]:
    """Return the texts that cells refer to by number, in order.

    >>> [text.value for text in read(b"<sst><si><t>El</t></si><si><r><t>Vat</t></r><r><t>ten</t></r></si></sst>")]
    ['El', 'Vatten']
    """
    found: list[Text] = []
    runs = Runs()

    def end(name: str) -> None:
        if local(name) == "si":
            found.append(runs.taken())
        else:
            runs.end(local(name))

    if content is not None:
        walk(content, lambda name, given: runs.start(local(name), given), end, runs.pieces.append)
    return found
