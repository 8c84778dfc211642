"""Print rows of a register's table as a table of a document: the columns' own headers, names for ids, kronor in groups of three."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from krokomrsa.excel.summary import naming
from krokomrsa.register import Record, Register
from krokomrsa.report.elements import Head, Row, Table, id_head
from krokomrsa.report.parts.treatments import money
from krokomrsa.values import display
from krokomrsa.vocabulary import Column

NUMBERS: Final = frozenset({"number", "integer"})


def listing(register: Register, table: str, rows: Sequence[Record], columns: Mapping[str, float], *, caption: str, note: str = "") -> Table:
    """Return rows of a table with their ids and some columns, each with its share of the width; every row names its source."""
    declared = {key: register.vocabulary[table][key] for key in columns}
    names = naming.names(register, "organisations")

    def cell(column: Column, row: Record) -> str:
        value = row[column.key]
        if column.unit == "kronor":
            return money(cast("float | None", value))
        return names[str(value)] if column.to == ("organisations",) and value in names else display(column, value)

    lines = [
        Row(cells=(str(row["id"]), *(cell(column, row) for column in declared.values())), sources=((table, str(row["id"])),))
        for row in rows
    ]
    heads = [id_head(register.vocabulary[table]["id"].header, (str(row["id"]) for row in rows))]
    heads += [Head(declared[key].title, width, "right" if declared[key].type in NUMBERS else "left") for key, width in columns.items()]
    return Table(caption=caption, heads=heads, rows=lines, note=note)
