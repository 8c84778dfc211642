from itertools import pairwise

import pandas as pd
import pytest
from cascade_systems import HOME_CARE, NEVER, few, systems
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis import cascade
from krokomrsa.errors import KrokomrsaError


@few
@given(systems(), st.sampled_from(["earliest", "latest"]))
def test_the_chain_adds_up_and_begins_with_a_loss(system, bound):
    """Each step fails at its supplier's hour + its endurance, and the root cause was lost at that very hour."""
    dependencies, lost = system
    times = cascade.failure_times(dependencies, lost)[f"{bound}_h"]
    stated = {(row.dependent, row.supplier, None if pd.isna(row.group) else row.group) for row in dependencies.itertuples()}

    for key, hour in times.items():
        chain = cascade.explain(dependencies, lost, key, bound=bound)
        assert chain.empty == (hour == NEVER)
        for above, step in pairwise(chain.itertuples()):
            assert (above.id, above.at_h) == (step.supplier, step.supplier_at_h)
            assert step.at_h == step.supplier_at_h + step.endurance_h == times[step.id]
            assert (step.id, step.supplier, None if pd.isna(step.group) else step.group) in stated
        if not chain.empty:
            assert (key, hour) == (chain["id"].iloc[-1], chain["at_h"].iloc[-1])
            assert lost[chain["id"].iloc[0]] == chain["at_h"].iloc[0]
            assert pd.isna(chain["supplier"].iloc[0])


def test_the_critical_supplier_of_a_group_is_the_one_that_broke_it():
    """Of two alternatives the chain follows the one that failed last."""
    found = cascade.explain(HOME_CARE, {"El": 0}, "Hemtjänst")

    assert found["id"].tolist() == ["El", "Fast", "Larm", "Hemtjänst"]
    assert found["at_h"].tolist() == [0, 8, 8, 20]
    assert found["supplier"].tolist()[1:] == ["El", "Fast", "Larm"]
    assert found["group"].iloc[2] == "tele"


def test_the_latest_chain_uses_the_high_bounds():
    """With bound latest the hours are those of latest_h."""
    assert cascade.explain(HOME_CARE, {"El": 0}, "Hemtjänst", bound="latest")["at_h"].tolist() == [0, 8, 10, 34]


def test_what_is_lost_explains_itself():
    """The chain of something that was lost is that one row, without supplier."""
    found = cascade.explain(HOME_CARE, {"El": 3}, "El")

    assert (found["id"].tolist(), found["at_h"].tolist()) == (["El"], [3.0])
    assert found[["supplier", "supplier_at_h", "endurance_h", "group"]].isna().all(axis=None)


def test_what_never_fails_has_no_chain():
    """The frame is empty and has the same columns and types."""
    none, some = cascade.explain(HOME_CARE, {"Vatten": 0}, "Larm"), cascade.explain(HOME_CARE, {"El": 0}, "Larm")

    assert len(none) == 0
    pd.testing.assert_series_equal(some.dtypes, none.dtypes)


def test_an_unknown_id_is_met_with_a_guess():
    """A misspelt id is refused, with the id that is probably meant."""
    with pytest.raises(KrokomrsaError, match="Menade du ”Hemtjänst”"):
        cascade.explain(HOME_CARE, {"El": 0}, "hemtjanst")
    with pytest.raises(KrokomrsaError) as caught:
        cascade.explain(HOME_CARE, {"El": 0}, "zzz")
    assert "Menade" not in str(caught.value)


def test_an_unknown_bound_is_refused():
    """Only earliest and latest are bounds."""
    with pytest.raises(KrokomrsaError, match="earliest"):
        cascade.explain(HOME_CARE, {"El": 0}, "Larm", bound="soon")


def test_a_chain_reads_as_one_sentence():
    """The sentence names the hour and every step, in Swedish, with the names given."""
    said = cascade.sentence(cascade.explain(HOME_CARE, {"El": 0}, "Hemtjänst"), {"El": "Elnätet", "Larm": "Trygghetslarmet"})

    assert said == (
        "Hemtjänst stannar efter 20 h därför att Elnätet faller bort direkt, Fast klarar sig 8 h utan Elnätet, "
        "Trygghetslarmet stannar direkt utan Fast (som avgör i reservlösningsgruppen ”tele”) "
        "och Hemtjänst klarar sig 12 h utan Trygghetslarmet."
    )


@pytest.mark.parametrize(
    ("hour", "said"), [(0, "El faller bort direkt."), (2.5, "El faller bort efter 2,5 h."), (-1, "El faller bort 1 h i förväg.")]
)
def test_a_loss_alone_reads_as_a_sentence(hour, said):
    """What was lost by itself is said in a short sentence."""
    assert said == cascade.sentence(cascade.explain(HOME_CARE, {"El": hour}, "El"), {})


def test_an_empty_chain_reads_as_a_sentence():
    """What never fails is said, not left empty."""
    assert cascade.sentence(cascade.explain(HOME_CARE, {"Vatten": 0}, "Larm"), {}) == "Bortfallet når inte hit."
