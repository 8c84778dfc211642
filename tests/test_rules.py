from datetime import date

import pandas as pd
import pytest

from krokomrsa import rules
from krokomrsa.analysis.coverage.checks import CHECKS
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Register
from krokomrsa.rules import Period
from krokomrsa.vocabulary import lists

OWN = 'id = "egna"\nname = "Egna mål"\nshort_name = "Egna"\nsource = "KF 2027"\nvalid_from = 2027-01-01\n'
AGREEMENT = "overenskommelse-2019-2022"


def problems(text):
    """Return what is wrong with a rule file."""
    with pytest.raises(KrokomrsaError) as caught:
        rules.parse(text, file="egna.toml")
    return caught.value.problems


@pytest.mark.parametrize("name", rules.names())
def test_every_shipped_rule_set_is_readable_and_says_where_it_comes_from(name):
    """Each shipped rule set has its file's name as id, a source, and duties whose checks and parameters exist."""
    found = rules.load(name)
    assert found.id == name
    assert found.source
    assert all(duty.source for duty in found.duties)
    for duty in found.duties:
        assert not duty.check or set(CHECKS[duty.check][1]) <= set(duty.parameters)


def test_duty_ids_are_unique_across_shipped_rule_sets():
    """No two shipped rule sets give a duty the same id."""
    ids = [duty.id for name in rules.names() for duty in rules.load(name).duties]
    assert len(ids) == len(set(ids))


def test_parameters_are_codes_that_the_register_knows():
    """Functions, competences, target groups and goals that shipped duties name stand in the lists and in goals.toml."""
    parameters = [duty.parameters for name in rules.names() for duty in rules.load(name).duties]
    assert {each["function"] for each in parameters if "function" in each} == set(lists()["preparedness_functions"])
    assert {code for each in parameters for code in each.get("competences", ())} <= set(lists()["competences"])
    assert {code for each in parameters for key in ("elected", "staff") for code in each.get(key, ())} == set(lists()["target_groups"])
    assert {each["goal"] for each in parameters if "goal" in each} <= {row["id"] for row in rules.goals()}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2018, 12, 31), {"leh", "msbfs-2015-5"}),
        (date(2019, 1, 1), {"leh", "msbfs-2015-5", AGREEMENT, "strategi-2019-2022"}),
        (date(2022, 12, 31), {"leh", "msbfs-2015-5", AGREEMENT, "strategi-2019-2022"}),
        (date(2023, 12, 31), {"leh", "msbfs-2015-5", AGREEMENT}),
        (date(2024, 1, 1), {"leh", "msbfs-2015-5", "overenskommelse-2024-2026"}),
        (date(2026, 1, 15), {"leh", "msbfs-2015-5", "mcffs-2026-9", "overenskommelse-2024-2026", "cybersakerhetslagen"}),
        (date(2027, 1, 1), {"leh", "msbfs-2015-5", "mcffs-2026-9", "cybersakerhetslagen", "efter-2026"}),
    ],
)
def test_the_rule_sets_of_a_day_are_those_valid_on_it(day, expected):
    """Each rule set applies from its first to its last day, extension included, and on no other day."""
    assert {each.id for each in rules.applicable(day)} == expected


def test_only_given_rule_sets_are_chosen_from():
    """Where rule sets are given, no others are added."""
    assert rules.applicable(date(2026, 1, 1), sets=[rules.load(AGREEMENT)]) == ()


def test_the_banner_tells_what_applies_what_has_expired_and_what_nobody_knows():
    """The banner of November 2026 names the valid sets, the expired agreement, and both doubts."""
    lines = rules.banner(date(2026, 11, 22), [rules.load(name) for name in rules.names()])
    assert lines[0] == (
        "Gäller 2026-11-22: Cybersäkerhetslagen; LEH; MCFFS 2026:9 – kontrollera; MSBFS 2015:5 – kontrollera; "
        "Överenskommelsen 2024–2026 (till och med 2026-12-31) – kontrollera."
    )
    text = "\n".join(lines)
    assert "Överenskommelsen 2019–2022 gällde 2019-01-01 – 2022-12-31, förlängt till 2023-12-31 och gäller inte 2026-11-22" in text
    assert "MSBFS 2015:5 kan vara upphävd" in text
    assert "kontrollera med Länsstyrelsen" in text
    assert "Fyll i och kontrollera med Länsstyrelsen" in text


def test_msbfs_is_doubted_from_2026_only():
    """The banner about MSBFS 2015:5 is shown from 2026-01-01 and not the day before."""
    msbfs = rules.load("msbfs-2015-5")
    assert (msbfs.doubted(date(2025, 12, 31)), msbfs.doubted(date(2026, 1, 1))) == (False, True)


def test_the_banner_tells_what_is_to_come_and_when_nothing_applies():
    """A rule set that is not yet valid is named with its first day, and so is the lack of any."""
    assert rules.banner(date(2020, 1, 1), [rules.load("cybersakerhetslagen")]) == [
        "Inget av de regelverk som används gäller 2020-01-01.",
        "Cybersäkerhetslagen gäller först från 2026-01-15.",
    ]


def test_a_set_of_unknown_wording_without_banner_still_says_so():
    """A municipality's own set with an empty wording is told to be filled in."""
    own = rules.parse(OWN + '[[duties]]\nid = "a"\nname = "A"\nkind = "otydligt"\nsource = "?"', file="egna.toml")
    assert rules.banner(date(2027, 1, 1), [own])[1] == "Egna: ordalydelse saknas för 1 krav. Fyll i och kontrollera."


@pytest.mark.parametrize("name", ["overenskommelse-2024-2026", "efter-2026"])
def test_what_nobody_has_the_wording_of_is_not_invented(name):
    """The agreement 2024–2026 and what follows on it carry no wording and no check, and say that they are to be filled in."""
    held = rules.load(name)
    assert [(duty.text, duty.check) for duty in held.duties] == [("", "")]
    assert "Fyll i" in held.banner


def test_msbfs_has_its_seven_headings_in_order_with_their_scopes():
    """The headings are numbered 1–7; 3 is the geographic area and 4 the municipality's own services."""
    headings = rules.load("msbfs-2015-5").headings
    assert [each.number for each in headings] == [1, 2, 3, 4, 5, 6, 7]
    assert (headings[2].scope, headings[3].scope) == ("geographic", "own")


def test_both_definitions_of_vital_services_are_kept_with_their_dates():
    """MSBFS's definition and the newer one stand beside each other, the newer one dated."""
    found = [each for each in rules.load("msbfs-2015-5").definitions if each.term == "Samhällsviktig verksamhet"]
    assert [each.valid_from for each in found] == [None, date(2020, 10, 27)]


def test_rule_sets_are_frozen_and_hashable():
    """A rule set can be a key, and its parameters cannot be changed."""
    found = rules.load(AGREEMENT)
    assert {found: 1}[rules.load(AGREEMENT)] == 1
    with pytest.raises(TypeError):
        next(each for each in found.duties if each.parameters).parameters["at_least"] = 1


def test_an_unknown_id_is_refused_with_a_guess():
    """A misspelt id is answered with the closest one and the list of all."""
    with pytest.raises(KrokomrsaError, match="Menade du ”leh”") as caught:
        rules.load("lehh")
    assert AGREEMENT in caught.value.problems[0].remedy


def test_every_problem_of_a_rule_file_is_told_at_once():
    """Unknown, missing, mistyped and mischosen keys, doubled ids, impossible days and reversed dates come together."""
    text = (
        'id = 1\nname = "A"\nshort_name = "A"\nvalid_from = 2027-01-01\nvalid_to = 2026-01-01\ncolour = "blå"\n'
        '[[duties]]\nid = "a"\nname = "A"\nkind = "lag"\nsource = "?"\n[[duties]]\nid = "a"\nname = "A"\nkind = "krav"\nsource = "?"\n'
        '[[deadlines]]\nid = "d"\nname = "D"\nevent = "year"\nmonth = 2\nday = 29\nsource = "?"'
    )
    said = [each.problem for each in problems(text)]
    assert said == [
        "Nyckeln ”colour” finns inte i regelverket.",
        "Nyckeln ”id” i regelverket har fel slags värde.",
        "Nyckeln ”source” saknas i regelverket.",
        "Nyckeln ”kind” i duties, rad 1 har ett okänt värde.",
        "Id ”a” står två gånger i duties.",
        "Tidsfristen saknar en dag som finns varje år.",
        "Regelverket slutar gälla innan det börjar.",
    ]


@pytest.mark.parametrize("text", ["id = ", OWN + "duties = 3", OWN + "duties = [3]", OWN.replace("2027-01-01", "2027-01-01T10:00:00")])
def test_a_broken_rule_file_is_refused_with_its_name(text):
    """No TOML, a list that is none, a row that is none, and a moment for a day are all refused with the file's name."""
    assert all(each.file == "egna.toml" and each.remedy for each in problems(text))


def test_a_period_that_ends_before_it_begins_is_refused():
    """The period 2022–2019 is no period."""
    with pytest.raises(KrokomrsaError, match="2022–2019"):
        Period(2022, 2019)


def test_goals_have_dates_only_where_the_strategy_gives_them():
    """The strategy's four goals of 3.1, two of 4.1 and the two national ones are there; only 4.1 has days."""
    found = Register({"goals": pd.DataFrame(rules.goals())}).rows("goals")
    assert list(found) == ["M-3-1", "M-3-2", "M-3.1-1", "M-3.1-2", "M-3.1-3", "M-3.1-4", "M-4.1-1", "M-4.1-2"]
    assert {key: row["due"] for key, row in found.items() if row["due"]} == {"M-4.1-1": date(2022, 12, 31), "M-4.1-2": date(2020, 12, 31)}


def test_goals_and_plan_are_new_rows_each_time():
    """A caller may change what it gets without changing what the next one gets."""
    rules.goals()[0]["goal"] = ""
    rules.grundplan(Period(2019, 2022))[0]["name"] = ""
    assert rules.goals()[0]["goal"]
    assert rules.grundplan(Period(2019, 2022))[0]["name"]


def test_the_grundplan_is_tabell_1_as_printed():
    """Year by year: quarter (None where it is lost), kind and cell, planned, with no evaluation step."""
    found = rules.grundplan(Period(2019, 2022))
    assert [(row["id"], row["quarter"], row["kind"], row["name"]) for row in found] == [
        ("U-2019-1", 1, "training", "Grundutbildning kommunstyrelse"),
        ("U-2019-2", 2, "training", "Grundutbildning kommunledning"),
        ("U-2019-3", 3, "training", "Grundutbildning förvaltningsledningar"),
        ("U-2019-4", 4, "training", "Användning av RAKEL och WIS"),
        ("U-2019-5", 4, "exercise", "Krisledningsövning, stab samt KS"),
        ("U-2020-1", 1, "training", "Grundutbildning förvaltningsledningar"),
        ("U-2020-2", 4, "training", "Användning av RAKEL och WIS"),
        ("U-2020-3", 2, "exercise", "Table-top/diskussionsövningar, nivå: Förvaltning"),
        ("U-2021-1", 1, "training", "Genomgång krisledning"),
        ("U-2021-2", 4, "training", "Användning av RAKEL och WIS"),
        ("U-2021-3", 3, "exercise", "Deltagande i Regional/Nationell samverkansövning"),
        ("U-2022-1", 4, "training", "Användning av RAKEL och WIS"),
        ("U-2022-2", None, "exercise", "Table-top/diskussionsövningar, nivå: Verksamhet"),
    ]
    assert {row["status"] for row in found} == {"planned"}
    assert {row["evaluation_planned"] for row in found} == {None}


def test_the_grundplan_fits_the_register_and_any_period():
    """Its rows are rows of the table activities, and the years follow the period; a shorter period leaves years out."""
    register = Register({"activities": pd.DataFrame(rules.grundplan(Period(2027, 2030)))})
    assert sorted(set(register.activities["year"])) == [2027, 2028, 2029, 2030]
    assert {row["year"] for row in rules.grundplan(Period(2027, 2028))} == {2027, 2028}
    assert list(rules.focus(Period(2027, 2028))) == [2027, 2028]
