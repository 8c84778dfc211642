"""Show what is trained and exercised as tables: group by competence, function by year, services, the gravest risks; and what it led to."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from krokomrsa import synthesis
from krokomrsa.analysis import coverage
from krokomrsa.charts.covered_rows import age
from krokomrsa.charts.rows import labels, named
from krokomrsa.charts.style import DUTY_MARKS
from krokomrsa.register import Register, rows_of
from krokomrsa.vocabulary import lists, text_of, texts
from krokomrsa.workbench.markup import Cell, Marked, table
from krokomrsa.workbench.panel import box
from krokomrsa.workspace import Settings

_CELL: Final = "border:1px solid #b9b9b9;padding:.2em .4em;vertical-align:top;text-align:left;line-height:1.3"


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_practice.{key}", **values)


def _stands(row: Mapping[Any, Any]) -> str:
    """Return how a cell of a matrix stands, in words: the colour says nothing that the words do not."""
    told = [texts("panel_practice")["status"][row["status"]]]
    if (ago := age(row["age_days"])) != "":
        told.append(_t("ago", age=ago))
    if not pd.isna(row["valid_until"]):
        told.append(_t("until", day=row["valid_until"].date()))
    return ", ".join(told)


def _matrix(rows: Mapping[str, Sequence[Mapping[Any, Any]]], heads: Sequence[str], caption: str) -> str:
    """Return a table with a coloured cell for each row and head."""
    lines = []
    for name, held in rows.items():
        cells = "".join(
            f'<td style="{_CELL};border-left:6px solid {DUTY_MARKS[one["status"]].colour}">{html.escape(_stands(one))}</td>' for one in held
        )
        lines.append(f'<tr><th scope="row" style="{_CELL}">{html.escape(name)}</th>{cells}</tr>')
    top = "".join(f'<th scope="col" style="{_CELL};background:#f1f1f1">{html.escape(head)}</th>' for head in heads)
    told = f'<caption style="text-align:left;font-weight:bold;padding:.3em 0">{html.escape(caption)}</caption>'
    look = "border-collapse:collapse;color:#1b1b1b;font-size:12px"
    return f'<table lang="sv" style="{look}">{told}<thead><tr>{top}</tr></thead><tbody>{"".join(lines)}</tbody></table>'


def _share(found: pd.DataFrame, key: str = "share") -> str:
    return box(_t(key, met=int(found["status"].eq("met").sum()), of=len(found)), "info")


def groups(register: Register, told: Settings) -> str:
    """Return each target group's competences."""
    found = coverage.by_group(register.activities, told.on, told.period, organisations=register.organisations)
    words, skills = lists()["target_groups"], lists()["competences"]
    codes = list(dict.fromkeys(found["competence"]))
    rows = {words.get(str(key), str(key)): held.to_dict("records") for key, held in found.groupby("target_group", sort=False)}
    return _share(found, "share_groups") + _matrix(rows, ["", *(skills.get(code, code) for code in codes)], _t("groups"))


def functions(register: Register, told: Settings) -> str:
    """Return each preparedness function's training and exercise by year."""
    found = coverage.by_function(register.activities, told.on, told.period, organisations=register.organisations)
    words, kinds = lists()["preparedness_functions"], labels("activities", "kind")
    rows = {
        _t("function", function=words.get(str(key[0]), str(key[0])), kind=kinds[str(key[1])].lower()): held.to_dict("records")
        for key, held in found.groupby(["function", "kind"], sort=False)
    }
    return _share(found) + _matrix(rows, ["", *map(str, told.period.years)], _t("functions"))


def services(register: Register, told: Settings) -> str:
    """Return each service's routine, training and exercise, with the day of the latest."""
    found, names = coverage.by_service(register.services, register.activities, told.on), named(register.services)
    words, statuses = labels("services", "routines"), texts("panel_practice")["service_status"]
    rows: list[list[Cell]] = [
        [
            names.get(str(row["service"]), str(row["service"])),
            words.get(str(row["routines"]), _t("unstated")),
            *(_t("none") if pd.isna(row[key]) else _dated(row[key], told) for key in ("trained_on", "last_exercised")),
            Marked(statuses[row["status"]], DUTY_MARKS["planned" if row["status"] == "partial" else row["status"]].colour),
        ]
        for row in found.to_dict("records")
    ]
    met = int(found["status"].eq("met").sum())
    return box(_t("share", met=met, of=len(found)), "info") + table(
        texts("panel_practice")["service_columns"], rows, caption=_t("services")
    )


def _dated(day: pd.Timestamp, told: Settings) -> str:
    return _t("dated", day=day.date(), age=age((told.on - day.date()).days))


def gravest(register: Register, told: Settings) -> str:
    """Return whether the gravest risks, and the services that fall first when something from outside is lost, are exercised."""
    found = synthesis.practised(register, scale=told.scale, on=told.on, period=told.period)
    if found.empty:
        return box(_t("nothing_grave"), "info")
    names = {key: str(row["event"]) for key, row in register.held("risks").items()} | named(register.services)
    tables = texts("panel_practice")["tables"]
    rows = [
        [tables[row["table"]], names.get(row["id"], row["id"]), Marked(_stands(row), DUTY_MARKS[row["status"]].colour), _evaluated(row)]
        for row in found.to_dict("records")
    ]
    return _share(found) + table(texts("panel_practice")["gravest_columns"], rows, caption=_t("gravest"))


def _evaluated(row: Mapping[Any, Any]) -> str:
    return _t("evaluated" if row["evaluated"] else "not_evaluated") if row["times"] else ""


def led_to(register: Register, told: Settings) -> str:
    """Return how far each activity that is carried out has led, and how much is closed."""
    found = coverage.follow_through(register.activities, register.treatments, told.on)
    if found.empty:
        return box(_t("nothing_held"), "info")
    names, stages = named(register.activities), texts("panel_practice")["stages"]
    measures = {str(row["id"]): str(row["measure"]) for row in rows_of(register.treatments)}
    rows: list[list[Cell]] = [
        [
            names.get(str(row["activity"]), str(row["activity"])),
            str(row["held_on"].date()),
            _t("none") if pd.isna(row["evaluated_on"]) else str(row["evaluated_on"].date()),
            Marked(stages[row["stage"]], DUTY_MARKS["met" if row["stage"] == "closed" else "late"].colour),
            "\n".join(measures[key] for key in row["oldest_open"]),
            age(row["open_days"]),
        ]
        for row in found.to_dict("records")
    ]
    closed = int(found["stage"].eq("closed").sum())
    return box(_t("closed", closed=closed, of=len(found)), "info") + table(texts("panel_practice")["led_columns"], rows, caption=_t("led"))
