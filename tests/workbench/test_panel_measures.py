"""Step 05: vulnerabilities and measures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from panel_hands import empty, held, write

from krokomrsa.register import Register
from krokomrsa.workbench.measures import by_status, measures, unplanned


def test_a_measure_gets_owner_year_status_and_links(example_copy: Path) -> None:
    """What is chosen in the table is stored at once, links to several rows too."""
    panel = measures(example_copy)
    for key, value in {"owner": "SOC", "budget_year": "2024", "status": "decided", "risks": "H-01; H-02", "vulnerabilities": "S-3"}.items():
        write(panel.treatments.table, "T-1", key, value)
    row = held(example_copy, "treatments")["T-1"]
    assert [row[key] for key in ("owner", "budget_year", "status", "risks", "vulnerabilities")] == [
        "SOC",
        2024,
        "decided",
        "H-01; H-02",
        "S-3",
    ]
    assert row["measure"] in panel._measures("S-3", {})


def test_a_vulnerability_without_a_measure_is_found(example_copy: Path) -> None:
    """The view of vulnerabilities without measures empties as they get one."""
    panel = measures(example_copy)
    panel.seen.value = "without"
    (left,) = panel.vulnerabilities.ids
    write(panel.treatments.table, "T-1", "vulnerabilities", left)
    assert left not in panel.vulnerabilities.ids
    assert held(example_copy, "treatments")["T-1"]["vulnerabilities"] == left


@pytest.mark.parametrize("view", ["open", "late", "unplanned"])
def test_views_show_what_needs_work(example: Path, view: str) -> None:
    """Each view holds some measures, not all."""
    panel = measures(example)
    panel.planned.value = view
    assert 0 < len(panel.treatments.ids) < len(panel.register.rows("treatments"))


def test_what_is_closed_needs_no_plan() -> None:
    """A measure that is done or rejected is not called unplanned."""
    assert not unplanned({"owner": None, "budget_year": None, "status": "done"})
    assert unplanned({"owner": "SOC", "budget_year": 2024, "status": None})


@pytest.mark.parametrize("by", ["owner", "budget_year"])
def test_the_chart_counts_every_measure(example: Path, by: Any) -> None:
    """The bars of the chart add up to the measures of the register, and nothing sends the chart anywhere."""
    panel = measures(example)
    panel.by.value = by
    figure = by_status(panel.register, by)
    assert sum(sum(trace.x) for trace in figure.data) == len(panel.register.rows("treatments"))
    assert len(panel.chart.children[0].data) == len(figure.data)
    assert "sendChartToCloud" in figure.layout.template.layout.modebar.remove


def test_an_edit_redraws_the_chart(example_copy: Path) -> None:
    """A changed status moves a measure in the chart."""
    panel = measures(example_copy)
    before = [trace.x for trace in panel.chart.children[0].data]
    write(panel.treatments.table, "T-1", "status", "done")
    assert [trace.x for trace in panel.chart.children[0].data] != before


def test_without_workspace_or_rows_the_panel_stands(tmp_path: Path) -> None:
    """In an empty folder the panel says where to begin; without measures the chart says so."""
    assert "00 Start" in measures(tmp_path).place.value
    assert "0 sårbarheter" in measures(empty(tmp_path)).counted.value
    assert "inga åtgärder" in by_status(Register(), "owner").layout.annotations[0].text
