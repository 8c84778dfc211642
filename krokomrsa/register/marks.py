"""What rows are told from each other by where they have no id: one mark for all who ask, so that it is found out once for each row."""

from __future__ import annotations

from krokomrsa.register import Record
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import Table


def folded(raw: object) -> str:
    """Return what stands in a cell in the form in which it is compared, nothing for an empty cell."""
    return fold(raw if isinstance(raw, str) else shown(raw)) if raw is not None else ""


def parts(table: Table, row: Record) -> list[str]:
    """Return what tells a row of a table from others, part by part; a part that is missing is what an empty cell means."""
    return [folded(table[key].empty if (value := row.get(key)) is None else value) for key in table.identity]


def known_by(table: Table, row: Record) -> str:
    """Return what tells a row of a table from others: its identity, as :meth:`krokomrsa.register.Register.marked` asks for it.

    >>> from krokomrsa.vocabulary import load
    >>> known_by(load()["assessments"], {"risk": "H1", "judge": "SOC", "aspect": "likelihood"})
    'h1|soc|likelihood|current'
    """
    return "|".join(parts(table, row))


def is_whole(table: Table, row: Record) -> bool:
    """Tell whether no part is missing of what tells a row from others."""
    return all(row[key] is not None for key in table.identity)
