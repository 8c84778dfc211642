"""03 Kritiska beroenden: what is lost, who stops, when and why; the register is never changed."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest
from panel_hands import empty, held, write

from krokomrsa import process, workspace
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register
from krokomrsa.workbench.dependencies import Dependencies
from krokomrsa.workbench.outages import outcome


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


def test_an_outage_that_ends_tells_for_how_long_and_what_returns_in_time(panel: Dependencies) -> None:
    """With a duration only what stops within it is told, how long it is down, and the sentence says how long and when in the year."""
    whole = {stop.id: stop for stop in panel.outcome.stopping}
    panel.season.value, panel.lasts.value = "winter", "24"
    assert "Elnät borta i 24 timmar på vintern: " in panel.summary.value
    assert "Står stilla" in panel.stopping.value
    stops = {stop.id: stop for stop in panel.outcome.stopping}
    assert stops
    assert set(stops) < set(whole)
    assert all(stop.earliest < 24 and stop.down[1] == 24 - stop.earliest for stop in stops.values())
    panel.service.value = next(key for name, key in panel.service.options if name == "Hemtjänst")
    assert "med Elnät borta i 24 timmar på vintern: Hemtjänst stannar" in panel.why.value
    assert "räknas inte ännu" in str([one.value for one in panel.whole.children if hasattr(one, "value")])


def test_days_are_hours_and_nothing_written_is_until_further_notice(panel: Dependencies) -> None:
    """One day is the same outage as 24 hours, and an empty field has no end."""
    panel.lasts.value = "24"
    hours = panel.stopping.value
    panel.lasts.value, panel.unit.value = "1", "days"
    assert panel.stopping.value == hours
    assert "i 1 dygn" in panel.summary.value
    panel.lasts.value = ""
    assert panel.outcome.until_h == float("inf")
    assert "tills vidare" in panel.why.value


@pytest.mark.parametrize("written", ["ett tag", "-3", "0"])
def test_a_duration_that_is_none_is_told_in_swedish(panel: Dependencies, written: str) -> None:
    """Words, nothing and less than nothing are no duration; the message says what to write."""
    with pytest.raises(KrokomrsaError, match="timmar eller dygn"):
        panel.lasts.value = written
    assert "större än 0" in panel.message.value


def test_the_chart_ends_where_the_outage_ends(panel: Dependencies) -> None:
    """No bar and no mark stands after the moment when what was lost is back, which is a line of its own."""
    panel.lasts.value = "24"
    figure = panel.chart.children[0]
    end = figure.layout.shapes[0].x0
    for trace in figure.data:
        ends = trace.x if trace.type == "scatter" else [base + length for base, length in zip(trace.base, trace.x, strict=True)]
        assert all(moment <= end for moment in ends)
    assert "Åter efter 24 h" in figure.layout.annotations[0].text


def test_needs_and_resources_are_entered_in_the_workbench(tmp_path: Path) -> None:
    """In a register without any, a resource and a need are added, and the what-if follows at once."""
    panel = Dependencies(empty(tmp_path))
    assert "flikarna" in panel.message.value
    for key, value in (("name", "Elnät"), ("provision", "external")):
        panel.resources.fresh[key].value = value
    panel.resources.add()
    power = panel.resources.table.selected
    panel.resources.fresh["name"].value = "Mobilnät"
    panel.resources.fresh["provision"].value = "internal"
    panel.resources.add()
    mobile = panel.resources.table.selected
    for key, value in (
        ("dependent", mobile),
        ("supplier", power),
        ("endurance_low_h", "4"),
        ("endurance_high_h", "6,5"),
        ("season", "winter"),
    ):
        panel.needs.fresh[key].value = value
    panel.needs.add()
    row = next(iter(held(tmp_path, "dependencies").values()))
    assert (row["dependent"], row["supplier"], row["endurance_low_h"], row["endurance_high_h"]) == (mobile, power, 4.0, 6.5)
    assert panel.outcome.times.loc[mobile].tolist() == [4.0, 6.5]
    write(panel.needs.table, str(row["id"]), "last_tested", "2026-03-02")
    assert "Mobilnät, Elnät" in panel.message.value
    panel.needs.take_back()
    assert held(tmp_path, "dependencies")[str(row["id"])]["last_tested"] is None


def test_alternatives_agree_on_how_many_must_stand(example_copy: Path) -> None:
    """The number that must stand is the group's: written on one row it holds for all, and who joins or leaves follows."""
    panel = Dependencies(example_copy)
    first, second, third = [key for key, row in panel.register.held("dependencies").items() if row["dependent"] == "V-SOC-1"][:3]
    for row in (first, second, third):
        write(panel.needs.table, row, "group", "reserv")
    write(panel.needs.table, first, "needed", "2")
    assert [held(example_copy, "dependencies")[row]["needed"] for row in (first, second, third)] == [2, 2, 2]
    write(panel.needs.table, third, "group", "")
    assert held(example_copy, "dependencies")[third]["needed"] is None
    write(panel.needs.table, third, "group", "reserv")
    assert held(example_copy, "dependencies")[third]["needed"] == 2
    panel.needs.take_back()
    assert held(example_copy, "dependencies")[third]["needed"] is None


def test_needs_are_found_by_the_names_of_what_they_join(example: Path) -> None:
    """A search in the dependencies finds services and resources by name."""
    panel = Dependencies(example)
    panel.needs.search.value = "hemtjänst mobilnät"
    rows = panel.register.held("dependencies")
    assert panel.needs.ids
    assert {(rows[one]["dependent"], rows[one]["supplier"]) for one in panel.needs.ids} == {("V-SOC-1", "R-MOBIL")}


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
