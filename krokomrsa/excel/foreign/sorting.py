"""Set aside the rows that a sender calls something else than risks, such as the issues of a RAID log, until somebody has said what they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from krokomrsa.excel.foreign.asking import Asking
from krokomrsa.excel.foreign.feeds import ROWS
from krokomrsa.excel.foreign.model import Answers, Column, Guess, Table
from krokomrsa.excel.foreign.understanding import signs
from krokomrsa.excel.foreign.understanding.evidence import facts
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of, texts


def only_risks(asking: Asking, guesses: Sequence[Guess], answers: Answers) -> Asking:
    """Return the asking about the rows of a table that are risks; the others are asked about, once for each word, or left out as answered."""
    column = next((guess.column for guess in guesses if guess.sorts), None)
    if column is None:
        return asking
    table, left = asking.table, set[int]()
    for word, rows in _called(table, column).items():
        answer = answers.values.get((ROWS, fold(word)))
        if signs.is_risk(word) or (answer is not None and fold(answer) not in texts("foreign_intake")["unread_words"]):
            continue
        left.update(rows)
        if answer is None:
            asking.other(column, word, rows)
        else:
            _leave_out(asking, rows)
    kinds = {row: kind for row, kind in table.kinds.items() if row not in left}
    return replace(asking, table=replace(table, kinds=kinds))


def _leave_out(asking: Asking, rows: AbstractSet[int]) -> None:
    told, table = text_of("foreign_intake.ignored.rows"), asking.table
    for column in table.columns:
        asking.ledger.ignore_as(table.sheet, [cell for cell in table.cells(column) if cell.row in rows], told)


def _called(table: Table, column: Column) -> dict[str, set[int]]:
    """Return what the rows are called in a column, each with its rows; the same word in another case is the same."""
    words = {row: shown(value) for row, value in facts(table, column).values.items()}
    called: defaultdict[str, set[int]] = defaultdict(set)
    for row in table.data:
        word = words.get(row) or text_of("foreign_intake.questions.blank")
        called[next((known for known in called if fold(known) == fold(word)), word)].add(row)
    return dict(called)
