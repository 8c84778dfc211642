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


def test_labels_in_other_places_begin_another_table() -> None:
    """A row that repeats most labels, but holds one of them in another column, is the header of a table of its own."""
    tables = found("""
Nr | Risk | Värde | Strategi | Åtgärd | Läge
1 | Elavbrott | 12 | Minska | Reservkraft | Öppen
2 | Brand i arkivet | 5 | Minska | Larm | Öppen
3 | Storm över kusten | 4 | Godta | Röjning | Stängd
Nr | Risk | Värde | Åtgärd | Läge
4 | Läckage i tunneln | 8 | Ny pump | Planerad
5 | Ras i slänten | 6 | Stödmur | Planerad
""").tables
    assert [(table.header_rows, table.data) for table in tables] == [((1,), (2, 3, 4)), ((5,), (6, 7))]
    assert [column.cell.ref for column in tables[1].columns if column.header == "Åtgärd"] == ["D5"]


def test_a_header_repeated_in_part_is_the_same_table() -> None:
    """A row that repeats most labels in their own columns is the header once more, whatever the others say."""
    table = only(
        found("""
Nr | Risk | Sannolikhet | Konsekvens | Åtgärd
1 | Elavbrott | 3 | 4 | Reservkraft
Nr | Risk | Sannolikhet | Konsekvens | Åtgärder
2 | Brand i arkivet | 1 | 5 | Larm
""")
    )
    assert (table.kinds[3], table.data) == ("header", (2, 4))


def test_a_title_far_to_the_right_is_no_column() -> None:
    """One cell far beside the header is the title of the table under it, which begins with labels of its own, and has its columns."""
    layout = found("""
Nr | Risk | Sannolikhet | Konsekvens | | | | Skede 1
1 | Elavbrott i huset | 3 | 4 | | | | |
2 | Brand i arkivet | 1 | 5 | | | | Nr | Risk | Sannolikhet | Konsekvens
3 | Storm över kusten | 2 | 2 | | | | 7 | Läckage i tunneln | 2 | 4
4 | Översvämning | 2 | 3 | | | | 8 | Ras i slänten | 1 | 5
""")
    assert [(headers(table), table.header_rows) for table in layout.tables] == [
        (["Nr", "Risk", "Sannolikhet", "Konsekvens"], (1,)),
        (["Nr", "Risk", "Sannolikhet", "Konsekvens"], (3,)),
    ]
    assert layout.loose["Blad1", "H1"] == "note"


def test_a_label_far_to_the_right_has_its_column() -> None:
    """One cell far beside the header, with values right under it, is the label of a column."""
    table = only(
        found("""
Risk | Sannolikhet | Konsekvens | | | | Anmärkning
Elavbrott i huset | 3 | 4 | | | | Åskan slår ner ibland
Brand i arkivet | 1 | 5 | | | | Gamla ledningar
Storm över kusten | 2 | 2 | | | |
""")
    )
    assert headers(table) == ["Risk", "Sannolikhet", "Konsekvens", "Anmärkning"]


def test_a_sum_among_the_labels_under_groups_is_no_hindrance() -> None:
    """A computed number beside the labels under merged groups does not make their row one with data, and is no label itself."""
    table = only(
        found(
            """
Nr | Händelse | Idag | | Sedan | | Kostnad
 | | S | K | S | K | =0
1 | Elavbrott i huset | 3 | 4 | 2 | 4 | 10
2 | Brand i arkivet | 1 | 5 | 1 | 3 | 20
3 | Storm över kusten | 2 | 2 | 1 | 2 | 30
""",
            merged="A1:A2 B1:B2 C1:D1 E1:F1",
        )
    )
    assert (table.header_rows, table.data) == ((1, 2), (3, 4, 5))
    assert headers(table)[2:] == ["Idag / S", "Idag / K", "Sedan / S", "Sedan / K", "Kostnad"]


def test_computed_rows_under_groups_are_data() -> None:
    """A row of which most is computed holds no labels, though the groups over it are merged."""
    table = only(
        found(
            """
Nr | Händelse | Idag | | Sedan |
1 | Elavbrott i huset | =Låg | =Hög | =Låg | =Låg
2 | Brand i arkivet | =Låg | =Hög | =Låg | =Hög
3 | Storm över kusten | =Hög | =Låg | =Låg | =Låg
""",
            merged="C1:D1 E1:F1",
        )
    )
    assert (table.header_rows, table.data) == ((1,), (2, 3, 4))


def test_fields_over_a_header_in_an_unknown_language_are_no_table() -> None:
    """Rows of a label and what is filled in, down to a row twice as wide, lose to it though no word of it is known."""
    layout = found("""
Projekt | Riskanalys
Datum | 2027-12-04
Mavzu nomi | Topildi | Guruh | Holat | Xodim
Elektr | 2027-01-01 | Bino | Ochiq | Anna
Yong‘in | 2027-02-01 | Arxiv | Kutilmoqda | Per
Toshqin | 2027-03-01 | Ombor | Yopiq | Eva
""")
    assert (only(layout).header_rows, only(layout).data) == ((3,), (4, 5, 6))
    assert layout.loose["Blad1", "B2"] == "title"


def test_a_narrow_table_right_above_a_wide_one_is_found() -> None:
    """A table of a name and a number, right above a wider one, is found beside being no header of it."""
    tables = found("""
Risk | Sannolikhet
Elavbrott i huset | 3
Brand i arkivet | 1
Storm över kusten | 2
Åtgärd | Ansvarig | Klart | Kostnad | Läge
Reservkraft | Per | 2027-05-01 | 10 | Öppen
Larm | Eva | 2027-06-01 | 20 | Öppen
Röjning | Per | 2027-07-01 | 30 | Stängd
""").tables
    assert [(table.header_rows, table.data) for table in tables] == [((1,), (2, 3, 4)), ((5,), (6, 7, 8))]


def test_fields_stacked_over_the_header_are_no_groups() -> None:
    """Two rows over the header that are alike in form, with a label of one column over the header's own, are a form's fields."""
    layout = found(
        """
Projekt | Flytten till nya huset
Ledare | A Berg
Nr | Händelse | Orsak | Sannolikhet | Konsekvens | Åtgärd
1 | Försenad flytt | Brist på bilar | 2 | 3 | Boka tidigt
2 | Skadat arkiv | Slarv | 1 | 5 | Packa om
3 | Fel i nätet | Gammal kabel | 3 | 4 | Prova först
""",
        merged="B1:C1 B2:C2",
    )
    assert only(layout).header_rows == (3,)
    assert headers(only(layout))[1:3] == ["Händelse", "Orsak"]
    assert [layout.loose["Blad1", ref] for ref in ("A1", "B1", "A2", "B2")] == ["title"] * 4


def test_groups_in_two_languages_are_groups() -> None:
    """Two rows of wide groups that are alike in form are groups: no label of one column stands among them."""
    table = only(
        found(
            """
 | Idag | | Sedan |
 | Today | | Later |
Händelse | S | K | S | K
Försenad flytt | 2 | 3 | 1 | 3
Skadat arkiv | 1 | 5 | 1 | 4
""",
            merged="B1:C1 D1:E1 B2:C2 D2:E2",
        )
    )
    assert headers(table) == ["Händelse", "Idag / Today / S", "Idag / Today / K", "Sedan / Later / S", "Sedan / Later / K"]


def test_a_field_beside_a_title_is_no_group() -> None:
    """”Grupp: Norra” in one column, with nothing but a title beside it, is a field and no group."""
    table = only(
        found("""
Grupp: Norra | | Riskanalys | |
Medlem | Risk | Chans | Verkan | Åtgärd
Per | Elavbrott i huset | 3 | 4 | Reservkraft
Eva | Brand i arkivet | 1 | 5 | Larm
""")
    )
    assert (table.header_rows, headers(table)[:2]) == ((2,), ["Medlem", "Risk"])


def test_a_wide_group_may_hold_a_colon() -> None:
    """”Idag: före åtgärd” over several columns, beside another group, is a group."""
    table = only(
        found(
            """
 | | Idag: före åtgärd | | Sedan |
Nr | Händelse | S | K | S | K | Åtgärd
1 | Försenad flytt | 2 | 3 | 1 | 3 | Boka tidigt
2 | Skadat arkiv | 1 | 5 | 1 | 4 | Packa om
""",
            merged="C1:D1 E1:F1",
        )
    )
    assert headers(table)[2:5:2] == ["Idag: före åtgärd / S", "Sedan / S"]


def test_a_cell_that_ends_amidst_a_label_is_no_group() -> None:
    """A title over three columns, of which the last is in the midst of a wide label, groups nothing."""
    table = only(
        found(
            """
Medlem | Diagram | | | | |
Namn | | Risk | | Chans | Åtgärd | Klart
Per | | Elavbrott i huset | | 3 | Reservkraft | 2027-05-01
Eva | | Brand i arkivet | | 1 | Larm | 2027-06-01
""",
            merged="A2:B2 B1:C1 C2:D2 A3:B3 C3:D3 A4:B4 C4:D4",
        )
    )
    assert table.header_rows == (2,)


def test_a_sign_for_number_is_a_label() -> None:
    """”№” is a label as ”Nr” is: two words beside it are not enough to tell a header."""
    table = only(
        found("""
№ | Kvar att göra | Färdigt
1 | Ny pump i tunneln | Ja
2 | Stödmur vid slänten | Nej
3 | Larm i arkivet | Efter sommaren
4 | Nya lås i skolan |
5 | Tak på förrådet |
""")
    )
    assert (table.header_rows, table.data) == ((1,), (2, 3, 4, 5, 6))


def test_yes_and_no_draw_no_matrix() -> None:
    """Rows that no header explains, of which one column is ticked or not, are asked about and no drawn matrix."""
    cells = {}
    for row in range(1, 9):
        for column, value in enumerate(
            (row % 3 == 0, row % 2 == 0, f"en text nummer {row} som är så lång att ingen tar den för rubrik " * 2), 1
        ):
            cells[row, column] = Cell(row, column, value)
    layout = find(Book((Sheet("Blad1", False, cells),)))
    assert [len(table.columns) for table in layout.tables] == [3]
    assert "drawn_matrix" not in layout.loose.values()


def test_the_same_word_in_many_columns_is_help() -> None:
    """A row under the header that says one thing in several columns, as a button does, is no risk; the same level is."""
    drawn = """
Område | Händelse | Sannolikhet | Konsekvens | Åtgärd
 | {word} | {word} | {word} |
Lokaler | Elavbrott i huset | Låg | Hög | Reservkraft
Arkiv | Brand i förrådet | Låg | Hög | Larm
"""
    assert only(found(drawn.format(word="HJÄLP"))).kinds[2] == "help"
    assert only(found(drawn.format(word="Låg"))).kinds[2] == "data"


def test_a_total_written_over_the_table_needs_no_number() -> None:
    """A word for a total, written over half of the columns, sums whatever stands beside it."""
    layout = found(
        """
Nr | Händelse | Orsak | Sannolikhet | Konsekvens | Värde | Åtgärd
1 | Elavbrott i huset | Åska | 3 | 4 | 12 | Reservkraft
2 | Brand i arkivet | Slarv | 1 | 5 | 5 | Larm
Summa | | | | | Samlad risk |

1 | liten
2 | stor
3 | mycket stor
""",
        merged="A4:E4 F4:G4",
    )
    assert (layout.tables[0].data, layout.loose["Blad1", "A4"], layout.loose["Blad1", "F4"]) == ((2, 3), "total", "total")


def test_a_block_without_a_header_takes_no_cell_of_a_table() -> None:
    """A filled block that is asked about has none of the cells of a table beside it, though a note stands over that."""
    words = " | ".join(["en text som är så lång att ingen kan tro att den är en rubrik i en tabell av vanligt slag"] * 4)
    layout = found(f"""
Åtgärd | Ansvarig | Klart
Reservkraft | Per | 2027-05-01
Larm | Eva | 2027-06-01

Kommer från förra året | | | | | {words}
Nr | Risk | Sannolikhet | | | {words}
1 | Elavbrott i huset | 3 | | | {words}
2 | Brand i arkivet | 1 | | | {words}
3 | Storm över kusten | 2 | | | {words}
""")
    columns = [{number for column in table.columns for number in column.numbers} for table in layout.tables]
    assert columns == [{1, 2, 3}, {1, 2, 3}, {6, 7, 8, 9}]
    assert layout.loose["Blad1", "A5"] == "note"
