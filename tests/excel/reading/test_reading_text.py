"""Text with separators: its encoding and separator are found and told, and no value is changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import reading
from krokomrsa.excel.reading import Book, delimited

TABLE = "Händelse;Sannolikhet;Ägare\nElavbrott, långt;3,5;Åsa\nÖversvämning;4;Örjan\n"


def _read(content: bytes, file: str = "svar.csv") -> Book:
    return reading.read(content, file=file)


def _values(book: Book) -> list[list[object]]:
    return [[cell.value for cell in cells] for _, cells in sorted(book.sheets[0].rows().items())]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-1", "mac_roman", "cp850"]
)
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_encoding_and_separator_are_found(encoding: str, separator: str) -> None:
    """Read Swedish letters and fields from every encoding and separator that offices use, a decimal comma as it stands."""
    book = _read(TABLE.replace(";", separator).encode(encoding))
    assert _values(book) == [["Händelse", "Sannolikhet", "Ägare"], ["Elavbrott, långt", "3,5", "Åsa"], ["Översvämning", "4", "Örjan"]]
    assert book.format == "csv"
    assert book.told[0].kind == "notice"


@pytest.mark.parametrize(
    ("text", "separator", "said"),
    [
        ('a,b\n"x, y",2\n', ",", "komma"),
        ("a;b\n1,5;2,5\n1,7;2,7\n", ";", "semikolon"),
        ("a,b\n1.5,2\n", ",", "komma"),
        ("1,5\n2,5\n", None, "ingenting"),
        ("Bara en rad\nTill\n", None, "ingenting"),
    ],
)
def test_the_separator_is_told(text: str, separator: str | None, said: str) -> None:
    """Choose what gives every record as many fields, but no decimal comma, and say which."""
    assert delimited.separator_of(text) == separator
    assert said in _read(text.encode()).told[0].problem
    assert "UTF-8" in _read(text.encode()).told[0].problem


def test_the_separator_that_excel_writes_first_is_obeyed() -> None:
    """Take the separator from a first line such as sep=^, which is no row, as Excel does."""
    assert _values(_read(b"sep=^\r\na^b\r\n1^2\r\n")) == [["a", "b"], ["1", "2"]]


def test_nothing_is_stripped_or_interpreted() -> None:
    """Keep spaces, leading zeros, formulas, dates and line breaks within quotes as texts."""
    text = ' a ;0012;=1+1;2027-03-01\n"rad\nrad";"säg ""hej""";-;\n'
    assert _values(_read(text.encode())) == [[" a ", "0012", "=1+1", "2027-03-01"], ["rad\nrad", 'säg "hej"', "-"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_end_as_windows_unix_and_old_macs_end_them(end: str) -> None:
    """Split rows at every end of line in use."""
    assert _values(_read(f"a;b{end}1;2".encode())) == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize("name", ["svar.tsv", "svar.txt", "svar.csv", "svar"])
def test_a_text_may_have_any_of_the_usual_endings(name: str) -> None:
    """Say nothing of an ending that fits, or of none."""
    assert not any("Filnamnet" in problem.problem for problem in _read(b"a\tb\n1\t2\n", name).told)


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=6), min_size=2, max_size=4), max_size=5
    )
)
def test_what_was_written_is_read(rows: list[list[str]]) -> None:
    """Read back the fields of any text that was written with quotes where they are needed."""
    text = "sep=;\n" + "\n".join(";".join('"' + field.replace('"', '""') + '"' for field in row) for row in rows)
    expected = {(r, c): value for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value}
    assert {place: cell.value for place, cell in _read(text.encode()).sheets[0].cells.items()} == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bytes(range(256)) * 40, "ingen tabell i text"),
        (b"\0" * 5000, "ingen tabell i text"),
        (b"%PDF-1.7\n", "ingen tabell i text"),
        (b"\xff\xfea", "ingen tabell i text"),
        (b'"a;b' + b"x" * 200_000, "längre än 131072 tecken"),
        (b"<html><table><tr><td>x</td></tr></table>", "webbsida"),
        (b'<?xml version="1.0"?><Workbook/>', "webbsida"),
    ],
)
def test_what_is_no_table_of_text_is_refused(content: bytes, said: str) -> None:
    """Refuse binary data, documents and web pages that are called .xls or .csv, and a quote that never ends."""
    with pytest.raises(KrokomrsaError) as refused:
        _read(content, "svar.xls")
    assert said in refused.value.problems[0].problem
    assert refused.value.problems[0].remedy


def test_a_nul_here_and_there_is_kept() -> None:
    """Read a text with a stray NUL, which some systems write for nothing, as it stands."""
    assert _values(_read(b"Risk;Orsak;Verkan och annat som kan vara med\n" * 5 + b"a;b\0;c\n"))[-1] == ["a", "b\0", "c"]
