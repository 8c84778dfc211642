"""Gather every printed chart of one register: what it is called, how it is drawn, what it says in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from matplotlib.figure import Figure

from krokomrsa import rules
from krokomrsa.analysis import cascade, coverage
from krokomrsa.analysis.risk import TOP, uses_likelihood
from krokomrsa.charts import alternative, alternative_coverage, alternative_risks, printed
from krokomrsa.charts.risk_rows import moves
from krokomrsa.charts.rows import named
from krokomrsa.charts.style import SizeName
from krokomrsa.register import Register
from krokomrsa.rules import Period
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.vocabulary import text_of

TIMELINES: Final = 3  # the losses that bring down most get a timeline each


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A printed chart: the name of its file, how it is drawn in a size and in which, and what it says to one who cannot see it."""

    name: str
    draw: Callable[..., Figure]
    alternative: str
    sizes: tuple[SizeName, ...] = ("full", "half")


def worst(result: Analysis) -> list[str]:
    """Return the lost resources that get a timeline, the one that brings down most first."""
    felt = result.critical[result.critical["failed_high"] > 0]
    return [str(lost) for lost in felt["lost"].head(TIMELINES)]


def _timeline(result: Analysis, register: Register, lost: str, number: int) -> Chart:
    names = named(register.services, register.resources)
    failures = result.failure_times
    times = failures[failures["lost"] == lost].drop(columns="lost").set_index("id")
    return Chart(
        name=text_of("charts.files.timeline", number=number),
        draw=partial(printed.timeline, times, register.services, names=names, lost=[lost]),
        alternative=alternative.timeline(times, register.services, names=names, lost=[lost]),
    )


def _single_losses(register: Register, result: Analysis) -> list[Chart]:
    """Return the charts of what a single loss does: services against resources, and the worst of all."""
    names = named(register.services, register.resources)
    every = register.resources.assign(provision="external")  # the internal ones can be lost too
    failures = cascade.external_losses(register.dependencies, every)
    points = result.weaknesses.single_points
    return [
        Chart(
            name=text_of("charts.files.service_resource"),
            draw=partial(printed.service_resource, failures, register.services, names=names),
            alternative=alternative.service_resource(failures, register.services, names=names),
        ),
        Chart(
            name=text_of("charts.files.single_points"),
            draw=partial(printed.single_points, points, names=names),
            alternative=alternative.single_points(points, names=names),
        ),
    ]


def _risks(result: Analysis, scale: Scale, events: dict[str, str], antagonistic: Collection[str]) -> Chart:
    """Return the risk matrix, or the risks by consequence where likelihood is not judged."""
    if not uses_likelihood(result.matrix):
        return Chart(
            name=text_of("charts.files.consequences"),
            draw=partial(printed.consequences, result.matrix, scale),
            alternative=alternative.consequences(result.matrix, scale, names=events),
        )
    return Chart(
        name=text_of("charts.files.matrix"),
        draw=partial(printed.matrix, result.matrix, scale, antagonistic=antagonistic),
        alternative=alternative.matrix(result.matrix, scale, names=events, antagonistic=antagonistic),
    )


def _uncertain(result: Analysis, scale: Scale, events: dict[str, str], organisations: dict[str, str]) -> Iterator[Chart]:
    """Yield the charts of what is uncertain about the risks, and of how they move, those that have something to show."""
    known = result.uncertainty
    if result.ranking["rank"].notna().any():
        ranks = (result.ranking, known.ranks, known.classes, scale)
        yield Chart(
            name=text_of("charts.files.ranking_intervals"),
            draw=partial(printed.ranking_intervals, *ranks, names=events, k=TOP),
            alternative=alternative_risks.ranking_intervals(*ranks, names=events, k=TOP),
        )
    if result.disagreement["apart"].gt(0).any():
        yield Chart(
            name=text_of("charts.files.disagreement"),
            draw=partial(printed.disagreement, known.judges, scale, names=events, organisations=organisations),
            alternative=alternative_risks.disagreement(known.judges, scale, names=events, organisations=organisations),
        )
    if moves(known.movement, events):
        yield Chart(
            name=text_of("charts.files.movement"),
            draw=partial(printed.movement, known.movement, scale, names=events),
            alternative=alternative_risks.movement(known.movement, names=events),
        )
    if result.since and not result.since.why:
        since = result.since
        yield Chart(
            name=text_of("charts.files.change"),
            draw=partial(printed.change, since.risks, scale, since=since.state),
            alternative=alternative_risks.change(since.risks, scale, since=since.state),
        )


def _practised(register: Register, result: Analysis, period: Period) -> list[Chart]:
    """Return the charts of trainings and exercises: the calendar, which also fills an A4 on its side, and what is covered."""
    activities, organisations, names = register.activities, register.organisations, named(register.services)
    calendar = (result.plan, activities, period)
    groups = coverage.by_group(activities, result.on, period, organisations=organisations)
    functions = coverage.by_function(activities, result.on, period, organisations=organisations)
    services = coverage.by_service(register.services, activities, result.on)
    return [
        Chart(
            name=text_of("charts.files.plan"),
            draw=partial(printed.plan, *calendar, on=result.on, focus=_focus(period)),
            alternative=alternative_coverage.plan(*calendar, on=result.on),
            sizes=("full", "half", "landscape"),
        ),
        Chart(
            name=text_of("charts.files.coverage_groups"),
            draw=partial(printed.coverage_groups, groups),
            alternative=alternative_coverage.groups(groups),
        ),
        Chart(
            name=text_of("charts.files.coverage_functions"),
            draw=partial(printed.coverage_functions, functions),
            alternative=alternative_coverage.functions(functions),
        ),
        Chart(
            name=text_of("charts.files.coverage_services"),
            draw=partial(printed.coverage_services, services, names=names, on=result.on),
            alternative=alternative_coverage.services(services, names=names),
        ),
    ]


def album(register: Register, result: Analysis, *, scale: Scale, period: Period) -> list[Chart]:
    """Return every printed chart of a register's results; without judged likelihoods there is no matrix among them.

    Examples
    --------
    >>> from datetime import date
    >>> from krokomrsa import rules, scales, synthesis
    >>> empty, scale, period = Register(), scales.load(), Period(2019, 2022)
    >>> result = synthesis.analyse(empty, scale=scale, rule_sets=[rules.load("leh")], on=date(2021, 11, 15), period=period)
    >>> [chart.name for chart in album(empty, result, scale=scale, period=period)]
    ['riskmatris', 'beroendekarta', 'verksamheter-och-resurser', 'enskilda-bortfall', 'krav-och-mal', 'plan-per-kvartal',
     'malgrupper-och-fardigheter', 'beredskapsfunktioner', 'verksamheter-ovade', 'atgarder-per-lage']
    """
    events = {row_id: str(row["event"]) for row_id, row in register.held("risks").items()}
    antagonistic = {row_id for row_id, row in register.held("risks").items() if row["antagonistic"]}
    names, organisations = named(register.services, register.resources), named(register.organisations)
    links = (register.dependencies, register.services)
    return [
        _risks(result, scale, events, antagonistic),
        *_uncertain(result, scale, events, organisations),
        Chart(
            name=text_of("charts.files.dependency_map"),
            draw=partial(printed.dependency_map, *links, register.resources, organisations=organisations),
            alternative=alternative.dependency_map(*links, names=names),
        ),
        *(_timeline(result, register, lost, number) for number, lost in enumerate(worst(result), start=1)),
        *_single_losses(register, result),
        Chart(
            name=text_of("charts.files.coverage"),
            draw=partial(printed.coverage, result.duties),
            alternative=alternative.coverage(result.duties),
        ),
        *_practised(register, result, period),
        Chart(
            name=text_of("charts.files.measures"),
            draw=partial(printed.measures, register.treatments, organisations),
            alternative=alternative.measures(register.treatments, organisations),
        ),
    ]


def _focus(period: Period) -> dict[int, str]:
    """Return what the strategy's plan says of each year, where the strategy was made for the period."""
    strategy = next((one for one in rules.applicable(period.start) if one.id.startswith("strategi")), None)
    return rules.focus(period) if strategy else {}
