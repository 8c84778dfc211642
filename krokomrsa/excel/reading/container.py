"""Look into an OLE container: an old workbook, or a workbook that is protected by a password."""

from __future__ import annotations

import io
from collections.abc import Callable

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel.reading import binary
from krokomrsa.excel.reading.limits import refuse
from krokomrsa.excel.reading.model import Book


def decrypted(content: bytes, password: str | None) -> bytes:
    """Return what is inside a container that is protected by a password; an old workbook without one as it is."""
    opened = io.BytesIO()
    try:
        container = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not container.is_encrypted():
            return content
        if password is None:
            refuse("encrypted")
        container.load_key(password=password)
        container.decrypt(opened)
    except (InvalidKeyError, DecryptionError):
        refuse("wrong_password")
    except KrokomrsaError:
        raise
    except Exception:  # noqa: BLE001 (msoffcrypto raises whatever the damaged container led it to)
        refuse("old_office")
    return opened.getvalue()


def way(content: bytes) -> Callable[[bytes], Book]:
    """Return how what an old program wrote is read."""
    try:
        stream, _ = binary.streams(content)
    except Exception:  # noqa: BLE001 (olefile raises whatever the damaged container led it to)
        refuse("old_office")
    if stream is None:
        refuse("old_office")
    return binary.read
