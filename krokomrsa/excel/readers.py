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
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import IO, Any, Final, Self

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import apart
from krokomrsa.excel.apart import File, Packed, Terms
from krokomrsa.excel.foreign.model import Answers

_START: Final = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from krokomrsa.excel import apart; apart.serve()"
_PIPE: Final = 2**20  # bytes that are fetched at once from a process: about what is read of a large file
_PROMPT: Final = 0.0005  # seconds until what a process has read is fetched while others are taken in: it waits for that, piece by piece
_AHEAD: Final = 8  # files that wait to be taken in, for each reader


class _Reader:
    """A process that reads files."""

    def __init__(self, terms: bytes) -> None:
        quiet = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self.process = subprocess.Popen(  # noqa: S603 (this Python, and nothing that anybody wrote)
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=_PIPE,
            creationflags=quiet,
        )
        self._ask(pickle.dumps(sys.path) + terms)

    def _ask(self, said: bytes) -> None:
        with suppress(OSError):  # it has ended: the answer says so
            _pipe(self.process.stdin).write(said)
            _pipe(self.process.stdin).flush()

    def read(self, content: bytes, file: str, password: str | None, answers: Answers) -> Packed | None:
        """Return what a file holds; None where the process ended."""
        self._ask(pickle.dumps((content, file, password, answers), pickle.HIGHEST_PROTOCOL))
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


@dataclass(slots=True)
class _Waiting:
    """A file that waits to be taken in, read by now or not."""

    file: str
    content: bytes
    answers: Answers
    found: Future[Packed]


def _read_already(found: Packed) -> Future[Packed]:
    done: Future[Packed] = Future()
    done.set_result(found)
    return done


class Readers:
    """Some processes that read files at the same time; use it in a ``with`` statement."""

    def __init__(self, count: int, terms: Terms, answers: Callable[[str], Answers]) -> None:
        """Start no process yet: the first file does. ``answers`` tells what is known of a file's sender when it is asked for."""
        self.count, self.terms, self.answers = count, terms, answers
        self._idle: SimpleQueue[_Reader | None] = SimpleQueue()
        self._running: set[_Reader] = set()
        self._threads = ThreadPoolExecutor(count)
        self._patient = sys.getswitchinterval()
        self._packed = pickle.dumps(terms, pickle.HIGHEST_PROTOCOL)  # now: the register finds more out of itself while it is asked
        for _ in range(count):
            self._idle.put(None)

    def __enter__(self) -> Self:
        """Return the readers."""
        sys.setswitchinterval(_PROMPT)
        return self

    def __exit__(self, *_: object) -> None:
        """End every process."""
        sys.setswitchinterval(self._patient)
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reader in list(self._running):
            reader.close()
        self._threads.shutdown()
        for reader in self._running:  # one that was just being started
            reader.close()

    def _read(self, content: bytes, file: str, password: str | None, answers: Answers) -> Packed:
        reader = self._idle.get()
        if reader is None:
            reader = _Reader(self._packed)
            self._running.add(reader)
        found = reader.read(content, file, password, answers)
        if found is None:
            self._running.discard(reader)
            reader.close()
        self._idle.put(reader if found else None)
        return found or Packed("", problems=(apart.problem("died"),))

    def read(self, files: Iterable[File], password: str | None) -> Iterator[tuple[str, bytes, Packed]]:
        """Yield files in the order given, each with its content and what was read of it: the first here, while the processes start."""
        coming = iter(files)
        first = list(islice(coming, 1))
        waiting = deque(self._begun(one, password) for one in islice(coming, _AHEAD * self.count))
        yield from apart.read_here(first, password)
        while waiting:
            waiting.extend(self._begun(one, password) for one in islice(coming, 1))
            if not waiting[0].found.done():
                self._help(waiting, password)
            one = waiting.popleft()
            yield one.file, one.content, one.found.result()

    def _begun(self, one: File, password: str | None) -> _Waiting:
        file, bytes_of = one
        answers = self.answers(file)
        try:
            content = bytes_of()
        except KrokomrsaError as error:
            return _Waiting(file, b"", answers, _read_already(Packed("", problems=error.problems)))
        return _Waiting(file, content, answers, self._threads.submit(self._read, content, file, password, answers))

    def _help(self, waiting: Iterable[_Waiting], password: str | None) -> None:
        """Read the last file that no process has begun with here, rather than wait for the first."""
        for one in reversed([*waiting]):
            if one.found.cancel():
                one.found = _read_already(apart.ahead(one.content, one.file, password, self.terms, one.answers))
                return
