"""Say which of our columns each of a sender's columns is: by its header, by what stands there, by the columns beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import takewhile
from typing import Final

from krokomrsa.excel.foreign.feeds import STATE
from krokomrsa.excel.foreign.model import Answers, Column, Guess, Layout, Status, Table
from krokomrsa.excel.foreign.understanding import synonyms
from krokomrsa.excel.foreign.understanding.claims import SURE, Claim, first, lists_level, say
from krokomrsa.excel.foreign.understanding.context import settle
from krokomrsa.excel.foreign.understanding.evidence import Facts, agrees, facts
from krokomrsa.excel.foreign.understanding.synonyms import Hit
from krokomrsa.scales import Scale
from krokomrsa.values import fold
from krokomrsa.vocabulary import Table as Declared
from krokomrsa.vocabulary import Vocabulary

__all__ = ["SURE", "guess"]

_TITLE: Final = 80  # letters of a title
_FEW: Final = 2  # headers of ours that make a list ours
_MOSTLY: Final = 0.8  # share of the headers that must be our keys for them to be read as keys: ”owner” is anybody's
_COMMON: Final = frozenset({"id", "note", "name", "status", "date"})  # columns that most tables have: no sign of any
_FED: Final = frozenset(
    {
        "organisations",
        "services",
        "resources",
        "dependencies",
        "risks",
        "assessments",
        "vulnerabilities",
        "treatments",
        "activities",
        "information_assets",
        "goals",
        "documents",
        "events",
    }
)  # our tables that a sender may feed
_EVENTS: Final = frozenset({"title", "threat", "description", "name"})

# what a table that is none of ours in so many words feeds, the first that fits: all of the first, any of the second
_KINDS: Final = (
    ("treatments", {"measure"}, {"due", "status", "owner", "measure_owner", "measure_id", "done_on", "cost"}),
    ("information_assets", {"asset"}, {"confidentiality", "integrity", "availability"}),
    ("dependencies", {"endurance"}, {"supplier", "dependent", "service", "resource"}),
    ("services", {"service"}, {"tolerable_outage", "rto", "lowest_level", "outage_effect", "backup_solution"}),
    ("resources", {"resource"}, {"restoration", "backup_power", "resource_supplier", "rto"}),
    ("risks", {"title"}, {"threat", "vulnerability", "causes", "protection", "description", "measure", "control", "consequence_text"}),
    ("vulnerabilities", {"vulnerability"}, {"organisation", "owner", "raised", "note", "id"}),
)


def guess(table: Table, layout: Layout, *, vocabulary: Vocabulary, scale: Scale, answers: Answers) -> tuple[Guess, ...]:
    """Return what each column of a sender's table is taken to be, in the table's order.

    ``mapped`` is sure, ``asked`` is a question with the best guess as ``key``, ``ignored`` is nothing for the register.
    What the coordinator has answered before goes first.
    """
    columns = _named(table, layout)
    states = {word: answer for (key, word), answer in answers.values.items() if key == STATE}
    headers = [column.parts or (column.header,) for column in columns]
    hits = [synonyms.stated(synonyms.find(parts), parts, states) for parts in headers]
    found = [facts(table, column) for column in columns]
    ours = _ours(table, vocabulary)
    kind = _kind(table, hits, found, ours)
    fed = vocabulary.tables.get(kind or "")
    told = zip(columns, found, hits, strict=True)
    claims = [first(column, held, hit, fed=fed, own=kind == ours, scale=scale) for column, held, hit in told]
    known = [_answered(claim, table.sheet.name, answers) for claim in claims]
    free = settle([answer or claim for answer, claim in zip(known, claims, strict=True)], kind)
    return tuple(_guess(answer or claim, sorts=claim.sorts) for answer, claim in zip(known, free, strict=True))


def _named(table: Table, layout: Layout) -> tuple[Column, ...]:
    """Return a table's columns, told from all others of the sheet that are called the same; tables with the same headers are one.

    A column that was answered about keeps its name as long as no other is called so, wherever it is moved.
    """
    beside = layout.headers(table.sheet)
    often = Counter(header for headers in beside for header in headers)
    seen = Counter(header for headers in takewhile(table.headers.__ne__, beside) for header in headers)
    named: list[Column] = []
    for column, header in zip(table.columns, table.headers, strict=True):
        seen[header] += 1
        alike = say("alike", number=seen[header], count=often[header]) if often[header] > 1 else ""
        named.append(replace(column, alike=alike) if alike else column)
    return tuple(named)


def _answered(claim: Claim, sheet: str, answers: Answers) -> Claim | None:
    """Return the claim as the coordinator has answered it, None where that has not been asked."""
    place = (fold(sheet), fold(claim.column.name))
    if place not in answers.columns:
        return None
    key = answers.columns[place]
    base = Claim(column=claim.column, hit=Hit(), facts=claim.facts, confidence=1.0)
    if key is None:
        return base.dropped(say("answered_none"), confidence=1.0)
    return Claim(column=claim.column, hit=Hit(), facts=claim.facts, key=key, confidence=1.0, reason=say("answered"))


def _guess(claim: Claim, *, sorts: bool) -> Guess:
    status: Status = "ignored" if claim.ignored else "mapped" if claim.sure else "asked"
    return Guess(
        column=claim.column,
        key=claim.key,
        confidence=round(claim.confidence, 2),
        reason=claim.reason,
        status=status,
        others=tuple(other for other in claim.others if other != claim.key),
        sorts=sorts,
        state_word=claim.state_word if status == "asked" else "",
    )


def _kind(table: Table, hits: list[Hit], found: list[Facts], ours: str | None) -> str | None:
    """Return the table of ours that a sender's table feeds first, None where it resembles none."""
    names = {hit.concept.name for hit in hits if hit.concept and hit.how not in {"none", "contained"}}
    judged = _judged(hits, found)
    if ours and not (judged and ours not in {"risks", "assessments"}):
        return ours
    letters = {hit.word for hit in hits if hit.how == "letter"}
    pair = any({one, other} <= letters for one, other in synonyms.load().pairs)
    if judged or pair or names & {"risk_id", "risk_owner"}:
        return "risks"
    if "other_id" in names:  # the sender calls them issues, decisions …
        return next((kind for kind, needed, signs in _KINDS if kind != "risks" and needed <= names and signs & names), None)
    parts = {hit.concept.name for hit in hits if hit.concept}
    if _is_named(table) and (names & _EVENTS or parts & {"title", "threat", "risk_id", "likelihood", "consequence"}):
        return "risks"
    return next((kind for kind, needed, signs in _KINDS if needed <= names and signs & names), None)


def _is_named(table: Table) -> bool:
    """Tell whether a table's sheet, or what stands above it, is called a register of risks."""
    top = min(table.header_rows, default=1)
    above = (cell.value for (row, _), cell in table.sheet.cells.items() if row < top and isinstance(cell.value, str))
    titles = [table.sheet.name, *(text for text in above if len(text) <= _TITLE)]
    return any(word in synonyms.folded(text.casefold()) for text in titles for word in synonyms.load().registers)


def _judged(hits: list[Hit], found: list[Facts]) -> bool:
    """Tell whether the table judges: a likelihood, or a consequence beside an event; words we cannot read are judgements too."""
    named = [(hit.concept.name, hit.how, held) for hit, held in zip(hits, found, strict=True) if hit.concept]
    sure = {name for name, how, _ in named if how not in {"contained", "none"}}
    levels = {name for name, _, held in named if lists_level(name) and agrees("level", held, concept=name) is not False}
    if "likelihood" in sure and sure & (_EVENTS | {"consequence", "severity", "vulnerability"}):
        return True
    return "likelihood" in levels or (bool(levels & sure) and bool(_EVENTS & sure))


def _ours(table: Table, vocabulary: Vocabulary) -> str | None:
    """Return the table of ours whose headers these are, None if there are too few."""
    words = {fold(column.parts[-1] if column.parts else column.header) for column in table.columns}
    scores = {declared.key: _score(declared, words, table.sheet.name) for declared in vocabulary if declared.key in _FED}
    best = max(scores, key=lambda key: scores[key])
    return best if scores[best] >= _FEW and scores[best] * 3 >= len(words) else None


def _score(declared: Declared, words: set[str], sheet: str) -> float:
    """Return how many headers are a table's own; those that most tables have count little, the sheet's name much."""
    keys = words & set(declared.keys)
    by_key = keys if len(keys) >= _MOSTLY * len(words) else set()
    hits = [column for column in declared if fold(column.header) in words or fold(column.title) in words or column.key in by_key]
    if 2 * sum(column in hits for column in declared.required) < len(declared.required):
        return 0.0
    own = sum(0.25 if column.key in _COMMON else 1.0 for column in hits)
    named = fold(sheet) in {fold(declared.sheet), declared.key}
    return own + (1.5 if named and hits else 0.0)
