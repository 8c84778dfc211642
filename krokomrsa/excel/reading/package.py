"""Unpack those parts of a workbook that are read, by name; what holds no cells is left out."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel.reading import limits, unpacking
from krokomrsa.excel.reading.trimming import worksheet
from krokomrsa.excel.reading.xml import Attributes, local, walk

# Read, whatever it costs a damaged file: without them the cells say nothing.
_CELLS: Final = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/workbook\d*\.xml|xl/_rels/workbook\d*\.xml\.rels|xl/(styles|sharedStrings)\d*\.xml|xl/worksheets/[^/]+\.xml",
    re.IGNORECASE,
)
# Read if they can be: a damaged comment must not keep the cells from being read.
_BESIDE: Final = re.compile(
    r"xl/worksheets/_rels/[^/]+\.rels|xl/comments[^/]*\.xml|xl/comments/[^/]+\.xml|xl/threadedComments/[^/]+\.xml", re.IGNORECASE
)
SMALL: Final = limits.MEGA  # bytes of a worksheet that is read as it is
_MAX_BESIDE: Final = 5 * limits.MEGA


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a workbook that are read, by name in lower case, and what else is in it."""

    parts: Mapping[str, bytes]
    beside: Mapping[str, bytes] = field(default_factory=dict)  # comments, and which sheet they belong to
    left_out: tuple[str, ...] = ()  # names of those that were too large to look at
    names: tuple[str, ...] = ()  # names of all parts, read or not


@dataclass(frozen=True, slots=True)
class Relation:
    """One part that another refers to."""

    kind: str  # worksheet, chartsheet, comments, threadedComment …
    target: str  # name of the part, in lower case


def _part(archive: zipfile.ZipFile, name: str, kept: limits.Kept) -> bytes:
    pieces = unpacking.pieces(archive, name)
    if name_of(name).startswith("xl/worksheets/"):
        pieces = worksheet(pieces, slim=archive.getinfo(name).file_size > SMALL)
    return b"".join(kept.check(pieces))


def name_of(name: str) -> str:
    """Return a part's name as it is looked up: in lower case and with slashes."""
    return name.replace("\\", "/").lower()


def opened(content: bytes) -> Package:
    """Return the parts of a workbook that hold cells, without cells and rows that hold only a format.

    Raises
    ------
    KrokomrsaError
        No zip archive, damaged, too large or with a document type.
    """
    with unpacking.unpacking(content) as archive:
        unpacking.check(archive, lambda name: bool(_CELLS.fullmatch(name.replace("\\", "/"))))
        kept = limits.Kept()
        names = {name_of(name): name for name in archive.namelist()}
        parts = {key: _part(archive, name, kept) for key, name in names.items() if _CELLS.fullmatch(key)}
        wanted = {key: name for key, name in names.items() if _BESIDE.fullmatch(key)}
        small = {key: name for key, name in wanted.items() if archive.getinfo(name).file_size <= _MAX_BESIDE}
        beside = {key: archive.read(name) for key, name in list(small.items())[:1000]}
    return Package(parts, beside, tuple(wanted.keys() - beside.keys()), tuple(names))


def relations(content: bytes, of: str) -> dict[str, Relation]:
    """Return what a part refers to, by id; ``of`` is the part's name."""
    found: dict[str, Relation] = {}

    def start(name: str, given: Attributes) -> None:
        if local(name) == "Relationship" and given.get("TargetMode") != "External":
            target = name_of(given.get("Target", ""))
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(of), target))
            found[given.get("Id", "")] = Relation(given.get("Type", "").rpartition("/")[2], whole)

    walk(content, start)
    return found


def relations_of(parts: Mapping[str, bytes], name: str) -> dict[str, Relation]:
    """Return what a part refers to, nothing if that is not said."""
    folder, _, file = name.rpartition("/")
    content = parts.get(f"{folder}/_rels/{file}.rels".lstrip("/"))
    return relations(content, name) if content is not None else {}


def relations_beside(package: Package, name: str) -> dict[str, Relation]:
    """Return what a worksheet refers to, nothing if that is damaged."""
    try:
        return relations_of(package.beside, name)
    except (expat.ExpatError, KrokomrsaError):
        return {}
