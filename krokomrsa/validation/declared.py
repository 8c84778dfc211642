"""Check what the declaration says: ids and names that are one of a kind, what must be filled in, references, choices and limits."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final, cast

from krokomrsa.errors import Problem
from krokomrsa.register import Record
from krokomrsa.register.marks import all_parts, is_whole
from krokomrsa.validation.view import View, id_of, name_of
from krokomrsa.values import fold, shown, split
from krokomrsa.vocabulary import Column, text_of

GUESSES: Final = 100  # so many unknown references of a column get a guess by likeness; with more, a whole table is missing
NAMED: Final = ("organisations", "services", "resources", "risks")  # tables whose rows a person knows by name


def unique_id(view: View) -> Iterator[Problem]:
    """Yield ids that stand on several rows of a table."""
    for table, rows in view.tables:
        if len(set(map(shown, view.values(table.key, "id")))) == len(rows):
            continue
        counts = Counter(map(id_of, rows))
        first = {id_of(row): row for row in reversed(rows)}
        for row_id, count in counts.items():
            if row_id and count > 1:
                yield view.problem("unique_id", (table.key, first[row_id], "id"), id=row_id, count=count, sheet=table.sheet)


def unique_across(view: View) -> Iterator[Problem]:
    """Check ids of tables that one reference column can point to together: services and resources."""
    together = {column.to: None for table in view.register.vocabulary for column in table if len(column.to) > 1}
    for tables in together:
        taken: dict[str, str] = {}
        for key in tables:
            for row in view.rows[key]:
                other = taken.setdefault(id_of(row), key)
                if id_of(row) and other != key:
                    held = {"name": view.names[other][id_of(row)], "sheet": view.register.vocabulary[other].sheet}
                    yield view.problem("unique_across", (key, row, "id"), id=id_of(row), **held)


def unique_name(view: View) -> Iterator[Problem]:
    """Yield rows that a person cannot tell apart from an earlier one: same name, in the same organisation for services."""
    for key in NAMED:
        declared = view.register.vocabulary[key]
        seen: dict[tuple[str, ...], Record] = {}
        rows = [row for row in view.rows[key] if is_whole(declared, row)]
        for told, row in zip(all_parts(declared, rows), rows, strict=True):
            first = seen.setdefault(told, row)
            if first is not row:
                yield view.problem("unique_name", (key, row, declared.identity[-1]), first=first["id"])


def required(view: View) -> Iterator[Problem]:
    """Yield cells that must be filled in and are empty."""
    for table, rows in view.tables:
        for column in (column for column in table if column.required and None in view.values(table.key, column.key)):
            for number, row in enumerate(rows, start=1):
                if row[column.key] is None:
                    said = {"header": column.header, "help": column.help, "sheet": table.sheet, "name": name_of(table, row, number)}
                    yield view.problem("required", (table.key, row, column.key), **said)


def _guesses(view: View, tables: tuple[str, ...], unknown: Iterable[str]) -> dict[str, str]:
    """Return ”Menade du …?” for references that point nowhere, by id or name; left out where nothing is alike."""
    named = [(row_id, name) for table in tables for row_id, name in view.names[table].items()]
    known = {fold(name): (row_id, name) for row_id, name in named} | {fold(row_id): (row_id, name) for row_id, name in named}
    found = {}
    for number, reference in enumerate(dict.fromkeys(unknown)):
        word = fold(reference)
        close = [word] if word in known else get_close_matches(word, known, n=1) if number < GUESSES else []
        if close:
            row_id, name = known[close[0]]
            key = "did_you_mean" if row_id == name else "did_you_mean_named"
            found[reference] = text_of(f"validation.{key}", id=row_id, name=name)
    return found


def _lost(view: View, column: Column, ids: set[str]) -> set[str]:
    """Return those of some ids that stand in none of the tables that a column points to."""
    for table in column.to:
        ids = view.lacking(table, ids)
    return ids


def _parts(column: Column, row: Record) -> tuple[str, ...]:
    return split(row[column.key]) if column.type == "references" else (str(row[column.key]),)


def reference(view: View) -> Iterator[Problem]:
    """Yield references to rows that there are not, each with a guess."""
    for table, rows in view.tables:
        for column in (column for column in table if column.to):
            doubtful = _lost(view, column, cast("set[str]", view.values(table.key, column.key) - {None}))
            told = [(row, _parts(column, row)) for row in rows if row[column.key] in doubtful] if doubtful else []
            unknown = _lost(view, column, {part for _, parts in told for part in parts})
            lost = [(row, part) for row, parts in told for part in parts if part in unknown]
            guesses = _guesses(view, column.to, (reference for _, reference in lost)) if lost else {}
            sheets = text_of("validation.or").join(view.register.vocabulary[to].sheet for to in column.to)
            for row, reference in lost:
                said = {"reference": reference, "sheets": sheets, "guess": guesses.get(reference, "")}
                yield view.problem("reference", (table.key, row, column.key), **said)


def choice(view: View) -> Iterator[Problem]:
    """Yield codes that are not on the list of their column."""
    for table, rows in view.tables:
        for column in (column for column in table if column.type in {"choice", "choices"}):
            unknown = view.values(table.key, column.key) - column.values.keys() - {None}
            for row in (row for row in rows if row[column.key] in unknown) if unknown else ():
                for code in (code for code in split(row[column.key]) if code not in column.values):
                    said = {"code": code, "header": column.header, "choices": ", ".join(column.values.values())}
                    yield view.problem("choice", (table.key, row, column.key), **said)


def limits(view: View) -> Iterator[Problem]:
    """Yield numbers outside the limits of their column."""
    for table, rows in view.tables:
        for column in (column for column in table if column.min is not None or column.max is not None):
            low, high = (-math.inf if column.min is None else column.min), (math.inf if column.max is None else column.max)
            held = cast("set[float]", view.values(table.key, column.key) - {None})
            outside = {number for number in held if not low <= number <= high}
            yield from (_outside(view, column, row) for row in rows if row[column.key] in outside) if outside else ()


def _outside(view: View, column: Column, row: Record) -> Problem:
    bounds = {"least": column.min, "most": column.max}
    least, most = (text_of(f"values.{key}", limit=shown(float(limit))) if limit is not None else "" for key, limit in bounds.items())
    if least and most:
        most = text_of("values.and_most", limit=shown(float(cast("float", column.max))))
    said = {"number": shown(row[column.key]), "header": column.header, "least": least, "most": most}
    found = view.problem("limits", (column.table, row, column.key), **said)
    return found.at(remedy=column.remedy) if column.remedy else found
