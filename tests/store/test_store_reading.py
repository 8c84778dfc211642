"""A register that was read before is carried on by every change since, and is then the same as one that is read whole."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from krokomrsa import store
from krokomrsa.changes import Change, RowChange
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Origin, Place, Register
from krokomrsa.store import Store, replay
from krokomrsa.store.schema import CHANGES

NAME = "register.sqlite"
FROM = Origin("soc.xlsx", "ab" * 32, "Verksamheter", 7, "B7")


def change(row: str, column: str, before: str | None, after: str | None, *, origin: Origin | None = None) -> Change:
    """Return a change of a risk."""
    return Change(table="risks", id=row, column=column, before=before, after=after, origin=origin)


def made(row: str, event: str) -> list[Change]:
    """Return the changes that make a risk."""
    return [change(row, "id", None, row), change(row, "event", None, event, origin=FROM)]


def whole(kept: Store) -> Register:
    """Return the register as somebody reads it who has never read it before."""
    replay.forget()
    return kept.register()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a register with two risks, that has been read."""
    path = tmp_path / NAME
    with store.open(path, create=True) as kept:
        kept.commit([*made("H-1", "Storm"), *made("H-2", "Skyfall")], who="Anna", source="a")
        kept.register()
    return path


def same(kept: Store) -> bool:
    """Tell whether the register that is carried on is the one that is read whole: content, order, types and origins."""
    carried, read = kept.register(), whole(kept)
    alike = all(left.equals(read[table.key]) and (left.dtypes == read[table.key].dtypes).all() for table, left in carried)
    return alike and carried == read and dict(carried.origins) == dict(read.origins)


def test_every_kind_of_change_is_carried_on(place: Path) -> None:
    """Values, rows that are made, taken away and made again, and undo give the register that is read whole."""
    with store.open(place) as kept:
        steps = [
            [change("H-1", "event", "Storm", "Orkan")],
            [change("H-1", "id", "H-1", None)],
            made("H-3", "Brand"),
            made("H-1", "Storm igen"),
        ]
        for step in steps:
            kept.commit(step, who="Anna", source="a")
            assert same(kept)
            kept.register()
        for _ in steps:
            kept.undo("Anna")
            assert same(kept)


def test_what_another_connection_wrote_is_seen(place: Path) -> None:
    """Two that have the register open see each other's changes at once, and the later of the same value is told of both."""
    with store.open(place) as one, store.open(place) as other:
        before = one.register()
        other.commit([change("H-1", "event", "Storm", "Orkan")], who="Bo", source="b")
        assert one.register().risks["event"].tolist() == ["Orkan", "Skyfall"]
        assert before.risks["event"].tolist() == ["Storm", "Skyfall"]
        with pytest.raises(KrokomrsaError, match="Orkan"):
            one.commit([change("H-1", "event", "Storm", "Snö")], who="Anna", source="a")


def test_what_was_removed_for_good_is_not_carried_on(place: Path) -> None:
    """After sanera the register is read whole: the value and where it came from are gone."""
    with store.open(place) as kept:
        kept.sanera_value("risks", "H-1", "event", who="Anna")
        found = kept.register()
    assert found.held("risks")["H-1"]["event"] is None
    assert found.source("risks", "H-1", "event") is None


def test_a_register_that_was_put_in_place_is_read_whole(place: Path, tmp_path: Path) -> None:
    """Another file under the same name is another register, also with as many batches."""
    copy = Path(shutil.copy(place, tmp_path / "annan.sqlite"))
    with store.open(copy) as kept:
        kept.commit([change("H-1", "event", "Storm", "Orkan")], who="Anna", source="a")
    with store.open(place) as kept:
        kept.commit([change("H-1", "event", "Storm", "Snö")], who="Anna", source="a")
        kept.register()
    for ending in ("-wal", "-shm"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    copy.replace(place)
    with store.open(place) as kept:
        assert kept.register().held("risks")["H-1"]["event"] == "Orkan"


READ = Place("soc.xlsx", "ab" * 32, "Risker", 7, {"id": "A", "event": "B", "causes": "C"})


@pytest.fixture
def with_whole(tmp_path: Path) -> Path:
    """Return a register in which a risk was made as a whole row, read from one line of a sheet."""
    path = tmp_path / NAME
    made_whole = RowChange("risks", "H-1", None, {"id": "H-1", "event": 'Storm,\n"snö"', "causes": "Åska", "protection": None}, (READ,))
    with store.open(path, create=True) as kept:
        kept.commit([made_whole], who="Anna", source="soc.xlsx")
    return path


def test_a_row_that_is_made_whole_is_read_back_value_by_value(with_whole: Path) -> None:
    """One line of the history tells of each value what it is and which cell it comes from, and counts as all of them."""
    with store.open(with_whole) as kept:
        history, found = kept.history("risks", "H-1"), whole(kept)
        assert list(zip(history["column"], history["before"], history["after"], history["cell"], strict=True)) == [
            ("id", None, "H-1", "A7"),
            ("event", None, 'Storm,\n"snö"', "B7"),
            ("causes", None, "Åska", "C7"),
        ]
        assert kept.batches()["changes"].tolist() == [3]
    assert found.held("risks")["H-1"]["event"] == 'Storm,\n"snö"'
    assert found.source("risks", "H-1", "causes") == Origin("soc.xlsx", "ab" * 32, "Risker", 7, "C7")
    assert store.check(with_whole) == []


def test_what_happens_to_a_row_that_was_made_whole_is_carried_on(with_whole: Path) -> None:
    """An edit, taking the row away and undo of each leave the same register as one that is read whole, and a state is as it was."""
    with store.open(with_whole) as kept:
        kept.register()
        kept.name_state("inläst", "Anna")
        for step in ([change("H-1", "causes", "Åska", "Vind")], [change("H-1", "id", "H-1", None)]):
            kept.commit(step, who="Anna", source="a")
            assert same(kept)
        assert kept.removed() == {("risks", "H-1")}
        assert kept.register(state="inläst").held("risks")["H-1"]["causes"] == "Åska"
        for _ in range(2):
            kept.undo("Anna")
            assert same(kept)
        assert kept.register().source("risks", "H-1", "causes") == READ.origin("causes")
        kept.undo("Anna")
        assert same(kept)
        assert not kept.register().held("risks")


def test_a_value_of_a_row_that_was_made_whole_is_removed_for_good(with_whole: Path) -> None:
    """After sanera neither the value nor its bytes nor its cell are left; the row's other values and cells are."""
    with store.open(with_whole) as kept:
        assert kept.sanera_value("risks", "H-1", "event", who="Anna").holding == ()
        found = whole(kept)
        assert (found.held("risks")["H-1"]["event"], found.held("risks")["H-1"]["causes"]) == (None, "Åska")
        assert (found.source("risks", "H-1", "event"), found.source("risks", "H-1", "causes")) == (None, READ.origin("causes"))
        assert kept.history("risks", "H-1")["column"].tolist() == ["id", "causes", "event"]
    assert b"Storm" not in with_whole.read_bytes()
    assert store.check(with_whole) == []


def test_the_lines_of_one_row_are_looked_up_and_not_searched_for(place):
    """However long the history is, that of one row is found by the index, batch by batch."""
    asked = (
        sa.select(CHANGES).where(replay.of_row("risks", "H-1")).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    )
    with closing(sqlite3.connect(place)) as raw:
        told = " ".join(step[3] for step in raw.execute(f"EXPLAIN QUERY PLAN {asked}"))

    assert "changes_of_row (batch=? AND table_name=? AND row_id=?)" in told
