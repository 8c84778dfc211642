"""Turn what stands in a cell into a value of its column, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import Column, text_of, texts

Value = str | float | int | bool | date | None

SEPARATOR: Final = "; "
MAX_TEXT: Final = 32_767  # what an Excel cell holds
_HUGE: Final = 1.7e308  # what a float holds
FIRST_DATE, LAST_DATE = date(1900, 3, 1), date(2199, 12, 31)  # Excel counts a 29 February 1900 that never was

_DASHES = re.compile(r"[‐-―−]")
_REMEMBERED: Final = 8192  # texts that were folded last: labels and names come again and again
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # and halves of signs; a tab and a line's end are text
_NO_SIGN = re.compile(r"[\ufffe\uffff]")
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|[+-]?\d+(?:[.,]\d+)?")


class Unreadable(KrokomrsaError):  # noqa: N818 (a cell is unreadable; it is no programming error)
    """Say that a cell does not hold a value of its column."""


def _unreadable(raw: object, problem: str, remedy: str) -> Unreadable:
    return Unreadable(Problem(value=shown(raw), problem=problem, remedy=remedy))


def shown(raw: object) -> str:
    """Return what stands in a cell as a person sees it, shortened to one line.

    >>> shown(3.5), shown(date(2021, 5, 3)), shown(True)
    ('3,5', '2021-05-03', 'Ja')
    """
    if type(raw) is str and len(raw) <= 120 and raw.isprintable() and "  " not in raw:  # noqa: PLR2004 (a line)
        return raw.strip()  # as nearly every text is
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return text_of("values.yes" if raw else "values.no")
    if isinstance(raw, float):
        return f"{raw:.15g}".replace(".", ",")
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ", "minutes")
    line = " ".join(str(raw).split())
    return line if len(line) <= 120 else line[:117] + "…"  # noqa: PLR2004 (a line)


def clean(text: str) -> str:
    r"""Return a text as the register keeps it: composed letters, plain line ends, no space around.

    >>> clean("  Ha\u030arkan \r\n")
    'Hårkan'
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()


def split(text: object) -> tuple[str, ...]:
    """Return the codes or ids in a cell of several.

    >>> split("SOC-1; SOC-2")
    ('SOC-1', 'SOC-2')
    >>> split(float("nan"))
    ()
    """
    if not isinstance(text, str):
        return ()
    if ";" in text or "\n" in text:
        return tuple(part.strip() for part in re.split(r"[;\n]", text) if part.strip())
    return (text.strip(),) if text.strip() else ()


def _text(column: Column, raw: object) -> str:  # noqa: ARG001 (one signature for every type)
    found = clean(shown(raw) if not isinstance(raw, str) else raw)
    if found.isprintable() and len(found) <= MAX_TEXT // 2:
        return found  # as nearly every text is
    bad = _CONTROL.search(found) or _NO_SIGN.search(found)
    if bad is not None:
        raise _unreadable(raw, text_of("values.control", code=f"U+{ord(bad[0]):04X}"), text_of("values.control_remedy"))
    if len(found.encode("utf-16-le")) > 2 * MAX_TEXT:  # Excel counts an emoji as two
        raise _unreadable(raw, text_of("values.too_long", limit=MAX_TEXT), text_of("values.too_long_remedy"))
    return found


def lines(raws: Iterable[str]) -> dict[str, str]:
    r"""Return what :func:`read` returns for each of some texts in a column of texts, all at once; those that are left out are read by themselves.

    >>> lines([" Elavbrott", "två\nrader"])
    {' Elavbrott': 'Elavbrott'}
    """
    found = [raw for raw in raws if raw.isprintable() and len(raw) <= MAX_TEXT // 2]
    composed = unicodedata.is_normalized("NFC", "\n".join(found))
    return {raw: text for raw, text in zip(found, map(str.strip, found), strict=True) if text} if composed else {}


def _in_range(column: Column, raw: object, found: float) -> None:
    least, most = column.min, column.max
    if (least is None or found >= least) and (most is None or found <= most):
        return
    low = text_of("values.least", limit=shown(float(least))) if least is not None else ""
    key = "values.and_most" if low else "values.most"
    high = text_of(key, limit=shown(float(most))) if most is not None else ""
    limit = "values.below" if least is not None and found < least else "values.above"
    edge = least if limit == "values.below" else most
    remedy = column.remedy or text_of("values.range_remedy", least=low, most=high)
    raise _unreadable(raw, text_of(limit, limit=shown(float(edge or 0))), remedy)


def _number(column: Column, raw: object) -> float:
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        raw = float(re.sub(r"[ \u00a0\u202f]", "", raw.strip()).replace(",", "."))
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not -_HUGE <= raw <= _HUGE:
        unit = text_of("values.unit_remedy", unit=column.unit) if column.unit else ""
        raise _unreadable(raw, text_of("values.not_number"), column.remedy or text_of("values.not_number_remedy", unit=unit))
    _in_range(column, raw, raw)
    return float(raw)


def _integer(column: Column, raw: object) -> int:
    found = _number(column, raw)
    if not found.is_integer() or abs(found) > 2**53:
        raise _unreadable(raw, text_of("values.not_integer"), column.remedy or text_of("values.not_integer_remedy"))
    return int(found)


def _boolean(column: Column, raw: object) -> bool:  # noqa: ARG001
    if isinstance(raw, bool):
        return raw
    word = shown(raw).casefold()
    if word in texts("values")["true_words"]:
        return True
    if word in texts("values")["false_words"]:
        return False
    raise _unreadable(raw, text_of("values.not_boolean"), text_of("values.not_boolean_remedy"))


def _date(column: Column, raw: object) -> date:  # noqa: ARG001
    if isinstance(raw, datetime) and raw.time() != time():
        raise _unreadable(raw, text_of("values.date_time"), text_of("values.not_date_remedy"))
    found = raw.date() if isinstance(raw, datetime) else raw
    if isinstance(found, str):
        try:
            found = datetime.strptime(found.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            found = None
    if not isinstance(found, date):
        raise _unreadable(raw, text_of("values.not_date"), text_of("values.not_date_remedy"))
    if not FIRST_DATE <= found <= LAST_DATE:
        limits = {"first": FIRST_DATE.isoformat(), "last": LAST_DATE.isoformat()}
        raise _unreadable(raw, text_of("values.date_range", **limits), text_of("values.not_date_remedy"))
    return found


def _is_western(text: str) -> bool:
    """Tell whether a text holds only signs of Latin-1, as nearly all in Swedish do: those are composed, and no other dash is among them."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """Return a text in the form in which labels are compared: case, dashes and runs of space do not count.

    >>> fold("Vet  INTE") == fold("vet inte"), fold("1–3") == fold("1-3")
    (True, True)
    """
    if text.isascii():
        word = text.lower()
    elif _is_western(text):
        word = text.casefold()
    else:
        word = _DASHES.sub("-", clean(text)).casefold()
    return word.strip() if word.isprintable() and "  " not in word else " ".join(word.split())


def _code(column: Column, raw: object) -> str:
    word = fold(shown(raw))
    for code, label in column.values.items():
        if word in {fold(code), fold(label)}:
            return code
    labels = list(column.values.values())
    close = get_close_matches(word, [fold(label) for label in labels], n=1)
    guess = next((label for label in labels if close and fold(label) == close[0]), "")
    hint = text_of("values.did_you_mean", guess=guess) if guess else ""
    raise _unreadable(raw, text_of("values.not_choice"), hint + text_of("values.not_choice_remedy", choices=", ".join(labels)))


def _codes(column: Column, raw: object) -> str:
    return SEPARATOR.join(dict.fromkeys(_code(column, part) for part in split(shown(raw) if not isinstance(raw, str) else raw)))


def _ids(column: Column, raw: object) -> str:
    return SEPARATOR.join(dict.fromkeys(split(_text(column, raw))))


_READERS: Final[Mapping[str, Callable[[Column, object], Value]]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "choice": _code,
    "choices": _codes,
    "reference": _text,
    "references": _ids,
}


def read(column: Column, raw: object) -> Value:
    """Return the value of a column that a cell holds; None for an empty cell.

    Raises
    ------
    Unreadable
        The cell holds something else; carries what stands there and what to do.

    Examples
    --------
    >>> from krokomrsa.vocabulary import load
    >>> hours = load()["services"]["tolerable_outage_h"]
    >>> read(hours, "0,5"), read(hours, None)
    (0.5, None)
    >>> read(load()["services"]["routines"], "vet inte")
    'unknown'
    >>> read(hours, "två dygn")
    Traceback (most recent call last):
    ...
    krokomrsa.values.Unreadable: ”två dygn”. Här ska stå ett tal. Skriv bara ett tal, till exempel 48 eller 0,5 (timmar). Lämna tomt om ni inte vet.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    found = _READERS[column.type](column, raw)
    return None if found == "" else found


def notice(raw: object, value: Value) -> Problem | None:
    """Return what a coordinator should know about a cell that was read as a value, such as a date that stands as text.

    >>> print(notice("2021-05-03", date(2021, 5, 3)))
    ”2021-05-03”. Datumet står som text och är läst som 2021-05-03. Formatera cellen som datum om det är fel.
    >>> notice("vet inte", None)
    """
    if not isinstance(raw, str) or not isinstance(value, date):
        return None
    problem = text_of("values.date_text", date=shown(value))
    return Problem(value=shown(raw), problem=problem, remedy=text_of("values.date_text_remedy"), kind="notice")


def cell(column: Column, value: Value) -> str | float | int | date | None:
    """Return a value as it is written into a worksheet cell: labels for codes, Ja and Nej for booleans.

    >>> from krokomrsa.vocabulary import load
    >>> cell(load()["assessments"]["status"], "unknown")
    'Vet inte'
    """
    if value is None:
        return None
    if column.type in {"choice", "choices"}:
        return SEPARATOR.join(column.values.get(code, code) for code in split(value))
    if column.type == "boolean":
        return text_of("values.yes" if value else "values.no")
    return value


def display(column: Column, value: Value) -> str:
    """Return a value as it is printed: decimal comma, dates as ÅÅÅÅ-MM-DD, a dash where nothing is known.

    >>> from krokomrsa.vocabulary import load
    >>> display(load()["services"]["tolerable_outage_h"], 0.5), display(load()["services"]["tolerable_outage_h"], None)
    ('0,5', '–')
    """
    written = cell(column, value)
    return text_of("values.missing") if written is None else shown(written) if not isinstance(written, str) else written
