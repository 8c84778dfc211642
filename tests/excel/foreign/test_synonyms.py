from __future__ import annotations

import pytest

from krokomrsa import vocabulary
from krokomrsa.excel.foreign.understanding import synonyms
from krokomrsa.vocabulary import texts

COMBINED = {"likelihood", "consequence", "life_health", "societal_functions", "democracy_rights", "environment_economy"}
OTHERS = {"assessments.sovereignty", "assessments.own_operations", "dependencies.endurance", "resources.restoration"}


def meant(*parts: str) -> tuple[str, str]:
    """Return the concept and the qualifier of a header."""
    hit = synonyms.find(parts)
    return hit.concept.name if hit.concept else "", hit.qualifier


@pytest.mark.parametrize(
    "header",
    [
        "Likelihood",
        "LIKELIHOOD_1_5",
        "Likelihood (1-5)",
        "likelihood 0–10",
        "Likelihood\n(L)",
        "Risk likelihood",
        "Likelihood score",
        "*Likelihood*",
    ],
)
def test_a_header_is_known_however_it_is_written(header: str) -> None:
    """Case, scale, signs, line breaks and words that say nothing do not count."""
    assert meant(header) == ("likelihood", "")


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("RiskDescription", "description"),
        ("Risk #", "risk_id"),
        ("Risk No.", "risk_id"),
        ("S.No", "counter"),
        ("P × I", "score"),
        ("S*K", "score"),
        ("Åtgärder", "measure"),
        ("ATGARD", "measure"),
        ("Klar_senast", "due"),
        ("Riskägare", "risk_owner"),
        ("Eintritts­wahrscheinlichkeit".replace("\u00ad", ""), "likelihood"),
        ("Probabilité", "likelihood"),
        ("Probabilite", "likelihood"),
        ("Prawdopodobieństwo", "likelihood"),
        ("Mối đe dọa", "threat"),
        ("Liklihood", "likelihood"),
        ("Mitigaton plan", "measure"),
    ],
)
def test_headers_in_many_hands_and_languages(header: str, concept: str) -> None:
    """camelCase, number signs, products, lost accents, other languages and a misspelling are seen through."""
    assert meant(header)[0] == concept


@pytest.mark.parametrize(
    ("parts", "qualifier"),
    [
        (("Residual likelihood",), "target"),
        (("Likelihood (after controls)",), "target"),
        (("New severity",), "target"),
        (("Residual risk", "Likelihood"), "target"),
        (("Sannolikhet efter åtgärd",), "target"),
        (("Probabilidad residual",), "target"),
        (("Inherent Impact",), "start"),
        (("Before mitigation", "Consequence"), "start"),
        (("Current likelihood",), "current"),
        (("Threat", "Probability"), ""),
    ],
)
def test_what_qualifies_a_judgement_is_told(parts: tuple[str, ...], qualifier: str) -> None:
    """A judgement after measures, before them and today are told apart, also when the group above says it."""
    concept, found = meant(*parts)
    assert concept in synonyms.LEVELS
    assert found == qualifier


def test_names_of_one_thing_are_that_thing() -> None:
    """Several names of the same thing in one header are that thing; names of several things are a question."""
    assert synonyms.find(["Likelihood/Probability"]).how == "exact"
    assert synonyms.find(["Risk Description/ Impact"]).how == "several"


def test_a_letter_is_only_a_letter() -> None:
    """A header of one letter means nothing by itself, with or without a scale, and keeps what qualifies it."""
    assert (synonyms.find(["P (1-5)"]).how, synonyms.find(["P (1-5)"]).word) == ("letter", "p")
    assert synonyms.find(["Residual risk", "L"]).qualifier == "target"
    assert not synonyms.known("P")


@pytest.mark.parametrize("text", ["", "3", "X", "Elavbrott i Krokom", "Medium", "2024-05-01", "Open", "R-001", "Transfer"])
def test_what_stands_in_cells_is_no_header(text: str) -> None:
    """Values of a register are not known as headers: so a row with data is not taken for one."""
    assert not synonyms.known(text)


@pytest.mark.parametrize("text", ["Risk ID", "Sannolikhet", "Impact (1-3)", "Ansvarig", "Mitigation", "RAG Status", "Date raised"])
def test_headers_are_known(text: str) -> None:
    """Headers of registers are known, also those that hold nothing for ours."""
    assert synonyms.known(text)


@pytest.mark.parametrize(
    ("header", "how", "concept"),
    [
        ("Sanno-\nlikhet", "exact", "likelihood"),
        ("Wahr- sch.", "contained", "likelihood"),
        ("Auswirk.", "contained", "consequence"),
        ("Res.", "none", None),
        ("Risk- och sårbarhet", "contained", "vulnerability"),
    ],
)
def test_words_broken_or_cut_short_are_read_where_one_word_fits(header: str, how: str, concept: str | None) -> None:
    """A word broken between lines is whole; one with a period that begins words of one thing only is asked about, others are unknown."""
    hit = synonyms.find([header])
    assert (hit.how, hit.concept.name if hit.concept else None) == (how, concept)


def test_every_key_is_ours() -> None:
    """Each concept leads to a declared column, or to one of the combined ones."""
    declared = {f"{table.key}.{column.key}" for table in vocabulary.load() for column in table}
    keys = {concept.key for concept in synonyms.load().concepts.values() if concept.key and not concept.key.startswith("*.")}
    assert keys - declared - {f"assessments.{name}" for name in COMBINED} - OTHERS == set()


def test_every_concept_has_a_name_and_every_ignored_one_a_reason() -> None:
    """Each concept has a Swedish name, and each that is ignored a reason."""
    told = texts("foreign_mapping")
    concepts = synonyms.load().concepts.values()
    assert {concept.name for concept in concepts} <= set(told["names"])
    assert {concept.name for concept in concepts if concept.ignored} <= set(told["ignored"])


def test_no_word_means_two_things() -> None:
    """A word stands under one concept only, but for the values of a consequence, which stand beside a word for it."""
    content = vocabulary.parse_toml(vocabulary.resource("synonyms.toml"), file="synonyms.toml")["concept"]
    seen: dict[str, str] = {}
    twice = {}
    for name, entry in content.items():
        lists = [] if entry.get("aspect") else [words for words in entry.values() if isinstance(words, list)]
        for word in (synonyms.plain(word) for words in lists for word in words):
            if seen.setdefault(word, name) != name:
                twice[word] = (seen[word], name)
    assert twice == {}
