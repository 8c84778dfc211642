"""Keep what the coordinator has answered about a sender's own tables: from a file, from the register, and as rows to store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NoReturn

from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel.foreign.model import Answers
from krokomrsa.excel.rows import new_id
from krokomrsa.register import Register, Row
from krokomrsa.values import fold
from krokomrsa.vocabulary import text_of, texts

TABLE: Final = "import_answers"
_KEYS: Final = ("kind", "sheet", "header", "value", "answer")

Given = Mapping[str, str]  # kind, sheet, header, value, answer


def _unread(answer: str) -> bool:
    return fold(answer) in texts("foreign_intake")["unread_words"]


def of(given: Iterable[Given], organisation: str | None = None) -> Answers:
    """Return answers as they are looked up; a later one on the same question replaces an earlier one."""
    columns: dict[tuple[str, str], str | None] = {}
    values: dict[tuple[str, str], str] = {}
    scales: dict[tuple[str, str], str] = {}
    sheets: dict[tuple[str, str], bool] = {}
    for one in given:
        place, answer = (fold(one["sheet"]), fold(one["header"])), one["answer"].strip()
        if one["kind"] == "column":
            columns[place] = None if _unread(answer) else answer
        elif one["kind"] == "value":
            values[one["header"], fold(one["value"])] = answer
        elif one["kind"] == "scale":
            scales[place] = answer
        elif one["kind"] == "sheet":
            sheets[place] = not _unread(answer)
        elif one["kind"] == "organisation":
            organisation = answer
    return Answers(organisation=organisation, columns=columns, values=values, scales=scales, sheets=sheets)


def earlier(register: Register, organisation: str) -> Iterator[Given]:
    """Yield what was answered for this sender before."""
    for row in register.held(TABLE).values():
        if row["organisation"] == organisation:
            yield {key: str(row[key] or "") for key in _KEYS}


def _refuse(key: str, **values: object) -> NoReturn:
    problem, remedy = (text_of(f"foreign_intake.answers.{key}{part}", **values) for part in ("", "_remedy"))
    raise KrokomrsaError(Problem(problem=problem, remedy=remedy, kind="refused"))


def read(content: bytes) -> list[Given]:
    """Return the answers in a file: the questions of ``import --json``, each with its ``answer``.

    Raises
    ------
    KrokomrsaError
        The file is no such list; an answer is no text; a question is of no known kind.

    Examples
    --------
    >>> read(b'[{"kind": "scale", "sheet": "Risker", "header": "S", "answer": "samma"}]')[0]["answer"]
    'samma'
    """
    try:
        said = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        _refuse("broken", reason=error)
    found = said.get("questions") if isinstance(said, dict) else said
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        _refuse("no_list")
    kinds = texts("foreign_intake")["kinds"]
    for number, one in enumerate(found, start=1):
        if one.get("kind") not in kinds:
            _refuse("kind", number=number, kind=one.get("kind"), kinds=", ".join(kinds))
        if not isinstance(one.get("answer", ""), str | int | float):
            _refuse("answer", number=number)
    return [{key: _text(one.get(key)) for key in _KEYS} for one in found if _text(one.get("answer"))]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def changes(given: Iterable[Given], register: Register, organisation: str) -> list[Change]:
    """Return the changes that keep answers as rows of the register, so that the sender's next file is read likewise."""
    made: list[Change] = []
    held = register.held(TABLE)
    for one in {tuple(each[key] for key in _KEYS[:-1]): each for each in given if each["kind"] != "organisation"}.values():
        row: Row = {"organisation": organisation, **{key: one[key] or None for key in _KEYS}}
        row_id = new_id(register, TABLE, row)
        before = held.get(row_id, {})
        wanted: Row = {"id": row_id, **row}
        made += [
            Change(table=TABLE, id=row_id, column=key, before=before.get(key), after=value, origin=None)
            for key, value in wanted.items()
            if value is not None and before.get(key) != value
        ]
    return made
