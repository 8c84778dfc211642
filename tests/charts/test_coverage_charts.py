"""The charts of trainings and exercises: the calendar with how each activity stands, what is covered, and the duty board."""

from __future__ import annotations

from datetime import date
from typing import Any

import chart_loads
import pandas as pd
import pytest
from test_printed import _overlap, boxes, said
from test_screen import hovers

from krokomrsa import rules
from krokomrsa.analysis import coverage
from krokomrsa.charts import alternative_coverage, covered_rows, plan_rows, printed, screen, style
from krokomrsa.charts.rows import named
from krokomrsa.charts.style import ACTIVITY_MARKS, DUTY_MARKS

PERIOD, ON = rules.Period(2027, 2030), date(2029, 2, 15)
NAMES = ("Table-top/diskussionsövningar, nivå: Förvaltning", "Stabsövning", "Grundutbildning förvaltningsledningar", "Nödvattenövning")
SIZES = ("full", "half", "landscape")


def activity(id_: str, **values: Any) -> dict[str, Any]:
    """Return one exercise of 2027, planned in its second quarter unless something else is said."""
    return {"id": id_, "name": id_, "kind": "exercise", "year": 2027, "quarter": 2, "status": "planned"} | values


def full_plan(count: int) -> pd.DataFrame:
    """Return so many activities over the quarters of the period and the unknown one, in every status."""
    statuses = ("planned", "done", "on request", "cancelled")
    return pd.DataFrame(
        [
            activity(
                f"U-{number}",
                name=f"{NAMES[number % 4]} {number}",
                kind=("training", "exercise")[number % 2],
                year=2027 + number % 7 % 4,
                quarter=(1, 2, 3, 4, None)[number % 5],
                status=statuses[number % 4],
                carried_out_on=date(2027, 5, 4) if number % 4 == 1 else None,
            )
            for number in range(count)
        ]
    )


def assert_readable(figure: Any, size: str) -> None:
    """Fail where a text leaves the page, is too small or lies over another."""
    width, height = figure.get_size_inches() * 72
    assert width == pytest.approx(style.SIZES[size].width)
    assert height <= style.SIZES[size].height_mm * style.MM
    found = boxes(figure)
    assert min(text.get_fontsize() for text in figure.axes[0].texts) >= 6.5
    assert [text for text, box in found if box.x0 < -0.1 or box.y0 < -0.1 or box.x1 > width + 0.1 or box.y1 > height + 0.1] == []
    pairs = ((one, other) for number, one in enumerate(found) for other in found[:number])
    assert [(one[0], other[0]) for one, other in pairs if _overlap(one[1], other[1])] == []


STANDINGS = {
    "done": {"status": "done", "carried_out_on": date(2027, 5, 4)},
    "evaluated": {"status": "done", "carried_out_on": date(2027, 5, 4), "evaluated_on": date(2027, 6, 1)},
    "late": {},
    "planned": {"year": 2030},
    "on request": {"status": "on request"},
    "cancelled": {"status": "cancelled"},
    "missing": {"status": None},
}


@pytest.mark.parametrize("standing", STANDINGS)
def test_each_standing_is_told_apart(standing: str) -> None:
    """Planned is not done, done is not evaluated, and what is planned for a quarter that is past is late."""
    assert plan_rows.standings(pd.DataFrame([activity("U1", **STANDINGS[standing])]), ON, PERIOD) == {"U1": standing}


def test_an_evaluation_after_the_day_does_not_count_yet() -> None:
    """Evaluated in June is only done in May."""
    rows = pd.DataFrame([activity("U1", **STANDINGS["evaluated"])])
    assert plan_rows.standings(rows, date(2027, 5, 10), PERIOD) == {"U1": "done"}


@pytest.mark.parametrize("marks", [ACTIVITY_MARKS, DUTY_MARKS])
def test_no_two_statuses_share_a_symbol(marks: Any) -> None:
    """In black and white every status is still told by its symbol, on paper and on screen."""
    assert len({mark.marker for mark in marks.values()}) == len(marks)
    assert len({mark.symbol for mark in marks.values()}) == len(marks)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [40, 300])
def test_the_plan_stays_on_one_page(size: Any, count: int) -> None:
    """Forty activities are all named on one page; of three hundred those without room are counted in their quarter."""
    activities = full_plan(count)
    figure = printed.plan(coverage.plan(activities, PERIOD), activities, PERIOD, on=ON, focus=rules.focus(PERIOD), size=size)
    assert_readable(figure, size)
    ends = [text.get_text().rpartition(" +")[2] for text in figure.axes[0].texts if " +" in text.get_text()]
    beyond = [int(end) for end in ends if end.isdigit()]
    symbols = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    legend = plan_rows.held(plan_rows.standing_cells(coverage.plan(activities, PERIOD), activities, ON, PERIOD))
    assert len(symbols) - len(legend) + sum(beyond) == count
    assert (not beyond) == (count == 40)


def test_the_screen_plan_shows_every_activity_with_its_standing() -> None:
    """Each activity has one mark that carries its id and tells when it is and how it stands; a quarter may be unknown."""
    activities = full_plan(40)
    figure = screen.plan(coverage.plan(activities, PERIOD), activities, PERIOD, on=ON, focus=rules.focus(PERIOD))
    assert sorted(id_ for trace in figure.data if trace.customdata is not None for id_ in trace.customdata) == sorted(activities["id"])
    assert "kvartal okänt" in hovers(figure)
    assert "Läge: Försenad" in hovers(figure)


def test_the_groups_tell_status_and_age() -> None:
    """A training that was held and has run out is no longer covered, but its age still stands there."""
    rows = [
        activity("U1", status="done", carried_out_on=date(2027, 3, 1), target_groups="crisis_staff", competences="rakel; wis"),
        activity("U2", status="done", carried_out_on=date(2027, 3, 1), target_groups="units", competences="rakel") | {"valid_until": ON},
        activity("U3", year=2030, target_groups="units", competences="basic"),
    ]
    found = coverage.by_group(pd.DataFrame(rows), date(2029, 3, 1), PERIOD)
    cells = {line.id: line.cells for line in covered_rows.groups(found).lines}
    assert [(cell.status, cell.text) for cell in cells["crisis_staff"][2:4]] == [("met", "2 år")] * 2
    assert [(cell.status, cell.text) for cell in cells["units"][:3:2]] == [("planned", ""), ("expired", "2 år")]
    assert "genomfört 2, planerat 1, har gått ut 1" in alternative_coverage.groups(found)
    assert "Gäller till 2029-02-15" in hovers(screen.coverage_groups(found))
    assert {"Genomfört", "Planerat", "Har gått ut", "Saknas"} <= {text.get_text() for text in printed.coverage_groups(found).axes[0].texts}


def test_the_functions_have_training_and_exercise_of_every_year() -> None:
    """Two exercises in a year are counted in its cell, and the other kind of that year is missing."""
    rows = [activity(f"U{number}", status="done", carried_out_on=date(2027, 5, number), functions="crisis_support") for number in (1, 2)]
    found = coverage.by_function(pd.DataFrame(rows), ON, PERIOD)
    table = covered_rows.functions(found)
    held = next(line.cells for line in table.lines if line.id == "crisis_support")
    assert [(cell.status, cell.text) for cell in held[:2]] == [("missing", ""), ("met", "×2")]
    assert table.over == [(str(year), 2) for year in PERIOD.years]
    assert "Inget är genomfört i mandatperioden för Kommunalteknisk försörjning." in alternative_coverage.functions(found)


def services(count: int) -> pd.DataFrame:
    """Return so many services: every fourth with a routine, two of three trained."""
    return pd.DataFrame(
        {
            "id": [f"V-{number}" for number in range(count)],
            "name": [f"Verksamhet med ett långt namn som inte ryms {number}" for number in range(count)],
            "routines": [("yes", "no", "unknown", None)[number % 4] for number in range(count)],
            "trained_on": [date(2026, 1 + number % 12, 3) if number % 3 else None for number in range(count)],
        }
    )


def test_the_services_that_have_least_come_first() -> None:
    """Nothing before something; of those that have as much, the one that has waited longest; each with its latest day."""
    rows = pd.DataFrame(
        {
            "id": ["all", "late", "soon", "none"],
            "routines": ["yes", "yes", "yes", None],
            "trained_on": [date(2028, 1, 1), date(2025, 1, 1), date(2028, 5, 1), None],
        }
    )
    held = activity("U1", status="done", carried_out_on=date(2028, 9, 1), services="all")
    found = coverage.by_service(rows, pd.DataFrame([held]), ON)
    table = covered_rows.services(found, {}, ON)
    assert [line.id for line in table.lines] == ["none", "late", "soon", "all"]
    assert [line.cells[-1].text for line in table.lines] == ["–", "2025-01-01", "2028-05-01", "2028-09-01"]
    assert [cell.status for cell in table.lines[0].cells] == ["", "missing", "missing", ""]
    told = alternative_coverage.services(found, names={})
    assert "Diagrammet visar 4 verksamheter: 1 har rutin, utbildning på den och övning, 1 har inget av det." in told
    assert "längst sedan för late: 2025-01-01" in told


@pytest.mark.parametrize("size", SIZES)
def test_services_without_room_are_counted(size: Any) -> None:
    """Of 120 services at most forty stand on the page, no two alike; the others are counted."""
    rows = services(120)
    found = coverage.by_service(rows, pd.DataFrame([activity("U1")]), ON)
    figure = printed.coverage_services(found, names=named(rows), on=ON, size=size)
    assert_readable(figure, size)
    shown = len([text for text in figure.axes[0].texts if text.get_text() in {"?", "–"}])
    assert shown
    more = int(said(figure).split("Ytterligare ")[1].split()[0])
    assert 80 <= more < 120
    assert "Ytterligare 115 verksamheter" in said(printed.coverage_services(found, names=named(rows), on=ON, first=5, size=size))


def test_nothing_is_met_by_an_expired_rule_set() -> None:
    """The agreement of 2019–2022, fulfilled and looked at in 2027, is hatched on paper, in its own column on screen, and counted as such."""
    rows = [
        activity(f"U{number}", year=2021, status="done", carried_out_on=date(2021, 5, 4), evaluated_on=date(2021, 6, 1))
        for number in (1, 2)
    ]
    empty = chart_loads.inputs("empty")
    organisations = pd.DataFrame({"id": [], "crisis_role": [], "target_group": []})
    board = coverage.duties(
        pd.DataFrame(rows),
        organisations,
        empty["services"],
        rules.load("overenskommelse-2019-2022"),
        date(2027, 3, 1),
        rules.Period(2019, 2022),
    )
    assert "met" in set(board["status"])
    figure = printed.coverage(board)
    assert said(figure).count("gäller inte") > len(board)
    symbols = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 1]
    assert len(symbols) == len(style.DUTY_MARKS) - 1  # those of the legend
    columns = {value for trace in screen.coverage(board).data for value in trace.x or ()}
    assert columns == {list(style.DUTY_MARKS).index("expired")}
