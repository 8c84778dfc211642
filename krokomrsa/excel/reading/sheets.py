"""Put together what is known of a sheet's cells, whatever format it came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from openpyxl.utils import get_column_letter

from krokomrsa.errors import Problem
from krokomrsa.excel.reading.cells import Traits
from krokomrsa.excel.reading.limits import notice
from krokomrsa.excel.reading.model import Cell, Place, Sheet

_SHOWN: Final = 5  # places that a notice names


def completed(name: str, cells: dict[Place, Cell], traits: Traits, comments: Mapping[Place, str], *, hidden: bool) -> Sheet:
    """Return a sheet whose cells know what is said of their sheet, row, column and place."""
    rows, columns = traits.hidden_rows, traits.hidden_columns
    if hidden or rows or columns:
        cells = {
            place: cell._replace(hidden=True) if hidden or place[0] in rows or place[1] in columns else cell
            for place, cell in cells.items()
        }
    spoken = {place: cells[place]._replace(comment=comment) for place, comment in comments.items() if place in cells}
    loose = {place: comment for place, comment in comments.items() if place not in cells}
    return Sheet(name, hidden, cells | spoken if spoken else cells, tuple(traits.merged), loose)


def unlike(names: Sequence[str]) -> Iterator[str]:
    """Give every sheet a name of its own, so that no cell takes another's place.

    >>> list(unlike(["Risker", "Risker", "risker"]))
    ['Risker', 'Risker (2)', 'risker']
    """
    taken = set(names)
    for number, name in enumerate(names):
        if name not in names[:number]:
            yield name
            continue
        copy = 2
        while f"{name} ({copy})" in taken:
            copy += 1
        taken.add(f"{name} ({copy})")
        yield f"{name} ({copy})"


def loose_comments(sheets: Sequence[Sheet]) -> Iterator[Problem]:
    """Tell of comments on cells that hold nothing: they belong to no value."""
    for sheet in sheets:
        if sheet.comments:
            places = [f"{get_column_letter(column)}{row}" for row, column in sorted(sheet.comments)]
            shown = ", ".join(places[:_SHOWN]) + (" …" if len(places) > _SHOWN else "")
            yield notice("told_loose_comments", sheet=sheet.name, count=len(places), places=shown)
