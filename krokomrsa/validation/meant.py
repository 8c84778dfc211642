"""Check what the values mean together: judgements on their scale, reservlösningar, what comes first and what after."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import cast

from krokomrsa.errors import Problem
from krokomrsa.register import Record
from krokomrsa.scales import LIKELIHOOD, Level
from krokomrsa.validation.view import View, label_of
from krokomrsa.values import shown


def ordered(view: View, *, rule: str, table: str, first: str, second: str) -> Iterator[Problem]:
    """Yield rows in which what comes second is before what comes first."""
    for row in view.rows[table]:
        low, high = row[first], row[second]
        if low is not None and high is not None and high < low:  # type: ignore[operator]
            yield view.problem(rule, (table, row, second), first=shown(low), second=shown(high))


def aspect_on_scale(view: View) -> Iterator[Problem]:
    """Yield judgements of an aspect that the scale does not have."""
    declared = view.register.vocabulary["assessments"]["aspect"]
    lacking = declared.values.keys() - {LIKELIHOOD, *view.scale.aspects}
    for row in view.rows["assessments"]:
        if row["aspect"] in lacking:
            said = {"label": label_of(declared, row["aspect"]), "scale": view.scale.name}
            yield view.problem("aspect_on_scale", ("assessments", row, "aspect"), **said)


def level_on_scale(view: View) -> Iterator[Problem]:
    """Yield judgements at a level that the scale does not have."""
    aspect = view.register.vocabulary["assessments"]["aspect"]
    judged = [row for row in view.rows["assessments"] if row["status"] == "judged" and row["aspect"] is not None]
    levels = {(str(of), level) for of, *both in {(row["aspect"], row["low"], row["high"]) for row in judged} for level in both}
    outside = {(of, level) for of, level in levels if level is not None and not _stands_on(view.scale.axis(of), cast("float", level))}
    for row in judged if outside else ():
        axis = view.scale.axis(str(row["aspect"]))
        first, last = axis[0], axis[-1]
        for key in ("low", "high"):
            level = row[key]
            if (row["aspect"], level) in outside:
                ends = {"first": first.level, "first_label": first.label, "last": last.level, "last_label": last.label}
                said = {"level": shown(level), "aspect": label_of(aspect, row["aspect"]), "scale": view.scale.name}
                yield view.problem("level_on_scale", ("assessments", row, key), **said, **ends)


def _stands_on(axis: Sequence[Level], level: float) -> bool:
    return axis[0].level <= level <= axis[-1].level


def judged_has_level(view: View) -> Iterator[Problem]:
    """Yield judgements that are said to be made and have no level."""
    aspect = view.register.vocabulary["assessments"]["aspect"]
    for row in view.rows["assessments"]:
        if row["status"] == "judged" and row["low"] is None and row["high"] is None:
            yield view.problem("judged_has_level", ("assessments", row, "low"), aspect=label_of(aspect, row["aspect"]))


def unjudged_has_no_level(view: View) -> Iterator[Problem]:
    """Yield judgements that are said not to be made and have a level."""
    table = view.register.vocabulary["assessments"]
    for row in (row for row in view.rows["assessments"] if row["status"] in {"unknown", "not judged"}):
        for key in ("low", "high"):
            if row[key] is not None:
                said = {part: label_of(table[part], row[part]) for part in ("aspect", "status")}
                yield view.problem("unjudged_has_no_level", ("assessments", row, key), level=shown(row[key]), **said)


def _groups(view: View) -> Iterator[tuple[str, str, list[Record]]]:
    """Yield dependent, group and rows of each reservlösning; what is not needed is no part of it."""
    found: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for row in view.rows["dependencies"]:
        if row["dependent"] is not None and row["group"] is not None and row["status"] != "not needed":
            found[str(row["dependent"]), str(row["group"])].append(row)
    return ((*key, rows) for key, rows in found.items())


def _size(rows: list[Record]) -> int:
    """Return how many alternatives a group has in the season in which it has the fewest."""
    seasons = {row["season"] for row in rows} - {None} or {None}
    return min(sum(row["season"] in {None, season} for row in rows) for season in seasons)


def needed_in_group(view: View) -> Iterator[Problem]:
    """Yield rows that ask for more alternatives than their reservlösning has."""
    for _, group, rows in _groups(view):
        size = _size(rows)
        for row in rows:
            if cast("int", row["needed"] or 1) > size:
                yield view.problem("needed_in_group", ("dependencies", row, "needed"), needed=row["needed"], size=size, group=group)


def needed_without_group(view: View) -> Iterator[Problem]:
    """Yield rows that ask for several alternatives and stand alone."""
    for row in view.rows["dependencies"]:
        if row["group"] is None and cast("int", row["needed"] or 1) > 1:
            yield view.problem("needed_without_group", ("dependencies", row, "needed"), needed=row["needed"])


def needed_agrees(view: View) -> Iterator[Problem]:
    """Yield rows that ask for another number than the rest of their reservlösning."""
    for dependent, group, rows in _groups(view):
        counts = Counter(cast("int", row["needed"] or 1) for row in rows)
        usual = counts.most_common(1)[0][0]
        for row in (row for row in rows if (row["needed"] or 1) != usual):
            name = view.names["services"].get(dependent) or view.names["resources"].get(dependent, dependent)
            said = {"group": group, "dependent": name, "counts": ", ".join(map(str, sorted(counts)))}
            yield view.problem("needed_agrees", ("dependencies", row, "needed"), **said)


def activity_year(view: View) -> Iterator[Problem]:
    """Yield activities that were carried out in another year than theirs."""
    for row in view.rows["activities"]:
        done = row["carried_out_on"]
        if row["status"] == "done" and done is not None and row["year"] is not None and done.year != row["year"]:  # type: ignore[union-attr]
            yield view.problem("activity_year", ("activities", row, "carried_out_on"), date=shown(done), year=row["year"])
