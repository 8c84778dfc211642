"""Show what is weak in the dependencies, what nobody knows, and what would help most; one click makes a change a measure."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial
from typing import Any, Final

import ipywidgets as widgets

from krokomrsa.analysis import cascade
from krokomrsa.charts import screen
from krokomrsa.charts.rows import labels, named
from krokomrsa.register import Register
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench.choosing import Choosing
from krokomrsa.workbench.helping import Helping
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.markup import note
from krokomrsa.workbench.panel import WIDE, Panel, box, choice, figure_widget, guarded, replace
from krokomrsa.workbench.weak_views import COUNTING, VIEWS, Seen, of_department, offered, weights
from krokomrsa.workbench.working import Working

HORIZONS_H: Final = (24.0, 72.0, 168.0)
USUAL_H: Final = 72.0
HELPS: Final = "helps"
TABLES: Final = ("dependencies", "services", "resources", "organisations")  # what the views are worked out from
LIST: Final = widgets.Layout(width="min(34em, 100%)", height="9em")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_weaknesses.{key}", **values)


class Weaknesses(Panel):
    """A part of a panel that keeps a register: it follows what is stored through that panel, and stores measures through it.

    ``widget`` is what is displayed. ``refresh`` is called when the register has changed; it works out anew only what is shown.
    """

    def __init__(self, panel: Keeping) -> None:
        """Show the single points of failure of the register that the panel keeps."""
        super().__init__(panel.folder)
        self.keeper, self.message = panel, panel.message
        self.working, self.told = Working(), widgets.HTML()
        self.view = self._toggle("view", [(_t(f"views.{key}"), key) for key in (*VIEWS, HELPS)])
        self.horizon = self._toggle("horizon", [(_t(f"horizons.{hours:.0f}"), hours) for hours in HORIZONS_H], USUAL_H)
        self.season = self._toggle(
            "season", [(_t("whole_year"), None), *((name, key) for key, name in labels("dependencies", "season").items())]
        )
        self.counting = choice(_t("weights"), [(_t(f"counting.{key}"), key) for key in COUNTING])
        self.together, self.losses = (
            widgets.SelectMultiple(description=_t(key), style=WIDE, layout=LIST) for key in ("points.pairs", "questions.losses")
        )
        self.lost = Choosing(_t("chance.lost"), self.choose)
        self.department = Choosing(_t("questions.department"), self.tell_found)
        for one in (self.lost, self.department):
            one.layout = widgets.Layout(width="min(34em, 100%)")
        self.helping = Helping(self)
        self.choices, self.chart = widgets.VBox(), widgets.VBox()
        self.found: tuple[Seen, Any] | None = None
        self.register: Register | None = None
        self.quiet = False
        for one in (self.view, self.horizon, self.season, self.counting, self.together, self.losses):
            one.observe(self._chosen, names="value")
        wrapped = widgets.Layout(flex_flow="row wrap", align_items="center")
        self.beside = widgets.HBox([self.horizon, self.season, self.counting], layout=wrapped)
        self.body.children = (note(_t("said")), self.view, self.beside, self.choices, self.working.widget, self.told, self.chart)
        self.widget = self.body
        self.refresh()

    @staticmethod
    def _toggle(label: str, options: list[tuple[str, Any]], value: Any = None) -> widgets.ToggleButtons:
        first = options[0][1] if value is None else value
        return widgets.ToggleButtons(options=options, value=first, description=_t(label), style=WIDE | {"button_width": "auto"})

    @guarded
    def refresh(self) -> None:
        """Follow the register: offer what it holds, and work out anew what is shown if something has changed that it rests on."""
        before, register = self.register, self.keeper.register
        self.register = register
        if before is not None and before is not register and not any(before.held(table) != register.held(table) for table in TABLES):
            self.helping.offer_measures()
            return
        self._offer(register)
        self.draw()

    def _offer(self, register: Register) -> None:
        external = cascade.external_resources(register.resources)
        inside = [key for key in register.held("resources") if key not in external]
        everything = offered(register, [*external, *inside, *register.held("services")])
        self.quiet = True
        for one, usual in ((self.together, []), (self.losses, external)):
            if one.options != tuple(everything):
                known, chosen = {key for _, key in one.options}, one.value
                one.options = everything
                one.value = tuple(key for _, key in everything if key in chosen or (key in usual and key not in known))
        self.quiet = False
        self.lost.offer(everything)
        self.department.offer([(_t("questions.all"), ""), *((name, key) for key, name in named(register.organisations).items())])

    def seen(self) -> Seen:
        """Return the register as it is, with what is chosen."""
        register = self.keeper.register
        return Seen(
            dependencies=cascade.in_season(register.dependencies, self.season.value),
            services=register.services,
            resources=register.resources,
            organisations=register.organisations,
            horizon_h=self.horizon.value,
            weights=weights(register, self.counting.value),
            losses=tuple(self.losses.value),
            together=tuple(self.together.value),
            lost=self.lost.value,
        )

    def _chosen(self, _change: object) -> None:
        if not self.quiet:
            self.choose()

    def choose(self) -> None:
        """Follow a choice; what was said of an earlier one is taken away."""
        self.message.value = ""
        self.draw()

    @guarded
    def draw(self) -> None:
        """Work out what the chosen view shows, and show it when it is there."""
        self.working.drop()
        self.found, self.told.value = None, ""
        replace(self.chart, [])
        view = self.view.value
        self.horizon.layout.display = "none" if view == HELPS else ""
        if self.keeper.register.dependencies.empty:
            self.choices.children, self.told.value = (), box(_t("said_empty"))
            return
        losses = (note(_t("questions.losses_said")), self.losses)
        extra = {"points": (note(_t("points.pairs_said")), self.together), "chance": (self.lost,)}
        extra |= {"questions": (*losses, self.department), HELPS: (*losses, self.helping.widget)}
        self.choices.children = extra.get(view, ())
        if view == HELPS:
            self.helping.offer(self.seen())
            return
        seen = self.seen()
        self.working.start(_t(f"working.{view}"), partial(VIEWS[view].work, seen), partial(self._finished, seen))

    @guarded
    def _finished(self, seen: Seen, found: Future[Any]) -> None:
        self.found = (seen, found.result())
        self.tell_found()

    @guarded
    def tell_found(self) -> None:
        """Say what was worked out; the questions of one department where one is chosen."""
        if self.found is not None:
            seen, found = self.found
            shown = of_department(found, self.department.value) if self.view.value == "questions" else found
            self.told.value = VIEWS[self.view.value].tell(seen, shown)
            if self.view.value == "points":
                figure = screen.single_points(found[0], names=seen.names, horizon_h=seen.horizon_h)
                replace(self.chart, [figure_widget(figure)])
