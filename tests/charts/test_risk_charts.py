"""The charts of risks: the matrix on any scale and with any load, places that are uncertain, judges, states, and what has changed."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import chart_loads
import pandas as pd
import pytest
import risk_loads
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from test_printed import _overlap, boxes, said

from krokomrsa import scales
from krokomrsa.analysis import risk
from krokomrsa.charts import alternative, alternative_risks, printed, screen, style
from krokomrsa.charts.places import drawn_axes, pack, places, shaded
from krokomrsa.charts.risk_rows import changes, moves, questions

SCALE = scales.load()
TURNED = replace(SCALE, across="likelihood")
FOUR = replace(SCALE, likelihood=SCALE.likelihood[:4], consequence=SCALE.consequence[:4], matrix=tuple(row[:4] for row in SCALE.matrix[:4]))


def judged(count: int, levels: tuple[float, float] | None) -> pd.DataFrame:
    """Return a matrix of so many risks that all stand in one cell, or that nobody can judge."""
    rows = [
        {"risk": f"H-{number}", "judge": "KLK", "aspect": aspect, "low": level, "high": level, "status": "judged" if level else "unknown"}
        for number in range(1, count + 1)
        for aspect, level in zip(("likelihood", "unspecified"), levels or (None, None), strict=True)
    ]
    return risk.matrix(pd.DataFrame(rows), SCALE)


def assert_readable(figure: Figure) -> None:
    """Fail where a text leaves the page or lies over another."""
    width, height = figure.get_size_inches() * 72
    found = boxes(figure)
    assert height <= style.PAGE_MM * style.MM
    assert [text for text, box in found if box.x0 < -0.1 or box.y0 < -0.1 or box.x1 > width + 0.1 or box.y1 > height + 0.1] == []
    assert [(one, other) for (one, a), (other, b) in combinations(found, 2) if _overlap(a, b)] == []


LOADS = {
    "spread": chart_loads.risks(300, crowded=False),
    "clumped": judged(300, (3.0, 4.0)),
    "unknown": judged(300, None),
}


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("size", ["full", "half"])
def test_three_hundred_risks_fit_one_page(load: str, size: Any) -> None:
    """Spread out, all in one cell or all unknown: nothing is cut, nothing overlaps, and whoever has no room is counted."""
    figure = printed.matrix(LOADS[load], SCALE, size=size)
    assert_readable(figure)
    words = said(figure).split()
    counted = sum(int(word[1:]) for word in words if word.startswith("+") and word[1:].isdigit())
    ids = {id_.removeprefix("H-") for id_ in LOADS[load].index}
    assert len(ids & {word.removeprefix("H-") for word in words}) + counted >= len(ids)


def test_sixty_risks_in_one_cell_are_all_readable() -> None:
    """The row of a crowded cell grows: every id of sixty stands there, none is only counted."""
    figure = printed.matrix(judged(60, (3.0, 4.0)), SCALE)
    assert_readable(figure)
    assert {f"H-{number}" for number in range(1, 61)} <= set(said(figure).split())


def test_labels_lose_what_they_share_where_that_shows_more() -> None:
    """Three hundred in one cell: the ids stand without H-, and a note says so."""
    assert "Id:n visas utan ”H-”." in said(printed.matrix(LOADS["clumped"], SCALE))


def test_a_row_has_as_many_slots_as_its_fullest_cell() -> None:
    """A row without risks takes no more room than the least."""
    inside, _ = places(judged(7, (3.0, 4.0)), SCALE)
    assert pack(inside, [1, 1, 2, 1, 1], 3).beyond == {(2, 3): ("H-6", "H-7")}


@pytest.mark.parametrize("size", ["full", "half"])
def test_the_axes_are_turned_where_the_scale_says_so(size: Any) -> None:
    """Likelihood from left to right: cells, classes and the axis names follow."""
    assert drawn_axes(TURNED) == ("consequence", "likelihood")
    assert shaded(TURNED)[4][0] == SCALE.matrix[0][4]
    result = risk.matrix(risk_loads.judgements(30, TURNED), TURNED)
    assert_readable(printed.matrix(result, TURNED, size=size))
    inside, turned = (places(result, scale)[0] for scale in (SCALE, TURNED))
    assert [(place.column, place.row) for place in turned] == [(place.row, place.column) for place in inside]
    assert "(under: sannolikhet, till vänster: konsekvens)" in str(screen.matrix(result, TURNED).to_dict())
    assert alternative.matrix(result, TURNED) == alternative.matrix(result, SCALE)


def test_antagonistic_events_without_a_cell_have_a_band_of_their_own() -> None:
    """H-9 is not judged and antagonistic; H-27 is not judged and is not; H-1 is antagonistic and keeps its cell."""
    result = chart_loads.risks(30)
    inside, beside = places(result, SCALE, antagonistic={"H-9", "H-1"})
    assert {aside.id: aside.status for aside in beside}["H-9"] == "antagonistic"
    assert "H-1" in {place.id for place in inside}
    assert "Antagonistiska (1)" in said(printed.matrix(result, SCALE, antagonistic={"H-9"}))
    assert "antagonistiska 1" in alternative.matrix(result, SCALE, antagonistic={"H-9"})


def test_another_rule_than_the_usual_is_said_in_the_chart() -> None:
    """A municipality that takes the middle judgement reads that below its matrix, on paper, on screen and in words."""
    scale = replace(SCALE, judges="consolidated_or_median")
    result = chart_loads.risks(10)
    told = "den mittersta bedömningen (medianen)"
    assert told in said(printed.matrix(result, scale))
    assert told in str(screen.matrix(result, scale).to_dict())
    assert told in alternative.matrix(result, scale)
    assert told not in said(printed.matrix(result, SCALE))


def test_the_screen_matrix_has_few_traces() -> None:
    """Five hundred risks are no more traces than five: what is drawn anew at each edit stays cheap."""
    traces = [len(screen.matrix(chart_loads.risks(count), SCALE).data) for count in (5, 500)]
    assert traces[0] == traces[1] <= 12


@pytest.mark.parametrize("size", ["full", "half"])
@pytest.mark.parametrize("scale", [FOUR, TURNED, *map(scales.load, scales.names())], ids=lambda scale: f"{scale.id}-{len(scale.classes)}")
def test_every_chart_of_risks_fits_on_every_scale(scale: scales.Scale, size: Any) -> None:
    """Ranking, judges, states and changes stay on the page whatever the scale is."""
    rows = risk_loads.judgements(20, scale)
    found, events = risk.matrix(rows, scale), risk_loads.names(rows)
    ranks = risk.ranking(found), risk.rank_probabilities(found, scale, draws=100), risk.class_probabilities(found, scale)
    assert_readable(printed.ranking_intervals(*ranks, scale, names=events, size=size))
    judges = risk.by_judge(rows, scale)
    assert_readable(printed.disagreement(judges, scale, names=events, organisations=chart_loads.ORGANISATIONS, size=size))
    assert_readable(printed.movement(risk.movement(rows, scale), scale, names=events, size=size))
    assert_readable(printed.change(risk_loads.since(rows, scale), scale, size=size))


def test_rows_that_do_not_fit_are_counted() -> None:
    """Three hundred risks: the ranking shows those that fit the page and counts the others; with a limit, those within it."""
    held = risk_loads.inputs(300)
    ranks = held["ranking"], held["ranks"], held["classes"]
    figure = printed.ranking_intervals(*ranks, SCALE, names=held["events"])
    assert_readable(figure)
    assert "visas inte." in said(figure)
    count = int(held["ranking"]["rank"].notna().sum())
    assert f"Ytterligare {count - 5} visas inte." in said(printed.ranking_intervals(*ranks, SCALE, names=held["events"], first=5))
    assert_readable(printed.movement(held["movement"], SCALE, names=held["events"]))
    assert_readable(printed.disagreement(held["judges"], SCALE, names=held["events"], organisations={}))
    assert_readable(printed.change(held["since"], SCALE, since="Fastställd RSA 2019"))


def test_only_risks_with_a_rank_are_in_the_ranking() -> None:
    """Every sixth risk has no likelihood and no place; pointing at another tells its place and its chances."""
    held = risk_loads.inputs(60)
    ranks = held["ranking"], held["ranks"], held["classes"]
    figure = screen.ranking_intervals(*ranks, SCALE, names=held["events"])
    marks = next(trace for trace in figure.data if trace.customdata is not None)
    assert len(marks.customdata) == 50
    assert "H-6" not in marks.customdata
    assert all("av dragningarna" in text and "Chans att höra till de 10 högsta: " in text for text in marks.hovertext)


def test_judges_are_shown_by_interval_and_their_distance_apart() -> None:
    """SOC says 4, IT and VA say 2: two bars, and the distance from 2 to 4; who agrees is only counted."""
    said_of = {"risk": "H-1", "aspect": "life_health", "status": "judged"}
    rows = pd.DataFrame([said_of | {"judge": judge, "low": level, "high": level} for judge, level in {"SOC": 4, "IT": 2, "VA": 2}.items()])
    agreed = rows.assign(risk="H-2", low=3, high=3)
    found = risk.by_judge(pd.concat([rows, agreed], ignore_index=True), SCALE)
    first, second = questions(found, SCALE, {"H-1": "Storm"}, {"SOC": "Socialförvaltningen"})
    assert first.answers == (((2.0, 2.0), ("IT", "VA")), ((4.0, 4.0), ("Socialförvaltningen",)))
    assert (first.gap, second.gap) == ((2.0, 4.0), None)
    figure = printed.disagreement(found, SCALE, names={"H-1": "Storm"}, organisations={})
    assert "H-1 Storm Liv och hälsa IT, VA SOC" in said(figure)
    assert "I 1 frågor till" not in said(figure)
    assert "I en fråga till har bedömarna minst en nivå gemensam." in said(figure)


def test_a_risk_moves_from_state_to_state_with_an_arrow() -> None:
    """One risk in three states has two arrows; one that is only judged now is not drawn."""
    levels = {"inherent": (4.0, 5.0), None: (4.0, 3.0), "target": (4.0, 2.0)}
    rows = [
        {"risk": "H-1", "judge": "KLK", "aspect": aspect, "state": state, "low": level, "high": level, "status": "judged"}
        for state, pair in levels.items()
        for aspect, level in zip(("likelihood", "unspecified"), pair, strict=True)
    ]
    now = [row | {"risk": "H-2"} for row in rows if row["state"] is None]
    found = risk.movement(pd.DataFrame(rows + now), SCALE)
    assert [move.id for move in moves(found, {})] == ["H-1"]
    figure = printed.movement(found, SCALE, names={"H-1": "Storm"})
    assert sum(isinstance(patch, FancyArrowPatch) for patch in figure.axes[0].patches) == 2
    assert alternative_risks.movement(found, names={}) == (
        "Diagrammet visar 1 risk i flera lägen. Det befintliga skyddet sänker riskklassen för 1 av 1 risker. "
        "De planerade åtgärderna sänker riskklassen för 1 av 1 risker."
    )


def test_what_is_new_may_be_what_is_gone_and_the_question_is_put() -> None:
    """A storm under another id is proposed, never merged: it stands as new and as gone."""
    then, now = (pd.DataFrame({"id": [id_], "event": [event]}) for id_, event in (("H-1", "Storm"), ("H-7", "Stormar")))
    nothing = risk_loads.judgements(0, SCALE)
    found = risk.since(then, nothing, now, nothing, SCALE)
    text = said(printed.change(found, SCALE, since="RSA 2019"))
    assert "Vad som har ändrats sedan RSA 2019" in text
    assert "Nya (1) H-7 Stormar Kanske samma som H-1 (83 % lik)" in text
    assert "Borttagna (1) H-1 Storm" in text


def test_nothing_changed_is_said() -> None:
    """The same state compared with itself has no rows but a sentence, on paper and on screen."""
    rows = risk_loads.judgements(3, SCALE)
    table = pd.DataFrame({"id": ["H-1", "H-2", "H-3"], "event": ["Storm", "Elavbrott", "Pandemi"]})
    found = risk.since(table, rows, table, rows, SCALE)
    sentence = "Ingen risk har tillkommit, ändrats eller tagits bort."
    assert sentence in said(printed.change(found, SCALE))
    assert sentence in screen.change(found, SCALE).layout.annotations[0].text
    assert alternative_risks.change(found, SCALE) == "Sedan förra läget: oförändrade 3."


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"status": "not judged"}, "Ändrat: sannolikhet"), ({"status": "unknown"}, None)],
    ids=["other", "same"],
)
def test_what_has_changed_beside_the_levels_is_named(changed: dict[str, str], told: str | None) -> None:
    """From "vet inte" to "bedöms inte" no level moves, but the row says what has; without a change there is no row."""
    row = {"risk": "H-1", "judge": "KLK", "aspect": "likelihood", "status": "unknown"}
    table = pd.DataFrame({"id": ["H-1"], "event": ["Storm"]})
    severe = {"risk": "H-1", "judge": "KLK", "aspect": "life_health", "low": 3.0, "high": 3.0, "status": "judged"}
    then, now = (pd.DataFrame([row | extra, severe], columns=list(risk_loads.COLUMNS)) for extra in ({}, changed))
    found = risk.since(table, then, table, now, SCALE)
    assert [one.detail for one in changes(found, SCALE)] == ([told] if told else [])
