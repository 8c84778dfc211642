"""Find the rows of a table that a sender's file speaks of: by the sender's own ids, by what rows are known by, else new ones."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Final

from krokomrsa.excel.entries import Target
from krokomrsa.excel.rows import id_for
from krokomrsa.register import Record
from krokomrsa.register.carried import Askable
from krokomrsa.register.marks import all_known_by
from krokomrsa.register.snapshot import Known

_BETWEEN: Final = re.compile(r"[^\w.]+")


@lru_cache(maxsize=1024)
def _slug(theirs: str) -> str:
    return _BETWEEN.sub("-", theirs).strip("-")


class Naming:
    """Which rows of one table the lines of a file speak of."""

    def __init__(self, register: Known, table: str, *, organisation: str | None) -> None:
        """Take what the register holds, and whose file it is."""
        self.table, self.held = table, register.held(table)
        self.targets: dict[str, Target] = {}  # by id, the rows that the file spoke of so far
        self._register, self._declared, self._organisation = register, register.vocabulary[table], organisation
        self._own = f"{self._declared.prefix}-{organisation or ''}-"
        self._named: dict[str, str] = {}  # identity → id, of the rows that this file names
        self._made: dict[str, str] = {}  # id → identity, of the same rows
        self._counted: dict[str, int] = {}  # the sender's id → rows made under it

    @cached_property
    def _known(self) -> Askable[Hashable, tuple[str, ...]]:
        return self._register.marked(self.table, all_known_by)

    def is_own(self, row_id: str) -> bool:
        """Tell whether a row has an id that this sender has given it."""
        return row_id.startswith(self._own)

    def counted(self, theirs: str) -> str:
        """Return what the sender's id gives a row that hangs on it: R1, and R1.2 for the second measure against R1."""
        number = self._counted[theirs] = self._counted.get(theirs, 0) + 1
        return theirs if number == 1 else f"{theirs}.{number}"

    def find(self, rows: Sequence[Record], theirs: Sequence[str | None]) -> Iterator[tuple[str, Record | None]]:
        """Yield the id of each of some rows, and the row as the register has it; a row that is new must be a target before the next.

        The id is the one that the sender's own id gave before, else that of the row with this name, else a new one; two senders' R1 are
        two rows.
        """
        if not rows:
            return  # and nothing is asked of the register
        own = [self._own + _slug(one) if one and self._organisation else None for one in theirs]
        said = all_known_by(self._declared, rows)
        owned = self.held.some({one for one in own if one is not None})
        known = self._known.some({mark for one, mark in zip(own, said, strict=True) if one not in owned})
        for one, mark in zip(own, said, strict=True):
            if one is not None and (one in self.targets or one in owned):
                yield one, owned.get(one)
                continue
            ids = known.get(mark)
            row_id = ids[0] if ids else self._named.get(mark)
            if row_id is None:
                row_id = self._named[mark] = one or id_for(self._declared, self.held, mark, self._made)
                self._made.setdefault(row_id, mark)
            yield row_id, None if row_id is one else self.held.get(row_id)
