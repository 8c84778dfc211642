from datetime import date
from random import Random
from time import perf_counter
from typing import Any

import pandas as pd
import pytest

from krokomrsa import changes, validation
from krokomrsa.changes import Change
from krokomrsa.errors import Problem
from krokomrsa.register import Origin, Register, Row
from krokomrsa.scales import load, parse
from krokomrsa.vocabulary import resource, texts

SCALE = load()

SOUND: dict[str, list[Row]] = {
    "organisations": [{"id": "SOC", "name": "Socialförvaltningen"}, {"id": "IT", "name": "It-avdelningen"}],
    "services": [
        {"id": "V-1", "organisation": "SOC", "name": "Hemtjänst", "routines": "unknown", "tolerable_outage_h": 0.0},
        {"id": "V-2", "organisation": "SOC", "name": "Särskilt boende"},
    ],
    "resources": [
        {"id": "R-EL", "name": "Elnät", "restoration_low_h": 4.0, "restoration_high_h": 4.0},
        {"id": "R-AGG", "name": "Reservaggregat", "owner": "IT"},
        {"id": "R-TLF", "name": "Trygghetslarm", "restoration_low_h": 2.0},
    ],
    "dependencies": [
        {"id": "B-1", "dependent": "V-1", "supplier": "R-EL", "group": "el", "needed": 2, "endurance_low_h": 4.0, "endurance_high_h": 4.0},
        {"id": "B-2", "dependent": "V-1", "supplier": "R-AGG", "group": "el", "needed": 2, "endurance_low_h": 4.0},
        {"id": "B-3", "dependent": "V-2", "supplier": "R-EL", "group": "el", "needed": 1, "status": "needed"},
        {"id": "B-4", "dependent": "R-TLF", "supplier": "V-2", "status": "unknown"},
    ],
    "risks": [{"id": "H-1", "event": "Elavbrott mer än 24 timmar", "services": "V-1; V-2", "area": "crisis_preparedness"}],
    "assessments": [
        {"id": "A-1", "risk": "H-1", "judge": "SOC", "aspect": "life_health", "low": 3.0, "high": 3.0, "status": "judged"},
        {"id": "A-2", "risk": "H-1", "judge": "IT", "aspect": "likelihood", "low": 1.0, "high": 5.0, "status": "judged"},
        {"id": "A-3", "risk": "H-1", "judge": "IT", "aspect": "sovereignty", "status": "not judged"},
        {"id": "A-4", "risk": "H-1", "judge": "IT", "aspect": "life_health", "high": 3.2, "status": "judged"},
    ],
    "activities": [
        {
            "id": "U-1",
            "name": "Krisledningsövning",
            "kind": "exercise",
            "year": 2020,
            "quarter": 4,
            "status": "done",
            "target_groups": "crisis_staff; municipal_board",
            "carried_out_on": date(2020, 12, 31),
            "evaluated_on": date(2020, 12, 31),
        },
        {"id": "U-2", "name": "Rakel", "kind": "training", "year": 2021, "status": "planned", "carried_out_on": date(2022, 1, 10)},
    ],
    "documents": [{"id": "D-1", "title": "Strategi", "decided_on": date(2019, 12, 4), "valid_to": date(2019, 12, 4)}],
    "information_assets": [{"id": "I-1", "name": "Journaler", "confidentiality": 3, "system": "R-TLF"}],
}

Place = tuple[str, str, str]


def register(*changes: tuple[str, str, dict[str, Any]], more: dict[str, list[Row]] | None = None) -> Register:
    """Return the sound register with some values changed (table, id, values) and some rows more."""
    held = {table: [dict(row) for row in rows] for table, rows in SOUND.items()}
    for table, row_id, values in changes:
        next(row for row in held[table] if row["id"] == row_id).update(values)
    for table, rows in (more or {}).items():
        held.setdefault(table, []).extend(rows)
    return Register({table: pd.DataFrame(rows) for table, rows in held.items()})


def places(found: Register) -> list[Place]:
    """Return table, id and column of every problem."""
    return [(problem.table, problem.id, problem.column) for problem in validation.check(found, SCALE)]


def test_a_sound_register_has_no_problems() -> None:
    """Values that only just agree are agreed to: equal bounds, the same day, the outermost level, as many as the group has."""
    assert validation.check(register(), SCALE) == []


def test_an_empty_register_has_no_problems() -> None:
    """An empty register is sound."""
    assert validation.check(Register(), SCALE) == []


BROKEN: list[tuple[str, tuple[str, str, dict[str, Any]], Place, str]] = [
    ("required", ("services", "V-1", {"name": None}), ("services", "V-1", "name"), "Verksamhet saknas för ”V-1” i Verksamheter."),
    ("required", ("services", "V-1", {"organisation": None}), ("services", "V-1", "organisation"), "Organisation saknas för ”Hemtjänst” i"),
    ("reference", ("services", "V-1", {"organisation": "SCO"}), ("services", "V-1", "organisation"), "”SCO” finns inte i Organisationer."),
    ("reference", ("risks", "H-1", {"services": "V-1; V-9"}), ("risks", "H-1", "services"), "”V-9” finns inte i Verksamheter."),
    (
        "reference",
        ("dependencies", "B-4", {"supplier": "Elnätt"}),
        ("dependencies", "B-4", "supplier"),
        "”Elnätt” finns inte i Verksamheter eller Resurser.",
    ),
    ("choice", ("services", "V-1", {"routines": "kanske"}), ("services", "V-1", "routines"), "”kanske” finns inte i listan för Rutin"),
    (
        "choice",
        ("activities", "U-1", {"target_groups": "crisis_staff; alla"}),
        ("activities", "U-1", "target_groups"),
        "”alla” finns inte i listan för Målgrupper.",
    ),
    (
        "limits",
        ("services", "V-1", {"tolerable_outage_h": -0.5}),
        ("services", "V-1", "tolerable_outage_h"),
        "Talet -0,5 för Hur länge får den stå stilla",
    ),
    ("limits", ("activities", "U-1", {"quarter": 5}), ("activities", "U-1", "quarter"), "Talet 5 för Kvartal"),
    (
        "limits",
        ("information_assets", "I-1", {"confidentiality": 4}),
        ("information_assets", "I-1", "confidentiality"),
        "Talet 4 för Konfidentialitet (K)",
    ),
    ("assessment_order", ("assessments", "A-1", {"high": 2.9}), ("assessments", "A-1", "high"), "Högst (2,9) är lägre än Lägst (3)"),
    (
        "endurance_order",
        ("dependencies", "B-1", {"endurance_high_h": 3.5}),
        ("dependencies", "B-1", "endurance_high_h"),
        "längst (3,5 timmar) är kortare än minst (4 timmar)",
    ),
    (
        "restoration_order",
        ("resources", "R-EL", {"restoration_high_h": 3.0}),
        ("resources", "R-EL", "restoration_high_h"),
        "(3 timmar) är kortare än den kortaste (4 timmar)",
    ),
    (
        "evaluation_order",
        ("activities", "U-1", {"evaluated_on": date(2020, 12, 30)}),
        ("activities", "U-1", "evaluated_on"),
        "utvärderad 2020-12-30, innan den genomfördes 2020-12-31",
    ),
    (
        "document_order",
        ("documents", "D-1", {"valid_to": date(2019, 12, 3)}),
        ("documents", "D-1", "valid_to"),
        "gäller till 2019-12-03, men är beslutat 2019-12-04",
    ),
    ("level_on_scale", ("assessments", "A-2", {"high": 5.5}), ("assessments", "A-2", "high"), "Nivån 5,5 för Sannolikhet finns inte på"),
    ("level_on_scale", ("assessments", "A-1", {"low": 0.0}), ("assessments", "A-1", "low"), "Nivån 0 för Liv och hälsa finns inte på"),
    (
        "judged_has_level",
        ("assessments", "A-4", {"high": None}),
        ("assessments", "A-4", "low"),
        "Liv och hälsa är bedömd men har ingen nivå.",
    ),
    (
        "unjudged_has_no_level",
        ("assessments", "A-3", {"high": 2.0}),
        ("assessments", "A-3", "high"),
        "Nationell suveränitet har ställningen Bedöms inte men också nivån 2.",
    ),
    (
        "needed_without_group",
        ("dependencies", "B-4", {"needed": 2}),
        ("dependencies", "B-4", "needed"),
        "2 måste stå, men beroendet står för sig självt.",
    ),
    (
        "needed_in_group",
        ("dependencies", "B-3", {"needed": 2}),
        ("dependencies", "B-3", "needed"),
        "2 måste stå, men reservlösningen har bara 1 att välja på.",
    ),
    (
        "needed_agrees",
        ("dependencies", "B-2", {"needed": None}),
        ("dependencies", "B-2", "needed"),
        "Gruppen ”el” för ”Hemtjänst” har olika antal som måste stå: 1, 2.",
    ),
    (
        "activity_year",
        ("activities", "U-1", {"year": 2021}),
        ("activities", "U-1", "carried_out_on"),
        "genomförd 2020-12-31 men står på år 2021",
    ),
]


@pytest.mark.parametrize(("rule", "change", "place", "said"), BROKEN)
def test_each_rule_finds_its_row(rule: str, change: tuple[str, str, dict[str, Any]], place: Place, said: str) -> None:
    """A row that breaks one rule gives one problem at its column, by that rule, in which the value is recognised."""
    found = register(change)
    assert places(found) == [place]
    problem = validation.check(found, SCALE)[0]
    assert said in problem.problem
    assert problem.remedy
    by = [each.name for each in validation.RULES if list(each.check(validation.View(register=found, scale=SCALE)))]
    assert by == [rule]


def test_duplicate_ids_in_a_table() -> None:
    """An id on several rows of a table is one problem that says how many."""
    found = validation.check(register(more={"risks": [{"id": "H-1", "event": "Storm"}, {"id": "H-1", "event": "Skyfall"}]}), SCALE)
    assert [(problem.table, problem.id, problem.column) for problem in found] == [("risks", "H-1", "id")]
    assert found[0].problem == "Id ”H-1” står på 3 rader i Risker."


def test_services_and_resources_share_ids() -> None:
    """A resource may not have a service's id; a risk may."""
    assert places(register(more={"risks": [{"id": "V-1", "event": "Storm"}]})) == []
    found = validation.check(register(more={"resources": [{"id": "V-1", "name": "Vatten"}]}), SCALE)
    assert [(problem.table, problem.id, problem.column) for problem in found] == [("resources", "V-1", "id")]
    assert found[0].problem == "Id ”V-1” är redan upptaget av ”Hemtjänst” i Verksamheter."


def test_a_row_without_id_is_named() -> None:
    """A row without id is recognised by its name, or by its place where it has none either."""
    found = validation.check(register(more={"risks": [{"id": None, "event": "Storm"}, {"id": None, "event": None}]}), SCALE)
    assert [problem.problem for problem in found] == [
        "Id saknas för ”Storm” i Risker.",
        "Id saknas för ”rad 3” i Risker.",
        "Händelse saknas för ”rad 3” i Risker.",
    ]


@pytest.mark.parametrize(
    ("written", "guess"),
    [
        ("soc", "Menade du ”SOC” (Socialförvaltningen)?"),
        ("socialförvaltningen", "Menade du ”SOC” (Socialförvaltningen)?"),
        ("Socialförvaltning", "Menade du ”SOC” (Socialförvaltningen)?"),
        ("Räddningstjänsten", "Skriv id för en rad som finns"),
    ],
)
def test_what_a_lost_reference_meant(written: str, guess: str) -> None:
    """A reference that points nowhere is answered with the row that was meant, by id or by name, and with no guess where none is near."""
    assert validation.check(register(("services", "V-1", {"organisation": written})), SCALE)[0].remedy.startswith(guess)


def test_level_four_is_refused_with_its_advice() -> None:
    """Information at level 4 is answered with the declaration's own advice."""
    found = validation.check(register(("information_assets", "I-1", {"confidentiality": 4})), SCALE)
    assert "säkerhetsskyddschefen" in found[0].remedy


def test_limits_say_what_is_allowed() -> None:
    """A number outside its limits is answered with both limits, or the one there is."""
    found = validation.check(register(("services", "V-1", {"tolerable_outage_h": -1.0}), ("activities", "U-1", {"year": 1900})), SCALE)
    assert [problem.remedy for problem in found if problem.column in {"tolerable_outage_h", "year"}] == [
        "Skriv ett tal som är minst 0.",
        "Skriv ett tal som är minst 2000 och högst 2100.",
    ]


def test_seasons_of_a_group() -> None:
    """A group must be big enough in each season that it names; what is not needed is no part of it."""
    winter = {"id": "B-5", "dependent": "V-1", "supplier": "R-TLF", "group": "el", "needed": 2, "season": "winter"}
    assert places(register(more={"dependencies": [winter]})) == []
    assert places(register(("dependencies", "B-2", {"season": "summer"}), more={"dependencies": [winter]})) == []
    summer = ("dependencies", "B-2", {"season": "summer"})
    assert places(register(summer, ("dependencies", "B-1", {"season": "winter"}))) == [
        ("dependencies", row, "needed") for row in ("B-1", "B-2")
    ]
    assert places(register(("dependencies", "B-2", {"status": "not needed"}))) == [("dependencies", "B-1", "needed")]


def test_aspects_that_the_scale_lacks() -> None:
    """A protected value that the list has but the scale does not is said with its Swedish name."""
    scale = parse(resource("scales", "uk-nrr-2023.toml").replace("matrix =", 'values = { sovereignty = "S" }\nmatrix ='), file="egen.toml")
    found = validation.check(register(), scale)
    assert [(problem.id, problem.column) for problem in found] == [("A-1", "aspect"), ("A-4", "aspect")]
    assert found[0].problem.startswith("Aspekten ”Liv och hälsa” finns inte på skalan")


def test_all_problems_at_once() -> None:
    """A register that breaks several rules gets all of it in one list."""
    changes = [
        change for _, change, _, _ in BROKEN if change[2].get("tolerable_outage_h") is None and change[1] in {"V-2", "B-4", "A-3", "R-EL"}
    ]
    assert len(places(register(*changes))) == len(changes) > 2


def test_choices_are_shown_as_labels() -> None:
    """What stands there is shown as a coordinator sees it: labels, decimal comma, dates."""
    broken = register(("assessments", "A-1", {"high": 2.5}), ("documents", "D-1", {"valid_to": date(2018, 1, 1)}))
    assert [problem.value for problem in validation.check(broken, SCALE)] == ["2,5", "2018-01-01"]


def test_the_cell_a_value_was_read_from() -> None:
    """A problem with a value that was read from a file says file, sheet and cell."""
    origin = Origin(file="soc.xlsx", sha256="0", sheet="C Händelser", row=7, cell="D7")
    sound = register(("assessments", "A-1", {"high": 2.0}))
    read = Register({table.key: content for table, content in sound}, origins={("assessments", "A-1", "high"): origin})
    problem = validation.check(read, SCALE)[0]
    assert (problem.file, problem.sheet, problem.cell) == ("soc.xlsx", "C Händelser", "D7")
    assert problem.place == "soc.xlsx, C Händelser!D7"


def test_the_register_is_unchanged() -> None:
    """Checking changes nothing."""
    broken = register(*(change for _, change, _, _ in BROKEN))
    kept = broken.content()
    validation.check(broken, SCALE)
    assert broken.content() == kept


def test_a_name_stands_once_in_an_organisation() -> None:
    """Two services of one organisation may not share a name, whatever its case; those of two organisations may."""
    services = {"id": ["V-1", "V-2", "V-3"], "organisation": ["SOC", "SOC", "BUN"], "name": ["Hemtjänst", "hemtjänst ", "Hemtjänst"]}
    organisations = {"id": ["SOC", "BUN"], "name": ["Socialförvaltningen", "Barn- och utbildningsförvaltningen"]}
    twice = Register({"organisations": pd.DataFrame(organisations), "services": pd.DataFrame(services)})
    found = [(one.table, one.id, one.column) for one in validation.check(twice, load())]
    assert found == [("services", "V-2", "name")]


def test_every_rule_has_its_texts_and_its_test() -> None:
    """Each rule has a name of its own, under which its Swedish texts stand, and a row here that breaks it."""
    names = [rule.name for rule in validation.RULES]
    assert len(set(names)) == len(names)
    assert {name for name, entry in texts("validation").items() if isinstance(entry, dict)} == set(names)
    assert set(names) == {rule for rule, *_ in BROKEN} | {"unique_id", "unique_across", "unique_name", "aspect_on_scale"}


@pytest.mark.parametrize("lost", [False, True])
def test_some_thousand_rows_are_quick(lost: bool) -> None:  # noqa: FBT001 (a case of the test)
    """Three thousand rows are checked in a moment, also where every reference is lost."""
    supplier, event = ("Rx", "Hx") if lost else ("R", "H")
    tables: dict[str, list[Row]] = {
        "organisations": [{"id": f"O{number}", "name": f"Förvaltning {number}"} for number in range(12)],
        "services": [{"id": f"V{number}", "name": f"Verksamhet {number}", "organisation": f"O{number % 12}"} for number in range(200)],
        "resources": [{"id": f"R{number}", "name": f"Resurs {number}"} for number in range(100)],
        "dependencies": [
            {"id": f"B{number}", "dependent": f"V{number % 200}", "supplier": f"{supplier}{number % 100}"} for number in range(1300)
        ],
        "risks": [{"id": f"H{number}", "event": f"Händelse {number}"} for number in range(100)],
        "assessments": [
            {"id": f"A{number}", "risk": f"{event}{number % 100}", "judge": "O1", "aspect": "likelihood", "status": "judged", "low": 2.0}
            for number in range(1300)
        ],
    }
    found = Register({table: pd.DataFrame(rows) for table, rows in tables.items()})
    started = perf_counter()
    assert len(validation.check(found, SCALE)) == (2600 if lost else 0)
    assert perf_counter() - started < 3  # measured 0.03 and 0.15 s; a shared machine may be busy


def test_an_edit_is_blamed_for_what_it_breaks_and_for_nothing_else() -> None:
    """Checking only what an edit can break finds the same as checking all before and after, for hundreds of edits of a faulty register."""
    random = Random(2027)  # noqa: S311 (an example, no secret)
    before = register(*FAULTS)
    for _ in range(400):
        made = _edit(before, random)
        after = changes.apply(before, made)
        touched = {one.table: {each.id for each in made if each.table == one.table} for one in made}
        known, every = (validation.check(held, SCALE) for held in (before, after))
        expected = set(every) - set(known)
        found = set(validation.broken(before, after, SCALE, touched=touched))
        assert found <= expected, made
        assert {_place(one) for one in expected - found} <= {_place(one) for one in known}, made  # only said with another row's new name
        before = after if len(after.services) > 1 and len(after.dependencies) > 1 and random.random() < 0.3 else register(*FAULTS)


FAULTS: list[tuple[str, str, dict[str, Any]]] = [
    ("services", "V-2", {"organisation": "FEL"}),
    ("dependencies", "B-3", {"group": "el", "needed": 4}),
    ("assessments", "A-2", {"low": 7.0}),
    ("resources", "R-AGG", {"name": "Elnät"}),
]


def _place(problem: Problem) -> tuple[str, ...]:
    return problem.table, problem.id, problem.column, problem.value


def _edit(before: Register, random: Random) -> list[Change]:
    """Return a random edit: a row taken away, a row made, or a value replaced by one that stands somewhere in the register."""
    table = random.choice([one for one in before.vocabulary if before.held(one.key)])
    row_id = random.choice(list(before.held(table.key)))
    if random.random() < 0.2:
        return [Change(table=table.key, id=row_id, column="id", before=row_id, after=None)]
    new = random.random() < 0.3
    target = random.choice(["V-1", "R-EL", "H-9", "SOC", "FEL"]) if new else row_id
    if new and target in before.held(table.key):
        new = False
    column = random.choice([one for one in table if one.key != "id"])
    values = [
        row[one.key] for other in before.vocabulary for one in other if one.type == column.type for row in before.held(other.key).values()
    ]
    made = [Change(table=table.key, id=target, column="id", before=None, after=target)] if new else []
    value = random.choice([*values, None, *(["FEL"] if column.type in {"choice", "reference", "text"} else [])])
    return [*made, Change(table=table.key, id=target, column=column.key, before=None, after=value)]
