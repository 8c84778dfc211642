"""The print charts: sizes, readable text that is neither cut nor overlapping, legends, the same bytes every time."""

from __future__ import annotations

import io
import os
from copy import deepcopy
from itertools import combinations
from pathlib import Path

import chart_loads
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from krokomrsa import scales
from krokomrsa.charts import printed, style
from krokomrsa.charts.places import places
from krokomrsa.vocabulary import text_of

SNAPSHOT = Path(__file__).parent / "snapshots" / "words.txt"
CHARTS = list(chart_loads.print_charts("empty"))
SIZES = ("full", "half")
EVERY = [pytest.param(name, load, size, id=f"{name}-{load}-{size}") for name in CHARTS for load in chart_loads.LOADS for size in SIZES]


def drawn(name: str, load: str, size: str) -> Figure:
    """Return one chart."""
    return chart_loads.print_charts(load)[name](size)


def words(figure: Figure) -> list[Text]:
    """Return the texts of a figure that hold something, in the order they were written."""
    return [text for text in figure.axes[0].texts if text.get_text().strip()]


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return each text and the space it takes, in points."""
    with style.rendering():
        figure.set_dpi(300)
        renderer = figure.canvas.get_renderer()
        found = [(text.get_text(), text.get_window_extent(renderer)) for text in words(figure)]
    return [(text, Bbox(box.get_points() * 72 / 300)) for text, box in found]


def said(figure: Figure) -> str:
    """Return every word of a figure on one line."""
    return " ".join(text.get_text() for text in words(figure))


@pytest.mark.parametrize(("name", "load", "size"), EVERY)
def test_every_text_is_inside_readable_and_apart_from_the_others(name: str, load: str, size: str) -> None:
    """No text leaves the figure, is smaller than 6.5 points or lies over another; the width is that of the Word page."""
    figure = drawn(name, load, size)
    width, height = figure.get_size_inches() * 72
    assert width == pytest.approx((160 if size == "full" else 78) * style.MM)
    assert height <= style.PAGE_MM * style.MM
    assert min(text.get_fontsize() for text in words(figure)) >= 6.5
    found = boxes(figure)
    outside = [text for text, box in found if box.x0 < -0.1 or box.y0 < -0.1 or box.x1 > width + 0.1 or box.y1 > height + 0.1]
    assert outside == []
    overlapping = [(one, other) for (one, a), (other, b) in combinations(found, 2) if _overlap(a, b)]
    assert overlapping == []


def _overlap(one: Bbox, other: Bbox) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return across > 0.5 and down > 2.2  # lines of a paragraph share the space of their accents and descenders


@pytest.mark.parametrize(("name", "load"), [(name, load) for name in CHARTS for load in ("tiny", "empty")])
def test_a_chart_is_the_same_bytes_every_time(name: str, load: str) -> None:
    """Drawing and saving twice gives the same SVG and the same PNG, and the SVG holds no date."""
    one, other = drawn(name, load, "half"), drawn(name, load, "half")
    assert printed.svg(one) == printed.svg(other)
    assert printed.png(one) == printed.png(other)
    assert b"<dc:date>" not in printed.svg(one)


def test_png_has_300_dots_per_inch() -> None:
    """A PNG of the full width is 160 mm at 300 dots per inch."""
    picture = Image.open(io.BytesIO(printed.png(drawn("measures", "tiny", "full"))))
    assert picture.width == pytest.approx(160 / 25.4 * 300, abs=1)
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_svg_needs_no_font() -> None:
    """Letters are outlines in the SVG: it looks the same where the font is not installed."""
    assert b"<text" not in printed.svg(drawn("plan", "tiny", "full"))


@pytest.mark.parametrize(
    "name", [name for name in CHARTS if name not in {"coverage_groups", "coverage_functions"}]
)  # they show what is missing
def test_an_empty_chart_says_so(name: str) -> None:
    """With nothing to show, a Swedish sentence stands in the chart."""
    section = {
        "dependency_map": "charts.map",
        "measures_by_year": "charts.measures",
        "timeline_back": "charts.timeline",
        "service_resource": "charts_cascade.grid",
        "single_points": "charts_cascade.points",
        "ranking_intervals": "charts_risk.ranking",
        "coverage_services": "charts_coverage.services",
        **{key: f"charts_risk.{key}" for key in ("disagreement", "movement", "change")},
    }.get(name, f"charts.{name}")
    assert text_of(f"{section}.empty", hours="7 dygn").split(".")[0] in said(drawn(name, "empty", "full"))


def test_words_are_as_in_the_snapshot() -> None:
    """Every word of the tiny charts stands as the snapshot says; UPDATE_SNAPSHOTS=1 writes it anew."""
    lines = []
    for name in CHARTS:
        for size in SIZES:
            lines += [f"# {name} {size}", *(text.get_text() for text in words(drawn(name, "tiny", size))), ""]
    made = "\n".join(lines)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(made, encoding="utf-8", newline="\n")
    assert made.splitlines() == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_inputs_are_unchanged() -> None:
    """Drawing changes no table."""
    held = chart_loads.inputs("full")
    before = deepcopy(held)
    for draw in chart_loads.print_charts("full").values():
        draw("full")
    for key, table in held.items():
        if isinstance(table, pd.DataFrame):
            pd.testing.assert_frame_equal(table, before[key])


@pytest.mark.parametrize("size", SIZES)
def test_the_matrix_holds_every_risk_in_its_cell_or_counts_it(size: str) -> None:
    """Sixty risks: each id stands in the chart, or the count of its cell grows by one."""
    result, scale = chart_loads.inputs("full")["risks"], scales.load()
    inside, beside = places(result, scale)
    text = [word.get_text() for word in words(printed.matrix(result, scale, size=size))]
    more = sum(int(word[1:]) for word in text if word.startswith("+") and word[1:].isdigit())
    numbers = {place.id.removeprefix("H-") for place in inside}
    shown = sum(word.removeprefix("H-") in numbers for word in text) - 10  # the levels of both axes are numbers too
    assert shown + more == len(inside)
    assert len(inside) + len(beside) == 60


@pytest.mark.parametrize("count", [60, 300])
@pytest.mark.parametrize("size", SIZES)
def test_no_label_of_the_matrix_leaves_its_cell(count: int, size: str) -> None:
    """The frame of every label lies inside one cell, with as many as 300 risks."""
    figure = printed.matrix(chart_loads.risks(count), scales.load(), size=size)
    patches = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    classes = {style.PALETTE[f"class{level}"].lower() for level in range(1, 5)}
    cells = [_box(patch) for patch in patches if to_hex(patch.get_facecolor()) in classes and patch.get_height() > 20]
    right, bottom = max(cell.x1 for cell in cells), max(cell.y1 for cell in cells)
    frames = [_box(patch) for patch in patches if patch.get_zorder() == 4]
    inside = [frame for frame in frames if frame.x1 < right and frame.y1 < bottom]
    assert len(cells) == 25
    assert inside
    assert all(any(_holds(cell, frame) for cell in cells) for frame in inside)


def _box(patch: Rectangle) -> Bbox:
    return Bbox.from_bounds(patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height())


def _holds(cell: Bbox, frame: Bbox) -> bool:
    return cell.x0 <= frame.x0 and frame.x1 <= cell.x1 and cell.y0 <= frame.y0 and frame.y1 <= cell.y1


def test_unknown_not_judged_and_missing_stand_apart() -> None:
    """What is not judged stands beside the matrix in three bands, each with its own count and the half that is judged."""
    text = said(printed.matrix(chart_loads.inputs("full")["risks"], scales.load()))
    assert "Vet inte (2)" in text
    assert "Bedöms inte (2)" in text
    assert "Bedömning saknas (2)" in text
    assert "K 2" in text


def test_an_interval_is_drawn_on_its_frame() -> None:
    """A risk of likelihood 2–4 has a line along three fifths of its frame's height, a point has none."""
    columns = ["likelihood_low", "likelihood_high", "consequence_low", "consequence_high"]
    wide = pd.DataFrame([[2.0, 4.0, 3.0, 3.0]], columns=columns, index=pd.Index(["H-1"], name="risk")).assign(status="judged")
    narrow = wide.assign(likelihood_low=4.0)
    lengths = [_thick(printed.matrix(result, scales.load())) for result in (wide, narrow)]
    frame = next(patch for patch in printed.matrix(wide, scales.load()).axes[0].patches if patch.get_zorder() == 4)
    assert pytest.approx(frame.get_height() * 3 / 5) in lengths[0]  # beside the legend's sample
    assert lengths[1] == []


def _thick(figure: Figure) -> list[float]:
    lines = [line for line in figure.axes[0].lines if line.get_zorder() == 6 and line.get_linewidth() == pytest.approx(1.9)]
    return [abs(line.get_ydata()[1] - line.get_ydata()[0]) for line in lines if line.get_xdata()[0] == line.get_xdata()[1]]


def test_a_duty_that_is_not_in_force_is_never_shown_as_met() -> None:
    """Met but not in force: a hatched grey bar, no green symbol; the counts say so too."""
    duties = chart_loads.duties(4).assign(status="met", in_force=False)
    figure = printed.coverage(duties)
    green = [line for line in figure.axes[0].lines if to_hex(line.get_markerfacecolor()) == style.PALETTE["met"].lower()]
    assert len(green) == 1  # the legend's
    assert said(figure).count("gäller inte") >= 4
    assert "uppfyllt 1" not in said(figure)


LEGENDS = {
    "matrix": ("Låg risk", "Måttlig risk", "Hög risk", "Mycket hög risk"),
    "ranking_intervals": ("Plats i 90 % av dragningarna", "Plats efter bedömningens", "Topp 10"),
    "disagreement": ("En bedömares nivå", "Avståndet mellan bedömarna"),
    "movement": ("Utan befintligt skydd", "Nu", "Mål, efter planerade åtgärder", "Mycket hög risk"),
    "change": ("Då", "Nu", "Nya (1)", "Borttagna (1)"),
    "dependency_map": ("under 4 h", "4 h – 1 dygn", "1–7 dygn", "minst 7 dygn", "vet inte hur länge", "Slinga", "Streckad"),
    "timeline": ("Står, på egen", "Kanske nere", "Nere", "Får stå stilla", "Oacceptabelt tidigast", "Oacceptabelt senast"),
    "timeline_back": ("Står, på egen", "Kanske nere", "Nere", "Får stå stilla", "Oacceptabelt tidigast", "Uppe igen senast"),
    "service_resource": ("Inom 2 h", "Inom 8 h", "Inom 24 h", "Inom 3 dygn", "Inom 7 dygn", "Senare", "Hörn"),
    "single_points": ("Faller säkert", "Faller kanske", "Oacceptabelt säkert", "Oacceptabelt kanske"),
    "coverage": ("Uppfyllt", "Planerat", "Försenat", "Saknas", "Gäller inte"),
    "plan": ("Genomförd", "Planerad", "Efter önskemål", "Inställd"),
    "measures": ("Klar", "Pågår", "Beslutad", "Föreslagen", "Avslagen", "Läge saknas"),
}


@pytest.mark.parametrize(("name", "size"), [(name, size) for name in LEGENDS for size in SIZES])
def test_every_status_in_the_data_has_a_legend(name: str, size: str) -> None:
    """Classes, endurance, falls, statuses of duties, activities and measures: each that occurs is named."""
    text = said(drawn(name, "full", size))
    assert [label for label in LEGENDS[name] if label not in text] == []


def test_what_never_falls_is_named_and_what_may_never_fall_has_no_upper_bound() -> None:
    """A service that stands is named below the timeline; one without an upper bound falls at the earliest then."""
    times = pd.DataFrame(
        {"earliest_h": [0.0, 4.0, float("inf")], "latest_h": [0.0, float("inf"), float("inf")]}, index=["R-1", "V-1", "V-2"]
    )
    services = pd.DataFrame({"id": ["V-1", "V-2"], "tolerable_outage_h": [2.0, None]})
    text = said(printed.timeline(times, services, names={"V-1": "Hemtjänst", "V-2": "Förskola"}, lost=["R-1"]))
    assert "Faller inte (1): Förskola" in text
    assert "tidigast 4 h" in text
    assert "Nere" in text


def test_user_text_is_printed_as_it_stands() -> None:
    """Dollar signs make no formula, line breaks no second line, and an unknown organisation is shown by its id."""
    treatments = pd.DataFrame({"owner": ["$\\frac{1}{2}$ &\n<b>"], "status": ["done"]})
    assert "$\\frac{1}{2}$ & <b>" in said(printed.measures(treatments, {}))


@pytest.mark.parametrize("size", SIZES)
def test_a_map_too_large_for_a_page_shows_organisations_instead(size: str) -> None:
    """Two hundred services stay on one page: a box is an organisation, with the number of its services."""
    network = chart_loads.network(200, 60, 500)
    figure = printed.dependency_map(*network, organisations=chart_loads.ORGANISATIONS, size=size)
    assert figure.get_size_inches()[1] * 25.4 <= style.PAGE_MM
    assert any(word.get_text().endswith("(25)") for word in words(figure))


def test_long_ids_lose_the_beginning_they_share() -> None:
    """Ids that are too wide for a cell are shown without what they all begin with, and a note says so."""
    result = chart_loads.risks(20).rename(index=lambda id_: id_.replace("H-", "RISKER-2023-"))
    assert "Id:n visas utan ”RISKER-2023-”." in said(printed.matrix(result, scales.load()))


@pytest.mark.parametrize("name", scales.names())
@pytest.mark.parametrize("size", SIZES)
def test_every_scale_that_comes_with_the_product_fits(name: str, size: str) -> None:
    """Labels of any of the scales neither leave the figure nor lie over each other."""
    figure = printed.matrix(chart_loads.risks(30), scales.load(name), size=size)
    found = boxes(figure)
    width, _ = figure.get_size_inches() * 72
    assert all(box.x0 >= -0.1 and box.x1 <= width + 0.1 for _, box in found)
    assert [(one, other) for (one, a), (other, b) in combinations(found, 2) if _overlap(a, b)] == []


@pytest.mark.parametrize("size", SIZES)
def test_a_map_with_too_many_lines_shows_the_short_ones_and_says_so(size: str) -> None:
    """Three hundred needs: those with the shortest endurance are drawn, and a note gives both numbers."""
    figure = printed.dependency_map(*chart_loads.network(40, 25, 300), organisations=chart_loads.ORGANISATIONS, size=size)
    assert "av 300 beroenden: dem med kortast uthållighet" in said(figure)
    assert "minst 7 dygn" not in said(figure)


def test_a_service_that_supplies_a_resource_is_drawn() -> None:
    """A line that goes from right to left is drawn like any other, and closes a loop where there is one."""
    services = pd.DataFrame({"id": ["V-1"], "organisation": [None], "name": ["Drivmedelsstation"]})
    resources = pd.DataFrame({"id": ["R-1", "R-2"], "kind": ["fuel", None], "name": ["Drivmedel", "Elnät"]})
    needs = pd.DataFrame({"dependent": ["R-1", "V-1"], "supplier": ["V-1", "R-2"], "endurance_low_h": [0.0, 4.0]})
    figure = printed.dependency_map(needs, services, resources)
    assert "Slinga" not in said(figure)
    assert {"Okänt slag", "Okänd organisation"} <= {word.get_text() for word in words(figure)}
    looped = printed.dependency_map(needs.assign(supplier=["V-1", "R-1"]), services, resources)
    assert "Slinga" in said(looped)


def test_names_without_room_get_a_number_and_a_key() -> None:
    """A box holds whole words and a number; the notes below the map tell the whole name by that number."""
    services = pd.DataFrame({"id": ["V-1"], "organisation": [None], "name": ["Verksamhet"]})
    name = "Verksamhetssystem för vård, omsorg, socialtjänst och kommunal hälso- och sjukvård"
    resources = pd.DataFrame({"id": ["R-1"], "kind": [None], "name": [name]})
    needs = pd.DataFrame({"dependent": ["V-1"], "supplier": ["R-1"], "endurance_low_h": [0.0]})
    figure = printed.dependency_map(needs, services, resources)
    shown = [word.get_text() for word in words(figure)]
    assert any(
        text.startswith("1 Verksamhetssystem") and text.removesuffix("…").split()[-1].strip(",") in name.replace(",", "").split()
        for text in shown
    )
    assert f"Hela namn: 1 {name}." in said(figure)
