import numpy as np
import pandas as pd
import pytest
from cascade_systems import IDS, NEVER, few, needs, oracle, systems, times
from hypothesis import assume, given
from hypothesis import strategies as st

from krokomrsa.analysis import cascade
from krokomrsa.register import Register


def test_a_chain_adds_its_endurance():
    """Power gone, the mobile network lasts 4–6 h and home care 22–48 h more: 26 to 54 hours."""
    dependencies = needs(("Mobilnät", "El", None, 1, 4, 6), ("Hemtjänst", "Mobilnät", None, 1, 22, 48))

    assert times(dependencies, {"El": 0}) == {"Mobilnät": (4, 6), "El": (0, 0), "Hemtjänst": (26, 54)}


def test_the_first_of_several_needs_brings_a_service_down():
    """A service fails at the minimum over its groups."""
    dependencies = needs(("Skola", "El", None, 1, 10, 10), ("Skola", "Vatten", None, 1, 3, 5))

    assert times(dependencies, {"El": 0, "Vatten": 1})["Skola"] == (4, 6)


def test_a_group_breaks_when_its_last_alternative_fails():
    """Of two reservlösningar the later one decides; if it is never lost, nothing fails."""
    dependencies = needs(("Larm", "Mobil", "tele", 1, 1, 1), ("Larm", "Fast", "tele", 1, 8, 8))

    assert times(dependencies, {"Mobil": 0, "Fast": 0})["Larm"] == (8, 8)
    assert times(dependencies, {"Mobil": 0})["Larm"] == (NEVER, NEVER)


@pytest.mark.parametrize(("needed", "hour"), [(1, 9), (2, 5), (3, 2)])
def test_needed_of_three_decides_which_failure_counts(needed, hour):
    """The group breaks at the (m − needed + 1)-th smallest of failure time + endurance."""
    dependencies = needs(*(("Stab", person, "jour", needed, wait, wait) for person, wait in (("P", 5), ("Q", 2), ("R", 9))))

    assert (hour, hour) == times(dependencies, dict.fromkeys("PQR", 0))["Stab"]


def test_a_group_name_belongs_to_its_dependent():
    """Two services with the same group name do not share alternatives."""
    dependencies = needs(("A", "El", "reserv", 1, 0, 0), ("B", "Diesel", "reserv", 1, 0, 0))

    assert times(dependencies, {"El": 0})["A"] == (0, 0)
    assert times(dependencies, {"El": 0})["B"] == (NEVER, NEVER)


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA, "", "  "])
def test_rows_without_a_group_are_needs_of_their_own(nothing):
    """A missing group name, however it is written, replaces nothing."""
    dependencies = needs(("A", "El", nothing, 1, 1, 1), ("A", "Vatten", nothing, 1, 5, 5))

    assert times(dependencies, {"El": 0})["A"] == (1, 1)


def test_a_loop_without_endurance_does_not_fail_by_itself():
    """Power, telecom and it need each other at once: nothing fails without a cause, everything with one."""
    dependencies = needs(("El", "Tele", None, 1, 0, 0), ("Tele", "It", None, 1, 0, 0), ("It", "El", None, 1, 0, 0))

    assert dict.fromkeys(("El", "Tele", "It"), (NEVER, NEVER)) == times(dependencies, {})
    assert times(dependencies, {"It": 5}) == {"El": (5, 5), "Tele": (5, 5), "It": (5, 5)}


def test_a_loop_with_an_alternative_outside_it_stands():
    """A member of a loop that has a reservlösning outside the loop does not fall with the loop."""
    dependencies = needs(("El", "Tele", None, 1, 0, 0), ("Tele", "El", "kraft", 1, 0, 0), ("Tele", "Aggregat", "kraft", 1, 0, 0))

    assert times(dependencies, {"El": 0}) == {"El": (0, 0), "Tele": (NEVER, NEVER), "Aggregat": (NEVER, NEVER)}


def test_a_dependency_on_itself_changes_nothing():
    """Whoever needs itself fails when something else brings it down, and not otherwise."""
    dependencies = needs(("A", "A", None, 1, 0, 0), ("A", "El", None, 1, 2, 3))

    assert times(dependencies, {})["A"] == (NEVER, NEVER)
    assert times(dependencies, {"El": 0})["A"] == (2, 3)


def test_what_is_lost_may_fail_earlier_through_its_dependencies():
    """The hour of a loss is an upper bound: power takes telecom down before its own loss."""
    assert times(needs(("Tele", "El", None, 1, 4, 10)), {"El": 0, "Tele": 8})["Tele"] == (4, 8)


def test_unknown_endurance_spans_from_at_once_to_never():
    """Missing endurance counts as 0 in the earliest and as without limit in the latest."""
    assert times(needs(("A", "El", None, None, None, None)), {"El": 0})["A"] == (0, NEVER)


def test_only_the_two_ids_must_be_there():
    """Absent columns mean: own group, one needed, unknown endurance."""
    assert times(pd.DataFrame({"dependent": ["A"], "supplier": ["El"]}), {"El": 3})["A"] == (3, NEVER)


def test_the_registers_own_table_is_read():
    """The typed table of the register, with its missing values and extra columns, is accepted as it is."""
    rows = [
        {"id": "B1", "dependent": "A", "supplier": "El", "status": "needed", "endurance_low_h": 4, "endurance_high_h": 24},
        {"id": "B2", "dependent": "A", "supplier": "Vatten", "status": "unknown"},
        {"id": "B3", "dependent": "A", "supplier": "Gas", "status": "not needed", "endurance_low_h": 0, "endurance_high_h": 0},
    ]
    dependencies = Register({"dependencies": pd.DataFrame(rows)}).dependencies

    assert times(dependencies, {"El": 0})["A"] == (4, 24)
    assert times(dependencies, {"Vatten": 0})["A"] == (0, NEVER)


def test_what_is_not_needed_stays_in_the_index_only():
    """A row with status "not needed" states that there is no dependency, and is no member of its group."""
    dependencies = needs(("A", "El", "g", 1, 0, 0), ("A", "Diesel", "g", 1, 9, 9)).assign(status=["needed", "not needed"])

    assert times(dependencies, {"El": 0}) == {"A": (0, 0), "El": (0, 0), "Diesel": (NEVER, NEVER)}


def test_ids_stand_in_order_of_first_appearance():
    """Row by row, the dependent before its supplier, then what is lost; the index is named id and the columns are hours."""
    found = cascade.failure_times(needs(("B", "A", None, 1, 1, 1), ("C", "B", None, 1, 1, 1)), {"Z": 0, "A": 0})

    assert found.index.tolist() == ["B", "A", "C", "Z"]
    assert (found.index.name, list(found)) == ("id", ["earliest_h", "latest_h"])
    assert {np.dtype("float64")} == set(found.dtypes)


def test_nothing_given_is_nothing_failing():
    """No dependencies and no losses give an empty table; losses alone give themselves."""
    nothing = needs()

    assert (len(cascade.failure_times(nothing, {})), list(cascade.failure_times(nothing, {}))) == (0, ["earliest_h", "latest_h"])
    assert times(nothing, {"El": 3, "Gas": NEVER}) == {"El": (3, 3), "Gas": (NEVER, NEVER)}


def test_ids_need_not_be_texts():
    """Numbers as ids work as well as texts."""
    assert times(needs((1, 2, None, 1, 2, 2)), {2: 0}) == {1: (2, 2), 2: (0, 0)}


def test_everything_lost_fails_at_its_own_hour():
    """When all is lost at once, nothing fails later."""
    dependencies = needs(("A", "B", None, 1, 4, 4), ("B", "A", None, 1, 4, 4))

    assert times(dependencies, {"A": 0, "B": 0}) == {"A": (0, 0), "B": (0, 0)}


@few
@given(systems())
def test_failure_times_are_the_greatest_solution(system):
    """On random systems the times equal those of the definition, iterated from "nothing ever fails"."""
    dependencies, lost = system

    assert oracle(dependencies, lost) == times(dependencies, lost)


@few
@given(systems())
def test_what_is_early_is_never_later_than_what_is_late(system):
    """The earliest hour is at most the latest."""
    found = cascade.failure_times(*system)

    assert (found["earliest_h"] <= found["latest_h"]).all()


def _compare(before, after):
    return [(before[key], after[key].reindex(before.index)) for key in ("earliest_h", "latest_h")]


@few
@given(systems(), st.sampled_from(IDS), st.sampled_from(IDS), st.sampled_from([0, 1, None]))
def test_a_needed_group_more_never_lets_anything_fail_later(system, dependent, supplier, endurance):
    """Whoever needs more stands no longer."""
    dependencies, lost = system
    more = pd.concat([dependencies, needs((dependent, supplier, "a new group", None, endurance, endurance))], ignore_index=True)

    for before, after in _compare(cascade.failure_times(dependencies, lost), cascade.failure_times(more, lost)):
        assert (after <= before).all()


@few
@given(systems(), st.sampled_from(IDS), st.sampled_from([0, 1, None]), st.data())
def test_an_alternative_more_never_lets_anything_fail_earlier(system, supplier, endurance, data):
    """A reservlösning more in an existing group, with as many needed as before, brings nothing down earlier."""
    dependencies, lost = system
    named = dependencies[dependencies["group"].notna()]
    assume(not named.empty)
    row = named.loc[data.draw(st.sampled_from(list(named.index)))]
    new = needs((row["dependent"], supplier, row["group"], row["needed"], endurance, endurance))
    more = pd.concat([dependencies.astype(object), new.astype(object)], ignore_index=True)

    for before, after in _compare(cascade.failure_times(dependencies, lost), cascade.failure_times(more, lost)):
        assert (after >= before).all()


@few
@given(systems(), st.sampled_from(IDS))
def test_a_loss_more_never_lets_anything_fail_later(system, also):
    """Losing more, or earlier, never helps."""
    dependencies, lost = system

    for before, after in _compare(cascade.failure_times(dependencies, lost), cascade.failure_times(dependencies, lost | {also: 0})):
        assert (after <= before).all()


@few
@given(systems(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_losses_does_not_matter(system, random):
    """Rows and losses in another order, with another row index, give the same times."""
    dependencies, lost = system
    order = list(range(len(dependencies)))
    random.shuffle(order)

    assert times(dependencies, lost) == times(dependencies.iloc[order], dict(reversed(lost.items())))


@few
@given(systems(), st.permutations(IDS))
def test_names_do_not_matter(system, other):
    """Ids and group names may be exchanged for others: the times follow them."""
    dependencies, lost = system
    names = dict(zip(IDS, other, strict=True))
    renamed = dependencies.assign(
        **{end: dependencies[end].map(names) for end in ("dependent", "supplier")}, group=dependencies["group"].map({"x": "y", "y": "x"})
    )

    expected = {names[key]: found for key, found in times(dependencies, lost).items()}

    assert expected == times(renamed, {names[key]: hour for key, hour in lost.items()})


@few
@given(systems())
def test_arguments_stay_as_they_are(system):
    """No function changes the tables or the losses it is given."""
    dependencies, lost = system
    before, hours = dependencies.copy(deep=True), dict(lost)
    resources = pd.DataFrame({"id": list(IDS), "provision": "external"})
    services = pd.DataFrame({"id": list(IDS), "tolerable_outage_h": 1.0})
    tables = resources.copy(deep=True), services.copy(deep=True)

    cascade.failure_times(dependencies, lost)
    cascade.first_order(dependencies)
    cascade.critical(cascade.external_losses(dependencies, resources), services)
    for key in cascade.failure_times(dependencies, lost).index:
        cascade.explain(dependencies, lost, key)

    pd.testing.assert_frame_equal(before, dependencies)
    assert hours == lost
    for expected, actual in zip(tables, (resources, services), strict=True):
        pd.testing.assert_frame_equal(expected, actual)
