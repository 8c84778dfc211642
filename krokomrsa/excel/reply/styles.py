"""Append looks to a workbook's styles: a cell's own style on another ground, and the looks of the sheet with the reply."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from krokomrsa.excel.reply.parts import child, local, sibling, untouchable, whole
from krokomrsa.excel.workbook import FONT, colour

MAX_FORMATS: Final = 65_490  # cell formats that Excel takes; beyond that a cell keeps its look
FILLS: Final[Mapping[str, str]] = {  # look → colour of the palette; in grey they differ in lightness, and every comment says the kind
    "rejected": "class3",
    "conflict": "decided",
    "question": "class2",
    "notice": "proposed",
    "fallen": "rule",  # hatched, not filled
}
_READABLE: Final = 4.5  # contrast of text to its ground
_GROUPS: Final = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_DARK_THEME: Final = {"1", "3"}  # the theme's two dark text colours


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a cell of the sheet with the reply looks."""

    size: int = 10
    bold: bool = False
    ink: str = "ink"
    underline: bool = False
    fill: str = ""
    framed: bool = False
    middle: bool = False


LOOKS: Final[Mapping[str, Look]] = {
    "title": Look(size=16, bold=True, ink="head", middle=True),
    "meta": Look(ink="muted", middle=True),
    "result": Look(size=11, bold=True, middle=True),
    "header": Look(bold=True, ink="paper", fill="head", framed=True, middle=True),
    "text": Look(framed=True),
    "link": Look(framed=True, ink="accent", underline=True),
    **{f"group_{key}": Look(bold=True, fill=key, framed=True, middle=True) for key in FILLS},
    "group_whole": Look(bold=True, fill="band", framed=True, middle=True),
    **{f"legend_{key}": Look(size=9, fill=key, framed=True, middle=True) for key in FILLS},
}


def _luminance(rgb: str) -> float:
    parts = (int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)  # noqa: PLR2004 (WCAG 2)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(ink: str, ground: str) -> bool:
    """Tell whether text in one colour can be read on another (WCAG 2, level AA).

    >>> readable("000000", "EBA043"), readable("FFFFFF", "EBA043")
    (True, False)
    """
    light, dark = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05) >= _READABLE


def _ground(key: str) -> str:
    return "paper" if key == "fallen" else FILLS.get(key, key)


@dataclass(slots=True)
class Styles:
    """A workbook's styles and what has been appended to them."""

    root: etree._Element
    groups: dict[str, etree._Element] = field(default_factory=dict)
    made: dict[object, int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: etree._Element) -> Styles:
        """Take styles on; groups that are missing are made, in their order, each with what Excel wants to find first."""
        if local(root) != "styleSheet":
            untouchable("no styles")
        styles = cls(root)
        for place, name in enumerate(_GROUPS):
            found = child(root, name)
            if found is None and name not in {"numFmts", "cellStyleXfs"}:
                found = etree.Element(sibling(root, name))
                before = [one for one in root if local(one) in _GROUPS[:place]]
                root.insert(root.index(before[-1]) + 1 if before else 0, found)
            if found is not None:
                styles.groups[name] = found
        styles._begin()
        return styles

    def _begin(self) -> None:
        """Put in what stands first in every workbook, where nothing does."""
        first = {"fonts": self._font(Look()), "fills": self._fill(""), "borders": self._border(framed=False), "cellXfs": self._xf()}
        for name, element in first.items():
            if not len(self.groups[name]):
                self._append(name, element)
        if len(self.groups["fills"]) == 1:
            grey = self._new("fill")
            etree.SubElement(grey, self._tag("patternFill"), patternType="gray125")
            self._append("fills", grey)

    def marked(self, own: int, look: str) -> int:
        """Return the style of a cell with this style of its own on the ground of a look; its own where there is no room."""
        formats = self.groups["cellXfs"]
        if ("marked", own, look) not in self.made:
            if len(formats) >= MAX_FORMATS or not 0 <= own < len(formats):
                return own
            style = copy.deepcopy(formats[own])
            style.set("fillId", str(self._fill_id(look)))
            style.set("applyFill", "1")
            style.set("fontId", str(self._readable_font(whole(style, "fontId"), look)))
            self.made["marked", own, look] = self._append("cellXfs", style)
        return self.made["marked", own, look]

    def look(self, key: str) -> int:
        """Return the style of a look of the sheet with the reply; the workbook's first where there is no room."""
        if ("look", key) not in self.made:
            if len(self.groups["cellXfs"]) >= MAX_FORMATS:
                return 0
            look = LOOKS[key]
            style = self._xf()
            style.set("fontId", str(self._append("fonts", self._font(look))))
            style.set("fillId", str(self._fill_id(look.fill)))
            style.set("borderId", str(self._once(("border", look.framed), "borders", self._border(framed=look.framed))))
            if key in {"text", "link"}:
                style.set("quotePrefix", "1")  # what begins with = + - or @ stays a text, also when somebody edits it
            for part in ("Font", "Fill", "Border", "Alignment"):
                style.set(f"apply{part}", "1")
            alignment = {"vertical": "center" if look.middle else "top", "wrapText": "1", "horizontal": "left", "indent": "1"}
            etree.SubElement(style, self._tag("alignment"), alignment)
            self.made["look", key] = self._append("cellXfs", style)
        return self.made["look", key]

    def _readable_font(self, own: int, look: str) -> int:
        """Return the cell's own font, or the same in dark ink where its colour could not be read on the new ground."""
        fonts = self.groups["fonts"]
        if own >= len(fonts):
            return own
        said = child(fonts[own], "color")
        if said is None or said.get("auto") or said.get("theme") in _DARK_THEME or said.get("indexed") in {"0", "8", "64"}:
            return own
        rgb = said.get("rgb", "")[-6:]
        if len(rgb) == 6 and not said.get("tint") and readable(rgb, colour(_ground(look))):  # noqa: PLR2004 (RRGGBB)
            return own
        font = copy.deepcopy(fonts[own])
        dark = child(font, "color")
        if dark is not None:
            dark.attrib.clear()
            dark.set("rgb", f"FF{colour('ink')}")
        return self._once(("font", own), "fonts", font)

    def _fill_id(self, key: str) -> int:
        return self._once(("fill", key), "fills", self._fill(key)) if key else 0

    def _once(self, what: object, group: str, element: etree._Element) -> int:
        if what not in self.made:
            self.made[what] = self._append(group, element)
        return self.made[what]

    def _append(self, name: str, element: etree._Element) -> int:
        group = self.groups[name]
        group.append(element)
        group.set("count", str(len(group)))
        return len(group) - 1

    def _tag(self, name: str) -> str:
        return sibling(self.root, name)

    def _new(self, name: str) -> etree._Element:
        return self.root.makeelement(self._tag(name))

    def _xf(self) -> etree._Element:
        style = self._new("xf")
        for key in ("numFmtId", "fontId", "fillId", "borderId", *(["xfId"] if "cellStyleXfs" in self.groups else [])):
            style.set(key, "0")
        return style

    def _font(self, look: Look) -> etree._Element:
        font = self._new("font")
        for name, wanted in (("b", look.bold), ("u", look.underline)):
            if wanted:
                etree.SubElement(font, self._tag(name))
        etree.SubElement(font, self._tag("sz"), val=str(look.size))
        etree.SubElement(font, self._tag("color"), rgb=f"FF{colour(look.ink)}")
        etree.SubElement(font, self._tag("name"), val=FONT)
        etree.SubElement(font, self._tag("family"), val="2")
        return font

    def _fill(self, key: str) -> etree._Element:
        fill = self._new("fill")
        pattern = etree.SubElement(fill, self._tag("patternFill"), patternType={"": "none", "fallen": "lightUp"}.get(key, "solid"))
        if key:
            etree.SubElement(pattern, self._tag("fgColor"), rgb=f"FF{colour(FILLS.get(key, key))}")
            back = {"rgb": f"FF{colour('paper')}"} if key == "fallen" else {"indexed": "64"}
            etree.SubElement(pattern, self._tag("bgColor"), back)
        return fill

    def _border(self, *, framed: bool) -> etree._Element:
        border = self._new("border")
        for name in ("left", "right", "top", "bottom", "diagonal"):
            side = etree.SubElement(border, self._tag(name))
            if framed and name != "diagonal":
                side.set("style", "thin")
                etree.SubElement(side, self._tag("color"), rgb=f"FF{colour('rule')}")
        return border
