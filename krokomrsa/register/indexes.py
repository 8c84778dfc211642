"""Find rows by what they are known by."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from krokomrsa.register.carried import Carried
from krokomrsa.values import Value
from krokomrsa.vocabulary import Table

Record = Mapping[str, Value]  # a row that is only read
Rows = Mapping[str, Record]  # id → row
Differing = Mapping[str, Record | None]  # id → row, None: taken away
Mark = Callable[[Table, Sequence[Record]], Sequence[Hashable]]  # what each of some rows is known by
Index = Carried[Hashable, tuple[str, ...]]  # what rows are known by → their ids
Late = tuple[Differing, Rows]  # rows that an index does not know of yet: as they are, and as those of them were that had stood there


def by_mark(marks: Sequence[Hashable], ids: Sequence[str]) -> dict[Hashable, tuple[str, ...]]:
    """Return rows by what they are known by."""
    found: dict[Hashable, tuple[str, ...]] = dict(zip(marks, zip(ids, strict=True), strict=True))
    if len(found) == len(ids):  # as where rows are known by what tells them apart
        return found
    together: dict[Hashable, list[str]] = {}
    for one, row_id in zip(marks, ids, strict=True):
        together.setdefault(one, []).append(row_id)
    return {one: tuple(of) for one, of in together.items()}


def caught_up(table: Table, mark: Mark, known: Index, late: Iterable[Late]) -> Index | None:
    """Let an index know of rows that came; None where that cannot be done without looking at all rows."""
    ids: list[str] = []
    rows: list[Record] = []
    for now, was in late:
        stand = [row for row in now.values() if row is not None]
        if len(stand) < len(now):
            return None
        if was and mark(table, [*was.values()]) != mark(table, [row for row_id in was if (row := now[row_id]) is not None]):
            return None
        ids += [row_id for row_id in now if row_id not in was] if was else now
        rows += [row for row_id, row in zip(now, stand, strict=True) if row_id not in was] if was else stand
    came = by_mark(mark(table, rows), ids)
    alike = known.some(came)
    return known.changed({**came, **{one: (*of, *came[one]) for one, of in alike.items()}} if alike else came)
