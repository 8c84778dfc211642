"""Find what looks wrong in a register that is formally correct: each fault by a small check of its own, in one table of checks."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pandas as pd

from krokomrsa.analysis.cascade.fault_view import Fault, Seen
from krokomrsa.analysis.cascade.network import REQUIRED, blank, cells, column_problems
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Row, rows_of
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

ROWS: Final = 5  # so many rows with the same time in both columns are no coincidence
_COLUMNS: Final = ("kind", "label", "table", "id", "column", "value", "problem", "remedy")

Check = Callable[[Seen], Iterator[Fault]]


def _standing(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["status"] != "not needed"]


def _reserves(seen: Seen) -> Iterator[list[Row]]:
    """Go through the needs of each group with more than one of them."""
    return (needs for rows in seen.groups.values() if len(needs := _standing(rows)) > 1)


def _service_without_needs(seen: Seen) -> Iterator[Fault]:
    stated = {row["dependent"] for row in seen.needs}
    for row in rows_of(seen.services):
        if row["id"] not in stated:
            yield Fault("services", row, "id", {"name": seen.name(row["id"]), "who": seen.who(row["id"])})


def _need_without_supplier(seen: Seen) -> Iterator[Fault]:
    known = {*seen.services["id"], *seen.resources["id"]}
    return (seen.of_need(row, "supplier") for row in seen.needs if row["supplier"] not in known)


def _orphan_resource(seen: Seen) -> Iterator[Fault]:
    wanted = {row["supplier"] for row in seen.needs}
    return (Fault("resources", row, "id", {"name": seen.name(row["id"])}) for row in rows_of(seen.resources) if row["id"] not in wanted)


def _confused_columns(seen: Seen) -> Iterator[Fault]:
    """Find organisations where every known endurance of a service is its tolerable outage; "0 and 0" is an answer."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in seen.needs:
        known = row["dependent"] in seen.tolerated and not {row["endurance_low_h"], row["endurance_high_h"]} <= {None}
        if known and (seen.tolerated[row["dependent"]], row["endurance_high_h"]) != (0, 0):
            found[seen.answers.get(row["dependent"], row["dependent"])].append(row)
    for rows in found.values():
        same = all(seen.tolerated[row["dependent"]] in {row["endurance_low_h"], row["endurance_high_h"]} for row in rows)
        if same and len(rows) >= seen.least_rows:
            yield seen.of_need(rows[0], "endurance_high_h", count=len(rows), who=seen.who(rows[0]["dependent"]))


def _group_never_tested(seen: Seen) -> Iterator[Fault]:
    return (seen.of_group(rows, rows, "last_tested") for rows in _reserves(seen) if all(row["last_tested"] is None for row in rows))


def _backup_never_tested(seen: Seen) -> Iterator[Fault]:
    described, tested = (~blank(cells(seen.services, key)) for key in ("backup_solution", "backup_tested"))
    rows = rows_of(seen.services)
    return (
        Fault("services", rows[place], "backup_tested", {"name": seen.name(rows[place]["id"])})
        for place in (described & ~tested).nonzero()[0]
    )


def _group_of_one(seen: Seen) -> Iterator[Fault]:
    return (seen.of_group(rows, rows) for rows in seen.groups.values() if len(rows) == 1 and _standing(rows))


def _group_all_needed(seen: Seen) -> Iterator[Fault]:
    return (
        seen.of_group(rows, rows, "needed", count=len(rows))
        for rows in _reserves(seen)
        if rows[0]["needed"] == len({row["supplier"] for row in rows})
    )


def _group_same_supplier(seen: Seen) -> Iterator[Fault]:
    return (seen.of_group(rows, rows, "supplier") for rows in _reserves(seen) if len({row["supplier"] for row in rows}) == 1)


def _group_supplier_twice(seen: Seen) -> Iterator[Fault]:
    """Find an alternative that counts as two in some season; a group of nothing else is told by another check."""
    for rows in _reserves(seen):
        if len({row["supplier"] for row in rows}) > 1:
            yield from (seen.of_group(rows, twice, "supplier") for twice in _twice(rows))


def _twice(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Go through the rows of each supplier that stands twice in one season; a row of the whole year gives way to one of a season."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["supplier"], row["season"]].append(row)
    return (same for same in found.values() if len(same) > 1)


def _group_not_needed(seen: Seen) -> Iterator[Fault]:
    for rows in seen.groups.values():
        refused = [row for row in rows if row["status"] == "not needed"]
        if refused:
            yield seen.of_group(rows, refused, "status")


def _alternative_also_alone(seen: Seen) -> Iterator[Fault]:
    """Find what a group replaces and a row of its own demands all the same, for the same use or for one that is not told."""
    alone = defaultdict(list)
    for row in seen.needs:
        if row["group"] is None:
            alone[row["dependent"], row["supplier"]].append(row)
    for rows in _reserves(seen):
        for row in rows:
            if any(own["use"] is None or own["use"] == row["use"] for own in alone[row["dependent"], row["supplier"]]):
                yield seen.of_need(row, "group", group=shown(row["group"]))


def _need_twice(seen: Seen) -> Iterator[Fault]:
    first: set[tuple[Any, ...]] = set()
    for row in seen.needs:
        need = tuple(row[key] for key in ("dependent", "supplier", "use", "season"))
        if row["group"] is None and need in first:
            yield seen.of_need(row, "supplier")
        if row["group"] is None:
            first.add(need)


def _needs_itself(seen: Seen) -> Iterator[Fault]:
    return (seen.of_need(row, "supplier") for row in seen.needs if row["dependent"] is not None and row["dependent"] == row["supplier"])


def _mutual_at_once(seen: Seen) -> Iterator[Fault]:
    """Find pairs that stop at once without each other, each told once; what has a reservlösning is not among them."""
    at_once = {
        (row["dependent"], row["supplier"]): row for row in reversed(seen.needs) if row["endurance_high_h"] == 0 and row["group"] is None
    }
    for (one, other), row in reversed(at_once.items()):
        if (other, one) in at_once and shown(one) < shown(other):
            yield seen.of_need(row, "endurance_high_h")


def _nothing_tolerated_unknown(seen: Seen) -> Iterator[Fault]:
    for service in (key for key, hours in seen.tolerated.items() if hours == 0):
        rows = [row for row in seen.needs if row["dependent"] == service and {row["endurance_low_h"], row["endurance_high_h"]} == {None}]
        if rows:
            yield seen.of_group(rows, rows, "endurance_low_h", who=seen.who(service))


def _implausible(seen: Seen) -> Iterator[Fault]:
    limit = math.inf if seen.longest_h is None else seen.longest_h
    for row in seen.needs:
        hours = max(hour for hour in (row["endurance_low_h"], row["endurance_high_h"], 0.0) if isinstance(hour, float))
        if hours > limit:
            yield seen.of_need(row, "endurance_high_h", hours=shown(hours), limit=shown(float(limit)))


CHECKS: Final[dict[str, Check]] = {  # kind of fault, under which its texts stand → its check
    "service_without_needs": _service_without_needs,
    "need_without_supplier": _need_without_supplier,
    "orphan_resource": _orphan_resource,
    "confused_columns": _confused_columns,
    "alternative_also_alone": _alternative_also_alone,
    "group_of_one": _group_of_one,
    "group_all_needed": _group_all_needed,
    "group_same_supplier": _group_same_supplier,
    "group_supplier_twice": _group_supplier_twice,
    "group_not_needed": _group_not_needed,
    "group_never_tested": _group_never_tested,
    "backup_never_tested": _backup_never_tested,
    "need_twice": _need_twice,
    "needs_itself": _needs_itself,
    "mutual_at_once": _mutual_at_once,
    "nothing_tolerated_unknown": _nothing_tolerated_unknown,
    "implausible": _implausible,
}


def _said(kind: str, fault: Fault) -> dict[str, str]:
    """Return a fault as a row: where it stands, what stands there, what looks wrong and what to do."""
    texts = {part: text_of(f"cascade_faults.{kind}.{part}", **fault.values) for part in ("label", "problem", "remedy")}
    place = {"table": fault.table, "id": shown(fault.row.get("id")), "column": fault.column, "value": shown(fault.row.get(fault.column))}
    return {"kind": kind, **place, **texts}


def faults(
    dependencies: pd.DataFrame,
    services: pd.DataFrame,
    resources: pd.DataFrame,
    *,
    organisations: pd.DataFrame | None = None,
    least_rows: int = ROWS,
    longest_h: float | None = None,
) -> pd.DataFrame:
    """Return what looks wrong in the tables: things a person should look at, though every row by itself is allowed.

    Rows with status ``not needed`` are no needs. What is refused elsewhere, such as ``needed`` larger than its group, is not told
    again. The arguments stay as they are.

    Parameters
    ----------
    dependencies
        As for ``failure_times``, and where they are there: ``id``, ``use``, ``season``, ``last_tested``.
    services
        ``id``; where they are there: ``name``, ``organisation``, ``tolerable_outage_h``, ``backup_solution``, ``backup_tested``.
    resources
        ``id``; ``name`` where it is there.
    organisations
        ``id``, ``name``.
    least_rows
        From so many rows on, the same time as endurance and as tolerable outage in every row of an organisation is told.
    longest_h
        A longer endurance is told; None: no length is called implausible.

    Returns
    -------
    pandas.DataFrame
        ``kind``: a key of ``CHECKS``; ``label``: its Swedish heading; ``table``, ``id``, ``column``: where; ``value``: what stands
        there; ``problem``, ``remedy``: Swedish sentences. In the order of ``CHECKS``, then of the rows.

    Raises
    ------
    KrokomrsaError
        A column of ids is missing.

    Examples
    --------
    >>> dependencies = pd.DataFrame({"id": ["B-1", "B-2"], "dependent": ["V-1"] * 2, "supplier": ["R-1", "R-2"],
    ...                              "group": ["Samband"] * 2, "last_tested": [None, None]})
    >>> services = pd.DataFrame({"id": ["V-1", "V-2"], "name": ["Hemtjänst", "Skola"]})
    >>> resources = pd.DataFrame({"id": ["R-1", "R-2"], "name": ["Rakel", "Mobilnät"]})
    >>> for fault in faults(dependencies, services, resources)["problem"]:
    ...     print(fault)
    Skola behöver ingenting enligt registret.
    Reservlösningen ”Samband” för Hemtjänst (Rakel, Mobilnät) är aldrig provad enligt registret.
    """
    wanted = (("dependencies", dependencies, REQUIRED), ("services", services, ("id",)), ("resources", resources, ("id",)))
    problems = [problem for name, table, keys in wanted for problem in column_problems(table, keys, name=name)]
    if problems:
        raise KrokomrsaError.of(problems)
    seen = Seen(
        dependencies=dependencies,
        services=services,
        resources=resources,
        organisations=organisations,
        least_rows=least_rows,
        longest_h=longest_h,
    )
    rows = [_said(kind, fault) for kind, check in CHECKS.items() for fault in check(seen)]
    return pd.DataFrame({key: pd.Series([row[key] for row in rows], dtype="str") for key in _COLUMNS})
