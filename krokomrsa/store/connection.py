"""Reach the database: where it stands, how it is opened, and what its faults mean to a coordinator."""

from __future__ import annotations

import errno
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of, texts

PATIENCE_S: Final = 10
WRITERS: Final = 7_275_001  # the lock that a server's writers take in turn
REMOTE_DRIVE: Final = 4  # what Windows calls a mapped network drive


@dataclass(frozen=True, slots=True)
class Place:
    """Where a register stands: a file, or a database on a server (``path`` is None)."""

    url: sa.URL
    path: Path | None

    def __str__(self) -> str:
        """Return the place as a coordinator would say it, never with a password."""
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)

    @property
    def identity(self) -> tuple[object, ...]:
        """Return what tells this database from others, and a file from one that was put in its place."""
        if self.path is None:
            return (self.url,)
        found = self.path.stat()
        return (self.path.resolve(), found.st_dev, found.st_ino)


def refused(place: Place | Path | None, key: str, /, *, stands: str = "", **values: object) -> KrokomrsaError:
    """Return the error that says why something was not done, in the words of ``texts/store.toml``; ``stands`` is what was asked for."""
    problem, remedy = text_of(f"store.{key}", **values), text_of(f"store.{key}_remedy", **values)
    return KrokomrsaError(Problem(file=str(place or ""), value=stands, problem=problem, remedy=remedy, kind="refused"))


def find(url_or_path: str | Path) -> Place:
    """Return the place that a path or an address names.

    >>> find("data/register.sqlite").path.name, find("postgresql://rsa:hemlig@server/rsa").path
    ('register.sqlite', None)
    >>> print(find("postgresql://rsa:hemlig@server/rsa"))
    postgresql+psycopg://rsa:***@server/rsa

    Raises
    ------
    KrokomrsaError
        An address that cannot be read.
    """
    if isinstance(url_or_path, Path) or "://" not in url_or_path:
        path = Path(url_or_path)
        return Place(sa.URL.create("sqlite", database=str(path)), path)
    try:
        url = sa.make_url(url_or_path)
    except sa.exc.ArgumentError as error:
        raise refused(None, "bad_url") from error
    if url.get_backend_name() == "sqlite":
        return find(Path(url.database or ""))
    return Place(url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url, None)


def mount_kind(path: Path, mounts: str) -> str:
    r"""Return the kind of file system that holds a path, given the text of ``/proc/mounts``.

    >>> mount_kind(Path("/srv/rsa/data"), "/dev/sda / ext4 rw 0 0\n//server/rsa /srv/rsa cifs rw 0 0")
    'cifs'
    """
    fields = [line.split() for line in mounts.splitlines()]
    held = {entry[1].replace("\\040", " "): entry[2] for entry in fields if len(entry) > 2}  # noqa: PLR2004 (device, folder, kind)
    folders = [str(folder) for folder in (path, *path.parents)]
    return next((held[folder] for folder in folders if folder in held), "")


def _on_network(path: Path) -> bool:
    if str(path).startswith("\\\\"):
        return True
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 (its windll stands on Windows only)

        return bool(ctypes.windll.kernel32.GetDriveTypeW(f"{path.resolve().drive}\\") == REMOTE_DRIVE)
    mounts = Path("/proc/mounts")
    known = mounts.read_text(encoding="utf-8", errors="replace") if mounts.exists() else ""
    return mount_kind(path.resolve(), known) in texts("store")["network"]


def warning(path: Path) -> str:
    """Return what to know about the folder a register stands in; empty where it is a disk of one's own.

    >>> warning(Path("C:/Users/anna/OneDrive - Krokoms kommun/rsa/register.sqlite"))[:75]
    'Registret ligger i en mapp som synkroniseras (OneDrive - Krokoms kommun). D'
    """
    words = tuple(texts("store")["synchronised"])
    folders = str(path if str(path).startswith("\\\\") else path.absolute()).replace("\\", "/").split("/")[:-1]
    name = next((folder for folder in folders if folder.casefold().startswith(words)), "")
    if name:
        return text_of("store.synchronised_note", name=name)
    return text_of("store.network_note", name=path.parent) if _on_network(path) else ""


PAGE: Final = "page_size = 8192"  # of a new database: half as many pages are logged and moved as with SQLite's own size
CACHE: Final = "cache_size = -65536"  # KiB that are kept in memory: a history of millions of changes has indexes that are larger
LOG: Final = "wal_autocheckpoint = 4096"  # pages of the log that are moved into the database at a time: those that many commits touch, once


def _prepare_sqlite(raw: Any, _entry: ConnectionPoolEntry) -> None:
    raw.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
    for pragma in (PAGE, "synchronous = FULL", "secure_delete = ON", "trusted_schema = OFF", CACHE, LOG):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def engine(place: Place) -> sa.Engine:
    """Return the engine for a place; SQLite's transactions are exact, and deleted bytes are overwritten.

    Raises
    ------
    KrokomrsaError
        The database's driver is not installed.
    """
    if place.path is not None:
        made = sa.create_engine(place.url, connect_args={"timeout": PATIENCE_S})
        sa.event.listen(made, "connect", _prepare_sqlite)
        sa.event.listen(made, "begin", _begin_sqlite)
        return made
    try:
        patience = {"connect_timeout": PATIENCE_S, "options": f"-c lock_timeout={PATIENCE_S}s"}
        return sa.create_engine(place.url, connect_args=patience, pool_pre_ping=True)
    except (ModuleNotFoundError, sa.exc.NoSuchModuleError) as error:
        raise refused(place, "no_driver") from error


def _code(error: BaseException) -> str:
    """Return the code of a fault as the disk, SQLite or the server gives it; empty for a mistake of ours."""
    cause: Any = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, OSError):
        return errno.errorcode.get(cause.errno or 0, "")
    if isinstance(cause, sqlite3.Error):
        return str(getattr(cause, "sqlite_errorname", ""))
    code = getattr(cause, "sqlstate", None)
    return str(code) if code else "SERVER" if isinstance(error, sa.exc.OperationalError) else ""


@contextmanager
def told(place: Place | Path) -> Iterator[None]:
    """Turn what the disk or the database says into a Swedish error with place and remedy; let mistakes of ours through."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
        code = _code(error)
        for fault in texts("store")["faults"].values():
            if code and code.startswith(tuple(fault["codes"])):
                said = Problem(file=str(place), problem=fault["problem"], remedy=fault["remedy"], kind="refused")
                raise KrokomrsaError(said) from error
        raise


@contextmanager
def reading(on: sa.Engine, place: Place) -> Iterator[sa.Connection]:
    """Give a connection that sees one unchanging picture of the database."""
    with told(place), on.connect() as connection:
        if on.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901 (the same connection)
        with connection.begin():
            yield connection


@contextmanager
def writing(on: sa.Engine, place: Place) -> Iterator[sa.Connection]:
    """Give the only connection that may write, in one transaction; an error leaves everything as it was."""
    with told(place), on.connect().execution_options(writing=True) as connection, connection.begin():
        if on.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITERS)))  # others read on, and wait to write
        yield connection


def set_journal(on: sa.Engine, place: Place) -> None:
    """Keep a write-ahead log on a disk of one's own, a rollback journal where the folder is shared."""
    if place.path is None:
        return
    wanted = "delete" if warning(place.path) else "wal"
    # A rollback journal is safe too: in a folder that may only be read, or while others are in.
    spared = (sqlite3.OperationalError,) if wanted == "wal" else ()
    with told(place), closing_raw(on) as raw:
        if raw.execute("PRAGMA journal_mode").fetchone()[0] != wanted:
            with suppress(*spared):
                raw.execute(f"PRAGMA journal_mode = {wanted}")


@contextmanager
def closing_raw(on: sa.Engine) -> Iterator[Any]:
    """Give SQLite's own connection, outside any transaction."""
    pooled = on.raw_connection()
    try:
        yield pooled.driver_connection
    finally:
        pooled.close()
