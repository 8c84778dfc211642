"""The scenario card of a risk: one page, whatever there is to tell, and what is missing is said."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from report_example import JUDGEMENTS, RISKS, SERVICES, STRANGE, analysed, details, lines, opened, replaced, small, table_of, whole

from krokomrsa import report, workspace
from krokomrsa.errors import KrokomrsaError
from krokomrsa.process import documents, results
from krokomrsa.register import Register

NO_OFFICE = shutil.which("soffice") is None and not os.environ.get("CI")
LONG = "Elnätet är nere i hela kommunen och ingen vet när det kommer tillbaka. " * 40


def card(register: Register, risk: str, **changes: Any) -> bytes:
    """Return the card of a risk."""
    return report.scenario(register, analysed(register), risk, **details(**changes))


def crowded() -> Register:
    """Return a register where one risk has far more of everything than a page holds."""
    many = range(40)
    keys = ("id", "risk", "judge", "aspect", "low", "high", "status", "state", "consolidated", "grounds")
    judged = [
        dict(zip(keys, (f"A-{state}-{aspect}", "H-1", "LED", aspect, 1.0, 5.0, "judged", state, True, LONG), strict=True))
        for state in ("inherent", "current", "target")
        for aspect in ("likelihood", "life_health", "societal_functions", "democracy_rights", "environment_economy", "sovereignty")
    ]
    services = [{"id": f"V-{number}", "organisation": "SOC", "name": f"Verksamhet {LONG[:90]} {number}"} for number in many]
    return replaced(
        small(),
        risks=[
            {
                "id": "H-1",
                "event": LONG,
                "description": LONG,
                "causes": LONG,
                "protection": LONG,
                "services": "; ".join(row["id"] for row in services),
            }
        ],
        services=services,
        dependencies=[],
        assessments=[
            *judged,
            *(
                {"id": f"A-{judge}", "risk": "H-1", "judge": judge, "aspect": "own operations", "low": 3.0, "status": "judged"}
                for judge in ("SOC", "TEK", "REG")
            ),
        ],
        vulnerabilities=[{"id": f"S-{number}", "organisation": "SOC", "description": LONG, "risks": "H-1"} for number in many],
        treatments=[{"id": f"T-{number}", "owner": "SOC", "measure": LONG, "risks": "H-1", "status": "decided"} for number in many],
        activities=[
            {"id": f"U-{number}", "name": LONG, "kind": "exercise", "year": 2020, "status": "done", "risks": "H-1"} for number in many
        ],
        events=[{"id": f"E-{number}", "event": LONG, "date": "2020-01-01", "risk": "H-1"} for number in many],
    )


def pages(tmp_path: Path, *files: Path) -> dict[str, int]:
    """Return how many pages each file has when LibreOffice prints it."""
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {path.stem: len(re.findall(rb"/Type\s*/Page[^s]", path.read_bytes())) for path in tmp_path.glob("*.pdf")}


def test_a_card_tells_what_is_known() -> None:
    """Facts, levels and class, what stops through what, and measures against the risk stand on the card."""
    document = opened(card(small(), "H-1"))
    facts = [line.split("\t") for line in lines(document, "RSAcardfact")]
    assert facts[:4] == [
        ["Beskrivning", "Kallt & mörkt."],
        ["Orsaker", "Storm."],
        ["Befintligt skydd", "Inte angivet i registret."],
        ["Inträffade händelser", "Ingen händelse i registret är kopplad till risken."],
    ]
    judged = table_of(document, "Kommunens bedömning, nivåer på skalan")
    assert [judged[1][0], *judged[1][1:3], judged[1][-1]] == ["Nuläge", "3–4", "1–4", "Låg risk – Hög risk"]
    assert table_of(document, "Det som händelsen stoppar, och det som sedan stannar")[1:] == [
        ["Hemtjänst", "Socialförvaltningen", "direkt", "händelsen", "6 h"]
    ]
    assert [STRANGE.replace("\n", " "), "Socialförvaltningen"] in [
        row[:2] for row in table_of(document, "Sårbarheter, åtgärder och övning")
    ]


def test_what_is_missing_is_said() -> None:
    """A risk that nothing is known of gets a card that says so in every part, and no table of services."""
    told = whole(opened(card(small(), "H-5")))
    assert "Inga verksamheter är kopplade till risken. Därför går det inte att räkna vad som stannar." in told
    assert "Sårbarheter: ingen är kopplad till risken" in told
    assert "Åtgärder: ingen är kopplad till risken eller till dess sårbarheter" in told
    assert "Övning och utbildning: ingen aktivitet har övat risken" in told
    assert "Ingen förvaltning har bedömt hur hårt den egna verksamheten drabbas." in told


def test_vet_inte_and_bedoms_inte_are_answers() -> None:
    """What was answered without a level stands in the table of judgements."""
    rows = {risk: table_of(opened(card(small(), risk)), "Kommunens bedömning, nivåer på skalan")[1] for risk in ("H-3", "H-4")}
    assert (rows["H-3"][1], rows["H-4"][1]) == ("Bedöms inte", "Vet inte")
    assert (rows["H-3"][-1], rows["H-4"][-1]) == ("–", "–")


def test_before_now_and_target_stand_below_each_other() -> None:
    """Each state that is judged has a row, in the order of time."""
    target = {"id": "A-M", "risk": "H-1", "judge": "LED", "aspect": "life_health", "low": 1.0, "status": "judged", "state": "target"}
    keys = ("risk", "judge", "aspect", "low", "high", "status")
    held = [{"id": f"A-{number}", **dict(zip(keys, row, strict=True))} for number, row in enumerate(JUDGEMENTS)]
    document = opened(card(replaced(small(), assessments=[*held, target]), "H-1"))
    rows = table_of(document, "Kommunens bedömning, nivåer på skalan")
    assert [(row[0], row[2]) for row in rows[1:]] == [("Nuläge", "1–4"), ("Mål, efter planerade åtgärder", "1")]


def test_the_same_card_has_the_same_bytes() -> None:
    """No clock is read."""
    assert card(small(), "H-1") == card(small(), "H-1")


def test_a_risk_that_is_not_there_is_refused() -> None:
    """The error is Swedish."""
    with pytest.raises(KrokomrsaError, match="ingen risk"):
        card(small(), "H-99")


def test_what_has_no_room_is_counted() -> None:
    """A card that is too full says how many of each it shows, and of how many."""
    told = whole(opened(card(crowded(), "H-1")))
    assert re.search(r"Här saknas plats för \d+ till\.", told)
    assert re.search(r"Sårbarheter: \d+ av 40, resten står i registret", told)


@pytest.mark.skipif(NO_OFFICE, reason="LibreOffice (soffice) is not installed")
def test_every_card_is_one_page(example_copy: Path, tmp_path: Path) -> None:
    """Every risk of the example, one with nothing and one with far too much are printed on one page each."""
    with workspace.opened(example_copy) as place:
        files = documents.write_cards(place, results.analyse(place), folder=tmp_path / "out")
    for name, register in {"crowded": crowded(), "nothing": replaced(small(), risks=[{"id": "H-1", "event": "Okänt"}])}.items():
        files.append(workspace.write(tmp_path / "out" / f"{name}.docx", card(register, "H-1")))
    found = pages(tmp_path, *files)
    assert len(found) == len(files) > len(RISKS) + len(SERVICES)
    assert set(found.values()) == {1}, found
