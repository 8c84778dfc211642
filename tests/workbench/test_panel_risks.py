"""Step 04: judge risks, with and without likelihood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from panel_hands import empty, write

from krokomrsa import workspace
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register
from krokomrsa.scales import load
from krokomrsa.workbench import judging, loss
from krokomrsa.workbench.risks import Risks, risks


@pytest.fixture
def panel(example_copy: Path) -> Risks:
    """Return the panel of the example."""
    return risks(example_copy)


def judgement(panel: Risks, aspect: str, risk: str = "") -> Any:
    """Return the consolidated judgement of the chosen risk as the register holds it."""
    with workspace.opened(panel.folder) as place:
        return judging.standing(judging.of(place.register, risk or panel.risk.value), panel.judge.value, aspect)


def test_a_level_is_stored_as_the_consolidated_judgement(panel: Risks) -> None:
    """Choosing a level stores it for the chosen risk and judge; the highest follows, and the class in the list with it."""
    write(panel.table, "likelihood", "low", "2")
    row = judgement(panel, "likelihood")
    assert (row["low"], row["high"], row["status"], row["consolidated"], row["judge"]) == (2.0, 2.0, "judged", True, "LED")
    assert panel.matrix.loc["H-01", "likelihood_high"] == 2
    assert panel.editor.table.rows[0]["cells"]["told2"] == "2"
    assert "Sannolikhet: 2" in panel.message.value


def test_an_interval_stays_an_interval(panel: Risks) -> None:
    """Choosing a higher highest level makes an interval."""
    write(panel.table, "life_health", "high", "5")
    assert [judgement(panel, "life_health")[key] for key in ("low", "high")] == [4.0, 5.0]


def test_unknown_is_an_answer_without_levels(panel: Risks) -> None:
    """Vet inte takes the levels away and stays an answer."""
    write(panel.table, "likelihood", "status", "unknown")
    assert [judgement(panel, "likelihood")[key] for key in ("low", "high", "status")] == [None, None, "unknown"]
    assert panel.matrix.loc["H-01", "likelihood_status"] == "unknown"


def test_a_new_judgement_is_made_and_withdrawn(panel: Risks) -> None:
    """An aspect that nobody judged gets a row of its own; an empty standing takes it away; both can be undone."""
    panel.judge.value = "SOC"
    write(panel.table, "democracy_rights", "low", "3")
    assert judgement(panel, "democracy_rights")["date"] == panel.settings.on
    write(panel.table, "democracy_rights", "uncertainty", "high")
    write(panel.table, "democracy_rights", "grounds", "Få underlag.")
    assert [judgement(panel, "democracy_rights")[key] for key in ("uncertainty", "grounds")] == ["high", "Få underlag."]
    write(panel.table, "democracy_rights", "status", "")
    assert judgement(panel, "democracy_rights") is None
    panel.take_back()
    assert judgement(panel, "democracy_rights")["grounds"] == "Få underlag."


def test_grounds_without_a_judgement_are_refused(panel: Risks) -> None:
    """Grounds need a level or a standing first, and the message says so."""
    panel.judge.value = "SOC"
    with pytest.raises(KrokomrsaError):
        write(panel.table, "democracy_rights", "grounds", "Få underlag.")
    assert "Ställning" in panel.message.value


@pytest.mark.parametrize(
    ("row", "edit", "expected"),
    [
        ({}, ("low", 3.0), {"low": 3.0, "high": 3.0, "status": "judged"}),
        ({}, ("high", 3.0), {"low": 3.0, "high": 3.0, "status": "judged"}),
        ({"low": 2.0, "high": 4.0, "status": "judged"}, ("low", 5.0), {"low": 5.0, "high": 5.0, "status": "judged"}),
        ({"low": 2.0, "high": 4.0, "status": "judged"}, ("low", 3.0), {"low": 3.0, "high": 4.0, "status": "judged"}),
        ({"low": 2.0, "high": 4.0, "status": "judged"}, ("high", 1.0), {"low": 1.0, "high": 1.0, "status": "judged"}),
        ({"low": 2.0, "high": 4.0, "status": "judged"}, ("status", "not judged"), {"low": None, "high": None, "status": "not judged"}),
        ({"low": 2.0, "high": 4.0, "status": "judged"}, ("low", None), {"low": None, "status": "judged"}),
    ],
)
def test_the_ends_of_a_judgement_follow_each_other(row: Any, edit: Any, expected: Any) -> None:
    """The lowest is never above the highest, and only what is judged has levels."""
    assert judging.judged(row, *edit) == expected


def test_clicking_in_the_matrix_chooses_the_risk(panel: Risks) -> None:
    """A click on a label chooses its risk, rings it, and shows its judgements; a crowded cell says what to do."""
    trace = next(one for one in panel.board.content.children[0].data if one.customdata is not None and "H-05" in one.customdata)
    points = type("Points", (), {"point_inds": [list(trace.customdata).index("H-05")]})
    panel.clicked(trace, points)
    assert panel.risk.value == "H-05"
    assert panel.board.figure(panel.seen, panel.risk.value).data[-1].name == "Vald risk"
    panel.clicked(type("More", (), {"customdata": [""]}), type("Points", (), {"point_inds": [0]}))
    assert "listan" in panel.message.value


def test_clicking_in_the_list_chooses_the_risk(panel: Risks) -> None:
    """A row of the risk register chooses its risk."""
    panel.editor.table.selected = "H-07"
    assert panel.risk.value == "H-07"


def test_every_judgement_is_shown_with_its_cell(panel: Risks) -> None:
    """All judges' judgements of the risk are listed, with grounds and the cell they came from."""
    told = panel.everything.value
    assert all(
        word in told for word in ("Socialförvaltningen", "Alla anläggningar behöver reservkraft", "C Händelser!C9", "Bedömningar!G5")
    )
    write(panel.table, "likelihood", "low", "2")
    assert "Skrivet i panelen" in panel.everything.value


def test_the_history_of_a_judgement_is_shown(panel: Risks) -> None:
    """Vem ändrade vad tells who judged the chosen aspect; where nobody did, what to do first."""
    write(panel.table, "likelihood", "low", "2")
    panel.table.selected = "likelihood"
    panel.show_history()
    assert "Prov Provsson" in panel.trace.value
    panel.judge.value = "SOC"
    with pytest.raises(KrokomrsaError, match="ingen bedömning"):
        panel.show_history()


def test_a_matrix_is_not_forced(panel: Risks) -> None:
    """Without likelihood there is no matrix: losses are held against the lowest acceptable level, and risks stand by consequence."""
    panel.view.value = "loss"
    assert [row["id"] for row in panel.table.rows] == list(panel.settings.scale.values)
    texts = "".join(one.value for one in panel.board.content.children if hasattr(one, "value") and isinstance(one.value, str))
    assert all(word in texts for word in ("Lägsta acceptabla nivå", "Läkemedel och mat till 40 brukare", "utan sannolikhet"))
    assert [column["title"] for column in panel.editor.table.columns][:2] == ["Händelse", "Konsekvens"]
    other = panel.board.lost.options[3][1]
    panel.board.lost.value = other
    assert panel.board.lost in panel.board.content.children[1].children
    panel.view.value = "matrix"
    assert [type(one).__name__ for one in panel.board.content.children] == ["FigureWidget"]


def test_a_municipality_without_likelihood_starts_without_the_matrix(example_copy: Path) -> None:
    """Where no likelihood is judged, the panel opens in the view without it."""
    with workspace.opened(example_copy) as place:
        gone = [
            Change(table="assessments", id=row_id, column="id", before=row_id, after=None)
            for row_id, row in place.register.rows("assessments").items()
            if row["aspect"] == "likelihood"
        ]
        place.store.commit(gone, who="prov", source="prov")
    panel = risks(example_copy)
    assert panel.view.value == "loss"


def test_the_view_that_was_chosen_is_kept(example_copy: Path) -> None:
    """Who chose to judge without likelihood is shown that view again after a reload, also where likelihoods were judged, and back."""
    for chosen in ("loss", "matrix"):
        risks(example_copy).view.value = chosen
        assert risks(example_copy).view.value == chosen


def test_a_loss_that_stops_nothing_is_said(register: Register) -> None:
    """Where nothing falls the table says so; what is not stated is not made a number."""
    assert "Ingen verksamhet stannar" in loss.against_level(Register(), loss.times(Register(), "R-X"))
    assert "ej angiven" in loss.against_level(register, loss.times(register, "R-EL"))
    assert loss.resources(register)


def test_levels_off_the_list_are_shown_as_they_are() -> None:
    """The levels of an axis are offered with their labels."""
    assert judging.levels(load(), "life_health")["high"][-1] == ("5", "5 Katastrofala")


def test_without_workspace_or_risks_the_panel_stands(tmp_path: Path) -> None:
    """In an empty folder the panel says where to begin; without risks it says that too."""
    assert "00 Start" in risks(tmp_path).place.value
    panel = risks(empty(tmp_path))
    assert "inga risker" in panel.told.value
    panel.view.value = "loss"
    assert len(panel.board.content.children) == 2
