"""Look for the cheapest programme of trainings and exercises that meets the duties, beside the plan that there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

import ipywidgets as widgets
import pandas as pd

from krokomrsa import rules
from krokomrsa.analysis import coverage, risk
from krokomrsa.analysis.coverage import programme
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Record, Register
from krokomrsa.rules import Period, RuleSet
from krokomrsa.values import read, shown
from krokomrsa.vocabulary import counted, load, text_of, texts
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.markup import listed, note, paragraph, table
from krokomrsa.workbench.panel import WIDE, Panel, box, button, guarded
from krokomrsa.workspace import Settings

FACTS: Final = ("name", "kind", "form", "level", "target_groups", "organisations", "competences", "functions", "services", "risks")
TOP: Final = 5  # so many of the gravest risks may be asked for


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_programme.{key}", **values)


class Smallest(Panel):
    """The part of panel 06 that compares the plan with the cheapest programme; it changes nothing."""

    def __init__(self, owner: Keeping) -> None:
        """Offer the rule sets that apply, and ask what an activity costs where nobody has counted who took part."""
        super().__init__(owner.folder)
        self.owner, self.message = owner, owner.message
        self.sets = widgets.SelectMultiple(description=_t("sets"), style=WIDE, layout=widgets.Layout(width="36em", height="7em"))
        self.days = widgets.Text(description=_t("days"), style=WIDE, layout=widgets.Layout(width="32em"))
        self.per_quarter = widgets.Text(description=_t("per_quarter"), style=WIDE, layout=widgets.Layout(width="32em"))
        self.risks = widgets.Checkbox(description=_t("risks", count=TOP), indent=False, layout=widgets.Layout(width="auto"))
        self.found, self.known = widgets.HTML(), dict[str, RuleSet]()
        asked = widgets.VBox([self.days, self.per_quarter, self.risks, widgets.HBox([button(_t("find"), self.find, look="primary")])])
        asked.layout = widgets.Layout(flex="1 1 30em")
        beside = widgets.HBox([self.sets, asked], layout=widgets.Layout(flex_flow="row wrap", grid_gap="0 1em"))
        self.body.children = (note(_t("said")), beside, self.message, self.found)
        self.widget = self.body

    def refresh(self) -> None:
        """Offer the rule sets that can be tried; what is chosen stays chosen, and what was found no longer holds."""
        told, chosen = self.owner.settings, set(self.sets.value)
        every = (*told.rule_sets, *map(rules.load, rules.names()))
        self.known = {one.id: one for one in reversed(every) if any(duty.check for duty in one.duties)}
        self.sets.options = [(_t("set", name=one.short_name, validity=one.validity), key) for key, one in self.known.items()]
        self.sets.value = [key for key, one in self.known.items() if key in chosen or (not chosen and one.in_force(told.on))]
        self.found.value = ""

    @guarded
    def find(self) -> None:
        """Find the programme and tell it beside the plan."""
        register, told = self.owner.register, self.owner.settings
        self.message.value = ""
        offered = candidates(register, told.period, _number(self.days))
        asked, gives = self._asked(register, told, offered)
        per_quarter = _number(self.per_quarter)
        limits = {"per_quarter": per_quarter, "closed": rules.excluded_levels(told.period), "after": told.on}
        self.found.value = told_of(register, told, offered, asked, gives, limits)

    def _asked(self, register: Register, told: Settings, offered: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        held = register.held("risks")
        ranked = risk.ranking(risk.matrix(register.assessments, told.scale)) if self.risks.value else pd.DataFrame({"rank": []})
        gravest = {str(key): str(held[key]["event"]) for key in ranked[ranked["rank"].notna()].index[:TOP] if key in held}
        tables = (register.activities, register.organisations, register.services)
        chosen = [self.known[key] for key in self.sets.value]
        return coverage.requirements(offered, *tables, chosen, on=told.on, period=told.period, risks=gravest)


def _number(field: widgets.Text) -> float | None:
    """Return the number in a field, as numbers are written in the register."""
    return cast("float | None", read(load()["treatments"]["cost_sek"], field.value))


def person_days(row: Record) -> float | None:
    """Return how many person-days an activity took, a day for each who took part; None where nobody has counted them.

    >>> person_days({"participants_elected": 3, "participants_staff": None}), person_days({})
    (3.0, None)
    """
    counts = [row.get(key) for key in ("participants_elected", "participants_staff")]
    known = [float(count) for count in counts if isinstance(count, int | float)]
    return sum(known) if known else None


def candidates(register: Register, period: Period, days: float | None) -> pd.DataFrame:
    """Return the activities of a period as what could be held, in any year from the first they stand in; each costs its person-days.

    ``days`` is what an activity costs where nobody has counted who took part.

    Raises
    ------
    KrokomrsaError
        There is no activity, or one without known participants while ``days`` is not given.
    """
    rows = [
        row
        for row in register.held("activities").values()
        if row["year"] in period.years and row["status"] in {"planned", "done", "on request"}
    ]
    if not rows:
        raise KrokomrsaError(Problem(problem=_t("no_candidates"), remedy=_t("no_candidates_remedy"), kind="notice"))
    costs = {str(row["id"]): person_days(row) for row in rows}
    unknown = [str(row["name"]) for row in rows if costs[str(row["id"])] is None]
    if unknown and days is None:
        problem = counted("panel_programme.no_days", len(unknown), names=text_of("report.semicolon").join(unknown[:3]))
        raise KrokomrsaError(Problem(problem=problem, remedy=_t("no_days_remedy"), kind="refused"))
    made = [
        {key: row[key] for key in FACTS}
        | {"id": row["id"], "most": len(period.years), "cost_days": costs[str(row["id"])] if costs[str(row["id"])] is not None else days}
        for row in rows
    ]
    return pd.DataFrame(made)


def told_of(  # noqa: PLR0917 (what was looked for, and among what)
    register: Register, told: Settings, offered: pd.DataFrame, asked: pd.DataFrame, gives: pd.DataFrame, limits: Mapping[str, Any]
) -> str:
    """Return what the cheapest programme is, what nothing in the plan can give, what clashes, and how far the own plan goes."""
    if asked.empty:
        return box(_t("all_met"), "done")
    said = dict(zip(asked["id"], asked["text"], strict=True))
    first = programme.cheapest(offered, asked, gives, told.period, **limits)
    parts = []
    if first.impossible:
        parts.append(box(_t("impossible"), "warning") + listed(said[key] for key in first.impossible))
    possible = asked[~asked["id"].isin(first.impossible)]
    found = programme.cheapest(offered, possible, gives[gives["requirement"].isin(possible["id"])], told.period, **limits)
    if found.clash:
        return "".join([*parts, box(_t("clash"), "warning"), listed(said[key] for key in found.clash)])
    parts += [
        _chosen(found, said),
        _own(register, offered, possible, gives, told.period),
        _gain(offered, possible, gives, told.period, limits),
    ]
    return "".join(parts)


def _chosen(found: programme.Programme, said: Mapping[str, str]) -> str:
    rows = [
        [
            f"{row['year']} {_t('quarter', quarter=row['quarter'])}",
            str(row["name"]),
            shown(row["cost_days"]),
            "\n".join(said[key] for key in row["gives"]),
        ]
        for row in found.chosen.to_dict("records")
    ]
    summary = counted("panel_programme.cheapest", len(rows), days=shown(found.cost_days))
    return box(summary, "done") + (table(texts("panel_programme")["columns"], rows, caption=_t("programme")) if rows else "")


def _own(register: Register, offered: pd.DataFrame, asked: pd.DataFrame, gives: pd.DataFrame, period: Period) -> str:
    """Return how far the plan as it stands goes if all of it is carried out and evaluated, and what it costs."""
    held = register.held("activities")
    planned = [
        (key, int(cast("int", held[key]["year"])))
        for key in offered["id"]
        if held[key]["status"] == "planned" and held[key]["year"] in period.years
    ]
    met = programme.met_by(asked, gives, planned)
    cost = offered.loc[offered["id"].isin([key for key, _ in planned]), "cost_days"].sum()
    lacking = dict(zip(asked["id"], asked["text"], strict=True))
    told = _t("own", met=int(met["met"].sum()), of=len(met), days=shown(float(cost)), count=len(planned))
    left = [lacking[key] for key in met.loc[~met["met"], "id"]]
    return box(told, "info") + (paragraph(_t("own_lacks")) + listed(left) if left else "")


def _gain(offered: pd.DataFrame, asked: pd.DataFrame, gives: pd.DataFrame, period: Period, limits: Mapping[str, Any]) -> str:
    kept = gives[gives["requirement"].isin(asked["id"])]
    said = dict(zip(asked["id"], asked["text"], strict=True))
    bought = programme.gain(offered, asked, kept, period, **limits)
    rows = [
        [str(row["activities"]), str(row["met"]), shown(row["cost_days"]), "\n".join(said[key] for key in row["added"])]
        for row in bought.to_dict("records")
    ]
    return table(texts("panel_programme")["gain_columns"], rows, caption=_t("gain"))
