"""Step 07: classify information assets by confidentiality, integrity, availability and traceability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import ipywidgets as widgets

from krokomrsa.charts.rows import duration
from krokomrsa.register import Record, Register
from krokomrsa.values import split
from krokomrsa.vocabulary import counted, text_of
from krokomrsa.workbench.editing import Editor, Told
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.panel import WIDE, box, guarded

LEVELS: Final = ("confidentiality", "integrity", "availability")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_information.{key}", **values)


@dataclass(frozen=True, slots=True)
class Need:
    """The service that can least do without an asset, and how long it may stand still, in hours."""

    service: str
    hours: float


def needs(register: Register) -> dict[str, Need]:
    """Return asset → the service that uses it with the shortest tolerable outage; none where no outage is stated."""
    services = register.held("services")
    found = {}
    for row_id, row in register.held("information_assets").items():
        users = [services[one] for one in split(row["services"]) if one in services]
        timed = [(cast("float", one["tolerable_outage_h"]), str(one["name"])) for one in users if one["tolerable_outage_h"] is not None]
        if timed:
            hours, service = min(timed)
            found[row_id] = Need(service, hours)
    return found


def disagreements(assets: Mapping[str, Record], needed: Mapping[str, Need]) -> dict[str, str]:
    """Return asset → the asset that disagrees most with it: needed less soon, yet with a higher availability level.

    No level is translated into hours: only the order of levels is held against the order of tolerable outages.

    >>> assets = {"I-1": {"availability": 1}, "I-2": {"availability": 3}}
    >>> disagreements(assets, {"I-1": Need("Hemtjänst", 1.0), "I-2": Need("Arkiv", 72.0)})
    {'I-1': 'I-2'}
    """
    level = {row_id: cast("int", assets[row_id]["availability"]) for row_id in needed if assets[row_id]["availability"] is not None}
    found = {}
    for one, its in level.items():
        higher = [other for other, more in level.items() if more > its and needed[other].hours > needed[one].hours]
        if higher:
            found[one] = max(higher, key=lambda other: (needed[other].hours, level[other], other))
    return found


def unclassified(row: Record) -> bool:
    """Tell whether an asset lacks a level of confidentiality, integrity or availability.

    >>> unclassified({"confidentiality": 0, "integrity": 1, "availability": None})
    True
    """
    return any(row[key] is None for key in LEVELS)


class Information(Keeping):
    """The information assets of the register with their levels, and what the services that use them can do without."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the information assets of a workspace."""
        super().__init__(folder, source=_t("source"))
        if not self.begin():
            return
        self.counted = widgets.HTML()
        options = [(_t(f"view_{key}"), key) for key in ("all", "open", "compare")]
        self.view = widgets.ToggleButtons(options=options, description=_t("view"), style=WIDE | {"button_width": "auto"})
        self.recount()
        self.watchers.append(self.recount)
        columns: list[Told] = ["name", "owner", *LEVELS, "traceability", (_t("shortest"), self._shortest), (_t("compare"), self._hint)]
        columns += ["services", "system", "personal_data", "classified_on"]
        letters = dict(zip((*LEVELS, "traceability"), _t("letters"), strict=True))  # the whole words would push the hints out of sight
        widths = dict.fromkeys(letters, "48px") | {_t("shortest"): "110px", _t("compare"): "280px"}
        self.editor = Editor(self, "information_assets", columns, where=self._kept, widths=widths, labels=letters)
        self.view.observe(lambda _: self.editor.seek(), "value")
        self.head.children = [widgets.HTML(box(_t("help")))]
        self.body.children = [self.counted, self.view, self.editor.widget, widgets.HTML(f"<small>{_t('note')}</small>")]

    def _kept(self, row: Record) -> bool:
        shown = {"all": True, "open": unclassified(row), "compare": str(row["id"]) in self.compared}
        return shown[self.view.value]

    def _shortest(self, row_id: str, _row: Record) -> str:
        need = self.needed.get(row_id)
        return _t("shortest_of", hours=duration(need.hours), service=need.service) if need else ""

    def _hint(self, row_id: str, row: Record) -> str:
        other = self.compared.get(row_id)
        if other is None:
            return ""
        mine, its, asset = self.needed[row_id], self.needed[other], self.register.held("information_assets")[other]
        facts = {"level": row["availability"], "service": mine.service, "hours": duration(mine.hours), "other": asset["name"]}
        return _t("hint", **facts, other_level=asset["availability"], other_hours=duration(its.hours))

    @guarded
    def recount(self) -> None:
        """Hold the levels against the tolerable outages, and tell what lacks a level."""
        assets = self.register.held("information_assets")
        self.needed = needs(self.register)
        self.compared = disagreements(assets, self.needed)
        missing = sum(map(unclassified, assets.values()))
        numbers = {"classified": len(assets) - missing, "open": missing, "compare": len(self.compared)}
        self.counted.value = box(counted("panel_information.count", len(assets), **numbers))


def information(folder: Path | None = None) -> Information:
    """Return the panel of step 07."""
    return Information(folder)
