from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pandas as pd
import pytest
from cascade_systems import few
from change_cases import CANDIDATE_COLUMNS, candidates, cases, changed, harm
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis.cascade.candidates import with_changes
from krokomrsa.analysis.cascade.failure import failure_times
from krokomrsa.analysis.cascade.interventions import best_changes
from krokomrsa.analysis.cascade.sweep import CancelledError
from krokomrsa.errors import KrokomrsaError

NEEDS = pd.DataFrame(
    [
        ("B-1", "Mobilnät", "Elnät", None, 4.0, 4.0),
        ("B-2", "Trygghetslarm", "Mobilnät", "tele", 0.0, 0.0),
        ("B-3", "Trygghetslarm", "Fast telefoni", "tele", 0.0, 0.0),
        ("B-4", "Fast telefoni", "Elnät", None, 8.0, 8.0),
        ("B-5", "Skola", "Elnät", None, 0.0, 2.0),
    ],
    columns=["id", "dependent", "supplier", "group", "endurance_low_h", "endurance_high_h"],
)
SERVICES = pd.DataFrame({"id": ["Trygghetslarm", "Skola"], "tolerable_outage_h": [1.0, 48.0]})
POWER = [{"Elnät": 0}]
BOTH = candidates(
    ("Rakel", "reserve", "B-2", "Rakel", 0, 0, 50_000),
    ("Batterier", "endurance", "B-1", None, 168, None, 90_000),
    ("Aggregat", "reserve", "B-5", "Reservkraft", 0, 0, 240_000),
)


def _best(**changes):
    given = {"dependencies": NEEDS, "services": SERVICES, "candidates": BOTH, "losses": POWER, "k": 2} | changes
    return best_changes(given.pop("dependencies"), given.pop("services"), given.pop("candidates"), given.pop("losses"), **given)


def _sets(table):
    return {(row.compared, row.changes) for row in table.itertuples()}


def test_the_alarm_is_saved_by_a_third_way_to_call():
    """One change: Rakel as one more alternative and batteries at the masts both save all 159 hours of the alarm, and both are told."""
    found = _best(k=1)

    assert found.loc[found["compared"] == "best", "changes"].tolist() == [("Rakel",), ("Batterier",)]
    assert found.loc[0, ["rank", "saved_low_h", "saved_high_h", "services_saved_high", "cost_sek"]].tolist() == [1, 159, 159, 1, 50_000]
    assert found.loc[0, "saved_high_h_per_sek"] == 159 / 50_000
    assert found["rank"].tolist() == [1, 1, 2, 3]


def test_two_changes_are_compared_with_each_alone_and_with_nothing():
    """With two changes the school is saved too; each alone and doing nothing stand below."""
    found = _best()

    assert found["compared"].tolist() == ["best", "best", "alone", "alone", "alone", "nothing"]
    assert found.loc[0, ["changes", "saved_low_h", "saved_high_h"]].tolist() == [("Rakel", "Aggregat"), 159 + 118, 159 + 120]
    assert found.iloc[-1][["unacceptable_low_h", "unacceptable_high_h", "saved_high_h", "cost_sek"]].tolist() == [277, 279, 0, 0]


def test_two_changes_that_help_only_together_are_found():
    """Of two ways in, both must be made longer: alone neither saves anything; the greedy method says its name and misses them."""
    needs = NEEDS[NEEDS["id"].isin(["B-1", "B-2"])].assign(group=None)
    needs = pd.concat([needs, pd.DataFrame([("B-6", "Trygghetslarm", "Elnät", None, 4.0, 4.0)], columns=NEEDS.columns)])
    pair = candidates(("Batterier", "endurance", "B-1", None, 24, 24, None), ("Larm-UPS", "endurance", "B-6", None, 24, 24, None))
    given = {"dependencies": needs, "services": SERVICES, "candidates": pair, "losses": POWER}

    assert _sets(_best(**given)) >= {("best", ("Batterier", "Larm-UPS")), ("alone", ("Batterier",))}
    greedy = _best(**given, method="greedy")
    assert ("best", ()) in _sets(greedy)
    assert set(greedy["method"]) == {"greedy"}


def test_weights_decide():
    """A school that weighs a hundred times as much is saved first."""
    assert _best(k=1, weights={"Skola": 100}).loc[0, "changes"] == ("Aggregat",)
    lost = [{"Elnät": 0}, {"Mobilnät": 0, "Fast telefoni": 0}]
    assert _best(k=1, losses=lost, loss_weights=[1, 5]).loc[0, "changes"] == ("Rakel",)


def test_what_costs_nothing_known_has_no_hours_per_krona():
    """A cost that is unknown makes the cost of its set unknown, and comes after a known one of the same rank."""
    found = _best(k=1, candidates=BOTH.assign(cost_sek=[None, 90_000, 240_000]))

    assert found["changes"].tolist()[:2] == [("Batterier",), ("Rakel",)]
    assert found.loc[1, ["cost_sek", "saved_high_h_per_sek"]].isna().all()


def _brute(dependencies, services, table, *, losses, weights, horizon, k):
    """Return every best set by trying all, and what each leaves."""
    ids = table["id"].tolist()
    left = {
        chosen: harm(changed(dependencies, table, chosen), services, losses, weights, horizon)
        for size in range(min(k, len(ids)) + 1)
        for chosen in combinations(ids, size)
    }
    keys = {chosen: (found[1], found[0], len(chosen)) for chosen, found in left.items()}
    return {chosen for chosen, key in keys.items() if key == min(keys.values())}, left


@few
@given(cases(), st.integers(1, 3))
def test_the_best_set_is_the_one_that_trying_all_finds(case, k):
    """On random systems the best sets, ties too, and every figure are those of all subsets with recomputed failure times."""
    dependencies, services, table, losses, weights, horizon = case

    found = best_changes(dependencies, services, table, losses, k=k, loss_weights=weights, horizon_h=horizon)

    best, left = _brute(dependencies, services, table, losses=losses, weights=weights, horizon=horizon, k=k)
    nothing = left[()]
    assert set(found.loc[found["compared"].isin(["best"]), "changes"]) == best
    assert set(found["changes"]) == best | {(one,) for one in table["id"]} | {()}
    for row in found.itertuples():
        low, high, felled_low, felled_high = left[row.changes]
        assert (row.unacceptable_low_h, row.unacceptable_high_h) == (low, high)
        assert (row.saved_low_h, row.saved_high_h) == (round(nothing[0] - low, 6), round(nothing[1] - high, 6))
        assert (row.services_saved_low, row.services_saved_high) == (len(nothing[2] - felled_low), len(nothing[3] - felled_high))


@few
@given(cases(), st.data())
def test_the_changed_table_is_what_a_person_would_write(case, data):
    """``with_changes`` gives the failure times of a table that is edited row by row."""
    dependencies, _, table, losses, _, _ = case
    chosen = data.draw(st.sets(st.sampled_from(table["id"].tolist()))) if len(table) else set()

    found = failure_times(with_changes(dependencies, table, chosen), losses[0])

    pd.testing.assert_frame_equal(found, failure_times(changed(dependencies, table, chosen), losses[0]), check_like=True)


@few
@given(cases())
def test_one_change_more_is_never_worse(case):
    """The best set of at most k + 1 leaves no more than that of at most k, and never more than doing nothing."""
    dependencies, services, table, losses, weights, horizon = case

    left = [
        best_changes(dependencies, services, table, losses, k=k, loss_weights=weights, horizon_h=horizon)["unacceptable_high_h"].min()
        for k in (1, 2, 3)
    ]

    assert left == sorted(left, reverse=True)


@few
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_rows_and_arguments(case, random):
    """Rows in another order give the same sets and figures, and no argument is changed."""
    dependencies, services, table, losses, weights, horizon = case
    kept = [one.copy(deep=True) for one in (dependencies, services, table)]
    order = random.sample(range(len(dependencies)), len(dependencies))

    one, other = (
        best_changes(given, services, table, losses, k=2, loss_weights=weights, horizon_h=horizon)
        for given in (dependencies, dependencies.iloc[order])
    )

    pd.testing.assert_frame_equal(one, other)
    for before, after in zip(kept, (dependencies, services, table), strict=True):
        pd.testing.assert_frame_equal(before, after)


def test_names_do_not_matter():
    """With other ids everywhere the same sets are best, with the same figures."""
    new = {key: f"{key} 2" for key in {*NEEDS["dependent"], *NEEDS["supplier"], "Rakel", "Reservkraft"}}
    renamed = NEEDS.assign(dependent=NEEDS["dependent"].map(new), supplier=NEEDS["supplier"].map(new))
    table = BOTH.assign(supplier=BOTH["supplier"].map(new))

    found = _best(dependencies=renamed, services=SERVICES.assign(id=SERVICES["id"].map(new)), candidates=table, losses=[{"Elnät 2": 0}])

    pd.testing.assert_frame_equal(found, _best())


def test_branches_run_on_an_executor_and_can_be_cancelled():
    """An executor gives the same answer; progress counts to the end; a cancel stops it with a Swedish sentence."""
    told = []
    with ThreadPoolExecutor(2) as pool:
        found = _best(executor=pool, progress=lambda done, total: told.append((done, total)))

    pd.testing.assert_frame_equal(found, _best())
    assert told[-1] == (3, 3)
    with pytest.raises(CancelledError, match="avbröts"):
        _best(cancelled=lambda: True)


def test_a_cancel_is_heard_inside_a_branch_too():
    """The first branch holds most sets: asked for the second time, a cancel stops it, with no branch done."""
    asked = iter([False, True])

    with pytest.raises(CancelledError, match="0 av 3"):
        _best(cancelled=lambda: next(asked))


def test_too_many_sets_are_refused_with_the_way_out():
    """Forty candidates, five at a time, are refused with the number of sets and the name of the other method, which takes them."""
    many = candidates(*((f"Å-{number}", "endurance", "B-1", None, number, None, None) for number in range(40)))

    with pytest.raises(KrokomrsaError, match=r"760098 uppsättningar.*20000.*greedy"):
        _best(candidates=many, k=5)
    assert _best(candidates=many, k=5, method="greedy").loc[0, "changes"] == ("Å-39",)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((None, "endurance", "B-1", None, 4, None, None), "nummer 1: det saknar id"),
        (("Å", "hopp", "B-1", None, 4, None, None), "slaget ska vara"),
        (("Å", "endurance", "B-9", None, 4, None, None), "inte på något beroende"),
        (("Å", "endurance", "B-1", None, None, None, None), "som minst"),
        (("Å", "endurance", "B-1", None, "länge", None, None), "inget tal"),
        (("Å", "endurance", "B-1", None, -4, None, None), "mindre än 0"),
        (("Å", "endurance", "B-1", None, 5, 4, None), "större än den längsta"),
        (("Å", "reserve", "B-1", " ", 4, None, None), "vad reservlösningen är"),
        (("Å", "reserve", "B-1", "Mobilnät", 4, None, None), "sin egen reservlösning"),
        (("Å", "endurance", "B-1", None, 4, None, -1), "kostnaden"),
    ],
)
def test_a_faulty_candidate_is_told_in_swedish(row, said):
    """What is wrong with a candidate, and in which."""
    with pytest.raises(KrokomrsaError, match=said):
        _best(candidates=candidates(row))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"k": 0}, "heltal"),
        ({"k": True}, "heltal"),
        ({"method": "bäst"}, "exact"),
        ({"losses": []}, "Inget bortfall"),
        ({"loss_weights": [1, 2]}, "vikter"),
        ({"loss_weights": [-1]}, "vikter"),
        ({"horizon_h": float("inf")}, "timmar"),
        ({"losses": [{"Elnät": "snart"}]}, "tidpunkt"),
        ({"candidates": pd.concat([BOTH, BOTH])}, "flera rader"),
        ({"candidates": BOTH.drop(columns="kind")}, "Kolumnen kind"),
        ({"dependencies": NEEDS.drop(columns="id")}, "Kolumnen id"),
        ({"dependencies": NEEDS.assign(id="B-1")}, "flera beroenden"),
        ({"dependencies": NEEDS.assign(endurance_low_h=-1)}, "mindre än 0"),
    ],
)
def test_faulty_arguments_are_told_in_swedish(changes, said):
    """What is wrong with the question itself."""
    with pytest.raises(KrokomrsaError, match=said):
        _best(**changes)


def test_no_candidates_is_an_answer():
    """Without candidates doing nothing is best, and it stands once."""
    found = _best(candidates=pd.DataFrame(columns=CANDIDATE_COLUMNS))

    assert _sets(found) == {("best", ())}


def test_what_is_chosen_must_be_there():
    """A change that is no candidate is refused."""
    with pytest.raises(KrokomrsaError, match="finns inte bland förslagen"):
        with_changes(NEEDS, BOTH, ["Å-9"])


def test_a_new_group_takes_a_name_of_its_own():
    """Where somebody has a group with the name that a new one would get, the new one has a number after it."""
    taken = NEEDS.assign(group=["reservlösning B-5", *NEEDS["group"][1:]])

    found = with_changes(taken, BOTH, ["Aggregat"])

    assert found.set_index("id")["group"].dropna().to_dict() == {
        "B-1": "reservlösning B-5",
        "B-2": "tele",
        "B-3": "tele",
        "B-5": "reservlösning B-5 2",
        "Aggregat": "reservlösning B-5 2",
    }
