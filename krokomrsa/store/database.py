"""Keep a register in a database, with every change, every named state and every original."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pandas as pd
import sqlalchemy as sa

from krokomrsa import changes
from krokomrsa.changes import Change, RowChange
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Register
from krokomrsa.store import archive, connection, replay, reversal, sanera, schema, trail, writing
from krokomrsa.store.archive import Originals
from krokomrsa.store.connection import Place, refused
from krokomrsa.store.sanera import Sanitised
from krokomrsa.store.schema import BATCHES, CHANGES, META, ORIGINALS, STATES
from krokomrsa.vocabulary import Vocabulary, load, text_of

HISTORY: Final = ("at", "who", "kind", "source", "column", "before", "after", "file", "sheet", "cell", "batch")


def open(  # noqa: A001 (reads as store.open)
    url_or_path: str | Path, *, vocabulary: Vocabulary | None = None, create: bool = False, meta: Mapping[str, str] | None = None
) -> Store:
    """Open a register: an SQLite file, or a database on a PostgreSQL server.

    Tables and columns that the declaration has and the database lacks are added; those it does not know are kept.
    ``create`` makes a database that is missing, with ``meta`` (municipality, mandate period …) as what it says of itself.

    Raises
    ------
    KrokomrsaError
        The database is missing, empty, damaged, locked, somebody else's, or of a newer version (then it is left untouched).
    """
    place, words = connection.find(url_or_path), vocabulary or load()
    if place.path is not None and not place.path.exists():
        if not create:
            raise refused(place, "missing")
        schema.make(place.path, words, meta or {})
    engine = connection.engine(place)
    try:
        tables = schema.prepared(engine, place, words, create=create, facts=meta or {})
        sanera.finish(engine, place, tables)
        return Store(place, engine, words, tables)
    except BaseException:
        engine.dispose()
        raise


def check(url_or_path: str | Path, *, vocabulary: Vocabulary | None = None) -> list[Problem]:
    """Return what is wrong with a register: damaged pages, wrong version, rows that differ from their history.

    Nothing is added to an older database, and nothing in the file is changed.
    """
    place, words = connection.find(url_or_path), vocabulary or load()
    if place.path is not None and not place.path.exists():
        return list(refused(place, "missing").problems)
    engine = connection.engine(place)
    try:
        with connection.reading(engine, place) as here:
            schema.current(here, words, place=place, create=False)
            return archive.faults(here, schema.standing(here), words, place)
    except KrokomrsaError as error:
        return list(error.problems)
    finally:
        engine.dispose()


class Store:
    """An open register. Use it in a ``with`` statement, or close it.

    ``warning`` is a Swedish sentence where the file stands in a synchronised folder or on a network, else empty.
    """

    def __init__(self, place: Place, engine: sa.Engine, vocabulary: Vocabulary, tables: schema.Tables) -> None:
        """Take an engine whose database has every declared table; use :func:`open`."""
        self.place, self.vocabulary = str(place), vocabulary
        self.warning = connection.warning(place.path) if place.path else ""
        self._place, self._engine, self._tables = place, engine, tables

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return connection.reading(self._engine, self._place)

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        return connection.writing(self._engine, self._place)

    def _frame(self, question: sa.Select[Any]) -> pd.DataFrame:
        with self._reading() as here:
            rows = here.execute(question)
            return pd.DataFrame([tuple(row) for row in rows], columns=list(rows.keys()))

    def meta(self) -> dict[str, str]:
        """Return what the database says of itself: schema_version, workspace, municipality, mandate period and more."""
        with self._reading() as here:
            return {row.key: row.value for row in here.execute(sa.select(META).order_by(META.c.key))}

    def set_meta(self, **facts: str) -> None:
        """Set what the database says of itself, such as ``municipality="Krokoms kommun"``."""
        if {"schema_version", schema.UNLOCKED, sanera.UNWIPED} & set(facts):
            message = "what the store keeps about itself is not set by hand"
            raise ValueError(message)
        with self._writing() as here:
            here.execute(META.delete().where(META.c.key.in_(list(facts))))
            here.execute(META.insert(), [{"key": key, "value": value} for key, value in facts.items()])

    def register(self, *, state: str | None = None, batch: int | None = None) -> Register:
        """Return the register as it is, or as it was when a state was named or after a batch, with the origin of each value.

        Raises
        ------
        KrokomrsaError
            There is no state with that name.
        """
        with self._reading() as here:
            upto = self._batch_of(here, state) if state is not None else batch
            if upto is None:
                return replay.register_now(here, self._tables, self.vocabulary, self._place.identity)
            cells = replay.latest(here, upto)
        return replay.register_of(replay.replayed(self._tables, cells), cells, self.vocabulary)

    def compare(self, before: str | None, after: str | None = None) -> list[Change]:
        """Return the changes from one named state to another; None is the register as it is."""
        return changes.between(self.register(state=before), self.register(state=after))

    def commit(
        self,
        made: Iterable[Change | RowChange],
        *,
        who: str,
        source: str,
        kind: str = "import",
        note: str = "",
        originals: Originals | None = None,
    ) -> int | None:
        """Store changes and archive originals in one transaction; return the batch's number, None where nothing is new.

        Raises
        ------
        KrokomrsaError
            A change does not start from what the register holds (kind ``conflict``, both values); then nothing is stored.
        ValueError
            A change of a table or column that does not exist, or with a value of another type.
        """
        wanted = [*trail.conformed_all(self._tables, made)]
        said = {"who": who, "source": source, "kind": kind, "note": note}
        try:
            return self._commit(wanted, trail.asked(wanted), said, originals or {})
        except sa.exc.IntegrityError:  # a row that is to be made is there: ask for all of them, and say what differs
            return self._commit(wanted, trail.touched(wanted), said, originals or {})

    def _commit(
        self, wanted: Sequence[Change | RowChange], asked: Iterable[trail.Key], said: Mapping[str, str], originals: Originals
    ) -> int | None:
        """Store changes as :meth:`commit` does, and ask the database only for some of the rows that they touch."""
        with self._writing() as here:
            standing = trail.stand(here, self._tables, asked)
            plan = trail.plan(standing, wanted)
            if plan.misfits:
                plan = trail.plan(trail.stand(here, self._tables, trail.touched(wanted)), wanted)
                raise KrokomrsaError.of(trail.conflict(self.vocabulary, misfit) for misfit in plan.misfits)
            new = archive.unknown(here, originals)
            if not plan.made and not new:
                return None
            writing.write_rows(here, self._tables, standing, plan.after)
            batch = writing.write_batch(here, plan.made, **said, undoes=None)
            archive.keep(here, new, batch)
        return batch

    def undo(self, who: str, *, batch: int | None = None) -> int:
        """Revert the latest batch that is no undo and not undone, or the one given, as a new batch; return its number.

        Raises
        ------
        KrokomrsaError
            There is nothing to undo, or later edits touched the same values (all are listed); then nothing is undone.
        """
        with self._writing() as here:
            undone = reversal.wanted(here, self._place, batch)
            back = reversal.changes_back(here, self._tables, self._place, undone)
            standing = trail.stand(here, self._tables, trail.touched(back))
            plan = trail.plan(standing, back)
            touched = reversal.touched(back, plan)
            if touched:
                raise KrokomrsaError.of(reversal.problem(self.vocabulary, change) for change in touched)
            writing.write_rows(here, self._tables, standing, plan.after)
            return writing.write_batch(here, plan.made, who=who, kind=reversal.KIND, source="", note="", undoes=undone)

    def batches(self) -> pd.DataFrame:
        """Return the batches, oldest first: columns id, at, who, kind, source, note, undoes, undone (Boolean), changes (count)."""
        values = sa.func.coalesce(sa.func.nullif(replay.COUNTED, 0), 1)
        counts = sa.select(CHANGES.c.batch, sa.func.sum(values).label("changes")).group_by(CHANGES.c.batch).subquery()
        found = self._frame(
            sa.select(BATCHES, sa.func.coalesce(counts.c.changes, 0).label("changes"))
            .outerjoin(counts, counts.c.batch == BATCHES.c.id)
            .order_by(BATCHES.c.id)
        )
        found["undoes"] = found["undoes"].astype("Int64")
        found.insert(len(found.columns) - 1, "undone", found["id"].isin(found["undoes"].dropna()))
        return found

    def history(self, table: str, row_id: str) -> pd.DataFrame:
        """Return every change of a row, oldest first: columns at, who, kind, source, column, before, after, file, sheet, cell, batch."""
        of_row = replay.of_row(table, row_id)
        with self._reading() as here:
            made = here.execute(sa.select(BATCHES).where(BATCHES.c.id.in_(sa.select(CHANGES.c.batch).where(of_row)))).mappings()
            batches = {batch["id"]: batch for batch in made}
            found = [
                {
                    **batches[line.batch],
                    **line._asdict(),
                    "column": line.column_name,
                    "before": trail.decode(self._tables, table, line.column_name, line.before),
                    "after": trail.decode(self._tables, table, line.column_name, line.after),
                }
                for line in replay.single(here.execute(sa.select(CHANGES).where(of_row).order_by(CHANGES.c.id)))
            ]
        return pd.DataFrame(found, columns=list(HISTORY), dtype=object).astype({"batch": "int64"})

    def removed(self) -> set[tuple[str, str]]:
        """Return the rows that existed once and no longer do, as (table, id)."""
        with self._reading() as here:
            return replay.removed(here)

    def name_state(self, name: str, who: str) -> int:
        """Name the register as it is, to be read back whole later; return the batch it stands at (0: an empty register).

        Raises
        ------
        KrokomrsaError
            The name is empty, or already given.
        """
        if not name.strip():
            raise refused(None, "state_empty")
        with self._writing() as here:
            taken = here.scalar(sa.select(STATES.c.at).where(STATES.c.name == name))
            if taken is not None:
                raise refused(None, "state_taken", stands=name, at=trail.moment(taken))
            batch = here.scalar(sa.select(sa.func.max(BATCHES.c.id))) or 0
            here.execute(STATES.insert().values(name=name, batch=batch, at=writing.now(), who=who))
        return int(batch)

    def states(self) -> pd.DataFrame:
        """Return the named states, oldest first: columns name, batch, at, who."""
        return self._frame(sa.select(STATES).order_by(STATES.c.batch, STATES.c.at, STATES.c.name))

    def _batch_of(self, here: sa.Connection, state: str) -> int:
        known: Sequence[Any] = here.execute(sa.select(STATES.c.name, STATES.c.batch).order_by(STATES.c.name)).all()
        found = {name: int(batch) for name, batch in known}
        if state in found:
            return found[state]
        remedy = text_of("store.state_unknown_remedy", names=", ".join(found)) if found else text_of("store.state_none")
        raise KrokomrsaError(Problem(value=state, problem=text_of("store.state_unknown"), remedy=remedy, kind="refused"))

    def originals(self) -> pd.DataFrame:
        """Return the archived originals, oldest first: columns sha256, file, size (bytes), at, batch."""
        with self._reading() as here:
            return archive.listed(here)

    def original(self, sha256: str) -> bytes:
        """Return the content of an archived original.

        Raises
        ------
        KrokomrsaError
            There is no original with that hash.
        """
        with self._reading() as here:
            content = here.scalar(sa.select(ORIGINALS.c.content).where(ORIGINALS.c.sha256 == sha256))
        if content is None:
            raise refused(self._place, "original_unknown", stands=sha256)
        return bytes(content)

    def sanera_value(self, table: str, row_id: str, column: str, *, who: str, originals: bool = False) -> Sanitised:
        """Remove a value for good, from the register and from every change, and its bytes from the file.

        ``originals`` removes the archived files that the value was read from too. What is returned names the archived
        originals that still hold it; backups and copies elsewhere are not reached.

        Raises
        ------
        KrokomrsaError
            There has never been such a row, the column is the id, or the file could not be wiped.
        """
        if column == "id":
            raise refused(self._place, "sanera_id", stands=row_id)
        return self._sanera(table, row_id, column, who=who, originals=originals)

    def sanera_row(self, table: str, row_id: str, *, who: str, originals: bool = False) -> Sanitised:
        """Remove a row for good, as :meth:`sanera_value` does a value; its id stays in the log, so that it is known as removed."""
        return self._sanera(table, row_id, None, who=who, originals=originals)

    def _sanera(self, table: str, row_id: str, column: str | None, *, who: str, originals: bool) -> Sanitised:
        known = table in self._tables and (column is None or column in self._tables[table].c)
        with self._sanitising() as here:
            mentioned = sa.select(CHANGES.c.id).where(replay.of_row(table, row_id)).limit(1)
            if not known or (here.scalar(mentioned) is None and trail.stand(here, self._tables, [(table, row_id)])[table, row_id] is None):
                raise refused(self._place, "sanera_unknown", stands=row_id)
            note = sanera.note(self.vocabulary, table, row_id, column)
            return sanera.cells(here, self._tables, (table, row_id), column, who=who, note=note, originals=originals)

    def sanera_original(self, sha256: str, *, who: str) -> Sanitised:
        """Remove an archived original and its file name for good; the values that were read from it stay."""
        with self._sanitising() as here:
            if here.scalar(sa.select(ORIGINALS.c.size).where(ORIGINALS.c.sha256 == sha256)) is None:
                raise refused(self._place, "original_unknown", stands=sha256)
            return sanera.original(here, sha256, who=who, note=text_of("store.sanera_original", id=sha256[: sanera.SHOWN]))

    @contextmanager
    def _sanitising(self) -> Iterator[sa.Connection]:
        with self._writing() as here:
            yield here
        sanera.wipe(self._engine, self._place, self._tables)

    def dump(self) -> bytes:
        """Return a consistent copy of the whole register as the bytes of an SQLite file, also while others work."""
        with self._reading() as here:
            return archive.copied(here, self._tables, self.vocabulary)

    def backup_to(self, path: str | Path) -> None:
        """Write a consistent copy to a new file, whole or not at all; a file that exists is never overwritten."""
        archive.save(self.dump(), Path(path))

    def check(self) -> list[Problem]:
        """Return what does not hold together: damaged pages, rows that differ from their changes, changed originals."""
        with self._reading() as here:
            return archive.faults(here, self._tables, self.vocabulary, self._place)
