"""Edit what needs what: the tables of dependencies and resources, with alternatives that are counted together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from krokomrsa.changes import Change
from krokomrsa.register import Record, Register
from krokomrsa.values import Value
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench.editing import Editor
from krokomrsa.workbench.keeping import Keeping

DEPENDENCIES: Final = (
    *("dependent", "supplier", "endurance_low_h", "endurance_high_h", "season", "group", "needed"),
    *("status", "last_tested", "use", "consequence", "note"),
)
RESOURCES: Final = (
    *("name", "kind", "provision", "owner", "supplier", "shared", "backup_power", "fuel_h"),
    *("restoration_low_h", "restoration_high_h", "last_tested", "note"),
)
SHORT: Final = ("endurance_low_h", "endurance_high_h", "group", "needed", "season", "last_tested", "status")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_dependencies.tables.{key}", **values)


def alternatives(register: Register, row: Record, group: Value) -> Iterator[Record]:
    """Yield the other rows of a dependent that have the same group: they replace each other."""
    for other in register.held("dependencies").values():
        if other["id"] != row["id"] and other["dependent"] == row["dependent"] and group is not None and other["group"] == group:
            yield other


def agreeing(register: Register, row: Record, key: str, value: Value) -> list[Change]:
    """Return what changes along with a value of a dependency, so that a group agrees on how many of it must stand.

    The number is the group's: written on one row it holds for all; a row that joins a group takes its number, one that leaves has none.
    """
    if key == "needed":
        return [_number(other, value) for other in alternatives(register, row, row["group"]) if other["needed"] != value]
    if key in {"group", "dependent"}:
        joined = {**row, key: value}
        number = next((other["needed"] for other in alternatives(register, joined, joined["group"])), None)
        return [_number(row, number)] if row["needed"] != number else []
    return []


def _number(row: Record, value: Value) -> Change:
    return Change(table="dependencies", id=str(row["id"]), column="needed", before=row["needed"], after=value)


def dependency_table(panel: Keeping) -> Editor:
    """Return the table of dependencies, to be edited and added to."""
    return Editor(
        panel,
        "dependencies",
        DEPENDENCIES,
        labels={key: _t(key) for key in SHORT},
        widths={"dependent": "190px", "supplier": "190px", "use": "130px"},
        asking=("endurance_low_h", "endurance_high_h", "season", "group"),
        along=lambda row, key, value: agreeing(panel.register, row, key, value),
    )


def resource_table(panel: Keeping) -> Editor:
    """Return the table of resources, to be edited and added to."""
    return Editor(panel, "resources", RESOURCES, labels={"last_tested": _t("resource_tested")}, asking=("kind", "provision", "owner"))
