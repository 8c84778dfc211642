"""06 Utbildning och övning: the plan as a board, the duties beside it, and each activity to be edited."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets
import pandas as pd

from krokomrsa import rules
from krokomrsa.analysis import coverage
from krokomrsa.changes import Change
from krokomrsa.charts import screen
from krokomrsa.charts.rows import PlanCells, PlanEntry, labels, named, plan_cells
from krokomrsa.charts.style import ACTIVITY_MARKS, DUTY_MARKS
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.register import Register
from krokomrsa.values import display
from krokomrsa.vocabulary import text_of, texts
from krokomrsa.workbench.fields import Field
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.markup import Cell, Marked, heading, note, table
from krokomrsa.workbench.panel import WIDE, box, button, choice, figure_widget, guarded

TABLE: Final = "activities"
WHAT: Final = ("name", "kind", "form", "level", "year", "quarter", "status", "purpose")
WHOM: Final = ("target_groups", "organisations", "functions", "competences")
DONE: Final = (
    *("took_part_in_planning", "carried_out_on", "participants_elected", "participants_staff"),
    *("evaluation_planned", "evaluated_on", "findings"),
)
QUARTERS: Final = (1, 2, 3, 4)
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
        beside = widgets.HBox([widgets.VBox([self.board]), widgets.VBox([heading(_t("duties.heading")), self.duties])])
        beside.layout.flex_flow = "row wrap"
        self.template = widgets.VBox()
        folded = widgets.Accordion([self.chart], titles=(_t("duties.chart"),), selected_index=None)
        self.body.children = (heading(_t("board.heading")), note(_t("board.said")), self.template, beside, folded, *self._editing())

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
        self.board.value = board(plan, register, rules.Period(told.period.first_year, told.period.last_year))
        duties = coverage.duties(
            register.activities,
            register.organisations,
            register.services,
            told.rule_sets,
            told.on,
            told.period,
            documents=register.documents,
            goals=register.goals,
        )
        self.duties.value = listed(duties)
        before: tuple[Any, ...] = self.chart.children
        self.chart.children = (figure_widget(screen.coverage(duties)),)
        for one in before:
            one.close()
        self.template.children = () if self._planned() else self._grundplan()
        self._offer()

    def _planned(self) -> list[str]:
        return [key for key, row in self.register.rows(TABLE).items() if row["year"] in self.settings.period.years]

    def _grundplan(self) -> tuple[widgets.Widget, ...]:
        return note(_t("plan.said", period=self.settings.period)), button(_t("plan.use"), self.use_grundplan, look="primary")

    def _offer(self) -> None:
        """Offer the activities in order of time, the chosen one still chosen."""
        rows = sorted(self.register.rows(TABLE).values(), key=lambda row: (row["year"] or 0, row["quarter"] or 5, str(row["name"])))
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
        row = self.register.rows(TABLE).get(self.chosen.value or "", {})
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
        row = self.register.rows(TABLE).get(self.chosen.value or "")
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
        for row in made:
            row_id = str(row["id"])
            while row_id in gone or row_id in self.register.rows(TABLE):
                row_id += "-2"
            changes += self.new_row(TABLE, row | {"id": row_id}, row_id=row_id)[1]
        self.store(changes)
        self.say(_t("plan.used", count=len(made)))

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


def _label(row: dict[str, Any]) -> str:
    return _t("edit.label", year=row["year"] or "–", kind=_t(f"board.{row['kind']}") if row["kind"] else "–", name=row["name"])


def _chip(entry: PlanEntry, kind: str, evaluated: bool) -> str:  # noqa: FBT001 (one of three plain facts)
    status = text_of("values.missing") if not entry.status else _status(entry.status)
    said = f"{status}, {_t('board.evaluated')}" if evaluated else status
    mark = ACTIVITY_MARKS.get(entry.status)
    colour = mark.colour if mark else "#5e5e5e"
    style = f"border-left:5px solid {colour};background:#f7f7f7;padding:.15em .5em;margin:.15em 0;line-height:1.3"
    letter = _t(f"board.{kind}") if kind in {"training", "exercise"} else kind
    return f'<div style="{style}"><b>{html.escape(letter)}</b> {html.escape(entry.name)} <i>({html.escape(said)})</i></div>'


def _status(code: str) -> str:
    return labels(TABLE, "status").get(code, code).lower()


def board(plan: pd.DataFrame, register: Register, period: rules.Period) -> str:
    """Return the plan as a table, a row a year and a column a quarter; the year's focus stands under it."""
    cells: PlanCells = plan_cells(plan, register.activities)
    if not cells:
        return box(_t("board.empty"))
    evaluated = {key for key, row in register.rows(TABLE).items() if row["evaluated_on"] is not None}
    focus, quarters = rules.focus(period), (*QUARTERS, UNKNOWN)
    style = "border:1px solid #b9b9b9;padding:.3em .5em;vertical-align:top;text-align:left"
    heads = [_t("board.year"), *(_t("board.quarter", quarter=number) for number in QUARTERS), _t("board.unknown")]
    rows = []
    for year in period.years:
        held = [
            "".join(
                _chip(entry, kind, entry.id in evaluated)
                for (at, kind, quarter), entries in cells.items()
                if at == year and quarter == wanted
                for entry in entries
            )
            for wanted in quarters
        ]
        first = f'<th scope="row" style="{style};line-height:1.3;max-width:11em">{year}<br><small style="font-weight:normal">{html.escape(focus.get(year, ""))}</small></th>'
        rows.append(f"<tr>{first}" + "".join(f'<td style="{style}">{one}</td>' for one in held) + "</tr>")
    head = "".join(f'<th scope="col" style="{style};background:#f1f1f1">{html.escape(one)}</th>' for one in heads)
    return f'<table style="border-collapse:collapse;color:#1b1b1b"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def listed(duties: pd.DataFrame) -> str:
    """Return the duties and goals with their standing and what it rests on."""
    said = texts("telling")["statuses"]
    rows: list[list[Cell]] = [
        [Marked(said[row["status"]], DUTY_MARKS[row["status"]].colour), str(row["text"] or row["duty"]), str(row["reason"])]
        for row in duties.to_dict("records")
    ]
    met = int((duties["status"] == "met").sum())
    return table(texts("panel_exercises")["duties"]["columns"], rows, caption=_t("duties.count", met=met, all=len(duties)))


def exercises(folder: Path | None = None) -> Exercises:
    """Return the panel of step 06."""
    return Exercises(folder)
