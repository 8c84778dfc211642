"""Step 08: goals with status and evidence, steering documents, deadlines, and named states to compare with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets

from krokomrsa.analysis import progress
from krokomrsa.changes import Change
from krokomrsa.register import Record
from krokomrsa.store.trail import moment
from krokomrsa.values import display, shown
from krokomrsa.vocabulary import Vocabulary, counted, text_of, texts
from krokomrsa.workbench import markup
from krokomrsa.workbench.choosing import Choosing
from krokomrsa.workbench.editing import Editor, Told
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.panel import WIDE, box, button, guarded

MOST: Final = 200  # changed values that a comparison lists
NOW: Final = ""
WRAP: Final = widgets.Layout(flex_flow="row wrap", align_items="center")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_goals.{key}", **values)


def validity(row: Record, on: date) -> str:
    """Return in words whether a document is valid on a day.

    >>> from datetime import date
    >>> document = {"decided_on": date(2019, 12, 4), "valid_to": date(2022, 12, 31)}
    >>> validity(document, date(2023, 1, 10)), validity(document, date(2023, 1, 1))
    ('Gick ut för 10 dagar sedan', 'Gick ut för 1 dag sedan')
    """
    decided: Any = row["decided_on"]
    last: Any = row["valid_to"]
    if last is not None and last < on:
        return counted("panel_goals.valid_no", (on - last).days)
    if decided is None:
        return _t("undecided")
    if decided > on:
        return _t("not_yet", on=on)
    return _t("valid_unknown") if last is None else counted("panel_goals.valid_soon", (last - on).days)


def summary(made: Sequence[Change], vocabulary: Vocabulary) -> str:
    """Return how many rows are new and gone and how many values changed in each table, as an HTML table."""
    words = texts("panel_goals")["change"]
    rows = {(change.table, change.id): change.after is not None for change in made if change.column == "id"}
    kept = Counter(change.table for change in made if (change.table, change.id) not in rows)
    new, gone = (Counter(table for (table, _), is_new in rows.items() if is_new is wanted) for wanted in (True, False))
    listed = [
        [table.sheet, str(new[table.key]), str(gone[table.key]), str(kept[table.key])]
        for table in vocabulary
        if new[table.key] or gone[table.key] or kept[table.key]
    ]
    return markup.table([words[key] for key in ("table", "new", "gone", "values")], listed, caption=_t("summary_caption"))


class Goals(Keeping):
    """The goals and documents of the register, the deadlines of its rule sets, and its named states."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the goals, documents, deadlines and states of a workspace."""
        super().__init__(folder, source=_t("source"))
        if not self.begin():
            return
        self.counted = widgets.HTML()
        self.recount()
        self.watchers.append(self.recount)
        goals: list[Told] = ["goal", "status", "evidence", "assessed_on", "due", (_t("standing"), self._standing), "responsible", "source"]
        self.goals = Editor(self, "goals", goals, widths={"goal": "230px", "evidence": "190px", _t("standing"): "140px"})
        valid: Told = (_t("valid", on=self.settings.on), lambda _, row: validity(row, self.settings.on))
        facts: list[Told] = ["title", "kind", "level", "leg", "decided_by", "decided_on", "valid_to", valid, "responsible"]
        self.documents = Editor(self, "documents", facts, widths={"title": "240px"})
        self.tabs = widgets.Tab(
            [self.goals.widget, self.documents.widget, widgets.HTML(self._deadlines()), self._states()],
            titles=[_t(key) for key in ("goals", "documents", "deadlines", "states")],
        )
        self.head.children = [self.counted]
        self.body.children = [self.tabs]
        self.show_states()

    def _standing(self, row_id: str, _row: Record) -> str:
        return self.standings.get(row_id, "")

    @guarded
    def recount(self) -> None:
        """Tell how the goals stand, and which documents are no longer valid."""
        on = self.settings.on
        found = progress.goals_status(self.register.goals, on)
        self.standings: dict[str, str] = dict(zip(found["goal"], found["reason"], strict=True))
        counts = found["standing"].value_counts()
        documents = self.register.held("documents").values()
        expired = sum(row["valid_to"] is not None and row["valid_to"] < on for row in documents)  # type: ignore[operator]
        numbers = {key: int(counts.get(key, 0)) for key in ("met", "late", "open", "undated")}
        told = (
            counted("panel_goals.goals_count", len(found), **numbers),
            counted("panel_goals.documents_count", len(documents), expired=expired),
        )
        self.counted.value = box(" ".join(told))

    def _deadlines(self) -> str:
        words = texts("panel_goals")["deadline"]
        found = progress.deadlines(self.settings.on, rules=self.settings.rule_sets).to_dict("records")
        rows = [[row["text"], f"{row['due']:%Y-%m-%d}", str(row["days"]), row["note"], row["source"]] for row in found]
        headers = [words[key] for key in ("text", "due", "days", "note", "source")]
        return markup.table(headers, rows, caption=_t("deadlines_caption")) if rows else box(_t("no_deadlines"))

    # states

    def _states(self) -> widgets.VBox:
        self.name = widgets.Text(
            description=_t("state_name"), placeholder=_t("state_hint"), style=WIDE, layout=widgets.Layout(width="420px")
        )
        self.naming = button(_t("state_button"), self.name_state, look="primary")
        self.listed, self.differences = widgets.HTML(), widgets.HTML()
        self.before, self.after = Choosing(_t("from"), lambda: None), Choosing(_t("to"), lambda: None)
        self.comparing = button(_t("compare"), self.compare)
        named = widgets.HBox([self.name, self.naming], layout=WRAP)
        return widgets.VBox([named, self.listed, widgets.HBox([self.before, self.after, self.comparing], layout=WRAP), self.differences])

    @guarded
    def show_states(self) -> None:
        """Show the named states, latest first, and offer them for comparison."""
        with self.opened() as place:
            found = list(reversed(place.store.states().to_dict("records")))
        words = texts("panel_goals")["state"]
        rows = [[row["name"], moment(row["at"]), row["who"]] for row in found]
        headers = [words[key] for key in ("name", "at", "who")]
        self.listed.value = markup.table(headers, rows, caption=_t("state_caption")) if rows else box(_t("no_states"))
        names = [(row["name"], row["name"]) for row in found]
        self.before.offer(names)
        self.after.offer([(_t("now"), NOW), *names])
        self.comparing.disabled = not names

    @guarded
    def name_state(self) -> None:
        """Name the register as it is now."""
        with self.opened() as place:
            place.store.name_state(self.name.value.strip(), self.who)
        self.say(_t("state_made", name=self.name.value.strip()))
        self.name.value = ""
        self.show_states()

    @guarded
    def compare(self) -> None:
        """Show what differs between two states."""
        before, after = self.before.value, self.after.value
        with self.opened() as place:
            made = place.store.compare(before, after or None)
        names = {"before": before, "after": after or _t("now")}
        if not made:
            self.differences.value = box(_t("same", **names))
            return
        told = box(counted("panel_goals.compared", len(made), **names))
        self.differences.value = told + summary(made, self.vocabulary) + self._details(made)

    def _details(self, made: Sequence[Change]) -> str:
        words = texts("panel_goals")["change"]
        values = [change for change in made if change.column != "id"]
        rows = [self._change(change) for change in values[:MOST]]
        more = box(_t("more", shown=MOST, count=len(values))) if len(values) > MOST else ""
        headers = [words[key] for key in ("table", "name", "column", "before", "after")]
        return more + markup.table(headers, rows, caption=_t("details_caption"))

    def _change(self, change: Change) -> list[str]:
        table = self.vocabulary[change.table]
        if change.column not in table.keys:
            return [table.sheet, change.id, change.column, shown(change.before), shown(change.after)]
        column = table[change.column]
        return [table.sheet, change.id, column.header, display(column, change.before), display(column, change.after)]


def goals(folder: Path | None = None) -> Goals:
    """Return the panel of step 08."""
    return Goals(folder)
