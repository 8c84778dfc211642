"""Judge without likelihood: what the loss of a resource does to each service, held against its lowest acceptable level."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import pandas as pd
import plotly.graph_objects as go

from krokomrsa.analysis import cascade
from krokomrsa.charts import screen
from krokomrsa.charts.rows import Fate, duration, fates, named, span
from krokomrsa.register import Register
from krokomrsa.scales import Scale
from krokomrsa.telling import span as levels
from krokomrsa.vocabulary import text_of, texts
from krokomrsa.workbench import markup
from krokomrsa.workbench.judging import scrolled

KEYS: Final = ("service", "organisation", "falls", "tolerable", "unacceptable", "level")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_risks.loss.{key}", **values)


def resources(register: Register) -> list[tuple[str, str]]:
    """Return the resources whose loss can be looked at, the external ones first, as name and id."""
    rows = register.held("resources")
    needed = {row["supplier"] for row in register.held("dependencies").values() if row["status"] != "not needed"}
    found = [row_id for row_id in rows if row_id in needed]
    found.sort(key=lambda row_id: rows[row_id]["provision"] != "external")
    return [(str(rows[row_id]["name"]), row_id) for row_id in found]


def times(register: Register, lost: str) -> pd.DataFrame:
    """Return what fails when, with one resource lost at hour 0."""
    return cascade.failure_times(register.dependencies, {lost: 0.0})


def against_level(register: Register, failures: pd.DataFrame) -> str:
    """Return, for each service that may fall, when, how long it may stand still, and what must always be done, as an HTML table."""
    words = texts("panel_risks")["loss"]
    falling, _ = fates(failures, register.services, named(register.services))
    rows = [list(_row(fate, register)) for fate in falling if fate.service]
    if not rows:
        return markup.table([words["none"]], [])
    return scrolled(markup.table([words[key] for key in KEYS], rows, caption=words["caption"]))


def _row(fate: Fate, register: Register) -> Iterator[markup.Cell]:
    service = register.held("services")[fate.id]
    names = register.held("organisations")
    yield fate.name
    yield str(names[str(service["organisation"])]["name"]) if service["organisation"] in names else str(service["organisation"])
    yield span(fate.earliest, fate.latest)
    yield duration(fate.tolerable) if fate.tolerable is not None else markup.Marked(_t("not_stated"))
    yield span(*fate.unacceptable) if fate.unacceptable else _t("not_known")
    yield str(service["lowest_acceptable_level"]) if service["lowest_acceptable_level"] else markup.Marked(_t("not_stated"))


def timeline(register: Register, failures: pd.DataFrame, lost: str) -> go.Figure:
    """Return the chart of what falls when, with the moment when each service has stood still longer than it may."""
    return screen.timeline(failures, register.services, names=named(register.services, register.resources), lost=[lost])


def consequences(register: Register, matrix: pd.DataFrame, scale: Scale) -> str:
    """Return the risks by their highest consequence, each protected value by itself and no likelihood, as an HTML table."""
    words, events = texts("panel_risks")["loss"], register.held("risks")
    values: dict[str, str] = {**scale.values}  # noqa: PD011 (protected values, no frame)
    keys = [f"consequence_{aspect}" for aspect in values]
    ordered = sorted(matrix.reset_index().to_dict("records"), key=_order)
    rows = [
        [str(events[str(row["risk"])]["event"]) if str(row["risk"]) in events else str(row["risk"])]
        + [_levels(row, key) for key in ("consequence", *keys)]
        for row in ordered
    ]
    headers = [words["event"], words["highest"], *values.values()]
    return scrolled(markup.table(headers, rows, caption=words["risks"])) if rows else markup.table([words["no_risks"]], [])


def _order(row: Mapping[Any, Any]) -> list[float]:
    ends = (row["consequence_high"], row["consequence_low"])
    return [-float(cast("float", end)) if not pd.isna(end) else math.inf for end in ends]


def _levels(row: Mapping[Any, Any], key: str) -> str:
    low, high = row[f"{key}_low"], row[f"{key}_high"]
    return text_of("values.missing") if pd.isna(low) or pd.isna(high) else levels(float(low), float(high))
