import errno
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from krokomrsa import store
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError
from krokomrsa.store import archive, connection

CELLS = 20


def run(script: str, *args: object) -> subprocess.Popen[str]:
    """Start another program that has a register open."""
    text = textwrap.dedent(script)
    return subprocess.Popen([sys.executable, "-c", text, *map(str, args)], stdout=subprocess.PIPE, text=True, encoding="utf-8")


def said_by(script: str, *args: object) -> str:
    """Return what another program printed, once it ended well."""
    child = run(script, *args)
    told, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    return told


def risk(row_id: str, event: str) -> list[Change]:
    """Return the changes that make a risk."""
    return [
        Change(table="risks", id=row_id, column=column, before=None, after=value) for column, value in (("id", row_id), ("event", event))
    ]


def commit(opened: store.Store, made: list[Change]) -> int | None:
    """Store changes as Anna."""
    return opened.commit(made, who="Anna", source="risker.xlsx")


# Killed


WRITING = """
    import hashlib, sys
    from pathlib import Path
    from krokomrsa import store
    from krokomrsa.changes import Change

    def cells(before, after):
        return [Change(table="risks", id=f"H{i}", column="event", before=before, after=after) for i in range(20)]

    folder = Path(sys.argv[1])
    with store.open(folder / "register.sqlite", create=True) as opened:
        rows = opened.register().rows("risks")
        last = int(rows["H0"]["event"]) if rows else 0
        if not rows:
            made = [Change(table="risks", id=f"H{i}", column="id", before=None, after=f"H{i}") for i in range(20)]
            opened.commit(made + cells(None, "0"), who="Anna", source="risker.xlsx")
        print("ready", flush=True)
        for number in range(last + 1, 100_000):
            content = str(number).encode() * 1000
            original = {hashlib.sha256(content).hexdigest(): ("risker.xlsx", content)}
            opened.commit(cells(str(number - 1), str(number)), who="Anna", source="risker.xlsx", originals=original)
            print(number, flush=True)
            if number % 7 == 0:
                opened.sanera_original(next(iter(original)), who="Anna")
            if number % 11 == 0:
                store.open(folder / f"{number}.sqlite", create=True).close()
"""


def test_killed_at_random_nothing_is_half_done(tmp_path):
    """However often a writing program is killed, each batch is there whole or not at all, and every one it reported is there."""
    chance = random.Random(4711)  # noqa: S311 (a time to wait, no secret)
    for _ in range(3):
        child = run(WRITING, tmp_path)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.02, 0.6))
        child.kill()
        reported = [int(line) for line in child.stdout.read().split() if line.isdecimal()]
        child.wait()
        with store.open(tmp_path / "register.sqlite") as opened:
            events = set(opened.register().risks["event"])
            assert opened.check() == []
            assert len(events) == 1
            assert int(events.pop()) in {max(reported, default=0), max(reported, default=0) + 1} or not reported
            assert opened.batches().query("kind == 'import'")["changes"].tolist()[1:] == [CELLS] * (
                len(opened.originals()) + sanitised(opened)
            )
    for path in tmp_path.glob("[0-9]*.sqlite"):
        assert store.check(path) == []


def sanitised(opened: store.Store) -> int:
    """Return how many originals were removed."""
    return int((opened.batches()["kind"] == "sanera").sum())


# At the same time


ADDING = """
    import sys
    from krokomrsa import store
    from krokomrsa.changes import Change
    from krokomrsa.errors import KrokomrsaError

    with store.open(sys.argv[1]) as opened:
        done = 0
        while done < 6:
            cost = opened.register().rows("treatments")["T1"]["cost_sek"]
            one = Change(table="treatments", id="T1", column="cost_sek", before=cost, after=cost + 1)
            new = Change(table="risks", id=f"{sys.argv[2]}{done}", column="id", before=None, after=f"{sys.argv[2]}{done}")
            try:
                opened.commit([one, new], who=sys.argv[2], source="panel", kind="edit")
            except KrokomrsaError as error:
                assert {problem.kind for problem in error.problems} == {"conflict"}, error
            else:
                done += 1
"""


@pytest.mark.parametrize("folder", ["rsa", "OneDrive"])
def test_two_programs_write_to_one_register(tmp_path, folder):
    """Two programs that add to the same number lose nothing, with a write-ahead log and with a rollback journal."""
    (tmp_path / folder).mkdir()
    place = tmp_path / folder / "register.sqlite"
    with store.open(place, create=True) as opened:
        first = [
            Change(table="treatments", id="T1", column=column, before=None, after=value)
            for column, value in (("id", "T1"), ("cost_sek", 0.0))
        ]
        commit(opened, first)
        children = [run(ADDING, place, name) for name in ("Anna", "Bo")]
        assert [child.wait(60) for child in children] == [0, 0]
        for child in children:
            assert child.stdout is not None
            child.stdout.close()

        assert opened.register().rows("treatments")["T1"]["cost_sek"] == 12
        assert len(opened.register().risks) == 12
        assert opened.check() == []


def test_several_make_the_same_register_at_once(tmp_path):
    """Whoever comes first makes the register, the others open it, and nobody's rows are lost."""
    place = tmp_path / "register.sqlite"

    def make(name: str) -> str:
        with store.open(place, create=True) as opened:
            commit(opened, risk(name, "Storm"))
            return opened.meta()["workspace"]

    with ThreadPoolExecutor(4) as pool:
        workspaces = set(pool.map(make, "ABCD"))

    assert len(workspaces) == 1
    with store.open(place) as opened:
        assert sorted(opened.register().risks["id"]) == list("ABCD")
        assert opened.check() == []
    assert [path.name for path in tmp_path.iterdir()] == ["register.sqlite"]


def test_a_locked_register_is_told(tmp_path, monkeypatch):
    """While another program holds the register, a commit waits, then says so and stores nothing."""
    monkeypatch.setattr(connection, "PATIENCE_S", 0.1)
    place = tmp_path / "register.sqlite"
    with store.open(place, create=True) as opened:
        other = sqlite3.connect(place, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(KrokomrsaError, match="upptaget") as error:
            commit(opened, risk("H1", "Elavbrott"))
        other.close()

        assert error.value.problems[0].file == str(place)
        assert "försök igen" in error.value.problems[0].remedy
        assert opened.register().risks.empty
        assert commit(opened, risk("H1", "Elavbrott")) == 1


# Full


def test_a_full_disk_is_told_and_nothing_is_stored(tmp_path):
    """When the database cannot grow, the whole batch is undone, the message says what to do, and smaller work goes on."""
    with store.open(tmp_path / "register.sqlite", create=True) as opened:
        commit(opened, risk("H1", "Elavbrott"))
        opened._engine.dispose()

        def little(raw, _entry) -> None:
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count = {pages + 8}")

        sa.event.listen(opened._engine, "connect", little)
        with pytest.raises(KrokomrsaError, match=r"Disken är full.*Frigör utrymme"):
            commit(opened, [change for i in range(2, 2000) for change in risk(f"H{i}", "Storm " * 20)])

        assert opened.register().risks["id"].tolist() == ["H1"]
        assert len(opened.batches()) == 1
        assert opened.check() == []
        assert commit(opened, risk("H2", "Storm")) == 2


FULL = """
    import resource, signal, sys
    from pathlib import Path
    from krokomrsa import store
    from krokomrsa.changes import Change
    from krokomrsa.errors import KrokomrsaError

    def attempt(what):
        try:
            what()
        except KrokomrsaError as error:
            print(error.problems[0].problem)

    folder = Path(sys.argv[1])
    with store.open(folder / "register.sqlite") as opened:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        made = [Change(table="risks", id=f"H{i}", column="id", before=None, after=f"H{i}") for i in range(2, 5000)]
        attempt(lambda: opened.commit(made, who="Anna", source="risker.xlsx"))
        print(opened.register().risks["id"].tolist())
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
        attempt(lambda: opened.backup_to(folder / "kopia.sqlite"))
        attempt(lambda: store.open(folder / "ny.sqlite", create=True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a program's files; the test above runs there")
def test_a_limit_on_the_file_leaves_the_register_as_it_was(tmp_path):
    """When the system refuses a write halfway, the register is as before, and neither a backup nor a new register is half-made."""
    place = tmp_path / "register.sqlite"
    with store.open(place, create=True) as opened:
        commit(opened, risk("H1", "Elavbrott"))

    assert said_by(FULL, tmp_path).splitlines() == [
        "Disken gick inte att läsa eller skriva.",
        "['H1']",
        "Disken är full.",
        "Disken gick inte att läsa eller skriva.",
    ]
    assert store.check(place) == []
    assert [path.name for path in tmp_path.iterdir()] == ["register.sqlite"]


# Write-protected


PROTECTED = """
    import os, stat, sys
    from pathlib import Path
    from krokomrsa import store
    from krokomrsa.changes import Change
    from krokomrsa.errors import KrokomrsaError

    def attempt(what):
        try:
            what()
        except KrokomrsaError as error:
            print(error.problems[0].problem)

    def write():
        with store.open(folder / "register.sqlite") as opened:
            made = Change(table="risks", id="H2", column="id", before=None, after="H2")
            opened.commit([made], who="Anna", source="risker.xlsx")

    folder = Path(sys.argv[1])
    store.open(folder / "register.sqlite").close()  # everything is imported and read before root steps down
    (folder / "register.sqlite").chmod(stat.S_IREAD | stat.S_IRGRP | stat.S_IROTH)
    if hasattr(os, "geteuid"):
        folder.chmod(0o555)
        if os.geteuid() == 0:
            os.setuid(65534)  # root may write everywhere
        attempt(lambda: store.open(folder / "ny.sqlite", create=True))
        with store.open(folder / "kopia.sqlite") as copy:
            print(copy.register().risks["id"].tolist())
            attempt(lambda: copy.backup_to(folder / "en till.sqlite"))
    attempt(write)
"""


def test_a_write_protected_folder_is_told(tmp_path):
    """In a folder or file that may only be read, nothing is written, and the message says so; a rollback copy still reads, an old one too."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with store.open(folder / "register.sqlite", create=True) as opened:
            commit(opened, risk("H1", "Elavbrott"))
            (folder / "kopia.sqlite").write_bytes(opened.dump())
        with closing(sqlite3.connect(folder / "kopia.sqlite")) as copy:
            copy.execute("DROP INDEX changes_of_row")
        before = (folder / "register.sqlite").read_bytes()
        told = said_by(PROTECTED, folder).splitlines()
        folder.chmod(0o755)
        (folder / "register.sqlite").chmod(0o644)

        assert told[-1] in {"Det går inte att skriva i filen eller mappen: den är skrivskyddad.", "Filen går inte att öppna."}
        if os.name == "posix":
            assert told[:-1] == [
                "Filen går inte att öppna.",
                "['H1']",
                "Det går inte att skriva i filen eller mappen: den är skrivskyddad.",
            ]
        assert (folder / "register.sqlite").read_bytes() == before
        assert sorted(path.name for path in folder.iterdir()) == ["kopia.sqlite", "register.sqlite"]
        (tmp_path / "kvar.sqlite").write_bytes(before)
        assert store.check(tmp_path / "kvar.sqlite") == []


@pytest.mark.parametrize(
    ("code", "said"), [(errno.ENOSPC, "Disken är full"), (errno.EROFS, "skrivskyddad"), (errno.EIO, "gick inte att läsa")]
)
def test_a_backup_that_fails_leaves_nothing(tmp_path, monkeypatch, code, said):
    """Whatever the disk says while a copy is written, the message is Swedish and no part of a file is left."""

    def fail(_number: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(archive.os, "fsync", fail)
    with pytest.raises(KrokomrsaError, match=said):
        archive.save(b"kopia", tmp_path / "kopia.sqlite")

    assert list(tmp_path.iterdir()) == []


# Not a register


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Filen är tom"),
        (b"PK\x03\x04" + b"x" * 4000, "inte en databas"),
        (b"SQLite format 3\x00" + b"\x00" * 4000, "inte en databas|skadad"),
    ],
)
def test_a_file_that_is_no_register_is_refused_and_left_alone(tmp_path, content, said):
    """An empty file, another kind of file and a wreck are each told, and their bytes stay."""
    place = tmp_path / "register.sqlite"
    place.write_bytes(content)
    with pytest.raises(KrokomrsaError, match=said) as error:
        store.open(place)

    assert error.value.problems[0].file == str(place)
    assert error.value.problems[0].remedy
    assert [problem.problem for problem in store.check(place)] == [problem.problem for problem in error.value.problems]
    assert place.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path):
    """A database with other tables is not ours, also when it has a table called meta."""
    place = tmp_path / "register.sqlite"
    for statement in ("CREATE TABLE accounts (id INTEGER)", "CREATE TABLE meta (name TEXT)"):
        raw = sqlite3.connect(place)
        raw.execute(statement)
        raw.close()
        before = place.read_bytes()
        with pytest.raises(KrokomrsaError, match="inte ett register"):
            store.open(place, create=True)
        assert place.read_bytes() == before


def test_a_missing_register_is_told(tmp_path):
    """A register is never made by opening it, and a folder that is missing is told."""
    with pytest.raises(KrokomrsaError, match="Registret finns inte"):
        store.open(tmp_path / "register.sqlite")
    with pytest.raises(KrokomrsaError, match="mappen finns"):
        store.open(tmp_path / "saknas" / "register.sqlite", create=True)

    assert [problem.problem for problem in store.check(tmp_path / "register.sqlite")] == ["Registret finns inte."]
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_becomes_a_register_when_asked(tmp_path):
    """A file that was made but never filled is no obstacle to a new register."""
    (tmp_path / "register.sqlite").touch()
    with store.open(tmp_path / "register.sqlite", create=True) as opened:
        assert commit(opened, risk("H1", "Elavbrott")) == 1


def test_a_damaged_register_is_told(tmp_path):
    """Overwritten pages are found, by check and when they are read, and the remedy is the latest backup."""
    place = tmp_path / "register.sqlite"
    with store.open(place, create=True) as opened:
        commit(opened, [change for i in range(300) for change in risk(f"H{i}", "Storm " * 20)])
    content = bytearray(place.read_bytes())
    for page in range(30, len(content) // 4096):
        content[page * 4096 : page * 4096 + 2000] = os.urandom(2000)
    place.write_bytes(content)
    problems = store.check(place)

    assert problems
    assert all("säkerhetskopia" in problem.remedy for problem in problems)
    with pytest.raises(KrokomrsaError, match="skadad"), store.open(place) as opened:
        opened.register()
