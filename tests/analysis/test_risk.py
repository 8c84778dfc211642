from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_rows import Judgement, frame, left, levels, said, tables

from krokomrsa.analysis import risk
from krokomrsa.errors import KrokomrsaError
from krokomrsa.scales import Scale, load, parse

SCALE = load()
BENT = """
id = "bruten"
name = "Bruten skala"
source = "Egen"
checked = 2026-11-22
matrix = [[2, 1, 3], [1, 3, 1], [3, 2, 2]]
likelihood = [{ level = 1, label = "A" }, { level = 2, label = "B" }, { level = 3, label = "C" }]
consequence = [{ level = 1, label = "D" }, { level = 2, label = "E" }, { level = 3, label = "F" }]
classes = [
    { level = 1, label = "Låg", colour = "class1" },
    { level = 2, label = "Medel", colour = "class2" },
    { level = 3, label = "Hög", colour = "class3" },
]
"""


def of(*rows: Judgement, scale: Scale = SCALE) -> dict[str, Any]:
    """Return the one row of the matrix that these judgements make."""
    found = risk.matrix(frame(rows), scale)
    assert len(found) == 1
    return {str(key): None if pd.isna(value) else value for key, value in found.iloc[0].items()}


def problems_of(rows: pd.DataFrame, **arguments: Any) -> list[tuple[str, str, str]]:
    """Return id, column and problem of everything wrong with some assessments."""
    with pytest.raises(KrokomrsaError) as caught:
        risk.matrix(rows, SCALE, **arguments)
    assert all(problem.remedy for problem in caught.value.problems)
    return [(problem.id, problem.column, problem.problem) for problem in caught.value.problems]


def test_one_risk_by_hand() -> None:
    """A power cut at likelihood 4 and consequence 3 is of class 3 on the default scale."""
    found = of(said("Elavbrott", "likelihood", 4), said("Elavbrott", "life_health", 3))
    assert {key: found[key] for key in ("likelihood_low", "likelihood_high", "consequence_low", "consequence_high")} == {
        "likelihood_low": 4,
        "likelihood_high": 4,
        "consequence_low": 3,
        "consequence_high": 3,
    }
    assert (found["class_low"], found["class_high"], found["status"]) == (3, 3, "judged")


def test_judges_are_spanned() -> None:
    """Where no judgement is consolidated, the lowest and the highest of all judges count."""
    rows = [said("Elavbrott", "life_health", level, judge=judge) for judge, level in {"SOC": 4, "IT": 2, "VA": 3}.items()]
    found = of(*rows)
    assert (found["consequence_life_health_low"], found["consequence_life_health_high"]) == (2, 4)


def test_consolidated_goes_first() -> None:
    """A consolidated judgement of an aspect replaces the single ones of that aspect, and only of that."""
    found = of(
        said("Elavbrott", "life_health", 1),
        said("Elavbrott", "life_health", 5, judge="IT"),
        said("Elavbrott", "life_health", 3, 4, judge="KS", consolidated=True),
        said("Elavbrott", "sovereignty", 1, judge="IT"),
    )
    assert (found["consequence_life_health_low"], found["consequence_life_health_high"]) == (3, 4)
    assert (found["consequence_sovereignty_low"], found["consequence_low"], found["consequence_high"]) == (1, 3, 4)


def test_consolidated_rows_span_each_other() -> None:
    """Several consolidated judgements of an aspect are spanned; a No is as good as an empty cell."""
    rows = [said("H1", "likelihood", level, consolidated=True) for level in (2, 4)]
    found = of(*rows, said("H1", "likelihood", 5, consolidated=False))
    assert (found["likelihood_low"], found["likelihood_high"]) == (2, 4)


def test_consolidated_unknown_stays_unknown() -> None:
    """Where the municipality together says vet inte, single judgements do not take its place."""
    found = of(said("H1", "likelihood", 3), left("H1", "likelihood", consolidated=True))
    assert (found["likelihood_low"], found["likelihood_status"]) == (None, "unknown")


@pytest.mark.parametrize("given", [{"low": 3.0, "high": None}, {"low": None, "high": 3.0}])
def test_one_bound_is_both(given: dict[str, float | None]) -> None:
    """A judged row with one bound has it as both."""
    found = of({**said("H1", "likelihood", 1), **given})
    assert (found["likelihood_low"], found["likelihood_high"]) == (3, 3)


def test_maximum_of_the_judged_values() -> None:
    """The combined consequence is the highest low to the highest high of the judged values; each value is kept."""
    found = of(said("Storm", "life_health", 1, 4), said("Storm", "environment_economy", 2, 3), left("Storm", "sovereignty"))
    assert (found["consequence_low"], found["consequence_high"], found["consequence_status"]) == (2, 4, "judged")
    assert (found["consequence_life_health_low"], found["consequence_environment_economy_high"]) == (1, 3)
    assert found["consequence_sovereignty_low"] is None


def test_own_operations_are_kept_apart() -> None:
    """How hard a department is hit itself is kept but never becomes the municipality's consequence."""
    found = of(said("Storm", "own operations", 5), said("Storm", "likelihood", 3))
    assert (found["consequence_own_operations_high"], found["consequence_high"]) == (5, None)
    assert (found["consequence_status"], found["status"], found["class_high"]) == ("missing", "missing", None)


@pytest.mark.parametrize(
    ("likelihood", "consequence", "status"),
    [
        ("judged", "judged", "judged"),
        ("not judged", "judged", "not judged"),
        ("judged", "unknown", "unknown"),
        ("unknown", "not judged", "unknown"),
        ("not judged", "not judged", "not judged"),
        ("missing", "judged", "missing"),
        ("unknown", "missing", "missing"),
    ],
)
def test_status_of_a_risk(likelihood: str, consequence: str, status: str) -> None:
    """A risk is missing before unknown before not judged before judged, and has a class only when both axes are judged."""
    wanted = {"likelihood": likelihood, "life_health": consequence, "own operations": "judged"}
    rows = [said("H1", aspect, 2) if is_ == "judged" else left("H1", aspect, is_) for aspect, is_ in wanted.items() if is_ != "missing"]
    found = of(*rows)
    assert (found["likelihood_status"], found["consequence_status"], found["status"]) == (likelihood, consequence, status)
    assert (found["class_low"] is not None) == (status == "judged")


@pytest.mark.parametrize(
    ("held", "status"),
    [(("judged", "unknown", "not judged"), "judged"), (("not judged", "unknown"), "unknown"), (("not judged", "not judged"), "not judged")],
)
def test_status_of_an_aspect(held: tuple[str, ...], status: str) -> None:
    """An aspect is judged if anyone judged it, else unknown if anyone does not know, else not judged."""
    rows = [
        said("H1", "likelihood", 2) if is_ == "judged" else left("H1", "likelihood", is_, judge=f"O{place}")
        for place, is_ in enumerate(held)
    ]
    assert of(*rows)["likelihood_status"] == status


def test_an_antagonistic_event_may_stand_without_likelihood() -> None:
    """Bedöms inte for the likelihood of sabotage is no vet inte, and its consequence stands."""
    found = of(left("Sabotage", "likelihood", "not judged"), said("Sabotage", "societal_functions", 4))
    assert (found["status"], found["consequence_high"], found["likelihood_low"]) == ("not judged", 4, None)


def test_a_decimal_is_neither_neighbour() -> None:
    """3,2 is neither 3 nor 4: it stays 3,2, and its classes are those of both."""
    found = of(said("H1", "likelihood", 3.2), said("H1", "life_health", 3))
    assert (found["likelihood_low"], found["class_low"], found["class_high"]) == (3.2, SCALE.class_of(3, 3), SCALE.class_of(4, 3))


def test_columns_and_types() -> None:
    """The matrix has its declared columns in order, levels as numbers, classes as Int64, also when nothing is assessed."""
    aspects = [
        "life_health",
        "societal_functions",
        "democracy_rights",
        "environment_economy",
        "sovereignty",
        "own_operations",
        "unspecified",
    ]
    names = ["likelihood", "consequence", *(f"consequence_{aspect}" for aspect in aspects)]
    levels = [f"{name}_{bound}" for name in names for bound in ("low", "high")]
    for rows in ([], [said("H1", "likelihood", 3)]):
        found = risk.matrix(frame(rows), SCALE)
        assert list(found.columns) == [*levels, "class_low", "class_high", "likelihood_status", "consequence_status", "status"]
        assert [str(kind) for kind in found.dtypes] == ["float64"] * len(levels) + ["Int64"] * 2 + ["str"] * 3
        assert found.index.name == "risk"


def test_order_of_first_appearance() -> None:
    """Risks stand in the order in which they first appear, not by any product."""
    rows = [said(name, "likelihood", level) for name, level in (("Storm", 1), ("Brand", 5), ("Storm", 2), ("Pandemi", 3))]
    assert list(risk.matrix(frame(rows), SCALE).index) == ["Storm", "Brand", "Pandemi"]


def test_a_plain_table_will_do() -> None:
    """Judge, id and consolidated may be left out."""
    rows = pd.DataFrame({"risk": ["H1"], "aspect": ["likelihood"], "low": [3], "high": [4], "status": ["judged"]})
    assert risk.matrix(rows, SCALE).loc["H1", "likelihood_high"] == 4


def test_numbers_beside_vet_inte_do_not_count() -> None:
    """A level that stands beside vet inte is not counted, not even outside the scale."""
    assert of({**left("H1", "likelihood"), "low": 9.0, "high": 2.0})["likelihood_low"] is None


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (said("H1", "likelihood", 6), "low", "Nivån finns inte på skalan ”Femgradig skala, 5 × 5”."),
        (said("H1", "life_health", 1, 5.5), "high", "Nivån finns inte på skalan ”Femgradig skala, 5 × 5”."),
        (said("H1", "life_health", 0), "low", "Nivån finns inte på skalan ”Femgradig skala, 5 × 5”."),
        (said("H1", "life_health", 4, 2), "low", "Lägst (4) är mer än Högst (2)."),
        (said("H1", "life_health", None), "low", "Raden är bedömd men har ingen nivå."),
        (said("H1", "liv", 3), "aspect", "Aspekten finns inte på skalan ”Femgradig skala, 5 × 5”."),
        ({**said("H1", "life_health", 3), "status": "bedömd"}, "status", "Ställningen är varken bedömd, vet inte eller bedöms inte."),
        ({**said("H1", "life_health", 3), "status": None}, "status", "Ställningen är varken bedömd, vet inte eller bedöms inte."),
        ({**said("H1", "life_health", 3), "risk": None}, "risk", "Bedömningen säger inte vilken risk den gäller."),
    ],
)
def test_what_cannot_be_weighed_together(row: Judgement, column: str, problem: str) -> None:
    """Each judgement that cannot be read is said in Swedish with its row and column."""
    assert ("A2", column, problem) in problems_of(frame([said("H1", "likelihood", 3), row]))


def test_words_in_a_level_are_said() -> None:
    """A word where a level should be is no missing level: it is an error that shows the word."""
    rows = pd.DataFrame(
        {"risk": ["H1"], "aspect": ["likelihood"], "low": ["hög"], "high": [4], "status": ["judged"], "consolidated": ["kanske"]}
    )
    with pytest.raises(KrokomrsaError, match="”hög”") as caught:
        risk.matrix(rows, SCALE)
    assert [problem.column for problem in caught.value.problems] == ["consolidated", "low"]


def test_all_problems_at_once() -> None:
    """Everything wrong in a table is said in one answer, the rule included."""
    rows = frame([said("H1", "likelihood", 7), said("H1", "liv", 3), said("H1", "life_health", None)])
    found = problems_of(rows, rule="medel")
    assert {row_id for row_id, _, _ in found} == {"", "A1", "A2", "A3"}
    assert problems_of(rows.drop(columns=["low", "status"]), rule="medel")[0][2] == "Det finns ingen regel för sammanvägning som heter så."


def test_missing_columns_are_named() -> None:
    """A table without a needed column is refused with the column's name."""
    assert problems_of(frame([]).drop(columns=["low", "risk"]))[0][1:] == ("risk", "Tabellen med bedömningar saknar kolumnen risk.")


@settings(max_examples=40, deadline=None)
@given(tables, st.data())
def test_raising_a_judgement_never_lowers_a_class(rows: list[Judgement], data: st.DataObject) -> None:
    """On a monotone scale a class never sinks when a judgement rises."""
    places = [place for place, row in enumerate(rows) if row["status"] == "judged"]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    low, high = rows[place]["low"], rows[place]["high"]
    up = data.draw(levels.filter(lambda level: level >= high))
    raised = [
        *rows[:place],
        {**rows[place], "low": data.draw(levels.filter(lambda level: low <= level <= up)), "high": up},
        *rows[place + 1 :],
    ]
    before, after = (risk.matrix(frame(table), SCALE)[["class_low", "class_high"]] for table in (rows, raised))
    pd.testing.assert_index_equal(before.index, after.index)
    assert (after.fillna(0) >= before.fillna(0)).all().all()


@settings(max_examples=40, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(rows: list[Judgement], random: Any) -> None:
    """The same judgements in another order give the same matrix, ranks and spreads, apart from the order of the risks."""
    shuffled = random.sample(rows, len(rows))
    one, other = (risk.matrix(frame(table), SCALE) for table in (rows, shuffled))
    pd.testing.assert_frame_equal(one.sort_index(), other.sort_index())
    pd.testing.assert_frame_equal(risk.ranking(one).sort_index(), risk.ranking(other).sort_index())
    spreads = [risk.disagreement(frame(table), SCALE).sort_values(["risk", "aspect"], ignore_index=True) for table in (rows, shuffled)]
    pd.testing.assert_frame_equal(*spreads)


@settings(max_examples=40, deadline=None)
@given(tables)
def test_inputs_are_unchanged(rows: list[Judgement]) -> None:
    """Neither assessments nor matrix is changed by what is calculated from them."""
    assessments = frame(rows)
    kept = assessments.copy(deep=True)
    found = risk.matrix(assessments, SCALE)
    kept_matrix = found.copy(deep=True)
    risk.ranking(found)
    risk.disagreement(assessments, SCALE)
    pd.testing.assert_frame_equal(assessments, kept)
    pd.testing.assert_frame_equal(found, kept_matrix)


@settings(max_examples=40, deadline=None)
@given(tables)
def test_against_counting_by_hand(rows: list[Judgement]) -> None:
    """Every span, maximum, status and class is what a plain loop over the rows finds."""
    found = risk.matrix(frame(rows), SCALE)
    assert list(found.index) == list(dict.fromkeys(row["risk"] for row in rows))
    for name, line in found.iterrows():
        assert by_hand([row for row in rows if row["risk"] == name]) == {
            key: None if pd.isna(value) else value for key, value in line.items() if key in by_hand([])
        }


def by_hand(rows: list[Judgement]) -> dict[str, Any]:
    """Return the result for one risk the slow way."""
    spans, found = {}, {}
    for aspect in ("likelihood", *SCALE.aspects):
        held = [row for row in rows if row["aspect"] == aspect]
        held = [row for row in held if row["consolidated"]] or held
        judged = [row for row in held if row["status"] == "judged"]
        spans[aspect] = (min(row["low"] for row in judged), max(row["high"] for row in judged)) if judged else None
        found[aspect] = next(
            (status for status in ("judged", "unknown", "not judged") if any(row["status"] == status for row in held)), "missing"
        )
    values = [spans[aspect] for aspect in SCALE.combined if spans[aspect]]
    consequence = (max(low for low, _ in values), max(high for _, high in values)) if values else (None, None)
    statuses = [found[aspect] for aspect in SCALE.combined]
    severe = next((status for status in ("judged", "unknown", "not judged") if status in statuses), "missing")
    likelihood = spans["likelihood"] or (None, None)
    classes = box(SCALE, likelihood, consequence) if spans["likelihood"] and values else (None, None)
    return {
        "likelihood_low": likelihood[0],
        "likelihood_high": likelihood[1],
        "consequence_low": consequence[0],
        "consequence_high": consequence[1],
        "class_low": classes[0],
        "class_high": classes[1],
        "likelihood_status": found["likelihood"],
        "consequence_status": severe,
        "status": next(status for status in ("missing", "unknown", "not judged", "judged") if status in (found["likelihood"], severe)),
    }


def box(scale: Scale, likelihood: tuple[float, float], consequence: tuple[float, float]) -> tuple[int, int]:
    """Return the lowest and highest class of the cells less than one level outside the two intervals."""
    cells = [
        scale.class_of(likely.level, severe.level)
        for likely in scale.likelihood
        for severe in scale.consequence
        if likelihood[0] - 1 < likely.level < likelihood[1] + 1 and consequence[0] - 1 < severe.level < consequence[1] + 1
    ]
    return min(cells), max(cells)


def test_every_box_on_a_bent_scale() -> None:
    """On a scale that is not monotone the classes are the extremes of the whole box, not of its corners."""
    scale = parse(BENT, file="bruten.toml")
    steps = np.arange(1, 3.5, 0.5)
    spans = [(low, high) for low in steps for high in steps if low <= high]
    boxes = {f"H{number}": pair for number, pair in enumerate((one, other) for one in spans for other in spans)}
    rows = [
        said(name, aspect, *span) for name, pair in boxes.items() for aspect, span in zip(("likelihood", "unspecified"), pair, strict=True)
    ]
    found = risk.matrix(frame(rows), scale)
    assert not scale.monotone
    assert [tuple(line) for line in found[["class_low", "class_high"]].to_numpy()] == [box(scale, *pair) for pair in boxes.values()]


def test_highest_risks() -> None:
    """Rank goes by class, then consequence, then likelihood; P4×C2 and P3×C3 are told apart by consequence, not by 8 < 9."""
    pairs = {"Storm": (4, 2), "Elavbrott": (3, 3), "Pandemi": (3, 4), "Skyfall": (4, 2), "Isgata": (5, 1)}
    rows = [
        said(name, aspect, level) for name, held in pairs.items() for aspect, level in zip(("likelihood", "unspecified"), held, strict=True)
    ]
    rows += [left("Sabotage", "likelihood", "not judged"), said("Sabotage", "unspecified", 5), left("Cyberangrepp", "likelihood")]
    ranked = risk.ranking(risk.matrix(frame(rows), SCALE))
    assert {name: None if pd.isna(rank) else rank for name, rank in ranked["rank"].items()} == {
        "Pandemi": 1,
        "Elavbrott": 2,
        "Storm": 3,
        "Skyfall": 3,
        "Isgata": 5,
        "Sabotage": None,
        "Cyberangrepp": None,
    }
    assert list(ranked.index) == ["Pandemi", "Elavbrott", "Storm", "Skyfall", "Isgata", "Sabotage", "Cyberangrepp"]
    assert (ranked.columns[0], str(ranked["rank"].dtype)) == ("rank", "Int64")


@settings(max_examples=30, deadline=None)
@given(tables)
def test_rank_is_one_more_than_those_above(rows: list[Judgement]) -> None:
    """A judged risk's rank is one more than the number of risks above it in the declared order; others have none and stand last."""
    ranked = risk.ranking(risk.matrix(frame(rows), SCALE))
    places = {name: tuple(line) for name, line in ranked.loc[ranked["status"] == "judged", list(risk.DECLARED_ORDER)].iterrows()}
    assert [1 + sum(other > place for other in places.values()) for place in places.values()] == ranked["rank"].dropna().tolist()
    assert ranked["rank"].isna().tolist() == sorted(ranked["rank"].isna())


def test_ranking_of_nothing() -> None:
    """No assessments make an empty ranking with its columns."""
    assert list(risk.ranking(risk.matrix(frame([]), SCALE)).columns)[:2] == ["rank", "likelihood_low"]


def test_where_judges_disagree() -> None:
    """The risk and aspect where two judges stand farthest apart comes first, with who stands where."""
    rows = [
        said("Elavbrott", "likelihood", 3, judge="SOC"),
        said("Elavbrott", "likelihood", 4, judge="IT"),
        said("Storm", "life_health", 5, judge="SOC"),
        said("Storm", "life_health", 2, judge="IT"),
        said("Storm", "life_health", 2, judge="VA"),
        said("Storm", "likelihood", 2, judge="VA"),
        said("Storm", "life_health", 3, judge="KS", consolidated=True),
    ]
    found = risk.disagreement(frame(rows), SCALE)
    assert found.to_numpy().tolist() == [
        ["Storm", "life_health", 3, 2.0, 5.0, 3.0, 3.0, ("IT", "VA"), ("SOC",)],
        ["Elavbrott", "likelihood", 2, 3.0, 4.0, 1.0, 1.0, ("SOC",), ("IT",)],
    ]


def test_an_uncertain_judge_does_not_disagree() -> None:
    """One who says 1–5 is unsure, not in disagreement with one who says 3: the span is wide, but they are not apart."""
    found = risk.disagreement(frame([said("H1", "likelihood", 1, 5, judge="SOC"), said("H1", "likelihood", 3, judge="IT")]), SCALE)
    assert found.loc[0, ["span", "apart"]].tolist() == [4.0, 0.0]


def test_own_operations_are_no_disagreement() -> None:
    """Departments that are hit differently do not disagree; their answers are compared only when asked for."""
    rows = frame([said("H1", "own operations", level, judge=judge) for judge, level in {"SOC": 5, "IT": 1}.items()])
    assert risk.disagreement(rows, SCALE).empty
    assert risk.disagreement(rows, SCALE, aspects=["own operations"])["apart"].tolist() == [4.0]


def test_consolidated_may_be_said_in_words() -> None:
    """Yes and no, as the register's Ja and Nej, are what True and False are."""
    rows = [
        {"risk": "H-1", "judge": "SOC", "aspect": "likelihood", "low": 1, "high": 1, "status": "judged", "consolidated": "no"},
        {"risk": "H-1", "judge": "LED", "aspect": "likelihood", "low": 3, "high": 3, "status": "judged", "consolidated": "yes"},
    ]
    assert risk.matrix(pd.DataFrame(rows), load()).loc["H-1", "likelihood_low"] == 3
