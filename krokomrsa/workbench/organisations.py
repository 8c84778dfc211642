"""Step 01: who answers, judges and is exercised, and what the rules need to know about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa.register import Record
from krokomrsa.vocabulary import counted, text_of
from krokomrsa.workbench.editing import Editor
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.panel import WIDE, box, guarded

ASKED: Final = ("kind", "municipal", "crisis_role", "contact")  # what the forms, the report and the duties need
COLUMNS: Final = ("name", "kind", "municipal", "crisis_role", "target_group", "contact", "note")
WIDTHS: Final = {"name": "190px", "kind": "120px", "municipal": "80px", "crisis_role": "150px", "target_group": "150px", "contact": "190px"}


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_organisations.{key}", **values)


def missing(row: Record) -> list[str]:
    """Return what an organisation is not yet told about; whoever is not counted as the municipality needs no role in a crisis.

    >>> missing({"kind": "external", "municipal": False, "crisis_role": None, "contact": None})
    ['contact']
    """
    outside = row["municipal"] is False
    return [key for key in ASKED if row[key] is None and not (key == "crisis_role" and outside)]


def gaps(rows: Iterable[Record]) -> dict[str, int]:
    """Return how many organisations lack each thing that is asked about them.

    >>> gaps([{"kind": "department", "municipal": None, "crisis_role": None, "contact": "soc@krokom.se"}])
    {'kind': 0, 'municipal': 1, 'crisis_role': 1, 'contact': 0}
    """
    lacking = [missing(row) for row in rows]
    return {key: sum(key in one for one in lacking) for key in ASKED}


def roles(rows: Mapping[str, Record]) -> dict[str, list[str]]:
    """Return which organisations have each role in the crisis organisation.

    >>> roles({"KS": {"name": "Kommunstyrelsen", "crisis_role": "crisis board"}})
    {'crisis board': ['Kommunstyrelsen'], 'official leadership': []}
    """
    return {
        role: [str(row["name"]) for row in rows.values() if row["crisis_role"] == role] for role in ("crisis board", "official leadership")
    }


class Organisations(Keeping):
    """The organisations of the register, with what the forms, the report and the duties need to know about each."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the organisations of a workspace."""
        super().__init__(folder, source=_t("source"))
        if not self.begin():
            return
        self.counted = widgets.HTML()
        self.view = widgets.ToggleButtons(
            options=[(_t(f"view_{key}"), key) for key in ("all", "open")], description=_t("view"), style=WIDE | {"button_width": "auto"}
        )
        labels = {key: _t(key) for key in ("municipal", "crisis_role", "target_group")}
        self.editor = Editor(
            self, "organisations", COLUMNS, where=self._kept, labels=labels, widths=WIDTHS, asking=("kind", "municipal", "crisis_role")
        )
        self.view.observe(lambda _: self.editor.seek(), "value")
        self.watchers.append(self.count)
        self.head.children = [widgets.HTML(box(_t("help")))]
        self.body.children = [self.counted, self.view, self.editor.widget]
        self.count()

    def _kept(self, row: Record) -> bool:
        return self.view.value == "all" or bool(missing(row))

    @guarded
    def count(self) -> None:
        """Tell what is not yet told, and who has which role in a crisis."""
        rows = self.register.held("organisations")
        told = [counted("panel_organisations.count", len(rows))]
        told += [_t(f"gap.{key}", count=number) for key, number in gaps(rows.values()).items() if number]
        told += [_t(f"role.{key.replace(' ', '_')}", names=", ".join(names) or _t("role.nobody")) for key, names in roles(rows).items()]
        self.counted.value = box("\n".join(told), "warning" if any(map(missing, rows.values())) else "done")


def organisations(folder: Path | None = None) -> Organisations:
    """Return the panel where organisations are described."""
    return Organisations(folder)
