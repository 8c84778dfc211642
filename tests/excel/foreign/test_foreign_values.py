"""Values of a sender's own cells: durations, dates, amounts, choices; what is interpreted is told, what is not sure is refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krokomrsa.excel.foreign.cells import cell_words, values
from krokomrsa.excel.foreign.cells.values import Read
from krokomrsa.excel.foreign.model import Column
from krokomrsa.excel.reading import Cell
from krokomrsa.values import Unreadable, shown
from krokomrsa.vocabulary import load

NOT_READ_HERE = {"assessments.low", "assessments.high"}  # levels are read through a crosswalk
MORNING = datetime(2027, 3, 12, 10, 0)  # noqa: DTZ001 (a cell has no zone)
MIDNIGHT = datetime(2025, 12, 9)  # noqa: DTZ001
KEYS = [f"{table.key}.{column.key}" for table in load() for column in table] + ["dependencies.endurance", "resources.restoration"]


def _column(header: str) -> Column:
    return Column(cell=Cell(row=1, column=1, value=header), header=header, parts=(header,), numbers=(1,))


def _read(key: str, raw: object, *, header: str = "", number_format: str = "General", known: dict[str, str] | None = None) -> Read:
    return values.read(key, raw, column=_column(header) if header else None, number_format=number_format, known=known or {})


def _advised(refused: Unreadable) -> None:
    assert all(problem.problem and problem.remedy for problem in refused.problems)


def _refusal(key: str, raw: object, *, header: str = "", number_format: str = "General", known: dict[str, str] | None = None) -> str:
    with pytest.raises(Unreadable) as refused:
        _read(key, raw, header=header, number_format=number_format, known=known)
    (problem,) = refused.value.problems
    assert problem.value == shown(raw)
    assert problem.problem
    assert problem.remedy
    return str(problem)


def _hours(raw: object, **how: object) -> tuple[object, object]:
    read = _read("dependencies.endurance", raw, **how)  # type: ignore[arg-type]
    assert read.values["status"] == "needed"
    return read.values["endurance_low_h"], read.values["endurance_high_h"]


@pytest.mark.parametrize(
    ("raw", "low", "high"),
    [
        ("8 h", 8, 8),
        ("8 tim", 8, 8),
        ("8 tim.", 8, 8),
        ("2 dygn", 48, 48),
        ("2 DYGN.", 48, 48),
        ("ca 1 vecka", 168, 168),
        ("30 min", 0.5, 0.5),
        ("1,5 h", 1.5, 1.5),
        ("3 d", 72, 72),
        ("ett dygn", 24, 24),
        ("en halvtimme", 0.5, 0.5),
        ("1½ timme", 1.5, 1.5),
        ("1 dygn 12 timmar", 36, 36),
        ("2h30min", 2.5, 2.5),
        ("8:30", 8.5, 8.5),
        ("1 000 h", 1000, 1000),
        ("2 uker", 336, 336),
        ("half an hour", 0.5, 0.5),
        ("1-2 dygn", 24, 48),
        ("1 – 2 dygn", 24, 48),
        ("4h-1 dygn", 4, 24),
        ("mellan 4 och 8 timmar", 4, 8),
        ("två till tre dygn", 48, 72),
        ("1 månad", 672, 744),
        ("mindre än 4 h", 0, 4),
        ("< 4 h", 0, 4),
        ("högst 2 dygn", 0, 48),
        ("up to 3 days", 0, 72),
        ("> 7 dygn", 168, None),
        ("minst 3 dygn", 72, None),
        ("24h+", 24, None),
        ("3 veckor eller mer", 504, None),
        ("omgående", 0, 0),
        ("Stannar direkt", 0, 0),
        ("0", 0, 0),
        (0, 0, 0),
        (time(8, 30), 8.5, 8.5),
        (timedelta(days=2), 48, 48),
    ],
)
def test_times_are_read_in_hours_and_told(raw: object, low: float, high: float | None) -> None:
    """Read how long something is endured as people write it, an interval as an interval, and tell how."""
    assert _hours(raw) == (pytest.approx(low), pytest.approx(high) if high is not None else None)
    read = _read("dependencies.endurance", raw)
    assert read.original == shown(raw)
    assert shown(raw) in read.told


def test_a_bare_number_has_the_unit_of_its_header_or_is_asked_about() -> None:
    """Take the unit from the header or the coordinator's answer, and never take one for granted."""
    assert _hours(30, header="Uthållighet (min)") == (0.5, 0.5)
    assert _hours("2-3", header="Klarar sig [dygn]") == (48, 72)
    assert _hours(4, header="RTO hours") == (4, 4)
    assert _hours(432000, header="point_in_time", known={"Enhet": "sekunder"}) == (120, 120)
    assert _hours(0.5, number_format="[h]:mm") == (12, 12)
    assert _hours(5, number_format='0" dygn"') == (120, 120)
    for header in ("Uthållighet", "Klarar sig utan, min", "MTPD"):
        assert "minuter, timmar eller dygn" in _refusal("dependencies.endurance", 4, header=header)
    assert "minuter, timmar eller dygn" in _refusal("dependencies.endurance", "<4")


def test_hours_under_a_header_in_hours_are_no_interpretation() -> None:
    """Tell nothing where the number is the value."""
    read = _read("resources.restoration", 4, header="RTO (h)")
    assert (read.values, read.original, read.told) == ({"restoration_low_h": 4.0, "restoration_high_h": 4.0}, "", "")


@pytest.mark.parametrize("raw", ["några dagar", "2 arbetsdagar", "dygnet runt", "8 m", "h", "1 h 2 dygn", True, MORNING, "4 - 2 h"])
def test_a_time_that_says_no_number_of_hours_is_refused(raw: object) -> None:
    """Refuse what is vague or could be minutes as well as months."""
    _refusal("dependencies.endurance", raw)


def test_what_is_not_needed_or_not_known_has_its_status() -> None:
    """Read answers that are no times."""
    assert _read("dependencies.endurance", "Behövs inte").values == {
        "endurance_low_h": None,
        "endurance_high_h": None,
        "status": "not needed",
    }
    assert _read("dependencies.endurance", "vet ej").values == {"endurance_low_h": None, "endurance_high_h": None, "status": "unknown"}
    assert _read("services.tolerable_outage_h", "?").values == {"tolerable_outage_h": None}
    assert _read("services.tolerable_outage_h", "–").values == {}


def test_an_interval_has_no_place_in_a_single_number() -> None:
    """Refuse an interval of tolerable outage, but read a limit as what it is; elsewhere a limit is no number."""
    assert "24–48 timmar" in _refusal("services.tolerable_outage_h", "1-2 dygn")
    assert _read("services.tolerable_outage_h", "högst 4 h").values == {"tolerable_outage_h": 4.0}
    assert "0–4 timmar" in _refusal("services.tolerable_outage_h", "mindre än 4 h")
    assert "0–4 timmar" in _refusal("resources.fuel_h", "högst 4 h")


def test_about_is_told_as_lost() -> None:
    """Say that ”ca” has no place in the register."""
    assert "Ungefär" in _read("dependencies.endurance", "ca 1 vecka").told
    assert "Ungefär" in _read("treatments.cost_sek", "ca 50 000 kr").told


@pytest.mark.parametrize(
    ("raw", "due"),
    [
        ("2027-03-12", "2027-03-12"),
        ("2027-03-12 10:30", "2027-03-12"),
        ("20270312", "2027-03-12"),
        (20270312, "2027-03-12"),
        ("2027/03/12", "2027-03-12"),
        ("12.3.2027", "2027-03-12"),
        ("12/3 2027", "2027-03-12"),
        ("13/03/2027", "2027-03-13"),
        ("03/13/2027", "2027-03-13"),
        ("05/05/2027", "2027-05-05"),
        ("12 mars 2027", "2027-03-12"),
        ("den 12:e mars 2027", "2027-03-12"),
        ("3 March 2027", "2027-03-03"),
        ("March 3rd, 2027", "2027-03-03"),
        ("01-Mar-2027", "2027-03-01"),
        ("12. desember 2027", "2027-12-12"),
        ("senast 2027-06-30", "2027-06-30"),
        ("2027-03", "2027-03-31"),
        ("03/2027", "2027-03-31"),
        ("mars 2027", "2027-03-31"),
        ("februari 2028", "2028-02-29"),
        ("Q1 2027", "2027-03-31"),
        ("2027 kv 2", "2027-06-30"),
        ("2:a kvartalet 2027", "2027-06-30"),
        ("H1 2027", "2027-06-30"),
        ("v. 12 2027", "2027-03-28"),
        ("2027-W12", "2027-03-28"),
        ("2027", "2027-12-31"),
        (2027, "2027-12-31"),
        ("slutet av 2027", "2027-12-31"),
        (MORNING, "2027-03-12"),
    ],
)
def test_dates_are_read_and_a_deadline_is_the_last_day_of_its_span(raw: object, due: str) -> None:
    """Read Swedish and English dates; a month, quarter, week or year is its last day where our column is a deadline, and that is told."""
    read = _read("treatments.due", raw)
    assert read.values == {"due": date.fromisoformat(due)}
    assert raw == due or (due in read.told and read.original)


def test_a_date_that_excel_keeps_is_no_interpretation() -> None:
    """Take Excel's own dates as they are, also as a number shown as a date."""
    for raw, number_format in (
        (MIDNIGHT, "General"),
        (date(2025, 12, 9), "General"),
        (46000, "yyyy-mm-dd"),
        (46000.0, "d mmm åååå"),
    ):
        assert _read("treatments.due", raw, number_format=number_format) == Read(values={"due": date(2025, 12, 9)})
    assert "2025-12-09" in _refusal("treatments.due", 46000)
    assert _read("treatments.due", "mars 2027", number_format="yyyy-mm-dd").told


def test_a_date_that_can_be_read_in_two_ways_is_refused_with_both() -> None:
    """Choose neither day-first nor month-first."""
    said = _refusal("treatments.due", "12/03/2027")
    assert "2027-03-12 eller 2027-12-03" in said


@pytest.mark.parametrize("raw", ["12 mars", "v. 12", "mars", "12/3-27", "Mar-27", "Q1", "kv 1 -27", "27-03-12"])
def test_a_date_without_a_whole_year_is_refused(raw: str) -> None:
    """Guess no year."""
    assert "vilket år" in _refusal("treatments.due", raw)


@pytest.mark.parametrize(
    "raw",
    ["löpande", "snarast", "2027-02-30", "31/02/2027", "2027-13", "2027-W54", "1900-01-01", "2200", True, 1e300, "mitten av mars 2027"],
)
def test_what_is_no_date_is_refused(raw: object) -> None:
    """Refuse days that do not exist and words that are no day."""
    _refusal("treatments.due", raw)


@pytest.mark.parametrize("key", ["treatments.done_on", "services.backup_tested", "events.date"])
def test_a_month_is_no_day_where_a_day_is_kept(key: str) -> None:
    """Invent no day of a test, a training or an event."""
    assert "2027-03-01 till 2027-03-31" in _refusal(key, "2027-03")


@pytest.mark.parametrize(
    ("raw", "cost"),
    [
        ("3,5", 3.5),
        ("1 200 000 kr", 1_200_000),
        ("1\u00a0200\u202f000", 1_200_000),
        ("1.5 mkr", 1_500_000),
        ("100 tkr", 100_000),
        ("2 miljoner", 2_000_000),
        ("1.200.000", 1_200_000),
        ("1,200,000", 1_200_000),
        ("1.200,50", 1200.5),
        ("1,200.50", 1200.5),
        ("0,125", 0.125),
        ("12 500:-", 12_500),
        (25000, 25_000),
    ],
)
def test_amounts_are_read_in_kronor(raw: object, cost: float) -> None:
    """Read amounts as Swedes and others write them."""
    assert _read("treatments.cost_sek", raw).values == {"cost_sek": pytest.approx(cost)}


@pytest.mark.parametrize("raw", ["1,200", "12.500", "2,345,67", "50%", "gratis", "100-200 tkr", "€ 100", "100 EUR", "100 NOK", True, "-5"])
def test_amounts_that_are_not_sure_are_refused(raw: object) -> None:
    """Refuse thousands that may be decimals, intervals and other currencies."""
    _refusal("treatments.cost_sek", raw)


def test_the_header_and_the_format_say_what_an_amount_is() -> None:
    """Multiply by the header's unit, unless the cell has its own, and convert no currency."""
    read = _read("treatments.cost_sek", 500, header="Kostnad (tkr)")
    assert read.values == {"cost_sek": 500_000.0}
    assert (read.original, read.told) == ("500", "”500” lästes som 500000.")
    assert _read("treatments.cost_sek", "500", header="Kostnad tkr").values == {"cost_sek": 500_000.0}
    assert _read("treatments.cost_sek", "500 kr", header="Kostnad (tkr)").values == {"cost_sek": 500.0}
    assert _read("treatments.cost_sek", 500, number_format="#,##0 [$kr-41D]").values == {"cost_sek": 500.0}
    assert "valuta" in _refusal("treatments.cost_sek", 500, header="Cost (EUR)")
    assert "valuta" in _refusal("treatments.cost_sek", 500, number_format="#,##0 [$€-1]")


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("activities.quarter", "Q1", 1),
        ("activities.quarter", "kv 2", 2),
        ("activities.quarter", "3:e kvartalet", 3),
        ("treatments.budget_year", "2027", 2027),
        ("treatments.budget_year", 2027.0, 2027),
        ("treatments.budget_year", date(2027, 1, 1), 2027),
        ("information_assets.integrity", "2 – Betydande", 2),
        ("risks.event", 3.0, "3"),
        ("risks.owner", "IT/HR", "IT/HR"),
        ("risks.services", "SOC-1; SOC-2", "SOC-1; SOC-2"),
    ],
)
def test_other_cells_are_read_as_their_column_holds(key: str, raw: object, value: object) -> None:
    """Read quarters, years, levels of information, texts and references."""
    assert _read(key, raw).values == {key.partition(".")[2]: value}


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("activities.quarter", 5),
        ("treatments.budget_year", "2027/2028"),
        ("information_assets.integrity", 4),
        ("information_assets.integrity", "hög"),
    ],
)
def test_numbers_outside_their_column_are_refused(key: str, raw: object) -> None:
    """Refuse a fifth quarter, two years at once and level 4."""
    _refusal(key, raw)


@pytest.mark.parametrize(
    ("raw", "code"),
    [("ja", "yes"), ("Nej", "no"), ("x", "yes"), ("X", "yes"), (1, "yes"), (0, "no"), ("✓", "yes"), (True, "yes"), ("yes", "yes")],
)
def test_yes_and_no_are_read_as_people_write_them(raw: object, code: str) -> None:
    """Read crosses, ticks, ones and words as yes and no, both for yes-or-no and for a choice with ”vet inte”."""
    assert _read("services.routines", raw).values == {"routines": code}
    assert _read("activities.evaluation_planned", raw).values == {"evaluation_planned": code == "yes"}


def test_partly_is_not_yes() -> None:
    """Refuse ”delvis” with the choices; read ”vet ej” as not known."""
    assert "Ja, Nej, Vet inte" in _refusal("services.routines", "delvis")
    assert "Ja eller Nej" in _refusal("activities.evaluation_planned", "Delvis")
    assert _read("services.routines", "vet ej").values == {"routines": "unknown"}
    assert _read("activities.evaluation_planned", "vet ej").values == {"evaluation_planned": None}


def test_choices_are_read_by_label_code_and_plain_translation() -> None:
    """Read what means the same, tell it, and ask ”menade du” about what is merely like."""
    assert _read("treatments.status", " klar") == Read(values={"status": "done"})
    assert _read("treatments.status", "In Progress").told == "”In Progress” lästes som ”Pågår”."
    assert "Menade du ”Pågår”?" in _refusal("treatments.status", "Pågor")
    for raw in ("Closed", "Open", 3):
        assert "Föreslagen, Beslutad" in _refusal("treatments.status", raw)
    assert _read("activities.target_groups", "Kommunstyrelse, Stab").values == {"target_groups": "municipal_board; crisis_staff"}
    assert "Menade du ”Stab”?" in _refusal("activities.target_groups", "Kommunstyrelse; Stabb")


def test_what_the_coordinator_has_answered_goes_before_all() -> None:
    """Read a word as it was answered, by label or code, tell it; an answer that is no value is said to be one."""
    for answer in ("ongoing", "Pågår"):
        read = _read("treatments.status", "Open", known={"OPEN": answer})
        assert (read.values, read.original, read.told) == (
            {"status": "ongoing"},
            "Open",
            "”Open” lästes som ”Pågår”, enligt tidigare svar.",
        )
    assert _read("treatments.status", "Open", known={"open": "läs inte"}).values == {}
    assert "knas" in _refusal("treatments.status", "Open", known={"open": "knas"})
    assert _read("risks.owner", "Kalle", known={"kalle": "IT"}).values == {"owner": "IT"}
    assert _read("services.tolerable_outage_h", "snabbt", known={"snabbt": "1 h"}).values == {"tolerable_outage_h": 1.0}


def test_the_cells_of_a_column_are_read_as_each_is_alone() -> None:
    """Reading a column's cells by what was found out once for the column gives what reading each of them by itself gives."""
    column, known = _column("Tål avbrott"), {"enhet": "timmar", "snabbt": "1 h"}
    reading = values.reading("services.tolerable_outage_h", column=column, known=known)
    for raw in (4, "snabbt", "2 dygn", "–", "vet ej", None):
        assert reading.read(raw) == _read("services.tolerable_outage_h", raw, header=column.header, known=known)
    assert reading.read(0.5, number_format="[h]:mm").values == {"tolerable_outage_h": 12.0}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("raw", [None, "", "  \n "])
def test_an_empty_cell_says_nothing(key: str, raw: str | None) -> None:
    """Give no values for an empty cell, so that it changes nothing."""
    assert _read(key, raw) == Read(values={})


def test_a_key_that_is_none_of_ours_is_a_programming_error() -> None:
    """Raise KeyError for a column that is not declared."""
    with pytest.raises(KeyError):
        _read("treatments.nonsense", "1")


def test_every_declared_synonym_is_of_a_column_and_code_that_exist() -> None:
    """Keep the word lists in step with the vocabulary: codes exist, no word means two codes or another's label."""
    for key, codes in cell_words.declared()["choices"].items():
        table, _, name = key.partition(".")
        column = load()[table][name]
        assert set(codes) <= set(column.values)
        words = [word for listed in codes.values() for word in listed]
        assert len(words) == len(set(words))
        for code, listed in codes.items():
            for word in listed:
                assert _read(key, word).values == {name: code}
    for key in (*cell_words.declared()["dates"]["deadlines"], *cell_words.declared()["durations"]["limits"]):
        assert key in KEYS
    for key, columns in cell_words.declared()["durations"]["intervals"].items():
        assert set(columns) <= set(load()[key.partition(".")[0]].keys)


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
    st.lists(
        st.sampled_from(
            [
                "1",
                "12",
                "2027",
                "-",
                "/",
                ".",
                ",",
                " ",
                "kr",
                "mkr",
                "dygn",
                "h",
                "ca",
                "<",
                "+",
                "½",
                "mars",
                "Q",
                "v",
                "och",
                "%",
                "€",
                "x",
                "ja",
                "?",
                ":",
                "å",
                "\x00",
                ";",
            ]
        ),
        max_size=8,
    ).map("".join),
)
FORMATS = ["General", "0%", "yyyy-mm-dd", "[h]:mm", '0" dygn"', "#,##0 [$€-1]"]
HEADERS = ["", "Tid (min)", "Kostnad (tkr)", "Cost (EUR)", "Klar"]


@given(st.sampled_from(KEYS), ANYTHING, st.sampled_from(FORMATS), st.sampled_from(HEADERS))
@example("treatments.cost_sek", "9" * 400, "General", "")
@example("treatments.due", "1" * 5000, "General", "")
@example("dependencies.endurance", "2027" * 8000, "General", "Tid (min)")
@example("treatments.cost_sek", 10**400, "General", "Kostnad (tkr)")
@example("dependencies.endurance", "9" * 15 + " år", "General", "")
def test_whatever_stands_there_is_read_or_refused_and_nothing_is_lost(key: str, raw: object, number_format: str, header: str) -> None:
    """Give values of our own columns or a refusal with advice; wherever something is told, keep what stood there."""
    try:
        read = _read(key, raw, header=header, number_format=number_format)
    except Unreadable as refused:
        _advised(refused)
        return
    declared = load()[key.partition(".")[0]]
    assert set(read.values) <= set(declared.keys)
    assert bool(read.told) == bool(read.original)
    assert raw is None or read.values or read.told or not str(raw).strip()


@given(st.sampled_from([key for key in KEYS if key not in NOT_READ_HERE]), ANYTHING, ANYTHING)
def test_any_answer_is_a_value_or_refused(key: str, raw: object, answer: object) -> None:
    """Understand or refuse any answer about any word."""
    known = {shown(raw): str(answer)}
    try:
        _read(key, raw, known=known)
    except Unreadable as refused:
        _advised(refused)


@given(st.integers(0, 5000), st.integers(0, 5000), st.sampled_from(["h", "timmar", "dygn", "veckor", "minuter"]))
def test_an_interval_holds_its_two_ends(first: int, second: int, unit: str) -> None:
    """Read ”a–b unit” as from a to b of that unit, as each is read alone."""
    low, high = sorted((first, second))
    assert _hours(f"{low}–{high} {unit}") == (_hours(f"{low} {unit}")[0], _hours(f"{high} {unit}")[1])


@given(
    st.dates(date(1950, 1, 1), date(2150, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y"]),
)
def test_a_written_date_is_that_date(day: date, written: str) -> None:
    """Read a date in every plain way of writing it as that date."""
    assert _read("treatments.done_on", day.strftime(written)).values == {"done_on": day}


@given(st.dates(date(1950, 1, 1), date(2150, 12, 31)))
def test_a_slashed_date_is_that_date_or_refused(day: date) -> None:
    """Read DD/MM/YYYY only where no other reading is possible."""
    text = day.strftime("%d/%m/%Y")
    if day.day > 12 or day.day == day.month:
        assert _read("treatments.done_on", text).values == {"done_on": day}
    else:
        assert day.isoformat() in _refusal("treatments.done_on", text)


@given(st.sampled_from(KEYS), st.lists(st.text() | st.sampled_from(["–", "-", " x", "n/a", "3", "2 dygn", "Ja"])), st.booleans())
def test_texts_that_are_read_at_once_say_what_each_says_by_itself(key: str, raws: list[str], answered: bool) -> None:  # noqa: FBT001 (drawn)
    """Read at once only what says nothing but itself, and only in a column of texts of which nothing has been answered."""
    reading = values.reading(key, column=None, known={"x": "y"} if answered else {})
    assert all(reading.read(raw) == read for raw, read in reading.lines(raws).items())


def test_many_plain_texts_are_read_at_once() -> None:
    """Leave a dash, and a text of two lines, to be read by itself."""
    found = values.reading("risks.event", column=None).lines(["Elavbrott", "–", "två\nrader"])
    assert found == {"Elavbrott": Read(values={"event": "Elavbrott"})}
