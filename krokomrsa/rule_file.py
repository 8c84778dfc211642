"""Check what stands in a rule-set file: every key, its kind of value, and that days and ids hold together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from krokomrsa.errors import Problem
from krokomrsa.vocabulary import text_of

CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "kind": ("krav", "otydligt", "eget mål"),
        "event": ("election", "year", "incident"),
        "scope": ("", "own", "geographic"),
        "part": ("", "municipality", "method", "services", "dependencies", "risks", "vulnerabilities", "treatments"),
    }
)
_TYPES: Final[Mapping[str, type]] = MappingProxyType({"str": str, "int": int, "date": date})

Content = Mapping[str, Any]


def _wanted(annotation: str) -> tuple[str, type]:
    base = annotation.split(" | ", maxsplit=1)[0]
    return (base, _TYPES[base]) if base in _TYPES else ("dict", dict) if base.startswith("Mapping") else ("list", list)


def _entry(kind: type[Any], entry: Content, place: str) -> list[Problem]:
    declared = {each.name: each for each in fields(kind)}

    def problem(case: str, key: str, **values: str) -> Problem:
        said = text_of(f"rules.{case}", key=key, place=place)
        return Problem(value=str(entry.get(key, "")), problem=said, remedy=text_of(f"rules.{case}_remedy", **values))

    found = [problem("unknown_key", key, keys=", ".join(declared)) for key in entry if key not in declared]
    for key, each in declared.items():
        name, wanted = _wanted(str(each.type))
        if key not in entry:
            if each.default is MISSING and each.default_factory is MISSING:
                found.append(problem("missing_key", key))
        elif type(entry[key]) is not wanted:  # a truth value is no number here, a moment no day
            found.append(problem("wrong_type", key, wanted=text_of(f"rules.wanted.{name}")))
        elif key in CHOICES and entry[key] not in CHOICES[key]:
            found.append(problem("wrong_choice", key, choices=", ".join(CHOICES[key])))
    return found


def _twice(part: str, rows: list[Content]) -> list[Problem]:
    ids = [str(row["id"]) for row in rows if "id" in row]
    again = sorted({each for each in ids if ids.count(each) > 1})
    return [
        Problem(value=each, problem=text_of("rules.twice", id=each, place=part), remedy=text_of("rules.twice_remedy")) for each in again
    ]


def _has_day(row: Content) -> bool:
    try:
        date(2001, row["month"], row["day"])  # a year without 29 February: the day must exist every year
    except (KeyError, TypeError, ValueError):
        return False
    return True


def _days(rows: list[Content]) -> list[Problem]:
    remedy = text_of("rules.wrong_day_remedy")
    return [
        Problem(value=str(row.get("id", "")), problem=text_of("rules.wrong_day"), remedy=remedy)
        for row in rows
        if row.get("event") in {"election", "year"} and not _has_day(row)
    ]


def _order(content: Content) -> list[Problem]:
    days = [content[key] for key in ("valid_from", "valid_to", "extended_to") if type(content.get(key)) is date]
    problem = Problem(problem=text_of("rules.wrong_order"), remedy=text_of("rules.wrong_order_remedy"))
    return [] if days == sorted(days) else [problem]


def problems(content: Content, whole: type[Any], parts: Mapping[str, type[Any]]) -> list[Problem]:
    """Return everything that is wrong with a rule set: ``whole`` and ``parts`` are the dataclasses it is made into."""
    found = _entry(whole, content, text_of("rules.place.rule_set"))
    for part, kind in parts.items():
        rows = content.get(part, [])
        if not isinstance(rows, list):
            continue  # told above
        tables: list[Content] = [row if isinstance(row, dict) else {} for row in rows]
        for number, row in enumerate(tables, start=1):
            found += _entry(kind, row, text_of(f"rules.place.{part}", number=number))
        found += _twice(part, tables)
        found += _days(tables) if part == "deadlines" else []
    return found + _order(content)
