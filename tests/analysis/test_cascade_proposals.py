import pandas as pd
import pytest
from cascade_systems import few
from change_cases import cases
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis.cascade.interventions import best_changes
from krokomrsa.analysis.cascade.proposals import as_treatment, candidates_from
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import frame, rows_of
from krokomrsa.vocabulary import load

NEEDS = pd.DataFrame(
    [
        ("B-1", "R-MOBIL", "R-EL", 4.0, 4.0),
        ("B-2", "V-LARM", "R-MOBIL", 0.0, 0.0),
        ("B-3", "V-SKOLA", "R-EL", 0.0, 2.0),
        ("B-4", "V-SKOLA", "R-VATTEN", 30.0, None),
    ],
    columns=["id", "dependent", "supplier", "endurance_low_h", "endurance_high_h"],
)
SERVICES = pd.DataFrame(
    {"id": ["V-LARM", "V-SKOLA"], "name": ["Trygghetslarm", "Skola"], "organisation": ["SOC", None], "tolerable_outage_h": [1.0, 48.0]}
)
RESOURCES = pd.DataFrame({"id": ["R-EL", "R-MOBIL", "R-VATTEN"], "name": ["elnätet", "mobilnätet", None], "owner": [None, "IT", "VA"]})
POWER = [{"R-EL": 0}]


def test_what_breaks_first_is_proposed_to_last_longer():
    """Power reaches the alarm (163 h) through the mast, and the school (120 h): nothing is proposed for the water, which stays."""
    found = candidates_from(NEEDS, SERVICES, POWER, steps_h=(24,))

    assert list(zip(found["dependency"], found["endurance_low_h"], found["unacceptable_high_h"], strict=True)) == [
        ("B-1", 24, 163), ("B-2", 1, 163), ("B-2", 24, 163), ("B-3", 24, 120), ("B-3", 48, 120),
    ]  # fmt: skip


def test_proposals_are_candidates():
    """What is proposed can be chosen among as it is."""
    found = best_changes(NEEDS, SERVICES, candidates_from(NEEDS, SERVICES, POWER), POWER, k=2)

    assert found.loc[0, "changes"] in {("B-1 · 168 h", "B-3 · 168 h"), ("B-2 · 168 h", "B-3 · 168 h")}
    assert found.loc[0, "saved_high_h"] == 283


def test_only_the_heaviest_are_proposed():
    """``most`` is a number of dependencies."""
    assert set(candidates_from(NEEDS, SERVICES, POWER, most=1)["dependency"]) == {"B-1"}


@few
@given(cases(), st.randoms(use_true_random=False))
def test_proposals_do_not_depend_on_the_order_of_rows(case, random):
    """Rows in another order give the same proposals, which are more than there is; the tables stay as they are."""
    dependencies, services, _, losses, _, horizon = case
    kept = dependencies.copy(deep=True), services.copy(deep=True)
    order = random.sample(range(len(dependencies)), len(dependencies))

    one, other = (candidates_from(given, services, losses, horizon_h=horizon) for given in (dependencies, dependencies.iloc[order]))

    pd.testing.assert_frame_equal(one, other)
    now = dependencies.set_index("id")["endurance_low_h"].astype(float).fillna(0.0)
    assert (one["endurance_low_h"].to_numpy() > now.reindex(one["dependency"]).to_numpy()).all()
    for before, after in zip(kept, (dependencies, services), strict=True):
        pd.testing.assert_frame_equal(before, after)


def test_a_change_becomes_a_measure():
    """More endurance on the mast belongs to who owns the mast, with cost and effect; the row fits the register's table."""
    change = {"id": "Å-1", "kind": "endurance", "dependency": "B-1", "endurance_low_h": 24.0, "cost_sek": 90_000}

    row = as_treatment(change, NEEDS, services=SERVICES, resources=RESOURCES, saved_h=(20.0, 12.5))

    assert row["measure"] == "Förläng tiden som mobilnätet klarar sig utan elnätet till minst 24 h"
    assert (row["owner"], row["status"], row["cost_sek"], row["risks"], row["id"]) == ("IT", "proposed", 90_000, None, None)
    assert row["effect"] == "Beräknat: 12,5–20 oacceptabla verksamhetstimmar färre inom 168 h vid de bortfall som räknats på."
    assert rows_of(frame(load()["treatments"], [row])) == [row]


def test_a_reserve_becomes_a_measure():
    """A reservlösning is named with what it replaces; who is unknown stays unknown."""
    change = {"id": "Å-2", "kind": "reserve", "dependency": "B-3", "supplier": "Reservkraft", "endurance_low_h": 0.0}

    row = as_treatment(change, NEEDS, services=SERVICES, resources=RESOURCES)

    assert row["measure"] == "Ordna Reservkraft som reservlösning för Skola när elnätet faller bort"
    assert (row["owner"], row["cost_sek"], row["effect"]) == (None, None, None)


def test_every_row_of_a_table_can_become_a_measure():
    """A row as pandas gives it, with its missing values, works too."""
    found = candidates_from(NEEDS, SERVICES, POWER)

    assert as_treatment(found.iloc[0].to_dict(), NEEDS)["cost_sek"] is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"losses": []}, "Inget bortfall"), ({"steps_h": [0]}, "steg"), ({"steps_h": ["dygn"]}, "steg"), ({"horizon_h": -1}, "timmar")],
)
def test_faulty_questions_are_told_in_swedish(changes, said):
    """What is wrong with the question."""
    given = {"losses": POWER} | changes
    with pytest.raises(KrokomrsaError, match=said):
        candidates_from(NEEDS, SERVICES, given.pop("losses"), **given)


def test_ids_are_needed():
    """Without ids of dependencies nothing can be pointed out."""
    with pytest.raises(KrokomrsaError, match="Kolumnen id"):
        candidates_from(NEEDS.drop(columns="id"), SERVICES, POWER)
