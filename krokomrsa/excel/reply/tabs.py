"""A workbook's sheets in their order, and a new one put first without moving what is said of the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from krokomrsa.excel.reply.parts import MAIN_STRICT, Package, child, local, sibling, untouchable, whole

_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SELECTED = re.compile(rb"""<[^>]*sheetView\s[^>]*?tabSelected\s*=\s*["'](?:1|true)["']""")
_HEAD: Final = 1 << 16  # bytes in which a worksheet says how it is shown
_LIMIT: Final = 31  # characters of a sheet's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A sheet of a workbook; ``part`` is nothing where it cannot be found."""

    name: str
    part: str
    hidden: bool
    selected: bool


@dataclass(frozen=True, slots=True)
class Tabs:
    """The part that lists a workbook's sheets, and the sheets."""

    part: str
    root: etree._Element
    sheets: tuple[Tab, ...]

    def tab(self, name: str) -> Tab | None:
        """Return the sheet with this name, None if there is none."""
        exact = next((tab for tab in self.sheets if tab.name == name), None)
        return exact or next((tab for tab in self.sheets if tab.name.strip().casefold() == name.strip().casefold()), None)

    def free(self, name: str) -> str:
        """Return the name with the first number that makes it the only one."""
        taken = {tab.name.strip().casefold() for tab in self.sheets}
        numbered = (name if number == 1 else f"{name[: _LIMIT - len(str(number)) - 1]} {number}" for number in range(1, len(taken) + 2))
        return next(one for one in numbered if one.casefold() not in taken)


def _selected(package: Package, part: str) -> bool:
    return bool(_SELECTED.search(package.head(part, _HEAD)))


def of(package: Package) -> Tabs:
    """Return a package's sheets, and note which namespaces the package speaks.

    Raises
    ------
    UntouchableError
        The package holds no workbook.
    """
    part = package.related("", "officeDocument")
    root = package.xml(part) if part else None
    listed = child(root, "sheets") if root is not None else None
    if part is None or root is None or listed is None or local(root) != "workbook":
        untouchable("no workbook")
    package.strict = etree.QName(root).namespace == MAIN_STRICT
    targets = {link.id: link.target for link in package.relations(part)}
    tabs = []
    for sheet in listed:
        if local(sheet) == "sheet":
            link = next((value for key, value in sheet.attrib.items() if etree.QName(key).localname == "id"), "")
            target = targets.get(str(link), "")
            chosen = bool(target) and _selected(package, target)
            tabs.append(Tab(name=sheet.get("name", ""), part=target, hidden=sheet.get("state", "visible") != "visible", selected=chosen))
    return Tabs(part, root, tuple(tabs))


def add_first(package: Package, tabs: Tabs, name: str, worksheet: bytes, *, shown: bool, repeated: int) -> None:
    """Put a new sheet first; ``shown`` opens the workbook on it, ``repeated`` is the row that is printed on every page, 0 for none."""
    root, target = tabs.root, package.fresh("xl/worksheets/svar{}.xml")
    package.put(target, worksheet)
    package.declare(target, _TYPE)
    link = package.relate(tabs.part, "worksheet", target)
    listed = child(root, "sheets")
    if listed is None:
        untouchable("no sheets")
    numbers = [whole(sheet, "sheetId") for sheet in listed if local(sheet) == "sheet"]
    new = listed.makeelement(sibling(listed, "sheet"), {"name": name, "sheetId": str(max(numbers, default=0) + 1)})
    new.set(f"{{{package.office}}}id", link)
    listed.insert(0, new)
    _views(root, listed, shown=shown)
    _defined(root, listed, name, repeated)
    package.put(tabs.part, root)


def _views(root: etree._Element, listed: etree._Element, *, shown: bool) -> None:
    """Let each window show the new sheet, or the one that it showed before."""
    views = child(root, "bookViews")
    if views is None:
        views = root.makeelement(sibling(root, "bookViews"))
        etree.SubElement(views, sibling(root, "workbookView"))
        root.insert(root.index(listed), views)
    for view in views:
        if local(view) == "workbookView":
            view.set("activeTab", "0" if shown else str(whole(view, "activeTab") + 1))
            if view.get("firstSheet"):
                del view.attrib["firstSheet"]  # the new tab is to be seen


def _defined(root: etree._Element, listed: etree._Element, name: str, repeated: int) -> None:
    """Let names that belong to one sheet follow it to its new place."""
    names = child(root, "definedNames")
    for entry in names if names is not None else ():
        if isinstance(entry.tag, str) and entry.get("localSheetId") is not None:
            entry.set("localSheetId", str(whole(entry, "localSheetId") + 1))
    if repeated:
        if names is None:
            before = [one for one in root if local(one) in {"functionGroups", "externalReferences"}]
            names = root.makeelement(sibling(root, "definedNames"))
            root.insert(root.index(before[-1] if before else listed) + 1, names)
        titles = names.makeelement(sibling(root, "definedName"), {"name": "_xlnm.Print_Titles", "localSheetId": "0"})
        titles.text = f"'{name}'!${repeated}:${repeated}"
        names.insert(0, titles)
