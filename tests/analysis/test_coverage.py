from datetime import date
from time import perf_counter

import pandas as pd
import pytest
from coverage_cases import (
    BOARD,
    BOSTAD,
    BOTH,
    CASES,
    DONE,
    EVALUATED,
    KL,
    KS,
    LATER,
    PERIOD,
    PLAN,
    RADIO,
    RTJ,
    SETS,
    STAFF,
    UNTRAINED,
    activity,
    board,
    exercised,
    service,
    trained,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from krokomrsa import rules
from krokomrsa.analysis import coverage
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register, rows_of

RANK = {"met": 0, "planned": 1, "late": 2, "missing": 3}
OWN = (
    'id = "egna"\nname = "E"\nshort_name = "E"\nsource = "KF"\nvalid_from = 2019-01-01\n[[duties]]\nid = "own"\nname = "E"\nsource = "KF"\n'
)


@pytest.mark.parametrize(("duty", "rows", "given", "status", "kind"), CASES.values(), ids=CASES.keys())
def test_a_duty_stands_as_its_case_says(duty, rows, given, status, kind):
    """Each duty is met by its case, just missed by its neighbour, and not fooled by its traps."""
    found = board(rows, **given).loc[duty]
    assert (found["status"], found["kind"]) == (status, kind)
    assert found["reason"].endswith(".")


def test_every_duty_has_a_case_that_meets_it_and_one_that_does_not():
    """No duty of the three rule sets is without a test that meets it and one that misses it."""
    duties = {duty.id for rule_set in SETS for duty in rule_set.duties}
    assert {duty for duty, _, _, status, _ in CASES.values() if status == "met"} == duties
    assert {duty for duty, _, _, status, _ in CASES.values() if status == "missing"} == duties


def test_tabell_1_as_printed_shows_the_three_kinds():
    """As printed: no evaluation step (krav), board, leaders and functions unclear (otydligt), no ISF and no company (eget mål)."""
    found = board(rules.grundplan(PERIOD), on=date(2019, 1, 1), organisations=[KS, KL, BOSTAD, RTJ], sets=SETS)
    assert set(found["status"]) == {"planned", "missing"}
    lacking = found[found["status"] == "missing"]
    assert {kind: set(rows["duty"]) for kind, rows in lacking.groupby("kind")} == {
        "krav": {"two_exercises", "evaluation_step", "collaboration"},
        "otydligt": {"crisis_board", "official_leadership", "technical_supply", "crisis_support"},
        "eget mål": {"isf", "municipal_company", "routines_and_training", "communication_plan", "systematic_management"},
    }
    assert found.loc["technical_supply", "evidence"] == ("U-2022-2",)
    assert found.loc["crisis_board", "evidence"] == ("U-2019-5",)
    assert "kommunstyrelsen är krisledningsnämnd" in found.loc["crisis_board", "reason"]
    assert "Utan inplanerad eller genomförd utvärdering: U-2019-5, U-2020-3, U-2021-3, U-2022-2." in found.loc["evaluation_step", "reason"]


def test_tabell_1_with_roles_declared_covers_board_and_leaders():
    """Where the organisations say that KS is the crisis board and the staff leads, Tabell 1 plans both exercises."""
    staff = {"id": "STAB", "name": "Stab", "municipal": True, "target_group": "crisis_staff", "crisis_role": "official leadership"}
    found = board(rules.grundplan(PERIOD), on=date(2019, 1, 1), organisations=[*BOARD, staff])
    assert found.loc[["crisis_board", "official_leadership"], "status"].tolist() == ["planned", "planned"]
    assert set(found.loc[["crisis_board", "official_leadership"], "kind"]) == {"krav"}


def test_an_expired_rule_set_is_said_before_anything_else():
    """On a day when a rule set is not valid, in_force is False and each reason begins by saying so."""
    found = board(CASES["two exercises evaluated"][1], on=date(2026, 11, 22), sets=[SETS[0]])
    assert not found["in_force"].any()
    assert all(each.startswith("Överenskommelsen 2019–2022 gällde 2019-01-01 – 2022-12-31") for each in found["reason"])
    early = board([], on=date(2018, 1, 1), sets=[SETS[0]])
    assert early["reason"].str.startswith("Överenskommelsen 2019–2022 gäller först från 2019-01-01, inte 2018-01-01.").all()
    assert board([], sets=[SETS[0]])["in_force"].all()


def test_unknown_wording_is_never_judged():
    """A duty whose wording nobody has is missing, unclear, and says that it is to be filled in."""
    found = board(BOTH, on=date(2025, 1, 1), sets=rules.load("overenskommelse-2024-2026")).iloc[0]
    assert (found["status"], found["kind"], found["text"]) == ("missing", "otydligt", "Fyll i och kontrollera")
    assert found["reason"] == "Ordalydelsen är inte känd: fyll i och kontrollera."


def test_a_duty_without_a_check_is_left_to_the_coordinator():
    """A municipality's own duty that names no check is not judged."""
    own = rules.parse(OWN + 'text = "Vi ska öva."\nkind = "eget mål"', file="egna.toml")
    assert board([], sets=own).loc["own", "reason"] == "Kravet kan inte prövas mot registret: bedöm det själv."


def test_a_check_or_parameter_that_does_not_exist_is_refused():
    """A rule set that names an unknown check, or leaves a parameter out, is told with what to do."""
    unknown = rules.parse(OWN + 'text = "A"\nkind = "krav"\ncheck = "övad"', file="egna.toml")
    lacking = rules.parse(OWN + 'text = "A"\nkind = "krav"\ncheck = "competence"', file="egna.toml")
    with pytest.raises(KrokomrsaError) as caught:
        board([], sets=[unknown, lacking])
    assert [each.value for each in caught.value.problems] == ["övad", "own"]
    assert "crisis_board" in caught.value.problems[0].remedy


def test_own_goals_can_use_any_check():
    """A municipality's own rule set with five exercises is tried with its own number."""
    own = rules.parse(
        OWN + 'text = "Fem."\nkind = "eget mål"\ncheck = "evaluated_exercises"\nparameters = { at_least = 5 }', file="egna.toml"
    )
    four = [activity(number, **EVALUATED) for number in range(4)]
    assert board(four, sets=own).loc["own", "reason"] == "Saknas: genomförd och utvärderad övning: 4 av minst 5 (U-0, U-1, U-2, U-3)."
    assert board([*four, activity(5, **EVALUATED)], sets=own).loc["own", "status"] == "met"


def test_evidence_holds_only_what_the_status_rests_on():
    """A met duty shows what was done and not what is merely planned beside it."""
    rows = [exercised(target_groups="crisis_board"), activity(9, status="planned", year=2022, target_groups="crisis_board")]
    assert board(rows).loc["crisis_board", "evidence"] == ("U-2",)


def test_the_reason_lists_the_years_of_the_crisis_organisation():
    """Since the agreement gives no number, the reason names the years with and without, and adds none."""
    reason = board([trained(**STAFF), exercised(**STAFF, carried_out_on=date(2021, 5, 4))]).loc["crisis_organisation", "reason"]
    assert (
        "Genomförd utbildning: 2020. Genomförd övning: 2021. År utan genomförd aktivitet: 2019, 2022. Kravet anger inget antal." in reason
    )


def test_done_without_a_day_is_told():
    """An exercise that stands as done without a day is not counted as done, and the reason says why."""
    assert "Står som genomförd utan datum" in board(CASES["crisis board done without a day"][1]).loc["crisis_board", "reason"]


def test_untested_conditions_are_told_and_counted_in():
    """A service whose conditions are not tested counts as vital, and the reason says how many there are."""
    rows = [service(condition_1=None), service(2)]
    assert "inte är prövade räknas med: 1." in board([], services=rows).loc["routines_and_training", "reason"]


def test_a_long_list_is_shortened_in_the_reason():
    """Forty services without routines are told as twelve and the number of the rest."""
    rows = [service(number, routines="no") for number in range(40)]
    assert "och 28 till." in board([], services=rows).loc["routines_and_training", "reason"]


def test_years_ahead_without_a_plan_are_told():
    """RAKEL and WIS are met so far in 2021, and the reason says that 2022 is not planned."""
    reason = board(RADIO, on=date(2021, 12, 31)).loc["rakel_wis", "reason"]
    assert "Kommande år utan planerad aktivitet: Rakel 2022, WIS 2022." in reason


def test_an_empty_register_has_nothing_met():
    """With no rows at all every duty is missing, and the board has every duty."""
    found = board([], organisations=[])
    assert set(found["status"]) == {"missing"}
    assert len(found) == sum(len(each.duties) for each in SETS)
    assert "Inget kommunalt bolag" in found.loc["municipal_company", "reason"]


def test_a_quarter_that_is_none_is_refused():
    """Quarters 0 and 5 are told with their rows, all at once, on the board as in the plan."""
    rows = pd.DataFrame([activity(1, **PLAN | {"quarter": 5}), activity(2, **PLAN | {"quarter": 0}), activity(3, **PLAN)])
    for call in (lambda: coverage.plan(rows, PERIOD), lambda: coverage.by_service(pd.DataFrame(), rows, LATER)):
        with pytest.raises(KrokomrsaError) as caught:
            call()
        assert [(each.id, each.value, each.column) for each in caught.value.problems] == [("U-1", "5", "quarter"), ("U-2", "0", "quarter")]


def codes(*values):
    """Return a strategy of cells with up to two codes."""
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map("; ".join)


DAYS = st.none() | st.dates(date(2018, 6, 1), date(2023, 6, 1))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["training", "exercise"]),
            "form": st.sampled_from([None, "collaboration"]),
            "level": st.sampled_from([None, "unit", "regional"]),
            "year": st.integers(2018, 2023),
            "quarter": st.none() | st.integers(1, 4),
            "status": st.sampled_from(["planned", "on request", "done", "done", "cancelled"]),
            "target_groups": codes("municipal_board", "crisis_board", "official_leadership", "crisis_staff", "units"),
            "organisations": codes("KS", "KL", "BO", "RTJ"),
            "competences": codes("rakel", "wis", "isf", "routines", "crisis_leadership"),
            "functions": codes("technical_supply", "crisis_support"),
            "services": codes("V-1", "V-2"),
            "took_part_in_planning": st.sampled_from([None, True, False]),
            "carried_out_on": DAYS,
            "evaluation_planned": st.sampled_from([None, True, False]),
            "evaluated_on": DAYS,
        }
    ),
    min_size=1,
    max_size=8,
).map(lambda rows: [activity(number) | row for number, row in enumerate(rows)])
ON = st.dates(date(2018, 6, 1), date(2023, 6, 1))
SERVICES = [service(), service(2, trained_on=None)]


def later(day, years=100):
    """Return a day a hundred years on, None for none."""
    return day and day.replace(year=day.year + years, day=min(day.day, 28))


@settings(max_examples=40, deadline=None)
@given(ROWS, ON, st.data())
def test_moving_an_activity_out_of_the_period_never_improves_a_status(rows, on, data):
    """Year, days, or both of one activity moved out of the period: no duty stands better than before."""
    chosen = data.draw(st.integers(0, len(rows) - 1))
    parts = data.draw(st.sampled_from([("year",), ("carried_out_on", "evaluated_on"), ("year", "carried_out_on", "evaluated_on")]))
    out = {key: rows[chosen][key] + 100 if key == "year" else later(rows[chosen][key]) for key in parts}
    moved = [row | out if number == chosen else row for number, row in enumerate(rows)]
    before, after = (board(each, on=on, organisations=BOARD, services=SERVICES)["status"] for each in (rows, moved))
    assert all(RANK[after[duty]] >= RANK[before[duty]] for duty in before.index)


@settings(max_examples=20, deadline=None)
@given(ROWS, ON)
def test_an_activity_more_never_worsens_a_status(rows, on):
    """Taking an activity away never lets a duty stand better."""
    before, after = (board(each, on=on, organisations=BOARD, services=SERVICES)["status"] for each in (rows, rows[1:]))
    assert all(RANK[after[duty]] >= RANK[before[duty]] for duty in before.index)


@settings(max_examples=20, deadline=None)
@given(ROWS, ON, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, on, random):
    """Rows in any order give the same board, plan and services."""
    mixed = list(rows)
    random.shuffle(mixed)
    services = list(SERVICES)
    random.shuffle(services)
    pd.testing.assert_frame_equal(board(rows, on=on, services=SERVICES), board(mixed, on=on, services=services))
    tables = [Register({"activities": pd.DataFrame(each)}).activities for each in (rows, mixed)]
    pd.testing.assert_frame_equal(*(coverage.plan(each, PERIOD) for each in tables))
    pd.testing.assert_frame_equal(
        coverage.by_service(pd.DataFrame(SERVICES), tables[0], on), coverage.by_service(pd.DataFrame(services), tables[1], on)
    )


@settings(max_examples=10, deadline=None)
@given(ROWS, ON)
def test_inputs_are_left_as_they_were(rows, on):
    """No table that is given is changed."""
    register = Register({"activities": pd.DataFrame(rows), "organisations": pd.DataFrame(BOARD), "services": pd.DataFrame(SERVICES)})
    tables = [register.activities, register.organisations, register.services, register.documents, register.goals]
    kept = [each.copy(deep=True) for each in tables]
    coverage.duties(*tables[:3], SETS, on, PERIOD, documents=tables[3], goals=tables[4])
    coverage.plan(tables[0], PERIOD)
    coverage.by_service(tables[2], tables[0], on)
    for before, after in zip(kept, tables, strict=True):
        pd.testing.assert_frame_equal(before, after)


def test_two_thousand_activities_are_no_burden():
    """A board over 2,000 activities takes well under a second."""
    row = DONE | {"target_groups": "crisis_staff; municipal_board", "competences": "rakel; wis", "services": "V-1"}
    rows = Register({"activities": pd.DataFrame([activity(number, **row) for number in range(2000)])}).activities
    register = Register({"organisations": pd.DataFrame(BOARD), "services": pd.DataFrame(SERVICES)})
    began = perf_counter()
    coverage.duties(rows, register.organisations, register.services, SETS, LATER, PERIOD)
    assert perf_counter() - began < 1


def test_the_plan_is_by_year_quarter_kind_group_and_status():
    """Rows outside the period are left out, an unknown quarter comes last, and a cancelled activity has its own row."""
    rows = [
        activity(1, status="planned", year=2020, target_groups="units"),
        activity(2, status="planned", year=2020, quarter=1, target_groups="crisis_staff; municipal_board"),
        activity(3, status="cancelled", year=2020, quarter=1, target_groups="crisis_staff"),
        activity(4, status="planned", year=2020, quarter=1, target_groups="crisis_staff"),
        activity(5, "training", status="done", year=2020, quarter=1),
        activity(6, status="planned", year=2023, quarter=1),
    ]
    found = coverage.plan(Register({"activities": pd.DataFrame(rows)}).activities, PERIOD)
    assert [list(row.values()) for row in rows_of(found)] == [
        [2020, 1, "training", None, ("U-5",), "done"],
        [2020, 1, "exercise", "municipal_board", ("U-2",), "planned"],
        [2020, 1, "exercise", "crisis_staff", ("U-3",), "cancelled"],
        [2020, 1, "exercise", "crisis_staff", ("U-2", "U-4"), "planned"],
        [2020, "okänt", "exercise", "units", ("U-1",), "planned"],
    ]


def test_the_plan_of_nothing_is_an_empty_table():
    """No activities give an empty plan with all its columns."""
    assert coverage.plan(Register().activities, PERIOD).columns.tolist() == [
        "year",
        "quarter",
        "kind",
        "target_group",
        "activities",
        "status",
    ]
    assert coverage.plan(pd.DataFrame(), PERIOD).empty


def test_each_service_shows_routine_training_and_exercise():
    """The latest training and exercise not after the day are shown; all three make met, some partial, none missing."""
    services = Register({"services": pd.DataFrame([service(), service(2, **UNTRAINED), service(3, routines=None, **UNTRAINED)])}).services
    rows = [
        exercised(services="V-1; V-2"),
        activity(3, **DONE | {"carried_out_on": date(2021, 9, 1)}, services="V-1"),
        activity(4, "training", **DONE, services="V-1", competences="routines"),
        activity(5, "training", **DONE, services="V-2", competences="rakel"),
        activity(6, **PLAN, services="V-3"),
    ]
    found = coverage.by_service(services, Register({"activities": pd.DataFrame(rows)}).activities, LATER).set_index("service")
    assert found["status"].to_dict() == {"V-1": "met", "V-2": "partial", "V-3": "missing"}
    assert found.loc["V-1", ["trained_on", "last_exercised"]].tolist() == [pd.Timestamp(2020, 5, 4), pd.Timestamp(2020, 5, 4)]
    assert pd.isna(found.loc["V-2", "trained_on"])


def test_a_plan_can_be_read_again() -> None:
    """What the plan says, an unknown quarter as "okänt" and days as ISO text, is understood when it is given back."""
    row = {
        "id": "U-1",
        "name": "Övning",
        "kind": "exercise",
        "year": 2020,
        "quarter": "okänt",
        "status": "done",
        "carried_out_on": "2020-05-04",
    }
    activities = pd.DataFrame([row, row | {"id": "U-2", "carried_out_on": pd.Timestamp("2020-06-01")}])
    found = coverage.plan(activities, rules.Period(2019, 2022))
    assert found["quarter"].tolist() == ["okänt"]
    assert found["activities"].tolist() == [("U-1", "U-2")]


def test_a_day_that_is_none_is_told() -> None:
    """Text that is no day is a Swedish problem with its activity."""
    row = {"id": "U-1", "name": "Övning", "kind": "exercise", "year": 2020, "status": "done", "carried_out_on": "i maj"}
    with pytest.raises(KrokomrsaError, match="i maj"):
        coverage.plan(pd.DataFrame([row]), rules.Period(2019, 2022))


def test_a_reason_names_services_not_their_ids():
    """What lacks a routine stands by name; services of one name are told apart by id, and one without a name stands by its id."""
    rows = [service(1, name="Hemtjänst", **UNTRAINED), service(2, name="Skola", **UNTRAINED), service(3, name="Skola", **UNTRAINED)]
    said = board([], services=rows).loc["routines_and_training", "reason"]
    assert all(name in said for name in ("rutinen för Hemtjänst", "rutinen för Skola (V-2)", "rutinen för Skola (V-3)"))
    nameless = board([], services=[service(1, name=None, **UNTRAINED)]).loc["routines_and_training", "reason"]
    assert "rutinen för V-1" in nameless


def of_organisation(key, *, activities=(), services=(), **organisation):
    """Return the duties of one organisation by id."""
    held = Register(
        {
            "organisations": pd.DataFrame([{"id": key, "name": key, "municipal": True} | organisation]),
            "activities": pd.DataFrame(list(activities) or None),
            "services": pd.DataFrame(list(services) or None),
        }
    )
    tables = {"documents": held.documents, "goals": held.goals}
    found = coverage.duties_of(key, held.activities, held.organisations, held.services, SETS, on=LATER, period=PERIOD, **tables)
    return found.set_index("duty")["concern"].to_dict()


def test_a_duty_concerns_who_has_its_role_company_or_services():
    """A role, a company and vital services make a duty one's own; of another's there is nothing."""
    led, company = of_organisation("LED", crisis_role="official leadership"), of_organisation("KBAB", kind="company")
    assert (led["official_leadership"], led["crisis_organisation"]) == ("own", "own")
    assert company["municipal_company"] == "own"
    assert not {"official_leadership", "crisis_board", "crisis_organisation", "routines_and_training"} & set(company)
    assert of_organisation("SOC", services=[service(1, organisation="SOC")])["routines_and_training"] == "own"
    assert "routines_and_training" not in of_organisation("SOC", services=[service(1, organisation="TEK")])


def test_a_duty_that_nobody_has_claimed_is_perhaps_anyones():
    """Without a crisis board the municipal board may be it; a function is theirs who take part in it, else perhaps anyone's."""
    assert of_organisation("KS", target_group="municipal_board")["crisis_board"] == "perhaps"
    assert of_organisation("SOC")["crisis_support"] == "perhaps"
    named = activity(functions="crisis_support", organisations="SOC", **PLAN)
    assert of_organisation("SOC", activities=[named])["crisis_support"] == "own"
    assert "crisis_support" not in of_organisation("TEK", activities=[named])


def test_what_is_the_whole_municipalitys_is_everyones_but_an_outsiders():
    """The law on training concerns every organisation that is the municipality, and none that is not."""
    assert of_organisation("SOC")["elected_and_staff"] == "everyone"
    assert of_organisation("REG", municipal=False) == {}
