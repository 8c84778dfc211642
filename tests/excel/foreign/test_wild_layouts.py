"""Tables as they are drawn in real workbooks: merged groups, titles with fields, gaps, legends and what is no note."""

from __future__ import annotations

from sheets import found, headers, only

from krokomrsa.excel.foreign.finding.tables import find
from krokomrsa.excel.reading import Book, Cell, Sheet


def test_a_number_column_behind_a_gap_belongs_to_the_labels_beside_it() -> None:
    """A column of numbers, an empty column, and the rest of the header are one table."""
    table = only(
        found("""
Löpnr | | Vad kan hända | Sannolikhet | Konsekvens
1 | | Vattenläcka i arkivet | 2 | 4
2 | | Brand i ställverket | 1 | 5
3 | | Snö på taket | 3 | 3
""")
    )
    assert headers(table) == ["Löpnr", "Vad kan hända", "Sannolikhet", "Konsekvens"]


def test_columns_with_gaps_between_all_of_them_are_one_table() -> None:
    """Every second column is empty, and the group to the left stands on its first row only."""
    table = only(
        found("""
Område | | Nummer | | Vad kan hända | | | Sannolikhet | | Konsekvens
Personal | | 1 | | Nyckelperson slutar | | | 3 | | 4
 | | 2 | | Många blir sjuka samtidigt | | | 4 | | 3
 | | 3 | | Vikarier saknas i sommar | | | 2 | | 3
Lokaler | | 4 | | Fukt i källaren | | | 2 | | 2
""")
    )
    assert [column.cell.ref for column in table.columns] == ["A1", "C1", "E1", "H1", "J1"]
    assert table.data == (2, 3, 4, 5)


def test_a_legend_under_the_table_does_not_split_its_columns() -> None:
    """A legend in the last columns, below a gap, says nothing of where the table's columns end."""
    tables = found("""
Risk | Sannolikhet | | Konsekvens | Åtgärd
Elavbrott | 3 | | 4 | Reservkraft
Brand | 1 | | 5 | Larm
Storm | 2 | | 2 | Röjning

 | | | 1 | Mycket liten
 | | | 2 | Liten
 | | | 3 | Stor
""").tables
    assert headers(tables[0]) == ["Risk", "Sannolikhet", "Konsekvens", "Åtgärd"]


def test_labels_under_a_group_that_starts_in_the_first_column_are_the_header() -> None:
    """The first group is merged over its labels from the table's first column on."""
    table = only(
        found(
            """
Risker | | | Bedömning | | Hantering
Beteckning | Vad kan hända | Orsak | Sannolikhet | Konsekvens | Åtgärd
A1 | Elavbrott | Åska | Låg | Hög | Reservkraft
A2 | Brand | Fel i elen | Låg | Hög | Larm
A3 | Storm | Väder | Hög | Låg | Röjning
""",
            merged="A1:C1 D1:E1",
        )
    )
    assert (table.header_rows, table.data) == ((1, 2), (3, 4, 5))
    assert headers(table)[1] == "Risker / Vad kan hända"


def test_labels_beside_those_merged_down_are_the_header() -> None:
    """Where every other label is merged down over a row, that row holds labels, however long they are."""
    table = only(
        found(
            """
Nr | Händelse | Bedömning idag | | Åtgärd
 | | Hur sannolikt är det att det händer under de närmaste fem åren | Hur allvarligt blir det för dem som berörs |
1 | Elavbrott | 3 | 4 | Reservkraft
2 | Brand | 1 | 5 | Larm
""",
            merged="A1:A2 B1:B2 C1:D1 E1:E2",
        )
    )
    assert (table.header_rows, table.data) == ((1, 2), (3, 4))


def test_a_title_with_merged_fields_is_no_header() -> None:
    """A title over several columns with a name and a date beside it loses to the wide row of labels below."""
    table = only(
        found(
            """
Riskanalys flytten | | | Projektledare: A Berg | | | Utgåva 3
Sammanställd av arbetsgruppen
Nr | Händelse | Sannolikhet | Konsekvens | Åtgärd | Ansvarig | Läge
1 | Försenad flytt | 2 | 3 | Boka tidigt | Per | Öppen
2 | Skadat arkiv | 1 | 5 | Packa om | Eva | Öppen
3 | Fel i nätet | 3 | 4 | Prova först | Per | Stängd
""",
            merged="A1:C1 D1:F1 A2:G2",
        )
    )
    assert (table.header_rows, table.data) == ((3,), (4, 5, 6))


def test_help_that_tells_to_use_a_scale_is_no_risk() -> None:
    """A row that says how each column is filled in is help, in whatever words."""
    table = only(
        found("""
Risk ID | Risk Statement | Risk Owner | Probability | Impact | Response
Give a number | Use the format cause, event, effect | Name of the person in charge | Use the scale below | Use the scale below | Clearly state the plan
1 | If the lease ends we must move | Manager | Low | High | Find rooms
2 | If prices rise we must save | Manager | High | Low | Make a budget
""")
    )
    assert (table.kinds[2], table.data) == ("help", (3, 4))


def test_a_long_sheet_called_matrix_is_no_drawn_matrix() -> None:
    """A sheet named as a matrix with thirty coded rows is a table."""
    rows = "\n".join(f"F{number} | {number % 5 + 1} | {number % 4 + 1}" for number in range(1, 31))
    table = only(found(f"\nRisk Factors | Impact | Probability\n{rows}\n", name="Risk Matrix"))
    assert len(table.data) == 30


def test_a_filled_block_is_never_a_note() -> None:
    """Three rows and three columns of text that no header explains are asked about, not passed over."""
    cells = {
        (row, column): Cell(
            row, column, f"text om något annat {row} {column} som är långt och ingen rubrik alls i en tabell av vanligt slag"
        )
        for row in range(1, 6)
        for column in range(1, 5)
    }
    layout = find(Book((Sheet("Blad1", False, cells),)))
    assert [len(table.columns) for table in layout.tables] == [4]
    assert "note" not in layout.loose.values()


def test_what_is_under_a_rejected_pair_is_searched() -> None:
    """Two labels and a value above the register do not hide it."""
    tables = found("""
Kund | Beställare
Norra | Anna
Riskregister
Nr | Risk | Sannolikhet | Konsekvens
1 | Elavbrott | 3 | 4
2 | Brand | 1 | 5
3 | Storm | 2 | 2
""").tables
    assert [headers(table) for table in tables][-1] == ["Nr", "Risk", "Sannolikhet", "Konsekvens"]


def test_fields_with_what_is_filled_in_are_no_groups() -> None:
    """”Utgåva: 4” above the header, merged over a few columns, is a field of a form and no group."""
    table = only(
        found(
            """
Plan: Flytten till nya huset | | | Ledare: A Berg | | Utgåva: 4
Nr | Händelse | Orsak | Sannolikhet | Konsekvens | Åtgärd
1 | Försenad flytt | Brist på bilar | 2 | 3 | Boka tidigt
2 | Skadat arkiv | Slarv | 1 | 5 | Packa om
""",
            merged="A1:C1 D1:E1",
        )
    )
    assert headers(table) == ["Nr", "Händelse", "Orsak", "Sannolikhet", "Konsekvens", "Åtgärd"]


def test_a_few_labels_of_their_own_do_not_hide_those_under_groups() -> None:
    """Crosses stand under levels in two wide groups; one column beside them has a label in both rows."""
    table = only(
        found(
            """
Händelse | Sannolikhet | | | Konsekvens | | | Grund
 | Låg | Medel | Hög | Liten | Måttlig | Stor | Motivering
Elavbrott i huset | X | | | | X | | Åskan slår ner ibland
Brand i ett förråd | | X | | | | X | Gamla ledningar i väggen
Storm över kusten | | | X | X | | | Det blåser varje höst
""",
            merged="B1:D1 E1:G1",
        )
    )
    assert (table.header_rows, table.data) == ((1, 2), (3, 4, 5))
    assert headers(table) == ["Händelse", "Sannolikhet", "Konsekvens", "Grund / Motivering"]
