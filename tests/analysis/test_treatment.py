from datetime import date

import pandas as pd
import pytest

from krokomrsa.analysis import treatment
from krokomrsa.register import Register

ON = date(2021, 5, 31)


def _treatments(*rows):
    return Register({"treatments": pd.DataFrame([{"id": f"T{n}", "measure": "Åtgärd"} | row for n, row in enumerate(rows, 1)])}).treatments


def test_every_declared_status_is_counted_also_where_no_treatment_stands_in_it():
    """The statuses come in their declared order, with zero where nothing stands."""
    found = treatment.by_status(_treatments({"status": "done"}, {"status": "done"}, {"status": "proposed"}))

    assert list(zip(found["status"], found["count"], strict=True)) == [
        ("proposed", 1),
        ("decided", 0),
        ("ongoing", 0),
        ("done", 2),
        ("rejected", 0),
    ]


def test_a_treatment_without_status_is_counted_as_missing():
    """No treatment is lost from the count, whatever stands as its status."""
    found = treatment.by_status(_treatments({"status": None}, {"status": "paused"}, {"status": "done"}))

    assert found["status"].tolist()[-2:] == ["paused", "missing"]
    assert found["count"].sum() == 3


def test_costs_are_summed_where_known_and_the_unknown_are_counted():
    """A missing cost is not zero kronor: it is counted beside the sum."""
    found = treatment.by_status(_treatments({"status": "done", "cost_sek": 5000}, {"status": "done"})).set_index("status").loc["done"]

    assert (found["cost_sek"], found["cost_unknown"]) == (5000.0, 1)


@pytest.mark.parametrize(
    ("row", "late", "reason"),
    [
        ({"status": "ongoing", "due": date(2021, 5, 30)}, True, "Skulle ha varit klar 2021-05-30, för 1 dag sedan."),
        ({"status": "ongoing", "due": date(2021, 5, 31)}, False, "Ska vara klar 2021-05-31."),
        ({"status": "decided", "due": date(2021, 6, 1), "budget_year": 2020}, False, "Ska vara klar 2021-06-01."),
        ({"status": "proposed", "budget_year": 2020}, True, "Budgetåret 2020 är slut och åtgärden är inte klar."),
        ({"status": "proposed", "budget_year": 2021}, False, "Budgetåret 2021 pågår eller kommer."),
        ({"status": "proposed"}, None, "Varken slutdatum eller budgetår är satt."),
        ({"status": None, "due": date(2021, 5, 1)}, True, "Skulle ha varit klar 2021-05-01, för 30 dagar sedan."),
        ({"status": "done", "due": date(2021, 5, 1)}, False, "Klar."),
        ({"status": "done", "due": date(2021, 5, 1), "done_on": date(2021, 5, 1)}, False, "Klar 2021-05-01."),
        (
            {"status": "done", "due": date(2021, 5, 1), "done_on": date(2021, 5, 4)},
            False,
            "Klar 2021-05-04, 3 dagar efter utsatt datum.",
        ),
        ({"status": "rejected", "due": date(2020, 5, 1)}, False, "Avslagen."),
        ({"status": "ongoing", "done_on": date(2021, 5, 1)}, None, "Läget och klardatumet säger olika saker: kontrollera."),
        ({"status": "done", "done_on": date(2021, 6, 1)}, None, "Läget och klardatumet säger olika saker: kontrollera."),
    ],
)
def test_late_is_told_with_its_reason(row, late, reason):
    """Each case is late, not late or unknown, and the sentence says why."""
    found = treatment.follow_up(_treatments(row), ON).iloc[0]

    assert (late, reason) == (None if pd.isna(found["late"]) else bool(found["late"]), found["reason"])


def test_follow_up_keeps_one_row_a_treatment_in_order():
    """The follow-up has the treatments' own ids, order and types."""
    given = _treatments({"status": "done"}, {"status": "ongoing", "budget_year": 2021})

    found = treatment.follow_up(given, ON)

    assert given["id"].tolist() == found["id"].tolist()
    assert given["budget_year"].dtype == found["budget_year"].dtype


def test_owners_are_followed_up_by_budget_year():
    """Counts per owner and budget year hold done, late and unknown; the rejected are left out and missing owners kept."""
    found = treatment.by_owner(
        _treatments(
            {"owner": "SOC", "budget_year": 2020, "status": "done", "cost_sek": 100},
            {"owner": "SOC", "budget_year": 2020, "status": "ongoing"},
            {"owner": "SOC", "budget_year": 2021, "status": "rejected"},
            {"owner": "IT", "budget_year": 2021, "status": "decided", "cost_sek": 7},
            {"status": "proposed"},
        ),
        ON,
    )

    assert [tuple(None if pd.isna(value) else value for value in row) for row in found.itertuples(index=False)] == [
        ("IT", 2021, 1, 0, 0, 0, 7.0, 0),
        ("SOC", 2020, 2, 1, 1, 0, 100.0, 1),
        (None, None, 1, 0, 0, 1, 0.0, 1),
    ]


def test_no_treatments_give_empty_tables_with_the_same_columns():
    """An empty register is followed up without error."""
    none, some = _treatments(), _treatments({"status": "done"})

    assert list(treatment.follow_up(some, ON)) == list(treatment.follow_up(none, ON))
    assert list(treatment.by_owner(some, ON)) == list(treatment.by_owner(none, ON))
    assert treatment.by_status(none)["count"].sum() == 0


def test_treatments_stay_as_they_are():
    """No function changes its argument."""
    given = _treatments({"status": "ongoing", "due": date(2021, 5, 1)}, {"status": None})
    before = given.copy(deep=True)

    treatment.by_status(given)
    treatment.follow_up(given, ON)
    treatment.by_owner(given, ON)

    pd.testing.assert_frame_equal(before, given)
