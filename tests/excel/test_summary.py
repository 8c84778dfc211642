"""The Excel summary: what it says of a register, and where each row was read."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from summary_example import BANNERS, DUTIES, RISKS, SHEETS, TREATMENTS, TRICK, analysed, block_of, opened, small, small_bytes, written

from krokomrsa import scales
from krokomrsa.excel.summary import sheets
from krokomrsa.excel.summary.sheets import Head
from krokomrsa.excel.summary.sources import SHOWN, Sources, areas
from krokomrsa.register import Origin, Register

SNAPSHOT = Path(__file__).parent / "snapshots" / "summary.txt"


@pytest.fixture
def book() -> openpyxl.Workbook:
    """Return the summary of the small register."""
    return opened(small_bytes())


def table_of(sheet: Worksheet) -> list[dict[str, object]]:
    """Return the rows below the headers of a result's sheet."""
    header = int(sheet.print_title_rows.strip("$").split(":$")[0])
    heads = [cell.value for cell in sheet[header]]
    return [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=header + 1)]


def dump(content: bytes) -> str:
    """Return every cell of a workbook as a line of text."""
    lines = []
    for sheet in opened(content):
        lines.append(f"# {sheet.title}")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    text = str(cell.value).replace("\n", "\\n")
                    lines.append(f"{cell.coordinate}\t{text}\t{cell.number_format}\t{cell.style}")
    return "\n".join(lines) + "\n"


def test_the_summary_reads_as_its_snapshot() -> None:
    """Every sheet, cell, value, number format and style is as the snapshot says; UPDATE_SNAPSHOTS=1 writes it anew."""
    made = dump(small_bytes())
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(made, encoding="utf-8", newline="\n")
    assert made.splitlines() == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_the_sheets_stand_in_order(book: openpyxl.Workbook) -> None:
    """The overview is first, then one sheet for each result, the sources last."""
    assert book.sheetnames == SHEETS


def test_same_input_gives_the_same_bytes() -> None:
    """Nothing of the clock or the order of sets reaches the file."""
    assert written(small(), analysed(small(), scales.load()), scales.load()) == small_bytes()


def _tables(results: object) -> dict[str, pd.DataFrame]:
    held = {one.name: getattr(results, one.name) for one in fields(results)}
    return {key: table for key, table in held.items() if isinstance(table, pd.DataFrame)}


def test_inputs_are_unchanged() -> None:
    """Writing changes neither the register nor any result."""
    register, scale = small(), scales.load()
    analysis, before = analysed(register, scale), analysed(register, scale)
    written(register, analysis, scale)
    assert register == small()
    results = {**_tables(analysis), **_tables(analysis.weaknesses)}
    wanted = {**_tables(before), **_tables(before.weaknesses)}
    assert results.keys() == wanted.keys()
    for key, found in results.items():
        pd.testing.assert_frame_equal(found, wanted[key])


def test_formula_looking_texts_stay_text(book: openpyxl.Workbook) -> None:
    """No cell is a formula; what begins with a sign of one is marked as text."""
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    signed = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))]
    assert {cell.value for cell in signed} >= {TRICK, "-Storm", "@Växel", "+46 63 saknas i larmlistan"}
    assert all(cell.quotePrefix for cell in signed)


def test_each_row_says_where_it_was_read(book: openpyxl.Workbook) -> None:
    """Källa names file, sheet and cells, says what was registered by hand, and stands on every row of every result."""
    for name in SHEETS[1:-1]:
        assert all(row["Källa"] for row in table_of(book[name]) if "Inget att visa ännu." not in row.values()), name
    sources = {row["Id"]: row["Källa"] for row in table_of(book["Riskmatris"])}
    assert sources["H-1"] == "register.xlsx · Bedömningar!G5:G6\nsoc.xlsx · C Händelser!C8"
    assert sources["H-3"] == "registrerad för hand"
    needs = {row["Id"]: row["Källa"] for row in table_of(book["Kritiska beroenden"])}
    assert needs["R-1"] == "soc.xlsx · B Hur länge klarar vi oss utan!C9\növrigt registrerat för hand"


def test_the_sheet_of_sources_holds_every_row_of_the_register(book: openpyxl.Workbook) -> None:
    """Källor accounts for each row of each table, with the beginning of the file's hash."""
    register = small()
    found = [(row["Tabell"], row["Id"]) for row in table_of(book["Källor"])]
    assert found == [(table.sheet, row_id) for table in register.vocabulary for row_id in register.rows(table.key)]
    service = next(row for row in table_of(book["Källor"]) if row["Id"] == "V-1")
    assert [service[key] for key in ("Fil", "Rad", "Celler", "Kontrollsumma (början)")] == ["soc.xlsx", 9, "B9:E9", "0123456789ab"]


def test_many_sources_are_shortened() -> None:
    """A result that rests on many places names some and says how many more the sheet of sources has."""
    origins = {("dependencies", f"B-{row}", "status"): Origin("va.xlsx", "", "B", row, f"C{row}") for row in range(1, 20, 2)}
    told = Sources(areas(origins)).of([(table, row) for table, row, _ in origins])
    assert told == "va.xlsx · B!C1, C3, C5, C7\noch 6 ställen till, se bladet Källor"
    fewer = dict(list(origins.items())[: SHOWN + 1])
    assert Sources(areas(fewer)).of([(table, row) for table, row, _ in fewer]).endswith("och ett ställe till, se bladet Källor")


def test_levels_stand_as_they_were_judged(book: openpyxl.Workbook) -> None:
    """An interval stays an interval, 3.2 stays 3.2, and what is no level is said in words."""
    rows = {row["Id"]: row for row in table_of(book["Riskmatris"])}
    assert [rows["H-1"][key] for key in ("Sannolikhet", "Konsekvens", "Liv och hälsa", "Egna verksamheten")] == ["3–4", 4, 4, 5]
    assert rows["H-2"]["Konsekvens"] == 3.2
    assert rows["H-1"]["Riskklass"] == "Hög risk"
    assert rows["H-2"]["Riskklass"] == "Hög risk – Mycket hög risk"
    assert [rows[risk]["Sannolikhet"] for risk in ("H-3", "H-4", "H-5")] == ["Bedöms inte", "Vet inte", "Bedömning saknas"]
    assert [rows[risk]["Ställning"] for risk in ("H-3", "H-4", "H-5")] == ["Bedöms inte", "Vet inte", "Bedömning saknas"]
    assert {rows[risk]["Riskklass"] for risk in ("H-3", "H-4", "H-5")} == {"–"}


def test_every_risk_is_counted_once(book: openpyxl.Workbook) -> None:
    """The overview's risks per class, with those without a class, add up to the risks of the register."""
    counted = block_of(book["Översikt"], "Risker per riskklass")
    assert sum(row[4] for row in counted[1:]) == len(RISKS)
    assert {row[0]: row[4] for row in counted[1:]} == {
        "Låg risk": 0,
        "Måttlig risk": 0,
        "Hög risk": 1,
        "Mycket hög risk": 1,
        "Vet inte": 1,
        "Bedöms inte": 1,
        "Bedömning saknas": 1,
    }


def test_hours_that_never_come_are_said_in_words(book: openpyxl.Workbook) -> None:
    """What does not fall says so; unacceptable is failure plus tolerable outage; an unknown tolerance stays unknown."""
    rows = {(row["Bortfall"], row["Id"]): row for row in table_of(book["Vad faller när"])}
    keys = ("Tidigast (timmar)", "Senast (timmar)", "Oacceptabelt från (timmar)")
    assert [rows["Elnät", "V-1"][key] for key in keys] == [4, 24, 6]
    assert [rows["Elnät", "V-3"][key] for key in keys] == [200.5, "faller inte", 224.5]
    assert [rows["Mobilnät", "V-1"][key] for key in keys] == ["faller inte", "faller inte", "aldrig"]
    assert [rows["Mobilnät", "V-2"][key] for key in keys] == [0, "faller inte", "tålighet okänd"]


def test_the_overview_counts_tables_and_gaps(book: openpyxl.Workbook) -> None:
    """The overview says how many rows there are, how many were read from files, and what is missing of how much."""
    content = {row[0]: row[1:4] for row in block_of(book["Översikt"], "Vad registret innehåller")}
    assert content["Verksamheter"] == [3, 1, 2]
    assert content["Dokument"] == [0, 0, 0]
    gaps = {row[0]: row[1:3] for row in block_of(book["Översikt"], "Vad som saknas")}
    assert gaps["Risker utan bedömning"] == [1, 5]
    assert gaps["Beroenden där det är okänt hur länge man klarar sig utan"] == [1, 4]
    assert gaps["Verksamheter utan ”Hur länge får den stå stilla”"] == [1, 3]
    assert gaps["Sårbarheter utan åtgärd"] == [1, 2]


def test_the_overview_counts_duties(book: openpyxl.Workbook) -> None:
    """Duties are counted by kind and status; one whose rules are not in force has no other standing."""
    counted = {row[0]: row[1:] for row in block_of(book["Översikt"], "Krav och mål: läge")}
    assert counted.pop("Slag") == ["Uppfyllt", "Planerat", "Försenat", "Saknas", "Gäller inte", "Summa"]
    assert counted == {"Krav": [1, 1, 0, 0, 1, 3], "Otydligt": [0, 0, 1, 0, 0, 1], "Eget mål": [0, 0, 0, 1, 0, 1]}
    told = {row["Krav eller mål"]: row for row in table_of(book["Krav och mål"])}
    assert len(told) == len(DUTIES)
    assert told["Nytt krav"]["Läge"] == "Gäller inte"
    assert told["Utvärdera övningarna"]["Underlag"] == "Krisledningsövning, Utbildning i krisstöd"
    assert told["Utvärdera övningarna"]["Källa"] == "register.xlsx · Utbildning och övning!B5\növrigt registrerat för hand"
    assert told["Krisledningsnämnden övas"]["Källa"] == "inga aktiviteter"


def test_the_overview_counts_measures(book: openpyxl.Workbook) -> None:
    """Measures are counted by status, with those that are late and what they cost; each is told on its own sheet."""
    measures = {row[0]: row[1:6] for row in block_of(book["Översikt"], "Åtgärder: läge")}
    assert measures["Pågår"] == [1, 1, 0, 0, 0]
    assert measures["Beslutad"] == [1, 0, 1, 850000, 0]
    assert sum(row[0] for name, row in measures.items() if name != "Läge") == len(TREATMENTS)
    assert [row["Läge"] for row in table_of(book["Åtgärder"])] == ["Beslutad", "Pågår", "Klar", "Avslagen"]
    assert [row["Åtgärder, läge"] for row in table_of(book["Sårbarheter"])] == ["T-1 Beslutad", "Ingen åtgärd"]


def test_hours_are_not_rounded(book: openpyxl.Workbook) -> None:
    """A number with decimals is shown with them; whole numbers may be grouped."""
    half = next(cell for row in book["Vad faller när"].iter_rows() for cell in row if cell.value == 0.5)
    assert half.number_format == "General"
    assert sheets.format_of(0.5, Head("Timmar", number_format="#,##0")) == "General"


def test_the_overview_shows_every_banner(book: openpyxl.Workbook) -> None:
    """Municipality, period, days, scale and all that is to be known of the rules stand at the top."""
    told = [cell.value for cell in book["Översikt"]["A"][: len(BANNERS) + 4]]
    assert "Kommun: Krokoms kommun · Mandatperiod: 2019–2022 · Läget den: 2021-05-31 · Framställd: 2021-06-01" in told[1]
    assert set(BANNERS) <= set(told)


def test_an_empty_register_is_written() -> None:
    """Nothing to show is said in words on each sheet, and no chart is drawn of nothing."""
    book = opened(written(Register(), analysed(Register(), scales.load()), scales.load()))
    assert book.sheetnames == SHEETS
    for name in ("Riskmatris", "Rangordning", "Kritiska beroenden", "Vad faller när", "Plan", "Åtgärder", "Sårbarheter", "Källor"):
        assert book[name].cell(book[name].max_row, 1).value == "Inget att visa ännu.", name
    assert len(book["Översikt"]._charts) == 1  # duties exist without a register


@pytest.mark.parametrize("name", scales.names())
def test_every_scale_can_be_summed_up(name: str) -> None:
    """The classes of each scale that comes along are counted, and their colours carry readable text."""
    scale = scales.load(name)
    held = {table.key: content for table, content in small()}
    held["assessments"][["low", "high"]] = held["assessments"][["low", "high"]].clip(upper=scale.consequence[-1].level)
    register = Register(held)
    counted = block_of(opened(written(register, analysed(register, scale), scale))["Översikt"], "Risker per riskklass")
    assert [row[0] for row in counted[1:-3]] == [each.label for each in scale.classes]


def without_likelihood() -> openpyxl.Workbook:
    """Return the summary of the small register as a municipality that judges without likelihood has it."""
    held = {table.key: content for table, content in small()}
    held["assessments"] = held["assessments"][held["assessments"]["aspect"] != "likelihood"].reset_index(drop=True)
    register = Register(held)
    return opened(written(register, analysed(register, scales.load()), scales.load()))


def test_without_likelihood_there_is_a_sheet_of_consequences_and_no_matrix() -> None:
    """Neither matrix, ranking nor class is there; the gravest consequence stands first, with why one is missing."""
    found = without_likelihood()
    assert found.sheetnames == ["Översikt", "Konsekvenser", "Bedömarna", *SHEETS[SHEETS.index("Kritiska beroenden") :]]
    rows = table_of(found["Konsekvenser"])
    assert not {"Sannolikhet", "Riskklass"} & set(rows[0])
    assert [(row["Id"], row["Konsekvens"], row["Ställning"]) for row in rows] == [
        ("H-3", 5, "Bedömd"),
        ("H-1", 4, "Bedömd"),
        ("H-2", 3.2, "Bedömd"),
        ("H-4", "2–3", "Bedömd"),
        ("H-5", "Bedömning saknas", "Bedömning saknas"),
    ]


def test_without_likelihood_the_overview_counts_risks_by_consequence() -> None:
    """Each risk stands in the level of its highest judgement, and those without one beside."""
    found = without_likelihood()["Översikt"]
    counted = {row[0]: row[1:5] for row in block_of(found, "Risker per konsekvens")[1:]}
    assert counted["3 Allvarliga"] == [1, 1, 0, 2]
    assert counted["Bedömning saknas"] == [0, 0, 1, 1]
    assert sum(row[3] for row in counted.values()) == len(RISKS)
    assert {row[0]: row[1] for row in block_of(found, "Vad som saknas")}["Risker utan bedömning"] == 1


def test_tables_about_the_reading_of_files_are_not_counted(book: openpyxl.Workbook) -> None:
    """How answers were read is no content of the analysis."""
    assert not {"Tolkningar", "Inkomna svar"} & {row[0] for row in block_of(book["Översikt"], "Vad registret innehåller")}
