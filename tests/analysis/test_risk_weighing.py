from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_rows import Judgement, frame, left, levels, said, tables

from krokomrsa import scale_file
from krokomrsa.analysis import risk
from krokomrsa.errors import KrokomrsaError
from krokomrsa.scales import judged_by, load, parse
from krokomrsa.vocabulary import resource, texts

SCALE = load()
DEFAULT = resource("scales", "femgradig.toml")
MIDDLE = parse(DEFAULT.replace('rule = "max"', 'rule = "median"'), file="egen.toml")
rules = st.sampled_from(list(risk.RULES))


def bounds(rows: list[Judgement], rule: str, aspect: str = "likelihood") -> tuple[float, float]:
    """Return what counts of an aspect of the only risk."""
    line = risk.matrix(frame(rows), SCALE, rule).iloc[0]
    return line[f"{aspect}_low"], line[f"{aspect}_high"]


def test_the_median_of_three_judges_is_the_middle_one() -> None:
    """With three judges the median is what the middle one says, however far away the others are."""
    rows = [said("Storm", "likelihood", level, judge=judge) for judge, level in {"SOC": 1, "IT": 4, "VA": 5}.items()]
    assert bounds(rows, "consolidated_or_median") == (4, 4)


def test_the_median_of_two_judges_is_both() -> None:
    """Between two judges the median is the interval of both: 2 and 5 are never averaged to 3.5."""
    rows = [said("Storm", "likelihood", level, judge=judge) for judge, level in {"SOC": 2, "IT": 5}.items()]
    assert bounds(rows, "consolidated_or_median") == (2, 5)


def test_the_median_of_intervals_is_taken_at_both_ends() -> None:
    """Intervals have their lows and their highs counted apart."""
    rows = [said("Storm", "likelihood", *ends, judge=judge) for judge, ends in {"SOC": (1, 5), "IT": (3, 4), "VA": (2, 3)}.items()]
    assert bounds(rows, "consolidated_or_median") == (2, 4)


def test_the_highest_judge_counts() -> None:
    """By the rule of the highest, what the highest judge says counts, with the uncertainty that is left."""
    rows = [said("Storm", "likelihood", *ends, judge=judge) for judge, ends in {"SOC": (1, 5), "IT": (3, 4)}.items()]
    assert bounds(rows, "consolidated_or_highest") == (3, 5)


def test_a_judge_counts_once() -> None:
    """A judge with several rows of an aspect is one judge, who says what these span."""
    rows = [said("Storm", "likelihood", level, judge="SOC") for level in (1, 1, 2)]
    rows += [said("Storm", "likelihood", 4, judge="IT"), said("Storm", "likelihood", 5, judge="VA")]
    assert bounds(rows, "consolidated_or_median") == (4, 4)


@pytest.mark.parametrize("rule", risk.RULES)
def test_consolidated_goes_before_every_rule(rule: str) -> None:
    """Where the municipality has a judgement of its own, it counts, whatever the rule for the others."""
    rows = [said("Storm", "likelihood", level, judge=judge) for judge, level in {"SOC": 1, "IT": 5}.items()]
    assert bounds([*rows, said("Storm", "likelihood", 2, 3, judge="LED", consolidated=True)], rule) == (2, 3)


@pytest.mark.parametrize("rule", risk.RULES)
def test_vet_inte_is_no_level_by_any_rule(rule: str) -> None:
    """A judge who says vet inte is neither low nor high, and alone makes the risk unknown."""
    rows = [left("Storm", "likelihood", judge="IT")]
    assert risk.matrix(frame(rows), SCALE, rule).loc["Storm", "likelihood_status"] == "unknown"
    assert bounds([*rows, said("Storm", "likelihood", 4)], rule) == (4, 4)


def test_the_scale_says_the_rule() -> None:
    """A scale that declares a rule for its judges is followed without being told, and what is asked for goes before it."""
    rows = frame([said("Storm", "likelihood", level, judge=judge) for judge, level in {"SOC": 1, "IT": 4, "VA": 5}.items()])
    scale = judged_by(SCALE, "consolidated_or_median")
    assert risk.matrix(rows, scale).loc["Storm", "likelihood_low"] == 4
    assert risk.matrix(rows, scale, "consolidated_or_span").loc["Storm", "likelihood_low"] == 1
    assert risk.matrix(rows, parse(DEFAULT.replace("or_span", "or_highest"), file="egen.toml")).loc["Storm", "likelihood_low"] == 5


def test_a_rule_that_does_not_exist() -> None:
    """A misspelt rule is answered with the one that was meant."""
    with pytest.raises(KrokomrsaError, match="Menade du ”consolidated_or_median”"):
        judged_by(SCALE, "consolidated_or_medain")


def test_what_a_scale_may_declare_is_what_there_is() -> None:
    """Every rule that a scale file may name is worked out and has its Swedish words."""
    told = texts("risk")
    assert tuple(risk.RULES) == scale_file.JUDGES
    assert tuple(risk.COMBINATIONS) == scale_file.RULES
    assert [list(told[key]) for key in ("judges", "judges_said", "judges_short")] == [list(risk.RULES)] * 3
    assert [list(told[key]) for key in ("combined_said", "combined_short")] == [list(risk.COMBINATIONS)] * 2


def test_the_median_of_the_protected_values() -> None:
    """A municipality that declares the median gets the middle one of the values that are judged, and each value is kept."""
    given_levels = {"life_health": 5, "societal_functions": 2, "sovereignty": 1}
    found = risk.matrix(frame(said("Storm", aspect, level) for aspect, level in given_levels.items()), MIDDLE).loc["Storm"]
    assert (found["consequence_low"], found["consequence_high"], found["consequence_life_health_low"]) == (2, 2, 5)
    two = risk.matrix(frame([said("Storm", "life_health", 5), said("Storm", "sovereignty", 1)]), MIDDLE).loc["Storm"]
    assert (two["consequence_low"], two["consequence_high"]) == (1, 5)


def test_a_declared_choice_is_said() -> None:
    """What a municipality has chosen otherwise than the usual is said in sentences, and nothing is where it has not."""
    some = parse(DEFAULT.replace('"democracy_rights", ', "").replace('rule = "max"', 'rule = "median"'), file="egen.toml")
    assert risk.stated(SCALE) == ()
    assert risk.stated(judged_by(some, "consolidated_or_highest")) == (
        "Där ingen sammanvägd bedömning finns gäller den högsta bedömningen.",
        "Konsekvens är mittersta nivån (medianen) bland skyddsvärdena.",
        "Ingår inte i konsekvensen: Demokrati, rättssäkerhet, fri- och rättigheter.",
    )


def by_hand(rows: list[Judgement], rule: str) -> tuple[float | None, float | None]:
    """Return what counts of the likelihood of one risk the slow way."""
    held = [row for row in rows if row["aspect"] == "likelihood"]
    settled = [row for row in held if row["consolidated"]]
    ends: dict[str, list[Judgement]] = {}
    for row in settled or held:
        if row["status"] == "judged":
            ends.setdefault(row["judge"], []).append(row)
    lows = sorted(min(row["low"] for row in own) for own in ends.values())
    highs = sorted(max(row["high"] for row in own) for own in ends.values())
    if not lows:
        return None, None
    count = len(lows)
    low, high = {"span": (0, -1), "median": ((count - 1) // 2, count // 2), "highest": (-1, -1)}[rule.rpartition("_")[2]]
    return (lows[0], highs[-1]) if settled else (lows[low], highs[high])


@settings(max_examples=60, deadline=None)
@given(tables, rules)
def test_every_rule_against_counting_by_hand(rows: list[Judgement], rule: str) -> None:
    """What counts by each rule is what a plain sort of the judges finds, and the risks are all there."""
    found = risk.matrix(frame(rows), SCALE, rule)
    assert list(found.index) == list(dict.fromkeys(row["risk"] for row in rows))
    for name, line in found.iterrows():
        ends = tuple(None if pd.isna(line[f"likelihood_{bound}"]) else line[f"likelihood_{bound}"] for bound in ("low", "high"))
        assert ends == by_hand([row for row in rows if row["risk"] == name], rule)


@settings(max_examples=40, deadline=None)
@given(tables, rules, st.randoms(use_true_random=False))
def test_order_of_judges_changes_nothing(rows: list[Judgement], rule: str, random: Any) -> None:
    """The same judgements in another order, by judges of other names, give the same matrix by every rule."""
    renamed = {"SOC": "VA", "IT": "SOC", "VA": "IT"}
    shuffled = random.sample([{**row, "judge": renamed[row["judge"]]} for row in rows], len(rows))
    one, other = (risk.matrix(frame(table), MIDDLE, rule) for table in (rows, shuffled))
    pd.testing.assert_frame_equal(one.sort_index(), other.sort_index())


@settings(max_examples=40, deadline=None)
@given(tables, rules, st.data())
def test_raising_a_judgement_never_lowers_a_class_by_any_rule(rows: list[Judgement], rule: str, data: st.DataObject) -> None:
    """On a monotone scale no class sinks when a judgement rises, whichever rules are declared."""
    places = [place for place, row in enumerate(rows) if row["status"] == "judged"]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    up = data.draw(levels.filter(lambda level: level >= rows[place]["high"]))
    raised = [*rows[:place], {**rows[place], "high": up, "low": max(rows[place]["low"], min(up, 3.0))}, *rows[place + 1 :]]
    before, after = (risk.matrix(frame(table), MIDDLE, rule)[["class_low", "class_high"]].fillna(0) for table in (rows, raised))
    assert (after >= before).all().all()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.integers(1, 7), st.data())
def test_scales_of_every_size(rows: int, columns: int, data: st.DataObject) -> None:
    """A matrix of n × m levels is read, and each cell has the class that stands there."""
    cells = data.draw(st.lists(st.lists(st.integers(1, 2), min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    levels_of = {
        axis: ", ".join(f'{{ level = {n}, label = "{axis[0]}{n}" }}' for n in range(1, count + 1))
        for axis, count in (("likelihood", rows), ("consequence", columns))
    }
    text = f"""
id = "egen"
name = "Egen"
source = "Egen"
checked = 2026-11-22
matrix = {cells}
likelihood = [{levels_of["likelihood"]}]
consequence = [{levels_of["consequence"]}]
classes = [{{ level = 1, label = "Låg", colour = "class1" }}, {{ level = 2, label = "Hög", colour = "class4" }}]
"""
    scale = parse(text, file="egen.toml")
    each = [(f"H{n}", n // columns + 1, n % columns + 1) for n in range(rows * columns)]
    judged = [said(name, aspect, level) for name, *pair in each for aspect, level in zip(("likelihood", "unspecified"), pair, strict=True)]
    found = risk.matrix(frame(judged), scale)
    assert found["class_high"].tolist() == np.array(cells).ravel().tolist()
