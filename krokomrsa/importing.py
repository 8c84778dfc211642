"""Take workbooks into a workspace's register: from the disk or as bytes, each whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from krokomrsa import changes, replies, workspace
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import account, apart, intake, settling
from krokomrsa.excel.account import Intake
from krokomrsa.excel.apart import Opened, Packed, Taken, Terms
from krokomrsa.excel.foreign import answers
from krokomrsa.excel.foreign.answers import Given
from krokomrsa.excel.foreign.model import Answers
from krokomrsa.excel.merge import OnConflict
from krokomrsa.excel.readers import Readers
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import PROJECT, Workspace

EXAMPLES: Final = PROJECT / "data" / "exempel"

Progress = Callable[[str], None]
Resolve = Callable[[Intake], OnConflict]
_File = tuple[str, Callable[[], bytes]]  # its name, and what gives its bytes or says why it cannot
_MANY: Final = 8  # files for which processes are started,
_MUCH: Final = 1_500_000  # bytes of them,
_MOST: Final = 3  # and so many processes at most: one takes in what they read
_ORDER: Final = {"register": 0, "owner": 1, "department": 2}
ENDINGS: Final = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")
_NOT_OURS: Final = {"egna", "exempel", "demo"}  # folders in data/ that hold no answers


def _readable(paths: Iterable[Path]) -> list[Path]:
    """Return the files that can be read as tables, in order; not those that Excel makes beside an open one."""
    return sorted(path for path in paths if path.suffix.lower() in ENDINGS and not path.name.startswith("~$"))


def workbooks(paths: Iterable[Path]) -> list[Path]:
    """Return the files to read: those given, and the workbooks of folders that are given.

    Raises
    ------
    KrokomrsaError
        A folder without workbooks.
    """
    found: list[Path] = []
    for path in paths:
        inside = _readable(path.iterdir()) if path.is_dir() else [path]
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
    own = [path for path in _readable(data.rglob("*")) if not _NOT_OURS & set(path.relative_to(data).parts[:1])]
    registers = sorted(place.folder.glob(f"exports/*/{Path(text_of('process.files.register')).stem}*.xlsx"), reverse=True)
    examples = sorted(EXAMPLES.glob("*.xlsx")) if place.settings.is_example else []
    return [path for path in (*own, *registers, *examples) if not path.name.startswith("~$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the coordinator has said of a file that is none of our forms: who sent it, and how it is to be read."""

    sender: str | None = None
    answers: Sequence[Given] = ()

    @property
    def organisation(self) -> str | None:
        """Return the sender's organisation: the one that was given, else the one that an answer names."""
        return self.sender or answers.of(self.answers).organisation


EVERY_FILE: Final = ""  # the name under which what is said of every file stands
_NOTHING_SAID: Final[Mapping[str, Said]] = {}


@contextmanager
def opened_to_try(folder: Path | None, *, trying: bool) -> Iterator[Workspace]:
    """Open a workspace; where there is none yet and nothing will be stored, an empty one that is gone afterwards.

    Raises
    ------
    KrokomrsaError
        There is no register, and this is no trial.
    """
    if not trying or workspace.database(workspace.locate(folder)).exists():
        with workspace.opened(folder) as place:
            yield place
        return
    with tempfile.TemporaryDirectory() as empty:
        workspace.create(Path(empty), municipality=text_of("process.trial"), first_year=date.today().year)  # noqa: DTZ011 (as above)
        with workspace.opened(Path(empty)) as place:
            yield place


class _Importing:
    """Read files one after the other into one workspace, each in one transaction."""

    def __init__(self, place: Workspace, *, who: str, dry_run: bool, said: Mapping[str, Said], password: str | None) -> None:
        self.place, self.who, self.dry_run, self.said, self.password = place, who, dry_run, said, password
        self.before = self.register = place.register
        self.removed = place.store.removed()
        self.workspace = place.store.meta()["workspace"]

    def _said(self, file: str) -> Said:
        return self.said.get(file) or self.said.get(EVERY_FILE) or Said()

    def answers(self, file: str) -> Answers:
        """Return what is known of the tables of a file's sender, from now and from before."""
        said = self._said(file)
        earlier = answers.earlier(self.register, said.organisation) if said.organisation else ()
        return answers.of([*earlier, *said.answers], said.organisation)

    def _refuse_stranger(self, file: str) -> None:
        """Refuse a sender that is none of the register's organisations."""
        sender, known = self._said(file).organisation, self.register.held("organisations")
        if sender and sender not in known:
            problem = text_of("process.sender", sender=sender)
            remedy = text_of("process.sender_remedy", known=", ".join(known) or text_of("process.no_organisations"))
            raise KrokomrsaError(Problem(problem=problem, remedy=remedy, kind="refused"))

    def _understood(self, opened: Opened, file: str, sha256: str, on_conflict: OnConflict) -> Intake:
        self._refuse_stranger(file)
        return intake.take_in(
            opened.book,
            layout=opened.layout,
            answers=self.answers(file),
            file=file,
            sha256=sha256,
            register=self.register,
            scale=self.place.settings.scale,
            workspace=self.workspace,
            removed=self.removed,
            on_conflict=on_conflict,
        )

    def _taken(self, taken: Taken | None, file: str) -> Intake | None:
        """Return what a reader has taken in, None if the register would answer it otherwise by now, or not hold what it changes."""
        if taken is None or taken.answers != self.answers(file) or not taken.asked.holds(self.before, self.register):
            return None
        after = settling.standing(self.register, taken.read.row_changes, self.place.settings.scale)
        return replace(taken.read, after=after) if after is not None else None

    def _opened(self, packed: Packed, file: str, content: bytes) -> Opened:
        return (apart.here(content, file=file, password=self.password) if packed.taken else packed).opened()

    def _refused(self, packed: Packed, file: str, content: bytes, problems: Sequence[Problem]) -> Intake:
        try:
            book = self._opened(packed, file, content).book
        except KrokomrsaError:  # that is why
            book = None
        return account.refused(file, content, problems, book)

    def one(self, file: str, content: bytes, packed: Packed, resolve: Resolve) -> Intake:
        """Return the account of one file, stored unless this is a dry run."""
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            read = self._taken(packed.taken, file)
            if read is None:
                opened = self._opened(packed, file, content)
                read = self._understood(opened, file, sha256, "ask")
                if read.in_conflict:
                    read = self._understood(opened, file, sha256, resolve(read))
            kept = [*self._answered(file, read), *replies.changes(read, self.register, on=date.today())]  # noqa: DTZ011 (the coordinator's day)
            if not self.dry_run:
                self.place.store.commit([*kept, *read.row_changes], who=self.who, source=file, originals={sha256: (file, content)})
        except KrokomrsaError as error:
            return self._refused(packed, file, content, error.problems)
        self.register = changes.apply(read.after or self.register, kept)
        return account.kept(read)

    def _answered(self, file: str, read: Intake) -> list[Change]:
        """Return the changes that keep what was answered for the sender's next file."""
        said = self._said(file)
        if read.form != account.FOREIGN or not said.organisation:
            return []
        return answers.changes(said.answers, self.register, said.organisation)


def _kept_for_later(_: Intake) -> OnConflict:
    return "ask"


def _read(importing: _Importing, files: Sequence[_File], password: str | None, workers: int) -> Iterator[tuple[str, bytes, Packed]]:
    """Yield files in the order given, read here or by processes of their own."""
    if workers:
        terms = Terms(importing.before, importing.place.settings.scale, importing.removed)
        with Readers(workers, terms, importing.answers) as readers:
            yield from readers.read(files, password)
    else:
        yield from apart.read_here(files, password)


def _workers(sizes: Sequence[int]) -> int:
    """Return how many processes read files beside this one: none for what is read sooner than a process starts."""
    if len(sizes) < _MANY or sum(sizes) < _MUCH:
        return 0
    return min((os.cpu_count() or 1) - 1, _MOST)


def _read_all(
    importing: _Importing,
    files: Sequence[_File],
    password: str | None,
    resolve: Resolve,
    *,
    progress: Progress | None,
    workers: int,
) -> list[Intake]:
    """Take files in in the order in which they build on each other; return the account of each in the order given.

    The coordinator's register and what is none of our forms are taken in as they come, then those who own resources, then those who need
    them. Of a file that was taken in, no more is kept than what is told of it.
    """
    accounts: dict[int, Intake] = {}
    waiting: list[tuple[int, int, tuple[str, bytes, Packed]]] = []

    with apart.undisturbed() as done:

        def take(number: int, file: str, content: bytes, found: Packed) -> None:
            accounts[number] = importing.one(file, content, found, resolve)
            done()
            if progress:
                progress(file)

        for number, one in enumerate(_read(importing, files, password, workers)):
            order = _ORDER.get(one[2].form, 0)
            if order:
                waiting.append((order, number, one))
            else:
                take(number, *one)
        for _, number, one in sorted(waiting, key=lambda one: one[:2]):
            take(number, *one)
    return [accounts[number] for number in sorted(accounts)]


def import_files(
    place: Workspace,
    paths: Sequence[Path],
    *,
    who: str,
    password: str | None = None,
    dry_run: bool = False,
    resolve: Resolve = _kept_for_later,
    progress: Progress | None = None,
    said: Mapping[str, Said] = _NOTHING_SAID,
    workers: int | None = None,
) -> list[Intake]:
    """Read workbooks into the register, each whole or not at all, and return the account of each in the order given.

    ``resolve`` is asked what to do when a cell was changed both in a file and in the register. A dry run stores nothing.
    ``said`` tells of each file that is none of our forms, by its name, who sent it and how it is to be read.
    ``workers`` is how many processes read files beside this one; where it is not given, that follows from how much there is to read.
    """
    found = workbooks(paths)
    beside = workers if workers is not None else _workers([path.stat().st_size for path in found if path.is_file()])
    files = [(path.name, partial(workspace.read, path)) for path in found]
    return _read_all(
        _Importing(place, who=who, dry_run=dry_run, said=said, password=password),
        files,
        password,
        resolve,
        progress=progress,
        workers=beside,
    )


def import_contents(
    place: Workspace,
    contents: Sequence[tuple[str, bytes]],
    *,
    who: str,
    password: str | None = None,
    dry_run: bool = False,
    resolve: Resolve = _kept_for_later,
    progress: Progress | None = None,
    said: Mapping[str, Said] = _NOTHING_SAID,
    workers: int | None = None,
) -> list[Intake]:
    """Read workbooks that came as bytes, each with its file name, as ``import_files`` does those on the disk."""
    files = [(name, partial(bytes, content)) for name, content in contents]
    beside = workers if workers is not None else _workers([len(content) for _, content in contents])
    return _read_all(
        _Importing(place, who=who, dry_run=dry_run, said=said, password=password),
        files,
        password,
        resolve,
        progress=progress,
        workers=beside,
    )


def refused_file(name: str, error: KrokomrsaError) -> Intake:
    """Return the account of a file that could not even be read from the disk."""
    return account.refused(name, b"", error.problems)
