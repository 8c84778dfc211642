"""Write what the year's round asks for: the action plan, the plan as calendar entries, evaluation forms, the yearly follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TypedDict

from krokomrsa import report, workspace
from krokomrsa.excel import evaluation
from krokomrsa.process import forms, refused
from krokomrsa.process.results import banner_lines
from krokomrsa.report import calendar
from krokomrsa.vocabulary import text_of
from krokomrsa.workspace import Workspace


class _Told(TypedDict):
    municipality: str
    on: date
    made_on: date
    banners: list[str]


def _told(place: Workspace) -> _Told:
    made_on = date.today()  # noqa: DTZ011 (the coordinator's day)
    return {
        "municipality": place.settings.municipality,
        "on": place.settings.on,
        "made_on": made_on,
        "banners": banner_lines(place),
    }


def _written(place: Workspace, folder: Path | None, name: str, content: bytes) -> Path:
    return workspace.write((folder or place.export_folder()) / name, content)


def write_plan(place: Workspace, year: int, *, folder: Path | None = None) -> list[Path]:
    """Write a year's action plan in Word and the mandate period's plan as calendar entries; return the files.

    Raises
    ------
    KrokomrsaError
        The year is not in the mandate period.
    """
    period = place.settings.period
    if year not in period.years:
        raise refused(None, "no_year", value=str(year), period=period, first=period.first_year)
    folder = folder or place.export_folder()
    plan = report.action_plan(place.register, year, period=period, **_told(place))
    entries = calendar.ics(place.register.activities, period, on=place.settings.on, workspace=place.store.meta()["workspace"])
    return [
        _written(place, folder, text_of("process.files.action_plan", year=year), plan),
        _written(place, folder, text_of("process.files.calendar"), entries),
    ]


def write_followup(place: Workspace, year: int, *, folder: Path | None = None) -> Path:
    """Write the yearly follow-up of a year as a Word document and return the file."""
    content = report.followup(place.register, year, rule_sets=place.settings.rule_sets, **_told(place))
    return _written(place, folder, text_of("process.files.followup", year=year), content)


def write_evaluations(place: Workspace, activities: Sequence[str], *, folder: Path | None = None) -> list[Path]:
    """Write the evaluation form of each activity that is named, in Word to print and in Excel to send back; return the files.

    Raises
    ------
    KrokomrsaError
        An activity that is not in the register; then nothing is written.
    """
    told, sent = _told(place), forms.details(place)
    contents: dict[str, bytes] = {}
    for one in activities:
        contents[text_of("process.files.evaluation", activity=one)] = report.evaluation(place.register, one, **told)
        contents[text_of("process.files.evaluation_table", activity=one)] = evaluation.evaluation(place.register, one, **sent)
    folder = (folder or place.export_folder()) / text_of("process.files.evaluations")
    return [_written(place, folder, name, content) for name, content in contents.items()]
