"""Say what each block of a form means: which cell is which column of which table.

Forms are written and read by the same blocks, so what is asked is what is understood. A block is a header row with ``Id`` in its first
column and the rows below it; the row above the header holds a marker such as ``§department.A`` (and, in a matrix, the column ids).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from krokomrsa import values
from krokomrsa.errors import Problem
from krokomrsa.register import Row
from krokomrsa.values import Value, fold
from krokomrsa.vocabulary import Column, Vocabulary, resource, text_of, texts

Written = str | float | int | date | None

META_SHEET: Final = "_krokomrsa"  # key | value: form, form_version, organisation, rule_set, state, workspace, made_on
BASE_SHEET: Final = "_bas"  # block | row | field | id | value: every answer as it was sent out, and the register row it belongs to
LISTS_SHEET: Final = "_listor"  # drop-down lists
BASE_COLUMNS: Final = ("block", "row", "field", "id", "value")
META_KEYS: Final = ("form", "form_version", "organisation", "rule_set", "state", "workspace", "made_on")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a drop-down and the column values it stands for."""

    label: str
    values: Mapping[str, Value]
    meaning: str = ""
    short: str = ""  # what people write instead of choosing: 3 for "3 – Allvarliga"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One cell of a row in a form: its header, its table, and the column or columns its answer fills."""

    key: str
    header: str
    table: str
    columns: tuple[str, ...]
    help: str = ""
    column: Column | None = None
    answers: tuple[Answer, ...] = ()
    locked: bool = False

    @property
    def asked_anew(self) -> bool:
        """Tell whether the answer is about this round only, so that a form never shows the last one: Stämmer / Ändrat."""
        return self.key == "review"

    def read(self, raw: object) -> Row:
        """Return the column values that a non-empty cell holds.

        Raises
        ------
        krokomrsa.values.Unreadable
            The cell holds no such answer.
        """
        word = fold(values.shown(raw))
        if self.column is not None:
            unknown = self.column.type in {"number", "integer", "date"} and word in texts("forms")["unknown_words"]
            return {self.column.key: None if unknown else values.read(self.column, raw)}
        for answer in self.answers:
            if word and word in {fold(answer.label), fold(answer.short)}:
                return dict(answer.values)
        choices = ", ".join(answer.label for answer in self.answers)
        problem, remedy = text_of("values.not_choice"), text_of("values.not_choice_remedy", choices=choices)
        raise values.Unreadable(Problem(value=values.shown(raw), problem=problem, remedy=remedy))

    def write(self, row: Mapping[str, Value]) -> Written:
        """Return what the form's cell shows for a row of the register: the answer it stands for, or the interval itself."""
        if self.column is not None:
            return values.cell(self.column, row.get(self.column.key))
        held = {key: row.get(key) for key in self.columns}
        if all(value is None for value in held.values()):
            return None
        for answer in self.answers:
            if held == {key: answer.values.get(key) for key in self.columns}:
                return answer.label
        low, high = held.get("low", held.get("endurance_low_h")), held.get("high", held.get("endurance_high_h"))
        if "endurance_low_h" not in self.columns:
            return "–".join(dict.fromkeys(values.shown(level) for level in (low, high) if level is not None)) or None
        key = "forms.custom" if high is not None else "forms.custom_open"
        return text_of(key, low=values.shown(low if low is not None else 0.0), high=values.shown(high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One table-like part of a form's sheet."""

    key: str
    sheet: str
    fields: tuple[Field, ...]
    matrix: bool = False

    @property
    def marker(self) -> str:
        """Return the text in the row above the header that says which block this is."""
        return text_of("forms.marker") + self.key


@cache
def endurance_answers() -> tuple[Answer, ...]:
    """Return the answers to how long a service stands without a resource, each an interval in hours.

    >>> [answer.label for answer in endurance_answers()][:3]
    ['behövs inte', 'stannar direkt', 'mindre än 4 h']
    """
    declared = tomllib.loads(resource("endurance.toml"))["answers"]
    return tuple(
        Answer(
            entry["label"],
            {"status": entry["status"], "endurance_low_h": entry.get("low"), "endurance_high_h": entry.get("high")},
            entry["meaning"],
        )
        for entry in declared
    )


def severity_answers(labels: Mapping[int, str]) -> tuple[Answer, ...]:
    """Return the answers to how hard an event hits, from the consequence levels of the scale in use.

    >>> [answer.label for answer in severity_answers({1: "Lindriga", 2: "Kännbara"})]
    ['1 – Lindriga', '2 – Kännbara', 'vet inte', 'berörs inte']
    """
    levels = [
        Answer(
            text_of("forms.answers.severity", level=level, label=label),
            {"status": "judged", "low": float(level), "high": float(level)},
            short=str(level),
        )
        for level, label in labels.items()
    ]
    unknown = Answer(text_of("forms.answers.unknown"), {"status": "unknown", "low": None, "high": None})
    not_affected = Answer(text_of("forms.answers.not_affected"), {"status": "not judged", "low": None, "high": None})
    return (*levels, unknown, not_affected)


def _asked(vocabulary: Vocabulary, table: str, block: str) -> tuple[Field, ...]:
    return tuple(
        Field(key=column.key, header=column.title, table=table, columns=(column.key,), help=column.help, column=column)
        for column in vocabulary[table].asked_in(block)
    )


def _endurance(key: str) -> Field:
    return Field(
        key=key,
        header="",  # the resource's name, one column for each
        table="dependencies",
        columns=("status", "endurance_low_h", "endurance_high_h"),
        answers=endurance_answers(),
    )


def blocks(vocabulary: Vocabulary, severity: Mapping[int, str]) -> dict[str, Block]:
    """Return every block of the department's and the resource owner's form, by key.

    ``severity`` maps the consequence levels of the scale in use to their labels.
    """
    weakness = vocabulary["vulnerabilities"]["description"]
    measure, responsible = vocabulary["treatments"]["measure"], vocabulary["treatments"]["responsible"]
    event = vocabulary["risks"]["event"]
    grounds = vocabulary["assessments"]["grounds"]
    header = "forms.headers."
    rows: dict[str, tuple[Field, ...]] = {
        "department.A": _asked(vocabulary, "services", "department.A"),
        "department.B": (_endurance("endurance"),),
        "department.C": (
            Field(
                key="event", header=text_of(header + "event"), table="risks", columns=("event",), help=event.help, column=event, locked=True
            ),
            Field(
                key="severity",
                header=text_of(header + "severity"),
                table="assessments",
                columns=("status", "low", "high"),
                answers=severity_answers(severity),
            ),
            Field(
                key="grounds",
                header=text_of(header + "grounds"),
                table="assessments",
                columns=("grounds",),
                help=grounds.help,
                column=grounds,
            ),
        ),
        "department.D": (
            Field(
                key="weakness",
                header=text_of(header + "weakness"),
                table="vulnerabilities",
                columns=("description",),
                help=weakness.help,
                column=weakness,
            ),
            Field(
                key="proposal",
                header=text_of(header + "proposal"),
                table="treatments",
                columns=("measure",),
                help=measure.help,
                column=measure,
            ),
            Field(
                key="responsible",
                header=text_of(header + "responsible"),
                table="treatments",
                columns=("responsible",),
                help=responsible.help,
                column=responsible,
            ),
        ),
        "owner.A": _asked(vocabulary, "resources", "owner.A"),
        "owner.B": (_endurance("endurance"),),
    }
    return {
        key: Block(key=key, sheet=texts("forms")["sheets"][key], fields=fields, matrix=key.endswith(".B")) for key, fields in rows.items()
    }


def register_blocks(vocabulary: Vocabulary) -> dict[str, Block]:
    """Return the blocks of the register workbook: every table with every column."""
    return {
        f"register.{table.key}": Block(
            key=f"register.{table.key}",
            sheet=table.sheet,
            fields=tuple(
                Field(key=column.key, header=column.title, table=table.key, columns=(column.key,), help=column.help, column=column)
                for column in table
            ),
        )
        for table in vocabulary
    }


def blocks_of(form: str, vocabulary: Vocabulary, severity: Mapping[int, str]) -> dict[str, Block]:
    """Return the blocks of one kind of form: ``department``, ``owner`` or ``register``.

    >>> from krokomrsa.vocabulary import load
    >>> list(blocks_of("owner", load(), {}))
    ['owner.A', 'owner.B']
    """
    every = register_blocks(vocabulary) if form == "register" else blocks(vocabulary, severity)
    return {key: block for key, block in every.items() if key.startswith(f"{form}.")}
