"""The Word report: what it says of a register, under which headings, and what it asks for."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from report_example import ON, RULE_SETS, analysed, details, dump, lines, opened, replaced, small, small_bytes, table_of, whole, written

from krokomrsa import report, rules, synthesis
from krokomrsa.register import Register
from krokomrsa.report.material import Material
from krokomrsa.report.rsa import PARTS

SNAPSHOT = Path(__file__).parent / "snapshots" / "rsa.txt"
QUESTIONS = ("RSAquestion", "RSAquestionlast")
HEADINGS = ("Heading1", "Heading2")


def test_the_report_reads_as_its_snapshot() -> None:
    """Every paragraph with its style, every table and every alternative text is as the snapshot says; UPDATE_SNAPSHOTS=1 writes it anew."""
    made = dump(small_bytes())
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(made, encoding="utf-8", newline="\n")
    assert made.splitlines() == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_the_headings_are_the_rule_sets_in_order() -> None:
    """The first-level headings are those of MSBFS 2015:5 in its words and order, then what has no heading, then the sources."""
    told = [f"{each.number} {each.title}" for each in rules.load("msbfs-2015-5").headings]
    assert lines(opened(small_bytes()), "Heading1") == [*told, "Texter utan rubrik", "Bilaga: Källor"]


def test_own_texts_stand_first_under_their_heading_paragraph_by_paragraph() -> None:
    """A text with two paragraphs stands as two, before the box; a text of another rule set is left out."""
    found = dump(small_bytes()).splitlines()
    place = found.index("Heading1\t1 Beskrivning av kommunen och dess geografiska område")
    assert found[place + 1 : place + 3] == ["Normal\tKrokom ligger i Jämtland.", "Normal\tHär finns fem tätorter."]
    assert found[place + 3].startswith("RSAquestionhead\t")
    assert "Hör inte hit." not in whole(opened(small_bytes()))


def test_an_own_text_without_heading_is_not_lost() -> None:
    """A text for heading 12, which the rule set has not, stands after the others, and it is asked about."""
    document = opened(small_bytes())
    assert "En text utan rubrik." in lines(document, "Normal")
    assert "De här texterna är skrivna för rubriker som MSBFS 2015:5 inte har." in lines(document, *QUESTIONS)


def test_services_of_both_scopes_stand_apart() -> None:
    """Heading 3 tells own services (a missing scope follows the organisation) and those of others in tables of their own."""
    document = opened(small_bytes())
    own = [row[0] for row in table_of(document, "Samhällsviktig verksamhet som kommunen bedriver")[1:] if len(row) > 1]
    others = [row[0] for row in table_of(document, "inom kommunens geografiska område")[1:] if len(row) > 1]
    assert own == ["V-SOC-1", "V-SOC-2", "V-TEK-1"]
    assert others == ["V-REG-1"]


def test_first_order_dependencies_are_the_municipalitys_own_and_critical_where_nothing_stands_in() -> None:
    """A need with a reservlösning or long endurance is not critical; an unknown endurance may be; what is not needed is left out."""
    rows = table_of(opened(small_bytes()), "det mest kritiska först")[1:]
    assert [row[:5] for row in rows] == [
        ["Styrsystemet", "Extern", "1", "Reservvattentäkten", "1"],
        ["Elnät", "Extern", "1", "Hemtjänst", "0"],
        ["Mobilnät", "Extern", "1", "Larmpatrull", "0"],
        ["Reservvattentäkten", "Verksamhet", "0", "–", "2"],
    ]


def test_losses_count_the_municipalitys_own_services_only() -> None:
    """The loss of power brings down two of three own services, and the first becomes unacceptable after ten hours."""
    rows = {row[0]: row[1:5] for row in table_of(opened(small_bytes()), "Externa bortfall, det värsta först")[1:]}
    assert rows["Elnät"] == ["1–2", "1", "1", "10 h"]


def test_the_ranking_keeps_intervals_and_the_rest_stands_apart_with_its_reason() -> None:
    """Judged risks are ranked with their spans; vet inte, bedöms inte and missing stand in a table of their own."""
    document = opened(small_bytes())
    ranked = table_of(document, "Risker i rangordning")[1:]
    assert [row[:3] + row[4:6] for row in ranked] == [
        ["1", "H-2", "Storm", "3,2", "5"],
        ["2", "H-1", "Elavbrott mer än 24 timmar", "1–4", "3–4"],
    ]
    apart = {row[0]: row[4] for row in table_of(document, "Risker utan rangordning, och varför")[1:]}
    assert apart == {"H-3": "Bedöms inte", "H-4": "Vet inte", "H-5": "Bedömning saknas", "H-6": "Bedöms inte"}


def test_every_row_is_followed_back_to_file_sheet_and_cell() -> None:
    """The number at a row leads to a line in the appendix that names file, sheet and cells; what was typed by hand says so."""
    document = opened(small_bytes())
    rows = {row[0]: row[-1] for row in table_of(document, "Samhällsviktig verksamhet som kommunen bedriver")[1:] if len(row) > 1}
    places = dict(table_of(document, "h = registrerad för hand")[1:])
    files = {row[0]: row[1] for row in table_of(document, "Filer som rapportens uppgifter är lästa ur")[1:]}
    assert places[rows["V-SOC-1"]] == "F2 A Våra verksamheter!B9:C9"
    assert files == {"F1": "register.xlsx", "F2": "soc.xlsx"}
    assert rows["V-TEK-1"] == "h"


@pytest.mark.parametrize(
    "question",
    [
        "Egen text saknas under rubriken.",
        "Vem är krisledningsnämnd? Ingen organisation har den rollen i registret.",
        "Dokument vars giltighet har gått ut, 1 av 1: Strategi.",
        "Hur säkra är bedömningarna? Osäkerhet saknas för 9 av 9 bedömningar.",
        "Varför skiljer sig bedömarna åt? Minst 2 steg isär för 1 av 6 händelser: Elavbrott mer än 24 timmar.",
        "Är verksamheten samhällsviktig? Något villkor är inte prövat för 2 av 4: Larmpatrull och Reservvattentäkten.",
        "Varför redovisas verksamheten? Inget av villkoren är uppfyllt för 1 av 4: Hälsocentral.",
        "Hur länge får den stå stilla? Saknas för 2 av 4: Larmpatrull och Hälsocentral.",
        "Hur länge klarar man sig utan? Okänt för 1 av 7 beroenden.",
        "Är det provat att klara sig utan? Provdatum saknas för 6 av 7 beroenden.",
        "Är reservlösningen provad? Datum saknas för 1 av 1 verksamheter som har en: Larmpatrull.",
        "Varför är risken inte bedömd? Bedömning saknas för 1 av 6: Ingen har bedömt den.",
        "Svaret är ”vet inte” för 1 av 6: Solstorm.",
        "Varför bedöms sannolikheten inte? Händelsen är inte antagonistisk, 1 av 6: Störd tågtrafik.",
        "Hur god är förmågan? Saknas för 2 av 3: Täkten saknar staket och Larmlistan är gammal.",
        "Vilket budgetår? Saknas för 1 av 3 öppna åtgärder: Bygg staket.",
        "Vilken effekt på beredskapen? Saknas för 2 av 3 åtgärder: Bygg staket och Flytta larmet.",
        'Varför är åtgärden försenad? 1 av 4: Köp <aggregat> & "diesel" Ordna en andra tank.',
    ],
)
def test_what_is_missing_is_asked(question: str) -> None:
    """Each kind of gap stands as a question with how many of how many, and which."""
    assert question in lines(opened(small_bytes()), *QUESTIONS)


def test_an_answer_makes_its_question_go_away() -> None:
    """A vulnerability that gets a measure is no longer asked about."""
    before = [line for line in lines(opened(written(small())), *QUESTIONS) if line.startswith("Vad görs åt bristen?")]
    register = replaced(small(), vulnerabilities=[{"id": "S-9", "organisation": "SOC", "description": "Ny brist"}])
    after = [line for line in lines(opened(written(register)), *QUESTIONS) if line.startswith("Vad görs åt bristen?")]
    assert (before, after) == ([], ["Vad görs åt bristen? Ingen åtgärd är kopplad till 1 av 1: Ny brist."])


def test_a_municipality_without_likelihood_gets_its_report_without_a_matrix() -> None:
    """Losses stand against the lowest acceptable level, risks by consequence; no matrix, no scale of likelihood, nothing about its absence."""
    document = opened(written(small(likelihood=False), drawn=True))
    headings = [each.split(" ", 1)[1] for each in lines(document, "Heading2") if each.startswith("5.")]
    assert headings == [
        "Bortfall mot lägsta acceptabla nivå",
        "Konsekvens för varje skyddsvärde",
        "Var bedömarna skiljer sig åt",
        "De högsta riskerna",
        "Inträffade händelser",
    ]
    row = table_of(document, "bortfall mot lägsta acceptabla nivå")[1]
    assert row[:5] == ["Hemtjänst", "Läkemedel till 40 brukare", "Elnät (4 h), Styrsystemet (2 dygn)", "6 h", "10 h"]
    assert [line[0] for line in table_of(document, "Konsekvens för varje skyddsvärde")[1:]][:2] == ["H-3", "H-1"]
    assert "Riskmatris." not in whole(document)
    assert [each for each in lines(document, "RSAfigurecaption") if "Händelser efter högsta bedömda konsekvens." in each]
    assert not [line for line in lines(document, *QUESTIONS) if "annolikheten" in line]


def test_an_unknown_rule_set_says_fyll_i_and_still_tells_everything() -> None:
    """A profile without words gives seven headings to fill in, each with its part and the question of its wording."""
    document = opened(written(small(), rule_set="mcffs-2026-9", on=date(2026, 11, 22)))
    headings = lines(document, "Heading1")
    assert headings[0] == "1 Fyll i rubriken (här: kommunen och området)"
    assert len([line for line in headings if "Fyll i rubriken" in line]) == 7
    assert lines(document, *QUESTIONS).count("Rubrikens ordalydelse i MCFFS 2026:9 är inte känd här: fyll i.") == 7
    assert table_of(document, "Risker i rangordning")


def test_a_rule_set_without_headings_gives_every_part() -> None:
    """LEH has no headings: each part stands under one to fill in."""
    found = report.rsa(small(), analysed(small()), rule_set=rules.load("leh"), charts=[], **details())
    assert len(lines(opened(found), "Heading1")) == len(PARTS) + 1


@pytest.mark.parametrize(
    ("rule_set", "on", "said"),
    [
        ("msbfs-2015-5", date(2026, 11, 22), "MSBFS 2015:5 kan vara upphävd"),
        ("overenskommelse-2019-2022", date(2026, 11, 22), "vilket regelverk ska redovisningen följa?"),
    ],
)
def test_a_rule_set_in_doubt_or_expired_is_asked_about(rule_set: str, on: date, said: str) -> None:
    """The doubt about MSBFS 2015:5 from 2026, and an agreement that has run out, stand in the box on method."""
    found = report.rsa(small(), analysed(small(), on=on), rule_set=rules.load(rule_set), charts=[], **details(on=on))
    assert any(said in line for line in lines(opened(found), *QUESTIONS))


def test_the_agency_has_the_name_of_its_day() -> None:
    """The central authority is MSB in 2021 and MCF in 2026."""
    assert "Myndigheten för samhällsskydd och beredskap (MSB)" in whole(opened(small_bytes()))
    later = report.rsa(small(), analysed(small()), rule_set=rules.load("leh"), charts=[], **details(on=date(2026, 1, 1)))
    assert "Myndigheten för civilt försvar (MCF)" in whole(opened(later))


def test_an_empty_register_gives_a_report_that_says_what_is_missing() -> None:
    """Without any row all headings stand, no chart is drawn, and each table that has nothing is asked about."""
    document = opened(written(Register(), drawn=True))
    asked = lines(document, *QUESTIONS)
    sheets = ("Organisationer", "Bedömningar", "Verksamheter", "Beroenden", "Risker", "Sårbarheter", "Åtgärder")
    assert [f"Inget är registrerat i tabellen {sheet}." for sheet in sheets] == [line for line in asked if line.startswith("Inget är")]
    assert len(lines(document, "Heading1")) == 8
    assert lines(document, "RSAfigurecaption") == ["Figur 1. Läget för krav och egna mål."]


def test_signs_that_no_document_holds_are_left_out() -> None:
    """A control character that reached the register does not break the document."""
    register = replaced(small(), risks=[{"id": "H-1", "event": "Storm\x0b\x00\ud800\ufffe i Föllinge", "description": "a\tb\nc"}])
    assert "Storm i Föllinge" in whole(opened(written(register)))


def test_the_same_input_gives_the_same_bytes_and_is_not_changed() -> None:
    """Two reports of one register are equal byte for byte, and neither register nor analysis is changed."""
    register, found = small(), analysed(small())
    before = (register.fingerprint(), found.matrix.copy(), found.failure_times.copy())
    told = details(rule_set=RULE_SETS[1], charts=[])
    assert report.rsa(register, found, **told) == report.rsa(register, found, **told)
    assert register.fingerprint() == before[0]
    assert found.matrix.equals(before[1])
    assert found.failure_times.equals(before[2])


def test_headings_are_numbered_within_their_heading() -> None:
    """Second-level headings count from one under each heading."""
    found = [line.split(" ", 1)[0] for line in lines(opened(small_bytes()), "Heading2")]
    assert found[:6] == ["2.1", "2.2", "2.3", "2.4", "2.5", "3.1"]


def test_own_services_are_those_that_say_so_and_those_of_the_municipality() -> None:
    """A service without scope belongs to the municipality where its organisation does."""
    material = Material(
        register=small(),
        analysis=analysed(small()),
        rule_set=RULE_SETS[1],
        charts={},
        **{key: details()[key] for key in ("scale", "municipality", "period")},
        on=ON,
    )
    assert list(material.own) == ["V-SOC-1", "V-SOC-2", "V-TEK-1"]


def test_one_is_told_in_the_singular() -> None:
    """One judgement of one event is no plural."""
    judged = {"id": "A-1", "risk": "H-1", "judge": "LED", "aspect": "life_health", "low": 3.0, "high": 3.0, "status": "judged"}
    register = replaced(small(), assessments=[judged], risks=[{"id": "H-1", "event": "Storm"}])
    assert "med sammanlagt 1 bedömning av 1 händelse." in whole(opened(written(register)))


def test_an_undivided_consequence_comes_last_after_an_and() -> None:
    """What is combined reads as a list of values, the undivided consequence as one of them."""
    assert "nationell suveränitet och ospecificerad konsekvens. Värdena" in whole(opened(small_bytes()))


def test_reasons_of_duties_name_services() -> None:
    """The table of duties says which services lack a routine by name."""
    strategy = rules.load("strategi-2019-2022")
    found = synthesis.analyse(small(), scale=details()["scale"], rule_sets=[strategy], on=ON, period=details()["period"])
    document = opened(report.rsa(small(), found, rule_set=rules.load("msbfs-2015-5"), charts=[], **details()))
    reason = table_of(document, "Krav och egna mål: läge och skäl")[1][3]
    assert "rutin för Larmpatrull" in reason
    assert "V-SOC" not in reason
