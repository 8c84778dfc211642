"""Settle which column is the event, and what describes or causes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from krokomrsa.excel.foreign.understanding.claims import Claim, at, is_own, name_of, named, say
from krokomrsa.excel.foreign.understanding.evidence import described

_REPEATS: Final = 0.6  # share of distinct texts below which a column is a group and no event
_ENOUGH: Final = 3  # rows that show something
_ALL_DIFFER: Final = 0.9
_NAMED: Final = 0.85  # confidence in a name beside its description


def event(claims: list[Claim], kind: str | None) -> list[Claim]:
    """Choose the event: a short name before a threat before a description; what is left describes it or causes it."""
    if kind not in {"risks", None}:
        return claims
    found = list(claims)
    own = [place for place, claim in enumerate(claims) if claim.key == "risks.event" and is_own(claim)]
    tiers = [
        [place for place in named(claims, *names) if _is_event(claims[place])] for names in (("title",), ("threat",), ("description",))
    ]
    titles, threats, descriptions = tiers
    titles = titles or _names(claims, descriptions)
    if own:
        _explain(found, threats, claims[own[0]])
        return found
    if len(titles) == 1:
        _name_event(found, titles[0], descriptions)
        _explain(found, threats, claims[titles[0]])
    elif len(threats) == 1 and not titles and not descriptions:
        place = threats[0]
        found[place] = at(
            claims[place], "risks.event", min(0.9, claims[place].confidence), say("event_threat", content=described(claims[place].facts))
        )
    elif len(descriptions) == 1 and not titles and not _rivals(claims, threats, descriptions[0]):
        place = descriptions[0]
        reason = say("event_description", content=described(claims[place].facts))
        found[place] = at(claims[place], "risks.event", min(0.92, claims[place].confidence), reason)
        _explain(found, threats, claims[place])
    else:
        _ask_event(found, [*titles, *threats, *descriptions])
    return found


def _names(claims: list[Claim], descriptions: list[int]) -> list[int]:
    """Return the column called only ”name”, where a longer description stands beside it and no name comes twice."""
    found = [place for place in named(claims, "name") if claims[place].facts.text and claims[place].facts.distinct > _ALL_DIFFER]
    return [place for place in found if any(claims[other].facts.length > claims[place].facts.length for other in descriptions)]


def _is_event(claim: Claim) -> bool:
    return claim.hit.how != "several" and (claim.facts.empty or (claim.facts.text and not claim.facts.strategy))


def _rivals(claims: list[Claim], threats: list[int], description: int) -> bool:
    """Tell whether a description may describe the threat beside it: only one that says ”risk” surely does not."""
    return bool(threats) and not any(word.startswith(("ris", "rủ", "ryz", "rie")) for word in claims[description].hit.word.split())


def _name_event(claims: list[Claim], title: int, descriptions: list[int]) -> None:
    facts = claims[title].facts
    if len(facts.values) >= _ENOUGH and facts.distinct < _REPEATS:
        _ask_event(claims, [title, *descriptions], reason=say("event_repeats"))
        return
    claims[title] = replace(claims[title], key="risks.event", confidence=max(claims[title].confidence, _NAMED))


def _explain(claims: list[Claim], threats: list[int], event: Claim) -> None:
    reason = say("cause_threat", header=event.column.name)
    for place in threats:
        claims[place] = at(claims[place], "risks.causes", min(0.85, claims[place].confidence), reason)


def _ask_event(claims: list[Claim], places: list[int], *, reason: str = "") -> None:
    headers = ", ".join(f"”{claims[place].column.name}”" for place in places)
    for place in places:
        told = reason or say("both", name=name_of("title"), headers=headers)
        claims[place] = claims[place].asked(told, key="risks.event", others=("risks.description", "risks.causes"), confidence=0.6)


def unnamed(claims: list[Claim], kind: str | None) -> list[Claim]:
    """Where a register of risks has no column for the event, ask about the text that may be it."""
    if kind != "risks" or any(claim.key == "risks.event" for claim in claims):
        return claims
    found = list(claims)
    texts = [
        place
        for place, claim in enumerate(claims)
        if not claim.ignored
        and claim.facts.text
        and ((claim.key is None and claim.concept in {"", "raised"}) or claim.concept == "counter")
    ]
    likely = [
        place
        for place, claim in enumerate(claims)
        if claim.hit.how == "contained" and claim.hit.concept and claim.hit.concept.name in {"title", "threat"} and claim.facts.text
    ]
    texts.sort(key=lambda place: (-(claims[place].facts.distinct > _REPEATS), -claims[place].facts.length))
    several = [place for place, claim in enumerate(claims) if claim.hit.how == "several" and claim.key == "risks.description"]
    for place in (several or named(claims, "vulnerability") or likely or texts)[:1]:
        reason, others = say("event_maybe", content=described(claims[place].facts)), tuple(key for key in (claims[place].key,) if key)
        found[place] = claims[place].asked(reason, key="risks.event", others=others, confidence=0.5)
    return found
