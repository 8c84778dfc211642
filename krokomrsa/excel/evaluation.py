"""Write the evaluation form of an exercise as a workbook that is read in again: how it went, what it showed, what that leads to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import registerbook
from krokomrsa.excel.registerbook import Part
from krokomrsa.register import Register
from krokomrsa.values import Value, split
from krokomrsa.vocabulary import text_of

ASKED: Final = (
    *("id", "name", "kind", "year", "quarter", "purpose", "goals", "status", "carried_out_on"),
    *("participants_elected", "participants_staff", "evaluated_on", "findings"),
)
MEASURES: Final = ("id", "measure", "owner", "responsible", "due", "status", "activities")
ROOM: Final = 4  # rows for new measures


def evaluation(register: Register, activity: str, *, rule_set: str, workspace: str, made_on: date, banner: str = "") -> bytes:
    """Return the form of one training or exercise: its row of the plan, and the measures that name it, with room for new ones.

    The other arguments are those of :func:`krokomrsa.excel.registerbook.write`.

    Raises
    ------
    KrokomrsaError
        No activity has this id.
    """
    row = register.held("activities").get(activity)
    if row is None:
        problem, remedy = text_of("evaluation.none"), text_of("evaluation.none_remedy")
        raise KrokomrsaError(Problem(value=activity, problem=problem, remedy=remedy, kind="refused"))
    made = [one for one in register.held("treatments").values() if activity in split(one["activities"])]
    new: Mapping[str, Value] = {"activities": activity}
    title = text_of("evaluation.title", name=row["name"])
    tables = register.vocabulary
    parts = [
        Part(
            table=tables["activities"],
            columns=[tables["activities"][key] for key in ASKED],
            rows=[row],
            title=title,
            help=text_of("evaluation.sheet_help"),
        ),
        Part(
            table=tables["treatments"],
            columns=[tables["treatments"][key] for key in MEASURES],
            rows=[*made, *[new] * ROOM],
            title=text_of("evaluation.measures"),
            help=text_of("evaluation.measures_help"),
        ),
    ]
    return registerbook.some(register, parts, title=title, rule_set=rule_set, workspace=workspace, made_on=made_on, banner=banner)
