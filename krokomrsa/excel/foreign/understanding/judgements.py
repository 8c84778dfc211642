"""Settle what is judged: likelihood and consequence today, after measures, by letters, by severity; and what only follows from them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Final

from krokomrsa.excel.foreign.feeds import in_state, now
from krokomrsa.excel.foreign.understanding.claims import Claim, at, is_own, judged, lists_level, name_of, named, say
from krokomrsa.excel.foreign.understanding.evidence import follows, product
from krokomrsa.excel.foreign.understanding.states import is_later
from krokomrsa.excel.foreign.understanding.synonyms import LEVELS, load

_ENOUGH: Final = 3  # rows that show something
_AXES: Final = ("assessments.likelihood", "assessments.consequence")


def letters(claims: list[Claim], kind: str | None) -> list[Claim]:  # noqa: ARG001
    """Read P and I, S and K … as likelihood and consequence, and C, I, A or K, R, T as protection needs."""
    found = list(claims)
    free = [
        place for place, claim in enumerate(claims) if claim.hit.how == "letter" and claim.hit.qualifier != "target" and not is_own(claim)
    ]
    letters = {claims[place].hit.word: place for place in reversed(free)}  # of several called so the first: judged before measures
    needs = ("confidentiality", "integrity", "availability")
    for triad in load().triads:
        places = [letters.get(letter) for letter in triad]
        if None not in places and all(claims[place].facts.levels or claims[place].facts.empty for place in places if place is not None):
            for place, need in zip(places, needs, strict=True):
                found[place or 0] = at(claims[place or 0], f"information_assets.{need}", 0.85, say("triad", name=name_of(need)))
            return found
    if judged(claims, _AXES[0]) or judged(claims, _AXES[1]):
        return found
    pair = next((pair for pair in load().pairs if letters.keys() >= set(pair)), None)
    if pair is None:
        return found
    one, other = (letters[letter] for letter in pair)
    return _paired(found, one, other, either=pair[::-1] in load().pairs)


def _paired(claims: list[Claim], one: int, other: int, *, either: bool) -> list[Claim]:
    """Read two letters as likelihood and consequence; ``either``: in another language it is the other way round, which is asked."""
    both = (claims[one], claims[other])
    proved = any(product(claim.facts, both[0].facts, both[1].facts) for claim in claims if claim not in both)
    if not proved and not all(claim.facts.empty or (claim.facts.levels and claim.facts.within(10)) for claim in both):
        return claims
    told = {"one": both[0].column.name, "other": both[1].column.name}
    reason = say("letters_either" if either else "letters" if proved else "letters_unsure", **told)
    for place, key, opposite in ((one, *_AXES), (other, *_AXES[::-1])):
        found = at(claims[place], key, 0.85 if proved and not either else 0.6, reason)
        claims[place] = replace(found, others=(opposite,)) if either else found
    return claims


def severity(claims: list[Claim], kind: str | None) -> list[Claim]:  # noqa: ARG001
    """Where both severity and impact stand, keep the one that does not follow from the other and the likelihood."""
    found = list(claims)
    today = [place for place in named(claims, "severity", "consequence") if claims[place].hit.qualifier != "target"]
    severe = [place for place in today if claims[place].concept == "severity"]
    other = [place for place in today if claims[place].concept == "consequence" and not claims[place].facts.text]
    likely = judged(claims, _AXES[0])
    if severe and not likely:
        for place in severe:
            found[place] = claims[place].asked(claims[place].reason, key=claims[place].key)
    if len(severe) != 1 or len(other) != 1:
        return found
    if claims[severe[0]].sure and claims[other[0]].sure:
        same = follows(claims[severe[0]].facts, [claims[other[0]].facts])
        found[severe[0]] = claims[severe[0]].asked(
            say("severity_beside", header=claims[other[0]].column.name), key=_AXES[1], confidence=0.5 if same else 0.75
        )
    if len(likely) != 1:
        return found
    one, two, chance = claims[severe[0]], claims[other[0]], claims[likely[0]]
    by_class = two.facts.roman and follows(two.facts, [chance.facts, one.facts])
    two_follows = by_class or product(two.facts, chance.facts, one.facts)
    one_follows = follows(one.facts, [chance.facts, two.facts]) or product(one.facts, chance.facts, two.facts)
    if two_follows == one_follows or (one_follows and follows(two.facts, [chance.facts, one.facts])):
        return found
    kept, derived = (severe[0], other[0]) if two_follows else (other[0], severe[0])
    told = {"one": chance.column.name, "other": claims[kept].column.name}
    found[derived] = claims[derived].asked(say("derived_unsure", **told), key=_AXES[1], confidence=0.4)
    if claims[kept].sure:
        reason = say("severity", reason=claims[kept].reason, header=claims[derived].column.name)
        found[kept] = at(claims[kept], _AXES[1], 0.85, reason)
    return found


def later(claims: list[Claim], kind: str | None) -> list[Claim]:  # noqa: ARG001
    """Where the same judgement stands before and after the measures, and is never higher after them, it is judged before."""
    found = list(claims)
    measures = [place for place, claim in enumerate(claims) if claim.key == "treatments.measure"]
    for concept in sorted(LEVELS):
        places = [place for place in named(claims, concept) if claims[place].sure and not is_later(claims[place])]
        if len(places) != 2 or not any(places[0] < measure < places[1] for measure in measures):  # noqa: PLR2004 (before and after)
            continue
        before, after = (claims[place] for place in places)
        rows = before.facts.numbers.keys() & after.facts.numbers.keys()
        lower = [before.facts.numbers[row] - after.facts.numbers[row] for row in rows]
        if len(lower) >= _ENOUGH and min(lower) >= 0 < max(lower):
            found[places[1]] = after.asked(
                say("later"), key=in_state(before.key or "", "target"), others=(before.key or "",), confidence=0.5
            )
    return found


def derived(claims: list[Claim], kind: str | None) -> list[Claim]:  # noqa: ARG001
    """Ignore a column that is the product or sum of two columns of levels, whatever it is called; ask where it claims to be one."""
    found = list(claims)
    numeric = [claim for claim in claims if claim.facts.numeric and claim.facts.within(10)]
    for place, claim in enumerate(claims):
        if claim.ignored or is_own(claim) or is_later(claim) or not claim.facts.numeric:
            continue
        pair = next(
            (pair for pair in combinations(numeric, 2) if claim not in pair and product(claim.facts, pair[0].facts, pair[1].facts)), None
        )
        if pair is None:
            continue
        told = {"one": pair[0].column.name, "other": pair[1].column.name}
        if claim.concept and lists_level(claim.concept):
            found[place] = claim.asked(say("derived_unsure", **told), key=claim.key, confidence=min(claim.confidence, 0.6))
        elif claim.concept not in {"id", "risk_id", "counter"}:
            found[place] = claim.dropped(say("derived", **told))
    return found


def missing(claims: list[Claim], kind: str | None) -> list[Claim]:
    """Where likelihood is judged and no consequence is, a column of levels that seemed to be a class may be the consequence."""
    judges = any(
        claim.key == _AXES[1] or (claim.concept and lists_level(claim.concept) and now(claim.key or "") != _AXES[0]) for claim in claims
    )
    if kind != "risks" or judges or not any(now(claim.key or "") == _AXES[0] for claim in claims):
        return claims
    found = list(claims)
    for place in named(claims, "score", "detectability"):
        if claims[place].facts.levels or claims[place].facts.empty:
            found[place] = claims[place].asked(say("missing", name=name_of("consequence")), key=_AXES[1], confidence=0.5)
    return found
