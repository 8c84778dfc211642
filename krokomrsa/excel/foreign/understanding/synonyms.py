"""Say what a sender's header is known to mean: the words are data, in ``resources/synonyms.toml``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Final, Literal

from rapidfuzz import fuzz, process

from krokomrsa.vocabulary import parse_toml, resource

Content = Literal["level", "sentence", "text", "name", "code", "date", "number", "label", "duration", "strategy", "any"]
How = Literal["exact", "beside", "fuzzy", "contained", "several", "letter", "none"]
Qualifier = Literal["", "target", "start", "current"]

LEVELS: Final = frozenset({"likelihood", "consequence", "severity"})  # concepts that other words may stand beside
_FUZZY: Final = 90.0  # of 100: one or two letters wrong in a word
_LONG: Final = 7  # letters that a word must have to be compared at all
_FIELDS: Final = frozenset({"key", "content", "most", "ignored", "aspect"})
_LINE: Final = 200  # letters of a header that are read
_REMEMBERED: Final = 4096  # texts whose meaning is kept: the same headers come again in every file
_PLURAL: Final = 3  # letters that must stand before a plural s

_UNDER: Final = {
    ("measure", "description"): "measure",
    ("contingency", "description"): "contingency",
    ("measure", "owner"): "measure_owner",
    ("contingency", "owner"): "measure_owner",
    ("title", "counter"): "counter",
}  # (group, label) → what they mean together

_SCALE = re.compile(r"\d+\s*(?:-|–|to|till|bis|til|a|à|/)\s*\d+|(?<!\w)/\s*\d+|\d+(?:st|nd|rd|th)?(?!\w)")
_LETTER = re.compile(r"^\s*[^\W\d_]\s*=\s*(?=\w{2})")  # ”A = Auftreten”
_ASIDE = re.compile(r"[(\[{]([^)\]}]*)[)\]}]?")
_CAMEL = re.compile(r"(?<=[a-zåäöéü])(?=[A-ZÅÄÖ])")
_TIMES = re.compile(r"(?<=\w)\s*[×*]\s*(?=\w)")
_BROKEN = re.compile(r"(?<=[^\W\d_])-\s+(?=[^\W\d_])")
_NUMBER = re.compile(r"#|№|\bn\s?[°º]")
_ALTERNATIVES = re.compile(r"\s*(?:/|\||\+|;|,|&|\bor\b|\beller\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """What headers may mean: our column, and what must stand below."""

    name: str
    key: str | None = None
    content: Content = "any"
    most: float = 1.0
    ignored: bool = False
    aspect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a header is taken to mean, how that was found, and how it is qualified."""

    concept: Concept | None = None
    how: How = "none"
    qualifier: Qualifier = ""
    word: str = ""  # the header as it was compared
    state: str = ""  # the state of the risk that its words say: inherent, current or target; empty where they do not say it surely
    state_word: str = ""  # the word that may mean the one or the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Everything in ``resources/synonyms.toml``, ready to be looked up."""

    concepts: Mapping[str, Concept]
    index: Mapping[str, Concept]
    aspects: Mapping[str, Concept]
    lists: Mapping[str, frozenset[str]]
    registers: tuple[str, ...]  # what the name of a sheet or a title holds, if risks stand there
    pairs: tuple[tuple[str, str], ...]
    triads: tuple[tuple[str, ...], ...]
    fuzzy: tuple[str, ...] = field(default=())


def folded(text: str) -> str:
    """Return a text without accents.

    >>> folded("åtgärd")
    'atgard'
    """
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text.replace("ø", "o").replace("æ", "a").replace("đ", "d").replace("ł", "l"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@lru_cache(maxsize=_REMEMBERED)
def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a header: scale, case, signs and a plural s do not count.

    >>> tokens("Likelihood_1_5"), tokens("RiskDescription"), tokens("Risk #")
    (('likelihood',), ('risk', 'description'), ('risk', 'no'))
    """
    line = _CAMEL.sub(" ", unicodedata.normalize("NFC", text).replace("_", " "))
    line = _NUMBER.sub(" no ", _TIMES.sub(" x ", line.casefold()).replace("'", "").replace("’", ""))
    found = re.findall(r"\w+", _SCALE.sub(" ", line))
    return tuple(word[:-1] if len(word) > _PLURAL and word.endswith("s") and not word.endswith("ss") else word for word in found)


def plain(text: str) -> str:
    """Return a header in the form in which headers are compared."""
    return " ".join(tokens(text))


@cache
def load() -> Words:
    """Return the words, read once."""
    content = parse_toml(resource("synonyms.toml"), file="synonyms.toml")
    concepts: dict[str, Concept] = {}
    index: dict[str, Concept] = {}
    aspects: dict[str, Concept] = {}
    for name, entry in content["concept"].items():
        concept = concepts[name] = Concept(name=name, **{key: value for key, value in entry.items() if key in _FIELDS})
        for words in (words for language, words in entry.items() if language not in _FIELDS):
            for word in map(plain, words):
                for form in (word, folded(word)) if len(word) > 1 else ():
                    (aspects if concept.aspect else index).setdefault(form, concept)
    silent = {form for word in content["words"]["silent"] for form in _forms(word)}
    for word, concept in list(index.items()):
        short = " ".join(part for part in word.split() if part not in silent)
        if len(short) > _PLURAL:
            index.setdefault(short, concept)
    return Words(
        concepts=concepts,
        index=index,
        aspects=aspects,
        lists={name: frozenset(form for word in words for form in _forms(word)) for name, words in content["words"].items()},
        registers=tuple(folded(word.casefold()) for word in content["words"]["register"]),
        pairs=tuple((one, other) for one, other in content["pairs"]["letters"]),
        triads=tuple(map(tuple, content["pairs"]["triads"])),
        fuzzy=tuple(word for word in index if len(word) >= _LONG),
    )


def _forms(word: str) -> Iterator[str]:
    """Return how a word of a list may stand in a text."""
    compared = plain(word)
    yield from (word, compared, folded(word), folded(compared))


def _look(words: Sequence[str], index: Mapping[str, Concept]) -> Concept | None:
    line = " ".join(words)
    return index.get(line) or (None if line.isascii() else index.get(folded(line)))


def _without(words: Sequence[str], name: str) -> tuple[str, ...]:
    listed = load().lists[name]
    return tuple(word for word in words if word not in listed)


def _qualifier(words: Sequence[str]) -> Qualifier:
    lists = load().lists
    found: tuple[Qualifier, ...] = ("target", "current", "start")
    return next((name for name in found if lists[name].intersection(words)), "")


def stated(hit: Hit, parts: Sequence[str], answers: Mapping[str, str]) -> Hit:
    """Return what a header means, with the state of the risk that it says or that the coordinator has answered for its word."""
    if not hit.qualifier:
        return hit
    lists = load().lists
    words = [word for part in parts for word in tokens(part[:_LINE])]
    if hit.qualifier == "start" and not lists["unprotected"].isdisjoint(words):
        return replace(hit, state="inherent")
    if hit.qualifier != "target":
        return replace(hit, state="current" if hit.qualifier == "current" else "")
    if not lists["planned"].isdisjoint(words) or not (lists["after"].isdisjoint(words) or lists["measures"].isdisjoint(words)):
        return replace(hit, state="target")
    word = next(word for word in words if word in lists["target"])
    return replace(hit, state=answers.get(word, ""), state_word=word)


def _core(words: Sequence[str]) -> tuple[str, ...]:
    found = tuple(words)
    for name in ("target", "current", "start", "silent"):
        found = _without(found, name)
    return found


def _aspect(words: Sequence[str]) -> Concept | None:
    """Return the protected value that a header with a word for consequence names."""
    index, known = load().index, load().aspects
    rest = [word for word in words if (concept := index.get(word)) is None or concept.name not in {"consequence", "severity"}]
    if len(rest) == len(words) or not rest:
        return None
    return _look(rest, known) or _look(_without(rest, "aspect_of"), known)


def _exact(words: Sequence[str]) -> Hit | None:
    """Look a header up: whole, without what qualifies it, and without what may stand beside a level."""
    index = load().index
    if concept := _look(words, index):
        return Hit(concept=concept, how="exact", word=" ".join(words))
    core, qualifier = _core(words), _qualifier(words)
    if core and (concept := _look(core, index)):
        return Hit(concept=concept, how="exact", qualifier=qualifier, word=" ".join(core))
    if core and (concept := _aspect(core)):
        return Hit(concept=concept, how="exact", qualifier=qualifier, word=" ".join(core))
    bare = _without(core, "optional")
    if bare and (concept := _look(bare, index)) and concept.name in LEVELS:
        return Hit(concept=concept, how="beside", qualifier=qualifier, word=" ".join(core))
    return None


def _fuzzy(words: Sequence[str]) -> Hit | None:
    line = folded(" ".join(_core(words) or words))
    if len(line) < _LONG:
        return None
    best = process.extractOne(line, load().fuzzy, scorer=fuzz.ratio, score_cutoff=_FUZZY)
    return Hit(concept=load().index[best[0]], how="fuzzy", qualifier=_qualifier(words), word=line) if best else None


def _contained(words: Sequence[str]) -> Hit:
    """Return the longest known run of words inside a header; a question at best."""
    runs = ((words[start : start + size]) for size in range(len(words) - 1, 0, -1) for start in range(len(words) - size, -1, -1))
    found = next((concept for run in runs if len(" ".join(run)) > _PLURAL and (concept := _look(run, load().index))), None)
    return Hit(concept=found, how="contained" if found else "none", qualifier=_qualifier(words), word=" ".join(words))


def _shortened(text: str) -> Hit | None:
    """Read ”Wahrsch.”: a word with a period that begins words of one concept only; a question at best."""
    words = tokens(text)
    if len(words) != 1 or not text.rstrip().endswith(".") or len(words[0]) < _PLURAL:
        return None
    begun = {concept.name: concept for word, concept in load().index.items() if " " not in word and word.startswith(words[0])}
    return Hit(concept=next(iter(begun.values())), how="contained", word=words[0]) if len(begun) == 1 else None


def _whole(text: str) -> Hit | None:
    """Read ”Sanno- likhet”, broken between two lines; none where the parts are no known word together."""
    joined = _BROKEN.sub("", text)
    return (_exact(tokens(joined)) or _shortened(joined)) if joined != text else None


def _head(words: Sequence[str]) -> Hit | None:
    """Read ”Impact on the project”: the noun before what it falls on, if that is a word for where the register is."""
    lists, index = load().lists, load().index
    at = next((place for place, word in enumerate(words) if place and word in lists["falls_on"]), None)
    if at is None or (hit := _exact(words[:at])) is None or hit.concept is None or hit.concept.name not in {"consequence", "severity"}:
        return None
    rest = [word for word in words[at:] if word not in lists["falls_on"] | lists["silent"] | lists["optional"]]
    around = all((concept := _look((word,), index)) is not None and concept.name in {"context", "organisation"} for word in rest)
    return Hit(concept=hit.concept, how="beside", qualifier=hit.qualifier, word=hit.word) if around else None


def _alternatives(text: str) -> Hit | None:
    """Read ”Likelihood/Probability”: names of one thing are that thing, names of several are a question."""
    written = _ALTERNATIVES.split(text)
    parts = [hit for part in written if tokens(part) and (hit := _exact(tokens(part)))] if len(written) > 1 else []
    if len(parts) < 2:  # noqa: PLR2004 (several)
        return None
    same = len({hit.concept.key or hit.concept.name for hit in parts if hit.concept}) == 1
    return parts[0] if same else Hit(concept=parts[0].concept, how="several", qualifier=parts[0].qualifier, word=parts[0].word)


@lru_cache(maxsize=_REMEMBERED)
def _single(text: str) -> Hit:
    """Return what one line of a header means."""
    text = _LETTER.sub("", text[:_LINE])
    aside = " ".join(_ASIDE.findall(text))
    main = tokens(_ASIDE.sub(" ", text)) or tokens(aside)
    bare = main if len(main) == 1 else _core(main)
    if len(bare) == 1 and len(bare[0]) == 1 and bare[0].isalpha():
        return Hit(how="letter", word=bare[0], qualifier=_qualifier((*main, *tokens(aside))))
    hit = (
        _exact(main)
        or _exact((*main, *tokens(aside)))
        or _alternatives(_ASIDE.sub(" ", text))
        or _head(main)
        or _whole(_ASIDE.sub(" ", text))
        or _shortened(_ASIDE.sub(" ", text))
        or _fuzzy(main)
        or _contained(main)
    )
    beside = _qualifier(tokens(aside))
    return Hit(concept=hit.concept, how=hit.how, qualifier=hit.qualifier or beside, word=hit.word)


def find(parts: Sequence[str]) -> Hit:
    """Return what a header means, its rows from the top.

    >>> find(["Residual risk", "Likelihood (1-5)"]).qualifier
    'target'
    >>> find(["Konsekvens – liv och hälsa"]).concept.key
    'assessments.life_health'
    """
    if len(parts) < 2:  # noqa: PLR2004 (several rows)
        return _single(" ".join(parts))
    group = tuple(word for part in parts[:-1] for word in tokens(part[:_LINE]))
    whole = _exact((*group, *tokens(_ASIDE.sub(" ", parts[-1][:_LINE]))))
    lowest = _single(parts[-1])
    if whole and whole.concept and whole.concept.ignored and lowest.how == "none" and tokens(parts[-1]):
        return Hit(concept=whole.concept, how="contained", qualifier=whole.qualifier, word=whole.word)
    if whole and load().lists["level"].issuperset(tokens(parts[-1])):  # the label is an option of the group: one level of several
        return Hit(concept=whole.concept, how="contained", qualifier=whole.qualifier, word=whole.word)
    if whole and (whole.how == "exact" or lowest.how in {"none", "contained"}):
        return whole
    if (over := _of_group(_single(parts[-2]), lowest)) is not None:
        return over
    return Hit(concept=lowest.concept, how=lowest.how, qualifier=lowest.qualifier or _qualifier(group), word=lowest.word)


def _of_group(group: Hit, lowest: Hit) -> Hit | None:
    """Return what a label such as ”Description” or ”Responsible” means under a group of measures, None where the group says nothing."""
    if not group.concept or not lowest.concept or group.how not in {"exact", "beside"} or lowest.how != "exact":
        return None
    name = _UNDER.get((group.concept.name, lowest.concept.name))
    return Hit(concept=load().concepts[name], how="exact", qualifier=lowest.qualifier, word=lowest.word) if name else None


@lru_cache(maxsize=_REMEMBERED)
def known(word: str) -> bool:
    """Tell whether a text is, as a header, a known name of something: a sign that a header row stands here.

    >>> known("Likelihood (1-5)"), known("Riskägare"), known("Elavbrott i Krokom")
    (True, True, False)
    """
    if len(word) > _LINE:
        return False
    main = tokens(_ASIDE.sub(" ", word)) or tokens(word)
    return bool(main) and (_exact(main) or _alternatives(word)) is not None
