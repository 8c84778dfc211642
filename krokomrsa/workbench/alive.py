"""Close a panel whose kernel has been restarted or has ended: what is written there would reach nobody."""

from __future__ import annotations

from importlib import resources
from typing import Final

import anywidget
import ipywidgets as widgets
import traitlets

from krokomrsa.vocabulary import text_of

PANEL: Final = "krokomrsa-panel"  # the class by which the script finds what it closes


class Alive(anywidget.AnyWidget):
    """Nothing to see, until the kernel that answers is gone: then what is beside it is closed, and a line says what to do."""

    _esm = resources.files("krokomrsa.workbench").joinpath("alive.js").read_text(encoding="utf-8")
    _css = resources.files("krokomrsa.workbench").joinpath("alive.css").read_text(encoding="utf-8")
    said = traitlets.Unicode("").tag(sync=True)

    def __init__(self) -> None:
        """Prepare what is said when the kernel is gone."""
        super().__init__(said=text_of("panel.cut"))


def watched(widget: widgets.Widget) -> widgets.VBox:
    """Return a widget that is closed when the kernel is gone."""
    whole = widgets.VBox([Alive(), widget])
    whole.add_class(PANEL)
    return whole
