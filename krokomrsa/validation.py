"""Check that a register agrees with its declaration, with itself and with the scale: one small named check per rule."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, partial
from typing import Final, cast

from krokomrsa.errors import Problem
from krokomrsa.register import Register, Row, rows_of
from krokomrsa.scales import LIKELIHOOD, Scale
from krokomrsa.values import Value, cell, fold, shown, split
from krokomrsa.vocabulary import Column, Table, text_of

GUESSES: Final = 100  # so many unknown references of a column get a guess by likeness; with more, a whole table is missing


@dataclass(frozen=True, kw_only=True)
class View:
    """What a check sees: every table as rows of plain values, duplicates included, and the scale."""

    register: Register
    scale: Scale

    @cached_property
    def rows(self) -> Mapping[str, list[Row]]:
        """Return the rows of each table."""
        return {table.key: rows_of(content) for table, content in self.register}

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """Return table → id → what a coordinator calls the row: its first required text, or its id."""
        return {
            table.key: {
                row_id: _name(table, row, number) for number, row in enumerate(self.rows[table.key], start=1) if (row_id := _id(row))
            }
            for table in self.register.vocabulary
        }

    @property
    def tables(self) -> Iterator[tuple[Table, list[Row]]]:
        """Go through the declared tables and their rows."""
        return ((table, self.rows[table.key]) for table in self.register.vocabulary)

    def problem(self, rule: str, place: tuple[str, Row, str], /, **values: object) -> Problem:
        """Return what a rule says about a place: table, row and column; with the cell it was read from, where it was read."""
        table, row, key = place
        column = self.register.vocabulary[table][key]
        problem, remedy = (text_of(f"validation.{rule}.{part}", **values) for part in ("problem", "remedy"))
        stands = shown(cell(column, row.get(key)))
        found = Problem(table=table, id=_id(row), column=key, value=stands, problem=problem, remedy=remedy)
        origin = self.register.source(table, found.id, key)
        return found.at(file=origin.file, sheet=origin.sheet, cell=origin.cell) if origin else found


Check = Callable[[View], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, under which its texts stand in ``texts/validation.toml``, and its check."""

    name: str
    check: Check


def _id(row: Row) -> str:
    return shown(row.get("id"))


def _name(table: Table, row: Row, number: int) -> str:
    key = next((column.key for column in table if column.key != "id" and column.required and column.type == "text"), "id")
    return shown(row.get(key)) or _id(row) or text_of("validation.nameless", number=number)


def _label(column: Column, code: Value) -> str:
    return shown(cell(column, code))


def _unique_id(view: View) -> Iterator[Problem]:
    for table, rows in view.tables:
        first = {_id(row): row for row in reversed(rows)}
        for row_id, count in Counter(map(_id, rows)).items():
            if row_id and count > 1:
                yield view.problem("unique_id", (table.key, first[row_id], "id"), id=row_id, count=count, sheet=table.sheet)


def _unique_across(view: View) -> Iterator[Problem]:
    """Check ids of tables that one reference column can point to together: services and resources."""
    together = {column.to: None for table in view.register.vocabulary for column in table if len(column.to) > 1}
    for tables in together:
        taken: dict[str, str] = {}
        for key in tables:
            for row in view.rows[key]:
                other = taken.setdefault(_id(row), key)
                if _id(row) and other != key:
                    held = {"name": view.names[other][_id(row)], "sheet": view.register.vocabulary[other].sheet}
                    yield view.problem("unique_across", (key, row, "id"), id=_id(row), **held)


_NAMED: Final = ("organisations", "services", "resources", "risks")  # tables whose rows a person knows by name


def _unique_name(view: View) -> Iterator[Problem]:
    """Yield rows that a person cannot tell apart from an earlier one: same name, in the same organisation for services."""
    for key in _NAMED:
        declared = view.register.vocabulary[key]
        seen: dict[tuple[str | None, ...], Row] = {}
        for row in view.rows[key]:
            name = tuple(fold(str(row[column])) if row[column] is not None else None for column in declared.identity)
            first = seen.setdefault(name, row) if None not in name else row
            if first is not row:
                yield view.problem("unique_name", (key, row, declared.identity[-1]), first=first["id"])


def _required(view: View) -> Iterator[Problem]:
    for table, rows in view.tables:
        for column in (column for column in table if column.required):
            for number, row in enumerate(rows, start=1):
                if row[column.key] is None:
                    said = {"header": column.header, "help": column.help, "sheet": table.sheet, "name": _name(table, row, number)}
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


def _reference(view: View) -> Iterator[Problem]:
    for table, rows in view.tables:
        for column in (column for column in table if column.to):
            known = {row_id for to in column.to for row_id in view.names[to]}
            held = [(row, split(row[column.key]) if column.type == "references" else (row[column.key],)) for row in rows]
            lost = [(row, str(part)) for row, parts in held for part in parts if part is not None and part not in known]
            guesses = _guesses(view, column.to, (reference for _, reference in lost)) if lost else {}
            sheets = text_of("validation.or").join(view.register.vocabulary[to].sheet for to in column.to)
            for row, reference in lost:
                said = {"reference": reference, "sheets": sheets, "guess": guesses.get(reference, "")}
                yield view.problem("reference", (table.key, row, column.key), **said)


def _choice(view: View) -> Iterator[Problem]:
    for table, rows in view.tables:
        for column in (column for column in table if column.type in {"choice", "choices"}):
            for row in rows:
                for code in (code for code in split(row[column.key]) if code not in column.values):
                    said = {"code": code, "header": column.header, "choices": ", ".join(column.values.values())}
                    yield view.problem("choice", (table.key, row, column.key), **said)


def _limits(view: View) -> Iterator[Problem]:
    for table, rows in view.tables:
        for column in (column for column in table if column.min is not None or column.max is not None):
            low, high = (-math.inf if column.min is None else column.min), (math.inf if column.max is None else column.max)
            held = ((row, cast("float | None", row[column.key])) for row in rows)
            yield from (_outside(view, column, row) for row, number in held if number is not None and not low <= number <= high)


def _outside(view: View, column: Column, row: Row) -> Problem:
    bounds = {"least": column.min, "most": column.max}
    least, most = (text_of(f"values.{key}", limit=shown(float(limit))) if limit is not None else "" for key, limit in bounds.items())
    if least and most:
        most = text_of("values.and_most", limit=shown(float(cast("float", column.max))))
    said = {"number": shown(row[column.key]), "header": column.header, "least": least, "most": most}
    found = view.problem("limits", (column.table, row, column.key), **said)
    return found.at(remedy=column.remedy) if column.remedy else found


def _ordered(view: View, *, rule: str, table: str, first: str, second: str) -> Iterator[Problem]:
    for row in view.rows[table]:
        low, high = row[first], row[second]
        if low is not None and high is not None and high < low:  # type: ignore[operator]
            yield view.problem(rule, (table, row, second), first=shown(low), second=shown(high))


def _aspect_on_scale(view: View) -> Iterator[Problem]:
    declared = view.register.vocabulary["assessments"]["aspect"]
    for row in view.rows["assessments"]:
        if row["aspect"] in declared.values and row["aspect"] not in {LIKELIHOOD, *view.scale.aspects}:
            said = {"label": _label(declared, row["aspect"]), "scale": view.scale.name}
            yield view.problem("aspect_on_scale", ("assessments", row, "aspect"), **said)


def _level_on_scale(view: View) -> Iterator[Problem]:
    aspect = view.register.vocabulary["assessments"]["aspect"]
    for row in (row for row in view.rows["assessments"] if row["status"] == "judged" and row["aspect"] is not None):
        axis = view.scale.axis(str(row["aspect"]))
        first, last = axis[0], axis[-1]
        for key in ("low", "high"):
            level = cast("float | None", row[key])
            if level is not None and not first.level <= level <= last.level:
                ends = {"first": first.level, "first_label": first.label, "last": last.level, "last_label": last.label}
                said = {"level": shown(level), "aspect": _label(aspect, row["aspect"]), "scale": view.scale.name}
                yield view.problem("level_on_scale", ("assessments", row, key), **said, **ends)


def _judged_has_level(view: View) -> Iterator[Problem]:
    aspect = view.register.vocabulary["assessments"]["aspect"]
    for row in view.rows["assessments"]:
        if row["status"] == "judged" and row["low"] is None and row["high"] is None:
            yield view.problem("judged_has_level", ("assessments", row, "low"), aspect=_label(aspect, row["aspect"]))


def _unjudged_has_no_level(view: View) -> Iterator[Problem]:
    table = view.register.vocabulary["assessments"]
    for row in view.rows["assessments"]:
        for key in ("low", "high"):
            if row["status"] in {"unknown", "not judged"} and row[key] is not None:
                said = {part: _label(table[part], row[part]) for part in ("aspect", "status")}
                yield view.problem("unjudged_has_no_level", ("assessments", row, key), level=shown(row[key]), **said)


def _groups(view: View) -> Iterator[tuple[str, str, list[Row]]]:
    """Yield dependent, group and rows of each reservlösning; what is not needed is no part of it."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in view.rows["dependencies"]:
        if row["dependent"] is not None and row["group"] is not None and row["status"] != "not needed":
            found[str(row["dependent"]), str(row["group"])].append(row)
    return ((*key, rows) for key, rows in found.items())


def _size(rows: list[Row]) -> int:
    """Return how many alternatives a group has in the season in which it has the fewest."""
    seasons = {row["season"] for row in rows} - {None} or {None}
    return min(sum(row["season"] in {None, season} for row in rows) for season in seasons)


def _needed_in_group(view: View) -> Iterator[Problem]:
    for _, group, rows in _groups(view):
        size = _size(rows)
        for row in rows:
            if cast("int", row["needed"] or 1) > size:
                yield view.problem("needed_in_group", ("dependencies", row, "needed"), needed=row["needed"], size=size, group=group)


def _needed_without_group(view: View) -> Iterator[Problem]:
    for row in view.rows["dependencies"]:
        if row["group"] is None and cast("int", row["needed"] or 1) > 1:
            yield view.problem("needed_without_group", ("dependencies", row, "needed"), needed=row["needed"])


def _needed_agrees(view: View) -> Iterator[Problem]:
    names = {**view.names["resources"], **view.names["services"]}
    for dependent, group, rows in _groups(view):
        counts = Counter(cast("int", row["needed"] or 1) for row in rows)
        usual = counts.most_common(1)[0][0]
        for row in (row for row in rows if (row["needed"] or 1) != usual):
            said = {"group": group, "dependent": names.get(dependent, dependent), "counts": ", ".join(map(str, sorted(counts)))}
            yield view.problem("needed_agrees", ("dependencies", row, "needed"), **said)


def _activity_year(view: View) -> Iterator[Problem]:
    for row in view.rows["activities"]:
        done = row["carried_out_on"]
        if row["status"] == "done" and done is not None and row["year"] is not None and done.year != row["year"]:  # type: ignore[union-attr]
            yield view.problem("activity_year", ("activities", row, "carried_out_on"), date=shown(done), year=row["year"])


_ORDERED: Final = {  # rule → table, what comes first, what must not come before it
    "assessment_order": ("assessments", "low", "high"),
    "endurance_order": ("dependencies", "endurance_low_h", "endurance_high_h"),
    "restoration_order": ("resources", "restoration_low_h", "restoration_high_h"),
    "evaluation_order": ("activities", "carried_out_on", "evaluated_on"),
    "document_order": ("documents", "decided_on", "valid_to"),
}

RULES: Final[tuple[Rule, ...]] = (
    Rule("unique_id", _unique_id),
    Rule("unique_across", _unique_across),
    Rule("unique_name", _unique_name),
    Rule("required", _required),
    Rule("reference", _reference),
    Rule("choice", _choice),
    Rule("limits", _limits),
    *(Rule(name, partial(_ordered, rule=name, table=at, first=one, second=two)) for name, (at, one, two) in _ORDERED.items()),
    Rule("aspect_on_scale", _aspect_on_scale),
    Rule("level_on_scale", _level_on_scale),
    Rule("judged_has_level", _judged_has_level),
    Rule("unjudged_has_no_level", _unjudged_has_no_level),
    Rule("needed_in_group", _needed_in_group),
    Rule("needed_without_group", _needed_without_group),
    Rule("needed_agrees", _needed_agrees),
    Rule("activity_year", _activity_year),
)


def check(register: Register, scale: Scale) -> list[Problem]:
    """Return everything in a register that does not agree: with the declaration, with itself, with the scale. Nothing for a sound one.

    Each problem carries table, id, column, what stands there, what is wrong and what to do, and the cell it was read from where it was
    read from a file. The register stays as it is.

    Examples
    --------
    >>> import pandas as pd
    >>> from krokomrsa.scales import load
    >>> soc = pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})
    >>> care = pd.DataFrame({"id": ["V-1"], "organisation": ["Socialförvaltning"], "name": ["Hemtjänst"]})
    >>> for problem in check(Register({"organisations": soc, "services": care}), load()):
    ...     print(problem.problem, problem.remedy)
    ”Socialförvaltning” finns inte i Organisationer. Menade du ”SOC” (Socialförvaltningen)? Skriv id för en rad som finns, ...
    """
    view = View(register=register, scale=scale)
    return [problem for rule in RULES for problem in rule.check(view)]
