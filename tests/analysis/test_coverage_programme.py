"""The cheapest programme: against brute force, against the duty board, and what it says when nothing is enough."""

from datetime import date
from itertools import chain, combinations, product

import numpy as np
import pandas as pd
import pytest
from coverage_cases import BOSTAD, KL, KS, activity, board
from hypothesis import given, settings
from hypothesis import strategies as st

from krokomrsa import rules
from krokomrsa.analysis import coverage
from krokomrsa.analysis.coverage import programme
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register
from krokomrsa.rules import Period

PERIOD = Period(2027, 2030)
ON = date(2027, 1, 1)
YEARS = (2027, 2028)
LEVELS = (None, "central")
AGREEMENT = rules.load("overenskommelse-2019-2022")
STRATEGY = rules.load("strategi-2019-2022")
ROLES = [KS | {"crisis_role": "crisis board"}, KL | {"crisis_role": "official leadership"}, BOSTAD]
EMPTY = Register()


def candidate(number, kind="exercise", cost_days=10, **given_):
    """Return a training or an exercise that could be held."""
    return {"id": f"K{number}", "name": f"Förslag {number}", "kind": kind, "cost_days": cost_days} | given_


@st.composite
def instances(draw):
    """Return candidates, requirements, gives and limits, small enough to go through every choice."""
    count = draw(st.integers(1, 5))
    table = [
        candidate(
            number,
            cost_days=draw(st.integers(0, 9)),
            level=draw(st.sampled_from(LEVELS)),
            years=list(draw(st.sets(st.sampled_from(YEARS), min_size=1))),
            quarters=list(draw(st.sets(st.integers(1, 4), max_size=2))),
            most=draw(st.integers(1, 2)),
        )
        for number in range(count)
    ]
    pairs = [(one["id"], year) for one in table for year in one["years"]]
    asked = [{"id": f"R{number}", "at_least": draw(st.integers(1, 2))} for number in range(draw(st.integers(0, 4)))]
    gives = [(one["id"], *pair) for one in asked for pair in pairs if draw(st.booleans())]
    closed = {YEARS[0]: {"central"}} if draw(st.booleans()) else {}
    limits = {"per_quarter": draw(st.sampled_from([None, 1])), "closed": closed}
    requirements = pd.DataFrame(asked, columns=["id", "at_least"])
    return pd.DataFrame(table), requirements, pd.DataFrame(gives, columns=["requirement", "candidate", "year"]), limits


def fits(pairs, quarters, per_quarter):
    """Tell whether the activities of each year find a quarter, by trying every way."""
    if per_quarter is None:
        return True
    for year in YEARS:
        held = [quarters[key] or {1, 2, 3, 4} for key, at in pairs if at == year]
        if not any(max(np.bincount(way, minlength=1)) <= per_quarter for way in product(*held)) and held:
            return False
    return True


def given_by(pairs, gives, requirement):
    """Return how many times some activities give a requirement."""
    return sum((requirement, *pair) in gives for pair in pairs)


def every_choice(table, limits):
    """Go through every set of activities that no limit forbids."""
    level, most, quarters = ({row["id"]: row[key] for row in table.to_dict("records")} for key in ("level", "most", "quarters"))
    pairs = [(row["id"], year) for row in table.to_dict("records") for year in row["years"]]
    allowed = [pair for pair in pairs if level[pair[0]] is None or level[pair[0]] not in limits["closed"].get(pair[1], set())]
    sets = chain.from_iterable(combinations(allowed, size) for size in range(len(allowed) + 1))
    quarters = {key: set(value) for key, value in quarters.items()}
    for held in sets:
        times = [sum(key == one for key, _ in held) for one in most]
        if all(count <= most[one] for count, one in zip(times, most, strict=True)) and fits(held, quarters, limits["per_quarter"]):
            yield held


def enough(held, requirements, gives, only=None):
    """Tell whether some activities give every requirement, or those named."""
    asked = [row for row in requirements.to_dict("records") if only is None or row["id"] in only]
    return all(given_by(held, gives, row["id"]) >= row["at_least"] for row in asked)


@settings(max_examples=150, deadline=None)
@given(instances())
def test_the_programme_is_the_cheapest_of_every_choice_and_a_clash_is_one_with_none_to_spare(instance):
    """What is found costs as little as any choice that is enough; where none is, what is named cannot be given and no less can."""
    table, requirements, gives, limits = instance
    found = programme.cheapest(table, requirements, gives, PERIOD, **limits)
    triples = set(gives.itertuples(index=False, name=None))
    choices = list(every_choice(table, limits))
    cost = dict(zip(table["id"], table["cost_days"], strict=True))
    good = [sum(cost[key] for key, _ in held) for held in choices if enough(held, requirements, triples)]
    if good:
        placed = list(found.chosen[["candidate", "year"]].itertuples(index=False, name=None))
        assert not found.impossible
        assert not found.clash
        assert found.cost_days == min(good) == found.chosen["cost_days"].sum()
        assert enough(placed, requirements, triples)
        assert any(set(placed) == set(held) for held in choices)
        quarters = dict(zip(table["id"], table["quarters"], strict=True))
        assert all(not quarters[row.candidate] or row.quarter in quarters[row.candidate] for row in found.chosen.itertuples())
        taken = found.chosen.groupby(["year", "quarter"]).size()
        assert limits["per_quarter"] is None or taken.empty or taken.max() <= limits["per_quarter"]
    else:
        assert found.impossible or found.clash
        assert found.chosen.empty
        free = {**limits, "per_quarter": None}
        assert not any(enough(held, requirements, triples, [key]) for held in every_choice(table, free) for key in found.impossible)
        if found.clash:
            assert not any(enough(held, requirements, triples, found.clash) for held in choices)
            for spared in found.clash:
                assert any(enough(held, requirements, triples, set(found.clash) - {spared}) for held in choices)


@settings(max_examples=60, deadline=None)
@given(instances())
def test_one_more_activity_buys_what_the_best_choice_of_that_size_gives(instance):
    """Each row gives as many requirements as any choice of its size, at the lowest cost, and the last as many as any choice at all."""
    table, requirements, gives, limits = instance
    found = programme.gain(table, requirements, gives, PERIOD, **limits)
    triples = set(gives.itertuples(index=False, name=None))
    cost = dict(zip(table["id"], table["cost_days"], strict=True))
    choices = [
        (len(held), sum(enough(held, requirements, triples, [key]) for key in requirements["id"]), sum(cost[key] for key, _ in held))
        for held in every_choice(table, limits)
    ]
    for row in found.itertuples():
        of_size = [choice for choice in choices if choice[0] <= row.activities]
        most = max(met for _, met, _ in of_size)
        assert row.met == most
        assert row.cost_days == min(days for _, met, days in of_size if met == most)
    assert found["met"].max() == max(met for _, met, _ in choices)


@settings(max_examples=30, deadline=None)
@given(instances(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(instance, random):
    """Candidates, requirements and gives in another order lead to the same programme."""
    table, requirements, gives, limits = instance
    found = programme.cheapest(table, requirements, gives, PERIOD, **limits)
    shuffled = [frame.sample(frac=1, random_state=random.randrange(1000)) for frame in (table, requirements, gives)]
    again = programme.cheapest(*shuffled, PERIOD, **limits)
    pd.testing.assert_frame_equal(found.chosen, again.chosen)
    assert (found.impossible, found.clash) == (again.impossible, again.clash)


FULL = [
    candidate(1, cost_days=30, target_groups="crisis_board; official_leadership; crisis_staff", most=2),
    candidate(2, "training", 8, target_groups="crisis_staff"),
    candidate(3, functions="technical_supply"),
    candidate(4, "training", 4, functions="technical_supply; crisis_support"),
    candidate(5, functions="crisis_support"),
    candidate(6, cost_days=15, form="collaboration", level="regional", quarters="3"),
]


def asked(candidates, rows=(), *, sets=AGREEMENT, services=(), **more):
    """Return what is asked of a programme, and which candidates give it."""
    given_rows = {"organisations": ROLES, "activities": list(rows), "services": list(services)}
    register = Register({key: pd.DataFrame(value) for key, value in given_rows.items() if value})
    table = pd.DataFrame(candidates)
    return coverage.requirements(table, register.activities, register.organisations, register.services, sets, on=ON, period=PERIOD, **more)


def test_a_programme_that_is_carried_out_and_evaluated_meets_every_duty_on_the_board():
    """Held and evaluated as the programme says, each duty of the agreement stands as met on the duty board."""
    table = pd.DataFrame(FULL)
    found = programme.cheapest(table, *asked(FULL), PERIOD)
    by_id = {one["id"]: one for one in FULL}
    rows = [
        {key: value for key, value in by_id[row.candidate].items() if key not in {"cost_days", "most", "quarters"}}
        | {"id": f"U{number}", "status": "done", "year": row.year, "quarter": row.quarter, "took_part_in_planning": True}
        | {"carried_out_on": date(row.year, 3 * row.quarter, 1), "evaluated_on": date(row.year, 3 * row.quarter, 20)}
        for number, row in enumerate(found.chosen.itertuples())
    ]
    held = board(rows, on=PERIOD.end, organisations=ROLES, sets=[AGREEMENT], period=PERIOD)
    assert set(held["status"]) == {"met"}
    assert found.cost_days == held_cost(found)


def held_cost(found):
    """Return what the chosen activities cost together."""
    return found.chosen["cost_days"].sum()


def test_what_is_carried_out_already_is_not_asked_for_again():
    """An exercise that was held and evaluated takes itself off; one that is only planned takes off nothing."""
    held = activity(1, status="done", year=2027, carried_out_on=date(2027, 1, 1), evaluated_on=date(2027, 1, 1))
    planned = activity(2, status="planned", year=2028, evaluation_planned=True)
    source = f"{AGREEMENT.id}/two_exercises"
    left = [asked(FULL, rows)[0].set_index("source").loc[source, "at_least"] for rows in ([], [held], [planned], [held, planned])]
    assert left == [2, 1, 2, 1]


def test_what_no_activity_can_give_is_not_asked_of_a_programme():
    """A plan to decide, a goal to reach and a routine to write are no one's exercise; training in the routine is."""
    service = {"id": "V1", "organisation": "KL", "name": "Hemtjänst", "condition_1": "yes", "scope": "own", "routines": "no"}
    found, _ = asked(FULL, sets=STRATEGY, services=[service])
    assert {source.split("/")[1] for source in found["source"]} == {"routines_and_training", "isf", "rakel_wis", "municipal_company"}
    assert "utbildning på rutinen för Hemtjänst" in " ".join(found["text"])
    assert "rutin för Hemtjänst" not in " ".join(found["text"])


def test_a_yearly_duty_asks_for_each_year():
    """Rakel and WIS are asked for in each of the four years, and one candidate that may be held four times gives them."""
    radio = candidate(1, "training", 2, competences="rakel; wis", most=4)
    found, gives = asked([radio], sets=STRATEGY)
    yearly = found[found["source"].str.endswith("rakel_wis")]
    made = programme.cheapest(pd.DataFrame([radio]), yearly, gives[gives["requirement"].isin(yearly["id"])], PERIOD)
    assert made.chosen["year"].tolist() == list(PERIOD.years)
    assert len(yearly) == 2 * len(PERIOD.years)


def test_risks_and_services_are_practised_by_exercises_that_name_them():
    """A chosen risk or service is given by an exercise that names it, not by a training, and not again where one was held."""
    rows = [candidate(1, risks="H1", services="V1"), candidate(2, "training", risks="H1")]
    chosen = {"risks": {"H1": "Elavbrott"}, "exercised": {"V1": "Hemtjänst"}}
    found, gives = asked(rows, sets=[], **chosen)
    assert found["text"].tolist() == ["Övad händelse: Elavbrott", "Övad verksamhet: Hemtjänst"]
    assert set(gives["candidate"]) == {"K1"}
    held = activity(1, status="done", year=2027, carried_out_on=ON, risks="H1")
    assert asked(rows, [held], sets=[], **chosen)[0]["id"].tolist() == ["service/V1"]


def test_the_inriktning_of_a_year_closes_its_level():
    """A year without central exercises takes none, and a duty that only these give is then given another year."""
    closed = rules.excluded_levels(PERIOD)
    found = programme.cheapest(pd.DataFrame([candidate(1, level="central")]), *_one("K1", PERIOD.years), PERIOD, closed=closed)
    assert closed == {2030: ("central",)}
    assert found.chosen["year"].iloc[0] != 2030
    assert programme.cheapest(pd.DataFrame([candidate(1, level="central")]), *_one("K1", [2030]), PERIOD, closed=closed).impossible == (
        "R",
    )


def _one(key, years):
    """Return one requirement that a candidate gives in some years."""
    gives = pd.DataFrame([("R", key, year) for year in years], columns=["requirement", "candidate", "year"])
    return pd.DataFrame({"id": ["R"], "at_least": [1]}), gives


def test_nothing_is_held_in_a_quarter_that_is_past():
    """Late in the autumn only the last quarter of the year is left, and a candidate for the spring waits until the next year."""
    table, after = pd.DataFrame([candidate(1, quarters="1; 2")]), date(2027, 11, 15)
    assert programme.cheapest(table, *_one("K1", PERIOD.years), PERIOD, after=after).chosen["year"].iloc[0] > 2027
    assert programme.cheapest(table, *_one("K1", [2027]), PERIOD, after=after).impossible == ("R",)
    free = programme.cheapest(pd.DataFrame([candidate(1)]), *_one("K1", [2027]), PERIOD, after=after)
    assert free.chosen["quarter"].tolist() == [4]


def test_the_own_plan_is_held_against_the_same_requirements():
    """Of a plan is told what it gives; two of what is asked twice are met, one is not."""
    requirements, gives = _one("K1", PERIOD.years)
    twice = requirements.assign(at_least=2)
    assert programme.met_by(twice, gives, [("K1", 2027)])["met"].tolist() == [False]
    assert programme.met_by(twice, gives, [("K1", 2027), ("K1", 2028)])["met"].tolist() == [True]


WRONG = {
    "ett id saknas": ([candidate(1) | {"id": None}], "Förslaget saknar id"),
    "två med samma id": ([candidate(1), candidate(1)], "flera förslag"),
    "kvartal 5": ([candidate(1, quarters="5")], "Kvartal finns bara 1–4"),
    "år utanför": ([candidate(1, years="2031")], "ligger inte i perioden 2027–2030"),
    "minuskostnad": ([candidate(1, cost_days=-1)], "persondagar"),
    "utan kostnad": ([candidate(1, cost_days=None)], "persondagar"),
    "noll gånger": ([candidate(1, most=0)], "Högsta antalet gånger"),
    "okänd målgrupp": ([candidate(1, target_groups="Kommunstyrelsen")], "Menade du ”Kommunstyrelse”?"),
    "varken eller": ([candidate(1, kind="möte")], "varken utbildning eller övning"),
    "inget förslag": ([], "inga förslag"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_a_candidate_is_said_in_swedish(wrong):
    """Each fault has its own sentence, and what to do."""
    rows, said = WRONG[wrong]
    with pytest.raises(KrokomrsaError, match=said.replace("?", r"\?")) as caught:
        programme.cheapest(pd.DataFrame(rows), *_one("K1", [2027]), PERIOD)
    assert all(problem.remedy for problem in caught.value.problems)


def test_everything_wrong_is_said_at_once():
    """Two candidates with three faults give three problems."""
    rows = [candidate(1, quarters="5; 6"), candidate(2, cost_days=None)]
    with pytest.raises(KrokomrsaError) as caught:
        programme.cheapest(pd.DataFrame(rows), *_one("K1", [2027]), PERIOD)
    assert len(caught.value.problems) == 3


def test_requirements_that_do_not_fit_the_candidates_are_refused():
    """A requirement that names an unknown candidate, asks for nothing, or stands twice is told of."""
    table = pd.DataFrame([candidate(1)])
    requirements, gives = _one("K9", [2027])
    with pytest.raises(KrokomrsaError, match="förslag eller år som inte finns"):
        programme.cheapest(table, requirements, gives, PERIOD)
    with pytest.raises(KrokomrsaError, match="minst 1"):
        programme.cheapest(table, requirements.assign(at_least=0), gives.iloc[:0], PERIOD)
    with pytest.raises(KrokomrsaError, match="flera rader"):
        programme.cheapest(table, pd.concat([requirements, requirements]), gives.iloc[:0], PERIOD)
    with pytest.raises(KrokomrsaError, match="ett kvartal"):
        programme.cheapest(table, requirements, gives.iloc[:0], PERIOD, per_quarter=0)
