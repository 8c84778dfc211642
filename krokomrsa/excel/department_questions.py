"""Choose the few questions that a department is asked: those whose answers would make most clear about what falls when."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from krokomrsa.analysis import cascade
from krokomrsa.excel.summary.naming import keyed

MOST: Final = 5  # more are not answered
STATED: Final = ("interval", "open")  # kinds of questions where an answer stands already


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, and what has been answered so far; hours, None where nothing has."""

    text: str
    low_h: float | None
    high_h: float | None


def questions(found: cascade.Weaknesses, organisation: str, names: Mapping[str, str]) -> Iterator[Question]:
    """Yield the questions to an organisation, the one that makes most clear first; those about what it may not see named are left out."""
    asked = found.questions
    asked = asked[(asked["department"] == organisation) & (asked["supplier"].isna() | asked["supplier"].isin(list(names)))].head(MOST)
    for row, text in zip(keyed(asked), cascade.question_sentences(asked, names), strict=True):
        stated = row["kind"] in STATED
        yield Question(
            text=text,
            low_h=row["low_h"] if stated else None,
            high_h=row["high_h"] if stated and row["high_h"] is not None and math.isfinite(row["high_h"]) else None,
        )
