"""Take back a batch of changes as new changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa

from krokomrsa.changes import Change
from krokomrsa.errors import Problem
from krokomrsa.store.connection import Place, refused
from krokomrsa.store.replay import Line, newest, single
from krokomrsa.store.schema import BATCHES, CHANGES, Tables
from krokomrsa.store.trail import Plan, decode, origin_of, said_value
from krokomrsa.vocabulary import Vocabulary, text_of

KIND: Final = "undo"
FINAL: Final = (KIND, "sanera")  # what is never undone


def wanted(connection: sa.Connection, place: Place, batch: int | None) -> int:
    """Return the batch to undo: the one given, or the latest with changes that is not undone.

    Raises
    ------
    KrokomrsaError
        There is none.
    """
    undone = sa.select(BATCHES.c.undoes).where(BATCHES.c.undoes.is_not(None))
    question = (
        sa.select(sa.func.max(BATCHES.c.id))
        .where(BATCHES.c.kind.not_in(FINAL), BATCHES.c.id.not_in(undone))
        .where(sa.exists().where(CHANGES.c.batch == BATCHES.c.id))
    )
    found = connection.scalar(question if batch is None else question.where(BATCHES.c.id == batch))
    if found is None:
        raise refused(place, "nothing_to_undo") if batch is None else refused(place, "undo_unknown", batch=batch)
    return int(found)


def _origins(connection: sa.Connection, batch: int) -> dict[tuple[str, str, str], Line]:
    """Return, for each cell of the rows that a batch changed, the change before it."""
    row = (CHANGES.c.table_name, CHANGES.c.row_id)
    touched = sa.select(*row).where(CHANGES.c.batch == batch)
    before = sa.select(CHANGES).where(CHANGES.c.batch < batch, sa.tuple_(*row).in_(touched)).order_by(CHANGES.c.id)
    return newest(single(connection.execute(before)))


def changes_back(connection: sa.Connection, tables: Tables, place: Place, batch: int) -> list[Change]:
    """Return the changes that take a batch back, each value with the origin it had before; rows come back before their values.

    Raises
    ------
    KrokomrsaError
        The batch changed a table that the database no longer has.
    """
    made = [*single(connection.execute(sa.select(CHANGES).where(CHANGES.c.batch == batch).order_by(CHANGES.c.id)))]
    if any(change.table_name not in tables for change in made):
        raise refused(place, "undo_unknown", batch=batch)
    earlier = _origins(connection, batch)
    first: dict[tuple[str, str, str], Line] = {}
    last: dict[tuple[str, str, str], Line] = {}
    for change in made:
        key = (change.table_name, change.row_id, change.column_name)
        first.setdefault(key, change)
        last[key] = change
    back = [
        Change(
            table=key[0],
            id=key[1],
            column=key[2],
            before=decode(tables, key[0], key[2], last[key].after),
            after=decode(tables, key[0], key[2], first[key].before),
            origin=origin_of(earlier[key]) if key in earlier else None,
        )
        for key in first
    ]
    return sorted(back, key=lambda change: change.column != "id")


def touched(back: Iterable[Change], plan: Plan) -> Sequence[Change]:
    """Return the values that later edits put where a batch is to be taken back, as changes from what stands now."""
    known = {(change.table, change.id, change.column) for change in back}
    found = [misfit.change._replace(before=misfit.stands) for misfit in plan.misfits]
    made = (change for change in plan.made if isinstance(change, Change))
    lost = [change for change in made if (change.table, change.id, change.column) not in known]  # values of rows taken away
    return found + lost


def problem(vocabulary: Vocabulary, change: Change) -> Problem:
    """Return what to tell about a value that stands in the way of an undo."""
    found = said_value(vocabulary, change.table, change.column, change.before)
    said, remedy = text_of("store.undo_touched", found=found), text_of("store.undo_touched_remedy")
    return Problem(table=change.table, id=change.id, column=change.column, problem=said, remedy=remedy, kind="conflict")
