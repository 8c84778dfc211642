"""Gather every printed chart of one register: what it is called, how it is drawn, what it says in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from matplotlib.figure import Figure

from krokomrsa import rules
from krokomrsa.analysis.risk import uses_likelihood
from krokomrsa.charts import alternative, printed
from krokomrsa.charts.rows import named
from krokomrsa.register import Register
from krokomrsa.rules import Period
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.vocabulary import text_of

TIMELINES: Final = 3  # the losses that bring down most get a timeline each


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A printed chart: the name of its file, how it is drawn in a size, and what it says to one who cannot see it."""

    name: str
    draw: Callable[..., Figure]
    alternative: str


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


def _risks(result: Analysis, scale: Scale, events: dict[str, str]) -> Chart:
    """Return the risk matrix, or the risks by consequence where likelihood is not judged."""
    key = "matrix" if uses_likelihood(result.matrix) else "consequences"
    drawn: Callable[..., Figure] = getattr(printed, key)
    told: Callable[..., str] = getattr(alternative, key)
    return Chart(
        name=text_of(f"charts.files.{key}"),
        draw=partial(drawn, result.matrix, scale),
        alternative=told(result.matrix, scale, names=events),
    )


def album(register: Register, result: Analysis, *, scale: Scale, period: Period) -> list[Chart]:
    """Return every printed chart of a register's results; without judged likelihoods there is no matrix among them.

    Examples
    --------
    >>> from datetime import date
    >>> from krokomrsa import rules, scales, synthesis
    >>> empty, scale, period = Register(), scales.load(), Period(2019, 2022)
    >>> result = synthesis.analyse(empty, scale=scale, rule_sets=[rules.load("leh")], on=date(2021, 11, 15), period=period)
    >>> [chart.name for chart in album(empty, result, scale=scale, period=period)]
    ['riskmatris', 'beroendekarta', 'krav-och-mal', 'plan-per-kvartal', 'atgarder-per-lage']
    """
    events = {row_id: str(row["event"]) for row_id, row in register.rows("risks").items()}
    names, organisations = named(register.services, register.resources), named(register.organisations)
    links = (register.dependencies, register.services)
    return [
        _risks(result, scale, events),
        Chart(
            name=text_of("charts.files.dependency_map"),
            draw=partial(printed.dependency_map, *links, register.resources, organisations=organisations),
            alternative=alternative.dependency_map(*links, names=names),
        ),
        *(_timeline(result, register, lost, number) for number, lost in enumerate(worst(result), start=1)),
        Chart(
            name=text_of("charts.files.coverage"),
            draw=partial(printed.coverage, result.duties),
            alternative=alternative.coverage(result.duties),
        ),
        Chart(
            name=text_of("charts.files.plan"),
            draw=partial(printed.plan, result.plan, register.activities, period, focus=_focus(period)),
            alternative=alternative.plan(result.plan, register.activities, period),
        ),
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
