import pandas as pd
from cascade_systems import NEVER, few, needs, oracle, systems
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis.cascade.redundancy import false_redundancy, shared_sentences

HORIZON = 6.0


def _groups(dependencies):
    """Return (dependent, group) → rows and how many must fail, of the groups where one may fail."""
    found = {}
    for row in dependencies.astype(object).to_dict("records"):
        if not pd.isna(row["group"]):
            found.setdefault((row["dependent"], row["group"]), []).append(row)
    slack = {key: len(rows) - int(1 if pd.isna(rows[0]["needed"]) else rows[0]["needed"]) + 1 for key, rows in found.items()}
    return {key: (rows, slack[key]) for key, rows in found.items() if slack[key] > 1}


def brute(dependencies):
    """Return (dependent, group, cause) → how long the group holds, trying every single loss."""
    found = {}
    for cause in oracle(dependencies, {}):
        times = oracle(dependencies, {cause: 0})
        for (dependent, group), (rows, slack) in _groups(dependencies).items():
            low = sorted(times[row["supplier"]][0] + (0 if pd.isna(row["endurance_low_h"]) else row["endurance_low_h"]) for row in rows)
            high = sorted(
                times[row["supplier"]][1] + (NEVER if pd.isna(row["endurance_high_h"]) else row["endurance_high_h"]) for row in rows
            )
            if cause != dependent and low[slack - 1] <= HORIZON:
                found[dependent, group, cause] = (low[slack - 1], high[slack - 1])
    return found


@few
@given(systems())
def test_every_single_cause_that_breaks_a_group_is_found(system):
    """The causes, and how long the groups hold, are those of trying every loss."""
    dependencies, _ = system

    found = false_redundancy(dependencies, horizon_h=HORIZON)

    keys = zip(found["dependent"], found["group"], found["cause"], strict=True)
    assert brute(dependencies) == dict(zip(keys, zip(found["holds_low_h"], found["holds_high_h"], strict=True), strict=True))


@few
@given(systems())
def test_the_nearest_causes_are_those_that_are_shared_themselves(system):
    """Asked for the nearest, the rows are those of all where the cause is what is shared, in the same order."""
    dependencies, _ = system

    found = false_redundancy(dependencies, horizon_h=HORIZON)

    wanted = found[found["cause"] == found["shared"]].reset_index(drop=True)
    nearest = false_redundancy(dependencies, horizon_h=HORIZON, nearest=True)
    assert wanted.to_dict("records") == nearest.to_dict("records")


@few
@given(systems())
def test_the_shared_thing_breaks_the_group_by_itself(system):
    """The path goes from the cause to what is shared along needs; losing what is shared breaks the group, no later."""
    dependencies, _ = system
    causes, pairs = brute(dependencies), set(zip(dependencies["supplier"], dependencies["dependent"], strict=True))

    for row in false_redundancy(dependencies, horizon_h=HORIZON).to_dict("records"):
        assert (row["cause"], row["shared"]) == (row["path"][0], row["path"][-1])
        assert all(step in pairs for step in zip(row["path"], row["path"][1:], strict=False))
        assert set(row["fallen"]) <= set(row["alternatives"])
        if row["shared"] != row["dependent"]:
            assert causes[row["dependent"], row["group"], row["shared"]][0] <= row["holds_low_h"]


@few
@given(systems(), st.randoms())
def test_false_redundancy_does_not_depend_on_the_order_of_rows(system, random):
    """Rows in another order give the same table, ways and all, and the argument stays as it is."""
    dependencies, _ = system
    order = list(range(len(dependencies)))
    random.shuffle(order)
    before = dependencies.copy(deep=True)

    one, other = false_redundancy(dependencies), false_redundancy(dependencies.iloc[order])

    pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(before, dependencies)


TWO_WAYS = needs(
    ("Hemtjänst", "Rakel", "samband", 1, 0, 0), ("Hemtjänst", "Mobil", "samband", 1, 2, 4), ("Rakel", "El", None, 1, 72, 168),
    ("Mobil", "El", None, 1, 4, 4), ("El", "Ställverk", None, 1, 0, 0), ("Hemtjänst", "Vatten", None, 1, 0, 0),
)  # fmt: skip


def test_the_shared_cause_is_named_with_the_way_to_it():
    """El takes both ways of talking, and the switchgear does so through El; water takes neither."""
    found = false_redundancy(TWO_WAYS)

    assert found[["cause", "shared", "path", "fallen"]].to_numpy().tolist() == [
        ["El", "El", ("El",), ("Mobil", "Rakel")],
        ["Ställverk", "El", ("Ställverk", "El"), ("Mobil", "Rakel")],
    ]
    assert shared_sentences(found, {"Hemtjänst": "Hemtjänsten"}) == [
        "Reservlösningen ”samband” för Hemtjänsten (Mobil, Rakel) faller med El efter 72–168 h.",
        "Reservlösningen ”samband” för Hemtjänsten (Mobil, Rakel) faller med Ställverk (genom El) efter 72–168 h.",
    ]


def test_a_cause_beyond_the_horizon_is_none():
    """A group that holds longer than the time that is looked at is no false redundancy."""
    assert len(false_redundancy(TWO_WAYS, horizon_h=71)) == 0
    assert list(false_redundancy(TWO_WAYS, horizon_h=71)) == list(false_redundancy(TWO_WAYS))


def test_the_same_supplier_twice_is_its_own_shared_cause():
    """Two alternatives that are one and the same fall with it, at once."""
    twice = needs(("Larm", "Mobil", "tele", 1, 0, 0), ("Larm", "Mobil", "tele", 1, 0, 0))

    assert shared_sentences(false_redundancy(twice), {}) == ["Reservlösningen ”tele” för Larm (Mobil) faller med Mobil direkt."]


def test_independent_alternatives_are_no_false_redundancy():
    """Alternatives that share nothing, and groups where all must stand, are left out."""
    assert len(false_redundancy(needs(("Larm", "Mobil", "tele", 1, 0, 0), ("Larm", "Fast", "tele", 1, 0, 0)))) == 0
    assert len(false_redundancy(needs(("Larm", "Mobil", "tele", 2, 0, 0), ("Larm", "Fast", "tele", 2, 0, 0)))) == 0
    assert len(false_redundancy(needs())) == 0
