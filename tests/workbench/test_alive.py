"""A panel is displayed together with what closes it when its kernel is gone."""

from __future__ import annotations

from pathlib import Path

from krokomrsa.workbench import alive
from krokomrsa.workbench.panel import Panel


def test_a_panel_is_displayed_inside_what_watches_it(tmp_path: Path) -> None:
    """The watch comes first, the panel after it, and both are displayed as one, however often."""
    panel = Panel(tmp_path)
    watch, inside = panel._watched.children
    assert isinstance(watch, alive.Alive)
    assert inside is panel.widget
    assert alive.PANEL in panel._watched._dom_classes
    assert panel._repr_mimebundle_() == panel._repr_mimebundle_()


def test_it_says_what_to_do_and_asks_nobody_outside() -> None:
    """The line says that the connection is broken and which button to press; the script listens and fetches nothing."""
    assert alive.Alive().said.startswith("Anslutningen är bruten")
    assert "Starta steget" in alive.Alive().said
    assert all(word in str(alive.Alive._esm) for word in ("comm_live_update", "statusChanged", "inert", alive.PANEL))
    assert "http" not in str(alive.Alive._esm) + str(alive.Alive._css)
