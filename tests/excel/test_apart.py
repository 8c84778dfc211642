"""Files read in processes of their own: the same as here, and a process that ends takes one file with it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

import openpyxl
import pytest

from krokomrsa import scales
from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import apart, forms, intake, readers, registerbook
from krokomrsa.excel.foreign.model import Answers
from krokomrsa.register import Register


def _content(sheet: str = "Risker", *, rows: int = 3, lines: Sequence[Sequence[object]] = ()) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    risks = (["Händelse", "Sannolikhet", "Konsekvens"], *([f"Elavbrott i by {number}", number % 5 + 1, 3] for number in range(rows)))
    for line in lines or risks:
        page.append(line)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _readers(count: int = 1, register: Register | None = None, answers: Answers | None = None) -> readers.Readers:
    return readers.Readers(count, apart.Terms(register or Register(), scales.load()), lambda _: answers or Answers())


def _read(by: readers.Readers, files: Sequence[tuple[str, Callable[[], bytes]]]) -> Iterator[tuple[str, bytes, apart.Packed]]:
    """Yield what the processes read of files: the very first is read here, while they start."""
    return islice(by.read([("först.xlsx", _content), *files], None), 1, None)


def test_a_senders_own_workbook_is_taken_in_there_as_it_is_here(register: Register) -> None:
    """Give the same account, changes and outcomes as here, in the order in which files were asked for."""
    files = [(f"{rows}.xlsx", _content(rows=rows)) for rows in range(2, 8)]
    with _readers(2, register, Answers(organisation="SOC")) as by:
        found = list(_read(by, [(name, lambda content=content: content) for name, content in files]))
    assert [(name, content) for name, content, _ in found] == files
    for name, content, packed in found:
        book, sha256 = apart.here(content, file=name, password=None).opened().book, hashlib.sha256(content).hexdigest()
        known = {"register": register, "scale": scales.load(), "answers": Answers(organisation="SOC"), "workspace": ""}
        here = intake.take_in(book, file=name, sha256=sha256, **known)
        assert packed.taken is not None
        there = packed.taken.read
        assert (there.as_dict(), dict(there.outcomes), there.row_changes) == (here.as_dict(), dict(here.outcomes), here.row_changes)
        assert here.row_changes


def _unnamed(form: bytes) -> bytes:
    """Return a form of ours without the sheets that say so."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    for name in ("_krokomrsa", "_bas"):
        del book[name]
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_file_that_must_be_refused_is_left_to_the_one_who_asked(register: Register) -> None:
    """Give the cells and tables of a file from nobody known, and of one without a table, taken in no further."""
    found = []
    for sender, content in (("OKÄND", _content()), ("SOC", _content(lines=[["Hej"]]))):
        with _readers(1, register, Answers(organisation=sender)) as by:
            found += [(content, packed) for _, _, packed in _read(by, [("a.xlsx", lambda content=content: content)])]
    for content, packed in found:
        opened = packed.opened()
        assert (packed.taken, opened.book) == (None, apart.here(content, file="a.xlsx", password=None).opened().book)
        assert opened.layout is not None


def test_our_forms_are_left_to_the_one_who_asked(register: Register) -> None:
    """Give the cells of a form, and of a register whose hidden sheets somebody took away: none of them is a sender's own list."""
    made = {"rule_set": "LEH", "workspace": "krokom", "made_on": date(2021, 11, 15)}
    form, whole = forms.department(register, "SOC", severity={}, **made), registerbook.write(register, **made)
    with _readers(1, register, Answers(organisation="SOC")) as by:
        asked = [("a.xlsx", lambda: form), ("b.xlsx", lambda: whole), ("c.xlsx", lambda: _unnamed(whole))]
        found = [packed for _, _, packed in _read(by, asked)]
    assert [packed.taken for packed in found] == [None, None, None]
    assert [packed.opened().form for packed in found] == ["department", "register", ""]


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read() -> None:
    """Tell what is wrong with a file that is no workbook, and with one that cannot be taken from the disk."""

    def lost() -> bytes:
        raise KrokomrsaError(apart.problem("died"))

    files = [("a.xlsx", lambda: b""), ("b.xlsx", lost), ("c.xlsx", _content)]
    with _readers() as by:
        first, second, third = (packed for _, _, packed in _read(by, files))
    assert first.problems == apart.here(b"", file="a.xlsx", password=None).problems != ()
    assert [problem.kind for problem in second.problems] == ["refused"]
    assert not third.problems
    with pytest.raises(KrokomrsaError):
        first.opened()


def test_a_process_that_ends_takes_one_file_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse, in Swedish, the file whose process was ended, and read the next one in another."""
    start = readers._START.replace("apart.serve()", "")
    monkeypatch.setattr(readers, "_START", start)
    with _readers() as by:
        asked = _read(by, [("a.xlsx", _content), ("b.xlsx", _content)])
        _, _, first = next(asked)
        assert "avslutades i förtid" in first.problems[0].problem
        assert first.problems[0].remedy
        monkeypatch.undo()
    with _readers() as by:
        assert [packed.problems for _, _, packed in _read(by, [("b.xlsx", _content)])] == [()]


def _start(code: str) -> str:
    """Return how a process starts that runs some code before it reads the first file."""
    return readers._START.replace("apart.serve()", f"exec({code!r}, globals()); apart.serve()")


ENDS = """
import os, time
tell = apart._tell
def there(content, **_):
    if content == b"slut":
        os._exit(1)
    return apart.Packed(content.decode())
def late(*told):
    time.sleep(0.5)
    tell(*told)
apart._there, apart._tell = there, late
"""


def test_a_file_that_was_read_before_its_process_ended_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse only the file that ended a process, and not the one that the process had read and not told of yet."""
    monkeypatch.setattr(readers.Readers, "_help", lambda *_: None)
    monkeypatch.setattr(readers, "_START", _start(ENDS))
    with _readers() as by:
        found = [packed for _, _, packed in _read(by, [(name, name.encode) for name in ("ett", "slut", "två", "tre")])]
    assert [(packed.form, len(packed.problems)) for packed in found] == [("ett", 0), ("", 1), ("två", 0), ("tre", 0)]
    assert "avslutades i förtid" in found[1].problems[0].problem


def test_a_process_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise what the system says rather than wait for a process that never was."""

    def fail() -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(readers, "_Reader", fail)
    with _readers() as by, pytest.raises(OSError, match="Cannot allocate memory"):
        list(_read(by, [("a.xlsx", _content), ("b.xlsx", _content), ("c.xlsx", _content)]))


LOADED = """
import sys
ahead = apart.ahead
def loaded(*given):
    ahead(*given)
    return apart.Packed(" ".join({"pandas", "msoffcrypto", "xlrd"} & sys.modules.keys()))
apart.ahead = loaded
"""


def test_a_process_that_reads_workbooks_starts_without_what_only_others_need(monkeypatch: pytest.MonkeyPatch, register: Register) -> None:
    """Take a workbook in against a register without the packages of tables and of old formats: they take longer to import than to read it."""
    monkeypatch.setattr(readers.Readers, "_help", lambda *_: None)
    monkeypatch.setattr(readers, "_START", _start(LOADED))
    with _readers(1, register, Answers(organisation="SOC")) as by:
        assert [packed.form for _, _, packed in _read(by, [("a.xlsx", _content)])] == [""]


def test_what_goes_wrong_with_one_file_is_told_of_that_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell of an error that nobody foresaw as a problem of its file; the next is read by the same process."""
    monkeypatch.setattr(readers.Readers, "_help", lambda *_: None)
    broken = "def fail(content, **_):\n    if content == b'fel':\n        raise RuntimeError('oj')\n    return apart.Packed('')\n"
    monkeypatch.setattr(readers, "_START", _start(f"{broken}apart._there = fail\n"))
    with _readers() as by:
        found = [packed for _, _, packed in _read(by, [("a.xlsx", lambda: b"fel"), ("b.xlsx", lambda: b"")])]
    assert ["RuntimeError: oj" in problem.problem for problem in found[0].problems] == [True]
    assert not found[1].problems


def test_what_no_process_has_begun_with_is_read_here_rather_than_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the last of the files that wait, while the only process has not answered yet; all come in the order asked for."""
    here: list[str] = []
    ahead = apart.ahead

    def seen(content: bytes, file: str, *rest: Any) -> apart.Packed:
        here.append(file)
        return ahead(content, file, *rest)

    monkeypatch.setattr(apart, "ahead", seen)
    names = ["a.xlsx", "b.xlsx", "c.xlsx"]
    with _readers() as by:
        found = list(_read(by, [(name, _content) for name in names]))
    assert [name for name, _, _ in found] == names
    assert here[0] == "c.xlsx"
    assert all(packed.taken is not None for _, _, packed in found)


def test_readers_end_with_what_asked_them() -> None:
    """End every process, also when nobody waits for what was asked."""
    by = _readers(2)
    with by:
        asked = _read(by, [(f"{number}.xlsx", _content) for number in range(6)])
        next(asked)
        running = [reader.process for reader in by._running]
    assert running
    assert all(process.poll() is not None for process in running)
