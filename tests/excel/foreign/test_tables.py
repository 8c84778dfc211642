from __future__ import annotations

import io
import random
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import found, headers, held, only, sheet

from krokomrsa import vocabulary
from krokomrsa.excel import reading
from krokomrsa.excel.foreign.finding import tables
from krokomrsa.excel.reading import Book, Cell, Sheet


def test_a_header_stands_under_a_title_and_a_form() -> None:
    """A social services department writes a title, who made it and when, and then its risks."""
    layout = found("""
Riskanalys socialförvaltningen 2027
Förvaltning: | Socialförvaltningen | | Datum: | 2027-02-01
Ansvarig | Anna Berg | | Version | 2

Nr | Risk | Sannolikhet | Konsekvens | Riskvärde | Åtgärd
1 | Elavbrott på särskilt boende | 3 | 4 | =12 | Reservkraft
2 | Personalbrist i hemtjänsten | 4 | 3 | =12 | Bemanningspool
3 | Trygghetslarm slutar fungera | 2 | 5 | =10 | Manuell tillsyn
""")
    table = only(layout)
    assert (table.header_rows, table.data) == ((5,), (6, 7, 8))
    assert headers(table) == ["Nr", "Risk", "Sannolikhet", "Konsekvens", "Riskvärde", "Åtgärd"]
    assert {ref: reason for (_, ref), reason in layout.loose.items() if int(ref[1:]) < 5} == {
        "A1": "title", "A2": "form", "B2": "form", "D2": "form", "E2": "form", "A3": "title", "B3": "title", "D3": "title", "E3": "title",
    }  # fmt: skip


def test_a_table_may_start_at_b2() -> None:
    """A table that starts at B2 has the sheet's own row and column numbers."""
    table = only(
        found("""

 | Risk-ID | Händelse | S | K
 | R1 | Översvämning i källaren | 2 | 3
 | R2 | Brand i arkivet | 1 | 5
""")
    )
    assert [(column.cell.ref, column.numbers) for column in table.columns] == [("B2", (2,)), ("C2", (3,)), ("D2", (4,)), ("E2", (5,))]
    assert (table.first_row, table.last_row) == (3, 4)


def test_groups_over_the_header_are_joined_with_its_labels() -> None:
    """A Norwegian ROS-analyse groups its columns with merged cells; a label is its group and itself, a repeated one only once."""
    table = only(
        found(
            """
ROS-analyse kommunehuset
Nr | Uønsket hendelse | Før tiltak | | | Tiltak | Etter tiltak | |
 | | Sannsynlighet | Konsekvens | Risiko | Tiltak | Sannsynlighet | Konsekvens | Risiko
1 | Strømbrudd over åtte timer | 3 | 4 | 12 | Aggregat | 3 | 2 | 6
2 | Brann i serverrom | 1 | 5 | 5 | Slokkeanlegg | 1 | 3 | 3
3 | Flom i Storelva | 2 | 4 | 8 | Flomvern | 1 | 4 | 4
""",
            merged="A1:I1 A2:A3 B2:B3 C2:E2 G2:I2",
        )
    )
    assert (table.header_rows, table.data) == ((2, 3), (4, 5, 6))
    assert headers(table) == [
        "Nr", "Uønsket hendelse", "Før tiltak / Sannsynlighet", "Før tiltak / Konsekvens", "Før tiltak / Risiko", "Tiltak",
        "Etter tiltak / Sannsynlighet", "Etter tiltak / Konsekvens", "Etter tiltak / Risiko",
    ]  # fmt: skip
    assert [column.cell.ref for column in table.columns][:3] == ["A2", "B2", "C3"]


def test_groups_are_found_without_merged_cells() -> None:
    """A table saved as text has lost its merged cells: the shape of the header's rows is enough."""
    table = only(
        found("""
Nr | Risk | Nuläge | | | Åtgärd | Målbild | |
 | | S | K | R | | S | K | R
1 | Elavbrott | 3 | 4 | 12 | Reservkraft | 3 | 2 | 6
2 | Skyfall | 2 | 4 | 8 | Dagvattendamm | 2 | 2 | 4
3 | Dricksvatten otjänligt | 1 | 5 | 5 | Nödvatten | 1 | 3 | 3
""")
    )
    assert table.header_rows == (1, 2)
    assert headers(table) == ["Nr", "Risk", "Nuläge / S", "Nuläge / K", "Nuläge / R", "Åtgärd", "Målbild / S", "Målbild / K", "Målbild / R"]


def test_a_header_may_have_three_rows() -> None:
    """A hospital groups the groups: three rows are one header."""
    table = only(
        found(
            """
Nr | Risk | Bedömning | | | | Ansvarig
 | | Nuläge | | Mål | |
 | | S | K | S | K |
1 | Reservkraft startar inte | 2 | 5 | 1 | 5 | Teknik
2 | Journalsystem nere över fyra timmar | 3 | 4 | 2 | 3 | IT
3 | Blodbrist vid stor olycka | 2 | 4 | 2 | 3 | Klinisk kemi
""",
            merged="A1:A3 B1:B3 G1:G3 C1:F1 C2:D2 E2:F2",
        )
    )
    assert (table.header_rows, table.data) == ((1, 2, 3), (4, 5, 6))
    assert headers(table)[2:6] == ["Bedömning / Nuläge / S", "Bedömning / Nuläge / K", "Bedömning / Mål / S", "Bedömning / Mål / K"]


def test_one_group_over_the_last_columns_is_no_title() -> None:
    """A single merged group over part of the header belongs to it; a title over all of it does not."""
    table = only(
        found(
            """
Risk register
 | | | | Residual |
ID | Risk | Likelihood | Impact | Likelihood | Impact
R1 | Ransomware in finance | 3 | 5 | 2 | 4
R2 | Laptop stolen | 4 | 2 | 4 | 1
""",
            merged="A1:F1 E2:F2",
        )
    )
    assert table.header_rows == (2, 3)
    assert headers(table)[2:] == ["Likelihood", "Impact", "Residual / Likelihood", "Residual / Impact"]


def test_one_group_over_repeated_labels_needs_no_merged_cells() -> None:
    """A group's name over labels that stand to the left too is a group, not a title."""
    table = only(
        found("""
 | | | | Efter åtgärd |
Nr | Risk | S | K | S | K
1 | Elavbrott | 3 | 5 | 2 | 4
2 | Brand | 4 | 2 | 4 | 1
""")
    )
    assert headers(table) == ["Nr", "Risk", "S", "K", "Efter åtgärd / S", "Efter åtgärd / K"]


def test_duplicate_headers_stay_two_columns() -> None:
    """The same header twice is two columns, told apart by their cells."""
    table = only(
        found("""
ID | Risk | Likelihood | Impact | Mitigation | Likelihood | Impact
R1 | Ransomware | 3 | 5 | Backups | 2 | 4
R2 | Phishing | 4 | 2 | Training | 2 | 2
R3 | Data leak | 3 | 4 | Encryption | 1 | 4
""")
    )
    assert [column.cell.ref for column in table.columns if column.header == "Likelihood"] == ["C1", "F1"]


def test_category_rows_name_the_rows_below() -> None:
    """A merged text between the rows is a category and no risk; each row knows its own."""
    layout = found(
        """
Risk | Sannolikhet | Konsekvens | Åtgärd
TEKNISKA RISKER
Elavbrott | 3 | 4 | Reservkraft
Fiberbrott | 2 | 3 | Redundans
PERSONALRISKER
Pandemi | 2 | 5 | Kontinuitetsplan
""",
        merged="A2:D2 A5:D5",
    )
    table = only(layout)
    assert table.data == (3, 4, 6)
    assert dict(table.categories) == {3: "TEKNISKA RISKER", 4: "TEKNISKA RISKER", 6: "PERSONALRISKER"}
    assert layout.loose["Blad1", "A2"] == "category"


def test_numbered_category_rows() -> None:
    """“1 | Legal” is a category where the rows below have no number of their own, or one under it."""
    table = only(
        found("""
No | Risk | Probability | Impact | Owner
1 | Legal
1.1 | Contract not signed | 2 | 3 | Anna
1.2 | Permit late | 3 | 3 | Bo
2 | Technical
2.1 | Server fails | 2 | 5 | Cia
""")
    )
    assert table.data == (3, 4, 6)
    assert table.categories[6] == "Technical"


def test_a_number_and_an_event_that_nobody_judged_is_data() -> None:
    """A risk with its number and text but no judgement yet is no category: losing it would be worse."""
    table = only(
        found("""
Nr | Risk | S | K | Åtgärd
1 | Elavbrott | 3 | 4 | Reservkraft
2 | Skyfall
3 | Brand | 1 | 5 | Larm
4 | Ras
5 | Pandemi
""")
    )
    assert table.data == (2, 3, 4, 5, 6)
    assert not table.categories


def test_events_without_judgement_are_data() -> None:
    """A text alone in the event's column between judged events is an event that nobody has judged yet."""
    table = only(
        found("""
Risk | Sannolikhet | Konsekvens | Ansvarig
Elavbrott | 3 | 4 | Anna
Översvämning
Brand i arkivet | 1 | 5 | Bo
Snöstorm | 2 | 2 | Bo
""")
    )
    assert table.data == (2, 3, 4, 5)


@pytest.mark.parametrize("word", ["Summa", "Totalt", "Total:", "Medelvärde", "I alt", "Gesamt", "Somme", "Total general", "Suma"])
def test_total_rows_are_no_data(word: str) -> None:
    """A sum under the table, in any of the languages, is a total."""
    layout = found(f"""
Risk | S | K | R
Elavbrott | 3 | 4 | 12
Brand | 1 | 5 | 5
Snöstorm | 2 | 2 | 4
{word} | | | =21
""")
    assert only(layout).data == (2, 3, 4)
    assert layout.loose["Blad1", "A5"] == "total"


def test_a_sum_without_a_word_is_a_total() -> None:
    """A row of formulas alone under the table sums it."""
    layout = found("""
Åtgärd | Ansvarig | Kostnad
Reservkraft | Teknik | 400
Utbildning | HR | 50
 | | =450
""")
    assert (only(layout).data, layout.loose["Blad1", "C4"]) == ((2, 3), "total")


def test_an_event_that_begins_with_total_is_data() -> None:
    """“Total förlust av el” is an event."""
    table = only(
        found("""
Risk | S | K | R
Elavbrott | 3 | 4 | =12
Brand | 1 | 5 | =5
Total förlust av dricksvatten | 1 | 5 | =5
""")
    )
    assert table.data == (2, 3, 4)


@pytest.mark.parametrize(
    "told",
    [
        "(löpnr) | Beskriv händelsen så konkret som möjligt | (1-5) | (1-5) | Vem ansvarar?",
        " | t.ex. strömavbrott | 1-5 | 1-5 | ange förvaltning",
        " | Vad kan hända? | Välj i listan | Välj i listan | Fritext",
        "Nummer | Kort beskrivning av händelsen och dess orsak | Hur sannolikt är det att det händer? | Hur stor blir konsekvensen? | Namn på chef",
    ],
)
def test_help_under_the_header_is_no_data(told: str) -> None:
    """A row that tells how to fill in is help."""
    layout = found(f"""
Nr | Händelse | Sannolikhet | Konsekvens | Ansvarig
{told}
1 | Elavbrott | 3 | 4 | Teknik
2 | Pandemi | 2 | 5 | Vård
3 | Brand | 1 | 5 | Teknik
""")
    assert (only(layout).header_rows, only(layout).data) == ((1,), (3, 4, 5))
    assert layout.loose["Blad1", "B2"] == "help"


def test_notes_below_are_notes() -> None:
    """Explanations and signatures under the table end it."""
    layout = found("""
Nr | Risk | S | K | Åtgärd
1 | Elavbrott | 3 | 4 | Reservkraft
2 | Brand | 1 | 5 | Larm

* Bedömningen gjordes vid workshop den 3 mars med alla enhetschefer
Upprättad av: | Anna Berg
""")
    assert only(layout).data == (2, 3)
    assert {layout.loose["Blad1", ref] for ref in ("A5", "A6", "B6")} == {"note"}


def test_rows_under_a_sum_go_on_with_the_table() -> None:
    """What somebody adds under the sum is data as before it, a cell alone too; a note under it is a note."""
    layout = found("""
Risk | S | K | Åtgärd | Ansvarig
Elavbrott | 3 | 2 | Reservkraft | Anna
Storm | 2 | 2 | Röja | Bo
Brand | 1 | 5 | Larm | Cia
Summa | 6 | 9
| | | Pumpa ur källare
Skyfall | 4
Anm: ifyllt i april
""")
    assert only(layout).data == (2, 3, 4, 6, 7)
    assert only(layout).kinds[5] == "total"


def test_a_text_alone_that_begins_as_a_note_does_is_one() -> None:
    """Under the last row "Anmärkning: …" is no event; an event that nobody has judged yet is one."""
    layout = found("""
Nr | Risk | S | K | Åtgärd
1 | Elavbrott | 3 | 4 | Reservkraft
2 | Brand | 1 | 5 | Larm
3 | Stöld | 3 | 2 | Lås
4 | Vattenläcka | 3 | 3 | Larm
| Översvämning
| Anmärkning: bedömt av kulturchefen
""")
    assert (only(layout).data, only(layout).kinds[7]) == ((2, 3, 4, 5, 6), "note")


def test_an_empty_row_does_not_end_a_table() -> None:
    """Rows of the same shape after empty ones go on with the table."""
    table = only(
        found("""
Nr | Risk | S | K | Åtgärd
1 | Elavbrott | 3 | 4 | Reservkraft

2 | Brand | 1 | 5 | Larm


3 | Pandemi | 2 | 5 | Plan
""")
    )
    assert table.data == (2, 4, 7)


def test_a_header_repeated_after_a_page_break_is_no_data() -> None:
    """The header again in the middle of the data is a header."""
    layout = found("""
Nr | Risk | S | K | Åtgärd
1 | Elavbrott | 3 | 4 | Reservkraft
2 | Brand | 1 | 5 | Larm
Nr | Risk | S | K | Åtgärd
3 | Pandemi | 2 | 5 | Plan
""")
    assert only(layout).data == (2, 3, 5)
    assert layout.loose["Blad1", "B4"] == "header"


def test_two_tables_below_each_other() -> None:
    """A sheet with its risks and, further down, its measures holds two tables, each with its own title."""
    layout = found("""
Risker
Nr | Risk | Sannolikhet | Konsekvens
1 | Elavbrott | 3 | 4
2 | Brand | 1 | 5

Åtgärder
Risk | Åtgärd | Ansvarig | Klart | Status
1 | Reservkraft | Anna | 2027-05-01 | Pågår
2 | Sprinkler | Bo | 2028-01-01 | Planerad
""")
    assert [(table.header_rows, table.data) for table in layout.tables] == [((2,), (3, 4)), ((7,), (8, 9))]
    assert (layout.loose["Blad1", "A1"], layout.loose["Blad1", "A6"]) == ("title", "note")


def test_two_tables_beside_each_other() -> None:
    """Two registers beside each other, with the same headers, are two tables."""
    layout = found("""
Nr | Risk | S | K | | Nr | Risk | S | K
1 | Elavbrott | 3 | 4 | | 1 | Hot mot personal | 2 | 3
2 | Brand | 1 | 5 | | 2 | Inbrott | 3 | 2
3 | Storm | 2 | 2
""")
    assert [(table.columns[0].cell.ref, table.data) for table in layout.tables] == [("A1", (2, 3, 4)), ("F1", (2, 3))]


def test_current_and_target_with_a_gap_are_one_table() -> None:
    """An empty narrow column between current and target does not part them from their risk."""
    table = only(
        found("""
Nr | Risk | S | K | | S mål | K mål | | Ansvarig
1 | Elavbrott | 3 | 4 | | 2 | 2 | | Anna
2 | Brand | 1 | 5 | | 1 | 2 | | Bo
3 | Storm | 2 | 2 | | 2 | 1 | | Cia
""")
    )
    assert headers(table) == ["Nr", "Risk", "S", "K", "S mål", "K mål", "Ansvarig"]


def test_a_scale_beside_the_register_is_a_list() -> None:
    """The scale that a department keeps to the right of its risks is no part of them."""
    layout = found("""
Nr | Risk | Sannolikhet | Konsekvens | | Nivå | Betydelse
1 | Elavbrott | 3 | 4 | | 1 | Mycket låg
2 | Brand | 1 | 5 | | 2 | Låg
3 | Storm | 2 | 2 | | 3 | Medel
4 | Pandemi | 2 | 2 | | 4 | Hög
5 | Inbrott | 2 | 2 | | 5 | Mycket hög
6 | Ras | 2 | 2
""")
    assert only(layout).data == (2, 3, 4, 5, 6, 7)
    assert layout.loose["Blad1", "G4"] == "list"


def test_crossed_columns_are_one_column() -> None:
    """An IT-security team crosses VL to VH twice: likelihood and impact are one column each, with options."""
    table = only(
        found(
            """
ID | Risk | Likelihood | | | | | Impact | | | | | Owner
 | | VL | L | M | H | VH | VL | L | M | H | VH |
1 | Ransomware | | | X | | | | | | | X | CISO
2 | Phishing | | | | X | | | | X | | | CISO
3 | Lost laptop | | X | | | | X | | | | | IT
""",
            merged="C1:G1 H1:L1",
        )
    )
    assert headers(table) == ["ID", "Risk", "Likelihood", "Impact", "Owner"]
    assert (table.columns[2].numbers, table.columns[2].options) == ((3, 4, 5, 6, 7), ("VL", "L", "M", "H", "VH"))


def test_crossed_columns_without_a_group() -> None:
    """Crosses under VL to VH in one header row, twice: the repeated option tells where the second begins."""
    table = only(
        found("""
Risk | VL | L | M | H | VH | VL | L | M | H | VH | Åtgärd
Elavbrott | | | x | | | | | | x | | Reservkraft
Brand | | x | | | | | | | x | | Larm
Storm | | | | x | | | x | | | | Röjning
""")
    )
    assert [column.numbers for column in table.columns] == [(1,), (2, 3, 4, 5, 6), (7, 8, 9, 10, 11), (12,)]


def test_crosses_under_numbers() -> None:
    """Crosses under 1 to 5 in a group are one column whose options are the numbers."""
    table = only(
        found(
            """
Nr | Fare | Sandsynlighed | | | | | Bemærkning
 | | 1 | 2 | 3 | 4 | 5 |
1 | Strømsvigt | | | x | | | Nødgenerator
2 | Oversvømmelse | | | | x | | Pumper
3 | Brand | x | | | | | Alarm
""",
            merged="C1:G1",
        )
    )
    assert table.columns[2].options == ("1", "2", "3", "4", "5")
    assert table.header_rows == (1, 2)


def test_yes_marks_in_one_column_stay_columns() -> None:
    """Areas that a risk touches, several crossed at once, are a column each."""
    table = only(
        found("""
Risk | Liv | Miljö | Egendom | Ansvarig
Elavbrott | x | | x | Anna
Utsläpp | x | x | | Bo
Brand | x | x | x | Cia
""")
    )
    assert headers(table) == ["Risk", "Liv", "Miljö", "Egendom", "Ansvarig"]


def test_lists_to_choose_from_are_no_register() -> None:
    """The values of drop-downs, one column each, are a list."""
    layout = found("""
Status | Sannolikhet | Kategori
Öppen | Låg | Teknik
Stängd | Medel | Personal
 | Hög | Ekonomi
 | Mycket hög | Juridik
 | | Miljö
 | | Förtroende
""")
    assert not layout.tables
    assert set(layout.loose.values()) == {"list"}


def test_a_named_list_sheet_is_a_list() -> None:
    """A sheet called Listor holds lists, also where they are of one length."""
    layout = found(
        """
Status | Förvaltning
Öppen | Vård
Pågår | Skola
Stängd | Teknik
""",
        name="Listor",
    )
    assert set(layout.loose.values()) == {"list"}


def test_a_scale_is_a_list() -> None:
    """A table whose headers and first column speak of levels explains a scale."""
    layout = found("""
Nivå | Benämning | Frekvens
1 | Mycket låg | En gång på 100 år
2 | Låg | En gång på 50 år
3 | Medel | En gång på 10 år
4 | Hög | Varje år
5 | Mycket hög | Varje månad
""")
    assert set(layout.loose.values()) == {"list"}


@pytest.mark.parametrize(
    "drawn",
    [
        """
Sannolikhet | 5 | 5 | 10 | 15 | 20 | 25
 | 4 | 4 | 8 | 12 | 16 | 20
 | 3 | 3 | 6 | 9 | 12 | 15
 | 2 | 2 | 4 | 6 | 8 | 10
 | 1 | 1 | 2 | 3 | 4 | 5
 | | 1 | 2 | 3 | 4 | 5
 | | Konsekvens
""",
        """
 | Försumbar | Lindrig | Kännbar | Allvarlig | Katastrofal
Mycket hög | 5 | 10 | 15 | 20 | 25
Hög | 4 | 8 | 12 | 16 | 20
Medel | 3 | 6 | 9 | 12 | 15
Låg | 2 | 4 | 6 | 8 | 10
Mycket låg | 1 | 2 | 3 | 4 | 5
""",
        """
Likelihood / Impact | Minor | Moderate | Major
Likely | Medium | High | High
Possible | Low | Medium | High
Rare | Low | Low | Medium
""",
    ],
)
def test_a_drawn_matrix_is_no_register(drawn: str) -> None:
    """Levels against levels, with numbers or words where they cross, are a drawing."""
    layout = found(drawn)
    assert not layout.tables
    assert set(layout.loose.values()) == {"drawn_matrix"}


def test_confidentiality_integrity_availability_are_no_matrix() -> None:
    """A classification of systems with three small numbers each is a register."""
    table = only(
        found("""
System | Konfidentialitet | Riktighet | Tillgänglighet
Journalsystem | 4 | 4 | 3
Lönesystem | 3 | 3 | 2
Webbplats | 1 | 3 | 2
Ärendehantering | 2 | 3 | 3
""")
    )
    assert table.data == (2, 3, 4, 5)


def test_instructions_are_notes() -> None:
    """A sheet of sentences is no register."""
    layout = found(
        """
Så här fyller du i
1. Börja med att beskriva händelsen.
2. Bedöm sedan sannolikhet och konsekvens enligt skalan på nästa flik.
3. Skicka filen till säkerhetssamordnaren före den 1 mars.
""",
        name="Läs mig",
    )
    assert set(layout.loose.values()) == {"note"}


def test_a_pivot_is_a_summary() -> None:
    """A count of another table's rows is no register."""
    layout = found(
        """
Antal av Nr | Kolumnetiketter
Radetiketter | Hög | Medel | Låg | Totalsumma
Skola | 1 | 2 | 3 | 6
Teknik | 2 | 2 | 1 | 5
Totalsumma | 3 | 4 | 4 | 11
""",
        name="Sammanfattning",
    )
    assert not layout.tables
    assert "summary" in layout.loose.values()


def test_a_form_with_labels_to_the_left_is_told() -> None:
    """One risk a sheet, labels to the left: it is not read as a table, and that is said."""
    layout = found("""
Risk: | Elavbrott i centralorten
Sannolikhet: | 3
Konsekvens: | 4
Åtgärd: | Reservkraft till kommunhuset
Ansvarig: | Tekniska förvaltningen
""")
    assert not layout.tables
    assert set(layout.loose.values()) == {"form"}


def test_a_form_without_colons_is_told() -> None:
    """Known words to the left, and no other beside them, are a form too."""
    layout = found("""
Risk | Elavbrott i centralorten | Skyfall
Sannolikhet | 3 | 2
Konsekvens | 4 | 3
Åtgärd | Reservkraft till kommunhuset | Dammar
Ansvarig | Tekniska förvaltningen | VA
""")
    assert not layout.tables
    assert set(layout.loose.values()) == {"form"}


def test_a_template_that_nobody_filled_in_is_a_table_without_data() -> None:
    """An empty register has a header and no rows."""
    layout = found("""
Risk Register
Project Name: | | | Date:
ID | Risk description | Probability | Impact | Owner | Mitigation
""")
    assert (only(layout).header_rows, only(layout).first_row, only(layout).last_row) == ((3,), None, None)


def test_prepared_rows_that_nobody_filled_in_are_blank() -> None:
    """Numbers written in advance and formulas of nothing are no data."""
    layout = found("""
Nr | Risk | S | K | R
1 | Elavbrott | 3 | 4 | =12
2 | Brand | 1 | 5 | =5
3 | | | | =0
4 | | | | =0
5
6
""")
    assert only(layout).data == (2, 3)
    assert {reason for (_, ref), reason in layout.loose.items() if int(ref[1:]) > 3} == {"blank"}


def test_further_measures_of_a_risk_are_data() -> None:
    """A risk whose measures take several rows fills only the measures' columns in the later ones."""
    table = only(
        found("""
Nr | Risk | S | K | Åtgärd | Ansvarig
1 | Elavbrott | 3 | 4 | Reservkraft | Anna
 | | | | Bränsleavtal | Bo
 | | | | Övning
2 | Brand | 1 | 5 | Larm | Cia
""")
    )
    assert table.data == (2, 3, 4, 5)


def test_a_table_of_text_only_has_its_first_row_as_header() -> None:
    """Where everything is text, the first wide row is the header."""
    table = only(
        found("""
Verksamhet | Beroende av | Konsekvens vid bortfall | Reservrutin
Hemtjänst | Mobiltelefoni | Kan inte nå personal ute hos brukare | Papperslistor
Skola | Kost | Inga luncher kan serveras | Smörgås
Vattenverk | El | Inget tryck i ledningarna efter tolv timmar | Reservkraft
""")
    )
    assert (table.header_rows, table.data) == ((1,), (2, 3, 4))


def test_levels_in_words_do_not_hide_the_header() -> None:
    """A register whose levels are words has words in every row; the header is the one that does not recur."""
    table = only(
        found("""
IT-säkerhet 2027
Hot | Sannolikhet | Konsekvens | Risknivå | Status
Nätfiske | Hög | Medel | Hög | Öppen
Utpressningsvirus | Medel | Hög | Hög | Öppen
Insider | Låg | Hög | Medel | Stängd
Felkonfiguration | Hög | Låg | Medel | Öppen
""")
    )
    assert (table.header_rows, table.data) == ((2,), (3, 4, 5, 6))


def test_a_column_without_a_header_is_kept() -> None:
    """A column that holds data under no header is a column with an empty header."""
    table = only(
        found("""
Nr | Risk | S | K | | Åtgärd
1 | Elavbrott | 3 | 4 | se bilaga | Reservkraft
2 | Brand | 1 | 5 | se bilaga | Larm
3 | Storm | 2 | 2 | | Röjning
""")
    )
    assert [(column.header, column.numbers) for column in table.columns][4] == ("", (5,))


def test_a_small_table_above_a_wide_one_is_found_too() -> None:
    """The participants above the risks are a table of their own, or loose, but never the risks' header."""
    layout = found("""
Deltagare | Roll | Enhet
Anna Berg | Ordförande | Säkerhet
Bo Ek | Sekreterare | Säkerhet

Nr | Risk | Sannolikhet | Konsekvens | Åtgärd | Ansvarig
1 | Elavbrott | 3 | 4 | Reservkraft | Anna
2 | Brand | 1 | 5 | Larm | Bo
""")
    assert (layout.tables[-1].header_rows, layout.tables[-1].data) == ((5,), (6, 7))


def test_a_scale_below_the_register_ends_it() -> None:
    """The scale written under the risks is no risk, though its rows are a number and a text too."""
    layout = found("""
Nr | Risk | S | K | R | Åtgärd
1 | Elavbrott | 3 | 4 | 12 | Reservkraft
2 | Brand | 1 | 5 | 5 | Larm
3 | Storm | 2 | 2 | 4 | Röjning

Sannolikhet
1 | Mycket låg
2 | Låg
3 | Medel
""")
    assert only(layout).data == (2, 3, 4)


def test_merged_columns_are_one_column() -> None:
    """A form drawn on a fine grid, each header merged over many columns, has one column for each header."""
    table = only(
        found(
            """
Nr | | Risk | | | Sannolikhet | | Konsekvens | | Ägare
1 | | Elavbrott | | | 3 | | 4 | | Anna
2 | | Brand | | | 1 | | 5 | | Bo
""",
            merged="A1:B1 C1:E1 F1:G1 H1:I1 A2:B2 C2:E2 F2:G2 H2:I2 A3:B3 C3:E3 F3:G3 H3:I3",
        )
    )
    assert [column.numbers for column in table.columns] == [(1,), (3,), (6,), (8,), (10,)]


def test_a_fine_grid_without_merged_cells_is_one_table() -> None:
    """The same form saved as text has wide gaps between its headers, and is still one table."""
    table = only(
        found("""
Nr | | | | Risk | | | | | Sannolikhet | | | | Konsekvens | | | Ägare
1 | | | | Elavbrott | | | | | 3 | | | | 4 | | | Anna
2 | | | | Brand | | | | | 1 | | | | 5 | | | Bo
""")
    )
    assert headers(table) == ["Nr", "Risk", "Sannolikhet", "Konsekvens", "Ägare"]


def test_a_note_beside_the_table_is_no_column() -> None:
    """A remark to the right of one row is a note."""
    layout = found("""
Nr | Risk | S | K
1 | Elavbrott | 3 | 4 | | | Kolla med Anna!
2 | Brand | 1 | 5
3 | Storm | 2 | 2
""")
    assert headers(only(layout)) == ["Nr", "Risk", "S", "K"]
    assert layout.loose["Blad1", "G2"] == "note"


def test_single_data_row() -> None:
    """A register with one risk is a register."""
    assert only(
        found("""
Risk | Sannolikhet | Konsekvens | Åtgärd | Ansvarig
Elavbrott | 3 | 4 | Reservkraft | Anna
""")
    ).data == (2,)


def test_white_space_is_blank() -> None:
    """A cell that holds only space is blank, and said so."""
    cells = {(1, 1): Cell(1, 1, "  "), (2, 1): Cell(2, 1, "\n")}
    assert tables.find(Book((Sheet("Blad1", False, cells),))).loose == {("Blad1", "A1"): "blank", ("Blad1", "A2"): "blank"}


def test_every_reason_has_a_swedish_sentence() -> None:
    """Every reason that a cell may have is told in Swedish."""
    reasons = {"title", "note", "header", "category", "total", "help", "list", "drawn_matrix", "summary", "form", "blank"}
    assert set(vocabulary.texts("foreign_tables")["loose"]) == reasons


_VALUES = st.sampled_from(
    [None, None, "Risk", "Sannolikhet", "Åtgärd", "Elavbrott", "R1", "x", "X", 1, 2, 5, 3.5, True, " ", "Summa", "t.ex. brand", "1-5", "Nivå", "Hög", "Låg", "Datum:", "a" * 90, "?", "2027-03-01"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(_VALUES, min_size=1, max_size=8), min_size=1, max_size=14), st.randoms(use_true_random=False))
def test_every_cell_is_in_a_row_with_data_or_loose(rows: list[list[Any]], chance: random.Random) -> None:
    """Whatever stands in a workbook, each cell is either data of one table or loose for a known reason, never both or neither."""
    cells = {
        (row, column): Cell(row, column, value, formula=chance.random() < 0.1)
        for row, line in enumerate(rows, start=1)
        for column, value in enumerate(line, start=1)
        if value is not None
    }
    ranges = tuple(
        (row, column, row + chance.randint(0, 1), column + chance.randint(0, 3)) for row, column in cells if chance.random() < 0.2
    )
    book = Book((Sheet("Blad1", False, cells, merged=ranges),))
    layout = tables.find(book)
    places = [("Blad1", one.ref) for table in layout.tables for column in table.columns for one in table.cells(column)]
    assert len(places) == len(set(places))
    assert set(places) | set(layout.loose) == {("Blad1", one.ref) for one in cells.values()}
    assert set(places).isdisjoint(layout.loose)
    assert set(layout.loose.values()) <= set(vocabulary.texts("foreign_tables")["loose"])


def test_sheets_are_told_apart() -> None:
    """Cells of the same name on two sheets are accounted for each by itself."""
    drawn = "\nNr | Risk | S | K\n1 | Elavbrott | 3 | 4\n2 | Brand | 1 | 5"
    layout = tables.find(Book((sheet(drawn, name="Risker"), sheet(drawn, name="Äldre risker"))))
    assert len(layout.tables) == 2
    assert len(held(layout)) == 16


def test_templates_below_each_other_are_tables_without_data() -> None:
    """Three empty tables below each other are three tables, and no header is the data of the one above."""
    layout = found("""
Risk Identification
Risk ID | Risk Description | Category | Date Identified

Risk Assessment
Risk ID | Likelihood | Impact | Risk Score | Priority

Risk Mitigation
Risk ID | Mitigation Strategy | Owner | Target Date | Status
""")
    assert [(table.header_rows, table.data) for table in layout.tables] == [((2,), ()), ((5,), ()), ((8,), ())]


def test_a_summary_below_the_register_is_no_data() -> None:
    """Counts by category and status under the risks, with sums to the right and below, are a summary."""
    layout = found("""
Risk ID | Risk | Category | Likelihood | Impact | Owner | Status
R1 | Server room floods | Technical | 2 | 4 | Bo | Open
R2 | Key person leaves | Operational | 3 | 3 | Bo | Closed

Risk summary
Category | Open | Accepted | Closed | Total
Technical | 1 | 0 | 0 | 1
Operational | 0 | 0 | 1 | 1
Total | 1 | 0 | 1 | 2
""")
    assert only(layout).data == (2, 3)
    assert layout.loose["Blad1", "A7"] == "summary"


def test_a_matrix_below_the_register_ends_it() -> None:
    """A matrix drawn under the risks, as wide as they are, is no risk."""
    layout = found("""
Nr | Risk | S | K | R | Åtgärd
1 | Elavbrott | 3 | 4 | 12 | Reservkraft
2 | Brand | 1 | 5 | 5 | Larm
3 | Storm | 2 | 2 | 4 | Röjning

Riskmatris
5 | 5 | 10 | 15 | 20 | 25
4 | 4 | 8 | 12 | 16 | 20
3 | 3 | 6 | 9 | 12 | 15
 | 1 | 2 | 3 | 4 | 5
""")
    assert only(layout).data == (2, 3, 4)


def test_a_scale_above_to_the_right_is_a_list() -> None:
    """A scale in the corner above the register is a list, and does not take the header's place."""
    layout = found("""
Riskanalys | | | | | | | S | Betydelse
 | | | | | | | 1 | Osannolik
 | | | | | | | 2 | Möjlig
 | | | | | | | 3 | Sannolik
Nr | Risk | S | K | R | Åtgärd
1 | Elavbrott | 3 | 4 | 12 | Reservkraft
2 | Brand | 1 | 5 | 5 | Larm
""")
    assert (only(layout).header_rows, only(layout).data) == ((5,), (6, 7))
    assert layout.loose["Blad1", "I3"] == "list"


@pytest.mark.parametrize(
    "above",
    [
        "Projekt | Flytt av serverhall\nLedare | Anna Berg",
        "A | B | C | D | E | F | G",
        "Project | Move | | Manager | Anna | Date | 2027-01-01",
    ],
)
def test_what_stands_right_above_the_header_is_not_joined_with_it(above: str) -> None:
    """Fields without colons, or letters over the columns, right above the header are no part of it."""
    table = only(
        found(f"""
{above}
Risk ID | Risk | Likelihood | Impact | Score | Owner | Response
1 | Outage | 3 | 4 | 12 | Bo | Mitigate
2 | Delay | 2 | 2 | 4 | Bo | Accept
""")
    )
    assert headers(table) == ["Risk ID", "Risk", "Likelihood", "Impact", "Score", "Owner", "Response"]


def test_numbers_under_the_header_are_help() -> None:
    """A row that numbers the columns is no data."""
    assert only(
        found("""
Id | Hot | Sårbarhet | Sannolikhet | Konsekvens | Riskvärde
1 | 2 | 3 | 4 | 5 | 6=4*5
1 | Intrång | Svaga lösenord | 3 | 4 | 12
2 | DDoS | Ingen skyddstjänst | 2 | 3 | 6
""")
    ).data == (3, 4)


def test_a_failure_mode_analysis_has_its_ratings_twice() -> None:
    """A hospital's FMEA rates before and after with the same headers: all columns stay, in order."""
    table = only(
        found("""
Process Step | Failure Mode | Effects | SEV | Causes | OCC | Controls | DET | RPN | Action | Resp. | SEV | OCC | DET | RPN
Admit patient | Wrong id | Wrong treatment | 9 | Manual entry | 3 | Wristband | 4 | 108 | Scan | Ward | 9 | 1 | 2 | 18
Give drug | Wrong dose | Harm | 10 | Misread | 2 | Double check | 3 | 60 | Pump | Ward | 10 | 1 | 2 | 20
""")
    )
    assert len(table.columns) == 15


def test_categories_in_a_column_of_their_own() -> None:
    """An area alone in the first column is a category of the rows that leave that column empty."""
    table = only(
        found("""
Område | Risk | Sannolikhet | Konsekvens | Åtgärd
Personal
 | Sjukfrånvaro ökar | Hög | Medel | Vikarier
 | Nyckelperson slutar | Medel | Hög | Dokumentation
Lokaler
 | Brand | Låg | Hög | Larm
""")
    )
    assert (table.data, table.categories[6]) == ((3, 4, 6), "Lokaler")


def test_a_matrix_with_the_risks_written_in_it_is_a_drawing() -> None:
    """Levels against levels with risk numbers where they cross are a drawing."""
    layout = found("""
Sannolikhet/Konsekvens | Försumbar | Lindrig | Kännbar | Allvarlig
Mycket hög | | R3 | |
Hög | R1 | | R2, R4 |
Medel | | | | R7
Låg | | R5 | |
""")
    assert set(layout.loose.values()) == {"drawn_matrix"}


def test_lettered_categories_with_subtotals() -> None:
    """“A | Strategic risks” over A1 and A2 is a category, and the subtotal under them a total."""
    table = only(
        found("""
Ref | Risk | Likelihood | Impact | Score
A | Strategic risks
A1 | Loss of funding | 3 | 5 | 15
A2 | Reputation damage | 2 | 4 | 8
 | Subtotal | | | 23
B | Operational risks
B1 | Flood | 2 | 4 | 8
 | Subtotal | | | 8
 | Grand total | | | 31
""")
    )
    assert (table.data, dict(table.categories)) == ((3, 4, 7), {3: "Strategic risks", 4: "Strategic risks", 7: "Operational risks"})


def test_a_danish_assessment_with_its_author_in_the_title_row() -> None:
    """A Danish risikovurdering names its author beside the title and its groups of systems between the rows."""
    layout = found("""
Risikovurdering | | | | | Udfyldt af: | Mette
Nr. | Trussel | Sårbarhed | Sandsynlighed | Konsekvens | Risiko | Handling
Kritiske systemer
1 | Ransomware | Manglende patch | Høj | Meget høj | Rød | Patch
2 | Nedbrud | Gammel server | Middel | Høj | Gul | Ny server
Øvrige systemer
3 | Tyveri | Ulåst dør | Lav | Lav | Grøn | Lås
""")
    table = only(layout)
    assert (table.header_rows, table.data, table.categories[7]) == ((2,), (4, 5, 7), "Øvrige systemer")
    assert layout.loose["Blad1", "G1"] == "form"


def test_a_count_below_after_a_gap_is_a_total() -> None:
    """“Totalt antal risker: 3” some rows below is a total, not a note."""
    layout = found("""
Nr | Risk | S | K | Åtgärd
1 | Elavbrott | 3 | 4 | Reservkraft
2 | Brand | 1 | 5 | Larm

Totalt antal risker: | 2
""")
    assert layout.loose["Blad1", "B5"] == "total"


def test_a_legend_to_the_left_of_the_register_is_a_note() -> None:
    """Colours explained to the left of the register do not become its first column."""
    layout = found("""
Legend | | ID | Title | Prob | Imp | Score | Response
High | | 1 | Vendor late | 3 | 4 | 12 | Contract
Medium | | 2 | Budget cut | 2 | 5 | 10 | Reserve
Low | | 3 | Key staff | 3 | 3 | 9 | Train
 | | 4 | Scope creep | 4 | 3 | 12 | Change board
""")
    assert (headers(only(layout))[0], layout.loose["Blad1", "A2"]) == ("ID", "note")


def test_a_workbook_read_from_a_file_keeps_its_merged_groups() -> None:
    """What reading gives of a real file is enough: merged groups, formulas and hidden rows included."""
    book = openpyxl.Workbook()
    rows = [["Riskregister"], ["Nr", "Risk", "Bedömning", None], [None, None, "S", "K"], [1, "Elavbrott", 3, 4], [2, "Brand", 1, 5]]
    for row in rows:
        book.active.append(row)
    for merged in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
        book.active.merge_cells(merged)
    book.active.row_dimensions[5].hidden = True
    content = io.BytesIO()
    book.save(content)
    table = only(tables.find(reading.read(content.getvalue(), file="svar.xlsx")))
    assert (table.header_rows, table.data, headers(table)) == ((2, 3), (4, 5), ["Nr", "Risk", "Bedömning / S", "Bedömning / K"])


def test_a_sentence_between_the_rows_is_a_note() -> None:
    """A long remark merged over the table between two risks is a note and no category."""
    layout = found(
        """
ID | Risk | L | I | Owner
1 | Vendor late | 3 | 4 | Bo
The vendor has told us that delivery will be at least two months late because of a strike in the port
2 | Budget cut | 2 | 5 | Al
""",
        merged="A3:E3",
    )
    assert (only(layout).data, dict(only(layout).categories), layout.loose["Blad1", "A3"]) == ((2, 4), {}, "note")


def test_counts_above_the_register_are_a_summary() -> None:
    """A dashboard's counts above the risks are no register, and do not take the header's place."""
    layout = found("""
Risk register – project X
Total risks | Open | Closed | High
12 | 8 | 4 | 2

ID | Description | Category | Probability | Impact | Score | Owner | Status
1 | Vendor late | Supply | 3 | 4 | 12 | Bo | Open
2 | Budget cut | Finance | 2 | 5 | 10 | Al | Open
""")
    assert (only(layout).header_rows, layout.loose["Blad1", "B3"]) == ((5,), "summary")


def test_a_treatment_plan_has_a_form_above_its_measures() -> None:
    """One risk's plan: the fields above are a form, the measures below a table."""
    layout = found("""
Risk treatment plan
Risk ID: | R-01 | Owner: | Bo
Risk description: | Ransomware in finance
Treatment option: | Mitigate

Action | Responsible | Deadline | Cost | Status
Backups offline | IT | 2027-03-01 | 10000 | Open
MFA | IT | 2027-04-01 | 0 | Done
""")
    assert (only(layout).data, layout.loose["Blad1", "B3"]) == ((7, 8), "form")
