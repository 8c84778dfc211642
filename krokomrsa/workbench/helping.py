"""Find the changes that would help most when something is lost, and make one of them a measure with one click."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import ipywidgets as widgets
import pandas as pd

from krokomrsa.analysis import cascade
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel.summary.naming import keyed
from krokomrsa.values import read, shown
from krokomrsa.vocabulary import counted, load, text_of, texts
from krokomrsa.workbench import markup
from krokomrsa.workbench.choosing import Choosing
from krokomrsa.workbench.panel import WIDE, Panel, box, button, choice, guarded
from krokomrsa.workbench.weak_views import SHOWN, Seen, between, rest
from krokomrsa.workbench.working import Cancelled, Progress

if TYPE_CHECKING:
    from krokomrsa.workbench.weaknesses import Weaknesses

MOST: Final = (1, 2, 3)  # changes at a time: more of them are more sets than can be compared
OFFERED: Final = 6  # changes that have a button
ALONE: Final = 10  # changes that are told one by one

Change = dict[str, Any]


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_weaknesses.helps.{key}", **values)


class Helping(Panel):
    """The view that compares changes; it belongs to the view of weaknesses, whose register it stores in."""

    def __init__(self, weak: Weaknesses) -> None:
        """Prepare the choices."""
        super().__init__(weak.folder)
        self.weak, self.message = weak, weak.message
        self.k = choice(_t("k"), [(str(number), number) for number in MOST], value=2)
        self.listed, self.told, self.table, self.measures = widgets.HTML(), widgets.HTML(), widgets.HTML(), widgets.VBox()
        self.need, self.by = Choosing(_t("reserve_need"), lambda: None), Choosing(_t("reserve_by"), lambda: None)
        self.hours = widgets.Text(description=_t("reserve_hours"), value="24", style=WIDE, layout=widgets.Layout(width="16em"))
        wrapped = widgets.Layout(flex_flow="row wrap", align_items="center")
        adding = widgets.HBox([self.need, self.by, self.hours, button(_t("add"), self.add)], layout=wrapped)
        acts = [self.k, button(_t("compare"), self.compare, look="primary"), button(text_of("panel_weaknesses.undo"), self.undo)]
        self.body.children = (
            markup.note(_t("said")),
            self.listed,
            adding,
            widgets.HBox(acts, layout=wrapped),
            self.message,  # here too: the message stands where it is caused
            self.told,
            self.measures,
            self.table,
        )
        self.widget = self.body
        self.seen: Seen | None = None
        self.proposed = pd.DataFrame()
        self.reserves: list[Change] = []
        self.compared: pd.DataFrame | None = None

    # what can be changed

    def offer(self, seen: Seen) -> None:
        """Look for changes that could be made, for what is seen now."""
        self.seen, self.proposed, self.listed.value = seen, pd.DataFrame(), ""
        self._forget()
        needs = keyed(seen.dependencies[seen.dependencies["status"].ne("not needed")])
        called = (
            (_t("reserve_need_name", **{end: seen.names.get(row[end], row[end]) for end in ("dependent", "supplier")}), row["id"])
            for row in needs
        )
        self.need.offer([("–", ""), *sorted((name, str(key)) for name, key in called)])
        self.by.offer([("–", ""), *((seen.names.get(key, key), key) for key in seen.resources["id"])])
        known = {row["id"] for row in needs}
        self.reserves = [change for change in self.reserves if change["dependency"] in known]
        label = text_of("panel_weaknesses.working.candidates")
        self.weak.working.start(label, partial(_candidates, seen), self._offered)

    def _forget(self) -> None:
        """Show no comparison: what it compared has changed."""
        self.compared, self.told.value, self.table.value, self.measures.children = None, "", "", ()

    @guarded
    def _offered(self, found: Future[pd.DataFrame]) -> None:
        self.proposed = found.result()
        self._list()

    def _candidates(self) -> pd.DataFrame:
        added = pd.DataFrame(self.reserves, columns=self.proposed.columns).astype(object)
        return pd.concat([self.proposed.astype(object), added], ignore_index=True)

    def _list(self) -> None:
        rows = keyed(self._candidates())
        if not rows:
            self.listed.value = box(_t("no_candidates"), "done")
            return
        told = [
            [self._said(row), "–" if row["unacceptable_high_h"] is None else between(*[row["unacceptable_high_h"]] * 2)] for row in rows
        ]
        headers = texts("panel_weaknesses")["helps"]["candidates_columns"]
        table = markup.table(headers, told[:SHOWN], caption=_t("candidates_caption"))
        left = rest(len(told) - SHOWN, "more_only")
        summary = markup.escaped(counted("panel_weaknesses.helps.candidates", len(rows)))
        self.listed.value = f"<details><summary>{summary}</summary>{table}{left}</details>"

    def _row(self, change: Mapping[str, Any], saved_h: tuple[float, float] | None = None) -> Change:
        seen = cast("Seen", self.seen)
        named = {"services": seen.services, "resources": seen.resources}
        return cascade.as_treatment(change, seen.dependencies, **named, saved_h=saved_h, horizon_h=WEEK_H)

    def _said(self, change: Mapping[str, Any]) -> str:
        return str(self._row(change)["measure"])

    @guarded
    def add(self) -> None:
        """Add a reservlösning to what is compared."""
        seen = cast("Seen", self.seen)
        if not self.need.value or not self.by.value:
            raise KrokomrsaError(Problem(problem=_t("reserve_choose"), remedy=_t("reserve_choose_remedy"), kind="refused"))
        change: Change = {
            "id": _t("reserve_id", id=self.need.value, supplier=seen.names.get(self.by.value, self.by.value)),
            "kind": "reserve",
            "dependency": self.need.value,
            "supplier": self.by.value,
            "endurance_low_h": self._hours(),
        }
        if change["id"] in {one["id"] for one in self.reserves}:
            supplier = seen.names.get(self.by.value, self.by.value)
            raise KrokomrsaError(Problem(problem=_t("reserve_twice", supplier=supplier), remedy=_t("reserve_twice_remedy"), kind="refused"))
        self._row(change)  # refused where a thing would replace itself
        self.reserves.append(change)
        self._forget()
        self._list()
        self.say(counted("panel_weaknesses.helps.candidates", len(self._candidates())), "info")

    def _hours(self) -> float:
        wrong = KrokomrsaError(
            Problem(value=self.hours.value, problem=_t("reserve_wrong"), remedy=_t("reserve_wrong_remedy"), kind="refused")
        )
        try:
            found = cast("float | None", read(load()["resources"]["fuel_h"], self.hours.value))  # as hours are written in the register
        except KrokomrsaError:
            raise wrong from None
        if found is None or not 0 <= found < math.inf:
            raise wrong
        return found

    # what helps most

    @guarded
    def compare(self) -> None:
        """Compare the changes, in a thread of its own."""
        seen, candidates = cast("Seen", self.seen), self._candidates()
        self._forget()
        self.message.value = ""
        if candidates.empty:
            self._list()
            return
        work = partial(_compared, seen, candidates, self.k.value)
        self.weak.working.start(text_of("panel_weaknesses.working.compare"), work, self._compared)

    @guarded
    def _compared(self, found: Future[pd.DataFrame]) -> None:
        self.compared = found.result()
        rows = keyed(self.compared)
        nothing, best = next(row for row in rows if not row["changes"]), [row for row in rows if row["compared"] == "best"]
        useful = bool(best[0]["changes"])
        said = box(" ".join(self._best(best)), "done") if useful else box(_t("useless"), "warning")
        self.told.value = box(_t("nothing", hours=_left(nothing))) + said
        self.table.value = self._table([best[0], *self._alone(rows)[:ALONE], nothing]) if useful else ""
        self.offer_measures()

    def _table(self, rows: Sequence[Change]) -> str:
        headers: list[str] = texts("panel_weaknesses")["helps"]["columns"]
        return markup.table(headers, map(self._cells, rows), caption=_t("caption")) + markup.paragraph(_t("note"))

    def _best(self, best: Sequence[Change]) -> list[str]:
        first = best[0]
        said = [_t("best", k=self.k.value, changes=self._changes(first), saved=_saved(first), left=_left(first))]
        saved = max(first["services_saved_low"], first["services_saved_high"])
        said += [counted("panel_weaknesses.helps.services", saved)] if saved else []
        return [*said, counted("panel_weaknesses.helps.ties", len(best) - 1)] if len(best) > 1 else said

    def _changes(self, row: Change) -> str:
        known = {change["id"]: change for change in keyed(self._candidates())}
        return text_of("panel_weaknesses.semicolon").join(self._said(known[key]) for key in row["changes"]) or _t("none")

    def _alone(self, rows: Sequence[Change]) -> list[Change]:
        """Return the changes that save something by themselves; of those to the same need that save the same, the least."""
        known = {change["id"]: change for change in keyed(self._candidates())}
        alone = [row for row in rows if len(row["changes"]) == 1 and (row["saved_low_h"] > 0 or row["saved_high_h"] > 0)]
        alone.sort(key=lambda row: (row["rank"], known[row["changes"][0]]["endurance_low_h"]))
        found: dict[tuple[Any, ...], Change] = {}
        for row in alone:
            change = known[row["changes"][0]]
            found.setdefault((change["dependency"], change["supplier"], row["saved_low_h"], row["saved_high_h"]), row)
        return list(found.values())

    def _cells(self, row: Change) -> list[markup.Cell]:
        services = between(row["services_saved_low"], row["services_saved_high"])
        place = f"{row['rank']} ({_t('best_mark')})" if row["compared"] == "best" else shown(row["rank"])
        return [place, self._changes(row), _saved(row), _left(row), services]

    # one click

    def offer_measures(self) -> None:
        """Show a button for each change that helps, or which measure it already is."""
        if self.compared is None:
            return
        rows = keyed(self.compared)
        best = next(row for row in rows if row["compared"] == "best")
        alone = {row["changes"][0]: row for row in rows if len(row["changes"]) == 1}
        wanted = list(dict.fromkeys([*best["changes"], *(row["changes"][0] for row in self._alone(rows))]))[:OFFERED]
        known = {change["id"]: change for change in keyed(self._candidates())}
        made = {row["measure"]: row_id for row_id, row in self.weak.keeper.register.held("treatments").items()}
        lines = [self._line(known[key], (alone[key]["saved_low_h"], alone[key]["saved_high_h"]), made) for key in wanted]
        self.measures.children = (markup.heading(_t("make_heading")), *lines) if lines else ()

    def _line(self, change: Change, saved_h: tuple[float, float], made: Mapping[Any, str]) -> widgets.Widget:
        measure = self._said(change)
        if measure in made:
            return markup.note(_t("exists", measure=measure, id=made[measure]))
        act = button(_t("make"), partial(self.make, change, saved_h), look="success", tip=_t("make_tip"))
        return widgets.HBox([act, markup.note(measure)], layout=widgets.Layout(align_items="center"))

    @guarded
    def make(self, change: Change, saved_h: tuple[float, float]) -> None:
        """Store a change as a proposed measure."""
        row = self._row(change, saved_h)
        row_id, made = self.weak.keeper.new_row("treatments", row)
        self.weak.keeper.store(made)
        self.offer_measures()
        self.say(_t("made", measure=row["measure"], id=row_id))

    @guarded
    def undo(self) -> None:
        """Take back the latest edit that was made in the panel."""
        self.weak.keeper.undo()
        self.offer_measures()


def _candidates(seen: Seen, _progress: Progress, _cancelled: Cancelled) -> pd.DataFrame:
    losses = [{lost: 0.0} for lost in seen.losses]
    return cascade.candidates_from(seen.dependencies, seen.services, losses, weights=seen.weights, horizon_h=WEEK_H)


def _compared(seen: Seen, candidates: pd.DataFrame, k: int, progress: Progress, cancelled: Cancelled) -> pd.DataFrame:
    losses = [{lost: 0.0} for lost in seen.losses]
    told: dict[str, Any] = {"weights": seen.weights, "horizon_h": WEEK_H, "progress": progress, "cancelled": cancelled}
    return cascade.best_changes(seen.dependencies, seen.services, candidates, losses, k=k, **told)


def _saved(row: Mapping[str, Any]) -> str:
    return between(row["saved_low_h"], row["saved_high_h"])


def _left(row: Mapping[str, Any]) -> str:
    return between(row["unacceptable_low_h"], row["unacceptable_high_h"])
