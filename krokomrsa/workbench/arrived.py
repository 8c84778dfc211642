"""01 Underlag: who has been asked, who has answered, a reminder to copy, and the files back to those who sent them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import ipywidgets as widgets

from krokomrsa import replies
from krokomrsa.excel.account import Intake as Account
from krokomrsa.process import forms
from krokomrsa.replies import Reply
from krokomrsa.values import shown
from krokomrsa.vocabulary import counted, text_of, texts
from krokomrsa.workbench.markup import Cell, Marked, heading, note, table
from krokomrsa.workspace import Workspace

COLOURS: Final = {"answered": "#00664a", "faults": "#b35900", "silent": "#b35900", "not asked": "#5a5a5a"}


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_intake.arrived.{key}", **values)


class Arrived:
    """The replies at a glance."""

    def __init__(self) -> None:
        """Prepare the table and the reminder."""
        self.table = widgets.HTML()
        self.reminder = widgets.Textarea(layout=widgets.Layout(width="60em", height="12em"))
        self.widget = widgets.VBox([heading(_t("heading")), self.table, note(_t("copy")), self.reminder])

    def refresh(self, place: Workspace) -> None:
        """Show who has answered as it is now."""
        found = replies.at_a_glance(place.register, asked=forms.asked(place))
        self.table.value = listed(found)
        self.reminder.value = replies.reminder(found, municipality=place.settings.municipality).strip()


def listed(found: Sequence[Reply], *, contacts: bool = True) -> str:
    """Return who has been asked and who has answered, as an HTML table; ``contacts``: with whom to turn to."""
    end = None if contacts else -1  # the contact stands last
    return table(texts("panel_intake")["arrived"]["columns"][:end], [_row(one)[:end] for one in found])


def _row(one: Reply) -> list[Cell]:
    state = Marked(texts("replies")["states"][one.state], COLOURS[one.state])
    day = shown(one.received_on) if one.received_on else "–"
    return [one.name, state, day, str(one.rejected), str(one.questions), ", ".join(one.files), one.contact]


def write(place: Workspace, accounts: Sequence[Account], contents: Mapping[str, bytes], *, password: str | None) -> str:
    """Write the files back with what is wrong marked, and say where they lie."""
    made = list(replies.write(place, [one for one in accounts if one.problems], contents, password=password))
    return counted("panel_intake.arrived.written", len(made), folder=made[0].parent) if made else _t("nothing")
