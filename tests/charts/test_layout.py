"""The layout of the dependency map: suppliers before dependents, loops marked, lines between the boxes."""

from __future__ import annotations

import chart_loads
import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krokomrsa.charts.layout import Layout, layered, links
from krokomrsa.charts.places import Place, pack
from krokomrsa.charts.routing import Stage, routes, spaced
from krokomrsa.charts.sides import sides


def laid() -> Layout:
    """Return the layout of the full load."""
    held = chart_loads.inputs("full")
    found = links(held["dependencies"])
    return layered(found, sides(found, held["services"], held["resources"]), most={"resource": 3, "service": 1})


def test_every_node_has_a_cell_of_its_own() -> None:
    """Sixty-five nodes, and no two in the same row and column of a side."""
    nodes = laid().nodes.values()
    assert len(nodes) == 65 - _unlinked()
    assert len({(node.side, node.column, node.row) for node in nodes}) == len(nodes)


def _unlinked() -> int:
    held = chart_loads.inputs("full")
    linked = set(held["dependencies"]["dependent"]) | set(held["dependencies"]["supplier"])
    return len(set(held["services"]["id"]) | set(held["resources"]["id"])) - len(linked)


def test_suppliers_stand_before_their_dependents() -> None:
    """A resource that needs another stands in a later column, unless the link closes a loop."""
    layout = laid()
    for link in layout.links:
        supplier, dependent = layout.nodes[link.supplier], layout.nodes[link.dependent]
        if supplier.side == dependent.side == "resource" and not link.closing:
            assert supplier.column <= dependent.column


def test_a_loop_is_marked_and_closed_by_few_links() -> None:
    """El, elektronisk kommunikation and it need each other: all three are marked, and only they; one link closes the loop."""
    layout = laid()
    assert {node.id for node in layout.nodes.values() if node.loop} == {"R-1", "R-2", "R-3"}
    assert sum(link.closing for link in layout.links) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=30, unique=True))
def test_without_the_closing_links_no_loop_is_left(pairs: list[tuple[int, int]]) -> None:
    """Whatever needs whatever, on either side: the links that are not drawn as closing form no loop, and only loops are closed."""
    found = links(pd.DataFrame({"dependent": [str(a) for a, _ in pairs], "supplier": [str(b) for _, b in pairs], "endurance_low_h": 0.0}))
    ids = sorted({id_ for link in found for id_ in (link.supplier, link.dependent)})
    held = {"resource": [(id_, "a") for id_ in ids if id_ < "4"], "service": [(id_, "b") for id_ in ids if id_ >= "4"]}
    layout = layered(found, held, most={"resource": 3, "service": 2})
    open_links = [(link.supplier, link.dependent) for link in layout.links if not link.closing]
    assert nx.is_directed_acyclic_graph(nx.DiGraph(open_links))
    assert all(link.loop for link in layout.links if link.closing)
    assert set(layout.nodes) == set(ids)


def test_bands_hold_their_own_and_do_not_overlap() -> None:
    """Each node stands inside the rows of its band, and the bands of a side share no row."""
    layout = laid()
    for side in ("resource", "service"):
        bands = [band for band in layout.bands if band.side == side]
        rows = [row for band in bands for row in range(band.first, band.last + 1)]
        assert len(rows) == len(set(rows))
        spans = {band.key: range(band.first, band.last + 1) for band in bands}
        assert all(node.row in spans[node.band] for node in layout.nodes.values() if node.side == side)


def test_the_same_links_give_the_same_map() -> None:
    """Two layouts of the same tables are equal."""
    assert laid() == laid()


def test_the_map_has_what_the_register_lacks() -> None:
    """A supplier that is in no table is drawn in a band of its own."""
    found = links(pd.DataFrame({"dependent": ["V-1"], "supplier": ["R-9"], "endurance_low_h": [4.0]}))
    services = pd.DataFrame({"id": ["V-1"], "organisation": ["SOC"]})
    resources = pd.DataFrame({"id": [], "kind": []})
    assert sides(found, services, resources)["resource"] == [("R-9", "?")]


@pytest.mark.parametrize(("needed", "backed"), [(None, True), (1, True), (2, False)])
def test_a_link_is_backed_where_fewer_than_all_must_stand(needed: int | None, backed: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """Two alternatives of which one suffices are backed; where both are needed they are not."""
    table = pd.DataFrame({"dependent": "V-1", "supplier": ["R-1", "R-2"], "group": "tal", "needed": needed, "endurance_low_h": 0.0})
    assert [link.backed for link in links(table)] == [backed, backed]


def test_needs_of_the_same_pair_are_one_link() -> None:
    """Winter and summer are one line, drawn by the shorter endurance; what is not needed is no line."""
    table = pd.DataFrame(
        {
            "dependent": "V-1",
            "supplier": ["R-1", "R-1", "R-2"],
            "endurance_low_h": [24.0, 0.0, 0.0],
            "status": ["needed", "needed", "not needed"],
        }
    )
    assert [(link.supplier, link.weight) for link in links(table)] == [("R-1", "hours")]


def test_no_line_passes_through_a_box() -> None:
    """Where a line passes a column between its ends, it passes between the boxes that stand there."""
    found = links(pd.DataFrame({"dependent": ["C", "C", "B"], "supplier": ["A", "B", "A"], "endurance_low_h": 0.0}))
    stage = Stage(columns=(0, 100, 200), across=50, down=10, spots={"A": (0, 50), "B": (1, 50), "C": (2, 50)}, top=0, bottom=100)
    way = routes(found, stage)["A", "C"]
    passing = [point[1] for curve in way for point in (curve[0], curve[3]) if 100 <= point[0] <= 150]
    assert passing
    assert all(abs(y - 50) >= 5 for y in passing)


@settings(max_examples=60)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.floats(1, 100))
def test_lines_in_a_gap_keep_their_order_and_stay_inside(wanted: list[float], end: float) -> None:
    """However many lines want the same gap, they come out in order and between its edges."""
    found = spaced(sorted(wanted), 0.0, end, 1.5)
    assert found == sorted(found)
    assert all(-1e-6 <= height <= end + 1e-6 for height in found)


@settings(max_examples=40)
@given(st.integers(1, 6), st.integers(1, 4), st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), max_size=60))
def test_packed_labels_share_no_slot_and_none_is_lost(down: int, across: int, cells: list[tuple[int, int]]) -> None:
    """Every risk has a slot of its own in its cell or is counted beyond it; the count has a slot left."""
    inside = [Place(id=f"H-{number}", row=row, column=column, row_low=row, column_low=column) for number, (row, column) in enumerate(cells)]
    rows = 1 + max((row for row, _ in cells), default=0)
    found = pack(inside, [down] * rows, across)
    taken = [(place.row, place.column, slot) for place, slot in found.slots.items()]
    assert len(taken) == len(set(taken))
    assert len(taken) + sum(map(len, found.beyond.values())) == len(inside)
    assert all((row, column, (down - 1, across - 1)) not in taken for row, column in found.beyond)
