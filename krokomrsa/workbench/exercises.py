"""06 Utbildning och övning: the plan as a board, the duties beside it, and each activity to be edited."""

from __future__ import annotations

import html
from collections.abc import Collection
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets
import pandas as pd

from krokomrsa import rules
from krokomrsa.analysis import coverage
from krokomrsa.changes import Change
from krokomrsa.charts import screen
from krokomrsa.charts.plan_rows import standing_cells, status_word
from krokomrsa.charts.rows import PlanEntry, named
from krokomrsa.charts.style import ACTIVITY_MARKS
from krokomrsa.charts.words import listed
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Record, Register
from krokomrsa.values import display
from krokomrsa.vocabulary import counted, text_of
from krokomrsa.workbench import duty_list
from krokomrsa.workbench.fields import Field
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.markup import heading, note
from krokomrsa.workbench.panel import WIDE, box, button, choice, figure_widget, guarded, replace
from krokomrsa.workbench.practice import Practice
from krokomrsa.workbench.smallest import Smallest

TABLE: Final = "activities"
WHAT: Final = ("name", "kind", "form", "level", "year", "quarter", "status", "purpose")
WHOM: Final = ("target_groups", "organisations", "functions", "competences")
DONE: Final = (
    *("took_part_in_planning", "carried_out_on", "participants_elected", "participants_staff"),
    *("evaluation_planned", "evaluated_on", "findings", "valid_until"),
)
QUARTERS: Final = (1, 2, 3, 4)
NAMED: Final = 5  # so many activities outside the period are named
UNKNOWN: Final = "okänt"  # the quarter as coverage.plan names it


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_exercises.{key}", **values)


class Exercises(Keeping):
    """The plan for training and exercises, held against duties and goals."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the plan and the duties, and the first activity to be edited."""
        super().__init__(folder, source="exercises")
        self.board, self.duties, self.chart, self.trail = widgets.HTML(), widgets.HTML(), widgets.VBox(), widgets.HTML()
        self.chosen = choice(_t("edit.choose"), [(_t("edit.none"), None)])
        self.fields: dict[str, Field] = {}
        self.quiet = False
        if self.begin():
            self._build()
            self.watchers.append(self.show)
            self.show()

    # parts

    def _build(self) -> None:
        declared = self.vocabulary[TABLE]
        years = [(str(year), year) for year in self.settings.period.years]
        quarters = [(_t("board.unknown"), None), *((str(number), number) for number in QUARTERS)]
        options: dict[str, Any] = {"year": years, "quarter": quarters}
        organisations = named(self.register.organisations)
        for key in (*WHAT, *WHOM, *DONE):
            self.fields[key] = Field(declared[key], known=organisations, options=options.get(key))
            self.fields[key].observe(lambda key=key: self.edit(key))  # type: ignore[misc]
        self.chosen.observe(lambda _: self.pick(), names="value")
        self.name = widgets.Text(description=_t("new.name"), style=WIDE, layout=widgets.Layout(width="30em"))
        self.kind = choice(_t("new.kind"), [(label, code) for code, label in declared["kind"].values.items()])  # noqa: PD011 (a column)
        self.year, self.quarter = choice(_t("new.year"), years), choice(_t("new.quarter"), quarters)
        self.template = widgets.VBox()
        plan = widgets.VBox([heading(_t("board.heading")), note(_t("board.said")), self.template, self.board])
        duties = widgets.VBox([heading(_t("duties.heading")), self.duties])
        plan.layout, duties.layout = widgets.Layout(flex="3 1 620px", min_width="0"), widgets.Layout(flex="2 1 340px", min_width="0")
        beside = widgets.HBox([plan, duties], layout=widgets.Layout(flex_flow="row wrap", grid_gap="0 1em"))
        self.folded = widgets.Accordion([self.chart], titles=(_t("duties.chart"),), selected_index=None)
        self.folded.observe(lambda _: self.draw(), names="selected_index")
        self.practice = Practice(self, self.chosen)
        self.smallest = Smallest(self)
        parts = {
            "plan": widgets.VBox([beside, self.folded, *self._editing()]),
            "covered": self.practice.covered,
            "led": self.practice.led,
            "programme": self.smallest.widget,
            "papers": self.practice.papers,
        }
        titles = [text_of(f"panel_practice.tabs.{key}") for key in parts]
        self.tabs = widgets.Tab(list(parts.values()), titles=titles)
        self.tabs.observe(lambda _: self.look(), names="selected_index")
        self.body.children = (self.tabs,)

    def _editing(self) -> tuple[widgets.Widget, ...]:
        acts = widgets.HBox(
            [
                button(_t("edit.undo"), self.take_back),
                button(_t("edit.history"), self.tell_history),
                button(_t("edit.reload"), self.reload),
            ]
        )
        groups = {"what": WHAT, "whom": WHOM, "done": DONE}
        columns = [widgets.VBox([heading(_t(f"edit.{name}")), *(self.fields[key].widget for key in keys)]) for name, keys in groups.items()]
        new = widgets.HBox([self.name, self.kind, self.year, self.quarter, button(_t("new.add"), self.add, look="primary")])
        new.layout.flex_flow = "row wrap"
        fields = widgets.HBox(columns, layout=widgets.Layout(flex_flow="row wrap"))
        return heading(_t("new.heading")), new, heading(_t("edit.heading")), note(_t("edit.said")), self.chosen, fields, acts, self.trail

    # what is shown

    def show(self) -> None:
        """Show the plan, the duties and the chosen activity as the register is now."""
        register, told = self.register, self.settings
        plan = coverage.plan(register.activities, told.period)
        self.board.value = board(plan, register, rules.Period(told.period.first_year, told.period.last_year), on=told.on)
        self.tried = duty_list.tried(register, told)
        self.duties.value = duty_list.listed(self.tried)
        self.draw()
        self.template.children = () if self._planned() else self._grundplan()
        self._offer()
        self.look()

    @guarded
    def look(self) -> None:
        """Fill the tab that is looked at; one that nobody sees is not filled."""
        looked = self.tabs.selected_index
        if looked in {1, 2}:
            self.practice.show(self.register, self.settings)
        elif looked == 3:  # noqa: PLR2004 (the programme's place among the tabs)
            self.smallest.refresh()

    @guarded
    def draw(self) -> None:
        """Draw the duties as a chart where it is unfolded; a chart that nobody sees is not drawn."""
        replace(self.chart, [figure_widget(screen.coverage(self.tried))] if self.folded.selected_index is not None else [])

    def _planned(self) -> list[str]:
        return [key for key, row in self.register.held(TABLE).items() if row["year"] in self.settings.period.years]

    def _grundplan(self) -> tuple[widgets.Widget, ...]:
        return note(_t("plan.said", period=self.settings.period)), button(_t("plan.use"), self.use_grundplan, look="primary")

    def _offer(self) -> None:
        """Offer the activities in order of time, the chosen one still chosen."""
        rows = sorted(self.register.held(TABLE).values(), key=lambda row: (row["year"] or 0, row["quarter"] or 5, str(row["name"])))
        before, every = self.chosen.value, [str(row["id"]) for row in rows]
        self.quiet = True
        self.chosen.options = [(_label(row), str(row["id"])) for row in rows] or [(_t("edit.none"), None)]
        self.chosen.value = before if before in every else every[0] if every else None
        self.quiet = False
        self.pick()

    @guarded
    def pick(self) -> None:
        """Show the chosen activity's values."""
        if self.quiet:
            return
        row = self.register.held(TABLE).get(self.chosen.value or "", {})
        self.quiet = True
        try:
            for key, field in self.fields.items():
                field.widget.disabled = not row
                if row:
                    field.put(row[key])
        finally:
            self.quiet = False
        self.trail.value = ""

    # what is done

    @guarded
    def edit(self, key: str) -> None:
        """Store one value of the chosen activity at once."""
        row = self.register.held(TABLE).get(self.chosen.value or "")
        if self.quiet or row is None:
            return
        try:
            after = self.fields[key].get()
            if after == row[key]:
                return
            self.store([Change(table=TABLE, id=str(row["id"]), column=key, before=row[key], after=after)])
        except KrokomrsaError:
            self.pick()
            raise
        column = self.vocabulary[TABLE][key]
        value = display(column, after) if after is not None else _t("edit.empty")
        self.say(_t("edit.stored", header=column.header, name=row["name"], value=value))

    @guarded
    def add(self) -> None:
        """Make a new planned activity and choose it."""
        name = self.name.value.strip()
        if not name:
            raise KrokomrsaError(Problem(problem=_t("new.no_name"), remedy=_t("new.no_name_remedy"), kind="refused"))
        values = {"name": name, "kind": self.kind.value, "year": self.year.value, "quarter": self.quarter.value, "status": "planned"}
        made, changes = self.new_row(TABLE, values)
        self.store(changes)
        self.name.value = ""
        self.chosen.value = made
        self.say(_t("new.added", name=name))

    @guarded
    def use_grundplan(self) -> None:
        """Put the strategy's Grundplan into an empty plan."""
        if self._planned():
            told = _t("plan.taken", period=self.settings.period)
            raise KrokomrsaError(Problem(problem=told, remedy=_t("plan.taken_remedy"), kind="refused"))
        made = rules.grundplan(self.settings.period)
        with self.opened() as place:
            gone = {row_id for table_key, row_id in place.store.removed() if table_key == TABLE}
        changes: list[Change] = []
        taken = gone | set(self.register.held(TABLE))
        for row in made:
            row_id = unused(str(row["id"]), taken)
            taken.add(row_id)
            changes += self.new_row(TABLE, row | {"id": row_id}, row_id=row_id)[1]
        self.store(changes)
        self.say(counted("panel_exercises.plan.used", len(made)))

    @guarded
    def take_back(self) -> None:
        """Undo the latest edit that was made here."""
        self.undo()

    @guarded
    def tell_history(self) -> None:
        """Show who changed what in the chosen activity; a second time hides it."""
        self.trail.value = "" if self.trail.value or not self.chosen.value else self.history(TABLE, self.chosen.value)

    @guarded
    def reload(self) -> None:
        """Read the register again, with what others have changed."""
        self.read()
        self.show()
        self.say(_t("edit.reloaded"))


def unused(row_id: str, taken: Collection[str]) -> str:
    """Return an id that counts on from another; that of a row that was removed is never used again, since its history is told by it.

    >>> unused("U-2023-1", {"U-2023-1", "U-2023-2"})
    'U-2023-3'
    """
    start, _, number = row_id.rpartition("-")
    return next(made for counting in count(int(number)) if (made := f"{start}-{counting}") not in taken)


def _label(row: Record) -> str:
    return _t("edit.label", year=row["year"] or "–", kind=_t(f"board.{row['kind']}") if row["kind"] else "–", name=row["name"])


def _chip(entry: PlanEntry, kind: str) -> str:
    said = text_of("values.missing") if not entry.status else status_word(entry.status).lower()
    mark = ACTIVITY_MARKS.get(entry.status)
    colour = mark.colour if mark else "#5e5e5e"
    style = f"border-left:5px solid {colour};background:#f7f7f7;padding:.15em .3em;margin:.15em 0;line-height:1.3"
    letter = _t(f"board.{kind}") if kind in {"training", "exercise"} else kind
    return f'<div style="{style}"><b>{html.escape(letter)}</b> {_breaking(entry.name)} <i>({html.escape(said)})</i></div>'


def _breaking(text: str) -> str:
    """Return a text as HTML that may go on in a new line after each slash."""
    return html.escape(text).replace("/", "/<wbr>")


def board(plan: pd.DataFrame, register: Register, period: rules.Period, *, on: date) -> str:
    """Return the plan as a table, a column a year and a row a quarter; the year's focus stands under it."""
    cells = standing_cells(plan, register.activities, on, period)
    outside = [_label(row) for row in register.held(TABLE).values() if row["year"] not in period.years]
    told = box(_t("board.outside", names=listed(outside, first=NAMED))) if outside else ""
    if not cells:
        return box(_t("board.empty")) + told
    focus, quarters = rules.focus(period), (*QUARTERS, UNKNOWN)
    style = "border:1px solid #b9b9b9;padding:.2em .3em;vertical-align:top;text-align:left;overflow-wrap:anywhere"
    labels_of = dict(zip(quarters, (*(_t("board.quarter", quarter=number) for number in QUARTERS), _t("board.unknown")), strict=True))
    rows = []
    for wanted in quarters:
        held = [
            "".join(
                _chip(entry, kind)
                for (at, kind, quarter), entries in cells.items()
                if at == year and quarter == wanted
                for entry in entries
            )
            for year in period.years
        ]
        first = f'<th scope="row" style="{style}">{html.escape(labels_of[wanted])}</th>'
        rows.append(f"<tr>{first}" + "".join(f'<td style="{style}">{one}</td>' for one in held) + "</tr>")
    small = "font-weight:normal;line-height:1.3;display:block"
    years = [f'{year} <small style="{small}">{html.escape(focus.get(year, ""))}</small>' for year in period.years]
    heads = [f'<th style="{style};background:#f1f1f1;width:62px"></th>']
    heads += [f'<th scope="col" style="{style};background:#f1f1f1">{one}</th>' for one in years]
    look = "border-collapse:collapse;color:#1b1b1b;font-size:11px;width:100%;table-layout:fixed"
    return f'<table lang="sv" style="{look}"><thead><tr>{"".join(heads)}</tr></thead><tbody>{"".join(rows)}</tbody></table>{told}'


def exercises(folder: Path | None = None) -> Exercises:
    """Return the panel of step 06."""
    return Exercises(folder)
