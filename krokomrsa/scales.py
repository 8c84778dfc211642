"""Read scales: levels of likelihood and consequence, risk classes, and the class of each cell of the matrix.

A scale is data, a TOML file with source and date; ``krokomrsa/resources/scales/femgradig.toml`` says what stands in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, Literal

from krokomrsa import scale_file
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.scale_file import LIKELIHOOD, OWN_OPERATIONS, UNSPECIFIED
from krokomrsa.vocabulary import lists, parse_toml, resource, resource_names, text_of

__all__ = [
    "DEFAULT",
    "LIKELIHOOD",
    "NOW",
    "OWN_OPERATIONS",
    "UNSPECIFIED",
    "Level",
    "RiskClass",
    "Scale",
    "is_now",
    "judged_by",
    "load",
    "names",
    "parse",
]

Measure = Literal["probability", "frequency"]
Axis = Literal["consequence", "likelihood"]

DEFAULT: Final = "femgradig"
NOW: Final = "current"  # what a judgement is about, also where it names no state
DEFAULTS: Final[Mapping[str, Any]] = MappingProxyType(  # what a field means that is left out of a scale file
    {"note": "", "horizon_years": 1, "measure": "probability", "rule": "max", "judges": "consolidated_or_span", "across": "consequence"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of an axis. ``low`` and ``high`` are its limits, None where it is open or no limit is declared.

    ``values`` are what the level means for single protected values: aspect → description.
    """

    level: int
    label: str
    description: str = ""
    low: float | None = None
    high: float | None = None
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def described(self, aspect: str) -> str:
        """Return what the level means for an aspect: what is declared for it alone, else for all.

        >>> load().consequence[4].described("life_health") != load().consequence[4].described("unspecified")
        True
        """
        return self.values.get(aspect, self.description)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskClass:
    """One risk class; ``colour`` is a name in the palette, not a colour."""

    level: int
    label: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Levels, classes and the class of each cell, from low to high.

    ``matrix[likelihood_index][consequence_index]`` is a class level. The limits of a likelihood level are a probability or a
    frequency (``measure``) within ``horizon_years``. ``combined`` are the aspects that ``rule`` runs over; ``values`` the protected
    values (skyddsvärden) with their labels. ``judges`` is the rule by which several judges' levels are weighed together, ``across`` the
    axis that is drawn from left to right.
    """

    id: str
    name: str
    source: str
    checked: date
    likelihood: tuple[Level, ...]
    consequence: tuple[Level, ...]
    classes: tuple[RiskClass, ...]
    matrix: tuple[tuple[int, ...], ...]
    combined: tuple[str, ...]
    values: Mapping[str, str]
    horizon_years: float = 1.0
    measure: Measure = "probability"
    rule: str = "max"
    judges: str = "consolidated_or_span"
    across: Axis = "consequence"
    note: str = ""

    @property
    def aspects(self) -> tuple[str, ...]:
        """Return every aspect of consequence: the protected values, own operations and unspecified."""
        return (*self.values, OWN_OPERATIONS, UNSPECIFIED)

    @property
    def monotone(self) -> bool:
        """Return whether a higher level never means a lower class.

        >>> load().monotone
        True
        """
        along = all(low <= high for row in self.matrix for low, high in pairwise(row))
        return along and all(low <= high for column in zip(*self.matrix, strict=True) for low, high in pairwise(column))

    def axis(self, aspect: str) -> tuple[Level, ...]:
        """Return the levels that an aspect is judged on."""
        return self.likelihood if aspect == LIKELIHOOD else self.consequence

    def labels(self, aspect: str) -> dict[int, str]:
        """Return level → label of the axis that an aspect is judged on.

        >>> load().labels("life_health")[5]
        'Katastrofala'
        """
        return {level.level: level.label for level in self.axis(aspect)}

    def class_of(self, likelihood: int, consequence: int) -> int:
        """Return the class level of one cell, by its two levels.

        >>> load().class_of(4, 2) == load().class_of(3, 3)
        True
        """
        return self.matrix[likelihood - self.likelihood[0].level][consequence - self.consequence[0].level]


def is_now(row: Mapping[Any, Any]) -> bool:
    """Tell whether a judgement is about how it is now, and not about a risk without its protection or after what is planned.

    >>> is_now({"state": None}), is_now({"state": "current"}), is_now({"state": "target"})
    (True, True, False)
    """
    return (row["state"] or NOW) == NOW


def _protected_values() -> dict[str, str]:
    """Return the protected values (skyddsvärden) with their labels: the aspects of the list that are neither axis nor catch-all."""
    return {code: label for code, label in lists()["aspects"].items() if code not in {LIKELIHOOD, OWN_OPERATIONS, UNSPECIFIED}}


def _level(entry: Mapping[str, Any]) -> Level:
    limits = {key: float(entry[key]) for key in ("low", "high") if key in entry}
    said = MappingProxyType(dict(entry.get("values", {})))
    return Level(level=entry["level"], label=entry["label"], description=entry.get("description", ""), values=said, **limits)


def _built(content: Mapping[str, Any]) -> Scale:
    plain = {key: content[key] for key in ("id", "name", "source", "checked", "note", "measure", "rule", "judges", "across")}
    return Scale(
        **plain,
        horizon_years=float(content["horizon_years"]),
        likelihood=tuple(map(_level, content["likelihood"])),
        consequence=tuple(map(_level, content["consequence"])),
        classes=tuple(RiskClass(**entry) for entry in content["classes"]),
        matrix=tuple(map(tuple, content["matrix"])),
        values=MappingProxyType(dict(content["values"])),
        combined=tuple(content.get("combined", (*content["values"], UNSPECIFIED))),
    )


def parse(text: str, *, file: str) -> Scale:
    """Return the scale that a TOML text declares.

    Raises
    ------
    KrokomrsaError
        The text is no TOML, or fields, levels, limits, classes and matrix do not fit together; carries all problems at once.
    """
    content = {**DEFAULTS, "values": _protected_values(), **parse_toml(text, file=file)}
    found = scale_file.problems(content)
    if found:
        raise KrokomrsaError.of(problem.at(file=file) for problem in found)
    return _built(content)


def judged_by(scale: Scale, judges: str) -> Scale:
    """Return a scale on which several judges' levels are weighed together by another rule, as a municipality may declare.

    Raises
    ------
    KrokomrsaError
        There is no such rule.

    Examples
    --------
    >>> judged_by(load(), "consolidated_or_median").judges
    'consolidated_or_median'
    """
    found = scale_file.judges_problems(judges)
    if found:
        raise KrokomrsaError.of(found)
    return replace(scale, judges=judges)


def names() -> tuple[str, ...]:
    """Return the ids of the scales that come with the library.

    >>> names()
    ('bjurholm-2023', 'dsb-helhetlig-ros', 'femgradig', 'fyrgradig', 'msb-2013', 'uk-nrr-2023')
    """
    return tuple(resource_names("scales"))


@cache
def load(id: str = DEFAULT) -> Scale:  # noqa: A002 (a scale's id, as everywhere)
    """Return a scale that comes with the library.

    Raises
    ------
    KrokomrsaError
        There is no such scale.

    Examples
    --------
    >>> [level.label for level in load().likelihood]
    ['Mycket låg', 'Låg', 'Medelhög', 'Hög', 'Mycket hög']
    >>> load("uk-nrr-2023").horizon_years
    5.0
    """
    if id not in names():
        close = get_close_matches(id, names(), n=1)
        guess = text_of("scales.did_you_mean", guess=close[0]) if close else ""
        remedy = text_of("scales.no_such.remedy", guess=guess, known=", ".join(names()))
        raise KrokomrsaError(Problem(value=id, problem=text_of("scales.no_such.problem"), remedy=remedy))
    return parse(resource("scales", f"{id}.toml"), file=f"{id}.toml")
