import pandas as pd
import pytest
from cascade_systems import COLUMNS, NEVER, few, needs, oracle, systems
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis.cascade.questions import question_sentences, questions
from krokomrsa.analysis.cascade.unknowns import bands
from krokomrsa.errors import KrokomrsaError

HORIZON = 6.0
ANSWERS = (0.0, 1.0, 2.5, 4.0)
SERVICES = pd.DataFrame({"id": list("ABCD"), "tolerable_outage_h": [0.0, 2.0, None, 4.0]})
WEIGHTS = {"A": 3.0, "C": 0.5}


def undecided(dependencies, lost, limits):
    """Return the weighted undecided hours within the horizon, from the definition."""
    found, total = oracle(dependencies, lost), 0.0
    for key, limit in limits.items():
        if key in found:
            first = found[key][0] + (0 if limit is None else limit)
            last = NEVER if limit is None else found[key][1] + limit
            total += WEIGHTS.get(key, 1.0) * (min(last, HORIZON) - min(first, HORIZON))
    return total


def limits_of(services):
    """Return service → tolerable outage, None where it is unknown."""
    return {row.id: None if pd.isna(row.tolerable_outage_h) else row.tolerable_outage_h for row in services.itertuples()}


@few
@given(systems())
def test_bands_are_as_wide_as_the_definition_says(system):
    """The widths add up to the undecided hours, and a verdict is undecided where the two moments lie on either side."""
    dependencies, lost = system

    found = bands(dependencies, SERVICES, lost, weights=WEIGHTS, horizon_h=HORIZON)

    assert undecided(dependencies, lost, limits_of(SERVICES)) == pytest.approx(found["width_h"].sum())
    for row in found.itertuples():
        first, last = row.unacceptable_earliest_h <= HORIZON, row.unacceptable_latest_h <= HORIZON
        assert {(True, True): "breaks", (False, False): "holds", (True, False): "undecided"}[first, last] == row.verdict


def brute(dependencies, losses):
    """Return (table, place) → undecided hours saved at least and at most, putting each answer in the table in its turn."""
    limits, found = limits_of(SERVICES), {}
    now = sum(undecided(dependencies, lost, limits) for lost in losses)
    for place, row in enumerate(dependencies.astype(object).to_dict("records")):
        low = 0.0 if pd.isna(row["endurance_low_h"]) else row["endurance_low_h"]
        high = NEVER if pd.isna(row["endurance_high_h"]) else row["endurance_high_h"]
        if low < high:
            known = [low, high, *(hours for hours in ANSWERS if low < hours < high)]
            after = [sum(undecided(_answered(dependencies, place, hours), lost, limits) for lost in losses) for hours in known]
            found["dependencies", f"B-{place}"] = (now - max(after), now - min(after))
    for key in (key for key, limit in limits.items() if limit is None):
        after = [sum(undecided(dependencies, lost, {**limits, key: hours}) for lost in losses) for hours in (0.0, *ANSWERS, NEVER)]
        found["services", key] = (now - max(after), now - min(after))
    return found


def _answered(dependencies, place, hours):
    changed = dependencies.astype({"endurance_low_h": float, "endurance_high_h": float})
    changed.iloc[place, [COLUMNS.index("endurance_low_h"), COLUMNS.index("endurance_high_h")]] = hours
    return changed


@few
@given(systems(), st.lists(st.sampled_from("ABEFG"), min_size=1, max_size=2, unique=True))
def test_questions_save_what_putting_in_each_answer_saves(system, lost):
    """The gains are those of answering each unknown in the table, one at a time; what saves nothing is left out."""
    dependencies, _ = system
    dependencies, losses = dependencies.assign(id=[f"B-{place}" for place in range(len(dependencies))]), [{key: 0} for key in lost]
    expected = {key: gain for key, gain in brute(dependencies, losses).items() if gain[1] > 1e-9}

    found = questions(dependencies, SERVICES, losses, weights=WEIGHTS, horizon_h=HORIZON, answers=ANSWERS)

    actual = {(row.table, row.id): (row.gain_low_h, row.gain_high_h) for row in found.itertuples() if row.gain_high_h > 1e-9}
    assert set(expected) == set(actual)
    assert all(expected[key] == pytest.approx(actual[key], abs=1e-9) for key in expected)
    assert found["gain_high_h"].is_monotonic_decreasing
    assert (found["gain_low_h"] >= -1e-9).all()


@few
@given(systems(), st.randoms())
def test_questions_do_not_depend_on_the_order_of_rows(system, random):
    """Rows in another order give the same questions, and the arguments stay as they are."""
    dependencies, lost = system
    dependencies = dependencies.assign(id=[f"B-{place}" for place in range(len(dependencies))])
    order = list(range(len(dependencies)))
    random.shuffle(order)
    before = dependencies.copy(deep=True), SERVICES.copy(deep=True)

    one = questions(dependencies, SERVICES, [lost], horizon_h=HORIZON)
    other = questions(dependencies.iloc[order], SERVICES, [lost], horizon_h=HORIZON)

    assert set(one["question"]) == set(other["question"])
    assert one["gain_high_h"].tolist() == pytest.approx(other["gain_high_h"].tolist())
    pd.testing.assert_frame_equal(before[0], dependencies)
    pd.testing.assert_frame_equal(before[1], SERVICES)


NAMED = pd.DataFrame(
    {"id": ["V-1", "V-2"], "name": ["Hemtjänst", "Skola"], "organisation": ["SOC", "BUN"], "tolerable_outage_h": [0.0, None]}
)
RESOURCES = pd.DataFrame({"id": ["R-1", "R-2"], "name": ["Elnät", "Mobilnät"], "owner": [None, "IT"]})
ORGANISATIONS = pd.DataFrame(
    {"id": ["SOC", "BUN", "IT"], "name": ["Socialförvaltningen", "Barn- och utbildningsförvaltningen", "It-enheten"]}
)


@pytest.mark.parametrize(
    ("row", "status", "expected"),
    [
        (("V-1", "R-1", None, None, None, None), None, "Fråga Socialförvaltningen: hur länge klarar sig Hemtjänst utan Elnät?"),
        (
            ("V-1", "R-1", None, None, 4, 24),
            None,
            "Fråga Socialförvaltningen: hur länge klarar sig Hemtjänst utan Elnät, mer exakt än 4–24 h?",
        ),
        (("V-1", "R-1", None, None, 72, None), None, "Fråga Socialförvaltningen: hur länge klarar sig Hemtjänst utan Elnät, utöver 72 h?"),
        (
            ("V-1", "R-1", None, None, None, None),
            "unknown",
            "Fråga Socialförvaltningen: behöver Hemtjänst Elnät, och hur länge går det i så fall utan?",
        ),
        (("V-2", "R-1", None, None, 0, 0), None, "Fråga Barn- och utbildningsförvaltningen: hur länge får Skola stå stilla?"),
    ],
)
def test_each_kind_of_unknown_is_a_question_to_its_department(row, status, expected):
    """An unknown endurance, an interval, one without upper end, an unknown need and an unknown tolerance each have their sentence."""
    found = questions(needs(row).assign(status=status), NAMED, [{"R-1": 0}], resources=RESOURCES, organisations=ORGANISATIONS)

    assert found["question"].tolist() == [expected]


def test_the_owner_of_a_resource_is_asked_about_it():
    """What a resource depends on is asked of its owner; without an owner nobody is named."""
    rows = needs(("V-1", "R-2", None, 1, 0, 0), ("R-2", "R-1", None, 1, 2, 4), ("R-1", "R-3", None, 1, 1, 2))

    found = questions(rows, NAMED, [{"R-3": 0}], resources=RESOURCES, organisations=ORGANISATIONS)

    assert found["question"].tolist() == [
        "Fråga It-enheten: hur länge klarar sig Mobilnät utan Elnät, mer exakt än 2–4 h?",
        "Ta reda på vem som vet: hur länge klarar sig Elnät utan R-3, mer exakt än 1–2 h?",
    ]
    assert found["gain_high_h"].tolist() == [2.0, 1.0]


def test_what_is_known_or_does_not_matter_is_not_asked():
    """No questions where all is known, where nothing is lost, and where a faster cause decides anyway."""
    known, slower = ("V-1", "R-1", None, 1, 0, 0), ("V-1", "R-2", None, 1, 4, 24)

    assert len(questions(needs(known), NAMED, [{"R-1": 0}])) == 0
    assert len(questions(needs(known, slower), NAMED, [{"R-1": 0, "R-2": 0}])) == 0
    assert len(questions(needs(slower), NAMED, [])) == 0
    assert len(questions(needs(), NAMED, [{"R-1": 0}])) == 0


def test_endless_bands_are_refused():
    """Without an end to what is looked at, undecided hours have no number."""
    with pytest.raises(KrokomrsaError, match="inget antal timmar"):
        bands(needs(), NAMED, {}, horizon_h=NEVER)


def test_questions_can_be_put_to_the_department_with_other_names():
    """Each row says what it may be, and is asked again with the names that its reader may see, beginning with a capital."""
    dependencies = pd.DataFrame(
        {
            "id": ["B-1", "B-2"],
            "dependent": ["V-1", "V-2"],
            "supplier": ["R-1"] * 2,
            "endurance_low_h": [None, 4],
            "endurance_high_h": [None, 24],
        }
    )
    services = pd.DataFrame({"id": ["V-1", "V-2"], "name": ["Larm", "Skola"], "tolerable_outage_h": [None, 8]})

    found = questions(dependencies, services, [{"R-1": 0}])

    limits = {row["kind"]: (row["low_h"], row["high_h"]) for row in found.to_dict("records")}
    assert limits == {"endurance": (0.0, NEVER), "interval": (4.0, 24.0), "tolerance": (0.0, NEVER)}
    assert set(question_sentences(found, {"V-1": "Larm", "V-2": "Skola", "R-1": "något"})) == {
        "Hur länge klarar sig Larm utan något?",
        "Hur länge klarar sig Skola utan något, mer exakt än 4–24 h?",
        "Hur länge får Larm stå stilla?",
    }
