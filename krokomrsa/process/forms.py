"""Write what is sent out to be filled in: forms for departments and owners of resources, and the whole register as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from krokomrsa import workspace
from krokomrsa.excel import forms, registerbook
from krokomrsa.importing import Progress
from krokomrsa.process import refused
from krokomrsa.register import Row
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import Workspace


def _severity(place: Workspace) -> dict[int, str]:
    return {level.level: level.label for level in place.settings.scale.consequence}


def details(place: Workspace) -> dict[str, Any]:
    """Return what every form carries: rule set, workspace, day and banner."""
    return {
        "rule_set": "; ".join(one.name for one in place.settings.rule_sets),
        "workspace": place.store.meta()["workspace"],
        "made_on": place.settings.on,
        "banner": place.settings.banner,
    }


def gets_form(organisation: Row) -> bool:
    """Return whether a form is made for an organisation when none is named: not for a political body, nor for one outside."""
    return organisation["kind"] not in {"political body", "external"}


def make(place: Workspace, organisations: Sequence[str] = (), *, progress: Progress | None = None) -> list[Path]:
    """Write a form for each organisation, and a resource owner's form for those that own resources; return the files.

    Raises
    ------
    KrokomrsaError
        An organisation that is not in the register, or none there at all.
    """
    register = place.register
    known = register.rows("organisations")
    wrong = [name for name in organisations if name not in known]
    if wrong:
        raise refused(None, "unknown_organisation", organisation=", ".join(wrong), known=", ".join(known))
    if not known:
        raise refused(None, "no_organisations")
    owners = {row["owner"] for row in register.rows("resources").values()}
    folder = place.export_folder() / text_of("process.files.forms")
    written: list[Path] = []
    for key in organisations or [key for key, row in known.items() if gets_form(row)]:
        made = forms.department(register, key, severity=_severity(place), **details(place))
        written.append(workspace.write(folder / text_of("process.files.department", organisation=key), made))
        if key in owners:
            made = forms.owner(register, key, severity=_severity(place), **details(place))
            written.append(workspace.write(folder / text_of("process.files.owner", organisation=key), made))
        if progress:
            progress(key)
    return written


def asked(place: Workspace) -> set[str]:
    """Return the organisations that a form has been written for, as far as the files are still in ``exports/``."""
    forms_made = {path.name for path in place.folder.glob(f"exports/*/{text_of('process.files.forms')}/*.xlsx")}
    kinds = ("department", "owner")
    return {
        key
        for key in place.register.rows("organisations")
        if forms_made & {text_of(f"process.files.{kind}", organisation=key) for kind in kinds}
    }


def write_register(place: Workspace) -> Path:
    """Write the whole register as one workbook and return the file."""
    content = registerbook.write(place.register, **details(place))
    return workspace.write(place.export_folder() / text_of("process.files.register"), content)
