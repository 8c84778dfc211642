from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_rows import Judgement, frame, judgements, left, said

from krokomrsa.analysis import risk
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register
from krokomrsa.scales import load
from krokomrsa.vocabulary import load as declared

SCALE = load()
VOCABULARY = declared()
STORM = [
    {**said("Storm", "likelihood", 5), "state": "inherent"},
    said("Storm", "likelihood", 4),
    {**said("Storm", "likelihood", 3, judge="IT"), "state": "current"},
    {**said("Storm", "likelihood", 2), "state": "target"},
    said("Storm", "life_health", 3),
    {**said("Storm", "life_health", 2), "state": "target"},
]


def risks(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return rows as the register's table of risks."""
    return Register({"risks": pd.DataFrame(rows, columns=["id", "event", "area"])}).risks


def test_an_empty_state_is_now() -> None:
    """A judgement without a state, as every one from before there were states, is about how it is now."""
    found = risk.matrix(frame(STORM), SCALE).loc["Storm"]
    assert (found["likelihood_low"], found["likelihood_high"]) == (3, 4)
    assert risk.is_now({"state": None})
    assert (VOCABULARY["assessments"]["state"].empty, tuple(VOCABULARY["assessments"]["state"].values)) == (risk.NOW, risk.STATES)


def test_each_state_for_itself() -> None:
    """What is judged without protection or after the measures never mixes with how it is now."""
    ends = {state: risk.matrix(frame(STORM), SCALE, state=state).loc["Storm", "likelihood_high"] for state in risk.STATES}
    assert ends == {"inherent": 5, "current": 4, "target": 2}


def test_a_risk_with_only_a_target_is_there() -> None:
    """A risk that nobody has judged as it is now is in the matrix as missing."""
    found = risk.matrix(frame([{**said("Storm", "likelihood", 2), "state": "target"}]), SCALE)
    assert found["status"].to_dict() == {"Storm": "missing"}


def test_consolidated_of_another_state_settles_nothing() -> None:
    """A consolidated target does not take the place of what judges say of now."""
    rows = [said("Storm", "likelihood", 4), {**said("Storm", "likelihood", 1, consolidated=True), "state": "target"}]
    assert risk.matrix(frame(rows), SCALE).loc["Storm", "likelihood_high"] == 4


def test_movement() -> None:
    """A risk moves from without protection, through now, to its target; what is not judged in a state is not carried there."""
    found = risk.movement(frame(STORM), SCALE).loc["Storm"]
    assert found[["inherent_likelihood_high", "current_likelihood_low", "target_likelihood_low"]].tolist() == [5, 3, 2]
    assert found[["current_class_low", "current_class_high", "target_class_high"]].tolist() == [2, 3, 1]
    assert found[["inherent_consequence_low", "inherent_class_low"]].isna().all()


def test_judges_disagree_about_now() -> None:
    """A judge who sets a low target does not disagree with one who judges how it is now."""
    rows = [said("Storm", "likelihood", 4), {**said("Storm", "likelihood", 1, judge="IT"), "state": "target"}]
    assert risk.disagreement(frame(rows), SCALE).empty


def test_a_state_that_does_not_exist() -> None:
    """A state that is misspelt is said, in a row as in what is asked for."""
    with pytest.raises(KrokomrsaError, match="Läget är varken") as caught:
        risk.matrix(frame([said("Storm", "likelihood", 3)]).assign(state="tarjet"), SCALE, state="curent")
    assert [(problem.column, problem.value) for problem in caught.value.problems] == [("", "curent"), ("state", "tarjet")]
    assert "Menade du ”target”?" in caught.value.problems[1].remedy


def test_since_a_named_state() -> None:
    """Risks are new, changed, gone or unchanged by their id, with what has changed."""
    before = risks({"id": "H-1", "event": "Storm"}, {"id": "H-2", "event": "Brand"}, {"id": "H-3", "event": "Elavbrott"})
    after = risks({"id": "H-1", "event": "Storm"}, {"id": "H-2", "event": "Brand i skola"}, {"id": "H-4", "event": "Pandemi"})
    then = frame([said("H-1", "likelihood", 3), said("H-3", "likelihood", 2)])
    now = frame([said("H-1", "likelihood", 4), said("H-1", "sovereignty", 2)])
    found = risk.since(before, then, after, now, SCALE)
    assert found["status"].to_dict() == {"H-1": "changed", "H-2": "changed", "H-4": "new", "H-3": "gone"}
    assert found["changed"].to_dict() == {
        "H-1": ("likelihood", "consequence", "consequence_sovereignty", "class"),
        "H-2": ("event",),
        "H-4": (),
        "H-3": (),
    }
    assert found.loc["H-1", ["likelihood_before_high", "likelihood_high", "class_before_low", "class_high"]].fillna(0).tolist() == [
        3,
        4,
        0,
        2,
    ]
    assert (found.loc["H-2", "event_before"], found.loc["H-2", "event"], found.loc["H-3", "event"]) == ("Brand", "Brand i skola", None)


def test_a_change_that_is_no_level() -> None:
    """Going from vet inte to nothing at all is a change, though there is no level before or after."""
    table = risks({"id": "H-1", "event": "Storm"})
    found = risk.since(table, frame([left("H-1", "likelihood")]), table, frame([left("H-1", "likelihood", "not judged")]), SCALE)
    assert found.loc["H-1", "changed"] == ("likelihood",)


def test_a_first_judgement_is_a_change() -> None:
    """A risk that nobody had judged and that somebody has judged since is changed; a row that says nothing of it is not."""
    table = risks({"id": "H-1", "event": "Storm"}, {"id": "H-2", "event": "Brand"})
    found = risk.since(table, frame([]), table, frame([said("H-1", "likelihood", 3)]), SCALE)
    assert found["changed"].to_dict() == {"H-1": ("likelihood",), "H-2": ()}


def test_a_new_risk_may_be_one_that_is_gone() -> None:
    """A new risk with nearly the name of one that is gone is proposed as it, each gone one once; nothing is applied."""
    before = risks({"id": "H-1", "event": "Elavbrott"}, {"id": "H-2", "event": "Storm"})
    after = risks(
        {"id": "N-1", "event": "Elavbrott mer än 24 timmar"}, {"id": "N-2", "event": "ELAVBROTT"}, {"id": "N-3", "event": "Isgata"}
    )
    found = risk.since(before, frame([]), after, frame([]), SCALE)
    assert found["proposal"].to_dict() == {"N-1": None, "N-2": "H-1", "N-3": None, "H-1": None, "H-2": None}
    assert found.loc["N-2", "score"] == 100
    assert set(found["status"]) == {"new", "gone"}


def test_since_nothing() -> None:
    """Two empty registers have nothing to tell, with the columns in place."""
    found = risk.since(risks(), frame([]), risks(), frame([]), SCALE)
    assert found.empty
    assert {"status", "class_before_low", "class_high", "proposal", "score"} <= set(found.columns)


states = st.lists(st.tuples(judgements(), st.sampled_from([None, *risk.STATES])), max_size=25)


@settings(max_examples=40, deadline=None)
@given(states)
def test_a_state_is_the_matrix_of_its_own_rows(drawn: list[tuple[Judgement, str | None]]) -> None:
    """What a state has is what its rows alone make, and movement puts the three side by side."""
    rows = [{**row, "state": state} for row, state in drawn]
    moved = risk.movement(frame(rows), SCALE)
    for state in risk.STATES:
        own = [row for row in rows if (row["state"] or "current") == state]
        alone = risk.matrix(frame([{**row, "state": None} for row in own]), SCALE)
        assert moved[f"{state}_class_high"].dropna().to_dict() == alone["class_high"].dropna().to_dict()


@settings(max_examples=30, deadline=None)
@given(states)
def test_nothing_changed_since_now(drawn: list[tuple[Judgement, str | None]]) -> None:
    """Compared with itself every risk is unchanged, and neither table is."""
    rows = frame([{**row, "state": state} for row, state in drawn])
    table = risks(*({"id": name, "event": name} for name in dict.fromkeys(rows["risk"])))
    kept = rows.copy(deep=True), table.copy(deep=True)
    found = risk.since(table, rows, table, rows, SCALE)
    assert set(found["status"]) <= {"unchanged"}
    pd.testing.assert_frame_equal(rows, kept[0])
    pd.testing.assert_frame_equal(table, kept[1])
