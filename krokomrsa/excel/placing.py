"""Tell where the values of a row were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openpyxl.utils import get_column_letter

from krokomrsa.excel.merge import Proposal
from krokomrsa.excel.reading import Cell
from krokomrsa.register import Origin, Origins, Place, Places, placed
from krokomrsa.register.origins import cells


class Placing:
    """Tell where the values of the rows that one file proposes were read.

    What follows from the row itself is told by the first cell of its line; a value that only repeats what the file was made with keeps
    the place where it was read once.
    """

    def __init__(self, file: str, sha256: str, earlier: Origins) -> None:
        """Take the file, and where what it was made with was read."""
        self.file, self.sha256, self.earlier = file, sha256, earlier
        self._stand: dict[tuple[object, ...], Mapping[str, str]] = {}  # in rows that are alike, the letters of some columns' cells

    def places(self, proposal: Proposal, columns: Iterable[str]) -> Places:
        """Return where the values of some columns of a row were read."""
        line, told = proposal.target.line, (proposal.target.alike, *columns)
        if told not in self._stand:
            found = self._places(proposal, columns)
            if told[0] is None:
                return found
            self._stand[told] = found[0].cells
        return (Place(self.file, self.sha256, line.sheet.name, line.row, self._stand[told]),)

    def _places(self, proposal: Proposal, columns: Iterable[str]) -> Places:
        line, kept = proposal.target.line, self._kept(proposal, columns) if self.earlier else {}
        return (*self._apart(proposal, [key for key in columns if key not in kept], line.id_cell or line.anchor), *placed(kept))

    def _kept(self, proposal: Proposal, columns: Iterable[str]) -> dict[str, Origin]:
        target, entries = proposal.target, proposal.entries
        made = [key for key in columns if key in entries and entries[key].as_made]
        return {key: origin for key in made if (origin := self.earlier.get((target.table, target.id, key))) is not None}

    def _apart(self, proposal: Proposal, columns: Iterable[str], first: Cell) -> Places:
        """Return the places of values, which may have been read in several lines, or in cells that are merged over several."""
        line, entries, found = proposal.target.line, proposal.entries, dict[tuple[str, int, bool], list[tuple[str, str]]]()
        for key in columns:
            entry = entries.get(key)
            sheet, row, cell = (entry.sheet, entry.row, entry.cell) if entry else (line.sheet, line.row, first)
            whole = cell.row != row  # a cell that is merged over several lines
            found.setdefault((sheet.name, row, whole), []).append((key, cell.ref if whole else get_column_letter(cell.column)))
        return tuple(Place(self.file, self.sha256, sheet, row, cells(tuple(told)), whole) for (sheet, row, whole), told in found.items())
