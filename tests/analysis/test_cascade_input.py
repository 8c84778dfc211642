import numpy as np
import pandas as pd
import pytest
from cascade_systems import NEVER, needs, times

from krokomrsa.analysis import cascade
from krokomrsa.errors import KrokomrsaError


def _problems(dependencies, lost=None):
    with pytest.raises(KrokomrsaError) as caught:
        cascade.failure_times(dependencies, lost or {})
    return caught.value.problems


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (("A", "B", None, 1, -3, 4), "endurance_low_h", "Raden nummer 1: ”Klarar sig utan, minst” är mindre än 0."),
        (("A", "B", None, 1, None, -1.5), "endurance_high_h", "Raden nummer 1: ”Klarar sig utan, längst” är mindre än 0."),
        (("A", "B", None, 1, 0, -NEVER), "endurance_high_h", "Raden nummer 1: ”Klarar sig utan, längst” är mindre än 0."),
        (
            ("A", "B", None, 1, 5, 4),
            "endurance_low_h",
            "Raden nummer 1: ”Klarar sig utan, minst” är större än ”Klarar sig utan, längst”.",
        ),
        (("A", "B", None, 1, "två", 4), "endurance_low_h", "Raden nummer 1: ”Klarar sig utan, minst” är inget tal."),
        (("A", "B", None, 1, 0, True), "endurance_high_h", "Raden nummer 1: ”Klarar sig utan, längst” är inget tal."),
        (("A", "B", None, 0, 0, 0), "needed", "Raden nummer 1: ”Antal som måste stå” är inget heltal som är minst 1."),
        (("A", "B", None, 1.5, 0, 0), "needed", "Raden nummer 1: ”Antal som måste stå” är inget heltal som är minst 1."),
        (("A", "B", None, NEVER, 0, 0), "needed", "Raden nummer 1: ”Antal som måste stå” är inget heltal som är minst 1."),
        (("A", "B", None, "ett", 0, 0), "needed", "Raden nummer 1: ”Antal som måste stå” är inget heltal som är minst 1."),
        (
            ("A", "B", None, 2, 0, 0),
            "needed",
            "Raden nummer 1: ”Antal som måste stå” är 2, men raden hör inte till någon reservlösningsgrupp.",
        ),
        (
            ("A", "B", "jour", 2, 0, 0),
            "needed",
            "Raden nummer 1: ”Antal som måste stå” är 2, men reservlösningsgruppen ”jour” för A har bara 1.",
        ),
        ((None, "B", None, 1, 0, 0), "dependent", "Raden nummer 1: det framgår inte vem som är beroende."),
        (("A", " ", None, 1, 0, 0), "supplier", "Raden nummer 1: det framgår inte vad som behövs."),
    ],
)
def test_a_fault_in_a_row_is_told_in_swedish(row, column, problem):
    """Each fault names the row, the column and what to do."""
    (found,) = _problems(needs(row))

    assert (problem, column, "dependencies") == (found.problem, found.column, found.table)
    assert found.remedy


def test_different_needed_within_a_group_is_told_once():
    """Rows of one group that disagree on how many are needed give one problem; missing counts as 1."""
    (found,) = _problems(needs(("A", "B", "g", 2, 0, 0), ("A", "C", "g", None, 0, 0), ("A", "D", "g", 2, 0, 0)))

    assert "skiljer sig mellan raderna i reservlösningsgruppen ”g” för A" in found.problem


@pytest.mark.parametrize("hour", [None, np.nan, -NEVER, "0", "snart", True, pd.NA])
def test_a_loss_without_an_hour_is_told(hour):
    """The hour of a loss is a number; inf says that it is not lost."""
    (found,) = _problems(needs(), {"El": hour})

    assert found.problem == "Bortfallet av El har ingen tidpunkt i timmar."


@pytest.mark.parametrize("key", [None, np.nan, "", " "])
def test_a_loss_without_an_id_is_told(key):
    """What is lost has an id."""
    (found,) = _problems(needs(), {key: 0})

    assert found.problem == "Ett bortfall saknar id."


def test_a_missing_column_is_told_by_its_swedish_header():
    """Both ids must be there, and the message names them as the coordinator knows them."""
    assert [found.problem for found in _problems(pd.DataFrame())] == [
        "Kolumnen ”Beroende” (dependent) saknas.",
        "Kolumnen ”Behöver” (supplier) saknas.",
    ]


def test_all_faults_are_told_at_once():
    """A table with several faults and a bad loss is told in one go, each row by its id."""
    dependencies = needs((None, "B", None, 1, -1, 0), ("A", "B", None, 3, 5, 2)).assign(id=["B-1", "B-2"])

    found = _problems(dependencies, {"El": np.nan})

    assert {("B-1", "dependent"), ("B-1", "endurance_low_h"), ("B-2", "endurance_low_h"), ("B-2", "needed"), ("El", "")} == {
        (problem.id, problem.column) for problem in found
    }


def test_what_does_not_count_is_not_refused():
    """Numbers in a row that says "not needed" are not looked at."""
    dependencies = needs(("A", "B", None, "två", -1, "x")).assign(status="not needed")

    assert times(dependencies, {"B": 0}) == {"A": (NEVER, NEVER), "B": (0, 0)}
