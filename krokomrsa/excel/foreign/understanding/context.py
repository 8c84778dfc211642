"""Settle a table's columns against each other: rules about the table as a whole, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from krokomrsa.excel.foreign.understanding import doubts, events, judgements, states
from krokomrsa.excel.foreign.understanding.claims import SURE, Claim, at, is_own, name_of, named, say
from krokomrsa.excel.foreign.understanding.evidence import described, follows

Rule = Callable[[list[Claim], str | None], list[Claim]]

CLEARLY: Final = 0.2  # so much better is clearly better
_ENOUGH: Final = 3
_FED: Final = {
    "risks": {"risks", "assessments", "vulnerabilities", "treatments", "information_assets"},
    "services": {"services", "dependencies", "resources"},
    "dependencies": {"dependencies"},
}  # table that a sender's table feeds → our tables that it may feed too; others only themselves


def settle(claims: list[Claim], kind: str | None) -> list[Claim]:
    """Return the claims after every rule about the table as a whole."""
    for rule in _RULES:
        claims = rule(claims, kind)
    return claims


def _owners(claims: list[Claim], kind: str | None) -> list[Claim]:
    """Say who a plain ”owner” owns: with measures in the table the measure, else it is asked."""
    if kind not in {"risks", "treatments", None}:
        return claims
    found = list(claims)
    measures = any(map(_is_measure, claims)) or kind == "treatments"
    alone = kind == "risks" and any(claim.key == "risks.event" and claim.sure for claim in claims) and not any(map(_may_be_measure, claims))
    doers = named(claims, "measure_owner")
    for place in named(claims, "owner"):
        claim, name = claims[place], name_of("owner")
        if claim.confidence < SURE:
            continue
        if measures and not doers:
            reason, confidence = say("owner_measure", name=name), min(claim.confidence, 0.88)
            found[place] = replace(at(claim, "treatments.owner", confidence, reason), others=("risks.owner",))
        elif alone:
            found[place] = replace(
                at(claim, "risks.owner", min(claim.confidence, 0.85), say("owner_risk", name=name)), others=("treatments.owner",)
            )
        else:
            told = "owner_beside" if doers else "owner_alone"
            found[place] = claim.asked(say(told, name=name), key="risks.owner", others=("treatments.owner",))
    return found


def _is_measure(claim: Claim) -> bool:
    """Tell whether a column holds measures; one that is asked about does, if its texts are written for each row."""
    return (
        claim.key == "treatments.measure"
        and not claim.ignored
        and (claim.confidence >= SURE or (claim.concept == "measure" and claim.facts.sentences and not claim.facts.references))
    )


def _may_be_measure(claim: Claim) -> bool:
    """Tell whether a column may hold what is done: its key says so, or its header is not known and its texts are sentences."""
    table = (claim.key or "").partition(".")[0]
    return not claim.ignored and (table == "treatments" or claim.key == "risks.protection" or (claim.key is None and claim.facts.sentences))


def _ids(claims: list[Claim], kind: str | None) -> list[Claim]:
    """Tell a row's own id from a counter, and from the id of something else."""
    found = list(claims)
    mine = {"risks": "risk_id", "treatments": "measure_id"}.get(kind or "")
    specific = [place for place in named(claims, mine or "") if claims[place].sure]
    plain = [place for place in named(claims, "id") if claims[place].sure]
    for place in named(claims, "risk_id", "measure_id"):
        if claims[place].concept != mine:
            found[place] = claims[place].asked(
                claims[place].reason, key="treatments.risks" if kind == "treatments" else None, confidence=0.5
            )
    if specific:
        for place in plain:
            found[place] = claims[place].asked(say("counter_only"), key=claims[place].key, confidence=0.5)
    for place in named(claims, "counter"):
        found[place] = _counter(claims[place], beside=bool(specific or plain))
    if kind == "risks" and not any(claim.key == "risks.id" for claim in found):
        codes = [
            place
            for place, claim in enumerate(found)
            if claim.hit.how in {"none", "contained"} and claim.facts.codes and not claim.facts.numeric
        ]
        if codes:
            found[codes[0]] = found[codes[0]].asked(say("code_only"), key="risks.id", confidence=0.5)
    return found


def _counter(claim: Claim, *, beside: bool) -> Claim:
    if beside and claim.facts.counter:
        return claim.dropped(say("counter"))
    if claim.facts.marks and not claim.facts.numeric and not beside and claim.key:
        return replace(claim, confidence=0.9, reason=say("exact", name=name_of("id"), content=described(claim.facts)))
    return claim.asked(say("counter_only"), key=claim.key)


def _gate(claims: list[Claim], kind: str | None) -> list[Claim]:
    """Ask about a column of a table of ours that this table is not likely to feed."""
    found = list(claims)
    fed = _FED.get(kind or "", {kind})
    assets = sum(claim.sure and (claim.key or "").startswith("information_assets.") for claim in claims)
    for place, claim in enumerate(claims):
        table = (claim.key or "").split(".", maxsplit=1)[0]
        if claim.concept == "asset" and claim.facts.text and (kind == "information_assets" or (kind == "risks" and assets >= _ENOUGH)):
            found[place] = replace(claim, confidence=0.85, reason=say("exact", name=name_of("asset"), content=described(claim.facts)))
        elif claim.key and not claim.ignored and table not in fed and not is_own(claim):
            told = "other_table" if kind else "no_kind"
            plain = claim.hit.concept is None or claim.hit.how in {"contained", "fuzzy", "several"}
            reason = claim.reason if plain or not claim.hit.concept else say(told, name=name_of(claim.hit.concept.name))
            found[place] = claim.asked(reason, key=claim.key, confidence=min(claim.confidence, 0.5))
    return found


def _doubles(claims: list[Claim], kind: str | None) -> list[Claim]:  # noqa: ARG001
    """Map one of several columns that claim the same only where it is clearly better; else ask about all."""
    found = list(claims)
    rivals: dict[str, list[int]] = defaultdict(list)
    for place, claim in enumerate(claims):
        if claim.key and not claim.ignored:
            rivals[claim.key].append(place)
    for places in rivals.values():
        if len(places) > 1:
            _weigh(found, sorted(places, key=lambda place: (-found[place].confidence, place)))
    return found


def _weigh(claims: list[Claim], places: list[int]) -> None:
    best, *rest = places
    claims[best], weaker = _same_twice(claims, best, rest)
    for place, claim in weaker.items():
        claims[place] = claim
    second = claims[rest[0]]
    if claims[best].confidence - max(claims[place].confidence for place in rest) >= CLEARLY:
        if claims[best].sure:
            told = say("better", reason=claims[best].reason, header=second.column.name)
            claims[best] = replace(claims[best], reason=told)
        return
    headers = ", ".join(f"”{claims[place].column.name}”" for place in sorted(places))
    for place in places:
        claim = claims[place]
        reason = say("both", name=name_of(claim.concept), headers=headers) if claim.sure else claim.reason
        claims[place] = claim.asked(reason, key=claim.key, confidence=min(claim.confidence, 0.65))


def _same_twice(claims: list[Claim], best: int, rest: list[int]) -> tuple[Claim, dict[int, Claim]]:
    """Weaken a column that says the same as the best in other words, such as ”Likelihood” in words and ”Likelihood score”."""
    kept = claims[best]
    weaker = {}
    for place in rest:
        claim = claims[place]
        if (
            claim.hit.how == "beside"
            and kept.hit.how == "exact"
            and follows(claim.facts, [kept.facts])
            and follows(kept.facts, [claim.facts])
        ):
            weaker[place] = claim.asked(say("same_twice", header=kept.column.name), key=claim.key, confidence=0.5)
    return kept, weaker


_RULES: Final[tuple[Rule, ...]] = (
    judgements.letters,
    judgements.severity,
    states.states,
    judgements.later,
    judgements.derived,
    events.event,
    _owners,
    _ids,
    events.unnamed,
    judgements.missing,
    _gate,
    _doubles,
    doubts.sparse,
    doubts.generic,
    doubts.listed,
    doubts.mixed,
)
