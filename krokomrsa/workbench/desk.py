"""Hold what a notebook shows: the workspace as it was when the notebook ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from krokomrsa import replies, workspace
from krokomrsa.errors import KrokomrsaError
from krokomrsa.process import forms, results
from krokomrsa.register import Register
from krokomrsa.replies import Reply
from krokomrsa.synthesis import Analysis
from krokomrsa.workspace import Settings, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A register, its settings and its results; all None where there is no workspace yet, with the reason in ``message``.

    ``replies`` tells who has answered, ``asked`` what will be asked under each heading of the report, by its number.
    """

    folder: Path
    register: Register | None = None
    settings: Settings | None = None
    results: Analysis | None = None
    banners: tuple[str, ...] = ()
    replies: Sequence[Reply] = ()
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rule_set: str = ""  # the one whose headings these are
    message: str = ""


def of(place: Workspace) -> Desk:
    """Return an open workspace as it stands."""
    result, rule_set = results.analyse(place), results.report_rule_sets(place)[0]
    return Desk(
        folder=place.folder,
        register=place.register,
        settings=place.settings,
        results=result,
        banners=tuple(results.banner_lines(place)),
        replies=replies.at_a_glance(place.register, asked=forms.asked(place)),
        asked=results.report_gaps(place, result, rule_set),
        rule_set=rule_set.id,
    )


def opened(folder: Path | None = None) -> Desk:
    """Return the workspace as it stands, or a desk that says why there is none."""
    place = workspace.locate(folder)
    try:
        with workspace.opened(place) as here:
            return of(here)
    except KrokomrsaError as error:
        return Desk(folder=place, message=str(error))
