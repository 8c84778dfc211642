"""Say in one cell where the rows behind a result were read: file, sheet and cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_from_string

from krokomrsa.register import Origin, Origins
from krokomrsa.vocabulary import counted, text_of

SHOWN: Final = 4  # areas named in one cell; the sheet of sources lists them all

BOOKKEEPING: Final = frozenset({"import_answers", "replies"})  # tables about the reading of files: nothing of the analysis
RowKey = tuple[str, str]  # table, id


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """Cells of one sheet that stand together: rows and columns, counted from 1."""

    file: str
    sha256: str
    sheet: str
    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def cells(self) -> str:
        """Return the area as Excel writes it.

        >>> Area("soc.xlsx", "", "A", 7, 2, 7, 4).cells
        'B7:D7'
        """
        first = f"{get_column_letter(self.first_column)}{self.first_row}"
        last = f"{get_column_letter(self.last_column)}{self.last_row}"
        return first if first == last else f"{first}:{last}"

    @property
    def place(self) -> tuple[str, str, str]:
        """Return file and sheet."""
        return self.file, self.sha256, self.sheet

    def continued(self, other: Area) -> Area | None:
        """Return both areas as one where the other stands directly to the right or below, None where it does not."""
        right = replace(self, first_column=other.first_column, last_column=other.last_column) == other
        if right and other.first_column == self.last_column + 1:
            return replace(self, last_column=other.last_column)
        below = replace(self, first_row=other.first_row, last_row=other.last_row) == other
        if below and other.first_row == self.last_row + 1:
            return replace(self, last_row=other.last_row)
        return None


def _area(origins: Iterable[Origin]) -> Area:
    """Return the area from the first to the last of some cells of one row."""
    cells = list(origins)
    columns = [column_index_from_string(coordinate_from_string(origin.cell)[0]) for origin in cells]
    one = cells[0]
    return Area(one.file, one.sha256, one.sheet, one.row, min(columns), one.row, max(columns))


def _place(origin: Origin) -> tuple[str, str, str, int]:
    return origin.file, origin.sha256, origin.sheet, origin.row


def _areas_of_row(cells: Mapping[str, Origin]) -> tuple[Area, ...]:
    hidden = cells.get("id")
    told = {origin for origin in cells.values() if origin != hidden} or set(cells.values())
    return tuple(_area(together) for _, together in groupby(sorted(told, key=_place), key=_place))


def areas(origins: Origins) -> dict[RowKey, tuple[Area, ...]]:
    """Return, for each row of the register that was read from a file, the areas its values were read from.

    The cell of a row's id counts only where nothing else was read: in forms it is hidden.

    >>> places = {("risks", "H-1", key): Origin("register.xlsx", "", "Risker", 5, cell) for key, cell in {"event": "B5", "owner": "G5"}.items()}
    >>> [area.cells for area in areas(places)["risks", "H-1"]]
    ['B5:G5']
    """
    found: dict[RowKey, dict[str, Origin]] = {}
    for (table, row_id, column), origin in origins.items():
        found.setdefault((table, row_id), {})[column] = origin
    return {key: _areas_of_row(cells) for key, cells in found.items()}


def joined(found: Iterable[Area]) -> list[Area]:
    """Return areas with those that stand directly beside or below each other made into one."""
    made: list[Area] = []
    for area in sorted(set(found)):
        longer = made[-1].continued(area) if made else None
        made[-1:] = [longer] if longer is not None else [*made[-1:], area]
    return made


def told(found: Iterable[Area]) -> list[str]:
    """Return lines that name areas: one for each sheet, and one for how many are left out.

    >>> told([Area("soc.xlsx", "", "B", 9, 4, 9, 4), Area("soc.xlsx", "", "B", 9, 5, 9, 5), Area("soc.xlsx", "", "B", 12, 4, 12, 4)])
    ['soc.xlsx · B!D9:E9, D12']
    """
    whole = joined(found)
    comma = text_of("summary.list_separator")
    lines = [
        text_of("summary.source.place", file=file, sheet=sheet, cells=comma.join(area.cells for area in together))
        for (file, _, sheet), together in groupby(whole[:SHOWN], key=lambda area: area.place)
    ]
    left = len(whole) - SHOWN
    more = counted("summary.source.more", left)
    return [*lines, more] if left > 0 else lines


@dataclass(frozen=True, slots=True)
class Sources:
    """Where each row of the register was read."""

    areas: Mapping[RowKey, tuple[Area, ...]]

    def of(self, rows: Iterable[RowKey]) -> str:
        """Return the text of the column Källa for the register rows, given as (table, id), that a result rests on."""
        keys = list(dict.fromkeys(rows))
        if not keys:
            return text_of("summary.source.nothing")
        read = [area for key in keys for area in self.areas.get(key, ())]
        if not read:
            return text_of("summary.source.by_hand")
        rest = [text_of("summary.source.rest_by_hand")] if any(key not in self.areas for key in keys) else []
        return text_of("summary.source.separator").join([*told(read), *rest])
