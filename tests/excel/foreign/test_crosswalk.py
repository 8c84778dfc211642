"""Crosswalks: when a scale is asked about, how it is declared, and that a judgement is never read as more than was declared."""

# ruff: noqa: PD011 (the values of a Read are no frame)
from __future__ import annotations

import math
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel.foreign.cells import crosswalk, frequency
from krokomrsa.excel.foreign.cells.crosswalk import SAME, parse
from krokomrsa.excel.foreign.cells.levels import level, ordered
from krokomrsa.excel.foreign.cells.need import horizon, span_of
from krokomrsa.register import Register
from krokomrsa.scales import Scale, load
from krokomrsa.validation import check
from krokomrsa.values import Unreadable

FIVE, DSB, NRR, BJURHOLM = (load(name) for name in ("femgradig", "dsb-helhetlig-ros", "uk-nrr-2023", "bjurholm-2023"))
WORDS = "låg=1-2; medel=3; hög=4-5"


def _read(raw: object, walk: str, scale: Scale = FIVE, *, likelihood: bool = True, number_format: str = "General") -> tuple[object, object]:
    read = crosswalk.apply(level(raw, number_format=number_format), parse(walk), scale, likelihood=likelihood)
    return read.values["low"], read.values["high"]


def _advised(refused: KrokomrsaError) -> None:
    assert all(problem.problem and problem.remedy for problem in refused.problems)


def _refusal(raw: object, walk: str, scale: Scale = FIVE, *, likelihood: bool = True) -> str:
    with pytest.raises(Unreadable) as refused:
        crosswalk.apply(level(raw), parse(walk), scale, likelihood=likelihood)
    (problem,) = refused.value.problems
    assert problem.remedy
    return problem.problem


@pytest.mark.parametrize(
    ("raw", "low", "high", "word"),
    [
        ("4 – Stor", 4, 4, "Stor"),
        ("4. Stor", 4, 4, "Stor"),
        ("Stor (4)", 4, 4, "Stor"),
        ("Nivå 4", 4, 4, ""),
        (3.0, 3, 3, ""),
        ("3-4", 3, 4, ""),
        ("3 – 4", 3, 4, ""),
        ("3 eller 4", 3, 4, ""),
        ("mellan 3 och 4", 3, 4, ""),
        ("3,5", 3.5, 3.5, ""),
        (3.2, 3.2, 3.2, ""),
        ("minst 3", 3, None, ""),
        ("<1", None, 1, ""),
        (">5", 5, None, ""),
        ("hög", None, None, "hög"),
        ("IV", None, None, "IV"),
        ("P4", None, None, "P4"),
        ("3/4", None, None, "3/4"),
        ("4-3", None, None, "4-3"),
        ("-3", None, None, "-3"),
        ("10 år", None, None, "10 år"),
    ],
)
def test_a_judgement_is_read_as_it_was_written(raw: object, low: float | None, high: float | None, word: str) -> None:
    """Keep number, interval and word apart, and round nothing."""
    found = level(raw)
    assert (found.low, found.high, found.word, found.status) == (low, high, word, "judged")


def test_grounds_are_told_from_the_level() -> None:
    """Find the level first in a sentence and keep the rest as its grounds."""
    found = level("Low, as everyone has been trained")
    assert (found.word, found.grounds) == ("Low", "as everyone has been trained")
    found = level("3, eftersom nätet är gammalt")
    assert (found.low, found.word, found.grounds) == (3.0, "", "eftersom nätet är gammalt")
    assert level("4 – Mycket stor, för att alla drabbas").word == "Mycket stor"


@pytest.mark.parametrize(
    ("raw", "status"),
    [("vet ej", "unknown"), ("?", "unknown"), ("TBD", "unknown"), ("N/A", "not judged"), ("ej bedömd", "not judged"), ("–", "not judged")],
)
def test_a_judgement_that_is_none_has_its_status_and_is_told(raw: str, status: str) -> None:
    """Read what says that nobody knows, or that nothing is judged, as that, whatever the crosswalk is."""
    for walk in ("samma", "1=2", "andel per år"):
        read = crosswalk.apply(level(raw), parse(walk), FIVE, likelihood=True)
        assert read.values == {"low": None, "high": None, "status": status}
        assert read.original == raw
        assert raw in read.told


def test_our_own_words_for_no_judgement_are_no_interpretation() -> None:
    """Tell nothing of ”Bedöms inte”, which is what the register calls it."""
    read = crosswalk.apply(level("bedöms inte"), SAME, FIVE, likelihood=True)
    assert (read.values["status"], read.original, read.told) == ("not judged", "", "")


def test_an_empty_cell_is_no_judgement() -> None:
    """Give no values for an empty cell: missing is not 0, not 1 and not ”bedöms inte”."""
    assert crosswalk.apply(level(None), SAME, FIVE, likelihood=True).values == {}
    assert crosswalk.apply(level("  "), SAME, FIVE, likelihood=True).values == {}


@pytest.mark.parametrize(
    ("raw", "number_format", "low", "high"),
    [
        ("40 %", "General", 0.4, 0.4),
        (0.4, "0%", 0.4, 0.4),
        (40, '0"%"', 0.4, 0.4),
        ("5–10 %", "General", 0.05, 0.1),
        ("<0,2 %", "General", None, 0.002),
        ("mer än 25 %", "General", 0.25, None),
    ],
)
def test_percentages_are_shares_however_excel_shows_them(raw: object, number_format: str, low: float | None, high: float | None) -> None:
    """Understand the sign in the text and in the number format, and where the format only paints it."""
    found = level(raw, number_format=number_format)
    assert (found.share, found.low, found.high) == (True, low, high)


@pytest.mark.parametrize(
    ("raw", "low", "high"),
    [
        ("1 gång på 100 år", 0.01, 0.01),
        ("once in 100 years", 0.01, 0.01),
        ("var 10:e år", 0.1, 0.1),
        ("en gång per 10-50 år", 0.02, 0.1),
        ("2 ggr per år", 2, 2),
    ],
)
def test_return_periods_are_times_per_year(raw: str, low: float, high: float) -> None:
    """Turn a return period into a frequency, an interval of years into an interval."""
    found = level(raw)
    assert found.rate
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_labels_of_our_scale_need_no_question() -> None:
    """Ask nothing where every judgement holds one of our labels, whatever the case; then a value is the value."""
    assert (
        crosswalk.needed(map(level, ["4 – Hög", "mycket låg", "Medelhög (3)", "vet ej", None]), "Sannolikhet", FIVE, likelihood=True).kind
        == "none"
    )
    read = crosswalk.apply(level("4 – Hög"), SAME, FIVE, likelihood=True)
    assert (read.values["low"], read.original, read.crosswalk) == (4.0, "", "")


@pytest.mark.parametrize(
    ("raws", "header", "proposal"),
    [
        ([1, 3, 5], "Sannolikhet", "samma"),
        ([1, 2, 4], "Likelihood_1_5", "samma"),
        (["3-4", 5], "Sannolikhet", "samma"),
        ([3.2, 5], "Sannolikhet", "samma"),
        (["4 – Stor", "5 – Enorm"], "Konsekvens", "samma"),
        ([1, 2, 3], "Likelihood", None),
        ([1, 2, 3], "Likelihood (1-3)", None),
        ([3, 8, 10], "Probability 0-10", None),
        ([3, 4, 5], "Probability 0-10", None),
        ([0, 5], "Sannolikhet", None),
        ([4, 20], "Likelihood", None),
        (["A", "E"], "Sannsynlighet", None),
        (["Low", "High"], "Likelihood", None),
        (["Low", 4], "Likelihood", None),
        (["40 %", "5 %"], "Sannolikhet", None),
        (["40 %", "5 %"], "Sannolikhet per 5 år", "andel per 5 år"),
        (["40 %", "5 %"], "Annual probability", "andel per år"),
        (["1 gång på 100 år", "var 10:e år"], "Hur ofta", "gånger per år"),
        (["4 – Hög", "3 – Hög"], "Sannolikhet", None),
    ],
)
def test_any_other_scale_is_asked_and_no_numbers_are_invented(raws: list[object], header: str, proposal: str | None) -> None:
    """Ask about every scale that is not ours by its labels; propose only what follows from what is declared."""
    found = crosswalk.needed(map(level, raws), header, FIVE, likelihood=True)
    assert (found.kind, found.proposal) == ("ask", proposal)
    assert found.why.endswith(".")
    assert found.source == ordered(tuple(map(level, raws)))


def test_the_question_lists_the_senders_levels_from_low_to_high() -> None:
    """List numbers before words, words by what they mean, letters by the alphabet, each once."""
    assert ordered(tuple(map(level, ["10", "2", "2", "hög", "låg", "Hög"]))) == ("2", "10", "låg", "hög")
    assert ordered(tuple(map(level, ["C", "A", "B"]))) == ("A", "B", "C")
    assert ordered(tuple(map(level, ["Low, as everyone is trained", "low"]))) == ("Low",)


def test_shares_cannot_be_proposed_where_our_scale_has_no_limits_or_for_a_consequence() -> None:
    """Propose no conversion that would be refused: a scale of points, a consequence in percent."""
    shares = tuple(map(level, ["40 %", "5 %"]))
    assert crosswalk.needed(shares, "per år", BJURHOLM, likelihood=True).proposal is None
    assert crosswalk.needed(shares, "per år", FIVE, likelihood=False).proposal is None


def test_headers_say_scales_and_horizons() -> None:
    """Read ranges and years from headers, and nothing else as such."""
    assert [span_of(header) for header in ("Impact (1 to 3)", "P 1–4", "R2-D2 2027", "2027-2030", "Risk")] == [
        (1, 3),
        (1, 4),
        None,
        None,
        None,
    ]
    assert [horizon(header) for header in ("Sannolikhet på 5 år", "p.a.", "5-årig", "Årets risk", "per 2,5 år")] == [
        5.0,
        1.0,
        5.0,
        None,
        2.5,
    ]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("samma", "samma"),
        (" Samma skala ", "samma"),
        ("1=1-2; 2=3; 3=4-5", "1–3: 1=1–2; 2=3; 3=4–5"),
        ("1–3: 1=1–2; 2=3; 3=4–5", "1–3: 1=1–2; 2=3; 3=4–5"),
        ("1-3=1\n4-6=2; 7-10=3-4", "1–10: 1-3=1; 4-6=2; 7-10=3–4"),
        (WORDS, "låg=1–2; medel=3; hög=4–5"),
        ("A=1, B=2, C=3-4", "A=1; B=2; C=3–4"),
        ("X=vet inte; Y=2", "X=Vet inte; Y=2"),
        ("Andel per 5 år", "andel per 5 år"),
        ("andel per år", "andel per år"),
        ("procent per 2,5 år", "procent per 2,5 år"),
        ("gånger per år", "gånger per år"),
    ],
)
def test_a_crosswalk_is_printed_so_that_it_can_be_read_again(text: str, printed: str) -> None:
    """Print every kind of crosswalk in one way, and read the print as the same crosswalk."""
    assert parse(text).text == printed
    assert parse(printed).text == printed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Ingen omräkning"),
        (";;", "Ingen omräkning"),
        ("lika som vår", "del av en omräkning"),
        ("1=", "del av en omräkning"),
        ("1=hög", "ingen nivå"),
        ("1=3-2", "från 3 till 2"),
        ("1=1; 1=2", "två gånger"),
        ("andel per 0 år", "längre än 0"),
        ("1=1; 2=7", "från 1 till 5"),
        ("1=0-2", "från 1 till 5"),
    ],
)
def test_a_crosswalk_that_cannot_be_read_is_refused_with_advice(text: str, said: str) -> None:
    """Say what is wrong with a declaration and what to write."""
    with pytest.raises(KrokomrsaError) as refused:
        parse(text, scale=FIVE)
    assert said in str(refused.value)
    assert all(problem.remedy for problem in refused.value.problems)


def test_all_that_is_wrong_with_a_crosswalk_is_said_at_once() -> None:
    """Collect the problems of every part."""
    with pytest.raises(KrokomrsaError) as refused:
        parse("1=hög; 2; 3=9; 3=4", scale=FIVE)
    assert len(refused.value.problems) == 4


@pytest.mark.parametrize(
    ("raw", "walk", "expected"),
    [
        ("3-4", "1=1; 2=2; 3=3; 4=5", (3, 5)),
        ("1", "1=1-2; 2=3; 3=4-5", (1, 2)),
        ("1-2", "1=5; 2=4; 3=3", (4, 5)),
        ("1-3", "1=2; 2=5; 3=3", (2, 5)),
        ("hög", WORDS, (4, 5)),
        ("Hög, för att nätet är gammalt", WORDS, (4, 5)),
        ("låg–medel", WORDS, (1, 3)),
        ("Medel / hög", WORDS, (3, 5)),
        ("Trolig, då nätet är gammalt", "trolig=4", (4, 4)),
        ("B", "A=1; B=2-3", (2, 3)),
        ("IV", "I=5; II=4; III=3; IV=2; V=1", (2, 2)),
        ("5", "1-3=1; 4-6=2; 7-10=3-4", (2, 2)),
        ("3-4", "1-3=1; 4-6=2; 7-10=3-4", (1, 2)),
        ("2", "0-2=1; 2-4=2", (1, 2)),
        ("4 – Stor", "4=5", (5, 5)),
        ("4 – Stor", "stor=5", (5, 5)),
        ("10 %", "5 %=3; 10 %=4", (4, 4)),
        ("?", "?=3", (3, 3)),
    ],
)
def test_a_table_gives_the_interval_of_all_that_is_touched(raw: str, walk: str, expected: tuple[float, float]) -> None:
    """Read a level through a declared table, an interval through all levels in it, and keep what stood there."""
    assert _read(raw, walk) == expected
    read = crosswalk.apply(level(raw), parse(walk), FIVE, likelihood=True)
    assert read.original == raw
    assert read.crosswalk == parse(walk).text
    assert raw.split(",", maxsplit=1)[0] in read.told


@pytest.mark.parametrize(
    ("raw", "walk", "said"),
    [
        ("2.5", "1=1-2; 2=3; 3=4-5", "inte vad det här är"),
        ("3,5", "1-3=1; 4-6=2", "inte vad det här är"),
        ("4 - 3", "3=3; 4=4", "inte vad det här är"),
        ("2-4", "1=1-2; 2=3; 3=4-5", "inte vad det här är"),
        ("enorm", WORDS, "inte vad det här är"),
        ("10", "10 %=4", "inte vad det här är"),
        ("4 – Låg", "4=5; låg=1", "olika nivåer"),
        ("1", "1=9", "utanför vår skala"),
        ("3.2", "samma", ""),
        ("20", "samma", "utanför skalan"),
        ("0", "samma", "utanför skalan"),
        ("stor", "samma", "ingen nivå"),
        (">3", "samma", "öppen"),
        ("40 %", "samma", "sannolikhet"),
        ("3 – Mycket hög", "samma", "talet är ett annat"),
        ("hög", "andel per år", "ett tal"),
        ("40", "andel per år", "mellan 0 och 1"),
        ("140", "procent per år", "mellan 0 och 1"),
        ("4 %", "gånger per år", "andel"),
    ],
)
def test_what_no_crosswalk_covers_is_refused_and_never_rounded(raw: str, walk: str, said: str) -> None:
    """Refuse what was not declared, with the reason; 3.2 is neither 3 nor 4, and stays 3.2 on a scale that is ours."""
    if said:
        assert said in _refusal(raw, walk)
    else:
        assert _read(raw, walk) == (3.2, 3.2)


def test_a_level_between_levels_is_sound_in_the_register() -> None:
    """Let a fractional judgement pass validation as it is."""
    rows = {
        "organisations": [{"id": "SOC", "name": "Socialförvaltningen", "municipal": True}],
        "risks": [{"id": "H1", "event": "Elavbrott"}],
        "assessments": [
            {"id": "A1", "risk": "H1", "judge": "SOC", "aspect": "likelihood"}
            | crosswalk.apply(level(3.2), SAME, FIVE, likelihood=True).values
        ],
    }
    assert check(Register({table: pd.DataFrame(held) for table, held in rows.items()}), FIVE) == []


def test_a_level_that_excel_made_a_date_of_is_said_to_be_one() -> None:
    """Explain a date in a column of levels: 3-4 became the third of April."""
    assert "Excel" in _refusal(datetime(2026, 4, 3), "samma")  # noqa: DTZ001
    assert "Excel" in _refusal(datetime(2026, 4, 3), "1=1-2; 2=3; 3=4-5")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("scale", "walk", "ranges"),
    [
        (FIVE, "andel per år", ["<0,01 %", "0,01–0,1 %", "0,1–1 %", "1–10 %", ">10 %"]),
        (DSB, "andel per år", ["<0,1 %", "0,1–1 %", "1–2 %", "2–10 %", ">10 %"]),
        (NRR, "andel per 5 år", ["<0,2 %", "0,2–1 %", "1–5 %", "5–25 %", ">25 %"]),
        (BJURHOLM, "gånger per år", ["1 gång på 1000 år", "1 gång på 100 år", "1 gång på 50 år", "1 gång på 10 år", "1 gång på 1 år"]),
    ],
)
def test_published_scales_are_read_as_themselves(scale: Scale, walk: str, ranges: list[str]) -> None:
    """Give each published range exactly its own level on its own scale."""
    assert [_read(text, walk, scale) for text in ranges] == [(number, number) for number in range(1, 6)]


def test_published_scales_are_read_on_ours_as_the_intervals_that_they_overlap() -> None:
    """Reproduce what follows by hand: p₁ = 1 − (1 − p₅)^(1/5) for the UK, directly for DSB, 1 − e^(−λ) for Bjurholm."""
    uk = [_read(text, "andel per 5 år") for text in ("<0,2 %", "0,2–1 %", "1–5 %", "5–25 %", ">25 %")]
    assert uk == [(1, 2), (2, 3), (3, 4), (4, 4), (4, 5)]
    dsb = [_read(text, "andel per år") for text in ("<0,1 %", "0,1–1 %", "1–2 %", "2–10 %", ">10 %")]
    assert dsb == [(1, 2), (3, 3), (4, 4), (4, 4), (5, 5)]
    bjurholm = [_read(f"1 gång på {years} år", "gånger per år") for years in (1000, 100, 50, 10, 1)]
    assert bjurholm == [(2, 2), (3, 3), (4, 4), (4, 4), (5, 5)]


def test_a_value_on_a_limit_belongs_to_both_sides() -> None:
    """Choose no side where the scale declares none."""
    assert _read("1 %", "andel per år") == (3, 4)
    assert _read(1, "procent per år") == (3, 4)
    assert _read(0.01, "andel per år", number_format="0%") == (3, 4)


def test_a_scale_of_points_gives_only_its_points() -> None:
    """Convert nothing between points: the class limits are not declared."""
    assert "inga gränser" in _refusal("1 gång på 30 år", "gånger per år", BJURHOLM)
    assert "inga gränser" in _refusal("1–2 %", "andel per år", BJURHOLM)
    assert "konsekvens" in _refusal("1–2 %", "andel per år", likelihood=False)


@given(st.floats(0, 1), st.sampled_from([0.5, 1.0, 2.0, 5.0, 100.0]), st.sampled_from([FIVE, DSB, NRR]))
@example(1.0, 5.0, FIVE)
@example(0.0, 5.0, NRR)
def test_a_share_over_its_own_horizon_is_itself(share: float, years: float, scale: Scale) -> None:
    """Turn a probability over T years to that of the scale's horizon and back to where it was."""
    there = frequency.of_share(share, years, scale)
    assert 0 <= there <= 1
    if 1e-9 < share < 1 - 1e-9 and there < 1 - 1e-9:
        assert 1 - (1 - there) ** (years / scale.horizon_years) == pytest.approx(share, rel=1e-6, abs=1e-9)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.sampled_from([FIVE, DSB, NRR]))
def test_a_wider_interval_never_loses_a_level(first: float, second: float, inside: float, scale: Scale) -> None:
    """Let the levels of an interval hold the level of every value strictly inside it."""
    low, high = sorted((first, second))
    value = low + (high - low) * inside
    if low < value < high and not any(
        math.isclose(value, limit, rel_tol=1e-6) for one in scale.likelihood for limit in (one.low, one.high) if limit is not None
    ):
        assert set(frequency.levels(value, value, scale)) <= set(frequency.levels(low, high, scale))


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
        st.sampled_from(["3", "-", "4", "hög", "%", " ", "<", ",", "år", "1 gång på", "=", ";", "(", "vet ej", "–", ":"]), max_size=8
    ).map("".join),
)
WALKS = ["samma", "1=1-2; 2=3; 3=4-5", WORDS, "andel per 5 år", "procent per år", "gånger per år", "?=vet inte; 3=1"]


@given(
    raw=ANYTHING,
    walk=st.sampled_from(WALKS),
    scale=st.sampled_from([FIVE, DSB, NRR, BJURHOLM]),
    likelihood=st.booleans(),
    number_format=st.sampled_from(["General", "0%", '0"%"']),
)
def test_whatever_stands_there_is_read_on_the_scale_or_refused(
    *, raw: object, walk: str, scale: Scale, likelihood: bool, number_format: str
) -> None:
    """Give a judgement within the scale or a refusal with advice, and keep what stood there wherever it was interpreted."""
    found = level(raw, number_format=number_format)
    try:
        read = crosswalk.apply(found, parse(walk), scale, likelihood=likelihood)
    except Unreadable as refused:
        _advised(refused)
        return
    assert bool(read.values) != found.empty
    if read.told:
        assert read.original
    if read.values.get("status") == "judged":
        low, high = read.values["low"], read.values["high"]
        axis = scale.likelihood if likelihood else scale.consequence
        assert isinstance(low, float)
        assert isinstance(high, float)
        assert axis[0].level <= low <= high <= axis[-1].level


@given(raws=st.lists(ANYTHING, max_size=6), header=st.text(), scale=st.sampled_from([FIVE, BJURHOLM]), likelihood=st.booleans())
def test_a_question_says_why_and_lists_what_stands_there(*, raws: list[object], header: str, scale: Scale, likelihood: bool) -> None:
    """Ask about any column with a reason and its levels; a proposal can always be read."""
    found = crosswalk.needed(map(level, raws), header, scale, likelihood=likelihood)
    assert (found.kind == "ask") == bool(found.why) == bool(found.source)
    if found.proposal is not None:
        parse(found.proposal, scale=scale, likelihood=likelihood)


@given(st.text())
def test_any_text_is_a_crosswalk_or_refused(text: str) -> None:
    """Read or refuse any declaration, and read the print of one as the same."""
    try:
        walk = parse(text)
    except KrokomrsaError as refused:
        _advised(refused)
        return
    assert parse(walk.text).text == walk.text
