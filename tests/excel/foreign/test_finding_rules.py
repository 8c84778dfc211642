"""What the finding of tables leaves out to be quick changes nothing: each shortened rule against the same rule without shortening."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.excel.foreign.finding import area, body, headers, nonregisters, rowkinds, spans
from krokomrsa.excel.foreign.finding.words import bare, begins, may_begin, plain, words
from krokomrsa.excel.foreign.model import Table
from krokomrsa.excel.foreign.understanding.synonyms import known
from krokomrsa.excel.reading import Cell, Sheet

HEADER = ("Nr", "Risk", "Sannolikhet", "Konsekvens", "Åtgärd")
WORDS = (
    *HEADER,
    "Elavbrott",
    "R-01",
    "A1",
    "12/3",
    "2027-05-15",
    "3,5",
    "5 %",
    "x",
    "?",
    "Summa",
    "12 Totalt",
    "Summa: 3",
    "(ange här)",
    " ",
    "²1",
    "a" * 90,
)
VALUES = st.one_of(st.sampled_from(WORDS), st.integers(0, 6), st.booleans(), st.none(), st.text("aÅß²٣01 -./:_%<\n", max_size=14))
_CODE = re.compile(r"[^\W\d_]{0,5}[-_.:/ ]?[^\W\d_]{0,4}[-_.:/ ]?\d[\w.:/-]*")


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Draw a sheet with a header, rows under it of which some repeat it, and columns beside it that have no label."""
    width = draw(st.integers(2, 5))
    lines: list[tuple[Any, ...]] = [HEADER[:width]]
    usual = (1, "Elavbrott", 3, 4, "Reservkraft")[:width]
    for _ in range(draw(st.integers(1, 9))):
        kind = draw(st.integers(0, 5))
        line = lines[0] if kind == 0 else usual if kind < 4 else draw(st.tuples(*[VALUES] * width))
        lines.append((*line, *draw(st.lists(VALUES, max_size=2))))
    values = {(row, column): value for row, line in enumerate(lines, 3) for column, value in enumerate(line, 2)}
    computed, wrong = (draw(st.sets(st.sampled_from(list(values)), max_size=3)) for _ in range(2))
    cells = {place: Cell(*place, value, formula=place in computed, error=place in wrong) for place, value in values.items()}
    merged = draw(st.sampled_from(((), ((3, 2, 3, 3),), ((1, 1, 1, 9999),))))
    places = draw(st.permutations(list(cells)))
    return Sheet("Blad1", False, {place: cells[place] for place in places}, merged=merged)


def _found(sheet: Sheet) -> tuple[area.Area, body.Body] | None:
    """Return a sheet's cells, and what stands under its first row."""
    cells = area.whole(sheet)
    header = cells.numbers[:1]
    if not header or len(cells.numbers) == 1:
        return None
    return cells, body.body(cells, header, spans.extent(cells, header, cells.after(header[0])))


@given(st.one_of(st.sampled_from(WORDS), st.text(max_size=14), st.text("aÅß²٣01 -./:_%<\n", max_size=14)))
def test_the_shape_of_a_text_is_the_first_rule_that_fits(value: str) -> None:
    """A text is long, a date, a number, a mark, without letters, a code or a text, in that order, however soon it is known."""
    text = value.strip()
    rules = {
        "long": len(text) > area.LONG,
        "date": area._DATE.fullmatch(text),
        "number": area._NUMBER.fullmatch(text),
        "mark": text.casefold() in words("mark"),
        "other": not any(sign.isalpha() for sign in text),
        "code": _CODE.fullmatch(text),
        "text": True,
    }
    assert area.shape_of(Cell(1, 1, value)) == next(shape for shape, holds in rules.items() if holds)


@given(sheets())
def test_a_sheet_is_its_filled_cells_in_order(sheet: Sheet) -> None:
    """All that is not empty or blank stands in the rows, in order, and so does what is asked for of it."""
    found = area.whole(sheet)
    filled = [place for place in sorted(sheet.cells) if (value := sheet.cells[place].value) is not None and str(value).strip()]
    assert [(row, column) for row in found.numbers for column in found.rows[row]] == filled
    assert all(found.rows[row][column] is sheet.cells[row, column] for row, column in filled)
    some = list(sheet.cells)[::2]
    assert [(cell.row, cell.column) for cell in found.at(some)] == [place for place in filled if place in some]


@given(sheets(), st.integers(1, 8), st.integers(1, 8), st.integers(1, 8), st.integers(0, 8))
def test_a_part_is_what_stands_between_its_edges(sheet: Sheet, first: int, last: int, left: int, right: int) -> None:
    """A part of a sheet holds the cells between its edges, whichever rows lie wholly inside or outside."""
    found = area.whole(sheet)
    inside = [cell for cell in found if first <= cell.row <= last and left <= cell.column <= right]
    assert list(found.part(first=first, last=last, left=left, right=right)) == inside


@given(sheets(), st.sampled_from((0.5, 0.75)))
def test_a_row_fits_by_the_share_of_its_cells(sheet: Sheet, share: float) -> None:
    """A row fits if a share of all its cells are of a usual sort, or stand where nothing is usual."""
    if found := _found(sheet):
        _, under = found
        for row, cells in under.rows.items():
            strange = 0
            for column, cell in cells.items():
                shapes = under.usual[column]
                usual = {shape for shape, count in shapes.items() if count >= 0.2 * shapes.total()} | {"other"}
                strange += len(usual) > 1 and body._sort(cell) not in usual
            assert body._fits(under, row, share) == (strange <= (1 - share) * len(cells))


@given(sheets())
def test_a_row_repeats_the_header_by_the_share_of_its_cells(sheet: Sheet) -> None:
    """A row repeats the header if six cells of ten hold their column's label, and none holds another column's."""
    if found := _found(sheet):
        _, under = found
        for row, cells in under.rows.items():
            same = [column for column, cell in cells.items() if isinstance(cell.value, str) and plain(cell.value) in under.labels[column]]
            moved = [column for column in cells.keys() - same if plain(cells[column].value) in set[str]().union(*under.labels.values())]
            assert body.repeats(under, row) == (len(cells) > 1 and len(same) >= 0.6 * len(cells) and not moved)


@given(sheets())
def test_rows_that_repeat_the_header_are_known_from_the_search_for_the_end(sheet: Sheet) -> None:
    """With columns beside it that have no label, a table's rows are what they are if every row is looked at once more."""
    if found := _found(sheet):
        cells, under = found
        rows, again = body.extent(under, known, first=cells.numbers[0])
        wider = body.body(cells, cells.numbers[:1], spans.attached(cells, list(under.columns), tuple(rows)))
        assert rowkinds.kinds(wider, rows, again) == rowkinds.kinds(wider, rows, set(rows))


@given(sheets())
def test_rows_that_are_data_beyond_doubt_are_what_they_are_if_every_cell_is_looked_at(sheet: Sheet) -> None:
    """A table ends where it does, and each row is what it is, if no row is known to be data before all rules have been asked."""
    if found := _found(sheet):
        cells, under = found
        doubted = replace(under, regular=defaultdict(bool))
        rows, again = body.extent(under, known, first=cells.numbers[0])
        assert (rows, again) == body.extent(doubted, known, first=cells.numbers[0])
        assert rowkinds.kinds(under, rows, again) == rowkinds.kinds(doubted, rows, again)


def test_usual_rows_are_data_beyond_doubt() -> None:
    """Of three hundred rows, only the one that sums is looked at cell by cell."""
    lines: list[tuple[object, ...]] = [HEADER, *[(f"R-{row}", f"Elavbrott {row}", row % 5, 3, "Pump") for row in range(300)]]
    lines.append(("Summa", None, 600, 900, "Pump"))
    cells = {(row, column): Cell(row, column, value) for row, line in enumerate(lines, 1) for column, value in enumerate(line, 1)}
    under = body.body(area.whole(Sheet("Blad1", False, cells)), (1,), list(range(1, 6)))
    assert [row for row in under.rows if not under.regular[row]] == [302]


@given(sheets())
def test_a_header_is_the_best_row_if_every_row_is_weighed(sheet: Sheet) -> None:
    """No row that is left out because it cannot be clearly better would have been."""
    cells = area.whole(sheet)
    found = headers.best(cells, known)
    with patch.object(headers, "_HIGHEST", math.inf):
        assert found == headers.best(cells, known)


@given(
    st.sampled_from(("total", "help")),
    st.one_of(st.sampled_from(sorted(words("total") | words("help"))), st.text("aisuſß \t"), st.text()),
    st.text(),
)
def test_a_text_begins_with_a_word_if_any_word_begins_it(kind: str, text: str, rest: str) -> None:
    """The first letters never rule out a text that begins with a word."""
    compared = plain(text + rest)
    assert begins(compared, kind) == any(compared.startswith(word) for word in words(kind))
    assert may_begin((text + rest).lstrip(), kind) or not begins(compared, kind)


@given(
    st.one_of(
        st.sampled_from(WORDS), st.tuples(st.sampled_from(("", "1. ", "²", "x ")), st.sampled_from(sorted(words("total")))).map("".join)
    )
)
def test_only_a_text_that_begins_with_a_word_for_it_is_a_total(text: str) -> None:
    """A row is no total unless its text, without what stands before its first letter, begins with a word for one."""
    sheet = Sheet(
        "Blad1", False, {(1, 1): Cell(1, 1, "Risk"), (1, 2): Cell(1, 2, "Antal"), (2, 1): Cell(2, 1, text), (2, 2): Cell(2, 2, 3)}
    )
    cells = area.whole(sheet)
    if len(cells.numbers) > 1 and area.is_label(sheet.cells[2, 1]):
        word = bare(text)
        total = word in words("total")
        assert body.is_total(body.body(cells, (1,), [1, 2]), 2, []) == total


@given(sheets(), st.sampled_from(("mark", "number", "text")))
def test_a_column_is_constant_if_all_its_cells_are_of_one_shape(sheet: Sheet, shape: area.Shape) -> None:
    """A column without cells is of no shape; another is of a shape if no cell is of another."""
    cells = area.whole(sheet)
    for column in range(2, 9):
        shapes = {area.shape_of(cell) for cell in cells if cell.column == column}
        assert spans.is_constant(cells, column, cells.numbers, shape) == (shapes == {shape})


@given(sheets())
def test_lists_side_by_side_are_told_by_all_their_cells(sheet: Sheet) -> None:
    """Columns are lists of their own if most are shorter, each without a gap and with different short values."""
    cells = area.whole(sheet)
    if len(cells.numbers) < 2:
        return
    header, *data = cells.numbers
    columns = spans.columns_of(cells, (header,), list(range(2, 9)), tuple(data))
    table = Table(sheet=sheet, header_rows=(header,), columns=columns, kinds=dict.fromkeys(data, "data"))
    lists = [
        found for column in columns if (found := {row: cells.rows[row][column.number] for row in data if column.number in cells.rows[row]})
    ]
    shorter = [found for found in lists if len(found) < 0.75 * max(map(len, lists))]
    texts = [[plain(cell.value) for cell in found.values()] for found in lists]
    ragged = (
        len(shorter) * 2 >= len(lists)
        and len(shorter) >= min(2, len(lists) - 1)
        and all(list(found) == data[: len(found)] for found in lists)
        and all(len(set(found)) == len(found) and max(map(len, found)) <= 60 for found in texts)
    )
    assert nonregisters._is_ragged(cells, table) == (len(lists) < 2 or ragged)
