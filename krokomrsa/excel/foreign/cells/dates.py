"""Read dates as senders write them; a month, a quarter, a week or a year is a span of days, of which a deadline is the last."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from krokomrsa.excel.foreign.cells.cell_words import choice, declared, group, listed, plain
from krokomrsa.excel.foreign.cells.outcome import Read, interpreted, refused
from krokomrsa.values import FIRST_DATE, LAST_DATE, fold
from krokomrsa.vocabulary import text_of

Days = tuple[date, date]  # the first and the last of a span; the same where it is a day

_EPOCH: Final = date(1899, 12, 30)  # day 0 of Excel's calendar, as of 1900-03-01


@cache
def _months() -> dict[str, int]:
    return {word: number for number, words in enumerate(declared()["dates"]["months"], start=1) for word in words}


def _month(year: int, month: int, months: int = 1) -> Days:
    last = month + months - 1
    return date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1])


def _day(year: int, month: int, day: int) -> Days:
    found = date(year, month, day)
    return found, found


def _slashed(match: re.Match[str]) -> Days:
    """Return a date such as 13/03/2027; where both numbers may be the month, it is refused with both readings."""
    first, second, year = int(match["a"]), int(match["b"]), int(match["year"])
    if first > 12 or first == second:  # noqa: PLR2004 (months)
        return _day(year, second, first)
    if second > 12:  # noqa: PLR2004
        return _day(year, first, second)
    readings = sorted((date(year, second, first), date(year, first, second)))
    raise refused(match.string, "date_ambiguous", first=readings[0].isoformat(), second=readings[1].isoformat())


def _named(match: re.Match[str]) -> Days:
    return _day(int(match["year"]), _months()[match["month"]], int(match["day"]))


def _numbered(match: re.Match[str]) -> Days:
    return _day(int(match["year"]), int(match["month"]), int(match["day"]))


def _week(match: re.Match[str]) -> Days:
    monday = date.fromisocalendar(int(match["year"]), int(match["week"]), 1)
    return monday, monday + timedelta(days=6)


def _no_year(match: re.Match[str]) -> Days:
    raise refused(match.string, "date_year")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Days]], ...]:
    year, number = r"(?P<year>(?:19|20|21)[0-9]{2})", r"[0-9]{1,2}"
    month, day = rf"(?P<month>{choice(_months())})\.?", rf"(?P<day>{number})(?:st|nd|rd|th|:e|:a|\.)?"
    quarter, half = (choice(listed("dates", key)) for key in ("quarters", "halves"))
    week, numbers = choice(listed("dates", "weeks")), rf"(?P<month>{number})[-/.](?P<day>{number})"
    part = rf"(?:{quarter}\s?(?P<q>[1-4])|(?P<q2>[1-4])(?::?[ae])?\s?{quarter})"
    halved = rf"(?:{half}\s?(?P<q>[12])|(?P<q2>[12])(?::?[ae])?\s?{half})"
    weekly = rf"{week}\s?(?P<week>[0-9]{{1,2}})"

    def of_part(months: int) -> Callable[[re.Match[str]], Days]:
        return lambda match: _month(int(match["year"]), (int(match["q"] or match["q2"]) - 1) * months + 1, months)

    def of_month(match: re.Match[str]) -> Days:
        said = match["month"]
        return _month(int(match["year"]), int(said) if said.isdigit() else _months()[said])

    both = r"[\s,/-]*"
    found: list[tuple[str, Callable[[re.Match[str]], Days]]] = [
        (rf"{year}[-/.]{numbers}(?:[t ][0-9]{{2}}:[0-9]{{2}}(?::[0-9.]{{2,9}})?z?)?", _numbered),
        (rf"{year}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})", _numbered),
        (rf"(?P<day>{number})\.\s?(?P<month>{number})\.\s?{year}", _numbered),
        (rf"(?P<day>{number})/(?P<month>{number})[ -]{{1,3}}{year}", _numbered),
        (rf"(?P<a>{number})[/-](?P<b>{number})[/-]{year}", _slashed),
        (rf"{day}[\s-]*{month}{both}{year}", _named),
        (rf"{month}\s?{day}{both}{year}", _named),
        (rf"{year}\s{day}\s?{month}", _named),
        (year, lambda match: _month(int(match["year"]), 1, 12)),
        (rf"{month}{both}{year}", of_month),
        (rf"{year}{both}{month}", of_month),
        (rf"{year}[-/.](?P<month>{number})", of_month),
        (rf"(?P<month>{number})[-/.]{year}", of_month),
        (rf"{part}{both}{year}", of_part(3)),
        (rf"{year}{both}{part}", of_part(3)),
        (rf"{halved}{both}{year}", of_part(6)),
        (rf"{year}{both}{halved}", of_part(6)),
        (rf"{weekly}{both}{year}", _week),
        (rf"{year}{both}{weekly}", _week),
        (rf"{weekly}|{part}|{month}|{day}\s?{month}|{month}[\s-]?{day}|{part}[\s/'-]*{number}", _no_year),
        (rf"{number}[-/.]{number}(?:[-/.]{number})?|{day}\s?{month}[\s-]{number}", _no_year),
    ]
    return tuple((re.compile(re.sub(r"\(\?P<(\w+)>", _unique(), pattern)), made) for pattern, made in found)


@cache
def _dropped() -> re.Pattern[str]:
    """Return the words that say nothing of which day it is, such as ”senast”."""
    return re.compile(rf"(?<![^\W_]){choice(listed('dates', 'drop'))}(?![^\W_])")


def _unique() -> Callable[[re.Match[str]], str]:
    """Return a replacement that names a group only the first time that it stands in a pattern."""
    seen: set[str] = set()

    def named(match: re.Match[str]) -> str:
        name, again = match[1], match[1] in seen
        seen.add(name)
        return "(?:" if again else f"(?P<{name}>"

    return named


def parse(text: str) -> Days | None:
    """Return the first and last day that a text may mean, None where it is no date.

    Raises
    ------
    Unreadable
        It can be read as two dates, or says no year.

    Examples
    --------
    >>> [day.isoformat() for day in parse("Q1 2027")], [day.isoformat() for day in parse("12 mars 2027")]
    (['2027-01-01', '2027-03-31'], ['2027-03-12', '2027-03-12'])
    >>> parse("12/03/2027")
    Traceback (most recent call last):
    ...
    krokomrsa.values.Unreadable: ”12/03/2027”. Datumet går att läsa på två sätt: 2027-03-12 eller 2027-12-03. Skriv datumet som ÅÅÅÅ-MM-DD.
    """
    line = fold(plain(text))
    if len(line) > 60:  # noqa: PLR2004 (a date is short)
        return None
    bare = " ".join(_dropped().sub(" ", line).split())
    for pattern, made in _patterns():
        match = pattern.fullmatch(bare)
        if match is not None:
            try:
                return made(match)
            except ValueError:  # 31 February, month 13, week 54: no date
                return None
    return None


def serial(number: float) -> date | None:
    """Return the date that Excel shows a number as, None outside the dates that we keep.

    >>> serial(46000.0)
    datetime.date(2025, 12, 9)
    """
    days = (LAST_DATE - _EPOCH).days
    return _EPOCH + timedelta(days=int(number)) if (FIRST_DATE - _EPOCH).days <= number < days + 1 else None


def dated(number_format: str) -> bool:
    """Tell whether a number format shows a date.

    >>> dated("yyyy-mm-dd"), dated("0.00"), dated('0 "dagar"')
    (True, False, False)
    """
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format).casefold()
    return bare != "general" and bool(re.search(r"[yå]|d.*m|m.*d", bare))


def _of_number(raw: float, number_format: str) -> Days:
    whole = int(raw) if float(raw).is_integer() else None
    if dated(number_format):
        found = serial(raw)
        if found is not None:
            return found, found
        raise refused(raw, "date")
    days = parse(str(whole)) if whole is not None and len(str(whole)) in {4, 8} else None
    if days is not None:
        return days
    found = serial(raw)
    raise refused(raw, "date_number", read=found.isoformat()) if found is not None else refused(raw, "date")


def _days(raw: object, number_format: str) -> Days:
    if isinstance(raw, datetime):
        return raw.date(), raw.date()
    if isinstance(raw, date):
        return raw, raw
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 1e9:  # noqa: PLR2004 (no date is as large)
        return _of_number(raw, number_format)
    found = parse(raw) if isinstance(raw, str) else None
    if found is None:
        raise refused(raw, "date")
    return found


def _shown_as_date(raw: object, number_format: str) -> bool:
    return not isinstance(raw, str) and dated(number_format)


def read(key: str, raw: object, *, number_format: str = "General") -> Read:
    """Return a day in the column of our key; of a longer span, the last day where our key is a deadline.

    Raises
    ------
    Unreadable
        The cell holds no date, one that can be read in two ways, or a span where a day is kept.

    Examples
    --------
    >>> print(read("treatments.due", "2027-03").told)
    ”2027-03” lästes som sista dagen, 2027-03-31.
    >>> read("treatments.done_on", "2027-03")
    Traceback (most recent call last):
    ...
    krokomrsa.values.Unreadable: ”2027-03”. Det är ingen dag utan tiden från 2027-03-01 till 2027-03-31. Skriv vilken dag det var, som ÅÅÅÅ-MM-DD, eller lämna tomt.
    """
    column = key.partition(".")[2]
    if isinstance(raw, str) and (fold(raw) in listed("empty", "dashes") or group("status").get(fold(raw)) == "not judged"):
        return interpreted({}, raw, "empty")
    if isinstance(raw, str) and group("status").get(fold(raw)) == "unknown":
        return interpreted({column: None}, raw, "status", status=text_of("foreign_values.status.unknown"))
    first, last = _days(raw, number_format)
    if not FIRST_DATE <= first <= last <= LAST_DATE:
        raise refused(raw, "date")
    if first != last and key not in declared()["dates"]["deadlines"]:
        raise refused(raw, "date_span", first=first.isoformat(), last=last.isoformat())
    if isinstance(raw, datetime) and raw.time() != time():
        return interpreted({column: last}, raw, "time", read=last.isoformat())
    if isinstance(raw, date) or (isinstance(raw, str) and raw.strip() == last.isoformat()) or _shown_as_date(raw, number_format):
        return Read(values={column: last})
    return interpreted({column: last}, raw, "day" if first == last else "last_day", read=last.isoformat())
