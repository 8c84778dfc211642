"""Step 04: which risks are looked at, and in which ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from panel_hands import empty, write

from krokomrsa import workspace
from krokomrsa.register import Register, frame
from krokomrsa.report.elements import Head, Row, Table
from krokomrsa.vocabulary import load
from krokomrsa.workbench import judging, scenario
from krokomrsa.workbench.risk_board import OFFERED
from krokomrsa.workbench.risk_views import within
from krokomrsa.workbench.risks import Risks, risks

STATE = "Fastställd RSA 2019"


@pytest.fixture
def panel(example_copy: Path) -> Risks:
    """Return the panel of the example, with a named state to compare with."""
    with workspace.opened(example_copy) as place:
        place.store.name_state(STATE, "prov")
    return risks(example_copy)


def turn(panel: Risks, part: str) -> tuple[Any, ...]:
    """Look at a part, and return what is shown."""
    panel.board.parts[panel.view.value].value = part
    return tuple(panel.board.content.children)


def texts(shown: Any) -> str:
    """Return the texts of what is shown."""
    return "".join(str(one.value) for one in shown if isinstance(getattr(one, "value", None), str))


def seen(panel: Risks) -> list[str]:
    """Return the risks that can be chosen."""
    return [value for _, value in panel.risk.options]


@pytest.mark.parametrize(("key", "value"), [("area", "heightened_preparedness"), ("service", "V-SOC-2"), ("organisation", "BUN")])
def test_a_view_leaves_its_risks_everywhere(panel: Risks, key: str, value: str) -> None:
    """Area, service and department leave the same risks in the list, in the matrix and to choose from, and it is said how many."""
    every = seen(panel)
    panel.views.lists[key].value = value
    expected = within(panel.register, {key: value})
    assert seen(panel) == panel.editor.ids == expected
    assert 0 < len(expected) < len(every)
    assert set(panel.seen.matrix.index) <= set(expected)
    assert panel.risk.value in expected
    assert f"Du ser {len(expected)} av {len(every)} risker" in panel.seeing.value


def test_risks_are_within_an_area_a_department_or_a_service() -> None:
    """A department sees what it owns, what hits it and what it has judged for itself; several choices leave what is within all."""
    risks_held = [
        {"id": "H-1", "event": "Storm", "area": "crisis_preparedness", "owner": "TEK", "services": "V-1; V-2"},
        {"id": "H-2", "event": "Brand", "area": "accident_protection", "owner": "SOC"},
        {"id": "H-3", "event": "Ras", "area": "accident_protection"},
        {"id": "H-4", "event": "Snö"},
    ]
    services = [{"id": "V-1", "organisation": "SOC", "name": "Hemtjänst"}, {"id": "V-2", "organisation": "TEK", "name": "Vatten"}]
    judged = {"judge": "SOC", "aspect": "own operations", "low": 2.0, "status": "judged"}
    tables = {"risks": risks_held, "services": services, "assessments": [{"id": "A-1", "risk": "H-3", **judged}]}
    register = Register({key: frame(load()[key], rows) for key, rows in tables.items()})
    assert within(register, {"organisation": "SOC"}) == ["H-1", "H-2", "H-3"]
    assert within(register, {"service": "V-2"}) == ["H-1"]
    assert within(register, {"organisation": "SOC", "area": "accident_protection"}) == ["H-2", "H-3"]
    assert within(register, {"area": "", "organisation": "", "service": ""}) == ["H-1", "H-2", "H-3", "H-4"]


def test_a_view_by_protected_value_counts_that_value_alone(panel: Risks) -> None:
    """Consequence and class are those of the value, in matrix and list; the judgement itself is judged as before."""
    panel.views.lists["value"].value = "democracy_rights"
    assert panel.matrix["consequence_high"].equals(panel.matrix["consequence_democracy_rights_high"].rename("consequence_high"))
    assert panel.editor.table.rows[0]["cells"]["told3"] == f"{panel.matrix.loc['H-01', 'consequence_high']:.0f}"
    assert "Konsekvens och klass är de för Demokrati" in panel.seeing.value
    assert len(panel.table.rows) == 6


def test_views_and_part_are_kept(example_copy: Path) -> None:
    """What was chosen to be looked at is shown again when the page is loaded anew; a service that is gone is not asked for."""
    first = risks(example_copy)
    first.views.lists["area"].value = "heightened_preparedness"
    turn(first, "ranking")
    again = risks(example_copy)
    assert (again.views.chosen["area"], again.board.parts["matrix"].value, seen(again)) == (
        "heightened_preparedness",
        "ranking",
        seen(first),
    )
    again.views.lists["area"].value = ""
    with workspace.opened(example_copy) as place:
        place.store.set_meta(risk_view_service="V-BORTA")
    assert seen(risks(example_copy)) == list(again.register.held("risks"))


def test_a_risk_that_is_added_is_seen_whatever_the_view(panel: Risks) -> None:
    """Somebody who adds a risk outside the view goes on with it; choosing a view anew hides it."""
    panel.views.lists["area"].value = "heightened_preparedness"
    panel.editor.fresh["event"].value = "Något nytt"
    panel.editor.add()
    added = panel.editor.table.selected
    assert added in seen(panel)
    assert panel.risk.value == added
    panel.views.lists["service"].value = "V-SOC-5"
    assert added not in seen(panel)


@pytest.mark.parametrize("view", list(OFFERED))
def test_every_part_shows_something(panel: Risks, view: str) -> None:
    """Each way of looking at the risks of the example has something to show, with likelihood and without."""
    panel.view.value = view
    assert all(turn(panel, part) for part in OFFERED[view])


@pytest.mark.parametrize("view", list(OFFERED))
def test_every_part_stands_without_risks(tmp_path: Path, view: str) -> None:
    """Where nothing is judged yet, each way of looking says so instead of failing."""
    panel = risks(empty(tmp_path))
    panel.view.value = view
    assert all(turn(panel, part) for part in OFFERED[view])


def test_a_part_is_drawn_anew_only_when_the_risks_are_others(panel: Risks) -> None:
    """Choosing another risk leaves the chart of their order as it is; a judgement draws it again."""
    chart = turn(panel, "ranking")[-1]
    panel.choose("H-05")
    assert panel.board.content.children[-1] is chart
    write(panel.table, "likelihood", "low", "1")
    assert panel.board.content.children[-1] is not chart


@pytest.mark.parametrize("part", ["pairs", "missing"])
def test_a_row_of_a_list_chooses_its_risk(panel: Risks, part: str) -> None:
    """A click on a row goes to the risk that it names first."""
    table = turn(panel, part)[1]
    row = next(row for row in table.rows if not row["name"].startswith(panel.risk.value))
    table.selected = row["id"]
    assert row["name"].startswith(panel.risk.value)


def test_a_click_in_any_chart_of_risks_chooses_the_risk(panel: Risks) -> None:
    """The marks of the chart of their order carry their risks."""
    chart = turn(panel, "ranking")[-1]
    trace = next(one for one in chart.data if one.customdata is not None)
    number, chosen = next((number, str(one)) for number, one in enumerate(trace.customdata) if one != panel.risk.value)
    panel.clicked(trace, type("Points", (), {"point_inds": [number]}))
    assert panel.risk.value == chosen


def test_the_states_are_judged_each_for_itself(panel: Risks) -> None:
    """A target is stored as a target, counts as one, moves the risk in the chart, and leaves the judgement of how it is now alone."""
    panel.choose("H-40")
    before, now = panel.matrix.copy(), panel.table.rows[0]["cells"]["low"]
    panel.state.value = "target"
    assert {row["cells"]["low"] for row in panel.table.rows} == {""}
    for aspect in ("likelihood", "life_health"):
        write(panel.table, aspect, "low", "1")
    row = judging.standing(judging.of(panel.register, "H-40"), "LED", "likelihood", "target")
    assert row is not None
    assert (row["low"], row["state"], row["consolidated"]) == (1.0, "target", True)
    assert panel.table.rows[0]["cells"]["counts"] == "1"
    assert panel.matrix.equals(before)
    assert "Mål, efter planerade åtgärder" in panel.everything.value
    assert "H-40" in turn(panel, "movement")[0].to_json()
    panel.state.value = "current"
    assert panel.table.rows[0]["cells"]["low"] == now != ""


def test_what_has_changed_since_a_state_is_shown(panel: Risks) -> None:
    """Beside a named state stands what is new, changed and gone since then."""
    write(panel.table, "likelihood", "low", "1")
    chooser, chart = turn(panel, "change")
    assert chooser.children[0].value == STATE
    assert isinstance(chart, go.FigureWidget)
    assert STATE in chart.layout.title.text


def test_without_a_named_state_it_is_said_how_to_get_one(example_copy: Path) -> None:
    """There is nothing to compare with before a state has been named."""
    assert "Inget läge är sparat" in texts(turn(risks(example_copy), "change"))


def test_the_risks_stand_against_what_can_be_done(panel: Risks) -> None:
    """The reversed matrix places each risk by consequence and by what can be done about it; what nobody has said has a column."""
    write(panel.editor.table, "H-01", "treatability", "manage")
    panel.view.value = "loss"
    told = texts(turn(panel, "reversed"))
    assert "Möjligt att hantera" in told
    assert told.index("5 Katastrofala") < told.index("mer än 24 timmar vintertid") < told.index("4 Förödande")


def test_the_card_shows_the_chosen_risk_and_is_written(panel: Risks) -> None:
    """The card follows the chosen risk, holds all that the printed page has no room for, and is written as Word."""
    assert "Två mobila reservkraftverk" in texts(turn(panel, "card"))
    assert "Här saknas plats" not in texts(panel.board.content.children)
    panel.choose("H-40")
    assert "ingen är kopplad till risken" in texts(panel.board.content.children)
    panel.write_card()
    assert len(list(panel.folder.glob("exports/*/scenariokort/H-40-scenariokort.docx"))) == 1
    assert "H-40-scenariokort.docx" in panel.message.value


def test_a_heading_among_rows_stands_out() -> None:
    """A row of one text in a table of several columns heads the rows below it."""
    table = Table(
        caption="Kort", heads=[Head("Vad", 1), Head("Vem", 1)], rows=[Row(cells=("Brister",)), Row(cells=("<b>", "SOC"))], note="Not."
    )
    told = scenario.html([table])
    assert "border-left" in told.split("Brister")[0].rsplit("<td", 1)[1]
    assert "&lt;b&gt;" in told
    assert "Not." in told
