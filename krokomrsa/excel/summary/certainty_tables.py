"""Print how certain the risks are: where judges differ, which risks cannot be told apart, what is missing, the audit, what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from krokomrsa.analysis.risk import TOP, uses_likelihood
from krokomrsa.excel.blocks import Written
from krokomrsa.excel.summary.naming import chance, head, heads, keyed, level, named, names, odds, standings
from krokomrsa.excel.summary.risk_tables import aspects_of, class_of, judgements
from krokomrsa.excel.summary.sheets import Head, Result
from krokomrsa.excel.summary.sources import RowKey, Sources
from krokomrsa.register import Register
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis, Since
from krokomrsa.vocabulary import text_of, texts

_LEVELS: Final = ("likelihood", "consequence", "class")


def _event(width: float = 40) -> Head:
    return head("event", width)


def disagreement(register: Register, analysis: Analysis, scale: Scale, sources: Sources) -> Result:
    """Return how far apart the judges of each risk are, on what, and who stands at the ends; the farthest first."""
    events, organisations, words = names(register, "risks", "event"), names(register, "organisations"), aspects_of(register, scale)
    kept = judgements(register)
    rows: list[list[Written]] = [
        [
            line["risk"],
            events.get(line["risk"]),
            words[line["aspect"]],
            line["judges"],
            line["apart"],
            level(line["low"], line["high"]),
            named(organisations, line["lowest"]),
            named(organisations, line["highest"]),
            sources.of([key for key in kept[line["risk"]] if register.rows("assessments")[key[1]]["aspect"] == line["aspect"]]),
        ]
        for line in keyed(analysis.disagreement)
    ]
    columns = [*heads("id"), _event(), *heads("aspect", "judges", "apart", "levels", "lowest", "highest", "source")]
    return Result(key="disagreement", heads=columns, rows=rows)


def _sources(sources: Sources, kept: Mapping[str, list[RowKey]], *risks: str) -> str:
    """Return where the judgements of some risks were read, or the risks themselves where there are none."""
    return sources.of([key for risk in risks for key in kept.get(risk, [("risks", risk)])])


def pairs(register: Register, analysis: Analysis, sources: Sources) -> Result:
    """Return the pairs that cannot be told apart and of which at least one is among the highest."""
    events, words = names(register, "risks", "event"), texts("summary")["pair_why"]
    ranks, kept = analysis.ranking["rank"].to_dict(), judgements(register)
    rows: list[list[Written]] = [
        [
            line["risk"],
            events.get(line["risk"]),
            line["other"],
            events.get(line["other"]),
            odds(line["p"]),
            words[line["why"]],
            _sources(sources, kept, line["risk"], line["other"]),
        ]
        for line in keyed(analysis.uncertainty.pairs)
        if ranks[line["risk"]] <= TOP
    ]
    columns = [
        *heads("id"),
        _event(),
        *heads("other"),
        head("other_event", 40),
        chance("larger", 14),
        head("pair_why", 40),
        *heads("source"),
    ]
    return Result(key="pairs", heads=columns, rows=rows)


def gaps(register: Register, analysis: Analysis, scale: Scale, sources: Sources) -> Result:
    """Return the missing judgements that may change which risks are the highest, the one that may change it most first."""
    events, said, kept = names(register, "risks", "event"), standings(register), judgements(register)
    words = {**aspects_of(register, scale), "consequence": text_of("summary.headers.consequence")}
    rows: list[list[Written]] = [
        [
            line["risk"],
            events.get(line["risk"]),
            words[line["aspect"]],
            said[line["status"]],
            *(odds(line[key]) for key in ("now", "then_low", "then_high", "influence")),
            _sources(sources, kept, line["risk"]),
        ]
        for line in keyed(analysis.uncertainty.missing)
        if line["influence"] > 0
    ]
    chances = [chance(key, 13) for key in ("chance_now", "chance_low", "chance_high", "influence")]
    columns = [*heads("id"), _event(), *heads("aspect"), head("status", 13), *chances, *heads("source")]
    return Result(key="gaps", heads=columns, rows=rows)


def audit(analysis: Analysis, scale: Scale) -> Result:
    """Return where the classes of the matrix disagree with expected loss, rule by rule."""
    words = texts("summary")["audit_rule"]
    rows: list[list[Written]] = [
        [words[line["rule"]], text_of(f"summary.kept.{'yes' if line['holds'] else 'no'}"), line["sentence"], scale.source]
        for line in keyed(analysis.uncertainty.audit)
    ]
    columns = [head("audit_rule", 34), head("kept", 10), head("sentence", 100), head("source", 50)]
    return Result(key="audit", heads=columns, rows=rows, frozen=1)


def change(register: Register, found: Since, scale: Scale, sources: Sources) -> Result:
    """Return what has become of each risk since the named state, the unchanged included."""
    words, kept = texts("summary")["change"], judgements(register)
    rows: list[list[Written]] = [
        [
            line["risk"],
            line["event"] or line["event_before"],
            words[line["status"]],
            *_then_and_now(line, scale),
            _proposal(line),
            found.state if line["status"] == "gone" else _sources(sources, kept, line["risk"]),
        ]
        for line in keyed(found.risks)
    ]
    told = [head(f"{axis}_{when}", 18 if axis == "class" else 13) for axis in _LEVELS for when in ("before", "now")]
    columns = [*heads("id"), _event(), *heads("change"), *told, head("proposal", 22), *heads("source")]
    return Result(key="change", heads=columns, rows=rows)


def _then_and_now(line: Mapping[str, Any], scale: Scale) -> list[Written]:
    found: list[Written] = []
    for axis in _LEVELS:
        for when in ("_before", ""):
            low, high = line[f"{axis}{when}_low"], line[f"{axis}{when}_high"]
            found.append(class_of(scale, low, high) if axis == "class" else level(low, high))
    return found


def _proposal(line: Mapping[str, Any]) -> Written:
    return text_of("summary.proposal.one", id=line["proposal"], score=round(line["score"])) if line["proposal"] else None


def results(register: Register, analysis: Analysis, scale: Scale, sources: Sources) -> list[Result]:
    """Return the sheets on how certain the risks are; without likelihood there is no order to doubt."""
    found = [disagreement(register, analysis, scale, sources)]
    if uses_likelihood(analysis.matrix):
        found += [pairs(register, analysis, sources), gaps(register, analysis, scale, sources), audit(analysis, scale)]
    if analysis.since and not analysis.since.why:
        found.append(change(register, analysis.since, scale, sources))
    return found
