"""Columns as they are named and filled in real registers: what is understood, what is asked, what is never passed over."""

from __future__ import annotations

from typing import Any

import pytest
from test_mapping import guessed, made

from krokomrsa.excel.foreign.understanding import synonyms
from krokomrsa.excel.foreign.understanding.evidence import Facts

EVENTS = ["Vattnet stängs av en hel dag", "Elen försvinner i ett dygn", "Många blir sjuka på en gång", "Taket rasar av tung snö"]
MEASURES = ["Teckna avtal med granne", "Köp in ett aggregat", "Ha en lista på vikarier", "Skotta taket i tid"]
LEVELS = [2, 3, 2, 4]


def _keys(columns: list[list[Any]], *, sheet: str = "Blad1") -> dict[str, tuple[str, str | None]]:
    return {header: (one.status, one.key) for header, one in guessed(made(columns, sheet=sheet)).items()}


def test_codes_under_a_word_for_the_event_are_ids() -> None:
    """R1, R2 … under ”Risk”, with a description beside, name the rows."""
    found = _keys([["Risk", ["R1", "R2", "R3", "R4"]], ["Riskbeskrivning", EVENTS], ["Sannolikhet", LEVELS], ["Konsekvens", [1, 5, 3, 3]]])
    assert found["Risk"] == ("mapped", "risks.id")
    assert found["Riskbeskrivning"] == ("mapped", "risks.event")


def test_the_noun_before_a_preposition_decides() -> None:
    """”Impact on the project (high, low):” is the impact, not the project."""
    assert synonyms.find(["Impact on the project (high, medium, low):"]).concept == synonyms.load().concepts["consequence"]


def test_severity_beside_impact_is_asked() -> None:
    """Severity is not taken for the consequence where impact stands beside it, whatever their gender."""
    columns = [["Riesgo", EVENTS], ["Probabilidad", ["Alta", "Baja", "Media", "Baja"]]]
    columns += [["Impacto", ["Alto", "Bajo", "Medio", "Alto"]], ["Severidad", ["Alta", "Baja", "Media", "Alta"]]]
    assert _keys(columns)["Severidad"][0] == "asked"


def test_an_id_that_stands_on_few_rows_is_asked() -> None:
    """A legend of levels under ”Key” beside the table is no id."""
    rows = [f"{text} nummer {number}" for number in range(3) for text in EVENTS]
    columns = [["Risk", rows], ["Sannolikhet", LEVELS * 3], ["Konsekvens", [1, 4, 2, 3] * 3], ["Key", [1, 2, 3, 4, 5]]]
    assert _keys(columns)["Key"][0] == "asked"


@pytest.mark.parametrize("levels", [["Alto", "Medio", "Basso"], ["5: High", "3: Medium", "1: Low"]])
def test_a_scale_is_no_register(levels: list[str]) -> None:
    """A table whose levels stand once each and that has no event is asked about as a whole."""
    columns = [["Probabilità", levels], ["Impatto", levels], ["Descrizione", EVENTS[:3]]]
    assert {status for status, _ in _keys(columns, sheet="Valori").values()} == {"asked"}


def test_description_and_code_alone_are_no_register() -> None:
    """General words map only where something else says that the table is about risks."""
    columns = [["Code", ["A1", "A2", "A3", "A4"]], ["Description", EVENTS]]
    assert {status for status, _ in _keys(columns, sheet="Risk codes").values()} == {"asked"}


def test_a_header_does_not_hide_what_is_written_for_the_row() -> None:
    """”Identified” over sentences may be the event; over dates it is when the row was written."""
    rest: list[list[Any]] = [["Probability", LEVELS], ["Impact", [1, 5, 3, 3]]]
    assert _keys([["Identified", EVENTS], *rest])["Identified"] == ("asked", "risks.event")
    dates = ["2027-01-02", "2027-01-03", "2027-02-04", "2027-03-05"]
    assert _keys([["Identified", dates], ["Risk", EVENTS], *rest])["Identified"][0] == "ignored"


@pytest.mark.parametrize(
    ("value", "refers"),
    [
        ("A.5.1", True),
        ("A.5.1, A.8.2", True),
        ("Control 5.3", True),
        ("PR.AC-1", True),
        ("A.8.13 Backup", True),
        ("1. Gör om", False),
        ("75% to 100%", False),
        ("V3", False),
        ("R1", False),
        ("2) Öva", False),
        ("Följ 2.1 noga", False),
    ],
)
def test_only_a_reference_is_one(value: str, refers: bool) -> None:  # noqa: FBT001
    """A list's number, a percentage and a code are no reference to a standard."""
    assert Facts(values={1: value, 2: value}).references is refers


def test_decimals_and_minus_are_told_as_such() -> None:
    """A scale with −4 and 1.5 is asked about for what it is, not for being high."""
    columns = [["Risk", EVENTS], ["Likelihood", [1, 2, 3, 2]], ["Impact", [-4, 1.5, 5, 2]]]
    assert "-4" in guessed(made(columns))["Impact"].reason.replace("−", "-")


def test_an_owner_without_measures_owns_the_risk() -> None:
    """With an event and nothing that is done in the table, the owner is the risk's."""
    columns: list[list[Any]] = [
        ["Risk", EVENTS],
        ["Likelihood", LEVELS],
        ["Impact", [1, 5, 3, 3]],
        ["Owner", ["Anna", "Per", "Anna", "Eva"]],
    ]
    assert _keys(columns)["Owner"] == ("mapped", "risks.owner")
    assert _keys([*columns, ["Что-то", MEASURES]])["Owner"][0] == "asked"


def test_the_group_says_what_is_described() -> None:
    """”Respuesta / Descripción” is the measure, and its ”Responsable” the one who takes it."""
    columns = [["Riesgo || Descripción", EVENTS], ["Riesgo || Probabilidad", LEVELS], ["Riesgo || Impacto", [1, 5, 3, 3]]]
    columns += [["Respuesta || Descripción", MEASURES], ["Respuesta || Responsable", ["Ana", "Luis", "Ana", "Eva"]]]
    found = _keys(columns)
    assert found["Riesgo / Descripción"] == ("mapped", "risks.event")
    assert found["Respuesta / Descripción"] == ("mapped", "treatments.measure")
    assert found["Respuesta / Responsable"] == ("mapped", "treatments.owner")


def test_an_option_of_a_group_is_not_the_group() -> None:
    """”Likelihood / Possible” in a drawn matrix is one of its levels."""
    assert synonyms.find(["Likelihood", "Possible"]).how == "contained"


def test_letters_with_their_product_beside_them_need_no_short_scale() -> None:
    """P and I in tens, with their product, are likelihood and consequence."""
    columns = [["Risk", EVENTS], ["P", [10, 20, 30, 40]], ["I", [20, 30, 40, 20]], ["R", [200, 600, 1200, 800]]]
    found = _keys(columns)
    assert (found["P"], found["I"]) == (("mapped", "assessments.likelihood"), ("mapped", "assessments.consequence"))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (["リスク", "発生確率", "影響度", "対策", "担当者"], ["event", "likelihood", "consequence", "measure", "owner"]),
        (
            ["Риск", "Вероятность риска", "Ущерб", "Мероприятия", "Владелец риска"],
            ["event", "likelihood", "consequence", "measure", "owner"],
        ),
        (
            ["Risk", "Likeliness", "Damage", "Recommended Treatment", "Accountability"],
            ["event", "likelihood", "consequence", "measure", "owner"],
        ),
        (["Risiko", "A = Auftreten", "Auswirkungsgrad", "Lösung", "Wer"], ["event", "likelihood", "consequence", "measure", "owner"]),
    ],
)
def test_the_words_of_more_languages_are_known(language: list[str], expected: list[str]) -> None:
    """Japanese, Russian, German and looser English headers map like Swedish ones."""
    held = [EVENTS, LEVELS, [1, 5, 3, 3], MEASURES, ["Anna", "Per", "Anna", "Eva"]]
    found = _keys([[header, values] for header, values in zip(language, held, strict=True)])
    assert [(status, (key or "").partition(".")[2]) for status, key in found.values()] == [("mapped", name) for name in expected]


def test_a_title_says_that_the_table_is_about_risks() -> None:
    """A threat and what may be done, in a sheet called FMEA, is a register of risks."""
    reasons = [one.reason for one in guessed(made([["Problem", EVENTS], ["Recommendation", MEASURES]], sheet="FMEA")).values()]
    assert not any("liknar inget" in reason for reason in reasons)


@pytest.mark.parametrize("header", ["Item", "Known or suspected threats", "Что-то"])
def test_the_best_guess_for_the_event_is_the_text_that_differs(header: str) -> None:
    """Where no column is called an event, the longest text that differs from row to row is proposed, not a group."""
    columns = [["Team", ["Ekonomi och lön", "Ekonomi och lön", "Ekonomi och lön", "Teknik och drift"]], [header, EVENTS]]
    columns += [["Likelihood", LEVELS], ["Impact", [1, 5, 3, 3]]]
    assert _keys(columns, sheet="Risk register")[header] == ("asked", "risks.event")


def test_letters_that_mean_two_things_are_asked_with_both() -> None:
    """S and P are severity and probability, or sannolikhet and påverkan: whatever a third column shows, both readings are proposed."""
    columns = [["Risk", EVENTS], ["S", LEVELS], ["P", [1, 5, 3, 3]], ["Värde", [2, 15, 6, 12]]]
    found = guessed(made(columns))
    keys = {"assessments.likelihood", "assessments.consequence"}
    assert [(found[letter].status, {found[letter].key, *found[letter].others}) for letter in "SP"] == [("asked", keys)] * 2


def test_a_level_may_say_what_it_is_a_level_of() -> None:
    """”Hög sannolikhet” and ”Begränsade” are levels as ”Hög” is."""
    columns = [["Oönskad händelse", EVENTS], ["Sannolikhet", ["Hög sannolikhet", "Låg sannolikhet", "Medelhög sannolikhet"] * 2]]
    columns += [["Konsekvens", ["Begränsade", "Allvarliga", "Begränsade", "Mycket allvarliga"]]]
    assert _keys(columns)["Sannolikhet"] == ("mapped", "assessments.likelihood")
    assert _keys(columns)["Konsekvens"] == ("mapped", "assessments.consequence")


@pytest.mark.parametrize(("levels", "status"), [([7, 4, 9], "mapped"), ([1, 2, 3], "asked")])
def test_few_risks_are_no_scale(levels: list[int], status: str) -> None:
    """Three events with levels that differ and owners are a register; where the levels stand in order it may be a scale."""
    columns = [["Description", EVENTS[:3]], ["Probability", levels], ["Impact", [1, 2, 3]], ["Owner", ["Anna", "Per", "Anna"]]]
    found = _keys(columns)
    assert [found[header][0] for header in ("Description", "Probability", "Impact")] == [status] * 3


def test_a_list_of_issues_is_no_register_of_risks() -> None:
    """Rows with an ”Issue ID” and no likelihood are asked about; with a likelihood only the id is."""
    columns = [["Issue ID", ["I-1", "I-2", "I-3", "I-4"]], ["Description", EVENTS], ["Owner", ["Anna", "Per", "Anna", "Eva"]]]
    assert "mapped" not in {status for status, _ in _keys(columns, sheet="Risks and issues").values()}
    judged = _keys([*columns, ["Likelihood", LEVELS], ["Impact", [1, 5, 3, 3]]])
    assert (judged["Issue ID"], judged["Description"]) == (("asked", "risks.id"), ("mapped", "risks.event"))


@pytest.mark.parametrize(
    ("header", "values"),
    [("Typ", ["Risk", "Beslut", "Risk", "Risk"]), ("R / I", ["R", "R", "I", "I"]), ("RAID", ["A", "I", "I", "D"])],
)
def test_a_column_may_say_which_rows_are_risks(header: str, values: list[str]) -> None:
    """Words for a risk and for something else, or letters that the header explains, sort the rows."""
    columns = [["Händelse", EVENTS], [header, values], ["Sannolikhet", LEVELS], ["Konsekvens", [1, 5, 3, 3]]]
    assert [name for name, one in guessed(made(columns)).items() if one.sorts] == [header]


@pytest.mark.parametrize("values", [["R", "A", "G", "A"], ["Hot", "Teknik", "Teknik", "Beroende"], ["Risk", "Risk", "Hot", "Risk"]])
def test_other_words_and_letters_sort_nothing(values: list[str]) -> None:
    """Traffic lights, categories of which a few happen to be such words, and risks only, leave every row a risk."""
    columns = [["Händelse", EVENTS], ["Läge", values], ["Sannolikhet", LEVELS], ["Konsekvens", [1, 5, 3, 3]]]
    assert not any(one.sorts for one in guessed(made(columns)).values())
