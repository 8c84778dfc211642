import hashlib
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest
from test_store import change, fresh, open_store, origin, put, service

from krokomrsa import store
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register
from krokomrsa.store import connection, sanera

__all__ = ["fresh", "open_store"]  # fixtures; tests that take them run on a PostgreSQL server too

SECRET = "Portkoden till reservverket är ättika-4711"  # noqa: S105 (made up)


def workbook(*texts: str) -> bytes:
    """Return a package with texts in it, as a workbook has."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings.xml", "".join(f"<si><t>{text}</t></si>" for text in texts))
    return made.getvalue()


def traces(fresh: str, *texts: str) -> list[str]:
    """Return the files beside a register that hold any of the texts, in plain bytes or as JSON."""
    forms = [form.encode() for text in texts for form in (text, json.dumps(text)[1:-1])]
    return [path.name for path in Path(fresh).parent.iterdir() if any(form in path.read_bytes() for form in forms)]


def leaked(opened: store.Store) -> tuple[str, str]:
    """Store a row with a secret, edit it, name states between, and return the hashes of two originals that hold it."""
    one, two = workbook(SECRET, "Änge"), workbook(SECRET)
    first, second = (hashlib.sha256(content).hexdigest() for content in (one, two))
    source = origin(content=one, file="ättika.xlsx")
    made = [*service(source=source), change("V1", "note", None, SECRET, source=source), change("V1", "unit", None, "Änge", source=source)]
    opened.commit(made, who="Anna", source="ättika.xlsx", originals={first: ("ättika.xlsx", one), second: ("kopia.xlsx", two)})
    opened.name_state("Före", "Anna")
    put(opened, change("V1", "note", SECRET, f"{SECRET}!"))
    return first, second


@pytest.mark.parametrize("originals", [False, True])
def test_a_sanitised_value_is_gone_for_good(open_store, fresh, originals):
    """The value is in no row, change, state or byte of the files; a line without content says that it was removed."""
    first, second = leaked(open_store)
    done = open_store.sanera_value("services", "V1", "note", who="Bo", originals=originals)
    old = open_store.register(state="Före").rows("services")["V1"]

    assert open_store.register().rows("services")["V1"]["note"] is None
    assert (old["note"], old["unit"]) == (None, "Änge")
    assert done.removed == ((first,) if originals else ())
    assert set(done.holding) == ({second} if originals else {first, second})
    assert open_store.batches().iloc[-1][["who", "kind", "source", "note"]].tolist() == ["Bo", "sanera", "", "Verksamheter V1: Anteckning"]
    assert open_store.history("services", "V1")["column"].tolist()[-1] == "note"
    assert open_store.check() == []
    if "://" not in fresh:
        assert traces(fresh, SECRET) == []
        if originals:
            assert traces(fresh, "ättika") == []
    open_store.undo("Anna", batch=1)
    assert open_store.register() == Register()


def test_a_sanitised_row_is_gone_for_good(open_store, fresh):
    """The row is in no table, change or state; it counts as removed, and cleaning twice does no harm."""
    leaked(open_store)
    open_store.sanera_row("services", "V1", who="Bo", originals=True)
    open_store.sanera_row("services", "V1", who="Bo")

    assert open_store.register() == Register()
    assert open_store.register(state="Före") == Register()
    assert open_store.removed() == {("services", "V1")}
    assert open_store.check() == []
    if "://" not in fresh:
        assert traces(fresh, SECRET, "Hemtjänst", "Änge", "ättika") == []


def test_a_sanitised_original_is_gone_with_its_name(open_store, fresh):
    """The file and its name are gone, the values read from it stay, and their origin keeps its id."""
    first, second = leaked(open_store)
    for sha256 in (first, second):
        open_store.sanera_original(sha256, who="Bo")
    source = open_store.register().source("services", "V1", "unit")

    assert source is not None
    assert (source.sha256, source.file) == (first, f"sanerad fil {first[:12]}")
    assert open_store.batches()["source"].tolist()[0] == f"sanerad fil {first[:12]}"
    assert open_store.originals().empty
    assert open_store.register().rows("services")["V1"]["note"] == f"{SECRET}!"
    if "://" not in fresh:
        assert traces(fresh, "ättika.xlsx", "kopia.xlsx") == []


def test_what_cannot_be_sanitised_is_said(open_store):
    """An id, a row that never was, an unknown column and an unknown original are refused in words."""
    put(open_store, *service())
    for args in (("services", "V1", "id"), ("services", "V2", "name"), ("services", "V1", "nothing"), ("nothing", "V1", "name")):
        with pytest.raises(KrokomrsaError, match=r"Sanera hela raden|Kontrollera tabell"):
            open_store.sanera_value(*args, who="Bo")
    with pytest.raises(KrokomrsaError, match="arkivet"):
        open_store.sanera_original("00", who="Bo")
    assert len(open_store.batches()) == 1


def test_sanera_says_when_another_program_keeps_the_bytes(tmp_path, monkeypatch):
    """While somebody reads, the bytes cannot be wiped: that is said, and sanera once more wipes them."""
    monkeypatch.setattr(connection, "PATIENCE_S", 0.1)
    place = str(tmp_path / "register.sqlite")
    with store.open(place, create=True) as opened:
        leaked(opened)
        reader = sqlite3.connect(place, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM services").fetchall()
        with pytest.raises(KrokomrsaError, match="spår kan finnas kvar"):
            opened.sanera_row("services", "V1", who="Bo")
        reader.close()
        assert traces(place, SECRET)
        opened.sanera_row("services", "V1", who="Bo")
        assert traces(place, SECRET) == []
        assert set(opened.meta()) == {"schema_version", "workspace"}


def test_what_could_not_be_wiped_is_wiped_when_the_register_is_opened_next(tmp_path, monkeypatch):
    """A program that was stopped between removing and wiping leaves a note, and the next one wipes."""
    place = str(tmp_path / "register.sqlite")
    with store.open(place, create=True) as opened:
        leaked(opened)
        with monkeypatch.context() as stopped:
            stopped.setattr(sanera, "wipe", lambda *_: None)
            opened.sanera_row("services", "V1", who="Bo", originals=True)
        assert traces(place, SECRET)
        store.open(place).close()
        assert traces(place, SECRET) == []
        assert set(opened.meta()) == {"schema_version", "workspace"}


def test_what_the_store_keeps_about_itself_is_not_set_by_hand(open_store):
    """The version and the lock of the history are not facts about the municipality."""
    for key in ("schema_version", "sanera", "unwiped"):
        with pytest.raises(ValueError, match="by hand"):
            open_store.set_meta(**{key: "2"})
