"""Keep the originals by hash, copy a whole register, and check that it holds together."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from krokomrsa.errors import Problem
from krokomrsa.store.connection import Place, refused, told
from krokomrsa.store.replay import Rows, latest, replayed, stored
from krokomrsa.store.schema import BATCHES, CHANGES, META, ORIGINALS, STATES, UNLOCKED, Tables, complete
from krokomrsa.store.trail import said_value
from krokomrsa.store.writing import now
from krokomrsa.vocabulary import Vocabulary, text_of

Originals = Mapping[str, tuple[str, bytes]]  # content hash → file name, content

LEGACY: Final = b"\x01\x01"  # bytes 18 and 19 of an SQLite file: it has no write-ahead log beside it
AT_ONCE: Final = 500


def unknown(connection: sa.Connection, originals: Originals) -> Originals:
    """Return the originals that are not archived yet.

    Raises
    ------
    ValueError
        The content of an original does not have its hash.
    """
    for sha256, (_file, content) in originals.items():
        if hashlib.sha256(content).hexdigest() != sha256:
            message = f"the content does not have the hash {sha256}"
            raise ValueError(message)
    kept = set(connection.scalars(sa.select(ORIGINALS.c.sha256).where(ORIGINALS.c.sha256.in_(list(originals)))))
    return {sha256: entry for sha256, entry in originals.items() if sha256 not in kept}


def keep(connection: sa.Connection, originals: Originals, batch: int) -> None:
    """Archive originals as part of a batch."""
    rows = [
        {"sha256": sha256, "file": file, "size": len(content), "at": now(), "batch": batch, "content": content}
        for sha256, (file, content) in originals.items()
    ]
    if rows:
        connection.execute(ORIGINALS.insert(), rows)


def listed(connection: sa.Connection) -> pd.DataFrame:
    """Return the archived originals: columns sha256, file, size (bytes), at, batch; oldest first."""
    columns = [column for column in ORIGINALS.c if column.name != "content"]
    rows = connection.execute(sa.select(*columns).order_by(ORIGINALS.c.batch, ORIGINALS.c.sha256))
    return pd.DataFrame([tuple(row) for row in rows], columns=[column.name for column in columns])


def _sqlite_copy(raw: sqlite3.Connection) -> bytes:
    with closing(sqlite3.connect(":memory:")) as copy:
        raw.backup(copy)
        content = copy.serialize()
    return content[:18] + LEGACY + content[20:]


def _server_copy(connection: sa.Connection, tables: Tables, vocabulary: Vocabulary) -> bytes:
    """Copy table by table into an SQLite database of the same shape."""
    memory = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with memory.begin() as copy:
        complete(copy, vocabulary, {})
        copy.execute(META.delete())
        for name, table in tables.items():  # unknown tables and columns come along
            table.to_metadata(sa.MetaData()).create(copy, checkfirst=True)
            made = {column["name"] for column in sa.inspect(copy).get_columns(name)}
            for column in table.c:
                if column.name not in made:
                    copy.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {sa.schema.CreateColumn(column).compile(dialect=copy.dialect)}")
        for table in (META, BATCHES, CHANGES, STATES, ORIGINALS, *tables.values()):
            for rows in connection.execution_options(yield_per=AT_ONCE).execute(sa.select(table)).mappings().partitions():
                copy.execute(table.insert(), [dict(row) for row in rows])
    with closing(memory.raw_connection()) as pooled:
        raw: Any = pooled.driver_connection
        content = bytes(raw.serialize())
    memory.dispose()
    return content


def copied(connection: sa.Connection, tables: Tables, vocabulary: Vocabulary) -> bytes:
    """Return the whole register as the bytes of an SQLite file; the connection reads, so nobody's writing gets between."""
    if connection.dialect.name != "sqlite":
        return _server_copy(connection, tables, vocabulary)
    connection.scalar(sa.select(sa.func.count()).select_from(META))  # hold the picture before copying: the copy never waits
    raw: Any = connection.connection.driver_connection
    return _sqlite_copy(raw)


def save(content: bytes, path: Path) -> None:
    """Write a new file whole or not at all.

    Raises
    ------
    KrokomrsaError
        There is a file with that name already, the disk is full, or the folder cannot be written in.
    """
    if path.exists():
        raise refused(path, "backup_exists")
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with told(path):
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)


def _problem(key: str, **values: object) -> Problem:
    return Problem(problem=text_of(f"store.{key}", **values), remedy=text_of(f"store.{key}_remedy"))


def _differences(kept: Rows, replay: Rows, vocabulary: Vocabulary) -> Iterator[Problem]:
    for name in dict.fromkeys((*kept, *replay)):
        here, there = kept.get(name, {}), replay.get(name, {})
        for row_id in dict.fromkeys((*here, *there)):
            one, other = here.get(row_id, {}), there.get(row_id, {})
            for column in dict.fromkeys((*one, *other)):
                if one.get(column) != other.get(column):
                    said = _problem(
                        "differs",
                        found=said_value(vocabulary, name, column, one.get(column)),
                        expected=said_value(vocabulary, name, column, other.get(column)),
                    )
                    yield said.at(table=name, id=row_id, column=column)


def faults(connection: sa.Connection, tables: Tables, vocabulary: Vocabulary, place: Place) -> list[Problem]:
    """Return what does not hold together: damaged pages, rows that differ from their changes, changed originals."""
    found: list[Problem] = []
    if connection.dialect.name == "sqlite":
        said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        if said != ["ok"]:
            return [_problem("integrity", said="; ".join(said)).at(file=str(place), kind="refused")]
    cells = latest(connection)
    found += _differences(stored(connection, tables, cells), replayed(tables, cells), vocabulary)
    for sha256, file in connection.execute(sa.select(ORIGINALS.c.sha256, ORIGINALS.c.file)).all():
        content = connection.scalar(sa.select(ORIGINALS.c.content).where(ORIGINALS.c.sha256 == sha256))
        if hashlib.sha256(content or b"").hexdigest() != sha256:
            found.append(_problem("original_damaged").at(file=file, id=sha256))
    if connection.scalar(sa.select(META.c.value).where(META.c.key == UNLOCKED)) is not None:
        found.append(_problem("integrity", said=UNLOCKED).at(file=str(place), kind="refused"))
    return found
