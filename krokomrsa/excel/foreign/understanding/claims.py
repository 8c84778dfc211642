"""One column's claim to be one of ours, from its header and what stands below it; the table's other columns are not asked yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from krokomrsa.excel.foreign.model import Column
from krokomrsa.excel.foreign.understanding.evidence import TOP_LEVEL, Facts, agrees, described
from krokomrsa.excel.foreign.understanding.synonyms import LEVELS, Concept, Hit, load
from krokomrsa.scales import Scale
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import Table as Declared
from krokomrsa.vocabulary import text_of, texts

SURE: Final = 0.8  # from here a column is mapped, below it is asked about
OWN, EXACT, BESIDE, FUZZY, EMPTY, CODED = 0.99, 0.95, 0.9, 0.82, 0.85, 0.81
AGAINST, CONTAINED, LITTLE = 0.4, 0.5, 0.3
_WRITTEN: Final = 20  # letters of a text that is more than a name or a date


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one column is taken to be so far."""

    column: Column
    hit: Hit
    facts: Facts
    key: str | None = None
    confidence: float = 0.0
    reason: str = ""
    ignored: bool = False
    others: tuple[str, ...] = ()
    sorts: bool = False  # it says of each row whether that is a risk
    state_word: str = ""  # the word whose state of the risk is all that is asked about

    @property
    def concept(self) -> str:
        """Return the name of what the header means, empty if it is not known."""
        return self.hit.concept.name if self.hit.concept and self.hit.how not in {"contained", "none"} else ""

    @property
    def sure(self) -> bool:
        """Tell whether the column would be mapped as it stands."""
        return self.key is not None and not self.ignored and self.confidence >= SURE

    def asked(self, reason: str, *, key: str | None = None, others: tuple[str, ...] = (), confidence: float = 0.6) -> Claim:
        """Return the claim as a question."""
        kept = tuple(dict.fromkeys(other for other in (*others, *self.others) if other != key))
        return replace(self, key=key, reason=reason, others=kept, confidence=min(confidence, 0.79), ignored=False, state_word="")

    def dropped(self, reason: str, *, confidence: float = 0.9) -> Claim:
        """Return the claim as nothing for the register."""
        return replace(self, key=None, reason=reason, ignored=True, confidence=confidence, others=())


Claims = Mapping[int, Claim]  # place among the table's columns → claim


def say(key: str, **values: object) -> str:
    """Return a Swedish reason."""
    return text_of(f"foreign_mapping.{key}", **values)


def name_of(concept: str) -> str:
    """Return what a concept is called in Swedish."""
    names: Mapping[str, str] = texts("foreign_mapping")["names"]
    return names.get(concept, concept)


def first(column: Column, facts: Facts, hit: Hit, *, fed: Declared | None, own: bool, scale: Scale) -> Claim:
    """Return what a column claims by its own header and content; ``fed`` is the table of ours that its table feeds, ``own`` in our words."""
    claim = Claim(column=column, hit=hit, facts=facts)
    if mine := _own(column, fed, scale, known=not own and hit.concept is not None):
        return replace(claim, key=mine[0], confidence=OWN, reason=say("own", name=f"”{mine[1]}”"))
    if hit.concept is None or hit.how == "none":
        return _unknown(claim)
    if hit.concept.ignored:
        return _nothing(claim, hit.concept)
    key = _key(hit.concept, fed)
    if key is None and hit.how not in {"contained", "several"}:
        return claim.asked(say("no_kind", name=name_of(hit.concept.name)), confidence=CONTAINED)
    return _known(claim, hit.concept, key)


def _own(column: Column, fed: Declared | None, scale: Scale, *, known: bool) -> tuple[str, str] | None:
    """Return our column whose header, printed header or key this is, with its header; a header that is ``known`` means what it does."""
    words = {fold(column.header), fold(column.parts[-1] if column.parts else column.header)}
    if fed is not None and not known:
        found = next((one for one in fed if words & {fold(one.header), fold(one.title), one.key}), None)
        if found:
            return f"{fed.key}.{found.key}", found.header
    if fed is None or fed.key == "risks":
        named = next(((code, label) for code, label in scale.values.items() if fold(label) in words), None)
        if named:
            return f"assessments.{named[0].replace(' ', '_')}", named[1]
    return None


def _key(concept: Concept, fed: Declared | None) -> str | None:
    """Return our column of a concept; one that every table may have is the one of the table that is fed."""
    if concept.key is None or not concept.key.startswith("*."):
        return concept.key
    column = concept.key.removeprefix("*.")
    return f"{fed.key}.{column}" if fed is not None and column in fed.keys else None


def _unknown(claim: Claim) -> Claim:
    if claim.hit.how == "letter" and not claim.facts.empty:
        return claim.asked(say("letter", content=described(claim.facts)), confidence=LITTLE)
    if claim.facts.empty:
        return claim.dropped(say("unknown_empty"), confidence=LITTLE)
    if not claim.column.header.strip():
        reason = say("no_header", content=described(claim.facts))
        return claim.dropped(say("counter"), confidence=0.8) if claim.facts.counter else claim.asked(reason, confidence=LITTLE)
    return claim.asked(say("unknown", content=described(claim.facts)), confidence=LITTLE)


def _nothing(claim: Claim, concept: Concept) -> Claim:
    """Ignore what the register has no place for, unless what stands there is written for this row or its header is only a group's."""
    facts = claim.facts
    written = facts.sentences and not facts.label
    value = concept.name in {"score", "residual", "detectability"}
    if value and facts.coded and facts.codes:
        return claim.asked(say("code_only"), key="risks.id", confidence=CONTAINED)
    unlike = (value and written) or (concept.name == "raised" and written and facts.length >= _WRITTEN and not facts.dates)
    own = claim.column.cell.column == claim.column.number
    if claim.hit.how in {"exact", "beside"} and not unlike and own:
        return claim.dropped(say(f"ignored.{concept.name}"))
    return claim.asked(say("exact_against", name=name_of(concept.name), content=described(claim.facts)), confidence=AGAINST)


def _known(claim: Claim, concept: Concept, key: str | None) -> Claim:
    fits = agrees(concept.content, claim.facts, concept=concept.name)
    name, content = name_of(concept.name), described(claim.facts)
    if claim.hit.how == "several":
        return claim.asked(say("several"), key=key, confidence=CONTAINED)
    if claim.hit.how == "contained":
        return claim.asked(say("contained", name=name), key=key if fits else None, confidence=CONTAINED if fits else LITTLE)
    if fits is False:
        return _against(claim, concept, key)
    if claim.hit.how == "fuzzy":
        words = {"word": claim.hit.word, "name": name, "content": content}
        sure = bool(fits) and concept.most >= SURE
        reason = say("fuzzy" if sure else "fuzzy_unsure", **words)
        return replace(claim, key=key, confidence=FUZZY if sure else min(concept.most, 0.6), reason=reason)
    high = BESIDE if claim.hit.how == "beside" or claim.hit.qualifier else EXACT
    reason = say("exact_empty" if fits is None else claim.hit.how, name=name, content=content)
    if concept.most < SURE:
        reason = say("unsure", name=name)
    return replace(claim, key=key, confidence=min(concept.most, EMPTY if fits is None else high), reason=reason)


def _no_level(claim: Claim, name: str, key: str | None) -> Claim:
    """Return the claim of a column that is called a judgement, but holds sentences or numbers that are no scale."""
    if claim.facts.text:
        reason = say("text_not_level", name=name, content=described(claim.facts))
        return claim.asked(reason, key="risks.description", others=("assessments.grounds",), confidence=0.5)
    numbers = claim.facts.numbers.values()
    low, high = shown(float(min(numbers))), shown(float(max(numbers)))
    if max(numbers) <= TOP_LEVEL:
        return claim.asked(say("odd_scale", name=name, low=low, high=high), key=key)
    return claim.asked(say("too_high", name=name, high=high), key=key)


def _against(claim: Claim, concept: Concept, key: str | None) -> Claim:
    """Return the claim of a column whose content is not what its header promises."""
    name, content, found = name_of(concept.name), described(claim.facts), claim.facts
    if concept.name in LEVELS and ((found.text and not found.label) or found.numeric):
        return _no_level(claim, name, key)
    if key == "treatments.measure" and (found.strategy or found.references):
        reason, others = ("references", ("risks.protection",)) if found.references else ("strategy", ())
        return claim.asked(say(reason), key=key, others=others, confidence=AGAINST)
    if concept.name == "title" and found.codes and found.coded:
        return replace(claim, key="risks.id", confidence=CODED, reason=say("code_event", name=name))
    if concept.name == "title" and found.codes and not found.numeric:
        return claim.asked(say("code_only"), key="risks.id", confidence=CONTAINED)
    if concept.name == "title" and (found.numeric or found.roman or found.levels):
        return claim.asked(say("exact_against", name=name, content=content), confidence=LITTLE)
    return claim.asked(say("exact_against", name=name, content=content), key=key, confidence=AGAINST)


def lists_level(name: str) -> bool:
    """Tell whether a concept is a judgement: likelihood, consequence or one of the protected values."""
    concept = load().concepts.get(name)
    return concept is not None and (name in LEVELS or concept.aspect)


def named(claims: list[Claim], *concepts: str) -> list[int]:
    """Return the places of the claims that their headers make one of these concepts."""
    return [place for place, claim in enumerate(claims) if claim.concept in concepts and not is_own(claim)]


def is_own(claim: Claim) -> bool:
    """Tell whether a claim is past discussion: our own header, or an answer."""
    return claim.confidence > 0.98  # noqa: PLR2004 (nothing else reaches so far)


def judged(claims: list[Claim], key: str) -> list[int]:
    """Return the places of the claims that would be mapped to a key as they stand."""
    return [place for place, claim in enumerate(claims) if claim.key == key and claim.sure]


def at(claim: Claim, key: str, confidence: float, reason: str) -> Claim:
    """Return the claim with another key, confidence and reason."""
    return replace(claim, key=key, confidence=confidence, reason=reason, ignored=False)
