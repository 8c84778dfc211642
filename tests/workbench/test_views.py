"""What the notebooks show, with the example and with nothing at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import krokomrsa as kr

TEXTS = ("warnings", "overview", "ranking", "losses", "duties")
FIGURES = ("matrix", "dependency_map", "service_resource", "timeline", "coverage")


@pytest.fixture(scope="module")
def desk(example: Path) -> Any:
    """Return the example as a notebook sees it."""
    return kr.workbench.opened(example)


def test_example_data_are_called_example_data(desk: Any) -> None:
    """The first thing a notebook says is that the data are invented."""
    assert "påhittade exempeldata" in kr.workbench.warnings(desk).data


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_shows_something(desk: Any, name: str) -> None:
    """Every view of the example is Swedish HTML with something in it."""
    assert len(getattr(kr.workbench, name)(desk).data) > 100


@pytest.mark.parametrize("name", FIGURES)
def test_every_chart_is_drawn_without_a_cloud_button(desk: Any, name: str) -> None:
    """Every chart of the example has marks, and no button that sends it anywhere."""
    figure = getattr(kr.workbench, name)(desk)
    assert len(figure.data) > 0
    assert "sendChartToCloud" in figure.layout.template.layout.modebar.remove


@pytest.mark.parametrize("name", [*TEXTS, *FIGURES])
def test_without_a_workspace_every_view_says_what_to_do(tmp_path: Path, name: str) -> None:
    """In an empty folder nothing fails: every view says that there is nothing yet."""
    empty = kr.workbench.opened(tmp_path)
    assert "regist" in getattr(kr.workbench, name)(empty).data


def test_hours_are_said_as_in_the_panels(desk: Any) -> None:
    """The table of losses says days from two days on, as the panel above it does, and minutes below an hour."""
    said = kr.workbench.losses(desk).data
    assert " dygn" in said
    assert "120 h" not in said
    assert "0,5 h" not in said


def test_an_empty_register_is_shown_as_empty(tmp_path: Path) -> None:
    """In a workspace without rows the charts say that they are empty."""
    kr.process.new(tmp_path, municipality="Krokoms kommun", first_year=2023, organisations=[], who="test", scale="femgradig")
    desk = kr.workbench.opened(tmp_path)
    for name in (*TEXTS, *FIGURES):
        assert getattr(kr.workbench, name)(desk) is not None


def test_text_from_a_register_cannot_become_markup(tmp_path: Path) -> None:
    """A name that looks like HTML is shown as text."""
    kr.process.new(tmp_path, municipality="<script>alert(1)</script>", first_year=2023, organisations=[], who="test", scale="femgradig")
    assert "<script>" not in kr.workbench.overview(kr.workbench.opened(tmp_path)).data


def test_the_facade_names_its_modules_and_nothing_else() -> None:
    """The façade offers the modules that a notebook uses; another name is a plain attribute error."""
    assert {"risk", "cascade", "coverage", "process", "workbench"} <= set(dir(kr))
    with pytest.raises(AttributeError, match="nothing"):
        kr.nothing  # noqa: B018
