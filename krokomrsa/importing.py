"""Take workbooks into a workspace's register: from the disk or as bytes, each whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from krokomrsa import changes, workspace
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import finding, intake, reading
from krokomrsa.excel.intake import Intake
from krokomrsa.excel.merge import OnConflict
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import PROJECT, Workspace

EXAMPLES: Final = PROJECT / "data" / "exempel"

Progress = Callable[[str], None]
Resolve = Callable[[Intake], OnConflict]
_Reading = Callable[[], bytes]  # gives a file's bytes, or says why it cannot
_ORDER: Final = {"register": 0, "owner": 1, "department": 2}
_NOT_OURS: Final = {"egna", "exempel", "demo"}  # folders in data/ that hold no answers


def workbooks(paths: Iterable[Path]) -> list[Path]:
    """Return the files to read: those given, and the workbooks of folders that are given.

    Raises
    ------
    KrokomrsaError
        A folder without workbooks.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.glob("*.xls[xm]") if not one.name.startswith("~$")) if path.is_dir() else [path]
        if not inside:
            problem, remedy = text_of("process.no_files"), text_of("process.no_files_remedy")
            raise KrokomrsaError(Problem(file=str(path), problem=problem, remedy=remedy, kind="refused"))
        found.extend(inside)
    return found


def lying(place: Workspace) -> list[Path]:
    """Return the workbooks that can be read from the workspace's own folders: those in ``data/``, and registers in ``exports/``.

    The example's files are among them only where the example is open.
    """
    data = place.folder / "data"
    own = [path for path in sorted(data.rglob("*.xls[xm]")) if not _NOT_OURS & set(path.relative_to(data).parts[:1])]
    registers = sorted(place.folder.glob(f"exports/*/{Path(text_of('process.files.register')).stem}*.xlsx"), reverse=True)
    examples = sorted(EXAMPLES.glob("*.xlsx")) if place.settings.is_example else []
    return [path for path in (*own, *registers, *examples) if not path.name.startswith("~$")]


class _Importing:
    """Read files one after the other into one workspace, each in one transaction."""

    def __init__(self, place: Workspace, *, who: str, dry_run: bool) -> None:
        self.place, self.who, self.dry_run = place, who, dry_run
        self.register = place.register
        self.removed = place.store.removed()
        self.workspace = place.store.meta()["workspace"]

    def _understood(self, book: reading.Book, file: str, sha256: str, on_conflict: OnConflict) -> Intake:
        return intake.take_in(
            book,
            file=file,
            sha256=sha256,
            register=self.register,
            scale=self.place.settings.scale,
            workspace=self.workspace,
            removed=self.removed,
            on_conflict=on_conflict,
        )

    def one(self, file: str, content: bytes, book: reading.Book, resolve: Resolve) -> Intake:
        """Return the account of one file, stored unless this is a dry run."""
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            read = self._understood(book, file, sha256, "ask")
            if any(problem.kind == "conflict" for problem in read.problems):
                read = self._understood(book, file, sha256, resolve(read))
            if not self.dry_run:
                self.place.store.commit(read.changes, who=self.who, source=file, originals={sha256: (file, content)})
        except KrokomrsaError as error:
            return intake.refused(file, content, error.problems, book)
        self.register = changes.apply(self.register, read.changes)
        return read


def _kept_for_later(_: Intake) -> OnConflict:
    return "ask"


def _opened(files: Iterable[tuple[str, _Reading]], password: str | None) -> Iterator[tuple[str, bytes, reading.Book | Intake]]:
    for file, bytes_of in files:
        content = b""
        try:
            content = bytes_of()
            yield file, content, reading.read(content, file=file, password=password)
        except KrokomrsaError as error:
            yield file, content, intake.refused(file, content, error.problems)


def _order(book: reading.Book | Intake) -> int:
    """Return the coordinator's register first, then those who own resources, then those who need them."""
    said = finding.meta(book) if isinstance(book, reading.Book) else None
    return _ORDER.get(said.form, 0) if said else 0


def _read_all(
    importing: _Importing, files: Iterable[tuple[str, _Reading]], password: str | None, resolve: Resolve, progress: Progress | None
) -> list[Intake]:
    """Read files in the order in which they build on each other; return the account of each in the order given."""
    read = list(enumerate(_opened(files, password)))
    accounts: dict[int, Intake] = {}
    for number, (file, content, book) in sorted(read, key=lambda one: _order(one[1][2])):
        accounts[number] = book if isinstance(book, Intake) else importing.one(file, content, book, resolve)
        if progress:
            progress(file)
    return [accounts[number] for number, _ in read]


def import_files(
    place: Workspace,
    paths: Sequence[Path],
    *,
    who: str,
    password: str | None = None,
    dry_run: bool = False,
    resolve: Resolve = _kept_for_later,
    progress: Progress | None = None,
) -> list[Intake]:
    """Read workbooks into the register, each whole or not at all, and return the account of each in the order given.

    ``resolve`` is asked what to do when a cell was changed both in a file and in the register. A dry run stores nothing.
    """
    files = [(path.name, partial(workspace.read, path)) for path in workbooks(paths)]
    return _read_all(_Importing(place, who=who, dry_run=dry_run), files, password, resolve, progress)


def import_contents(
    place: Workspace,
    contents: Sequence[tuple[str, bytes]],
    *,
    who: str,
    password: str | None = None,
    dry_run: bool = False,
    resolve: Resolve = _kept_for_later,
    progress: Progress | None = None,
) -> list[Intake]:
    """Read workbooks that came as bytes, each with its file name, as ``import_files`` does those on the disk."""
    files = [(name, partial(bytes, content)) for name, content in contents]
    return _read_all(_Importing(place, who=who, dry_run=dry_run), files, password, resolve, progress)


def refused_file(name: str, error: KrokomrsaError) -> Intake:
    """Return the account of a file that could not even be read from the disk."""
    return intake.refused(name, b"", error.problems)
