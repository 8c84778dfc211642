"""Choose which risks are looked at: those of an area, a department or a service, and by which protected value."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import ipywidgets as widgets

from krokomrsa.excel.department_risks import concerning
from krokomrsa.register import Register, Rows
from krokomrsa.scales import Scale
from krokomrsa.values import split
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench.choosing import Choosing

KEYS: Final = ("area", "organisation", "value", "service")
FACT: Final = "risk_view_{key}"  # what was chosen last, among the facts of the workspace
ALL: Final = ""


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_risks.views.{key}", **values)


def _all(key: str) -> str:
    return _t("all_value" if key == "value" else "all")


def _of_area(register: Register, area: str) -> set[str]:
    return {row_id for row_id, row in register.held("risks").items() if row["area"] == area}


def _of_service(register: Register, service: str) -> set[str]:
    return {row_id for row_id, row in register.held("risks").items() if service in split(row["services"])}


_WITHIN: Final[Mapping[str, Callable[[Register, str], set[str]]]] = MappingProxyType(
    {"area": _of_area, "organisation": concerning, "service": _of_service}
)


def within(register: Register, chosen: Mapping[str, str]) -> list[str]:
    """Return the risks of the chosen area, department and service, in the register's order; what is not chosen leaves all in.

    >>> import pandas as pd
    >>> risks = pd.DataFrame({"id": ["H-1", "H-2"], "event": ["Storm", "Brand"], "owner": ["TEK", "SOC"]})
    >>> within(Register({"risks": risks}), {"organisation": "SOC"}), within(Register({"risks": risks}), {"area": ""})
    (['H-2'], ['H-1', 'H-2'])
    """
    sets = [found(register, chosen[key]) for key, found in _WITHIN.items() if chosen.get(key)]
    return [row_id for row_id in register.held("risks") if all(row_id in one for one in sets)]


def seen_by(scale: Scale, value: str) -> Scale:
    """Return a scale whose consequence is that for one protected value, the scale itself where none is chosen.

    >>> from krokomrsa.scales import load
    >>> seen_by(load(), "life_health").combined
    ('life_health',)
    """
    return replace(scale, combined=(value,)) if value else scale


def _areas(register: Register, _scale: Scale) -> Iterator[tuple[str, str]]:
    used = {row["area"] for row in register.held("risks").values()}
    yield from ((label, code) for code, label in register.vocabulary["risks"]["area"].values.items() if code in used)


def _organisations(register: Register, _scale: Scale) -> Iterator[tuple[str, str]]:
    yield from ((str(row["name"]), row_id) for row_id, row in register.held("organisations").items())


def _values(_register: Register, scale: Scale) -> Iterator[tuple[str, str]]:
    yield from ((label, code) for code, label in scale.values.items())


def _services(register: Register, _scale: Scale) -> Iterator[tuple[str, str]]:
    used = {one for row in register.held("risks").values() for one in split(row["services"])}
    yield from ((str(row["name"]), row_id) for row_id, row in register.held("services").items() if row_id in used)


_OFFERED: Final[Mapping[str, Callable[[Register, Scale], Iterator[tuple[str, str]]]]] = MappingProxyType(
    {"area": _areas, "organisation": _organisations, "value": _values, "service": _services}
)


class Views:
    """Four lists to choose a view by; ``act`` is called when somebody chooses. ``widget`` is what is shown."""

    def __init__(self, kept: Mapping[str, str], act: Callable[[], object]) -> None:
        """Prepare the lists; ``kept`` are the facts of the workspace, with what was chosen the last time."""
        self.lists = {key: Choosing(_t(key), act) for key in KEYS}
        for key, one in self.lists.items():
            one.offer([(_all(key), kept.get(FACT.format(key=key), ALL))])  # until it is known what there is to choose
        self.offered: tuple[Rows, ...] = ()
        self.widget = widgets.HBox(list(self.lists.values()), layout=widgets.Layout(flex_flow="row wrap", align_items="center"))

    def offer(self, register: Register, scale: Scale) -> None:
        """Offer what there is to choose now."""
        rows = tuple(register.held(table) for table in ("risks", "organisations", "services"))
        if all(map(operator.is_, rows, self.offered)) and self.offered:
            return
        self.offered = rows
        for key, one in self.lists.items():
            one.offer([(_all(key), ALL), *_OFFERED[key](register, scale)])

    @property
    def chosen(self) -> dict[str, str]:
        """Return what is chosen, by key; nothing where all is."""
        return {key: str(one.value) for key, one in self.lists.items()}

    def facts(self) -> dict[str, str]:
        """Return what is chosen as facts of the workspace."""
        return {FACT.format(key=key): value for key, value in self.chosen.items()}

    def told(self, seen: int, count: int) -> str:
        """Return in a sentence which risks are seen, and by which value; nothing where all are, by all."""
        words = [str(one.label) for key, one in self.lists.items() if one.value and key != "value"]
        value = self.lists["value"]
        said = [_t("seen", seen=seen, count=count, words=text_of("report.comma").join(words))] if words else []
        return " ".join([*said, *([_t("by_value", value=value.label)] if value.value else [])])
