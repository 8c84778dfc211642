"""03 Kritiska beroenden: what is lost, who stops, when and why; the register is never changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from panel_hands import empty, held, write

from krokomrsa import process
from krokomrsa.errors import KrokomrsaError
from krokomrsa.workbench.dependencies import Dependencies


@pytest.fixture
def panel(example: Path) -> Dependencies:
    """Return the panel on the example, with the power lost."""
    made = Dependencies(example)
    made.losing.lost.value = ("R-EL",)
    return made


def lose(panel: Dependencies, key: str, *, begins: str = "", back: str = "", line: int = 0) -> None:
    """Write from when until when something is lost."""
    panel.losing.lines[key][line].begins.value = begins
    panel.losing.lines[key][line].back.value = back


def explain(panel: Dependencies, name: str) -> str:
    """Ask why a service stops."""
    panel.service.value = next(key for label, key in panel.service.options if label == name)
    return str(panel.why.value)


def test_a_loss_tells_who_stops_when_and_why_in_a_sentence(panel: Dependencies) -> None:
    """The table has the services, the moments and what is unacceptable; the sentence follows the chain from the loss."""
    assert "Elnät faller bort" in panel.summary.value
    assert "Oacceptabelt efter" in panel.stopping.value
    assert "därför att Elnät faller bort direkt" in panel.headline.value
    why = explain(panel, "Hemtjänst")
    assert "Hemtjänst stannar" in why
    assert "Elnät faller bort direkt" in why


def test_the_chart_is_drawn_anew_for_each_loss(panel: Dependencies) -> None:
    """Another loss gives another chart in the same place, and the one before is let go of."""
    before = panel.chart.children[0]
    panel.losing.lost.value = ("R-MOBIL",)
    assert len(panel.chart.children) == 1
    assert panel.chart.children[0] is not before
    assert before.comm is None


def test_the_choices_reach_the_answer(panel: Dependencies) -> None:
    """The panel says which season and assumption its answer holds for."""
    panel.season.value, panel.stock.value = "winter", True
    assert "vinter" in panel.summary.value
    assert "lagren är tomma" in panel.summary.value


def test_an_outage_that_ends_tells_when_what_stopped_is_back(panel: Dependencies) -> None:
    """With an end less stops for certain, the sentence says for how long and when in the year, and what is not counted is said."""
    certain = {fate.id for fate in panel.outcome.services if fate.best}
    panel.season.value = "winter"
    lose(panel, "R-EL", back="24")
    assert "Elnät borta i 24 timmar på vintern: " in panel.summary.value
    assert "Åter i drift" in panel.stopping.value
    assert {fate.id for fate in panel.outcome.services if fate.best} < certain
    back = {fate.id: fate.best[-1][1] for fate in panel.outcome.services if fate.best}
    assert all(24 <= hour < float("inf") for hour in back.values())
    assert "med Elnät borta i 24 timmar på vintern: Hemtjänst stannar" in explain(panel, "Hemtjänst")
    assert "Detta räknas inte" in str([one.value for one in panel.whole.children if hasattr(one, "value")])


def test_days_are_hours_and_nothing_written_is_until_further_notice(panel: Dependencies) -> None:
    """One day is the same outage as 24 hours, and an empty field has no end."""
    lose(panel, "R-EL", back="24")
    hours = panel.stopping.value
    panel.losing.unit.value = "days"
    lose(panel, "R-EL", back="1")
    assert panel.stopping.value == hours
    assert "i 1 dygn" in panel.summary.value
    lose(panel, "R-EL")
    assert panel.outcome.scenario.lost == {"R-EL": ((0.0, float("inf")),)}
    assert "tills vidare" in panel.why.value


def test_several_are_lost_each_from_when_until_when(panel: Dependencies) -> None:
    """Power goes twice and the mobile network later and for good: every time has its line, and the sentence tells of each."""
    panel.losing.lost.value = ("R-EL", "R-MOBIL")
    lose(panel, "R-MOBIL", begins="12")
    panel.losing.again("R-EL")
    lose(panel, "R-EL", back="6")
    lose(panel, "R-EL", begins="30", back="36", line=1)
    assert panel.outcome.scenario.lost == {"R-EL": ((0.0, 6.0), (30.0, 36.0)), "R-MOBIL": ((12.0, float("inf")),)}
    told = "Elnät borta i 6 timmar, Elnät borta från timme 30 till timme 36, Mobilnät borta från timme 12 och tills vidare: "
    assert told in panel.summary.value


def test_a_further_line_counts_once_it_says_when_it_begins(panel: Dependencies) -> None:
    """A line that was added and left empty loses nothing."""
    lose(panel, "R-EL", back="6")
    panel.losing.again("R-EL")
    panel.draw()
    assert panel.outcome.scenario.lost == {"R-EL": ((0.0, 6.0),)}


@pytest.mark.parametrize(
    ("begins", "back", "told"),
    [("", "ett tag", "timmar eller dygn"), ("-3", "", "timmar eller dygn"), ("4", "4", "innan det har börjat"), ("800", "", "30 dygn")],
)
def test_a_time_that_is_none_is_told_in_swedish(panel: Dependencies, begins: str, back: str, told: str) -> None:
    """Words and less than nothing are no time, and nothing is back before it is lost; the message names what is lost."""
    with pytest.raises(KrokomrsaError, match=told):
        lose(panel, "R-EL", begins=begins, back=back)
    assert "Elnät" in panel.message.value
    lose_again = panel.losing.lines["R-EL"][0]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KROKOMRSA_RAISE")
        lose_again.begins.value = lose_again.back.value = ""
    assert panel.message.value == ""


def test_the_slider_shows_who_stands_at_an_hour_without_working_anything_out(panel: Dependencies, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moving it changes the columns and the explanation of the service that is chosen; the outage is not followed again."""
    lose(panel, "R-EL", back="24")
    explain(panel, "Hemtjänst")
    monkeypatch.setattr("krokomrsa.analysis.cascade.outages", lambda *_, **__: pytest.fail("worked out again"))
    told = {}
    for hour in (0.0, 24.0):
        panel.clock.slider.value = hour
        told[hour] = panel.clock.view.value, panel.why.value
    assert "Efter 0 h: Hemtjänst är i drift." in told[0.0][1]
    assert "Efter 24 h: Hemtjänst kan stå stilla." in told[24.0][1]
    assert "I sämsta fall väntar den på: " in told[24.0][1]
    assert all("Står stilla: " in view and "I drift: " in view for view, _ in told.values())


def test_the_slider_is_stepped_hour_by_hour(panel: Dependencies) -> None:
    """Forward goes to the next hour worth stopping at and back to the one before; at the ends it stays."""
    hours = [hour for _, hour in panel.clock.slider.options]
    panel.clock.slider.value = hours[0]
    seen = []
    for by in (-1, 1, 1, -1):
        panel.clock.step(by)
        seen.append(panel.clock.hour)
    assert seen == [hours[0], hours[1], hours[2], hours[1]]
    panel.clock.slider.value = hours[-1]
    panel.clock.step(1)
    assert panel.clock.hour == hours[-1]


def test_the_slider_stays_at_its_hour_when_something_else_is_lost(panel: Dependencies) -> None:
    """It stays where it was, or goes to the last hour before it that is worth stopping at."""
    panel.clock.slider.value = 8.0
    panel.losing.lost.value = ("R-MOBIL",)
    assert panel.clock.hour == 8.0


def test_a_chart_shows_when_what_was_lost_is_back(panel: Dependencies) -> None:
    """The timeline follows the outage to its end."""
    whole = [sum(map(len, (trace.y for trace in panel.chart.children[0].data))), panel.chart.children[0]]
    lose(panel, "R-EL", back="24")
    assert panel.chart.children[0] is not whole[1]
    assert any("Uppe igen" in trace.name for trace in panel.chart.children[0].data)


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
    assert panel.outcome.intervals.query("id == @mobile")["start_h"].tolist() == [4.0, 6.5]
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
    panel.losing.lost.value = ()
    assert "Välj minst en" in panel.message.value
    panel.losing.lost.value = ("R-EL",)
    assert panel.message.value == ""


def test_loading_again_keeps_what_is_chosen(panel: Dependencies) -> None:
    """Reading the register again keeps loss, times, season and hour."""
    panel.season.value = "summer"
    lose(panel, "R-EL", back="12")
    panel.clock.slider.value = 4.0
    panel.load()
    assert (panel.losing.chosen, panel.season.value, panel.clock.hour) == (["R-EL"], "summer", 4.0)
    assert panel.outcome.scenario.lost == {"R-EL": ((0.0, 12.0),)}


def test_without_workspace_or_dependencies_it_says_what_to_do(tmp_path: Path) -> None:
    """An empty folder and an empty register are each a Swedish sentence."""
    assert "00 Start" in Dependencies(tmp_path / "tom").message.value
    process.new(tmp_path / "ny", municipality="Ny", first_year=2023, organisations=[], who="t", scale="femgradig")
    assert "inga beroenden" in Dependencies(tmp_path / "ny").message.value
