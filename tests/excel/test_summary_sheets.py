"""The Excel summary's charts and pages: charts show their cells and cover none, sheets can be printed, LibreOffice opens them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart.reference import Reference
from openpyxl.utils.units import EMU_to_cm
from summary_example import opened, small_bytes

from krokomrsa.excel.summary import charts, sheets


@pytest.fixture
def book() -> openpyxl.Workbook:
    """Return the summary of the small register."""
    return opened(small_bytes())


def values_of(content: bytes) -> dict[str, dict[str, object]]:
    """Return every value of a workbook, by sheet and cell."""
    return {
        sheet.title: {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}
        for sheet in opened(content)
    }


def _cells(book: openpyxl.Workbook, reference: str) -> list[object]:
    area = Reference(range_string=reference)
    sheet = book[area.sheetname.strip("'")]
    rows = sheet.iter_rows(area.min_row, area.max_row, area.min_col, area.max_col, values_only=True)
    return [value for row in rows for value in row]


def test_charts_show_filled_cells(book: openpyxl.Workbook) -> None:
    """Each series points at numbers, its names and title at texts, and holds the same as the cells."""
    drawn = book["Översikt"]._charts
    assert len(drawn) == 4
    for chart in drawn:
        for series in chart.series:
            for reference, kind in ((series.val.numRef, int), (series.cat.strRef, str), (series.tx.strRef, str)):
                held = _cells(book, reference.f)
                assert held
                assert all(isinstance(value, kind) for value in held), reference.f
                cached = reference.numCache if kind is int else reference.strCache
                assert [kind(point.v) for point in cached.pt] == held


def test_charts_have_titles_and_axes(book: openpyxl.Workbook) -> None:
    """Each chart has a title and a title on each axis, all Swedish, and its axes are shown."""

    def text(title: object) -> str:
        return "".join(run.t for paragraph in title.tx.rich.p for run in paragraph.r or [])

    drawn = book["Översikt"]._charts
    assert [text(chart.title) for chart in drawn] == [
        *("Risker per riskklass", "Krav och mål: läge", "Mest kritiska externa resurser", "Åtgärder: läge")
    ]
    assert [(text(chart.x_axis.title), text(chart.y_axis.title)) for chart in drawn] == [
        *(("Riskklass", "Antal risker"), ("Slag", "Antal krav och mål")),
        *(("Resurs som faller bort", "Antal verksamheter"), ("Läge", "Antal åtgärder")),
    ]
    assert not any(axis.delete for chart in drawn for axis in (chart.x_axis, chart.y_axis))


def _height(sheet: openpyxl.worksheet.worksheet.Worksheet, rows: range) -> float:
    return sum(sheet.row_dimensions[row].height or 15 for row in rows)


def test_charts_cover_no_cells(book: openpyxl.Workbook) -> None:
    """No chart lies on a filled cell, on another chart, or outside its column."""
    sheet = book["Översikt"]
    filled = {(cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    last = 0
    for chart in sheet._charts:
        start, size = chart.anchor._from, chart.anchor.ext
        assert start.row >= last
        last, points = start.row, EMU_to_cm(size.height) / 2.54 * 72
        while _height(sheet, range(start.row + 1, last + 1)) < points:
            last += 1
        assert not [place for place in filled if start.row < place[0] <= last and place[1] == start.col + 1]
        assert EMU_to_cm(size.width) / 2.54 * 96 < sheet.column_dimensions["I"].width * 7


def test_bars_have_one_fill_each() -> None:
    """A chart of n series holds n series, with the colours of single bars where they are given."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Läge", "Antal", "Sena"], ["Klar", 3, 1], ["Pågår", 0, 2]):
        sheet.append(row)
    fills = [charts.Fill("done", bars=["done", "ongoing"]), charts.Fill("late", hatched=True)]
    stack = charts.Stack(title="Åtgärder", names="Läge", numbers="Antal", fills=fills, lying=True)
    drawn = charts.draw(sheet, stack, header=1, last=3)
    assert [len(series.dPt) for series in drawn.series] == [2, 0]
    assert drawn.series[1].spPr.pattFill.prst == "wdUpDiag"
    assert drawn.y_axis.majorUnit == 1


@pytest.mark.parametrize("token", ["class1", "class2", "class3", "class4", "met", "planned", "late", "missing", "expired"])
def test_tinted_cells_can_be_read(token: str) -> None:
    """Bold text on each colour has a contrast of at least 4:1."""
    fill, ink = (sheets._luminance(sheets.workbook.colour(key)) + 0.05 for key in (token, sheets.readable_on(token)))
    assert max(fill, ink) / min(fill, ink) >= 4


def test_sheets_are_set_up_for_print(book: openpyxl.Workbook) -> None:
    """Each sheet is A4 landscape with page numbers, classification on paper and screen; results repeat their headers."""
    classification = "Bedöms omfattas av sekretess enligt 18 kap. 13 § OSL; prövas vid varje begäran"
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.oddFooter.left.text, sheet.oddFooter.right.text) == (classification, "Sida &P av &N")
        assert sheet.oddHeader.right.text == "Påhittade exempeldata."
        assert classification in [cell.value for cell in sheet["A"][:5]]
        assert sheet.freeze_panes
        if sheet.title != "Översikt":
            assert sheet.print_title_rows
            assert sheet.auto_filter.ref or "Inget att visa ännu." in [cell.value for cell in sheet["A"]]
            assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)


@pytest.mark.skipif(shutil.which("soffice") is None and not os.environ.get("CI"), reason="LibreOffice is not installed")
def test_libreoffice_reads_the_same_values(tmp_path: Path) -> None:
    """LibreOffice opens the file and finds the same values in the same cells."""
    (tmp_path / "sammanstallning.xlsx").write_bytes(small_bytes())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out")]
    subprocess.run([*command, str(tmp_path / "sammanstallning.xlsx")], check=True, capture_output=True, timeout=120)
    assert values_of((tmp_path / "out" / "sammanstallning.xlsx").read_bytes()) == values_of(small_bytes())
