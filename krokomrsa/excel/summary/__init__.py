"""Write the results of an analysis as one workbook: an overview with charts, a sheet for each result, the source of each row."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Final

from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.analysis.cascade.weaknesses import QUESTIONS_H
from krokomrsa.analysis.risk import CERTAINTY, TOP, uses_likelihood
from krokomrsa.excel import workbook
from krokomrsa.excel.summary import cascade_tables, certainty_tables, overview, progress_tables, risk_tables, sheets, weakness_tables
from krokomrsa.excel.summary.sources import Sources, areas
from krokomrsa.register import Register
from krokomrsa.rules import Period
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

__all__ = ["write"]

WEAKNESSES: Final = (
    weakness_tables.points,
    weakness_tables.reserves,
    weakness_tables.questions,
    weakness_tables.uncertain,
    weakness_tables.faults,
)
_BANNER: Final = 110  # characters of a page header that leave room for its other side


def _results(register: Register, analysis: Analysis, scale: Scale, sources: Sources) -> list[sheets.Result]:
    order = [str(lost) for lost in analysis.critical["lost"]]
    ranked = [
        risk_tables.matrix(register, analysis.matrix, scale, sources),
        risk_tables.ranking(register, analysis.ranking, analysis.uncertainty, sources),
    ]
    return [
        *(ranked if uses_likelihood(analysis.matrix) else [risk_tables.consequences(register, analysis.matrix, scale, sources)]),
        *certainty_tables.results(register, analysis, scale, sources),
        cascade_tables.critical(register, analysis.first_order, analysis.critical, sources),
        cascade_tables.failures(register, analysis.failure_times, order, sources),
        *(made(register, analysis.weaknesses, sources) for made in WEAKNESSES),
        progress_tables.duties(register, analysis.duties, sources),
        progress_tables.plan(register, analysis.plan, sources),
        progress_tables.treatments(register, analysis.follow_up, sources),
        progress_tables.vulnerabilities(register, sources),
        progress_tables.origins(register, sources),
    ]


def _pages(register: Register, analysis: Analysis, scale: Scale, sources: Sources) -> list[list[overview.Block]]:
    risks = risk_tables.every_risk(register, analysis.matrix)
    by_class = uses_likelihood(analysis.matrix)
    if not by_class:
        risks = [risk | {"status": risk["consequence_status"]} for risk in risks]
    shown_first = overview.classes if by_class else overview.consequences
    return [
        [shown_first(register, risks, scale), overview.duties(analysis.duties)],
        [overview.critical(register, analysis.critical, shown(WEEK_H)), overview.treatments(register, analysis.follow_up)],
        [overview.content(register, set(sources.areas)), overview.missing(register, risks, analysis.duties)],
    ]


def _facts(municipality: str, period: Period, on: date, made_on: date, scale: Scale) -> str:
    told = {"municipality": municipality, "period": period, "on": on, "made_on": made_on, "scale": scale.name}
    facts = (text_of("summary.overview.fact", name=text_of(f"summary.overview.{key}"), value=value) for key, value in told.items())
    return text_of("summary.banner_separator").join(facts)


def write(
    register: Register,
    analysis: Analysis,
    *,
    scale: Scale,
    municipality: str,
    period: Period,
    on: date,
    banners: Sequence[str],
    made_on: date,
) -> bytes:
    """Return the summary workbook of a register and its analysis.

    Parameters
    ----------
    register
        Names, labels, vulnerabilities, and where each row was read.
    analysis
        What ``synthesis.analyse`` returns for this register, ``scale``, ``period`` and day.
    municipality, period, on, made_on
        Printed in the overview; no clock is read.
    banners
        What is to be known of the rules, such as ``rules.banner`` says it: all on the overview, the first in each page header.

    Returns
    -------
    bytes
        An xlsx file, the same bytes for the same input: Översikt, then one sheet for each result.

    Examples
    --------
    >>> from krokomrsa import rules, scales, synthesis
    >>> on, period = date(2021, 5, 31), Period(2019, 2022)
    >>> found = synthesis.analyse(Register(), scale=scales.load(), rule_sets=[rules.load("leh")], on=on, period=period)
    >>> write(Register(), found, scale=scales.load(), municipality="Krokoms kommun", period=period, on=on, banners=[], made_on=on)[:2]
    b'PK'
    """
    file, sources = workbook.new(), Sources(areas(register.origins))
    classification = ("stop", text_of("workbook.classification"))
    banner = textwrap.shorten(banners[0], _BANNER, placeholder="…") if banners else ""
    told = [
        ("title", text_of("summary.title")),
        ("help", _facts(municipality, period, on, made_on, scale)),
        classification,
        *(("banner", line) for line in banners),
        ("meta", text_of("summary.help.overview")),
    ]
    overview.write(file, told, _pages(register, analysis, scale, sources), banner=banner)
    rules = {"judges": text_of(f"risk.judges_short.{scale.judges}"), "combined": text_of(f"risk.combined_short.{scale.rule}")}
    values = {"scale": scale.name, **rules, "hours": shown(WEEK_H), "asked_h": shown(QUESTIONS_H), "on": on, "period": period}
    values |= {"k": TOP, "certainty": shown(100 * CERTAINTY), "since": analysis.since.state if analysis.since else ""}
    for result in _results(register, analysis, scale, sources):
        shown_here = text_of(f"summary.help.{result.key}", **values)
        lines = [("title", result.title), ("help", shown_here), ("meta", text_of("workbook.classification"))]
        sheets.write(file, result, told=lines, banner=banner)
    return workbook.packed(file, title=text_of("summary.title"), made_on=made_on)
