"""06 Utbildning och övning: the plan as a board, duties that follow every edit, and nothing lost."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from krokomrsa import process, rules, workspace
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError
from krokomrsa.workbench.duty_list import called
from krokomrsa.workbench.exercises import Exercises


@pytest.fixture
def fresh(tmp_path: Path) -> Exercises:
    """Return the panel of a municipality that has no plan yet."""
    process.new(tmp_path, municipality="Ny", first_year=2023, organisations=[("KS", "Kommunstyrelsen")], who="t", scale="femgradig")
    return Exercises(tmp_path)


def stored(panel: Exercises) -> dict[str, dict[str, object]]:
    """Return the activities as the database has them."""
    with workspace.opened(panel.folder) as place:
        return place.register.rows("activities")


def test_the_board_shows_kind_status_and_evaluation(example: Path) -> None:
    """Each activity stands in its year and quarter with its letter, its status and whether it is evaluated."""
    panel = Exercises(example)
    assert "Krisledningsövning" in panel.board.value
    assert "genomförd och utvärderad" in panel.board.value
    assert "Kvartal okänt" in panel.board.value
    assert "är uppfyllda" in panel.duties.value


def test_an_activity_outside_the_period_is_named_with_what_to_do(fresh: Exercises) -> None:
    """A year that is not in the mandate period stands in no cell of the board; it is named below it, with a remedy."""
    made = fresh.new_row("activities", {"name": "Långt fram", "kind": "exercise", "year": 2035, "status": "planned"})[1]
    fresh.store(made)
    assert "Utanför mandatperioden" in fresh.board.value
    assert "Långt fram" in fresh.board.value
    assert "rätta det" in fresh.board.value


def test_the_duties_name_activities_and_documents_and_no_ids(example: Path) -> None:
    """What a duty rests on is told by name; a long reason is folded, and stands whole when it is unfolded."""
    panel = Exercises(example)
    rows = panel.register.held("activities")
    assert "<details" in panel.duties.value
    assert "Krisledningsövning, stab samt KS" in panel.duties.value
    ids = [*rows, *panel.register.held("documents"), *panel.register.held("services")]
    told = re.findall(r"[\w-]+", panel.duties.value)
    assert not set(ids) & set(told)


def test_activities_of_one_name_are_told_apart() -> None:
    """A name that several have stands with its year, and with a number where the year is the same."""
    rows = {key: {"name": "Rakel", "year": year} for key, year in (("a", 2023), ("b", 2024), ("c", 2024))}
    assert list(called(rows, "name").values()) == ["Rakel 2023", "Rakel 2024", "Rakel 2024 (2)"]


def test_the_chart_of_the_duties_is_drawn_when_it_is_unfolded(example: Path) -> None:
    """A folded chart costs nothing; unfolding draws it, and folding lets go of it."""
    panel = Exercises(example)
    assert not panel.chart.children
    panel.folded.selected_index = 0
    assert len(panel.chart.children) == 1
    panel.folded.selected_index = None
    assert not panel.chart.children


def test_the_grundplan_fills_an_empty_plan_once_and_can_be_undone(fresh: Exercises) -> None:
    """The template becomes planned activities in one step; a second time is refused, and undo takes all of it back."""
    fresh.use_grundplan()
    planned = rules.grundplan(rules.Period(2023, 2026))
    assert set(stored(fresh)) == {row["id"] for row in planned}
    assert {row["status"] for row in stored(fresh).values()} == {"planned"}
    with pytest.raises(KrokomrsaError, match="redan aktiviteter"):
        fresh.use_grundplan()
    fresh.take_back()
    assert stored(fresh) == {}
    fresh.use_grundplan()
    assert len(stored(fresh)) == len(planned)
    assert not set(stored(fresh)) & {row["id"] for row in planned}
    assert not any(row in fresh.board.value or row in fresh.duties.value for row in stored(fresh))


def test_an_edit_is_stored_at_once_and_the_duties_follow(fresh: Exercises) -> None:
    """A new activity is planned; what is chosen for it is stored value by value, and history and undo know it."""
    fresh.name.value, fresh.kind.value, fresh.year.value = "Stabsövning", "exercise", 2023
    fresh.add()
    made = fresh.chosen.value
    before = fresh.duties.value
    fresh.fields["status"].widget.value = "done"
    fresh.fields["carried_out_on"].widget.value = date(2023, 4, 1)
    fresh.fields["target_groups"].widget.value = ("crisis_staff",)
    fresh.fields["participants_staff"].widget.value = "12"
    row = stored(fresh)[made]
    assert (row["status"], row["carried_out_on"], row["target_groups"], row["participants_staff"]) == (
        "done",
        date(2023, 4, 1),
        "crisis_staff",
        12,
    )
    assert fresh.duties.value != before
    fresh.tell_history()
    assert "Deltagande anställda" in fresh.trail.value
    fresh.take_back()
    assert stored(fresh)[made]["participants_staff"] is None
    assert fresh.fields["participants_staff"].widget.value == ""


def test_a_value_that_cannot_be_is_told_and_the_old_one_stands(fresh: Exercises, monkeypatch: pytest.MonkeyPatch) -> None:
    """Evaluated before it was carried out, or a count that is a word, is a Swedish message; nothing is stored."""
    fresh.use_grundplan()
    monkeypatch.delenv("KROKOMRSA_RAISE")
    made = fresh.chosen.value
    fresh.fields["participants_staff"].widget.value = "många"
    assert "många" in fresh.message.value
    assert fresh.fields["participants_staff"].widget.value == ""
    fresh.fields["status"].widget.value = "done"
    fresh.fields["carried_out_on"].widget.value = date(2023, 4, 1)
    fresh.fields["evaluated_on"].widget.value = date(2023, 3, 1)
    assert "innan den genomfördes" in fresh.message.value
    assert stored(fresh)[made]["evaluated_on"] is None
    assert fresh.fields["evaluated_on"].widget.value is None


def test_what_somebody_else_changed_is_shown_before_it_is_written_over(fresh: Exercises, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the same value was changed elsewhere both values are told, and the panel shows the register's."""
    fresh.use_grundplan()
    made = fresh.chosen.value
    with workspace.opened(fresh.folder) as place:
        place.store.commit([Change(table="activities", id=made, column="purpose", before=None, after="Deras")], who="Annan", source="t")
    monkeypatch.delenv("KROKOMRSA_RAISE")
    fresh.fields["purpose"].widget.value = "Mitt"
    assert "Deras" in fresh.message.value
    assert "Mitt" in fresh.message.value
    assert fresh.fields["purpose"].widget.value == "Deras"
    fresh.reload()
    assert "omläst" in fresh.message.value


def test_an_activity_needs_a_name(fresh: Exercises) -> None:
    """Without a name nothing is added."""
    with pytest.raises(KrokomrsaError, match="inget namn"):
        fresh.add()
    assert stored(fresh) == {}


def test_without_a_workspace_it_says_what_to_do(tmp_path: Path) -> None:
    """An empty folder is a Swedish sentence, no fault."""
    assert "00 Start" in Exercises(tmp_path / "tom").place.value


def test_a_name_is_never_markup(fresh: Exercises) -> None:
    """What somebody writes is shown as text on the board."""
    fresh.name.value = "<script>x</script>"
    fresh.add()
    assert "<script>" not in fresh.board.value
