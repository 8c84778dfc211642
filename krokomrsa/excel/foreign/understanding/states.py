"""Settle which state of the risk a judgement is about: without existing protection, as it is now, or after planned measures."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from krokomrsa.excel.foreign.feeds import NOW, aspect, in_state
from krokomrsa.excel.foreign.understanding.claims import BESIDE, Claim, at, is_own, lists_level, name_of, say

_CONSIDERED: Final = 0.2  # a claim that is worth comparing with


def is_later(claim: Claim) -> bool:
    """Tell whether a column judges what is left after something, and so is not what the register calls now unless somebody says so."""
    return claim.hit.qualifier == "target" and lists_level(claim.concept)


def states(claims: list[Claim], kind: str | None) -> list[Claim]:  # noqa: ARG001 (one signature for every rule)
    """Give each judgement its state where the headers say it; ask where a word may mean the one or the other."""
    found = list(claims)
    for place, claim in enumerate(claims):
        if claim.ignored or is_own(claim):
            continue
        if claim.hit.how == "letter":
            found[place] = _letter(claim, claims)
        elif claim.hit.qualifier == "target" and not lists_level(claim.concept):
            found[place] = _unsure(claim)
        elif claim.key is not None and aspect(claim.key):
            found[place] = _stated(claim, _same(claim, claims))
        elif is_later(claim):
            found[place] = claim.asked(say("target_only"), confidence=0.4)
    return found


def _same(claim: Claim, claims: list[Claim]) -> list[Claim]:
    """Return the other columns that judge the same, whatever the state."""
    return [
        other for other in claims if other is not claim and other.key == claim.key and not other.ignored and other.confidence >= _CONSIDERED
    ]


def _unsure(claim: Claim) -> Claim:
    """Ask about a column whose header only holds a word for a judgement, or for something else."""
    levels = claim.key is not None and aspect(claim.key) is not None
    key, others = (_of(claim, "target"), (_of(claim, NOW),)) if levels else (claim.key, ())
    return claim.asked(claim.reason, key=key, others=others, confidence=min(claim.confidence, 0.7))


def _letter(claim: Claim, claims: list[Claim]) -> Claim:
    """Read a letter that stands once more under another state as what it was the first time, as a question."""
    alike = [one for one in claims if one is not claim and one.hit.how == "letter" and one.hit.word == claim.hit.word]
    first = next((one.key for one in alike if one.key), None)
    if claim.key is not None and claim.hit.state == "inherent":
        return _inherent(claim, alike)
    if claim.key is not None or first is None or claim.hit.qualifier != "target":
        return claim
    return claim.asked(claim.reason, key=in_state(first, "target"), others=(first,), confidence=claim.confidence)


def _stated(claim: Claim, same: list[Claim]) -> Claim:
    state = claim.hit.state
    if claim.hit.qualifier == "target":
        return _later(claim, same)
    if state == "inherent":
        return _inherent(claim, same)
    current = next((other for other in same if other.hit.state == NOW and other.hit.qualifier != claim.hit.qualifier), None)
    if state != NOW and current is not None and claim.sure:
        told = say("beside_current", name=_name(claim), header=current.column.name)
        return claim.asked(told, key=_of(claim, "inherent"), others=(_of(claim, NOW),))
    return claim


def _inherent(claim: Claim, same: list[Claim]) -> Claim:
    """Settle what is said to be without protection: clear beside a column of how it is now; else it may be how it is now, and is asked."""
    others = [other for other in same if other.hit.state != "inherent"]
    after = {other.hit.state == "target" for other in others if other.hit.qualifier == "target"}
    if len(after) > 1 or any(other.hit.qualifier != "target" for other in others):  # what is left beside the goal is how it is now
        reason = say("inherent", name=_name(claim)) if claim.sure else claim.reason
        return replace(claim, key=_of(claim, "inherent"), reason=reason)
    if others:
        return claim.asked(say("inherent_later", name=_name(claim)), key=_of(claim, "inherent"), others=(_of(claim, NOW),))
    return claim.asked(say("inherent_only"), key=claim.key, others=(_of(claim, "inherent"),))


def _later(claim: Claim, same: list[Claim]) -> Claim:
    """Return the claim of what is left after something: the goal, as it is now, or a question."""
    today = [other for other in same if other.hit.qualifier != "target"]
    unprotected = bool(today) and all(other.hit.state == "inherent" for other in today)
    state, word = claim.hit.state, claim.hit.state_word
    if word and state not in {"", "inherent", NOW, "target"}:
        return claim.dropped(say("unread_state", word=word))
    if word and state:
        return at(claim, _of(claim, state), min(claim.confidence, BESIDE), say("answered")) if claim.sure else claim
    if state == "target":
        if not today and not any(other.hit.qualifier == "target" and other.hit.state != "target" for other in same):
            return claim.asked(say("target_only"), key=_of(claim, "target"), others=(_of(claim, NOW),), confidence=0.4)
        reason = say("target", name=_name(claim)) if claim.sure else claim.reason
        return replace(claim, key=_of(claim, "target"), reason=reason)
    if unprotected and any(other.hit.state == "target" for other in same):
        return replace(claim, reason=say("current", reason=claim.reason)) if claim.sure else claim
    keys = (NOW, "target") if unprotected or not today else ("target", NOW)
    asked = claim.asked(say("after", word=word), key=_of(claim, keys[0]), others=(_of(claim, keys[1]),), confidence=0.6)
    return replace(asked, state_word=word if claim.sure else "")


def _of(claim: Claim, state: str) -> str:
    return in_state(claim.key or "", state)


def _name(claim: Claim) -> str:
    return name_of(_of(claim, NOW).partition(".")[2])
