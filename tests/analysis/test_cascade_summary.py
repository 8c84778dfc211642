import pandas as pd
import pytest
from cascade_systems import HOME_CARE, NEVER, few, needs, systems, times
from hypothesis import given

from krokomrsa.analysis import cascade
from krokomrsa.errors import KrokomrsaError


def test_first_order_counts_direct_dependents_most_first():
    """Each supplier has its dependents once, sorted; equals stand by id, and what is not needed is left out."""
    dependencies = needs(
        ("C", "El", None, 1, 0, 0), ("A", "El", None, 1, 0, 0), ("A", "El", None, 1, 5, 5),
        ("A", "Vatten", None, 1, 0, 0), ("A", "Gas", None, 1, 0, 0), ("A", "Luft", None, 1, 0, 0),
    ).assign(status=["needed", "needed", "unknown", None, "needed", "not needed"])  # fmt: skip

    found = cascade.first_order(dependencies)

    assert list(found.itertuples(index=False, name=None)) == [("El", ("A", "C"), 2), ("Gas", ("A",), 1), ("Vatten", ("A",), 1)]
    assert list(found) == ["supplier", "dependents", "count"]


def test_first_order_of_nothing_is_empty():
    """An empty table gives an empty table with the same columns."""
    assert (len(cascade.first_order(needs())), list(cascade.first_order(needs()))) == (0, ["supplier", "dependents", "count"])


def test_first_order_refuses_rows_without_ids():
    """A row without a supplier is told, not counted."""
    with pytest.raises(KrokomrsaError, match="det framgår inte vad som behövs"):
        cascade.first_order(needs(("A", None, None, 1, 0, 0)))


RESOURCES = pd.DataFrame({"id": ["El", "Vatten", "Larm", "Gas"], "provision": ["external", "external", "internal", "external"]})


@few
@given(systems())
def test_external_losses_are_the_failure_times_one_loss_at_a_time(system):
    """For each external resource the rows are those of failure_times for that loss at hour 0."""
    dependencies, _ = system
    resources = pd.DataFrame({"id": ["A", "B", "Q", "C"], "provision": ["external", None, "external", "internal"]})

    found = cascade.external_losses(dependencies, resources)

    assert found["lost"].unique().tolist() == ["A", "Q"]
    for lost, part in found.groupby("lost"):
        actual = dict(zip(part["id"], zip(part["earliest_h"], part["latest_h"], strict=True), strict=True))
        assert times(dependencies, {lost: 0}) == actual


def test_without_external_resources_there_is_nothing_to_lose():
    """No external resource gives an empty table with the same columns and types."""
    none, some = (cascade.external_losses(HOME_CARE, RESOURCES[RESOURCES["provision"] == kind]) for kind in ("internal", "external"))

    assert len(none) == 0
    pd.testing.assert_series_equal(some.dtypes, none.dtypes)


def test_resources_without_provision_are_refused():
    """The column that says what is external must be there."""
    with pytest.raises(KrokomrsaError, match="Intern eller extern"):
        cascade.external_losses(HOME_CARE, RESOURCES[["id"]])


def test_critical_counts_what_fails_and_what_becomes_unacceptable():
    """El stops both services; only what is down beyond its tolerable outage within the horizon is unacceptable."""
    services = pd.DataFrame({"id": ["Hemtjänst", "Skola"], "tolerable_outage_h": [4, None]})
    dependencies = pd.concat([HOME_CARE, needs(("Skola", "El", None, 1, 0, 2))], ignore_index=True)
    failure = cascade.external_losses(dependencies, RESOURCES)

    found = cascade.critical(failure, services, horizon_h=30)

    assert list(found.itertuples(index=False, name=None)) == [
        # lost, failed low–high, unacceptable low–high, tolerance unknown, first unacceptable
        ("El", 1, 2, 0, 1, 1, 24.0),
        ("Vatten", 1, 1, 1, 1, 0, 4.0),
        ("Gas", 0, 0, 0, 0, 0, NEVER),
    ]


def test_critical_counts_no_failure_that_never_comes():
    """Also with an endless horizon, inf is never."""
    failure = pd.DataFrame({"lost": ["El"], "id": ["Skola"], "earliest_h": [3.0], "latest_h": [NEVER]})
    services = pd.DataFrame({"id": ["Skola"], "tolerable_outage_h": [1.0]})

    found = cascade.critical(failure, services, horizon_h=NEVER).iloc[0]

    assert tuple(found[["failed_low", "failed_high", "unacceptable_low", "unacceptable_high"]]) == (0, 1, 0, 1)


def test_critical_of_nothing_is_empty():
    """No losses give an empty table with the same columns."""
    some = cascade.external_losses(HOME_CARE, RESOURCES)
    services = pd.DataFrame({"id": ["Hemtjänst"], "tolerable_outage_h": [1.0]})

    assert list(cascade.critical(some, services)) == list(cascade.critical(some.iloc[:0], services))
    assert len(cascade.critical(some.iloc[:0], services)) == 0


@pytest.mark.parametrize(("hours", "problem"), [(["två", -1], "är inget tal"), ([3, -1], "är mindre än 0")])
def test_critical_refuses_a_tolerable_outage_that_is_none(hours, problem):
    """A tolerable outage is a number of hours that is not negative."""
    services = pd.DataFrame({"id": ["Hemtjänst", "Skola"], "tolerable_outage_h": hours})

    with pytest.raises(KrokomrsaError, match=problem):
        cascade.critical(cascade.external_losses(HOME_CARE, RESOURCES), services)


def test_critical_refuses_services_without_tolerable_outage():
    """The column must be there; empty cells are allowed."""
    with pytest.raises(KrokomrsaError, match="Hur länge får den stå stilla"):
        cascade.critical(cascade.external_losses(HOME_CARE, RESOURCES), pd.DataFrame({"id": ["Hemtjänst"]}))
