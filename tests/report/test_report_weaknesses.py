"""What the report says is weak in the dependencies and not known: a few rows, the rest told to be in the workbook."""

from __future__ import annotations

from report_example import RESOURCES, opened, replaced, small, table_of, whole, written

from krokomrsa.register import Register
from krokomrsa.report.material import limit

POINTS = "Egna resurser och verksamheter som andra faller utan, den värsta först"
QUESTIONS = "Frågor som skulle klargöra mest"


def inside() -> Register:
    """Return the small register where the control system is the municipality's own."""
    return replaced(small(), resources=[*RESOURCES[:2], {**RESOURCES[2], "provision": "internal"}])


def test_own_resources_that_others_fail_without_have_a_table_of_their_own() -> None:
    """What can be lost inside the municipality stands there, and what is lost outside stands in the table of losses."""
    document = opened(written(inside()))
    assert [row[:4] for row in table_of(document, POINTS)[1:]] == [["Styrsystemet", "Resurs", "0–2", "0–2"]]
    assert "Styrsystemet" not in [row[0] for row in table_of(document, "Externa bortfall, det värsta först")]
    assert POINTS not in whole(opened(written(small())))


def test_a_reservlosning_names_what_takes_it_and_when() -> None:
    """The group, its alternatives and the soonest cause stand in one row, with where they were read."""
    table = table_of(opened(written(small())), "Reservlösningar som ett enda bortfall tar, den som faller snabbast först")
    assert table[1] == ["Hemtjänst", "vatten: Styrsystemet, Reservvattentäkten", "Styrsystemet (tidigast 2 dygn)", "–", "h"]


def test_questions_are_few_and_each_can_be_traced() -> None:
    """At most as many as the limit says, to named departments, each with a number of where the row was read."""
    table = table_of(opened(written(small())), QUESTIONS)
    assert 1 < len(table) <= 1 + limit("weak_points")
    assert ["Fråga Socialförvaltningen: hur länge klarar sig Hemtjänst utan Elnät, mer exakt än 4–24 h?", "20"] in [
        row[:2] for row in table
    ]
    assert all(row[2] for row in table)


def test_what_does_not_fit_is_told_to_be_in_the_workbook() -> None:
    """More questions than the limit: the note counts the rest."""
    needs = [
        {
            "id": f"B-{number}",
            "dependent": "V-SOC-1",
            "supplier": "R-EL",
            "status": "needed",
            "endurance_low_h": 0.0,
            "endurance_high_h": high,
        }
        for number, high in enumerate(range(10, 24), start=1)
    ]
    register = replaced(small(), dependencies=needs[:1])
    assert "till i sammanställningen" not in whole(opened(written(register)))
    services = [{"id": f"V-{number}", "organisation": "SOC", "name": f"Tjänst {number}", "tolerable_outage_h": 1.0} for number in range(14)]
    many = [{**need, "dependent": f"V-{number}"} for number, need in enumerate(needs)]
    document = opened(written(replaced(small(), services=services, dependencies=many)))
    assert len(table_of(document, QUESTIONS)) == 1 + limit("weak_points")
    assert "… och 4 till i sammanställningen." in whole(document)


def test_nothing_weak_has_no_heading() -> None:
    """An empty register says nothing of weak points."""
    said = whole(opened(written(Register())))
    assert "Vad som inte är känt" not in said
    assert "Uppgifter att se över" not in said
