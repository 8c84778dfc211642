"""Read numbers and amounts as senders write them: ”3,5”, ”1 200 000 kr”, ”1.5 mkr”, ”Q1”, ”2 – Betydande”."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final

from krokomrsa import values
from krokomrsa.excel.foreign.cells.cell_words import bound, choice, group, listed, plain
from krokomrsa.excel.foreign.cells.levels import level
from krokomrsa.excel.foreign.cells.outcome import Read, also, interpreted, refused
from krokomrsa.values import Value, fold, shown
from krokomrsa.vocabulary import Column, text_of

_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,18}(?:[.,][0-9]{1,18})?")
_GROUPED: Final = re.compile(
    r"(?P<whole>[+-]?[0-9]{1,3}(?P<mark>[ .,'’])[0-9]{3}(?:(?P=mark)[0-9]{3}){0,4})(?:(?P<decimal>[.,])(?P<decimals>[0-9]{1,18}))?"
)
MONEY: Final = ("cost_sek",)


def _ambiguous(text: str) -> bool:
    """Tell whether a text is a thousand to some and a decimal to others: 1,200 and 12.500; 0,125 is neither."""
    return bool(re.fullmatch(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}", text))


def digits(text: str) -> float | None:
    """Return the number that a text in digits is, None where it is none.

    >>> digits("1 200 000"), digits("1.200,50"), digits("0,125"), digits("två")
    (1200000.0, 1200.5, 0.125, None)

    Raises
    ------
    Unreadable
        The text can be read as thousands or as decimals.
    """
    line = " ".join(text.split())
    if _ambiguous(line):
        small, large = float(line.replace(",", ".")), float(re.sub("[.,]", "", line))
        raise refused(text, "number_ambiguous", first=shown(small), second=shown(large))
    if _PLAIN.fullmatch(line):
        return float(line.replace(",", "."))
    match = _GROUPED.fullmatch(line)
    if match is None or match["mark"] == match["decimal"]:
        return None
    whole = "".join(sign for sign in match["whole"] if sign.isdigit() or sign in "+-")
    return float(f"{whole}.{match['decimals'] or 0}")


@cache
def _units() -> dict[str, float]:
    return {word: float(factor) for word, factor in group("money").items()}


def factor_of(header: str) -> float | None:
    """Return what an amount is multiplied by to be kronor, as a header says; None where it says another currency.

    >>> factor_of("Kostnad (tkr)"), factor_of("Kostnad"), factor_of("Cost (EUR)")
    (1000.0, 1.0, None)
    """
    words = re.split(r"[\s_/,()\[\]]+", fold(header))
    if any(word in listed("currencies", "words") for word in words):
        return None
    return next((_units()[word] for word in words if word in _units()), 1.0)


def _currency(number_format: str) -> bool:
    """Tell whether a number format shows another currency than kronor."""
    signs = [fold(sign) for sign in re.findall(r"\[\$([^\]-]+)", number_format)] + re.findall(r"[€£¥₹]|(?<!\[)\$", number_format)
    return any(sign.strip() in listed("currencies", "words") for sign in signs)


def _amount(column: Column, text: str, factor: float | None) -> float | None:
    """Return a written amount in kronor, None where the text is no amount."""
    line = fold(plain(text))
    match = re.fullmatch(r"(?P<sign>[€$£¥₹])?\s?(?P<number>[+-]?[0-9][0-9 .,'’]*?)\s?(?P<unit>[^0-9\s][^0-9]{0,20})?", line)
    if match is None:
        return None
    unit = (match["unit"] or "").strip()
    number = digits(match["number"])
    if match["sign"] or unit in listed("currencies", "words"):
        raise refused(text, "currency")
    if number is None or (unit and unit not in _units()):
        return None
    if not unit and factor is None:
        raise refused(text, "currency")
    return number * (_units()[unit] if unit else factor or 1.0) if column.key in MONEY else number if not unit else None


def _part(column: Column, line: str) -> float | None:
    """Return the quarter that ”Q1” or ”kv 1” is, or the year in ”år 2027”."""
    words = choice(listed("dates", "quarters")) if column.key == "quarter" else "(?:år|year|budget|budgetår)"
    match = (
        re.fullmatch(rf"{words}\s?([0-9]{{1,4}})|([0-9])(?::?[ae])?\s{words}", line)
        if column.key in {"quarter", "year", "budget_year"}
        else None
    )
    return float(match[1] or match[2]) if match is not None else None


def _written(column: Column, raw: str, header: str) -> float:
    """Return the number that a text is, with its unit if it has one."""
    line = fold(plain(raw))
    example = "25000" if column.key in MONEY else "3"
    if re.fullmatch(rf"[0-9][0-9 .,]*\s?{bound('to')}\s?[0-9][0-9 .,]*[^0-9]{{0,10}}", line):
        raise refused(raw, "number_span")
    found = _amount(column, line, factor_of(header) if column.key in MONEY else 1.0)
    found = _part(column, line) if found is None else found
    if found is None and column.type == "integer" and column.max is not None and column.max <= 4:  # noqa: PLR2004 (levels, no amounts)
        judged = level(raw)
        found = judged.low if judged.low == judged.high and not judged.share and not judged.rate else None
    if found is None:
        raise refused(raw, "number", example=example)
    return found


def _year(column: Column, raw: object) -> int | None:
    return raw.year if isinstance(raw, date) and column.key in {"year", "budget_year"} else None


def _nothing(column: Column, raw: str) -> Read | None:
    """Return what a text says that tells of no number: that there is none, or that nobody knows."""
    word = fold(raw)
    status = group("status").get(word)
    if word in listed("empty", "dashes") or status == "not judged":
        return interpreted({}, raw, "empty")
    if status == "unknown":
        return interpreted({column.key: None}, raw, "status", status=text_of("foreign_values.status.unknown"))
    return None


def _of_number(column: Column, raw: object, header: str) -> Read:
    """Return a stored number or date in its column, an amount multiplied as its header says."""
    factor = factor_of(header) if column.key in MONEY else 1.0
    if factor is None:
        raise refused(raw, "currency")
    year = _year(column, raw)
    found: Value = values.read(column, raw if year is None else year)
    if year is None and (factor == 1 or not isinstance(found, int | float)):
        return Read(values={column.key: found})
    value = values.read(column, found * factor) if isinstance(found, int | float) and factor != 1 else found
    return interpreted({column.key: value}, raw, "number", read=shown(value))


def read(column: Column, raw: object, *, header: str = "", number_format: str = "General") -> Read:
    """Return a number in its column; an amount is in kronor, multiplied as its unit or its header says.

    Raises
    ------
    Unreadable
        The cell holds no number, an interval, another currency, or one outside the column's limits.

    Examples
    --------
    >>> from krokomrsa.vocabulary import load
    >>> print(read(load()["treatments"]["cost_sek"], "1.5 mkr").told)
    ”1.5 mkr” lästes som 1500000.
    """
    said = _nothing(column, raw) if isinstance(raw, str) else None
    if said is not None:
        return said
    if column.key in MONEY and _currency(number_format):
        raise refused(raw, "currency")
    if not isinstance(raw, str):
        return _of_number(column, raw, header)
    line = fold(plain(raw))
    bare = re.sub(rf"^{bound('about')}\s?", "", line)
    value = values.read(column, _written(column, bare if bare != line else raw, header))
    if raw.strip() == shown(value):
        return Read(values={column.key: value})
    made = interpreted({column.key: value}, raw, "number", read=shown(value))
    return also(made, raw, "about") if bare != line else made
