"""Draw what is known of the risks that are looked at: their order, where judges differ, what cannot be told apart, what is missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import ipywidgets as widgets
import pandas as pd

from krokomrsa.analysis import risk
from krokomrsa.charts import screen
from krokomrsa.charts.risk_rows import aspect_words, called, share
from krokomrsa.register import Register
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import counted, text_of, texts
from krokomrsa.workbench import markup
from krokomrsa.workbench.panel import box, figure_widget
from krokomrsa.workbench.table import Table, told

TOP: Final = 10  # so many are the highest
MOST: Final = 40  # rows of a list; the rest is counted

Pick = Callable[[str], object]
Told = Callable[[Mapping[Hashable, Any]], tuple[str, dict[str, Any]]]  # a row of a result → the risk that a click chooses, the cells


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_risks.{key}", **values)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The risks that are looked at: their ids, the matrix that they are in on a scale, and what to do with one that is clicked."""

    register: Register
    scale: Scale
    whole: pd.DataFrame
    ids: Sequence[str]
    pick: Pick

    def alike(self, other: Seen) -> bool:
        """Tell whether the matrix of the risks would look the same."""
        return self.whole is other.whole and self.ids == other.ids and self.register.held("risks") is other.register.held("risks")

    def same(self, other: Seen) -> bool:
        """Tell whether nothing is known of the risks that was not known before."""
        return self.alike(other) and self.register.held("assessments") is other.register.held("assessments")

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Return the matrix of the risks that are looked at."""
        return self.whole[self.whole.index.isin(list(self.ids))]

    @cached_property
    def events(self) -> dict[str, str]:
        """Return the events by id of risk."""
        rows = self.register.held("risks")
        return {row_id: str(rows[row_id]["event"]) for row_id in self.ids}

    @cached_property
    def organisations(self) -> dict[str, str]:
        """Return the names of organisations by id."""
        return {row_id: str(row["name"]) for row_id, row in self.register.held("organisations").items()}

    @cached_property
    def assessments(self) -> pd.DataFrame:
        """Return the judgements of the risks that are looked at."""
        rows = self.register.assessments
        return rows[rows["risk"].isin(list(self.ids))]

    def aspect(self, code: str) -> str:
        """Return what an aspect is called."""
        return {**aspect_words(self.scale), "consequence": _t("consequence")}[code]

    def called(self, row_id: str) -> str:
        """Return the id of a risk with its event."""
        return called(row_id, self.events)


def listing(key: str, found: pd.DataFrame, tell: Told, pick: Pick) -> list[widgets.Widget]:
    """Return the first rows of a result as a table where a click chooses a risk, and how many are left out.

    ``key`` is where its words stand; ``tell`` gives of a row the risk that is chosen, and its cells.
    """
    words = texts("panel_risks")["lists"][key]
    if found.empty:
        return [widgets.HTML(box(words["none"], "done"))]
    shown = [tell(row) for row in found.head(MOST).to_dict("records")]
    made = Table(lambda _: None, label=words["heading"])
    made.columns = [told(column, title, width=words["widths"][column]) for column, title in words["columns"].items()]
    made.show((str(number), cells[next(iter(words["columns"]))], cells) for number, (_, cells) in enumerate(shown))
    made.observe(lambda change: pick(shown[int(change.new)][0]), "selected")
    rest = [widgets.HTML(box(counted("panel_risks.rest", len(found) - MOST)))] if len(found) > MOST else []
    return [widgets.HTML(box(words["help"])), made, *rest]


def ranking(seen: Seen) -> list[widgets.Widget]:
    """Return the order of the risks with the places that their uncertainty gives them."""
    places = risk.rank_probabilities(seen.matrix, seen.scale, TOP)
    classes = risk.class_probabilities(seen.matrix, seen.scale)
    chart = screen.ranking_intervals(risk.ranking(seen.matrix), places, classes, seen.scale, names=seen.events, k=TOP)
    return [widgets.HTML(box("\n".join(risk.assumptions(seen.scale)))), figure_widget(chart)]


def disagreement(seen: Seen) -> list[widgets.Widget]:
    """Return where the judges are farthest apart, and on what."""
    judged = risk.by_judge(seen.assessments, seen.scale)
    return [figure_widget(screen.disagreement(judged, seen.scale, names=seen.events, organisations=seen.organisations))]


def movement(seen: Seen) -> list[widgets.Widget]:
    """Return how the risks would be without protection, are, and are meant to be."""
    found = risk.movement(seen.assessments, seen.scale)
    return [figure_widget(screen.movement(found, seen.scale, names=seen.events))]


def pairs(seen: Seen) -> list[widgets.Widget]:
    """Return the pairs of risks whose order the judgements do not decide."""
    why = texts("panel_risks")["lists"]["pairs"]["why"]

    def cells(row: Mapping[Hashable, Any]) -> tuple[str, dict[str, Any]]:
        both = {key: seen.called(row[key]) for key in ("risk", "other")}
        return row["risk"], both | {"p": share(row["p"]), "why": why[row["why"]]}

    return listing("pairs", risk.indistinguishable(seen.matrix, seen.scale), cells, seen.pick)


def missing(seen: Seen) -> list[widgets.Widget]:
    """Return the missing judgements that could change most which risks are the highest."""
    found = risk.missing_judgements(seen.assessments, seen.scale, TOP)

    def cells(row: Mapping[Hashable, Any]) -> tuple[str, dict[str, Any]]:
        then = _t("chances", low=share(row["then_low"]), high=share(row["then_high"]))
        chances = {"now": share(row["now"]), "then": then, "influence": share(row["influence"])}
        return row["risk"], {"risk": seen.called(row["risk"]), "aspect": seen.aspect(row["aspect"])} | chances

    return listing("missing", found[found["influence"] > 0], cells, seen.pick)


def audit(seen: Seen) -> list[widgets.Widget]:
    """Return where the classes of the matrix mislead: on the scale itself, and among the municipality's own risks."""
    rules = texts("panel_risks")["lists"]["audit"]["rules"]
    found = risk.audit(seen.scale, seen.matrix, names={row_id: seen.called(row_id) for row_id in seen.ids})

    def cells(row: Mapping[Hashable, Any]) -> tuple[str, dict[str, Any]]:
        return next(iter(row["risks"]), ""), {"rule": rules[row["rule"]], "sentence": row["sentence"]}

    kept = [str(sentence) for sentence in found.loc[found["holds"], "sentence"]]
    return [*listing("audit", found[~found["holds"]], cells, seen.pick), *([widgets.HTML(box("\n".join(kept), "done"))] if kept else [])]


def change(seen: Seen, before: Register, state: str) -> list[widgets.Widget]:
    """Return what has become of the risks since an earlier state of the register, and of those of that state that are gone."""
    now, then = seen.register.risks, before.risks
    kept = now[now["id"].isin(list(seen.ids))]
    gone = then[then["id"].isin(list(seen.ids)) | ~then["id"].isin(now["id"])]
    found = risk.since(gone, _of(before.assessments, gone), kept, _of(seen.register.assessments, kept), seen.scale)
    return [figure_widget(screen.change(found, seen.scale, since=state))]


def _of(assessments: pd.DataFrame, risks: pd.DataFrame) -> pd.DataFrame:
    return assessments[assessments["risk"].isin(risks["id"])]


def reversed_matrix(seen: Seen) -> list[widgets.Widget]:
    """Return the risks by consequence and by what can be done about them, without likelihood (omvänd riskmatris)."""
    words, column = texts("panel_risks")["reversed"], seen.register.vocabulary["risks"]["treatability"]
    rows, highest = seen.register.held("risks"), seen.matrix["consequence_high"].to_dict()
    ways = [*column.values.items(), (None, words["unstated"])]  # noqa: PD011 (allowed values, no frame)
    levels = [*((one.level, f"{one.level} {one.label}") for one in reversed(seen.scale.consequence)), (None, words["not_judged"])]
    held: dict[tuple[object, object], list[str]] = {}
    for row_id in seen.ids:
        level = highest.get(row_id)
        place = None if level is None or pd.isna(level) else math.ceil(level)
        held.setdefault((place, rows[row_id]["treatability"]), []).append(seen.called(row_id))
    cells = [[label, *("\n".join(held.get((level, way), ())) for way, _ in ways)] for level, label in levels]
    return [widgets.HTML(markup.table([words["level"], *(label for _, label in ways)], cells, caption=words["caption"]))]
