"""Say what a cell lets people enter: drop-downs, numbers and dates within limits, with help and Swedish messages."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.datavalidation import DataValidation

from krokomrsa import values
from krokomrsa.excel.workbook import DATE_FORMAT, TEXT_FORMAT, drop_down
from krokomrsa.vocabulary import Column, text_of

TITLE_LIMIT: Final = 32  # characters that Excel takes in the title of a message
MESSAGE_LIMIT: Final = 255  # and in the message
_HUGE: Final = 1e15  # Excel keeps fifteen digits


def within(text: str, limit: int) -> str:
    """Return a text shortened at a word to what Excel takes.

    >>> within("Hur länge får den stå stilla (timmar)", 32)
    'Hur länge får den stå stilla…'
    """
    return text if len(text) <= limit else textwrap.shorten(text, limit, placeholder="…")


def _rule(title: str, prompt: str, *, error_title: str = "", error: str = "", **limits: Any) -> DataValidation:
    if prompt:
        limits |= {"promptTitle": within(title, TITLE_LIMIT), "prompt": within(prompt, MESSAGE_LIMIT), "showInputMessage": True}
    if error:
        limits |= {"errorTitle": within(error_title, TITLE_LIMIT), "error": within(error, MESSAGE_LIMIT), "showErrorMessage": True}
    return DataValidation(allow_blank=True, **limits)


def choice(file: Workbook, name: str, labels: Sequence[str], *, title: str = "", prompt: str = "") -> DataValidation:
    """Return a drop-down of labels that stand on the hidden sheet of lists under ``name``."""
    told = {"error_title": text_of("workbook.entry.choice_title"), "error": text_of("workbook.entry.choice")}
    return _rule(title, prompt, type="list", formula1=drop_down(file, name, labels), **told)


def _plain(number: float) -> str:
    return f"{number:.15g}"


def _number(column: Column, title: str, prompt: str) -> DataValidation:
    integer = column.type == "integer"
    unit = text_of("values.unit_remedy", unit=column.unit) if column.unit else ""
    remedy = text_of("values.not_integer_remedy") if integer else text_of("values.not_number_remedy", unit=unit)
    least = text_of("values.least", limit=values.shown(float(column.min))) if column.min is not None else ""
    most = text_of("values.and_most" if least else "values.most", limit=values.shown(float(column.max))) if column.max is not None else ""
    bounds = text_of("values.range_remedy", least=least, most=most) if least or most else ""
    return _rule(
        title,
        prompt,
        type="whole" if integer else "decimal",
        operator="between",
        formula1=_plain(column.min if column.min is not None else -_HUGE),
        formula2=_plain(column.max if column.max is not None else _HUGE),
        error_title=text_of("workbook.entry.integer_title" if integer else "workbook.entry.number_title"),
        error=column.remedy or " ".join(part for part in (remedy, bounds) if part),
    )


def _serial(day: date) -> float:
    return float(to_excel(day))  # type: ignore[no-untyped-call]


def _date(title: str, prompt: str) -> DataValidation:
    return _rule(
        title,
        prompt,
        type="date",
        operator="between",
        formula1=_plain(_serial(values.FIRST_DATE)),
        formula2=_plain(_serial(values.LAST_DATE)),
        error_title=text_of("workbook.entry.date_title"),
        error=text_of("values.not_date_remedy"),
    )


def of(file: Workbook, column: Column, *, help_shown: bool = True) -> DataValidation | None:
    """Return what a cell of a column lets people enter, with the column's help as input message; None where anything goes."""
    title, prompt = (column.title, column.help) if help_shown else ("", "")
    if column.type == "choice":
        return choice(file, f"val_{column.table}_{column.key}", list(column.values.values()), title=title, prompt=prompt)
    if column.type == "boolean":
        return choice(file, "val_ja_nej", [text_of("values.yes"), text_of("values.no")], title=title, prompt=prompt)
    if column.type in {"number", "integer"}:
        return _number(column, title, prompt)
    if column.type == "date":
        return _date(title, prompt)
    return _rule(title, prompt) if prompt else None


def number_format(column: Column | None) -> str:
    """Return the number format of a column's cells: texts stay texts, days are written as ÅÅÅÅ-MM-DD.

    >>> from krokomrsa.vocabulary import load
    >>> number_format(load()["services"]["trained_on"]), number_format(load()["services"]["tolerable_outage_h"])
    ('yyyy-mm-dd', 'General')
    """
    if column is None or column.type in {"choice", "boolean", "number", "integer"}:
        return "General"
    return DATE_FORMAT if column.type == "date" else TEXT_FORMAT
