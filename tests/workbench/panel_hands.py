"""Do in a panel what a coordinator does, and look at what was stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from krokomrsa import process, workspace


def write(table: Any, row: str, key: str, value: str) -> None:
    """Write in a field as the browser does."""
    table._received(None, {"row": row, "key": key, "old": "", "value": value}, [])


def empty(folder: Path) -> Path:
    """Return a workspace without rows."""
    process.new(folder, municipality="Prov", first_year=2023, organisations=[], who="prov", scale="femgradig")
    return folder


def held(folder: Path, table: str) -> dict[str, Any]:
    """Return the rows that the register holds."""
    with workspace.opened(folder) as place:
        return place.register.rows(table)
