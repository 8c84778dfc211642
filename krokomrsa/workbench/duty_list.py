"""List the duties and goals beside the plan: how each stands, and why, with activities and documents by name."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from typing import Final

import pandas as pd

from krokomrsa.analysis import coverage
from krokomrsa.charts.style import DUTY_MARKS
from krokomrsa.register import Record, Register
from krokomrsa.vocabulary import counted, text_of, texts
from krokomrsa.workbench.markup import Marked, cell
from krokomrsa.workspace import Settings

FOLDED: Final = 110  # signs of a reason that stand without unfolding it
CELL: Final = "padding:.3em .5em;border-bottom:1px solid #b9b9b9;text-align:left;vertical-align:top;line-height:1.35"


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_exercises.{key}", **values)


def called(rows: Mapping[str, Record], key: str) -> dict[str, str]:
    """Return what each row is called where no other may be called the same: its name, with year or number where several share it.

    >>> called({"U-1": {"name": "Rakel", "year": 2023}, "U-2": {"name": "Rakel", "year": 2024}, "U-3": {"name": "Stab"}}, "name")
    {'U-1': 'Rakel 2023', 'U-2': 'Rakel 2024', 'U-3': 'Stab'}
    """
    names = {row_id: " ".join(str(row[key] or row_id).split()) for row_id, row in rows.items()}
    common = Counter(names.values())
    dated = {row_id: f"{name} {rows[row_id].get('year') or ''}".strip() if common[name] > 1 else name for row_id, name in names.items()}
    again: Counter[str] = Counter()
    found = {}
    for row_id, name in dated.items():
        again[name] += 1
        found[row_id] = name if again[name] == 1 else _t("duties.same_name", name=name, number=again[name])
    return found


def tried(register: Register, settings: Settings) -> pd.DataFrame:
    """Return the duties and goals as they stand; evidence and reasons name activities and documents instead of giving their ids."""
    activities, documents = called(register.held("activities"), "name"), called(register.held("documents"), "title")
    return coverage.duties(
        register.activities.assign(id=register.activities["id"].map(activities)),
        register.organisations,
        register.services,
        settings.rule_sets,
        settings.on,
        settings.period,
        documents=register.documents.assign(id=register.documents["id"].map(documents)),
        goals=register.goals,
    )


def listed(duties: pd.DataFrame) -> str:
    """Return the duties and goals with their standing and what it rests on; a long reason is unfolded by a click."""
    said = texts("telling")["statuses"]
    met = int((duties["status"] == "met").sum())
    rows = [
        f'<tr><td style="{CELL}">{cell(Marked(said[row["status"]], DUTY_MARKS[row["status"]].colour))}</td>'
        f'<td style="{CELL}">{html.escape(str(row["text"] or row["duty"]))}{_reason(str(row["reason"]))}</td></tr>'
        for row in duties.to_dict("records")
    ]
    heads = "".join(f'<th scope="col" style="{CELL};background:#f1f1f1">{html.escape(one)}</th>' for one in _t_columns())
    caption = f'<caption style="text-align:left;font-weight:bold;padding:.3em 0">{html.escape(counted("panel_exercises.duties.count", len(duties), met=met))}</caption>'
    return f'<table style="border-collapse:collapse;color:#1b1b1b;width:100%">{caption}<thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _t_columns() -> list[str]:
    return list(texts("panel_exercises")["duties"]["columns"])


def _reason(text: str) -> str:
    small = "color:#444;margin-top:.15em"
    if len(text) <= FOLDED:
        return f'<div style="{small}">{html.escape(text)}</div>'
    start = text[:FOLDED].rsplit(" ", 1)[0]
    return f'<details style="{small}"><summary style="cursor:pointer">{html.escape(start)} …</summary>{html.escape(text)}</details>'
