"""Number where the rows of tables were read, so that each can be followed back to file, sheet and cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from krokomrsa.excel.summary.sources import Area, RowKey, joined
from krokomrsa.report.elements import Element, Head, Row, Table
from krokomrsa.vocabulary import text_of

_WIDTH: Final = 13.0  # of the column of numbers, where the others together are 147


@dataclass(frozen=True, slots=True)
class Reference:
    """One number: the areas of cells it stands for, and whether something beside them was written by hand."""

    number: int
    areas: tuple[Area, ...]
    by_hand: bool


class _Numbers:
    """Give each set of places a number, in the order in which they are first met."""

    def __init__(self, areas: Mapping[RowKey, tuple[Area, ...]]) -> None:
        self.areas = areas
        self.found: dict[tuple[tuple[Area, ...], bool], Reference] = {}

    def of(self, rows: Iterable[RowKey]) -> str:
        keys = list(dict.fromkeys(rows))
        read = tuple(joined(area for key in keys for area in self.areas.get(key, ())))
        if not read:
            return text_of("report.sources.by_hand_mark" if keys else "values.missing")
        by_hand = any(key not in self.areas for key in keys)
        known = self.found.setdefault((read, by_hand), Reference(len(self.found) + 1, read, by_hand))
        return str(known.number)


def _traced(table: Table, numbers: _Numbers) -> Table:
    if not any(row.sources for row in table.rows):
        return table
    share = sum(head.width for head in table.heads) / (160 - _WIDTH)
    head = Head(text_of("report.sources.head"), _WIDTH * share, "right")
    rows = [row if len(row.cells) < len(table.heads) else replace(row, cells=(*row.cells, numbers.of(row.sources))) for row in table.rows]
    return replace(table, heads=[*table.heads, head], rows=rows)


def traced(elements: Iterable[Element], areas: Mapping[RowKey, tuple[Area, ...]]) -> tuple[list[Element], list[Reference]]:
    """Return the elements with a column of numbers in each table whose rows rest on the register, and what the numbers stand for."""
    numbers = _Numbers(areas)
    found = [_traced(each, numbers) if isinstance(each, Table) else each for each in elements]
    return found, list(numbers.found.values())


def _places(reference: Reference, files: Mapping[tuple[str, str], str]) -> str:
    parts = [
        text_of(
            "report.sources.place",
            file=files[file, sha256],
            sheet=sheet,
            cells=text_of("report.sources.comma").join(area.cells for area in together),
        )
        for (file, sha256, sheet), together in groupby(reference.areas, key=lambda area: area.place)
    ]
    rest = [text_of("report.sources.rest_by_hand")] if reference.by_hand else []
    return text_of("report.sources.separator").join([*parts, *rest])


def appendix(references: Sequence[Reference]) -> list[Element]:
    """Return the tables that tell which files there are, and what each number stands for."""
    read = sorted({(area.file, area.sha256) for reference in references for area in reference.areas})
    files = {key: text_of("report.sources.file", number=number) for number, key in enumerate(read, start=1)}
    say = {key: text_of(f"report.sources.{key}") for key in ("head", "short", "name", "sum", "places", "files_caption", "caption")}
    return [
        Table(
            caption=say["files_caption"],
            heads=[Head(say["short"], 20), Head(say["name"], 95), Head(say["sum"], 45)],
            rows=[Row(cells=(files[key], key[0], key[1][:12])) for key in read],
        ),
        Table(
            caption=say["caption"],
            heads=[Head(say["head"], 13, "right"), Head(say["places"], 147)],
            rows=[Row(cells=(str(each.number), _places(each, files))) for each in references],
        ),
    ]
