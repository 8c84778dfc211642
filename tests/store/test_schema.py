import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from test_store import change, fresh, open_store, origin, put, service

from krokomrsa import store
from krokomrsa.errors import KrokomrsaError
from krokomrsa.store import connection
from krokomrsa.vocabulary import parse, resource

__all__ = ["fresh", "open_store"]  # fixtures; tests that take them run on a PostgreSQL server too

ADDED = 'unit = { header = "Enhet"'


def reduced():
    """Return the declaration as it might have been last week: a column and a table fewer."""
    lines = resource("tables.toml").split("[tables.events]")[0].splitlines()
    return parse("\n".join(line for line in lines if not line.startswith(ADDED)))


def test_a_stranger_adds_a_column_and_last_weeks_register_opens(fresh):
    """A column and a table added to the declaration are added to the database, empty, and the old rows stand."""
    with store.open(fresh, vocabulary=reduced(), create=True) as opened:
        assert "unit" not in opened.register().services
        put(opened, *service())
        opened.name_state("Förra veckan", "Anna")
    assert store.check(fresh) == []
    with store.open(fresh) as opened:
        assert opened.register().services["unit"].isna().tolist() == [True]
        put(opened, change("V1", "unit", None, "Änge"), change("E1", "id", None, "E1", table="events"))
        assert opened.register(state="Förra veckan").rows("services")["V1"]["name"] == "Hemtjänst"
        assert opened.check() == []


def test_what_the_declaration_does_not_know_is_kept(fresh):
    """Opened with an older declaration, unknown columns and tables stay, also through removal and undo."""
    with store.open(fresh, create=True) as opened:
        put(opened, *service(), change("V1", "unit", None, "Änge", source=origin()), change("E1", "id", None, "E1", table="events"))
        full = opened.register()
    with store.open(fresh, vocabulary=reduced()) as opened:
        assert ("services", "V1", "unit") not in opened.register().origins
        put(opened, change("V1", "id", "V1", None))
        opened.undo("Anna")
        assert opened.check() == []
    with store.open(fresh) as opened:
        assert opened.register() == full
        assert opened.undo("Anna") == 4


def test_a_column_that_changed_type_is_refused_in_words(fresh):
    """A type that changed in the declaration is told, with what to do, and nothing is touched."""
    store.open(fresh, create=True).close()
    other = parse(resource("tables.toml").replace(f'{ADDED}, type = "text"', f'{ADDED}, type = "date"'))
    with pytest.raises(KrokomrsaError, match="”Enhet” har bytt slag"):
        store.open(fresh, vocabulary=other)


def test_a_table_cannot_take_the_name_of_the_history(fresh):
    """A declared table called changes would hide the history, so it is refused."""
    with pytest.raises(KrokomrsaError, match="egen historik"):
        store.open(fresh, vocabulary=parse(resource("tables.toml").replace("tables.events", "tables.changes")), create=True)


def set_raw(fresh: str, statement: str) -> None:
    """Change a database behind the store's back."""
    engine = connection.engine(connection.find(fresh))
    with engine.begin() as raw:
        raw.exec_driver_sql(statement)
    engine.dispose()


def test_a_register_with_other_indexes_gets_ours_and_keeps_its_history(fresh):
    """The indexes that registers had before are replaced at the next opening, and every line of the history stands."""
    with store.open(fresh, create=True) as opened:
        put(opened, *service(), change("V1", "unit", None, "Änge"))
        before = opened.history("services", "V1")
    for statement in (
        "DROP INDEX changes_of_row",
        "CREATE INDEX changes_of_cell ON changes (table_name, row_id, column_name, id)",
        "CREATE INDEX changes_of_batch ON changes (batch)",
    ):
        set_raw(fresh, statement)
    assert store.check(fresh) == []
    for _ in range(2):
        with store.open(fresh) as opened:
            assert opened.history("services", "V1").to_dict("records") == before.to_dict("records")
            assert opened.check() == []
        engine = connection.engine(connection.find(fresh))
        assert [found["name"] for found in sa.inspect(engine).get_indexes("changes")] == ["changes_of_row"]
        engine.dispose()


def test_a_newer_version_is_left_alone(fresh):
    """A register made by a newer version is neither opened nor changed, and the message says what to do."""
    store.open(fresh, create=True).close()
    set_raw(fresh, "UPDATE meta SET value = '2' WHERE key = 'schema_version'")
    bytes_before = Path(fresh).read_bytes() if "://" not in fresh else b""
    for attempt in (lambda: store.open(fresh, create=True), lambda: store.open(fresh, vocabulary=reduced())):
        with pytest.raises(KrokomrsaError, match="nyare version") as error:
            attempt()

        assert "Uppdatera krokomrsa" in error.value.problems[0].remedy
    assert [problem.kind for problem in store.check(fresh)] == ["refused"]
    assert bytes_before == (Path(fresh).read_bytes() if "://" not in fresh else b"")


@pytest.mark.parametrize("table", ["batches", "changes", "states", "originals"])
def test_history_can_neither_be_removed_nor_rewritten(open_store, fresh, table):
    """The database itself refuses to delete or update history, whoever asks."""
    open_store.commit(service(), who="Anna", source="x", originals={hashlib.sha256(b"x").hexdigest(): ("x", b"x")})
    open_store.name_state("Läge", "Anna")
    column = {"batches": "who", "changes": "after", "states": "who", "originals": "file"}[table]
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 'y'"):  # noqa: S608 (names of ours)
        with pytest.raises(sa.exc.DBAPIError, match="history is kept"):
            set_raw(fresh, statement)

    assert open_store.check() == []
