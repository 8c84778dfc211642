import pandas as pd
import pytest
from cascade_systems import few, systems
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis.cascade.faults import CHECKS, faults
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import frame
from krokomrsa.vocabulary import load, text_of

SOUND = {"endurance_low_h": 4.0, "endurance_high_h": 24.0, "status": "needed"}
SERVICES = [{"id": "V-1", "name": "Hemtjänst", "organisation": "SOC", "tolerable_outage_h": 6.0}]
RESOURCES = [{"id": "R-1", "name": "Elnät"}, {"id": "R-2", "name": "Mobilnät"}]
ALONE = [{"dependent": "V-1", "supplier": "R-1", "use": "Kraft"}, {"dependent": "V-1", "supplier": "R-2", "use": "Larm"}]
GROUP = [{"dependent": "V-1", "supplier": key, "group": "Samband", "last_tested": pd.Timestamp("2021-05-05")} for key in ("R-1", "R-2")]


def tables(rows, services=SERVICES, resources=RESOURCES):
    """Return dependencies, services and resources as the register has them; the rows are numbered from B-1."""
    every = [{"id": f"B-{number}", **SOUND, **row} for number, row in enumerate(rows, start=1)]
    vocabulary = load()
    return [frame(vocabulary[key], found) for key, found in (("dependencies", every), ("services", services), ("resources", resources))]


def service(**values):
    """Return the one service with other values."""
    return [{**SERVICES[0], **values}]


def kinds(rows, services=SERVICES, resources=RESOURCES, **limits):
    """Return (kind, id) of the faults."""
    found = faults(*tables(rows, services, resources), **limits)
    return list(zip(found["kind"], found["id"], strict=True))


@pytest.mark.parametrize("rows", [ALONE, GROUP])
def test_a_sound_register_has_no_faults(rows):
    """Needs of their own, and a group that was tested, are left in peace."""
    assert kinds(rows) == []


FAULTY = {
    "service_without_needs": (ALONE, {"services": [*SERVICES, {"id": "V-2", "name": "Skola"}]}, "V-2"),
    "need_without_supplier": ([*ALONE, {"dependent": "V-1", "supplier": "R-9"}], {}, "B-3"),
    "orphan_resource": (ALONE, {"resources": [*RESOURCES, {"id": "R-3", "name": "Rakel"}]}, "R-3"),
    "confused_columns": ([{**row, "endurance_low_h": 6.0, "endurance_high_h": 6.0} for row in ALONE], {"least_rows": 2}, "B-1"),
    "alternative_also_alone": ([*GROUP, {"dependent": "V-1", "supplier": "R-1"}], {}, "B-1"),
    "group_of_one": ([{**ALONE[0], "group": "Kraft"}, ALONE[1]], {}, "B-1"),
    "group_all_needed": ([{**row, "needed": 2} for row in GROUP], {}, "B-1"),
    "group_same_supplier": ([GROUP[0], GROUP[0], ALONE[1]], {}, "B-1"),
    "group_supplier_twice": ([*GROUP, GROUP[1]], {}, "B-2"),
    "group_not_needed": ([*GROUP, {**GROUP[0], "status": "not needed"}], {}, "B-3"),
    "group_never_tested": ([{**row, "last_tested": None} for row in GROUP], {}, "B-1"),
    "backup_never_tested": (ALONE, {"services": service(backup_solution="Ringlista")}, "V-1"),
    "need_twice": ([*ALONE, ALONE[1]], {}, "B-3"),
    "needs_itself": ([*ALONE, {"dependent": "R-1", "supplier": "R-1"}], {}, "B-3"),
    "mutual_at_once": (
        [*ALONE, *({"dependent": one, "supplier": other, "endurance_low_h": 0.0, "endurance_high_h": 0.0} for one, other in (("R-1", "R-2"), ("R-2", "R-1")))],
        {},
        "B-3",
    ),
    "nothing_tolerated_unknown": (
        [ALONE[0], {**ALONE[1], "endurance_low_h": None, "endurance_high_h": None}],
        {"services": service(tolerable_outage_h=0.0)},
        "B-2",
    ),
    "implausible": ([ALONE[0], {**ALONE[1], "endurance_high_h": 9000.0}], {"longest_h": 8760.0}, "B-2"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTY)
def test_each_check_finds_its_fault_and_no_other(kind):
    """One thing is wrong in an otherwise sound register: it is told once, at its row."""
    rows, changed, place = FAULTY[kind]

    assert kinds(rows, **changed) == [(kind, place)]


def test_every_check_is_tested_and_has_its_texts():
    """The table of checks, the cases here and the Swedish texts are the same kinds."""
    assert set(CHECKS) == set(FAULTY)
    assert all(text_of(f"cascade_faults.{kind}.{part}") for kind in CHECKS for part in ("label", "problem", "remedy"))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            "alternative_also_alone",
            "Hemtjänst har Elnät som alternativ i gruppen ”Samband”, men behöver också Elnät på en egen rad. Då hjälper",
        ),
        ("nothing_tolerated_unknown", "Hemtjänst får inte stå stilla alls, men ingen vet hur länge det går utan Mobilnät."),
        (
            "confused_columns",
            "Alla 2 beroenden hos Socialförvaltningen har samma tid för hur länge verksamheten klarar sig utan och hur länge",
        ),
        ("group_all_needed", "Alla 2 alternativ i gruppen ”Samband” för Hemtjänst måste stå, så inget av dem ersätter ett annat."),
        ("implausible", "Hemtjänst sägs klara sig 9000 h utan Mobilnät, längre än gränsen 8760 h."),
    ],
)
def test_a_fault_is_said_with_names(kind, expected):
    """A coordinator reads names, not ids."""
    rows, changed, _ = FAULTY[kind]
    limits = {key: value for key, value in changed.items() if key in {"least_rows", "longest_h"}}
    parts = {key: value for key, value in changed.items() if key not in limits}
    soc = pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})

    found = faults(*tables(rows, **parts), organisations=soc, **limits)

    assert found["problem"].iloc[0].startswith(expected)
    assert found["label"].iloc[0] == text_of(f"cascade_faults.{kind}.label")


@pytest.mark.parametrize(
    ("rows", "changed"),
    [
        ([{**row, "endurance_low_h": 6.0, "endurance_high_h": 6.0} for row in ALONE], {}),  # two rows may be a coincidence
        ([{**ALONE[0], "endurance_high_h": 6.0}, ALONE[1]], {"least_rows": 2}),  # one of the two differs
        ([{**row, "endurance_low_h": 0.0, "endurance_high_h": 0.0} for row in ALONE], {"services": service(tolerable_outage_h=0.0), "least_rows": 2}),
        ([{**row, "endurance_high_h": 9000.0} for row in ALONE], {}),  # no limit is declared
        ([*GROUP, {**GROUP[1], "season": "winter"}], {}),  # a row of the winter replaces that of the year
        ([*ALONE, {**ALONE[1], "season": "winter"}], {}),
        ([*GROUP, {"dependent": "V-1", "supplier": "R-1", "use": "Ljus"}], {}),  # another use of the same thing
    ],
)  # fmt: skip
def test_what_may_well_be_right_is_not_told(rows, changed):
    """Coincidences, seasons, other uses, and lengths without a limit are no faults."""
    assert kinds(rows, **changed) == []


def test_a_need_that_is_refused_is_no_need():
    """A service whose every row says not needed needs nothing, and what it names is not wanted by it."""
    rows = [{**row, "status": "not needed"} for row in ALONE]

    assert kinds(rows) == [("service_without_needs", "V-1"), ("orphan_resource", "R-1"), ("orphan_resource", "R-2")]


@few
@given(systems(), st.randoms())
def test_faults_are_found_in_any_table_and_any_order(system, random):
    """Bare tables are enough; the same faults are found whatever the order, and the arguments stay as they are."""
    dependencies, _ = system
    services, resources = (pd.DataFrame({"id": list(ids)}) for ids in ("ABC", "DEF"))
    order = list(range(len(dependencies)))
    random.shuffle(order)
    before = dependencies.copy(deep=True)

    one, other = (faults(rows, services, resources, longest_h=2) for rows in (dependencies, dependencies.iloc[order]))

    assert sorted(one["problem"]) == sorted(other["problem"])
    assert one["kind"].map(list(CHECKS).index).is_monotonic_increasing
    pd.testing.assert_frame_equal(before, dependencies)


def test_an_empty_register_has_no_faults():
    """Nothing is wrong with nothing, and the columns are the same."""
    found = faults(*tables([], services=[], resources=[]))

    assert len(found) == 0
    assert list(found) == ["kind", "label", "table", "id", "column", "value", "problem", "remedy"]


def test_tables_without_ids_are_refused():
    """Every column of ids that is missing is told at once."""
    with pytest.raises(KrokomrsaError) as caught:
        faults(pd.DataFrame({"dependent": ["V-1"]}), pd.DataFrame({"name": ["Skola"]}), pd.DataFrame({"id": ["R-1"]}))

    assert [(problem.table, problem.column) for problem in caught.value.problems] == [("dependencies", "supplier"), ("services", "id")]
