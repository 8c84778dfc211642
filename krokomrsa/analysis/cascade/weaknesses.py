"""Look through the dependencies of a register for what is weak in them, and for what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from krokomrsa.analysis.cascade.faults import faults
from krokomrsa.analysis.cascade.questions import questions
from krokomrsa.analysis.cascade.redundancy import false_redundancy
from krokomrsa.analysis.cascade.single_points import single_points
from krokomrsa.analysis.cascade.summary import external_resources
from krokomrsa.analysis.cascade.unknowns import bands

QUESTIONS_H: Final = 72.0  # what is not known is asked about for the first three days, those that are decided under pressure


@dataclass(frozen=True, kw_only=True)
class Weaknesses:
    """What is weak in the dependencies of a register, each table worked out when it is first asked for.

    The losses considered are those of the external resources, one at a time at hour 0; single points are everything that can be lost.

    >>> dependencies = pd.DataFrame({"id": ["B-1"], "dependent": ["Skola"], "supplier": ["Elnät"], "endurance_low_h": [4.0]})
    >>> services = pd.DataFrame({"id": ["Skola"], "name": ["Skola"], "organisation": ["BUN"], "tolerable_outage_h": [8.0]})
    >>> resources = pd.DataFrame({"id": ["Elnät"], "name": ["Elnät"], "provision": ["external"], "owner": [None]})
    >>> bun = pd.DataFrame({"id": ["BUN"], "name": ["Skolförvaltningen"]})
    >>> found = Weaknesses(dependencies=dependencies, services=services, resources=resources, organisations=bun)
    >>> found.questions["question"].tolist(), found.uncertain[["lost", "id", "width_h"]].values.tolist()
    (['Fråga Skolförvaltningen: hur länge klarar sig Skola utan Elnät, utöver 4 h?'], [['Elnät', 'Skola', 156.0]])
    """

    dependencies: pd.DataFrame
    services: pd.DataFrame
    resources: pd.DataFrame
    organisations: pd.DataFrame

    @cached_property
    def single_points(self) -> pd.DataFrame:
        """Return what ``single_points`` tells of a week."""
        return single_points(self.dependencies, self.services)

    @cached_property
    def false_redundancy(self) -> pd.DataFrame:
        """Return what ``false_redundancy`` tells of a week, each group with the causes that strike its alternatives themselves."""
        return false_redundancy(self.dependencies, nearest=True)

    @cached_property
    def questions(self) -> pd.DataFrame:
        """Return what ``questions`` tells of the losses considered and ``QUESTIONS_H``."""
        losses = [{lost: 0.0} for lost in external_resources(self.resources)]
        return questions(
            self.dependencies,
            self.services,
            losses,
            resources=self.resources,
            organisations=self.organisations,
            horizon_h=QUESTIONS_H,
        )

    @cached_property
    def uncertain(self) -> pd.DataFrame:
        """Return what ``bands`` tells of a week after each loss, as far as it is not certain; ``lost`` and ``id`` are columns."""
        found = [
            bands(self.dependencies, self.services, {lost: 0.0}).reset_index().assign(lost=lost)
            for lost in external_resources(self.resources)
        ]
        table = pd.concat(found, ignore_index=True) if found else bands(self.dependencies, self.services, {}).reset_index().assign(lost="")
        return table[table["width_h"] > 0].reset_index(drop=True)

    @cached_property
    def faults(self) -> pd.DataFrame:
        """Return what ``faults`` tells."""
        return faults(self.dependencies, self.services, self.resources, organisations=self.organisations)
