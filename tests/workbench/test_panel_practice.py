"""06 Utbildning och övning beside the plan: what is covered, what it led to, the cheapest programme, and the papers."""

from __future__ import annotations

from pathlib import Path

import pytest

from krokomrsa import process, workspace
from krokomrsa.errors import KrokomrsaError
from krokomrsa.workbench.exercises import Exercises

COVERED, LED, PROGRAMME = 1, 2, 3  # places among the tabs


@pytest.fixture
def fresh(tmp_path: Path) -> Exercises:
    """Return the panel of a municipality that has no plan yet."""
    process.new(tmp_path, municipality="Ny", first_year=2023, organisations=[("KS", "Kommunstyrelsen")], who="t", scale="femgradig")
    return Exercises(tmp_path)


def looked(folder: Path, tab: int) -> Exercises:
    """Return the example's panel with a tab that is looked at."""
    panel = Exercises(folder)
    panel.tabs.selected_index = tab
    return panel


def test_a_tab_that_nobody_looks_at_is_not_filled(example: Path) -> None:
    """The plan comes first; what is covered is laid out when it is looked at."""
    panel = Exercises(example)
    assert not any(view.value for view in panel.practice.views)
    panel.tabs.selected_index = COVERED
    groups, functions, services, gravest = (view.value for view in panel.practice.views)
    assert "Rakel" in groups
    assert "Krisstöd, övning" in functions
    assert "Hemtjänst" in services
    assert "Elavbrott" in gravest


def test_a_missing_cell_says_so_in_words(example: Path) -> None:
    """The standing of each cell is read, not only seen as a colour; the age of what was held stands with it."""
    panel = looked(example, COVERED)
    assert ">saknas<" in panel.practice.views[0].value
    assert "genomfört, för" in panel.practice.views[0].value


def test_a_finding_becomes_a_measure_that_names_the_exercise_and_can_be_undone(example_copy: Path) -> None:
    """One click stores a proposed measure; the table shows it as open at once; undo takes it back."""
    panel = looked(example_copy, LED)
    panel.chosen.value = "U-18"
    before = set(panel.register.held("treatments"))
    panel.practice.measure.value = "Öva nattpersonalen en gång om året"
    panel.practice.add_measure()
    with workspace.opened(example_copy) as place:
        (made,) = set(place.register.held("treatments")) - before
        row = place.register.held("treatments")[made]
    assert (row["status"], row["activities"]) == ("proposed", "U-18")
    assert "Öva nattpersonalen" in panel.practice.loop.value
    assert "öppna åtgärder" in panel.practice.loop.value
    panel.take_back()
    assert set(panel.register.held("treatments")) == before


def test_a_measure_without_words_is_refused(example_copy: Path) -> None:
    """An empty field makes no measure, and the panel says what to write."""
    panel = looked(example_copy, LED)
    with pytest.raises(KrokomrsaError, match="ingen text"):
        panel.practice.add_measure()


def test_a_plan_is_copied_into_an_empty_period_only(example_copy: Path) -> None:
    """The next period gets the activities as planned; a second copy is refused."""
    panel = Exercises(example_copy)
    held, period = panel.register.held("activities"), panel.settings.period
    wanted = sum(row["year"] in period.years and row["status"] in {"planned", "done"} for row in held.values())
    panel.practice.carry()
    made = [row for row in panel.register.held("activities").values() if row["year"] > period.last_year]
    assert len(made) == wanted
    assert {row["status"] for row in made} == {"planned"}
    with pytest.raises(KrokomrsaError, match="Det finns redan aktiviteter i 2023–2026"):
        panel.practice.carry()


def test_nothing_is_copied_out_of_an_empty_plan(fresh: Exercises) -> None:
    """A municipality without a plan is told to make one first."""
    with pytest.raises(KrokomrsaError, match="ingen planerad eller genomförd aktivitet"):
        fresh.practice.carry()


def test_the_papers_are_written_where_the_message_says(example_copy: Path) -> None:
    """Action plan, calendar, follow-up and evaluation form each become a file that is there."""
    panel = Exercises(example_copy)
    panel.practice.year.value = 2021
    for act, ends in (
        (panel.practice.write_plan, (".docx", ".ics")),
        (panel.practice.write_followup, ("arlig-uppfoljning-2021.docx",)),
        (panel.practice.write_form, ("-utvardering.docx",)),
    ):
        act()
        assert all(any(str(file).endswith(end) for file in (example_copy / "exports").rglob("*.*")) for end in ends)
        assert "Skrivet" in panel.message.value


def test_the_programme_asks_what_an_activity_costs_where_nobody_counted(example: Path) -> None:
    """Without a number of person-days it is asked for; nothing is assumed."""
    panel = looked(example, PROGRAMME)
    with pytest.raises(KrokomrsaError, match="räknat deltagarna"):
        panel.smallest.find()


def test_the_programme_stands_beside_the_plan_and_changes_nothing(example: Path) -> None:
    """What is cheapest, what no activity can give, how far the own plan goes and what one more gives are told."""
    panel = looked(example, PROGRAMME)
    before = panel.register.fingerprint()
    panel.smallest.days.value = "10"
    panel.smallest.find()
    told = panel.smallest.found.value
    for said in ("Billigast är", "Det här kan ingen aktivitet i planen ge", "Den egna planen", "Vad en aktivitet till ger"):
        assert said in told
    assert "Krisledningsnämnden övad" in told
    with workspace.opened(example) as place:
        assert place.register.fingerprint() == before


def test_without_any_activity_there_is_nothing_to_choose_among(fresh: Exercises) -> None:
    """An empty plan gets a sentence and a remedy."""
    fresh.tabs.selected_index = PROGRAMME
    with pytest.raises(KrokomrsaError, match="inga aktiviteter att välja bland"):
        fresh.smallest.find()


def test_every_tab_of_an_empty_municipality_has_something_to_say(fresh: Exercises) -> None:
    """Nothing trained, nothing held, nothing judged: each tab says so."""
    fresh.tabs.selected_index = COVERED
    assert all(view.value for view in fresh.practice.views)
    assert "inga bedömda risker" in fresh.practice.views[3].value
    assert "Ingen utbildning eller övning står som genomförd" in fresh.practice.loop.value
