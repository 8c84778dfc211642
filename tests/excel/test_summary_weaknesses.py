"""The Excel summary's sheets of what is weak in the dependencies, and of what is not known."""

from __future__ import annotations

import pandas as pd
from summary_example import analysed, opened, small, written

from krokomrsa import scales
from krokomrsa.register import Register, frame
from krokomrsa.vocabulary import load


def rows_of(register: Register, sheet: str) -> list[tuple[object, ...]]:
    """Return the rows below the headers of a sheet of the summary of a register."""
    found = opened(written(register, analysed(register, scales.load()), scales.load()))[sheet]
    header = int(found.print_title_rows.strip("$").split(":$")[0])
    return list(found.iter_rows(min_row=header + 1, values_only=True))


def shared() -> Register:
    """Return the small register with a reservlösning whose two alternatives both need electricity."""
    held = {table.key: content for table, content in small()}
    new = {"dependent": "V-1", "status": "needed", "group": "samband", "endurance_low_h": 0.0, "endurance_high_h": 2.0}
    rows = [{"id": "B-6", "supplier": "R-2", **new}, {"id": "B-7", "supplier": "R-3", **new}]
    rows.append({"id": "B-8", "dependent": "R-2", "supplier": "R-1", "status": "needed", "endurance_low_h": 2.0, "endurance_high_h": 4.0})
    held["dependencies"] = pd.concat([held["dependencies"], frame(load()["dependencies"], rows)], ignore_index=True)
    return Register(held, origins=small().origins)


def test_single_points_are_everything_that_can_be_lost() -> None:
    """External resources, internal ones and services stand together, each with what it brings down and what it is."""
    found = {row[0]: row for row in rows_of(small(), "Enskilda bortfall")}
    assert list(found) == ["R-1", "R-2", "R-3", "V-1", "V-2", "V-3"]
    assert found["R-1"][1:8] == ("Elnät", "Resurs", "Extern", 1, 1, 0, 6)
    assert found["V-1"][2:6] == ("Verksamhet", None, 0, 0)


def test_a_reservlosning_stands_with_what_its_alternatives_share() -> None:
    """Electricity takes both alternatives: one row, with when and where the alternatives were read."""
    assert rows_of(small(), "Reservlösningar")[0][0] == "Inget att visa ännu."
    assert rows_of(shared(), "Reservlösningar") == [
        ("Hemtjänst", "samband", "Mobilnät, Kommunens nät", 1, "Elnät", 2, 6, "registrerad för hand"),
    ]


def test_questions_name_the_department_and_uncertainty_the_loss() -> None:
    """The department stands in a column of its own, and the question begins with what is asked."""
    found = rows_of(small(), "Frågor")
    assert [row[0] for row in found] == list(range(1, len(found) + 1))
    assert {row[1] for row in found} <= {"Socialförvaltningen", "Kommunledningen", None}
    assert all(str(row[2]).startswith(("Hur länge", "Behöver")) for row in found)
    assert {row[0] for row in rows_of(small(), "Osäkerhet")} <= {"Elnät", "Mobilnät"}
