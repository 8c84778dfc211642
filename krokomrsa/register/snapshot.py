"""Ask a copy of the register, and find out later whether the register itself would still answer the same."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from krokomrsa.register import Askable, Carried, Mark, Origin, Record, Register
from krokomrsa.vocabulary import Vocabulary


class Known(Protocol):
    """What can be asked of a register by somebody who does not change it."""

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the declared tables."""

    def held(self, table: str) -> Askable[str, Record]:
        """Return a table's rows by id."""

    def marked(self, table: str, mark: Mark) -> Askable[Hashable, tuple[str, ...]]:
        """Return what rows are known by → their ids."""

    def source(self, table: str, row_id: str, column: str = "id") -> Origin | None:
        """Return where a value was read."""


class Told(NamedTuple):
    """What a mapping was asked for: the keys under which nothing stood, and what stood under the others."""

    absent: set[Any]
    present: dict[Any, Any]

    def holds(self, now: Carried[Any, Any]) -> bool:
        """Tell whether a later mapping answers the same."""
        return now.lacks(self.absent) and all(now.get(key) == found for key, found in self.present.items())


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a snapshot, and what it answered."""

    whole: set[str] = field(default_factory=set)  # tables that were gone through
    rows: dict[str, Told] = field(default_factory=dict)
    marks: dict[tuple[str, Mark], Told] = field(default_factory=dict)
    sources: dict[tuple[str, str, str], Origin | None] = field(default_factory=dict)

    def holds(self, before: Register, now: Register) -> bool:
        """Tell whether a later register answers everything as the one did of which the snapshot was taken.

        >>> import pandas as pd
        >>> before = Register({"organisations": pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})})
        >>> asked = Snapshot(before)
        >>> asked.held("organisations").get("BUN")
        >>> asked.asked.holds(before, before.changed({"organisations": {"VA": {"id": "VA", "name": "VA-verket"}}}, {}))
        True
        >>> asked.asked.holds(before, before.changed({"organisations": {"BUN": {"id": "BUN", "name": "Skolan"}}}, {}))
        False
        """
        return (
            all(now.held(table) is before.held(table) for table in self.whole)
            and all(told.holds(now.held(table)) for table, told in self.rows.items())
            and all(told.holds(now.marked(*of)) for of, told in self.marks.items())
            and all(now.source(*of) == told for of, told in self.sources.items())
        )


class _Remembering(Askable[Any, Any]):
    """A mapping that remembers what it was asked for: some keys, or all of it."""

    __slots__ = ("_absent", "_held", "_present", "_table", "_whole")

    def __init__(self, held: Carried[Any, Any], told: Told, whole: set[str], table: str) -> None:
        self._held, self._whole, self._table = held, whole, table
        self._absent, self._present = told

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what stands under a key, else what was given instead."""
        if key in self._absent:
            return default
        found = self._held.get(key)
        if found is None:
            self._absent.add(key)
            return default
        self._present[key] = found
        return found

    def some(self, keys: Collection[Any]) -> dict[Any, Any]:
        """Return what stands under some keys, in the mapping's order."""
        found = self._held.some(keys)
        self._present.update(found)
        self._absent.update(found.keys() ^ keys if found else keys)
        return found

    def __getitem__(self, key: Any) -> Any:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None

    def __iter__(self) -> Iterator[Any]:
        self._whole.add(self._table)
        return iter(self._held)

    def __len__(self) -> int:
        self._whole.add(self._table)
        return len(self._held)


class Snapshot:
    """A register that is only asked, and remembers what: of rows, of what they are known by, and of where they were read.

    >>> asked = Snapshot(Register())
    >>> "SOC" in asked.held("organisations"), list(asked.held("services"))
    (False, [])
    >>> asked.asked.rows, asked.asked.whole
    ({'organisations': Told(absent={'SOC'}, present={}), 'services': Told(absent=set(), present={})}, {'services'})
    """

    def __init__(self, register: Register) -> None:
        """Take a register that will not change any more."""
        self._register, self.asked = register, Asked()
        self._held: dict[object, _Remembering] = {}

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the declared tables."""
        return self._register.vocabulary

    def held(self, table: str) -> Askable[str, Record]:
        """Return a table's rows by id, to be read only."""
        if table not in self._held:
            told = self.asked.rows[table] = Told(set(), {})
            self._held[table] = _Remembering(self._register.held(table), told, self.asked.whole, table)
        return self._held[table]

    def marked(self, table: str, mark: Mark) -> Askable[Hashable, tuple[str, ...]]:
        """Return what rows are known by → their ids, as :meth:`krokomrsa.register.Register.marked` does."""
        of = (table, mark)
        if of not in self._held:
            told = self.asked.marks[of] = Told(set(), {})
            self._held[of] = _Remembering(self._register.marked(table, mark), told, self.asked.whole, table)
        return self._held[of]

    def source(self, table: str, row_id: str, column: str = "id") -> Origin | None:
        """Return where a value was read, None where it was not read from a file."""
        found = self.asked.sources[table, row_id, column] = self._register.source(table, row_id, column)
        return found
