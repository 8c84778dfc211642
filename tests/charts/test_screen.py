"""The screen charts: Swedish, no button that sends anything anywhere, pointing tells what stands there."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import chart_loads
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from krokomrsa import scales
from krokomrsa.charts import screen
from krokomrsa.charts.screen_style import TEMPLATE

EVERY = [pytest.param(name, load, id=f"{name}-{load}") for name in chart_loads.screen_charts("empty") for load in chart_loads.LOADS]


def hovers(figure: go.Figure) -> str:
    """Return everything that pointing tells."""
    told = (text for trace in figure.data if trace.hovertext is not None for text in trace.hovertext)
    return " ".join(text if isinstance(text, str) else " ".join(text) for text in told)


@pytest.mark.parametrize(("name", "load"), EVERY)
def test_no_figure_sends_anything_anywhere(name: str, load: str) -> None:
    """Template and settings of every figure remove the cloud button and the logo, and set Swedish."""
    figure = chart_loads.screen_charts(load)[name]()
    assert "sendChartToCloud" in figure.layout.template.layout.modebar.remove
    assert figure._config["showSendToCloud"] is False
    assert figure._config["displaylogo"] is False
    assert figure._config["plotlyServerURL"] == ""
    assert figure._config["locale"] == "sv"
    assert figure._config["locales"]["sv"]["dictionary"]["Zoom in"] == "Zooma in"


@pytest.mark.parametrize("renderer", ["plotly_mimetype", "notebook", "jupyterlab", "browser"])
def test_a_figure_shown_as_it_stands_has_the_settings(renderer: str) -> None:
    """The default template and the renderers' settings hold for figures that a notebook shows without a widget."""
    assert pio.templates.default == TEMPLATE
    assert pio.renderers[renderer].config["showSendToCloud"] is False


@pytest.mark.parametrize(("name", "load"), EVERY)
def test_every_figure_can_be_shown(name: str, load: str) -> None:
    """Every figure is valid JSON, has a title and says something: marks to point at, or that there is nothing."""
    figure = chart_loads.screen_charts(load)[name]()
    assert json.loads(figure.to_json())["layout"]["title"]["text"]
    assert (
        hovers(figure)
        or (load == "empty" and figure.layout.annotations[0].text.endswith("."))
        or "Inget" in figure.layout.annotations[0].text
    )


def test_the_matrix_tells_judgement_and_class_and_escapes_names() -> None:
    """Pointing at a risk tells its event, its interval with labels and its class; a < in a name is no tag."""
    figure = chart_loads.screen_charts("full")["matrix"]()
    assert "<b>H-1 Elavbrott &lt; 24 h</b>" in hovers(figure)
    assert "Riskklass: Låg risk – Måttlig risk" in hovers(figure)
    ids = [id_ for trace in figure.data if trace.customdata is not None for id_ in trace.customdata if id_]
    assert sorted(ids) == sorted(chart_loads.inputs("full")["risks"].index)


def test_three_hundred_risks_are_placed_or_counted() -> None:
    """With 300 risks each is drawn or counted in its cell, and pointing at the count lists the ids."""
    figure = screen.matrix(chart_loads.risks(300), scales.load())
    ids = {id_ for trace in figure.data if trace.customdata is not None for id_ in trace.customdata if id_}
    listed = hovers(figure)
    assert all(id_ in ids or id_ in listed for id_ in chart_loads.risks(300).index)
    assert len(ids) < 300


def test_the_map_tells_needs_and_loops() -> None:
    """Pointing at a box tells what it needs, who needs it and whether it is part of a loop."""
    told = hovers(chart_loads.screen_charts("full")["dependency_map"]())
    assert "Behöver: Resurs" in told
    assert "Behövs av: Verksamhet" in told
    assert told.count("Ingår i en slinga") == 3


def test_the_timeline_tells_hours_and_limits() -> None:
    """Pointing at a bar tells when it falls, how long it may stand still and when that is no longer tolerable."""
    told = hovers(chart_loads.screen_charts("full")["timeline"]())
    assert "Faller: " in told
    assert "Får stå stilla: 15 min" in told
    assert "Får stå stilla: okänt" in told
    assert "Oacceptabelt: " in told


def test_what_is_not_in_force_has_a_column_of_its_own() -> None:
    """A duty whose rules do not apply is never in the column of the met."""
    figure = screen.coverage(chart_loads.duties(5).assign(status="met", in_force=False))
    columns = {value for trace in figure.data for value in trace.x or ()}
    assert columns == {4}
    assert "Gäller inte" in figure.layout.xaxis.ticktext


def test_screen_inputs_are_unchanged() -> None:
    """Drawing changes no table."""
    held: dict[str, Any] = chart_loads.inputs("full")
    before = deepcopy(held)
    for draw in chart_loads.screen_charts("full").values():
        draw()
    for key, table in held.items():
        if isinstance(table, pd.DataFrame):
            pd.testing.assert_frame_equal(table, before[key])
