"""Step 03, what is weak: single points, reservlösningar, questions, chances, faults, and what would help most."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from panel_hands import empty, held

from krokomrsa import workspace
from krokomrsa.analysis import cascade
from krokomrsa.changes import Change
from krokomrsa.charts.rows import named
from krokomrsa.errors import KrokomrsaError
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.weak_views import VIEWS
from krokomrsa.workbench.weaknesses import Weaknesses


def opened(folder: Path) -> Weaknesses:
    """Return the part as a panel of step 03 would hold it."""
    panel = Keeping(folder, source="03 Kritiska beroenden")
    panel.begin()
    made = Weaknesses(panel)
    panel.watchers.append(made.refresh)
    return made


def compared(folder: Path) -> Weaknesses:
    """Return the part when the changes for the loss of electricity have been compared."""
    weak = opened(folder)
    weak.losses.value = ("R-EL",)
    weak.view.value = "helps"
    weak.helping.compare()
    return weak


def makers(weak: Weaknesses) -> list[Any]:
    """Return the buttons that make measures."""
    return [line.children[0] for line in weak.helping.measures.children if hasattr(line, "children")]


def test_the_worst_single_point_is_told_first(example: Path) -> None:
    """The sentence names the loss that ``single_points`` ranks first for three days, and its numbers."""
    weak = opened(example)
    register = weak.keeper.register
    worst = cascade.single_points(register.dependencies, register.services, horizon_h=72).iloc[0]
    told = f"{named(register.resources)[worst['lost']]}: {worst['failed_low']}–{worst['failed_high']} verksamheter stannar inom 3 dygn"
    assert told in weak.told.value
    assert "Första ordningens beroenden" in weak.told.value
    assert "Därav som räknas" not in weak.told.value


def test_weights_add_a_column_and_choose_the_order(example: Path) -> None:
    """Counting only the municipality's own services says how many of those that stop count."""
    weak = opened(example)
    weak.counting.value = "own"
    assert "Därav som räknas" in weak.told.value


def test_two_losses_at_once_are_tried_where_they_are_chosen(example: Path) -> None:
    """Three things chosen are three pairs."""
    weak = opened(example)
    assert "Två bortfall samtidigt" not in weak.told.value
    weak.together.value = ("R-EL", "R-MOBIL", "R-FIBER")
    assert weak.told.value.split("Två bortfall samtidigt")[1].split("</table>")[0].count("<tr>") == 1 + 3


def test_a_reservlosning_is_told_once_with_what_its_alternatives_share(example: Path) -> None:
    """Each group has one row, and no row says that a loss comes through something else: that has a row of its own."""
    weak = opened(example)
    weak.view.value = "reserves"
    found = cascade.false_redundancy(weak.keeper.register.dependencies, horizon_h=72)
    groups = len(found[["dependent", "group"]].drop_duplicates())
    assert f"{groups} av 16 reservlösningar faller inom 3 dygn av ett enda bortfall." in weak.told.value
    assert weak.told.value.count("Reservlösningen ”") == min(groups, 15)
    assert "(genom " not in weak.told.value


def test_questions_go_to_named_departments_and_can_be_narrowed_to_one(example: Path) -> None:
    """The first question is the one that ``questions`` ranks first; one department sees its own only."""
    weak = opened(example)
    weak.view.value = "questions"
    register = weak.keeper.register
    losses = [{lost: 0.0} for lost in cascade.external_resources(register.resources)]
    tables = {"resources": register.resources, "organisations": register.organisations}
    found = cascade.questions(register.dependencies, register.services, losses, horizon_h=72, **tables)
    assert found["question"].iloc[0] in weak.told.value
    weak.department.value = "SOC"
    assert "Fråga Socialförvaltningen" in weak.told.value
    assert "Fråga Tekniska förvaltningen" not in weak.told.value


def test_a_chance_says_what_it_assumes_and_is_the_same_each_time(example: Path) -> None:
    """The distribution and the seed stand beside the table, and the same question gets the same answer."""
    weak = opened(example)
    weak.view.value = "chance"
    first = weak.told.value
    assert "logaritmisk skala" in first
    assert "startvärdet 0" in first
    weak.draw()
    assert weak.told.value == first


def test_faults_are_counted_and_each_says_what_to_do(example: Path) -> None:
    """The panel shows what ``faults`` finds."""
    weak = opened(example)
    weak.view.value = "faults"
    register = weak.keeper.register
    found = cascade.faults(register.dependencies, register.services, register.resources, organisations=register.organisations)
    assert f"{len(found)} uppgifter behöver ses över." in weak.told.value
    assert found["remedy"].iloc[0] in weak.told.value


def test_one_click_makes_a_change_a_measure_that_can_be_traced_and_undone(example_copy: Path) -> None:
    """The measure has words, owner, status and calculated effect; its history names the step, and undo takes it away."""
    weak = compared(example_copy)
    before = held(example_copy, "treatments")
    assert "Bäst av högst 2: " in weak.helping.told.value
    count = len(makers(weak))
    makers(weak)[0].click()
    ((row_id, row),) = (item for item in held(example_copy, "treatments").items() if item[0] not in before)
    assert row["measure"].startswith("Förläng tiden som ")
    assert row["status"] == "proposed"
    assert row["owner"] in held(example_copy, "organisations")
    assert row["effect"].startswith("Beräknat: ")
    assert "03 Kritiska" in weak.keeper.history("treatments", row_id)
    assert len(makers(weak)) == count - 1
    assert f"(finns som åtgärd {row_id})" in "".join(line.value for line in weak.helping.measures.children if hasattr(line, "value"))
    weak.helping.undo()
    assert held(example_copy, "treatments") == before
    assert len(makers(weak)) == count


def test_a_reservlosning_of_ones_own_is_compared_too(example_copy: Path) -> None:
    """It counts as one proposal more; the same one twice, nothing chosen and no number are refused in words."""
    weak = compared(example_copy)
    helping, before = weak.helping, len(weak.helping._candidates())
    with pytest.raises(KrokomrsaError, match="Det framgår inte"):
        helping.add()
    helping.need.value, helping.by.value = helping.need.options[3][1], helping.by.options[4][1]
    helping.hours.value = "länge"
    with pytest.raises(KrokomrsaError, match="ska vara ett tal"):
        helping.add()
    helping.hours.value = "72"
    helping.add()
    assert len(helping._candidates()) == before + 1
    assert helping.told.value == ""
    with pytest.raises(KrokomrsaError, match="finns redan som förslag"):
        helping.add()
    helping.compare()
    assert "Ingenting görs" in helping.table.value


def test_an_edit_elsewhere_is_followed_only_where_it_matters(example_copy: Path) -> None:
    """A new measure leaves what is shown; a removed dependency is seen at once."""
    weak = opened(example_copy)
    shown = weak.found
    weak.keeper.store(weak.keeper.new_row("treatments", {"measure": "Prova larmet"})[1])
    assert weak.found is shown
    key = next(iter(weak.keeper.register.held("dependencies")))
    weak.keeper.store([Change(table="dependencies", id=key, column="id", before=key, after=None)])
    assert weak.found is not shown


@pytest.mark.parametrize("view", [*VIEWS, "helps"])
def test_every_view_stands_in_every_season_and_horizon(example: Path, view: str) -> None:
    """Whatever is chosen, the view says something."""
    weak = opened(example)
    weak.view.value = view
    for horizon, season in ((24.0, "winter"), (168.0, "summer"), (72.0, None)):
        weak.horizon.value, weak.season.value = horizon, season
        assert weak.told.value or weak.helping.listed.value


def test_nothing_chosen_and_an_empty_register_are_said(example: Path, tmp_path: Path) -> None:
    """Without dependencies the part says where they come from; without losses the comparison says that there are none."""
    assert "inga beroenden ännu" in opened(empty(tmp_path)).told.value
    weak = opened(example)
    weak.losses.value = ()
    with pytest.raises(KrokomrsaError, match="Inget bortfall är angivet"):
        weak.view.value = "helps"


def test_nothing_in_the_part_changes_the_register(example_copy: Path) -> None:
    """Going through every view stores nothing."""
    weak = compared(example_copy)
    for view in VIEWS:
        weak.view.value = view
    with workspace.opened(example_copy) as place:
        assert "03 Kritiska beroenden" not in set(place.store.batches()["source"])
