"""The action plan of a year: what is planned, what is only asked for, and the measures that belong to the year."""

from datetime import date

from report_example import MADE_ON, PERIOD, opened, table_of, whole

from krokomrsa.register import Register, frame
from krokomrsa.report.action_plan import action_plan
from krokomrsa.vocabulary import load

ACTIVITIES = [
    {"id": "U-1", "name": "Sent på året", "kind": "exercise", "status": "planned", "year": 2021, "quarter": 4},
    {"id": "U-2", "name": "Vår", "kind": "training", "status": "done", "year": 2021, "quarter": 1},
    {"id": "U-3", "name": "Någon gång", "kind": "training", "status": "planned", "year": 2021},
    {"id": "U-4", "name": "Om någon ber", "kind": "training", "status": "on request", "year": 2021},
    {"id": "U-5", "name": "Inställd övning", "kind": "exercise", "status": "cancelled", "year": 2021},
    {"id": "U-6", "name": "Nästa år", "kind": "exercise", "status": "planned", "year": 2022},
]
TREATMENTS = [
    {"id": "T-1", "measure": "Betalas i år", "owner": "TEK", "status": "decided", "budget_year": 2021, "cost_sek": 15000.0},
    {"id": "T-2", "measure": "Klar i år", "owner": "TEK", "status": "ongoing", "due": date(2021, 5, 1)},
    {"id": "T-3", "measure": "Redan klar", "owner": "TEK", "status": "done", "budget_year": 2021},
    {"id": "T-4", "measure": "Försenad", "owner": "TEK", "status": "ongoing", "due": date(2020, 5, 1)},
    {"id": "T-5", "measure": "Senare", "owner": "TEK", "status": "decided", "due": date(2023, 5, 1)},
]


def made(year=2021, **tables):
    """Return the action plan of a year as it is opened again."""
    rows = tables or {"activities": ACTIVITIES, "treatments": TREATMENTS, "organisations": [{"id": "TEK", "name": "Tekniska"}]}
    vocabulary = load()
    register = Register({key: frame(vocabulary[key], each) for key, each in rows.items()})
    told = {"municipality": "Krokoms kommun", "period": PERIOD, "on": MADE_ON, "made_on": MADE_ON, "banners": ("påhittade exempeldata",)}
    content = action_plan(register, year, **told)
    assert content == action_plan(register, year, **told)
    return opened(content)


def test_the_years_activities_stand_by_quarter():
    """The unknown quarter stands last; what is cancelled or another year's is left out."""
    assert [row[0] for row in table_of(made(), "Planerat 2021")[1:]] == ["U-2", "U-1", "U-3"]


def test_on_request_is_told_apart_and_not_planned():
    """It stands in a sentence below the plan, not in it."""
    assert "därför inte planerad: Om någon ber." in whole(made())


def test_the_inriktning_of_the_year_stands_above_the_plan():
    """Year three of the period is the year of the regional exercise."""
    assert "Regional samverkansövning" in whole(made())


def test_measures_of_the_budget_year_and_those_due_belong_to_the_year_and_late_ones_stand_apart():
    """What is done or falls later is left out; what nobody has priced is counted."""
    document = made()
    assert [row[0] for row in table_of(document, "Åtgärder som 2021 betalar eller som ska vara klara då")[1:]] == ["T-2", "T-1"]
    assert [row[0] for row in table_of(document, "Åtgärder som skulle ha varit klara före 2021")[1:]] == ["T-4"]
    assert "En åtgärd saknar kostnad." in whole(document)


def test_a_year_without_anything_says_so():
    """Nothing planned and nothing to do is said, not left blank."""
    text = whole(made(2022, activities=[]))
    assert "Ingen utbildning eller övning är planerad 2022." in text
    assert "Ingen öppen åtgärd har 2022 som budgetår" in text
