from __future__ import annotations

import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sheets import found as drawn
from sheets import only

from krokomrsa import scales, vocabulary
from krokomrsa.excel.foreign.model import Answers, Column, Guess, Layout, Table, Understood
from krokomrsa.excel.foreign.understanding import mapping
from krokomrsa.excel.reading import Cell, Sheet

DATA = tomllib.loads(Path(__file__).with_name("registers.toml").read_text(encoding="utf-8"))
OWNERS = {"risks.owner", "treatments.owner"}
CRITICAL = OWNERS | {"assessments.likelihood", "assessments.consequence", "risks.event", "treatments.measure", "risks.id"}
NOT_LISTS = {"report_texts", "import_answers", "replies"}
SAMPLES = {
    "text": ["Kort text", "En annan text", "Ännu en text", "Något helt annat"],
    "date": ["2021-03-01", "2021-04-01", "2021-05-01", "2021-06-01"],
    "number": [1, 2, 3, 4],
    "integer": [1, 2, 3, 2],
    "boolean": ["Ja", "Nej", "Ja", "Nej"],
    "reference": ["SOC", "BUN", "SOC", "IT"],
    "references": ["V-1; V-2", "V-3", "V-1", "V-4"],
}


def made(columns: list[list[Any]], *, sheet: str = "Blad1") -> Table:
    """Return a table of columns, each its header and its values; ”Above || Below” is a header of two rows."""
    cells: dict[tuple[int, int], Cell] = {}
    found = []
    for number, (header, values) in enumerate(columns, start=1):
        parts = tuple(part.strip() for part in header.split("||"))
        cell = cells[2, number] = Cell(2, number, parts[-1])
        found.append(Column(cell=cell, header=" / ".join(parts), parts=parts, numbers=(number,)))
        held = DATA["pools"][values[1:]] if isinstance(values, str) else values
        cells |= {(row, number): Cell(row, number, value) for row, value in enumerate(held, start=3)}
    rows = {row for row, _ in cells if row > 2}
    return Table(sheet=Sheet(sheet, False, cells), header_rows=(1, 2), columns=tuple(found), kinds=dict.fromkeys(rows, "data"))


def _guesses(table: Table, answers: Answers | None = None) -> tuple[Guess, ...]:
    layout = Layout(tables=(table,), loose={})
    return mapping.guess(table, layout, vocabulary=vocabulary.load(), scale=scales.load(), answers=answers or Answers())


def guessed(table: Table, answers: Answers | None = None) -> dict[str, Guess]:
    """Return the guess of each header; the second so called is ”Header@2”."""
    seen: Counter[str] = Counter()
    found = {}
    for one in _guesses(table, answers):
        seen[one.column.header] += 1
        again = seen[one.column.header]
        found[one.column.header if again == 1 else f"{one.column.header}@{again}"] = one
    return found


def register(name: str) -> Table:
    """Return one of the registers in the data file."""
    entry = DATA["registers"][name]
    return made(entry["columns"], sheet=entry.get("sheet", "Blad1"))


@pytest.mark.parametrize("name", DATA["registers"])
def test_what_matters_is_right_or_asked(name: str) -> None:
    """Likelihood, consequence, event, owner, measure and id are mapped right or asked about, never wrong, never left out."""
    truth = DATA["registers"][name]["truth"]
    wrong = {
        header: (one.status, one.key, one.reason)
        for header, one in guessed(register(name)).items()
        if (one.status == "mapped" and (one.key in CRITICAL or header in truth) and one.key != truth.get(header))
        or (header in truth and one.status == "ignored")
    }
    assert wrong == {}
    assert set(truth) <= set(guessed(register(name)))


@pytest.mark.parametrize("name", DATA["registers"])
def test_what_is_clear_is_not_asked(name: str) -> None:
    """What nobody would hesitate about is mapped without a question."""
    found = guessed(register(name))
    asked = {header: found[header].reason for header in DATA["registers"][name]["clear"] if found[header].status != "mapped"}
    assert asked == {}


def test_every_guess_says_why() -> None:
    """Each guess has a confidence that fits its status and a reason that is a whole Swedish sentence without empty places."""
    for name in DATA["registers"]:
        for one in guessed(register(name)).values():
            assert 0 <= one.confidence <= 1
            assert (one.status == "mapped") == (one.key is not None and one.confidence >= mapping.SURE)
            assert one.key not in one.others
            assert one.reason[0].isupper()
            assert one.reason[-1] in ".?"
            assert "  " not in one.reason


def test_one_key_is_mapped_once() -> None:
    """No two columns of a table are mapped to the same column of ours."""
    for name in DATA["registers"]:
        keys = Counter(one.key for one in guessed(register(name)).values() if one.status == "mapped")
        assert {key: number for key, number in keys.items() if number > 1} == {}


def _sample(column: vocabulary.Column) -> list[object]:
    return list(column.values.values())[:4] if column.values else SAMPLES[column.type]


@pytest.mark.parametrize("key", [table.key for table in vocabulary.load() if table.key not in NOT_LISTS])
@pytest.mark.parametrize("written", ["header", "title", "key"])
def test_our_own_lists_are_known(key: str, written: str) -> None:
    """A plain list with the headers of any of our tables, as printed, with unit or as keys, is mapped to that table's columns."""
    declared = vocabulary.load()[key]
    table = made([[getattr(column, written), _sample(column)] for column in declared])
    assert {getattr(column, written): f"{key}.{column.key}" for column in declared} == {
        header: one.key for header, one in guessed(table).items()
    }
    assert {"mapped"} == {one.status for one in guessed(table).values()}


def test_half_of_our_list_in_any_order_is_known() -> None:
    """Some of a table's own headers, in another order and with one that is not ours, are enough."""
    columns = [
        ["Verksamhet", ["Hemtjänst", "Förskola"]],
        ["Strunt", ["röd", "blå"]],
        ["Vad måste alltid göras", ["Mat och medicin", "Tillsyn"]],
    ]
    found = guessed(made([*columns, ["Enhet", ["Krokom", "Nälden"]]], sheet="Verksamheter"))
    assert [one.key for one in found.values()] == ["services.name", None, "services.lowest_acceptable_level", "services.unit"]
    assert found["Strunt"].status == "asked"


def test_foreign_lists_of_services_and_measures() -> None:
    """Lists that are no registers of risks feed the table that their headers speak of."""
    services = guessed(made([["Process", ["Payroll", "Meals"]], ["MTPD (hours)", [24, 4]], ["Workaround", ["Paper lists", "Cold meals"]]]))
    assert [one.key for one in services.values()] == ["services.name", "services.tolerable_outage_h", "services.backup_solution"]
    assert {"mapped"} == {one.status for one in services.values()}
    measures = guessed(made([["Action ID", "@id"], ["Action", "@measure"], ["Action owner", "@owner"], ["Due date", "@date"]]))
    assert [one.key for one in measures.values()] == ["treatments.id", "treatments.measure", "treatments.owner", "treatments.due"]
    needs = guessed(made([["Verksamhet", ["Hemtjänst", "Skola"]], ["Beroende av", ["El", "Vatten"]], ["Uthållighet", ["8 h", "2 dygn"]]]))
    assert needs["Uthållighet"].key == "dependencies.endurance"
    assert needs["Verksamhet"].status == "asked"


def test_a_threat_causes_what_the_risk_describes() -> None:
    """Beside a description of the risk the threat is its cause and the vulnerability a deficiency."""
    columns = [["Risk Description", "@event"], ["Threat", "@title"], ["Vulnerability", "@cause"], ["Likelihood", "@l"], ["Impact", "@c"]]
    found = guessed(made(columns))
    assert [one.key for one in found.values()][:3] == ["risks.event", "risks.causes", "vulnerabilities.description"]


def test_a_description_beside_a_name_describes() -> None:
    """Where the event has a short name the description is its description, else it is the event."""
    rest = [["Likelihood", "@l"], ["Impact", "@c"]]
    both = guessed(made([["Risk name", "@title"], ["Risk description", "@text"], *rest]))
    assert [one.key for one in both.values()][:2] == ["risks.event", "risks.description"]
    alone = guessed(made([["Risk description", "@text"], *rest]))
    assert alone["Risk description"].key == "risks.event"


def test_a_consequence_in_sentences_is_no_judgement() -> None:
    """A column of consequences in sentences is asked about as a description, with the grounds as the other possibility."""
    found = guessed(register("consequence-sentences"))["Consequence"]
    assert (found.status, found.key, found.others) == ("asked", "risks.description", ("assessments.grounds",))


def test_judgements_of_another_state_have_their_place() -> None:
    """Inherent and target go each to their own state beside how it is now; beside residual alone both are asked, with both readings."""
    found = guessed(register("inherent-current-target"))
    assert [(one.status, one.key) for header, one in found.items() if header.endswith("Likelihood")] == [
        ("mapped", "assessments.inherent_likelihood"),
        ("mapped", "assessments.likelihood"),
        ("mapped", "assessments.target_likelihood"),
    ]
    bare = guessed(register("inherent-residual"))["Inherent Likelihood"]
    assert (bare.status, bare.key, bare.others) == ("asked", "assessments.inherent_likelihood", ("assessments.likelihood",))
    left = guessed(register("inherent-residual"))["Residual Likelihood"]
    assert (left.status, left.key, left.others) == ("asked", "assessments.likelihood", ("assessments.target_likelihood",))
    assert left.state_word == "residual"
    assert {"asked"} == {one.status for header, one in guessed(register("residual-only")).items() if "Residual" in header}


@pytest.mark.parametrize(
    ("word", "answer", "keys"),
    [
        ("residual", "current", ["assessments.likelihood", "assessments.consequence"]),
        ("residual", "target", ["assessments.target_likelihood", "assessments.target_consequence"]),
        ("residual", "läs inte", [None, None]),
    ],
)
def test_a_word_for_a_state_is_answered_for_all_its_columns(word: str, answer: str, keys: list[str | None]) -> None:
    """What ”residual” means is answered once, and holds for likelihood and consequence alike; no question is left."""
    found = guessed(register("inherent-residual"), Answers(values={("assessments.state", word): answer}))
    read = [found[header] for header in ("Residual Likelihood", "Residual Impact")]
    assert [one.key for one in read] == keys
    assert {one.status for one in read} == {"ignored" if None in keys else "mapped"}


def test_inherent_residual_and_target_are_all_told_apart() -> None:
    """Where the target stands in columns of its own, residual is how it is now, and nothing is asked."""
    columns = [["Risk", "@event"], ["Inherent impact", "@c"], ["Residual impact", "@new_c"], ["Target impact", "@new_c"]]
    found = guessed(made([*columns, ["Likelihood", "@l"]]))
    assert [found[header].key for header, _ in columns[1:]] == [
        "assessments.inherent_consequence",
        "assessments.consequence",
        "assessments.target_consequence",
    ]
    assert {found[header].status for header, _ in columns[1:]} == {"mapped"}


def test_after_measures_is_the_target_and_inherent_alone_is_asked() -> None:
    """”Efter åtgärd” beside a judgement is the target, under a band too; ”inherent” beside nothing may be how it is now, and is asked."""
    base = [["Händelse", "@event"], ["Nuläge || Sannolikhet", "@l"], ["Nuläge || Konsekvens", "@c"]]
    found = guessed(made([*base, ["Efter åtgärd || Sannolikhet", "@new_l"], ["Efter åtgärd || Konsekvens", "@new_c"]]))
    assert found["Nuläge / Sannolikhet"].key == "assessments.likelihood"
    assert found["Efter åtgärd / Sannolikhet"].key == "assessments.target_likelihood"
    assert found["Efter åtgärd / Konsekvens"].key == "assessments.target_consequence"
    alone = guessed(made([["Risk", "@event"], ["Inherent likelihood", "@l"], ["Inherent impact", "@c"]]))["Inherent impact"]
    assert (alone.status, alone.key, alone.others) == ("asked", "assessments.consequence", ("assessments.inherent_consequence",))


def test_the_five_protected_values_are_told_apart() -> None:
    """Consequences per protected value go each to its own aspect; time, cost and quality are asked about."""
    found = guessed(register("kommun-skyddsvarden"))
    assert found["Konsekvens / Liv och hälsa"].key == "assessments.life_health"
    assert found["Konsekvens / Samhällets funktionalitet"].key == "assessments.societal_functions"
    assert found["Konsekvens / Miljö och ekonomi"].key == "assessments.environment_economy"
    built = guessed(register("construction-aspects"))
    assert {"asked"} == {built[header].status for header in ("Cost Impact", "Schedule Impact", "Quality Impact")}


def test_what_follows_from_others_is_not_stored() -> None:
    """A column that is the product of two others is ignored whatever it is called."""
    found = guessed(made([["Risk", "@event"], ["Likelihood", "@l"], ["Impact", "@c"], ["Strunt", "@lc"]]))["Strunt"]
    assert (found.status, found.key) == ("ignored", None)
    assert found.reason == "Följer helt av Likelihood och Impact: räknas om här."


def test_a_class_beside_severity_leaves_severity() -> None:
    """Roman classes that follow from likelihood and severity are asked about, and severity is the consequence."""
    classes = ["I", "II", "II", "II", "I", "II", "III", "III"]
    found = guessed(made([["Risk", "@event"], ["Likelihood", "@l"], ["Severity", "@c"], ["Impact", classes]]))
    assert (found["Severity"].status, found["Severity"].key) == ("mapped", "assessments.consequence")
    assert found["Impact"].status == "asked"


def test_a_strategy_is_no_measure() -> None:
    """Accept, transfer and mitigate are ways, not measures; references to a standard are asked about too."""
    strategies = guessed(made([["Risk", "@event"], ["Likelihood", "@l"], ["Treatment", "@strategy"]]))["Treatment"]
    references = guessed(
        made([["Risk", "@event"], ["Likelihood", "@l"], ["Control", ["Control 7.1, 7.2", "Control 8.8", "Clause 9", "5.14"]]])
    )
    assert strategies.status == "asked"
    assert "ingen åtgärd" in strategies.reason
    assert (references["Control"].status, references["Control"].others) == ("asked", ("risks.protection",))


def test_no_answer_is_no_evidence() -> None:
    """”Vet inte”, ”N/A” and a dash do not make a column of levels anything else."""
    found = guessed(
        made([["Händelse", "@handelse"], ["Sannolikhet", [3, "vet inte", "N/A", "3-4", "–"]], ["Konsekvens", ["bedöms inte", "ca 3"]]])
    )
    assert [one.status for one in found.values()] == ["mapped"] * 3


def test_answers_win() -> None:
    """What the coordinator has answered for a sheet and a header is followed, also where it says not to read."""
    told = Answers(columns={("blad1", "owner"): "risks.owner", ("blad1", "risk"): None, ("annat", "impact"): None})
    found = guessed(register("severity-and-impact"), told)
    assert tuple(getattr(found["Owner"], name) for name in ("status", "key", "confidence", "reason")) == (
        "mapped",
        "risks.owner",
        1.0,
        "Besvarat tidigare.",
    )
    assert (found["Risk"].status, found["Risk"].key) == ("ignored", None)
    assert found["Impact"].key == "assessments.consequence"


def test_a_column_is_called_by_its_header_unless_others_are_called_so() -> None:
    """Columns of a sheet with the same header are counted, those of another sheet or of a table with the same headers are not."""
    risks, again = (made([["Risk", "@event"], ["Owner", "@owner"], ["Owner", "@owner"]]) for _ in "ab")
    plan, other = (made([["Plan", "@measure"], ["owner", "@owner"]], sheet=sheet) for sheet in ("Blad1", "Blad2"))
    layout = Layout(tables=(risks, again, plan, other), loose={})
    how = {"vocabulary": vocabulary.load(), "scale": scales.load(), "answers": Answers()}
    names = [[one.column.name for one in mapping.guess(table, layout, **how)] for table in layout.tables]
    assert names[0] == names[1] == ["Risk", "Owner (1 av 3)", "Owner (2 av 3)"]
    assert names[2:] == [["Plan", "owner (3 av 3)"], ["Plan", "owner"]]


def test_columns_under_one_label_have_cells_of_their_own() -> None:
    """The second column under a merged label is told by its own cell, not by the label's."""
    table = only(drawn("Nr|Risk|Likelihood\nR1|Elavbrott|L|\nR2|Skyfall||M\nR3|Intrång|L|", merged="C1:D1"))
    assert [column["cell"] for column in Understood(table=table, guesses=_guesses(table)).as_dict()["columns"]] == [
        "A1",
        "B1",
        "C1",
        "D1",
    ]


def test_a_crossed_group_is_one_judgement() -> None:
    """Crosses under VL … VH are levels of the header above them."""
    columns = made([["Risk", "@event"], ["Likelihood", []], ["Impact", "@c"]])
    cells = {key: cell for key, cell in columns.sheet.cells.items() if key[1] != 3 or key[0] == 2}
    cells |= {(row, 2 + row % 2 * 8): Cell(row, 2 + row % 2 * 8, "X") for row in columns.data}
    header = cells[2, 2]
    crossed = Column(cell=header, header="Likelihood", parts=("Likelihood",), numbers=(2, 10), options=("L", "H"))
    table = Table(sheet=Sheet("Blad1", False, cells), header_rows=(2,), columns=(columns.columns[0], crossed), kinds=columns.kinds)
    assert (guessed(table)["Likelihood"].status, guessed(table)["Likelihood"].key) == ("mapped", "assessments.likelihood")


def test_a_table_is_mapped_fast() -> None:
    """Guessing a wide register of 500 rows takes far less than a second."""
    entry = DATA["registers"]["iso27005"]["columns"]
    wide = made([[header, DATA["pools"][values[1:]] * 63 if isinstance(values, str) else values] for header, values in entry])
    guessed(wide)
    started = time.perf_counter()
    guessed(wide)
    assert time.perf_counter() - started < 0.5
