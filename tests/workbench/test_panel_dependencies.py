"""03 Kritiska beroenden: what is lost, who stops, when and why; the register is never changed."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest

from krokomrsa import process, workspace
from krokomrsa.register import Register
from krokomrsa.workbench.dependencies import Dependencies, outcome


@pytest.fixture
def panel(example: Path) -> Dependencies:
    """Return the panel on the example, with the power lost."""
    made = Dependencies(example)
    made.lost.value = ("R-EL",)
    return made


def test_a_loss_tells_who_stops_when_and_why_in_a_sentence(panel: Dependencies) -> None:
    """The table has the services, the moments and what is unacceptable; the sentence follows the chain from the loss."""
    assert "Elnät faller bort" in panel.summary.value
    assert "Oacceptabelt efter" in panel.stopping.value
    panel.service.value = next(key for name, key in panel.service.options if name == "Hemtjänst")
    assert "Hemtjänst stannar" in panel.why.value
    assert "Elnät faller bort direkt" in panel.why.value


def test_the_chart_is_drawn_anew_for_each_loss(panel: Dependencies) -> None:
    """Another loss gives another chart in the same place, and the one before is let go of."""
    before = panel.chart.children[0]
    panel.lost.value = ("R-VATTEN",) if ("R-VATTEN" in dict(map(reversed, panel.lost.options))) else (panel.lost.options[1][1],)
    assert len(panel.chart.children) == 1
    assert panel.chart.children[0] is not before
    assert before.comm is None


def test_season_and_empty_stock_change_the_answer() -> None:
    """In winter the shorter endurance holds, and with empty stock everything stops at once."""
    register = Register(
        {
            "services": pd.DataFrame({"id": ["V"], "organisation": ["O"], "name": ["Hemtjänst"], "tolerable_outage_h": [2.0]}),
            "resources": pd.DataFrame({"id": ["R"], "name": ["Elnät"], "provision": ["external"]}),
            "dependencies": pd.DataFrame(
                {
                    "id": ["B-1", "B-2"],
                    "dependent": ["V", "V"],
                    "supplier": ["R", "R"],
                    "season": [None, "winter"],
                    "endurance_low_h": [24.0, 4.0],
                    "endurance_high_h": [24.0, 4.0],
                }
            ),
        }
    )
    assert [outcome(register, ["R"], season=season).stopping[0].earliest for season in (None, "winter", "summer")] == [4.0, 4.0, 24.0]
    assert outcome(register, ["R"], season="summer", stock_is_empty=True).stopping[0].unacceptable == (2.0, 2.0)


def test_the_choices_reach_the_answer(panel: Dependencies) -> None:
    """The panel says which season and assumption its answer holds for."""
    panel.season.value, panel.stock.value = "winter", True
    assert "vinter" in panel.summary.value
    assert "lagren är tomma" in panel.summary.value


def test_nothing_lost_and_a_loss_that_stops_nothing_are_said(panel: Dependencies) -> None:
    """Without a loss it asks for one; a service that nobody needs stops only itself."""
    panel.lost.value = ()
    assert "Välj minst en" in panel.message.value
    panel.lost.value = ("R-EL",)
    assert panel.message.value == ""


def test_loading_again_keeps_what_is_chosen(panel: Dependencies) -> None:
    """Reading the register again keeps loss and season."""
    panel.season.value = "summer"
    panel.load()
    assert (panel.lost.value, panel.season.value) == (("R-EL",), "summer")


def test_without_workspace_or_dependencies_it_says_what_to_do(tmp_path: Path) -> None:
    """An empty folder and an empty register are each a Swedish sentence."""
    assert "00 Start" in Dependencies(tmp_path / "tom").message.value
    process.new(tmp_path / "ny", municipality="Ny", first_year=2023, organisations=[], who="t", scale="femgradig")
    assert "inga beroenden" in Dependencies(tmp_path / "ny").message.value


def test_five_hundred_services_are_redrawn_quickly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A what-if over 500 services is followed well within a second, whatever else the machine does."""
    workspace.create(tmp_path, municipality="Stor", first_year=2023)
    ids = [f"V-{number}" for number in range(500)]
    register = Register(
        {
            "services": pd.DataFrame({"id": ids, "organisation": ["O"] * 500, "name": ids, "tolerable_outage_h": [8.0] * 500}),
            "resources": pd.DataFrame({"id": ["R"], "name": ["Elnät"], "provision": ["external"]}),
            "dependencies": pd.DataFrame(
                {
                    "id": [f"B-{number}" for number in range(1000)],
                    "dependent": [*ids, *ids],
                    "supplier": ["R"] * 500 + ["R", *ids[:-1]],
                    "endurance_low_h": [4.0] * 1000,
                }
            ),
        }
    )
    panel = Dependencies(tmp_path)
    monkeypatch.setattr("krokomrsa.store.database.Store.register", lambda _: register)
    panel.load()
    began = time.perf_counter()
    panel.draw()
    took = time.perf_counter() - began
    print(f"{took:.3f} s")  # noqa: T201 (the figure that was measured)
    assert took < 1.0
