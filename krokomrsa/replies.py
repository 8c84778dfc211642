"""Follow who has been asked, who has answered and how well it could be read; send each file back with what is wrong in it marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

from openpyxl.utils.cell import coordinate_to_tuple

from krokomrsa import workspace
from krokomrsa.changes import Change
from krokomrsa.excel import reading, reply
from krokomrsa.excel.account import Intake
from krokomrsa.excel.rows import new_id
from krokomrsa.register import Origin, Register, Row
from krokomrsa.values import Value
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import Workspace

TABLE: Final = "replies"
NOT_ASKED: Final = {"political body", "external"}  # kinds of organisation that get no form

State = Literal["answered", "faults", "silent", "not asked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One organisation: whether it was asked, what came, and what is left to mend."""

    organisation: str
    name: str
    contact: str
    state: State
    files: tuple[str, ...] = ()
    received_on: date | None = None
    rejected: int = 0
    questions: int = 0


def changes(read: Intake, register: Register, *, on: date) -> list[Change]:
    """Return the changes that note that a file came in and how well it could be read."""
    if not read.organisation or read.refused or not read.outcomes:
        return []
    row: Row = {
        "organisation": read.organisation,
        "file": read.file,
        "received_on": on,
        "cells_read": read.counts["cells_read"],
        "cells_rejected": read.counts["cells_rejected"],
        "questions": len(read.questions),
    }
    row_id = new_id(register, TABLE, row)
    held = register.held(TABLE).get(row_id, {})
    wanted: Row = {"id": row_id, **row}
    sheet, cell = next(iter(read.outcomes))  # the file as a whole, told by the first cell of it
    origin = Origin(read.file, read.sha256, sheet, coordinate_to_tuple(cell)[0], cell)
    return [
        Change(table=TABLE, id=row_id, column=key, before=held.get(key), after=value, origin=origin)
        for key, value in wanted.items()
        if held.get(key) != value
    ]


def at_a_glance(register: Register, *, asked: AbstractSet[str]) -> list[Reply]:
    """Return every organisation that gets forms, or has sent something: answered, answered with faults, silent, not asked."""
    came: dict[Value, list[Row]] = {}
    for row in register.rows(TABLE).values():
        came.setdefault(row["organisation"], []).append(row)
    organisations = register.rows("organisations")
    return [
        _reply(key, row, came.get(key, []), asked=key in asked)
        for key, row in organisations.items()
        if row["kind"] not in NOT_ASKED or key in came
    ]


def _reply(key: str, row: Mapping[str, Value], came: Sequence[Row], *, asked: bool) -> Reply:
    days = [one["received_on"] for one in came if isinstance(one["received_on"], date)]
    rejected, questions = (sum(int(str(one[column] or 0)) for one in came) for column in ("cells_rejected", "questions"))
    state: State = ("faults" if rejected or questions else "answered") if came else "silent" if asked else "not asked"
    return Reply(
        organisation=key,
        name=str(row["name"]),
        contact=str(row["contact"] or ""),
        state=state,
        files=tuple(str(one["file"]) for one in came),
        received_on=max(days, default=None),
        rejected=rejected,
        questions=questions,
    )


def reminder(replies: Iterable[Reply], *, municipality: str) -> str:
    """Return a reminder to copy into a letter to those who are silent, and to those whose answers must be mended."""
    told = list(replies)
    silent = [one.name for one in told if one.state == "silent"]
    if all(one.state == "not asked" for one in told):
        return text_of("replies.nobody_asked")
    return text_of("replies.reminder", names=", ".join(silent), municipality=municipality) if silent else text_of("replies.nobody")


def write(place: Workspace, accounts: Iterable[Intake], contents: Mapping[str, bytes], *, password: str | None = None) -> Iterator[Path]:
    """Write each file back with what is wrong in it marked, and yield where it lies; files that could not be opened are left out."""
    folder = place.export_folder() / text_of("replies.folder")
    for read in accounts:
        content = contents.get(read.file)
        if content and not read.refused:
            book = reading.read(content, file=read.file, password=password)
            made = reply.marked(content, book, read, password=password, made_on=date.today())  # noqa: DTZ011 (the coordinator's day)
            yield workspace.write(folder / reply.name(read.file), made)
