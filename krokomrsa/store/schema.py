"""Make the database's tables from the declaration, add what an older database lacks, and guard its history."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.store.connection import Place, reading, refused, set_journal, told, writing
from krokomrsa.store.connection import engine as make_engine
from krokomrsa.vocabulary import Table, Vocabulary, text_of

VERSION: Final = 1
UNLOCKED: Final = "sanera"  # the key in meta that lets history be removed; it stands inside one transaction only

Tables = Mapping[str, sa.Table]
Columns = Mapping[str, Mapping[str, sa.types.TypeEngine[Any]]]  # table → column → type, as they stand in a database

_FIXED: Final = sa.MetaData()
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts up in INTEGER only

META: Final = sa.Table("meta", _FIXED, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False))
BATCHES: Final = sa.Table(
    "batches",
    _FIXED,
    sa.Column("id", _NUMBER, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("undoes", _NUMBER),
    sqlite_autoincrement=True,
)
CHANGES: Final = sa.Table(
    "changes",
    _FIXED,
    sa.Column("id", _NUMBER, primary_key=True),
    sa.Column("batch", _NUMBER, nullable=False),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("row_id", sa.Text, nullable=False),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
    sa.Column("file", sa.Text),
    sa.Column("sha256", sa.Text),
    sa.Column("sheet", sa.Text),
    sa.Column("row", sa.Integer),
    sa.Column("cell", sa.Text),
    sa.Index("changes_of_row", "batch", "table_name", "row_id"),  # what is written together stands together, however much came before
    sqlite_autoincrement=True,
)
STATES: Final = sa.Table(
    "states",
    _FIXED,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("batch", _NUMBER, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
)
ORIGINALS: Final = sa.Table(
    "originals",
    _FIXED,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("batch", _NUMBER, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
_GUARDED: Final = (BATCHES, CHANGES, STATES, ORIGINALS)
_REPLACED: Final = ("changes_of_cell", "changes_of_batch")  # indexes that registers had before

_TYPES: Final[Mapping[str, Callable[[], sa.types.TypeEngine[Any]]]] = MappingProxyType(
    {
        "text": sa.Text,
        "choice": sa.Text,
        "choices": sa.Text,
        "reference": sa.Text,
        "references": sa.Text,
        "number": sa.Double,
        "integer": sa.BigInteger,
        "boolean": sa.Boolean,
        "date": sa.Date,
    }
)


def table_of(table: Table, metadata: sa.MetaData) -> sa.Table:
    """Return the database's table for a declared table: one typed column per declared column, ``id`` as its key.

    >>> from krokomrsa.vocabulary import load
    >>> table_of(load()["organisations"], sa.MetaData()).c.municipal.type
    Boolean()
    """
    columns = [sa.Column(column.key, _TYPES[column.type](), primary_key=column.key == "id") for column in table]
    return sa.Table(table.key, metadata, *columns)


def declared(vocabulary: Vocabulary) -> sa.MetaData:
    """Return every table of the database: the declared ones and those that hold the history.

    Raises
    ------
    KrokomrsaError
        A declared table has the name of a table that holds the history.
    """
    _refuse_reserved(vocabulary)
    metadata = sa.MetaData()
    for fixed in _FIXED.sorted_tables:
        fixed.to_metadata(metadata)
    for table in vocabulary:
        table_of(table, metadata)
    return metadata


def _columns_in(connection: sa.Connection) -> dict[str, dict[str, sa.types.TypeEngine[Any]]]:
    found = sa.inspect(connection).get_multi_columns()
    return {table: {column["name"]: column["type"] for column in columns} for (_schema, table), columns in found.items()}


def standing(connection: sa.Connection, found: Columns | None = None) -> Tables:
    """Return the tables with rows as they stand in the database, those and the columns that are not declared included."""
    metadata = sa.MetaData()
    for name, columns in (found or _columns_in(connection)).items():
        if name not in _FIXED.tables and "id" in columns:
            sa.Table(name, metadata, *(sa.Column(key, kind, primary_key=key == "id") for key, kind in columns.items()))
    return MappingProxyType(dict(metadata.tables))


def _lacking(found: Columns, metadata: sa.MetaData) -> Iterator[tuple[sa.Table, list[sa.Column[Any]]]]:
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in found.get(table.name, {})]
        if columns:
            yield table, columns


def _refuse_reserved(vocabulary: Vocabulary) -> None:
    reserved = [table.key for table in vocabulary if table.key in _FIXED.tables]
    if reserved:
        said = {"problem": text_of("store.reserved"), "remedy": text_of("store.reserved_remedy")}
        raise KrokomrsaError.of(Problem(file="tables.toml", value=key, kind="refused", **said) for key in reserved)


def _is_whole(found: Columns, vocabulary: Vocabulary) -> bool:
    """Tell whether every table has every column; said without making any table, for it is asked at each opening."""
    wanted = {table.name: table.columns.keys() for table in _FIXED.sorted_tables} | {table.key: list(table.keys) for table in vocabulary}
    return all(set(keys) <= set(found.get(name, ())) for name, keys in wanted.items())


def _is_indexed(connection: sa.Connection) -> bool:
    return all(sa.inspect(connection).has_index(CHANGES.name, str(index.name)) for index in CHANGES.indexes)


def _retyped(found: Columns, vocabulary: Vocabulary) -> Iterator[Problem]:
    for table in vocabulary:
        for column in table:
            stands = found.get(table.key, {}).get(column.key)
            if stands is not None and stands.python_type is not _TYPES[column.type]().python_type:
                problem, remedy = text_of("store.retyped", header=column.header), text_of("store.retyped_remedy")
                yield Problem(file="tables.toml", table=table.key, column=column.key, problem=problem, remedy=remedy, kind="refused")


def version(connection: sa.Connection, columns: Columns) -> int | None:
    """Return the version of the database's tables, None where there are no tables of ours."""
    if not {"key", "value"} <= set(columns.get("meta", ())):
        return None
    found = connection.scalar(sa.select(META.c.value).where(META.c.key == "schema_version"))
    return int(found) if found is not None and found.isdecimal() else None


def current(connection: sa.Connection, vocabulary: Vocabulary, *, place: Place, create: bool) -> Columns | None:
    """Return the database's columns where every declared table and column is among them, None where something is to be added.

    Raises
    ------
    KrokomrsaError
        It is of a newer version, not ours, or empty and not to be created; a column has another type, or a declared table has the
        name of a table that holds the history.
    """
    _refuse_reserved(vocabulary)
    columns = _columns_in(connection)
    found = version(connection, columns)
    if found is None:
        if columns or not create:
            raise refused(place, "stranger" if columns else "empty")
        return None
    if found > VERSION:
        raise refused(place, "newer", found=found, known=VERSION)
    problems = list(_retyped(columns, vocabulary))
    if problems:
        raise KrokomrsaError.of(problems)
    return columns if _is_whole(columns, vocabulary) else None


def complete(connection: sa.Connection, vocabulary: Vocabulary, facts: Mapping[str, str]) -> None:
    """Add the tables, columns and indexes that are missing, and to a new database what it is."""
    metadata = declared(vocabulary)
    metadata.create_all(connection)
    for table, columns in _lacking(_columns_in(connection), metadata):
        name = connection.dialect.identifier_preparer.format_table(table)
        for column in columns:
            made = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {made}")
    _index(connection)
    for statement in _guards(connection.dialect.name):
        connection.exec_driver_sql(statement)
    if version(connection, _columns_in(connection)) is None:
        meta = {"workspace": str(uuid.uuid4()), **facts, "schema_version": str(VERSION)}
        connection.execute(META.insert(), [{"key": key, "value": value} for key, value in meta.items()])


def _index(connection: sa.Connection) -> None:
    for index in CHANGES.indexes:
        index.create(connection, checkfirst=True)
    for replaced in _REPLACED:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {replaced}")


@cache
def _guards(dialect: str) -> tuple[str, ...]:
    """Return the statements that make triggers against changing or removing history, except in sanera."""
    locked = f"NOT EXISTS (SELECT 1 FROM meta WHERE key = '{UNLOCKED}')"  # noqa: S608 (a constant; a trigger takes no parameters)
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER IF NOT EXISTS keep_{table.name}_{verb.lower()} BEFORE {verb} ON {table.name} "
            f"WHEN {locked} BEGIN SELECT RAISE(ABORT, 'history is kept'); END"
            for table in _GUARDED
            for verb in ("DELETE", "UPDATE")
        )
    body = f"BEGIN IF {locked} THEN RAISE EXCEPTION 'history is kept'; END IF; IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF; RETURN OLD; END"
    triggers = [
        statement
        for table in _GUARDED
        for name, verbs, each in (("rows", "DELETE OR UPDATE", "ROW"), ("all", "TRUNCATE", "STATEMENT"))
        for statement in (
            f"DROP TRIGGER IF EXISTS keep_{table.name}_{name} ON {table.name}",
            f"CREATE TRIGGER keep_{table.name}_{name} BEFORE {verbs} ON {table.name} FOR EACH {each} EXECUTE FUNCTION keep_history()",
        )
    ]
    return (f"CREATE OR REPLACE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$", *triggers)


def make(path: Path, vocabulary: Vocabulary, facts: Mapping[str, str]) -> None:
    """Make a new database beside its place and move it there when it is whole."""
    part = Place(sa.URL.create("sqlite", database=str(path.with_name(f".{path.name}.{uuid.uuid4().hex}"))), path)
    made = Path(part.url.database or "")
    engine = make_engine(part)
    try:
        with writing(engine, part) as here:
            complete(here, vocabulary, facts)
        engine.dispose()
        with told(path):
            _place(made, path)
    finally:
        engine.dispose()
        made.unlink(missing_ok=True)


def _place(made: Path, path: Path) -> None:
    """Move a file to a place where another program may have put its own meanwhile, which then stays."""
    with suppress(FileExistsError):
        try:
            os.link(made, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if not path.exists():
                made.rename(path)


def prepared(engine: sa.Engine, place: Place, words: Vocabulary, *, create: bool, facts: Mapping[str, str]) -> Tables:
    """Return the tables of a database after adding what it lacks; a database of a newer version is left untouched."""
    with reading(engine, place) as here:
        columns = current(here, words, place=place, create=create)
        tables, indexed = standing(here, columns), columns is not None and _is_indexed(here)
    set_journal(engine, place)
    if columns is not None:
        if not indexed:
            with suppress(KrokomrsaError), writing(engine, place) as here:  # where nobody may write, it is read more slowly
                _index(here)
        return tables
    with writing(engine, place) as here:
        current(here, words, place=place, create=create)
        complete(here, words, facts)
        return standing(here)
