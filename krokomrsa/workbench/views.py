"""Turn results into what a notebook cell displays."""

from __future__ import annotations

import html
import math

import pandas as pd
from IPython.display import HTML

from krokomrsa import telling
from krokomrsa.charts.rows import duration
from krokomrsa.register import value_of
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of, texts
from krokomrsa.workbench.desk import Desk

_BOX = '<div style="border-left:6px solid {colour};padding:.5em 1em;margin:.3em 0;background:{ground};color:#1a1a1a">{text}</div>'
_WARN, _INFO, _EXAMPLE = ("#b35900", "#fff4e5"), ("#0b5394", "#eaf2fb"), ("#7a0177", "#fbe9f7")


def _shown(text: str) -> HTML:
    return HTML(text)  # type: ignore[no-untyped-call]


def _box(text: str, look: tuple[str, str]) -> str:
    return _BOX.format(colour=look[0], ground=look[1], text=html.escape(text))


def _t(key: str, **values: object) -> str:
    return text_of(f"workbench.{key}", **values)


def warnings(desk: Desk) -> HTML:
    """Show what must be said first: no workspace, example data, rules that have expired or are not known, what must not be written here."""
    if desk.settings is None:
        return _shown(_box(desk.message or _t("no_workspace"), _WARN))
    example = [_box(_t("example", banner=desk.settings.banner), _EXAMPLE)] if desk.settings.is_example else []
    told = [_box(line, _WARN) for line in desk.banners if line != desk.settings.banner]
    return _shown("".join([*example, *told, _box(_t("secret"), _INFO)]))


def nothing(what: str) -> HTML:
    """Say that there is nothing to show yet, and what is missing."""
    return _shown(_box(_t("nothing", what=_t(what)), _INFO))


def _table(rows: list[dict[str, str]], what: str) -> HTML:
    if not rows:
        return nothing(what)
    shown_rows = pd.DataFrame(rows).style.hide(axis="index").set_properties(None, **{"text-align": "left", "white-space": "normal"})
    return _shown(shown_rows.set_table_styles([{"selector": "th", "props": "text-align:left"}]).to_html())


def overview(desk: Desk) -> HTML:
    """Show what the workspace is for, where the data lie, and how many rows each table has."""
    if desk.settings is None or desk.register is None:
        return _shown(_box(_t("no_workspace"), _INFO))
    told = desk.settings
    head = _t("overview", municipality=told.municipality, period=told.period, on=told.on)
    rows = [{_t("table"): table.title, _t("rows"): str(len(content))} for table, content in desk.register]
    boxes = _box(head, _INFO) + _box(_t("where", folder=desk.folder), _INFO)
    return _shown(boxes + str(_table(rows, "what_risks").data))


def ranking(desk: Desk) -> HTML:
    """Show the risks in the declared order, each with the cell that it came from."""
    if desk.results is None or desk.register is None or desk.settings is None:
        return nothing("what_risks")
    events = {row_id: str(row["event"]) for row_id, row in desk.register.held("risks").items()}
    labels = {one.level: one.label for one in desk.settings.scale.classes}
    words, rows = texts("workbench")["ranking"], []
    ranked = desk.results.ranking
    for row in ranked[ranked["rank"].notna()].reset_index().to_dict("records"):
        risk = row["risk"]
        low, high = labels[int(row["class_low"])], labels[int(row["class_high"])]
        told = {
            "rank": shown(value_of(row["rank"])),
            "event": events.get(str(risk), str(risk)),
            "class": low if low == high else f"{low}–{high}",
            "likelihood": telling.span(row["likelihood_low"], row["likelihood_high"]),
            "consequence": telling.span(row["consequence_low"], row["consequence_high"]),
            "source": str(desk.register.source("risks", str(risk), "event") or ""),
        }
        rows.append({words[key]: value for key, value in told.items()})
    return _table(rows, "what_risks")


def losses(desk: Desk) -> HTML:
    """Show what the loss of each external resource brings down."""
    if desk.results is None or desk.register is None:
        return nothing("what_dependencies")
    names = {row_id: str(row["name"]) for row_id, row in desk.register.held("resources").items()}
    words, rows = texts("workbench")["critical"], []
    for row in desk.results.critical.to_dict("records"):
        first = float(row["first_unacceptable_h"])
        told = {
            "name": names.get(row["lost"], row["lost"]),
            "failed": telling.span(row["failed_low"], row["failed_high"]),
            "unacceptable": telling.span(row["unacceptable_low"], row["unacceptable_high"]),
            "first": duration(first) if math.isfinite(first) else text_of("values.missing"),
        }
        rows.append({words[key]: value for key, value in told.items()})
    return _table(rows, "what_dependencies")


def duties(desk: Desk) -> HTML:
    """Show duties and goals with what they rest on."""
    if desk.results is None:
        return nothing("what_activities")
    words, said = texts("workbench")["duties"], texts("telling")
    rows = [
        {
            words["text"]: row["text"],
            words["kind"]: said["kinds"][row["kind"]],
            words["status"]: said["statuses"][row["status"]],
            words["reason"]: row["reason"],
        }
        for row in desk.results.duties.to_dict("records")
    ]
    return _table(rows, "what_activities")
