"""Take the steps that the command line and the workbench share; here: make a workspace, copy it, put a copy back, check it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from krokomrsa import changes, store, validation, workspace
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import sent
from krokomrsa.importing import EXAMPLES
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import PROJECT, Workspace

EXAMPLE_PERIOD: Final = 2019
EXAMPLE_DAY: Final = date(2021, 11, 15)
EXAMPLE_ID: Final = sent.EXAMPLE


def refused(file: object, key: str, /, *, value: str = "", **values: object) -> KrokomrsaError:
    """Return the error that says why a step is not taken: the file or the value it lies in, if any, and the words under ``key``."""
    problem, remedy = text_of(f"process.{key}", **values), text_of(f"process.{key}_remedy", **values)
    return KrokomrsaError(Problem(file=str(file or ""), value=value, problem=problem, remedy=remedy, kind="refused"))


def new(
    folder: Path, *, municipality: str, first_year: int, organisations: Sequence[tuple[str, str]], who: str, scale: str, judges: str = ""
) -> None:
    """Make a workspace and put its organisations, pairs of id and name, into the register.

    Raises
    ------
    KrokomrsaError
        There is a register already, the scale or the rule for its judges is unknown, or the folder cannot be written in.
    """
    workspace.create(folder, municipality=municipality, first_year=first_year, scale=scale, judges=judges)
    rows = [
        changes.Change(table="organisations", id=key, column=column, before=None, after=value)
        for key, name in organisations
        for column, value in (("id", key), ("name", name))
    ]
    with workspace.opened(folder) as place:
        place.store.commit(rows, who=who, source="new", kind="edit")


def example(folder: Path | None = None) -> tuple[Path, list[Path]]:
    """Make a fresh workspace for the example and return it with the example's files; nothing is read yet.

    Raises
    ------
    KrokomrsaError
        The example files are not there, or the folder holds a register already.
    """
    files = sorted(EXAMPLES.glob("*.xlsx"))
    if not files:
        raise refused(None, "no_examples", folder=EXAMPLES)
    made = folder or workspace.fresh_folder(PROJECT / "data", "demo")
    workspace.create(
        made,
        municipality=text_of("process.example.municipality"),
        first_year=EXAMPLE_PERIOD,
        on=EXAMPLE_DAY,
        banner=text_of("workspace.demo_banner"),
        workspace=EXAMPLE_ID,
    )
    return made, files


def backup(place: Workspace, target: Path | None = None) -> Path:
    """Write a whole copy of the register, history and originals with it, and return the file."""
    today = date.today().isoformat()  # noqa: DTZ011 (the coordinator's day)
    return workspace.write(target or place.folder / "exports" / text_of("process.files.backup", date=today), place.store.dump())


def restore(folder: Path, source: Path) -> Path | None:
    """Put a backup in place as the workspace's register; return where the register that was there is kept.

    Raises
    ------
    KrokomrsaError
        The backup cannot be read, is damaged, or holds the example while the workspace does not; then nothing is changed.
    """
    content = workspace.read(source)
    faults = store.check(source)
    if faults:
        raise KrokomrsaError.of(problem.at(kind="refused") for problem in faults)
    with store.open(source) as kept:
        is_example = kept.meta().get("workspace") == EXAMPLE_ID
    place = workspace.database(folder)
    aside = None
    if place.exists():
        with workspace.opened(folder) as current:
            if is_example and not current.settings.is_example:
                raise refused(source, "example_over_own")
            aside = workspace.write(place.with_name(text_of("process.files.before_restore")), current.store.dump())
    fresh = workspace.write(place.with_name(f"{place.stem}-ny{place.suffix}"), content)
    workspace.replace(fresh, place)
    return aside


def check(folder: Path) -> list[Problem]:
    """Return what is wrong with a workspace: its database, and every rule that its register breaks."""
    if not workspace.database(folder).exists():
        return list(workspace.absent(folder).problems)
    faults = store.check(workspace.database(folder))
    if faults:
        return faults
    with workspace.opened(folder) as place:
        sheets = {table.key: table.sheet for table in place.vocabulary}
        return [
            problem.at(table=sheets.get(problem.table, problem.table)) for problem in validation.check(place.register, place.settings.scale)
        ]
