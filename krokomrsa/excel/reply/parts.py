"""Change some parts of an Open XML package and leave every other part as it is, byte by byte."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn

from lxml import etree

MAX_PART: Final = 150_000_000  # bytes of one part that is to be changed; the reader has already seen the package
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN_STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
TYPES: Final = "[Content_Types].xml"

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)  # what a zip archive can hold at least: no clock is read
_LOCAL_HEADER: Final = 30  # bytes before a part's name in the archive
_DIGITS: Final = 9  # of a number of sheets, styles, authors or the like
_HAS_DESCRIPTOR: Final = 0x08  # flag: the part's size stands after it
_RELATION: Final = f"{{{PACKAGE}relationships}}Relationship"
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, struct.error)


class UntouchableError(Exception):
    """A part, or the whole package, is such that a change to it could damage it."""


def untouchable(why: str) -> NoReturn:
    """Raise that something is better left as it is."""
    raise UntouchableError(why)


def xml(part: bytes) -> etree._Element:
    """Return a part as a tree; entities, which no workbook has, are not allowed."""
    if b"<!DOCTYPE" in part.replace(b"\0", b""):
        untouchable("DOCTYPE")
    try:
        return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise UntouchableError(str(error)) from error


def new(namespace: str, name: str) -> etree._Element:
    """Return the root of a new part."""
    return etree.fromstring(f'<{name} xmlns="{namespace}"/>')


def whole(element: etree._Element, name: str, default: int = 0) -> int:
    """Return an attribute that is a whole number from 0."""
    said = element.get(name, str(default)).strip()
    return int(said) if said.isdecimal() and len(said) <= _DIGITS else untouchable(f"{name} {said}")


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; nothing for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def child(parent: etree._Element, name: str) -> etree._Element | None:
    """Return the first child with this name, whatever its namespace."""
    return next((one for one in parent if local(one) == name), None)


def sibling(element: etree._Element, name: str) -> str:
    """Return the tag of another element in the same namespace."""
    return etree.QName(etree.QName(element).namespace, name).text


@dataclass(frozen=True, slots=True)
class Relation:
    """A part's link to another part; ``kind`` is the last word of its type, such as ``comments``."""

    id: str
    kind: str
    target: str


@dataclass(slots=True)
class Package:
    """The parts of a package, and those that are new or changed."""

    content: bytes
    archive: zipfile.ZipFile
    strict: bool = False
    changed: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> Package:
        """Open a package.

        Raises
        ------
        UntouchableError
            It is no zip archive, or one that is built to grow.
        """
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGED as error:
            raise UntouchableError(str(error)) from error
        if sum(entry.compress_size for entry in archive.infolist()) > len(content):
            untouchable("overlapping parts")
        return cls(content, archive)

    @property
    def office(self) -> str:
        """Return the namespace of relationship ids and types in this package."""
        return OFFICE_STRICT if self.strict else OFFICE

    @property
    def main(self) -> str:
        """Return the namespace of workbooks, worksheets, styles and comments in this package."""
        return MAIN_STRICT if self.strict else MAIN

    def actual(self, name: str) -> str | None:
        """Return a part's name as it is spelt in the package, where case does not count; None if there is none."""
        names = [*self.changed, *self.archive.namelist()]
        return name if name in names else next((one for one in names if one.lower() == name.lower()), None)

    def part(self, name: str) -> bytes:
        """Return a part as it stands now."""
        found = self.changed[name] if name in self.changed else self.head(name, MAX_PART + 1)
        return found if len(found) <= MAX_PART else untouchable(name)

    def head(self, name: str, size: int) -> bytes:
        """Return the first bytes of one of the sender's parts."""
        try:
            with self.archive.open(name) as stream:
                return stream.read(size)
        except (KeyError, *_DAMAGED) as error:
            raise UntouchableError(name) from error

    def xml(self, name: str) -> etree._Element:
        """Return a part as a tree of its own."""
        return xml(self.part(name))

    def put(self, name: str, part: bytes | etree._Element) -> None:
        """Keep a new or changed part."""
        made = part if isinstance(part, bytes) else etree.tostring(part, xml_declaration=True, encoding="UTF-8", standalone=True)
        self.changed[name] = made

    def fresh(self, pattern: str) -> str:
        """Return a name that no part has, with the first free number in the place of ``{}``."""
        number = 1
        while self.actual(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def relations(self, name: str) -> Iterator[Relation]:
        """Go through a part's links to other parts of the package; the package's own are those of ``""``."""
        links = self.actual(_links(name))
        for link in self.xml(links).iter(_RELATION) if links else ():
            target = link.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            found = self.actual(path)
            if link.get("TargetMode") != "External" and found:
                yield Relation(link.get("Id", ""), link.get("Type", "").rpartition("/")[2], found)

    def related(self, name: str, kind: str) -> str | None:
        """Return the part that a part's first link of this kind leads to, None if there is none."""
        return next((link.target for link in self.relations(name) if link.kind == kind), None)

    def relate(self, name: str, kind: str, target: str) -> str:
        """Link a part to another, and return the link's id."""
        links = self.actual(_links(name)) or _links(name)
        root = self.xml(links) if self.actual(links) else new(f"{PACKAGE}relationships", "Relationships")
        taken = {link.get("Id") for link in root}
        number = next(number for number in range(1, len(taken) + 2) if f"rIdSvar{number}" not in taken)
        link = etree.SubElement(root, _RELATION, Id=f"rIdSvar{number}", Type=f"{self.office}/{kind}")
        link.set("Target", posixpath.relpath(target, posixpath.dirname(name) or "."))
        self.put(links, root)
        return f"rIdSvar{number}"

    def declare(self, name: str, content_type: str) -> None:
        """Say of what kind a new part is."""
        root = self.xml(TYPES)
        etree.SubElement(root, f"{{{PACKAGE}content-types}}Override", PartName=f"/{name}", ContentType=content_type)
        self.put(TYPES, root)

    def packed(self) -> bytes:
        """Return the package's bytes: what was not changed is copied as it is compressed.

        Raises
        ------
        UntouchableError
            The archive does not hold what it says.
        """
        try:
            return self._packed()
        except _DAMAGED as error:
            raise UntouchableError(str(error)) from error

    def _packed(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            for name in dict.fromkeys([*self.archive.namelist(), *self.changed]):
                if name in self.changed:
                    entry = zipfile.ZipInfo(name, _FIXED_TIME)
                    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
                    copy.writestr(entry, self.changed[name])
                else:
                    self._copy(self.archive.getinfo(name), copy)
            copy.comment = self.archive.comment
        return made.getvalue()

    def _copy(self, found: zipfile.ZipInfo, copy: zipfile.ZipFile) -> None:
        """Copy a part without unpacking it."""
        if self.content[found.header_offset : found.header_offset + 4] != b"PK\3\4":
            untouchable(found.filename)
        name_size, extra_size = struct.unpack_from("<HH", self.content, found.header_offset + _LOCAL_HEADER - 4)
        start = found.header_offset + _LOCAL_HEADER + name_size + extra_size
        packed = self.content[start : start + found.compress_size]
        if copy.fp is None or len(packed) < found.compress_size:
            untouchable(found.filename)
        entry = zipfile.ZipInfo(found.filename, found.date_time)
        for key in ("compress_type", "create_system", "external_attr", "CRC", "compress_size", "file_size"):
            setattr(entry, key, getattr(found, key))
        entry.flag_bits = found.flag_bits & ~_HAS_DESCRIPTOR
        entry.header_offset = copy.start_dir
        copy.fp.seek(copy.start_dir)
        copy.fp.write(entry.FileHeader(zip64=False))
        copy.fp.write(packed)
        copy.start_dir = copy.fp.tell()
        copy.filelist.append(entry)
        copy.NameToInfo[entry.filename] = entry


def _links(name: str) -> str:
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{file}.rels")
