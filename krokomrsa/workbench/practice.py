"""The tabs of panel 06 beside the plan: what is covered, what it led to, and what is written out of the plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ipywidgets as widgets

from krokomrsa.analysis import coverage
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.process import yearly
from krokomrsa.register import Register
from krokomrsa.rules import Period
from krokomrsa.vocabulary import counted, text_of
from krokomrsa.workbench import covered
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.markup import heading, note
from krokomrsa.workbench.panel import WIDE, Panel, button, choice, guarded
from krokomrsa.workspace import Settings, Workspace

VIEWS = (covered.groups, covered.functions, covered.services, covered.gravest)
ACTIVITIES, TREATMENTS = "activities", "treatments"


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_practice.{key}", **values)


class Practice(Panel):
    """The tabs beside the plan; what they store, the panel that owns them stores."""

    def __init__(self, owner: Keeping, chosen: widgets.Dropdown) -> None:
        """Lay out the tabs; ``chosen`` is the activity that is chosen in the plan."""
        super().__init__(owner.folder)
        self.owner, self.chosen, self.message = owner, chosen, owner.message
        self.views = [widgets.HTML() for _ in VIEWS]
        self.covered = widgets.VBox(self.views)
        self.loop = widgets.HTML()
        self.measure = widgets.Text(description=_t("measure"), style=WIDE, layout=widgets.Layout(width="44em"))
        wrapped = widgets.Layout(flex_flow="row wrap", align_items="center")
        adding = widgets.HBox([self.measure, button(_t("add_measure"), self.add_measure, look="primary")], layout=wrapped)
        form = widgets.HBox([button(_t("form"), self.write_form)])
        self.led = widgets.VBox([self.chosen, form, adding, self.message, self.loop])
        years = [(str(year), year) for year in owner.settings.period.years]
        now = owner.settings.on.year
        self.year = choice(_t("year"), years, value=now if now in owner.settings.period.years else years[0][1])
        acts = [button(_t("plan"), self.write_plan, look="primary"), button(_t("followup"), self.write_followup)]
        papers = widgets.HBox([self.year, *acts], layout=wrapped)
        carrying = widgets.HBox([button(_t("carry"), self.carry)])
        self.papers = widgets.VBox([heading(_t("papers")), note(_t("papers_said")), papers, carrying, self.message])

    def show(self, register: Register, told: Settings) -> None:
        """Show what is covered and what it led to, as the register is now."""
        for view, made in zip(self.views, VIEWS, strict=True):
            view.value = made(register, told)
        self.loop.value = covered.led_to(register, told)

    def _activity(self) -> str:
        if not self.chosen.value:
            raise KrokomrsaError(Problem(problem=_t("no_activity"), remedy=_t("no_activity_remedy"), kind="refused"))
        return str(self.chosen.value)

    # what is stored

    @guarded
    def add_measure(self) -> None:
        """Make a finding of the chosen activity a proposed measure that names it."""
        activity, measure = self._activity(), self.measure.value.strip()
        if not measure:
            raise KrokomrsaError(Problem(problem=_t("no_measure"), remedy=_t("no_measure_remedy"), kind="refused"))
        values = {"measure": measure, "status": "proposed", "activities": activity}
        self.owner.store(self.owner.new_row(TREATMENTS, values)[1])
        self.measure.value = ""
        self.owner.say(_t("measure_added", measure=measure))

    @guarded
    def carry(self) -> None:
        """Plan the period's activities anew in the next period, where nothing is planned yet."""
        held, period = self.owner.register.held(ACTIVITIES), self.owner.settings.period
        to = Period(period.last_year + 1, period.last_year + len(period.years))
        if any(row["year"] in to.years for row in held.values()):
            problem, remedy = _t("carried_before", period=to), _t("carried_before_remedy")
            raise KrokomrsaError(Problem(problem=problem, remedy=remedy, kind="refused"))
        with self.opened() as place:
            taken = {row_id for table, row_id in place.store.removed() if table == ACTIVITIES} | set(held)
        rows = coverage.next_plan(self.owner.register.activities, period, to, taken=taken)
        if not rows:
            raise KrokomrsaError(Problem(problem=_t("nothing_to_carry"), remedy=_t("nothing_to_carry_remedy"), kind="notice"))
        made: list[Change] = []
        for row in rows:
            made += self.owner.new_row(ACTIVITIES, row, row_id=str(row["id"]))[1]
        self.owner.store(made)
        self.owner.say(counted("panel_practice.carried", len(rows), period=to))

    # what is written

    def _write(self, written: Callable[[Workspace], list[Path]]) -> None:
        with self.opened() as place:
            files = written(place)
        self.owner.say(_t("written", names=", ".join(str(file) for file in files)))

    @guarded
    def write_plan(self) -> None:
        """Write the year's action plan and the calendar entries."""
        self._write(lambda place: yearly.write_plan(place, self.year.value))

    @guarded
    def write_followup(self) -> None:
        """Write the year's follow-up."""
        self._write(lambda place: [yearly.write_followup(place, self.year.value)])

    @guarded
    def write_form(self) -> None:
        """Write the evaluation form of the chosen activity."""
        activity = self._activity()
        self._write(lambda place: yearly.write_evaluations(place, [activity]))
