"""Put together what is known of a sheet's cells, whatever format it came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from openpyxl.utils import get_column_letter

from krokomrsa.errors import Problem
from krokomrsa.excel.reading.cells import Found, Traits
from krokomrsa.excel.reading.limits import notice
from krokomrsa.excel.reading.model import Cell, Place, Sheet

_SHOWN: Final = 5  # places that a notice names


def completed(name: str, found: Mapping[Place, Found], traits: Traits, comments: dict[Place, str], *, hidden: bool) -> Sheet:
    """Return a sheet whose cells know what is said of their row, column and place."""
    rows, columns = traits.hidden_rows, traits.hidden_columns
    made = {
        (row, column): Cell(
            row,
            column,
            value,
            formula,
            error,
            style.number_format,
            comments.pop((row, column), "") if comments else "",
            hidden or row in rows or column in columns,
            struck,
        )
        for (row, column), (value, formula, error, style, struck) in found.items()
    }
    return Sheet(name, hidden, made, tuple(traits.merged), comments)


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
