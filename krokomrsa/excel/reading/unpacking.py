"""Unpack an archive's parts, its count, sizes and ratios checked before anything is opened."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from krokomrsa.excel.reading import limits
from krokomrsa.excel.reading.limits import MEGA, refuse

CHUNK: Final = 1 << 20
_SMALL: Final = 5 * MEGA  # bytes below which a part may be as compressible as it likes


@contextmanager
def unpacking(content: bytes) -> Iterator[zipfile.ZipFile]:
    """Open an archive; what is damaged in it is refused, whatever the damage leads to."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        refuse("broken", reason=type(error).__name__)


def check(archive: zipfile.ZipFile, wanted: Callable[[str], bool]) -> None:
    """Refuse an archive of too many parts, or whose wanted parts are too large or packed too densely, before any of them is opened."""
    parts = archive.infolist()
    if len(parts) > limits.MAX_PARTS:
        refuse("too_many_parts", limit=limits.MAX_PARTS)
    read = [part for part in parts if wanted(part.filename)]
    if sum(part.file_size for part in read) > limits.MAX_UNPACKED:
        refuse("too_large", limit=limits.MAX_UNPACKED // MEGA)
    if any(part.file_size > max(_SMALL, limits.MAX_RATIO * part.compress_size) for part in read):
        refuse("too_dense", limit=limits.MAX_RATIO)


def pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Unpack a part a piece at a time; what stands where a document type could be is looked at first."""
    first = True
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            if first and b"!" in piece and b"<!DOCTYPE" in piece.replace(b"\0", b""):  # in UTF-16 every second byte is 0
                refuse("entities")
            first = False
            yield piece
