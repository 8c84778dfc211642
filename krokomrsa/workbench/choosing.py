"""Offer choices that change with the register, without taking an offer for a choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from krokomrsa.workbench.panel import WIDE

NOTHING = (("–", ""),)


class Choosing(widgets.Dropdown):  # type: ignore[misc]
    """A drop-down that tells when somebody chooses, and only then."""

    value: Any  # traits of the drop-down
    options: Any

    def __init__(self, label: str, act: Callable[[], object]) -> None:
        """Prepare an empty drop-down."""
        super().__init__(description=label, options=NOTHING, style=WIDE, layout=widgets.Layout(width="auto", max_width="100%"))
        self._offering = False
        self._act = act
        self.observe(self._chosen, "value")

    def _chosen(self, _change: Any) -> None:
        if not self._offering:
            self._act()

    def offer(self, found: Sequence[tuple[str, str]]) -> None:
        """Offer pairs of label and value; what was chosen stays chosen where it still is offered, else the first is."""
        wanted, value = tuple(found) or NOTHING, self.value
        if self.options == wanted:
            return
        self._offering = True
        try:
            self.options = wanted
            self.value = value if value in {one for _, one in wanted} else wanted[0][1]
        finally:
            self._offering = False
