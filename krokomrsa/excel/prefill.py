"""Choose what a form shows of the register: the organisation's own rows, what all share, and rows prepared for something new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count, islice
from typing import Final

from krokomrsa.excel.blocks import Block, Written
from krokomrsa.register import Register, Row
from krokomrsa.scales import is_now

_SERVICE_ROWS: Final = 8  # rows for services, prepared ones included
_PREPARED_ROWS: Final = 2  # at least
_WEAKNESS_ROWS: Final = 6
_OWN: Final = "own operations"


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it is sent out, and the register row that it shows."""

    id: str
    value: Written


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a block: its id and what is sent in it, by field; nothing in a row that is prepared for something new."""

    id: str
    sent: Mapping[str, Sent]


def _sent(block: Block, row: Row) -> dict[str, Sent]:
    """Return what a row of the register fills in of a block's fields."""
    written = {field.key: field.write(row) for field in block.fields if not field.asked_anew}
    return {key: Sent(str(row["id"]), value) for key, value in written.items() if value is not None}


def _free(taken: set[str], prefixes: Sequence[str]) -> Iterator[int]:
    return (number for number in count(1) if not any(f"{prefix}{number}" in taken for prefix in prefixes))


def services(register: Register, organisation: str, block: Block) -> list[Line]:
    """Return the organisation's services and rows prepared for new ones, with ids that nothing in the register has.

    >>> from krokomrsa.excel.blocks import blocks
    >>> from krokomrsa.vocabulary import load
    >>> [line.id for line in services(Register(), "SOC", blocks(load(), {})["department.A"])][:2]
    ['V-SOC-1', 'V-SOC-2']
    """
    rows = register.rows("services")
    known = [Line(key, _sent(block, row)) for key, row in rows.items() if row["organisation"] == organisation]
    prefix = f"{register.vocabulary['services'].prefix}-{organisation}-"
    free = _free({*rows, *register.rows("resources")}, [prefix])
    prepared = islice(free, max(_SERVICE_ROWS - len(known), _PREPARED_ROWS))
    return known + [Line(f"{prefix}{number}", {}) for number in prepared]


def resources(register: Register, organisation: str, block: Block) -> list[Line]:
    """Return the resources that the organisation owns."""
    rows = register.rows("resources")
    return [Line(key, _sent(block, row)) for key, row in rows.items() if row["owner"] == organisation]


def visible_resources(register: Register, organisation: str) -> dict[str, str]:
    """Return the names, by id, of the resources that an organisation may see: shared ones and its own."""
    rows = register.rows("resources")
    return {key: str(row["name"]) for key, row in rows.items() if row["shared"] is True or row["owner"] == organisation}


def needs(register: Register, block: Block, ids: Iterable[str], columns: Iterable[str]) -> list[Line]:
    """Return a line for each id with what the register holds of its needs the whole year round, by supplier."""
    field, wanted = block.fields[0], set(columns)
    held: dict[str, dict[str, Sent]] = {}
    for key, row in sorted(register.rows("dependencies").items()):
        dependent, supplier, value = str(row["dependent"]), str(row["supplier"]), field.write(row)
        if row["season"] is None and value is not None and supplier in wanted and dependent != supplier:
            held.setdefault(dependent, {}).setdefault(supplier, Sent(key, value))
    return [Line(key, held.get(key, {})) for key in ids]


def _day(row: Row) -> date:
    return row["date"] if isinstance(row["date"], date) else date.min


def events(register: Register, organisation: str, block: Block) -> list[Line]:
    """Return the coordinator's events, except antagonistic ones, with the organisation's own latest judgement of each."""
    judged: dict[str, Row] = {}
    for _, row in sorted(register.rows("assessments").items()):
        risk = str(row["risk"])
        own = row["judge"] == organisation and row["aspect"] == _OWN and is_now(row)
        if own and (risk not in judged or _day(row) > _day(judged[risk])):
            judged[risk] = row
    event = replace(block, fields=tuple(field for field in block.fields if field.locked))
    answers = replace(block, fields=tuple(field for field in block.fields if not field.locked))
    return [
        Line(key, _sent(event, risk) | (_sent(answers, judged[key]) if key in judged else {}))
        for key, risk in register.rows("risks").items()
        if risk["antagonistic"] is not True
    ]


def weaknesses(register: Register, organisation: str) -> list[Line]:
    """Return empty rows whose slots give ids that neither a vulnerability nor a treatment has.

    >>> [line.id for line in weaknesses(Register(), "SOC")][:2]
    ['SOC-1', 'SOC-2']
    """
    tables = ("vulnerabilities", "treatments")
    taken = {key for table in tables for key in register.rows(table)}
    prefixes = [f"{register.vocabulary[table].prefix}-{organisation}-" for table in tables]
    return [Line(f"{organisation}-{number}", {}) for number in islice(_free(taken, prefixes), _WEAKNESS_ROWS)]
