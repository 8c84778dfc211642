"""Step 02: mark which services are critical to society, by the two conditions, with grounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa import rules
from krokomrsa.register import Record
from krokomrsa.rules import Definition, RuleSet
from krokomrsa.vocabulary import counted, text_of
from krokomrsa.workbench.editing import Editor, Told
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.panel import WIDE, box, guarded

TERM: Final = "samhällsviktig verksamhet"
CONDITIONS: Final = ("condition_1", "condition_2")
WIDTHS: Final = {"organisation": "140px"}  # that both grounds have room on a common screen


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_services.{key}", **values)


def answer(row: Record) -> str:
    """Return what the two conditions come to: yes, no, unknown or open. One met condition is enough; no takes both.

    >>> answer({"condition_1": "no", "condition_2": "yes"}), answer({"condition_1": "no", "condition_2": None})
    ('yes', 'open')
    """
    found = [row[key] for key in CONDITIONS]
    if "yes" in found:
        return "yes"
    if found == ["no", "no"]:
        return "no"
    return "unknown" if "unknown" in found and None not in found else "open"


def ungrounded(row: Record) -> bool:
    """Tell whether a condition has an answer without grounds.

    >>> ungrounded({"condition_1": "yes", "condition_1_grounds": None, "condition_2": None, "condition_2_grounds": None})
    True
    """
    return any(row[key] in {"yes", "no"} and not row[f"{key}_grounds"] for key in CONDITIONS)


def told(row: Record) -> str:
    """Return in words what the two conditions come to.

    >>> told({"condition_1": "yes", "condition_1_grounds": "Liv", "condition_2": "yes", "condition_2_grounds": "Liv"})
    'Ja: villkor 1 och 2'
    """
    found = answer(row)
    met = [key[-1] for key in CONDITIONS if row[key] == "yes"]
    text = _t("both") if len(met) == len(CONDITIONS) else _t("yes", which=met[0]) if met else _t(found)
    return _t("ungrounded", answer=text) if ungrounded(row) else text


def definitions(rule_sets: tuple[RuleSet, ...]) -> Iterator[tuple[RuleSet, Definition]]:
    """Yield every wording of the definition, oldest first, with the rule set that holds it."""
    found = [(one, each) for one in rule_sets for each in one.definitions if each.term.casefold() == TERM]
    yield from sorted(found, key=lambda pair: pair[1].valid_from or pair[0].valid_from)


class Services(Keeping):
    """The services of the register with the two conditions, their grounds and what the definition says."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the services of a workspace."""
        super().__init__(folder, source=_t("source"))
        if not self.begin():
            return
        self.counted = widgets.HTML()
        self.view = widgets.ToggleButtons(
            options=[(_t(f"view_{key}"), key) for key in ("all", "open", "yes")],
            description=_t("view"),
            style=WIDE | {"button_width": "auto"},
        )
        columns: list[Told] = [
            "name",
            "organisation",
            (_t("judged"), lambda _, row: told(row)),
            *(key for condition in CONDITIONS for key in (condition, f"{condition}_grounds")),
            *("function", "scope", "tolerable_outage_h", "lowest_acceptable_level"),
        ]
        labels = {"condition_1_grounds": _t("grounds_1"), "condition_2_grounds": _t("grounds_2"), "function": _t("function")}
        labels |= {"tolerable_outage_h": _t("outage"), "lowest_acceptable_level": _t("level"), "scope": _t("scope")}
        self.editor = Editor(self, "services", columns, where=self._kept, labels=labels, locked=("organisation",), widths=WIDTHS)
        self.view.observe(lambda _: self.editor.seek(), "value")
        self.watchers.append(self.count)
        self.head.children = [widgets.HTML(self._definitions())]
        self.body.children = [self.counted, self.view, self.editor.widget]
        self.count()

    def _kept(self, row: Record) -> bool:
        shown = {"all": True, "open": answer(row) in {"open", "unknown"} or ungrounded(row), "yes": answer(row) == "yes"}
        return shown[self.view.value]

    def _definitions(self) -> str:
        chosen = self.settings.rule_sets
        found = list(definitions(chosen)) or list(definitions(tuple(rules.load(name) for name in rules.names())))
        if not found:
            return box(_t("no_definition"), "warning")
        parts = [f"<p>{escape(_t('definitions_help'))}</p>"] if len(found) > 1 else []
        for rule_set, each in found:
            since = _t("definition_from", since=each.valid_from.isoformat()) if each.valid_from else ""
            said = [each.text, " ".join(part for part in (_t("definition_note", source=each.source), since, each.note) if part)]
            heading = escape(_t("definition", term=each.term, rules=rule_set.short_name if not each.valid_from else each.source))
            parts.append(f"<details open><summary><b>{heading}</b></summary>{box(said[0])}<small>{escape(said[1])}</small></details>")
        return "".join(parts)

    @guarded
    def count(self) -> None:
        """Tell how many services are marked, and how many lack grounds."""
        rows = self.register.held("services").values()
        found = Counter(map(answer, rows))
        numbers = {key: found[key] for key in ("yes", "no", "unknown", "open")}
        self.counted.value = box(counted("panel_services.count", len(rows), ungrounded=sum(map(ungrounded, rows)), **numbers))


def services(folder: Path | None = None) -> Services:
    """Return the panel of step 02."""
    return Services(folder)
