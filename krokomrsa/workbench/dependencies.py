"""03 Kritiska beroenden: choose what is lost, and see who stops, when and why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets
import pandas as pd

from krokomrsa.analysis import cascade
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.charts import screen
from krokomrsa.charts.rows import Fate, duration, fates, labels, named, span
from krokomrsa.register import Register
from krokomrsa.vocabulary import text_of, texts
from krokomrsa.workbench.markup import Cell, Marked, heading, note, table
from krokomrsa.workbench.panel import WIDE, Panel, box, button, choice, figure_widget, guarded

LIST: Final = widgets.Layout(width="34em", height="15em")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_dependencies.{key}", **values)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a loss leads to: the dependencies it was followed through, the failure times, and the services that stop."""

    dependencies: pd.DataFrame
    times: pd.DataFrame
    stopping: tuple[Fate, ...]


def outcome(register: Register, lost: Sequence[str], *, season: str | None = None, stock_is_empty: bool = False) -> Outcome:
    """Return what a loss at hour 0 leads to in a season, with or without what is in stock."""
    chosen = cascade.in_season(register.dependencies, season)
    chosen = cascade.without_stock(chosen) if stock_is_empty else chosen
    times = cascade.failure_times(chosen, dict.fromkeys(lost, 0.0))
    falling, _ = fates(times, register.services, named(register.services, register.resources))
    return Outcome(chosen, times, tuple(fate for fate in falling if fate.service))


class Dependencies(Panel):
    """A what-if over the register's dependencies; nothing is changed in the register."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the choices, with the external resource that brings down most already chosen."""
        super().__init__(folder)
        self.lost = widgets.SelectMultiple(description=_t("lost"), style=WIDE, layout=LIST)
        self.season = widgets.ToggleButtons(description=_t("season"), options=[(_t("whole_year"), None)], style=WIDE)
        self.stock = widgets.Checkbox(description=_t("stock"), indent=False, layout=widgets.Layout(width="auto"))
        self.summary = widgets.HTML()
        self.stopping = widgets.HTML()
        self.service = choice(_t("service"), [])
        self.why = widgets.HTML()
        self.chart = widgets.VBox()
        self.register = Register()  # as it was when the panel was loaded: a what-if changes nothing
        self.found: Outcome | None = None
        self.names: dict[str, str] = {}
        self.quiet = False
        for one in (self.lost, self.season, self.stock):
            one.observe(lambda _: self.quiet or self.draw(), names="value")
        self.service.observe(lambda _: self.quiet or self.explain(), names="value")
        self.load()

    @guarded
    def load(self) -> None:
        """Offer what the register holds."""
        if not self.exists:
            self.say(_t("said_none"), "warning")
            return
        with self.opened() as place:
            self.register, seasons = place.register, labels("dependencies", "season")
        register = self.register
        if register.dependencies.empty:
            self.say(_t("said_empty"), "info")
            return
        self.names = named(register.services, register.resources)
        external = [str(key) for key in register.resources.query("provision == 'external'")["id"]]
        others = [key for key in register.rows("resources") if key not in external]
        offered = [(_t("external", name=self.names.get(key, key)), key) for key in external]
        offered += [(self.names.get(key, key), key) for key in (*others, *register.rows("services"))]
        self._fill(offered, [(_t("whole_year"), None), *((label, code) for code, label in seasons.items())], external)

    def _fill(self, offered: list[tuple[str, str]], seasons: list[tuple[str, str | None]], external: list[str]) -> None:
        chosen, season = self.lost.value, self.season.value
        self.quiet = True
        self.lost.options, self.season.options = offered, seasons
        self.season.value = season
        left = widgets.VBox([self.season, note(_t("season_said")), self.stock, self.summary])
        self.body.children = (
            heading(_t("heading")),
            note(_t("said")),
            widgets.HBox([button(_t("reload"), self.load)]),
            widgets.HBox([self.lost, left]),
            self.stopping,
            self.service,
            self.why,
            self.chart,
        )
        self.lost.value = tuple(key for _, key in offered if key in chosen) or tuple(external[:1])
        self.quiet = False
        self.draw()

    @guarded
    def draw(self) -> None:
        """Follow the loss that is chosen, and show who stops when."""
        lost = list(self.lost.value)
        if not lost:
            self.say(_t("none_lost"), "info")
            return
        register = self.register
        self.found = outcome(register, lost, season=self.season.value, stock_is_empty=self.stock.value)
        self.message.value = ""
        self.summary.value = "".join(self._summary(lost, self.found.stopping))
        owners = {row_id: str(row["organisation"]) for row_id, row in register.rows("services").items()}
        self.stopping.value = _listed(self.found.stopping, owners, named(register.organisations))
        self._offer(self.found.stopping)
        self._chart(register, lost)

    def _offer(self, stopping: Sequence[Fate]) -> None:
        """Offer the services that stop, the one that was chosen still chosen if it is among them."""
        before, every = self.service.value, [fate.id for fate in stopping]
        self.quiet = True  # the choices change in two steps; between them there is nothing to explain
        self.service.options = [(fate.name, fate.id) for fate in stopping]
        self.service.value = before if before in every else every[0] if every else None
        self.quiet = False
        self.explain()

    def _summary(self, lost: Sequence[str], stopping: Sequence[Fate]) -> list[str]:
        names = ", ".join(self.names.get(key, key) for key in lost)
        season = next(label for label, code in self.season.options if code == self.season.value)
        when = _t("summary_season", season=season.lower()) if self.season.value else ""
        stock = _t("summary_stock") if self.stock.value else ""
        late = sum(fate.unacceptable is not None and fate.unacceptable[0] <= WEEK_H for fate in stopping)
        unknown = sum(fate.tolerable is None for fate in stopping)
        told = [_t("summary", lost=names, when=when, stock=stock, count=len(stopping), unacceptable=late)]
        told += [_t("missing", count=unknown)] if unknown else []
        return [box(line, "warning" if late else "info") for line in told]

    def _chart(self, register: Register, lost: Sequence[str]) -> None:
        """Draw the whole chart anew and let go of the one before."""
        before: tuple[Any, ...] = self.chart.children
        figure = screen.timeline(self.found.times, register.services, names=self.names, lost=lost) if self.found else None
        self.chart.children = (figure_widget(figure),) if figure else ()
        for one in before:
            one.close()

    @guarded
    def explain(self) -> None:
        """Say in a sentence why the chosen service stops."""
        if self.found is None or self.service.value is None:
            self.why.value = ""
            return
        lost = dict.fromkeys(self.lost.value, 0.0)
        said = {
            bound: cascade.sentence(cascade.explain(self.found.dependencies, lost, self.service.value, bound=bound), self.names)
            for bound in ("earliest", "latest")
        }
        never = math.isinf(float(self.found.times.loc[self.service.value, "latest_h"]))
        lines = [_t("earliest", sentence=said["earliest"]), _t("never_latest") if never else _t("latest", sentence=said["latest"])]
        if said["earliest"] == said["latest"]:
            lines = [_t("certain", sentence=said["earliest"])]
        self.why.value = "".join(map(box, lines))


def _listed(stopping: Sequence[Fate], owners: dict[str, str], organisations: dict[str, str]) -> str:
    """Return the services that stop, earliest first; the moment when it is no longer acceptable stands out."""
    if not stopping:
        return box(_t("nothing"), "done")
    rows: list[list[Cell]] = []
    for fate in stopping:
        owner = owners.get(fate.id, "")
        limit: Cell = Marked(span(*fate.unacceptable), "#c0420a") if fate.unacceptable else _t("unknown")
        tolerable = _t("unknown") if fate.tolerable is None else duration(fate.tolerable)
        rows.append([fate.name, organisations.get(owner, owner), span(fate.earliest, fate.latest), tolerable, limit])
    return table(texts("panel_dependencies")["columns"], rows, caption=_t("caption"))


def dependencies(folder: Path | None = None) -> Dependencies:
    """Return the panel of step 03."""
    return Dependencies(folder)
