"""Read workbooks in processes of their own, so that reading many goes on while those that were read are taken in.

A reader is this program started anew, spoken to through its standard input and output: nothing of the program that asks is run again in it,
as it would be by a pool of processes, so it works in a notebook and in a script without a guard, on Windows too. A reader that
ends before its time has ended with one file, which is told; the next file gets another reader.
"""

from __future__ import annotations

import copyreg
import pickle
import subprocess
import sys
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import SimpleQueue
from types import MappingProxyType
from typing import IO, Any, Final, NamedTuple, Self

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import reading, sent
from krokomrsa.excel.foreign.finding import tables
from krokomrsa.excel.foreign.model import Answers, Layout
from krokomrsa.excel.foreign.understanding import mapping
from krokomrsa.excel.formintake import FORMS
from krokomrsa.excel.reading import Book
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import Vocabulary, text_of

_START: Final = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from krokomrsa.excel import apart; apart.serve()"
_AHEAD: Final = 2  # files that wait to be taken in, for each reader
_FAST: Final = 1  # how hard to compress


def _unchanging(held: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(held)


copyreg.pickle(MappingProxyType, lambda one: (_unchanging, (dict(one),)))  # a declaration is sent with its lists


class Terms(NamedTuple):
    """What the columns of senders' own tables are understood by."""

    vocabulary: Vocabulary
    scale: Scale


class Opened(NamedTuple):
    """A workbook as cells, and where its tables are if it is none of our forms."""

    book: Book
    form: str
    layout: Layout | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """What was read of one file, small enough to keep many: a workbook, or why there is none."""

    form: str
    content: bytes = b""
    problems: tuple[Problem, ...] = ()
    whole: Opened | None = None  # what is taken in at once needs no packing

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


def _there(content: bytes, *, file: str, password: str | None, terms: Terms | None, answers: Answers | None) -> Packed:
    """Read a file in a process of its own; if it is a sender's own, find its tables and what their columns are."""
    try:
        found = _opened(content, file=file, password=password)
    except KrokomrsaError as error:
        return Packed("", problems=error.problems)
    return _packed(found if found.form else found._replace(layout=_layout(found.book, terms, answers)))


def _layout(book: Book, terms: Terms | None, answers: Answers | None) -> Layout:
    found = tables.find(book)
    if terms is None or answers is None:
        return found
    guesses = (mapping.guess(table, found, vocabulary=terms.vocabulary, scale=terms.scale, answers=answers) for table in found.tables)
    return replace(found, guesses=tuple(guesses), answers=answers)


def serve() -> None:
    """Read what is asked for on standard input, one file after the other, until there is no more."""
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    terms: Terms | None = pickle.load(asked)  # noqa: S301 (from the program that started this one)
    while True:
        try:
            content, file, password, answers = pickle.load(asked)  # noqa: S301 (as above)
        except EOFError:
            return
        try:
            found = _there(content, file=file, password=password, terms=terms, answers=answers)
        except Exception as error:  # noqa: BLE001 (told of the one file; the others are read)
            found = Packed("", problems=(_problem("failed", error=f"{type(error).__name__}: {error}"),))
        pickle.dump(found, told, pickle.HIGHEST_PROTOCOL)
        told.flush()


def _problem(key: str, **values: object) -> Problem:
    said, remedy = text_of(f"apart.problems.{key}", **values), text_of(f"apart.problems.{key}_remedy")
    return Problem(problem=said, remedy=remedy, kind="refused")


class _Reader:
    """A process that reads files."""

    def __init__(self, terms: Terms | None) -> None:
        quiet = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self.process = subprocess.Popen(  # noqa: S603 (this Python, and nothing that anybody wrote)
            [sys.executable, "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, creationflags=quiet
        )
        self._ask(sys.path)
        self._ask(terms)

    def _ask(self, said: object) -> None:
        with suppress(OSError):  # it has ended: the answer says so
            pickle.dump(said, _pipe(self.process.stdin), pickle.HIGHEST_PROTOCOL)
            _pipe(self.process.stdin).flush()

    def read(self, content: bytes, file: str, password: str | None, answers: Answers | None) -> Packed | None:
        """Return what a file holds; None where the process ended."""
        self._ask((content, file, password, answers))
        try:
            found: Packed = pickle.load(_pipe(self.process.stdout))  # noqa: S301 (from a process that this one started)
        except (EOFError, OSError, pickle.UnpicklingError):
            return None
        return found

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()


def _pipe(given: IO[bytes] | None) -> Any:
    return given


class Readers:
    """Some processes that read files at the same time; use it in a ``with`` statement."""

    def __init__(self, count: int, terms: Terms | None = None, answers: Callable[[str], Answers | None] = lambda _: None) -> None:
        """Start no process yet: the first file does.

        With ``terms`` and ``answers``, what is known of a file's sender, the columns of senders' own tables are understood there too.
        """
        self.count, self.terms, self.answers = count, terms, answers
        self._idle: SimpleQueue[_Reader | None] = SimpleQueue()
        self._running: set[_Reader] = set()
        self._threads = ThreadPoolExecutor(count)
        for _ in range(count):
            self._idle.put(None)

    def __enter__(self) -> Self:
        """Return the readers."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every process."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reader in list(self._running):
            reader.close()
        self._threads.shutdown()
        for reader in self._running:  # one that was just being started
            reader.close()

    def _read(self, content: bytes, file: str, password: str | None, answers: Answers | None) -> Packed:
        reader = self._idle.get()
        if reader is None:
            reader = _Reader(self.terms)
            self._running.add(reader)
        found = reader.read(content, file, password, answers)
        if found is None:
            self._running.discard(reader)
            reader.close()
        self._idle.put(reader if found else None)
        return found or Packed("", problems=(_problem("died"),))

    def read(self, files: Iterable[tuple[str, Callable[[], bytes]]], password: str | None) -> Iterator[tuple[str, bytes, Packed]]:
        """Yield files in the order given, each with its content and what was read of it; a few are read ahead."""
        waiting: deque[tuple[str, bytes, Future[Packed]]] = deque()
        for file, bytes_of in files:
            waiting.append(self._begun(file, bytes_of, password))
            if len(waiting) > _AHEAD * self.count:
                name, content, found = waiting.popleft()
                yield name, content, found.result()
        for name, content, found in waiting:
            yield name, content, found.result()

    def _begun(self, file: str, bytes_of: Callable[[], bytes], password: str | None) -> tuple[str, bytes, Future[Packed]]:
        try:
            content = bytes_of()
        except KrokomrsaError as error:
            unread: Future[Packed] = Future()
            unread.set_result(Packed("", problems=error.problems))
            return file, b"", unread
        return file, content, self._threads.submit(self._read, content, file, password, self.answers(file))
