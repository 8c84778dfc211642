"""Run the processes that read workbooks, so that reading many goes on while those that were read are taken in.

A reader is this program started anew, spoken to through its standard input and output: nothing of the program that asks is run again in it,
as it would be by a pool of processes, so it works in a notebook and in a script without a guard, on Windows too. A reader that
ends before its time has ended with one file, which is told; the next file gets another reader.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Lock
from typing import IO, Any, Final, Self

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import apart
from krokomrsa.excel.apart import File, Packed, Terms
from krokomrsa.excel.foreign.model import Answers

_START: Final = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from krokomrsa.excel import apart; apart.serve()"
_PROMPT: Final = 0.0005  # seconds until what a process has read is fetched, piece by piece, while others are taken in
_AHEAD: Final = 8  # files that wait to be taken in, for each reader
_IN_HAND: Final = 2  # files that a process is asked for at the same time


class _Reader:
    """A process that reads files, in the order in which it is asked for them."""

    def __init__(self) -> None:
        quiet = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self.process = subprocess.Popen(  # noqa: S603 (this Python, and nothing that anybody wrote)
            [sys.executable, "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, creationflags=quiet
        )

    def ask(self, said: bytes) -> None:
        """Ask for a file, also while others are being read."""
        with suppress(OSError, ValueError):  # it has ended, or was ended: the answer says so
            _pipe(self.process.stdin).write(said)
            _pipe(self.process.stdin).flush()

    def answer(self) -> bytes | None:
        """Return what was read of the next file, packed; None where the process ended."""
        try:
            size = int.from_bytes(_pipe(self.process.stdout).read(apart.SIZE))
            found: bytes = _pipe(self.process.stdout).read(size)
        except (OSError, ValueError):  # as above
            return None
        return found if found and len(found) == size else None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()


def _pipe(given: IO[bytes] | None) -> Any:
    return given


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file that waits to be taken in, read by now or not."""

    file: str
    content: bytes
    password: str | None
    answers: Answers
    found: Future[Packed | bytes]  # packed where a process read it

    def said(self) -> bytes:
        """Return what a process is asked with."""
        return pickle.dumps((self.content, self.file, self.password, self.answers), pickle.HIGHEST_PROTOCOL)


def _read_already(found: Packed) -> Future[Packed | bytes]:
    done: Future[Packed | bytes] = Future()
    done.set_result(found)
    return done


class Readers:
    """Some processes that read files at the same time; use it in a ``with`` statement."""

    def __init__(self, count: int, terms: Terms, answers: Callable[[str], Answers]) -> None:
        """Start no process yet: the first file does. ``answers`` tells what is known of a file's sender when it is asked for."""
        self.count, self.terms, self.answers = count, terms, answers
        self._coming: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._running: set[_Reader] = set()
        self._starting, self._over = Lock(), False
        self._threads = ThreadPoolExecutor(count)
        self._working: list[Future[None]] = []
        self._patient = sys.getswitchinterval()
        # now: the register finds more out of itself while it is asked
        self._begin = pickle.dumps(sys.path) + terms.packed()

    def __enter__(self) -> Self:
        """Return the readers."""
        sys.setswitchinterval(_PROMPT)
        return self

    def __exit__(self, *error: object) -> None:
        """End every process."""
        sys.setswitchinterval(self._patient)
        with self._starting:
            self._over = True
            for reader in self._running:
                reader.close()
        for _ in self._working:
            self._coming.put(None)
        self._threads.shutdown()

    def _another(self, ended: _Reader | None = None) -> _Reader:
        """Start a process, in place of one that ended; once all is over, it ends at once."""
        with self._starting:
            if ended:
                ended.close()
                self._running.discard(ended)
            reader = _Reader()
            self._running.add(reader)
            if self._over:
                reader.close()
        reader.ask(self._begin)
        return reader

    def _next(self, *, wait: bool) -> _Waiting | None:
        """Return the next file that nobody reads yet; None where there is none, or where all is over."""
        with suppress(Empty):
            while one := self._coming.get(block=wait):
                if one.found.set_running_or_notify_cancel():
                    return one
        return None

    def _work(self) -> None:
        """Have a process read one file after the other; it is asked for the next before it has answered, so that it need not wait."""
        reader, asked = self._another(), deque[_Waiting]()
        while not self._over:
            while len(asked) < _IN_HAND and (one := self._next(wait=not asked)):
                reader.ask(one.said())
                asked.append(one)
            if asked:
                found = reader.answer()
                if self._over:
                    return
                if found is None:
                    reader, found = self._instead(reader, asked)
                asked.popleft().found.set_result(found or Packed("", problems=(apart.problem("died"),)))

    def _instead(self, ended: _Reader, asked: Iterable[_Waiting]) -> tuple[_Reader, bytes | None]:
        """Return another process that is asked for all but the first file, and what is read of that one if it was not what ended the process."""
        first, *others = asked
        reader, found = self._another(ended), None
        if others:  # which of them it was is not known: the first is asked for again, alone
            reader.ask(first.said())
            found = reader.answer()
            reader = reader if found else self._another(reader)
        for one in others:
            reader.ask(one.said())
        return reader, found

    def read(self, files: Iterable[File], password: str | None) -> Iterator[tuple[str, bytes, Packed]]:
        """Yield files in the order given, each with its content and what was read of it: the first here, while the processes start."""
        coming = iter(files)
        first = list(islice(coming, 1))
        waiting = deque(self._begun(one, password) for one in islice(coming, _AHEAD * self.count))
        self._working = [self._threads.submit(self._work) for _ in range(min(self.count, len(waiting)))]
        yield from apart.read_here(first, password)
        while waiting:
            waiting.extend(self._begun(one, password) for one in islice(coming, 1))
            if not waiting[0].found.done():
                self._help(waiting)
            one = waiting.popleft()
            yield one.file, one.content, self._found(one)

    def _begun(self, one: File, password: str | None) -> _Waiting:
        file, bytes_of = one
        answers = self.answers(file)
        try:
            content = bytes_of()
        except KrokomrsaError as error:
            return _Waiting(file, b"", password, answers, _read_already(Packed("", problems=error.problems)))
        waiting = _Waiting(file, content, password, answers, Future())
        self._coming.put(waiting)
        return waiting

    def _help(self, waiting: deque[_Waiting]) -> None:
        """Read the last file that no process has been asked for here, rather than wait for the first."""
        for place in reversed(range(len(waiting))):
            one = waiting[place]
            if one.found.cancel():
                found = apart.ahead(one.content, one.file, one.password, self.terms, one.answers)
                waiting[place] = replace(one, found=_read_already(found))
                return

    def _found(self, one: _Waiting) -> Packed:
        ending: list[Future[Any]] = [one.found, *self._working]
        wait(ending, return_when=FIRST_COMPLETED)
        for working in self._working:
            if working.done():  # by an error that nobody foresaw
                working.result()
        found = one.found.result()
        read: Packed = pickle.loads(found) if isinstance(found, bytes) else found  # noqa: S301 (from a process that this one started)
        return read
