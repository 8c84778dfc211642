"""Say what is wrong: where, what stands there, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["refused", "rejected", "conflict", "gone", "question", "notice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Tell a coordinator about one thing: place, what stands there, what is wrong, what to do.

    ``kind`` is ``refused`` (a whole file), ``rejected`` (a cell), ``conflict`` (two values, both shown),
    ``gone`` (a row that a form no longer has), ``question`` (understood too little to store) or ``notice`` (read, but worth knowing).

    >>> print(Problem(file="soc.xlsx", sheet="C Händelser", cell="D7", value="tre", problem="Här ska stå ett tal.",
    ...               remedy="Skriv till exempel 3."))
    soc.xlsx, C Händelser!D7: ”tre”. Här ska stå ett tal. Skriv till exempel 3.
    """

    problem: str
    remedy: str
    value: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    table: str = ""
    id: str = ""
    column: str = ""
    kind: Kind = "rejected"

    @property
    def place(self) -> str:
        """Return the place as a coordinator would say it: ``soc.xlsx, C Händelser!D7``."""
        cell = f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet or self.cell
        row = " ".join(part for part in (self.table, self.id) if part) if not cell else ""
        return ", ".join(part for part in (self.file, cell, row) if part)

    def __str__(self) -> str:
        """Return the problem as one line of Swedish."""
        stands = f"”{self.value}”." if self.value else ""
        said = " ".join(part for part in (stands, self.problem, self.remedy) if part)
        return f"{self.place}: {said}" if self.place else said

    def at(self, **changes: Any) -> Problem:
        """Return the same problem with some fields replaced, such as its place."""
        return replace(self, **changes)


class KrokomrsaError(Exception):
    """Carry one or more problems that a coordinator can act on; the one error base of the library.

    >>> raise KrokomrsaError(Problem(problem="Filen är tom.", remedy="Be om en ny."))
    Traceback (most recent call last):
    ...
    krokomrsa.errors.KrokomrsaError: Filen är tom. Be om en ny.
    """

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems; their text is the message."""
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> KrokomrsaError:
        """Return an error that carries all ``problems`` at once."""
        return cls(*problems)
