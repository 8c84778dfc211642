import hashlib
import sqlite3

import pandas as pd
import pytest
from test_sanera import leaked
from test_schema import set_raw
from test_store import fresh, open_store, put, service

from krokomrsa import store
from krokomrsa.errors import KrokomrsaError

__all__ = ["fresh", "open_store"]  # fixtures; tests that take them run on a PostgreSQL server too


def test_a_dump_is_a_whole_register(open_store, tmp_path):
    """A copy opens by itself with rows, history, states, originals and origins, and checks out."""
    leaked(open_store)
    path = tmp_path / "kopia.sqlite"
    open_store.backup_to(path)
    assert store.check(path) == []
    with store.open(path) as copy:
        assert copy.register() == open_store.register()
        assert dict(copy.register().origins) == dict(open_store.register().origins)
        assert copy.register(state="Före") == open_store.register(state="Före")
        assert copy.meta() == open_store.meta()
        for table in ("batches", "states", "originals"):
            pd.testing.assert_frame_equal(getattr(copy, table)(), getattr(open_store, table)())
        put(copy, *service("V2"))
        assert copy.batches()["id"].is_unique


def test_a_backup_never_overwrites(open_store, tmp_path):
    """A file that exists is left as it is, and nothing is left beside it."""
    path = tmp_path / "kopia.sqlite"
    path.write_text("min fil", encoding="utf-8")
    with pytest.raises(KrokomrsaError, match="redan en fil"):
        open_store.backup_to(path)

    assert path.read_text(encoding="utf-8") == "min fil"
    assert [found.name for found in tmp_path.glob(".*")] == []


def test_a_copy_is_taken_while_others_write(tmp_path):
    """Another program's open write neither stops nor enters the copy."""
    place = tmp_path / "register.sqlite"
    with store.open(place, create=True) as opened:
        put(opened, *service())
        writer = sqlite3.connect(place, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM services")
        opened.backup_to(tmp_path / "kopia.sqlite")
        writer.close()
    with store.open(tmp_path / "kopia.sqlite") as copy:
        assert copy.register().services["id"].tolist() == ["V1"]


def test_check_tells_a_row_that_was_changed_beside_the_store(open_store, fresh):
    """A value changed by another program differs from the history and is told with both values."""
    put(open_store, *service())
    set_raw(fresh, "UPDATE services SET name = 'Skola' WHERE id = 'V1'")

    assert [(p.id, p.column, p.problem) for p in store.check(fresh)] == [
        ("V1", "name", "Värdet i registret (”Skola”) stämmer inte med historiken (”Hemtjänst”).")
    ]


def test_check_tells_a_damaged_original(open_store, fresh):
    """An original whose content is no longer what was read is told."""
    open_store.commit([], who="Anna", source="x", originals={hashlib.sha256(b"x").hexdigest(): ("x.xlsx", b"x")})
    for statement in (
        "INSERT INTO meta VALUES ('sanera', '')",
        f"UPDATE originals SET content = CAST('y' AS {'BYTEA' if '://' in fresh else 'BLOB'})",  # noqa: S608 (words of ours)
        "DELETE FROM meta WHERE key = 'sanera'",
    ):
        set_raw(fresh, statement)

    assert [p.file for p in open_store.check()] == ["x.xlsx"]
