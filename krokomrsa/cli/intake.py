"""Take files in: workbooks and the whole register, and who has answered."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from krokomrsa import importing, replies, telling, workspace
from krokomrsa.arguments import PARTLY, REFUSED, STORED
from krokomrsa.console import bar, done, one_object, out, resolve, who
from krokomrsa.excel.account import Intake
from krokomrsa.excel.foreign import answers
from krokomrsa.process import forms
from krokomrsa.vocabulary import text_of


def _said(options: argparse.Namespace) -> dict[str, importing.Said]:
    """Return what was said of files that are none of our forms: who sent them and how they are to be read."""
    given = answers.read(workspace.read(options.answers)) if options.answers else ()
    return {importing.EVERY_FILE: importing.Said(sender=options.sender, answers=tuple(given))}


def _import(options: argparse.Namespace, files: Sequence[Path], said: Mapping[str, importing.Said]) -> int:
    with importing.opened_to_try(options.workspace, trying=options.dry_run) as place:
        found = importing.workbooks(files)
        with bar(len(found), "files") as step:
            read = importing.import_files(
                place,
                found,
                who=who(options.who),
                password=options.password,
                dry_run=options.dry_run,
                resolve=resolve(options.on_conflict),
                progress=step,
                said=said,
            )
        if options.json:
            one_object({"files": [one.as_dict() for one in read], "dry_run": options.dry_run})
        else:
            out(telling.accounts(read, place.vocabulary, dry_run=options.dry_run))
        if getattr(options, "reply", False):
            contents = {path.name: workspace.read(path) for path in found}
            made = replies.write(place, read, contents, password=options.password)
            out((text_of("telling.done.written", path=path) for path in made), error=options.json)
    return _code(read)


def _code(read: Sequence[Intake]) -> int:
    """Return the exit code for files that were read: 1 if one was refused, 3 if cells were, else 0."""
    if any(one.refused for one in read):
        return REFUSED
    return STORED if all(one.complete for one in read) else PARTLY


def take_in(options: argparse.Namespace) -> int:
    """Read workbooks into the register."""
    return _import(options, options.files, _said(options))


def came_in(options: argparse.Namespace) -> int:
    """Show who has answered."""
    with workspace.opened(options.workspace) as place:
        found = replies.at_a_glance(place.register, asked=forms.asked(place))
        out(telling.replies(found))
        out([replies.reminder(found, municipality=place.settings.municipality)])
    return STORED


def register(options: argparse.Namespace) -> int:
    """Write the whole register as one workbook, or read it in."""
    if options.file:
        return _import(options, [options.file], {})
    with workspace.opened(options.workspace) as place:
        done("written", path=forms.write_register(place))
    return STORED
