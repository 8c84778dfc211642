"""A register that was read before is carried on by every change since, and is then the same as one that is read whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from krokomrsa import store
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Origin, Register
from krokomrsa.store import Store, replay

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
