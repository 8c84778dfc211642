import pandas as pd

from krokomrsa.analysis import cascade
from krokomrsa.analysis.cascade.weaknesses import QUESTIONS_H

DEPENDENCIES = pd.DataFrame(
    [
        ("B-1", "Hemtjänst", "Mobilnät", "samband", 4, 24),
        ("B-2", "Hemtjänst", "Rakel", "samband", 0, 0),
        ("B-3", "Mobilnät", "Elnät", None, 2, 4),
        ("B-4", "Rakel", "Elnät", None, 72, 168),
        ("B-5", "Elnät", "Drivmedel", None, 24, None),
    ],
    columns=["id", "dependent", "supplier", "group", "endurance_low_h", "endurance_high_h"],
)
SERVICES = pd.DataFrame({"id": ["Hemtjänst"], "name": ["Hemtjänst"], "organisation": ["SOC"], "tolerable_outage_h": [8.0]})
RESOURCES = pd.DataFrame(
    {
        "id": ["Elnät", "Drivmedel", "Mobilnät", "Rakel"],
        "name": ["Elnät", "Drivmedel", "Mobilnät", "Rakel"],
        "provision": ["external", "external", "internal", None],
        "owner": ["TEK", None, None, None],
    }
)
ORGANISATIONS = pd.DataFrame({"id": ["SOC", "TEK"], "name": ["Socialförvaltningen", "Tekniska förvaltningen"]})


def weak(**changes):
    """Return what is weak in a small register, with some tables replaced."""
    tables = {"dependencies": DEPENDENCIES, "services": SERVICES, "resources": RESOURCES, "organisations": ORGANISATIONS}
    return cascade.Weaknesses(**(tables | changes))


def test_each_table_is_what_its_function_tells_of_the_external_losses():
    """Single points are everything; questions and uncertainty rest on the external resources, redundancy names each cause once."""
    found, losses = weak(), [{"Elnät": 0.0}, {"Drivmedel": 0.0}]

    pd.testing.assert_frame_equal(found.single_points, cascade.single_points(DEPENDENCIES, SERVICES))
    pd.testing.assert_frame_equal(found.false_redundancy, cascade.false_redundancy(DEPENDENCIES, nearest=True))
    tables = {"resources": RESOURCES, "organisations": ORGANISATIONS}
    pd.testing.assert_frame_equal(found.questions, cascade.questions(DEPENDENCIES, SERVICES, losses, horizon_h=QUESTIONS_H, **tables))
    assert found.false_redundancy["cause"].tolist() == ["Elnät"]
    for lost, rows in found.uncertain.groupby("lost"):
        wide = cascade.bands(DEPENDENCIES, SERVICES, {lost: 0.0})
        assert rows.set_index("id")["width_h"].to_dict() == wide.loc[wide["width_h"] > 0, "width_h"].to_dict()
    assert set(found.uncertain["lost"]) == {"Elnät", "Drivmedel"}


def test_a_table_is_worked_out_once_and_only_when_it_is_asked_for():
    """Nothing is worked out at first; asked twice, the same table comes back, and what it was made from is as it was."""
    before = DEPENDENCIES.copy(deep=True)
    found = weak()

    assert set(vars(found)) == {"dependencies", "services", "resources", "organisations"}
    assert found.questions is found.questions
    assert found.uncertain is found.uncertain
    pd.testing.assert_frame_equal(DEPENDENCIES, before)


def test_without_external_resources_and_without_rows_every_table_stands_empty():
    """Nothing lost from outside leaves nothing uncertain; an empty register has nothing weak."""
    inside = weak(resources=RESOURCES.assign(provision="internal"))
    assert inside.questions.empty
    assert list(inside.uncertain.columns) == list(weak().uncertain.columns)
    assert inside.uncertain.empty
    bare = weak(dependencies=DEPENDENCIES[:0], services=SERVICES[:0], resources=RESOURCES[:0])
    assert all(table.empty for table in (bare.single_points, bare.false_redundancy, bare.questions, bare.uncertain, bare.faults))
