"""03 Kritiska beroenden: choose what is lost and for how long, and see who stops, when and why; edit what needs what."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa.charts import screen
from krokomrsa.charts.rows import labels, named
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench import outages
from krokomrsa.workbench.choosing import Choosing
from krokomrsa.workbench.figures import ended
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.markup import heading, note
from krokomrsa.workbench.needs import dependency_table, resource_table
from krokomrsa.workbench.outages import Outcome, outcome
from krokomrsa.workbench.panel import WIDE, box, button, figure_widget, guarded, replace

LIST: Final = widgets.Layout(flex="1 1 26em", max_width="32em", height="15em")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_dependencies.{key}", **values)


class Dependencies(Keeping):
    """A what-if over the register's dependencies, which changes nothing, and the tables that it follows."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the choices, with the external resource that brings down most already chosen."""
        super().__init__(folder, source=_t("source"))
        self.lost = widgets.SelectMultiple(description=_t("lost"), style=WIDE, layout=LIST)
        self.lasts = widgets.Text(
            description=_t("lasts.label"),
            placeholder=_t("lasts.open"),
            continuous_update=False,
            style=WIDE,
            layout=widgets.Layout(width="15em"),
        )
        self.unit = widgets.ToggleButtons(options=[(_t(f"lasts.unit_{key}"), key) for key in outages.UNITS], style={"button_width": "auto"})
        self.season = widgets.ToggleButtons(description=_t("season"), options=[(_t("whole_year"), None)], style=WIDE)
        self.stock = widgets.Checkbox(description=_t("stock"), indent=False, layout=widgets.Layout(width="auto"))
        self.summary, self.stopping, self.why = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.service = Choosing(_t("service"), self.explain)
        self.chart, self.whole = widgets.VBox(), widgets.VBox()
        self.outcome: Outcome | None = None
        self.names: dict[str, str] = {}
        self.quiet = False
        for one in (self.lost, self.lasts, self.unit, self.season, self.stock):
            one.observe(lambda _: self.quiet or self.draw(), names="value")
        if self.begin():
            self._build()
        elif not self.exists:
            self.say(_t("said_none"), "warning")

    # parts

    def _build(self) -> None:
        self.needs, self.resources = dependency_table(self), resource_table(self)
        parts = {
            "what_if": self.whole,
            "dependencies": widgets.VBox([note(_t("tables.dependencies_said")), self.needs.widget]),
            "resources": widgets.VBox([note(_t("tables.resources_said")), self.resources.widget]),
        }
        self.body.children = [widgets.Tab(list(parts.values()), titles=[_t(f"tables.{key}") for key in parts])]
        self.outage = self._outage()
        self.watchers.append(self.offer)
        self.offer()

    def _outage(self) -> tuple[widgets.Widget, ...]:
        wrapped = widgets.Layout(flex_flow="row wrap", align_items="center")
        lasts = widgets.HBox([self.lasts, self.unit], layout=wrapped)
        left = widgets.VBox([lasts, self.season, note(_t("season_said")), self.stock, self.summary])
        left.layout = widgets.Layout(flex="2 1 32em", min_width="0")
        beside = widgets.HBox([self.lost, left], layout=widgets.Layout(flex_flow="row wrap"))
        again = widgets.HBox([button(_t("reload"), self.load)])
        return (
            heading(_t("heading")),
            note(_t("said")),
            again,
            beside,
            self.stopping,
            self.service,
            self.why,
            note(_t("not_counted")),
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
        self.names = named(register.services, register.resources)
        external = [str(key) for key in register.resources.query("provision == 'external'")["id"]]
        others = [key for key in register.held("resources") if key not in external]
        offered = [(_t("external", name=self.names.get(key, key)), key) for key in external]
        offered += [(self.names.get(key, key), key) for key in (*others, *register.held("services"))]
        self._fill(offered, external)
        if self.whole.children != self.outage:
            self.whole.children = self.outage
        self.draw(quietly=True)

    def _fill(self, offered: list[tuple[str, str]], external: list[str]) -> None:
        chosen, season = self.lost.value, self.season.value
        self.quiet = True
        if self.lost.options != tuple(offered):
            self.lost.options = offered
        self.season.options = [(_t("whole_year"), None), *((label, code) for code, label in labels("dependencies", "season").items())]
        self.season.value = season
        self.lost.value = tuple(key for _, key in offered if key in chosen) or tuple(external[:1]) or (offered[0][1],)
        self.quiet = False

    # what is shown

    @property
    def loss(self) -> str:
        """Return the outage that is chosen as it stands in a sentence."""
        return self._loss("loss", "when")

    def _loss(self, key: str, when_key: str) -> str:
        names = ", ".join(self.names.get(key, key) for key in self.lost.value)
        when = _t(f"{when_key}.{self.season.value}") if self.season.value else ""
        stock = _t(f"{when_key}.stock") if self.stock.value else ""
        return _t(key, lost=names, lasts=outages.lasting(self.lasts.value, self.unit.value), when=when, stock=stock)

    @guarded
    def draw(self, *, quietly: bool = False) -> None:
        """Follow the outage that is chosen, and show who stops when; ``quietly`` leaves the message of an edit where it stands."""
        lost = list(self.lost.value)
        if not lost:
            self.say(_t("none_lost"), "info")
            return
        register, until = self.register, outages.hours(self.lasts.value, self.unit.value)
        self.outcome = outcome(register, lost, season=self.season.value, stock_is_empty=self.stock.value, until_h=until)
        if not quietly:
            self.message.value = ""
        self.summary.value = outages.summary(self.outcome, self.loss if until < math.inf else self._loss("loss_open", "when_open"))
        owners = {row_id: str(row["organisation"]) for row_id, row in register.held("services").items()}
        self.stopping.value = outages.listed(self.outcome, owners, named(register.organisations))
        self.service.offer([(stop.name, stop.id) for stop in self.outcome.stopping])
        self.explain()
        figure = screen.timeline(self.outcome.times, register.services, names=self.names, lost=lost)
        replace(self.chart, [figure_widget(ended(figure, self.outcome))])  # the whole chart anew; the one before is let go of

    @guarded
    def explain(self) -> None:
        """Say in a sentence why the chosen service stops."""
        if self.outcome is None or not self.service.value:
            self.why.value = ""
            return
        told = outages.reasons(self.outcome, self.lost.value, self.service.value, self.loss, self.names)
        self.why.value = "".join(map(box, told))


def dependencies(folder: Path | None = None) -> Dependencies:
    """Return the panel of step 03."""
    return Dependencies(folder)
