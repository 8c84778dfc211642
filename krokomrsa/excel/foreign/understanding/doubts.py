"""Doubt what a table as a whole does not bear out: ids on few rows, words that any table has, scales that look like registers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from krokomrsa.excel.foreign.understanding import signs
from krokomrsa.excel.foreign.understanding.claims import Claim, is_own, lists_level, name_of, say
from krokomrsa.excel.foreign.understanding.synonyms import tokens

_FILLED: Final = 0.8  # share of the rows with an event on which the row's own id stands
_LIST: Final = 12  # rows that a scale has at most
_FEWEST: Final = 3  # levels of the shortest scale
_RAID: Final = "raid"  # risks, assumptions, issues, dependencies
_AXES: Final = frozenset({"assessments.likelihood", "assessments.consequence"})
_MET: Final = frozenset({"risks.owner", "treatments.owner", "treatments.due"})  # who meets a risk, and when
_ANYWHERE: Final = frozenset({"description", "name", "id", "counter", "owner", "category", "note", "status", "due", "organisation"})
_SPECIFIC: Final = frozenset(
    {"title", "threat", "causes", "vulnerability", "measure", "protection", "risk_owner", "risk_id", "score", "residual", "control"}
)  # what tells a register of risks from any other table, beside what is judged


def sparse(claims: list[Claim], kind: str | None) -> list[Claim]:  # noqa: ARG001 (one signature for every rule)
    """Ask about an id that stands on few of the rows that have an event."""
    rows = next((set(claim.facts.values) for claim in claims if claim.key == "risks.event" and not claim.ignored), set())
    found = list(claims)
    for place, claim in enumerate(claims):
        if claim.key != "risks.id" or not claim.sure or is_own(claim) or not rows or claim.facts.empty:
            continue
        count = len(rows & set(claim.facts.values))
        if count < _FILLED * len(rows):
            found[place] = claim.asked(say("id_sparse", count=count, rows=len(rows)), key=claim.key, confidence=0.4)
    return found


def generic(claims: list[Claim], kind: str | None) -> list[Claim]:
    """Ask about ”Description”, ”Code” and the like where nothing else says that the table is about risks."""
    if kind != "risks" or any(map(is_own, claims)) or any(map(_is_specific, claims)):
        return claims
    return [
        claim.asked(say("generic", name=name_of(claim.concept)), key=claim.key, confidence=0.5)
        if claim.sure and claim.concept in _ANYWHERE
        else claim
        for claim in claims
    ]


def _is_specific(claim: Claim) -> bool:
    """Tell whether a column says that its table is about risks; a description that says ”risk” does too."""
    if claim.concept == "description" and len(claim.hit.word.split()) > 1:
        return True
    letter = claim.hit.how == "letter" and claim.key is not None
    return letter or claim.concept in _SPECIFIC or lists_level(claim.concept)


def listed(claims: list[Claim], kind: str | None) -> list[Claim]:
    """Ask about a table that judges nothing: no column may name a risk, or each level stands once."""
    levels = [claim for claim in claims if _rates(claim) and not is_own(claim)]
    names = [claim for claim in claims if claim.concept in {"title", "threat", "vulnerability", "risk_id"} and not claim.ignored]
    once = bool(levels) and all(map(_each_once, levels))
    nameless = bool(levels) and not any(claim.key in {"risks.event", "risks.id", "risks.description"} for claim in claims)
    if kind != "risks" or names or not (once or nameless) or _is_met(claims, levels):
        return claims
    reason = say("listed" if once else "nameless")
    return [claim.asked(reason, key=claim.key, confidence=0.4) if claim.sure and not is_own(claim) else claim for claim in claims]


def _is_met(claims: list[Claim], levels: list[Claim]) -> bool:
    """Tell whether events are judged and somebody meets them, and some column's levels stand in no order: a scale is none of that."""
    held = {claim.key for claim in claims if not claim.ignored and not claim.facts.empty}
    if not ("risks.event" in held and held >= _AXES and held & _MET):
        return False
    numbers = (list(claim.facts.numbers.values()) for claim in levels)
    return any(len(found) >= _FEWEST and found not in (sorted(found), sorted(found, reverse=True)) for found in numbers)


def _rates(claim: Claim) -> bool:
    """Tell whether a column holds levels or scores, as its header says."""
    return (lists_level(claim.concept) or claim.concept in {"score", "detectability"}) and not claim.facts.empty


def _each_once(claim: Claim) -> bool:
    facts = claim.facts
    return _FEWEST <= len(facts.values) <= _LIST and facts.different == len(facts.values)


def mixed(claims: list[Claim], kind: str | None) -> list[Claim]:
    """Find the column that says of each row whether that is a risk or something else, such as an issue or a decision."""
    found = list(claims)
    sorting = [place for place, claim in enumerate(claims) if _sorts(claim)] if kind == "risks" else []
    for place in sorted(sorting, key=lambda place: -len(claims[place].facts.values))[:1]:
        claim = claims[place]
        found[place] = replace(claim if is_own(claim) else claim.dropped(say("sorts")), sorts=True)
    return found


def _sorts(claim: Claim) -> bool:
    """Tell whether a column holds words for risks and for what else is followed up; letters for them, where its header says so."""
    if len({value for _, value in claim.facts.sample}) > _LIST or not claim.column.header:
        return False  # as most columns: some of their values are too many already
    held = set(claim.facts.values.values())
    if len(held) > _LIST:
        return False
    header = set(tokens(claim.column.header))
    letters = set(_RAID) if _RAID in header else header if all(len(word) == 1 for word in header) else set()

    def other(value: object) -> bool:
        return signs.is_other(value) or (not signs.is_risk(value) and str(value).casefold() in letters)

    risks = any(map(signs.is_risk, held)) or _RAID in header
    return risks and any(map(other, held)) and claim.facts.mostly(lambda value: signs.is_risk(value) or other(value))
