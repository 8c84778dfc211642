"""Remove what should never have been entered: for good, history and originals included, leaving a line without content."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

import sqlalchemy as sa

from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.store.connection import Place, closing_raw, reading, refused, told, writing
from krokomrsa.store.replay import WHOLE, Line, single, values_of
from krokomrsa.store.schema import BATCHES, CHANGES, META, ORIGINALS, UNLOCKED, Tables
from krokomrsa.store.trail import decode
from krokomrsa.store.writing import packed, write_batch
from krokomrsa.vocabulary import Vocabulary, text_of, texts

KIND: Final = "sanera"
UNWIPED: Final = "unwiped"  # the key in meta that stands from the removal until the files are wiped
TELLING: Final = 4  # a shorter text stands in every workbook and tells nothing
SHOWN: Final = 12  # signs of a hash that a person reads


@dataclass(frozen=True, slots=True)
class Sanitised:
    """What was done: the log line's batch, originals that were removed, and archived originals that still hold the content."""

    batch: int
    removed: tuple[str, ...]
    holding: tuple[str, ...]


@contextmanager
def unlocked(connection: sa.Connection) -> Iterator[None]:
    """Let history be removed, inside the transaction under way only, and note that the files are to be wiped."""
    connection.execute(META.insert().values(key=UNLOCKED, value=""))
    yield
    connection.execute(META.delete().where(META.c.key.in_([UNLOCKED, UNWIPED])))
    connection.execute(META.insert().values(key=UNWIPED, value=""))


def _texts(tables: Tables, changes: Iterable[Line]) -> set[str]:
    values = (decode(tables, c.table_name, c.column_name, text) for c in changes for text in (c.before, c.after) if c.column_name != "id")
    return {value for value in values if isinstance(value, str) and len(value) >= TELLING}


def holds(content: bytes, texts: Iterable[str]) -> bool:
    """Return whether a file holds any of the texts, as bytes or as text in the parts of a workbook.

    >>> holds("a;Hårkan;b".encode(), ["Hårkan"]), holds(b"", ["Hårkan"])
    (True, False)
    """
    parts = [content]
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts += [re.sub(rb"<[^>]*>", b"", package.read(name)) for name in package.namelist() if name.endswith(".xml")]
    wanted = {form.encode() for text in texts for form in (text, escape(text))}
    return any(text in part for text in wanted for part in parts)


def _holding(connection: sa.Connection, texts: set[str], origins: set[str]) -> tuple[str, ...]:
    archived = connection.scalars(sa.select(ORIGINALS.c.sha256).order_by(ORIGINALS.c.sha256)).all()
    content = sa.select(ORIGINALS.c.content)
    return tuple(
        sha256
        for sha256 in archived
        if sha256 in origins or (texts and holds(connection.scalar(content.where(ORIGINALS.c.sha256 == sha256)) or b"", texts))
    )


def _drop_original(connection: sa.Connection, sha256: str) -> None:
    """Remove an archived original and every mention of its name; its hash stays as an id."""
    name = text_of("store.sanitised_file", id=sha256[:SHOWN])
    of_file = CHANGES.c.sha256 == sha256
    names = set(connection.scalars(sa.select(CHANGES.c.file).where(of_file).distinct()))
    names |= set(connection.scalars(sa.select(ORIGINALS.c.file).where(ORIGINALS.c.sha256 == sha256)))
    batches = set(connection.scalars(sa.select(CHANGES.c.batch).where(of_file).distinct()))
    batches |= set(connection.scalars(sa.select(ORIGINALS.c.batch).where(ORIGINALS.c.sha256 == sha256)))
    connection.execute(ORIGINALS.delete().where(ORIGINALS.c.sha256 == sha256))
    connection.execute(CHANGES.update().where(of_file).values(file=name))
    for batch in sorted(batches):
        for column in (BATCHES.c.source, BATCHES.c.note):
            said = connection.scalar(sa.select(column).where(BATCHES.c.id == batch)) or ""
            for known in sorted(names - {name}, key=len, reverse=True):
                said = said.replace(known, name)
            connection.execute(BATCHES.update().where(BATCHES.c.id == batch).values({column.name: said}))


def _take_out(connection: sa.Connection, lines: Iterable[sa.Row[Any]], column: str) -> None:
    """Take a column's value out of the lines that hold a whole row."""
    for line in lines:
        if line.after is not None and line.after.startswith(WHOLE):
            left = {key: json.loads(value) for key, value in values_of(line.after) if key != column}
            letters = {key: cell for key, cell in json.loads(line.cell).items() if key != column}
            told = {"after": packed(left), "cell": json.dumps(letters)}
            connection.execute(CHANGES.update().where(CHANGES.c.id == line.id).values(told))


def _log(connection: sa.Connection, who: str, note: str, traces: Sequence[Change]) -> int:
    return write_batch(connection, traces, who=who, kind=KIND, source="", note=note, undoes=None)


def cells(
    connection: sa.Connection, tables: Tables, key: tuple[str, str], column: str | None, *, who: str, note: str, originals: bool
) -> Sanitised:
    """Remove a value, or with ``column`` None a row, and every change that ever held it.

    The line that is left is a change of the same cell from nothing to nothing.
    """
    table, row_id = key
    this_row = sa.and_(CHANGES.c.table_name == table, CHANGES.c.row_id == row_id)  # every line, whatever batch it says it is of
    of_cell = this_row if column is None else sa.and_(this_row, CHANGES.c.column_name == column)
    lines = connection.execute(sa.select(CHANGES).where(this_row)).all()
    traces = [line for line in single(lines) if column in {None, line.column_name}]
    origins = {trace.sha256 for trace in traces if trace.sha256}
    this = tables[table].c.id == row_id
    with unlocked(connection):
        connection.execute(CHANGES.delete().where(of_cell))
        if column is None:
            connection.execute(tables[table].delete().where(this))
        else:
            connection.execute(tables[table].update().where(this).values({column: None}))
            _take_out(connection, lines, column)
        archived = set(connection.scalars(sa.select(ORIGINALS.c.sha256)))
        removed = tuple(sorted(origins & archived)) if originals else ()
        for sha256 in sorted(origins) if originals else ():
            _drop_original(connection, sha256)
        left = Change(table=table, id=row_id, column=column or "id", before=None, after=None)
        batch = _log(connection, who, note, [left])
    return Sanitised(batch, removed, _holding(connection, _texts(tables, traces), origins))


def original(connection: sa.Connection, sha256: str, *, who: str, note: str) -> Sanitised:
    """Remove an archived original and its name; the values read from it stay."""
    with unlocked(connection):
        _drop_original(connection, sha256)
        batch = _log(connection, who, note, [])
    return Sanitised(batch, (sha256,), ())


def note(vocabulary: Vocabulary, table: str, row_id: str, column: str | None) -> str:
    """Return the words of the log line: where something was removed, never what.

    >>> from krokomrsa.vocabulary import load
    >>> note(load(), "services", "V-SOC-1", "name")
    'Verksamheter V-SOC-1: Verksamhet'
    """
    known = vocabulary.tables.get(table)
    sheet = known.sheet if known else table
    if column is None:
        return text_of("store.sanera_row", table=sheet, id=row_id)
    header = known[column].header if known and column in known.keys else column
    return text_of("store.sanera_value", table=sheet, id=row_id, column=header)


def wipe(engine: sa.Engine, place: Place, tables: Tables) -> None:
    """Rewrite the database's files so that what was removed is not in their bytes.

    Raises
    ------
    KrokomrsaError
        Another program reads the register or the disk is full, so traces may be left; sanera once more wipes them.
    """
    try:
        with told(place):
            _wipe_file(engine) if place.path else _wipe_server(engine, tables)
        with writing(engine, place) as connection:
            connection.execute(META.delete().where(META.c.key == UNWIPED))
    except KrokomrsaError as error:
        raise refused(place, "not_wiped", said=error.problems[0].problem) from error


def finish(engine: sa.Engine, place: Place, tables: Tables) -> None:
    """Wipe what a program that was stopped between removing and wiping left, unless others are in; then the next one does."""
    with reading(engine, place) as connection:
        left = connection.scalar(sa.select(META.c.value).where(META.c.key == UNWIPED))
    if left is not None:
        with suppress(KrokomrsaError):
            wipe(engine, place, tables)


def _wipe_file(engine: sa.Engine) -> None:
    with closing_raw(engine) as raw:
        raw.execute("VACUUM")
        busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        said = texts("store")["faults"]["busy"]
        raise KrokomrsaError(Problem(problem=said["problem"], remedy=said["remedy"]))


def _wipe_server(engine: sa.Engine, tables: Tables) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in (BATCHES.name, CHANGES.name, ORIGINALS.name, *tables):
            connection.exec_driver_sql(f"VACUUM (FULL) {connection.dialect.identifier_preparer.quote(name)}")
