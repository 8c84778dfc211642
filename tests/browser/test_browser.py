"""One coordinator's way through the workbench in a real browser, from an empty folder to the files that are sent on."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import openpyxl
from lab_hands import Hands
from playwright.sync_api import expect

from krokomrsa import vocabulary, workspace

WHO = "Karin Prov"
RISK = "H-39"
ASPECTS = vocabulary.load()["assessments"]["aspect"].values
LIKELIHOOD, LIFE = f"{ASPECTS['likelihood']}", f"{ASPECTS['life_health']}"
SERVICE = "Hemtjänst"
SENTENCE = re.compile(rf"^Tidigast.*: {SERVICE} stannar .+ därför att .*Elnät")


def test_a_coordinator_gets_from_an_empty_folder_to_files_by_clicking(hands: Hands, folder: Path) -> None:
    """Example, intake, what-if, judgement with a reload, export: all by hand, stored under the right name, asking nobody outside."""
    import guide  # noqa: PLC0415 (found by the path that conftest adds)

    before = {one: one.read_bytes() for one in guide.NOTEBOOKS}
    pictures = {one.stem: guide.panels(one) for one in guide.NOTEBOOKS}
    titles = {one.stem: guide.title(one) for one in guide.NOTEBOOKS}
    _begin(hands)
    hands.show(pictures["00_start"])
    work = {"01_underlag": _take_in, "03_kritiska_beroenden": _lose_power, "04_risker": _judge, "09_rapport": _export}
    for name in list(pictures)[1:]:
        hands.next_step(titles[name], name)
        work.get(name, Hands.settled)(hands)
        hands.save()
        hands.show(pictures[name])
    example = folder / "data" / "demo"
    _check_judgement(example)
    _check_files(example / "exports")
    assert hands.asked
    assert hands.outside == []
    assert hands.errors == []
    assert {one: one.read_bytes() for one in guide.NOTEBOOKS} == before


def test_a_click_before_the_kernel_is_ready_starts_the_step_and_a_kernel_that_is_gone_closes_the_panel(hands: Hands) -> None:
    """Nothing is asked, the whole step is run; after a restart the panel says so and takes no more edits, until it is started again."""
    start = hands.notebook.locator(".jp-NotebookPanel-toolbar").get_by_text("Starta steget", exact=True)
    start.click()
    hands.see("Hur vill du börja?")
    hands.restart()
    hands.see(re.compile("^Anslutningen är bruten"))
    assert hands.notebook.locator(".krokomrsa-cut > :not(.krokomrsa-alive)").evaluate_all("all => all.every((one) => one.inert)")
    start.click()
    expect(hands.notebook.locator(".krokomrsa-cut")).to_have_count(0)
    hands.see("Hur vill du börja?")
    assert hands.page.locator(".jp-Dialog").count() == 0


def _begin(hands: Hands) -> None:
    """Choose the example in an empty folder, and say who one is."""
    hands.start_step("00_start")
    hands.see("Hur vill du börja?")
    hands.see("Prova med exempeldata").click()
    hands.press("Öppna exemplet")
    hands.see("Exemplet är öppet.")
    hands.see("Säkerhetskopia, återställning, namn och flera bedömare").click()
    hands.field("Du heter:").fill(WHO)
    hands.field("Du heter:").press("Tab")
    hands.press("Spara namnet")
    hands.see(f"Ändringar görs nu av {WHO}.")
    hands.see("Säkerhetskopia, återställning, namn och flera bedömare").click()


def _take_in(hands: Hands) -> None:
    """See how the example's files would be read, then store them."""
    files = hands.notebook.locator("select[multiple]").nth(1)
    expect(files.locator("option")).not_to_have_count(0)
    files.select_option(label=files.locator("option").all_text_contents())
    hands.press("Provläs – inget sparas")
    hands.see("Detta är en provläsning: inget är sparat ännu.")
    expect(hands.notebook.get_by_role("columnheader", name="Lästa celler")).to_be_visible()
    expect(hands.notebook.get_by_role("cell", name="01-socialforvaltningen.xlsx", exact=True).first).to_be_visible()
    hands.press("Läs in och spara")
    hands.see("Inläst och sparat. Filer: 12.")


def _lose_power(hands: Hands) -> None:
    """Lose electricity in winter, with what is in stock and without it, and read why a service stops."""
    hands.choose("Faller bort:", "Elnät")
    hands.press("Vinter")
    hands.see(re.compile(r"^Elnät faller bort, vinter: \d+ verksamheter kan stanna"))
    stock = hands.notebook.get_by_role("checkbox").first
    stock.check()
    hands.see(re.compile(r"^Elnät faller bort, vinter, lagren är tomma: \d+ verksamheter kan stanna"))
    stock.uncheck()
    hands.see(re.compile(r"^Elnät faller bort, vinter: \d+ verksamheter kan stanna"))
    hands.choose("Varför stannar:", SERVICE)
    hands.see(SENTENCE)


def _judge(hands: Hands) -> None:
    """Judge a risk, load the page again, find the judgement there and go on judging."""
    hands.choose("Risk att bedöma", RISK)
    hands.field(f"Lägst, {LIKELIHOOD}").select_option("3")
    hands.see(re.compile(rf"Sparat\. .*{LIKELIHOOD}: 3\."))
    hands.field(f"Högst, {LIKELIHOOD}").select_option("4")
    hands.see(re.compile(rf"Sparat\. .*{LIKELIHOOD}: 3–4\."))
    hands.reload()
    hands.start_step("04_risker")
    hands.choose("Risk att bedöma", RISK)
    expect(hands.field(f"Lägst, {LIKELIHOOD}")).to_have_value("3")
    expect(hands.field(f"Högst, {LIKELIHOOD}")).to_have_value("4")
    hands.field(f"Lägst, {LIFE}").select_option("2")
    hands.see(re.compile(rf"Sparat\. .*{LIFE}: 2\."))
    hands.window("arbetsbanken.png", top="Sammanvägd bedömning")


def _export(hands: Hands) -> None:
    """Write the Word report, then the summary and the charts."""
    hands.press("Word-rapport")
    hands.see(re.compile(r"^1 fil\w* är skriv\w+\."))
    hands.press("Excel-sammanställning och diagram")
    hands.see(re.compile(r"^\d\d+ filer är skrivna\."))


def _check_judgement(example: Path) -> None:
    with workspace.opened(example) as place:
        rows = place.register.rows("assessments").values()
        made = {row["aspect"]: row for row in rows if row["risk"] == RISK and row["consolidated"]}
        assert (made["likelihood"]["low"], made["likelihood"]["high"]) == (3, 4)
        assert (made["life_health"]["low"], made["life_health"]["high"]) == (2, 2)
        for row in made.values():
            written = place.store.history("assessments", str(row["id"])).query("kind == 'edit'")
            assert set(written["who"]) <= {WHO}
        assert set(place.store.history("assessments", str(made["likelihood"]["id"]))["who"]) == {WHO}


def _check_files(exports: Path) -> None:
    (report,), (summary,) = exports.rglob("*.docx"), exports.rglob("*.xlsx")
    assert len(docx.Document(str(report)).paragraphs) > 0
    assert len(openpyxl.load_workbook(summary).sheetnames) > 0
    assert all(chart.stat().st_size for chart in exports.rglob("*.png"))
    assert list(exports.rglob("*.png"))
