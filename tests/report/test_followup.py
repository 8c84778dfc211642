"""The yearly follow-up as a Word document: what the register knows of the year, and what it does not."""

from datetime import date

from report_example import MADE_ON, opened, table_of, whole

from krokomrsa import rules
from krokomrsa.register import Register, frame
from krokomrsa.report.followup import followup
from krokomrsa.vocabulary import load

EVENTS = [
    {"id": "E-1", "event": "Snöoväder", "date": date(2021, 1, 12), "duration_h": 40.0, "organisation": "TEK", "lessons": "Avtal skrivs."},
    {"id": "E-2", "event": "Översvämning", "date": date(2020, 12, 31)},
]
HELD = {"kind": "exercise", "status": "done", "year": 2021}
ACTIVITIES = [
    HELD | {"id": "U-1", "name": "Stabsövning", "carried_out_on": date(2021, 9, 1), "participants_staff": 12, "participants_elected": 3},
    HELD | {"id": "U-2", "name": "Rakel", "carried_out_on": date(2021, 10, 1), "participants_staff": 5, "evaluated_on": date(2021, 11, 1)},
    {"id": "U-3", "name": "Samverkansövning", "kind": "exercise", "status": "planned", "year": 2021},
    {"id": "U-4", "name": "Efter önskemål", "kind": "exercise", "status": "on request", "year": 2021},
]
TREATMENTS = [
    {"id": "T-1", "measure": "Skriv avtal", "owner": "TEK", "status": "done", "done_on": date(2021, 5, 1), "cost_sek": 15000.0},
    {"id": "T-2", "measure": "Köp reservkraft", "owner": "TEK", "status": "ongoing", "budget_year": 2021},
    {"id": "T-3", "measure": "Nytt larm", "owner": "TEK", "status": "proposed", "budget_year": 2021, "cost_sek": 99.0},
    {"id": "T-4", "measure": "Ny brunn", "owner": "TEK", "status": "decided", "budget_year": 2022, "cost_sek": 99.0},
]
ORGANISATIONS = [{"id": "TEK", "name": "Tekniska förvaltningen"}]


def made(rows=None, *, year=2021, rule_sets=None, on=date(2022, 1, 20)):
    """Return the follow-up of a year as it is opened again."""
    rows = rows or {"events": EVENTS, "activities": ACTIVITIES, "treatments": TREATMENTS, "organisations": ORGANISATIONS}
    vocabulary = load()
    register = Register({key: frame(vocabulary[key], each) for key, each in rows.items()})
    sets = [rules.load("msbfs-2015-5")] if rule_sets is None else rule_sets
    told = {"municipality": "Krokoms kommun", "made_on": MADE_ON, "banners": ("påhittade exempeldata",)}
    content = followup(register, year, rule_sets=sets, on=on, **told)
    assert content == followup(register, year, rule_sets=sets, on=on, **told)
    return opened(content)


def test_the_wording_of_the_indicators_is_not_invented():
    """Without indicators an empty table stands there to fill in, and it says that nobody here has the wording."""
    document = made()
    assert "ordalydelse finns inte här" in whole(document)
    assert all(not "".join(row) for row in table_of(document, "Indikatorer")[1:])


def test_indicators_that_a_municipality_has_written_stand_with_room_for_answers():
    """A rule set of its own with indicators fills the table."""
    own = 'id = "egen"\nname = "Egen"\nshort_name = "Egen"\nsource = "Blankett"\nvalid_from = 2021-01-01\n'
    own += '[[indicators]]\nid = "i1"\ntext = "Har kommunen övat?"\n'
    document = made(rule_sets=[rules.parse(own, file="egen.toml")])
    assert table_of(document, "Indikatorer")[1:] == [["Har kommunen övat?", "", "Egen"]]
    assert "ordalydelse finns inte här" not in whole(document)


def test_only_what_happened_in_the_year_is_told():
    """Events and activities of the year stand with their ids; the day before it belongs to another year."""
    document = made()
    assert [row[0] for row in table_of(document, "Händelser under 2021")[1:]] == ["E-1"]
    assert [row[0] for row in table_of(document, "Genomförda utbildningar och övningar 2021")[1:]] == ["U-1", "U-2"]


def test_participants_are_summed_and_what_nobody_counted_is_said():
    """A missing number is no nought."""
    text = whole(made())
    assert "Deltagande anställda, räknat per tillfälle: 17." in text
    assert "Deltagande förtroendevalda, räknat per tillfälle: 3. I en aktivitet är antalet inte ifyllt." in text


def test_what_was_planned_and_not_carried_out_is_named():
    """Planned is not done; on request is not even planned."""
    text = whole(made())
    assert "Planerad men inte genomförd: Samverkansövning." in text
    assert "Efter önskemål" not in text
    assert "ännu inte genomförd: Samverkansövning" in whole(made(on=date(2021, 6, 1)))


def test_costs_are_summed_over_what_is_decided_and_unknown_ones_counted():
    """What is only proposed, or another year's, costs the year nothing."""
    document = made()
    assert [row[0] for row in table_of(document, "Åtgärder som 2021 betalar eller som blev klara då")[1:]] == ["T-1", "T-2"]
    assert "Summa av det som är ifyllt: 15\xa0000 kronor. En åtgärd saknar kostnad." in whole(document)


def test_a_year_without_anything_says_so():
    """Each heading stands also where the register knows nothing of the year."""
    text = whole(made({"organisations": ORGANISATIONS}, year=2025))
    assert "ingen inträffad händelse under 2025" in text
    assert "står som genomförd under 2025" in text
    assert "2025 som budgetår" in text


def test_an_empty_register_makes_a_follow_up():
    """Nothing is needed to write it."""
    assert "Indikatorer" in whole(made({"events": []}))
