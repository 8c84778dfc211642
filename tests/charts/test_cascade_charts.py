"""The charts of the cascade: who stands and falls when, services × resources, single losses, and the map of them all."""

from __future__ import annotations

import math
from typing import Any

import chart_loads
import pandas as pd
import pytest
from matplotlib.figure import Figure

from krokomrsa.analysis import cascade
from krokomrsa.charts import alternative, printed, screen
from krokomrsa.charts.courses import bars, sections, spots
from krokomrsa.charts.grid import Grid, grid
from krokomrsa.charts.layout import links, loops
from krokomrsa.charts.points import points, ticks
from krokomrsa.charts.routing import Stage, routes
from krokomrsa.charts.rows import Fate, fates

INF = math.inf
SERVICES = pd.DataFrame({"id": ["V-1", "V-2", "V-3"], "tolerable_outage_h": [2.0, 48.0, None]})
NAMES = {"V-1": "Hemtjänst", "V-2": "Förskola", "V-3": "Arkiv", "R-1": "Elnät", "R-2": "Mobilnät"}


def outages(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Return a table of outages."""
    return pd.DataFrame(rows, columns=["id", "bound", "start_h", "end_h"])


BACK = outages(
    ("R-1", "worst", 0.0, 12.0),
    ("V-1", "worst", 4.0, 14.0),
    ("V-2", "worst", 6.0, 13.0),
    ("R-1", "best", 0.0, 12.0),
    ("V-1", "best", 8.0, 12.0),
)


def said(figure: Figure) -> str:
    """Return every word of a printed figure."""
    return " ".join(text.get_text() for text in figure.axes[0].texts)


def fate(id_: str) -> Fate:
    """Return the fate of one of those above."""
    return next(found for found in fates(BACK, SERVICES, NAMES)[0] if found.id == id_)


def test_a_row_stands_on_endurance_then_may_be_down_then_is_down() -> None:
    """Home care stands for 4 hours, may be down from 4 to 14 and surely is from 8 to 12."""
    assert list(bars(fate("V-1"), 0.0)) == [("stands", (0.0, 4.0)), ("possible", (4.0, 14.0)), ("certain", (8.0, 12.0))]


def test_what_may_not_fall_at_all_is_never_drawn_as_down_for_certain() -> None:
    """The preschool falls at worst only: it has no certain part."""
    assert [tone for tone, _ in bars(fate("V-2"), 0.0)] == ["stands", "possible"]


def test_moments_that_never_come_are_not_marked() -> None:
    """Home care tolerates 2 hours and is marked at 6 and 10; the preschool is back within its 48 hours and only marked as such."""
    assert list(spots(fate("V-1"))) == [("back", 14.0), ("first", 6.0), ("last", 10.0)]
    assert list(spots(fate("V-2"))) == [("back", 13.0)]


def test_failure_times_are_outages_without_end() -> None:
    """Until further notice: what falls stays down, nothing is marked as back, and no column says when."""
    times = pd.DataFrame({"earliest_h": [0.0, 4.0, INF], "latest_h": [0.0, 8.0, INF]}, index=["R-1", "V-1", "V-2"])
    falling, standing = fates(times, SERVICES, NAMES)
    assert [(found.id, found.back, found.latest) for found in falling] == [("R-1", INF, 0.0), ("V-1", INF, 8.0)]
    assert standing == ["Arkiv", "Förskola"]
    assert "Uppe" not in said(printed.timeline(times, SERVICES, names=NAMES, lost=["R-1"]))


def test_an_end_that_was_not_followed_is_no_end() -> None:
    """NaN says that the horizon came first: nothing is marked as back."""
    falling, _ = fates(outages(("V-1", "worst", 4.0, math.nan)), SERVICES, NAMES)
    assert falling[0].back == INF


def test_the_printed_timeline_says_when_all_is_up_again() -> None:
    """A finite outage has a column and a mark for the return, and its alternative ends with it."""
    text = said(printed.timeline(BACK, SERVICES, names=NAMES, lost=["R-1"]))
    assert "Uppe senast" in text
    assert "14 h" in text
    assert alternative.timeline(BACK, SERVICES, names=NAMES, lost=["R-1"]).endswith("Allt är uppe igen senast efter 14 h.")


def test_what_does_not_come_back_is_counted() -> None:
    """Where some stay down for ever after the loss is over, the alternative says how many."""
    table = pd.concat([BACK, outages(("V-3", "worst", 5.0, INF))])
    assert "1 kommer inte tillbaka." in alternative.timeline(table, SERVICES, names=NAMES, lost=["R-1"])


def test_rows_without_room_are_counted_and_resources_keep_some() -> None:
    """Of forty services and ten resources, ten rows show what is lost, services and resources; the rest is said."""
    falling = [
        Fate(id=f"{kind}-{number}", name="", service=kind == "V", worst=((0.0, INF),), best=(), tolerable=None, unacceptable=None)
        for kind, count in (("V", 40), ("R", 11))
        for number in range(count)
    ]
    shown, more = sections(falling, ["R-0"], 10)
    assert {group: len(held) for group, held in shown.items()} == {"lost": 1, "service": 5, "resource": 1}
    assert more == "Ytterligare 35 verksamheter och 9 resurser faller senare och visas inte."
    assert sum(map(len, shown.values())) + len(shown) <= 10
    assert sections(falling, [], 100)[1] == ""


@pytest.mark.parametrize("room", range(8))
def test_little_room_is_never_overdrawn(room: int) -> None:
    """However few rows there are, headings and rows together are no more."""
    falling = fates(BACK, SERVICES, NAMES)[0]
    shown, _ = sections(falling, ["R-1"], room)
    assert sum(map(len, shown.values())) + len(shown) <= room


def losses() -> pd.DataFrame:
    """Return what falls when each of two resources is lost."""
    rows = [("R-1", "R-1", 0.0, 0.0), ("R-1", "V-1", 2.0, 4.0), ("R-1", "V-2", 100.0, INF), ("R-2", "V-1", 30.0, 40.0)]
    rows += [("R-3", "R-3", 0.0, 0.0), ("R-3", "V-1", INF, INF), ("R-2", "R-1", 1.0, 1.0)]
    return pd.DataFrame(rows, columns=["lost", "id", "earliest_h", "latest_h"])


def test_the_worst_stands_top_left() -> None:
    """What falls soonest and most often is first on either side; resources and the lost itself are no rows."""
    found = grid(losses(), SERVICES, rows=9, columns=9)
    assert (found.services, found.resources) == (("V-1", "V-2"), ("R-1", "R-2"))
    assert found.cells == {("V-1", "R-1"): (2.0, 4.0), ("V-2", "R-1"): (100.0, INF), ("V-1", "R-2"): (30.0, 40.0)}
    assert found.notes == ["1 verksamhet faller inte vid något av bortfallen.", "1 resurs fäller ingen verksamhet."]


def test_what_finds_no_room_in_the_grid_is_counted() -> None:
    """One row and one column: the others are said to be left out."""
    found: Grid = grid(losses(), SERVICES, rows=1, columns=1)
    assert (found.services, found.resources) == (("V-1",), ("R-1",))
    assert found.notes[:2] == [
        "Ytterligare 1 verksamhet drabbas mindre och visas inte.",
        "Ytterligare 1 resurs fäller mindre och visas inte.",
    ]


def test_the_grid_does_not_depend_on_the_order_of_rows() -> None:
    """The same losses in another order give the same grid."""
    assert grid(losses().iloc[::-1], SERVICES.iloc[::-1], rows=2, columns=2) == grid(losses(), SERVICES, rows=2, columns=2)


def test_the_grid_tells_services_and_resources_in_words() -> None:
    """The alternative counts who falls how soon and which resource fells most."""
    assert alternative.service_resource(losses(), SERVICES, names=NAMES) == (
        "Av 3 verksamheter kan 2 falla om en enda resurs går förlorad, som tidigast: inom 2 h 1, inom 7 dygn 1. "
        "Flest fälls av Elnät (2) och Mobilnät (1)."
    )


def table(*rows: tuple[str, int, int, int, int], weight: float = 1.0) -> pd.DataFrame:
    """Return single losses as the cascade tells them: lost; failed and unacceptable, low and high."""
    columns = ["failed_low", "failed_high", "unacceptable_low", "unacceptable_high"]
    found = pd.DataFrame([row[1:] for row in rows], columns=columns)
    return found.assign(lost=[row[0] for row in rows], tolerance_unknown=0, **{f"{key}_weight": found[key] * weight for key in columns})


def test_a_loss_that_fells_nothing_is_no_row() -> None:
    """Only what may bring down a service is a point, in the order of the table."""
    found = points(table(("R-1", 1, 3, 0, 2), ("R-2", 0, 0, 0, 0)), NAMES)
    assert [(point.name, point.told("failed"), point.told("unacceptable")) for point in found] == [("Elnät", "1–3", "0–2")]


@pytest.mark.parametrize(("most", "last"), [(0.5, 0.5), (1, 1), (7, 8), (30, 30), (450, 500)])
def test_the_axis_reaches_the_greatest_weight_in_few_steps(most: float, last: float) -> None:
    """From 0 to the greatest or just beyond, in at most eight round steps."""
    found = ticks(points(table(("R-1", 0, 1, 0, 0), weight=most), NAMES))
    assert (found[0], found[-1]) == (0.0, pytest.approx(last))
    assert len(found) <= 8


def test_weights_are_said_to_be_weights() -> None:
    """Where services weigh differently, the axis and the alternative say so."""
    weighted = table(("R-1", 1, 3, 0, 2), weight=100.0)
    assert "Verksamheter, viktade" in said(printed.single_points(weighted, names=NAMES))
    assert "sammanlagda vikten 100–300" in alternative.single_points(weighted, names=NAMES)
    assert "Antal verksamheter" in said(printed.single_points(table(("R-1", 1, 3, 0, 2)), names=NAMES))


def test_only_the_worst_fifteen_are_drawn_and_the_others_counted() -> None:
    """Twenty losses: fifteen rows on paper and on screen, and five in a sentence."""
    many = table(*((f"R-{number}", 1, 2, 0, 1) for number in range(20)))
    assert "Ytterligare 5 enskilda bortfall" in said(printed.single_points(many, names={}))
    assert {len(trace.y) for trace in screen.single_points(many, names={}).data} == {15}


def test_lines_from_one_supplier_go_together_until_they_part() -> None:
    """Two dependents beyond a column: one height where the lines pass it, two where they arrive."""
    found = links(pd.DataFrame({"dependent": ["B", "C"], "supplier": ["A", "A"], "endurance_low_h": 0.0}))
    spots_ = {"A": (0, 50.0), "M": (1, 50.0), "B": (2, 20.0), "C": (2, 80.0)}
    ways = routes(found, Stage(columns=(0, 100, 200), across=50, down=10, spots=spots_, top=0, bottom=100))
    first, second = ways["A", "B"], ways["A", "C"]
    assert first[0] == second[0]
    assert first[-1][-1] != second[-1][-1]


def test_each_loop_is_found_by_itself() -> None:
    """Two loops that a line joins are two, and what only hangs on one is in none."""
    pairs = [("A", "B"), ("B", "A"), ("C", "B"), ("C", "D"), ("D", "C"), ("E", "D")]
    assert loops(links(pd.DataFrame(pairs, columns=["dependent", "supplier"]).assign(endurance_low_h=0.0))) == [["A", "B"], ["C", "D"]]


@pytest.mark.parametrize("draw", [printed.dependency_map, screen.dependency_map])
def test_loops_are_named_on_the_map(draw: Any) -> None:
    """The loop of the full load is told by the names of its members, on paper and on screen."""
    figure = draw(*chart_loads.network(12, 8, 30), organisations=chart_loads.ORGANISATIONS)
    text = said(figure) if isinstance(figure, Figure) else " ".join(note.text for note in figure.layout.annotations)
    assert "Slingor, där alla behöver varandra: Resurs 1, Resurs 2 och Resurs 3." in text.replace("<br>", " ")


def test_a_large_map_on_the_screen_shows_sectors() -> None:
    """Two hundred services: a box is an organisation or a kind of resource, with the number it holds."""
    figure = screen.dependency_map(*chart_loads.network(200, 60, 500), organisations=chart_loads.ORGANISATIONS)
    boxes = next(trace for trace in figure.data if trace.text is not None)
    assert len(boxes.text) == len(chart_loads.KINDS) + len(chart_loads.ORGANISATIONS)
    assert all(text.endswith(")") for text in boxes.text)


def test_headings_of_the_map_are_whole() -> None:
    """No department is cut: long names stand on two lines."""
    words = said(printed.dependency_map(*chart_loads.network(16, 8, 40), organisations=chart_loads.ORGANISATIONS)).replace("- ", "")
    assert all(name.replace("- ", "") in words for name in chart_loads.ORGANISATIONS.values())


def test_everything_lost_at_once_is_a_true_chart() -> None:
    """All are lost at hour 0: every row is down from the first hour, on paper, on screen and in words."""
    dependencies, services, resources = chart_loads.network(6, 5, 12)
    lost = [*services["id"], *resources["id"]]
    found = cascade.outages(dependencies, dict.fromkeys(lost, 0.0))
    assert "Det som går förlorat" in said(printed.timeline(found, services, names={}, lost=lost))
    assert len(screen.timeline(found, services, names={}, lost=lost).data[0].y) == len(lost)
    assert alternative.timeline(found, services, names={}, lost=["R-1"]).startswith("Vid bortfall av R-1 kan 6 verksamheter")
