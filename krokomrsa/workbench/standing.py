"""Show where the work stands: the wheel of the mandate period, the deadlines, each step and each organisation."""

from __future__ import annotations

import html
from datetime import date
from typing import Any, Final

import ipywidgets as widgets
import pandas as pd

from krokomrsa import replies, rules
from krokomrsa.analysis import progress
from krokomrsa.charts.wheel import wheel
from krokomrsa.process import forms
from krokomrsa.vocabulary import counted, text_of, texts
from krokomrsa.workbench import arrived, steps
from krokomrsa.workbench.desk import Desk
from krokomrsa.workbench.markup import Cell, Marked, table
from krokomrsa.workbench.panel import box
from krokomrsa.workbench.steps import DONE, ONGOING, WAITING
from krokomrsa.workspace import Workspace

COLOURS: Final = {DONE: "#00664a", ONGOING: "#0b5394", WAITING: "#b35900"}


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_start.{key}", **values)


def moments(place: Workspace) -> list[tuple[date, str]]:
    """Return every deadline in the mandate period, computed from the elections, and the next ones after the day of the work."""
    told, found = place.settings, dict[tuple[date, str], None]()
    for day in (*(date(year, 1, 1) for year in told.period.years), told.on):
        for row in progress.deadlines(day, rules=told.rule_sets).to_dict("records"):
            if row["due"].year == day.year or day == told.on:
                found[row["due"].date(), row["text"]] = None
    return sorted(found)


def mandate_period(place: Workspace) -> widgets.HTML:
    """Return the wheel of the mandate period, with its deadlines beside it."""
    told = place.settings
    due = moments(place)
    drawn = wheel(told.period, told.on, due, focus=rules.focus(told.period))
    notes = {(row["due"].date(), row["text"]): row for row in progress.deadlines(told.on, rules=told.rule_sets).to_dict("records")}
    rows = [_deadline(number, day, name, told.on, notes.get((day, name))) for number, (day, name) in enumerate(due, start=1)]
    listed = table(texts("panel_start")["state"]["columns_deadlines"], rows, caption=_t("state.deadlines"))
    style = "display:flex;flex-wrap:wrap;gap:1.5em;align-items:flex-start"
    return widgets.HTML(
        f'<h3 style="margin:.8em 0 .2em 0">{html.escape(_t("state.wheel"))}</h3><div style="{style}">{drawn}<div>{listed}</div></div>'
    )


def _deadline(number: int, day: date, name: str, on: date, told: dict[Any, Any] | None) -> list[str]:
    left = (day - on).days
    said = _t("state.past") if left < 0 else _t("state.today") if left == 0 else counted("panel_start.state.days", left)
    notes = [told["note"]] if told and told["note"] else []
    if told is not None and pd.notna(told["election"]):
        notes.insert(0, _t("state.election", day=told["election"].date()))
    return [str(number), day.isoformat(), name, said, "; ".join(notes)]


def listed_steps(found: Desk) -> widgets.HTML:
    """Return every step with its state, what is left, and how many rows it rests on."""
    told, rows = texts("steps")["steps"], list[list[Cell]]()
    for one in steps.every(found):
        tables = (
            [(found.register.vocabulary[key].sheet, len(found.register.held(key))) for key in told[one.number]["tables"]]
            if found.register
            else []
        )
        counts = ", ".join(f"{sheet} {count}" for sheet, count in tables)
        rows.append([one.title, Marked(one.state, COLOURS[one.state]), one.left, counts])
    return widgets.HTML(table(texts("panel_start")["state"]["columns_steps"], rows))


def listed_departments(place: Workspace) -> widgets.HTML:
    """Return who has been asked and who has answered, in the words of 01 Underlag."""
    found = replies.at_a_glance(place.register, asked=forms.asked(place))
    if not place.register.rows("organisations"):
        return widgets.HTML(box(_t("state.no_organisations")))
    return widgets.HTML(arrived.listed(found, contacts=False))
