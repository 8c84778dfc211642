"""Files read in processes of their own: the same as here, and a process that ends takes one file with it."""

from __future__ import annotations

import io

import openpyxl
import pytest

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import apart
from krokomrsa.excel.foreign.finding import tables


def _content(sheet: str = "Risker", *, rows: int = 3) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for line in (["Händelse", "Sannolikhet", "Konsekvens"], *(["Elavbrott i byn", number, 3] for number in range(1, rows + 1))):
        page.append(line)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_file_is_read_there_as_it_is_here() -> None:
    """Give the same cells, and the same tables as are found here, in the order in which files were asked for."""
    files = [(f"{rows}.xlsx", _content(rows=rows)) for rows in range(2, 8)]
    with apart.Readers(2) as readers:
        found = list(readers.read([(name, lambda content=content: content) for name, content in files], None))
    assert [(name, content) for name, content, _ in found] == files
    for name, content, packed in found:
        opened, here = packed.opened(), apart.here(content, file=name, password=None).opened()
        assert opened.book == here.book
        assert opened.layout == tables.find(here.book)


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read() -> None:
    """Tell what is wrong with a file that is no workbook, and with one that cannot be taken from the disk."""

    def lost() -> bytes:
        raise KrokomrsaError(apart._problem("died"))

    files = [("a.xlsx", lambda: b""), ("b.xlsx", lost), ("c.xlsx", _content)]
    with apart.Readers(1) as readers:
        first, second, third = (packed for _, _, packed in readers.read(files, None))
    assert first.problems == apart.here(b"", file="a.xlsx", password=None).problems != ()
    assert [problem.kind for problem in second.problems] == ["refused"]
    assert not third.problems
    with pytest.raises(KrokomrsaError):
        first.opened()


def test_a_process_that_ends_takes_one_file_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse, in Swedish, the file whose process was ended, and read the next one in another."""
    start = apart._START.replace("apart.serve()", "")
    monkeypatch.setattr(apart, "_START", start)
    with apart.Readers(1) as readers:
        asked = readers.read([("a.xlsx", _content), ("b.xlsx", _content)], None)
        _, _, first = next(asked)
        assert "avslutades i förtid" in first.problems[0].problem
        assert first.problems[0].remedy
        monkeypatch.undo()
    with apart.Readers(1) as readers:
        assert [packed.problems for _, _, packed in readers.read([("b.xlsx", _content)], None)] == [()]


def test_what_goes_wrong_with_one_file_is_told_of_that_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell of an error that nobody foresaw as a problem of its file; the next is read by the same process."""
    broken = "def fail(content, **_):\n    if content == b'fel':\n        raise RuntimeError('oj')\n    return apart.Packed('')\n"
    start = f"exec({broken!r}, globals()); apart._there = fail; apart.serve()"
    monkeypatch.setattr(apart, "_START", apart._START.replace("apart.serve()", start))
    with apart.Readers(1) as readers:
        found = [packed for _, _, packed in readers.read([("a.xlsx", lambda: b"fel"), ("b.xlsx", lambda: b"")], None)]
    assert ["RuntimeError: oj" in problem.problem for problem in found[0].problems] == [True]
    assert not found[1].problems


def test_readers_end_with_what_asked_them() -> None:
    """End every process, also when nobody waits for what was asked."""
    readers = apart.Readers(2)
    with readers:
        asked = readers.read([(f"{number}.xlsx", _content) for number in range(6)], None)
        next(asked)
        running = [reader.process for reader in readers._running]
    assert running
    assert all(process.poll() is not None for process in running)
