"""What Excel demands of a workbook's parts, as far as it can be checked without Excel; and a workbook as text."""

from __future__ import annotations

import io
import posixpath
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import openpyxl
from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
BOX = "{urn:schemas-microsoft-com:office:excel}"
NAME = re.compile(r"[A-Za-z_\\][\w.\\]*")
CELL_LIKE = re.compile(r"(?i)[a-z]{1,3}\d+|r\d*c\d*")
WORKSHEET_ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges"),
    *("scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting"),
    *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    *(
        "customProperties",
        "cellWatches",
        "ignoredErrors",
        "smartTags",
        "drawing",
        "legacyDrawing",
        "legacyDrawingHF",
        "picture",
        "oleObjects",
        "controls",
    ),
    *("AlternateContent", "tableParts", "extLst"),
)

Parts = Mapping[str, bytes]


def parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _xml(part: bytes) -> etree._Element:
    return etree.fromstring(part)


def relationships(found: Parts) -> Iterator[str]:
    """Tell of relationships that lead nowhere or share an id."""
    for name in (name for name in found if name.endswith(".rels")):
        base = posixpath.dirname(posixpath.dirname(name))
        links = list(_xml(found[name]).iter(RELATION))
        yield from (f"{name}: id {key} twice" for key, count in Counter(link.get("Id") for link in links).items() if count > 1)
        for link in links:
            target = link.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
            if link.get("TargetMode") != "External" and path not in found:
                yield f"{name}: {target} is missing"


def content_types(found: Parts) -> Iterator[str]:
    """Tell of parts without a content type and of content types without a part."""
    root = _xml(found["[Content_Types].xml"])
    defaults = {entry.get("Extension") for entry in root.iter(f"{TYPES}Default")}
    overrides = {entry.get("PartName", "").lstrip("/") for entry in root.iter(f"{TYPES}Override")}
    yield from (f"no such part: {name}" for name in overrides - set(found))
    for name in found:
        if name != "[Content_Types].xml" and name not in overrides and name.rpartition(".")[2] not in defaults:
            yield f"{name} has no content type"


def _sheet_names(found: Parts) -> list[str]:
    return [sheet.get("name", "") for sheet in _xml(found["xl/workbook.xml"]).iter(f"{MAIN}sheet")]


def names(found: Parts) -> Iterator[str]:
    """Tell of sheet names and defined names that Excel refuses."""
    sheets = _sheet_names(found)
    for name in sheets:
        if not 1 <= len(name) <= 31 or re.search(r"[\[\]:*?/\\]", name) or name.startswith("'"):
            yield f"sheet name {name!r}"
    if len({name.casefold() for name in sheets}) < len(sheets):
        yield "sheet names that differ only in case"
    seen = set()
    for entry in _xml(found["xl/workbook.xml"]).iter(f"{MAIN}definedName"):
        name, place = entry.get("name", ""), entry.text or ""
        key = (name.casefold(), entry.get("localSheetId"))
        if not NAME.fullmatch(name) or CELL_LIKE.fullmatch(name) or len(name) > 255 or key in seen:
            yield f"defined name {name!r}"
        if not any(place.startswith((f"{sheet}!", "'{}'!".format(sheet.replace("'", "''")))) for sheet in sheets):
            yield f"defined name {name!r} points at {place!r}"
        seen.add(key)


def _too_long(rule: etree._Element) -> Iterator[str]:
    limits = {"promptTitle": 32, "prompt": 255, "errorTitle": 32, "error": 255}
    for key, limit in limits.items():
        if len(rule.get(key, "")) > limit:
            yield f"{key} too long"
    for formula in rule:
        if not formula.text or len(formula.text) > 255:
            yield f"formula {formula.text!r}"


def validations(found: Parts) -> Iterator[str]:
    """Tell of data validations beyond Excel's limits, wrongly counted, or with a list that is not there."""
    defined = {entry.get("name") for entry in _xml(found["xl/workbook.xml"]).iter(f"{MAIN}definedName")}
    for name in _worksheets(found):
        for group in _xml(found[name]).iter(f"{MAIN}dataValidations"):
            rules = list(group)
            if group.get("count") != str(len(rules)) or not 0 < len(rules) <= 65_534:
                yield f"{name}: {len(rules)} validations, said to be {group.get('count')}"
            for rule in rules:
                yield from (f"{name}: {fault}" for fault in _too_long(rule))
                source = rule.findtext(f"{MAIN}formula1") or ""
                if rule.get("type") == "list" and "!" not in source and source[:1] != '"' and source not in defined:
                    yield f"{name}: no list {source!r}"


def _worksheets(found: Parts) -> list[str]:
    return [name for name in found if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]


def worksheets(found: Parts) -> Iterator[str]:
    """Tell of elements out of order, headers too long, cells too full, styles that are not there."""
    styles = _xml(found["xl/styles.xml"])
    formats, different = (len(styles.findall(f"{MAIN}{group}/*")) for group in ("cellXfs", "dxfs"))
    for name in _worksheets(found):
        root = _xml(found[name])
        order = [WORKSHEET_ORDER.index(str(child.tag).removeprefix(MAIN)) for child in root]
        if order != sorted(order):
            yield f"{name}: elements out of order"
        for part in root.iterfind(f"{MAIN}headerFooter/*"):
            if len(part.text or "") > 255:
                yield f"{name}: header or footer too long"
        for cell in root.iter(f"{MAIN}c"):
            if int(cell.get("s", "0")) >= formats or len("".join(cell.itertext())) > 32_767:
                yield f"{name}: cell {cell.get('r')}"
        for rule in root.iter(f"{MAIN}cfRule"):
            if int(rule.get("dxfId", "-1")) >= different:
                yield f"{name}: conditional format"


def rows(found: Parts) -> Iterator[str]:
    """Tell of rows and cells that are out of order or there twice."""
    for name in _worksheets(found):
        written = list(_xml(found[name]).iter(f"{MAIN}row"))
        numbers = [int(row.get("r", "0")) for row in written]
        columns = [[coordinate_to_tuple(cell.get("r", ""))[1] for cell in row if cell.get("r")] for row in written]
        if (all(numbers) and numbers != sorted(set(numbers))) or any(one != sorted(set(one)) for one in columns):
            yield f"{name}: rows or cells out of order or twice"


def places(found: Parts) -> Iterator[str]:
    """Tell of names and windows that point at a sheet that is not there, and of several sheets shown as if they were one."""
    book, count = _xml(found["xl/workbook.xml"]), len(_sheet_names(found))
    numbers = [entry.get("localSheetId", "0") for entry in book.iter(f"{MAIN}definedName")]
    numbers += [view.get(key, "0") for view in book.iter(f"{MAIN}workbookView") for key in ("activeTab", "firstSheet")]
    yield from (f"no sheet {number}" for number in numbers if int(number) >= count)
    shown = [
        view
        for name in _worksheets(found)
        for view in _xml(found[name]).iter(f"{MAIN}sheetView")
        if view.get("tabSelected") in {"1", "true"}
    ]
    if len(shown) > 1:
        yield f"{len(shown)} sheets are selected"
    keys = [sheet.get("sheetId") for sheet in book.iter(f"{MAIN}sheet")]
    if len(set(keys)) < len(keys):
        yield "two sheets have one id"


def comments(found: Parts) -> Iterator[str]:
    """Tell of comments without a box of their own, twice in a cell, or by an author who is not there."""
    for name in (name for name in found if name.endswith(".rels") and name.startswith("xl/worksheets/")):
        links = {str(link.get("Type")).rpartition("/")[2]: str(link.get("Target")) for link in _xml(found[name]).iter(RELATION)}
        if "comments" in links:
            folder = "xl/worksheets"
            parts = {
                kind: found[posixpath.normpath(posixpath.join(f"/{folder}", links[kind])).lstrip("/")]
                for kind in ("comments", "vmlDrawing")
            }
            root, drawing = _xml(parts["comments"]), _xml(parts["vmlDrawing"])
            told = [coordinate_to_tuple(str(one.get("ref"))) for one in root.iter(f"{MAIN}comment")]
            boxes = [
                (int(one.findtext(f"{BOX}Row", "")) + 1, int(one.findtext(f"{BOX}Column", "")) + 1)
                for one in drawing.iter(f"{BOX}ClientData")
            ]
            if len(set(told)) < len(told) or sorted(told) != sorted(boxes):
                yield f"{name}: comments and their boxes"
            authors = len(root.findall(f"{MAIN}authors/*"))
            yield from (
                f"{name}: author of {one.get('ref')}" for one in root.iter(f"{MAIN}comment") if int(one.get("authorId", "0")) >= authors
            )


def faults(content: bytes) -> list[str]:
    """Return everything about a workbook that Excel would want to repair."""
    found = parts(content)
    return [
        fault for check in (relationships, content_types, names, validations, worksheets, rows, places, comments) for fault in check(found)
    ]


def dump(content: bytes) -> str:
    """Return every cell of a workbook as a line: place, value, number format, style, and L where it is locked."""
    lines = []
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        lines.append(f"# {sheet.title} ({sheet.sheet_state})")
        lines.extend(
            "\t".join(
                (
                    cell.coordinate,
                    "" if cell.value is None else str(cell.value).replace("\n", "\\n"),
                    cell.number_format,
                    str(cell.style),
                    "L" if cell.protection.locked else "",
                )
            ).rstrip()
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None or not cell.protection.locked
        )
    return "\n".join(lines) + "\n"


def through_libreoffice(folder: Path, **contents: bytes) -> dict[str, bytes]:
    """Return workbooks as LibreOffice saves them after it has opened them."""
    for name, content in contents.items():
        (folder / f"{name}.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    files = [str(folder / f"{name}.xlsx") for name in contents]
    command = [str(shutil.which("soffice")), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "saved"), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {name: (folder / "saved" / f"{name}.xlsx").read_bytes() for name in contents}


def values(content: bytes) -> dict[tuple[str, str], object]:
    """Return what a reader without formulas sees in every cell that holds something."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    cells = ((sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row)
    return {(title, cell.coordinate): cell.value for title, cell in cells if cell.value not in {None, ""}}
