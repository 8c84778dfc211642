"""Read a workbook, here or in a process of its own, as far as that can be done before those that come before it have been taken in.

One of our forms is read as cells; a sender's own workbook is taken in against a snapshot of the register, and stands if the register
still answers as the snapshot did when its turn comes.
"""

from __future__ import annotations

import copyreg
import gc
import hashlib
import pickle
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import IO, Any, Final, NamedTuple

from krokomrsa import changes
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import account, intake, reading, sent
from krokomrsa.excel.account import Intake
from krokomrsa.excel.foreign.finding import tables
from krokomrsa.excel.foreign.model import Answers, Layout
from krokomrsa.excel.foreign.understanding import mapping
from krokomrsa.excel.formintake import FORMS, is_ours
from krokomrsa.excel.reading import Book
from krokomrsa.register import Register
from krokomrsa.register.snapshot import Asked, Snapshot
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of

File = tuple[str, Callable[[], bytes]]  # its name, and what gives its bytes or says why it cannot
_FAST: Final = 1  # how hard to compress
SIZE: Final = 8  # bytes that tell how long an answer is


def _unchanging(held: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(held)


copyreg.pickle(MappingProxyType, lambda one: (_unchanging, (dict(one),)))  # a declaration is sent with its lists


class Terms(NamedTuple):
    """What senders' own workbooks are taken in against: the register as it was before the first of them."""

    register: Register
    scale: Scale
    removed: AbstractSet[tuple[str, str]] = frozenset()  # (table, id) of rows that the register once had

    def packed(self) -> bytes:
        """Return the terms for another process: the register by its rows, for there it is not asked for tables and needs no pandas."""
        by_rows = self.register.changed({key: {} for key in self.register.vocabulary.tables}, {})
        return pickle.dumps(self._replace(register=by_rows), pickle.HIGHEST_PROTOCOL)


class Opened(NamedTuple):
    """A workbook as cells, and where its tables are if it is none of our forms."""

    book: Book
    form: str
    layout: Layout | None = None


class Taken(NamedTuple):
    """A sender's own workbook that was taken in against a snapshot of the register, without its cells."""

    read: Intake
    asked: Asked  # what the snapshot answered: it stands as long as the register answers the same
    answers: Answers  # what was known of the sender

    def __reduce__(self) -> tuple[Any, ...]:
        """Send the changes column by column."""
        return _arrived, (replace(self.read, row_changes=()), changes.columns(self.read.row_changes), self.asked, self.answers)


def _arrived(read: Intake, told: changes.Columns, asked: Asked, answers: Answers) -> Taken:
    return Taken(replace(read, row_changes=changes.of_columns(told)), asked, answers)


@dataclass(frozen=True, slots=True)
class Packed:
    """What was read of one file, small enough to keep many: a workbook, what was taken in of it, or why there is none."""

    form: str
    content: bytes = b""
    problems: tuple[Problem, ...] = ()
    whole: Opened | None = None  # what is taken in at once needs no packing
    taken: Taken | None = None

    def opened(self) -> Opened:
        """Return the workbook.

        Raises
        ------
        KrokomrsaError
            The file could not be read.
        """
        if self.problems:
            raise KrokomrsaError.of(self.problems)
        if self.whole:
            return self.whole
        found: Opened = pickle.loads(zlib.decompress(self.content))  # noqa: S301 (what this program has just packed)
        return found


def _opened(content: bytes, *, file: str, password: str | None) -> Opened:
    book = reading.read(content, file=file, password=password)
    said = sent.meta(book)
    return Opened(book, said.form if said and said.form in FORMS else "")


def _packed(found: Opened) -> Packed:
    return Packed(found.form, zlib.compress(pickle.dumps(found, pickle.HIGHEST_PROTOCOL), _FAST))


def here(content: bytes, *, file: str, password: str | None) -> Packed:
    """Read a file in this process; one of our forms is packed, since it may have to wait for others."""
    try:
        found = _opened(content, file=file, password=password)
    except KrokomrsaError as error:
        return Packed("", problems=error.problems)
    return _packed(found) if found.form else Packed("", whole=found)


def _there(content: bytes, *, file: str, password: str | None, terms: Terms, answers: Answers) -> Packed:
    """Read a file in a process of its own; if it is a sender's own, take it in as far as that can be done without the register."""
    try:
        found = _opened(content, file=file, password=password)
    except KrokomrsaError as error:
        return Packed("", problems=error.problems)
    if found.form or is_ours(found.book, terms.register.vocabulary):
        return _packed(found)
    found = found._replace(layout=_layout(found.book, terms, answers))
    taken = _taken(found, file, hashlib.sha256(content).hexdigest(), terms, answers)
    return Packed("", taken=taken) if taken else _packed(found)


def _layout(book: Book, terms: Terms, answers: Answers) -> Layout:
    found = tables.find(book)
    vocabulary, scale = terms.register.vocabulary, terms.scale
    guesses = (mapping.guess(table, found, vocabulary=vocabulary, scale=scale, answers=answers) for table in found.tables)
    return replace(found, guesses=tuple(guesses), answers=answers)


def _taken(found: Opened, file: str, sha256: str, terms: Terms, answers: Answers) -> Taken | None:
    """Take a sender's own workbook in against the snapshot; None where the one who asks must see to it: it is refused, or in conflict."""
    snapshot = Snapshot(terms.register)
    if answers.organisation and answers.organisation not in snapshot.held("organisations"):
        return None
    try:
        read = intake.take_in_own(
            found.book,
            file=file,
            sha256=sha256,
            register=snapshot,
            scale=terms.scale,
            answers=answers,
            removed=terms.removed,
            layout=found.layout,
        )
    except KrokomrsaError:
        return None
    return None if read.in_conflict else Taken(account.light(read), snapshot.asked, answers)


@contextmanager
def undisturbed() -> Iterator[Callable[[], None]]:
    """Let Python look for what nobody holds any more once for each file, when it is done, and not over and over among all its values.

    What is given tells that a file is done. What stood in memory before it is not looked through again.
    """

    def done() -> None:
        gc.collect()
        gc.freeze()

    looked = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield done
    finally:
        gc.unfreeze()
        if looked:
            gc.enable()


def serve() -> None:
    """Read what is asked for on standard input, one file after the other, until there is no more."""
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    terms: Terms = pickle.load(asked)  # noqa: S301 (from the program that started this one)
    with undisturbed() as done, ThreadPoolExecutor(1) as telling:  # the next file is begun with while the last is told of
        while True:
            try:
                content, file, password, answers = pickle.load(asked)  # noqa: S301 (as above)
            except EOFError:
                return
            telling.submit(_tell, told, pickle.dumps(ahead(content, file, password, terms, answers), pickle.HIGHEST_PROTOCOL))
            done()


def _tell(told: IO[bytes], answer: bytes) -> None:
    told.write(len(answer).to_bytes(SIZE))
    told.write(answer)
    told.flush()


def ahead(content: bytes, file: str, password: str | None, terms: Terms, answers: Answers) -> Packed:
    """Return what a file holds, taken in against the snapshot if it is a sender's own; an error that nobody foresaw is told of the file."""
    try:
        return _there(content, file=file, password=password, terms=terms, answers=answers)
    except Exception as error:  # noqa: BLE001 (told of the one file; the others are read)
        return Packed("", problems=(problem("failed", error=f"{type(error).__name__}: {error}"),))


def problem(key: str, **values: object) -> Problem:
    """Return what to tell of a file that could not be read in a process of its own."""
    said, remedy = text_of(f"apart.problems.{key}", **values), text_of(f"apart.problems.{key}_remedy")
    return Problem(problem=said, remedy=remedy, kind="refused")


def read_here(files: Iterable[File], password: str | None) -> Iterator[tuple[str, bytes, Packed]]:
    """Yield files in the order given, each with its content and what this process reads of it."""
    for file, bytes_of in files:
        try:
            content = bytes_of()
        except KrokomrsaError as error:
            yield file, b"", Packed("", problems=error.problems)
        else:
            yield file, content, here(content, file=file, password=password)
