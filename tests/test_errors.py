"""Problems: where, what stands there, what is wrong, what to do."""

from __future__ import annotations

import pytest

from krokomrsa.errors import KrokomrsaError, Problem

PROBLEM = Problem(problem="Här ska stå ett tal.", remedy="Skriv till exempel 3.")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({}, ""),
        ({"file": "soc.xlsx"}, "soc.xlsx"),
        ({"file": "soc.xlsx", "sheet": "C"}, "soc.xlsx, C"),
        ({"file": "soc.xlsx", "sheet": "C", "cell": "D7"}, "soc.xlsx, C!D7"),
        ({"cell": "D7"}, "D7"),
        ({"table": "risks", "id": "H-1"}, "risks H-1"),
        ({"file": "soc.xlsx", "table": "risks", "id": "H-1"}, "soc.xlsx, risks H-1"),
        ({"sheet": "C", "cell": "D7", "table": "risks", "id": "H-1"}, "C!D7"),
    ],
)
def test_a_place_is_said_as_people_say_it(place: dict[str, str], expected: str) -> None:
    """Name file, sheet and cell; the row of the register only where there is no cell."""
    assert PROBLEM.at(**place).place == expected


def test_a_problem_is_one_line_of_swedish() -> None:
    """Say place, what stands there, what is wrong and what to do, leaving out what is not known."""
    assert str(PROBLEM) == "Här ska stå ett tal. Skriv till exempel 3."
    assert str(PROBLEM.at(sheet="C", cell="D7", value="tre")) == "C!D7: ”tre”. Här ska stå ett tal. Skriv till exempel 3."


def test_a_place_is_added_to_a_copy() -> None:
    """Leave the problem that a place is added to as it was."""
    assert PROBLEM.at(file="soc.xlsx") is not PROBLEM
    assert (PROBLEM.file, PROBLEM.kind) == ("", "rejected")


def test_an_error_carries_all_its_problems() -> None:
    """Keep the problems and show each on a line of its own."""
    error = KrokomrsaError.of([PROBLEM, PROBLEM.at(file="soc.xlsx")])
    assert error.problems == (PROBLEM, PROBLEM.at(file="soc.xlsx"))
    assert str(error).splitlines() == [str(PROBLEM), str(PROBLEM.at(file="soc.xlsx"))]
