"""Estimate how high tables stand on a page, and shorten the highest until they fit."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import Final

from krokomrsa.report.elements import Table

# Measured on the example's results as LibreOffice prints them: within 25 points of every document.
LETTERS: Final = 0.78  # on a millimetre of a cell
BESIDES: Final = 4.0  # millimetres of a cell that hold no letters
LINE: Final = 8.5  # points
ROW: Final = 6.5
AROUND: Final = 47.0  # caption and note
LEAST: Final = 3  # rows that are never taken away


def lines(text: str, width: float) -> int:
    """Return about how many lines a text takes in a cell of so many millimetres.

    >>> lines("Ingen reservkraft", 160), lines("Ingen reservkraft", 20)
    (1, 2)
    """
    letters = max(int((width - BESIDES) * LETTERS), 1)
    return sum(max(len(textwrap.wrap(part, letters)), 1) for part in text.split("\n"))


def height(table: Table) -> float:
    """Return about how many points a table takes with its caption and note.

    >>> from krokomrsa.report.elements import Head, Row
    >>> height(Table(caption="Brister", heads=[Head("Brist", 160)], rows=[Row(cells=("Ingen reservkraft",))]))
    77.0
    """
    rows = [tuple(head.header for head in table.heads), *(row.cells for row in table.rows)]
    deep = [max(lines(str(cell), head.width) for cell, head in zip(row, table.heads, strict=False)) for row in rows]
    return LINE * sum(deep) + ROW * len(rows) + AROUND


def fitted(made: Callable[[Mapping[str, int]], Mapping[str, Table]], room: float, most: Mapping[str, int]) -> list[Table]:
    """Return the tables that ``made`` gives, with rows taken from the highest, one at a time, until all of them fit.

    ``made`` takes how many rows each table may have at most, ``room`` is in points. A few rows always stay, also where they do not fit.
    """
    allowed = dict(most)
    while True:
        tables = made(allowed)
        heights = {key: height(table) for key, table in tables.items() if table.rows}
        long = [key for key in heights if len(tables[key].rows) > LEAST]
        if not long or sum(heights.values()) <= room:
            return list(tables.values())
        highest = max(long, key=lambda key: heights[key])
        allowed[highest] = len(tables[highest].rows) - 1
