import os
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from inspect import signature
from pathlib import Path

import pytest
import sqlalchemy as sa
import test_archive
import test_sanera
import test_schema
import test_store
from test_store import change, open_store, put, service

from krokomrsa import store
from krokomrsa.errors import KrokomrsaError
from krokomrsa.store.schema import standing

__all__ = ["open_store"]  # the fixture, given the place below

FOLDERS = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("C:/Program Files/PostgreSQL").glob("*/bin")]

# Every test of the store that takes a fresh register runs here too.
globals().update(
    {
        name: test
        for module in (test_store, test_schema, test_sanera, test_archive)
        for name, test in vars(module).items()
        if name.startswith("test_") and {"fresh", "open_store"} & set(signature(test).parameters)
    }
)


def program(name: str) -> str | None:
    """Return where a program of the server is."""
    return shutil.which(name) or next((found for folder in FOLDERS if (found := shutil.which(name, path=str(folder)))), None)


def unprivileged() -> dict[str, str]:
    """Return who starts the server: it refuses to run as root."""
    return {"user": "postgres"} if hasattr(os, "geteuid") and os.geteuid() == 0 else {}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start a PostgreSQL server of its own on a free port, and stop it."""
    if program("initdb") is None or program("pg_ctl") is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no PostgreSQL server: install it (Debian: apt-get install postgresql)")
        pytest.skip("no PostgreSQL server is installed here (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp())
    if unprivileged():
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = {"cwd": folder, "stdout": subprocess.DEVNULL, **unprivileged()}
    data, options = str(folder / "data"), f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off"
    if sys.platform != "win32":
        options += f" -c unix_socket_directories={folder}"
    subprocess.run([program("initdb"), "-D", data, "-U", "rsa", "-A", "trust", "-E", "UTF8", "--locale=C"], check=True, **run)
    subprocess.run([program("pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start"], check=True, **run)
    try:
        yield f"postgresql://rsa@127.0.0.1:{port}"
    finally:
        subprocess.run([program("pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop"], check=True, **run)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def fresh(server: str) -> str:
    """Return the address of an empty database."""
    name = f"rsa_{uuid.uuid4().hex}"
    engine = sa.create_engine(f"{server}/postgres".replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{server}/{name}"


def test_a_database_that_is_not_ours_is_left_alone(fresh):
    """An empty database is made a register only when asked, one with other tables never."""
    with pytest.raises(KrokomrsaError, match="inget register"):
        store.open(fresh)
    test_schema.set_raw(fresh, "CREATE TABLE events (id integer)")
    with pytest.raises(KrokomrsaError, match="inte ett register"):
        store.open(fresh, create=True)


def test_history_cannot_be_truncated(open_store, fresh):
    """The server refuses to empty the history at once, too."""
    put(open_store, *service())
    with pytest.raises(sa.exc.DBAPIError, match="history is kept"):
        test_schema.set_raw(fresh, "TRUNCATE changes")

    assert open_store.check() == []


def test_several_coordinators_write_in_turn(open_store, fresh):
    """Two threads that add to the same number lose nothing: each reads, adds, and tries again at a conflict."""
    put(open_store, *service(), change("V1", "tolerable_outage_h", None, 0.0))

    def add(times: int) -> None:
        with store.open(fresh) as opened:
            done = 0
            while done < times:
                hours = opened.register().rows("services")["V1"]["tolerable_outage_h"]
                try:
                    put(opened, change("V1", "tolerable_outage_h", hours, hours + 1))
                except KrokomrsaError as error:
                    assert error.problems[0].kind == "conflict"  # noqa: PT017 (the other case is tried again)
                else:
                    done += 1

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add, [4, 4]))

    assert open_store.register().rows("services")["V1"]["tolerable_outage_h"] == 8
    assert open_store.check() == []


def test_a_copy_from_the_server_keeps_what_is_not_declared(fresh, tmp_path):
    """Columns and tables beyond the declaration come along into the SQLite copy."""
    with store.open(fresh, create=True) as opened:
        put(opened, *service(), change("V1", "unit", None, "Änge"), change("E1", "id", None, "E1", table="events"))
        full = opened.register()
    with store.open(fresh, vocabulary=test_schema.reduced()) as opened:
        opened.backup_to(tmp_path / "kopia.sqlite")
    with store.open(tmp_path / "kopia.sqlite") as copy:
        assert copy.register() == full
        with copy._reading() as here:
            assert "events" in standing(here)
