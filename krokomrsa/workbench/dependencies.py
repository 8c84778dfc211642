"""03 Kritiska beroenden: choose what is lost and for how long, and see who stops, when and why; edit what needs what."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa.charts import screen
from krokomrsa.charts.rows import labels, named
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench import outage_words
from krokomrsa.workbench.choosing import Choosing
from krokomrsa.workbench.clock import Clock
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.losing import WRAPPED, Losing, lasting
from krokomrsa.workbench.markup import heading, note
from krokomrsa.workbench.needs import dependency_table, resource_table
from krokomrsa.workbench.outages import Outcome, Scenario, outcome
from krokomrsa.workbench.panel import WIDE, box, button, figure_widget, guarded, replace
from krokomrsa.workbench.weaknesses import Weaknesses

TIMELINE: Final = "timeline"
PICTURES: Final = (TIMELINE, "map")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_dependencies.{key}", **values)


def _ticked(key: str, *, value: bool = False) -> widgets.Checkbox:
    return widgets.Checkbox(value=value, description=_t(key), indent=False, layout=widgets.Layout(width="auto"))


class Dependencies(Keeping):
    """A what-if over the register's dependencies, which changes nothing, and the tables that it follows."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the choices, with the external resource that brings down most already chosen."""
        super().__init__(folder, source=_t("source"))
        self.losing = Losing(self.draw)
        self.season = widgets.ToggleButtons(description=_t("season"), options=[(_t("whole_year"), None)], style=WIDE)
        self.stock, self.refilled = _ticked("stock"), _ticked("refilled", value=True)
        self.headline, self.summary, self.unsettled = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.within, self.stopping, self.why = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.clock = Clock(self.explain)
        self.service = Choosing(_t("service"), self.explain)
        self.picture = widgets.ToggleButtons(options=[(_t(f"picture.{key}"), key) for key in PICTURES], style={"button_width": "auto"})
        self.chart, self.whole = widgets.VBox(layout=widgets.Layout(overflow="auto", max_width="100%")), widgets.VBox()
        self.picture.observe(lambda _: self.draw_chart(), names="value")
        self.outcome: Outcome | None = None
        self.quiet = False
        for one in (self.season, self.stock, self.refilled):
            one.observe(lambda _: self.quiet or self.draw(), names="value")
        if self.begin():
            self._build()
        elif not self.exists:
            self.say(_t("said_none"), "warning")

    # parts

    def _build(self) -> None:
        self.needs, self.resources = dependency_table(self), resource_table(self)
        self.weaknesses = Weaknesses(self)
        self.watchers.append(self.weaknesses.refresh)
        parts = {
            "what_if": self.whole,
            "weaknesses": self.weaknesses.widget,
            "dependencies": widgets.VBox([note(_t("tables.dependencies_said")), self.needs.widget]),
            "resources": widgets.VBox([note(_t("tables.resources_said")), self.resources.widget]),
        }
        self.body.children = [widgets.Tab(list(parts.values()), titles=[_t(f"tables.{key}") for key in parts])]
        self.outage = self._outage()
        self.watchers.append(self.offer)
        self.offer()

    def _outage(self) -> tuple[widgets.Widget, ...]:
        right = widgets.VBox([self.losing.unit, self.losing.times, self.season, note(_t("season_said")), self.stock, self.refilled])
        right.layout = widgets.Layout(flex="2 1 32em", min_width="0")
        return (
            heading(_t("heading")),
            note(_t("said")),
            widgets.HBox([button(_t("reload"), self.load)]),
            widgets.HBox([self.losing.lost, right], layout=WRAPPED),
            self.headline,
            self.summary,
            self.unsettled,
            heading(_t("clock.heading")),
            self.clock,
            self.service,
            self.why,
            heading(_t("tables_heading")),
            self.within,
            self.stopping,
            note(_t("not_counted")),
            self.picture,
            self.chart,
        )

    @guarded
    def load(self) -> None:
        """Read the register again, and follow what is chosen."""
        self.read()
        self.message.value = ""
        self.changed()

    @guarded
    def offer(self) -> None:
        """Offer what the register holds as it is now; what was chosen stays chosen."""
        register = self.register
        if register.dependencies.empty:
            self.whole.children = (note(_t("said_empty")),)
            if not self.message.value:
                self.say(_t("said_empty"), "info")
            return
        names = named(register.services, register.resources)
        external = [str(key) for key in register.resources.query("provision == 'external'")["id"]]
        others = [key for key in register.held("resources") if key not in external]
        offered = [(_t("external", name=names.get(key, key)), key) for key in external]
        offered += [(names.get(key, key), key) for key in (*others, *register.held("services"))]
        self._fill_seasons()
        self.losing.offer(offered, names)
        if self.whole.children != self.outage:
            self.whole.children = self.outage
        self.draw(quietly=True)

    def _fill_seasons(self) -> None:
        season, self.quiet = self.season.value, True
        self.season.options = [(_t("whole_year"), None), *((label, code) for code, label in labels("dependencies", "season").items())]
        self.season.value = season
        self.quiet = False

    # what is shown

    def _loss(self, scenario: Scenario, *, brief: bool = False) -> str:
        """Return the scenario as it stands in a sentence; ``brief`` leaves out the times where all is lost at once until further notice."""
        names, unit = self.losing.names, self.losing.unit.value
        at_once = brief and all(spans == ((0.0, math.inf),) for spans in scenario.lost.values())
        parts = [lasting(names[key], span, unit) for key, spans in scenario.lost.items() for span in spans]
        lost = _t("loss_open", lost=", ".join(names[key] for key in scenario.lost)) if at_once else ", ".join(parts)
        when = "when_open" if at_once else "when"
        season = _t(f"{when}.{scenario.season}") if scenario.season else ""
        return lost + season + (_t("empty_stock") if scenario.stock_is_empty else "")

    @guarded
    def draw(self, *, quietly: bool = False) -> None:
        """Follow the outage that is chosen, and show who stops when; ``quietly`` leaves the message of an edit where it stands."""
        if not self.losing.chosen:
            self.say(_t("none_lost"), "info")
            return
        register, lost = self.register, self.losing.spans()
        scenario = Scenario(lost=lost, season=self.season.value, stock_is_empty=self.stock.value, refilled=self.refilled.value)
        found = self.outcome = outcome(register, scenario)
        if not quietly:
            self.message.value = ""
        self.headline.value = outage_words.headline(found)
        self.summary.value = outage_words.summary(found, self._loss(scenario, brief=True))
        self.unsettled.value = outage_words.unsettled(found)
        self.within.value = outage_words.within(found)
        owners = {row_id: str(row["organisation"]) for row_id, row in register.held("services").items()}
        self.stopping.value = outage_words.listed(found, owners, named(register.organisations))
        self.clock.follow(found)
        self.service.offer([(fate.name, fate.id) for fate in found.gravest])
        self.explain()
        self.draw_chart()

    @guarded
    def draw_chart(self) -> None:
        """Draw the picture that is chosen of the outage: what is down when, or who needs whom of all that may be down."""
        if (found := self.outcome) is None:
            return
        services = self.register.services
        if self.picture.value == TIMELINE:
            figure = screen.timeline(found.intervals, services, names=found.names, lost=list(found.scenario.lost))
        else:
            tables = found.affected, services, self.register.resources
            figure = screen.dependency_map(*tables, organisations=named(self.register.organisations))
        replace(self.chart, [figure_widget(figure)])  # the whole chart anew; the one before is let go of

    @guarded
    def explain(self) -> None:
        """Say in sentences how the chosen service stands at the hour that is chosen, and why it stops."""
        if self.outcome is None or not self.service.value:
            self.why.value = ""
            return
        loss = self._loss(self.outcome.scenario)
        self.why.value = "".join(map(box, outage_words.reasons(self.outcome, self.service.value, self.clock.hour, loss)))


def dependencies(folder: Path | None = None) -> Dependencies:
    """Return the panel of step 03."""
    return Dependencies(folder)
