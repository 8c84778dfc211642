"""Hold what a notebook shows: the workspace as it was when the notebook ran."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from krokomrsa import process, workspace
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register
from krokomrsa.synthesis import Analysis
from krokomrsa.workspace import Settings

DONE, ONGOING, WAITING = "klart", "pågår", "väntar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A register, its settings and its results; all None where there is no workspace yet, with the reason in ``message``."""

    folder: Path
    register: Register | None = None
    settings: Settings | None = None
    results: Analysis | None = None
    banners: tuple[str, ...] = ()
    message: str = ""

    def state(self, *tables: str) -> str:
        """Return how far a step is: waiting without any row in its tables, done when every table has some, else ongoing."""
        filled = [bool(len(self.register[table])) for table in tables] if self.register else []
        if not any(filled):
            return WAITING
        return DONE if all(filled) else ONGOING


def opened(folder: Path | None = None) -> Desk:
    """Return the workspace as it stands, or a desk that says why there is none."""
    place = workspace.locate(folder)
    try:
        with workspace.opened(place) as here:
            return Desk(
                folder=place,
                register=here.register,
                settings=here.settings,
                results=process.analyse(here),
                banners=tuple(process.banner_lines(here)),
            )
    except KrokomrsaError as error:
        return Desk(folder=place, message=str(error))
