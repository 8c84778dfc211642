"""The table of what is read in each format: it is what docs say, and each yes and no of it is seen in a file."""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import reading
from krokomrsa.excel.reading import Book, Cell, capability

DOCS = Path(__file__).parents[3] / "docs" / "reading.md"
NO_OFFICE = shutil.which("soffice") is None and not os.environ.get("CI")
needs_office = pytest.mark.skipif(NO_OFFICE, reason="LibreOffice (soffice) is not installed")


def _workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "Risker"
    sheet.append(["Händelse", "Sannolikhet", "Datum", "Poäng", "Fel", "Dold"])
    sheet.append(["Elavbrott", 3, date(2027, 3, 1), "=B2*2", "=1/0", "x"])
    sheet["A2"].comment = Comment("Hur länge?", "Eva")
    sheet["A2"].font = Font(strike=True)
    sheet["B2"].number_format = "0.00"
    sheet.column_dimensions["F"].hidden = True
    sheet.append(["dold rad"])
    sheet.row_dimensions[3].hidden = True
    sheet["A4"] = "Sammanslaget"
    sheet.merge_cells("A4:C4")
    sheet["C5"].comment = Comment("Lös", "Eva")
    book.create_sheet("Dolt")["A1"] = "x"
    book["Dolt"].sheet_state = "hidden"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the same workbook in every format that LibreOffice saves it in."""
    folder = tmp_path_factory.mktemp("formats")
    (folder / "bok.xlsx").write_bytes(_workbook())
    found = {}
    for ending in ("xlsx", "xls", "ods"):
        out = folder / ending
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", ending, "--outdir", str(out), str(folder / "bok.xlsx")]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        found[ending] = (out / f"bok.{ending}").read_bytes()
    return found


@pytest.fixture(scope="module")
def saved(files: dict[str, bytes]) -> dict[str, Book]:
    """Return the same workbook, read from every format."""
    return {ending: reading.read(content, file=f"bok.{ending}") for ending, content in files.items()}


def test_the_file_in_docs_is_what_is_generated() -> None:
    """docs/reading.md is generated from the table and up to date."""
    assert DOCS.read_text(encoding="utf-8") == capability.markdown()


@needs_office
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_what_the_table_says_is_seen_is_seen(ending: str, saved: dict[str, Book]) -> None:
    """Read value, format, formula, error, comment, hidden, merged and struck from a file that LibreOffice saved."""
    book = saved[ending]
    sheet, hidden = book.sheets
    cells = {cell.ref: cell for cell in sheet.cells.values()}
    assert book.format == ending
    assert (hidden.hidden, hidden.cells[1, 1].hidden, sheet.hidden) == (True, True, False)
    assert (cells["A2"].value, cells["A2"].struck, cells["A2"].comment.splitlines()[-1]) == ("Elavbrott", True, "Hur länge?")
    assert (cells["B2"].value, type(cells["B2"].value), cells["B2"].number_format) == (3, int, "0.00")
    assert (cells["C2"].value, "yy" in cells["C2"].number_format) == (datetime(2027, 3, 1), True)  # noqa: DTZ001 (a cell has no zone)
    assert (cells["D2"].value, cells["D2"].formula, cells["D2"].error) == (6, True, False)
    assert (cells["E2"].value, cells["E2"].formula, cells["E2"].error) == ("#DIV/0!", True, True)
    assert [ref for ref, cell in cells.items() if cell.hidden] == ["F1", "F2", "A3"]
    assert sheet.merged == ((4, 1, 4, 3),)
    assert {place: text.splitlines()[-1] for place, text in sheet.comments.items()} == {(5, 3): "Lös"}


@needs_office
def test_every_format_gives_the_same_values(saved: dict[str, Book]) -> None:
    """Read the same values in the same places, whatever the format."""

    def values(book: Book) -> Iterator[tuple[str, str, object, bool, bool]]:
        return ((sheet.name, cell.ref, cell.value, cell.formula, cell.error) for sheet, cell in book)

    assert len({tuple(values(book)) for book in saved.values()}) == 1


def test_what_cannot_be_seen_is_told_of_each_file() -> None:
    """Say of a text what no text can show, and nothing of a workbook that shows it all."""
    text = reading.read(b"a;b\n1;2\n", file="x.csv")
    assert [problem.kind for problem in text.told] == ["notice", "notice"]
    assert all(word in text.told[1].problem for word in ("kommentarer", "dolda", "formel", "talformat"))
    assert reading.read(_workbook(), file="x.xlsx").told[0].problem.startswith("Kommentarer på tomma celler (1): C5")
    assert len(reading.read(_workbook(), file="x.xlsx").told) == 1


def test_a_cell_that_is_only_made_has_nothing_known_of_it() -> None:
    """Make a cell from its place and value alone."""
    assert Cell(1, 2, "x") == Cell(1, 2, "x", False, False, "General", "", False, False)


@needs_office
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_a_damaged_file_of_another_format_is_read_or_refused(ending: str, files: dict[str, bytes]) -> None:
    """Raise nothing but a refusal, and go on for no longer than a moment, when bytes are changed at random."""
    chance = random.Random(2)  # noqa: S311 (damage, the same each time)
    for _ in range(200):
        content = bytearray(files[ending])
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        begun = time.process_time()
        with contextlib.suppress(KrokomrsaError):
            reading.read(bytes(content), file=f"bok.{ending}")
        assert time.process_time() - begun < 2
