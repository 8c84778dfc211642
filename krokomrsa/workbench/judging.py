"""Turn what is written in the judgement table into a judgement: levels, standing, uncertainty and grounds of one aspect."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

import pandas as pd

from krokomrsa.analysis.risk import NOW, is_now, key_of, matrix
from krokomrsa.register import Record, Register, Rows, frame
from krokomrsa.scales import LIKELIHOOD, UNSPECIFIED, Scale
from krokomrsa.telling import span
from krokomrsa.values import Value, display, shown
from krokomrsa.vocabulary import Table, text_of, texts
from krokomrsa.workbench import markup
from krokomrsa.workbench.table import field, told

FIELDS: Final = ("low", "high", "status", "uncertainty", "grounds")
JUDGED: Final = "judged"
HEADERS: Final = ("judge", "aspect", "level", "consolidated", "uncertainty", "grounds", "date", "source")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_risks.{key}", **values)


def _risk(_table: Table, rows: Sequence[Record]) -> list[Hashable]:
    return [row["risk"] for row in rows]


def of(register: Register, risk: str) -> list[Record]:
    """Return the judgements of a risk, in every state."""
    rows = register.held("assessments")
    return [rows[row_id] for row_id in register.marked("assessments", _risk).get(risk, ())]


def state_of(row: Mapping[str, Any]) -> str:
    """Return the state that a judgement is about; where none is named it is how it is now.

    >>> state_of({"state": None}), state_of({"state": "target"})
    ('current', 'target')
    """
    return str(row["state"] or NOW)


def weighed(register: Register, scale: Scale, *, before: tuple[Rows, pd.DataFrame] | None = None) -> pd.DataFrame:
    """Return the matrix of a register; given the judgements and the matrix before, only the risks that were judged anew are weighed again."""
    rows = register.held("assessments")
    order = list(dict.fromkeys(row["risk"] for row in rows.values()))
    if before is None or order != before[1].index.to_list():
        return matrix(register.assessments, scale)
    held, old = before
    now, then = ({id(row): row for row in one.values()} for one in (rows, held))  # a row that nobody changed is the same object
    changed = [*(now[one] for one in now.keys() - then.keys()), *(then[one] for one in then.keys() - now.keys())]
    if not changed:
        return old
    anew = {row["risk"] for row in changed}
    part = matrix(frame(register.vocabulary["assessments"], (row for risk in anew for row in of(register, str(risk)))), scale)
    return old if part.equals(old.loc[part.index]) else pd.concat([old.drop(index=part.index), part]).loc[old.index]


def aspects(rows: Iterable[Record], scale: Scale, *, likelihood: bool) -> list[str]:
    """Return the aspects that a risk is judged by: likelihood unless it is left out, the protected values, and unspecified where used."""
    used = {row["aspect"] for row in rows if row["consolidated"]}
    first = [LIKELIHOOD] if likelihood else []
    return [*first, *scale.values, *([UNSPECIFIED] if UNSPECIFIED in used else [])]  # noqa: PD011 (protected values, no frame)


def standing(rows: Iterable[Record], judge: str, aspect: str, state: str = NOW) -> Record | None:
    """Return the consolidated judgement that a judge has made of an aspect of a risk in a state, None where there is none."""
    wanted = (judge, aspect, state)
    return next((row for row in rows if (row["judge"], row["aspect"], state_of(row)) == wanted and row["consolidated"]), None)


def judged(row: Mapping[str, Value], key: str, value: Value) -> dict[str, Value]:
    """Return the values that an edit of one field gives a judgement.

    A level makes the judgement judged; the other end follows where the two were equal, empty, or would change places. What is unknown or
    not judged has no levels.

    >>> judged({"low": 3.0, "high": 3.0, "status": "judged"}, "high", 4.0)
    {'low': 3.0, 'high': 4.0, 'status': 'judged'}
    >>> judged({"low": 3.0, "high": 3.0, "status": "judged"}, "low", 2.0)
    {'low': 2.0, 'high': 2.0, 'status': 'judged'}
    >>> judged({"low": 3.0, "high": 4.0, "status": "judged"}, "status", "unknown")
    {'low': None, 'high': None, 'status': 'unknown'}
    """
    if key in {"uncertainty", "grounds"}:
        return {key: value}
    low, high = cast("float | None", row.get("low")), cast("float | None", row.get("high"))
    if key == "status":
        kept = value == JUDGED
        return {"low": low if kept else None, "high": high if kept else None, "status": value}
    level = cast("float | None", value)
    if level is None:
        return {key: None, "status": row.get("status")}
    if key == "low":
        follows = high is None or high in {low, level} or high < level
        return {"low": level, "high": level if follows else high, "status": JUDGED}
    return {"low": level if low is None or low > level else low, "high": level, "status": JUDGED}


def columns(table: Table) -> list[dict[str, Any]]:
    """Return the columns of the judgement table; the levels to choose from stand in :func:`levels`, for they differ between the axes."""
    words = texts("panel_risks")["judgement"]
    fields = [field(table[key], title=words.get(key, "")) for key in FIELDS]
    for one in fields[:2]:
        one.update(type="select", width="120px")
    return [told("aspect", words["aspect"]), *fields, told("counts", words["counts"]), told("others", words["others"])]


def levels(scale: Scale, aspect: str) -> dict[str, list[tuple[str, str]]]:
    """Return the levels that an aspect is judged on, for the fields of the lowest and the highest.

    >>> from krokomrsa.scales import load
    >>> levels(load(), "likelihood")["low"][0]
    ('1', '1 Mycket låg')
    """
    listed = [(str(number), f"{number} {label}") for number, label in scale.labels(aspect).items()]
    return {"low": listed, "high": listed}


def counts(result: Mapping[str, Any], aspect: str) -> str:
    """Return in words what counts for an aspect of a risk, all its judgements weighed together by the declared rule.

    >>> counts({"likelihood_low": 3.0, "likelihood_high": 4.0}, "likelihood")
    '3–4'
    """
    key = LIKELIHOOD if aspect == LIKELIHOOD else f"consequence_{key_of(aspect)}"
    low, high = result.get(f"{key}_low"), result.get(f"{key}_high")
    return _t("missing") if low is None or high is None or absent(low, high) else span(float(low), float(high))


def level(row: Mapping[str, Value], table: Table) -> str:
    """Return a judgement in words: its level or interval, else its standing.

    >>> from krokomrsa.vocabulary import load
    >>> level({"low": 3.0, "high": 4.0, "status": "judged"}, load()["assessments"])
    '3–4'
    """
    low, high = cast("float | None", row["low"]), cast("float | None", row["high"])
    if low is None and high is None:
        return display(table["status"], row["status"])
    ends = [one for one in (low, high) if one is not None]
    return span(ends[0], ends[-1])


def others(rows: Iterable[Record], table: Table, judge: str, aspect: str, state: str = NOW) -> str:
    """Return in short what others than the chosen judge's consolidated judgement say of an aspect in a state."""
    asked = [row for row in rows if row["aspect"] == aspect and state_of(row) == state]
    found = [row for row in asked if not (row["judge"] == judge and row["consolidated"])]
    return "; ".join(_t("other", judge=row["judge"], level=level(row, table)) for row in found)


def every(register: Register, rows: Iterable[Record]) -> str:
    """Return every judgement of a risk with judge, grounds and the cell it came from, as an HTML table."""
    table, words = register.vocabulary["assessments"], texts("panel_risks")["all"]
    order = {aspect: place for place, aspect in enumerate(table["aspect"].values)}
    found = sorted(rows, key=lambda row: (not is_now(row), not row["consolidated"], order.get(str(row["aspect"]), len(order))))
    told = markup.table([words[key] for key in HEADERS], [list(_every(register, row, table)) for row in found], caption=words["caption"])
    return scrolled(told)


def _every(register: Register, row: Record, table: Table) -> Iterator[str]:
    judges = register.held("organisations")
    judge = str(row["judge"])
    yield str(judges[judge]["name"]) if judge in judges else judge
    aspect = display(table["aspect"], row["aspect"])
    yield aspect if is_now(row) else _t("in_state", aspect=aspect, state=display(table["state"], row["state"]))
    yield level(row, table)
    yield display(table["consolidated"], row["consolidated"])
    yield display(table["uncertainty"], row["uncertainty"])
    yield str(row["grounds"] or "")
    yield shown(row["date"])
    key = "low" if row["low"] is not None else "status"
    yield str(register.source("assessments", str(row["id"]), key) or _t("here"))


def scrolled(table: str) -> str:
    """Return an HTML table in a box that scrolls when it is long.

    >>> scrolled("<table></table>")
    '<div style="max-height:420px;overflow:auto"><table></table></div>'
    """
    return f'<div style="max-height:420px;overflow:auto">{table}</div>'


def absent(low: object, high: object) -> bool:
    """Tell whether an interval lacks an end.

    >>> absent(pd.NA, 3), absent(2, 3)
    (True, False)
    """
    return bool(pd.isna(low) or pd.isna(high))  # type: ignore[call-overload]
