"""Keep the register: named states, copies, undo, removal for good, and what is wrong."""

from __future__ import annotations

import argparse

from krokomrsa import process, telling, workspace
from krokomrsa.arguments import REFUSED, STORED
from krokomrsa.console import done, out, who
from krokomrsa.process import results
from krokomrsa.store.trail import moment
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of


def state(options: argparse.Namespace) -> int:
    """Name the present state, list the states, or compare with one."""
    with workspace.opened(options.workspace) as place:
        if options.name and options.compare:
            found = place.store.compare(options.name)
            out(telling.since(results.risks_since(place, options.name), name=options.name))
            done("difference", count=len(found), name=options.name)
            for one in found:
                table = place.vocabulary[one.table]
                before, after = shown(one.before), shown(one.after)
                done("difference_row", table=table.sheet, id=one.id, column=table[one.column].header, before=before, after=after)
        elif options.name:
            place.store.name_state(options.name, who(options.who))
            done("state", name=options.name)
        else:
            kept = place.store.states()
            done("states" if len(kept) else "no_states")
            for row in kept.itertuples(index=False):
                done("state_row", name=row.name, at=moment(str(row.at)), who=row.who)
    return STORED


def backup(options: argparse.Namespace) -> int:
    """Copy the register to a file."""
    with workspace.opened(options.workspace) as place:
        done("backup", path=process.backup(place, options.file))
    return STORED


def restore(options: argparse.Namespace) -> int:
    """Put a backup in place."""
    aside = process.restore(workspace.home(options.workspace), options.file)
    if options.workspace is None:
        workspace.open_aside(None)
    done("restored", path=options.file)
    if aside:
        done("kept_aside", path=aside)
    return STORED


def undo(options: argparse.Namespace) -> int:
    """Undo the latest change, as a new change."""
    with workspace.opened(options.workspace) as place:
        done("undone", batch=place.store.undo(who(options.who)))
    return STORED


def sanera(options: argparse.Namespace) -> int:
    """Remove something for good."""
    if options.table and not options.id:
        options.parser.error(text_of("cli.sanera_id"))
    try:
        answer = text_of("telling.done.sanera_yes") if options.yes else input(text_of("telling.done.sanera_question")).strip()
    except EOFError:
        options.parser.error(text_of("cli.sanera_unasked"))
    if answer != text_of("telling.done.sanera_yes"):
        done("sanera_no")
        return REFUSED
    with workspace.opened(options.workspace) as place:
        doer = who(options.who)
        if options.original:
            removed = place.store.sanera_original(options.original, who=doer)
        elif options.column:
            removed = place.store.sanera_value(options.table, options.id, options.column, who=doer, originals=options.with_originals)
        else:
            removed = place.store.sanera_row(options.table, options.id, who=doer, originals=options.with_originals)
    done("sanitised")
    for sha256 in removed.holding:
        done("still_holding", sha256=sha256)
    return STORED


def check(options: argparse.Namespace) -> int:
    """Say what is wrong with a workspace."""
    folder = workspace.locate(options.workspace)
    faults = process.check(folder)
    out(map(str, faults))
    if not faults:
        with workspace.opened(folder) as place:
            rows = sum(len(table) for _, table in place.register)
            done("sound", rows=rows, batches=len(place.store.batches()), originals=len(place.store.originals()))
    return REFUSED if faults else STORED
