"""Values of cells: what is read, what is refused and with which advice, and that reading undoes writing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krokomrsa import values
from krokomrsa.values import FIRST_DATE, LAST_DATE, Unreadable, Value
from krokomrsa.vocabulary import Column, load

COLUMNS = [column for table in load() for column in table]
TYPES = {column.type: column for column in reversed(COLUMNS)}
HOURS, YEAR, LEVEL = load()["services"]["tolerable_outage_h"], load()["activities"]["year"], load()["information_assets"]["integrity"]
DAY, ROUTINES, SHARED = load()["services"]["trained_on"], load()["services"]["routines"], load()["resources"]["shared"]
TEXT, SEVERAL, IDS = load()["services"]["name"], load()["activities"]["target_groups"], load()["risks"]["services"]
ANYTHING = st.one_of(
    st.none(),
    st.text(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.just(10**400),
    st.sampled_from(["12,5", "1 000", "ja", "2021-05-03", "vet inte", " ", "; ;", "=1"]),
)


def _refusal(column: Column, raw: object) -> str:
    with pytest.raises(Unreadable) as refused:
        values.read(column, raw)
    (problem,) = refused.value.problems
    assert problem.problem
    assert problem.remedy
    return f"{problem.problem} {problem.remedy}"


def _of(column: Column) -> st.SearchStrategy[Value]:  # noqa: PLR0911 (one for each type)
    """Return the values that a column may hold."""
    low, high = column.min, column.max
    if column.type == "number":
        return st.floats(low if low is not None else -1e15, high if high is not None else 1e15, allow_nan=False)
    if column.type == "integer":
        return st.integers(int(low) if low is not None else -(2**53), int(high) if high is not None else 2**53)
    if column.type == "boolean":
        return st.booleans()
    if column.type == "date":
        return st.dates(FIRST_DATE, LAST_DATE)
    if column.type == "choice":
        return st.sampled_from(list(column.values))
    if column.type == "choices":
        return st.lists(st.sampled_from(list(column.values)), min_size=1, unique=True).map("; ".join)
    texts = (
        st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=";\ufffe\uffff"), min_size=1)
        .map(values.clean)
        .filter(bool)
    )
    return st.lists(texts, min_size=1, unique=True).map("; ".join) if column.type == "references" else texts


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.table}.{column.key}")
@settings(max_examples=15)  # for each of the columns
@given(data=st.data())
def test_reading_a_cell_that_was_written_gives_the_value_back(column: Column, data: st.DataObject) -> None:
    """Read back what was written, for every column."""
    value = data.draw(_of(column))
    assert values.read(column, values.cell(column, value)) == value


@pytest.mark.parametrize("column", TYPES.values(), ids=TYPES)
@given(raw=ANYTHING)
def test_any_cell_is_read_or_refused_and_reading_again_changes_nothing(column: Column, raw: object) -> None:
    """Give a value or a refusal with advice, never another exception; what was read once is read the same again."""
    try:
        found = values.read(column, raw)
    except Unreadable:
        return
    assert values.read(column, values.cell(column, found)) == found
    values.notice(raw, found)
    assert isinstance(values.display(column, found), str)


def test_no_text_holds_a_control_character() -> None:
    """Refuse control characters, halves of signs and what is no sign by its number; a tab, a line's end and every other sign is text."""
    for number in (*range(0x2100), *range(0xD7F0, 0xD810), *range(0xDFF0, 0xE010), *range(0xFFF0, 0x10010)):
        sign = chr(number)
        if number in {0xFFFE, 0xFFFF} or (unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\t\n\r"):
            assert f"U+{number:04X}" in _refusal(TEXT, f"a{sign}b")
        else:
            assert values.read(TEXT, f"a{sign}b") == unicodedata.normalize("NFC", f"a{sign}b".replace("\r", "\n"))


@given(ANYTHING)
def test_anything_is_shown_on_one_short_line(raw: object) -> None:
    """Show whatever stands in a cell without line breaks and without end."""
    line = values.shown(raw)
    assert len(line.splitlines()) <= 1
    assert len(line) <= 120 or isinstance(raw, int)


@pytest.mark.parametrize("column", TYPES.values(), ids=TYPES)
@pytest.mark.parametrize("raw", [None, "", "  ", "\n", "\u00a0"])
def test_an_empty_cell_is_no_value(column: Column, raw: object) -> None:
    """Read nothing as nothing, not as zero, no or an empty text."""
    assert values.read(column, raw) is None
    assert values.cell(column, None) is None
    assert values.display(column, None) == "–"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (0, 0.0),
        (3, 3.0),
        ("0,5", 0.5),
        ("0.5", 0.5),
        (" 48 ", 48.0),
        ("1 000", 1000.0),
        ("1\u00a0000,5", 1000.5),
        ("+3", 3.0),
        (1e300, 1e300),
    ],
)
def test_a_number_is_read_with_comma_or_point_and_spaces_between_thousands(raw: object, expected: float) -> None:
    """Read what people write for a number."""
    assert values.read(HOURS, raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "två dygn",
        "8 h",
        "3-4",
        "ca 4",
        "1.000,5",
        "1e3",
        "½",
        "--1",
        True,
        date(2021, 5, 3),
        float("nan"),
        float("inf"),
        10**400,
        "9" * 400,
    ],
)
def test_what_is_no_number_is_refused_with_the_unit(raw: object) -> None:
    """Guess no number; say which unit is asked for."""
    assert "timmar" in _refusal(HOURS, raw)


def test_a_number_outside_its_limits_is_refused_with_the_limits() -> None:
    """Say the limits, or what the declaration says to do."""
    assert "minst 0" in _refusal(HOURS, -0.5)
    assert "minst 2000 och högst 2100" in _refusal(YEAR, 1999)
    assert "säkerhetsskyddschefen" in _refusal(LEVEL, 4)
    assert values.read(LEVEL, 0) == 0


def test_a_whole_number_is_never_rounded() -> None:
    """Refuse 2021,5; take 2021,0 as 2021."""
    assert "heltal" in _refusal(YEAR, 2021.5)
    found = values.read(YEAR, 2021.0)
    assert (found, type(found)) == (2021, int)


@pytest.mark.parametrize(
    ("raw", "expected"), [(True, True), ("Ja", True), (" x ", True), (1, True), ("nej", False), (0, False), ("N", False)]
)
def test_yes_and_no_are_read_as_people_write_them(raw: object, expected: bool) -> None:  # noqa: FBT001 (a case of the test)
    """Read Ja, x and 1 as yes; Nej and 0 as no."""
    assert values.read(SHARED, raw) is expected


@pytest.mark.parametrize("raw", ["kanske", 2, "ja nej", date(2021, 5, 3)])
def test_what_is_neither_yes_nor_no_is_refused(raw: object) -> None:
    """Guess no answer."""
    assert "Ja eller Nej" in _refusal(SHARED, raw)


@pytest.mark.parametrize("raw", [date(2021, 5, 3), datetime(2021, 5, 3), "2021-05-03", " 2021-05-03 "])  # noqa: DTZ001 (a cell has no zone)
def test_a_day_is_read_as_excel_or_iso_has_it(raw: object) -> None:
    """Read a day, a midnight and ISO text."""
    found = values.read(DAY, raw)
    assert (found, type(found)) == (date(2021, 5, 3), date)


@pytest.mark.parametrize(
    "raw",
    ["hösten 2020", "3/5 2021", "03-05-2021", "2021", 44000, 2021, True, time(12), timedelta(days=1), datetime(2021, 5, 3, 12)],  # noqa: DTZ001 (a cell has no zone)
)
def test_what_is_no_day_is_refused(raw: object) -> None:
    """Guess no date: neither from a number nor from another order of day and month."""
    assert "ÅÅÅÅ-MM-DD" in _refusal(DAY, raw)


@pytest.mark.parametrize("raw", [date(1900, 2, 28), date(2200, 1, 1), "0001-01-01"])
def test_a_day_that_excel_cannot_be_trusted_with_is_refused(raw: object) -> None:
    """Refuse days before March 1900 and far in the future."""
    assert "utanför" in _refusal(DAY, raw)


def test_a_day_that_stands_as_text_is_worth_a_notice() -> None:
    """Tell how a date in text was read; say nothing of a real date, another type, or a word for what nobody knows."""
    told = values.notice("2021-05-03", date(2021, 5, 3))
    assert told is not None
    assert (told.kind, told.value) == ("notice", "2021-05-03")
    assert values.notice(date(2021, 5, 3), date(2021, 5, 3)) is None
    assert values.notice("2021-05-03", "2021-05-03") is None
    assert values.notice("vet inte", None) is None


@pytest.mark.parametrize("raw", ["vet inte", "Vet  Inte", "VET INTE", "unknown", "vet\u00a0inte"])
def test_an_answer_is_known_by_its_label_or_code_whatever_its_capitals(raw: str) -> None:
    """Read label and code, with any capitals and spaces."""
    assert values.read(ROUTINES, raw) == "unknown"


def test_an_answer_that_is_almost_right_is_asked_about() -> None:
    """Ask for what was meant and list what there is; store nothing."""
    said = _refusal(ROUTINES, "Vet ej inte")
    assert "Menade du ”Vet inte”?" in said
    assert "Ja, Nej, Vet inte" in said
    assert "Menade" not in _refusal(ROUTINES, "banan")


def test_dashes_of_any_length_are_the_same() -> None:
    """Know ”1–3” and ”1-3” for the same label."""
    assert values.fold("1\u20133 Dygn") == values.fold("1-3  dygn") == values.fold("1\u22123 DYGN")


def test_several_answers_are_separated_by_semicolon_or_line() -> None:
    """Keep several in order and each once."""
    labels = list(SEVERAL.values.values())[:2]
    codes = list(SEVERAL.values)[:2]
    assert values.read(SEVERAL, f"{labels[1]}; {labels[0]};\n{labels[1]}") == f"{codes[1]}; {codes[0]}"
    assert values.read(SEVERAL, " ; ") is None
    assert values.read(IDS, "V-2;V-1\nV-2; ") == "V-2; V-1"
    assert values.cell(SEVERAL, f"{codes[0]}; {codes[1]}") == f"{labels[0]}; {labels[1]}"


def test_texts_are_kept_as_they_are_but_for_space_and_composition() -> None:
    """Compose letters, unify line ends, strip space around; keep everything inside."""
    assert values.read(TEXT, "  Ha\u030arkan \r\n  rad två\r") == "Hårkan \n  rad två"
    assert values.read(TEXT, "=1+1") == "=1+1"
    assert values.read(TEXT, 3.0) == "3"
    assert values.read(TEXT, datetime(2021, 5, 3)) == "2021-05-03"  # noqa: DTZ001 (a cell has no zone)
    assert values.read(TEXT, True) == "Ja"


@pytest.mark.parametrize("raw", ["a\x00b", "a\x85b", "a\ud800b", "a\uffffb", "a\x0bb"])
def test_a_sign_that_cannot_be_printed_is_refused_with_its_code(raw: str) -> None:
    """Name the sign that a person cannot see."""
    assert "U+" in _refusal(TEXT, raw)


def test_a_text_is_as_long_as_excel_lets_it_be() -> None:
    """Count as Excel does: an emoji is two."""
    assert values.read(TEXT, "å" * values.MAX_TEXT) == "å" * values.MAX_TEXT
    assert "32767" in _refusal(TEXT, "å" * (values.MAX_TEXT + 1))
    assert "32767" in _refusal(TEXT, "😀" * (values.MAX_TEXT // 2 + 1))


@given(st.lists(st.text() | st.sampled_from([" a", "e\u0301", "\u0301", "\u00a0", "", "a\r\nb", "å" * values.MAX_TEXT])))
def test_texts_that_are_read_at_once_are_as_each_is_read_by_itself(raws: list[str]) -> None:
    """Leave out what needs a closer look, and of no text say anything else than reading it does."""
    found = values.lines(raws)
    assert found == {raw: values.read(TEXT, raw) for raw in found}
    assert found.keys() <= set(raws)


@given(st.text() | st.text(st.characters(max_codepoint=255)) | st.text(st.sampled_from("aÅß -–−\u00ad\u00a0\u0301\t\r\n")))
def test_folding_is_the_same_for_every_kind_of_text(text: str) -> None:
    """Compose letters, write every dash and every run of space as one, and drop case, whatever may be left out for some texts."""
    plain = unicodedata.normalize("NFC", text).casefold()
    assert values.fold(text) == " ".join(re.sub("[‐-―−]", "-", plain).split())


@given(st.text())
def test_cleaning_and_folding_twice_is_once(text: str) -> None:
    """Change nothing the second time."""
    assert values.clean(values.clean(text)) == values.clean(text)
    assert values.fold(values.fold(text)) == values.fold(text)


@given(st.one_of(st.none(), st.just(float("nan")), st.text()))
def test_parts_hold_no_separator_and_no_space_around(text: object) -> None:
    """Split what several ids or codes are written as; nothing for a missing value."""
    parts = values.split(text)
    assert all(part and part == part.strip() and ";" not in part for part in parts)
    assert values.split("; ".join(parts)) == parts
