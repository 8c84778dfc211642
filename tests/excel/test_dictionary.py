"""The data dictionary: it says everything that is declared, and the file in docs is what is generated."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from krokomrsa.excel.dictionary import markdown
from krokomrsa.vocabulary import load, parse

DOCS = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
DECLARED = """
[tables.wells]
sheet = "Brunnar"
title = "Brunnar | källor"
help = "En rad för varje brunn."
prefix = "BR"
identity = ["name"]
[tables.wells.columns]
id = { header = "Id", type = "text", required = true, secrecy = "open", help = "Unikt." }
name = { header = "Namn", type = "text", help = "Så | här <skrivs> det." }
depth = { header = "Djup", type = "integer", unit = "meter", min = 1, max = 90, secrecy = "secret", help = "Mätt." }
kind = { header = "Slag", type = "choice", asked = ["owner.A"], help = "Slag.", values = { dug = "Grävd", drilled = "Borrad" } }
near = { header = "Nära", type = "references", to = ["wells"], help = "Id:n." }
duty = { header = "Funktion", type = "choice", list = "functions", help = "Funktion." }
"""


def test_the_file_in_docs_is_what_is_generated() -> None:
    """docs/data-dictionary.md is generated from the declaration and up to date."""
    assert DOCS.read_text(encoding="utf-8").splitlines() == markdown(load()).splitlines()


def test_every_table_and_column_is_told() -> None:
    """Each declared table has its heading and each column its row, in their declared order."""
    lines = markdown(load()).splitlines()
    told = [line.split(" | ")[1].strip("`") for line in lines if line.startswith("| ") and " | `" in line]
    assert told == [column.key for table in load() for column in table]
    assert [line for line in lines if line.startswith("## ")] == [f"## {table.sheet} (`{table.key}`)" for table in load()]


def test_a_row_says_all_that_is_declared() -> None:
    """Type, unit, allowed values, required, reference, secrecy, form and help stand in a column's row."""
    rows = markdown(parse(DECLARED)).splitlines()
    assert "| Id | `id` | text |  |  | ja |  | öppen |  | Unikt. |" in rows
    assert "| Djup | `depth` | heltal | meter | 1–90 |  |  | kan omfattas av sekretess |  | Mätt. |" in rows
    assert (
        "| Slag | `kind` | ett val |  | Grävd (`dug`); Borrad (`drilled`) |  |  | intern | resursägarens formulär: A Våra resurser | Slag. |"
        in rows
    )
    assert "| Nära | `near` | flera id:n |  |  |  | Brunnar (`wells`) | intern |  | Id:n. |" in rows


def test_a_text_cannot_break_the_table() -> None:
    """A vertical bar or a tag in a help text is written so that the table keeps its cells."""
    row = next(line for line in markdown(parse(DECLARED)).splitlines() if "`name`" in line)
    assert row.endswith("| Så \\| här &lt;skrivs> det. |")


def test_a_long_list_stands_below_its_table() -> None:
    """A list of many values is referred to in the row, and told below the table, value by value."""
    lines = markdown(parse(DECLARED)).splitlines()
    functions = load()["services"]["function"].values
    assert f"se listan nedan ({len(functions)} värden)" in next(line for line in lines if "`duty`" in line)
    below = lines[lines.index("Tillåtna värden, Funktion:") :]
    assert [line for line in below if line.startswith("- ")] == [f"- {label} (`{code}`)" for code, label in functions.items()]


def test_the_dictionary_needs_no_excel() -> None:
    """The dictionary is generated without loading what writes workbooks."""
    code = "import sys; import krokomrsa.excel.dictionary; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
